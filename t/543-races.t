#!/usr/bin/perl
# Two at the same moment: two tabs, two clicks, two requests under one key,
# a conversation deleted under a turn's feet, a turn taken over.  One wins,
# the others are told so, and nothing happens twice.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;

my $app = App->new(model => 'script', workers => 2, db_connections => 8,
    threads => 16, turn_lease => 3)->start;
my $model = $app->model;
my $fault = Fault->new($app);

sub someone(@titles) { $app->someone(@titles)->hello }
sub requests() { $model->state->{requests} }

sub count($who, $table, $where = 'true')
{
	return $app->sql("select count(*) from $table where " . $who->mine
	    . " and $where");
}

sub conversation_lock($who)
{
	return $fault->hold('select 1 from conversation where ' . $who->mine
	    . ' for update');
}

sub task_lock($who)
{
	return $fault->hold('select 1 from task where ' . $who->mine
	    . ' and id = 1 for update');
}

sub ask($who)
{
	$model->call(delete_task => { task_id => 1 });
	return $who->chat('delete task 1');
}

sub press($who, $decision = 'approve')
{
	return $who->start('POST', 'conversations/' . $who->conversation
	    . "/confirmations/$who->{confirmation}",
	    json => { decision => $decision });
}

# Of several replies: those that won, once the others said "not now".
sub winners($name, @replies)
{
	my @won = grep { $_->status == 200 } @replies;
	my @lost = grep { $_->status != 200 } @replies;
	for (@lost) {
		is_problem($_, 409, 'turn_in_progress', $name);
		like($_->header('Retry-After'), qr/^[1-9]\d*$/,
		    'come back later');
	}
	return @won;
}

subtest 'two tabs say something' => sub {
	my $who = someone();
	my $hold = conversation_lock($who);
	$model->say('Slowly.', hold => 1);
	my @calls = map { $who->tab->start_chat("message $_") } 1, 2;
	$hold->blocks(2);
	my $n = requests();
	$hold->release;
	$model->wait_state($n + 1, 'held');
	# Whoever answers now was refused; the other one waits for the model.
	my ($refused) = @{ until_true('one to be refused', sub {
		my @told = grep { !$_->quiet_now } @calls;
		return @told && \@told;
	}) };
	my ($first) = grep { $_ != $refused } @calls;
	is(winners('the second', $refused->reply), 0, 'one is refused');
	$model->release;
	is_answer($first->reply, 'the other is answered');
	is(count($who, 'message'), 4, 'the refused message is not stored');
	is(requests(), $n + 1, 'the model heard of one');
};

subtest 'one key, many requests, an old conversation' => sub {
	my $who = someone('One');
	my $hold = conversation_lock($who);
	$model->call(complete_task => { task_id => 1 });
	$model->say('Completed.');
	my $n = requests();
	my @calls = map { $who->tab->start_chat('do it', key => 'k') } 1 .. 6;
	$hold->blocks(6);
	$hold->release;
	my @won = winners('not yet', map { $_->reply } @calls);
	cmp_ok(scalar @won, '>=', 1, 'one is answered');
	is_deeply($_->json, $won[0]->json, 'one answer') for @won;
	is(requests(), $n + 2, 'the model was asked once');
	is(count($who, 'message'), 4, 'said once');
	is($who->changes, 1, 'done once');
	is_deeply($who->chat('do it', key => 'k')->json, $won[0]->json,
	    'whoever comes later has the same answer');
};

subtest 'one key, many requests, a new conversation' => sub {
	for my $round (1 .. 5) {
		my $who = $app->user('new' . $round);
		$model->call(add_task => { title => 'Once' });
		$model->say('I added it.');
		my @calls = map { $who->tab->start_chat('add it',
		    key => 'k') } 1 .. 6;
		my @won = winners('not yet', map { $_->reply } @calls);
		cmp_ok(scalar @won, '>=', 1, 'one is answered');
		is_deeply($_->json, $won[0]->json, 'one answer') for @won;
		is(count($who, 'conversation'), 1, 'one conversation');
		is(count($who, 'message'), 2, 'said once');
		is_deeply([$who->titles], ['Once'], 'done once');
	}
};

subtest 'two clicks' => sub {
	my $who = someone('One');
	ask($who);
	my $hold = task_lock($who);
	my @calls = press($who);
	$hold->blocks;
	push @calls, press($who);
	$hold->blocks(2);	# the second waits for the first
	$hold->release;
	my @won = winners('under way', map { $_->reply } @calls);
	cmp_ok(scalar @won, '>=', 1, 'one is carried out');
	is($won[0]->names, 'delete_task', 'with its call');
	is_deeply(press($who)->reply->json, $won[0]->json,
	    'a third has the same outcome');
	is($who->changes, 1, 'deleted once');
	is(count($who, 'tool_call', "state = 'ok'"), 1, 'recorded once');
};

