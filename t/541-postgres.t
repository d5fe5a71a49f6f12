#!/usr/bin/perl
# Postgres goes away in the middle of turns, politely and by a crash, and
# stalls: nothing is lost, nothing comes twice, callers hear 503 with
# Retry-After, and the workers heal without a restart.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;

# What PgBouncer makes of it has a place of its own, at the end.
my $app = App->new(model => 'script', db_connections => 8,
    threads => 32, pgbouncer => 0)->start;
# A statement cut under way is an error worth a line.
$app->expect_log(qr/ code=database_unavailable /);
my $model = $app->model;
my $fault = Fault->new($app);

sub someone($id)
{
	my $who = $app->user($id);
	$who->add('One', 'Two');
	return $who->hello;
}

sub is_away($reply, $name)
{
	is_problem($reply, 503, 'database_unavailable', $name);
}

sub row($who, $id) { 'select 1 from task where ' . $who->mine
    . " and id = $id for update" }

for my $how ('INT', 'QUIT') {
	my $word = $how eq 'INT' ? 'fast' : 'immediate';
	my %who = map { $_ => someone("$_-$word") }
	    qw(begin talk call yes end);
	my (%hold, %call);
	my $n = $model->state->{requests};

	$hold{begin} = $fault->hold('select 1 from conversation where '
	    . $who{begin}->mine . ' for update');
	$hold{call} = $fault->hold(row($who{call}, 1));
	$model->call(delete_task => { task_id => 1 });
	$who{yes}->chat('delete it');
	$hold{yes} = $fault->hold(row($who{yes}, 1));
	$hold{end} = $fault->hold_reply($who{end}, 4);

	$call{begin} = $who{begin}->start_chat('do it', key => 'k');
	my @waiting = $hold{begin}->blocks;
	$model->call(complete_task => { task_id => 1 });
	$call{call} = $who{call}->start_chat('do it');
	push @waiting, $hold{call}->blocks;
	$call{yes} = $who{yes}->start_chat('yes');
	push @waiting, $hold{yes}->blocks;
	$model->call(complete_task => { task_id => 1 });
	$model->say('Completed, I said.');
	$call{end} = $who{end}->open_stream('do it');
	push @waiting, $hold{end}->blocks;
	$model->call(complete_task => { task_id => 1 }, hold => 1);
	$call{talk} = $who{talk}->start_chat('do it');
	$model->wait_state($n + 5, 'held');

	# Who holds the locks must not go first: the turns would get them.
	if ($how eq 'INT') {
		my @holding = map { $_->pid } values %hold;
		kill STOP => @holding;
		$app->cluster->{proc}->signal($how);
		until_true('the turns to be cut', sub {
			return !grep { kill 0 => $_ } @waiting;
		});
		kill CONT => @holding;
	}
	$app->cluster->down($how);
	subtest "away ($word)" => sub {
		my $anyone = $app->anyone;
		is_away($call{begin}->reply, 'a turn about to begin');
		is_away($who{talk}->afresh->chat('hello'), 'a new message');
		is_away($who{talk}->get('tasks'), 'a list');
		is_away($who{talk}->post('tasks', { title => 'No' }),
		    'a new task');
		is_away($anyone->get('/api/readyz'), 'readyz');
		is($anyone->get('/api/healthz')->status, 200,
		    'healthz is alive');
	};
	$model->say('Completed 1.', when => 'do it', times => 2);
	$model->release;
	$app->cluster->up;
	subtest "back ($word)" => sub {
		is($app->anyone->get('/api/readyz')->status, 200,
		    'ready at once');
		for my $name ('talk', 'call') {
			my $r = $call{$name}->reply;
			is_answer($r, "$name: the turn ends well");
			is($r->text, 'Completed 1.', 'with its words');
			is($who{$name}->changes, 1, 'done once');
			is(($who{$name}->messages)[-1]{content},
			    'Completed 1.', 'and stored');
		}
		my $r = $call{yes}->reply;
		is_answer($r, 'yes: the turn ends well');
		is($r->names, 'delete_task', 'with the call');
		is($who{yes}->changes, 1, 'done once');
		my @ev = $call{end}->rest;
		is($ev[-1]{event}, 'done', 'end: the stream ends well');
		is(($who{end}->messages)[-1]{content}, 'Completed, I said.',
		    'and is stored');
		is($who{end}->changes, 1, 'done once');

		is(scalar(my @m = $who{begin}->messages), 2,
		    'begin: nothing was stored');
		$model->say('Now.');
		is_answer($who{begin}->chat('do it', key => 'k'),
		    'and the same request works');
		is_deeply([$who{talk}->titles], ['One', 'Two'],
		    'what was refused did not happen');
		is($app->sql('select count(*) from conversation where'
		    . ' lease_until is not null'), 0, 'no turn is open');
	};
	$_->release for values %hold;
}

