# What somebody writes into a title, a message, an answer, a conversation's
# name or their own name stays words, wherever the pages show it.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(model => 'script', threads => 8);
Browser::tap('hostile words', 'hostile.mjs', { url => Browser::url($app) },
    Browser::usual($app));
done_testing;
