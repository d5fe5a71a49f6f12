/*
 * What request headers mean, and whole exchanges: FastCGI records into one
 * end of a socket pair, the reply out of the other.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/http.h"
#include "http/parse.h"
#include "tap.h"

/* ---- headers alone */

static void
test_accept(void)
{
	static const struct { const char *accept; bool stream; } t[] = {
		{ NULL, false },
		{ "", false },
		{ "*/*", false },
		{ "application/json", false },
		{ "text/html", false },
		{ "text/event-stream", true },
		{ "Text/Event-Stream", true },
		{ " text/event-stream ", true },
		{ "text/event-stream;charset=utf-8", true },
		{ "text/*", true },
		{ "text/event-stream, */*", true },
		{ "*/*, text/event-stream", true },
		{ "text/event-stream, */*;q=0.1", true },
		{ "text/event-stream;q=0.5, */*", false },
		{ "application/json, text/event-stream", false },
		{ "text/event-stream, application/json", false },
		{ "application/json;q=0.9, text/event-stream", true },
		{ "application/json, text/event-stream;q=0.9", false },
		{ "application/json;q=0.89,text/event-stream;q=0.9", true },
		{ "application/json;q=0.899,text/event-stream;q=0.9", true },
		{ "text/event-stream;q=0", false },
		{ "text/event-stream;q=0.0, */*", false },
		{ "text/event-stream; q=1.000", true },
		{ "text/event-stream; Q=0.2 , application/json; q=0.1", true },
		{ "text/event-stream;q=1.001", false },
		{ "text/event-stream;q=0.0001", false },
		{ "text/event-stream;q=x", false },
		{ "text/event-stream;q=", false },
		{ "text/*;q=0.9, text/event-stream;q=0", false },
		{ "text/event-stream;q=0, text/*", false },
		{ "application/*, text/event-stream", true },
		{ "application/*, text/*", false },
		{ "text/event-streams", false },
		{ "text/event-stream/x", false },
		{ ",,;,text/event-stream,", true },
		{ "x/y;p=\"a,text/event-stream\"", false },
		{ "x/y;p=\"\\\",\", text/event-stream", true },
		{ "x/y;p=\"text/event-stream", false },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		is_int(accept_wants_stream(t[i].accept), t[i].stream,
		    "Accept: %s", t[i].accept == NULL ? "-" : t[i].accept);
}

static void
test_etag(void)
{
	static const struct { const char *list; bool there; } t[] = {
		{ NULL, false },
		{ "", false },
		{ "*", true },
		{ " * ", true },
		{ "W/\"1-a\"", true },
		{ "\"1-a\"", true },
		{ "\"x\", W/\"1-a\"", true },
		{ "\"x\",\"1-a\",\"y\"", true },
		{ " \t\"1-a\" ,", true },
		{ "\"1-a,\"", false },
		{ "1-a", false },
		{ "\"1-a", false },
		{ "w/\"1-a\"", false },
		{ "W/ \"1-a\"", false },
		{ "W/W/\"1-a\"", false },
		{ "\"1-A\"", false },
		{ "\"1-a\"\"x\"", false },
		{ "\"x,\"1-a\"", false },
		{ "\"1-a\", *", true },
		{ "*, \"x\"", false },
		{ "W/", false },
		{ ",,,", false },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		is_int(etag_listed(t[i].list, "W/\"1-a\""), t[i].there,
		    "If-None-Match: %s", t[i].list == NULL ? "-" : t[i].list);
	ok(etag_listed("W/\"s\"", "\"s\""), "a strong one, named weakly");
}

static void
test_media_type(void)
{
	static const struct { const char *type; bool json; } t[] = {
		{ NULL, false },
		{ "", false },
		{ "application/json", true },
		{ "Application/JSON", true },
		{ " application/json ; charset=utf-8", true },
		{ "application/json;charset=\"UTF-8\"", true },
		{ "application/json; CHARSET=Utf-8", true },
		{ "application/json;", true },
		{ "application/json;profile=x", true },
		{ "application/json; charset=iso-8859-1", false },
		{ "application/json; charset=", false },
		{ "application/json; profile=x; charset=utf-16", false },
		{ "application/json5", false },
		{ "application/jso", false },
		{ "application/problem+json", false },
		{ "text/plain", false },
		{ "text/plain; application/json", false },
		{ "application/json, text/plain", false },
		{ "application/x-www-form-urlencoded", false },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		is_int(media_type_is_json(t[i].type), t[i].json,
		    "Content-Type: %s", t[i].type == NULL ? "-" : t[i].type);
}

static void
test_content_length(void)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "0x10", "1e3", "1,1", "ten",
		"18446744073709551616", "99999999999999999999999",
	};
	size_t i, n = 77;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!content_length_read(bad[i], &n) && n == 77,
		    "Content-Length: \"%s\" is refused", bad[i]);
	ok(!content_length_read(NULL, &n), "and so is none");
	ok(content_length_read("0", &n) && n == 0, "0 is a length");
	ok(content_length_read("000262144", &n) && n == 262144,
	    "leading zeros do not matter");
}

