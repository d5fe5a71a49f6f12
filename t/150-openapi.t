#!/usr/bin/perl
# /api/openapi.json tells the truth: it is a sound document, has the program's
# routes and no other, agrees with the registry of tools, and describes every
# answer the service really gives, to the last member.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use Encode ();
use JSON::PP ();
use MIME::Base64 ();
use OAuth;
use Schema;
use Token ();
use Vendor;

my $vendor_dir = Cluster::make_dir('tc-XXXXXX');
my $vendor = Vendor->start($vendor_dir);
my $app = App->new(model => 'script', chatkit_workflow => 'wf_1',
    chatkit_key => 'sk-1', chatkit_url => $vendor->url,
    chatkit_timeout => 60, threads => 32, message_max => 200,
    turn_timeout => 20, model_first_byte_timeout => 2, drain_seconds => 1,
    undo_days => 30)->start;
my $model = $app->model;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $nowhere = '00000000-0000-4000-8000-000000000000';
my ($true, $false) = (JSON::PP::true, JSON::PP::false);

my $file = App::source() . '/src/api/openapi.json';
my $text = Proc::slurp($file);
my $document = $json->decode($text);
my $schema = Schema->new($document);
my $components = $document->{components};

# What any address may answer, as info.description says.
my %anywhere = (no_such_route => 'NoSuchRoute',
    method_not_allowed => 'MethodNotAllowed',
    origin_not_allowed => 'OriginNotAllowed',
    internal_error => 'InternalError');

# What any address of the accounts may answer, as their tag's description
# says.
my %of_accounts = (403 => 'AccountDenied', 404 => 'NoAccounts',
    405 => 'AccountMethod', 413 => 'AccountBodyTooLarge',
    415 => 'AccountMediaType', 500 => 'AccountFault',
    503 => 'AccountUnavailable');

# No token is needed.
sub is_open($operation)
{
	return $operation->{security} && !@{ $operation->{security} };
}

sub is_account($what) { $what =~ m{^(?:\w+ )?/api/auth/} }

# What is there with public_url only: the second site has it.
sub is_mcp($what)
{
	return $what =~
	    m{^(?:\w+ )?/(?:api/mcp$|api/oauth/|\.well-known/)};
}

sub is_here($what) { !is_account($what) && !is_mcp($what) }

