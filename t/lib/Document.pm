# The host of a program that describes itself: a TLS server on loopback, in a
# process of its own, with an authority of the test's own.
#
#	my $host = Document->start($app->dir);
#	my $id = $host->id('/client.json');		https://localhost:…
#	$host->describe('/client.json', client_name => 'App');
#	$host->put('/other', $bytes, status => 404, headers => "X: y\r\n");
#	$host->put('/cut', $bytes, cut => 10);		so many bytes less
#	$host->put('/slow', hang => 1);			read, never answered
#	$host->be('expired');				see Upstream.pm
#	is($host->asked('/client.json'), 1);
#	… settings oauth_ca_file => $host->ca_file …
package Document;

use v5.36;
use IO::Socket::INET;
use JSON::PP ();
use POSIX ();
use Proc ();
use Upstream ();

my $json = JSON::PP->new->utf8->canonical;

sub start($class, $dir)
{
	$dir = "$dir/documents";
	mkdir $_, 0755 for $dir, "$dir/answers";
	chmod 0755, $dir;
	Upstream::make_certificates($dir);
	my $self = bless { dir => $dir }, $class;
	$self->be('good');
	$self->up;
	return $self;
}

# Again at the same port, after stop().
sub up($self)
{
	my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    LocalPort => $self->{port} // 0, Listen => 64, ReuseAddr => 1)
	    or die "listen: $!";
	$self->{port} = $listen->sockport;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		$SIG{$_} = 'IGNORE' for qw(PIPE CHLD);
		while (my $client = $listen->accept) {
			# one that hangs must not hold up the others
			my $child = fork // POSIX::_exit(1);
			if ($child == 0) {
				close $listen;
				$self->talk($client);
				POSIX::_exit(0);
			}
			close $client;
		}
		POSIX::_exit(0);
	}
	close $listen;
	$self->{proc} = Proc->adopt(pid => $pid, name => 'a TLS server');
}

sub ca_file($self) { "$self->{dir}/ca.pem" }
sub port($self) { $self->{port} }
sub stop($self) { $self->{proc}->end }

sub id($self, $path, $host = 'localhost')
{
	return "https://$host:$self->{port}$path";
}

sub write_file($self, $name, $bytes)
{
	open my $out, '>:raw', "$self->{dir}/$name.new" or die "$name: $!";
	print $out $bytes;
	close $out;
	rename "$self->{dir}/$name.new", "$self->{dir}/$name" or die $!;
}

sub be($self, $what) { $self->write_file('be', $what) }

sub file_of($path) { 'answers/' . unpack 'H*', $path }

sub put($self, $path, $body = '', %opt)
{
	my $type = $opt{type} // 'application/json';
	my $head = 'HTTP/1.1 ' . ($opt{status} // 200) . " Status\r\n"
	    . "Connection: close\r\nContent-Type: $type\r\n"
	    . ($opt{headers} // '') . 'Content-Length: ' . length($body)
	    . "\r\n\r\n";
	$self->write_file(file_of($path), $opt{hang} ? 'hang' :
	    $head . substr $body, 0, length($body) - ($opt{cut} // 0));
}

# A description of the program whose id is this address; id => another one.
sub description($self, $path, %more)
{
	my $id = delete $more{id} // $self->id($path);
	return $json->encode({ client_id => $id, client_name => 'An app',
	    redirect_uris => ['https://app.example/back'], %more });
}

sub describe($self, $path, %more)
{
	my %opt = map { exists $more{$_} ? ($_ => delete $more{$_}) : () }
	    qw(headers status type cut);
	$self->put($path, $self->description($path, %more), %opt);
}

# How often was it asked for?
sub asked($self, $path)
{
	return scalar grep { $_ eq $path }
	    split /\n/, Proc::slurp("$self->{dir}/asked");
}

# How many came at all, with or without a handshake?
sub came($self) { -s "$self->{dir}/came" // 0 }

sub note($self, $name, $line)
{
	open my $out, '>>', "$self->{dir}/$name" or return;
	syswrite $out, $line;
	close $out;
}

sub talk($self, $client)
{
	my $be = Proc::slurp("$self->{dir}/be");
	$self->note('came', '.');
	IO::Socket::SSL->start_SSL($client, SSL_server => 1, Timeout => 10,
	    SSL_cert_file => "$self->{dir}/$be.pem",
	    SSL_key_file => "$self->{dir}/$be.key") or return;
	my $line = <$client> // return;
	my ($path) = $line =~ m{^GET (\S+)} or return;
	while (my $header = <$client>) {
		last if $header =~ /^\r?\n/;
	}
	$self->note('asked', "$path\n");
	my $file = "$self->{dir}/" . file_of($path);
	open my $in, '<:raw', $file or return;
	local $/;
	my $answer = <$in>;
	if ($answer eq 'hang') {
		sysread $client, my $nothing, 1;	# until it leaves
		return;
	}
	print $client $answer;
	close $client;
}

sub DESTROY($self)
{
	local $?;
	$self->{proc}->end
	    if $self->{proc} && ($self->{proc}{owner} // 0) == $$;
}

1;
