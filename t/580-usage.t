#!/usr/bin/perl
# What people use of the model is counted once, whoever counts, and held
# against the limits of a day: who has reached one is told at every door when
# to come back, and nothing of what they said is stored.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use Fault;
use JSON::PP ();

# Nobody's day ends in the middle of this.
until_true('midnight to be over', sub { time % 86400 < 86400 - 120 },
    seconds => 150);

my $old = 'the night before';	# a user of the version before
my $app = App->new(model => 'script', threads => 16, db_connections => 12,
    turn_lease => 600, before_migrate => \&version_before)->start;
my $model = $app->model;
my $fault = Fault->new($app);
my $json = JSON::PP->new->canonical;
my %fails = (status => 400, body => '{"error":{"message":"no"}}');

sub limits(%limit)
{
	$app->restart_workers(settings => { limit_turns_day => 0,
	    limit_tokens_day => 0, %limit });
}

# turns, prompt and completion tokens of today.
sub used($who)
{
	return join ' ', $app->sql('select turns, prompt_tokens,'
	    . ' completion_tokens from usage_day where ' . $who->mine
	    . ' and day = usage_today()') =~ /\d+/g;
}

sub chat($who, $text = 'hello', %opt)
{
	$model->say('Hello.');
	my $r = $who->chat($text, %opt);
	is_answer($r, "$text: answered");
	return $r;
}

# All that is stored of them, but for the tasks.
sub stored($who)
{
	return join "\n", map { $app->sql("select row_to_json(t) from $_ t where "
	    . $who->mine . ' order by 1::text') }
	    qw(conversation message tool_call confirmation usage_day);
}

sub lasts($seconds)
{
	my $left = $app->sql('select extract(epoch from (usage_today()'
	    . " + 1)::timestamp at time zone 'UTC' - clock_timestamp())::bigint");
	return $seconds =~ /^\d+$/ && $seconds >= $left - 1
	    && $seconds <= $left + 60;
}

# Refused, with the sentence for that zone, and nothing has changed.
sub refused($who, $code, $zone, $ask, $name)
{
	my $before = stored($who);
	my $n = $model->state->{requests};
	my $r = $ask->();
	is_problem($r, 429, $code, $name);
	ok(lasts($r->header('Retry-After')), '... till the day is over')
	    or diag $r->header('Retry-After');
	my $when = $app->sql("select to_char((usage_today() + 1)::timestamp at"
	    . " time zone 'UTC' at time zone '$zone', 'FMDay \"at\" HH24:MI')");
	like($r->json->{detail},
	    qr/^You .*\. Please come back on \Q$when ($zone)\E\.$/,
	    '... and says when that is');
	is(stored($who), $before, '... and nothing is stored');
	is($model->state->{requests}, $n, '... nor the model asked');
	return $r;
}

subtest 'what counts' => sub {
	my $ann = ChatKit->person($app, 'Milk', 'Bread');
	chat($ann);
	is(used($ann), '1 11 7', 'an answer');
	$model->call(list_tasks => {});
	$model->say('Milk and bread.');
	$ann->chat('what is there?');
	is(used($ann), '2 33 21', 'one of two steps');
	$model->say('Hello.');
	$ann->stream('hello');
	is(used($ann), '3 44 28', 'a stream');
	$model->say('Hello.');
	my $s = $ann->say('hello');
	is(used($ann), '4 55 35', 'at the other door');
	my ($item) = $s->of_type('user_message');
	$model->say('Anew.');
	$ann->run('threads.retry_after_item', { thread_id => $ann->thread,
	    item_id => $item->{id} });
	is(used($ann), '5 66 42', 'an answer given anew');
	$model->say('Changed.');
	$ann->edit($item, 'changed');
	is(used($ann), '6 77 49', 'a message that was changed');

	$model->call(delete_task => { task_id => 1 });
	$ann->chat('delete task 1');
	is(used($ann), '7 88 56', 'a question');
	is_answer($ann->decide('approve'), 'is answered by a button');
	is(used($ann), '7 88 56', 'for nothing');
	$model->call(delete_task => { task_id => 2 });
	$ann->chat('delete task 2');
	is_answer($ann->chat('yes'), 'and by a word');
	is(used($ann), '8 99 63', 'for nothing too');

	$model->order(%fails);
	is($ann->chat('hello')->status, 502, 'a model that fails');
	is(used($ann), '8 99 63', '... is nobody\'s turn');
	$model->call(list_tasks => {});
	$model->order(%fails);
	is($ann->chat('hello')->status, 502, 'one that fails later');
	is(used($ann), '8 110 70', '... neither, but for what it reported');
	my $n = $model->state->{requests};
	$model->say('One two three.', hold => 2);
	my $call = $ann->open_stream('hello');
	$call->until('conversation');
	$model->wait_state($n + 1, 'held');
	$call->hang_up;
	$app->wait_row('the turn to be stopped', 'select 1 from message where '
	    . $ann->mine . " and state = 'stopped'");
	$model->release;
	like(used($ann), qr/^9 /, 'a turn that is stopped');
	my $used = used($ann);
	$ann->delete('conversations/' . $ann->conversation);
	is(used($ann), $used, 'a conversation that is deleted gives none back');
	is(used($app->user('bob')), '', 'nobody else has used anything');
};

