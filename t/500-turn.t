#!/usr/bin/perl
# A turn from the first byte to the last: its events, its JSON, one turn of
# a conversation at a time, retries that do nothing twice, readers who
# leave, the history a model gets.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 32, agent_max_steps => 4,
    history_messages => 8, message_max => 50, stream_comment_seconds => 1,
    turn_lease => 5, turn_timeout => 15)->start;
my $model = $app->model;

sub names(@events) { join ' ', map { $_->{event} } @events }
sub text(@events)
{
	return join '', map { $_->{data}{delta} }
	    grep { $_->{event} eq 'text' } @events;
}
sub messages_of($who)
{
	return $app->sql("select count(*) from message where user_id = '"
	    . $who->id . "'");
}

subtest 'a streamed turn' => sub {
	my $ann = $app->user('ann');
	$model->say('I am well, thank you.');
	my $call = $ann->open_stream('how are you');
	is($call->status, 200, 'a stream begins');
	like($call->header('Content-Type'), qr{^text/event-stream}, 'events');
	is($call->header('Cache-Control'), 'no-store', 'not to be stored');
	my @ev = $call->rest;
	is($ev[0]{event}, 'conversation', 'first the conversation');
	ok($ev[0]{data}{created}, 'which is new');
	my $id = $ev[0]{data}{conversation_id};
	like($id, qr/^[0-9a-f-]{36}$/, 'with its id');
	is($ev[-1]{event}, 'done', 'done at the end');
	is(scalar(grep { $_->{event} =~ /done|error/ } @ev), 1, 'once');
	cmp_ok(scalar(grep { $_->{event} eq 'text' } @ev), '>=', 2,
	    'the text came in pieces');
	is(text(@ev), 'I am well, thank you.', 'all of it');
	my $done = $ev[-1]{data};
	is($done->{response}, text(@ev), 'and again at the end');
	is($done->{conversation_id}, $id, 'same conversation');
	is_deeply($done->{tool_calls}, [], 'no tool ran');

	$ann->remember($done);
	$model->call(add_task => { title => 'Walk' });
	$model->say('I added Walk.');
	@ev = $ann->stream('add a walk');
	ok(!$ev[0]{data}{created}, 'the second turn makes no conversation');
	my ($started) = grep { $_->{event} eq 'tool_started' } @ev;
	my ($finished) = grep { $_->{event} eq 'tool_finished' } @ev;
	is($started->{data}{name}, 'add_task', 'a tool started');
	is_deeply($started->{data}{arguments}, { title => 'Walk' },
	    'with arguments');
	is($finished->{data}{id}, $started->{data}{id}, 'and finished');
	is($finished->{data}{result}{status}, 'created', 'with its result');
	like(names(@ev), qr/^conversation[ ]tool_started[ ]tool_finished[ ]
	    (text[ ])+done$/x, 'in this order');
	is_deeply($ev[-1]{data}{tool_calls}, [{ id => $started->{data}{id},
	    name => 'add_task', arguments => { title => 'Walk' },
	    result => $finished->{data}{result} }], 'told again when done');

	my @m = $ann->messages;
	is($m[-1]{id}, $ev[-1]{data}{message_id}, 'stored under that id');
	is($m[-1]{content}, $ev[-1]{data}{response}, 'and as it was said');
};

subtest 'the same turn as JSON' => sub {
	my $bea = $app->user('bea');
	$model->call(add_task => { title => 'Walk' });
	$model->say('I added Walk.');
	my $r = $bea->chat('add a walk');
	is_answer($r, 'an answer');
	is_deeply([sort keys %{ $r->json }], [sort qw(conversation_id
	    message_id response tool_calls)], 'with these members');
	is($r->text, 'I added Walk.', 'the words');
	my ($call) = $r->calls;
	is_deeply([sort keys %$call], [sort qw(id name arguments result)],
	    'a call with these');
	is_deeply($call->{result}, { task_id => 1, status => 'created',
	    title => 'Walk' }, 'and the promised result');
	for my $accept ('*/*', 'application/json',
	    'application/json, text/event-stream;q=0.5',
	    'text/event-stream;q=0') {
		$model->say('JSON.');
		is($bea->chat('hello', headers => { Accept => $accept })->type,
		    'application/json', "Accept: $accept");
	}
	$model->say('Events.');
	is($bea->start_chat('hello', headers => { Accept =>
	    'text/event-stream, application/json;q=0.5' })->reply->type,
	    'text/event-stream', 'events when they are wanted more');
};

