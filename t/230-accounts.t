#!/usr/bin/perl
# Built-in accounts over HTTP, through the web server: what Better Auth's
# client sends and reads, and every way it can be refused.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $secret = 'a-test-secret-of-at-least-32-characters!';
my $site = 'http://chat.example.org';
my $app = App->new(accounts => 'on', auth_secret => $secret,
    public_url => $site, attempts_ip => 100000, attempts_account => 100000,
    password_hashes => 4, allowed_origins => 'https://page.example.com')
    ->start;
my $a = $app->anyone;
my $r = $a->post('/api/auth/sign-up/email', { name => 'Ann', email => 'Ann@Example.com', password => 'correct horse' });
diag $r->status, "\n", $r->body; diag $_, ": ", join " | ", $r->headers($_) for sort keys %{ $r->{headers} };
my $t = $r->header('set-auth-token');
for (qw(get-session token jwks list-sessions list-accounts ok error)) {
$r = $a->get("/api/auth/$_", headers => { Authorization => "Bearer $t" });
diag "== $_ ", $r->status, "\n", $r->body; diag $_, ": ", join " | ", $r->headers($_) for sort keys %{ $r->{headers} };
}
my $jwt = $a->get("/api/auth/token", headers => { Authorization => "Bearer $t" })->json->{token};
$r = $a->post('/api/chat', { message => 'hello' }, token => $jwt); diag $r->status, $r->body;
diag join "\n", $app->log_lines;
done_testing;