subtest 'a model that reports nothing, or nonsense' => sub {
	my $bea = $app->someone;
	$model->say('Hello.', usage => 0);
	$bea->chat('hello');
	my ($prompt, $completion) = used($bea) =~ /^1 (\d+) (\d+)$/
	    or fail('it counts as a turn');
	ok($prompt > 100 && $completion > 0, 'and its tokens are estimated');
	$app->sql("update message set usage = '$_' where " . $bea->mine
	    . ' and id = 2') for '[]', '7', '"x"', 'null', '{}',
	    '{"prompt_tokens":-5,"completion_tokens":"many"}',
	    '{"prompt_tokens":1e300,"completion_tokens":[1]}';
	is(used($bea), "8 $prompt $completion",
	    'and stops nothing that is stored');
};

subtest 'cut, and begun anew' => sub {
	my $cat = $app->someone;
	chat($cat);
	$model->order(%fails);
	is($cat->chat('again', key => 'k')->status, 502, 'an answer fails');
	is(used($cat), '1 11 7', 'that is none');
	chat($cat, 'again', key => 'k');
	is(used($cat), '2 22 14', 'the next attempt is');
	$model->call(list_tasks => {});
	$model->order(%fails);
	$cat->chat('once more', key => 'l');
	chat($cat, 'once more', key => 'l');
	is(used($cat), '3 44 28', 'what both have cost is counted');
	is_answer($cat->chat('once more', key => 'l'), 'told again');
	is(used($cat), '3 44 28', 'for nothing');
};

subtest 'the history' => sub {
	my $dan = $app->someone;
	my $eve = $app->someone;
	chat($_) for $dan, $dan, $eve;
	$model->order(%fails);
	$dan->chat('hello');
	$app->sql("update message set model = 'other', usage ="
	    . ' \'{"prompt_tokens":100,"completion_tokens":10,'
	    . '"cached_tokens":60}\' where ' . $dan->mine . ' and id = 2;'
	    . " update message set created_at = '2026-01-31T23:59:59Z' where "
	    . $dan->mine . ' and id = 4');
	my @columns = qw(day model turns prompt_tokens completion_tokens
	    cached_tokens);
	my $list = join ', ', @columns;
	my @rows = $app->rows("select $list from taskchat.usage_daily where "
	    . $dan->mine . ' order by day');
	my $today = $app->sql("select to_char(usage_today(), 'YYYY-MM-DD')");
	is_deeply([map { join ' ', @$_{@columns} } @rows],
	    ['2026-01-31 script 1 11 7 0', "$today other 1 100 10 60"],
	    'by day and model');
	my $query = 'select count(*) from %s where user_id = \'%s\'';
	# A view acts for its owner, who may be somebody no policy holds for.
	$app->sql('alter view usage_daily owner to postgres;'
	    . ' alter function usage_answers() owner to postgres');
	for my $table (qw(usage_day usage_daily)) {
		for ([$dan, 1], [$eve, 0]) {
			my ($who, $sees) = @$_;
			my ($ok, $n) = $app->sql_as_worker($who->id,
			    sprintf $query, $table, $dan->id);
			ok($ok && !!$n == $sees, "$table: " . ($sees ? 'hers'
			    : 'not another\'s'));
		}
	}
	my $usage = $dan->get('export')->json->{usage};
	is_deeply($usage, [{ day => $today, turns => 3,
	    prompt_tokens => 122, completion_tokens => 24 }], 'exported');
	$app->sql('insert into usage_day select user_id, day - n, n, 2 * n, 3'
	    . ' from usage_day, generate_series(1, 250) n where '
	    . $eve->mine);
	$usage = $eve->get('export')->json->{usage};
	is_deeply([map { "$_->{day} $_->{turns}" } @$usage],
	    [$app->sql("select to_char(day, 'YYYY-MM-DD ') || turns from"
	    . ' usage_day where ' . $eve->mine . ' order by day')],
	    'page by page');
	is(scalar @$usage, 251, 'each day once');
};

