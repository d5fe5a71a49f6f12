# A client of our OAuth server, as a program on somebody's machine or a site
# would be one; over HTTP, but for the page between, whose calls are made as
# the person.
#
#	my $app = App->new(mcp => 'on', accounts => 1)->start;
#	my $it = OAuth->document($app, 'https://app.example/client.json');
#	my $it = OAuth->registered($app, secret => 1);
#	my $tokens = $it->connect($app->user('ann'));	both steps
#
# What it was given goes among the tokens that no log may have.
package OAuth;

use v5.36;
use Digest::SHA qw(sha256 sha256_hex);
use JSON::PP ();
use MIME::Base64 qw(encode_base64url encode_base64);

my $json = JSON::PP->new->utf8->canonical;
my $number = 0;

sub random($bytes) { join '', map { chr int rand 256 } 1 .. $bytes }
sub quoted($text) { defined $text ? "'" . $text =~ s/'/''/gr . "'" : 'null' }

# One that describes itself, and whose description was read just now.
sub document($class, $app, $id, %opt)
{
	my $self = $class->made($app, id => $id, %opt);
	my ($host) = $id =~ m{^https://([^/]+)};
	$app->sql('insert into oauth_client (id, registered, name, host,'
	    . ' redirect_uris, fresh_until) values (' . join(', ',
	    quoted($id), 'false', quoted($opt{name} // 'An app'),
	    quoted($host), quoted($json->encode($self->{redirects})),
	    "now() + interval '1 hour'") . ') on conflict (id) do update set'
	    . ' redirect_uris = excluded.redirect_uris,'
	    . ' fresh_until = excluded.fresh_until');
	return $self;
}

# One that an operator has entered.
sub registered($class, $app, %opt)
{
	my $self = $class->made($app,
	    id => 'tcc_' . encode_base64url(random(32)), %opt);
	$self->{secret} = $opt{secret}
	    ? 'tcs_' . encode_base64url(random(32)) : undef;
	push @{ $app->{tokens} }, $self->{secret} // ();
	$app->sql('insert into oauth_client (id, registered, name,'
	    . ' redirect_uris, secret_hash) values (' . join(', ',
	    quoted($self->{id}), 'true', quoted($opt{name} // 'A site'),
	    quoted($json->encode($self->{redirects})),
	    $opt{secret} ? "'\\x" . sha256_hex($self->{secret}) . "'"
	    : 'null') . ')');
	return $self;
}

sub made($class, $app, %opt)
{
	$opt{redirects} //= ['https://app.example/back'];
	return bless { app => $app, redirect => $opt{redirects}[0],
	    by => 'basic', %opt }, $class;
}

sub id($self) { $self->{id} }

# Another worker's door, say.
sub at($self, $app) { bless { %$self, app => $app }, ref $self }

# What /authorize is opened with; a new verifier and state each time.
sub request($self, %more)
{
	$self->{verifier} = encode_base64url(random(32));
	$self->{state} = 'state ' . ++$number . ' &=%+ä';
	my %all = (client_id => $self->{id}, response_type => 'code',
	    redirect_uri => $self->{redirect}, state => $self->{state},
	    scope => 'tasks:read tasks:write', code_challenge_method => 'S256',
	    code_challenge => encode_base64url(sha256($self->{verifier})),
	    resource => $self->resource, %more);
	delete @all{ grep { !defined $all{$_} } keys %all };
	return $self->{request} = \%all;
}

sub resource($self) { $self->{app}{settings}{public_url} . '/api/mcp' }

# --- the person's side

# What the page is told.
sub question($self, $who, $request = $self->{request}, %opt)
{
	return $who->get('/api/oauth/consent?' . Client::query(%$request),
	    %opt);
}

# What it says: allow => and scopes => as wanted.
sub answer($self, $who, %opt)
{
	my $request = delete $opt{request} // $self->{request};
	my $headers = delete $opt{headers};
	return $who->post('/api/oauth/consent', { allow => JSON::PP::true,
	    scopes => ['tasks:read', 'tasks:write'], request => $request,
	    %opt }, $headers ? (headers => $headers) : ());
}

# Where the browser goes, cut in two: the address and its query.
sub parts($reply)
{
	my ($to, $query) = split /\?/, $reply->json->{redirect_to}, 2;
	my %query = map { map { s/%(..)/chr hex $1/ger } split /=/, $_, 2 }
	    split /&/, $query;
	utf8::decode($_) for values %query;
	return ($to, \%query);
}

sub keep($self, @tokens)
{
	push @{ $self->{app}{tokens} }, grep { defined } @tokens;
}

# The code a person's yes gave.
sub code($self, $who, %opt)
{
	my %answer = map { exists $opt{$_} ? ($_ => delete $opt{$_}) : () }
	    qw(scopes);
	$self->request(%opt);
	my $reply = $self->answer($who, %answer);
	die $reply->body if $reply->status != 200;
	my (undef, $query) = parts($reply);
	$self->keep($query->{code});
	return $query->{code} // die $reply->body;
}

# --- the client's side

sub start_form($self, $path, $form, %opt)
{
	my %headers = ('Content-Type' =>
	    'application/x-www-form-urlencoded');
	my %form = %$form;
	if ($self->{secret} && $self->{by} eq 'basic') {
		$headers{Authorization} = 'Basic ' . encode_base64(
		    "$self->{id}:$self->{secret}", '');
	} else {
		$form{client_id} //= $self->{id};
		$form{client_secret} //= $self->{secret};
	}
	delete @form{ grep { !defined $form{$_} } keys %form };
	return $self->{app}->anyone->start('POST', $path,
	    headers => { %headers, %{ $opt{headers} // {} } },
	    body => $opt{body} // Client::query(%form));
}

sub form($self, @more)
{
	my $reply = $self->start_form(@more)->reply;
	my $data = eval { $reply->json };
	$self->keep(@$data{qw(access_token refresh_token)})
	    if ref $data eq 'HASH';
	return $reply;
}

sub start_exchange($self, $code, %more)
{
	return $self->start_form('/api/oauth/token',
	    $self->exchange_form($code, %more));
}

sub exchange_form($self, $code, %more)
{
	return { grant_type => 'authorization_code', code => $code,
	    redirect_uri => $self->{redirect},
	    code_verifier => $self->{verifier}, %more };
}

sub exchange($self, $code, %more)
{
	return $self->form('/api/oauth/token',
	    $self->exchange_form($code, %more));
}

sub renew($self, $token, %more)
{
	return $self->form('/api/oauth/token', {
	    grant_type => 'refresh_token', refresh_token => $token, %more });
}

sub revoke($self, $token, %more)
{
	return $self->form('/api/oauth/revoke', { token => $token, %more });
}

# From nothing to tokens.
sub connect($self, $who, %opt)
{
	my $reply = $self->exchange($self->code($who, %opt));
	die $reply->body if $reply->status != 200;
	return $reply->json;
}

1;
