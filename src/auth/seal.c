#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "auth/seal.h"
#include "base/text.h"

#define KEY_BYTES	32
#define NONCE_BYTES	24	/* 16 make the subkey, 8 its nonce */
#define TAG_BYTES	16
#define SEALED_MAX	((size_t)64 * 1024)	/* no private key is longer */

static uint32_t
load32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
store32(unsigned char *p, uint32_t v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
	p[2] = (unsigned char)(v >> 16);
	p[3] = (unsigned char)(v >> 24);
}

static uint32_t
rotl(uint32_t v, int n)
{
	return v << n | v >> (32 - n);
}

/* RFC 8439 section 2.1. */
static void
quarter_round(uint32_t *x, int a, int b, int c, int d)
{
	x[a] += x[b];
	x[d] = rotl(x[d] ^ x[a], 16);
	x[c] += x[d];
	x[b] = rotl(x[b] ^ x[c], 12);
	x[a] += x[b];
	x[d] = rotl(x[d] ^ x[a], 8);
	x[c] += x[d];
	x[b] = rotl(x[b] ^ x[c], 7);
}

/* draft-irtf-cfrg-xchacha-03 section 2.2: the subkey for a nonce's start. */
static void
hchacha20(const unsigned char key[KEY_BYTES], const unsigned char nonce[16],
    unsigned char subkey[KEY_BYTES])
{
	uint32_t x[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };

	for (int i = 0; i < 8; i++)
		x[4 + i] = load32(key + 4 * i);
	for (int i = 0; i < 4; i++)
		x[12 + i] = load32(nonce + 4 * i);
	for (int i = 0; i < 10; i++) {
		quarter_round(x, 0, 4, 8, 12);
		quarter_round(x, 1, 5, 9, 13);
		quarter_round(x, 2, 6, 10, 14);
		quarter_round(x, 3, 7, 11, 15);
		quarter_round(x, 0, 5, 10, 15);
		quarter_round(x, 1, 6, 11, 12);
		quarter_round(x, 2, 7, 8, 13);
		quarter_round(x, 3, 4, 9, 14);
	}
	for (int i = 0; i < 4; i++) {
		store32(subkey + 4 * i, x[i]);
		store32(subkey + 16 + 4 * i, x[12 + i]);
	}
	OPENSSL_cleanse(x, sizeof(x));
}

/*
 * A context ready for work with this secret and nonce, or NULL.  The key
 * proper is SHA-256 of the secret.
 */
static EVP_CIPHER_CTX *
cipher_new(struct str secret, const unsigned char nonce[NONCE_BYTES], int enc)
{
	unsigned char key[KEY_BYTES], subkey[KEY_BYTES], iv[12] = { 0 };
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

	if (c == NULL || EVP_Digest(secret.n == 0 ? "" : secret.p, secret.n,
	    key, NULL, EVP_sha256(), NULL) != 1) {
		EVP_CIPHER_CTX_free(c);
		return NULL;
	}
	hchacha20(key, nonce, subkey);
	memcpy(iv + 4, nonce + 16, 8);
	if (EVP_CipherInit_ex(c, EVP_chacha20_poly1305(), NULL, subkey, iv,
	    enc) != 1) {
		EVP_CIPHER_CTX_free(c);
		c = NULL;
	}
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(subkey, sizeof(subkey));
	return c;
}

/* raw: nonce, room for the text, room for the tag. */
static bool
encrypt(struct str secret, struct str plain, unsigned char *raw)
{
	EVP_CIPHER_CTX *c = cipher_new(secret, raw, 1);
	unsigned char *out = raw + NONCE_BYTES;
	int n = 0;
	bool good;

	good = c != NULL && (plain.n == 0 || EVP_CipherUpdate(c, out, &n,
	    (const unsigned char *)plain.p, (int)plain.n) == 1) &&
	    EVP_CipherFinal_ex(c, out + n, &n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES,
	    out + plain.n) == 1;
	EVP_CIPHER_CTX_free(c);
	return good;
}

/* Into out, which has room for n bytes besides nonce and tag. */
static bool
decrypt(struct str secret, unsigned char *raw, size_t n, unsigned char *out)
{
	EVP_CIPHER_CTX *c = cipher_new(secret, raw, 0);
	unsigned char *in = raw + NONCE_BYTES;
	int got = 0;
	bool good;

	good = c != NULL && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG,
	    TAG_BYTES, in + n) == 1 &&
	    (n == 0 || EVP_CipherUpdate(c, out, &got, in, (int)n) == 1) &&
	    EVP_CipherFinal_ex(c, out + got, &got) == 1;
	EVP_CIPHER_CTX_free(c);
	return good;
}

const char *
seal_close(struct arena *a, struct str secret, struct str plain)
{
	size_t n = NONCE_BYTES + plain.n + TAG_BYTES;
	unsigned char *raw = arena_alloc(a, n);
	char *hex = arena_alloc(a, 2 * n + 1);

	random_bytes(raw, NONCE_BYTES);
	if (plain.n > SEALED_MAX || !encrypt(secret, plain, raw)) {
		ERR_clear_error();
		return NULL;
	}
	hex_put(hex, raw, n);
	return hex;
}

/* Past "$ba$<version>$", if it is there. */
static struct str
without_prefix(struct str s)
{
	const char *end;

	if (s.n < 4 || memcmp(s.p, "$ba$", 4) != 0)
		return s;
	end = memchr(s.p + 4, '$', s.n - 4);
	if (end == NULL)
		return (struct str){ NULL, 0 };
	return (struct str){ end + 1, s.n - (size_t)(end + 1 - s.p) };
}

static bool
unhex(struct str s, unsigned char *out)
{
	for (size_t i = 0; i < s.n; i += 2) {
		int hi = hex_value(s.p[i]), lo = hex_value(s.p[i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		*out++ = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

bool
seal_open(struct arena *a, struct str secret, struct str sealed,
    struct str *plain)
{
	struct str hex = without_prefix(sealed);
	unsigned char *raw, *out;
	size_t n;

	if (hex.n % 2 != 0 || hex.n / 2 < NONCE_BYTES + TAG_BYTES ||
	    hex.n / 2 > NONCE_BYTES + SEALED_MAX + TAG_BYTES)
		return false;
	n = hex.n / 2 - NONCE_BYTES - TAG_BYTES;
	raw = arena_alloc(a, hex.n / 2);
	out = arena_alloc(a, n + 1);
	if (!unhex(hex, raw) || !decrypt(secret, raw, n, out)) {
		OPENSSL_cleanse(out, n);
		ERR_clear_error();
		return false;
	}
	*plain = (struct str){ (const char *)out, n };
	return true;
}
