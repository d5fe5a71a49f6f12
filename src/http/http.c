#include <sys/socket.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <fcgiapp.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/http.h"
#include "http/parse.h"
#include "http/wire.h"

#define MAX_HEAD	(16 * 1024)	/* of a reply; all of it is ours */
#define MAX_PUT		(1024 * 1024)	/* FCGX_PutStr() counts in int */
#define ID_LENGTH	12

/* ---- statuses */

int
http_status(enum err_kind kind)
{
	switch (kind) {
	case ERR_INPUT:		return 400;
	case ERR_AUTH:		return 401;
	case ERR_DENIED:	return 403;
	case ERR_NOTFOUND:	return 404;
	case ERR_METHOD:	return 405;
	case ERR_CONFLICT:	return 409;
	case ERR_TOOBIG:	return 413;
	case ERR_TYPE:		return 415;
	case ERR_LIMIT:		return 429;
	case ERR_BUG:		return 500;
	case ERR_UPSTREAM:	return 502;
	case ERR_DB:		return 503;
	case ERR_DRAIN:		return 503;
	case ERR_BUSY:		return 503;
	case ERR_TIMEOUT:	return 504;
	case ERR_HUP:		return 499;	/* for the log; never sent */
	}
	return 500;
}

static const char *
status_text(int status)
{
	switch (status) {
	case 200:	return "OK";
	case 201:	return "Created";
	case 202:	return "Accepted";
	case 204:	return "No Content";
	case 302:	return "Found";
	case 304:	return "Not Modified";
	case 400:	return "Bad Request";
	case 401:	return "Unauthorized";
	case 403:	return "Forbidden";
	case 404:	return "Not Found";
	case 405:	return "Method Not Allowed";
	case 409:	return "Conflict";
	case 413:	return "Content Too Large";
	case 415:	return "Unsupported Media Type";
	case 422:	return "Unprocessable Content";
	case 429:	return "Too Many Requests";
	case 500:	return "Internal Server Error";
	case 502:	return "Bad Gateway";
	case 503:	return "Service Unavailable";
	case 504:	return "Gateway Timeout";
	}
	return "Other";
}

static enum log_level
kind_level(enum err_kind kind)
{
	switch (kind) {
	case ERR_BUG:
		return LOG_ERROR;
	case ERR_UPSTREAM:
	case ERR_DB:
	case ERR_TIMEOUT:
		return LOG_WARN;
	default:
		return LOG_INFO;
	}
}

/* ---- bytes out (wire.h) */

void
wire_bug(struct http_req *q, const char *what)
{
	q->log.level = LOG_ERROR;
	log_text(&q->log, "bug", what);
}

bool
wire_put(struct http_req *q, struct str s)
{
	size_t n;

	for (; s.n > 0 && !q->gone; s.p += n, s.n -= n) {
		n = s.n < MAX_PUT ? s.n : MAX_PUT;
		if (FCGX_PutStr(s.p, (int)n, q->fcgx->out) != (int)n)
			q->gone = true;
	}
	return !q->gone;
}

bool
wire_flush(struct http_req *q)
{
	if (!q->gone && FCGX_FFlush(q->fcgx->out) != 0)
		q->gone = true;
	if (!q->gone)
		q->last_write = clock_ms();
	return !q->gone;
}

bool
wire_hung_up(struct http_req *q)
{
	struct pollfd p = { .fd = q->fd, .events = POLLRDHUP };

	if (!q->gone && poll(&p, 1, 0) == 1)
		q->gone = true;
	return q->gone;
}

bool
wire_head(struct http_req *q, int status, const char *fields)
{
	struct buf b;

	if (q->status != 0) {
		wire_bug(q, "a second reply");
		return false;
	}
	buf_init(&b, q->a, MAX_HEAD);
	buf_printf(&b, "Status: %d %s\r\n", status, status_text(status));
	buf_printf(&b, "X-Request-Id: %s\r\n", q->id);
	buf_printf(&b, "Cache-Control: %s\r\n",
	    q->cache != NULL ? q->cache : "no-store");
	buf_puts(&b, "X-Content-Type-Options: nosniff\r\n");
	buf_put(&b, q->extra.p, q->extra.n);
	buf_puts(&b, fields);
	buf_puts(&b, "\r\n");
	if (b.bad || q->extra.bad) {
		wire_bug(q, "the reply's head does not fit");
		return false;
	}
	q->status = status;
	return wire_put(q, (struct str){ b.p, b.n });
}

