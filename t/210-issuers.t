#!/usr/bin/perl
# Several issuers at once: each signs in its own way, none can speak for
# another, and keys that are published come and go without a restart.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use File::Temp qw(tempdir);
use Issuer;
use JSON::PP qw(encode_json);
use Proc qw(until_true find_program);
use Token qw(mint key_pair jwk mint_with openssl);

plan(skip_all => 'openssl is not installed') if !find_program('openssl');

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;

sub put($name, $text)
{
	open my $out, '>', "$dir/$name" or die "$name: $!";
	print $out $text;
	close $out;
	chmod 0644, "$dir/$name";
	return "$dir/$name";
}

my %key = map { $_->[0] => key_pair($dir, @$_) } ['pem', 'RS256'],
    ['ed', 'EdDSA'], ['es', 'ES256'], ['es384', 'ES384'], ['ps', 'PS256'],
    ['u1', 'EdDSA'], ['u2', 'RS512'], ['tls', 'ES256'];
my $set = put('set.json', encode_json({ keys => [
    map { jwk($key{$_}, kid => $_, use => 'sig') } qw(ed es es384 ps) ] }));
mkdir "$dir/$_" for qw(url);
my $issuer = Issuer->start("$dir/url");
$issuer->answer({ keys => [jwk($key{u1}, kid => 'u1'),
    jwk($key{pem}, kid => 'enc', use => 'enc')] });
my $hmac = join '', map { sprintf '%02x', rand 256 } 1 .. 40;

# A certificate of the test's own, for an address that only it vouches for.
my $cert = "$dir/tls-cert.pem";
openssl(qw(req -x509 -days 2 -subj /CN=localhost -addext),
    'subjectAltName=IP:127.0.0.1', '-key', $key{tls}{private}, '-out', $cert);
chmod 0644, $cert;
my $https = start_https({ keys => [jwk($key{tls}, kid => 'tls')] });

sub start_https($answer)
{
	my $json = encode_json($answer);
	put('jwks', "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n"
	    . "Content-Length: " . length($json) . "\r\n\r\n$json");
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		chdir $dir;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$dir/https.log";
		open STDERR, '>&', \*STDOUT;
		exec qw(openssl s_server -accept 127.0.0.1:0 -HTTP -cert),
		    $cert, '-key', $key{tls}{private} or exit 127;
	}
	my $proc = Proc->adopt(pid => $pid, name => 'openssl s_server');
	my ($port) = @{ until_true('a TLS server', sub {
		Proc::slurp("$dir/https.log") =~ /^ACCEPT \S+:(\d+)$/m
		    ? [$1] : undef;
	}) };
	return { proc => $proc, url => "https://127.0.0.1:$port/jwks" };
}

sub settings($name, %more)
{
	return map { ("issuer.$name.$_" => $more{$_}) } keys %more;
}

# A port where nobody listens.
my $closed = do {
	my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1);
	$s->sockport;
};

my %iss = map { $_ => "https://$_.example" } qw(hs pem set url down tls bare);
my $app = App->new(
    settings('hs', iss => $iss{hs}, secret => $hmac, algorithm => 'HS512'),
    settings('pem', iss => $iss{pem}, audience => 'us',
	key_file => $key{pem}{public}, algorithm => 'RS256'),
    settings('set', iss => $iss{set}, audience => 'us', jwks_file => $set,
	user_claim => 'email'),
    settings('url', iss => $iss{url}, audience => 'us',
	jwks_url => $issuer->url, audience_claim => 'azp'),
    settings('down', iss => $iss{down}, audience => 'us',
	jwks_url => "http://127.0.0.1:$closed/"),
    settings('tls', iss => $iss{tls}, audience => 'us',
	jwks_url => $https->{url}, ca_file => $cert),
    settings('bare', iss => $iss{bare}, audience => 'us',
	jwks_url => $https->{url}))->start;

sub token($name, $key, $kid, %claims)
{
	return mint_with($key{$key}, { sub => 'ann', iss => $iss{$name},
	    aud => 'us', %claims }, header => { kid => $kid });
}

sub hs_token(%claims)
{
	return mint($hmac, { sub => 'ann', iss => $iss{hs}, %claims },
	    header => { alg => 'HS512' }, sign => 'HS512');
}

sub person($id, $token)
{
	return Client->new(port => $app->port, id => $id, token => $token,
	    app => $app);
}

sub accepted($id, $token, $name)
{
	is(person($id, $token)->get('tasks')->status, 200, $name);
}

sub refused($token, $why, $name)
{
	my $r = person('ann', $token)->get('/api/ann/tasks');
	is_problem($r, 401, 'unauthorized', $name);
	like($app->log_of($r), $why, '... and the log says why');
	return $r;
}

