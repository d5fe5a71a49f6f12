#!/usr/bin/perl
# Tasks without chat: adding, reading, changing, deleting, bringing back,
# lists page by page, and what is refused.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();

my $app = App->new(undo_days => 30)->start;
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

subtest 'add and read' => sub {
	my $ann = $app->user('ann');
	is_deeply($ann->get('tasks')->json, { tasks => [] },
	    'at first there is nothing');
	my $r = $ann->post('tasks', { title => 'Buy milk' });
	is($r->status, 201, 'added');
	my $t = $r->json;
	is_deeply([sort keys %$t], [sort qw(id title description completed
	    priority due_at version created_at updated_at completed_at)],
	    'a task has these members and no other');
	is($t->{id}, 1, 'the first one is task 1');
	is($t->{title}, 'Buy milk', 'title');
	is($t->{description}, '', 'description');
	ok(!$t->{completed}, 'not completed');
	is($t->{priority}, 'normal', 'priority');
	is($t->{due_at}, undef, 'no due date');
	is($t->{completed_at}, undef, 'never completed');
	is($t->{version}, 1, 'version 1');
	like($t->{created_at}, $time, 'created_at in UTC');
	is($t->{updated_at}, $t->{created_at}, 'not changed since');
	my $age = time - $app->sql(
	    'select extract(epoch from created_at)::bigint from task');
	cmp_ok(abs $age, '<', 600, 'created now, not in another zone');
	is_deeply($ann->get('tasks/1')->json, $t, 'read again, the same');

	$r = $ann->post('tasks', { title => '  Walk the dog ',
	    description => "Twice\naround the lake", priority => 'high',
	    due_at => '2027-03-04T17:30:00+02:00' });
	is($r->status, 201, 'with everything');
	$t = $r->json;
	is($t->{id}, 2, 'task 2');
	is($t->{title}, 'Walk the dog', 'blanks around a title go');
	is($t->{description}, "Twice\naround the lake", 'description');
	is($t->{priority}, 'high', 'priority');
	like($t->{due_at}, qr/^2027-03-04T15:30:00(\.000)?Z$/,
	    'a due date goes out in UTC');
	is($app->sql("select to_char(due_at at time zone 'UTC',"
	    . " 'YYYY-MM-DD HH24:MI') from task where id = 2"),
	    '2027-03-04 15:30', 'and is stored as that moment');
};

subtest 'task ids belong to the person' => sub {
	my $bea = $app->user('bea');
	is($bea->add('one'), 1, 'bea begins at 1 as well');
	is($bea->add('two'), 2, 'and counts on');
	$bea->delete('tasks/2');
	is($bea->add('three'), 3, 'a number is never used twice');
	my @calls = map { $bea->start('POST', 'tasks',
	    json => { title => "at once $_" }) } 1 .. 20;
	my %ids = map { $_->reply->json->{id} => 1 } @calls;
	is_deeply([sort { $a <=> $b } keys %ids], [4 .. 23],
	    'twenty at the same time get twenty numbers');
};

subtest 'text as given' => sub {
	my $uma = $app->user('uma');
	for my $title ('🛒 Einkauf – größer', 'सब्ज़ी खरीदना', '購物清單',
	    "<script>alert('x')</script>", '</tool> {"a":1} \\ " \' %s $1',
	    'x' x 500, 'é' x 500, "tab\there", "e\x{301}", "a\x{202e}b") {
		my $r = $uma->post('tasks', { title => $title });
		is($r->status, 201, substr($title, 0, 20) =~ s/\t/ /r);
		is($r->json->{title}, $title, '... comes back as it was');
		is($uma->task($r->json->{id})->{title}, $title,
		    '... and is stored so');
	}
};

