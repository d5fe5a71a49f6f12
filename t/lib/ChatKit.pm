# A person at a ChatKit client.  Whatever the server answers here is looked
# at twice: by the pydantic models of the package openai-chatkit, and by
# ChatKit::Stream, which knows in which order events may come.
#
#	use App;
#	use ChatKit;		# after App
#	my $ann = ChatKit->person($app, 'Milk');	# with a task
#	$app->model->say('Hello.');
#	my $said = $ann->say('hello');		# a turn, all its events
#	is($said->text, 'Hello.');
#	my $call = $ann->open('threads.retry_after_item', { ... });
#	$call->until('thread.item.done'); $call->rest;
#	my $page = $ann->want('items.list', { thread_id => $ann->thread });
#	is_problem($ann->ask('threads.get_by_id', { ... }), 404, ...);
#
# Requests are shown to the models as well, but for those that are wrong on
# purpose (hostile => 1).  script/setup -c installs the models; without them
# the rest is checked all the same, and TASKCHAT_NEED_CHATKIT=1 makes their
# absence a failure.
package ChatKit;

use v5.36;
use parent 'Client';
use Check ();
use Cwd ();
use Encode ();
use File::Basename qw(dirname);
use IPC::Open2 ();
use JSON::PP ();
use Proc ();
use Test::More ();

my $dir = Cwd::abs_path(dirname(__FILE__) . '/../python');
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my %program;			# of ours, that run: [to, from]
my %shown;			# how much of each kind
my $absent;			# why there are no models
our $extensions = 'edit, resume, search, stop';	# of every answer

# --- the models

# Why they cannot be asked; undef: they can.
sub missing()
{
	# script/setup leaves a copy of the list it has installed.
	my $have = Proc::slurp("$dir/venv/.installed-requirements");
	return length $have && $have eq Proc::slurp("$dir/requirements.txt")
	    ? undef : 'openai-chatkit is not installed (script/setup -c)';
}

sub import($class)
{
	my $to = caller;
	$absent = missing();
	Test::More::BAIL_OUT($absent)
	    if defined $absent && $ENV{TASKCHAT_NEED_CHATKIT};
	no strict 'refs';
	no warnings 'redefine';
	my $end = *{"${to}::done_testing"}{CODE};
	*{"${to}::done_testing"} = sub { told(); $end->() };
}

# For a file that is nothing without them.
sub needed()
{
	Test::More::plan(skip_all => $absent) if defined $absent;
}

# What was shown to the models, or why nothing was.
sub told()
{
	SKIP: {
		Test::More::skip($absent, 1) if defined $absent;
		Test::More::pass('shown to the models of ChatKit: '
		    . join ', ', map { "$shown{$_} $_" } sort keys %shown);
	}
}

# What is wrong with these bytes; undef: nothing.
sub fault($kind, $text)
{
	return undef if defined $absent;
	$shown{$kind}++;
	return program('validate.py', { kind => $kind,
	    text => Encode::decode('UTF-8', $text) })->{error};
}

