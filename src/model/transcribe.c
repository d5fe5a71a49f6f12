/*
 * One exchange over HTTP.  A connection is not kept: between two
 * recordings of a person's the server would have closed it.
 */
#include <string.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/conf_value.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "model/clean.h"
#include "model/transcribe.h"
#include "model/upstream_error.h"

#define PATH		"/audio/transcriptions"
#define CONNECT_MS	5000
#define BOUNDARY	32	/* random characters: in no recording */
#define FORM_MAX	4096	/* bytes of the form beside values */

/* Sentences for the person */

static const char say_unavailable[] = "Dictation does not work right now. "
    "Please try again, or type your message.";
static const char say_busy[] = "Too much is being dictated right now. "
    "Please try again in a little while, or type your message.";
static const char say_timeout[] = "It took too long to write down what you "
    "said. Please try again, or type your message.";
static const char say_refused[] = "This recording could not be understood. "
    "Please record it again, or type your message.";
static const char say_large[] = "This recording is too long. Please dictate "
    "less at a time.";

/*
 * What browsers record, and what else these servers read.  Many servers go
 * by the ending of the file's name and look at nothing else.
 */
static const struct kind {
	const char	*type, *ending;
} kinds[] = {
	{ "audio/webm", "webm" },
	{ "audio/mp4", "mp4" },
	{ "audio/ogg", "ogg" },
	{ "audio/wav", "wav" },
	{ "audio/mpeg", "mp3" },
	{ "audio/flac", "flac" },
	{ "audio/m4a", "m4a" },
	{ "audio/mp3", "mp3" },
	{ "audio/vnd.wave", "wav" },
	{ "audio/wave", "wav" },
	{ "audio/x-flac", "flac" },
	{ "audio/x-m4a", "m4a" },
	{ "audio/x-wav", "wav" },
};

/* The type alone: "audio/webm;codecs=opus" is audio/webm.  NULL: unknown. */
static const struct kind *
kind_of(const char *mime_type)
{
	struct str s = str_of(mime_type);
	const char *end;
	size_t i;

	if (s.n > 0 && (end = memchr(s.p, ';', s.n)) != NULL)
		s.n = (size_t)(end - s.p);
	s = text_trim(s);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_is_nocase(s, kinds[i].type))
			return &kinds[i];
	return NULL;
}

bool
transcribe_takes(const char *mime_type)
{
	return kind_of(mime_type) != NULL;
}

bool
transcribe_is_on(const struct conf *c)
{
	return *c->transcribe_url != '\0';
}

static const struct err *
too_large(struct arena *a, const char *log)
{
	return err_new(a, ERR_TOOBIG, "audio_too_large", say_large,
	    "transcribe: %s", log);
}

static const struct err *
invalid(struct arena *a, const char *say)
{
	return err_new(a, ERR_INPUT, "invalid_request", say,
	    "transcribe: %s", say);
}

static const struct err *
check(const struct conf *c, struct arena *a, const struct transcribe_ask *ask)
{
	if (!transcribe_takes(ask->mime_type))
		return invalid(a, "mime_type: expected " TRANSCRIBE_TYPES
		    ".");
	if (ask->audio.n == 0)
		return invalid(a, "audio_base64: expected a recording, got "
		    "nothing.");
	if (ask->audio.n > (size_t)c->transcribe_max)
		return too_large(a, arena_printf(a, "a recording of %zu "
		    "bytes, transcribe_max is %d", ask->audio.n,
		    c->transcribe_max));
	return NULL;
}

/* The request */

