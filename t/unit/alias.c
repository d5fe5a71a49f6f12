/* Who a person is to others: always the same, and nobody's id. */
#include "auth/alias.h"
#include "tap.h"

static struct arena *a;

static const char *
alias(const char *auth, const char *jwt, const char *database,
    const char *user)
{
	const struct conf c = { .auth_secret = auth, .jwt_secret = jwt,
	    .database_url = database };

	return alias_of(a, &c, user);
}

int
main(void)
{
	const char *ann;

	a = arena_new();
	ann = alias("one", "", "dbname=x", "ann");
	is_int((long long)strlen(ann), 43, "as long as they may be");
	is_int((long long)strspn(ann, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-"), 43,
	    "of what everybody takes");
	is_str(alias("one", "", "dbname=x", "ann"), ann, "always the same");
	is_str(alias("one", "two", "dbname=y", "ann"), ann,
	    "while the first secret is");
	ok(strcmp(alias("one", "", "dbname=x", "bob"), ann) != 0,
	    "somebody else has another");
	ok(strcmp(alias("two", "", "dbname=x", "ann"), ann) != 0,
	    "as she has elsewhere");
	ok(strcmp(alias("", "two", "dbname=x", "ann"),
	    alias("", "one", "dbname=x", "ann")) != 0,
	    "also without accounts of our own");
	ok(strcmp(alias("", "", "dbname=x", "ann"),
	    alias("", "", "dbname=y", "ann")) != 0,
	    "and where only others' keys are trusted");
	/* printf 'alias\nann' | openssl dgst -sha256 -hmac one -binary */
	is_str(ann, "tFPCwpZ_bc0VvZefd3klKrZSaycoeqxetMFSW2tobv0",
	    "as openssl(1) makes it");
	arena_free(a);
	return tap_done();
}
