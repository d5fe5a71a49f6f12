/*
 * libcurl's multi interface with one transfer, because only that can wait
 * for the upstream and for the person's descriptor at the same time.  The
 * multi handle holds the connections and stays with its thread; of the
 * easy handle nothing is kept from call to call.
 */
#include <sys/socket.h>

#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "fetch/public.h"
#include "fetch/wish.h"

#define TICK_MS		500
#define MAX_HEADERS	(256 * 1024)	/* bytes, 1xx answers included */
#define MAX_HEADER_KEPT	200		/* of a header's text, for the log */
#define MAX_RETRY	21600		/* s: libcurl 8 says no more */
#define MAX_AGE		31536000	/* a year: more is no more */
#define MAX_ADDRESS	64		/* bytes of one in figures */

/* Who ended the exchange, when it did not end by itself. */
enum ended { NOT_ENDED, BY_WATCH, BY_TICK, BY_PIECE, BY_CLOCK, BY_LIMIT };

struct fetch {
	CURLM		*multi;
	CURL		*easy;
	/* the call under way */
	struct arena	*a;
	const struct fetch_call *call;
	struct fetch_reply *reply;
	bool		 get;
	struct curl_slist *headers;
	int64_t		 started;
	int64_t		 heard;		/* last byte; 0: none yet */
	int64_t		 moved;		/* last progress, once heard */
	int64_t		 ticked;
	size_t		 head_bytes, body_bytes;
	bool		 pieces;	/* some came since call->quiet() */
	bool		 sent;		/* call->sent() was told */
	enum ended	 ended;
	const char	*clock;		/* which ran out */
	bool		 watching;	/* the descriptor may be polled */
	bool		 opened;	/* a socket to where we may go */
	char		 refused[MAX_ADDRESS];	/* where we may not; or "" */
	char		 said[CURL_ERROR_SIZE];
};

static _Noreturn void
no_memory(const char *what)
{
	log_line(LOG_ERROR, "out of memory: %s", what);
	_exit(1);
}

void
fetch_global_init(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		no_memory("libcurl");
}

void
fetch_global_done(void)
{
	curl_global_cleanup();
}

struct fetch *
fetch_new(void)
{
	struct fetch *f;

	if ((f = calloc(1, sizeof(*f))) == NULL ||
	    (f->multi = curl_multi_init()) == NULL ||
	    (f->easy = curl_easy_init()) == NULL)
		no_memory("a libcurl handle");
	/* one host, one transfer at a time */
	if (curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, 1L) != CURLM_OK)
		no_memory("a libcurl setting");
	return f;
}

void
fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	curl_easy_cleanup(f->easy);
	curl_multi_cleanup(f->multi);
	free(f);
}

void
fetch_progress(struct fetch *f)
{
	f->moved = clock_ms();
}

static void
heard(struct fetch *f)
{
	int64_t now = clock_ms();

	if (f->heard == 0)
		f->moved = now;
	f->heard = now;
}

/* Status of the answer proper; an interim one (1xx) is none yet. */
static int
status_now(struct fetch *f)
{
	long status = 0;

	if (curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status) !=
	    CURLE_OK || status < 200 || status > 999)
		return 0;
	return (int)status;
}

/* "Text/HTML; charset=x" is "text/html". */
static const char *
type_now(struct fetch *f)
{
	struct str s;
	char *type = NULL;
	size_t i;

	if (curl_easy_getinfo(f->easy, CURLINFO_CONTENT_TYPE, &type) !=
	    CURLE_OK || type == NULL)
		return NULL;
	s = str_of(type);
	for (i = 0; i < s.n; i++)
		if (s.p[i] == ';')
			s.n = i;
	s = text_trim(s);
	return s.n == 0 || s.n > MAX_HEADER_KEPT ? NULL :
	    text_lower(f->a, s);
}

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;

	(void)p;
	heard(f);
	f->head_bytes += size * n;
	if (f->head_bytes <= MAX_HEADERS)
		return size * n;
	f->ended = BY_LIMIT;
	return 0;
}

static size_t
on_piece(char *p, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;
	struct fetch_reply *r = f->reply;

	n *= size;
	heard(f);
	if (n == 0)
		return 0;
	if (f->body_bytes == 0) {
		r->status = status_now(f);
		r->type = type_now(f);
	}
	f->body_bytes += n;
	if (f->body_bytes > MAX_STREAM) {
		f->ended = BY_LIMIT;
		return 0;
	}
	r->any_byte = f->pieces = true;
	if (f->call->piece(f->call->ctx, r->status, r->type, p, n))
		return n;
	f->ended = BY_PIECE;
	return 0;
}

