/*
 * The same for every algorithm: what its key signed is accepted, and what
 * another key, another algorithm or a changed byte made is not.  libjwt and
 * libcrypto agree wherever both are asked.
 */
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "auth/jws.h"
#include "base/bounds.h"
#include "keys.h"
#include "tap.h"

#define NOW	1800000000LL
#define GOOD	"{\"sub\":\"ann\",\"exp\":1800000100}"

static struct arena *a;
static struct jwt_key made[JWT_ALGS];	/* one of each, private */
static struct jwt_key key;		/* the one that is tested */

static void
make_keys(void)
{
	int i;

	for (i = 0; i < JWT_ALGS; i++) {
		made[i] = i > JWT_RS256 && i <= JWT_PS256 ? made[JWT_RS256] :
		    keys_new(a, (enum jwt_algorithm)i);
		made[i].alg = (enum jwt_algorithm)i;
	}
}

static const char *
name_of(const struct jwt_key *k)
{
	return jwt_alg_name(k->alg);
}

static const char *
head_with(const char *alg, const char *more)
{
	return arena_printf(a, "{\"alg\":\"%s\"%s}", alg, more);
}

static struct str
token_with(const char *more, const char *body)
{
	return keys_token(a, &key, head_with(name_of(&key), more),
	    str_of(body));
}

static const struct err *
check(const struct jwt_key *k, struct str text)
{
	const struct jwt_rules rules = { .issuer = "", .audience = "",
	    .leeway = 60 };
	const struct err *e;
	struct token t;

	if ((e = jwt_read(a, text, &t)) == NULL &&
	    (e = jwt_claims_check(a, &rules, &t, NOW)) == NULL)
		e = jwt_verify(a, k, &t);
	return e;
}

static void
good(struct str t, const char *name)
{
	const struct err *e = check(&key, t);

	if (!ok(e == NULL, "%s accepted: %s", name_of(&key), name))
		diag("%s", e->log);
}

/* why: what the reason begins with, so that no test passes by accident */
static void
bad_under(const struct jwt_key *k, struct str t, const char *why,
    const char *name)
{
	const struct err *e = check(k, t);

	if (!ok(e != NULL && e->kind == ERR_AUTH &&
	    strcmp(e->code, "unauthorized") == 0 &&
	    strncmp(e->log, why, strlen(why)) == 0, "%s refused: %s",
	    name_of(k), name))
		diag("%s, expected %s", e == NULL ? "accepted" : e->log, why);
}

static void
bad(struct str t, const char *why, const char *name)
{
	bad_under(&key, t, why, name);
}

static void
test_headers(void)
{
	static const char *const fine[] = { "", ",\"typ\":\"JWT\"",
	    ",\"typ\":\"jwt\"", ",\"typ\":\"at+jwt\"",
	    ",\"typ\":\"application/at+JWT\"", ",\"typ\":\"application/jwt\"",
	    ",\"kid\":\"../etc/passwd\"", ",\"x\":{\"y\":[1e-400,-0.0,\"\"]}" };
	static const char *const wrong[] = { ",\"crit\":[\"exp\"]",
	    ",\"b64\":false", ",\"typ\":\"logout+jwt\"",
	    ",\"typ\":\"dpop+jwt\"", ",\"typ\":\"secevent+jwt\"" };
	size_t i;

	for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		good(token_with(fine[i], GOOD), fine[i]);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		bad(token_with(wrong[i], GOOD), "", wrong[i]);
	good(token_with(",\"typ\":\"JWT\"", "{\"exp\":1800000100,\"x\":"
	    "[9223372036854775807,-0.0,1E2,\"\\ud83d\\ude00\"]}"),
	    "odd, but JSON");
	good(token_with("", "{\"exp\":1800000100.5}"), "a fraction");
	bad(token_with("", "{\"exp\":1799999939}"), "expired 61 s", "expired");
	bad(token_with("", "{\"sub\":\"ann\"}"), "no exp", "no exp");
}

static void
test_payloads(void)
{
	static const char *const wrong[] = { "[]", "null", "\"exp\"", "7", "",
	    GOOD "{}", "\xef\xbb\xbf{\"exp\":1800000100}", "{\"exp\":NaN}",
	    "{\"exp\":1800000100,\"sub\":\"\xff\"}",
	    "{\"exp\":1800000100,\"sub\":\"\\u0000\"}",
	    "{\"exp\":1800000100,\"sub\":\"a\",\"sub\":\"b\"}",
	    "{\"exp\":1800000100,\"sub\":\"a\",\"s\\u0075b\":\"b\"}",
	    "{\"exp\":12345678901234567890}" };
	char *deep = arena_alloc(a, 3001);
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		bad(token_with("", wrong[i]), "payload", wrong[i]);
	memset(deep, '[', 3000);
	bad(token_with("", deep), "payload", "3000 brackets");
}

