#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "auth/jwe.h"
#include "base/bounds.h"
#include "base/text.h"

#define KEY_MAX		64
#define BLOCK		16		/* bytes of AES */
#define CBC_HALF	32		/* MAC key, AES key and tag */
#define GCM_IV		12
#define GCM_TAG		16

struct jwe {
	struct str	 head, key, iv, text, tag;	/* as they came */
	struct str	 iv_raw, text_raw, tag_raw;
};

/* Everything before the first dot; the rest stays in *s.  False: no dot. */
static bool
part_cut(struct str *s, struct str *part)
{
	const char *dot = s->n == 0 ? NULL : memchr(s->p, '.', s->n);

	if (dot == NULL)
		return false;
	*part = (struct str){ s->p, (size_t)(dot - s->p) };
	*s = (struct str){ dot + 1, s->n - part->n - 1 };
	return true;
}

/* RFC 7516 section 7.1.  With "dir" there is no encrypted key. */
static const struct err *
jwe_split(struct arena *a, struct str s, struct jwe *j)
{
	if (s.n > MAX_JWE)
		return token_refused(a, "%zu bytes", s.n);
	if (!part_cut(&s, &j->head) || !part_cut(&s, &j->key) ||
	    !part_cut(&s, &j->iv) || !part_cut(&s, &j->text) ||
	    (s.n > 0 && memchr(s.p, '.', s.n) != NULL))
		return token_refused(a, "it has not five parts");
	j->tag = s;
	if (j->key.n != 0)
		return token_refused(a, "it carries an encrypted key");
	if (!b64url_decode(a, j->iv, &j->iv_raw) ||
	    !b64url_decode(a, j->text, &j->text_raw) ||
	    !b64url_decode(a, j->tag, &j->tag_raw))
		return token_refused(a, "it is not base64url");
	return NULL;
}

/* A kid may stand there; it is a thumbprint of the key we derive anyway. */
static const struct err *
head_check(struct arena *a, struct str part, const char *enc)
{
	struct json_object *head;
	const struct err *e;
	struct str text;

	if (!b64url_decode(a, part, &text))
		return token_refused(a, "its header is not base64url");
	e = js_parse(a, text, JSON_DEPTH_TOKEN, &head);
	if (e != NULL)
		return token_refused(a, "header: %s", e->log);
	if (!str_is(js_str(js_get(head, "alg")), "dir") ||
	    !str_is(js_str(js_get(head, "enc")), enc))
		return token_refused(a, "alg and enc are not dir and %s", enc);
	if (js_has(head, "zip") || js_has(head, "crit"))
		return token_refused(a, "zip or crit is present");
	return NULL;
}

/* HKDF with SHA-256, RFC 5869. */
static bool
key_derive(struct str secret, struct str salt, struct str info,
    unsigned char *out, size_t n)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM params[5], *p = params;
	char hash[] = "SHA256";
	bool good;

	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0);
	*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
	    (void *)(uintptr_t)secret.p, secret.n);
	*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
	    (void *)(uintptr_t)info.p, info.n);
	if (salt.n > 0)
		*p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
		    (void *)(uintptr_t)salt.p, salt.n);
	*p = OSSL_PARAM_construct_end();
	good = ctx != NULL && EVP_KDF_derive(ctx, out, n, params) > 0;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return good;
}

/*
 * RFC 7518 section 5.2.2: the tag is the first half of an HMAC over the
 * header as it came, IV, ciphertext, and the header's length in bits.
 */
