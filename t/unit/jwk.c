/*
 * Keys as issuers publish them: what is fit for use is read and verifies
 * what was signed with it, what is not is left out with a reason.
 */
#include <openssl/x509.h>

#include "auth/jwk.h"
#include "base/bounds.h"
#include "keys.h"
#include "tap.h"

#define NOW	1800000000LL
#define GOOD	STR("{\"sub\":\"ann\",\"exp\":1800000100}")

static struct arena *a;
static struct jwt_key made[JWT_ALGS];	/* one of each, private */

static void
make_keys(void)
{
	int i;

	for (i = 0; i < JWT_ALGS; i++)
		made[i] = i > JWT_RS256 && i <= JWT_PS256 ? made[JWT_RS256] :
		    keys_new(a, (enum jwt_algorithm)i);
	for (i = 0; i < JWT_ALGS; i++) {
		made[i].alg = (enum jwt_algorithm)i;
		made[i].kid = jwt_alg_name((enum jwt_algorithm)i);
	}
}

static const char *
head_of(enum jwt_algorithm alg)
{
	return arena_printf(a, "{\"alg\":\"%s\"}", jwt_alg_name(alg));
}

static struct str
token_of(const struct jwt_key *k)
{
	return keys_token(a, k, head_of(k->alg), GOOD);
}

static struct jwt_keys
set_with(const char *text, enum jwt_algorithm usual)
{
	struct jwt_keys keys = { 0 };
	const struct err *e = jwks_read(a, str_of(text), usual, &keys);

	if (e != NULL)
		diag("%s", e->log);
	return keys;
}

static struct jwt_keys
set_of(const char *jwks)
{
	return set_with(arena_printf(a, "{\"keys\":[%s]}", jwks), JWT_ANY);
}

static bool
verifies(const struct jwt_key *key, struct str token)
{
	const struct err *e;
	struct token t;

	if ((e = jwt_read(a, token, &t)) == NULL)
		e = jwt_verify(a, key, &t);
	if (e != NULL)
		diag("%s", e->log);
	return e == NULL;
}

/* One JWK with these members is left out, for a reason that holds why. */
static void
skipped(const char *members, const char *why, const char *name)
{
	struct jwt_keys keys = set_of(arena_printf(a, "{%s}", members));

	if (!ok(keys.n == 0 && keys.skipped != NULL &&
	    strstr(keys.skipped, why) != NULL, "left out: %s", name))
		diag("%zu keys, %s", keys.n, keys.skipped);
}

static void
refused(struct str text, const char *why, const char *name)
{
	struct jwt_keys keys = { 0 };
	const struct err *e = jwks_read(a, text, JWT_ANY, &keys);

	if (!ok(e != NULL && e->kind == ERR_INPUT && keys.key == NULL &&
	    strstr(e->log, why) != NULL, "no key set: %s", name))
		diag("%s", e == NULL ? "read" : e->log);
}

/* A public JWK of each kind, by its own alg, verifies what was signed. */
static void
test_kinds(void)
{
	struct jwt_keys keys;
	int i;

	for (i = JWT_RS256; i < JWT_ALGS; i++) {
		keys = set_of(arena_printf(a, "{%s,\"alg\":\"%s\"}",
		    keys_jwk(a, &made[i], false),
		    jwt_alg_name(made[i].alg)));
		ok(keys.n == 1 && keys.key[0].alg == made[i].alg &&
		    keys.key[0].kid == NULL && verifies(&keys.key[0],
		    token_of(&made[i])), "%s by its alg",
		    jwt_alg_name(made[i].alg));
		is_str(keys.key[0].pem, made[i].pem, "its PEM");
		is_str(keys.skipped, "", "nothing was left out");
	}
	keys = set_of(arena_printf(a, "{%s,\"alg\":\"Ed25519\"}",
	    keys_jwk(a, &made[JWT_EDDSA], false)));
	ok(keys.n == 1 && keys.key[0].alg == JWT_EDDSA, "the newer name");
}

/* Better Auth gives neither use nor key_ops, others no alg either. */
static void
test_usual(void)
{
	static const enum jwt_algorithm kinds[] = { JWT_RS256, JWT_ES256,
	    JWT_ES384, JWT_EDDSA };
	const char *rsa = arena_printf(a, "{%s}", keys_jwk(a,
	    &made[JWT_RS256], false));
	struct jwt_keys keys;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		keys = set_with(arena_printf(a, "{%s}", keys_jwk(a,
		    &made[kinds[i]], false)), JWT_ANY);
		ok(keys.n == 1 && keys.key[0].alg == kinds[i],
		    "a single JWK without alg is %s", jwt_alg_name(kinds[i]));
	}
	keys = set_with(rsa, JWT_PS256);
	ok(keys.n == 1 && keys.key[0].alg == JWT_PS256 &&
	    verifies(&keys.key[0], token_of(&made[JWT_PS256])),
	    "RSA without alg is what is usual there");
	keys = set_with(arena_printf(a, "{%s,\"alg\":\"RS512\"}",
	    keys_jwk(a, &made[JWT_RS256], false)), JWT_PS256);
	ok(keys.n == 1 && keys.key[0].alg == JWT_RS512, "its own alg is first");
	keys = set_with(arena_printf(a, "{%s}", keys_jwk(a,
	    &made[JWT_ES256], false)), JWT_RS512);
	ok(keys.n == 1 && keys.key[0].alg == JWT_ES256,
	    "what is usual for RSA says nothing of a curve");
	keys = set_with(rsa, JWT_ES256);
	ok(keys.n == 0 && strstr(keys.skipped, "not an elliptic") != NULL,
	    "RSA where only ES256 is expected");
	keys = set_with(rsa, JWT_HS256);
	ok(keys.n == 0 && strstr(keys.skipped, "no secret") != NULL,
	    "RSA where HS256 is expected");
}

