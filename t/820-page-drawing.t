# What models and servers send is drawn as it should be: Markdown as nodes,
# widgets of every kind; and nothing that anybody wrote runs.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

Browser::tap('Markdown', 'markdown.mjs', {});
Browser::tap('widgets', 'widgets.mjs', {});

done_testing;