subtest 'each in its own way' => sub {
	accepted('hs:ann', hs_token(), 'HS512 with a secret');
	accepted('pem:ann', token('pem', 'pem', undef), 'RS256 with a PEM key');
	for my $kid (qw(ed es es384 ps)) {
		accepted('set:ann@a.example', token('set', $kid, $kid,
		    email => 'ann@a.example'), "$key{$kid}{alg} of a file");
	}
	accepted('set:a', token('set', 'ps', undef, email => 'a'),
	    'without a kid, the only key of its alg');
	accepted('url:ann', token('url', 'u1', 'u1', azp => 'us'),
	    'EdDSA of an address, the audience in azp');
	accepted('tls:ann', token('tls', 'tls', 'tls'),
	    'https with a certificate of our own');
	accepted('ann', $app->mint({ sub => 'ann' }), 'jwt_secret');
	is($issuer->asked, 1, 'the issuer was asked once');
	like($app->wait_log(qr/issuer url: keys left out/), qr/level=warn/,
	    'the key we cannot use is told');
};

subtest 'people' => sub {
	my $ann = person('hs:ann', hs_token());
	my $other = person('pem:ann', token('pem', 'pem', undef));
	$ann->add('milk');
	is_deeply([$ann->titles], ['milk'], 'what ann of one issuer has');
	is_deeply([$other->titles], [], 'ann of another has not');
	is_deeply([person('ann', $app->mint({ sub => 'ann' }))->titles], [],
	    'nor has ann without a prefix');
	is_problem($ann->get('/api/ann/tasks'), 403, 'user_mismatch',
	    'the bare path is not hers');
	is_problem($ann->get('/api/pem:ann/tasks'), 403, 'user_mismatch',
	    'nor is the other\'s');
	refused($app->mint({ sub => 'hs:ann' }), qr/begins with .*hs:/,
	    'who calls themselves what she is called');
};