static void
test_members(void)
{
	const char *jwk = keys_jwk(a, &made[JWT_EDDSA], false), *k;
	static const char *const private[] = { "d", "p", "q", "dp", "dq", "qi",
	    "oth", "k" };
	struct jwt_keys keys;
	size_t i;

	keys = set_of(arena_printf(a, "{%s,\"use\":\"sig\",\"key_ops\":"
	    "[\"sign\",\"verify\"],\"kid\":\"a\",\"x5c\":[\"AA==\"]}", jwk));
	ok(keys.n == 1, "use sig, key_ops with verify");
	is_str(keys.key[0].kid, "a", "and its kid");
	for (i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		k = arena_printf(a, "%s,\"%s\":\"AA\"", jwk, private[i]);
		skipped(k, "private half is public", private[i]);
	}
	skipped(keys_jwk(a, &made[JWT_RS256], true), "private half",
	    "a private RSA key");
	skipped(keys_jwk(a, &made[JWT_ES256], true), "private half",
	    "a private EC key");
	skipped(arena_printf(a, "%s,\"use\":\"enc\"", jwk), "use is \"enc\"",
	    "use enc");
	skipped(arena_printf(a, "%s,\"use\":null", jwk), "use is null",
	    "use null");
	skipped(arena_printf(a, "%s,\"use\":[\"sig\"]", jwk), "its use",
	    "use an array");
	skipped(arena_printf(a, "%s,\"key_ops\":[]", jwk), "lack verify",
	    "no key_ops");
	skipped(arena_printf(a, "%s,\"key_ops\":[\"encrypt\",7]", jwk),
	    "lack verify", "key_ops without verify");
	skipped(arena_printf(a, "%s,\"key_ops\":\"verify\"", jwk),
	    "lack verify", "key_ops a string");
	skipped(arena_printf(a, "%s,\"kid\":7", jwk), "kid", "kid a number");
	k = arena_alloc(a, 257);
	memset((char *)(uintptr_t)k, 'k', 256);
	skipped(arena_printf(a, "%s,\"kid\":\"%s\"", jwk, k), "kid",
	    "kid of 256 bytes");
	keys = set_of(arena_printf(a, "{%s,\"kid\":\"%s\"}", jwk, k + 1));
	is_int((long long)keys.n, 1, "kid of 255 bytes");
	skipped("\"kty\":\"oct\",\"k\":\"c2VjcmV0\"", "secret is none", "oct");
	skipped("\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"c2VjcmV0\"",
	    "secret is none", "oct with alg");
	skipped("\"x\":1", "kty or crv", "no kty");
	skipped("\"kty\":\"RSa\"", "kty or crv", "an unknown kty");
	skipped("\"kty\":7", "kty or crv", "kty a number");
	is_int((long long)set_of("7,null,[],\"x\"").n, 0, "no objects");
}

static void
test_algs(void)
{
	const char *rsa = keys_jwk(a, &made[JWT_RS256], false);
	const char *p256 = keys_jwk(a, &made[JWT_ES256], false);
	const char *ed = keys_jwk(a, &made[JWT_EDDSA], false);

	skipped(arena_printf(a, "%s,\"alg\":\"RSA-OAEP\"", rsa),
	    "alg \"RSA-OAEP\" is not", "RSA-OAEP");
	skipped(arena_printf(a, "%s,\"alg\":\"PS512\"", rsa), "alg", "PS512");
	skipped(arena_printf(a, "%s,\"alg\":\"none\"", rsa), "alg", "none");
	skipped(arena_printf(a, "%s,\"alg\":\"rs256\"", rsa), "alg", "rs256");
	skipped(arena_printf(a, "%s,\"alg\":null", rsa), "alg", "alg null");
	skipped(arena_printf(a, "%s,\"alg\":\"HS256\"", rsa), "no secret",
	    "a public key that names an HMAC");
	skipped(arena_printf(a, "%s,\"alg\":\"HS256\"", ed), "no secret",
	    "and of Ed25519");
	skipped(arena_printf(a, "%s,\"alg\":\"ES256\"", rsa), "not an ell",
	    "RSA for ES256");
	skipped(arena_printf(a, "%s,\"alg\":\"RS256\"", p256), "not an RSA",
	    "a curve for RS256");
	skipped(arena_printf(a, "%s,\"alg\":\"ES384\"", p256), "another curve",
	    "P-256 for ES384");
	skipped(arena_printf(a, "%s,\"alg\":\"EdDSA\"", p256), "not an Ed25519",
	    "P-256 for EdDSA");
	skipped(arena_printf(a, "%s,\"alg\":\"ES256\"", ed), "not an ell",
	    "Ed25519 for ES256");
}

