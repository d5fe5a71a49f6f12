/*
 * An issuer's keys at an address: how long they serve, when they are read
 * again, and that nobody can make us read them more often.  The clock is
 * the test's.
 */
#include <stdatomic.h>

#include "auth/remote.h"
#include "base/log.h"
#include "fetch/fetch.h"

#include "served.h"
#include "tap.h"

#define SECOND	1000
#define MINUTE	(60 * SECOND)
#define HOUR	(60 * MINUTE)

#define HEAD(more)	"HTTP/1.1 200 OK\r\nConnection: close\r\n" more "\r\n"
#define KEY(kid)	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" kid \
    "\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"
#define ONE		"{\"keys\":[" KEY("one") "]}"
#define TWO		"{\"keys\":[" KEY("one") "," KEY("two") "]}"
#define ONLY_TWO	"{\"keys\":[" KEY("two") "]}"

static _Atomic int64_t now = 100 * HOUR;

static int64_t
test_clock(void)
{
	return now;
}

struct test {
	struct arena	*a;
	struct served	 s;
	char		 url[100];
	struct remote	*r;
};

static void
begin(struct test *t, const struct served_reply *script, size_t n)
{
	struct remote_conf c = { .name = "site", .url = t->url,
	    .usual = JWT_ANY, .ca_file = "", .clock = test_clock };

	t->a = arena_new();
	served_start(&t->s, script, n);
	served_url(&t->s, t->url, sizeof(t->url), "http", "/jwks");
	t->r = remote_new(t->a, &c);
}

static void
end(struct test *t)
{
	remote_free(t->r);
	served_end(&t->s);
	arena_free(t->a);
}

static int
asked(struct test *t)
{
	return served_requests(&t->s);
}

static const struct err *
find(struct test *t, const char *kid)
{
	struct token token = { .alg = "EdDSA", .kid = kid };
	struct jwt_key key = { .kid = NULL };
	const struct err *e = remote_find(t->r, t->a, &token, &key);

	if (e == NULL && (key.pkey == NULL || (kid != NULL &&
	    (key.kid == NULL || strcmp(key.kid, kid) != 0))))
		diag("another key than %s", kid);
	return e;
}

static void
there(struct test *t, const char *kid, const char *name)
{
	const struct err *e = find(t, kid);

	if (!ok(e == NULL, "%s", name))
		diag("%s", e->log);
}

static void
absent(struct test *t, const char *kid, const char *why, const char *name)
{
	const struct err *e = find(t, kid);

	if (!ok(e != NULL && e->kind == ERR_AUTH &&
	    strstr(e->log, why) != NULL, "%s", name))
		diag("%s", e == NULL ? "it is there" : e->log);
}

static void
test_fresh(void)
{
	static const struct served_reply script[] = {
		{ .bytes = HEAD("") ONE }, { .bytes = HEAD("") TWO },
		{ .bytes = HEAD("Cache-Control: max-age=1\r\n") TWO },
		{ .bytes = HEAD("Cache-Control: max-age=999999\r\n")
		    ONLY_TWO },
		{ .bytes = HEAD("") TWO },
	};
	struct test t;

	begin(&t, script, 5);
	there(&t, "one", "a first key");
	there(&t, NULL, "a token without a kid, one key");
	now += 10 * MINUTE - 1;
	there(&t, "one", "is fresh for ten minutes");
	is_int(asked(&t), 1, "one question so far");
	now += 1;
	there(&t, "one", "and then");
	is_int(asked(&t), 2, "asked for again");
	there(&t, "two", "a key that came with it");
	absent(&t, NULL, "no kid, and not just one key for EdDSA; the set "
	    "has one, two", "without a kid there are two now");
	is_int(asked(&t), 3, "(which asked once)");
	now += 59 * SECOND;
	there(&t, "one", "a minute at least is fresh, whatever max-age says");
	is_int(asked(&t), 3, "no question");
	now += 1 * SECOND;
	absent(&t, "one", "unknown kid one; the set has two",
	    "after that a key that went is gone");
	is_int(asked(&t), 4, "one question");
	now += 24 * HOUR - 1;
	there(&t, "two", "a day at most is fresh");
	is_int(asked(&t), 4, "whatever max-age says");
	now += 1;
	there(&t, "one", "then it is read");
	is_int(asked(&t), 5, "once more");
	end(&t);
}

