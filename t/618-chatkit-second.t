#!/usr/bin/perl
# A second tab that follows a turn of the first one, through the ChatKit
# door: it gets the card a turn ends with, and the settled card of a question
# that the turn has answered or gone past.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use Fault;

my $app = App->new(model => 'script', threads => 16,
    db_connections => 12)->start;
my $model = $app->model;
my $fault = Fault->new($app);

sub person(@titles) { ChatKit->person($app, @titles) }

# Somebody with task Milk who is asked whether it is to go, and the stream.
sub asked()
{
	my $who = person('Milk');
	$model->call(delete_task => { task_id => 1 });
	return ($who, $who->say('delete milk'));
}

sub buttons($card) { $card->{widget}{confirm} ? 1 : 0 }

sub item($who, $id) { (grep { $_->{id} eq $id } $who->items)[0] }

subtest 'a turn that ends with a card' => sub {
	my $ann = person('Milk');
	$model->say('Hello.');
	$ann->say('hello');
	my $n = $model->state->{requests};
	$model->call(delete_task => { task_id => 1 }, hold => 2);
	my $call = $ann->open_say('delete milk');
	$model->wait_requests($n + 1);
	my $reader = $ann->resume;
	$reader->until('stream_options');
	$model->release;
	$_->rest for $call, $reader;
	my $card = $reader->widget;
	ok(buttons($card), 'the second tab gets it, with its buttons');
	is_deeply($card, $call->widget, 'as the first one does');
	is_deeply($card, item($ann, $card->{id}), 'as it is stored');
	is(($reader->events)[-1]{item}{id}, $card->{id}, 'at the end');
	is(scalar $reader->replaced, 0, 'there was none before');
};

# The lock stops the turn before, or while, the question is settled.
for my $way (['approve', []], ['reject', ['Milk']]) {
	my ($decision, $left) = @$way;
	subtest "a click: $decision" => sub {
		my ($bob, $one) = asked();
		my $card = $one->widget;
		my $hold = $fault->hold('select 1 from confirmation where '
		    . $bob->mine . ' for update');
		my $action = $card->{widget}{confirm}{action};
		my $call = $bob->open('threads.custom_action',
		    $bob->clicking($card, "confirmation.$decision",
		    $action->{payload}));
		$hold->blocks;
		my $reader = $bob->resume;
		$reader->until('stream_options');
		$hold->release;
		$_->rest for $call, $reader;
		is_deeply([$bob->titles], $left, 'settled');
		is_deeply([$reader->replaced], [$call->replaced],
		    'the second tab gets the card as the first one does');
		is_deeply([$reader->replaced], [item($bob, $card->{id})],
		    'as it is stored');
		ok(!buttons($_), 'without buttons') for $reader->replaced;
		is($reader->text, $call->text, 'and the answer');
	};
}

subtest 'other words go past it' => sub {
	my ($cat, $one) = asked();
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $cat->open_say('count', metadata => {
	    on_disconnect => 'continue' });
	$call->until_text('One two');
	my $reader = $cat->resume;
	$reader->until_text('One two');
	is_deeply([map { $_->{type} } ($reader->events)[0, 1]],
	    ['stream_options', 'thread.item.replaced'],
	    'the card is settled before the answer');
	is_deeply([$reader->replaced], [item($cat, $one->widget->{id})],
	    'as it is stored');
	$model->release;
	$_->rest for $call, $reader;
	is(scalar $reader->replaced, 1, 'once');
	my $late = $cat->resume;
	$late->rest;
	is_deeply([$late->replaced], [$reader->replaced],
	    'who comes a moment late gets it too');
	$model->say('Fine.');
	$cat->say('thanks');
	$late = $cat->resume;
	$late->rest;
	is(scalar $late->replaced, 0, 'after the next turn it is no news');
};

subtest 'what was taken back with its question' => sub {
	my ($dan, $one) = asked();
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 4);
	my $call = $dan->open($dan->editing(($one->items)[0], 'count'),
	    metadata => { on_disconnect => 'continue' });
	$call->until_text('One two');
	my $reader = $dan->resume;
	$reader->until_text('One two');
	$model->release;
	$_->rest for $call, $reader;
	is(scalar $reader->replaced, 0, 'is not shown again');
	is($reader->text, 'One two three.', 'the new answer is followed');
};

done_testing;
