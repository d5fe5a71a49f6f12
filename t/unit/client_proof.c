/* What a client of OAuth proves itself with. */
#include <string.h>

#include "auth/client_proof.h"
#include "base/text.h"
#include "tap.h"

static struct arena *a;

static void
test_basic(void)
{
	static const char *const none[] = { "", "Basic", "Basic ", "basic :",
	    "Bearer YTpi", "Basicx YTpi", "Basic YTpi=", "Basic YWI=",
	    "Basic YTpi YTpi", "Basic YTolMDA=", "Basic YTolZzA=",
	    "Basic YTr/", NULL };
	struct str name, password;

	ok(basic_read(a, "Basic YTpi", &name, &password) &&
	    str_is(name, "a") && str_is(password, "b"), "a:b");
	ok(basic_read(a, "bAsIc  YTpiOmM= ", &name, &password) &&
	    str_is(name, "a") && str_is(password, "b:c"),
	    "the first colon parts them");
	ok(basic_read(a, "Basic YTo=", &name, &password) &&
	    str_is(name, "a") && password.n == 0, "no password");
	/* https%3A%2F%2Fx:p+q%2B */
	ok(basic_read(a, "Basic aHR0cHMlM0ElMkYlMkZ4OnArcSUyQg==", &name,
	    &password) && str_is(name, "https://x") &&
	    str_is(password, "p q+"), "both are decoded as a form is");
	for (size_t i = 0; none[i] != NULL; i++)
		ok(!basic_read(a, none[i], &name, &password), "none: \"%s\"",
		    none[i]);
	ok(!basic_read(a, NULL, &name, &password), "no header");
}

static void
test_pkce(void)
{
	static const char verifier[] =
	    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	char text[130];

	/* RFC 7636 appendix B */
	is_str(pkce_challenge(a, str_of(verifier)),
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "RFC 7636");
	memset(text, 'a', sizeof(text));
	for (size_t n = 0; n <= sizeof(text); n++)
		if ((pkce_challenge(a, (struct str){ text, n }) != NULL) !=
		    (n >= 43 && n <= 128))
			ok(false, "a verifier of %zu", n);
	for (int c = 0; c < 256; c++) {
		text[7] = (char)c;
		if ((pkce_challenge(a, (struct str){ text, 64 }) != NULL) !=
		    (c != 0 && c < 128 && strchr("abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", c) != NULL))
			ok(false, "a verifier with byte %d", c);
	}
	ok(pkce_challenge_ok(a, str_of(
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")), "a challenge");
	ok(!pkce_challenge_ok(a, str_of(
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c")), "too short");
	ok(!pkce_challenge_ok(a, str_of(
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA")), "too long");
	ok(!pkce_challenge_ok(a, str_of(
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")), "not base64url");
	ok(!pkce_challenge_ok(a, str_of("")), "none");
}

static void
test_same(void)
{
	char x[65], y[65];

	memset(x, '7', 64);
	x[64] = '\0';
	memcpy(y, x, sizeof(y));
	ok(hash_same(x, y), "the same");
	y[63] = '8';
	ok(!hash_same(x, y), "another");
	ok(!hash_same(x, "7"), "shorter");
	ok(!hash_same("", ""), "nothing is no hash");
}

int
main(void)
{
	a = arena_new();
	test_basic();
	test_pkce();
	test_same();
	arena_free(a);
	return tap_done();
}
