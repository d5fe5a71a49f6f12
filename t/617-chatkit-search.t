#!/usr/bin/perl
# Threads found by what was said in them, through the ChatKit door: whose
# they are, where the text is, page by page, and no more read than is due.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

my $app = App->new(model => 'script', threads => 16,
    image_domains => 'images.example, *.pictures.example')->start;
my $model = $app->model;

sub person(@titles) { ChatKit->person($app, @titles) }

# They begin a thread; the tab that shows it.
sub thread($who, $text, $answer = 'Fine.')
{
	my $tab = $who->afresh;
	$model->say($answer);
	$tab->say($text);
	return $tab;
}

sub search($who, $query, %params)
{
	return $who->want('taskchat.search', { query => $query, %params });
}

sub found($page) { map { $_->{id} } @{ $page->{data} } }
sub first($page) { $page->{data}[0]{taskchat} }

# In a thread of theirs without a turn: messages as if they had been said.
sub put($who, @messages)
{
	my $n = $app->sql('select last_message from conversation where '
	    . $who->mine . " and id = '" . $who->conversation . "'");
	for (@messages) {
		$n++;
		$app->sql('insert into message (user_id, conversation_id, id,'
		    . " role, content) values ('" . $who->id . "', '"
		    . $who->conversation . "', $n, '"
		    . ($n % 2 ? 'user' : 'assistant') . "', $_)");
	}
	$app->sql("update conversation set last_message = $n where "
	    . $who->mine . " and id = '" . $who->conversation . "'");
}

subtest 'where the text is' => sub {
	my $ann = person();
	my $one = thread($ann, "Plan the party\nwith a red balloon", 'Fine.');
	my $two = thread($ann, 'hello', 'A Green balloon it is.');
	my $three = thread($ann, 'nothing', 'of that');
	my $page = search($ann, 'balloon');
	is_deeply([found($page)], [map { $_->thread } $two, $one],
	    'what was said and answered, newest first');
	ok(!$page->{has_more} && !exists $page->{after}, 'that is all');
	my ($thread) = @{ $page->{data} };
	is($thread->{title}, 'hello', 'a thread as it is listed');
	is_deeply($thread->{items}, { data => [], has_more =>
	    JSON::PP::false }, 'without its items');
	is_deeply($thread->{allowed_image_domains}, ['images.example',
	    '*.pictures.example'], 'with whose images may be shown');
	is_deeply($thread->{taskchat}, { snippet => 'A Green balloon it is.',
	    item_id => ($two->items)[1]{id} }, 'the words, and the item');
	is_deeply($page->{data}[1]{taskchat}, { snippet =>
	    'Plan the party with a red balloon', item_id =>
	    ($one->items)[0]{id} }, 'of the person, in one line');
	$one->want('threads.update', { thread_id => $one->thread,
	    title => 'Birthday of Käthe' });
	is_deeply(first(search($ann, 'birthday')), { snippet =>
	    'Birthday of Käthe', item_id => undef }, 'the title alone');
	is_deeply([found(search($ann, ' gREEN BALLoon  '))], [$two->thread],
	    'upper and lower case alike, blanks around it passed over');
	is_deeply([found(search($ann, 'balloons'))], [], 'not there');
	is_deeply([found(search($_, 'balloon'))], [], 'a stranger finds none')
	    for person();
};

subtest 'the first of many' => sub {
	my $bob = person();
	my $tab = thread($bob, 'one needle', 'a needle, another needle');
	$model->say('needle');
	$tab->say('needles');
	is(first(search($bob, 'needle'))->{item_id},
	    ($tab->items)[0]{id}, 'of a thread');
	is(first(search($bob, 'another'))->{item_id},
	    ($tab->items)[1]{id}, 'of its kind');
	my $long = join ' ', 'x' x 400, 'NEEDLE IN THE HAY', 'y' x 400;
	my $in = thread($bob, 'hello', $long);
	my $hit = first(search($bob, 'needle in'));
	like($hit->{snippet}, qr/^…x+ NEEDLE IN THE HAY y+…$/,
	    'what is around it');
	is(length $hit->{snippet}, 160, 'and no more');
	like(first(search($bob, 'x' x 200))->{snippet}, qr/^x{158}…$/,
	    'of much, the beginning');
	is(first(search($bob, 'y' x 30))->{item_id}, ($in->items)[1]{id},
	    'at the end of a long one');
};