# "POST /api/{user_id}/chat" => the operation, with the path's parameters.
my (%operation, %methods);
for my $path (keys %{ $document->{paths} }) {
	my %item = %{ $document->{paths}{$path} };
	my $shared = delete $item{parameters} // [];
	for my $method (keys %item) {
		my @parameters = map { $schema->resolve($_) } @$shared,
		    @{ $item{$method}{parameters} // [] };
		$operation{ uc($method) . " $path" } = { %{ $item{$method} },
		    parameters => \@parameters };
		push @{ $methods{$path} }, uc $method;
	}
}

sub body_schema($what)
{
	my $body = $schema->resolve($operation{$what}{requestBody}) or return;
	return $body->{content}{'application/json'}{schema};
}

# ------------------------------------------------------- the validator

subtest 'the validator' => sub {
	my $of = Schema->new({ components => { schemas => {
		Small => { type => 'integer', maximum => 9 },
		'a/b~c' => { const => 1 },
	} } });
	my $small = '#/components/schemas/Small';
	my $closed = { type => 'object', properties => { a => {} },
	    additionalProperties => $false };
	# a schema, what fits it, what does not
	my @cases = (
		[{ type => 'string' }, ['', 'x', '1'],
		    [1, undef, $true, [], {}]],
		[{ type => 'integer' }, [0, -1, 2**40, 1.0], [1.5, '1', $true]],
		[{ type => 'number' }, [1, 1.5], ['1.5', undef]],
		[{ type => 'boolean' }, [$true, $false], [0, 1, 'true', undef]],
		[{ type => 'null' }, [undef], [0, '', $false, [], {}]],
		[{ type => 'array' }, [[]], [{}, 'x']],
		[{ type => 'object' }, [{}], [[], 'x']],
		[{ type => ['string', 'null'] }, ['x', undef], [1, $false]],
		[{ enum => ['a', 1, undef] }, ['a', 1, undef], ['b', '1', 0]],
		[{ const => 'x' }, ['x'], ['y', undef]],
		[{ const => $false }, [$false], [$true, 0, undef]],
		[{ const => [1, { a => 2 }] }, [[1, { a => 2 }]],
		    [[1, { a => '2' }], [1]]],
		[{ minLength => 2, maxLength => 3 }, ['ab', 'äöü', '🎉🎉', 5],
		    ['a', '🎉', 'abcd']],
		[{ minimum => 1, maximum => 3 }, [1, 2.5, 3, 'x'], [0, 3.1]],
		[{ minItems => 1, maxItems => 2 }, [[1], [1, 2], 'x'],
		    [[], [1, 2, 3]]],
		[{ minProperties => 1, maxProperties => 1 }, [{ a => 1 }, []],
		    [{}, { a => 1, b => 2 }]],
		[{ required => ['a'] }, [{ a => undef }, { a => 1, b => 1 }, 1],
		    [{}, { b => 1 }]],
		[$closed, [{}, { a => [1] }], [{ b => 1 }, { a => 1, A => 1 }]],
		[{ additionalProperties => { type => 'integer' } },
		    [{}, { x => 1 }], [{ x => 'y' }]],
		[{ properties => { a => { type => 'null' } } },
		    [{}, { a => undef }, { b => 1 }], [{ a => 0 }]],
		[{ items => { type => 'integer' } }, [[], [1, 2]],
		    [['x'], [1, undef]]],
		[{ items => $false }, [[]], [[1]]],
		[{ oneOf => [{ type => 'integer' }, { minimum => 5 }] },
		    [1, 5.5, 'x'], [7, 1.5]],
		[{ anyOf => [{ type => 'integer' }, { minimum => 5 }] },
		    [1, 7, 5.5], [1.5]],
		[{ allOf => [{ type => 'integer' }, { minimum => 5 }] },
		    [7], [1, 5.5]],
		[{ format => 'uuid' }, [$nowhere, uc $nowhere, 5],
		    ['x', "$nowhere\n", substr $nowhere, 1]],
		[{ format => 'date-time' }, ['2028-02-29T23:59:60.5Z',
		    '2027-01-01T00:00:00+05:30', 1], ['2027-02-29T00:00:00Z',
		    '2027-01-01', '2027-01-01T00:00:00', '2027-01-01T24:00:00Z',
		    '2027-13-01T00:00:00Z', "2027-01-01T00:00:00Z\n"]],
		[{ pattern => '^a+$' }, ['a', 'aa', 5], ['', 'ba', "a\n"]],
		[{ pattern => 'b' }, ['abc'], ['ac']],
		[{ pattern => '\\S' }, [' x ', '語'],
		    ['', " \n\x{3000}\x{a0}"]],
		[{ '$ref' => $small }, [9], [10, 'x']],
		[{ '$ref' => $small, minimum => 5 }, [5], [4, 10]],
		[{ '$ref' => '#/components/schemas/a~1b~0c' }, [1], [2]],
	);
	for (@cases) {
		my ($rule, $fits, $not) = @$_;
		my $name = $json->encode($rule);
		$of->check($rule);
		is_deeply([map { $of->faults($rule, $_) } @$fits], [],
		    "$name: fits");
		ok(scalar $of->faults($rule, $_),
		    "$name: not " . Encode::decode('UTF-8', $json->encode($_)))
		    for @$not;
	}
	is_deeply([$of->faults({ items => { properties => { a =>
	    { type => 'null' } } } }, [{}, { a => 1 }])],
	    ['$[1].a: integer, not null'], 'a fault has its place');

	my %unknown = (
		'a keyword' => { minimun => 1 },
		'a keyword of another dialect' => { nullable => $true },
		'a keyword not used so far' => { uniqueItems => $true },
		'a type' => { type => 'strnig' },
		'a type among others' => { type => ['null', 'any'] },
		'a format' => { format => 'e-mail' },
		'a regular expression' => { pattern => '\\d' },
		'a broken regular expression' => { pattern => '(' },
		'what is no schema' => 'string',
		'an argument of another type' => { required => 'a' },
		'a pointer to nothing' =>
		    { '$ref' => '#/components/schemas/Large' },
		'another document' => { '$ref' => 'https://example.org/' },
	);
	for my $what (sort keys %unknown) {
		my $rule = $unknown{$what};
		ok(!eval { $of->check($rule); 1 }, "$what is not accepted");
		ok(!eval { $of->check({ anyOf => [{}, { properties =>
		    { x => { items => $rule } } }] }); 1 }, '... deep inside');
		ok(!eval { $of->faults($rule, 'x'); 1 }, '... when used');
	}
};

# -------------------------------------------------------- the document

# Call $do with every object of the document and its pointer.
sub each_object($do, $node = $document, $where = '#')
{
	if (ref $node eq 'HASH') {
		$do->($node, $where);
		each_object($do, $node->{$_}, "$where/" . s{/}{~1}gr)
		    for sort keys %$node;
	} elsif (ref $node eq 'ARRAY') {
		each_object($do, $node->[$_], "$where/$_") for 0 .. $#$node;
	}
}

subtest 'the document' => sub {
	is($document->{openapi}, '3.1.0', 'OpenAPI 3.1.0');
	my ($status, $version) = $app->command('--version');
	is("taskchat $document->{info}{version}\n", $version,
	    'of this version of the program');
	is($app->anyone->get('/api/openapi.json')->body, $text,
	    'what is served is the file');
	# It is in the program, and people read it.  The 26 calls of the
	# accounts have a third of it, for they share next to no schemas;
	# ChatKit's one call an eighth, for it is 18 in truth; each of the
	# vendor's faults has a code that the page's author looks up.  Access
	# tokens have a sixteenth: three calls, and who may call the others.  An
	# export names every member somebody finds in their file, years later
	# maybe.  Of MCP there is the door alone; what is behind it, the
	# protocol describes itself.  How a client comes to a token has forms and
	# errors of its own.
	cmp_ok(length $text, '<=', 176 * 1024, 'not too long');
	my @odd = grep { !/^(?:  )*\S/ || /\s$/ || /\t/ } split /\n/, $text, -1;
	is_deeply(\@odd, [''], 'indented by two, ended by a line feed');

	my %schemes = map { $_ => 1 } map { keys %$_ }
	    @{ $document->{security} },
	    map { @{ $_->{security} // [] } } values %operation;
	is_deeply([sort keys %schemes],
	    [sort keys %{ $components->{securitySchemes} }],
	    'every way to say who asks is described, and used');

	my ($members, %used, @lost) = 0;
	each_object(sub ($object, $where) {
		$members += keys %$object;
		my $ref = $object->{'$ref'};
		return if ref $ref || !defined $ref;
		push @lost, "$where: $ref" if !eval { $schema->at($ref); 1 };
		$used{$ref} = 1;
	});
	is_deeply(\@lost, [], 'every $ref leads somewhere');
	my $written = grep { defined }
	    $text =~ /"(?:[^"\\]|\\.)*"(\s*:)?/g;
	is($written, $members, 'no member is there twice');
	my %free = map { $_ => 1 }
	    (map { "securitySchemes/$_" } sort keys %schemes),
	    map { "responses/$_" } values %anywhere, values %of_accounts;
	my @idle = grep { !$used{"#/components/$_"} && !$free{$_} }
	    map { my $kind = $_; map { "$kind/$_" }
	    sort keys %{ $components->{$kind} } } sort keys %$components;
	is_deeply(\@idle, [], 'every component is used');
	like($document->{info}{description}, qr/\b$_\b/, "it explains $_")
	    for values %anywhere;
	my ($tag) = grep { $_->{name} eq 'accounts' } @{ $document->{tags} };
	like($tag->{description}, qr/\b$_\b/, "the tag explains $_")
	    for values %of_accounts;

	my (%ids, %tags);
	my %known = map { $_->{name} => 1 } @{ $document->{tags} };
	for my $what (sort keys %operation) {
		my $o = $operation{$what};
		ok(length $o->{operationId}, "$what has a name")
		    && is($ids{ $o->{operationId} }++, 0, '... of its own');
		ok(length $o->{summary}, '... and a summary');
		$tags{$_} = 1 for @{ $o->{tags} };
		is_deeply([grep { !$known{$_} } @{ $o->{tags} }], [],
		    '... and tags we know');
		my @good = grep { /^2/ } keys %{ $o->{responses} };
		is(@good || $o->{responses}{302} ? 1 : 0, 1,
		    '... and a way to succeed');
		# a notification of MCP is not answered
		cmp_ok(scalar @good, '<=', is_mcp($what) ? 2 : 1,
		    '... but one');
		my @in_path = $what =~ /\{(\w+)\}/g;
		is_deeply([sort map { $_->{name} } grep { $_->{in} eq 'path'
		    && $_->{required} } @{ $o->{parameters} }],
		    [sort @in_path], '... and the parameters of its path');
		is_deeply([grep { $_->{in} !~ /^(?:path|query|header)$/
		    || !length $_->{description} || !$_->{schema} }
		    @{ $o->{parameters} }], [], '... and all are described');
	}
	is_deeply([sort keys %tags], [sort keys %known], 'every tag is used');
};

# Each kind of request, each code and each event of ChatKit's door.
subtest 'the page about ChatKit' => sub {
	my $page = Proc::slurp(App::source() . '/man/taskchat-chatkit.7');
	my %schemas = %{ $components->{schemas} };
	my @words = map { @{ $_->{properties}{type}{enum} } }
	    @schemas{qw(ChatkitRequest ChatkitEvent)};
	for (values %{ $operation{'POST /api/chatkit'}{responses} }) {
		my $error = $schema->resolve($_)->{content}
		    {'application/problem+json'} or next;
		push @words, @{ $error->{schema}{properties}{code}{enum} };
	}
	is_deeply([grep { $page !~ /\Q$_\E(?![\w.])/ } @words], [],
	    'it names them all');
	cmp_ok(scalar @words, '>', 45, '... which are many');
};

# Every place where a schema stands, with the examples beside it.
sub each_schema($do)
{
	$do->($components->{schemas}{$_}, "schema $_", [])
	    for sort keys %{ $components->{schemas} };
	each_object(sub ($object, $where) {
		return if ref $object->{schema} ne 'HASH'
		    || $where =~ m{/(?:properties|schemas|examples?|value)/};
		my $examples = $object->{examples};
		$do->($object->{schema}, $where, [
		    exists $object->{example} ? $object->{example} : (),
		    map { $_->{value} } values %{ $examples // {} }]);
	});
	each_object(sub ($object, $where) {
		return if ref $object->{'x-events'} ne 'HASH';
		$do->($_, $where, []) for values %{ $object->{'x-events'} };
	});
	each_object(sub ($object, $where) {
		$do->($object->{'x-event'}, $where, [])
		    if ref $object->{'x-event'} eq 'HASH';
	});
}

subtest 'schemas and examples' => sub {
	my ($schemas, $examples) = (0, 0);
	each_schema(sub ($rule, $where, $given) {
		$schemas++;
		ok(eval { $schema->check($rule); 1 }, "$where is understood")
		    or return diag $@;
		my @examples = (@$given, @{ $rule->{examples} // [] });
		push @examples, $rule->{default} if exists $rule->{default};
		$examples += @examples;
		is_deeply([map { $schema->faults($rule, $_) } @examples], [],
		    '... and fits its examples') if @examples;
	});
	cmp_ok($schemas, '>', 60, 'many schemas');
	cmp_ok($examples, '>', 15, 'with examples');

	my $answer = $schema->resolve($components->{responses}{Answer});
	my $stream = $answer->{content}{'text/event-stream'};
	my $chatkit = $schema->resolve($components->{responses}{Chatkit});
	for ($stream, $chatkit->{content}{'text/event-stream'}) {
		is_deeply([stream_faults($_,
		    Encode::encode('UTF-8', $_->{example}))], [],
		    'the example of a stream is one');
	}

	# Nothing we send may have a member the document does not name.
	my %open = map { $_ => 1 } qw(ToolArguments SignUp SignIn
	    ChatkitRequest);
	for my $name (sort keys %{ $components->{schemas} }) {
		my $rule = $components->{schemas}{$name};
		next if $open{$name} || ($rule->{type} // '') ne 'object';
		ok(JSON::PP::is_bool($rule->{additionalProperties})
		    && !$rule->{additionalProperties}, "$name is closed");
		is_deeply([grep { !exists $rule->{properties}{$_} }
		    @{ $rule->{required} // [] }], [],
		    '... and knows what it requires');
	}
};

# ------------------------------------------ the program's own two tables

subtest 'the route table' => sub {
	my ($status, $out) = $app->command('check', '--routes');
	is($status, 0, 'the program prints its routes');
	my $shape = sub ($route) { $route =~ s/(?::\w+|\{\w+\})/{}/gr };
	my %described = map { $shape->($_) => $operation{$_} } keys %operation;
	my (%routes, %anyone);
	for (split /\n/, $out) {
		my ($method, $path, $who, $body) = split / /;
		my $route = $shape->("$method $path");
		$routes{$route} = 1;
		my $o = $described{$route} or next;
		my ($scope) = map { @{ $_->{accessToken} // [] } }
		    @{ $o->{security} // [] };
		my $mcp = grep { $_->{mcpToken} } @{ $o->{security} // [] };
		is(is_account($route) ? 'account' : is_open($o) ? 'anyone'
		    : $mcp ? 'mcp' : defined $scope ? "user,$scope" : 'user',
		    $who =~ s/^public$/anyone/r, "$route: who may");
		ok($body > 0 || !$o->{requestBody},
		    '... and a body only where one is read');
	}
	is_deeply([sort keys %routes], [sort keys %described],
	    'both have the same methods and paths');
	is(scalar keys %described, scalar keys %operation,
	    'no path is there twice under other names');
};

# The registry, as the compiler sees it: every string after ".name = " and
# the like, pieces joined.
sub registry()
{
	my $cc = Proc::find_program($ENV{CC} // 'cc', 'gcc', 'clang')
	    or return;
	my $source = App::source() . '/src';
	my ($status, $c) = Proc::run([$cc, '-E', '-P', '-D_GNU_SOURCE',
	    '-iquote', $source, "$source/tool/registry.c"], as_root => 1);
	return if $status != 0;
	$c =~ s/.*?\btools\[\] =//s or return;
	my $piece = qr/"(?:[^"\\]|\\.)*"/;
	my @tools;
	while ($c =~ /\.(name|input|output)\s*=\s*((?:$piece\s*)+)/g) {
		my ($field, $pieces) = ($1, $2);
		my $string = join '', map { $json->decode($_) }
		    $pieces =~ /$piece/g;
		push @tools, {} if $field eq 'name';
		$tools[-1]{$field} = $field eq 'name' ? $string
		    : $json->decode($string);
	}
	return @tools;
}

# A rule of the document and of the registry about the same value: the
# document may say more.
sub agrees($ours, $theirs, $what)
{
	my $rule = $schema->resolve($ours);
	my $type = $rule->{type};
	is(ref $type ? $type->[0] : $type, $theirs->{type}, "$what: its type");
	for my $limit (qw(minLength maxLength minimum maximum)) {
		next if !exists $theirs->{$limit};
		is($rule->{$limit}, $theirs->{$limit}, "$what: $limit");
	}
	is_deeply([sort @{ $rule->{enum} // [] }],
	    [sort @{ $theirs->{enum} }], "$what: its values")
	    if $theirs->{enum};
}

subtest 'the registry of tools' => sub {
	my @tools = registry();
	plan(skip_all => 'no C compiler to read it with') if !@tools;
	my %schemas = %{ $components->{schemas} };
	my %tool = map { $_->{name} => $_ } @tools;
	like($schemas{ToolName}{description}, qr/`$_`/, "$_ is named")
	    for keys %tool;

	my (%status, %properties);
	for my $tool (grep { $_->{name} ne 'list_tasks' } @tools) {
		my %output = %{ $tool->{output} };
		$status{$_} = 1 for @{ $output{properties}{status}{enum} };
		%properties = (%properties, %{ $output{properties} });
		is_deeply([sort @{ $output{required} }],
		    [sort @{ $schemas{ToolTaskChanged}{required} }],
		    "$tool->{name}: what a result always has");
	}
	$properties{status}{enum} = [keys %status];
	my $changed = $schemas{ToolTaskChanged}{properties};
	is_deeply([sort keys %$changed], [sort keys %properties],
	    'a change: the same members');
	agrees($changed->{$_}, $properties{$_}, "a change: $_")
	    for sort keys %properties;

	# a chat's calls have the bare list (MCP: an object around it)
	my $row = $tool{list_tasks}{output}{properties}{tasks}{items};
	my $ours = $schemas{ToolTasks}{items};
	is_deeply([sort keys %{ $ours->{properties} }],
	    [sort keys %{ $row->{properties} }], 'a list: the same members');
	is_deeply([sort @{ $ours->{required} }],
	    [sort @{ $row->{required} }], 'a list: the same are always there');
	agrees($ours->{properties}{$_}, $row->{properties}{$_}, "a list: $_")
	    for sort keys %{ $row->{properties} };

	for (['NewTask', 'add_task'], ['TaskChange', 'update_task']) {
		my ($name, $tool) = @$_;
		my %input = %{ $tool{$tool}{input}{properties} };
		delete $input{task_id};
		my %body = %{ $schemas{$name}{properties} };
		delete @body{qw(completed version)};
		is_deeply([sort keys %body], [sort keys %input],
		    "$name has what $tool takes");
		agrees($body{$_}, $input{$_}, "$name: $_")
		    for sort keys %input;
	}
};

# --------------------------------------------------------- live answers

my %seen;	# operation => status => how often
my %codes;	# a response's pointer or place => code => how often

# The same of a stream whose events are not named beside their data.
sub lines_faults($media, $body)
{
	my @faults;
	push @faults, 'it does not end with an empty line'
	    if $body !~ /\n\n\z/;
	for my $frame (split /\n\n/, $body) {
		next if $frame eq ': quiet';
		my ($data) = $frame =~ /\Adata: (.*)\z/
		    or return (@faults, "not a line of data: $frame");
		my $value = eval { $json->decode($data) }
		    or return (@faults, "no JSON: $data");
		push @faults, map { "event $value->{type}: $_" }
		    $schema->faults($media->{'x-event'}, $value);
		$seen{"line $value->{type}"}{ok}++ if $media->{live};
		$seen{"line $value->{update}{type}"}{ok}++
		    if $media->{live} && $value->{update};
	}
	return @faults;
}

# A stream's faults: its frames, their order, each event's data.
sub stream_faults($media, $body)
{
	return lines_faults($media, $body) if $media->{'x-event'};
	my (@faults, @names);
	push @faults, 'it does not end with an empty line'
	    if $body !~ /\n\n\z/;
	for my $frame (split /\n\n/, $body) {
		next if $frame eq ': quiet';
		my ($name, $data) = $frame =~ /\Aevent: (\w+)\ndata: (.*)\z/
		    or return (@faults, "not an event: $frame");
		my $rule = $media->{'x-events'}{$name}
		    or return (@faults, "no event of ours: $name");
		my $value = eval { $json->decode($data) };
		return (@faults, "$name: no JSON") if !defined $value;
		push @names, $name;
		push @faults, map { "event $name: $_" }
		    $schema->faults($rule, $value);
		$seen{"event $name"}{ $value->{code} // 'ok' }++
		    if $media->{live};
	}
	my $order = join ' ', @names;
	push @faults, "events in no order of ours: $order" if $order !~
	    /^conversation(?:[ ](?:text|tool_started|tool_finished))*
	    (?:[ ]confirmation)?[ ](?:done|error)$/x;
	return @faults;
}

sub header_faults($response, $reply)
{
	my @faults;
	for my $name (sort keys %{ $response->{headers} // {} }) {
		my $header = $schema->resolve($response->{headers}{$name});
		my $value = $reply->header($name);
		if (!defined $value) {
			push @faults, "no $name" if $header->{required};
			next;
		}
		push @faults, $schema->faults($header->{schema},
		    as_type($header->{schema}, $value), $name);
	}
	for (qw(Retry-After X-Retry-After Allow WWW-Authenticate Location
	    ETag Content-Disposition Set-Cookie set-auth-token set-auth-jwt)) {
		push @faults, "$_ is not described"
		    if defined $reply->header($_) && !$response->{headers}{$_};
	}
	return (@faults, map { "no $_" } grep { !length($reply->header($_)
	    // '') } qw(X-Request-Id Cache-Control));
}

# A header or a parameter is text; the schema may be about a number.
sub as_type($rule, $value)
{
	return ($schema->resolve($rule)->{type} // '') eq 'integer'
	    && $value =~ /^-?\d{1,15}$/a ? 0 + $value : "$value";
}

# An error's code: a problem's, or one of the accounts.
sub code_of($reply)
{
	return $reply->code if $reply->status < 400
	    || $reply->type ne 'application/json';
	return $reply->json->{code} // '';
}

# Where the document has this answer: what the operation says of it, or all
# operations have in common.
sub written($what, $reply)
{
	my $status = $reply->status;
	my $own = ($operation{$what} // { responses => {} })
	    ->{responses}{$status};
	my $common = $anywhere{ code_of($reply) }
	    // (is_account($what) && (!$own || $reply->type eq '')
	    ? $of_accounts{$status} : undef);
	return $common ? { '$ref' => "#/components/responses/$common" } : $own;
}

# What a described body and its media type have against this one.
sub body_faults($content, $reply, $place)
{
	my $media = $content->{ $reply->type }
	    or return $reply->type . ' is not described';
	return stream_faults({ %$media, live => 1 }, $reply->body)
	    if $reply->type eq 'text/event-stream';
	return $schema->faults($media->{schema}, $reply->body)
	    if $reply->type eq 'text/html';
	my $value = $json->decode($reply->body);
	my @faults = $schema->faults($media->{schema}, $value);
	$codes{$place}{ code_of($reply) }++ if $reply->status >= 400;
	return @faults if $reply->type ne 'application/problem+json';
	push @faults, 'status in the body is another'
	    if $value->{status} != $reply->status;
	push @faults, 'request_id is another'
	    if $value->{request_id} ne $reply->header('X-Request-Id');
	return @faults;
}

# Everything the document has against an answer.
sub faults($what, $reply)
{
	my $status = $reply->status;
	my $written = written($what, $reply)
	    or return "status $status is not described";
	my $response = $schema->resolve($written);
	my @faults = header_faults($response, $reply);
	$seen{$what}{$status}++;
	return (@faults, body_faults($response->{content}, $reply,
	    $written->{'$ref'} // "$what $status")) if $response->{content};
	push @faults, 'a body, and none is described'
	    if length $reply->body || $reply->type ne '';
	return @faults;
}

# What the document has against a request.
sub request_faults($what, %opt)
{
	my @faults;
	my %given = (%{ $opt{path} // {} }, %{ $opt{query} // {} });
	$given{'Idempotency-Key'} = $opt{headers}{'Idempotency-Key'}
	    if defined $opt{headers}{'Idempotency-Key'};
	for my $p (@{ $operation{$what}{parameters} }) {
		my $value = delete $given{ $p->{name} } // next;
		push @faults, $schema->faults($p->{schema},
		    as_type($p->{schema}, $value), $p->{name});
	}
	push @faults, map { "no parameter $_" } sort keys %given;
	my $rule = body_schema($what);
	push @faults, 'a body, and none is described'
	    if !$rule && exists $opt{json};
	push @faults, $schema->faults($rule, $opt{json})
	    if $rule && exists $opt{json};
	return @faults;
}

sub address($who, $what, %opt)
{
	my ($method, $path) = split / /, $what;
	my %path = (user_id => $who->id, %{ $opt{path} // {} });
	$path =~ s/\{(\w+)\}/Client::escape($path{$1} \/\/ die "no $1")/ge;
	$path .= '?' . Client::query(%{ $opt{query} }) if $opt{query};
	return ($method, $path);
}

sub begin($who, $what, %opt)
{
	return $who->start(address($who, $what, %opt), %opt);
}

sub held_against($name, @faults)
{
	local $Test::Builder::Level = $Test::Builder::Level + 2;
	return ok(!@faults, $name) || diag map { "  $_\n" } @faults;
}

# Read an answer and hold it against the document: status, code if it is to
# be a problem.
sub finish($call, $what, $status, $code, $name)
{
	my $reply = $call->reply;
	my @faults = faults($what, $reply);
	push @faults, 'status ' . $reply->status . ", not $status: "
	    . substr $reply->body, 0, 500 if $reply->status != $status;
	push @faults, 'code ' . code_of($reply) . ", not $code"
	    if code_of($reply) ne $code;
	held_against("$what: $status $code" . ($name ? ", $name" : ''),
	    @faults);
	return $reply;
}

# Ask, and expect success: then the request, too, must be a described one.
sub good($who, $what, %opt)
{
	my ($ok) = $opt{status} // sort grep { /^[23]/ }
	    keys %{ $operation{$what}{responses} };
	held_against("$what: as described", request_faults($what, %opt));
	return finish(begin($who, $what, %opt), $what, $ok, '',
	    $opt{name});
}

# Ask, and expect a problem.  wrong => 1: the document forbids to ask so.
sub bad($who, $what, $status, $code, %opt)
{
	ok(scalar request_faults($what, %opt), "$what: forbidden"
	    . ($opt{name} ? ", $opt{name}" : '')) if $opt{wrong};
	return finish(begin($who, $what, %opt), $what, $status, $code,
	    $opt{name});
}

my @doors = ('POST /api/{user_id}/chat', 'POST /api/chat',
    'POST /api/v1/agent/chat');
my $decide = 'POST /api/{user_id}/conversations/{conversation_id}'
    . '/confirmations/{confirmation_id}';
my $conversations = '/api/{user_id}/conversations';
my $conversation = "$conversations/{conversation_id}";
my $tasks = '/api/{user_id}/tasks';
my $task = "$tasks/{task_id}";
my $tokens = '/api/{user_id}/access-tokens';
my $apps = '/api/{user_id}/apps';
my $session = 'POST /api/chatkit/sessions';
my %streaming = (headers => { Accept => 'text/event-stream' });

# Anything for every parameter of a path; a body of the right shape.
my %some = (conversation_id => $nowhere, confirmation_id => $nowhere,
    task_id => 77, token_id => $nowhere, app_id => $nowhere);
my $chatkit = 'POST /api/chatkit';
my %some_body = ((map { $_ => { message => 'hello' } } @doors),
    $chatkit => { type => 'threads.list', params => {} },
    $decide => { decision => 'approve' },
    "PATCH $conversation" => { title => 'x' },
    "POST $tokens" => { name => 'x' },
    "POST $tasks" => { title => 'x' }, "PATCH $task" => { title => 'x' },
    $session => {});

sub some($what)
{
	return (path => { map { $_ => $some{$_} } grep { $some{$_} }
	    $what =~ /\{(\w+)\}/g },
	    $some_body{$what} ? (json => $some_body{$what}) : ());
}

sub chat($who, $message, %opt)
{
	my %body = (message => $message, %{ $opt{fields} // {} });
	$body{conversation_id} = $who->conversation if $who->conversation;
	my $reply = good($who, $opt{door} // $doors[0], json => \%body,
	    headers => $opt{headers}, name => $opt{name});
	$who->remember($reply->json) if $reply->type eq 'application/json';
	return $reply;
}

subtest 'service' => sub {
	my $anyone = $app->anyone;
	good($anyone, 'GET /api/healthz');
	good($anyone, 'GET /api/readyz');
	good($anyone, 'GET /api/openapi.json');
	my $etag = good($anyone, 'GET /api/config')->header('ETag');
	good($anyone, 'GET /api/config', status => 304,
	    headers => { 'If-None-Match' => $etag });
	good($app->user('ann'), 'GET /api/me');
};

subtest 'tasks' => sub {
	my $ann = $app->user('ann');
	good($ann, "GET $tasks", name => 'none');
	for ({ title => 'Milk' }, { title => ' Ärger 🎉 ',
	    description => "two\nlines", priority => 'high',
	    due_at => '2027-03-04T17:30:00.5+02:00' },
	    { title => 'Day', due_at => '2027-03-04', description => undef },
	    { title => 'Hour', due_at => '2027-03-04T17:30',
	    priority => 'low' },
	    { title => 'x' x 500, description => 'y' x 5000,
	    due_at => undef }) {
		good($ann, "POST $tasks", json => $_);
	}
	my @one = (path => { task_id => 1 });
	good($ann, "GET $task", @one);
	for ({ title => 'Bread' }, { description => undef },
	    { completed => $true }, { due_at => '2999-12-31T23:59:59Z' },
	    { completed => $false, priority => 'low', due_at => undef },
	    { title => 'Rye', version => 6 }) {
		good($ann, "PATCH $task", @one, json => $_);
	}
	my $now = good($ann, "GET $task", @one)->json;
	my $r = bad($ann, "PATCH $task", 409, 'version_conflict', @one,
	    json => { title => 'Oats', version => 6 });
	is_deeply($r->json->{task}, $now, 'with the task as it stands');
	good($ann, "DELETE $task", @one);
	$r = good($ann, "GET $tasks", query => { status => 'deleted' });
	ok($r->json->{tasks}[0]{deleted_at}, 'deleted');
	good($ann, "GET $tasks", query => { status => 'deleted' },
	    headers => { 'If-None-Match' => $r->header('ETag') },
	    status => 304);
	good($ann, "GET /api/{user_id}/export", name => 'one is deleted');
	good($ann, "POST $task/restore", @one);
	good($ann, "POST $task/restore", @one, name => 'again');
	for ({ limit => 2 }, { limit => 100, status => 'pending' },
	    { status => 'completed' }, { search => 'ärger' },
	    { after => 2, limit => 1, status => 'all' }) {
		good($ann, "GET $tasks", query => $_);
	}
	my $page = good($ann, "GET $tasks", query => { limit => 1 })->json;
	is($page->{tasks}[0]{id}, 1, 'a page');
	$page = good($ann, "GET $tasks", query => { limit => 1,
	    after => $page->{next_cursor} })->json;
	is($page->{tasks}[0]{id}, 2, '... and, by its cursor, the next');
};

subtest 'tasks that are refused' => sub {
	my $bob = $app->user('bob');
	$bob->add('One');
	my @one = (path => { task_id => 1 });
	for ({}, { title => '' }, { title => " \n" }, { title => 5 },
	    { title => undef }, { title => 'x' x 501 },
	    { title => 'x', description => 'y' x 5001 },
	    { title => 'x', priority => 'urgent' },
	    { title => 'x', due_at => 'tomorrow' },
	    { title => 'x', due_at => 1 }, { title => 'x', id => 9 },
	    { title => 'x', completed => $true }, [], 'x') {
		bad($bob, "POST $tasks", 400, 'invalid_request', wrong => 1,
		    json => $_, name => $json->encode($_) =~ s/\A.{30}\K.*//sr);
	}
	for ({}, { title => '' }, { title => undef }, { completed => 'yes' },
	    { priority => undef }, { due_at => '2027-1-1' }, { version => 2 },
	    { title => 'x', version => 0 }, { title => 'x', version => '2' },
	    { title => 'x', version => undef }, { title => 'x',
	    version => 2147483648 }) {
		bad($bob, "PATCH $task", 400, 'invalid_request', @one,
		    wrong => 1, json => $_, name => $json->encode($_));
	}
	bad($bob, "POST $tasks", 400, 'invalid_request', json =>
	    { title => 'x', due_at => '2027-02-30' }, name => 'no such day');
	for ({ limit => 0 }, { limit => 101 }, { limit => 'x' },
	    { status => 'done' }, { after => 'x' }, { after => -1 }) {
		bad($bob, "GET $tasks", 400, 'invalid_request', wrong => 1,
		    query => $_, name => $json->encode($_));
	}
	for my $id (0, -1, 'x', 2147483648) {
		bad($bob, "GET $task", 404, 'task_not_found', wrong => 1,
		    path => { task_id => $id }, name => $id);
	}
};

subtest 'access tokens' => sub {
	my $amy = $app->user('amy');
	good($amy, "GET $tokens", name => 'none');
	my %made;
	for ({ name => 'both' }, { name => ' read ', scopes => ['tasks:read'],
	    expires_in_days => 1 }, { name => 'write',
	    scopes => ['tasks:write'], expires_in_days => undef },
	    { name => 'x' x 100, scopes => undef, expires_in_days => 3650 }) {
		my $t = good($amy, "POST $tokens", json => $_)->json;
		$made{ $t->{name} } = $t->{token};
		push @{ $app->{tokens} }, $t->{token};
	}
	for ({}, { name => '' }, { name => ' ' }, { name => 'x' x 101 },
	    { name => 'x', scopes => [] }, { name => 'x',
	    scopes => ['tasks:all'] }, { name => 'x', scopes => 'tasks:read' },
	    map({ { name => 'x', expires_in_days => $_ } } 0, 3651, '1'),
	    { name => 'x', token => 'y' }) {
		bad($amy, "POST $tokens", 400, 'invalid_request', wrong => 1,
		    json => $_, name => $json->encode($_) =~ s/\A.{30}\K.*//sr);
	}
	bad($amy, "DELETE $tokens/{token_id}", 404, 'access_token_not_found',
	    wrong => 1, path => { token_id => 'x' });

	for my $what (sort keys %operation) {
		my $o = $operation{$what};
		next if !is_here($what) || is_open($o);
		my ($scope) = map { @{ $_->{accessToken} // [] } }
		    @{ $o->{security} // [] };
		my @mine = (some($what), token => $made{both});
		if (!$scope) {
			bad($amy, $what, 403, 'person_required', @mine);
			next;
		}
		my ($other) = $scope =~ /read/ ? 'write' : 'read';
		bad($amy, $what, 403, 'insufficient_scope', some($what),
		    token => $made{$other});
	}
	good($amy, "POST $tasks", json => { title => 'x' },
	    token => $made{write});
	good($amy, "GET $tasks", token => $made{read});
	bad($amy, "GET $tasks", 401, 'unauthorized', token => 'tct_x');

	my $list = good($amy, "GET $tokens")->json->{tokens};
	good($amy, "DELETE $tokens/{token_id}",
	    path => { token_id => $_->{id} }) for @$list;
	push @{ $app->{tokens} }, good($amy, "POST $tokens", json =>
	    { name => "n$_" })->json->{token} for 1 .. 20;
	bad($amy, "POST $tokens", 409, 'too_many_access_tokens',
	    json => { name => 'x' });
	good($amy, "GET $tokens", name => 'twenty');
};

subtest 'turns' => sub {
	for my $door (@doors) {
		my $cat = $app->user('cat' . length $door);
		$model->call(add_task => { title => 'Walk' });
		$model->say('I added Walk.');
		chat($cat, 'add a walk', door => $door);
		$model->say('You have one.');
		chat($cat, 'how many?', door => $door, fields =>
		    { timezone => 'Europe/Berlin' });
		$model->calls([list_tasks => {}]);
		$model->say('Only Walk.');
		chat($cat, 'which?', door => $door, %streaming);
	}
	my $ned = $app->user('ned');
	$model->say('Hello.');
	chat($ned, 'hello', fields => { conversation_id => undef,
	    timezone => undef }, headers => { 'Idempotency-Key' => 'k' });
	my $same = $ned->afresh;
	chat($same, 'hello', headers => { 'Idempotency-Key' => 'k' },
	    name => 'again');
	chat($same->afresh, 'hello', headers => { 'Idempotency-Key' => 'k',
	    %{ $streaming{headers} } }, name => 'again, as events');
};

subtest 'every tool and what it may answer' => sub {
	my $dan = $app->user('dan');
	my @turn = (
		[add_task => { title => 'One', priority => 'high',
		    description => 'more', due_at => '2027-01-01T10:00' }],
		[add_task => { title => 'Two' }],
		[list_tasks => {}],
		[complete_task => { task_id => 1 }],
		[complete_task => { task_id => 1 }, 'already'],
		[complete_task => { task_id => 1, completed => $false }],
		[update_task => { task_id => 2, title => 'Deux' }],
		[restore_task => { task_id => 2 }],
		[update_task => { task_id => 9, title => 'Nine' }],
		[complete_task => { task_id => 'x' }],
		[delete_all => {}],
	);
	my %got;
	for my $headers ({}, $streaming{headers}) {
		for (@turn) {
			my ($tool, $arguments, $name) = @$_;
			$model->call($tool => $arguments);
			$model->say('There.');
			my $r = chat($dan, "do $tool", headers => $headers,
			    name => $name // $tool);
			next if %$headers;
			my $result = ($r->calls)[0]{result};
			$got{ ref $result eq 'ARRAY' ? 'a list'
			    : $result->{status} // $result->{error} } = 1;
		}
	}
	$model->order(calls => [{ name => 'list_tasks' }], times => 3);
	$model->say('Round and round.');
	my $r = chat($dan, 'loop');
	$got{ $_->{result}{error} } = 1
	    for grep { ref $_->{result} eq 'HASH' } $r->calls;
	is_deeply([sort keys %got], [sort 'a list', qw(created completed
	    pending updated restored task_not_found invalid_arguments
	    unknown_tool repeated_call)], 'all of these were answered');
};

# Have the model ask for a deletion.
sub ask($who, $id, %opt)
{
	$model->call(delete_task => { task_id => $id });
	my $reply = chat($who, "delete $id, please", %opt);
	$who->remember($reply->json) if $reply->type eq 'application/json';
	return $reply;
}

sub decide($who, $decision, %opt)
{
	return ($who, $decide, path => {
	    conversation_id => $who->conversation,
	    confirmation_id => $who->{confirmation}, %{ $opt{path} // {} } },
	    json => { decision => $decision, %{ $opt{fields} // {} } },
	    headers => $opt{headers}, name => $opt{name} // $decision);
}

# bad() with decide()'s parts.
sub too_late($code, $who, @rest)
{
	my ($what, %opt) = @rest;
	return bad($who, $what, 409, $code, %opt);
}

subtest 'confirmations' => sub {
	my $eve = $app->user('eve');
	$eve->add(map { "T$_" } 1 .. 8);
	ok(ask($eve, 1)->confirmation, 'a question');
	my $page = good($eve, "GET $conversation", path =>
	    { conversation_id => $eve->conversation }, name => 'asking')->json;
	is($page->{messages}[-1]{tool_calls}[0]{state}, 'held', 'held');
	is($page->{confirmation}{id}, $eve->{confirmation}, 'the same one');
	my $r = good(decide($eve, 'approve', fields =>
	    { timezone => 'Asia/Kolkata' }));
	is(($r->calls)[0]{result}{status}, 'deleted', 'done');
	good(decide($eve, 'approve', name => 'again'));
	too_late('confirmation_decided', decide($eve, 'reject'));

	ask($eve, 2);
	good(decide($eve, 'reject', headers => $streaming{headers}));
	ask($eve, 3);
	$app->sql("update confirmation set expires_at = now()"
	    . " where id = '$eve->{confirmation}'");
	too_late('confirmation_expired', decide($eve, 'approve'));
	ask($eve, 4);
	$model->say('Sure.');
	chat($eve, 'something else');
	too_late('confirmation_superseded', decide($eve, 'approve'));
	ask($eve, 5);
	good(decide($eve, 'approve', headers => $streaming{headers}));
	ask($eve, 6);
	chat($eve, 'yes');
	ask($eve, 7);
	$eve->patch('tasks/7', { title => 'Changed' });
	$r = chat($eve, 'yes', name => 'of a task that changed');
	is(($r->calls)[0]{result}{error}, 'task_changed', 'left alone');
	ask($eve, 8);
	ask($eve, 8, headers => $streaming{headers});

	ask($eve->afresh, 7);
	my $fay = $app->user('fay');
	$fay->add('One');
	ask($fay, 1);
	my $lease = "update conversation set turn_message = last_message,"
	    . " lease_until = %s where user_id = 'fay'";
	$app->sql(sprintf $lease, "now() + interval '1 hour'");
	too_late('turn_in_progress', decide($fay, 'approve'));
	$app->sql(sprintf $lease, 'null');
	for my $wrong ('yes', undef, 1) {
		bad(wrong_decision($wrong, decide($fay, $wrong)));
	}
	bad(at(400, 'invalid_timezone', decide($fay, 'approve', fields =>
	    { timezone => '../etc' })), wrong => 1);
	bad(at(404, 'confirmation_not_found', decide($fay, 'approve',
	    path => { confirmation_id => $nowhere })));
	bad(at(404, 'confirmation_not_found', decide($fay, 'approve',
	    path => { confirmation_id => 'x' })), wrong => 1);
	bad(at(404, 'conversation_not_found', decide($fay, 'approve',
	    path => { conversation_id => 'x' })), wrong => 1);
};

# Put status and code where bad() wants them.
sub at($status, $code, $who, $what, %opt)
{
	return ($who, $what, $status, $code, %opt);
}

sub wrong_decision($decision, @parts)
{
	return (at(400, 'invalid_request', @parts), wrong => 1,
	    name => $json->encode($decision));
}

subtest 'conversations' => sub {
	my $gil = $app->user('gil');
	good($gil, "GET $conversations", name => 'none');
	my @ids;
	for my $n (1 .. 3) {
		$model->say("Answer $n.");
		my $who = $gil->afresh;
		chat($who, "question $n");
		push @ids, $who->conversation;
	}
	my $page = good($gil, "GET $conversations", query => { limit => 1 })
	    ->json;
	is($page->{conversations}[0]{id}, $ids[2], 'a page');
	$page = good($gil, "GET $conversations", query => { limit => 2,
	    before => $page->{next_cursor} })->json;
	is_deeply([map { $_->{id} } @{ $page->{conversations} }],
	    [@ids[1, 0]], '... and, by its cursor, the next');

	my @one = (path => { conversation_id => $ids[0] });
	good($gil, "GET $conversation", @one);
	$page = good($gil, "GET $conversation", @one, query => { limit => 1 })
	    ->json;
	good($gil, "GET $conversation", @one, query => { limit => 100,
	    before => $page->{next_cursor} }, name => 'older messages');
	good($gil, "PATCH $conversation", @one, json => { title => ' é ' });
	good($gil, "PATCH $conversation", @one, json => { title => 'é' x 200 });
	for ({}, { title => ' ' }, { title => 1 }, { title => 'é' x 201 },
	    { title => 'x', id => $nowhere }) {
		bad($gil, "PATCH $conversation", 400, 'invalid_request', @one,
		    json => $_, wrong => 1);
	}
	for ({ limit => 0 }, { before => 'x' }) {
		bad($gil, "GET $conversations", 400, 'invalid_request',
		    query => $_, wrong => 1);
		bad($gil, "GET $conversation", 400, 'invalid_request', @one,
		    query => $_, wrong => 1);
	}
	bad($gil, "$_ $conversation", 404, 'conversation_not_found',
	    some("$_ $conversation"), path => { conversation_id => 'x' },
	    wrong => 1) for qw(GET PATCH DELETE);
	good($gil, "DELETE $conversation", @one);
};

subtest 'turns that end badly' => sub {
	my $hal = $app->user('hal');
	my @late = map { $model->say('x', hold => 0, times => 3,
	    when => "patience $_");
	    begin($hal, $doors[$_], json => { message => "patience $_" }) }
	    0 .. $#doors;
	for my $door (@doors) {
		for (['model_unavailable', 400, '{}'],
		    ['model_refused_key', 401, '{}'],
		    ['model_not_found', 404, '{}'],
		    ['model_rate_limited', 402, '{}'],
		    ['model_filtered', 400,
		        '{"error":{"message":"no","code":"content_filter"}}'],
		    ['conversation_too_long', 400, '{"error":{"message":"no",'
		        . '"code":"context_length_exceeded"}}']) {
			my ($code, $status, $body) = @$_;
			$model->order(status => $status, body => $body,
			    when => 'hello');
			bad($hal, $door, 502, $code, json =>
			    { message => 'hello' });
			next if $door ne $doors[0];
			$model->order(status => $status, body => $body,
			    when => 'hello');
			good($hal, $door, json => { message => 'hello' },
			    %streaming, name => $code);
		}
	}
	finish($late[$_], $doors[$_], 504, 'model_timeout', undef)
	    for 0 .. $#doors;
	$model->clear;

	# What a worker that died has left, and a call that was never run.
	my $ida = $app->user('ida');
	$model->call(add_task => { title => 'One' });
	$model->say('I added One.');
	chat($ida, 'add one');
	my @one = (path => { conversation_id => $ida->conversation });
	$app->sql("update tool_call set state = 'requested', result = null,"
	    . " finished_at = null where user_id = 'ida'");
	my $page = good($ida, "GET $conversation", @one)->json;
	is($page->{messages}[1]{tool_calls}[0]{result}, undef, 'no result');
	$app->sql("delete from message where user_id = 'ida' and id = 2;"
	    . " update conversation set turn_message = 2, lease_until = now()"
	    . " - interval '1 second' where user_id = 'ida'");
	$page = good($ida, "GET $conversation", @one)->json;
	is($page->{messages}[1]{state}, 'interrupted', 'interrupted');
	is($page->{messages}[1]{tool_calls}[0]{result}{error}, 'interrupted',
	    '... and so is its call');
};

subtest 'turns that get in each other\'s way' => sub {
	my $jan = $app->user('jan');
	for my $door (@doors) {
		my $who = $jan->afresh;
		$model->say('Hello.');
		chat($who, 'hello', door => $door);
		my %body = (message => 'go on', conversation_id =>
		    $who->conversation);
		my $n = $model->state->{requests};
		$model->say('Slowly.', hold => 2);
		my $first = begin($who, $door, json => \%body, headers =>
		    { 'Idempotency-Key' => $door });
		$model->wait_requests($n + 1);
		my $r = bad($who, $door, 409, 'turn_in_progress',
		    json => \%body);
		ok($r->header('Retry-After'), 'with Retry-After');
		my $page = good($who, "GET $conversation", path =>
		    { conversation_id => $who->conversation })->json;
		ok($page->{turn_in_progress}, 'the conversation says so');
		$model->release;
		finish($first, $door, 200, '', 'the first');
		bad($who, $door, 409, 'idempotency_key_reused', json =>
		    { %body, message => 'something else' }, headers =>
		    { 'Idempotency-Key' => $door });
	}
	for my $headers ({}, $streaming{headers}) {
		my $who = $jan->afresh;
		my $n = $model->state->{requests};
		$model->say('Slowly.', hold => 2);
		my $call = begin($who, $doors[0], json =>
		    { message => 'hello' }, headers => $headers);
		$model->wait_requests($n + 1);
		my ($id) = map { $_->{id} } @{ $who->get('conversations')
		    ->json->{conversations} };
		$who->delete("conversations/$id");
		$model->release;
		finish($call, $doors[0], %$headers ? (200, '')
		    : (409, 'turn_lost'), 'deleted meanwhile');
	}
};

subtest 'messages that are refused' => sub {
	my $kim = $app->user('kim');
	for my $door (@doors) {
		bad($kim, $door, 400, 'message_empty', json => $_, wrong => 1)
		    for { message => " \n\x{3000}" }, { message => undef }, {};
		bad($kim, $door, 400, 'invalid_request', json => $_,
		    wrong => 1) for { message => 5 },
		    { message => 'x', user_id => 'ann' }, [],
		    { message => 'x', conversation_id => 5 },
		    { message => 'x', timezone => $true };
		bad($kim, $door, 400, 'invalid_timezone', wrong => 1,
		    json => { message => 'x', timezone => '/etc/passwd' });
		bad($kim, $door, 400, 'invalid_timezone',
		    json => { message => 'x', timezone => 'Mars/Olympus' });
		bad($kim, $door, 400, 'message_too_long',
		    json => { message => 'é' x 201 });
		bad($kim, $door, 400, 'invalid_request', wrong => 1,
		    json => { message => 'x' }, headers =>
		    { 'Idempotency-Key' => 'k' x 256 });
		bad($kim, $door, 404, 'conversation_not_found', wrong => 1,
		    json => { message => 'x', conversation_id => 'x' });
		bad($kim, $door, 404, 'conversation_not_found',
		    json => { message => 'x', conversation_id => $nowhere });
	}
};

# --- ChatKit's one address

# A request of this type, as described.
sub ck($who, $type, $params, %opt)
{
	my $r = good($who, $chatkit, json => { type => $type,
	    params => $params, $opt{more} ? %{ $opt{more} } : () },
	    name => $opt{name} // $type, %opt);
	my @wrong = $r->type eq 'application/json'
	    ? ChatKit->answer_fault($type, $params, $r)
	    : map { ChatKit::fault(event => $_) } $r->body =~ /^data: (.*)$/mg;
	is_deeply([grep { defined } @wrong], [], "$type: and ChatKit's models");
	return $r;
}

# One that is refused.
sub no_ck($who, $status, $code, $type, $params, %opt)
{
	return bad($who, $chatkit, $status, $code, json => { type => $type,
	    params => $params }, name => $opt{name} // $type, %opt);
}

sub events($reply)
{
	return map { $json->decode($_) } $reply->body =~ /^data: (.*)$/mg;
}

# The last item of this kind that was told whole.
sub told($type, $reply)
{
	my ($item) = grep { $_->{type} eq $type } map { $_->{item} // () }
	    grep { $_->{type} =~ /\.(?:done|replaced)$/ } reverse events($reply);
	return $item;
}

sub input($text)
{
	return (input => { content => [{ type => 'input_text',
	    text => $text }], attachments => [], inference_options => {} });
}

subtest 'ChatKit' => sub {
	my $una = $app->user('una');
	$una->add('One', 'Two');
	$model->calls([list_tasks => {}]);
	$model->calls([complete_task => { task_id => 1 }],
	    [list_tasks => {}]);
	$model->say('There.');
	my $r = ck($una, 'threads.create', { input('show them') },
	    query => { timezone => 'Asia/Kolkata' },
	    headers => { 'Idempotency-Key' => 'ck' });
	my $list = told(widget => $r);
	my %thread = (thread_id => $list->{thread_id});
	my ($asked) = map { $_->{id} } told(user_message => $r);
	my %click = (%thread, item_id => $list->{id}, action =>
	    { type => 'task.toggle', payload => { task_id => 2,
	    completed => $true } });
	ck($una, 'threads.sync_custom_action', \%click);
	$r = ck($una, 'threads.custom_action', { %click, action =>
	    { type => 'task.delete', payload => { task_id => 2 } } });
	my $card = told(widget => $r = ck($una, 'taskchat.resume', \%thread));
	is($card->{widget}{type}, 'Card', 'a question');
	ck($una, 'threads.custom_action', { %thread, item_id => $card->{id},
	    action => $card->{widget}{confirm}{action} },
	    name => 'it is answered');
	$model->order(status => 400, body => '{}', when => 'go on');
	ck($una, 'threads.add_user_message', { %thread, input('go on') },
	    more => { metadata => { on_disconnect => 'continue' } });
	$model->say('Once more.');
	ck($una, 'threads.retry_after_item', { %thread, item_id => $asked });
	ck($una, 'taskchat.stop', \%thread);
	$model->say('Nothing.');
	$r = ck($una, 'taskchat.edit', { %thread, item_id => $asked,
	    input('show nothing') });
	no_ck($una, 404, 'item_not_found', 'taskchat.edit', { %thread,
	    item_id => $asked, input('x') }, name => 'taken back');
	$asked = told(user_message => $r)->{id};
	ck($una, 'taskchat.search', { query => $_ }) for 'NOTHING', 'none';
	no_ck($una, 400, 'invalid_request', 'taskchat.search',
	    { query => ' ' });
	for (['threads.list', {}], ['threads.list', { limit => 1,
	    order => 'asc' }], ['threads.get_by_id', \%thread],
	    ['threads.update', { %thread, title => 'x' }],
	    ['items.list', { %thread, limit => 1 }],
	    ['items.feedback', { %thread, kind => 'positive',
	    item_ids => [$asked] }]) {
		ck($una, @$_);
	}

	bad($una, $chatkit, 400, 'invalid_request', json => $_, wrong => 1)
	    for {}, { type => 5, params => {} }, { type => 'threads.list' };
	bad($una, $chatkit, 400, 'unknown_type', wrong => 1,
	    json => { type => 'threads.share', params => {} });
	for (['message_empty', 'threads.create', { input(' ') }],
	    ['message_too_long', 'threads.create', { input('x' x 201) }],
	    ['invalid_cursor', 'items.list', { %thread, after => 'x' }],
	    ['not_supported', 'attachments.create', { name => 'x',
	    size => 1, mime_type => 'text/plain' }],
	    ['not_supported', 'input.transcribe', { audio_base64 => 'AAAA',
	    mime_type => 'audio/webm' }]) {
		my ($code, $type, $params) = @$_;
		no_ck($una, 400, $code, $type, $params);
	}
	no_ck($una, 404, 'item_not_found', 'threads.custom_action',
	    { %thread, item_id => $list->{id}, action => { type => 'x' } },
	    name => 'of an item taken back');
	$model->calls([list_tasks => {}]);
	$model->say('There.');
	$list = told(widget => ck($una, 'threads.add_user_message',
	    { %thread, input('show them') }, headers =>
	    { 'Idempotency-Key' => 'ck2' }));
	no_ck($una, 400, 'unknown_action', 'threads.custom_action',
	    { %thread, item_id => $list->{id}, action => { type => 'x' } });
	no_ck($una, 400, 'invalid_timezone', 'threads.list', {},
	    query => { timezone => '../etc' }, wrong => 1);
	no_ck($una, 404, 'conversation_not_found', 'taskchat.stop',
	    { thread_id => "thr_$nowhere" });
	no_ck($una, 409, 'nothing_pending', 'threads.add_client_tool_output',
	    { %thread, result => {} });
	no_ck($una, 409, 'idempotency_key_reused', 'threads.add_user_message',
	    { %thread, input('other') },
	    headers => { 'Idempotency-Key' => 'ck2' });
	$model->say('Again.');
	ck($una, 'threads.retry_after_item', { %thread, item_id => $asked });
	no_ck($una, 409, 'message_removed', 'threads.add_user_message',
	    { %thread, input('show them') },
	    headers => { 'Idempotency-Key' => 'ck2' });
	bad($una, $doors[0], 409, 'message_removed', json =>
	    { message => 'show them' },
	    headers => { 'Idempotency-Key' => 'ck2' });

	my $n = $model->state->{requests};
	$model->say('Slowly.', hold => 2);
	my $first = begin($una, $chatkit, json =>
	    { type => 'threads.add_user_message',
	    params => { %thread, input('slowly') } });
	$model->wait_requests($n + 1);
	$r = no_ck($una, 409, 'turn_in_progress', 'threads.add_user_message',
	    { %thread, input('me too') });
	ok($r->header('Retry-After'), 'with Retry-After');
	$model->release;
	finish($first, $chatkit, 200, '', 'the first');
};

# --- what every operation has in common

subtest 'nobody, somebody else, nothing' => sub {
	my ($lea, $max) = map { $app->user($_) } qw(lea max);
	for my $what (sort keys %operation) {
		my $o = $operation{$what};
		next if is_open($o) || !is_here($what);
		bad($lea, $what, 401, 'unauthorized', some($what),
		    token => undef);
		my ($thing) = $o->{responses}{404} && $o->{responses}{404}
		    {'$ref'} =~ m{/(\w+)NotFound$};
		bad($lea, $what, 404, lc($thing =~ s/\B(?=[A-Z])/_/gr)
		    . '_not_found', some($what))
		    if $thing && $what !~ m{/chat$};
		if ($what eq 'POST /api/chatkit') {
			bad($max, $what, 403, 'user_mismatch', some($what),
			    query => { user => 'lea' });
		}
		next if $what !~ /\{user_id\}/;
		bad($max, $what, 403, 'user_mismatch', some($what),
		    path => { some_path($what), user_id => 'lea' });
		my ($method, $path) = address($lea, $what, some($what));
		my $call = $lea->start($method, $path =~ s{/lea/}{/%ff/}r,
		    some($what));
		finish($call, $what, 400, 'invalid_request',
		    'a path that is not UTF-8');
	}
};

sub some_path($what) { my %some = some($what); return %{ $some{path} } }

subtest 'bodies' => sub {
	my $ned = $app->user('ned');
	my $large = '{"title":"' . 'x' x 300_000 . '"}';
	for my $what (grep { $operation{$_}{requestBody} && is_here($_) }
	    sort keys %operation) {
		my %some = some($what);
		delete $some{json};
		bad($ned, $what, 413, 'body_too_large', %some, body => $large);
		bad($ned, $what, 415, 'unsupported_media_type', %some,
		    body => '{}',
		    headers => { 'Content-Type' => 'text/plain' });
		bad($ned, $what, 400, 'invalid_json', %some, body => $_)
		    for '{', '{"x":1,}', $schema->resolve(
		    $operation{$what}{requestBody})->{required} ? '' : ();
	}
};

subtest 'addresses and methods' => sub {
	my $ora = $app->user('ora');
	for my $path (grep { is_here($_) }
	    sort keys %{ $document->{paths} }) {
		my %has = map { $_ => 1 } @{ $methods{$path} };
		for my $method (grep { !$has{$_} }
		    qw(GET POST PUT PATCH DELETE BREW)) {
			my (undef, $address) = address($ora, "GET $path",
			    path => \%some);
			my $r = finish($ora->start($method, $address),
			    "$method $path", 405, 'method_not_allowed', undef);
			is(join(' ', sort split /, /, $r->header('Allow')),
			    join(' ', sort keys %has), '... Allow says which');
		}
		next if !$has{GET};
		my $what = "GET $path";
		my $get = begin($ora, $what, some($what))->reply;
		my (undef, $address) = address($ora, $what, some($what));
		my $head = $ora->request('HEAD', $address);
		is($head->status, $get->status, "HEAD $path like GET");
		is($head->body, '', '... without a body');
	}
	for my $path (qw(/api/nothing /api/ora/nothing /api/ora/tasks/1/x
	    /api/v1/agent /api/ora/conversations/x/confirmations)) {
		finish($ora->start('GET', $path), "GET $path", 404,
		    'no_such_route', undef);
	}
};

subtest 'without a database, or with another schema' => sub {
	my $pat = $app->user('pat');
	my %quiet = map { $_ => 1 } 'GET /api/healthz', 'GET /api/openapi.json',
	    'GET /api/config', 'GET /api/me';
	my $all = sub ($code) {
		for my $what (grep { is_here($_) } sort keys %operation) {
			if ($quiet{$what}) { good($pat, $what, name => $code) }
			else { bad($pat, $what, 503, $code, some($what)) }
		}
	};
	$app->cluster->down('QUIT');
	$all->('database_unavailable');
	$app->cluster->up;
	$app->wait_ready;
	$app->sql('alter schema taskchat rename to away');
	$all->('schema_mismatch');
	$app->sql('alter schema away rename to taskchat');
	$app->wait_ready;
};

subtest 'a worker that leaves' => sub {
	my $ray = $app->user('ray');
	my $n = $model->state->{requests};
	$model->say('Never heard.', hold => 2, times => 2);
	my @calls = map { begin($ray, $doors[0], json => { message => 'hello' },
	    headers => $_) } {}, $streaming{headers};
	$model->wait_requests($n + 2);
	$app->stop_worker;
	finish($calls[0], $doors[0], 503, 'draining', undef);
	finish($calls[1], $doors[0], 200, '', 'as an event');
	$app->start_worker;
	$app->wait_ready;
};

subtest 'sessions of hosted ChatKit' => sub {
	my $sam = $app->user('sam');
	$vendor->session;
	good($sam, $session, name => 'no body');
	good($sam, $session, json => $_, name => $json->encode($_)) for {},
	    { current_client_secret => undef },
	    { current_client_secret => 'ek_1' };
	bad($sam, $session, 400, 'invalid_request', wrong => 1, json => $_,
	    name => $json->encode($_)) for [], { user => 'ann' },
	    { current_client_secret => 1 };
	for ([401, 502, 'chatkit_refused_key'], [400, 502, 'chatkit_refused'],
	    [500, 502, 'chatkit_unavailable'],
	    [429, 503, 'chatkit_rate_limited']) {
		my ($theirs, $status, $code) = @$_;
		$vendor->answer({}, status => $theirs);
		bad($sam, $session, $status, $code);
	}
	$vendor->session;
	good($sam, $session, name => $_) for 9 .. 10;
	bad($sam, $session, 429, 'too_many_sessions');

	$vendor->hang;
	$vendor->fresh;
	my $call = begin($app->user('tim'), $session);
	until_true('the vendor to be asked', sub { $vendor->fresh });
	$app->restart_workers(settings => { chatkit_timeout => 1 });
	finish($call, $session, 503, 'draining', undef);
	bad($app->user('tim'), $session, 504, 'chatkit_timeout');
	$app->restart_workers(settings => { chatkit_workflow => '' });
	bad($sam, $session, 404, 'chatkit_off');
};

# Dictation: the pretend model is where recordings go as well.
subtest 'dictation' => sub {
	my $sam = $app->user('sam');
	$app->restart_workers(settings => { transcribe_url => $model->url,
	    transcribe_max => 1024 });
	my @ask = ('input.transcribe', { audio_base64 => 'AAAA',
	    mime_type => 'audio/webm;codecs=opus' });
	$model->order(type => 'application/json', body => '{"text":"Milk."}');
	is(ck($sam, @ask)->json->{text}, 'Milk.', 'the words');
	no_ck($sam, 400, 'invalid_request', $ask[0], { %{ $ask[1] },
	    mime_type => 'text/plain' });
	no_ck($sam, 413, 'audio_too_large', $ask[0], { %{ $ask[1] },
	    audio_base64 => 'AAAA' x 1000 });
	for (['unavailable', 500, '{}'], ['refused_key', 401, '{}'],
	    ['not_found', 404, '{}'], ['rate_limited', 429, '{}'],
	    ['refused', 400, '{}'],
	    ['too_long', 200, '{"text":"' . 'x' x 300_000 . '"}']) {
		my ($code, $status, $body) = @$_;
		$model->order(status => $status, body => $body,
		    type => 'application/json');
		no_ck($sam, 502, "transcription_$code", @ask);
	}
	$app->restart_workers(settings => { transcribe_url => $model->url,
	    transcribe_timeout => 1 });
	$model->order(hold => 0);
	no_ck($sam, 504, 'transcription_timeout', @ask);
};

subtest 'a day\'s limits' => sub {
	my ($tea, $una) = map { $app->user($_) } qw(tea ulf);
	$app->restart_workers(settings => { limit_turns_day => 1,
	    limit_tokens_day => 19 });
	for my $who ($tea, $una) {
		$model->say('Hello.');
		chat($who, 'hello');
	}
	$app->sql('update usage_day set turns = 0, completion_tokens = 9'
	    . ' where ' . $una->mine);
	for ([$tea, 'limit_turns'], [$una, 'limit_tokens']) {
		my ($who, $code) = @$_;
		bad($who, $_, 429, $code, json => { message => 'hello' })
		    for @doors;
		bad($who, $doors[0], 429, $code, %streaming,
		    json => { message => 'hello' }, name => 'for a stream');
		no_ck($who, 429, $code, 'threads.create', { input('hello') });
		my $x = good($who, 'GET /api/{user_id}/export')->json;
		is(scalar @{ $x->{usage} }, 1, 'the day is in the export');
	}
};

# --------------------------------------------------------- accounts

# No message is delivered, so what was to be sent waits in the database.
my $page = 'https://page.example.org';
my $site = App->new(accounts => 1, threads => 8, drain_seconds => 1,
    mail_command => '/bin/false', mail_from => 'site@example.org',
    allowed_origins => $page)->start;
my $auth = '/api/auth';
my $password = 'three green apples';
my %foreign = (Origin => 'https://elsewhere.example.org');

# "POST sign-in/email" of the accounts.
sub at_auth($call) { $call =~ s{ }{ $auth/}r }

# Somebody at a browser of their own: no token but the session's cookie.
sub browser()
{
	return Client->new(port => $site->port, id => 'nobody', app => $site);
}

# The parts of a call: the cookies the browser has, and its page's Origin.
sub with_jar($who, $call, %opt)
{
	my %headers = ($who->{cookie} ? (Cookie => $who->{cookie},
	    Origin => $page) : (), %{ $opt{headers} // {} });
	return ($who, at_auth($call), %opt, headers => \%headers);
}

sub keep($who, $reply)
{
	my ($cookie) = map { /^([^;]*session_token=[^;]+)/ }
	    $reply->headers('Set-Cookie');
	$who->{cookie} = $cookie if defined $cookie;
	return $reply;
}

sub fine($who, $call, %opt) { keep($who, good(with_jar($who, $call, %opt))) }

sub refused($who, $call, $status, $code, %opt)
{
	my ($client, $what, %parts) = with_jar($who, $call, %opt);
	return bad($client, $what, $status, $code, %parts);
}

# Somebody with an account who has just signed up.
sub member($name)
{
	my $who = browser();
	fine($who, 'POST sign-up/email', json => { name => $name,
	    email => "$name\@example.org", password => $password });
	$who->{email} = "$name\@example.org";
	return $who;
}

# The token of the last link that was sent to this address.
sub mailed($address)
{
	my $body = $site->sql('select body from mail where to_address ='
	    . " '$address' order by id desc limit 1");
	my ($token) = $body =~ m{(?:[?&]token=|reset-password/)([\w.-]+)}
	    or die "no link in: $body\n";
	return $token;
}

# The token of such a link, saying something else.
sub altered($token, %claims)
{
	my ($payload) = (split /\./, $token)[1] =~ tr{-_}{+/}r;
	return Token::mint($site->auth_secret, { %{ $json->decode(
	    MIME::Base64::decode_base64($payload)) }, %claims });
}

sub older($who, $interval)
{
	$site->sql('update public.session set "createdAt" = "createdAt" -'
	    . " interval '$interval' where \"userId\" = (select id from"
	    . " public.\"user\" where email = '$who->{email}')");
}

# All members of all bodies; none of the passwords is anybody's.
my %all = (name => 'x', email => 'gus@example.org', password =>
    'five blue plums', currentPassword => 'five blue plums', newPassword =>
    'four red pears', newEmail => 'y@example.org', token => 'x');

subtest 'sessions' => sub {
	my $ann = browser();
	fine($ann, 'GET ok');
	fine($ann, 'GET error', query => { error => 'INVALID_TOKEN' });
	is(fine($ann, 'GET get-session', name => 'nobody')->body, 'null',
	    'nobody is signed in');
	fine($ann, 'POST sign-out', json => {}, name => 'nobody');
	my $r = fine($ann, 'POST sign-up/email', json => { name => 'Ann',
	    email => 'Ann@Example.org', password => $password,
	    image => 'https://example.org/ann.png' });
	is($r->json->{user}{email}, 'ann@example.org', 'in lower case');
	ok($ann->{cookie}, 'with a cookie');
	$r = fine($ann, 'GET get-session');
	ok($r->json->{session}, 'somebody is signed in');
	ok($r->header('set-auth-jwt'), '... and gets a token');
	fine($ann, 'GET get-session', query => { disableRefresh => 'true',
	    disableCookieCache => 'true' });
	$r = fine($ann, 'GET token');
	is($app->anyone->get('/api/healthz')->status, 200, 'as a check');
	my $id = fine($ann, 'GET get-session')->json->{user}{id};
	my $me = Client->new(port => $site->port, id => $id,
	    token => $r->json->{token}, app => $site);
	good($me, "GET $tasks", name => 'with the token');
	good($me, 'GET /api/me', name => 'with an account');
	is(good($me, 'GET /api/{user_id}/export', name => 'with an account')
	    ->json->{account}{email}, 'ann@example.org', 'and what it has');
	good($me, "GET $tasks", token => undef, headers =>
	    { Cookie => $ann->{cookie} }, name => 'with the cookie');
	bad($me, "POST $tasks", 403, 'origin_not_allowed', token => undef,
	    json => { title => 'x' }, headers =>
	    { Cookie => $ann->{cookie}, %foreign });
	fine($ann, 'GET jwks');
	fine($ann, 'GET list-accounts');

	my $tab = browser();
	my %sign_in = (email => 'ann@example.org', password => $password);
	fine($tab, 'POST sign-in/email', json => \%sign_in);
	fine(browser(), 'POST sign-in/email', json => { %sign_in,
	    rememberMe => $false, callbackURL => '/there' });
	my $list = fine($ann, 'GET list-sessions')->json;
	is(scalar @$list, 3, 'three sessions');
	my ($other) = grep { index($tab->{cookie}, $_->{token}) >= 0 } @$list;
	fine($ann, 'POST revoke-session', json =>
	    { token => $other->{token} });
	fine($ann, 'POST revoke-session', json => { token => 'x' },
	    name => 'unknown');
	fine($ann, 'POST revoke-other-sessions', json => {});
	fine($ann, 'POST revoke-sessions', json => {});
	refused($ann, 'GET token', 401, 'UNAUTHORIZED');
	fine($ann, 'POST sign-in/email', json => \%sign_in);
	fine($ann, 'POST sign-out');
};

subtest 'the user' => sub {
	my $bob = member('bob');
	fine($bob, 'POST update-user', json => { name => 'Robert',
	    image => undef });
	refused($bob, 'POST update-user', 400, '', json => {});
	refused($bob, 'POST update-user', 400, 'EMAIL_CAN_NOT_BE_UPDATED',
	    json => { email => 'x@example.org' });
	fine($bob, 'POST verify-password', json => { password => $password });
	refused($bob, 'POST verify-password', 400, 'INVALID_PASSWORD',
	    json => { password => 'another one' });
	my %change = (currentPassword => $password,
	    newPassword => 'four red pears');
	fine($bob, 'POST change-password', json => \%change);
	@change{qw(currentPassword newPassword)}
	    = @change{qw(newPassword currentPassword)};
	my $r = fine($bob, 'POST change-password', json => { %change,
	    revokeOtherSessions => $true });
	ok($r->json->{token}, 'a new session');
	refused($bob, 'POST change-password', 400, 'INVALID_PASSWORD', json =>
	    { %change });
	for (['x', 'PASSWORD_TOO_SHORT'], ['x' x 129, 'PASSWORD_TOO_LONG'],
	    ['password', 'PASSWORD_TOO_WEAK']) {
		refused($bob, 'POST change-password', 400, $_->[1], json =>
		    { currentPassword => $password, newPassword => $_->[0] });
	}
	$site->sql('update public.account set password = null where'
	    . ' "userId" = (select id from public."user" where email ='
	    . " 'bob\@example.org')");
	refused($bob, 'POST change-password', 400,
	    'CREDENTIAL_ACCOUNT_NOT_FOUND', json => { currentPassword =>
	    $password, newPassword => 'four red pears' });
	older($bob, '2 days');
	refused($bob, 'GET list-sessions', 403, 'SESSION_NOT_FRESH');
	refused($bob, 'POST delete-user', 400, 'SESSION_EXPIRED', json => {});
	refused($bob, 'POST delete-user', 404, 'INVALID_TOKEN', json =>
	    { token => 'x' });

	my $cid = member('cid');
	refused($cid, 'POST delete-user', 400, 'INVALID_PASSWORD', json =>
	    { password => 'another one' });
	fine($cid, 'POST delete-user', json => { password => $password });
	is(fine($cid, 'GET get-session')->body, 'null', 'gone');
};

subtest 'messages' => sub {
	my $dan = member('dan');
	fine($dan, 'POST request-password-reset', json =>
	    { email => $dan->{email}, redirectTo => "$page/reset" });
	fine($dan, 'POST request-password-reset', json =>
	    { email => 'nobody@example.org' }, name => 'nobody');
	my $token = mailed($dan->{email});
	my @link = (path => { token => $token },
	    query => { callbackURL => "$page/reset" });
	my $r = fine($dan, 'GET reset-password/{token}', @link);
	is($r->header('Location'), "$page/reset?token=$token", 'there');
	refused($dan, 'GET reset-password/{token}', 403, 'INVALID_CALLBACK_URL',
	    @link, query => { callbackURL => $foreign{Origin} });
	fine($dan, 'POST reset-password', json => { token => $token,
	    newPassword => 'four red pears' });
	refused($dan, 'POST reset-password', 400, 'INVALID_TOKEN', json =>
	    { token => $token, newPassword => 'four red pears' });
	refused($dan, 'GET token', 401, 'UNAUTHORIZED');
	delete $dan->{cookie};
	fine($dan, 'POST sign-in/email', json => { email => $dan->{email},
	    password => 'four red pears' });

	my $eve = member('eve');
	fine($eve, 'POST change-email', json => { newEmail =>
	    'eva@example.org', callbackURL => '/there' });
	fine($eve, 'POST send-verification-email', json =>
	    { email => $eve->{email}, callbackURL => '/there' });
	$token = mailed($eve->{email});
	fine($eve, 'GET verify-email', query => { token => $token });
	fine($eve, 'GET verify-email', status => 302, query =>
	    { token => $token, callbackURL => '/there' });
	my $session = fine($eve, 'GET get-session')->json->{session}{id};
	my %alike = (INVALID_TOKEN => 'x',
	    TOKEN_EXPIRED => altered($token, exp => time - 9),
	    USER_NOT_FOUND => altered($token, email => 'no@example.org'),
	    USER_ALREADY_EXISTS => altered($token, updateTo =>
	    $dan->{email}, sid => $session),
	    INVALID_USER => altered($token, email => $dan->{email},
	    updateTo => 'new@example.org', sid => $session));
	refused($eve, 'GET verify-email', 401, $_, query =>
	    { token => $alike{$_} }) for sort keys %alike;
	refused($eve, 'GET verify-email', 400, 'VALIDATION_ERROR');
	refused($eve, 'GET verify-email', 403, 'INVALID_CALLBACK_URL',
	    query => { token => $token, callbackURL => $foreign{Origin} });
	refused($eve, 'GET reset-password/{token}', 400, 'VALIDATION_ERROR',
	    path => { token => 'x' });
	refused($eve, 'POST send-verification-email', 400, 'EMAIL_MISMATCH',
	    json => { email => $dan->{email} });
	refused($eve, 'POST send-verification-email', 400,
	    'EMAIL_ALREADY_VERIFIED', json => { email => $eve->{email} });
};

subtest 'what is refused' => sub {
	my $fay = member('fay');
	my $who = browser();
	my %new = (name => 'x', email => 'x@example.org',
	    password => $password);
	refused($who, 'POST sign-up/email', 422,
	    'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
	    json => { %new, email => $fay->{email} });
	refused($who, 'POST sign-up/email', 400, 'VALIDATION_ERROR', json => $_,
	    wrong => 1) for {}, { %new, email => 5 }, [];
	refused($who, 'POST sign-in/email', 401, 'INVALID_EMAIL_OR_PASSWORD',
	    json => { email => $_, password => 'another one' })
	    for $fay->{email}, 'nobody@example.org';
	refused($who, 'POST sign-in/email', 400, 'INVALID_EMAIL', json =>
	    { email => 'x', password => $password });
	refused($who, 'POST sign-in/email', 403, 'INVALID_CALLBACK_URL', json =>
	    { email => $fay->{email}, password => $password,
	    callbackURL => $foreign{Origin} });
	refused($who, 'POST sign-in/email', 400, 'INVALID_REQUEST', headers =>
	    { 'Content-Type' => 'application/x-www-form-urlencoded' },
	    body => 'email=%ff');
	for (['redirectTo', 'INVALID_REDIRECT_URL'], ['errorCallbackURL',
	    'INVALID_ERROR_CALLBACK_URL'], ['newUserCallbackURL',
	    'INVALID_NEW_USER_CALLBACK_URL']) {
		refused($who, 'POST request-password-reset', 403, $_->[1],
		    json => { email => $fay->{email},
		    $_->[0] => $foreign{Origin} });
	}
	refused($fay, 'GET token', 403, 'INVALID_ORIGIN',
	    headers => \%foreign);
	refused($who, 'POST sign-in/email', 403,
	    'CROSS_SITE_NAVIGATION_LOGIN_BLOCKED', json =>
	    { email => 'x', password => 'x' }, headers =>
	    { 'Sec-Fetch-Site' => 'cross-site',
	    'Sec-Fetch-Mode' => 'navigate' });
	for my $what (grep { is_account($_) } sort keys %operation) {
		my ($method, $call) = $what =~ m{^(\w+) $auth/(.*)};
		my @some = (path => { token => 'x' });
		my $o = $operation{$what};
		refused($who, "$method $call", 401, 'UNAUTHORIZED', @some,
		    $method eq 'POST' ? (json => \%all) : ())
		    if @{ $o->{security} };
		finish($who->start($method eq 'POST' ? 'PUT' : 'POST',
		    "$auth/$call" =~ s/\{token\}/x/r), $what, 404, '',
		    'another method')
		    if $call !~ /^(?:get-session|reset-password)/;
		next if $method ne 'POST';
		refused($fay, "$method $call", 403, 'INVALID_ORIGIN',
		    json => {}, headers => \%foreign);
		refused($fay, "$method $call", 403, 'MISSING_OR_NULL_ORIGIN',
		    json => {}, headers => { Origin => undef });
		next if !$o->{requestBody}{required};
		refused($fay, "$method $call", 415, 'UNSUPPORTED_MEDIA_TYPE',
		    body => '{}', headers =>
		    { 'Content-Type' => 'text/plain' });
		refused($fay, "$method $call", 413, 'BODY_TOO_LARGE',
		    body => '{"email":"' . 'x' x 20_000 . '"}');
		refused($fay, "$method $call", 400, 'VALIDATION_ERROR',
		    body => '');
		refused($fay, "$method $call", 400, 'BAD_REQUEST',
		    body => '{');
	}
	finish($who->start('POST', "$auth/get-session", json => {}),
	    at_auth('GET get-session'), 405,
	    'METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED', 'another method');
};

subtest 'MCP' => sub {
	my $mcp = 'POST /api/mcp';
	my $url = 'http://127.0.0.1:' . $site->port . '/api/mcp';
	my $bearer = sub ($scope) { $site->mint({ sub => 'ann',
	    aud => $url, scope => $scope }) };
	my $program = Client->new(port => $site->port, id => 'ann',
	    app => $site, token => $bearer->('tasks:write'));
	my $ping = { jsonrpc => '2.0', id => 1, method => 'ping' };
	good($program, $mcp, json => $ping);
	good($program, $mcp, json => { %$ping, id => 'a', method =>
	    'tools/list' });
	good($program, $mcp, json => { %$ping, method => 'no/such' },
	    name => 'an error of the old revisions');
	my %note = %$ping;
	delete $note{id};
	good($program, $mcp, json => \%note, status => 202);
	bad($program, $mcp, 400, '', body => '{', name => 'no JSON');
	bad($program, $mcp, 400, '', wrong => 1, json => { %$ping, id =>
	    undef }, name => 'no id');
	bad($program, $mcp, 400, '', json => $ping, name => 'no revision',
	    headers => { 'MCP-Protocol-Version' => 'x' });
	my $meta = 'io.modelcontextprotocol';
	bad($program, $mcp, 404, '', json => { %$ping, params => { _meta => {
	    "$meta/protocolVersion" => '2026-07-28',
	    "$meta/clientCapabilities" => {} } } }, headers =>
	    { 'MCP-Protocol-Version' => '2026-07-28', 'Mcp-Method' => 'ping' });
	bad($program, $mcp, 401, 'unauthorized', json => $ping,
	    token => $_) for undef, 'x';
	bad($program, $mcp, 403, 'host_not_allowed', json => $ping,
	    headers => { Host => 'elsewhere.example' });
	bad($program, $mcp, 403, 'origin_not_allowed', json => $ping,
	    headers => { %foreign });
	bad($program, $mcp, 403, 'insufficient_scope', json =>
	    { %$ping, method => 'resources/list' });
	bad($program, $mcp, 403, 'insufficient_scope', json => $ping,
	    token => $bearer->('other'), name => 'nor any other');
	bad($program, $mcp, 413, 'body_too_large', body => 'x' x 300_000);
	bad($program, $mcp, 415, 'unsupported_media_type', body => '{}',
	    headers => { 'Content-Type' => 'text/plain' });
	for my $method (qw(GET PUT DELETE BREW)) {
		my $r = finish($program->start($method, '/api/mcp'),
		    "$method /api/mcp", 405, 'method_not_allowed', undef);
		is($r->header('Allow'), 'POST', '... POST alone');
	}
	good($site->anyone, "GET $_") for grep { m{/oauth-protected-} }
	    sort keys %{ $document->{paths} };
	$site->cluster->down('QUIT');
	bad($program, $mcp, 503, 'database_unavailable', json => $ping,
	    token => 'tct_' . 'A' x 43);
	$site->cluster->up;
	$site->wait_ready;
	finish($app->anyone->start('POST', '/api/mcp', json => $ping), $mcp,
	    404, 'no_such_route', 'where it is off');
};

subtest 'OAuth' => sub {
	my ($consent, $token, $revoke) = map { "/api/oauth/$_" }
	    qw(consent token revoke);
	my $ann = $site->user('ann');
	my $it = OAuth->registered($site, secret => 1, by => 'post');
	my $throttled = sub ($key, $count) {
		$site->sql("insert into throttle (key, count, expires_at)"
		    . " values ('$key', $count, now() + interval '1 h')"
		    . ' on conflict (key) do update set count = excluded.count');
	};
	my %form = (headers => { 'Content-Type' =>
	    'application/x-www-form-urlencoded' });
	my $form = sub (%fields) {
		return (%form, body => Client::query(client_id => $it->id,
		    client_secret => $it->{secret}, %fields));
	};
	good($site->anyone, 'GET /.well-known/oauth-authorization-server');
	good($ann, "GET $consent", query => $it->request);
	good($ann, "GET $consent", query => $it->request(scope => 'x'),
	    name => 'a fault of the client\'s');
	bad($ann, "GET $consent", 400, 'invalid_request', query => {});
	bad($ann, "GET $consent", 400, 'client_invalid', query =>
	    $it->request(client_id => 'x'));
	bad($ann, "GET $consent", 400, 'redirect_invalid', query =>
	    $it->request(redirect_uri => 'https://x/'));
	my %yes = (allow => $true, scopes => ['tasks:read'],
	    request => $it->request);
	my $answer = good($ann, "POST $consent", json => \%yes);
	my (undef, $query) = OAuth::parts($answer);
	good($ann, "POST $consent", json => { %yes, allow => $false });
	bad($ann, "POST $consent", 400, 'invalid_json', body => '{');
	bad($ann, "POST $consent", 413, 'body_too_large',
	    body => 'x' x 20_000);
	bad($ann, "POST $consent", 415, 'unsupported_media_type', body =>
	    '{}', headers => { 'Content-Type' => 'text/plain' });
	my $made = Client->new(port => $site->port, id => 'jwt:ann',
	    app => $site)->post('access-tokens', { name => 'x' },
	    token => $ann->token)->json->{token};
	push @{ $site->{tokens} }, $made, $query->{code};
	for (['GET', query => $it->request], ['POST', json => \%yes]) {
		my ($method, @rest) = @$_;
		bad($ann, "$method $consent", 401, 'unauthorized', @rest,
		    token => undef);
		bad($ann, "$method $consent", 403, 'person_required', @rest,
		    token => $made);
	}
	$site->restart_workers(settings =>
	    { oauth_client_hosts => 'localhost' });
	my %down = %{ $it->request(client_id => 'https://localhost:1/c') };
	bad($ann, "GET $consent", 502, 'client_unreachable', query => \%down);
	bad($ann, "POST $consent", 502, 'client_unreachable', json =>
	    { %yes, request => \%down });
	$site->expect_log(qr/client_unreachable/);
	$site->sql('delete from throttle');
	$throttled->('oauth document jwt:ann', 30);
	bad($ann, "GET $consent", 429, 'too_many_attempts', query => \%down);
	$throttled->('oauth consent jwt:ann', 30);
	bad($ann, "POST $consent", 429, 'too_many_attempts', json => \%yes);
	$site->sql('delete from throttle');
	$site->restart_workers;

	my $code = $it->code($ann);
	my %code = (grant_type => 'authorization_code', code => $code,
	    redirect_uri => $it->{redirect},
	    code_verifier => $it->{verifier});
	my $t = good($site->anyone, "POST $token", $form->(%code))->json;
	$it->keep(@$t{qw(access_token refresh_token)});
	$t = good($site->anyone, "POST $token", $form->(grant_type =>
	    'refresh_token', refresh_token => $t->{refresh_token}))->json;
	$it->keep(@$t{qw(access_token refresh_token)});
	my $jwt = Client->new(port => $site->port, id => 'jwt:ann',
	    app => $site, token => $ann->token);
	my ($row) = @{ good($jwt, "GET $apps")->json->{apps} };
	good($site->anyone, "POST $revoke", $form->(token =>
	    $t->{access_token}));
	good($jwt, "DELETE $apps/{app_id}", path => { app_id => $row->{id} });
	bad($jwt, "DELETE $apps/{app_id}", 404, 'app_not_found', path =>
	    { app_id => $row->{id} });
	for my $what ("POST $token", "POST $revoke") {
		bad($site->anyone, $what, 400, '', $form->());
		bad($site->anyone, $what, 401, '', %form, body => 'x=1');
		bad($site->anyone, $what, 413, '', %form,
		    body => 'x' x 20_000);
	}
	$throttled->('oauth token 127.0.0.1', 100);
	bad($site->anyone, $_, 429, '', %form, body => 'client_id=x')
	    for "POST $token", "POST $revoke";
	$site->sql('delete from throttle');
	$site->sql('insert into oauth_grant (user_id, id, client_id,'
	    . ' client_name, scopes, resource, expires_at, turn) select'
	    . " 'jwt:ann', gen_random_uuid(), 'x', 'x', '{tasks:read}', 'x',"
	    . " now() + interval '1 day', 1 from generate_series(1, 50)");
	bad($ann, "POST $consent", 409, 'too_many_apps', json => \%yes);
	$site->cluster->down('QUIT');
	bad($ann, "GET $consent", 503, 'database_unavailable', query =>
	    $it->request);
	bad($ann, "POST $consent", 503, 'database_unavailable', json =>
	    \%yes);
	bad($site->anyone, $_, 503, '', $form->())
	    for "POST $token", "POST $revoke";
	$site->cluster->up;
	$site->wait_ready;
	for ("GET $consent", "POST $token", "POST $revoke") {
		my ($method, $path) = split / /;
		finish($app->user('ann')->start($method, $path), $_, 404,
		    'no_such_route', 'where it is off');
	}
};

subtest 'other settings, and no database' => sub {
	my $gus = member('gus');
	my %new = (name => 'x', email => 'new@example.org',
	    password => $password);
	my %in = (email => $gus->{email}, password => $password);
	$site->restart_workers(settings => { verify_email => 'on',
	    attempts_account => 2 });
	delete $gus->{cookie};
	refused($gus, 'POST sign-in/email', 403, 'EMAIL_NOT_VERIFIED',
	    json => \%in);
	my $r = fine(browser(), 'POST sign-up/email', json => \%new);
	is($r->json->{token}, undef, 'no token before it is confirmed');
	$site->restart_workers(settings => { sign_up => 'off',
	    mail_command => '', mail_from => '' });
	refused(browser(), 'POST sign-up/email', 400,
	    'EMAIL_PASSWORD_SIGN_UP_DISABLED', json => \%new);
	fine($gus, 'POST sign-in/email', json => \%in);
	refused($gus, 'POST change-email', 400, 'CHANGE_EMAIL_DISABLED',
	    json => { newEmail => 'new@example.org' });
	refused($gus, 'POST request-password-reset', 400,
	    'RESET_PASSWORD_DISABLED', json => { email => $gus->{email} });
	refused($gus, 'POST send-verification-email', 400,
	    'VERIFICATION_EMAIL_NOT_ENABLED', json =>
	    { email => $gus->{email} });

	$site->restart_workers(settings => { attempts_ip => 1,
	    attempts_account => 1 });
	for my $call (map { s{ $auth/}{ }r } grep { is_account($_)
	    && $operation{$_}{responses}{429} } sort keys %operation) {
		begin(with_jar($gus, $call, json => \%all))->reply;
		refused($gus, $call, 429, '', json => \%all);
	}
	$site->cluster->down('QUIT');
	bad($site->anyone, 'GET /api/me', 503, 'database_unavailable',
	    headers => { Cookie => $gus->{cookie} });
	refused($gus, 'GET get-session', 503, 'DATABASE_UNAVAILABLE');
	refused($gus, 'POST sign-in/email', 503, 'DATABASE_UNAVAILABLE',
	    json => \%in);
	$site->cluster->up;
	$site->wait_ready;
	$site->sql('alter schema taskchat rename to away');
	refused($gus, 'GET get-session', 503, 'SCHEMA_MISMATCH');
	$site->sql('alter schema away rename to taskchat');
};

subtest 'where accounts are off' => sub {
	my $una = $app->anyone;
	for my $what (grep { is_account($_) } sort keys %operation) {
		my $call = $una->start(address($una, $what,
		    path => { token => 'x' }), $operation{$what}{requestBody}
		    ? (json => {}) : ());
		finish($call, $what, 404, 'no_such_route', 'no accounts');
	}
};

# ---------------------------------------------------- nothing left out

# Cannot be brought about from outside.
my %unseen = (
	# the conversation would have to go between two transactions
	'#/components/responses/DecisionConflict turn_lost' => 1,
	# the item would have to go between two statements
	'#/components/responses/ChatkitMissing message_not_found' => 1,
	'#/components/responses/ChatkitMissing confirmation_not_found' => 1,
	# a fault of ours
	'#/components/responses/InternalError internal_error' => 1,
	'#/components/responses/AccountFault INTERNAL_ERROR' => 1,
	# more passwords at once than can be made to wait here
	'#/components/responses/AccountUnavailable TOO_BUSY' => 1,
	# t/615-chatkit-midway.t has as many followers as that takes
	'#/components/responses/ChatkitBusy too_busy' => 1,
);

subtest 'nothing described was left untried' => sub {
	for my $what (sort keys %operation) {
		for my $status (sort keys %{ $operation{$what}{responses} }) {
			ok($seen{$what}{$status}, "$what: $status was seen");
		}
	}
	for my $name (sort keys %{ $components->{responses} }) {
		my ($error) = map { $components->{responses}{$name}
		    {content}{"application/$_"} // () } qw(problem+json json);
		my $place = "#/components/responses/$name";
		for (@{ $error->{schema}{properties}{code}{enum} // [] }) {
			my $seen = $codes{$place}{$_} ? 1 : 0;
			is($seen, $unseen{"$place $_"} ? 0 : 1,
			    "$name: $_ was seen");
		}
	}
	my $stream = $components->{responses}{Answer}{content}
	    {'text/event-stream'};
	ok($seen{"event $_"}, "the event $_ was seen")
	    for sort keys %{ $stream->{'x-events'} };
	my $line = $components->{schemas}{ChatkitEvent}{properties};
	ok($seen{"line $_"}, "the line $_ was seen")
	    for map { @{ $_->{type}{enum} } } { type => $line->{type} },
	    $line->{update}{properties};
};

$vendor->stop;
Cluster::remove_tree($vendor_dir);
done_testing;
