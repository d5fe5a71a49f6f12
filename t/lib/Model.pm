# The pretend model: a process that speaks the vendors' three model APIs and
# does as it is told.  The test queues orders; each request the worker sends
# takes the first order that fits, is answered in the events of the door it
# came to (Dialect.pm), and is kept for the test to look at.  A request that
# the vendor would refuse (ModelCheck.pm) is refused with the vendor's words,
# and one that nobody ordered is answered 500; both fail the test at its end.
#
#   $model->say('Hello.');                      a text, then finish "stop"
#   $model->call(add_task => { title => 'x' }); one step with one call
#   $model->calls([name => {...}], [...]);      one step with several
#   $model->order(%o);                          anything, see below
#   $model->strict(profile => 'mistral');       whose rules; see ModelCheck
#
# What an order may hold:
#   text    => 'words'        or pieces => ['Hel', 'lo']
#   thinks  => { text, blob } reasoning before that: its words, and what is
#                             to be sent back with it (redacted => 1: no
#                             words)
#   calls   => [{ name, arguments (data, or a string sent as it is),
#                 id, extra => {...} }, ...]
#   finish  => 'length'       instead of stop or tool_calls
#   usage   => {...}          0 for none
#   no_finish => 1            no finish, nothing after it
#   no_done => 1              nothing after the finish ([DONE])
#   status  => 503            an error, with body and headers => {...}
#   body    => 'bytes'        this body instead; type => 'text/html'
#   raw     => 'bytes'        these are all of the reply, header included
#   file    => path           this file as the event stream
#   cut_after => n            n bytes of the body, then the connection ends
#   split   => n              written n bytes at a time
#   pause   => s              seconds between the pieces
#   hold    => n              n pieces, then nothing until release(): 0 is
#                             not even a header, 1 the header, 2 one event
#   forever => 'bytes'        repeated every `every` seconds without an end
#   framing => 'close'        no length and no chunks; the close is the end
#   keep    => 0              close after the reply
#   early   => 1              answered when the header has come; the rest of
#                             the request is never read
#   when    => 'words'        only for a request whose newest message from
#                             the person holds these words
#   times   => n              good for n requests
package Model;

use v5.36;
use Dialect;
use IO::Socket::INET;
use JSON::PP ();
use MIME::Base64 qw(encode_base64 decode_base64);
use ModelCheck;
use POSIX ();
use Proc qw(until_true);
use Socket qw(IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_RCVBUF SO_SNDBUF);
use Time::HiRes qw(time);

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# --- the test's side

sub start($class, %opt)
{
	my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
	    LocalPort => $opt{port} // 0, Listen => 512, ReuseAddr => 1)
	    or die "the pretend model has no port: $@\n";
	my $port = $listen->sockport;
	my $parent = $$;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		eval { serve($listen, $parent); 1 }
		    or print STDERR "the pretend model: $@";
		POSIX::_exit(1);
	}
	close $listen;
	return bless { port => $port, seen => 0,
	    proc => Proc->adopt(pid => $pid, name => 'the pretend model') },
	    $class;
}

sub port($self) { $self->{port} }
sub url($self) { "http://127.0.0.1:$self->{port}/v1" }
sub stop($self) { $self->{proc}->end }

# One message to the process and its answer.
sub ask($self, $what, $data = undef)
{
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $self->{port}, Timeout => 10)
	    or die "the pretend model does not answer: $@\n";
	my $body = $json->encode($data);
	print $socket "POST /-/$what HTTP/1.0\r\nContent-Length: ",
	    length $body, "\r\n\r\n$body";
	local $/;
	my $reply = <$socket> // '';
	$reply =~ s/\A.*?\r\n\r\n//s;
	my $answer = $json->decode($reply);
	die "the pretend model: $answer->{error}\n"
	    if ref $answer eq 'HASH' && $answer->{error};
	return $answer;
}

sub order($self, %order)
{
	for (qw(body forever raw)) {
		$order{$_} = encode_base64($order{$_}, '')
		    if defined $order{$_};
	}
	$self->ask('order', \%order);
	return $self;
}

sub say($self, $text, %more) { $self->order(text => $text, %more) }

sub call($self, $name, $arguments = {}, %more)
{
	return $self->order(%more,
	    calls => [{ name => $name, arguments => $arguments }]);
}

