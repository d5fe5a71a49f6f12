# Servers that a model's address may lead to by mistake or by malice, and
# that need not even get as far as HTTP.
#
#	my $tls = Upstream->start($app->dir);
#	$tls->be('expired');	good, expired, other-host, self-signed, old
#	... $tls->url, $tls->ca_file ...
#	my @seen = $tls->seen;	what came of each connection since be():
#				'request' or 'no handshake'
#	my $hole = Upstream::black_hole();	a port where SYNs get lost
package Upstream;

use v5.36;
use Dialect;
use IO::Socket::INET;
use POSIX ();
use Proc ();
use Socket qw(SOCK_STREAM inet_aton pack_sockaddr_in);

# Why there can be no TLS, or undef.
sub missing()
{
	return eval { require IO::Socket::SSL; require IO::Socket::SSL::Utils }
	    ? undef : 'IO::Socket::SSL is not installed';
}

# Certificates in $dir, named by what is wrong with them.
sub make_certificates($dir)
{
	IO::Socket::SSL::Utils->import;
	my $now = time;
	my ($ca, $ca_key) = CERT_create(CA => 1, not_after => $now + 86400,
	    subject => { commonName => 'authority of a test' });
	my %good = (issuer_cert => $ca, issuer_key => $ca_key,
	    not_before => $now - 86400, not_after => $now + 86400,
	    subject => { commonName => 'model' }, purpose => 'server',
	    subjectAltNames => [['DNS', 'localhost'], ['IP', '127.0.0.1']]);
	my %by_itself = %good;
	delete @by_itself{qw(issuer_cert issuer_key)};
	my %make = ('good' => \%good,
	    'expired' => { %good, not_before => $now - 200_000,
	        not_after => $now - 100_000 },
	    'other-host' => { %good,
	        subjectAltNames => [['DNS', 'elsewhere.example']] },
	    'self-signed' => \%by_itself);
	for (sort keys %make) {
		my ($cert, $key) = CERT_create(%{ $make{$_} });
		PEM_cert2file($cert, "$dir/$_.pem");
		PEM_key2file($key, "$dir/$_.key");
	}
	PEM_cert2file($ca, "$dir/ca.pem");
	chmod 0644, "$dir/ca.pem";
}

sub start($class, $dir)
{
	mkdir "$dir/tls";
	chmod 0755, "$dir/tls";
	my $self = bless { dir => "$dir/tls" }, $class;
	make_certificates($self->{dir});
	my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    Listen => 64) or die "listen: $!";
	$self->{port} = $listen->sockport;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		$SIG{PIPE} = 'IGNORE';
		while (my $client = $listen->accept) {
			$self->note($self->talk($client));
			close $client;
		}
		POSIX::_exit(0);
	}
	$self->{proc} = Proc->adopt(pid => $pid, name => 'a TLS server');
	return $self;
}

sub url($self) { "https://127.0.0.1:$self->{port}/v1" }
sub ca_file($self) { "$self->{dir}/ca.pem" }
sub stop($self) { $self->{proc}->end }

sub be($self, $what)
{
	unlink "$self->{dir}/seen";
	open my $fh, '>', "$self->{dir}/be.new" or die $!;
	print $fh $what;
	close $fh;
	rename "$self->{dir}/be.new", "$self->{dir}/be" or die $!;
}

sub seen($self) { split /\n/, Proc::slurp("$self->{dir}/seen") }

sub note($self, $what)
{
	open my $fh, '>>', "$self->{dir}/seen" or die $!;
	print $fh "$what\n";
	close $fh;
}

# What came of it.
sub talk($self, $client)
{
	my $be = Proc::slurp("$self->{dir}/be");
	my $name = $be eq 'old' ? 'good' : $be;
	IO::Socket::SSL->start_SSL($client, SSL_server => 1, Timeout => 10,
	    SSL_cert_file => "$self->{dir}/$name.pem",
	    SSL_key_file => "$self->{dir}/$name.key",
	    ($be eq 'old' ? (SSL_version => 'TLSv1_1',
	        SSL_cipher_list => 'DEFAULT:@SECLEVEL=0') : ()))
	    or return 'no handshake';
	my $start = <$client> // return 'no handshake';
	my $length = 0;
	while (my $line = <$client>) {
		$length = $1 if $line =~ /^Content-Length: (\d+)/i;
		last if $line =~ /^\r?\n/;
	}
	my $body;
	read $client, $body, $length;
	my ($path) = $start =~ / (\S+)/;
	my $text = Dialect->at($path)->completion({ text => 'Safe.' }, 1);
	print $client "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	    . "Content-Type: application/json\r\nContent-Length: "
	    . length($text) . "\r\n\r\n$text";
	return 'request';
}

# A port of which nobody answers: those who wait already are as many as may.
sub black_hole()
{
	socket(my $listen, Socket::PF_INET, SOCK_STREAM, 0) or die $!;
	bind($listen, pack_sockaddr_in(0, inet_aton('127.0.0.1'))) or die $!;
	listen($listen, 0) or die $!;
	my ($port) = Socket::unpack_sockaddr_in(getsockname $listen);
	my @waiting = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $port, Blocking => 0) } 1 .. 4;
	return { port => $port, keep => [$listen, @waiting] };
}

1;
