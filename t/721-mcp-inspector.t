#!/usr/bin/perl
# MCP Inspector's command line is a client of ours in each of its eras, and
# ends with the status that says what happened.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();
use Mcp;
use Node 'mcp';

# What its status says.
use constant { GOOD => 0, NOT_LET_IN => 3, TOOL_FAILED => 5 };

my $json = JSON::PP->new;
my $app = Mcp::app;
$app->user('ann')->add('Buy milk');
my $token = Mcp::token($app, 'ann');
my $bad = Mcp::token($app, 'ann', exp => time - 3600);
my $home = $app->dir . '/inspector';
mkdir $home or die "$home: $!";

# Status, and what it said as JSON: of the result, or of what failed.
sub inspect($with, @words)
{
	my @token = !defined $with ? '--stored-auth-only'
	    : ('--header', "Authorization: Bearer $with");
	my ($status, $out, $err) = Proc::run([Node::node('mcp'), Mcp::path(
	    'node_modules/@modelcontextprotocol/inspector/clients/launcher'
	    . '/build/index.js'), '--cli', $app->{mcp}, '--transport', 'http',
	    @token, '--format', 'json', @words], as_root => 1,
	    seconds => 120, env => { HOME => $home });
	my ($said) = grep { /^\{/ } reverse split /\n(?=\{)/,
	    $status ? $err : $out;
	my $value = eval { $json->decode($said // '') };
	diag("status $status\n$out\n$err") if !defined $value;
	return ($status >> 8, $value);
}

for my $era (qw(legacy auto modern)) {
	my @era = ('--protocol-era', $era);
	my ($status, $said) = inspect($token, @era, '--method', 'tools/list');
	is($status, GOOD, "$era: tools are listed");
	is_deeply([sort map { $_->{name} } @{ $said->{result}{tools} }],
	    [qw(add_task complete_task delete_task list_tasks restore_task
    update_task)],
	    '... all of them');
	($status, $said) = inspect($token, @era, '--method', 'tools/call',
	    '--tool-name', 'add_task', '--tool-args-json',
	    $json->encode({ title => "Bread, $era" }));
	is($status, GOOD, "$era: a call");
	like($said->{result}{content}[0]{text}, qr/Bread, $era/,
	    '... is answered');
	($status, $said) = inspect($token, @era, '--method', 'tools/call',
	    '--tool-name', 'complete_task', '--tool-arg', 'task_id=99999');
	is($status, TOOL_FAILED, "$era: a call of a tool that fails");
	($status, $said) = inspect($bad, @era, '--method', 'tools/list');
	is($status, NOT_LET_IN, "$era: a token that has ended");
}
my ($status, $said) = inspect($token, '--method', 'tools/call',
    '--tool-name', 'no_such_tool', '--tool-args-json', '{}');
is($status, TOOL_FAILED, 'a tool that is not there');
($status, $said) = inspect(undef, '--method', 'tools/list');
is($status, NOT_LET_IN, 'no token');
is_deeply([sort map { $_->{title} } $app->rows(
    q(select title from task where title like 'Bread%'))],
    ['Bread, auto', 'Bread, legacy', 'Bread, modern'],
    'each call was made once');

done_testing;
