# A program at /api/mcp that works with somebody's tasks, of either era.
#
#	my $mcp = McpClient->new($app, 'ann', era => 'modern');
#	my $done = $mcp->tool(add_task => { title => 'Milk' });
#	is($done->{structuredContent}{task_id}, 1, 'added');
#	$mcp->error('tools/call', { name => 'x' });	# its error member
#
# The App has a public_url.  elicit => {}: it can show a form (modern only);
# scope => 'tasks:read': what its token may.
package McpClient;

use v5.36;

my $meta = 'io.modelcontextprotocol/';

sub new($class, $app, $user, %opt)
{
	my $self = bless { era => 'modern', id => 0, %opt, app => $app },
	    $class;
	$self->{token} = $app->mint({ sub => $user,
	    aud => $app->{settings}{public_url} . '/api/mcp',
	    scope => $opt{scope} // 'tasks:read tasks:write' });
	return $self;
}

sub modern($self) { $self->{era} eq 'modern' }

# Send it; the answer is not read yet.
sub start($self, $method, $params = {})
{
	my %params = %$params;
	my %headers = (Accept => 'application/json, text/event-stream');
	if ($self->modern) {
		$params{_meta} = {
			"${meta}protocolVersion" => '2026-07-28',
			"${meta}clientCapabilities" =>
			    { exists $self->{elicit}
			    ? (elicitation => $self->{elicit}) : () },
		};
		$headers{'MCP-Protocol-Version'} = '2026-07-28';
		$headers{'Mcp-Method'} = $method;
		my $name = $params{ $method eq 'resources/read' ? 'uri'
		    : 'name' };
		$headers{'Mcp-Name'} = $name if defined $name && !ref $name
		    && $method =~ m{^(?:tools/call|prompts/get|resources/read)$};
	} else {
		$headers{'MCP-Protocol-Version'} = '2025-11-25';
	}
	return $self->{app}->anyone->start('POST', '/api/mcp',
	    token => $self->{token}, headers => \%headers, json =>
	    { jsonrpc => '2.0', id => ++$self->{id}, method => $method,
	    params => \%params });
}

sub reply($self, $method, $params = {})
{
	return $self->start($method, $params)->reply;
}

sub read($self, $reply, $member)
{
	my $body = $reply->json;
	die 'status ', $reply->status, ': ', $reply->body, "\n"
	    if !exists $body->{$member};
	return $body->{$member};
}

sub result($self, $method, $params = {})
{
	return $self->read($self->reply($method, $params), 'result');
}

sub error($self, $method, $params = {})
{
	return $self->read($self->reply($method, $params), 'error');
}

# more: requestState and the like, beside name and arguments.
sub start_tool($self, $name, $arguments = {}, %more)
{
	return $self->start('tools/call',
	    { name => $name, arguments => $arguments, %more });
}

sub tool($self, $name, $arguments = {}, %more)
{
	return $self->read($self->start_tool($name, $arguments, %more)->reply,
	    'result');
}

# What it says to the model when it was not done; undef: it was.
sub refusal($self, $name, $arguments = {}, %more)
{
	my $result = $self->tool($name, $arguments, %more);
	return $result->{isError} ? $result->{content}[0]{text} : undef;
}

1;
