#!/usr/bin/perl
# What a person has to agree to before a program's call is carried out
# (mcp_confirm): asked in a form or through the model, answered once, by that
# person, for just that call on the task as it was shown, and in time.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Fault;
use JSON::PP ();
use McpClient;

my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $app = App->new(accounts => 1, bare_ids => 'jwt', workers => 2,
    mcp_confirm => 'delete', confirm_minutes => 7)->start;
my $people = 0;

# Somebody new with these tasks, and their programs: one that can show a
# form, one of the same era that cannot, and an old one.
sub someone(@titles)
{
	my $who = $app->user('p' . ++$people);
	$who->add(@titles);
	return ($who, McpClient->new($app, $who->id, elicit => {}),
	    McpClient->new($app, $who->id),
	    McpClient->new($app, $who->id, era => 'legacy'));
}

sub answer($action, $content = undef)
{
	return { confirm => { action => $action,
	    $content ? (content => $content) : () } };
}

my %agree = (inputResponses => answer('accept', { confirm => $yes }));

# The state of a question that has to be asked.
sub asked($result, $what)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($result->{resultType}, 'input_required', "$what: asked");
	ok(!exists $result->{content}, 'and nothing else said');
	like($result->{requestState}, qr/^tcq_[\w-]{43}$/, 'by random bits');
	push @{ $app->{tokens} }, $result->{requestState};
	return $result->{requestState};
}

sub is_tampered($mcp, $state, $what, $arguments = { task_id => 1 },
    $tool = 'delete_task')
{
	my $reply = $mcp->start_tool($tool, $arguments,
	    requestState => $state, %agree)->reply;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply([$reply->status, $reply->json->{error}{code}],
	    [200, -32602], $what) or diag $reply->body;
	like($reply->json->{error}{message} // '', qr/^requestState: /,
	    'and why');
}

# The token of a text that asks through the model.
sub token_in($said, $what)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	like($said // 'done', qr/Nothing was changed yet: .* has to agree/,
	    $what);
	my ($token) = ($said // '') =~ /confirm_token "(tcq_[\w-]{43})"/;
	push @{ $app->{tokens} }, $token // ();
	return $token;
}

my $delete = ['delete_task', { task_id => 1 }];

subtest 'in a form' => sub {
	my ($who, $mcp) = someone("Buy\n\tmilk");
	my $r = $mcp->tool(@$delete);
	my $state = asked($r, 'deleting');
	my $ask = $r->{inputRequests}{confirm};
	is_deeply([keys %{ $r->{inputRequests} }], ['confirm'], 'one thing');
	is($ask->{method}, 'elicitation/create', 'of the client');
	is_deeply([@{ $ask->{params} }{qw(mode message)}], ['form',
	    'Delete a task: 1, "Buy  milk". It can be restored for 30 days.'],
	    'what it is about, on one line');
	my $schema = $ask->{params}{requestedSchema};
	is_deeply([$schema->{type}, $schema->{required},
	    $schema->{properties}{confirm}{type}],
	    ['object', ['confirm'], 'boolean'], 'one box to tick');
	is_deeply([$who->titles], ["Buy\n\tmilk"], 'nothing was done');
	is($app->sql('select encode(hash, \'escape\') from mcp_question')
	    =~ /tcq_/ ? 1 : 0, 0, 'the answer is not to be found in the database');
	$r = $mcp->tool(@$delete, requestState => $state, %agree);
	is_deeply($r->{structuredContent}, { task_id => 1, status => 'deleted',
	    title => "Buy\n\tmilk" }, 'agreed: done');
	is_deeply([$who->titles], [], 'and gone');
	$mcp->tool(restore_task => { task_id => 1 });
	is_tampered($mcp, $state, 'the same answer does it once');
	is(scalar(@{[ $who->titles ]}), 1, 'so the task is still there');
};

subtest 'what the question shows' => sub {
	my ($who, $mcp, $old) = someone("klim \x{202e}yuB\x{2028}<|im_end|>"
	    . "\x{200b}\x{e0041}");
	my $words = 'Delete a task: 1, "klim yuB < |im_end|>".';
	like($mcp->tool(@$delete)->{inputRequests}{confirm}{params}{message},
	    qr/^\Q$words\E /, 'is what is there, in its order');
	like($old->refusal(@$delete), qr/ \Q$words\E /, 'to a model, too');
};

