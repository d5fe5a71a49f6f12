#!/usr/bin/perl
# The registry, prompts and tasks as documents, as programs of both eras get
# them: schemas that hold for what comes, what a program does wrong apart from
# what its model does wrong, the limit, the person's own time, and nobody
# else's tasks.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Encode ();
use Fault;
use File::Temp ();
use JSON::PP ();
use McpClient;
use Proc ();
use Schema;

my $json = JSON::PP->new->utf8->canonical;
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $app = App->new(accounts => 1, bare_ids => 'jwt', workers => 2,
    model => 'script', timezone => 'Asia/Kolkata')->start;
my %era = map { $_ => McpClient->new($app, "ann-$_", era => $_) }
    qw(modern legacy);
my @eras = sort keys %era;
my (%tool, @seen);	# seen: [schema, what came], for a real validator

sub of($user) { "user_id = '$user'" }

sub faults($schema, $v) { Schema->new($schema)->faults($schema, $v) }

# A call that has to succeed; its structuredContent.
sub does($mcp, $name, $arguments, $what)
{
	my $r = $mcp->tool($name, $arguments);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return {} if !is_deeply([@$r{qw(isError)}], [$no],
	    "$what: done") && diag($r->{content}[0]{text});
	my $data = $r->{structuredContent};
	is_deeply([faults($tool{$name}{outputSchema}, $data)], [],
	    "$what: as the schema says");
	is_deeply([map { $_->{type} } @{ $r->{content} }], ['text'],
	    'one text');
	is_deeply($json->decode($r->{content}[0]{text}
	    =~ s/([^\x00-\x7f])/my $c = $1; utf8::encode($c); $c/ger), $data,
	    'which is the same');
	push @seen, [$tool{$name}{outputSchema}, $data];
	return $data;
}

sub is_invalid($mcp, $method, $params, $like, $what)
{
	my $reply = $mcp->reply($method, $params);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $e = $reply->json->{error} // {};
	is_deeply([$reply->status, $e->{code}], [200, -32602],
	    "$mcp->{era}: $what") or diag $reply->body;
	like($e->{message}, $like, 'and why');
}

# --- what there is

subtest 'the list' => sub {
	my ($new, $old) = map { $era{$_}->result('tools/list') }
	    qw(modern legacy);
	is_deeply($new->{tools}, $old->{tools}, 'the same in both eras');
	ok(!exists $new->{nextCursor}, 'one page');
	%tool = map { $_->{name} => $_ } @{ $new->{tools} };
	my %hints = (add_task => [0, 0, 0], list_tasks => [1, 0, 1],
	    complete_task => [0, 0, 1], update_task => [0, 1, 1],
	    delete_task => [0, 1, 1], restore_task => [0, 0, 1]);
	is_deeply([sort keys %tool], [sort keys %hints], 'these tools');
	is_deeply([map { $_->{name} } @{ $new->{tools} }], [qw(add_task
	    list_tasks complete_task update_task delete_task restore_task)],
	    'in this order');
	for my $name (sort keys %tool) {
		my ($t, $hint) = @{ $tool{$name} }{qw(title annotations)};
		is_deeply([@$hint{qw(readOnlyHint destructiveHint
		    idempotentHint openWorldHint)}],
		    [map { $_ ? $yes : $no } @{ $hints{$name} }, 0],
		    "$name: all four hints");
		is($hint->{title}, $t, 'a title, where old clients look too');
		unlike($tool{$name}{description}, qr/by the program|do not ask/,
		    'nothing that is true in our chat alone');
		my $in = $tool{$name}{inputSchema};
		is_deeply([@$in{qw(type additionalProperties)}],
		    ['object', $no], 'takes a closed object');
		unlike($json->encode($in), qr/"format"/, 'in words they know');
		Schema->new($_)->check($_) for $in, $tool{$name}{outputSchema};
		is_deeply([@{ $tool{$name}{outputSchema} }
		    {qw(type additionalProperties)}], ['object', $no],
		    'and answers one');
	}
	like($tool{delete_task}{description}, qr/within 30 days/,
	    'how long it can be taken back');
	ok(!exists $tool{delete_task}{inputSchema}{properties}{confirm_token},
	    'nobody is asked unless the setting says so');
	my $due = $tool{add_task}{inputSchema}{properties}{due_at};
	is_deeply([faults($due, $_)], [], "a time: $_") for '2026-12-01',
	    '2026-12-01T17:30', '2026-12-01T17:30:00.25+05:30', '';
	isnt(scalar(faults($due, $_)), 0, "none: $_") for 'tomorrow',
	    '2026-12-1', '2026-12-01T17', "2026-12-01\nx";
};

