#!/usr/bin/perl
# Several models in order of preference: the next one takes over before a
# word was shown and before a tool has run, and at no other time; who failed
# is left alone for a while; every answer names who gave it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Model;

my ($near, $far) = (Model->start, Model->start);
my @models = ($near, $far);
my %key = (near => 'key-of-near-0815', far => 'key-of-far-4711');
my $app = App->new(threads => 16, turn_timeout => 24,
    models => 'near, far',
    'model.near.url' => $near->url, 'model.near.name' => 'near-model',
    'model.near.key' => $key{near},
    'model.far.url' => $far->url, 'model.far.name' => 'far-model',
    'model.far.key' => $key{far}, 'model.far.profile' => 'mistral',
    'model.far.max_tokens' => 77)->start;

# Not worth another attempt, so that nobody waits for one.
my %once = (headers => { 'x-should-retry' => 'false' });
my %down = (status => 503, body => '{"error":{"message":"down"}}', %once);
my %key_refused = (status => 401, body => '{"error":{"message":"key"}}');
# A complaint about this request, and about nothing else.
my %odd = (status => 400, body => '{"error":{"message":"what is this?"}}');

# How often was each asked since this was asked last?
sub asked() { join ' ', map { scalar(my @new = $_->fresh) } @models }

# Whose is the newest answer?
sub author($who)
{
	return $app->sql('select model from message where user_id = '
	    . "'" . $who->id . "' and role = 'assistant'"
	    . ' order by id desc limit 1');
}

# near answers the next turn, and so it does not rest.
sub near_is_back()
{
	my $who = $app->someone;
	$far->order(%key_refused);
	$near->say('Here I am.');
	is_answer($who->chat('hello'), 'the first is asked again');
	is(author($who), 'near-model', '... and answers');
	is(asked(), '1 1', '... when the others have failed');
}

subtest 'the first answers' => sub {
	my $ann = $app->user('ann');
	$near->say('Hello.');
	is_answer($ann->chat('hello'), 'an answer');
	my ($r) = $near->fresh;
	is($r->{headers}{authorization}, "Bearer $key{near}", 'its key');
	is($r->{body}{model}, 'near-model', 'its name');
	is(author($ann), 'near-model', 'is stored with the answer');
	is(asked(), '0 0', 'nobody else is asked');
};

subtest 'the next takes over' => sub {
	my @bad = (
		['is down', \%down],
		['refuses the key', \%key_refused],
		['does not have the model', { status => 404,
		    body => '{"error":{"code":"model_not_found",'
		    . '"message":"The model does not exist"}}' }],
		['has too much to do', { status => 429, %once,
		    body => '{"error":{"message":"slow down"}}' }],
		['is another web site', { body => '<html>hello</html>',
		    type => 'text/html', times => 1 }],
	);
	for (@bad) {
		my ($name, $order) = @$_;
		my $who = $app->someone;
		$near->order(%$order);
		$far->say('I do.');
		my $r = $who->chat('who answers?');
		is_answer($r, "the first $name: an answer");
		like($r->text, qr/I do\./, '... of the second');
		is(author($who), 'far-model', '... stored as what it is');
		my ($seen) = $far->fresh;
		is($seen->{headers}{authorization}, "Bearer $key{far}",
		    '... with its own key');
		is($seen->{body}{model}, 'far-model', '... name');
		is($seen->{body}{max_tokens}, 77, '... and settings');
		is(asked(), '1 0', '... one was asked before');
		$far->say('I do.');
		is_answer($who->chat('and now?'), 'the next turn');
		is(asked(), '0 1', '... passes over the one that failed');
		near_is_back();
		$near->say('Yes.');
		is_answer($who->chat('and now?'), 'the turn after that');
		is(asked(), '1 0', '... finds it first again');
	}
	my @lines = grep { /far-model takes over from near-model/ }
	    $app->log_lines;
	is(scalar @lines, scalar @bad, 'each time the log says so');
	ok(!(grep { !/level=warn/ } @lines), '... as a warning');
};

subtest 'a stream, too' => sub {
	my $who = $app->someone;
	$near->order(%key_refused);
	$far->order(pieces => ['I ', 'do.']);
	my @ev = $who->stream('who answers?');
	is(join('', map { $_->{data}{delta} } grep { $_->{event} eq 'text' }
	    @ev), 'I do.', 'the second is streamed');
	is($ev[-1]{event}, 'done', 'to its end');
	is(asked(), '1 1', 'each was asked once');
	near_is_back();
};

subtest 'a complaint about one request' => sub {
	my $who = $app->someone;
	$near->order(%odd);
	$far->say('I do.');
	is_answer($who->chat('who answers?'), 'the second may answer it');
	is(author($who), 'far-model', '... and does');
	is(asked(), '1 1', '... having been asked');
	$near->say('I do.');
	is_answer($who->tab->chat('who answers?'), 'the next turn');
	is(asked(), '1 0', 'is begun by the first as ever');
};

subtest 'whoever took over stays' => sub {
	my $who = $app->someone;
	$near->order(%odd);
	$far->call(add_task => { title => 'milk' });
	$far->call(add_task => { title => 'bread' });
	$far->say('I added milk and bread.');
	my $r = $who->chat('add milk and bread');
	is_answer($r, 'a turn of three steps');
	is($r->names, 'add_task add_task', 'both tools ran');
	is_deeply([sort $who->titles], [qw(bread milk)], 'for real');
	is(asked(), '1 3', 'the first was asked for the first step only');
	is(author($who), 'far-model', 'the answer is the second\'s');
};