static void
test_rsa(void)
{
	const EVP_PKEY *pkey = made[JWT_RS256].pkey;
	const char *n = keys_number(a, pkey, OSSL_PKEY_PARAM_RSA_N, 0);
	struct jwt_key small = keys_of(a, JWT_RS256, keys_rsa(1024));
	struct jwt_keys keys;
	char *big = arena_alloc(a, 1026), *even;
	struct str raw;

#define RSA(n, e) arena_printf(a, "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"", \
	n, e)
	skipped(keys_jwk(a, &small, false), "fewer than 2048", "1024 bits");
	skipped(RSA(n, "AQ"), "exponent", "e = 1");
	skipped(RSA(n, "AQAA"), "exponent", "e even");
	skipped(RSA(n, "AA"), "", "e = 0");
	skipped(RSA(n, "AQAAAAAAAAAB"), "exponent", "e of 65 bits");
	keys = set_of(arena_printf(a, "{%s}", RSA(n, "gAAAAAAAAAE")));
	is_int((long long)keys.n, 1, "e of 64 bits");
	keys = set_of(arena_printf(a, "{%s}", RSA(n, "Aw")));
	is_int((long long)keys.n, 1, "e = 3");
	skipped(RSA("", "AQAB"), "no valid key", "no bytes of n");
	skipped(RSA(n, ""), "no valid key", "no bytes of e");
	skipped(RSA(n, "AQAB="), "no valid key", "padding in e");
	skipped("\"kty\":\"RSA\",\"e\":\"AQAB\"", "no valid key", "no n");
	skipped("\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"", "no valid key",
	    "n a number");
	b64url_decode(a, str_of(n), &raw);
	even = arena_strndup(a, raw.p, raw.n);
	even[raw.n - 1] &= ~1;
	skipped(RSA(b64url_encode(a, even, raw.n), "AQAB"), "no valid key",
	    "an even modulus");
	memset(big, 0xff, 1025);
	skipped(RSA(b64url_encode(a, big, 1025), "AQAB"), "more than 8192",
	    "8200 bits");
	memcpy(big + 1, raw.p, raw.n);
	big[0] = 0;
	keys = set_of(arena_printf(a, "{%s}", RSA(b64url_encode(a, big,
	    raw.n + 1), "AQAB")));
	ok(keys.n == 1 && verifies(&keys.key[0],
	    token_of(&made[JWT_RS256])), "a zero before n changes nothing");
	big = arena_alloc(a, MAX_TOKEN + 2);
	memset(big, 0xff, MAX_TOKEN + 1);
	skipped(RSA(b64url_encode(a, big, MAX_TOKEN + 1), "AQAB"),
	    "no valid key", "eight kilobytes of n");
#undef RSA
}

static void
test_curves(void)
{
	static const struct { const char *crv; enum jwt_algorithm alg; int n; }
	    curves[] = { { "P-256", JWT_ES256, 32 },
	    { "P-384", JWT_ES384, 48 } };
	const char *x, *y;
	struct str raw;
	char *p;
	size_t i;
	int d;

#define EC(crv, x, y) arena_printf(a, "\"kty\":\"EC\",\"crv\":\"%s\"," \
	"\"x\":\"%s\",\"y\":\"%s\"", crv, x, y)
	for (i = 0; i < 2; i++) {
		x = keys_number(a, made[curves[i].alg].pkey,
		    OSSL_PKEY_PARAM_EC_PUB_X, curves[i].n);
		y = keys_number(a, made[curves[i].alg].pkey,
		    OSSL_PKEY_PARAM_EC_PUB_Y, curves[i].n);
		skipped(EC(curves[i].crv, y, x), "no valid key",
		    "a point off the curve");
		skipped(EC(curves[1 - i].crv, x, y), "no valid key",
		    "of another curve");
		b64url_decode(a, str_of(x), &raw);
		for (d = -1; d <= 1; d += 2) {
			p = arena_alloc(a, 64);
			memcpy(p + (d > 0), raw.p, raw.n - (d < 0));
			skipped(EC(curves[i].crv, b64url_encode(a, p,
			    raw.n + (size_t)d), y), "no valid key",
			    d < 0 ? "x a byte short" : "x a byte long");
			skipped(EC(curves[i].crv, x, b64url_encode(a, p,
			    raw.n + (size_t)d)), "no valid key",
			    d < 0 ? "y a byte short" : "y a byte long");
		}
		p = arena_alloc(a, 64);
		memcpy(p, raw.p, raw.n);
		skipped(EC(curves[i].crv, b64url_encode(a, p, raw.n + 1), y),
		    "no valid key", "a byte behind x");
		p = arena_alloc(a, 64);
		skipped(EC(curves[i].crv, b64url_encode(a, p, raw.n),
		    b64url_encode(a, p, raw.n)), "no valid key", "zeros");
		skipped(EC(curves[i].crv, x, ""), "no valid key", "no y");
	}
	skipped(EC("P-521", "AA", "AA"), "kty or crv", "P-521");
	skipped(EC("secp256k1", "AA", "AA"), "kty or crv", "secp256k1");
	skipped("\"kty\":\"EC\",\"x\":\"AA\",\"y\":\"AA\"", "kty or crv",
	    "no crv");
