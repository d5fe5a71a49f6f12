/*
 * A model that answers at once, or at a given pace: Chat Completions,
 * Responses and Messages for thousands of connections from one thread, so
 * that a measurement of the service is not one of its model.
 *
 *	model		prints the port of 127.0.0.1 it listens on
 *
 * The address says how: POST /v1/chat/completions?chunks=21&ms=2000 with
 * "stream":true gives 21 pieces over two seconds, the first at once.  That
 * one carries the moment it was sent at, "@" and CLOCK_MONOTONIC in
 * microseconds, for bench/client.c.  Not streamed, the answer is whole and
 * comes after ms.  /v1/responses is OpenAI's Responses and /v1/messages
 * Anthropic's Messages, both streamed only.
 */
#include <sys/epoll.h>
#include <sys/socket.h>

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"

enum {
	HEAD_MAX = 8192,	/* a request's head and its body's beginning */
	OUT_MAX = 65536,	/* what is written at once */
	EVENTS = 512,
	CHUNKS = 21,
	CHUNKS_MAX = 256
};

enum dialect { CHAT, RESPONSES, MESSAGES };

struct conn {
	int		 fd;
	enum dialect	 dialect;
	struct conn	*prev, *next;	/* among those who wait, by due */
	int64_t		 due;		/* 0: does not wait */
	size_t		 n;		/* bytes in head */
	size_t		 body;		/* where the body begins; 0: not yet */
	size_t		 left;		/* bytes of the body still to come */
	bool		 stream;
	int		 chunks, at;	/* pieces in all, pieces sent */
	int64_t		 start, span;	/* microseconds */
	char		 head[HEAD_MAX];
};

struct model {
	int		 listener, epoll;
	struct conn	*first, *last;	/* those who wait */
};

struct out {
	size_t	 n;
	char	 p[OUT_MAX];
};

/* ---- those who wait, the most urgent first */

static void
wait_end(struct model *m, struct conn *c)
{
	if (c->due == 0)
		return;
	*(c->prev != NULL ? &c->prev->next : &m->first) = c->next;
	*(c->next != NULL ? &c->next->prev : &m->last) = c->prev;
	c->due = 0;
}

/* From the end: streams of one pace come in the order they go out. */
static void
wait_until(struct model *m, struct conn *c, int64_t due)
{
	struct conn *before = m->last;

	while (before != NULL && before->due > due)
		before = before->prev;
	c->due = due;
	c->prev = before;
	c->next = before != NULL ? before->next : m->first;
	*(c->prev != NULL ? &c->prev->next : &m->first) = c;
	*(c->next != NULL ? &c->next->prev : &m->last) = c;
}

static void
conn_close(struct model *m, struct conn *c)
{
	wait_end(m, c);
	close(c->fd);
	free(c);
}

/* ---- what is said */

static const char *
word(int i)
{
	static const char *const words[] = { "That ", "is ", "a ", "good ",
	    "question, ", "and ", "there ", "are ", "several ", "ways ",
	    "to ", "look ", "at ", "it: ", "some ", "people ", "like ",
	    "lists, ", "others ", "like ", "paper. " };

	return words[(size_t)i % (sizeof(words) / sizeof(words[0]))];
}

__attribute__((format(printf, 2, 3)))
static void
put(struct out *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(o->p + o->n, sizeof(o->p) - o->n, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(o->p) - o->n)
		exit(1);	/* more than CHUNKS_MAX pieces can say */
	o->n += (size_t)n;
}

/* One event, as one piece of chunked coding (RFC 9112, section 7.1). */
static void
put_event(struct out *o, const char *name, const char *json)
{
	if (*name == '\0')
		put(o, "%zx\r\ndata: %s\n\n\r\n", strlen(json) + 8, json);
	else
		put(o, "%zx\r\nevent: %s\ndata: %s\n\n\r\n",
		    strlen(name) + strlen(json) + 16, name, json);
}

static void
chat_delta(struct out *o, bool first, const char *said)
{
	char json[512];

	snprintf(json, sizeof(json), "{\"id\":\"bench\",\"object\":"
	    "\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\","
	    "\"choices\":[{\"index\":0,\"delta\":{%s\"content\":\"%s\"},"
	    "\"finish_reason\":null}]}", first ?
	    "\"role\":\"assistant\"," : "", said);
	put_event(o, "", json);
}

static void
chat_end(struct out *o)
{
	put_event(o, "", "{\"id\":\"bench\",\"object\":"
	    "\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\","
	    "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
	    "\"stop\"}]}");
	put_event(o, "", "{\"id\":\"bench\",\"object\":"
	    "\"chat.completion.chunk\",\"created\":1,\"model\":\"bench\","
	    "\"choices\":[],\"usage\":{\"prompt_tokens\":900,"
	    "\"completion_tokens\":21,\"total_tokens\":921}}");
	put_event(o, "", "[DONE]");
}

