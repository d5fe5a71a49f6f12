/*
 * Recorded oddities of model servers (t/streams/API), replayed whole, in
 * two pieces cut at every byte, byte by byte, and broken off at every byte.
 * Each file says in comments of its own what it must come to.
 */
#ifndef T_UNIT_REPLAYED_H
#define T_UNIT_REPLAYED_H

#include <dirent.h>
#include <stdlib.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "fetch/sse_parse.h"
#include "model/answer.h"

#include "tap.h"

/* Of the API whose answers these are. */
static const struct answer_reader *replayed_reader;

#define FILE_MAX	(256 * 1024)

struct run {
	struct answer	*s;
	struct buf	 heard;		/* what text() was given */
	bool		 whole;		/* always whole characters */
};

static const char *const ends[] = { [MODEL_DONE] = "done",
    [MODEL_TOOLS] = "tools", [MODEL_LENGTH] = "length",
    [MODEL_FILTERED] = "filtered", [MODEL_STOPPED] = "stopped" };
static const char *const faults[] = { [ANSWER_BROKEN] = "broken",
    [ANSWER_LIMIT] = "limit", [ANSWER_UPSTREAM] = "upstream",
    [ANSWER_CUT] = "cut", [ANSWER_EMPTY] = "empty",
    [ANSWER_MALFORMED] = "malformed", [ANSWER_STOPPED] = "stopped" };

static bool
on_text(void *ctx, struct str piece)
{
	struct run *r = ctx;

	r->whole = r->whole && utf8_ok(piece);
	buf_put(&r->heard, piece.p, piece.n);
	return true;
}

static bool
on_event(void *ctx, const struct sse_event *ev)
{
	struct run *r = ctx;

	return answer_event(r->s, ev->name, ev->data);
}

static void
tell_call(struct arena *a, struct buf *b, const struct model_call *c)
{
	if (c->bad != NULL)
		buf_printf(b, "bad %s\n", c->name);
	else
		buf_printf(b, "call %s %s\n", c->name, c->arguments);
	if (c->extra != NULL)
		buf_printf(b, "extra %s\n", js_dump(a, c->extra));
}

static void
tell_answer(struct arena *a, struct buf *b, const struct model_answer *out)
{
	size_t i;

	for (i = 0; i < out->ncalls; i++)
		tell_call(a, b, &out->calls[i]);
	if (out->prompt_tokens >= 0)
		buf_printf(b, "usage %lld %lld\n",
		    (long long)out->prompt_tokens,
		    (long long)out->completion_tokens);
	if (js_has(out->extra, "reasoning_content") ||
	    js_has(out->extra, "reasoning_details") ||
	    js_has(out->extra, "items"))
		buf_printf(b, "step %s\n", js_dump(a, out->extra));
}

/* What came of it, in the words of the files' comments. */
static const char *
tell(struct arena *a, struct run *r, struct model_answer *out)
{
	struct answer_state as;
	struct buf b;

	*out = (struct model_answer){ 0 };
	as = answer_end(r->s, out);
	buf_init(&b, a, FILE_MAX);
	if (as.fault == ANSWER_OK)
		buf_printf(&b, "end %s\n", ends[out->end]);
	else
		buf_printf(&b, "fault %s\n", faults[as.fault]);
	if (as.fault == ANSWER_OK || r->heard.n > 0)
		buf_printf(&b, "text%s%s\n", r->heard.n > 0 ? " " : "",
		    buf_str(&r->heard));
	if (as.fault == ANSWER_OK)
		tell_answer(a, &b, out);
	if (as.fault == ANSWER_OK && as.warning != NULL)
		buf_puts(&b, "warning\n");
	if (!r->whole)
		buf_puts(&b, "half a character was passed on\n");
	if (as.fault == ANSWER_OK && !str_is(out->text, buf_str(&r->heard)))
		buf_puts(&b, "the answer's text is not what was passed on\n");
	return buf_str(&b);
}

/* Feed s cut at this byte, or (step > 0) in pieces of so many. */
static const char *
replay(struct arena *a, struct str s, size_t cut, size_t step,
    struct model_answer *out)
{
	struct run r = { .whole = true };
	struct sse_parse *p;
	size_t i;

	buf_init(&r.heard, a, FILE_MAX);
	r.s = answer_new(a, replayed_reader, "test", on_text, &r);
	p = sse_parse_new(a, on_event, &r);
	if (step == 0) {
		if (sse_parse_feed(p, s.p, cut))
			sse_parse_feed(p, s.p + cut, s.n - cut);
	}
	for (i = 0; step > 0 && i < s.n; i += step)
		if (!sse_parse_feed(p, s.p + i,
		    s.n - i < step ? s.n - i : step))
			break;
	sse_parse_end(p);
	return tell(a, &r, out);
}

