/* The text of a secret of ours: how it looks, and what is kept of it. */
#include <string.h>

#include "auth/token_text.h"
#include "base/text.h"
#include "tap.h"

#define ZEROS43 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static struct arena *a;

static void
is_none(const char *text, const char *name)
{
	ok(token_text_hash(a, str_of(text)) == NULL, "none: %s", name);
}

/* Each kind is made, and known again, by its own prefix alone. */
static void
test_kinds(void)
{
	static const char *const kind[] = { TOKEN_PROGRAM, TOKEN_GRANTED,
	    TOKEN_CODE, TOKEN_REFRESH, TOKEN_SECRET, TOKEN_CLIENT };
	const size_t n = sizeof(kind) / sizeof(kind[0]);
	struct str text;
	size_t i, k;
	bool own;

	for (i = 0; i < n; i++) {
		text = str_of(token_text_make(a, kind[i]));
		own = text.n == 47 && memcmp(text.p, kind[i], 4) == 0;
		ok(own, "%s and 43 characters", kind[i]);
		for (k = 0, own = true; k < n; k++)
			own = own && (i == k) == (token_text_hash_of(a,
			    kind[k], text) != NULL) && (i == k) ==
			    token_text_begins(kind[k], text);
		ok(own, "%s is of no other kind", kind[i]);
	}
	is_str(token_text_hash_of(a, "tct_", STR("tct_" ZEROS43)),
	    token_text_hash(a, STR("tct_" ZEROS43)), "tct_ is the usual one");
	/* printf %s tcg_AAA… | sha256sum */
	is_str(token_text_hash_of(a, "tcg_", STR("tcg_" ZEROS43)),
	    "e1ba15516c97884310b3765c628808dd"
	    "a167750cbb2ad143f6acf5e183fd2845", "the prefix is hashed too");
}

int
main(void)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *one, *two;

	a = arena_new();
	one = token_text_new(a);
	two = token_text_new(a);
	ok(strlen(one) == 47, "47 characters");
	ok(strncmp(one, "tct_", 4) == 0, "which begin with tct_");
	ok(strspn(one + 4, alphabet) == 43, "and go on in base64url");
	ok(strcmp(one, two) != 0, "no two are the same");
	ok(token_text_is(str_of(one)), "one is known by its looks");
	ok(!token_text_is(STR("tct")) && !token_text_is(STR("")) &&
	    !token_text_is(STR("TCT_x")) && !token_text_is(STR("eyJ")),
	    "others are not");
	/* printf %s tct_AAA… | sha256sum */
	is_str(token_text_hash(a, STR("tct_" ZEROS43)),
	    "a8a9efd40e7c1adba2336eeea57a740f"
	    "982551f2c6a9301cfbe4839c8cedf99e", "what is kept is its SHA-256");
	ok(token_text_hash(a, str_of(one)) != NULL, "of any of ours");
	is_none("", "nothing");
	is_none("tct_", "the prefix alone");
	is_none("tct_" ZEROS43 "A", "one character too many");
	is_none(ZEROS43 "AAAA", "another prefix");
	is_none("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "one too few");
	is_none("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    "padding");
	is_none("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+",
	    "another alphabet");
	is_none("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ",
	    "a blank at the end");
	is_none("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
	    "spare bits that are not zero");
	is_none(arena_printf(a, "tct_%08000d", 0), "eight thousand bytes");
	test_kinds();
	arena_free(a);
	return tap_done();
}
