#!/usr/bin/perl
# Which tokens open the door of MCP: those made for its address, by somebody
# who may make them, and no others; and that what is for MCP opens nothing
# else.  The caller learns that a token is refused, the log why.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Digest::SHA qw(sha256_hex);
use File::Temp qw(tempdir);
use Issuer;
use JSON::PP qw(encode_json);
use Proc qw(find_program);
use Token qw(mint b64 key_pair jwk mint_with);

plan(skip_all => 'openssl is not installed') if !find_program('openssl');

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my %key = map { $_->[0] => key_pair($dir, @$_) } ['es', 'ES256'],
    ['ed', 'EdDSA'], ['evil', 'ES256'];
mkdir "$dir/url";
my $issuer = Issuer->start("$dir/url");
$issuer->answer({ keys => [map { jwk($key{$_}, kid => $_) } 'es', 'ed'] });

my %iss = map { $_ => "https://$_.example" } qw(site keys gone);
my %secret = map { $_ => Token::b64(join '', map { chr rand 256 } 1 .. 40) }
    qw(site gone);
my $app = App->new(accounts => 1, bare_ids => 'jwt', workers => 1,
    'issuer.site.iss' => $iss{site}, 'issuer.site.secret' => $secret{site},
    'issuer.site.audience' => 'us', 'issuer.site.cookie' => 'site_token',
    # nobody's azp counts at MCP
    'issuer.keys.iss' => $iss{keys}, 'issuer.keys.jwks_url' => $issuer->url,
    'issuer.keys.audience' => 'page', 'issuer.keys.audience_claim' => 'azp',
    allowed_origins => 'http://other.example',
    env => { TASKCHAT_ISSUER_GONE_ISS => $iss{gone},
	TASKCHAT_ISSUER_GONE_SECRET => $secret{gone},
	TASKCHAT_ISSUER_GONE_COOKIE => 'gone_token' })->start;
my $origin = 'http://127.0.0.1:' . $app->port;
my $mcp = "$origin/api/mcp";
my $metadata = "$origin/.well-known/oauth-protected-resource/api/mcp";
my $both = 'tasks:read tasks:write';
my @all = (aud => $mcp, scope => $both);
my $nobody = $app->anyone;

# Every token that is sent, or nearly: none may be in a log.
sub keep($token)
{
	push @{ $app->{tokens} }, $token if length $token > 40;
	return $token;
}

# Of jwt_secret, for ann, good at MCP unless a claim says otherwise.
sub ours(%claims)
{
	return $app->mint({ sub => 'ann', @all, %claims });
}

sub of_site(%claims)
{
	return keep(mint($secret{site}, { sub => 'ann', iss => $iss{site},
	    @all, %claims }));
}

sub of_keys($kid, %claims)
{
	return keep(mint_with($key{$kid}, { sub => 'ann', iss => $iss{keys},
	    @all, %claims }, header => { kid => $kid }));
}

sub call($token, $method, $params = {}, %opt)
{
	return $nobody->post('/api/mcp', { jsonrpc => '2.0', id => 1,
	    method => $method, params => $params }, token => $token, %opt);
}

sub ping($token, %opt) { call($token, 'ping', {}, %opt) }

# RFC 6750 section 3: what the challenge says.
sub challenge($reply)
{
	my @lines = $reply->headers('WWW-Authenticate');
	return { lines => scalar @lines } if @lines != 1;
	my ($rest) = $lines[0] =~ /^Bearer (.*)/ or return {};
	return { map { /^(\w+)="([^"]*)"$/ ? ($1 => $2) : ($_ => undef) }
	    split /, /, $rest };
}

sub let_in($token, $user, $name)
{
	my $r = ping($token);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($r->status, 200, "$name: let in") or return diag($r->body);
	is_deeply($r->json, { jsonrpc => '2.0', id => 1, result => {} },
	    '... and answered');
	like($app->log_of($r), qr/ user=\Q$user\E /, "... as $user");
	return $r;
}

my $refused = ping('rubbish');

sub refused($reply, $why, $name, %came)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest $name => sub {
		is_problem($reply, 401, 'unauthorized', 'refused');
		same_problem($reply, $refused, 'as everybody is');
		is_deeply(challenge($reply), { scope => $both,
		    resource_metadata => $metadata, %came },
		    'with where to ask for a token');
		like($app->log_of($reply), $why, 'the log says why');
	};
}

sub bad($token, $why, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	refused(ping($token), $why, $name, error => 'invalid_token');
}

sub make($who, @scopes)
{
	my $r = $who->post('access-tokens', { name => 'a program',
	    scopes => [@scopes] });
	die $r->body if $r->status != 201;
	keep($r->json->{token});
	return $r->json;
}