/* ---- the request */

/* The next FastCGI parameter of that name, from *p on; NULL: no more. */
static const char *
param_next(char ***p, const char *name)
{
	size_t n = strlen(name);
	const char *one;

	while (*p != NULL && (one = **p) != NULL) {
		(*p)++;
		if (strncmp(one, name, n) == 0 && one[n] == '=')
			return one + n + 1;
	}
	return NULL;
}

/*
 * A FastCGI parameter; web servers send empty ones for what is absent.  One
 * that came twice counts as absent too: which of two tokens is meant?
 */
static const char *
param(const struct http_req *q, const char *name)
{
	char **p = q->fcgx->envp;
	const char *v = param_next(&p, name);

	return v == NULL || *v == '\0' || param_next(&p, name) != NULL ?
	    NULL : v;
}

/*
 * SCRIPT_NAME and PATH_INFO are decoded (RFC 3875, sections 4.1.5 and
 * 4.1.13).  Encoding the '%' again makes them a path like any other; a '/'
 * that was encoded in the address cannot be told any more.
 */
static struct str
path_encode(struct arena *a, const char *decoded)
{
	struct buf b;

	buf_init(&b, a, 3 * strlen(decoded) + 1);
	for (; *decoded != '\0'; decoded++)
		if (*decoded == '%')
			buf_puts(&b, "%25");
		else
			buf_putc(&b, *decoded);
	return (struct str){ buf_str(&b), b.n };
}

static void
read_address(struct http_req *q)
{
	const char *uri = param(q, "REQUEST_URI");
	const char *script, *info, *query;
	size_t n;

	q->query = str_of(param(q, "QUERY_STRING"));
	if (uri == NULL || *uri != '/') {
		script = param(q, "SCRIPT_NAME");
		info = param(q, "PATH_INFO");
		q->path = path_encode(q->a, arena_printf(q->a, "%s%s",
		    script == NULL ? "" : script, info == NULL ? "" : info));
		return;
	}
	n = strcspn(uri, "?#");
	q->path = (struct str){ uri, n };
	query = uri[n] == '?' ? uri + n + 1 : NULL;
	if (q->query.n == 0 && query != NULL)
		q->query = (struct str){ query, strcspn(query, "#") };
}

/* The id is ours even if the caller sent one: it must not be forgeable. */
void
http_begin(struct http_req *q, struct arena *a, struct FCGX_Request *f)
{
	const char *method;

	memset(q, 0, sizeof(*q));
	q->a = a;
	q->fcgx = f;
	q->fd = f->ipcFd;
	q->started = q->last_write = clock_ms();
	q->id = id_new(a, ID_LENGTH);
	method = param(q, "REQUEST_METHOD");
	q->method = method == NULL ? "" : method;
	read_address(q);
	buf_init(&q->extra, a, MAX_HEAD / 2);
	log_begin(&q->log, a, LOG_INFO, "request");
	log_text(&q->log, "id", q->id);
	log_text(&q->log, "method", q->method);
}

/*
 * RFC 3875, section 4.1.18; the two of the body are named otherwise.  False:
 * no header we know is that long.
 */
static bool
header_param(const char *name, char *key, size_t size)
{
	size_t i;
	int n;

	n = snprintf(key, size, "HTTP_%s", name);
	if (n < 0 || (size_t)n >= size)
		return false;
	for (i = 0; key[i] != '\0'; i++)
		if (key[i] == '-')
			key[i] = '_';
		else if (key[i] >= 'a' && key[i] <= 'z')
			key[i] = (char)(key[i] - 'a' + 'A');
	return true;
}

const char *
http_header(const struct http_req *q, const char *name)
{
	char key[80];

	if (!header_param(name, key, sizeof(key)))
		return NULL;
	if (strcmp(key, "HTTP_CONTENT_TYPE") == 0 ||
	    strcmp(key, "HTTP_CONTENT_LENGTH") == 0)
		return param(q, key + strlen("HTTP_"));
	return param(q, key);
}

