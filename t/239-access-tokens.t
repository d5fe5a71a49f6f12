#!/usr/bin/perl
# Tokens that a person makes for programs: shown once, good for tasks alone
# and for no more than their scopes, gone the moment they are revoked, and
# nowhere written down.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Digest::SHA qw(sha256_hex);
use Fault;
use JSON::PP ();

my $app = App->new(workers => 2, db_connections => 8,
    'issuer.site.iss' => 'https://site.example',
    'issuer.site.secret' => 's' x 40, bare_ids => 'jwt')->start;
my $fault = Fault->new($app);
my $ann = $app->user('ann');
my $bob = $app->user('bob');
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
my $uuid = qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
my $nowhere = '00000000-0000-4000-8000-000000000000';
my @both = qw(tasks:read tasks:write);
my @made;	# every token there ever was

# What the answer to one that was made has; the log may not.
sub keep($data)
{
	push @made, $data->{token};
	push @{ $app->{tokens} }, $data->{token};
	return $data;
}

sub make($who, %body)
{
	my $r = $who->post('access-tokens', { name => 'a script', %body });
	die $r->body if $r->status != 201;
	return keep($r->json);
}

sub listed($who) { @{ $who->get('access-tokens')->json->{tokens} } }

# The program that was given it, at the person's addresses.
sub program($who, $token)
{
	return Client->new(port => $app->port, id => $who->id, app => $app,
	    token => ref $token ? $token->{token} : $token);
}

sub is_refused($reply, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_problem($reply, 401, 'unauthorized', $name)
	    && is($reply->header('WWW-Authenticate'),
	        'Bearer error="invalid_token"', '... as any bad token');
}

# In days from now; undef: never.
sub lifetime($id)
{
	return $app->sql('select round(extract(epoch from expires_at - now())'
	    . " / 86400) from access_token where id = '$id'");
}

subtest 'one is made' => sub {
	my $r = $ann->post('access-tokens', { name => ' my laptop ' });
	is($r->status, 201, 'made');
	is($r->header('Cache-Control'), 'no-store', 'kept by nobody between');
	my $t = keep($r->json);
	like($t->{token}, qr/^tct_[A-Za-z0-9_-]{43}$/, 'the token');
	like($t->{id}, $uuid, 'an id');
	like($t->{$_}, $time, $_) for qw(created_at expires_at);
	is($t->{last_used_at}, undef, 'not used yet');
	is($t->{name}, 'my laptop', 'its name');
	is_deeply($t->{scopes}, \@both, 'good for both');
	is(lifetime($t->{id}), 365, 'for a year');
	my %row = %$t;
	delete $row{token};
	is_deeply([listed($ann)], [\%row], 'the list has all but the token');
	is($app->sql("select encode(hash, 'hex') from access_token"),
	    sha256_hex($t->{token}), 'what is kept is its hash');
	is($app->sql('select count(*) from access_token t where t::text like'
	    . " '%" . substr($t->{token}, 4) . "%'"), 0, 'and nothing else');
	like($app->log_of($r), qr/ access_token=$t->{id}\b/,
	    'the log has its id');
	my $second = make($ann, name => 'Ä 🎉' . 'x' x 97,
	    scopes => ['tasks:read', 'tasks:read'], expires_in_days => 3650);
	is_deeply([map { $_->{id} } listed($ann)],
	    [$second->{id}, $t->{id}], 'the newest is the first');
	is_deeply($second->{scopes}, ['tasks:read'], 'for reading only');
	is(lifetime($second->{id}), 3650, 'for ten years');
	my $third = make($ann, scopes => [reverse @both],
	    expires_in_days => undef);
	is_deeply($third->{scopes}, \@both, 'both, in whatever order');
	is($third->{expires_at}, undef, 'without an end');
	is_deeply(make($ann, scopes => ['tasks:write'], expires_in_days => 1)
	    ->{scopes}, ['tasks:write'], 'for writing only');
	isnt($second->{token}, $t->{token}, 'no two are the same');
};