my $ann = $app->user('ann');
my $program = make($ann, qw(tasks:read tasks:write));

# --- what is good

let_in(ours(), 'ann', 'a JWT of jwt_secret, whose users are bare');
let_in(of_site(), 'site:ann', 'of an issuer with a secret, whose are not');
let_in(of_keys('es'), 'keys:ann', 'of an issuer whose keys are published');
let_in(of_keys('ed', aud => ['account', $mcp]), 'keys:ann',
    'by another of its keys, MCP among its audiences');
{
	my $r = let_in($program->{token}, 'ann', 'an access token');
	like($app->log_of($r), qr/ access_token=$program->{id} /,
	    '... the log has its id');
	my ($status, $token) = $app->command('token', '--user', 'bob',
	    '--mcp');
	chomp $token;
	let_in(keep($token), 'bob', 'what the command line prints');
	is(ping(undef, headers => { Authorization => "bEARER $token" })
	    ->status, 200, 'whatever the case of the scheme');
}

# --- what is sent in place of a token

refused(ping(undef), qr/no Authorization header/, 'nothing');
refused(ping(undef, headers => { Authorization => $_->[0] }), $_->[1],
    $_->[2], error => 'invalid_token') for
    ['foo', qr/not a bearer token/, 'foo'],
    ['Basic ' . ours(), qr/not a bearer token/, 'another scheme'],
    ['Bearer', qr/not a bearer token/, 'the scheme alone'],
    ['Bearer rubbish', qr/has not three parts/, 'rubbish'],
    ["Bearer $program->{token}, Bearer $program->{token}",
	qr/not the form of an access token/, 'two tokens in one header'],
    ['Bearer tct_' . 'A' x 43, qr/access token that is not known/,
	'an access token nobody made'],
    ['Bearer tcg_' . 'A' x 43, qr/access token of OAuth that is not known/,
	'one of OAuth nobody was given'],
    ['Bearer tcr_' . 'A' x 43, qr/has not three parts/, 'a refresh token'],
    ['Bearer tca_' . 'A' x 43, qr/has not three parts/, 'a code'];
refused($nobody->request('POST', '/api/mcp?' . Client::query(
    access_token => ours(), token => $program->{token}),
    json => { jsonrpc => '2.0', id => 1, method => 'ping' }),
    qr/no Authorization header/, 'a token in the query');
refused($nobody->request('POST', '/api/mcp', headers =>
    { 'Content-Type' => 'application/x-www-form-urlencoded' },
    body => 'access_token=' . ours()), qr/no Authorization header/,
    'a token in the body');
{
	# which of two counts?  nginx or we refuse both
	my $r = ping(undef, headers => { Authorization =>
	    ['Bearer ' . ours(), 'Bearer ' . ours(sub => 'bob')] });
	like($r->status, qr/^40[01]$/, 'two headers, both good');
}
refused($nobody->request($_, '/api/mcp'), qr/no Authorization header/,
    "$_ without a token: who, before how") for qw(GET DELETE PUT);

# --- JWTs

my %claims = (sub => 'ann', @all);
my $unsigned = b64(encode_json({ alg => 'none' })) . '.'
    . b64(encode_json({ %claims, exp => time + 600 })) . '.';
bad($_->[0], $_->[1], $_->[2]) for
    [$unsigned, qr/alg none|signature/, 'unsigned'],
    [mint($app->secret, \%claims, header => { alg => 'none' }),
	qr/alg none/, 'alg none, though it is signed'],
    [mint($app->secret, \%claims, header => { alg => 'HS512' },
	sign => 'HS512'), qr/alg HS512, expected HS256/, 'another alg'],
    [mint('x' x 40, \%claims), qr/wrong signature/, 'signed by nobody'],
    [mint_with($key{evil}, { %claims, iss => $iss{keys} },
	header => { kid => 'es' }), qr/keys: wrong signature/,
	'self-signed, by the kid of a good key'],
    [mint_with($key{evil}, { %claims, iss => $iss{keys} }, header =>
	{ kid => undef, jwk => jwk($key{evil}) }), qr/keys: wrong signature/,
	'self-signed, with the key in it'],
    [mint_with($key{es}, { %claims, iss => $iss{keys} }, header =>
	{ kid => 'other' }), qr/keys: unknown kid other/, 'an unknown kid'],
    [mint($key{es}{pem}, { %claims, iss => $iss{keys} }),
	qr/keys: alg HS256/, 'a public key as the secret'],
    [mint($secret{site}, { %claims, iss => $iss{keys} }),
	qr/keys: alg HS256/, 'the secret of another issuer'],
    [of_site(iss => "$iss{site}/"), qr{issuer \Q$iss{site}\E/ is none of},
	'a wrong iss'],
    [of_site(iss => undef), qr/no iss; known are: /, 'none'],
    [of_site(iss => [$iss{site}]), qr/iss is not a string/, 'a list'],
    [ours(exp => time - 61), qr/expired 6\d s ago/, 'expired'],
    [ours(exp => undef), qr/no exp/, 'without an end'],
    [ours(nbf => time + 100), qr/good only in/, 'not good yet'],
    [ours(iat => time + 3600), qr/issued \d+ s ahead/, 'from the future'],
    [ours(sub => undef), qr/sub is missing/, 'without a user'],
    [ours(sub => 'site:ann'), qr/begins with .*site:/,
	'a user who sounds like another issuer\'s'];
