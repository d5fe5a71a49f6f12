# What cannot be taken back is asked for on a card, and done once: by its
# button or a plain word, in any tab, however often and wherever it is
# clicked; and the database says the same as the page.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(threads => 8);
Browser::tap('confirmations', 'confirm.mjs', { url => Browser::url($app) },
    Browser::usual($app));
done_testing;