/* RFC 8725 section 3.1: the key says which algorithm, never the token. */
static void
test_algorithms(void)
{
	static const char *const names[] = { "none", "None", "nOnE", "NONE", "",
	    "hs256", "rs256", "es256", "eddsa", "ps256", "HS256", "HS384",
	    "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
	    "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed448", "RSA-OAEP" };
	struct str t;
	size_t i;
	int k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name_of(&key)) == 0)
			continue;
		t = keys_token(a, &key, head_with(names[i], ""), STR(GOOD));
		bad(t, "alg ", names[i]);
		t.n = (size_t)(strrchr(t.p, '.') - t.p) + 1;
		bad(t, "alg ", "the same without a signature");
	}
	for (k = 0; k < JWT_ALGS; k++) {
		if (made[k].alg == key.alg)
			continue;
		t = keys_token(a, &made[k], head_with(name_of(&made[k]), ""),
		    STR(GOOD));
		bad(t, "alg ", "another algorithm's token");
		t = keys_token(a, &made[k], head_with(name_of(&key), ""),
		    STR(GOOD));
		bad(t, "", "its own alg over another's signature");
	}
}

/* What an attacker has: the public half, in every form it is written. */
static void
test_confusion(void)
{
	static const enum jwt_algorithm hmacs[] = { JWT_HS256, JWT_HS384,
	    JWT_HS512 };
	unsigned char *der = NULL, raw[64] = { 0 };
	size_t nraw = sizeof(raw), i, k;
	int n = i2d_PUBKEY(key.pkey, &der);
	struct jwt_key forger = { 0 }, mixed = key;
	struct str secrets[6];
	struct str t;

	EVP_PKEY_get_raw_public_key(key.pkey, raw, &nraw);
	secrets[0] = str_of(key.pem);
	secrets[1] = (struct str){ key.pem, secrets[0].n - 1 };
	secrets[2] = (struct str){ (char *)der, (size_t)n };
	secrets[3] = (struct str){ (char *)raw, sizeof(raw) };
	secrets[4] = str_of(keys_jwk(a, &key, false));
	secrets[5] = str_of(arena_printf(a, "{%s}", secrets[4].p));
	for (i = 0; i < 3; i++) {
		for (k = 0; k < 6; k++) {
			forger.alg = hmacs[i];
			forger.secret = secrets[k];
			t = keys_token(a, &forger, head_with(
			    name_of(&forger), ""), STR(GOOD));
			bad(t, "alg HS", "an HMAC with the public key");
			t = keys_token(a, &forger, head_with(
			    name_of(&key), ""), STR(GOOD));
			bad(t, "", "the same under its own alg");
		}
		mixed.alg = hmacs[i];
		bad_under(&mixed, t, "the key is not fit for use",
		    "a public key is no HMAC's secret");
	}
	OPENSSL_free(der);
}

/* The token with another third part. */
static struct str
with_signature(struct str t, struct str bytes)
{
	int n = (int)(strrchr(t.p, '.') - t.p);

	return str_of(arena_printf(a, "%.*s.%s", n, t.p,
	    b64url_encode(a, bytes.p, bytes.n)));
}

static struct str
signature_of(struct str t)
{
	struct str s = { NULL, 0 };

	b64url_decode(a, str_of(strrchr(t.p, '.') + 1), &s);
	return s;
}

static void
test_lengths(void)
{
	struct str t = token_with("", GOOD), s = signature_of(t);
	char *p = arena_alloc(a, s.n + 1);

	good(with_signature(t, s), "the signature the others are made from");
	bad(with_signature(t, (struct str){ s.p, 0 }), "signature of 0",
	    "an empty signature");
	bad(with_signature(t, (struct str){ s.p, s.n - 1 }), "signature of",
	    "a byte less");
	bad(with_signature(t, (struct str){ s.p + 1, s.n - 1 }),
	    "signature of", "without its first byte");
	bad(with_signature(t, (struct str){ p, s.n }), "wrong signature",
	    "all zero");
	memcpy(p, s.p, s.n);
	bad(with_signature(t, (struct str){ p, s.n + 1 }), "signature of",
	    "a zero behind");
	memset(p, 0, s.n + 1);
	memcpy(p + 1, s.p, s.n);
	bad(with_signature(t, (struct str){ p, s.n + 1 }), "signature of",
	    "a zero before");
	bad(with_signature(t, (struct str){ s.p, s.n / 2 }), "signature of",
	    "half of it");
}