let_in(ours(exp => time - 50), 'ann', 'just expired, by two clocks');

# --- audiences

for my $aud ("$mcp/", "${mcp}x", $mcp =~ s/.\z//r, $origin, "$origin/",
    'HTTP' . substr($mcp, 4), $mcp =~ s/mcp$/MCP/r, $mcp =~ s/^http/https/r,
    $mcp =~ s/127.0.0.1/localhost/r, "$mcp?", "$mcp#x", " $mcp", 'us',
    "$mcp $mcp", '', [], [$origin], [[$mcp]], ["$mcp/"], { $mcp => 1 },
    undef, 1) {
	my $shown = defined $aud ? JSON::PP->new->allow_nonref->canonical
	    ->encode($aud) : 'missing';
	bad(ours(aud => $aud), qr/audience expected \Q$mcp\E in aud|holds/,
	    "aud $shown");
}
bad(of_site(aud => 'us'), qr/site: audience expected \Q$mcp\E in aud, got us/,
    'the audience its issuer has elsewhere');
bad(of_keys('es', aud => 'page', azp => 'page'),
    qr/keys: audience expected \Q$mcp\E in aud, got page/, 'or its azp');
bad(of_keys('es', aud => 'page', azp => $mcp), qr/keys: audience expected/,
    'azp in place of aud');
{
	my %there = (headers => { Host => 'other.example',
	    'X-Forwarded-Host' => 'other.example' });
	is(ping(ours(), %there)->status, 200, 'another name of ours');
	is(ping(ours(aud => 'http://other.example/api/mcp'), %there)->status,
	    401, '... does not make another audience good');
}

# --- scopes

# What a call of a tool that writes, and a look at tasks, come to.
sub may($token)
{
	my ($write, $read) = (call($token, 'tools/call', { name =>
	    'complete_task', arguments => { task_id => 1 } }),
	    call($token, 'resources/list'));
	return join ' ', map { $_->[1]->status == 200 ? $_->[0] :
	    $_->[1]->status == 403 ? () : $_->[1]->status }
	    ['read', $read], ['write', $write];
}

sub lacks($reply, $scope, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_problem($reply, 403, 'insufficient_scope', $name);
	is_deeply(challenge($reply), { error => 'insufficient_scope',
	    scope => $scope, resource_metadata => $metadata },
	    "... it is told to get $scope");
}

is(may(ours(@{ $_->[0] })), $_->[1], "$_->[1]: " . encode_json($_->[0])) for
    [[], 'read write'],
    [[scope => 'tasks:read'], 'read'],
    [[scope => 'tasks:write'], 'write'],
    [[scope => 'openid tasks:read offline_access'], 'read'],
    [[scope => undef, scp => 'tasks:read'], 'read'],
    [[scope => undef, scp => ['tasks:write', 'email']], 'write'],
    [[scope => 'tasks:read', scp => ['tasks:write']], 'read'];
