# The manual and the example file tell the truth about every setting and
# every option.
use v5.36;
use Cwd qw(abs_path);
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{TASKCHAT_BUILD} // "$top/build");
my $program = "$build/taskchat";
plan(skip_all => "$program is not built") if !-x $program;

sub lines($path)
{
	open my $in, '<', $path or die "$path: $!";
	chomp(my @lines = <$in>);
	return @lines;
}

# Nothing from outside may reach the program but what we give it.
sub run(@arguments)
{
	open my $out, '-|', 'env', '-i', 'sh', '-c', 'exec "$@" 2>/dev/null',
	    'sh', $program, @arguments or die "$program: $!";
	chomp(my @lines = <$out>);
	close $out;
	return @lines;
}

my (%type, %default, %secret);
for (run('check', '--settings')) {
	my ($name, $type, $default, $secret) = split /\t/, $_, -1;
	($type{$name}, $default{$name}) = ($type, $default);
	$secret{$name} = $secret eq 'secret';
}
my @all = sort keys %type;
my $block = qr/^(?:issuer|model)\./;	# there may be several of these
my @names = grep { !/$block/ } @all;
cmp_ok(scalar @names, '>', 30, 'the program names its settings');

# --- the example

my (%example, @twice, @odd);
my @example = lines("$top/conf/taskchat.conf.example");
for (@example) {
	if (/^# (\S+\.\S+) =/) {
		my $name = $1 =~ s/($block)\w+/$1NAME/r;
		push @odd, $1 if !exists $type{$name}
		    && !$secret{ $name =~ s/_file\z//r };
	}
	/^#([a-z]\w*) =(?: (.*))?$/ or next;
	push @twice, $1 if exists $example{$1};
	$example{$1} = $2 // '';
}
is_deeply([sort keys %example], \@names, 'the example has every setting');
is_deeply(\%example, { map { $_ => $default{$_} } @names },
    '... with its default');
is_deeply(\@odd, [], '... and none in a block that does not exist');
is_deeply(\@twice, [], '... once');
is_deeply([grep { !/^(?:#|$)/ } @example], [], '... and sets nothing');

# Each line of it may be uncommented as it stands.
{
	my $path = "$build/example-$$.conf";
	open my $out, '>', $path or die "$path: $!";
	say $out s/^#(?=[a-z]\w* =)//r for @example;
	close $out;
	my @said = run('-f', $path, 'check');
	my %said = map { /^(\w+) = (.*)$/ ? ($1 => $2) : () } @said;
	is_deeply(\%said, { map { $_ => $default{$_} } @names },
	    'the example uncommented is the default');
	unlink $path;
}

# --- the manual

my %before = (ISSUERS => 'issuer.NAME.', MODELS => 'model.NAME.');
my (%manual, %text, $name, $before);
for (lines("$top/man/taskchat.conf.5")) {
	$before = $before{$1} // '' if /^\.Sh (.*)/;
	if (/^\.It Cm (\w+) No =(?: (\S+))?$/) {
		$name = $before . $1;
		$manual{$name} = $2 // '';
		$text{$name} = [];
	} elsif (/^\.(?:El|Sh|Ss)\b/) {
		undef $name;
	} elsif (defined $name) {
		push @{ $text{$name} }, $_;
	}
}
is_deeply([sort keys %manual], \@all, 'the manual has every setting');
is_deeply(\%manual, \%default, '... with its default');
for (@all) {
	my $text = join ' ', @{ $text{$_} // [] };
	my $type = $type{$_} // '';
	my @missing;
	push @missing, "$1 to $2"
	    if $type =~ /^number (\d+)\.\.(\d+)$/ && $text !~ /\b$1 to $2\b/;
	push @missing, 'on or off'
	    if $type eq 'boolean' && $text !~ /\bon or off\b/;
	if ($type =~ /^choice (.*)/) {
		push @missing, grep { $text !~ /\b\Q$_\E\b/ }
		    grep { length && $_ ne 'auto' } split /\|/, $1;
	}
	push @missing, 'A secret.' if $secret{$_} && $text !~ /\bA secret\./;
	is(join(', ', @missing), '', "the manual says all about $_");
}

my @long = grep {
	my @words = map { s/^\.\w+ //r } @{ $text{$_} };
	length(join ' ', @words) > 600 || length(join ' ', @words) < 60;
} @all;
is_deeply(\@long, [], '... in a few lines each');

# --- options and commands

my $page = join "\n", lines("$top/man/taskchat.8");
my $help = join "\n", run('--help');
my %option = map { $_ => 1 } $help =~ /(--[a-z][a-z-]+)/g;
cmp_ok(scalar keys %option, '>=', 8, 'the program names its options');
for (sort keys %option) {
	my $word = s/^--//r;
	like($page, qr/Fl -\Q$word\E\b/, "taskchat(8) has $_");
}
like($page, qr/^\.It Cm \Q$_\E\b/m, "taskchat(8) has $_")
    for $help =~ /^  ([a-z]+)  /mg;

done_testing;
