#!/usr/bin/perl
# Questions as cards and lists as rows, through the ChatKit door: a click
# decides once, whatever tab it comes from; who clicks late sees what was
# decided; a payload is believed in nothing.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 16, confirm_bulk_from => 3,
    confirm_minutes => 5)->start;
my $model = $app->model;
my $json = JSON::PP->new->canonical;
my $nobody = '00000000-0000-4000-8000-000000000000';

sub person(@titles) { ChatKit->person($app, @titles) }

# Have the model ask for these deletions: (the stream, its card).
sub asked($who, @ids)
{
	$model->calls(map { [delete_task => { task_id => $_ }] } @ids);
	my $s = $who->say("please delete @ids");
	return ($s, $s->widget);
}

# Have the model list the tasks: the list's item.
sub listed($who)
{
	$model->call(list_tasks => {});
	$model->say('Here they are.');
	return $who->say('what is there?')->widget;
}

# Every action in a widget, by type and task.
sub actions($node)
{
	return map { actions($_) } @$node if ref $node eq 'ARRAY';
	return if ref $node ne 'HASH';
	return ((exists $node->{type} && exists $node->{handler} ? $node : ()),
	    map { actions($node->{$_}) } sort keys %$node);
}

sub action($item, $type, $task = undef)
{
	my ($found) = grep { $_->{type} eq $type && (!defined $task
	    || $_->{payload}{task_id} == $task) }
	    actions($item->{widget}{children});
	return $found;
}

sub row($item, $title)
{
	my ($row) = grep { $json->encode($_) =~ /\Q$title\E/ }
	    @{ $item->{widget}{children} };
	return $row;
}

# The buttons a card has now.
sub buttons($card)
{
	return join ' ', map { $card->{widget}{$_}
	    ? $card->{widget}{$_}{action}{type} : () } qw(confirm cancel);
}

sub payload($card) { $card->{widget}{confirm}{action}{payload} }

