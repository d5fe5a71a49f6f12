#!/usr/bin/perl
# Programs that may ask people for access: those that describe themselves at
# an address of their own, which may be anybody's and lead anywhere, and those
# that an operator registers.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Digest::SHA qw(sha256_hex);
use Document;
use Encode qw(encode_utf8);
use File::Copy qw(copy);
use JSON::PP ();
use Proc qw(run);
use Upstream ();

my $missing = Upstream::missing();
plan(skip_all => $missing) if $missing;

my $app = App->new(accounts => 1, bare_ids => 'jwt', pgbouncer => 0)->start;
my $host = Document->start($app->dir);
my $reader = $app->dir . '/client_document';
copy(App::build() . '/t/unit/client_document', $reader)
    or die "$reader: $!";
chmod 0755, $reader;

# Read a description as the service does: "ok 3600 localhost:1 An app", or
# "client_invalid 0 For the caller. | for the log".
sub read_one($id, $hosts = 'localhost', $ca = $host->ca_file)
{
	my ($status, $out, $err) = run([$reader, $id, $hosts, $ca],
	    env => { $app->environment });
	diag($err) if $err ne '';
	chomp $out;
	return $out;
}

sub refused($path, $code, $why, $what)
{
	my $said = read_one($host->id($path));
	like($said, qr/^$code \d+ .*$why/, $what);
}

# --- what it takes

my $port = $host->port;
$host->describe('/good');
is(read_one($host->id('/good')), "ok 3600 localhost:$port An app",
    'a description is read');
is($host->asked('/good'), 1, 'once');
for (['max-age=600', 600], ['max-age=1', 60], ['no-store', 60],
    ['max-age=999999', 86400]) {
	$host->describe('/kept', headers => "Cache-Control: $_->[0]\r\n");
	like(read_one($host->id('/kept')), qr/^ok $_->[1] /,
	    "Cache-Control: $_->[0]");
}
$host->describe('/typed', type => 'application/oauth+json');
like(read_one($host->id('/typed')), qr/^ok /, 'another JSON type');
$host->describe('/typed', type => 'Application/JSON; charset=utf-8');
like(read_one($host->id('/typed')), qr/^ok /, 'a type with a parameter');
{
	my $most = $host->description('/most', x => '');
	$host->put('/most', $host->description('/most',
	    x => 'x' x (16 * 1024 - length $most)));
	like(read_one($host->id('/most')), qr/^ok /, 'as long as may be');
	$host->put('/most', $host->description('/most',
	    x => 'x' x (16 * 1024 - length($most) + 1)));
	refused('/most', 'client_invalid', 'longer than 16384 bytes',
	    'one byte more');
}

# --- what is wrong with it

$host->describe('/other', id => $host->id('/good'));
refused('/other', 'client_invalid', 'client_id in it is not the address',
    'somebody else\'s');
$host->put('/large', 'x' x 2_000_000);
refused('/large', 'client_invalid', 'longer than', 'far too long');
$host->describe('/html', type => 'text/html');
refused('/html', 'client_invalid', 'application/json', 'a page');
$host->describe('/secret', client_secret => 'x');
refused('/secret', 'client_invalid', 'client_secret', 'one with a secret');
$host->put('/broken', '{"client_id":');
refused('/broken', 'client_invalid', 'not JSON', 'half a text');
$host->put('/empty');
refused('/empty', 'client_invalid', 'not JSON', 'nothing');
for my $status (301, 302, 307, 308) {
	$host->put('/moved', '', status => $status,
	    headers => 'Location: ' . $host->id('/good') . "\r\n");
	my $before = $host->asked('/good');
	refused('/moved', 'client_invalid', "status $status, and redirects",
	    "a redirect ($status)");
	is($host->asked('/good'), $before, '... is not followed');
}
$host->describe('/no', status => $_), refused('/no', 'client_invalid',
    "status $_", "status $_") for 201, 204, 404, 410;
$host->describe('/no', status => $_), refused('/no', 'client_unreachable',
    "status $_", "status $_: perhaps later") for 408, 429, 500, 503;

# --- what does not come

$host->describe('/cut', cut => 5);
refused('/cut', 'client_unreachable', 'cannot be read just now', 'cut short');
$host->put('/slow', '', hang => 1);
refused('/slow', 'client_unreachable', 'deadline', 'no answer in time');
for (qw(expired other-host self-signed)) {
	$host->be($_);
	my $before = $host->asked('/good');
	refused('/good', 'client_unreachable', 'fetch: ',
	    "a certificate that is no good: $_");
	is($host->asked('/good'), $before, '... and nothing was asked');
}
$host->be('good');
like(read_one($host->id('/good'), 'localhost', ''),
    qr/^client_unreachable /, 'an authority nobody knows');
