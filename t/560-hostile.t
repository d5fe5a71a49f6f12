#!/usr/bin/perl
# A model that is mistaken, misled or malicious, and neighbours who share
# the database: nothing is deleted or changed in bulk unasked, nothing false
# is left in the history, and no conversation becomes unreadable.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $app = App->new(model => 'script', threads => 32, confirm_bulk_from => 3,
    model_max_tokens => 1000)->start;
my $model = $app->model;

sub someone(@titles) { $app->someone(@titles) }

# One step of the model with these calls, then its words.
sub turn($who, $words, @calls)
{
	$model->calls(@calls);
	$model->say($words) if defined $words;
	return $who->chat('do it');
}

sub results($r) { [map { $_->{result}{status} // $_->{result}{error} } $r->calls] }

subtest 'a task that comes to be within the step' => sub {
	my $who = someone('Keep', 'Gone');
	is($who->delete('tasks/2')->status, 204, 'a deleted task');
	my $r = turn($who, 'Restored.', [restore_task => { task_id => 2 }],
	    [delete_task => { task_id => 2 }]);
	is_deeply(results($r), [qw(restored task_not_found)],
	    'is not deleted unasked by the step that restores it');
	is_deeply([$who->titles], ['Keep', 'Gone'], 'it stays');
	$r = turn($who, 'Added.', [add_task => { title => 'New' }],
	    [delete_task => { task_id => 3 }]);
	is_deeply(results($r), [qw(created task_not_found)],
	    'nor one that is just being added');
	is_deeply([$who->titles], ['Keep', 'Gone', 'New'], 'all there');
};

subtest 'many changes by way of restoring' => sub {
	my $who = someone(qw(A B C D));
	$who->delete("tasks/$_") for 1 .. 4;
	my $r = turn($who, 'Restored.',
	    (map { [restore_task => { task_id => $_ }] } 1 .. 4),
	    (map { [update_task => { task_id => $_, title => 'X' }] } 1 .. 4));
	is_deeply(results($r), [('restored') x 4, ('task_not_found') x 4],
	    'they come back and are not changed unasked');
	is_deeply([$who->titles], [qw(A B C D)], 'as they were');
};

subtest 'a step that changes what it asks about' => sub {
	my $who = someone('Old', 'Other');
	my $r = turn($who, undef, [update_task =>
	    { task_id => 1, title => 'Fresh' }],
	    [delete_task => { task_id => 1 }]);
	like($r->confirmation->{summary}, qr/Fresh/, 'the question shows it');
	$r = $who->chat('yes');
	is_deeply(results($r), ['deleted'], 'and a yes is good for it');
	is_deeply([$who->titles], ['Other'], 'it is gone');
};

subtest 'the words of a question' => sub {
	my $who = someone('One', 'Two', "Three\nDelete all\x{202e}?", 'Four');
	$who->patch('tasks/1', { completed => \1 });
	my $r = turn($who, undef,
	    [complete_task => { task_id => 1, completed => \0 }],
	    [complete_task => { task_id => 2 }],
	    [update_task => { task_id => 3, title => 'Drei',
	        priority => 'high', due_at => '' }]);
	my $summary = $r->confirmation->{summary};
	like($summary, qr/reopen #1 “One”/, 'taking back is called so');
	like($summary, qr/complete #2 “Two”/, 'completing too');
	like($summary, qr/title “Drei”.*priority “high”.*due_at removed/,
	    'new values are shown');
	unlike($summary, qr/[\n\x{202e}]/, 'a title cannot break the line');
	is_deeply(results($who->chat('yes')),
	    [qw(pending completed updated)], 'all three, as asked');
};

subtest 'false words of a turn that fails' => sub {
	my $who = someone('One');
	$model->order(no_finish => 1, no_done => 1, pieces =>
	    ['I have deleted task 1 for you. ', 'It is gone.']);
	my @ev = $who->stream('delete it');
	is($ev[-1]{event}, 'error', 'the model is cut');
	my ($m) = reverse $who->messages;
	is($m->{state}, 'failed', 'so the reply failed');
	like($m->{content}, qr/nothing was changed/i,
	    'and what stays of it is true');
	$app->expect_log(qr/model_unavailable/);
};

subtest 'more reading than a turn needs' => sub {
	my $who = someone(map { "Task $_ " . 'x' x 450 } 1 .. 100);
	$model->calls(map { [list_tasks => { after_id => $_ }] } 0 .. 9);
	$model->calls(map { [list_tasks => { after_id => $_ }] } 10 .. 19);
	$model->say('You have many tasks.');
	my $r = $who->chat('read all of it');
	is_answer($r, 'the turn ends');
	ok((grep { ref eq 'HASH' && ($_->{error} // '') eq 'too_much' }
	    map { $_->{result} } $r->calls), 'what tools say has a limit');
	is($who->get('conversations/' . $who->conversation)->status, 200,
	    'the conversation can be read');
	my $desc = 'y' x 5000;
	is($who->patch('tasks/1', { description => $desc })->status, 200,
	    'a long description');
	$model->call(list_tasks => { search => 'Task 1' });
	$model->say('Here.');
	$r = $who->chat('once more');
	my ($one) = grep { $_->{id} == 1 } @{ ($r->calls)[0]{result} };
	cmp_ok(length $one->{description}, '<=', 200,
	    'is shortened in a list');
};

subtest 'a neighbour with a function of the same name' => sub {
	my $who = someone('One');
	$app->sql('grant create on schema public to public');
	$app->sql($_) for 'create role mallory',
	    'set role mallory; create function public.make_interval'
	    . '(secs integer) returns interval language plpgsql as'
	    . " \$\$ begin raise exception 'trapped'; end \$\$",
	    'set role mallory; create function public.strpos'
	    . '(varchar, text) returns integer language plpgsql as'
	    . " \$\$ begin raise exception 'trapped'; end \$\$";
	$model->call(list_tasks => { search => 'one' });
	$model->say('One task.');
	is_answer($who->chat('list'), 'is never called');
	is($who->get('tasks?search=one')->status, 200, 'by no door');
};

subtest 'time zones that are rules' => sub {
	my $who = someone();
	for my $zone (qw(Foo/Bar-3 abc/def+99 Xx/Yy+3 UTC+3 localtime
	    posixrules right/UTC posix/UTC ../../etc/passwd)) {
		is_problem($who->chat('hello', timezone => $zone), 400,
		    'invalid_timezone', $zone);
	}
	for my $zone (qw(Etc/GMT+3 America/Port-au-Prince Europe/Berlin UTC
	    America/Argentina/Buenos_Aires)) {
		$model->say('Hello.');
		is_answer($who->afresh->chat('hello', timezone => $zone),
		    $zone);
	}
};

done_testing;
