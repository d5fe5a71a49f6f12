# Programs of t/browser: a real Chromium that looks at our pages.
#
#	use Browser;		# skips the test where there is none
#	my $app = Browser::app(model => 'script');
#	Browser::tap('the chat', 'chat.mjs', { url => Browser::url($app) }, {
#	    kill_worker => sub ($args) { $app->kill_worker; return 1 },
#	});
#
# A program asks the test to do what a browser cannot (lib.mjs, perl()): a
# line "#! [name, args]" on its standard output calls the function of that
# name here, and one line of JSON, what it returned, answers it.
#
# script/setup -b installs Chromium and the npm packages.
# TASKCHAT_NEED_BROWSER=1 makes their absence a failure, TASKCHAT_COVERAGE
# names a folder for what was executed (script/coverage -b).
package Browser;

use v5.36;
use App ();
use Cwd ();
use File::Basename qw(dirname);
use File::Path qw(make_path);
use IO::Handle;
use JSON::PP ();
use Node ();
use POSIX ();
use Proc qw(until_true find_program);
use Test::More ();

my $source = Cwd::abs_path(dirname(__FILE__) . '/../..');
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $patience = $ENV{TASKCHAT_TEST_PATIENCE} || 1;
my $chromium;

sub missing()
{
	$chromium = find_program(qw(chromium chromium-browser google-chrome))
	    // return 'chromium is not installed';
	return 'the pages lack htdocs/vendor/marked.js (make puts it there)'
	    if !-e "$source/htdocs/vendor/marked.js";
	my $why = Node::missing('browser') // return undef;
	return $why =~ s/ -n\)/ -b)/r;
}

sub import($class)
{
	my $why = missing() // return;
	if ($ENV{TASKCHAT_NEED_BROWSER}) {
		Test::More::BAIL_OUT($why);
	}
	Test::More::plan(skip_all => $why);
}

# An App with accounts whose nginx serves the pages as the examples do.
sub app(%opt)
{
	return App->new(accounts => 1, pages => 1, %opt)->start;
}

sub url($app) { 'http://127.0.0.1:' . $app->port }

# What most programs ask for: rows of the database, and what the pretend
# model does.
sub usual($app, %more)
{
	my $model = $app->model;
	return {
		rows => sub ($sql) { return [$app->rows($sql)] },
		sql => sub ($sql) { $app->sql($sql); return 1 },
		order => sub ($order) { $model->order(%$order); return 1 },
		release => sub ($) { $model->release; return 1 },
		requests => sub ($) { return $model->state->{requests} },
		held => sub ($) {
			until_true('the model to hold its answer',
			    sub { $model->state->{held} });
			return 1;
		},
		%more,
	};
}

sub screenshots()
{
	my $dir = App::build() . '/screenshots';
	make_path($dir);
	return $dir;
}

# Run one to its end; its lines of TAP are ours.
sub tap($name, $script, $wish, $can = {})
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $home = Cluster::make_dir('tb-XXXXXX');
	my %wish = (chromium => $chromium, home => $home,
	    screenshots => screenshots(), patience => $patience, %$wish);
	my ($said, $complaint, $status);
	my $good = Test::More::subtest($name => sub {
		($status, $said, $complaint) = converse(
		    Node::argv($script, \%wish, 'browser'), $home, $can);
		Node::relay($said, $status, $complaint);
	});
	Cluster::remove_tree($home);
	return $good;
}

# Start it, do what it asks for, and collect the rest of what it says.
sub converse($argv, $home, $can)
{
	pipe my $from, my $out or die "pipe: $!";
	pipe my $in, my $to or die "pipe: $!";
	open my $err, '+>', "$home/stderr" or die "$home/stderr: $!";
	my %env = map { ($_ => $ENV{$_}) }
	    grep { defined $ENV{$_} } qw(TASKCHAT_COVERAGE);
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		close $_ for $from, $to;
		# The source tree may be closed to others, so it runs as we do.
		Proc::become($argv, stdin => $in, out => $out, err => $err,
		    as_root => 1, dir => $home,
		    env => { HOME => $home, TMPDIR => $home, %env });
	}
	close $_ for $out, $in;
	my $proc = Proc->adopt(pid => $pid, name => $argv->[1]);
	$to->autoflush(1);
	my $said = '';
	local $SIG{PIPE} = 'IGNORE';
	local $SIG{ALRM} = sub { die "it did not end by itself\n" };
	my $fine = eval {
		alarm 300 * $patience;
		while (defined(my $line = <$from>)) {
			if ($line =~ /^#! (.*)/) {
				print $to answer($json->decode($1), $can);
			} else {
				utf8::decode($line);
				$said .= $line;
			}
		}
		alarm 0;
		1;
	};
	alarm 0;
	my $why = $fine ? '' : "$@";
	$proc->end(signal => 'KILL') if !$fine;
	$proc->wait_end;
	return ($proc->status, $said, $why . Proc::slurp("$home/stderr"));
}

sub answer($ask, $can)
{
	my ($name, $args) = @$ask;
	my $do = $can->{$name};
	my $result = eval {
		die "the test cannot '$name'\n" if !$do;
		{ ok => $do->($args) };
	} // { error => "$@" };
	return $json->encode($result) . "\n";
}

1;
