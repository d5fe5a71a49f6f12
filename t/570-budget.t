#!/usr/bin/perl
# What a model gets to read, and what it took: history within the model's
# window, in blocks so that its cache holds; estimates corrected by what it
# reports; one more try when it finds a request too long; what was said beside
# calls; and usage as it is stored.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();

my $app = App->new(model => 'script', model_profile => 'openai',
    model_window => 20000, model_max_tokens => 500, history_messages => 400,
    history_bytes => 4194304, model_fallback => 'builtin')->start;
my $model = $app->model;
my $json = JSON::PP->new->canonical->utf8;
my $left_out = qr/^\[Older messages of this conversation are left out here/;

# What one request held: its messages but the instructions.
sub sent($request)
{
	my @m = @{ $request->{body}{messages} };
	return @m[1 .. $#m];
}

sub size(@m) { return length $json->encode(\@m) }

# The usage of somebody's newest answer.
sub usage($who)
{
	my $text = $app->sql('select usage from message where ' . $who->mine
	    . " and role = 'assistant' order by created_at desc, id desc"
	    . ' limit 1');
	return length $text ? $json->decode($text) : undef;
}

# Turns of some 350 tokens.
sub talk($who, $from, $to, %order)
{
	for my $n ($from .. $to) {
		$model->say("Answer $n. " . 'word ' x 100, %order);
		$who->chat("Question $n. " . 'word ' x 100);
	}
}

subtest 'a conversation that grows beyond the window' => sub {
	my $ann = $app->user('ann');
	$model->fresh;
	talk($ann, 1, 70);
	my @requests = $model->fresh;
	is(scalar @requests, 70, 'none was refused');
	my ($changes, $most, $newest) = (0, 0, 0);
	my @before;
	for (@requests) {
		my @m = sent($_);
		my $size = size(@m);
		$most = $size if $size > $most;
		# a clock stands behind it
		$newest++ if (pop @m)->{content} =~ /Question \d+\..*Local/s;
		$changes++ if @before && $json->encode(\@before) ne
		    $json->encode([@m[0 .. $#before]]);
		@before = @m;
	}
	is($newest, 70, 'the newest message is always there');
	# 20,000 less a tenth, the answer, and the tools, at three bytes each
	cmp_ok($most, '<', 3 * 17500, "at most $most bytes");
	cmp_ok($most, '>', 3 * 11000, 'which uses what there is');
	cmp_ok($changes, '>', 0, "$changes times another beginning");
	cmp_ok($changes, '<=', 8, 'which is seldom');
	my @last = sent($requests[-1]);
	like($last[0]{content}, $left_out, 'it says that there was more');
	is($last[0]{role}, 'user', 'and begins with the person');
	unlike((sent($requests[0]))[0]{content}, $left_out,
	    'not where there was none');
	cmp_ok(scalar @last, '<', 139, 'the oldest are not there');
};

subtest 'what the model reports corrects the estimate' => sub {
	my $bob = $app->user('bob');
	talk($bob, 1, 20);
	$model->fresh;
	talk($bob, 21, 21, usage => { prompt_tokens => 100000,
	    completion_tokens => 7 });
	my ($before) = $model->fresh;
	my $usage = usage($bob);
	is($usage->{last_prompt_tokens}, 100000, 'far more than was thought');
	cmp_ok($usage->{last_estimate}, '<', 20000, 'which is known as well');
	talk($bob, 22, 22);
	my ($less) = $model->fresh;
	cmp_ok(size(sent($less)), '<', size(sent($before)) / 2,
	    'so the next request has less');
	my $set = sub ($prompt, $model) {
		$app->sql('update message set usage = \'{"last_prompt_tokens":'
		    . "$prompt,\"last_estimate\":10000}', model = '$model'"
		    . ' where ' . $bob->mine . ' and usage is not null');
	};
	$set->(10000, 'script');
	talk($bob, 23, 23);
	cmp_ok(size(sent($model->fresh)), '>', size(sent($before)),
	    'and all of it when it reports what was thought');
	$set->(30000, 'another');
	talk($bob, 24, 24);
	cmp_ok(size(sent($model->fresh)), '>', size(sent($before)),
	    'what another model reported is of no matter');
};

sub refusal($text)
{
	return (status => 400, body => $json->encode({ error => {
	    message => $text, code => 'context_length_exceeded' } }));
}

subtest 'a request that is too long after all' => sub {
	my $cay = $app->user('cay');
	talk($cay, 1, 20);
	$model->fresh;
	$model->order(refusal('Your input exceeds the context window.'));
	$model->say('Short again.');
	is_answer($cay->chat('And now?'), 'is made shorter');
	my @sent = map { size(sent($_)) } $model->fresh;
	is(scalar @sent, 2, 'once');
	cmp_ok($sent[1], '<', 0.6 * $sent[0], 'by as much as is usual');
	cmp_ok($sent[1], '>', 3000, 'and no more');
	my $usual = $sent[1];

	$model->order(refusal('This model\'s maximum context length is 5500'
	    . ' tokens. However, your messages resulted in 6000 tokens.'));
	$model->call(list_tasks => {});
	$model->say('Short again.');
	is_answer($cay->chat('And now?'), 'also when the window is named');
	my @requests = $model->fresh;
	@sent = map { size(sent($_)) } @requests;
	is(scalar @sent, 3, 'no step after that is refused');
	cmp_ok($sent[1], '<', 0.9 * $usual, 'then it counts');
	cmp_ok($sent[2], '<', 0.9 * $usual, 'for the whole turn');
	like((sent($requests[1]))[-1]{content}, qr/^And now\?/,
	    'the newest message is whole');
	my $limit = usage($cay)->{limit};
	cmp_ok($limit, '<=', 4400, 'at most four fifths of the window');
	$model->say('Still short.');
	is_answer($cay->chat('And then?'), 'the next turn');
	@sent = map { size(sent($_)) } $model->fresh;
	is(scalar @sent, 1, 'has it right at once');
	cmp_ok($sent[0], '<', 0.9 * $usual, 'by what was learnt');
	ok(!exists usage($cay)->{limit}, 'which is not learnt for ever');
	like($app->wait_log(qr/refused a prompt of about/), qr/model_window/,
	    'the log says what to set');

	$model->order(refusal('Too long.'), times => 2);
	is_problem($cay->chat('And now?'), 502, 'conversation_too_long',
	    'a second refusal in a step ends it');
	is(scalar(my @r = $model->fresh), 2, 'after two requests');

	my $dan = $app->user('dan');
	$model->order(refusal('Too long.'));
	is_problem($dan->chat('word ' x 1000), 502, 'conversation_too_long',
	    'a message that is too long alone');
	is(scalar(@r = $model->fresh), 1, 'is not sent twice');
};

subtest 'a turn that is too long alone' => sub {
	my $eve = $app->user('eve');
	$app->sql("insert into task (user_id, id, title) select 'eve', n,"
	    . " 'Task ' || n || repeat(' and more', 8)"
	    . ' from generate_series(1, 100) n;'
	    . " insert into task_counter values ('eve', 100)");
	$model->fresh;
	$model->call(list_tasks => {});
	$model->call(list_tasks => { status => 'pending' });
	$model->order(refusal('Too long.'));
	$model->say('There are many.');
	is_answer($eve->chat('what is there?'), 'is answered');
	my @requests = $model->fresh;
	is(scalar @requests, 4, 'with one refusal');
	my ($refused, $short) = map { [grep { $_->{role} eq 'tool' }
	    sent($_)] } @requests[2, 3];
	is(scalar @{ $json->decode($_->{content}) }, 100, 'all was there')
	    for @$refused;
	is(scalar @$short, 2, 'each call has its result');
	my $first = $json->decode($short->[0]{content});
	is(scalar @$first, 11, 'the older list is shortened');
	is($first->[0]{id}, 1, 'to its beginning');
	is($first->[-1], 'shortened, 10 of 100 shown', 'and says so');
	my ($stored) = ($eve->messages)[-1]{tool_calls}[0]{result};
	is(scalar @$stored, 100, 'what is stored is whole');
};

subtest 'what was said beside calls' => sub {
	for my $door ('as events', 'as JSON') {
		my $fay = $app->user($door eq 'as JSON' ? 'fay' : 'gus');
		my $ask = sub ($text) {
			return $door eq 'as JSON' ? $fay->chat($text)
			    : $fay->stream($text);
		};
		$fay->add('Milk');
		$model->fresh;
		$model->order(text => 'Let me look.', calls =>
		    [{ name => 'list_tasks', arguments => {} }]);
		$model->say('You have one.');
		$ask->('what do I have?');
		my @same = sent(($model->fresh)[-1]);
		is_deeply([map { $_->{content} } grep {
		    $_->{role} eq 'assistant' } @same], ['Let me look.'],
		    "$door: it is with its step");
		$model->order(text => 'I delete it.', calls =>
		    [{ name => 'delete_task', arguments => { task_id => 1 } }]);
		$ask->('delete it');
		my @later = sent(($model->fresh)[-1]);
		pop @same;
		is($json->encode([@later[1, 2]]), $json->encode([$same[1],
		    $later[2]]), 'and the same in the next turn');
		is($later[3]{content}, 'You have one.',
		    'the rest is what was said at last');
		$model->say('Nothing yet.');
		$ask->('and then?');
		my @asked = sent(($model->fresh)[-1]);
		my ($held) = grep { $_->{tool_calls} && $_->{tool_calls}[0]
		    {function}{name} eq 'delete_task' } @asked;
		is($held->{content}, 'I delete it.',
		    'so it is beside a call that asks');
		my ($question) = grep { $_->{role} eq 'assistant'
		    && $_->{content} =~ /Milk/ } @asked;
		unlike($question->{content}, qr/I delete it/,
		    'and not in the question');
	}
};

subtest 'usage' => sub {
	my $hal = $app->user('hal');
	$model->call(add_task => { title => 'Milk' }, usage => {
	    prompt_tokens => 3000, completion_tokens => 10,
	    prompt_tokens_details => { cached_tokens => 1024 } });
	$model->say('I added it.', usage => { prompt_tokens => 3100,
	    completion_tokens => 20,
	    prompt_tokens_details => { cached_tokens => 2048 } });
	$hal->chat('add milk');
	my $usage = usage($hal);
	cmp_ok(delete $usage->{last_estimate}, '>', 1000, 'an estimate');
	is_deeply($usage, { prompt_tokens => 6100, completion_tokens => 30,
	    cached_tokens => 3072, steps => 2, last_prompt_tokens => 3100 },
	    'sums, and the last step');

	$model->say('Some words.', usage => 0);
	$hal->chat('hello');
	$usage = usage($hal);
	ok($usage->{estimated}, 'no figures: they are ours');
	cmp_ok($usage->{prompt_tokens}, '>', 1000, 'of the request');
	cmp_ok($usage->{completion_tokens}, '>', 3, 'and of the answer');
	ok(!exists $usage->{last_prompt_tokens}, 'and teach nothing');

	my $n = $model->state->{requests};
	$model->order(pieces => ['So ', 'far ', 'so good.'], hold => 4);
	my $call = $hal->open_stream('talk');
	$call->until('text');
	$call->hang_up;
	$model->wait_state($n + 1, 'gone');
	$app->wait_row('the turn to be over', "select 1 from message where "
	    . $hal->mine . " and state = 'stopped'");
	$usage = usage($hal);
	ok($usage->{estimated}, 'a stream that was hung up');
	cmp_ok($usage->{prompt_tokens}, '>', 1000, 'was paid for');
	cmp_ok($usage->{completion_tokens}, '>', 4, 'as far as it came');

	$model->order(text => 'word ' x 200, cut_after => 4000);
	$hal->stream('talk');
	$usage = usage($hal);
	ok($usage->{estimated} && $usage->{prompt_tokens} > 1000
	    && $usage->{completion_tokens} > 10, 'one that broke off');

	$model->say('Hm.', usage => { prompt_tokens => 700,
	    completion_tokens => 1 });
	$hal->chat('hello');
	ok(!exists usage($hal)->{last_estimate},
	    'far less than was sent teaches nothing');
	like($app->wait_log(qr/counted 700 tokens/), qr/level=warn .*window/,
	    'and is told in the log');
};

subtest 'whose requests they are' => sub {
	my ($ivy, $jon) = map { $app->user($_) } qw(ivy jon);
	$model->fresh;
	$model->say('Hello.', times => 3);
	$_->chat('hello') for $ivy, $jon, $ivy->afresh;
	my @keys = map { $_->{body}{prompt_cache_key} } $model->fresh;
	like($keys[0], qr/^[A-Za-z0-9_-]{43}$/, 'a name of its own');
	isnt($keys[1], $keys[0], 'for each person');
	is($keys[2], $keys[0], 'and the same always');
};

subtest 'the built-in model' => sub {
	my $kim = $app->user('kim');
	$model->order(status => 401, body => '{"error":{"message":"no"}}');
	like($kim->chat('add milk')->text, qr/could not be reached/,
	    'takes over');
	is(usage($kim), undef, 'and takes nothing');
};

done_testing;
