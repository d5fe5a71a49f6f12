#!/usr/bin/perl
# In the middle of a turn, through the ChatKit door: words are let out as
# they come, whoever follows a step that is half done is told what will be
# stored, and what was taken back is not told again.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use Fault;
use Proc qw(until_true);

my $app = App->new(model => 'script', threads => 16, confirm_bulk_from => 3,
    stream_comment_seconds => 300, turn_lease => 3)->start;
my $model = $app->model;
my $fault = Fault->new($app);

sub person(@titles) { ChatKit->person($app, @titles) }

sub of_answer(@items) { grep { $_->{type} ne 'user_message' } @items }

subtest 'words are let out as they come' => sub {
	my $ann = person();
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $ann->open_say('count');
	$call->until_text('One two');
	pass('before the model has ended, and without a comment behind them');
	$model->release;
	$call->rest;
	is($call->text, 'One two three.', 'then the rest');
};

subtest 'a step is half done' => sub {
	my $bob = person('Milk', 'Bread');
	$model->say('Hello.');
	$bob->say('hello');
	my $hold = $fault->hold('select 1 from task where ' . $bob->mine
	    . ' and id = 2 for update');
	$model->calls([add_task => { title => 'Eggs' }],
	    [delete_task => { task_id => 1 }],
	    [complete_task => { task_id => 2 }]);
	my $call = $bob->open_say('eggs, no milk, bread is done');
	$hold->blocks;
	my $reader = $bob->resume;
	$reader->until(sub ($e) { $e->{type} eq 'thread.item.updated' });
	$hold->release;
	$call->rest;
	$reader->rest;
	my (undef, @stored) = of_answer($bob->items);	# after the Hello
	is_deeply([of_answer($call->items)], \@stored,
	    'who asked is told what is stored');
	is_deeply([of_answer($reader->items)], \@stored, 'who follows, too');
	is_deeply([map { $_->{title} } @{ $stored[0]{workflow}{tasks} }],
	    ['Added #3 “Eggs”', 'Completed #2 “Bread”'],
	    'what waits for an answer is on the card alone');
};

subtest 'a decision that was taken back' => sub {
	my $cat = person('Milk');
	$model->call(delete_task => { task_id => 1 });
	my $one = $cat->say('delete milk');
	my $action = $one->widget->{widget}{confirm}{action};
	my $id = $action->{payload}{confirmation_id};
	$cat->click($one->widget, $action->{type}, $action->{payload});
	is_deeply([$cat->titles], [], 'deleted');
	$model->say('It is gone.');
	$cat->run('threads.retry_after_item', { thread_id => $cat->thread,
	    item_id => ($one->items)[0]{id} });
	is_problem($cat->decide('approve', id => $id), 409,
	    'message_removed', 'its answer cannot be repeated');
	is_problem($cat->decide('reject', id => $id), 409,
	    'confirmation_decided', 'nor turned round');
};

# More than all the buffers between take.
subtest 'a reader that does not read' => sub {
	my $dan = person();
	$model->say('Hello.');
	$dan->say('hello');
	$model->order(pieces => [('x') x 60000]);
	my $call = $dan->open_say('much', metadata => {
	    on_disconnect => 'continue' });
	my $row;
	until_true('the turn to end', sub {
		# who looks ends a turn whose lease is over
		$dan->ask('items.list', { thread_id => $dan->thread });
		$row = $app->sql("select state || ' ' || length(content)"
		    . ' from message where ' . $dan->mine . ' and id = 4');
	});
	is($row, 'done 60000', 'holds nobody up');
	close $call->{call}{socket};
	$app->expect_web_log(qr/upstream|prematurely|reset/);
};

# Of 16 threads.
subtest 'half of the threads are not for those who only read' => sub {
	my $eve = person();
	$model->say('Hello.');
	$eve->say('hello');
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $eve->open_say('count');
	$call->until_text('One two');
	my @readers = map { $eve->resume } 1 .. 8;
	$_->until('stream_options') for @readers;
	my $r = $eve->ask('taskchat.resume', { thread_id => $eve->thread });
	is_problem($r, 503, 'too_busy', 'the ninth is turned away');
	is($r->header('Retry-After'), 1, 'for a moment');
	(pop @readers)->hang_up;
	until_true('its place to be free', sub {
		my $next = $eve->resume;
		return 0 if $next->status != 200;
		push @readers, $next;
	});
	$model->release;
	$_->rest for $call, @readers;
	is($readers[-1]->text, 'One two three.', 'it is told all');
};

done_testing;
