/*
 * A step is one or more attempts, each one exchange over HTTP.  As long as
 * nothing was passed on, an attempt that failed may be repeated: a model
 * call changes nothing.
 */
#include <stdatomic.h>

#include <poll.h>
#include <string.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "fetch/sse_parse.h"
#include "model/upstream.h"
#include "model/upstream_error.h"

#define ATTEMPTS	3
#define BACKOFF_MS	500		/* doubled each time */
#define BACKOFF_MAX_MS	8000
#define WISH_MAX_MS	20000		/* what a person is made to wait */
#define TICK_MS		500
#define FIRST_BYTE	60		/* seconds until a first sign; */
#define FIRST_BYTE_HERE	300		/* here it may load its model first */
#define GRACE_DONE_MS	300		/* after [DONE], for the body's end */
#define GRACE_FINISH_MS	2000		/* after the finish, for usage */

/* How the body of an answer is read. */
enum reading { NOT_YET, AS_EVENTS, AS_WHOLE, AS_ERROR, AS_RUBBISH };

struct step {			/* what stays from attempt to attempt */
	struct upstream	*u;
	struct fetch	*fetch;
	struct arena	*a;
	const struct model_request *req;
	const struct model_events *ev;
	unsigned int	 lessons;	/* for this step, */
	unsigned int	 lasting;	/* and for all that follow, if true */
	unsigned int	 heeded;	/* by the request under way */
	int		 attempts;	/* that counted */
	bool		 repeated;	/* the one free repeat was used */
	bool		 odd;		/* the error is about this request */
	int64_t		 limit;		/* as in struct upstream_error */
	bool		 said;		/* text was passed on */
	bool		 unflushed;	/* some of it since ev->flush() */
	bool		 left;		/* the reader left, or said stop */
};

struct attempt {
	struct step	*step;
	struct arena	*a;		/* of the request's body; NULL: sent */
	enum reading	 reading;
	struct sse_parse *events;
	struct answer	*answer;
	struct buf	 body;		/* whole answers, error bodies */
	int64_t		 moved;		/* when the last event came */
	bool		 works;		/* one came that is no ping */
};

/* Try again?  And after how long? */
enum again { NEVER, AT_ONCE, AFTER_A_WHILE };

struct verdict {
	const struct err *e;
	enum again	 again;
	int		 wish_ms;	/* what the server asked for, or -1 */
};

/* Sentences for the person */

static const char say_unavailable[] = "The model cannot be reached right "
    "now. Your message is saved; please try again.";
static const char say_busy[] = "The model is too busy right now. Your "
    "message is saved; please try again in a little while.";
static const char say_timeout[] = "The model took too long to answer. Your "
    "message is saved; please try again.";
static const char say_too_long[] = "This conversation has become too long "
    "for the model. Please start a new one.";
static const char say_filtered[] = "The model declined to answer this "
    "message.";

/* The settings */

/* key: as the settings call it, without what stands before it. */
static const struct err *
bad_setting(struct arena *a, const struct model_conf *m, const char *key,
    const char *what)
{
	const char *say = arena_printf(a, "%s%s%s%s: %s",
	    *m->name == '\0' ? "model_" : "model.", m->name,
	    *m->name == '\0' ? "" : ".", key, what);

	return err_new(a, ERR_INPUT, "invalid_settings", say, "%s", say);
}

static const struct err *
check_address(struct arena *a, const struct conf *c,
    const struct model_conf *m, const struct model_api *api,
    struct address *at)
{
	const char *url = *m->url == '\0' && api->vendor_url != NULL ?
	    api->vendor_url : m->url;
	const char *wrong;

	if ((wrong = address_read(a, url, api->path, at)) != NULL)
		return bad_setting(a, m, "url", arena_printf(a, "expected "
		    "something like https://host/v1, but %s", wrong));
	if (!at->secure && !at->loopback && !c->model_insecure_http)
		return bad_setting(a, m, "url", "http:// beyond this machine "
		    "needs model_insecure_http = on");
	return NULL;
}

/* The vendor's own knows the newest; who speaks like it, the first. */
static const char *
api_version(const struct upstream *u, const struct address *at)
{
	if (*u->model->api_version != '\0')
		return u->model->api_version;
	return strcmp(profile_find("auto", at)->name, u->api->kind) == 0 ?
	    u->api->vendor_version : u->api->version;
}

