# A React app written for the vendor's element, with the vendor's packages,
# works unchanged with ours: with any ChatKit backend, and with this one.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $home = Cluster::make_dir('ta-XXXXXX');
my $browser = "$FindBin::Bin/browser";

# The app as its makers ship it: bundled, and with React's checks on.
my ($status, undef, $err) = Proc::run([
    "$browser/node_modules/.bin/esbuild", "$browser/app/support.tsx",
    '--bundle', '--jsx=automatic', '--log-level=warning',
    '--define:process.env.NODE_ENV="development"',
    "--outfile=$home/support.js"], as_root => 1);
is($status, 0, 'the app is bundled') or diag($err);

Browser::tap('with any backend', 'drop-in.mjs',
    { bundle => "$home/support.js" });

# With ours: its page lies beside our pages and keeps to their policy.
my $root = "$home/htdocs";
($status) = Proc::run(['cp', '-r', "$FindBin::Bin/../htdocs", $root],
    as_root => 1);
is($status, 0, 'the pages are copied');
my $app = Browser::app(htdocs => $root, threads => 8);
Browser::tap('with our server', 'drop-in-server.mjs',
    { url => Browser::url($app), bundle => "$home/support.js",
      root => $root, token => $app->mint({ sub => 'ann' }) },
    Browser::usual($app));

Cluster::remove_tree($home);
done_testing;
