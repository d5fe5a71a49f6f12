#!/usr/bin/perl
# Everything wrong that can be sent to the ChatKit door: it is refused with
# a problem that names the member, before a byte of a stream, and changes
# nothing.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

# Bodies go to the worker as they arrive, so that it sees the slow ones.
my $app = App->new(model => 'script', threads => 16, confirm_bulk_from => 3,
    message_max => 200, web => 'fastcgi_request_buffering off;')->start;
$app->expect_web_log(qr/client (?:timed out|prematurely|intended)|body/);
my $model = $app->model;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $nobody = '00000000-0000-4000-8000-000000000000';
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

my $ann = ChatKit->person($app, 'Milk', 'Bread');
my $eve = ChatKit->person($app, 'Hers');

# Ann's thread: words, a list, a card that waits.
$model->call(list_tasks => {});
$model->say('Two tasks.');
my $listing = $ann->say('what is there?');
$model->call(delete_task => { task_id => 1 });
my $asking = $ann->say('delete milk');
my ($list, $card) = ($listing->widget, $asking->widget);
my $question = $card->{widget}{confirm}{action}{payload};
my ($user, $words) = ($asking->items)[0, 1];
$model->call(list_tasks => {});
$model->say('One task.');
my $hers = $eve->say('what is there?')->widget;
my $second = $ann->afresh;
$model->say('Hello.');
my $there = $second->say('hello');
my $thread = $ann->thread;

sub everything()
{
	return $app->sql('select json_build_array('
	    . '(select json_agg(t order by user_id, id) from task t),'
	    . '(select json_agg(m order by user_id, conversation_id, id)'
	    . ' from message m),'
	    . '(select json_agg(c order by user_id, id) from conversation c),'
	    . '(select json_agg(f order by user_id, id) from confirmation f))');
}
my $before = everything();
my $cases = 0;

# One request that is refused; $where: what the detail names.
sub refused($name, $request, $status, $code, $where = undef, %opt)
{
	my $bytes = ref $request ? $json->encode($request) : $request;
	my $r = ($opt{who} // $ann)->send_ck('hostile', {}, hostile => 1,
	    body => $bytes, %opt)->reply;
	$cases++;
	is_problem($r, $status, $code, $name) or return;
	like($r->json->{detail}, qr/\Q$where\E/, "$name: $where")
	    if defined $where;
}

sub bad($name, $request, $where, %opt)
{
	refused($name, $request, 400, 'invalid_request', $where, %opt);
}

sub req($type, $params, %more)
{
	return { type => $type, params => $params, %more };
}

sub create($input) { req('threads.create', { input => $input }) }