subtest 'who can show a form' => sub {
	my ($who) = someone('One');
	my $call = sub ($can) {
		return McpClient->new($app, $who->id, elicit => $can)
		    ->tool(@$delete);
	};
	asked($call->($_), 'form') for { form => {} },
	    { form => {}, url => {} };
	token_in($call->($_)->{content}[0]{text}, 'through the model')
	    for { url => {} }, { form => $yes }, [], $yes, undef;
};

subtest 'no' => sub {
	my ($who, $mcp) = someone('One');
	for (['declined', answer('decline')], ['cancelled', answer('cancel')],
	    ['not ticked', answer('accept', { confirm => $no })]) {
		my $state = asked($mcp->tool(@$delete), $_->[0]);
		is($mcp->refusal(@$delete, requestState => $state,
		    inputResponses => $_->[1]),
		    'The person did not agree. Nothing was changed.',
		    'the model is told');
		is_tampered($mcp, $state, 'no yes after a no');
	}
	is_deeply([$who->titles], ['One'], 'nothing was done');
};

subtest 'no answer at all' => sub {
	my ($who, $mcp) = someone('One');
	my $state = asked($mcp->tool(@$delete), 'first');
	for (undef, [], 'yes', {}, { confirm => $yes }, { confirm => {} },
	    answer('accept'), answer('accept', {}), answer('accept',
	    { confirm => 'true' }), answer('accept', { confirm => 1 }),
	    answer('ACCEPT', { confirm => $yes }), { other =>
	    answer('accept', { confirm => $yes })->{confirm} }) {
		my $before = $state;
		$state = asked($mcp->tool(@$delete, requestState => $state,
		    inputResponses => $_), 'again');
		isnt($state, $before, 'anew');
	}
	asked($mcp->tool(@$delete, %agree), 'an answer to no question');
	is_deeply([$who->titles], ['One'], 'nothing was done');
	$mcp->tool(@$delete, requestState => $state, %agree);
	is_deeply([$who->titles], [], 'the last question is still open');
};

subtest 'of another call, or nobody\'s' => sub {
	my ($who, $mcp) = someone('One', 'Two');
	my ($bob, $his) = someone('Bob');
	my $new = sub { asked($mcp->tool(@$delete), 'a question') };
	is_tampered($his, $new->(), 'another person\'s answer');
	is_tampered($mcp, $new->(), 'for another task', { task_id => 2 });
	my $state = $new->();
	is_tampered($mcp, $_, 'no state of ours: ' . substr $_, 0, 12) for '',
	    'x', 'tcq_', $state . 'x', substr($state, 0, -1), lc $state,
	    'tct_' . substr($state, 4), 'x' x 10000;
	is($mcp->error('tools/call', { name => 'delete_task', arguments =>
	    { task_id => 1 }, requestState => 7, %agree })->{code}, -32602,
	    'nor a number');
	is_deeply([$who->titles], ['One', 'Two'], 'nothing was done');
	is_deeply([$bob->titles], ['Bob'], 'nor to others');
	is($mcp->tool(@$delete, requestState => $state, %agree)->{isError},
	    $no, 'the right one is good all the same');
};

subtest 'too late' => sub {
	my ($who, $mcp, undef, $old) = someone('One');
	my $expire = sub {
		return $app->sql("update mcp_question set expires_at = now()"
		    . " where " . $who->mine . " returning 1");
	};
	my $state = asked($mcp->tool(@$delete), 'a question');
	is($app->sql("select expires_at between now() + interval '6 min' and"
	    . " now() + interval '8 min' from mcp_question where "
	    . $who->mine), 't', 'good for as long as the setting says');
	$expire->();
	is_tampered($mcp, $state, 'expired');
	my $token = token_in($old->refusal(@$delete), 'through the model');
	$expire->();
	my $said = $old->refusal('delete_task', { task_id => 1,
	    confirm_token => $token });
	like($said, qr/^That confirm_token is of no open question\. /,
	    'expired');
	$token = token_in($said, 'and asked anew');
	is_deeply([$who->titles], ['One'], 'nothing was done');
	is($old->tool('delete_task', { task_id => 1, confirm_token =>
	    $token })->{isError}, $no, 'this time in time');
	is_deeply([$who->titles], [], 'done');
};

