#!/usr/bin/perl
# What somebody may try with our OAuth server who is not the person, not the
# client, or not honest: nobody is sent to an address that was not listed, no
# code or token is good twice, and who steals one ends it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Digest::SHA ();
use Fault;
use JSON::PP ();
use MIME::Base64 qw(encode_base64);
use OAuth;

my $app = App->new(workers => 2, db_connections => 8, accounts => 1,
    bare_ids => 'jwt')->start;
my $site = 'http://127.0.0.1:' . $app->port;
my $fault = Fault->new($app);
my $ann = $app->user('ann');
my $bob = $app->user('bob');
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my @both = qw(tasks:read tasks:write);

my $it = OAuth->document($app, 'https://app.example/client.json',
    redirects => ['https://app.example/back', 'http://127.0.0.1/cb',
    'http://[::1]:8000/cb', 'http://localhost/cb',
    'com.example.app:/back']);
my $evil = OAuth->document($app, 'https://evil.example/client.json',
    redirects => ['https://evil.example/back']);
my $own = OAuth->registered($app, secret => 1);
my $open = OAuth->registered($app);

sub at_mcp($token)
{
	return $app->anyone->request('POST', '/api/mcp', token => $token,
	    json => { jsonrpc => '2.0', id => 1, method => 'ping' });
}

