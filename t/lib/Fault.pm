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

# The reply that is about to be stored stands there already, uncommitted.
sub hold_reply($self, $who, $id)
{
	return $self->hold('insert into message (user_id, conversation_id,'
	    . " id, role, content) values ('" . $who->id . "', '"
	    . $who->conversation . "', $id, 'assistant', '')");
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

# A psql that stays.  role: whose.
package Fault::Session;

use v5.36;
use Cluster ();

my $patience = $ENV{TASKCHAT_TEST_PATIENCE} || 1;

sub start($class, $cluster, %opt)
{
	my $psql = Cluster::program('psql');
	pipe my $from_us, my $to_it or die "pipe: $!";
	pipe my $from_it, my $to_us or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		Proc::become([$psql, '-XqAt', '-F', "\t", '-d',
		    $cluster->url($opt{role} // 'postgres')],
		    stdin => $from_us, out => $to_us, err => $to_us);
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

# A wire between the workers and Postgres that can lose an answer: the server
# has committed, and nobody is told.
#
#	my $wire = Fault::Wire->start($app);	# before a worker is started
#	$wire->lose('taskchat.call_run(');	# the next one with these words
#	... $wire->lost or die			# did it happen?
package Fault::Wire;

use v5.36;
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(SOCK_STREAM);

sub start($class, $app)
{
	my $self = bless { dir => $app->dir . '/wire' }, $class;
	mkdir $self->{dir} or die "$self->{dir}: $!";
	chmod 0755, $self->{dir};
	my $path = "$self->{dir}/.s.PGSQL.5432";
	my $listen = IO::Socket::UNIX->new(Type => SOCK_STREAM,
	    Local => $path, Listen => 100) or die "$path: $!";
	chmod 0777, $path;
	my $parent = $$;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		$SIG{$_} = 'DEFAULT' for qw(TERM INT HUP);
		$SIG{PIPE} = 'IGNORE';
		eval { $self->carry($listen, $parent,
		    $app->dir . '/.s.PGSQL.5432') };
		print STDERR "the wire: $@" if $@;
		POSIX::_exit(1);
	}
	$self->{proc} = Proc->adopt(pid => $pid, name => 'the wire');
	$app->{settings}{database_url} =
	    "host=$self->{dir} port=5432 user=taskchat dbname=taskchat";
	return $self;
}

sub lose($self, $words)
{
	unlink "$self->{dir}/lost";
	open my $fh, '>', "$self->{dir}/new" or die "$self->{dir}: $!";
	print $fh $words;
	close $fh;
	rename "$self->{dir}/new", "$self->{dir}/lose" or die $!;
}

sub lost($self) { -e "$self->{dir}/lost" }
sub stop($self) { $self->{proc}->end }

# The process: two sockets a connection, bytes both ways.
sub carry($self, $listen, $parent, $target)
{
	my %other;	# descriptor => the connection's other end
	my %of;		# descriptor => its handle
	my %doomed;	# server's descriptor => what it said meanwhile
	while (getppid == $parent) {
		my $bits = '';
		vec($bits, $_, 1) = 1 for fileno $listen, keys %of;
		next if select($bits, undef, undef, 0.5) <= 0;
		if (vec($bits, fileno $listen, 1)) {
			my $client = $listen->accept or next;
			my $server = IO::Socket::UNIX->new(Peer => $target)
			    or next;
			$other{ fileno $client } = $server;
			$other{ fileno $server } = $client;
			$of{ fileno $_ } = $_ for $client, $server;
		}
		for my $fd (grep { vec $bits, $_, 1 } keys %of) {
			my $from = $of{$fd} // next;
			my $to = $other{$fd};
			my $n = sysread $from, my $data, 65536;
			my $over = !$n;
			if ($n && defined $doomed{$fd}) {
				$doomed{$fd} .= $data;
				# ReadyForQuery: the transaction has ended
				$over = index($doomed{$fd}, "Z\0\0\0\5") >= 0;
				rename "$self->{dir}/losing",
				    "$self->{dir}/lost" if $over;
			} elsif ($n) {
				$doomed{ fileno $to } = ''
				    if $self->looked_for($data);
				syswrite $to, $data;
			}
			next if !$over;
			for my $end (fileno $from, fileno $to) {
				delete $_->{$end} for \%of, \%other, \%doomed;
			}
			close $from;
			close $to;
		}
	}
	POSIX::_exit(0);
}

# Once: the file says which.
sub looked_for($self, $data)
{
	open my $fh, '<', "$self->{dir}/lose" or return 0;
	local $/;
	my $words = <$fh>;
	return index($data, $words) >= 0
	    && rename "$self->{dir}/lose", "$self->{dir}/losing";
}

1;