subtest 'change' => sub {
	my $eve = $app->user('eve');
	my $id = $eve->add({ title => 'Call mum', description => 'evening',
	    priority => 'low', due_at => '2027-01-01T00:00:00Z' });
	my $t = $eve->patch("tasks/$id", { title => 'Call dad' })->json;
	is($t->{title}, 'Call dad', 'the title');
	is($t->{version}, 2, 'makes a new version');
	is_deeply([@$t{qw(description priority)}], ['evening', 'low'],
	    'the rest stays');
	$t = $eve->patch("tasks/$id", { description => '', priority => 'high',
	    due_at => undef })->json;
	is_deeply([@$t{qw(title description priority due_at)}],
	    ['Call dad', '', 'high', undef], 'the others; null clears a date');
	$t = $eve->patch("tasks/$id", { completed => $true })->json;
	ok($t->{completed}, 'done');
	like($t->{completed_at}, $time, 'with the time');
	my $done_at = $t->{completed_at};
	$t = $eve->patch("tasks/$id", { completed => $true })->json;
	is($t->{completed_at}, $done_at, 'done again keeps the time');
	$t = $eve->patch("tasks/$id", { completed => $false })->json;
	ok(!$t->{completed}, 'not done after all');
	is($t->{completed_at}, undef, 'and no time');
	is_deeply($eve->task($id), $t, 'stored so');
	$t = $eve->patch("tasks/$id", { title => 'Both', completed => $true })
	    ->json;
	is_deeply([$t->{title}, !!$t->{completed}], ['Both', !!1],
	    'title and completed in one request');
};

subtest 'delete and bring back' => sub {
	my $dan = $app->user('dan');
	my $id = $dan->add({ title => 'Keep me', priority => 'high' });
	my $before = $dan->task($id);
	is($dan->delete("tasks/$id")->status, 204, 'deleted');
	is_problem($dan->get("tasks/$id"), 404, 'task_not_found', 'gone');
	is_problem($dan->delete("tasks/$id"), 404, 'task_not_found',
	    'cannot be deleted twice');
	is_problem($dan->patch("tasks/$id", { title => 'x' }), 404,
	    'task_not_found', 'nor changed');
	is_deeply([$dan->titles], [], 'not in the list');
	is($app->sql("select count(*) from task where user_id = 'dan'"
	    . ' and deleted_at is not null'), 1, 'the row stays for a while');
	my $r = $dan->post("tasks/$id/restore");
	is($r->status, 200, 'restored');
	is_deeply([@{ $r->json }{qw(id title priority created_at)}],
	    [@$before{qw(id title priority created_at)}], 'as it was');
	is_deeply([$dan->titles], ['Keep me'], 'in the list again');
	is($dan->post("tasks/$id/restore")->status, 200,
	    'restoring what is there does no harm');
	is_problem($dan->post('tasks/77/restore'), 404, 'task_not_found',
	    'what never was cannot be restored');

	$dan->delete("tasks/$id");
	$app->sql("update task set deleted_at = now() - interval '31 days'"
	    . " where user_id = 'dan'");
	is_problem($dan->post("tasks/$id/restore"), 404, 'task_not_found',
	    'nor what was deleted longer ago than undo_days');
	$dan->delete('tasks/' . $dan->add('another'));
	is($app->sql("select count(*) from task where user_id = 'dan'"), 1,
	    'the next deletion takes such rows away');
};

