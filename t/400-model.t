#!/usr/bin/perl
# A model at the other end of HTTP: what it is sent, what is understood of
# what it answers, and every way it can fail, each of which is a calm
# problem document that leaves the person's message stored and runs nothing.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Encode qw(encode);
use JSON::PP ();

my $app = App->new(model => 'script', threads => 64, db_connections => 8,
    model_first_byte_timeout => 4, model_silence_timeout => 4,
    model_progress_timeout => 8, turn_timeout => 24)->start;
my $model = $app->model;
my $json = JSON::PP->new->canonical;

subtest 'what is sent' => sub {
	my $ann = $app->user('ann-4711');
	$model->say('Hello.');
	is_answer($ann->chat('hello there', timezone => 'Europe/Berlin'),
	    'a reply of text');
	my ($r) = $model->fresh;
	is($r->{method}, 'POST', 'a POST');
	is($r->{path}, '/v1/chat/completions', 'to chat/completions');
	is($r->{headers}{authorization}, 'Bearer ' . $app->{key}, 'the key');
	is($r->{headers}{'content-type'}, 'application/json', 'JSON');
	my $b = $r->{body};
	is($b->{model}, 'script', 'the model\'s name');
	my @m = @{ $b->{messages} };
	is($m[0]{role}, 'system', 'instructions first');
	is($m[-1]{role}, 'user', 'the person last');
	like($m[-1]{content}, qr/hello there/, 'with what they said');
	is_deeply([sort map { $_->{function}{name} } @{ $b->{tools} }],
	    [sort qw(add_task list_tasks complete_task update_task
	        delete_task restore_task)], 'six tools');
	for my $tool (@{ $b->{tools} }) {
		my $f = $tool->{function};
		like($json->encode($f->{parameters}),
		    qr/^(?!.*user_id).*"type":"object"/s,
		    "$f->{name} asks for an object and for no user");
	}
	unlike($json->encode($b), qr/\Q@{[ $ann->conversation ]}\E/,
	    'the conversation\'s id stays here');
	like($json->encode($b), qr/Europe.{1,2}Berlin/,
	    'the person\'s zone is told');

	my $bob = $app->user('bob');
	$model->say('Hello.');
	$bob->chat('good morning');
	my ($other) = $model->fresh;
	is($other->{body}{messages}[0]{content}, $m[0]{content},
	    'the instructions are the same bytes for everyone');
	is($json->encode($other->{body}{tools}), $json->encode($b->{tools}),
	    'so are the tools');
	unlike($m[0]{content}, qr/\d{4}-\d\d-\d\d|\d\d:\d\d/,
	    'no clock in the instructions');

	is($app->sql("select model from message where user_id = 'ann-4711'"
	    . " and role = 'assistant'"), 'script', 'which model is stored');
	like($app->sql("select usage from message where user_id = 'ann-4711'"
	    . " and role = 'assistant'"), qr/11.*7/, 'and what it cost');
};

# Each case is said twice, for JSON and for events, each time by its own
# person and at the same time as all others; the orders find it by the name
# in its message.  A case that fails has orders for every attempt there may
# be; once => 1: there must be no second one.
my @cases;
sub case($name, $orders, %expect)
{
	push @cases, { name => $name, orders => $orders, %expect };
}

my $completion = '{"id":"x","object":"chat.completion","choices":[{"index":0,'
    . '"message":{"role":"assistant","content":"Whole."},'
    . '"finish_reason":"stop"}]}';

sub sse(@data) { join '', map { "data: $_\n\n" } @data }

sub delta($delta, $finish = 'null')
{
	return qq({"choices":[{"index":0,"delta":$delta,)
	    . qq("finish_reason":$finish}]});
}

my $one_call = '{"tool_calls":[{"index":0,"id":"c","type":"function",'
    . '"function":{"name":"add_task","arguments":"{\\"title\\":\\"X\\"}"}}]}';
my $half_call = '{"tool_calls":[{"index":0,"id":"c","type":"function",'
    . '"function":{"name":"add_task","arguments":"{\\"title\\":\\"X"}}]}';