for (undef, '', 'openid', 'tasks', 'tasks:reader', 'TASKS:READ',
    'tasks:read,tasks:write', ['tasks:read'], 1) {
	my $r = ping(ours(scope => $_));
	lacks($r, $both, 'scope '
	    . JSON::PP->new->allow_nonref->encode($_ // 'missing'));
	like($app->log_of($r), qr/of ann for MCP has neither/,
	    '... and the log says whose');
}
{
	my $read = make($ann, 'tasks:read');
	my $write = make($ann, 'tasks:write');
	is(may($program->{token}), 'read write', 'an access token for both');
	is(may($read->{token}), 'read', 'for reading');
	is(may($write->{token}), 'write', 'for writing');
	$ann->add('milk');
	lacks(call($read->{token}, 'tools/call', { name => 'complete_task',
	    arguments => { task_id => 1 } }), 'tasks:write',
	    'to write with one for reading');
	is($ann->task(1)->{completed}, JSON::PP::false,
	    '... and nothing was written');
	call($write->{token}, 'tools/call', { name => 'complete_task',
	    arguments => { task_id => 1 } });
	is($ann->task(1)->{completed}, JSON::PP::true,
	    'with one for writing it is');
	lacks(call($write->{token}, 'resources/list'), 'tasks:read',
	    'to read with one for writing');
	lacks(call(ours(scope => 'tasks:read'), 'tools/call', { name =>
	    'complete_task', arguments => { task_id => 1 } }), 'tasks:write',
	    'to write with a JWT for reading');
	is(ping($read->{token})->status, 200, 'who asks for neither may');

	is($ann->delete("access-tokens/$read->{id}")->status, 204, 'revoked');
	bad($read->{token}, qr/access token that is not known/,
	    'an access token that was revoked');
	$app->sql('update access_token set expires_at = now()'
	    . " where id = '$write->{id}'");
	bad($write->{token}, qr/access token that is not known/,
	    'one that has expired');
}

# --- what our OAuth handed out

# A token as the token endpoint hands one out, for a grant that stands.
my $grants = 0;
sub granted($user, $scopes, %more)
{
	my $token = keep('tcg_' . b64(join '', map { chr rand 256 } 1 .. 32));
	my $hash = sha256_hex($token);
	my $id = sprintf '00000000-0000-4000-8000-%012d', ++$grants;
	my $at = $more{resource} // $mcp;
	my $end = $more{end} // "'1 hour'";
	$app->sql("insert into oauth_grant (user_id, id, client_id, client_name,"
	    . " scopes, resource, expires_at, turn) values ('$user', '$id',"
	    . " 'https://app.example/id', 'App', '{tasks:read,tasks:write}',"
	    . " '$at', now() + interval '1 day', 0);"
	    . ' insert into oauth_token (user_id, grant_id, hash, kind,'
	    . " expires_at, scopes) values ('$user', '$id',"
	    . " decode('$hash', 'hex'), 'access', now() + interval $end,"
	    . " '{$scopes}')");
	return ($token, $id);
}

{
	my ($token, $id) = granted('ann', 'tasks:read,tasks:write');
	my $r = let_in($token, 'ann', 'a token of OAuth');
	like($app->log_of($r), qr/ access_token=$id /,
	    '... the log has the grant');
	is(may($token), 'read write', '... for both');
	my ($read) = granted('ann', 'tasks:read');
	is(may($read), 'read', 'one for reading');
	lacks(call($read, 'tools/call', { name => 'complete_task',
	    arguments => { task_id => 1 } }), 'tasks:write',
	    '... is not one for writing');
	for (['GET', 'tasks'], ['POST', '/api/chat'], ['GET', '/api/me'],
	    ['POST', 'access-tokens']) {
		my $r = $ann->request(@$_, token => $token,
		    $_->[0] eq 'POST' ? (json => {}) : ());
		is_problem($r, 401, 'unauthorized', "... and not for $_->[1]");
		like($app->log_of($r), qr/which is for MCP alone/,
		    '... the log says why');
	}
	bad((granted('ann', 'tasks:read', end => "'-1 second'"))[0],
	    qr/access token of OAuth that is not known/, 'expired');
	bad((granted('ann', 'tasks:read', resource =>
	    'https://old.example/api/mcp'))[0],
	    qr{OAuth for https://old\.example/api/mcp},
	    'of a time when the address was another');
	$app->sql("delete from oauth_grant where id = '$id'");
	bad($token, qr/access token of OAuth that is not known/,
	    'of a grant that was withdrawn');
	bad((granted('accounts:nobody', 'tasks:read'))[0],
	    qr/user is not there/, 'of somebody who has gone');
}

# --- sessions

{
	my $eve = Account->new($app, origin => $origin);
	is($eve->sign_up(email => 'eve@example.com')->status, 200,
	    'somebody with an account');
	my $jwt = keep($eve->jwt);
	my $body = { jsonrpc => '2.0', id => 1, method => 'ping' };
	is($nobody->get('/api/me', token => undef, headers =>
	    { Cookie => $eve->cookies })->status, 200, 'signed in');
	refused($nobody->post('/api/mcp', $body, token => undef, headers =>
	    { Cookie => $eve->cookies, Origin => $origin }),
	    qr/no Authorization header/, 'the cookie of a session');
	is($nobody->get('/api/me', token => $jwt)->status, 200,
	    'its JWT is good elsewhere');
	bad($jwt, qr/a token of the built-in accounts/, 'its JWT');
	open my $out, '>', "$dir/jwt" or die "$dir/jwt: $!";
	print $out $jwt;
	close $out;
	like(($app->command('token', '--check', "$dir/jwt"))[1],
	    qr/^Good for: .*but not MCP, where no session/m,
	    '... which the command line can tell');
	bad($eve->bearer, qr/has not three parts/, 'what stands for it');
	my $cookie = of_site(aud => ['us', $mcp]);
	is($nobody->get('/api/me', token => undef, headers =>
	    { Cookie => "site_token=$cookie" })->status, 200,
	    'a cookie of an issuer is good elsewhere');
	refused($nobody->post('/api/mcp', $body, token => undef, headers =>
	    { Cookie => "site_token=$cookie", Origin => $origin }),
	    qr/no Authorization header/, 'a cookie of an issuer');
	my $own = make(Client->new(port => $app->port, app => $app,
	    token => $jwt, id => $nobody->get('/api/me', token => $jwt)
	    ->json->{user_id}), 'tasks:read');
	is(may($own->{token}), 'read', 'an access token of that person');
	$app->cluster->sql(q(delete from "user" where email =
	    'eve@example.com'));
	bad($own->{token}, qr/user is not there/, 'whose account has gone');
}

# --- what is for MCP is for nothing else

for my $what (['of jwt_secret', ours(), 'ann'],
    ['of an issuer', of_site(), 'site:ann'],
    ['with another audience', of_site(aud => [$mcp, 'them']), 'site:ann'],
    ['of one known by azp', of_keys('es', azp => 'page'), 'keys:ann']) {
	my ($name, $token, $id) = @$what;
	is(ping($token)->status, 200, "a token for MCP, $name");
	my $who = Client->new(port => $app->port, app => $app, id => $id,
	    token => $token);
	for (['GET', 'tasks'], ['POST', 'tasks'], ['POST', '/api/chat'],
	    ['GET', '/api/me'], ['POST', 'access-tokens']) {
		my ($method, $path) = @$_;
		my $r = $who->request($method, $path, $method eq 'POST' ?
		    (json => { message => 'x', title => 'x', name => 'x' }) :
		    ());
		is_problem($r, 401, 'unauthorized', "... at $path");
		like($app->log_of($r), qr/is for MCP|audience expected us/,
		    '... the log says why');
	}
}
{
	my $me = sub (%claims) {
		my $token = keep(mint($secret{gone}, { sub => 'ann',
		    iss => $iss{gone}, %claims }));
		return $nobody->get('/api/me', token => undef, headers =>
		    { Cookie => "gone_token=$token" });
	};
	is($me->()->status, 200, 'a cookie of an issuer without an audience');
	my $r = $me->(@all);
	is_problem($r, 401, 'unauthorized', 'one that is for MCP');
	like($app->log_of($r), qr/cookie gone_token: gone: it is for MCP/,
	    '... the log says why');
	my $token = of_site(aud => ['us', $mcp]);
	my $who = Client->new(port => $app->port, app => $app,
	    id => 'site:ann', token => $token);
	is($who->get('tasks')->status . ping($token)->status, '200200',
	    'one for both is good at both');
	is_problem($ann->get('tasks', token => 'tcg_' . 'A' x 43), 401,
	    'unauthorized', 'a token of OAuth elsewhere');
}

# --- an issuer goes

{
	my $token = keep(mint($secret{gone}, { sub => 'ann',
	    iss => $iss{gone}, @all }));
	let_in($token, 'gone:ann', 'of an issuer without an audience');
	my $own = make(Client->new(port => $app->port, app => $app,
	    id => 'gone:ann', token => keep(mint($secret{gone},
	    { sub => 'ann', iss => $iss{gone} }))), 'tasks:read');
	let_in($own->{token}, 'gone:ann', 'an access token of its user');
	delete $app->{env};
	$app->restart_workers;
	bad($token, qr/issuer \Q$iss{gone}\E is none of/,
	    'of an issuer that was taken out of the settings');
	# without it gone:ann would be a bare id, of jwt_secret's
	$app->restart_workers(settings => { bare_ids => 'none' });
	bad($own->{token}, qr/user is of no issuer/,
	    'an access token of its user');
	bad($program->{token}, qr/user is of no issuer/,
	    'of somebody who is called otherwise now');
	let_in(ours(), 'jwt:ann', 'a token, by the new name');
	$app->restart_workers(settings => { mcp => 'off' });
	is_problem(ping(ours()), 404, 'no_such_route', 'without MCP');
	is_problem($ann->get('/api/me', token => ours()), 401,
	    'unauthorized', 'what is for it is for nothing');
}

done_testing;