subtest 'between two tools' => sub {
	my $cat = person();
	my $tab = $cat->afresh;
	$model->order(text => "  Let me see.\n", calls => [{ name =>
	    'add_task', arguments => { title => 'Milk' } }]);
	$model->order(text => 'And another one.', calls => [{ name =>
	    'list_tasks', arguments => {} }]);
	$model->say('That is all of it.');
	$tab->say('add milk');
	my @items = $tab->items;
	my %of = map { $_->{content}[0]{text} => $_->{id} }
	    grep { $_->{type} eq 'assistant_message' } @items;
	is(scalar keys %of, 3, 'three texts of one answer');
	is(scalar(grep { $_->{type} eq 'widget' } @items), 1, 'and a list');
	for my $text (sort keys %of) {
		my $word = $text =~ s/^\s*(\w+ \w+).*/$1/sr;
		is(first(search($cat, $word))->{item_id}, $of{$text},
		    "\"$word\" is in its own");
	}
	my ($across) = ($tab->messages)[1]{content} =~ /(see\.\s+And)/;
	is(first(search($cat, $across))->{item_id}, (grep {
	    $_->{type} eq 'assistant_message' } @items)[0]{id},
	    'across two of them it is in the first');
	$model->call(delete_task => { task_id => 1 });
	$tab->say('delete milk');
	my @after = $tab->items;
	is(first(search($cat, 'has not been done yet'))->{item_id},
	    $after[-2]{id}, 'not the card');
};

subtest 'signs that are wildcards elsewhere' => sub {
	my $dan = person();
	my %tab = map { $_ => thread($dan, "see $_ here") }
	    '100%', '100x', 'a_b', 'axb', 'c\\d', 'c\\\\d', "it's",
	    '(x|y)*', '$1';
	for my $text (sort keys %tab) {
		my @all = grep { index($_, $text) >= 0 } keys %tab;
		is_deeply([sort(found(search($dan, $text)))],
		    [sort map { $tab{$_}->thread } @all], $text);
	}
	is_deeply([found(search($dan, $_))], [], "$_ is no sign for any")
	    for '%%', '1_0', '.*';
};

subtest 'letters of the world' => sub {
	my $eve = person();
	my $tab = thread($eve, 'ÄRGER mit Übergrößen', 'Давай 🎉 語を話す');
	for (['ärger', 0], ['ÜBERGRÖSSEN', undef], ['übergrößen', 0],
	    ['ДАВАЙ', 1], ['🎉', 1], ['語を', 1], ['é', undef]) {
		my $hit = first(search($eve, $_->[0]));
		is($hit && $hit->{item_id}, defined $_->[1]
		    ? ($tab->items)[$_->[1]]{id} : undef, $_->[0]);
	}
	my $long = thread($eve, 'ö' x 300 . 'ende' . 'ü' x 300);
	my $hit = first(search($eve, 'ENDE'));
	like($hit->{snippet}, qr/^…ö+endeü+…$/, 'whole characters');
	is(length $hit->{snippet}, 160, '160 of them');
};

subtest 'what was taken back' => sub {
	my $flo = person();
	my $tab = thread($flo, 'a kangaroo', 'a wallaby');
	my $two = ($tab->items)[0];
	$model->say('a koala');
	$tab->edit($two, 'a wombat');
	is_deeply([map { found(search($flo, $_)) } qw(kangaroo wallaby)], [],
	    'is not found');
	is_deeply([map { found(search($flo, $_)) } qw(koala wombat)],
	    [($tab->thread) x 2], 'but what came in its place');
};

