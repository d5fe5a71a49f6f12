#!/usr/bin/perl
# Whatever stands at the other end of a model's address: each of the
# sixty-two ways in which one was seen, or can be thought, to misbehave, by
# the number it has in our list, for every kind of model that has events of
# the sort.  The person gets the answer or one calm sentence, nothing runs
# that was not whole, and memory, time and the key stay where they belong.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Dialect;
use Encode qw(encode);
use IO::Compress::Gzip qw(gzip);
use JSON::PP ();
use POSIX qw(strftime);
use Upstream;

my @kinds = Dialect->kinds;
my $json = JSON::PP->new->canonical->allow_nonref;
my $stream = 'text/event-stream';
my $elsewhere = Model->start;

my (%app, %model);
for my $kind (@kinds) {
	$app{$kind} = App->new(model => 'script', kind => $kind,
	    threads => 128, db_connections => 8,
	    model_first_byte_timeout => 4, model_silence_timeout => 4,
	    model_progress_timeout => 6, turn_timeout => 20,
	    agent_max_steps => 6)->start;
	$model{$kind} = $app{$kind}->model;
}

# --- the table

# case(number, what it does, orders, expectations).  An order's body may be
# said(steps): what a writer of the kind (Dialect.pm) says.  Expected:
#	text, like	what the person gets
#	code		or the problem: status and code
#	shown		words they saw before, which are kept
#	asked		how often the model was asked: a number or [least, most]
#	tasks		titles that are there in the end (none)
#	results		of the calls: status or error
#	written		bytes of the answer that could be sent at most
#	log, log_not	what the request's line in the log is like, and not
#	warns		a warning like this is in the log
#	hidden		what nobody may see
#	kinds		not for every kind
#	check		sub ($run) with more
my @cases;
sub case($n, $what, $orders, %expect)
{
	push @cases, { n => $n, what => $what, orders => $orders, %expect };
}

# A failure: there is an order for each attempt.
sub fails($n, $what, $order, %expect)
{
	case($n, $what, [{ %$order, times => 3 }], code => [502,
	    'model_unavailable'], %expect);
}

sub said(@steps) { sub ($kind) { bytes_of($kind, @steps) } }

# A text among the steps is data of an event of its own.
sub bytes_of($kind, @steps)
{
	my $w = Dialect->of($kind)->new(n => 1, with_usage => 1);
	return join '', $w->begin, map {
		my ($method, @of) = ref ? @$_ : ();
		ref ? $w->$method(@of) : "data: $_\n\n"
	} @steps;
}