sub is_wrong($reply, $status, $error, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($reply->status . ' ' . (eval { $reply->json->{error} } // ''),
	    "$status $error", $name) or diag $reply->body;
}

sub everything()
{
	return join "\n", map { scalar $app->sql("select coalesce(json_agg(t"
	    . " order by t::text), '[]') from $_ t") }
	    qw(oauth_grant oauth_token);
}

# What anybody tries many times costs them their network's attempts.
sub forgive() { $app->sql("delete from throttle") }

# As if it had been done so often, and slowly.
sub used_up($key, $times)
{
	$app->sql("select count(throttle_hit(array['$key'], array[$times],"
	    . " array[86400], array[false])) from generate_series(1, $times)");
}

subtest 'nobody is redirected' => sub {
	my %wrong = (
		'client_id missing' => [{ client_id => undef },
		    'invalid_request'],
		'client_id empty' => [{ client_id => '' }, 'invalid_request'],
		'redirect_uri missing' => [{ redirect_uri => undef },
		    'invalid_request'],
		'redirect_uri empty' => [{ redirect_uri => '' },
		    'invalid_request'],
		map({ ("client_id $_" => [{ client_id => $_ },
		    'client_invalid']) } 'x', 'tcc_', 'tcc_' . 'A' x 43,
		    'tct_' . 'A' x 43, "tcc_'; drop table task; --",
		    'http://app.example/client.json',
		    'https://app.example', 'https://app.example/',
		    'https://app.example/client.json#x',
		    'https://u@app.example/client.json',
		    'https://app.example/../client.json',
		    'javascript:alert(1)', 'https://127.0.0.1/client.json',
		    'https://10.0.0.1/c', 'https://[::1]/c',
		    'https://localhost/c', 'https://169.254.169.254/latest'),
		map({ ("redirect_uri $_" => [{ redirect_uri => $_ },
		    'redirect_invalid']) } 'https://evil.example/back',
		    'https://app.example/back/', 'https://app.example/back?',
		    'https://app.example/back?x=1',
		    'https://app.example/back#x',
		    'https://app.example/Back', 'https://APP.example/back',
		    'HTTPS://app.example/back',
		    'https://app.example:443/back',
		    'https://app.example/./back',
		    'https://app.example/%62ack',
		    'https://app.example.evil.example/back',
		    'https://app.example@evil.example/back',
		    'https://evil.example\\@app.example/back',
		    'https://app.example/back ', ' https://app.example/back',
		    "https://app.example/back\r\nX: y",
		    'http://app.example/back', '//app.example/back', '/back',
		    'back', '*', 'https://app.example/*',
		    'http://127.0.0.1:8000/other', 'http://127.0.0.1/cb/',
		    'http://127.0.0.1:99999/cb', 'http://127.0.0.1:0x50/cb',
		    'http://127.0.0.1:/cb', 'http://127.0.0.2/cb',
		    'http://127.1/cb', 'http://2130706433/cb',
		    'http://127.0.0.1.evil.example/cb',
		    'http://localhost.evil.example/cb',
		    'http://127.0.0.1:80@evil.example/cb',
		    'http://[::2]/cb', 'https://127.0.0.1/cb',
		    'javascript:alert(1)', 'JavaScript:alert(1)',
		    'data:text/html,x', 'vbscript:x', 'file:///etc/passwd',
		    'blob:x', 'about:blank', 'ws://app.example/back',
		    'com.example.app:/other', 'com.example.app:/back?x',
		    'com.example.app://back'),
	);
	for my $what (sort keys %wrong) {
		my ($change, $code) = @{ $wrong{$what} };
		my $request = $it->request(%$change);
		for my $r ($it->question($ann, $request), $it->answer($ann),
		    $it->answer($ann, allow => $false, scopes => undef)) {
			is_problem($r, 400, $code, $what);
			is($r->header('Location'), undef, '... no redirect');
		}
	}
	is(everything(), "[]\n[]", 'and nothing is granted');
};

subtest 'a scheme that a script could be in' => sub {
	# even if an operator or a document should have listed one
	for ('javascript:alert(1)//', 'data:text/html,x', 'vbscript:x',
	    'file:///x', 'blob:https://app.example/x', 'about:blank',
	    'view-source:https://x', 'ws://x/', 'http://app.example/back',
	    'ftp://x/', 'filesystem:x') {
		my $c = OAuth->registered($app, redirects => [$_]);
		is_problem($c->question($ann, $c->request), 400,
		    'redirect_invalid', $_);
		is_problem($c->answer($ann), 400, 'redirect_invalid',
		    '... nor with a yes');
	}
};

subtest 'any port of this machine' => sub {
	for ('http://127.0.0.1:1/cb', 'http://127.0.0.1:65535/cb',
	    'http://[::1]/cb', 'http://[::1]:9/cb',
	    'http://localhost:3000/cb') {
		$it->request(redirect_uri => $_);
		my ($to) = OAuth::parts($it->answer($ann));
		is($to, $_, $_);
	}
	my $code = $it->code($ann, redirect_uri => 'http://127.0.0.1:1/cb');
	is_wrong($it->exchange($code, redirect_uri =>
	    'http://127.0.0.1:2/cb'), 400, 'invalid_grant',
	    'but the port it began with');
	is($it->exchange($code, redirect_uri => 'http://127.0.0.1:1/cb')
	    ->status, 200, '... to the end');
};

subtest 'a parameter twice' => sub {
	my $q = Client::query(%{ $it->request });
	for (qw(client_id redirect_uri response_type scope state
	    code_challenge code_challenge_method resource)) {
		my $r = $ann->get("/api/oauth/consent?$q&$_=x");
		is_problem($r, 400, 'invalid_request', "$_, asked");
		$r = $it->form('/api/oauth/token', {}, body =>
		    "grant_type=authorization_code&client_id=x&$_=1&$_=2");
		is_wrong($r, 400, 'invalid_request', "$_, in a form");
	}
	is_problem($ann->request('POST', '/api/oauth/consent', body =>
	    '{"allow":true,"allow":false}'), 400, 'invalid_json',
	    'a yes and a no');
	is_problem($ann->get("/api/oauth/consent?$q&state=%ff"), 400,
	    'invalid_request', 'no UTF-8');
};

subtest 'what the client is told it did wrong' => sub {
	my %wrong = (
		'no response_type' => [{ response_type => undef },
		    'invalid_request'],
		'a token' => [{ response_type => 'token' },
		    'unsupported_response_type'],
		'both' => [{ response_type => 'code token' },
		    'unsupported_response_type'],
		'a fragment' => [{ response_mode => 'fragment' },
		    'invalid_request'],
		'no challenge' => [{ code_challenge => undef },
		    'invalid_request'],
		'no method' => [{ code_challenge_method => undef },
		    'invalid_request'],
		'plain' => [{ code_challenge_method => 'plain' },
		    'invalid_request'],
		's256' => [{ code_challenge_method => 's256' },
		    'invalid_request'],
		'a short challenge' => [{ code_challenge => 'A' x 42 },
		    'invalid_request'],
		'a long challenge' => [{ code_challenge => 'A' x 44 },
		    'invalid_request'],
		'no base64url' => [{ code_challenge => '+' x 43 },
		    'invalid_request'],
		'a foreign resource' => [{ resource =>
		    'https://other.example/api/mcp' }, 'invalid_target'],
		'half the resource' => [{ resource => $site },
		    'invalid_target'],
		'more than the resource' => [{ resource => "$site/api/mcp/" },
		    'invalid_target'],
		'no scope of ours' => [{ scope => 'openid profile' },
		    'invalid_scope'],
		'a scope that begins so' => [{ scope => 'tasks:rea tasks' },
		    'invalid_scope'],
		'a request object' => [{ request => 'e30.e30.' },
		    'request_not_supported'],
		'its address' => [{ request_uri => 'https://x/' },
		    'request_uri_not_supported'],
	);
	for my $what (sort keys %wrong) {
		my ($change, $error) = @{ $wrong{$what} };
		$it->request(%$change);
		for my $r ($it->question($ann), $it->answer($ann)) {
			is($r->status, 200, $what);
			my ($to, $query) = OAuth::parts($r);
			is($to, 'https://app.example/back', '... goes back');
			is_deeply([@$query{qw(error state iss code)}],
			    [$error, $it->{state}, $site, undef],
			    "... with $error");
			ok(length $query->{error_description}, '... and why');
		}
	}
};

subtest 'the state, as it came' => sub {
	for ('x' x 3000, '&code=x&iss=https://evil.example', "\x{1f389} ä",
	    '%26code%3D1', '#fragment', '"><script>', "a\tb\nc") {
		$it->request(state => $_);
		my (undef, $query) = OAuth::parts($it->answer($ann));
		is($query->{state}, $_, length > 50 ? 'long' : "it: $_");
		like($query->{code}, qr/^tca_/, '... beside our code');
		is($query->{iss}, $site, '... and our name');
	}
	$it->request(state => undef);
	my (undef, $query) = OAuth::parts($it->answer($ann));
	ok(!exists $query->{state}, 'none, where none was');
};

subtest 'who may say yes' => sub {
	my $before = everything();
	$it->request;
	my %json = (allow => $true, scopes => \@both,
	    request => $it->{request});
	is_problem($it->answer($app->anyone), 401, 'unauthorized', 'nobody');
	is_problem($it->question($app->anyone), 401, 'unauthorized',
	    'nor is asked');
	my $token = $ann->post('access-tokens', { name => 'x' })->json->{token};
	push @{ $app->{tokens} }, $token;
	my $program = Client->new(port => $app->port, id => 'ann',
	    app => $app, token => $token);
	is_problem($it->answer($program), 403, 'person_required',
	    'no program with a token');
	is_problem($it->question($program), 403, 'person_required',
	    'nor is it asked');
	is_problem($program->get('apps'), 403, 'person_required',
	    'nor is it told of others');
	is(everything(), $before, 'nothing is granted');

	my $t = $it->connect($ann);
	my $granted = Client->new(port => $app->port, id => 'ann',
	    app => $app, token => $t->{access_token});
	$it->request;
	for ($it->answer($granted), $it->question($granted),
	    $granted->get('apps'), $granted->get('tasks'),
	    $granted->get('access-tokens'), $granted->get('conversations'),
	    $granted->post('access-tokens', { name => 'x' }),
	    $granted->post('chat', { message => 'hello' })) {
		is_problem($_, 401, 'unauthorized',
		    'a token for MCP is good nowhere else');
	}
	my $r = $granted->get('tasks', token => undef, headers =>
	    { Cookie => "token=$t->{access_token}" });
	is_problem($r, 401, 'unauthorized', 'nor as a cookie');
};

subtest 'a page of somebody else' => sub {
	my $who = Account->new($app, origin => $site);
	$who->sign_up(email => 'p@example.com');
	my $before = everything();
	$it->request;
	for (undef, 'null', 'https://evil.example', 'https://app.example',
	    "$site.evil.example") {
		is_problem($it->answer($who, headers => { Origin => $_ }),
		    403, 'origin_not_allowed', 'Origin ' . ($_ // 'missing'));
	}
	is_problem($it->answer($who, headers => { Origin => undef, Referer =>
	    'https://evil.example/authorize' }), 403, 'origin_not_allowed',
	    'Referer');
	my $form = $who->{client}->request('POST', '/api/oauth/consent',
	    headers => { Cookie => $who->cookies, Origin => $site,
	    'Content-Type' => 'text/plain' }, body => JSON::PP->new->utf8
	    ->encode({ allow => $true, scopes => \@both,
	    request => $it->{request} }));
	is_problem($form, 415, 'unsupported_media_type',
	    'what a form can send');
	my $get = $who->get('/api/oauth/consent?allow=true&scopes=tasks:read&'
	    . Client::query(%{ $it->{request} }));
	ok(!exists $get->json->{redirect_to}, 'looking is no yes');
	is(everything(), $before, 'nothing is granted');
	is($it->answer($who)->status, 200, 'their own page may');
};

subtest 'what a yes has to be' => sub {
	my $before = everything();
	$it->request(scope => 'tasks:read');
	my %wrong = (
		'a yes in words' => { allow => 'true' },
		'a number' => { allow => 1 },
		'neither' => { allow => undef },
		'no scopes' => { scopes => undef },
		'an empty list' => { scopes => [] },
		'a text' => { scopes => 'tasks:read' },
		'two in one' => { scopes => ['tasks:read tasks:write'] },
		'an unknown one' => { scopes => ['tasks:read', 'admin'] },
		'of another type' => { scopes => [1] },
		'more than was asked for' => { scopes => \@both },
		'another than was asked for' => { scopes => ['tasks:write'] },
		'a member nobody knows' => { user => 'bob' },
		'a request in words' => { request => 'x' },
		'no request' => { request => [] },
		'a number in it' => { request => { %{ $it->{request} },
		    state => 5 } },
		'a list in it' => { request => { %{ $it->{request} },
		    client_id => [$it->id] } },
	);
	is_problem($it->answer($ann, %{ $wrong{$_} }), 400,
	    'invalid_request', $_) for sort keys %wrong;
	is(everything(), $before, 'nothing is granted');
};

subtest 'her request, his yes' => sub {
	my $mine = sub { $app->sql('select count(*) from oauth_grant'
	    . " where user_id = '$_[0]'") };
	my ($hers, $his) = map { $mine->($_) } qw(ann bob);
	$it->request;
	$it->question($ann);
	my (undef, $query) = OAuth::parts($it->answer($bob));
	$it->keep($query->{code});
	is($mine->('ann'), $hers, 'grants nothing of hers');
	my $t = $it->exchange($query->{code})->json;
	is($mine->('bob'), $his + 1, 'but his');
	my ($row) = @{ $bob->get('apps')->json->{apps} };
	is_problem($ann->delete("apps/$row->{id}"), 404, 'app_not_found',
	    'and she cannot end it');
	is_problem($ann->get('/api/bob/apps'), 403, 'user_mismatch',
	    'nor see it');
	is_problem($ann->delete("/api/bob/apps/$row->{id}"), 403,
	    'user_mismatch', '... by his address');
	is(at_mcp($t->{access_token})->status, 200, 'it is good');
};

subtest 'a code that is not theirs' => sub {
	my $code = $it->code($ann);
	my $before = everything();
	my %wrong = (
		'no verifier' => [{ code_verifier => undef },
		    'invalid_request'],
		'an empty one' => [{ code_verifier => '' },
		    'invalid_request'],
		'a short one' => [{ code_verifier => 'a' x 42 },
		    'invalid_request'],
		'a long one' => [{ code_verifier => 'a' x 129 },
		    'invalid_request'],
		'characters' => [{ code_verifier => 'a' x 42 . '+' },
		    'invalid_request'],
		'another one' => [{ code_verifier => 'a' x 43 },
		    'invalid_grant'],
		'the challenge itself' => [{ code_verifier =>
		    $it->{request}{code_challenge} }, 'invalid_grant'],
		'another verifier, no redirect_uri' => [{ redirect_uri =>
		    undef, code_verifier => 'a' x 43 }, 'invalid_grant'],
		'another redirect_uri' => [{ redirect_uri =>
		    'http://127.0.0.1/cb' }, 'invalid_grant'],
		'the same to a browser' => [{ redirect_uri =>
		    'https://app.example:443/back' }, 'invalid_grant'],
		'no code' => [{ code => undef }, 'invalid_request'],
		'half of it' => [{ code => substr $code, 0, 30 },
		    'invalid_grant'],
		'another code' => [{ code => 'tca_' . 'A' x 43 },
		    'invalid_grant'],
		'its random alone' => [{ code => substr $code, 4 },
		    'invalid_grant'],
		'as another kind' => [{ grant_type => 'refresh_token',
		    refresh_token => $code }, 'invalid_grant'],
		'another resource' => [{ resource =>
		    'https://other.example/api/mcp' }, 'invalid_target'],
		'no grant_type' => [{ grant_type => undef },
		    'invalid_request'],
		map({ ("grant_type $_" => [{ grant_type => $_ },
		    'unsupported_grant_type']) } 'password',
		    'client_credentials', 'implicit', 'Authorization_Code'),
	);
	is_wrong($it->exchange($code, %{ $wrong{$_}[0] }), 400,
	    $wrong{$_}[1], $_) for sort keys %wrong;
	for my $c ($evil, $open, $own) {
		is_wrong($c->exchange($code, redirect_uri =>
		    $it->{redirect}, code_verifier => $it->{verifier}), 400,
		    'invalid_grant', 'another client, all the rest right');
	}
	is(everything(), $before, 'nothing was consumed by all that');
	is($it->exchange($code, redirect_uri => undef)->status, 200,
	    'it is still good for its own, as OAuth 2.1 has it: no redirect_uri');
	forgive();
};

subtest 'a client that is not itself' => sub {
	my $code = $own->code($ann);
	my $form = $own->exchange_form($code);
	my $before = everything();
	my $basic = sub ($text) {
		return (headers => { Authorization =>
		    'Basic ' . encode_base64($text, '') });
	};
	my ($id, $secret) = @$own{qw(id secret)};
	my $other = OAuth->registered($app, secret => 1);
	my @wrong = (
		['no secret', { client_id => $id }],
		['an empty one', { client_id => $id, client_secret => '' }],
		['another one', { client_id => $id,
		    client_secret => 'tcs_' . 'A' x 43 }],
		['another client\'s', { client_id => $id,
		    client_secret => $other->{secret} }],
		['in capitals', { client_id => $id,
		    client_secret => uc $secret }],
		['with a blank', { client_id => $id,
		    client_secret => "$secret " }],
		['its hash', { client_id => $id, client_secret =>
		    Digest::SHA::sha256_hex($secret) }],
		['nobody', {}],
		['an unknown client', { client_id => 'tcc_' . 'A' x 43,
		    client_secret => $secret }],
		['no client at all', { client_id => 'x' }],
		['Basic, another secret', {}, $basic->("$id:x")],
		['Basic, no secret', {}, $basic->("$id:")],
		['Basic, no colon', {}, $basic->($id)],
		['Basic, nothing', {}, headers =>
		    { Authorization => 'Basic ' }],
		['Basic, no base64', {}, headers =>
		    { Authorization => 'Basic ***' }],
		['Bearer', {}, headers =>
		    { Authorization => "Bearer $secret" }],
		['Bearer, as the person', { client_id => $id }, headers =>
		    { Authorization => 'Bearer ' . $ann->token }],
	);
	for (@wrong) {
		my ($what, $more, %opt) = @$_;
		for (['token', $form], ['revoke', { token => $code }]) {
			my $c = bless { %$own, secret => undef,
			    id => undef }, 'OAuth';
			my $r = $c->form("/api/oauth/$_->[0]",
			    { %{ $_->[1] }, %$more }, %opt);
			is_wrong($r, 401, 'invalid_client', "$what: $_->[0]");
			like($r->header('WWW-Authenticate'), qr/^Basic /,
			    '... and how');
		}
	}
	my $c = bless { %$own, secret => undef }, 'OAuth';
	is_wrong($c->form('/api/oauth/token', { %$form, client_secret =>
	    $secret }, $basic->("$id:$secret")), 400, 'invalid_request',
	    'two ways at once');
	is_wrong($c->form('/api/oauth/token', { %$form, client_id =>
	    $other->id }, $basic->("$id:$secret")), 400, 'invalid_request',
	    'two names at once');
	for my $public ($it, $open) {
		is_wrong($public->form('/api/oauth/token', { %$form,
		    client_secret => $secret }), 401, 'invalid_client',
		    'a secret of a client that has none');
	}
	is(everything(), $before, 'nothing was consumed by all that');
	is($own->exchange($code)->status, 200, 'it is good for itself');
	forgive();
};

subtest 'a code twice' => sub {
	my $code = $it->code($ann);
	my $t = $it->exchange($code)->json;
	is_wrong($evil->exchange($code, redirect_uri => $it->{redirect},
	    code_verifier => $it->{verifier}), 400, 'invalid_grant',
	    'by another client');
	is(at_mcp($t->{access_token})->status, 200, '... ends nothing');
	is_wrong($it->exchange($code, code_verifier => 'x' x 43), 400,
	    'invalid_grant', 'by the same');
	is(at_mcp($t->{access_token})->status, 401, '... ends its grant');
	is_wrong($it->renew($t->{refresh_token}), 400, 'invalid_grant',
	    '... to the last token');
	is_wrong($it->exchange($code), 400, 'invalid_grant', 'a third time');

	$code = $it->code($ann);
	$t = $it->exchange($code)->json;
	$app->sql("update oauth_token set used_at = used_at - interval"
	    . " '30 days' where kind = 'code'");
	is_wrong($it->exchange($code), 400, 'invalid_grant', 'a month later');
	is(at_mcp($t->{access_token})->status, 401, '... ends it, too');
};

# Both wait for the grant's row, so that both have read before either writes.
sub at_once(@calls)
{
	my $hold = $fault->hold('select 1 from oauth_grant for update');
	my @started = map { $_->() } @calls;
	$hold->blocks(scalar @calls);
	$hold->release;
	my @replies = map { $_->reply } @started;
	for (@replies) {
		my $data = $_->json;
		$it->keep(@$data{qw(access_token refresh_token)});
	}
	return @replies;
}

subtest 'a code twice, at once' => sub {
	$app->sql('delete from oauth_grant');
	my $code = $it->code($ann);
	my @r = sort { $a->status <=> $b->status } at_once((sub {
		return $it->start_exchange($code);
	}) x 2);
	is_deeply([map { $_->status } @r], [200, 400], 'one of them wins');
	is($r[1]->json->{error}, 'invalid_grant', 'the other does not');
	is(at_mcp($r[0]->json->{access_token})->status, 401,
	    'and ends what the first has got');
	is($app->sql('select count(*) from oauth_token'), 0, 'all of it');
};

subtest 'a refresh token twice, at once' => sub {
	my $t = $it->connect($ann);
	my @r = at_once((sub {
		return $it->start_form('/api/oauth/token', { grant_type =>
		    'refresh_token', refresh_token => $t->{refresh_token} });
	}) x 3);
	is_deeply([map { $_->status } @r], [200, 200, 200],
	    'two tabs of one client, say');
	is($it->renew($r[1]->json->{refresh_token})->status, 200,
	    'either goes on');
	is_wrong($it->renew($r[0]->json->{refresh_token}), 400,
	    'invalid_grant', 'but not both');
	is(at_mcp($_->json->{access_token})->status, 401, 'it has ended')
	    for @r;
};

subtest 'a thief with a refresh token' => sub {
	# the thief is first
	my $t = $it->connect($ann);
	my $stolen = $it->renew($t->{refresh_token})->json;
	my $more = $it->renew($stolen->{refresh_token})->json;
	is_wrong($it->renew($t->{refresh_token}), 400, 'invalid_grant',
	    'the owner comes second');
	is(at_mcp($_->{access_token})->status, 401, 'and ends what is stolen')
	    for $stolen, $more;
	is_wrong($it->renew($more->{refresh_token}), 400, 'invalid_grant',
	    '... for good');

	# the owner was, and has not been back; the thief has a minute
	$t = $it->connect($ann);
	my $owner = $it->renew($t->{refresh_token})->json;
	$stolen = $it->renew($t->{refresh_token})->json;
	$more = $it->renew($stolen->{refresh_token})->json;
	is_wrong($it->renew($owner->{refresh_token}), 400, 'invalid_grant',
	    'when the owner comes back');
	is(at_mcp($more->{access_token})->status, 401, 'it is over');

	$t = $it->connect($ann);
	for my $c ($evil, $open, $own) {
		is_wrong($c->renew($t->{refresh_token}), 400, 'invalid_grant',
		    'another client');
		is_wrong($c->revoke($t->{$_}), 400, 'invalid_grant',
		    "... nor may it end $_")
		    for qw(refresh_token access_token);
	}
	is_wrong($it->renew($t->{access_token}), 400, 'invalid_grant',
	    'an access token renews nothing');
	is_wrong($it->renew('tcr_' . substr $t->{access_token}, 4), 400,
	    'invalid_grant', '... whatever it is called');
	is(at_mcp($_)->status, 401, 'and no other opens the door')
	    for $t->{refresh_token}, 'tcg_' . substr($t->{refresh_token}, 4);
	is($it->renew($t->{refresh_token})->status, 200, 'all is as it was');
	forgive();
};

subtest 'an answer of the database is lost' => sub {
	my %was = %{ $app->{settings} };
	my $wire = Fault::Wire->start($app);
	$app->restart_workers;
	my $t = $it->connect($ann);
	$wire->lose('oauth_refresh');
	is_wrong($it->renew($t->{refresh_token}), 503,
	    'temporarily_unavailable', 'renewed, and nobody is told');
	ok($wire->lost, 'it was');
	my $next = $it->renew($t->{refresh_token});
	is($next->status, 200, 'asking again helps');
	is(at_mcp($next->json->{access_token})->status, 200, 'and it is good');
	my $code = $it->code($ann);
	$wire->lose('oauth_exchange');
	is_wrong($it->exchange($code), 503, 'temporarily_unavailable',
	    'a code was changed, and nobody is told');
	ok($wire->lost, 'it was');
	is_wrong($it->exchange($code), 400, 'invalid_grant',
	    'a code is good once');
	$wire->lose('oauth_consent');
	$it->request;
	is_problem($it->answer($ann), 503, 'database_unavailable',
	    'a yes, and nobody is told');
	is($it->answer($ann)->status, 200, 'it can be said again');
	$app->{settings} = \%was;
	$app->restart_workers;
	$wire->stop;
	$app->expect_log(qr/database_unavailable|lost the database/);
};

subtest 'forms' => sub {
	my $before = everything();
	my %ok = (grant_type => 'refresh_token', refresh_token =>
	    'tcr_' . 'A' x 43, client_id => $it->id);
	my $json = JSON::PP->new->utf8->encode(\%ok);
	for (['application/json', $json], ['text/plain',
	    Client::query(%ok)], [undef, Client::query(%ok)],
	    ['multipart/form-data; boundary=x', "--x--"]) {
		for my $path ('token', 'revoke') {
			is_wrong($app->anyone->request('POST',
			    "/api/oauth/$path", body => $_->[1], headers =>
			    { 'Content-Type' => $_->[0] }), 400,
			    'invalid_request', $_->[0] // 'no type');
		}
	}
	my %form = ('Content-Type' => 'application/x-www-form-urlencoded');
	is_wrong($app->anyone->request('POST', '/api/oauth/token', body =>
	    $_, headers => \%form), 400, 'invalid_request', "body $_")
	    for 'a=%', 'a=%00', 'client_id=%ff';
	is_wrong($app->anyone->request('POST', '/api/oauth/token', body => '',
	    headers => \%form), 401, 'invalid_client', 'an empty one');
	is_wrong($app->anyone->request('POST', '/api/oauth/token', body =>
	    'x=' . 'a' x 17000, headers => \%form), 413, 'invalid_request',
	    'too long');
	is_problem($app->anyone->request($_, '/api/oauth/token'), 405,
	    'method_not_allowed', $_) for 'GET', 'DELETE';
	my $q = Client::query(%ok);
	is_wrong($app->anyone->request('POST', "/api/oauth/token?$q",
	    body => '', headers => \%form), 401, 'invalid_client',
	    'what is in the query does not count');
	is(everything(), $before, 'nothing has changed');
	forgive();
};

subtest 'too often' => sub {
	my $t = $it->connect($ann);
	my $code = $it->code($ann);
	my $r;
	for (1 .. 101) {
		$r = $it->renew('tcr_' . 'A' x 43);
		last if $r->status != 400;
	}
	is_wrong($r, 429, 'temporarily_unavailable', 'guesses of one network');
	like($r->header('Retry-After'), qr/^[1-9]\d*$/, '... and when');
	is_wrong($it->revoke('x', client_id => 'x'), 429,
	    'temporarily_unavailable', 'at both doors');
	is($it->exchange($code)->status, 200, 'who has a good one gets in');
	forgive();

	my $turn = 1;
	while (($r = $it->renew($t->{refresh_token}))->status == 200) {
		$t = $r->json;
		last if ++$turn > 40;
	}
	is($turn, 31, 'thirty renewals of one grant in ten minutes');
	is_wrong($r, 429, 'temporarily_unavailable', '... and no more');
	is(at_mcp($t->{access_token})->status, 200, 'nothing ends by that');
	forgive();
	$r = $it->renew($t->{refresh_token});
	is($r->status, 200, 'it goes on later');
	$t = $r->json;
	my ($grant) = $app->sql('select grant_id from oauth_token where hash ='
	    . " '\\x" . Digest::SHA::sha256_hex($t->{refresh_token}) . "'");
	used_up("oauth refresh day $grant", 500);
	is_wrong($it->renew($t->{refresh_token}), 429,
	    'temporarily_unavailable', 'five hundred in a day');
	forgive();
	is($it->renew($t->{refresh_token})->status, 200, '... nor is that the end');

	my $cat = $app->user('cat');
	$it->request;
	is($it->answer($cat)->status, 200, "yes, $_") for 1 .. 30;
	$r = $it->answer($cat);
	is_problem($r, 429, 'too_many_attempts', 'a person\'s yes');
	like($r->header('Retry-After'), qr/^[1-9]\d*$/, '... and when');
	is($it->answer($bob)->status, 200, 'others may');
	is($it->answer($cat, allow => $false, scopes => undef)->status, 200,
	    'and no can always be said');

	my $dan = $app->user('dan');
	for (1 .. 31) {
		$r = $it->question($dan, $it->request(client_id =>
		    "https://127.0.0.1/c$_"));
		last if $r->status != 400;
	}
	is_problem($r, 429, 'too_many_attempts', 'descriptions to be read');
	is($it->question($dan, $it->request)->status, 200,
	    'what is known is read by itself');
	forgive();
	used_up('oauth document day dan', 200);
	is_problem($it->question($dan, $it->request(client_id =>
	    'https://127.0.0.1/c')), 429, 'too_many_attempts',
	    'two hundred of them in a day');
	forgive();
};

subtest 'the database refuses, too' => sub {
	my $t = $it->connect($ann);
	my $before = everything();
	for my $table (qw(oauth_grant oauth_token)) {
		my $count = "select count(*) from $table";
		is(($app->sql_as_worker('eve', $count))[1], 0,
		    "$table: eve sees none of hers");
		is(($app->sql_as_worker('', $count))[1], 0,
		    'nobody sees nothing');
		$app->sql_as_worker('eve', "delete from $table");
	}
	my $held = "set local taskchat.token_hash = '"
	    . Digest::SHA::sha256_hex($t->{access_token}) . "';\n";
	is(($app->sql_as_worker('', $held . 'select kind from oauth_token'))
	    [1], 'access', 'a hash shows the one row that has it');
	$app->sql_as_worker('eve', $held . $_)
	    for "update oauth_token set expires_at = 'infinity'",
	    'delete from oauth_token';
	my $sweep = "set local taskchat.sweep = 'oauth_grant';\n";
	is(($app->sql_as_worker('eve', $sweep . 'select count(*) from'
	    . ' oauth_grant'))[1], 0, 'sweeping sees what has ended alone');
	$app->sql_as_worker('eve', $sweep . 'delete from oauth_grant');
	is(everything(), $before, 'nothing of hers has changed');
	my ($ok) = $app->sql_as_worker('eve', $sweep . 'insert into'
	    . ' oauth_grant (user_id, id, client_id, client_name, scopes,'
	    . " resource, expires_at) values ('ann', gen_random_uuid(), 'x',"
	    . " 'x', '{tasks:read}', 'x', now())");
	ok(!$ok, 'and puts nothing there');
	my ($grant) = $app->sql('select id from oauth_grant where user_id ='
	    . " 'ann' limit 1");
	my $row = "('ann', '$grant', %s, 'access', now(), '{tasks:read}')";
	my %wrong = ('a hash that is taken' => "decode('"
	    . Digest::SHA::sha256_hex($t->{access_token}) . "', 'hex')",
	    'a short one' => "'x'");
	for (sort keys %wrong) {
		($ok) = $app->sql_as_worker('ann', 'insert into oauth_token'
		    . ' (user_id, grant_id, hash, kind, expires_at, scopes)'
		    . ' values ' . sprintf $row, $wrong{$_});
		ok(!$ok, "$_ is not stored");
	}
};

my $all = join '', map { Proc::slurp($_) } glob $app->dir . '/*.log';
ok(!(grep { index($all, $_) >= 0 } @{ $app->{tokens} }),
    'no log of any program has a secret, a code or a token');
unlike($all, qr/(?:code_verifier|client_secret|code)=[\w-]{40}/, 'nor a form');

done_testing;
