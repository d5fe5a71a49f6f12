/*
 * Any bytes as a model's answer, streamed and whole, for the reader that
 * FUZZED names.  What comes of them keeps its promises: well-formed text, all
 * of it passed on, calls only in an answer that wants them run, each with
 * arguments or what is wrong with them.
 */
#ifndef T_FUZZ_ANSWERED_H
#define T_FUZZ_ANSWERED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "fetch/sse_parse.h"
#include "model/answer.h"
#include "model/clean.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool it)
{
	if (!it)
		abort();
}

static bool
on_text(void *ctx, struct str piece)
{
	struct buf *b = ctx;

	must(piece.n > 0 && utf8_ok(piece));
	buf_put(b, piece.p, piece.n);
	return true;
}

static bool
on_event(void *ctx, const struct sse_event *ev)
{
	return answer_event(ctx, ev->name, ev->data);
}

static void
check_call(struct arena *a, const struct model_call *c)
{
	struct json_object *v = NULL;

	must(c->id != NULL && strlen(c->id) == 9);
	must(c->name != NULL && *c->name != '\0' &&
	    strlen(c->name) <= MAX_CALL_NAME);
	must((c->arguments == NULL) != (c->bad == NULL));
	if (c->arguments == NULL)
		return;
	must(js_parse(a, str_of(c->arguments), JSON_DEPTH_ARGUMENTS, &v) ==
	    NULL);
	must(js_type(v) == JS_OBJ);
}

static void
check(struct arena *a, struct answer *s, struct buf *heard)
{
	struct model_answer out = { 0 };
	size_t i;

	if (answer_end(s, &out).fault != ANSWER_OK) {
		must(out.ncalls == 0 && out.text.n == 0);
		return;
	}
	must(utf8_ok(out.text) && out.text.n <= MAX_REPLY_TEXT);
	must(str_is(out.text, buf_str(heard)));
	must((out.ncalls > 0) == (out.end == MODEL_TOOLS));
	must(out.ncalls <= MAX_CALLS);
	must(out.end != MODEL_DONE || out.text.n > 0);
	for (i = 0; i < out.ncalls; i++)
		check_call(a, &out.calls[i]);
}

static void
streamed(struct str s)
{
	struct arena *a = arena_new();
	struct answer *answer;
	struct sse_parse *p;
	struct buf heard;

	buf_init(&heard, a, SIZE_MAX - 1);
	answer = answer_new(a, &FUZZED, "test", on_text, &heard);
	p = sse_parse_new(a, on_event, answer);
	sse_parse_feed(p, s.p, s.n);
	sse_parse_end(p);
	check(a, answer, &heard);
	arena_free(a);
}

static void
whole(struct str s)
{
	struct arena *a = arena_new();
	struct answer *answer;
	struct buf heard;

	buf_init(&heard, a, SIZE_MAX - 1);
	answer = answer_new(a, &FUZZED, "test", on_text, &heard);
	answer_whole(answer, s);
	check(a, answer, &heard);
	must(utf8_ok(clean_text(a, s)));
	upstream_error_log(a, upstream_error_read(a, 400, s),
	    (const char *const []){ "secret", NULL });
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = { (const char *)data, n };

	streamed(s);
	whole(s);
	return 0;
}

#endif
