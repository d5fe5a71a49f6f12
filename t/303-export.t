#!/usr/bin/perl
# All that is somebody's as one document: nothing is missing, nothing is
# anybody else's, however much it is; and what could not be written to its end
# cannot be taken for the whole.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Fault;
use JSON::PP ();

my $app = App->new(model => 'script', accounts => 1, bare_ids => 'jwt',
    undo_days => 30, threads => 8, db_connections => 2)->start;
my $model = $app->model;
my $fault = Fault->new($app);
my $json = JSON::PP->new->utf8;
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

# A document that could not be finished.
sub is_cut($call, $name)
{
	my $r = $call->reply;
	is($r->status, 200, "$name: it had begun");
	like($r->body, qr/"title":"Task 100"/, '... with so much');
	ok(!defined eval { $json->decode($r->body) },
	    '... and what came is no JSON');
	return $r;
}

subtest 'nothing' => sub {
	my $r = $app->user('nil')->get('export');
	is($r->status, 200, 'of somebody new');
	is($r->type, 'application/json', 'JSON');
	is($r->header('Cache-Control'), 'no-store', 'not to be kept on the way');
	my $x = $r->json;
	like($x->{exported_at}, $time, 'when');
	my $age = time - $app->sql("select extract(epoch from"
	    . " '$x->{exported_at}'::timestamptz)::bigint");
	cmp_ok(abs $age, '<', 600, 'which is now');
	my $day = substr $x->{exported_at}, 0, 10;
	is($r->header('Content-Disposition'),
	    "attachment; filename=\"taskchat-export-$day.json\"",
	    'a name to save it under');
	delete $x->{exported_at};
	is_deeply($x, { user_id => 'nil', account => undef, tasks => [],
	    timezone => undef, conversations => [], usage => [] }, 'and nothing else');
};

my $ann = $app->user('ann "Ä"');

subtest 'everything' => sub {
	my @ids = ($ann->add({ title => 'Milk "½"', description => "a\nb",
	    priority => 'high', due_at => '2027-03-04T10:00:00Z' }),
	    $ann->add('Done'), $ann->add('Deleted'), $ann->add('Long gone'));
	$ann->patch('tasks/2', { completed => JSON::PP::true });
	$ann->delete("tasks/$_") for 3, 4;
	$app->sql("update task set deleted_at = now() - interval '31 days'"
	    . ' where id = 4');
	$model->call(add_task => { title => 'Walk' });
	$model->say('I added "Walk" ☃.');
	$ann->chat('add walk', timezone => 'Asia/Kolkata');
	my $first = $ann->conversation;
	my $late = $ann->afresh;
	$model->say('Hello.');
	$late->chat('second');
	$app->sql("update message set feedback = 'negative'"
	    . " where conversation_id = '$first' and id = 2");
	$model->say('Not that.');
	$ann->chat('once more');
	$app->sql('update message set removed_at = now()'
	    . " where conversation_id = '$first' and id = 4;"
	    . ' update conversation set removed = 1'
	    . " where id = '$first'");

	my $x = $ann->get('export')->json;
	is($x->{user_id}, 'ann "Ä"', 'whose');
	is($x->{timezone}, 'Asia/Kolkata', 'where she said she is');
	my @kept = @{ $x->{tasks} };
	is_deeply([map { $_->{id} } @kept], [1, 2, 3, 5],
	    'tasks, without those that nothing brings back');
	my $deleted = delete $kept[2]{deleted_at};
	like($deleted, $time, 'a deleted one says so');
	is_deeply([@kept[0, 1, 3]], [$ann->tasks],
	    'the others are as a list shows them');
	is_deeply([map { join ' ', @$_{qw(turns prompt_tokens
	    completion_tokens)} } @{ $x->{usage} }], ['3 44 28'],
	    'what she used of the model, by days');
	my ($one, $two) = @{ $x->{conversations} };
	is(scalar @{ $x->{conversations} }, 2, 'conversations');
	is_deeply([$one->{id}, $two->{id}], [$first, $late->conversation],
	    'oldest first');
	is_deeply([sort keys %$one],
	    [qw(created_at id messages title updated_at)], 'their members');
	my @shown = $ann->messages($first);
	is(delete $one->{messages}[1]{feedback}, 'negative',
	    'what she thought of an answer');
	is_deeply($one->{messages}, \@shown,
	    'messages, and the calls behind them, as the history shows them');
	is_deeply([map { $_->{content} } @{ $one->{messages} }],
	    ['add walk', 'I added "Walk" ☃.', 'once more'],
	    'oldest first, without what was taken back');
	is($one->{messages}[1]{tool_calls}[0]{result}{title}, 'Walk',
	    'with results');
	unlike($ann->get('export')->body, qr/Not that|Long gone/,
	    'and not a word of what is gone');
	my $head = $ann->request('HEAD', 'export');
	is($head->status . $head->body, '200', 'HEAD');
	like($head->header('Content-Disposition'), qr/attachment/,
	    'with its headers');
	is_deeply($app->user('bob')->get('export')->json->{tasks}, [],
	    'nothing of hers is in another\'s');
};

