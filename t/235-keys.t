#!/usr/bin/perl
# The keys our own tokens are signed with: one is made on first need, however
# many need it; a new one puts nobody out; and never is a key written beside
# one that our secret does not open.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;
use File::Copy qw(copy);
use JSON::PP ();
use MIME::Base64 qw(decode_base64url);
use Proc qw(run find_program);
use Token ();

my $app = App->new(workers => 0, pgbouncer => 0, accounts => 1)->start;
my $url = $app->cluster->url('taskchat');
my $secret = $app->auth_secret;
my $other = 'another secret of at least 32 bytes!';
my $program = $app->dir . '/keyring';
copy(App::build() . '/t/unit/keyring', $program) or die "$program: $!";
chmod 0755, $program;

# One part of t/unit/keyring.c; its results are passed on.
sub part($name, $what, $with = $secret, $to = $url)
{
	passes("$name: $what", run([$program, $to, $with, $name],
	    env => { $app->environment }));
}

sub keys_command($want, @argv)
{
	my ($status, $out, $err) = $app->command('keys', @argv);
	is($status >> 8, $want, "keys @argv: status") or diag $err;
	return ($out, $err);
}

sub count($where = 'true')
{
	return $app->sql("select count(*) from account_jwks where $where");
}

# --- one key

is((keys_command(0))[0], '', 'no key before anybody needs one');
part('first', 'twenty threads of four processes, as it were');
is(count(), 1, 'one key was made');
is(count("private_key ~ '^\"[0-9a-f]+\"\$'"), 1, 'and is sealed');
is(count("public_key ~ '\"d\"'"), 0, 'the public half is public');
my ($out) = keys_command(0);
like($out, qr/\A\S+ EdDSA \d{4}-\d\d-\d\dT[\d:.]+Z live\n\z/, 'one line');
unlike($out, qr/\Q$secret\E/, 'without the secret');

# Real processes, and none there again.  Nothing can be written until many of
# them have found that there is no key.
$app->sql('delete from account_jwks');
my $hold = Fault->new($app)->hold('lock table public.jwks in share mode');
my @children = map {
	Proc->start(name => "keyring $_", dir => $app->dir,
	    log => $app->dir . "/keyring-$_.log",
	    argv => [$program, $url, $secret, 'first'],
	    env => { $app->environment })
} 1 .. 4;
$hold->blocks(8);
$hold->release;
for (@children) {
	$_->{expected} = 1;
	$_->wait_end(seconds => 60);
	is($_->status, 0, $_->name . ' is content')
	    or diag Proc::slurp($_->{log});
}
is(count(), 1, 'one key was made by four processes');

# --- another

part('rotate', 'two processes, of which one makes a new key');
is(count(), 3, 'two more keys');
is(count('expires_at is null'), 1, 'one of them is not retired');
my ($kid) = keys_command(0, '--rotate');
like($kid, qr/\A\S+\n\z/, 'the command makes one');
chomp $kid;
($out) = keys_command(0);
is(() = $out =~ /^/mg, 4, 'four are listed');
like($out, qr/\A\Q$kid\E EdDSA \S+ live\n/, 'the new one first');
is(() = $out =~ / EdDSA \S+ retired since \S+$/mg, 3, 'the others are retired');
$app->sql("update account_jwks set expires_at = now() - interval '31 days'"
    . " where expires_at is not null");
($out) = keys_command(0);
is(() = $out =~ / - \S+ retired since /g, 3, 'and after 30 days not published');

# --- another secret

my $before = count();
part('closed', 'the newest key was sealed with another secret', $other);
{
	local $app->{settings}{auth_secret} = $other;
	my (undef, $err) = keys_command(1, '--rotate');
	like($err, qr/\Q$kid\E: auth_secret does not open it/, 'which key');
	unlike($err, qr/\Q$other\E/, 'not with what');
}
is(count(), $before, 'nothing was written');
$app->sql("update account_jwks set expires_at = now()"
    . " where expires_at is null");
part('retired', 'nor when no key is live', $other);
is(count(), $before, 'nothing was written');
is((keys_command(0, '--rotate'))[1], '', 'our own secret may');

