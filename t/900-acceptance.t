#!/usr/bin/perl
# Whole stories, one for each scenario people were promised: who may (A),
# conversations (C), tasks (T), failures (F).
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();

# Most stories are told to the built-in model, those about failing or lying
# models to the pretend one.
my $app = App->new(model => 'builtin', workers => 2, threads => 8)->start;
my $odd = App->new(model => 'script', turn_timeout => 5,
    model_first_byte_timeout => 1, message_max => 1000)->start;
my $model = $odd->model;

sub rows_of($table, $who)
{
	return $app->sql("select count(*) from $table where user_id = '"
	    . $who->id . "'");
}

# --- who may

subtest 'A1' => sub {
	my $ann = $app->user('a1');
	my %token = ('none' => undef, 'rubbish' => 'rubbish',
	    'expired' => $app->mint({ sub => 'a1', exp => time - 3600 }),
	    'another secret' => Token::mint('s' x 64, { sub => 'a1' }));
	for (sort keys %token) {
		is_problem($ann->chat('Add a task to buy milk',
		    token => $token{$_}), 401, 'unauthorized', $_);
	}
	is(rows_of($_, $ann), 0, "no $_ stored")
	    for qw(conversation message task);
};

subtest 'A2' => sub {
	my ($ann, $bob) = map { $app->user($_) } qw(a2-ann a2-bob);
	is_answer($bob->chat('Hello'), 'bob has a conversation');
	my $missing = $ann->chat('Hello',
	    conversation => '00000000-0000-4000-8000-000000000000');
	my $foreign = $ann->chat('Hello', conversation => $bob->conversation);
	is_problem($foreign, 404, 'conversation_not_found', 'not ann\'s');
	same_problem($foreign, $missing, 'the same as a missing one');
	is_problem($ann->get('conversations/' . $bob->conversation), 404,
	    'conversation_not_found', 'nor may she read it');
	is(rows_of('message', $bob), 2, 'nothing came into it');
};

subtest 'A3' => sub {
	my $bob = $app->user('a3-bob');
	for (['POST', 'chat', { message => 'Hello' }],
	    ['GET', 'tasks'], ['GET', 'conversations'],
	    ['POST', 'tasks', { title => 'x' }]) {
		my ($method, $path, $body) = @$_;
		is_problem($bob->request($method, "/api/a3-ann/$path",
		    $body ? (json => $body) : ()), 403, 'user_mismatch',
		    "$method $path");
	}
	is($app->sql("select count(*) from task where user_id like 'a3-%'"),
	    0, 'nothing stored');
};

