#!/usr/bin/perl
# The heart of the suite once more, with PgBouncer in transaction mode
# between the workers and Postgres: whatever leaned on a session (a setting,
# a prepared statement, a lock) would fail here.
use v5.36;
use utf8;
use File::Temp ();
use FindBin;
use lib "$FindBin::Bin/lib";
use Proc qw(find_program);
use Test::More;

plan skip_all => 'this is such a run already' if $ENV{TASKCHAT_PGBOUNCER};
plan skip_all => 'pgbouncer is not installed' if !find_program('pgbouncer');

my @suites = qw(520-confirm 540-crash 500-turn 510-tools);
my (%out, %child);

# Its own process, so that nothing of it is mixed with our results.
sub start($suite)
{
	$out{$suite} = File::Temp->new;
	my $pid = fork // die "fork: $!";
	return $child{$pid} = $suite if $pid;
	$ENV{TASKCHAT_PGBOUNCER} = 1;
	open STDOUT, '>&', $out{$suite} or die $!;
	open STDERR, '>&', $out{$suite} or die $!;
	exec $^X, '-I', "$FindBin::Bin/lib", "$FindBin::Bin/$suite.t"
	    or die "$suite: $!";
}

sub finish($pid, $status)
{
	my $suite = delete $child{$pid} // return;
	my $text = Proc::slurp("$out{$suite}");
	my ($plan) = $text =~ /^1\.\.(\d+)$/m;
	my @good = $text =~ /^(ok) \d+/mg;
	ok($status == 0 && @good && @good == ($plan // 0),
	    "$suite.t through PgBouncer: " . @good . ' of '
	    . ($plan // 'no plan'))
	    or diag join "\n", grep { /^\s*(?:not ok|#)|^\w/ && !/^ok/ }
	        split /\n/, $text;
}

while (@suites || %child) {
	start(shift @suites) while @suites && keys %child < 2;
	my $pid = waitpid -1, 0;
	finish($pid, $?);
}

done_testing;