subtest 'a click and a yes' => sub {
	for my $round (1 .. 4) {
		my $who = someone('One');
		ask($who);
		my $hold = conversation_lock($who);
		my $say = sub { $who->tab->start_chat('yes') };
		my $click = sub { press($who) };
		my @calls = map { $_->() } $round % 2 ? ($say, $click)
		    : ($click, $say);
		$hold->blocks(2);
		# A yes that comes after the click's turn is only a word.
		$model->say('Yes to what?', when => 'yes');
		$hold->release;
		my @replies = map { $_->reply } @calls;
		my @not = grep { $_->status != 200 && $_->code !~
		    /^(?:turn_in_progress|confirmation_superseded)$/ } @replies;
		is(@not, 0, 'each is answered or told why not')
		    or diag map { $_->body } @not;
		# A click after the yes is told what the yes has done.
		my %done = map { $_->json->{message_id} => 1 }
		    grep { $_->status == 200 && $_->names eq 'delete_task' }
		    @replies;
		is(keys %done, 1, 'one of them carries it out');
		is($who->changes, 1, 'once');
		is(count($who, 'tool_call', "state = 'ok'"), 1,
		    'recorded once');
		is(count($who, 'conversation', 'lease_until is not null'
		    . ' or pending is not null'), 0, 'nothing is open');
		$model->clear;
	}
};

subtest 'approve and reject' => sub {
	for my $round (1 .. 4) {
		my $who = someone('One');
		ask($who);
		my $hold = conversation_lock($who);
		my @calls = map { press($who, $_) } $round % 2
		    ? qw(approve reject) : qw(reject approve);
		$hold->blocks(2);
		$hold->release;
		my @replies = map { $_->reply } @calls;
		is(scalar(grep { $_->status == 200 } @replies), 1,
		    'one of them counts');
		my ($other) = grep { $_->status != 200 } @replies;
		like($other->code,
		    qr/^(?:turn_in_progress|confirmation_decided)$/,
		    'the other does not');
		my $state = $app->sql('select state from confirmation where '
		    . $who->mine);
		is($who->changes, $state eq 'approved' ? 1 : 0,
		    "$state, and so it is");
	}
};

# The conversation goes while a turn is at a step of it.
subtest 'deleted while the model talks' => sub {
	my $who = someone('One');
	my $n = requests();
	$model->call(complete_task => { task_id => 1 }, hold => 1);
	my $call = $who->start_chat('do it');
	$model->wait_state($n + 1, 'held');
	is($who->delete('conversations/' . $who->conversation)->status, 204,
	    'deleted');
	$model->release;
	is_problem($call->reply, 409, 'turn_lost', 'the turn is told');
	is($who->changes, 0, 'its call is not carried out');
	is(count($who, $_), 0, "nothing is left: $_")
	    for qw(conversation message tool_call);

	my $words = someone();
	$n = requests();
	$model->say('Words.', hold => 1);
	$call = $words->open_stream('talk');
	$call->until('conversation');
	$model->wait_state($n + 1, 'held');
	$words->delete('conversations/' . $words->conversation);
	$model->release;
	my @ev = $call->rest;
	is($ev[-1]{event}, 'error', 'a stream ends in an error');
	is($ev[-1]{data}{code}, 'turn_lost', 'that says so');
	is(count($words, $_), 0, "nothing is left: $_")
	    for qw(conversation message tool_call);
};

subtest 'deleted while a call is carried out' => sub {
	for my $way ('call', 'yes') {
		my $who = someone('One');
		ask($who) if $way eq 'yes';
		my $hold = task_lock($who);
		$model->call(complete_task => { task_id => 1 })
		    if $way eq 'call';
		$model->say('Completed.') if $way eq 'call';
		my $call = $who->start_chat($way eq 'yes' ? 'yes' : 'do it');
		my ($pid) = $hold->blocks;
		my $delete = $who->start('DELETE', 'conversations/'
		    . $who->conversation);
		until_true('the deletion to wait',
		    sub { $fault->waiting_for($pid) });
		$hold->release;
		is($delete->reply->status, 204, "$way: deleted");
		my $r = $call->reply;
		ok($r->status == 200 || $r->code eq 'turn_lost',
		    'the turn ended before, or is told');
		is($who->changes, 1, 'the call was carried out, once');
		is(count($who, $_), 0, "nothing is left: $_")
		    for qw(conversation message tool_call confirmation);
		is_problem($who->chat('and now?'), 404,
		    'conversation_not_found', 'it is gone');
		$model->clear;
	}
};