static const char *const *
make_headers(struct arena *a, const struct upstream *u,
    const struct address *at)
{
	const char **h;
	size_t n = 0;

	h = arena_alloc(a, 6 * sizeof(*h));
	h[n++] = "Content-Type: application/json";
	h[n++] = "Accept: text/event-stream, application/json";
	h[n++] = "User-Agent: taskchat";
	if (*u->model->key != '\0')
		h[n++] = arena_printf(a, "%s%s", u->profile->key_header !=
		    NULL ? u->profile->key_header : u->api->key_header,
		    u->model->key);
	if (u->api->version_header != NULL)
		h[n++] = arena_printf(a, "%s%s", u->api->version_header,
		    api_version(u, at));
	return h;
}

static const struct err *
check_rest(struct arena *a, const struct model_conf *m)
{
	if (*m->model == '\0')
		return bad_setting(a, m, "name", "expected the name of a "
		    "model, got nothing");
	if (!text_fits_header(m->key))
		return bad_setting(a, m, "key", "expected printable ASCII "
		    "without line ends");
	if (!text_fits_header(m->api_version))
		return bad_setting(a, m, "api_version", "expected printable "
		    "ASCII without line ends");
	return NULL;
}

const struct err *
upstream_open(struct arena *a, const struct conf *c,
    const struct model_conf *m, struct upstream *out)
{
	const struct err *e;
	struct address at;

	*out = (struct upstream){ .conf = c, .model = m,
	    .api = model_api_find(m->kind) };
	if (out->api == NULL)
		return bad_setting(a, m, "kind", arena_printf(a,
		    "there is no kind of model \"%s\"", m->kind));
	if ((e = check_address(a, c, m, out->api, &at)) != NULL ||
	    (e = check_rest(a, m)) != NULL)
		return e;
	if ((out->profile = profile_find(m->profile, &at)) == NULL)
		return bad_setting(a, m, "profile", arena_printf(a,
		    "there is no profile \"%s\"", m->profile));
	out->url = at.url;
	out->first_byte = 1000 * (c->model_first_byte_timeout > 0 ?
	    c->model_first_byte_timeout : at.loopback ? FIRST_BYTE_HERE :
	    FIRST_BYTE);
	out->family = arena_printf(a, "%s %s %s", m->kind,
	    strcmp(out->profile->name, "generic") == 0 ? at.host :
	    out->profile->name, m->model);
	out->headers = make_headers(a, out, &at);
	atomic_init(&out->lessons, 0);
	pthread_mutex_init(&out->lock, NULL);
	out->kept = arena_child(a);
	return NULL;
}

/* The exchange */

static bool
on_text(void *ctx, struct str piece)
{
	struct step *s = ctx;

	s->said = s->unflushed = true;
	if (s->ev->text == NULL || s->ev->text(s->ev->ctx, piece))
		return true;
	s->left = true;
	return false;
}

/* Nothing more came together with what was passed on. */
static bool
flush(struct step *s)
{
	if (!s->unflushed || s->left)
		return !s->left;
	s->unflushed = false;
	if (s->ev->flush == NULL || s->ev->flush(s->ev->ctx))
		return true;
	s->left = true;
	return false;
}

static bool
on_event(void *ctx, const struct sse_event *ev)
{
	struct attempt *t = ctx;

	/* a ping is a sign of life, as a comment is, and no more */
	if (!str_is(ev->name, "ping")) {
		t->works = true;
		t->moved = clock_ms();
		fetch_progress(t->step->fetch);
	}
	return answer_event(t->answer, ev->name, ev->data);
}

/*
 * What the type promises, whatever was asked for.  A local server may send
 * none, or text/plain: then the first byte that is not blank decides.
 */
static enum reading
reading_of(int status, const char *type, struct str s)
{
	if (status < 200 || status > 299)
		return AS_ERROR;
	if (type != NULL && strcmp(type, "text/event-stream") == 0)
		return AS_EVENTS;
	if (type != NULL && strcmp(type, "application/json") == 0)
		return AS_WHOLE;
	if (type != NULL && strcmp(type, "text/plain") != 0 &&
	    strcmp(type, "application/octet-stream") != 0)
		return AS_RUBBISH;
	s = text_trim(s);
	if (s.n == 0)
		return NOT_YET;
	if (*s.p == '{' || *s.p == '[')
		return AS_WHOLE;
	return *s.p == '<' ? AS_RUBBISH : AS_EVENTS;
}