my $stream = 'text/event-stream';

# --- understood
case('text in many pieces', [{ pieces => ['Hel', 'lo ', 'the', 're.'] }],
    text => 'Hello there.');
case('bytes one by one', [{ text => 'Grüße 🎉 ok.', split => 1 }],
    text => 'Grüße 🎉 ok.');
case('an answer in one piece', [{ body => $completion,
    type => 'application/json' }], text => 'Whole.');
case('no length and no chunks', [{ text => 'All of it.',
    framing => 'close' }], text => 'All of it.');
case('lines ended by CR LF', [{ type => $stream, body =>
    sse(delta('{"content":"Lines."}'), delta('{}', '"stop"'), '[DONE]')
    =~ s/\n/\r\n/gr }], text => 'Lines.');
case('comments between', [{ type => $stream, body => ": PROCESSING\n\n"
    . sse(delta('{"content":"Here."}')) . ": ping\n\n"
    . sse(delta('{}', '"stop"'), '[DONE]') }], text => 'Here.');
case('a byte order mark, no blank after data', [{ type => $stream,
    body => "\xef\xbb\xbf" . sse(delta('{"content":"Bom."}'),
    delta('{}', '"stop"')) =~ s/data: /data:/gr }], text => 'Bom.');
case('odd but harmless events', [{ type => $stream, body =>
    sse('null', '5', '[]', '{}', '{"choices":null}', '{"choices":[null]}',
    delta('null'), delta('{"content":5}'),
    delta('{"tool_calls":null}'), delta('{"content":"Odd."}'),
    delta('{}', '"stop"'), '[DONE]') }], text => 'Odd.');
case('503 twice, then well', [{ status => 503, times => 2 },
    { text => 'At last.' }], text => 'At last.');
case('429 with a wish of one second', [{ status => 429,
    headers => { 'Retry-After' => 1 } }, { text => 'Patient.' }],
    text => 'Patient.');
case('empty, then well', [{ body => '', type => $stream },
    { text => 'Second try.' }], text => 'Second try.');
case('cut, then well', [{ text => 'Never seen at all.', cut_after => 120 },
    { text => 'Whole this time.' }], text => 'Whole this time.');
case('a call and a text', [{ calls => [{ name => 'add_task',
    arguments => { title => 'X' } }], text => 'Wait.' },
    { text => 'I added X.' }], tasks => 1, like => qr/I added X\./);
case('a call, [DONE], no finish reason', [{ type => $stream,
    body => sse(delta($one_call), '[DONE]') }, { text => 'I added it.' }],
    tasks => 1, like => qr/I added it\./);
case('a call though it says stop', [{ type => $stream, body =>
    sse(delta($one_call), delta('{}', '"stop"'), '[DONE]') },
    { text => 'I added it.' }], tasks => 1, like => qr/I added it\./);

# --- failed
my @down = (status => 502, code => 'model_unavailable');
my @slow = (status => 504, code => 'model_timeout');
my $quota = '{"error":{"message":"You exceeded your quota",'
    . '"code":"insufficient_quota"}}';
sub fails($name, $order, %expect)
{
	case($name, [{ %$order, times => 3 }], %expect);
}

fails('500 for ever', { status => 500 }, @down);
fails('500 with a huge page', { status => 500, body => 'x' x 2_000_000,
    type => 'text/html' }, @down);
fails('400', { status => 400 }, @down, once => 1);
fails('404', { status => 404 }, status => 502, code => 'model_not_found',
    once => 1);
fails('413', { status => 413 }, once => 1);
fails('422', { status => 422 }, @down, once => 1);
fails('401', { status => 401 }, status => 502, code => 'model_refused_key',
    once => 1);
fails('403', { status => 403 }, status => 502, code => 'model_refused_key',
    once => 1);
fails('no money left', { status => 429, body => $quota }, status => 502,
    code => 'model_rate_limited', once => 1);
fails('a redirect', { status => 302,
    headers => { Location => $model->url . '/elsewhere' } }, @down,
    once => 1);