const char *
http_header_joined(const struct http_req *q, const char *name)
{
	char **p = q->fcgx->envp;
	const char *v, *more;
	char key[80];
	struct buf b;

	if (!header_param(name, key, sizeof(key)) ||
	    (v = param_next(&p, key)) == NULL)
		return NULL;
	if ((more = param_next(&p, key)) == NULL)
		return *v == '\0' ? NULL : v;
	buf_init(&b, q->a, SIZE_MAX - 1);	/* it is there already */
	for (buf_puts(&b, v); more != NULL; more = param_next(&p, key))
		buf_printf(&b, ", %s", more);
	return buf_str(&b);
}

const char *
http_page_origin(const struct http_req *q)
{
	const char *origin = http_header(q, "Origin");
	const char *referer = http_header(q, "Referer"), *host;

	if (origin != NULL || referer == NULL)
		return origin;
	if ((host = strstr(referer, "://")) == NULL)
		return referer;
	host += strlen("://");
	return arena_strndup(q->a, referer,
	    (size_t)(host - referer) + strcspn(host, "/?#"));
}

const char *
http_remote(const struct http_req *q)
{
	return param(q, "REMOTE_ADDR");
}

/* Take what stands before the next '&'; false at the end. */
static bool
query_next(struct str *rest, struct str *name, struct str *value)
{
	const char *end, *eq;
	size_t n;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, '&', rest->n);
	n = end == NULL ? rest->n : (size_t)(end - rest->p);
	eq = n > 0 ? memchr(rest->p, '=', n) : NULL;
	name->p = rest->p;
	name->n = eq == NULL ? n : (size_t)(eq - rest->p);
	value->p = eq == NULL ? rest->p + n : eq + 1;
	value->n = eq == NULL ? 0 : n - name->n - 1;
	if (end != NULL)
		n++;
	rest->p += n;
	rest->n -= n;
	return true;
}

const struct err *
http_query(struct http_req *q, const char *name, const char **out)
{
	struct str rest = q->query;
	struct str key, value;
	const char *found = NULL;

	while (query_next(&rest, &key, &value)) {
		if (!url_decode(q->a, key, true, &key) ||
		    !url_decode(q->a, value, true, &value))
			return err_new(q->a, ERR_INPUT, "invalid_request",
			    "The query is not well-formed.",
			    "the query does not decode");
		if (!str_is(key, name))
			continue;
		if (found != NULL)
			return err_new(q->a, ERR_INPUT, "invalid_request",
			    arena_printf(q->a, "The query has %s twice.",
			    name), "query: %s twice", name);
		found = arena_strndup(q->a, value.p, value.n);
	}
	*out = found;
	return NULL;
}

/* ---- the body */

static const struct err *
too_big(struct http_req *q, size_t max)
{
	return err_new(q->a, ERR_TOOBIG, "body_too_large",
	    arena_printf(q->a, "The body may have at most %zu bytes.", max),
	    "body over %zu bytes", max);
}

/* Read until n bytes have come or the body ends. */
static const struct err *
body_read(struct http_req *q, char *p, size_t n, size_t *got)
{
	FCGX_Stream *in = q->fcgx->in;
	size_t have;
	int c;

	for (*got = 0; *got < n && (c = FCGX_GetChar(in)) != -1; ) {
		p[(*got)++] = (char)c;
		have = (size_t)(in->stop - in->rdNext);
		have = have < n - *got ? have : n - *got;
		*got += (size_t)FCGX_GetStr(p + *got, (int)have, in);
		if (clock_ms() - q->started > MAX_BODY_SECONDS * 1000) {
			q->gone = true;
			return err_new(q->a, ERR_HUP, "hung_up",
			    "The body came too slowly.",
			    "read body: too slow, %zu bytes", *got);
		}
	}
	if (*got == n || FCGX_GetError(in) == 0)
		return NULL;
	q->gone = true;
	return err_new(q->a, ERR_HUP, "hung_up", "The caller has left.",
	    "read body: cut short after %zu bytes", *got);
}

