# One HTTP exchange over a socket of its own, read as far as the test wants:
# the whole reply, or event by event, or half of it and then hang up.
package Call;

use v5.36;
use IO::Socket::INET;
use JSON::PP ();
use Reply;

my $json = JSON::PP->new->utf8;
my $patience = $ENV{TASKCHAT_TEST_PATIENCE} || 1;

# start(port => 80, bytes => whole request): sent, nothing read yet.
sub start($class, %opt)
{
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $opt{port}, Timeout => 10)
	    or die "connect to port $opt{port}: $@\n";
	binmode $socket;
	my $self = bless { socket => $socket, raw => '', body => '',
	    seconds => ($opt{seconds} // 60) * $patience,
	    what => $opt{what} // 'a reply' }, $class;
	$self->send($opt{bytes}) if defined $opt{bytes};
	return $self;
}

# The bytes of a request.  Headers are pairs in order; Connection: close comes
# by itself, and so does Host, unless they have one.
sub request_bytes($method, $path, $headers, $body = undef)
{
	my $text = "$method $path HTTP/1.1\r\nConnection: close\r\n";
	my $length = 0;
	my @headers = @$headers;
	my %named = @headers;
	unshift @headers, Host => '127.0.0.1'
	    if !grep { lc eq 'host' } keys %named;
	while (my ($name, $value) = splice @headers, 0, 2) {
		$text .= "$name: $value\r\n";
		$length = 1 if $name =~ /^(content-length|transfer-)/i;
	}
	$text .= 'Content-Length: ' . length($body) . "\r\n"
	    if defined $body && !$length;
	return "$text\r\n" . ($body // '');
}

# More of the request, for those who send slowly.
sub send($self, $bytes)
{
	local $SIG{PIPE} = 'IGNORE';
	while (length $bytes) {
		my $n = syswrite $self->{socket}, $bytes;
		return 0 if !defined $n;
		substr $bytes, 0, $n, '';
	}
	return 1;
}

# Read what is there; false at the end of the connection.
sub more($self)
{
	return 0 if $self->{ended};
	my $bits = '';
	vec($bits, fileno $self->{socket}, 1) = 1;
	my $ready = select my $read = $bits, undef, undef, $self->{seconds};
	die "waited $self->{seconds} s for $self->{what}\n" if !$ready;
	my $n = sysread $self->{socket}, $self->{raw}, 65536,
	    length $self->{raw};
	return 1 if $n;
	$self->{reset} = "$!" if !defined $n;
	$self->{ended} = 1;
	return 0;
}

# Is there nothing to read just now, though the connection is open?
sub quiet_now($self)
{
	my $bits = '';
	vec($bits, fileno $self->{socket}, 1) = 1;
	return !select my $read = $bits, undef, undef, 0;
}

# Status line and headers, read once.
sub head($self)
{
	return $self if defined $self->{status};
	my $end;
	while (($end = index $self->{raw}, "\r\n\r\n") < 0) {
		$self->more
		    or die "the connection ended before $self->{what}\n";
	}
	my ($line, @fields) = split /\r\n/, substr $self->{raw}, 0, $end;
	substr $self->{raw}, 0, $end + 4, '';
	($self->{status}) = $line =~ m{^HTTP/1\.[01] (\d+)}
	    or die "not a status line: $line\n";
	return $self->head if $self->{status} == 100 && delete $self->{status};
	for my $field (@fields) {
		my ($name, $value) = $field =~ /^([^:]+):\s*(.*?)\s*$/
		    or die "not a header: $field\n";
		push @{ $self->{headers}{lc $name} }, $value;
	}
	$self->{chunked} = 1
	    if ($self->header('transfer-encoding') // '') =~ /chunked/i;
	$self->{left} = $self->header('content-length');
	$self->{left} = 0 if $self->{status} =~ /^(204|304)$/;
	return $self;
}

sub header($self, $name) { ($self->{headers}{lc $name} // [])->[-1] }

sub status($self) { $self->head->{status} }

# Move some of the body from raw to body; false when it is complete.
sub pull($self)
{
	$self->head;
	return 0 if $self->{complete};
	return $self->pull_chunk if $self->{chunked};
	if (defined $self->{left}) {
		if (!$self->{left}) {
			$self->{complete} = 1;
			return 0;
		}
		$self->more or die "the body was cut short\n"
		    if !length $self->{raw};
		my $piece = substr $self->{raw}, 0, $self->{left}, '';
		$self->{left} -= length $piece;
		$self->{body} .= $piece;
		return 1;
	}
	if (!length $self->{raw} && !$self->more) {
		$self->{complete} = 1;
		return 0;
	}
	$self->{body} .= $self->{raw};
	$self->{raw} = '';
	return 1;
}

sub pull_chunk($self)
{
	my ($line, $size);
	for (;;) {
		($line) = $self->{raw} =~ /\A([^\n]*\n)/;
		$size = hex(($line // '') =~ s/[^0-9a-fA-F].*//sr);
		last if defined $line
		    && length $self->{raw} >= length($line) + $size + 2;
		next if $self->more;
		$self->{cut} = $self->{complete} = 1;
		return 0;
	}
	$self->{body} .= substr $self->{raw}, length $line, $size;
	substr $self->{raw}, 0, length($line) + $size + 2, '';
	$self->{complete} = 1 if $size == 0;
	return $size != 0;
}

# The whole reply.
sub reply($self)
{
	if (!$self->{no_body}) {
		1 while $self->pull;
	}
	$self->head;
	close $self->{socket};
	return Reply->new(status => $self->{status},
	    headers => $self->{headers}, body => $self->{body});
}

# The next thing of an event stream: { event, data } with the data decoded,
# or { comment }; undef at the end.
sub frame($self)
{
	my $end;
	while (($end = index $self->{body}, "\n\n") < 0) {
		next if $self->pull;
		die "half an event at the end: $self->{body}\n"
		    if length $self->{body} && !$self->{cut};
		return undef;
	}
	my ($name, $comment, @data);
	my $frame = substr $self->{body}, 0, $end;
	substr $self->{body}, 0, $end + 2, '';
	for (split /\n/, $frame) {
		if (/^: ?(.*)/) { $comment = $1 }
		elsif (/^event: ?(.*)/) { $name = $1 }
		elsif (/^data: ?(.*)/) { push @data, $1 }
		else { die "not a line of an event stream: $_\n" }
	}
	return { comment => $comment } if !@data;
	return { event => $name, data => $json->decode(join "\n", @data) };
}

# The next event, comments passed over.
sub event($self)
{
	while (my $frame = $self->frame) {
		next if exists $frame->{comment};
		push @{ $self->{seen} }, $frame;
		return $frame;
	}
	return undef;
}

# Read on until an event of this name came; returns it.
sub until($self, $name)
{
	while (my $event = $self->event) {
		return $event if $event->{event} eq $name;
	}
	die "the stream ended before an event '$name'\n";
}

# Read on until a comment came; returns it.
sub until_comment($self)
{
	while (my $frame = $self->frame) {
		return $frame->{comment} if exists $frame->{comment};
		push @{ $self->{seen} }, $frame;
	}
	die "the stream ended before a comment\n";
}

# All events from here to the end.
sub rest($self)
{
	my @events;
	while (my $event = $self->event) {
		push @events, $event;
	}
	close $self->{socket};
	return @events;
}

# Events read so far.
sub seen($self) { @{ $self->{seen} // [] } }

sub hang_up($self)
{
	close $self->{socket};
	return $self;
}

1;
