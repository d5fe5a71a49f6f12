#!/usr/bin/perl
# Who is asking: every lie a token can tell is one and the same 401, and
# nothing is stored for it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Digest::SHA qw(hmac_sha256);
use Token qw(mint sign b64);

my $issuer = 'https://issuer.example';
my $app = App->new(jwt_issuer => $issuer, jwt_audience => 'taskchat')->start;
my $secret = $app->secret;
my %good = (sub => 'ann', iss => $issuer, aud => 'taskchat');
my $ann = $app->user('ann', token => $app->mint(\%good));
my $now = time;

sub claims(%more) { mint($secret, { %good, %more }) }

sub raw($payload, $header = '{"alg":"HS256","typ":"JWT"}')
{
	return sign($secret, $header, $payload);
}

my $rest = qq("iss":"$issuer","aud":"taskchat","exp":) . ($now + 3600);
my ($head, $body, $mac) = split /\./, $ann->token;
my ($head2, $body2, $mac2) = split /\./, claims(sub => 'bob');

sub flipped($part)
{
	my $new = $part;
	substr($new, 5, 1) = substr($part, 5, 1) eq 'A' ? 'B' : 'A';
	return $new;
}

# A signature's last character has spare bits; this is the same signature
# written differently.
sub spare($part)
{
	my $alphabet = join '', 'A' .. 'Z', 'a' .. 'z', 0 .. 9, '-_';
	my $last = index $alphabet, substr $part, -1;
	return substr($part, 0, -1) . substr $alphabet, $last ^ 1, 1;
}