#undef EC
}

/* Whoever knows no private half could sign for a point of small order. */
static void
test_ed25519(void)
{
	static const char small[][65] = {
		"00000000000000000000000000000000"
		"00000000000000000000000000000000",
		"00000000000000000000000000000000"
		"00000000000000000000000000000080",
		"01000000000000000000000000000000"
		"00000000000000000000000000000000",
		"01000000000000000000000000000000"
		"00000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0"
		"d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0"
		"d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f"
		"2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f"
		"2a2053fa2c39ccc64ec7fd7792ac03fa",
		"ecffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
		"ecffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffff",
		"edffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffff",
		"ffffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffff",
	};
	unsigned char x[33];
	struct jwt_key k;
	EVP_PKEY *pkey;
	size_t i, j;

#define OKP(x, n) arena_printf(a, "\"kty\":\"OKP\",\"crv\":\"Ed25519\"," \
	"\"x\":\"%s\"", b64url_encode(a, x, n))
	for (i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		for (j = 0; j < 32; j++)
			x[j] = (unsigned char)(hex_value(small[i][2 * j]) << 4 |
			    hex_value(small[i][2 * j + 1]));
		skipped(OKP(x, 32), "small order", small[i]);
		pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x,
		    32);
		ok(pem_read(a, str_of(keys_of(a, JWT_EDDSA, pkey).pem),
		    JWT_ANY, &k) != NULL, "and as PEM");
	}
	memset(x, 'x', sizeof(x));
	skipped(OKP(x, 31), "no valid key", "x of 31 bytes");
	skipped(OKP(x, 33), "no valid key", "x of 33 bytes");
	skipped(OKP(x, 0), "no valid key", "x of none");
	skipped("\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AA\"", "kty or crv",
	    "Ed448");
	skipped("\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"", "kty or",
	    "X25519");
#undef OKP
}

/* What it says of a whole set, Keycloak's and Better Auth's among them. */
static void
test_sets(void)
{
	const char *ed = keys_jwk(a, &made[JWT_EDDSA], false);
	const char *rsa = keys_jwk(a, &made[JWT_RS256], false);
	struct jwt_keys keys;
	struct buf b;
	size_t i;

	keys = set_of(arena_printf(a, "{%s,\"use\":\"enc\",\"alg\":"
	    "\"RSA-OAEP\",\"kid\":\"e\"},{%s,\"use\":\"sig\",\"alg\":"
	    "\"RS256\",\"kid\":\"s\"}", rsa, rsa));
	ok(keys.n == 1 && strcmp(keys.key[0].kid, "s") == 0,
	    "the one for encryption is left out");
	is_str(keys.skipped, "key 1 (e): its use is \"enc\", not sig",
	    "and the log says which and why");
	keys = set_of(arena_printf(a, "{%s,\"kid\":\"a\"},{%s,\"kid\":\"a\"},"
	    "{%s},{%s},5", ed, rsa, ed, rsa));
	ok(keys.n == 3 && keys.key[0].alg == JWT_EDDSA &&
	    strstr(keys.skipped, "key 2 (a): its kid was there") != NULL &&
	    strstr(keys.skipped, "; key 5: not an object") != NULL,
	    "the second of a kid is left out, not those without");
	keys = set_of(arena_printf(a, "{%s,\"kid\":\"a\",\"use\":\"enc\"},"
	    "{%s,\"kid\":\"a\"}", rsa, ed));
	ok(keys.n == 1 && keys.key[0].alg == JWT_EDDSA,
	    "a kid counts once its key is fit");
	buf_init(&b, a, MAX_JWKS);
	for (i = 0; i < MAX_JWKS_KEYS + 200; i++)
		buf_printf(&b, "%s{%s,\"kid\":\"%zu\"}", i > 0 ? "," : "", ed,
		    i);
	keys = set_of(buf_str(&b));
	ok(keys.n == MAX_JWKS_KEYS && strstr(keys.skipped,
	    "key 65 (64): there are too many") != NULL, "265 keys");
	keys = set_of("");
	ok(keys.n == 0 && strcmp(keys.skipped, "") == 0, "a set of none");
}

