#!/usr/bin/perl
# Accounts when something happens midway: a person is deleted, a link is
# used, the database ends, a caller leaves, or everybody comes at once.
# What was begun is done or is not, and who asked is told which.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Fault;
use IO::Socket::INET;

my $app = App->new(accounts => 1, threads => 64,
    web => 'fastcgi_request_buffering off;')->start;
my $site = 'http://127.0.0.1:' . $app->port;
my $fault = Fault->new($app);
my $n = 0;

sub person(%opt) { Account->new($app, origin => $site, %opt) }

sub someone()
{
	my $who = person();
	my $r = $who->sign_up(email => 'p' . ++$n . '@example.com');
	die $r->body if $r->status != 200;
	return $who;
}

# Asked by a program with its token; the answer comes later.
sub begin($who, $path, $data)
{
	return $app->anyone->start('POST', "/api/auth/$path", json => $data,
	    headers => defined $who->bearer
	        ? { Authorization => 'Bearer ' . $who->bearer } : {});
}

sub is_down($r, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return subtest "$name: 503" => sub {
		is($r->status, 503, 'status') or diag $r->body;
		is($r->json->{code}, 'DATABASE_UNAVAILABLE', 'code');
		like($r->header('Retry-After'), qr/^[1-9]\d*$/, 'and when');
		is_deeply([$r->headers('Set-Cookie')], [], 'no cookie');
	};
}

# Delete them and let those who wait go on.
sub deleted_while($who, $begin)
{
	my $hold = $fault->hold("delete from public.\"user\" where email = '"
	    . $who->email . "'");
	my $call = $begin->();
	$hold->blocks;
	$hold->also('commit');
	$hold->release;
	return $call->reply;
}

sub is_nobody($r, $name, $code = 'UNAUTHORIZED')
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($r->status . ' ' . $r->json->{code}, "401 $code", $name)
	    or diag $r->body;
	is_deeply([$r->headers('Set-Cookie'), $r->headers('set-auth-token')],
	    [], '... and is not signed in');
}

subtest 'a person who is deleted' => sub {
	my $who = someone();
	is_nobody(deleted_while($who, sub {
		begin($who, 'update-user', { name => 'New' }) }),
	    'while they change their name');
	$who = someone();
	is_nobody(deleted_while($who, sub {
		begin(person(), 'sign-in/email', { email => $who->email,
		    password => $who->password }) }), 'while they sign in',
	    'INVALID_EMAIL_OR_PASSWORD');
	$who = someone();
	my $r = deleted_while($who, sub {
		begin($who, 'change-password', { revokeOtherSessions =>
		    JSON::PP::true, currentPassword => $who->password,
		    newPassword => 'better battery' }) });
	is($r->status . ' ' . $r->json->{code}, '400 INVALID_PASSWORD',
	    'while they take another password');
	is($app->sql('select count(*) from public.session s where not exists'
	    . ' (select from public."user" u where u.id = s."userId")'), 0,
	    'no session is left over');
};

subtest 'the database ends a statement' => sub {
	my $who = someone();
	my $hold = $fault->hold('lock table public.account in exclusive mode');
	my $call = begin($who, 'change-password', { newPassword =>
	    'better battery', currentPassword => $who->password });
	$fault->cut($hold->blocks);
	is_down($call->reply, 'change-password');
	$hold->release;
	is(person(email => $who->email, password => 'better battery')
	    ->sign_in->status, 401, 'the new password was not taken');
	is($who->sign_in->status, 200, 'the old one is as it was');
};

# Nobody has read the keys yet, and one reads for all.
subtest 'the database goes away while keys are read' => sub {
	$app->restart_workers;
	my $hold = $fault->hold(
	    'lock table public.jwks in access exclusive mode');
	my @calls = map { $app->anyone->start('GET', '/api/auth/jwks') } 1 .. 8;
	$hold->blocks;
	$app->cluster->down('INT');
	is_down($_->reply, 'the keys') for @calls;
	$hold->release;
	$app->cluster->up;
	$app->wait_ready;
	my $keys = sub { my $r = $app->anyone->get('/api/auth/jwks');
	    $r->status == 200 && $r->json->{keys} };
	is(scalar @{ until_true('the keys to be there', $keys) }, 1,
	    'then there is one key');
	ok(defined someone()->jwt, 'and it signs');
};

