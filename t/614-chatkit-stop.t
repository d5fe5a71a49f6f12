#!/usr/bin/perl
# A turn that is stopped, left, followed, killed or that fails, through the
# ChatKit door: what was said is kept, what is read again is what was told,
# and the conversation goes on.
#
# Each worker has one thread, so that whoever comes back, or stops a turn,
# is served by another worker than the one that runs it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 1, workers => 4,
    turn_lease => 2, turn_timeout => 30,
    stream_comment_seconds => 1)->start;
my $model = $app->model;
my $json = JSON::PP->new->canonical;
my %on = (metadata => { on_disconnect => 'continue' });

sub person(@titles) { ChatKit->person($app, @titles) }

# A turn that has said "One two " and waits for the model, and the number
# of its request to the model.
sub half_said($who, $text = 'count', %opt)
{
	my $n = $model->state->{requests} + 1;
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $who->open_say($text, %opt);
	$call->until_text('One two');
	$who->{conversation} = $call->thread =~ s/^thr_//r;
	return ($call, $n);
}

sub wait_state($who, $state)
{
	$app->wait_row("the turn to be $state", 'select 1 from message where '
	    . $who->mine . " and role = 'assistant' and state = '$state' and"
	    . ' id = (select max(id) from message where ' . $who->mine . ')'
	    . ' and not exists (select from conversation where ' . $who->mine
	    . ' and lease_until is not null)');
}

