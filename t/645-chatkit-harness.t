#!/usr/bin/perl
# The witnesses of the other files see what they are there to see: streams
# and bytes that are wrong in one way each, and what is said about them.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use ChatKit;
use JSON::PP ();

my $json = JSON::PP->new->utf8->canonical;
my $uuid = '01234567-89ab-4cde-8f01-23456789abcd';
my $time = '2026-11-20T21:12:08.779463Z';
my ($true, $false) = (JSON::PP::true, JSON::PP::false);
my %common = (thread_id => "thr_$uuid", created_at => $time);

# A body that is all there.
package Told { sub pull($self) { 0 } }

# What is found wrong with these events.
sub faults($type, @events)
{
	my $body = join '', map { ref ? 'data: ' . $json->encode($_) . "\n\n"
	    : $_ } @events;
	my $stream = ChatKit::Stream->new(type => $type, thread =>
	    $type eq 'threads.create' ? undef : "thr_$uuid",
	    call => bless { body => $body }, 'Told');
	eval { 1 while $stream->next; 1 } or return $@;
	return join "\n", @{ $stream->{faults} };
}

sub page(@data) { { data => [@data], has_more => $false } }
sub thread_event($type, %with)
{
	return { type => $type, thread => { id => "thr_$uuid", created_at =>
	    $time, status => { type => 'active' }, metadata => {},
	    allowed_image_domains => [], items => page(), %with } };
}
sub event($what, $item)
{
	return { type => "thread.item.$what", item => $item };
}
sub asked($n = 1)
{
	return { %common, id => "msg_${uuid}_$n", type => 'user_message',
	    attachments => [], inference_options => {},
	    content => [{ type => 'input_text', text => 'hello' }] };
}
sub part($text) { { type => 'output_text', text => $text,
    annotations => [] } }
sub words($text = undef, $seq = 0, %with)
{
	return { %common, id => "msg_${uuid}_2_$seq", type =>
	    'assistant_message', content => [defined $text ? part($text)
	        : ()], %with };
}
sub flow($seq, @status)
{
	return { %common, id => "wf_${uuid}_2_$seq", type => 'workflow',
	    workflow => { type => 'custom', expanded => $false, tasks => [
	        map { { type => 'custom', title => 'x',
	            status_indicator => $_ } } @status] } };
}
sub update($item, $type, %with)
{
	return { type => 'thread.item.updated', item_id => $item->{id},
	    update => { type => $type, %with } };
}
sub text_update($item, $what, %with)
{
	return update($item, "assistant_message.content_part.$what",
	    content_index => 0, %with);
}
my %options = (type => 'stream_options', stream_options =>
    { allow_cancel => $true });
my $w = words();
my @open = (event('added', $w), text_update($w, 'added',
    content => part('')), text_update($w, 'text_delta', delta => 'Hel'),
    text_update($w, 'text_delta', delta => 'lo'));
my @close = (text_update($w, 'done', content => part('Hello')),
    event('done', words('Hello')));
my @begin = (event('done', asked()), {%options});
my @new = (thread_event('thread.created'), @begin);
my $turn = 'threads.add_user_message';
my %error = (type => 'error', code => 'custom', message => 'x',
    allow_retry => $true);

sub good($name, $type, @events)
{
	is(faults($type, @events), '', "$name: nothing is found");
}

sub bad($name, $like, $type, @events)
{
	like(faults($type, @events), $like, "$name: found");
}

good('a first turn', 'threads.create', @new, @open, @close,
    thread_event('thread.updated', title => 'x'));
good('a turn', $turn, @begin, @open, @close);
good('a turn with comments', $turn, @begin, ": quiet\n\n", @open, @close);
good('a workflow', $turn, @begin, event('added', flow(0, 'loading')),
    update(flow(0), 'workflow.task.updated', task_index => 0, task =>
        flow(0, 'complete')->{workflow}{tasks}[0]),
    event('done', flow(0, 'complete')), event('done', words('x', 1)));
good('an error', $turn, @begin, @open, @close, {%error});
good('no more than an error', $turn, @begin, {%error});
good('a retry', 'threads.retry_after_item', {%options},
    { type => 'thread.item.removed', item_id => "msg_${uuid}_1_0" },
    @open, @close);

my %gone = (type => 'thread.item.removed', item_id => "msg_${uuid}_2_0");
good('an edit', 'taskchat.edit', {%gone}, @begin, @open, @close);
bad('an edit that takes back too late', qr/removed instead of/,
    'taskchat.edit', $begin[0], {%gone}, $begin[1], @open, @close);
bad('no thread', qr/instead of thread\.created/, 'threads.create', @begin,
    @open, @close);
bad('no message', qr/instead of thread\.item\.done/, $turn, {%options});
bad('an answer for a message', qr/no message of the person/, $turn,
    event('done', words('x')), {%options});
bad('no options', qr/before stream_options/, $turn, $begin[0], @open,
    @close);
bad('no options and no words', qr/no stream_options/, $turn, $begin[0]);
bad('options twice', qr/stream_options again/, $turn, @begin, {%options},
    @open, @close);
bad('left open', qr/open at the end/, $turn, @begin, @open);
bad('an error with an open item', qr/open at an error/, $turn, @begin,
    @open, {%error}, @close);
bad('words after an error', qr/after an error/, $turn, @begin, {%error},
    @open, @close);
bad('an update before it is added', qr/updated and not open/, $turn,
    @begin, $open[2]);
bad('an update after it is done', qr/updated and not open/, $turn, @begin,
    @open, @close, $open[2]);
