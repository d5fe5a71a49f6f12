#!/usr/bin/perl
# Every lie that a token signed by a key pair, or one of several issuers', can
# tell: one and the same 401, a reason in the log, and nobody is asked.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Digest::SHA qw(hmac_sha256 hmac_sha512);
use File::Temp qw(tempdir);
use Issuer;
use JSON::PP qw(encode_json);
use MIME::Base64 qw(decode_base64url encode_base64url);
use Proc qw(find_program run);
use Token qw(mint sign b64 key_pair jwk mint_with sign_with);

plan(skip_all => 'openssl is not installed') if !find_program('openssl');

my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;
my %key = map { $_->[0] => key_pair($dir, @$_) } ['rs', 'RS256'],
    ['ps', 'PS256'], ['es', 'ES256'], ['e384', 'ES384'], ['ed', 'EdDSA'],
    ['one', 'EdDSA'], ['two', 'EdDSA'], ['evil', 'RS256'];
my %iss = map { $_ => "https://$_.example" } keys %key, qw(jwt set ck url);
my $set = "$dir/set.json";
open my $out, '>', $set or die "$set: $!";
print $out encode_json({ keys => [ jwk($key{one}, kid => 'one'),
    jwk($key{two}, kid => 'two'), jwk($key{ps}, kid => 'ps') ] });
close $out;
chmod 0644, $set;
mkdir "$dir/$_" for qw(url evil);
my $url = Issuer->start("$dir/url");
$url->answer({ keys => [jwk($key{one}, kid => 'one')] });
my $evil = Issuer->start("$dir/evil");	# whom nobody may ask
$evil->answer({ keys => [jwk($key{evil}, kid => 'evil')] });
my $cookie_secret = join '', map { sprintf '%02x', rand 256 } 1 .. 32;

sub settings($name, %more)
{
	return map { ("issuer.$name.$_" => $more{$_}) } keys %more;
}

my $app = App->new(jwt_issuer => $iss{jwt}, jwt_audience => 'us',
    public_url => 'http://127.0.0.1',
    allowed_origins => 'https://page.example',
    (map { settings($_, iss => $iss{$_}, audience => 'us',
        algorithm => $key{$_}{alg}, key_file => $key{$_}{public}) }
        qw(rs ps es e384 ed)),
    settings('set', iss => $iss{set}, audience => 'us', jwks_file => $set),
    settings('url', iss => $iss{url}, audience => 'us',
        jwks_url => $url->url),
    settings('ck', iss => $iss{ck}, secret => $cookie_secret,
        cookie => 'site_token'))->start;
my $secret = $app->secret;
my $now = time;

sub claims($name, %more)
{
	return { sub => 'ann', iss => $iss{$name}, aud => 'us', %more };
}

