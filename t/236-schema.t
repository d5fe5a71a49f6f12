#!/usr/bin/perl
# The accounts' tables, whoever made them: `taskchat migrate` attaches Better
# Auth's in each of their shapes or says what is wrong, every statement then
# does the same, throttling counts as it says, and deleting an account leaves
# nothing of that user and everything of the others.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Statements;

my $app = App->new(workers => 0, accounts => 1)->start;
my $pg = $app->cluster;
my %of = map { $_->{name} => $_ } Statements::all(App::source());

# One session, like a worker's, for as long as the tables are the same.
my $session;

sub ask($name, @arguments)
{
	$session //= Statements::session($app);
	return Statements::execute_in($session, $of{$name}, @arguments);
}

# `taskchat migrate` for that schema: (success, what it said).
sub attach($schema)
{
	$app->{settings}{accounts_schema} = $schema;
	$session->stop if $session;
	undef $session;
	my ($status, $out, $err) = $app->command('migrate');
	return ($status == 0, $out . $err);
}

# --- what others make

# Better Auth's tables as SQL.  id: a column's type, key: its definition as
# a primary key; snake, plural: the names.
sub tables($schema, %opt)
{
	my $id = $opt{id} // 'text';
	my $key = $opt{key} // 'text PRIMARY KEY';
	my $time = $opt{time} // 'timestamptz';
	my $n = sub ($name) {
		return $name if $opt{snake};
		return '"' . $name =~ s/_(.)/\U$1/gr . '"';
	};
	my $t = sub ($name) {
		return "$schema.\"$name" . ($opt{plural} ? 's"' : '"');
	};
	my $times = join ', ', map { $n->($_) . " $time NOT NULL"
	    . ' DEFAULT now()' } qw(created_at updated_at);
	my $of_user = "$id NOT NULL REFERENCES @{[$t->('user')]}"
	    . ' ON DELETE CASCADE';
	my $sql = <<"SQL";
CREATE SCHEMA $schema;
CREATE TABLE @{[$t->('user')]} (id $key, name text NOT NULL,
    email text NOT NULL UNIQUE, @{[$n->('email_verified')]} boolean NOT NULL,
    image text, $times);
CREATE TABLE @{[$t->('session')]} (id $key,
    @{[$n->('expires_at')]} $time NOT NULL, token text NOT NULL UNIQUE,
    $times, @{[$n->('ip_address')]} text, @{[$n->('user_agent')]} text,
    @{[$n->('user_id')]} $of_user);
CREATE TABLE @{[$t->('account')]} (id $key,
    @{[$n->('account_id')]} text NOT NULL,
    @{[$n->('provider_id')]} text NOT NULL, @{[$n->('user_id')]} $of_user,
    @{[$n->('access_token')]} text, password text, $times);
CREATE TABLE @{[$t->('verification')]} (id $key, identifier text NOT NULL,
    value text NOT NULL, @{[$n->('expires_at')]} $time NOT NULL, $times);
SQL
	$sql .= <<"SQL" if !$opt{no_jwks};
CREATE TABLE $schema.jwks (id $key, @{[$n->('public_key')]} text NOT NULL,
    @{[$n->('private_key')]} text NOT NULL,
    @{[$n->('created_at')]} $time NOT NULL, @{[$n->('expires_at')]} $time);
SQL
	return $sql;
}