/* No length was said: as much as comes, and one byte more to notice. */
static const struct err *
body_unsized(struct http_req *q, struct arena *a, size_t max,
    struct str *out)
{
	char piece[2048];
	const struct err *e;
	struct buf b;
	size_t got;

	buf_init(&b, a, max);
	do {
		e = body_read(q, piece, sizeof(piece), &got);
		if (e != NULL)
			return e;
		buf_put(&b, piece, got);
		if (b.bad)
			return too_big(q, max);
	} while (got == sizeof(piece));
	*out = (struct str){ buf_str(&b), b.n };
	return NULL;
}

static const struct err *
body_in(struct http_req *q, struct arena *a, size_t max, struct str *out)
{
	const char *length = http_header(q, "Content-Length");
	const struct err *e;
	size_t n, got;
	char *p;

	if (length == NULL)
		return body_unsized(q, a, max, out);
	if (!content_length_read(length, &n))
		return err_new(q->a, ERR_INPUT, "invalid_request",
		    "Content-Length is not a number.",
		    "malformed Content-Length");
	if (n > max)
		return too_big(q, max);
	p = arena_alloc(a, n + 1);
	e = body_read(q, p, n, &got);
	if (e != NULL)
		return e;
	if (got < n)
		return err_new(q->a, ERR_INPUT, "invalid_request",
		    "The body is shorter than Content-Length says.",
		    "body of %zu bytes, Content-Length %zu", got, n);
	*out = (struct str){ p, n };
	return NULL;
}

const struct err *
http_body(struct http_req *q, size_t max, struct str *out)
{
	return body_in(q, q->a, max, out);
}

const struct err *
http_json_in(struct http_req *q, struct arena *a, size_t max,
    struct json_object **out)
{
	struct json_object *v;
	const struct err *e;
	struct str body;

	if (!media_type_is_json(http_header(q, "Content-Type")))
		return err_new(q->a, ERR_TYPE, "unsupported_media_type",
		    "The body must be application/json.",
		    "Content-Type is not application/json");
	e = body_in(q, a, max, &body);
	if (e != NULL)
		return e;
	e = js_parse_few(a, body, JSON_DEPTH, JSON_VALUES_BODY, &v);
	if (e != NULL)
		return e;
	if (js_type(v) != JS_OBJ)
		return err_new(q->a, ERR_INPUT, "invalid_request",
		    "The body must be a JSON object.",
		    "the body is no JSON object");
	*out = v;
	return NULL;
}

const struct err *
http_json(struct http_req *q, size_t max, struct json_object **out)
{
	return http_json_in(q, q->a, max, out);
}

const struct err *
http_form(struct http_req *q, size_t max, struct json_object **out)
{
	struct json_object *form = js_object(q->a);
	struct str rest, name, value;
	const struct err *e;
	const char *key;

	e = http_body(q, max, &rest);
	if (e != NULL)
		return e;
	while (query_next(&rest, &name, &value)) {
		if (!url_decode(q->a, name, true, &name) ||
		    !url_decode(q->a, value, true, &value))
			return err_new(q->a, ERR_INPUT, "invalid_request",
			    "The form is not well-formed.",
			    "the form does not decode");
		key = arena_strndup(q->a, name.p, name.n);
		if (js_has(form, key))
			return err_new(q->a, ERR_INPUT, "invalid_request",
			    "The form has a field twice.",
			    "form: a field twice");
		js_add_str(form, key, value);
	}
	*out = form;
	return NULL;
}

bool
http_wants_stream(const struct http_req *q)
{
	return accept_wants_stream(http_header(q, "Accept"));
}

/* ---- the reply */

void
http_add_header(struct http_req *q, const char *name, const char *value)
{
	if (q->status != 0) {
		wire_bug(q, "a header after the reply");
		return;
	}
	if (!text_is_token(name) || !header_value_ok(value)) {
		wire_bug(q, "a malformed reply header");
		return;
	}
	buf_printf(&q->extra, "%s: %s\r\n", name, value);
}

/*
 * Not flushed: FCGX_Finish_r() then sends head, body and end of the request
 * in one write.
 */