subtest 'without limits nothing is looked up' => sub {
	my $fay = $app->someone;
	my $hold = $fault->hold('select pg_advisory_xact_lock('
	    . "hashtextextended('taskchat.usage @{[$fay->id]}', 0))");
	chat($fay);
	$hold->release;
	is($app->sql('select turn_counts from conversation where '
	    . $fay->mine), '', 'and nothing written');
};

# --- turns

subtest 'so many turns' => sub {
	limits(limit_turns_day => 3);
	my $gus = ChatKit->person($app, 'Milk', 'Bread', 'Eggs');
	my $zone = 'Asia/Kathmandu';
	$model->say('Hello.');
	my ($item) = $gus->say('hello')->of_type('user_message');
	$model->call(list_tasks => {});
	$model->say('Here.');
	my $list = $gus->say('what is there?')->widget;
	$model->call(delete_task => { task_id => 1 });
	my $r = $gus->chat('delete 1', key => 'third');
	is($r->status, 200, 'the third is answered');
	refused($gus, 'limit_turns', 'UTC', sub { $gus->chat('and now?') },
	    'the fourth is not');
	refused($gus, 'limit_turns', $zone, sub { $gus->afresh->chat('x',
	    timezone => $zone) }, 'in a new conversation');
	refused($gus, 'limit_turns', $zone, sub { $gus->open_stream('x',
	    timezone => $zone)->reply }, 'for a stream');
	refused($gus, 'limit_turns', $zone, sub { $gus->chat('x',
	    path => $_, timezone => $zone) }, $_)
	    for qw(/api/chat /api/v1/agent/chat);
	my %there = (query => { timezone => $zone });
	refused($gus, 'limit_turns', $zone,
	    sub { $gus->open_say('x', %there)->reply }, 'for ChatKit');
	refused($gus, 'limit_turns', $zone,
	    sub { ChatKit->of($gus->afresh)->open_say('x', %there)->reply },
	    'for a new thread of it');
	my %thread = (thread_id => $gus->thread, item_id => $item->{id});
	refused($gus, 'limit_turns', $zone, sub { $gus->open(
	    'threads.retry_after_item', \%thread, %there)->reply },
	    'for an answer given anew');
	refused($gus, 'limit_turns', $zone, sub { $gus->open('taskchat.edit',
	    { %thread, input => ChatKit::input('x') }, %there)->reply },
	    'for a changed message');
	like($app->log_of($r = $gus->chat('x')), qr/ code=limit_turns /,
	    'the log says why');

	is_answer($gus->chat('delete 1', key => 'third'),
	    'what was answered is told again');
	my $click = $gus->click($list, 'task.delete', { task_id => 2 });
	ok($click->widget, 'a button that asks works');
	is_answer($gus->chat('yes'), 'so does the answer to it');
	is($app->sql('select count(*) from task where ' . $gus->mine
	    . ' and deleted_at is not null'), 1, 'which is carried out');
	is($gus->tick($list, 'task.toggle', { task_id => 3,
	    completed => JSON::PP::true })->status, 200, 'a box to tick');
	is(used($gus), '3 44 28', 'none of it counts');
	refused($gus, 'limit_turns', 'UTC', sub { $gus->chat('yes') },
	    'a yes to nothing is a message');
	chat($app->someone, 'hello');

	$app->sql('update usage_day set day = day - 1 where ' . $gus->mine);
	chat($gus, 'good morning');
	is(used($gus), '1 11 7', 'the next day begins at nought');
};

