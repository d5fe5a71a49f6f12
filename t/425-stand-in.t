#!/usr/bin/perl
# The pretend model is as strict as the vendors are: a request that is right
# passes, and each that is wrong in one place is refused by name, over HTTP in
# the shape of the vendor's own errors.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use JSON::PP ();
use Model;
use Test::More;

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my %schema = (type => 'object', properties => { title => {
    type => 'string' } }, required => ['title']);
my %headers = ('content-type' => 'application/json',
    authorization => 'Bearer k');

# A conversation with two calls, as each of them has it.
my %good = (
	'openai' => { model => 'm', stream => $true, max_tokens => 100,
	    stream_options => { include_usage => $true }, tools => [{
	        type => 'function', function => { name => 'add_task',
	            description => 'Add.', parameters => {%schema} } }],
	    messages => [
	        { role => 'system', content => 'You keep tasks.' },
	        { role => 'user', content => 'add two' },
	        { role => 'assistant', content => undef, tool_calls => [
	            map { { id => "c$_", type => 'function', function => {
	                name => 'add_task', arguments => '{"title":"x"}' } } }
	            1, 2] },
	        { role => 'tool', tool_call_id => 'c1', content => '{}' },
	        { role => 'tool', tool_call_id => 'c2', content => '{}' },
	        { role => 'assistant', content => 'Done.' },
	        { role => 'user', content => 'thanks' }] },
	'openai-responses' => { model => 'm', instructions => 'You keep.',
	    stream => $true, store => $false,
	    include => ['reasoning.encrypted_content'],
	    tools => [{ type => 'function', name => 'add_task',
	        description => 'Add.', strict => $false,
	        parameters => {%schema} }],
	    input => [
	        { role => 'user', content => 'add two' },
	        { type => 'reasoning', id => 'rs_1', summary => [],
	            encrypted_content => 'blob' },
	        (map { { type => 'function_call', call_id => "c$_",
	            name => 'add_task', arguments => '{"title":"x"}' } }
	            1, 2),
	        (map { { type => 'function_call_output', call_id => "c$_",
	            output => '{}' } } 1, 2),
	        { type => 'message', role => 'assistant',
	            content => 'Done.' },
	        { role => 'user', content => 'thanks' }] },
	'anthropic' => { model => 'm', stream => $true, max_tokens => 100,
	    system => [{ type => 'text', text => 'You keep tasks.',
	        cache_control => { type => 'ephemeral' } }],
	    tools => [{ name => 'add_task', description => 'Add.',
	        input_schema => {%schema} }],
	    messages => [
	        { role => 'user', content => 'add two' },
	        { role => 'assistant', content => [
	            { type => 'thinking', thinking => 'Hm.',
	                signature => 'blob' },
	            { type => 'text', text => 'Both.' },
	            map { { type => 'tool_use', id => "c$_",
	                name => 'add_task', input => { title => 'x' } } }
	            1, 2] },
	        { role => 'user', content => [map { { content => '{}',
	            type => 'tool_result', tool_use_id => "c$_" } } 1, 2] },
	        { role => 'assistant', content => 'Done.' },
	        { role => 'user', content => 'thanks' }] },
);

sub headers_for($kind)
{
	my %h = %headers;
	return \%h if $kind ne 'anthropic';
	delete $h{authorization};
	return { %h, 'x-api-key' => 'k', 'anthropic-version' => '2026-10-21' };
}

sub faults($kind, $change, %opt)
{
	my $body = $json->decode($json->encode($good{$kind}));
	my $headers = headers_for($kind);
	local $_ = $body;
	$change->($headers) if $change;
	return ModelCheck->new($kind, given => sub ($blob) {
	    $blob eq 'blob' }, %opt)->faults({ headers => $headers,
	    body => $body });
}

for my $kind (Dialect->kinds) {
	is_deeply([faults($kind, undef)], [], "$kind: what is right passes");
}

