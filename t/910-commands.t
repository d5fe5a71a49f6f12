#!/usr/bin/perl
# What people say to the built-in model, row by row: which tools ran with
# which arguments, and what is in the database afterwards.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();

my $zone = 'Europe/Berlin';
my $app = App->new(model => 'builtin', threads => 8)->start;

# Dates in these answers are written 2026-12-31.
sub date($sql)
{
	return $app->sql("set datestyle = 'ISO';\n$sql");
}

my $today = "(now() at time zone '$zone')::date";

# So many days from today, and the next such weekday (Monday is 1), where
# the person is.
sub day($days) { date("select $today + $days") }

sub weekday($n)
{
	return date("select $today + i from generate_series(1, 7) i"
	    . " where extract(isodow from $today + i) = $n");
}

# The person's day on which a task is due.
sub due($who, $id)
{
	return date("select (due_at at time zone '$zone')::date from task"
	    . " where user_id = '" . $who->id . "' and id = $id");
}

my $who;
my $people = 0;

# A new person with these tasks; a hash is a task with more than a title,
# done => 1 completes it.
sub person(@tasks)
{
	$who = $app->user('c' . ++$people);
	for my $task (@tasks) {
		my %t = ref $task ? %$task : (title => $task);
		my $done = delete $t{done};
		my $id = $who->add({%t});
		$who->patch("tasks/$id", { completed => JSON::PP::true })
		    if $done;
	}
	return $who;
}

# Say it; expect exactly these calls: [name, { some of the arguments }]….
sub says($text, @calls)
{
	my $r = $who->chat($text, timezone => $zone);
	my $name = "\"$text\"";
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_answer($r, "$name: an answer") or return $r;
	cmp_ok(length $r->text, '>', 0, "$name: in words");
	is($r->names, join(' ', map { $_->[0] } @calls), "$name: the calls")
	    or diag($r->text), return $r;
	my @got = $r->calls;
	for my $i (0 .. $#calls) {
		my $want = $calls[$i][1] // {};
		is($got[$i]{arguments}{$_}, $want->{$_},
		    "$name: $calls[$i][0] $_") for sort keys %$want;
	}
	recorded($r, $name);
	return $r;
}

# What the answer tells is what the database holds.
sub recorded($r, $name)
{
	my @rows = $app->rows('select call_id, name from tool_call where'
	    . " user_id = '" . $who->id . "' and message_id = "
	    . $r->json->{message_id} . " and conversation_id = '"
	    . $r->json->{conversation_id} . "' order by step, position");
	is_deeply([map { "$_->{call_id} $_->{name}" } @rows],
	    [map { "$_->{id} $_->{name}" } $r->calls],
	    "$name: recorded like that");
}

sub tasks_are(@want)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply([map { $_->{title} . ($_->{completed} ? ' +' : '') }
	    $who->tasks], \@want, '... and so the list is');
}

sub asks_nothing_done($text, $like = qr/\?/)
{
	my $r = says($text);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($r->text, $like, "\"$text\": asks or explains");
	return $r;
}

