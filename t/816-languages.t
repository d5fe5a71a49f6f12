#!/usr/bin/perl
# The pages in every language they know: nothing is left in English, what
# counts has the forms the language counts with, and what is read from right
# to left is mirrored.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser ();
use Node;

Node::tap('the words', '../browser/words.mjs', {});

SKIP: {
	my $why = Browser::missing();
	BAIL_OUT($why) if $why && $ENV{TASKCHAT_NEED_BROWSER};
	skip $why, 1 if $why;
	my $app = Browser::app(threads => 8);
	Browser::tap('the pages', 'languages.mjs',
	    { url => Browser::url($app) }, Browser::usual($app));
}

done_testing;