subtest 'lists' => sub {
	my $lea = $app->user('lea');
	$lea->add(map { sprintf 'Task %03d', $_ } 1 .. 120);
	$lea->patch("tasks/$_", { completed => $true }) for 3, 50, 110;
	my $r = $lea->get('tasks')->json;
	is(scalar @{ $r->{tasks} }, 50, 'fifty unless asked otherwise');
	ok(defined $r->{next_cursor}, 'and a cursor');
	my @ids = map { $_->{id} } @{ $r->{tasks} };
	while (defined $r->{next_cursor}) {
		$r = $lea->get('tasks?' . Client::query(limit => 17,
		    after => $r->{next_cursor}))->json;
		push @ids, map { $_->{id} } @{ $r->{tasks} };
		last if @ids > 200;
	}
	is_deeply(\@ids, [1 .. 120], 'page by page everything once, in order');
	is_deeply([map { $_->{id} } $lea->tasks(status => 'completed')],
	    [3, 50, 110], 'completed');
	my @pending = $lea->tasks(status => 'pending');
	is(scalar(grep { $_->{completed} } @pending), 0, 'pending');
	is(scalar @pending, 100, 'at most a hundred at once');
	is_deeply([$lea->titles(search => '11')],
	    ['Task 011', map { "Task $_" } 110 .. 119], 'search');
	is_deeply([$lea->titles(search => 'TASK 11', status => 'completed')],
	    ['Task 110'], 'search without case, with a status');
	is_deeply([$lea->titles(search => "%' or 1=1 --")], [],
	    'search is text, not a pattern');
	is_deeply([$lea->titles(search => '_1')], [], 'nor is an underscore');
	$lea->add('Ärger mit ÖLFLECK');
	is_deeply([$lea->titles(search => 'ärger ölfleck')],
	    ['Ärger mit ÖLFLECK'], 'letters of any script have a case');
	my $one = $lea->get('tasks?limit=1')->json;
	is(scalar @{ $one->{tasks} }, 1, 'limit=1');
	my $last = $lea->get('tasks?' . Client::query(limit => 100,
	    after => 100))->json;
	ok(!exists $last->{next_cursor}, 'the last page has no cursor');
};

subtest 'refused' => sub {
	my $ray = $app->user('ray');
	my $id = $ray->add('Stays');
	my $before = $ray->task($id);
	my %bad = (
		'no title' => {}, 'title null' => { title => undef },
		'title a number' => { title => 5 },
		'title a list' => { title => ['x'] },
		'title empty' => { title => '' },
		'title blank' => { title => " \t\n" },
		'title of 501 characters' => { title => 'é' x 501 },
		'description of 5001 characters' =>
		    { title => 'x', description => 'y' x 5001 },
		'description a number' => { title => 'x', description => 1 },
		'priority unknown' => { title => 'x', priority => 'urgent' },
		'priority a number' => { title => 'x', priority => 1 },
		'due_at no date' => { title => 'x', due_at => 'tomorrow' },
		'due_at no such day' =>
		    { title => 'x', due_at => '2027-02-30T00:00:00Z' },
		'due_at a number' => { title => 'x', due_at => 1 },
		'due_at far out' =>
		    { title => 'x', due_at => '99999-01-01T00:00:00Z' },
	);
	for my $what (sort keys %bad) {
		is_problem($ray->post('tasks', $bad{$what}), 400,
		    'invalid_request', "POST: $what");
		next if $what eq 'no title';
		is_problem($ray->patch("tasks/$id", $bad{$what}), 400,
		    'invalid_request', "PATCH: $what");
	}
	is_problem($ray->patch("tasks/$id", { completed => 'yes' }), 400,
	    'invalid_request', 'completed must be a boolean');
	is_problem($ray->patch("tasks/$id", {}), 400, 'invalid_request',
	    'a change that changes nothing');
	is_problem($ray->patch("tasks/$id", { user_id => 'eve' }), 400,
	    'invalid_request', 'the owner is no member to change');
	is_problem($ray->get('tasks/2'), 404, 'task_not_found', 'no task 2');
	is_problem($ray->patch('tasks/2', { title => 'x' }), 404,
	    'task_not_found', 'to be changed');
	is_deeply([$ray->tasks], [$before], 'nothing has changed');
};

subtest 'two tabs' => sub {
	my $tom = $app->user('tom');
	my $id = $tom->add('Draft');
	my @calls = map { $tom->start('PATCH', "tasks/$id",
	    json => { title => "Tab $_" }) } 1 .. 10;
	is(scalar(grep { $_->reply->status == 200 } @calls), 10,
	    'all succeed');
	my $t = $tom->task($id);
	like($t->{title}, qr/^Tab \d+$/, 'one of them was last');
	is($t->{version}, 11, 'every change counted');
};

