#!/usr/bin/perl
# The connection pool: t/unit/pool.c against a Postgres of its own, and once
# more with valgrind's eyes on its threads.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use File::Copy qw(copy);
use Proc qw(run find_program);

my $app = App->new(workers => 0, pgbouncer => 0)->start;
my $url = $app->cluster->url('taskchat');
my $program = within_reach(App::build() . '/t/unit/pool');

# A copy that children can read, whoever's home we were built in.
sub within_reach($path)
{
	my $copy = $app->dir . '/' . $path =~ s{.*/}{}r;
	copy($path, $copy) or die "$path: $!";
	chmod 0755, $copy;
	return $copy;
}

passes('the pool', run([$program, $url], env => { $app->environment }));

SKIP: {
	my $valgrind = find_program('valgrind')
	    // skip 'valgrind is not installed', 1;
	skip 'a sanitizer build watches itself', 1
	    if `nm '$program'` =~ /__[at]san_init/;
	my ($status, $out, $err) = run([$valgrind, '--tool=helgrind',
	    '--error-exitcode=99', '--history-level=approx',
	    '--suppressions=' . within_reach(App::source()
	        . '/t/helgrind.supp'), $program, $url, 'storm', 4],
	    seconds => 300);
	passes('threads, under helgrind', $status, $out, $err);
	like($err, qr/ERROR SUMMARY: 0 errors/, 'no race, no lock misused')
	    or diag substr $err, 0, 6000;
}

done_testing;