sub calls($self, @calls)
{
	return $self->order(calls => [
	    map { { name => $_->[0], arguments => $_->[1] // {} } } @calls]);
}

# The rules of this profile are those of the vendor from now on.
sub strict($self, %how) { $self->ask('strict', \%how) }

# Every request so far: { n, line (the number of its connection), method,
# path, headers, body (decoded), wrong (why it was refused), order, written
# (bytes of the answer that went out), state: held, sending, done, gone (the
# worker hung up) }.
sub requests($self, $from = 1)
{
	return @{ $self->ask('requests', { from => $from }) };
}

# The requests since the last time this was asked.
sub fresh($self)
{
	my @new = $self->requests($self->{seen} + 1);
	$self->{seen} += @new;
	return @new;
}

# Wait until so many requests came since the model started; the last of
# them.
sub wait_requests($self, $n)
{
	until_true("$n requests to the model",
	    sub { $self->ask('state')->{requests} >= $n });
	return ($self->requests($n))[0];
}

# Wait until the request number n (from 1) is in one of these states.
sub wait_state($self, $n, @states)
{
	return until_true("request $n to the model to be @states", sub {
		my $r = ($self->requests($n))[0] or return 0;
		return grep { $r->{state} eq $_ } @states;
	});
}

sub release($self) { $self->ask('release') }	# all that are held
sub clear($self) { $self->ask('clear') }	# forget what is queued
sub state($self) { $self->ask('state') }

# --- the process

my (@orders, @requests, %peers, $unordered, $lines);
my %rules;		# what strict() said
my $said = '';		# all that was streamed, for what has to come back

sub serve($listen, $parent)
{
	$SIG{PIPE} = 'IGNORE';
	$listen->blocking(0);
	while (getppid == $parent) {
		my ($read, $write) = ('', '');
		my $now = time;
		my $wait = 0.5;
		vec($read, fileno $listen, 1) = 1;
		for my $peer (values %peers) {
			vec($read, fileno $peer->{socket}, 1) = 1
			    if !$peer->{deaf};
			my $due = due($peer) // next;
			if ($due <= $now) {
				vec($write, fileno $peer->{socket}, 1) = 1;
			} elsif ($due - $now < $wait) {
				$wait = $due - $now;
			}
		}
		next if select($read, $write, undef, $wait) < 0;
		if (vec($read, fileno $listen, 1)) {
			while (my $socket = $listen->accept) {
				welcome($socket);
			}
		}
		for my $peer (values %peers) {
			my $fd = fileno $peer->{socket};
			hear($peer) if vec($read, $fd, 1);
			speak($peer) if $peers{$fd} && vec($write, $fd, 1);
		}
	}
	POSIX::_exit(0);
}

sub welcome($socket)
{
	$socket->blocking(0);
	binmode $socket;
	setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
	# little is on its way that nobody has asked for
	setsockopt $socket, SOL_SOCKET, SO_SNDBUF, 65536;
	setsockopt $socket, SOL_SOCKET, SO_RCVBUF, 65536;
	$peers{ fileno $socket } = { socket => $socket, in => '',
	    line => ++$lines };
}

sub part($peer)
{
	delete $peers{ fileno $peer->{socket} };
	close $peer->{socket};
}

sub hear($peer)
{
	my $n = sysread $peer->{socket}, $peer->{in}, 65536,
	    length $peer->{in};
	return if !defined $n && $!{EAGAIN};
	if (!$n) {
		my $request = $peer->{request};
		$request->{state} = 'gone' if $request
		    && $request->{state} ne 'done';
		return part($peer);
	}
	understand($peer) if !$peer->{plan};
}

# A whole request in the buffer?
sub understand($peer)
{
	return if $peer->{in} !~ /\A(.*?)\r\n\r\n/s;
	my ($start, @fields) = split /\r\n/, $1;
	my $head = length($1) + 4;
	my %headers = map { /^([^:]+):\s*(.*?)\s*$/ ? (lc $1, $2) : () }
	    @fields;
	my $length = $headers{'content-length'} // 0;
	if (($headers{expect} // '') =~ /100-continue/i
	    && !$peer->{continued}++) {
		syswrite $peer->{socket}, "HTTP/1.1 100 Continue\r\n\r\n";
	}
	my ($method, $path) = split / /, $start;
	my %request = (n => @requests + 1, method => $method, path => $path,
	    headers => \%headers, line => $peer->{line}, at => time);
	my ($early) = grep { $orders[$_]{early} } 0 .. $#orders;
	if (defined $early && $path !~ m{^/-/}) {
		$peer->{deaf} = 1;
		push @requests, \%request;
		return carry_out($peer, \%request,
		    splice @orders, $early, 1);
	}
	return if length $peer->{in} < $head + $length;
	my $body = substr $peer->{in}, $head, $length;
	substr $peer->{in}, 0, $head + $length, '';
	delete $peer->{continued};
	return control($peer, $1, $body) if $path =~ m{^/-/(\w+)$};
	answer($peer, { %request, text => $body });
}

sub control($peer, $what, $body)
{
	my $data = eval { $json->decode($body) };
	my $answer = { ok => 1 };
	if ($what eq 'order') {
		push @orders, $data;
	} elsif ($what eq 'requests') {
		my $from = $data->{from} // 1;
		$answer = [map { { %$_, text => undef } }
		    @requests[$from - 1 .. $#requests]];
	} elsif ($what eq 'state') {
		$answer = { requests => scalar @requests,
		    left => [map { $_->{text} // $_->{status} // 'an order' }
		        @orders],
		    unordered => $unordered // 0,
		    wrong => [map { $_->{wrong} // () } @requests],
		    held => scalar grep { $_->{state} eq 'held' } @requests };
	} elsif ($what eq 'release') {
		for (values %peers) {
			delete $_->{hold};
		}
	} elsif ($what eq 'strict') {
		%rules = (%rules, %$data);
	} elsif ($what eq 'clear') {
		@orders = ();
	} else {
		$answer = { error => "no such control: $what" };
	}
	my $text = $json->encode($answer);
	$peer->{plan} = [join "\r\n", 'HTTP/1.1 200 OK',
	    'Content-Length: ' . length $text, 'Connection: close', '', $text];
	$peer->{due} = 0;
	$peer->{close} = 1;
}

sub take_order($dialect, $body)
{
	my $said = ref $body eq 'HASH' ? $dialect->said($body) : '';
	for my $i (0 .. $#orders) {
		my $order = $orders[$i];
		next if $order->{early} || (defined $order->{when}
		    && index($said, $order->{when}) < 0);
		if (--($order->{times} //= 1) <= 0) {
			splice @orders, $i, 1;
		}
		return $order;
	}
	return undef;
}

sub answer($peer, $request)
{
	push @requests, $request;
	$request->{body} = eval { $json->decode($request->{text}) };
	my $dialect = Dialect->at($request->{path});
	# recordings may come here as well; t/unit/transcribe.c knows of those
	my ($wrong) = $request->{path} =~ m{/audio/} ? ()
	    : ModelCheck->new($dialect->kind, %rules,
	        given => sub ($blob) { index($said, $blob) >= 0 })
	    ->faults($request);
	if (defined $wrong) {
		$request->{wrong} = $wrong;
		return carry_out($peer, $request, { status => 400,
		    body => encode_base64($json->encode(
		        $dialect->refusal(400, $wrong)), '') });
	}
	my $order = take_order($dialect, $request->{body});
	if (!$order) {
		$unordered++;
		$order = { status => 500, body => encode_base64(
		    $json->encode($dialect->refusal(500, 'not ordered')),
		    '') };
		$request->{unordered} = 1;
	}
	return carry_out($peer, $request, $order);
}

sub carry_out($peer, $request, $order)
{
	$request->{order} = $order->{text} // $order->{file}
	    // $order->{status} // '';
	$request->{state} = 'sending';
	$peer->{request} = $request;
	$peer->{order} = $order;
	$peer->{plan} = [plan($order, $request)];
	$peer->{due} = 0;
	$peer->{sent} = 0;
	$peer->{close} = defined $order->{cut_after}
	    || (defined $order->{raw} && !defined $order->{hold})
	    || ($order->{framing} // '') eq 'close'
	    || (exists $order->{keep} && !$order->{keep});
	$peer->{hold} = $order->{hold} if defined $order->{hold};
	$peer->{again} = decode_base64($order->{forever})
	    if defined $order->{forever};
}

# The bytes of a reply as a list: header, pieces.
sub plan($order, $request)
{
	return ('', decode_base64($order->{raw})) if defined $order->{raw};
	my $body = ref $request->{body} eq 'HASH' ? $request->{body} : {};
	my $dialect = Dialect->at($request->{path});
	my ($type, @pieces) = ('application/json');
	if (defined $order->{body}) {
		@pieces = (decode_base64($order->{body}));
	} elsif (defined $order->{file}) {
		$type = 'text/event-stream';
		open my $fh, '<:raw', $order->{file}
		    or die "$order->{file}: $!";
		local $/;
		@pieces = (<$fh>);
	} elsif (defined $order->{status}) {
		@pieces = ($json->encode($dialect->refusal($order->{status},
		    'as ordered')));
	} elsif ($body->{stream}) {
		$type = 'text/event-stream';
		@pieces = $dialect->events($order, $request->{n},
		    with_usage => ($body->{stream_options}
		        // {})->{include_usage});
	} else {
		@pieces = ($dialect->completion($order, $request->{n}));
	}
	$said .= join '', @pieces if $order->{thinks} || $order->{blobs};
	@pieces = map { unpack "(a$order->{split})*", $_ } join '', @pieces
	    if $order->{split};
	if (defined $order->{cut_after}) {
		@pieces = (substr join('', @pieces), 0, $order->{cut_after});
	}
	my $framing = $order->{framing} // 'chunked';
	if ($framing eq 'chunked') {
		@pieces = map { sprintf "%x\r\n%s\r\n", length, $_ }
		    grep { length } @pieces;
		push @pieces, "0\r\n\r\n" if !defined $order->{cut_after}
		    && !defined $order->{forever};
	}
	my %headers = ('Content-Type' => $order->{type} // $type,
	    ($framing eq 'chunked' ? ('Transfer-Encoding' => 'chunked') : ()),
	    ($framing eq 'close' ? (Connection => 'close') : ()),
	    %{ $order->{headers} // {} });
	my $status = $order->{status} // 200;
	return ("HTTP/1.1 $status As-Ordered\r\n"
	    . join('', map { "$_: $headers{$_}\r\n" }
	        grep { defined $headers{$_} } sort keys %headers)
	    . "\r\n", @pieces);
}

# When this peer wants to write next; undef: not now.
sub due($peer)
{
	return undef if !$peer->{plan};
	if (defined $peer->{hold} && $peer->{sent} >= $peer->{hold}) {
		$peer->{request}{state} = 'held' if $peer->{request};
		return undef;
	}
	return $peer->{due};
}

sub speak($peer)
{
	my $plan = $peer->{plan};
	my $order = $peer->{order} // {};
	if (@$plan) {
		my $n = syswrite $peer->{socket}, $plan->[0];
		if (!defined $n) {
			return if $!{EAGAIN};
			$peer->{request}{state} = 'gone' if $peer->{request};
			return part($peer);
		}
		$peer->{request}{written} += $n if $peer->{request};
		substr $plan->[0], 0, $n, '';
		return if length $plan->[0];
		shift @$plan;
		$peer->{sent}++;
		$peer->{request}{state} = 'sending' if $peer->{request};
	}
	if (!@$plan && defined $peer->{again}) {
		my $chunk = $peer->{again};
		$chunk = sprintf "%x\r\n%s\r\n", length $chunk, $chunk
		    if ($order->{framing} // 'chunked') eq 'chunked';
		push @$plan, $chunk;
	}
	if (@$plan) {
		my $wait = $peer->{again} && $peer->{sent} > 1
		    ? $order->{every} // 0.1
		    : $peer->{sent} > 1 ? $order->{pause} // 0 : 0;
		$peer->{due} = $wait ? time + $wait : 0;
		return;
	}
	$peer->{request}{state} = 'done' if $peer->{request};
	if ($peer->{deaf}) {		# until the worker leaves
		delete $peer->{plan};
		return;
	}
	return part($peer) if $peer->{close};
	delete @$peer{qw(plan order request sent hold again)};
	understand($peer) if length $peer->{in};
}

1;
