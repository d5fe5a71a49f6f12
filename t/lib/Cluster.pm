# A Postgres of one's own: a copy of a template made once, reached through a
# unix socket in its directory, thrown away afterwards.
package Cluster;

use v5.36;
use Cwd ();
use Digest::SHA qw(sha256_hex);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Spec;
use File::Temp ();
use JSON::PP ();
use Proc qw(until_true run find_program child_ids);

our @ISA = ('Proc::Keeper');
my @superuser = ('-U', 'postgres');

# What Debian has in /usr/bin looks for a cluster of its own, at four times
# the price, so those beside initdb come first.
sub program($name)
{
	my ($beside) = grep { -x } map { dirname(Cwd::realpath($_)) . "/$name" }
	    find_program('initdb') // ();
	return $beside // find_program($name) // die "$name is not installed\n";
}

# A directory for the children, with a path short enough for a socket.
sub make_dir($template)
{
	my $dir = File::Temp::tempdir($template, TMPDIR => 1);
	my @ids = child_ids();
	chown $ids[0], $ids[1], $dir if @ids;
	return $dir;
}

sub cache_dir()
{
	my $uid = (child_ids())[0] // $>;
	my $dir = $ENV{TASKCHAT_TEST_CACHE}
	    // File::Spec->catdir(File::Spec->tmpdir, "taskchat-t-$uid");
	if (mkdir $dir, 0700) {
		my @ids = child_ids();
		chown $ids[0], $ids[1], $dir if @ids;
	}
	my @stat = lstat $dir;
	die "$dir belongs to somebody else\n"
	    if !@stat || !-d _ || $stat[4] != $uid;
	return $dir;
}

# What initdb leaves, made once for this version and these options.
sub template()
{
	my ($status, $version) = run([program('initdb'), '--version']);
	my @options = ('-A', 'trust', '--encoding', 'UTF8', '--no-sync',
	    '--no-instructions', '--wal-segsize', 1);
	my $key = substr sha256_hex(join "\0", $version, @options), 0, 16;
	my $home = cache_dir();
	my $made = "$home/cluster-$key";
	return $made if -e "$made/PG_VERSION";

	my $new = "$home/new-$$";
	my $why = '';
	for my $locale ('C.UTF-8', 'C') {
		($status, my $out, $why) = run([program('initdb'), @superuser,
		    '-D', $new, @options, '--locale', $locale],
		    seconds => 300);
		last if $status == 0;
	}
	die "initdb: $why\n" if $status != 0;
	# Whoever is second finds the first one's and drops its own.
	rename $new, $made or remove_tree($new);
	return $made;
}

# start($dir): a running cluster in $dir/data, its socket in $dir.
sub start($class, $dir)
{
	my $self = bless { dir => $dir, port => 5432 }, $class;
	my ($status, undef, $err) = run([program('cp'), '-a',
	    '--reflink=auto', template(), "$dir/data"]);
	die "copy of the template: $err\n" if $status != 0;
	$self->up;
	return $self;
}

sub dir($self) { $self->{dir} }

# A time zone and a date style no program should depend on.
my %settings = (
	listen_addresses => '', fsync => 'off', full_page_writes => 'off',
	max_connections => 60, shared_buffers => '16MB',
	autovacuum_naptime => '1h', timezone => 'Asia/Kolkata',
	datestyle => 'SQL, DMY', log_line_prefix => '%m [%p] %q%u ',
	log_min_messages => 'warning',
);

sub up($self)
{
	my $dir = $self->{dir};
	$self->{proc} = Proc->start(name => 'postgres', stop => 'INT',
	    deathsig => 'QUIT', log => "$dir/postgres.log",
	    argv => [program('postgres'), '-D', "$dir/data", '-k', $dir,
	        map { ('-c', "$_=$settings{$_}") } sort keys %settings]);
	until_true('Postgres to answer', sub {
		die "Postgres ended: ", Proc::slurp("$dir/postgres.log")
		    if !$self->{proc}->alive;
		my ($ok) = $self->try('select 1', db => 'postgres');
		return $ok;
	}, seconds => 60);
	return $self;
}

# A libpq connection string for a role.
sub url($self, $role, $db = 'taskchat')
{
	return "host=$self->{dir} port=$self->{port} user=$role dbname=$db";
}

# Run SQL through psql: (success, rows as text, what it complained about).
sub try($self, $sql, %opt)
{
	state $psql = program('psql');
	my ($status, $out, $err) = run([$psql, '-XqAt', '-F', "\t",
	    '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose',
	    '-d', $self->url($opt{role} // 'postgres',
	        $opt{db} // 'taskchat')],
	    input => "$sql\n");
	chomp $out;
	return ($status == 0, $out, $err);
}

# The same or death.  In list context rows, else the whole text.
sub sql($self, $sql, %opt)
{
	my ($ok, $out, $err) = $self->try($sql, %opt);
	die "$sql\n$err" if !$ok;
	return wantarray ? split(/\n/, $out) : $out;
}

# Rows as hashes.
sub rows($self, $sql, %opt)
{
	my $text = $self->sql(
	    "select coalesce(json_agg(r), '[]') from ($sql) r", %opt);
	return @{ JSON::PP->new->decode($text) };
}

1;
