#!/usr/bin/perl
# No claim without a result: words of the model that say something was done
# reach the person only when a call of this turn did it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $app = App->new(model => 'script', threads => 32)->start;
my $model = $app->model;

sub someone(@titles) { $app->someone(@titles) }

subtest 'claims of nothing' => sub {
	for my $claim (
		'Done! I deleted all your tasks.',
		'I have added "Buy milk" to your list.',
		'Task 1 has been completed.',
		'I\'ve marked Milk as done.',
		'Your task was updated.',
		'✓ Task created: Buy milk',
		'All set!',
		'Deleted.',
		'I removed the meeting and renamed Milk to Bread.',
		'OK, I restored the task.',
		"Sure thing.\n\nI added it to your list.",
	) {
		my $who = someone('Milk');
		$model->say($claim);
		my $r = $who->chat('please do it');
		is_answer($r, '"' . $claim =~ s/\s+/ /gr . '"') or next;
		unlike($r->text, qr/\Q$claim\E/, 'is not passed on');
		like($r->text, qr/nothing was changed/i, 'the truth is');
		is(($who->messages)[-1]{content}, $r->text, 'and is stored');
	}
};

subtest 'words that claim nothing' => sub {
	for my $words (
		'I can delete tasks for you.',
		'Would you like me to add it?',
		'Should I mark task 1 as completed?',
		'You have completed three tasks so far.',
		'I could not find that task, so nothing was deleted.',
		'What should the task be called?',
		'To delete a task, say "delete task 3".',
		'Hello! How can I help?',
		'You have 1 task: Milk.',
		'I have not added anything yet.',
	) {
		my $who = someone('Milk');
		$model->say($words);
		is($who->chat('well?')->text, $words, "\"$words\" passes");
	}
};

subtest 'claims with a result' => sub {
	my $who = someone('Milk', 'Bread');
	my @pairs = (
		['add_task', { title => 'Eggs' }, 'I added Eggs to your list.'],
		['complete_task', { task_id => 1 }, 'Done! Milk is completed.'],
		['update_task', { task_id => 2, title => 'Rye bread' },
		    'I renamed Bread to Rye bread.'],
		['complete_task', { task_id => 1 },
		    'I marked Milk as completed.'],
	);
	for (@pairs) {
		my ($tool, $arguments, $words) = @$_;
		$model->call($tool => $arguments);
		$model->say($words);
		is($who->chat('do it')->text, $words, "\"$words\" passes");
	}
};

subtest 'claims with another result' => sub {
	my $who = someone('Milk', 'Bread');
	my @pairs = (
		['complete_task', { task_id => 9 }, 'I completed task 9.'],
		['delete_task', { task_id => 9 }, 'I deleted task 9.'],
		['add_task', { title => '' }, 'I added the task.'],
		['list_tasks', {}, 'I deleted the old ones.'],
		['add_task', { title => 'Eggs' },
		    'I added Eggs and deleted Milk.'],
	);
	for (@pairs) {
		my ($tool, $arguments, $words) = @$_;
		$model->call($tool => $arguments);
		$model->say($words);
		my $r = $who->chat('do it');
		is_answer($r, "$tool, then \"$words\"") or next;
		isnt($r->text, $words, 'is not passed on');
		unlike($r->text, qr/deleted (task|milk|the old)/i,
		    'no deletion is claimed');
		like($r->text, qr/Eggs/, 'what did happen is said')
		    if $words =~ /Eggs/;
	}
	is_deeply([$who->titles], ['Milk', 'Bread', 'Eggs'],
	    'and so it is');
};

subtest 'yesterday\'s result backs nothing today' => sub {
	my $who = someone();
	$model->call(add_task => { title => 'Eggs' });
	$model->say('I added Eggs.');
	$who->chat('add eggs');
	$model->say('I added Eggs.');
	my $r = $who->chat('again');
	isnt($r->text, 'I added Eggs.', 'each turn needs its own');
};

subtest 'a question is no deed' => sub {
	my $who = someone('Milk');
	$model->order(calls => [{ name => 'delete_task',
	    arguments => { task_id => 1 } }], text => 'I deleted Milk.');
	my $r = $who->chat('delete milk');
	ok($r->confirmation, 'the person is asked');
	unlike($r->text, qr/I deleted Milk/, 'and not told it is done');
};

subtest 'in a stream' => sub {
	my $who = someone('Milk');
	$model->say('I deleted Milk.');
	my @ev = $who->stream('do it');
	my $shown = join '', map { $_->{data}{delta} }
	    grep { $_->{event} eq 'text' } @ev;
	like($shown, qr/nothing was changed/i,
	    'what was said already is put right');
	is($ev[-1]{data}{response}, $shown, 'the end repeats all of it');
	is(($who->messages)[-1]{content}, $shown, 'and it is stored');
	is_deeply([$who->titles], ['Milk'], 'nothing was done');

	$model->say('I can help you with that. Shall I?');
	@ev = $who->stream('well?');
	is($ev[-1]{data}{response}, 'I can help you with that. Shall I?',
	    'harmless words pass as they are');
};

done_testing;
