#!/usr/bin/perl
# A worker is asked to leave.  It finishes what it has begun and takes
# nothing new, which another worker on the same socket serves; what is not
# finished in time is stored as interrupted, and its caller is told.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;

my $app = App->new(model => 'script', threads => 6, drain_seconds => 60)
    ->start;
my $model = $app->model;
my $fault = Fault->new($app);
my $now = 0;		# the worker that serves

sub someone() { $app->someone('One')->hello }
sub requests() { $model->state->{requests} }

sub log_of($n) { Proc::slurp($app->dir . "/worker-$n.log") }

# SIGTERM, without waiting for the end.
sub ask_to_leave($n)
{
	$app->worker($n)->{expected} = 1;
	$app->worker($n)->signal('TERM');
	until_true("worker $n to know", sub { log_of($n) =~ /told to leave/ });
}

sub threads_of($n)
{
	my @tasks = glob '/proc/' . $app->worker($n)->pid . '/task/*';
	return scalar @tasks;
}

sub ends_well($n)
{
	is($app->worker($n)->wait_end, 0, 'the worker ends well');
	like(log_of($n), qr/msg="?left"?$/m, 'and says so');
}

subtest 'turns under way are finished' => sub {
	my ($ann, $bea, $cid, $new) = map { someone() } 1 .. 4;
	my $n = requests();
	$model->order(pieces => ['One ', 'two.'], hold => 3);
	my $stream = $ann->open_stream('count');
	$stream->until('text');
	$model->call(complete_task => { task_id => 1 }, hold => 1);
	my $json = $bea->start_chat('do it');
	$model->wait_state($n + 2, 'held');
	my $lock = $fault->hold('select 1 from task where ' . $cid->mine
	    . ' for update');
	my $rest = $cid->start('PATCH', 'tasks/1',
	    json => { completed => \1 });
	$lock->blocks;

	$app->start_worker;
	ask_to_leave(0);
	SKIP: {
		skip 'no /proc', 1 if !-d "/proc/$$/task";
		# main and the three that are at work
		until_true('the idle threads to leave',
		    sub { threads_of(0) == 4 });
		my @ids = map { my $r = $new->get('tasks');
		    is($r->status, 200, 'a new request is served');
		    $r->header('X-Request-Id') } 1 .. 5;
		until_true('the lines of the new requests',
		    sub { log_of(1) =~ /\Q$ids[4]\E/ });
		is(scalar(grep { log_of(1) =~ /\Q$_\E/ } @ids), 5,
		    'by the other worker');
		is(scalar(grep { log_of(0) =~ /\Q$_\E/ } @ids), 0,
		    'not by the one that leaves');
	}
	$model->say('Elsewhere.');
	is_answer($new->chat('hello'), 'a new turn as well');
	is_problem($ann->tab->chat('me too'), 409, 'turn_in_progress',
	    'the turns under way are still that');
	ok($app->worker(0)->alive, 'it waits for its turns');

	$model->say('Completed.', when => 'do it');
	$lock->release;
	$model->release;
	my @ev = $stream->rest;
	is($ev[-1]{event}, 'done', 'the stream ends well');
	is($ev[-1]{data}{response}, 'One two.', 'with all its words');
	my $r = $json->reply;
	is_answer($r, 'and so does the JSON turn');
	is($r->text, 'Completed.', 'with a second model step');
	is($rest->reply->status, 200, 'and the request beside them');
	is($_->changes, 1, 'done once') for $bea, $cid;
	ends_well(0);
	is(($ann->messages)[-1]{state}, 'done', 'stored, as others read');
};
$now = 1;

subtest 'drain_seconds are over' => sub {
	my $short = $app->start_worker(settings => { drain_seconds => 1 });
	ask_to_leave($now);
	ends_well($now);
	my ($ann, $bea, $cid) = map { someone() } 1 .. 3;
	my $n = requests();
	$model->call(complete_task => { task_id => 1 });
	$model->order(pieces => ['One ', 'two.'], hold => 3);
	my $stream = $ann->open_stream('count', key => 'k');
	$stream->until('text');
	$model->say('Never said.', hold => 0);
	my $json = $bea->start_chat('do it', key => 'k');
	$model->wait_requests($n + 3);
	$app->start_worker;
	ask_to_leave($short);

	my @ev = $stream->rest;
	is($ev[-1]{event}, 'error', 'the stream ends in an error');
	is($ev[-1]{data}{code}, 'draining', 'that says why');
	is_problem($json->reply, 503, 'draining', 'the JSON caller is told');
	$model->wait_state($n + $_, 'gone') for 2, 3;
	ends_well($short);
	my $m = ($ann->messages)[-1];
	is($m->{state}, 'interrupted', 'stored as interrupted');
	like($m->{content}, qr/^One\b/, 'with what was said');
	is($m->{tool_calls}[0]{result}{status}, 'completed', 'and done');
	is(($bea->messages)[-1]{state}, 'interrupted', 'both of them');
	is($app->sql('select count(*) from conversation where lease_until'
	    . ' is not null'), 0, 'no lease is left');

	$model->say('One two.');
	my $r = $ann->chat('count', key => 'k');
	is_answer($r, 'the same request goes on elsewhere');
	is($r->names, 'complete_task', 'from where it was');
	is($ann->changes, 1, 'done once');
	$model->say('Done.');
	is_answer($bea->chat('something else'), 'so does the conversation');
};
$now = 3;

subtest 'told to leave twice' => sub {
	my $who = someone();
	my $n = requests();
	$model->say('Never said.', hold => 0);
	my $call = $who->start_chat('talk', key => 'k');
	$model->wait_requests($n + 1);
	$app->expect_web_log(qr/prematurely closed|reset by peer/);
	$app->start_worker;
	ask_to_leave($now);
	$app->worker($now)->signal('TERM');
	is($app->worker($now)->wait_end, 0, 'it leaves at once');
	like(log_of($now), qr/1 requests cut off/, 'and says what it left');
	is($call->reply->status, 502, 'the caller sees it');
	is(($who->messages)[-1]{content}, 'talk', 'the message is stored');
	$app->sql('update conversation set lease_until = now() where '
	    . $who->mine);
	$model->say('Said.');
	is($who->chat('talk', key => 'k')->text, 'Said.',
	    'and answered when asked again');
};

subtest 'one after another, without a gap' => sub {
	my $who = someone();
	my $serving = 4;
	for my $round (1 .. 4) {
		my @calls = map { $who->start('GET', 'tasks') } 1 .. 4;
		$app->start_worker;
		$app->worker($serving)->{expected} = 1;
		$app->worker($serving)->signal('TERM');
		push @calls, map { $who->start('GET', 'tasks') } 1 .. 12;
		is(scalar(grep { $_->reply->status == 200 } @calls), 16,
		    'every request is served');
		is($app->worker($serving)->wait_end, 0, 'the old one left');
		$serving++;
	}
	# a signal that comes before the program has begun ends another one
	until_true('the last one to begin',
	    sub { length log_of($serving) });
};

done_testing;
