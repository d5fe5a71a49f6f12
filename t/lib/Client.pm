# A person at a browser: a name, a token, and the conversation on screen.
package Client;

use v5.36;
use Call;
use Encode ();
use JSON::PP ();
use Token ();

my $json = JSON::PP->new->utf8->canonical;

sub new($class, %fields) { bless {%fields}, $class }

sub id($self) { $self->{id} }
sub token($self) { $self->{token} }
sub conversation($self) { $self->{conversation} }

# The same person, the same conversation, another tab.
sub tab($self) { bless {%$self}, ref $self }

# The same person about to begin a new conversation.
sub afresh($self)
{
	my $new = $self->tab;
	delete $new->{conversation};
	return $new;
}

sub escape($text)
{
	return Encode::encode('UTF-8', $text)
	    =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger;
}

# "tasks" is /api/{me}/tasks; "/api/healthz" is itself.
sub path($self, $path)
{
	return $path if $path =~ m{^/};
	return '/api/' . escape($self->{id}) . "/$path";
}

sub query(%fields)
{
	return join '&', map { escape($_) . '=' . escape($fields{$_}) }
	    sort keys %fields;
}

# Send a request, read nothing.  json => data, or body => bytes; headers =>
# { Name => value, undef to leave out, or a list }; token => another one,
# undef for none.
sub start($self, $method, $path, %opt)
{
	my $token = exists $opt{token} ? $opt{token} : $self->{token};
	my $body = exists $opt{json} ? $json->encode($opt{json}) : $opt{body};
	my %headers = (
		Host => "127.0.0.1:$self->{port}",
		(defined $token ? (Authorization => "Bearer $token") : ()),
		(defined $body ? ('Content-Type' => 'application/json') : ()),
		%{ $opt{headers} // {} },
	);
	my @headers;
	for my $name (sort keys %headers) {
		my $value = $headers{$name};
		push @headers, map { ($name, $_) }
		    grep { defined } ref $value ? @$value : $value;
	}
	my $call = Call->start(port => $self->{port},
	    what => "the reply to $method $path", seconds => $opt{seconds},
	    bytes => Call::request_bytes($method, $self->path($path),
	        \@headers, $body));
	$call->{no_body} = 1 if $method eq 'HEAD';
	return $call;
}

sub request($self, $method, $path, %opt)
{
	return $self->start($method, $path, %opt)->reply;
}

sub get($self, $path, %opt) { $self->request('GET', $path, %opt) }
sub delete($self, $path, %opt) { $self->request('DELETE', $path, %opt) }

sub post($self, $path, $data = undef, %opt)
{
	$opt{json} = $data if defined $data;
	return $self->request('POST', $path, %opt);
}

sub patch($self, $path, $data, %opt)
{
	return $self->request('PATCH', $path, %opt, json => $data);
}

# --- chat

# The parts of a chat request: key => Idempotency-Key, conversation => id
# (undef: a new one; left out: the one on screen), timezone, fields => more
# members of the body, path => another door.
sub chat_parts($self, $text, %opt)
{
	my %body = (message => $text, %{ $opt{fields} // {} });
	my $conversation = exists $opt{conversation} ? $opt{conversation}
	    : $self->{conversation};
	$body{conversation_id} = $conversation if defined $conversation;
	$body{timezone} = $opt{timezone} if defined $opt{timezone};
	my %headers = %{ $opt{headers} // {} };
	$headers{'Idempotency-Key'} = $opt{key} if defined $opt{key};
	my @token = exists $opt{token} ? (token => $opt{token}) : ();
	return ($opt{path} // 'chat', json => \%body, headers => \%headers,
	    @token);
}

sub start_chat($self, $text, %opt)
{
	return $self->start('POST', $self->chat_parts($text, %opt));
}

# Say it, read the JSON answer, stay in its conversation.
sub chat($self, $text, %opt)
{
	my $reply = $self->start_chat($text, %opt)->reply;
	$self->remember($reply->json) if $reply->type =~ /json$/;
	return $reply;
}

sub remember($self, $data)
{
	return if ref $data ne 'HASH';
	$self->{conversation} = $data->{conversation_id}
	    if defined $data->{conversation_id};
	$self->{confirmation} = $data->{confirmation}{id}
	    if $data->{confirmation};
}

# Say it and want events; nothing is read yet.
sub open_stream($self, $text, %opt)
{
	$opt{headers}{Accept} = 'text/event-stream';
	return $self->start_chat($text, %opt);
}

# All events of a streamed turn.
sub stream($self, $text, %opt)
{
	my $call = $self->open_stream($text, %opt);
	my $status = $call->status;
	die "stream: status $status: ", $call->reply->body, "\n"
	    if $status != 200;
	my @events = $call->rest;
	$self->remember($_->{data}) for @events;
	return @events;
}

# The button, for the last confirmation seen or another.
sub decide($self, $decision, %opt)
{
	my $id = $opt{id} // $self->{confirmation};
	my $conversation = $opt{conversation} // $self->{conversation};
	my $reply = $self->post(
	    "conversations/$conversation/confirmations/$id",
	    { decision => $decision }, %{ $opt{with} // {} });
	return $reply;
}

# --- what is stored

sub history($self, $id = $self->{conversation})
{
	return $self->get("conversations/$id?limit=100")->json;
}

sub messages($self, $id = $self->{conversation})
{
	return @{ $self->history($id)->{messages} };
}

sub tasks($self, %query)
{
	my $reply = $self->get('tasks?' . query(limit => 100, %query));
	die 'tasks: ', $reply->body, "\n" if $reply->status != 200;
	return @{ $reply->json->{tasks} };
}

sub titles($self, %query) { map { $_->{title} } $self->tasks(%query) }

# Put tasks there without a word of chat; returns the last one's id.
sub add($self, @titles)
{
	my $id;
	for my $title (@titles) {
		my $task = ref $title ? $title : { title => $title };
		my $reply = $self->post('tasks', $task);
		die 'add: ', $reply->body, "\n" if $reply->status != 201;
		$id = $reply->json->{id};
	}
	return $id;
}

sub task($self, $id) { $self->get("tasks/$id")->json }

# A conversation of two messages.
sub hello($self)
{
	$self->{app}->model->say('Hello.');
	$self->chat('hello');
	return $self;
}

# --- what the database has of them

sub mine($self) { "user_id = '$self->{id}'" }

# How often was task id changed?
sub changes($self, $id = 1)
{
	return $self->{app}->sql('select version - 1 from task where '
	    . $self->mine . " and id = $id");
}

1;
