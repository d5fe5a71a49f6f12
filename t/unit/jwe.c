/*
 * Session cookies of Auth.js v5 and NextAuth v4 are read, and nothing else
 * is: another secret, another cookie's name, any changed bit, any other way
 * to encrypt.  The first cookies come from @auth/core 0.41.3 and next-auth
 * 4.24.15 themselves.
 */
#include "auth/jwe.h"
#include "jwe_make.h"
#include "tap.h"

#define SECRET	STR("a-test-secret-of-at-least-32-characters!")
#define COOKIE	"authjs.session-token"
#define CLAIMS	"{\"sub\":\"42\"}"

static const char v5[] =
    "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiNFdGc0xlUDktZ3Vf"
    "djR0Qlp6QWJKbE1WdEZ5Z3dqU2UyWmVndmxwc2hvV1l0Z0g1Q0c5eEFwTC03dnJmMFdVNFBt"
    "UTFpOUpUTWZZUzItMEJmZHB2alEifQ..1b2BGXWxi9m3jJScIwfmLg.Q5GwCKw0gprDXB5ub"
    "Hm0JL11Py9vfa45RlxDJGz5B2xvwOqCFbgd2CVrex9RobRgAIkTkuHcUtcXCKrCpJhtg9W-d"
    "5v4A9wfnPwmpG77TNAD2ysMpyv2uckiEp_LIQivTDdH4QLVf4aukZfKvRTs_tYvZP82mY-bj"
    "gv_tsPaLnGJJHFcuxVbyLj70FbM608v.Kk_NwZRgcwMi11zIDKiQdhaTeW3aJiyTj_dG9Myx"
    "nss";
static const char v5_secure[] =
    "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiN3dpZXpQMVVJYlpj"
    "N3dlLXozSHlwZWhMcDQzclNBdlpYcS1pdEZMYlYyUjdXNVFTbkVSOFpFLXpLcVpBZklNV0tw"
    "bGVMQ2tEN1gycTllbm1SZXhIaEEifQ..RbZZl1rkr6Dgz58yXxlTww.PEZN0vJAK18FlD0Jo"
    "kQZ7ZtRWtRrJG_Hmsy9xXKNCvLL6ANmtabLH2NfcqUf1JCJ9BP3rS10XkqFiRD08Qd7Yw00M"
    "S5dKjQOn8K-HMylZ0Dw8jU8fkiKAO5fBUByhiYS561pZo63GVUmOFzmNhc7a6NXuDdSRXQ0i"
    "dAhvApP7-_-tDZmftOtfJ3ap-B9iVdJ.73mywyCGTeTimBthYvha966Rj_J28ItGVOW0aT9X"
    "Qto";
static const char v4[] =
    "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..zhiqbai0fT3V61Om.ogqQyK0fw9iBHi"
    "66obdtt6myBwAvED62K-tytXYyPcVQXxFig1GTnsXHRas-OQAz9rW9fYtU8H9GVWjcM9Xgwe"
    "sw3NQX6MUTpSJH1MQ_asxcOmGXe92nNSrmQtKkp_AIMp3Q-qA6XS2rtRTCUFPBSPZMGKtSks"
    "iu3bcGBEeGIEaPPw.lY_lVPfvA4qO1dCdLfd-RA";

static struct arena *a;

static void
good(enum jwe_kind kind, const char *cookie, const char *token,
    const char *name)
{
	struct json_object *claims = NULL;
	const struct err *e;

	e = jwe_read(a, kind, SECRET, cookie, str_of(token), &claims);
	if (!ok(e == NULL, "read: %s", name))
		diag("%s", e->log);
	is_str(js_text(claims, "sub", NULL), "42", "its sub");
}

/* why: what the reason holds, so that no test passes by accident */
static void
bad_with(enum jwe_kind kind, struct str secret, const char *cookie,
    struct str token, const char *why, const char *name)
{
	struct json_object *claims = NULL;
	const struct err *e;

	e = jwe_read(a, kind, secret, cookie, token, &claims);
	if (!ok(e != NULL && e->kind == ERR_AUTH && claims == NULL &&
	    strcmp(e->code, "unauthorized") == 0 &&
	    strstr(e->log, why) != NULL, "refused: %s", name))
		diag("%s, expected %s", e == NULL ? "read" : e->log, why);
}

static void
bad(enum jwe_kind kind, const char *token, const char *why, const char *name)
{
	bad_with(kind, SECRET, COOKIE, str_of(token), why, name);
}

static const char *
made(enum jwe_kind kind, const char *head, struct str plain)
{
	if (kind == JWE_AUTHJS)
		plain = jwe_pad(a, plain);
	return jwe_make(a, kind, SECRET, COOKIE, head, plain).p;
}

