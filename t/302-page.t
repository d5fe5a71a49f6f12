#!/usr/bin/perl
# What a page asks before anything else: what this site is like, and who is
# looking at it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Encode ();
use JSON::PP ();

my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $page = 'https://page.example.org';
my $app = App->new(accounts => 1, allowed_origins => $page)->start;
my $origin = 'http://127.0.0.1:' . $app->port;
my $anyone = $app->anyone;
my (undef, $version) = split ' ', ($app->command('--version'))[1];
my %usual = (site_name => 'taskchat', accounts => $true, sign_up => $true,
    verify_email => $false, mail => $false, password_min => 8,
    message_max => 10000, dictation => $false, undo_days => 30,
    chatkit_domain_key => undef, image_domains => [],
    mcp_url => "$origin/api/mcp", version => $version);

sub config() { return $anyone->get('/api/config') }

subtest 'what the site is like' => sub {
	my $r = config();
	is($r->status, 200, 'for anyone');
	is_deeply($r->json, \%usual, 'as it comes');
	is($r->header('Cache-Control'), 'no-cache', 'to be asked for again');
	my $etag = $r->header('ETag');
	like($etag, qr{^W/"[0-9a-f]{16}"$}, 'with a tag');
	for my $value ($etag, substr($etag, 2), "\"x\", $etag", '*') {
		my $same = $anyone->get('/api/config', headers =>
		    { 'If-None-Match' => $value });
		is($same->status, 304, "If-None-Match: $value");
		is($same->body, '', 'nothing again');
		is($same->header('ETag'), $etag, 'but the tag');
		is($same->header('Cache-Control'), 'no-cache', 'as before');
	}
	for my $value ('"x"', $etag =~ tr/"//dr, "$etag-", 'W/"', ',') {
		is($anyone->get('/api/config', headers =>
		    { 'If-None-Match' => $value })->status, 200,
		    "If-None-Match: $value");
	}
	$r = $anyone->request('HEAD', '/api/config');
	is($r->status . $r->body, '200', 'HEAD');
	is($r->header('ETag'), $etag, 'with the tag');
	is_problem($anyone->request('POST', '/api/config'), 405,
	    'method_not_allowed', 'another method');
	is_problem($anyone->get('/api/config', headers =>
	    { Origin => 'https://evil.example' }), 403, 'origin_not_allowed',
	    'a page of nobody we know');
	$r = $anyone->get('/api/config', headers => { Origin => $page });
	like($r->header('Access-Control-Expose-Headers'), qr/\bETag\b/,
	    'a listed one may read the tag');

	$app->restart_workers(settings => {
	    site_name => Encode::encode('UTF-8', 'Aufgaben – "x"'),
	    sign_up => 'off', verify_email => 'on', password_min => 12,
	    mail_command => '/bin/false', mail_from => 'x@example.org',
	    message_max => 77, undo_days => 0, transcribe_key => 'sk-secret',
	    transcribe_url => 'http://127.0.0.1:9/v1',
	    chatkit_domain_key => 'domain_pk_1',
	    image_domains => 'images.example.org ,*.example.com' });
	my $other = $anyone->get('/api/config', headers =>
	    { 'If-None-Match' => $etag });
	is($other->status, 200, 'other settings, another tag');
	is_deeply($other->json, { %usual, site_name => 'Aufgaben – "x"',
	    sign_up => $false, verify_email => $true, mail => $true,
	    password_min => 12, message_max => 77, dictation => $true,
	    undo_days => 0, chatkit_domain_key => 'domain_pk_1',
	    image_domains => ['images.example.org', '*.example.com'] },
	    'and they are told');
	isnt($other->header('ETag'), $etag, 'under another tag');
	unlike($other->body, qr/sk-secret|127\.0\.0\.1:9\b/,
	    'but no key, and no address of a server behind us');
	$app->restart_workers;
};

