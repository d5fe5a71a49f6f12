# The SQL of src/, as the program sends it: what the C preprocessor makes of
# every struct stmt { "name", "SQL", STMT_AS_USER }.
package Statements;

use v5.36;
use Fault ();
use JSON::PP ();
use Proc qw(find_program);

my $as_workers = <<'SQL' =~ s/;\n\z//r;
\pset null '(null)'
set search_path = pg_catalog, pg_temp;
set timezone = 'UTC';
SQL

# { name, sql, as_user, file } of each, by name.
sub all($top)
{
	my $cc = find_program($ENV{CC} || 'cc', 'gcc', 'clang')
	    // die "no C compiler\n";
	my @flags = split ' ', `pkg-config --cflags libpq` // '';
	my %found;
	for my $file (sort glob "$top/src/*/*.c $top/src/*.c") {
		open my $in, '<:encoding(UTF-8)', $file or die "$file: $!";
		next if join('', <$in>) !~ /\bstruct stmt\b/;
		open my $out, '-|:encoding(UTF-8)', $cc, '-E', '-P',
		    '-std=c11', '-D_GNU_SOURCE', '-iquote', "$top/src",
		    @flags, $file or die "$cc: $!";
		my $text = join '', <$out>;
		close $out or die "$cc -E $file failed\n";
		for (statements($text)) {
			$found{ $_->{name} } = { %$_,
			    file => substr $file, length "$top/" };
		}
	}
	return map { $found{$_} } sort keys %found;
}

sub statements($text)
{
	my $literal = qr/"(?:[^"\\]|\\.)*"/;
	my @found;
	while ($text =~ /\{\s*"(\w+)",\s*((?:$literal\s*)+),
	    \s*(\w+(?:\s*\|\s*\w+)*|\([^{}]*?\))\s*,?\s*\}/gx) {
		my ($name, $literals, $flag) = ($1, $2, $3);
		my $sql = join '', map { substr $_, 1, -1 }
		    $literals =~ /($literal)/g;
		$sql =~ s/\\(.)/$1 eq 'n' ? "\n" : $1 eq 't' ? "\t" : $1/ge;
		push @found, { name => $name, sql => $sql,
		    as_user => $flag =~ /AS_USER/ ? 1 : 0 };
	}
	return @found;
}

# How many parameters it takes.
sub parameters($statement)
{
	my @n = sort { $b <=> $a } $statement->{sql} =~ /\$(\d+)/g;
	return $n[0] // 0;
}

sub quoted($value)
{
	return defined $value ? "'" . $value =~ s/'/''/gr . "'" : 'NULL';
}

# Carry a statement out as the workers do; returns the rows, lists of texts,
# undef for null.
sub execute($app, $statement, @arguments)
{
	my ($ok, $text, $why) = $app->cluster->try("$as_workers;\n"
	    . prepared($statement, @arguments), role => 'taskchat');
	die "$statement->{name}: $why" if !$ok;
	return values_of(split /\n/, $text);
}

# The same without a psql each time: one that execute_in() can use.
sub session($app)
{
	my $session = Fault::Session->start($app->cluster,
	    role => 'taskchat');
	$session->sql("\\set VERBOSITY verbose\n$as_workers");
	return $session;
}

sub execute_in($session, $statement, @arguments)
{
	return values_of($session->sql("deallocate all;\n"
	    . prepared($statement, @arguments)));
}

sub prepared($statement, @arguments)
{
	my $list = join ', ', map { quoted($_) } @arguments;
	$list = "($list)" if @arguments;
	return "prepare s as $statement->{sql};\nexecute s$list";
}

sub values_of(@lines)
{
	return map { [map { $_ eq '(null)' ? undef : $_ }
	    split /\t/, $_, -1] } @lines;
}

# Explain one carried out as the workers do, for this user, and return the
# nodes of its plan as a flat list, the outermost first; "inside" names the
# subplan a node is part of.  mode: as plan_cache_mode has it.
sub explain($app, $statement, $user, $arguments, %opt)
{
	my $mode = $opt{mode} // 'auto';
	my $list = join ', ', map { quoted($_) } @$arguments;
	my ($ok, $text, $why) = $app->cluster->try(<<"SQL", role => 'taskchat');
set plan_cache_mode = $mode;
prepare s as $statement->{sql};
begin;
set local taskchat.user_id = @{[quoted($user)]};
explain (analyze, buffers, costs off, timing off, format json)
    execute s($list);
commit
SQL
	die "$statement->{name}: $why" if !$ok;
	my @nodes;
	my $walk;
	$walk = sub ($node, $inside) {
		push @nodes, $node;
		$node->{inside} = $inside || ($node->{'Subplan Name'} // '');
		$walk->($_, $node->{inside}) for @{ $node->{Plans} // [] };
	};
	$walk->(JSON::PP->new->decode($text)->[0]{Plan}, '');
	return @nodes;
}

# Blocks that a plan looked at, those of its inner nodes included.
sub blocks(@nodes)
{
	return $nodes[0]{'Shared Hit Blocks'} + $nodes[0]{'Shared Read Blocks'};
}

1;