static void
test_reply_headers(void)
{
	ok(text_is_token("Retry-After"), "a header's name");
	ok(!text_is_token(""), "not an empty one");
	ok(!text_is_token("A B") && !text_is_token("A:") &&
	    !text_is_token("A\n"), "not one with other characters");
	ok(header_value_ok("") && header_value_ok("a b\tc"), "a value");
	ok(!header_value_ok("a\r\nB: c") && !header_value_ok("a\n") &&
	    !header_value_ok("\r") && !header_value_ok("\x7f"),
	    "not one that would begin another line");
}

/* ---- a web server at the other end */

struct exchange {
	struct arena	*a;
	FCGX_Request	 f;
	struct http_req	 q;
	int		 peer;
};

static void
put_record(struct buf *b, int type, const void *p, size_t n)
{
	const unsigned char head[8] = { 1, (unsigned char)type, 0, 1,
	    (unsigned char)(n >> 8), (unsigned char)n, 0, 0 };

	buf_put(b, head, sizeof(head));
	buf_put(b, p, n);
}

static void
put_size(struct buf *b, size_t n)
{
	const unsigned char four[4] = { (unsigned char)(0x80 | n >> 24),
	    (unsigned char)(n >> 16), (unsigned char)(n >> 8),
	    (unsigned char)n };

	buf_put(b, four, sizeof(four));
}

/* params: "NAME=value" strings, NULL-ended.  body NULL: cut off there. */
static void
open_with(struct exchange *x, const char *const *params, const char *body)
{
	static const unsigned char begin[8] = { 0, 1, 1 /* keep */ };
	struct buf all, p;
	const char *eq;
	int pair[2];

	memset(x, 0, sizeof(*x));
	x->a = arena_new();
	buf_init(&all, x->a, 1 << 20);
	buf_init(&p, x->a, 1 << 16);
	for (; *params != NULL; params++) {
		eq = strchr(*params, '=');
		put_size(&p, (size_t)(eq - *params));
		put_size(&p, strlen(eq + 1));
		buf_put(&p, *params, (size_t)(eq - *params));
		buf_puts(&p, eq + 1);
	}
	put_record(&all, 1, begin, sizeof(begin));
	put_record(&all, 4, p.p, p.n);
	put_record(&all, 4, "", 0);
	if (body != NULL && *body != '\0')
		put_record(&all, 5, body, strlen(body));
	if (body != NULL)
		put_record(&all, 5, "", 0);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
	    write(pair[1], all.p, all.n) != (ssize_t)all.n)
		exit(2);
	x->peer = pair[1];
	if (body == NULL)
		shutdown(x->peer, SHUT_WR);
	FCGX_InitRequest(&x->f, -1, 0);
	x->f.ipcFd = pair[0];
	x->f.keepConnection = 1;
	if (FCGX_Accept_r(&x->f) != 0)
		exit(2);
	http_begin(&x->q, x->a, &x->f);
}

