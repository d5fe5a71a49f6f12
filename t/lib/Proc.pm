# Other programs: started without a shell, as an unprivileged user when we
# are root, and ended by their own id.
package Proc;

use v5.36;
use Exporter 'import';
use File::Temp ();
use POSIX ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

our @EXPORT_OK = qw(until_true drop_to_user run find_program child_ids
    as_child);

# A slow machine, valgrind: TASKCHAT_TEST_PATIENCE=5 waits five times as long.
my $patience = $ENV{TASKCHAT_TEST_PATIENCE} || 1;
my $tick = 0.02;

# Ask until the answer is true, or for so many seconds.  Dies naming what it
# waited for.
sub until_true($what, $ask, %opt)
{
	my $seconds = ($opt{seconds} // 20) * $patience;
	my $end = clock_gettime(CLOCK_MONOTONIC) + $seconds;
	do {
		my $answer = $ask->();
		return $answer if $answer;
		select undef, undef, undef, $tick;
	} while (clock_gettime(CLOCK_MONOTONIC) < $end);
	return undef if $opt{quiet};
	die "waited ${seconds} s for $what\n";
}

# Who children run as: (uid, gid, all groups), nothing when we are nobody
# special ourselves.
sub child_ids()
{
	return if $> != 0;
	my ($name, undef, $uid, $gid) = getpwnam 'postgres';
	($name, undef, $uid, $gid) = getpwnam 'nobody' if !defined $name;
	my @groups = ($gid);
	while (my ($group, undef, $id, $members) = getgrent) {
		push @groups, $id if grep { $_ eq $name } split ' ', $members;
	}
	endgrent;
	return ($uid, $gid, @groups);
}

my @ids = child_ids();

sub drop_to_user()
{
	return if !@ids;
	my ($uid, $gid, @groups) = @ids;
	$) = "$gid @groups";
	POSIX::setgid($gid) or die "setgid $gid: $!";
	POSIX::setuid($uid) or die "setuid $uid: $!";
}

# Do something with the children's rights, to see what they would see.
sub as_child($do)
{
	return $do->() if !@ids;
	local $) = "$ids[1] @ids[2 .. $#ids]";
	local $> = $ids[0];
	return $do->();
}

sub find_program(@names)
{
	my @dirs = (split(/:/, $ENV{PATH} // ''), '/usr/sbin', '/sbin',
	    reverse sort glob '/usr/lib/postgresql/*/bin');
	for my $name (@names) {
		for my $dir (@dirs) {
			return "$dir/$name" if -x "$dir/$name" && !-d _;
		}
	}
	return undef;
}

sub clean_env(%more)
{
	return (PATH => $ENV{PATH} // '/usr/bin:/bin', LC_ALL => 'C.UTF-8',
	    TZ => 'UTC', PGPASSFILE => '/nonexistent', HOME => '/nonexistent',
	    %more);
}

# In the child: descriptors, rights, then the program.  The kernel ends it
# when the test itself is killed, so nothing is left behind.
sub become($argv, %opt)
{
	my $in = $opt{stdin};
	if (!defined $in) {
		open $in, '<', '/dev/null' or POSIX::_exit(126);
	}
	POSIX::dup2(fileno $in, 0);
	POSIX::dup2(fileno $opt{out}, 1);
	POSIX::dup2(fileno $opt{err}, 2);
	chdir($opt{dir} // '/');
	drop_to_user() if !$opt{as_root};
	%ENV = clean_env(%{ $opt{env} // {} });
	my @argv = @$argv;
	state $setpriv = find_program('setpriv');
	unshift @argv, $setpriv, '--pdeathsig', $opt{deathsig} // 'TERM'
	    if $setpriv;
	{ no warnings 'exec'; exec { $argv[0] } @argv; }
	syswrite STDERR, "$argv[0]: $!\n";
	POSIX::_exit(127);
}

# start(name => 'worker', argv => [...], log => file, env => {...},
# stdin => handle, dir => directory, stop => signal that ends it).
sub start($class, %opt)
{
	open my $log, '>>', $opt{log} or die "$opt{log}: $!";
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		become($opt{argv}, %opt, out => $log, err => $log,
		    deathsig => $opt{deathsig} // $opt{stop} // 'TERM');
	}
	return bless {
		pid => $pid, name => $opt{name}, log => $opt{log},
		stop => $opt{stop} // 'TERM', owner => $$,
	}, $class;
}

# Take over a child that was forked by somebody else.
sub adopt($class, %opt)
{
	return bless { stop => 'TERM', owner => $$, %opt }, $class;
}

sub pid($self) { $self->{pid} }
sub name($self) { $self->{name} }

# undef while it runs, afterwards its wait status.
sub status($self)
{
	return $self->{status} if defined $self->{status};
	my $got = waitpid $self->{pid}, POSIX::WNOHANG;
	$self->{status} = $? if $got == $self->{pid};
	$self->{status} = -1 if $got == -1;
	return $self->{status};
}

sub alive($self) { !defined $self->status }

sub signal($self, $signal)
{
	return $self->alive ? kill($signal, $self->{pid}) : 0;
}

sub wait_end($self, %opt)
{
	until_true("the end of $self->{name} ($self->{pid})",
	    sub { !$self->alive }, %opt);
	return $self->{status};
}

# Ask it to end; force it when it does not.  True when it went by itself.
sub end($self, %opt)
{
	return 1 if !$self->alive;
	$self->signal($opt{signal} // $self->{stop});
	return 1 if defined $self->wait_end(quiet => 1,
	    seconds => $opt{seconds} // 20) && !$self->alive;
	$self->signal('KILL');
	$self->wait_end;
	return 0;
}

# Run a program to its end: (status, standard output, standard error).
sub run($argv, %opt)
{
	my $out = File::Temp->new;
	my $err = File::Temp->new;
	my $in;
	if (defined $opt{input}) {
		$in = File::Temp->new;
		binmode $in, ':encoding(UTF-8)';
		print $in $opt{input};
		$in->flush;
		seek $in, 0, 0;
		sysseek $in, 0, 0;
	}
	my $pid = fork // die "fork: $!";
	become($argv, %opt, stdin => $in, out => $out, err => $err)
	    if $pid == 0;
	my $self = Proc->adopt(pid => $pid, name => $argv->[0]);
	if (!defined eval { $self->wait_end(seconds => $opt{seconds} // 60) }) {
		$self->end(signal => 'KILL');
		die "$argv->[0] did not end by itself\n";
	}
	return ($self->{status}, slurp("$out"), slurp("$err"));
}

sub slurp($path)
{
	open my $fh, '<:encoding(UTF-8)', $path or return '';
	local $/;
	return scalar(<$fh>) // '';
}

# What has its process in {proc}, started by up().
package Proc::Keeper;

use v5.36;

# To Postgres and PgBouncer INT is a polite end; QUIT is a crash of Postgres.
sub down($self, $how)
{
	my $proc = delete $self->{proc} or return;
	return $proc->end(signal => $how);
}

1;
