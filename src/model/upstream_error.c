#include <string.h>

#include "base/bounds.h"
#include "base/text.h"
#include "fetch/wish.h"
#include "model/upstream_error.h"

#define MESSAGE_MAX	500	/* bytes kept of an upstream's message */
#define WORD_MAX	100	/* of a code, type or parameter name */
#define LIMIT_MAX	1000000000	/* tokens; more is no window */

/* A string, or a number as text; anything else is "". */
static const char *
text_of(struct arena *a, const struct json_object *v, size_t max)
{
	struct str s;

	if (js_type(v) == JS_INT)
		return arena_printf(a, "%lld", (long long)js_number_int(v));
	if (js_type(v) != JS_STR)
		return "";
	s = js_str(v);
	return arena_strndup(a, s.p, utf8_fit(s, max));
}

static const char *
first_text(struct arena *a, const struct json_object *const *from, size_t n)
{
	const char *s;
	size_t i;

	for (i = 0; i < n; i++) {
		s = text_of(a, from[i], MESSAGE_MAX);
		if (*s != '\0')
			return s;
	}
	return "";
}

#define FIRST_TEXT(a, ...) \
	first_text((a), (const struct json_object *const []){ __VA_ARGS__ }, \
	    sizeof((const struct json_object *const []){ __VA_ARGS__ }) / \
	    sizeof(const struct json_object *))

static const char *
find_message(struct arena *a, const struct json_object *v)
{
	const struct json_object *err = js_get(v, "error");
	const struct json_object *msg = js_get(v, "message");
	const struct json_object *detail = js_get(v, "detail");
	const struct json_object *inner = js_get(msg, "detail");

	return FIRST_TEXT(a, js_get(err, "message"), err, msg, inner,
	    js_get(js_at(inner, 0), "msg"), detail,
	    js_get(js_at(detail, 0), "msg"));
}

/* FastAPI tells the place as ["body", "stream_options"]: its last part. */
static const struct json_object *
find_place(const struct json_object *v)
{
	const struct json_object *list = js_get(v, "detail"), *loc;

	if (list == NULL)
		list = js_get(js_get(v, "message"), "detail");
	loc = js_get(js_at(list, 0), "loc");
	return js_len(loc) == 0 ? NULL : js_at(loc, js_len(loc) - 1);
}

/* Google's details: {"retryDelay":"34.4s"}, quota ids with "PerDay". */
static void
read_details(const struct json_object *details, struct upstream_error *e)
{
	const struct json_object *d, *broken;
	const char *id;
	size_t i, j;
	int ms;

	for (i = 0; i < js_len(details); i++) {
		d = js_at(details, i);
		ms = wish_ms(js_str(js_get(d, "retryDelay")), 1000);
		e->wish_ms = ms > e->wish_ms ? ms : e->wish_ms;
		broken = js_get(d, "violations");
		for (j = 0; j < js_len(broken); j++) {
			id = js_text(js_at(broken, j), "quotaId", "");
			if (strstr(id, "PerDay") != NULL)
				e->spent = true;
		}
	}
}

static int
status_of(int status, const struct json_object *code)
{
	int64_t n = js_number_int(code);

	return (status == 0 || status < 300) && n >= 400 && n <= 599 ?
	    (int)n : status;
}

static int64_t limit_of(const struct upstream_error *e,
    const struct json_object *err);

static const struct upstream_error *
read_object(struct arena *a, int status, const struct json_object *v)
{
	const struct json_object *err = js_get(v, "error"), *code;
	struct upstream_error *e;

	e = arena_alloc(a, sizeof(*e));
	code = js_get(err, "code") != NULL ? js_get(err, "code") :
	    js_get(v, "code");
	e->wish_ms = -1;
	e->status = status_of(status, code);
	e->message = find_message(a, v);
	e->code = text_of(a, code, WORD_MAX);
	e->type = FIRST_TEXT(a, js_get(err, "type"), js_get(err, "status"),
	    js_get(v, "type"));
	e->param = FIRST_TEXT(a, js_get(err, "param"), js_get(v, "param"),
	    find_place(v));
	read_details(js_get(err, "details"), e);
	if (strcmp(js_text(js_get(err, "details"), "error_code", ""),
	    "enforced_spend_limit_reached") == 0)
		e->spent = true;
	e->limit = limit_of(e, err);
	return e;
}