sub last_text($who)
{
	return (($who->items)[-1]{content}[0]{text} // '') =~ s/\s+\z//r;
}

sub same_as_stored($who, $stream, $name)
{
	my %stored = map { $_->{id} => $_ } $who->items;
	is_deeply([grep { $_->{type} ne 'user_message' } $stream->items],
	    [map { $stored{ $_->{id} } } grep { defined $_->{id} }
	    grep { $_->{type} ne 'user_message' } $stream->items], $name);
}

subtest 'the reader stops it' => sub {
	my $ann = person();
	my ($call, $n) = half_said($ann);
	$call->until_comment;
	pass('a silent model: a comment, so that nobody hangs up');
	$call->hang_up;
	$model->wait_state($n, 'gone');
	pass('the model is hung up on');
	wait_state($ann, 'stopped');
	is(last_text($ann), 'One two', 'what was said is kept');
	is(($ann->items)[-1]{id}, ($call->items)[-1]{id}, 'as that item');
	is(($ann->items)[-1]{created_at}, ($call->items)[-1]{created_at},
	    'of that time');
	$model->release;
	$model->fresh;
	$model->say('Yes.');
	$ann->say('go on');
	my @m = @{ ($model->fresh)[-1]{body}{messages} };
	my $sent = $json->encode([@m[1 .. $#m]]);
	like($sent, qr/One two/, 'the model knows what it said');
	like($sent, qr/stopp|interrupt|cut off/i, 'and that it was stopped');
};

subtest 'the reader leaves, the turn goes on' => sub {
	my $bob = person();
	my ($call, $n) = half_said($bob, 'count', %on);
	$call->hang_up;
	is_problem($bob->open_say('me too')->reply, 409, 'turn_in_progress',
	    'it still runs');
	$model->release;
	wait_state($bob, 'done');
	is(last_text($bob), 'One two three.', 'to its end');
	is(($model->requests($n))[0]{state}, 'done', 'nobody hung up');
	is(($bob->items)[-1]{id}, ($call->items)[-1]{id}, 'the same item');
};

subtest 'it is followed' => sub {
	my $cat = person('Milk');
	my $n = $model->state->{requests} + 1;
	$model->order(text => 'Let me see.', calls => [{ name => 'add_task',
	    arguments => { title => 'Bread' } }]);
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $cat->open_say('add bread, then count', %on);
	$call->until_text('One two');
	$cat->{conversation} = $call->thread =~ s/^thr_//r;
	my @told = $call->items;
	$call->hang_up;
	my @readers = map { $cat->resume } 1, 2;
	for (@readers) {
		is($_->status, 200, 'somebody comes back');
		$_->until_text('One two');
		my @items = grep { $_->{type} ne 'user_message' } $_->items;
		is_deeply([map { $_->{id} } @items], [map { $_->{id} }
		    grep { $_->{type} ne 'user_message' } @told],
		    'and gets what was missed');
	}
	$model->release;
	for (@readers) {
		$_->rest;
		is($_->text, 'Let me see.One two three.',
		    'the rest comes live');
		same_as_stored($cat, $_, 'as it is stored');
	}
	is_deeply([$cat->titles], ['Milk', 'Bread'], 'all of it done once');

	my $late = $cat->resume;
	$late->rest;
	is($late->text, 'Let me see.One two three.',
	    'nothing runs any more: the last answer');
	same_as_stored($cat, $late, 'as it is stored');
	is(scalar(grep { $_->{type} =~ /added|updated$/ } $late->events), 0,
	    'as whole items');
};

subtest 'a follower leaves' => sub {
	my $dan = person();
	my ($call, $n) = half_said($dan, 'count', %on);
	my $reader = $dan->resume;
	$reader->until_text('One two');
	$reader->hang_up;
	$model->release;
	$call->rest;
	is($call->text, 'One two three.', 'the turn does not mind');
	is(last_text($dan), 'One two three.', 'nor does what is stored');
	my $stranger = person();
	for my $type ('taskchat.resume', 'taskchat.stop') {
		is_problem($stranger->open($type, { thread_id =>
		    $dan->thread })->reply, 404, 'conversation_not_found',
		    "$type: not a stranger's");
	}
};

subtest 'a turn of the other door is followed' => sub {
	my $hal = person();
	$model->say('Hello.');
	$hal->say('hello');
	my $n = $model->state->{requests};
	$model->call(add_task => { title => 'Milk' }, hold => 2);
	$model->say('I added Milk.');
	my $call = $hal->start_chat('add milk');
	$model->wait_requests($n + 1);
	my $reader = $hal->resume;
	$reader->until('stream_options');
	$model->release;
	is_answer($call->reply, 'a turn that is answered as JSON');
	$reader->rest;
	is_deeply([map { $_->{type} } $reader->items],
	    ['workflow', 'assistant_message'], 'can be followed here');
	same_as_stored($hal, $reader, 'as it is stored');
};

subtest 'it is stopped from elsewhere' => sub {
	my $eve = person();
	my ($call, $n) = half_said($eve, 'count', %on);
	my $reader = $eve->resume;
	$reader->until_text('One two');
	is_deeply($eve->want('taskchat.stop', { thread_id => $eve->thread }),
	    {}, 'stop');
	$call->rest;
	$reader->rest;
	$model->wait_state($n, 'gone');
	pass('the model is hung up on');
	wait_state($eve, 'stopped');
	is(last_text($eve), 'One two', 'what was said is kept');
	same_as_stored($eve, $_, 'and was told') for $call, $reader;
	$model->release;
	is_deeply($eve->want('taskchat.stop', { thread_id => $eve->thread }),
	    {}, 'nothing to stop: that is fine');
	$model->say('Hello.');
	is($eve->say('hello')->text, 'Hello.', 'the next turn is not stopped');

	($call, $n) = half_said($eve);
	$eve->want('taskchat.stop', { thread_id => $eve->thread });
	$call->rest;
	wait_state($eve, 'stopped');
	pass('a turn that ends with its reader can be stopped as well');
	$model->release;
};

subtest 'the worker is killed' => sub {
	my $flo = person();
	my ($call, $n) = half_said($flo, 'count', %on);
	$flo->want('threads.update', { thread_id => $flo->thread,
	    title => 'Counting' });
	$app->wait_row('the text to be kept up', 'select 1 from conversation'
	    . ' where ' . $flo->mine . " and turn_text like 'One two%'");
	$app->expect_web_log(qr/upstream|Connection (?:reset|refused)/);
	$app->kill_worker($_) for 0 .. 3;
	$call->rest(cut => 1);
	$app->start_worker for 1 .. 4;
	$app->wait_ready;
	my $reader = $flo->resume;
	$reader->rest;
	is($reader->text =~ s/\s+\z//r, 'One two',
	    'who follows it hears what is known, and the end');
	$app->wait_row('the lease to end', 'select 1 from conversation where '
	    . $flo->mine . ' and (lease_until is null or lease_until < now())');
	is(last_text($flo), 'One two', 'the text so far is kept');
	is(($flo->items)[-1]{id}, ($call->items)[-1]{id}, 'as that item');
	is(($flo->items)[-1]{created_at}, ($call->items)[-1]{created_at},
	    'of that time');
	$model->release;
	$model->say('Better now.');
	is($flo->say('still there?')->text, 'Better now.', 'it goes on');
};

subtest 'the model fails' => sub {
	my $gil = person();
	$model->order(status => 400);
	my $s = $gil->say('hello');
	is(($s->events)[-1]{type}, 'error', 'an error at the end');
	my $e = $s->error;
	is($e->{code}, 'custom', 'with words of ours');
	ok(length $e->{message}, 'that are some');
	ok($e->{allow_retry}, 'and may be tried again');
	is_deeply([map { $_->{type} } $gil->items], ['user_message'],
	    'the message is kept');
	$model->say('Hello.');
	is($gil->say('hello again')->text, 'Hello.', 'the next one goes well');

	$model->order(pieces => ['One ', 'two ', 'three.'], cut_after => 500);
	$s = $gil->say('count');
	ok($s->error, 'a reply that is cut: an error');
	ok($s->error->{allow_retry}, 'that may be tried again');
	like($s->text, qr/^One/, 'after some words');
	is_deeply([($gil->items)[-1]], [($s->items)[-1]],
	    'which are kept as they were told');

	$model->order(text => 'Wait.', calls => [{ name => 'add_task',
	    arguments => { title => 'Milk' } }]);
	$model->order(status => 400);
	$s = $gil->say('add milk');
	ok($s->error, 'after a tool: an error');
	is_deeply([map { $_->{type} } $s->items], [qw(user_message
	    assistant_message workflow)], 'after what was done');
	is_deeply([($gil->items)[-2, -1]], [($s->items)[1, 2]],
	    'which is kept as it was told');
	is_deeply([$gil->titles], ['Milk'], 'and done');
};

done_testing;
