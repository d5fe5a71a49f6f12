# A mail server of the test's own: one process, and one more for each
# connection.  It keeps every message, and does as it is told.
#
#	my $smtp = Smtp->start(tls => 'starttls', dir => $app->dir);
#	$smtp->order(at => 'RCPT', say => '450 4.2.0 later');
#	...
#	my ($mail) = $smtp->wait_mails(1);
#	is($mail->{to}[0], 'ann@example.net', 'to her');
#
# What an order may hold; it stands until the next, or clear():
#	at	GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, TEXT (all of
#		it was read), QUIT
#	say	this line instead
#	hang	nothing, until the client leaves
#	cut	the connection ends
#
# A message is { from, to => [...], text (as sent, without dot-stuffing),
# tls, login => [user, password] }.
package Smtp;

use v5.36;
use File::Temp ();
use IO::Socket::INET;
use JSON::PP ();
use MIME::Base64 qw(decode_base64);
use POSIX ();
use Proc qw(until_true run find_program);

my $json = JSON::PP->new->latin1->canonical;

# --- the test's side

# Why there can be no TLS, or undef.
sub no_tls()
{
	return 'IO::Socket::SSL is not installed'
	    if !eval { require IO::Socket::SSL };
	return 'openssl is not installed' if !find_program('openssl');
	return undef;
}

# A certificate for this machine, signed by itself, in directory $dir.
sub make_certificate($dir)
{
	my ($status, $out, $err) = run([find_program('openssl'), qw(req -x509
	    -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2
	    -subj /CN=localhost -addext),
	    'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0',
	    '-keyout', "$dir/smtp.key", '-out', "$dir/smtp.pem"],
	    as_root => 1);
	die "openssl: $err" if $status != 0;
	chmod 0644, "$dir/smtp.pem";
}

# tls: 'starttls', 'smtps' or nothing.  users: { name => password }, or no
# AUTH is offered.  dir: where the certificate is made.
sub start($class, %opt)
{
	my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    LocalPort => $opt{port} // 0, Listen => 64, ReuseAddr => 1)
	    or die "the mail server has no port: $@\n";
	my $self = bless { %opt, port => $listen->sockport, owner => $$,
	    box => File::Temp->newdir('smtp-XXXXXX', TMPDIR => 1) }, $class;
	make_certificate($opt{dir})
	    if $opt{tls} && !-e "$opt{dir}/smtp.pem";
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		eval { $self->serve($listen); 1 }
		    or print STDERR "the mail server: $@";
		POSIX::_exit(1);
	}
	$self->{proc} = Proc->adopt(pid => $pid, name => 'the mail server');
	return $self;
}

sub port($self) { $self->{port} }
sub ca_file($self) { "$self->{dir}/smtp.pem" }

