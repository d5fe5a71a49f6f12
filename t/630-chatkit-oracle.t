#!/usr/bin/perl
# The reference server of openai-chatkit is asked the same as ours, and told
# to say the same: events of the same types in the same order, and the same
# members in each of them.  Where ours does more, this says where.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

ChatKit::needed();
my $app = App->new(model => 'script')->start;
my $model = $app->model;
my $json = JSON::PP->new->utf8->canonical;
my $ann = ChatKit->person($app);
my %theirs;		# ids of ours to ids of theirs

# What the reference answers; ids in params are turned into its own.
sub reference($type, $params, %told)
{
	my $body = $json->encode({ type => $type, params => $params });
	$body =~ s/\Q$_\E/$theirs{$_}/g
	    for sort { length $b <=> length $a } keys %theirs;
	my $answer = ChatKit::program('reference.py',
	    { request => JSON::PP->new->canonical->encode(
	        JSON::PP->new->utf8->decode($body)), %told });
	die "reference: $answer->{error}\n" if $answer->{error};
	return $answer;
}

# The members there are, whatever their values; lists by their first.  Whose
# images may be shown is the site's choice, which the reference does not make.
sub shape($v)
{
	return { map { $_ => shape($v->{$_}) } grep { $_ ne
	    'allowed_image_domains' } keys %$v } if ref $v eq 'HASH';
	return [@$v ? shape($v->[0]) : ()] if ref $v eq 'ARRAY';
	return JSON::PP::is_bool($v) ? 'bool' : defined $v ? 'value' : 'null';
}

# An event by its name; pieces of text are one, however many there are.
sub name($e)
{
	return join ' ', $e->{type}, $e->{update} ? $e->{update}{type} : (),
	    $e->{item} ? $e->{item}{type} : ();
}

sub order(@events)
{
	my @names;
	for (map { name($_) } @events) {
		push @names, $_ if !@names || $names[-1] ne $_;
	}
	return \@names;
}

sub shapes(@events) { return { map { name($_) => shape($_) } @events } }

sub learn($ours, $their)
{
	my @ids = map { my $all = $_; [map { $_->{thread} ? $_->{thread}{id}
	    : $_->{item} ? $_->{item}{id} : () } grep { $_->{type} ne
	    'thread.updated' } @$all] } $ours, $their;
	@theirs{ @{ $ids[0] } } = @{ $ids[1] };
}

# One turn of both: told what to say, and how it fails.
sub turn($name, $type, $params, %opt)
{
	$model->order(%{ $opt{order} });
	my $s = $ann->run($type, $params);
	my $their = reference($type, $params, %{ $opt{told} })->{events};
	my @ours = $s->events;
	# Removed items are named here, which the reference leaves to clients.
	@ours = grep { $_->{type} ne 'thread.item.removed' } @ours;
	my ($o, $t) = map { [grep { $_->{type} ne 'thread.updated' } @$_] }
	    \@ours, $their;
	is_deeply(order(@$o), order(@$t), "$name: events in the same order");
	my ($mine, $yours) = (shapes(@ours), shapes(@$their));
	for (sort keys %$yours) {
		is_deeply($mine->{$_}, $yours->{$_}, "$name: $_") if
		    exists $mine->{$_};
	}
	learn($o, $t);
	return ($s, $their);
}

sub answer($name, $type, $params)
{
	my $ours = $ann->want($type, $params);
	my $their = reference($type, $params)->{json};
	is_deeply(shape($ours), shape($their), $name);
	return ($ours, $their);
}

subtest 'turns' => sub {
	my %words = (order => { pieces => ['Hel', 'lo.'] },
	    told => { say => ['Hel', 'lo.'] });
	my ($s, $their) = turn('the first turn', 'threads.create',
	    { input => ChatKit::input('hello') }, order => $words{order},
	    told => { %{ $words{told} }, title => 'hello' });
	is_deeply([grep { $_->{thread}{title} } grep { $_->{thread} }
	    $s->events]->[0]{type}, 'thread.updated',
	    'the title comes by thread.updated');
	is(scalar(grep { $_->{type} eq 'thread.updated' } @$their), 1,
	    'as theirs does');
	my %own = (thread_id => $ann->thread);
	my $quoting = ChatKit::input('and on', quoted_text => 'hello');
	($s) = turn('a second', 'threads.add_user_message',
	    { %own, input => $quoting }, %words);
	my ($user) = $s->items;
	turn('again', 'threads.retry_after_item',
	    { %own, item_id => $user->{id} }, %words);
	turn('a failure', 'threads.add_user_message', { %own,
	    input => ChatKit::input('and on') }, order => { status => 400 },
	    told => { fail => 'told' });
};

subtest 'answers' => sub {
	my %own = (thread_id => $ann->thread);
	my ($ours, $their);
	for (['asc', 100], ['desc', 100], ['asc', 2], ['desc', 1]) {
		my ($order, $limit) = @$_;
		($ours, $their) = answer("items, $order, $limit",
		    'items.list', { %own, order => $order,
		    limit => $limit });
		is_deeply([map { $_->{type} } @{ $ours->{data} }],
		    [map { $_->{type} } @{ $their->{data} }],
		    'the same items');
	}
	answer('threads', 'threads.list', {});
	answer('a page that is empty', 'threads.list',
	    { after => $ann->thread });
	answer('a thread', 'threads.get_by_id', \%own);
	answer('a new title', 'threads.update', { %own, title => 'x' });
	my ($item) = reverse $ann->items;
	answer('feedback', 'items.feedback', { %own, kind => 'positive',
	    item_ids => [grep { defined $theirs{$_} } $item->{id}] });
	answer('deleted', 'threads.delete', \%own);
};

done_testing;