static void
test_no_sets(void)
{
	char *huge = arena_alloc(a, MAX_JWKS + 1);

	refused(STR(""), "key set: ", "nothing");
	refused(STR(" \n<!doctype html><title>Sign in</title>"), "a web page",
	    "a web page");
	refused(STR("not found"), "key set: ", "a few words");
	refused(STR("{\"keys\":[]} x"), "key set: ", "something behind");
	refused(STR("{\"keys\":[],\"keys\":[]}"), "key set: ", "keys twice");
	refused(STR("[]"), "no array", "an array");
	refused(STR("null"), "no array", "null");
	refused(STR("7"), "no array", "a number");
	refused(STR("{}"), "no array", "an empty object");
	refused(STR("{\"error\":\"no\"}"), "no array", "an error");
	refused(STR("{\"keys\":{}}"), "no array", "keys an object");
	refused(STR("{\"keys\":null}"), "no array", "keys null");
	refused(STR("{\"keys\":7,\"kty\":\"OKP\"}"), "no array",
	    "keys a number");
	memset(huge, ' ', MAX_JWKS + 1);
	refused((struct str){ huge, MAX_JWKS + 1 }, "262145 bytes",
	    "a byte too many");
	memset(huge, '[', 5000);
	refused((struct str){ huge, 5000 }, "key set: ", "deep brackets");
}

/* A certificate of that key, signed by itself. */
static const char *
certificate(EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *x = X509_new();
	const char *pem;
	char *p;
	long n;

	X509_set_pubkey(x, pkey);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_sign(x, pkey, EVP_PKEY_is_a(pkey, "ED25519") ? NULL :
	    EVP_sha256());
	PEM_write_bio_X509(bio, x);
	n = BIO_get_mem_data(bio, &p);
	pem = arena_strndup(a, p, (size_t)n);
	X509_free(x);
	BIO_free(bio);
	return pem;
}

static const char *
pem_block(const char *name, const unsigned char *der, int n)
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *pem;
	char *p;
	long len;

	PEM_write_bio(bio, name, "", der, n);
	len = BIO_get_mem_data(bio, &p);
	pem = arena_strndup(a, p, (size_t)len);
	BIO_free(bio);
	return pem;
}

/* RSA PUBLIC KEY: PKCS #1 (RFC 8017 appendix A.1.1). */
static const char *
pkcs1(EVP_PKEY *pkey)
{
	unsigned char *der = NULL;
	int n = i2d_PublicKey(pkey, &der);
	const char *pem = pem_block("RSA PUBLIC KEY", der, n);

	OPENSSL_free(der);
	return pem;
}

static void
pem_good(const char *pem, enum jwt_algorithm alg, const struct jwt_key *by,
    const char *name)
{
	struct jwt_key k = { 0 };
	const struct err *e = pem_read(a, str_of(pem), alg, &k);

	if (!ok(e == NULL && k.alg == by->alg && k.kid == NULL &&
	    verifies(&k, token_of(by)), "PEM: %s", name) && e != NULL)
		diag("%s", e->log);
	is_str(k.pem, by->pem, "as libjwt gets it");
}

static void
pem_bad(const char *pem, enum jwt_algorithm alg, const char *why,
    const char *name)
{
	struct jwt_key k = { .alg = JWT_ANY };
	const struct err *e = pem_read(a, str_of(pem), alg, &k);

	if (!ok(e != NULL && e->kind == ERR_INPUT && k.alg == JWT_ANY &&
	    strstr(e->log, why) != NULL, "no key: %s", name))
		diag("%s", e == NULL ? "read" : e->log);
}

static void
test_pem(void)
{
	EVP_PKEY *rsa = made[JWT_RS256].pkey;
	int i;

	for (i = JWT_RS256; i < JWT_ALGS; i++) {
		pem_good(made[i].pem, made[i].alg, &made[i],
		    jwt_alg_name(made[i].alg));
		pem_good(certificate(made[i].pkey), made[i].alg, &made[i],
		    "in a certificate");
	}
	pem_good(made[JWT_RS256].pem, JWT_ANY, &made[JWT_RS256], "RSA alone");
	pem_good(made[JWT_ES256].pem, JWT_ANY, &made[JWT_ES256], "P-256");
	pem_good(made[JWT_ES384].pem, JWT_ANY, &made[JWT_ES384], "P-384");
	pem_good(made[JWT_EDDSA].pem, JWT_ANY, &made[JWT_EDDSA], "Ed25519");
	pem_good(pkcs1(rsa), JWT_ANY, &made[JWT_RS256], "RSA PUBLIC KEY");
	pem_good(pkcs1(rsa), JWT_PS256, &made[JWT_PS256], "the same, PS256");
	pem_good(arena_printf(a, "the site's key\r\n%s%s", made[JWT_ES256].pem,
	    made[JWT_ES384].pem), JWT_ANY, &made[JWT_ES256],
	    "words before, another behind");
}

