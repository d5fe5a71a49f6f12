#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "auth/jwk.h"
#include "auth/jws.h"
#include "base/bounds.h"
#include "base/text.h"

#define SKIPPED_MAX	2000		/* bytes of a line for the log */
#define SHOWN		64		/* bytes of a member in it */
#define KIDS_SAID	1000		/* bytes of a set's kids in it */
#define COORDINATE_MAX	48		/* bytes, of P-384 */

static const struct err *unusable(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const struct err *
unusable(struct arena *a, const char *fmt, ...)
{
	const char *why;
	va_list ap;

	va_start(ap, fmt);
	why = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return err_new(a, ERR_INPUT, "invalid_key", "This key cannot be used.",
	    "%s", why);
}

static void
undo_pkey(void *pkey)
{
	EVP_PKEY_free(pkey);
}

static const char *
shown(struct arena *a, struct str s)
{
	return arena_strndup(a, s.p, utf8_fit(s, SHOWN));
}

/* A member's bytes; false: absent, no string, or not base64url. */
static bool
bytes_get(struct arena *a, struct json_object *jwk, const char *name,
    struct str *out)
{
	struct str s = js_str(js_get(jwk, name));

	return s.p != NULL && b64url_decode(a, s, out) && out->n > 0;
}

/* What a key is made of, by libcrypto's names for the parts. */
struct parts {
	struct arena	*a;
	OSSL_PARAM_BLD	*list;
	BIGNUM		*number[8];	/* borrowed by the list */
	size_t		 n;
	bool		 bad;
};

static void
part_number(struct parts *p, struct json_object *jwk, const char *member,
    const char *name)
{
	struct str s;
	BIGNUM *bn;

	if (!bytes_get(p->a, jwk, member, &s) || s.n > MAX_TOKEN ||
	    (bn = BN_bin2bn((const unsigned char *)s.p, (int)s.n, NULL)) ==
	    NULL) {
		p->bad = true;
		return;
	}
	p->number[p->n++] = bn;
	if (!OSSL_PARAM_BLD_push_BN(p->list, name, bn))
		p->bad = true;
}

/* The key, NULL when libcrypto finds that the parts make none. */
static EVP_PKEY *
parts_join(struct parts *p, const char *kind, int selection)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	OSSL_PARAM *params = p->bad ? NULL :
	    OSSL_PARAM_BLD_to_param(p->list);
	EVP_PKEY *pkey = NULL;

	if (params == NULL || EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &pkey, selection, params) <= 0)
		pkey = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static void
parts_done(struct parts *p)
{
	while (p->n > 0)
		BN_clear_free(p->number[--p->n]);
	OSSL_PARAM_BLD_free(p->list);
}

