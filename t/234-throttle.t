#!/usr/bin/perl
# Attempts are counted in Postgres, for all workers together, before any
# work is done for them; and a flood of sign-ins does not keep the chats.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;

my $site = 'http://chat.example.org';
my $app = App->new(accounts => 'on', public_url => $site,
    auth_secret => 'a-test-secret-of-at-least-32-characters!', workers => 2,
    attempts_ip => 1000, attempts_account => 3, password_hashes => 1,
    web => 'set_real_ip_from 127.0.0.1; real_ip_header X-Test-Address;')
    ->start;
my $n = 0;

sub person(%opt) { Account->new($app, origin => $site, %opt) }

sub someone()
{
	my $who = person();
	$who->sign_up(email => 'p' . ++$n . '@example.com')->status == 200
	    or die;
	return $who;
}

sub throttled($r, $name)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return subtest "$name: 429" => sub {
		is($r->status, 429, 'status') or diag $r->body;
		is_deeply($r->json, { message =>
		    'Too many requests. Please try again later.' }, 'body');
		like($r->header('Retry-After'), qr/^[1-9]\d*$/,
		    'Retry-After');
		is($r->header('X-Retry-After'), $r->header('Retry-After'),
		    'X-Retry-After');
	};
}

# As if so many seconds had gone by.
sub later($seconds)
{
	$app->sql('update throttle set ' . join ', ', map { "$_ = $_ - "
	    . "interval '$seconds seconds'" } qw(expires_at blocked_until
	    lock_ends));
}

# Which worker served it?
sub workers_of(@replies)
{
	my %seen;
	for my $log (glob $app->dir . '/worker-*.log') {
		my $text = Proc::slurp($log);
		for (@replies) {
			my $id = $_->header('X-Request-Id');
			$seen{$log}++ if $text =~ /id=\Q$id\E /;
		}
	}
	return scalar keys %seen;
}

subtest 'one account' => sub {
	my $who = someone();
	my @wrong = map { $who->sign_in(password => 'wrong horse') } 1 .. 3;
	is($_->status, 401, 'wrong') for @wrong;
	my $first = $who->sign_in;
	throttled($first, 'even with the right one');
	my $lost = person(email => 'nobody@example.com');
	is($lost->sign_in->status, 401, 'nobody') for 1 .. 3;
	my $other = $lost->sign_in;
	throttled($other, 'nobody\'s account');
	is_deeply([$other->body, $other->header('Retry-After')],
	    [$first->body, $first->header('Retry-After')],
	    'not to be told apart');
	is(someone()->sign_in->status, 200, 'others are free to');
	like($app->log_of($first), qr/ db_calls=1$/, 'no work was done');
};

# Ten networks use up what an account has for all of them.
subtest 'a stranger keeps nobody else out' => sub {
	my $who = someone();
	my $from = sub ($address, %opt) { $who->post('sign-in/email',
	    { email => $who->email, password => $who->password, %opt },
	    headers => { 'X-Test-Address' => $address }) };
	$from->('192.0.2.1', password => 'wrong horse') for 1 .. 3;
	throttled($from->('192.0.2.1'), 'the stranger');
	throttled($from->('192.0.2.1'), 'however often') for 1 .. 5;
	is($from->('192.0.2.2')->status, 200, 'the owner is let in');
	for my $n (3 .. 12) {
		is($from->("192.0.2.$n", password => 'wrong horse')->status,
		    401, "network $n") for 1 .. 2;
	}
	$from->("192.0.2.$_", password => 'wrong horse') for 13 .. 20;
	my $r = $from->('192.0.2.2');
	throttled($r, 'from all over the world, it is the account');
	cmp_ok($r->header('Retry-After'), '<=', 900, 'for a while');
	throttled($from->('192.0.2.2'), 'and not for longer') for 1 .. 3;
	later(900);
	is($from->('192.0.2.2')->status, 200, 'then it is over');
};

subtest 'longer and longer' => sub {
	my $who = someone();
	$who->sign_in(password => 'wrong horse') for 1 .. 3;
	my @wait;
	for (1 .. 4) {
		my $r = $who->sign_in(password => 'wrong horse');
		throttled($r, 'too soon');
		push @wait, $r->header('Retry-After');
		later($wait[-1]);
		is($who->sign_in(password => 'wrong horse')->status, 401,
		    "after $wait[-1] s");
	}
	cmp_ok($wait[$_], '>', $wait[$_ - 1], "$wait[$_] s is longer")
	    for 1 .. 3;
	my $r = $who->sign_in;
	throttled($r, 'the right one too');
	later($r->header('Retry-After'));
	is($who->sign_in->status, 200, 'is right after that');
	is($app->sql("select count(*) from throttle where key like"
	    . " 'password " . $who->email . " from %'"), 0,
	    'a success clears the count');
	is($who->sign_in(password => 'wrong horse')->status, 401,
	    'it begins anew') for 1 .. 3;
	later(3600);
	is($who->sign_in->status, 200, 'nobody is kept out for long');
};

subtest 'passwords asked for inside' => sub {
	for my $door (['change-password', { newPassword => 'better battery',
	    currentPassword => 'wrong' }], ['verify-password', { password =>
	    'wrong' }], ['delete-user', { password => 'wrong' }]) {
		my $who = someone();
		my ($path, $data) = @$door;
		is($who->post($path, $data)->json->{code}, 'INVALID_PASSWORD',
		    "$path: wrong") for 1 .. 3;
		throttled($who->post($path, $data), $path);
		throttled($who->sign_in, 'and sign-in');
		ok(defined $who->session, 'the session goes on');
		is($app->anyone->get('/api/' . $who->session->{user}{id}
		    . '/tasks', token => $who->jwt)->status, 200,
		    'and its chats');
	}
};

