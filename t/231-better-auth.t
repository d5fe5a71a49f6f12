#!/usr/bin/perl
# The unmodified npm client of Better Auth does with taskchat all it does
# with Better Auth: the same program talks to both, so that what it expects
# is what the original does.  Over http, and as behind https, where cookies
# have other names.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Node;
use App;

my $secret = 'a-test-secret-of-at-least-32-characters!';
my $https = 'https://chat.example.org';
my $client = 'better-auth-client.mjs';

# --- the original

subtest 'Better Auth' => sub {
	my $dir = Cluster::make_dir('tc-XXXXXX');
	my $cluster = Cluster->start($dir);
	$cluster->sql('create database site', db => 'postgres');
	my $site = Node->better_auth($cluster, 'site', secret => $secret);
	Node::tap('over http', $client, { base => $site->url });
	$site->stop;
	$site = Node->better_auth($cluster, 'site', secret => $secret,
	    base => $https);
	Node::tap('behind https', $client,
	    { base => $site->url, origin => $https });
	$site->stop;
	my $mailbox = "$dir/mailbox";
	Pooler::write_file($mailbox);
	$site = Node->better_auth($cluster, 'site', secret => $secret,
	    mailbox => $mailbox);
	Node::tap('with mail', $client,
	    { base => $site->url, mailbox => $mailbox });
	$site->stop;
	$cluster->down('QUIT');
	Cluster::remove_tree($dir);
};

# --- and taskchat

my %opt = (accounts => 1, workers => 2);

subtest 'taskchat over http' => sub {
	my $app = App->new(%opt)->start;
	Node::tap('the client', $client, { strict => \1,
	    base => 'http://127.0.0.1:' . $app->port });
};

subtest 'taskchat behind https' => sub {
	my $app = App->new(%opt, public_url => $https)->start;
	Node::tap('the client', $client, { strict => \1, origin => $https,
	    base => 'http://127.0.0.1:' . $app->port });
};

subtest 'taskchat with mail' => sub {
	my $dir = Cluster::make_dir('tc-XXXXXX');
	my $mailbox = "$dir/mailbox";
	Pooler::write_file($mailbox);
	chmod 0666, $mailbox;
	my $app = App->new(%opt, mail_from => 'chat@example.org',
	    mail_command => "/usr/bin/tee -a $mailbox")->start;
	Node::tap('the client', $client, { strict => \1,
	    base => 'http://127.0.0.1:' . $app->port, mailbox => $mailbox });
	Cluster::remove_tree($dir);
};

done_testing;