/* Each setopt is checked: a libcurl without one of these is not for us. */
#define SET(option, value) \
	do { \
		if (rc == CURLE_OK) \
			rc = curl_easy_setopt(f->easy, (option), (value)); \
	} while (0)

/*
 * How: no signals (threads), HTTP/1.1 (an aborted call must take its
 * connection with it), nothing but http and https, no redirects (libcurl
 * would hand api-key headers to the other host), no compression asked for
 * but a rude server's undone, so that limits count what is really read.
 */
static CURLcode
set_how(struct fetch *f)
{
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_ERRORBUFFER, f->said);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_ACCEPT_ENCODING, "identity");
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_TCP_KEEPIDLE, 60L);
	SET(CURLOPT_TCP_KEEPINTVL, 60L);
	/* a resolver that hangs must not hold up the person's hang-up */
	SET(CURLOPT_QUICK_EXIT, 1L);
	/* a thousand streams may wait at once, and events are small */
	SET(CURLOPT_BUFFERSIZE, 4096L);
	SET(CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, f);
	SET(CURLOPT_WRITEFUNCTION, on_piece);
	SET(CURLOPT_WRITEDATA, f);
	return rc;
}

/*
 * Here names have become addresses, and what is asked about is what will be
 * connected to: whoever answers for the name has nothing more to say.  Others
 * of its addresses are tried as if this one did not answer.
 */
static curl_socket_t
on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *at)
{
	struct fetch *f = ctx;

	(void)purpose;
	if (!address_is_public(&at->addr)) {
		if (getnameinfo(&at->addr, at->addrlen, f->refused,
		    sizeof(f->refused), NULL, 0, NI_NUMERICHOST) != 0)
			memcpy(f->refused, "?", sizeof("?"));
		return CURL_SOCKET_BAD;
	}
	f->opened = true;
	return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

/* A connection of a call that might go anywhere must not serve this one. */
static CURLcode
set_public(struct fetch *f)
{
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
	SET(CURLOPT_OPENSOCKETDATA, f);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	return rc;
}

/*
 * Whom to trust, and the way there.  An empty proxy is not the default:
 * it keeps libcurl from looking into the environment.
 */
static CURLcode
set_trust(struct fetch *f)
{
	const struct fetch_call *c = f->call;
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (c->ca_file != NULL && *c->ca_file != '\0') {
		SET(CURLOPT_CAINFO, c->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
	SET(CURLOPT_PROXY, c->proxy == NULL || c->public_only ? "" : c->proxy);
	SET(CURLOPT_NOPROXY, "");
	SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	return rc == CURLE_OK && c->public_only ? set_public(f) : rc;
}

static CURLcode
set_what(struct fetch *f)
{
	const struct fetch_call *c = f->call;
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_URL, c->url);
	SET(CURLOPT_HTTPHEADER, f->headers);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)c->clocks.connect);
	if (f->get) {
		SET(CURLOPT_HTTPGET, 1L);
		return rc;
	}
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body.n);
	SET(CURLOPT_POSTFIELDS, c->body.n == 0 ? "" : c->body.p);
	return rc;
}

static void
add_header(struct fetch *f, const char *line)
{
	struct curl_slist *more;

	if ((more = curl_slist_append(f->headers, line)) == NULL)
		no_memory("a request header");
	f->headers = more;
}

/* "Expect:" sends none: a body over 1 MiB would wait for a 100 otherwise. */
static void
set_headers(struct fetch *f)
{
	const char *const *h;

	add_header(f, "Expect:");
	for (h = f->call->headers; h != NULL && *h != NULL; h++)
		add_header(f, *h);
}

/* The person's side was closed, wholly or for writing. */
static bool
watch_gone(struct fetch *f)
{
	struct pollfd p = { .fd = f->call->watch, .events = POLLRDHUP };

	return p.fd >= 0 && poll(&p, 1, 0) > 0 && p.revents != 0;
}

