/*
 * N people who each ask again as soon as they were answered.
 *
 *	client PORT HOW LIST N SECONDS RAMP [PATH]
 *
 * HOW is json or stream (turns of the service), chatkit (the same turns by
 * the ChatKit door), stream-new or chatkit-new (each begins a conversation),
 * chatkit-on (a turn goes on when its reader leaves), or model (Chat
 * Completions at PATH, streamed: the same question without us in between).
 * LIST has a line a conversation: user, token, conversation id; the first N
 * are used.
 * The N begin one after the other over RAMP seconds; only what ends in the
 * SECONDS after that is counted.
 *
 * Prints turns= errors= seconds= and milliseconds, median and 99th of 100:
 * p50= p99= for whole turns, first50= first99= from the question to the
 * first text, relay50= relay99= from the moment the model sent that text
 * (bench/model.c writes it into it).
 */
#include <sys/epoll.h>
#include <sys/socket.h>

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"

enum { HEARD_MAX = 32768, ASK_MAX = 4096, EVENTS = 512, COMPLAINTS = 5 };

enum door { JSON, STREAM, CHATKIT, MODEL };

struct how {
	const char	*name;
	enum door	 door;
	bool		 anew;		/* no conversation is named */
	const char	*metadata;	/* of ChatKit's requests, or NULL */
};

#define QUESTION "What do you think about lists on paper?"

struct person {
	int		 fd;		/* -1: not connected */
	size_t		 nask, nheard;
	bool		 asked, fresh;	/* fresh: nothing answered yet */
	bool		 texted;
	int64_t		 start;
	char		 ask[ASK_MAX], heard[HEARD_MAX];
};

struct client {
	const struct how *how;
	int		 port, epoll;
	struct person	*people;
	size_t		 n, started;
	int64_t		 begin, from, until;
	size_t		 turns, errors;
	struct samples	 whole, first, relay;
};

static bool
counts(const struct client *c, int64_t when)
{
	return when >= c->from && when < c->until;
}

/* ---- asking */

/* As ChatKit's own client writes it. */
static int
body_chatkit(char *body, size_t size, const struct how *how,
    const char *conversation)
{
	char thread[128] = "";

	if (!how->anew)
		snprintf(thread, sizeof(thread), "\"thread_id\":\"thr_%s\",",
		    conversation);
	return snprintf(body, size, "{\"type\":\"threads.%s\",\"params\":{%s"
	    "\"input\":{\"content\":[{\"type\":\"input_text\",\"text\":\""
	    QUESTION "\"}],\"quoted_text\":\"\",\"attachments\":[],"
	    "\"inference_options\":{}}}%s}",
	    how->anew ? "create" : "add_user_message", thread,
	    how->metadata != NULL ? how->metadata : "");
}

static int
body_make(char *body, size_t size, const struct how *how,
    const char *conversation)
{
	switch (how->door) {
	case MODEL:
		return snprintf(body, size, "{\"model\":\"bench\","
		    "\"stream\":true,\"messages\":[{\"role\":\"user\","
		    "\"content\":\"" QUESTION "\"}]}");
	case CHATKIT:
		return body_chatkit(body, size, how, conversation);
	case JSON:
	case STREAM:
		break;
	}
	if (how->anew)
		return snprintf(body, size, "{\"message\":\"" QUESTION "\"}");
	return snprintf(body, size, "{\"message\":\"" QUESTION "\","
	    "\"conversation_id\":\"%s\"}", conversation);
}

