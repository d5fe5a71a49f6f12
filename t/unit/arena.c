/* Arena memory is zeroed, aligned, apart, and given back in the right order. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "tap.h"

static char order[16];
static struct arena *current;

static void
note(void *what)
{
	size_t n = strlen(order);

	order[n] = *(const char *)what;
	order[n + 1] = '\0';
}

static void
note_and_defer(void *what)
{
	note(what);
	arena_defer(current, note, arena_strdup(current, "z"));
}

static bool
all(const unsigned char *p, size_t n, unsigned char c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] != c)
			return false;
	return true;
}

static void
test_sizes(void)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 100, 2047, 2048,
	    2049, 8191, 8192, 8193, 65536, 1 << 20 };
	struct arena *a = arena_new();
	bool zeroed = true, aligned = true;
	unsigned char *p;
	size_t i, round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			p = arena_alloc(a, sizes[i]);
			zeroed = zeroed && all(p, sizes[i], 0);
			aligned = aligned &&
			    (uintptr_t)p % _Alignof(max_align_t) == 0;
			memset(p, 0xff, sizes[i]);
		}
	}
	ok(zeroed, "memory of every size is zeroed");
	ok(aligned, "and aligned for any type");
	arena_free(a);
}

/* Each block gets a pattern of its own; all must still be there at the end. */
static void
test_apart(void)
{
	enum { N = 3000 };
	struct arena *a = arena_new();
	unsigned char **p = calloc(N, sizeof(*p));
	size_t *n = calloc(N, sizeof(*n));
	unsigned int seed = 7;
	bool whole = true;
	size_t i;

	for (i = 0; i < N; i++) {
		n[i] = (size_t)rand_r(&seed) % (i % 50 == 0 ? 9000 : 200);
		p[i] = arena_alloc(a, n[i]);
		memset(p[i], (int)(i % 251), n[i]);
	}
	for (i = 0; i < N; i++)
		whole = whole && all(p[i], n[i], (unsigned char)(i % 251));
	ok(whole, "%d blocks of random size do not overlap", N);
	ok(arena_alloc(a, 0) != arena_alloc(a, 0),
	    "blocks of no size have addresses of their own");
	arena_free(a);
	free(p);
	free(n);
}

static void
test_text(void)
{
	struct arena *a = arena_new();
	char *big, *s;

	is_str(arena_strdup(a, "milk"), "milk", "strdup");
	is_str(arena_strndup(a, "milkshake", 4), "milk", "strndup ends it");
	is_str(arena_strndup(a, NULL, 0), "", "strndup of nothing");
	s = arena_strndup(a, "a\0b", 3);
	ok(memcmp(s, "a\0b", 4) == 0, "strndup copies a NUL like any byte");
	is_str(arena_printf(a, "%d-%s", 42, "x"), "42-x", "printf");
	is_str(arena_printf(a, "%s", ""), "", "printf of nothing");
	big = arena_alloc(a, 100001);
	memset(big, 'y', 100000);
	s = arena_printf(a, "<%s>", big);
	is_int((long long)strlen(s), 100002, "printf of something large");
	arena_free(a);
}

static void
test_defer(void)
{
	struct arena *a = arena_new();
	char x[] = "a", y[] = "b", z[] = "c";

	arena_defer(a, note, x);
	arena_defer(a, note, y);
	arena_defer(a, note, z);
	is_str(order, "", "nothing is undone early");
	arena_free(a);
	is_str(order, "cba", "the newest is undone first");

	order[0] = '\0';
	current = arena_new();
	arena_defer(current, note, x);
	arena_defer(current, note_and_defer, arena_strdup(current, "y"));
	arena_free(current);
	is_str(order, "yza", "what an undo defers is undone too, from live "
	    "memory");
	arena_free(NULL);
	ok(true, "freeing no arena is fine");
}

static void
test_reset(void)
{
	struct arena *a = arena_new(), *child;
	char x[] = "a", y[] = "b";
	bool zeroed = true;
	unsigned char *p;
	int round, i;

	arena_reset(a);
	ok(true, "an arena without memory may be reset");
	order[0] = '\0';
	arena_defer(a, note, x);
	arena_defer(a, note, y);
	arena_reset(a);
	is_str(order, "ba", "a reset undoes, the newest first");
	for (round = 0; round < 3; round++) {
		for (i = 1; i < 4000; i += i < 300 ? 7 : 1000) {
			p = arena_alloc(a, (size_t)i);
			zeroed = zeroed && all(p, (size_t)i, 0);
			memset(p, 0xff, (size_t)i);
		}
		arena_reset(a);
	}
	ok(zeroed, "what comes after is zeroed");
	/* one larger than a chunk first, then the chunk that is kept */
	order[0] = '\0';
	arena_defer(a, note, x);
	arena_drop(a);
	is_str(order, "a", "a drop undoes as well");
	ok(all(arena_alloc(a, 300), 300, 0), "and the arena begins anew");
	order[0] = '\0';
	child = arena_child(a);
	arena_defer(child, note, x);
	arena_drop(child);
	is_str(order, "a", "a child is emptied before its parent ends");
	arena_defer(child, note, y);
	arena_free(a);
	is_str(order, "ab", "and ends with it");
	a = arena_new();
	memset(arena_alloc(a, 100000), 1, 100000);
	is_str(arena_strdup(a, "milk"), "milk", "small after large");
	arena_reset(a);
	is_str(arena_strdup(a, "eggs"), "eggs", "and after a reset");
	order[0] = '\0';
	arena_defer(a, note, x);
	arena_free(a);
	is_str(order, "a", "what was undone is not undone again");
}

static void
test_exhausted(void)
{
	struct arena *a;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(9);
		a = arena_new();
		arena_alloc(a, SIZE_MAX - 8);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1,
	    "memory that cannot be had ends the process with 1");
}

static void
test_errors(void)
{
	struct arena *a = arena_new();
	const struct err *e, *f;

	e = err_new(a, ERR_DB, "database_unavailable", "Try again.",
	    "connect to %s", "db");
	is_int(e->kind, ERR_DB, "an error has its kind");
	is_str(e->log, "connect to db", "and its log text");
	is_int(e->retry_after, 0, "and no retry");
	f = err_retry(a, e, 5);
	is_int(f->retry_after, 5, "err_retry sets the seconds");
	is_int(e->retry_after, 0, "and leaves the first error alone");
	is_str(f->code, "database_unavailable", "and keeps the code");
	is_str(f->say, "Try again.", "and the sentence");
	arena_free(a);
}

int
main(void)
{
	test_sizes();
	test_apart();
	test_text();
	test_defer();
	test_reset();
	test_exhausted();
	test_errors();
	return tap_done();
}
