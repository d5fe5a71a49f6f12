#!/usr/bin/perl
# Somebody else's ids: every route answers as if they did not exist, and the
# database itself refuses what a statement that forgot its WHERE would do.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();
use Statements;

my $app = App->new(model => 'script')->start;
my $model = $app->model;
my $ann = $app->user('ann');
my $bob = $app->user('bob');

# Ann has one of everything, with numbers Bob does not have.
$ann->add(map { "Ann $_" } 1 .. 9);
$ann->delete('tasks/8');
$model->say('Hello Ann.');
$ann->chat('Ann talks');
$model->call(delete_task => { task_id => 7 });
my $question = $ann->chat('delete task 7')->confirmation;
my $token = $ann->post('access-tokens', { name => 'Ann\'s' })->json;
push @{ $app->{tokens} }, $token->{token};
$app->sql("insert into mcp_question values ('ann', sha256('x'),"
    . " 'delete_task', '{\"task_id\":7}', 1, now() + interval '1 h')");
$app->sql("insert into user_zone values ('ann', 'Asia/Kolkata')");
my $app_id = $app->sql("insert into oauth_grant (user_id, id, client_id,"
    . " client_name, scopes, resource, expires_at, turn) values ('ann',"
    . " gen_random_uuid(), 'x', 'Ann''s', '{tasks:read}', 'x',"
    . " now() + interval '1 day', 1) returning id");
$app->sql("insert into oauth_token (user_id, grant_id, hash, kind,"
    . " expires_at, scopes) values ('ann', '$app_id', sha256('x'), 'access',"
    . " now() + interval '1 day', '{tasks:read}')");
$bob->add('Bob 1');
$model->say('Hello Bob.');
$bob->chat('Bob talks');

my $conversation = $ann->conversation;
my $nobody = '00000000-0000-4000-8000-000000000000';
my @tables = qw(access_token conversation message tool_call confirmation
    mcp_question oauth_grant oauth_token task task_counter usage_day user_zone);

sub everything()
{
	return join "\n", map { scalar $app->sql("select coalesce(json_agg(t"
	    . " order by t::text), '[]') from $_ t where user_id = 'ann'") }
	    @tables;
}

my $before = everything();
my ($status, $out) = $app->command('check', '--routes');
my @routes = grep { $_->[2] =~ /user/i } map { [split ' '] }
    split /\n/, $out;

# What each route needs to be more than a bad request.
sub body_for($method, $path)
{
	return { message => 'hello', conversation_id => $conversation }
	    if $path =~ /chat$/;
	return { decision => 'approve' } if $path =~ /confirmations/;
	return { name => 'Taken' } if $path =~ /access-tokens$/;
	return { title => 'Taken' } if $method =~ /POST|PATCH/
	    && $path =~ /(tasks|:id)$/;
	return undef;
}

sub fill($path, %with)
{
	my @parts = split m{/}, $path;
	for my $i (1 .. $#parts) {
		next if $parts[$i] !~ /^:/;
		my $before = $parts[$i - 1];
		$parts[$i] = $before eq 'tasks' ? $with{task}
		    : $before eq 'conversations' ? $with{conversation}
		    : $before eq 'confirmations' ? $with{confirmation}
		    : $before eq 'access-tokens' ? $with{token}
		    : $before eq 'apps' ? $with{app}
		    : $with{user};
	}
	return join '/', @parts;
}

sub ask($who, $method, $path, %with)
{
	my $body = body_for($method, $path);
	$body->{conversation_id} = $with{conversation}
	    if $body && $body->{conversation_id};
	return $who->request($method, fill($path, %with),
	    $body ? (json => $body) : ());
}

my %hers = (task => 7, conversation => $conversation,
    confirmation => $question->{id}, token => $token->{id},
    app => $app_id);
my %none = (task => 777, conversation => $nobody, confirmation => $nobody,
    token => $nobody, app => $nobody);

subtest 'her path, his token' => sub {
	cmp_ok(scalar @routes, '>=', 10, 'routes that want a user');
	for (@routes) {
		my ($method, $path) = @$_;
		next if $path !~ m{^/api/:user};
		my $r = ask($bob, $method, $path, %hers, user => 'ann');
		is_problem($r, 403, 'user_mismatch', "$method $path");
	}
	is(everything(), $before, 'nothing of hers has changed');
};

