#include <sys/socket.h>
#include <sys/time.h>

#include "base/clock.h"
#include "http/http.h"
#include "http/wire.h"

/*
 * X-Accel-Buffering is nginx's: without it an event waits in the proxy
 * until a buffer is full.
 */
void
sse_begin(struct http_req *q)
{
	if (q->streaming)
		return;
	if (!wire_head(q, 200, "Content-Type: text/event-stream\r\n"
	    "X-Accel-Buffering: no\r\n"))
		return;
	q->streaming = true;
	wire_flush(q);
}

/*
 * JSON as it is written here has no line ends, so one data field is enough.
 * Its text is lent, not copied: a stream may be long, and the request's
 * arena would keep every event to the end.
 */
bool
sse_put(struct http_req *q, const char *event, struct json_object *data)
{
	sse_begin(q);
	if (!q->streaming || q->gone)
		return false;
	if (event != NULL) {
		wire_put(q, STR("event: "));
		wire_put(q, str_of(event));
		wire_put(q, STR("\n"));
	}
	wire_put(q, STR("data: "));
	wire_put(q, js_lent(data));
	return wire_put(q, STR("\n\n"));
}

bool
sse_flush(struct http_req *q)
{
	return q->streaming && wire_flush(q);
}

bool
sse_send(struct http_req *q, const char *event, struct json_object *data)
{
	return sse_put(q, event, data) && sse_flush(q);
}

/* A request with a body has its connection for itself (worker.c). */
void
sse_patience(struct http_req *q, int seconds)
{
	const struct timeval most = { .tv_sec = seconds };

	setsockopt(q->fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
}

bool
sse_comment(struct http_req *q, int quiet_seconds)
{
	if (q->gone || wire_hung_up(q))
		return false;
	if (!q->streaming ||
	    clock_ms() - q->last_write < (int64_t)quiet_seconds * 1000)
		return true;
	wire_put(q, STR(": quiet\n\n"));
	return wire_flush(q);
}
