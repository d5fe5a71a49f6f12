/*
 * Between http.c and sse.c: bytes towards the web server.
 */
#ifndef HTTP_WIRE_H
#define HTTP_WIRE_H

#include "http/http.h"

/*
 * The head of a reply: status line, the headers every reply has, those of
 * http_add_header(), then fields (more of them, "Name: v\r\n" each) and the
 * blank line.  False when a reply was begun before: that is our mistake,
 * and nothing is sent.
 */
bool	 wire_head(struct http_req *q, int status, const char *fields);

/* Each sets q->gone when the reader has left, and is false from then on. */
bool	 wire_put(struct http_req *q, struct str s);
bool	 wire_flush(struct http_req *q);

/* Has the web server closed the connection?  Looks without waiting. */
bool	 wire_hung_up(struct http_req *q);

/* A mistake of ours: said in the request's log line, which becomes an error. */
void	 wire_bug(struct http_req *q, const char *what);

#endif
