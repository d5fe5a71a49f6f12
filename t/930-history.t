#!/usr/bin/perl
# A conversation of 100,000 messages among many others: the model and the
# reader get its newest window, whole and in order, and the database reads
# no more blocks for it than for a conversation of ten.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Statements;

my $total = 100_000;
my $app = App->new(model => 'script', history_messages => 20)->start;
my $model = $app->model;
my $ann = $app->user('ann');
my %of = map { $_->{name} => $_ } Statements::all(App::source());

# Two long conversations that grow side by side, message by message, with
# short ones of the same person and of others between them; every tenth
# reply has a call.
$app->sql(<<"SQL");
set session_replication_role = replica;	-- foreign keys take their time
insert into conversation (user_id, id, title, last_message)
    values ('ann', md5('long')::uuid, 'long', $total),
        ('ann', md5('ten')::uuid, 'ten', 10),
        ('bob', md5('bob')::uuid, 'bob', $total);
insert into conversation (user_id, id, title, last_message)
    select 'ann', md5('short ' || n)::uuid, 'short', 40
    from generate_series(1, 1000) n;
insert into message (user_id, conversation_id, id, role, content, calls)
    select case what when 3 then 'bob' else 'ann' end,
        case what when 1 then md5('long')::uuid
            when 2 then md5('short ' || (n - 1) / 40 + 1)::uuid
            else md5('bob')::uuid end,
        case what when 2 then (n - 1) % 40 + 1 else n end,
        (case when n % 2 = 1 then 'user' else 'assistant' end)::message_role,
        case when n % 2 = 1 then 'Question ' else 'Answer ' end || n,
        (what = 1 and n % 20 = 0)::integer
    from generate_series(1, $total) n, generate_series(1, 3) what
    where what <> 2 or n <= 40000;
insert into message (user_id, conversation_id, id, role, content)
    select 'ann', md5('ten')::uuid, n,
        (case when n % 2 = 1 then 'user' else 'assistant' end)::message_role,
        'Ten ' || n
    from generate_series(1, 10) n;
insert into tool_call (user_id, conversation_id, message_id, step, position,
        call_id, name, arguments, result, state)
    select 'ann', conversation_id, id, 1, 0, 'abcdefghi', 'list_tasks',
        '{}', '[]', 'ok'
    from message where calls > 0;
vacuum analyze message, tool_call, conversation
SQL
my ($long, $ten) = split /\t/,
    scalar $app->sql("select md5('long')::uuid, md5('ten')::uuid");

subtest 'the blocks' => sub {
	for my $name (qw(message_history message_page)) {
		my %cost;
		for my $c (['short', $ten, 2147483647, 10],
		    ['newest', $long, 2147483647, 20],
		    ['middle', $long, $total / 2, 20],
		    ['oldest', $long, 21, 20]) {
			my ($what, $id, $before, $rows) = @$c;
			my @nodes = Statements::explain($app, $of{$name},
			    'ann', ['ann', $id, $before, 20]);
			my ($m) = grep { ($_->{'Relation Name'} // '')
			    eq 'message' } @nodes;
			is($m->{'Actual Rows'}, $rows,
			    "$name, $what: just the rows wanted");
			is($m->{'Index Name'} // '', 'message_pkey',
			    'along the primary key') if $id eq $long;
			is(scalar(grep { $_->{'Rows Removed by Filter'} }
			    @nodes), 0, 'none in vain');
			$cost{$what} = Statements::blocks(@nodes);
		}
		# A few levels of an index and a page or two for each row.
		cmp_ok($cost{$_}, '<=', $cost{short} + 100,
		    "$_: $cost{$_} blocks, a short one $cost{short}")
		    for qw(newest middle oldest);
	}
};

subtest 'the reader\'s pages' => sub {
	my @seen;
	my $query = 'limit=100';
	for my $page (1 .. 5) {
		my $r = $ann->get("conversations/$long?$query");
		is($r->status, 200, "page $page") or last;
		my $j = $r->json;
		is($j->{message_count}, $total, 'of so many');
		my @m = @{ $j->{messages} };
		is(scalar @m, 100, 'a full page');
		is_deeply([map { $_->{id} } @m],
		    [$m[0]{id} .. $m[0]{id} + 99], 'oldest first, no gap');
		unshift @seen, map { $_->{id} } @m;
		ok(defined $j->{next_cursor}, 'and more behind it') or last;
		$query = "limit=100&before=$j->{next_cursor}";
	}
	is_deeply(\@seen, [$total - 499 .. $total],
	    'five pages: the newest 500');

	my $last = $ann->get("conversations/$long?limit=50&before=31")->json;
	is_deeply([map { $_->{id} } @{ $last->{messages} }], [1 .. 30],
	    'the first page');
	is($last->{next_cursor}, undef, 'has nothing before it');
	my $r = $ann->get("conversations/$long?limit=50&before=1");
	is_deeply($r->json->{messages}, [], 'before the first: nothing');

	my ($with) = grep { @{ $_->{tool_calls} } } @{ $ann->get(
	    "conversations/$long?limit=50")->json->{messages} };
	is($with->{tool_calls}[0]{name}, 'list_tasks', 'calls are there');
};

subtest 'the pages of the list' => sub {
	my (%seen, $n);
	my $query = 'limit=100';
	while (defined $query) {
		my $j = $ann->get("conversations?$query")->json;
		$seen{ $_->{id} }++ for @{ $j->{conversations} };
		$n += @{ $j->{conversations} };
		last if $n > 1002;
		$query = defined $j->{next_cursor}
		    ? "limit=100&before=$j->{next_cursor}" : undef;
	}
	is($n, 1002, 'every conversation');
	is(scalar keys %seen, 1002, 'once');
};

subtest 'what the model gets' => sub {
	$ann->{conversation} = $long;
	$model->say('Here I am.');
	my $r = $ann->chat('the newest question');
	is_answer($r, 'a turn');
	is($r->json->{message_id}, $total + 2, 'goes on where it was');
	my @sent = grep { $_->{role} ne 'system' }
	    @{ ($model->requests)[-1]{body}{messages} };
	my @said = map { ($_->{content} // '') =~
	    /((?:Question|Answer) \d+)/ } @sent;
	# at most a third less than there may be
	my ($first) = $said[0] =~ /^Question (\d+)$/;
	cmp_ok($first, '>=', $total - 18, 'no more than may be');
	cmp_ok($first, '<=', $total - 12, 'nor much less');
	is_deeply(\@said, [map { ($_ % 2 ? 'Question ' : 'Answer ') . $_ }
	    $first .. $total], 'the newest whole turns');
	is($sent[0]{role}, 'user', 'from the person on');
	like($sent[-1]{content}, qr/the newest question/, 'to the newest');
	is(scalar(grep { $_->{role} eq 'tool' } @sent),
	    scalar(grep { $_->{tool_calls} } @sent), 'calls with results');

	is(($ann->messages)[-1]{content}, 'Here I am.', 'and it is stored');
	is($app->sql("select last_message from conversation where id ="
	    . " '$long'"), $total + 2, 'as the next');
};

done_testing;