subtest 'two workers, one count' => sub {
	my $who = someone();
	my @replies;
	until_true('both workers to have answered', sub {
		push @replies, person()->get('ok');
		workers_of(@replies) == 2;
	});
	my @calls = map { $app->anyone->start('POST',
	    '/api/auth/sign-in/email', json => { email => $who->email,
	    password => 'wrong horse' }) } 1 .. 12;
	my %seen;
	$seen{ $_->reply->status }++ for @calls;
	cmp_ok($seen{401} // 0, '<=', 3, 'three attempts at most');
	is($seen{429}, 9, 'nine of twelve were refused') or
	    diag explain \%seen;
	$app->restart_workers;
	throttled($who->sign_in, 'new workers know it');
};

subtest 'chats go on while passwords wait' => sub {
	my $who = someone();
	my $jwt = $who->jwt;
	my $chat = $app->user($who->session->{user}{id}, token => $jwt);
	my @flood = map { $app->anyone->start('POST',
	    '/api/auth/sign-in/email', json => { email => "f$_\@example.com",
	    password => 'some long password' }) } 1 .. 20;
	is_answer($chat->chat("Add a task to buy milk $_"), "chat $_")
	    for 1 .. 5;
	my %seen;
	for my $call (@flood) {
		my $r = $call->reply;
		$seen{ $r->status }++;
		next if $r->status != 503;
		ok(length $r->json->{message}, 'too busy says so');
		like($r->header('Retry-After'), qr/^[1-9]/, 'and when');
	}
	is(($seen{401} // 0) + ($seen{503} // 0), 20,
	    'the others were checked, or sent away') or diag explain \%seen;
	ok($seen{401}, 'some were checked');
	is(scalar $chat->titles, 5, 'no chat was lost');
};

$app->restart_workers(settings => { threads => 4 }, workers => 1);

# Otherwise all four would wait, and nobody be there for anything else.
subtest 'no more than half of the threads wait for passwords' => sub {
	my @flood = map { $app->anyone->start('POST',
	    '/api/auth/sign-in/email', json => { email => "h$_\@example.com",
	    password => 'some long password' }) } 1 .. 16;
	my %seen;
	$seen{ $_->reply->status }++ for @flood;
	is(($seen{401} // 0) + ($seen{503} // 0), 16, 'all were answered');
	ok($seen{$_}, "some were answered $_") for 401, 503;
};

$app->restart_workers(workers => 2, settings => { attempts_ip => 4,
    attempts_account => 1000 });
$app->sql('delete from throttle');

subtest 'one address' => sub {
	my @did = ($app->anyone->post('/api/auth/sign-in/email',
	    { email => 'a@example.com', password => 'x' }),
	    person(email => 'b@example.com')->sign_in,
	    person()->sign_up(email => 'c@example.com'),
	    person()->post('reset-password', { token => 'x',
	        newPassword => 'better battery' }));
	is_deeply([map { $_->status } @did], [401, 401, 200, 400], 'four');
	throttled(person(email => 'd@example.com')->sign_in, 'sign-in');
	throttled(person()->sign_up(email => 'e@example.com'), 'sign-up');
	throttled(person()->post('reset-password', { token => 'x',
	    newPassword => 'better battery' }), 'reset');
	is(person()->get('get-session')->status, 200, 'reading is free');
	is($app->sql("select string_agg(key, ' ') from throttle where key"
	    . " like 'ip %'"), 'ip 127.0.0.1', 'by the caller\'s address');
	is(person()->post('sign-in/email', { email => 'x@example.com',
	    password => 'y' }, headers => { 'X-Forwarded-For' => '1.2.3.4' })
	    ->status, 429, 'as the web server has it');
	later(60);
	is(person(email => 'd@example.com')->sign_in->status, 401,
	    'a minute later');
	for my $ip ('192.0.2.7', '2001:db8:1:2:3:4:5:6',
	    '2001:db8:1:2:ffff::1', '2001:db8:1:3::1', '::ffff:192.0.2.7') {
		person()->post('sign-in/email', { email => 'x@example.com',
		    password => 'y' }, headers => { 'X-Test-Address' => $ip });
	}
	is($app->sql("select string_agg(key || ' ' || count, ', ' order by"
	    . " key collate \"C\") from throttle where key like 'ip %'"
	    . " and key not like '%127%'"), 'ip 192.0.2.7 2, '
	    . 'ip 2001:db8:1:2::/64 2, ip 2001:db8:1:3::/64 1',
	    'one network of IPv6 is one caller');
};

$app->restart_workers(settings => { mail_url => 'smtp://127.0.0.1:1',
    mail_from => 'chat@example.org' });

subtest 'messages to one address' => sub {
	$app->sql('delete from throttle');
	my $who = someone();
	my @doors = (['request-password-reset'],
	    ['send-verification-email'], ['request-password-reset']);
	for my $email ($who->email, 'nobody@example.com') {
		is(person()->post($_->[0], { email => $email })->status, 200,
		    $_->[0]) for @doors;
		throttled(person()->post($_->[0], { email => $email }),
		    "$_->[0] to $email") for @doors;
	}
	is($app->sql("select count(*) from mail where to_address = '"
	    . $who->email . "'"), 3, 'three messages');
};

done_testing;
