#!/usr/bin/perl
# Who has lost an account, because its password was changed or reset, its
# sessions ended or its address moved, has lost it: an old password on its
# way, a link that was asked for before, and a token that names no session
# bring nobody back.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Account;
use App;
use Fault;
use JSON::PP ();
use Proc qw(find_program);
use Token qw(key_pair jwk mint_with);

my $site = 'http://chat.example.org';
my $app = App->new(accounts => 1, public_url => $site, mail_url =>
    'smtp://127.0.0.1:1', mail_from => 'chat@example.org')->start;
my $fault = Fault->new($app);
my $n = 0;

sub person(%opt) { Account->new($app, origin => $site, %opt) }

sub someone()
{
	my $who = person();
	$who->sign_up(email => 'p' . ++$n . '@example.com')->status == 200
	    or die;
	return $who;
}

# The same person, signed in elsewhere.
sub again($who)
{
	my $other = person(email => $who->email, password => $who->password);
	$other->sign_in->status == 200 or die;
	return $other;
}

sub code($r) { $r->status . ' ' . ($r->json->{code} // '') }

# The path of the newest link that was sent there.
sub link_to($email)
{
	my ($mail) = reverse map { $_->{body} } $app->rows('select body from'
	    . " mail where to_address = '$email' order by id");
	my ($path) = $mail =~ m{^\Q$site\E(/api/auth/[^&\s]+)}m;
	return $path;
}

sub reset_token($who)
{
	$app->sql('delete from throttle');
	person()->post('request-password-reset', { email => $who->email })
	    ->status == 200 or die;
	my ($token) = link_to($who->email) =~ m{/reset-password/(\w+)};
	return $token;
}

sub reset_with($token, $password)
{
	return person()->post('reset-password', { token => $token,
	    newPassword => $password });
}

# The row of their password.
sub login_of($who)
{
	return 'from public.account where "providerId" = \'credential\' and'
	    . ' "userId" = (select id from public."user" where email = \''
	    . $who->email . "')";
}

sub sessions_of($who)
{
	return $app->sql('select count(*) from public.session s join '
	    . 'public."user" u on u.id = s."userId" where u.email = \''
	    . $who->email . "'");
}

# Start a call while somebody else's transaction holds the user; then let the
# transaction go on to its end.
sub meanwhile($who, $start, $sql)
{
	my $hold = $fault->hold('select 1 from public."user" where email = \''
	    . $who->email . "' for update");
	my $call = $start->();
	$hold->blocks;
	$hold->also($sql);
	$hold->also('commit');
	$hold->release;
	return $call->reply;
}

subtest 'the old password, on its way' => sub {
	my $who = someone();
	my $start = sub { $app->anyone->start('POST',
	    '/api/auth/sign-in/email', json => { email => $who->email,
	    password => $who->password }) };
	my $change = 'update public.account set password = repeat(\'0\', 32)'
	    . " || ':' || repeat('0', 128) where id = (select id "
	    . login_of($who) . '); delete from public.session';
	is(code(meanwhile($who, $start, $change)),
	    '401 INVALID_EMAIL_OR_PASSWORD', 'opens nothing any more');
	is(sessions_of($who), 0, 'no session was made');

	$who = someone();
	my $thief = again($who);
	$start = sub { $app->anyone->start('POST',
	    '/api/auth/change-password', json => { newPassword =>
	    'better battery', currentPassword => $who->password,
	    revokeOtherSessions => JSON::PP::true }, headers => {
	    Authorization => 'Bearer ' . $thief->bearer }) };
	$change =~ s/\w+\@example\.com/$who->email/e;
	is(code(meanwhile($who, $start, $change)), '400 INVALID_PASSWORD',
	    'nor does it set a new one');
	is(person(email => $who->email, password => 'better battery')
	    ->sign_in->status, 401, 'the thief\'s is none');
};

subtest 'a sign-in that a change of password overtakes' => sub {
	my $who = someone();
	my $start = sub { $app->anyone->start('POST',
	    '/api/auth/change-password', json => { newPassword =>
	    'better battery', currentPassword => $who->password,
	    revokeOtherSessions => JSON::PP::true }, headers => {
	    Authorization => 'Bearer ' . $who->bearer }) };
	my $reply = meanwhile($who, $start, 'insert into public.session (id,'
	    . ' token, "userId", "expiresAt", "updatedAt") select \'late\','
	    . " 'late', id, now() + interval '1 day', now() from"
	    . ' public."user" where email = \'' . $who->email . "'");
	is($reply->status, 200, 'changed') or diag $reply->body;
	is(sessions_of($who), 1, 'one session is left: the new one');
};

subtest 'links to a new password' => sub {
	my $who = someone();
	my $token = reset_token($who);
	is($who->post('change-password', { newPassword => 'better battery',
	    currentPassword => $who->password })->status, 200,
	    'the password is changed');
	is(code(reset_with($token, 'third staple')), '400 INVALID_TOKEN',
	    'an older link is none any more');
	$who->{password} = 'better battery';
	is($who->sign_in->status, 200, 'the password is as it was changed');

	$token = reset_token($who);
	$app->sql('delete from throttle');
	$who->post('change-email', { newEmail => 'safe@example.com' });
	is(person()->get(link_to('safe@example.com'))->status, 200,
	    'the address is changed');
	is(code(reset_with($token, 'third staple')), '400 INVALID_TOKEN',
	    'a link sent to the old one is none any more');
};

subtest 'links to another address' => sub {
	my %way = (
		'signed out everywhere' => sub ($who) {
			again($who)->post('revoke-sessions');
		},
		'the password reset' => sub ($who) {
			is(reset_with(reset_token($who), 'better battery')
			    ->status, 200, 'reset');
		},
		'the password changed' => sub ($who) {
			is(again($who)->post('change-password', {
			    newPassword => 'better battery', currentPassword =>
			    $who->password, revokeOtherSessions =>
			    JSON::PP::true })->status, 200, 'changed');
		},
		'another account with that address' => sub ($who) {
			$who->post('delete-user', { password =>
			    $who->password });
			person()->sign_up(email => $who->email)
			    ->status == 200 or die;
		},
	);
	for my $what (sort keys %way) {
		my $who = someone();
		my $thief = again($who);
		my $mine = "thief$n\@example.com";
		$app->sql('delete from throttle');
		is($thief->post('change-email', { newEmail => $mine })
		    ->status, 200, "$what: asked for before");
		my $link = link_to($mine);
		$way{$what}->($who);
		is(code(person()->get($link)), '401 INVALID_TOKEN',
		    'the link is none any more');
		is($app->sql('select count(*) from public."user" where email'
		    . " = '$mine'"), 0, 'the address is not');
	}
};

subtest 'what is stored while its owner goes' => sub {
	# As a turn does it, and as a new task does.
	my %way = (
		'a call' => ['select 1 from taskchat.conversation where'
		    . ' user_id = \'ID\' for update', 'update'
		    . ' taskchat.tool_call set result = \'{}\' where user_id'
		    . ' = \'ID\''],
		'a task' => ['update taskchat.task_counter set last_id ='
		    . ' last_id + 1 where user_id = \'ID\'', 'insert into'
		    . ' taskchat.task (user_id, id, title) select user_id,'
		    . ' last_id, \'x\' from taskchat.task_counter where'
		    . ' user_id = \'ID\''],
	);
	for my $what (sort keys %way) {
		my $who = someone();
		my $id = $who->session->{user}{id};
		my $user = $app->user($id, token => $who->jwt);
		is_answer($user->chat('add a task to buy milk'), $what);
		my ($before, $after) = map { s/ID/$id/gr } @{ $way{$what} };
		my $hold = $fault->hold($before);
		my $call = $app->anyone->start('POST', '/api/auth/delete-user',
		    json => {}, headers => { Authorization => 'Bearer '
		    . $who->bearer });
		$hold->blocks;
		$hold->also($after);
		$hold->also('commit');
		$hold->release;
		is($call->reply->status, 200, 'deleted');
		is($app->sql("select count(*) from $_ where user_id = '$id'"),
		    0, "nothing is left: $_") for qw(conversation message
		    tool_call task task_counter);
	}
};

# As Better Auth's own server makes it, with a key in the same table.
subtest 'a token that names no session' => sub {
	plan skip_all => 'openssl is not installed'
	    if !find_program('openssl');
	my $key = key_pair($app->dir, 'key', 'EdDSA');
	my $public = JSON::PP->new->encode(jwk($key));
	$app->sql('delete from public.jwks');
	$app->sql('insert into public.jwks (id, "publicKey", "privateKey",'
	    . " \"createdAt\") values ('theirs', '$public', '{}', now())");
	my $who = someone();
	my $id = $app->sql('select id from public."user" where email = \''
	    . $who->email . "'");
	my $user = $app->user($id, token => mint_with($key, { sub => $id,
	    iss => $site, aud => $site }, header => { kid => 'theirs' }));
	is($user->get('tasks')->status, 200, 'is good');
	$who->post('delete-user', { password => $who->password });
	is_problem($user->get('tasks'), 401, 'unauthorized', 'until nobody is there any more');
	is_problem($user->post('tasks', { title => 'left behind' }), 401,
	    'unauthorized', 'not to add anything either');
	is($app->sql("select count(*) from task where user_id = '$id'"), 0,
	    'nothing is left behind');
};

$app->restart_workers(settings => { attempts_account => 2 });

subtest 'a reset ends the wait for sign-ins' => sub {
	my $who = someone();
	my $token = reset_token($who);
	$who->sign_in(password => 'wrong horse') for 1 .. 3;
	is($who->sign_in->status, 429, 'somebody tried too often');
	is(reset_with($token, 'better battery')->status, 200, 'reset');
	$who->{password} = 'better battery';
	is($who->sign_in->status, 200, 'whose mailbox it is gets in');
};

done_testing;