# --- every tool

subtest 'each tool' => sub {
	for my $name (@eras) {
		my $mcp = $era{$name};
		my $do = sub { does($mcp, @_, "$name: $_[0]") };
		is_deeply($do->(list_tasks => {}), { tasks => [] },
		    'nothing yet');
		is_deeply($do->(add_task => { title => 'Müll', priority =>
		    'high', due_at => '2026-12-01T17:30', description => 'x' }),
		    { task_id => 1, status => 'created', title => 'Müll',
		    priority => 'high', due => '2026-12-01T17:30' }, 'added');
		$do->(add_task => { title => 'Two' });
		is_deeply($do->(complete_task => { task_id => 2 }),
		    { task_id => 2, status => 'completed', title => 'Two' },
		    'completed');
		is($do->(complete_task => { task_id => 2 })->{already}, $yes,
		    'it was so already');
		is_deeply($do->(list_tasks => { status => 'pending' }),
		    { tasks => [{ id => 1, title => 'Müll', completed => $no,
		    priority => 'high', due => '2026-12-01T17:30',
		    description => 'x' }] }, 'an object around the list');
		is($do->(update_task => { task_id => 1, title => 'Bins',
		    due_at => '' })->{due}, undef, 'changed');
		is($do->(delete_task => { task_id => 1 })->{status},
		    'deleted', 'deleted');
		is($do->(restore_task => { task_id => 1 })->{title}, 'Bins',
		    'and brought back');
	}
	my ($new, $old) = map { $era{$_}->tool(list_tasks => {}) }
	    qw(modern legacy);
	is($new->{resultType}, 'complete', 'a new client is told what it is');
	ok(!exists $old->{resultType}, 'an old one has no word for it');
};

subtest 'more than a page' => sub {
	$app->sql("insert into task (user_id, id, title) select 'lot', n,"
	    . " 'T' || n from generate_series(1, 101) n");
	my $lot = McpClient->new($app, 'lot');
	my $page = does($lot, list_tasks => {}, 'the first page');
	is_deeply([scalar @{ $page->{tasks} }, $page->{next_after_id}],
	    [100, 100], 'and where the next begins');
	$page = does($lot, list_tasks => { after_id => 100 }, 'the next');
	is_deeply([scalar @{ $page->{tasks} }, $page->{next_after_id}],
	    [1, undef], 'which is the last');
	$page = does($lot, list_tasks => { search => 'T1' }, 'found');
	is($page->{next_after_id}, undef, 'few are one page');
	does($lot, delete_task => { task_id => 101 }, 'one less');
	is(does($lot, list_tasks => {}, 'just one page')->{next_after_id},
	    undef, 'and none after it');
	# each of these is three bytes in one escape, and that in a text
	$app->sql("insert into task (user_id, id, title, description) select"
	    . " 'long', n, repeat('\"\\', 250), repeat('\"\\', 2500)"
	    . ' from generate_series(1, 100) n');
	my $long = McpClient->new($app, 'long');
	is(scalar @{ does($long, list_tasks => {}, 'the longest')->{tasks} },
	    100, 'come all the same');
};

# --- what goes wrong

