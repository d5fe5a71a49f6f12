# The whole service in a directory of its own: Postgres, workers, nginx and,
# if wanted, the pretend model and PgBouncer.
#
#	use v5.36;
#	use utf8;
#	use FindBin;
#	use lib "$FindBin::Bin/lib";
#	use App;
#
#	my $app = App->new(model => 'script', turn_timeout => 5)->start;
#	my $ann = $app->user('ann');
#	$app->model->call(add_task => { title => 'milk' });
#	$app->model->say('I added milk.');
#	is($ann->chat('add milk')->names, 'add_task', 'the tool ran');
#	done_testing;
#
# Test::More comes with it.  done_testing() first ends every App and asserts
# that its log holds no error that was not expected, that no sanitizer
# complained and that all processes ended well.  A directory of a test that
# failed is kept and named.
#
# model => 'script' is the pretend model (Model.pm); kind => 'anthropic' or
# 'openai-responses': by that API, not Chat Completions; model_profile also
# says whose rules it has.
#
# program => 't/mcp/fixtures': another of the programs that were built.
#
# accounts => 1: with built-in accounts, at the address of the web server, and
# as many attempts as a test likes.  before_migrate => sub ($app) {...}: what
# is in the database before the program sees it.
#
# TASKCHAT_BUILD names the build directory (build), TASKCHAT_PGBOUNCER=1 puts
# PgBouncer before Postgres, TASKCHAT_TEST_PATIENCE=n makes every wait n
# times as long, TASKCHAT_TEST_KEEP=1 keeps the directories.
package App;

use v5.36;
use Check ();
use Client;
use Cluster;
use Cwd ();
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Spec;
use IO::Socket::UNIX;
use JSON::PP ();
use Model;
use Pooler;
use Proc qw(until_true run find_program as_child);
use Socket qw(SOCK_STREAM);
use Test::More ();
use Token ();
use Web;

my $source = Cwd::abs_path(dirname(__FILE__) . '/../..');
my @running;

sub import($class, @)
{
	my $to = caller;
	my $b = Test::More->builder;
	binmode $_, ':encoding(UTF-8)'
	    for $b->output, $b->failure_output, $b->todo_output;
	no strict 'refs';
	for (@Test::More::EXPORT) {
		next if /^done_testing$/;
		if (/^\$(.*)/) { *{"${to}::$1"} = \${"Test::More::$1"} }
		elsif (/^\w/) { *{"${to}::$_"} = \&{"Test::More::$_"} }
	}
	*{"${to}::$_"} = \&{"Check::$_"} for @Check::EXPORT;
	*{"${to}::until_true"} = \&until_true;
	*{"${to}::done_testing"} = sub {
		$_->finish for @running;
		Test::More::done_testing();
	};
}

sub source() { $source }

sub build()
{
	my $dir = $ENV{TASKCHAT_BUILD} // "$source/build";
	return File::Spec->rel2abs($dir);
}

# What belongs to the harness and is no setting of the program.
my %own = map { $_ => 1 }
    qw(workers listen model kind pgbouncer web env htdocs pages accounts
    before_migrate program);