static void
test_spelling(void)
{
	struct str t = token_with("", GOOD);
	const char *sig = strrchr(t.p, '.') + 1;
	int n = (int)(sig - t.p);
	char *s = arena_strndup(a, t.p, t.n), *p;

	bad(str_of(arena_printf(a, "%s=", t.p)), "signature ", "= behind");
	bad(str_of(arena_printf(a, "%s==", t.p)), "signature ", "== behind");
	bad(str_of(arena_printf(a, "%s!!", t.p)), "signature ", "!! behind");
	bad(str_of(arena_printf(a, "%s ", t.p)), "signature ",
	    "a blank behind");
	bad(str_of(arena_printf(a, "%s\r\n", t.p)), "signature ", "a line end");
	bad(str_of(arena_printf(a, "%.*s\n%s", n + 9, t.p, sig + 9)),
	    "signature ", "a line end inside");
	bad(str_of(arena_printf(a, "%.*s==%s", n + 9, t.p, sig + 9)),
	    "signature ", "== inside");
	bad((struct str){ s, t.n + 1 }, "signature ", "a NUL behind");
	s[t.n - 1] = s[t.n - 1] == 'A' ? 'B' : s[t.n - 1] + 1;
	bad((struct str){ s, t.n }, "", "spare bits, or another one");
	do {
		t = token_with("", arena_printf(a, "{\"exp\":1800000100,"
		    "\"x\":\"%s\"}", id_new(a, 9)));
		p = (char *)strpbrk(strrchr(t.p, '.'), "-_");
	} while (p == NULL);
	*p = *p == '-' ? '+' : '/';
	bad(t, "signature is not base64url", "+ or /");
}

static void
test_flips(void)
{
	struct str t = token_with("", GOOD), other;
	struct arena *mine = a;
	size_t i, refused = 0;
	char *s = arena_strndup(a, t.p, t.n);

	for (i = 0; i < t.n; i++) {
		a = arena_new();
		s[i] ^= 1;
		refused += check(&key, (struct str){ s, t.n }) != NULL;
		s[i] ^= 1;
		arena_free(a);
	}
	a = mine;
	is_int((long long)refused, (long long)t.n,
	    "%s: a flipped bit is refused wherever it is", name_of(&key));
	other = token_with("", "{\"sub\":\"bob\",\"exp\":1800000100}");
	bad(with_signature(other, signature_of(t)), "wrong signature",
	    "a signature of another token");
}

/* An attacker's key in the header is neither used nor fetched. */
static void
test_foreign(void)
{
	struct jwt_key theirs = keys_new(a, key.alg);
	const char *head = head_with(name_of(&key), "");

	bad(keys_token(a, &theirs, head, STR(GOOD)), "wrong signature",
	    "another key of the same kind");
	if (key.pkey == NULL)
		return;
	head = head_with(name_of(&key), arena_printf(a, ",\"jwk\":{%s}",
	    keys_jwk(a, &theirs, false)));
	bad(keys_token(a, &theirs, head, STR(GOOD)), "wrong signature",
	    "jwk in the header");
	good(keys_token(a, &key, head, STR(GOOD)), "but ours signed");
	head = head_with(name_of(&key), ",\"jku\":\"http://127.0.0.1:9/\","
	    "\"x5u\":\"http://127.0.0.1:9/\",\"x5c\":[\"MIIB\"]");
	bad(keys_token(a, &theirs, head, STR(GOOD)), "wrong signature",
	    "jku, x5u and x5c");
	good(keys_token(a, &key, head, STR(GOOD)), "but ours signed that");
}

/* libjwt has the PEM, libcrypto the key: both read every signature. */
static void
test_agreement(void)
{
	struct jwt_key bare = key;
	struct arena *mine = a;
	struct str t, s;
	int i, agreed = 0, short_ones = 0, n = key.alg >= JWT_ES256 ? 600 : 30;

	bare.pem = NULL;
	for (i = 0; i < n; i++) {
		a = arena_new();
		t = token_with("", arena_printf(a, "{\"exp\":1800000100,"
		    "\"x\":%d}", i));
		s = signature_of(t);
		short_ones += s.p[0] == 0 || s.p[s.n / 2] == 0;
		agreed += check(&key, t) == NULL && check(&bare, t) == NULL;
		arena_free(a);
	}
	a = mine;
	is_int(agreed, n, "%s: %d signatures", name_of(&key), n);
	diag("%d of them have a zero first", short_ones);
}