like(read_one($host->id('/good')), qr/^ok /, 'all is well again');

# --- where it may be

{
	my $before = $host->came;
	my %other = map { $_ => $host->id('/good', $_) } qw(127.0.0.1
	    127.1 0x7f000001 2130706433 0 [::1] [::ffff:127.0.0.1]
	    localhost a.b.localhost);
	for (sort keys %other) {
		next if /::/ && !has_six();
		like(read_one($other{$_}, ''),
		    qr/^client_invalid \d+ .*no public address/,
		    "$_ is not public");
	}
	like(read_one('https://169.254.169.254/latest/meta-data', ''),
	    qr/^client_invalid .*no public address/, 'nor is a metadata host');
	like(read_one('https://10.0.0.1/c', ''),
	    qr/^client_invalid .*no public address/, 'nor a private one');
	like(read_one($other{'a.b.localhost'}, '*.b.localhost'),
	    qr/^client_invalid .*no public address/,
	    'a star does not open the wall');
	like(read_one($other{$_}, 'claude.ai, *.example.org'),
	    qr/^client_invalid .*host may not ask/, "$_ is not listed")
	    for 'localhost', '127.0.0.1';
	is($host->came, $before, 'and nobody was asked any of this');
	$host->describe('/named', id => $other{'127.0.0.1'} =~ s/good$/named/r);
	like(read_one($host->id('/named', '127.0.0.1'),
	    'claude.ai, 127.0.0.1'), qr/^ok /, 'one that is named is');
}
like(read_one($_), qr/^client_invalid .*none that it may have/,
    "$_ is no address for it")
    for "http://localhost:$port/good", $host->id('/'),
    $host->id('/a/../good'), $host->id('/good#x'),
    "https://ann\@localhost:$port/good", 'file:///etc/passwd';
$host->stop;
like(read_one($host->id('/good')), qr/^client_unreachable /,
    'a host that is down');

# --- registered by an operator

sub client($want, @argv)
{
	my ($status, $out, $err) = $app->command('client', @argv);
	is($status >> 8, $want, "client @argv: status") or diag $err;
	return ($out, $err);
}

my $line = qr/\d{4}-\d\d-\d\dT[\d:.]+Z/;
is((client(0))[0], '', 'no program is registered');
my ($made) = client(0, '--add', encode_utf8('Büro App'), '--redirect',
    'https://app.example/back', '--redirect', 'http://localhost/b?x=%20y');
like($made, qr/\Atcc_[\w-]{43}\n\z/, 'an id');
chomp(my $public = $made);
($made) = client(0, qw(--secret --redirect app:/back --add), 'A server');
like($made, qr/\Atcc_[\w-]{43}\ntcs_[\w-]{43}\n\z/, 'an id and a secret');
my ($server, $secret) = split /\n/, $made;
my ($list, $err) = client(0);
is($list =~ s/$line/WHEN/gr, "$public WHEN public Büro App\n"
    . "\thttps://app.example/back\n\thttp://localhost/b?x=%20y\n"
    . "$server WHEN secret A server\n\tapp:/back\n",
    'both are listed, the first one first');
unlike($list, qr/\Q$secret\E/, 'without the secret');
is($app->sql("select encode(secret_hash, 'hex') from taskchat.oauth_client"
    . " where id = '$server'"), sha256_hex($secret), 'which is kept as a hash');
is($app->sql("select count(*) from taskchat.oauth_client c"
    . " where c::text like '%$secret%'"), 0, 'and nowhere else');

$app->sql("insert into taskchat.oauth_grant (user_id, id, client_id,"
    . " registered_id, client_name, scopes, resource, expires_at) select"
    . " 'ann', gen_random_uuid(), id, id, name, '{tasks:read}', 'x',"
    . " now() + interval '1 day' from taskchat.oauth_client");
is((client(0, '--remove', $server))[0], '', 'one is removed');
is($app->sql('select registered_id from taskchat.oauth_grant'), $public,
    'what was granted to it goes with it, and nothing else');
unlike((client(0))[0], qr/\Q$server\E/, 'it is not listed any more');
for ($server, 'tcc_nobody', $host->id('/good'), '') {
	($list, $err) = client(1, '--remove', $_);
	is($err, "taskchat: client --remove: no such program is"
	    . " registered\n", '... there is none');
}
like((client(0))[0], qr/\A\Q$public\E /, 'the other one is still there');

# A program that describes itself is none of the operator's.
$app->sql("select taskchat.oauth_client_keep('https://a.example/c', 'x', null,"
    . " 'a.example', '[]', 60)");
client(1, '--remove', 'https://a.example/c');
unlike((client(0))[0], qr/a\.example\/c/, 'nor listed');