static void
ask_make(struct person *p, const struct how *how, const char *user,
    const char *token, const char *conversation, const char *path)
{
	char body[1024], where[256], who[2048];
	int len, n;

	len = body_make(body, sizeof(body), how, conversation);
	if (how->door == JSON || how->door == STREAM)
		snprintf(where, sizeof(where), "/api/%s/chat", user);
	else
		snprintf(where, sizeof(where), "%s", how->door == CHATKIT ?
		    "/api/chatkit?timezone=UTC" : path);
	snprintf(who, sizeof(who), "Authorization: Bearer %s\r\n", token);
	n = snprintf(p->ask, sizeof(p->ask), "POST %s HTTP/1.1\r\n"
	    "Host: 127.0.0.1\r\n%sContent-Type: application/json\r\n%s"
	    "Content-Length: %d\r\n\r\n%s", where,
	    how->door == MODEL ? "" : who,
	    how->door == STREAM || how->door == CHATKIT ?
	    "Accept: text/event-stream\r\n" : "", len, body);
	if (len < 0 || (size_t)len >= sizeof(body) || n < 0 ||
	    (size_t)n >= sizeof(p->ask))
		errx(1, "a question does not fit");
	p->nask = (size_t)n;
}

static void
hang_up(struct person *p)
{
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}

static void
dial(struct client *c, struct person *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)c->port) };
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = p };
	int one = 1;

	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->fd == -1 ||
	    connect(p->fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		errx(1, "cannot connect");
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, p->fd, &ev) != 0)
		errx(1, "epoll_ctl");
	p->fresh = true;
}

static void
ask(struct client *c, struct person *p)
{
	if (p->fd == -1)
		dial(c, p);
	p->nheard = 0;
	p->texted = false;
	p->asked = true;
	p->start = now_us();
	if (send(p->fd, p->ask, p->nask, MSG_NOSIGNAL) != (ssize_t)p->nask)
		hang_up(p);
}

/* ---- hearing */

/* Chunked or with a length (RFC 9112, section 6); both are all we get. */
static bool
is_whole(const struct person *p)
{
	const char *end = strstr(p->heard, "\r\n\r\n");
	const char *length;

	if (end == NULL)
		return false;
	length = strcasestr(p->heard, "\r\ncontent-length:");
	if (length != NULL && length < end)
		return p->nheard >= (size_t)(end + 4 - p->heard) +
		    strtoul(length + 17, NULL, 10);
	return p->nheard >= 5 &&
	    memcmp(p->heard + p->nheard - 5, "0\r\n\r\n", 5) == 0;
}

static bool
is_good(const struct client *c, const struct person *p)
{
	if (strncmp(p->heard, "HTTP/1.1 200", 12) != 0)
		return false;
	switch (c->how->door) {
	case JSON:
		return strstr(p->heard, "\"response\":") != NULL;
	case STREAM:
		return strstr(p->heard, "event: done") != NULL;
	case CHATKIT:	/* the person's own message comes as done as well */
		return strstr(p->heard, "content_part.done") != NULL &&
		    strstr(p->heard, "\"type\":\"error\"") == NULL;
	case MODEL:
		break;
	}
	return strstr(p->heard, "[DONE]") != NULL;
}

/* "@" and the moment at which the model sent it. */
static void
first_text(struct client *c, struct person *p, int64_t now)
{
	const char *at;

	if (p->texted || c->how->door == JSON ||
	    (at = strstr(p->heard, "\"@")) == NULL ||
	    strchr(at, ' ') == NULL)
		return;
	p->texted = true;
	if (!counts(c, now))
		return;
	sample(&c->first, now - p->start);
	sample(&c->relay, now - strtoll(at + 2, NULL, 10));
}

static void
complain(struct client *c, const struct person *p)
{
	if (++c->errors <= COMPLAINTS)
		fprintf(stderr, "client: not an answer: %.600s\n",
		    p->nheard > 0 ? p->heard : "(hung up)");
}

static void
answered(struct client *c, struct person *p, int64_t now)
{
	p->asked = false;
	p->fresh = false;
	if (!is_good(c, p)) {
		complain(c, p);
		hang_up(p);
	} else if (counts(c, now)) {
		c->turns++;
		sample(&c->whole, now - p->start);
	}
	if (now < c->until)
		ask(c, p);
}