# One question to a program of t/python, which stays to be asked more.
sub program($name, $question)
{
	if (!$program{$name}) {
		IPC::Open2::open2(my $from, my $to, "$dir/venv/bin/python",
		    '-B', "$dir/$name");
		$program{$name} = [$to, $from];
	}
	my ($to, $from) = @{ $program{$name} };
	local $SIG{PIPE} = 'IGNORE';
	print $to $json->encode($question), "\n";
	$to->flush;
	return $json->decode(<$from> // qq({"error":"$name died"}));
}

# --- people

sub of($class, $client) { return bless {%$client}, $class }

# Somebody new with these tasks.
sub person($class, $app, @titles)
{
	return $class->of($app->someone(@titles));
}

sub thread($self) { 'thr_' . $self->{conversation} }

# --- requests

# What is answered as JSON, as what; '': {} and no more.
my %answer = (
	'threads.get_by_id' => 'thread', 'threads.update' => 'thread',
	'threads.list' => 'threads', 'items.list' => 'items',
	'threads.sync_custom_action' => 'sync', 'threads.delete' => '',
	'items.feedback' => '', 'attachments.create' => 'attachment',
	'attachments.delete' => '', 'input.transcribe' => 'transcription',
	'taskchat.search' => 'threads', 'taskchat.stop' => '',
);

# Send it, read nothing.  metadata, query => {...}, key => Idempotency-Key,
# body => other bytes, hostile => 1, and what Client::start takes.
sub send_ck($self, $type, $params, %opt)
{
	my %body = (type => $type, params => $params);
	$body{metadata} = $opt{metadata} if $opt{metadata};
	my $bytes = $opt{body} // $json->encode(\%body);
	if (!$opt{hostile} && $type !~ /^taskchat\./) {
		my $why = fault('request', $bytes);
		Test::More::fail("our own $type is a request: $why")
		    if defined $why;
	}
	my $path = '/api/chatkit';
	$path .= '?' . Client::query(%{ $opt{query} }) if $opt{query};
	my %headers = (%{ $opt{headers} // {} });
	$headers{'Idempotency-Key'} = $opt{key} if defined $opt{key};
	return $self->start('POST', $path, body => $bytes,
	    headers => \%headers,
	    map { exists $opt{$_} ? ($_ => $opt{$_}) : () } qw(token seconds));
}

# A request that is answered as JSON, or refused.
sub ask($self, $type, $params, %opt)
{
	my $reply = $self->send_ck($type, $params, %opt)->reply;
	my $why = $self->answer_fault($type, $params, $reply);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	Test::More::fail("the answer to $type: $why") && Test::More::diag(
	    substr $reply->body, 0, 2000) if defined $why;
	return $reply;
}

sub answer_fault($self, $type, $params, $reply)
{
	return 'does not say what else there is'
	    if ($reply->header('Taskchat-Extensions') // '') ne $extensions;
	if ($reply->status != 200) {
		return Check::problem_fault($reply, $reply->status,
		    $reply->code);
	}
	my $kind = $answer{$type} // return;
	return 'is ' . $reply->type if $reply->type ne 'application/json';
	return 'may be stored'
	    if ($reply->header('Cache-Control') // '') !~ /no-store/;
	return 'is not {}' if $kind eq '' && $reply->body ne '{}';
	return undef if $kind eq '';
	my $j = $reply->json;
	my $body = $reply->body;
	if ($type eq 'taskchat.search') {
		# the rest of each is as the models have it
		my %rest = (%$j, data => [map { +{%$_} } @{ $j->{data} }]);
		my @found = map { delete $_->{taskchat} } @{ $rest{data} };
		return 'a find says other things' if grep { join(' ',
		    sort keys %$_) ne 'item_id snippet' } @found;
		$body = $json->encode(\%rest);
	}
	my $why = fault($kind, $body);
	return $why if defined $why;
	my @threads = $kind eq 'thread' ? $j : $kind eq 'threads'
	    ? @{ $j->{data} } : ();
	for (@threads) {
		$why = thread_fault($_);
		return $why if defined $why;
	}
	my @items = $kind eq 'items' ? @{ $j->{data} } : $kind eq 'thread'
	    ? @{ $j->{items}{data} } : $j->{updated_item} // ();
	my $thread = $kind eq 'thread' ? $j->{id} : $params->{thread_id};
	for (@items) {
		$why = item_fault($_, $thread);
		return $why if defined $why;
	}
	my $page = $kind eq 'thread' ? $j->{items} : $j;
	# a search may stop behind a thread that is no find
	return 'after is not the last one\'s id' if exists $page->{after}
	    && $type ne 'taskchat.search'
	    && $page->{after} ne $page->{data}[-1]{id};
	return 'after and has_more disagree' if exists $page->{has_more}
	    && !!$page->{has_more} ne !!defined $page->{after};
	return undef;
}

# The same, which has to succeed; its data.
sub want($self, $type, $params, %opt)
{
	my $reply = $self->ask($type, $params, %opt);
	die "$type: status ", $reply->status, ': ', $reply->body, "\n"
	    if $reply->status != 200;
	return $reply->json;
}

# A request that is answered with events; nothing is read yet.
sub open($self, $type, $params, %opt)
{
	return ChatKit::Stream->new(type => $type,
	    thread => $params->{thread_id},
	    call => $self->send_ck($type, $params, %opt));
}

# All its events.
sub run($self, $type, $params, %opt)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $stream = $self->open($type, $params, %opt);
	my $status = $stream->status;
	die "$type: status $status: ", $stream->reply->body, "\n"
	    if $status != 200;
	$stream->rest;
	$self->{conversation} = $stream->{thread} =~ s/^thr_//r
	    if defined $stream->{thread};
	return $stream;
}

sub input($text, %more)
{
	return { content => [{ type => 'input_text', text => $text }],
	    attachments => [], inference_options => {}, %more };
}

# What it takes to say something here: in a new thread, or this one.
sub saying($self, $what)
{
	my $input = ref $what ? $what : input($what);
	return ('threads.create', { input => $input })
	    if !defined $self->{conversation};
	return ('threads.add_user_message',
	    { thread_id => $self->thread, input => $input });
}

sub open_say($self, $what, %opt)
{
	return $self->open($self->saying($what), %opt);
}

# A whole turn.
sub say($self, $what, %opt)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return $self->run($self->saying($what), %opt);
}

# What they say in the place of a message of theirs: that item, or its id.
sub editing($self, $item, $what)
{
	return ('taskchat.edit', { thread_id => $self->thread,
	    item_id => ref $item ? $item->{id} : $item,
	    input => ref $what ? $what : input($what) });
}

sub edit($self, $item, $what, %opt)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return $self->run($self->editing($item, $what), %opt);
}

# Whoever reads the running turn of their thread as well.
sub resume($self)
{
	return $self->open('taskchat.resume', { thread_id => $self->thread });
}

# A click on a widget: an action that streams, or one that does not.
sub click($self, $item, $type, $payload, %opt)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return $self->run('threads.custom_action', $self->clicking($item,
	    $type, $payload), %opt);
}

sub clicking($self, $item, $type, $payload)
{
	return { thread_id => $self->thread, item_id => ref $item
	    ? $item->{id} : $item, action => { type => $type,
	    payload => $payload } };
}

sub tick($self, $item, $type, $payload, %opt)
{
	return $self->ask('threads.sync_custom_action', $self->clicking($item,
	    $type, $payload), %opt);
}

# Every item of a thread, through all its pages, oldest first.
sub items($self, $thread = $self->thread, %params)
{
	my (@items, $after);
	do {
		my $page = $self->want('items.list', { thread_id => $thread,
		    order => 'asc', limit => 100, %params,
		    defined $after ? (after => $after) : () });
		push @items, @{ $page->{data} };
		$after = $page->{after};
	} while (defined $after);
	return @items;
}

# --- what no type says

my $uuid = qr/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
my $time = qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

sub thread_fault($t)
{
	return "thread id $t->{id}" if $t->{id} !~ /^thr_$uuid$/;
	return "created_at $t->{created_at}" if $t->{created_at} !~ $time;
	return 'metadata of the thread is told' if %{ $t->{metadata} };
	return 'no word on whose images may be shown'
	    if ref $t->{allowed_image_domains} ne 'ARRAY';
	return undef;
}

sub item_fault($item, $thread)
{
	my $id = $item->{id};
	my $type = $item->{type};
	return "$id is hidden" if $type =~ /hidden/;
	return "$id: created_at $item->{created_at}"
	    if $item->{created_at} !~ $time;
	return "$id is of $item->{thread_id}"
	    if defined $thread && lc $thread ne $item->{thread_id};
	my ($of) = $item->{thread_id} =~ /^thr_($uuid)$/
	    or return "$id is of $item->{thread_id}";
	my $shape = $type eq 'user_message' ? qr/^msg_\Q$of\E_\d+$/
	    : $type eq 'workflow' ? qr/^wf_\Q$of\E_\d+_\d+$/
	    : qr/^msg_\Q$of\E_\d+_\d+$/;
	return "the id of a $type is $id" if $id !~ $shape;
	return "$id is a blank text" if $type eq 'assistant_message'
	    && @{ $item->{content} } && $item->{content}[0]{text} !~ /\S/;
	return undef;
}

# --- a stream of events

package ChatKit::Stream;

use v5.36;

my %has_user = ('threads.create' => 1, 'threads.add_user_message' => 1);

sub new($class, %fields)
{
	return bless { events => [], raw => [], faults => [], item => {},
	    order => [], options => 0, comments => 0, %fields }, $class;
}

sub status($self) { $self->{call}->status }
sub reply($self) { $self->{call}->reply }
sub thread($self) { $self->{thread} }
sub events($self) { @{ $self->{events} } }
sub raw($self) { @{ $self->{raw} } }
sub comments($self) { $self->{comments} }	# how many

sub complain($self, $what)
{
	push @{ $self->{faults} }, "event " . @{ $self->{events} } . ": $what";
	return $self;
}

# The next event, comments passed over; undef at the end.
sub next($self)
{
	while (my $step = $self->step) {
		return $step if ref $step;
	}
	return undef;
}

# The next event, or 'comment'; undef at the end.
sub step($self)
{
	my $call = $self->{call};
	my $end;
	while (($end = index $call->{body}, "\n\n") < 0) {
		next if $call->pull;
		$self->ended;
		return undef;
	}
	my $frame = substr $call->{body}, 0, $end;
	substr $call->{body}, 0, $end + 2, '';
	return 'comment' if $frame =~ /\A:[^\n\r]*\z/ && ++$self->{comments};
	my ($bytes) = $frame =~ /\Adata: (\{[^\n\r]*\})\z/
	    or die "not one line of data: $frame\n";
	my $why = ChatKit::fault('event', $bytes);
	push @{ $self->{events} }, $json->decode($bytes);
	push @{ $self->{raw} }, $bytes;
	$self->complain($why) if defined $why;
	# A copy: updates are worked into it.
	$self->look_at($json->decode($bytes));
	return $self->{events}[-1];
}

# Read on to an event of this type, or one the function likes.
sub until($self, $what)
{
	my $fits = ref $what ? $what : sub ($e) { $e->{type} eq $what };
	while (my $e = $self->next) {
		return $e if $fits->($e);
	}
	die "the stream ended before what was waited for; it had: ",
	    $self->types, "\n";
}

# Read on until so much text of the answer came.
sub until_text($self, $text)
{
	while (index($self->text, $text) < 0) {
		$self->next // die "the stream ended before '$text'\n";
	}
	return $self;
}

# Read on until a comment came.
sub until_comment($self)
{
	while (my $step = $self->step) {
		return $self if !ref $step;
	}
	die "the stream ended before a comment\n";
}

# To the end; all events there were.  cut => 1: it need not end well.
sub rest($self, %opt)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$self->{may_be_cut} = $opt{cut};
	1 while $self->next;
	close $self->{call}{socket};
	$self->judge;
	return $self->events;
}