subtest 'nobody speaks for another' => sub {
	refused(token('pem', 'ed', 'ed'), qr/pem: alg EdDSA, expected RS256/,
	    'the key of another issuer');
	refused(token('set', 'pem', 'ed', email => 'a'),
	    qr/alg RS256, (?:key is|the key is)/, 'with a kid of this one');
	refused(token('url', 'ed', 'u1', azp => 'us'), qr/wrong signature/,
	    'another key by the same kid');
	refused(hs_token(iss => $iss{pem}, aud => 'us'),
	    qr/pem: alg HS512/, 'a secret where there are public keys');
	refused(mint($key{pem}{pem}, { sub => 'ann', iss => $iss{pem},
	    aud => 'us' }), qr/pem: alg HS256/, 'a public key as the secret');
	refused(mint($hmac, { sub => 'ann', iss => $iss{hs} }),
	    qr/hs: alg HS256, expected HS512/, 'another hash');
	refused(token('set', 'ed', 'ed'), qr/email is missing/,
	    'without the claim that is the user');
	refused(token('url', 'u1', 'u1'), qr/audience expected us/,
	    'aud where azp is asked for');
	refused(mint_with($key{pem}, { sub => 'ann',
	    iss => 'https://else.example' }),
	    qr{issuer https://else.example is none of: }, 'who is nobody');
};

subtest 'keys come' => sub {
	my $before = $issuer->asked;
	my $token = token('url', 'u2', 'u2', azp => 'us');
	refused($token, qr/unknown kid u2; the set has u1/,
	    'a key before it is published');
	is($issuer->asked, $before + 1, 'asks once');
	refused($token, qr/unknown kid u2/, 'and again');
	is($issuer->asked, $before + 1, 'not again');
	$issuer->answer({ keys => [jwk($key{u1}, kid => 'u1'),
	    jwk($key{u2}, kid => 'u2')] });
	$app->restart_workers;
	$before = $issuer->asked;
	accepted('url:ann', token('url', 'u1', 'u1', azp => 'us'),
	    'a worker that knows the keys');
	$issuer->answer({ keys => [jwk($key{u1}, kid => 'u1'),
	    jwk($key{u2}, kid => 'u3')] });
	accepted('url:ann', token('url', 'u2', 'u3', azp => 'us'),
	    'takes a new one at its first use');
	is($issuer->asked, $before + 2, 'with one question');
};

subtest 'inventions cost nothing' => sub {
	my $before = $issuer->asked;
	my $junk = token('url', 'u1', 'KID', azp => 'us');
	my ($head, $rest) = $junk =~ /^([^.]+)(\..*)$/;
	my %seen;
	for my $i (1 .. 1000) {
		my $token = Token::b64(qq({"alg":"EdDSA","kid":"x$i"})) . $rest;
		$seen{ person('ann', $token)->get('tasks')->status }++;
	}
	is_deeply(\%seen, { 401 => 1000 }, 'a thousand kids are refused');
	cmp_ok($issuer->asked - $before, '<=', 1, 'with one question at most');
	my $now = $issuer->asked;
	for my $token (token('url', 'u1', 'y', azp => 'us', exp => 900),
	    token('url', 'u1', 'y', azp => 'them')) {
		person('ann', $token)->get('tasks');
	}
	is($issuer->asked, $now, 'and none for a token that is wrong anyway');
};

subtest 'issuers that cannot be asked' => sub {
	my $r = refused(token('down', 'u1', 'u1'),
	    qr/down: .*keys cannot be had/, 'nobody is there');
	like($app->wait_log(qr/issuer down: fetch keys/), qr/level=warn/,
	    'which is told once');
	refused(token('bare', 'tls', 'tls'), qr/keys cannot be had/,
	    'a certificate nobody vouches for');
	like($app->wait_log(qr/issuer bare: fetch keys/),
	    qr/certificate/i, 'and the log names the certificate');
	$issuer->answer('oops', status => 500);
	$issuer->stop;
	accepted('url:ann', token('url', 'u1', 'u1', azp => 'us'),
	    'what was read serves on when an issuer goes down');
};

$https->{proc}->end;

# The built-in accounts beside another issuer, which has the bare ids here.
my $own = App->new(accounts => 'on', public_url => 'http://127.0.0.1',
    auth_secret => join('', map { sprintf '%02x', rand 256 } 1 .. 32),
    bare_ids => 'hs',
    settings('hs', iss => $iss{hs}, secret => $hmac, algorithm => 'HS512'))
    ->start;

subtest 'built-in accounts and another issuer' => sub {
	my $site = 'http://127.0.0.1';
	my $nobody = $own->anyone;
	my $r = $nobody->post('/api/auth/sign-up/email', { name => 'Ann',
	    email => 'ann@a.example', password => 'a long password' },
	    headers => { Origin => $site });
	is($r->status, 200, 'signed up');
	my $id = $r->json->{user}{id};
	my ($cookie) = $r->header('Set-Cookie') =~ /^([^;]+)/;
	my $jwt = $nobody->get('/api/auth/token',
	    headers => { Cookie => $cookie })->json->{token};
	my $ann = Client->new(port => $own->port, id => "accounts:$id",
	    app => $own);
	is($ann->get('tasks', token => $jwt)->status, 200,
	    'the JWT, by an id with a prefix');
	is($ann->get('tasks', headers => { Cookie => $cookie })->status, 200,
	    'the session cookie itself');
	is_problem($ann->post('tasks', { title => 'x' },
	    headers => { Cookie => $cookie }), 403, 'origin_not_allowed',
	    'which changes nothing without an Origin');
	is($ann->post('tasks', { title => 'x' }, headers =>
	    { Cookie => $cookie, Origin => $site })->status, 201,
	    'but with ours');
	is_problem($ann->get('tasks', headers => {
	    Cookie => $cookie =~ s/=../=xx/r }), 401, 'unauthorized',
	    'a cookie that nobody signed');
	is(Client->new(port => $own->port, id => 'ann', app => $own)
	    ->get('tasks', token => hs_token())->status, 200,
	    'the other issuer has bare ids');
	$r = $nobody->get('/api/ann/tasks',
	    token => hs_token(sub => "accounts:$id"));
	is_problem($r, 401, 'unauthorized', 'but none of theirs');
	$nobody->post('/api/auth/sign-out', {}, headers =>
	    { Cookie => $cookie, Origin => $site });
	$r = $ann->get('tasks', token => $jwt);
	is_problem($r, 401, 'unauthorized', 'signed out, the JWT is void');
	like($own->log_of($r), qr/its session has ended/, '... and why');
	is_problem($ann->get('tasks', headers => { Cookie => $cookie }), 401,
	    'unauthorized', 'and so is the cookie');

	Client->new(port => $own->port, id => 'ann', app => $own,
	    token => hs_token())->add('bread');
	my $tasks = sub ($who) { $own->sql('select count(*) from task where'
	    . " user_id = '$who'") };
	is($tasks->($_), 1, "$_ has a task") for 'ann', "accounts:$id";
	$r = $nobody->post('/api/auth/sign-in/email', { email =>
	    'ann@a.example', password => 'a long password' });
	$r = $nobody->post('/api/auth/delete-user', { password =>
	    'a long password' }, token => $r->header('set-auth-token'));
	is($r->status, 200, 'the account is deleted');
	is($tasks->("accounts:$id"), 0, 'and what it had, by its prefix');
	is($tasks->('ann'), 1, 'the other issuer\'s ann keeps hers');
};

done_testing;
