/*
 * Sessions of hosted ChatKit: a page that shows a workflow of the vendor's
 * needs a secret for the person in front of it, and only this site's key
 * opens one.  Who it is for is the person we know, and which workflow the
 * operator's choice: nothing the browser sends goes on to the vendor, and
 * of the vendor's answer only the secret and its end go back.
 */
#include <string.h>

#include "api/fields.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/conf_value.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "http/parse.h"
#include "model/upstream_error.h"
#include "store/account.h"

#define SECOND		1000
#define CONNECT_MS	(5 * SECOND)
#define RETRY_SECONDS	10	/* when a busy vendor does not say */
#define DRAIN_SECONDS	1	/* another worker is there at once */

/* A page asks every ten minutes, and again in each tab. */
enum { SESSIONS = 10, SESSIONS_SECONDS = 60 };

static const char say_unavailable[] = "The ChatKit service cannot be reached "
    "right now. Please try again.";

/* ---- the request */

/*
 * The page has its old secret at hand and may send it, but a session cannot
 * be prolonged: each call opens another.
 */
static const struct err *
ask_read(struct api_call *c)
{
	static const char *const names[] = { "current_client_secret", NULL };
	struct json_object *body;
	const struct err *e;
	const char *current;
	struct str text;

	e = http_body(c->q, c->body, &text);
	if (e != NULL || text.n == 0)
		return e;
	if (!media_type_is_json(http_header(c->q, "Content-Type")))
		return err_new(c->a, ERR_TYPE, "unsupported_media_type",
		    "The body must be application/json.",
		    "Content-Type is not application/json");
	e = js_parse_few(c->a, text, JSON_DEPTH, JSON_VALUES_BODY, &body);
	if (e != NULL)
		return e;
	if (js_type(body) != JS_OBJ)
		return invalid(c->a, "body", "a JSON object");
	if ((e = fields_known(c->a, body, names)) != NULL)
		return e;
	return field_text(c->a, body, names[0], &current);
}

static const struct err *
throttled(struct api_call *c)
{
	const struct throttle t = {
	    .key = arena_printf(c->a, "chatkit session %s", c->user),
	    .limit = SESSIONS, .seconds = SESSIONS_SECONDS };
	const struct err *e;
	int wait = 0;

	e = throttle_hit(c->api->db, c->a, 1, &t, &wait);
	if (e != NULL || wait == 0)
		return e;
	return err_retry(c->a, err_new(c->a, ERR_LIMIT, "too_many_sessions",
	    "Too many sessions were opened. Please try again in a little "
	    "while.", "more than %d sessions in %d s", SESSIONS,
	    SESSIONS_SECONDS), wait);
}

/* ---- what goes to the vendor */

static struct str
session_wish(struct api_call *c)
{
	const struct conf *conf = c->api->conf;
	struct json_object *wish = js_object(c->a), *part;

	js_add_text(wish, "user", c->user);
	js_add(wish, "workflow", part = js_new_object());
	js_add_text(part, "id", conf->chatkit_workflow);
	if (*conf->chatkit_workflow_version != '\0')
		js_add_text(part, "version", conf->chatkit_workflow_version);
	js_add(wish, "expires_after", part = js_new_object());
	js_add_text(part, "anchor", "created_at");
	js_add_int(part, "seconds", conf->chatkit_session_seconds);
	js_add(wish, "rate_limits", part = js_new_object());
	js_add_int(part, "max_requests_per_1_minute", conf->chatkit_requests);
	return js_write(c->a, wish);
}

struct exchange {
	const volatile int *draining;
	struct buf	 body;
	struct fetch_reply reply;
};

static bool
on_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct exchange *x = ctx;

	(void)status;
	(void)type;
	buf_put(&x->body, p, n);
	return !x->body.bad;
}

static bool
on_tick(void *ctx)
{
	const struct exchange *x = ctx;

	return __atomic_load_n(x->draining, __ATOMIC_RELAXED) < 2;
}

static const char *
url_of(struct arena *a, const char *base)
{
	size_t n = strlen(base);

	while (n > 0 && base[n - 1] == '/')
		n--;
	return arena_printf(a, "%.*s/chatkit/sessions", (int)n, base);
}

/* A handle for this call alone: a person asks every ten minutes. */
static const struct err *
vendor_ask(struct api_call *c, struct exchange *x)
{
	const struct conf *conf = c->api->conf;
	const char *const headers[] = {
	    arena_printf(c->a, "Authorization: Bearer %s", conf->chatkit_key),
	    "OpenAI-Beta: chatkit_beta=v1", "Content-Type: application/json",
	    "Accept: application/json", "User-Agent: taskchat", NULL };
	struct fetch_call call = { .headers = headers,
	    .url = url_of(c->a, conf->chatkit_url), .body = session_wish(c),
	    .ca_file = conf->model_ca_file,
	    .proxy = conf_proxy(c->a, conf, conf->chatkit_url),
	    .piece = on_piece, .tick = on_tick, .ctx = x,
	    .watch = c->q->fd };
	const struct err *e;
	struct fetch *f;

	call.clocks.connect = CONNECT_MS;
	call.clocks.deadline = clock_ms() +
	    (int64_t)conf->chatkit_timeout * SECOND;
	buf_init(&x->body, c->a, MAX_SESSION_ANSWER);
	f = fetch_new();
	e = fetch_post(f, c->a, &call, &x->reply);
	fetch_free(f);
	return e;
}

