#!/usr/bin/perl
# Pages of threads and of items through the ChatKit door: nothing is missed
# and nothing comes twice, whatever the order, the limit, the clock, and
# whoever writes in between.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

my $app = App->new(model => 'script', confirm_bulk_from => 3)->start;
my $model = $app->model;

sub person(@titles) { ChatKit->person($app, @titles) }
sub ids($page) { map { $_->{id} } @{ $page->{data} } }

# Somebody with n conversations of one message, begun a second apart.
sub person_with_threads($n)
{
	my $who = person();
	$app->sql('insert into conversation (user_id, id, title, created_at,'
	    . " last_message) select '" . $who->id . "', gen_random_uuid(),"
	    . " 'thread ' || n, timestamptz '2026-01-01' + n * interval '1 s',"
	    . " 1 from generate_series(1, $n) n; insert into message (user_id,"
	    . ' conversation_id, id, role, content) select user_id, id, 1,'
	    . " 'user', title from conversation where " . $who->mine);
	return $who;
}

# Somebody in one conversation of n messages, no two of one kind in a row.
sub person_with_items($n)
{
	my $who = person_with_threads(1);
	$app->sql('insert into message (user_id, conversation_id, id, role,'
	    . " content) select user_id, id, n, case n % 2 when 1 then 'user'"
	    . " else 'assistant' end::message_role, 'message ' || n from"
	    . " conversation, generate_series(2, $n) n where " . $who->mine
	    . "; update conversation set last_message = $n where "
	    . $who->mine);
	$who->{conversation} = $app->sql('select id from conversation where '
	    . $who->mine);
	return $who;
}

# All ids by way of pages of this size; between is called after each.
sub walk($who, $type, $limit, %params)
{
	my $between = delete $params{between} // sub {};
	my (@ids, $after);
	for (;;) {
		my $page = $who->want($type, { limit => $limit, %params,
		    defined $after ? (after => $after) : () });
		my @here = ids($page);
		fail("$type: a page longer than its limit")
		    if @here > $limit;
		push @ids, @here;
		$after = $page->{after};
		last if !defined $after;
		fail("$type: a page that is no step") if !@here;
		$between->();
	}
	return @ids;
}