sub approve($who, $card, %opt)
{
	return $who->click($card, 'confirmation.approve',
	    $opt{payload} // payload($card));
}

sub reject($who, $card, %opt)
{
	return $who->click($card, 'confirmation.reject',
	    $opt{payload} // payload($card));
}

sub stored($who, $id) { (grep { $_->{id} eq $id } $who->items)[0] }

sub deleted($who)
{
	return join ' ', $app->sql('select id from task where ' . $who->mine
	    . ' and deleted_at is not null order by id');
}

sub messages($who)
{
	return $app->sql('select count(*) from message where ' . $who->mine);
}

# A click that comes too late: nothing happens, the card is shown as it is.
sub late($who, $click, $card, $payload, $name)
{
	my $before = messages($who);
	my $gone = deleted($who);
	my $s = $who->click($card, $click, $payload);
	is_deeply($s->replaced ? ($s->replaced)[-1] : undef,
	    stored($who, $card->{id}), "$name: the card as it is");
	is(buttons(($s->replaced)[-1] // $card), '', "$name: no buttons");
	is(messages($who), $before, "$name: nothing is said");
	is(deleted($who), $gone, "$name: nothing is done");
	return $s;
}

subtest 'the card' => sub {
	my $ann = person('Milk', 'Meeting');
	my ($s, $card) = asked($ann, 2);
	is_deeply([map { $_->{type} } $s->items], [qw(user_message
	    assistant_message widget)], 'words, then a card; no call is shown');
	is($card->{widget}{type}, 'Card', 'a card');
	is(buttons($card), 'confirmation.approve confirmation.reject',
	    'with two buttons');
	my $id = $app->sql('select id from confirmation where ' . $ann->mine);
	is_deeply(payload($card), { confirmation_id => $id },
	    'that name the question');
	like($json->encode($card->{widget}), qr/Meeting/, 'and the task');
	like($card->{copy_text}, qr/Meeting/, 'to be copied as well');
	is_deeply(stored($ann, $card->{id}), $card, 'read again: the same');
	is_deeply($ann->history->{confirmation}{id}, $id,
	    'the other door asks the same');

	my $asked = $model->state->{requests};
	my $yes = approve($ann, $card);
	is($model->state->{requests}, $asked, 'the model is not asked');
	is(deleted($ann), '2', 'approved: it is gone');
	is(($yes->events)[1]{type}, 'thread.item.replaced',
	    'the card is replaced first');
	my ($new) = $yes->replaced;
	is($new->{id}, $card->{id}, 'the same card');
	is($new->{created_at}, $card->{created_at}, 'as old');
	is(buttons($new), '', 'without buttons');
	isnt($json->encode($new->{widget}{status}),
	    $json->encode($card->{widget}{status}), 'and it says why');
	like($yes->text, qr/Meeting/, 'then words');
	is_deeply(stored($ann, $card->{id}), $new, 'a reload shows the same');
	my @of_turn = grep { $_->{id} ne $card->{id} } $yes->items;
	is_deeply([($ann->items)[-@of_turn .. -1]], \@of_turn,
	    'and what was said');
	late($ann, 'confirmation.approve', $card, payload($card),
	    'a second click');
	late($ann, 'confirmation.reject', $card, payload($card),
	    'the other button, afterwards');
	is($ann->changes(2), 1, 'it was deleted once');
};

subtest 'the other button' => sub {
	my $bob = person('Milk');
	my (undef, $card) = asked($bob, 1);
	my $no = reject($bob, $card);
	is(deleted($bob), '', 'nothing is deleted');
	is(buttons(($no->replaced)[0]), '', 'no buttons');
	ok(length $no->text, 'it is said in words');
	late($bob, 'confirmation.reject', $card, payload($card), 'again');
	late($bob, 'confirmation.approve', $card, payload($card),
	    'a yes after a no');
	my ($s, $next) = asked($bob, 1);
	isnt($next->{id}, $card->{id}, 'asked again: another card');
	approve($bob, $next);
	is(deleted($bob), '1', 'which counts');
};

subtest 'a typed answer' => sub {
	my $cat = person('Milk', 'Bread');
	my (undef, $card) = asked($cat, 1);
	my $yes = $cat->say('yes');
	is(deleted($cat), '1', 'yes');
	is(($yes->replaced)[0]{id}, $card->{id},
	    'replaces the card in its own stream');
	is(buttons(($yes->replaced)[0]), '', 'without buttons');
	late($cat, 'confirmation.approve', $card, payload($card),
	    'a click after it');

	(undef, $card) = asked($cat, 2);
	$model->say('It is Monday.');
	my $other = $cat->say('what day is it?');
	is(($other->replaced)[0]{id}, $card->{id},
	    'something else: the card is replaced');
	is(buttons(($other->replaced)[0]), '', 'nothing can be approved');
	is_deeply(stored($cat, $card->{id}), ($other->replaced)[0],
	    'now and later');
	late($cat, 'confirmation.approve', $card, payload($card),
	    'a click on the old card');
	$model->say('Still Monday.');
	is(scalar(my @r = $cat->say('and now?')->replaced), 0,
	    'only once');
};

subtest 'too late' => sub {
	my $dan = person('Milk');
	my (undef, $card) = asked($dan, 1);
	$app->sql("update confirmation set expires_at = now() - interval '1 s'"
	    . ' where ' . $dan->mine);
	is(buttons(stored($dan, $card->{id})), '', 'a reload shows no buttons');
	late($dan, 'confirmation.approve', $card, payload($card),
	    'a click on an expired card');
	late($dan, 'confirmation.reject', $card, payload($card), 'a no');
	(undef, $card) = asked($dan, 1);
	approve($dan, $card);
	is(deleted($dan), '1', 'asked again, in time');
};

subtest 'two tabs and two doors' => sub {
	my $eve = person('Milk', 'Bread', 'Rent');
	my (undef, $card) = asked($eve, 1);
	my $tab = $eve->tab;
	my ($seen) = grep { $_->{type} eq 'widget' } $tab->items;
	approve($tab, $seen);
	is(deleted($eve), '1', 'the other tab decides');
	late($eve, 'confirmation.approve', $card, payload($card),
	    'the first tab');

	(undef, $card) = asked($eve, 2);
	is_answer($eve->decide('approve', id =>
	    payload($card)->{confirmation_id}), 'decided at the JSON door');
	is(deleted($eve), '1 2', 'done');
	is(buttons(stored($eve, $card->{id})), '', 'the card shows it');
	late($eve, 'confirmation.approve', $card, payload($card),
	    'a click on it');

	(undef, $card) = asked($eve, 3);
	reject($eve, $card);
	is_problem($eve->decide('approve', id =>
	    payload($card)->{confirmation_id}), 409, 'confirmation_decided',
	    'and the reverse');
	is(deleted($eve), '1 2', 'no is no');
};

subtest 'clicks that are not theirs' => sub {
	my ($flo, $gil) = (person('Milk'), person('Milk'));
	my ($s, $card) = asked($flo, 1);
	my (undef, $foreign) = asked($gil, 1);
	my $words = ($s->items)[1];
	my $second = $flo->afresh;
	my (undef, $there) = asked($second, 1);
	my $try = sub ($name, $want, $item, $payload, %more) {
		my $call = $flo->open('threads.custom_action', {
		    %{ $flo->clicking($item, 'confirmation.approve',
		        $payload) }, %more }, hostile => 1);
		my $r = $call->reply;
		like($r->status . ' ' . $r->code, $want, $name);
		is(deleted($flo) . deleted($gil), '', 'nothing is deleted');
	};
	my %of = map { $_->{id} => payload($_) } $card, $foreign, $there;
	$try->('another person\'s question on one\'s own card',
	    qr/^(404|400|409) /, $card, $of{ $foreign->{id} });
	$try->('one\'s own question on another\'s card', qr/^404 /,
	    $foreign, $of{ $card->{id} });
	$try->('all of it another\'s', qr/^404 /, $foreign,
	    $of{ $foreign->{id} }, thread_id => $gil->thread);
	$try->('the card of another thread', qr/^404 /, $there,
	    $of{ $there->{id} });
	$try->('the question of another thread', qr/^(404|400|409) /, $card,
	    $of{ $there->{id} });
	$try->('on words', qr/^(404|400) /, $words, $of{ $card->{id} });
	$try->('on the person\'s message', qr/^(404|400) /,
	    ($s->items)[0], $of{ $card->{id} });
	$try->('on nothing that is there', qr/^404 /,
	    $card->{id} =~ s/\d+$/9/r, $of{ $card->{id} });
	$try->('no such question', qr/^(404|400|409) /, $card,
	    { confirmation_id => $nobody });
	$try->('no id', qr/^400 invalid_request$/, $card, {});
	$try->('a number', qr/^400 invalid_request$/, $card,
	    { confirmation_id => 5 });
	$try->('no UUID', qr/^(400|404) /, $card,
	    { confirmation_id => "x' or 1=1" });
	$try->('no payload', qr/^400 invalid_request$/, $card, undef);
	is(buttons(stored($flo, $card->{id})),
	    'confirmation.approve confirmation.reject',
	    'the question still waits');
	approve($flo, $card);
	is(deleted($flo), '1', 'for the right click');
};

subtest 'a list' => sub {
	my $hal = person('Milk', 'Bread', 'Rent');
	my $list = listed($hal);
	my $toggle = action($list, 'task.toggle', 1);
	is_deeply($toggle, { type => 'task.toggle', handler => 'server',
	    loadingBehavior => $toggle->{loadingBehavior},
	    payload => { task_id => 1, completed => JSON::PP::true },
	    streaming => JSON::PP::false }, 'a box works beside a turn');
	my $r = $hal->tick($list, 'task.toggle', $toggle->{payload});
	is($r->status, 200, 'ticked');
	ok($hal->task(1)->{completed}, 'completed');
	my $now = $r->json->{updated_item};
	is($now->{id}, $list->{id}, 'the same list');
	my $box = (grep { $_->{type} eq 'Checkbox' }
	    @{ row($now, 'Milk')->{children} })[0];
	ok($box && $box->{defaultChecked}, 'shows it');
	ok(!action($now, 'task.toggle', 1)->{payload}{completed},
	    'and its next click takes it back');
	is_deeply(stored($hal, $list->{id}), $now, 'so does a reload');
	$r = $hal->tick($list, 'task.toggle', $toggle->{payload});
	is($r->status, 200, 'the same click again');
	is($hal->changes(1), 1, 'changes nothing more');

	$model->order(pieces => ['One ', 'two.'], hold => 3);
	my $turn = $hal->open_say('count');
	$turn->until_text('One');
	$r = $hal->tick($list, 'task.toggle', { task_id => 2,
	    completed => JSON::PP::true });
	is($r->status, 200, 'ticked while a turn runs');
	ok($hal->task(2)->{completed}, 'completed');
	$model->release;
	$turn->rest;
	is($turn->text, 'One two.', 'the turn does not mind');

	$hal->delete('tasks/3');
	my $version = $hal->changes(3);
	$r = $hal->tick($list, 'task.toggle', { task_id => 3,
	    completed => JSON::PP::true });
	is($r->status, 200, 'a task that is deleted');
	is($hal->changes(3), $version, 'is not changed');
	ok(action($r->json->{updated_item}, 'task.restore', 3),
	    'and shown as what it is');
	my $restore = action(stored($hal, $list->{id}), 'task.restore', 3);
	ok($restore, 'its row offers to restore it');
	$r = $hal->tick($list, 'task.restore', $restore->{payload});
	is($r->status, 200, 'done');
	is($hal->get('tasks/3')->status, 200, 'it is back');
	ok(action($r->json->{updated_item}, 'task.toggle', 3),
	    'its row is as before');
};

subtest 'deleting by a row\'s button' => sub {
	my $ian = person('Milk', 'Bread');
	my $list = listed($ian);
	my $asked = $model->state->{requests};
	my $delete = action($list, 'task.delete', 2);
	my $s = $ian->click($list, 'task.delete', $delete->{payload});
	is(deleted($ian), '', 'asks first');
	is($model->state->{requests}, $asked, 'and not the model');
	my ($card) = grep { $_->{widget}{type} eq 'Card' }
	    $s->of_type('widget');
	like($json->encode($card->{widget}), qr/Bread/, 'names the task');
	is_deeply([($ian->items)[-1]], [$card], 'stored');
	approve($ian, $card);
	is(deleted($ian), '2', 'approved: gone');
	$model->say('Yes, it is gone.');
	$model->fresh;
	$ian->say('is bread gone?');
	my $sent = $json->encode(($model->fresh)[-1]{body}{messages});
	like($sent, qr/delete_task/, 'the model knows what was clicked');

	my $s2 = $ian->open('threads.custom_action', $ian->clicking($list,
	    'task.delete', { task_id => 2 }));
	my $status = $s2->status;
	if ($status == 200) {
		$s2->rest;
		ok(!(grep { $_->{type} eq 'widget' && buttons($_) }
		    $s2->done), 'of a task that is gone nothing is asked');
	} else {
		is_problem($s2->reply, 404, 'task_not_found',
		    'a task that is gone');
	}
};

subtest 'rows that are not theirs' => sub {
	my ($jan, $kim) = (person('Milk', 'Bread'), person('A', 'B', 'C'));
	my $list = listed($jan);
	my $theirs = listed($kim);
	my (undef, $card) = asked($jan, 1);
	my %yes = (completed => JSON::PP::true);
	for (['a task they do not have', $list, { task_id => 3, %yes },
	        qr/^(404|400) /],
	    ['a list of somebody else', $theirs, { task_id => 1, %yes },
	        qr/^404 /],
	    ['a card', $card, { task_id => 1, %yes }, qr/^(404|400) /],
	    ['task 0', $list, { task_id => 0, %yes }, qr/^(400|404) /],
	    ['a task in words', $list, { task_id => 'one', %yes },
	        qr/^400 invalid_request$/],
	    ['a task and a half', $list, { task_id => 1.5, %yes },
	        qr/^400 invalid_request$/],
	    ['beyond all numbers', $list, { task_id => 9e18, %yes },
	        qr/^(400|404) /],
	    ['done in words', $list, { task_id => 1, completed => 'yes' },
	        qr/^400 invalid_request$/],
	    ['not said whether', $list, { task_id => 1 },
	        qr/^400 invalid_request$/],
	    ['no payload', $list, undef, qr/^400 invalid_request$/],
	    ['a list of payloads', $list, [1], qr/^400 invalid_request$/]) {
		my ($name, $item, $payload, $want) = @$_;
		my $r = $jan->tick($item, 'task.toggle', $payload,
		    hostile => 1);
		like($r->status . ' ' . $r->code, $want, $name);
	}
	my $r = $jan->tick($list, 'task.drop_all', { task_id => 1 });
	is_problem($r, 400, 'unknown_action', 'an action that is none');
	is($app->sql('select max(version) from task where user_id in '
	    . "('" . $jan->id . "', '" . $kim->id . "')"), 1,
	    'none of it changes anything');
};

done_testing;
