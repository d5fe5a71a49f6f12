#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "auth/jws.h"

#define SECRET_MAX	(64 * 1024)
#define RSA_BITS_MIN	2048	/* RFC 7518 section 3.3 */
#define RSA_BITS_MAX	8192	/* a check takes time, which grows with it */
#define RSA_E_BITS_MAX	64
#define ED25519_BYTES	32
#define ED25519_SIGNATURE_BYTES	64
#define DER_SIGNATURE_MAX	128	/* an ECDSA signature of P-384: 104 */

enum family { HMAC_SECRET, RSA_PKCS1, RSA_PSS, ECDSA, ED25519 };

/* RFC 7518 sections 3.2 to 3.5: bytes is the hash's, and a field's. */
static const struct recipe {
	enum family	 family;
	const char	*hash;		/* NULL: the algorithm has its own */
	const char	*curve;		/* libcrypto's name */
	size_t		 bytes;
} recipes[JWT_ALGS] = {
	[JWT_HS256] = { HMAC_SECRET, "SHA256", NULL, 32 },
	[JWT_HS384] = { HMAC_SECRET, "SHA384", NULL, 48 },
	[JWT_HS512] = { HMAC_SECRET, "SHA512", NULL, 64 },
	[JWT_RS256] = { RSA_PKCS1, "SHA256", NULL, 32 },
	[JWT_RS384] = { RSA_PKCS1, "SHA384", NULL, 48 },
	[JWT_RS512] = { RSA_PKCS1, "SHA512", NULL, 64 },
	[JWT_PS256] = { RSA_PSS, "SHA256", NULL, 32 },
	[JWT_ES256] = { ECDSA, "SHA256", "prime256v1", 32 },
	[JWT_ES384] = { ECDSA, "SHA384", "secp384r1", 48 },
	[JWT_EDDSA] = { ED25519, NULL, NULL, 32 }
};

static const struct recipe *
recipe_of(enum jwt_algorithm alg)
{
	return alg >= 0 && alg < JWT_ALGS ? &recipes[alg] : NULL;
}

static const char *
rsa_unfit(const EVP_PKEY *pkey)
{
	int bits = EVP_PKEY_get_bits(pkey);
	const char *why = NULL;
	BIGNUM *e = NULL;

	if (!EVP_PKEY_is_a(pkey, "RSA"))
		return "not an RSA key";
	if (bits < RSA_BITS_MIN)
		return "RSA of fewer than 2048 bits";
	if (bits > RSA_BITS_MAX)
		return "RSA of more than 8192 bits";
	if (!EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) ||
	    !BN_is_odd(e) || BN_is_one(e) || BN_num_bits(e) > RSA_E_BITS_MAX)
		why = "an RSA exponent that is even, 1, or over 64 bits";
	BN_free(e);
	return why;
}

/*
 * A curve given by its numbers is refused even where libcrypto finds a name
 * for them: nobody publishes such a key but to deceive.
 */
static const char *
curve_unfit(const EVP_PKEY *pkey, const char *curve)
{
	int by_numbers = 0;
	char name[80];

	if (!EVP_PKEY_is_a(pkey, "EC"))
		return "not an elliptic curve's key";
	if (!EVP_PKEY_get_group_name(pkey, name, sizeof(name), NULL) ||
	    strcmp(name, curve) != 0)
		return "a key of another curve";
	EVP_PKEY_get_int_param(pkey,
	    OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &by_numbers);
	return by_numbers ? "a curve without a name" : NULL;
}

/*
 * The points whose order divides 8, by their y (RFC 8032 section 5.1.2, the
 * sign of x left out): under such a key a signature can be made without a
 * private half.  y and y + p are one number to libcrypto; RFC 8032 section
 * 5.1.3 allows only the smaller.
 */