static bool
on_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct attempt *t = ctx;
	size_t room;

	if (t->reading == NOT_YET)
		t->reading = reading_of(status, type, (struct str){ p, n });
	switch (t->reading) {
	case NOT_YET:
		return true;
	case AS_EVENTS:
		return sse_parse_feed(t->events, p, n);
	case AS_WHOLE:
		buf_put(&t->body, p, n);
		return !t->body.bad;
	case AS_ERROR:
		room = MAX_ERROR_BODY - t->body.n;
		buf_put(&t->body, p, n < room ? n : room);
		return n <= room;
	case AS_RUBBISH:
		break;
	}
	return false;
}

/* What is not needed while the model is waited for goes back. */
static bool
on_quiet(void *ctx)
{
	struct attempt *t = ctx;

	answer_rest(t->answer);
	return flush(t->step);
}

static void
on_sent(void *ctx)
{
	struct attempt *t = ctx;

	arena_free(t->a);
	t->a = NULL;
}

/* A server that has said all but keeps the line open is not waited for. */
static bool
is_enough(const struct attempt *t)
{
	int64_t quiet = clock_ms() - t->moved;

	if (t->reading != AS_EVENTS || !answer_finished(t->answer))
		return false;
	return quiet > (answer_done(t->answer) ? GRACE_DONE_MS :
	    GRACE_FINISH_MS);
}

static bool
wanted(struct step *s)
{
	if (s->ev->tick == NULL || s->ev->tick(s->ev->ctx))
		return true;
	s->left = true;
	return false;
}

static bool
on_tick(void *ctx)
{
	struct attempt *t = ctx;

	return wanted(t->step) && !is_enough(t);
}

/* Written at the first request that has any. */
static struct str
tools_text(struct upstream *u, const struct api_how *how,
    const struct model_request *req)
{
	struct str *tools = &u->tools[(how->lessons & API_NO_STRICT) != 0];
	struct str text;

	if (req->ntools == 0)
		return STR("");
	pthread_mutex_lock(&u->lock);
	if (tools->n == 0)
		*tools = u->api->tools(u->kept, how, req);
	text = *tools;
	pthread_mutex_unlock(&u->lock);
	return text;
}

/*
 * What is left for the conversation: the window without the answer, a tenth
 * because estimates err, and what goes before all.  At least a little, for
 * the newest words are sent in any case.
 */
static void
set_budget(const struct upstream *u, const struct model_request *req,
    struct api_how *how)
{
	int64_t window = u->model->window > 0 ? u->model->window :
	    u->profile->window;

	how->overhead = (int64_t)(how->tools.n +
	    str_of(req->instructions).n) / 3 + 1;
	how->budget = window - window / 10 - how->max_tokens - how->overhead;
	if (how->budget < window / 8 + 1)
		how->budget = window / 8 + 1;
}

static struct api_how
make_how(struct step *s)
{
	struct upstream *u = s->u;
	struct api_how how = { .profile = u->profile, .family = u->family,
	    .model = u->model->model, .effort = u->model->reasoning_effort,
	    .max_tokens = u->model->max_tokens,
	    .lessons = s->lessons | atomic_load(&u->lessons) };

	how.tools = tools_text(u, &how, s->req);
	set_budget(u, s->req, &how);
	s->heeded = how.lessons;
	return how;
}

static struct fetch_call
make_call(struct attempt *t)
{
	struct step *s = t->step;
	const struct conf *c = s->u->conf;
	const struct api_how how = make_how(s);

	return (struct fetch_call){
		.url = s->u->url,
		.headers = s->u->headers,
		.body = api_write(t->a, s->u->api, &how, s->req),
		.ca_file = c->model_ca_file,
		.proxy = c->model_proxy,
		.clocks = {
			.connect = c->model_connect_timeout * 1000,
			.first_byte = s->u->first_byte,
			.silence = c->model_silence_timeout * 1000,
			.progress = c->model_progress_timeout * 1000,
			.deadline = s->req->deadline,
		},
		.piece = on_piece,
		.quiet = on_quiet,
		.sent = on_sent,
		.tick = on_tick,
		.ctx = t,
		.watch = s->req->watch,
	};
}

static void
attempt_init(struct attempt *t, struct step *s)
{
	*t = (struct attempt){ .step = s, .a = arena_new() };
	/* nobody reads the pieces: the text is passed on once, at the end */
	t->answer = answer_new(s->a, s->u->api->reader, s->u->family,
	    s->req->stream ? on_text : NULL, s);
	t->events = sse_parse_new(s->a, on_event, t);
	buf_init(&t->body, s->a, MAX_SSE_EVENT);
	t->moved = clock_ms();
}