subtest 'who may not' => sub {
	is_problem($app->anyone->get('/api/nil/export'), 401, 'unauthorized',
	    'nobody');
	is_problem($app->user('bob')->get('/api/nil/export'), 403,
	    'user_mismatch', 'somebody else');
	is_problem($ann->request($_, 'export'), 405, 'method_not_allowed', $_)
	    for qw(POST DELETE PATCH);
};

subtest 'an account' => sub {
	my $cat = Account->new($app, origin => 'http://127.0.0.1:'
	    . $app->port);
	my $user = $cat->sign_up(email => 'cat@example.org', name => 'Cät')
	    ->json->{user};
	$cat->sign_in;
	my $r = $cat->get("/api/accounts%3A$user->{id}/export");
	my $account = $r->json->{account};
	is_deeply([sort keys %$account], [qw(created_at email email_verified
	    image logins name sessions updated_at)], 'what is known of it');
	is_deeply([@$account{qw(name email image created_at)}], ['Cät',
	    'cat@example.org', undef, $user->{createdAt}], 'hers');
	is_deeply([map { $_->{provider} } @{ $account->{logins} }],
	    ['credential'], 'how she signs in');
	is($account->{sessions}[0]{ip_address}, '127.0.0.1',
	    'where she is signed in');
	my @secrets = $app->cluster->sql('select token from session union'
	    . ' select password from account');
	cmp_ok(scalar @secrets, '>=', 2, 'there are secrets');
	is_deeply([grep { index($r->body, $_) >= 0 } @secrets], [],
	    '... but none of them is in it');
	is($app->user('accounts:x')->get('/api/me')->status, 401,
	    'no token of others can name an account');
};

# So much that it takes many pages of each kind, and pages that are just full.
$app->sql(<<'SQL');
insert into task (user_id, id, title) select u, n, 'Task ' || n
    from (values ('big', 350), ('full', 200)) b(u, n_max),
    generate_series(1, n_max) n;
insert into conversation (user_id, id, title, last_message, created_at)
    select u, gen_random_uuid(), 'c' || n, 0, case when n % 7 = 0
        then now() - interval '1 day' else now() - n * interval '1 min' end
    from (values ('big', 130), ('full', 50)) b(u, n_max),
    generate_series(1, n_max) n;
update conversation set last_message = case when user_id = 'full' then 20
    when title = 'c1' then 10000 when title = 'c2' then 20
    when title = 'c3' then 21 when title = 'c4' then 0 else 2 end
    where user_id in ('big', 'full');
insert into message (user_id, conversation_id, id, role, content)
    select user_id, c.id, n, (case when n % 2 = 1 then 'user'
        else 'assistant' end)::message_role,
        n || repeat(' words', 300 - 290 * (last_message < 100)::integer)
    from conversation c, generate_series(1, last_message) n
    where user_id in ('big', 'full');
analyze
SQL

sub peak($app)
{
	my ($worker) = grep { $_->alive } @{ $app->{procs} };
	my ($kb) = Proc::slurp('/proc/' . $worker->pid . '/status')
	    =~ /^VmHWM:\s*(\d+) kB/m;
	return $kb;
}