# --- keys of somebody else

# RFC 8037, appendix A.1
my $x = '"crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"';
my $d = '"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"';
$app->sql("insert into account_jwks (id, public_key, private_key, created_at)"
    . " values ('plain', '{$x,\"kty\":\"OKP\"}', '{$d,$x,\"kty\":\"OKP\"}',"
    . " now() + interval '1 second')");
$app->sql("update account_jwks set expires_at = now() where id <> 'plain'");
part('plain', 'a site that does not seal its keys');
is(count("private_key like '{%' and id <> 'plain'"), 1,
    'a key made beside a plain one is one that the site can read');
$app->sql(q{insert into account_jwks (id, public_key, private_key, created_at)
    values ('odd', '[]', '17', now() + interval '1 minute')});
part('broken', 'no private key at all');
($out) = keys_command(0);
like($out, qr/^odd - \S+ live$/m, 'listed as what cannot be used');
$app->sql(q{update account_jwks set private_key = '{"kty":"OKP"}',
    public_key = '{"kty":"EC","crv":"P-521"}' where id = 'odd'});
part('broken', 'half a key');
$app->sql(q[update account_jwks set private_key = '"00"', public_key = '{']
    . q[ where id = 'odd']);
part('broken', 'no JSON');

# --- over HTTP

