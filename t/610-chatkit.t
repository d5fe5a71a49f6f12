#!/usr/bin/perl
# The ChatKit door on a good day: turns as events, the same items when they
# are read again, threads, and one history whichever door it was said at.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

# No comment ever, which would take along what waits to be sent.
my $app = App->new(model => 'script', threads => 16, confirm_bulk_from => 3,
    stream_comment_seconds => 300)->start;
my $model = $app->model;
my $json = JSON::PP->new->canonical;
my $turn = 'item.done(user_message) stream_options';
my $said = 'item.added(assistant_message) item.done(assistant_message)';

sub person(@titles) { ChatKit->person($app, @titles) }

# What was told and what is stored: the same items, byte for byte.
sub same_items($who, $name, @streams)
{
	my @bytes = map { $_->done_bytes } @streams;
	my @stored = $who->items;
	my $page = $who->ask('items.list', { thread_id => $who->thread,
	    order => 'asc', limit => 100 })->body;
	is(scalar(grep { index($page, $_) < 0 } @bytes), 0,
	    "$name: every byte of it is stored")
	    or diag("told @bytes\nread $page");
	is_deeply([map { $_->{id} } @stored], [map { $_->{id} }
	    map { $_->items } @streams], "$name: nothing else, in this order");
	is_deeply([reverse $who->items($who->thread, order => 'desc')],
	    \@stored, "$name: backwards the same");
	return @stored;
}

