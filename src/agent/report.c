#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "agent/report.h"
#include "agent/words.h"
#include "model/clean.h"

/* The longest report: MAX_CALLS titles and their sentences fit easily. */
enum { REPORT_MAX = 256 * 1024 };

static bool
call_ok(const struct call *c)
{
	return c->result != NULL && !js_has(c->result, "error") &&
	    strcmp(c->state, "held") != 0;
}

const char *
report_title(struct arena *a, const char *title)
{
	static const char open[] = "“", close[] = "”";
	const size_t n = sizeof(close) - 1;
	struct str s = clean_text(a, str_of(title));
	struct buf b;

	buf_init(&b, a, SIZE_MAX - 1);
	for (size_t i = 0; i < s.n; i++) {
		if (s.n - i >= n && (memcmp(s.p + i, open, n) == 0 ||
		    memcmp(s.p + i, close, n) == 0)) {
			buf_putc(&b, '"');
			i += n - 1;
		} else
			buf_putc(&b, (unsigned char)s.p[i] < ' ' ? ' ' :
			    s.p[i]);
	}
	return buf_str(&b);
}

static const char *
title_of(const struct buf *b, const struct call *c)
{
	return report_title(b->a, js_text(c->result, "title", ""));
}

/* Verb, "#5 “Title”", after: by what the call answered. */
static const struct phrase {
	const char	*status;
	bool		 already;
	const char	*verb, *after;
} phrases[] = {
	{ "created", false, "Added ", "." },
	{ "created", true, "", " was added before." },
	{ "completed", false, "Completed ", "." },
	{ "completed", true, "", " was completed already." },
	{ "pending", false, "", " is open again." },
	{ "pending", true, "", " was open already." },
	{ "updated", false, "Changed ", "." },
	{ "deleted", false, "Deleted ", "." },
	{ "restored", false, "Restored ", "." },
	{ "restored", true, "", " was not deleted." },
};

static void
report_done(struct buf *b, const struct call *c)
{
	const char *status = js_text(c->result, "status", "");
	bool already = js_bool(c->result, "already", false);

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		const struct phrase *p = &phrases[i];
		if (p->already == already && strcmp(p->status, status) == 0)
			buf_printf(b, "%s%s#%d “%s”%s", b->n > 0 ? "\n" : "",
			    p->verb, (int)js_int(c->result, "task_id", 0),
			    title_of(b, c), p->after);
	}
}

static void
report_failed(struct buf *b, const struct call *c)
{
	const char *error = js_text(c->result, "error", "");
	int id = (int)js_int(c->arguments, "task_id", 0);

	if (strcmp(error, "task_changed") == 0)
		buf_printf(b, "%s#%d “%s” was changed after I asked, so I"
		    " left it alone.", b->n > 0 ? "\n" : "", id,
		    title_of(b, c));
	else if (strcmp(error, "task_not_found") == 0)
		buf_printf(b, "%sThere is no task #%d.", b->n > 0 ? "\n" : "",
		    id);
}

const char *
report_calls(struct arena *a, const struct call *calls, size_t n)
{
	struct buf b;

	buf_init(&b, a, REPORT_MAX);
	for (size_t i = 0; i < n; i++) {
		if (call_ok(&calls[i]))
			report_done(&b, &calls[i]);
		else if (calls[i].result != NULL)
			report_failed(&b, &calls[i]);
	}
	return buf_str(&b);
}

unsigned
report_claims(const struct call *c)
{
	static const struct { const char *status; unsigned claims; } backs[] = {
		{ "created", CLAIM_CREATED },
		{ "completed", CLAIM_COMPLETED },
		{ "pending", CLAIM_COMPLETED | CLAIM_RESTORED },
		{ "updated", CLAIM_COMPLETED },
		{ "deleted", CLAIM_DELETED },
		{ "restored", CLAIM_RESTORED | CLAIM_CREATED },
	};
	const char *status = js_text(c->result, "status", "");

	if (!call_ok(c))
		return 0;
	for (size_t i = 0; i < sizeof(backs) / sizeof(backs[0]); i++)
		if (strcmp(backs[i].status, status) == 0)
			/* any change is an update of the list */
			return backs[i].claims | CLAIM_UPDATED | CLAIM_ANY;
	return CLAIM_ANY;	/* "Done: here is your list." */
}

const char *
report_correction(struct arena *a, const struct call *calls, size_t n)
{
	const char *done = report_calls(a, calls, n);

	if (done[0] == '\0')
		return "To be exact: nothing was changed just now. Please tell"
		    " me again what to do.";
	return arena_printf(a, "To be exact, this is all that happened just"
	    " now:\n%s", done);
}