static void
hear(struct client *c, struct person *p)
{
	size_t room = sizeof(p->heard) - 1 - p->nheard;
	int64_t now;
	ssize_t n;

	n = recv(p->fd, p->heard + p->nheard, room, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		/* a kept connection may end before anything is said on it */
		hang_up(p);
		if (p->asked && (p->nheard > 0 || p->fresh))
			complain(c, p);
		if (p->asked && now_us() < c->until)
			ask(c, p);
		return;
	}
	now = now_us();
	p->nheard += (size_t)n;
	p->heard[p->nheard] = '\0';
	first_text(c, p, now);
	if (is_whole(p))
		answered(c, p, now);
	else if (p->nheard == sizeof(p->heard) - 1)
		errx(1, "an answer does not fit");
}

/* ---- the loop */

/* Milliseconds until something is to be done without being told. */
static int
begin_more(struct client *c, int64_t now)
{
	int64_t gap = (c->from - c->begin) / (int64_t)c->n, next;

	while (c->started < c->n &&
	    c->begin + gap * (int64_t)c->started <= now)
		ask(c, &c->people[c->started++]);
	next = c->started < c->n ?
	    c->begin + gap * (int64_t)c->started : c->until;
	return next <= now ? 1 : (int)((next - now + 999) / 1000);
}

static void
run(struct client *c)
{
	struct epoll_event ev[EVENTS];
	int64_t now;
	int i, n;

	while ((now = now_us()) < c->until) {
		n = epoll_wait(c->epoll, ev, EVENTS, begin_more(c, now));
		for (i = 0; i < n; i++)
			hear(c, ev[i].data.ptr);
	}
}

static void
people_read(struct client *c, const char *list, const char *path)
{
	char user[64], token[1024], conversation[64];
	FILE *f = fopen(list, "r");
	size_t i;

	c->people = calloc(c->n, sizeof(*c->people));
	if (f == NULL || c->people == NULL)
		errx(1, "%s", list);
	for (i = 0; i < c->n; i++) {
		if (fscanf(f, "%63s %1023s %63s", user, token,
		    conversation) != 3)
			errx(1, "the list is too short");
		c->people[i].fd = -1;
		ask_make(&c->people[i], c->how, user, token, conversation,
		    path);
	}
	fclose(f);
}

static const struct how *
how_find(const char *name)
{
	static const struct how hows[] = {
		{ .name = "json", .door = JSON },
		{ .name = "stream", .door = STREAM },
		{ .name = "stream-new", .door = STREAM, .anew = true },
		{ .name = "chatkit", .door = CHATKIT },
		{ .name = "chatkit-new", .door = CHATKIT, .anew = true },
		{ .name = "chatkit-on", .door = CHATKIT, .metadata =
		    ",\"metadata\":{\"on_disconnect\":\"continue\"}" },
		{ .name = "model", .door = MODEL },
	};

	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++)
		if (strcmp(hows[i].name, name) == 0)
			return &hows[i];
	errx(1, "HOW: %s is not known", name);
}

int
main(int argc, char **argv)
{
	struct client c = { .turns = 0 };
	double seconds;

	if (argc < 7 || argc > 8)
		errx(1, "usage: PORT HOW LIST N SECONDS RAMP [PATH]");
	signal(SIGPIPE, SIG_IGN);
	descriptors_raise();
	c.port = (int)strtol(argv[1], NULL, 10);
	c.how = how_find(argv[2]);
	c.n = strtoul(argv[4], NULL, 10);
	if (c.n < 1 || c.n > 8192)
		errx(1, "N: from 1 to 8192");
	people_read(&c, argv[3], argc == 8 ? argv[7] : "/");
	c.epoll = epoll_create1(EPOLL_CLOEXEC);
	seconds = strtod(argv[5], NULL);
	c.begin = now_us();
	c.from = c.begin + (int64_t)(strtod(argv[6], NULL) * 1e6);
	c.until = c.from + (int64_t)(seconds * 1e6);
	run(&c);
	printf("turns=%zu errors=%zu seconds=%.3f", c.turns, c.errors,
	    seconds);
	show(&c.whole, "p");
	show(&c.first, "first");
	show(&c.relay, "relay");
	printf("\n");
	return 0;
}
