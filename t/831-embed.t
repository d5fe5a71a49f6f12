# The button for other pages: on one of the site, and on one of another
# origin that has its own policy and hands out its own tokens.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $port = Web::free_port();
my $app = Browser::app(model => 'script', threads => 8, bare_ids => 'jwt',
    allowed_origins => "http://localhost:$port");
Browser::tap('the button', 'embed.mjs',
    { url => Browser::url($app), port => $port },
    Browser::usual($app,
        token => sub ($id) { $app->mint({ sub => $id }) },
        user => sub ($id) { $id }));

done_testing;