static void
test_pem_bad(void)
{
	static const unsigned char none[] = "none";
	struct jwt_key other = keys_of(a, JWT_ES256, keys_curve("P-521"));
	struct jwt_key small = keys_of(a, JWT_RS256, keys_rsa(1024));
	unsigned char *der = NULL;
	EVP_PKEY *pkey;
	int n;

	pem_bad(keys_pem(a, made[JWT_EDDSA].pkey, true), JWT_ANY,
	    "openssl pkey -in private.pem -pubout", "a private key");
	pem_bad("-----BEGIN RSA PRIVATE KEY-----\nAA==\n", JWT_ANY,
	    "this is a private key", "an old private key");
	pem_bad("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n", JWT_ANY,
	    "this is a private key", "a locked one");
	pem_bad("", JWT_ANY, "0 bytes", "nothing");
	pem_bad("ssh-ed25519 AAAA", JWT_ANY, "no PEM", "a key for SSH");
	pem_bad(arena_strndup(a, made[JWT_ES256].pem, 100), JWT_ANY, "no PEM",
	    "half a key");
	pem_bad(pem_block("EC PARAMETERS", none, 4), JWT_ANY,
	    "PEM of a EC PARAMETERS", "no key");
	pem_bad(pem_block("PUBLIC KEY", none, 4), JWT_ANY, "no public key",
	    "rubbish in a PUBLIC KEY");
	pem_bad(pem_block("RSA PUBLIC KEY", none, 4), JWT_ANY,
	    "no public key", "rubbish in an RSA PUBLIC KEY");
	pem_bad(pem_block("CERTIFICATE", none, 4), JWT_ANY, "no public key",
	    "rubbish in a certificate");
	n = i2d_PUBKEY(made[JWT_ES256].pkey, &der);
	der = OPENSSL_realloc(der, (size_t)n + 1);
	der[n] = 0;
	pem_bad(pem_block("PUBLIC KEY", der, n + 1), JWT_ANY, "no public key",
	    "a byte behind the key");
	der[n - 1] ^= 1;
	pem_bad(pem_block("PUBLIC KEY", der, n), JWT_ANY, "no public key",
	    "a point off the curve");
	OPENSSL_free(der);
	pem_bad(made[JWT_RS256].pem, JWT_HS256, "no secret",
	    "a public key for HS256");
	pem_bad(made[JWT_RS256].pem, JWT_ES256, "not an ell", "RSA for ES256");
	pem_bad(made[JWT_ES256].pem, JWT_EDDSA, "not an Ed", "P-256 for EdDSA");
	pem_bad(made[JWT_ES256].pem, JWT_ES384, "another curve",
	    "P-256 for ES384");
	pem_bad(made[JWT_EDDSA].pem, JWT_PS256, "not an RSA",
	    "Ed25519 for PS256");
	pem_bad(other.pem, JWT_ANY, "a kind we do not use", "P-521");
	pem_bad(small.pem, JWT_ANY, "fewer than 2048", "RSA of 1024 bits");
	pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	pem_bad(keys_of(a, JWT_EDDSA, pkey).pem, JWT_ANY, "a kind we",
	    "Ed448");
}

static void
test_new(void)
{
	const char *pub = NULL, *priv = NULL, *again = NULL, *other, *t = NULL;
	struct json_object *v = NULL;
	struct jwt_key signer = { 0 };
	struct jwt_keys keys;

	ok(jwk_new(a, &pub, &priv) == NULL, "a new key");
	js_parse(a, str_of(pub), 4, &v);
	is_str(js_text(v, "crv", ""), "Ed25519", "its crv");
	is_str(js_text(v, "kty", ""), "OKP", "its kty");
	ok(!js_has(v, "d"), "no private half in the public JWK");
	ok(jwk_private_read(a, str_of(priv), JWT_ANY, &signer) == NULL &&
	    signer.alg == JWT_EDDSA, "the private one is read");
	signer.kid = "one";
	ok(jwt_sign(a, &signer, "{\"sub\":\"ann\"}", &t) == NULL, "it signs");
	keys = set_with(pub, JWT_ANY);
	ok(keys.n == 1 && verifies(&keys.key[0], str_of(t)),
	    "what the public one verifies");
	ok(jwk_new(a, &again, &other) == NULL && strcmp(again, pub) != 0,
	    "the next is another");
}

static void
test_private(void)
{
	struct jwt_key k;
	const struct err *e;
	const char *t = NULL;
	int i;

	for (i = JWT_RS256; i < JWT_ALGS; i++) {
		k = (struct jwt_key){ 0 };
		e = jwk_private_read(a, str_of(arena_printf(a, "{%s}",
		    keys_jwk(a, &made[i], true))), made[i].alg, &k);
		if (!ok(e == NULL && k.alg == made[i].alg, "private: %s",
		    jwt_alg_name(made[i].alg)))
			diag("%s", e == NULL ? "" : e->log);
		ok(jwt_sign(a, &k, GOOD.p, &t) == NULL &&
		    verifies(&made[i], str_of(t)), "signs as well");
		is_str(k.pem, made[i].pem, "its public half");
	}
	ok(jwk_private_read(a, str_of(arena_printf(a, "{%s,\"kid\":\"k\","
	    "\"alg\":\"ES256\"}", keys_jwk(a, &made[JWT_ES256], true))),
	    JWT_ANY, &k) == NULL && strcmp(k.kid, "k") == 0, "with its kid");
	ok(jwk_private_read(a, str_of(arena_printf(a, "{%s}",
	    keys_jwk(a, &made[JWT_RS256], true))), JWT_ANY, &k) == NULL &&
	    k.alg == JWT_RS256, "RSA that says nothing");
}

