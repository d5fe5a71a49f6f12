# An issuer that publishes its keys, in a process of its own: it answers
# every request with what answer() put there, and keeps who asked.
#
#	my $issuer = Issuer->start($dir);
#	$issuer->answer({ keys => [ jwk($key, kid => 'a') ] });
#	… $issuer->url … is($issuer->asked, 1) …
package Issuer;

use v5.36;
use IO::Socket::INET;
use JSON::PP ();
use Proc ();

my $json = JSON::PP->new->utf8->canonical;

sub start($class, $dir)
{
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    Listen => 64) or die "listen: $!";
	my $self = bless { dir => $dir, port => $socket->sockport }, $class;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		$SIG{PIPE} = 'IGNORE';
		$self->serve($socket);
		require POSIX;
		POSIX::_exit(0);
	}
	close $socket;
	$self->{proc} = Proc->adopt(pid => $pid, name => 'an issuer');
	return $self;
}

sub serve($self, $socket)
{
	while (my $client = $socket->accept) {
		my $line = <$client> // '';
		while (my $header = <$client>) {
			last if $header =~ /^\r?\n/;
		}
		open my $log, '>>', "$self->{dir}/asked" or next;
		print $log $line;
		close $log;
		open my $in, '<:raw', "$self->{dir}/answer" or next;
		local $/;
		print {$client} scalar(<$in>);
		close $client;
	}
}

# Data as JSON, or bytes as they are; status => 500, headers => text.
sub answer($self, $what, %opt)
{
	my $body = ref $what ? $json->encode($what) : $what;
	my $status = $opt{status} // 200;
	open my $out, '>:raw', "$self->{dir}/answer.new" or die "answer: $!";
	print $out "HTTP/1.1 $status Status\r\nConnection: close\r\n",
	    $opt{headers} // '', "Content-Length: ", length $body,
	    "\r\n\r\n", $body;
	close $out;
	rename "$self->{dir}/answer.new", "$self->{dir}/answer";
}

sub url($self) { "http://127.0.0.1:$self->{port}/jwks" }

# How often was it asked?
sub asked($self)
{
	return scalar(() = Proc::slurp("$self->{dir}/asked") =~ /\n/g);
}

sub stop($self) { $self->{proc}->end }

sub DESTROY($self)
{
	local $?;
	$self->{proc}->end
	    if $self->{proc} && ($self->{proc}{owner} // 0) == $$;
}

1;