static bool
ed25519_small(const unsigned char key[ED25519_BYTES])
{
	static const unsigned char small[][ED25519_BYTES] = {
		{ 0x00 },
		{ 0x01 },
		{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0,
		  0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		  0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39,
		  0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
		{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f,
		  0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		  0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
		  0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
	};
	unsigned char y[ED25519_BYTES];
	size_t i;

	memcpy(y, key, sizeof(y));
	y[ED25519_BYTES - 1] &= 0x7f;
	for (i = 0; i < sizeof(small) / sizeof(small[0]); i++)
		if (memcmp(y, small[i], sizeof(y)) == 0)
			return true;
	for (i = 1; i < ED25519_BYTES - 1; i++)
		if (y[i] != 0xff)
			return false;
	/* p - 1 is of order 2, p and beyond are not written canonically. */
	return y[ED25519_BYTES - 1] == 0x7f && y[0] >= 0xec;
}

static const char *
ed25519_unfit(const EVP_PKEY *pkey)
{
	unsigned char key[ED25519_BYTES];
	size_t n = sizeof(key);

	if (!EVP_PKEY_is_a(pkey, "ED25519") ||
	    !EVP_PKEY_get_raw_public_key(pkey, key, &n))
		return "not an Ed25519 key";
	return ed25519_small(key) ? "a point of small order" : NULL;
}

static const char *
secret_unfit(const struct recipe *r, struct str secret)
{
	if (secret.p == NULL || secret.n < r->bytes)
		return "a secret shorter than its hash";
	return secret.n > SECRET_MAX ? "a secret that is too long" : NULL;
}

const char *
jws_unfit(const struct jwt_key *key)
{
	const struct recipe *r = recipe_of(key->alg);
	const char *why;

	if (r == NULL)
		return "no algorithm";
	if (r->family == HMAC_SECRET)
		return secret_unfit(r, key->secret);
	if (key->pkey == NULL)
		return "no key";
	if (r->family == ECDSA)
		why = curve_unfit(key->pkey, r->curve);
	else if (r->family == ED25519)
		why = ed25519_unfit(key->pkey);
	else
		why = rsa_unfit(key->pkey);
	if (why != NULL)
		ERR_clear_error();
	return why;
}

enum jwt_algorithm
jws_alg(const struct evp_pkey_st *pkey, enum jwt_algorithm alg)
{
	int i;

	if (alg != JWT_ANY)
		return alg;
	if (EVP_PKEY_is_a(pkey, "RSA"))
		return JWT_RS256;
	if (EVP_PKEY_is_a(pkey, "ED25519"))
		return JWT_EDDSA;
	for (i = 0; i < JWT_ALGS; i++)
		if (recipes[i].family == ECDSA &&
		    curve_unfit(pkey, recipes[i].curve) == NULL)
			return (enum jwt_algorithm)i;
	return JWT_ANY;
}

bool
jws_is_hmac(enum jwt_algorithm alg)
{
	const struct recipe *r = recipe_of(alg);

	return r != NULL && r->family == HMAC_SECRET;
}

size_t
jws_size(const struct jwt_key *key)
{
	const struct recipe *r = &recipes[key->alg];

	switch (r->family) {
	case HMAC_SECRET:
		return r->bytes;
	case ECDSA:
		return 2 * r->bytes;
	case ED25519:
		return ED25519_SIGNATURE_BYTES;
	case RSA_PKCS1:
	case RSA_PSS:
		break;
	}
	return (size_t)EVP_PKEY_get_size(key->pkey);
}

static bool
hmac(const struct jwt_key *key, struct str text,
    unsigned char out[EVP_MAX_MD_SIZE])
{
	const struct recipe *r = &recipes[key->alg];
	unsigned int n = 0;

	return HMAC(EVP_get_digestbyname(r->hash), key->secret.p,
	    (int)key->secret.n, (const unsigned char *)text.p, text.n,
	    out, &n) != NULL && n == r->bytes;
}

/* RFC 7518 section 3.5: the salt is as long as the hash, MGF1 uses it too. */
static bool
padding_set(const struct recipe *r, EVP_PKEY_CTX *ctx)
{
	return r->family != RSA_PSS ||
	    (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0);
}

/* RFC 7518 section 3.4: r and s, each as long as the field.  DER in out. */
static size_t
ecdsa_to_der(const struct recipe *recipe, struct str rs, unsigned char *out)
{
	const unsigned char *p = (const unsigned char *)rs.p;
	int half = (int)recipe->bytes, n = 0;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(p, half, NULL);
	BIGNUM *s = BN_bin2bn(p + half, half, NULL);

	if (sig != NULL && ECDSA_SIG_set0(sig, r, s)) {
		r = s = NULL;
		n = i2d_ECDSA_SIG(sig, &out);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return n > 0 ? (size_t)n : 0;
}

static bool
ecdsa_from_der(const struct recipe *recipe, const unsigned char *der, size_t n,
    unsigned char *out)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	int half = (int)recipe->bytes;
	bool good;

	good = sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, half) == half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, half) == half;
	ECDSA_SIG_free(sig);
	return good;
}

