#!/usr/bin/perl
# Every row of the route table answers as the table says: who may come in,
# how large a body may be, which methods there are.  And which pages of
# other sites may call.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $app = App->new(allowed_origins =>
    'https://app.example, https://other.example:8443,'
    . 'https://*.wild.example')->start;
my $ann = $app->user('ann');
my $anyone = $app->anyone;

my ($status, $table) = $app->command('check', '--routes');
my @routes = map { [split] } split /\n/, $table;

# A path of the table, with something in the place of each :name.
sub filled($path, $user)
{
	return $path =~ s/:user/$user/r =~ s{tasks/:id}{tasks/1}r
	    =~ s/:\w+/11111111-1111-4111-8111-111111111111/gr;
}

subtest 'the table' => sub {
	is($status, 0, 'is printed');
	cmp_ok(scalar @routes, '>=', 17, 'has rows');
	for (@routes) {
		my ($method, $path, $who, $body) = @$_;
		my $mine = filled($path, 'ann');
		my %json = $body > 0 ? (json => {}) : ();
		my $r = $anyone->request($method, $mine, %json);
		if ($who =~ /^(account|mcp|public)$/) {
			is_problem($r, 404, 'no_such_route',
			    "$method $path: accounts and MCP are off");
			next;
		}
		if ($who eq 'anyone') {
			is($r->status, 200, "$method $path: open");
			next;
		}
		is_problem($r, 401, 'unauthorized', "$method $path: closed");
		is_problem($ann->request($method, filled($path, 'bob'), %json),
		    403, 'user_mismatch', '... to another user')
		    if $path =~ /:user/;
		next if $path =~ m{^/api/oauth/};	# off without MCP
		is_problem($ann->request($method, $mine, headers =>
		    { 'Content-Type' => 'application/json' },
		    body => '{"x":"' . 'x' x $body . '"}'), 413,
		    'body_too_large', "... to more than $body bytes")
		    if $body > 0;
	}
};

subtest 'paths' => sub {
	for my $path (qw(/api/ /api/nothing /api/healthz/ /api/healthz/x
	    /api/v1/agent /api/ann/tasks/1/2 /api/ann//tasks
	    /api/ann/tasks/ /api/a/b/c/d/e/f/g/h/i/j/k/l)) {
		is_problem($ann->get($path), 404, 'no_such_route', $path);
	}
	is_problem($ann->get('/api/' . 'x' x 3000), 404, 'no_such_route',
	    'a long path');
	is($anyone->get('/api/healthz?anything=1')->status, 200,
	    'an unknown query field is nobody\'s business');
	is($anyone->get('/api/%68ealthz')->status, 200,
	    'a segment is decoded before it is compared');
	my $odd = $app->user('a/b?c#d é%');
	is($odd->get('tasks')->status, 200,
	    'a user id may need every kind of escape');
	is_problem($ann->get('tasks/%ff'), 400, 'invalid_request',
	    'a segment that is not UTF-8');
	is_problem($ann->get('tasks/abc'), 404, 'task_not_found',
	    'an id that is no number');
	is_problem($ann->get('tasks/99999999999999999999'), 404,
	    'task_not_found', 'an id beyond all numbers');
	is_problem($ann->get('tasks/-1'), 404, 'task_not_found', 'minus one');
	is_problem($ann->get('conversations/not-a-uuid'), 404,
	    'conversation_not_found', 'an id that is no UUID');
};

subtest 'methods' => sub {
	my %wrong = (
		'tasks' => ['PUT', qr/^(?=.*\bGET\b)(?=.*\bPOST\b)/],
		'tasks/1' => ['POST',
		    qr/^(?=.*\bGET\b)(?=.*\bPATCH\b)(?=.*\bDELETE\b)/],
		'chat' => ['GET', qr/^POST$|\bPOST\b/],
		'conversations' => ['DELETE', qr/\bGET\b/],
		'/api/healthz' => ['POST', qr/\bGET\b/],
	);
	for my $path (sort keys %wrong) {
		my ($method, $allow) = @{ $wrong{$path} };
		my $r = $ann->request($method, $path);
		is_problem($r, 405, 'method_not_allowed', "$method $path");
		like($r->header('Allow'), $allow, 'Allow');
		unlike($r->header('Allow'), qr/\b$method\b/,
		    'does not offer what was refused');
	}
	is_problem($ann->request('BREW', 'tasks'), 405, 'method_not_allowed',
	    'a method nobody knows');
};