/* The bytes of STDOUT that came, as text; ends the exchange. */
static const char *
reply_of(struct exchange *x)
{
	static char text[1 << 16];
	unsigned char all[1 << 16], *p = all;
	size_t n = 0, len, whole, at = 0;
	ssize_t got;

	FCGX_Finish_r(&x->f);
	shutdown(x->f.ipcFd, SHUT_WR);
	while (n < sizeof(all) &&
	    (got = read(x->peer, all + n, sizeof(all) - n)) > 0)
		n += (size_t)got;
	close(x->peer);
	FCGX_Free(&x->f, 1);
	for (; n >= 8; p += whole, n -= whole) {
		len = (size_t)(p[4] << 8 | p[5]);
		whole = 8 + len + p[6];
		if (n < whole)
			break;
		if (p[1] == 6) {	/* FCGI_STDOUT */
			memcpy(text + at, p + 8, len);
			at += len;
		}
	}
	text[at] = '\0';
	return text;
}

static void
done(struct exchange *x)
{
	arena_free(x->a);
}

static const char *const get_hello[] = {
	"REQUEST_METHOD=GET", "REQUEST_URI=/api/x%20y/z?a=1&b=%41+%2B&c&a2=",
	"QUERY_STRING=a=1&b=%41+%2B&c&a2=", "CONTENT_LENGTH=",
	"CONTENT_TYPE=", "HTTP_ACCEPT=text/event-stream",
	"HTTP_IDEMPOTENCY_KEY=k-1", "HTTP_X_REQUEST_ID=theirs",
	"HTTP_EMPTY=", "HTTP_TWICE=a", "HTTP_TWICE=", "HTTP_TWICE_NOT=x",
	"HTTP_TWICE=a, b", NULL
};

static void
test_request(void)
{
	struct exchange x;
	const char *reply;

	open_with(&x, get_hello, "");
	is_str(x.q.method, "GET", "method");
	ok(str_is(x.q.path, "/api/x%20y/z"),
	    "the path is still encoded, without the query");
	is_str(http_header(&x.q, "Idempotency-Key"), "k-1", "a header");
	is_str(http_header(&x.q, "idempotency-key"), "k-1", "in any case");
	is_str(http_header(&x.q, "Empty"), NULL, "an empty one is absent");
	is_str(http_header(&x.q, "Twice"), NULL, "and one that came twice");
	is_str(http_header_joined(&x.q, "Twice"), "a, , a, b",
	    "... unless all of them are wanted");
	is_str(http_header_joined(&x.q, "Idempotency-Key"), "k-1",
	    "... of which there may be one");
	is_str(http_header_joined(&x.q, "Empty"), NULL, "... an empty one");
	is_str(http_header_joined(&x.q, "Missing"), NULL, "... or none");
	is_str(http_header(&x.q, "Content-Type"), NULL,
	    "so is an empty Content-Type");
	is_str(http_header(&x.q, "A-Name-Longer-Than-Any-Header-We-Would-Ever-"
	    "Ask-For-So-It-Cannot-Be-There-At-All"), NULL, "a name too long");
	ok(http_wants_stream(&x.q), "Accept");
	ok(strcmp(x.q.id, "theirs") != 0 && strlen(x.q.id) >= 12,
	    "the request id is ours");
	is_int(x.q.status, 0, "nothing is sent yet");
	http_send_json(&x.q, 200, NULL);
	is_int(x.q.status, 200, "status");
	reply = reply_of(&x);
	ok(strncmp(reply, "Status: 200 OK\r\n", 16) == 0, "status line");
	ok(strstr(reply, "\r\nX-Request-Id: ") != NULL &&
	    strstr(reply, x.q.id) != NULL, "X-Request-Id");
	ok(strstr(reply, "\r\nCache-Control: no-store\r\n") != NULL,
	    "Cache-Control");
	ok(strstr(reply, "\r\nX-Content-Type-Options: nosniff\r\n") != NULL,
	    "X-Content-Type-Options");
	ok(strstr(reply, "\r\nContent-Type: application/json\r\n") != NULL,
	    "Content-Type");
	ok(strstr(reply, "\r\nContent-Length: 4\r\n\r\nnull") != NULL,
	    "length and body");
	done(&x);
}