my %lie = (
	'nothing in it' => '',
	'no token at all' => 'rubbish',
	'one part' => $head,
	'two parts' => "$head.$body",
	'four parts' => $ann->token . '.x',
	'five parts' => "$head.$body.$mac.x.y",
	'only dots' => '..',
	'an empty signature' => "$head.$body.",
	'an empty payload' => "$head..$mac",
	'alg none' => b64('{"alg":"none"}') . ".$body.",
	'alg None, signed' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"None"}'),
	'alg nOnE' => b64('{"alg":"nOnE"}') . ".$body.$mac",
	'alg missing' => raw("{\"sub\":\"ann\",$rest}", '{"typ":"JWT"}'),
	'alg null' => raw("{\"sub\":\"ann\",$rest}", '{"alg":null}'),
	'alg a list' => raw("{\"sub\":\"ann\",$rest}", '{"alg":["HS256"]}'),
	'alg in lower case' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"hs256"}'),
	'alg with a blank' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"HS256 "}'),
	'HS512' => mint($secret, \%good, header => { alg => 'HS512' },
	    sign => 'HS512'),
	'HS384' => mint($secret, \%good, header => { alg => 'HS384' },
	    sign => 'HS384'),
	'says HS512, is HS256' => mint($secret, \%good,
	    header => { alg => 'HS512' }),
	'says RS256' => mint($secret, \%good, header => { alg => 'RS256' }),
	'two algs' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"HS256","alg":"none"}'),
	'two algs the other way' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"none","alg":"HS256"}'),
	'two algs, one escaped' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"HS256","\u0061lg":"none"}'),
	'crit' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"HS256","crit":["exp"]}'),
	'b64 false' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"HS256","b64":false}'),
	'typ of a logout token' => raw("{\"sub\":\"ann\",$rest}",
	    '{"alg":"HS256","typ":"logout+jwt"}'),
	'header no object' => raw("{\"sub\":\"ann\",$rest}", '[]'),
	'header broken' => raw("{\"sub\":\"ann\",$rest}", '{"alg":"HS256"'),
	'another secret' => mint('x' x 64, \%good),
	'an empty secret' => mint('', \%good),
	'the secret with a newline' => mint("$secret\n", \%good),
	'payload changed' => "$head." . flipped($body) . ".$mac",
	'header changed' => flipped($head) . ".$body.$mac",
	'signature changed' => "$head.$body." . flipped($mac),
	'signature short' => "$head.$body." . substr($mac, 0, -2),
	'signature long' => "$head.$body.${mac}AA",
	'signature of zeros' => "$head.$body." . b64("\0" x 32),
	'signature with spare bits' => "$head.$body." . spare($mac),
	'parts of two tokens' => "$head.$body.$mac2",
	'padded' => "$head.$body.$mac=",
	'plain base64' => "$head.$body." . ($mac =~ tr{-_}{+/}r) . '+/',
	'a blank inside' => "$head.$body. $mac",
	'payload a list' => raw('[]'),
	'payload null' => raw('null'),
	'payload a string' => raw('"ann"'),
	'payload broken' => raw("{\"sub\":\"ann\",$rest"),
	'bytes after the payload' => raw("{\"sub\":\"ann\",$rest}x"),
	'payload with NaN' => raw("{\"sub\":\"ann\",\"x\":NaN,$rest}"),
	'payload too deep' => raw('{"sub":"ann","x":' . '[' x 50 . ']' x 50
	    . ",$rest}"),
	'payload not UTF-8' =>
	    raw("{\"sub\":\"ann\",\"x\":\"\xc3\x28\",$rest}"),
	'two subs' => raw("{\"sub\":\"ann\",\"sub\":\"bob\",$rest}"),
	'two exps' => raw("{\"sub\":\"ann\",\"exp\":1,$rest}"),
	'expired 70 s ago' => claims(exp => $now - 70),
	'expired long ago' => claims(exp => 900),
	'exp missing' => claims(exp => undef),
	'exp a string' => claims(exp => '' . ($now + 3600) . ''),
	'exp negative' => claims(exp => -1),
	'exp true' => raw("{\"sub\":\"ann\",\"iss\":\"$issuer\","
	    . '"aud":"taskchat","exp":true}'),
	'exp 1e300' => raw("{\"sub\":\"ann\",\"iss\":\"$issuer\","
	    . '"aud":"taskchat","exp":1e300}'),
	'exp 2^63' => raw("{\"sub\":\"ann\",\"iss\":\"$issuer\","
	    . '"aud":"taskchat","exp":9223372036854775808}'),
	'nbf in ten minutes' => claims(nbf => $now + 600),
	'nbf a string' => raw("{\"sub\":\"ann\",\"nbf\":\"1\",$rest}"),
	'made tomorrow' => claims(iat => $now + 86400),
	'sub missing' => claims(sub => undef),
	'sub empty' => claims(sub => ''),
	'sub a number' => raw("{\"sub\":5,$rest}"),
	'sub null' => raw("{\"sub\":null,$rest}"),
	'sub with NUL' => raw("{\"sub\":\"ann\\u0000\",$rest}"),
	'sub with a line break' => raw("{\"sub\":\"ann\\n\",$rest}"),
	'sub of 256 bytes' => claims(sub => 'x' x 256),
	'another issuer' => claims(iss => 'https://evil.example'),
	'issuer and a slash' => claims(iss => "$issuer/"),
	'no issuer' => claims(iss => undef),
	'issuer a list' => claims(iss => [$issuer]),
	'another audience' => claims(aud => 'other'),
	'no audience' => claims(aud => undef),
	'an empty audience' => claims(aud => []),
	'ours as a prefix' => claims(aud => 'taskchat2'),
	'audience an object' => claims(aud => { taskchat => 1 }),
	'9000 bytes' => claims(x => 'y' x 7000),
);
# a JSON string, not a number that Perl has used as one
$lie{'exp a string'} = raw("{\"sub\":\"ann\",\"iss\":\"$issuer\","
    . '"aud":"taskchat","exp":"' . ($now + 3600) . '"}');

my $first;

subtest 'A1: lies' => sub {
	for my $what (sort keys %lie) {
		my $r = $ann->post('chat', { message => 'hello' },
		    token => $lie{$what});
		is_problem($r, 401, 'unauthorized', $what);
		$first //= $r;
		same_problem($r, $first, '... told like any other');
	}
	for my $header (undef, '', 'Bearer', 'Bearer ', "Basic YW5uOng=",
	    $ann->token, 'Bearer ' . $ann->token . ' x',
	    'Bearer ' . $ann->token . ',' . $ann->token,
	    'Token ' . $ann->token) {
		my $name = defined $header ? substr $header, 0, 12 : 'none';
		my $r = $ann->post('chat', { message => 'hello' },
		    token => undef, headers => { Authorization => $header });
		is_problem($r, 401, 'unauthorized', "Authorization: $name");
	}
	my $r = $app->anyone->get('/api/ann/tasks?access_token='
	    . $ann->token, headers => { Cookie => 'token=' . $ann->token });
	is_problem($r, 401, 'unauthorized', 'a token anywhere else');
	is($app->sql('select count(*) from conversation'), 0,
	    'no conversation');
	is($app->sql('select count(*) from message'), 0, 'no message');
};

