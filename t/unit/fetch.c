/*
 * A POST and everything an upstream, a network or a person may do to it,
 * against a server in a thread.  Clocks are set to a fraction of a second
 * and only the kind of error they end in is looked at.
 */
#include <sys/socket.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "fetch/fetch.h"
#include "fetch/wish.h"

#include "served.h"
#include "tap.h"

#define OK_HEAD	"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define OK_BODY	OK_HEAD "Content-Length: 5\r\n\r\nhello"
#define OPEN	OK_HEAD "\r\n"		/* the end of the line ends it */

struct test {
	struct arena	*a;
	struct fetch	*f;
	struct served	 s;
	char		 url[128];
	struct fetch_call call;
	struct fetch_reply reply;
	struct buf	 body;
	int		 status;	/* as piece() saw it */
	char		 type[64];
	size_t		 enough;	/* bytes after which piece() refuses */
	bool		 progress;	/* piece() reports it */
	int		 ticks, ticks_wanted;	/* 0: any number */
	int		 hang_up;	/* closed by the first tick, or -1 */
	const struct err *e;
};

static bool
on_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct test *t = ctx;

	t->status = status;
	snprintf(t->type, sizeof(t->type), "%s", type == NULL ? "" : type);
	buf_put(&t->body, p, n);
	if (t->progress)
		fetch_progress(t->f);
	return t->enough == 0 || t->body.n < t->enough;
}

static bool
on_tick(void *ctx)
{
	struct test *t = ctx;

	if (t->hang_up >= 0)
		close(t->hang_up);
	t->hang_up = -1;
	return ++t->ticks != t->ticks_wanted;
}

static const char *const headers[] = { "Content-Type: application/json",
    "Authorization: Bearer key", NULL };

static void
begin(struct test *t, const struct served_reply *script, size_t n)
{
	*t = (struct test){ .a = arena_new(), .f = fetch_new(),
	    .hang_up = -1 };
	served_start(&t->s, script, n);
	served_url(&t->s, t->url, sizeof(t->url), "http", "/v1/chat");
	t->call = (struct fetch_call){ .url = t->url, .headers = headers,
	    .body = STR("{\"a\":1}"), .piece = on_piece, .tick = on_tick,
	    .ctx = t, .watch = -1 };
	t->call.clocks.deadline = clock_ms() + 20000;
}

static void
post(struct test *t)
{
	buf_init(&t->body, t->a, 64 << 20);
	t->status = 0;
	t->type[0] = '\0';
	t->e = fetch_post(t->f, t->a, &t->call, &t->reply);
}

static void
end(struct test *t)
{
	fetch_free(t->f);
	served_end(&t->s);
	arena_free(t->a);
}

/* One exchange with one reply, for what it comes to. */
static void
try_reply(const char *bytes, enum served_then then, int status,
    const char *want, const char *name)
{
	const struct served_reply script[] = {
		{ .bytes = bytes, .then = then } };
	struct test t;

	begin(&t, script, 1);
	post(&t);
	is_str(err_code(t.e), want, "%s", name);
	is_int(t.reply.status, status, "%s: status", name);
	end(&t);
}

static void
test_plain(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 200 OK\r\nContent-Type: "
		    "Text/Event-Stream; charset=utf-8\r\nContent-Length: 5\r\n"
		    "X-Request-Id: req-7\r\n\r\nhello", .then = SERVED_KEEP },
	};
	struct test t;
	const char *sent;

	begin(&t, script, 1);
	post(&t);
	ok(t.e == NULL, "an exchange that ends by itself");
	is_int(t.reply.status, 200, "status");
	is_str(t.reply.type, "text/event-stream", "type without parameters");
	is_str(t.type, "text/event-stream", "and known to the first piece");
	is_str(t.reply.request_id, "req-7", "the upstream's request id");
	is_str(buf_str(&t.body), "hello", "body");
	ok(t.reply.any_byte, "bytes were passed on");
	is_int(t.reply.retry_after_ms, -1, "no wish to wait");
	is_int(t.reply.should_retry, -1, "no word on retrying");
	served_stop(&t.s);
	sent = served_request(&t.s, 0);
	ok(strstr(sent, "POST /v1/chat HTTP/1.1\r\n") != NULL, "a POST");
	ok(strstr(sent, "\r\nAuthorization: Bearer key\r\n") != NULL,
	    "with our headers");
	ok(strstr(sent, "\r\n\r\n{\"a\":1}") != NULL, "and our body");
	ok(strstr(sent, "\r\nAccept-Encoding: identity\r\n") != NULL,
	    "asking for no compression");
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);
}

