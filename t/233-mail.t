#!/usr/bin/perl
# Mail that waits in the database goes out once: through a command and by
# SMTP, over TLS to any other machine, after a worker's death, a server's
# bad day and a refusal; and neither an address nor a text gets into a log.
use v5.36;
use utf8;
use Encode qw(decode encode);
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;
use MIME::QuotedPrint qw(decode_qp);
use POSIX ();
use Smtp;

my $token = 'AbCdEfGhIjKlMnOpQrStUvWx';
my $text = "Grüße, Ann!\n\n.\nhttps://chat.example.org/reset?token=$token\n"
    . 'words and words ' x 20 . "\nFrom me \n";
my $app = App->new(workers => 0, mail_from =>
    encode('UTF-8', 'Chät <chat@example.org>'))->start;
my $fault = Fault->new($app);

# A row of table mail; its id.
sub post($to = 'ann@example.net', %more)
{
	my %row = (subject => 'Zurücksetzen: your password', body => $text,
	    attempts => 0, to_address => $to, %more);
	return scalar $app->sql('insert into mail ('
	    . join(', ', sort keys %row) . ') values (' . join(', ', map {
		defined $row{$_} ? "'" . $row{$_} =~ s/'/''/gr . "'" : 'null'
	    } sort keys %row) . ') returning id');
}

sub row($id) { ($app->rows("select *, due_at > now() as later from mail"
    . " where id = $id"))[0] }

# A statement may take ten seconds when the database was away, and five
# later comes the next.
sub wait_gone($id)
{
	until_true("mail $id to be forgotten", sub { scalar $app->sql(
	    "select 1 where not exists (select 1 from mail where id = $id)")
	}, seconds => 60);
}

# As if its time had come.
sub make_due($id)
{
	$app->sql('update mail set due_at = now(), leased_until = null'
	    . " where id = $id");
}

# With a worker that has these settings, which looks for mail as it starts.
sub with_worker($settings, $do)
{
	my $n = $app->start_worker(settings => $settings);
	$do->($n);
	is($app->stop_worker($n), 0, 'the worker leaves');
}

sub wait_log($id, $what) { $app->wait_log(qr/mail $id \Q$what\E/) }

# It failed and will be tried again; the log line.
sub is_put_off($id, $why)
{
	my $line = wait_log($id, 'not sent, again in ');
	like($line, qr/level=warn .*$why/, 'the log says why');
	$app->wait_row('it to be put back', "select 1 from mail where id ="
	    . " $id and leased_until is null and due_at > now()");
}

sub is_given_up($id, $why)
{
	my $line = wait_log($id, 'given up');
	like($line, qr/level=error .*$why/, 'the log says why, once');
	wait_gone($id);
	pass('and it is forgotten');
}

sub is_message($sent, $name)
{
	my ($head, $body) = split /\r?\n\r?\n/, $sent, 2;
	$head =~ s/\r?\n //g;
	my %head = $head =~ /^([\w-]+): (.*?)\r?$/mg;
	is($head{To}, '<ann@example.net>', "$name: to her");
	is(decode('MIME-Header', $head{From}), 'Chät<chat@example.org>',
	    'from us');
	is(decode('MIME-Header', $head{Subject}),
	    'Zurücksetzen: your password', 'the subject');
	is(decode('UTF-8', decode_qp($body) =~ s/\r\n/\n/gr), $text,
	    'the text');
	ok(!(grep { length > 76 } split /\r?\n/, $sent), 'no long line');
}

$app->expect_log(qr/level=error .*mail \d+ given up/);

