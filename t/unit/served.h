/*
 * An HTTP server on 127.0.0.1 in a thread of the test: it answers one
 * request after the other with the replies it was given, byte for byte,
 * and keeps what it was asked.
 *
 *	static const struct served_reply script[] = {
 *		{ .bytes = "HTTP/1.1 200 OK\r\n…", .then = SERVED_CLOSE },
 *	};
 *	served_start(&s, script, 1);
 *	… served_url(&s, url, sizeof(url), "http", "/v1") …
 *	served_stop(&s);
 */
#ifndef UNIT_SERVED_H
#define UNIT_SERVED_H

#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/err.h"

#define SERVED_REQUESTS	32
#ifndef SERVED_REQUEST
#define SERVED_REQUEST	(64 * 1024)
#endif

enum served_then {
	SERVED_CLOSE,
	SERVED_KEEP,		/* the connection, for another request */
	SERVED_HANG,		/* silent until the client leaves */
	SERVED_DRIP		/* "more", again and again, until it leaves */
};

struct served_reply {
	const char	*bytes;
	size_t		 n;		/* 0: up to the NUL */
	const char	*more;		/* sent times over, after bytes */
	size_t		 times;
	enum served_then then;
};

struct served {
	pthread_mutex_t	 lock;		/* of the counts and requests */
	pthread_t	 thread;
	int		 listener, port;
	const struct served_reply *script;
	size_t		 nscript;
	int		 connections, requests;
	char		*request[SERVED_REQUESTS];
};

static inline bool
served_send(int fd, const char *p, size_t n)
{
	ssize_t sent;

	while (n > 0) {
		if ((sent = send(fd, p, n, MSG_NOSIGNAL)) <= 0)
			return false;
		p += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* Length of the request that these bytes begin with; 0: not all there. */
static inline size_t
served_length(const char *p, size_t n)
{
	const char *end, *line;
	size_t head, body = 0;

	if ((end = memmem(p, n, "\r\n\r\n", 4)) == NULL)
		return 0;
	head = (size_t)(end - p) + 4;
	for (line = p; line < end; line = strstr(line, "\r\n") + 2)
		if (strncasecmp(line, "Content-Length:", 15) == 0)
			body = strtoul(line + 15, NULL, 10);
	return n >= head + body ? head + body : 0;
}

/* Read one request into a slot of its own; false: the client is gone. */
static inline bool
served_read(struct served *s, int fd)
{
	char *p;
	size_t n = 0;
	ssize_t got;

	if ((p = calloc(1, SERVED_REQUEST)) == NULL)
		return false;
	do {
		got = recv(fd, p + n, SERVED_REQUEST - 1 - n, 0);
		if (got <= 0) {
			free(p);
			return false;
		}
		n += (size_t)got;
		p[n] = '\0';
	} while (served_length(p, n) == 0);
	pthread_mutex_lock(&s->lock);
	free(s->request[s->requests % SERVED_REQUESTS]);
	s->request[s->requests++ % SERVED_REQUESTS] = p;
	pthread_mutex_unlock(&s->lock);
	return true;
}

static inline void
served_wait_gone(int fd, const char *drip)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	/* twenty milliseconds from drop to drop */
	while (poll(&p, 1, drip == NULL ? -1 : 20) == 0)
		if (!served_send(fd, drip, strlen(drip)))
			return;
}

/* Answer requests on fd; true: it is to be kept. */
static inline bool
served_answer(struct served *s, int fd)
{
	const struct served_reply *r;
	size_t i;
	int n;

	if (!served_read(s, fd))
		return false;
	pthread_mutex_lock(&s->lock);
	n = s->requests - 1;
	pthread_mutex_unlock(&s->lock);
	if ((size_t)n >= s->nscript)
		return false;
	r = &s->script[n];
	if (!served_send(fd, r->bytes, r->n == 0 ? strlen(r->bytes) : r->n))
		return false;
	for (i = 0; i < r->times; i++)
		if (!served_send(fd, r->more, strlen(r->more)))
			return false;
	if (r->then == SERVED_HANG || r->then == SERVED_DRIP)
		served_wait_gone(fd, r->then == SERVED_DRIP ? r->more : NULL);
	return r->then == SERVED_KEEP;
}

static inline void *
served_run(void *arg)
{
	struct served *s = arg;
	struct pollfd p[2] = { { .fd = s->listener, .events = POLLIN },
	    { .fd = -1, .events = POLLIN } };

	for (;;) {
		if (poll(p, 2, -1) < 0)
			break;
		if (p[1].fd >= 0 && p[1].revents != 0) {
			if (!served_answer(s, p[1].fd)) {
				close(p[1].fd);
				p[1].fd = -1;
			}
			continue;
		}
		if (p[0].revents == 0)
			continue;
		if (p[1].fd >= 0)
			close(p[1].fd);
		if ((p[1].fd = accept(s->listener, NULL, NULL)) < 0)
			break;
		pthread_mutex_lock(&s->lock);
		s->connections++;
		pthread_mutex_unlock(&s->lock);
	}
	if (p[1].fd >= 0)
		close(p[1].fd);
	return NULL;
}

static inline void
served_start(struct served *s, const struct served_reply *script, size_t n)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);

	*s = (struct served){ .script = script, .nscript = n };
	pthread_mutex_init(&s->lock, NULL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 ||
	    bind(s->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(s->listener, 16) != 0 ||
	    getsockname(s->listener, (struct sockaddr *)&at, &len) != 0 ||
	    pthread_create(&s->thread, NULL, served_run, s) != 0) {
		perror("served_start");
		exit(2);
	}
	s->port = ntohs(at.sin_port);
}

static inline int
served_connections(struct served *s)
{
	int n;

	pthread_mutex_lock(&s->lock);
	n = s->connections;
	pthread_mutex_unlock(&s->lock);
	return n;
}

static inline int
served_requests(struct served *s)
{
	int n;

	pthread_mutex_lock(&s->lock);
	n = s->requests;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* The counts and requests stay. */
static inline void
served_stop(struct served *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
}

static inline void
served_free(struct served *s)
{
	int i;

	for (i = 0; i < SERVED_REQUESTS; i++)
		free(s->request[i]);
	pthread_mutex_destroy(&s->lock);
}

static inline void
served_end(struct served *s)
{
	served_stop(s);
	served_free(s);
}

static inline const char *
served_url(const struct served *s, char *out, size_t n, const char *scheme,
    const char *path)
{
	snprintf(out, n, "%s://127.0.0.1:%d%s", scheme, s->port, path);
	return out;
}

/* After served_stop(): the nth request from 0, or "". */
static inline const char *
served_request(const struct served *s, int n)
{
	return n < s->requests && n < SERVED_REQUESTS ? s->request[n] : "";
}

/* What asking it came to: "" when it went well. */
static inline const char *
err_code(const struct err *e)
{
	return e == NULL ? "" : e->code;
}

#endif
