#!/usr/bin/perl
# A page with hosted ChatKit gets a session for the person in front of it: the
# vendor is asked exactly as it wants to be, whatever it answers, and neither
# the key nor the workflow is told to anybody.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Encode ();
use JSON::PP ();
use Vendor;

my $dir = Cluster::make_dir('tc-XXXXXX');
my $vendor = Vendor->start($dir);
my $key = 'sk-proj-' . 'Ab1' x 15;
my $workflow = 'wf_' . '68e5f0' x 8;
my $page = 'https://page.example.org';
my $door = '/api/chatkit/sessions';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my %on = (chatkit_workflow => $workflow, chatkit_key => $key,
    chatkit_url => $vendor->url, chatkit_timeout => 60);
my $app = App->new(%on, allowed_origins => $page)->start;
my (@replies, $people);

# The harness looks for them in every log.
push @{ $app->{tokens} }, $key, $workflow;

sub kept($reply)
{
	push @replies, $reply;
	return $reply;
}

# Ask for a session; nothing said is a request without a body.
sub ask($who, %opt) { kept($who->post($door, undef, %opt)) }

# Everybody may open ten a minute, so most are asked by somebody new.
sub somebody() { $app->user('guest' . ++$people) }

sub is_session($reply, $session, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return is_deeply([$reply->status, $reply->type,
	    $reply->header('Cache-Control'), eval { $reply->json }],
	    [200, 'application/json', 'no-store', $session], $name)
	    || diag $reply->body;
}

# What the vendor has to be sent for a person.
sub wish($user, %workflow)
{
	return { user => $user, workflow => { id => $workflow, %workflow },
	    expires_after => { anchor => 'created_at', seconds => 600 },
	    rate_limits => { max_requests_per_1_minute => 30 } };
}

