# What was promised in numbers: how much a first visit loads, what a page's
# policy forbids, what Lighthouse and axe-core say of every page.
# TASKCHAT_LIST=1 prints the sizes even if all is well.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app();
my $url = Browser::url($app);
Browser::tap('a first visit, and the policy', 'numbers.mjs',
    { url => $url, list => $ENV{TASKCHAT_LIST} });
Browser::tap('axe-core', 'numbers-looks.mjs', { url => $url });
Browser::tap('Lighthouse', 'lighthouse.mjs', { url => $url });

done_testing;
