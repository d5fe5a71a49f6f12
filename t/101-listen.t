#!/usr/bin/perl
# A worker that opens its own socket: its mode, a stale one left behind by a
# worker that was killed, several processes on one descriptor.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

subtest 'a socket of its own' => sub {
	my $app = App->new(listen => 1)->start;
	my @stat = stat $app->socket_path;
	is(sprintf('%04o', $stat[2] & 07777), '0660', 'mode 0660');
	is($app->anyone->get('/api/healthz')->status, 200, 'and it serves');

	$app->expect_web_log(qr/Connection refused/);
	$app->kill_worker(0);
	ok(-S $app->socket_path, 'a killed worker leaves its socket');
	$app->start_worker;
	$app->wait_ready;
	pass('the next one takes its place');

	my $n = $app->start_worker;
	$app->worker($n)->{expected} = 1;
	isnt($app->worker($n)->wait_end, 0,
	    'a third refuses: somebody answers there');
	$app->expect_log(qr/w\.sock/);
	is($app->anyone->get('/api/healthz')->status, 200,
	    'and leaves the socket alone');
	$app->finish;
};

subtest 'several processes on one socket' => sub {
	my $app = App->new(workers => 3, threads => 2)->start;
	my $ann = $app->user('ann');
	my @calls = map { $ann->start('GET', 'tasks') } 1 .. 30;
	is(scalar(grep { $_->reply->status == 200 } @calls), 30,
	    'more requests at once than threads');
	$app->kill_worker(1);
	$app->stop_worker(0);
	@calls = map { $ann->start('GET', 'tasks') } 1 .. 10;
	is(scalar(grep { $_->reply->status == 200 } @calls), 10,
	    'the one that is left serves');
	$app->finish;
};

done_testing;