static void
test_large_request(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno",
		  .then = SERVED_CLOSE } };
	struct test t;
	char *big;

	begin(&t, script, 1);
	big = arena_alloc(t.a, 2 << 20);
	memset(big, 'x', 2 << 20);
	t.call.body = (struct str){ big, 2 << 20 };
	t.call.clocks.deadline = clock_ms() + 500;
	post(&t);
	served_stop(&t.s);
	/* the server's buffer is smaller: it hangs up, unanswered */
	ok(t.e != NULL && t.e->kind != ERR_TIMEOUT,
	    "a large body is sent without waiting for a 100");
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);
}

static void
test_connections(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
		{ .bytes = OPEN "hello", .then = SERVED_HANG },
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
		{ .bytes = OK_BODY, .then = SERVED_CLOSE },
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
	};
	struct test t;

	begin(&t, script, 6);
	post(&t);
	post(&t);
	is_int(served_connections(&t.s), 1,
	    "a second call finds the connection open");
	t.enough = 1;
	post(&t);
	is_str(err_code(t.e), "hung_up",
	    "a piece that is enough ends the call");
	is_int(t.e->kind, ERR_HUP, "as a hang-up of ours");
	is_str(buf_str(&t.body), "hello", "what came is there");
	is_int(t.reply.status, 200, "and the status");
	t.enough = 0;
	post(&t);
	ok(t.e == NULL, "the next call works");
	is_int(served_connections(&t.s), 2,
	    "on a new connection: the old one is dead");
	post(&t);
	post(&t);
	ok(t.e == NULL, "a connection that was closed meanwhile is replaced");
	is_int(served_connections(&t.s), 3, "by a new one");
	end(&t);
}

static void
test_wish(const char *header, int want, const char *name)
{
	struct served_reply script[1] = { { .then = SERVED_KEEP } };
	struct test t;
	char bytes[1024];

	snprintf(bytes, sizeof(bytes), "HTTP/1.1 429 Busy\r\n%s\r\n"
	    "Content-Length: 2\r\n\r\n{}", header);
	script[0].bytes = bytes;
	begin(&t, script, 1);
	post(&t);
	is_int(t.reply.retry_after_ms, want, "%s", name);
	end(&t);
}

