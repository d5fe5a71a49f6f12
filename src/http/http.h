/*
 * A request from the web server and the reply to it, over libfcgi's FCGX.
 * This header and worker.c are all that ever hear of FastCGI.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"

struct FCGX_Request;

struct http_req {
	struct arena	*a;
	const char	*id;		/* ours, also sent as X-Request-Id */
	const char	*method;
	struct str	 path;		/* still percent-encoded, no query */
	struct str	 query;
	struct log_entry log;		/* the request's line; the path is for
					   routes.c to add */
	int		 fd;		/* to watch for a hang-up */
	struct FCGX_Request *fcgx;
	/* reply */
	int		 status;	/* 0 until headers went out */
	bool		 streaming;
	bool		 gone;		/* a write failed: the reader left */
	int64_t		 started, last_write;	/* clock_ms */
	struct buf	 extra;		/* more headers, "Name: v\r\n" each */
	const char	*cache;		/* Cache-Control; NULL: no-store */
};

/* Fill in q from an accepted request.  All it lends lives until finish. */
void	 http_begin(struct http_req *q, struct arena *a,
	    struct FCGX_Request *f);

/* A request header by its name ("Idempotency-Key"), or NULL. */
const char *http_header(const struct http_req *q, const char *name);

/*
 * The same, but what came more than once is all there, as RFC 9110 section
 * 5.3 joins it: "a, b".  For who has to see that there were two.
 */
const char *http_header_joined(const struct http_req *q, const char *name);

/* A decoded query value, NULL if absent.  ERR_INPUT when malformed or twice. */
const struct err *http_query(struct http_req *q, const char *name,
    const char **out);

/*
 * The whole body, at most max bytes (ERR_TOOBIG beyond; a Content-Length
 * that says more is refused before reading).
 */
const struct err *http_body(struct http_req *q, size_t max, struct str *out);

/*
 * The body as a JSON object; wants application/json (ERR_TYPE otherwise).
 * http_json_in(): body and object live in a, which may end before the
 * request.
 */
const struct err *http_json_in(struct http_req *q, struct arena *a,
    size_t max, struct json_object **out);
const struct err *http_json(struct http_req *q, size_t max,
    struct json_object **out);

/*
 * An application/x-www-form-urlencoded body as an object of texts.  ERR_INPUT
 * when it is malformed or names a field twice.
 */
const struct err *http_form(struct http_req *q, size_t max,
    struct json_object **out);

/*
 * The origin of the page that asks: Origin, or else that of the Referer (one
 * without an origin as it is).  NULL: neither header is there.
 */
const char *http_page_origin(const struct http_req *q);

/* The caller's address as the web server saw it (REMOTE_ADDR), or NULL. */
const char *http_remote(const struct http_req *q);

/* Does the caller want text/event-stream (Accept, by quality)? */
bool	 http_wants_stream(const struct http_req *q);

/* One more reply header; before the reply only.  CR and LF are refused. */
void	 http_add_header(struct http_req *q, const char *name,
	    const char *value);

/* Replies.  Each sends X-Request-Id and Cache-Control. */
void	 http_send(struct http_req *q, int status, const char *type,
	    struct str body);
void	 http_send_json(struct http_req *q, int status, struct json_object *v);
void	 http_send_empty(struct http_req *q, int status);
/* 302; url is an address of our making or one that was checked. */
void	 http_redirect(struct http_req *q, const char *url);

/*
 * Has the caller what this entity tag names (If-None-Match)?  Then that was
 * the reply; any other is to have it as its ETag.
 */
bool	 http_not_modified(struct http_req *q, const char *etag);

/*
 * A reply of a length that nobody knows before: its head, and then pieces of
 * its body, which may wait for a flush.  False: the reader has left.
 */
bool	 http_begin_reply(struct http_req *q, int status, const char *type);
bool	 http_put(struct http_req *q, struct str piece);
bool	 http_flush(struct http_req *q);

/*
 * It cannot be ended as it should: break the connection, so that what went
 * out is not taken for the whole.
 */
void	 http_break(struct http_req *q);

/*
 * An RFC 9457 problem document for e (and e's log text into the log line).  A
 * 401 asks for a bearer token, unless a header WWW-Authenticate was added.
 */
void	 http_send_err(struct http_req *q, const struct err *e);
/* The same with one more member, a loose value; key NULL: none. */
void	 http_send_err_with(struct http_req *q, const struct err *e,
	    const char *key, struct json_object *value);
/* e into the log line alone, for who answers it in another shape. */
void	 http_log_err(struct http_req *q, const struct err *e);
struct json_object *http_problem(struct arena *a, const struct err *e);
int	 http_status(enum err_kind kind);

/* Server-sent events.  The first call sends the headers. */
void	 sse_begin(struct http_req *q);
/*
 * One event; event NULL: its data alone.  It may wait for sse_flush(), so
 * that events which come together go out in one write.  False: the reader
 * has left.
 */
bool	 sse_put(struct http_req *q, const char *event,
	    struct json_object *data);
bool	 sse_flush(struct http_req *q);
/* Both. */
bool	 sse_send(struct http_req *q, const char *event,
	    struct json_object *data);
/* The reader is taken to have left when it holds up one write that long. */
void	 sse_patience(struct http_req *q, int seconds);
/* ": quiet", if nothing was written for so many seconds; false as above. */
bool	 sse_comment(struct http_req *q, int quiet_seconds);

#endif
