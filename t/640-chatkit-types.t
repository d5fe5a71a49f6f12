#!/usr/bin/perl
# Every kind of widget we make, given to the TypeScript compiler with the
# types of ChatKit's client: it finds a misspelt or extra property, and a
# wrong value, at any depth.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use ChatKit;
use JSON::PP ();

my $types = "$FindBin::Bin/types";
my $node = Proc::find_program('node');
my $have = Proc::slurp("$types/node_modules/.installed-lock");
if (!$node || $have ne Proc::slurp("$types/package-lock.json")) {
	my $why = 'the types of ChatKit are not installed (script/setup -n)';
	Test::More::BAIL_OUT($why) if $ENV{TASKCHAT_NEED_NODE};
	Test::More::plan(skip_all => $why);
}

my $app = App->new(model => 'script', confirm_bulk_from => 3)->start;
my $model = $app->model;
my $json = JSON::PP->new->utf8->canonical;
my @widgets;

# The client's type of an action names two members only.
sub plain($v)
{
	return [map { plain($_) } @$v] if ref $v eq 'ARRAY';
	return $v if ref $v ne 'HASH';
	my %v = map { $_ => plain($v->{$_}) } keys %$v;
	delete @v{qw(handler loadingBehavior streaming)} if $v{handler};
	return \%v;
}

sub see($who)
{
	push @widgets, map { plain($_->{widget}) }
	    grep { $_->{type} eq 'widget' } $who->items;
}

sub write_file($name, $text)
{
	my $path = $app->dir . "/$name";
	open my $fh, '>', $path or die "$path: $!";
	print $fh $text;
	close $fh or die "$path: $!";
	return $path;
}

# What the compiler says of these widgets, the first on line 2.
sub compile(@these)
{
	my $text = "import type { Widgets } from '\@openai/chatkit';\n";
	my $n = 0;
	for (@these) {
		$text .= "export const w" . $n++ . ' = ' . $json->encode($_)
		    . " satisfies Widgets.$_->{type};\n";
	}
	my $path = write_file('widgets.ts', $text);
	my $config = write_file('tsconfig.json', $json->encode({
	    files => [$path], compilerOptions => { strict => \1,
	    noEmit => \1, skipLibCheck => \1, types => [],
	    lib => ['es2022', 'dom'], module => 'preserve',
	    moduleResolution => 'bundler', paths => { '@openai/chatkit' =>
	        ["$types/node_modules/\@openai/chatkit/types/index.d.ts"] }
	    } }));
	my (undef, $out) = Proc::run([$node,
	    "$types/node_modules/typescript/bin/tsc", '-p', $config],
	    as_root => 1);
	return grep { /\S/ } split /\n/, $out;
}

# A list with rows of all kinds.
my $ann = ChatKit->person($app, 'Plain', 'Done', { title => 'Rent',
    priority => 'high', due_at => '2027-01-31T10:00:00Z' },
    { title => 'Some day', priority => 'low', due_at => '2027-02-01' },
    'Gone', map { "T$_" } 6 .. 15);
$ann->patch('tasks/2', { completed => JSON::PP::true });
$model->call(list_tasks => {});
$model->say('These.');
$ann->say('what is there?');
$ann->delete('tasks/5');
$model->call(list_tasks => { search => 'Rent' });
$model->say('Rent.');
$ann->say('find rent');
see($ann);

# Cards: of every verb, of several, and what can become of each.
my %wants = (delete => [[delete_task => { task_id => 1 }]],
    deletes => [map { [delete_task => { task_id => $_ }] } 1 .. 12],
    complete => [map { [complete_task => { task_id => $_ }] } 1 .. 3],
    reopen => [map { [complete_task => { task_id => $_,
        completed => JSON::PP::false }] } 4 .. 6],
    update => [map { [update_task => { task_id => $_, title => "N$_",
        priority => 'high', due_at => '' }] } 1 .. 3],
    mixed => [[delete_task => { task_id => 1 }],
        [complete_task => { task_id => 2 }]]);
my %fate = (approve => sub ($who) { $who->say('yes') },
    reject => sub ($who) { $who->say('no') },
    pass => sub ($who) { $model->say('Monday.'); $who->say('what day?') },
    expire => sub ($who) { $app->sql('update confirmation set expires_at ='
        . ' now() where ' . $who->mine) });
my @fates = sort keys %fate;
for my $want (sort keys %wants) {
	my $who = ChatKit->person($app, map { "T$_" } 1 .. 12);
	for (4 .. 6) {
		$who->patch("tasks/$_", { completed => JSON::PP::true });
	}
	for my $fate ($want eq 'delete' ? @fates : 'approve') {
		$model->calls(@{ $wants{$want} });
		my $s = $who->say("please $want");
		ok($s->widget, "$want: a card") or next;
		see($who);
		$fate{$fate}->($who);
		see($who);
		$app->sql('update task set deleted_at = null, version ='
		    . ' version + 1 where ' . $who->mine);
	}
}

my %kinds = map { $json->encode($_) => $_ } @widgets;
my @kinds = map { $kinds{$_} } sort keys %kinds;
cmp_ok(scalar @kinds, '>=', 12, scalar(@kinds) . ' widgets');
my ($list) = grep { $_->{type} eq 'ListView' } @kinds;
my $bad = $json->decode($json->encode($list));
$bad->{children}[0]{children}[0]{lable} = 'x';
my @complaints = compile(@kinds, $bad);
like($complaints[-1] // '', qr/lable/, 'what is misspelt is found');
my $last = 2 + @kinds;
is(join("\n", grep { !/^\S*widgets\.ts\($last,/ } @complaints), '',
    'and nothing else');

done_testing;