subtest 'two tabs that know what they saw' => sub {
	my $tim = $app->user('tim');
	my $id = $tim->add({ title => 'Draft', description => 'mine' });
	my $t = $tim->patch("tasks/$id", { title => 'One', version => 1 })
	    ->json;
	is_deeply([@$t{qw(title version)}], ['One', 2], 'the version is right');
	for my $version (1, 3, 2147483647) {
		my $r = $tim->patch("tasks/$id", { description => 'other',
		    completed => $true, version => $version });
		is_problem($r, 409, 'version_conflict', "version $version");
		is_deeply($r->json->{task}, $t, 'and this is what there is');
	}
	is_deeply($tim->task($id), $t, 'nothing was changed');
	my @calls = map { $tim->start('PATCH', "tasks/$id",
	    json => { title => "Tab $_", version => 2 }) } 1 .. 10;
	my @replies = map { $_->reply } @calls;
	my @won = grep { $_->status == 200 } @replies;
	is(scalar @won, 1, 'of ten at once one wins');
	is_deeply([map { $_->json->{task} } grep { $_->status == 409 }
	    @replies], [($won[0]->json) x 9], 'the others see what it did');
	is($tim->task($id)->{version}, 3, 'one change');
	$t = $tim->patch("tasks/$id", { completed => $true, version => 3 });
	is($t->json->{version}, 4, 'ticked off alone, the same');
	for my $bad (0, -1, '3', 3.5, undef, 2147483648, [3], $true) {
		is_problem($tim->patch("tasks/$id", { title => 'x',
		    version => $bad }), 400, 'invalid_request',
		    'version ' . JSON::PP->new->allow_nonref->encode($bad));
	}
	is_problem($tim->patch("tasks/$id", { version => 4 }), 400,
	    'invalid_request', 'a version alone changes nothing');
	is_problem($tim->post('tasks', { title => 'x', version => 1 }), 400,
	    'invalid_request', 'nor has a new task one');
	is_problem($tim->patch('tasks/77', { title => 'x', version => 1 }), 404,
	    'task_not_found', 'no task, no version');
	$tim->delete("tasks/$id");
	is_problem($tim->patch("tasks/$id", { title => 'x', version => 5 }),
	    404, 'task_not_found', 'nor a deleted one');
	is_problem($app->user('tom')->patch("/api/tim/tasks/$id",
	    { title => 'x', version => 5 }), 403, 'user_mismatch',
	    'nor another\'s');
};

subtest 'what can be restored' => sub {
	my $una = $app->user('una');
	$una->add(map { "Task $_" } 1 .. 5);
	$una->delete("tasks/$_") for 2, 4, 5;
	$app->sql("update task set deleted_at = now() - interval '31 days'"
	    . " where user_id = 'una' and id = 5");
	my @gone = $una->tasks(status => 'deleted');
	is_deeply([map { $_->{id} } @gone], [2, 4], 'deleted not long ago');
	like($gone[0]{deleted_at}, $time, 'and when');
	delete $gone[0]{deleted_at};
	is_deeply([sort keys %{ $gone[0] }], [sort keys %{ $una->task(1) }],
	    'all else as in any task');
	is_deeply([$una->titles(status => 'deleted', search => 'TASK 4')],
	    ['Task 4'], 'search goes with it');
	is_deeply([$una->titles(status => 'deleted', search => '')],
	    ['Task 2', 'Task 4'], 'nothing to search for is no search');
	my $page = $una->get('tasks?status=deleted&limit=1')->json;
	is_deeply([map { $_->{id} } @{ $page->{tasks} }], [2], 'a page');
	is_deeply([map { $_->{id} } $una->tasks(status => 'deleted',
	    after => $page->{next_cursor})], [4], 'and the next');
	$una->post('tasks/4/restore');
	is_deeply([$una->titles(status => 'deleted')], ['Task 2'],
	    'what is restored is none of them');
	is_deeply([map { $_->{id} } $una->tasks], [1, 3, 4],
	    'but of the others again');
};

