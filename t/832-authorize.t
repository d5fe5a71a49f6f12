# A program asks for access to somebody's tasks: the page that asks the
# person, and the list of programs in the profile.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(mcp => 'on', threads => 8);

# A program that is known: by an operator's hand, or, with a host, by its own
# document, which was read just now.
sub client($c)
{
	my ($id, $name, $host) = map { defined $_ ? "'$_'" : 'null' }
	    @$c{qw(id name host)};
	my $uris = join ', ', map { "'$_'" } @{ $c->{uris} };
	$app->sql('insert into oauth_client (id, registered, name, host,'
	    . " redirect_uris, fresh_until) values ($id, "
	    . ($c->{host} ? 'false' : 'true') . ", $name, $host,"
	    . " json_build_array($uris), "
	    . ($c->{host} ? "now() + interval '1 hour'" : 'null') . ')');
	return 1;
}

Browser::tap('a program asks', 'authorize.mjs', { url => Browser::url($app) },
    Browser::usual($app, client => \&client));

done_testing;