subtest 'pages of other sites' => sub {
	my $ask = sub ($method, $origin, %more) {
		return $anyone->request($method, '/api/ann/tasks',
		    headers => { Origin => $origin, %more });
	};
	my %preflight = ('Access-Control-Request-Method' => 'POST',
	    'Access-Control-Request-Headers' => 'authorization');
	for my $origin ('https://app.example', 'https://other.example:8443',
	    'https://a.wild.example', 'https://a.b.wild.example') {
		my $r = $ask->('OPTIONS', $origin, %preflight);
		is($r->status, 204, "$origin may ask");
		is($r->header('Access-Control-Allow-Origin'), $origin,
		    'and is named');
		like($r->header('Access-Control-Allow-Methods'), qr/\bPATCH\b/,
		    'with the methods');
		my $headers = $r->header('Access-Control-Allow-Headers');
		like($headers, qr/\b\Q$_\E\b/, "and header $_")
		    for qw(Authorization Content-Type Idempotency-Key
		    If-None-Match
		    Mcp-Protocol-Version Mcp-Session-Id Last-Event-ID
		    chatkit-device-id chatkit-frame-instance-id);
		is($r->header('Access-Control-Allow-Credentials'), undef,
		    'no cookie would be of use');
		$r = $ask->('GET', $origin);
		is($r->status, 401, 'a refusal');
		is($r->header('Access-Control-Allow-Origin'), $origin,
		    'can be read as well');
		my $exposed = $r->header('Access-Control-Expose-Headers');
		like($exposed, qr/(^|, )$_(,|$)/i, "with $_")
		    for qw(X-Request-Id ETag Retry-After set-auth-token
		    set-auth-jwt x-retry-after Taskchat-Extensions);
		is($anyone->get('/api/nothing', headers => { Origin => $origin })
		    ->header('Access-Control-Allow-Origin'), $origin,
		    'as can a 404');
	}
	for my $origin ('https://app.example.evil.example', 'null',
	    'http://app.example', 'https://app.exampl', 'https://',
	    'https://other.example', ',', 'https://wild.example',
	    'https://xwild.example', 'https://a.wild.example:8443',
	    'https://evil.example/.wild.example',
	    'https://app.example, https://app.example') {
		for my $method (qw(OPTIONS GET HEAD POST)) {
			my $r = $ask->($method, $origin,
			    $method eq 'OPTIONS' ? %preflight : ());
			is($r->status, 403, "$origin may not $method");
			is($r->header('Access-Control-Allow-Origin'), undef,
			    'nor read');
			like($r->header('Vary'), qr/\bOrigin\b/,
			    'and caches keep the two apart');
		}
		my $r = $ann->get('tasks', headers => { Origin => $origin });
		is_problem($r, 403, 'origin_not_allowed', '... with a token');
		like($app->log_of($r), qr/neither ours nor listed/,
		    'and the log says so');
		is($anyone->get('/api/healthz',
		    headers => { Origin => $origin })->status, 403,
		    'nor at an open door');
	}
	is($ann->get('tasks', headers => { Origin => $_ })->status, 200,
	    "a page of our own, by Host: $_")
	    for 'http://127.0.0.1:' . $app->port,
	    'https://127.0.0.1:' . $app->port;
	is_problem($ann->get('tasks', headers => {
	    Origin => 'http://127.0.0.1:1' }), 403,
	    'origin_not_allowed', 'another port is another site');
};

subtest 'who may frame us' => sub {
	my $want = "frame-ancestors 'self' https://app.example"
	    . ' https://other.example:8443 https://*.wild.example';
	for my $path ('/api/healthz', '/api/ann/tasks', '/api/nothing') {
		is($anyone->get($path)->header('Content-Security-Policy'),
		    $want, $path);
	}
	my ($status, $out) = $app->command('check', '--headers');
	is($status, 0, 'a line for the web server');
	is($out, qq(add_header Content-Security-Policy "$want" always;\n),
	    'says the same');
};

subtest 'what a 401 asks for' => sub {
	is($anyone->get('/api/ann/tasks')->header('WWW-Authenticate'),
	    'Bearer', 'a token');
	is($anyone->get('/api/ann/tasks', token => 'x')
	    ->header('WWW-Authenticate'), 'Bearer error="invalid_token"',
	    'a better one');
};

done_testing;