subtest 'a question decided beyond the limit' => sub {
	my $hal = $app->someone('Milk');
	chat($hal) for 1, 2;
	$model->call(delete_task => { task_id => 1 });
	$hal->chat('delete task 1');
	refused($hal, 'limit_turns', 'UTC', sub { $hal->chat('and now?') },
	    'something else is not heard');
	is_answer($hal->decide('approve'), 'the button still asks');
	is(scalar $hal->tasks, 0, 'and is obeyed');
};

subtest 'a last turn, and two who want it' => sub {
	my $ida = $app->someone;
	chat($ida) for 1, 2;
	my $lock = $fault->hold('select pg_advisory_xact_lock('
	    . "hashtextextended('taskchat.usage @{[$ida->id]}', 0))");
	$model->say('Hello.');
	my @calls = map { $ida->afresh->start_chat('me') } 1, 2;
	$lock->blocks(2);
	$lock->release;
	my @replies = map { $_->reply } @calls;
	is_deeply([sort map { $_->status } @replies], [200, 429],
	    'one has it');
	is(used($ida), '3 33 21', 'and no more is used');
	is($app->sql('select count(*) from conversation where '
	    . $ida->mine), 2, 'nothing is left of the other');
};

subtest 'turns that run' => sub {
	my $jim = $app->someone('Milk');
	chat($jim);
	my $n = $model->state->{requests};
	$model->say('Slowly.', hold => 1);
	$model->order(%fails, hold => 1);
	my $good = $jim->afresh->start_chat('one');
	$model->wait_state($n + 1, 'held');
	my $bad = $jim->afresh->start_chat('two');
	$model->wait_state($n + 2, 'held');
	my $third = $jim->afresh;
	refused($jim, 'limit_turns', 'UTC', sub { $third->chat('three') },
	    'a turn that runs takes one');
	chat($app->someone, 'hello');
	$model->release;
	is_answer($good->reply, 'one is answered');
	is($bad->reply->status, 502, 'the other fails');
	chat($third, 'three');
	refused($jim, 'limit_turns', 'UTC', sub { $third->chat('four') },
	    'what failed was free for one more');

	my $kay = $app->someone;
	chat($kay) for 1, 2;
	$app->sql('update conversation set lease_token = gen_random_uuid(),'
	    . " lease_until = now() + interval '1 min', turn_message = 6,"
	    . ' last_message = 6 where ' . $kay->mine);
	$app->sql('update conversation set turn_counts = lease_token where '
	    . $kay->mine);
	refused($kay, 'limit_turns', 'UTC',
	    sub { $kay->afresh->chat('hello') }, 'a worker that died keeps one');
	$app->sql('update conversation set lease_until = now() where '
	    . $kay->mine);
	chat($kay->afresh, 'hello');
	ok(1, '... till its lease is over');
};

subtest 'a button that is being obeyed' => sub {
	my $lea = $app->someone('Milk');
	chat($lea);
	$model->call(delete_task => { task_id => 1 });
	$lea->chat('delete task 1');
	my $lock = $fault->hold('select 1 from task where ' . $lea->mine
	    . ' for update');
	my $press = $lea->start('POST', 'conversations/' . $lea->conversation
	    . "/confirmations/$lea->{confirmation}",
	    json => { decision => 'approve' });
	$lock->blocks;
	chat($lea->afresh, 'meanwhile');
	$lock->release;
	is_answer($press->reply, 'takes none');
};