# They stand before a process that does not run, and then arrive together:
# half of the threads may work or wait for one.
subtest 'everybody at once' => sub {
	$app->restart_workers(settings => { password_hashes => 1 });
	my ($worker) = grep { $_->alive }
	    map { $app->worker($_) } 0 .. $app->{number} - 1;
	$worker->signal('STOP');
	my @calls = map { begin(person(), 'sign-in/email',
	    { email => "x$_\@example.com", password => 'a horse' }) } 1 .. 60;
	$worker->signal('CONT');
	my %seen;
	for my $r (map { $_->reply } @calls) {
		$seen{ $r->status }++;
		next if $r->status != 503;
		is($r->json->{code}, 'TOO_BUSY', 'too many are there');
		like($r->header('Retry-After'), qr/^[1-9]/, 'and when to come');
	}
	is(($seen{401} // 0) + ($seen{503} // 0), 60, 'all are answered');
	ok($seen{503}, 'some are sent away at once') or diag explain \%seen;
	cmp_ok($seen{401} // 0, '>=', 32, 'those who fit are served');
	is(someone()->sign_in->status, 200, 'and it goes on');
};

# Whether nginx has passed a request on by the time its caller leaves is its
# business: one after the other, until a worker meets it.
subtest 'a caller who leaves in the middle of a sentence' => sub {
	my ($s, $line);
	until_true('a worker to be left', sub {
		close $s if $s;
		($line) = grep { m{path=/api/auth/sign-in/email .*gone} }
		    $app->log_lines;
		return 1 if defined $line;
		$s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		    PeerPort => $app->port) or die $@;
		print $s "POST /api/auth/sign-in/email HTTP/1.1\r\n"
		    . "Host: x\r\nContent-Type: application/json\r\n"
		    . "Content-Length: 100\r\n\r\n" . '{"email":';
		$s->flush;
		return 0;
	});
	unlike($line, qr/level=error/, 'is no fault of ours');
	is(person()->get('ok')->status, 200, 'others are served');
};

$app->restart_workers(settings => { mail_url => 'smtp://127.0.0.1:1',
    mail_from => 'chat@example.org', verify_email => 'on' });

subtest 'a link that is used twice at once' => sub {
	my $who = person(email => 'p1@example.com');
	$who->sign_up(email => 'reset@example.com');
	is($who->post('request-password-reset', { email => $who->email })
	    ->status, 200, 'a link is asked for');
	my ($token) = $app->sql('select body from mail where to_address ='
	    . " 'reset\@example.com' order by id desc limit 1")
	    =~ m{/reset-password/(\w+)};
	my $hold = $fault->hold(
	    'lock table public.verification in exclusive mode');
	my @calls = map { begin(person(), 'reset-password', { token => $token,
	    newPassword => "battery $_ staple" }) } 1, 2;
	$hold->blocks(2);
	$hold->release;
	my @r = sort { $a->status <=> $b->status } map { $_->reply } @calls;
	is_deeply([map { $_->status } @r], [200, 400], 'works once');
	is($r[1]->json->{code}, 'INVALID_TOKEN', 'the other hears so');
};

subtest 'no mail can be left' => sub {
	my $hold = $fault->hold('lock table taskchat.mail in exclusive mode');
	my $call = begin(person(), 'sign-up/email', { name => 'Late',
	    email => 'late@example.com', password => 'correct horse' });
	$fault->cut($hold->blocks);
	is_down($call->reply, 'sign-up');
	$hold->release;
	my $late = person(email => 'late@example.com');
	is($late->sign_up(email => 'late@example.com')->status, 200,
	    'who tries again');
	is($late->sign_in->status, 403, 'is not in before the link is opened');
	like($app->wait_row('a link', "select body from mail where to_address"
	    . " = 'late\@example.com' order by id desc limit 1"),
	    qr{/api/auth/verify-email\?token=}, 'which is sent');
};

done_testing;