subtest 'a command' => sub {
	my $script = $app->dir . '/post';
	open my $fh, '>', $script or die "$script: $!";
	print $fh <<"END";
#!/bin/sh
[ -e \$0.broken ] && { echo "cannot, <ann\@example.net>" >&2; exit 75; }
[ -e \$0.unknown ] && { cat >&2; exit 67; }
cat >>"\$0.\$1"
END
	close $fh or die "$script: $!";
	chmod 0755, $script;
	my $id = post();
	my $way = { mail_command => "$script -t" };
	with_worker($way, sub ($n) {
		wait_gone($id);
		wait_log($id, 'sent');
	});
	open $fh, '<:raw', "$script.-t" or die "$script.-t: $!";
	is_message(do { local $/; <$fh> }, 'to a command');
	close $fh;

	open $fh, '>', "$script.broken" or die $!;
	$id = post();
	with_worker($way, sub ($n) {
		is_put_off($id, 'mail_command exited 75: cannot, <\*\*\*>');
	});
	rename "$script.broken", "$script.unknown" or die $!;
	make_due($id);
	with_worker($way, sub ($n) {
		is_given_up($id, 'mail_command exited 67');
	});
};

my $smtp = Smtp->start;
my $way = { mail_url => $smtp->url };

subtest 'a server' => sub {
	my $id = post();
	with_worker($way, sub ($n) {
		wait_gone($id);
		wait_log($id, 'sent');
	});
	my ($mail) = $smtp->mails;
	is($mail->{from}, 'chat@example.org', 'from');
	is_deeply($mail->{to}, ['ann@example.net'], 'to');
	is_message($mail->{text}, 'to a server');
};

subtest 'nobody' => sub {
	my $before = $smtp->connections;
	my $id = post(undef);
	with_worker($way, sub ($n) { wait_gone($id) });
	is($smtp->connections, $before, 'there was no connection');
};

subtest 'a server that does not take it' => sub {
	my $before = $smtp->mails;
	for ([RCPT => '450 4.2.0 later', 'RCPT failed: 450'],
	    [TEXT => '451 4.3.0 later', '451'],
	    [GREETING => '554 5.0.0 not you', '554'],
	    [EHLO => { cut => 1 }, 'SMTP'],
	    [TEXT => { cut => 1 }, 'SMTP']) {
		my ($at, $say, $why) = @$_;
		$smtp->order(at => $at, ref $say ? %$say : (say => $say));
		my $id = post();
		with_worker($way, sub ($n) { is_put_off($id, $why) });
		is(row($id)->{attempts}, 1, "$at: tried again later");
		$app->sql("delete from mail");
	}
	for ([RCPT => '550 5.1.1 nobody', 'RCPT failed'],
	    [MAIL => '553 5.1.8 not you', 'MAIL failed: 553'],
	    [DATA => '554 5.7.1 no', 'DATA failed: 554'],
	    [TEXT => '554 5.7.1 spam', '554']) {
		my ($at, $say, $why) = @$_;
		$smtp->order(at => $at, say => $say);
		my $id = post();
		with_worker($way, sub ($n) { is_given_up($id, $why) });
	}
	is($smtp->mails, $before, 'nothing was taken');
	$smtp->clear;
};

subtest 'a message has six attempts' => sub {
	$smtp->order(at => 'RCPT', say => '450 4.2.0 later');
	my ($fifth, $sixth) = map { post(undef, attempts => $_,
	    to_address => 'ann@example.net') } 4, 5;
	with_worker($way, sub ($n) {
		is_put_off($fifth, 'again in 3600 s');
		is_given_up($sixth, 'at attempt 6');
	});
	$smtp->clear;
	my $before = $smtp->connections;
	my $id = post('ann@example.net', attempts => 6);
	with_worker($way, sub ($n) { is_given_up($id, 'no attempt') });
	is($smtp->connections, $before, 'a seventh is not begun');
	$app->sql('delete from mail');
};

subtest 'what nobody can send holds up nothing' => sub {
	my @bad = (post("ann\@example.net\r\nBcc: eve\@example.net"),
	    post('ann@example.net', subject => "x\r\nBcc: eve\@example.net"),
	    post('ann@example.net,eve@example.net'), post('ann'));
	my $good = post('last@example.net');
	my $before = $smtp->mails;
	with_worker($way, sub ($n) {
		is_given_up($_, 'mail: ') for @bad;
		wait_gone($good);
	});
	my @mails = $smtp->mails;
	is(@mails - $before, 1, 'one message went');
	is_deeply($mails[-1]{to}, ['last@example.net'], 'to its one reader');
};

