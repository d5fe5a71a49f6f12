/* A token is good only when every rule of RFC 7519 and RFC 8725 says so. */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth/jwt.h"
#include "base/bounds.h"
#include "base/text.h"
#include "tap.h"

#define SECRET	"correct horse battery staple, 32+"
#define NOW	1800000000LL
#define HS256	"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define GOOD	"{\"sub\":\"ann\",\"exp\":1800000100}"

static struct arena *a;
static struct jwt_key key;
static struct jwt_rules rules;

/* All three steps, as one. */
static const struct err *
jwt_check(struct arena *ar, const struct jwt_key *k,
    const struct jwt_rules *r, struct str text, int64_t now,
    struct json_object **claims)
{
	const struct err *e;
	struct token t;

	if ((e = jwt_read(ar, text, &t)) != NULL ||
	    (e = jwt_verify(ar, k, &t)) != NULL ||
	    (e = jwt_claims_check(ar, r, &t, now)) != NULL)
		return e;
	*claims = t.claims;
	return NULL;
}

/* head "." body signed with a secret and a hash, whatever they say. */
static struct str
sealed(const EVP_MD *md, struct str secret, const char *head, struct str body)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	char *text;

	text = arena_printf(a, "%s.%s", b64url_encode(a, head, strlen(head)),
	    b64url_encode(a, body.p, body.n));
	HMAC(md, secret.p, (int)secret.n, (unsigned char *)text, strlen(text),
	    mac, &n);
	return str_of(arena_printf(a, "%s.%s", text,
	    b64url_encode(a, mac, n)));
}

static struct str
token(const char *head, const char *body)
{
	return sealed(EVP_sha256(), STR(SECRET), head, str_of(body));
}

static const struct err *
check(struct str t)
{
	struct json_object *claims;

	return jwt_check(a, &key, &rules, t, NOW, &claims);
}

static void
good(struct str t, const char *name)
{
	const struct err *e = check(t);

	if (!ok(e == NULL, "accepted: %s", name))
		diag("%s", e->log);
}

/* why: what the reason begins with, so that no test passes by accident */
static void
bad(struct str t, const char *why, const char *name)
{
	const struct err *e = check(t);

	if (!ok(e != NULL && e->kind == ERR_AUTH &&
	    strcmp(e->code, "unauthorized") == 0 &&
	    strncmp(e->log, why, strlen(why)) == 0, "refused: %s", name))
		diag("%s, expected %s", e == NULL ? "accepted" : e->log, why);
}

static void
bad_head(const char *head, const char *why)
{
	bad(token(head, GOOD), why, head);
}

static void
bad_body(const char *body, const char *why)
{
	bad(token(HS256, body), why, body);
}

static void
good_body(const char *body)
{
	good(token(HS256, body), body);
}