subtest 'very much' => sub {
	for my $who ('full', 'big') {
		my $x = $app->user($who)->get('export')->json;
		is_deeply([map { $_->{id} } @{ $x->{tasks} }],
		    [$app->sql("select id from task where user_id = '$who'"
		    . ' order by id')], "$who: every task once, in order");
		is_deeply([map { $_->{id} } @{ $x->{conversations} }],
		    [$app->sql("select id from conversation where user_id ="
		    . " '$who' order by created_at, id")],
		    'every conversation once, the oldest first');
		my %has = map { split /\t/ } $app->sql('select id, last_message'
		    . " from conversation where user_id = '$who'");
		my @wrong = grep { join(',', map { $_->{id} }
		    @{ $_->{messages} }) ne join(',', 1 .. $has{ $_->{id} })
		    } @{ $x->{conversations} };
		is_deeply(\@wrong, [], 'with every message once, in order');
	}
};

# A sanitizer keeps what was given back.
SKIP: {
	skip 'a sanitizer build', 1
	    if `nm '@{[App::build()]}/taskchat'` =~ /__[at]san_init/;
	subtest 'much in little memory' => sub {
		my $big = $app->user('big');
		$app->restart_workers;
		$app->user('full')->get('export');
		my $before = peak($app);
		cmp_ok(length $big->get('export')->body, '>', 18_000_000,
		    'eighteen million bytes');
		cmp_ok(peak($app) - $before, '<', 4096, 'in four million');
	};
}

subtest 'what goes away meanwhile' => sub {
	my $big = $app->user('big');
	my ($last) = $app->sql("select id from conversation where user_id ="
	    . " 'big' order by created_at, id offset 49 limit 1");
	my ($next) = $app->sql("select id from conversation where user_id ="
	    . " 'big' order by created_at, id offset 60 limit 1");
	my $hold = $fault->hold('lock table confirmation in access exclusive mode');
	my $call = $big->start('GET', 'export');
	$hold->blocks;
	is($app->user('full')->get('tasks')->status, 200,
	    'others are served meanwhile');
	$hold->also('delete from conversation where id in'
	    . " ('$last', '$next')")->also('commit')->release;
	my $r = $call->reply;
	ok(!$call->{cut}, 'a document with an end');
	my %messages = map { $_->{id} => scalar @{ $_->{messages} } }
	    @{ $r->json->{conversations} };
	is($messages{$last}, 0, 'the one whose turn it was has no messages');
	ok(!exists $messages{$next}, 'one of a later page is not there');
	is(scalar keys %messages, 129, 'and all others are');
};

subtest 'no database' => sub {
	my $big = $app->user('big');
	$app->cluster->down('INT');
	is_problem($big->get('export'), 503, 'database_unavailable',
	    'before it begins');
	$app->cluster->up;
	$app->wait_ready;
	$app->expect_web_log(qr/unsupported FastCGI protocol version: 255/);
	for my $table (qw(message conversation)) {
		my $hold = $fault->hold("lock table $table in"
		    . ' access exclusive mode');
		my $call = $big->start('GET', 'export');
		$hold->blocks;
		$app->cluster->down('QUIT');
		my $r = is_cut($call, "before $table");
		ok($call->{cut}, '... and the connection was broken');
		like($app->log_of($r), qr/ code=database_unavailable .*
		    \ status=200\ /x, '... and logged');
		$app->cluster->up;
		$app->wait_ready;
	}
	my $r = $big->get('export');
	is(scalar @{ $r->json->{conversations} }, 128, 'and all is well again');
};

subtest 'a worker that is killed' => sub {
	my $big = $app->user('big');
	my $hold = $fault->hold('lock table message in access exclusive mode');
	my $call = $big->start('GET', 'export');
	$hold->blocks;
	$app->kill_worker($_) for grep { $app->worker($_)->alive }
	    0 .. $app->{number} - 1;
	is_cut($call, 'killed');	# nginx does not say more
	$hold->release;
	$app->start_worker;
	$app->wait_ready;
	is($big->get('export')->status, 200, 'another one goes on');
};

subtest 'a reader who leaves' => sub {
	my $big = $app->user('big');
	my $hold = $fault->hold('lock table message in access exclusive mode');
	my $call = $big->start('GET', 'export');
	$hold->blocks;
	$call->hang_up;
	$hold->release;
	ok($app->wait_log(qr{path="?/api/big/export.* gone=}),
	    'is noticed, and no more is read for them');
};

done_testing;