subtest 'what a model does wrong' => sub {
	my %wrong = (
		'title: is required' => [add_task => {}],
		'title: must not be empty' => [add_task => { title => ' ' }],
		'title: must be at most 500 characters; got 501' =>
		    [add_task => { title => 'x' x 501 }],
		'title: must be a text' => [add_task => { title => [] }],
		'priority: must be one of low, normal, high' =>
		    [add_task => { title => 'x', priority => 'urgent' }],
		'due_at: must be a date that exists' =>
		    [add_task => { title => 'x', due_at => '2026-02-30' }],
		'unknown property: add_task takes only' =>
		    [add_task => { title => 'x', user_id => 'bob' }],
		'task_id: must be a whole number' =>
		    [complete_task => { task_id => 'one' }],
		'task_id: must be from 1 to 2147483647' =>
		    [complete_task => { task_id => 0 }],
		'give at least one of' => [update_task => { task_id => 1 }],
		'There is no task 77' => [delete_task => { task_id => 77 }],
		'There is no task 78' => [restore_task => { task_id => 78 }],
		'unknown property: delete_task takes only task_id' =>
		    [delete_task => { task_id => 1, confirm_token => 'x' }],
	);
	my $before = $app->sql('select count(*) || max(updated_at)::text'
	    . ' from task');
	for my $mcp (@era{@eras}) {
		for my $say (sort keys %wrong) {
			my $r = $mcp->tool(@{ $wrong{$say} });
			is($r->{isError}, $yes, "$mcp->{era}: a result");
			like($r->{content}[0]{text}, qr/\Q$say\E/,
			    'that says how to do it right');
			ok(!exists $r->{structuredContent}, 'and no data');
		}
	}
	is($app->sql('select count(*) || max(updated_at)::text from task'),
	    $before, 'nothing has changed');
};

subtest 'what a program does wrong' => sub {
	for my $mcp (@era{@eras}) {
		my $call = sub ($params, $like, $what) {
			is_invalid($mcp, 'tools/call', $params, $like, $what);
		};
		$call->({ name => 'drop_table' }, qr/Unknown tool: drop_table/,
		    'no such tool');
		$call->({ name => $_ }, qr/Unknown tool/, "$_ is none")
		    for 'ADD_TASK', 'functions.add_task', 'x' x 300;
		$call->({ name => 'add_task', arguments => $_->[0] },
		    qr/arguments: expected an object/, "arguments: $_->[1]")
		    for [[], 'a list'], ['{}', 'a text'], [undef, 'null'];
		is_invalid($mcp, $_, { cursor => 'x' }, qr/cursor/,
		    "$_: a cursor nobody gave") for 'tools/list',
		    'prompts/list', 'resources/list',
		    'resources/templates/list';
	}
	my $old = $era{legacy};
	is_invalid($old, 'tools/call', $_->[0], qr/name: expected a text/,
	    $_->[1]) for [{}, 'no name'], [{ name => 7 }, 'a number'];
};

subtest 'nobody else\'s' => sub {
	my $bob = McpClient->new($app, 'bob');
	does($bob, add_task => { title => "Bob $_" }, "Bob's") for 1 .. 3;
	for my $mcp (@era{@eras}) {
		for (qw(complete_task delete_task restore_task)) {
			is($mcp->refusal($_, { task_id => 3 }), 'There is no'
			    . ' task 3. Use list_tasks to see what there is.',
			    "$_: his task is none");
		}
		is($mcp->error('resources/read', { uri => 'task://3' })
		    ->{message}, 'There is no such resource.', 'to read, too');
		unlike($json->encode($mcp->result($_->[0], $_->[1])), qr/Bob/,
		    "$_->[0]: no word of his") for ['tools/call',
		    { name => 'list_tasks', arguments => {} }],
		    ['resources/list', {}],
		    ['prompts/get', { name => 'plan_my_day' }];
		is_deeply($mcp->result('completion/complete', {
		    ref => { type => 'ref/resource', uri => 'task://{id}' },
		    argument => { name => 'id', value => 'Bob' } })
		    ->{completion}{values}, [], 'nor of his numbers');
	}
	is_deeply([map { $_->{title} } @{ does($bob, list_tasks => {},
	    'his list')->{tasks} }], ['Bob 1', 'Bob 2', 'Bob 3'],
	    'all is as he left it');
};

