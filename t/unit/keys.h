/*
 * Keys made by libcrypto for the tests of tokens: private ones to sign
 * with, and what an issuer publishes of them.
 */
#ifndef UNIT_KEYS_H
#define UNIT_KEYS_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "auth/jws.h"
#include "auth/jwt.h"
#include "base/text.h"

static inline void
keys_undo(void *pkey)
{
	EVP_PKEY_free(pkey);
}

static inline const char *
keys_pem(struct arena *a, EVP_PKEY *pkey, bool private)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *pem;
	char *p;
	long n;

	if (private)
		PEM_write_bio_PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
	else
		PEM_write_bio_PUBKEY(bio, pkey);
	n = BIO_get_mem_data(bio, &p);
	pem = arena_strndup(a, p, (size_t)n);
	BIO_free(bio);
	return pem;
}

/* A key around pkey, which goes with the arena. */
static inline struct jwt_key
keys_of(struct arena *a, enum jwt_algorithm alg, EVP_PKEY *pkey)
{
	arena_defer(a, keys_undo, pkey);
	return (struct jwt_key){ .alg = alg, .kid = jwt_alg_name(alg),
	    .pkey = pkey, .pem = keys_pem(a, pkey, false) };
}

static inline EVP_PKEY *
keys_rsa(size_t bits)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
}

static inline EVP_PKEY *
keys_curve(const char *name)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", name);
}

/* A new key for alg; an HMAC gets a random secret of its hash's length. */
static inline struct jwt_key
keys_new(struct arena *a, enum jwt_algorithm alg)
{
	size_t n = alg == JWT_HS256 ? 32 : alg == JWT_HS384 ? 48 : 64;
	struct jwt_key k = { .alg = alg };
	char *p;

	if (alg == JWT_ES256 || alg == JWT_ES384)
		return keys_of(a, alg, keys_curve(alg == JWT_ES256 ?
		    "P-256" : "P-384"));
	if (alg == JWT_EDDSA)
		return keys_of(a, alg, EVP_PKEY_Q_keygen(NULL, NULL,
		    "ED25519"));
	if (!jws_is_hmac(alg))
		return keys_of(a, alg, keys_rsa(2048));
	p = arena_alloc(a, n);
	random_bytes(p, n);
	k.secret = (struct str){ p, n };
	return k;
}

/* One number of a key as base64url, at least min bytes long. */
static inline const char *
keys_number(struct arena *a, const EVP_PKEY *pkey, const char *name, int min)
{
	unsigned char bytes[2048];
	BIGNUM *bn = NULL;
	int n;

	if (!EVP_PKEY_get_bn_param(pkey, name, &bn))
		return "";
	n = BN_num_bytes(bn);
	n = n < min ? min : n;
	BN_bn2binpad(bn, bytes, n);
	BN_free(bn);
	return b64url_encode(a, bytes, (size_t)n);
}

static inline const char *
keys_jwk_ed(struct arena *a, const EVP_PKEY *pkey, bool private)
{
	unsigned char raw[32];
	const char *d = "";
	size_t n = sizeof(raw);

	if (private) {
		EVP_PKEY_get_raw_private_key(pkey, raw, &n);
		d = arena_printf(a, ",\"d\":\"%s\"", b64url_encode(a, raw, n));
	}
	EVP_PKEY_get_raw_public_key(pkey, raw, &n);
	return arena_printf(a, "\"kty\":\"OKP\",\"crv\":\"Ed25519\","
	    "\"x\":\"%s\"%s", b64url_encode(a, raw, n), d);
}

static inline const char *
keys_jwk_ec(struct arena *a, const EVP_PKEY *pkey, bool private)
{
	int size = (EVP_PKEY_get_bits(pkey) + 7) / 8;
	const char *d = "";

	if (private)
		d = arena_printf(a, ",\"d\":\"%s\"", keys_number(a, pkey,
		    OSSL_PKEY_PARAM_PRIV_KEY, size));
	return arena_printf(a, "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\","
	    "\"y\":\"%s\"%s", size * 8,
	    keys_number(a, pkey, OSSL_PKEY_PARAM_EC_PUB_X, size),
	    keys_number(a, pkey, OSSL_PKEY_PARAM_EC_PUB_Y, size), d);
}

static inline const char *
keys_jwk_rsa(struct arena *a, const EVP_PKEY *pkey, bool private)
{
	const char *d = "";

	if (private)
		d = arena_printf(a, ",\"d\":\"%s\",\"p\":\"%s\",\"q\":\"%s\","
		    "\"dp\":\"%s\",\"dq\":\"%s\",\"qi\":\"%s\"",
		    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_D, 0),
		    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_FACTOR1, 0),
		    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_FACTOR2, 0),
		    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_EXPONENT1, 0),
		    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_EXPONENT2, 0),
		    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, 0));
	return arena_printf(a, "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"%s",
	    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_N, 0),
	    keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_E, 0), d);
}

/* The members of its JWK, without the braces. */
static inline const char *
keys_jwk(struct arena *a, const struct jwt_key *k, bool private)
{
	if (EVP_PKEY_is_a(k->pkey, "RSA"))
		return keys_jwk_rsa(a, k->pkey, private);
	if (EVP_PKEY_is_a(k->pkey, "EC"))
		return keys_jwk_ec(a, k->pkey, private);
	return keys_jwk_ed(a, k->pkey, private);
}

/* A token of any header and any payload, signed with k. */
static inline struct str
keys_token(struct arena *a, const struct jwt_key *k, const char *head,
    struct str body)
{
	const char *text = arena_printf(a, "%s.%s",
	    b64url_encode(a, head, strlen(head)),
	    b64url_encode(a, body.p, body.n));
	struct str mac = { NULL, 0 };

	jws_sign(a, k, str_of(text), &mac);
	return str_of(arena_printf(a, "%s.%s", text,
	    b64url_encode(a, mac.p, mac.n)));
}

#endif