sub hang_up($self)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	$self->{call}->hang_up;
	$self->judge;
	return $self;
}

sub judge($self)
{
	return if $self->{judged}++;
	$self->complain('the head does not say what else there is')
	    if ($self->{call}->header('Taskchat-Extensions') // '')
	    ne $ChatKit::extensions;
	my @faults = @{ $self->{faults} };
	Test::More::ok(!@faults, "the events of $self->{type} are ChatKit's")
	    or Test::More::diag(join("\n", @faults[0 .. ($#faults < 4
	        ? $#faults : 4)]) . "\nin: " . $self->types);
}

# --- the order of events

sub look_at($self, $e)
{
	my $type = $e->{type};
	$self->complain("$type after an error")
	    if $self->{error} && $type ne 'thread.updated';
	$self->first($e);
	if ($type eq 'stream_options') {
		$self->{options}++;
		$self->complain('stream_options again')
		    if $self->{options} > 1 && !$self->{model};
	} elsif ($type eq 'error') {
		$self->{error} = $e;
		$self->complain("open at an error: $_") for $self->open_items;
	} elsif ($type =~ /^thread\.(created|updated)$/) {
		$self->about_thread($e->{thread});
	} elsif (my ($what) = $type =~ /^thread\.item\.(\w+)$/) {
		my $do = "item_$what";
		$self->$do($e);
	}
}

# What may stand at the beginning.
sub first($self, $e)
{
	my $n = @{ $self->{events} };
	my $asked = $self->{type};
	my $type = $e->{type};
	# what goes leaves before what comes
	if ($asked eq 'taskchat.edit') {
		$n = grep { $_->{type} ne 'thread.item.removed' }
		    @{ $self->{events} };
		return if $n == 0;
	}
	my @due = $asked eq 'threads.create'
	    ? ('thread.created', 'thread.item.done', 'stream_options')
	    : $asked =~ /^(threads\.add_user_message|taskchat\.edit)$/
	    ? ('thread.item.done', 'stream_options')
	    : $asked eq 'threads.retry_after_item' ? ()
	    : ('stream_options');
	my $due = $due[$n - 1] // return;
	$self->complain("$type instead of $due") if $type ne $due;
	$self->complain('no message of the person\'s first')
	    if $due eq 'thread.item.done'
	    && ($e->{item}{type} // '') ne 'user_message';
}

sub about_thread($self, $t)
{
	my $why = ChatKit::thread_fault($t);
	$self->complain($why) if defined $why;
	$self->{thread} //= $t->{id};
	$self->complain("thread $t->{id}") if $t->{id} ne lc $self->{thread};
	$self->complain('a thread with items')
	    if @{ $t->{items}{data} } || $t->{items}{has_more};
}

sub about_item($self, $item)
{
	my $why = ChatKit::item_fault($item, $self->{thread});
	$self->complain($why) if defined $why;
	return if $item->{type} eq 'user_message';
	$self->{model} = 1;
	$self->complain("$item->{id} before stream_options")
	    if !$self->{options};
}

# A new one: the answer's items are numbered as they come.
sub appear($self, $item)
{
	my $id = $item->{id};
	push @{ $self->{order} }, $id;
	return if $item->{type} eq 'user_message';
	my ($message, $seq) = $id =~ /_(\d+)_(\d+)$/ or return;
	my $due = $self->{seq}{$message}++ // 0;
	$self->complain("$id is not number $due") if $seq != $due;
}

sub open_items($self)
{
	return grep { $self->{item}{$_}{open} } @{ $self->{order} };
}

sub item_added($self, $e)
{
	my $item = $e->{item};
	$self->about_item($item);
	$self->complain("$item->{id} is there already")
	    if $self->{item}{ $item->{id} };
	$self->complain("$item->{id}, a $item->{type}, is opened")
	    if $item->{type} !~ /^(assistant_message|workflow|widget)$/;
	$self->appear($item);
	$self->{item}{ $item->{id} } = { open => 1, item => $item };
}

sub text_of($item) { join '', map { $_->{text} } @{ $item->{content} } }

sub item_done($self, $e)
{
	my $item = $e->{item};
	my $id = $item->{id};
	my $known = $self->{item}{$id};
	$self->about_item($item);
	$self->complain("$id is done twice") if $known && !$known->{open};
	if ($known) {
		my $was = $known->{item};
		for (qw(type created_at thread_id)) {
			$self->complain("$id: another $_")
			    if $was->{$_} ne $item->{$_};
		}
		$self->complain("$id is not what the updates made of it")
		    if $item->{type} eq 'assistant_message'
		    && text_of($was) ne text_of($item)
		    || $item->{type} eq 'workflow'
		    && $json->encode($was->{workflow}{tasks})
		        ne $json->encode($item->{workflow}{tasks});
	} else {
		$self->appear($item);
	}
	$self->{item}{$id} = { open => 0, item => $item };
}

sub item_replaced($self, $e)
{
	my $item = $e->{item};
	my $known = $self->{item}{ $item->{id} };
	$self->about_item($item);
	$self->complain("$item->{id} is replaced while open")
	    if $known && $known->{open};
	$self->{item}{ $item->{id} } = { open => 0, item => $item };
}

sub item_removed($self, $e)
{
	my $id = $e->{item_id};
	$self->complain("$id is removed twice") if $self->{removed}{$id}++;
	delete $self->{item}{$id};
}

sub item_updated($self, $e)
{
	my $known = $self->{item}{ $e->{item_id} };
	return $self->complain("$e->{item_id} is updated and not open")
	    if !$known || !$known->{open};
	my $item = $known->{item};
	my $u = $e->{update};
	my $kind = $u->{type};
	if ($kind =~ /^assistant_message\.content_part\.(\w+)$/) {
		return $self->complain("$kind of a $item->{type}")
		    if $item->{type} ne 'assistant_message';
		$self->text_update($1, $u, $item->{content});
	} elsif ($kind =~ /^workflow\.task\.(\w+)$/) {
		return $self->complain("$kind of a $item->{type}")
		    if $item->{type} ne 'workflow';
		my $tasks = $item->{workflow}{tasks};
		$self->complain("task $u->{task_index} is $1 of " . @$tasks)
		    if $u->{task_index} < 0 || ($1 eq 'added'
		        ? $u->{task_index} != @$tasks
		        : $u->{task_index} >= @$tasks);
		$tasks->[$u->{task_index}] = $u->{task};
	}
}

sub text_update($self, $what, $u, $parts)
{
	my $n = $u->{content_index};
	if ($what eq 'added') {
		$self->complain("part $n is added to " . @$parts)
		    if $n != @$parts;
		$parts->[$n] = { %{ $u->{content} } };
		return;
	}
	return $self->complain("part $n has not been added")
	    if $n >= @$parts;
	return $self->complain("part $n is closed") if $parts->[$n]{closed};
	if ($what eq 'text_delta') {
		$self->complain('an empty delta') if $u->{delta} eq '';
		$parts->[$n]{text} .= $u->{delta};
	} elsif ($what eq 'done') {
		$self->complain("part $n is not what was told")
		    if $parts->[$n]{text} ne $u->{content}{text};
		$parts->[$n]{closed} = 1;
	}
}

# The end of the body.
sub ended($self)
{
	return if $self->{ended}++;
	return if $self->{may_be_cut};
	my $call = $self->{call};
	$self->complain('the body was cut') if $call->{cut} || $call->{reset};
	$self->complain("half an event: $call->{body}")
	    if length $call->{body};
	$self->complain("open at the end: $_") for $self->open_items;
	$self->complain('no stream_options')
	    if !$self->{options} && $self->{type} ne 'taskchat.resume';
}

# --- what it told

sub types($self)
{
	return join ' ', map {
		$_->{type} . ($_->{update} ? ":$_->{update}{type}" : '')
		    . ($_->{item} ? "($_->{item}{type})" : '')
	} $self->events;
}

# As types(), short: what became of which item, deltas left out.
sub story($self)
{
	return join ' ', map {
		my $type = $_->{type} =~ s/^thread\.//r;
		my $kind = $_->{update} ? $_->{update}{type}
		    =~ s/^assistant_message\.content_part\.//r : '';
		$kind =~ /text_delta|^(added|done)$/ ? ()
		    : $kind ? $kind : $type . ($_->{item}
		        ? "($_->{item}{type})" : '')
	} $self->events;
}

# Items as they are now, in the order they came.
sub items($self)
{
	return map { $self->{item}{$_} ? $self->{item}{$_}{item} : () }
	    @{ $self->{order} };
}

sub of_type($self, $type) { grep { $_->{type} eq $type } $self->items }
sub widget($self) { ($self->of_type('widget'))[-1] }
sub done($self)
{
	return map { $_->{item} } grep { $_->{type} eq 'thread.item.done' }
	    $self->events;
}
sub replaced($self)
{
	return map { $_->{item} } grep { $_->{type} eq 'thread.item.replaced' }
	    $self->events;
}
sub error($self) { $self->{error} }
sub text($self)
{
	return join '', map { text_of($_) }
	    $self->of_type('assistant_message');
}

# The bytes of each item that was done.
sub done_bytes($self)
{
	return map { /^\{"type":"thread\.item\.done","item":(.*)\}$/ ? $1 : () }
	    $self->raw;
}

1;