static void
private_bad(const char *text, enum jwt_algorithm alg, const char *why,
    const char *name)
{
	struct jwt_key k = { .alg = JWT_ANY };
	const struct err *e = jwk_private_read(a, str_of(text), alg, &k);

	if (!ok(e != NULL && e->kind == ERR_INPUT && k.alg == JWT_ANY &&
	    strstr(e->log, why) != NULL, "no private key: %s", name))
		diag("%s", e == NULL ? "read" : e->log);
}

/* The text with the value of one member taken from another text. */
static const char *
mixed(const char *jwk, const char *other, const char *member)
{
	struct json_object *x, *y;

	js_parse(a, str_of(arena_printf(a, "{%s}", jwk)), 4, &x);
	js_parse(a, str_of(arena_printf(a, "{%s}", other)), 4, &y);
	js_add_text(x, member, js_text(y, member, ""));
	return js_dump(a, x);
}

static void
test_private_bad(void)
{
	static const enum jwt_algorithm kinds[] = { JWT_RS256, JWT_ES256,
	    JWT_ES384, JWT_EDDSA };
	struct jwt_key other;
	const char *jwk;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		jwk = keys_jwk(a, &made[kinds[i]], true);
		other = keys_new(a, kinds[i]);
		private_bad(arena_printf(a, "{%s}", keys_jwk(a,
		    &made[kinds[i]], false)), JWT_ANY, "no valid key",
		    "the public half alone");
		private_bad(mixed(jwk, keys_jwk(a, &other, true), "d"),
		    JWT_ANY, kinds[i] == JWT_EDDSA ? "no valid key" : "halves",
		    "another's d");
		private_bad(mixed(jwk, "\"d\":\"AA\"", "d"), JWT_ANY,
		    "private key: ", "d of one zero");
	}
	jwk = keys_jwk(a, &made[JWT_EDDSA], true);
	private_bad("{", JWT_ANY, "json", "half an object");
	private_bad("[]", JWT_ANY, "kty", "an array");
	private_bad("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", JWT_ANY, "none",
	    "a secret");
	private_bad(arena_printf(a, "{%s,\"alg\":\"ES512\"}", jwk), JWT_ANY,
	    "its alg", "ES512");
	private_bad(arena_printf(a, "{%s,\"kid\":[]}", jwk), JWT_ANY,
	    "alg or kid", "kid an array");
	private_bad(arena_printf(a, "{%s}", jwk), JWT_RS256, "not an RSA",
	    "Ed25519 for RS256");
}

static const struct jwt_key *
found(const struct jwt_keys *keys, const char *head)
{
	struct token t;

	if (jwt_read(a, keys_token(a, &made[JWT_EDDSA], head, GOOD), &t) !=
	    NULL)
		return NULL;
	return jwt_keys_find(keys, &t);
}

static void
test_find(void)
{
	const char *ed = keys_jwk(a, &made[JWT_EDDSA], false);
	const char *ec = keys_jwk(a, &made[JWT_ES256], false);
	struct jwt_keys one = set_of(arena_printf(a, "{%s,\"kid\":\"a\"}", ed));
	struct jwt_keys both = set_of(arena_printf(a, "{%s,\"kid\":\"a\"},"
	    "{%s,\"kid\":\"b\"}", ed, ec));
	struct jwt_keys two = set_of(arena_printf(a, "{%s,\"kid\":\"a\"},"
	    "{%s,\"kid\":\"b\"},{%s}", ed, ed, ec));
	struct jwt_keys none = { 0 };

	ok(found(&one, "{\"alg\":\"EdDSA\",\"kid\":\"a\"}") == one.key,
	    "by its kid");
	ok(found(&two, "{\"alg\":\"EdDSA\",\"kid\":\"b\"}") == two.key + 1,
	    "of two");
	ok(found(&one, "{\"alg\":\"EdDSA\"}") == one.key, "the only one");
	ok(found(&one, "{\"alg\":\"Ed25519\"}") == one.key, "by either name");
	ok(found(&both, "{\"alg\":\"ES256\"}") == both.key + 1,
	    "the only one of that alg");
	ok(found(&two, "{\"alg\":\"EdDSA\"}") == NULL, "several");
	ok(found(&two, "{\"alg\":\"ES256\"}") == two.key + 2,
	    "one without kid");
	ok(found(&two, "{\"alg\":\"RS256\"}") == NULL, "none of that alg");
	ok(found(&two, "{\"alg\":\"none\"}") == NULL, "none");
	ok(found(&one, "{\"alg\":\"EdDSA\",\"kid\":\"A\"}") == NULL,
	    "a kid nobody has");
	ok(found(&one, "{\"alg\":\"EdDSA\",\"kid\":\"\"}") == NULL,
	    "an empty kid");
	ok(found(&one, "{\"alg\":\"EdDSA\",\"kid\":\"../a\"}") == NULL,
	    "a kid that is a path");
	ok(found(&one, "{\"alg\":\"EdDSA\",\"kid\":\"a' or '1\"}") == NULL,
	    "a kid with quotes");
	ok(found(&none, "{\"alg\":\"EdDSA\"}") == NULL, "no keys");
}

