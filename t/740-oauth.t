#!/usr/bin/perl
# How a client of MCP comes to a token by our own OAuth server: the whole way
# by HTTP, with clients of both kinds, over restarts and with an end to each
# thing that has one.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Digest::SHA qw(sha256_hex);
use Document;
use Fault;
use JSON::PP ();
use OAuth;
use Upstream ();

my $app = App->new(workers => 2, accounts => 1, bare_ids => 'jwt',
    'issuer.site.iss' => 'https://site.example',
    'issuer.site.secret' => 's' x 40)->start;
my $site = 'http://127.0.0.1:' . $app->port;
my $ann = $app->user('ann');
my $bob = $app->user('bob');
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my $uuid = qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my @both = qw(tasks:read tasks:write);

# The door these tokens are for.
sub at_mcp($token)
{
	return $app->anyone->request('POST', '/api/mcp', token => $token,
	    json => { jsonrpc => '2.0', id => 1, method => 'ping' });
}

sub is_good($token, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(at_mcp($token)->status, 200, $name);
}

sub is_bad($token, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_problem(at_mcp($token), 401, 'unauthorized', $name);
}

# RFC 6749 section 5.2.
sub is_wrong($reply, $status, $error, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($reply->status . ' ' . (eval { $reply->json->{error} } // ''),
	    "$status $error", $name) or diag $reply->body;
	is($reply->header('Cache-Control'), 'no-store', '... kept by nobody');
}

sub apps($who) { @{ $who->get('apps')->json->{apps} } }

sub grants($who = 'ann')
{
	return $app->sql('select count(*) from oauth_grant where user_id ='
	    . " '$who'");
}

sub time_goes($interval, $where = 'true')
{
	$app->sql("update oauth_grant set expires_at = expires_at - interval"
	    . " '$interval', last_used_at = last_used_at - interval"
	    . " '$interval' where $where; update oauth_token set expires_at ="
	    . " expires_at - interval '$interval', used_at = used_at"
	    . " - interval '$interval'");
}

my $program = OAuth->document($app, 'https://app.example/client.json',
    redirects => ['https://app.example/back?x=1', 'http://127.0.0.1/cb']);
my $own = OAuth->registered($app, secret => 1);

subtest 'what there is' => sub {
	my $r = $app->anyone->get('/.well-known/oauth-authorization-server');
	is($r->status, 200, 'found');
	is_deeply($r->json, {
		issuer => $site,
		authorization_endpoint => "$site/authorize",
		token_endpoint => "$site/api/oauth/token",
		revocation_endpoint => "$site/api/oauth/revoke",
		response_types_supported => ['code'],
		response_modes_supported => ['query'],
		grant_types_supported =>
		    ['authorization_code', 'refresh_token'],
		code_challenge_methods_supported => ['S256'],
		token_endpoint_auth_methods_supported =>
		    ['none', 'client_secret_basic', 'client_secret_post'],
		revocation_endpoint_auth_methods_supported =>
		    ['none', 'client_secret_basic', 'client_secret_post'],
		scopes_supported => \@both,
		authorization_response_iss_parameter_supported => $true,
		client_id_metadata_document_supported => $true,
		protected_resources => ["$site/api/mcp"],
	}, 'the whole document');
	is($app->anyone->get('/api/config')->json->{mcp_url},
	    "$site/api/mcp", 'pages know the address');
	my $resource = $app->anyone->get(
	    '/.well-known/oauth-protected-resource/api/mcp')->json;
	is_deeply($resource->{authorization_servers}, [$site],
	    'the door names us');
};

subtest 'any page may ask' => sub {
	my %from = (Origin => 'https://inspector.example');
	for (['GET', '/.well-known/oauth-authorization-server', 200],
	    ['POST', '/api/oauth/token', 400],
	    ['POST', '/api/oauth/revoke', 400]) {
		my ($method, $path, $status) = @$_;
		my $r = $app->anyone->request($method, $path,
		    headers => \%from);
		is($r->status, $status, "$method $path");
		is($r->header('Access-Control-Allow-Origin'), '*', '... of all');
		is($r->header('Access-Control-Allow-Credentials'), undef,
		    '... without a cookie');
		$r = $app->anyone->request('OPTIONS', $path, headers => {
		    %from, 'Access-Control-Request-Method' => $method,
		    'Access-Control-Request-Headers' => 'authorization' });
		is($r->status . ' '
		    . ($r->header('Access-Control-Allow-Origin') // ''),
		    '204 *', '... and ask whether it may');
	}
	my $r = $app->anyone->get('/api/oauth/consent', headers => \%from);
	is_problem($r, 403, 'origin_not_allowed', 'but not at the consent');
};

subtest 'the question' => sub {
	my $r = $program->question($ann, $program->request);
	is($r->status, 200, 'asked');
	is_deeply($r->json, {
		client => { id => 'https://app.example/client.json',
		    name => 'An app', host => 'app.example', uri => undef,
		    registered => $false },
		redirect_host => 'app.example', redirect_scheme => 'https',
		loopback => $false, scopes => \@both,
		resource => "$site/api/mcp",
	}, 'who asks for what, and where it leads');
	$r = $own->question($ann, $own->request(scope => undef));
	is_deeply($r->json->{client}, { id => $own->id, name => 'A site',
	    host => undef, uri => undef, registered => $true },
	    'one an operator entered');
	is_deeply($r->json->{scopes}, \@both, 'no scope: both');
	my %scopes = ('tasks:read' => ['tasks:read'],
	    'offline_access tasks:write' => ['tasks:write'],
	    'tasks:write  tasks:read openid' => \@both);
	is_deeply($program->question($ann, $program->request(scope => $_))
	    ->json->{scopes}, $scopes{$_}, "scope $_") for sort keys %scopes;
	for my $to ('http://127.0.0.1:49152/cb', 'http://127.0.0.1/cb') {
		my $told = $program->question($ann, $program->request(
		    redirect_uri => $to))->json;
		is_deeply([@$told{qw(redirect_host redirect_scheme
		    loopback)}], ['127.0.0.1', 'http', $true], $to);
	}
	my $phone = OAuth->registered($app, redirects =>
	    ['com.example.app:/back']);
	my $told = $phone->question($ann, $phone->request)->json;
	is_deeply([@$told{qw(redirect_host redirect_scheme loopback)}],
	    [undef, 'com.example.app', $false], 'a scheme of a program');
	is($program->question($ann, $program->request(resource => undef))
	    ->json->{resource}, "$site/api/mcp", 'no resource: the one');
	is(grants(), 0, 'asking grants nothing');
};

subtest 'from nothing to a token' => sub {
	$program->request;
	my $r = $program->answer($ann);
	is($r->status, 200, 'yes');
	my ($to, $query) = OAuth::parts($r);
	$program->keep($query->{code});
	is($to, 'https://app.example/back', 'back where it came from');
	like($query->{code}, qr/^tca_[A-Za-z0-9_-]{43}$/, 'a code');
	is($query->{state}, $program->{state}, 'the state, as it came');
	is($query->{iss}, $site, 'and whose code it is');
	is($query->{x}, 1, 'with what the address had');
	is_deeply([sort keys %$query], [qw(code iss state x)], 'and no more');
	is_deeply([apps($ann)], [], 'no app before the code is used');

	my $reply = $program->exchange($query->{code});
	is($reply->status, 200, 'tokens');
	is($reply->header('Cache-Control'), 'no-store', 'kept by nobody');
	is($reply->header('Pragma'), 'no-cache', 'nor by who is very old');
	my $t = $reply->json;
	like($t->{access_token}, qr/^tcg_[A-Za-z0-9_-]{43}$/, 'access');
	like($t->{refresh_token}, qr/^tcr_[A-Za-z0-9_-]{43}$/, 'refresh');
	is_deeply([@$t{qw(token_type expires_in scope)}],
	    ['Bearer', 3600, "@both"], 'what it is');
	is(keys %$t, 5, 'and nothing else');

	is_good($t->{access_token}, 'it opens /api/mcp');
	is_problem($ann->get('tasks', token => $t->{access_token}), 401,
	    'unauthorized', 'and nothing else');
	is_bad($t->{refresh_token}, 'the other does not');
	my ($app_row, @more) = apps($ann);
	is(@more, 0, 'one app');
	like($app_row->{id}, $uuid, 'its id');
	like($app_row->{$_}, $time, $_) for qw(created_at last_used_at);
	is_deeply([@$app_row{qw(client_id name host scopes)}],
	    [$program->id, 'An app', 'app.example', \@both], 'what it is');
	is(keys %$app_row, 7, 'and nothing else');
	is_deeply([apps($bob)], [], 'nobody else has it');
	is($app->sql("select string_agg(encode(hash, 'hex'), ' ' order by"
	    . ' kind) from oauth_token'), join(' ', map { sha256_hex($_) }
	    $t->{access_token}, $query->{code}, $t->{refresh_token}),
	    'what is kept are hashes');
	like($app->log_of($reply), qr/ grant=$app_row->{id}\b/,
	    'the log knows which');
	is($ann->delete("apps/$app_row->{id}")->status, 204, 'disconnected');
	is_bad($t->{access_token}, 'at once');
	is_wrong($program->renew($t->{refresh_token}), 400, 'invalid_grant',
	    'nothing is renewed');
	is_problem($ann->delete("apps/$_"), 404, 'app_not_found',
	    "not there: $_") for $app_row->{id}, 'x';
	is($app->sql('select count(*) from oauth_token'), 0, 'all is gone');
};

subtest 'no' => sub {
	$program->request;
	my ($to, $query) = OAuth::parts($program->answer($ann,
	    allow => $false, scopes => undef));
	is($to, 'https://app.example/back', 'the client hears of it');
	is_deeply([@$query{qw(error state iss code)}], ['access_denied',
	    $program->{state}, $site, undef], 'and what');
	is(grants(), 0, 'nothing is granted');
};

subtest 'how a client proves who it is' => sub {
	for (['basic', secret => 1], ['post', secret => 1], ['none']) {
		my ($by, %opt) = @$_;
		my $c = OAuth->registered($app, by => $by, %opt);
		my $t = $c->connect($ann);
		is_good($t->{access_token}, $by);
		is($c->renew($t->{refresh_token})->status, 200, '... renewed');
		my ($row) = apps($ann);
		$ann->delete("apps/$row->{id}");
	}
};

subtest 'less than was asked for' => sub {
	my $t = $program->connect($ann, scopes => ['tasks:read']);
	is($t->{scope}, 'tasks:read', 'the person grants less');
	is_deeply((apps($ann))[0]{scopes}, ['tasks:read'], '... as is shown');
	is_wrong($program->renew($t->{refresh_token}, scope => "@both"), 400,
	    'invalid_scope', 'more is not renewed');
	my $r = $program->renew($t->{refresh_token});
	is($r->json->{scope}, 'tasks:read', '... and nothing was lost by it');

	$t = $program->connect($ann);
	$r = $program->renew($t->{refresh_token}, scope =>
	    'tasks:write offline_access');
	is($r->json->{scope}, 'tasks:write', 'the client asks for less');
	is($app->sql("select scopes from oauth_token where hash = '\\x"
	    . sha256_hex($r->json->{access_token}) . "'"), '{tasks:write}',
	    '... of this token');
	is($program->renew($r->json->{refresh_token})->json->{scope},
	    "@both", '... and for all again');
	is_wrong($program->renew($t->{refresh_token}, scope => 'openid'), 400,
	    'invalid_scope', 'or for nothing of ours');
	$ann->delete("apps/$_->{id}") for apps($ann);
};

subtest 'renewal' => sub {
	my $first = $program->connect($ann);
	my $second = $program->renew($first->{refresh_token})->json;
	isnt($second->{refresh_token}, $first->{refresh_token}, 'another');
	is_good($_->{access_token}, 'both are good for their hour')
	    for $first, $second;
	my $third = $program->renew($second->{refresh_token})->json;
	is_good($third->{access_token}, 'and on it goes');
	is(scalar(() = apps($ann)), 1, 'one app all the time');

	# its answer is lost: once more, and once more
	my @lost = map { $program->renew($third->{refresh_token}) } 1 .. 3;
	is_deeply([map { $_->status } @lost], [200, 200, 200],
	    'an answer that was lost is given again');
	my $found = $program->renew($lost[1]->json->{refresh_token});
	is($found->status, 200, 'whichever came through is good');
	is_wrong($program->renew($third->{refresh_token}), 400,
	    'invalid_grant', 'then the one before is not');
	is_bad($found->json->{access_token}, '... and ends it all');
	is_deeply([apps($ann)], [], '... with its app');

	my $t = $program->connect($ann);
	is($program->renew($t->{refresh_token})->status, 200, 'used');
	time_goes('59 seconds');
	is($program->renew($t->{refresh_token})->status, 200,
	    'for a minute it may be asked again');
	time_goes('2 seconds');
	is_wrong($program->renew($t->{refresh_token}), 400, 'invalid_grant',
	    'after that it may not');
	is_deeply([apps($ann)], [], 'and that ends it');
};

subtest 'an end to everything' => sub {
	my $code = $program->code($ann);
	time_goes('121 seconds');
	is_wrong($program->exchange($code), 400, 'invalid_grant',
	    'a code after two minutes');
	my $t = $program->connect($ann);
	time_goes('3601 seconds');
	is_bad($t->{access_token}, 'an access token after an hour');
	$t = $program->renew($t->{refresh_token})->json;
	is_good($t->{access_token}, '... and its grant goes on');
	time_goes('59 days');
	my $next = $program->renew($t->{refresh_token})->json;
	time_goes('2 days');
	is_wrong($program->renew($t->{refresh_token}), 400, 'invalid_grant',
	    'a refresh token after sixty days');
	is($program->renew($next->{refresh_token})->status, 200,
	    'its successor, from its own beginning');
	time_goes('61 days');
	is_deeply([apps($ann)], [], 'what has ended is not listed');
	is_wrong($program->renew($next->{refresh_token}), 400,
	    'invalid_grant', 'nor renewed');
};

subtest 'what has ended goes' => sub {
	$program->connect($app->user("p$_")) for 1 .. 8;
	$app->sql("update oauth_grant set expires_at = now() - interval"
	    . " '1 minute'");
	my $old = $app->sql('select count(*) from oauth_grant');
	my $left = sub { scalar $app->sql('select count(*) from oauth_grant'
	    . ' where expires_at <= now()') };
	$program->code($bob);
	is($left->(), $old - 5, 'five with whatever writes');
	$program->code($bob);
	is($left->(), $old > 10 ? $old - 10 : 0, 'then the others');
	is($app->sql('select count(*) from oauth_token t where not exists'
	    . ' (select from oauth_grant g where g.user_id = t.user_id and'
	    . ' g.id = t.grant_id)'), 0, 'with their tokens');
	$app->sql("delete from oauth_grant");
};

subtest 'revocation' => sub {
	for my $c ($program, $own) {
		my $t = $c->connect($ann);
		my $r = $c->revoke($t->{access_token},
		    token_type_hint => 'refresh_token');
		is($r->status . $r->body, '200', 'an access token');
		is($r->header('Cache-Control'), 'no-store', '... unkept');
		is_bad($t->{access_token}, '... has ended');
		$t = $c->renew($t->{refresh_token})->json;
		is_good($t->{access_token}, '... alone');
		is($c->revoke($t->{refresh_token})->status, 200,
		    'a refresh token');
		is_bad($t->{access_token}, '... ends the grant');
		is(scalar(() = apps($ann)), 0, '... and is seen to');
		is($c->revoke($t->{$_})->status, 200, "once more: $_")
		    for qw(access_token refresh_token);
	}
	is($program->revoke($_)->status, 200, "no token: $_")
	    for 'x', 'tct_' . 'A' x 43, 'tcg_' . 'A' x 43, "tcr_\x{e4}";
	is_wrong($program->revoke(undef), 400, 'invalid_request', 'none');
};

subtest 'other workers at every step' => sub {
	my $fresh = sub { $app->restart_workers };
	$program->request;
	is($program->question($ann)->status, 200, 'the question');
	$fresh->();
	my (undef, $query) = OAuth::parts($program->answer($ann));
	$program->keep($query->{code});
	$fresh->();
	my $t = $program->exchange($query->{code})->json;
	$fresh->();
	is_good($t->{access_token}, 'a token of workers that are gone');
	$t = $program->renew($t->{refresh_token})->json;
	$fresh->();
	is_good($t->{access_token}, 'and its successor');
	is($program->revoke($t->{refresh_token})->status, 200, 'revoked');
	$fresh->();
	is_bad($t->{access_token}, 'for all that come');
};

subtest 'two workers in turn' => sub {
	my $t = $program->connect($ann);
	# who takes a request is for the kernel to say: until both have had some
	until_true('both to have renewed', sub {
		my @calls = map { $app->anyone->start('GET', '/api/healthz') }
		    1 .. 4;
		my $r = $program->renew($t->{refresh_token});
		$_->reply for @calls;
		return 1 if $r->status == 429;
		$t = $r->json;
		return 2 == grep { Proc::slurp($_) =~
		    m{route=/api/oauth/token } } glob
		    $app->dir . '/worker-*.log';
	});
	is_good($t->{access_token}, 'neither keeps anything');
	$ann->delete("apps/$_->{id}") for apps($ann);
};

subtest 'no database for a while' => sub {
	my $t = $program->connect($bob);
	my $code = $program->code($ann);
	$app->cluster->down('INT');
	is_problem($program->question($ann), 503, 'database_unavailable',
	    'the page is told');
	is_problem($program->answer($ann), 503, 'database_unavailable',
	    'when it says yes, too');
	for ($program->exchange($code),
	    $program->renew($t->{refresh_token}),
	    $program->revoke($t->{refresh_token})) {
		is_wrong($_, 503, 'temporarily_unavailable', 'a client');
		like($_->header('Retry-After'), qr/^\d+$/, '... and when');
	}
	$app->cluster->up;
	$app->wait_ready;
	$app->expect_log(qr/database_unavailable|connect/);
	is_good($_->json->{access_token}, 'nothing was lost')
	    for $program->exchange($code),
	    $program->renew($t->{refresh_token});
};

subtest 'people with accounts' => sub {
	my $who = Account->new($app, origin => $site);
	my $id = $who->sign_up(email => 'p@example.com')->json->{user}{id};
	my $user = "accounts:$id";
	my $t = $program->connect($who);
	is_good($t->{access_token}, 'with a session');
	my ($row) = @{ $who->get("/api/$user/apps")->json->{apps} };
	is($row->{client_id}, $program->id, 'listed');
	$who->post('sign-out');
	is_good($t->{access_token}, 'signing out ends no program');
	$who->sign_in;
	is($who->post('delete-user', { password => $who->password })->status,
	    200, 'the account is deleted');
	is(grants($user), 0, 'and its grants');
	is_bad($t->{access_token}, '... whose tokens are good no more');
	is_wrong($program->renew($t->{refresh_token}), 400, 'invalid_grant',
	    '... nor renewed');

	$who = Account->new($app, origin => $site);
	$id = $who->sign_up(email => 'q@example.com')->json->{user}{id};
	$t = $program->connect($who);
	my $code = $program->code($who);
	$app->cluster->sql("delete from public.\"user\" where id = '$id'");
	is_wrong($program->renew($t->{refresh_token}), 400, 'invalid_grant',
	    'deleted by somebody else who uses the table');
	is_wrong($program->exchange($code), 400, 'invalid_grant',
	    '... a code of theirs');
	is(grants("accounts:$id"), 0, '... and the grants are gone');
};

subtest 'an account and a consent at once' => sub {
	my $who = Account->new($app, origin => $site);
	my $id = $who->sign_up(email => 'r@example.com')->json->{user}{id};
	my $hold = Fault->new($app)->hold(
	    "select access_token_lock('accounts:$id')");
	$program->request;
	my %by = (headers => { Cookie => $who->cookies, Origin => $site });
	my $yes = $app->anyone->start('POST', '/api/oauth/consent', json =>
	    { allow => $true, scopes => \@both,
	    request => $program->{request} }, %by);
	$hold->blocks;
	my $end = $app->anyone->start('POST', '/api/auth/delete-user',
	    json => { password => $who->password }, %by);
	$hold->blocks(2);
	$hold->release;
	is($yes->reply->status, 200, 'a yes that is just being stored');
	is($end->reply->status, 200, 'when the account is deleted');
	is(grants("accounts:$id"), 0, 'goes with it');
};

subtest 'users of an issuer' => sub {
	my $fay = Client->new(port => $app->port, id => 'site:fay',
	    app => $app, token => Token::mint('s' x 40, { sub => 'fay',
	    iss => 'https://site.example' }));
	my $t = $program->connect($fay);
	is_good($t->{access_token}, 'have them too');
	my $bare = $program->connect($bob);
	$app->restart_workers(settings => { bare_ids => 'none' });
	is_bad($bare->{access_token}, 'bare ids are nobody\'s any more');
	is_wrong($program->renew($bare->{refresh_token}), 400,
	    'invalid_grant', '... and nothing of theirs is renewed');
	is_good($t->{access_token}, 'hers has its issuer');
	$app->restart_workers;
	is_good($program->renew($bare->{refresh_token})
	    ->json->{access_token}, 'and back');
};

subtest 'a registered client goes' => sub {
	my $c = OAuth->registered($app, secret => 1);
	my $other = $own->connect($ann);
	my $t = $c->connect($ann);
	my $code = $c->code($bob);
	$app->sql("delete from oauth_client where id = '" . $c->id . "'");
	is_bad($t->{access_token}, 'its tokens end');
	is_wrong($c->renew($t->{refresh_token}), 401, 'invalid_client',
	    'it is not known');
	is_wrong($c->exchange($code), 401, 'invalid_client', 'nor its codes');
	is($app->sql("select count(*) from oauth_grant where client_id = '"
	    . $c->id . "'"), 0, 'all of its grants are gone');
	is_problem($c->question($ann, $c->request), 400, 'client_invalid',
	    'nobody is asked for it');
	is_good($other->{access_token}, 'others stay');
};

subtest 'another address of the site' => sub {
	my $t = $program->connect($ann);
	my $code = $program->code($ann);
	my $was = $app->{settings}{public_url};
	$app->restart_workers(settings =>
	    { public_url => 'http://127.0.0.2:' . $app->port });
	is_problem($app->anyone->request('POST', '/api/mcp',
	    token => $t->{access_token}, headers =>
	    { Host => '127.0.0.2:' . $app->port },
	    json => { jsonrpc => '2.0', id => 1, method => 'ping' }), 401,
	    'unauthorized', 'a token for the old one');
	is_wrong($program->renew($t->{refresh_token}), 400, 'invalid_grant',
	    'is not renewed');
	is_wrong($program->exchange($code), 400, 'invalid_grant',
	    'nor is a code');
	$app->restart_workers;
	is_good($program->renew($t->{refresh_token})->json->{access_token},
	    'nothing has ended when it comes back');
};

subtest 'how many' => sub {
	my $cat = $app->user('cat');
	$app->sql('insert into oauth_grant (user_id, id, client_id,'
	    . ' client_name, scopes, resource, expires_at, turn)'
	    . " select 'cat', gen_random_uuid(), 'x', 'x', '{tasks:read}',"
	    . " 'x', now() + interval '1 day', 1 from generate_series(1, 50)");
	$program->request;
	is_problem($program->answer($cat), 409, 'too_many_apps', 'fifty');
	my ($one) = apps($cat);
	is($cat->delete("apps/$one->{id}")->status, 204, 'one less');
	is($program->exchange($program->code($cat))->status, 200,
	    'makes room for one');
	is_problem($program->answer($cat), 409, 'too_many_apps', 'no more');
	$app->sql("update oauth_grant set expires_at = now() where id in"
	    . " (select id from oauth_grant where user_id = 'cat'"
	    . " and client_id = 'x' limit 2)");
	is($program->answer($cat)->status, 200, 'nor do those that ended');
};

subtest 'when it is off' => sub {
	my @paths = (['GET', '/.well-known/oauth-authorization-server'],
	    ['POST', '/api/oauth/token'], ['POST', '/api/oauth/revoke'],
	    ['GET', '/api/oauth/consent'], ['POST', '/api/oauth/consent']);
	for (['mcp = off', mcp => 'off'], ['another server',
	    issuer_login_iss => 'https://login.example',
	    issuer_login_secret => 's' x 32,
	    mcp_authorization_server => 'https://login.example']) {
		my ($what, %set) = @$_;
		$app->restart_workers(settings => \%set);
		is_problem($ann->request($_->[0], $_->[1]), 404,
		    'no_such_route', "$what: @$_") for @paths;
		is($ann->get('apps')->status, 200, 'what there is, is listed');
	}
	is($app->anyone->get('/api/config')->json->{mcp_url},
	    "$site/api/mcp", 'there is MCP still');
	$app->restart_workers(settings => { mcp => 'off' });
	is($app->anyone->get('/api/config')->json->{mcp_url}, undef,
	    'or there is not');
	$app->restart_workers;
};

SKIP: {
	my $missing = Upstream::missing();
	skip $missing, 1 if $missing;
	subtest 'a client that describes itself' => sub {
		my $host = Document->start($app->dir);
		my $id = $host->id('/client.json');
		my %set = (oauth_ca_file => $host->ca_file,
		    oauth_client_hosts => 'localhost');
		$app->restart_workers(settings => \%set);
		my $c = OAuth->made($app, id => $id);
		$host->describe('/client.json', client_name => 'Its name');
		$c->request;
		is($c->question($ann)->json->{client}{name}, 'Its name',
		    'its own words');
		$host->describe('/client.json', client_name => 'Another');
		is_good($c->connect($ann)->{access_token}, 'connected');
		is($host->asked('/client.json'), 1, 'read once');
		$app->restart_workers(settings => \%set);
		is($c->question($ann)->json->{client}{name}, 'Its name',
		    'another worker has it too');
		my $stale = sub ($interval) {
			$app->sql('update oauth_client set fresh_until ='
			    . " now() - interval '$interval' where id = '$id'");
		};
		$stale->('1 second');
		is($c->question($ann)->json->{client}{name}, 'Another',
		    'after its time it is read anew');
		is($host->asked('/client.json'), 2, '... once more');
		my $t = $c->connect($ann);

		$host->describe('/client.json',
		    redirect_uris => ['https://app.example/elsewhere']);
		$c->request;
		$stale->('1 second');
		is_problem($c->answer($ann), 400, 'redirect_invalid',
		    'it leads elsewhere now');
		is_good($c->renew($t->{refresh_token})->json->{access_token},
		    'what was granted is');
		$host->describe('/client.json');
		$stale->('1 second');
		is($c->question($ann)->status, 200, 'as it was');

		$host->stop;
		$stale->('23 hours');
		is($c->question($ann)->status, 200,
		    'while its host is down, what is known serves');
		$stale->('25 hours');
		is_problem($c->question($ann), 502, 'client_unreachable',
		    'for a day');
		$app->expect_log(qr/client_unreachable/);
		$host->up;
		$host->put('/client.json', '{}');
		is_problem($c->question($ann), 400, 'client_invalid',
		    'a host that says something else is heard');
		is($app->sql("select count(*) from oauth_client where id ="
		    . " '$id'"), 1, '... and what it said before is kept');
		$app->restart_workers(settings => { %set,
		    oauth_client_hosts => 'claude.ai' });
		is_problem($c->question($ann), 400, 'client_invalid',
		    'hosts that an operator does not want');
		is_wrong($c->renew($t->{refresh_token}), 401,
		    'invalid_client', '... get no tokens either');
		$app->restart_workers;
	};
}

subtest 'documents nobody asks for any more' => sub {
	$app->sql('insert into oauth_client (id, registered, name, host,'
	    . " redirect_uris, fresh_until) select 'https://x/' || n, false,"
	    . " 'x', 'x', '[]', now() - interval '49 hours'"
	    . ' from generate_series(1, 7) n');
	$app->sql("select oauth_client_keep('https://x/0', 'x', null, 'x',"
	    . " '[]', 60)") for 1 .. 2;
	is($app->sql("select string_agg(id, ' ') from oauth_client where id"
	    . " like 'https://x/%'"), 'https://x/0', 'go, a few at a time');
};

done_testing;
