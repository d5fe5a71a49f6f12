#!/usr/bin/perl
# The door of MCP: who may come in, two eras at one address without a memory
# between requests, and every answer of HTTP and JSON-RPC that a client may
# rely on.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Call;
use JSON::PP ();
use MIME::Base64 qw(encode_base64);

my $modern = '2026-07-28';
my @legacy = qw(2025-11-25 2025-06-18 2025-03-26 2024-11-05);
my $own = 'io.modelcontextprotocol';
my $app = App->new(workers => 2, accounts => 1, bare_ids => 'jwt',
    site_name => 'Ann\'s "tasks"', allowed_origins =>
    'https://app.example, http://other.example, http://*.wild.example:81,'
    . ' http://[::1]:99')
    ->start;
my $site = 'http://127.0.0.1:' . $app->port;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $ann = $app->user('ann');

# A program with a token of these scopes; none: both.
sub program(@scopes)
{
	my $r = $ann->post('access-tokens', { name => 'a program',
	    @scopes ? (scopes => [@scopes]) : () });
	die $r->body if $r->status != 201;
	push @{ $app->{tokens} }, $r->json->{token};
	return Client->new(port => $app->port, id => 'ann', app => $app,
	    token => $r->json->{token});
}

my $program = program();

# POST /api/mcp as that: body is data, or the bytes; more headers.
sub ask($body, %headers)
{
	return $program->request('POST', '/api/mcp', headers =>
	    { 'Content-Type' => 'application/json', %headers },
	    body => ref $body ? $json->encode($body) : $body);
}

my $id = 0;

sub message($method, $params = undef)
{
	return { jsonrpc => '2.0', id => ++$id, method => $method,
	    defined $params ? (params => $params) : () };
}

sub old($method, $params = undef, %headers)
{
	return ask(message($method, $params), %headers);
}

sub meta(%more)
{
	my %meta = ("$own/protocolVersion" => $modern,
	    "$own/clientCapabilities" => {}, %more);
	delete @meta{ grep { !defined $meta{$_} } keys %meta };
	return \%meta;
}

# As a client of the new era does it; headers given here go before.
sub new_era($method, $params = {}, %headers)
{
	my $name = $params->{name} // $params->{uri};
	my %said = ('MCP-Protocol-Version' => $modern,
	    'Mcp-Method' => $method,
	    defined $name ? ('Mcp-Name' => $name) : (), %headers);
	return ask(message($method, { _meta => meta(), %$params }), %said);
}

