/*
 * Recorded oddities of model servers (t/streams), replayed whole, in two
 * pieces cut at every byte, byte by byte, and broken off at every byte.
 * Each file says in comments of its own what it must come to.
 */
#include <dirent.h>
#include <stdlib.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "fetch/sse_parse.h"
#include "model/assemble.h"

#include "tap.h"

#define FILE_MAX	(256 * 1024)

struct run {
	struct assemble	*s;
	struct buf	 heard;		/* what text() was given */
	bool		 whole;		/* always whole characters */
};

static const char *const ends[] = { [MODEL_DONE] = "done",
    [MODEL_TOOLS] = "tools", [MODEL_LENGTH] = "length",
    [MODEL_FILTERED] = "filtered", [MODEL_STOPPED] = "stopped" };
static const char *const faults[] = { [ASSEMBLE_BROKEN] = "broken",
    [ASSEMBLE_LIMIT] = "limit", [ASSEMBLE_UPSTREAM] = "upstream",
    [ASSEMBLE_CUT] = "cut", [ASSEMBLE_EMPTY] = "empty",
    [ASSEMBLE_MALFORMED] = "malformed", [ASSEMBLE_STOPPED] = "stopped" };

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

	return assemble_event(r->s, ev->name, ev->data);
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
	    js_has(out->extra, "reasoning_details"))
		buf_printf(b, "step %s\n", js_dump(a, out->extra));
}

/* What came of it, in the words of the files' comments. */
static const char *
tell(struct arena *a, struct run *r, struct model_answer *out)
{
	struct assembled as;
	struct buf b;

	*out = (struct model_answer){ 0 };
	as = assemble_end(r->s, out);
	buf_init(&b, a, FILE_MAX);
	if (as.fault == ASSEMBLE_OK)
		buf_printf(&b, "end %s\n", ends[out->end]);
	else
		buf_printf(&b, "fault %s\n", faults[as.fault]);
	if (as.fault == ASSEMBLE_OK || r->heard.n > 0)
		buf_printf(&b, "text%s%s\n", r->heard.n > 0 ? " " : "",
		    buf_str(&r->heard));
	if (as.fault == ASSEMBLE_OK)
		tell_answer(a, &b, out);
	if (as.fault == ASSEMBLE_OK && as.warning != NULL)
		buf_puts(&b, "warning\n");
	if (!r->whole)
		buf_puts(&b, "half a character was passed on\n");
	if (as.fault == ASSEMBLE_OK && !str_is(out->text, buf_str(&r->heard)))
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
	r.s = assemble_new(a, "test", on_text, &r);
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

static void
test_streams(void)
{
	const char *top = getenv("srcdir");
	struct dirent **files = NULL;
	char dir[1024];
	int i, n;

	snprintf(dir, sizeof(dir), "%s/t/streams", top == NULL ? "." : top);
	n = scandir(dir, &files, is_stream, alphasort);
	ok(n > 50, "the recordings are there (%s)", dir);
	for (i = 0; i < n; i++) {
		test_stream(dir, files[i]->d_name);
		free(files[i]);
	}
	free(files);
}

/* Limits: a server may say as much as it likes. */

struct flood {
	struct arena	*a;
	struct assemble	*s;
	struct model_answer out;
};

static void
flood_init(struct flood *f)
{
	*f = (struct flood){ .a = arena_new() };
	f->s = assemble_new(f->a, "test", NULL, NULL);
}

static bool
say(struct flood *f, const char *json)
{
	return assemble_event(f->s, str_of(""), str_of(json));
}

static bool
say_call(struct flood *f, int index, const char *id, const char *name,
    const char *arguments)
{
	struct arena *a = arena_new();
	const char *json;
	bool good;

	json = arena_printf(a, "{\"choices\":[{\"index\":0,\"delta\":"
	    "{\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"function\":"
	    "{\"name\":\"%s\",\"arguments\":\"%s\"}}]}}]}", index, id, name,
	    arguments);
	good = say(f, json);
	arena_free(a);
	return good;
}

static void
say_finish(struct flood *f, const char *reason)
{
	struct arena *a = arena_new();

	say(f, arena_printf(a, "{\"choices\":[{\"index\":0,\"delta\":{},"
	    "\"finish_reason\":\"%s\"}]}", reason));
	arena_free(a);
}

static char *
many(struct arena *a, char c, size_t n)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, c, n);
	return s;
}

