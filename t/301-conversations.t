#!/usr/bin/perl
# Conversations: listed newest first, read page by page, renamed, deleted
# with all that belongs to them.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $app = App->new(model => 'script')->start;
my $model = $app->model;
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

# n conversations of one turn each; their ids, oldest first.
sub talk($who, @texts)
{
	my @ids;
	for my $text (@texts) {
		$model->say("You said: $text.");
		my $r = $who->chat($text, conversation => undef);
		push @ids, $r->json->{conversation_id};
	}
	return @ids;
}

subtest 'the list' => sub {
	my $ann = $app->user('ann');
	is_deeply($ann->get('conversations')->json, { conversations => [] },
	    'empty at first');
	my ($one, $two) = talk($ann, 'first words', 'second words');
	my $list = $ann->get('conversations')->json->{conversations};
	is_deeply([map { $_->{id} } @$list], [$two, $one], 'newest first');
	is_deeply([sort keys %{ $list->[0] }],
	    [sort qw(id title created_at updated_at message_count)],
	    'a row has these members');
	is($list->[0]{title}, 'second words', 'titled by its first message');
	is($list->[0]{message_count}, 2, 'question and answer');
	like($list->[0]{$_}, $time, $_) for qw(created_at updated_at);

	$model->say('Again.');
	$ann->chat('once more', conversation => $one);
	is_deeply([map { $_->{id} }
	    @{ $ann->get('conversations')->json->{conversations} }],
	    [$one, $two], 'what was used last comes first');
};

subtest 'many of them' => sub {
	my $bea = $app->user('bea');
	my @ids = reverse talk($bea, map { "number $_" } 1 .. 25);
	my $page = $bea->get('conversations')->json;
	is(scalar @{ $page->{conversations} }, 20, 'twenty a page');
	my @seen = map { $_->{id} } @{ $page->{conversations} };
	while (defined $page->{next_cursor} && @seen < 60) {
		$page = $bea->get('conversations?' . Client::query(limit => 2,
		    before => $page->{next_cursor}))->json;
		push @seen, map { $_->{id} } @{ $page->{conversations} };
	}
	is_deeply(\@seen, \@ids, 'every one once, in order');
	$app->sql("update conversation set updated_at = now()"
	    . " where user_id = 'bea'");
	@seen = ();
	$page = {};
	do {
		$page = $bea->get('conversations?' . Client::query(limit => 7,
		    defined $page->{next_cursor}
		        ? (before => $page->{next_cursor}) : ()))->json;
		push @seen, map { $_->{id} } @{ $page->{conversations} };
	} while (defined $page->{next_cursor} && @seen < 60);
	is_deeply([sort @seen], [sort @ids],
	    'also when all were used in the same instant');
};

subtest 'reading one' => sub {
	my $eve = $app->user('eve');
	$model->calls([add_task => { title => 'milk' }],
	    [add_task => { title => 'bread' }]);
	$model->say('I added milk and bread.');
	my $r = $eve->chat('add milk and bread');
	is_answer($r, 'a turn with two calls');
	my $c = $eve->history;
	is_deeply([sort keys %$c], [sort qw(id title created_at updated_at
	    message_count messages turn_in_progress)],
	    'members of a conversation');
	ok(!$c->{turn_in_progress}, 'nobody is being answered');
	is($c->{id}, $eve->conversation, 'its id');
	is($c->{message_count}, 2, 'two messages');
	my ($question, $answer) = @{ $c->{messages} };
	is_deeply([@$question{qw(role content state)}],
	    ['user', 'add milk and bread', 'done'], 'the question');
	is_deeply([@$answer{qw(role content state)}],
	    ['assistant', 'I added milk and bread.', 'done'], 'the answer');
	is($answer->{id}, $r->json->{message_id}, 'under the id it was told');
	cmp_ok($question->{id}, '<', $answer->{id}, 'ids in order');
	like($answer->{created_at}, $time, 'with a time');
	is_deeply([map { $_->{name} } @{ $answer->{tool_calls} }],
	    ['add_task', 'add_task'], 'its tool calls');
	is_deeply($answer->{tool_calls}[1]{arguments}, { title => 'bread' },
	    'with arguments');
	is($answer->{tool_calls}[1]{result}{status}, 'created', 'result');
	is($answer->{tool_calls}[1]{state}, 'ok', 'and state');
	is_deeply([map { my %t = %$_; delete $t{state}; \%t }
	    @{ $answer->{tool_calls} }], [$r->calls],
	    'the same the chat answer had');
};