static bool
ends_with(struct str s, const char *end)
{
	size_t n = strlen(end);

	return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* Where to POST to: the path goes before a query string. */
static const char *
post_to(struct arena *a, const char *base)
{
	struct str path = { base, strcspn(base, "?") };
	const char *query = base + path.n;

	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	return arena_printf(a, "%.*s%s%s", (int)path.n, path.p,
	    ends_with(path, PATH) ? "" : PATH, query);
}

static const char *const *
make_headers(struct arena *a, const char *key, const char *boundary)
{
	const char **h;
	size_t n = 0;

	h = arena_alloc(a, 5 * sizeof(*h));
	h[n++] = arena_printf(a, "Content-Type: multipart/form-data; "
	    "boundary=%s", boundary);
	h[n++] = "Accept: application/json";
	h[n++] = "User-Agent: taskchat";
	if (*key != '\0')
		h[n++] = arena_printf(a, "Authorization: Bearer %s", key);
	return h;
}

static void
put_field(struct buf *b, const char *boundary, const char *name,
    const char *value)
{
	buf_printf(b, "--%s\r\nContent-Disposition: form-data; name=\"%s\""
	    "\r\n\r\n%s\r\n", boundary, name, value);
}

/*
 * The form (RFC 7578).  The recording comes last: a server that reads as it
 * goes knows by then what to do with it.
 */
static struct str
make_form(struct arena *a, const struct conf *c,
    const struct transcribe_ask *ask, const char *boundary)
{
	const struct kind *kind = kind_of(ask->mime_type);
	struct buf b;
	size_t max;

	max = ask->audio.n + strlen(c->transcribe_model) + FORM_MAX;
	buf_init(&b, a, max);
	buf_reserve(&b, max);
	put_field(&b, boundary, "model", c->transcribe_model);
	put_field(&b, boundary, "response_format", "json");
	buf_printf(&b, "--%s\r\nContent-Disposition: form-data; "
	    "name=\"file\"; filename=\"speech.%s\"\r\nContent-Type: %s"
	    "\r\n\r\n", boundary, kind->ending, kind->type);
	buf_put(&b, ask->audio.p, ask->audio.n);
	buf_printf(&b, "\r\n--%s--\r\n", boundary);
	return (struct str){ buf_str(&b), b.n };
}

/* The exchange */

struct exchange {
	const struct conf *conf;
	struct arena	*a;
	struct buf	 body;
	bool		 too_long;
	struct fetch_reply reply;
};

static bool
is_good(int status)
{
	return status >= 200 && status <= 299;
}

static bool
on_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct exchange *x = ctx;
	size_t room;

	(void)type;
	room = (size_t)(is_good(status) ? MAX_TRANSCRIPT : MAX_ERROR_BODY) -
	    x->body.n;
	buf_put(&x->body, p, n < room ? n : room);
	x->too_long = n > room;
	return !x->too_long;
}

static const struct err *
exchange(struct exchange *x, const struct transcribe_ask *ask)
{
	struct arena *own = arena_new();	/* of the form: it is large */
	const char *boundary = id_new(own, BOUNDARY);
	const struct conf *c = x->conf;
	struct fetch_call call = {
		.url = post_to(own, c->transcribe_url),
		.headers = make_headers(own, c->transcribe_key, boundary),
		.body = make_form(own, c, ask, boundary),
		.ca_file = c->model_ca_file,
		.proxy = conf_proxy(own, c, c->transcribe_url),
		.clocks = {
			.connect = CONNECT_MS,
			.deadline = ask->deadline != 0 ? ask->deadline :
			    clock_ms() + c->transcribe_timeout * 1000,
		},
		.piece = on_piece,
		.ctx = x,
		.watch = ask->watch,
	};
	const struct err *e;
	struct fetch *f;

	f = fetch_new();
	e = fetch_post(f, x->a, &call, &x->reply);
	fetch_free(f);
	arena_free(own);
	return e;
}

/* Errors */

static const struct err *
failed(struct exchange *x, const char *code, const char *say,
    const char *what)
{
	return err_new(x->a, ERR_UPSTREAM, code, say, "transcribe: %s "
	    "(request %s)", what, x->reply.request_id == NULL ? "-" :
	    x->reply.request_id);
}

static const struct err *
unavailable(struct exchange *x, const char *what)
{
	return failed(x, "transcription_unavailable", say_unavailable, what);
}

