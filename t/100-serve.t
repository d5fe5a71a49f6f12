#!/usr/bin/perl
# The service says that it lives and whether it can serve, numbers its
# requests, keeps a log that tells enough and no secrets, and comes back by
# itself after its database.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();

my $app = App->new->start;
my $anyone = $app->anyone;
my $ann = $app->user('ann');

subtest 'alive and ready' => sub {
	my $r = $anyone->get('/api/healthz');
	is($r->status, 200, 'healthz without a token');
	is($r->type, 'application/json', 'is JSON');
	is_deeply($r->json, { status => 'alive' }, 'and says alive');

	$r = $anyone->get('/api/readyz');
	is($r->status, 200, 'readyz without a token');
	my $version = $app->sql('select max(version) from migration');
	is_deeply($r->json, { status => 'ready', schema => 0 + $version },
	    'ready, with the version of the schema');

	my $head = $anyone->request('HEAD', '/api/healthz');
	is($head->status, 200, 'HEAD is answered like GET');
	is($head->body, '', 'without a body');
};

subtest 'headers of every reply' => sub {
	my %seen;
	for my $r ($anyone->get('/api/healthz'), $anyone->get('/api/nothing'),
	    $ann->get('tasks'), $anyone->get('/api/ann/tasks'),
	    $ann->post('tasks', { title => 'x' })) {
		my $id = $r->header('X-Request-Id') // '';
		like($id, qr/^[\w-]{6,64}$/, 'X-Request-Id');
		ok(!$seen{$id}++, 'never the same twice');
		is(scalar(my @all = $r->headers('X-Request-Id')), 1, 'once');
		is($r->header('Cache-Control'), 'no-store', 'Cache-Control');
		is($r->header('X-Content-Type-Options'), 'nosniff', 'nosniff');
		unlike($r->header('Server') // '', qr/taskchat/i,
		    'the program does not announce itself');
	}
	my $r = $anyone->get('/api/healthz',
	    headers => { 'X-Request-Id' => 'forged' });
	isnt($r->header('X-Request-Id'), 'forged',
	    'an id the caller invents is not taken over');
};

subtest 'the interface describes itself' => sub {
	my $r = $anyone->get('/api/openapi.json');
	is($r->status, 200, 'openapi.json for anyone');
	is($r->type, 'application/json', 'is JSON');
	like($r->json->{openapi}, qr/^3\./, 'OpenAPI 3');
	my %described;
	for my $path (keys %{ $r->json->{paths} }) {
		my $plain = $path =~ s/\{\w+\}/{}/gr;
		$described{uc($_) . " $plain"} = 1
		    for keys %{ $r->json->{paths}{$path} };
	}
	my ($status, $out) = $app->command('check', '--routes');
	is($status, 0, 'the program prints its routes');
	my @routes = map { [split ' '] } split /\n/, $out;
	cmp_ok(scalar @routes, '>=', 15, 'all of them');
	for (@routes) {
		my ($method, $path) = @$_;
		$path =~ s/:\w+/{}/g;
		ok($described{"$method $path"}, "$method $path is described");
	}
};

subtest 'the log' => sub {
	my $secret_text = 'Geheimnis-4711';
	my $r = $ann->chat("Add a task to buy $secret_text");
	is($r->status, 200, 'a turn');
	my $line = $app->log_of($r);
	like($line, qr/^ts=\S+Z level=info msg=/, 'time, level, message');
	like($line, qr/ method=POST /, 'method');
	like($line, qr{ path=/api/ann/chat }, 'path');
	like($line, qr/ status=200\b/, 'status');
	like($line, qr/ user=ann\b/, 'user');
	like($line, qr/ ms=\d+/, 'how long it took');
	is(scalar(grep { /\Q$secret_text\E/i } $app->log_lines), 0,
	    'what people write is not logged');

	$r = $ann->get("tasks/\"%0Alevel=error%20msg=forged");
	is(scalar(grep { /^level=error|^msg=forged/ } $app->log_lines), 0,
	    'a line break in a path makes no second line');

	$r = $anyone->get('/api/ann/tasks?token=' . $ann->token);
	is($r->status, 401, 'a token in the query is never read');
	like($app->log_of($r), qr/status=401/, 'and leaves a line');
};

subtest 'without its database' => sub {
	$app->cluster->down('QUIT');
	my $r = $anyone->get('/api/readyz');
	is_problem($r, 503, 'database_unavailable', 'readyz');
	is($anyone->get('/api/healthz')->status, 200, 'alive nevertheless');
	is_problem($ann->get('tasks'), 503, 'database_unavailable', 'tasks');
	is_problem($ann->chat('hello', conversation => undef), 503,
	    'database_unavailable', 'chat');
	# its id is made of letters by chance
	my $body = $ann->get('tasks')->body =~ s/"request_id":"\w+"//r;
	unlike($body, qr/psql|libpq|socket|PQ|host=|role/i,
	    'nothing internal is shown');
	$app->cluster->up;
	$app->wait_ready;
	is($ann->get('tasks')->status, 200, 'served again, no restart');
};

subtest 'another schema' => sub {
	$app->sql('update migration set version = version - 1000');
	is_problem($anyone->get('/api/readyz'), 503, 'schema_mismatch',
	    'an older schema than the program needs');
	$app->sql('update migration set version = version + 1000');
	is($anyone->get('/api/readyz')->status, 200, 'ours again');
	$app->sql('insert into migration (version) values (9999)');
	is($anyone->get('/api/readyz')->status, 200,
	    'a newer one serves: migrations only grow');
	$app->sql('delete from migration where version = 9999');
};

subtest 'commands' => sub {
	my ($status, $out, $err) = $app->command('--version');
	is($status, 0, '--version');
	like($out, qr/^taskchat \d+\.\d+/, 'names program and version');
	($status, $out) = $app->command('--help');
	is($status, 0, '--help');
	like($out, qr/migrate/, 'lists the commands');
	($status, $out, $err) = $app->command('--nonsense');
	is($status >> 8, 2, 'an unknown option is a usage error');
	like($err, qr/taskchat/, 'said on standard error');
	($status, $out, $err) = $app->command('-n');
	is($status, 0, '-n: the settings are good') or diag $err;

	($status, $out) = $app->command('token', '--user', 'zoë');
	is($status, 0, 'token');
	chomp $out;
	my $zoe = $app->user('zoë', token => $out);
	is($zoe->get('tasks')->status, 200, 'and it is a good one');

	($status, $out, $err) = $app->command('check');
	is($status, 0, 'check') or diag $out, $err;
	unlike("$out$err", qr/\Q@{[ $app->secret ]}\E/, 'prints no secret');
	like($app->migrate, qr/\A/, 'migrate again does no harm');

	local $app->{settings}{threads} = 'many';
	($status, $out, $err) = $app->command('-n');
	is($status >> 8, 2, 'a bad setting');
	like($err, qr/threads.*from 1 to.*many/i,
	    'named, with what was wanted');
	local $app->{settings}{threads} = 4;
	local $app->{settings}{jwt_secret} = 'short';
	($status, $out, $err) = $app->command('-n');
	is($status >> 8, 2, 'a secret too short to be one');
	unlike($err, qr/"short"/, 'is not printed');
};

subtest 'leaving' => sub {
	is($app->stop_worker(0), 0, 'SIGTERM: a clean end');
	$app->start_worker;
	$app->wait_ready;
	is($ann->get('tasks')->status, 200, 'a new one serves at once');
};

done_testing;
