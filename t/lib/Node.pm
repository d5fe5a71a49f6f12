# Programs of t/node: real npm packages, run by node, as witnesses.
#
#	use Node;		# skips the test where they are not installed
#	use Node 'mcp';		# those of t/mcp, which bring their own node
#	Node::tap('the client', 'better-auth-client.mjs', { base => $url });
#	my $site = Node->better_auth($cluster, 'site');	# { port, todo, ... }
#	my $out = Node::ask('act.mjs', { ... });	# the JSON it prints
#
# script/setup -n installs them (npm ci).  TASKCHAT_NEED_NODE=1 makes their
# absence a failure.
package Node;

use v5.36;
use Cwd ();
use File::Basename qw(dirname);
use JSON::PP ();
use Proc qw(until_true run find_program);
use Test::More ();

my $tests = Cwd::abs_path(dirname(__FILE__) . '/..');
my $dir = "$tests/node";
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $text = JSON::PP->new->canonical->allow_nonref;
my %number;
my %node;	# how it is called, by folder

# Why the programs of t/node, or of another folder like it, cannot be run;
# undef: they can.
sub missing($folder = 'node')
{
	my $dir = "$tests/$folder";
	# A folder whose packages need a newer one than may be here brings it.
	my ($node) = (glob("$dir/node_modules/node-*/bin/node"),
	    find_program('node')) or return 'node is not installed';
	my @node = ($node);
	my (undef, $version) = run([@node, '--version'], as_root => 1);
	my ($major) = $version =~ /^v(\d+)/;
	return 'node is older than 18' if ($major // 0) < 18;
	return 'node is older than 22' if $folder eq 'mcp' && $major < 22;
	# The packages take for granted what Debian 12's still hides.
	push @node, '--experimental-global-webcrypto' if $major == 18;
	$node{$folder} = \@node;
	# script/setup leaves a copy of the list it has installed.
	my $have = Proc::slurp("$dir/node_modules/.installed-lock");
	return $have eq Proc::slurp("$dir/package-lock.json") ? undef
	    : 'npm packages are not installed (script/setup -n)';
}

sub import($class, $folder = 'node')
{
	my $why = missing($folder) // return;
	if ($ENV{TASKCHAT_NEED_NODE}) {
		Test::More::BAIL_OUT($why);
	}
	Test::More::plan(skip_all => $why);
}

# The words a program of that folder's packages begins with.
sub node($folder = 'node') { @{ $node{$folder} } }

sub argv($script, $wish, $folder = 'node')
{
	return [node($folder), "$tests/$folder/$script",
	    $json->encode($wish)];
}

# The source tree may be closed to others, so they run as we do.
my %as_we = (as_root => 1);

# Run one to its end; its lines of TAP are ours.
sub tap($name, $script, $wish, $folder = 'node')
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return Test::More::subtest($name => sub {
		my ($status, $out, $err) = run(argv($script, $wish,
		    $folder), %as_we, seconds => 240);
		relay($out, $status, $err);
	});
}

sub relay($out, $status, $err)
{
	my ($seen, $planned) = (0);
	for (split /\n/, $out) {
		if (/^(not )?ok \d+ - (.*)/) {
			$seen++;
			Test::More::ok(!$1, $2);
		} elsif (/^1\.\.(\d+)$/) {
			$planned = $1;
		} elsif (/^#   (.*)/) {
			Test::More::diag("  $1");
		} elsif (/^# (.*)/) {
			Test::More::note($1);
		}
	}
	Test::More::is($planned, $seen, 'it came to its end')
	    or Test::More::diag("status $status\n", substr $err, 0, 4000);
}

# The same of one that asks the test to do things meanwhile, as Browser.pm's
# do.
sub converse($name, $script, $wish, $folder, $can)
{
	require Browser;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $home = Cluster::make_dir('tn-XXXXXX');
	my $good = Test::More::subtest($name => sub {
		my ($status, $out, $err) = Browser::converse(
		    argv($script, $wish, $folder), $home, $can);
		relay($out, $status, $err);
	});
	Cluster::remove_tree($home);
	return $good;
}

# Run one to its end; the JSON it prints.
sub ask($script, $wish, $folder = 'node')
{
	my ($status, $out, $err) = run(argv($script, $wish, $folder),
	    %as_we);
	die "$script: status $status\n$out$err" if $status != 0;
	return $text->decode($out);
}

# Start one that prints a line of JSON with its port when it listens.
sub start($class, $script, $wish, $home)
{
	my $name = ($script =~ s/\.mjs$//r) . ++$number{$home};
	my $log = "$home/$name.log";
	my $proc = Proc->start(name => $name, log => $log, %as_we,
	    argv => argv($script, $wish));
	my $line = until_true("$script to listen", sub {
		die "$script ended: ", Proc::slurp($log) if !$proc->alive;
		return Proc::slurp($log) =~ /^(\{"port".*\})\n/m ? $1 : undef;
	}, seconds => 60);
	return bless { %{ $text->decode($line) }, proc => $proc, log => $log },
	    $class;
}

# Better Auth on a database of this cluster.  base, secret, mailbox, ids,
# migrate: see better-auth-server.mjs.
sub better_auth($class, $cluster, $database, %opt)
{
	my $role = delete $opt{role} // 'postgres';
	return $class->start('better-auth-server.mjs', { %opt,
	    database => { host => $cluster->dir, user => $role,
	        database => $database } }, $cluster->dir);
}

sub port($self) { $self->{port} }
sub url($self) { "http://127.0.0.1:$self->{port}" }
sub todo($self) { $self->{todo} }
sub stop($self) { $self->{proc}->end }

1;