static void
test_wishes(void)
{
	test_wish("Retry-After: 3", 3000, "Retry-After in seconds");
	test_wish("retry-after-ms: 20\r\nRetry-After: 3", 20,
	    "retry-after-ms is the better of the two");
	test_wish("Retry-After: 0", -1, "Retry-After: 0");
	test_wish("Retry-After: -5", -1, "Retry-After: -5");
	test_wish("Retry-After: soon", -1, "Retry-After: soon");
	test_wish("Retry-After: 99999999999", 21600 * 1000,
	    "Retry-After: years");
	test_wish("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", -1,
	    "a date of the past");
	test_wish("x-ratelimit-remaining-tokens: 0\r\n"
	    "x-ratelimit-reset-tokens: 1.57s\r\n"
	    "x-ratelimit-remaining-requests: 7\r\n"
	    "x-ratelimit-reset-requests: 6m0s", 1570,
	    "the reset of the limit that is used up");
	test_wish("anthropic-ratelimit-requests-remaining: 0\r\n"
	    "anthropic-ratelimit-requests-reset: 9999-12-31T23:59:59Z\r\n"
	    "anthropic-ratelimit-tokens-remaining: 1000\r\n"
	    "anthropic-ratelimit-tokens-reset: 2015-10-21T07:28:00Z",
	    86400000, "a reset as a time: at most a day");
	test_wish("anthropic-ratelimit-input-tokens-remaining: 0\r\n"
	    "anthropic-ratelimit-input-tokens-reset: 2015-10-21T07:28:00Z\r\n"
	    "anthropic-ratelimit-output-tokens-remaining: 9\r\n"
	    "anthropic-ratelimit-output-tokens-reset: 9999-12-31T23:59:59Z",
	    -1, "one that is over, and one of a limit that is not reached");
	is_int(wish_ms(STR("6m0s"), 1000), 360000, "6m0s");
	is_int(wish_ms(STR("12ms"), 1000), 12, "12ms");
	is_int(wish_ms(STR("34.4s"), 1000), 34400, "34.4s");
	is_int(wish_ms(STR("1h2m3s"), 1000), 3723000, "1h2m3s");
	is_int(wish_ms(STR("2.5"), 1000), 2500, "a bare number");
	is_int(wish_ms(STR("99999999999999999999h"), 1000), 86400000,
	    "at most a day");
	is_int(wish_ms(STR(""), 1000), -1, "nothing");
	is_int(wish_ms(STR("-3s"), 1000), -1, "less than nothing");
	is_int(wish_ms(STR("3 days"), 1000), -1, "words");
	is_int(wish_ms(STR("1.2.3s"), 1000), -1, "two points");
}

/* now: 2026-11-21T20:15:30Z */
static void
test_until(const char *s, int want)
{
	is_int(wish_until_ms(str_of(s), INT64_C(1795292130)), want, "until %s",
	    s);
}

static void
test_untils(void)
{
	test_until("2026-11-21T20:15:31Z", 1000);
	test_until("2026-11-21T20:16:30.25Z", 60000);
	test_until(" 2026-11-21t22:15:32+02:00 ", 2000);
	test_until("2026-11-21T15:45:33-04:30", 3000);
	test_until("2026-11-22T00:00:00Z", 13470 * 1000);
	test_until("2026-12-01T00:00:00Z", 86400000);
	test_until("2027-02-28T00:00:00Z", 86400000);
	test_until("2026-11-21T20:15:30Z", -1);
	test_until("2015-10-21T07:28:00Z", -1);
	test_until("2026-11-21T20:15:31", -1);
	test_until("2026-11-21T20:15:31Zulu", -1);
	test_until("2026-11-21T20:15:31+02", -1);
	test_until("2026-13-21T20:15:31Z", -1);
	test_until("2026-11-21", -1);
	test_until("59", -1);
	test_until("", -1);
	is_int(wish_until_ms(STR("2024-02-29T00:00:01Z"),
	    INT64_C(1709164800)), 1000, "a leap day");
	is_int(wish_until_ms(STR("2025-03-01T00:00:01Z"),
	    INT64_C(1740787200)), 1000, "the day after February's last");
	is_int(wish_until_ms(STR("2000-01-01T00:00:00Z"),
	    INT64_C(946684799)), 1000, "a new year");
}

static void
test_should_retry(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 500 No\r\nx-should-retry: false\r\n"
		    "Content-Length: 0\r\n\r\n", .then = SERVED_KEEP },
		{ .bytes = "HTTP/1.1 500 No\r\nx-should-retry: true\r\n"
		    "Content-Length: 0\r\n\r\n", .then = SERVED_KEEP },
	};
	struct test t;

	begin(&t, script, 2);
	post(&t);
	is_int(t.reply.should_retry, 0, "x-should-retry: false");
	ok(!t.reply.any_byte, "an answer without a body");
	post(&t);
	is_int(t.reply.should_retry, 1, "x-should-retry: true");
	end(&t);
}

