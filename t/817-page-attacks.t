# Two people at one browser, and addresses that lead elsewhere.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(threads => 8);
Browser::tap('two people, and addresses', 'attacks.mjs',
    { url => Browser::url($app) }, Browser::usual($app));

done_testing;