subtest 'looking again and again' => sub {
	my $vic = $app->user('vic');
	my @lists = ('', '?status=pending', '?status=completed',
	    '?status=deleted', '?limit=1', '?limit=1&after=1', '?search=x');
	my $tags = sub {
		return map { $vic->get("tasks$_")->header('ETag') } @lists;
	};
	my @tags = $tags->();
	my %seen;
	like($_, qr{^W/"[0-9a-f-]+"$}, 'a tag') for @tags;
	is(scalar(grep { !$seen{$_}++ } @tags), scalar @lists,
	    'another for each question');
	my $id;
	my @events = (
		['added' => sub { $id = $vic->add('x one') }],
		['another' => sub { $vic->add('x two') }],
		['edited' => sub { $vic->patch("tasks/$id",
		    { title => 'x 1' }) }],
		['due' => sub { $vic->patch("tasks/$id",
		    { due_at => '2027-01-01' }) }],
		['completed' => sub { $vic->patch("tasks/$id",
		    { completed => $true }) }],
		['not after all' => sub { $vic->patch("tasks/$id",
		    { completed => $false, version => 4 }) }],
		['deleted' => sub { $vic->delete("tasks/$id") }],
		['restored' => sub { $vic->post("tasks/$id/restore") }],
		['deleted again' => sub { $vic->delete("tasks/$id") }],
		['not restorable any more' => sub { $app->sql('update task'
		    . " set deleted_at = now() - interval '31 days'"
		    . " where user_id = 'vic' and id = $id") }],
		['gone with the next' => sub { $vic->delete('tasks/2') }],
	);
	for (@events) {
		my ($what, $do) = @$_;
		$do->();
		for my $i (0 .. $#lists) {
			my $r = $vic->get("tasks$lists[$i]", headers =>
			    { 'If-None-Match' => $tags[$i] });
			is($r->status, 200, "$what: tasks$lists[$i]");
			ok(!$seen{ $r->header('ETag') }++, 'a tag never seen');
			$tags[$i] = $r->header('ETag');
			$r = $vic->get("tasks$lists[$i]", headers =>
			    { 'If-None-Match' => "\"other\", $tags[$i]" });
			is($r->status, 304, 'and nothing new after that');
			is($r->header('ETag'), $tags[$i], 'under that tag');
			is($r->body, '', 'without a body');
		}
	}
	my $r = $vic->get('tasks', headers => { 'If-None-Match' => $tags[0] });
	like($app->log_of($r), qr/ status=304 .* db_calls=1$/,
	    'one look at the database');
	is_deeply([$tags->()], \@tags, 'who looks changes nothing');
	isnt($app->user('lea')->get('tasks')->header('ETag'), $tags[0],
	    'another\'s tasks have another');
	is($vic->get('tasks', headers => { 'If-None-Match' => '*' })->status,
	    304, 'any');
	is($vic->get('tasks', headers => { 'If-None-Match' => $_ })->status,
	    200, "not $_") for $tags[1], 'W/', '""', substr $tags[0], 3;
	is_problem($vic->get('tasks?limit=0', headers =>
	    { 'If-None-Match' => '*' }), 400, 'invalid_request',
	    'a wrong question has no tag');
	is_problem($app->anyone->get('/api/vic/tasks', headers =>
	    { 'If-None-Match' => $tags[0] }), 401, 'unauthorized',
	    'nobody learns whether anything changed');
	is_problem($app->user('lea')->get('/api/vic/tasks', headers =>
	    { 'If-None-Match' => $tags[0] }), 403, 'user_mismatch',
	    'nor somebody else');
};

done_testing;