static void
test_redirects(void)
{
	static const struct served_reply nothing[] = { { .bytes = OK_BODY } };
	static const char *const to[] = { "http", "file" };
	struct served_reply script[1] = { { .then = SERVED_CLOSE } };
	struct served other;
	char bytes[512], url[128];
	struct test t;
	size_t i;

	for (i = 0; i < 2; i++) {
		served_start(&other, nothing, 1);
		snprintf(bytes, sizeof(bytes), "HTTP/1.1 307 There\r\n"
		    "Location: %s\r\nContent-Length: 0\r\n\r\n",
		    served_url(&other, url, sizeof(url), to[i], "/"));
		script[0].bytes = bytes;
		begin(&t, script, 1);
		post(&t);
		ok(t.e == NULL && t.reply.status == 307,
		    "a redirect to %s: is an answer", to[i]);
		end(&t);
		served_stop(&other);
		is_int(served_connections(&other), 0, "and nobody went there");
		served_free(&other);
	}
}

static void
test_clock(const char *bytes, enum served_then then, const char *drip,
    int first_byte, int silence, int progress, bool moves, const char *want,
    const char *name)
{
	const struct served_reply script[] = {
		{ .bytes = bytes, .more = drip, .then = then } };
	struct test t;

	begin(&t, script, 1);
	t.call.clocks.first_byte = first_byte;
	t.call.clocks.silence = silence;
	t.call.clocks.progress = progress;
	if (first_byte + silence + progress == 0 || moves)
		t.call.clocks.deadline = clock_ms() + 300;
	t.progress = moves;
	post(&t);
	is_str(err_code(t.e), "upstream_timeout", "%s", name);
	ok(t.e != NULL && t.e->kind == ERR_TIMEOUT &&
	    strstr(t.e->log, want) != NULL, "%s: by the clock of %s", name,
	    want);
	end(&t);
}

static void
test_clocks(void)
{
	test_clock("", SERVED_HANG, NULL, 200, 0, 0, false, "first byte",
	    "accepts and never answers");
	test_clock("HTTP/1.1 200 OK\r\nX-A: b\r\n", SERVED_HANG, NULL, 0, 200,
	    0, false, "silence", "silent within the headers");
	test_clock(OPEN, SERVED_HANG, NULL, 10000, 200, 0, false, "silence",
	    "headers, then silence");
	test_clock(OPEN "data: a", SERVED_HANG, NULL, 10000, 200, 0, false,
	    "silence", "silent in the middle of the body");
	test_clock(OPEN, SERVED_DRIP, ": busy\n\n", 10000, 10000, 300, false,
	    "no progress", "comments for ever");
	test_clock(OPEN, SERVED_DRIP, "data: a\n\n", 10000, 10000, 200, true,
	    "deadline", "tokens for ever");
	test_clock("", SERVED_HANG, NULL, 0, 0, 0, false, "deadline",
	    "no clock but the deadline");
	test_clock("HTTP/1.1 100 Continue\r\n\r\n", SERVED_DRIP,
	    "HTTP/1.1 100 Continue\r\n\r\n", 10000, 10000, 300, false,
	    "no progress", "a storm of interim answers");
}