static void
test_address(void)
{
	static const char *const cgi[] = { "REQUEST_METHOD=GET",
	    "SCRIPT_NAME=/api", "PATH_INFO=/50% off/x", "QUERY_STRING=q=1",
	    NULL };
	static const char *const no_query[] = { "REQUEST_METHOD=GET",
	    "REQUEST_URI=/api/t?limit=5#x", NULL };
	static const char *const bare[] = { "REQUEST_METHOD=GET", NULL };
	struct exchange x;

	open_with(&x, cgi, "");
	ok(str_is(x.q.path, "/api/50%25 off/x"),
	    "SCRIPT_NAME and PATH_INFO are encoded again");
	ok(str_is(x.q.query, "q=1"), "QUERY_STRING");
	reply_of(&x);
	done(&x);

	open_with(&x, no_query, "");
	ok(str_is(x.q.path, "/api/t") && str_is(x.q.query, "limit=5"),
	    "REQUEST_URI alone has path and query");
	reply_of(&x);
	done(&x);

	open_with(&x, bare, "");
	ok(x.q.path.n == 0 && x.q.query.n == 0, "no address at all");
	reply_of(&x);
	done(&x);
}

static void
test_query(void)
{
	struct exchange x;
	const char *v = "unset";

	open_with(&x, get_hello, "");
	ok(http_query(&x.q, "b", &v) == NULL, "a query value");
	is_str(v, "A +", "is decoded");
	http_query(&x.q, "c", &v);
	is_str(v, "", "a name without a value");
	http_query(&x.q, "a", &v);
	is_str(v, "1", "a whole name, no prefix of one");
	http_query(&x.q, "d", &v);
	is_str(v, NULL, "an absent one");

	v = "unset";
	x.q.query = STR("a=1&&a=2");
	is_int(http_query(&x.q, "a", &v)->kind, ERR_INPUT, "twice is refused");
	x.q.query = STR("a=%");
	is_int(http_query(&x.q, "a", &v)->kind, ERR_INPUT, "a broken escape");
	x.q.query = STR("a=%00");
	is_int(http_query(&x.q, "a", &v)->kind, ERR_INPUT, "a NUL");
	is_str(v, "unset", "nothing is set on an error");
	reply_of(&x);
	done(&x);
}

/* The code of http_json()'s error, or its member "a". */
static const char *
json_of(const char *type, const char *length, const char *body, size_t max)
{
	static char text[256];
	const char *params[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/",
	    NULL, NULL, NULL };
	struct json_object *v;
	const struct err *e;
	struct exchange x;
	char t[128], l[128];
	struct arena *a;

	snprintf(t, sizeof(t), "CONTENT_TYPE=%s", type);
	snprintf(l, sizeof(l), "CONTENT_LENGTH=%s", length);
	params[2] = t;
	params[3] = l;
	open_with(&x, params, body);
	a = arena_child(x.a);
	e = http_json_in(&x.q, a, max, &v);
	snprintf(text, sizeof(text), "%s",
	    e != NULL ? e->code : js_text(v, "a", "(none)"));
	arena_drop(a);
	reply_of(&x);
	done(&x);
	return text;
}

static void
test_body(void)
{
	const char *type = "application/json";

	is_str(json_of(type, "9", "{\"a\":\"b\"}", 9), "b",
	    "a body as large as allowed");
	is_str(json_of(type, "", "{\"a\":\"b\"}", 9), "b",
	    "and without Content-Length");
	is_str(json_of(type, "9", "{\"a\":\"b\"}", 8), "body_too_large",
	    "a byte too large by its Content-Length");
	is_str(json_of(type, "", "{\"a\":\"b\"}", 8), "body_too_large",
	    "and when it comes");
	is_str(json_of(type, "99999999999999999999", "{}", 8),
	    "invalid_request", "a length beyond all numbers");
	is_str(json_of(type, "8x", "{\"a\":\"b\"}", 99), "invalid_request",
	    "a length that is none");
	is_str(json_of(type, "99", "{\"a\":\"b\"}", 99), "invalid_request",
	    "a body shorter than announced");
	is_str(json_of(type, "99", NULL, 99), "hung_up",
	    "a reader who left before the body");
	is_str(json_of("text/plain", "2", "{}", 99), "unsupported_media_type",
	    "another type");
	is_str(json_of("", "2", "{}", 99), "unsupported_media_type",
	    "no type");
	is_str(json_of(type, "2", "[]", 99), "invalid_request",
	    "an array is no object");
	is_str(json_of(type, "1", "{", 99), "invalid_json", "broken JSON");
	is_str(json_of(type, "", "", 99), "invalid_json", "no body");
}