fails('a redirect that keeps the POST', { status => 307,
    headers => { Location => $model->url . '/elsewhere' } }, @down,
    once => 1);
fails('a page for people', { body => '<html>Please sign in</html>',
    type => 'text/html' }, @down);
fails('an error that says 200', { body =>
    '{"error":{"message":"no","type":"server_error"}}' }, @down);
fails('nothing at all', { body => '', type => $stream }, @down);
fails('204', { status => 204, body => '', framing => 'none', headers =>
    { 'Content-Type' => undef } }, @down);
fails('an empty answer', { text => '' }, @down);
fails('an error in the stream', { type => $stream, body => sse(
    delta('{"content":"Let me"}'),
    '{"error":{"message":"upstream died","code":502}}') }, @down);
fails('broken JSON between good events', { type => $stream, body => sse(
    delta('{"content":"a"}'), '{"choices":[{"ind', delta('{"content":"b"}'),
    delta('{}', '"stop"'), '[DONE]') }, @down);
fails('cut for ever', { text => 'some words that never end here',
    cut_after => 120 }, @down);
fails('cut without a sign', { text => 'some words that never end here',
    cut_after => 120, framing => 'close' }, @down);
fails('a call cut in its arguments', { type => $stream, framing => 'close',
    body => sse(delta($half_call)) }, @down);
fails('a whole call without an end', { type => $stream, framing => 'close',
    body => sse(delta($one_call)) }, @down);
fails('a line of two megabytes', { type => $stream,
    body => 'data: ' . 'x' x 2_000_000 }, @down);
fails('65 calls', { calls => [map { { name => 'add_task',
    arguments => { title => "T$_" } } } 1 .. 65] }, @down);
fails('accepts and never answers', { text => 'x', hold => 0 }, @slow);
fails('a header and silence', { text => 'x', hold => 1 }, @slow);
fails('words and then silence', { text => 'one two three', hold => 4 },
    @slow, only => 'events');
fails('only comments for ever', { type => $stream, body => ": ping\n\n",
    forever => ": ping\n\n", every => 0.3 }, @slow);
fails('a word now and then for ever', { type => $stream,
    body => sse(delta('{"content":"a "}')), every => 0.5,
    forever => sse(delta('{"content":"b "}')) }, @slow);

# --- ended early by the model itself: calls of such a step must not run
fails('length in mid-call', { type => $stream, body => sse(
    delta($one_call), delta('{}', '"length"'), '[DONE]') },
    like => qr/too long/);
fails('filtered in mid-call', { type => $stream, body => sse(
    delta($one_call), delta('{}', '"content_filter"'), '[DONE]') },
    like => qr/would not answer/);
fails('malformed call', { type => $stream, body => sse(
    delta('{"role":"assistant"}', '"MALFORMED_FUNCTION_CALL"'), '[DONE]') },
    @down);

my %asked;	# how often the model was asked, by case