subtest 'while a turn runs' => sub {
	my $gil = person();
	my $n = $model->state->{requests};
	$model->order(pieces => ['An ', 'emu ', 'runs.'], hold => 4);
	my $call = $gil->open_say('say emu', metadata => {
	    on_disconnect => 'continue' });
	$call->until_text('An emu');
	my ($thread) = search($gil, 'emu')->{data}->@*;
	is($thread->{id}, $call->thread, 'the thread is found');
	is($thread->{taskchat}{snippet}, 'say emu', 'by what was asked');
	is_deeply(search($gil, 'an emu')->{data}, [], 'not what is unsaid');
	$model->release;
	$call->rest;
};

subtest 'pages' => sub {
	my $hal = person();
	my @tabs = map { thread($hal, "gnu $_") } 1 .. 5;
	my @all = map { $_->thread } reverse @tabs;
	for my $limit (1, 2, 4, 5, 100) {
		my ($after, @got, $pages);
		do {
			my $page = search($hal, 'gnu', limit => $limit,
			    defined $after ? (after => $after) : ());
			push @got, found($page);
			$after = $page->{after};
			is(!!$page->{has_more}, !!defined $after,
			    'more, and where');
			$pages++;
		} while (defined $after);
		is_deeply(\@got, \@all, "$limit at a time");
		is($pages, int((5 + $limit - 1) / $limit), 'in few pages');
	}
	my $r = $hal->ask('taskchat.search', { query => 'gnu',
	    after => 'thr_x' });
	is_problem($r, 400, 'invalid_cursor', 'a cursor that is none');
	my $other = thread(person(), 'gnu');
	is_problem($hal->ask('taskchat.search', { query => 'gnu',
	    after => $other->thread }), 400, 'invalid_cursor',
	    'a thread of somebody else');
};

subtest 'what is no search' => sub {
	my $ida = person();
	for (['query', undef], ['query', ''], ['query', " \t\n"],
	    ['query', 7], ['query', ['x']], ['query', 'ü' x 201],
	    ['limit', -1], ['limit', 'x'], ['after', 7]) {
		my ($name, $value) = @$_;
		my %params = (query => 'x', $name => $value);
		delete $params{$name} if !defined $value;
		my $r = $ida->ask('taskchat.search', \%params);
		is_problem($r, 400, 'invalid_request', "$name wrong");
		like($r->json->{detail}, qr/^params\.$name: /, 'says so');
	}
	is_deeply(search($ida, 'ü' x 200)->{data}, [],
	    '200 characters are a search');
};

# Eight threads of 3 MiB each: one search reads 8 MiB.
subtest 'no more is read than is due' => sub {
	my $kim = person();
	my @tabs = map { thread($kim, "begin $_") } 1 .. 8;
	put($_, ("repeat('hay ', 196608)") x 4) for @tabs;
	put($tabs[0], "'a needle'");
	my ($after, @pages);
	do {
		my $page = search($kim, 'needle', defined $after
		    ? (after => $after) : ());
		push @pages, [found($page)];
		$after = $page->{after};
	} while (defined $after);
	is_deeply($pages[0], [], 'a page may be empty');
	cmp_ok(scalar @pages, '>=', 3, 'there are some');
	cmp_ok(scalar @pages, '<=', 5, 'but not one for each thread');
	is_deeply([map { @$_ } @pages], [$tabs[0]->thread],
	    'what there is, is found');

	my $lee = person();
	my $huge = thread($lee, 'a straw');
	put($huge, ("repeat('hay ', 196608)") x 12, "'a needle'");
	my $below = thread($lee, 'later');
	is_deeply([found(search($lee, 'straw'))], [$huge->thread],
	    'of one that is larger still, the beginning');
	my @got;
	undef $after;
	do {
		my $page = search($lee, 'needle', defined $after
		    ? (after => $after) : ());
		push @got, found($page);
		$after = $page->{after};
	} while (defined $after);
	is_deeply(\@got, [], 'not its end');
};

done_testing;