/* RFC 7518 section 6.3.  An even modulus is no product of two primes. */
static EVP_PKEY *
rsa_make(struct arena *a, struct json_object *jwk, bool private)
{
	static const char *const names[][2] = {
		{ "d", OSSL_PKEY_PARAM_RSA_D },
		{ "p", OSSL_PKEY_PARAM_RSA_FACTOR1 },
		{ "q", OSSL_PKEY_PARAM_RSA_FACTOR2 },
		{ "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1 },
		{ "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2 },
		{ "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
	};
	struct parts p = { .a = a, .list = OSSL_PARAM_BLD_new() };
	EVP_PKEY *pkey;
	size_t i;

	part_number(&p, jwk, "n", OSSL_PKEY_PARAM_RSA_N);
	part_number(&p, jwk, "e", OSSL_PKEY_PARAM_RSA_E);
	for (i = 0; private && i < sizeof(names) / sizeof(names[0]); i++)
		part_number(&p, jwk, names[i][0], names[i][1]);
	if (!p.bad && !BN_is_odd(p.number[0]))
		p.bad = true;
	pkey = parts_join(&p, "RSA",
	    private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
	parts_done(&p);
	return pkey;
}

/* RFC 7518 section 6.2: x and y are as long as the field, zeros included. */
static EVP_PKEY *
ec_make(struct arena *a, struct json_object *jwk, bool private,
    const char *curve, size_t size)
{
	struct parts p = { .a = a, .list = OSSL_PARAM_BLD_new() };
	unsigned char point[1 + 2 * COORDINATE_MAX] = { 0x04 };
	EVP_PKEY *pkey;
	struct str x, y;

	if (!bytes_get(a, jwk, "x", &x) || x.n != size ||
	    !bytes_get(a, jwk, "y", &y) || y.n != size) {
		p.bad = true;
	} else {
		memcpy(point + 1, x.p, size);
		memcpy(point + 1 + size, y.p, size);
		p.bad = !OSSL_PARAM_BLD_push_utf8_string(p.list,
		    OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) ||
		    !OSSL_PARAM_BLD_push_octet_string(p.list,
		    OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size);
	}
	if (private)
		part_number(&p, jwk, "d", OSSL_PKEY_PARAM_PRIV_KEY);
	pkey = parts_join(&p, "EC",
	    private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
	parts_done(&p);
	return pkey;
}

/* RFC 8037 section 2. */
static EVP_PKEY *
ed25519_make(struct arena *a, struct json_object *jwk, bool private)
{
	unsigned char has[32];
	size_t n = sizeof(has);
	EVP_PKEY *pkey;
	struct str x, d;

	if (!bytes_get(a, jwk, "x", &x) || x.n != sizeof(has))
		return NULL;
	if (!private)
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
		    (const unsigned char *)x.p, x.n);
	if (!bytes_get(a, jwk, "d", &d) || d.n != sizeof(has))
		return NULL;
	pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
	    (const unsigned char *)d.p, d.n);
	if (pkey != NULL && EVP_PKEY_get_raw_public_key(pkey, has, &n) &&
	    CRYPTO_memcmp(has, x.p, sizeof(has)) == 0)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

/* Do the private and the public half belong together? */
static bool
pair_ok(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
	bool good = ctx != NULL && EVP_PKEY_pairwise_check(ctx) > 0;

	EVP_PKEY_CTX_free(ctx);
	return good;
}

/* The kinds of key we read, and why one is not taken (NULL: it is). */
static const char *
pkey_make(struct arena *a, struct json_object *jwk, bool private,
    struct evp_pkey_st **out)
{
	const char *kty = js_text(jwk, "kty", "");
	const char *crv = js_text(jwk, "crv", "");
	EVP_PKEY *pkey;

	if (strcmp(kty, "RSA") == 0)
		pkey = rsa_make(a, jwk, private);
	else if (strcmp(kty, "EC") == 0 && strcmp(crv, "P-256") == 0)
		pkey = ec_make(a, jwk, private, "prime256v1", 32);
	else if (strcmp(kty, "EC") == 0 && strcmp(crv, "P-384") == 0)
		pkey = ec_make(a, jwk, private, "secp384r1", 48);
	else if (strcmp(kty, "OKP") == 0 && strcmp(crv, "Ed25519") == 0)
		pkey = ed25519_make(a, jwk, private);
	else if (strcmp(kty, "oct") == 0)
		return "a published secret is none";
	else
		return "of a kty or crv we do not use";
	if (pkey == NULL) {
		ERR_clear_error();
		return "its members make no valid key";
	}
	arena_defer(a, undo_pkey, pkey);
	*out = pkey;
	return NULL;
}

/* The public half, as libjwt wants it.  NULL: libcrypto cannot write it. */
static const char *
pem_write(struct arena *a, EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *pem = NULL;
	char *text;
	long n;

	if (bio != NULL && PEM_write_bio_PUBKEY(bio, pkey) &&
	    (n = BIO_get_mem_data(bio, &text)) > 0)
		pem = arena_strndup(a, text, (size_t)n);
	BIO_free(bio);
	return pem;
}

/* A key with its algorithm, when the two go together. */
static const char *
key_make(struct arena *a, EVP_PKEY *pkey, enum jwt_algorithm alg,
    const char *kid, struct jwt_key *out)
{
	struct jwt_key key = { .alg = jws_alg(pkey, alg), .kid = kid,
	    .pkey = pkey };
	const char *why;

	if (key.alg == JWT_ANY)
		return "of a kind we do not use";
	if (jws_is_hmac(key.alg))
		return "a public key is no secret for an HMAC";
	if ((why = jws_unfit(&key)) != NULL)
		return arena_printf(a, "%s: %s", jwt_alg_name(key.alg), why);
	if ((key.pem = pem_write(a, pkey)) == NULL)
		return "libcrypto cannot write it as PEM";
	*out = key;
	return NULL;
}

/* An algorithm the key names itself; false: one that we do not know. */
static bool
alg_get(struct json_object *jwk, enum jwt_algorithm *alg)
{
	if (!js_has(jwk, "alg"))
		return true;
	*alg = jwt_alg_named(js_str(js_get(jwk, "alg")));
	return *alg != JWT_ANY;
}

/* RFC 7517 section 4.3. */
static bool
may_verify(struct json_object *jwk)
{
	struct json_object *ops = js_get(jwk, "key_ops");
	size_t i;

	for (i = 0; i < js_len(ops); i++)
		if (str_is(js_str(js_at(ops, i)), "verify"))
			return true;
	return !js_has(jwk, "key_ops");
}

static bool
has_private(struct json_object *jwk)
{
	static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi",
	    "oth", "k" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (js_has(jwk, names[i]))
			return true;
	return false;
}

static bool
kid_ok(struct json_object *jwk)
{
	struct json_object *kid = js_get(jwk, "kid");

	return !js_has(jwk, "kid") ||
	    (js_type(kid) == JS_STR && js_str(kid).n <= MAX_KID);
}

/* Before the key itself is looked at: what it says of itself. */
static const char *
manners_check(struct arena *a, struct json_object *jwk)
{
	if (js_type(jwk) != JS_OBJ)
		return "not an object";
	if (!kid_ok(jwk))
		return "its kid is not a string, or too long";
	if (strcmp(js_text(jwk, "kty", ""), "oct") == 0)
		return "a published secret is none";
	if (has_private(jwk))
		return "its private half is public: the issuer must "
		    "replace it";
	if (js_has(jwk, "use") && !str_is(js_str(js_get(jwk, "use")), "sig"))
		return arena_printf(a, "its use is %s, not sig",
		    shown(a, js_write(a, js_get(jwk, "use"))));
	if (!may_verify(jwk))
		return "its key_ops lack verify";
	return NULL;
}

static const char *
jwk_read(struct arena *a, struct json_object *jwk, enum jwt_algorithm usual,
    struct jwt_key *out)
{
	bool rsa = strcmp(js_text(jwk, "kty", ""), "RSA") == 0;
	enum jwt_algorithm alg = rsa ? usual : JWT_ANY;
	struct evp_pkey_st *pkey;
	const char *why;

	if ((why = manners_check(a, jwk)) != NULL)
		return why;
	if (!alg_get(jwk, &alg))
		return arena_printf(a, "alg %s is not one we use",
		    shown(a, js_write(a, js_get(jwk, "alg"))));
	if ((why = pkey_make(a, jwk, false, &pkey)) != NULL)
		return why;
	return key_make(a, pkey, alg, js_text(jwk, "kid", NULL), out);
}

static const struct jwt_key *
kid_find(const struct jwt_keys *keys, const char *kid)
{
	size_t i;

	for (i = 0; kid != NULL && i < keys->n; i++)
		if (keys->key[i].kid != NULL &&
		    strcmp(keys->key[i].kid, kid) == 0)
			return &keys->key[i];
	return NULL;
}

static void
key_take(struct arena *a, struct json_object *jwk, size_t place,
    enum jwt_algorithm usual, struct jwt_keys *keys, struct buf *skipped)
{
	const char *kid = js_text(jwk, "kid", NULL), *why;
	struct jwt_key key;

	if (keys->n == MAX_JWKS_KEYS)
		why = "there are too many";
	else
		why = jwk_read(a, jwk, usual, &key);
	if (why == NULL && kid_find(keys, key.kid) != NULL)
		why = "its kid was there before";
	if (why == NULL) {
		keys->key[keys->n++] = key;
		return;
	}
	buf_printf(skipped, "%skey %zu", skipped->n > 0 ? "; " : "",
	    place + 1);
	if (kid != NULL)
		buf_printf(skipped, " (%s)", shown(a, str_of(kid)));
	buf_printf(skipped, ": %s", why);
}

/* What the text is, where no key set can be read from it. */
static const struct err *
set_parse(struct arena *a, struct str text, struct json_object **out)
{
	struct str s = text_trim(text);
	const struct err *e;

	if (text.n > MAX_JWKS)
		return unusable(a, "a key set of %zu bytes", text.n);
	e = js_parse_few(a, text, JSON_DEPTH_TOKEN, JSON_VALUES_JWKS, out);
	if (e != NULL && s.n > 0 && *s.p == '<')
		return unusable(a, "a web page came where a key set was "
		    "expected");
	if (e != NULL)
		return unusable(a, "key set: %s", e->log);
	if (js_type(js_get(*out, "keys")) != JS_ARR &&
	    (js_has(*out, "keys") || !js_has(*out, "kty")))
		return unusable(a, "this JSON is no key set: it has no array "
		    "\"keys\"");
	return NULL;
}

const struct err *
jwks_read(struct arena *a, struct str text, enum jwt_algorithm usual,
    struct jwt_keys *out)
{
	struct json_object *v, *list;
	struct jwt_keys keys = { 0 };
	const struct err *e;
	struct buf skipped;
	size_t i;

	if ((e = set_parse(a, text, &v)) != NULL)
		return e;
	buf_init(&skipped, a, SKIPPED_MAX);
	keys.key = arena_alloc(a, MAX_JWKS_KEYS * sizeof(*keys.key));
	if ((list = js_get(v, "keys")) == NULL)
		key_take(a, v, 0, usual, &keys, &skipped);
	for (i = 0; i < js_len(list); i++)
		key_take(a, js_at(list, i), i, usual, &keys, &skipped);
	keys.skipped = buf_str(&skipped);
	*out = keys;
	return NULL;
}

static EVP_PKEY *
certificate_key(const unsigned char **at, long n)
{
	X509 *cert = d2i_X509(NULL, at, n);
	EVP_PKEY *pkey = cert == NULL ? NULL : X509_get_pubkey(cert);

	X509_free(cert);
	return pkey;
}

/* The key of one PEM block, all of it. */
static EVP_PKEY *
block_key(const char *name, const unsigned char *der, long n)
{
	const unsigned char *at = der;
	EVP_PKEY *pkey = NULL;

	if (strcmp(name, "PUBLIC KEY") == 0)
		pkey = d2i_PUBKEY(NULL, &at, n);
	else if (strcmp(name, "RSA PUBLIC KEY") == 0)
		pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, n);
	else if (strcmp(name, "CERTIFICATE") == 0)
		pkey = certificate_key(&at, n);
	if (pkey != NULL && at == der + n)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

static bool
has_text(struct str s, const char *what)
{
	size_t i, n = strlen(what);

	for (i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, what, n) == 0)
			return true;
	return false;
}

/* The first block of the text; its name in *name. */
static EVP_PKEY *
pem_key(struct arena *a, struct str text, const char **name)
{
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	char *label = NULL, *header = NULL;
	unsigned char *der = NULL;
	EVP_PKEY *pkey = NULL;
	long n = 0;

	*name = NULL;
	if (bio != NULL && PEM_read_bio(bio, &label, &header, &der, &n)) {
		*name = arena_strdup(a, label);
		pkey = block_key(label, der, n);
	}
	OPENSSL_free(label);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(bio);
	ERR_clear_error();
	return pkey;
}

const struct err *
pem_read(struct arena *a, struct str text, enum jwt_algorithm alg,
    struct jwt_key *out)
{
	const char *name, *why;
	EVP_PKEY *pkey;

	if (text.n == 0 || text.n > MAX_JWKS)
		return unusable(a, "a key in PEM of %zu bytes", text.n);
	if (has_text(text, "PRIVATE KEY-----"))
		return unusable(a, "this is a private key, and only the "
		    "public one is needed here; make it with: "
		    "openssl pkey -in private.pem -pubout -out public.pem");
	pkey = pem_key(a, text, &name);
	if (name == NULL)
		return unusable(a, "no PEM: a line \"-----BEGIN PUBLIC KEY"
		    "-----\" and what belongs to it was expected");
	if (pkey == NULL)
		return unusable(a, "PEM of a %s is no public key we can read "
		    "(PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE)",
		    shown(a, str_of(name)));
	arena_defer(a, undo_pkey, pkey);
	why = key_make(a, pkey, alg, NULL, out);
	return why == NULL ? NULL : unusable(a, "public key: %s", why);
}

const struct err *
jwk_new(struct arena *a, const char **public_jwk, const char **private_jwk)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	unsigned char x[32], d[32];
	size_t nx = sizeof(x), nd = sizeof(d);
	const char *text;
	bool good;

	good = pkey != NULL && EVP_PKEY_get_raw_public_key(pkey, x, &nx) &&
	    EVP_PKEY_get_raw_private_key(pkey, d, &nd);
	EVP_PKEY_free(pkey);
	if (!good) {
		ERR_clear_error();
		return err_new(a, ERR_BUG, "internal_error",
		    "A key could not be made.", "make a key: libcrypto failed");
	}
	text = b64url_encode(a, x, nx);
	*public_jwk = arena_printf(a,
	    "{\"crv\":\"Ed25519\",\"x\":\"%s\",\"kty\":\"OKP\"}", text);
	*private_jwk = arena_printf(a,
	    "{\"crv\":\"Ed25519\",\"d\":\"%s\",\"x\":\"%s\",\"kty\":\"OKP\"}",
	    b64url_encode(a, d, nd), text);
	OPENSSL_cleanse(d, sizeof(d));
	return NULL;
}

const struct err *
jwk_private_read(struct arena *a, struct str text, enum jwt_algorithm alg,
    struct jwt_key *out)
{
	struct evp_pkey_st *pkey;
	struct json_object *jwk;
	const struct err *e;
	const char *why;

	e = js_parse_few(a, text, JSON_DEPTH_TOKEN, JSON_VALUES_JWKS, &jwk);
	if (e != NULL)
		return unusable(a, "private key: %s", e->log);
	if (!alg_get(jwk, &alg) || !kid_ok(jwk))
		return unusable(a, "private key: its alg or kid is not one "
		    "we use");
	why = pkey_make(a, jwk, true, &pkey);
	if (why == NULL && !pair_ok(pkey)) {
		ERR_clear_error();
		why = "its halves do not belong together";
	}
	if (why == NULL)
		why = key_make(a, pkey, alg, js_text(jwk, "kid", NULL), out);
	return why == NULL ? NULL : unusable(a, "private key: %s", why);
}

const struct jwt_key *
jwt_keys_find(const struct jwt_keys *keys, const struct token *t)
{
	const struct jwt_key *found = NULL;
	size_t i;

	if (t->kid != NULL)
		return kid_find(keys, t->kid);
	for (i = 0; i < keys->n; i++) {
		if (keys->key[i].alg != jwt_alg_named(str_of(t->alg)))
			continue;
		if (found != NULL)
			return NULL;
		found = &keys->key[i];
	}
	return found;
}

/* The kids of a set: "a, b, one without". */
static const char *
kids_said(struct arena *a, const struct jwt_keys *keys)
{
	struct buf b;
	const char *kid;
	size_t i;

	buf_init(&b, a, KIDS_SAID);
	for (i = 0; i < keys->n && b.n < KIDS_SAID / 2; i++) {
		kid = keys->key[i].kid;
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", kid == NULL ?
		    "one without" : shown(a, str_of(kid)));
	}
	if (i < keys->n)
		buf_puts(&b, ", ...");
	return keys->n == 0 ? "none" : buf_str(&b);
}

const char *
jwt_keys_lack(struct arena *a, const struct jwt_keys *keys,
    const struct token *t)
{
	if (t->kid == NULL)
		return arena_printf(a, "no kid, and not just one key for %s; "
		    "the set has %s", t->alg, kids_said(a, keys));
	return arena_printf(a, "unknown kid %s; the set has %s",
	    shown(a, str_of(t->kid)), kids_said(a, keys));
}
