#!/usr/bin/perl
# Built-in accounts over HTTP: every call of Better Auth's client, what it
# answers and sets, and every way in which it refuses.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Digest::SHA qw(hmac_sha256);
use JSON::PP ();
use MIME::Base64 qw(encode_base64 decode_base64url);

my $secret = 'a-test-secret-of-at-least-32-characters!';
my $site = 'http://chat.example.org';
my %settings = (accounts => 'on', auth_secret => $secret,
    public_url => $site, attempts_ip => 100000, attempts_account => 100000,
    password_hashes => 4);
my $app = App->new(%settings, allowed_origins => 'https://page.example.com')
    ->start;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my $n = 0;

sub person(%opt) { Account->new($app, origin => $site, %opt) }

# Somebody new, signed in.
sub someone(%more)
{
	my $who = person();
	my $r = $who->sign_up(email => 'p' . ++$n . '@example.com', %more);
	die 'sign up: ', $r->body, "\n" if $r->status != 200;
	return $who;
}

# The answer is {message, code} and nothing else; code undef: no code.
sub refused($r, $status, $code, $message, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my %want = (message => $message);
	$want{code} = $code if defined $code;
	return subtest "$name: $status " . ($code // 'without a code') => sub {
		is($r->status, $status, 'status');
		is($r->type, 'application/json', 'type');
		is($r->header('Cache-Control'), 'no-store', 'not cached');
		is_deeply($r->json, \%want, 'body') or diag $r->body;
	};
}

sub unauthorized($r, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return refused($r, 401, 'UNAUTHORIZED', 'Unauthorized', $name);
}

sub fine($r, $body, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_deeply([$r->status, $r->json], [200, $body], $name)
	    || diag $r->status, ' ', $r->body;
}

sub sign($value)
{
	return "$value." . encode_base64(hmac_sha256($value, $secret), '');
}

sub percent($s) { $s =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger }

my @ending = map { "better-auth.$_=; Max-Age=0; Path=/; HttpOnly; "
    . 'SameSite=Lax' } qw(session_token session_data dont_remember);
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my $text = 'Invalid input: expected string, received';

sub sessions_of($who)
{
	return $app->sql('select count(*) from public.session s join '
	    . 'public."user" u on u.id = s."userId" where u.email = \''
	    . $who->email . "'");
}

subtest 'sign-up' => sub {
	my $ann = person();
	my $r = $ann->sign_up(name => 'Ann', email => 'Ann@Example.com');
	is($r->status, 200, 'status') or diag $r->body;
	my $j = $r->json;
	is_deeply([sort keys %$j], [qw(token user)], 'members');
	is_deeply([sort keys %{ $j->{user} }], [qw(createdAt email
	    emailVerified id image name updatedAt)], 'of the user');
	like($j->{token}, qr/^[A-Za-z0-9]{32}$/, 'token');
	is($j->{user}{email}, 'ann@example.com', 'in lower case');
	is($j->{user}{name}, 'Ann', 'name');
	ok(!$j->{user}{emailVerified}, 'not verified');
	is($j->{user}{image}, undef, 'no picture');
	like($j->{user}{$_}, $time, $_) for qw(createdAt updatedAt);
	my $signed = sign($j->{token});
	is_deeply([$r->headers('Set-Cookie')],
	    ['better-auth.session_token=' . percent($signed)
	    . '; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax'], 'cookie');
	is($r->header('set-auth-token'), $signed, 'set-auth-token');
	like($r->header('Access-Control-Expose-Headers'),
	    qr/\bset-auth-token\b/, 'exposed');
	is($ann->session->{user}{id}, $j->{user}{id}, 'signed in');
	is($app->sql('select "providerId" || (a."accountId" = a."userId")'
	    . ' from public.account a'), 'credentialtrue', 'the login\'s row');

	my $forget = person();
	$r = $forget->sign_up(email => 'forget@example.com',
	    rememberMe => $false, image => 'https://x.example/y.png');
	is_deeply([$r->headers('Set-Cookie')],
	    ['better-auth.session_token=' . percent(sign($r->json->{token}))
	    . '; Path=/; HttpOnly; SameSite=Lax',
	    'better-auth.dont_remember=' . percent(sign('true'))
	    . '; Path=/; HttpOnly; SameSite=Lax'], 'not to be remembered');
	is($r->json->{user}{image}, 'https://x.example/y.png', 'a picture');
	is($app->sql('select round(extract(epoch from "expiresAt" - now())'
	    . ' / 3600) from public.session where token = \''
	    . $forget->token . "'"), 24, 'for a day');
	$r = person()->sign_up(name => '', email => 'noname@example.com',
	    emailVerified => $true, id => 'mine');
	is($r->json->{user}{name}, '', 'an empty name');
	isnt($r->json->{user}{id}, 'mine', 'other fields are ignored');
	ok(!$r->json->{user}{emailVerified}, 'all of them');

	refused(person()->sign_up(email => 'ANN@example.com'), 422,
	    'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
	    'User already exists. Use another email.', 'known');
	my @new = (email => 'new@example.com');
	refused(person(password => 'x' x 7)->sign_up(@new), 400,
	    'PASSWORD_TOO_SHORT', 'Password too short', 'short');
	refused(person(password => 'x' x 129)->sign_up(@new), 400,
	    'PASSWORD_TOO_LONG', 'Password too long', 'long');
	refused(person(password => chr(0x1f600) x 65)->sign_up(@new), 400,
	    'PASSWORD_TOO_LONG', 'Password too long',
	    'two units of UTF-16 each');
	for my $weak ('password', 'PassWord123', 'new@example.com',
	    'Somebody') {
		my $r = person(password => $weak)->sign_up(@new);
		is($r->status . $r->json->{code}, '400PASSWORD_TOO_WEAK',
		    "$weak is weak");
	}
	is($app->sql('select count(*) from public."user" where email ='
	    . " 'new\@example.com'"), 0, 'none of them was stored');
	my $e = person(password => chr(0x1f600) x 4 . 'é');
	is($e->sign_up(email => 'emoji@example.com')->status, 200,
	    'nine units');
	is($e->sign_in->status, 200, 'and back in');
};