/* What a program would call true; an empty object says nothing. */
static bool
is_true(const struct json_object *obj, const char *key)
{
	const struct json_object *v = js_get(obj, key);

	switch (js_type(v)) {
	case JS_STR:
		return js_str(v).n > 0;
	case JS_OBJ:
		return js_first(v).key != NULL;
	case JS_ARR:
		return js_len(v) > 0;
	case JS_BOOL:
		return js_bool(obj, key, false);
	case JS_INT:
		return js_number_int(v) != 0;
	case JS_REAL:
	case JS_NULL:
		break;
	}
	return false;
}

const struct upstream_error *
upstream_error_of(struct arena *a, int status, const struct json_object *v)
{
	if (js_type(v) == JS_ARR)
		v = js_at(v, 0);
	if (js_type(v) != JS_OBJ)
		return NULL;
	if (!is_true(v, "error") &&
	    strcmp(js_text(v, "object", ""), "error") != 0 &&
	    strcmp(js_text(v, "type", ""), "error") != 0)
		return NULL;
	return read_object(a, status, v);
}

const struct upstream_error *
upstream_error_read(struct arena *a, int status, struct str body)
{
	struct json_object *v = NULL;
	struct upstream_error *e;

	body = text_trim(body);
	if (js_parse(a, utf8_mend(a, body), JSON_DEPTH, &v) == NULL) {
		if (js_type(v) == JS_ARR)
			v = js_at(v, 0);
		if (js_type(v) == JS_OBJ)
			return read_object(a, status, v);
	}
	e = arena_alloc(a, sizeof(*e));
	*e = (struct upstream_error){ .status = status, .code = "",
	    .type = "", .param = "", .wish_ms = -1 };
	/* a page of HTML is nobody's message */
	e->message = body.n > 0 && *body.p == '<' ? "(a page of HTML)" :
	    utf8_mend(a, (struct str){ body.p, utf8_fit(body, MESSAGE_MAX) }).p;
	e->limit = limit_of(e, NULL);
	return e;
}

static char
low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What stands behind these words, or NULL. */
static const char *
after(const char *text, const char *words)
{
	size_t i;

	for (; *text != '\0'; text++) {
		for (i = 0; words[i] != '\0' && low(text[i]) == low(words[i]);
		    i++)
			continue;
		if (words[i] == '\0')
			return text + i;
	}
	return NULL;
}

static bool
contains(const char *text, const char *words)
{
	return after(text, words) != NULL;
}

bool
upstream_error_says(const struct upstream_error *e, const char *words)
{
	return contains(e->message, words);
}

static bool
is_word_char(char c)
{
	return (low(c) >= 'a' && low(c) <= 'z') || (c >= '0' && c <= '9') ||
	    c == '_';
}

/* "strict" is in "tools[0].function.strict", and not in "restricted". */
static bool
has_word(const char *text, const char *word)
{
	const size_t n = strlen(word);
	const char *from = text, *end;

	while ((end = after(from, word)) != NULL) {
		from = end - n;
		if ((from == text || !is_word_char(from[-1])) &&
		    !is_word_char(*end))
			return true;
		from++;
	}
	return false;
}

bool
upstream_error_names(const struct upstream_error *e, const char *option)
{
	return has_word(e->param, option) || has_word(e->message, option);
}

static bool
says_any(const struct upstream_error *e, const char *const *words)
{
	for (; *words != NULL; words++)
		if (upstream_error_says(e, *words) ||
		    contains(e->code, *words) || contains(e->type, *words))
			return true;
	return false;
}

