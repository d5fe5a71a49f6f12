#!/usr/bin/perl
# One database under Better Auth and under taskchat, both ways: users,
# passwords, sessions and keys that one made are good at the other, whatever
# kind of ids they have.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Node;
use App;

my $secret = 'one secret for both, of more than 32 bytes';
# Both stand behind the same address, one after the other.
my $origin = 'https://chat.example.org';
my $cookie = '__Secure-better-auth.session_token';
# Letters that NFKC makes others of.
my $password = "\x{fb01}anc\x{e9} A\x{30a}\x{2460} long";
my %ann = (name => 'Ann “A” Example', email => 'ann@example.org',
    password => $password);
my %bob = (name => 'Bob', email => 'bob@example.org',
    password => "fianc\x{e9} \x{c5}1 long");
my %nothing = (tables => [], columns => [], indexes => [], unsafe => [],
    problems => []);

# Calls of the client at a server, in a browser with these cookies.
sub act($where, $jar, @calls)
{
	my $base = 'http://127.0.0.1:' . $where->port;
	my $done = Node::ask('act.mjs', { base => $base, origin => $origin,
	    jar => $jar // {}, calls => \@calls });
	return ($done->{jar}, @{ $done->{replies} });
}

sub sign_in($who, %more)
{
	return ['signIn.email', { email => $who->{email},
	    password => $who->{password}, %more }];
}

sub check_jwt($token)
{
	return ['verify', { token => $token, issuer => $origin }];
}

# Her own tasks at taskchat, with this token.
sub tasks($app, $id, $token)
{
	my $who = Client->new(port => $app->port, id => $id, app => $app,
	    token => $token);
	my $made = $who->post('tasks', { title => 'milk' });
	return ($made->status, $who->get('tasks')->status);
}

# Better Auth's tables belong to a role of its own, as a site's do.
sub make_site($app, %opt)
{
	my $cluster = $app->cluster;
	$cluster->sql('create role site login;'
	    . ' grant create on schema public to site');
	my $site = Node->better_auth($cluster, 'taskchat', role => 'site',
	    secret => $secret, base => $origin, %opt);
	$cluster->sql('grant select, insert, update, delete on all tables in'
	    . ' schema public to taskchat_owner');
	$cluster->sql('grant usage on all sequences in schema public'
	    . ' to taskchat_owner, taskchat');
	return $site;
}

# --- what Better Auth made

sub taken_over($id_form, %opt)
{
	my ($site, $jar, $made, $session, $jwt);
	my $app = App->new(accounts => 1, auth_secret => $secret,
	    public_url => $origin, before_migrate => sub ($app) {
		$site = make_site($app, %opt);
		is_deeply([sort @{ $site->todo->{tables} }],
		    [qw(account jwks session user verification)],
		    'Better Auth makes its tables');
		($jar, $made, $session, $jwt) = act($site, {},
		    ['signUp.email', \%ann], ['getSession'], ['token']);
	})->start;
	my $ann = $made->{data}{user};
	like($ann->{id}, $id_form, "Ann's id");

	my (undef, $got, $jwks, $said) = act($app, $jar, ['getSession'],
	    ['jwks'], check_jwt($jwt->{data}{token}));
	is_deeply($got->{data}, $session->{data},
	    'her session goes on: the same JSON');
	is($said->{claims}{sub}, $ann->{id},
	    'taskchat publishes the key of her JWT');
	my (undef, $theirs) = act($site, {}, ['jwks']);
	is_deeply($jwks->{data}, $theirs->{data}, 'the same keys');

	(undef, my $wrong) = act($app, {}, sign_in(\%ann,
	    password => 'fiance A1 long'));
	is($wrong->{error}{status}, 401, 'not with another password');
	($jar, my $right, my $token) = act($app, {}, sign_in(\%ann),
	    ['token']);
	is($right->{data}{user}{id}, $ann->{id}, 'she signs in');
	is_deeply([tasks($app, $ann->{id}, $token->{data}{token})],
	    [201, 200], 'and has tasks');
	(undef, my $back, my $checked, my $known) = act($site, $jar,
	    ['getSession'], check_jwt($token->{data}{token}),
	    ['listAccounts']);
	is($back->{data}{user}{email}, $ann{email},
	    'Better Auth takes the cookie of taskchat');
	is($checked->{claims}{sub}, $ann->{id}, '... and the JWT');
	is($known->{data}[0]{accountId}, $ann->{id}, '... and knows her');

	both_ways($app, $site, $jar, $ann, $id_form);
	$site->stop;
}

# What one changes the other has.
sub both_ways($app, $site, $jar, $ann, $id_form)
{
	act($app, $jar, ['updateUser', { name => 'Anna', image => '/a.png' }]);
	(undef, my $seen) = act($site, $jar, ['getSession']);
	is_deeply([@{ $seen->{data}{user} }{qw(id name image)}],
	    [$ann->{id}, 'Anna', '/a.png'], 'a change at taskchat');
	act($site, $jar, ['updateUser', { name => 'Ännchen' }]);
	(undef, $seen) = act($app, $jar, ['getSession']);
	is($seen->{data}{user}{name}, 'Ännchen', 'a change at Better Auth');

	(my $new, my $changed) = act($app, $jar, ['changePassword', {
	    currentPassword => $ann{password}, revokeOtherSessions => \1,
	    newPassword => 'quite other words' }]);
	ok($changed->{data}{token}, 'another password at taskchat');
	(undef, my $gone, my $old, my $in) = act($site, $jar, ['getSession'],
	    sign_in(\%ann), sign_in(\%ann, password => 'quite other words'));
	is($gone->{data}, undef, 'ends the session at Better Auth');
	is($old->{error}{status}, 401, 'the old one is good no more');
	is($in->{data}{user}{id}, $ann->{id}, 'the new one is');
	act($site, $new, ['signOut']);
	(undef, $gone) = act($app, $new, ['getSession']);
	is($gone->{data}, undef, 'signed out there is signed out here');

	# somebody new here
	my ($his, $bob, $session) = act($app, {}, ['signUp.email', \%bob],
	    ['getSession']);
	like($bob->{data}{user}{id}, $id_form, 'an id like the others');
	(undef, my $there, my $by_form) = act($site, $his, ['getSession'],
	    sign_in({ %bob, password => $password }));
	is_deeply($there->{data}, $session->{data},
	    'who signs up at taskchat is known at Better Auth: the same JSON');
	is($by_form->{data}{user}{id}, $bob->{data}{user}{id},
	    '... with the same password, written otherwise');
	(undef, my $again) = act($app, {}, ['signUp.email', { %bob,
	    email => $ann->{email} }]);
	is($again->{error}{code}, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
	    'an address is taken on both sides');

	# and away
	my (undef, $deleted) = act($app, $his, ['deleteUser',
	    { password => $bob{password} }]);
	is($deleted->{data}{success}, JSON::PP::true(), 'deleted here');
	(undef, my $none, my $refused) = act($site, $his, ['getSession'],
	    sign_in(\%bob));
	is_deeply([$none->{data}, $refused->{error}{status}], [undef, 401],
	    '... is deleted there');
	is($app->sql(q(select count(*) from public.account where "userId"::text
	    = ') . $bob->{data}{user}{id} . q(')), 0, 'no login is left');
}

my %kind = (
	'32 letters' => [qr/^[A-Za-z0-9]{32}$/],
	uuid => [qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
	    ids => 'uuid'],
	serial => [qr/^[1-9][0-9]*$/, ids => 'serial'],
);

for my $kind (sort keys %kind) {
	subtest "Better Auth was there first: ids are $kind" => sub {
		taken_over(@{ $kind{$kind} });
	};
}

# --- what taskchat made

subtest 'taskchat was there first' => sub {
	my $app = App->new(accounts => 1, auth_secret => $secret,
	    public_url => $origin)->start;
	my ($jar, $made, $session, $token) = act($app, {},
	    ['signUp.email', \%ann], ['getSession'], ['token']);
	my $ann = $made->{data}{user};
	my $jwt = $token->{data}{token};
	ok($jwt, 'Ann signed up, and a key was made');

	my %better = (role => 'taskchat_owner', secret => $secret,
	    base => $origin);
	my $site = Node->better_auth($app->cluster, 'taskchat', %better);
	is_deeply($site->todo, \%nothing,
	    'Better Auth finds nothing to migrate');
	my (undef, $got, $said, $theirs, $along) = act($site, $jar,
	    ['getSession'], check_jwt('set-auth-jwt'), ['token'], ['jwks']);
	is_deeply($got->{data}, $session->{data},
	    'the session is good there: the same JSON');
	is($said->{claims}{sub}, $ann->{id}, 'a JWT comes with it');
	(undef, my $ours, my $checked) = act($app, $jar, ['jwks'],
	    check_jwt($theirs->{data}{token}));
	is(scalar @{ $ours->{data}{keys} }, 1, 'one key');
	is_deeply($along->{data}, $ours->{data}, '... at both');
	is($checked->{head}{kid}, $ours->{data}{keys}[0]{kid},
	    'Better Auth opened the private key: it signs with it');
	is_deeply([tasks($app, $ann->{id}, $jwt)], [201, 200],
	    'the JWT of taskchat is good here');

	(undef, my $wrong, my $right) = act($site, {}, sign_in(\%ann,
	    password => 'fiance A1 long'), sign_in(\%ann));
	is($wrong->{error}{status}, 401, 'not with another password');
	is($right->{data}{user}{id}, $ann->{id},
	    'with hers she signs in there');

	my ($status, $kid) = $app->command('keys', '--rotate');
	is($status, 0, 'a new key');
	$app->restart_workers;	# each keeps for a minute what it has read
	(undef, my $new, my $set) = act($app, $jar, ['token'], ['jwks']);
	is(scalar @{ $set->{data}{keys} }, 2, 'two keys are published');
	(undef, my $fresh, my $old, my $own) = act($site, $jar,
	    check_jwt($new->{data}{token}), check_jwt($jwt), ['token']);
	isnt($fresh->{head}{kid}, $old->{head}{kid}, 'another key');
	is($old->{claims}{sub}, $ann->{id}, 'the old one still verifies');
	is($fresh->{claims}{sub}, $ann->{id}, 'so does the new one');
	(undef, my $by) = act($app, $jar, check_jwt($own->{data}{token}));
	is($by->{head}{kid}, $fresh->{head}{kid},
	    'Better Auth signs with the new one');

	both_ways($app, $site, $jar, $ann, $kind{'32 letters'}[0]);
	$site->stop;
	$site = Node->better_auth($app->cluster, 'taskchat', %better);
	is_deeply($site->todo, \%nothing, 'still nothing to migrate');
	$site->stop;
};

done_testing;
