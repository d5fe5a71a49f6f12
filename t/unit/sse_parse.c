/* Server-sent events out of bytes that come in any pieces. */
#include "base/bounds.h"
#include "fetch/sse_parse.h"

#include "tap.h"

struct heard {
	struct buf	 b;		/* "name|data;" of each event */
	int		 stop_after;	/* events; 0: never */
	int		 events;
};

static bool
on_event(void *ctx, const struct sse_event *ev)
{
	struct heard *h = ctx;

	buf_put(&h->b, ev->name.p, ev->name.n);
	buf_putc(&h->b, '|');
	buf_put(&h->b, ev->data.p, ev->data.n);
	buf_putc(&h->b, ';');
	return ++h->events != h->stop_after;
}

static const char *
parse(struct arena *a, struct str s, size_t cut)
{
	struct heard h = { .stop_after = 0 };
	struct sse_parse *p;

	buf_init(&h.b, a, 1 << 20);
	p = sse_parse_new(a, on_event, &h);
	if (!sse_parse_feed(p, s.p, cut) ||
	    !sse_parse_feed(p, s.p + cut, s.n - cut) || !sse_parse_end(p))
		return "(refused)";
	return buf_str(&h.b);
}

static void
test(struct str s, const char *want, const char *name)
{
	struct arena *a = arena_new();
	bool same = true;
	size_t cut;

	is_str(parse(a, s, s.n), want, "%s", name);
	for (cut = 0; cut < s.n && same; cut++) {
		same = strcmp(parse(a, s, cut), want) == 0;
		if (!same)
			diag("differs when cut at byte %zu", cut);
	}
	ok(same, "%s: cut anywhere", name);
	arena_free(a);
}

static void
test_grammar(void)
{
	test(STR("data: a\n\n"), "|a;", "an event");
	test(STR("data: a\r\n\r\n"), "|a;", "CR LF");
	test(STR("data: a\r\rdata: b\r\r"), "|a;|b;", "CR alone");
	test(STR("data: a\r\n\ndata: b\n\r\n"), "|a;|b;", "all mixed");
	test(STR("data:a\n\ndata:  b\n\n"), "|a;| b;",
	    "one blank after the colon is not data");
	test(STR("data: a\ndata: b\ndata:\n\n"), "|a\nb\n;", "lines joined");
	test(STR("data\n\ndata:\n\n"), "|;|;", "empty data is data");
	test(STR("event: x\n\ndata: a\n\n"), "|a;",
	    "a name without data is nothing, and forgotten");
	test(STR("event: x\nevent: y\ndata: a\n\ndata: b\n\n"), "y|a;|b;",
	    "the last name counts, once");
	test(STR(": hello\n\n:\n\ndata: a\n: between\ndata: b\n\n"),
	    "|a\nb;", "comments");
	test(STR("id: 3\nretry: 5\nother: x\nDATA: b\n data: c\ndata: a\n\n"),
	    "|a;", "fields that are none of ours");
	test(STR("\xef\xbb\xbf" "data: a\n\n"), "|a;", "a byte order mark");
	test(STR("data: \xef\xbb\xbf\n\n"), "|\xef\xbb\xbf;",
	    "which is text elsewhere");
	test(STR("\n\n\n\ndata: a\n\n\n\n"), "|a;", "blank lines");
	test(STR("data: a"), "|a;", "no line end at the end");
	test(STR("data: a\n\ndata: b\n"), "|a;|b;",
	    "no blank line at the end");
	test(STR("data: a\r"), "|a;", "CR at the end");
	test(STR(""), "", "nothing");
	test(STR("data: \xf0\x9f\x8e\x89\n\n"), "|\xf0\x9f\x8e\x89;",
	    "characters are bytes here");
	test(STR("data: x:y: z\n\n"), "|x:y: z;", "colons in data");
}

static void
test_stop(void)
{
	struct arena *a = arena_new();
	struct heard h = { .stop_after = 2 };
	struct sse_parse *p;

	buf_init(&h.b, a, 1024);
	p = sse_parse_new(a, on_event, &h);
	ok(!sse_parse_feed(p, "data: a\n\ndata: b\n\ndata: c\n\n", 27),
	    "the reader stops it");
	is_str(buf_str(&h.b), "|a;|b;", "no event after that");
	ok(!sse_parse_feed(p, "data: d\n\n", 9), "nothing more is taken");
	ok(!sse_parse_end(p), "nor ended");
	is_int(h.events, 2, "two events in all");
	arena_free(a);
}

/* Feed unit again and again; how often it was accepted. */
static size_t
feed_many(struct arena *a, struct str head, struct str unit, size_t most)
{
	struct heard h = { .stop_after = 0 };
	struct sse_parse *p;
	size_t n = 0;

	buf_init(&h.b, a, 16);		/* full at once: events are counted */
	p = sse_parse_new(a, on_event, &h);
	if (!sse_parse_feed(p, head.p, head.n))
		return 0;
	while (n < most && sse_parse_feed(p, unit.p, unit.n))
		n++;
	return n;
}

static void
test_limits(void)
{
	struct arena *a = arena_new();
	struct str block = { arena_alloc(a, 1 << 16), 1 << 16 };
	struct buf line;
	char *p;

	p = arena_alloc(a, 1 << 16);
	memset(p, 'x', 1 << 16);
	block.p = p;
	is_int((long long)feed_many(a, STR("data: "), block, 1000),
	    MAX_SSE_LINE / (1 << 16) - 1, "a line of 1 MiB is the end");
	buf_init(&line, a, MAX_SSE_LINE);
	buf_puts(&line, "data: ");
	buf_put(&line, block.p, block.n);
	buf_putc(&line, '\n');
	is_int((long long)feed_many(a, STR(""),
	    (struct str){ line.p, line.n }, 1000),
	    MAX_SSE_EVENT / (1 << 16) - 1,
	    "an event of many lines ends at 4 MiB");
	is_int((long long)feed_many(a, STR(""), STR("data:\n\n"), 300000),
	    MAX_EVENTS, "so many events, no more");
	buf_clear(&line);
	buf_puts(&line, ": ");
	buf_put(&line, block.p, block.n);
	buf_putc(&line, '\n');
	is_int((long long)feed_many(a, STR(""),
	    (struct str){ line.p, line.n }, 1000),
	    (long long)(MAX_STREAM / line.n),
	    "comments for ever end with the stream's limit");
	arena_free(a);
}

int
main(void)
{
	test_grammar();
	test_stop();
	test_limits();
	return tap_done();
}