static void
responses_delta(struct out *o, bool first, const char *said)
{
	char json[512];

	if (first) {
		put_event(o, "response.created", "{\"type\":"
		    "\"response.created\",\"sequence_number\":0,"
		    "\"response\":{\"id\":\"resp_bench\",\"status\":"
		    "\"in_progress\",\"output\":[]}}");
		put_event(o, "response.output_item.added", "{\"type\":"
		    "\"response.output_item.added\",\"sequence_number\":1,"
		    "\"output_index\":0,\"item\":{\"id\":\"msg_bench\","
		    "\"type\":\"message\",\"status\":\"in_progress\","
		    "\"role\":\"assistant\",\"content\":[]}}");
	}
	snprintf(json, sizeof(json), "{\"type\":"
	    "\"response.output_text.delta\",\"sequence_number\":2,"
	    "\"item_id\":\"msg_bench\",\"output_index\":0,"
	    "\"content_index\":0,\"delta\":\"%s\"}", said);
	put_event(o, "response.output_text.delta", json);
}

static void
responses_end(struct out *o)
{
	put_event(o, "response.completed", "{\"type\":"
	    "\"response.completed\",\"sequence_number\":99,\"response\":"
	    "{\"id\":\"resp_bench\",\"status\":\"completed\",\"output\":"
	    "[],\"usage\":{\"input_tokens\":900,\"output_tokens\":21,"
	    "\"total_tokens\":921}}}");
}

static void
messages_delta(struct out *o, bool first, const char *said)
{
	char json[512];

	if (first) {
		put_event(o, "message_start", "{\"type\":\"message_start\","
		    "\"message\":{\"id\":\"msg_bench\",\"type\":"
		    "\"message\",\"role\":\"assistant\",\"model\":"
		    "\"bench\",\"content\":[],\"stop_reason\":null,"
		    "\"usage\":{\"input_tokens\":900,\"output_tokens\":1}}}");
		put_event(o, "content_block_start", "{\"type\":"
		    "\"content_block_start\",\"index\":0,\"content_block\":"
		    "{\"type\":\"text\",\"text\":\"\"}}");
	}
	snprintf(json, sizeof(json), "{\"type\":\"content_block_delta\","
	    "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
	    "\"%s\"}}", said);
	put_event(o, "content_block_delta", json);
}

static void
messages_end(struct out *o)
{
	put_event(o, "content_block_stop", "{\"type\":"
	    "\"content_block_stop\",\"index\":0}");
	put_event(o, "message_delta", "{\"type\":\"message_delta\","
	    "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":"
	    "null},\"usage\":{\"output_tokens\":21}}");
	put_event(o, "message_stop", "{\"type\":\"message_stop\"}");
}

static const struct {
	const char	*path;
	void		(*delta)(struct out *o, bool first, const char *said);
	void		(*end)(struct out *o);
} dialects[] = {
	[CHAT] = { "/chat/completions", chat_delta, chat_end },
	[RESPONSES] = { "/responses", responses_delta, responses_end },
	[MESSAGES] = { "/messages", messages_delta, messages_end },
};

static void
put_delta(struct out *o, enum dialect d, int i)
{
	char said[64];

	if (i == 0)
		snprintf(said, sizeof(said), "@%" PRId64 " %s", now_us(),
		    word(i));
	else
		snprintf(said, sizeof(said), "%s", word(i));
	dialects[d].delta(o, i == 0, said);
}

static void
put_end(struct out *o, enum dialect d)
{
	dialects[d].end(o);
	put(o, "0\r\n\r\n");
}