static void
test_many_calls(void)
{
	struct flood f;
	char id[16];
	int i;

	flood_init(&f);
	for (i = 0; i < MAX_CALLS; i++) {
		snprintf(id, sizeof(id), "c%d", i);
		say_call(&f, i, id, "list_tasks", "");
	}
	ok(say_call(&f, 0, "c0", "", "{}"), "%d calls are fine", MAX_CALLS);
	ok(!say_call(&f, 99, "c99", "list_tasks", ""), "one more is not");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_LIMIT,
	    "and the answer is refused");
	is_int((long long)f.out.ncalls, 0, "with all its calls");
	arena_free(f.a);
}

static void
test_long_arguments(void)
{
	struct flood f;
	char *piece;
	int i;

	flood_init(&f);
	piece = many(f.a, 'x', 64 * 1024);
	for (i = 0; i < MAX_ARGUMENTS / (64 * 1024); i++)
		ok(say_call(&f, 0, "a", "add_task", piece),
		    "%d KiB of arguments", 64 * (i + 1));
	ok(!say_call(&f, 0, "a", "add_task", "x"), "a byte more is too much");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_LIMIT,
	    "a call's arguments have a limit");
	arena_free(f.a);
}

static void
test_long_step(void)
{
	struct flood f;
	char *piece, id[16];
	int i = 0;

	flood_init(&f);
	piece = many(f.a, 'x', MAX_ARGUMENTS);
	do
		snprintf(id, sizeof(id), "c%d", i);
	while (say_call(&f, i, id, "add_task", piece) && ++i < 64);
	is_int(i, MAX_ARGUMENTS_STEP / MAX_ARGUMENTS,
	    "so have all the arguments of a step");
	arena_free(f.a);
}

static void
test_long_names(void)
{
	struct flood f;

	flood_init(&f);
	say_call(&f, 0, "a", many(f.a, 'n', 10000), "{}");
	say_finish(&f, "tool_calls");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_OK,
	    "a name of 10000 characters is only a wrong name");
	is_int((long long)strlen(f.out.calls[0].name), MAX_CALL_NAME,
	    "and cut");
	arena_free(f.a);

	flood_init(&f);
	ok(!say_call(&f, 0, many(f.a, 'i', MAX_CALL_ID + 1), "x", "{}"),
	    "an id that long is refused");
	arena_free(f.a);
}

static void
test_long_text(void)
{
	struct flood f;
	bool more;
	int i;

	flood_init(&f);
	for (i = 0, more = true; more && i < 100000; i++)
		more = say(&f, "{\"choices\":[{\"index\":0,\"delta\":{"
		    "\"content\":\"\xe6\xbc\xa2\xe5\xad\x97 0123456789 "
		    "0123456789 0123456789 0123456789\"}}]}");
	ok(!more, "text has a limit");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_OK,
	    "what was shown of it stays");
	is_int(f.out.end, MODEL_LENGTH, "as an answer that was cut");
	ok(f.out.text.n <= MAX_REPLY_TEXT && utf8_ok(f.out.text),
	    "at a character's end");
	arena_free(f.a);
}

static void
test_long_extra(void)
{
	struct flood f;

	flood_init(&f);
	say(&f, arena_printf(f.a, "{\"choices\":[{\"delta\":{\"tool_calls\":"
	    "[{\"id\":\"a\",\"function\":{\"name\":\"x\"},\"extra_content\":"
	    "{\"s\":\"%s\"}}]}}]}", many(f.a, 's', MAX_PROVIDER_DATA)));
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_LIMIT,
	    "opaque data has a limit");
	arena_free(f.a);

	flood_init(&f);
	say(&f, arena_printf(f.a, "{\"choices\":[{\"delta\":{"
	    "\"reasoning_content\":\"%s\"}}]}",
	    many(f.a, 'r', MAX_PROVIDER_DATA + 1)));
	say_call(&f, 0, "a", "list_tasks", "{}");
	say_finish(&f, "stop");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_OK,
	    "reasoning over the limit");
	ok(!js_has(f.out.extra, "reasoning_content"), "is not kept");
	is_str(js_text(f.out.extra, "from", ""), "test",
	    "the family is noted all the same");
	arena_free(f.a);
}

