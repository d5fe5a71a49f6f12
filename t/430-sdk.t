#!/usr/bin/perl
# The vendors' own clients as judges, both ways: they read the pretend
# model's streams as its vendor's, and the TypeScript compiler finds that
# the requests we send, and the events the pretend model answers with, are
# of the types they have for them, with no field too many.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Encode qw(decode);
use JSON::PP ();
use Node ();

my $types = "$FindBin::Bin/types";
if (my $why = Node::missing('types')) {
	Test::More::BAIL_OUT($why) if $ENV{TASKCHAT_NEED_NODE};
	Test::More::plan(skip_all => $why);
}

my $dir = Cluster::make_dir('tc-XXXXXX');
my $json = JSON::PP->new->canonical->allow_nonref;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

# Where each kind has its types: of a request, but for its last word, and of
# an event.
my %type = (
	'openai' => ['OpenAI.Chat.ChatCompletionCreateParams',
	    'OpenAI.Chat.ChatCompletionChunk'],
	'openai-responses' => ['OpenAI.Responses.ResponseCreateParams',
	    'OpenAI.Responses.ResponseStreamEvent'],
	'anthropic' => ['Anthropic.MessageCreateParams',
	    'Anthropic.RawMessageStreamEvent'],
);

# What the compiler says of values: [type, value], the first on line 3.
sub compile(@these)
{
	my $text = "import type OpenAI from 'openai';\n"
	    . "import type Anthropic from '\@anthropic-ai/sdk';\n";
	my $n = 0;
	for (@these) {
		$text .= 'export const v' . $n++ . ' = '
		    . $json->encode($_->[1]) . " satisfies $_->[0];\n";
	}
	Pooler::write_file("$dir/values.ts", Encode::encode('UTF-8', $text));
	Pooler::write_file("$dir/tsconfig.json", $json->encode({
	    files => ["$dir/values.ts"], compilerOptions => {
	    strict => $true, noEmit => $true, skipLibCheck => $true,
	    types => [], lib => ['es2022', 'dom', 'esnext.disposable'],
	    module => 'preserve', moduleResolution => 'bundler', paths => {
	        '*' => ["$types/node_modules/*"] } } }));
	my (undef, $out, $err) = Proc::run([Proc::find_program('node'),
	    "$types/node_modules/typescript/bin/tsc", '-p',
	    "$dir/tsconfig.json"], as_root => 1, seconds => 240);
	return grep { /\S/ } split /\n/, "$out$err";
}

