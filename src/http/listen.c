#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/listen.h"

/*
 * Connections wait here while all threads are busy; a full queue is a 502
 * in the web server.  The kernel cuts this to net.core.somaxconn.
 */
#define BACKLOG		4096

/* Longer than any pause a healthy web server makes within a request. */
#define PEER_SECONDS	60

union address {
	struct sockaddr		 any;
	struct sockaddr_storage	 room;
	struct sockaddr_un	 un;
};

static const struct err *
no_sense(struct arena *a, const char *where, const char *why)
{
	const char *say;

	say = arena_printf(a, "listen on %s: %s", where, why);
	return err_new(a, ERR_INPUT, "invalid_listen", say, "%s", say);
}

static const struct err *
refused(struct arena *a, const char *where, const char *doing)
{
	return err_new(a, ERR_BUG, "cannot_listen", "Cannot listen.",
	    "listen on %s: %s: %s", where, doing, strerror(errno));
}

/* ---- descriptor 0 */

/*
 * A waiting thread must sleep in accept(), so the socket must block, however
 * its maker left it.
 */
static const struct err *
listen_inherited(struct arena *a, struct listener *l)
{
	int on = 0, flags;
	socklen_t n = sizeof(on);

	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &on, &n) != 0 ||
	    on == 0)
		return err_new(a, ERR_INPUT, "invalid_listen",
		    "descriptor 0 is not a listening socket: start me with "
		    "spawn-fcgi, a systemd socket, or --listen",
		    "descriptor 0 is not a listening socket: start me with "
		    "spawn-fcgi, a systemd socket, or --listen");
	flags = fcntl(STDIN_FILENO, F_GETFL);
	if (flags == -1 ||
	    fcntl(STDIN_FILENO, F_SETFL, flags & ~O_NONBLOCK) == -1)
		return refused(a, "descriptor 0", "fcntl");
	l->fd = STDIN_FILENO;
	l->name = "descriptor 0";
	return NULL;
}

/* ---- unix */

/*
 * Is path free for a socket of ours?  *stale: an old one is there, and
 * nobody answers on it.
 */
static const struct err *
look_at_path(struct arena *a, const char *path, const union address *at,
    bool *stale)
{
	struct stat st;
	int fd, why;

	*stale = false;
	if (lstat(path, &st) != 0)
		return errno == ENOENT ? NULL : refused(a, path, "look");
	if (!S_ISSOCK(st.st_mode))
		return no_sense(a, path, "there is a file that is no socket");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return refused(a, path, "socket");
	why = connect(fd, &at->any, sizeof(at->un)) == 0 ? 0 : errno;
	close(fd);
	/* EAGAIN: its queue is full, so somebody is there. */
	if (why == 0 || why == EAGAIN)
		return err_new(a, ERR_BUG, "cannot_listen", "Cannot listen.",
		    "listen on %s: another process answers there", path);
	if (why != ECONNREFUSED && why != ENOENT) {
		errno = why;
		return refused(a, path, "connect");
	}
	*stale = why == ECONNREFUSED;
	return NULL;
}

static bool
address_set(union address *at, const char *path)
{
	memset(at, 0, sizeof(*at));
	at->un.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(at->un.sun_path))
		return false;
	memcpy(at->un.sun_path, path, strlen(path));
	return true;
}

static int
bind_private(int fd, const union address *at)
{
	mode_t old = umask(0117);	/* 0660 from the first moment */
	int r = bind(fd, &at->any, sizeof(at->un));

	umask(old);
	return r;
}

/*
 * The socket listens under a name of its own before it gets the one people
 * know: whoever connects meanwhile finds the old one or the new one, never
 * a gap.  Only a stale socket is replaced.
 */
static const struct err *
listen_unix(struct arena *a, const char *path, struct listener *l)
{
	const char *made = arena_printf(a, "%s.%ld", path, (long)getpid());
	union address at, draft;
	const struct err *e;
	struct stat st;
	bool stale;
	int fd;

	if (!address_set(&at, path) || !address_set(&draft, made))
		return no_sense(a, path, "the path is too long");
	e = look_at_path(a, path, &at, &stale);
	if (e != NULL)
		return e;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return refused(a, path, "socket");
	unlink(made);	/* of a process that was killed, and had our number */
	if (bind_private(fd, &draft) != 0 || listen(fd, BACKLOG) != 0 ||
	    lstat(made, &st) != 0 ||
	    (stale ? rename(made, path) : link(made, path)) != 0) {
		e = refused(a, path, "bind");
		unlink(made);
		close(fd);
		return e;
	}
	if (!stale)
		unlink(made);
	l->fd = fd;
	l->name = l->path = path;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return NULL;
}