# What is changed in $_, and what has to be said of it.
my %wrong = (
	'openai' => [
		['no model', sub { delete $_->{model} }, qr/^model/],
		['an option of others', sub { $_->{temperature} = 1 },
		    qr/unknown field temperature/],
		['two caps', sub { $_->{max_completion_tokens} = 5 },
		    qr/unknown field max_completion_tokens/],
		['an option for streams', sub { $_->{stream} = $false },
		    qr/only for streams/],
		['a number as text', sub { $_->{max_tokens} = '5' },
		    qr/max_tokens/],
		['no message', sub { $_->{messages} = [] }, qr/messages/],
		['a developer', sub { $_->{messages}[0]{role} =
		    'developer' }, qr/unknown role developer/],
		['instructions in between', sub { push @{ $_->{messages} },
		    $_->{messages}[0] }, qr/must be at the beginning/],
		['a field of ours', sub { $_->{messages}[1]{at} = 1 },
		    qr/unknown field at/],
		['an empty message', sub { $_->{messages}[1]{content} = '' },
		    qr/empty/],
		['words twice', sub { splice @{ $_->{messages} }, 2, 0,
		    $_->{messages}[1] }, qr/alternate/],
		['a person behind a result', sub { splice
		    @{ $_->{messages} }, 5, 1 }, qr/user after role tool/],
		['a call without a result', sub { splice
		    @{ $_->{messages} }, 4, 1 }, qr/without results.*c2/],
		['results in another order', sub { @{ $_->{messages} }[3, 4] =
		    @{ $_->{messages} }[4, 3] }, qr/next call.*c1/],
		['a result too many', sub { splice @{ $_->{messages} }, 5, 0,
		    $_->{messages}[4] }, qr/unexpected result/],
		['an id twice', sub { $_->{messages}[2]{tool_calls}[1]{id} =
		    'c1' }, qr/unique/],
		['an id of blanks', sub { $_->{messages}[2]{tool_calls}[0]{id}
		    = 'a b' }, qr/must match/],
		['a name of dots', sub { $_->{messages}[2]{tool_calls}[0]
		    {function}{name} = 'a.b' }, qr/no name/],
		['half arguments', sub { $_->{messages}[2]{tool_calls}[0]
		    {function}{arguments} = '{"title":' }, qr/no JSON object/],
		['arguments as data', sub { $_->{messages}[2]{tool_calls}[0]
		    {function}{arguments} = {} }, qr/no JSON object/],
		['no tools', sub { delete $_->{tools} }, qr/tools must be/],
		['a tool twice', sub { push @{ $_->{tools} },
		    $_->{tools}[0] }, qr/unique/],
		['a schema with more', sub { $_->{tools}[0]{function}
		    {parameters}{additionalProperties} = $false },
		    qr/unknown field additionalProperties/],
		['what is required is not there', sub { $_->{tools}[0]
		    {function}{parameters}{required} = ['name'] },
		    qr/requires name/],
		['the model last', sub { pop @{ $_->{messages} } },
		    qr/last message/],
		['a NUL', sub { $_->{messages}[1]{content} = "a\0b" },
		    qr/U\+0000/],
		['text turned round', sub { $_->{messages}[1]{content} =
		    "a\x{202e}b" }, qr/U\+202E/],
		['text turned round in a result', sub {
		    $_->{messages}[3]{content} = '{"a":"\u202e"}' },
		    qr/U\+202E/],
		['a mark of a template', sub { $_->{messages}[1]{content} =
		    '<|im_start|>' }, qr/spells the mark/],
		['no key', sub { delete $_[0]{authorization} }, qr/key/],
		['no type', sub { delete $_[0]{'content-type'} }, qr/JSON/],
	],
	'openai-responses' => [
		['kept at the vendor', sub { delete $_->{store} }, qr/store/],
		['an answer before', sub { $_->{previous_response_id} = 'x' },
		    qr/unknown field previous/],
		['a cap below all', sub { $_->{max_output_tokens} = 5 },
		    qr/minimum of 16/],
		['nested tools', sub { $_->{tools} = [{ type => 'function',
		    function => { name => 'x' } }] }, qr/unknown field func/],
		['strict is not said', sub { delete $_->{tools}[0]{strict} },
		    qr/strict is not said/],
		['strict, but not so', sub { $_->{tools}[0]{strict} = $true },
		    qr/strict, but/],
		['a thought of others', sub { $_->{input}[1]
		    {encrypted_content} = 'bloc' }, qr/'rs_1' not found/],
		['a thought without a blob', sub { delete $_->{input}[1]
		    {encrypted_content} }, qr/'rs_1' not found/],
		['a thought alone', sub { splice @{ $_->{input} }, 2, 4;
		    splice @{ $_->{input} }, 2, 1 },
		    qr/without its required following item/],
		['a call without an output', sub { splice @{ $_->{input} },
		    5, 1 }, qr/without results.*c2/],
		['an output without a call', sub { splice @{ $_->{input} },
		    2, 1 }, qr/next call|unexpected/],
		['an id that is none', sub { $_->{input}[2]{id} = 'call_1' },
		    qr/begins with 'fc'/],
		['parts of the other side', sub { $_->{input}[0]{content} =
		    [{ type => 'output_text', text => 'x' }] },
		    qr/Invalid value: 'output_text'/],
		['parts without their item', sub { $_->{input}[6]{content} =
		    [{ type => 'output_text', text => 'x',
		    annotations => [] }] }, qr/without the id/],
		['a role of old', sub { $_->{input}[0]{role} = 'system' },
		    qr/unknown role/],
	],
	'anthropic' => [
		['no cap', sub { delete $_->{max_tokens} },
		    qr/max_tokens: Field required/],
		['what is gone', sub { $_->{temperature} = 1 },
		    qr/unknown field temperature/],
		['no version', sub { delete $_[0]{'anthropic-version'} },
		    qr/anthropic-version/],
		['two keys', sub { $_[0]{authorization} = 'Bearer k' },
		    qr/one header/],
		['a system message', sub { unshift @{ $_->{messages} },
		    { role => 'system', content => 'x' } },
		    qr/unknown role system/],
		['an empty block', sub { $_->{messages}[1]{content}[1]{text} =
		    ' ' }, qr/non-empty/],
		['input as text', sub { $_->{messages}[1]{content}[2]{input} =
		    '{}' }, qr/valid dictionary/],
		['words before results', sub { unshift
		    @{ $_->{messages}[2]{content} }, { type => 'text',
		    text => 'x' } }, qr/must come first/],
		['a call without a result', sub { pop
		    @{ $_->{messages}[2]{content} } },
		    qr/without results.*c2/],
		['results and then the person', sub { splice
		    @{ $_->{messages} }, 3, 1 }, qr/alternate/],
		['a forged signature', sub { $_->{messages}[1]{content}[0]
		    {signature} = 'bloc' }, qr/Invalid `signature`/],
		['thoughts behind words', sub { push
		    @{ $_->{messages}[3]{content} = [{ type => 'text',
		    text => 'x' }] }, $_->{messages}[1]{content}[0] },
		    qr/thinking must come first/],
		['five marks', sub { $_->{messages}[2]{content}[0]
		    {cache_control} = { type => 'ephemeral' };
		    $_->{cache_control} = { type => 'ephemeral' };
		    $_->{tools}[0]{cache_control} = { type => 'ephemeral' };
		    $_->{messages}[2]{content}[1]{cache_control} =
		    { type => 'ephemeral' } }, qr/maximum of 4/],
		['the model last', sub { pop @{ $_->{messages} } },
		    qr/last message/],
		['the model first', sub { shift @{ $_->{messages} } },
		    qr/must use the user role/],
	],
);
for my $kind (Dialect->kinds) {
	for (@{ $wrong{$kind} }) {
		my ($name, $change, $words) = @$_;
		my @faults = faults($kind, $change);
		ok(scalar(grep { $_ =~ $words } @faults), "$kind: $name")
		    or diag join "\n", @faults;
	}
}

