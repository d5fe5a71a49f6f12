#!/usr/bin/perl
# The command line: what goes with what, where settings come from, and that
# every refusal is one line on standard error and a status.
use v5.36;
use utf8;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";
use JSON::PP qw(decode_json);
use MIME::Base64 qw(decode_base64url);
use Proc qw(run);
use Test::More;

my $top = abs_path("$FindBin::Bin/..");
my $build = abs_path($ENV{TASKCHAT_BUILD} // "$top/build");
my $program = "$build/taskchat";
plan(skip_all => "$program is not built") if !-x $program;

my $dir = tempdir('tc-command-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $secret = 'a secret of the test, of over 32 bytes';
my %usual = (TASKCHAT_JWT_SECRET => $secret,
    TASKCHAT_DATABASE_URL => "host=$dir dbname=nonexistent");

sub put($name, $text)
{
	open my $out, '>', "$dir/$name" or die "$dir/$name: $!";
	print $out $text;
	close $out or die "$dir/$name: $!";
	return "$dir/$name";
}

# Nothing from outside reaches it but what a test gives it.
sub taskchat($env, @argv)
{
	my ($status, $out, $err) = run([$program, @argv], env => $env,
	    as_root => 1);
	return ($status >> 8, $out, $err);
}

sub refused($env, $argv, $want, $why)
{
	my ($status, $out, $err) = taskchat($env, @$argv);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	subtest "@$argv: $why" => sub {
		is($status, $want, 'status');
		is($out, '', 'nothing on standard output');
		like($err, qr/\Ataskchat: .*$why.*\n\z/, 'one line says why');
		unlike($err, qr/\Q$secret\E/, 'without the secret');
	};
}

# --- usage

refused(\%usual, $_->[0], 2, $_->[1]) for
    [['nonsense'], 'unknown command'],
    [['check', 'twice'], 'too many arguments'],
    [['migrate', '--user', 'ann'], 'does not go with this command'],
    [['version', '-n'], 'does not go with this command'],
    [['token'], '--user ID is missing'],
    (map { [['token', '--user', $_], '1 to 255 bytes of UTF-8'] }
	'', 'x' x 256, "a\nb", "a\x7f", "\xff", "\xc2\x85"),
    (map { [['token', '--user', 'ann', '--hours', $_],
	'a whole number from 1 to 8760'] }
	'', '0', '8761', '-1', '1.5', '10000', '1h'),
    [['client', '--redirect', 'app:/b'], 'go with --add'],
    [['client', '--secret'], 'go with --add'],
    [['client', '--remove', 'x', '--secret'], 'go with --add'],
    [['client', '--add', 'x', '--remove', 'x'], 'do not go together'],
    [['client', '--add', 'x'], '--redirect URI is missing'],
    [['client', '--add', 'x', map { ('--redirect', "app:/$_") } 1 .. 33],
	'at most 32'],
    [['client', '--user', 'ann'], 'does not go with this command'],
    [['keys', '--add', 'x'], 'does not go with this command'],
    (map { [['client', '--redirect', 'app:/b', '--add', $_],
	'a name of 1 to 100 characters'] }
	'', 'x' x 101, "a\nb", ' a', 'a  b', "\xff", "a\xe2\x80\xaeb"),
    (map { [['client', '--add', 'x', '--redirect', 'app:/b', '--redirect',
	$_], 'expected an https address'] }
	'', 'http://app.example/', 'javascript:x', 'https://app.example/#',
	"https://app.example/\n", 'https://app.example/' . 'x' x 2000);
{
	my ($status, $out) = taskchat({}, 'version');
	is($status, 0, 'version');
	like($out, qr/\Ataskchat \d+\.\d+\S*\n\z/, 'its one line');
	is((taskchat({}, '--version'))[1], $out, '... as --version');
	is((taskchat({}, 'help'))[1], (taskchat({}, '-h'))[1], 'help, -h');
}

# --- what is missing

my ($url) = map { { TASKCHAT_DATABASE_URL => $_ } }
    $usual{TASKCHAT_DATABASE_URL};
refused($url, ['-n'], 2, 'jwt_secret: not set; nobody could sign in');
refused($url, ['token', '--check', '-'], 2, 'nobody could sign in');
refused($url, ['token', '--user', 'ann'], 2,
    'jwt_secret: not set; tokens are signed with it');
refused({ TASKCHAT_JWT_SECRET => $secret }, $_, 2, 'database_url: not set')
    for ['-n'], ['migrate'], ['client'];
refused({ %usual, TASKCHAT_THREADS => 0 }, $_, 2, 'THREADS: ')
    for ['-n'], ['migrate'], ['check'], ['keys'], ['client'],
    ['token', '--user', 'ann'], ['token', '--check', '-'];
{
	my ($status, $out, $err) = taskchat($url, 'check');
	is($status, 2, 'check: nobody could sign in');
	like($out, qr/^database_url = /m, 'the settings are shown first');
	like($err, qr/nobody could sign in/, 'and then why not');
	($status, $out, $err) = taskchat(\%usual, 'check');
	is($status, 1, 'check: a database that is not there');
	like($err, qr/\Ataskchat: .+\n\z/, '... is told');
	unlike($out, qr/database OK/, '... and not called good');
	unlike("$out$err", qr/\Q$secret\E/, '... without the secret');
}

# --- models

{
	my $models = sub ($out) { join '', $out =~ /^(model [^=].*\n)/mg };
	my $conf = put('models.conf', <<~'END');
		models = near, far, builtin
		model.far.url = https://a.b/v1?x=1
		model.far.name = far-model
		model.far.key = the key of far
		model.near.url = http://[::1]:1/v1
		model.near.name = near-model
		END
	my ($status, $out, $err) = taskchat(\%usual, '-f', $conf, 'check');
	is($models->($out), <<~'END', 'check names each');
		model near-model (openai) at http://[::1]:1/v1/chat/completions
		model far-model (openai) at https://a.b/v1/chat/completions?x=1
		model builtin
		END
	like($out, qr/^model\.far\.key = \.+$/m, 'with all settings');
	unlike("$out$err", qr/the key of far/, '... but for the key');
	($status, $out) = taskchat({ %usual, TASKCHAT_MODEL => 'openai',
		TASKCHAT_MODEL_URL => 'https://far.example/v1',
		TASKCHAT_MODEL_NAME => 'far-model' }, 'check');
	is($models->($out),
	    "model far-model (openai) at https://far.example/v1"
	    . "/chat/completions\n", 'one alone');
	($status, $out) = taskchat(\%usual, 'check');
	is($models->($out), "model builtin\n", 'the built-in one alone');
	is((taskchat(\%usual, '-f', $conf, '-n'))[0], 0, '-n');
	refused({ %usual, TASKCHAT_MODELS => 'near, x' }, ['-f', $conf, $_], 2,
	    'models: there is no model x') for 'check', '-n';
	refused({ %usual, TASKCHAT_MODELS => 'near' }, ['-f', $conf, $_], 2,
	    'model.far: nobody asks it') for 'check', '-n';
}

# --- MCP

{
	my %site = (%usual, TASKCHAT_PUBLIC_URL => 'https://chat.example');
	my %accounts = (%site, TASKCHAT_ACCOUNTS => 'on',
	    TASKCHAT_AUTH_SECRET => $secret);
	my %issuer = (%site, TASKCHAT_ISSUER_SITE_SECRET => $secret,
	    TASKCHAT_ISSUER_SITE_ISS => 'https://auth.example/');
	my $mcp = sub ($env) {
		my ($out) = (taskchat($env, 'check'))[1];
		return $out =~ /^mcp ((?:at|is) .*)$/m ? $1 : undef;
	};
	is($mcp->(\%usual), 'is not there: public_url is not set',
	    'check: no MCP without public_url');
	is($mcp->({ %site, TASKCHAT_MCP => 'off' }),
	    'is not there: mcp = off', '... nor when it is off');
	like($mcp->(\%site), qr{\Aat \S+/api/mcp, tokens by hand only},
	    '... tokens by hand');
	is($mcp->(\%accounts), 'at https://chat.example/api/mcp, '
	    . 'tokens from https://chat.example (this service)',
	    '... of our own');
	is($mcp->({ %issuer, TASKCHAT_ISSUER_SITE_COOKIE => 'a' }),
	    'at https://chat.example/api/mcp, tokens from '
	    . 'https://chat.example (this service)',
	    '... for those of an issuer whose cookie we read');
	is($mcp->({ %issuer, TASKCHAT_MCP_AUTHORIZATION_SERVER =>
	    'https://auth.example/' }), 'at https://chat.example/api/mcp, '
	    . 'tokens from https://auth.example/', '... of an issuer');
	is($mcp->({ %site, TASKCHAT_JWT_ISSUER => 'https://jwt.example',
	    TASKCHAT_MCP_AUTHORIZATION_SERVER => 'https://jwt.example' }),
	    'at https://chat.example/api/mcp, tokens from '
	    . 'https://jwt.example', '... of who has jwt_secret');
	refused({ %issuer, TASKCHAT_MCP_AUTHORIZATION_SERVER => $_ }, ['-n'],
	    2, "mcp_authorization_server: expected the iss of one of the "
	    . "issuers, .*; got \"\Q$_\E\"")
	    for 'https://auth.example', 'https://auth.example/x',
	    'https://chat.example';
	refused({ %usual, TASKCHAT_MCP_AUTHORIZATION_SERVER => 'nonsense' },
	    ['-n'], 2, 'MCP_AUTHORIZATION_SERVER: expected');
}

# --- where settings come from

{
	my $one = put('one.conf', "jwt_secret = $secret\nthreads = 3\n");
	my $two = put('two.conf', "jwt_secret = $secret\nthreads = 5\n");
	my $threads = sub ($env, @argv) {
		my ($out) = (taskchat($env, @argv, 'check'))[1];
		return $out =~ /^threads = (\d+)$/m ? $1 : undef;
	};
	my %conf = (TASKCHAT_CONF => $one);
	is($threads->(\%conf), 3, 'TASKCHAT_CONF names a file');
	is($threads->(\%conf, '-f', $two), 5, '-f goes before it');
	is($threads->({ %conf, TASKCHAT_THREADS => 7 }), 7,
	    'a variable goes before both');
	refused({ TASKCHAT_CONF => "$dir/nothing" }, ['-n'], 2,
	    "$dir/nothing");
	is((taskchat({ %usual, TASKCHAT_CONF => '' }, '-n'))[1],
	    "settings OK\n", 'an empty TASKCHAT_CONF is none');
	is((taskchat(\%usual, '-n', '--listen', '127.0.0.1:1'))[1],
	    "settings OK\n", '-n with an address');
}

# --- serving does not begin

refused({ %usual, TASKCHAT_LOG => "$dir/nothing/log" }, [], 2,
    "log $dir/nothing/log: No such file");
refused(\%usual, ['--listen', "$dir/" . 'x' x 200], 2, 'listen');
{
	my $log = "$dir/log";
	my ($status, undef, $err) = taskchat({ %usual, TASKCHAT_LOG => $log,
	    TASKCHAT_ISSUER_SITE_ISS => 'https://site.example',
	    TASKCHAT_ISSUER_SITE_AUDIENCE => 'us',
	    TASKCHAT_ISSUER_SITE_ALGORITHM => 'EdDSA',
	    TASKCHAT_ISSUER_SITE_KEY_FILE => "$dir/nothing" },
	    '--listen', "$dir/socket");
	is($status, 2, 'a key file that is not there');
	like($err, qr/\Ataskchat: issuer\.site\.key_file: \Q$dir\E\/nothing/,
	    'is told on standard error');
	like(Proc::slurp($log), qr/level=error .*issuer\.site\.key_file/,
	    '... and in the log that is a file');
}

# --- tokens

sub claims($token)
{
	return decode_json(decode_base64url((split /\./, $token)[1]));
}

{
	my %more = (%usual, TASKCHAT_JWT_ISSUER => 'https://issuer.example',
	    TASKCHAT_JWT_AUDIENCE => 'tasks');
	my ($status, $token) = taskchat(\%more, 'token', '--user', "a/b c",
	    '--hours', 2);
	is($status, 0, 'a token');
	my $claims = claims($token);
	is($claims->{exp} - $claims->{iat}, 7200, 'for two hours');
	is_deeply([@$claims{qw(sub iss aud)}], ['a/b c',
	    'https://issuer.example', 'tasks'], 'as the settings want it');
	my $file = put('token', $token);
	my @check = ('token', '--check', $file);
	my ($good, $out) = taskchat(\%more, @check);
	is($good, 0, '--check finds it good');
	like($out, qr/^User: +a\/b c$/m, '... and whose it is');
	is((taskchat(\%usual, @check))[0], 0, 'who asks for no iss takes it');
	my ($bad, $said) = taskchat({ %more, TASKCHAT_JWT_AUDIENCE => 'x' },
	    @check);
	is($bad, 1, 'with another audience it is refused');
	like($said, qr/^Audience: +REFUSED/m, '... for that');
	is_deeply([sort keys %{ claims((taskchat(\%usual, 'token', '--user',
	    'ann'))[1]) }], [qw(exp iat sub)], 'no iss and aud unless set');
	my $large = put('large', 'x' x 1_100_000);
	refused(\%more, ['token', '--check', $large], 2, 'File too large');
	refused(\%more, ['token', '--check', $dir], 2, 'Is a directory');
	refused({ %more, TASKCHAT_ISSUER_SITE_ISS => 'https://site.example',
	    TASKCHAT_ISSUER_SITE_AUDIENCE => 'us',
	    TASKCHAT_ISSUER_SITE_JWKS_FILE => "$dir/nothing" }, \@check, 2,
	    'issuer.site.jwks_file');
}

{
	my %site = (%usual, TASKCHAT_PUBLIC_URL => 'https://chat.example');
	my @mcp = ('token', '--user', 'ann', '--mcp');
	my ($status, $token) = taskchat({ %site, TASKCHAT_JWT_AUDIENCE =>
	    'tasks' }, @mcp, '--hours', 720);
	is($status, 0, 'a token for MCP');
	my $claims = claims($token);
	is_deeply([sort keys %$claims], [qw(aud exp iat scope sub)],
	    'has no iss unless it is set');
	is_deeply([@$claims{qw(sub aud scope)}], ['ann',
	    'https://chat.example/api/mcp', 'tasks:read tasks:write'],
	    '... is for MCP alone, to read and to write');
	is($claims->{exp} - $claims->{iat}, 720 * 3600, '... for 720 hours');
	my $file = put('token', $token);
	my ($good, $out) = taskchat(\%site, 'token', '--check', $file);
	is($good, 0, '--check finds it good');
	like($out, qr{^Audience: +aud has https://chat.example/api/mcp$}m,
	    '... for its audience');
	like($out, qr/^Scopes: +tasks:read tasks:write$/m, '... its scopes');
	like($out, qr{^Good for: +MCP \(\S+/api/mcp\) alone$}m,
	    '... and where');
	for my $what ('read', 'write') {
		my ($text) = (taskchat({ %site, TASKCHAT_JWT_ISSUER =>
		    'https://jwt.example' }, @mcp, '--scope', $what))[1];
		is_deeply([@{ claims($text) }{qw(iss scope)}],
		    ['https://jwt.example', "tasks:$what"], "$what alone");
	}
	refused(\%usual, \@mcp, 2, 'public_url: not set; a token for MCP');
	refused({ %site, TASKCHAT_MCP => 'off' }, \@mcp, 2, 'mcp: off');
	refused({ %site, TASKCHAT_JWT_SECRET => '' }, \@mcp, 2,
	    'jwt_secret: not set');
	refused(\%site, [@mcp, '--scope', $_], 2, 'expected read or write')
	    for '', 'all', 'tasks:read';
	refused(\%site, [@mcp[0 .. 2], '--scope', 'read'], 2,
	    '--scope goes with --mcp');
	refused(\%site, ['token', '--check', $file, '--mcp'], 2,
	    '--check goes alone');
	refused(\%site, ['check', '--mcp'], 2, 'does not go with this');
}

# --- output that does not arrive

SKIP: {
	skip('there is no /dev/full', 2) if !-c '/dev/full';
	for my $what (['version'], ['help'], ['check', '--routes'],
	    ['check', '--settings'], ['check', '--headers'], ['check'],
	    ['token', '--user', 'ann'], ['-n']) {
		my ($status, undef, $err) = run(['/bin/sh', '-c',
		    'exec "$0" "$@" >/dev/full', $program, @$what],
		    env => \%usual, as_root => 1);
		is($status >> 8, 1, "@$what: a full disk is a failure");
		like($err, qr/\Ataskchat: write: No space left/,
		    '... and is told');
	}
}

done_testing;