# Nothing moves: what waits in the queue ends after the deadline; a turn
# under way tries again, and the lock is gone in time for that.
subtest 'stalled' => sub {
	my %who = map { $_ => someone("$_-stalled") } qw(begin call list);
	my %hold = (begin => $fault->hold('select 1 from conversation where '
	    . $who{begin}->mine . ' for update'),
	    call => $fault->hold(row($who{call}, 1)));

	$model->call(complete_task => { task_id => 1 });
	$model->say('Completed.');
	my $call = $who{call}->start_chat('do it');
	$hold{call}->blocks;
	my $began = 'select extract(epoch from max(query_start)) from'
	    . ' pg_stat_activity where ' . $hold{call}->pid
	    . ' = any(pg_blocking_pids(pid))';
	my $first = $fault->ask($began);
	my $begin = $who{begin}->start_chat('do it');
	my ($late) = $hold{begin}->blocks;

	is_away($begin->reply, 'a turn that cannot begin');
	$fault->until('the late statement to be cancelled',
	    'select count(*) = 0 from pg_stat_activity where wait_event_type'
	    . " = 'Lock' and pid = $late");
	$fault->until('the call to be tried again', "($began) > $first");
	$hold{call}->release;
	is_answer($call->reply, 'and its turn ends well');
	is($who{call}->changes, 1, 'done once');
	$hold{begin}->release;
	is(scalar(my @m = $who{begin}->messages), 2,
	    'what did not begin left nothing');

	# Every process of the server stands still, as when its host does:
	# it neither answers nor takes a cancel request.
	my @all = ($app->cluster->{proc}->pid, $app->cluster->sql('select pid'
	    . " from pg_stat_activity where usename = 'taskchat'"));
	cmp_ok(scalar @all, '>=', 2, 'connections are open');
	kill 'STOP', @all;
	my @away = eval {
		map { $_->reply } map { $who{list}->start('GET', 'tasks') }
		    1 .. 3;
	};
	my $why = $@;
	kill 'CONT', @all;
	die $why if $why;
	is_away($_, 'a server that stands still') for @away;
	is($who{list}->get('tasks')->status, 200, 'and goes on again');
};

# More at once than there are connections: they wait for one.
subtest 'more requests than connections' => sub {
	my @who = map { someone("many$_") } 1 .. 12;
	my $hold = $fault->hold('lock table task in exclusive mode');
	my @calls = map { $_->start('PATCH', 'tasks/1', json =>
	    { completed => \1 }) } @who;
	$hold->blocks(8);
	$hold->release;
	is($_->reply->status, 200, 'served') for @calls;
	is($_->changes, 1, 'once') for @who;
};

subtest 'an idle connection is ended' => sub {
	my $who = someone('idle');
	for my $round (1 .. 3) {
		$fault->settle;
		$fault->cut($app->sql('select pid from pg_stat_activity'
		    . " where usename = 'taskchat'"));
		is($who->get('tasks')->status, 200,
		    'the next request does not notice');
	}
	$model->say('Hello.');
	is_answer($who->chat('hello'), 'nor does a turn');
};