/* A token of another library against the key it was published with. */
static void
vector(const char *jwk, const char *token, int64_t now, const char *name)
{
	struct jwt_rules rules = { .issuer = "", .audience = "" };
	struct jwt_keys keys = set_with(jwk, JWT_ANY);
	const struct jwt_key *k;
	const struct err *e;
	struct token t;

	e = jwt_read(a, str_of(token), &t);
	if (e == NULL) {
		k = jwt_keys_find(&keys, &t);
		e = k == NULL ? NULL : jwt_verify(a, k, &t);
		ok(k != NULL && e == NULL, "%s: signature", name);
		if (e == NULL)
			e = jwt_claims_check(a, &rules, &t, now);
	}
	if (!ok(e == NULL, "%s: claims", name))
		diag("%s", e->log);
}

#define JOE "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" \
	"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

static void
test_vectors(void)
{
	static const char n[] =
	    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"
	    "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"
	    "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs"
	    "LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k"
	    "G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2"
	    "PAcDTW9gb54h4FRWyuXpoQ";
	static const char xy[] = "{\"kty\":\"EC\",\"crv\":\"P-256\","
	    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
	    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
	static const char ed[] = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
	    "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
	    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
	static const char text[] = "eyJhbGciOiJFZERTQSJ9."
	    "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
	struct str want = { NULL, 0 }, got = { NULL, 0 };
	struct jwt_key k = { 0 };

	vector(arena_printf(a, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}",
	    n), "eyJhbGciOiJSUzI1NiJ9." JOE
	    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
	    "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
	    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
	    "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
	    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
	    "p0igcN_IoypGlUPQGe77Rw", 1300819379, "RFC 7515 A.2");
	vector(xy, "eyJhbGciOiJFUzI1NiJ9." JOE
	    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
	    "pmWQxfKTUJqPP3-Kg6NU1Q", 1300819379, "RFC 7515 A.3");
	ok(jwk_private_read(a, STR(ed), JWT_ANY, &k) == NULL, "RFC 8037 A.1");
	b64url_decode(a, STR("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhi"
	    "jcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"), &want);
	ok(jws_sign(a, &k, STR(text), &got) && got.n == want.n &&
	    memcmp(got.p, want.p, want.n) == 0, "RFC 8037 A.4, signed");
	ok(jws_verify(&k, STR(text), want), "RFC 8037 A.4, verified");
}

/* As Better Auth 1.7.5 made both. */
static void
test_better_auth(void)
{
	vector("{\"keys\":[{\"alg\":\"EdDSA\",\"crv\":\"Ed25519\","
	    "\"kty\":\"OKP\",\"kid\":\"GcEmBpZyxmWNWAh9z6gyjORrFiqRkQqX\","
	    "\"x\":\"v2zs9hJihgS6M6sfVCcWRKKO-FOihwqcA8CEZPI_Rbs\"}]}",
	    "eyJhbGciOiJFZERTQSIsImtpZCI6IkdjRW1CcFp5eG1XTldBaDl6Nmd5ak9SckZp"
	    "cVJrUXFYIn0.eyJpYXQiOjE3OTUyMDk3MTAsIm5hbWUiOiJBbm4iLCJlbWFpbCI6"
	    "ImExNzk1MjA5NzEwMDU5QGV4YW1wbGUuY29tIiwiZW1haWxWZXJpZmllZCI6ZmFs"
	    "c2UsImltYWdlIjpudWxsLCJjcmVhdGVkQXQiOiIyMDI2LTExLTIwVDIxOjIxOjUw"
	    "LjM0OFoiLCJ1cGRhdGVkQXQiOiIyMDI2LTExLTIwVDIxOjIxOjUwLjM0OFoiLCJp"
	    "ZCI6Ik4xaW5pSmJGeDNWR3RWQ0ZJTmhRYkxvSlo4T0VFbE9FIiwic3ViIjoiTjFp"
	    "bmlKYkZ4M1ZHdFZDRklOaFFiTG9KWjhPRUVsT0UiLCJleHAiOjE3OTUyMTA2MTAs"
	    "ImlzcyI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDEwMCIsImF1ZCI6Imh0dHA6Ly9sb2Nh"
	    "bGhvc3Q6NDEwMCJ9.Oeed8uKz9GkArc-MnI2pzj5Km9ds381iODiMzFx2vAX-dAL"
	    "ZMRju9hcU_1ga9mzh96ApqCZanlegB06h2o5vDA", 1795210000,
	    "Better Auth");
}

int
main(void)
{
	a = arena_new();
	make_keys();
	test_kinds();
	test_usual();
	test_members();
	test_algs();
	test_rsa();
	test_curves();
	test_ed25519();
	test_sets();
	test_no_sets();
	test_pem();
	test_pem_bad();
	test_new();
	test_private();
	test_private_bad();
	test_find();
	test_vectors();
	test_better_auth();
	arena_free(a);
	return tap_done();
}