subtest 'three doors' => sub {
	my $cid = $app->user('cid');
	for my $door ('/api/cid/chat', '/api/chat', '/api/v1/agent/chat') {
		$model->say("Through $door.");
		my $r = $cid->chat('hello', path => $door);
		is_answer($r, $door);
	}
	is(messages_of($cid), 6, 'one conversation, six messages');
};

subtest 'words arrive while the model still talks' => sub {
	my $dan = $app->user('dan');
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $dan->open_stream('count');
	$call->until('conversation');
	is($call->until('text')->{data}{delta}, 'One ', 'the first words');
	is($call->until_comment, 'quiet', 'a silent model: a comment');
	is($call->until_comment, 'quiet', 'and another');
	$model->release;
	my @ev = $call->rest;
	is($ev[-1]{data}{response}, 'One two three.', 'then the rest');
};

subtest 'one turn at a time' => sub {
	my $eve = $app->user('eve');
	$model->say('Hello.');
	$eve->chat('hello');
	$model->say('Slowly.', hold => 2);
	my $n = $model->state->{requests};
	my $first = $eve->start_chat('a slow one');
	$model->wait_requests($n + 1);
	my $r = $eve->tab->chat('a second one');
	is_problem($r, 409, 'turn_in_progress', 'a second message meanwhile');
	like($r->header('Retry-After'), qr/^[1-9]\d*$/, 'says when to retry');
	is(messages_of($eve), 3, 'it is not stored');
	my $open = $eve->history;
	is($open->{messages}[-1]{content}, 'a slow one',
	    'the conversation can be read meanwhile');
	ok($open->{turn_in_progress}, 'and says that somebody is answered');
	$model->say('Another one.');
	is_answer($eve->afresh->chat('another conversation'),
	    'another conversation of the same person goes on');
	$model->release;
	is_answer($first->reply, 'the first is answered');
	$model->say('Now.');
	is_answer($eve->chat('a second one'), 'then the second');
	is_deeply([map { $_->{content} } $eve->messages], ['hello', 'Hello.',
	    'a slow one', 'Slowly.', 'a second one', 'Now.'], 'in order');
};

subtest 'a long turn keeps its lease' => sub {
	my $flo = $app->user('flo');
	$model->say('Hello.');
	$flo->chat('hello');
	$model->say('Slowly.', hold => 2);
	my $n = $model->state->{requests};
	my $first = $flo->start_chat('a slow one');
	$model->wait_requests($n + 1);
	my $until = $app->sql('select extract(epoch from lease_until) from'
	    . " conversation where user_id = 'flo'");
	$app->wait_row('the lease to be renewed', 'select 1 from conversation'
	    . " where user_id = 'flo' and extract(epoch from lease_until)"
	    . " > $until + 1");
	is_problem($flo->tab->chat('me too'), 409, 'turn_in_progress',
	    'nobody takes the turn over');
	$model->release;
	is_answer($first->reply, 'and it ends well');
	is($app->sql("select lease_until is null from conversation"
	    . " where user_id = 'flo'"), 't', 'the lease is given back');
};

