# What the tests of /api/mcp with programs of others have in common: a server
# of ours that has MCP, and those programs, run by the node they need.
#
#	use Node 'mcp';
#	use Mcp;
#	my $app = Mcp::app(program => 't/mcp/fixtures', token_of => 'ann');
#	my ($status, $out, $err) = Mcp::run('@scope/name/program.js',
#	    '--url', $app->{mcp});
#
# t/mcp/package.json names the programs and their versions.
package Mcp;

use v5.36;
use App ();
use Cwd ();
use File::Basename qw(dirname);
use JSON::PP ();
use Node ();
use Proc ();
use Web ();

my $json = JSON::PP->new->utf8;
my $folder = Cwd::abs_path(dirname(__FILE__) . '/../mcp');

sub path($name) { "$folder/$name" }

# For MCP, as "taskchat token --mcp" makes them.
sub token($app, $user, %more)
{
	return $app->mint({ sub => $user, aud => $app->{mcp},
	    scope => 'tasks:read tasks:write', %more });
}

# An App whose address of MCP is $app->{mcp}.
#
# token_of => 'ann': there is a second nginx at that address.  It adds a token
# of hers, for those who cannot send one, and changes nothing else: Host and
# Origin arrive as they were sent.
sub app(%opt)
{
	my $user = delete $opt{token_of};
	my $workers = delete $opt{workers} // 1;
	my $app = App->new(%opt, workers => 0)->start;
	my $web = $app->web;
	if (defined $user) {
		my $dir = $app->dir . '/second';
		mkdir $dir or die "$dir: $!";
		chmod 0755, $dir;
		$web = Web->start($dir, socket => $app->socket_path);
		push @{ $app->{more_web} }, $web;
	}
	my $origin = 'http://127.0.0.1:' . $web->port;
	$app->{mcp} = "$origin/api/mcp";
	if (defined $user) {
		# The token names the port, which was not known before.
		my $token = token($app, $user);
		$web->{settings} =
		    "fastcgi_param HTTP_AUTHORIZATION \"Bearer $token\";";
		$web->down('QUIT');
		$web->again;
	}
	$app->{settings}{public_url} = $origin;
	$app->{settings}{mcp} = 'on';
	return $app->restart_workers(workers => $workers);
}

# One of the installed programs from its first word to its last: status,
# standard output, standard error.
sub run($program, @words)
{
	return Proc::run([Node::node('mcp'), path("node_modules/$program"),
	    @words], as_root => 1, seconds => 240);
}

# What the Python SDK says (t/python/mcp_client.py); undef where it is not
# installed.
sub python($wish)
{
	my $dir = path('../python');
	my $have = Proc::slurp("$dir/venv/.installed-requirements");
	if ($have eq '' || $have ne Proc::slurp("$dir/requirements.txt")) {
		die "the Python SDK is not installed (script/setup -c)\n"
		    if $ENV{TASKCHAT_NEED_CHATKIT};
		return undef;
	}
	my ($status, $out, $err) = Proc::run(["$dir/venv/bin/python", '-B',
	    "$dir/mcp_client.py", $json->encode($wish)], as_root => 1,
	    seconds => 120);
	die "mcp_client.py: status $status\n$err" if $status != 0;
	return $json->decode($out);
}

1;