subtest 'without a database' => sub {
	$app->cluster->down('INT');
	my $r = config();
	is($r->status, 200, 'what the site is like can be told');
	like($app->log_of($r), qr/ db_calls=0$/, 'nobody was asked');
	is_problem($app->user('ann')->get('/api/export'), 404,
	    'no_such_route', 'an address without a user');
	$app->cluster->up;
	$app->wait_ready;
};

subtest 'who is asking' => sub {
	my $ann = Account->new($app, origin => $origin);
	my $user = $ann->sign_up(email => 'Ann@Example.org', name => 'Ann Ä.')
	    ->json->{user};
	my %ann = (user_id => $user->{id}, name => 'Ann Ä.',
	    email => 'ann@example.org', issuer => 'accounts',
	    accounts => $true);
	my $r = $ann->get('/api/me');
	is($r->status, 200, 'with a cookie');
	is_deeply($r->json, \%ann, 'this is she');
	is($r->header('Cache-Control'), 'no-store', 'not to be kept');
	my $jwt = $ann->get('token')->json->{token};
	is_deeply($anyone->get('/api/me', token => $jwt)->json, \%ann,
	    'with a token of ours');
	is($ann->get("/api/$r->{json}{user_id}/tasks")->status, 200,
	    'with that id the cookie opens her tasks');
	$ann->post('update-user', { name => 'Ann B.' });
	is($ann->get('/api/me')->json->{name}, 'Ann B.', 'a name changes');

	# accounts have the bare ids here
	is_deeply($app->user('ann')->get('/api/me')->json,
	    { user_id => 'jwt:ann', issuer => 'jwt', accounts => $false },
	    'of another issuer\'s user no more than that');
	is_deeply($app->user($user->{id})->get('/api/me')->json,
	    { user_id => "jwt:$user->{id}", issuer => 'jwt',
	    accounts => $false }, 'who may have an id like hers');
	for my $who ('accounts:x', "jwt:$user->{id}", 'a:b:c', ':') {
		is($app->user($who)->get('/api/me')->json->{issuer}, 'jwt',
		    "$who is of that issuer, whatever it looks like");
	}

	is_problem($anyone->get('/api/me'), 401, 'unauthorized', 'nobody');
	is_problem($anyone->get('/api/me', token => "$jwt."), 401,
	    'unauthorized', 'a wrong token');
	is_problem($ann->request('POST', '/api/me', {}), 405,
	    'method_not_allowed', 'another method');
	$app->cluster->down('INT');
	is_problem($ann->get('/api/me'), 503, 'database_unavailable',
	    'no database');
	$app->cluster->up;
	$app->wait_ready;
	$ann->post('sign-out');
	is_problem($anyone->get('/api/me', token => $jwt), 401,
	    'unauthorized', 'who has signed out');
};

subtest 'where others have the bare ids' => sub {
	$app->restart_workers(settings => { bare_ids => 'jwt' });
	my $bob = Account->new($app, origin => $origin);
	my $id = $bob->sign_up(email => 'bob@example.org')->json->{user}{id};
	is_deeply($bob->get('/api/me')->json, { user_id => "accounts:$id",
	    name => 'Somebody', email => 'bob@example.org',
	    issuer => 'accounts', accounts => $true },
	    'an account has its issuer before its id');
	is_deeply($app->user('bob')->get('/api/me')->json, { user_id => 'bob',
	    issuer => 'jwt', accounts => $false }, 'a token\'s user has not');
	is($app->user("x:$id")->get('/api/me')->json->{user_id}, "x:$id",
	    'not even when it looks like that');
};

subtest 'where accounts are off' => sub {
	my $plain = App->new(mail_command => '/bin/false',
	    mail_from => 'x@example.org')->start;
	is_deeply($plain->anyone->get('/api/config')->json, { %usual,
	    accounts => $false, sign_up => $false, mcp_url => undef },
	    'nobody can sign up, nor be sent a message');
	is_deeply($plain->user('accounts:ann')->get('/api/me')->json,
	    { user_id => 'accounts:ann', issuer => 'jwt',
	    accounts => $false }, 'and no id means an account');
};

done_testing;
