# JSON Schema 2020-12, as much of it as src/api/openapi.json uses.  A keyword,
# type, format or regular expression beyond that is not passed over: it dies,
# because a schema that is not understood proves nothing.
#
#	my $schema = Schema->new($document);	# decoded by JSON::PP
#	$schema->check($node);			# dies if it is no schema
#	my @faults = $schema->faults($node, $value);	# none: it is valid
#
# A $ref is a pointer into the document: "#/components/schemas/Task".
package Schema;

use v5.36;
use B ();
use JSON::PP ();

my $json = JSON::PP->new->canonical->allow_nonref;

sub new($class, $document) { bless { document => $document }, $class }

# --- the document

# What a pointer points to (RFC 6901), or an error.
sub at($self, $ref)
{
	my $node = $self->{document};
	my ($pointer) = $ref =~ m{^#((?:/[^/]*)*)$}
	    or die "\$ref beyond the document: $ref\n";
	for (split m{/}, $pointer =~ s{^/}{}r) {
		my $key = s{~1}{/}gr =~ s{~0}{~}gr;
		die "\$ref to nothing: $ref\n"
		    if ref $node ne 'HASH' || !exists $node->{$key};
		$node = $node->{$key};
	}
	return $node;
}

# A thing of the document that may be written down elsewhere.
sub resolve($self, $node)
{
	for (1 .. 10) {
		return $node if ref $node ne 'HASH' || !defined $node->{'$ref'};
		$node = $self->at($node->{'$ref'});
	}
	die "\$ref in a circle\n";
}

# --- values

# A JSON value's type; an integer is a number as well.
sub type_of($value)
{
	return 'null' if !defined $value;
	return 'boolean' if JSON::PP::is_bool($value);
	return { HASH => 'object', ARRAY => 'array' }->{ref $value}
	    // die 'no JSON value: ' . ref($value) . "\n" if ref $value;
	my $flags = B::svref_2object(\$value)->FLAGS;
	return 'string' if $flags & B::SVf_POK
	    || !($flags & (B::SVf_IOK | B::SVf_NOK));
	return $value == int $value ? 'integer' : 'number';
}

sub same($one, $other) { $json->encode($one) eq $json->encode($other) }

# RFC 3339, section 5.6, and a day that exists.
sub is_date_time($text)
{
	my ($y, $m, $d, $h, $min, $s) = $text =~ /\A(\d{4})-(\d\d)-(\d\d)[Tt]
	    (\d\d):(\d\d):(\d\d)(?:\.\d+)?
	    (?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)\z/xa or return 0;
	my @days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
	$days[1] = 29 if $y % 4 == 0 && $y % 100 != 0 || $y % 400 == 0;
	return $m >= 1 && $m <= 12 && $d >= 1 && $d <= $days[$m - 1]
	    && $h <= 23 && $min <= 59 && $s <= 60;
}

my %types = map { $_ => 1 }
    qw(null boolean object array string number integer);
my %formats = (
	'date-time' => \&is_date_time,
	uuid => sub ($text) {
		return $text =~ /\A\p{AHex}{8}(-\p{AHex}{4}){3}-\p{AHex}{12}\z/;
	},
);

# ECMA 262's regular expressions and Perl's agree on this much, but for a
# "$", which in Perl may stand before a last line feed.
sub regexp($pattern)
{
	my $rest = $pattern =~ s/\\[\\.S]//gr;
	die "pattern not understood: $pattern\n"
	    if $rest =~ /\\|\(\?|\$.|[^ -~]/ || !eval { qr/$pattern/; 1 };
	return qr/@{[ $pattern =~ s{(?<!\\)\$\z}{\\z}r ]}/u;
}

# --- keywords

# A keyword that says nothing about validity.
my %silent = map { $_ => 1 } qw(title description default examples);

# Where a keyword holds more schemas.
my %children = (
	properties => sub ($argument) { values %$argument },
	(map { $_ => sub ($argument) { ($argument) } }
	    qw(items additionalProperties)),
	(map { $_ => sub ($argument) { @$argument } } qw(oneOf anyOf allOf)),
);

# Of what type an argument has to be.
my %argument = (
	'$ref' => 'string', type => 'string array', enum => 'array',
	const => join(' ', keys %types), properties => 'object',
	required => 'array', additionalProperties => 'object boolean',
	items => 'object boolean', format => 'string', pattern => 'string',
	(map { $_ => 'array' } qw(oneOf anyOf allOf)),
	(map { $_ => 'integer' } qw(minLength maxLength minItems maxItems
	    minProperties maxProperties)),
	(map { $_ => 'integer number' } qw(minimum maximum)),
);

# A keyword that sets a limit: to what $measure says of a value, if it says
# anything.
sub limit($least, $unit, $measure)
{
	return sub ($, $n, $value, $where, $) {
		my $got = $measure->($value) // return;
		return if $least ? $got >= $n : $got <= $n;
		return "$where: $got$unit, " . ($least ? 'less' : 'more')
		    . " than $n";
	};
}

sub number($value)
{
	return type_of($value) =~ /^(?:integer|number)$/ ? $value : undef;
}

sub characters($value) { type_of($value) eq 'string' ? length $value : undef }
sub items($value) { ref $value eq 'ARRAY' ? scalar @$value : undef }
sub members($value) { ref $value eq 'HASH' ? scalar keys %$value : undef }

# Each is given itself, the keyword's argument, the value, where in the whole
# that is, and the schema around the keyword; it returns faults.
my %keyword = (
	'$ref' => sub ($self, $ref, $value, $where, $) {
		return $self->faults($self->at($ref), $value, $where);
	},
	type => sub ($, $wanted, $value, $where, $) {
		my @wanted = ref $wanted ? @$wanted : $wanted;
		my $type = type_of($value);
		return if grep { $_ eq $type
		    || $_ eq 'number' && $type eq 'integer' } @wanted;
		return "$where: $type, not " . join ' or ', @wanted;
	},
	enum => sub ($, $choices, $value, $where, $) {
		return if grep { same($_, $value) } @$choices;
		return "$where: " . $json->encode($value) . ' is none of '
		    . $json->encode($choices);
	},
	const => sub ($, $wanted, $value, $where, $) {
		return if same($wanted, $value);
		return "$where: " . $json->encode($value) . ', not '
		    . $json->encode($wanted);
	},
	properties => sub ($self, $properties, $value, $where, $) {
		return if ref $value ne 'HASH';
		return map { $self->faults($properties->{$_}, $value->{$_},
		    "$where.$_") } grep { exists $value->{$_} }
		    sort keys %$properties;
	},
	required => sub ($, $names, $value, $where, $) {
		return if ref $value ne 'HASH';
		return map { "$where: no $_" }
		    grep { !exists $value->{$_} } @$names;
	},
	additionalProperties => sub ($self, $rule, $value, $where, $schema) {
		return if ref $value ne 'HASH';
		return map { $self->faults($rule, $value->{$_}, "$where.$_") }
		    grep { !exists(($schema->{properties} // {})->{$_}) }
		    sort keys %$value;
	},
	items => sub ($self, $rule, $value, $where, $) {
		return if ref $value ne 'ARRAY';
		return map { $self->faults($rule, $value->[$_],
		    "$where\[$_]") } 0 .. $#$value;
	},
	oneOf => sub ($self, $rules, $value, $where, $) {
		my @faults = map { [$self->faults($_, $value, $where)] }
		    @$rules;
		my $fit = grep { !@$_ } @faults;
		return if $fit == 1;
		return "$where: fits $fit of oneOf" . ($fit ? ''
		    : join '', map { '; ' . join ', ', @$_ } @faults);
	},
	anyOf => sub ($self, $rules, $value, $where, $) {
		my @faults = map { [$self->faults($_, $value, $where)] }
		    @$rules;
		return if grep { !@$_ } @faults;
		return "$where: fits none of anyOf"
		    . join '', map { '; ' . join ', ', @$_ } @faults;
	},
	allOf => sub ($self, $rules, $value, $where, $) {
		return map { $self->faults($_, $value, $where) } @$rules;
	},
	format => sub ($, $name, $value, $where, $) {
		return if type_of($value) ne 'string'
		    || $formats{$name}->($value);
		return "$where: \"$value\" is no $name";
	},
	pattern => sub ($, $pattern, $value, $where, $) {
		return if type_of($value) ne 'string'
		    || $value =~ regexp($pattern);
		return "$where: \"$value\" does not match $pattern";
	},
	minimum => limit(1, '', \&number),
	maximum => limit(0, '', \&number),
	minLength => limit(1, ' characters', \&characters),
	maxLength => limit(0, ' characters', \&characters),
	minItems => limit(1, ' items', \&items),
	maxItems => limit(0, ' items', \&items),
	minProperties => limit(1, ' members', \&members),
	maxProperties => limit(0, ' members', \&members),
);

# --- the two questions

# Dies unless this one schema, not those inside it, is understood.
sub understand($schema)
{
	return if JSON::PP::is_bool($schema);
	die "no schema: @{[ $json->encode($schema) ]}\n"
	    if ref $schema ne 'HASH';
	for my $name (sort keys %$schema) {
		next if $silent{$name};
		die "keyword not understood: $name\n" if !$keyword{$name};
		my $type = type_of($schema->{$name});
		die "$name: $type, not $argument{$name}\n"
		    if " $argument{$name} " !~ / $type /;
	}
	my $wanted = $schema->{type};
	for (ref $wanted ? @$wanted : $wanted // ()) {
		die "type not understood: $_\n" if !$types{$_};
	}
	die "format not understood: $schema->{format}\n"
	    if defined $schema->{format} && !$formats{ $schema->{format} };
	regexp($schema->{pattern}) if defined $schema->{pattern};
}

# Dies unless a schema and all that it holds or points to is understood.
sub check($self, $schema, $seen = {})
{
	understand($schema);
	return if ref $schema ne 'HASH' || $seen->{ 0 + $schema }++;
	$self->check($self->at($schema->{'$ref'}), $seen)
	    if defined $schema->{'$ref'};
	for my $name (grep { exists $schema->{$_} } sort keys %children) {
		$self->check($_, $seen)
		    for $children{$name}->($schema->{$name});
	}
}

# What is wrong with a value: a list of "where: what", empty if nothing is.
sub faults($self, $schema, $value, $where = '$')
{
	understand($schema);
	if (JSON::PP::is_bool($schema)) {
		return $schema ? () : "$where: should not be there";
	}
	return map { $keyword{$_}->($self, $schema->{$_}, $value, $where,
	    $schema) } grep { !$silent{$_} } sort keys %$schema;
}

1;
