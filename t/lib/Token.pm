# Bearer tokens, honest ones and every kind of lie.
package Token;

use v5.36;
use Digest::SHA qw(hmac_sha256 hmac_sha384 hmac_sha512);
use Exporter 'import';
use JSON::PP ();
use MIME::Base64 qw(encode_base64url);

our @EXPORT_OK = qw(mint sign b64);

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

1;