static void
test_unknown(void)
{
	static const struct served_reply script[] = {
		{ .bytes = HEAD("") ONE }, { .bytes = HEAD("") TWO },
		{ .bytes = HEAD("") TWO },
	};
	struct arena *a;
	struct test t;
	int i;

	begin(&t, script, 3);
	there(&t, "one", "a first key");
	there(&t, "two", "a new one is known at its first use");
	is_int(asked(&t), 2, "by asking again");
	a = t.a;
	for (i = 0; i < 1000; i++) {
		t.a = arena_new();
		if (find(&t, arena_printf(t.a, "kid%d", i)) == NULL)
			ok(false, "an invented kid");
		arena_free(t.a);
	}
	t.a = a;
	is_int(asked(&t), 2, "a thousand invented ones cost nothing");
	now += 29999;
	absent(&t, "x", "unknown kid x; the set has one, two", "nor one more");
	is_int(asked(&t), 2, "for half a minute");
	now += 1;
	absent(&t, "x", "unknown kid x", "then one more question");
	is_int(asked(&t), 3, "is asked");
	there(&t, "one", "what was known is known throughout");
	end(&t);
}

static void
test_down(void)
{
	static const struct served_reply script[] = {
		{ .bytes = HEAD("") ONE },
		{ .bytes = "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n" },
		{ .bytes = HEAD("Content-Type: text/html\r\n") "<html>" },
		{ .bytes = "HTTP/1.1 302 Go\r\nLocation: /\r\n"
		    "Connection: close\r\n\r\n" },
		{ .bytes = "HTTP/1.1 503 No\r\nConnection: close\r\n\r\n" },
		{ .bytes = HEAD("") TWO },
	};
	struct test t;

	begin(&t, script, 6);
	there(&t, "one", "a first key");
	now += 11 * MINUTE;
	there(&t, "one", "a status of 500 leaves what we had");
	is_int(asked(&t), 2, "after a question");
	now += 29 * SECOND;
	there(&t, "one", "and there is a pause");
	absent(&t, "two", "unknown kid two", "for unknown kids as well");
	is_int(asked(&t), 2, "of no questions");
	now += 1 * SECOND;
	there(&t, "one", "a page of HTML is no key set");
	now += MINUTE;
	there(&t, "one", "a redirect is not followed");
	is_int(asked(&t), 4, "a question each");
	now += 23 * HOUR;
	there(&t, "one", "a day it goes on");
	now += HOUR;
	served_stop(&t.s);
	absent(&t, "one", "over a day old", "and no longer");
	served_free(&t.s);
	remote_free(t.r);
	arena_free(t.a);
}

static void
never(const char *bytes, const char *more, size_t times, const char *why,
    const char *name)
{
	struct served_reply script[] = { { .bytes = bytes, .more = more,
	    .times = times } };
	struct test t;

	begin(&t, script, 1);
	absent(&t, "one", why, name);
	absent(&t, "one", "its keys cannot be had", "and again");
	is_int(asked(&t), 1, "without another question");
	end(&t);
}

