#!/usr/bin/perl
# A worker is killed (no goodbye) at every step of a turn.  Afterwards the
# conversation reads as what really happened, the same request goes on where
# the turn was cut, no effect comes twice, and a yes is used once.
#
# A statement that the dead worker had sent has two fates: it is cut, and
# never happened, or it ends well with nobody there to hear of it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;

my $app = App->new(model => 'script', turn_lease => 2, db_connections => 12,
    threads => 32)->start;
$app->expect_web_log(qr/upstream|Connection (?:reset|refused)/);
my $model = $app->model;
my $fault = Fault->new($app);
my @scenes;

# set($s) brings the turn to its step; after($s) looks at what is left.
sub scene($name, %scene) { push @scenes, { name => $name, %scene } }

# Somebody with tasks One and Two and a conversation of two messages.
sub someone($s)
{
	my $who = $s->{who} = $app->someone('One', 'Two')->hello;
	$s->{mine} = $who->mine;
	$s->{row} = $s->{mine} . " and conversation_id = '"
	    . $who->conversation . "'";
	return $who;
}

# The person says it, under a key; nothing is read.
sub begin($s, $text = 'do it', %opt)
{
	my $way = delete $opt{stream} ? 'open_stream' : 'start_chat';
	$s->{text} = $text;
	return $s->{call} = $s->{who}->$way($text, key => 'again', %opt);
}

sub again($s) { $s->{who}->chat($s->{text}, key => 'again') }

# A lock that the worker will run into; then wait until it did.
sub lock_first($s, $sql)
{
	$s->{hold} = $fault->hold($sql);
}

sub wait_blocked($s) { $s->{pids} = [$s->{hold}->blocks] }

sub task_row($s, $id = 1)
{
	return "select 1 from task where $s->{mine} and id = $id for update";
}

sub hold_reply($s, $id)
{
	$s->{hold} = $fault->hold_reply($s->{who}, $id);
}

# Somebody who is asked whether task One is to go.
sub someone_asked($s)
{
	my $who = someone($s);
	$model->call(delete_task => { task_id => 1 });
	$who->chat('delete task 1');
}

sub press($s, $decision = 'approve')
{
	return $s->{call} = $s->{who}->start('POST', 'conversations/'
	    . $s->{who}->conversation
	    . "/confirmations/$s->{who}{confirmation}",
	    json => { decision => $decision });
}

sub requests() { $model->state->{requests} }

sub changes($s, $id = 1) { $s->{who}->changes($id) }