subtest 'page by page' => sub {
	my $leo = $app->user('leo');
	for (1 .. 30) {
		$model->say("answer $_");
		$leo->chat("question $_");
	}
	my $path = 'conversations/' . $leo->conversation;
	my $page = $leo->get($path)->json;
	is(scalar @{ $page->{messages} }, 50, 'the newest fifty');
	is($page->{messages}[-1]{content}, 'answer 30', 'newest last');
	is($page->{message_count}, 60, 'counted all');
	my @all = @{ $page->{messages} };
	while (defined $page->{next_cursor} && @all < 200) {
		$page = $leo->get("$path?" . Client::query(limit => 3,
		    before => $page->{next_cursor}))->json;
		unshift @all, @{ $page->{messages} };
	}
	is_deeply([map { $_->{content} } @all],
	    [map { ("question $_", "answer $_") } 1 .. 30],
	    'older pages join without gap');
	is_deeply([map { $_->{content} } @{ $leo->get("$path?limit=2")
	    ->json->{messages} }], ['question 30', 'answer 30'], 'limit');
	my $before = $all[4]{id};
	is_deeply([map { $_->{content} } @{ $leo->get("$path?before=$before")
	    ->json->{messages} }], [map { $_->{content} } @all[0 .. 3]],
	    'before a message id');
};

subtest 'renaming' => sub {
	my $ray = $app->user('ray');
	my ($id) = talk($ray, 'no good title');
	my $before = $ray->get('conversations')->json->{conversations}[0];
	my $r = $ray->patch("conversations/$id", { title => ' Einkäufe 🛒 ' });
	is($r->status, 200, 'renamed');
	is($r->json->{title}, 'Einkäufe 🛒', 'answers with the new title');
	is($r->json->{id}, $id, 'of this conversation');
	my $after = $ray->get('conversations')->json->{conversations}[0];
	is_deeply($after, { %$before, title => 'Einkäufe 🛒' },
	    'only the title is another');
	my %bad = ('none' => {}, 'empty' => { title => '' },
	    'blank' => { title => ' ' }, 'null' => { title => undef },
	    'a number' => { title => 1 },
	    'too long' => { title => 'é' x 201 });
	for (sort keys %bad) {
		is_problem($ray->patch("conversations/$id", $bad{$_}), 400,
		    'invalid_request', "a title that is $_");
	}
	is($ray->patch("conversations/$id", { title => 'é' x 200 })->status,
	    200, 'two hundred characters fit');
};

subtest 'titles of long and odd messages' => sub {
	my $tim = $app->user('tim');
	my ($long) = talk($tim, 'word ' x 100);
	my $title = $tim->get("conversations/$long")->json->{title};
	cmp_ok(length $title, '<=', 200, 'shortened');
	like($title, qr/^word word/, 'from the start');
	my ($lines) = talk($tim, "\n\nfirst line\nsecond line");
	is($tim->get("conversations/$lines")->json->{title}, 'first line',
	    'the first line');
	my ($emoji) = talk($tim, '🎉' x 150);
	like($tim->get("conversations/$emoji")->json->{title}, qr/^🎉+…?$/,
	    'cut between characters');
};

subtest 'deleting' => sub {
	my $dan = $app->user('dan');
	my ($keep) = talk($dan, 'keep this');
	$dan->add('Old task');
	$model->call(delete_task => { task_id => 1 });
	my $r = $dan->chat('delete task 1', conversation => undef);
	ok($r->confirmation, 'a question is open');
	my $id = $dan->conversation;
	is($dan->delete("conversations/$id")->status, 204, 'deleted');
	is_problem($dan->get("conversations/$id"), 404,
	    'conversation_not_found', 'gone');
	is_problem($dan->delete("conversations/$id"), 404,
	    'conversation_not_found', 'not twice');
	is_problem($dan->patch("conversations/$id", { title => 'x' }), 404,
	    'conversation_not_found', 'nor renamed');
	is_problem($dan->chat('yes', conversation => $id), 404,
	    'conversation_not_found', 'nor talked to');
	is_problem($dan->decide('approve', conversation => $id), 404,
	    'confirmation_not_found', 'its question went with it');
	for my $table (qw(message tool_call confirmation)) {
		is($app->sql("select count(*) from $table"
		    . " where conversation_id = '$id'"), 0, "no $table left");
	}
	is_deeply([$dan->titles], ['Old task'], 'tasks are not touched');
	is_deeply([map { $_->{id} }
	    @{ $dan->get('conversations')->json->{conversations} }], [$keep],
	    'the other conversation stays');
};

subtest 'deleting while somebody talks' => sub {
	my $tea = $app->user('tea');
	my ($id) = talk($tea, 'hello');
	$model->say('Slow answer.', hold => 2);
	my $n = $model->state->{requests};
	my $call = $tea->start_chat('go on', conversation => $id);
	$model->wait_requests($n + 1);
	is($tea->delete("conversations/$id")->status, 204, 'deleted');
	$model->release;
	my $r = $call->reply;
	cmp_ok($r->status, '>=', 400, 'the turn says it went wrong');
	cmp_ok($r->status, '<', 500, 'and that it is not our fault');
	is($app->sql("select count(*) from message"
	    . " where conversation_id = '$id'"), 0, 'nothing comes back');
};

done_testing;