subtest 'never after a tool' => sub {
	my $who = $app->someone;
	$near->call(add_task => { title => 'milk' });
	$near->order(%down);
	is_problem($who->chat('add milk'), 502, 'model_unavailable',
	    'the first fails in its second step');
	is_deeply([$who->titles], ['milk'], 'what it did is done');
	is(asked(), '2 0', 'nobody takes over');
	near_is_back();
};

subtest 'never after a word' => sub {
	my $who = $app->someone;
	$near->order(pieces => ['One ', 'two '], no_finish => 1,
	    framing => 'close');
	my @ev = $who->stream('count');
	is($ev[-1]{event}, 'error', 'a stream that is cut ends in an error');
	is($ev[-1]{data}{code}, 'model_unavailable', '... of its own');
	is(asked(), '1 0', '... and nobody goes on with it');

	$near->order(text => 'One two three four', cut_after => 60,
	    times => 3);
	$far->say('One two three.');
	my $r = $who->chat('count');
	is_answer($r, 'where nobody has seen the words');
	like($r->text, qr/^One two three\.$/, '... they can be said anew');
	is(asked(), '3 1', '... by the next');
	near_is_back();
};

subtest 'not for what the model decided' => sub {
	my $who = $app->someone;
	$near->order(status => 400, body => '{"error":{"message":"no",'
	    . '"code":"context_length_exceeded"}}');
	is_problem($who->chat('hello'), 502, 'conversation_too_long',
	    'too long for the first');
	is(asked(), '1 0', '... is not told to the second');
	$near->say('That I will not', finish => 'content_filter');
	$who->chat('hello');
	is(asked(), '1 0', 'nor what the first declined');
};

subtest 'nobody is there' => sub {
	my $who = $app->someone;
	$near->order(%down);
	$far->order(%down);
	is_problem($who->chat('hello'), 502, 'model_unavailable', 'all fail');
	is(asked(), '1 1', 'each is asked');
	is(($who->messages)[0]{content}, 'hello', 'the message is kept');
	$near->say('Hello.');
	is_answer($who->chat('hello?'), 'while all rest');
	is(asked(), '1 0', '... the first is asked first');
};

subtest 'too late' => sub {
	$app->restart_workers(settings => { turn_timeout => 6 });
	my $who = $app->someone;
	$near->order(hold => 0);
	$far->say('I do.');
	is_answer($who->chat('who answers?'), 'the first says nothing');
	is(author($who), 'far-model', '... in half of the turn\'s time');
	my ($r) = $near->fresh;
	$near->wait_state($r->{n}, 'gone');
	pass('... and is left');
	is(asked(), '0 1', '... for the second');

	$app->restart_workers(settings => { turn_timeout => 24,
		model_first_byte_timeout => 1 });
	$near->order(hold => 0, times => 3);
	$far->say('I do.');
	my @ev = $who->stream('who answers?');
	is($ev[-1]{event}, 'done', 'the first lets its clock run out');
	is(author($who), 'far-model', '... and the second answers');
	is(asked(), '3 1', '... after the usual attempts');
	$near->release;

	# once it has begun it has the whole of the turn
	$app->restart_workers(settings => { turn_timeout => 8 });
	$near->order(pieces => [qw(1 2 3 4)], pause => 0.8);
	@ev = $who->stream('count slowly');
	is($ev[-1]{event}, 'done', 'a slow answer');
	is(author($who), 'near-model', '... is not interrupted');
	is(asked(), '1 0', '... for another one');
};

subtest 'the built-in one behind them' => sub {
	$app->restart_workers(settings => { models => 'near, far, builtin' });
	my $who = $app->someone;
	$near->order(%key_refused);
	$far->order(%key_refused);
	my $r = $who->chat('Add a task to buy milk');
	is_answer($r, 'nobody else is there');
	is($r->names, 'add_task', '... and it works');
	like($r->text, qr/built-in command mode/, '... and says who it is');
	is(author($who), 'builtin', '... and is stored as that');
	is(asked(), '1 1', 'each was asked');
	is_answer($who->chat('Add a task to buy bread'), 'the next turn');
	is(asked(), '0 0', '... asks nobody who is not there');
	is_deeply([sort $who->titles], ['Buy bread', 'Buy milk'],
	    'the list');
};

subtest 'variables of one model' => sub {
	$app->restart_workers(settings => { model_near_url =>
		'http://127.0.0.1:1/v1', model_far_name => 'farther-model' });
	my $who = $app->someone;
	$far->say('I do.');
	is_answer($who->chat('who answers?'), 'where nobody listens');
	is(author($who), 'farther-model', 'the second takes over');
	is(($far->fresh)[0]{body}{model}, 'farther-model',
	    '... by the name of the variable');
};

for (@models) {
	my $left = $_->state;
	is($left->{unordered}, 0, 'nothing was asked that was not ordered');
	is_deeply($left->{left}, [], '... and every order was taken');
}
my $log = join "\n", $app->log_lines;
unlike($log, qr/\Q$_\E/, 'no key in the log') for values %key;
done_testing;
