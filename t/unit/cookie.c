/* Cookies: found in a header, signed, opened, and set. */
#include <stdlib.h>

#include "auth/cookie.h"
#include "tap.h"

#define SECRET	STR("a-test-secret-of-at-least-32-characters!")
#define TOKEN	"a4XQM85Ko5loHWKnPdnX6XbywTmXmv55"
#define MAC	"SZw17H5PGOqvQSz9FNLcCUTEuyjJQ4h2vbmvvr2kZiM"

static struct arena *a;

/* want NULL: absent. */
static void
found(const char *header, const char *want)
{
	struct str v = STR("untouched");
	bool there = cookie_find(header, "s.t", &v);

	if (want == NULL)
		ok(!there && str_is(v, "untouched"), "absent from: %.60s",
		    header);
	else
		ok(there && str_is(v, want), "found in: %.60s", header);
}

static void
test_find(void)
{
	struct str v;

	found("s.t=abc", "abc");
	found("a=1; s.t=abc; b=2", "abc");
	found("a=1;s.t=abc;b=2", "abc");
	found("  s.t\t= abc \t;", "abc");
	found("s.t=a=b==", "a=b==");
	found("s.t=\"abc\"", "abc");
	found("s.t=\"", "\"");
	found("s.t=\"\"", "");
	found("s.t=", "");
	found("s.t=a%2Bb", "a%2Bb");
	found("s.t=a b", "a b");
	found("as.t=1; s.tt=2; s.t=3", "3");
	found("s.t; s.t=3", "3");
	found("", NULL);
	found("s.t", NULL);
	found("S.T=1", NULL);
	found("a=s.t=1", NULL);
	found("a=1, s.t=2", NULL);
	found("=1; ;;=;", NULL);
	found("s.t=1; s.t=1", NULL);
	found("s.t=1; s.t=2; s.t=3", NULL);
	ok(!cookie_find(NULL, "s.t", &v), "no header");
	ok(!cookie_find("=1", "", &v), "no name");
}

static void
test_long(void)
{
	char *h = arena_alloc(a, 8192 + 8);

	memset(h, ';', 8192);
	found(h, NULL);
	memcpy(h + 8188, "s.t=x", 6);
	found(h, "x");
	memset(h, ' ', 8188);
	found(h, "x");
	memset(h, '=', 8188);
	found(h, NULL);
	memset(h, '"', 8188);
	found(h, NULL);
	for (int i = 0; i < 8188; i += 4)
		memcpy(h + i, "s.t;", 4);
	found(h, "x");
}

static void
opens(const char *signed_value, const char *want)
{
	struct str v = STR("untouched");
	bool good = cookie_open(a, SECRET, str_of(signed_value), &v);

	if (want == NULL)
		ok(!good && str_is(v, "untouched"), "not ours: %.80s",
		    signed_value);
	else
		ok(good && str_is(v, want), "ours: %.80s", signed_value);
}

static void
test_signature(void)
{
	char text[] = TOKEN "." MAC "=";
	char *big = arena_alloc(a, 9000);
	int good = 0;

	is_str(cookie_sign(a, SECRET, STR(TOKEN)), text, "as Better Auth");
	opens(text, TOKEN);
	opens(TOKEN "." MAC "%3D", TOKEN);
	opens(TOKEN "." MAC "%3d", TOKEN);
	opens("%614XQM85Ko5loHWKnPdnX6XbywTmXmv55." MAC "%3D", TOKEN);
	opens(cookie_sign(a, SECRET, STR("true")), "true");
	opens(cookie_sign(a, SECRET, STR("a.b 50%")), "a.b 50%");
	opens("", NULL);
	opens(".", NULL);
	opens(TOKEN, NULL);
	opens(TOKEN ".", NULL);
	opens(TOKEN "." MAC, NULL);
	opens(TOKEN "." MAC "==", NULL);
	opens(TOKEN "." MAC "%", NULL);
	opens(TOKEN "." MAC "%00", NULL);
	opens(TOKEN "." MAC "%ff", NULL);
	opens(cookie_sign(a, SECRET, STR("")), NULL);
	opens(cookie_sign(a, STR("another secret"), STR(TOKEN)), NULL);
	opens(cookie_sign(a, STR(""), STR(TOKEN)), NULL);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		struct str v;

		text[i] ^= 1;
		good += cookie_open(a, SECRET, str_of(text), &v);
		text[i] ^= 1;
	}
	is_int(good, 0, "no bit may be changed");
	memset(big, 'x', 8999);
	opens(cookie_sign(a, SECRET, str_of(big)), NULL);
}

static void
test_set(void)
{
	struct cookie c = { .name = "__Secure-better-auth.session_token",
	    .value = TOKEN "." MAC "=", .max_age = 604800, .secure = true };
	char *big = arena_alloc(a, 20001);

	is_str(cookie_set(a, &c), "__Secure-better-auth.session_token="
	    TOKEN "." MAC "%3D; Max-Age=604800; Path=/; HttpOnly; Secure; "
	    "SameSite=Lax", "over https");
	c = (struct cookie){ .name = "a", .value = "true", .max_age = -1 };
	is_str(cookie_set(a, &c), "a=true; Path=/; HttpOnly; SameSite=Lax",
	    "until the browser is closed");
	c.max_age = 0;
	is_str(cookie_set(a, &c), "a=; Max-Age=0; Path=/; HttpOnly; "
	    "SameSite=Lax", "expired at once");
	c.value = NULL;
	is_str(cookie_set(a, &c), "a=; Max-Age=0; Path=/; HttpOnly; "
	    "SameSite=Lax", "and with no value");
	c = (struct cookie){ .name = "a", .max_age = -1,
	    .value = "-_.!~*'()aZ09 ;,\"\\\r\n=%+/\xc3\xa9\x7f" };
	is_str(cookie_set(a, &c), "a=-_.%21~%2A%27%28%29aZ09%20%3B%2C%22%5C%0D"
	    "%0A%3D%25%2B%2F%C3%A9%7F; Path=/; HttpOnly; SameSite=Lax",
	    "percent-encoded");
	memset(big, 'x', 20000);
	c.value = big;
	ok(cookie_set(a, &c) == NULL, "none of 20000 bytes");
	c.value = "x";
	for (const char *const *p = (const char *const[]){ "", "a b", "a=",
	    "a;", "a\r\nb", "\xc3\xa9", "a\"", NULL }; *p != NULL; p++) {
		c.name = *p;
		ok(cookie_set(a, &c) == NULL, "no name: %s", *p);
	}
}

int
main(void)
{
	a = arena_new();
	test_find();
	test_long();
	test_signature();
	test_set();
	arena_free(a);
	return tap_done();
}