static void
test_breaks(void)
{
	try_reply(OK_HEAD "Content-Length: 50\r\n\r\nhello", SERVED_CLOSE, 200,
	    "upstream_cut", "less than Content-Length says");
	try_reply(OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
	    SERVED_CLOSE, 200, "upstream_cut", "chunks without the last");
	try_reply(OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello",
	    SERVED_CLOSE, 200, "upstream_cut", "a chunk of size zz");
	try_reply(OPEN "hello", SERVED_CLOSE, 200, "",
	    "no length: the end of the connection is the end");
	try_reply("HTTP/1.0 200 OK\r\n\r\nhello", SERVED_CLOSE, 200, "",
	    "HTTP/1.0");
	try_reply("", SERVED_CLOSE, 0, "upstream_unreachable",
	    "closed without a word");
	try_reply("SSH-2.0-Server\r\n", SERVED_CLOSE, 0, "upstream_untrusted",
	    "not HTTP at all");
	try_reply("HTTP/1.1 204 No\r\n\r\n", SERVED_KEEP, 204, "",
	    "no content");
	try_reply("HTTP/1.1 103 Hint\r\nLink: x\r\n\r\n" OK_BODY, SERVED_KEEP,
	    200, "", "an interim answer, then the answer");
	try_reply(OK_HEAD "Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
	    "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n", SERVED_KEEP, 200, "",
	    "trailers");
}

static void
test_floods(void)
{
	static const char block[] = "0123456789abcdef0123456789abcdef"
	    "0123456789abcdef0123456789abcdef";
	const struct served_reply script[] = {
		{ .bytes = OPEN, .more = block,
		  .times = MAX_STREAM / (sizeof(block) - 1) + 1,
		  .then = SERVED_CLOSE },
		{ .bytes = "HTTP/1.1 200 OK\r\n", .more = "X-Header: "
		  "0123456789abcdef0123456789abcdef\r\n", .times = 10000,
		  .then = SERVED_CLOSE },
	};
	struct test t;

	begin(&t, script, 2);
	post(&t);
	is_str(err_code(t.e), "upstream_too_big", "a body without an end");
	post(&t);
	is_str(err_code(t.e), "upstream_too_big", "ten thousand headers");
	end(&t);
}

static void
test_gzip(void)
{
	/* "hello hello hello", gzipped */
	static const char bytes[] = OK_HEAD "Content-Encoding: gzip\r\n"
	    "Content-Length: 28\r\n\r\n"
	    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9"
	    "\x57\xc8\x40\x90\x00\x80\x88\xf9\xe5\x11\x00\x00\x00";
	const struct served_reply script[] = { { .bytes = bytes,
	    .n = sizeof(bytes) - 1, .then = SERVED_KEEP } };
	struct test t;

	begin(&t, script, 1);
	post(&t);
	ok(t.e == NULL, "a body gzipped unasked");
	is_str(buf_str(&t.body), "hello hello hello", "arrives decoded");
	end(&t);
}

static void
test_unreachable(void)
{
	struct test t;

	begin(&t, NULL, 0);
	served_stop(&t.s);
	post(&t);
	is_str(err_code(t.e), "upstream_unreachable", "nobody listens there");
	is_int(t.reply.status, 0, "no status then");
	t.call.url = "http://nowhere.invalid/";
	post(&t);
	is_str(err_code(t.e), "upstream_unreachable", "a name of nobody");
	post(&t);
	is_str(err_code(t.e), "upstream_unreachable", "and once more");
	t.call.url = "file:///etc/passwd";
	post(&t);
	is_str(err_code(t.e), "upstream_untrusted", "file: is not for us");
	t.call.url = "ftp://127.0.0.1/";
	post(&t);
	is_str(err_code(t.e), "upstream_untrusted", "nor is ftp:");
	t.call.url = "http://:0:/";
	post(&t);
	is_str(err_code(t.e), "upstream_untrusted", "nor what is no address");
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);

	begin(&t, NULL, 0);
	served_url(&t.s, t.url, sizeof(t.url), "https", "/");
	t.call.ca_file = "/nonexistent/ca.pem";
	post(&t);
	is_str(err_code(t.e), "upstream_untrusted",
	    "a CA file that is not there");
	end(&t);
}