/* In lower case; a text may have any. */
static const char *const busy_words[] = { "rate limit", "rate_limit",
    "too many requests", "throttl", NULL };
static const char *const too_large_words[] = { "request too large",
    "must be reduced", NULL };
static const char *const overflow_words[] = { "context_length_exceeded",
    "maximum context length", "exceeds the context window",
    "prompt is too long", "prompt too long", "exceed context limit",
    "request_too_large", "exceeds the maximum number of tokens",
    "too large for model with", "reduce the length of the messages",
    "maximum prompt length is", "exceed_context_size_error",
    "greater than the context length", "exceeded max context length",
    "model_context_window_exceeded", "string_above_max_length", NULL };
static const char *const spent_words[] = { "insufficient_quota", "billing",
    "insufficient balance", NULL };
static const char *const filter_words[] = { "content_filter",
    "content management policy", "content_policy_violation", NULL };
static const char *const model_words[] = { "model_not_found",
    "deploymentnotfound", "model not found", NULL };
static const char *const key_words[] = { "invalid_api_key",
    "api key not valid", "authentication_error", NULL };
static const char *const bad_call_words[] = { "tool_use_failed", NULL };
static const char *const down_words[] = { "overloaded", "server_error",
    "timeout", "unavailable", "internal", NULL };

static bool
is_overflow(const struct upstream_error *e)
{
	if (says_any(e, too_large_words))
		return true;
	return e->status != 429 && !says_any(e, busy_words) &&
	    (e->status == 413 || says_any(e, overflow_words));
}

/* Without a status, as in a stream, its words are all there is. */
static enum upstream_class
class_of_words(const struct upstream_error *e)
{
	if (says_any(e, busy_words))
		return UPSTREAM_BUSY;
	if (says_any(e, key_words))
		return UPSTREAM_KEY;
	if (says_any(e, model_words))
		return UPSTREAM_NO_MODEL;
	if (says_any(e, filter_words))
		return UPSTREAM_FILTERED;
	if (says_any(e, bad_call_words))
		return UPSTREAM_BAD_CALL;
	return e->status >= 400 && !says_any(e, down_words) ?
	    UPSTREAM_REFUSED : UPSTREAM_DOWN;
}

enum upstream_class
upstream_error_class(const struct upstream_error *e)
{
	if (is_overflow(e))
		return UPSTREAM_OVERFLOW;
	if (e->spent || e->status == 402 || says_any(e, spent_words))
		return UPSTREAM_SPENT;
	switch (e->status) {
	case 401:
		return UPSTREAM_KEY;
	case 403:
		return says_any(e, filter_words) ? UPSTREAM_FILTERED :
		    UPSTREAM_KEY;
	case 404:
		return UPSTREAM_NO_MODEL;
	case 429:
		return UPSTREAM_BUSY;
	case 408:
	case 409:
	case 498:	/* Groq: capacity */
		return UPSTREAM_DOWN;
	default:
		break;
	}
	if (e->status >= 300 && e->status <= 399)
		return UPSTREAM_REFUSED;	/* a redirect, not followed */
	return e->status >= 500 ? UPSTREAM_DOWN : class_of_words(e);
}

static int64_t
in_range(int64_t limit)
{
	return limit > 0 && limit <= LIMIT_MAX ? limit : 0;
}

/* "128000", also as people write it, "128,000"; 0: no number is there. */
static int64_t
number_at(const char *p)
{
	int64_t n = 0;

	for (; (*p >= '0' && *p <= '9') || *p == ','; p++)
		if (*p != ',' && n <= LIMIT_MAX)
			n = 10 * n + (*p - '0');
	return in_range(n);
}

/*
 * Each vendor has its own sentence: what was sent, what may be, or both.
 * The words stand right before what may be; the more telling come first.
 */