# Right but for the last, of which the compiler complains with these words.
sub judge($name, $wrong, @these)
{
	my @said = compile(@these);
	my $last = 2 + @these;
	my @of_last = grep { /^\S*values\.ts\($last,/ } @said;
	like($of_last[0] // '', $wrong, "$name: what is wrong is found");
	is(join("\n", grep { /^\S/ && !/^\S*values\.ts\($last,/ } @said), '',
	    "$name: and nothing else");
}

# --- the clients read the pretend model

my $model = Model->start;
my %ask = (
	'openai' => { model => 'm', messages => [
	    { role => 'user', content => 'hi' }] },
	'openai-responses' => { model => 'm', instructions => 'x',
	    store => $false, input => [{ role => 'user', content => 'hi' }] },
	'anthropic' => { model => 'm', max_tokens => 16, messages => [
	    { role => 'user', content => 'hi' }] },
);
# What each says for the same end.
my %end = (
	'openai' => [qw(tool_calls length)],
	'openai-responses' => [qw(completed max_output_tokens)],
	'anthropic' => [qw(tool_use max_tokens)],
);
my @orders = (
	{ pieces => ['Grüße ', '🎉 '], thinks => { text => 'Hm.',
	    blob => 'c2ln' }, usage => { prompt_tokens => 30,
	    completion_tokens => 12, total_tokens => 42 }, calls => [
	    { name => 'add_task', arguments => { title => 'Ü' } },
	    { name => 'list_tasks' }] },
	{ text => 'cut off', finish => 'length' },
	{ pieces => ['It breaks '], no_finish => 1 },
	{ status => 429 },
);

my @wishes;
for my $kind (Dialect->kinds) {
	for my $stream ($true, $false) {
		for my $order (@orders) {
			# without events nothing breaks
			next if $order->{no_finish} && !$stream;
			my %body = (%{ $ask{$kind} }, stream => $stream);
			$body{stream_options} = { include_usage => $true }
			    if $kind eq 'openai' && $stream;
			$model->order(%$order);
			push @wishes, { kind => $kind, url => $model->url,
			    body => \%body, order => $order };
		}
	}
}
my $said = Node::ask('clients.mjs', [map { my %w = %$_;
    delete $w{order}; \%w } @wishes], 'types');

my @events;
for my $i (0 .. $#wishes) {
	my ($kind, $body, $order) = @{ $wishes[$i] }{qw(kind body order)};
	my ($answer, $error) = @{ $said->[$i] }{qw(answer error)};
	my $name = "$kind, " . ($body->{stream} ? 'stream' : 'whole');
	push @events, map { [$kind, $_] } @{ $said->[$i]{events} };
	if ($order->{status}) {
		is_deeply($error, { status => 429,
		    name => 'RateLimitError' }, "$name: an error");
	} elsif ($order->{no_finish}) {
		ok($error && !defined $error->{status},
		    "$name: a stream cut short is seen");
	} elsif ($order->{calls}) {
		is($answer->{text}, 'Grüße 🎉 ', "$name: the text");
		is_deeply($answer->{calls}, [[add_task => { title => 'Ü' }],
		    [list_tasks => {}]], "$name: the calls");
		is_deeply($answer->{thoughts}, [['Hm.', 'c2ln']],
		    "$name: the thoughts") if $kind ne 'openai';
		is($answer->{finish}, $end{$kind}[0], "$name: the end");
		is_deeply($answer->{tokens}, [30, 12], "$name: the tokens");
	} else {
		is_deeply([@$answer{qw(text finish)}],
		    ['cut off', $end{$kind}[1]], "$name: cut off");
	}
}
is_deeply([$model->state->{wrong}, $model->state->{left}], [[], []],
    'what the clients send is right, too');
$model->stop;

# What is no part of the types: DeepSeek's thoughts, pings; and what the
# client puts into a response itself.
sub plain($kind, $event)
{
	return if ($event->{type} // '') eq 'ping';
	my $copy = $json->decode($json->encode($event));
	delete $copy->{choices}[0]{delta}{reasoning_content}
	    if $kind eq 'openai' && @{ $copy->{choices} };
	$copy->{response}{output_text} //= '' if $copy->{response};
	return [$type{$kind}[1], $copy];
}

my %events = map { $json->encode($_) => $_ } grep { defined }
    map { plain(@$_) } @events;
my @kinds = map { $events{$_} } sort keys %events;
cmp_ok(scalar @kinds, '>', 40, scalar(@kinds) . ' different events');
judge('the events', qr/indx/, @kinds, [$type{anthropic}[1],
    { type => 'content_block_stop', indx => 0 }]);

# --- what we send

# A conversation with all there is: thoughts and blobs, calls together, a
# call that failed, one that was not confirmed, one that never ran.
my @sent;
for my $kind (Dialect->kinds) {
	my $app = App->new(model => 'script', kind => $kind,
	    model_profile => $kind eq 'openai' ? 'openai' : 'generic')
	    ->start;
	my $model = $app->model;
	my $ann = $app->user('ann');
	my @thinks = (thinks => { text => 'So.', blob => 'QmxvYg==' });
	$model->order(@thinks, text => 'Both.', calls => [
	    { name => 'add_task', arguments => { title => 'Milk' } },
	    { name => 'add_task', arguments => { title => 'Brot' } }]);
	$model->order(@thinks, calls => [
	    { name => 'add_task', arguments => { titel => 'x' } },
	    { name => 'list_tasks' }]);
	$model->say('Added „Milk“ and “Brot” 🎉.');
	is(($ann->stream('add milk and bread'))[-1]{event}, 'done',
	    "$kind: a turn");
	$model->order(calls => [{ name => 'delete_task',
	    arguments => { task_id => 1 } }]);
	ok($ann->chat('delete milk')->confirmation, "$kind: a question");
	$model->order(@thinks, calls => [{ name => 'complete_task',
	    arguments => { task_id => 2 } }]);
	$model->say('Completed.');
	is_answer($ann->chat('what about bread?'), "$kind: and an answer");
	# as if the worker had died before it ran
	$app->sql('update tool_call set result = null, state ='
	    . " 'interrupted' where name = 'complete_task'");
	$model->say('Hello again.');
	is_answer($ann->chat('hello again'), "$kind: after a call that"
	    . ' never ran');
	push @sent, map { [$type{$kind}[0] . ($_->{body}{stream}
	    ? 'Streaming' : 'NonStreaming'), $_->{body}] } $model->fresh;
	my $last = $json->encode($sent[-1][1]);
	like($last, qr/interrupted/, "$kind: of which the model is told");
	like($last, qr/QmxvYg==/, "$kind: blobs go back")
	    if $kind ne 'openai';
}
cmp_ok(scalar @sent, '>=', 21, scalar(@sent) . ' requests');
my $wrong = $json->decode($json->encode($sent[0][1]));
$wrong->{messages}[0]{contents} = 'x';
judge('the requests', qr/contents/, @sent, [$sent[0][0], $wrong]);

Cluster::remove_tree($dir);
done_testing;
