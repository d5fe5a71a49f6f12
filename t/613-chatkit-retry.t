#!/usr/bin/perl
# An answer given anew, through the ChatKit door: what came after the
# message is taken back before everybody's eyes, kept in the database, and
# what tools did stays done and is not done twice.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 16,
    confirm_bulk_from => 3)->start;
my $model = $app->model;
my $json = JSON::PP->new->canonical;

sub person(@titles) { ChatKit->person($app, @titles) }

sub retrying($who, $item)
{
	return ('threads.retry_after_item', { thread_id => $who->thread,
	    item_id => ref $item ? $item->{id} : $item });
}

sub retry($who, $item) { $who->run(retrying($who, $item)) }

sub refused($who, $item, $status, $code, $name)
{
	my $r = $who->open(retrying($who, $item), hostile => 1)->reply;
	is_problem($r, $status, $code, $name);
}

# id and whether it was taken back, of every message.
sub kept($who)
{
	return join ' ', $app->sql('select id || case when removed_at is null'
	    . " then '' else 'x' end from message where " . $who->mine
	    . " and conversation_id = '" . $who->conversation
	    . "' order by id");
}

sub removed($s)
{
	return map { $_->{item_id} } grep { $_->{type} eq
	    'thread.item.removed' } $s->events;
}