/* 400 may be our doing too, but mostly it is about the recording. */
static bool
is_about_audio(int status)
{
	return status == 400 || status == 415 || status == 422;
}

static const struct err *
error_of_class(struct exchange *x, const struct upstream_error *e,
    const char *what)
{
	switch (upstream_error_class(e)) {
	case UPSTREAM_BUSY:
	case UPSTREAM_SPENT:
		return failed(x, "transcription_rate_limited", say_busy,
		    what);
	case UPSTREAM_KEY:
		return failed(x, "transcription_refused_key",
		    say_unavailable, what);
	case UPSTREAM_NO_MODEL:
		return failed(x, "transcription_not_found", say_unavailable,
		    what);
	case UPSTREAM_OVERFLOW:
		return too_large(x->a, what);
	case UPSTREAM_FILTERED:
	case UPSTREAM_BAD_CALL:
	case UPSTREAM_REFUSED:
	case UPSTREAM_DOWN:
		break;
	}
	return is_about_audio(e->status) ?
	    failed(x, "transcription_refused", say_refused, what) :
	    unavailable(x, what);
}

static const struct err *
error_of(struct exchange *x, const struct upstream_error *u)
{
	const char *const secrets[] = { x->conf->transcribe_key, NULL };
	const struct err *e;
	int ms;

	e = error_of_class(x, u, upstream_error_log(x->a, u, secrets));
	ms = x->reply.retry_after_ms > 0 ? x->reply.retry_after_ms :
	    u->wish_ms;
	return ms > 0 ? err_retry(x->a, e, (ms + 999) / 1000) : e;
}

static const struct err *
error_of_fetch(struct exchange *x, const struct err *e)
{
	if (e->kind == ERR_TIMEOUT)
		return err_new(x->a, ERR_TIMEOUT, "transcription_timeout",
		    say_timeout, "transcribe: %s", e->log);
	return unavailable(x, e->log);
}

/* The answer */

static const struct err *
read_answer(struct exchange *x, const char **text)
{
	struct str body = { buf_str(&x->body), x->body.n }, said;
	const struct upstream_error *u;
	struct json_object *v;
	const struct err *e;

	e = js_parse_few(x->a, clean_json(x->a, text_trim(body)), JSON_DEPTH,
	    JSON_VALUES_TRANSCRIPT, &v);
	if (e != NULL)
		return unavailable(x, e->log);
	/* some servers say so with status 200 */
	if ((u = upstream_error_of(x->a, x->reply.status, v)) != NULL)
		return error_of(x, u);
	if (js_type(js_get(v, "text")) != JS_STR)
		return unavailable(x, "an answer without a text");
	said = text_trim(clean_text(x->a, js_str(js_get(v, "text"))));
	*text = arena_strndup(x->a, said.p, said.n);
	return NULL;
}

/* fetched: how HTTP ended. */
static const struct err *
take_reply(struct exchange *x, const struct err *fetched, const char **text)
{
	if (x->reply.status != 0 && !is_good(x->reply.status))
		return error_of(x, upstream_error_read(x->a, x->reply.status,
		    (struct str){ buf_str(&x->body), x->body.n }));
	if (x->too_long)
		return failed(x, "transcription_too_long", say_large,
		    "an answer that is too long");
	return fetched != NULL ? error_of_fetch(x, fetched) :
	    read_answer(x, text);
}

const struct err *
transcribe(const struct conf *c, struct arena *a,
    const struct transcribe_ask *ask, const char **text)
{
	struct exchange x = { .conf = c, .a = a };
	const struct err *e;

	if ((e = check(c, a, ask)) != NULL)
		return e;
	buf_init(&x.body, a, MAX_TRANSCRIPT);
	e = exchange(&x, ask);
	if (e != NULL && e->kind == ERR_HUP && !x.too_long)
		return e;
	if ((e = take_reply(&x, e, text)) == NULL)
		log_line(LOG_DEBUG, "transcribe: answered (request %s)",
		    x.reply.request_id == NULL ? "-" : x.reply.request_id);
	return e;
}