subtest 'deleted under a turn\'s feet' => sub {
	my $mia = $app->someone;
	chat($mia) for 1, 2;
	my $n = $model->state->{requests};
	$model->call(list_tasks => {});
	$model->say('Slowly.', hold => 1);
	my $there = $mia->afresh;
	my $call = $there->open_stream('hello');
	$model->wait_state($n + 2, 'held');
	my ($opened) = $call->until('conversation');
	my $id = $app->sql('select id from conversation where ' . $mia->mine
	    . ' and lease_until is not null');
	is($mia->delete("conversations/$id")->status, 204, 'it is deleted');
	is(used($mia), '3 22 14', 'the turn was had');
	$model->release;
	my @ev = $call->rest;
	is($ev[-1]{data}{code}, 'turn_lost', 'the turn is told');
	is(used($mia), '3 44 28', 'and what it has cost is counted');
	refused($mia, 'limit_turns', 'UTC', sub { $mia->chat('again') },
	    'there is no other');
};

# --- tokens

subtest 'so many tokens' => sub {
	limits(limit_tokens_day => 37);
	my $ned = ChatKit->person($app, 'Milk');
	chat($ned);
	$model->call(list_tasks => {});
	$model->say('Milk.');
	is_answer($ned->chat('what is there?'),
	    'a turn that was begun below the limit is finished');
	is(used($ned), '2 33 21', 'above it');
	refused($ned, 'limit_tokens', 'UTC', sub { $ned->chat('and now?') },
	    'the next is not begun');
	refused($ned, 'limit_tokens', 'America/Los_Angeles',
	    sub { $ned->open_say('x', query => { timezone =>
	    'America/Los_Angeles' })->reply }, 'nor at the other door');
	$app->sql('update usage_day set day = day - 1 where ' . $ned->mine);
	chat($ned, 'good morning');

	my $ole = $app->someone;
	chat($ole);
	my $n = $model->state->{requests};
	$model->call(list_tasks => {});
	$model->say('Slowly.', hold => 1);
	my $call = $ole->afresh->open_stream('hello');
	$model->wait_state($n + 2, 'held');
	$call->until('conversation');
	$ole->delete('conversations/' . $app->sql('select id from conversation'
	    . ' where ' . $ole->mine . ' and lease_until is not null'));
	$model->release;
	$call->rest;
	refused($ole, 'limit_tokens', 'UTC', sub { $ole->chat('again') },
	    'deleting the conversation saves none');
};

subtest 'both' => sub {
	limits(limit_turns_day => 2, limit_tokens_day => 18);
	my $pia = $app->someone;
	chat($pia);
	refused($pia, 'limit_tokens', 'UTC', sub { $pia->chat('x') },
	    'whichever comes first');
	$app->sql('update usage_day set turns = 2 where ' . $pia->mine);
	refused($pia, 'limit_turns', 'UTC', sub { $pia->chat('x') },
	    'and of both the turns');
	limits();
	chat($pia);
};

# --- the database

subtest 'somebody who has said much' => sub {
	$app->sql(<<'SQL');
insert into conversation (user_id, id, title, updated_at)
    select u, gen_random_uuid(), 'c', now() - n * interval '1 hour'
    from unnest(array['long', 'x', 'y', 'z']) u, generate_series(1, 5000) n;
insert into usage_day (user_id, day, turns)
    select u, usage_today() - n, 1
    from unnest(array['long', 'x', 'y', 'z']) u, generate_series(0, 2000) n;
analyze conversation;
analyze usage_day
SQL
	for my $mode ('force_custom_plan', 'force_generic_plan') {
		my ($ok, $out, $why) = $app->sql_as_worker('long', <<"SQL");
set local plan_cache_mode = $mode;
select taskchat.usage_take('long', gen_random_uuid(), gen_random_uuid(),
    'UTC', 100, 100);
select relname, seq_scan, idx_tup_fetch from pg_stat_xact_user_tables
    where relname in ('conversation', 'usage_day') order by 1
SQL
		my %read = map { /^(\w+)\t(\d+)\t(\d+)$/ ? ($1 => [$2, $3])
		    : () } split /\n/, $out;
		is_deeply([map { $_->[0] } @read{qw(conversation usage_day)}],
		    [0, 0], "nothing is read from end to end, $mode")
		    or diag $why;
		my $n = $read{conversation}[1];
		ok($n > 20 && $n < 30, '... but what was said today');
		is($read{usage_day}[1], 1, '... and today\'s sum');
	}
};

