#!/usr/bin/perl
# Your site already has users?  The examples of conf/issuer-*.conf as they
# stand, but for where keys are fetched and secrets are read, with tokens made
# by the real packages: each lets in the right person, and not a wrong one.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Node;
use App;
use Token qw(b64);

my $dir = Cluster::make_dir('tc-XXXXXX');
my $secret = 'a secret of the site, of more than 32 bytes';
my $www = 'https://www.example.org';
my $maker = Node->start('issuer.mjs', {}, $dir);
my $make = Client->new(port => $maker->port);

sub made($what, %wish)
{
	my $reply = $make->post("/$what", \%wish);
	die "$what: ", $reply->body, "\n" if $reply->status != 200;
	return $reply->json;
}

# A JWT by jose.  A claim given as undef is left out.
sub jwt($alg, $claims, %more)
{
	my %claims = (iat => time, exp => time + 900, %$claims);
	delete @claims{ grep { !defined $claims{$_} } keys %claims };
	return made('sign', alg => $alg, claims => \%claims, %more)->{token};
}

sub file($name, $text)
{
	Pooler::write_file("$dir/$name", $text);
	chmod 0644, "$dir/$name";
	return "$dir/$name";
}

# The settings of an example.  Only what names this machine is replaced.
sub example($name, %replace)
{
	my %set;
	open my $in, '<', App::source() . "/conf/issuer-$name.conf"
	    or die "conf/issuer-$name.conf: $!";
	while (<$in>) {
		$set{$1} = $2 if /^([^#=\s]+)\s*=\s*(.*?)\s*$/;
	}
	for (keys %replace) {
		ok(exists $set{$_}, "the example has $_");
		$set{$_} = $replace{$_};
	}
	return %set;
}

# A taskchat with these settings and no issuer besides.
sub taskchat(%set)
{
	chmod 0755, $dir;
	return App->new(jwt_secret => '', %set)->start;
}

sub browser($app, $id)
{
	return Client->new(port => $app->port, app => $app, id => $id);
}

# With this token (or cookies) one is $id, and nobody else.
sub lets_in($app, $id, $name, %with)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $title = "by $name";
	my $who = browser($app, $id);
	my $reply = $who->post('tasks', { title => $title }, %with);
	is($reply->status, 201, $name) or diag($reply->body,
	    $app->log_of($reply));
	is($app->sql("select user_id from task where title = '$title'"), $id,
	    "... is $id");
	is(browser($app, 'another')->get('tasks', %with)->status, 403,
	    '... and nobody else');
}

sub refuses($app, $id, $name, $why, %with)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $reply = browser($app, $id)->get('tasks', %with);
	is_problem($reply, 401, 'unauthorized', $name);
	like($app->log_of($reply), $why, '... and the log says why');
	same_problem($reply, browser($app, $id)->get('tasks',
	    token => 'rubbish'), '... but not the answer');
}

sub flipped($token)
{
	my ($head, $body, $mac) = split /\./, $token;
	substr($mac, 5, 1) = substr($mac, 5, 1) eq 'A' ? 'B' : 'A';
	return "$head.$body.$mac";
}

# --- Better Auth

my $people = 0;

sub better_auth_token($site)
{
	my $done = Node::ask('act.mjs', { base => $site->url,
	    origin => $site->{base}, calls => [
	        ['signUp.email', { name => 'Ann', password => 'long words',
	            email => 'ann' . ++$people . '@example.org' }],
	        ['token']] });
	my ($user, $token) = @{ $done->{replies} };
	return ($user->{data}{user}{id}, $token->{data}{token});
}

subtest 'Better Auth' => sub {
	my $cluster = Cluster->start($dir);
	$cluster->sql("create database $_", db => 'postgres')
	    for qw(site other);
	my $server = sub ($database, $base) {
		my $site = Node->better_auth($cluster, $database,
		    base => $base, secret => $secret);
		$site->{base} = $base;
		return $site;
	};
	my $site = $server->('site', $www);
	my $app = taskchat(example('better-auth',
	    'issuer.site.jwks_url' => $site->url . '/api/auth/jwks'));
	my ($id, $token) = better_auth_token($site);
	like($token, qr/^\Q${\ b64('{"alg":"EdDSA"')}\E/,
	    'an EdDSA token, as by default');
	lets_in($app, $id, 'its token', token => $token);
	my $page = browser($app, $id)->get('tasks', token => $token,
	    headers => { Origin => $www });
	is($page->header('Access-Control-Allow-Origin'), $www,
	    'for the page of the site, which is elsewhere');
	is_problem(browser($app, $id)->get('tasks', token => $token,
	    headers => { Origin => 'https://evil.example' }), 403,
	    'origin_not_allowed', 'for no other');
	refuses($app, $id, 'changed', qr/wrong signature/,
	    token => flipped($token));
	my $cousin = $server->('other', $www);
	my ($other, $strange) = better_auth_token($cousin);
	refuses($app, $other, 'of a server with other keys', qr/unknown kid/,
	    token => $strange);
	my $moved = $server->('site', 'https://evil.example');
	($other, $strange) = better_auth_token($moved);
	refuses($app, $other, 'of another address',
	    qr/issuer \S+evil\S+ is none of/, token => $strange);
	$_->stop for $site, $cousin, $moved;
	$cluster->down('QUIT');
};