sub new($class, %opt)
{
	for (qw(nginx initdb psql)) {
		Test::More::plan(skip_all => "$_ is not installed")
		    if !find_program($_);
	}
	my $self = bless { workers => 1, program => 'taskchat',
	    model => 'builtin', procs => [],
	    expect => [], expect_web => [], number => 0, said => [],
	    pgbouncer => $ENV{TASKCHAT_PGBOUNCER} // 0 }, $class;
	for (keys %opt) {
		if ($own{$_}) { $self->{$_} = $opt{$_} }
		else { $self->{settings}{$_} = $opt{$_} }
	}
	my $binary = build() . "/$self->{program}";
	die "$binary is not there: build it first\n" if !-e $binary;
	Test::More::plan(skip_all => 'pgbouncer is not installed')
	    if $self->{pgbouncer} && !find_program('pgbouncer');
	return $self;
}

sub start($self)
{
	push @running, $self;
	my $dir = $self->{dir} = Cluster::make_dir('tc-XXXXXX');
	$self->{binary} = $self->usable_binary(build()
	    . "/$self->{program}");
	$self->{cluster} = Cluster->start($dir);
	$self->{cluster}->sql($_, db => 'postgres') for (
		'create role taskchat_owner login',
		'create role taskchat login nosuperuser nobypassrls',
		'create database taskchat owner taskchat_owner');
	$self->{pooler} = Pooler->start($dir, $self->{cluster}, 'taskchat',
	    'taskchat_owner') if $self->{pgbouncer};
	if ($self->{model} eq 'script') {
		$self->{script} = Model->start;
	}
	# Before the settings, which may name its port.
	$self->{web} = Web->start($dir, socket => $self->socket_path,
	    settings => $self->{web}, root => $self->{htdocs}
	        // "$source/htdocs",
	    pages => $self->{pages} && "$source/conf/nginx-pages.conf");
	$self->configure;
	$self->{before_migrate}->($self) if $self->{before_migrate};
	$self->migrate;
	$self->open_socket if !$self->{listen};
	$self->start_worker for 1 .. $self->{workers};
	$self->wait_ready if $self->{workers};
	return $self;
}

# A build tree under somebody's home is closed to the children.
sub usable_binary($self, $path)
{
	return $path if as_child(sub { -x $path });
	my $copy = "$self->{dir}/taskchat";
	run([find_program('cp'), $path, $copy], as_root => 1);
	chmod 0755, $copy;
	return $copy;
}

# --- settings

sub random_hex($bytes)
{
	return join '', map { sprintf '%02x', rand 256 } 1 .. $bytes;
}

sub configure($self)
{
	my $cluster = $self->{cluster};
	$self->{secret} = random_hex(32);
	my %set = (
		database_url => ($self->{pooler} // $cluster)->url('taskchat'),
		migrate_url => $cluster->url('taskchat_owner'),
		jwt_secret => $self->{secret},
		model => 'builtin', threads => 16, log_level => 'info',
	);
	if (my $script = $self->{script}) {
		$self->{key} = 'key-' . random_hex(16);
		%set = (%set, model => $self->{kind} // 'openai',
		    model_url => $script->url, model_name => 'script',
		    model_profile => 'generic', model_key => $self->{key});
		$script->strict(profile => $self->{settings}{model_profile}
		    // 'generic');
	}
	if ($self->{accounts}) {
		$self->{auth_secret} = $self->{settings}{auth_secret}
		    // random_hex(24);
		%set = (%set, accounts => 'on',
		    auth_secret => $self->{auth_secret},
		    public_url => 'http://127.0.0.1:' . $self->port,
		    attempts_ip => 100000, attempts_account => 100000);
	}
	$self->{settings} = { %set, %{ $self->{settings} // {} } };
	$self->{settings}{listen} = $self->socket_path if $self->{listen};
	$self->{written} = { %{ $self->{settings} } };
	open my $fh, '>', $self->conf or die $self->conf . ": $!";
	print $fh map { "$_ = $self->{written}{$_}\n" }
	    sort keys %{ $self->{written} };
	close $fh or die $self->conf . ": $!";
}

sub conf($self) { "$self->{dir}/taskchat.conf" }

# The environment of the program: settings changed since the file was
# written, and where sanitizers write.
sub environment($self)
{
	my $log = "$self->{dir}/sanitizer";
	my %settings = %{ $self->{settings} };
	for (keys %settings) {
		delete $settings{$_}
		    if ($self->{written}{$_} // "\0") eq $settings{$_};
	}
	my %env = (
		ASAN_OPTIONS => "log_path=$log.asan:detect_leaks=1:"
		    . 'detect_stack_use_after_return=1:strict_string_checks=1',
		UBSAN_OPTIONS => "log_path=$log.ubsan:print_stacktrace=1",
		TSAN_OPTIONS => "log_path=$log.tsan:second_deadlock_stack=1",
		map { ('TASKCHAT_' . uc $_ => $settings{$_}) }
		    keys %settings,
	);
	my $suppressions = "$source/t/lsan.supp";
	$env{LSAN_OPTIONS} = "suppressions=$suppressions:print_suppressions=0"
	    if -e $suppressions;
	return (%env, %{ $self->{env} // {} });
}

# Run the program itself: (status, standard output, standard error).
sub command($self, @argv)
{
	return run([$self->{binary}, '-f', $self->conf, @argv],
	    env => { $self->environment }, dir => $self->{dir});
}

sub migrate($self)
{
	my ($status, $out, $err) = $self->command('migrate');
	die "migrate: status $status\n$out$err" if $status != 0;
	return $out;
}

# --- workers

sub socket_path($self) { "$self->{dir}/w.sock" }

# One socket, held open here, that every worker gets as descriptor 0.
sub open_socket($self)
{
	my $path = $self->socket_path;
	unlink $path;
	$self->{socket} = IO::Socket::UNIX->new(Type => SOCK_STREAM,
	    Local => $path, Listen => 4096) or die "$path: $!";
	chmod 0777, $path;
}

# Start one more; returns its number, from 0.
sub start_worker($self, %more)
{
	my $n = $self->{number}++;
	my %env = ($self->environment, %{ $more{env} // {} });
	for (keys %{ $more{settings} // {} }) {
		$env{'TASKCHAT_' . uc $_} = $more{settings}{$_};
	}
	$self->{procs}[$n] = Proc->start(name => "worker $n",
	    log => "$self->{dir}/worker-$n.log", dir => $self->{dir},
	    argv => [$self->{binary}, '-f', $self->conf,
	        @{ $more{argv} // [] }],
	    env => \%env, stdin => $self->{socket});
	return $n;
}

sub worker($self, $n = 0) { $self->{procs}[$n] }

# Is anybody there?  Through nginx, the whole way.
sub wait_ready($self)
{
	until_true('the service to be ready', sub {
		for (@{ $self->{procs} }) {
			die $_->name, ' ended: ', Proc::slurp($_->{log}), "\n"
			    if !$_->alive && !$_->{expected};
		}
		return 0 if !-S $self->socket_path;
		return eval { $self->anyone->get('/api/readyz',
		    seconds => 5)->status == 200 };
	}, seconds => 40);
	return $self;
}

# Ask it to leave and wait until it did.
sub stop_worker($self, $n = 0, %opt)
{
	my $proc = $self->{procs}[$n];
	$proc->{expected} = 1;
	my $went = $proc->end(%opt);
	# asked before it had begun: then nobody heard it
	my $early = $proc->status == 15 && !-s $proc->{log};
	$self->{trouble}{$n} = $went ? 'status ' . $proc->status
	    : 'did not leave when asked'
	    if !$went || $proc->status != 0 && !$early;
	return $proc->status;
}

# kill -9: no goodbye.
sub kill_worker($self, $n = 0)
{
	my $proc = $self->{procs}[$n];
	$proc->{expected} = 1;
	$proc->signal('KILL');
	$proc->wait_end;
}

# All out, as many in again; for another setting or just a fresh start.
sub restart_workers($self, %opt)
{
	my @alive = grep { $self->{procs}[$_]->alive }
	    0 .. $#{ $self->{procs} };
	$self->stop_worker($_) for @alive;
	$self->start_worker(%opt) for 1 .. $opt{workers} // @alive;
	return $self->wait_ready;
}

# --- people

sub port($self) { $self->{web}->port }
sub dir($self) { $self->{dir} }
sub secret($self) { $self->{secret} }
sub auth_secret($self) { $self->{auth_secret} }
sub model($self) { $self->{script} }
sub cluster($self) { $self->{cluster} }
sub pooler($self) { $self->{pooler} }
sub web($self) { $self->{web} }

sub mint($self, $claims, %opt)
{
	my $token = Token::mint($self->{secret}, $claims, %opt);
	push @{ $self->{tokens} }, $token;
	return $token;
}

sub user($self, $id, %opt)
{
	return Client->new(port => $self->port, id => $id,
	    token => $self->mint({ sub => $id }), app => $self, %opt);
}

# Somebody new with these tasks.
sub someone($self, @titles)
{
	my $who = $self->user('p' . ++$self->{people});
	$who->add(@titles);
	return $who;
}

sub anyone($self)
{
	return Client->new(port => $self->port, id => 'nobody', app => $self);
}

# --- the database

sub sql($self, $sql)
{
	return $self->{cluster}->sql("set search_path to taskchat;\n$sql");
}

sub rows($self, $sql)
{
	return @{ JSON::PP->new->decode(scalar $self->sql(
	    "select coalesce(json_agg(r), '[]') from ($sql) r")) };
}

# As the workers' role, in a transaction that says who asks, as they do:
# (success, rows as text, complaint).
sub sql_as_worker($self, $user, $sql)
{
	my $quoted = $user =~ s/'/''/gr;
	return $self->{cluster}->try("set search_path to taskchat;\nbegin;\n"
	    . "set local taskchat.user_id = '$quoted';\n$sql;\ncommit",
	    role => 'taskchat');
}

sub wait_row($self, $what, $sql)
{
	return until_true($what, sub { scalar $self->sql($sql) });
}

# --- the log

sub log_lines($self)
{
	return map { split /\n/, Proc::slurp($_) }
	    sort glob "$self->{dir}/worker-*.log";
}

# The log lines of one request, by its X-Request-Id.
sub log_of($self, $reply)
{
	my $id = $reply->header('X-Request-Id');
	return $self->wait_log(qr/\Q$id\E/);
}

sub wait_log($self, $pattern)
{
	return until_true("a log line like $pattern",
	    sub { (grep { /$pattern/ } $self->log_lines)[0] });
}

# Errors that this test brings about.
sub expect_log($self, @patterns) { push @{ $self->{expect} }, @patterns }
sub expect_web_log($self, @patterns)
{
	push @{ $self->{expect_web} }, @patterns;
}

sub unexpected($self)
{
	my @bad = grep { !/^ts=\S+ level=(warn|info|debug) / }
	    $self->log_lines;
	for my $pattern (@{ $self->{expect} }) {
		@bad = grep { !/$pattern/ } @bad;
	}
	return @bad;
}

sub unexpected_web($self)
{
	my @bad = grep { /\[(error|crit|alert|emerg)\]/ }
	    split /\n/, $self->{web} ? $self->{web}->log : '';
	for my $pattern (@{ $self->{expect_web} }) {
		@bad = grep { !/$pattern/ } @bad;
	}
	return @bad;
}

# Tokens, keys and secrets that got into a log.
sub leaks($self)
{
	my @secrets = grep { defined } $self->{secret}, $self->{key},
	    $self->{auth_secret}, @{ $self->{tokens} // [] };
	my $all = join "\n", $self->log_lines;
	return grep { index($all, $_) >= 0 } @secrets;
}

# --- the end

sub stop_all($self)
{
	return if $self->{stopped}++;
	for my $n (0 .. $#{ $self->{procs} }) {
		my $proc = $self->{procs}[$n];
		if ($proc->alive) {
			$self->stop_worker($n, seconds => 40);
		} elsif (!$proc->{expected}) {
			$self->{trouble}{$n} = 'ended by itself, status '
			    . $proc->status;
		}
	}
	$self->{left} = eval { $self->{script}->state } if $self->{script};
	$self->{script}->stop if $self->{script};
	$_->down('TERM') for grep { ref } $self->{web},
	    @{ $self->{more_web} // [] };
	$self->{pooler}->down('TERM') if $self->{pooler};
	$self->{cluster}->down('QUIT') if $self->{cluster};
}

sub finish($self)
{
	return if $self->{finished}++;
	$self->stop_all;
	my @bad = $self->unexpected;
	Test::More::ok(!@bad, 'nothing unexpected in the log')
	    or Test::More::diag(join "\n", @bad[0 .. ($#bad < 9 ? $#bad : 9)]);
	my @web = $self->unexpected_web;
	Test::More::ok(!@web, 'nothing unexpected in the web server\'s log')
	    or Test::More::diag(join "\n", @web[0 .. ($#web < 9 ? $#web : 9)]);
	Test::More::ok(!$self->leaks, 'no token, key or secret in the log');
	my @reports = grep { -s } glob "$self->{dir}/sanitizer.*";
	my $text = join '', map { Proc::slurp($_) } @reports,
	    glob "$self->{dir}/worker-*.log";
	Test::More::ok($text !~ /Sanitizer|runtime error:/,
	    'no sanitizer report')
	    or Test::More::diag(substr $text, 0, 4000);
	my %trouble = %{ $self->{trouble} // {} };
	Test::More::ok(!%trouble, 'every worker ended as it should')
	    or Test::More::diag(map { "worker $_: $trouble{$_}\n" }
	        sort keys %trouble);
	if ($self->{script}) {
		my $left = $self->{left} // {};
		Test::More::is($left->{unordered} // 'no answer', 0,
		    'the model was asked nothing that was not ordered');
		Test::More::is_deeply($left->{wrong} // [], [],
		    '... and nothing that its vendor would refuse');
		Test::More::is_deeply($left->{left}, [],
		    'and every order was taken');
	}
	my $postgres = Proc::slurp("$self->{dir}/postgres.log");
	Test::More::unlike($postgres, qr/deadlock detected|PANIC/,
	    'no deadlock in the database');
	$self->clean_up;
}

sub clean_up($self)
{
	if ($ENV{TASKCHAT_TEST_KEEP}
	    || !Test::More->builder->is_passing) {
		Test::More::diag("kept: $self->{dir}");
	} else {
		remove_tree($self->{dir});
	}
}

my $owner = $$;
$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);

# A test that died on its way: end what it started, keep the directory.
END {
	if ($$ == $owner) {
		my $status = $?;
		for my $app (@running) {
			next if $app->{finished};
			eval { $app->stop_all };
			Test::More::diag("kept: $app->{dir}")
			    if defined $app->{dir};
			$status ||= 1;
		}
		$? = $status;
	}
}

1;