/* Errors */

static struct verdict
failed(struct step *s, enum again again, const char *code, const char *say,
    const char *what)
{
	return (struct verdict){ .e = err_new(s->a, ERR_UPSTREAM, code, say,
	    "model: %s", what), .again = again, .wish_ms = -1 };
}

static struct verdict
unavailable(struct step *s, enum again again, const char *what)
{
	return failed(s, again, "model_unavailable", say_unavailable, what);
}

/* It is there; but what it was asked is too much for it. */
static struct verdict
odd(struct step *s, enum again again, const char *what)
{
	s->odd = true;
	return unavailable(s, again, what);
}

/*
 * The next attempt does without what this one was refused for.  False: it
 * did without already.  (Another thread may have learnt it meanwhile.)
 */
static bool
learn(struct step *s, unsigned int lesson, bool for_ever)
{
	if ((s->heeded & lesson) != 0)
		return false;
	s->lessons |= lesson;
	if (for_ever)
		s->lasting |= lesson;
	return true;
}

/*
 * It was answered, so the complaints were about what they named.  Until
 * then they may have quoted a person who named it.
 */
static void
remember(const struct step *s)
{
	if (s->lasting != 0)
		atomic_fetch_or(&s->u->lessons, s->lasting);
}

/* One of the options that this API has and not every server takes. */
static bool
learn_option(struct step *s, const struct upstream_error *e)
{
	const struct api_option *o;

	for (o = s->u->api->options; o->word != NULL; o++)
		if (upstream_error_names(e, o->word) &&
		    learn(s, o->lesson, !o->this_time))
			return true;
	return false;
}

/*
 * A complaint about an option.  False when it is none, or when it was
 * heeded before.
 */
static bool
learn_from(struct step *s, const struct upstream_error *e)
{
	if (e->status != 400 && e->status != 404 && e->status != 422)
		return false;
	/* too large for what is left beside this history: not for ever */
	if (upstream_error_names(e, "max_tokens") &&
	    (upstream_error_says(e, "too large") ||
	    upstream_error_says(e, "exceed context limit")))
		return learn(s, API_NO_TOKENS, false);
	if (upstream_error_class(e) == UPSTREAM_OVERFLOW)
		return false;
	if (upstream_error_names(e, "reasoning_effort") && (learn(s,
	    s->req->ntools > 0 && !upstream_error_says(e, "none'") ?
	    API_EFFORT_NONE : API_NO_EFFORT, true) ||
	    learn(s, API_NO_EFFORT, true)))
		return true;
	if (learn_option(s, e))
		return true;
	return (upstream_error_names(e, "max_tokens") ||
	    upstream_error_names(e, "max_completion_tokens")) &&
	    (learn(s, API_OTHER_TOKENS, true) ||
	    learn(s, API_NO_TOKENS, true));
}

/* Once, without waiting and without counting. */
static enum again
once(struct step *s)
{
	if (s->repeated)
		return NEVER;
	s->repeated = true;
	return AT_ONCE;
}

static struct verdict
verdict_of_class(struct step *s, const struct upstream_error *e,
    const char *what)
{
	switch (upstream_error_class(e)) {
	case UPSTREAM_BUSY:
		return failed(s, AFTER_A_WHILE, "model_rate_limited", say_busy,
		    what);
	case UPSTREAM_SPENT:
		return failed(s, NEVER, "model_rate_limited", say_busy, what);
	case UPSTREAM_KEY:
		return failed(s, NEVER, "model_refused_key", say_unavailable,
		    what);
	case UPSTREAM_NO_MODEL:
		return failed(s, NEVER, "model_not_found", say_unavailable,
		    what);
	case UPSTREAM_OVERFLOW:
		return failed(s, NEVER, "conversation_too_long", say_too_long,
		    what);
	case UPSTREAM_FILTERED:
		return failed(s, NEVER, "model_filtered", say_filtered, what);
	case UPSTREAM_BAD_CALL:
		return odd(s, once(s), what);
	case UPSTREAM_REFUSED:
		return odd(s, NEVER, what);
	case UPSTREAM_DOWN:
		break;
	}
	return unavailable(s, AFTER_A_WHILE, what);
}