static void
test_environment(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OK_BODY, .then = SERVED_KEEP } };
	struct test t;

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	begin(&t, script, 1);
	post(&t);
	ok(t.e == NULL, "a proxy of the environment is not ours");
	end(&t);
	unsetenv("http_proxy");
	unsetenv("all_proxy");

	begin(&t, script, 1);
	t.call.proxy = t.url;
	t.call.url = "http://model.example/v1";
	post(&t);
	ok(t.e == NULL, "a proxy of the settings is");
	served_stop(&t.s);
	ok(strncmp(served_request(&t.s, 0), "POST http://model.example/v1 ",
	    29) == 0, "and asked for the whole address");
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);
}

static void
try_private(struct test *t, const char *host, const char *want)
{
	snprintf(t->url, sizeof(t->url), "http://%s:%d/", host, t->s.port);
	post(t);
	is_str(err_code(t->e), "upstream_private", "%s is not gone to", host);
	ok(t->e != NULL && strstr(t->e->log, want) != NULL,
	    "%s: the log says %s", host, want);
}

/* Without IPv6 libcurl calls its addresses names that nobody has. */
static bool
has_six(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/*
 * Addresses in figures, in all the ways there are to write them, and a name:
 * what counts is where the connection would go.
 */
static void
test_private(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
	};
	struct test t;
	char url[128];

	begin(&t, script, 2);
	snprintf(url, sizeof(url), "%s", t.url);
	t.call.public_only = true;
	post(&t);
	is_str(err_code(t.e), "upstream_private", "127.0.0.1 is not public");
	ok(t.e != NULL && t.e->kind == ERR_UPSTREAM && t.reply.status == 0 &&
	    strstr(t.e->log, "127.0.0.1") != NULL, "and it is named");
	try_private(&t, "localhost", " is not a public address");
	try_private(&t, "0", "0.0.0.0");
	try_private(&t, "127.1", "127.0.0.1");
	try_private(&t, "0x7f000001", "127.0.0.1");
	if (has_six()) {
		try_private(&t, "[::1]", "::1");
		try_private(&t, "[::ffff:127.0.0.1]", "::ffff:127.0.0.1");
	}
	try_private(&t, "10.1.2.3", "10.1.2.3");
	try_private(&t, "169.254.169.254", "169.254.169.254");
	is_int(served_connections(&t.s), 0, "nobody came");

	/* neither by a proxy, nor on a connection that is open already */
	snprintf(t.url, sizeof(t.url), "%s", url);
	t.call.proxy = url;
	t.call.url = "http://model.invalid/v1";
	post(&t);
	ok(t.e != NULL && served_connections(&t.s) == 0,
	    "no proxy is asked then");
	t.call.proxy = NULL;
	t.call.url = t.url;
	t.call.public_only = false;
	post(&t);
	ok(t.e == NULL, "who may go anywhere, goes");
	t.call.public_only = true;
	post(&t);
	is_str(err_code(t.e), "upstream_private",
	    "and leaves no open connection to who may not");
	is_int(served_requests(&t.s), 1, "which nobody used");
	t.call.public_only = false;
	post(&t);
	ok(t.e == NULL, "the next call may again");
	end(&t);
}

/* The person's end is closed by the first tick, or was before. */
static void
test_watch(bool before, bool unread, const char *name)
{
	static const struct served_reply script[] = {
		{ .bytes = OPEN "data: a\n\n", .then = SERVED_HANG } };
	struct test t;
	int pair[2];

	begin(&t, script, 1);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		ok(false, "socketpair");
		return;
	}
	if (unread && write(pair[1], "x", 1) != 1)
		ok(false, "write");
	t.call.watch = pair[0];
	if (before)
		close(pair[1]);
	else
		t.hang_up = pair[1];
	post(&t);
	is_str(err_code(t.e), "reader_left", "%s", name);
	is_int(t.e == NULL ? -1 : (int)t.e->kind, ERR_HUP,
	    "%s: is no fault", name);
	close(pair[0]);
	end(&t);
}