static void
test_problem(void)
{
	struct exchange x;
	const struct err *e;
	const char *reply;

	open_with(&x, get_hello, "");
	e = err_new(x.a, ERR_DB, "database_unavailable", "Try later.",
	    "connect: secret host");
	http_send_err(&x.q, err_retry(x.a, e, 3));
	is_int(x.q.log.level, LOG_WARN, "a lost database is a warning");
	ok(strstr(buf_str(&x.q.log.b), "secret host") != NULL,
	    "the log says what happened");
	reply = reply_of(&x);
	ok(strstr(reply, "Status: 503 Service Unavailable\r\n") != NULL,
	    "503");
	ok(strstr(reply, "\r\nRetry-After: 3\r\n") != NULL, "Retry-After");
	ok(strstr(reply, "\r\nContent-Type: application/problem+json\r\n") !=
	    NULL, "a problem document");
	ok(strstr(reply, "\"title\":\"Service Unavailable\",\"status\":503,"
	    "\"detail\":\"Try later.\",\"code\":\"database_unavailable\","
	    "\"request_id\":\"") != NULL, "its members");
	ok(strstr(reply, "secret host") == NULL,
	    "the log's text is not for the caller");
	ok(strstr(reply, "WWW-Authenticate") == NULL, "no challenge");
	done(&x);

	open_with(&x, get_hello, "");
	http_send_err(&x.q, err_new(x.a, ERR_AUTH, "unauthorized", "Who?",
	    "expired"));
	reply = reply_of(&x);
	ok(strstr(reply, "Status: 401 Unauthorized\r\n") != NULL &&
	    strstr(reply, "\r\nWWW-Authenticate: Bearer\r\n") != NULL,
	    "401 has a challenge");
	done(&x);

	open_with(&x, get_hello, "");
	http_add_header(&x.q, "WWW-Authenticate", "Bearer scope=\"x\"");
	http_send_err(&x.q, err_new(x.a, ERR_AUTH, "unauthorized", "Who?",
	    "expired"));
	reply = strstr(reply_of(&x), "WWW-Authenticate: Bearer scope=\"x\"\r");
	ok(reply != NULL && strstr(reply + 1, "WWW-Authenticate") == NULL,
	    "or the one that was added, alone");
	done(&x);

	open_with(&x, get_hello, "");
	http_send_err(&x.q, err_new(x.a, ERR_HUP, "hung_up", "", "left"));
	ok(x.q.gone && x.q.status == 0, "to one who left nothing is said");
	is_str(reply_of(&x), "", "not even a status");
	is_int(x.q.log.level, LOG_INFO, "and that is no fault");
	done(&x);
}

static void
test_once(void)
{
	struct exchange x;
	const char *reply;

	open_with(&x, get_hello, "");
	http_add_header(&x.q, "X-Good", "1");
	http_add_header(&x.q, "X-Bad", "1\r\nX-Worse: 2");
	http_add_header(&x.q, "X-Bad: 1\r\nX-Worse", "2");
	http_send_empty(&x.q, 204);
	http_send(&x.q, 200, "text/plain", STR("again"));
	sse_begin(&x.q);
	ok(!sse_send(&x.q, "x", NULL), "no stream after a reply");
	is_int(x.q.log.level, LOG_ERROR, "a second reply is an error");
	reply = reply_of(&x);
	ok(strstr(reply, "\r\nX-Good: 1\r\n") != NULL, "a header is added");
	ok(strstr(reply, "Worse") == NULL, "none can be smuggled in");
	ok(strstr(reply, "Status: 204 No Content\r\n") == reply &&
	    strstr(reply, "again") == NULL && strstr(reply, "200") == NULL,
	    "only the first reply goes out");
	ok(strstr(reply, "Content-Length") == NULL, "204 has no length");
	done(&x);
}