subtest 'what is wrong with a wish' => sub {
	my $before = () = listed($ann);
	my %wrong = (
		'no name' => [{}, 'name'],
		'an empty name' => [{ name => '' }, 'name'],
		'a blank name' => [{ name => " \t" }, 'name'],
		'a name that is none' => [{ name => 5 }, 'name'],
		'101 characters' => [{ name => 'ä' x 101 }, 'name'],
		'two lines' => [{ name => "a\nb" }, 'name'],
		map({ ("scopes $_->[0]" => [{ name => 'x',
		    scopes => $_->[1] }, 'scopes']) }
		    ['none', []], ['a text', 'tasks:read'], ['unknown',
		    ['tasks:read', 'tasks:admin']], ['of another type',
		    [1]], ['null inside', [undef]], ['an object', {}],
		    ['a prefix', ['tasks:rea']]),
		map({ ("days $_->[0]" => [{ name => 'x',
		    expires_in_days => $_->[1] }, 'expires_in_days']) }
		    ['0', 0], ['3651', 3651], ['negative', -1],
		    ['a text', '30'], ['half', 1.5], ['true', JSON::PP::true],
		    ['a list', []], ['2^63', 9223372036854775807]),
		'a member nobody knows' => [{ name => 'x', expires => 1 },
		    'body'],
	);
	for my $what (sort keys %wrong) {
		my ($body, $field) = @{ $wrong{$what} };
		my $r = $ann->post('access-tokens', $body);
		is_problem($r, 400, 'invalid_request', $what);
		like($r->json->{detail}, qr/^$field: expected /, '... named');
	}
	is_problem($ann->request('POST', 'access-tokens', body => '{'), 400,
	    'invalid_json', 'no JSON');
	is_problem($ann->request('POST', 'access-tokens', body => 'name=x',
	    headers => { 'Content-Type' => 'text/plain' }), 415,
	    'unsupported_media_type', 'no JSON by its type');
	is_problem($ann->delete("access-tokens/$_"), 404,
	    'access_token_not_found', "revoking $_") for $nowhere, 'x', 1;
	is(scalar(() = listed($ann)), $before, 'none was made');
};

# Every route, with every kind of token: the table says who may.
my $write = make($ann, name => 'write', scopes => ['tasks:write']);
my $read = make($ann, name => 'read', scopes => ['tasks:read']);
my $all = make($ann, name => 'all');

subtest 'where it is good' => sub {
	my ($status, $out) = $app->command('check', '--routes');
	is($status, 0, 'the routes');
	my %seen;
	for (split /\n/, $out) {
		my ($method, $path, $who) = split ' ';
		my ($scope) = $who =~ /^user,(\S+)$/;
		$seen{$who}++;
		my $at = $path =~ s/:user/ann/r =~ s/:\w+/$nowhere/gr;
		is($scope, $path !~ m{^/api/:user/tasks} ? undef
		    : $method eq 'GET' ? 'tasks:read' : 'tasks:write',
		    "$method $path: $who");
		for my $t ($write, $read, $all) {
			my $r = program($ann, $t)->request($method, $at,
			    $method =~ /POST|PATCH/ ? (json => {}) : ());
			my $name = "... with $t->{name}";
			if ($who eq 'anyone') {
				is($r->status, 200, $name);
			} elsif ($who =~ /^(account|mcp|public)$/) {
				is_problem($r, 404, 'no_such_route', $name);
			} elsif (!$scope) {
				is_problem($r, 403, 'person_required', $name);
			} elsif (grep { $_ eq $scope } @{ $t->{scopes} }) {
				unlike($r->status, qr/^(?:40[13]|5..)$/,
				    "$name: let in");
			} else {
				is_problem($r, 403, 'insufficient_scope',
				    $name);
				is($r->header('WWW-Authenticate'), 'Bearer '
				    . 'error="insufficient_scope", '
				    . "scope=\"$scope\"", '... and which');
			}
		}
	}
	is($seen{'user,tasks:read'} . ' ' . $seen{'user,tasks:write'}, '2 4',
	    'six of them are for programs');
};

