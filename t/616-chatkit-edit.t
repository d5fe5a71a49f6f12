#!/usr/bin/perl
# A message put in the place of an earlier one, through the ChatKit door: that
# one and all that came after it are taken back, what tools did stays done
# and is not done twice, and sent again under its key it takes nothing back
# a second time.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use Fault;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 16, turn_lease => 2,
    db_connections => 12, allowed_origins => 'https://page.example')->start;
my $model = $app->model;
my $fault = Fault->new($app);
my $json = JSON::PP->new->canonical;
my %on = (metadata => { on_disconnect => 'continue' });

sub person(@titles) { ChatKit->person($app, @titles) }

# They said it, and were answered this.
sub said($who, $text, $answer)
{
	$model->say($answer);
	return $who->say($text);
}

sub user_of($stream) { ($stream->of_type('user_message'))[0] }

sub refused($who, $item, $status, $code, $name, %opt)
{
	my $r = $who->open($who->editing($item, $opt{what} // 'anew'),
	    hostile => 1, key => $opt{key})->reply;
	is_problem($r, $status, $code, $name);
	is($r->header('Taskchat-Extensions'), $ChatKit::extensions,
	    '... from a backend of ours');
	return $r;
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

sub sent_last() { $json->encode(($model->fresh)[-1]{body}{messages}) }

sub title($who)
{
	return $who->want('threads.get_by_id', { thread_id => $who->thread })
	    ->{title};
}

subtest 'the last message' => sub {
	my $ann = person();
	my $one = said($ann, 'hello', 'First.');
	my $two = said($ann, 'agian', 'Second.');
	$model->fresh;
	$model->say('Better.');
	my $s = $ann->edit(user_of($two), 'again');
	is_deeply([removed($s)], [map { $_->{id} } $two->items],
	    'it goes, and its answer');
	is($s->story, 'item.removed item.removed item.done(user_message)'
	    . ' stream_options item.added(assistant_message)'
	    . ' item.done(assistant_message)', 'in this order');
	is(user_of($s)->{content}[0]{text}, 'again', 'another is there');
	is($s->text, 'Better.', 'and answered');
	is_deeply([$ann->items], [$one->items, $s->items],
	    'a reload shows the same');
	is(kept($ann), '1 2 3x 4x 5 6', 'the old ones are kept');
	is_deeply([map { $_->{content} } $ann->messages],
	    ['hello', 'First.', 'again', 'Better.'],
	    'the JSON door shows the same');
	is($ann->get('conversations')->json->{conversations}[0]{messages}
	    // 4, 4, 'four messages to be seen');
	my $sent = sent_last();
	like($sent, qr/First\./, 'the model knows what was before');
	unlike($sent, qr/agian|Second\./, 'not what was taken back');
	unlike($sent, qr/has changed this message/,
	    'nothing was done that it had to know of');
	is(title($ann), 'hello', 'the title stays');
};

subtest 'an old one, with tags and a quotation' => sub {
	my $bob = person();
	my @turns = map { said($bob, "question $_", "Answer $_.") } 1 .. 3;
	$model->fresh;
	$model->say('Anew.');
	my $input = { content => [{ type => 'input_text', text => 'ask ' },
	    { type => 'input_tag', id => 't1', text => 'Ann', data => {},
	    interactive => JSON::PP::false }], attachments => [],
	    quoted_text => 'Answer 1.', inference_options => {} };
	my $s = $bob->edit(user_of($turns[1]), $input, %on);
	is_deeply([removed($s)], [map { map { $_->{id} } $_->items }
	    @turns[1, 2]], 'all behind it goes');
	is_deeply(user_of($s)->{content}, $input->{content}, 'kept as sent');
	like(sent_last(), qr/> Answer 1\.\\n\\nask \@Ann/,
	    'the model reads all of it');
	is_deeply([$bob->items], [$turns[0]->items, $s->items],
	    'a reload shows the same');
	is(kept($bob), '1 2 3x 4x 5x 6x 7 8', 'all is kept');
	refused($bob, user_of($turns[$_]), 404, 'item_not_found',
	    'a message that was taken back') for 1, 2;
	is(kept($bob), '1 2 3x 4x 5x 6x 7 8', 'nothing more is taken back');
};

subtest 'more than one batch of messages' => sub {
	my $hal = person();
	my $one = said($hal, 'hello', 'First.');
	my $of = "'" . $hal->id . "', '" . $hal->conversation . "'";
	$app->sql('insert into message (user_id, conversation_id, id, role,'
	    . " content) select $of, n, (case when n % 2 = 1 then 'user' else"
	    . " 'assistant' end)::message_role, 'n' || n"
	    . ' from generate_series(3, 250) n');
	$app->sql('update conversation set last_message = 250 where '
	    . $hal->mine);
	my @before = map { $_->{id} } $hal->items;
	$model->say('Short.');
	my $s = $hal->edit(user_of($one), 'in short');
	is_deeply([removed($s)], \@before, 'every item goes');
	is_deeply([$hal->items], [$s->items], 'but the new ones');
};

subtest 'the title' => sub {
	my $cat = person();
	my $one = said($cat, "plan a pary\nsoon", 'Fine.');
	is(title($cat), 'plan a pary', 'made from the first message');
	$model->say('Fine.');
	my $two = $cat->edit(user_of($one), 'plan a party');
	like($two->story, qr/^item\.removed\ item\.removed
	    \ item\.done\(user_message\)\ stream_options\ updated\ /x,
	    'follows it');
	is((grep { $_->{type} eq 'thread.updated' } $two->events)[0]{thread}
	    {title}, 'plan a party', 'as is told');
	is(title($cat), 'plan a party', 'and stored');
	my $three = said($cat, 'next', 'Fine.');
	$model->say('Fine.');
	unlike($cat->edit(user_of($three), 'plan a feast')->story,
	    qr/updated/, 'not a later one');
	is(title($cat), 'plan a party', 'which changes nothing');
	$cat->want('threads.update', { thread_id => $cat->thread,
	    title => 'Birthday' });
	$model->say('Fine.');
	unlike($cat->edit(user_of($two), 'plan a feast')->story,
	    qr/updated/, 'nor over a name that a person gave');
	is(title($cat), 'Birthday', 'which stays');
};

subtest 'what tools did' => sub {
	my $dan = person('Old');
	$model->calls([add_task => { title => 'Milk' }],
	    [complete_task => { task_id => 1 }]);
	$model->say('I added Milk and completed Old.');
	my $one = $dan->say('add mlk, old is done');
	$model->fresh;
	$model->calls([add_task => { title => 'Milk' }],
	    [complete_task => { task_id => 1 }]);
	$model->say('Milk is on the list.');
	my $two = $dan->edit(user_of($one), 'add milk, old is done');
	is_deeply([$dan->titles], ['Old', 'Milk'], 'is not done again');
	is($dan->changes(1), 1, 'nor the other');
	my ($first, $then) = $model->fresh;
	like($json->encode($first->{body}{messages}), qr/has\ changed\ this
	    \ message.*do\ not\ do\ it\ again.*Milk/xs,
	    'the model is told what stands');
	my @results = map { $_->{content} } grep { $_->{role} eq 'tool' }
	    @{ $then->{body}{messages} };
	like($results[0], qr/Milk.*already|already.*Milk/,
	    'its call gets the first result');
	is($two->text, 'Milk is on the list.', 'it may say so');

	$model->say('It is there.');
	my $three = $dan->edit(user_of($two), 'is milk there?');
	$model->fresh;
	$model->call(add_task => { title => 'Milk' });
	$model->say('It is there.');
	my $four = $dan->edit(user_of($three), 'then add milk');
	is_deeply([$dan->titles], ['Old', 'Milk'],
	    'nor is what was done some changes ago');
	$model->call(add_task => { title => 'Milk' });
	$model->say('It is there.');
	$dan->run('threads.retry_after_item', { thread_id => $dan->thread,
	    item_id => user_of($four)->{id} });
	is_deeply([$dan->titles], ['Old', 'Milk'],
	    'nor when the changed one is answered anew');
	$model->call(add_task => { title => 'Bread' });
	$model->say('I added Bread.');
	$dan->edit(user_of($four), 'add bread');
	is_deeply([$dan->titles], ['Old', 'Milk', 'Bread'],
	    'something else is done');

	my $five = said($dan, 'thanks', 'Fine.');
	$model->call(add_task => { title => 'Bread' });
	$model->say('I added Bread.');
	$model->fresh;
	$dan->edit(user_of($five), 'thanks, and bread once more');
	is_deeply([$dan->titles], ['Old', 'Milk', 'Bread', 'Bread'],
	    'what an answer that stands has done may be done again');
	unlike($json->encode(($model->fresh)[0]{body}{messages}[0]),
	    qr/has changed this message/, 'nobody is told otherwise');
};

subtest 'a question' => sub {
	my $eve = person('Milk');
	$model->call(delete_task => { task_id => 1 });
	my $one = $eve->say('delete milk');
	my $card = $one->widget;
	$model->say('Yes what?');
	my $s = $eve->edit(user_of($one), 'yes');
	ok((grep { $_ eq $card->{id} } removed($s)), 'its card goes');
	is($s->text, 'Yes what?', 'a yes in its place is no answer to it');
	is(scalar $s->replaced, 0, 'and it is not shown again');
	is($app->sql('select state from confirmation where ' . $eve->mine),
	    'superseded', 'it cannot be answered any more');
	my $r = $eve->open('threads.custom_action', $eve->clicking($card,
	    'confirmation.approve',
	    $card->{widget}{confirm}{action}{payload}))->reply;
	is_problem($r, 404, 'item_not_found', 'a click on it');
	is_deeply([$eve->titles], ['Milk'], 'nothing is deleted');
};

subtest 'sent again under its key' => sub {
	my $flo = person();
	my $one = said($flo, 'hello', 'First.');
	my $item = user_of($one);
	$model->call(add_task => { title => 'Milk' });
	$model->say('I added Milk.');
	my $s = $flo->edit($item, 'add milk', key => 'once');
	my $n = $model->state->{requests};
	my $again = $flo->edit($item, 'add milk', key => 'once');
	is_deeply([removed($again)], [removed($s)],
	    'what went is told again');
	is_deeply([map { $_->{id} } $again->items],
	    [map { $_->{id} } $s->items], 'and what came');
	is($again->text, $s->text, 'in the same words');
	like($again->story, qr/stream_options updated/, 'and the title');
	is($model->state->{requests}, $n, 'no model is asked');
	is(kept($flo), '1x 2x 3 4', 'nothing more is taken back');
	is_deeply([$flo->titles], ['Milk'], 'or done');
	refused($flo, $item, 409, 'idempotency_key_reused', 'other words',
	    key => 'once', what => 'add bread');
	refused($flo, user_of($s), 409, 'idempotency_key_reused',
	    'another message', key => 'once', what => 'add milk');
	$flo->{conversation} = $flo->conversation;
	is_problem($flo->open('threads.add_user_message', { thread_id =>
	    $flo->thread, input => ChatKit::input('add milk') },
	    key => 'once')->reply, 409, 'idempotency_key_reused',
	    'another request');
	is_problem($flo->chat('add milk', key => 'once'), 409,
	    'idempotency_key_reused', 'the other door');
	$model->say('Fine.');
	$flo->edit(user_of($s), 'never mind', key => 'twice');
	refused($flo, $item, 409, 'message_removed',
	    'when it was itself taken back', key => 'once',
	    what => 'add milk');
	is(kept($flo), '1x 2x 3x 4x 5 6', 'that changes nothing');
};

# The lock stands in for the worker's slowness: it is killed with the second
# call on its way.
subtest 'the worker is killed' => sub {
	$app->expect_web_log(qr/upstream|Connection (?:reset|refused)/);
	my $gil = person('Old');
	$model->call(add_task => { title => 'Milk' });
	$model->say('I added Milk.');
	my $one = $gil->say('add mlk');
	my $hold = $fault->hold('select 1 from task where ' . $gil->mine
	    . ' and id = 1 for update');
	$model->calls([add_task => { title => 'Milk' }],
	    [complete_task => { task_id => 1 }]);
	my $call = $gil->open($gil->editing(user_of($one), 'add milk'),
	    key => 'once', %on);
	my @pids = $hold->blocks;
	$app->kill_worker;
	$call->rest(cut => 1);
	$fault->cut(@pids);
	$hold->release;
	$app->start_worker;
	$app->wait_ready;
	is(kept($gil), '1x 2x 3', 'it was taken back and stored');
	is_deeply([removed($call)], [map { $_->{id} } $one->items],
	    'and told');
	$fault->leases_over;
	$model->fresh;
	$model->calls([add_task => { title => 'Milk' }],
	    [complete_task => { task_id => 1 }]);
	$model->say('Milk is on the list.');
	my $s = $gil->edit(user_of($one), 'add milk', key => 'once');
	is_deeply([removed($s)], [map { $_->{id} } $one->items],
	    'what went is told again');
	is(kept($gil), '1x 2x 3 4', 'nothing more is taken back');
	is_deeply([$gil->titles], ['Old', 'Milk'], 'nothing is done twice');
	is($gil->changes(1), 1, 'what was left to do is done');
	like($json->encode(($model->fresh)[0]{body}{messages}),
	    qr/do not do it again.*Milk/s,
	    'the model is told again what stands');
	is_deeply([$gil->items], [$s->items], 'a reload shows the same');
	is(user_of($s)->{id}, user_of($call)->{id}, 'the same message');
};

subtest 'what cannot be changed' => sub {
	my $ida = person();
	my $one = said($ida, 'hello', 'One.');
	my $other = $ida->afresh;
	my $there = said($other, 'hello', 'Other.');
	my $kim = person();
	my $foreign = said($kim, 'hello', 'Kim.');
	my ($user, $answer) = $one->items;
	my $r = refused($ida, $answer, 400, 'invalid_request', 'an answer');
	like($r->json->{detail}, qr/^params\.item_id: /, 'says where');
	refused($ida, $_->[1], 404, 'item_not_found', $_->[0]) for
	    ['a message that is not there', $user->{id} =~ s/\d+$/9/r],
	    ['of another thread', user_of($there)],
	    ['of somebody else', user_of($foreign)],
	    ['garbage', 'garbage'], ['an answer called a message',
	    $user->{id} =~ s/\d+$/2/r];
	refused($ida, $user, 400, 'message_empty', 'for nothing',
	    what => '  ');
	my %params = (thread_id => $kim->thread,
	    item_id => user_of($foreign)->{id}, input => ChatKit::input('x'));
	is_problem($ida->open('taskchat.edit', \%params)->reply, 404,
	    'conversation_not_found', 'a thread of somebody else');
	$params{item_id} .= '_0';
	is_problem($ida->open('taskchat.edit', \%params)->reply, 404,
	    'conversation_not_found', '... of an answer too');
	for my $left (qw(thread_id item_id input)) {
		my %less = (thread_id => $ida->thread, item_id => $user->{id},
		    input => ChatKit::input('x'));
		delete $less{$left};
		my $r = $ida->open('taskchat.edit', \%less)->reply;
		is_problem($r, 400, 'invalid_request', "without $left");
		like($r->json->{detail}, qr/^params\.$left: /, 'says so');
	}
	is(kept($_), '1 2', 'nothing is taken back') for $ida, $other, $kim;

	$model->say('Slowly.', hold => 2);
	my $n = $model->state->{requests};
	my $call = $ida->open_say('slowly');
	$model->wait_requests($n + 1);
	refused($ida, $user, 409, 'turn_in_progress', 'while a turn runs');
	$model->release;
	$call->rest;
	is(kept($ida), '1 2 3 4', 'nothing is taken back');
};

subtest 'two at once' => sub {
	my $lee = person();
	my $one = said($lee, 'hello', 'One.');
	$model->clear;
	$model->say('Which?', hold => 2);
	my $hold = $fault->hold('select 1 from conversation where '
	    . $lee->mine . ' for update');
	my @calls = map { $lee->tab->open($lee->editing(user_of($one),
	    "way $_")) } 1, 2;
	$hold->blocks(2);
	my $n = $model->state->{requests};
	$hold->release;
	$model->wait_requests($n + 1);
	my @lost = grep { $_->status == 409 } @calls;
	is(scalar @lost, 1, 'one of them is too late');
	is_problem($lost[0]->reply, 409, 'turn_in_progress', 'and told so');
	$model->release;
	my ($won) = grep { $_ != $lost[0] } @calls;
	$won->rest;
	is($won->text, 'Which?', 'the other is answered');
	is(kept($lee), '1x 2x 3 4', 'all is taken back once');
};

# What a worker does whose connection broke when all was done: the same call
# once more.
subtest 'the answer of the database is lost' => sub {
	my $max = person('Old');
	$model->call(add_task => { title => 'Milk' });
	$model->say('I added Milk.');
	$max->say('add mlk');
	my $begin = sub ($key) {
		return $app->sql("select kind || ' ' || asked || ' ' || message"
		    . " || ' ' || title || ' ' || json_array_length(effects)"
		    . " from turn_begin('" . $max->id . "', '"
		    . $max->conversation . "', null, 'add milk', $key, 'UTC',"
		    . " 60, true, '7e2c6a3e-6d0c-4d8e-9d0e-2f3c7a1b5c11',"
		    . ' false, null, 1)');
	};
	is($begin->('null'), 'new 3 4 add milk 1', 'begun');
	is($begin->('null'), 'new 3 4 add milk 1', 'and once more');
	is(kept($max), '1x 2x 3', 'taken back once, stored once');
	is($app->sql('select removed from conversation where ' . $max->mine),
	    2, 'and counted once');
};

subtest 'every answer says what else there is' => sub {
	my $ned = person();
	my $post = sub (%opt) {
		return $ned->request('POST', '/api/chatkit', json =>
		    { type => 'threads.list', params => {} }, %opt);
	};
	my %page = (headers => { Origin => 'https://page.example' });
	my @answers = ([200, 'an answer'], [401, 'no token', token => undef],
	    [415, 'no JSON', body => 'x',
	    headers => { 'Content-Type' => 'text/plain' }],
	    [400, 'no request', json => {}],
	    [400, 'an unknown one', json => { type => 'x', params => {} }],
	    [413, 'too large', json => { x => 'x' x 300_000 }],
	    [403, 'a foreign page', headers => { Origin =>
	    'https://foreign.example' }], [200, 'a page that is listed',
	    %page], [401, 'refused to it', %page, token => undef]);
	for (@answers) {
		my ($status, $name, %opt) = @$_;
		my $r = exists $opt{body} ? $ned->request('POST',
		    '/api/chatkit', %opt) : $post->(%opt);
		is($r->status, $status, $name);
		is($r->header('Taskchat-Extensions'), $ChatKit::extensions,
		    '... says so');
		next if !$opt{headers}
		    || ($opt{headers}{Origin} // '') !~ /page/;
		like($r->header('Access-Control-Expose-Headers'),
		    qr/\bTaskchat-Extensions\b/, '... and can be read');
	}
	is($ned->get('tasks')->header('Taskchat-Extensions'), undef,
	    'other addresses have no such things');
};

done_testing;