static void
test_head(void)
{
	static const char *const head[] = { "REQUEST_METHOD=HEAD",
	    "REQUEST_URI=/", NULL };
	struct exchange x;
	const char *reply;

	open_with(&x, head, "");
	http_send(&x.q, 200, "text/plain", STR("hello"));
	reply = reply_of(&x);
	ok(strstr(reply, "\r\nContent-Length: 5\r\n\r\n") != NULL &&
	    strstr(reply, "hello") == NULL, "HEAD: a length and no body");
	done(&x);
}

static void
test_large(void)
{
	struct exchange x;
	char text[40000];
	const char *reply;

	memset(text, 'm', sizeof(text));
	open_with(&x, get_hello, "");
	http_send(&x.q, 200, "text/plain", (struct str){ text, sizeof(text) });
	reply = reply_of(&x);
	reply = strstr(reply, "\r\n\r\n");
	is_int((long long)strspn(reply + 4, "m"), sizeof(text),
	    "a body of many records arrives whole");
	done(&x);
}

static void
test_stream(void)
{
	struct exchange x;
	struct json_object *v;
	const char *reply;

	open_with(&x, get_hello, "");
	v = js_object(x.a);
	js_add_text(v, "delta", "a\nb\r\n\ndata: c");
	sse_begin(&x.q);
	sse_begin(&x.q);
	is_int(x.q.log.level, LOG_INFO, "to begin twice is no mistake");
	ok(sse_send(&x.q, "text", v), "an event");
	ok(sse_comment(&x.q, 3600), "not quiet long enough for a comment");
	x.q.last_write -= 5000;
	ok(sse_comment(&x.q, 5), "now it is");
	ok(clock_ms() - x.q.last_write < 5000, "which counts as a sign");
	http_send_err(&x.q, err_new(x.a, ERR_UPSTREAM, "model_unavailable",
	    "No model.", "connect"));
	reply = reply_of(&x);
	ok(strstr(reply, "Status: 200 OK\r\n") == reply &&
	    strstr(reply, "\r\nContent-Type: text/event-stream\r\n") != NULL &&
	    strstr(reply, "\r\nX-Accel-Buffering: no\r\n") != NULL &&
	    strstr(reply, "\r\nCache-Control: no-store\r\n") != NULL,
	    "the head of a stream");
	ok(strstr(reply, "\r\n\r\nevent: text\ndata: {\"delta\":\"a\\nb\\r\\n"
	    "\\ndata: c\"}\n\n: quiet\n\nevent: error\ndata: {") != NULL,
	    "an event is one line of data; a comment; an error is an event");
	ok(strstr(reply, "\"code\":\"model_unavailable\"") != NULL &&
	    strstr(reply, "\"request_id\"") != NULL, "with the problem");
	done(&x);
}

