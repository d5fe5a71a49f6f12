#!/usr/bin/perl
# The official TypeScript SDK is a client of ours: its first generation and
# its second, in each era that one can be told to speak; with a good token, a
# bad one and none; asked before it deletes; whichever worker answers; and from
# the bare address, by the person's consent.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();
use Mcp;
use Node 'mcp';

my $app = Mcp::app(workers => 2, mcp_confirm => 'delete',
    mcp_calls => 1000);
my $ann = $app->user('ann');
# More than fit on one page of resources.
my $tasks = 120;
$app->sql("select count(tool_add_task('ann', json_build_object('title',"
    . " 'Task ' || n), 'UTC', 0)) from generate_series(1, $tasks) n");

# Until none of its threads can take a request any more.
sub stop($n)
{
	my $worker = $app->worker($n);
	my $pid = $worker->pid;
	$worker->signal('STOP');
	return until_true("worker $n to stop", sub {
		return !grep { Proc::slurp($_) !~ /^State:\s+T/m }
		    glob "/proc/$pid/task/*/status";
	});
}

my $victim = 0;
my %can = (
	stop => sub ($n) { stop($n) },
	cont => sub ($n) { $app->worker($n)->signal('CONT'); return 1 },
	# There are always two.
	kill => sub ($) {
		$app->kill_worker($victim++);
		$app->start_worker;
		return 1;
	},
);
Node::converse('the SDK, both generations', 'clients.mjs', {
	url => $app->{mcp}, tasks => $tasks,
	token => Mcp::token($app, 'ann'),
	bad => Mcp::token($app, 'ann', aud => 'https://elsewhere.example/mcp'),
}, 'mcp', \%can);
$app->worker($_)->signal('CONT') for grep { $app->worker($_)->alive } 0, 1;

# --- the official Python SDK

SKIP: {
	my $said = Mcp::python({ url => $app->{mcp}, bad => 'nonsense',
	    token => Mcp::token($app, 'ann') })
	    // skip 'the Python SDK is not installed (script/setup -c)', 6;
	my %revision = (auto => '2026-07-28', legacy => '2025-11-25',
	    '2026-07-28' => '2026-07-28');
	for (sort keys %revision) {
		ok(delete $said->{$_}{refused},
		    "Python, $_: a bad token is refused");
		is_deeply($said->{$_}, { revision => $revision{$_},
		    tools => [qw(add_task complete_task delete_task
		        list_tasks restore_task update_task)],
		    added => JSON::PP::true, found => JSON::PP::true,
		    failed => JSON::PP::true, unknown => -32602 },
		    '... and with a good one all is as it should be');
	}
}

is_deeply([map { $_->{n} } $app->rows('select count(*) n from task'
    . " where user_id <> 'ann'")], [0], 'nobody else has tasks now');

# --- the same SDK without a token: it asks the person for one

$app = Mcp::app(accounts => 1, bare_ids => 'jwt');
my $back = 'http://127.0.0.1:33418/back';
my %clients = (
	document => { id => 'https://client.example/sdk.json',
	    document => \1 },
	registered => { id => 'tcc_' . 'p' x 42 . 'A' },
	'with a secret' => { id => 'tcc_' . 's' x 42 . 'A',
	    secret => 'tcs_' . 's' x 42 . 'A' },
);
for (values %clients) {
	# A document as it was read a moment ago; it is not there to be read.
	my ($host, $fresh) = $_->{document}
	    ? ("'client.example'", "now() + interval '1 hour'")
	    : ('null', 'null');
	my $hash = $_->{secret}
	    ? "sha256(convert_to('$_->{secret}', 'UTF8'))" : 'null';
	$app->sql('insert into oauth_client (id, registered, name, host,'
	    . ' redirect_uris, secret_hash, fresh_until) values'
	    . " ('$_->{id}', $fresh is null, 'SDK', $host, '[\"$back\"]',"
	    . " $hash, $fresh)");
}
Node::tap('the SDK asks the person', 'oauth.mjs', { url => $app->{mcp},
	person => $app->user('ann')->{token}, clients => \%clients }, 'mcp');

done_testing;