static void
test_deep(void)
{
	struct flood f;
	char *deep;

	flood_init(&f);
	deep = many(f.a, '[', 10000);
	ok(!say(&f, deep), "an event nested 10000 deep");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_BROKEN,
	    "is refused");
	arena_free(f.a);

	flood_init(&f);
	say_call(&f, 0, "a", "add_task", many(f.a, '[', 10000));
	say_finish(&f, "stop");
	is_int(assemble_end(f.s, &f.out).fault, ASSEMBLE_OK,
	    "arguments nested 10000 deep");
	ok(f.out.ncalls == 1 && f.out.calls[0].bad != NULL &&
	    f.out.calls[0].arguments == NULL, "are bad arguments");
	arena_free(f.a);
}

static bool
refuse(void *ctx, struct str piece)
{
	(void)ctx;
	(void)piece;
	return false;
}

static void
test_stop(void)
{
	struct arena *a = arena_new();
	struct model_answer out;
	struct assemble *s;

	s = assemble_new(a, "test", refuse, NULL);
	ok(!assemble_event(s, str_of(""), str_of("{\"choices\":[{\"delta\":"
	    "{\"content\":\"Hi\"}}]}")), "the reader says stop");
	is_int(assemble_end(s, &out).fault, ASSEMBLE_STOPPED,
	    "and that is what happened");
	ok(str_is(assemble_text(s), "Hi"), "what it had read is kept");
	arena_free(a);
}

static void
test_ids(void)
{
	struct flood f;

	flood_init(&f);
	say_call(&f, 0, "0", "list_tasks", "{}");
	say_call(&f, 1, "1", "list_tasks", "{}");
	say_finish(&f, "stop");
	assemble_end(f.s, &f.out);
	ok(f.out.ncalls == 2 && strlen(f.out.calls[0].id) == 9 &&
	    strlen(f.out.calls[1].id) == 9 &&
	    strcmp(f.out.calls[0].id, f.out.calls[1].id) != 0,
	    "calls have ids of ours, nine characters, each its own");
	arena_free(f.a);
}

/* Answers in one piece. */
static void
test_whole(const char *body, const char *want, const char *name)
{
	struct run r = { .whole = true };
	struct arena *a = arena_new();
	struct model_answer out;

	buf_init(&r.heard, a, FILE_MAX);
	r.s = assemble_new(a, "test", on_text, &r);
	assemble_whole(r.s, str_of(body));
	is_str(tell(a, &r, &out), want, "%s", name);
	arena_free(a);
}

static void
test_wholes(void)
{
	test_whole("\n\n\n{\"choices\":[{\"index\":0,\"message\":{\"role\":"
	    "\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
	    "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}",
	    "end done\ntext Hi\nusage 3 1\n",
	    "a whole answer after blank lines");
	test_whole("{\"choices\":[{\"message\":{\"content\":null,"
	    "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\","
	    "\"function\":{\"name\":\"list_tasks\",\"arguments\":\"{}\"}},"
	    "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":"
	    "\"list_tasks\",\"arguments\":\"{}\"}}]},"
	    "\"finish_reason\":\"tool_calls\"}]}",
	    "end tools\ntext\ncall list_tasks {}\ncall list_tasks {}\n",
	    "a whole answer with two equal calls");
	test_whole("{\"choices\":[{\"message\":{\"tool_calls\":["
	    "{\"id\":\"a\",\"function\":{\"name\":\"list_tasks\","
	    "\"arguments\":\"{}\"}},"
	    "{\"id\":\"a\",\"function\":{\"name\":\"add_task\","
	    "\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}",
	    "end tools\ntext\ncall list_tasks {}\ncall add_task {}\n",
	    "a whole answer whose calls share an id");
	test_whole("{\"error\":{\"message\":\"no\"}}", "fault upstream\n",
	    "a whole error");
	test_whole("[{\"error\":{\"message\":\"no\",\"code\":429}}]",
	    "fault upstream\n", "a whole error in an array");
	test_whole("", "fault empty\n", "an empty body");
	test_whole("{\"choices\":[{\"message\":{\"content\":\"Hi\"}",
	    "fault broken\n", "half a body");
	test_whole("{\"choices\":[]}", "fault empty\n", "no choice at all");
}

int
main(void)
{
	test_streams();
	test_many_calls();
	test_long_arguments();
	test_long_step();
	test_long_names();
	test_long_text();
	test_long_extra();
	test_deep();
	test_stop();
	test_ids();
	test_wholes();
	return tap_done();
}