/* When the clock that runs out first does; INT64_MAX: none runs. */
static int64_t
next_clock(const struct fetch *f, const char **which)
{
	const struct fetch_clocks *c = &f->call->clocks;
	const struct {
		const char *name;
		int64_t from;
		int limit;
	} clocks[] = {
		{ "first byte", f->heard == 0 ? f->started : 0, c->first_byte },
		{ "silence", f->heard, c->silence },
		{ "no progress", f->heard == 0 ? 0 : f->moved, c->progress },
	};
	int64_t first = INT64_MAX;
	size_t i;

	if (c->deadline > 0) {
		first = c->deadline;
		*which = "deadline";
	}
	for (i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		if (clocks[i].limit <= 0 || clocks[i].from == 0 ||
		    clocks[i].from + clocks[i].limit >= first)
			continue;
		first = clocks[i].from + clocks[i].limit;
		*which = clocks[i].name;
	}
	return first;
}

/*
 * Once a byte of the answer has come libcurl repeats no request by itself,
 * so a body that is up by then is never looked at again.
 */
static void
tell_sent(struct fetch *f)
{
	curl_off_t up = 0;

	if (f->sent || f->heard == 0 || f->call->sent == NULL ||
	    curl_easy_getinfo(f->easy, CURLINFO_SIZE_UPLOAD_T, &up) !=
	    CURLE_OK || up < (curl_off_t)f->call->body.n)
		return;
	f->sent = true;
	f->call->sent(f->call->ctx);
}

/* What came together has been passed on. */
static bool
tell_quiet(struct fetch *f)
{
	if (!f->pieces || f->call->quiet == NULL)
		return true;
	f->pieces = false;
	if (f->call->quiet(f->call->ctx))
		return true;
	f->ended = BY_PIECE;
	return false;
}

/* May it go on?  If so, *wait is how long at most before asking again. */
static bool
still_wanted(struct fetch *f, int *wait)
{
	int64_t now = clock_ms(), until, tick;
	const char *which = NULL;

	if (watch_gone(f)) {
		f->ended = BY_WATCH;
		return false;
	}
	if (now - f->ticked >= TICK_MS) {
		f->ticked = now;
		if (f->call->tick != NULL && !f->call->tick(f->call->ctx)) {
			f->ended = BY_TICK;
			return false;
		}
		now = clock_ms();
	}
	until = next_clock(f, &which);
	if (until <= now) {
		f->ended = BY_CLOCK;
		f->clock = which;
		return false;
	}
	tick = f->ticked + TICK_MS;
	until = until < tick ? until : tick;
	*wait = until > now ? (int)(until - now) : 0;
	return true;
}

/*
 * curl_multi_poll() knows no POLLRDHUP, but a hang-up is readable as well.
 * So is an unread byte: then only still_wanted() looks, twice a second.
 */
static CURLMcode
wait_for_something(struct fetch *f, int wait)
{
	struct curl_waitfd fd = { .fd = f->call->watch,
	    .events = CURL_WAIT_POLLIN };
	CURLMcode mc;

	mc = curl_multi_poll(f->multi, &fd, f->watching ? 1 : 0, wait, NULL);
	if (f->watching && (fd.revents & CURL_WAIT_POLLIN) != 0 &&
	    !watch_gone(f))
		f->watching = false;
	return mc;
}

/* True once the transfer is over; *rc is how. */
static bool
is_over(struct fetch *f, CURLcode *rc)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(f->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE || m->easy_handle != f->easy)
			continue;
		*rc = m->data.result;
		return true;
	}
	return false;
}

static CURLcode
perform(struct fetch *f)
{
	CURLcode rc = CURLE_ABORTED_BY_CALLBACK;
	CURLMcode mc = CURLM_OK;
	int running, wait;

	while (mc == CURLM_OK) {
		mc = curl_multi_perform(f->multi, &running);
		if (mc != CURLM_OK || is_over(f, &rc))
			break;
		tell_sent(f);
		if (!tell_quiet(f) || !still_wanted(f, &wait))
			break;
		mc = wait_for_something(f, wait);
	}
	return mc == CURLM_OK ? rc : CURLE_FAILED_INIT;
}

/* A header of the answer, or an empty str. */
static struct str
header(struct fetch *f, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(f->easy, name, 0, CURLH_HEADER, -1, &h) !=
	    CURLHE_OK)
		return (struct str){ "", 0 };
	return text_trim(str_of(h->value));
}

static const char *
read_request_id(struct fetch *f)
{
	static const char *const names[] = { "x-request-id", "request-id",
	    "x-generation-id", "mistral-correlation-id" };
	struct str s;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		s = header(f, names[i]);
		if (s.n > 0 && s.n <= MAX_HEADER_KEPT)
			return arena_strndup(f->a, s.p, s.n);
	}
	return NULL;
}

/*
 * Limits name their reset as a duration, or (Anthropic) as a time; it counts
 * when nothing is left.
 */
