# The chat page does what a person expects of one: scenarios U1 to U13 of
# what was promised, and what good chat pages have besides.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(message_max => 1000, threads => 8);
Browser::tap('with the built-in model', 'chat.mjs',
    { url => Browser::url($app) }, Browser::usual($app));

# A model that stops when it is told to: what is seen in between.
my $slow = Browser::app(model => 'script', threads => 8);
$slow->expect_log(qr/as-ordered|model/i);
Browser::tap('while it answers', 'chat-states.mjs',
    { url => Browser::url($slow) }, Browser::usual($slow));

my $limited = Browser::app(limit_turns_day => 1, threads => 8);
Browser::tap('no more today', 'chat-limit.mjs',
    { url => Browser::url($limited) }, Browser::usual($limited));

done_testing;