subtest 'the last answer' => sub {
	my $ann = person();
	$model->say('First.');
	my $one = $ann->say('hello');
	$model->say('Second.');
	my $two = $ann->say('again');
	$model->fresh;
	$model->say('Better.');
	my $s = retry($ann, ($two->items)[0]);
	is_deeply([removed($s)], [($two->items)[1]{id}],
	    'the old answer is removed');
	is($s->text, 'Better.', 'a new one is given');
	isnt(($s->items)[0]{id}, ($two->items)[1]{id},
	    'an item of its own');
	my @types = map { $_->{type} } $s->events;
	my ($first) = grep { $types[$_] eq 'thread.item.added' } 0 .. $#types;
	is((grep { $_ eq 'thread.item.removed' } @types[$first .. $#types]),
	    0, 'what is removed goes before anything comes');
	is_deeply([$ann->items], [$one->items, ($two->items)[0], $s->items],
	    'a reload shows the same');
	is(kept($ann), '1 2 3 4x 5', 'the old one is kept in the database');
	is_deeply([map { $_->{content} } $ann->messages],
	    ['hello', 'First.', 'again', 'Better.'],
	    'the JSON door shows the same');
	my $sent = $json->encode(($model->fresh)[0]{body}{messages});
	like($sent, qr/First\./, 'the model knows what was before');
	unlike($sent, qr/Second\./, 'not what was taken back');
	$model->say('Fine.');
	$ann->say('and on');
	$sent = $json->encode(($model->fresh)[-1]{body}{messages});
	like($sent, qr/Better\./, 'later turns know the new answer');
	unlike($sent, qr/Second\./, 'and not the old one');
	is($ann->get('conversations')->json->{conversations}[0]{messages}
	    // 6, 6, 'six messages to be seen');
};

subtest 'an old message' => sub {
	my $bob = person('Milk');
	my @turns;
	for my $n (1 .. 3) {
		$model->call(list_tasks => {}) if $n == 2;
		$model->say("Answer $n.");
		push @turns, $bob->say("question $n");
	}
	my ($question) = $turns[0]->items;
	my @gone = map { $_->{id} } ($turns[0]->items)[1],
	    map { $_->items } @turns[1, 2];
	my $n = $model->state->{requests};
	$model->say('Answer 1, anew.');
	my $s = retry($bob, $question);
	is_deeply([sort(removed($s))], [sort @gone],
	    'everything after it is removed');
	is_deeply([$bob->items], [$question, $s->items], 'two items are left');
	is(kept($bob), '1 2x 3x 4x 5x 6x 7', 'all is kept');
	my @m = @{ ($model->requests($n + 1))[0]{body}{messages} };
	is(scalar(grep { $_->{role} ne 'system' } @m), 1,
	    'the model sees the one message');
	refused($bob, ($turns[2]->items)[0], 404, 'item_not_found',
	    'a message that was taken back');
	$model->say('Anew once more.');
	my $again = retry($bob, $question);
	is_deeply([removed($again)], [map { $_->{id} } $s->items],
	    'the new answer can be taken back as well');
	is(kept($bob), '1 2x 3x 4x 5x 6x 7x 8', 'and is kept');
	is_deeply([$bob->items], [$question, $again->items], 'one is left');
};

subtest 'what tools did' => sub {
	my $cat = person('Old');
	$model->calls([add_task => { title => 'Milk' }],
	    [complete_task => { task_id => 1 }]);
	$model->say('I added Milk and completed Old.');
	my $one = $cat->say('add milk, old is done');
	is_deeply([$cat->titles], ['Old', 'Milk'], 'done once');
	my $n = $model->state->{requests};
	$model->calls([add_task => { title => 'Milk' }],
	    [complete_task => { task_id => 1 }]);
	$model->say('Milk is on the list.');
	my $s = retry($cat, ($one->items)[0]);
	is_deeply([$cat->titles], ['Old', 'Milk'],
	    'asked for again it is not done again');
	is($cat->changes(1), 1, 'nor is the other');
	my ($first, $then) = $model->requests($n + 1);
	like($json->encode($first->{body}{messages}),
	    qr/do not do it again.*Milk/s, 'the model is told what stands');
	my @results = map { $_->{content} } grep { $_->{role} eq 'tool' }
	    @{ $then->{body}{messages} };
	is(scalar @results, 2, 'and its calls have results');
	like($results[0], qr/Milk/, 'those of the first time');
	is($s->text, 'Milk is on the list.', 'it may say so');
	is(scalar(my @w = $s->of_type('workflow')), 1, 'a workflow shows them');

	$model->call(add_task => { title => 'Bread' });
	$model->say('I added Bread.');
	my $two = $cat->say('add bread');
	$cat->delete('tasks/3');
	$model->call(add_task => { title => 'Bread' });
	$model->say('I added Bread.');
	retry($cat, ($two->items)[0]);
	is_deeply([$cat->titles], ['Old', 'Milk', 'Bread'],
	    'what is gone meanwhile may be added again');

	$model->calls([add_task => { title => 'X' }],
	    [add_task => { title => 'Y' }]);
	$model->say('I added X and Y.');
	my $three = $cat->say('add two');
	$model->call(add_task => { title => 'Z' });
	$model->say('I added Z.');
	retry($cat, ($three->items)[0]);
	is_deeply([$cat->titles], ['Old', 'Milk', 'Bread', 'X', 'Y', 'Z'],
	    'something else is done');
};

subtest 'a question' => sub {
	my $dan = person('Milk');
	$model->call(delete_task => { task_id => 1 });
	my $one = $dan->say('delete milk');
	my $card = $one->widget;
	$model->say('I would rather not.');
	my $s = retry($dan, ($one->items)[0]);
	ok((grep { $_ eq $card->{id} } removed($s)), 'its card is removed');
	is($app->sql('select state from confirmation where ' . $dan->mine),
	    'superseded', 'and cannot be answered any more');
	my $r = $dan->open('threads.custom_action', $dan->clicking($card,
	    'confirmation.approve',
	    $card->{widget}{confirm}{action}{payload}))->reply;
	is_problem($r, 404, 'item_not_found', 'a click on it');
	is_problem($dan->decide('approve', id =>
	    $card->{widget}{confirm}{action}{payload}{confirmation_id}), 409,
	    'confirmation_superseded', 'the JSON door');
	is_deeply([$dan->titles], ['Milk'], 'nothing is deleted');
};

subtest 'after a failure' => sub {
	my $eve = person();
	$model->order(status => 400);
	my $s = $eve->say('hello');
	ok($s->error, 'an error');
	ok($s->error->{allow_retry}, 'that may be tried again');
	my ($user) = $s->items;
	$model->say('Here I am.');
	my $again = retry($eve, $user);
	is($again->text, 'Here I am.', 'retried');
	is_deeply([$eve->items], [$user, $again->items], 'as if nothing was');
};

subtest 'what cannot be answered again' => sub {
	my $flo = person();
	$model->say('One.');
	my $one = $flo->say('hello');
	my $other = $flo->afresh;
	$model->say('Other.');
	my $there = $other->say('hello');
	my $gil = person();
	$model->say('Gil.');
	my $foreign = $gil->say('hello');
	my ($user, $answer) = $one->items;
	refused($flo, $answer, 400, 'invalid_request', 'an answer');
	refused($flo, $user->{id} =~ s/\d+$/9/r, 404, 'item_not_found',
	    'a message that is not there');
	refused($flo, $_->[1], 404, 'item_not_found', $_->[0]) for
	    ['of another thread', ($there->items)[0]],
	    ['of somebody else', ($foreign->items)[0]],
	    ['garbage', 'garbage'], ['an answer called a message',
	    $user->{id} =~ s/\d+$/2/r];
	is_problem($flo->open('threads.retry_after_item', { thread_id =>
	    $gil->thread, item_id => ($foreign->items)[0]{id} })->reply, 404,
	    'conversation_not_found', 'a thread of somebody else');
	is(kept($_), '1 2', 'nothing is taken back') for $flo, $other, $gil;

	$model->say('Slowly.', hold => 2);
	my $n = $model->state->{requests};
	my $call = $flo->open_say('slowly');
	$model->wait_requests($n + 1);
	refused($flo, $user, 409, 'turn_in_progress', 'while a turn runs');
	$model->release;
	$call->rest;
	is(kept($flo), '1 2 3 4', 'nothing is taken back');
};

done_testing;
