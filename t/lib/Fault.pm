# What goes wrong on purpose.  Locks in the database stop a worker at a step
# of the test's choosing; then somebody is killed, or the lock is let go.
#
#	my $fault = Fault->new($app);
#	my $hold = $fault->hold("select 1 from task where ... for update");
#	my $call = $ann->start_chat('complete task 1');
#	my ($pid) = $hold->blocks;	# a backend that waits for us
#	$app->kill_worker;
#	$fault->cut($pid);		# the statement never happened, or
#	$hold->release;			# it goes on without its worker
package Fault;

use v5.36;
use Proc qw(until_true);

sub new($class, $app)
{
	return bless { app => $app }, $class;
}

# One row's first column, without a new psql each time; with one when the
# server was away meanwhile.
sub ask($self, $sql)
{
	if ($self->{session}) {
		my ($answer) = eval { $self->{session}->sql($sql) };
		return $answer if !$@;
	}
	$self->{session} = Fault::Session->start($self->{app}->cluster);
	return ($self->{session}->sql($sql))[0];
}

sub until($self, $what, $condition, %opt)
{
	return until_true($what, sub {
		return $self->ask("select nullif(($condition), false)");
	}, %opt);
}

# A transaction that has done this and stays open.
sub hold($self, $sql)
{
	my $session = Fault::Session->start($self->{app}->cluster);
	$session->sql('begin');
	my ($pid) = $session->sql('select pg_backend_pid()');
	$session->sql($sql);
	return bless { fault => $self, session => $session, pid => $pid },
	    'Fault::Hold';
}

# The pids of the backends that wait for that one, or for one that does.
sub waiting_for($self, $pid)
{
	my $text = $self->ask('with recursive wait(pid) as (select pid from'
	    . " pg_stat_activity where $pid = any(pg_blocking_pids(pid))"
	    . ' union select a.pid from pg_stat_activity a, wait w'
	    . ' where w.pid = any(pg_blocking_pids(a.pid)))'
	    . " select string_agg(pid::text, ' ' order by pid) from wait");
	return split / /, $text // '';
}

# End these backends and wait until they are gone: what they were about to
# do never happened.
sub cut($self, @pids)
{
	my $list = join ',', @pids or return;
	$self->ask('select count(pg_terminate_backend(pid))'
	    . " from unnest(array[$list]) pid");
	$self->until("backends $list to be gone", 'select count(*) = 0'
	    . " from pg_stat_activity where pid in ($list)");
}

# The end of every statement of the workers that is still under way.
sub settle($self)
{
	$self->until('the workers\' statements to end', 'select count(*) = 0'
	    . " from pg_stat_activity where usename = 'taskchat'"
	    . " and state <> 'idle'");
}

# The leases of dead workers run out by themselves.
sub leases_over($self)
{
	$self->until('the leases to be over', 'select count(*) = 0 from'
	    . ' conversation where lease_until > clock_timestamp()');
}

package Fault::Hold;

use v5.36;
use Proc qw(until_true);

sub pid($self) { $self->{pid} }

# Wait until this many of the workers' backends wait for us; their pids.
sub blocks($self, $n = 1)
{
	my @pids;
	until_true("$n to wait for a lock", sub {
		@pids = $self->{fault}->waiting_for($self->{pid});
		return @pids >= $n;
	});
	return @pids;
}

# More of the same transaction.
sub also($self, $sql)
{
	$self->{session}->sql($sql);
	return $self;
}

# Its locks are gone when this returns, unless the server was first.
sub release($self)
{
	my $session = delete $self->{session} or return;
	eval { $session->sql('rollback') };
	$session->stop;
}

# A psql that stays.
package Fault::Session;

use v5.36;
use Proc qw(find_program);

my $patience = $ENV{TASKCHAT_TEST_PATIENCE} || 1;

sub start($class, $cluster)
{
	pipe my $from_us, my $to_it or die "pipe: $!";
	pipe my $from_it, my $to_us or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		Proc::become([find_program('psql'), '-XqAt', '-d',
		    $cluster->url('postgres')], stdin => $from_us,
		    out => $to_us, err => $to_us);
	}
	$to_it->autoflush(1);
	binmode $to_it, ':encoding(UTF-8)';
	my $self = bless { in => $to_it, out => $from_it, got => '', n => 0,
	    proc => Proc->adopt(pid => $pid, name => 'psql') }, $class;
	$self->sql('set search_path to taskchat');
	return $self;
}

# Rows as text; dies with the server's complaint.
sub sql($self, $sql)
{
	my $mark = 'end-' . ++$self->{n} . "-$$";
	local $SIG{PIPE} = 'IGNORE';
	print { $self->{in} } "$sql;\nselect '$mark';\n";
	$self->more($sql) while index($self->{got}, "$mark\n") < 0;
	my $end = index $self->{got}, "$mark\n";
	my $text = substr $self->{got}, 0, $end;
	substr $self->{got}, 0, $end + length("$mark\n"), '';
	die "$sql\n$text" if $text =~ /^(?:ERROR|FATAL|psql: error):/m;
	utf8::decode($text);
	return split /\n/, $text;
}

sub more($self, $what)
{
	my $bits = '';
	vec($bits, fileno $self->{out}, 1) = 1;
	select my $read = $bits, undef, undef, 30 * $patience
	    or die "psql does not answer: $what\n";
	sysread $self->{out}, $self->{got}, 65536, length $self->{got}
	    or die "psql ended: $what\n$self->{got}";
}

sub alive($self) { $self->{proc}->alive }

sub stop($self)
{
	close $self->{in};
	$self->{proc}->end(signal => 'TERM');
}

1;
