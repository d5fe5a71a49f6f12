/* A buffer grows to its limit and not a byte further, and says so. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tap.h"

static void
test_str(void)
{
	is_int((long long)str_of(NULL).n, 0, "no string is empty");
	is_int((long long)str_of("abc").n, 3, "str_of counts");
	is_int((long long)STR("a\0b").n, 3, "STR counts past a NUL");
	ok(str_is(str_of("milk"), "milk"), "str_is: equal");
	ok(!str_is(str_of("milk"), "mil"), "str_is: longer");
	ok(!str_is(str_of("mil"), "milk"), "str_is: shorter");
	ok(!str_is(STR("milk\0"), "milk"), "str_is: a NUL more");
	ok(!str_is(str_of("Milk"), "milk"), "str_is: another case");
	ok(str_is(str_of(NULL), ""), "str_is: nothing is nothing");
	ok(str_is_nocase(str_of("X-Request-ID"), "x-request-id"),
	    "str_is_nocase: equal");
	ok(!str_is_nocase(str_of("x-request_id"), "x-request-id"),
	    "str_is_nocase: another sign");
	ok(!str_is_nocase(str_of("["), "{"), "only letters have a case");
	ok(!str_is_nocase(STR("\xc3\x84"), "\xc3\xa4"), "ASCII letters only");
	ok(!str_is_nocase(STR("a\0"), "a"), "str_is_nocase: a NUL more");
	ok(str_is_nocase(str_of(NULL), ""), "str_is_nocase: nothing");
}

static void
test_limits(void)
{
	struct arena *a = arena_new();
	const char *p;
	struct buf b;
	int i;

	buf_init(&b, a, 5);
	is_str(buf_str(&b), "", "an unused buffer is an empty string");
	buf_puts(&b, "abc");
	buf_putc(&b, 'd');
	is_str(buf_str(&b), "abcd", "puts, putc");
	buf_putc(&b, 'e');
	ok(!b.bad, "the limit itself fits");
	buf_put(&b, NULL, 0);
	ok(!b.bad, "and so does nothing");
	buf_putc(&b, 'f');
	ok(b.bad, "a byte beyond does not");
	is_str(buf_str(&b), "abcde", "and is not there");

	buf_clear(&b);
	ok(!b.bad && b.n == 0, "cleared: good again");
	is_str(buf_str(&b), "", "and empty");
	buf_puts(&b, "toolong");
	ok(b.bad, "a string over the limit is refused");
	is_str(buf_str(&b), "", "whole, not in part");
	buf_puts(&b, "x");
	is_str(buf_str(&b), "", "after that nothing is taken");

	buf_init(&b, a, 0);
	buf_putc(&b, 'x');
	ok(b.bad, "a limit of nothing holds nothing");
	is_str(buf_str(&b), "", "and is still a string");
	buf_init(&b, a, SIZE_MAX);
	buf_puts(&b, "x");
	ok(!b.bad, "no limit");
	buf_init(&b, a, 100);
	buf_reserve(&b, 101);
	buf_reserve(&b, SIZE_MAX);
	ok(!b.bad, "room that cannot be had is no fault");
	is_str(buf_str(&b), "", "nor anything put");
	buf_puts(&b, "x");
	buf_reserve(&b, 90);
	p = b.p;
	for (i = 0; i < 90; i++)
		buf_putc(&b, 'y');
	ok(b.p == p && b.n == 91, "a buffer does not grow in its room");
	arena_free(a);
}

static void
test_printf(void)
{
	struct arena *a = arena_new();
	struct buf b;

	buf_init(&b, a, 300);
	buf_printf(&b, "%d", 42);
	buf_printf(&b, ":%s", "x");
	buf_printf(&b, "%s", "");
	is_str(buf_str(&b), "42:x", "printf appends");
	buf_printf(&b, "%0200d", 7);
	is_int((long long)b.n, 204, "printf grows");
	is_int((long long)strlen(buf_str(&b)), 204, "and ends in a NUL");
	buf_printf(&b, "%0200d", 7);
	ok(b.bad && b.n == 204, "printf beyond the limit is refused whole");

	buf_init(&b, a, 6);
	buf_printf(&b, "%s", "123456");
	ok(!b.bad, "printf up to the limit");
	is_str(buf_str(&b), "123456", "is all there");
	buf_init(&b, a, 100);
	buf_put(&b, "a\0b", 3);
	is_int((long long)b.n, 3, "a NUL is a byte");
	ok(memcmp(b.p, "a\0b", 4) == 0, "with one after it");
	arena_free(a);
}

/* A model of the buffer: a plain array and a length. */
static void
test_random(void)
{
	enum { MAX = 5000 };
	static char model[MAX], piece[700];
	struct arena *a = arena_new();
	unsigned int seed = 11;
	bool same = true, bad = false;
	struct buf b;
	size_t n = 0, len, i;

	buf_init(&b, a, MAX);
	for (i = 0; i < 20000; i++) {
		len = (size_t)rand_r(&seed) % sizeof(piece);
		memset(piece, 'a' + (int)(i % 26), len);
		if (rand_r(&seed) % 40 == 0) {
			buf_clear(&b);
			n = 0;
			bad = false;
		}
		buf_put(&b, piece, len);
		bad = bad || n + len > MAX;
		if (!bad) {
			memcpy(model + n, piece, len);
			n += len;
		}
		same = same && b.n == n && b.bad == bad &&
		    (n == 0 || memcmp(b.p, model, n) == 0) &&
		    buf_str(&b)[n] == '\0';
	}
	ok(same, "20000 random puts leave what they should");
	arena_free(a);
}

int
main(void)
{
	test_str();
	test_limits();
	test_printf();
	test_random();
	return tap_done();
}