static int64_t
limit_of(const struct upstream_error *e, const struct json_object *err)
{
	static const char *const before[] = { "maximum context length is ",
	    "maximum prompt length is ", "tokens allowed (",
	    "too large for model with ", "context length of only ",
	    "context limit of ", " > ", "limit: ", "limit " };
	const char *p;
	int64_t n;

	if (upstream_error_class(e) != UPSTREAM_OVERFLOW)
		return 0;
	if (js_get(err, "n_ctx") != NULL)	/* llama.cpp */
		return in_range(js_int(err, "n_ctx", 0));
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		for (p = e->message; (p = after(p, before[i])) != NULL; )
			if ((n = number_at(p)) > 0)
				return n;
	return 0;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (low(c) >= 'a' && low(c) <= 'z') ||
	    c == '-' || c == '_' || c == '.';
}

/* Long, with letters and digits: a key, or as hard to read as one. */
static bool
is_keylike(const char *p, size_t n)
{
	bool digit = false, letter = false;
	size_t i;

	for (i = 0; i < n; i++) {
		digit = digit || (p[i] >= '0' && p[i] <= '9');
		letter = letter || (low(p[i]) >= 'a' && low(p[i]) <= 'z');
	}
	return (n >= 20 && digit && letter) ||
	    (n >= 3 && memcmp(p, "sk-", 3) == 0);
}

/*
 * A "secret" of three letters is a word: masking it would hide the rest.
 * Where a message was cut off, the last it has may be half of one.
 */
static size_t
secret_at(const char *p, const char *const *secrets)
{
	size_t n, left = strlen(p);

	for (; *secrets != NULL; secrets++) {
		n = strlen(*secrets);
		if (n > left)
			n = left;
		if (n > 3 && strncmp(p, *secrets, n) == 0)
			return n;
	}
	return 0;
}

/* The secret or key-like word that p begins with, as bytes; or 0. */
static size_t
mask_at(const char *p, bool word_begins, const char *const *secrets)
{
	size_t n = secret_at(p, secrets);

	if (n > 0 || !word_begins)
		return n;
	while (is_word(p[n]))
		n++;
	return is_keylike(p, n) ? n : 0;
}

static const char *
masked(struct arena *a, const char *text, const char *const *secrets)
{
	bool begins = true;
	struct buf b;
	size_t n;

	buf_init(&b, a, 4 * MESSAGE_MAX);
	while (*text != '\0') {
		if ((n = mask_at(text, begins, secrets)) > 0) {
			buf_puts(&b, "***");
			text += n;
			begins = true;
			continue;
		}
		begins = !is_word(*text);
		buf_putc(&b, *text++);
	}
	return buf_str(&b);
}

/* Complaints about a request quote it: people's words are not for a log. */
static bool
may_quote(const struct upstream_error *e)
{
	switch (upstream_error_class(e)) {
	case UPSTREAM_OVERFLOW:
	case UPSTREAM_FILTERED:
	case UPSTREAM_BAD_CALL:
	case UPSTREAM_REFUSED:
		return true;
	default:
		return false;
	}
}

static const char *
log_with(struct arena *a, const struct upstream_error *e,
    const char *message, const char *const *secrets)
{
	const char *said;

	said = arena_printf(a, "%s%s%s%s%s", e->code,
	    *e->code == '\0' ? "" : ": ", e->type,
	    *e->type == '\0' ? "" : ": ", message);
	return arena_printf(a, "status %d: %s", e->status,
	    masked(a, said, secrets));
}

const char *
upstream_error_log(struct arena *a, const struct upstream_error *e,
    const char *const *secrets)
{
	return log_with(a, e, may_quote(e) ?
	    "(its text may quote what was said)" : e->message, secrets);
}

const char *
upstream_error_log_all(struct arena *a, const struct upstream_error *e,
    const char *const *secrets)
{
	return log_with(a, e, e->message, secrets);
}