# The server commits and its answer is lost on the way: whoever asks again
# finds what was done, and does it no second time.
subtest 'answers that are lost' => sub {
	my $far = App->new(model => 'script', workers => 0, pgbouncer => 0,
	    db_prepare => 'off', turn_lease => 2)->start;
	$far->expect_log(qr/ code=database_unavailable /);
	my $wire = Fault::Wire->start($far);
	$far->start_worker;
	$far->wait_ready;
	my $model = $far->model;
	my $n = 0;
	my $someone = sub {
		my $who = $far->user('w' . ++$n);
		$who->add('One');
		$model->say('Hello.');
		$who->chat('hello');
		return $who;
	};
	my $changes = sub ($who) {
		return $far->sql('select version - 1 from task where '
		    . $who->mine . ' and id = 1');
	};
	my $calls = sub ($who) {
		return $far->sql('select count(*) from tool_call where '
		    . $who->mine . " and state in ('ok', 'held')");
	};

	my $who = $someone->();
	$model->call(add_task => { title => 'Two' });
	$model->say('I added it.');
	$wire->lose('taskchat.call_run(');
	my $r = $who->chat('do it');
	ok($wire->lost, 'call_run: the answer was lost');
	is_answer($r, 'the turn ends well');
	is($r->json->{tool_calls}[0]{result}{status}, 'created',
	    'with the result');
	is_deeply([$who->titles], ['One', 'Two'], 'done once');
	is($calls->($who), 1, 'recorded once');

	$who = $someone->();
	$model->say('Words.');
	$wire->lose('taskchat.turn_end(');
	$r = $who->chat('talk');
	ok($wire->lost, 'turn_end: the answer was lost');
	is_answer($r, 'the turn ends well');
	is(scalar(my @m = $who->messages), 4, 'stored once');

	$model->call(delete_task => { task_id => 1 });
	$wire->lose('taskchat.turn_end(');
	$r = $who->chat('delete it');
	ok($wire->lost, 'the same with a question');
	is_answer($r, 'it is asked');
	ok($r->confirmation, 'as one');
	is_deeply($who->history->{confirmation}, $r->confirmation,
	    'the same that is stored');
	is($far->sql('select count(*) from confirmation where '
	    . $who->mine), 1, 'once');

	$wire->lose('taskchat.confirm_run(');
	$r = $who->chat('yes');
	ok($wire->lost, 'confirm_run: the answer was lost');
	is_answer($r, 'the yes is answered');
	is($r->names, 'delete_task', 'with what it did');
	like($r->text, qr/Deleted/, 'and says so');
	is($changes->($who), 1, 'done once');

	$who = $someone->();
	$model->call(complete_task => { task_id => 1 });
	$model->say('Completed.');
	$wire->lose('taskchat.turn_begin(');
	$r = $who->chat('do it', key => 'k');
	ok($wire->lost, 'turn_begin: the answer was lost');
	is_answer($r, 'the turn goes on');
	is(scalar(@m = $who->messages), 4, 'said once');
	is($changes->($who), 1, 'done once');
	is_deeply($who->chat('do it', key => 'k')->json, $r->json,
	    'and known by its key');

	$model->say('Words.');
	$wire->lose('taskchat.turn_begin(');
	$r = $who->afresh->chat('talk');
	ok($wire->lost, 'the same, a new conversation without a key');
	is_answer($r, 'the turn goes on');
	is($far->sql('select count(*) from conversation where '
	    . $who->mine), 2, 'there is one');
	is(scalar(@m = $who->messages($r->json->{conversation_id})), 2,
	    'with two messages');

	$model->call(delete_task => { task_id => 1 });
	$who->chat('delete it');
	$wire->lose('taskchat.decide_begin(');
	$r = $who->decide('approve');
	ok($wire->lost, 'decide_begin: the answer was lost');
	is_answer($r, 'the button works');
	is($changes->($who), 2, 'done once');

	$who = $someone->();
	$wire->lose('taskchat.tool_run(');
	is_away($who->post('tasks', { title => 'Two' }),
	    'a task added without a turn: unknown');
	ok($wire->lost, 'the answer was lost');
	is_deeply([$who->titles], ['One', 'Two'],
	    'and nobody tried a second time');

	$wire->lose('taskchat.turn_keep(');
	$model->say('At last.', hold => 1);
	my $asked = $model->state->{requests};
	my $call = $who->start_chat('slowly');
	$model->wait_state($asked + 1, 'held');
	until_true('an answer to be lost', sub { $wire->lost });
	my $until = $far->sql('select extract(epoch from lease_until) from'
	    . ' conversation where ' . $who->mine);
	$far->wait_row('the lease to be renewed again', 'select 1 from'
	    . ' conversation where ' . $who->mine
	    . " and extract(epoch from lease_until) > $until");
	$model->release;
	is_answer($call->reply, 'a renewal that was lost does no harm');
	$far->stop_all;
	$wire->stop;
};

# PgBouncer takes connections though its server is away, and lets them wait.
SKIP: {
	skip 'pgbouncer is not installed', 1
	    if !Proc::find_program('pgbouncer');
	subtest 'away, behind PgBouncer' => sub {
		my $pooled = App->new(pgbouncer => 1)->start;
		$pooled->expect_log(qr/ code=database_unavailable /);
		my $ann = $pooled->user('ann');
		$ann->add('One');
		$pooled->cluster->down('QUIT');
		my @calls = ((map { $ann->start('GET', 'tasks') } 1 .. 6),
		    $ann->start('POST', 'tasks', json => { title => 'No' }),
		    $ann->start_chat('add milk'));
		is($pooled->anyone->get('/api/healthz')->status, 200,
		    'healthz is alive');
		is_away($_->reply, 'a request') for @calls;
		$pooled->cluster->up;
		$pooled->wait_ready;
		is_deeply([$ann->titles], ['One'], 'healed, and as it was');
	};
}

done_testing;