static bool
cbc_tag_ok(struct arena *a, const unsigned char *key, const struct jwe *j)
{
	uint64_t bits = (uint64_t)j->head.n * 8;
	unsigned char want[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	struct buf b;
	int shift;

	if (j->tag_raw.n != CBC_HALF || j->iv_raw.n != BLOCK)
		return false;
	buf_init(&b, a, 2 * MAX_JWE);
	buf_put(&b, j->head.p, j->head.n);
	buf_put(&b, j->iv_raw.p, j->iv_raw.n);
	buf_put(&b, j->text_raw.p, j->text_raw.n);
	for (shift = 56; shift >= 0; shift -= 8)
		buf_putc(&b, (char)(bits >> shift & 0xff));
	return HMAC(EVP_sha512(), key, CBC_HALF, (unsigned char *)b.p, b.n,
	    want, &n) != NULL && n == 2 * CBC_HALF &&
	    CRYPTO_memcmp(want, j->tag_raw.p, CBC_HALF) == 0;
}

/* Padding is looked at only behind a good tag: no oracle comes of it. */
static bool
cbc_open(struct arena *a, const unsigned char *key, const struct jwe *j,
    struct str *out)
{
	unsigned char *plain = arena_alloc(a, j->text_raw.n + BLOCK);
	EVP_CIPHER_CTX *ctx;
	int n = 0, rest = 0;
	bool good;

	if (!cbc_tag_ok(a, key, j))
		return false;
	ctx = EVP_CIPHER_CTX_new();
	good = ctx != NULL &&
	    EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key + CBC_HALF,
	    (const unsigned char *)j->iv_raw.p) == 1 &&
	    EVP_DecryptUpdate(ctx, plain, &n,
	    (const unsigned char *)j->text_raw.p, (int)j->text_raw.n) == 1 &&
	    EVP_DecryptFinal_ex(ctx, plain + n, &rest) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (good)
		*out = (struct str){ (char *)plain, (size_t)(n + rest) };
	return good;
}

/* RFC 7518 section 5.3: nothing of *out is used before the tag is good. */
static bool
gcm_open(struct arena *a, const unsigned char *key, const struct jwe *j,
    struct str *out)
{
	unsigned char *plain = arena_alloc(a, j->text_raw.n + BLOCK);
	EVP_CIPHER_CTX *ctx;
	int n = 0, rest = 0;
	bool good;

	if (j->iv_raw.n != GCM_IV || j->tag_raw.n != GCM_TAG)
		return false;
	ctx = EVP_CIPHER_CTX_new();
	good = ctx != NULL &&
	    EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key,
	    (const unsigned char *)j->iv_raw.p) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG,
	    (void *)(uintptr_t)j->tag_raw.p) == 1 &&
	    EVP_DecryptUpdate(ctx, NULL, &rest,
	    (const unsigned char *)j->head.p, (int)j->head.n) == 1 &&
	    EVP_DecryptUpdate(ctx, plain, &n,
	    (const unsigned char *)j->text_raw.p, (int)j->text_raw.n) == 1 &&
	    EVP_DecryptFinal_ex(ctx, plain + n, &rest) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (good)
		*out = (struct str){ (char *)plain, (size_t)(n + rest) };
	return good;
}

static bool
jwe_open(struct arena *a, enum jwe_kind kind, struct str secret,
    const char *cookie, const struct jwe *j, struct str *plain)
{
	unsigned char key[KEY_MAX];
	bool good;

	if (kind == JWE_AUTHJS)
		good = key_derive(secret, str_of(cookie),
		    str_of(arena_printf(a,
		    "Auth.js Generated Encryption Key (%s)", cookie)),
		    key, 2 * CBC_HALF) && cbc_open(a, key, j, plain);
	else
		good = key_derive(secret, (struct str){ NULL, 0 },
		    STR("NextAuth.js Generated Encryption Key"), key, 32) &&
		    gcm_open(a, key, j, plain);
	OPENSSL_cleanse(key, sizeof(key));
	if (!good)
		ERR_clear_error();
	return good;
}

static const struct err *
claims_open(struct arena *a, enum jwe_kind kind, struct str secret,
    const char *cookie, struct str token, struct json_object **claims)
{
	const char *enc = kind == JWE_AUTHJS ? "A256CBC-HS512" : "A256GCM";
	struct json_object *v;
	const struct err *e;
	struct str plain;
	struct jwe j;

	if (secret.n == 0)
		return token_refused(a, "no secret");
	if ((e = jwe_split(a, token, &j)) != NULL ||
	    (e = head_check(a, j.head, enc)) != NULL)
		return e;
	if (!jwe_open(a, kind, secret, cookie, &j, &plain))
		return token_refused(a, "it cannot be decrypted: another "
		    "secret, another cookie name, or it was changed");
	e = js_parse(a, plain, JSON_DEPTH_TOKEN, &v);
	if (e != NULL)
		return token_refused(a, "claims: %s", e->log);
	if (js_type(v) != JS_OBJ)
		return token_refused(a, "its claims are not an object");
	*claims = v;
	return NULL;
}

const struct err *
jwe_read(struct arena *a, enum jwe_kind kind, struct str secret,
    const char *cookie, struct str token, struct json_object **claims)
{
	const struct err *e;

	e = claims_open(a, kind, secret, cookie, token, claims);
	return e == NULL ? NULL : token_refused(a, "session cookie: %s",
	    e->log);
}