subtest 'two turns' => sub {
	my $ann = person();
	$model->order(pieces => ["\n Hel", 'lo, ', 'Ann.']);
	my $one = $ann->say('hello');
	like($one->{call}->header('Content-Type'), qr{^text/event-stream},
	    'events');
	is($one->{call}->header('Cache-Control') =~ /no-(?:store|cache)/, 1,
	    'not to be kept');
	is($one->story, "created $turn updated $said",
	    'what happens in the first turn');
	is($one->text, 'Hello, Ann.', 'the words, without blanks before');
	ok((grep { ($_->{update}{type} // '') =~ /text_delta/ }
	    $one->events) > 1, 'they came in pieces');
	my ($first) = $one->events;
	is($first->{thread}{id}, $ann->thread, 'the thread');
	is($first->{thread}{status}{type}, 'active', 'is active');
	my ($user, $answer) = $one->items;
	is_deeply($user->{content}, [{ type => 'input_text',
	    text => 'hello' }], 'the person\'s message');
	is_deeply([$user->{attachments}, $user->{inference_options}],
	    [[], {}], 'with all that belongs to one');
	is_deeply($answer->{content}, [{ type => 'output_text',
	    text => 'Hello, Ann.', annotations => [] }], 'and the answer');

	$model->say('You said hello.');
	my $two = $ann->say('what did I say?');
	is($two->story, $turn . " $said", 'a second turn');
	my $options = ($two->events)[1]{stream_options};
	ok($options->{allow_cancel}, 'may be stopped');
	same_items($ann, 'two turns', $one, $two);
	my $sent = ($model->fresh)[-1]{body}{messages};
	is_deeply([map { $_->{role} } @$sent[1 .. 3]],
	    [qw(user assistant user)], 'the model knows the first');

	my $t = $ann->want('threads.get_by_id',
	    { thread_id => $ann->thread });
	is_deeply([map { $_->{id} } @{ $t->{items}{data} }],
	    [map { $_->{id} } $one->items, $two->items],
	    'the thread brings its items');
	is($t->{created_at}, $first->{thread}{created_at}, 'and its age');
};

subtest 'tools' => sub {
	my $bob = person('Milk');
	$model->calls([add_task => { title => 'Walk' }],
	    [complete_task => { task_id => 1 }]);
	$model->say('I added Walk and completed Milk.');
	my $s = $bob->say('add a walk, milk is done');
	my ($user, $flow, $text, @more) = $s->items;
	is(scalar @more, 0, 'a message, a workflow, words');
	is($flow->{type}, 'workflow', 'a workflow');
	my @tasks = @{ $flow->{workflow}{tasks} };
	is(scalar @tasks, 2, 'with a line a call');
	is($_->{status_indicator}, 'complete', 'complete') for @tasks;
	like($tasks[0]{title}, qr/Walk/, 'that names the task');
	is($text->{content}[0]{text}, 'I added Walk and completed Milk.',
	    'then the words');
	my @loading = grep { (($_->{update} // {})->{task}
	    // (($_->{item} // {})->{workflow} // {})->{tasks}[0] // {})
	    ->{status_indicator} // '' eq 'loading' } $s->events;
	ok(scalar @loading, 'while it ran, it was loading');
	like($s->story, qr/^created[ ]\Q$turn\E[ ]updated[ ]
	    item\.added\(workflow\)[ ].*item\.done\(workflow\)[ ]\Q$said\E$/x,
	    'the workflow is done before the words begin');
	same_items($bob, 'tools', $s);

	$model->order(text => 'Let me look.', calls => [{ name =>
	    'complete_task', arguments => { task_id => 2 } }]);
	$model->order(text => 'Once more.', calls => [{ name =>
	    'add_task', arguments => { title => 'Run' } }]);
	$model->say('Done.');
	my $mixed = $bob->say('complete it, add a run');
	is_deeply([map { $_->{type} } $mixed->items], [qw(user_message
	    assistant_message workflow assistant_message workflow
	    assistant_message)], 'words before calls stay before them');
	is_deeply([map { $_->{content}[0]{text} }
	    $mixed->of_type('assistant_message')],
	    ['Let me look.', 'Once more.', 'Done.'], 'each for itself');
	same_items($bob, 'words and calls', $s, $mixed);
	is_deeply([$bob->titles(status => 'completed')], ['Milk', 'Walk'],
	    'it was done');

	my $eve = person();
	$model->call(complete_task => { task_id => 9 });
	$model->call(fly => {});
	$model->say('There is no such task.');
	my $failed = $eve->say('complete task 9');
	my @flows = $failed->of_type('workflow');
	is(scalar @flows, 1, 'calls without words between share a workflow');
	is(scalar @{ $flows[0]{workflow}{tasks} }, 2, 'failed ones too');
	same_items($eve, 'failed calls', $failed);
};

subtest 'a list' => sub {
	my $cat = person('Milk', 'Bread', { title => 'Rent',
	    priority => 'high', due_at => '2027-01-31T10:00:00Z' });
	$model->call(list_tasks => {});
	$model->say('You have three tasks.');
	my $s = $cat->say('what is there?');
	is_deeply([map { $_->{type} } $s->items], [qw(user_message workflow
	    assistant_message widget)], 'the list comes after the words');
	my $w = $s->widget;
	is($w->{widget}{type}, 'ListView', 'a list');
	my @rows = @{ $w->{widget}{children} };
	is(scalar @rows, 3, 'of three rows');
	my $as_text = $json->encode($rows[2]);
	like($as_text, qr/Rent/, 'with the title');
	like($as_text, qr/high/i, 'and what is special about it');
	like($as_text, qr/"task\.toggle"/, 'a box to tick');
	like($as_text, qr/"task\.delete"/, 'and a button to delete it');
	like($w->{copy_text}, qr/Milk.*Bread.*Rent/s, 'it can be copied');
	same_items($cat, 'a list', $s);

	$cat->patch('tasks/1', { completed => JSON::PP::true });
	$cat->delete('tasks/2');
	my ($now) = grep { $_->{id} eq $w->{id} } $cat->items;
	isnt($json->encode($now->{widget}),
	    $json->encode($w->{widget}),
	    'read again it shows the tasks as they stand now');
	is(scalar @{ $now->{widget}{children} }, 3, 'each in its row');
	like($json->encode($now->{widget}{children}[1]),
	    qr/task\.restore/, 'the deleted one can be restored');

	$model->call(list_tasks => { search => 'nothing like it' });
	$model->say('Nothing.');
	ok(!$cat->say('find nothing')->widget, 'nothing found: no list');
	$model->call(list_tasks => {});
	$model->call(add_task => { title => 'New' });
	$model->say('Added.');
	ok(!$cat->say('look and add')->widget,
	    'a list that only served another call is not shown');
	$model->calls([list_tasks => {}], [list_tasks => {}]);
	$model->say('Twice.');
	my $twice = $cat->say('list twice');
	is(scalar(my @lists = $twice->of_type('widget')), 1,
	    'the same list twice is shown once');
	$model->calls([list_tasks => { status => 'completed' }],
	    [list_tasks => { status => 'pending' }]);
	$model->say('Both.');
	is(scalar(@lists = $cat->say('both')->of_type('widget')), 2,
	    'two lists are two');
};

subtest 'titles and threads' => sub {
	my $dan = person();
	my @threads;
	for my $n (1 .. 3) {
		my $new = $dan->afresh;
		$model->say("Answer $n.");
		my $s = $new->say("question $n");
		my ($title) = map { $_->{thread}{title} // () }
		    reverse grep { $_->{thread} } $s->events;
		like($title, qr/question $n/, 'a thread has a title');
		push @threads, $new->thread;
	}
	my $list = $dan->want('threads.list', {});
	is_deeply([map { $_->{id} } @{ $list->{data} }], [reverse @threads],
	    'the newest first');
	is_deeply([map { $_->{title} } @{ $list->{data} }],
	    ['question 3', 'question 2', 'question 1'], 'with their titles');
	is_deeply([map { scalar @{ $_->{items}{data} } } @{ $list->{data} }],
	    [0, 0, 0], 'and without items');
	my $t = $dan->want('threads.update', { thread_id => $threads[0],
	    title => "Ümläute & “quotes”" });
	is($t->{title}, "Ümläute & “quotes”", 'a new title');
	is($dan->want('threads.get_by_id', { thread_id => $threads[0] })
	    ->{title}, "Ümläute & “quotes”", 'is kept');
	is($dan->get('conversations')->json->{conversations}[-1]{title},
	    "Ümläute & “quotes”", 'and known at the other door');
	$dan->want('threads.delete', { thread_id => $threads[1] });
	is_problem($dan->ask($_, { thread_id => $threads[1] }), 404,
	    'conversation_not_found', "$_ of a deleted thread")
	    for 'threads.get_by_id', 'items.list', 'threads.delete';
	is(scalar @{ $dan->want('threads.list', {})->{data} }, 2,
	    'two are left');
	is_deeply(person()->want('threads.list', {}),
	    { data => [], has_more => JSON::PP::false },
	    'somebody else has none');
};

subtest 'what people think of an answer' => sub {
	my $flo = person();
	$model->say('One.');
	my $one = $flo->say('first');
	$model->call(add_task => { title => 'Milk' });
	$model->say('Two.');
	my $two = $flo->say('second');
	my $feedback = sub { $app->sql('select string_agg(id || coalesce('
	    . "feedback::text, '-'), ' ' order by id) from message where "
	    . $flo->mine) };
	my %params = (thread_id => $flo->thread,
	    item_ids => [map { $_->{id} } $two->items]);
	$flo->want('items.feedback', { %params, kind => 'positive' });
	is($feedback->(), '1- 2- 3- 4positive', 'the answer, not the question');
	$flo->want('items.feedback', { %params, kind => 'negative' });
	is($feedback->(), '1- 2- 3- 4negative', 'a change of mind');
	$flo->want('items.feedback', { %params, kind => 'positive',
	    item_ids => [map { ($_->items)[1]{id} } $one, $two] });
	is($feedback->(), '1- 2positive 3- 4positive', 'two answers at once');
	is_deeply([$flo->items], [map { $_->items } $one, $two],
	    'the items are as they were');
};

subtest 'one history, two doors' => sub {
	my $gil = person();
	$model->call(add_task => { title => 'Milk' });
	$model->say('I added Milk.');
	my $r = $gil->chat('add milk');
	is_deeply([map { $_->{type} } $gil->items], [qw(user_message
	    workflow assistant_message)], 'said as JSON, read here');
	is_deeply([map { $_->{content} ? $_->{content}[0]{text} : () }
	    $gil->items], ['add milk', 'I added Milk.'], 'the words');
	$model->say('Here.');
	my $s = $gil->say('where?');
	my @m = $gil->messages;
	is_deeply([map { $_->{content} } @m], ['add milk', 'I added Milk.',
	    'where?', 'Here.'], 'said here, read there');
	is($gil->history->{title}, 'add milk', 'one conversation');
	is_deeply([($gil->items)[-2, -1]], [$s->items], 'and one history');
	$model->say('As events.');
	my @ev = $gil->stream('and now?');
	is($ev[-1]{event}, 'done', 'the other door\'s events are its own');

	my @before = $gil->items;
	$app->restart_workers;
	is_deeply([$gil->items], \@before, 'a new worker: the same items');
};

subtest 'a time of one\'s own' => sub {
	my $hal = person();
	$model->call(add_task => { title => 'T', due_at =>
	    '2027-01-15T09:00' });
	$model->call(list_tasks => {});
	$model->say('Added.');
	my %zone = (query => { timezone => 'America/New_York' });
	my $s = $hal->say('remind me', %zone);
	is($app->sql("select to_char(due_at at time zone 'UTC', 'HH24:MI')"
	    . ' from task where ' . $hal->mine), '14:00', 'of the address');
	my ($list) = grep { $_->{type} eq 'widget' }
	    @{ $hal->want('items.list', { thread_id => $hal->thread }, %zone)
	    ->{data} };
	is_deeply($list, $s->widget, 'the list is shown in it');
	my ($utc) = grep { $_->{type} eq 'widget' } $hal->items;
	isnt($json->encode($utc), $json->encode($list), 'in UTC without');
};

subtest 'whose page it is' => sub {
	my ($ann, $bob) = (person(), person());
	my %anns = (query => { user => $ann->{id} });
	$model->say('Hello.');
	is($ann->say('hello', %anns)->status, 200, 'she is answered');
	is_problem($bob->ask('threads.list', {}, %anns), 403,
	    'user_mismatch', 'nobody else is');
	is_problem($bob->ask('threads.create', { input =>
	    ChatKit::input('hello') }, %anns), 403, 'user_mismatch',
	    '... nor heard');
	is($app->sql('select count(*) from message where ' . $bob->mine), 0,
	    'nothing is stored');
};

subtest 'what a client may say' => sub {
	my $ian = person();
	my $input = { content => [{ type => 'input_text', text => 'ask ' },
	    { type => 'input_tag', id => 'u1', text => 'Bea', data =>
	        { mail => 'bea@example.org', none => undef, deep => [1, { a =>
	        JSON::PP::true }] }, group => 'People',
	        interactive => JSON::PP::true },
	    { type => 'input_text', text => ' about “it” 😀' }],
	    attachments => [], quoted_text => "You said:\nthis",
	    inference_options => { tool_choice => { id => 'x' },
	        model => 'm' } };
	$model->fresh;
	$model->say('I asked.');
	my $s = $ian->say($input);
	my ($user) = $s->items;
	is_deeply($user->{content}, $input->{content}, 'tags are kept');
	is($user->{quoted_text}, $input->{quoted_text}, 'so is a quote');
	same_items($ian, 'a rich message', $s);
	my $sent = ($model->fresh)[-1]{body}{messages}[-1]{content};
	like($sent, qr/ask \@Bea about “it” 😀/, 'the model reads a tag as @');
	like($sent, qr/^> You said:\n> this$/m, 'and the quote as one');

	my $jan = person();
	my $plain = ChatKit::input('plain words');
	$model->say('Yes.');
	$s = $jan->say({ %$plain, inference_options => {} });
	my $row = ($app->rows('select content from message where '
	    . $jan->mine . ' order by id'))[0];
	is($row->{content}, 'plain words', 'plain words are just that');
	my $kit = person();
	my $asked = $model->state->{requests};
	$model->say('Said once.');
	my @twice = map { $kit->afresh->say('hello', key => 'k-1') } 1, 2;
	is($model->state->{requests}, $asked + 1, 'a key: answered once');
	is_deeply([map { $_->{id} } $twice[1]->items],
	    [map { $_->{id} } $twice[0]->items], 'and told twice');
};

subtest 'a model that is slow' => sub {
	my $lea = person();
	$model->order(pieces => ['One ', 'two.'], hold => 3);
	my $call = $lea->open_say('count', seconds => 20);
	is($call->until_text('One')->text, 'One ', 'its words come at once');
	$model->release;
	$call->rest;
	is($call->text, 'One two.', 'and the rest');
};

done_testing;
