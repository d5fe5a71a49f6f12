/*
 * What Auth.js makes, made here: an encrypted session cookie of any header
 * and any bytes, for the tests and the fuzzer of jwe_read().
 */
#ifndef UNIT_JWE_MAKE_H
#define UNIT_JWE_MAKE_H

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <string.h>

#include "auth/jwe.h"
#include "base/text.h"

#define JWE_HEAD_V5 "{\"alg\":\"dir\",\"enc\":\"A256CBC-HS512\",\"kid\":\"x\"}"
#define JWE_HEAD_V4 "{\"alg\":\"dir\",\"enc\":\"A256GCM\"}"

/* HKDF by hand (RFC 5869 section 2), with SHA-256: up to 64 bytes. */
static inline void
jwe_hkdf(struct arena *a, struct str secret, const char *salt,
    const char *info, unsigned char out[64])
{
	unsigned char prk[32], *in;
	size_t len = strlen(info);
	unsigned int n = 32;

	HMAC(EVP_sha256(), salt, (int)strlen(salt),
	    (const unsigned char *)secret.p, secret.n, prk, &n);
	in = arena_alloc(a, 32 + len + 1);
	memcpy(in + 32, info, len);
	in[32 + len] = 1;
	HMAC(EVP_sha256(), prk, 32, in + 32, len + 1, out, &n);
	memcpy(in, out, 32);
	in[32 + len] = 2;
	HMAC(EVP_sha256(), prk, 32, in, 32 + len + 1, out + 32, &n);
}

/* plain is encrypted as it is: for v5 the caller has padded it. */
static inline struct str
jwe_make(struct arena *a, enum jwe_kind kind, struct str secret,
    const char *cookie, const char *head, struct str plain)
{
	bool cbc = kind == JWE_AUTHJS;
	const char *h = b64url_encode(a, head, strlen(head));
	unsigned char key[64], iv[16] = "fifteen and NUL", tag[64];
	unsigned char *text = arena_alloc(a, plain.n + 32), *mac;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	size_t ivn = cbc ? 16 : 12, at, i;
	unsigned int tagn = 0;
	int n = 0, rest = 0;

	jwe_hkdf(a, secret, cbc ? cookie : "", cbc ? arena_printf(a,
	    "Auth.js Generated Encryption Key (%s)", cookie) :
	    "NextAuth.js Generated Encryption Key", key);
	EVP_EncryptInit_ex(ctx, cbc ? EVP_aes_256_cbc() : EVP_aes_256_gcm(),
	    NULL, cbc ? key + 32 : key, iv);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	if (!cbc)
		EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *)h,
		    (int)strlen(h));
	EVP_EncryptUpdate(ctx, text, &n, (const unsigned char *)plain.p,
	    (int)plain.n);
	EVP_EncryptFinal_ex(ctx, text + n, &rest);
	n += rest;
	if (cbc) {
		at = strlen(h);
		mac = arena_alloc(a, at + 16 + (size_t)n + 8);
		memcpy(mac, h, at);
		memcpy(mac + at, iv, 16);
		memcpy(mac + at + 16, text, (size_t)n);
		for (i = 0; i < 8; i++)
			mac[at + 16 + (size_t)n + i] = (unsigned char)
			    ((uint64_t)at * 8 >> (56 - 8 * i));
		HMAC(EVP_sha512(), key, 32, mac, at + 24 + (size_t)n, tag,
		    &tagn);
		tagn = 32;
	} else {
		tagn = 16;
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag);
	}
	EVP_CIPHER_CTX_free(ctx);
	return str_of(arena_printf(a, "%s..%s.%s.%s", h,
	    b64url_encode(a, iv, ivn), b64url_encode(a, text, (size_t)n),
	    b64url_encode(a, tag, tagn)));
}

/* RFC 5652 section 6.3. */
static inline struct str
jwe_pad(struct arena *a, struct str plain)
{
	size_t more = 16 - plain.n % 16;
	char *p = arena_alloc(a, plain.n + more);

	if (plain.n > 0)
		memcpy(p, plain.p, plain.n);
	memset(p + plain.n, (int)more, more);
	return (struct str){ p, plain.n + more };
}

#endif