# What the last of the steps adds.
sub more($kind, @steps)
{
	return substr bytes_of($kind, @steps),
	    length bytes_of($kind, @steps[0 .. $#steps - 1]);
}

sub add($title, %call)
{
	return ([call => { name => 'add_task', %call }],
	    [arguments => $json->encode({ title => $title })]);
}

my @end = ([finish => 'stop'], ['end']);
my @end_calls = ([finish => 'tool_calls'], ['end']);
my $go_on = { text => 'That is all.' };
my %goes_on = (text => 'That is all.');
my %three = (asked => 3);
my %once = (asked => 1);
my %slow = (code => [504, 'model_timeout']);
my @retried = (asked => [2, 3]);	# by a clock before the deadline

# A step with one call of these arguments, as text, and what becomes of it.
sub one_call($n, $what, $name, $arguments, $result, %expect)
{
	case($n, $what, [{ body => said([call => { name => $name }],
	    [arguments => $arguments], @end_calls) }, $go_on],
	    results => [$result], %goes_on, %expect);
}

# 1 to 5: what ends too soon
case(1, 'closes in the middle of the first words', [{ cut => 20,
    body => said([text => 'Never seen at all.']) },
    { text => 'Whole this time.' }], text => 'Whole this time.', asked => 2);
fails(1, 'closes in the middle of later words', { cut => 20,
    body => said([text => 'These were seen. '], [text => 'Not these.']) },
    shown => 'These were seen. ', %once);
fails(2, 'closes in the middle of arguments', { framing => 'close',
    body => said([call => { name => 'add_task' }],
    [arguments => '{"title":"Mi']) }, %three);
fails(3, 'closes with whole arguments and no finish', {
    framing => 'close', body => said(add('Milk')) }, %three);
case(4, 'no finish reason, but [DONE]', [{ body => said(add('Milk'),
    ['end']) }, $go_on], tasks => ['Milk'], results => ['created'],
    %goes_on, kinds => ['openai'], warns => qr/no finish reason/);
case(5, 'finish for length in the middle of a call', [{ body => said(
    [call => { name => 'add_task' }], [arguments => '{"title":"Mi'],
    [finish => 'length'], ['end']) }], like => qr/too long/, %once);
case(5, 'finish for length behind a whole call', [{ body => said(
    add('Milk'), [finish => 'length'], ['end']) }], like => qr/too long/,
    %once);

# 6, 7: characters
case(6, 'a character in four segments', [{ text => 'Grüße 🎉 ok.',
    split => 1 }], text => 'Grüße 🎉 ok.', %once);
fails(7, 'ends in the middle of a character', { framing => 'close',
    body => said([text => 'These were seen. '], [text => 'Not 🎉']),
    change => sub ($s, $) { $s =~ s/\xf0\x9f\K\x8e\x89.*//sr } },
    shown => 'These were seen. ', %once);
case(7, 'half a character and an end', [{ body => said(
    [text => 'Half 🎉'], @end), change => sub ($s, $) {
    $s =~ s/\xf0\x9f\K\x8e\x89//gr } }], like => qr/^Half \x{fffd}+$/);

# 8 to 14: what does not end
fails(8, 'a line of ten megabytes', { body => 'data: ', forever =>
    'x' x 65536, every => 0, type => $stream }, written => 3 << 20, %once);
fails(9, 'small events without an end', { forever => sub ($kind) {
    my %event = ('openai' => [text => ''],
        'openai-responses' => '{"type":"response.in_progress"}',
        'anthropic' => '{"type":"ping"}');
    return more($kind, [text => ''], $event{$kind}) x 500 },
    body => said(), every => 0 }, written => 48 << 20, %once);
fails(9, 'words without an end', { body => said([text => 'x']),
    every => 0, forever => sub ($kind) { more($kind, [text => 'x'],
    [text => 'x' x 4096]) } }, code => undef, like => qr/cut here/,
    written => 2 << 20, %once);
fails(10, 'a word now and then for ever', { body => said([text => 'a ']),
    every => 0.5, forever => sub ($kind) { more($kind, [text => 'a '],
    [text => 'b ']) } }, %slow, shown => qr/^a (?:b )+$/, %once);
fails(11, 'comments for ever', { type => $stream, body => ": ping\n\n",
    forever => ": ping\n\n", every => 0.5 }, %slow, @retried);
fails(11, 'pings for ever', { body => said(), every => 0.5, forever =>
    "event: ping\ndata: {\"type\":\"ping\"}\n\n" }, %slow,
    @retried, kinds => ['anthropic']);
fails(12, 'byte by byte, slowly', { type => $stream, body => 'data: ',
    forever => 'x', every => 0.5 }, %slow, @retried);
fails(13, 'accepts and never answers', { text => 'x', hold => 0 }, %slow,
    @retried);
fails(14, 'a header and silence', { text => 'x', hold => 1 }, %slow,
    @retried);
fails(14, 'words and silence', { pieces => ['One ', 'two ', 'three '],
    hold => 4 }, %slow, shown => 'One two ', %once);

# 17 to 23: answers that are none
fails(17, 'a page to sign in', { body => '<html>Please sign in</html>',
    type => 'text/html' }, %once);
fails(17, 'a page that says it is plain text', { type => 'text/plain',
    body => '<html>Please sign in</html>' }, %once);
sub error_as_200($kind, $type, $code)
{
	return $json->encode($kind eq 'anthropic' ? { type => 'error',
	    error => { type => $type, message => 'no' } } : { error =>
	    { type => $type, code => $code, message => 'no' } });
}
fails(18, 'an error that says 200', { type => 'application/json',
    body => sub ($kind) { error_as_200($kind, 'api_error',
    'server_error') } }, %three);
fails(18, 'a refused key that says 200', { type => 'application/json',
    body => sub ($kind) { error_as_200($kind, 'authentication_error',
    'invalid_api_key') } }, code => [502, 'model_refused_key'], %once);
fails(18, 'a limit that says 200', { type => 'application/json',
    body => sub ($kind) { error_as_200($kind, 'rate_limit_error',
    'rate_limit_exceeded') } }, code => [502, 'model_rate_limited'],
    %three);
case(19, 'all in one piece though a stream was asked for', [{
    type => 'application/json', body => sub ($kind) { Dialect->of($kind)
    ->completion({ text => 'Whole.' }, 1) } }], text => 'Whole.', %once);
case(19, 'calls in one piece', [{ type => 'application/json',
    body => sub ($kind) { Dialect->of($kind)->completion({ calls => [
    { name => 'add_task', arguments => { title => 'Milk' } }] }, 1) } },
    $go_on], %goes_on, tasks => ['Milk'], results => ['created']);
fails(20, 'nothing at all', { body => '', type => $stream }, %three);
case(20, 'nothing, then well', [{ body => '', type => $stream },
    { text => 'Second try.' }], text => 'Second try.', asked => 2);
fails(21, '204', { status => 204, body => '', framing => 'none',
    headers => { 'Content-Type' => undef } }, %three);

sub gzipped($bytes)
{
	gzip(\$bytes => \my $small) or die 'gzip';
	return $small;
}
case(22, 'gzip unasked', [{ headers => { 'Content-Encoding' => 'gzip' },
    type => $stream, body => sub ($kind) { gzipped(bytes_of($kind,
    [text => 'Unpacked.'], @end)) } }], text => 'Unpacked.', %once);
fails(22, 'a gzip bomb', { headers => { 'Content-Encoding' => 'gzip' },
    type => $stream, body => gzipped('data: ' . 'x' x (32 << 20)) }, %once);
fails(22, 'a gzip bomb of comments', { type => $stream,
    headers => { 'Content-Encoding' => 'gzip' },
    body => gzipped(": x\n\n" x (8 << 20)) }, %once);
for my $status (301, 302, 303, 307, 308) {
	fails(23, "$status to another host", { status => $status,
	    headers => { Location => $elsewhere->url . '/elsewhere' } },
	    %once);
}
fails(23, 'a redirect to itself', { status => 307, headers => {
    Location => '/v1/chat/completions' } }, %once);
fails(23, 'a redirect to a file', { status => 302, headers => {
    Location => 'file:///etc/passwd' } }, %once);

# 24: refusals, in every shape an error body was seen to have.  What a 413 or
# a 422 says may quote the person, and stays out of the log.
my $mark = 0;
my @shapes = (
	['OpenAI', sub ($m) { $json->encode({ error => { message => $m,
	    type => 'x', param => undef, code => undef } }) }],
	['Gemini, a list', sub ($m) { $json->encode([{ error => {
	    code => 400, message => $m, status => 'ODD' } }]) }],
	['Mistral', sub ($m) { $json->encode({ object => 'error',
	    message => $m, type => 'x', code => '1000' }) }],
	['Mistral, a message of parts', sub ($m) { $json->encode({
	    object => 'error', type => 'x', message => { detail => [
	        { msg => $m, loc => ['body'] }] } }) }],
	['Anthropic', sub ($m) { $json->encode({ type => 'error',
	    request_id => 'req_1', error => { type => 'odd_error',
	        message => $m } }) }],
	['FastAPI', sub ($m) { $json->encode({ detail => $m }) }],
	['FastAPI, a list', sub ($m) { $json->encode({ detail => [
	    { msg => $m, loc => ['body'] }] }) }],
	['Ollama', sub ($m) { $json->encode({ error => $m }) }],
	['a gateway', sub ($m) { $json->encode({ message => $m }) }],
	['text', sub ($m) { $m }],
	['HTML', sub ($m) { "<html><h1>$m</h1></html>" }],
	['nothing', sub ($m) { '' }],
);
my %of_status = (401 => 'model_refused_key', 403 => 'model_refused_key',
    404 => 'model_not_found', 413 => 'conversation_too_long',
    422 => 'model_unavailable');
for my $status (sort keys %of_status) {
	for my $shape (@shapes) {
		my ($name, $make) = @$shape;
		my $words = 'mark' . ++$mark . ' of the refusal';
		fails(24, "$status as $name", { status => $status,
		    body => $make->($words), type => $make->('') =~ /^</
		    ? 'text/html' : 'application/json' },
		    code => [502, $of_status{$status}], %once, hidden =>
		    qr/mark\d/, log => $status == 413 || $status == 422
		    || $name =~ /^(?:nothing|HTML)$/ ? qr/status $status/
		    : qr/status $status: .*\Q$words\E/);
	}
}

# 25, 26, 59: busy, and when to come back
my @busy = (code => [502, 'model_rate_limited']);
sub wish($value) { ({ status => 429, headers => { 'Retry-After' =>
    $value } }, { text => 'Patient.' }) }
for my $wish (1, 0, -5, 'soon', '1, 2', strftime('%a, %d %b %Y %T GMT',
    gmtime(time + 2)), '9' x 40) {
	next if $wish =~ /^9/;
	case(25, "429, Retry-After: $wish", [wish($wish)],
	    text => 'Patient.', asked => 2);
}
fails(25, '429, Retry-After: 99999', { status => 429,
    headers => { 'Retry-After' => 99999 } }, @busy, %once);
case(25, '429, two of Retry-After', [{ raw => "HTTP/1.1 429 Busy\r\n"
    . "Retry-After: 1\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n" },
    { text => 'Patient.' }], text => 'Patient.', asked => 2);
fails(25, '429 for ever', { status => 429, headers => {
    'Retry-After' => 0 } }, @busy, %three);
fails(26, '503 three times', { status => 503 }, %three);
case(26, '503 twice', [{ status => 503, times => 2 },
    { text => 'At last.' }], text => 'At last.', asked => 3);
case(59, 'a date of Retry-After in the past', [wish(
    'Wed, 21 Oct 2015 07:28:00 GMT')], text => 'Patient.', asked => 2);

# 27, 28: what is too much, and what is broken
fails(27, '500 with a body of 100 MiB', { status => 500, body => '',
    type => 'text/html', framing => 'none', forever => 'x' x 65536,
    every => 0, headers => { 'Content-Length' => 100 << 20 } },
    written => 1 << 20, %three);
fails(28, 'broken JSON between good events', { body => said(
    '{"choices":[{"ind', [text => 'b'], @end) }, %three);

# 29 to 34: events of odd shapes
case(29, 'data that are no events', [{ body => said('null', '5', '"x"',
    '[]', '{}', [text => 'Odd.'], @end) }], text => 'Odd.', %once);
sub delta($delta) { qq({"choices":[{"index":0,"delta":$delta}]}) }
sub odd($n, $what, %of)
{
	for my $kind (grep { $of{$_} } sort keys %of) {
		case($n, $what, [{ body => said(@{ $of{$kind} },
		    [text => 'Odd.'], @end) }], text => 'Odd.', %once,
		    kinds => [$kind]);
	}
}
odd(30, 'lists that are none', openai => ['{"choices":null}',
    '{"choices":{}}', '{"choices":[null]}', '{"choices":[[]]}',
    '{"choices":[' . join(',', ('{"index":7,"delta":{"content":"No."}}')
    x 1000) . ']}'], 'openai-responses' => [
    '{"type":"response.output_item.done","output_index":9,"item":null}',
    '{"type":"response.output_item.done","output_index":9,"item":[]}',
    '{"type":"response.output_item.added","item":5}'],
    anthropic => ['{"type":"content_block_start","index":9}',
    '{"type":"content_block_start","index":9,"content_block":null}',
    '{"type":"content_block_stop","index":9}']);
odd(31, 'deltas that are none', openai => [delta('null'), delta('"x"'),
    delta('{"content":5}'), delta('{"content":{}}'),
    delta('{"content":true}')], 'openai-responses' => [
    '{"type":"response.output_text.delta","delta":null}',
    '{"type":"response.output_text.delta","delta":5}',
    '{"type":"response.output_text.delta"}'], anthropic => [
    '{"type":"content_block_delta","index":0}',
    '{"type":"content_block_delta","index":0,"delta":null}',
    '{"type":"content_block_delta","index":0,"delta":{"type":"new"}}',
    '{"type":"message_delta","delta":null}']);
case(31, 'content as a list of parts', [{ body => said(delta('{"content":'
    . '[{"type":"text","text":"Parts."},null,5]}'), @end) }],
    text => 'Parts.', kinds => ['openai']);
odd(32, 'calls that are none', openai => [delta('{"tool_calls":null}'),
    delta('{"tool_calls":{}}'), delta('{"tool_calls":[null]}'),
    delta('{"tool_calls":[{"function":null}]}')]);
for my $index ('-1', '2147483648', '1e300', '"0"', 'null') {
	my %label = ('openai' => qr/"index":\K0(?=,"type"|\}\]\})/,
	    'openai-responses' => qr/"output_index":\K0/,
	    'anthropic' => qr/"index":\K0/);
	case(33, "index $index", [{ body => said(add('Milk'), @end_calls),
	    change => sub ($s, $kind) { $s =~ s/$label{$kind}/$index/gr } },
	    $go_on], %goes_on, tasks => ['Milk'], results => ['created']);
}
fails(34, 'a thousand calls', { body => said((map { add("T$_") }
    1 .. 1000), @end_calls) }, %once);
case(34, 'a thousand pieces of nothing', [{ body => said(
    [call => { name => 'add_task' }], ([arguments => '']) x 1000,
    [arguments => '{"title":"Milk"}'], @end_calls) }, $go_on],
    %goes_on, tasks => ['Milk'], results => ['created']);

# 35 to 41: names and arguments
for my $name ('no_such_tool', '../../etc/passwd', "bell\x07tool",
    "nul\x00tool") {
	one_call(35, 'the tool ' . $json->encode($name), $name, '{}',
	    'unknown_tool', asked => 2, log_not => qr/etc.passwd|[\x07\0]/);
}
case(35, 'a tool without a name', [{ body => said(
    [call => { name => '' }], [arguments => '{"title":"X"}'], @end_calls),
    times => 3 }], check => sub ($run) {
	is_deeply([$run->{who}->titles], [], "$run->{name}: nothing ran");
    });
one_call(35, 'a name of ten thousand characters', 'x' x 10000, '{}',
    'unknown_tool', hidden => qr/x{65}/, log_not => qr/x{65}/);
for my $arguments ('[]', '"x"', '5', 'null', 'true') {
	one_call(36, "arguments $arguments", 'list_tasks', $arguments,
	    'invalid_arguments', asked => 2);
}
for my $arguments ('', ' ') {
	one_call(36, "arguments '$arguments'", 'list_tasks', $arguments,
	    'list', asked => 2);
}
one_call(37, 'arguments nested ten thousand deep', 'add_task',
    '{"title":' . '[' x 10000 . ']' x 10000 . '}', 'invalid_arguments');
fails(37, 'an event nested ten thousand deep', { body => said(
    '{"type":"x","a":' . '[' x 10000 . ']' x 10000 . '}',
    [text => 'x'], @end) }, %three);
one_call(38, 'the same key twice', 'add_task',
    '{"title":"One","title":"Two"}', 'invalid_arguments');
one_call(38, '__proto__', 'add_task',
    '{"title":"x","__proto__":{"admin":true}}', 'invalid_arguments');
fails(38, 'a hundred thousand keys', { body => said([call =>
    { name => 'add_task' }], [arguments => '{' . join(',',
    map { qq("k$_":1) } 1 .. 100_000) . '}'], @end_calls) }, %once);
one_call(39, 'a NUL in a title', 'add_task', '{"title":"a\u0000b"}',
    'invalid_arguments');
fails(39, 'a raw NUL in the stream', { body => said(
    [text => 'Nul: #.'], @end), change => sub ($s, $) { $s =~ tr/#/\0/r } });
for my $odd ('\ud83d', '\ude00\ud83d') {
	one_call(40, "the title $odd", 'add_task', qq({"title":"x $odd"}),
	    'invalid_arguments');
}
for my $bytes ("\xc0\xaf", "\xed\xa0\xbd", "\xff\xfe", "\xc2\x85") {
	my $hex = unpack 'H*', $bytes;
	case(40, "the bytes $hex in words", [{ body => said(
	    [text => 'Raw: #.'], @end), change => sub ($s, $) {
	    $s =~ s/#/$bytes/gr } }], check => sub ($run) {
		like($run->{got_text} // '', qr/^Raw: [^\x00-\x1f]*\.$/,
		    "$run->{name}: they are mended");
	    });
}
for my $number ('NaN', '1e400', '1' x 30, '-0', '1.5', '-1') {
	one_call(41, "the number $number", 'complete_task',
	    qq({"task_id":$number}), 'invalid_arguments');
}
one_call(41, 'the number 1.0', 'complete_task', '{"task_id":1.0}',
    'invalid_arguments');

# 42 to 44: which call is which
my %both = (tasks => ['A', 'B'], results => ['created', 'created'],
    %goes_on);
case(42, 'two calls with one id', [{ body => said(add('A', id => 'same'),
    add('B', id => 'same'), @end_calls) }, $go_on], %both,
    kinds => ['openai-responses', 'anthropic']);
case(42, 'two calls with one id', [{ body => said(add('A', id => 'same'),
    add('B', id => 'same'), @end_calls) }, $go_on],
    check => sub ($run) {	# one slot for both: what is in it is broken
	my @titles = $run->{who}->titles;
	ok(@titles == 0 || "@titles" eq 'A B',
	    "$run->{name}: both or none");
    }, kinds => ['openai']);
case(42, 'calls without an id', [{ body => said(add('A', id => ''),
    add('B', id => ''), @end_calls), times => 1 }, $go_on], %both);
fails(42, 'an id of a megabyte', { body => said(add('A',
    id => 'x' x 1_000_000), @end_calls) });
case(42, 'an id with quotes and line ends', [{ body => said(add('A',
    id => "a\"b'\r\n<c>"), add('B', id => 'b'), @end_calls) }, $go_on],
    %both);
case(43, 'an id of an earlier step', [{ body => said(add('A', id => 'c'),
    @end_calls) }, { body => said(add('B', id => 'c'), @end_calls) },
    $go_on], %both, asked => 3);
case(44, 'the same call twice in a step', [{ body => said(add('A'),
    add('A'), @end_calls) }, $go_on], %goes_on, check => sub ($run) {
	is(scalar @{ $run->{became} }, 2, "$run->{name}: both recorded");
	is("@{ $run->{became} }", 'created created',
	    "$run->{name}: both answered");
    }, tasks => ['A']);

# 45, 46: what comes late
case(45, 'words behind the calls', [{ body => said(add('A'),
    [text => 'Wait.'], @end_calls) }, $go_on], tasks => ['A'],
    results => ['created'], like => qr/That is all\.$/);
case(45, 'a call behind the finish', [{ body => said([text => 'Done?'],
    @end[0 .. 0], delta('{"tool_calls":[{"index":0,"id":"c","function":'
    . '{"name":"add_task","arguments":"{\"title\":\"A\"}"}}]}'),
    ['end']) }], text => 'Done?', kinds => ['openai'],
    warns => qr/calls after the finish/);
case(45, 'two finish reasons', [{ body => said(add('A'),
    [finish => 'length'], [finish => 'tool_calls'], ['end']) }],
    like => qr/too long/, kinds => ['openai']);
case(46, 'words behind the end', [{ body => said([text => 'First.'],
    @end, [text => 'Second.']) }], text => 'First.', %once);
case(46, 'two streams, one behind the other', [{ body => sub ($kind) {
    bytes_of($kind, [text => 'First.'], @end)
    . bytes_of($kind, add('A'), @end_calls) } }], text => 'First.', %once);
case(46, 'the beginning twice', [{ body => sub ($kind) {
    bytes_of($kind) . bytes_of($kind, [text => 'Once.'], @end) } }],
    text => 'Once.', %once);
# A message in the middle of another is the one that counts, unless words of
# the other were shown.
sub spliced($s, $)
{
	my $n = 0;
	return $s =~ s/"msg_\K1(?=")/++$n/ger;
}
case(46, 'another message in the middle of a call', [{ change => \&spliced,
    body => sub ($kind) { bytes_of($kind, [call => { name => 'add_task' }],
    [arguments => '{"title":']) . bytes_of($kind, add('A'), @end_calls) } },
    $go_on], %goes_on, tasks => ['A'], results => ['created'],
    kinds => ['anthropic']);
fails(46, 'another message in the middle of words', { change => \&spliced,
    body => sub ($kind) { bytes_of($kind, [text => 'One.']) . bytes_of($kind,
    add('A'), @end_calls) } }, shown => 'One.', kinds => ['anthropic']);

# 47: what it cost
for (['negative', -5, -7], ['huge', 1e18, 1e300],
    ['in words', 'many', 'few']) {
	my ($how, $in, $out) = @$_;
	case(47, "usage $how", [{ body => said([text => 'Fine.'],
	    [finish => 'stop', { prompt_tokens => $in,
	        completion_tokens => $out, total_tokens => 0 }],
	    ['end']) }], text => 'Fine.', check => \&plausible_usage);
}
case(47, 'no usage', [{ text => 'Fine.', usage => 0 }], text => 'Fine.',
    check => \&plausible_usage);

sub plausible_usage($run)
{
	my $usage = $run->{app}->sql('select usage from message where '
	    . $run->{who}->mine . " and role = 'assistant'");
	my $sane = 1;
	$sane &&= $_ >= -1 && $_ <= 2 ** 31
	    for ($usage // '') =~ /_tokens"\s*:\s*(-?[\d.e+]+)/g;
	ok($sane, "$run->{name}: nothing absurd is stored")
	    or diag $usage;
}

# 48: event streams as they may be
my @plain = ([text => 'Li'], [text => 'nes.'], @end);
for (
	['ended by CR', sub ($s) { $s =~ tr/\n/\r/r }],
	['ended by CR LF, in two', sub ($s) { $s =~ s/\n/\r\n/gr },
	    split => 3],
	['behind a byte order mark', sub ($s) { "\xef\xbb\xbf$s" }],
	['without a blank', sub ($s) { $s =~ s/^(data|event): /$1:/gmr }],
	['in several lines of data', sub ($s) {
	    $s =~ s/^data: \{\K/\ndata: /gmr }],
	['without a last line end', sub ($s) { $s =~ s/\n+\z//r }],
	['with ids and retries', sub ($s) {
	    "retry: 1\nid: 5\n\n" . $s =~ s/^data/id: 7\ndata/gmr }],
	['with fields that are none', sub ($s) {
	    "odd\nodder: x\n\n" . $s =~ s/^data/data2: x\nodd\ndata/gmr }],
) {
	my ($how, $plain, %more) = @$_;
	my $change = sub ($s, $) { $plain->($s) };
	case(48, "lines $how", [{ body => said(@plain), change => $change,
	    %more }], text => 'Lines.', %once);
}

# 49: HTTP as it may be
sub raw($head, $body = said([text => 'Raw.'], @end))
{
	return sub ($kind) {
		my $bytes = ref $body ? $body->($kind) : $body;
		return "$head\r\nContent-Type: text/event-stream\r\n\r\n"
		    . $bytes;
	};
}
case(49, 'HTTP/1.0 without a length', [{ raw => raw('HTTP/1.0 200 OK') }],
    text => 'Raw.', %once);
fails(49, 'a length that is too long', { raw => raw('HTTP/1.1 200 OK'
    . "\r\nContent-Length: 100000", said([text => 'Raw.'])) },
    shown => 'Raw.', %once);
fails(49, 'a length that is too short', { raw => raw('HTTP/1.1 200 OK'
    . "\r\nContent-Length: 10") }, %three);
fails(49, 'a size of a chunk that is none', { raw => raw('HTTP/1.1 200 OK'
    . "\r\nTransfer-Encoding: chunked", "xyz\r\nabc\r\n") }, %three);
case(49, 'trailers', [{ raw => sub ($kind) {
    my $body = bytes_of($kind, [text => 'Raw.'], @end);
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        . "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
        . sprintf("%x\r\n%s\r\n0\r\nX-Sum: 5\r\n\r\n", length $body,
        $body) } }], text => 'Raw.', %once);
case(49, 'a hundred answers before the answer', [{ raw => raw(
    "HTTP/1.1 102 Processing\r\n\r\n" x 100 . 'HTTP/1.1 200 OK') }],
    text => 'Raw.', %once);
fails(49, 'a header line of 200 KiB', { raw => raw('HTTP/1.1 200 OK'
    . "\r\nX-Long: " . 'x' x 204_800) });
fails(49, 'ten thousand headers', { raw => raw('HTTP/1.1 200 OK'
    . join '', map { "\r\nX-$_: " . 'y' x 60 } 1 .. 10_000) });
fails(49, 'no HTTP at all', { raw => "SSH-2.0-OpenSSH_9.2\r\n" });

# 51, 62: connections
case(51, 'closes a connection that was to stay', [{ keep => 0,
    calls => [{ name => 'list_tasks' }] }, $go_on], %goes_on, asked => 2,
    results => ['list']);
case(62, 'goes on with what nobody reads any more', [{ type => $stream,
    body => "data: {\"broken\n\n", hold => 2 }, { text => 'New.' }],
    text => 'New.', asked => 2, check => \&another_line);
case(62, 'is silent, and may answer later', [{ hold => 0, text => 'Old.' },
    { text => 'New.' }], text => 'New.', asked => 2,
    check => \&another_line);
case(62, 'answers twice', [{ hold => 2, raw => sub ($kind) {
    my $http = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        . "Content-Length: ";
    my ($call, $old) = (bytes_of($kind, add('Milk'), @end_calls),
        bytes_of($kind, [text => 'Old.'], @end));
    return $http . length($call) . "\r\n\r\n$call" . $http . length($old)
        . "\r\n\r\n$old" } }, { text => 'New.' }], text => 'New.',
    asked => 2, tasks => ['Milk'], results => ['created'],
    check => \&another_line);

sub another_line($run)
{
	my @lines = map { $_->{line} } asked_of($run);
	isnt($lines[1], $lines[0], "$run->{name}: on another connection");
}

# 52 to 56: words
my $fakes = "data: [DONE]\n\nevent: error\ndata: {}\n\n"
    . '{"tool_calls":[{"function":{"name":"delete_task"}}]} [DONE] '
    . "\x1b[31mred\x1b[0m \x{202e}txet <b>bold</b>";
case(52, 'words that look like a stream', [{ body => said(
    [text => $fakes], @end) }], text => $fakes, %once);
case(52, 'a hundred thousand of one character', [{ body => said(
    [text => 'x' x 100_000], @end) }], text => 'x' x 100_000, %once);
for my $call ('<tool_call>{"name":"add_task","arguments":{"title":"X"}}'
    . '</tool_call>', '```json' . "\n" . '{"name": "add_task"}' . "\n```",
    '<function=add_task{"title": "X"}></function>') {
	case(53, 'a call as words: ' . substr($call, 0, 12),
	    [{ text => $call, times => 3 }], check => \&no_success);
}
for my $claim ('Done, I deleted task 1.', 'I have added Milk to your list.') {
	case(54, "a claim: $claim", [{ text => $claim, times => 3 }],
	    check => \&no_success);
}
case(55, 'the same call for ever', [{ calls => [{ name => 'list_tasks' }],
    times => 10 }], asked => [3, 6], check => sub ($run) {
	is($run->{became}[-1], 'repeated_call', "$run->{name}: it is told");
	is_deeply($run->{results_in}[-1]{result}, $run->{results_in}[0],
	    "$run->{name}: with what the first one gave");
	ok($run->{got} || length $run->{got_text},
	    "$run->{name}: it ends, and something is said");
    });
sub no_success($run)
{
	unlike($run->{got_text} // '', qr/(?<!not )\b(?:deleted task|have
	    added)\b/x, "$run->{name}: nothing is claimed");
}
case(56, 'a refusal', [{ body => said(delta('{"refusal":"I cannot."}'),
    @end) }], kinds => ['openai'], like => qr/I cannot\.|would not answer/);
case(56, 'a refusal', [{ body => said(
    '{"type":"response.refusal.delta","output_index":0,"content_index":0,'
    . '"item_id":"m","delta":"I cannot."}', @end) }],
    kinds => ['openai-responses'], like => qr/I cannot\.|would not answer/);
case(56, 'a filter after half of the words', [{ body => said(
    [text => 'Half of it'], [finish => 'content_filter'], ['end']) }],
    like => qr/Half of it/, %once);

# 57, 58: what is opaque, and what is secret
case(57, 'a signature that is no base64', [{ body => said(
    [think => 'Hm.', '&&&no base64&&&'], add('Milk'), @end_calls),
    blobs => 1 }, $go_on], %goes_on, tasks => ['Milk'],
    results => ['created'], asked => 2);
my @signed = (kinds => [grep { $_ ne 'openai' } @kinds]);
case(57, 'a signature of sixty KiB', [{ body => said(
    [think => 'Hm.', 'A' x 60_000], add('Milk'), @end_calls), blobs => 1 },
    $go_on], %goes_on, tasks => ['Milk'], results => ['created'],
    asked => 2, @signed, check => sub ($run) {
	like($json->encode((asked_of($run))[1]{body}), qr/"A{60000}"/,
	    "$run->{name}: goes back whole");
    });
fails(57, 'a signature of a megabyte', { body => said(
    [think => 'Hm.', 'A' x 1_048_576], add('Milk'), @end_calls),
    blobs => 1 }, @signed);
fails(57, 'a signature of a megabyte', { body => said(add('Milk',
    extra => { google => { thought_signature => 'A' x 1_048_576 } }),
    @end_calls) }, kinds => ['openai']);
fails(58, 'an error that echoes the key', { status => 401,
    body => sub ($kind) { $json->encode({ error => { message =>
    "Incorrect API key provided: $app{$kind}{key}. mark58",
    type => 'x' } }) } }, code => [502, 'model_refused_key'], %once,
    hidden => qr/mark58|key-/, log => qr/Incorrect API key .*mark58/,
    log_not => qr/key-[0-9a-f]{32}/);

# --- all of it at once

# The bytes that an order of the table stands for.
sub resolved($kind, $order)
{
	my %order = %$order;
	for (qw(body forever raw)) {
		$order{type} //= $stream if $_ eq 'body' && ref $order{$_};
		$order{$_} = $order{$_}->($kind) if ref $order{$_};
	}
	my ($change, $cut) = delete @order{qw(change cut)};
	$order{body} = $change->($order{body}, $kind) if $change;
	$order{cut_after} = length($order{body}) - $cut if defined $cut;
	return %order;
}

my @runs;
for my $i (0 .. $#cases) {
	my $c = $cases[$i];
	for my $kind (@{ $c->{kinds} // \@kinds }) {
		my $app = $app{$kind};
		my $mark = "case $i:";
		$model{$kind}->order(resolved($kind, $_), when => $mark)
		    for @{ $c->{orders} };
		my $who = $app->user("case$i");
		push @runs, { %$c, app => $app, kind => $kind, who => $who,
		    mark => $mark, name => "$c->{n}, $c->{what} ($kind)",
		    call => $who->open_stream("$mark please") };
	}
}
for my $run (@runs) {
	my @ev = eval { $run->{call}->rest };
	$run->{raw} = $@ || join "\n", map { $json->encode($_) } @ev;
	@ev or next;
	my $last = $ev[-1]{data};
	$run->{conversation} = $ev[0]{data}{conversation_id};
	$run->{seen} = join '', map { $_->{data}{delta} }
	    grep { $_->{event} eq 'text' } @ev;
	if ($ev[-1]{event} eq 'done') {
		$run->{got_text} = $last->{response};
		$run->{became} = [map { my $r = $_->{result};
		    ref $r eq 'HASH' ? $r->{error} // $r->{status} : 'list' }
		    @{ $last->{tool_calls} // [] }];
		$run->{results_in} = [map { $_->{result} }
		    @{ $last->{tool_calls} // [] }];
	} else {
		$run->{got} = [@$last{qw(status code)}];
	}
}

my %asked;		# requests by kind and mark
for my $kind (@kinds) {
	for ($model{$kind}->fresh) {
		my ($mark) = (Dialect->of($kind)->said($_->{body} // {}))
		    =~ /(case \d+:)/ or next;
		push @{ $asked{$kind}{$mark} }, $_;
	}
	$model{$kind}->clear;
}

is($elsewhere->state->{requests}, 0, 'no redirect was followed');

# The most a worker held at once, with all of these under way; a sanitizer
# has its own ideas.
for my $kind (@kinds) {
	my %status = Proc::slurp('/proc/' . $app{$kind}->worker->pid
	    . '/status') =~ /^Vm(HWM|Size):\s*(\d+) kB/mg;
	SKIP: {
		skip 'no /proc, or a sanitizer', 1
		    if !%status || $status{Size} > 1 << 30;
		cmp_ok($status{HWM}, '<=', 128 << 10, "$kind: memory");
	}
}
my %log = map { $_ => [$app{$_}->log_lines] } @kinds;
my %by_number;
push @{ $by_number{ $_->{n} } }, $_ for @runs;
for my $n (sort { $a <=> $b } keys %by_number) {
	subtest "behaviour $n" => sub {
		check_run($_) for @{ $by_number{$n} };
	};
}

sub asked_of($run) { @{ $asked{ $run->{kind} }{ $run->{mark} } // [] } }

sub check_run($run)
{
	my $name = $run->{name};
	my @asked = asked_of($run);
	if (defined $run->{text}) {
		is($run->{got_text}, $run->{text}, "$name: the words")
		    or diag substr $run->{raw}, 0, 1000;
	} elsif ($run->{like}) {
		like($run->{got_text} // 'none', $run->{like},
		    "$name: the words") or diag substr $run->{raw}, 0, 1000;
	} elsif ($run->{code}) {
		is_deeply($run->{got}, $run->{code}, "$name: @{ $run->{code} }")
		    or diag substr $run->{raw}, 0, 1000;
		check_failure($run);
	}
	my ($least, $most) = ref $run->{asked} ? @{ $run->{asked} }
	    : ($run->{asked} // 1, $run->{asked} // 10);
	ok(@asked >= $least && @asked <= $most, "$name: asked so often")
	    or diag scalar @asked;
	if (!exists $run->{tasks} || $run->{tasks}) {
		my @titles = $run->{who}->titles;
		my @wanted = @{ $run->{tasks} // [] };
		is(scalar @titles, scalar @wanted, "$name: so many tasks");
		for (0 .. $#wanted) {
			like($titles[$_] // '', ref $wanted[$_] ? $wanted[$_]
			    : qr/^\Q$wanted[$_]\E$/, "$name: a task");
		}
	}
	if (my $results = $run->{results}) {
		my @became = @{ $run->{became} // [] };
		my $pattern = join ' ', map { ref ? $_ : quotemeta } @$results;
		like("@became", qr/^$pattern$/,
		    "$name: what became of the calls");
	}
	for my $written (grep { $run->{written} } @asked) {
		cmp_ok($written->{written} // 0, '<=', $run->{written},
		    "$name: little was read");
	}
	if ($run->{log} || $run->{log_not}) {
		my $id = $run->{who}->id;
		my ($line) = grep { / user=$id / } @{ $log{ $run->{kind} } };
		like($line, $run->{log}, "$name: the log tells")
		    if $run->{log};
		unlike($line, $run->{log_not}, "$name: but not that")
		    if $run->{log_not};
	}
	ok(scalar(grep { /level=warn .*$run->{warns}/ }
	    @{ $log{ $run->{kind} } }), "$name: the log warns")
	    if $run->{warns};
	unlike($run->{raw}, qr/127\.0\.0\.1|curl|\Q$run->{app}{key}\E|
	    as\x20ordered/x, "$name: nothing internal is shown");
	unlike($run->{raw}, $run->{hidden}, "$name: nor what it said")
	    if $run->{hidden};
	$run->{check}->($run) if $run->{check};
}

# What is shown is kept, and known to be incomplete.
sub check_failure($run)
{
	my $name = $run->{name};
	if (defined $run->{shown}) {
		ref $run->{shown} ? like($run->{seen}, $run->{shown},
		    "$name: words were shown") : is($run->{seen},
		    $run->{shown}, "$name: words were shown");
	} else {
		is($run->{seen}, '', "$name: no word was shown");
	}
	my @m = $run->{who}->messages($run->{conversation});
	is($m[0]{content}, "$run->{mark} please", "$name: what they said"
	    . ' is kept');
	isnt($m[1]{state}, 'done', "$name: the answer is not done") if $m[1];
	is($m[1]{content} =~ s/\s+\z//r, $run->{seen} =~ s/\s+\z//r,
	    "$name: and what was shown is kept") if length $run->{seen};
}

# --- one after the other: what happens to a service, not to an answer

# Say something; what the person got and how often it was tried again.
sub one_turn($app, $id)
{
	my $before = () = $app->log_lines;
	my $reply = $app->user($id)->chat("$id please");
	my @lines = $app->log_lines;
	my @again = grep { /msg="again in / } @lines[$before .. $#lines];
	return ($reply, scalar @again);
}

subtest 'behaviour 25, for a caller who reads no events' => sub {
	for my $kind (@kinds) {
		$model{$kind}->order(status => 429, headers => {
		    'Retry-After' => 3600 });
		my $r = $app{$kind}->user('caller')->chat('hello');
		is_problem($r, 502, 'model_rate_limited', $kind);
		is($r->header('Retry-After'), 3600, "$kind: and when");
	}
};

subtest 'behaviour 15' => sub {
	my $app = $app{ $kinds[0] };
	my $hole = Upstream::black_hole();
	my %of = ('refuses' => 'http://127.0.0.1:1/v1',
	    'is a black hole' => "http://127.0.0.1:$hole->{port}/v1",
	    'has no address' => 'http://model.invalid/v1');
	for my $what (sort keys %of) {
		$app->restart_workers(settings => { model_url => $of{$what},
		    model_insecure_http => 'on',
		    model_connect_timeout => 1 });
		my ($r, $again) = one_turn($app, 'far-' . $what =~ tr/ /-/r);
		like($r->code, qr/^model_(?:unavailable|timeout)$/,
		    "it $what: is told") or diag $r->body;
		is($again, 2, "it $what: tried three times");
	}
};

subtest 'behaviour 16' => sub {
	plan(skip_all => Upstream::missing()) if Upstream::missing();
	my $app = $app{ $kinds[0] };
	my $tls = Upstream->start($app->dir);
	$app->restart_workers(settings => { model_url => $tls->url,
	    model_ca_file => $tls->ca_file });
	$tls->be('good');
	is((one_turn($app, 'tls-good'))[0]->text, 'Safe.',
	    'what is in order is spoken to');
	is_deeply([$tls->seen], ['request'], 'and asked once');
	for my $what (qw(expired other-host self-signed old)) {
		$tls->be($what);
		my ($r, $again) = one_turn($app, "tls-$what");
		is_problem($r, 502, 'model_unavailable', $what);
		# without a protocol in common it might be a passing trouble
		is($again, 0, "$what: not tried again") if $what ne 'old';
		until_true('the server to have seen it', sub { $tls->seen });
		ok(!grep({ $_ ne 'no handshake' } $tls->seen),
		    "$what: nothing was said to it");
	}
	$tls->stop;
};

for my $kind (@kinds) {
	$app{$kind}->restart_workers(settings => { drain_seconds => 1 });
}

subtest 'behaviour 50' => sub {
	for my $kind (@kinds) {
		my $model = $model{$kind};
		$model->order(early => 1, status => 413);
		is_problem($app{$kind}->user('large')->chat('x' x 4000), 502,
		    'conversation_too_long', "an early end ($kind)");
		$model->say('Hello.');
		is_answer($app{$kind}->user('large')->chat('hello'),
		    "and the next ($kind)");
	}
};

# A task is added, words are shown, and no more comes.
sub midway($kind, $id)
{
	my $who = $app{$kind}->user($id);
	my $model = $model{$kind};
	$model->call(add_task => { title => 'Milk' });
	$model->order(pieces => ['One ', 'two ', 'three.'], hold => 3);
	my $call = $who->open_stream("$id please");
	$who->remember($call->until('conversation')->{data});
	$call->until('text');
	return ($who, $call, $model->state->{requests});
}

# The turn is over, and what was done and shown is still there.
sub stopped($app, $who, $state, $name)
{
	$app->wait_row("$name: the turn to be over", 'select 1 from'
	    . ' conversation where ' . $who->mine . ' and lease_until is null'
	    . ' and last_message > 1');
	my ($m) = reverse $who->messages;
	like($m->{state}, $state, "$name: known to be incomplete");
	like($m->{content}, qr/^One /, "$name: what was shown is kept");
	is_deeply([$who->titles], ['Milk'], "$name: what was done stays");
}

subtest 'behaviour 60' => sub {
	for my $kind (@kinds) {
		my ($who, $call, $n) = midway($kind, 'leaves');
		$call->hang_up;
		$model{$kind}->wait_state($n, 'gone');
		pass("$kind: the transfer is given up");
		stopped($app{$kind}, $who, qr/^(?:stopped|interrupted)$/,
		    $kind);
		$model{$kind}->release;
	}
};

subtest 'behaviour 61' => sub {
	my %of = map { $_ => [midway($_, 'drained')] } @kinds;
	for my $kind (@kinds) {
		my ($worker) = grep { $_->alive } @{ $app{$kind}{procs} };
		$worker->{expected} = 1;
		$worker->signal('TERM');
	}
	for my $kind (@kinds) {
		my ($app, $model) = ($app{$kind}, $model{$kind});
		my ($who, $call, $n) = @{ $of{$kind} };
		my ($end) = reverse $call->rest;
		is($end->{event}, 'error', "$kind: the person is told");
		$model->wait_state($n, 'gone');
		until_true('the worker to leave',
		    sub { !grep { $_->alive } @{ $app->{procs} } });
		$model->release;
		$app->start_worker;
		$app->wait_ready;
		stopped($app, $who, qr/^(?:failed|interrupted)$/, $kind);
		$model->say('Hello.');
		is_answer($who->chat('hello'), "$kind: the next is answered");
	}
};

$elsewhere->stop;
done_testing;