void
http_send(struct http_req *q, int status, const char *type, struct str body)
{
	const char *fields;

	fields = arena_printf(q->a, "Content-Type: %s\r\n"
	    "Content-Length: %zu\r\n", type, body.n);
	if (wire_head(q, status, fields) && strcmp(q->method, "HEAD") != 0)
		wire_put(q, body);
}

void
http_send_json(struct http_req *q, int status, struct json_object *v)
{
	http_send(q, status, "application/json", js_write(q->a, v));
}

/* RFC 9110 section 8.6: neither of the two says how long it is. */
void
http_send_empty(struct http_req *q, int status)
{
	wire_head(q, status, status == 204 || status == 304 ? "" :
	    "Content-Length: 0\r\n");
}

void
http_redirect(struct http_req *q, const char *url)
{
	http_add_header(q, "Location", url);
	http_send_empty(q, 302);
}

bool
http_not_modified(struct http_req *q, const char *etag)
{
	if (!etag_listed(http_header(q, "If-None-Match"), etag))
		return false;
	http_add_header(q, "ETag", etag);
	http_send_empty(q, 304);
	return true;
}

bool
http_begin_reply(struct http_req *q, int status, const char *type)
{
	return wire_head(q, status, arena_printf(q->a, "Content-Type: %s\r\n",
	    type));
}

bool
http_put(struct http_req *q, struct str piece)
{
	return strcmp(q->method, "HEAD") == 0 || wire_put(q, piece);
}

bool
http_flush(struct http_req *q)
{
	return wire_flush(q);
}

/*
 * To nginx the end of the connection is as good as that of the reply (1.22
 * sends the last chunk), but a record of no version of FastCGI is not: it
 * breaks its own connection to the reader, as HTTP wants (RFC 9112 section 8).
 */
void
http_break(struct http_req *q)
{
	static const unsigned char nonsense[] = { 255, 0, 0, 0, 0, 0, 0, 0 };

	if (wire_flush(q))
		send(q->fd, nonsense, sizeof(nonsense), MSG_NOSIGNAL);
	shutdown(q->fd, SHUT_RDWR);
}

struct json_object *
http_problem(struct arena *a, const struct err *e)
{
	struct json_object *v = js_object(a);
	int status = http_status(e->kind);

	js_add_text(v, "type", "about:blank");
	js_add_text(v, "title", status_text(status));
	js_add_int(v, "status", status);
	js_add_text(v, "detail", e->say);
	js_add_text(v, "code", e->code);
	return v;
}

void
http_log_err(struct http_req *q, const struct err *e)
{
	enum log_level level = kind_level(e->kind);

	if (level < q->log.level)
		q->log.level = level;
	log_text(&q->log, "code", e->code);
	log_text(&q->log, "error", e->log);
}

/* Did somebody who knows more say what a token has to be like? */
static bool
is_challenged(const struct http_req *q)
{
	static const char name[] = "WWW-Authenticate:";

	return q->extra.n > 0 &&
	    memmem(q->extra.p, q->extra.n, name, sizeof(name) - 1) != NULL;
}

/* In a stream an error is an event; to a reader who has left it is nothing. */
void
http_send_err(struct http_req *q, const struct err *e)
{
	http_send_err_with(q, e, NULL, NULL);
}

void
http_send_err_with(struct http_req *q, const struct err *e, const char *key,
    struct json_object *value)
{
	struct json_object *problem;
	int status = http_status(e->kind);

	http_log_err(q, e);
	if (e->kind == ERR_HUP) {
		q->gone = true;
		return;
	}
	problem = http_problem(q->a, e);
	js_add_text(problem, "request_id", q->id);
	if (key != NULL)
		js_add(problem, key, value);
	if (q->streaming) {
		sse_send(q, "error", problem);
		return;
	}
	if (q->status == 0 && e->retry_after > 0)
		http_add_header(q, "Retry-After",
		    arena_printf(q->a, "%d", e->retry_after));
	if (q->status == 0 && status == 401 && !is_challenged(q))
		http_add_header(q, "WWW-Authenticate",	/* RFC 6750, 3.1 */
		    http_header(q, "Authorization") == NULL ? "Bearer" :
		    "Bearer error=\"invalid_token\"");
	http_send(q, status, "application/problem+json",
	    js_write(q->a, problem));
}