subtest 'his path, her ids' => sub {
	for (@routes) {
		my ($method, $path) = @$_;
		next if $path !~ /:(?!user)/ && $path !~ /chat$/;
		my $foreign = ask($bob, $method, $path, %hers, user => 'bob');
		my $missing = ask($bob, $method, $path, %none, user => 'bob');
		is($foreign->status, 404, "$method $path: 404");
		like($foreign->code, qr/_not_found$/, 'not found');
		same_problem($foreign, $missing, 'exactly like a missing one');
		unlike($foreign->body, qr/Ann/, 'no word of hers');
	}
	is(everything(), $before, 'nothing of hers has changed');
};

subtest 'her task and his conversation' => sub {
	my $r = $bob->post("conversations/" . $bob->conversation
	    . "/confirmations/$question->{id}", { decision => 'approve' });
	is_problem($r, 404, 'confirmation_not_found',
	    'her question through his conversation');
	$r = $ann->post("conversations/$nobody"
	    . "/confirmations/$question->{id}", { decision => 'approve' });
	is_problem($r, 404, 'confirmation_not_found',
	    'her own question in a conversation where it was not asked');
	is(everything(), $before, 'nothing of hers has changed');
};

subtest 'lists' => sub {
	is_deeply([$bob->titles], ['Bob 1'], 'his tasks are his');
	is_deeply([$bob->titles(search => 'Ann')], [], 'search too');
	is_deeply([map { $_->{id} }
	    @{ $bob->get('conversations')->json->{conversations} }],
	    [$bob->conversation], 'his conversations are his');
};

subtest 'ChatKit: her thread' => sub {
	my $say = { content => [{ type => 'input_text', text => 'Taken' }],
	    attachments => [], inference_options => {} };
	my $ask = sub ($type, $thread, %more) {
		return $bob->post('/api/chatkit', { type => $type, params =>
		    { thread_id => "thr_$thread", %more } });
	};
	for (['taskchat.edit', input => $say], ['taskchat.resume'],
	    ['taskchat.stop']) {
		my ($type, @more) = @$_;
		my ($foreign, $missing) = map { $ask->($type, $_,
		    item_id => "msg_${_}_1", @more) } $conversation, $nobody;
		is_problem($foreign, 404, 'conversation_not_found', $type);
		same_problem($foreign, $missing, 'exactly like a missing one');
	}
	is_problem($ask->('taskchat.edit', $bob->conversation, item_id =>
	    "msg_${conversation}_1", input => $say), 404, 'item_not_found',
	    'her message in his thread');
	my $search = sub (%params) {
		return $bob->post('/api/chatkit', { type => 'taskchat.search',
		    params => \%params });
	};
	is_deeply($search->(query => 'Ann')->json, { data => [],
	    has_more => JSON::PP::false }, 'none of her words is found');
	is(scalar @{ $search->(query => 'Bob')->json->{data} }, 1,
	    'his are');
	same_problem(map { $search->(query => 'Bob', after => "thr_$_") }
	    $conversation, $nobody, 'nor can her thread be gone on from');
	is(everything(), $before, 'nothing of hers has changed');
};

subtest 'ids that only look alike' => sub {
	for my $id ('ANN', 'ann ', 'ann%', 'ann\'--', "ann\x{301}") {
		my $who = $app->user($id);
		is_deeply([$who->titles], [], "\"$id\" is not ann");
	}
};

subtest 'every table has its policy' => sub {
	# What concerns nobody: attempts, mail and clients are there before, or
	# without, a user.
	my $others = "('migration', 'throttle', 'mail', 'oauth_client')";
	my @found = $app->sql("select relname from pg_class where relnamespace"
	    . " = 'taskchat'::regnamespace and relkind in ('r', 'p')"
	    . " and relname not in $others order by 1");
	is_deeply(\@found, [sort @tables], 'these are all tables');
	is($app->sql("select count(*) from pg_class where relnamespace ="
	    . " 'taskchat'::regnamespace and relkind in ('r', 'p')"
	    . " and relname not in $others"
	    . ' and not (relrowsecurity and relforcerowsecurity)'), 0,
	    'row-level security, for the owner too');
	is($app->sql("select rolsuper or rolbypassrls from pg_roles"
	    . " where rolname = 'taskchat'"), 'f',
	    'the workers cannot pass it by');
};