static void
test_never(void)
{
	char big[1025];

	memset(big, ' ', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	never("HTTP/1.1 404 No\r\nConnection: close\r\n\r\n", NULL, 0,
	    "status 404", "nothing there");
	never(HEAD("") ONE, big, 300, "more than 262144 bytes", "too large");
	never(HEAD("") "[]", NULL, 0, "keys cannot be had", "no set");
	never(HEAD("") "", NULL, 0, "keys cannot be had", "nothing at all");
	never(HEAD("Content-Length: 999\r\n") ONE, NULL, 0, "fetch:",
	    "cut short");
	never("HTTP/1.1 301 Go\r\nLocation: http://127.0.0.1:1/\r\n"
	    "Connection: close\r\n\r\n", NULL, 0, "redirects are not followed",
	    "sent elsewhere");
}

/* The line for the log stays a line. */
static void
test_many_keys(void)
{
	struct served_reply script[] = { { .bytes = "" } };
	struct arena *a = arena_new();
	struct test t;
	struct buf b;
	int i;

	buf_init(&b, a, 65536);
	buf_puts(&b, HEAD("") "{\"keys\":[");
	for (i = 0; i < 60; i++)
		buf_printf(&b, "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
		    "\"kid\":\"%060d\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvP"
		    "apiMlrwIaaPcHURo\"}", i == 0 ? "" : ",", i);
	buf_puts(&b, "]}");
	script[0].bytes = buf_str(&b);
	begin(&t, script, 1);
	there(&t, arena_printf(a, "%060d", 59), "the last of sixty keys");
	absent(&t, "one", "00008, ...", "of whom the log names the first");
	end(&t);
	arena_free(a);
}

/* ---- threads */

struct many {
	struct test	*t;
	atomic_int	 good, bad;
};

static void *
many_run(void *arg)
{
	struct many *m = arg;
	struct token token = { .alg = "EdDSA" };
	struct jwt_key key;
	struct arena *a;
	int i;

	for (i = 0; i < 200; i++) {
		a = arena_new();
		token.kid = i % 3 == 0 ? "never" : "one";
		if (i % 10 == 0)
			now += 2 * MINUTE;
		if (remote_find(m->t->r, a, &token, &key) == NULL)
			atomic_fetch_add(&m->good, key.pkey != NULL);
		else
			atomic_fetch_add(&m->bad, 1);
		arena_free(a);
	}
	return NULL;
}

static void
test_threads(void)
{
	static struct served_reply script[SERVED_REQUESTS * 100];
	pthread_t id[8];
	struct test t;
	struct many m = { .t = &t };
	size_t i, n = sizeof(script) / sizeof(script[0]);

	for (i = 0; i < n; i++)
		script[i].bytes = HEAD("") ONE;
	begin(&t, script, n);
	for (i = 0; i < 8; i++)
		pthread_create(&id[i], NULL, many_run, &m);
	for (i = 0; i < 8; i++)
		pthread_join(id[i], NULL);
	is_int(m.good, 8 * 133, "each found what is there");
	is_int(m.bad, 8 * 67, "and nothing else");
	ok(asked(&t) <= 8 * 20 * 2, "with few questions");
	end(&t);
}

struct held {
	struct remote	*r;
	atomic_int	 sent_away, told;
};

static void *
held_run(void *arg)
{
	struct held *h = arg;
	struct token token = { .alg = "EdDSA", .kid = "one" };
	struct arena *mine = arena_new();
	struct jwt_key key;
	const struct err *e = remote_find(h->r, mine, &token, &key);

	if (e != NULL && strstr(e->log, "they take too long") != NULL)
		atomic_fetch_add(&h->sent_away, 1);
	else if (e != NULL && strstr(e->log, "cannot be had: ") != NULL)
		atomic_fetch_add(&h->told, 1);
	arena_free(mine);
	return NULL;
}

/* One asks, eight wait for it, and nobody else is held up. */
static void
test_hang(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 200 OK\r\n", .then = SERVED_HANG } };
	pthread_t id[12];
	struct test t;
	struct held h = { .r = NULL };
	size_t i;

	begin(&t, script, 1);
	h.r = t.r;
	for (i = 0; i < 12; i++)
		pthread_create(&id[i], NULL, held_run, &h);
	for (i = 0; i < 12; i++)
		pthread_join(id[i], NULL);
	is_int(h.told, 9, "an issuer that hangs holds so many");
	is_int(h.sent_away, 3, "and no more");
	is_int(asked(&t), 1, "with one question");
	end(&t);
}

int
main(void)
{
	log_open(LOG_ERROR, NULL);
	fetch_global_init();
	test_fresh();
	test_unknown();
	test_down();
	test_never();
	test_many_keys();
	test_threads();
	test_hang();
	fetch_global_done();
	return tap_done();
}