subtest 'what it does there' => sub {
	my $p = program($ann, $write);
	my $r = $p->post('tasks', { title => 'By a program' });
	is($r->status, 201, 'adds');
	my $id = $r->json->{id};
	like($app->log_of($r),
	    qr/ access_token=$write->{id} user=ann\b/, 'the log says which');
	is($p->patch("tasks/$id", { completed => JSON::PP::true })->status,
	    200, 'changes');
	is($p->delete("tasks/$id")->status, 204, 'deletes');
	is($p->post("tasks/$id/restore")->status, 200, 'restores');
	is_problem($p->get('tasks'), 403, 'insufficient_scope',
	    'but does not read');
	$p = program($ann, $read);
	is_deeply([map { $_->{title} } $p->tasks], ['By a program'], 'reads');
	is($p->request('HEAD', 'tasks')->status, 200, 'or asks whether');
	is_problem($p->post('tasks', { title => 'No' }), 403,
	    'insufficient_scope', 'but does not add');
	is_deeply([$ann->titles], ['By a program'], 'and nothing was added');
	$p = program($ann, $all);
	is($p->post('tasks', { title => 'Both' })->status, 201, 'adds');
	is(scalar $p->tasks, 2, 'and reads');
};

subtest 'somebody else' => sub {
	my $p = program($bob, $all);
	is_problem($p->get('tasks'), 403, 'user_mismatch',
	    'her token at his address');
	is_problem($p->post('tasks', { title => 'x' }), 403, 'user_mismatch',
	    'to write, too');
	is_problem($p->get('access-tokens'), 403, 'person_required',
	    'or to list');
	is_problem($bob->delete("access-tokens/$all->{id}"), 404,
	    'access_token_not_found', 'he cannot revoke hers');
	same_problem($bob->delete("access-tokens/$all->{id}"),
	    $bob->delete("access-tokens/$nowhere"),
	    'nor learn that it is there');
	is_problem($ann->get('/api/bob/access-tokens'), 403, 'user_mismatch',
	    'nor she see his');
	is_deeply([listed($bob)], [], 'his list is his');
	is(program($ann, $all)->get('tasks')->status, 200, 'hers still works');
};