$app->sql('delete from account_jwks');
$app->start_worker for 1 .. 4;
$app->wait_ready;
my $page = $app->anyone;
my @calls = map { $page->start(GET => '/api/auth/jwks') } 1 .. 20;
my %said;
for (map { $_->reply } @calls) {
	$said{ $_->status . ' ' . join ',',
	    map { $_->{kid} } @{ $_->json->{keys} // [] } }++;
}
my $one = $app->sql('select id from account_jwks');
is_deeply(\%said, { "200 $one" => 20 },
    'twenty ask four workers: one key, and each is told of it');
my $reply = $page->post('/api/auth/sign-up/email', { name => 'Ann',
    email => 'ann@example.com', password => 'a horse and a battery' });
is($reply->status, 200, 'somebody signs up');
my $session = $reply->header('set-auth-token');
sub jwt()
{
	return $page->get('/api/auth/token', token => $session)->json->{token};
}
sub kid($token)
{
	return JSON::PP::decode_json(decode_base64url($token =~ s/\..*//r))
	    ->{kid};
}
my $me = $app->sql('select id from account_user');
sub lets_in($token, $what)
{
	is($page->get("/api/$me/tasks", token => $token)->status, 200, $what)
	    for 1 .. 8;
}
my $old = jwt();
is(kid($old), $one, 'a token is signed with that key');
lets_in($old, 'and accepted');
chomp(my $two = (keys_command(0, '--rotate'))[0]);
$app->restart_workers;
my $new = jwt();
is(kid($new), $two, 'after a rotation the new key signs');
lets_in($_, 'old and new tokens are accepted') for $old, $new;
is_deeply([map { $_->{kid} } @{ $page->get('/api/auth/jwks')
    ->json->{keys} }], [$two, $one], 'both keys are published');
my ($list) = map { $_->json->{keys}[0] } $page->get('/api/auth/jwks');
is_deeply([sort keys %$list], [qw(alg crv kid kty x)],
    'with what Better Auth publishes of a key, and no more');

# --- tokens of a site that shares the tables

SKIP: {
	skip('openssl is not installed', 1) if !find_program('openssl');
	subtest 'a token of the site' => sub {
		my $pair = Token::key_pair($app->dir, 'site', 'EdDSA');
		my $jwk = JSON::PP::encode_json(Token::jwk($pair));
		$app->sql('insert into account_jwks (id, public_key,'
		    . ' private_key, created_at, expires_at) values (\'odd\','
		    . " '{}', '\"00\"', now() - interval '2 hours', now())");
		$app->restart_workers;
		lets_in($new, 'a key that cannot be used changes nothing');
		$app->sql('insert into account_jwks (id, public_key,'
		    . ' private_key, created_at, expires_at) values (\'site\','
		    . " '$jwk', '\"00\"', now() - interval '1 hour', now())");
		my $site = 'http://127.0.0.1:' . $app->port;
		my $try = sub (%claims) {
			my $r = $page->get("/api/$me/tasks", token =>
			    Token::mint_with($pair, { sub => $me, iss => $site,
			    aud => $site, %claims }, header =>
			    { kid => 'site' }));
			return $r->status == 200 ? 'in' : $app->log_of($r);
		};
		my ($sid) = $app->sql('select id from account_session');
		is($try->(), 'in', 'which names no session');
		is($try->(sid => $sid), 'in', 'which names one');
		like($try->(sid => 'x'), qr/its session has ended/,
		    'which names one that is none');
		like($try->(sid => 7), qr/sid is not a string/,
		    'which names it by a number');
		like($try->(sid => undef, aud => 'https://else.example'),
		    qr/audience/, 'which is for others');
		my $told = qr/level=warn .*keys that cannot be used: odd/;
		my @told = grep { $_ } map { scalar(() = Proc::slurp($_)
		    =~ /$told/g) } glob $app->dir . '/worker-*.log';
		is_deeply(\@told, [map { 1 } @told], 'a key that cannot be'
		    . ' used is told once, however often keys are read');
		ok(@told > 0, 'but told');
		$app->sql("delete from account_jwks where id in ('site', 'odd')");
	};
}

# --- in plain words

sub check($token)
{
	my ($status, $out, $err) = run([$app->{binary}, '-f', $app->conf,
	    'token', '--check', '-'], input => $token,
	    env => { $app->environment });
	return ($status >> 8, $out, $err);
}

{
	my ($status, $out) = check($new);
	is($status, 0, 'token --check knows our own tokens');
	like($out, qr/^User: +\Q$me\E$/m, 'whose it is');
	like($out, qr/^Session: +not ended$/m, 'and asks for the session');
	my $gone = $page->post('/api/auth/sign-in/email', { email =>
	    'ann@example.com', password => 'a horse and a battery' });
	my %by = (token => $gone->header('set-auth-token'));
	my $ended = $page->get('/api/auth/token', %by)->json->{token};
	$page->post('/api/auth/sign-out', {}, %by);
	($status, $out) = check($ended);
	is($status, 1, 'after sign-out');
	like($out, qr/^Session: +REFUSED: .*its session has ended/m, 'why');
	local $app->{settings}{database_url} = '';
	($status, $out) = check($new);
	is($status, 1, 'without a database');
	like($out, qr/^Key: +REFUSED: .*database has its keys/m, 'why');
	$app->{settings}{database_url} = 'host=' . $app->dir . ' dbname=none';
	($status, $out) = check($new);
	is($status, 1, 'with one that is not there');
	like($out, qr/^Key: +REFUSED: read the signing keys/m, 'why');
}

$app->sql('update account_jwks set private_key = \'"00"\'');
$app->restart_workers;
$app->expect_log(qr/auth_secret does not open it/);
is($page->get('/api/auth/token', token => $session)->status, 500,
    'a key that does not open signs nothing');
lets_in($old, 'what it signed stays good');
is(count(), 2, 'and no key is written');
$app->stop_worker($_) for grep { $app->worker($_)->alive } 0 .. 11;

# --- without

part('away', 'no database', $secret,
    'host=' . $app->dir . ' dbname=nonexistent');
for ([accounts => 'off', qr/accounts: not set; .*\(accounts = on\)/],
    [database_url => '', qr/database_url: not set/]) {
	my ($name, $value, $want) = @$_;
	local $app->{settings}{$name} = $value;
	like((keys_command(2))[1], $want, "$name = '$value'");
}
$app->sql('drop view account_jwks');
like((keys_command(2))[1], qr/run taskchat migrate/, 'no tables yet');
like((keys_command(2, '--rotate'))[1], qr/run taskchat migrate/,
    'nothing to write into');
like((keys_command(2, '--hours', 3))[1], qr/does not go with/, 'options');

done_testing;