# What a worker of the version before asks for, word by word.
subtest 'workers of the version before' => sub {
	my ($ok, $out, $why) = $app->sql_as_worker('old', <<'SQL');
select kind, conversation, message, confirmation, local_now, asked, title,
    started_at, question, effects
    from taskchat.turn_begin('old', null,
    '00000000-0000-4000-8000-000000000001', 'hello', 'k', 'UTC', 30, null,
    '00000000-0000-4000-8000-000000000002', true, null, null);
select taskchat.turn_end('old', '00000000-0000-4000-8000-000000000001', 2,
    '00000000-0000-4000-8000-000000000002', 'Hello.', 'done', 0, 'm',
    '{"prompt_tokens":5,"completion_tokens":3}', null, null, null);
select message, started_at, local_now, effects
    from taskchat.turn_retry('old', '00000000-0000-4000-8000-000000000001', 1,
    'UTC', 30, '00000000-0000-4000-8000-000000000003', false);
select taskchat.turn_end('old', '00000000-0000-4000-8000-000000000001', 3,
    '00000000-0000-4000-8000-000000000003', 'Hello.', 'done', 0, 'm',
    '{"prompt_tokens":6,"completion_tokens":2}', null, null, null)
SQL
	ok($ok, 'begin, end and retry turns') or diag $why;
	is(used($app->user('old')), '2 11 5', 'which count');
};

# A database of before, with a day that has begun; and what the last step
# leaves to the workers' role before anything else is granted.
my %before;
sub version_before($app)
{
	my $pg = $app->cluster;
	my @files = sort glob App::source() . '/schema/*.sql';
	my $sql = 'create schema taskchat; create table taskchat.migration'
	    . ' (version integer primary key, applied_at timestamptz not null'
	    . ' default now());';
	for my $n (1 .. 5) {
		$sql .= Proc::slurp($files[$n - 1])
		    . ";insert into taskchat.migration (version) values ($n);";
	}
	$pg->sql($sql . <<'SQL', role => 'taskchat_owner');
grant usage on schema taskchat to taskchat;
grant select, insert, update, delete on all tables in schema taskchat
    to taskchat
SQL
	$pg->sql(<<"SQL");
insert into taskchat.conversation (user_id, id, title, updated_at)
    select '$old', gen_random_uuid(), n, now() - n * interval '1 day'
    from generate_series(0, 1) n;
insert into taskchat.message (user_id, conversation_id, id, role, content,
    state, model, usage, created_at)
    select user_id, id, n, case when n % 2 = 0 then 'assistant' else 'user'
        end::taskchat.message_role, 'words',
        (array['done', 'stopped', 'failed', 'done'])[n / 2]
        ::taskchat.message_state, case when n <> 8 then 'm' end,
        '{"prompt_tokens":10,"completion_tokens":1}', updated_at
    from taskchat.conversation, generate_series(2, 9) n;
SQL
	$before{rights} = $pg->sql("begin;\n" . Proc::slurp($files[5])
	    . ";select string_agg(r, ' ') from unnest(array['select', 'insert',"
	    . " 'update', 'delete']) r where has_table_privilege('taskchat',"
	    . " 'taskchat.usage_day', r); rollback", role => 'taskchat_owner');
}

subtest 'a database of before' => sub {
	like($before{rights}, qr/^select insert update delete$/m,
	    'who stores answers may count them at once');
	is_deeply([$app->sql('select day = usage_today(), turns, prompt_tokens,'
	    . " completion_tokens from usage_day where user_id = '$old'")],
	    ["t\t2\t40\t4"], 'today is counted, and nothing else');
	is($app->sql('select bool_and(relforcerowsecurity and relrowsecurity)'
	    . " from pg_class where oid in ('message'::regclass,"
	    . " 'conversation'::regclass, 'usage_day'::regclass)"), 't',
	    'nobody sees another\'s rows');
};

done_testing;