static int
read_reset(struct fetch *f)
{
	static const struct { const char *left, *reset; bool time; } limits[] =
	{
		{ "x-ratelimit-remaining-requests",
		  "x-ratelimit-reset-requests", false },
		{ "x-ratelimit-remaining-tokens",
		  "x-ratelimit-reset-tokens", false },
		{ "anthropic-ratelimit-requests-remaining",
		  "anthropic-ratelimit-requests-reset", true },
		{ "anthropic-ratelimit-tokens-remaining",
		  "anthropic-ratelimit-tokens-reset", true },
		{ "anthropic-ratelimit-input-tokens-remaining",
		  "anthropic-ratelimit-input-tokens-reset", true },
		{ "anthropic-ratelimit-output-tokens-remaining",
		  "anthropic-ratelimit-output-tokens-reset", true },
	};
	struct str reset;
	int ms = -1, one;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (!str_is(header(f, limits[i].left), "0"))
			continue;
		reset = header(f, limits[i].reset);
		one = limits[i].time ? wish_until_ms(reset, clock_wall()) :
		    wish_ms(reset, 1000);
		ms = one > ms ? one : ms;
	}
	return ms;
}

/* Nothing, rubbish, zero, the past: all are no wish. */
static int
read_retry_after(struct fetch *f)
{
	curl_off_t seconds = 0;
	int ms;

	if ((ms = wish_ms(header(f, "retry-after-ms"), 1)) > 0)
		return ms;
	if (curl_easy_getinfo(f->easy, CURLINFO_RETRY_AFTER, &seconds) ==
	    CURLE_OK && seconds > 0)
		return (int)(seconds > MAX_RETRY ? MAX_RETRY : seconds) * 1000;
	return read_reset(f);
}

/* Seconds of one directive (RFC 9111 section 5.2.2); -1: it is another. */
static int
directive_age(struct str s)
{
	const size_t n = sizeof("max-age=") - 1;
	long seconds = 0;
	size_t i;

	if (str_is_nocase(s, "no-store") || str_is_nocase(s, "no-cache"))
		return 0;
	if (s.n <= n || !str_is_nocase((struct str){ s.p, n }, "max-age="))
		return -1;
	s = (struct str){ s.p + n, s.n - n };
	if (s.n > 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = (struct str){ s.p + 1, s.n - 2 };
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		seconds = seconds * 10 + (s.p[i] - '0');
		if (seconds > MAX_AGE)
			seconds = MAX_AGE;
	}
	return (int)seconds;
}

/* The shortest that any of its directives wishes; -1: none says. */
static int
read_max_age(struct fetch *f)
{
	struct curl_header *h;
	const char *p, *end;
	int age = -1, one;
	size_t i;

	for (i = 0; curl_easy_header(f->easy, "cache-control", i, CURLH_HEADER,
	    -1, &h) == CURLHE_OK; i++)
		for (p = h->value;; p = end + 1) {
			end = p + strcspn(p, ",");
			one = directive_age(text_trim((struct str){ p,
			    (size_t)(end - p) }));
			if (one >= 0 && (age < 0 || one < age))
				age = one;
			if (*end == '\0')
				break;
		}
	return age;
}

static void
read_reply(struct fetch *f)
{
	struct fetch_reply *r = f->reply;
	struct str again;

	r->status = status_now(f);
	if (r->status == 0)
		return;
	r->type = type_now(f);
	r->request_id = read_request_id(f);
	r->retry_after_ms = read_retry_after(f);
	r->max_age = read_max_age(f);
	again = header(f, "x-should-retry");
	if (str_is_nocase(again, "true"))
		r->should_retry = 1;
	else if (str_is_nocase(again, "false"))
		r->should_retry = 0;
}

/* We ended it. */
static const struct err *
error_ours(struct fetch *f)
{
	if (f->ended == BY_CLOCK)
		return err_new(f->a, ERR_TIMEOUT, "upstream_timeout",
		    "The other side took too long.",
		    "fetch: the %s clock ran out after %lld ms", f->clock,
		    (long long)(clock_ms() - f->started));
	if (f->ended == BY_LIMIT)
		return err_new(f->a, ERR_UPSTREAM, "upstream_too_big",
		    "The other side's answer is too long.",
		    "fetch: the answer is too long (%zu + %zu bytes)",
		    f->head_bytes, f->body_bytes);
	if (f->ended == BY_WATCH)
		return err_new(f->a, ERR_HUP, "reader_left",
		    "The reader left.", "fetch: the reader left");
	return err_new(f->a, ERR_HUP, "hung_up", "The call was ended.",
	    "fetch: %s", f->ended == BY_TICK ? "not wanted any more" :
	    "read enough");
}

