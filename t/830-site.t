# The pages around the chat: an account's life, the task list, the profile,
# and what they say when something is not as it should be.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;
use Encode qw(decode);
use MIME::QuotedPrint qw(decode_qp);
use Smtp;

my $smtp = Smtp->start;
my $mailing = Browser::app(verify_email => 'on', attempts_account => 3,
    mail_url => $smtp->url, mail_from => 'chat@example.org', threads => 8);

# The link of the next message to this address.
my %read;
sub next_link($args)
{
	my $email = $args->{email};
	my $mail = until_true("a mail to $email", sub {
		my @to = grep { $_->{to}[0] eq $email } $smtp->mails;
		return $to[$read{$email} // 0];
	});
	$read{$email}++;
	my $text = decode('UTF-8', decode_qp($mail->{text}));
	my ($link) = $text =~ m{^(http://\S+?)\r?$}m;
	return $link // die "no link in: $text";
}

Browser::tap('an account', 'site.mjs', { url => Browser::url($mailing) },
    { mail => \&next_link });

my $app = Browser::app(threads => 8);
Browser::tap('the tasks', 'site-tasks.mjs', { url => Browser::url($app) },
    Browser::usual($app));
Browser::tap('the profile', 'site-profile.mjs', { url => Browser::url($app) },
    Browser::usual($app));
Browser::tap('when something is wrong', 'site-trouble.mjs',
    { url => Browser::url($app) });

# The site around has its own accounts, and tells us by a cookie.
my $secret = 'a secret of the site, of more than 32 bytes';
my $guest = App->new(workers => 0, pages => 1, threads => 8,
    jwt_secret => '', 'issuer.site.secret' => $secret,
    'issuer.site.cookie' => 'site',
    public_url => 'http://127.0.0.1')->start;
$guest->start_worker(settings => { public_url => Browser::url($guest) });
$guest->wait_ready;
Browser::tap('no accounts here', 'site-elsewhere.mjs',
    { url => Browser::url($guest) },
    { token => sub ($id) { Token::mint($secret, { sub => $id,
        exp => time + 900 }) } });

done_testing;