subtest 'whatever it answers' => sub {
	my @runs;
	for my $i (0 .. $#cases) {
		for my $mode (qw(JSON events)) {
			my $c = $cases[$i];
			next if ($c->{only} // $mode) ne $mode;
			my $mark = "case $i in $mode:";
			$model->order(%$_, when => $mark)
			    for @{ $c->{orders} };
			my $who = $app->user("case$i-$mode");
			my $open = $mode eq 'JSON' ? 'start_chat'
			    : 'open_stream';
			push @runs, { %$c, who => $who, mark => $mark,
			    mode => $mode, name => "$c->{name}, $mode",
			    call => $who->$open("$mark $c->{name}") };
		}
	}
	for my $run (@runs) {
		$run->{mode} eq 'JSON' ? read_json($run) : read_events($run);
	}
	for ($model->fresh) {
		isnt($_->{path}, '/v1/elsewhere', 'no redirect is followed')
		    if $_->{path} ne '/v1/chat/completions';
		my ($last) = grep { $_->{role} eq 'user' }
		    reverse @{ $_->{body}{messages} };
		$asked{$1}++ if $last->{content} =~ /(case \d+ in \w+:)/;
	}
	$model->clear;
	check_run($_) for @runs;
};

# Both leave what a person got: text, or code and status; conversation.
sub read_json($run)
{
	my $reply = $run->{call}->reply;
	$run->{raw} = $reply->body;
	my $answer = $reply->json;
	$run->{conversation} = $answer->{conversation_id};
	if ($reply->status == 200) {
		$run->{got_text} = $answer->{response};
	} else {
		$run->{got} = [$reply->status, $reply->code];
	}
}

sub read_events($run)
{
	my @ev = $run->{call}->rest;
	$run->{raw} = join "\n", map { $json->encode($_) } @ev;
	$run->{conversation} = $ev[0]{data}{conversation_id};
	if ($ev[-1]{event} eq 'done') {
		$run->{got_text} = $ev[-1]{data}{response};
	} else {
		$run->{got} = [@{ $ev[-1]{data} }{qw(status code)}];
	}
	$run->{shown} = grep { $_->{event} eq 'text' } @ev;
}

sub check_run($run)
{
	my $name = $run->{name};
	my $tasks = () = $run->{who}->titles;
	is($tasks, $run->{tasks} // 0, "$name: so many tasks");
	my $asked = $asked{ $run->{mark} } // 0;
	cmp_ok($asked, '<=', 3, "$name: asked three times at most");
	is($asked, 1, "$name: asked once") if $run->{once};
	if (defined $run->{text}) {
		is($run->{got_text}, $run->{text}, "$name: the words")
		    or diag $run->{raw};
		return;
	}
	if ($run->{like}) {
		like($run->{got_text} // 'none', $run->{like},
		    "$name: the words") or diag $run->{raw};
		return;
	}
	if ($run->{code}) {
		is_deeply($run->{got}, [@$run{qw(status code)}],
		    "$name: $run->{status} $run->{code}")
		    or diag $run->{raw};
		is($asked, 1, "$name: not asked again after words were shown")
		    if $run->{shown};
	}
	unlike($run->{raw}, qr/127\.0\.0\.1|curl|\Q$app->{key}\E|as ordered/,
	    "$name: nothing internal is shown");
	my $id = $run->{conversation};
	ok(defined $id, "$name: says which conversation") or return;
	my @m = $run->{who}->messages($id);
	is($m[0]{content}, "$run->{mark} " . $name =~ s/, \w+$//r,
	    "$name: the message is kept");
	is(scalar(grep { $_->{role} eq 'user' } @m), 1, "$name: once");
	isnt($m[1]{state}, 'done', "$name: its answer is not called done")
	    if $m[1] && $run->{code};
}

subtest 'after a failure the conversation goes on' => sub {
	my $eve = $app->user('eve');
	$model->order(status => 400);
	is_problem($eve->chat('first try'), 502, 'model_unavailable',
	    'a failure');
	$model->say('Here I am again.');
	my $r = $eve->chat('second try');
	is_answer($r, 'the next message is answered');
	is($r->json->{conversation_id}, $eve->conversation,
	    'in the same conversation');
	my $sent = ($model->fresh)[-1]{body}{messages};
	my @said = grep { $_->{role} eq 'user' } @$sent;
	like($said[0]{content}, qr/first try/, 'the model sees the first');
	like($said[-1]{content}, qr/second try/, 'and the second');
};

subtest 'a failure after words were shown' => sub {
	my $dan = $app->user('dan');
	for (
		['cut', { pieces => ['One ', 'two ', 'three '],
		    no_finish => 1, framing => 'close' }],
		['an error event', { type => $stream, body => sse(
		    delta('{"content":"One "}'), delta('{"content":"two "}'),
		    '{"error":{"message":"x"}}') }],
		['silence', { pieces => ['One ', 'two ', 'three '],
		    hold => 4 }],
	) {
		my ($name, $order) = @$_;
		$model->fresh;
		$model->order(%$order);
		my @ev = $dan->stream("say it ($name)", conversation => undef);
		is($ev[0]{event}, 'conversation', "$name: begins");
		my $shown = join '', map { $_->{data}{delta} }
		    grep { $_->{event} eq 'text' } @ev;
		is($ev[-1]{event}, 'error', "$name: ends in an error event");
		like($ev[-1]{data}{code}, qr/^model_(unavailable|timeout)$/,
		    "$name: with a code");
		like($ev[-1]{data}{status}, qr/^50[24]$/, "$name: a status");
		is(scalar(my @n = $model->fresh), 1,
		    "$name: not asked again after words were shown");
		my @m = $dan->messages($ev[0]{data}{conversation_id});
		is($m[1]{content} =~ s/\s+\z//r, $shown =~ s/\s+\z//r,
		    "$name: what was shown is kept");
		like($m[1]{state}, qr/^(interrupted|failed)$/,
		    "$name: and known to be incomplete");
	}
};

# The files say themselves in comments what is to be understood of them.
sub wants($file)
{
	open my $fh, '<:raw', $file or die "$file: $!";
	local $/;
	my @lines = split /[\r\n]+/, <$fh>;
	my %want = (calls => [], wrong => 0);
	for (grep { /^(\xef\xbb\xbf)?: want / } @lines) {
		push @{ $want{calls} }, $1 if /want (?:call|bad) (\S+)/;
		$want{$1} = $2 if /want (end|fault) (\w+)/;
		$want{wrong}++ if /want bad/;
	}
	return \%want;
}

subtest 'captured streams' => sub {
	my @files = sort glob "$FindBin::Bin/streams/chat/*.sse";
	plan(skip_all => 'no streams here') if !@files;
	my @runs;
	for my $i (0 .. $#files) {
		my $want = wants($files[$i]);
		my ($name) = $files[$i] =~ m{([^/]+)\.sse$};
		my $who = $app->user("stream$i");
		$who->add('first', 'second', 'third');
		$model->order(file => $files[$i], when => "play $name.",
		    times => $want->{fault} ? 3 : 1);
		$model->order(text => 'That is all.', when => "play $name.");
		push @runs, { name => $name, want => $want, who => $who,
		    call => $who->start_chat("play $name.") };
	}
	for my $run (@runs) {
		my ($name, $want, $who) = @$run{qw(name want who)};
		my $r = $run->{call}->reply;
		$who->remember($r->json);
		is(($who->messages)[0]{content}, "play $name.",
		    "$name: the message is kept");
		if ($want->{fault}) {
			is_problem($r, 502, 'model_unavailable', $name);
			is_deeply([$who->titles], [qw(first second third)],
			    "$name: nothing ran");
			next;
		}
		is_answer($r, "$name: an answer") or next;
		is($r->names, $want->{end} eq 'tools'
		    ? join(' ', @{ $want->{calls} }) : '', "$name: its calls");
		like($r->text, qr/That is all\./, "$name: and on it goes")
		    if $want->{end} eq 'tools' && $want->{wrong} < 3;
	}
	$model->clear;
};

subtest 'the model is not there' => sub {
	$app->restart_workers(settings => {
		model_url => 'http://127.0.0.1:1/v1' });
	my $zoe = $app->user('zoe');
	my $r = $zoe->chat('Add a task to buy milk');
	is_problem($r, 502, 'model_unavailable', 'nobody listens');
	is(($zoe->messages)[0]{content}, 'Add a task to buy milk',
	    'the message is kept');

	$app->restart_workers(settings => { model_fallback => 'builtin',
		model_url => 'http://127.0.0.1:1/v1' });
	my $kim = $app->user('kim');
	$r = $kim->chat('Add a task to buy milk');
	is_answer($r, 'with a fallback there is an answer');
	is($r->names, 'add_task', 'and it works');
	is_deeply([$kim->titles], ['Buy milk'], 'for real');
	like($app->sql("select model from message where user_id = 'kim'"
	    . " and role = 'assistant'"), qr/builtin/, 'stored as what it is');
};

done_testing;