subtest 'threads' => sub {
	my $ann = person_with_threads(45);
	my @all = $app->sql('select \'thr_\' || id from conversation where '
	    . $ann->mine . ' order by created_at');
	for my $limit (1, 7, 44, 45, 46) {
		is_deeply([walk($ann, 'threads.list', $limit,
		    order => 'asc')], \@all, "$limit at a time, oldest first");
		is_deeply([walk($ann, 'threads.list', $limit,
		    order => 'desc')], [reverse @all], 'newest first');
	}
	for ([], [limit => undef], [limit => 0]) {
		my $page = $ann->want('threads.list', {@$_});
		is(scalar @{ $page->{data} }, 20, 'twenty when nothing else '
		    . 'is asked for');
		ok($page->{has_more}, 'and more');
		is(($page->{data}[0] // {})->{id}, $all[-1], 'newest first');
	}
	my $page = $ann->want('threads.list', { limit => 45 });
	ok(!$page->{has_more}, 'exactly all: no more');
	ok(!exists $page->{after}, 'and nothing after');
	$page = $ann->want('threads.list', { limit => 2000000000 });
	cmp_ok(scalar @{ $page->{data} }, '>=', 45, 'a limit beyond all');
	$page = $ann->want('threads.list', { limit => 3, after => undef });
	is_deeply([ids($page)], [(reverse @all)[0 .. 2]], 'after null');
	is_deeply($ann->want('threads.list', { after => $all[0] }),
	    { data => [], has_more => JSON::PP::false }, 'after the last');

	# A thread that is written to stays where it is: a page that moved
	# under the reader would lose another.
	my $n = 0;
	my @seen = walk($ann, 'threads.list', 10, order => 'desc',
	    between => sub {
		$n++;
		$app->sql('update conversation set updated_at = now() where '
		    . $ann->mine . " and title = 'thread $n'");
		$app->sql('insert into conversation (user_id, id, title) '
		    . "values ('" . $ann->id . "', gen_random_uuid(), 'x')");
	});
	is_deeply(\@seen, [reverse @all],
	    'others are written and begun in between');
};

subtest 'threads of one moment' => sub {
	my $bob = person_with_threads(30);
	$app->sql("update conversation set created_at = '2026-02-02 02:02:02'"
	    . ' where ' . $bob->mine);
	my @all = sort $app->sql('select \'thr_\' || id from conversation '
	    . 'where ' . $bob->mine);
	for my $order ('asc', 'desc') {
		my @seen = walk($bob, 'threads.list', 4, order => $order);
		is_deeply([sort @seen], \@all, "$order: none is lost");
	}
	is_deeply([walk($bob, 'threads.list', 4, order => 'asc')],
	    [reverse walk($bob, 'threads.list', 7, order => 'desc')],
	    'one order, forwards and backwards');
};

subtest 'items' => sub {
	my $cat = person_with_items(47);
	my $id = { thread_id => $cat->thread };
	my @all = map { 'msg_' . $cat->conversation . "_$_"
	    . ($_ % 2 ? '' : '_0') } 1 .. 47;
	for my $limit (1, 6, 20, 47, 100) {
		is_deeply([walk($cat, 'items.list', $limit, %$id,
		    order => 'asc')], \@all, "$limit at a time, oldest first");
		is_deeply([walk($cat, 'items.list', $limit, %$id,
		    order => 'desc')], [reverse @all], 'newest first');
	}
	for ([], [limit => undef], [limit => 0]) {
		my $page = $cat->want('items.list', { %$id, @$_ });
		is_deeply([ids($page)], [(reverse @all)[0 .. 19]],
		    'twenty, newest first, when nothing else is asked for');
	}
	cmp_ok(scalar @{ $cat->want('items.list', { %$id,
	    limit => 2000000000 })->{data} }, '>=', 47, 'a limit beyond all');
	my $thread = $cat->want('threads.get_by_id', $id);
	is_deeply([ids($thread->{items})], [@all[0 .. 19]],
	    'the thread brings its first twenty');
	is($thread->{items}{after}, $all[19], 'and says where to go on');
	is_deeply([ids($cat->want('items.list', { %$id, order => 'asc',
	    after => $all[19], limit => 3 }))], [@all[20 .. 22]],
	    'from there');
	$app->sql("update message set created_at = '2026-02-02' where "
	    . $cat->mine);
	is_deeply([walk($cat, 'items.list', 5, %$id, order => 'asc')], \@all,
	    'all of one moment: the same');
	my @forth = @all;
	my $said = 0;
	my @seen = walk($cat, 'items.list', 20, %$id, order => 'asc',
	    between => sub {
		return if $said++;
		$model->say('More.');
		push @forth, map { $_->{id} } $cat->say('more')->items;
	});
	is_deeply(\@seen, \@forth, 'what is added meanwhile comes at the end');
	@seen = walk($cat, 'items.list', 20, %$id, order => 'desc',
	    between => sub {
		return if $said++ > 1;
		$model->say('More.');
		$cat->say('more');
	});
	is_deeply(\@seen, [reverse @forth], 'and disturbs nobody backwards');
};

subtest 'an answer of many items, cut by pages' => sub {
	my $dan = person('Milk', 'Bread');
	$model->order(text => 'First.', calls => [{ name => 'add_task',
	    arguments => { title => 'A' } }]);
	$model->order(text => 'Second.', calls => [{ name => 'list_tasks',
	    arguments => {} }]);
	$model->order(text => 'Third.', calls => [
	    { name => 'list_tasks', arguments => { status => 'pending' } },
	    { name => 'delete_task', arguments => { task_id => 1 } }]);
	my $s = $dan->say('everything');
	my @all = $s->items;
	cmp_ok(scalar @all, '>=', 7, 'many items of one answer');
	is($all[-1]{widget}{type}, 'Card', 'the question last');
	for my $limit (1 .. @all) {
		my %params = (thread_id => $dan->thread, order => 'asc');
		is_deeply([walk($dan, 'items.list', $limit, %params)],
		    [map { $_->{id} } @all], "$limit at a time");
		is_deeply([walk($dan, 'items.list', $limit, %params,
		    order => 'desc')], [reverse map { $_->{id} } @all],
		    'backwards');
	}
	is_deeply([$dan->items($dan->thread, limit => 1)], \@all,
	    'whole, though each came alone');
};

subtest 'cursors that are none' => sub {
	my $eve = person_with_items(5);
	my $other = person_with_items(5);
	my $second = $eve->afresh;
	$model->say('Hello.');
	$second->say('hello');
	my ($mine) = $eve->items;
	my ($foreign) = $other->items;
	my $nobody = '00000000-0000-4000-8000-000000000000';
	my %id = (thread_id => $eve->thread);
	my %bad = ('of another thread of theirs' => ($second->items)[0]{id},
	    'of somebody else' => $foreign->{id}, 'garbage' => 'garbage',
	    'an empty one' => '', 'a thread' => $eve->thread,
	    'a number beyond all' => "msg_${\$eve->conversation}_"
	        . '9' x 30,
	    'a thread that is not there' => "msg_${nobody}_1");
	for my $name (sort keys %bad) {
		is_problem($eve->ask('items.list', { %id,
		    after => $bad{$name} }), 400, 'invalid_cursor',
		    "items after $name");
	}
	# One that is gone is still a place to go on from.
	my @all = map { $_->{id} } $eve->items;
	$app->sql('update message set removed_at = now() where '
	    . $eve->mine . ' and id > 3');
	is_deeply([ids($eve->want('items.list', { %id, order => 'desc',
	    after => $all[4] }))], [reverse @all[0 .. 2]],
	    'after one that was taken back');
	is_deeply([ids($eve->want('items.list', { %id, order => 'asc',
	    after => $all[3] }))], [], 'and nothing behind it');
	%bad = ('garbage' => 'garbage', 'an empty one' => '',
	    'of somebody else' => $other->thread,
	    'one that is not there' => "thr_$nobody", 'an item' =>
	    $mine->{id});
	for my $name (sort keys %bad) {
		is_problem($eve->ask('threads.list', { after =>
		    $bad{$name} }), 400, 'invalid_cursor',
		    "threads after $name");
	}
	$eve->want('threads.delete', { thread_id => $second->thread });
	is_problem($eve->ask('threads.list', { after => $second->thread }),
	    400, 'invalid_cursor', 'threads after a deleted one');
};

done_testing;