subtest 'the same key again' => sub {
	my $gil = $app->user('gil');
	$model->call(add_task => { title => 'Once' });
	$model->say('I added it.');
	my $r = $gil->chat('add it', key => 'k-1');
	is_answer($r, 'the first time');
	my $asked = $model->state->{requests};
	for my $again (1, 2) {
		my $same = $gil->tab->chat('add it', key => 'k-1');
		is_deeply($same->json, $r->json, 'the same answer');
	}
	is_deeply($gil->afresh->chat('add it', key => 'k-1')->json, $r->json,
	    'also without naming the conversation');
	my @ev = $gil->stream('add it', key => 'k-1');
	is($ev[0]{event}, 'conversation', 'and as a stream');
	is_deeply($ev[-1]{data}, $r->json, 'the same');
	is($model->state->{requests}, $asked, 'the model was not asked again');
	is_deeply([$gil->titles], ['Once'], 'nothing was done again');
	is(messages_of($gil), 2, 'nothing was said again');

	is_problem($gil->chat('add another', key => 'k-1'), 409,
	    'idempotency_key_reused', 'another message under this key');
	my $other = $gil->afresh;
	$model->say('Hello.');
	$other->chat('hello');
	is_problem($other->chat('add it', key => 'k-1'), 409,
	    'idempotency_key_reused', 'another conversation under this key');
	my $hal = $app->user('hal');
	$model->say('Mine.');
	is($hal->chat('add it', key => 'k-1')->text, 'Mine.',
	    'the keys of two people do not meet');

	$model->say('Long key.');
	is_answer($gil->chat('hello', key => 'x' x 255), '255 bytes');
	is_problem($gil->chat('hello', key => 'x' x 256), 400,
	    'invalid_request', '256 bytes');
};

subtest 'the same key while the first is still at work' => sub {
	my $ian = $app->user('ian');
	$model->say('Slowly.', hold => 2);
	my $n = $model->state->{requests};
	my $first = $ian->start_chat('hello', key => 'once');
	$model->wait_requests($n + 1);
	is_problem($ian->tab->chat('hello', key => 'once'), 409,
	    'turn_in_progress', 'not yet answered');
	$model->release;
	my $r = $first->reply;
	is_answer($r, 'the first');
	is_deeply($ian->tab->chat('hello', key => 'once')->json, $r->json,
	    'afterwards the same answer');
	is(messages_of($ian), 2, 'two messages in all');
};

subtest 'a retry goes on where a turn was cut' => sub {
	my $jan = $app->user('jan');
	$model->call(add_task => { title => 'Once' });
	$model->order(status => 400);
	my $r = $jan->chat('add it', key => 'retry');
	is_problem($r, 502, 'model_unavailable', 'the model fails half way');
	is($r->json->{conversation_id}, $jan->conversation,
	    'says where the message is');
	is_deeply([$jan->titles], ['Once'], 'what was done is done');
	my @m = $jan->messages;
	is($m[-1]{tool_calls}[0]{result}{status}, 'created',
	    'and the conversation says so');
	$model->fresh;
	$model->say('I added Once.');
	$r = $jan->chat('add it', key => 'retry');
	is_answer($r, 'the same request again');
	is($r->text, 'I added Once.', 'is answered');
	is($r->names, 'add_task', 'with the call of the first attempt');
	is_deeply([$jan->titles], ['Once'], 'which was not repeated');
	is(messages_of($jan), 2, 'one question, one answer');
	my ($sent) = $model->fresh;
	my @roles = map { $_->{role} } @{ $sent->{body}{messages} };
	is($roles[-1], 'tool', 'the model was shown its own call\'s result');
};