subtest 'a turn that was taken for dead' => sub {
	my $who = someone('One');
	my $n = requests();
	$model->call(complete_task => { task_id => 1 }, hold => 1);
	my $old = $who->start_chat('do it');
	$model->wait_state($n + 1, 'held');
	$app->sql('update conversation set lease_until = now() where '
	    . $who->mine);
	$model->say('New.');
	is_answer($who->tab->chat('are you there?'), 'the next one takes over');
	$model->release;
	is_problem($old->reply, 409, 'turn_lost', 'the old one is told');
	is($who->changes, 0, 'and does nothing any more');
	is_deeply([map { $_->{state} } $who->messages],
	    [qw(done done done interrupted done done)],
	    'the conversation says how it was');
	is(count($who, 'conversation', 'lease_until is not null'), 0,
	    'no turn is open');
};

subtest 'a silent turn that was taken for dead' => sub {
	my $who = someone();
	my $n = requests();
	$model->say('Old.', hold => 1);
	my $old = $who->open_stream('do it');
	$old->until('conversation');
	$model->wait_state($n + 1, 'held');
	$app->sql('update conversation set lease_until = now() where '
	    . $who->mine);
	$model->say('New.');
	is_answer($who->tab->chat('are you there?'), 'the next one takes over');
	my @ev = $old->rest;
	is($ev[-1]{data}{code}, 'turn_lost',
	    'the old one notices when it renews its lease');
	$model->wait_state($n + 1, 'gone');
	is(count($who, 'message'), 6, 'six messages');
};

subtest 'many close one dead turn' => sub {
	my $who = someone();
	my $id = $who->conversation;
	$app->sql('update conversation set lease_token = gen_random_uuid(),'
	    . " lease_until = now() - interval '1 s', last_message = 4,"
	    . ' turn_message = 4 where ' . $who->mine . ';'
	    . 'insert into message (user_id, conversation_id, id, role,'
	    . " content) values ('" . $who->id . "', '$id', 3, 'user', 'x');"
	    . 'insert into tool_call (user_id, conversation_id, message_id,'
	    . ' step, position, call_id, name, arguments, state) values'
	    . " ('" . $who->id . "', '$id', 4, 1, 0, 'abcdefghi', 'add_task',"
	    . " '{}', 'requested')");
	my $hold = conversation_lock($who);
	my @calls = map { $who->start('GET', "conversations/$id") } 1 .. 8;
	$hold->blocks(8);
	$hold->release;
	for (map { $_->reply } @calls) {
		is($_->status, 200, 'read');
		is($_->json->{messages}[-1]{state}, 'interrupted', 'closed');
	}
	is(count($who, 'message'), 4, 'once');
	is(count($who, 'tool_call', "state = 'interrupted'"), 1,
	    'with its call');
};

subtest 'twenty tasks at once' => sub {
	my $who = someone();
	my @calls = map { $who->start('POST', 'tasks',
	    json => { title => "T$_" }) } 1 .. 20;
	my @replies = map { $_->reply } @calls;
	is(scalar(grep { $_->status == 201 } @replies), 20, 'all are added');
	is_deeply([sort { $a <=> $b } map { $_->json->{id} } @replies],
	    [1 .. 20], 'with numbers of their own');
	is_deeply([map { $_->{id} } $who->tasks], [1 .. 20],
	    'and none is left out');

	@calls = map { $who->start('PATCH', "tasks/1",
	    json => { completed => \1 }) } 1 .. 10;
	is($_->reply->status, 200, 'completed') for @calls;
	my $task = $who->task(1);
	ok($task->{completed}, 'it is');

	# Conversations side by side, one list.
	$model->call(add_task => { title => "C$_" }, when => "chat $_.")
	    for 1 .. 8;
	$model->say("Added C$_.", when => "chat $_.") for 1 .. 8;
	@calls = map { $who->afresh->start_chat("chat $_.") } 1 .. 8;
	is_answer($_->reply, 'a chat beside others') for @calls;
	is_deeply([map { $_->{id} } $who->tasks], [1 .. 28],
	    'numbers go on without a gap');
	is_deeply([sort map { $_->{title} } grep { $_->{id} > 20 }
	    $who->tasks], [map { "C$_" } 1 .. 8], 'each was added once');
};

done_testing;