subtest 'the database refuses, too' => sub {
	my $count = 'select count(*) from access_token';
	is(($app->sql_as_worker('bob', $count))[1], 0, 'bob sees none of hers');
	is(($app->sql_as_worker('', $count))[1], 0, 'nobody sees nothing');
	my ($ok, undef, $why) = $app->sql_as_worker('bob', 'insert into'
	    . ' access_token (user_id, id, name, scopes, hash) values'
	    . " ('ann', '$nowhere', 'x', '{tasks:read}', sha256('x'))");
	ok(!$ok, 'he puts none among hers');
	like($why, qr/row-level security/, 'the policy says so');
	my $hash = sha256_hex($all->{token});
	my $held = "set local taskchat.token_hash = '$hash';\n";
	is(($app->sql_as_worker('', "${held}select string_agg(id::text, ' ')"
	    . ' from access_token'))[1], $all->{id},
	    'a hash shows the one row that has it');
	my $rows = sub { scalar $app->sql('select md5(json_agg(t order by id)'
	    . '::text) from access_token t') };
	my $before = $rows->();
	$app->sql_as_worker('bob', $held . $_) for
	    "update access_token set scopes = '{tasks:read}'",
	    'delete from access_token';
	is($rows->(), $before, 'and lets nobody touch it');
	is(($app->sql_as_worker('', "set local taskchat.token_hash = '';\n"
	    . $count))[1], 0, 'no hash shows nothing');
	my %wrong = (
		'an empty name' => "'', '{tasks:read}', sha256('x')",
		'no scope' => "'x', '{}', sha256('x')",
		'another scope' => "'x', '{all}', sha256('x')",
		'a short hash' => "'x', '{tasks:read}', 'x'",
		'a hash that is taken' =>
		    "'x', '{tasks:read}', decode('$hash', 'hex')",
	);
	for (sort keys %wrong) {
		($ok) = $app->sql_as_worker('bob', 'insert into access_token'
		    . ' (user_id, id, name, scopes, hash) values'
		    . " ('bob', '$nowhere', $wrong{$_})");
		ok(!$ok, "$_ is not stored");
	}
	my $plan = ($app->sql_as_worker('', 'set local enable_seqscan = off;'
	    . " $held explain select from access_token"
	    . " where hash = decode('$hash', 'hex')"))[1];
	like($plan, qr/access_token_hash.*\n.*Index Cond: \(hash/,
	    'it is found along its index');
};

my $good = $all->{token};
my %hostile = (
	'the prefix alone' => 'tct_',
	'no prefix' => substr($good, 4),
	'the prefix in capitals' => 'TCT_' . substr($good, 4),
	'one character less' => substr($good, 0, -1),
	'one character more' => $good . 'A',
	'one character changed' => substr($good, 0, 9)
	    . (substr($good, 9, 1) eq 'A' ? 'B' : 'A') . substr($good, 10),
	'never made' => 'tct_' . 'A' x 43,
	'another alphabet' => 'tct_' . '+' x 43,
	'dots' => 'tct_' . '.' x 43,
	'dots like a JWT' => 'tct_a.b.c',
	'a percent sign' => 'tct_%' . 'A' x 42,
	'a quote' => "tct_'" . 'A' x 42,
	'padded' => "$good=",
	'its hash' => sha256_hex($good),
	'its hash with the prefix' => 'tct_' . substr(sha256_hex($good), 0, 43),
	'twice' => "$good $good",
	'with a comma' => "$good,",
	'bytes above ASCII' => 'tct_' . "\xff" x 43,
	'8 KB' => 'tct_' . 'A' x 8000,
	'8 KB that begin well' => $good . 'A' x 8000,
);

subtest 'lies' => sub {
	my $before = $app->sql('select md5(json_agg(t order by id)::text)'
	    . ' from access_token t');
	my $wrong = $ann->get('tasks', token => 'rubbish');
	for my $what (sort keys %hostile) {
		my $r = program($ann, $hostile{$what})->get('tasks');
		is_refused($r, $what);
		same_problem($r, $wrong, '... and like every other');
		is_refused(program($ann, $hostile{$what})
		    ->get('conversations'), '... wherever it is sent')
		    if $what eq 'never made';
	}
	is_refused($ann->get('tasks', token => undef, headers =>
	    { Authorization => "Basic $good" }), 'another scheme');
	is_problem($ann->get('tasks', token => undef, headers =>
	    { Cookie => "token=$good; better-auth.session_token=$good" }),
	    401, 'unauthorized', 'in a cookie');
	is($app->sql('select md5(json_agg(t order by id)::text)'
	    . ' from access_token t'), $before, 'none of that was a use');
};

subtest 'when it was last used' => sub {
	my $t = make($bob);
	my $used = sub { scalar $app->sql('select extract(epoch from'
	    . " last_used_at) from access_token where id = '$t->{id}'") };
	is((listed($bob))[0]{last_used_at}, undef, 'never');
	my $p = program($bob, $t);
	$p->get('tasks');
	my $first = $used->();
	ok($first, 'once');
	like((listed($bob))[0]{last_used_at}, $time, 'which the list shows');
	$p->get('tasks') for 1 .. 4;
	is($used->(), $first, 'more of it within a minute is not written');
	$app->sql("update access_token set last_used_at = last_used_at"
	    . " - interval '61 seconds' where id = '$t->{id}'");
	$p->get('tasks');
	cmp_ok($used->(), '>=', $first, 'after a minute it is');
	is($bob->delete("access-tokens/$t->{id}")->status, 204, 'revoked');
};

subtest 'its end' => sub {
	my $t = make($bob, expires_in_days => 1);
	is(program($bob, $t)->get('tasks')->status, 200, 'before');
	$app->sql('update access_token set expires_at = now()'
	    . " where id = '$t->{id}'");
	my $r = program($bob, $t)->get('tasks');
	is_refused($r, 'after');
	is_deeply([map { $_->{id} } listed($bob)], [$t->{id}],
	    'it is listed, so that its owner sees why');
	my $gone = make($bob);
	$r = $bob->delete('access-tokens/' . uc $gone->{id});
	is($r->status . $r->body, '204', 'revoked');
	is_refused(program($bob, $gone)->get('tasks'), 'a revoked one');
	same_problem(program($bob, $gone)->get('tasks'),
	    program($bob, $t)->get('tasks'), 'nobody can tell them apart');
	is_problem($bob->delete("access-tokens/$gone->{id}"), 404,
	    'access_token_not_found', 'revoked once');
};

subtest 'two workers' => sub {
	my $t = make($bob);
	my $p = program($bob, $t);
	my $logs = sub { grep { Proc::slurp($_) =~ /access_token=$t->{id} user/ }
	    glob $app->dir . '/worker-*.log' };
	# both at once, and sooner or later each of them has one
	until_true('both to have served it', sub {
		$_->reply for map { $p->start('GET', 'tasks') } 1 .. 8;
		return $logs->() == 2;
	});
	$bob->delete("access-tokens/$t->{id}");
	my %seen;
	$seen{ $_->reply->status }++
	    for map { $p->start('GET', 'tasks') } 1 .. 24;
	is_deeply(\%seen, { 401 => 24 }, 'neither remembers it');
};

subtest 'how many' => sub {
	my $cat = $app->user('cat');
	make($cat, name => "n$_") for 1 .. 20;
	is_deeply([map { $_->{name} } listed($cat)],
	    [map { "n$_" } reverse 1 .. 20], 'twenty');
	my $r = $cat->post('access-tokens', { name => 'one more' });
	is_problem($r, 409, 'too_many_access_tokens', 'no more');
	unlike($r->body, qr/tct_/, '... and nothing is shown');
	my ($last) = listed($cat);
	$cat->delete("access-tokens/$last->{id}");
	make($cat, name => 'instead');
	is_problem($cat->post('access-tokens', { name => 'x' }), 409,
	    'too_many_access_tokens', 'revoking one makes room for one');
	$app->sql('update access_token set expires_at = now() where user_id'
	    . " = 'cat' and name in ('n1', 'n2')");
	make($cat, name => 'after');
	is(scalar(() = listed($cat)), 19, 'what has expired makes room');
	is_deeply([grep { $_->{name} =~ /^n[12]$/ } listed($cat)], [],
	    'by going');

	my $dan = $app->user('dan');
	make($dan) for 1 .. 17;
	my $hold = $fault->hold("select access_token_lock('dan')");
	my @calls = map { $dan->start('POST', 'access-tokens',
	    json => { name => "at once $_" }) } 1 .. 6;
	$hold->blocks(6);
	is($app->user('eve')->post('access-tokens', { name => 'x' })->status,
	    201, 'nobody else waits');
	$hold->release;
	my %seen;
	for my $reply (map { $_->reply } @calls) {
		$seen{ $reply->status }++;
		keep($reply->json) if $reply->status == 201;
	}
	is_deeply(\%seen, { 201 => 3, 409 => 3 }, 'six at once, room for three');
	is(scalar(() = listed($dan)), 20, 'which is twenty');
};

subtest 'users of an issuer' => sub {
	my $fay = Client->new(port => $app->port, id => 'site:fay',
	    app => $app, token => Token::mint('s' x 40, { sub => 'fay',
	    iss => 'https://site.example' }));
	my $t = make($fay);
	my $p = program($fay, $t);
	is($p->post('tasks', { title => 'Hers' })->status, 201, 'have them too');
	is(program($app->user('fay'), $t)->get('tasks')->code,
	    'user_mismatch', 'another issuer\'s fay is another');
	$app->restart_workers(settings => { bare_ids => 'none' });
	is_refused(program($ann, $all)->get('tasks'),
	    'bare ids are nobody\'s any more');
	is($p->get('tasks')->status, 200, 'hers has its issuer');
	$app->restart_workers;
	is(program($ann, $all)->get('tasks')->status, 200, 'and back');
};

# As taskchat(8) has it.
subtest 'an operator takes somebody\'s away' => sub {
	my $gus = $app->user('gus');
	my $t = make($gus);
	$app->cluster->sql("begin; set local taskchat.user_id = 'gus';"
	    . ' delete from taskchat.access_token; commit',
	    role => 'taskchat_owner');
	is_refused(program($gus, $t)->get('tasks'), 'his are gone');
	is(program($ann, $all)->get('tasks')->status, 200, 'no other is');
};

subtest 'token --check' => sub {
	my $file = $app->dir . '/given';
	my $check = sub ($text) {
		open my $fh, '>', $file or die "$file: $!";
		print $fh "$text\n";
		close $fh;
		chmod 0644, $file;
		my ($status, $out) = $app->command('token', '--check', $file);
		unlike($out, qr/\Q$text\E/, 'it is not repeated');
		return ($status, $out);
	};
	my ($status, $out) = $check->($read->{token});
	is($status, 0, 'a good one');
	is($out, "Form:       an access token, which a person made for a"
	    . " program\nToken:      $read->{id}\nScopes:     tasks:read\n"
	    . "User:       ann\nGood for:   the addresses of tasks\n"
	    . "The token is good.\n", 'what is said');
	($status, $out) = $check->($hostile{'never made'});
	isnt($status, 0, 'a bad one');
	like($out, qr/REFUSED: .*revoked, expired or never made/, 'and why');
	($status, $out) = $check->('tct_x');
	isnt($status, 0, 'none at all');
	like($out, qr/not the form of an access token/, 'and why');
};

subtest 'no database' => sub {
	$app->cluster->down('INT');
	my $r = program($ann, $all)->get('tasks');
	is_problem($r, 503, 'database_unavailable',
	    'is no reason to say that it is bad');
	is_problem(program($ann, 'tct_x')->get('tasks'), 401, 'unauthorized',
	    'what cannot be one needs none');
	$app->cluster->up;
	$app->wait_ready;
	is(program($ann, $all)->get('tasks')->status, 200, 'and goes on');
	$app->expect_log(qr/database_unavailable|connect/);
};

# What workers of the version before call is all there, as it was.
subtest 'workers of the version before' => sub {
	my $top = App::source();
	my @shape = ('select p.oid::regprocedure || \' \' || pg_get_function_result('
	    . 'p.oid) || \' \' || pg_get_function_arguments(p.oid) from pg_proc p'
	    . " where pronamespace = 'taskchat'::regnamespace order by 1",
	    "select table_name || '.' || column_name || ' ' || data_type from"
	    . " information_schema.columns where table_schema = 'taskchat'"
	    . ' order by 1');
	my $c = $app->cluster;
	my $shape = sub { map { $c->sql($_, db => 'before') } @shape };
	$c->sql('create database before owner taskchat_owner',
	    db => 'postgres');
	$c->sql('create schema taskchat', db => 'before');
	my @files = sort glob "$top/schema/*.sql";
	my ($new) = grep { /004_/ } @files;
	$c->sql(Proc::slurp($_), db => 'before')
	    for grep { $_ lt $new } @files;
	my @before = $shape->();
	$c->sql(Proc::slurp($new), db => 'before');
	my %after = map { $_ => 1 } $shape->();
	cmp_ok(scalar @before, '>', 100, 'many functions and columns');
	is_deeply([grep { !$after{$_} } @before], [], 'none has changed');
};

# --------------------------------------------------------- with accounts

my $site = App->new(accounts => 1, workers => 2)->start;
my $origin = 'http://127.0.0.1:' . $site->port;
my $hold = Fault->new($site);
my $number = 0;

# Signed up; id is the user's.
sub member()
{
	my $who = Account->new($site, origin => $origin);
	my $r = $who->sign_up(email => 'p' . ++$number . '@example.com');
	die $r->body if $r->status != 200;
	$who->{id} = $r->json->{user}{id};
	return $who;
}

# By the cookie of their session.
sub begin_token($who)
{
	return $site->anyone->start('POST', "/api/$who->{id}/access-tokens",
	    json => { name => 'x' }, headers => { Cookie => $who->cookies,
	    Origin => $origin });
}

sub token_of($who)
{
	my $r = begin_token($who)->reply;
	die $r->body if $r->status != 201;
	push @{ $site->{tokens} }, $r->json->{token};
	return $r->json;
}

sub of_member($who, $t)
{
	return Client->new(port => $site->port, id => $who->{id},
	    app => $site, token => $t->{token});
}

sub kept($who)
{
	return $site->sql('select count(*) from access_token where user_id'
	    . " = '$who->{id}'");
}

subtest 'a session makes one' => sub {
	my $who = member();
	my $t = token_of($who);
	my $at = "/api/$who->{id}/access-tokens";
	is(of_member($who, $t)->post('tasks', { title => 'x' })->status, 201,
	    'it works');
	is_problem($who->request('POST', $at, { name => 'x' },
	    headers => { Origin => 'https://evil.example' }), 403,
	    'origin_not_allowed', 'a foreign page makes none');
	is_problem($who->request('POST', $at, { name => 'x' },
	    headers => { Origin => undef }), 403, 'origin_not_allowed',
	    'nor one that does not say where it is from');
	is(scalar @{ $who->get($at)->json->{tokens} }, 1, 'the list');
	is($who->request('DELETE', "$at/$t->{id}")->status, 204, 'revoked');
	is_refused(of_member($who, $t)->get('tasks'), 'and gone');
};

subtest 'it is no session' => sub {
	my $who = member();
	my $t = token_of($who);
	my $p = of_member($who, $t);
	is($p->get('/api/auth/get-session')->body, 'null', 'nobody is here');
	for (['GET', 'token'], ['GET', 'list-sessions'],
	    ['POST', 'update-user', { name => 'Mallory' }],
	    ['POST', 'change-password', { newPassword => 'better battery',
	    currentPassword => $who->password }],
	    ['POST', 'delete-user', { password => $who->password }]) {
		my ($method, $path, $body) = @$_;
		is($p->request($method, "/api/auth/$path",
		    $body ? (json => $body) : ())->status, 401, $path);
	}
	is($who->session->{user}{name}, 'Somebody', 'all is as it was');
	is_refused($p->get("/api/$who->{id}/tasks",
	    token => "$t->{token}." . 'A' x 43 . '='), 'signed like one');
	$who->post('sign-out');
	is($p->get('tasks')->status, 200, 'signing out does not end it');
};

subtest 'the account goes' => sub {
	my $who = member();
	my $other = member();
	my ($t, $theirs) = (token_of($who), token_of($other));
	is($who->post('delete-user', { password => $who->password })->status,
	    200, 'deleted');
	is(kept($who), 0, 'no token is left');
	is_refused(of_member($who, $t)->get('tasks'), 'nor good');
	is(of_member($other, $theirs)->get('tasks')->status, 200,
	    'the others\' are');

	$who = member();
	$t = token_of($who);
	$site->cluster->sql("delete from \"user\" where id = '$who->{id}'");
	is_refused(of_member($who, $t)->get('tasks'),
	    'deleted by somebody else who uses the table');

	# the token is made first, and its answer waits behind the lock
	$who = member();
	my $lock = $hold->hold("select access_token_lock('$who->{id}')");
	my $call = begin_token($who);
	$lock->blocks;
	my $end = $site->anyone->start('POST', '/api/auth/delete-user',
	    json => { password => $who->password }, headers =>
	    { Cookie => $who->cookies, Origin => $origin });
	$lock->blocks(2);
	$lock->release;
	is($call->reply->status, 201, 'one that is just being made');
	is($end->reply->status, 200, 'when the account is deleted');
	is(kept($who), 0, 'goes with it');
};

for my $a ($app, $site) {
	my $all = join '', map { Proc::slurp($_) } glob $a->dir . '/*.log';
	ok(!(grep { index($all, $_) >= 0 } @{ $a->{tokens} }),
	    'no log of any program has a token');
}

done_testing;