static struct verdict
verdict_of_error(struct step *s, const struct upstream_error *e,
    const struct fetch_reply *reply)
{
	const char *const secrets[] = { s->u->model->key,
	    s->u->model->model, NULL };
	struct verdict v;
	const char *what;

	what = arena_printf(s->a, "%s (request %s)",
	    upstream_error_log(s->a, e, secrets),
	    reply->request_id == NULL ? "-" : reply->request_id);
	v = verdict_of_class(s, e, what);
	s->limit = e->limit;
	if (learn_from(s, e))
		v.again = AT_ONCE;
	else if (reply->should_retry == 0)
		v.again = NEVER;
	else if (reply->should_retry == 1 && v.again == NEVER)
		v.again = AFTER_A_WHILE;
	v.wish_ms = reply->retry_after_ms > 0 ? reply->retry_after_ms :
	    e->wish_ms;
	return v;
}

static struct verdict
verdict_of_answer(struct step *s, const struct answer_state *as,
    const struct fetch_reply *reply)
{
	switch (as->fault) {
	case ANSWER_UPSTREAM:
		if (as->error != NULL)
			return verdict_of_error(s, as->error, reply);
		break;
	case ANSWER_MALFORMED:
		return odd(s, once(s), as->why);
	case ANSWER_LIMIT:
		return odd(s, NEVER, as->why);
	case ANSWER_BROKEN:
	case ANSWER_CUT:
	case ANSWER_EMPTY:
	case ANSWER_OK:
	case ANSWER_STOPPED:
		break;
	}
	return unavailable(s, AFTER_A_WHILE, as->why);
}

static struct verdict
verdict_of_fetch(struct step *s, const struct err *e)
{
	if (e->kind == ERR_HUP)
		return odd(s, NEVER, "an answer that is too long");
	if (e->kind == ERR_TIMEOUT)
		return (struct verdict){ .e = err_new(s->a, ERR_TIMEOUT,
		    "model_timeout", say_timeout, "model: %s", e->log),
		    .again = AFTER_A_WHILE, .wish_ms = -1 };
	return unavailable(s, strcmp(e->code, "upstream_untrusted") == 0 ||
	    strcmp(e->code, "upstream_too_big") == 0 ? NEVER : AFTER_A_WHILE,
	    e->log);
}

/* An attempt */

static void
stopped(struct step *s, const struct attempt *t, struct model_answer *out)
{
	*out = (struct model_answer){ .end = MODEL_STOPPED,
	    .odd = t->works && s->attempts == 0,
	    .prompt_tokens = -1, .completion_tokens = -1,
	    .cached_tokens = -1 };
	if (s->said)
		out->text = answer_text(t->answer);
	out->model = s->u->model->model;
}

/*
 * The exchange brought an answer, or what looks like one.  fetched: how
 * HTTP ended; of no interest once the answer itself has an end.
 */
static struct verdict
take_answer(struct attempt *t, const struct err *fetched,
    const struct fetch_reply *reply, struct model_answer *out)
{
	struct step *s = t->step;
	struct answer_state as;

	/* the rest of a stream that broke off is half an event */
	if (t->reading == AS_EVENTS && fetched == NULL)
		sse_parse_end(t->events);
	else if (t->reading == AS_WHOLE)
		answer_whole(t->answer, (struct str){ buf_str(&t->body),
		    t->body.n });
	flush(s);
	as = answer_end(t->answer, out);
	if (as.fault == ANSWER_CUT && fetched != NULL)
		return verdict_of_fetch(s, fetched);
	if (as.fault != ANSWER_OK)
		return verdict_of_answer(s, &as, reply);
	log_line(as.warning != NULL ? LOG_WARN : LOG_DEBUG,
	    "model: %s (request %s)", as.warning != NULL ? as.warning :
	    "answered", reply->request_id == NULL ? "-" : reply->request_id);
	remember(s);
	out->model = s->u->model->model;
	return (struct verdict){ .again = NEVER };
}

static struct verdict
take_reply(struct attempt *t, const struct err *fetched,
    const struct fetch_reply *reply, struct model_answer *out)
{
	struct step *s = t->step;

	switch (t->reading) {
	case AS_EVENTS:
	case AS_WHOLE:
		if (t->reading == AS_WHOLE && fetched != NULL)
			break;
		return take_answer(t, fetched, reply, out);
	case AS_RUBBISH:
		return unavailable(s, NEVER, arena_printf(s->a,
		    "an answer of type %s", reply->type == NULL ? "unknown" :
		    reply->type));
	case NOT_YET:
		if (fetched != NULL || (reply->status > 199 &&
		    reply->status < 300))
			break;
		/* an error status without a body */
		/* FALLTHROUGH */
	case AS_ERROR:
		return verdict_of_error(s, upstream_error_read(s->a,
		    reply->status, (struct str){ buf_str(&t->body),
		    t->body.n }), reply);
	}
	return fetched == NULL ? unavailable(s, AFTER_A_WHILE,
	    "an empty answer") : verdict_of_fetch(s, fetched);
}