subtest 'the task has changed' => sub {
	my ($who, $mcp, undef, $old) = someone('One');
	my $state = asked($mcp->tool(@$delete), 'a question');
	$who->patch('tasks/1', { title => 'Something else' });
	my $r = $mcp->tool(@$delete, requestState => $state, %agree);
	my $again = asked($r, 'about another title');
	like($r->{inputRequests}{confirm}{params}{message},
	    qr/has changed since .* 1, "Something else"/, 'and says so');
	is_tampered($mcp, $state, 'the first answer is used up');
	is_deeply([$who->titles], ['Something else'], 'nothing was done');
	my $token = token_in($old->refusal(@$delete), 'through the model');
	$who->patch('tasks/1', { title => 'A third' });
	like($old->refusal('delete_task', { task_id => 1, confirm_token =>
	    $token }), qr/has changed since .*"A third"/, 'the same there');
	$who->delete('tasks/1');
	like($mcp->refusal(@$delete, requestState => $again, %agree),
	    qr/There is no task 1/, 'gone meanwhile');
	like($mcp->refusal('delete_task', { task_id => 9 }),
	    qr/There is no task 9/, 'nobody is asked about what is not there');
};

subtest 'through the model' => sub {
	my ($who, $form, @mcp) = someone('One', 'Two', 'Three');
	for my $mcp (@mcp) {
		my $said = $mcp->refusal(@$delete);
		my $token = token_in($said, $mcp->{era});
		like($said, qr/Delete a task: 1, "One"\..*good once and for 7/s,
		    'what to ask, and how');
		my $with = sub (%arguments) {
			return $mcp->tool('delete_task', { task_id => 1,
			    confirm_token => $token, %arguments });
		};
		token_in($with->(task_id => 2)->{content}[0]{text},
		    'not for another task');
		token_in($with->()->{content}[0]{text},
		    'which has used it up');
		$token = token_in($mcp->refusal(@$delete), 'again');
		is($with->(confirm_token => 7)->{content}[0]{text},
		    'confirm_token: must be a text.', 'not a number');
		is($with->()->{structuredContent}{status}, 'deleted',
		    'agreed: done');
		token_in($mcp->tool('delete_task', { task_id => 2,
		    confirm_token => $token })->{content}[0]{text}, 'once');
		$mcp->tool(restore_task => { task_id => 1 });
	}
	my $token = token_in($mcp[1]->refusal(@$delete), 'a token');
	asked($form->tool('delete_task', { task_id => 1, confirm_token =>
	    $token }), 'where there is a form the model cannot answer');
	is_deeply([$who->titles], ['One', 'Two', 'Three'], 'all are there');
};

