# The vendor of hosted ChatKit, in a process of its own: it keeps each request
# as it came, and answers with what the test put there last.
#
#	my $vendor = Vendor->start($dir);
#	$vendor->session;			a good one from now on
#	$vendor->answer({ … }, status => 401);	data, or bytes as they are
#	$vendor->hang;				read, and never answer
#	my @asked = $vendor->fresh;		requests since the last time
package Vendor;

use v5.36;
use IO::Socket::INET;
use JSON::PP ();
use Proc ();

my $json = JSON::PP->new->ascii->canonical;

sub start($class, $dir)
{
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    Listen => 64) or die "listen: $!";
	my $self = bless { dir => $dir, port => $socket->sockport,
	    secrets => 0, seen => 0 }, $class;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		$SIG{PIPE} = 'IGNORE';
		$self->serve($socket);
		require POSIX;
		POSIX::_exit(0);
	}
	close $socket;
	$self->{proc} = Proc->adopt(pid => $pid, name => 'the vendor');
	return $self;
}

sub serve($self, $socket)
{
	my @held;
	while (my $client = $socket->accept) {
		my ($head, $body) = ('', '');
		while (my $line = <$client>) {
			last if $line =~ /^\r?\n/;
			$head .= $line;
		}
		my ($length) = $head =~ /^Content-Length: (\d+)/mi;
		read $client, $body, $length if $length;
		open my $log, '>>', "$self->{dir}/vendor.asked" or next;
		print $log $json->encode({ head => $head, body => $body }),
		    "\n";
		close $log;
		open my $in, '<:raw', "$self->{dir}/vendor.answer" or next;
		local $/;
		my $answer = <$in> // '';
		if ($answer eq 'hang') {
			push @held, $client;
			next;
		}
		print {$client} $answer;
		close $client;
	}
}

sub put($self, $bytes)
{
	my $path = "$self->{dir}/vendor.answer";
	open my $out, '>:raw', "$path.new" or die "$path: $!";
	print $out $bytes;
	close $out;
	rename "$path.new", $path or die "$path: $!";
}

# Data as JSON, or bytes as they are; status, type (undef: none), headers
# (text), length (said, where it is not the true one).
sub answer($self, $what, %opt)
{
	my $body = ref $what ? $json->encode($what) : $what;
	my $status = $opt{status} // 200;
	my $type = exists $opt{type} ? $opt{type} : 'application/json';
	$self->put("HTTP/1.1 $status Status\r\nConnection: close\r\n"
	    . (defined $type ? "Content-Type: $type\r\n" : '')
	    . ($opt{headers} // '') . 'Content-Length: '
	    . ($opt{length} // length $body) . "\r\n\r\n$body");
}

sub hang($self) { $self->put('hang') }

# A session as the vendor makes them; each call's has another secret.
# Members may be replaced.
sub session($self, %other)
{
	my $n = ++$self->{secrets};
	$self->answer({ id => "cksess_$n", object => 'chatkit.session',
	    status => 'active', client_secret => "ek_$n-secret",
	    expires_at => 1_777_082_621 + $n, user => 'whoever',
	    workflow => { id => 'wf_whichever', version => undef,
	        state_variables => undef, tracing => { enabled =>
	        JSON::PP::true } },
	    rate_limits => { max_requests_per_1_minute => 30 },
	    max_requests_per_1_minute => 30, %other });
	return { client_secret => "ek_$n-secret",
	    expires_at => 1_777_082_621 + $n };
}

sub url($self) { "http://127.0.0.1:$self->{port}/v1" }

# Every request: { line, headers (lower case), body (bytes) }.
sub asked($self)
{
	return map {
		my ($line, @fields) = split /\r\n/, $_->{head};
		{ line => $line, body => $_->{body}, headers =>
		    { map { /^([^:]+): (.*)/ ? (lc $1, $2) : () } @fields } }
	} map { $json->decode($_) }
	    split /\n/, Proc::slurp("$self->{dir}/vendor.asked");
}

# Those since the last time this was asked.
sub fresh($self)
{
	my @all = $self->asked;
	my @new = @all[$self->{seen} .. $#all];
	$self->{seen} = @all;
	return @new;
}

sub stop($self) { $self->{proc}->end }

sub DESTROY($self)
{
	local $?;
	$self->{proc}->end
	    if $self->{proc} && ($self->{proc}{owner} // 0) == $$;
}

1;
