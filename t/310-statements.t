#!/usr/bin/perl
# Every SQL statement of the program is understood by a fresh schema, is
# allowed to the workers' role, names its owner, and the frequent ones walk
# an index in the order they need.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Statements;

my $app = App->new(workers => 0, accounts => 1)->start;
my $top = App::source();
my @all = Statements::all($top);
my %of = map { $_->{name} => $_ } @all;

subtest 'all of them are found' => sub {
	cmp_ok(scalar @all, '>=', 20, scalar(@all) . ' statements');
	open my $db, '<', "$top/src/db/db.c" or die "db.c: $!";
	my ($room) = join('', <$db>) =~ /CONN_STATEMENTS = (\d+)/;
	cmp_ok(scalar @all, '<', $room, 'a connection can remember them');
	my %files = map { $_->{file} => 1 } @all;
	for my $file (sort glob "$top/src/store/*.c") {
		my $name = substr $file, length "$top/";
		ok($files{$name}, $name);
	}
	# SQL that is no struct stmt: only where connections are made.
	for my $file (glob "$top/src/*/*.c") {
		my $name = substr $file, length "$top/";
		next if $files{$name} || $name eq 'src/db/migrate.c';
		open my $in, '<', $file or die "$file: $!";
		my @sql = grep { /"\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s/ }
		    <$in>;
		is_deeply(\@sql, [], "$name has none");
	}
};

subtest 'the schema understands them' => sub {
	for my $s (@all) {
		my $n = Statements::parameters($s);
		my $nulls = $n ? '(' . join(', ', ('NULL') x $n) . ')' : '';
		# SET is no statement that can be prepared.
		my ($ok, undef, $why) = $app->cluster->try(
		    $s->{sql} =~ /^SET\b/ ? $s->{sql}
		    : "prepare s as $s->{sql};\nexplain execute s$nulls",
		    role => 'taskchat');
		ok($ok, "$s->{file}: $s->{name}") or diag $why;
	}
};

# About nobody in particular: connections, our own keys, mail, attempts, which
# clients there are.
my %anyone = map { $_ => 1 } qw(src/db/db.c src/store/keys.c
    src/store/mail.c src/store/oauth_client.c src/store/throttle.c);

# Whoever shows a token does not say whose it is: its hash does.
my %by_hash = map { $_ => 1 } qw(access_token_use oauth_access_use
    oauth_exchange oauth_owner oauth_refresh oauth_revoke);

subtest 'each names its owner' => sub {
	for my $s (grep { !$anyone{ $_->{file} } } @all) {
		if ($s->{file} eq 'src/store/account.c') {
			like($s->{sql}, qr/\baccount_user_key\(\$1\)
			    |\b(?:token|email)\ =\ \$1(?!\d)
			    |\bidentifier\ =\ 'reset-password:'\ \|\|\ \$1(?!\d)
			    |\btaskchat\.account_\w+\(\$1,
			    |\bINTO\ taskchat\.mail\ .*VALUES\ \(\$1,/x,
			    "$s->{name} says whose");
			next;
		}
		if ($s->{as_user}) {
			like($s->{sql}, qr/\buser_id = \$1(?!\d)|\btask_find\(\$1,/,
			    "$s->{name} asks for the user's own rows");
			my @tables = $s->{sql} =~
			    /\b(?:FROM|UPDATE|INTO) (taskchat\.\w+) \w+\b/g;
			my @owned = $s->{sql} =~ /\buser_id = \$1(?!\d)/g;
			is(scalar @owned, scalar @tables,
			    'for every table it reads') if @tables;
		} elsif ($by_hash{ $s->{name} }) {
			like($s->{sql}, qr/\b$s->{name}\(\$1(?!\d)/,
			    "$s->{name} is how an owner is found");
		} else {
			like($s->{sql}, qr/\btaskchat\.\w+\(\$1,/,
			    "$s->{name} tells its function for whom");
		}
	}
};

subtest 'accounts along their indexes' => sub {
	$app->cluster->sql(<<'SQL');
insert into public."user" (id, name, email, "emailVerified")
    select 'u' || n, 'n', 'u' || n || '@example.com', true
    from generate_series(1, 3000) n;
insert into session (id, token, "userId", "expiresAt", "updatedAt")
    select 's' || n || 'u' || m, 't' || n || 'u' || m, 'u' || n,
        now() + interval '7 days', now()
    from generate_series(1, 3000) n, generate_series(1, 3) m;
insert into account (id, "accountId", "providerId", "userId", password,
        "updatedAt")
    select 'a' || n, 'u' || n, 'credential', 'u' || n, 'h', now()
    from generate_series(1, 3000) n;
analyze
SQL
	my %arguments = (
		account_session_read => ['t7u1', 't', 7],
		account_session_alive => ['u7', 's7u1'],
		account_password_lock => ['u7'],
		account_session_user => ['t7u1'],
		account_session_list => ['u7'],
		account_find => ['u7@example.com'], account_hash => ['u7'],
		account_read => ['u7'],
		account_logins => ['u7'],
		account_session_end => ['u7', 't7u2'],
		account_update => ['u7', 'N', 'f', undef],
	);
	for my $mode ('force_custom_plan', 'force_generic_plan') {
		for my $name (sort keys %arguments) {
			my @nodes = Statements::explain($app, $of{$name}, '',
			    $arguments{$name}, mode => $mode);
			is(scalar(grep { $_->{'Node Type'} eq 'Seq Scan' }
			    @nodes), 0, "$name, $mode");
		}
	}
};

# Somebody busy, beside others who are.
$app->sql(<<'SQL');
insert into conversation (user_id, id, title, last_message, updated_at,
        created_at)
    select u, gen_random_uuid(), 'c', 20, now() - n * interval '1 min',
        now() - n * interval '2 min'
    from unnest(array['ann', 'bob', 'cid']) u, generate_series(1, 300) n;
update conversation set last_message = 2000
    where updated_at = (select min(updated_at) from conversation);
insert into message (user_id, conversation_id, id, role, content, calls)
    select user_id, c.id, n, (case when n % 2 = 1 then 'user'
        else 'assistant' end)::message_role, 'words', (n % 4 = 0)::integer
    from conversation c, generate_series(1, last_message) n;
insert into confirmation (user_id, id, conversation_id, message_id, state,
        summary, actions, expires_at)
    select user_id, gen_random_uuid(), conversation_id, id, 'approved', 's',
        '[]', now()
    from message where id % 20 = 4;
insert into tool_call (user_id, conversation_id, message_id, step, position,
        call_id, name, arguments, state)
    select user_id, conversation_id, id, 1, 0, 'abcdefghi', 'list_tasks',
        '{}', 'ok'
    from message where calls > 0;
insert into task (user_id, id, title)
    select u, n, 'Task ' || n
    from unnest(array['ann', 'bob', 'cid']) u, generate_series(1, 3000) n;
insert into usage_day (user_id, day) select u, date '2026-01-01' + n
    from unnest(array['ann', 'bob', 'cid']) u, generate_series(1, 3000) n;
analyze
SQL
my $long = $app->sql("select id from conversation where user_id = 'ann'"
    . ' and last_message = 2000');
my $middle = $app->sql("select id from conversation where user_id = 'ann'"
    . ' order by updated_at limit 1 offset 150');

# The node that reads a table, and what no plan may have.
sub reader_of($table, @nodes)
{
	my ($node) = grep { ($_->{'Relation Name'} // '') eq $table } @nodes;
	return $node // {};
}

sub only_walks($name, @nodes)
{
	my @outer = grep { !$_->{inside} } @nodes;
	is(scalar(grep { $_->{'Node Type'} =~ /Sort/ } @outer), 0,
	    "$name: nothing is sorted");
	is(scalar(grep { $_->{'Node Type'} eq 'Seq Scan' } @nodes), 0,
	    'nothing is read from end to end');
	is(scalar(grep { $_->{'Rows Removed by Filter'} } @nodes), 0,
	    'no row is read in vain');
}

for my $mode ('force_custom_plan', 'force_generic_plan') {
	subtest "plans, $mode" => sub {
		for my $name (qw(message_history message_page)) {
			my @nodes = Statements::explain($app, $of{$name},
			    'ann', ['ann', $long, 2147483647, 8],
			    mode => $mode);
			only_walks($name, @nodes);
			my $m = reader_of('message', @nodes);
			is($m->{'Index Name'}, 'message_pkey',
			    'along the primary key');
			is($m->{'Scan Direction'}, 'Backward', 'backwards');
			is($m->{'Actual Rows'}, 8, 'and no further');
			is(reader_of('tool_call', @nodes)->{'Index Name'},
			    'tool_call_pkey', 'calls by theirs');
		}
		for my $cursor ([undef, 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
		    [$app->sql('select (extract(epoch from updated_at)'
		    . " * 1000000)::bigint from conversation where id ="
		    . " '$middle'"), $middle]) {
			my @nodes = Statements::explain($app,
			    $of{conversation_list}, 'ann',
			    ['ann', @$cursor, 20], mode => $mode);
			only_walks('conversation_list', @nodes);
			my $c = reader_of('conversation', @nodes);
			is($c->{'Index Name'}, 'conversation_newest',
			    'along its index');
			is($c->{'Actual Rows'}, 20, 'and no further');
		}
		for my $way (['up', 'Forward', 1001], ['down', 'Backward', 1000],
		    ['up', 'Forward', 0], ['down', 'Backward', 2147483647]) {
			my @nodes = Statements::explain($app,
			    $of{"message_range_$way->[0]"}, 'ann', ['ann',
			    $long, $way->[2], 20, 'Europe/Berlin', 7],
			    mode => $mode);
			only_walks("message_range_$way->[0]", @nodes);
			my $m = reader_of('message', @nodes);
			is($m->{'Index Name'}, 'message_pkey',
			    'along the primary key');
			is($m->{'Scan Direction'}, $way->[1], 'that way');
			is($m->{'Actual Rows'}, 20, 'and no further');
		}
		my @back = Statements::explain($app, $of{message_taken_back},
		    'ann', ['ann', $long, 1001, 20, 'UTC', 7, 1501],
		    mode => $mode);
		is(scalar(grep { $_->{'Node Type'} =~ /Sort|Seq Scan/ } @back),
		    0, 'message_taken_back: nothing is sorted');
		is(reader_of('message', grep { !$_->{inside} } @back)
		    ->{'Index Name'}, 'message_pkey', 'along the primary key');
		is(scalar(grep { ($_->{'Actual Rows'} // 0) > 20 } @back), 0,
		    'and no further');
		for my $after (undef, $middle) {
			my @nodes = Statements::explain($app,
			    $of{conversation_search}, 'ann', ['ann', 'words',
			    $after, 21, 1_000_000], mode => $mode);
			is(scalar(grep { $_->{'Node Type'} eq 'Seq Scan' }
			    @nodes), 0,
			    'conversation_search: nothing from end to end');
			is(reader_of('tool_call', @nodes)->{'Index Name'},
			    'tool_call_pkey', 'calls by their key');
			cmp_ok(Statements::blocks(@nodes), '<', 1000,
			    'and little of what there is');
		}
		for my $way (['newest', 'Forward', 'ffffffff-ffff-ffff-ffff-'
		    . 'ffffffffffff'], ['oldest', 'Backward',
		    '00000000-0000-0000-0000-000000000000']) {
			for my $after (undef, $middle) {
				my @nodes = Statements::explain($app,
				    $of{"conversation_$way->[0]"}, 'ann',
				    ['ann', $after, $after // $way->[2], 20],
				    mode => $mode);
				only_walks("conversation_$way->[0]", @nodes);
				my ($c) = grep { ($_->{'Index Name'} // '') eq
				    'conversation_begun' } @nodes;
				is($c->{'Scan Direction'}, $way->[1],
				    'along its index');
				is($c->{'Actual Rows'}, 20, 'and no further');
			}
		}
		my @nodes = Statements::explain($app, $of{task_list}, 'ann',
		    ['ann', 'all', undef, 1000, 50], mode => $mode);
		only_walks('task_list', @nodes);
		my $t = reader_of('task', @nodes);
		is($t->{'Index Name'}, 'task_pkey',
		    'task_list: along the primary key');
		is($t->{'Actual Rows'}, 50, 'and no further');
		for (['task_every', [1000, 50, 30], 50],
		    ['task_deleted', [1000, 50, undef, 30], 0],
		    ['task_stamp', [30], 3000]) {
			my ($name, $arguments, $rows) = @$_;
			@nodes = Statements::explain($app, $of{$name}, 'ann',
			    ['ann', @$arguments], mode => $mode);
			is(scalar(grep { $_->{'Node Type'} eq 'Seq Scan'
			    && $_->{'Relation Name'} eq 'task' } @nodes), 0,
			    "$name: nobody else's tasks are read");
			is(reader_of('task', @nodes)->{'Actual Rows'}, $rows,
			    'and no more than it needs');
		}
		for (['-infinity', '00000000-0000-0000-0000-000000000000'],
		    [$app->sql("select created_at from conversation where id"
		    . " = '$middle'"), $middle]) {
			@nodes = Statements::explain($app,
			    $of{conversation_since}, 'ann', ['ann', @$_, 20],
			    mode => $mode);
			only_walks('conversation_since', @nodes);
			my ($c) = grep { ($_->{'Index Name'} // '') eq
			    'conversation_begun' } @nodes;
			is($c->{'Scan Direction'}, 'Backward',
			    'along its index');
			is($c->{'Actual Rows'}, 20, 'and no further');
		}
		@nodes = Statements::explain($app, $of{task_names}, 'ann',
		    ['ann', '{5,7,2999}'], mode => $mode);
		is(reader_of('task', @nodes)->{'Index Name'}, 'task_pkey',
		    'task_names: by the primary key');
		@nodes = Statements::explain($app, $of{usage_days}, 'ann',
		    ['ann', '2028-01-01', 100], mode => $mode);
		only_walks('usage_days', @nodes);
		my $d = reader_of('usage_day', @nodes);
		is($d->{'Index Name'}, 'usage_day_pkey',
		    'along the primary key');
		is($d->{'Actual Rows'}, 100, 'and no further');
		@nodes = Statements::explain($app, $of{usage_lost}, 'ann',
		    ['ann', 1, 1], mode => $mode);
		is(scalar(grep { $_->{'Node Type'} eq 'Seq Scan' } @nodes), 0,
		    'usage_lost: one row, by its key');
	};
}

done_testing;