subtest 'a session' => sub {
	my $session = $vendor->session;
	is_session(ask($app->user('ann')), $session,
	    'the secret and its end, nothing else');
	my @asked = $vendor->fresh;
	is(scalar @asked, 1, 'the vendor is asked once');
	my $r = $asked[0];
	is($r->{line}, 'POST /v1/chatkit/sessions HTTP/1.1', 'where');
	is_deeply($r->{headers}, {
		'accept' => 'application/json',
		'accept-encoding' => 'identity',
		'authorization' => "Bearer $key",
		'content-length' => length $r->{body},
		'content-type' => 'application/json',
		'host' => $vendor->url =~ s{http://|/v1}{}gr,
		'openai-beta' => 'chatkit_beta=v1',
		'user-agent' => 'taskchat',
	}, 'with these headers and no others');
	is_deeply($json->decode($r->{body}), wish('ann'), 'and this body');
};

subtest 'who it is for' => sub {
	for my $id ('jo"hn \\ O\'Neil', 'é漢🎉', '{"user":"ann"}', '%s%n/../x',
	    'x' x 255, 'chatkit', 'a@b.example', ' ') {
		my $session = $vendor->session;
		is_session(ask($app->user($id)), $session,
		    "a user '" . substr($id, 0, 30) . "'");
		my @asked = $vendor->fresh;
		is_deeply([map { $json->decode($_->{body}) } @asked],
		    [wish($id)], '... is named as the token has it');
	}
};

subtest 'another one' => sub {
	my $ann = $app->user('ann');
	my $first = $vendor->session;
	is_session(ask($ann, json => { current_client_secret => undef }),
	    $first, 'at first there is none');
	my $next = $vendor->session;
	isnt($next->{client_secret}, $first->{client_secret}, 'then');
	is_session(ask($ann, json => { current_client_secret =>
	    $first->{client_secret} }), $next, 'a new one for the old one');
	my @asked = $vendor->fresh;
	is_deeply([map { $json->decode($_->{body}) } @asked],
	    [wish('ann'), wish('ann')], 'of the same person');
	unlike($asked[1]{body} . join(' ', %{ $asked[1]{headers} }),
	    qr/\Q$first->{client_secret}\E/, 'the old secret goes nowhere');
};

subtest 'what may be sent' => sub {
	my $session = $vendor->session;
	my $json_type = { 'Content-Type' => 'application/json' };
	is_session(ask(somebody(), %$_), $session, 'body '
	    . ($_->{body} // 'none')) for { body => '' }, { body => '{}' },
	    { body => ' { } ' }, {}, { headers => $json_type },
	    { body => '{"current_client_secret":""}' },
	    { body => '', headers => { 'Content-Type' => undef } };
	$vendor->fresh;

	my $eve = $app->user('eve');
	for (
		[400, 'invalid_json', '{'], [400, 'invalid_json', ' '],
		[400, 'invalid_json', '{"current_client_secret":null,}'],
		[400, 'invalid_json', "{\"current_client_secret\":\"\xff\"}"],
		[400, 'invalid_json', '{"current_client_secret":"a",'
		    . '"current_client_secret":"b"}'],
		[400, 'invalid_json', '[' x 100],
		[400, 'invalid_request', '[]'],
		[400, 'invalid_request', '"x"'],
		[400, 'invalid_request', 'null'],
		[400, 'invalid_request', '{"current_client_secret":5}'],
		[400, 'invalid_request', '{"current_client_secret":true}'],
		[400, 'invalid_request', '{"current_client_secret":{}}'],
		[400, 'invalid_request', '{"current_client_secret":["x"]}'],
		[400, 'invalid_request', '{"user":"ann"}'],
		[400, 'invalid_request', '{"workflow":{"id":"wf_mine"}}'],
		[400, 'invalid_request', '{"current_client_secret":null,'
		    . '"rate_limits":{}}'],
		[413, 'body_too_large', '{"current_client_secret":"'
		    . 'x' x 25_000 . '"}'],
	) {
		my ($status, $code, $body) = @$_;
		is_problem(ask($eve, body => $body), $status, $code,
		    'body ' . Encode::decode('latin1', substr $body, 0, 40));
	}
	for my $type ('text/plain', 'application/x-www-form-urlencoded',
	    undef) {
		is_problem(ask($eve, body => '{}', headers =>
		    { 'Content-Type' => $type }), 415,
		    'unsupported_media_type', $type // 'no type');
	}
	like(ask($eve, json => { current_client_secret => 5 })
	    ->json->{detail}, qr/^current_client_secret: /,
	    'the field is named');
	is($vendor->fresh, 0, 'the vendor hears of none of it');
	is_session(ask($eve), $session, 'nor do they count');
	$vendor->fresh;
};

subtest 'who may ask' => sub {
	my $session = $vendor->session;
	my $ann = somebody();
	is_problem(ask($ann, token => $_), 401, 'unauthorized',
	    defined $_ ? 'a token of nobody' : 'no token')
	    for undef, 'x', $ann->token . 'x';
	is_problem(ask($ann, headers => { Origin => $_ }), 403,
	    'origin_not_allowed', "a page of $_")
	    for 'https://elsewhere.example.org', 'null';
	is_problem(kept($ann->request($_, $door)), 405, 'method_not_allowed',
	    $_) for qw(GET PUT DELETE);
	is($vendor->fresh, 0, 'the vendor is not asked');
	my $r = ask($ann, headers => { Origin => $page });
	is_session($r, $session, 'a listed page');
	is($r->header('Access-Control-Allow-Origin'), $page, '... may read');
	is(scalar $vendor->fresh, 1, '... and that was all');
};

subtest 'a cookie needs a page of ours' => sub {
	my $site = App->new(%on, accounts => 1)->start;
	push @{ $site->{tokens} }, $key, $workflow;
	my $own = 'http://127.0.0.1:' . $site->port;
	my $ann = Account->new($site, origin => $own,
	    email => 'ann@example.com');
	$ann->sign_up->status == 200 or die;
	my $id = $ann->session->{user}{id};
	my $session = $vendor->session;
	is_session(kept($ann->post($door)), $session, 'a session');
	is_deeply([map { $json->decode($_->{body}) } $vendor->fresh],
	    [wish($id)], '... of the account');
	is_problem(kept($ann->post($door, {}, headers => { Origin => $_ })),
	    403, 'origin_not_allowed', $_ // 'no origin')
	    for undef, 'https://elsewhere.example.org';
	$ann->post('sign-out');
	is_problem(kept($ann->post($door)), 401, 'unauthorized',
	    'after signing out');
	is($vendor->fresh, 0, 'the vendor is not asked');
	$site->finish;
};

# Somebody new meets the vendor as it is now.
sub fails($status, $code, $name, %log)
{
	$vendor->fresh;
	my $r = ask(somebody());
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_problem($r, $status, $code, $name);
	is(scalar $vendor->fresh, 1, '... asked once') if !$log{unheard};
	my $line = $app->log_of($r);
	like($line, $log{says}, '... the log says why') if $log{says};
	return ($r, $line);
}

# As the vendor complains; its words hold what nobody may see.
sub complain($status, %opt)
{
	$vendor->answer({ error => { message => "No $workflow for $key, "
	    . 'ask Bob', type => 'invalid_request_error', param => undef,
	    code => 'some_code' } }, status => $status, %opt);
}

subtest 'the vendor refuses' => sub {
	for ([401, 502, 'chatkit_refused_key'],
	    [403, 502, 'chatkit_refused_key'],
	    [400, 502, 'chatkit_refused'], [404, 502, 'chatkit_refused'],
	    [409, 502, 'chatkit_refused'], [422, 502, 'chatkit_refused'],
	    [408, 502, 'chatkit_unavailable'],
	    [429, 503, 'chatkit_rate_limited'],
	    [500, 502, 'chatkit_unavailable'],
	    [503, 502, 'chatkit_unavailable']) {
		my ($theirs, $status, $code) = @$_;
		complain($theirs, headers => "X-Request-Id: req_$theirs\r\n");
		my ($r, $line) = fails($status, $code, "status $theirs",
		    says => qr/status $theirs: some_code: .*ask Bob/);
		unlike($r->body, qr/Bob|some_code|invalid_request_error/,
		    '... and the caller does not hear it');
		like($line, qr/req_$theirs/, '... nor the vendor\'s number');
	}
	for ([["Retry-After: 7\r\n"], 7], [["Retry-After: 0\r\n"], 10],
	    [["retry-after-ms: 1500\r\n"], 2], [[''], 10],
	    [["Retry-After: soon\r\n"], 10]) {
		complain(429, headers => $_->[0][0]);
		my ($r) = fails(503, 'chatkit_rate_limited', "$_->[1] s");
		is($r->header('Retry-After'), $_->[1], '... to wait');
	}
	for my $secret ($key, $workflow) {
		$vendor->answer({ error => { message => '. ' x 245 . $secret,
		    type => "x $secret", code => $secret } }, status => 400);
		fails(502, 'chatkit_refused', 'in a message that is cut',
		    says => qr/\*{3}: x \*{3}: .*\. \*{3}/);
	}
	$vendor->answer('<html>gone</html>', status => 502,
	    type => 'text/html');
	my ($r) = fails(502, 'chatkit_unavailable', 'a page of HTML');
	unlike($r->body, qr/html/, '... is not passed on');
	$vendor->answer('', status => 307, type => undef, headers =>
	    'Location: ' . $vendor->url . "/elsewhere\r\n");
	fails(502, 'chatkit_refused', 'a redirect is not followed');
};

subtest 'the vendor answers nonsense' => sub {
	my %good = (client_secret => 'ek_x', expires_at => 1_777_082_621);
	for (
		['no secret', { expires_at => 1 }],
		['a null', { %good, client_secret => undef }],
		['a number', { %good, client_secret => 5 }],
		['an object', { %good, client_secret => {} }],
		['an empty secret', { %good, client_secret => '' }],
		['a line end', { %good, client_secret => "ek\r\nX: y" }],
		['a long secret', { %good, client_secret => 'x' x 8193 }],
		['no end', { client_secret => 'ek_x' }],
		['an end in words', { %good, expires_at => 'soon' }],
		['an end as text', { %good, expires_at => '1777082621' }],
		['half a second', { %good, expires_at => 1.5 }],
		['an end before all', { %good, expires_at => -1 }],
		['never', { %good, expires_at => 0 }],
		['a list', [\%good]],
		['a text', '"ek_x"'], ['nothing', ''], ['half', '{"client_se'],
		['two', '{"client_secret":"a","expires_at":1}{}'],
		['a secret twice', '{"client_secret":"a","client_secret":"b",'
		    . '"expires_at":1}'],
		['bytes', "\xff\xfe\x00"],
		['a NUL', '{"client_secret":"a\\u0000b","expires_at":1}'],
		['too deep', '{"x":' . '[' x 500 . ']' x 500 . '}'],
		['a great number', '{"client_secret":"a","expires_at":1'
		    . '0' x 400 . '}'],
	) {
		my ($name, $what) = @$_;
		$vendor->answer($what);
		my ($r) = fails(502, 'chatkit_unavailable', $name);
		unlike($r->body, qr/ek_x/, '... nothing of it is passed on');
	}
	for my $type (undef, 'text/html', 'text/plain', 'text/event-stream') {
		$vendor->answer(\%good, type => $type);
		fails(502, 'chatkit_unavailable', $type // 'no type',
		    says => qr/not JSON by its type/);
	}
	$vendor->answer(\%good, type => 'Application/JSON; charset=utf-8');
	is_session(ask(somebody()), \%good, 'a type at length');
	$vendor->answer({ %good, client_secret => 'x' x 8192 });
	is(length ask(somebody())->json->{client_secret}, 8192,
	    'the longest secret');
	$vendor->fresh;
};

subtest 'the vendor is cut short, endless or not there' => sub {
	my $half = '{"client_secret":"ek_x","expires_at":1}';
	$vendor->answer($half, length => 1000);
	fails(502, 'chatkit_unavailable', 'half an answer');
	$vendor->put('');
	fails(502, 'chatkit_unavailable', 'not a byte');
	$vendor->put("HTTP/1.1 200 OK\r\nContent-Type: appl");
	fails(502, 'chatkit_unavailable', 'half a header');
	$vendor->put("hello\r\n\r\n");
	fails(502, 'chatkit_unavailable', 'not HTTP');
	for my $status (200, 401) {
		$vendor->answer($half . ' ' x 1_000_000, status => $status);
		fails(502, 'chatkit_unavailable', "a megabyte, $status",
		    says => qr/more than 65536 bytes/);
	}
	$vendor->put("HTTP/1.1 200 OK\r\n" . "X-Pad: xxxxxxxx\r\n" x 100_000);
	fails(502, 'chatkit_unavailable', 'headers without an end');

	# Waited for until then, as long as the settings allow.
	$app->restart_workers(settings => { drain_seconds => 1 });
	$vendor->hang;
	my $waiting = sub ($who) {
		$vendor->fresh;
		my $call = $who->start('POST', $door);
		until_true('the vendor to be asked', sub { $vendor->fresh });
		return $call;
	};
	$waiting->(somebody())->hang_up;
	like($app->wait_log(qr/gone=true/), qr/chatkit/,
	    'who leaves is not waited for');
	my $call = $waiting->(somebody());
	$app->restart_workers(settings => { chatkit_timeout => 1 });
	is_problem(kept($call->reply), 503, 'draining', 'a worker leaves');
	fails(504, 'chatkit_timeout', 'silence', says => qr/deadline/);

	my $nobody = Vendor->start($dir);
	$nobody->stop;
	$app->restart_workers(settings => { chatkit_url => $nobody->url });
	fails(502, 'chatkit_unavailable', 'nobody listens', unheard => 1);

	# What goes through a proxy begins with its leave.
	my %far = (chatkit_url => 'https://vendor.example/v1', model_proxy =>
	    $vendor->url =~ s{/v1}{}r);
	$app->restart_workers(settings => \%far);
	complain(403);
	$vendor->fresh;
	is_problem(ask(somebody()), 502, 'chatkit_unavailable',
	    'a proxy that lets nobody through');
	my @through = $vendor->fresh;
	is($through[0]{line}, 'CONNECT vendor.example:443 HTTP/1.1',
	    '... was asked');
	is($through[0]{headers}{authorization}, undef, '... without the key');
	my $session = $vendor->session;
	$app->restart_workers(settings => { %far, chatkit_url =>
	    $vendor->url, model_proxy => $nobody->url });
	is_session(ask(somebody()), $session, 'nobody else is asked here');
	$app->restart_workers;
};

subtest 'ten a minute' => sub {
	my ($ann, $bob) = (somebody(), somebody());
	my $session = $vendor->session;
	is_session(ask($ann), $session, "number $_") for 1 .. 9;
	complain(500);
	is(ask($ann)->status, 502, 'a failure counts too');
	$vendor->session;
	$vendor->fresh;
	for (1 .. 3) {
		my $r = ask($ann, json => { current_client_secret => 'x' });
		is_problem($r, 429, 'too_many_sessions', 'one more');
		like($r->header('Retry-After'), qr/^(?:[1-9]|[1-5]\d|60)$/,
		    '... says when');
	}
	is($vendor->fresh, 0, 'the vendor is not asked');
	is(ask($bob)->status, 200, 'others have ten of their own');
	$app->restart_workers;
	is(ask($ann)->status, 429, 'new workers know it');
	$app->sql('update throttle set expires_at = expires_at'
	    . " - interval '60 seconds'");
	is(ask($ann)->status, 200, 'a minute later');

	# As long as a name may be, and told apart all the same.
	my @long = map { $app->user('é' x 100 . $_) } 1, 2;
	ask($long[0]) for 1 .. 10;
	is(ask($long[0])->status, 429, 'a long name');
	is(ask($long[1])->status, 200, 'another that begins alike');
};

subtest 'other settings' => sub {
	$app->restart_workers(settings => { chatkit_session_seconds => 60,
	    chatkit_requests => 5, chatkit_workflow_version => '7',
	    chatkit_url => $vendor->url . '//' });
	my $session = $vendor->session;
	$vendor->fresh;
	is_session(ask($app->user('cat')), $session, 'a session');
	my ($r) = $vendor->fresh;
	is($r->{line}, 'POST /v1/chatkit/sessions HTTP/1.1',
	    'slashes at the end do not matter');
	is_deeply($json->decode($r->{body}), { %{ wish('cat', version =>
	    '7') }, expires_after => { anchor => 'created_at', seconds => 60 },
	    rate_limits => { max_requests_per_1_minute => 5 } },
	    'all of them are in the request');

	my ($status, $out, $err) = $app->command('check');
	is($status, 0, 'check');
	like($out, qr/^\Q$_\E = \.{8}$/m, "$_ is dots")
	    for qw(chatkit_key chatkit_workflow);
	unlike($out . $err, qr/\Q$key\E|\Q$workflow\E/, '... everywhere');
	($status, $out) = $app->command('check', '--settings');
	unlike($out, qr/\Q$key\E|\Q$workflow\E/, 'nor in the table');

	$app->restart_workers(settings => { chatkit_workflow => '' });
	is_problem(ask($app->user('cat'), body => $_), 404, 'chatkit_off',
	    'switched off') for '{}', '';
	is_problem(ask($app->user('cat'), token => undef), 401,
	    'unauthorized', 'nobody is told even that');
	is($vendor->fresh, 0, 'and the vendor is not asked');
};

subtest 'what nobody may know' => sub {
	my $told = join "\n", map { ($_->body, map { ref ? @$_ : $_ }
	    %{ $_->{headers} }) } @replies;
	cmp_ok(scalar @replies, '>', 120, 'of all these answers');
	unlike($told, qr/\Q$_\E/, 'none has it')
	    for $key, $workflow, 'sk-proj', 'wf_68e5';
	my $logs = join "\n", $app->log_lines, $app->web->log,
	    Proc::slurp($app->dir . '/postgres.log');
	unlike($logs, qr/\Q$_\E/, 'no log has it')
	    for $key, $workflow, 'sk-proj', 'wf_68e5', 'ek_';
};

$vendor->stop;
$app->stop_all;
Cluster::remove_tree($dir);
done_testing;