bad('done twice', qr/done twice/, $turn, @begin, @open, @close, $close[1]);
bad('added twice', qr/there already/, $turn, @begin, @open, @close,
    @open, @close);
bad('words that differ from the deltas', qr/not what was told/, $turn,
    @begin, @open, text_update($w, 'done', content => part('Hell')),
    $close[1]);
bad('an item that differs from the deltas', qr/not what the updates made/,
    $turn, @begin, @open, event('done', words('Hell')));
bad('a delta without a part', qr/has not been added/, $turn, @begin,
    $open[0], @open[2, 3], @close);
bad('another time at the end', qr/another created_at/, $turn, @begin,
    @open, event('done', words('Hello', 0, created_at =>
    $time =~ s/08/09/r)));
bad('a number left out', qr/is not number 0/, $turn, @begin,
    event('done', words('x', 1)));
bad('a number twice', qr/is not number 1/, $turn, @begin,
    event('done', words('x')), event('done', flow(0, 'complete')));
bad('a blank text', qr/blank text/, $turn, @begin,
    event('done', words(" \n")));
bad('another thread\'s', qr/is of thr_/, $turn, @begin, event('done',
    words('x', 0, thread_id => "thr_$uuid" =~ s/0/9/r)));
bad('an id of another kind', qr/the id of a/, $turn, @begin, event('done',
    words('x', 0, id => "wf_${uuid}_2_0")));
bad('a time without zone', qr/created_at/, $turn, @begin, event('done',
    words('x', 0, created_at => $time =~ s/Z//r)));
bad('what is hidden', qr/hidden/, $turn, @begin, event('done',
    { %common, id => "msg_${uuid}_2_0", type => 'hidden_context_item',
    content => 'x' }));
bad('a thread with items', qr/a thread with items/, 'threads.create',
    thread_event('thread.created', items => page(asked())), @begin);
bad('no word on images', qr/images/, 'threads.create',
    thread_event('thread.created', allowed_image_domains => undef), @begin);
bad('metadata that is told', qr/metadata/, 'threads.create',
    thread_event('thread.created', metadata => { x => 1 }), @begin);
bad('a task replaced that is not there', qr/task 1 is updated of 1/, $turn,
    @begin, event('added', flow(0, 'loading')),
    update(flow(0), 'workflow.task.updated', task_index => 1, task =>
        flow(0, 'complete')->{workflow}{tasks}[0]),
    event('done', flow(0, 'loading')));
bad('two lines of data', qr/not one line/, $turn, @begin,
    "data: {\ndata: }\n\n");
bad('the name of an event', qr/not one line/, $turn,
    "event: x\ndata: {}\n\n");
bad('no JSON', qr/./, $turn, "data: {x}\n\n");
bad('an end', qr/not one line/, $turn, @begin, "data: [DONE]\n\n");
bad('half an event', qr/half an event/, $turn, @begin, 'data: {"type"');

SKIP: {
	skip 'there are no models to ask', 1 if defined ChatKit::missing();
	my $row = sub (@nodes) { { type => 'ListView', children => [
	    { type => 'ListViewItem', children => [@nodes] }] } };
	my $item = sub ($widget) { event('done', { %common, type => 'widget',
	    id => "msg_${uuid}_2_0", widget => $widget }) };
	my %action = (type => 'x', handler => 'server',
	    loadingBehavior => 'auto', streaming => $true);
	my %wrong = (
	    'an optional misspelt' => event('done', { %{ asked() },
	        quotedtext => 'x' }),
	    'a null' => event('done', { %{ asked() }, quoted_text => undef }),
	    'a default left out' => event('done', do {
	        my %i = %{ asked() }; delete $i{attachments}; \%i }),
	    'a number for a text' => event('done', words('x', 0,
	        created_at => 5)),
	    'an icon that is none' => { type => 'progress_update',
	        text => 'x', icon => 'upload' },
	    'another error code' => { %error, code => 'x' },
	    'no such event' => { type => 'thread.deleted' },
	    'a prop misspelt' => $item->($row->({ type => 'Text',
	        vaule => 'x', value => 'x' })),
	    'a color that is none' => $item->($row->({ type => 'Badge',
	        label => 'x', color => 'puce' })),
	    'no such component' => $item->($row->({ type => 'Blink' })),
	    'an action without its defaults' => $item->($row->({ type =>
	        'Button', onClickAction => { type => 'x' } })),
	    'a null in a widget' => $item->($row->({ type => 'Button',
	        label => undef })),
	    'a row that is none' => $item->({ type => 'ListView',
	        children => [{ type => 'Text', value => 'x' }] }),
	    'a row where none belongs' => $item->($row->({ type =>
	        'ListViewItem', children => [] })),
	    'a size that is none' => $item->({ type => 'Card', size => 'huge',
	        children => [] }),
	);
	for (sort keys %wrong) {
		ok(defined ChatKit::fault('event', $json->encode($wrong{$_})),
		    "$_: found");
	}
	my $fine = $item->($row->({ type => 'Text', value => 'x' },
	    { type => 'Spacer' }, { type => 'Button', label => 'x',
	    onClickAction => {%action} }));
	is(ChatKit::fault('event', $json->encode($fine)), undef,
	    'a widget that is one');
	my $twice = $json->encode($fine) =~ s/"type":/"type":"x","type":/r;
	like(ChatKit::fault('event', $twice), qr/twice/,
	    'a member twice: found');
	like(ChatKit::fault('request', $json->encode({ type => 'threads.list',
	    params => { limt => 5 } })), qr/limt/, 'a wrong request: found');
}

done_testing;
