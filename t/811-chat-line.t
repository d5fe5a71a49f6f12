# The line breaks, the worker dies, the page is loaded anew, two tabs are
# open: nothing that was said is lost, and nothing is said or done twice.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(model => 'script', threads => 8, turn_lease => 2);
$app->expect_web_log(qr/upstream prematurely closed/,
    qr/Connection refused|recv\(\) failed|Resource temporarily/);
$app->expect_log(qr/turn|lease|interrupted/);
Browser::tap('the line', 'line.mjs', { url => Browser::url($app) },
    Browser::usual($app,
	kill_worker => sub ($) {
		my ($n) = grep { $app->worker($_)->alive }
		    0 .. $app->{number} - 1;
		$app->kill_worker($n);
		return 1;
	},
	start_worker => sub ($) {
		$app->start_worker;
		$app->wait_ready;
		return 1;
	},
	web_down => sub ($) { $app->web->down('TERM'); return 1 },
	web_up => sub ($) { $app->web->again; return 1 },
    ));
done_testing;