# --- Auth.js

my $secret_file = file('secret', "$secret\n");

# The cookies of a sign-in, as a header.
sub authjs($url, $id, %more)
{
	return made('authjs', url => $url, secret => $secret,
	    user => { id => $id, name => 'Ann', email => 'a@example.org' },
	    %more)->{cookies};
}

sub cookies(@pairs)
{
	return (token => undef, headers => { Origin => $www,
	    Cookie => join '; ', 'theme=dark', @pairs });
}

subtest 'Auth.js 5' => sub {
	my $app = taskchat(example('authjs',
	    'issuer.site.secret_file' => $secret_file));
	my ($cookie) = authjs($www, 'ann');
	is(scalar @$cookie, 1, 'one cookie');
	like($cookie->[0], qr/^__Secure-authjs\.session-token=/, 'of https');
	lets_in($app, 'ann', 'its cookie', cookies(@$cookie));
	my $plain = authjs('http://www.example.org', 'bob');
	like($plain->[0], qr/^authjs\.session-token=/, 'of http');
	lets_in($app, 'bob', 'the cookie without https', cookies(@$plain));

	my $parts = authjs($www, 'cleo', more => { big => 'x' x 5000 });
	is(scalar @$parts, 2, 'a long one comes in two parts');
	lets_in($app, 'cleo', 'a cookie in parts', cookies(@$parts));
	lets_in($app, 'cleo', 'the parts in another order',
	    cookies(reverse @$parts));
	refuses($app, 'cleo', 'half of it', qr/five parts/,
	    cookies($parts->[0]));

	refuses($app, 'ann', 'a cookie under the other name',
	    qr/cannot be decrypted/,
	    cookies($cookie->[0] =~ s/^__Secure-//r));
	refuses($app, 'ann', 'of another secret', qr/cannot be decrypted/,
	    cookies(@{ authjs($www, 'ann', secret => 'x' x 40) }));
	is(browser($app, 'ann')->get('tasks', token =>
	    $cookie->[0] =~ s/^.*?=//r)->status, 401,
	    'it is no bearer token');
	my %with = cookies(@$cookie);
	for my $origin (undef, 'https://evil.example') {
		$with{headers}{Origin} = $origin;
		is_problem(browser($app, 'ann')->post('tasks',
		    { title => 'forged' }, %with), 403, 'origin_not_allowed',
		    'changes by ' . ($origin // 'no') . ' page');
	}
	is($app->sql("select count(*) from task where title = 'forged'"), 0,
	    'nothing was changed');
};

subtest 'NextAuth 4' => sub {
	my $app = taskchat(example('authjs',
	    'issuer.site.secret_file' => $secret_file,
	    'issuer.site.format' => 'nextauth'));
	my $sealed = sub (%wish) {
		return made('nextauth', secret => $secret, seconds => 3600,
		    claims => { sub => 'ann', name => 'Ann' }, %wish)->{token};
	};
	my $token = $sealed->();
	for my $name (qw(next-auth.session-token
	    __Secure-next-auth.session-token)) {
		lets_in($app, 'ann', "the cookie $name",
		    cookies("$name=$token"));
	}
	my $name = 'next-auth.session-token';
	my $long = $sealed->(claims => { sub => 'ann', big => 'x' x 4500 });
	my ($first, $rest) = unpack '(A3933)2', $long;
	lets_in($app, 'ann', 'a long one in parts',
	    cookies("$name.0=$first", "$name.1=$rest"));
	refuses($app, 'ann', 'expired', qr/expired/,
	    cookies("$name=" . $sealed->(seconds => -120)));
	refuses($app, 'ann', 'of another secret', qr/cannot be decrypted/,
	    cookies("$name=" . $sealed->(secret => 'x' x 40)));
	refuses($app, 'ann', 'one of version 5', qr/alg and enc/,
	    cookies("$name=" . authjs('http://www.example.org', 'ann')->[0]
	        =~ s/^.*?=//r));
};

# --- those that sign with RS256

subtest 'Auth0' => sub {
	my %set = example('oidc', 'issuer.site.jwks_url' =>
	    $maker->url . '/.well-known/jwks.json');
	my $app = taskchat(%set);
	my %good = (iss => $set{'issuer.site.iss'},
	    aud => $set{'issuer.site.audience'}, sub => 'auth0|5f7c',
	    azp => 'page', scope => 'openid');
	like($good{iss}, qr{/$}, 'its issuer ends in a slash');
	my $token = sub (%more) { (token => jwt('RS256', { %good, %more })) };
	lets_in($app, 'auth0|5f7c', 'an access token', $token->());
	lets_in($app, 'auth0|5f7c', 'one for several', $token->(
	    aud => [$good{aud}, 'https://tenant.auth0.com/userinfo']));
	refuses($app, $good{sub}, 'without the slash',
	    qr/issuer \S+com is none of/,
	    $token->(iss => $good{iss} =~ s{/$}{}r));
	refuses($app, $good{sub}, 'an ID token', qr/audience expected/,
	    $token->(aud => 'page'));
	refuses($app, $good{sub}, 'expired', qr/expired/,
	    $token->(exp => time - 61));
};

subtest 'Keycloak' => sub {
	my %set = example('keycloak', 'issuer.site.jwks_url' =>
	    $maker->url . '/realms/site/protocol/openid-connect/certs');
	my $app = taskchat(%set);
	my $id = 'f1f0c7a6-0000-4000-8000-000000000001';
	my %good = (iss => $set{'issuer.site.iss'}, aud => 'account',
	    azp => $set{'issuer.site.audience'}, sub => $id, typ => 'Bearer');
	my $token = sub ($claims = {}, %more) {
		return (token => jwt('RS256', { %good, %$claims }, %more));
	};
	lets_in($app, $id, 'a token of Keycloak', $token->());
	lets_in($app, $id, 'an access token by RFC 9068',
	    $token->({}, header => { typ => 'at+jwt' }));
	refuses($app, $id, 'a logout token', qr/typ logout/,
	    $token->({}, header => { typ => 'logout+jwt' }));
	refuses($app, $id, 'of another client', qr/in azp, got/,
	    $token->({ azp => 'other-page' }));
	refuses($app, $id, 'of another realm', qr/issuer \S+other is none of/,
	    $token->({ iss => 'https://sso.example.org/realms/other' }));
	refuses($app, $id, 'that names the key for encryption',
	    qr/unknown kid rsa-oaep/,
	    $token->({}, header => { kid => 'rsa-oaep' }));
};

# --- by hand

subtest 'HS256' => sub {
	my $app = taskchat(example('hs256',
	    'issuer.site.secret_file' => $secret_file));
	my %good = (sub => '42', aud => 'taskchat');
	my $token = sub ($claims = {}, %more) {
		return (token => jwt($more{alg} // 'HS256',
		    { %good, %$claims }, secret => $secret, %more));
	};
	lets_in($app, '42', 'a token by hand', $token->());
	refuses($app, '42', 'with another secret', qr/wrong signature/,
	    $token->({}, secret => 'x' x 40));
	refuses($app, '42', 'for somebody else', qr/audience expected/,
	    $token->({ aud => 'shop' }));
	refuses($app, '42', 'without an end', qr/no exp/,
	    $token->({ exp => undef }));
	refuses($app, '42', 'with HS512', qr/alg HS512, expected HS256/,
	    $token->({}, alg => 'HS512', secret => $secret x 2));
};

# --- every kind of key, in a file

subtest 'a file of keys' => sub {
	my %set = (iss => $www, aud => 'taskchat');
	my $app = taskchat('issuer.site.iss' => $set{iss},
	    'issuer.site.audience' => $set{aud}, 'issuer.site.jwks_file' =>
	        file('keys.json', $make->get('/all.json')->body));
	for my $alg (qw(RS256 RS384 RS512 PS256 ES256 ES384 EdDSA)) {
		my $token = jwt($alg, { %set, sub => $alg });
		lets_in($app, $alg, "a token by $alg", token => $token);
		refuses($app, $alg, 'changed', qr/wrong signature/,
		    token => flipped($token));
		my $other = $alg eq 'RS256' ? 'PS256' : 'RS256';
		refuses($app, $alg, 'of another key',
		    qr/alg $other, key is for $alg/, token =>
		    jwt($other, { %set, sub => $alg },
		        header => { kid => lc $alg }));
	}
};

$maker->stop;
Cluster::remove_tree($dir);
done_testing;