subtest 'what a token is good for' => sub {
	my ($read, $write) = map { McpClient->new($app, 'ann-modern',
	    scope => "tasks:$_") } qw(read write);
	my $refused = sub ($mcp, $scope, $method, $params) {
		my $r = $mcp->reply($method, $params);
		is_problem($r, 403, 'insufficient_scope',
		    "$method without $scope");
		like($r->header('WWW-Authenticate'),
		    qr/error="insufficient_scope", scope="$scope"/,
		    'and which it wants');
	};
	my @tools = map { $_->{name} }
	    @{ $read->result('tools/list')->{tools} };
	is(scalar @tools, 6, 'all tools are shown to everybody');
	for (grep { $_ ne 'list_tasks' } @tools) {
		$refused->($read, 'tasks:write', 'tools/call',
		    { name => $_, arguments => { task_id => 1 } });
	}
	is($read->tool(list_tasks => {})->{isError}, $no, 'reads');
	is($write->tool(add_task => { title => 'W' })->{isError}, $no,
	    'writes');
	$refused->($write, 'tasks:read', @$_) for
	    ['tools/call', { name => 'list_tasks' }],
	    ['resources/list', {}], ['resources/read', { uri => 'task://1' }],
	    ['prompts/get', { name => 'tidy_my_list' }],
	    ['completion/complete', { ref => { type => 'ref/prompt', name =>
	    'plan_my_day' }, argument => { name => 'day', value => '' } }];
};

# --- the limit

subtest 'so many calls a minute' => sub {
	$app->restart_workers(settings => { mcp_calls => 3 });
	my ($eve, $other) = map { McpClient->new($app, $_) } 'eve', 'fay';
	$eve->tool(add_task => { title => 'T' }) for 1 .. 2;
	$eve->tool(list_tasks => {});
	my $said = $eve->refusal(add_task => { title => 'One too many' });
	like($said, qr/At most 3 calls a minute .* in \d+ seconds/,
	    'the fourth is told when to come back');
	is($app->sql('select count(*) from task where ' . of('eve')), 2,
	    'and does nothing');
	is($other->tool(list_tasks => {})->{isError}, $no,
	    'others are not concerned');
	my $ivy = McpClient->new($app, 'ivy');
	my @calls = map { $ivy->start_tool(list_tasks => {}) } 1 .. 12;
	is(scalar(grep { !$_->reply->json->{result}{isError} } @calls), 3,
	    'all workers count together, at the same moment too');
	$app->sql("update throttle set expires_at = now() where key ="
	    . " 'mcp eve'");
	is($eve->tool(list_tasks => {})->{isError}, $no, 'a minute later');
	$app->restart_workers;
};

# --- the person's own time

subtest 'where the person is' => sub {
	my $zoe = $app->user('zoe');
	my $mcp = McpClient->new($app, 'zoe');
	my $due = sub ($n) {
		return $app->sql("select taskchat.rfc3339(due_at) from task"
		    . ' where ' . of('zoe') . " and id = $n");
	};
	my $noon = { title => 'Noon', due_at => '2026-07-01T12:00' };
	my $chat = sub (%opt) {
		$app->model->say('Hello.');
		is_answer($zoe->chat('hello', %opt), 'they talk');
	};
	does($mcp, add_task => $noon, 'before they said');
	is($due->(1), '2026-07-01T06:30:00.000Z', 'as the setting says');
	$chat->(timezone => 'Europe/Berlin');
	does($mcp, add_task => $noon, 'from Berlin');
	is($due->(2), '2026-07-01T10:00:00.000Z', 'their own noon');
	is(does($mcp, list_tasks => {}, 'all')->{tasks}[0]{due},
	    '2026-07-01T08:30', 'all times are theirs');
	$chat->();
	does($mcp, add_task => $noon, 'a program that says no zone');
	is($due->(3), '2026-07-01T10:00:00.000Z', 'does not move them');
	is($zoe->chat('hello', timezone => 'Mars/Base')->status, 400,
	    'nor does a zone that is none');
	is($app->sql('select zone from user_zone where ' . of('zoe')),
	    'Europe/Berlin', 'they are still there');
	like($mcp->result('prompts/get', { name => 'plan_my_day' })
	    ->{messages}[0]{content}{text}, qr/ in Europe\/Berlin\. /,
	    'a prompt knows too');
	is(does($mcp, add_task => { title => 'x', due_at => $_->[0] },
	    $_->[0])->{due}, $_->[1], 'where clocks are changed') for
	    ['2026-03-29T02:30', '2026-03-29T03:30'],
	    ['2026-10-25T02:30', '2026-10-25T02:30'],
	    ['2026-10-25T02:30+02:00', '2026-10-25T02:30'];
	my $kim = $app->user('kim');
	$app->model->call(add_task => $noon);
	$app->model->say('Added.');
	$kim->chat('add noon');
	is($app->sql('select taskchat.rfc3339(due_at) from task where '
	    . of('kim')), '2026-07-01T06:30:00.000Z',
	    'a chat where nobody says goes by the setting, too');
};

