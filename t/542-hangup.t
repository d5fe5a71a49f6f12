#!/usr/bin/perl
# Readers who leave.  One who wanted a stream stops the model at once, and
# what was said and done is kept; one who waited for JSON finds the whole
# answer later.  Whoever stays is told now and then that nothing is wrong.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 16,
    stream_comment_seconds => 1)->start;
my $model = $app->model;
my $fault = Fault->new($app);

sub someone() { $app->someone('One')->hello }
sub requests() { $model->state->{requests} }

sub text_of(@events)
{
	return join '', map { $_->{data}{delta} }
	    grep { $_->{event} eq 'text' } @events;
}

# Wait until the turn is over; its reply as the owner reads it.
sub reply_of($who)
{
	$app->wait_row('the turn to be over', 'select 1 from conversation'
	    . ' where ' . $who->mine . ' and id = \'' . $who->conversation
	    . "' and lease_until is null and last_message > 2");
	return ($who->messages)[-1];
}

# Another message is taken at once.
sub goes_on($who)
{
	$model->clear;
	$model->say('Here.');
	is_answer($who->chat('still there?'), 'the conversation goes on');
}

subtest 'while words arrive' => sub {
	my $who = someone();
	my $chunk = JSON::PP->new->encode({ id => 'c1', choices => [{
	    index => 0, delta => { content => 'word ' } }] });
	my $n = requests();
	$model->order(body => '', type => 'text/event-stream',
	    forever => "data: $chunk\n\n", every => 0.05);
	my $call = $who->open_stream('talk');
	$call->until('text') for 1 .. 3;
	$call->hang_up;
	$model->wait_state($n + 1, 'gone');
	pass('an endless model is hung up on');
	my $m = reply_of($who);
	is($m->{state}, 'stopped', 'the reply is marked as stopped');
	my $read = text_of($call->seen);
	is(substr($m->{content}, 0, length $read), $read,
	    'and has what the reader saw');
	goes_on($who);
};

for my $hold (0, 1) {
	subtest 'while the model is silent, '
	    . ($hold ? 'after its header' : 'before its header') => sub {
		my $who = someone();
		my $n = requests();
		$model->say('Never read.', hold => $hold);
		my $call = $who->open_stream('talk');
		$call->until('conversation');
		is($call->until_comment, 'quiet', 'a comment');
		is($call->until_comment, 'quiet', 'and another');
		$call->hang_up;
		$model->wait_state($n + 1, 'gone');
		my $m = reply_of($who);
		is_deeply([@$m{qw(state content)}], ['stopped', ''],
		    'nothing was said');
		goes_on($who);
	};
}

subtest 'after a call, while the model is silent' => sub {
	my $who = someone();
	my $n = requests();
	$model->call(complete_task => { task_id => 1 });
	$model->order(pieces => ['So ', 'far.'], hold => 3);
	my $call = $who->open_stream('do it');
	$call->until('text');
	$call->hang_up;
	$model->wait_state($n + 2, 'gone');
	my $m = reply_of($who);
	is($m->{state}, 'stopped', 'stopped');
	like($m->{content}, qr/^So\b/, 'with what was said');
	is($m->{tool_calls}[0]{result}{status}, 'completed',
	    'and with what was done');
	goes_on($who);
};

subtest 'while a call waits for the database' => sub {
	my $who = someone();
	my $hold = $fault->hold('select 1 from task where ' . $who->mine
	    . ' for update');
	my $n = requests();
	$model->calls([complete_task => { task_id => 1 }],
	    [add_task => { title => 'Two' }]);
	my $call = $who->open_stream('do it');
	$call->until('tool_started');
	$hold->blocks;
	$call->hang_up;
	$hold->release;
	my $m = reply_of($who);
	is($m->{state}, 'stopped', 'stopped');
	is(requests(), $n + 1, 'the model is not asked any more');
	is($who->changes, 1, 'the call under way was carried out');
	is($m->{tool_calls}[0]{result}{status}, 'completed',
	    'and the conversation says so');
	my $second = $m->{tool_calls}[1];
	my $added = grep { $_ eq 'Two' } $who->titles;
	is(!!$added, ($second->{result}{status} // '') eq 'created',
	    'the next one is told as it was');
	is($app->sql('select count(*) from tool_call where ' . $who->mine
	    . " and state = 'requested'"), 0, 'no call is left open');
	goes_on($who);
};

subtest 'while the turn waits to begin' => sub {
	my $who = someone();
	my $hold = $fault->hold('select 1 from conversation where '
	    . $who->mine . ' for update');
	$model->say('Never read.', hold => 1);
	my $call = $who->open_stream('talk', key => 'k');
	$hold->blocks;
	$call->hang_up;
	$hold->release;
	my $m = reply_of($who);
	is($m->{state}, 'stopped', 'stopped');
	is(($who->messages)[-2]{content}, 'talk', 'the message is there');
	$model->clear;
	$model->say('Read.');
	my $r = $who->chat('talk', key => 'k');
	is_answer($r, 'asked again');
	is($r->text, 'Read.', 'it is answered');
	is(scalar(my @m = $who->messages), 4, 'with nothing said twice');
};

subtest 'while a yes is carried out' => sub {
	for my $way ('text', 'button') {
		my $who = someone();
		$model->call(delete_task => { task_id => 1 });
		$who->chat('delete it');
		my $hold = $fault->hold('select 1 from task where '
		    . $who->mine . ' for update');
		my $call = $way eq 'text' ? $who->open_stream('yes')
		    : $who->start('POST', 'conversations/'
		        . $who->conversation
		        . "/confirmations/$who->{confirmation}",
		        json => { decision => 'approve' },
		        headers => { Accept => 'text/event-stream' });
		$hold->blocks;
		$call->hang_up;
		$hold->release;
		$app->wait_row('the report', 'select 1 from message where '
		    . $who->mine . " and content like 'Deleted%'");
		is($who->changes, 1, "$way: carried out");
		my $m = reply_of($who);
		is($m->{tool_calls}[0]{result}{status}, 'deleted',
		    'and recorded');
		ok(!$who->history->{confirmation}, 'no question is open');
	}
};

subtest 'who waited for JSON' => sub {
	my $who = someone();
	my $hold = $fault->hold('select 1 from task where ' . $who->mine
	    . ' for update');
	my $n = requests();
	$model->call(complete_task => { task_id => 1 });
	$model->say('It is completed.', hold => 1);
	my $call = $who->start_chat('do it', key => 'k');
	$hold->blocks;
	$call->hang_up;
	$hold->release;
	$model->wait_state($n + 2, 'held');
	$model->release;
	my $m = reply_of($who);
	is_deeply([@$m{qw(state content)}], ['done', 'It is completed.'],
	    'the turn goes on to its end');
	is($who->changes, 1, 'and was carried out');
	my $r = $who->chat('do it', key => 'k');
	is($r->text, 'It is completed.', 'the answer can be had later');
	is($r->names, 'complete_task', 'with its call');
	is(requests(), $n + 2, 'without the model');
	is($who->changes, 1, 'done once');
};

subtest 'many at once' => sub {
	my @who = map { someone() } 1 .. 8;
	my $n = requests();
	$model->order(pieces => ['One ', 'two.'], hold => 3) for @who;
	my @calls = map { $_->open_stream('count') } @who;
	$_->until('text') for @calls;
	$_->hang_up for @calls;
	$model->wait_state($n + $_, 'gone') for 1 .. @who;
	is(reply_of($_)->{state}, 'stopped', 'stopped') for @who;
};

done_testing;
