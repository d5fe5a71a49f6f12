/* The text of an access token: how it looks, and what is kept of it. */
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
	arena_free(a);
	return tap_done();
}
