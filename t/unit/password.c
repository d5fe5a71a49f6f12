/* Passwords: Better Auth's hashes, and how many are made at once. */
#include <pthread.h>
#include <stdatomic.h>

#include "auth/password.h"
#include "tap.h"

#define SALT	"000102030405060708090a0b0c0d0e0f"
#define HORSE	SALT ":7034425e783148ac6ce2c4521177f6fc8ba611950b641450" \
    "53bf3c4fbf26457865bbf1ea8164754187636d431114bca7374e96cf91409d23fbc0b0" \
    "86580d2442"
#define FIANCE	SALT ":a9aea15d09ae1041fd52ce6741cc8b77e819b7d5ab6a86916c" \
    "2cd3c041426c93a8c279fb1ac2d94072fb1eeb7e99f2e5c89b705a5a8f63610fb42270" \
    "db2118bd"

static struct arena *a;
static struct hash_gate *gate;

static void
fits(const char *password, const char *stored, bool want, const char *name)
{
	bool is = !want;
	const struct err *e;

	e = password_verify(gate, a, str_of(password), stored, &is);
	ok(e == NULL && is == want, "%s", name);
}

static void
test_vectors(void)
{
	fits("correct horse battery staple", HORSE, true, "an ASCII password");
	fits("\xef\xac\x81" "anc\xc3\xa9 \xc3\x85\xe2\x91\xa0", FIANCE, true,
	    "ligature, accents, circled digit");
	fits("fianc\xc3\xa9 \xc3\x85" "1", FIANCE, true, "its NFKC form");
	fits("fiance\xcc\x81 A\xcc\x8a" "1", FIANCE, true,
	    "the same, decomposed");
	fits("fiance A1", FIANCE, false, "without accents it is another");
	fits("correct horse battery staplE", HORSE, false, "one letter off");
	fits("", HORSE, false, "nothing");
}

static void
test_foreign(void)
{
	char text[sizeof(HORSE)];

	fits("x", NULL, false, "nobody's password");
	fits("x", "", false, "an empty hash");
	fits("x", "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
	    false, "bcrypt");
	fits("x", ":", false, "a colon");
	memcpy(text, HORSE, sizeof(text));
	text[40] = 'A';
	fits("correct horse battery staple", text, false, "an upper-case digit");
	memcpy(text, HORSE, sizeof(text));
	text[3] = 'g';
	fits("correct horse battery staple", text, false, "no hex digit");
	memcpy(text, HORSE, sizeof(text));
	text[32] = '.';
	fits("correct horse battery staple", text, false, "no colon");
	memcpy(text, HORSE, sizeof(text));
	text[sizeof(text) - 2] = '\0';
	fits("correct horse battery staple", text, false, "a digit short");
	fits("x", HORSE "0", false, "a digit too many");
}

static void
test_hash(void)
{
	const char *one = "", *two = "";
	bool is = true;

	ok(password_hash(gate, a, STR("pass\0word"), &one) == NULL, "hashed");
	ok(password_hash(gate, a, STR("pass\0word"), &two) == NULL, "twice");
	is_int((long long)strlen(one), 161, "as long as it must be");
	ok(strcmp(one, two) != 0 && strncmp(one, two, 32) != 0,
	    "with salts of their own");
	ok(password_verify(gate, a, STR("pass\0word"), one, &is) == NULL && is,
	    "it fits");
	ok(password_verify(gate, a, STR("pass"), one, &is) == NULL && !is,
	    "a NUL does not end it");
	ok(password_hash(gate, a, (struct str){ NULL, 0 }, &one) == NULL,
	    "an empty one is hashed");
	fits("", one, true, "and fits");
	two = NULL;
	ok(password_hash(gate, a, STR("\xff\xfe"), &two) != NULL &&
	    two == NULL, "what is not UTF-8 is an error");
}

static void
test_length(void)
{
	is_int((long long)password_length(STR("")), 0, "nothing is 0 long");
	is_int((long long)password_length(STR("abc")), 3, "ASCII");
	is_int((long long)password_length(STR("\xc3\xa9\xe2\x91\xa0")), 2,
	    "two and three bytes are one unit");
	is_int((long long)password_length(STR("\xf0\x9f\x98\x80")), 2,
	    "four bytes are two");
}

static void
weak(const char *password, const char *part)
{
	const char *why = password_weak(str_of(password),
	    str_of("Ann.Lee@example.com"), str_of(" Ann Lee-Smith "));

	ok(part == NULL ? why == NULL : why != NULL &&
	    strstr(why, part) != NULL, "%s: %s", password,
	    why == NULL ? "fine" : why);
}

static void
test_weak(void)
{
	weak("password", "commonest");
	weak("PassWord", "commonest");
	weak("12345678", "commonest");
	weak("qwertyuiop", "commonest");
	weak("password but longer", NULL);
	weak("ann.lee@example.COM", "e-mail");
	weak("ANN.LEE", "e-mail");
	weak("ann.lee@", NULL);
	weak("ann lee-smith", "name");
	weak("ann lee-smit", NULL);
	weak("", NULL);
	ok(password_weak(STR("aaaabbbb"), STR(""), STR("")) == NULL,
	    "nothing is known of the person");
}

/* ---- the gate */

struct crowd {
	struct hash_gate *gate;
	atomic_int	  hashed, busy, other;
};

static void *
come(void *what)
{
	struct crowd *c = what;
	struct arena *mine = arena_new();
	const struct err *e;
	bool is = true;

	e = password_verify(c->gate, mine, STR("any"), NULL, &is);
	if (e == NULL)
		c->hashed++;
	else if (e->kind == ERR_BUSY && e->retry_after == 2 &&
	    strcmp(e->code, "too_busy") == 0 && is)
		c->busy++;
	else
		c->other++;
	arena_free(mine);
	return NULL;
}

static void
crowd_run(struct crowd *c, int n)
{
	pthread_t t[16];

	for (int i = 0; i < n; i++)
		pthread_create(&t[i], NULL, come, c);
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

static void
test_gate(void)
{
	struct crowd c = { .gate = hash_gate_new(a, 2, 6) };

	crowd_run(&c, 8);
	is_int(c.hashed, 8, "two at once, six wait: eight are served");
	is_int(c.busy + c.other, 0, "and nobody is sent away");
	crowd_run(&c, 8);
	is_int(c.hashed, 16, "and eight again");
	c = (struct crowd){ .gate = hash_gate_new(a, 1, 1) };
	while (c.busy == 0 && c.other == 0 && c.hashed < 200)
		crowd_run(&c, 16);
	ok(c.busy > 0 && c.other == 0, "a full queue sends away, to come back");
	ok(c.hashed >= 2, "and serves the others");
	c = (struct crowd){ .gate = hash_gate_new(a, 0, -1) };
	crowd_run(&c, 1);
	is_int(c.hashed, 1, "a gate lets at least one through");
}

int
main(void)
{
	a = arena_new();
	gate = hash_gate_new(a, 2, 16);
	test_vectors();
	test_foreign();
	test_hash();
	test_length();
	test_weak();
	test_gate();
	arena_free(a);
	return tap_done();
}