# 0.0.0.0 is this machine, too, but is no address of the loopback network.
sub url($self, $host = '127.0.0.1')
{
	my $scheme = ($self->{tls} // '') eq 'smtps' ? 'smtps' : 'smtp';
	return "$scheme://$host:$self->{port}";
}

sub stop($self) { $self->{proc}->end }

# A file that appears whole or not at all.
sub put($self, $name, $what)
{
	my $box = $self->{box};
	open my $fh, '>:raw', "$box/.$name" or die "$box/.$name: $!";
	print $fh $json->encode($what);
	close $fh or die "$box/.$name: $!";
	rename "$box/.$name", "$box/$name" or die "$box/$name: $!";
}

sub read_all($self, $kind)
{
	return map {
		open my $fh, '<:raw', $_ or die "$_: $!";
		local $/;
		$json->decode(scalar <$fh>);
	} sort glob "$self->{box}/$kind-*";
}

sub order($self, %order) { $self->put('order', \%order) }
sub clear($self) { unlink "$self->{box}/order" }
sub mails($self) { $self->read_all('mail') }
sub connections($self) { scalar $self->read_all('connection') }

sub wait_mails($self, $n)
{
	until_true("$n mails", sub { $self->mails >= $n });
	return $self->mails;
}

# Where connections hang now or did hang: names of steps.
sub hanging($self) { map { $_->{at} } $self->read_all('hanging') }

# --- the server's

sub serve($self, $listen)
{
	my $n = 0;
	local $SIG{CHLD} = 'IGNORE';
	while (getppid == $self->{owner}) {
		my $read = '';
		vec($read, fileno $listen, 1) = 1;
		next if select($read, undef, undef, 0.5) <= 0;
		my $socket = $listen->accept or next;
		$self->{n} = sprintf '%05d', $n++;
		my $server = $$;
		my $pid = fork // die "fork: $!";
		if ($pid == 0) {
			close $listen;
			$self->{owner} = $server;
			$SIG{PIPE} = 'IGNORE';
			eval { $self->talk($socket); 1 } || $@ eq "gone\n"
			    or print STDERR "the mail server: $@";
			POSIX::_exit(0);
		}
		close $socket;
	}
	POSIX::_exit(0);
}

sub line($self)
{
	my $end;
	while (($end = index $self->{in}, "\n") < 0) {
		my $socket = $self->{socket};
		my $read = '';
		vec($read, fileno $socket, 1) = 1;
		die "gone\n" if getppid != $self->{owner};
		next if !($self->{secure} && $socket->pending)
		    && select($read, undef, undef, 0.5) <= 0;
		my $got = sysread $socket, $self->{in}, 65536,
		    length $self->{in};
		die "gone\n" if !$got;
	}
	return substr($self->{in}, 0, $end + 1, '') =~ s/\r?\n\z//r;
}

sub reply($self, $text)
{
	my $socket = $self->{socket};
	syswrite $socket, $text =~ s/\n/\r\n/gr . "\r\n";
}

# What stands in an order for this step is done; true if that is an answer.
sub ordered($self, $at)
{
	open my $fh, '<:raw', "$self->{box}/order" or return 0;
	my $order = $json->decode(do { local $/; <$fh> });
	return 0 if $order->{at} ne $at;
	die "gone\n" if $order->{cut};
	if ($order->{hang}) {
		$self->put("hanging-$self->{n}", { at => $at });
		$self->line while 1;
	}
	$self->reply($order->{say});
	return 1;
}

sub secure($self)
{
	require IO::Socket::SSL;
	IO::Socket::SSL->start_SSL($self->{socket}, SSL_server => 1,
	    SSL_cert_file => "$self->{dir}/smtp.pem",
	    SSL_key_file => "$self->{dir}/smtp.key") or die "gone\n";
	$self->{secure} = 1;
}

sub talk($self, $socket)
{
	@$self{qw(socket in mail)} = ($socket, '', {});
	$self->put("connection-$self->{n}", {});
	$self->secure if ($self->{tls} // '') eq 'smtps';
	if ($self->ordered('GREETING')) {
		$self->line;
		return;
	}
	$self->reply('220 mail.example ESMTP');
	while (defined(my $line = $self->line)) {
		my ($verb, $rest) = $line =~ /^(\w+)\s*(.*)$/;
		$verb = uc($verb // '');
		my $do = $self->can('do_' . lc $verb);
		if ($self->ordered($verb)) {
			next;
		} elsif ($do) {
			$do->($self, $rest);
		} else {
			$self->reply('500 what?');
		}
		last if $verb eq 'QUIT';
	}
}

sub do_ehlo($self, $who)
{
	my @can = ('mail.example', '8BITMIME');
	push @can, 'STARTTLS' if ($self->{tls} // '') eq 'starttls'
	    && !$self->{secure};
	push @can, 'AUTH PLAIN' if $self->{users};
	my $last = pop @can;
	$self->reply(join "\n", (map { "250-$_" } @can), "250 $last");
}

sub do_helo($self, $who) { $self->reply('250 mail.example') }
sub do_noop($self, $) { $self->reply('250 ok') }
sub do_quit($self, $) { $self->reply('221 bye') }

sub do_starttls($self, $)
{
	return $self->reply('502 no') if ($self->{tls} // '') ne 'starttls';
	$self->reply('220 go on');
	$self->{in} = '';
	$self->secure;
}

sub do_auth($self, $how)
{
	my ($word) = $how =~ /^PLAIN\s*(\S*)$/i
	    or return $self->reply('504 no');
	if ($word eq '') {
		$self->reply('334 ');
		$word = $self->line;
	}
	my (undef, $user, $password) = split /\0/, decode_base64($word);
	return $self->reply('535 5.7.8 no')
	    if ($self->{users}{ $user // '' } // "\0") ne $password;
	$self->{login} = [$user, $password];
	$self->reply('235 ok');
}

sub do_mail($self, $what)
{
	my ($from) = $what =~ /^FROM:<([^>]*)>/i
	    or return $self->reply('501 what?');
	return $self->reply('530 5.7.0 who are you?')
	    if $self->{users} && !$self->{login};
	$self->{mail} = { from => $from, to => [],
	    tls => $self->{secure} ? 1 : 0, login => $self->{login} };
	$self->reply('250 ok');
}

sub do_rcpt($self, $what)
{
	my ($to) = $what =~ /^TO:<([^>]*)>/i
	    or return $self->reply('501 what?');
	push @{ $self->{mail}{to} }, $to;
	$self->reply('250 ok');
}

sub do_data($self, $)
{
	my $text = '';
	$self->reply('354 go on');
	while ((my $line = $self->line) ne '.') {
		$text .= $line =~ s/^\.//r . "\r\n";
	}
	return if $self->ordered('TEXT');
	$self->put("mail-$self->{n}", { %{ $self->{mail} },
	    text => $text });
	$self->reply('250 kept');
}

1;
