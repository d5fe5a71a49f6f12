# Bearer tokens, honest ones and every kind of lie.
package Token;

use v5.36;
use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512);
use Exporter 'import';
use File::Temp ();
use JSON::PP ();
use MIME::Base64 qw(encode_base64url);

our @EXPORT_OK = qw(mint sign b64 openssl key_pair jwk mint_with sign_with);

my $json = JSON::PP->new->utf8->canonical;

sub b64($bytes) { encode_base64url($bytes) }

# A token out of the text of its parts, whatever they say.
sub sign($secret, $header, $payload, $hmac = \&hmac_sha256)
{
	my $signed = b64($header) . '.' . b64($payload);
	return $signed . '.' . b64($hmac->($signed, $secret));
}

# mint($secret, { sub => 'ann' }): signed with HS256, good for an hour.  A
# claim given as undef is left out.
sub mint($secret, $claims, %opt)
{
	my %claims = (iat => time, exp => time + 3600, %$claims);
	delete @claims{ grep { !defined $claims{$_} } keys %claims };
	my %header = (alg => 'HS256', typ => 'JWT', %{ $opt{header} // {} });
	delete @header{ grep { !defined $header{$_} } keys %header };
	my %hmac = (HS384 => \&hmac_sha384, HS512 => \&hmac_sha512);
	return sign($secret, $json->encode(\%header), $json->encode(\%claims),
	    $hmac{ $opt{sign} // '' } // \&hmac_sha256);
}

# --- key pairs, by the openssl command

# Its standard output; dies with what it said.
sub openssl(@argv)
{
	my $said = File::Temp->new;
	my $pid = open(my $out, '-|') // die "fork: $!";
	if ($pid == 0) {
		open STDERR, '>', "$said" or exit 127;
		exec 'openssl', @argv or exit 127;
	}
	binmode $out;
	local $/;
	my $text = <$out> // '';
	return $text if close $out;
	open my $in, '<', "$said";
	die "openssl @argv: ", <$in> // '', "\n";
}

my %made = (
	RS => [qw(-algorithm RSA -pkeyopt rsa_keygen_bits:2048)],
	EdDSA => [qw(-algorithm ED25519)],
	ES256 => [qw(-algorithm EC -pkeyopt ec_paramgen_curve:P-256)],
	ES384 => [qw(-algorithm EC -pkeyopt ec_paramgen_curve:P-384)],
);

# A key for that alg: { alg, private, public (paths), pem, der }.  Files are
# readable by everybody.
sub key_pair($dir, $name, $alg)
{
	my %key = (alg => $alg, private => "$dir/$name.key",
	    public => "$dir/$name.pem");
	openssl('genpkey', @{ $made{ $alg =~ /^[RP]S/ ? 'RS' : $alg } },
	    '-out', $key{private});
	openssl('pkey', '-in', $key{private}, '-pubout', '-out', $key{public});
	$key{der} = openssl('pkey', '-in', $key{private}, '-pubout',
	    '-outform', 'DER');
	$key{pem} = openssl('pkey', '-in', $key{private}, '-pubout');
	chmod 0644, $key{private}, $key{public};
	return \%key;
}

# Its public half as a JSON Web Key (a hash), with more members.
sub jwk($key, %more)
{
	my %jwk = (alg => $key->{alg});
	if ($key->{alg} eq 'EdDSA') {
		%jwk = (%jwk, kty => 'OKP', crv => 'Ed25519',
		    x => b64(substr $key->{der}, -32));
	} elsif ($key->{alg} =~ /^ES(256|384)/) {
		my $n = $1 / 8;
		%jwk = (%jwk, kty => 'EC', crv => "P-$1",
		    x => b64(substr $key->{der}, -2 * $n, $n),
		    y => b64(substr $key->{der}, -$n));
	} else {
		my ($hex) = openssl('rsa', '-in', $key->{private}, '-modulus',
		    '-noout') =~ /Modulus=([0-9A-F]+)/;
		%jwk = (%jwk, kty => 'RSA', e => 'AQAB',
		    n => b64(pack 'H*', $hex));
	}
	return { %jwk, %more };
}

# r and s of a DER sequence, each in n bytes (RFC 7518 section 3.4).
sub plain_ecdsa($der, $n)
{
	my ($r, $s) = $der =~ /^\x30(?:\x81)?.\x02(.*)$/s
	    ? do { my $rest = $1;
	        my $rn = ord $rest;
	        (substr($rest, 1, $rn), substr($rest, $rn + 3)) }
	    : die "no ECDSA signature\n";
	return join '', map { substr("\0" x $n . s/^\0+//r, -$n) } $r, $s;
}

sub signature($key, $text)
{
	my $in = File::Temp->new;
	binmode $in;
	print $in $text;
	close $in;
	my ($kind, $bits) = $key->{alg} =~ /^(\w\w)(\d+)?/;
	return openssl('pkeyutl', '-sign', '-inkey', $key->{private},
	    '-rawin', '-in', "$in") if $kind eq 'Ed';
	my @pss = $kind ne 'PS' ? () : ('-sigopt', 'rsa_padding_mode:pss',
	    '-sigopt', 'rsa_pss_saltlen:digest');
	my $made = openssl('dgst', "-sha$bits", '-sign', $key->{private},
	    @pss, "$in");
	return $kind eq 'ES' ? plain_ecdsa($made, $bits / 8) : $made;
}

# A token of the text of its parts, signed as the key says, whatever the
# header says.
sub sign_with($key, $header, $payload)
{
	my $signed = b64($header) . '.' . b64($payload);
	return $signed . '.' . b64(signature($key, $signed));
}

# mint_with($key, { sub => 'ann' }, header => { kid => 'a' })
sub mint_with($key, $claims, %opt)
{
	my %claims = (iat => time, exp => time + 3600, %$claims);
	delete @claims{ grep { !defined $claims{$_} } keys %claims };
	my %header = (alg => $key->{alg}, %{ $opt{header} // {} });
	delete @header{ grep { !defined $header{$_} } keys %header };
	return sign_with($key, $json->encode(\%header),
	    $json->encode(\%claims));
}

1;