# The newest message as its owner reads it: state, content, calls' results.
sub last_message($s)
{
	my $m = ($s->{who}->messages)[-1];
	return [$m->{role}, $m->{state}, $m->{content}, map {
	    "$_->{name} " . ($_->{state} eq 'ok' ? $_->{result}{status}
	        : "$_->{state} " . ($_->{result}{error} // '')) }
	    @{ $m->{tool_calls} }];
}

sub interrupted($s, $name, @calls)
{
	is_deeply(last_message($s), ['assistant', 'interrupted', '', @calls],
	    $name);
}

# The turn came to its end, and a third request only repeats it.
sub ended_once($s, $reply, $messages)
{
	is_answer($reply, 'the same request again is answered') or return;
	my $asked = requests();
	is_deeply(again($s)->json, $reply->json, 'and then repeated');
	is(requests(), $asked, 'without the model');
	is(last_message($s)->[1], 'done', 'stored as done');
	is(scalar(my @m = $s->{who}->messages), $messages,
	    "$messages messages in all");
	closed($s);
}

# The button again: now it is carried out, or what was done is reported.
sub pressed_once($s)
{
	my $r = press($s)->reply;
	is_answer($r, 'pressed again');
	is_deeply(press($s)->reply->json, $r->json, 'and again: the same');
	is(changes($s), 1, 'deleted once');
	closed($s);
	return $r;
}

sub closed($s)
{
	is($app->sql("select count(*) from conversation where $s->{mine}"
	    . ' and lease_until is not null'), 0, 'no turn is open');
	is($app->sql("select count(*) from tool_call where $s->{mine}"
	    . " and state = 'requested'"), 0, 'no call is open');
}

# --- the turn begins

for my $fate ('cut', 'went') {
	scene "turn_begin, $fate", fate => $fate, set => sub ($s) {
		someone($s);
		lock_first($s, "select 1 from conversation where $s->{mine}"
		    . ' for update');
		begin($s);
		wait_blocked($s);
	}, after => sub ($s) {
		if ($fate eq 'cut') {
			is(last_message($s)->[2], 'Hello.',
			    'nothing was said');
		} else {
			is(($s->{who}->messages)[-2]{content}, 'do it',
			    'the message is there');
			interrupted($s, 'its answer is not');
		}
		$model->say('Done.');
		ended_once($s, again($s), 4);
	};
}

# --- the model talks

scene 'while the model streams', model => 1, set => sub ($s) {
	someone($s);
	$model->order(pieces => ['One ', 'two.'], hold => 3);
	begin($s, 'count', stream => 1)->until('text');
}, after => sub ($s) {
	my @rest = $s->{call}->rest;
	is(scalar(grep { $_->{event} eq 'done' } @rest), 0,
	    'the stream ended without a done');
	interrupted($s, 'the answer is marked');
	$model->say('One two.');
	ended_once($s, again($s), 4);
};

scene 'while the model thinks, and something else is said', model => 1,
    set => sub ($s) {
	someone($s);
	my $n = requests();
	$model->say('Never said.', hold => 0);
	begin($s);
	$model->wait_requests($n + 1);
}, after => sub ($s) {
	$model->fresh;
	$model->say('What?');
	is_answer($s->{who}->chat('forget it'), 'the conversation goes on');
	my @sent = @{ (($model->fresh)[0])->{body}{messages} };
	like($sent[-2]{content}, qr/interrupted/i,
	    'the model learns that its answer was cut');
	is_deeply([map { $_->{state} } $s->{who}->messages], [qw(done done
	    done interrupted done done)], 'as does the reader');
	$model->clear;
	my $old = again($s);
	is($old->status, 200, 'the old request again');
	is($old->text, '', 'says nothing new');
	is(scalar(my @m = $s->{who}->messages), 6, 'and adds nothing');
};

# --- a call

scene 'between the model and call_run', set => sub ($s) {
	someone($s);
	my $n = requests();
	$model->call(complete_task => { task_id => 1 }, hold => 1);
	begin($s);
	$model->wait_state($n + 1, 'held');
	lock_first($s, "select 1 from conversation where $s->{mine}"
	    . ' for update');
	$model->release;
	wait_blocked($s);
}, after => sub ($s) {
	interrupted($s, 'the call is not mentioned: it was not begun');
	is(changes($s), 0, 'nothing was done');
	$model->call(complete_task => { task_id => 1 });
	$model->say('Completed.');
	ended_once($s, again($s), 4);
	is(changes($s), 1, 'now it was, once');
};

for my $fate ('cut', 'went') {
	scene "in call_run, $fate", fate => $fate, set => sub ($s) {
		someone($s);
		lock_first($s, task_row($s));
		$model->call(complete_task => { task_id => 1 });
		begin($s);
		wait_blocked($s);
	}, after => sub ($s) {
		my $did = $fate eq 'went';
		interrupted($s, 'the conversation says '
		    . ($did ? 'what was done' : 'that nothing was done'),
		    $did ? 'complete_task completed' : ());
		is(changes($s), $did ? 1 : 0, 'and it is so');
		$model->fresh;
		$model->call(complete_task => { task_id => 1 }) if !$did;
		$model->say('Completed.');
		my $r = again($s);
		ended_once($s, $r, 4);
		is($r->names, 'complete_task', 'the answer has the call');
		is(changes($s), 1, 'done once');
		my @sent = @{ ($model->fresh)[0]->{body}{messages} };
		is($sent[-1]{role}, $did ? 'tool' : 'user', $did
		    ? 'the model was shown what it had done'
		    : 'the model was asked from the start');
	};
}

scene 'in call_run, done but not recorded', set => sub ($s) {
	my $who = someone($s);
	lock_first($s, 'insert into tool_call (user_id, conversation_id,'
	    . ' message_id, step, position, call_id, name, arguments, state)'
	    . " values ('" . $who->id . "', '" . $who->conversation
	    . "', 4, 1, 0, 'x', 'x', '{}', 'requested')");
	$model->call(add_task => { title => 'Three' });
	begin($s);
	wait_blocked($s);
}, after => sub ($s) {
	interrupted($s, 'no record');
	is_deeply([$s->{who}->titles], ['One', 'Two'], 'and no effect');
	$model->call(add_task => { title => 'Three' });
	$model->say('I added Three.');
	ended_once($s, again($s), 4);
	is_deeply([$s->{who}->titles], ['One', 'Two', 'Three'],
	    'added once');
};

scene 'between two calls of one step', set => sub ($s) {
	someone($s);
	lock_first($s, task_row($s, 2));
	$model->calls([add_task => { title => 'Three' }],
	    [complete_task => { task_id => 2 }],
	    [complete_task => { task_id => 1 }]);
	begin($s);
	wait_blocked($s);
}, after => sub ($s) {
	interrupted($s, 'one was done, the others were not',
	    'add_task created', 'complete_task interrupted interrupted',
	    'complete_task interrupted interrupted');
	is(changes($s, $_), 0, "task $_ is as it was") for 1, 2;
	$model->fresh;
	$model->calls([complete_task => { task_id => 2 }],
	    [complete_task => { task_id => 1 }]);
	$model->say('All done.');
	my $r = again($s);
	my @sent = @{ ($model->fresh)[0]->{body}{messages} };
	is_deeply([map { $_->{role} } @sent[-4 .. -1]],
	    [qw(assistant tool tool tool)], 'the model sees all three');
	like($sent[-2]{content}, qr/interrupted.*not|not.*interrupted/is,
	    'and that the second was not carried out');
	ended_once($s, $r, 4);
	is_deeply([map { "$_->{name} " . ($_->{result}{status} // 'no') }
	    $r->calls], ['add_task created', ('complete_task no') x 2,
	    ('complete_task completed') x 2], 'the answer tells it all');
	is_deeply([$s->{who}->titles], ['One', 'Two', 'Three'],
	    'added once');
	is(changes($s, $_), 1, "task $_ is completed, once") for 1, 2;
};

scene 'during the second model step', model => 1, set => sub ($s) {
	someone($s);
	my $n = requests();
	$model->call(complete_task => { task_id => 1 });
	$model->say('Never said.', hold => 1);
	begin($s);
	$model->wait_state($n + 2, 'held');
}, after => sub ($s) {
	interrupted($s, 'what was done is there',
	    'complete_task completed');
	$model->fresh;
	$model->say('It is completed.');
	is_answer($s->{who}->chat('and?'), 'something else is said');
	my @sent = @{ ($model->fresh)[0]->{body}{messages} };
	is_deeply([map { $_->{role} } @sent[-4 .. -1]],
	    [qw(assistant tool assistant user)], 'the model sees the call');
	is(changes($s), 1, 'done once');
	closed($s);
};

# --- the end of the turn

for my $fate ('cut', 'went') {
	scene "turn_end, $fate", fate => $fate, set => sub ($s) {
		someone($s);
		hold_reply($s, 4);
		$model->call(complete_task => { task_id => 1 });
		$model->say('Completed, I said.');
		begin($s);
		wait_blocked($s);
	}, after => sub ($s) {
		my $asked = requests();
		if ($fate eq 'went') {
			is_deeply(last_message($s), ['assistant', 'done',
			    'Completed, I said.',
			    'complete_task completed'], 'all is stored');
		} else {
			interrupted($s, 'the words are lost, the call is not',
			    'complete_task completed');
			$model->say('Completed, I said.');
		}
		my $r = again($s);
		is($r->text, 'Completed, I said.', 'the answer');
		is(requests(), $asked + ($fate eq 'cut'),
		    $fate eq 'cut' ? 'the model was asked for words'
		    : 'without the model');
		ended_once($s, $r, 4);
		is(changes($s), 1, 'done once');
	};
}

# --- a question is answered

for my $fate ('cut', 'went') {
	scene "\"yes\", in confirm_run, $fate", fate => $fate,
	    set => sub ($s) {
		someone_asked($s);
		lock_first($s, task_row($s));
		begin($s, 'yes');
		wait_blocked($s);
	}, after => sub ($s) {
		my $did = $fate eq 'went';
		interrupted($s, $did ? 'what was done is there'
		    : 'nothing was done', $did ? 'delete_task deleted' : ());
		is(changes($s), $did ? 1 : 0, 'and it is so');
		is(defined $s->{who}->history->{confirmation}, !$did,
		    $did ? 'the question is settled'
		    : 'the question still waits');
		my $asked = requests();
		my $r = again($s);
		ended_once($s, $r, 6);
		is($r->names, 'delete_task', 'the yes is carried out');
		like($r->text, qr/One/, 'and reported');
		is(requests(), $asked, 'the model has no part in it');
		is(changes($s), 1, 'once');
		is_problem($s->{who}->decide('reject'), 409,
		    'confirmation_decided', 'the button comes too late');
	};
}

scene '"yes", done but not reported', set => sub ($s) {
	someone_asked($s);
	hold_reply($s, 6);
	begin($s, 'yes');
	wait_blocked($s);
}, after => sub ($s) {
	interrupted($s, 'what was done is there', 'delete_task deleted');
	my $r = again($s);
	ended_once($s, $r, 6);
	like($r->text, qr/Deleted.*One/, 'now it is reported');
	is(changes($s), 1, 'and was done once');
};

scene '"yes", and then something else', set => sub ($s) {
	someone_asked($s);
	lock_first($s, task_row($s));
	begin($s, 'yes');
	wait_blocked($s);
}, after => sub ($s) {
	$model->say('What do you mean?');
	is_answer($s->{who}->chat('hm'), 'another message');
	is(changes($s), 0, 'nothing is deleted');
	ok(!$s->{who}->history->{confirmation},
	    'and the question is superseded');
	my $old = again($s);
	is($old->status, 200, 'the old yes again');
	is(changes($s), 0, 'deletes nothing any more');
	is_problem($s->{who}->decide('approve'), 409,
	    'confirmation_superseded', 'nor does the button');
};

scene 'the button, before confirm_run', set => sub ($s) {
	someone_asked($s);
	lock_first($s, "select 1 from confirmation where $s->{mine}"
	    . ' for update');
	press($s);
	wait_blocked($s);
}, after => sub ($s) {
	ok($s->{who}->history->{confirmation}, 'the question still waits');
	is(changes($s), 0, 'nothing is deleted');
	is(pressed_once($s)->names, 'delete_task', 'carried out');
};

scene 'the button, done but not reported', set => sub ($s) {
	someone_asked($s);
	hold_reply($s, 5);
	press($s);
	wait_blocked($s);
}, after => sub ($s) {
	interrupted($s, 'what was done is there', 'delete_task deleted');
	is_problem(press($s, 'reject')->reply, 409, 'confirmation_decided',
	    'no comes too late');
	like(pressed_once($s)->text, qr/Deleted.*One/, 'now it is reported');
};

# Half of the scenes meet their end together, then the other half: each
# waits in a database connection of its own.  What the model holds comes
# last, because its release() lets go of everybody.
my $half = int((@scenes + 1) / 2);
while (my @now = splice @scenes, 0, $half) {
	@now = ((grep { !$_->{model} } @now), grep { $_->{model} } @now);
	$_->{set}->($_) for @now;
	$app->kill_worker($_) for grep { $app->worker($_)->alive }
	    0 .. $app->{number} - 1;
	for my $s (grep { $_->{hold} } @now) {
		$fault->cut(@{ $s->{pids} })
		    if ($s->{fate} // 'cut') eq 'cut';
		$s->{hold}->release;
	}
	for my $s (grep { !$_->{call}{chunked} } @now) {
		is($s->{call}->reply->status, 502, "$s->{name}: cut");
	}
	$fault->settle;
	$app->start_worker;
	$app->wait_ready;
	$fault->leases_over;
	for my $s (@now) {
		subtest $s->{name} => sub { $s->{after}->($s) };
	}
}

done_testing;
