# Without a mouse and without eyes: the keyboard alone does everything, the
# focus is never lost, a screen reader finds its way and is not talked to
# death; axe-core finds nothing in any state.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(model => 'script', threads => 8);
Browser::tap('keys', 'keys.mjs', { url => Browser::url($app) },
    Browser::usual($app));
done_testing;