static void
test_tick(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OPEN "data: a\n\n", .then = SERVED_HANG },
		{ .bytes = OK_BODY, .then = SERVED_KEEP } };
	struct test t;

	begin(&t, script, 2);
	t.ticks_wanted = 2;
	post(&t);
	is_str(err_code(t.e), "hung_up", "a tick that says no ends the call");
	is_int(t.ticks, 2, "at once");
	is_str(buf_str(&t.body), "data: a\n\n", "what came is there");
	t.ticks_wanted = 0;
	post(&t);
	ok(t.e == NULL, "and the next call works");
	is_int(served_connections(&t.s), 2, "on a new connection");
	end(&t);
}

/* Threads share nothing but what fetch_global_init() made. */
static void *
run_thread(void *arg)
{
	static const struct served_reply script[] = {
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
		{ .bytes = OPEN "data", .then = SERVED_HANG },
		{ .bytes = OK_BODY, .then = SERVED_CLOSE },
	};
	int *good = arg;
	struct test t;
	int i;

	for (i = 0; i < 5; i++) {
		begin(&t, script, 3);
		post(&t);
		*good += t.e == NULL;
		t.enough = 1;
		post(&t);
		*good += t.e != NULL && t.e->kind == ERR_HUP;
		t.enough = 0;
		post(&t);
		*good += t.e == NULL;
		end(&t);
	}
	return NULL;
}

static void
test_threads(void)
{
	pthread_t thread[4];
	int good[4] = { 0 };
	size_t i;

	for (i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, run_thread, &good[i]) != 0)
			exit(2);
	for (i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		is_int(good[i], 15, "thread %zu did all of its calls", i);
	}
}

static void
get_one(const char *cache, int want)
{
	char bytes[300];
	const struct served_reply script[] = { { .bytes = bytes } };
	struct test t;

	snprintf(bytes, sizeof(bytes), "%s%s%s", "HTTP/1.1 200 OK\r\n", cache,
	    "Content-Length: 2\r\n\r\nhi");
	begin(&t, script, 1);
	buf_init(&t.body, t.a, 100);
	t.e = fetch_get(t.f, t.a, &t.call, &t.reply);
	is_str(err_code(t.e), "", "a GET");
	is_str(buf_str(&t.body), "hi", "and its answer");
	is_int(t.reply.max_age, want, "max-age of: %s", cache);
	served_stop(&t.s);
	ok(strncmp(served_request(&t.s, 0), "GET /v1/chat HTTP/1.1\r\n", 23)
	    == 0 && strstr(served_request(&t.s, 0), "Content-Length") == NULL
	    && strstr(served_request(&t.s, 0), "{\"a\"") == NULL,
	    "has no body");
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);
}

static int
listen_here(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, 1) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		exit(2);
	*port = ntohs(at.sin_port);
	return fd;
}

/* What a caller of ours does: it takes the body away. */
struct letter {
	struct test	*t;
	char		*body;
	int		 sent, quiet;
	int		 listener, peer;	/* answered by a tick, or -1 */
};

static bool
letter_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct letter *l = ctx;

	return on_piece(l->t, status, type, p, n);
}

static void
letter_sent(void *ctx)
{
	struct letter *l = ctx;

	l->sent++;
	free(l->body);
	l->body = NULL;
}

static bool
letter_quiet(void *ctx)
{
	struct letter *l = ctx;

	l->quiet++;
	return l->t->body.n < 5;
}

/* An answer before anything of the question was read. */
static bool
letter_tick(void *ctx)
{
	struct letter *l = ctx;

	if (l->listener < 0 || l->peer >= 0)
		return true;
	l->peer = accept(l->listener, NULL, NULL);
	return served_send(l->peer, OPEN "hello", strlen(OPEN "hello"));
}