static bool
starts(struct str s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

/* The ": want …" lines. */
static const char *
wanted(struct arena *a, struct str s)
{
	static const char mark[] = ": want ";
	struct buf b;
	size_t n;

	buf_init(&b, a, FILE_MAX);
	while (s.n > 0) {
		for (n = 0; n < s.n && s.p[n] != '\n' && s.p[n] != '\r'; n++)
			continue;
		if (starts((struct str){ s.p, n }, mark)) {
			buf_put(&b, s.p + sizeof(mark) - 1,
			    n - (sizeof(mark) - 1));
			buf_putc(&b, '\n');
		}
		n += n < s.n;
		s.p += n;
		s.n -= n;
	}
	return buf_str(&b);
}

/* However it is cut, the same comes of it. */
static void
test_cuts(const char *name, struct str s, const char *want)
{
	struct model_answer out;
	struct arena *a;
	const char *got;
	size_t cut;
	bool same = true;

	for (cut = 1; cut < s.n && same; cut++) {
		a = arena_new();
		got = replay(a, s, cut, 0, &out);
		if (strcmp(got, want) != 0) {
			diag("cut at byte %zu: %s", cut, got);
			same = false;
		}
		arena_free(a);
	}
	ok(same, "%s: the same, cut anywhere", name);
	a = arena_new();
	is_str(replay(a, s, 0, 1, &out), want, "%s: the same, byte by byte",
	    name);
	arena_free(a);
}

static bool
same_calls(const struct model_answer *x, const struct model_answer *y)
{
	size_t i;

	if (x->ncalls != y->ncalls)
		return false;
	for (i = 0; i < x->ncalls; i++)
		if (strcmp(x->calls[i].name, y->calls[i].name) != 0 ||
		    (x->calls[i].arguments == NULL) !=
		    (y->calls[i].arguments == NULL) ||
		    (x->calls[i].arguments != NULL &&
		    strcmp(x->calls[i].arguments, y->calls[i].arguments) != 0))
			return false;
	return true;
}

/* Broken off anywhere: all the calls there are, or none. */
static void
test_broken_off(const char *name, struct str s, const struct model_answer *full)
{
	struct model_answer out;
	struct arena *a;
	bool good = true;
	size_t n;

	for (n = 0; n < s.n && good; n++) {
		a = arena_new();
		replay(a, (struct str){ s.p, n }, 0, 0, &out);
		if (out.ncalls > 0 && !same_calls(&out, full)) {
			diag("broken off after %zu bytes", n);
			good = false;
		}
		arena_free(a);
	}
	ok(good, "%s: broken off anywhere, no call but the whole ones", name);
}

static void
test_stream(const char *dir, const char *file)
{
	struct model_answer full;
	const char *path, *want;
	struct arena *a = arena_new();
	struct str s;
	char *bytes;
	FILE *f;

	path = arena_printf(a, "%s/%s", dir, file);
	bytes = arena_alloc(a, FILE_MAX);
	f = fopen(path, "r");
	if (ok(f != NULL, "%s: opened", path)) {
		s = (struct str){ bytes, fread(bytes, 1, FILE_MAX, f) };
		fclose(f);
		want = wanted(a, s);
		is_str(replay(a, s, s.n, 0, &full), want, "%s: as it says",
		    file);
		test_cuts(file, s, want);
		test_broken_off(file, s, &full);
	}
	arena_free(a);
}

static int
is_stream(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot != NULL && strcmp(dot, ".sse") == 0;
}

/* All of t/streams/api, at least so many. */
static void
test_streams(const struct answer_reader *reader, const char *api, int least)
{
	const char *top = getenv("srcdir");
	struct dirent **files = NULL;
	char dir[1024];
	int i, n;

	replayed_reader = reader;
	snprintf(dir, sizeof(dir), "%s/t/streams/%s",
	    top == NULL ? "." : top, api);
	n = scandir(dir, &files, is_stream, alphasort);
	ok(n >= least, "the recordings are there (%s)", dir);
	for (i = 0; i < n; i++) {
		test_stream(dir, files[i]->d_name);
		free(files[i]);
	}
	free(files);
}

/* Answers in one piece. */
static void
test_whole(const char *body, const char *want, const char *name)
{
	struct run r = { .whole = true };
	struct arena *a = arena_new();
	struct model_answer out;

	buf_init(&r.heard, a, FILE_MAX);
	r.s = answer_new(a, replayed_reader, "test", on_text, &r);
	answer_whole(r.s, str_of(body));
	is_str(tell(a, &r, &out), want, "%s", name);
	arena_free(a);
}

/* An answer that is said event by event. */

struct flood {
	struct arena	*a;
	struct answer	*s;
	struct model_answer out;
};

static void
flood_init(struct flood *f)
{
	*f = (struct flood){ .a = arena_new() };
	f->s = answer_new(f->a, replayed_reader, "test", NULL, NULL);
}

static bool
say(struct flood *f, const char *json)
{
	return answer_event(f->s, str_of(""), str_of(json));
}

#endif