# Before the migration: what is missing is said.
$app->cluster->sql('create database empty owner taskchat_owner',
    db => 'postgres');
{
	local $app->{settings}{database_url} =
	    $app->cluster->url('taskchat', 'empty');
	for (['--add', 'x', '--redirect', 'app:/b'], ['--remove', 'x'], []) {
		($list, $err) = client(1, @$_);
		is($list, '', 'nothing on standard output');
		like($err, qr/\Ataskchat: .+\n\z/, 'one line says why');
	}
}

# --- what people see of it

my $ann = $app->user('ann');

sub ask($id, %more)
{
	return $ann->get('/api/oauth/consent?' . Client::query(
	    client_id => $id, redirect_uri => 'https://app.example/back',
	    response_type => 'code', state => 'x', code_challenge => 'A' x 43,
	    code_challenge_method => 'S256', %more));
}

$host->up;
{
	my $before = $host->came;
	my $reply = ask($host->id('/good'));
	is_problem($reply, 400, 'client_invalid', 'a private address');
	like($reply->json->{detail}, qr/no public address/, 'that is said');
	unlike($reply->body, qr/127\.0\.0|::1/, '... and not which');
	is_problem(ask('https://169.254.169.254/latest/meta-data'), 400,
	    'client_invalid', 'nor can one be asked for by itself');
	is($host->came, $before, 'nobody was asked');
}
$app->restart_workers(settings => { oauth_client_hosts => 'localhost',
    oauth_ca_file => $host->ca_file });
$host->describe('/seen', client_name => "An \x{202e}app\n of Büro",
    client_uri => 'https://app.example/', redirect_uris => [
    'https://app.example/back', 'http://127.0.0.1/cb']);
{
	my $reply = ask($host->id('/seen'));
	is($reply->status, 200, 'a host that is listed') or diag $reply->body;
	is_deeply($reply->json->{client}, { id => $host->id('/seen'),
	    name => 'An app of Büro', host => "localhost:$port",
	    uri => 'https://app.example/', registered => JSON::PP::false },
	    'the program, and who vouches for it');
	is(ask($host->id('/seen'),
	    redirect_uri => 'http://127.0.0.1:50123/cb')->status, 200,
	    'its own machine, any port');
	is_problem(ask($host->id('/seen'), redirect_uri => $_), 400,
	    'redirect_invalid', "not $_") for 'https://app.example/back/',
	    'https://app.example:8443/back', 'http://localhost/cb',
	    'http://127.0.0.1:50123/cb?x', 'javascript:alert(1)';
	is($host->asked('/seen'), 1, 'all of it was read once');
}

# While what is kept has had its time, the host may be worse than down.
my $stale = sub ($path) {
	$app->sql("update taskchat.oauth_client set fresh_until = now()"
	    . " - interval '1 hour' where id = '" . $host->id($path) . "'");
};
for (['cut short', cut => 9], ['500', status => 500]) {
	my ($what, @how) = @$_;
	$host->describe('/seen', client_name => 'Another', @how);
	$stale->('/seen');
	is(ask($host->id('/seen'))->json->{client}{name}, 'An app of Büro',
	    "$what: what is kept serves");
	$host->describe('/new', @how);
	is_problem(ask($host->id('/new')), 502, 'client_unreachable',
	    "$what: of a new one there is nothing");
}
$host->describe('/seen', client_name => 'Another', id => $host->id('/good'));
$stale->('/seen');
is_problem(ask($host->id('/seen')), 400, 'client_invalid',
    'a host that says something wrong is heard');
$host->describe('/seen', client_name => 'Another');
is(ask($host->id('/seen'))->json->{client}{name}, 'Another',
    'and when it says something new');
$app->expect_log(qr/client_unreachable/);

# The operator's are there at once, and gone at once.
is(ask($public)->json->{client}{name}, 'Büro App', 'one that is registered');
is(ask($public)->json->{client}{host}, undef, 'nobody vouches for it');
is(ask($public, redirect_uri => 'http://localhost:7/b?x=%20y')->status, 200,
    'its own machine, any port');
is_problem(ask($public, redirect_uri => 'http://localhost:7/b'), 400,
    'redirect_invalid', 'the same path and query');
client(0, '--remove', $public);
is_problem(ask($public), 400, 'client_invalid', 'removed');

# One person does not have us ask the whole world.
my $status;
for (1 .. 40) {
	$status = ask($host->id("/no$_"))->status;
	last if $status == 429;
}
is($status, 429, 'so many descriptions, and then no more for a while');
$host->stop;

sub has_six()
{
	return socket(my $s, Socket::AF_INET6(), Socket::SOCK_STREAM(), 0);
}

done_testing;