static bool
pkey_verify(const struct jwt_key *key, struct str text, struct str signature)
{
	const struct recipe *r = &recipes[key->alg];
	const unsigned char *p = (const unsigned char *)signature.p;
	unsigned char der[DER_SIGNATURE_MAX];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;
	size_t n = signature.n;
	bool good;

	if (r->family == ECDSA) {
		n = ecdsa_to_der(r, signature, der);
		p = der;
	}
	good = ctx != NULL && n > 0 &&
	    EVP_DigestVerifyInit_ex(ctx, &pctx, r->hash, NULL, NULL,
	    key->pkey, NULL) > 0 && padding_set(r, pctx) &&
	    EVP_DigestVerify(ctx, p, n, (const unsigned char *)text.p,
	    text.n) == 1;
	EVP_MD_CTX_free(ctx);
	if (!good)
		ERR_clear_error();
	return good;
}

bool
jws_verify(const struct jwt_key *key, struct str text, struct str signature)
{
	unsigned char want[EVP_MAX_MD_SIZE];

	if (signature.n != jws_size(key))
		return false;
	if (!jws_is_hmac(key->alg))
		return pkey_verify(key, text, signature);
	return hmac(key, text, want) &&
	    CRYPTO_memcmp(want, signature.p, signature.n) == 0;
}

/* *n: room at out, and what was used of it. */
static bool
pkey_sign(const struct jwt_key *key, struct str text, unsigned char *out,
    size_t *n)
{
	const struct recipe *r = &recipes[key->alg];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;
	bool good;

	good = ctx != NULL &&
	    EVP_DigestSignInit_ex(ctx, &pctx, r->hash, NULL, NULL, key->pkey,
	    NULL) > 0 && padding_set(r, pctx) &&
	    EVP_DigestSign(ctx, out, n, (const unsigned char *)text.p,
	    text.n) == 1;
	EVP_MD_CTX_free(ctx);
	if (!good)
		ERR_clear_error();
	return good;
}

bool
jws_sign(struct arena *a, const struct jwt_key *key, struct str text,
    struct str *signature)
{
	const struct recipe *r = &recipes[key->alg];
	size_t size = jws_size(key), n = size;
	unsigned char der[DER_SIGNATURE_MAX];
	unsigned char *out = arena_alloc(a,
	    size > EVP_MAX_MD_SIZE ? size : EVP_MAX_MD_SIZE);
	bool good;

	if (r->family == HMAC_SECRET) {
		good = hmac(key, text, out);
	} else if (r->family == ECDSA) {
		n = sizeof(der);
		good = pkey_sign(key, text, der, &n) &&
		    ecdsa_from_der(r, der, n, out);
	} else {
		good = pkey_sign(key, text, out, &n) && n == size;
	}
	if (good)
		*signature = (struct str){ (char *)out, size };
	return good;
}
