#!/usr/bin/perl
# script/server's service as a stranger meets it: a first start makes the
# settings and a secret, the commands of the README work as they are printed,
# the pages are there, and later starts keep what is the person's.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Cluster;
use File::Path ();
use Proc qw(until_true run find_program);
use Web;

my $source = App::source();
for (qw(nginx initdb psql curl setsid setpriv tar)) {
	plan(skip_all => "$_ is not installed") if !find_program($_);
}
my $program = App::build() . '/taskchat';
plan(skip_all => "$program is not built") if !-x $program;

# What the service runs and serves, where the children can read it.
my $dir = Cluster::make_dir('tcs-XXXXXX');
my ($base, $state) = ("$dir/base", "$dir/state");
run(['sh', '-c', 'mkdir "$1" "$1/build" && cp "$2" "$1/build/" &&'
    . ' tar -C "$3" -cf - conf htdocs script | tar -C "$1" -xf - && chmod -R'
    . ' a+rX "$1"', 'sh', $base, $program, $source], as_root => 1);
run(['mkdir', '-m', '700', $state]);
my $service;

# Start it on a free port; the port, when it says that it is ready.
sub up(%env)
{
	my $port = Web::free_port();
	my $log = "$dir/service-$port.log";
	$service = Proc->start(name => 'the service', dir => $state,
	    log => $log, env => \%env, argv =>
	    ['sh', "$base/script/service.sh", $base, $port, 1]);
	until_true('the service to be ready', sub {
		die 'it ended: ', Proc::slurp($log) if !$service->alive;
		return Proc::slurp($log) =~ /^taskchat is ready: /m;
	}, seconds => 60);
	return $port;
}

sub down() { ok($service->end(seconds => 60), 'it leaves when asked') }

# A file of the state folder; as lines without comments.
sub lines($name)
{
	my ($status, $text) = run(['cat', "$state/$name"]);
	return grep { !/^#/ } split /\n/, $text;
}

sub setting($name)
{
	my ($value) = map { /^\Q$name\E = (.*)/ } lines('taskchat.conf');
	return $value;
}

sub put($name, @lines)
{
	run(['sh', '-c', 'cat >"$1"', 'sh', "$state/$name"],
	    input => join '', map { "$_\n" } @lines);
}

# Commands as somebody would paste them.
sub pasted($port, $commands)
{
	$commands =~ s/127\.0\.0\.1:8080/127.0.0.1:$port/g;
	my ($status, $out, $err) = run(['sh', '-ec', $commands],
	    dir => $state, env => { no_proxy => '127.0.0.1,localhost' });
	is($status, 0, 'the commands work') or diag($err);
	return $out;
}

# The indented lines of a section that has these commands in it.
my $readme = Proc::slurp("$source/README.md");
my ($first) = $readme =~ /^(    URL=.*?)^A token lasts/ms;
my $conversation = join "\n", map { s/^    //r }
    grep { /^    / } split /\n/, $first // '';

my $port = up();

subtest 'the first start' => sub {
	is(setting('accounts'), 'on', 'there are accounts');
	is(setting('public_url'), "http://127.0.0.1:$port", '... here');
	like(setting('allowed_origins'), qr{\bhttp://localhost:$port\b},
	    '... and by the other name');
	my ($status, $modes) = run(['stat', '-c', '%a %s', map { "$state/$_" }
	    qw(auth_secret jwt_secret)]);
	is($modes, "600 64\n600 64\n", 'two secrets, nobody else\'s to read');
	isnt((lines('auth_secret'))[0], (lines('jwt_secret'))[0],
	    '... of their own');
};

subtest 'a first conversation' => sub {
	like(pasted($port, $conversation), qr/"conversation_id".*"tasks":
	    .*"title":"Buy[ ]milk"/xs, 'as the README has it');
	for my $path (qw(/ /chat /chat/7 /tasks /chatkit.js)) {
		my ($status, $out) = run(['curl', '-sf', '--noproxy', '*',
		    "http://127.0.0.1:$port$path"]);
		like($out, qr/taskchat|openai-chatkit/, "$path is there");
	}
	my ($status, $headers) = run(['curl', '-sI', '--noproxy', '*',
	    "http://127.0.0.1:$port/"]);
	like($headers, qr{^Content-Security-Policy:.*frame-ancestors\ 'self'
	    .*http://localhost:$port}mx, 'who may frame the page');
};

# Through fastcgi_params as the system has them: Debian's pass a Host without
# its port.
subtest 'another program, as the README has it' => sub {
	my ($call) = $readme =~ /^(    TOKEN=\S+ token --user ann --mcp.*?)^It/ms;
	$call = join "\n", map { s/^    //r } split /\n/, $call // '';
	$call =~ s{script/taskchat}{$base/build/taskchat -f taskchat.conf};
	for my $name (qw(127.0.0.1 localhost)) {
		like(pasted($port, $call =~ s{//[^/]+}{//$name:$port}r),
		    qr/"title":"buy milk"/, "at $name");
	}
};

# As a page at that name would: with its Origin, and the cookie.
sub ask_from($name, $port, $path, $body)
{
	my ($status, $out) = run(['curl', '-s', '--noproxy', '*', '-b',
	    'jar2', '-c', 'jar2', '-H', "Origin: http://$name:$port", '-H',
	    'Content-Type: application/json', '-d', $body,
	    "http://127.0.0.1:$port$path", '-H', "Host: $name:$port"],
	    dir => $state);
	return $out;
}

subtest 'by either name' => sub {
	for my $name (qw(127.0.0.1 localhost)) {
		like(ask_from($name, $port, '/api/auth/sign-in/email',
		    '{"email":"ann@example.org","password":'
		    . '"three green apples"}'), qr/"token"/, "$name: sign in");
		like(ask_from($name, $port, '/api/chat',
		    '{"message":"list tasks"}'), qr/Buy milk/, '... and talk');
	}
	like(ask_from('elsewhere.example', $port, '/api/chat',
	    '{"message":"list tasks"}'), qr/origin_not_allowed/,
	    'another one may not');
};

subtest 'later starts' => sub {
	my $secret = (lines('auth_secret'))[0];
	down();
	put('taskchat.conf', lines('taskchat.conf'), 'site_name = Mine');
	my $next = up();
	is(setting('public_url'), "http://127.0.0.1:$next",
	    'the address follows the port');
	is(setting('site_name'), 'Mine', 'what was added stays');
	is((lines('auth_secret'))[0], $secret, '... and so does the secret');
	like(ask_from('127.0.0.1', $next, '/api/chat',
	    '{"message":"list tasks"}'), qr/Buy milk/,
	    'who was signed in still is');
	down();

	my @mine = map { s/^public_url = .*/public_url = http:\/\/me.example/r }
	    lines('taskchat.conf');
	put('taskchat.conf', @mine);
	up();
	is(setting('public_url'), 'http://me.example',
	    'an address of the person\'s own stays');
	down();
};

subtest 'a folder of an older version' => sub {
	for my $file (qw(taskchat.conf generated)) {
		put($file, grep { !/^(?:accounts|auth_secret|public_url)/ }
		    lines($file));
	}
	my $next = up();
	is(setting('accounts'), undef, 'is given no accounts');
	like(setting('allowed_origins'), qr/:$next\b/,
	    '... but follows the port');
	down();
};

if (Test::More->builder->is_passing && !$ENV{TASKCHAT_TEST_KEEP}) {
	run(['rm', '-rf', $state]);
	File::Path::remove_tree($dir);
} else {
	diag("kept: $dir");
}
done_testing;