sub make($schema, %opt)
{
	$pg->sql(tables($schema, %opt), role => $opt{role} // 'taskchat_owner');
}

# --- a life, from the first day to the last, by the program's statements

sub sign_up($who, %opt)
{
	my ($row) = ask('account_sign_up', "$who\@example.com", $who, undef,
	    "hash of $who", $opt{token} // "token of $who", 7, '192.0.2.1',
	    'a test', undef);
	return $row;
}

my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my $soon = 'abs(extract(epoch from %s - now())) < 900';

sub live($schema)
{
	my $ann = sign_up('ann');
	my ($id, $session) = @$ann[0, 7];
	like($id, qr/^[0-9a-zA-Z-]{1,36}$/, "the user's id: $id");
	is_deeply([@$ann[1, 2, 3, 4]], ['ann', 'ann@example.com', 'f', undef],
	    'the user');
	is_deeply([@$ann[8, 9, 13, 14, 15]],
	    ['token of ann', $id, '192.0.2.1', 'a test', 't'],
	    'and the session');
	like($_, $time, 'a time') for @$ann[5, 6, 10 .. 12];
	is(sign_up('ann', token => 'other'), undef, 'an address is taken once');
	my $bob = sign_up('bob');
	is($pg->sql("select count(*) from taskchat.account_session s"
	    . ' where ' . sprintf($soon, "s.expires_at - interval '7 days'")
	    . ' and ' . sprintf($soon, 's.created_at')), 2,
	    'the times are right in a database whose zone is not UTC')
	    if $schema ne 'naive';

	my ($read) = ask('account_session_read', 'token of ann', 't', 7);
	is_deeply([@$read[0, 7, 16]], [$id, $session, 'f'],
	    'the session is found and not yet prolonged');
	is_deeply([ask('account_session_alive', $id, $session)], [['t']],
	    'it lives');
	is_deeply([ask('account_session_alive', $id, undef)], [['t']],
	    'so does she');
	is_deeply([ask('account_session_alive', $_->[0], $_->[1])], [['f']],
	    "$_->[2] is refused without an error") for
	    [$id, 'nonsense', 'no session id'], ['x\'y', $session, 'no user'],
	    ['x\'y', undef, 'nobody'],
	    ['99999999999999999999', '1', 'a number too long'];
	$pg->sql('update taskchat.account_session set expires_at ='
	    . " expires_at - interval '25 hours' where token = 'token of ann'");
	($read) = ask('account_session_read', 'token of ann', 'f', 7);
	is($read->[16], 'f', 'after a day: not prolonged unless asked');
	($read) = ask('account_session_read', 'token of ann', 't', 7);
	is($read->[16], 't', 'but when asked');
	my $until = $read->[10];
	($read) = ask('account_session_read', 'token of ann', 't', 7);
	is_deeply([@$read[10, 16]], [$until, 'f'], 'once');

	is_deeply([ask('account_session_new', $id, 'no', 1, undef, undef,
	    'token of ann', 'hash of bob')], [],
	    'no session for a password that it is not any more');
	my ($new) = ask('account_session_new', $id, 'second', 1, undef, undef,
	    'token of ann', 'hash of ann');
	is_deeply([map { $_->[1] } ask('account_session_list', $id)],
	    ['second'], 'a new session instead of the old one');
	$pg->sql('update taskchat.account_session set expires_at ='
	    . " now() - interval '1 day' where token in ('second', 'token of bob')");
	ask('account_session_new', $id, 'second b', 1, undef, undef, undef,
	    'hash of ann');
	is_deeply([$pg->sql('select token from taskchat.account_session'
	    . ' order by token')], ['second b', 'token of bob'],
	    'her own that expired go on the way');
	is_deeply([ask('account_session_read', 'token of bob', 't', 7)], [],
	    'an expired one is no session');
	is($pg->sql('select count(*) from taskchat.account_session'), 1,
	    'and goes when it is met');
	my ($found) = ask('account_find', 'ann@example.com');
	is_deeply([@$found[0, 7]], [$id, 'hash of ann'], 'found by address');
	($found) = ask('account_update', $id, undef, 't', 'http://x/i.png');
	is_deeply([@$found[1, 4]], ['ann', 'http://x/i.png'], 'a new picture');
	my ($login) = ask('account_logins', $id);
	is_deeply([@$login[1, 2, 3]], ['credential', $id, $id], 'her login');
	is_deeply([ask('account_password_change', $id, 'hash 2', 't', 'third',
	    7, undef, undef, 'hash of bob')], [], 'not that password');
	ask('account_password_lock', $id);
	($new) = ask('account_password_change', $id, 'hash 2', 't', 'third', 7,
	    undef, undef, 'hash of ann');
	is($new->[1], 'third', 'a new password, a new session');
	is_deeply([map { $_->[1] } ask('account_session_list', $id)],
	    ['third'], 'the others have ended');

	ask('account_reset_begin', 'ann@example.com', 'tok1', 60, 's', 'b');
	ask('account_reset_begin', 'ann@example.com', 'tok2', 60, 's', 'b');
	ask('account_reset_begin', 'eve@example.com', 'tok3', 60, 's', 'b');
	is_deeply([map { ask('account_reset_ok', $_) } qw(tok1 tok2 tok3 x)],
	    [['t'], ['t'], ['f'], ['f']], 'which reset tokens are good');
	is_deeply([ask('account_reset_finish', 'tok3', 'h', 'x')], [[undef]],
	    'nobody\'s token resets nothing');
	is_deeply([ask('account_reset_finish', 'tok1', 'hash 3', 'x')], [[$id]],
	    'hers does');
	is_deeply([map { ask('account_reset_finish', $_, 'h', 'x') }
	    qw(tok1 tok2)], [[undef], [undef]],
	    'once, and no other of hers after it');
	($found) = ask('account_find', 'ann@example.com');
	is_deeply([@$found[3, 7]], ['t', 'hash 3'],
	    'the password is new and the address verified');
	is_deeply([ask('account_session_list', $id)], [], 'nobody is signed in');

	is_deeply([ask('account_email_verified', 'ann@example.com',
	    'ann2@example.com', $session)], [[undef]],
	    'no new address after the session that asked for it');
	my ($last) = ask('account_session_new', $id, 'fourth', 7, undef, undef,
	    undef, 'hash 3');
	ask('account_reset_begin', 'ann@example.com', 'tok4', 60, 's', 'b');
	is_deeply([ask('account_email_verified', 'ann@example.com',
	    'ann2@example.com', $last->[0])], [[$id]], 'a new address');
	is_deeply([ask('account_reset_ok', 'tok4')], [['f']],
	    'what was sent to the old one resets nothing');
	my $ok = eval { ask('account_email_verified', 'ann2@example.com',
	    'bob@example.com', $last->[0]); 1 };
	ok(!$ok, 'but not somebody else\'s');
	like($@, qr/TC000: user_exists/, 'which has a name');
	ask('account_delete', $id, 'ann');
	is_deeply([ask('account_find', 'ann2@example.com')], [], 'ann is gone');
	ok((ask('account_find', 'bob@example.com'))[0], 'bob is not');
	ask('account_delete', $bob->[0], 'bob');
	is($pg->sql("select count(*) from taskchat.$_"), 0, "$_ is empty")
	    for qw(account_user account_session account_login);
	my ($left) = ask('account_session_user', 'token of bob');
	is($left, undef, 'nor is there a session');
	$pg->sql('insert into taskchat.account_jwks (public_key, private_key)'
	    . " values ('{}', '{}')", role => 'taskchat');
	is($pg->sql('select created_at is not null and id is not null'
	    . ' and expires_at is null from taskchat.account_jwks',
	    role => 'taskchat'), 't', 'a key can be kept');
	$pg->sql('delete from taskchat.account_jwks; delete from taskchat.mail;'
	    . ' delete from taskchat.account_verification');
}

# --- shapes

subtest 'nothing there: made as Better Auth does' => sub {
	my ($ok, $said) = attach('public');
	ok($ok, 'a second time') or diag $said;
	unlike($said, qr/^accounts:/m, 'there is nothing to be said');
	live('public');
	my @columns = $pg->sql("select attrelid::regclass || ' ' || attname"
	    . " || ' ' || format_type(atttypid, null) || case when attnotnull"
	    . " then ' *' else '' end || case when atthasdef then ' def' else ''"
	    . " end from pg_attribute where attrelid in ('\"user\"'::regclass,"
	    . " 'session'::regclass, 'account'::regclass,"
	    . " 'verification'::regclass, 'jwks'::regclass) and attnum > 0"
	    . ' order by attrelid::regclass::text collate "C", attnum');
	s/timestamp with time zone/tz/ for @columns;
	is_deeply(\@columns, [split /\n/, <<'END'], 'its columns');
"user" id text *
"user" name text *
"user" email text *
"user" emailVerified boolean *
"user" image text
"user" createdAt tz * def
"user" updatedAt tz * def
account id text *
account accountId text *
account providerId text *
account userId text *
account accessToken text
account refreshToken text
account idToken text
account accessTokenExpiresAt tz
account refreshTokenExpiresAt tz
account scope text
account password text
account createdAt tz * def
account updatedAt tz *
jwks id text *
jwks publicKey text *
jwks privateKey text *
jwks createdAt tz *
jwks expiresAt tz
jwks alg text
jwks crv text
session id text *
session expiresAt tz *
session token text *
session createdAt tz * def
session updatedAt tz *
session ipAddress text
session userAgent text
session userId text *
verification id text *
verification identifier text *
verification value text *
verification expiresAt tz *
verification createdAt tz * def
verification updatedAt tz * def
END
	my @indexes = $pg->sql("select replace(regexp_replace(indexdef,"
	    . " '^CREATE (UNIQUE )?INDEX \\S+ ON public\\.', '\\1'),"
	    . " ' USING btree', '') from pg_indexes where schemaname = 'public'"
	    . ' order by 1');
	is_deeply(\@indexes, ['UNIQUE "user" (email)', 'UNIQUE "user" (id)',
	    'UNIQUE account (id)', 'UNIQUE jwks (id)', 'UNIQUE session (id)',
	    'UNIQUE session (token)', 'UNIQUE verification (id)',
	    'account ("userId")', 'session ("userId")',
	    'verification (identifier)'], 'its indexes');
	my @keys = $pg->sql("select conrelid::regclass || ' '"
	    . " || pg_get_constraintdef(oid) from pg_constraint where contype ="
	    . " 'f' and connamespace = 'public'::regnamespace order by 1");
	is_deeply(\@keys, [map { "$_ FOREIGN KEY (\"userId\") REFERENCES"
	    . ' "user"(id) ON DELETE CASCADE' } qw(account session)],
	    'and its foreign keys');
};

my @shapes = (
	['camel', 'text ids, given by the program'],
	['uuids', 'uuid ids', id => 'uuid',
	    key => 'uuid PRIMARY KEY DEFAULT gen_random_uuid()'],
	['bareuuids', 'uuid ids without a default', id => 'uuid',
	    key => 'uuid PRIMARY KEY'],
	['identities', 'numbers', id => 'integer',
	    key => 'integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY'],
	['serials', 'numbers of a sequence', id => 'bigint',
	    key => 'bigserial PRIMARY KEY'],
	['snake', 'snake_case, plural', snake => 1, plural => 1],
	['naive', 'times without a zone', time => 'timestamp(3)'],
	['varchars', 'short texts', id => 'varchar(36)',
	    key => 'varchar(36) PRIMARY KEY'],
);
for (@shapes) {
	my ($schema, $what, %opt) = @$_;
	subtest "attached: $what" => sub {
		make($schema, %opt);
		my $before = $pg->sql("select md5(string_agg(t::text, ' '"
		    . ' order by attrelid, attnum)) from pg_attribute t where'
		    . " attrelid in (select oid from pg_class where"
		    . " relnamespace = '$schema'::regnamespace)");
		my ($ok, $said) = attach($schema);
		ok($ok, 'attached') or diag $said;
		like($said, qr/has no column alg: every key counts as Ed25519/,
		    'an older jwks is spoken of');
		live($schema);
		($ok, $said) = attach($schema);
		ok($ok, 'attached again');
		is($pg->sql("select md5(string_agg(t::text, ' '"
		    . ' order by attrelid, attnum)) from pg_attribute t where'
		    . " attrelid in (select oid from pg_class where"
		    . " relnamespace = '$schema'::regnamespace)"), $before,
		    'the tables are as they were');
	};
}

subtest 'times without a zone are in UTC' => sub {
	attach('naive');
	sign_up('zoe');
	is($pg->sql('select abs(extract(epoch from "createdAt"'
	    . " - (now() at time zone 'UTC'))) < 900 from naive.\"user\""), 't',
	    'as Better Auth\'s adapters write them');
	is((ask('account_session_user', 'token of zoe'))[0][0],
	    $pg->sql('select id from naive."user"'), 'and read so');
};

subtest 'account.issuer of 1.7.0' => sub {
	make('issuer');
	$pg->sql('alter table issuer.account add issuer text not null;'
	    . ' create unique index on issuer.account (issuer, "accountId")');
	my ($ok, $said) = attach('issuer');
	ok($ok, 'attached') or diag $said;
	unlike($said, qr/will fail/, 'it is known');
	live('issuer');
	sign_up('ann');
	is($pg->sql('select issuer from issuer.account'), 'local:credential',
	    'and written as Better Auth looks for it');
};

subtest 'without jwks' => sub {
	make('nojwks', no_jwks => 1, snake => 1);
	my ($ok, $said) = attach('nojwks');
	ok($ok, 'attached') or diag $said;
	like($said, qr/^accounts: made the table nojwks\.jwks$/m, 'and said');
	is($pg->sql("select string_agg(attname, ' ' order by attnum) from"
	    . " pg_attribute where attrelid = 'nojwks.jwks'::regclass"
	    . ' and attnum > 0'), 'id public_key private_key created_at'
	    . ' expires_at alg crv', 'named like its neighbours');
	live('nojwks');
};

subtest 'what else there is to be said' => sub {
	make('strict');
	$pg->sql('alter table strict."user" add role text not null,'
	    . ' add "Plan" text not null default \'free\','
	    . ' add "twoFactorEnabled" boolean, add banned boolean,'
	    . ' drop constraint user_email_key;'
	    . ' alter table strict.jwks drop "expiresAt"');
	my ($ok, $said) = attach('strict');
	ok($ok, 'attached') or diag $said;
	like($said, qr/^accounts:\ sign-up\ will\ fail:\ column\ role\ of
	    \ strict\."user"\ has\ no\ default$/mx, 'a column nobody fills');
	unlike($said, qr/Plan/, 'but not one with a default');
	like($said, qr/no unique index on email/, 'no unique index');
	like($said, qr/signs in whomever column $_ of/, "$_ is not looked at")
	    for '"twoFactorEnabled"', 'banned';
	like($said, qr/no column expiresAt: keys cannot be retired/, 'jwks');
	$pg->sql('alter table strict."user" alter role set default \'user\'');
	live('strict');
};

subtest 'a schema that is not there is made' => sub {
	my ($ok, $said) = attach('"Fresh"');
	ok($ok, 'whatever its name') or diag $said;
	live('"Fresh"');
};

# --- complaints

subtest 'tables that are not Better Auth\'s' => sub {
	$pg->sql('create schema other; create table other.users (id serial'
	    . ' primary key, email text)', role => 'taskchat_owner');
	my ($ok, $said) = attach('other');
	ok(!$ok, 'are refused');
	like($said, qr/^taskchat:\ attach\ the\ accounts'\ tables:\ the\ schema
	    \ other\ has\ other\.users\ but\ no\ table\ session,\ account.*set
	    \ accounts_schema/mx, 'with a word on what to do');
	unlike($said, qr/CONTEXT|PL\/pgSQL/, 'and nothing about our functions');
	is($pg->sql("select count(*) from pg_class where relnamespace ="
	    . " 'other'::regnamespace and relkind = 'r'"), 1, 'none is made');
	make('lacking');
	$pg->sql('alter table lacking.session drop column "userAgent",'
	    . ' drop column token');
	($ok, $said) = attach('lacking');
	ok(!$ok && $said =~ /table lacking\.session has no column token, userAgent/,
	    'missing columns are named') or diag $said;
	make('typed');
	$pg->sql('alter table typed."user" alter "emailVerified"'
	    . ' type timestamp using null');
	($ok, $said) = attach('typed');
	ok(!$ok && $said =~ /column\ "emailVerified"\ of\ typed\."user"\ is\ of
	    \ the\ type\ timestamp.*,\ not\ boolean/x, 'and other types')
	    or diag $said;
};

subtest 'tables of another role' => sub {
	$pg->sql('create role site login; grant create on database taskchat'
	    . ' to site');
	make('site', role => 'site');
	my ($ok, $said) = attach('site');
	ok(!$ok && $said =~ /role\ taskchat_owner\ may\ not\ use\ the\ schema
	    \ site\ \(GRANT\ USAGE\ ON\ SCHEMA\ site\ TO\ taskchat_owner\)/x,
	    'the schema is closed') or diag $said;
	$pg->sql('grant usage on schema site to taskchat_owner',
	    role => 'site');
	($ok, $said) = attach('site');
	ok(!$ok && $said =~ /role\ taskchat_owner\ lacks\ rights\ on\ the\ table
	    \ site\."user"\ \(GRANT\ SELECT,\ INSERT,\ UPDATE,\ DELETE\ ON
	    \ site\."user"\ TO\ taskchat_owner\)/x, 'the tables are')
	    or diag $said;
	$pg->sql('grant select, insert, update, delete on all tables in schema'
	    . ' site to taskchat_owner', role => 'site');
	($ok, $said) = attach('site');
	ok($ok, 'with these rights it goes') or diag $said;
	live('site');
};

subtest 'the workers reach the views only' => sub {
	attach('camel');
	for my $table ('"user"', qw(session account verification jwks)) {
		for my $sql ("select * from camel.$table",
		    "delete from camel.$table",
		    "update camel.$table set id = id") {
			my ($ok, undef, $why) = $pg->try($sql,
			    role => 'taskchat');
			ok(!$ok && $why =~ /42501/, "refused: $sql");
		}
	}
	my ($ok, undef, $why) = $pg->try('select access_token from'
	    . ' taskchat.account_login', role => 'taskchat');
	ok(!$ok && $why =~ /42703/, 'and not every column');
	($ok, undef, $why) = $pg->try("select taskchat.accounts_attach('site')",
	    role => 'taskchat');
	ok(!$ok, 'nor can they attach others');
	$pg->sql('drop view taskchat.account_jwks');
	attach('camel');
	($ok) = $pg->try('select * from taskchat.account_jwks',
	    role => 'taskchat');
	ok($ok, 'a view that was dropped comes back');
};

subtest 'the program knows what is attached' => sub {
	my ($status, $out, $err) = $app->command('check');
	is($status, 0, 'ready with these tables') or diag $err;
	$app->{settings}{accounts_schema} = 'snake';
	($status, $out, $err) = $app->command('check');
	isnt($status, 0, 'not with others');
	like($err, qr/schema\ snake\ are\ not\ attached
	    \ \(run:\ taskchat\ migrate\)/x, 'and says so');
	local $app->{settings}{accounts} = 'off';
	($status) = $app->command('check');
	is($status, 0, 'without accounts it does not matter');
};

# --- at the same moment

sub at_once($n, $sql)
{
	my $psql = Cluster::program('psql');
	my @running = map {
		my $i = $_;
		open my $fh, '-|', $psql, '-XqAt', '-d', $pg->url('taskchat'),
		    map { ('-c', $_) } ref $sql ? $sql->($i) : $sql
		    or die "psql: $!";
		$fh;
	} 1 .. $n;
	return map { my $fh = $_; <$fh> } @running;
}

subtest 'eight people with one address' => sub {
	attach('camel');
	my $sql = $of{account_sign_up}{sql};
	my @got = at_once(8, sub ($i) {
		return ("prepare s as $sql", 'execute s(\'race@example.com\','
		    . " 'n$i', null, 'h', 't$i', 7, null, null, null)");
	});
	is(scalar @got, 1, 'one of them gets it');
	is($pg->sql('select count(*) from camel."user" u join camel.session s'
	    . ' on s."userId" = u.id join camel.account a on a."userId" = u.id'),
	    1, 'with one session and one login');
};

# --- throttling

sub hit(@keys)
{
	my @args = map { @$_ } @keys;
	return (ask('throttle_hit', @args, (undef) x (16 - @args)))[0][0];
}

# As if so many seconds had passed.
sub later($seconds)
{
	$pg->sql('update taskchat.throttle set ' . join ', ',
	    map { "$_ = $_ - interval '$seconds s'" }
	    qw(expires_at blocked_until lock_ends));
}

subtest 'so many in a window' => sub {
	my @ip = ('ip 1', 3, 60, 'f');
	is_deeply([map { hit(\@ip) } 1 .. 3], [0, 0, 0], 'three of three');
	my $wait = hit(\@ip);
	ok($wait > 0 && $wait <= 60, "the fourth waits $wait s");
	is(hit(['ip 2', 3, 60, 'f']), 0, 'another key does not');
	hit(\@ip) for 1 .. 3;
	later($wait);
	is_deeply([map { hit(\@ip) } 1 .. 3], [0, 0, 0],
	    'then there are three again: refused ones have prolonged nothing');
	isnt(hit(\@ip), 0, 'and no more');
};

subtest 'a wait that grows' => sub {
	my @ann = ('account ann', 2, 900, 't');
	is_deeply([map { hit(\@ann) } 1 .. 2], [0, 0], 'two of two');
	is_deeply([map { hit(\@ann) } 1 .. 11], [map { 2 ** $_ } 1 .. 11],
	    'each further one doubles it');
	my @long = map { hit(\@ann) } 1 .. 5;
	ok(!(grep { $_ > 3600 || $_ < 3000 } @long), "up to an hour: @long");
	later(1800);
	ok(hit(\@ann) <= 1800, 'trying on does not keep the door shut:'
	    . ' the hour runs from the first refusal');
	later(1801);
	is_deeply([map { hit(\@ann) } 1 .. 3], [0, 0, 2],
	    'after it all begins anew');
	later(2);
	is(hit(\@ann), 0, 'who has waited gets through');
	my $next = hit(\@ann);
	ok($next > 2, "but once: $next s");
	ask('throttle_clear', 'account ann');
	is(hit(\@ann), 0, 'after a success the count begins anew');
};

subtest 'several keys' => sub {
	my @ip = ('several ip', 1, 60, 'f');
	my @bob = ('several bob', 5, 900, 't');
	is(hit(\@ip, \@bob), 0, 'the first');
	isnt(hit(\@ip, \@bob), 0, 'the address has had its share');
	isnt(hit(\@bob, \@ip), 0, 'in any order') for 1 .. 9;
	is($pg->sql("select count from taskchat.throttle where key ="
	    . " 'several bob'"), 1, 'which does not lock bob out');
	is(hit(\@bob), 0, 'from elsewhere he gets in');
	my $long = 'x' x 500;
	is_deeply([map { hit(["$long$_", 1, 60, 'f']) } qw(a b a)],
	    [0, 0, 60], 'keys of any length are told apart');
	ask('throttle_clear', "${long}a");
	is(hit(["${long}a", 1, 60, 'f']), 0, 'and cleared');
};

subtest 'old rows go' => sub {
	$pg->sql('delete from taskchat.throttle; insert into taskchat.throttle'
	    . " (key, count, expires_at) select 'old ' || n, 1, now()"
	    . ' - n * interval \'1 s\' from generate_series(1, 12) n');
	hit(['new', 5, 60, 'f']) for 1 .. 3;
	is_deeply([$pg->sql('select key from taskchat.throttle')], ['new'],
	    'a few at a time');
};

subtest 'many at once' => sub {
	at_once(6, sub ($i) {
		my $order = $i % 2 ? "'{k1,k2}'" : "'{k2,k1}'";
		return ("do \$\$ begin for i in 1..40 loop perform"
		    . " taskchat.throttle_hit($order, '{1000,1000}', '{60,60}',"
		    . " '{f,f}'); commit; end loop; end \$\$");
	});
	is_deeply([$pg->sql("select count from taskchat.throttle where key in"
	    . " ('k1', 'k2')")], [240, 240], 'none is lost');
};

# --- mail

subtest 'mail' => sub {
	ask('account_mail', 'a@example.com', 'one', 'b');
	ask('account_mail', undef, 'two', 'b');
	my ($one) = ask('mail_take');
	my ($two) = ask('mail_take');
	is_deeply([@$one[1, 2, 4]], ['a@example.com', 'one', 1], 'the first');
	is_deeply([@$two[1, 2]], [undef, 'two'], 'the next, to nobody');
	is_deeply([ask('mail_take')], [], 'each is lent to one');
	ask('mail_done', $two->[0]);
	ask('mail_later', $one->[0], 60);
	is_deeply([ask('mail_take')], [], 'later is not now');
	$pg->sql('update taskchat.mail set due_at = now()');
	is((ask('mail_take'))[0][4], 2, 'but then, for the second time');
	$pg->sql("update taskchat.mail set leased_until = now()");
	is((ask('mail_take'))[0][4], 3, 'a worker that died keeps nothing');
	ask('mail_done', $one->[0]);
	is($pg->sql('select count(*) from taskchat.mail'), 0, 'all are sent');
};

# --- deleting

subtest 'deleting an account' => sub {
	attach('camel');
	my %id = map { $_ => sign_up($_)->[0] } qw(ann bob);
	for my $who (qw(ann bob)) {
		ask('account_reset_begin', "$who\@example.com", "r$who", 60,
		    's', 'b');
		$pg->sql(<<"SQL");
set search_path to taskchat;
with c as (insert into conversation (user_id, id, title, last_message,
    lease_token, lease_until, turn_counts)
    select 'x:$who', gen_random_uuid(), 'c', 1, t, now() + interval '1 min',
        t from gen_random_uuid() t returning *),
m as (insert into message (user_id, conversation_id, id, role, content)
    select user_id, id, 1, 'user', 'words' from c),
t as (insert into tool_call (user_id, conversation_id, message_id, step,
    position, call_id, name, arguments, state)
    select user_id, id, 1, 1, 0, 'c', 'list_tasks', '{}', 'ok' from c),
f as (insert into confirmation (user_id, id, conversation_id, message_id,
    summary, actions, expires_at)
    select user_id, gen_random_uuid(), id, 1, 's', '[]', now() from c),
n as (insert into task_counter values ('x:$who', 1))
insert into task (user_id, id, title) values ('x:$who', 1, 'Task');
insert into access_token (user_id, id, name, scopes, hash)
    values ('x:$who', gen_random_uuid(), 't', '{tasks:read}', sha256('$who'));
insert into usage_day values ('x:$who', usage_today(), 1, 1, 1);
insert into user_zone values ('x:$who', 'Asia/Kolkata');
insert into mcp_question values ('x:$who', sha256('$who'), 'delete_task',
    '{"task_id":1}', 1, now() + interval '1 h')
SQL
	}
	my @tables = ((map { ["taskchat.$_", 'user_id', 'x:'] }
	    qw(conversation message tool_call confirmation task task_counter
	    access_token usage_day user_zone mcp_question)), ['camel."user"', 'email', '', '@example.com'],
	    ['camel.session', 'token', 'token of '],
	    ['camel.verification', 'identifier', 'reset-password:r'],
	    ['taskchat.mail', 'to_address', '', '@example.com']);
	my $rows = sub ($who) {
		return map { scalar $pg->sql("select count(*) from $_->[0] where"
		    . " \"$_->[1]\" = '$_->[2]$who" . ($_->[3] // '') . "'") }
		    @tables;
	};
	is_deeply([$rows->($_)], [(1) x @tables], "$_ has one of everything")
	    for qw(ann bob);
	ask('account_delete', $id{ann}, 'x:ann');
	is_deeply([$rows->('ann')], [(0) x @tables], 'nothing of ann is left');
	is_deeply([$rows->('bob')], [(1) x @tables], 'everything of bob is');
	is($pg->sql("select count(*) from camel.account where \"userId\" ="
	    . " '$id{ann}'"), 0, 'her login is gone too');
	ask('account_delete', $id{ann}, 'x:ann');
	is_deeply([$rows->('bob')], [(1) x @tables], 'a second time is no harm');
};

done_testing;
