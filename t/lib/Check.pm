# Assertions that many test files share: about replies, and about programs
# that are tests themselves.
package Check;

use v5.36;
use Exporter 'import';
use Test::More ();

our @EXPORT = qw(is_problem is_answer same_problem passes);

# An RFC 9457 problem document, complete, and ours.
sub is_problem($reply, $status, $code, $name)
{
	my $why = problem_fault($reply, $status, $code);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return Test::More::ok(!defined $why, "$name: $status $code")
	    || Test::More::diag("$why\nstatus ", $reply->status, "\n",
	        substr $reply->body, 0, 2000);
}

sub problem_fault($reply, $status, $code)
{
	return 'another status' if $reply->status != $status;
	return 'not application/problem+json'
	    if $reply->type ne 'application/problem+json';
	my $p = $reply->json;
	return 'another code' if ($p->{code} // '') ne $code;
	return 'status in the body differs' if ($p->{status} // 0) != $status;
	return 'no title' if !length($p->{title} // '');
	return 'no detail' if !length($p->{detail} // '');
	my $id = $reply->header('X-Request-Id') // '';
	return 'no X-Request-Id' if !length $id;
	return 'request_id is not X-Request-Id'
	    if ($p->{request_id} // '') ne $id;
	return 'no Cache-Control: no-store'
	    if ($reply->header('Cache-Control') // '') ne 'no-store';
	return 'no WWW-Authenticate' if $status == 401
	    && ($reply->header('WWW-Authenticate') // '') !~ /^Bearer/;
	return 'no Allow' if $status == 405
	    && !defined $reply->header('Allow');
	return 'no Retry-After' if $status == 503
	    && ($reply->header('Retry-After') // '') !~ /^\d+$/;
	return undef;
}

# Two replies nobody could tell apart, but for the request's id.
sub same_problem($one, $other, $name)
{
	my @json = map { my %p = %{ $_->json }; delete $p{request_id}; \%p }
	    $one, $other;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return Test::More::is_deeply([$one->status, $json[0]],
	    [$other->status, $json[1]], $name);
}

# A chat answer of the promised shape.
sub is_answer($reply, $name)
{
	my $why = answer_fault($reply);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return Test::More::ok(!defined $why, $name)
	    || Test::More::diag("$why\nstatus ", $reply->status, "\n",
	        substr $reply->body, 0, 2000);
}

sub answer_fault($reply)
{
	return 'not 200' if $reply->status != 200;
	return 'not JSON' if $reply->type ne 'application/json';
	my $j = $reply->json;
	return 'conversation_id is no UUID' if ($j->{conversation_id} // '')
	    !~ /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
	return 'message_id is no number' if ($j->{message_id} // '')
	    !~ /^\d+$/;
	return 'no response' if !defined $j->{response};
	return 'tool_calls is no list' if ref $j->{tool_calls} ne 'ARRAY';
	for my $call (@{ $j->{tool_calls} }) {
		return 'a tool call without id' if !length($call->{id} // '');
		return 'a tool call without name'
		    if !length($call->{name} // '');
		return 'arguments are no object'
		    if ref $call->{arguments} ne 'HASH';
		return 'a tool call without result' if !ref $call->{result};
	}
	if (my $c = $j->{confirmation}) {
		return 'confirmation without id' if !length($c->{id} // '');
		return 'confirmation without summary'
		    if !length($c->{summary} // '');
		return 'expires_at is no time' if ($c->{expires_at} // '')
		    !~ /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
		return 'confirmation without actions'
		    if ref $c->{actions} ne 'ARRAY' || !@{ $c->{actions} };
	}
	return undef;
}

# What a program of t/unit printed, and how it ended: its results are ours.
sub passes($name, $status, $out, $err)
{
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return Test::More::subtest($name => sub {
		my $n = 0;
		for (split /\n/, $out) {
			if (/^(not )?ok \d+ - (.*)/) {
				Test::More::ok(!$1, $2);
				$n++;
			} elsif (/^# /) {
				Test::More::note($_);
			}
		}
		Test::More::like($out, qr/^1\.\.$n$/m,
		    'the program came to its end');
		Test::More::is($status, 0, 'and ended well')
		    or Test::More::diag($out, $err);
	});
}

1;