# Whose rules they are.
my $cap = sub { $_->{max_completion_tokens} = delete $_->{max_tokens} };
is_deeply([faults('openai', $cap, profile => 'openai')], [],
    'openai: has another cap');
like((faults('openai', $cap, profile => 'groq'))[0],
    qr/max_completion_tokens/, 'groq: has not');
like((faults('openai', undef, profile => 'mistral'))[0],
    qr/stream_options/, 'mistral: no such option');
like(join("\n", faults('openai', sub { delete $_->{stream_options} },
    profile => 'mistral')), qr/length of 9/, 'mistral: ids of nine');

# --- over HTTP

my $model = Model->start;

sub post($kind, $body)
{
	my %path = ('openai' => 'chat/completions',
	    'openai-responses' => 'responses', 'anthropic' => 'messages');
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $model->port) or die $!;
	my $text = $json->encode($body);
	my $headers = headers_for($kind);
	print $socket "POST /v1/$path{$kind} HTTP/1.1\r\n", map({
	    "$_: $headers->{$_}\r\n" } sort keys %$headers),
	    'Content-Length: ', length $text, "\r\n\r\n$text";
	my ($reply, $more) = ('');
	$reply .= $more while $reply !~ /\r\n0\r\n\r\n\z/
	    && sysread $socket, $more, 65536;
	$reply =~ s/^.*?\r\n\r\n//s;
	1 while $reply =~ s/^[0-9a-f]+\r\n(\{.*\})\r\n0\r\n\r\n$/$1/s;
	return $json->decode($reply);
}

for my $kind (Dialect->kinds) {
	my $error = post($kind, { %{ $good{$kind} }, odd => 1 })->{error};
	is($error->{type}, 'invalid_request_error', "$kind: refused");
	like($error->{message}, qr/unknown field odd/, '... by name');
	is(($model->fresh)[0]{wrong}, $error->{message}, '... and noted');
}
is(scalar @{ $model->state->{wrong} }, 3, 'for the end of the test');
$model->stop;

done_testing;
