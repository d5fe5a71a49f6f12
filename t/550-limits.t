#!/usr/bin/perl
# What a turn may take: no database connection while a model talks, no more
# steps and time than the settings say, and less history when a model finds
# it too long.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $app = App->new(model => 'script', threads => 16, db_connections => 1,
    agent_max_steps => 4, history_messages => 40)->start;
my $model = $app->model;

subtest 'one connection, many who wait' => sub {
	my $ann = $app->user('ann');
	my $n = $model->state->{requests};
	$model->say('At last.', hold => 1, times => 8);
	my @calls = map { $ann->afresh->start_chat('hello') } 1 .. 8;
	$model->wait_requests($n + 8);
	is($ann->get('tasks')->status, 200, 'somebody else is served');
	is($ann->add('Milk'), 1, 'and changes something');
	is($app->sql("select count(*) from pg_stat_activity where usename ="
	    . " 'taskchat' and state <> 'idle'"), 0,
	    'the connection is idle, in no transaction');
	cmp_ok($app->sql("select count(*) from pg_stat_activity where usename"
	    . " = 'taskchat'"), '<=', 1, 'and the only one')
	    if !$ENV{TASKCHAT_PGBOUNCER};
	$model->release;
	is_answer($_->reply, 'answered') for @calls;
};

subtest 'a history the model finds too long' => sub {
	my $bob = $app->user('bob');
	for my $n (1 .. 6) {
		$model->say("Answer $n. " . 'word ' x 400);
		$bob->chat("Question $n. " . 'word ' x 400);
	}
	$model->fresh;
	my %refusal = (status => 400, body => '{"error":{"message":"too long",'
	    . '"code":"context_length_exceeded"}}');
	$model->order(%refusal);
	$model->say('Short again.');
	my $r = $bob->chat('And now?');
	is_answer($r, 'less of it does');
	is($r->text, 'Short again.', 'and is answered');
	my @sent = map { scalar @{ $_->{body}{messages} } } $model->fresh;
	is(scalar @sent, 2, 'after a refusal');
	cmp_ok($sent[0], '>', $sent[1], 'less');
	is(scalar(my @m = $bob->messages), 14, 'nothing is forgotten');

	$model->order(%refusal, times => 2);
	is_problem($bob->chat('And now?'), 502, 'conversation_too_long',
	    'a second refusal is the last');

	my $cay = $app->user('cay');
	$model->order(%refusal);
	$model->clear if !is_problem($cay->chat('word ' x 1000), 502,
	    'conversation_too_long', 'a message that is too long alone');
	is(($cay->messages($app->sql("select id from conversation where"
	    . " user_id = 'cay'")))[0]{role}, 'user', 'is kept');
};

subtest 'steps without an end' => sub {
	my $dan = $app->user('dan');
	$model->call(add_task => { title => "Task $_" }) for 1 .. 4;
	my $r = $dan->chat('add and add');
	is_answer($r, 'the turn ends');
	is(scalar(my @t = $dan->titles), 4, 'after agent_max_steps');
	like($r->text, qr/too many steps/, 'and says so');
};

done_testing;