/* RFC 7515 appendix A.1: the key, the token, the claims. */
static void
test_vector(void)
{
	static const char known[] =
	    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
	    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
	    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	static const char secret[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-Est"
	    "JQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
	struct jwt_rules r = { .issuer = "joe", .audience = "", .leeway = 60 };
	struct jwt_key k = { .alg = JWT_HS256 };
	struct json_object *claims = NULL;
	const struct err *e;

	ok(b64url_decode(a, str_of(secret), &k.secret), "the RFC's key");
	e = jwt_check(a, &k, &r, str_of(known), 1300819379, &claims);
	ok(e == NULL, "the RFC's token is accepted");
	is_str(js_text(claims, "iss", ""), "joe", "its issuer");
	is_int(js_int(claims, "exp", 0), 1300819380, "its expiry");
	ok(js_bool(claims, "http://example.com/is_root", false), "its claim");
	e = jwt_check(a, &k, &r, str_of(known), 1300819380 + 60, &claims);
	ok(e != NULL, "and refused when its time is over");
}

static void
test_algorithms(void)
{
	bad_head("{\"typ\":\"JWT\"}", "alg is not a string");
	bad_head("{\"alg\":null}", "alg is not a string");
	bad_head("{\"alg\":256}", "alg is not a string");
	bad_head("{\"alg\":[\"HS256\"]}", "alg is not a string");
	bad_head("{\"alg\":\"none\"}", "alg none, key is for HS256");
	bad_head("{\"alg\":\"None\"}", "alg None");
	bad_head("{\"alg\":\"nOnE\"}", "alg nOnE");
	bad_head("{\"alg\":\"hs256\"}", "alg hs256");
	bad_head("{\"alg\":\"HS256 \"}", "alg HS256 ");
	bad_head("{\"alg\":\"\"}", "alg ");
	bad_head("{\"alg\":\"RS256\",\"typ\":\"JWT\"}", "alg RS256");
	bad_head("{\"alg\":\"ES256\"}", "alg ES256");
	bad_head("{\"alg\":\"EdDSA\"}", "alg EdDSA");
	bad(sealed(EVP_sha512(), STR(SECRET),
	    "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", STR(GOOD)), "alg HS512",
	    "another HMAC under the same secret");
	bad(sealed(EVP_sha512(), STR(SECRET), HS256, STR(GOOD)),
	    "signature of 64 bytes", "HS256 said, SHA-512 done");
	bad_head("{\"alg\":\"HS256\",\"alg\":\"none\"}", "header: ");
	bad_head("{\"alg\":\"none\",\"alg\":\"HS256\"}", "header: ");
	bad_head("{\"alg\":\"HS256\",\"\\u0061lg\":\"HS256\"}", "header: ");
}

static void
test_headers(void)
{
	char *head = arena_alloc(a, 6000);

	good(token("{\"alg\":\"HS256\"}", GOOD), "no typ");
	good(token("{\"alg\":\"HS256\",\"typ\":\"jwt\"}", GOOD), "typ jwt");
	good(token("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", GOOD), "at+jwt");
	good(token("{\"alg\":\"HS256\",\"typ\":\"application/at+JWT\"}", GOOD),
	    "application/at+JWT");
	good(token("{\"alg\":\"HS256\",\"kid\":\"../one'\"}", GOOD), "a kid");
	good(token("{\"alg\":\"HS256\",\"jku\":\"http://evil.example/\"}",
	    GOOD), "a jku nobody follows");
	bad(sealed(EVP_sha256(), STR("somebody else's secret of 32 bytes"),
	    "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", STR(GOOD)),
	    "wrong signature", "at+jwt under another secret");
	bad_head("{\"alg\":\"HS256\",\"kid\":7}", "kid is not");
	bad_head("{\"alg\":\"HS256\",\"kid\":null}", "kid is not");
	bad_head("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", "typ logout");
	bad_head("{\"alg\":\"HS256\",\"typ\":\"dpop+jwt\"}", "typ dpop");
	bad_head("{\"alg\":\"HS256\",\"typ\":\"secevent+jwt\"}", "typ sec");
	memset(head, 'k', 256);
	bad_head(arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\"}", head),
	    "kid of 256 bytes");
	good(token(arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\"}",
	    head + 1), GOOD), "a kid of 255 bytes");
	memset(head, 'a', 4096);
	bad_head(arena_printf(a, "{\"alg\":\"HS256\",\"kid\":\"%s\"}", head),
	    "kid of 4096 bytes");
	bad_head(arena_printf(a, "{\"alg\":\"%s\"}", head), "alg aaaa");
	memset(head, 0, 6000);
	bad_head("{\"alg\":\"HS256\",\"typ\":\"\"}", "typ ");
	bad_head("{\"alg\":\"HS256\",\"typ\":null}", "typ ");
	bad_head("{\"alg\":\"HS256\",\"typ\":1}", "typ 1");
	bad_head("{\"alg\":\"HS256\",\"crit\":[]}", "crit");
	bad_head("{\"alg\":\"HS256\",\"crit\":null}", "crit");
	bad_head("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", "crit");
	bad_head("{\"alg\":\"HS256\",\"b64\":false}", "b64");
	bad_head("{\"alg\":\"HS256\",\"b64\":true}", "b64");
	bad_head("[]", "header is not an object");
	bad_head("null", "header is not an object");
	bad_head("", "header: ");
	bad_head("{\"alg\":\"HS256\"} x", "header: ");
	bad_head("\xef\xbb\xbf{\"alg\":\"HS256\"}", "header: ");
	bad_head("{\"alg\":\"HS256\",\"x\":NaN}", "header: ");
	bad_head("{\"alg\":\"HS256\",\"x\":\"\\u0000\"}", "header: ");
	memset(head, '[', 2000);
	memset(head + 2000, ']', 2000);
	bad_head(head, "header: ");
}