static void
test_vectors(void)
{
	good(JWE_AUTHJS, COOKIE, v5, "a cookie of Auth.js v5");
	good(JWE_AUTHJS, "__Secure-" COOKIE, v5_secure, "one on https");
	good(JWE_NEXTAUTH, "next-auth.session-token", v4, "one of NextAuth v4");
	good(JWE_NEXTAUTH, "", v4, "whatever its cookie is called");
	bad(JWE_AUTHJS, v5_secure, "cannot be decrypted",
	    "a cookie under another name");
	bad(JWE_NEXTAUTH, v5, "A256GCM", "v5 where v4 is expected");
	bad(JWE_AUTHJS, v4, "A256CBC-HS512", "v4 where v5 is expected");
	bad_with(JWE_AUTHJS, STR("another secret of more than 32 bytes"),
	    COOKIE, str_of(v5), "cannot be decrypted", "another secret, v5");
	bad_with(JWE_NEXTAUTH, STR("another secret of more than 32 bytes"),
	    COOKIE, str_of(v4), "cannot be decrypted", "another secret, v4");
	bad_with(JWE_NEXTAUTH, (struct str){ NULL, 0 }, COOKIE, str_of(v4),
	    "no secret", "no secret at all");
}

/* Wherever a bit is flipped, nothing is read. */
static void
test_bits(enum jwe_kind kind, const char *token)
{
	size_t n = strlen(token), i, refused = 0;
	struct arena *mine = a;
	struct json_object *claims;
	char *s;

	for (i = 0; i < n; i++) {
		a = arena_new();
		s = arena_strndup(a, token, n);
		s[i] ^= 1;
		refused += jwe_read(a, kind, SECRET, COOKIE,
		    (struct str){ s, n }, &claims) != NULL;
		arena_free(a);
	}
	a = mine;
	is_int((long long)refused, (long long)n, "%s: any flipped bit",
	    kind == JWE_AUTHJS ? "v5" : "v4");
}

static void
test_form(void)
{
	const char *t = made(JWE_NEXTAUTH, JWE_HEAD_V4, STR(CLAIMS));
	const char *rest = strchr(t, '.') + 2;
	int head = (int)(rest - t) - 2;
	char *huge = arena_alloc(a, 17 * 1024 + 1);
	struct str tag = { NULL, 0 };

	good(JWE_NEXTAUTH, COOKIE, t, "what the others are made from");
	bad(JWE_NEXTAUTH, "", "five parts", "nothing");
	bad(JWE_NEXTAUTH, "...", "five parts", "three dots");
	bad(JWE_NEXTAUTH, "....", "header: ", "four dots");
	bad(JWE_NEXTAUTH, ".....", "five parts", "five dots");
	bad(JWE_NEXTAUTH, arena_printf(a, "%s.", t), "five parts", "six parts");
	bad(JWE_NEXTAUTH, arena_printf(a, "%.*s.AAAA.%s", head, t, rest),
	    "an encrypted key", "an encrypted key beside dir");
	bad(JWE_NEXTAUTH, arena_printf(a, "%s=", t), "base64url", "padding");
	bad(JWE_NEXTAUTH, arena_printf(a, "%s\n", t), "base64url",
	    "a line end");
	bad(JWE_NEXTAUTH, arena_printf(a, " %s", t), "header is not base64url",
	    "a blank first");
	bad(JWE_NEXTAUTH, arena_printf(a, "%.*s%c", (int)strlen(t) - 1, t,
	    t[strlen(t) - 1] + 1), "base64url", "spare bits");
	bad(JWE_NEXTAUTH, arena_printf(a, "%.*s", (int)strlen(t) - 4, t),
	    "", "a cut tag");
	bad(JWE_NEXTAUTH, arena_printf(a, "%.*s", (int)(strrchr(t, '.') - t) +
	    1, t), "cannot be decrypted", "no tag");
	bad(JWE_AUTHJS, arena_printf(a, "%.*s..AAAA.AAAA.AAAA",
	    (int)(strchr(v5, '.') - v5), v5), "cannot be decrypted",
	    "a short IV, v5");
	bad(JWE_AUTHJS, arena_printf(a, "%.*s....",
	    (int)(strchr(v5, '.') - v5), v5), "cannot be decrypted",
	    "nothing encrypted, v5");
	bad(JWE_NEXTAUTH, arena_printf(a, "%.*s....", head, t),
	    "cannot be decrypted", "nothing encrypted, v4");
	t = made(JWE_AUTHJS, JWE_HEAD_V5, STR(CLAIMS));
	b64url_decode(a, str_of(strrchr(t, '.') + 1), &tag);
	memcpy(huge, tag.p, tag.n);
	bad(JWE_AUTHJS, arena_printf(a, "%.*s.%s", (int)(strrchr(t, '.') - t),
	    t, b64url_encode(a, huge, tag.n + 1)), "cannot be decrypted",
	    "a byte behind the tag, v5");
	memset(huge, 'A', 17 * 1024);
	bad(JWE_NEXTAUTH, huge, "17408 bytes", "seventeen kilobytes");
}

