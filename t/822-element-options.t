# Every option of the vendor's types has an effect, and what other ChatKit
# backends send, which ours never does, is shown.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

Browser::tap('options', 'options.mjs', {});
Browser::tap('what other backends send', 'options-wire.mjs', {});

done_testing;