static void
test_signing(void)
{
	struct jwt_key k = key;
	struct jwt_key none = { .alg = key.alg };
	const char *text = NULL;
	struct token t;

	k.kid = "our-kid";
	ok(jwt_sign(a, &k, GOOD, &text) == NULL, "%s signs", name_of(&key));
	good(str_of(text), "what it signed");
	jwt_read(a, str_of(text), &t);
	is_str(js_dump(a, t.head), arena_printf(a, key.pkey == NULL ?
	    "{\"alg\":\"%s\",\"typ\":\"JWT\"}" :
	    "{\"alg\":\"%s\",\"kid\":\"our-kid\"}", name_of(&key)),
	    "its header");
	is_str(js_dump(a, t.claims), GOOD, "its claims");
	k.kid = NULL;
	ok(jwt_sign(a, &k, GOOD, &text) == NULL && jwt_read(a, str_of(text),
	    &t) == NULL && t.kid == NULL, "a key without kid");
	ok(jwt_sign(a, &none, GOOD, &text) != NULL, "no key signs nothing");
	bad_under(&none, token_with("", GOOD), "the key is not fit for use",
	    "nor does it verify");
}

/* A public half alone verifies and cannot sign. */
static void
test_public(void)
{
	BIO *bio = BIO_new_mem_buf(key.pem, -1);
	struct jwt_key pub = keys_of(a, key.alg, PEM_read_bio_PUBKEY(bio, NULL,
	    NULL, NULL));
	const char *text = NULL;
	const struct err *e;

	BIO_free(bio);
	ok(check(&pub, token_with("", GOOD)) == NULL, "%s: the public half",
	    name_of(&key));
	e = jwt_sign(a, &pub, GOOD, &text);
	ok(e != NULL && e->kind == ERR_BUG && text == NULL,
	    "%s: which signs nothing", name_of(&key));
}

static void
test_each(void)
{
	int i;

	for (i = 0; i < JWT_ALGS; i++) {
		key = made[i];
		test_headers();
		test_payloads();
		test_algorithms();
		test_lengths();
		test_spelling();
		test_flips();
		test_foreign();
		test_agreement();
		test_signing();
		if (key.pkey == NULL)
			continue;
		test_confusion();
		test_public();
	}
}

/* RFC 7518 section 3.2. */
static void
test_secrets(void)
{
	static const size_t least[] = { 32, 48, 64 };
	char *p = arena_alloc(a, 64 * 1024 + 1);
	int i;

	memset(p, 's', 64 * 1024 + 1);
	for (i = JWT_HS256; i <= JWT_HS512; i++) {
		key = (struct jwt_key){ .alg = (enum jwt_algorithm)i,
		    .secret = { p, least[i] } };
		good(token_with("", GOOD), "a secret as long as its hash");
		key.secret.n = 64 * 1024;
		good(token_with("", GOOD), "64 KB of secret");
		key.secret.n++;
		bad(token_with("", GOOD), "the key is not", "a byte more");
		key.secret.n = least[i] - 1;
		bad(token_with("", GOOD), "the key is not", "a byte less");
		key.secret.n = 0;
		bad(token_with("", GOOD), "the key is not", "no byte");
		bad(token_with(",\"typ\":\"at+jwt\"", GOOD), "the key is not",
		    "no byte, at+jwt");
	}
}

/* A number of one half of an ECDSA signature, in its place. */
static void
half_put(char *half, const BIGNUM *bn, int size)
{
	BN_bn2binpad(bn, (unsigned char *)half, size);
}