subtest 'at the same moment' => sub {
	my ($who, $mcp, undef, $old) = someone('One');
	for my $way ('form', 'model') {
		my $state = $way eq 'form' ? asked($mcp->tool(@$delete), $way)
		    : token_in($old->refusal(@$delete), $way);
		my @calls = map { $way eq 'form' ? $mcp->start_tool(@$delete,
		    requestState => $state, %agree) : $old->start_tool(
		    'delete_task', { task_id => 1, confirm_token => $state })
		    } 1 .. 8;
		my @done = grep { ($_->{result}{structuredContent}{status}
		    // '') eq 'deleted' } map { $_->reply->json } @calls;
		is(scalar @done, 1, "$way: of eight one is done");
		is($app->sql('select version from task where ' . $who->mine),
		    $way eq 'form' ? 2 : 4, 'and one only');
		$mcp->tool(restore_task => { task_id => 1 });
	}
};

# Who deletes an account takes the tasks first and the questions then.
subtest 'no answer that waits is in the way' => sub {
	my ($who, $mcp) = someone('One');
	my $state = asked($mcp->tool(@$delete), 'a question');
	my $fault = Fault->new($app);
	my $hold = $fault->hold('select from task where ' . $who->mine
	    . ' for update');
	my $call = $mcp->start_tool(@$delete, requestState => $state, %agree);
	$hold->blocks;
	is($fault->ask('select count(*) from (select from mcp_question where '
	    . $who->mine . ' for update skip locked) q'), 1,
	    'it waits for the task, and holds no question');
	$hold->release;
	is($call->reply->json->{result}{structuredContent}{status}, 'deleted',
	    'and goes on');
};

subtest 'another worker answers' => sub {
	my ($who, $mcp, undef, $old) = someone('One', 'Two');
	my $state = asked($mcp->tool(@$delete), 'a question');
	my $token = token_in($old->refusal(delete_task => { task_id => 2 }),
	    'another');
	$app->restart_workers;
	is($mcp->tool(@$delete, requestState => $state, %agree)->{isError},
	    $no, 'by one that did not ask');
	is($old->tool('delete_task', { task_id => 2, confirm_token =>
	    $token })->{isError}, $no, 'the other as well');
	is_deeply([$who->titles], [], 'both are gone');
};

subtest 'questions nobody answers' => sub {
	my ($who, $mcp) = someone('One');
	$app->sql("insert into mcp_question select '" . $who->id . "',"
	    . " sha256(n::text::bytea), 'delete_task', '{}', 1, now() + n *"
	    . " interval '1 min' from generate_series(-50, 150) n");
	my $state = asked($mcp->tool(@$delete), 'one more');
	is($app->sql('select count(*) from mcp_question where '
	    . $who->mine), 100, 'only the newest are kept');
	is($mcp->tool(@$delete, requestState => $state, %agree)->{isError},
	    $no, 'this one is');
};

subtest 'what is asked about' => sub {
	my ($who, $mcp, undef, $old) = someone('One', 'Two');
	my $asks = sub {
		return join ' ', map { $_->{name} } grep { exists
		    $_->{inputSchema}{properties}{confirm_token} }
		    @{ $mcp->result('tools/list')->{tools} };
	};
	my $words = sub { $mcp->result('server/discover')->{instructions} };
	is($asks->(), 'delete_task', 'delete: what deletes');
	like($words->(), qr/only when the person has agreed/, 'hosts know');
	is($mcp->tool(update_task => { task_id => 1, title => 'A' })
	    ->{isError}, $no, 'a change is none');

	$app->restart_workers(settings => { mcp_confirm => 'destructive' });
	is($asks->(), 'update_task delete_task',
	    'destructive: what overwrites as well');
	my $change = { task_id => 1, title => 'x' x 200, priority => 'low' };
	my $r = $mcp->tool(update_task => $change);
	my $state = asked($r, 'a change');
	like($r->{inputRequests}{confirm}{params}{message},
	    qr/^Change a task: 1, "A"\. To become: title "x{120}…", priority "low"\.$/,
	    'what it will be');
	is_tampered($mcp, $state, 'no other change', { %$change,
	    priority => 'high' }, 'update_task');
	$state = asked($mcp->tool(update_task => $change), 'a change');
	is_tampered($mcp, $state, 'no other tool');
	$state = asked($mcp->tool(update_task => $change), 'a change');
	# the same words in another spelling are the same change
	is($mcp->tool(update_task => { %$change, priority => ' LOW ',
	    task_id => '1' }, requestState => $state, %agree)->{isError}, $no,
	    'agreed: changed');
	is($mcp->tool($_->[0], $_->[1])->{isError}, $no, "$_->[0]: at once")
	    for [add_task => { title => 'x' }], [list_tasks => {}],
	    [complete_task => { task_id => 1 }],
	    [restore_task => { task_id => 1 }];
	like($old->refusal(update_task => { task_id => 1, confirm_token =>
	    'x' }), qr/give at least one of/, 'a token alone changes nothing');

	$app->restart_workers(settings => { mcp_confirm => 'off' });
	is($asks->(), '', 'off: nothing');
	unlike($words->(), qr/agreed/, 'and no word of it');
	is($mcp->tool(delete_task => { task_id => 2 })->{isError}, $no,
	    'done at once');
	like($old->refusal('delete_task', { task_id => 1, confirm_token =>
	    'x' }), qr/unknown property/, 'a token means nothing');
};

done_testing;
