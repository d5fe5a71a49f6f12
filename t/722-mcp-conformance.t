#!/usr/bin/perl
# The official conformance suite of MCP, for its newest revision and the one
# before.  A test build that has the tools, prompts and resources the suite
# asks for by name passes all of it, but for what no stateless server can do;
# the program itself, all but those fixtures.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use JSON::PP ();
use Mcp;
use Node 'mcp';

my $json = JSON::PP->new;

# What became of each scenario: { name => 'SUCCESS' or the worst there was }.
sub results($dir)
{
	my @order = qw(SUCCESS INFO SKIPPED WARNING FAILURE);
	my %rank = map { $order[$_] => $_ } 0 .. $#order;
	my %worst;
	for my $path (glob "$dir/*/checks.json") {
		my ($name) = $path =~
		    m{/server-([^/]+)-\d{4}-\d\d-\d\dT[^/]*/checks};
		$worst{$name} //= 'SUCCESS';
		for (@{ $json->decode(Proc::slurp($path)) }) {
			$worst{$name} = $_->{status}
			    if $rank{ $_->{status} } > $rank{ $worst{$name} };
		}
	}
	return \%worst;
}

# Run it; the status has to be 0.
sub suite($app, $name, @words)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $dir = $app->dir . '/suite-' . $name =~ s/\W+/-/gr;
	my ($status, $out, $err) = Mcp::run(
	    '@modelcontextprotocol/conformance/dist/index.js', 'server',
	    '--url', $app->{mcp}, '-o', $dir, @words);
	is($status, 0, "$name: the suite is content")
	    or diag(substr("$out$err", -6000));
	return results($dir);
}

sub count($results, $wanted)
{
	return scalar grep { $_ eq $wanted } values %$results;
}

my %app = (
	build => Mcp::app(program => 't/mcp/fixtures', token_of => 'ann'),
	product => Mcp::app(token_of => 'ann'),
);
# A resource is needed to see whether it can be read.
$_->user('ann')->add('Buy milk') for values %app;

# --- the newest revision

my $seen = suite($app{build}, 'newest', '--requirements', '2026-07-28');
my @judged = grep { !/^(?:tasks-|http-custom-header)/ } sort keys %$seen;
cmp_ok(scalar @judged, '>=', 37, 'it tried all that counts');
is_deeply([grep { $seen->{$_} =~ /FAILURE|WARNING/ } @judged], [],
    '... and found no fault, nor anything to warn of');

$seen = suite($app{product}, 'product, newest', '--requirements',
    '2026-07-28', '--expected-failures', Mcp::path('product-modern.yml'));
is($seen->{'server-stateless'}, 'FAILURE', 'the program has no fixtures');
is($seen->{'tools-list'}, 'SUCCESS', '... but tools');
is($seen->{caching}, 'SUCCESS', '... whose lists may be kept');

# --- the one before

$seen = suite($app{build}, 'before', '--requirements', '2025-11-25',
    '--expected-failures', Mcp::path('legacy.yml'));
is_deeply([grep { $seen->{$_} =~ /FAILURE|WARNING/ } sort keys %$seen],
    [sort qw(tools-call-sampling tools-call-elicitation
    elicitation-sep1034-defaults elicitation-sep1330-enums)],
    'only what needs a server that asks back is missing');
cmp_ok(count($seen, 'SUCCESS'), '>=', 26, '... of all there is');

$seen = suite($app{product}, 'product, before', '--requirements',
    '2025-11-25', '--expected-failures', Mcp::path('product-legacy.yml'));
is($seen->{$_}, 'SUCCESS', "the program: $_")
    for qw(ping tools-list prompts-list resources-list logging-set-level
    dns-rebinding-protection);
# The one entry of its baseline that asks for no fixture.
is($seen->{'server-sse-multiple-streams'}, 'WARNING',
    'to have no session ids is no fault');

# --- what is run, but counts in neither

$seen = suite($app{product}, 'headers', '--scenario',
    'http-header-validation');
is_deeply($seen, { 'http-header-validation' => 'SUCCESS' },
    'headers are compared with the body');

done_testing;