subtest 'statements that forgot their WHERE' => sub {
	for my $table (@tables) {
		my ($ok, $rows) = $app->sql_as_worker('bob',
		    "select count(*) from $table where user_id <> 'bob'");
		is($rows, 0, "$table: bob sees none of the others'");
		($ok, $rows) = $app->sql_as_worker('',
		    "select count(*) from $table");
		is($rows, 0, "$table: nobody sees nothing");
		my ($plain, $all) = $app->cluster->try(
		    "select count(*) from taskchat.$table",
		    role => 'taskchat');
		ok(!$plain || $all eq '0',
		    "$table: whoever did not say who sees nothing");
		$app->sql_as_worker('bob', "delete from $table"
		    . " where user_id <> 'bob'");
		is(everything(), $before, "$table: bob deletes none");
	}
	$app->sql_as_worker('bob', "update task set title = 'Taken'");
	$app->sql_as_worker('bob', 'update conversation set title = \'T\'');
	is(everything(), $before, 'an update reaches only his own');
	my ($ok, undef, $why) = $app->sql_as_worker('bob', 'insert into task'
	    . " (user_id, id, title) values ('ann', 99, 'Gift')");
	ok(!$ok, 'a row cannot be put among hers');
	like($why, qr/row-level security/, 'the policy says so');
	($ok, undef, $why) = $app->sql_as_worker('bob',
	    "update task set user_id = 'ann'");
	ok(!$ok, 'nor given to her');
	($ok, undef, $why) = $app->sql_as_worker('bob',
	    'alter table task disable row level security');
	ok(!$ok, 'the workers cannot switch it off');
	($ok, undef, $why) = $app->sql_as_worker('bob', 'drop table task');
	ok(!$ok, 'nor drop a table');
	($ok) = $app->sql_as_worker('bob', 'truncate message');
	ok(!$ok, 'nor empty one');
	($ok) = $app->sql_as_worker('bob',
	    'delete from migration');
	ok(!$ok, 'nor touch the schema\'s version');
	my $owned = $app->cluster->sql(
	    'select count(*) from taskchat.task', role => 'taskchat_owner');
	is($owned, 0, 'the owner of the tables sees nothing by himself');
	is(everything(), $before, 'nothing of hers has changed');
};

subtest 'accounts: her session and his id' => sub {
	local @{ $app->{settings} }{qw(accounts auth_secret public_url)}
	    = ('on', 'x' x 32, 'http://127.0.0.1');
	$app->migrate;
	my %of = map { $_->{name} => $_ } Statements::all(App::source());
	my $do = sub ($name, @arguments) {
		return Statements::execute($app, $of{$name}, @arguments);
	};
	my %id = map { ($_ => ($do->('account_sign_up', "$_\@example.com",
	    $_, undef, "hash of $_", "token of $_", 7, undef, undef,
	    undef))[0][0]) } qw(ann bob);
	my $hers = sub {
		return join "\n", map { scalar $app->cluster->sql('select'
		    . " json_agg(t) from public.$_->[0] t where \"$_->[1]\""
		    . " = '$id{ann}'") } ['"user"', 'id'],
		    ['session', 'userId'], ['account', 'userId'];
	};
	my $before = $hers->();
	my ($session) = $app->cluster->sql('select id from session'
	    . " where \"userId\" = '$id{ann}'");
	is_deeply([$do->('account_session_alive', $id{bob}, $session)],
	    [['f']], 'her session is not his');
	is_deeply([$do->('account_session_alive', $id{ann}, $session)],
	    [['t']], 'but hers');
	is_deeply([$do->('account_session_end', $id{bob}, 'token of ann')],
	    [], 'he cannot end it');
	is_deeply([map { $_->[1] } $do->('account_session_list', $id{bob})],
	    ['token of bob'], 'the list of sessions is his own');
	is_deeply([map { $_->[3] } $do->('account_logins', $id{bob})],
	    [$id{bob}], 'the logins too');
	is_deeply([$do->('account_hash', $id{bob})], [['hash of bob']],
	    'and the hash');
	$do->('account_update', $id{bob}, 'Robert', 't', undef);
	$do->('account_password_change', $id{bob}, 'new hash', 't',
	    'another token', 7, undef, undef, 'hash of bob');
	$do->('account_session_end_all', $id{bob}, undef);
	is($hers->(), $before, 'what he changes is his');
	$do->('account_delete', $id{bob}, 'bob');
	is($hers->(), $before, 'he deletes himself alone');
	is(scalar(@{[ $do->('account_logins', $id{bob}) ]}), 0, 'he is gone');
};

done_testing;