static void
letter_post(struct test *t, struct letter *l, size_t n)
{
	l->t = t;
	l->body = memset(malloc(n), 'x', n);
	l->peer = -1;
	t->call.body = (struct str){ l->body, n };
	t->call.ctx = l;
	t->call.piece = letter_piece;
	t->call.sent = letter_sent;
	t->call.quiet = letter_quiet;
	t->call.tick = letter_tick;
	post(t);
	free(l->body);
	if (l->peer >= 0)
		close(l->peer);
}

static void
test_sent(void)
{
	static const struct served_reply script[] = {
		{ .bytes = OPEN "hello", .then = SERVED_HANG } };
	struct letter l = { .listener = -1 }, early = { .listener = -1 };
	struct test t;

	begin(&t, script, 1);
	letter_post(&t, &l, 60000);
	is_int(l.sent, 1, "a body that is sent may go, once");
	is_int(l.quiet, 1, "all that came together is told of");
	is_str(err_code(t.e), "hung_up", "which may end the call");
	is_str(buf_str(&t.body), "hello", "after its last piece");
	served_stop(&t.s);
	early.listener = listen_here(&t.s.port);
	served_url(&t.s, t.url, sizeof(t.url), "http", "/v1/chat");
	letter_post(&t, &early, 32 << 20);
	is_str(buf_str(&t.body), "hello", "an answer before the question");
	is_int(early.sent, 0, "has been read: that body stays");
	close(early.listener);
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);
}

static void
test_get(void)
{
	static const struct served_reply script[] = {
		{ .bytes = "HTTP/1.1 302 Go\r\nLocation: /other\r\n"
		    "Content-Length: 0\r\n\r\n", .then = SERVED_KEEP },
		{ .bytes = OK_BODY, .then = SERVED_KEEP },
		{ .bytes = OK_BODY },
	};
	struct test t;

	get_one("", -1);
	get_one("Cache-Control: max-age=600\r\n", 600);
	get_one("cache-control: public, MAX-AGE=\"60\" , x=1\r\n", 60);
	get_one("Cache-Control: max-age=60\r\nCache-Control: max-age=5\r\n",
	    5);
	get_one("Cache-Control: no-store\r\n", 0);
	get_one("Cache-Control: max-age=9, no-cache\r\n", 0);
	get_one("Cache-Control: max-age=-5\r\n", -1);
	get_one("Cache-Control: max-age=\r\n", -1);
	get_one("Cache-Control: s-maxage=5, xmax-age=4\r\n", -1);
	get_one("Cache-Control: max-age=99999999999999999999\r\n", 31536000);
	begin(&t, script, 3);
	t.e = fetch_get(t.f, t.a, &t.call, &t.reply);
	is_int(t.reply.status, 302, "a redirect is an answer");
	post(&t);
	is_int(t.reply.status, 200, "a POST after a GET");
	t.e = fetch_get(t.f, t.a, &t.call, &t.reply);
	is_int(t.reply.status, 200, "a GET after a POST");
	served_stop(&t.s);
	ok(strncmp(served_request(&t.s, 0), "GET", 3) == 0 &&
	    strncmp(served_request(&t.s, 1), "POST", 4) == 0 &&
	    strncmp(served_request(&t.s, 2), "GET", 3) == 0,
	    "each is its own");
	fetch_free(t.f);
	served_free(&t.s);
	arena_free(t.a);
}

int
main(void)
{
	fetch_global_init();
	test_plain();
	test_large_request();
	test_connections();
	test_wishes();
	test_untils();
	test_should_retry();
	test_redirects();
	test_clocks();
	test_breaks();
	test_floods();
	test_gzip();
	test_unreachable();
	test_environment();
	test_private();
	test_watch(false, false, "the reader leaves meanwhile");
	test_watch(true, false, "the reader had left before");
	test_watch(false, true, "the reader leaves, a byte of theirs unread");
	test_tick();
	test_sent();
	test_get();
	test_threads();
	fetch_global_done();
	return tap_done();
}