static struct verdict
attempt(struct step *s, struct model_answer *out)
{
	struct fetch_reply reply;
	struct fetch_call call;
	const struct err *e;
	struct attempt t;
	struct verdict v = { .again = NEVER };

	s->odd = false;
	s->limit = 0;
	attempt_init(&t, s);
	call = make_call(&t);
	e = fetch_post(s->fetch, s->a, &call, &reply);
	arena_free(t.a);
	if (e != NULL && strcmp(e->code, "reader_left") == 0)
		s->left = true;
	if (!s->left)
		v = take_reply(&t, e, &reply, out);
	if (s->left) {		/* their own doing, no failure of the model */
		stopped(s, &t, out);
		v.e = NULL;
	} else if (v.e != NULL) {
		*out = (struct model_answer){ .odd = s->odd,
		    .limit = s->limit };
		if (s->said)
			out->text = answer_text(t.answer);
	}
	return v;
}

/* Between attempts */

/* Half of the time and a random rest, so that workers do not march in step. */
static int
backoff(int attempts)
{
	int ms = BACKOFF_MS;
	unsigned short dice;

	while (--attempts > 0 && ms < BACKOFF_MAX_MS)
		ms *= 2;
	random_bytes(&dice, sizeof(dice));
	return ms / 2 + ms / 2 * dice / 65535;
}

/* False: the reader left meanwhile. */
static bool
pause_for(struct step *s, int ms)
{
	int64_t until = clock_ms() + ms, left;
	struct pollfd p = { .fd = s->req->watch, .events = POLLRDHUP };

	while ((left = until - clock_ms()) > 0) {
		if (!wanted(s))
			return false;
		if (poll(&p, 1, left < TICK_MS ? (int)left : TICK_MS) > 0) {
			s->left = true;
			return false;
		}
	}
	return true;
}

static bool
in_time(const struct step *s, int ms)
{
	return s->req->deadline == 0 || clock_ms() + ms < s->req->deadline;
}

/* How long to wait before the next attempt, or -1: there is none. */
static int
next_in(struct step *s, const struct verdict *v)
{
	int ms;

	if (v->again == NEVER || s->said)
		return -1;
	if (v->again == AT_ONCE)
		return in_time(s, 0) ? 0 : -1;
	if (++s->attempts >= ATTEMPTS || !in_time(s, v->wish_ms))
		return -1;
	ms = v->wish_ms > 0 && v->wish_ms <= WISH_MAX_MS ? v->wish_ms :
	    backoff(s->attempts);
	return in_time(s, ms) ? ms : -1;
}

static const struct err *
last_word(struct step *s, const struct verdict *v)
{
	if (v->wish_ms <= 0)
		return v->e;
	return err_retry(s->a, v->e, (v->wish_ms + 999) / 1000);
}

/* The text of an answer that nobody read as it came. */
static void
pass_on(struct step *s, struct model_answer *out)
{
	if (s->req->stream || s->left || out->text.n == 0)
		return;
	if (!on_text(s, out->text) || !flush(s)) {
		out->end = MODEL_STOPPED;
		out->ncalls = 0;
	}
}

const struct err *
upstream_step(struct upstream *u, struct fetch *f, struct arena *a,
    const struct model_request *req, const struct model_events *ev,
    struct model_answer *out)
{
	struct step s = { .u = u, .fetch = f, .a = a, .req = req, .ev = ev };
	struct verdict v;
	int ms;

	for (;;) {
		v = attempt(&s, out);
		if (v.e == NULL) {
			pass_on(&s, out);
			return NULL;
		}
		if ((ms = next_in(&s, &v)) < 0)
			return last_word(&s, &v);
		log_line(LOG_INFO, "again in %d ms: %s", ms, v.e->log);
		if (ms > 0 && !pause_for(&s, ms)) {
			*out = (struct model_answer){ .end = MODEL_STOPPED,
			    .prompt_tokens = -1, .completion_tokens = -1,
			    .cached_tokens = -1, .model = u->model->model };
			return NULL;
		}
	}
}