# A deletion: asked about, then carried out.
sub deletes($text, $ids, @before)
{
	my $r = says($text, @before, map { ['delete_task',
	    { task_id => $_ }] } @$ids);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply([map { $_->{task_id} } @{ ($r->confirmation
	    // { actions => [] })->{actions} }], $ids,
	    "\"$text\": asks about exactly these");
	return $r;
}

my @some = ('Buy milk', 'Team meeting', 'Call mom', 'Pay bills',
    'Walk the dog');

# --- the brief's eight

subtest 'B1' => sub {
	person();
	says('Add a task to buy groceries',
	    ['add_task', { title => 'Buy groceries' }]);
	tasks_are('Buy groceries');
};
subtest 'B2' => sub {
	person('A', { title => 'B', done => 1 });
	my $r = says('Show me all my tasks', ['list_tasks']);
	like(($r->calls)[0]{arguments}{status} // 'all', qr/^all$/, 'all');
	like($r->text, qr/A.*B/s, 'both are shown');
};
subtest 'B3' => sub {
	person('A-pending', { title => 'B-done', done => 1 });
	my $r = says('What\'s pending?',
	    ['list_tasks', { status => 'pending' }]);
	like($r->text, qr/A-pending/, 'the pending one');
	unlike($r->text, qr/B-done/, 'not the other');
};
subtest 'B4' => sub {
	person(@some);
	says('Mark task 3 as complete', ['complete_task', { task_id => 3 }]);
	tasks_are('Buy milk', 'Team meeting', 'Call mom +', 'Pay bills',
	    'Walk the dog');
};
subtest 'B5' => sub {
	person(@some);
	deletes('Delete the meeting task', [2], ['list_tasks']);
	tasks_are(@some);
	says('yes', ['delete_task', { task_id => 2 }]);
	tasks_are('Buy milk', 'Call mom', 'Pay bills', 'Walk the dog');
};
subtest 'B6' => sub {
	person(@some);
	says("Change task 1 to 'Call mom tonight'",
	    ['update_task', { task_id => 1, title => 'Call mom tonight' }]);
	is($who->task(1)->{title}, 'Call mom tonight', 'renamed');
};
subtest 'B7' => sub {
	person();
	says('I need to remember to pay bills',
	    ['add_task', { title => 'Pay bills' }]);
	tasks_are('Pay bills');
};
subtest 'B8' => sub {
	person('A-pending', { title => 'B-done', done => 1 });
	my $r = says('What have I completed?',
	    ['list_tasks', { status => 'completed' }]);
	like($r->text, qr/B-done/, 'the completed one');
	unlike($r->text, qr/A-pending/, 'not the other');
};

# --- adding

subtest 'N1' => sub {
	person();
	says('Create a task to buy groceries',
	    ['add_task', { title => 'Buy groceries' }]);
};
subtest 'N2' => sub {
	person();
	my $r = says('Create a new task: Finish report by Friday',
	    ['add_task']);
	like($who->task(1)->{title}, qr/^Finish report( by Friday)?$/,
	    'the title');
	is(due($who, 1), weekday(5), 'due on Friday')
	    if $who->task(1)->{title} !~ /Friday/;
};
subtest 'N3' => sub {
	person();
	says('Remind me to call mom tomorrow',
	    ['add_task', { title => 'Call mom' }]);
	is(due($who, 1), day(1), 'due tomorrow, where the person is');
};
subtest 'N4' => sub {
	person();
	says('Remind me to call mom tonight', ['add_task']);
	like($who->task(1)->{title}, qr/^Call mom( tonight)?$/, 'the title');
	is(due($who, 1), day(0), 'due today')
	    if $who->task(1)->{title} eq 'Call mom';
};
subtest 'N5' => sub {
	person();
	says('Add task: Submit quarterly report by Friday', ['add_task']);
	like($who->task(1)->{title},
	    qr/^Submit quarterly report( by Friday)?$/, 'the title');
};
subtest 'N6' => sub {
	person();
	says("Create a task called 'Finish report' with description "
	    . "'Include Q4 metrics'", ['add_task', { title => 'Finish report',
	    description => 'Include Q4 metrics' }]);
	is($who->task(1)->{description}, 'Include Q4 metrics', 'stored');
};
subtest 'N7' => sub {
	person();
	says('Add a high priority task to call dentist by Friday',
	    ['add_task', { title => 'Call dentist', priority => 'high' }]);
	is(due($who, 1), weekday(5), 'due on Friday');
	is($who->task(1)->{priority}, 'high', 'high');
};
subtest 'N8' => sub {
	person();
	says('Remind me to finish the report with detailed analysis',
	    ['add_task', { title => 'Finish the report',
	    description => 'detailed analysis' }]);
};
subtest 'N9' => sub {
	person();
	my $r = says('Add three tasks: buy milk, walk dog, and pay bills',
	    ['add_task', { title => 'Buy milk' }],
	    ['add_task', { title => 'Walk dog' }],
	    ['add_task', { title => 'Pay bills' }]);
	like($r->text, qr/Buy milk.*Walk dog.*Pay bills/s, 'all confirmed');
	tasks_are('Buy milk', 'Walk dog', 'Pay bills');
};
subtest 'N10' => sub {
	for ('add stuff', 'do something', 'Create a task') {
		person();
		asks_nothing_done($_);
		tasks_are();
	}
};

# --- listing

subtest 'N11' => sub {
	for ('What do I need to do?', 'What\'s on my plate today?',
	    'What tasks do I have left?') {
		person('A-pending', { title => 'B-done', done => 1 });
		my $r = says($_, ['list_tasks', { status => 'pending' }]);
		unlike($r->text, qr/B-done/, 'not what is done');
	}
};
subtest 'N12' => sub {
	for ('List all my tasks', 'What\'s on my list?') {
		person('A', { title => 'B', done => 1 });
		my $r = says($_, ['list_tasks']);
		like(($r->calls)[0]{arguments}{status} // 'all', qr/^all$/,
		    'all');
	}
};
subtest 'N13' => sub {
	for ('Show my completed tasks', 'What have I accomplished?') {
		person('A', { title => 'B', done => 1 });
		says($_, ['list_tasks', { status => 'completed' }]);
	}
};
subtest 'N14' => sub {
	person('A-normal', { title => 'B-high', priority => 'high' });
	my $r = says('Show me high priority tasks',
	    ['list_tasks', { priority => 'high' }]);
	like($r->text, qr/B-high/, 'the high one');
	unlike($r->text, qr/A-normal/, 'alone');
};
subtest 'N15' => sub {
	person();
	my $r = says('Show my tasks', ['list_tasks']);
	like($r->text, qr/no tasks|empty|nothing|don't have any/i,
	    'says that there are none');
};

# --- completing

subtest 'N16' => sub {
	person('Buy milk', 'Buying groceries');
	my $r = says("Mark 'Buy milk' as done", ['list_tasks'],
	    ['complete_task', { task_id => 1 }]);
	tasks_are('Buy milk +', 'Buying groceries');
	person('Buy groceries', 'Other');
	says('I finished buying groceries', ['list_tasks'],
	    ['complete_task', { task_id => 1 }]);
	tasks_are('Buy groceries +', 'Other');
};
subtest 'N17' => sub {
	for ('Mark task 5 as done', 'Complete task 5') {
		person(@some);
		says($_, ['complete_task', { task_id => 5 }]);
		is($who->task(5)->{completed} ? 1 : 0, 1, 'done');
	}
};
subtest 'N18' => sub {
	person('First', 'Second', 'Third');
	$who->delete('tasks/1');
	says('Show my tasks', ['list_tasks']);
	says('Complete the first one', ['complete_task', { task_id => 2 }]);
	tasks_are('Second +', 'Third');
	says('Show my tasks', ['list_tasks']);
	deletes('Delete the second one', [3]);
	says('yes', ['delete_task', { task_id => 3 }]);
	tasks_are('Second +');
};
subtest 'N19' => sub {
	person('A', 'B', { title => 'C', done => 1 });
	my $r = says('Undo completion of task 3',
	    ['complete_task', { task_id => 3 }]);
	is(($r->calls)[0]{arguments}{completed} ? 1 : 0, 0, 'taken back');
	tasks_are('A', 'B', 'C');
};
subtest 'N20' => sub {
	person({ title => 'A', done => 1 });
	my $version = $who->task(1)->{version};
	my $r = says('Mark task 1 as done',
	    ['complete_task', { task_id => 1 }]);
	like($r->text, qr/already/i, 'says that it was');
	is($who->task(1)->{version}, $version, 'and changes nothing');
};
subtest 'N21' => sub {
	person('Team meeting', 'Client meeting', 'Milk');
	my $r = says('Complete the meeting task', ['list_tasks']);
	like($r->text, qr/Team meeting.*Client meeting/s, 'shows both');
	like($r->text, qr/which/i, 'asks which');
	tasks_are('Team meeting', 'Client meeting', 'Milk');
	says('the second one', ['complete_task', { task_id => 2 }]);
	tasks_are('Team meeting', 'Client meeting +', 'Milk');
};
subtest 'N22' => sub {
	person('A', 'B');
	my $r = $who->chat('Complete that one');
	is_answer($r, 'an answer');
	unlike($r->names, qr/complete/, 'does not guess');
	like($r->text, qr/\?/, 'asks');
	tasks_are('A', 'B');
};

# --- changing

subtest 'N23' => sub {
	person('Buy milk', 'Call mom');
	says("Change 'Buy milk' to 'Buy organic milk'", ['list_tasks'],
	    ['update_task', { task_id => 1, title => 'Buy organic milk' }]);
	says('Rename Call mom to Call dad', ['list_tasks'],
	    ['update_task', { task_id => 2, title => 'Call dad' }]);
	tasks_are('Buy organic milk', 'Call dad');
};
subtest 'N24' => sub {
	person('Groceries', 'Presentation');
	says('Update the groceries task to include milk and eggs',
	    ['list_tasks'], ['update_task', { task_id => 1 }]);
	like($who->task(1)->{description}, qr/milk and eggs/, 'described');
	says('Add a note to the presentation task: focus on Q4 metrics',
	    ['list_tasks'], ['update_task', { task_id => 2 }]);
	like($who->task(2)->{description}, qr/focus on Q4 metrics/,
	    'described');
	tasks_are('Groceries', 'Presentation');
};
subtest 'N25' => sub {
	person('A', 'B', 'Shop');
	my $r = $who->chat(
	    'Update task 3 description to include store location');
	is_answer($r, 'an answer');
	like($r->names, qr/update_task$/, 'updated');
	like($who->task(3)->{description}, qr/store location/, 'described');
};
subtest 'N26' => sub {
	person('A');
	my $r = says('Set priority of task 1 to critical');
	like($r->text, qr/low.*normal.*high|high.*normal.*low/is,
	    'names the choices');
	is($who->task(1)->{priority}, 'normal', 'changes nothing');
};
subtest 'N27' => sub {
	person(@some);
	says('Make task 5 urgent',
	    ['update_task', { task_id => 5, priority => 'high' }]);
	is($who->task(5)->{priority}, 'high', 'stored');
};
subtest 'N28' => sub {
	person('A');
	says('Change the due date of task 1 to tomorrow',
	    ['update_task', { task_id => 1 }]);
	is(due($who, 1), day(1), 'due tomorrow');
};

# --- deleting

subtest 'N29' => sub {
	person(@some);
	my $r = deletes('Delete task 5', [5]);
	like($r->text, qr/Walk the dog/, 'named');
	tasks_are(@some);
	says('yes', ['delete_task', { task_id => 5 }]);
	tasks_are(@some[0 .. 3]);
};
subtest 'N30' => sub {
	person('Groceries', 'Milk');
	deletes('Delete the groceries task', [1], ['list_tasks']);
	says('no');
	tasks_are('Groceries', 'Milk');
};
subtest 'N31' => sub {
	person('Grocery run', 'Grocery list', 'Milk');
	my $r = says('Delete the grocery task', ['list_tasks']);
	like($r->text, qr/Grocery run.*Grocery list/s, 'shows both');
	like($r->text, qr/which/i, 'asks which');
	ok(!$r->confirmation, 'and not yet whether');
	tasks_are('Grocery run', 'Grocery list', 'Milk');
	deletes('the first one', [1]);
};
subtest 'N32' => sub {
	person('A', { title => 'B', done => 1 }, { title => 'C', done => 1 });
	my $r = deletes('Delete all completed tasks', [2, 3], ['list_tasks']);
	like($r->text, qr/2|two/, 'with the count');
	$r = says('yes', ['delete_task', { task_id => 2 }],
	    ['delete_task', { task_id => 3 }]);
	like($r->text, qr/B.*C/s, 'and a summary');
	tasks_are('A');

	person('A', 'B', 'C');
	deletes('Delete all my tasks', [1, 2, 3], ['list_tasks']);
	says('yes', map { ['delete_task', { task_id => $_ }] } 1 .. 3);
	tasks_are();

	person('Budget meeting', 'Milk', 'Meeting notes');
	deletes('Show tasks about meetings and delete them all', [1, 3],
	    ['list_tasks']);
	says('yes', map { ['delete_task', { task_id => $_ }] } 1, 3);
	tasks_are('Milk');
};

# --- several things at once

subtest 'N33' => sub {
	person('First', 'Second');
	my $r = says('Show my tasks and mark the first one as complete',
	    ['list_tasks'], ['complete_task', { task_id => 1 }]);
	like($r->text, qr/First/, 'both told');
	tasks_are('First +', 'Second');
};
subtest 'N34' => sub {
	person('Old');
	my $r = says('Add a task to review code and then show all my tasks',
	    ['add_task', { title => 'Review code' }], ['list_tasks']);
	like(join('|', map { $_->{title} } @{ ($r->calls)[1]{result} }),
	    qr/Review code/, 'the list has the new one');
};
subtest 'N35' => sub {
	person('Old', 'Call mom');
	my $r = $who->chat('Add task Water plants and complete task 2');
	is_answer($r, 'an answer');
	is($r->names, 'add_task complete_task', 'both, in order');
	tasks_are('Old', 'Call mom +', 'Water plants');
	like($r->text, qr/Water plants.*Call mom/s, 'a result for each');
};

# --- neither

subtest 'N36' => sub {
	person();
	says('never mind');
	tasks_are();
};
subtest 'N37' => sub {
	for ('What can you do?', 'Hello') {
		person('A');
		my $r = says($_);
		like($r->text, qr/add.*(show|list).*(complete|done).*/is,
		    'tells the abilities');
		like($r->text, qr/delete|remove/i, 'deleting too');
		like($r->text, qr/change|rename|update/i, 'and changing');
	}
};
subtest 'N38' => sub {
	for ('What\'s the weather?', 'Make me coffee') {
		person();
		my $r = says($_);
		like($r->text, qr/task/i, 'says what it is for');
		tasks_are();
	}
};
subtest 'N39' => sub {
	person('A');
	my $r = $who->chat('Complete task 999');
	is_answer($r, 'an answer');
	like($r->text, qr/999/, 'says which');
	like($r->text, qr/no task|not find|couldn't find|isn't|there is no/i,
	    'is not there');
	tasks_are('A');
};
subtest 'N40' => sub {
	person('Old');
	says('Add a task to buy groceries', ['add_task']);
	says("and add 'milk and eggs' to the description", ['list_tasks'],
	    ['update_task', { task_id => 2 }]);
	like($who->task(2)->{description}, qr/milk and eggs/,
	    'the task just made');
};
subtest 'N41' => sub {
	person();
	says('Add a task to buy groceries', ['add_task']);
	$app->restart_workers;
	my $r = $who->chat('What were we discussing?', timezone => $zone);
	is_answer($r, 'an answer');
	like($r->text, qr/buy groceries/i, 'from the stored history');
};
subtest 'N42' => sub {
	person();
	my $r = says('who am I signed in as');
	like($r->text, qr/\b\Q@{[ $who->id ]}\E\b/, 'as the token says');
};

done_testing;
