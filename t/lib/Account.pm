# Somebody who uses the built-in accounts over HTTP, as a page's browser or
# a program would: with cookies, or with a bearer token.
#
#	my $ann = Account->new($app, origin => 'https://chat.example.org');
#	$ann->sign_up(email => 'ann@example.com');
#	is($ann->get('get-session')->json->{user}{email}, 'ann@example.com');
package Account;

use v5.36;

sub new($class, $app, %opt)
{
	return bless { app => $app, client => $app->anyone, jar => {},
	    password => 'correct horse', %opt }, $class;
}

sub jar($self) { $self->{jar} }
sub email($self) { $self->{email} }
sub password($self) { $self->{password} }
sub bearer($self) { $self->{bearer} }	# token.signature
sub token($self) { ($self->{bearer} // '') =~ s/\..*//sr }

# The Cookie header a browser would send; undef: none.
sub cookies($self)
{
	my $jar = $self->{jar};
	return %$jar ? join '; ', map { "$_=$jar->{$_}" } sort keys %$jar
	    : undef;
}

# What a browser keeps of an answer.
sub keep($self, $reply)
{
	for my $line ($reply->headers('Set-Cookie')) {
		my ($name, $value) = $line =~ /^([^=]+)=([^;]*)/;
		if ($line =~ /Max-Age=0(;|$)/) { delete $self->{jar}{$name} }
		else { $self->{jar}{$name} = $value }
	}
	$self->{bearer} = $reply->header('set-auth-token')
	    // $self->{bearer};
	return $reply;
}

# "get-session" is /api/auth/get-session.  As a page's script: cookies and
# Origin.  by => 'bearer': neither of them, but the token.
sub request($self, $method, $path, $data = undef, %opt)
{
	my %headers = ($opt{by} // '') eq 'bearer'
	    ? (Authorization => "Bearer $self->{bearer}")
	    : (Cookie => $self->cookies, Origin => $self->{origin});
	%headers = (%headers, %{ delete $opt{headers} // {} });
	delete $opt{by};
	$opt{json} = $data if defined $data;
	$path = "/api/auth/$path" if $path !~ m{^/};
	return $self->keep($self->{client}->request($method, $path, %opt,
	    headers => \%headers));
}

sub get($self, $path, %opt) { $self->request('GET', $path, undef, %opt) }

sub post($self, $path, $data = {}, %opt)
{
	return $self->request('POST', $path, $data, %opt);
}

sub sign_up($self, %more)
{
	$self->{email} = lc $more{email} if defined $more{email};
	return $self->post('sign-up/email', { name => 'Somebody',
	    email => $self->{email}, password => $self->{password}, %more });
}

sub sign_in($self, %more)
{
	return $self->post('sign-in/email', { email => $self->{email},
	    password => $self->{password}, %more });
}

# The session as get-session tells it; undef: nobody is signed in.
sub session($self, %opt)
{
	my $reply = $self->get('get-session', %opt);
	return $reply->body eq 'null' ? undef : $reply->json;
}

# A token for the API.
sub jwt($self, %opt) { $self->get('token', %opt)->json->{token} }

1;