static void
test_ecdsa(enum jwt_algorithm alg, int size)
{
	struct str t, s;
	unsigned char *der = NULL;
	BIGNUM *order = NULL;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	char *p;
	int i, n;

	key = made[alg];
	t = token_with("", GOOD);
	s = signature_of(t);
	EVP_PKEY_get_bn_param(key.pkey, OSSL_PKEY_PARAM_EC_ORDER, &order);
	for (i = 0; i < 2; i++) {
		p = arena_strndup(a, s.p, s.n);
		memset(p + i * size, 0, (size_t)size);
		bad(with_signature(t, (struct str){ p, s.n }),
		    "wrong signature", i == 0 ? "r = 0" : "s = 0");
		half_put(p + i * size, order, size);
		bad(with_signature(t, (struct str){ p, s.n }),
		    "wrong signature", i == 0 ? "r = n" : "s = n");
		memset(p + i * size, 0xff, (size_t)size);
		bad(with_signature(t, (struct str){ p, s.n }),
		    "wrong signature", i == 0 ? "r all ones" : "s all ones");
	}
	p = arena_strndup(a, s.p, s.n);
	memcpy(p, s.p + size, (size_t)size);
	memcpy(p + size, s.p, (size_t)size);
	bad(with_signature(t, (struct str){ p, s.n }), "wrong signature",
	    "r and s swapped");
	ECDSA_SIG_set0(sig, BN_bin2bn((unsigned char *)s.p, size, NULL),
	    BN_bin2bn((unsigned char *)s.p + size, size, NULL));
	n = i2d_ECDSA_SIG(sig, &der);
	bad(with_signature(t, (struct str){ (char *)der, (size_t)n }),
	    "signature of", "DER");
	OPENSSL_free(der);
	ECDSA_SIG_free(sig);
	BN_free(order);
}

/* RFC 8032 section 5.1.7: S is below the group's order L. */
static void
test_ed25519(void)
{
	static const unsigned char order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a,
	    0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
	    [31] = 0x10 };
	unsigned int carry = 0;
	struct str t, s;
	char *p;
	int i;

	key = made[JWT_EDDSA];
	t = keys_token(a, &key, head_with("Ed25519", ""), STR(GOOD));
	good(t, "by its newer name");
	s = signature_of(t);
	p = arena_strndup(a, s.p, s.n);
	for (i = 0; i < 32; i++) {
		carry += (unsigned char)p[32 + i] + (unsigned int)order[i];
		p[32 + i] = (char)carry;
		carry >>= 8;
	}
	bad(with_signature(t, (struct str){ p, s.n }), "wrong signature",
	    "S + L");
	memcpy(p + 32, order, 32);
	bad(with_signature(t, (struct str){ p, s.n }), "wrong signature",
	    "S = L");
	key.pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	    (const unsigned char *)"\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32);
	p = arena_alloc(a, 64);
	p[0] = 1;
	bad(with_signature(t, (struct str){ p, 64 }), "the key is not fit",
	    "a forgery under the key of order 1");
	EVP_PKEY_free(key.pkey);
}

/* One RSA key's signature of this text, with these settings. */
static struct str
rsa_signed(const char *hash, const char *mgf1, int padding, int salt,
    const char *text)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;
	size_t n = 256;
	char *p = arena_alloc(a, n);

	EVP_DigestSignInit_ex(ctx, &pctx, hash, NULL, NULL,
	    made[JWT_RS256].pkey, NULL);
	EVP_PKEY_CTX_set_rsa_padding(pctx, padding);
	if (padding == RSA_PKCS1_PSS_PADDING) {
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, salt);
		EVP_PKEY_CTX_set_rsa_mgf1_md(pctx, EVP_get_digestbyname(mgf1));
	}
	EVP_DigestSign(ctx, (unsigned char *)p, &n,
	    (const unsigned char *)text, strlen(text));
	EVP_MD_CTX_free(ctx);
	return (struct str){ p, n };
}

static void
test_rsa(void)
{
	const int pss = RSA_PKCS1_PSS_PADDING, v15 = RSA_PKCS1_PADDING;
	struct str t, s;
	const char *text;
	int i;

	key = made[JWT_PS256];
	t = token_with("", GOOD);
	text = arena_strndup(a, t.p, (size_t)(strrchr(t.p, '.') - t.p));
#define BY(...) with_signature(t, rsa_signed(__VA_ARGS__, text))
	good(BY("SHA256", "SHA256", pss, 32), "a salt of 32 bytes");
	bad(BY("SHA256", "SHA256", pss, 0), "wrong signature", "no salt");
	bad(BY("SHA256", "SHA256", pss, 20), "wrong signature", "a short salt");
	bad(BY("SHA256", "SHA256", pss, 222), "wrong signature", "a long salt");
	bad(BY("SHA256", "SHA1", pss, 32), "wrong signature", "MGF1, SHA-1");
	bad(BY("SHA512", "SHA512", pss, 32), "wrong signature", "SHA-512");
	bad(BY("SHA256", "SHA256", v15, 0), "wrong signature", "PKCS 1");
	key = made[JWT_RS256];
	t = token_with("", GOOD);
	text = arena_strndup(a, t.p, (size_t)(strrchr(t.p, '.') - t.p));
	good(BY("SHA256", "SHA256", v15, 0), "PKCS 1");
	bad(BY("SHA256", "SHA256", pss, 32), "wrong signature", "PSS");
	bad(BY("SHA1", "SHA1", v15, 0), "wrong signature", "SHA-1");
	bad(BY("SHA512", "SHA512", v15, 0), "wrong signature", "SHA-512");
#undef BY
	/* Once in 256 the number is a byte shorter than the modulus. */
	for (i = 0; i < 5000; i++) {
		t = token_with("", arena_printf(a, "{\"exp\":1800000100,"
		    "\"x\":%d}", i));
		s = signature_of(t);
		if (s.p[0] == 0)
			break;
	}
	ok(s.p[0] == 0, "a signature that begins with a zero");
	good(t, "it, whole");
	bad(with_signature(t, (struct str){ s.p + 1, s.n - 1 }),
	    "signature of 255", "it, without the zero");
}

