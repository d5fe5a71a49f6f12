#!/usr/bin/perl
# What a request may look like, and the problem document for each that may
# not: types, sizes, broken JSON, slow and vanishing bodies.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Call;

# Bodies go to the worker as they arrive, so that it sees the slow ones.
my $app = App->new(threads => 8,
    web => 'fastcgi_request_buffering off;')->start;
my $ann = $app->user('ann');
my $anyone = $app->anyone;

sub stored() { $app->sql('select count(*) from message') }

subtest 'media types' => sub {
	my $body = '{"title":"x"}';
	for my $type ('text/plain', 'application/x-www-form-urlencoded',
	    'application/jsonx', 'multipart/form-data; boundary=x', undef) {
		is_problem($ann->post('tasks', undef, body => $body,
		    headers => { 'Content-Type' => $type }), 415,
		    'unsupported_media_type', $type // 'none');
	}
	for my $type ('application/json; charset=utf-8', 'Application/JSON',
	    'application/json;charset="UTF-8"') {
		is($ann->post('tasks', undef, body => $body,
		    headers => { 'Content-Type' => $type })->status, 201,
		    $type);
	}
};

subtest 'broken JSON' => sub {
	my %broken = (
		'nothing' => '',
		'a blank' => ' ',
		'half' => '{"message":"a',
		'trailing bytes' => '{"message":"a"} x',
		'two objects' => '{"message":"a"}{"message":"b"}',
		'a trailing comma' => '{"message":"a",}',
		'single quotes' => "{'message':'a'}",
		'a comment' => '/* x */ {"message":"a"}',
		'NaN' => '{"message":"a","x":NaN}',
		'invalid UTF-8' => "{\"message\":\"\xc3\x28\"}",
		'overlong UTF-8' => "{\"message\":\"\xc0\xaf\"}",
		'a surrogate as bytes' => "{\"message\":\"\xed\xa0\xbd\"}",
		'a NUL byte' => "{\"message\":\"a\0b\"}",
		'too deep' => '{"x":' . '[' x 40 . ']' x 40
		    . ',"message":"a"}',
		'a byte order mark and rubbish' => "\xef\xbb\xbf{",
	);
	for my $what (sort keys %broken) {
		is_problem($ann->post('chat', undef, body => $broken{$what}),
		    400, 'invalid_json', $what);
	}
	is_problem($ann->post('chat', undef,
	    body => '{"message":"a\u0000b"}'), 400, 'invalid_json',
	    'an escaped NUL');
	is(stored(), 0, 'nothing was stored');
};

subtest 'wrong fields' => sub {
	my %wrong = (
		'an array' => '[]', 'a string' => '"hello"', 'null' => 'null',
		'a number' => '5', 'message a number' => '{"message":5}',
		'message a list' => '{"message":["a"]}',
		'conversation_id a number' =>
		    '{"message":"a","conversation_id":5}',
		'conversation_id an object' =>
		    '{"message":"a","conversation_id":{}}',
		'timezone a number' => '{"message":"a","timezone":1}',
	);
	for my $what (sort keys %wrong) {
		is_problem($ann->post('chat', undef, body => $wrong{$what}),
		    400, 'invalid_request', $what);
	}
	is_problem($ann->post('chat', $_), 400, 'message_empty',
	    'no message') for {}, { message => undef };
	is_problem($ann->chat('a', fields => { mesage => 'b' }), 400,
	    'invalid_request', 'a member we do not know');
	is_problem($ann->chat('a', fields => { timezone => 'Mars/Olympus' }),
	    400, 'invalid_timezone', 'a time zone that is none');
	is_problem($ann->chat('a', fields => { timezone => '../etc/passwd' }),
	    400, 'invalid_timezone', 'a path for a time zone');
	is_problem($ann->chat('a', conversation => 'abc'), 404,
	    'conversation_not_found', 'a conversation id that is no UUID');
	is(stored(), 0, 'nothing was stored');
};

subtest 'queries' => sub {
	for my $query (qw(limit=abc limit=-1 limit=1.5 limit=
	    limit=1&limit=2 limit=%zz status=done limit=99999999999999999999
	    search=%ff after=x)) {
		is_problem($ann->get("tasks?$query"), 400, 'invalid_request',
		    "tasks?$query");
	}
	is_problem($ann->get('conversations?before=rubbish'), 400,
	    'invalid_request', 'a cursor we did not make');
};

subtest 'large bodies' => sub {
	my $large = '{"message":"' . 'x' x 300_000 . '"}';
	is_problem($ann->post('chat', undef, body => $large), 413,
	    'body_too_large', 'a body beyond every route');
	my $r = Call->start(port => $app->port, bytes => Call::request_bytes(
	    'POST', '/api/ann/chat', [
	        Authorization => 'Bearer ' . $ann->token,
	        'Content-Type' => 'application/json',
	        'Transfer-Encoding' => 'chunked'],
	    sprintf("%x\r\n%s\r\n0\r\n\r\n", length $large, $large)))->reply;
	is_problem($r, 413, 'body_too_large', 'the same without a length');
	is_problem($ann->request('GET', 'tasks', body => $large), 413,
	    'body_too_large', 'a body where none belongs')
	    if $ann->request('GET', 'tasks', body => 'x')->status != 200;
	is(stored(), 0, 'nothing was stored');
};

subtest 'slow bodies, and callers that leave' => sub {
	my $body = '{"title":"slowly"}';
	my $head = Call::request_bytes('POST', '/api/ann/tasks', [
	    Authorization => 'Bearer ' . $ann->token,
	    'Content-Type' => 'application/json',
	    'Content-Length' => length $body]);
	my $call = Call->start(port => $app->port, bytes => $head);
	for my $byte (split //, $body) {
		ok($call->quiet_now, 'no answer yet') if $byte eq '}';
		$call->send($byte);
	}
	is($call->reply->status, 201, 'a body byte by byte is a body');

	for (1 .. 20) {
		Call->start(port => $app->port,
		    bytes => $head . substr $body, 0, 5)->hang_up;
	}
	is($ann->get('tasks')->status, 200,
	    'twenty that left in mid-body hold no thread');
	is(scalar(grep { $_ eq 'slowly' } $ann->titles), 1,
	    'and half a request does nothing');
};

subtest 'the reply' => sub {
	my $r = $ann->get('tasks');
	is($r->header('Content-Length'), length $r->body, 'Content-Length');
	$r = $ann->request('HEAD', 'tasks');
	is($r->status, 200, 'HEAD');
	$r = $ann->post('tasks', { title => 'weg' });
	$r = $ann->delete('tasks/' . $r->json->{id});
	is($r->status, 204, 'DELETE');
	is($r->body, '', 'has no body');
};

done_testing;