/* ---- TCP */

/* "host:port" or "[v6]:port"; a host must be said: none is not everyone. */
static bool
split_address(struct arena *a, const char *where, const char **host,
    const char **port)
{
	const char *colon = strrchr(where, ':');
	size_t n, digits;

	if (colon == NULL || colon == where)
		return false;
	digits = strspn(colon + 1, "0123456789");
	if (digits == 0 || digits > 5 || colon[1 + digits] != '\0' ||
	    strtol(colon + 1, NULL, 10) > 65535)
		return false;
	n = (size_t)(colon - where);
	if (where[0] == '[' && where[n - 1] == ']' && n > 2)
		*host = arena_strndup(a, where + 1, n - 2);
	else if (memchr(where, ':', n) == NULL)
		*host = arena_strndup(a, where, n);
	else
		return false;
	*port = colon + 1;
	return true;
}

/* -1 and errno. */
static int
listen_on(const struct addrinfo *ai)
{
	int one = 1, fd, why;

	fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC,
	    ai->ai_protocol);
	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static const struct err *
listen_tcp(struct arena *a, const char *where, struct listener *l)
{
	struct addrinfo hints, *list = NULL, *ai;
	const char *host, *port;
	int why, fd = -1;

	if (!split_address(a, where, &host, &port))
		return no_sense(a, where,
		    "expected /path, host:port or [v6]:port");
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
	why = getaddrinfo(host, port, &hints, &list);
	if (why != 0)
		return no_sense(a, where, gai_strerror(why));
	for (ai = list; ai != NULL && fd == -1; ai = ai->ai_next)
		fd = listen_on(ai);
	why = errno;
	freeaddrinfo(list);
	errno = why;
	if (fd == -1)
		return refused(a, where, "bind");
	l->fd = fd;
	l->name = where;
	return NULL;
}

/* ---- all of them */

const struct err *
listener_open(struct arena *a, const char *where, struct listener *out)
{
	struct listener l = { .fd = -1 };
	const struct err *e;

	if (*where == '\0')
		e = listen_inherited(a, &l);
	else if (*where == '/')
		e = listen_unix(a, where, &l);
	else
		e = listen_tcp(a, where, &l);
	if (e != NULL)
		return e;
	l.peers = getenv("FCGI_WEB_SERVER_ADDRS");
	*out = l;
	return NULL;
}

/*
 * FastCGI specification 1.0, section 3.2: when FCGI_WEB_SERVER_ADDRS is set,
 * a TCP connection from any other address is closed at once.
 */
static bool
peer_welcome(const char *peers, const union address *from, socklen_t n)
{
	char name[NI_MAXHOST];
	const char *host = name;
	size_t len;

	if (peers == NULL || from->any.sa_family == AF_UNIX)
		return true;
	if (getnameinfo(&from->any, n, name, sizeof(name), NULL, 0,
	    NI_NUMERICHOST) != 0)
		return false;
	if (strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.') != NULL)
		host += 7;	/* IPv4 on a socket that takes both */
	for (;; peers += len + 1) {
		len = strcspn(peers, ",");
		if (strlen(host) == len && strncmp(peers, host, len) == 0)
			return true;
		if (peers[len] == '\0')
			return false;
	}
}

int
listener_accept(const struct listener *l)
{
	struct timeval patience = { .tv_sec = PEER_SECONDS };
	union address from;
	socklen_t n;
	int fd, one = 1;

	for (;;) {
		n = sizeof(from);
		from.any.sa_family = AF_UNIX;
		fd = accept4(l->fd, &from.any, &n, SOCK_CLOEXEC);
		if (fd == -1)
			return -1;
		if (peer_welcome(l->peers, &from, n))
			break;
		close(fd);
	}
	/* An event must not wait for the acknowledgement of the last. */
	if (from.any.sa_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return fd;
}

bool
listener_pending(const struct listener *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0;
}

void
listener_hide(const struct listener *l)
{
	struct stat st;

	if (l->path != NULL && lstat(l->path, &st) == 0 &&
	    st.st_dev == l->dev && st.st_ino == l->ino)
		unlink(l->path);
}

/*
 * The number stays taken: whoever might still use it finds no socket, and
 * never a stranger's file.
 */
void
listener_close(struct listener *l)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup3(null, l->fd, O_CLOEXEC) == -1)
		close(l->fd);
	if (null != -1)
		close(null);
}