# As the issuer of that name makes them, but for what is given.
sub of($name, %opt)
{
	my $key = $key{ $opt{key} // $name };
	my %claims = (iat => $now, exp => $now + 3600,
	    %{ claims($name, %{ $opt{claims} // {} }) });
	delete @claims{ grep { !defined $claims{$_} } keys %claims };
	my %header = (alg => $key->{alg}, %{ $opt{header} // {} });
	return sign_with($key, $opt{head} // encode_json(\%header),
	    $opt{payload} // encode_json(\%claims));
}

sub hs($key, $name, %header)
{
	return mint($key, claims($name), header => \%header);
}

# A token's signature, changed by code that is given its bytes.
sub resigned($token, $change)
{
	my ($head, $payload, $mac) = split /\./, $token;
	return join '.', $head, $payload,
	    b64($change->(decode_base64url($mac)));
}

sub flipped($token, $part)
{
	my @part = split /\./, $token;
	my $bytes = decode_base64url($part[$part]);
	my $at = $part == 1 ? index $bytes, 'ann' : 9;
	substr($bytes, $at, 1) = substr($bytes, $at, 1) ^. "\x01";
	$part[$part] = b64($bytes);
	return join '.', @part;
}

my $order = pack 'H*', 'ffffffff00000000ffffffffffffffff'
    . 'bce6faada7179e84f3b9cac2fc632551';		# of P-256
my $l = reverse pack 'H*', '1000000000000000000000000000000'
    . '014def9dea2f79cd65812631a5cf5d3ed';		# of Ed25519
my %text = map { $_ => encode_json({ %{ claims($_) }, exp => $now + 3600 }) }
    keys %iss;
my $json = $text{rs};
my ($rest) = $json =~ /^\{(.*)\}$/;

# what, token, what the log says
my @lies = (
	# 1: none
	(map { my $alg = $_;
	    ["alg $alg, unsigned", b64(qq({"alg":"$alg"})) . '.' . b64($json)
	        . '.', qr/alg|signature/],
	    ["alg $alg, signed", of('rs', header => { alg => $alg }),
	        qr/alg \Q$alg\E/] } qw(none None nOnE NONE)),
	# 2: a public key as an HMAC's secret
	(map { my $name = $_; my $key = $key{$name};
	    my $jwk = encode_json(jwk($key));
	    ["$name: PEM as the secret", hs($key->{pem}, $name),
	        qr/$name: alg HS256/],
	    ["$name: PEM without its last line end",
	        hs($key->{pem} =~ s/\n\z//r, $name), qr/$name: alg HS256/],
	    ["$name: DER as the secret", hs($key->{der}, $name),
	        qr/$name: alg HS256/],
	    ["$name: the point as the secret",
	        hs(substr($key->{der}, -32), $name), qr/$name: alg HS256/],
	    ["$name: JWK as the secret", hs($jwk, $name),
	        qr/$name: alg HS256/] } qw(rs es ed)),
	# 3
	['an empty secret', hs('', 'jwt'), qr/signature/],
	# 4: another alg than the key's
	['RS256 for PS256', of('ps', key => 'rs'), qr/ps: alg RS256/],
	['PS256 for RS256', of('rs', key => 'ps'), qr/rs: alg PS256/],
	['ES256 for ES384', of('e384', key => 'es'), qr/e384: alg ES256/],
	['says ES256, is P-384', of('es', key => 'e384',
	    header => { alg => 'ES256' }), qr/es: .*signature/],
	['says RS256, is PS256', sign_with({ %{ $key{rs} }, alg => 'PS256' },
	    '{"alg":"RS256"}', $json), qr/rs: wrong signature/],
	['HS512 for HS256', mint($secret, claims('jwt'),
	    header => { alg => 'HS512' }, sign => 'HS512'),
	    qr/jwt: alg HS512/],
	['an alg nobody knows', of('rs', header => { alg => 'RS1' }),
	    qr/alg RS1/],
	# 5: alg of another form
	['no alg', of('rs', head => '{"typ":"JWT"}'), qr/alg/],
	['alg null', of('rs', head => '{"alg":null}'), qr/alg/],
	['alg a number', of('rs', head => '{"alg":256}'), qr/alg/],
	['alg a list', of('rs', head => '{"alg":["RS256"]}'), qr/alg/],
	['alg in lower case', of('rs', head => '{"alg":"rs256"}'), qr/alg/],
	['alg and a blank', of('rs', head => '{"alg":"RS256 "}'), qr/alg/],
	['alg of 5 kB', of('rs', head => '{"alg":"' . 'R' x 5000 . '"}'),
	    qr/alg R{20,}/],
	# 6: members twice
	['two algs', of('rs', head => '{"alg":"RS256","alg":"none"}'),
	    qr/header.*duplicate|header.*twice/],
	['two algs the other way',
	    of('rs', head => '{"alg":"none","alg":"RS256"}'), qr/header/],
	['two algs, one escaped',
	    of('rs', head => '{"alg":"RS256","\u0061lg":"none"}'),
	    qr/header/],
	['two subs', of('rs', payload => "{\"sub\":\"bob\",$rest}"),
	    qr/payload/],
	['two exps', of('rs', payload => "{\"exp\":1,$rest}"), qr/payload/],
	# 7: kid
	['an unknown kid', of('set', key => 'one', header => { kid => 'x' }),
	    qr/unknown kid x; the set has one, two, ps/],
	['no kid, several keys', of('set', key => 'one'),
	    qr/no kid, and not just one key/],
	['a kid that is a number', of('set', key => 'one',
	    header => { kid => 1 }), qr/kid is not a string/],
	['a kid with a path', of('set', key => 'one',
	    header => { kid => '../../../../dev/null' }),
	    qr/unknown kid \.\.\/\.\.\//],
	['a kid with SQL', of('set', key => 'one',
	    header => { kid => "x' OR '1'='1" }), qr/unknown kid x' OR/],
	['a kid of 4 kB', of('set', key => 'one',
	    header => { kid => 'k' x 4096 }), qr/kid/],
	['another\'s kid', of('set', key => 'one', header => { kid => 'two' }),
	    qr/set: wrong signature/],
	['a kid of another alg', of('set', key => 'one',
	    header => { kid => 'ps' }), qr/set: (?:unknown kid|alg EdDSA)/],
	# 8: keys the token brings along
	['jwk', of('rs', key => 'evil', header => { jwk =>
	    jwk($key{evil}) }), qr/rs: wrong signature/],
	(map { [$_, of('rs', key => 'evil', header => { kid => 'evil',
	    $_ => $evil->url }), qr/rs: wrong signature/] } qw(jku x5u)),
	(map { ["$_ of a set", of('url', key => 'evil', header => {
	    kid => 'evil', $_ => $evil->url }), qr/url: .*unknown kid evil/]
	    } qw(jku x5u)),
	['x5c', of('rs', key => 'evil', header => { x5c =>
	    [encode_base64url($key{evil}{der})] }), qr/rs: wrong signature/],
	# 9
	(map { ["crit $_", of('rs', head => qq({"alg":"RS256","crit":$_})),
	    qr/crit/] } '["exp"]', '[]', '["x"]', 'null', '"exp"'),
	['b64 false', of('rs', head => '{"alg":"RS256","b64":false}'),
	    qr/b64/],
	# 10: something changed
	(map { my $name = $_; my @at = qw(header payload signature);
	    map { ["$name: a bit of the $at[$_]", flipped(of($name), $_),
	        $_ == 0 ? qr/$name: alg /
	            : qr/$name: (?:wrong signature|.*signature)/] } 0 .. 2
	    } qw(rs ps es e384 ed)),
	['parts of two tokens', join('.', (split /\./, of('rs'))[0, 1],
	    (split /\./, of('rs', claims => { sub => 'bob' }))[2]),
	    qr/rs: wrong signature/],
	# 11: signatures of another size or value
	(map { my $name = $_;
	    ["$name: no signature", resigned(of($name), sub ($s) { '' }),
	        qr/signature/],
	    ["$name: cut", resigned(of($name), sub ($s) { substr $s, 0, -1 }),
	        qr/signature/],
	    ["$name: longer", resigned(of($name), sub ($s) { "$s\0" }),
	        qr/signature/],
	    ["$name: a zero first", resigned(of($name), sub ($s) { "\0$s" }),
	        qr/signature/],
	    ["$name: zeros", resigned(of($name),
	        sub ($s) { "\0" x length $s }), qr/signature/] }
	    qw(rs ps es e384 ed)),
	['es: r is zero', resigned(of('es'),
	    sub ($s) { "\0" x 32 . substr $s, 32 }), qr/es: .*signature/],
	['es: s is zero', resigned(of('es'),
	    sub ($s) { substr($s, 0, 32) . "\0" x 32 }), qr/es: .*signature/],
	['es: r is n', resigned(of('es'),
	    sub ($s) { $order . substr $s, 32 }), qr/es: .*signature/],
	['es: DER', resigned(of('es'), sub ($s) {
	    my @n = map { "\x02\x21\0$_" } unpack 'a32a32', $s;
	    "\x30\x46" . join '', @n }), qr/es: .*signature/],
	['ed: S is l', resigned(of('ed'),
	    sub ($s) { substr($s, 0, 32) . $l }), qr/ed: .*signature/],
	# 12: base64
	['padded', of('rs') . '=', qr/base64url/],
	['plain base64', (of('rs') =~ s/\.[^.]*$//r) . '.'
	    . ('ab+/' x 86) , qr/base64url/],
	['a blank', of('rs') =~ s/\./. /r, qr/base64url/],
	['of a length no text has', of('rs') =~ s/\.[^.]*$/.abcde/r,
	    qr/base64url/],
	['spare bits', of('ed') =~ s/.$/B/r =~ s/\.([^.]*)$/.$1/r,
	    qr/signature/],
	['beyond ASCII', of('rs') =~ s/\./.\xe9/r, qr/base64url/],
	# 13: parts
	['one part', 'abc', qr/three parts/],
	['two parts', 'abc.def', qr/three parts/],
	['four parts', of('rs') . '.x', qr/three parts/],
	['five parts', 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc', qr/three parts/],
	['dots', '..', qr/header/],
	# 14: payloads
	(map { ["payload $_->[0]", of('rs', payload => $_->[1]), qr/payload/]
	    } ['a list', '[]'], ['a string', '"ann"'], ['null', 'null'],
	    ['deep', "{$rest" . ',"x":' . '[' x 50 . ']' x 50 . '}'],
	    ['and more', "{$rest}x"], ['with a BOM', "\xef\xbb\xbf{$rest}"],
	    ['not UTF-8', "{$rest,\"x\":\"\xc3\x28\"}"],
	    ['with NaN', "{$rest,\"x\":NaN}"],
	    ['with single quotes', "{$rest,'x':1}"],
	    ['empty', '']),
	# 15, 16: times
	['expired by 61 s and more', of('rs', claims => { exp => $now - 62 }),
	    qr/rs: expired \d+ s ago/],
	['exp missing', of('rs', claims => { exp => undef }), qr/exp/],
	(map { my $exp = $_;
	    ["exp $exp", of('rs', payload => $json =~ s/"exp":\d+/"exp":$exp/r),
	    qr/exp|out of range/] } '"' . ($now + 3600) . '"', -1, '1e300',
	    '9223372036854775808', 'true', 'null', '[1]', 900),
	['nbf ahead', of('rs', claims => { nbf => $now + 120 }),
	    qr/rs: good only in \d+ s|nbf/],
	['iat a day ahead', of('rs', claims => { iat => $now + 86400 }),
	    qr/rs: issued \d+ s ahead|iat/],
	# 17, 18
	['another iss', of('rs', claims => { iss => 'https://x.example' }),
	    qr{issuer https://x\.example is none of}],
	['iss and a slash', of('rs', claims => { iss => "$iss{rs}/" }),
	    qr{issuer https://rs\.example/ is none of}],
	['iss a list', of('rs', claims => { iss => [$iss{rs}] }),
	    qr/iss is not a string/],
	['no iss', of('rs', claims => { iss => undef }), qr/no iss/],
	['another aud', of('rs', claims => { aud => 'them' }),
	    qr/audience expected us.*got them/],
	['an empty aud', of('rs', claims => { aud => [] }), qr/audience/],
	['aud an object', of('rs', claims => { aud => { us => 1 } }),
	    qr/aud/],
	['no aud', of('rs', claims => { aud => undef }), qr/audience/],
	['ours as a prefix', of('rs', claims => { aud => 'us2' }),
	    qr/audience/],
	['aud of numbers', of('rs', claims => { aud => ['us', 1] }), qr/aud/],
	# 19: users
	['no sub', of('rs', claims => { sub => undef }), qr/sub is missing/],
	['an empty sub', of('rs', claims => { sub => '' }), qr/sub of 0/],
	['sub a number', of('rs', claims => { sub => 7 }), qr/sub/],
	['sub of 300 bytes', of('rs', claims => { sub => 'x' x 300 }),
	    qr/sub of 300/],
	['sub with NUL', of('rs',
	    payload => $json =~ s/"ann"/"ann\\u0000"/r), qr/NUL|sub/],
	['sub with a line end', of('rs', claims => { sub => "a\n" }),
	    qr/sub holds control/],
	# 20: types
	(map { ["typ $_", of('rs', header => { typ => $_ }), qr/typ/] }
	    qw(logout+jwt dpop+jwt secevent+jwt JWS)),
	# 21
	['an ID token', of('rs', claims => { aud => 'client-id',
	    nonce => 'x' }), qr/audience expected us.*got client-id/],
	# 22
	['a mail\'s token', mint($secret, { email => 'ann@a.example' }),
	    qr/no iss/],
	['the same with iss and aud', mint($secret, { email => 'a@a.example',
	    iss => $iss{jwt}, aud => 'us' }), qr/sub is missing/],
	# 23
	['the key of one under the iss of another', of('ed', key => 'one'),
	    qr/ed: wrong signature/],
	['the secret of one under the iss of another',
	    mint($cookie_secret, claims('jwt')), qr/jwt: .*signature/],
	# 28
	['a signature without its zeros', resigned(of('rs'),
	    sub ($s) { $s =~ s/^.//sr }), qr/rs: .*signature/],
);

my $ann = Client->new(port => $app->port, id => 'rs:ann', app => $app);
my $first;

subtest 'lies' => sub {
	for (@lies) {
		my ($what, $token, $why) = @$_;
		my $r = $ann->get('tasks', token => $token);
		is_problem($r, 401, 'unauthorized', $what);
		$first //= $r;
		same_problem($r, $first, '... told like any other');
		is($r->header('WWW-Authenticate'),
		    'Bearer error="invalid_token"', '... with the same header');
		like($app->log_of($r), $why, '... and why in the log');
	}
	my $r = $ann->get('tasks', token => 'x' x 100_000);
	ok((grep { $r->status == $_ } 400, 401, 431, 494),
	    '100 kB are refused before anybody reads them');
	is($evil->asked, 0, 'nobody was asked that a token names');
	cmp_ok($url->asked, '<=', 2, 'and the issuer hardly');
	is($app->sql('select count(*) from task'), 0, 'nothing was done');
};

subtest 'ways to bring one' => sub {
	my $token = of('rs');
	for my $value ("Basic $token", "Bearer\t$token", 'Bearer',
	    "Bearer $token,$token", "Bearer $token $token", "JWT $token") {
		is_problem($ann->get('tasks', headers => {
		    Authorization => $value }), 401, 'unauthorized',
		    'Authorization: ' . substr $value, 0, 10);
	}
	my $two = $ann->get('tasks', headers => {
	    Authorization => ["Bearer $token", "Bearer $token"] });
	ok($two->status == 401 || $two->status == 400, 'two headers');
	is_problem($ann->get("tasks?access_token=$token"), 401,
	    'unauthorized', 'in the address');
	is_problem($ann->get('tasks', headers => {
	    Cookie => "token=$token; site_token=$token" }), 401,
	    'unauthorized', 'in a cookie of another issuer');
};

subtest 'truths' => sub {
	my %true = (
		(map { ($_ => of($_)) } qw(rs ps es e384 ed)),
		'expired by less than a minute' =>
		    of('rs', claims => { exp => $now - 40 }),
		'exp a fraction' => of('rs', claims => { exp => $now + 0.5 }),
		'nbf less than a minute ahead' =>
		    of('rs', claims => { nbf => $now + 50 }),
		'in a list of aud' =>
		    of('rs', claims => { aud => ['them', 'us'] }),
		'the year 2100' => of('rs', claims => { exp => 4102444800 }),
		(map { ("typ $_" => of('rs', header => { typ => $_ })) }
		    qw(JWT jwt at+jwt application/at+jwt)),
		'EdDSA by its new name' =>
		    of('ed', header => { alg => 'Ed25519' }),
		'a kid that is not needed' =>
		    of('rs', header => { kid => '../x' }),
		'the only key of its alg' => of('set', key => 'ps'),
	);
	for my $what (sort keys %true) {
		my ($claims) = $true{$what} =~ /\.([^.]*)\./;
		my ($name) = decode_base64url($claims) =~ m{https://(\w+)\.};
		is(Client->new(port => $app->port, id => "$name:ann",
		    app => $app)->get('tasks', token => $true{$what})->status,
		    200, $what);
	}
};

subtest 'a cookie needs an Origin' => sub {
	my $token = mint($cookie_secret, { sub => 'ann', iss => $iss{ck} });
	my $me = Client->new(port => $app->port, id => 'ck:ann', app => $app);
	my $with = sub ($method, %headers) {
		return $me->request($method, 'tasks',
		    ($method eq 'POST' ? (json => { title => 'x' }) : ()),
		    headers => { Cookie => "a=b; site_token=$token",
		        %headers });
	};
	is($with->('GET')->status, 200, 'not to read');
	my $page = 'https://page.example';
	my $r = $with->('GET', Origin => $page);
	is($r->header('Access-Control-Allow-Credentials'), 'true',
	    'a listed page may send cookies');
	for ([Origin => 'http://127.0.0.1'], [Origin => $page],
	    [Referer => 'http://127.0.0.1/x?y'], [Referer => "$page/"]) {
		is($with->('POST', @$_)->status, 201, "to change: @$_");
	}
	for ([], [Origin => 'null'], [Origin => 'https://evil.example'],
	    [Referer => 'https://evil.example/http://127.0.0.1/'],
	    [Referer => 'http://127.0.0.1.evil.example/'],
	    [Origin => 'http://127.0.0.1:8080'],
	    [Origin => 'https://127.0.0.1'], [Referer => 'rubbish']) {
		my $r = $with->('POST', @$_);
		is_problem($r, 403, 'origin_not_allowed',
		    'not from: ' . (@$_ ? "@$_" : 'nowhere'));
	}
	is($app->sql('select count(*) from task'), 4, 'nothing else was done');
	is($me->post('tasks', { title => 'y' }, token => $token)->status, 201,
	    'a token in Authorization needs none');
};

subtest 'token --check' => sub {
	my $check = sub ($token) {
		return run([$app->{binary}, '-f', $app->conf, 'token',
		    '--check', '-'], input => $token,
		    env => { $app->environment });
	};
	my ($status, $out) = $check->('  Bearer ' . of('rs') . "\r\n");
	is($status, 0, 'a good one');
	like($out, qr/^User: +rs:ann$/m, 'and whose it is');
	my @why = (
		[of('rs', claims => { iss => "$iss{rs}/" }), qr/slash/],
		[of('rs', claims => { exp => 900 }), qr/expirationTime/],
		[of('rs', claims => { exp => $now - 100 }), qr/expired/],
		[of('rs', claims => { aud => undef }), qr/has no aud/],
		[of('rs', claims => { aud => 'page' }), qr/ID token/],
		[of('rs', claims => { sub => 7 }), qr/^User: +REFUSED/m],
		[of('ed', key => 'rs'), qr/alg RS256, expected EdDSA/],
		[of('rs', key => 'evil'), qr/^Signature: +REFUSED/m],
		[of('set', key => 'one', header => { kid => 'x' }),
		    qr/unknown kid x; the set has one, two/],
		[hs($key{rs}{pem}, 'rs'), qr/shared secret/],
		[of('rs', claims => { iss => 'https://x.example' }),
		    qr/known are: .*rs/],
		[of('rs', header => { alg => 'none' }), qr/alg none/],
		['opaque', qr/opaque/], ['', qr/nothing to check/],
		['a.b.c.d.e', qr/format = authjs/],
		[of('url', key => 'two', header => { kid => 'two' }),
		    qr/unknown kid two; the set has one/],
	);
	for (@why) {
		my ($token, $why) = @$_;
		my ($status, $out, $err) = $check->($token);
		is($status >> 8, 1, "$why");
		like($out, $why, '... is said');
		ok(length $token < 20 || index("$out$err", $token) < 0,
		    '... without the token');
		unlike("$out$err", qr/$secret|$cookie_secret/,
		    '... or a secret');
	}
	($status) = $app->command('token', '--check', "$dir/nothing");
	is($status >> 8, 2, 'no such file');
	($status) = $app->command('token', '--check', '-', '--user', 'ann');
	is($status >> 8, 2, 'it goes alone');
};

done_testing;