my %true = (
	'as it should be' => $ann->token,
	'expired 50 s ago' => claims(exp => $now - 50),
	'good in 50 s' => claims(nbf => $now + 50),
	'exp a fraction' => claims(exp => $now + 3600.5),
	'audience in a list' => claims(aud => ['other', 'taskchat']),
	'no iat' => claims(iat => undef),
	'no typ' => mint($secret, \%good, header => { typ => undef }),
	'typ at+jwt' => mint($secret, \%good, header => { typ => 'at+jwt' }),
	'a kid nobody asked for' => mint($secret, \%good,
	    header => { kid => "../'key" }),
	'a key of the attacker\'s' => mint($secret, \%good,
	    header => { jku => 'http://127.0.0.1:1/', jwk => { k => 'x' } }),
);

subtest 'the truth' => sub {
	for my $what (sort keys %true) {
		is($ann->get('tasks', token => $true{$what})->status, 200,
		    $what);
	}
	for my $scheme (qw(bearer BEARER bEaReR)) {
		is($ann->get('tasks', token => undef, headers =>
		    { Authorization => "$scheme " . $ann->token })->status,
		    200, "the scheme written $scheme");
	}
	for my $id ('zoë', 'a b', 'a/b', 'x' x 255, '用户', "o'hara",
	    '%2F', '..') {
		my $who = $app->user($id, token => $app->mint({ %good,
		    sub => $id }));
		is($who->get('tasks')->status, 200, 'a user named '
		    . substr $id, 0, 12) if $id ne '..';
		is($who->post('/api/chat', { message => 'hello' })->status,
		    200, '... and without the name in the path');
	}
};

subtest 'A3: somebody else\'s path' => sub {
	my $bob = $app->user('bob', token => $app->mint({ %good,
	    sub => 'bob' }));
	for my $door (['GET', 'tasks'], ['POST', 'tasks'], ['POST', 'chat'],
	    ['GET', 'conversations']) {
		my ($method, $path) = @$door;
		is_problem($bob->request($method, "/api/ann/$path",
		    json => { message => 'x', title => 'x' }), 403,
		    'user_mismatch', "$method $path of ann's by bob");
	}
	is_problem($bob->get('/api/BOB/tasks'), 403, 'user_mismatch',
	    'ids are compared byte by byte');
	is_problem($app->anyone->get('/api/ann/tasks'), 401, 'unauthorized',
	    'without a token it is 401, whoever the path names');
	my $r = $bob->chat('hello',
	    fields => { user_id => 'ann', user => 'ann' });
	ok($r->status == 200 || $r->status == 400,
	    'a user id in the body is ignored or refused');
	is($app->sql("select count(*) from conversation"
	    . " where user_id = 'ann' and id = '"
	    . ($bob->conversation // '00000000-0000-0000-0000-000000000000')
	    . "'"), 0, 'and never believed');
};

subtest 'A5: a token expires during a conversation' => sub {
	my $eve = $app->user('eve', token => $app->mint({ %good,
	    sub => 'eve' }));
	is_answer($eve->chat('Add a task to buy milk'), 'while it is good');
	my $before = $eve->history;
	is_problem($eve->chat('Add a task to buy bread',
	    token => claims(sub => 'eve', exp => $now - 3600)), 401,
	    'unauthorized', 'after its time');
	is_deeply($eve->history, $before, 'the conversation is kept as it was');
	is_answer($eve->chat('Add a task to buy bread'),
	    'and goes on with a new token');
	is_deeply([sort $eve->titles], ['Buy bread', 'Buy milk'],
	    'nothing was done twice');
};

done_testing;
