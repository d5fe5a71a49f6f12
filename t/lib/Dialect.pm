# How the vendors' three model APIs stream an answer: one writer for each,
# with the same methods, so that a test says what is answered and not how.
#
#	my $w = Dialect->at('/v1/messages')->new(n => 1);
#	$w->begin		what opens the stream
#	$w->text('Hel')		some words
#	$w->think('Hm.', 'c2ln')	thoughts, with a signature or a blob
#	$w->call({ name => 'add_task', id => 'c1' })
#	$w->arguments('{"ti')	of that call, as far as they have come
#	$w->finish('stop')	closes what is open, and says why it ended
#	$w->end			what stands behind the finish
#	$w->fail('Overloaded')	an error in mid-stream
#
# Each returns the bytes of its events, finish() a list of them.  What was
# said so far is in whole(), as an answer in one piece has it.  Words of
# finish() are those of Chat Completions; any other is sent as it is.
package Dialect;

use v5.36;
use JSON::PP ();

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $inner = JSON::PP->new->canonical->allow_nonref;	# as text in JSON

my %kinds = ('openai' => 'Dialect::Chat',
    'openai-responses' => 'Dialect::Responses',
    'anthropic' => 'Dialect::Anthropic');

sub kinds($class) { sort keys %kinds }

# By the setting's word for it.
sub of($class, $kind) { $kinds{$kind} // die "no such kind: $kind\n" }

# By the path of a request; another path is as good as the oldest.
sub at($class, $path)
{
	for (values %kinds) {
		return $_ if index($path, $_->path) >= 0;
	}
	return 'Dialect::Chat';
}

# n tells the answers of one server apart.
sub new($class, %opt)
{
	return bless { n => 1, open => undef, items => [], %opt }, $class;
}

sub data($value) { 'data: ' . $json->encode($value) . "\n\n" }

sub named($value) { "event: $value->{type}\n" . data($value) }

# A text of an order: data become JSON.
sub arguments_text($call)
{
	my $arguments = $call->{arguments};
	return ref $arguments ? $inner->encode($arguments)
	    : $arguments // '{}';
}

# Is what was begun last, and not ended, of this type?
sub is_open($self, $type)
{
	return $self->{open} && $self->{open}{type} eq $type;
}

sub call_id($self, $call)
{
	return $call->{id} // "call_$self->{n}_" . ++$self->{ncalls};
}

# An order's answer as the pieces in which it is sent: one opens it, then
# one for some words, three a call, and what ends it.
sub events($class, $order, $n, %opt)
{
	my $w = $class->new(n => $n, %opt);
	my @pieces = $w->begin;
	for ($order->{thinks} // ()) {
		push @pieces, $w->think($_->{text} // '', $_->{blob}, %$_);
	}
	push @pieces, map { $w->text($_) } words($order);
	for my $call (@{ $order->{calls} // [] }) {
		my $arguments = arguments_text($call);
		my $half = int(length($arguments) / 2);
		push @pieces, $w->call($call);
		push @pieces, map { $w->arguments($_) } grep { length }
		    substr($arguments, 0, $half), substr($arguments, $half);
	}
	return @pieces if $order->{no_finish};
	push @pieces, $w->finish(finish_word($order), usage($order));
	push @pieces, $w->end if !$order->{no_done};
	return grep { length } @pieces;
}

# The same in one piece.
sub completion($class, $order, $n)
{
	my $w = $class->new(n => $n);
	$w->begin;
	for ($order->{thinks} // ()) {
		$w->think($_->{text} // '', $_->{blob}, %$_);
	}
	my $text = $order->{text} // join '', @{ $order->{pieces} // [] };
	$w->text($text) if length $text;
	for my $call (@{ $order->{calls} // [] }) {
		$w->call($call);
		$w->arguments(arguments_text($call));
	}
	$w->finish(finish_word($order), usage($order));
	return $json->encode($w->whole);
}

sub words($order)
{
	return @{ $order->{pieces} } if $order->{pieces};
	return ($order->{text} // '') =~ /\s*\S+\s*?(?=\s|\z)|\s+\z/g;
}

sub finish_word($order)
{
	return $order->{finish} // ($order->{calls} ? 'tool_calls' : 'stop');
}

# As Chat Completions has it; 0: none.
sub usage($order)
{
	return $order->{usage} // { prompt_tokens => 11,
	    completion_tokens => 7, total_tokens => 18 };
}

sub cached($usage) { $usage->{prompt_tokens_details}{cached_tokens} // 0 }

# The texts of a message's content, whichever shape it has.
sub content_text($content)
{
	return $content // '' if !ref $content;
	return join '', map { ref eq 'HASH' ? $_->{text} // '' : '' }
	    @$content;
}

# The newest of a list of messages in which the person said something.
sub newest($messages)
{
	return '' if ref $messages ne 'ARRAY';
	for (reverse grep { ref eq 'HASH' } @$messages) {
		next if ($_->{role} // '') ne 'user';
		my $text = content_text($_->{content});
		return $text if length $text;
	}
	return '';
}

# ---
package Dialect::Chat;

use v5.36;
our @ISA = 'Dialect';

sub kind($) { 'openai' }
sub path($) { '/chat/completions' }
sub said($class, $body) { Dialect::newest($body->{messages}) }

sub chunk($self, %choice)
{
	return Dialect::data({ id => 'c1', object => 'chat.completion.chunk',
	    created => 1, model => 'script', choices => [{ index => 0,
	        finish_reason => undef, %choice }] });
}

sub delta($self, %delta) { $self->chunk(delta => {%delta}) }

sub begin($self) { $self->delta(role => 'assistant', content => '') }

sub text($self, $text)
{
	$self->{text} .= $text;
	return $self->delta(content => $text);
}

sub think($self, $text, $blob, %)
{
	$self->{thoughts} .= $text;
	return $self->delta(reasoning_content => $text);
}

sub call($self, $call)
{
	my $index = @{ $self->{items} };
	my $head = { id => $self->call_id($call), type => 'function',
	    function => { name => $call->{name}, arguments => '' },
	    ($call->{extra} ? (extra_content => $call->{extra}) : ()) };
	push @{ $self->{items} }, { %$head,
	    function => { %{ $head->{function} } } };
	return $self->delta(tool_calls => [{ index => $index, %$head }]);
}

sub arguments($self, $text)
{
	$self->{items}[-1]{function}{arguments} .= $text;
	return $self->delta(tool_calls => [{ index => $#{ $self->{items} },
	    function => { arguments => $text } }]);
}

sub finish($self, $word, $usage = undef)
{
	$self->{finish} = $word;
	$self->{usage} = $usage;
	return ($self->chunk(delta => {}, finish_reason => $word),
	    $usage && $self->{with_usage} ? Dialect::data({ id => 'c1',
	        object => 'chat.completion.chunk', created => 1,
	        model => 'script', choices => [], usage => $usage }) : ());
}

sub end($self) { "data: [DONE]\n\n" }

sub fail($self, $message, %more)
{
	return Dialect::data({ error => { message => $message,
	    type => 'server_error', param => undef, code => undef, %more } });
}

sub whole($self)
{
	my @calls = @{ $self->{items} };
	return { id => 'c1', object => 'chat.completion', created => 1,
	    model => 'script', choices => [{ index => 0, logprobs => undef,
	        finish_reason => $self->{finish} // 'stop', message => {
	            role => 'assistant', content => $self->{text},
	            refusal => undef,
	            (length($self->{thoughts} // '') ? (reasoning_content =>
	                $self->{thoughts}) : ()),
	            (@calls ? (tool_calls => \@calls) : ()) } }],
	    ($self->{usage} ? (usage => $self->{usage}) : ()) };
}

# The body of an error status.
sub refusal($class, $status, $message)
{
	return { error => { message => $message, param => undef,
	    code => undef, type => $status < 500 ? 'invalid_request_error'
	        : 'server_error' } };
}

# ---
package Dialect::Responses;

use v5.36;
our @ISA = 'Dialect';

sub kind($) { 'openai-responses' }
sub path($) { '/responses' }

sub said($class, $body)
{
	return $body->{input} // '' if !ref $body->{input};
	return Dialect::newest($body->{input});
}

sub event($self, $type, %more)
{
	return Dialect::named({ type => $type, %more,
	    sequence_number => $self->{sequence}++ // 0 });
}

# The response as it stands.
sub response($self, $status, %more)
{
	return { id => "resp_$self->{n}", object => 'response',
	    created_at => 1, status => $status, error => undef,
	    access_programs => undef,
	    incomplete_details => undef, instructions => undef,
	    metadata => {}, model => 'script', output => [],
	    parallel_tool_calls => JSON::PP::true, temperature => 1,
	    tool_choice => 'auto', tools => [], top_p => 1, %more };
}

sub begin($self)
{
	return $self->event('response.created',
	    response => $self->response('in_progress'))
	    . $self->event('response.in_progress',
	    response => $self->response('in_progress'));
}

sub add($self, $item, $shown = $item)
{
	my $closed = $self->close;
	$self->{open} = $item;
	$self->{at} = @{ $self->{items} };
	push @{ $self->{items} }, $item;
	return $closed . $self->event('response.output_item.added',
	    output_index => $self->{at}, item => $shown);
}

sub at_item($self)
{
	return (item_id => $self->{open}{id}, output_index => $self->{at});
}

# What ends the item that is open.
sub close($self)
{
	my $item = $self->{open} // return '';
	my $said = '';
	if ($item->{type} eq 'message') {
		my $part = $item->{content}[0];
		$said = $self->event('response.output_text.done',
		    $self->at_item, content_index => 0, logprobs => [],
		    text => $part->{text})
		    . $self->event('response.content_part.done',
		    $self->at_item, content_index => 0, part => $part);
	} elsif ($item->{type} eq 'function_call') {
		$said = $self->event('response.function_call_arguments.done',
		    $self->at_item, arguments => $item->{arguments});
	}
	$item->{status} = 'completed' if $item->{type} ne 'reasoning';
	$said .= $self->event('response.output_item.done',
	    output_index => $self->{at}, item => $item);
	$self->{open} = undef;
	return $said;
}

sub text($self, $text)
{
	my $head = '';
	if (!$self->is_open('message')) {
		my $part = { type => 'output_text', text => '',
		    annotations => [] };
		my $item = { type => 'message', role => 'assistant',
		    id => "msg_$self->{n}_" . @{ $self->{items} },
		    status => 'in_progress', content => [$part] };
		$head = $self->add($item, { %$item, content => [] })
		    . $self->event('response.content_part.added',
		    $self->at_item, content_index => 0, part => $part);
	}
	$self->{open}{content}[0]{text} .= $text;
	return $head . $self->event('response.output_text.delta',
	    $self->at_item, content_index => 0, logprobs => [],
	    delta => $text);
}

# The blob is whole only in the item that is done.
sub think($self, $text, $blob, %)
{
	my $item = { type => 'reasoning', summary => [],
	    id => "rs_$self->{n}_" . @{ $self->{items} } };
	my $said = $self->add($item, { %$item });
	if (length $text) {
		my @at = ($self->at_item, summary_index => 0);
		my $part = { type => 'summary_text', text => $text };
		$said .= $self->event('response.reasoning_summary_part.added',
		    @at, part => { %$part, text => '' })
		    . $self->event('response.reasoning_summary_text.delta',
		    @at, delta => $text)
		    . $self->event('response.reasoning_summary_text.done',
		    @at, text => $text)
		    . $self->event('response.reasoning_summary_part.done',
		    @at, part => $part);
		$item->{summary} = [$part];
	}
	$item->{encrypted_content} = $blob if defined $blob;
	return $said . $self->close;
}

sub call($self, $call)
{
	my $item = { type => 'function_call', status => 'in_progress',
	    id => "fc_$self->{n}_" . @{ $self->{items} }, arguments => '',
	    call_id => $self->call_id($call), name => $call->{name} };
	return $self->add($item);
}

sub arguments($self, $text)
{
	$self->{open}{arguments} .= $text;
	return $self->event('response.function_call_arguments.delta',
	    $self->at_item, delta => $text);
}

my %cut = (length => 'max_output_tokens',
    content_filter => 'content_filter');

sub finish($self, $word, $usage = undef)
{
	my $status = $cut{$word} ? 'incomplete'
	    : $word =~ /^(?:error|failed)$/ ? 'failed' : 'completed';
	$self->{answer} = $self->response($status,
	    output => $self->{items},
	    usage => $usage ? usage($usage) : undef,
	    ($cut{$word} ? (incomplete_details =>
	        { reason => $cut{$word} }) : ()),
	    ($status eq 'failed' ? (error => { code => 'server_error',
	        message => 'as ordered' }) : ()));
	return $self->close . $self->event("response.$status",
	    response => $self->{answer});
}

sub usage($usage)
{
	return $usage if exists $usage->{input_tokens};
	return { input_tokens => $usage->{prompt_tokens},
	    output_tokens => $usage->{completion_tokens},
	    total_tokens => $usage->{total_tokens}
	        // $usage->{prompt_tokens} + $usage->{completion_tokens},
	    input_tokens_details => { cache_write_tokens => 0,
	        cached_tokens => Dialect::cached($usage) },
	    output_tokens_details => { reasoning_tokens => 0 } };
}

sub end($self) { '' }

sub fail($self, $message, %more)
{
	return $self->event('error', code => 'server_error',
	    message => $message, param => undef, %more);
}

sub whole($self) { $self->{answer} }

sub refusal($class, $status, $message)
{
	return Dialect::Chat->refusal($status, $message);
}

# ---
package Dialect::Anthropic;

use v5.36;
our @ISA = 'Dialect';

sub kind($) { 'anthropic' }
sub path($) { '/messages' }
sub said($class, $body) { Dialect::newest($body->{messages}) }

sub event($self, $type, %more) { Dialect::named({ type => $type, %more }) }

sub message($self, %more)
{
	return { id => "msg_$self->{n}", type => 'message',
	    role => 'assistant', model => 'script', content => [],
	    container => undef, diagnostics => undef,
	    stop_details => undef, stop_reason => undef,
	    stop_sequence => undef, usage => usage({ prompt_tokens => 11,
	        completion_tokens => 1 }), %more };
}

# A server tells the cached part apart from the rest.
sub usage($usage)
{
	return $usage if exists $usage->{input_tokens};
	my $cached = Dialect::cached($usage);
	my $prompt = $usage->{prompt_tokens};	# any value, on purpose
	return { input_tokens => $cached ? $prompt - $cached : $prompt,
	    output_tokens => $usage->{completion_tokens},
	    cache_read_input_tokens => $cached,
	    cache_creation_input_tokens => 0, cache_creation => undef,
	    inference_geo => undef, output_tokens_details => undef,
	    server_tool_use => undef, service_tier => 'standard',
	    speed => undef };
}

sub begin($self)
{
	return $self->event('message_start', message => $self->message)
	    . $self->event('ping');
}

sub block($self, $block)
{
	my $closed = $self->close;
	$self->{open} = { %$block };
	push @{ $self->{items} }, $self->{open};
	return $closed . $self->event('content_block_start',
	    index => $#{ $self->{items} }, content_block => $block);
}

sub delta($self, %delta)
{
	return $self->event('content_block_delta',
	    index => $#{ $self->{items} }, delta => {%delta});
}

sub close($self)
{
	$self->{open} // return '';
	$self->{open} = undef;
	return $self->event('content_block_stop',
	    index => $#{ $self->{items} });
}

sub text($self, $text)
{
	my $head = $self->is_open('text') ? ''
	    : $self->block({ type => 'text', text => '',
	        citations => undef });
	$self->{open}{text} .= $text;
	return $head . $self->delta(type => 'text_delta', text => $text);
}

sub think($self, $text, $blob, %more)
{
	if ($more{redacted}) {
		return $self->block({ type => 'redacted_thinking',
		    data => $blob }) . $self->close;
	}
	my $said = $self->block({ type => 'thinking', thinking => '',
	    signature => '' });
	$self->{open}{thinking} = $text;
	$said .= $self->delta(type => 'thinking_delta', thinking => $text)
	    if length $text;
	if (defined $blob) {
		$self->{open}{signature} = $blob;
		$said .= $self->delta(type => 'signature_delta',
		    signature => $blob);
	}
	return $said . $self->close;
}

sub call($self, $call)
{
	my $said = $self->block({ type => 'tool_use', input => {},
	    id => $self->call_id($call), name => $call->{name},
	    caller => { type => 'direct' } });
	$self->{open}{json} = '';
	return $said;
}

sub arguments($self, $text)
{
	$self->{open}{json} .= $text;
	return $self->delta(type => 'input_json_delta',
	    partial_json => $text);
}

my %stop = (stop => 'end_turn', length => 'max_tokens',
    tool_calls => 'tool_use', content_filter => 'refusal');

sub finish($self, $word, $usage = undef)
{
	my %end = (stop_reason => $stop{$word} // $word,
	    stop_sequence => undef);
	my %usage = $usage ? %{ usage($usage) } : (output_tokens => 1);
	$self->{answer} = $self->message(%end,
	    content => [map { block_done($_) } @{ $self->{items} }],
	    ($usage ? (usage => {%usage}) : ()));
	delete @usage{qw(cache_creation inference_geo service_tier speed)};
	return $self->close . $self->event('message_delta',
	    delta => { container => undef, stop_details => undef, %end },
	    usage => \%usage);
}

sub block_done($block)
{
	my %block = %$block;
	my $text = delete $block{json};
	$block{input} = eval { $inner->decode($text) } // $text
	    if defined $text && $text =~ /\S/;
	return \%block;
}

sub end($self) { $self->event('message_stop') }

sub fail($self, $message, %more)
{
	return $self->event('error', request_id => "req_$self->{n}",
	    error => { type => 'api_error', message => $message, %more });
}

sub whole($self) { $self->{answer} }

my %type = (401 => 'authentication_error', 402 => 'billing_error',
    403 => 'permission_error', 404 => 'not_found_error',
    413 => 'request_too_large', 429 => 'rate_limit_error',
    504 => 'timeout_error', 529 => 'overloaded_error');

sub refusal($class, $status, $message)
{
	return { type => 'error', request_id => 'req_1', error => {
	    message => $message, type => $type{$status}
	        // ($status < 500 ? 'invalid_request_error'
	        : 'api_error') } };
}

1;