sub is_result($reply, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $good = $reply->status == 200
	    && $reply->type eq 'application/json'
	    && ($reply->json->{jsonrpc} // '') eq '2.0'
	    && exists $reply->json->{result} && !exists $reply->json->{error};
	ok($good, $name) or diag($reply->status, ' ', $reply->body);
	return $good ? $reply->json->{result} : {};
}

# Also that it has the id of the last message, or none.
sub is_error($reply, $status, $code, $name, %opt)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $want = exists $opt{id} ? $opt{id} : $id;
	my $body = eval { $reply->json } // {};
	my $good = $reply->status == $status
	    && $reply->type eq 'application/json'
	    && ($body->{jsonrpc} // '') eq '2.0' && !exists $body->{result}
	    && ($body->{error}{code} // 0) == $code
	    && length($body->{error}{message} // '')
	    && (defined $want ? exists $body->{id}
	        && $json->encode($body->{id}) eq $json->encode($want)
	        : !exists $body->{id});
	ok($good, "$name: $status $code")
	    or diag($reply->status, ' ', $reply->body);
	return $body->{error} // {};
}

sub is_silent($reply, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($reply->status . '|' . $reply->body, '202|', "$name: 202, empty");
}

my $metadata = "resource_metadata=\"$site/.well-known/"
    . 'oauth-protected-resource/api/mcp"';
my $both = 'scope="tasks:read tasks:write"';

subtest 'first the host and the page, then the token, then the method' => sub {
	my $ping = { json => message('ping') };
	my $post = sub ($token, %headers) {
		return $program->request('POST', '/api/mcp', token => $token,
		    headers => \%headers, %$ping);
	};
	for my $token ($program->token, undef, 'x') {
		my $name = defined $token ? $token eq 'x' ? 'a bad token'
		    : 'a good token' : 'no token';
		is_problem($post->($token, Host => 'evil.example'), 403,
		    'host_not_allowed', "$name, another host");
		is_problem($post->($token, Origin => 'http://evil.example'),
		    403, 'origin_not_allowed', "$name, another origin");
		is_problem($program->request('GET', '/api/mcp',
		    token => $token, headers => { Host => 'evil.example' }),
		    403, 'host_not_allowed', "$name, whatever the method");
	}
	like($post->(undef, Host => 'evil.example', Origin =>
	    'http://evil.example')->status, qr/^4/, 'both');
	is($post->($program->token, Origin => $site)->status, 200,
	    'a page of ours');
	# Debian's fastcgi_params leave the port out.
	for my $host ('127.0.0.1:' . $app->port, '127.0.0.1', 'other.example',
	    'Other.Example', 'other.example:80', 'a.b.wild.example:81',
	    '[::1]:99') {
		is($post->($program->token, Host => $host)->status, 200,
		    "the host $host");
	}
	for my $host ('127.0.0.1:80', 'localhost:' . $app->port, 'localhost',
	    'app.example', '[::1]', '127.0.0.1:',
	    'other.example:8080', 'other.example.evil.example',
	    'x.other.example', 'wild.example:81', '127.0.0.1:' . $app->port
	    . '0', 'other.example.', 'user@other.example', '[::2]:99',
	    '[0:0:0:0:0:0:0:1]:99', 'other.example,evil.example', '*') {
		is_problem($post->($program->token, Host => $host), 403,
		    'host_not_allowed', "the host $host");
	}
	is_problem($post->($program->token, Origin => $_), 403,
	    'origin_not_allowed', "the origin $_")
	    for 'null', 'https://127.0.0.1:' . $app->port, 'http://127.0.0.1',
	    "$site/", 'http://app.example', 'https://app.example.evil.example';
	is_problem($post->($program->token, Origin => [$site,
	    'http://evil.example']), 403, 'origin_not_allowed',
	    'two origins');
	for my $method (qw(GET DELETE PUT POST PATCH BREW)) {
		my %body = $method eq 'POST' ? (body => 'no JSON, no type',
		    headers => { 'Content-Type' => undef }) : ();
		my $r = $program->request($method, '/api/mcp',
		    token => undef, %body);
		is_problem($r, 401, 'unauthorized', "$method, no token");
		is($r->header('WWW-Authenticate'), "Bearer $metadata, $both",
		    '... and where to get one');
		$r = $program->request($method, '/api/mcp', token => 'x',
		    %body);
		is_problem($r, 401, 'unauthorized', "$method, a bad one");
		is($r->header('WWW-Authenticate'),
		    "Bearer error=\"invalid_token\", $metadata, $both",
		    '... and that it is bad');
		is(scalar(() = $r->headers('WWW-Authenticate')), 1, '... once');
	}
	is_problem($program->request('POST', '/api/mcp?access_token='
	    . $program->token, token => undef, %$ping), 401, 'unauthorized',
	    'in the query nobody looks for it');
	for my $method (qw(GET DELETE PUT PATCH OPTIONS BREW)) {
		my $r = $program->request($method, '/api/mcp');
		is_problem($r, 405, 'method_not_allowed', $method);
		is($r->header('Allow'), 'POST', '... what is allowed');
	}
	my $r = $program->request('HEAD', '/api/mcp');
	is($r->status, 405, 'HEAD');
	is($r->header('Allow'), 'POST', '... what is allowed');
	is($program->get('/api/mcp', headers => { Accept =>
	    'text/event-stream', 'Last-Event-ID' => 7 })->status, 405,
	    'nor is there a stream');
	is_problem($program->post($_, message('ping')), 404, 'no_such_route',
	    "$_ is another address, and sends nobody here")
	    for '/api/mcp/', '/api/mcp/x', '/api//mcp';
	my $old = Call->start(port => $app->port, what => 'no Host', bytes =>
	    "POST /api/mcp HTTP/1.0\r\nContent-Length: 0\r\n\r\n")->reply;
	is_problem($old, 403, 'host_not_allowed', 'no host at all');
};

subtest 'the body' => sub {
	my $ping = $json->encode(message('ping'));
	for my $type ('text/plain', 'application/x-www-form-urlencoded',
	    'application/json; charset=latin1', undef) {
		is_problem(ask($ping, 'Content-Type' => $type), 415,
		    'unsupported_media_type', $type // 'no type');
	}
	is_problem(ask('x', 'Content-Type' => 'text/plain'), 415,
	    'unsupported_media_type', 'before it is read');
	is_result(ask($ping, 'Content-Type' => $_), $_)
	    for 'application/json; charset=utf-8', 'Application/JSON';
	is_problem(ask('{"x":"' . 'x' x (256 * 1024) . '"}'), 413,
	    'body_too_large', 'too large');
	is_result(ask($ping . ' ' x (256 * 1024 - length $ping)),
	    'as large as may be');
	is_problem(ask($ping . ' ' x (256 * 1024 + 1 - length $ping)), 413,
	    'body_too_large', 'a byte more');
	my $call = Call->start(port => $app->port, what => 'half a request',
	    bytes => Call::request_bytes('POST', '/api/mcp',
	    [Host => '127.0.0.1:' . $app->port, Authorization => 'Bearer '
	    . $program->token, 'Content-Type' => 'application/json'],
	    $ping) =~ s/"ping".*//sr);
	$call->hang_up;
	is_result(ask($ping), 'one that was cut in the middle leaves nothing');
	my %parse = ('nothing' => '', 'half' => '{"jsonrpc":"2.0"',
	    'words' => 'hello', 'two' => "$ping $ping",
	    'a member twice' => '{"id":1,"id":2}', 'not UTF-8' => "\"\xff\"",
	    'too deep' => '[' x 100 . ']' x 100,
	    'NUL' => '{"jsonrpc":"2.0","id":1,"method":"ping\u0000"}',
	    'half a pair' => '{"jsonrpc":"2.0","id":"\ud800","method":"x"}');
	my %invalid = ('null' => 'null', 'a number' => 1, 'a text' => '"x"',
	    'no members' => '{}', 'nothing in a batch' => '[]',
	    'a batch' => "[$ping]", 'a batch of two' => "[$ping,$ping]",
	    'id null' => '{"jsonrpc":"2.0","id":null,"method":"ping"}',
	    'id a list' => '{"jsonrpc":"2.0","id":[1],"method":"ping"}',
	    'no method, no id' => '{"jsonrpc":"2.0"}');
	for my $headers ([], ['MCP-Protocol-Version' => '2025-03-26'],
	    ['MCP-Protocol-Version' => $modern, 'Mcp-Method' => 'ping']) {
		my $era = @$headers ? "$headers->[1]: " : '';
		is_error(ask($parse{$_}, @$headers), 400, -32700,
		    "$era$_", id => undef) for sort keys %parse;
		is_error(ask($invalid{$_}, @$headers), 400, -32600,
		    "$era$_", id => undef) for sort keys %invalid;
	}
	is_error(ask({ jsonrpc => '1.0', id => 'x', method => 'ping' }), 400,
	    -32600, 'another JSON-RPC', id => 'x');
	is_error(ask({ id => -3, method => 'ping' }), 400, -32600,
	    'no JSON-RPC', id => -3);
	is_error(ask({ jsonrpc => '2.0', id => 0, method => 5 }), 400, -32600,
	    'a method that is no text', id => 0);
};

subtest 'ids come back as they went' => sub {
	for my $text (qw(0 -1 1 1.0 1.5 1e3 1E+2 "" "server-discover-probe-1"
	    "ä\n" "\u001b" 9223372036854775807 -9223372036854775808),
	    '"' . 'x' x 200000 . '"') {
		my $bytes = Encode::encode('UTF-8', $text);
		for (qw(ping no/such/method)) {
			my $r = ask("{\"jsonrpc\":\"2.0\",\"id\":$bytes,"
			    . "\"method\":\"$_\"}");
			like($r->body, qr/^\{"jsonrpc":"2.0","id":\Q$bytes\E,/,
			    substr($text, 0, 40) . " of $_");
		}
	}
};

subtest 'what is not answered' => sub {
	for (['initialized' => { method => 'notifications/initialized' }],
	    ['cancelled' => { method => 'notifications/cancelled',
	        params => { requestId => 1 } }],
	    ['of no method' => { method => 'no/such/method' }],
	    ['with odd params' => { method => 'x', params => [1] }],
	    ['a response' => { id => 7, result => {} }],
	    ['an error' => { id => 'x', error => { code => 1 } }],
	    ['an error without an id' => { id => undef, error => {} }]) {
		my ($name, $m) = @$_;
		$m = { jsonrpc => '2.0', %$m };
		is_silent(ask($m), $name);
		is_silent(ask($m, 'MCP-Protocol-Version' => $_),
		    "$name, $_") for $legacy[0], $modern;
		is_error(ask($m, 'MCP-Protocol-Version' => '1999-01-01'),
		    400, -32022, "$name, an unknown revision",
		    id => ref $m->{id} ? undef : $m->{id});
	}
};

# ------------------------------------------------------------ the old era

# Another worker than those that have answered until now.
sub another_worker()
{
	my $newest = $app->start_worker;
	$app->stop_worker($_) for grep { $app->worker($_)->alive }
	    0 .. $newest - 1;
	$app->wait_ready;
}

subtest 'the old era, with no memory of the handshake' => sub {
	my $r = old('initialize', { protocolVersion => $legacy[0],
	    capabilities => {}, clientInfo => { name => 'x', version => 1 } });
	my $result = is_result($r, 'initialize');
	is($r->header('Mcp-Session-Id'), undef, 'there is no session');
	is_deeply([sort keys %$result], [qw(capabilities instructions
	    protocolVersion serverInfo)], 'what it says, and no more');
	is($result->{protocolVersion}, $legacy[0], 'the revision');
	is_deeply($result->{capabilities}, { tools => {}, prompts => {},
	    resources => {}, completions => {} }, 'capabilities');
	my $version = $app->anyone->get('/api/config')->json->{version};
	is_deeply($result->{serverInfo}, { name => 'taskchat',
	    title => 'Ann\'s "tasks"', version => $version,
	    websiteUrl => $site }, 'who we are');
	ok(length $result->{instructions}, 'what for');
	another_worker();
	is_silent(ask({ jsonrpc => '2.0',
	    method => 'notifications/initialized' },
	    'MCP-Protocol-Version' => $legacy[0]), 'a worker later');
	is($program->get('/api/mcp', headers =>
	    { Accept => 'text/event-stream' })->status, 405, 'no stream');
	is_deeply(is_result(old('ping', undef, 'MCP-Protocol-Version' =>
	    $legacy[0], 'Mcp-Session-Id' => 'abc', 'Last-Event-ID' => 1),
	    'ping, with a session of somebody else'), {}, 'nothing');
	another_worker();
	for my $headers ([], ['MCP-Protocol-Version' => $legacy[0]],
	    ['MCP-Protocol-Version' => $legacy[3]],
	    [Accept => 'application/json'], [Accept => 'text/html']) {
		my $result = is_result(old('tools/list', undef, @$headers),
		    "tools/list @$headers");
		is_deeply([sort keys %$result], ['tools'],
		    '... with nothing of the new era');
	}
	is($program->delete('/api/mcp')->status, 405, 'nothing to end');
};

subtest 'which revision' => sub {
	for (@legacy) {
		is(is_result(old('initialize', { protocolVersion => $_ }), $_)
		    ->{protocolVersion}, $_, '... is known');
	}
	for my $wanted ('1999-01-01', '2099-01-01', $modern, '', 7, undef) {
		my $name = $wanted // 'none';
		is(is_result(old('initialize', { protocolVersion => $wanted }),
		    "'$name'")->{protocolVersion}, $legacy[0],
		    '... is not; ours is said');
	}
	is_result(old('initialize', undef), 'no params at all');
	is_result(old('initialize', { protocolVersion => $legacy[0] },
	    'MCP-Protocol-Version' => $_), "initialize, the header $_")
	    for @legacy, $modern, '2099-01-01';
	is_error(old('tools/list', undef, 'MCP-Protocol-Version' => $_), 400,
	    -32022, "another call, the header $_")
	    for '1999-01-01', '2099-01-01', 'x';
};

subtest 'methods of the old era' => sub {
	is_deeply(is_result(old('logging/setLevel', { level => 'debug' }),
	    'logging/setLevel, which is not declared'), {}, 'nothing');
	is_result(old($_), $_) for qw(prompts/list resources/list
	    resources/templates/list);
	for ('no/such/method', 'server/discovers', 'resources/subscribe',
	    'resources/unsubscribe', 'subscriptions/listen', 'Ping',
	    'tools/list ', 'notifications/initialized') {
		is_error(old($_), 200, -32601, $_);
	}
	is_error(old('tools/call', { name => 'no_such_tool' }), 200, -32602,
	    'an unknown tool');
	for my $params ([], 'x', 1, { name => 5 }, {}) {
		is_error(old('tools/call', $params), 200, -32602,
		    'params ' . $json->encode($params));
	}
	is_error(ask('{"jsonrpc":"2.0","id":1,"method":"ping","params":null}'),
	    200, -32602, 'params null', id => 1);
};

# ------------------------------------------------------------ the new era

subtest 'which era' => sub {
	my $is_new = sub ($body, $name, @headers) {
		is_error(ask($body, @headers), 400, -32602, "$name: new");
	};
	$is_new->(message('tools/list', { _meta => {
	    "$own/protocolVersion" => undef } }), '_meta, even null');
	$is_new->(message('server/discover'), 'server/discover');
	$is_new->(message('tools/list'), 'Mcp-Method', 'Mcp-Method' =>
	    'tools/list');
	$is_new->(message('initialize'), 'Mcp-Method and initialize',
	    'Mcp-Method' => 'initialize');
	is_result(ask(message('initialize'), 'MCP-Protocol-Version' => $_,
	    'Mcp-Method' => 'initialize'), "Mcp-Method and $_: old")
	    for @legacy;
	$is_new->(message('tools/list'), 'the revision in the header',
	    'MCP-Protocol-Version' => $modern);
	is_result(ask(message('tools/list', { _meta =>
	    { progressToken => 1 } })), 'another _meta: old');
	is_result(ask(message('tools/list'), 'Mcp-Name' => 'x'),
	    'Mcp-Name alone: old');
};

subtest 'what a request says of itself' => sub {
	my $r = new_era('server/discover');
	my $result = is_result($r, 'server/discover');
	is($r->header('Mcp-Session-Id'), undef, 'there is no session');
	my $info = delete $result->{_meta}{"$own/serverInfo"};
	is($info->{name}, 'taskchat', 'who we are');
	ok(length $info->{version}, 'which version');
	ok(length delete $result->{instructions}, 'what for');
	is_deeply($result, { resultType => 'complete', ttlMs => 300000,
	    cacheScope => 'private', _meta => {}, supportedVersions =>
	    [$modern], capabilities => { tools => {}, prompts => {},
	    resources => {}, completions => {} } }, 'and the rest');
	another_worker();
	my $call = sub ($meta, $name) {
		is_error(ask(message('tools/list', { _meta => $meta }),
		    'MCP-Protocol-Version' => $modern, 'Mcp-Method' =>
		    'tools/list'), 400, -32602, $name);
	};
	is_error(ask(message('tools/list'), 'MCP-Protocol-Version' => $modern,
	    'Mcp-Method' => 'tools/list'), 400, -32602, 'no params');
	$call->(undef, 'no _meta');
	$call->('x', '_meta that is none');
	$call->({}, 'nothing in it');
	$call->(meta("$own/protocolVersion" => undef), 'no revision');
	$call->(meta("$own/protocolVersion" => 20260728), 'a number');
	$call->(meta("$own/clientCapabilities" => undef), 'no capabilities');
	$call->(meta("$own/clientCapabilities" => []), 'a list of them');
	is_result(new_era('tools/list', { _meta => meta("$own/clientInfo" =>
	    { name => 'x', version => '1' }, progressToken => 'p',
	    "$own/logLevel" => 'debug', traceparent => '00-x') }),
	    'what else may stand there');
	for my $revision ($legacy[0], 'v999.0.0', '') {
		my $e = is_error(new_era('server/discover', { _meta =>
		    meta("$own/protocolVersion" => $revision) },
		    'MCP-Protocol-Version' => $revision), 400,
		    length $revision ? -32022 : -32020,
		    "the revision '$revision'");
		is_deeply($e->{data}, { supported => [$modern],
		    requested => $revision }, '... and which there are')
		    if length $revision;
	}
};

subtest 'headers that say the same as the body' => sub {
	my %list = ('MCP-Protocol-Version' => $modern, 'Mcp-Method' =>
	    'tools/list');
	my $wrong = sub ($name, %headers) {
		is_error(new_era('tools/list', {}, %headers), 400, -32020,
		    $name);
	};
	$wrong->('no revision', 'MCP-Protocol-Version' => undef);
	$wrong->("the revision $_", 'MCP-Protocol-Version' => $_)
	    for $legacy[0], 'v9', lc("$modern-X"), "$modern,$modern";
	$wrong->('the revision twice', 'MCP-Protocol-Version' =>
	    [$modern, $modern]);
	$wrong->('another one smuggled in', 'MCP-Protocol-Version' =>
	    [$modern, $legacy[0]]);
	$wrong->('no method', 'Mcp-Method' => undef);
	$wrong->("the method $_", 'Mcp-Method' => $_) for 'prompts/list',
	    'TOOLS/LIST', 'tools/list,tools/call', '"tools/list"';
	$wrong->('the method twice', 'Mcp-Method' =>
	    ['tools/list', 'tools/list']);
	$wrong->('another one smuggled in', 'Mcp-Method' =>
	    ['tools/list', 'tools/call']);
	is_error(old('tools/list', undef, 'MCP-Protocol-Version' =>
	    [$legacy[0], $legacy[1]]), 400, -32020,
	    'a revision of the old era twice');
	for my $name (qw(mcp-method MCP-METHOD)) {
		is_result(ask(message('tools/list', { _meta => meta() }),
		    'mcp-protocol-version' => $modern, $name => 'tools/list'),
		    "a header called $name");
	}
	is_result(new_era('tools/list', {}, 'Mcp-Method' => "  tools/list \t",
	    'MCP-Protocol-Version' => " \t$modern  "), 'blanks around');
};

subtest 'Mcp-Name' => sub {
	my %of = ('tools/call' => 'name', 'prompts/get' => 'name',
	    'resources/read' => 'uri');
	my $encoded = sub ($text) {
		return '=?base64?' . encode_base64(Encode::encode('UTF-8',
		    $text), '') . '?=';
	};
	for my $method (sort keys %of) {
		my $try = sub ($member, @name) {
			return new_era($method, { $of{$method} => $member },
			    'Mcp-Name' => @name);
		};
		# past the headers it is an unknown name
		my $good = sub ($reply, $name) {
			is_error($reply, 200, -32602, "$method, $name");
		};
		my $bad = sub ($reply, $name) {
			is_error($reply, 400, -32020, "$method, $name");
		};
		$good->($try->('nosuch', 'nosuch'), 'equal');
		$good->($try->('nosuch', "  nosuch\t "), 'blanks around');
		$good->($try->('nosuch', $encoded->('nosuch')), 'encoded');
		$good->($try->('ä 🎉', $encoded->('ä 🎉')), 'had to be');
		$good->($try->(' x ', $encoded->(' x ')), 'blanks');
		$good->($try->('=?base64?eA==', '=?base64?eA=='),
		    'half an encoding');
		$bad->($try->('nosuch', undef), 'missing');
		$bad->($try->('nosuch', 'another'), 'another');
		$bad->($try->('nosuch', 'Nosuch'), 'in capitals');
		$bad->($try->('nosuch', ['nosuch', 'nosuch']), 'twice');
		$bad->($try->('nosuch', ['nosuch', 'another']), 'smuggled');
		$bad->($try->('nosuch', 'nosuch, another'), 'a list');
		$bad->($try->('nosuch', '=?base64?bm9zdWNo==?='),
		    'wrong padding');
		$bad->($try->('nosuch', '=?base64?bm9z!WNo?='),
		    'a character of no base64');
		$bad->($try->('ä', Encode::encode('UTF-8', 'ä')),
		    'not encoded');
		$bad->($try->(5, 'nosuch'), 'a number in the body');
		$good->($try->(5, undef), 'nothing to compare');
	}
	is_result(new_era('tools/list', {}, 'Mcp-Name' => 'x'),
	    'elsewhere it says nothing');
};

subtest 'methods of the new era' => sub {
	for (['tools/list', 300000], ['prompts/list', 300000],
	    ['resources/templates/list', 300000], ['resources/list', 0]) {
		my ($method, $ttl) = @$_;
		my $result = is_result(new_era($method), $method);
		is($result->{resultType}, 'complete', '... complete');
		is($result->{ttlMs}, $ttl, '... to be kept so long');
		is($result->{cacheScope}, 'private', '... by one client');
		is($result->{_meta}{"$own/serverInfo"}{name}, 'taskchat',
		    '... and who says so');
	}
	for (['tools/call', { name => 'add_task', arguments => {} }],
	    ['prompts/get', { name => 'tidy_my_list' }],
	    ['resources/read', { uri => 'task://open' }],
	    ['completion/complete', { ref => { type => 'ref/prompt', name =>
	    'plan_my_day' }, argument => { name => 'day', value => '' } }]) {
		my $result = is_result(new_era(@$_), $_->[0]);
		is($result->{resultType}, 'complete', '... complete');
		is($result->{_meta}{"$own/serverInfo"}{name}, 'taskchat',
		    '... and who says so');
		$result = is_result(old(@$_), "$_->[0], old");
		is_deeply([grep { exists $result->{$_} } qw(resultType _meta
		    ttlMs cacheScope)], [], '... without all that');
	}
	is_error(new_era($_), 404, -32601, $_) for qw(initialize ping
	    logging/setLevel resources/subscribe resources/unsubscribe
	    subscriptions/listen unknown/method tasks/get);
	is_error(new_era('tools/call', { name => 'no_such_tool' }), 200,
	    -32602, 'an unknown tool');
	is_error(new_era('tools/call', {}), 200, -32602, 'no tool at all');
};

# Each asked of another worker.
subtest 'a call of a tool, in both eras' => sub {
	my $number = 0;
	for (1 .. 3) {
		for my $ask (\&old, \&new_era) {
			my $result = is_result($ask->('tools/call', { name =>
			    'add_task', arguments => { title => "Milk $_" } }),
			    'a task is added');
			is_deeply($result->{structuredContent}, { task_id =>
			    ++$number, status => 'created', title =>
			    "Milk $_" }, '... told as data');
			is_deeply($json->decode(Encode::encode('UTF-8',
			    $result->{content}[0]{text})),
			    $result->{structuredContent}, '... and as text');
			is($result->{resultType}, $ask == \&old ? undef :
			    'complete', '... as its era has it');
			ok(!exists $result->{ttlMs}, '... for nobody to keep');
			another_worker();
		}
	}
	is_error(old('tools/call', { name => 'add_task', arguments => 5 }),
	    200, -32602, 'arguments that are none');
	ok(is_result(old('tools/call', { name => 'add_task', arguments => {} }),
	    'wrong arguments are a result')->{isError}, '... of an error');
};

subtest 'a fault of ours' => sub {
	my $mine = $program;
	$program = Client->new(port => $app->port, id => 'ann', app => $app,
	    token => $app->mint({ sub => 'ann', aud => "$site/api/mcp",
	    scope => 'tasks:read' }));
	$app->sql('alter schema taskchat rename to away');
	for my $ask (\&old, \&new_era) {
		my $r = $ask->('resources/list');
		my $e = is_error($r, 200, -32603, 'without its tables');
		unlike($e->{message}, qr/schema|table|relation|sql/i,
		    '... says nothing of them');
		like($app->log_of($r), qr/ code=schema_mismatch error="task_stamp: /,
		    '... but to the log');
		is_result($ask->('tools/list'), 'what needs none');
	}
	$app->sql('alter schema away rename to taskchat');
	$program = $mine;
};

# --------------------------------------------------------- what is around

subtest 'scopes' => sub {
	my $all = $program;
	$program = program('tasks:write');
	for my $ask (\&old, \&new_era) {
		my $r = $ask->('resources/list');
		is_problem($r, 403, 'insufficient_scope', 'to read');
		is($r->header('WWW-Authenticate'), 'Bearer '
		    . 'error="insufficient_scope", scope="tasks:read", '
		    . $metadata, '... which is missing, and where it is from');
		is_result($ask->('tools/list'), 'what there is is no secret');
	}
	$program = program('tasks:read');
	is_result(old('resources/list'), 'with it');
	$program = $all;
	my $r = $app->anyone->request('POST', '/api/mcp', json =>
	    message('ping'), token => $app->mint({ sub => 'ann', aud =>
	    "$site/api/mcp" }));
	is_problem($r, 403, 'insufficient_scope', 'a token without any');
	is($r->header('WWW-Authenticate'), 'Bearer '
	    . "error=\"insufficient_scope\", $both, $metadata",
	    '... and which there are');
};

subtest 'who hands out tokens' => sub {
	my $path = '/.well-known/oauth-protected-resource';
	my @documents = map { $app->anyone->get($_) } $path, "$path/api/mcp";
	for my $r (@documents) {
		is($r->status, 200, 'is told to everybody');
		is($r->type, 'application/json', 'as JSON');
		is_deeply($r->json, { resource => "$site/api/mcp",
		    resource_name => 'Ann\'s "tasks"',
		    authorization_servers => [$site],
		    scopes_supported => ['tasks:read', 'tasks:write'],
		    bearer_methods_supported => ['header'] },
		    'namely');
	}
	for my $origin (undef, 'https://evil.example', 'null',
	    'https://app.example') {
		my $r = $app->anyone->get($path, headers =>
		    { Origin => $origin, Host => 'evil.example' });
		is($r->status . $r->header('Access-Control-Allow-Origin'),
		    '200*', 'to a page of ' . ($origin // 'ours'));
		is($r->header('Access-Control-Allow-Credentials'), undef,
		    '... without cookies');
		is($r->json->{resource}, "$site/api/mcp",
		    '... and whatever host it names');
	}
	my $r = $app->anyone->request('OPTIONS', $path, headers =>
	    { Origin => 'https://evil.example',
	    'Access-Control-Request-Method' => 'GET',
	    'Access-Control-Request-Headers' => 'mcp-protocol-version' });
	is($r->status, 204, 'which may ask before');
	is($r->header('Access-Control-Allow-Origin'), '*', '... any of them');
	like($r->header('Access-Control-Allow-Headers'),
	    qr/\bMcp-Protocol-Version\b/i, '... and say its revision');
	is_problem($app->anyone->post($path, {}), 405, 'method_not_allowed',
	    'nobody posts there');
	is_problem($app->anyone->get("$path/$_"), 404, 'no_such_route',
	    "there is no $path/$_") for 'api', 'api/mcp/x', 'api/chat';
};

subtest 'pages of other sites' => sub {
	my $ask = sub ($method, $origin, %headers) {
		return $program->request($method, '/api/mcp', headers =>
		    { Origin => $origin, %headers },
		    $method eq 'POST' ? (json => message('ping')) : ());
	};
	my %preflight = ('Access-Control-Request-Method' => 'POST',
	    'Access-Control-Request-Headers' => 'authorization,content-type,'
	    . 'mcp-protocol-version,mcp-method,mcp-name');
	my $r = $ask->('OPTIONS', 'https://app.example', %preflight);
	is($r->status, 204, 'one that is listed may ask before');
	like($r->header('Access-Control-Allow-Headers'), qr/\b$_\b/i, $_)
	    for split /,/, $preflight{'Access-Control-Request-Headers'};
	is_problem($ask->('OPTIONS', 'https://evil.example', %preflight), 403,
	    'origin_not_allowed', 'another may not');
	$r = $ask->('POST', 'https://app.example');
	is_result($r, 'and then call');
	is($r->header('Access-Control-Allow-Origin'), 'https://app.example',
	    'and read the answer');
	$r = $program->request('POST', '/api/mcp', token => undef, headers =>
	    { Origin => 'https://app.example' }, json => message('ping'));
	like($r->header('Access-Control-Expose-Headers'),
	    qr/\bWWW-Authenticate\b/, 'and that it needs a token');
};

subtest 'the log' => sub {
	my $line = $app->log_of(new_era('tools/call',
	    { name => 'no_such_tool' }));
	like($line, qr/ route=\/api\/mcp /, 'the route');
	like($line, qr/ user=ann /, 'the user');
	like($line, qr/ mcp_era=modern mcp_method=tools\/call mcp_tool=no_such_tool /,
	    'era, method, tool');
	like($line, qr/ mcp_error=-32602 /, 'what was wrong');
	$line = $app->log_of(old('tools/call', { name => 'buy milk' }));
	like($line, qr/ mcp_era=legacy mcp_method=tools\/call mcp_tool="\(odd\)" /,
	    'a name that is none is not written down');
	$line = $app->log_of(old('x' x 5000));
	like($line, qr/ mcp_method="\(odd\)" /, 'nor a method');
	unlike($line, qr/x{3}/, '... at any length');
};

subtest 'where it is off' => sub {
	my $gone = sub ($why, $log) {
		for my $path ('/api/mcp',
		    '/.well-known/oauth-protected-resource',
		    '/.well-known/oauth-protected-resource/api/mcp') {
			for my $method (qw(GET POST DELETE)) {
				my $r = $program->request($method, $path,
				    $method eq 'POST' ? (json => {}) : ());
				is_problem($r, 404, 'no_such_route',
				    "$why: $method $path");
				like($app->log_of($r), $log, '... and why');
			}
		}
	};
	$app->restart_workers(settings => { mcp => 'off' });
	$gone->('mcp = off', qr/mcp is off/);
	$app->restart_workers(settings => { public_url => '',
	    accounts => 'off' });
	$gone->('no public_url', qr/public_url is not set/);
	$app->restart_workers(settings => { accounts => 'off' });
	is_deeply($app->anyone->get('/.well-known/oauth-protected-resource')
	    ->json->{authorization_servers}, undef,
	    'where nobody hands out tokens, nobody is named');
	$app->restart_workers(settings => {
	    issuer_login_iss => 'https://login.example/realms/x',
	    issuer_login_secret => 's' x 32,
	    mcp_authorization_server => 'https://login.example/realms/x' });
	is_deeply($app->anyone->get('/.well-known/oauth-protected-resource')
	    ->json->{authorization_servers},
	    ['https://login.example/realms/x'],
	    'somebody else, by their exact name');
};

done_testing;