subtest 'a server that is away' => sub {
	my $id = post();
	my $port = $smtp->port;
	$smtp->stop;
	with_worker($way, sub ($n) { is_put_off($id, 'again in 30 s') });
	$smtp = Smtp->start(port => $port);
	my $nobody = post(undef);
	with_worker($way, sub ($n) { wait_gone($nobody) });
	is($smtp->connections, 0, 'it is not tried before its time');
	make_due($id);
	with_worker($way, sub ($n) { wait_gone($id) });
	is($smtp->mails, 1, 'then it is sent');
};

subtest 'a worker that dies' => sub {
	my $before = $smtp->mails;
	my $id = post();
	$smtp->order(at => 'TEXT', hang => 1);
	my $n = $app->start_worker(settings => $way);
	until_true('the server to have it', sub { $smtp->hanging });
	$app->kill_worker($n);
	$smtp->clear;
	my $nobody = post(undef);
	with_worker($way, sub ($n) { wait_gone($nobody) });
	is($smtp->mails, $before, 'its lease is respected');
	ok(row($id), 'and its mail not lost');
	$app->sql("update mail set leased_until = now() where id = $id");
	with_worker($way, sub ($n) { wait_gone($id) });
	is($smtp->mails, $before + 1, 'another sends it');
};

# Both wait for the table when it is let go.
subtest 'two workers' => sub {
	my $before = $smtp->mails;
	my @to = map { sprintf 'p%02d@example.net', $_ } 1 .. 60;
	post($_) for @to;
	my $hold = $fault->hold('lock table mail in exclusive mode');
	my @n = map { $app->start_worker(settings => $way) } 1 .. 2;
	until_true('both to look for mail', sub { $hold->blocks > 1 });
	$hold->release;
	$app->wait_row('all to be sent',
	    'select 1 where not exists (select 1 from mail)');
	$app->stop_worker($_) for @n;
	my @mails = $smtp->mails;
	is_deeply([sort map { @{ $_->{to} } } @mails[$before .. $#mails]],
	    \@to, 'send each once');
};

# It does not wait for a server that keeps it waiting.
subtest 'a worker that is asked to leave' => sub {
	my $before = $smtp->mails;
	my $id = post();
	$smtp->order(at => 'TEXT', hang => 1);
	my $hung = $smtp->hanging;
	with_worker($way, sub ($n) {
		until_true('the server to have it',
		    sub { $smtp->hanging > $hung });
	});
	is_put_off($id, 'took too long');
	is($smtp->mails, $before, 'it is not sent');

	$smtp->order(at => 'QUIT', hang => 1);
	make_due($id);
	$hung = $smtp->hanging;
	with_worker($way, sub ($n) {
		until_true('the server to say no goodbye',
		    sub { $smtp->hanging > $hung });
	});
	wait_log($id, 'sent');
	is(row($id), undef, 'what was taken is forgotten');
	is($smtp->mails, $before + 1, 'and was sent once');

	$id = post();
	$smtp->order(at => 'TEXT', hang => 1);
	$hung = $smtp->hanging;
	my $hold;
	with_worker($way, sub ($n) {
		until_true('the server to have it',
		    sub { $smtp->hanging > $hung });
		$hold = $fault->hold('lock table mail in exclusive mode');
	});
	ok($app->wait_log(qr/left while a mail was under way/),
	    'nor for the database');
	$hold->release;
	is(row($id)->{attempts}, 1, 'the lease keeps the mail');
	$app->sql('delete from mail');
	$smtp->clear;
};

# PgBouncer goes on refusing for a while when the database is back, and the
# mailer looks again within a minute: too long to wait for here.
my $slow_pooler = $app->pooler && 'PgBouncer is slow to see a database again';

subtest 'the database is away' => sub {
	plan skip_all => $slow_pooler if $slow_pooler;
	my $id = post();
	my $cluster = $app->cluster;
	$cluster->down('INT');
	my $n = $app->start_worker(settings => $way);
	$app->wait_log(qr/level=warn .*database|level=warn .*connect/);
	ok($app->worker($n)->alive, 'the worker goes on');
	$cluster->up;
	is($app->stop_worker($n), 0, 'and leaves when asked');
	with_worker($way, sub ($n) { wait_gone($id) });
	pass('nothing is lost');
};

# A command that takes a message and waits until it is let go.
subtest 'the database goes away while a mail is under way' => sub {
	plan skip_all => $slow_pooler if $slow_pooler;
	my $script = $app->dir . '/slow';
	open my $fh, '>', $script or die "$script: $!";
	print $fh "#!/bin/sh\ncat >>\"\$0.took\"\nread status <\"\$0.wait\"\n"
	    . "exit \"\$status\"\n";
	close $fh or die "$script: $!";
	chmod 0755, $script;
	POSIX::mkfifo("$script.wait", 0666) or die "$script.wait: $!";
	chmod 0666, "$script.wait";
	my $way = { mail_command => $script };
	my $under_way = sub ($status) {
		until_true('the command to have it', sub { -s "$script.took" });
		$app->cluster->down('INT');
		open my $go, '>', "$script.wait" or die "$script.wait: $!";
		print $go "$status\n";
		close $go;
	};
	my $messages = sub {
		return scalar(() = Proc::slurp("$script.took") =~ /^To: /mg);
	};

	my $id = post();
	with_worker($way, sub ($n) {
		$under_way->(0);
		wait_log($id, 'sent');
		$app->cluster->up;
		wait_gone($id);
	});
	is($messages->(), 1, 'what was sent is forgotten later, and not sent'
	    . ' again');

	for (['sent', 0], ['not sent, again in 30 s', 75]) {
		my ($said, $status) = @$_;
		unlink "$script.took";
		$id = post();
		with_worker($way, sub ($n) {
			$under_way->($status);
			wait_log($id, $said);
		});
		$app->cluster->up;
		my $row = row($id);
		is($row->{attempts}, 1, "$said: it was tried once");
		is($app->sql('select leased_until > now() from mail where id ='
		    . " $id"), 't', '... and its lease keeps others from it');
		my $nobody = post(undef);
		with_worker($way, sub ($n) { wait_gone($nobody) });
		is($messages->(), 1, '... who send nothing');
		$app->sql('delete from mail');
	}
};

my $no_tls = Smtp::no_tls();

subtest 'a login, and TLS' => sub {
	plan skip_all => $no_tls if $no_tls;
	my $user = { chat => 'pass word' };
	my $dir = $app->dir;
	for my $tls (qw(starttls smtps)) {
		my $server = Smtp->start(tls => $tls, dir => $dir,
		    users => $user);
		my $url = $server->url('0.0.0.0');
		my %way = (mail_url => $url, mail_user => 'chat',
		    mail_password => $user->{chat},
		    mail_ca_file => $server->ca_file);
		my $id = post();
		with_worker({ %way, mail_ca_file => '' }, sub ($n) {
			is_put_off($id, '(?i:certificate)');
		});
		make_due($id);
		with_worker({ %way, mail_password => 'wrong' }, sub ($n) {
			$app->wait_row('a second attempt', 'select 1 from'
			    . " mail where id = $id and attempts = 2"
			    . ' and leased_until is null');
		});
		is($server->mails, 0, "$tls: nothing went");
		make_due($id);
		with_worker(\%way, sub ($n) { wait_gone($id) });
		my ($mail) = $server->mails;
		ok($mail->{tls}, 'with both it went');
		is_deeply($mail->{login}, ['chat', 'pass word'],
		    'with the login');
		$server->stop;
	}
};

subtest 'no TLS' => sub {
	my $before = $smtp->mails;
	my $id = post();
	with_worker({ mail_url => $smtp->url('0.0.0.0') }, sub ($n) {
		is_put_off($id, '(?i:STARTTLS|TLS|SSL)');
	});
	is($smtp->mails, $before, 'nothing goes in the clear to another'
	    . ' machine');
	$app->sql('delete from mail');
};

# From the request to the mailbox and back; sent at once, not within the
# minute that another worker would take.
subtest 'a person who needs a mail' => sub {
	my $site = 'https://chat.example.org';
	my $smtp = Smtp->start;
	my $app = App->new(accounts => 'on', public_url => $site,
	    auth_secret => 'a secret of the test, long enough to be one',
	    mail_url => $smtp->url, mail_from => 'chat@example.org',
	    site_name => encode('UTF-8', 'Löffel & Co'))->start;
	my $who = $app->anyone;
	my $auth = sub ($path, %body) {
		return $who->post("/api/auth/$path", \%body);
	};
	my $mailed = sub ($n) {
		my $mail = ($smtp->wait_mails($n))[$n - 1];
		return ($mail, decode('UTF-8', decode_qp($mail->{text})));
	};
	my %ann = (email => 'ann@example.net', password => 'first of two');
	my $r = $auth->('sign-up/email', name => 'Ann', %ann);
	is($r->status, 200, 'Ann has an account');
	my $session = $r->header('set-auth-token');

	my @ask = map { $auth->('request-password-reset', email => $_,
	    redirectTo => '/new-password') } 'eve@example.net', $ann{email};
	is($_->status, 200, 'somebody forgot a password') for @ask;
	is($ask[0]->body, $ask[1]->body, 'who has an account is not told');
	my ($mail, $text) = $mailed->(1);
	is_deeply($mail->{to}, [$ann{email}], 'Ann gets a message');
	my ($subject) = $mail->{text} =~ /^Subject: (.*?)\r\n(?! )/ms;
	like(decode('MIME-Header', $subject), qr/Löffel & Co/,
	    'from the site');
	my ($path, $token) = $text
	    =~ m{^\Q$site\E(/api/auth/reset-password/(\w+)\S*)\r?$}m;
	ok($token, 'with a link') or return;
	$r = $who->get($path);
	is($r->status, 302, 'which leads on');
	like($r->header('Location'), qr{^\Q$site\E/new-password\?},
	    'to the page that was named');
	is($r->header('Location') =~ s/.*token=//r, $token,
	    'and gives it the token');

	my $was = sub { $who->get('/api/auth/get-session', headers =>
	    { Authorization => "Bearer $session" })->body };
	like($was->(), qr/Ann/, 'the old session is still good');
	$r = $auth->('reset-password', token => $token,
	    newPassword => 'second of two');
	is($r->status, 200, 'the new password is taken');
	is($was->(), 'null', 'the old session is not, any more');
	is($auth->('reset-password', token => $token,
	    newPassword => 'third of two')->status, 400,
	    'the link works once');
	is($auth->('sign-in/email', %ann)->status, 401,
	    'the old password does not work');
	$r = $auth->('sign-in/email', %ann, password => 'second of two');
	is($r->status, 200, 'the new one does');

	$app->wait_row('nothing to be left',
	    'select 1 where not exists (select 1 from mail)');
	is($smtp->mails, 1, 'nobody got nothing');
	my @told = grep { /\Q$token\E|example\.net|of two/ } $app->log_lines;
	is_deeply(\@told, [], 'no address, token or password is in the log');
	$smtp->stop;
};

$smtp->stop;
my @told = grep { /@|AbCdEfGh|example\.net|pass word/ } $app->log_lines;
is_deeply(\@told, [], 'no address, text or password is in the log');

done_testing;