/* Fit for one algorithm is unfit for the others. */
static void
unfit(enum jwt_algorithm alg, const struct jwt_key *of, const char *why)
{
	struct jwt_key k = *of;
	const char *got;

	k.alg = alg;
	got = jws_unfit(&k);
	ok(got != NULL && strstr(got, why) != NULL, "%s with a key for %s: %s",
	    jwt_alg_name(alg), name_of(of), why);
	key = *of;
	bad_under(&k, token_with("", GOOD), "the key is not fit",
	    "which verifies nothing");
}

static void
test_fit(void)
{
	struct jwt_key small = keys_of(a, JWT_RS256, keys_rsa(1024));
	struct jwt_key k = { .alg = JWT_ANY };
	int i;

	for (i = JWT_RS256; i <= JWT_PS256; i++) {
		unfit((enum jwt_algorithm)i, &made[JWT_ES256], "not an RSA");
		unfit((enum jwt_algorithm)i, &made[JWT_EDDSA], "not an RSA");
		unfit((enum jwt_algorithm)i, &small, "fewer than 2048");
		unfit((enum jwt_algorithm)i, &made[JWT_HS256], "no key");
	}
	unfit(JWT_ES256, &made[JWT_ES384], "another curve");
	unfit(JWT_ES384, &made[JWT_ES256], "another curve");
	unfit(JWT_ES256, &made[JWT_RS256], "not an elliptic");
	unfit(JWT_ES256, &made[JWT_EDDSA], "not an elliptic");
	unfit(JWT_EDDSA, &made[JWT_ES256], "not an Ed25519");
	unfit(JWT_EDDSA, &made[JWT_RS256], "not an Ed25519");
	unfit(JWT_HS256, &made[JWT_RS256], "shorter");
	unfit(JWT_HS512, &made[JWT_HS256], "shorter");
	is_str(jws_unfit(&k), "no algorithm", "no algorithm");
	is_str(jwt_alg_name(JWT_ANY), "?", "which has no name");
	for (i = 0; i < JWT_ALGS; i++)
		is_int(jwt_alg_named(str_of(jwt_alg_name(
		    (enum jwt_algorithm)i))), i, "every other has one");
}

/*
 * A curve that only says by its numbers which one it is (CVE-2020-0601 came
 * of believing such) is none of ours, even when they are P-256's.
 */
static void
test_explicit(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	struct jwt_key k = { .alg = JWT_ES256 };
	EVP_PKEY *pkey = NULL;
	BIO *bio;

	EVP_PKEY_keygen_init(ctx);
	EVP_PKEY_CTX_set_group_name(ctx, "P-256");
	EVP_PKEY_CTX_set_ec_param_enc(ctx, 0);
	EVP_PKEY_generate(ctx, &pkey);
	EVP_PKEY_CTX_free(ctx);
	k.pem = keys_pem(a, pkey, false);
	EVP_PKEY_free(pkey);
	bio = BIO_new_mem_buf(k.pem, -1);
	k.pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ok(k.pkey != NULL && strlen(k.pem) > 300, "a key whose "
	    "curve is given by numbers");
	is_str(jws_unfit(&k), "a curve without a name", "is not used");
	EVP_PKEY_free(k.pkey);
}

int
main(void)
{
	a = arena_new();
	make_keys();
	test_each();
	test_secrets();
	test_ecdsa(JWT_ES256, 32);
	test_ecdsa(JWT_ES384, 48);
	test_ed25519();
	test_rsa();
	test_fit();
	test_explicit();
	arena_free(a);
	return tap_done();
}