subtest 'A4' => sub {
	my ($ann, $bob) = map { $app->user($_) } qw(a4-ann a4-bob);
	$bob->add('One', 'Two', 'Secret of Bob');
	$ann->add('Mine');
	for my $text ('Mark task 3 as complete', 'Change task 3 to \'Taken\'',
	    'Delete task 3') {
		my $r = $ann->chat($text);
		is_answer($r, $text);
		my @errors = map { ref $_->{result} eq 'HASH'
		    ? $_->{result}{error} // () : () } $r->calls;
		is_deeply(\@errors, [('task_not_found') x @errors],
		    'not found, if it was tried at all');
		ok(!$r->confirmation, 'nothing to confirm');
		unlike($r->body, qr/Secret/, 'nothing of bob\'s is shown');
	}
	unlike($ann->chat('Show me all my tasks')->body, qr/Secret/,
	    'nor in the list');
	unlike($ann->chat('Show tasks about secret')->text, qr/of Bob/,
	    'nor in a search');
	is_deeply([map { "$_->{title} $_->{version}" } $bob->tasks],
	    ['One 1', 'Two 1', 'Secret of Bob 1'], 'bob\'s are untouched');
};

subtest 'A5' => sub {
	my $ann = $app->user('a5');
	$ann->chat('Add a task to buy milk');
	is_problem($ann->chat('Add a task to buy bread', token =>
	    $app->mint({ sub => 'a5', exp => time - 61 - 60 })), 401,
	    'unauthorized', 'the token has expired: sign in');
	is(scalar(my @m = $ann->messages), 2, 'the conversation is kept');
	is_answer($ann->chat('Add a task to buy bread'),
	    'and goes on with a new token');
	is_deeply([$ann->titles], ['Buy milk', 'Buy bread'], 'no loss');
};

# --- conversations

subtest 'C1' => sub {
	my $ann = $app->user('c1');
	my $r = $ann->chat('Hello');
	is_answer($r, 'no conversation named');
	is(rows_of('conversation', $ann), 1, 'one is made');
	is($app->sql("select id from conversation where user_id = 'c1'"),
	    $r->json->{conversation_id}, 'and told');
	is_answer($ann->chat('Hello', conversation => undef,
	    fields => { conversation_id => undef }), 'null is none as well');
	is(rows_of('conversation', $ann), 2, 'and makes another');
};

subtest 'C2' => sub {
	my $ann = $app->user('c2');
	my $first = $ann->chat('Add a task to buy groceries');
	my $r = $ann->chat("and add 'milk and eggs' to the description");
	is($r->json->{conversation_id}, $first->json->{conversation_id},
	    'the same conversation');
	is(scalar(my @m = $ann->messages), 4, 'appended');
	like($ann->task(1)->{description}, qr/milk and eggs/,
	    'what was said before is known');
};

subtest 'C3' => sub {
	my $ann = $odd->user('c3');
	$model->order(status => 400);
	is_problem($ann->chat('Do not lose this'), 502, 'model_unavailable',
	    'the model fails');
	is(($ann->messages)[0]{content}, 'Do not lose this',
	    'the message is kept');
};

subtest 'C4' => sub {
	my $ann = $app->user('c4');
	$ann->chat('Add a task to buy groceries');
	$app->restart_workers;
	is_answer($ann->chat("and add 'milk and eggs' to the description"),
	    'after a restart');
	like($ann->task(1)->{description}, qr/milk and eggs/,
	    'the context is there');
	is(scalar(my @m = $ann->messages), 4, 'nothing is lost');
};

subtest 'C5' => sub {
	my $ann = $app->user('c5');
	$ann->chat('Add a task to buy milk');
	$ann->chat('Show me all my tasks');
	my $phone = $app->user('c5');
	is_deeply($phone->history($ann->conversation), $ann->history,
	    'another device sees the same');
	$phone->{conversation} = $ann->conversation;
	$phone->chat('Mark task 1 as complete');
	is(scalar(my @m = $ann->messages), 6, 'and what it says is seen here');
};

subtest 'C6' => sub {
	my $ann = $app->user('c6');
	is_deeply($ann->get('conversations')->json->{conversations}, [],
	    'no conversations: an empty list');
	my $one = $ann->chat('Add a task to buy milk')->json->{conversation_id};
	my $two = $ann->chat('Add a task to pay bills',
	    conversation => undef)->json->{conversation_id};
	isnt($one, $two, 'two conversations');
	$ann->chat('Mark it as done', conversation => $one);
	is_deeply([map { $_->{title} . ($_->{completed} ? ' +' : '') }
	    $ann->tasks], ['Buy milk +', 'Pay bills'],
	    '"it" means another thing in each');
	my @list = @{ $ann->get('conversations')->json->{conversations} };
	is_deeply([map { $_->{id} } @list], [$one, $two], 'newest first');
	ok(defined $list[0]{$_}, $_) for qw(title created_at updated_at);
};

subtest 'C7' => sub {
	my $ann = $app->user('c7');
	$ann->chat('Add a task to buy milk');
	$ann->chat('Hello');
	my @m = $ann->messages;
	is_deeply([map { $_->{role} } @m], [qw(user assistant) x 2],
	    'in order, with roles');
	is($m[0]{content}, 'Add a task to buy milk', 'with content');
	is_deeply([map { $_->{name} } @{ $m[1]{tool_calls} }], ['add_task'],
	    'and tool calls');
};

subtest 'C8' => sub {
	my $ann = $app->user('c8');
	$ann->chat('Hello');
	my @todo = map { "Add a task to do thing $_" } 1 .. 6;
	my @calls = map { $ann->start_chat($_) } @todo;
	my (@done, @again);
	for my $i (0 .. $#calls) {
		my $r = $calls[$i]->reply;
		push @{ $r->status == 200 ? \@done : \@again }, $i;
		is_problem($r, 409, 'turn_in_progress', "message $i")
		    if $r->status != 200;
	}
	cmp_ok(scalar @done, '>=', 1, 'messages sent at once: some are heard');
	is_answer($ann->chat($todo[$_]), "the others when sent again: $_")
	    for @again;
	my @m = $ann->messages;
	is_deeply([map { $_->{role} } @m], [('user', 'assistant') x 7],
	    'each is followed by its own answer');
	for (my $i = 2; $i < @m; $i += 2) {
		my ($n) = $m[$i]{content} =~ /(\d+)$/;
		like($m[$i + 1]{content}, qr/thing $n\b/i, "thing $n");
	}
	is(scalar(my @t = $ann->titles), 6, 'six tasks, each once');
};

subtest 'C9' => sub {
	my $ann = $app->user('c9');
	$ann->chat('Add a task to buy groceries');
	$app->sql("insert into message (user_id, conversation_id, id, role,"
	    . " content) select 'c9', id, g, case g % 2 when 1 then 'user'"
	    . " else 'assistant' end::message_role, 'words ' || g from conversation,"
	    . " generate_series(3, 242) g where user_id = 'c9'");
	$app->sql("update conversation set last_message = 242"
	    . " where user_id = 'c9'");
	is_answer($ann->chat('Add a task to pay bills'),
	    'a message after 242 others');
	my $r = $ann->get('conversations/' . $ann->conversation)->json;
	is($r->{message_count}, 244, 'all are counted');
	is(scalar @{ $r->{messages} }, 50, 'the newest fifty are shown');
	is($r->{messages}[-2]{content}, 'Add a task to pay bills', 'in order');
	is_deeply([$ann->titles], ['Buy groceries', 'Pay bills'], 'and done');
};

subtest 'C10' => sub {
	my $ann = $app->user('c10');
	my $r = $ann->chat('Hello');
	is_answer($r, 'a new person says hello');
	like($r->text, qr/task/i, 'and is told what can be done here');
	is_deeply([$r->calls], [], 'nothing is done to them');
	is(rows_of('conversation', $ann), 1, 'in a conversation of their own');
};

# --- tasks

subtest 'T1' => sub {
	my $ann = $app->user('t1');
	$ann->add('Team meeting', 'Milk');
	my $r = $ann->chat('Complete the meeting task');
	is($r->names, 'list_tasks complete_task', 'both calls are told');
	is(($ann->messages)[-1]{tool_calls}[1]{name}, 'complete_task',
	    'and stored');
	ok($ann->task(1)->{completed}, 'and done');
};

subtest 'T2' => sub {
	my $ann = $app->user('t2');
	$ann->chat('Add a task to buy milk');
	is_deeply([$ann->titles], ['Buy milk'], 'made by chat: in the list');
	$ann->add('Made by hand');
	like($ann->chat('Show me all my tasks')->text, qr/Made by hand/,
	    'made by hand: in the chat');
};

subtest 'T3' => sub {
	my $ann = $odd->user('t3');
	is_problem($ann->post('tasks', { title => 'x' x 501 }), 400,
	    'invalid_request', 'a title too long, by hand');
	$model->call(add_task => { title => 'x' x 501 });
	$model->say('That title is too long.');
	my $r = $ann->chat('add a very long one');
	is(($r->calls)[0]{result}{error}, 'invalid_arguments', 'by the model');
	is_deeply([$ann->titles], [], 'not stored, not cut');
	my $long = $app->user('t3');
	$r = $long->chat('Add a task to ' . 'x' x 600);
	is_answer($r, 'by the built-in model');
	is(scalar(grep { length > 500 } $long->titles), 0, 'not stored whole');
};

subtest 'T4' => sub {
	my $ann = $app->user('t4');
	for my $title ('Grüße 🎉 an <b>alle</b> & "mich"',
	    "Robert'); DROP TABLE task; --", 'كتاب 漢字') {
		my $r = $ann->chat("Add a task called \x{201c}$title\x{201d}");
		is_answer($r, $title);
		is(($ann->titles)[-1], $title, 'stored as given');
		ok(index($r->text, $title) >= 0, 'told as given');
		is($r->type, 'application/json', 'as JSON, never as a page');
		is($r->header('X-Content-Type-Options'), 'nosniff', 'nosniff');
	}
};

subtest 'T5' => sub {
	my $ann = $app->user('t5');
	my $id = $ann->add('Draft');
	my $tab = $ann->tab;
	$ann->patch("tasks/$id", { title => 'From the first tab' });
	my $last = $tab->patch("tasks/$id", { title => 'From the second' });
	is($last->status, 200, 'both succeed');
	is($ann->task($id)->{title}, 'From the second', 'the last one wins');
};

subtest 'T6' => sub {
	my $ann = $odd->user('t6');
	$ann->add('Milk');
	for my $claim ('Done! I deleted Milk.', 'I have added it.') {
		$model->say($claim);
		my $r = $ann->chat('do it');
		unlike($r->text, qr/\Q$claim\E/,
		    'no tool ran: no claim reaches the person');
	}
	$model->call(complete_task => { task_id => 9 });
	$model->say('I completed it.');
	unlike($ann->chat('complete it')->text, qr/I completed it/,
	    'no tool succeeded: neither');
};

# --- failures

subtest 'F1' => sub {
	my $ann = $app->user('f1');
	$ann->chat('Hello');
	my $before = rows_of('message', $ann);
	$app->cluster->down('QUIT');
	my $r = $ann->chat('Add a task to buy milk');
	is_problem($r, 503, 'database_unavailable', 'no database');
	unlike($r->body, qr/libpq|socket|connection to|FATAL/,
	    'nothing internal');
	$app->cluster->up;
	$app->wait_ready;
	is(rows_of('message', $ann), $before, 'no partial rows');
	is_answer($ann->chat('Add a task to buy milk'), 'afterwards it works');
};

subtest 'F2' => sub {
	my $ann = $odd->user('f2');
	$model->order(status => 503, times => 3);
	my $r = $ann->chat('Hello');
	is_problem($r, 502, 'model_unavailable', 'no model');
	like($r->json->{detail}, qr/again/i, 'with the advice to try again');
};

subtest 'F3' => sub {
	my $ann = $odd->user('f3');
	$model->order(text => 'never', hold => 0, times => 3);
	my $r = $ann->chat('Hello');
	is_problem($r, 504, 'model_timeout', 'a model that never answers');
	$model->clear;
	$model->say('Hello.');
	is_answer($ann->chat('Hello again'), 'no hang, no lock');
};

subtest 'F4' => sub {
	my $ann = $odd->user('f4');
	$model->call(add_task => { title => 'Once' });
	$model->order(pieces => ['I ', 'added ', 'it.'], hold => 4);
	my $n = $model->state->{requests};
	my $call = $ann->open_stream('add it', key => 'f4');
	$call->until('conversation');
	$call->until('text');
	$call->hang_up;
	$model->wait_state($n + 2, 'gone');
	$odd->wait_row('the turn to be closed', 'select 1 from conversation'
	    . " where user_id = 'f4' and lease_until is null");
	is_deeply([$ann->titles], ['Once'], 'what was done is kept');
	$model->say('I added Once.');
	my $r = $ann->chat('add it', key => 'f4');
	is_answer($r, 'the same request again');
	is_deeply([$ann->titles], ['Once'], 'does nothing twice');
	is(scalar(my @m = $ann->messages), 2, 'and says nothing twice');
};

subtest 'F5' => sub {
	my $ann = $odd->user('f5');
	is_problem($ann->chat(''), 400, 'message_empty', 'nothing said');
	is_problem($ann->chat(" \n "), 400, 'message_empty', 'blanks');
	is_problem($ann->chat('x' x 1001), 400, 'message_too_long',
	    'too much said');
	like($ann->chat('x' x 1001)->json->{detail}, qr/1000/,
	    'with the limit');
	$model->say('Long.');
	is_answer($ann->chat('x' x 1000), 'just as much as may be');
};

done_testing;