subtest 'the reader leaves' => sub {
	my $kim = $app->user('kim');
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $n = $model->state->{requests};
	my $call = $kim->open_stream('count');
	my $id = $call->until('conversation')->{data}{conversation_id};
	$call->until('text');
	$call->until('text');
	$call->hang_up;
	$model->wait_state($n + 1, 'gone');
	pass('the model is hung up on');
	$app->wait_row('the turn to be closed', 'select 1 from message'
	    . " where user_id = 'kim' and role = 'assistant'"
	    . " and state = 'stopped'");
	$kim->{conversation} = $id;
	my @m = $kim->messages;
	is($m[1]{content} =~ s/\s+\z//r, 'One two', 'what was said is kept');
	is($m[1]{state}, 'stopped', 'as stopped');
	$model->say('Three.');
	is_answer($kim->chat('go on'), 'the conversation goes on at once');
	my $sent = ($model->fresh)[-1]{body}{messages};
	like(join('|', map { $_->{content} // '' } @$sent), qr/One two/,
	    'the model sees what it said');

	$n = $model->state->{requests};
	$model->say('Nobody reads this.', hold => 1);
	my $quiet = $kim->start_chat('count again');
	$model->wait_requests($n + 1);
	$quiet->hang_up;
	$model->release;
	$app->wait_row('the reply to be stored', 'select 1 from message'
	    . " where user_id = 'kim' and content = 'Nobody reads this.'"
	    . " and state = 'done'");
	pass('who wanted no stream finds the whole reply later');
	$model->say('Here.');
	is_answer($kim->chat('still there?'), 'and goes on again');
};

subtest 'how the model is asked' => sub {
	my $nan = $app->user('nan');
	$model->fresh;
	$model->say('Hello.');
	$nan->chat('hello');
	ok(!($model->fresh)[-1]{body}{stream},
	    'whole, when nobody reads the pieces');
	$model->say('Hello.');
	$nan->stream('hello');
	ok(($model->fresh)[-1]{body}{stream}, 'as a stream for a stream');
};

subtest 'a cut answer, asked for again' => sub {
	my $may = $app->user('may');
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 3);
	my $call = $may->open_stream('count', key => 'cut');
	my $id = $call->until('conversation')->{data}{conversation_id};
	$call->until('text');
	$call->hang_up;
	$app->wait_row('the turn to be closed', 'select 1 from message'
	    . " where user_id = 'may' and state = 'stopped'");
	$may->{conversation} = $id;
	$model->say('Hello.');
	is_answer($may->chat('hello'), 'the conversation goes on');
	my $r = $may->chat('count', key => 'cut');
	is_answer($r, 'what is past is not taken up again');
	is($r->json->{state}, 'stopped', 'and is told from a whole answer');
	like($r->text, qr/^One/, 'with what was said');
};

subtest 'the history a model gets' => sub {
	my $lea = $app->user('lea');
	$model->calls([add_task => { title => 'A' }],
	    [add_task => { title => 'B' }]);
	$model->call(list_tasks => {});
	$model->say('I added A and B.');
	$lea->chat('add A and B');
	$model->say('You have two.');
	$model->fresh;
	$lea->chat('how many?');
	my ($r) = $model->fresh;
	my @m = @{ $r->{body}{messages} };
	shift @m;
	is($m[0]{role}, 'user', 'begins with what the person said');
	like($m[0]{content}, qr/add A and B/, 'first');
	is_deeply([map { $_->{role} } @m[0 .. 6]], [qw(user assistant tool tool
	    assistant tool assistant)], 'calls, results, and the reply');
	my @open;
	for (@m) {
		if ($_->{role} eq 'assistant' && $_->{tool_calls}) {
			is(scalar @open, 0, 'nothing is left unanswered');
			@open = map { $_->{id} } @{ $_->{tool_calls} };
			like($_, qr/^[A-Za-z0-9]{9}$/, 'ids fit every server')
			    for @open;
		} elsif ($_->{role} eq 'tool') {
			is($_->{tool_call_id}, shift @open,
			    'each call is answered, in order');
		} else {
			is(scalar @open, 0, 'nothing comes between');
		}
	}
	like($m[-1]{content}, qr/how many\?/, 'the newest message last');
	my $args = JSON::PP->new->decode(
	    $m[1]{tool_calls}[1]{function}{arguments});
	is_deeply($args, { title => 'B' }, 'arguments as text');
	is(JSON::PP->new->decode($m[3]{content})->{status}, 'created',
	    'results as text');
};

subtest 'a long conversation is cut at a whole turn' => sub {
	my $max = $app->user('max');
	for (1 .. 12) {
		$model->call(list_tasks => {}) if $_ % 3 == 0;
		$model->say("Answer $_.");
		$max->chat("Question $_.");
	}
	my $sent = ($model->fresh)[-1]{body}{messages};
	my @said = map { $_->{content} =~ /(Question \d+\.)/ }
	    grep { $_->{role} eq 'user' } @$sent;
	is($said[-1], 'Question 12.', 'the newest is there');
	cmp_ok(scalar @said, '<=', 5, 'the oldest are not');
	cmp_ok(scalar @said, '>=', 2, 'but some of the past is');
	my ($first) = grep { $_->{role} ne 'system' } @$sent;
	is($first->{role}, 'user', 'it begins with a whole turn');
	is(scalar(my @m = $max->messages), 24, 'all is stored');
};

subtest 'messages that are refused' => sub {
	my $ned = $app->user('ned');
	for my $blank ('', ' ', "\n\t\r\n", "\x{a0}", "\x{3000} ") {
		is_problem($ned->chat($blank), 400, 'message_empty',
		    'nothing but blanks');
	}
	is_problem($ned->chat('é' x 51), 400, 'message_too_long',
	    'a character too long');
	is(messages_of($ned), 0, 'nothing was stored');
	$model->say('Fits.');
	is_answer($ned->chat('é' x 50), 'as long as may be, in characters');
	is(($ned->messages)[0]{content}, 'é' x 50, 'stored whole');
	$model->say('Fits.');
	is_answer($ned->chat("\n  two\n lines  \n"), 'blanks around');
	like(($ned->messages)[2]{content}, qr/two\n lines/,
	    'the inside is kept');
	my $foreign = $app->user('ann');
	is_problem($ned->chat('hello', conversation =>
	    $foreign->get('conversations')->json->{conversations}[0]{id}), 404,
	    'conversation_not_found', 'a conversation of somebody else');
	is_problem($ned->chat('hello', conversation =>
	    '00000000-0000-4000-8000-000000000000'), 404,
	    'conversation_not_found', 'one that is not there');
};

subtest 'a time of one\'s own' => sub {
	my $ora = $app->user('ora');
	for (['America/New_York', '2027-01-15T09:00', '2027-01-15 14:00'],
	    [undef, '2027-01-15T09:00', '2027-01-15 09:00'],
	    ['Asia/Kolkata', '2027-01-15', '2027-01-15 18:29'],
	    ['Europe/Berlin', '2027-01-15T09:00:00Z', '2027-01-15 09:00']) {
		my ($zone, $due, $utc) = @$_;
		$model->call(add_task => { title => 'T', due_at => $due });
		$model->say('I added it.');
		$ora->chat('add it', timezone => $zone);
		is($app->sql("select to_char(due_at at time zone 'UTC',"
		    . " 'YYYY-MM-DD HH24:MI') from task where user_id = 'ora'"
		    . ' order by id desc limit 1'), $utc,
		    $due . ' in ' . ($zone // 'no zone'));
	}
};

subtest 'a model that never ends' => sub {
	my $pat = $app->user('pat');
	$model->fresh;
	$model->order(calls => [{ name => 'list_tasks' }], times => 20);
	my $r = $pat->chat('loop');
	is_answer($r, 'the turn ends');
	cmp_ok(length $r->text, '>', 0, 'with a sentence');
	my @asked = $model->fresh;
	cmp_ok(scalar @asked, '<=', 4, 'after agent_max_steps steps at most');
	$model->clear;
	$model->say('Better now.');
	is_answer($pat->chat('and now?'), 'the conversation is healthy');
};

subtest 'many at once' => sub {
	my @who = map { $app->user("many$_") } 1 .. 24;
	for my $i (0 .. $#who) {
		$model->call(add_task => { title => "T$i" },
		    when => "person $i.");
		$model->say("I added T$i.", when => "person $i.");
	}
	my @calls = map { $who[$_]->start_chat("person $_. add it") }
	    0 .. $#who;
	for my $i (0 .. $#who) {
		my $r = $calls[$i]->reply;
		is($r->status == 200 && $r->text, "I added T$i.",
		    "person $i got their own answer");
		is_deeply([$who[$i]->titles], ["T$i"], 'and task');
	}
};

done_testing;