static void
put_whole(struct out *o, int chunks)
{
	char said[CHUNKS_MAX * 16] = "", body[sizeof(said) + 512];
	size_t n = 0;
	int i, len;

	for (i = 0; i < chunks; i++)
		n += (size_t)snprintf(said + n, sizeof(said) - n, "%s",
		    word(i));
	len = snprintf(body, sizeof(body), "{\"id\":\"bench\",\"object\":"
	    "\"chat.completion\",\"created\":1,\"model\":\"bench\","
	    "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
	    "\"content\":\"%s\"},\"finish_reason\":\"stop\"}],\"usage\":"
	    "{\"prompt_tokens\":900,\"completion_tokens\":21,"
	    "\"total_tokens\":921}}", said);
	put(o, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n%s", len, body);
}

/* A client that does not read what little we write is not ours. */
static bool
send_out(struct conn *c, const struct out *o)
{
	return send(c->fd, o->p, o->n, MSG_NOSIGNAL) == (ssize_t)o->n;
}

static void
ready_for_next(struct conn *c)
{
	c->n = c->body = c->left = 0;
}

/* Say what is due by now.  False: the connection is of no more use. */
static bool
speak(struct model *m, struct conn *c)
{
	int64_t now = now_us(), due;
	struct out o = { .n = 0 };
	int gaps = c->chunks > 1 ? c->chunks - 1 : 1;

	if (!c->stream) {
		put_whole(&o, c->chunks);
		ready_for_next(c);
		return send_out(c, &o);
	}
	if (c->at == 0)
		put(&o, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"
		    "\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (;;) {
		put_delta(&o, c->dialect, c->at++);
		if (c->at == c->chunks) {
			put_end(&o, c->dialect);
			ready_for_next(c);
			break;
		}
		due = c->start + c->span * c->at / gaps;
		if (due > now) {
			wait_until(m, c, due);
			break;
		}
	}
	return send_out(c, &o);
}

/* ---- what is asked */

static int
number_in(const char *line, const char *name, int least, int most, int usual)
{
	const char *p = strstr(line, name);
	long n;

	if (p == NULL)
		return usual;
	n = strtol(p + strlen(name), NULL, 10);
	return n < least ? least : n > most ? most : (int)n;
}

static enum dialect
dialect_of(const char *line)
{
	enum dialect d;

	for (d = MESSAGES; d > CHAT; d--)
		if (strstr(line, dialects[d].path) != NULL)
			break;
	return d;
}

/* Once the head is there: where the body begins, and what the address says. */
static bool
head_read(struct conn *c)
{
	char *end = memmem(c->head, c->n, "\r\n\r\n", 4);
	size_t length, here;
	char *p;

	if (end == NULL)
		return c->n < sizeof(c->head) - 1;
	c->body = (size_t)(end - c->head) + 4;
	*end = '\0';
	p = strcasestr(c->head, "\r\ncontent-length:");
	length = p == NULL ? 0 : strtoul(p + 17, NULL, 10);
	here = c->n - c->body;
	if (here > length)
		return false;
	c->left = length - here;
	p = strchr(c->head, '\r');
	if (p != NULL)
		*p = '\0';
	c->dialect = dialect_of(c->head);
	c->chunks = number_in(c->head, "chunks=", 1, CHUNKS_MAX, CHUNKS);
	c->span = number_in(c->head, "ms=", 0, 600000, 0) * INT64_C(1000);
	return true;
}

static bool
answer(struct model *m, struct conn *c)
{
	const char *body = c->head + c->body;
	size_t n = c->n - c->body;

	c->stream = memmem(body, n, "\"stream\":true", 13) != NULL ||
	    memmem(body, n, "\"stream\": true", 14) != NULL;
	c->at = 0;
	c->start = now_us();
	if (c->stream || c->span == 0)
		return speak(m, c);
	wait_until(m, c, c->start + c->span);
	return true;
}

/* What does not fit into head is read and forgotten. */
static bool
hear(struct model *m, struct conn *c)
{
	char rest[65536];
	bool whole = c->body != 0 && c->n == sizeof(c->head) - 1;
	size_t room = sizeof(c->head) - 1 - c->n;
	ssize_t n;

	n = whole ? read(c->fd, rest, sizeof(rest)) :
	    read(c->fd, c->head + c->n, room);
	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	if (c->due != 0)
		return false;
	if (!whole)
		c->n += (size_t)n;
	if (c->body != 0) {
		if ((size_t)n > c->left)
			return false;
		c->left -= (size_t)n;
	} else if (!head_read(c)) {
		return false;
	}
	return c->body == 0 || c->left > 0 || answer(m, c);
}

/* ---- the loop */

static void
conn_accept(struct model *m)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct conn *c;
	int fd, one = 1;

	while ((fd = accept4(m->listener, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		if ((c = calloc(1, sizeof(*c))) == NULL)
			err(1, "memory");
		c->fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		ev.data.ptr = c;
		if (epoll_ctl(m->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
			err(1, "epoll_ctl");
	}
}

static int
patience(const struct model *m)
{
	int64_t left;

	if (m->first == NULL)
		return -1;
	left = m->first->due - now_us();
	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

static void
speak_all(struct model *m)
{
	int64_t now = now_us();
	struct conn *c;

	while ((c = m->first) != NULL && c->due <= now) {
		wait_end(m, c);
		if (!speak(m, c))
			conn_close(m, c);
	}
}

static void
serve(struct model *m)
{
	struct epoll_event ev[EVENTS];
	int i, n;

	for (;;) {
		n = epoll_wait(m->epoll, ev, EVENTS, patience(m));
		for (i = 0; i < n; i++) {
			struct conn *c = ev[i].data.ptr;
			if (c == NULL)
				conn_accept(m);
			else if (!hear(m, c))
				conn_close(m, c);
		}
		speak_all(m);
	}
}

static int
listen_somewhere(struct model *m)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	m->listener = socket(AF_INET,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (m->listener == -1 ||
	    bind(m->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(m->listener, 4096) != 0 ||
	    getsockname(m->listener, (struct sockaddr *)&at, &n) != 0)
		err(1, "listen");
	return ntohs(at.sin_port);
}

int
main(void)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct model m = { .first = NULL };
	int port = listen_somewhere(&m);

	signal(SIGPIPE, SIG_IGN);
	descriptors_raise();
	m.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (m.epoll == -1 ||
	    epoll_ctl(m.epoll, EPOLL_CTL_ADD, m.listener, &ev) != 0)
		err(1, "epoll");
	printf("%d\n", port);
	fflush(stdout);
	serve(&m);
}