/* Is there something to read for the web server? */
static bool
arrived(struct exchange *x)
{
	struct pollfd p = { .fd = x->peer, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void
test_together(void)
{
	char head[4096];
	struct exchange x;
	const char *reply;
	struct json_object *v;

	open_with(&x, get_hello, "");
	v = js_object(x.a);
	js_add_int(v, "n", 1);
	ok(!sse_flush(&x.q), "nothing can be flushed before a stream");
	sse_begin(&x.q);
	ok(arrived(&x) && read(x.peer, head, sizeof(head)) > 0,
	    "the head goes out at once");
	ok(sse_put(&x.q, "text", v) && sse_put(&x.q, NULL, v),
	    "an event with a name, one without");
	ok(!arrived(&x), "wait");
	ok(sse_flush(&x.q) && arrived(&x), "until they are flushed");
	reply = reply_of(&x);
	is_str(reply, "event: text\ndata: {\"n\":1}\n\ndata: {\"n\":1}\n\n",
	    "both");
	done(&x);
}

static void
test_pieces(void)
{
	static const char *const head[] = { "REQUEST_METHOD=HEAD",
	    "REQUEST_URI=/", NULL };
	static const char *const known[] = { "REQUEST_METHOD=GET",
	    "REQUEST_URI=/", "HTTP_IF_NONE_MATCH=\"1\"", NULL };
	struct exchange x;
	const char *reply;

	open_with(&x, get_hello, "");
	x.q.cache = "no-cache";
	ok(!http_not_modified(&x.q, "\"1\""), "the caller has nothing yet");
	ok(http_begin_reply(&x.q, 200, "text/plain"), "a head");
	ok(http_put(&x.q, STR("one ")) && http_put(&x.q, STR("two ")),
	    "pieces");
	ok(!arrived(&x), "wait");
	ok(http_flush(&x.q) && arrived(&x), "until they are flushed");
	ok(http_put(&x.q, STR("three")), "another one");
	reply = reply_of(&x);
	ok(strstr(reply, "\r\nCache-Control: no-cache\r\n") != NULL &&
	    strstr(reply, "no-store") == NULL, "it may be kept");
	ok(strstr(reply, "\r\n\r\none two three") != NULL &&
	    strstr(reply, "Content-Length") == NULL,
	    "all of them, and no length");
	done(&x);

	open_with(&x, head, "");
	ok(http_begin_reply(&x.q, 200, "text/plain") &&
	    http_put(&x.q, STR("body")), "HEAD");
	ok(strstr(reply_of(&x), "body") == NULL, "has a head only");
	done(&x);

	open_with(&x, known, "");
	ok(!http_not_modified(&x.q, "\"2\""), "the caller has another one");
	ok(http_not_modified(&x.q, "\"1\""), "this is the one");
	reply = reply_of(&x);
	ok(strstr(reply, "Status: 304 Not Modified\r\n") == reply &&
	    strstr(reply, "\r\nETag: \"1\"\r\n") != NULL &&
	    strstr(reply, "Content-") == strstr(reply, "Content-Type-Opt"),
	    "304 has the tag and no body");
	done(&x);
}

static void
test_break(void)
{
	unsigned char got[4096];
	struct exchange x;
	ssize_t n, all = 0;

	open_with(&x, get_hello, "");
	http_begin_reply(&x.q, 200, "text/plain");
	http_put(&x.q, STR("half"));
	http_break(&x.q);
	while ((n = read(x.peer, got + all, sizeof(got) - (size_t)all)) > 0)
		all += n;
	ok(n == 0 && all > 8 && memmem(got, (size_t)all, "half", 4) != NULL,
	    "what was put went out, and then the connection ended");
	ok(got[all - 8] == 255, "with a record of no version");
	FCGX_Finish_r(&x.f);
	is_int(x.f.ipcFd, -1, "the connection is not kept for another");
	close(x.peer);
	done(&x);

	open_with(&x, get_hello, "");
	http_begin_reply(&x.q, 200, "text/plain");
	close(x.peer);
	http_break(&x.q);
	ok(x.q.gone, "nothing is said to who has left");
	FCGX_Free(&x.f, 1);
	done(&x);
}

static void
test_gone(void)
{
	struct exchange x;
	int i;

	open_with(&x, get_hello, "");
	sse_begin(&x.q);
	ok(sse_comment(&x.q, 3600), "the reader is there");
	close(x.peer);
	ok(!sse_comment(&x.q, 3600), "and has left: seen without a write");
	ok(x.q.gone, "gone");
	ok(!sse_send(&x.q, "x", NULL), "nothing more is sent");
	FCGX_Free(&x.f, 1);
	done(&x);

	open_with(&x, get_hello, "");
	sse_begin(&x.q);
	close(x.peer);
	for (i = 0; i < 3 && sse_send(&x.q, "x", NULL); i++)
		;
	ok(i < 3 && x.q.gone, "a write tells as well");
	FCGX_Free(&x.f, 1);
	done(&x);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	FCGX_Init();
	test_accept();
	test_etag();
	test_media_type();
	test_content_length();
	test_reply_headers();
	test_request();
	test_address();
	test_query();
	test_body();
	test_problem();
	test_once();
	test_head();
	test_large();
	test_stream();
	test_together();
	test_pieces();
	test_break();
	test_gone();
	return tap_done();
}
