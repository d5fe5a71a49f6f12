/* What Better Auth seals with its secret, and nothing else, opens. */
#include "auth/seal.c"	/* for hchacha20() */
#include "tap.h"

#define SECRET	STR("a-test-secret-of-at-least-32-characters!")
#define SEALED	"a1886779d310b9b5a3bd811bb890c569f1a5dcfb3526a4707d89658650" \
    "191511be6bb14a94d075d30a0d05478d"

static struct arena *a;

static void
closed(struct str secret, const char *sealed, const char *name)
{
	struct str plain = STR("untouched");

	ok(!seal_open(a, secret, str_of(sealed), &plain) &&
	    str_is(plain, "untouched"), "closed: %s", name);
}

static void
opens(const char *sealed, const char *want, const char *name)
{
	struct str plain = { NULL, 0 };

	ok(seal_open(a, SECRET, str_of(sealed), &plain), "opens: %s", name);
	is_str(plain.p, want, "%s", name);
}

static void
test_vectors(void)
{
	/* draft-irtf-cfrg-xchacha-03 section 2.2.1 */
	static const unsigned char nonce[16] = { 0, 0, 0, 9, 0, 0, 0, 0x4a,
	    0, 0, 0, 0, 0x31, 0x41, 0x59, 0x27 };
	static const unsigned char want[32] = {
	    0x82, 0x41, 0x3b, 0x42, 0x27, 0xb2, 0x7b, 0xfe,
	    0xd3, 0x0e, 0x42, 0x50, 0x8a, 0x87, 0x7d, 0x73,
	    0xa0, 0xf9, 0xe4, 0xd5, 0x8a, 0x74, 0xa8, 0x53,
	    0xc1, 0x2e, 0xc4, 0x13, 0x26, 0xd3, 0xec, 0xdc };
	unsigned char key[32], got[32];

	for (int i = 0; i < 32; i++)
		key[i] = (unsigned char)i;
	hchacha20(key, nonce, got);
	ok(memcmp(got, want, sizeof(want)) == 0, "HChaCha20 of the draft");
	opens(SEALED, "hello", "what Better Auth sealed");
	opens("$ba$1$" SEALED, "hello", "with a version before it");
	opens("$ba$2026-01$" SEALED, "hello", "whatever it is called");
}

static void
test_closed(void)
{
	static const char text[] = SEALED;
	char bent[sizeof(text)];
	int opened = 0;

	closed(STR("a-test-secret-of-at-least-32-characters?"), SEALED,
	    "another secret");
	closed(STR(""), SEALED, "no secret");
	closed(SECRET, "", "nothing");
	closed(SECRET, "hello", "no hex");
	closed(SECRET, "$ba$1", "a prefix without end");
	closed(SECRET, "$ba$1$", "a prefix alone");
	closed(SECRET, SEALED "0", "an odd number of digits");
	closed(SECRET, SEALED "00", "a byte more");
	closed(SECRET, SEALED "0g", "no hex at the end");
	closed(SECRET, "00", "too short for a nonce");
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		struct str plain;

		memcpy(bent, text, sizeof(bent));
		bent[i] = bent[i] == '0' ? '1' : '0';
		opened += seal_open(a, SECRET, str_of(bent), &plain);
		opened += seal_open(a, SECRET, (struct str){ text, i },
		    &plain);
	}
	is_int(opened, 0, "no digit may be changed, and none be missing");
}

static void
test_both_ways(void)
{
	struct str plain = { NULL, 0 };
	char *big = arena_alloc(a, SEALED_MAX + 1);
	const char *one = seal_close(a, SECRET, STR("{\"d\":\"x\"}"));
	const char *two = seal_close(a, SECRET, STR("{\"d\":\"x\"}"));

	ok(strcmp(one, two) != 0, "sealed twice, two texts");
	is_int((long long)strlen(one), 2 * (24 + 9 + 16), "the length");
	ok(one[strspn(one, "0123456789abcdef")] == '\0', "lower-case hex");
	opens(one, "{\"d\":\"x\"}", "the first");
	opens(two, "{\"d\":\"x\"}", "the second");
	opens(seal_close(a, SECRET, (struct str){ NULL, 0 }), "", "nothing");
	memset(big, 'x', SEALED_MAX);
	one = seal_close(a, SECRET, (struct str){ big, SEALED_MAX });
	ok(one != NULL && seal_open(a, SECRET, str_of(one), &plain) &&
	    plain.n == SEALED_MAX && memcmp(plain.p, big, plain.n) == 0,
	    "64 KiB");
	ok(seal_close(a, SECRET, (struct str){ big, SEALED_MAX + 1 }) == NULL,
	    "not more");
	closed(SECRET, arena_printf(a, "%s00", one), "nor longer to open");
}

int
main(void)
{
	a = arena_new();
	test_vectors();
	test_closed();
	test_both_ways();
	arena_free(a);
	return tap_done();
}