static void
bad_head(const char *head, const char *why)
{
	bad(JWE_NEXTAUTH, made(JWE_NEXTAUTH, head, STR(CLAIMS)), why, head);
}

static void
test_headers(void)
{
	bad_head("{\"alg\":\"dir\"}", "are not dir and A256GCM");
	bad_head("{\"enc\":\"A256GCM\"}", "are not dir");
	bad_head("{\"alg\":\"A256KW\",\"enc\":\"A256GCM\"}", "are not dir");
	bad_head("{\"alg\":\"DIR\",\"enc\":\"A256GCM\"}", "are not dir");
	bad_head("{\"alg\":\"dir\",\"enc\":\"a256gcm\"}", "are not dir");
	bad_head("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}", "are not dir");
	bad_head("{\"alg\":[\"dir\"],\"enc\":\"A256GCM\"}", "are not dir");
	bad_head("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"zip\":\"DEF\"}",
	    "zip or crit");
	bad_head("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"crit\":[]}",
	    "zip or crit");
	bad_head("{\"alg\":\"dir\",\"alg\":\"dir\",\"enc\":\"A256GCM\"}",
	    "header: ");
	bad_head("[]", "are not dir");
	bad_head("", "header: ");
}

static void
bad_claims(struct str plain, const char *why, const char *name)
{
	bad(JWE_NEXTAUTH, made(JWE_NEXTAUTH, JWE_HEAD_V4, plain), why, name);
	bad(JWE_AUTHJS, made(JWE_AUTHJS, JWE_HEAD_V5, plain), why, name);
}

static void
test_claims(void)
{
	good(JWE_AUTHJS, COOKIE, made(JWE_AUTHJS, JWE_HEAD_V5, STR(CLAIMS)),
	    "of our own making, v5");
	good(JWE_AUTHJS, COOKIE, made(JWE_AUTHJS, JWE_HEAD_V5,
	    STR("{\"sub\":\"42\",\"x\":1}")), "not a whole number of blocks");
	good(JWE_AUTHJS, COOKIE, made(JWE_AUTHJS, JWE_HEAD_V5,
	    STR("{\"sub\":\"42\",\"a\":\"b\",\"c\":12345}  ")),
	    "a full block of padding");
	bad_claims(STR(""), "claims: ", "nothing");
	bad_claims(STR("[]"), "not an object", "an array");
	bad_claims(STR("null"), "not an object", "null");
	bad_claims(STR("\"sub\""), "not an object", "a string");
	bad_claims(STR(CLAIMS "x"), "claims: ", "something behind");
	bad_claims(STR("{\"sub\":\"a\",\"sub\":\"b\"}"), "claims: ",
	    "two subs");
	bad_claims(STR("{\"sub\":\"a\\u0000\"}"), "claims: ", "a NUL");
	bad_claims(STR("{\"sub\":\"\xff\"}"), "claims: ", "no UTF-8");
}

/* The tag is good, what it covers is not well-padded: RFC 5652 6.3. */
static void
test_padding(void)
{
	static const char *const blocks[] = {
		"{\"sub\":\"42\"}\1\2\3\5",
		"{\"sub\":\"42\"}    ",
		"{\"sub\":\"42\"}   \x11",
	};
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		bad_with(JWE_AUTHJS, SECRET, COOKIE, jwe_make(a, JWE_AUTHJS,
		    SECRET, COOKIE, JWE_HEAD_V5, (struct str){ blocks[i], 16 }),
		    "cannot be decrypted", "wrong padding");
	bad_with(JWE_AUTHJS, SECRET, COOKIE, jwe_make(a, JWE_AUTHJS, SECRET,
	    COOKIE, JWE_HEAD_V5, STR("{\"sub\":\"42\"}\0\0\0\0")),
	    "cannot be decrypted", "padding of zeros");
	bad_with(JWE_AUTHJS, SECRET, COOKIE, jwe_make(a, JWE_AUTHJS, SECRET,
	    COOKIE, JWE_HEAD_V5, STR("")), "cannot be decrypted",
	    "no block at all");
}

int
main(void)
{
	a = arena_new();
	test_vectors();
	test_bits(JWE_AUTHJS, v5);
	test_bits(JWE_NEXTAUTH, v4);
	test_form();
	test_headers();
	test_claims();
	test_padding();
	arena_free(a);
	return tap_done();
}