subtest 'no JSON, or not ours' => sub {
	my $plain = $json->encode(create(ChatKit::input('hello')));
	my %broken = ('nothing' => '', 'half' => substr($plain, 0, 40),
	    'trailing bytes' => "$plain x", 'two bodies' => $plain x 2,
	    'a member twice' => $plain =~ s/^\{/{"type":"threads.list",/r,
	    'a member twice, deep' =>
	        $plain =~ s/"text":/"text":"a","text":/r,
	    'half a character' => $plain =~ s/hello/\xc3/r,
	    'an overlong character' => $plain =~ s/hello/\xc0\xaf/r,
	    'a surrogate as bytes' => $plain =~ s/hello/\xed\xa0\xbd/r,
	    'a lone surrogate' => $plain =~ s/hello/\\ud83d/r,
	    'a surrogate the wrong way round' =>
	        $plain =~ s/hello/\\udca9\\ud83d/r,
	    'a NUL byte' => $plain =~ s/hello/a\0b/r,
	    'NaN' => $plain =~ s/"hello"/NaN/r,
	    'single quotes' => $plain =~ tr/"/'/r,
	    'a comment' => "/* x */$plain");
	for my $name (sort keys %broken) {
		refused($name, $broken{$name}, 400, 'invalid_json');
	}
	my $deep = 40;
	refused('too deep', '[' x $deep . ']' x $deep, 400, 'invalid_json');
	refused('too deep inside', '{"type":"threads.list",'
	    . '"params":{"x":' . '[' x $deep . ']' x $deep
	    . '}}', 400, 'invalid_json');
	refused('a bomb of brackets', '[' x 100_000, 400, 'invalid_json');
	bad("a $_ for a body", $_, 'body') for '[]', '5', '"x"', 'null',
	    'true';
	refused('a body beyond all', create(ChatKit::input('x' x 600_000)),
	    413, 'body_too_large');
	refused('an escaped NUL', create(ChatKit::input("a\0b")), 400,
	    'invalid_json');
	refused('another type of content', $plain, 415,
	    'unsupported_media_type', undef,
	    headers => { 'Content-Type' => 'text/plain' });
};

subtest 'the request as such' => sub {
	bad('no type', { params => {} }, 'type');
	bad("type $_->[0]", req($_->[1], {}), 'type') for
	    ['null', undef], ['a number', 5], ['a list', []];
	refused("type $_->[0]", req($_->[1], {}), 400, 'unknown_type',
	    'type') for ['empty', ''], ['unknown', 'threads.drop'],
	    ['of ours, unknown', 'taskchat.drop'],
	    ['in capitals', 'THREADS.LIST'], ['endless', 'x' x 5000];
	bad('no params', { type => 'threads.list' }, 'params');
	bad("params $_->[0]", req('threads.list', $_->[1]), 'params') for
	    ['null', undef], ['a list', []], ['a text', 'x'];
	bad("metadata $_->[0]", req('threads.list', {},
	    metadata => $_->[1]), 'metadata') for
	    ['null', undef], ['a list', []], ['a text', 'x'];
	bad("on_disconnect $_->[0]", req('threads.create',
	    { input => ChatKit::input('x') }, metadata =>
	    { on_disconnect => $_->[1] }), 'metadata.on_disconnect') for
	    ['a number', 5], ['another word', 'stay'];
	for my $zone ('Mars/Olympus', '../etc/passwd', 'x' x 500, 'Foo/Bar-3',
	    'localtime', "Europe/Ber\x{1}lin") {
		refused('the timezone ' . substr($zone, 0, 12) =~ s/\W/_/gr,
		    req('items.list', { thread_id => $thread }), 400,
		    'invalid_timezone', undef,
		    query => { timezone => $zone });
	}
};

subtest 'who, and how' => sub {
	my $plain = $json->encode(req('threads.list', {}));
	for (['no token', undef], ['no token at all', 'x'],
	    ['somebody else\'s idea of one',
	    $ann->token =~ s/.{5}$/AAAAA/r]) {
		my $r = $ann->send_ck('threads.list', {}, token => $_->[1])
		    ->reply;
		$cases++;
		is($r->status, 401, $_->[0]);
		is($r->type, 'application/problem+json', 'as a problem');
	}
	for my $method (qw(GET PUT DELETE PATCH)) {
		$cases++;
		is_problem($ann->request($method, '/api/chatkit'), 405,
		    'method_not_allowed', $method);
	}
};

subtest 'input of every wrong type' => sub {
	my $good = ChatKit::input('x');
	my $in = sub (%with) { create({ %$good, %with }) };
	my $content = sub ($c) { $in->(content => [$c]) };
	my %tag = (type => 'input_tag', id => 'a', text => 'b', data => {});
	my $at = 'params.input';
	my @wrong = (
	    ['no input', req('threads.create', {}), $at],
	    ['input null', create(undef), $at],
	    ['input a list', create([]), $at],
	    ['input a text', create('x'), $at],
	    ['no content', create({ attachments => [],
	        inference_options => {} }), "$at.content"],
	    ['content null', $in->(content => undef), "$at.content"],
	    ['content a text', $in->(content => 'x'), "$at.content"],
	    ['content an object', $in->(content => {}), "$at.content"],
	    ['content of null', $content->(undef), "$at.content[0]"],
	    ['content of text', $content->('x'), "$at.content[0]"],
	    ['content of lists', $content->([]), "$at.content[0]"],
	    ['a part without type', $content->({ text => 'x' }),
	        "$at.content[0].type"],
	    ['a part of no known type', $content->({ type => 'image',
	        text => 'x' }), "$at.content[0].type"],
	    ['a part of type output_text', $content->({ type => 'output_text',
	        text => 'x' }), "$at.content[0].type"],
	    ['a part without text', $content->({ type => 'input_text' }),
	        "$at.content[0].text"],
	    ['a text that is null', $content->({ type => 'input_text',
	        text => undef }), "$at.content[0].text"],
	    ['a text that is a number', $content->({ type => 'input_text',
	        text => 5 }), "$at.content[0].text"],
	    ['the second part', $in->(content => [{ type => 'input_text',
	        text => 'x' }, { type => 'input_text', text => [] }]),
	        "$at.content[1].text"],
	    ['a tag without id', $content->({ %tag, id => undef }),
	        "$at.content[0].id"],
	    ['a tag without text', $content->({ %tag, text => undef }),
	        "$at.content[0].text"],
	    ['a tag with other data', $content->({ %tag, data => [] }),
	        "$at.content[0].data"],
	    ['a tag without data', $content->({ type => 'input_tag',
	        id => 'a', text => 'b' }), "$at.content[0].data"],
	    ['a tag of a numbered group', $content->({ %tag, group => 5 }),
	        "$at.content[0].group"],
	    ['a tag that is interactive in words', $content->({ %tag,
	        interactive => 'yes' }), "$at.content[0].interactive"],
	    ['no attachments', create({ content => $good->{content},
	        inference_options => {} }), "$at.attachments"],
	    ['attachments null', $in->(attachments => undef),
	        "$at.attachments"],
	    ['attachments a text', $in->(attachments => 'x'),
	        "$at.attachments"],
	    ['no inference options', create({ content => $good->{content},
	        attachments => [] }), "$at.inference_options"],
	    ['inference options null', $in->(inference_options => undef),
	        "$at.inference_options"],
	    ['inference options a list', $in->(inference_options => []),
	        "$at.inference_options"],
	    ['a tool choice in words', $in->(inference_options =>
	        { tool_choice => 'x' }), "$at.inference_options.tool_choice"],
	    ['a model that is a number', $in->(inference_options =>
	        { model => 5 }), "$at.inference_options.model"],
	    ['a quote that is a list', $in->(quoted_text => []),
	        "$at.quoted_text"],
	);
	for (@wrong) {
		my ($name, $request, $where) = @$_;
		bad($name, $request, $where);
	}
	refused('an attachment', $in->(attachments => ['atc_1']), 400,
	    'not_supported');
	refused('no parts', $in->(content => []), 400, 'message_empty');
	refused('nothing but blanks', create(ChatKit::input(" \n\x{a0}")),
	    400, 'message_empty');
	refused('a text too long', create(ChatKit::input('é' x 201)), 400,
	    'message_too_long');
	refused('too long by its quote', $in->(quoted_text => 'y' x 300), 400,
	    'message_too_long');
	refused('too long by its tags', $in->(content => [map { { %tag,
	    text => 'z' x 50 } } 1 .. 5]), 400, 'message_too_long');
	my $r = $ann->send_ck('hostile', {}, hostile => 1,
	    body => $json->encode($content->({ %tag, data => { map {
	        ("k$_" => $_) } 1 .. 3000 } })))->reply;
	$cases++;
	is($r->status, 400, 'a tag of endless data');
};

subtest 'params of every wrong type' => sub {
	my %own = (thread_id => $thread);
	my %click = (%own, item_id => $list->{id});
	my @needs = ('threads.get_by_id', 'items.list', 'threads.delete',
	    'threads.add_user_message', 'threads.retry_after_item',
	    'threads.custom_action', 'threads.sync_custom_action',
	    'threads.update', 'items.feedback', 'taskchat.resume',
	    'taskchat.stop');
	for my $type (@needs) {
		bad("$type: thread_id $_->[0]", req($type, { title => 'x',
		    item_id => $list->{id}, item_ids => [], kind =>
		    'positive', input => ChatKit::input('x'), action =>
		    { type => 'task.toggle' }, @{ $_->[1] } }),
		    'params.thread_id') for ['missing', []],
		    ['null', [thread_id => undef]],
		    ['a number', [thread_id => 5]],
		    ['a list', [thread_id => []]];
	}
	bad("$_->[0]: limit $_->[1]", req($_->[0], { %own,
	    limit => $_->[2] }), 'params.limit') for map { my $t = $_;
	    map { [$t, @$_] } ['a list', []], ['a word', 'many'], ['-1', -1],
	    ['1.5', 1.5], ['true', $true] } 'items.list', 'threads.list';
	bad("$_->[0]: order $_->[1]", req($_->[0], { %own,
	    order => $_->[2] }), 'params.order') for map { my $t = $_;
	    map { [$t, @$_] } ['null', undef], ['sideways', 'sideways'],
	    ['a number', 1] } 'items.list', 'threads.list';
	bad("$_: after a number", req($_, { %own, after => 5 }),
	    'params.after') for 'items.list', 'threads.list';
	bad("title $_->[0]", req('threads.update', { %own, @{ $_->[1] } }),
	    'params.title') for ['missing', []], ['null', [title => undef]],
	    ['a number', [title => 5]], ['a list', [title => []]],
	    ['empty', [title => '']], ['blank', [title => " \n"]],
	    ['endless', [title => 'x' x 201]];
	bad("feedback: $_->[0]", req('items.feedback', { %own,
	    item_ids => [$words->{id}], kind => 'positive',
	    @{ $_->[1] } }), $_->[2]) for
	    ['no ids', [item_ids => undef], 'params.item_ids'],
	    ['a text of ids', [item_ids => $words->{id}], 'params.item_ids'],
	    ['a number of an id', [item_ids => [5]], 'params.item_ids[0]'],
	    ['no kind', [kind => undef], 'params.kind'],
	    ['another kind', [kind => 'mixed'], 'params.kind'];
	for my $type ('threads.custom_action', 'threads.sync_custom_action') {
		bad("$type: $_->[0]", req($type, { %click, @{ $_->[1] } }),
		    $_->[2]) for
		    ['no action', [], 'params.action'],
		    ['action null', [action => undef], 'params.action'],
		    ['action a text', [action => 'task.toggle'],
		        'params.action'],
		    ['action without type', [action => {}],
		        'params.action.type'],
		    ['action of type 5', [action => { type => 5 }],
		        'params.action.type'],
		    ['action without a name', [action => { type => '' }],
		        'params.action.type'],
		    ['item 5', [item_id => 5, action => { type =>
		        'task.toggle' }], 'params.item_id'],
		    ['no item', [item_id => undef, action => { type =>
		        'task.toggle' }], 'params.item_id'];
	}
	bad('retry without item', req('threads.retry_after_item', \%own),
	    'params.item_id');
};

subtest 'ids of others, ids of nothing' => sub {
	my $input = ChatKit::input('x');
	my %of = ('threads.get_by_id' => {}, 'items.list' => {},
	    'threads.delete' => {}, 'threads.update' => { title => 'x' },
	    'threads.add_user_message' => { input => $input },
	    'threads.retry_after_item' => { item_id => $user->{id} },
	    'threads.custom_action' => { item_id => $card->{id}, action => {
	        type => 'confirmation.approve', payload => $question } },
	    'threads.sync_custom_action' => { item_id => $list->{id},
	        action => { type => 'task.toggle', payload =>
	        { task_id => 2, completed => $true } } },
	    'items.feedback' => { item_ids => [$words->{id}],
	        kind => 'positive' }, 'taskchat.resume' => {},
	    'taskchat.stop' => {});
	for my $type (sort keys %of) {
		for (['a thread of somebody else', $thread],
		    ['no such thread', "thr_$nobody"],
		    ['an id of another kind', $thread =~ s/thr/cthr/r],
		    ['no uuid', 'thr_1'], ['a uuid alone', $nobody],
		    ['more than an id', "$thread "]) {
			my ($name, $id) = @$_;
			# An item is of its own thread, and of no other.
			my $what = $type =~ /item|action/
			    && $id eq "thr_$nobody" ? 'item_not_found'
			    : 'conversation_not_found';
			$what = 'conversation_not_found'
			    if $type eq 'items.list';
			refused("$type: $name", req($type, { %{ $of{$type} },
			    thread_id => $id }), 404, $what, undef,
			    who => $eve);
		}
		bad("$type: no id", req($type, { %{ $of{$type} },
		    thread_id => '' }), 'params.thread_id', who => $eve);
	}
	my $uuid = $ann->conversation;
	my @items = (
	    ['of somebody else', $hers->{id}],
	    ['of another thread', ($there->items)[1]{id}],
	    ['of a message that is not there', "msg_${uuid}_99_0"],
	    ['of a number that is not there', $card->{id} =~ s/\d+$/9/r],
	    ['of a workflow', $card->{id} =~ s/^msg/wf/r],
	    ['with a leading zero', $card->{id} =~ s/(\d+)$/0$1/r],
	    ['with a sign', $card->{id} =~ s/_(\d+)$/_-$1/r],
	    ['of more parts', "$card->{id}_0"],
	    ['of fewer', $card->{id} =~ s/_\d+_\d+$//r],
	    ['in capitals', uc $card->{id}],
	    ['beyond all numbers', "msg_${uuid}_" . '9' x 40 . '_0'],
	    ['just beyond an int', "msg_${uuid}_4294967298_0"],
	    ['garbage', '"\'><x>'], ['empty', '']);
	for (@items) {
		my ($name, $id) = @$_;
		for my $type ('threads.custom_action',
		    'threads.sync_custom_action',
		    'threads.retry_after_item') {
			my $r = $ann->send_ck('hostile', {}, hostile => 1,
			    body => $json->encode(req($type, { thread_id =>
			    $thread, item_id => $id, action => { type =>
			    $type =~ /sync/ ? 'task.toggle'
			        : 'confirmation.approve', payload =>
			    { %$question, task_id => 2,
			        completed => $true } } })))->reply;
			$cases++;
			like($r->status . ' ' . $r->code,
			    qr/^(404 item_not_found|400 invalid_request)$/,
			    "$type: an item $name");
		}
	}
	refused("feedback for an item $_->[0]", req('items.feedback', {
	    thread_id => $thread, item_ids => [$words->{id}, $_->[1]],
	    kind => 'negative' }), 404, 'item_not_found') for
	    @items[0, 1, 2], ['garbage', 'garbage'];
};

subtest 'actions that are none' => sub {
	my $act = sub ($type, $item, $action, $payload) {
		return req($type, { thread_id => $thread,
		    item_id => $item->{id}, action => { type => $action,
		    payload => $payload } });
	};
	my $stream = 'threads.custom_action';
	my $sync = 'threads.sync_custom_action';
	refused($_->[0], $act->(@$_[1 .. 4]), 400, 'unknown_action') for
	    ['no such action', $stream, $card, 'drop.table', $question],
	    ['a list\'s action on a card', $stream, $card, 'task.delete',
	        { task_id => 1 }],
	    ['a card\'s action on a list', $stream, $list,
	        'confirmation.approve', $question],
	    ['no such sync action', $sync, $list, 'task.explode', {}],
	    ['approving without a stream', $sync, $card,
	        'confirmation.approve', $question],
	    ['deleting without a stream', $sync, $list, 'task.delete',
	        { task_id => 1 }];
	my $field = 'params.action.payload.confirmation_id';
	bad("approve: $_->[0]", $act->($stream, $card, 'confirmation.approve',
	    $_->[1]), $field) for ['no payload', undef], ['a list', [1]],
	    ['a text', 'x'], ['a number', { confirmation_id => 5 }],
	    ['another id', { confirmation_id => $nobody }],
	    ['an object', { confirmation_id => {} }],
	    ['SQL', { confirmation_id => "' or 1=1 --" }];
	for my $type ($stream, $sync) {
		bad("$type: $_->[0]", $act->($type, $list, 'task.toggle',
		    $_->[1]), "params.action.payload.$_->[2]") for
		    ['no payload', undef, 'task_id'],
		    ['a list', [1], 'task_id'],
		    ['a text of a task', { task_id => '2',
		        completed => $true }, 'task_id'],
		    ['task 0', { task_id => 0, completed => $true },
		        'task_id'],
		    ['a task not in the list', { task_id => 99,
		        completed => $true }, 'task_id'],
		    ['task 2.5', { task_id => 2.5, completed => $true },
		        'task_id'],
		    ['a task beyond', { task_id => 4294967298,
		        completed => $true }, 'task_id'],
		    ['completed in words', { task_id => 2,
		        completed => 'yes' }, 'completed'],
		    ['completed 1', { task_id => 2, completed => 1 },
		        'completed'],
		    ['not said', { task_id => 2 }, 'completed'];
	}
};

subtest 'what is not offered' => sub {
	my %own = (thread_id => $thread);
	for (['attachments.create', { name => 'x', size => 5,
	        mime_type => 'text/plain' }],
	    ['attachments.delete', { attachment_id => 'atc_1' }],
	    ['input.transcribe', { audio_base64 => 'AAAA',
	        mime_type => 'audio/webm;codecs=opus' }]) {
		my ($type, $params) = @$_;
		refused($type, req($type, $params), 400, 'not_supported');
	}
	refused('the result of a client tool', req(
	    'threads.add_client_tool_output', { %own, result => {} }), 409,
	    'nothing_pending');
	refused('an answer to no question', req(
	    'threads.add_structured_input', { %own, item_id => $words->{id},
	    input => { status => 'answered', answers => {} } }), 400,
	    'invalid_request', 'params.item_id');
};

ok(everything() eq $before, 'nothing of all that changed anything')
    or diag(everything());

subtest 'two at once' => sub {
	my $n = $model->state->{requests};
	$model->say('Slowly.', hold => 2);
	my $first = $second->open_say('slowly');
	$model->wait_requests($n + 1);
	my $said = ($first->until('thread.item.done'))->{item};
	for (['a message', 'threads.add_user_message',
	        { input => ChatKit::input('me too') }],
	    ['a retry', 'threads.retry_after_item',
	        { item_id => ($there->items)[0]{id} }],
	    ['a key that another message has', 'threads.add_user_message',
	        { input => ChatKit::input('again') }]) {
		my ($name, $type, $params) = @$_;
		is_problem($second->open($type, { %$params,
		    thread_id => $second->thread })->reply, 409,
		    'turn_in_progress', $name);
	}
	$model->release;
	$first->rest;
	is_deeply([($second->items)[-2, -1]], [$first->items],
	    'the first is not disturbed');
	is_deeply($said, ($first->items)[0], 'nor its message');
	$model->say('Keyed.');
	$second->say('with a key', key => 'k-1');
	is_problem($second->open_say('another', key => 'k-1')->reply, 409,
	    'idempotency_key_reused', 'a key used for another message');
	is_problem($second->open_say('x', key => 'x' x 256)->reply, 400,
	    'invalid_request', 'a key too long');
};

subtest 'clicks sent again' => sub {
	my $body = $ann->clicking($card, 'confirmation.approve', $question);
	my @calls = map { $ann->open('threads.custom_action', $body) } 1 .. 6;
	my @status = map { $_->status } @calls;
	for (@calls) {
		if ($_->status == 200) { $_->rest }
		else { is_problem($_->reply, 409, 'turn_in_progress',
		    'a click while another is carried out') }
	}
	ok((grep { $_ == 200 } @status) >= 1, 'one is carried out');
	is($ann->changes(1), 1, 'the task is deleted once');
	is($app->sql("select count(*) from tool_call where name = "
	    . "'delete_task' and state = 'ok' and " . $ann->mine), 1,
	    'recorded once');
	my @cards = map { ($_->replaced)[-1] // () } @calls;
	is_deeply($_, $cards[-1], 'every click shows the same card')
	    for @cards;
};

subtest 'slow ones and those who leave' => sub {
	my $bytes = $json->encode(create(ChatKit::input('slowly')));
	my $head = Call::request_bytes('POST', '/api/chatkit', [
	    Authorization => 'Bearer ' . $ann->token,
	    'Content-Type' => 'application/json',
	    'Content-Length' => length $bytes], undef);
	my $count = sub { $app->sql('select count(*) from message') };
	my $n = $count->();
	my $cut = Call->start(port => $app->port, what => 'nothing',
	    bytes => $head . substr $bytes, 0, 30);
	$cut->hang_up;

	$model->say('I read it all.');
	my $slow = Call->start(port => $app->port, bytes => $head,
	    what => 'the reply to a slow one');
	$slow->send($_) for split //, $bytes;
	my $stream = ChatKit::Stream->new(type => 'threads.create',
	    call => $slow);
	is($stream->status, 200, 'a request byte by byte');
	$stream->rest;
	is($stream->text, 'I read it all.', 'is answered');
	is($count->(), $n + 2, 'the one that was cut is not there');

	# A reader who takes its time over a long answer: a few bytes now and
	# then, and the turn is stored all the same.
	my $long = join ' ', map { "word$_" } 1 .. 2000;
	$model->say($long);
	my $lazy = $second->open_say('talk');
	my $call = $lazy->{call};
	for (1 .. 5) {
		sysread $call->{socket}, $call->{raw}, 1, length $call->{raw};
	}
	$app->wait_row('the turn to be stored', 'select 1 from message where '
	    . $second->mine . " and content like 'word1 %word2000'"
	    . " and state = 'done'");
	pass('an answer is stored before it is read');
	$lazy->rest;
	is($lazy->text, $long, 'and read at last');
};

cmp_ok($cases, '>', 25, "$cases hostile requests");
done_testing;