static void
test_form(void)
{
	struct str t = token(HS256, GOOD);
	char *s = arena_strndup(a, t.p, t.n), *dot = strrchr(s, '.'), *long9;
	const char *mac = dot + 1;
	size_t i, refused = 0;

	good(t, "the token the others are made from");
	bad((struct str){ NULL, 0 }, "token has not", "nothing");
	bad(STR("."), "token has not", "one dot");
	bad(STR(".."), "header: ", "two dots");
	bad(STR("..."), "token has not", "three dots");
	bad(str_of(arena_printf(a, "%s.", s)), "token has not", "a dot after");
	bad(str_of(arena_printf(a, "%s.%s", s, mac)), "token has not",
	    "four parts");
	bad(str_of(arena_printf(a, "%s..%s", s, mac)), "token has not",
	    "five parts");
	bad((struct str){ s, (size_t)(dot - s) }, "token has not", "two parts");
	bad((struct str){ s, (size_t)(mac - s) }, "signature of 0",
	    "an empty signature");
	bad(str_of(arena_printf(a, "%s=", s)), "signature is not", "padding");
	bad(str_of(arena_printf(a, "%s==", s)), "signature is not", "== after");
	bad(str_of(arena_printf(a, "%s ", s)), "signature is not", "a blank");
	bad(str_of(arena_printf(a, "%s\n", s)), "signature is not",
	    "a line end");
	bad(str_of(arena_printf(a, " %s", s)), "header is not",
	    "a blank first");
	bad(str_of(arena_printf(a, "%s!!", s)), "signature is not", "!! after");
	bad((struct str){ s, t.n + 1 }, "signature is not", "a NUL after");
	bad((struct str){ s, t.n - 1 }, "signature ", "a cut signature");
	bad(str_of(arena_printf(a, "%sAA", s)), "signature ", "a longer one");
	bad(str_of(arena_printf(a, "%.*s.%s", (int)(dot - s), s,
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
	    "wrong signature", "all zero");
	bad(str_of(arena_printf(a, "x%s", s)), "header", "a letter first");
	bad(STR("eyJhbGciOiJIUzI1NiJ9.eyJ\xc3\xa9.AA"), "payload is not",
	    "letters beyond ASCII");
	for (i = 0; i < t.n; i++) {
		s[i] ^= 1;
		refused += check((struct str){ s, t.n }) != NULL;
		s[i] ^= 1;
	}
	is_int((long long)refused, (long long)t.n,
	    "a flipped bit is refused wherever it is");
	long9 = arena_alloc(a, 9 * 1024 + 1);
	memset(long9, 'A', 9 * 1024);
	bad(str_of(long9), "token of 9216 bytes", "nine kilobytes");
	long9 = arena_alloc(a, 100 * 1024 + 1);
	memset(long9, 'A', 100 * 1024);
	bad(str_of(long9), "token of 102400 bytes", "a hundred kilobytes");
}

static void
test_swapped(void)
{
	struct str x = token(HS256, GOOD);
	struct str y = token(HS256, "{\"sub\":\"bob\",\"exp\":1800000100}");
	const char *xb = memchr(x.p, '.', x.n), *ym = y.p + y.n;

	while (ym[-1] != '.')
		ym--;
	bad(str_of(arena_printf(a, "%.*s.%s", (int)(strrchr(xb, '.') - x.p),
	    x.p, ym)), "wrong signature", "a signature of another token");
}

static void
test_keys(void)
{
	struct jwt_key k = key;
	struct str garbage = str_of(arena_printf(a, "%s.%s.%s",
	    b64url_encode(a, HS256, strlen(HS256)),
	    b64url_encode(a, GOOD, strlen(GOOD)), "Z2FyYmFnZQ"));
	struct json_object *claims;
	const char *out;

	k.secret = (struct str){ SECRET, 0 };
	ok(jwt_check(a, &k, &rules, garbage, NOW, &claims) != NULL,
	    "a garbage signature under a key of no bytes is refused");
	ok(jwt_check(a, &k, &rules, sealed(EVP_sha256(), k.secret, HS256,
	    STR(GOOD)), NOW, &claims) != NULL, "and one made with that key");
	ok(jwt_sign(a, &k, GOOD, &out) != NULL, "which signs nothing either");
	k.secret = (struct str){ NULL, 0 };
	ok(jwt_check(a, &k, &rules, garbage, NOW, &claims) != NULL,
	    "no key at all");
	ok(jwt_check(a, &k, &rules, token("{\"alg\":\"none\"}", GOOD), NOW,
	    &claims) != NULL, "no key and alg none");
	k.secret = (struct str){ SECRET, 31 };
	ok(jwt_check(a, &k, &rules, sealed(EVP_sha256(), k.secret, HS256,
	    STR(GOOD)), NOW, &claims) != NULL, "31 bytes are too few");
	k.secret.n = 32;
	ok(jwt_check(a, &k, &rules, sealed(EVP_sha256(), k.secret, HS256,
	    STR(GOOD)), NOW, &claims) == NULL, "32 are enough");
	bad(garbage, "signature of 7", "garbage under a good key");
	bad(sealed(EVP_sha256(), STR("-----BEGIN PUBLIC KEY-----\nMIIBIjANBg"),
	    HS256, STR(GOOD)), "wrong signature", "a public key as secret");
}

static void
test_dates(void)
{
	good_body("{\"exp\":1799999941}");
	bad_body("{\"exp\":1799999940}", "expired 60 s ago");
	bad_body("{\"exp\":1799999939}", "expired 61 s ago");
	bad_body("{\"sub\":\"ann\"}", "no exp");
	good_body("{\"exp\":1800000000.5}");
	good_body("{\"exp\":1.8e9}");
	good_body("{\"exp\":9007199254740992}");
	bad_body("{\"exp\":9007199254740994}", "exp is out of range");
	bad_body("{\"exp\":1e300}", "exp is out of range");
	bad_body("{\"exp\":9223372036854775807}", "exp is out of range");
	bad_body("{\"exp\":9223372036854775808}", "payload: ");
	bad_body("{\"exp\":1e999}", "payload: ");
	bad_body("{\"exp\":-1}", "exp is out of range");
	bad_body("{\"exp\":-1e-9}", "exp is out of range");
	bad_body("{\"exp\":0}", "expired");
	bad_body("{\"exp\":\"1800000100\"}", "exp is not a number");
	bad_body("{\"exp\":true}", "exp is not a number");
	bad_body("{\"exp\":null}", "exp is not a number");
	bad_body("{\"exp\":[1800000100]}", "exp is not a number");
	bad_body("{\"exp\":1,\"exp\":1800000100}", "payload: ");
	good_body("{\"exp\":1800000100,\"nbf\":1800000060}");
	bad_body("{\"exp\":1800000100,\"nbf\":1800000061}", "good only in 61");
	bad_body("{\"exp\":1800000100,\"nbf\":\"0\"}", "nbf is not a number");
	bad_body("{\"exp\":1800000100,\"nbf\":null}", "nbf is not a number");
	good_body("{\"exp\":1800000100,\"nbf\":0,\"iat\":0}");
	good_body("{\"exp\":1800000100,\"iat\":1800000060}");
	bad_body("{\"exp\":1800000100,\"iat\":1800086400}", "issued 86400 s");
	bad_body("{\"exp\":1800000100,\"iat\":\"now\"}", "iat is not");
	bad_body("{\"exp\":1800000100,\"iat\":-5}", "iat is out of range");
}

static void
at_time(int64_t now, const char *body, const char *why, const char *name)
{
	const struct err *e;
	struct token t;

	if ((e = jwt_read(a, token(HS256, body), &t)) == NULL)
		e = jwt_claims_check(a, &rules, &t, now);
	if (!ok(why == NULL ? e == NULL : e != NULL &&
	    strncmp(e->log, why, strlen(why)) == 0, "%s", name))
		diag("%s, expected %s", e == NULL ? "accepted" : e->log, why);
}

/* Seconds no longer fit 31 bits, then 32; and a clock that was put back. */
static void
test_clock(void)
{
	at_time(2147483700, "{\"exp\":2147483800,\"iat\":2147483600}", NULL,
	    "in 2038");
	at_time(2147483700, "{\"exp\":2147483600}", "expired 100 s",
	    "expired in 2038");
	at_time(4294967400, "{\"exp\":4294967500,\"nbf\":4294967200}", NULL,
	    "in 2106");
	at_time(4294967400, "{\"exp\":104}", "expired 4294967296 s",
	    "104 is no time in 2106");
	at_time(253402300800, "{\"exp\":253402300900}", NULL, "in 10000");
	at_time(NOW - 3600, "{\"exp\":1800000900,\"iat\":1800000000}",
	    "issued 3600 s ahead", "the clock was put back an hour");
	at_time(NOW - 30, "{\"exp\":1800000900,\"iat\":1800000000}", NULL,
	    "half a minute does not matter");
	at_time(NOW, "{\"exp\":900}", "expired 1799999100 s ago (is exp a "
	    "number of seconds", "a lifetime where a time was meant");
	at_time(0, "{\"exp\":30,\"iat\":30}", NULL, "a clock that was never "
	    "set");
	at_time(-1000, "{\"exp\":0,\"iat\":0}", "issued 1000 s ahead",
	    "before 1970");
}

/* Signed with the same secret for another purpose. */
static void
test_purposes(void)
{
	rules.audience = "https://tasks.example";
	bad(token(HS256, "{\"email\":\"ann@example.com\",\"exp\":1800000100}"),
	    "audience expected", "a token that verifies a mail address");
	bad(token(HS256, "{\"session\":{},\"user\":{},\"exp\":1800000100}"),
	    "audience expected", "a cached session");
	bad(token(HS256, "{\"sub\":\"ann\",\"aud\":\"client-7\","
	    "\"exp\":1800000100}"),
	    "audience expected", "an ID token");
	rules.audience = "";
}

static void
test_issuer(void)
{
	rules.issuer = "https://issuer.example";
	good_body("{\"exp\":1800000100,\"iss\":\"https://issuer.example\"}");
	bad_body("{\"exp\":1800000100,\"iss\":\"https://issuer.example/\"}",
	    "issuer expected https://issuer.example, got ");
	bad_body("{\"exp\":1800000100,\"iss\":\"https://issuer.exampl\"}",
	    "issuer");
	bad_body("{\"exp\":1800000100,\"iss\":\"HTTPS://issuer.example\"}",
	    "issuer");
	bad_body("{\"exp\":1800000100,\"iss\":[\"https://issuer.example\"]}",
	    "issuer");
	bad_body(GOOD, "issuer");
	rules.issuer = "";
}

static void
test_audience(void)
{
	rules.audience = "tasks";
	good_body("{\"exp\":1800000100,\"aud\":\"tasks\"}");
	good_body("{\"exp\":1800000100,\"aud\":[\"tasks\"]}");
	good_body("{\"exp\":1800000100,\"aud\":[\"mail\",\"tasks\"]}");
	bad_body("{\"exp\":1800000100,\"aud\":[\"tasks\",7]}", "aud holds");
	bad_body("{\"exp\":1800000100,\"aud\":[]}", "audience expected tasks");
	bad_body("{\"exp\":1800000100,\"aud\":[[\"tasks\"]]}", "aud holds");
	bad_body("{\"exp\":1800000100,\"aud\":{\"tasks\":1}}", "audience");
	bad_body("{\"exp\":1800000100,\"aud\":\"tasks2\"}", "audience");
	bad_body("{\"exp\":1800000100,\"aud\":\"task\"}", "audience");
	bad_body("{\"exp\":1800000100,\"aud\":null}", "audience");
	bad_body(GOOD, "audience expected tasks in aud");
	rules.audience_claim = "azp";
	good_body("{\"exp\":1800000100,\"aud\":\"account\",\"azp\":\"tasks\"}");
	bad_body("{\"exp\":1800000100,\"aud\":\"tasks\"}",
	    "audience expected tasks in azp");
	bad_body("{\"exp\":1800000100,\"aud\":\"tasks\",\"azp\":\"mail\"}",
	    "audience");
	bad_body("{\"exp\":1800000100,\"azp\":[\"tasks\"]}", "audience");
	rules.audience_claim = "aud";
	good_body("{\"exp\":1800000100,\"aud\":[\"tasks\"]}");
	rules.audience_claim = NULL;
	rules.audience = "";
}

static void
test_payloads(void)
{
	struct str raw;
	char *deep = arena_alloc(a, 4100);

	bad_body("[]", "payload is not an object");
	bad_body("\"exp\"", "payload is not an object");
	bad_body("null", "payload is not an object");
	bad_body("", "payload: ");
	bad_body(GOOD "{}", "payload: ");
	bad_body("{\"exp\":1800000100,}", "payload: ");
	bad_body("{'exp':1800000100}", "payload: ");
	bad_body("{\"exp\":NaN}", "payload: ");
	bad_body("{\"exp\":Infinity}", "payload: ");
	bad_body("{\"exp\":1800000100,\"sub\":\"a\\u0000b\"}", "payload: ");
	bad_body("{\"exp\":1800000100,\"sub\":\"a\\ud800b\"}", "payload: ");
	bad_body("{\"exp\":1800000100,\"sub\":\"a\xff\"}", "payload: ");
	bad_body("{\"exp\":1800000100,\"sub\":\"a\xc0\xaf\"}", "payload: ");
	bad_body("{\"exp\":1800000100,\"sub\":\"a\",\"sub\":\"b\"}",
	    "payload: ");
	bad_body("{\"exp\":1800000100,\"o\":{\"x\":1,\"x\":2}}", "payload: ");
	raw = (struct str){ "{\"exp\":1800000100}\0", 19 };
	bad(sealed(EVP_sha256(), STR(SECRET), HS256, raw), "payload: ",
	    "a NUL after the payload");
	memcpy(deep, "{\"exp\":1800000100,\"x\":", 22);
	memset(deep + 22, '[', 2000);
	memset(deep + 2022, ']', 2000);
	deep[4022] = '}';
	bad_body(deep, "payload: ");
}

static void
test_signing(void)
{
	static const char claims[] = "{\"aud\":[\"tasks\",\"m\"],\"big\":"
	    "9007199254740993,\"exp\":1800000100,\"half\":0.5,\"nil\":null,"
	    "\"o\":{\"x\":[1,\"two\",false]},\"sub\":\"J\\u00f6rg/\\\"x\"}";
	struct json_object *want, *got = NULL;
	const struct err *e;
	const char *t = NULL, *again = NULL;
	char *huge;

	ok(jwt_sign(a, &key, claims, &t) == NULL, "claims are signed");
	e = jwt_check(a, &key, &rules, str_of(t), NOW, &got);
	ok(e == NULL, "and the token is accepted");
	js_parse(a, STR(claims), 8, &want);
	ok(js_equal(want, got), "with every claim as it was");
	is_int(js_type(js_get(got, "exp")), JS_INT, "a number stays a number");
	is_int(js_type(js_get(got, "half")), JS_REAL, "a fraction stays one");
	ok(js_has(got, "nil"), "and null is not lost");
	jwt_sign(a, &key, claims, &again);
	is_str(again, t, "signing twice gives the same token");
	ok(jwt_sign(a, &key, "[]", &t) != NULL, "an array is not signed");
	ok(jwt_sign(a, &key, "{\"a\":1,\"a\":2}", &t) != NULL,
	    "nor a doubled member");
	ok(jwt_sign(a, &key, "{", &t) != NULL, "nor half an object");
	huge = arena_alloc(a, 9001);
	memset(huge, 'x', 9000);
	ok(jwt_sign(a, &key, arena_printf(a, "{\"sub\":\"%s\"}", huge),
	    &t) != NULL, "nor what we would not accept again");
}

/* Nothing that a stranger sends is accepted or breaks the reader. */
static void
test_noise(void)
{
	static const char some[] = "eyJhbGciOiJIUzI1NiJ9.=-_{}[]\":\\ \0\xff";
	unsigned int seed = 12345, i, k, accepted = 0;
	struct arena *mine = a;
	char s[80];

	for (i = 0; i < 20000; i++) {
		a = arena_new();
		for (k = 0; k < sizeof(s); k++) {
			seed = seed * 1103515245 + 12345;
			s[k] = some[(seed >> 16) % (sizeof(some) - 1)];
		}
		accepted += check((struct str){ s, sizeof(s) }) == NULL;
		arena_free(a);
	}
	a = mine;
	is_int(accepted, 0, "noise is never a token");
}

int
main(void)
{
	a = arena_new();
	key = (struct jwt_key){ .alg = JWT_HS256, .secret = STR(SECRET) };
	rules = (struct jwt_rules){ .issuer = "", .audience = "",
	    .leeway = 60 };
	test_vector();
	test_algorithms();
	test_headers();
	test_form();
	test_swapped();
	test_keys();
	test_dates();
	test_clock();
	test_purposes();
	test_issuer();
	test_audience();
	test_payloads();
	test_signing();
	test_noise();
	arena_free(a);
	return tap_done();
}