/* Another try will not do better. */
static bool
is_hopeless(CURLcode rc)
{
	switch (rc) {
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
	case CURLE_FAILED_INIT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
	case CURLE_UNKNOWN_OPTION:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return true;
	default:
		return false;
	}
}

static const struct err *
error_of(struct fetch *f, CURLcode rc)
{
	const char *said = f->said[0] == '\0' ? curl_easy_strerror(rc) :
	    f->said;

	if (rc == CURLE_OPERATION_TIMEDOUT)
		return err_new(f->a, ERR_TIMEOUT, "upstream_timeout",
		    "The other side took too long.", "fetch: %s", said);
	if (f->refused[0] != '\0' && !f->opened)
		return err_new(f->a, ERR_UPSTREAM, "upstream_private",
		    "The other side has no public address.",
		    "fetch: %s is not a public address", f->refused);
	if (is_hopeless(rc))
		return err_new(f->a, ERR_UPSTREAM, "upstream_untrusted",
		    "The other side cannot be reached safely.",
		    "fetch: %s", said);
	return err_new(f->a, ERR_UPSTREAM,
	    f->heard == 0 ? "upstream_unreachable" : "upstream_cut",
	    "The other side cannot be reached.", "fetch: %s", said);
}

static void
begin(struct fetch *f, struct arena *a, const struct fetch_call *call,
    struct fetch_reply *reply)
{
	*reply = (struct fetch_reply){ .retry_after_ms = -1,
	    .should_retry = -1, .max_age = -1 };
	f->a = a;
	f->call = call;
	f->reply = reply;
	f->headers = NULL;
	f->started = f->ticked = clock_ms();
	f->heard = f->moved = 0;
	f->head_bytes = f->body_bytes = 0;
	f->pieces = f->sent = false;
	f->ended = NOT_ENDED;
	f->clock = NULL;
	f->watching = call->watch >= 0;
	f->opened = false;
	f->refused[0] = '\0';
	f->said[0] = '\0';
	set_headers(f);
}

static const struct err *
exchange(struct fetch *f)
{
	CURLcode rc;

	if ((rc = set_how(f)) != CURLE_OK || (rc = set_trust(f)) != CURLE_OK ||
	    (rc = set_what(f)) != CURLE_OK)
		return error_of(f, rc);
	if (curl_multi_add_handle(f->multi, f->easy) != CURLM_OK)
		return error_of(f, CURLE_FAILED_INIT);
	rc = perform(f);
	read_reply(f);
#if LIBCURL_VERSION_NUM >= 0x080600
	/* newer ones have a limit of their own: so many headers */
	if (rc == CURLE_TOO_LARGE && f->ended == NOT_ENDED)
		f->ended = BY_LIMIT;
#endif
	/* a transfer that was not over takes its connection with it */
	curl_multi_remove_handle(f->multi, f->easy);
	if (f->ended != NOT_ENDED)
		return error_ours(f);
	return rc == CURLE_OK ? NULL : error_of(f, rc);
}

/*
 * The handle forgets the call: its pointers die with the arena.  One that
 * failed is replaced, since after a name that was not found libcurl (7.88)
 * keeps a buffer and refuses to be told its size ever after.  The
 * connections are the multi handle's, and stay.
 */
static void
forget(struct fetch *f, bool failed)
{
	if (!failed) {
		curl_easy_reset(f->easy);
		return;
	}
	curl_easy_cleanup(f->easy);
	if ((f->easy = curl_easy_init()) == NULL)
		no_memory("a libcurl handle");
}

static const struct err *
call_run(struct fetch *f, struct arena *a, const struct fetch_call *call,
    bool get, struct fetch_reply *reply)
{
	const struct err *e;

	f->get = get;
	begin(f, a, call, reply);
	e = exchange(f);
	forget(f, e != NULL);
	curl_slist_free_all(f->headers);
	f->headers = NULL;
	f->call = NULL;
	f->reply = NULL;
	f->a = NULL;
	return e;
}

const struct err *
fetch_post(struct fetch *f, struct arena *a, const struct fetch_call *call,
    struct fetch_reply *reply)
{
	return call_run(f, a, call, false, reply);
}

const struct err *
fetch_get(struct fetch *f, struct arena *a, const struct fetch_call *call,
    struct fetch_reply *reply)
{
	return call_run(f, a, call, true, reply);
}
