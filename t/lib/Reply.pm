# A reply read to its end.
package Reply;

use v5.36;
use JSON::PP ();

my $json = JSON::PP->new->utf8->allow_nonref;

sub new($class, %fields) { bless {%fields}, $class }

sub status($self) { $self->{status} }
sub body($self) { $self->{body} }

# The last header of that name; all of them.
sub header($self, $name) { ($self->{headers}{lc $name} // [])->[-1] }
sub headers($self, $name) { @{ $self->{headers}{lc $name} // [] } }

sub json($self)
{
	return $self->{json} //= eval { $json->decode($self->{body}) }
	    // die "not JSON (status $self->{status}): $self->{body}\n";
}

sub type($self) { ($self->header('Content-Type') // '') =~ s/\s*;.*//r }

# The code of a problem document, '' when this is none.
sub code($self)
{
	return '' if $self->type ne 'application/problem+json';
	return $self->json->{code} // '';
}

# A chat answer's parts.
sub text($self) { $self->json->{response} }
sub calls($self) { @{ $self->json->{tool_calls} // [] } }
sub names($self) { join ' ', map { $_->{name} } $self->calls }
sub confirmation($self) { $self->json->{confirmation} }

1;