# --- prompts

subtest 'prompts' => sub {
	for my $mcp (@era{@eras}) {
		my $list = $mcp->result('prompts/list')->{prompts};
		is_deeply([map { [$_->{name}, $_->{title}, map { $_->{name} }
		    @{ $_->{arguments} // [] }] } @$list],
		    [['plan_my_day', 'Plan my day', 'day'],
		    ['tidy_my_list', 'Tidy my list']], 'two of them');
		my $get = sub ($name, %arguments) {
			my $r = $mcp->result('prompts/get',
			    { name => $name, %arguments });
			is_deeply([map { [$_->{role}, $_->{content}{type}] }
			    @{ $r->{messages} }], [['user', 'text'],
			    ['user', 'resource']], "$name: words and tasks");
			my $tasks = $r->{messages}[1]{content}{resource};
			is_deeply([@$tasks{qw(uri mimeType)}],
			    ['task://open', 'application/json'], 'as a document');
			is_deeply($json->decode(Encode::encode('UTF-8',
			    $tasks->{text})), $mcp->tool(list_tasks =>
			    { status => 'pending' })->{structuredContent},
			    'those that are open');
			return $r->{messages}[0]{content}{text};
		};
		like($get->('tidy_my_list'), qr/tidy my task list/, 'tidy');
		my $today = $app->sql("select to_char(now() at time zone"
		    . " 'Asia/Kolkata', 'FMDay, YYYY-MM-DD')");
		my $plan = $get->('plan_my_day', arguments => {});
		like($plan, qr/Plan my day: \Q$today\E\./, 'today');
		is($get->('plan_my_day', arguments => { day => $_ }), $plan,
		    "today, as '$_'") for '', ' TODAY';
		like($get->('plan_my_day', arguments =>
		    { day => '2026-12-24' }),
		    qr/Plan my day: Thursday, 2026-12-24\./, 'another day');
		isnt($get->('plan_my_day', arguments => { day => 'tomorrow' }),
		    $plan, 'tomorrow is another day');
		my @bad = ([{ name => 'plan' }, qr/Unknown prompt: plan/],
		    [{ name => 'tidy_my_list', arguments => { day => 'x' } },
		    qr/takes none/], [{ name => 'plan_my_day', arguments =>
		    { days => 'x' } }, qr/takes only day/],
		    [{ name => 'plan_my_day', arguments => { day => 7 } },
		    qr/day: expected a text/], [{ name => 'plan_my_day',
		    arguments => [] }, qr/expected an object/],
		    (map { [{ name => 'plan_my_day', arguments => { day =>
		    $_ } }, qr/day: expected today/] } 'someday', '2026-02-30',
		    '2026-12-24T10:00', "today\n; drop"));
		is_invalid($mcp, 'prompts/get', @$_, 'refused') for @bad;
	}
};

# --- documents

subtest 'tasks as documents' => sub {
	for my $mcp (@era{@eras}) {
		my $list = $mcp->result('resources/list');
		my ($first) = @{ $list->{resources} };
		is_deeply([@$first{qw(uri name title mimeType)}],
		    ['task://1', 'task-1', 'Bins', 'application/json'],
		    "$mcp->{era}: what is open");
		ok(!grep({ $_->{title} eq 'Two' } @{ $list->{resources} }),
		    'and nothing that is done');
		my $read = $mcp->result('resources/read',
		    { uri => 'task://1' });
		is_deeply([map { [@$_{qw(uri mimeType)}] }
		    @{ $read->{contents} }], [['task://1',
		    'application/json']], 'one document');
		my $task = $json->decode($read->{contents}[0]{text});
		is_deeply([@$task{qw(id title completed)}], [1, 'Bins', $no],
		    'the whole task');
		is($json->decode($mcp->result('resources/read',
		    { uri => 'task://2' })->{contents}[0]{text})->{title},
		    'Two', 'one that is done can be read');
		is_deeply($json->decode($mcp->result('resources/read',
		    { uri => 'task://open' })->{contents}[0]{text}),
		    $mcp->tool(list_tasks => { status => 'pending' })
		    ->{structuredContent}, 'all that is open at once');
		my $code = $mcp->modern ? -32602 : -32002;
		for ('task://999', 'task://0', 'task://01', 'task://-1',
		    'task://1/', 'task://', 'task://2147483648', 'TASK://1',
		    'task://99999999999999999999', 'http://x/', 'task://1 ') {
			my $r = $mcp->reply('resources/read', { uri => $_ });
			my $e = $r->json->{error};
			next if $mcp->modern && /\s/;	# headers have no such
			is_deeply([$r->status, $e->{code}, $e->{data}],
			    [200, $code, { uri => $_ }], "none: $_");
		}
		my $t = $mcp->result('resources/templates/list')
		    ->{resourceTemplates};
		is_deeply([map { [@$_{qw(uriTemplate name mimeType)}] } @$t],
		    [['task://{id}', 'task', 'application/json']],
		    'one template');
	}
	is_invalid($era{legacy}, 'resources/read', { uri => 7 },
	    qr/uri: expected a text/, 'an address is a text');
};

subtest 'page by page' => sub {
	my $lot = McpClient->new($app, 'lot');
	$app->sql('update task set completed = true, completed_at = now()'
	    . ' where ' . of('lot') . ' and id = 7');
	my (@uris, @pages, $cursor);
	do {
		my $r = $lot->result('resources/list',
		    { defined $cursor ? (cursor => $cursor) : () });
		push @pages, scalar @{ $r->{resources} };
		push @uris, map { $_->{uri} } @{ $r->{resources} };
		$cursor = $r->{nextCursor};
		unlike($cursor, qr/[^\w-]/, 'a word of ours')
		    if defined $cursor;
	} while (defined $cursor && @pages < 9);
	is_deeply(\@pages, [50, 49], 'two pages');
	is_deeply(\@uris, [map { "task://$_" } 1 .. 6, 8 .. 100],
	    'all, in order, once');
	$cursor = $lot->result('resources/list')->{nextCursor};
	$app->sql('update task set deleted_at = now() where ' . of('lot')
	    . ' and id between 40 and 60');
	is($lot->result('resources/list', { cursor => $cursor })
	    ->{resources}[0]{uri}, 'task://61',
	    'what was deleted meanwhile is missed by nobody');
	$app->sql('update task set deleted_at = null where ' . of('lot')
	    . ' and id between 40 and 60');
	for (7, 'MQ', 'after 50', 'YWZ0ZXIgMA', 'YWZ0ZXIgLTE', '', 'YWZ0ZXIg',
	    'x' x 5000) {
		is_invalid($lot, 'resources/list', { cursor => $_ },
		    qr/cursor/, 'no cursor: ' . substr $_, 0, 20);
	}
};

subtest 'completion' => sub {
	my $lot = McpClient->new($app, 'lot', era => 'legacy');
	my %id = (type => 'ref/resource', uri => 'task://{id}');
	my %day = (type => 'ref/prompt', name => 'plan_my_day');
	my $complete = sub ($ref, $name, $value) {
		return $lot->result('completion/complete', { ref => $ref,
		    argument => { name => $name, value => $value } })
		    ->{completion};
	};
	my $all = $complete->(\%id, id => '');
	is_deeply([scalar @{ $all->{values} }, $all->{total},
	    $all->{hasMore}], [99, 99, $no], 'all numbers');
	$app->sql("insert into task (user_id, id, title) select 'lot', n,"
	    . " 'More 100%' from generate_series(201, 205) n");
	$all = $complete->(\%id, id => '');
	is_deeply([scalar @{ $all->{values} }, $all->{total},
	    $all->{hasMore}], [100, 104, $yes], 'no more than a hundred');
	is_deeply($complete->(\%id, id => '9')->{values},
	    [map { "$_" } 9, 90 .. 99], 'those that begin so');
	is_deeply($complete->(\%id, id => 'MORE 100% ')->{values},
	    [map { "$_" } 201 .. 205], 'or by a word of the title');
	is_deeply($complete->(\%id, id => $_), { values => [], total => 0,
	    hasMore => $no }, 'none: ' . substr $_, 0, 20)
	    for '777', '_', '9' x 4000, "é\x{1F600}" x 400;
	is_deeply($complete->(\%day, day => $_->[0])->{values}, $_->[1],
	    "a day: '$_->[0]'") for ['', ['today', 'tomorrow']],
	    ['TOM', ['tomorrow']], ['x', []], ['todayy', []];
	my @bad = ([{}, qr/ref: expected an object/],
	    [{ ref => \%id }, qr/argument: expected an object/],
	    [{ ref => {}, argument => { name => 'id', value => '' } },
	    qr/ref\.type: expected a text/],
	    [{ ref => \%id, argument => { name => 'id' } },
	    qr/argument\.value: expected a text/],
	    [{ ref => \%id, argument => { name => 'x', value => '' } },
	    qr/argument\.name: expected id/],
	    [{ ref => { %id, uri => 'task://1' }, argument => { name => 'id',
	    value => '' } }, qr/ref\.uri: expected task/],
	    [{ ref => \%day, argument => { name => 'x', value => '' } },
	    qr/no such argument/], [{ ref => { %day, name => 'x' }, argument =>
	    { name => 'day', value => '' } }, qr/Unknown prompt: x/],
	    [{ ref => { type => 'ref/tool' }, argument => { name => 'x',
	    value => '' } }, qr/ref\.type: expected ref\/prompt/]);
	is_invalid($lot, 'completion/complete', @$_, 'refused') for @bad;
};

subtest 'what hosts tell their model' => sub {
	my ($new, $old) = ($era{modern}->result('server/discover'),
	    $era{legacy}->result('initialize', { protocolVersion =>
	    '2025-11-25', capabilities => {}, clientInfo => { name => 'x',
	    version => '1' } }));
	is($new->{instructions}, $old->{instructions}, 'the same');
	like($new->{instructions}, qr/find it with list_tasks.*30 days\.$/s,
	    'how to go about it');
};

# --- what a person does not see

subtest 'what only a model would see is not in what it gets' => sub {
	my ($seen, $kept) = ("Bu\x{202e}y<|im_start|>m\x{200b}ilk\x{e0041}\e[0m",
	    "me\x{200c} \x{1f469}\x{200d}\x{1f4bb} \x{6cc}\x{200c}\x{6a9}");
	my $eva = $app->user('eva');
	$eva->add($seen, $kept);
	is_deeply([$eva->titles], [$seen, $kept], 'it is kept as written');
	my @clean = ('Buy< |im_start|>milk[0m', $kept =~ s/e\x{200c}/e/r);
	my $titles = sub ($text) {
		my $v = ref $text ? $text : $json->decode(Encode::encode('UTF-8',
		    $text));
		return [map { $_->{title} } @{ $v->{tasks} }];
	};
	for my $era (@eras) {
		my $mcp = McpClient->new($app, 'eva', era => $era);
		my $list = does($mcp, list_tasks => {}, $era);
		is_deeply($titles->($list), \@clean, 'a list');
		is(does($mcp, update_task => { task_id => 1, title => $seen },
		    'a change')->{title}, $clean[0], 'the answer to it');
		is_deeply([map { $_->{title} } @{ $mcp->result(
		    'resources/list')->{resources} }], \@clean, 'documents');
		for (['task://1', sub ($v) { $v->{title} }, $clean[0]],
		    ['task://open', $titles, \@clean]) {
			my ($uri, $of, $want) = @$_;
			my $text = $mcp->result('resources/read',
			    { uri => $uri })->{contents}[0]{text};
			is_deeply($of->($json->decode(Encode::encode('UTF-8',
			    $text))), $want, $uri);
		}
		is_deeply($titles->($mcp->result('prompts/get',
		    { name => 'tidy_my_list' })->{messages}[1]{content}
		    {resource}{text}), \@clean, 'a prompt');
	}
	is_deeply([$eva->titles], [$seen, $kept], 'and so it stays');
};

# --- a real validator, where there is one

SKIP: {
	my $ajv = App::source() . '/t/mcp/node_modules/ajv/dist/2020.js';
	my $node = Proc::find_program('node');
	skip 'ajv is not installed (t/mcp)', 1 if !-e $ajv || !$node;
	my $file = File::Temp->new;
	print $file $json->encode({ schemas => [map { @$_{qw(inputSchema
	    outputSchema)} } values %tool], pairs => \@seen });
	close $file;
	my ($status, $out, $err) = Proc::run([$node, '-e', <<'JS', $ajv,
const { default: Ajv } = require(process.argv[1]);
const given = JSON.parse(require("fs").readFileSync(process.argv[2]));
const ajv = new Ajv({ strict: true, allErrors: true });
for (const schema of given.schemas)
	ajv.compile(schema);
for (const [schema, data] of given.pairs)
	if (!ajv.compile(schema)(data))
		throw Error(JSON.stringify([schema, data]));
console.log(`${given.schemas.length} ${given.pairs.length}`);
JS
	    "$file"], as_root => 1);
	is($out, 12 . ' ' . @seen . "\n",
	    'ajv takes every schema, and finds every result to be so')
	    or diag $err;
}

# --- bad days

subtest 'one worker, then another' => sub {
	my $mcp = $era{modern};
	my $n = does($mcp, add_task => { title => 'Mine' }, 'by any')
	    ->{task_id};
	my ($one) = grep { $app->worker($_) && $app->worker($_)->alive } 0 .. 9;
	$app->kill_worker($one);
	is(does($mcp, complete_task => { task_id => $n },
	    'by the one that is left')->{status}, 'completed',
	    'nothing was lost');
	$app->start_worker;
};

$app->expect_log(qr/database_unavailable|connect|mcp_run|mcp_open|task/);

subtest 'an answer that was lost on its way' => sub {
	my $wire = Fault::Wire->start($app);
	$app->restart_workers;
	for my $era (@eras) {
		my $mcp = McpClient->new($app, "gil-$era", era => $era);
		$wire->lose('taskchat.mcp_run(');
		my $e = $mcp->error('tools/call', { name => 'add_task',
		    arguments => { title => 'Lost' } });
		ok($wire->lost, "$era: nobody was told");
		is($e->{code}, -32603, 'so it is an error');
		like($e->{message}, qr/perhaps it was done .* list_tasks/,
		    'but one that does not make a model do it twice');
		is(scalar @{ does($mcp, list_tasks => {}, 'who looks')
		    ->{tasks} }, 1, 'sees that it is there');
	}
	$wire->stop;
	delete $app->{settings}{database_url};
	$app->restart_workers;
};

subtest 'without its database' => sub {
	$app->cluster->down('QUIT');
	for my $mcp (@era{@eras}) {
		for (['tools/call', { name => 'add_task', arguments =>
		    { title => 'x' } }], ['resources/list', {}],
		    ['resources/read', { uri => 'task://1' }],
		    ['prompts/get', { name => 'plan_my_day' }],
		    ['completion/complete', { ref => { type => 'ref/resource',
		    uri => 'task://{id}' }, argument => { name => 'id',
		    value => '' } }]) {
			my $r = $mcp->reply(@$_);
			is_deeply([$r->status, $r->json->{error}{code}],
			    [200, -32603], "$mcp->{era}: $_->[0]");
			unlike($r->body, qr/psql|libpq|socket|PQ|host=|sql/i,
			    'and nothing internal');
		}
		is($mcp->tool(add_task => {})->{isError}, $yes,
		    'what is wrong is told all the same');
	}
	$app->cluster->up;
	$app->wait_ready;
	is($era{modern}->tool($_->[0], $_->[1])->{isError}, $no,
	    'served again, no restart') for [list_tasks => {}],
	    [add_task => { title => 'Back' }], [add_task => { title => 'x' }];
};

done_testing;