/* ---- what comes back */

static const struct err *
unavailable(struct api_call *c, const char *why)
{
	return err_new(c->a, ERR_UPSTREAM, "chatkit_unavailable",
	    say_unavailable, "chatkit: %s", why);
}

/* There was no answer, or not all of it. */
static const struct err *
fetch_failed(struct api_call *c, struct exchange *x, const struct err *e)
{
	if (e->kind == ERR_TIMEOUT)
		return err_new(c->a, ERR_TIMEOUT, "chatkit_timeout",
		    "The ChatKit service took too long to answer. Please try "
		    "again.", "chatkit: %s", e->log);
	if (x->body.bad)
		return unavailable(c, arena_printf(c->a, "status %d, an "
		    "answer of more than %d bytes", x->reply.status,
		    MAX_SESSION_ANSWER));
	if (e->kind == ERR_HUP && strcmp(e->code, "reader_left") == 0)
		return e;
	if (e->kind == ERR_HUP)
		return err_retry(c->a, err_new(c->a, ERR_DRAIN, "draining",
		    "The service is restarting. Please try again.",
		    "chatkit: not waited for"), DRAIN_SECONDS);
	return unavailable(c, e->log);
}

/* The vendor's words are the operator's; nobody's message is in them. */
static const struct err *
vendor_refused(struct api_call *c, const struct exchange *x, struct str body)
{
	const struct conf *conf = c->api->conf;
	const char *const secrets[] = { conf->chatkit_key,
	    conf->chatkit_workflow, NULL };
	int status = x->reply.status, wish = x->reply.retry_after_ms;
	const char *what;

	what = arena_printf(c->a, "%s (request %s)", upstream_error_log_all(
	    c->a, upstream_error_read(c->a, status, body), secrets),
	    x->reply.request_id == NULL ? "-" : x->reply.request_id);
	if (status == 401 || status == 403)
		return err_new(c->a, ERR_UPSTREAM, "chatkit_refused_key",
		    "The ChatKit service does not accept this site's key. "
		    "Please tell whoever runs the site.", "chatkit: %s", what);
	if (status == 429)
		return err_retry(c->a, err_new(c->a, ERR_BUSY,
		    "chatkit_rate_limited", "The ChatKit service is too busy "
		    "right now. Please try again in a little while.",
		    "chatkit: %s", what), wish > 0 ?
		    (wish + SECOND - 1) / SECOND : RETRY_SECONDS);
	if (status == 408 || status >= 500)
		return unavailable(c, what);
	return err_new(c->a, ERR_UPSTREAM, "chatkit_refused",
	    "The ChatKit service refused to open a session. Please tell "
	    "whoever runs the site.", "chatkit: %s", what);
}

struct session {
	struct str	 client_secret;
	int64_t		 expires_at;	/* in seconds since 1970 */
};

/* What is wrong with it, or NULL. */
static const char *
session_read(struct arena *a, const char *type, struct str body,
    struct session *out)
{
	struct json_object *v, *end;
	const struct err *e;

	if (type == NULL || strcmp(type, "application/json") != 0)
		return "an answer that is not JSON by its type";
	e = js_parse_few(a, body, JSON_DEPTH, JSON_VALUES_BODY, &v);
	if (e != NULL)
		return e->log;
	out->client_secret = js_str(js_get(v, "client_secret"));
	if (out->client_secret.n == 0 ||
	    out->client_secret.n > MAX_CLIENT_SECRET ||
	    utf8_has_control(out->client_secret))
		return "a session without a usable client_secret";
	end = js_get(v, "expires_at");
	if (js_type(end) != JS_INT || js_number_int(end) <= 0)
		return "a session without a usable expires_at";
	out->expires_at = js_number_int(end);
	return NULL;
}

static const struct err *
session_open(struct api_call *c, struct session *out)
{
	struct exchange x = { .draining = c->api->draining };
	const struct err *e;
	const char *why;
	struct str body;

	if ((e = vendor_ask(c, &x)) != NULL)
		return fetch_failed(c, &x, e);
	body = (struct str){ buf_str(&x.body), x.body.n };
	if (x.reply.status < 200 || x.reply.status > 299)
		return vendor_refused(c, &x, body);
	why = session_read(c->a, x.reply.type, body, out);
	return why == NULL ? NULL : unavailable(c, why);
}

const struct err *
api_chatkit_session(struct api_call *c)
{
	struct json_object *answer = js_object(c->a);
	struct session session = { .expires_at = 0 };
	const struct err *e;

	if ((e = ask_read(c)) != NULL)
		return e;
	if (*c->api->conf->chatkit_workflow == '\0')
		return err_new(c->a, ERR_NOTFOUND, "chatkit_off",
		    "Sessions of hosted ChatKit are not switched on here.",
		    "chatkit_workflow is not set");
	if ((e = throttled(c)) != NULL ||
	    (e = session_open(c, &session)) != NULL)
		return e;
	js_add_str(answer, "client_secret", session.client_secret);
	js_add_int(answer, "expires_at", session.expires_at);
	http_send_json(c->q, 200, answer);
	return NULL;
}
