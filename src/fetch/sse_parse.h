/*
 * Server-sent events, from bytes in any pieces (WHATWG HTML, section
 * "Server-sent events": interpretation).  Depends on nothing but bytes.
 */
#ifndef FETCH_SSE_PARSE_H
#define FETCH_SSE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct sse_event { struct str name; struct str data; };

/* Called for each event; false stops the parse. data is lent for the call. */
typedef bool (*sse_fn)(void *ctx, const struct sse_event *ev);

struct sse_parse;

/* Limits of bounds.h apply: line, event, whole stream, number of events. */
struct sse_parse *sse_parse_new(struct arena *a, sse_fn fn, void *ctx);

/* False: a limit was passed or fn said stop; nothing more is accepted. */
bool	 sse_parse_feed(struct sse_parse *p, const char *bytes, size_t n);

/* End of the stream: an event without its blank line is still delivered. */
bool	 sse_parse_end(struct sse_parse *p);

#endif
