# What the vendors refuse, as far as their documents and their users tell:
# every field of a request is known, of its type and in its place, and every
# call of the history has its one answer where it has to be.
#
#	my $check = ModelCheck->new('anthropic');
#	my ($first) = $check->faults({ headers => {...}, body => {...} });
#
# profile	whose Chat Completions these are (generic): which options it
#		takes and which ids
# given		a function that says whether an opaque text came from here;
#		vendors refuse one that did not
#
# Where servers differ, the strictest of them is taken, since every history
# has to please whoever is asked next.
package ModelCheck;

use v5.36;
use JSON::PP ();

my %checks = ('openai' => 'ModelCheck::Chat',
    'openai-responses' => 'ModelCheck::Responses',
    'anthropic' => 'ModelCheck::Anthropic');

sub new($class, $kind, %opt)
{
	my $check = $checks{$kind} // die "no such kind: $kind\n";
	return bless { profile => 'generic', given => sub ($) { 1 }, %opt },
	    $check;
}

# What is wrong with a request: one line each, the worst first; none if it
# is right.
sub faults($self, $request)
{
	$self->{faults} = [];
	my ($headers, $body) = @$request{qw(headers body)};
	$self->need(($headers->{'content-type'} // '')
	    =~ m{^application/json(?:;|$)}, 'content-type: not JSON');
	$self->need(ref $body eq 'HASH', 'the body is no JSON object')
	    or return @{ $self->{faults} };
	$self->clean($body, 'body');
	$self->need(is_text($body->{model}), 'model: a name is required');
	$self->need(!exists $body->{stream} || is_bool($body->{stream}),
	    'stream: not a boolean');
	$self->header($headers, $body);
	$self->fields($body, 'body', $self->options);
	$self->tools($body);
	$self->history($body);
	return @{ $self->{faults} };
}

sub fault($self, $why)
{
	push @{ $self->{faults} }, $why;
	return 0;
}

# need($good, $why).  In a list a match that fails is nothing at all.
sub need($self, @good)
{
	my $why = pop @good;
	return $good[0] ? 1 : $self->fault($why);
}

# --- values

# The three below ask by these names.
sub values_for($package)
{
	no strict 'refs';
	*{"${package}::$_"} = \&{"ModelCheck::$_"}
	    for qw(is_text is_number is_bool is_list is_name object_in);
}

# JSON knows texts from numbers, and so do these.
sub is_text($v)
{
	return defined $v && !ref $v && JSON::PP->new->allow_nonref
	    ->encode($v) =~ /\A"/ && length $v;
}

sub is_number($v)
{
	return defined $v && !ref $v && JSON::PP->new->allow_nonref
	    ->encode($v) =~ /\A-?\d+\z/;
}

sub is_bool($v) { JSON::PP::is_bool($v) }
sub is_list($v) { ref $v eq 'ARRAY' && @$v }
sub is_name($v) { is_text($v) && $v =~ /\A[A-Za-z0-9_-]{1,64}\z/ }

# The object that a text of JSON holds, or undef.
sub object_in($text)
{
	my $v = eval { JSON::PP->new->decode($text // '') };
	return ref $v eq 'HASH' ? $v : undef;
}

# An object has these fields and no others.
sub fields($self, $v, $where, @names)
{
	return $self->fault("$where: not an object") if ref $v ne 'HASH';
	my %known = map { $_ => 1 } @names;
	my @odd = grep { !$known{$_} } sort keys %$v;
	return $self->need(!@odd, "$where: unknown field "
	    . join ', ', @odd);
}

# Nothing that hides, turns text round or steers a template, at any depth
# and in JSON within texts.
my $unseen = qr/[\x00-\x08\x0b-\x1f\x7f-\x9f]
    | [\x{202a}-\x{202e}\x{2066}-\x{2069}] | [\x{e0000}-\x{e007f}]/x;

sub clean($self, $v, $where)
{
	if (ref $v eq 'HASH') {
		$self->clean($v->{$_}, "$where.$_") for sort keys %$v;
		$self->clean($_, "$where: a field") for keys %$v;
	} elsif (ref $v eq 'ARRAY') {
		$self->clean($v->[$_], "$where\[$_]") for 0 .. $#$v;
	} elsif (defined $v && !ref $v) {
		$self->fault(sprintf '%s: the character U+%04X', $where,
		    ord $&) if $v =~ $unseen;
		$self->fault("$where: spells the mark $&")
		    if $v =~ /<\|(?=\w)|\[\/?INST\]|<<\/?SYS>>/;
		my $inner = $v =~ /\A\{/ ? object_in($v) : undef;
		$self->clean($inner, "$where, within") if $inner;
	}
}

# The schema of a tool's arguments: six words, and objects above all.
sub schema($self, $schema, $where, $strict = 0)
{
	$self->fields($schema, $where, qw(type description enum items
	    properties required), ($strict ? 'additionalProperties' : ()))
	    or return;
	my $type = $schema->{type};
	if ($strict && ref $type eq 'ARRAY') {
		($type) = grep { $_ ne 'null' } @$type;
	}
	$self->need(is_text($type) && $type
	    =~ /\A(?:string|integer|number|boolean|array|object)\z/,
	    "$where: no type");
	my $of = $schema->{properties} // {};
	$self->schema($of->{$_}, "$where.$_", $strict) for sort keys %$of;
	$self->schema($schema->{items}, "$where\[]", $strict)
	    if exists $schema->{items};
	for (@{ $schema->{required} // [] }) {
		$self->need(exists $of->{$_}, "$where: requires $_,"
		    . ' which it has not');
	}
	return if !$strict || ($type // '') ne 'object';
	$self->need(is_bool($schema->{additionalProperties})
	    && !$schema->{additionalProperties},
	    "$where: strict, but other properties are allowed");
	$self->need(@{ $schema->{required} // [] } == keys %$of,
	    "$where: strict, but not all is required");
}

# A tool as each vendor has it, and its name only once.
sub tool($self, $tool, $where, $schema)
{
	$self->need(is_name($tool->{name}), "$where: no name of a tool");
	$self->need(!$self->{tool_named}{ $tool->{name} // '' }++,
	    "$where: tool names must be unique");
	$self->need(is_text($tool->{description}), "$where: no description");
	$self->schema($schema, "$where.parameters", $tool->{strict});
	$self->need(($schema->{type} // '') eq 'object',
	    "$where: the parameters are no object")
	    if ref $schema eq 'HASH';
}

sub tools($self, $body)
{
	$self->{tool_named} = {};
	return if !exists $body->{tools};
	return $self->fault('tools: not a list of some')
	    if !is_list($body->{tools});
	$self->one_tool($body->{tools}[$_], "tools[$_]")
	    for 0 .. $#{ $body->{tools} };
}

# --- the order of a history, by who speaks

# begin, then what happens: user, assistant, call, answer; then over.
sub begin($self)
{
	@$self{qw(last open used)} = ('', [], {});
}

sub user($self, $where)
{
	$self->answered($where);
	$self->need($self->{last} ne 'user',
	    "$where: roles must alternate between user and assistant");
	$self->need($self->{last} ne 'answer',
	    "$where: unexpected role user after role tool");
	$self->{last} = 'user';
}

# Beside calls it may have come already.
sub assistant($self, $where)
{
	$self->answered($where);
	$self->need($self->{last} ne 'assistant',
	    "$where: roles must alternate between user and assistant");
	$self->need($self->{last} ne '', "$where: the first message must use"
	    . ' the user role');
	$self->{last} = 'assistant';
}

sub call($self, $where, $id)
{
	$self->need(is_name($id), "$where: a call's id must match"
	    . ' [A-Za-z0-9_-]{1,64}');
	$self->need(!$self->{used}{ $id // '' }++,
	    "$where: ids of calls must be unique");
	push @{ $self->{open} }, $id // '';
	$self->{last} = 'call';
}

sub answer($self, $where, $id)
{
	my $due = shift @{ $self->{open} }
	    // return $self->fault("$where: unexpected result; no call");
	$self->need($due eq ($id // ''), "$where: the next call to be"
	    . " answered is $due");
	$self->{last} = 'answer';
}

sub answered($self, $where)
{
	my @open = @{ $self->{open} };
	$self->{open} = [];
	return $self->need(!@open, "$where: tool calls were found without"
	    . ' results immediately after: ' . join ', ', @open);
}

sub over($self, $body)
{
	$self->answered('the end');
	$self->need($self->{last} eq 'user' || $self->{last} eq 'answer',
	    'the last message is not the person\'s and no result');
	$self->need(!%{ $self->{used} } || exists $body->{tools},
	    'tools must be defined where calls are');
}

# ---
package ModelCheck::Chat;

use v5.36;
our @ISA = 'ModelCheck';

BEGIN { ModelCheck::values_for(__PACKAGE__) }

# Which options a profile takes (more than all do), and how its ids look.
my @usage = ('stream_options');
my @of_openai = (@usage, qw(reasoning_effort parallel_tool_calls
    prompt_cache_key safety_identifier));
my %profiles = (
	openai => { cap => 'max_completion_tokens', takes => \@of_openai },
	azure => { cap => 'max_completion_tokens', takes => \@of_openai,
	    key => 'api-key' },
	gemini => { takes => [@usage, 'reasoning_effort'] },
	mistral => { takes => ['parallel_tool_calls'],
	    id => qr/\A[A-Za-z0-9]{9}\z/ },
	ollama => { takes => [@usage, 'reasoning_effort'] },
	llamacpp => { takes => \@usage },
	generic => { takes => [@usage, 'reasoning_effort'] },
	map { $_ => { takes => [@usage, qw(reasoning_effort
	    parallel_tool_calls)] } } qw(groq openrouter litellm vllm
	    deepseek xai),
);

sub how($self) { $profiles{ $self->{profile} } // $profiles{generic} }

sub options($self)
{
	return (qw(model messages stream tools tool_choice),
	    $self->how->{cap} // 'max_tokens', @{ $self->how->{takes} });
}

sub header($self, $headers, $body)
{
	my $azure = ($self->how->{key} // '') eq 'api-key';
	$self->need($azure ? defined $headers->{'api-key'}
	    : ($headers->{authorization} // '') =~ /\ABearer \S+\z/,
	    'no key in its header');
	$self->need(!defined $headers->{'x-api-key'}, 'a key too many');
	for (qw(max_tokens max_completion_tokens)) {
		$self->need(!exists $body->{$_} || (is_number($body->{$_})
		    && $body->{$_} > 0), "$_: not a number above 0");
	}
	my $usage = $body->{stream_options} // return;
	$self->fields($usage, 'stream_options', 'include_usage');
	$self->need($body->{stream}, 'stream_options: only for streams');
}

sub one_tool($self, $tool, $where)
{
	$self->fields($tool, $where, qw(type function)) or return;
	$self->need(($tool->{type} // '') eq 'function',
	    "$where: not a function");
	my $function = $tool->{function};
	$self->fields($function, "$where.function", qw(name description
	    parameters), ($self->{profile} =~ /^(?:openai|azure)$/
	    ? 'strict' : ())) or return;
	# a tool without arguments may do without, for Gemini
	$self->tool($function, $where, $function->{parameters}
	    // { type => 'object', properties => {} });
}

my %of_role = (system => [], user => [], tool => ['tool_call_id'],
    assistant => ['tool_calls', 'reasoning_content',
        'reasoning_details']);

sub history($self, $body)
{
	my $messages = $body->{messages};
	return $self->fault('messages: not a list of some')
	    if !is_list($messages);
	$self->begin;
	for my $i (0 .. $#$messages) {
		my ($m, $where) = ($messages->[$i], "messages[$i]");
		my $role = ref $m eq 'HASH' ? $m->{role} // '' : '';
		$of_role{$role} or $self->fault("$where: unknown role $role")
		    or return;
		$self->fields($m, $where, qw(role content),
		    @{ $of_role{$role} });
		$self->content($m, $where);
		if ($role eq 'system') {
			$self->need($i == 0, "$where: the system message"
			    . ' must be at the beginning');
		} elsif ($role eq 'user') {
			$self->user($where);
		} elsif ($role eq 'tool') {
			$self->answer($where, $m->{tool_call_id});
		} else {
			$self->assistant($where);
			$self->calls($m, $where);
		}
	}
	$self->over($body);
}

# A text, or parts of it; nothing only beside calls.
sub content($self, $m, $where)
{
	my $content = $m->{content};
	my $calls = $m->{role} eq 'assistant' && is_list($m->{tool_calls});
	return $self->need(exists $m->{content} && $calls,
	    "$where.content: empty")
	    if !defined $content || (!ref $content && !length $content);
	return $self->need(is_text($content), "$where.content: no text")
	    if !ref $content;
	return $self->fault("$where.content: no parts")
	    if !is_list($content);
	for (@$content) {
		$self->fields($_, "$where.content", qw(type text));
		$self->need(($_->{type} // '') eq 'text'
		    && is_text($_->{text}), "$where.content: no text");
	}
}

sub calls($self, $m, $where)
{
	return if !exists $m->{tool_calls};
	return $self->fault("$where.tool_calls: not a list of some")
	    if !is_list($m->{tool_calls});
	for my $call (@{ $m->{tool_calls} }) {
		$self->fields($call, "$where.tool_calls", qw(id type
		    function extra_content)) or next;
		$self->need(($call->{type} // '') eq 'function',
		    "$where.tool_calls: not a function");
		my $id = $self->how->{id};
		$self->need(!$id || ($call->{id} // '') =~ $id,
		    "$where: Tool call id was " . ($call->{id} // 'missing')
		    . ' but must be a-z, A-Z, 0-9, with a length of 9.');
		$self->call($where, $call->{id});
		my $function = $call->{function};
		$self->fields($function, "$where.function",
		    qw(name arguments)) or next;
		$self->need(is_name($function->{name}),
		    "$where.function.name: no name of a tool");
		$self->need(object_in($function->{arguments}),
		    "$where.function.arguments: no JSON object in a text");
	}
}

# ---
package ModelCheck::Responses;

use v5.36;
our @ISA = 'ModelCheck';

BEGIN { ModelCheck::values_for(__PACKAGE__) }

# Without those that keep something at the vendor's.
sub options($self)
{
	return qw(model instructions input stream store include tools
	    tool_choice parallel_tool_calls max_output_tokens reasoning text
	    prompt_cache_key safety_identifier truncation);
}

sub header($self, $headers, $body)
{
	$self->need(($headers->{authorization} // '') =~ /\ABearer \S+\z/,
	    'no key in its header');
	$self->need(!defined $headers->{'x-api-key'}, 'a key too many');
	$self->need(exists $body->{store} && is_bool($body->{store})
	    && !$body->{store}, 'store: not false');
	$self->need(is_text($body->{instructions}), 'instructions: no text');
	$self->need(!exists $body->{max_output_tokens}
	    || (is_number($body->{max_output_tokens})
	    && $body->{max_output_tokens} >= 16),
	    'max_output_tokens: below the minimum of 16');
	for (qw(prompt_cache_key safety_identifier)) {
		$self->need(!exists $body->{$_} || (is_text($body->{$_})
		    && length $body->{$_} <= 64), "$_: over 64 characters");
	}
	$self->fields($body->{reasoning}, 'reasoning', qw(effort summary))
	    if exists $body->{reasoning};
	return if !exists $body->{include};
	$self->need(is_list($body->{include})
	    && "@{ $body->{include} }" eq 'reasoning.encrypted_content',
	    'include: unknown');
}

sub one_tool($self, $tool, $where)
{
	$self->fields($tool, $where, qw(type name description parameters
	    strict)) or return;
	$self->need(($tool->{type} // '') eq 'function',
	    "$where: not a function");
	# where it is left out, this vendor takes it for true
	$self->need(is_bool($tool->{strict}), "$where: strict is not said");
	$self->tool($tool, $where, $tool->{parameters});
}

my %of_type = (
	message => [qw(role content id status phase)],
	function_call => [qw(id call_id name arguments status)],
	function_call_output => [qw(id call_id output status)],
	reasoning => [qw(id summary content encrypted_content status)],
);

sub history($self, $body)
{
	my $input = $body->{input};
	return $self->fault('input: not a list of some') if !is_list($input);
	$self->begin;
	my $thought;		# one whose product has not come
	for my $i (0 .. $#$input) {
		my ($item, $where) = ($input->[$i], "input[$i]");
		my $type = ref $item eq 'HASH' ? $item->{type}
		    // (exists $item->{role} ? 'message' : '') : '';
		$of_type{$type} or $self->fault("$where: unknown type $type")
		    or return;
		$self->fields($item, $where, 'type', @{ $of_type{$type} });
		my $made = $type eq 'function_call' || $type eq 'reasoning'
		    || ($type eq 'message'
		    && ($item->{role} // '') eq 'assistant');
		$self->need(!$thought || $made, "$where: Item '"
		    . ($thought // '') . "' of type 'reasoning' was provided"
		    . ' without its required following item.');
		$thought = $type eq 'reasoning' ? $item->{id} // '?' : undef;
		my $check = "item_$type";
		$self->$check($item, $where);
	}
	$self->need(!$thought, 'the end: a reasoning item without its'
	    . ' required following item');
	$self->over($body);
}

sub item_message($self, $m, $where)
{
	my $role = $m->{role} // '';
	my $ours = $role eq 'user';
	return $self->fault("$where: unknown role $role")
	    if $role !~ /\A(?:user|assistant)\z/;
	$self->need(!exists $m->{id} || $m->{id} =~ /\Amsg/,
	    "$where.id: Expected an ID that begins with 'msg'.");
	if (ref $m->{content}) {
		$self->need($ours || (defined $m->{id}
		    && defined $m->{status}), "$where: parts of the"
		    . ' assistant\'s without the id and status of their item');
		$self->parts($m, $where, $ours);
	} else {
		$self->need(is_text($m->{content}), "$where.content: empty");
	}
	return $ours ? $self->user($where) : $self->assistant($where);
}

sub parts($self, $m, $where, $ours)
{
	return $self->fault("$where.content: no parts")
	    if !is_list($m->{content});
	for my $part (@{ $m->{content} }) {
		my $type = ref $part eq 'HASH' ? $part->{type} // '' : '';
		$self->fields($part, "$where.content", 'type',
		    $type eq 'refusal' ? 'refusal' : ('text',
		    $ours ? () : qw(annotations logprobs)));
		$self->need($type eq ($ours ? 'input_text' : 'output_text')
		    || (!$ours && $type eq 'refusal'),
		    "$where.content: Invalid value: '$type'.");
		$self->need(is_text($part->{text} // $part->{refusal}),
		    "$where.content: empty");
	}
}

sub item_function_call($self, $item, $where)
{
	$self->need(!exists $item->{id} || $item->{id} =~ /\Afc/,
	    "$where.id: Expected an ID that begins with 'fc'.");
	# several calls of one step, each after the other, then the answers
	$self->answered($where) if $self->{last} eq 'answer';
	$self->need($self->{last} ne '', "$where: nobody has asked");
	$self->call($where, $item->{call_id});
	$self->need(is_name($item->{name}), "$where.name: no name of a tool");
	$self->need(object_in($item->{arguments}),
	    "$where.arguments: no JSON object in a text");
}

sub item_function_call_output($self, $item, $where)
{
	$self->answer($where, $item->{call_id});
	$self->need(is_text($item->{output}), "$where.output: no text");
}

sub item_reasoning($self, $item, $where)
{
	$self->answered($where) if $self->{last} eq 'answer';
	$self->need(($item->{id} // 'rs') =~ /\Ars/,
	    "$where.id: Expected an ID that begins with 'rs'.");
	$self->need(ref $item->{summary} eq 'ARRAY',
	    "$where.summary: not a list");
	my $blob = $item->{encrypted_content};
	$self->need(is_text($blob) && $self->{given}($blob),
	    "$where: Item with id '" . ($item->{id} // '') . "' not found."
	    . ' Items are not persisted when `store` is set to false.');
}

# ---
package ModelCheck::Anthropic;

use v5.36;
our @ISA = 'ModelCheck';

BEGIN { ModelCheck::values_for(__PACKAGE__) }

# temperature, top_p and top_k are refused since 2026-10-21.
sub options($self)
{
	return qw(model messages max_tokens system stream tools tool_choice
	    metadata thinking output_config cache_control);
}

sub header($self, $headers, $body)
{
	my $bearer = defined $headers->{authorization};
	$self->need($bearer != defined $headers->{'x-api-key'},
	    'the key has to be in one header');
	$self->need(($headers->{'anthropic-version'} // '')
	    =~ /\A(?:2023-06-01|2026-10-21)\z/,
	    'anthropic-version: header is required');
	$self->need(is_number($body->{max_tokens})
	    && $body->{max_tokens} > 0, 'max_tokens: Field required');
	$self->{marks} = [];
	$self->mark($body, 'body');
	$self->metadata($body->{metadata}) if exists $body->{metadata};
	my $system = $body->{system} // return;
	return $self->need(is_text($system), 'system: empty') if !ref $system;
	return $self->fault('system: no blocks') if !is_list($system);
	for (@$system) {
		$self->fields($_, 'system', qw(type text cache_control));
		$self->text_block($_, 'system');
	}
}

sub metadata($self, $v)
{
	$self->fields($v, 'metadata', 'user_id') or return;
	$self->need(is_text($v->{user_id}) && length $v->{user_id} <= 256,
	    'metadata.user_id: no text of up to 256 characters');
}

# Where the prompt may be cached up to.
sub mark($self, $v, $where)
{
	my $mark = $v->{cache_control} // return;
	$self->fields($mark, "$where.cache_control", qw(type ttl)) or return;
	$self->need(($mark->{type} // '') eq 'ephemeral',
	    "$where.cache_control: unknown type");
	my $ttl = $mark->{ttl} // '5m';
	$self->need($ttl =~ /\A(?:5m|1h)\z/, "$where.cache_control: ttl");
	push @{ $self->{marks} }, $ttl;
}

sub text_block($self, $block, $where)
{
	$self->need(($block->{type} // '') eq 'text', "$where: not a text");
	$self->need(is_text($block->{text}) && $block->{text} =~ /\S/,
	    "$where: text content blocks must be non-empty");
	$self->mark($block, $where);
}

sub one_tool($self, $tool, $where)
{
	$self->fields($tool, $where, qw(name description input_schema
	    cache_control)) or return;
	$self->mark($tool, $where);
	$self->tool($tool, $where, $tool->{input_schema});
}

sub history($self, $body)
{
	my $messages = $body->{messages};
	return $self->fault('messages: not a list of some')
	    if !is_list($messages);
	$self->begin;
	for my $i (0 .. $#$messages) {
		my ($m, $where) = ($messages->[$i], "messages[$i]");
		$self->fields($m, $where, qw(role content)) or return;
		my $role = $m->{role} // '';
		my $content = $m->{content};
		$content = [{ type => 'text', text => $content }]
		    if !ref $content;
		return $self->fault("$where.content: no blocks")
		    if !is_list($content) || grep { ref ne 'HASH' } @$content;
		if ($role eq 'user') {
			$self->from_user($content, $where);
		} elsif ($role eq 'assistant') {
			$self->assistant($where);
			$self->from_assistant($content, $where);
		} else {
			return $self->fault("$where: unknown role $role");
		}
	}
	$self->over($body);
	$self->need(@{ $self->{marks} } <= 4, 'a maximum of 4 blocks with'
	    . ' cache_control may be provided');
	# in the order in which a prompt is read: tools, system, messages
	$self->need("@{ $self->{marks} }" !~ /5m.*1h/ || $body->{system},
	    'a ttl of 1h must not come after one of 5m');
}

# Answers first; who follows them need not be somebody else here.
sub from_user($self, $content, $where)
{
	my $words = 0;
	my $answered = @{ $self->{open} } > 0;
	for my $block (@$content) {
		my $type = $block->{type} // '';
		if ($type eq 'tool_result') {
			$self->need(!$words, "$where: tool_result blocks"
			    . ' must come first');
			$self->result_block($block, $where);
			next;
		}
		$self->fields($block, $where, qw(type text cache_control));
		$self->text_block($block, $where);
		$self->user($where) if !$words++ && !$answered;
	}
	$self->answered($where) if $answered;
	$self->{last} = 'user';
}

sub result_block($self, $block, $where)
{
	$self->fields($block, $where, qw(type tool_use_id content is_error
	    cache_control));
	$self->answer($where, $block->{tool_use_id});
	$self->need(!exists $block->{is_error} || is_bool($block->{is_error}),
	    "$where.is_error: not a boolean");
	$self->mark($block, $where);
	my $content = $block->{content};
	return $self->need(is_text($content), "$where.content: empty")
	    if !ref $content;
	for (@$content) {
		$self->fields($_, "$where.content", qw(type text));
		$self->text_block($_, $where);
	}
}

my %of_block = (
	text => [qw(text cache_control citations)],
	tool_use => [qw(id name input cache_control caller)],
	thinking => [qw(thinking signature)],
	redacted_thinking => ['data'],
);

sub from_assistant($self, $content, $where)
{
	my $begun = 0;
	my $thinks = ($content->[0]{type} // '') =~ /thinking/;
	for my $block (@$content) {
		my $type = $block->{type} // '';
		my $fields = $of_block{$type} or $self->fault(
		    "$where: unknown block $type") or return;
		$self->fields($block, $where, 'type', @$fields);
		if ($type =~ /thinking/) {
			$self->need($thinks,
			    "$where: thinking must come first");
			$self->thinking($block, $where);
			next;
		}
		$begun = 1;
		if ($type eq 'tool_use') {
			$self->call($where, $block->{id});
			$self->need(is_name($block->{name}),
			    "$where: no name of a tool");
			$self->need(ref $block->{input} eq 'HASH',
			    "$where.input: Input should be a valid"
			    . ' dictionary');
			$self->mark($block, $where);
		} else {
			$self->text_block($block, $where);
		}
	}
	$self->need($begun, "$where: nothing but thoughts");
}

sub thinking($self, $block, $where)
{
	my $blob = $block->{signature} // $block->{data};
	$self->need(is_text($blob) && $self->{given}($blob),
	    "$where: Invalid `signature` in `thinking` block");
}

1;