subtest 'what the fields must be' => sub {
	my %c = (
		'{}' => "[body.name] $text undefined; [body.email] $text "
		    . "undefined; [body.password] $text undefined",
		'{"name":5,"email":"x","password":"","image":null,'
		    . '"rememberMe":"x"}' => "[body.name] $text number; "
		    . '[body.email] Invalid email address; [body.password] '
		    . 'Too small: expected string to have >=1 characters; '
		    . "[body.image] $text null; [body.rememberMe] Invalid "
		    . 'input: expected boolean, received string',
		'{"name":{},"email":[],"password":true}' =>
		    "[body.name] $text object; [body.email] $text array; "
		    . "[body.password] $text boolean",
		'[]' => '[body] Invalid input: expected object, received '
		    . 'array',
		'null' => '[body] Invalid input: expected object, received '
		    . 'null',
		'"x"' => '[body] Invalid input: expected object, received '
		    . 'string',
		'' => '[body] Invalid input: expected object, received '
		    . 'undefined',
	);
	for my $body (sort keys %c) {
		refused(person()->request('POST', 'sign-up/email', undef,
		    body => $body), 400, 'VALIDATION_ERROR', $c{$body},
		    $body);
	}
	for my $email ('a b@example.com', 'ann@localhost', '@example.com',
	    'ann@', 'é@example.com', 'a@exämple.com', '.a@example.com',
	    'a..b@example.com', 'a.@example.com', "a\@example.com\n",
	    'a@b@example.com', 'a@-x.com', 'a@x..com', 'a@x.c1', 'a@x.c',
	    'a@x.com, b@x.com', '"a"@x.com', 'a＠x.com', 'x' x 250 . '@x.com',
	    '') {
		refused(person()->sign_up(email => $email), 400,
		    'VALIDATION_ERROR', '[body.email] Invalid email address',
		    substr $email, 0, 20);
		refused(person(email => $email)->sign_in, 400,
		    'INVALID_EMAIL', 'Invalid email', '... at sign-in');
	}
	refused(person()->sign_up(email => 'n@example.com',
	    name => 'x' x 256), 400, 'VALIDATION_ERROR', '[body.name] Too '
	    . 'big: expected string to have <=255 characters', 'a long name');
	my $json = 'Invalid JSON in request body';
	for my $body ('{"name":', '{"a":1,"a":2}', '{"a":NaN}', "{'a':1}",
	    '{"password":"a\u0000b"}', '{}x') {
		refused(person()->request('POST', 'sign-up/email', undef,
		    body => $body), 400, 'BAD_REQUEST', $json, $body);
	}
	for my $path ('sign-in/email', 'update-user') {
		my $forms = $path =~ /sign/
		    ? 'application/x-www-form-urlencoded, ' : '';
		refused(person()->request('POST', $path, undef,
		    body => '{}', headers => { 'Content-Type' =>
		    'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE',
		    'Content-Type "text/plain" is not allowed. Allowed '
		    . "types: ${forms}application/json", $path);
	}
	refused(person()->request('POST', 'update-user', undef,
	    body => 'a=b', headers => { 'Content-Type' =>
	    'application/x-www-form-urlencoded' }), 415,
	    'UNSUPPORTED_MEDIA_TYPE', 'Content-Type "application/x-www-form-'
	    . 'urlencoded" is not allowed. Allowed types: application/json',
	    'a form elsewhere');
	my $r = person()->sign_in(email => 'x@example.com',
	    password => 'x' x 20000);
	is($r->status, 413, 'a body too large');
	ok(length $r->json->{message}, 'says so');
};

subtest 'sign-in' => sub {
	my $bob = someone(name => 'Bob');
	my $in = person(email => $bob->email);
	my $r = $in->sign_in;
	is_deeply([sort keys %{ $r->json }], [qw(redirect token user)],
	    'members');
	ok(!$r->json->{redirect}, 'no redirect');
	isnt($r->json->{token}, $bob->token, 'a session of its own');
	is($bob->session->{session}{token}, $bob->token, 'the old one stays');
	$r = $in->sign_in(callbackURL => '/after?x=1');
	ok($r->json->{redirect} && $r->json->{url} eq '/after?x=1',
	    'sent on') or diag $r->body;
	is($in->sign_in(email => uc $bob->email)->status, 200,
	    'an address in capitals');
	$r = $in->sign_in(rememberMe => $false);
	is(scalar(grep { /Max-Age/ } $r->headers('Set-Cookie')), 0,
	    'cookies for as long as the browser runs');
	$r = $in->sign_in;
	is(($r->headers('Set-Cookie'))[1], $ending[2],
	    'and then remembered again');
	my @wrong = (401, 'INVALID_EMAIL_OR_PASSWORD',
	    'Invalid email or password');
	refused($in->sign_in(password => 'wrong horse'), @wrong, 'wrong');
	refused($in->sign_in(password => ''), @wrong, 'empty');
	refused(person(email => 'nobody@example.com')->sign_in, @wrong,
	    'nobody');
	refused($in->sign_in(password => 'x' x 129), 400,
	    'PASSWORD_TOO_LONG', 'Password too long', 'too long');
	refused($in->post('sign-in/email', {}), 400, 'VALIDATION_ERROR',
	    "[body.email] $text undefined; [body.password] $text undefined",
	    'no fields');
	my $form = sub ($fields) { person()->request('POST',
	    'sign-in/email', undef, body => $fields, headers => {
	    'Content-Type' => 'application/x-www-form-urlencoded' }) };
	my $email = percent($bob->email);
	is($form->("email=$email&password=correct+horse")->status, 200,
	    'a form');
	refused($form->("email=$email&password=correct+horse"
	    . '&rememberMe=false'), 400, 'VALIDATION_ERROR',
	    '[body.rememberMe] Invalid input: expected boolean, received '
	    . 'string', 'a form has texts only');
	is($form->("email=$email&email=x&password=y")->status, 400,
	    'a field twice');
	is($form->('email=%zz')->status, 400, 'malformed');
	for my $row (['sql', "UPDATE public.account SET password = NULL"],
	    ['bcrypt', "UPDATE public.account SET password = '\$2b\$10\$x'"],
	    ['none', 'DELETE FROM public.account']) {
		my $who = someone();
		$app->sql("$row->[1] WHERE \"userId\" = '"
		    . $who->session->{user}{id} . "'");
		refused($who->sign_in, @wrong, "a login that is $row->[0]");
	}
	$app->expect_log(qr/password/);
};

subtest 'fixation' => sub {
	my $eve = someone();
	my $bob = someone();
	my $victim = person(email => $bob->email, jar => { %{ $eve->jar } });
	my $r = $victim->sign_in;
	isnt($victim->token, $eve->token, 'a new token');
	is($eve->session, undef, 'the planted session has ended');
	ok(defined $victim->session, 'theirs has not');
	is($victim->sign_in->status, 200, 'again');
	is(sessions_of($bob), 2, 'in place of the one it came with');
};

subtest 'get-session' => sub {
	my $who = someone();
	my $r = $who->get('get-session', headers => { 'User-Agent' =>
	    'x' });
	is_deeply([sort keys %{ $r->json }], [qw(session user)], 'members');
	is_deeply([sort keys %{ $r->json->{session} }], [qw(createdAt
	    expiresAt id ipAddress token updatedAt userAgent userId)],
	    'of the session');
	is($r->json->{session}{ipAddress}, '127.0.0.1', 'address');
	is($r->header('Pragma'), 'no-cache', 'Pragma');
	is($r->header('Cache-Control'), 'no-store', 'Cache-Control');
	like($r->header('set-auth-jwt'), qr/^[\w-]+\.[\w-]+\.[\w-]+$/,
	    'a JWT');
	is_deeply([$r->headers('Access-Control-Expose-Headers')],
	    ['set-auth-jwt, set-auth-token'], 'exposed');
	is_deeply([$r->headers('Set-Cookie')], [], 'no cookie again');
	$r = person()->get('get-session');
	is_deeply([$r->status, $r->body, $r->type], [200, 'null',
	    'application/json'], 'nobody');
	refused($who->post('get-session'), 405,
	    'METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED', 'POST method '
	    . 'requires deferSessionRefresh to be enabled in session config',
	    'POST');
	my $agent = person(email => $who->email);
	$agent->post('sign-in/email', { email => $who->email,
	    password => $who->password }, headers =>
	    { 'User-Agent' => "Fox/1 \xc3\xa9 " . 'x' x 400 });
	like($agent->session->{session}{userAgent}, qr/^Fox\/1 é x{200}/,
	    'the browser\'s name');
};

subtest 'the cookie and the bearer' => sub {
	my $who = someone();
	my ($token, $signed) = ($who->token, $who->bearer);
	my $get = sub (%headers) { person()->get('get-session',
	    headers => \%headers) };
	for my $good ($signed, percent($signed)) {
		is($get->(Cookie => "better-auth.session_token=$good")
		    ->json->{session}{token}, $token, 'a cookie');
		is($get->(Authorization => "Bearer $good")
		    ->json->{session}{token}, $token, 'a bearer');
	}
	is($get->(Authorization => "bEARER $signed")->json->{session}{token},
	    $token, 'the scheme in any case');
	my $swapped = $token =~ s/^(.)/$1 eq 'a' ? 'b' : 'a'/er;
	my %bad = (
		'bare' => $token, 'no signature' => "$token.",
		'another token' => $signed =~ s/^\w+/$swapped/r,
		'another signature' => $signed =~ s/\.(.)/'.' . ($1 eq 'a'
		    ? 'b' : 'a')/er,
		'cut' => substr($signed, 0, -1), 'longer' => "${signed}x",
		'empty' => '', 'a JWT' => $who->jwt,
		'another secret' => "$token." . encode_base64(hmac_sha256(
		    $token, 'another secret'), ''),
	);
	for my $what (sort keys %bad) {
		for my $as ([Cookie => "better-auth.session_token="],
		    [Authorization => 'Bearer ']) {
			my $r = $get->($as->[0] => $as->[1] . $bad{$what});
			is($r->body, 'null', "$what: $as->[0]");
			is_deeply([$r->headers('set-auth-jwt')], [],
			    '... no JWT');
		}
	}
	my $r = $get->(Authorization => 'Bearer ' . sign('x' x 32));
	is($r->body, 'null', 'signed, but no session');
	is_deeply([$r->headers('Set-Cookie')], \@ending, '... is forgotten');
	is($get->(Cookie => $who->cookies, Authorization =>
	    'Bearer x.y')->body, 'null', 'a bearer goes before a cookie');
	is($get->(Cookie => "better-auth.session_token=$signed; "
	    . 'better-auth.session_token=x')->body, 'null', 'two cookies');
	is($get->(Cookie => '__Secure-' . $who->cookies)->body, 'null',
	    'a name for https on http');
	unauthorized(person()->get('token', headers => { Authorization =>
	    "Bearer $token" }), 'a bare token');
	is($who->get('token', by => 'bearer')->status, 200, 'a program');
	is($who->post('update-user', { name => 'Z' }, by => 'bearer')
	    ->status, 200, 'needs no Origin');
};

sub age($who, $interval)
{
	$app->sql('update public.session set "expiresAt" = "expiresAt" - '
	    . "interval '$interval', \"createdAt\" = \"createdAt\" - "
	    . "interval '$interval', \"updatedAt\" = \"updatedAt\" - "
	    . "interval '$interval' where token = '" . $who->token . "'");
}

subtest 'time passes' => sub {
	my $who = someone();
	my $before = $who->session->{session}{expiresAt};
	age($who, '23 hours');
	my $r = $who->get('get-session');
	is_deeply([$r->headers('Set-Cookie')], [], 'less than a day: as it is');
	age($who, '1 hour');
	for (qw(true 1)) {
		$r = $who->get("get-session?disableRefresh=$_");
		is_deeply([$r->headers('Set-Cookie')], [],
		    "not when not wanted: $_");
	}
	$r = $who->get('get-session');
	is_deeply([$r->headers('Set-Cookie')],
	    ['better-auth.session_token=' . percent($who->bearer)
	    . '; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax'],
	    'a day: prolonged');
	is($r->header('set-auth-token'), $who->bearer, 'the same token');
	cmp_ok($r->json->{session}{expiresAt}, 'ge', $before, 'in the row');
	is_deeply([$who->get('get-session')->headers('Set-Cookie')], [],
	    'once');
	refused($who->get('list-sessions'), 403, 'SESSION_NOT_FRESH',
	    'Session is not fresh', 'the list wants a fresh session');
	refused($who->post('delete-user'), 400, 'SESSION_EXPIRED',
	    'Session expired. Re-authenticate to perform this action.',
	    'and so does the end');
	age($who, '8 days');
	$r = $who->get('get-session');
	is($r->body, 'null', 'expired');
	is_deeply([$r->headers('Set-Cookie')], \@ending, 'cookies end');
	is_deeply([$r->headers('set-auth-jwt')], [], 'no JWT');
	is(sessions_of($who), 0, 'the row is gone');

	my $short = someone(rememberMe => $false);
	age($short, '20 hours');
	$r = $short->get('get-session');
	ok(defined $r->json, 'a short one lives');
	is_deeply([$r->headers('Set-Cookie')], [], 'and is never prolonged');
	age($short, '5 hours');
	is($short->get('get-session')->body, 'null', 'then it has expired');
};

subtest 'a JWT' => sub {
	my $who = someone(name => 'Zoë');
	my $jwt = $who->jwt;
	my ($head, $claims) = map { JSON::PP->new->utf8->decode(
	    decode_base64url($_)) } (split /\./, $jwt)[0, 1];
	is($head->{alg}, 'EdDSA', 'algorithm');
	my $user = $who->session->{user};
	is_deeply({ map { $_ => $claims->{$_} } keys %$user }, $user,
	    'the user');
	is($claims->{sub}, $user->{id}, 'sub');
	is($claims->{$_}, $site, $_) for qw(iss aud);
	is($claims->{exp} - $claims->{iat}, 900, 'fifteen minutes');
	is($claims->{sid}, $who->session->{session}{id}, 'sid');
	my $keys = person()->get('jwks')->json->{keys};
	is_deeply([map { $_->{kid} } @$keys], [$head->{kid}], 'its key');
	ok(!exists $keys->[0]{d}, 'the public half only');
	$app->sql('update public."user" set image = repeat(\'x\', 2049),'
	    . " name = repeat('ü', 600) where id = '$user->{id}'");
	my $large = JSON::PP->new->utf8->decode(decode_base64url(
	    (split /\./, $who->jwt)[1]));
	is($large->{image}, undef, 'a picture too large is left out');
	is($large->{name}, 'ü' x 512, 'and a name is cut at a character');
	is(length $who->session->{user}{image}, 2049, 'the user has both');
	unauthorized(person()->get('token'), 'nobody gets one');
	my $api = $app->anyone;
	is($api->get("/api/$user->{id}/tasks", token => $jwt)->status, 200,
	    'it opens the API');
	$who->post('sign-out');
	is_problem($api->get("/api/$user->{id}/tasks", token => $jwt), 401,
	    'unauthorized', 'until sign-out');
};

subtest 'sign-out' => sub {
	my $who = someone();
	my %old = %{ $who->jar };
	my $r = $who->post('sign-out');
	fine($r, { success => $true }, 'out');
	is_deeply([$r->headers('Set-Cookie')], \@ending, 'cookies end');
	is(sessions_of($who), 0, 'the row too');
	is(person(jar => \%old)->session, undef, 'an old cookie opens nothing');
	$r = $who->post('sign-out');
	fine($r, { success => $true }, 'nobody is signed in');
	is_deeply([$r->headers('Set-Cookie')], \@ending, 'cookies end');
	fine(person()->request('POST', 'sign-out'), { success => $true },
	    'no body');
	for my $path (qw(sign-out revoke-sessions revoke-other-sessions)) {
		refused(person()->request('POST', $path, undef, body => '{'),
		    400, 'BAD_REQUEST', 'Invalid JSON in request body',
		    "$path: half");
		refused(person()->request('POST', $path, undef, body => '{}',
		    headers => { 'Content-Type' => 'text/plain' }), 415,
		    'UNSUPPORTED_MEDIA_TYPE', 'Content-Type "text/plain" is '
		    . 'not allowed. Allowed types: application/json',
		    "$path: text");
	}
};

subtest 'sessions' => sub {
	my $who = someone();
	my @more = map { person(email => $who->email) } 1 .. 3;
	$_->sign_in for @more;
	my $bob = someone();
	my @jwt = map { $_->jwt } $who, @more;
	my $id = $who->session->{user}{id};
	my $r = $who->get('list-sessions');
	is_deeply([sort map { $_->{token} } @{ $r->json }],
	    [sort map { $_->token } $who, @more], 'all of them');
	unauthorized(person()->get('list-sessions'), 'nobody\'s list');
	refused($who->post('revoke-session'), 400, 'VALIDATION_ERROR',
	    "[body.token] $text undefined", 'which?');
	unauthorized(person()->post("revoke-$_", { token => 'x' }), $_)
	    for qw(session sessions other-sessions);
	my $ok = { status => $true };
	fine($who->post('revoke-session', { token => 'unknown' }), $ok,
	    'an unknown one');
	fine($bob->post('revoke-session', { token => $who->token }), $ok,
	    'somebody else\'s');
	ok(defined $who->session, '... is left alone');
	$r = $who->post('revoke-session', { token => $more[0]->token });
	fine($r, $ok, 'one');
	is_deeply([$r->headers('Set-Cookie')], [], 'not mine');
	is($more[0]->session, undef, 'has ended');
	is($app->anyone->get("/api/$id/tasks", token => $jwt[$_])->status,
	    $_ == 1 ? 401 : 200, "its token too ($_)") for 0 .. 3;
	fine($who->post('revoke-other-sessions'), $ok, 'all others');
	is(sessions_of($who), 1, 'one is left');
	is($app->anyone->get("/api/$id/tasks", token => $jwt[$_])->status,
	    $_ == 0 ? 200 : 401, "API access at once ($_)") for 0 .. 3;
	$more[1]->sign_in;
	$r = $who->post('revoke-sessions');
	fine($r, $ok, 'everywhere');
	is_deeply([$r->headers('Set-Cookie')], \@ending, 'here too');
	is(sessions_of($who), 0, 'none is left');
	is($app->anyone->get("/api/$id/tasks", token => $jwt[0])->status,
	    401, 'no API access');
	ok(defined $bob->session, 'others go on');
	$bob->post('revoke-session', { token => $bob->token });
	is_deeply($bob->jar, {}, 'one\'s own');
};

subtest 'update-user' => sub {
	my $who = someone();
	my $r = $who->post('update-user', { name => 'New',
	    image => 'https://x.example/p' });
	fine($r, { status => $true }, 'both');
	is_deeply([$r->headers('Set-Cookie')],
	    ['better-auth.session_token=' . percent($who->bearer)
	    . '; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax'],
	    'the cookie again');
	is($who->session->{user}{name}, 'New', 'name');
	$who->post('update-user', { image => undef });
	is_deeply([@{ $who->session->{user} }{qw(name image)}],
	    ['New', undef], 'no picture');
	refused($who->post('update-user', { email => 'x@example.com' }), 400,
	    'EMAIL_CAN_NOT_BE_UPDATED', 'Email can not be updated', 'email');
	refused($who->post('update-user', $_), 400, undef,
	    'No fields to update', 'nothing') for {}, { emailVerified =>
	    $true, id => 'x' }, { email => '' };
	refused($who->post('update-user', { name => undef }), 400,
	    'VALIDATION_ERROR', "[body.name] $text null", 'no name');
	ok(!$who->session->{user}{emailVerified}, 'not by themselves');
	unauthorized(person()->post('update-user', { name => 'x' }),
	    'nobody');
	is(person()->get('update-user')->status, 404, 'GET');
};

subtest 'the password' => sub {
	my $who = someone();
	my $other = person(email => $who->email);
	$other->sign_in;
	my @wrong = (400, 'INVALID_PASSWORD', 'Invalid password');
	my $change = sub (%f) { $who->post('change-password',
	    { currentPassword => 'correct horse',
	    newPassword => 'better battery', %f }) };
	refused($who->post('change-password'), 400, 'VALIDATION_ERROR',
	    "[body.newPassword] $text undefined; [body.currentPassword] "
	    . "$text undefined", 'nothing');
	refused($change->(revokeOtherSessions => 'yes'), 400,
	    'VALIDATION_ERROR', '[body.revokeOtherSessions] Invalid input: '
	    . 'expected boolean, received string', 'not a boolean');
	refused($change->(currentPassword => 'x'), @wrong, 'wrong');
	refused($change->(newPassword => 'short'), 400, 'PASSWORD_TOO_SHORT',
	    'Password too short', 'short');
	refused($change->(newPassword => 'x' x 129), 400,
	    'PASSWORD_TOO_LONG', 'Password too long', 'long');
	is($change->(newPassword => 'password')->json->{code},
	    'PASSWORD_TOO_WEAK', 'weak');
	unauthorized(person()->post('change-password',
	    { currentPassword => 'x', newPassword => 'y' }), 'nobody');
	my $r = $change->();
	is_deeply([$r->status, $r->json->{token}, $r->json->{user}{email}],
	    [200, undef, $who->email], 'changed');
	is_deeply([$r->headers('Set-Cookie')], [], 'no new session');
	ok(defined $other->session, 'others go on');
	is($who->sign_in->status, 401, 'the old one');
	$who->{password} = 'better battery';
	is($who->sign_in->status, 200, 'the new one');
	my $jwt = $other->jwt;
	my $old = $who->token;
	$r = $change->(currentPassword => 'better battery',
	    newPassword => 'third staple', revokeOtherSessions => $true);
	isnt($r->json->{token}, $old, 'a new token');
	is($who->token, $r->json->{token}, 'and its cookie');
	is($other->session, undef, 'others have ended');
	is(sessions_of($who), 1, 'one is left');
	$r = $who->post('verify-password', { password => 'third staple' });
	fine($r, { status => $true }, 'right');
	refused($who->post('verify-password', { password => 'x' }), @wrong,
	    'wrong');
	refused($who->post('verify-password', { password => 'x' x 129 }),
	    @wrong, 'longer than any');
	refused($who->post('verify-password'), 400, 'VALIDATION_ERROR',
	    "[body.password] $text undefined", 'none');
	unauthorized(person()->post('verify-password', { password => 'x' }),
	    'nobody');
	$app->sql('delete from public.account where "userId" = \''
	    . $who->session->{user}{id} . "'");
	refused($change->(currentPassword => 'third staple'), 400,
	    'CREDENTIAL_ACCOUNT_NOT_FOUND', 'Credential account not found',
	    'no password login');
	refused($who->post('verify-password', { password => 'third staple' }),
	    @wrong, 'nor a right one');
};

subtest 'logins' => sub {
	my $who = someone();
	my $r = $who->get('list-accounts');
	my $id = $who->session->{user}{id};
	is_deeply([map { [sort keys %$_] } @{ $r->json }],
	    [[qw(accountId createdAt id providerId scopes updatedAt
	    userId)]], 'members');
	my $l = $r->json->[0];
	is_deeply([@$l{qw(providerId accountId userId scopes)}],
	    ['credential', $id, $id, []], 'the password');
	unauthorized(person()->get('list-accounts'), 'nobody');
};

subtest 'delete-user' => sub {
	my $who = someone();
	my $bob = someone();
	my %id = (who => $who->session->{user}{id},
	    bob => $bob->session->{user}{id});
	for ($who, $bob) {
		my $c = $app->anyone;
		my $jwt = $_->jwt;
		is($c->post('/api/chat', { message => 'add milk' },
		    token => $jwt)->status, 200, 'a chat');
		$_->{jwt} = $jwt;
	}
	refused($who->post('delete-user', { password => 'wrong' }), 400,
	    'INVALID_PASSWORD', 'Invalid password', 'wrong');
	refused($who->post('delete-user', { token => 'x' }), 404,
	    'INVALID_TOKEN', 'Invalid token', 'a token of no message');
	unauthorized(person()->post('delete-user'), 'nobody');
	age($who, '2 days');
	my $r = $who->post('delete-user', { password => $who->password });
	fine($r, { success => $true, message => 'User deleted' }, 'deleted');
	is_deeply([$r->headers('Set-Cookie')], \@ending, 'cookies end');
	for my $table ('public.session', 'public.account') {
		is($app->sql("select count(*) from $table where \"userId\" ="
		    . " '$id{$_}'"), $_ eq 'who' ? 0 : 1, "$table of $_")
		    for qw(who bob);
	}
	for my $table (qw(task conversation message)) {
		is($app->sql("select count(*) > 0 from $table where user_id ="
		    . " '$id{$_}'"), $_ eq 'who' ? 'f' : 't', "$table of $_")
		    for qw(who bob);
	}
	is($app->sql("select count(*) from public.\"user\" where id ="
	    . " '$id{who}'"), 0, 'the user');
	is_problem($app->anyone->get("/api/$id{who}/tasks",
	    token => $who->{jwt}), 401, 'unauthorized', 'no API access');
	is($who->sign_in->status, 401, 'nor sign-in');
	is($bob->post('delete-user')->status, 200, 'a fresh session will do');
};

subtest 'whose page is it' => sub {
	my $who = someone();
	my %signed = (Cookie => $who->cookies);
	my $try = sub ($path, %h) { person(origin => undef)->post($path, {},
	    headers => \%h) };
	my @missing = (403, 'MISSING_OR_NULL_ORIGIN',
	    'Missing or null Origin');
	my @foreign = (403, 'INVALID_ORIGIN', 'Invalid origin');
	for my $path (qw(update-user sign-out sign-in/email revoke-sessions
	    delete-user)) {
		refused($try->($path, %signed), @missing, "$path: no Origin");
		refused($try->($path, %signed, Origin => 'null'), @missing,
		    "$path: null");
		refused($try->($path, %signed, Origin =>
		    'https://evil.example'), @foreign, "$path: foreign");
	}
	refused($try->('sign-out', Cookie => 'a=b'), @missing, 'any cookie');
	refused($try->('update-user', %signed, Origin => $_), @foreign, $_)
	    for "$site.evil.example", "$site:81", 'https://chat.example.org',
	    'http://evilchat.example.org';
	refused($try->('update-user', %signed, Referer =>
	    'https://evil.example/' . $site), @foreign, 'Referer');
	is($try->('update-user', %signed, Referer => "$site/page")->status,
	    400, 'a Referer of ours');
	is($try->('update-user', %signed, Origin => $_)->status, 400, $_)
	    for $site, 'https://page.example.com';
	ok(defined $who->session, 'still signed in');
	for my $path (qw(sign-in/email sign-up/email)) {
		refused($try->($path, 'Sec-Fetch-Site' => 'cross-site',
		    'Sec-Fetch-Mode' => 'navigate', Origin => $site), 403,
		    'CROSS_SITE_NAVIGATION_LOGIN_BLOCKED', 'Cross-site '
		    . 'navigation login blocked. This request appears to be '
		    . 'a CSRF attack.', $path);
		refused($try->($path, 'Sec-Fetch-Site' => 'cross-site',
		    'Sec-Fetch-Mode' => 'cors'), @missing, "$path: no Origin");
		refused($try->($path, Origin => 'https://evil.example'),
		    @foreign, "$path: foreign");
		is($try->($path, 'Sec-Fetch-Site' => 'same-origin',
		    'Sec-Fetch-Mode' => 'cors', Origin => $site)->status,
		    400, "$path: ours");
		is($try->($path)->status, 400, "$path: a program");
	}
	refused($try->('revoke-session', Origin => 'https://evil.example'),
	    @foreign, 'a page elsewhere, without a cookie');
	refused(person(origin => 'https://evil.example')->get('get-session'),
	    @foreign, 'reading');
	for my $bad ('https://evil.example/', '//evil.example',
	    '/\\evil.example', '/%2fevil.example', '/%5Cevil.example',
	    'javascript:alert(1)', 'evil', "$site.evil.example",
	    "/a\nb", 'https://user@evil.example/') {
		refused($who->sign_in(callbackURL => $bad), 403,
		    'INVALID_CALLBACK_URL', 'Invalid callbackURL', $bad);
	}
	my %more = (redirectTo => ['INVALID_REDIRECT_URL', 'redirectURL'],
	    errorCallbackURL => ['INVALID_ERROR_CALLBACK_URL',
	    'errorCallbackURL'], newUserCallbackURL =>
	    ['INVALID_NEW_USER_CALLBACK_URL', 'newUserCallbackURL']);
	refused($who->sign_in($_ => '//evil.example'), 403, $more{$_}[0],
	    "Invalid $more{$_}[1]", $_) for sort keys %more;
	refused($who->sign_in(callbackURL => 5), 400, undef,
	    'Invalid callbackURL: expected a string', 'a number');
	is($who->sign_in(callbackURL => $_)->status, 200, $_) for '/', '/a?b',
	    "$site/x", 'https://page.example.com/x';
};

subtest 'a page of another origin' => sub {
	my $who = someone();
	$who->{origin} = 'https://page.example.com';
	my $r = $who->get('get-session', by => 'bearer', headers =>
	    { Origin => 'https://page.example.com' });
	my @exposed = $r->headers('Access-Control-Expose-Headers');
	is(scalar @exposed, 1, 'one list');
	like($exposed[0], qr/\b$_\b/i, $_) for qw(set-auth-jwt
	    set-auth-token retry-after x-retry-after);
	$r = person()->sign_in(email => 'x@example.com');
	is($r->status, 401, 'refused');
	$r = person(origin => 'https://page.example.com')
	    ->sign_in(email => 'x@example.com');
	is($r->header('Access-Control-Allow-Origin'),
	    'https://page.example.com', 'it may read refusals');
};

subtest 'other addresses' => sub {
	fine(person()->get('ok'), { ok => $true }, 'ok');
	for my $r (person()->get('nope'), person()->get('ok/'),
	    person()->request('PUT', 'sign-out'), person()->get('sign-out'),
	    person()->post('ok'), person()->request('DELETE', 'token')) {
		is_deeply([$r->status, $r->body], [404, ''], 'nothing there');
	}
	my $r = person()->get('error?error=INVALID_TOKEN');
	is($r->status . $r->type, '200text/html', 'a page for people');
	like($r->body, qr/INVALID_TOKEN/, 'the code');
	like($r->body, qr/href="\Q$site\E"/, 'the way back');
	like($r->header('Content-Security-Policy'),
	    qr/^default-src 'none'/, 'nothing runs in it');
	unlike(person()->get('error?error=%3Cb%3Ex')->body, qr/<b>|&lt;b/,
	    'nothing is repeated');
	my $off = "Reset password isn't enabled";
	refused(person()->post('request-password-reset',
	    { email => 'a@example.com' }), 400, 'RESET_PASSWORD_DISABLED',
	    $off, 'no mail, no reset');
	refused(person()->post('send-verification-email',
	    { email => 'a@example.com' }), 400,
	    'VERIFICATION_EMAIL_NOT_ENABLED',
	    "Verification email isn't enabled", 'nor verification');
	refused(someone()->post('change-email',
	    { newEmail => 'a@example.com' }), 400, 'CHANGE_EMAIL_DISABLED',
	    'Change email is disabled', 'nor another address');
};

subtest 'many at once' => sub {
	my @calls = map { $app->anyone->start('POST',
	    '/api/auth/sign-up/email', json => { name => 'x',
	    email => 'race@example.com', password => 'correct horse' }) }
	    1 .. 6;
	my %seen;
	$seen{ $_->reply->status }++ for @calls;
	is($seen{200}, 1, 'one user of six');
	is($seen{422}, 5, 'the others hear so') or diag explain \%seen;
};

# --- the settings

$app->restart_workers(settings => { public_url =>
    'https://chat.example.org', sign_up => 'off', cookie_prefix => 'site',
    password_min => 12, token_minutes => 1 });

subtest 'https, and other settings' => sub {
	my $who = person(origin => 'https://chat.example.org',
	    email => 'ann@example.com');
	my $r = $who->sign_in;
	is_deeply([$r->headers('Set-Cookie')], ['__Secure-site.session_token='
	    . percent($who->bearer) . '; Max-Age=604800; Path=/; HttpOnly; '
	    . 'Secure; SameSite=Lax'], 'Secure, with a prefix');
	ok(defined $who->session, 'signed in');
	my ($value) = values %{ $who->jar };
	is(person(origin => undef, jar => { 'site.session_token' => $value })
	    ->session, undef, 'the name for http is not read');
	$r = $who->post('sign-out');
	my @secure = map { s/better-auth/__Secure-site/r
	    =~ s/HttpOnly;/HttpOnly; Secure;/r } @ending;
	is_deeply([$r->headers('Set-Cookie')], \@secure, 'all three end');
	refused(person(origin => 'https://chat.example.org')->sign_up(
	    email => 'late@example.com'), 400,
	    'EMAIL_PASSWORD_SIGN_UP_DISABLED',
	    'Email and password sign up is not enabled', 'sign_up = off');
	$who->sign_in;
	refused($who->post('change-password', { newPassword => 'elevenchars',
	    currentPassword => $who->password }), 400, 'PASSWORD_TOO_SHORT',
	    'Password too short', 'password_min');
	my $claims = JSON::PP->new->utf8->decode(decode_base64url(
	    (split /\./, $who->jwt)[1]));
	is($claims->{exp} - $claims->{iat}, 60, 'token_minutes');
	is($claims->{iss}, 'https://chat.example.org', 'the public address');
};

# --- messages: nobody takes them, so they stay where a test can read them

$app->restart_workers(settings => { mail_url => 'smtp://127.0.0.1:1',
    mail_from => 'chat@example.org', site_name => 'Our chat' });

sub mails($to)
{
	return map { $_->{body} } $app->rows('select body from mail where '
	    . "to_address = '$to' order by id");
}

sub unthrottled { $app->sql('delete from throttle') }

sub path_of($mail)
{
	my ($path) = $mail =~ m{^\Q$site\E(/api/auth/\S+)$}m;
	return $path;
}

subtest 'a forgotten password' => sub {
	my $who = someone();
	my $other = person(email => $who->email);
	$other->sign_in;
	my $jwt = $other->jwt;
	my $said = { status => $true, message => 'If this email exists in '
	    . 'our system, check your email for the reset link' };
	my $ask = sub (%f) { person()->post('request-password-reset', {%f}) };
	fine($ask->(email => uc $who->email, redirectTo => '/new?a=b'), $said,
	    'known');
	fine($ask->(email => 'nobody@example.com', redirectTo => '/new'),
	    $said, 'unknown');
	refused($ask->(email => 'x'), 400, 'VALIDATION_ERROR',
	    '[body.email] Invalid email address', 'no address');
	refused($ask->(email => $who->email, redirectTo => '//evil.example'),
	    403, 'INVALID_REDIRECT_URL', 'Invalid redirectURL', 'to evil');
	my @mail = mails($who->email);
	is(scalar @mail, 1, 'one message');
	like($mail[0], qr/Our chat/, 'whose it is');
	is(scalar mails('nobody@example.com'), 0, 'none to nobody');
	my $path = path_of($mail[0]);
	my ($token) = $path =~ m{/reset-password/(\w{24})\?callbackURL=
	    %2Fnew%3Fa%3Db$}x or diag $path;
	my $r = person()->get($path);
	is($r->status, 302, 'the link');
	is($r->header('Location'), "$site/new?a=b&token=$token", 'leads on');
	is($r->header('Referrer-Policy'), 'no-referrer', 'and no further');
	unlike($app->log_of($r), qr/\Q$token/, 'and is not in the log');
	is(person()->get("reset-password/nope?callbackURL=$_->[0]")
	    ->header('Location'), $_->[1], "a wrong one: $_->[0]")
	    for ['/new?a=b', "$site/new?a=b&error=INVALID_TOKEN"],
	    ['/new%23x', "$site/new?error=INVALID_TOKEN#x"],
	    ['https://page.example.com/x',
	    'https://page.example.com/x?error=INVALID_TOKEN'],
	    ['', "$site/api/auth/error?error=INVALID_TOKEN"];
	refused(person()->get('reset-password/nope'), 400,
	    'VALIDATION_ERROR', "[query.callbackURL] $text undefined",
	    'no page');
	refused(person()->get("reset-password/$token?callbackURL="
	    . '//evil.example'), 403, 'INVALID_CALLBACK_URL',
	    'Invalid callbackURL', 'an evil page');
	my $reset = sub (%f) { person()->post('reset-password',
	    { newPassword => 'better battery', %f }) };
	my @invalid = (400, 'INVALID_TOKEN', 'Invalid token');
	refused($reset->(), @invalid, 'no token');
	refused($reset->(token => 'x'), @invalid, 'a wrong token');
	refused($reset->(token => $token, newPassword => 'short'), 400,
	    'PASSWORD_TOO_SHORT', 'Password too short', 'short');
	refused(person()->post('reset-password'), 400, 'VALIDATION_ERROR',
	    "[body.newPassword] $text undefined", 'no password');
	fine($reset->(token => $token), { status => $true }, 'done');
	refused($reset->(token => $token), @invalid, 'once');
	is(sessions_of($who), 0, 'all sessions have ended');
	is($app->anyone->get('/api/x/tasks', token => $jwt)->status, 401,
	    'no API access');
	is($who->sign_in->status, 401, 'the old password');
	$who->{password} = 'better battery';
	is($who->sign_in->status, 200, 'the new one');
	unthrottled();
	$ask->(email => $who->email);
	($token) = (mails($who->email))[-1] =~ m{/reset-password/(\w+)};
	$app->sql('update public.verification set "expiresAt" = now()');
	refused($reset->(token => $token), @invalid, 'too late');
	unthrottled();
	$ask->(email => $who->email);
	($token) = (mails($who->email))[-1] =~ m{/reset-password/(\w+)};
	fine(person()->post("reset-password?token=$token",
	    { newPassword => 'third staple' }), { status => $true },
	    'the token in the query');
};

subtest 'verification' => sub {
	unthrottled();
	my $who = someone();
	my $send = sub ($by, %f) { $by->post('send-verification-email',
	    {%f}) };
	my $ok = { status => $true };
	fine($send->(person(), email => $who->email, callbackURL => '/v'),
	    $ok, 'known');
	fine($send->(person(), email => 'nobody@example.com'), $ok,
	    'unknown');
	refused($send->($who, email => 'else@example.com'), 400,
	    'EMAIL_MISMATCH', 'Email mismatch', 'somebody else\'s');
	is(scalar mails($_), 0, "none to $_") for 'nobody@example.com',
	    'else@example.com';
	my $path = path_of((mails($who->email))[-1]);
	my $bare = $path =~ s/&callbackURL.*//r;
	my ($token) = $bare =~ /token=(.*)/;
	is_problem($app->anyone->get('/api/x/tasks', token => $token), 401,
	    'unauthorized', 'it opens nothing else');
	refused(person()->get('verify-email'), 400, 'VALIDATION_ERROR',
	    "[query.token] $text undefined", 'no token');
	for my $bad ('x', $token =~ s/.$/$& eq 'A' ? 'B' : 'A'/er,
	    $who->jwt) {
		refused(person()->get("verify-email?token=$bad"), 401,
		    'INVALID_TOKEN', 'Invalid token', 'a wrong token');
	}
	is(person()->get('verify-email?token=x&callbackURL=/v')
	    ->header('Location'), "$site/v?error=INVALID_TOKEN", 'led on');
	ok(!$who->session->{user}{emailVerified}, 'not yet');
	my $r = person()->get($path);
	is($r->status . $r->header('Location'), "302$site/v", 'verified');
	is_deeply([$r->headers('Set-Cookie')], [], 'nobody is signed in');
	ok($who->session->{user}{emailVerified}, 'and it shows');
	fine(person()->get($bare), { status => $true, user => undef },
	    'again, without a page');
	refused($send->($who, email => $who->email), 400,
	    'EMAIL_ALREADY_VERIFIED', 'Email is already verified', 'done');
};

subtest 'another address' => sub {
	unthrottled();
	my $who = someone();
	my $bob = someone();
	my $change = sub (%f) { $who->post('change-email', {%f}) };
	my $ok = { status => $true };
	refused($change->(newEmail => 'x'), 400, 'VALIDATION_ERROR',
	    '[body.newEmail] Invalid email address', 'none');
	refused($change->(newEmail => uc $who->email), 400, undef,
	    'Email is the same', 'the same');
	unauthorized(person()->post('change-email',
	    { newEmail => 'x@example.com' }), 'nobody');
	fine($change->(newEmail => $bob->email), $ok, 'somebody else\'s');
	is(scalar mails($bob->email), 0, '... hears nothing');
	fine($change->(newEmail => 'New.Me@example.com'), $ok, 'a new one');
	like((mails($who->email))[-1], qr/another e-mail address/,
	    'the old one hears of it');
	my $path = path_of((mails('new.me@example.com'))[-1]);
	is($who->session->{user}{email}, $who->email, 'not yet');
	refused($bob->get($path =~ s/&callbackURL.*//r), 401,
	    'INVALID_USER', 'Invalid user', 'not for another');
	my $r = person()->get($path =~ s/&callbackURL.*//r);
	is_deeply([$r->status, $r->json->{user}{email}],
	    [200, 'new.me@example.com'], 'opened');
	is($who->session->{user}{email}, 'new.me@example.com', 'changed');
	refused(person()->get($path =~ s/&callbackURL.*//r), 401,
	    'INVALID_TOKEN', 'Invalid token', 'once');
};

$app->restart_workers(settings => { mail_url => 'smtp://127.0.0.1:1',
    mail_from => 'chat@example.org', verify_email => 'on',
    site_name => 'Tea & <b>"more"</b>' });

subtest 'a name is no markup' => sub {
	my $body = person()->get('error?error=X')->body;
	like($body, qr{Back to Tea &amp; &lt;b&gt;&quot;more&quot;&lt;/b&gt;<},
	    'on the page for people');
};

subtest 'nobody before the address is theirs' => sub {
	unthrottled();
	my $ann = person();
	my $r = $ann->sign_up(email => 'fresh@example.com', name => 'F');
	my $known = person()->sign_up(email => 'ann@example.com',
	    name => 'F');
	for ($r, $known) {
		is($_->status, 200, 'status');
		is($_->json->{token}, undef, 'no token');
		is_deeply([$_->headers('Set-Cookie'),
		    $_->headers('set-auth-token')], [], 'no cookie');
	}
	my @shape = map { my $b = $_->body;
	    $b =~ s/"id":"\w{32}"/"id":""/;
	    $b =~ s/(fresh|ann)\@example/\@example/;
	    $b =~ s/\d{4}-\d\d-\d\dT[\d:.]{12}Z//g; $b } $r, $known;
	is($shape[0], $shape[1], 'a known address looks like a new one');
	is(scalar(my @one = mails('fresh@example.com')), 1, 'a link');
	like((mails('ann@example.com'))[-1], qr/There is one already/,
	    'a word to who was there');
	refused($ann->sign_in, 403, 'EMAIL_NOT_VERIFIED',
	    'Email not verified', 'sign-in');
	is(scalar(my @two = mails('fresh@example.com')), 2, 'the link again');
	refused($ann->sign_in(password => 'wrong horse'), 401,
	    'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password',
	    'only the right password is told');
	is(scalar(my @still = mails('fresh@example.com')), 2, 'no link');
	is(person()->get(path_of($two[1]))->status, 302, 'opened');
	is($ann->sign_in->status, 200, 'in');
};

# --- a secret that is not the keys', and no accounts at all

$app->restart_workers(settings => { auth_secret => 'another ' . $secret });
$app->expect_log(qr/level=error .* path=\S+(get-session|token|jwks) /);

subtest 'a key that another secret has sealed' => sub {
	my $who = person(email => 'ann@example.com');
	is($who->sign_in->status, 200, 'passwords do not depend on it');
	my $r = $who->get('get-session');
	is($r->json->{user}{email}, $who->email, 'nor do sessions');
	is_deeply([$r->headers('set-auth-jwt')], [], 'there is no token');
	is($who->get('token')->status, 500, 'which is our fault');
	is($app->sql('select count(*) from public.jwks'), 1,
	    'no key was written');
};

$app->restart_workers(settings => { accounts => 'off' });

subtest 'off' => sub {
	for my $r (person()->sign_in(email => 'ann@example.com'),
	    person()->get('get-session'), person()->get('nope')) {
		is_problem($r, 404, 'no_such_route', 'nothing there');
	}
};

is(scalar(grep { /correct horse|\Q$secret\E/ } $app->log_lines), 0,
    'no password and no secret in the log');
done_testing;
