/* Who a request comes from, and that a caller never learns why not. */
#include "auth/auth.h"
#include "auth/jwt.h"
#include "base/bounds.h"
#include "tap.h"

#define SECRET	"a secret of more than thirty-two bytes"
#define NOW	1800000000LL

static const char sentence[] =
    "Sign in to go on: the token is missing, wrong or expired.";

static struct arena *a;
static struct auth *au;

static const char *
signed_token(const char *claims)
{
	struct jwt_key key = { .alg = JWT_HS256, .secret = STR(SECRET) };
	const char *t = "";

	jwt_sign(a, &key, claims, &t);
	return t;
}

static const char *
of_subject(const char *json)
{
	return signed_token(arena_printf(a, "{\"exp\":%lld,\"sub\":%s}",
	    NOW + 100, json));
}

static void
good(const char *header, const char *want, const char *name)
{
	const char *user = NULL;
	const struct err *e = auth_check(au, a, &(struct auth_ask){ .authorization =
	    header, .now = NOW }, &user);

	is_str(user, want, "%s", name);
	if (e != NULL)
		diag("%s", e->log);
}

static void
bad(const char *header, const char *why, const char *name)
{
	const char *user = NULL;
	const struct err *e = auth_check(au, a, &(struct auth_ask){ .authorization =
	    header, .now = NOW }, &user);

	if (!ok(e != NULL && e->kind == ERR_AUTH && user == NULL &&
	    strcmp(e->code, "unauthorized") == 0 &&
	    strcmp(e->say, sentence) == 0 && strstr(e->log, why) != NULL,
	    "refused: %s", name))
		diag("%s, expected %s", e == NULL ? "accepted" : e->log, why);
}

static void
bad_subject(const char *json, const char *why)
{
	bad(arena_printf(a, "Bearer %s", of_subject(json)), why, json);
}

static void
test_schemes(void)
{
	const char *t = of_subject("\"ann\"");

	good(arena_printf(a, "Bearer %s", t), "ann", "Bearer");
	good(arena_printf(a, "bearer %s", t), "ann", "bearer");
	good(arena_printf(a, "BEARER %s", t), "ann", "BEARER");
	good(arena_printf(a, "Bearer  %s", t), "ann", "two blanks");
	bad(NULL, "no Authorization", "no header");
	bad("", "no Authorization", "an empty header");
	bad("Bearer", "not a bearer", "the scheme alone");
	bad("Bearer ", "not a bearer", "a blank instead of a token");
	bad(t, "not a bearer", "a token alone");
	bad(arena_printf(a, "Bearer\t%s", t), "not a bearer", "a tab");
	bad(arena_printf(a, "Bearer%s", t), "not a bearer", "no blank");
	bad(arena_printf(a, "Basic %s", t), "not a bearer", "Basic");
	bad(arena_printf(a, "Bearers %s", t), "not a bearer", "Bearers");
	bad(arena_printf(a, " Bearer %s", t), "not a bearer", "a blank first");
	bad(arena_printf(a, "Bearer %s %s", t, t), "three parts", "two tokens");
	bad(arena_printf(a, "Bearer %s, Bearer %s", t, t), "three parts",
	    "two headers that a server joined");
	bad(arena_printf(a, "Bearer %s,", t), "base64url", "a comma after");
	bad(arena_printf(a, "Bearer %s ", t), "base64url", "a blank after");
	bad(arena_printf(a, "Bearer \"%s\"", t), "base64url", "quotes");
	bad("Bearer null", "three parts", "what a careless page sends");
}

static void
test_subjects(void)
{
	char *x = arena_alloc(a, MAX_USER_ID + 4);

	memset(x, 'x', MAX_USER_ID);
	good(arena_printf(a, "Bearer %s", of_subject(arena_printf(a, "\"%s\"",
	    x))), x, "255 bytes");
	x[MAX_USER_ID] = 'x';
	bad_subject(arena_printf(a, "\"%s\"", x), "sub of 256 bytes");
	memcpy(x + MAX_USER_ID - 1, "\xc3\xa9", 2);
	bad_subject(arena_printf(a, "\"%s\"", x), "sub of 256 bytes");
	good(arena_printf(a, "Bearer %s", of_subject("\"a/b J\xc3\xb6rg\"")),
	    "a/b J\xc3\xb6rg", "a slash, a blank, a letter beyond ASCII");
	good(arena_printf(a, "Bearer %s", of_subject("\"\xc2\xa0\"")),
	    "\xc2\xa0", "a no-break blank is no control character");
	bad_subject("\"\"", "sub of 0 bytes");
	bad_subject("7", "not a string");
	bad_subject("null", "not a string");
	bad_subject("[\"ann\"]", "not a string");
	bad_subject("\"a\\nb\"", "control characters");
	bad_subject("\"a\\u001fb\"", "control characters");
	bad_subject("\"a\\u007f\"", "control characters");
	bad_subject("\"a\\u0085b\"", "control characters");
	bad(arena_printf(a, "Bearer %s", signed_token("{\"exp\":1800000100}")),
	    "sub is missing", "no sub");
	bad(arena_printf(a, "Bearer %s", signed_token(
	    "{\"exp\":1799999000,\"sub\":\"ann\"}")), "expired 1000 s ago",
	    "the reason is in the log");
}

static void
test_settings(void)
{
	struct conf c = { .jwt_secret = SECRET, .jwt_issuer = "me",
	    .jwt_audience = "tasks" };
	struct auth *strict, *none = NULL;
	const char *user = NULL;
	const struct err *e;

	ok(auth_open(a, &c, NULL, &strict) == NULL, "issuer and audience are set");
	ok(auth_check(strict, a, &(struct auth_ask){ .authorization =
	    arena_printf(a, "Bearer %s",
	    of_subject("\"ann\"")), .now = NOW }, &user) != NULL, "and missed");
	ok(auth_check(strict, a, &(struct auth_ask){ .authorization =
	    arena_printf(a, "Bearer %s", signed_token(
	    "{\"sub\":\"ann\",\"exp\":1800000100,\"iss\":\"me\","
	    "\"aud\":[\"tasks\"]}")), .now = NOW }, &user) == NULL, "and met");
	is_str(user, "ann", "by ann");
	c.jwt_secret = "a secret of thirty-one bytes...";
	e = auth_open(a, &c, NULL, &none);
	ok(e != NULL && e->kind == ERR_INPUT && none == NULL,
	    "a secret of 31 bytes is not opened with");
	c.jwt_secret = "";
	ok(auth_open(a, &c, NULL, &none) != NULL, "nor an empty one");
}

int
main(void)
{
	struct conf c = { .jwt_secret = SECRET, .jwt_issuer = "",
	    .jwt_audience = "" };

	a = arena_new();
	ok(auth_open(a, &c, NULL, &au) == NULL, "a secret is enough to open");
	test_schemes();
	test_subjects();
	test_settings();
	arena_free(a);
	return tap_done();
}
