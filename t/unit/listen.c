/* The listening socket: which addresses make sense, who may replace whom. */
#include <sys/socket.h>
#include <sys/un.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinet/in.h>

#include "base/buf.h"
#include "http/listen.h"
#include "tap.h"

static struct arena *a;

static int
knock_unix(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	memcpy(un.sun_path, path, strlen(path));
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
knock_tcp(const struct listener *l)
{
	struct sockaddr_in in;
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (getsockname(l->fd, (struct sockaddr *)&in, &n) == 0 &&
	    connect(fd, (struct sockaddr *)&in, n) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
test_addresses(void)
{
	static const char *const bad[] = {
		"9000", ":9000", "host", "host:", "host:x", "127.0.0.1:99999",
		"127.0.0.1:123456", "127.0.0.1:+80", "::1:9000", "[]:9000",
		"relative/path", "127.0.0.1:80:", "127.0.0.1: 80",
	};
	struct listener l = { .fd = -1 };
	const struct err *e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = listener_open(a, bad[i], &l);
		ok(e != NULL && e->kind == ERR_INPUT && l.fd == -1,
		    "\"%s\" is refused", bad[i]);
	}
	e = listener_open(a, arena_printf(a, "/%0200d", 7), &l);
	ok(e != NULL && e->kind == ERR_INPUT, "so is a path too long");
}

static void
test_unix(const char *dir)
{
	const char *path = arena_printf(a, "%s/s", dir);
	struct listener l, other, again = { .fd = -1 };
	const struct err *e;
	struct stat st;
	int here, there;

	umask(0);
	e = listener_open(a, path, &l);
	ok(e == NULL, "listen at a path");
	is_str(l.path, path, "it is ours");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0660,
	    "mode 0660 whatever the umask");
	is_int(umask(0), 0, "which is left as it was");

	ok(!listener_pending(&l), "nobody waits");
	there = knock_unix(path);
	ok(there != -1 && listener_pending(&l), "somebody waits");
	here = listener_accept(&l);
	ok(here != -1 && (fcntl(here, F_GETFD) & FD_CLOEXEC) != 0,
	    "and comes in, not for our children");
	close(here);
	close(there);

	e = listener_open(a, path, &again);
	ok(e != NULL && e->kind == ERR_BUG && again.fd == -1 &&
	    strstr(e->log, "answers") != NULL,
	    "a socket that answers is not replaced");
	here = listener_accept(&l);
	ok(here != -1, "it was only asked");
	close(here);

	close(l.fd);
	ok(knock_unix(path) == -1 && stat(path, &st) == 0, "a stale socket");
	e = listener_open(a, path, &again);
	ok(e == NULL, "is replaced");
	other = again;
	other.ino++;
	listener_hide(&other);
	ok(stat(path, &st) == 0,
	    "somebody else's is not taken away");
	listener_hide(&again);
	ok(stat(path, &st) != 0, "its owner does");
	listener_close(&again);
	is_int(listener_accept(&again), -1, "a closed one accepts nothing");
	close(again.fd);
}

static void
test_other_file(const char *dir)
{
	const char *path = arena_printf(a, "%s/file", dir);
	struct listener l = { .fd = -1 };
	const struct err *e;
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	close(fd);
	e = listener_open(a, path, &l);
	ok(e != NULL && e->kind == ERR_INPUT, "a file is no socket");
	ok(stat(path, &st) == 0, "and is left alone");
	unlink(path);
	e = listener_open(a, arena_printf(a, "%s/no/s", dir), &l);
	ok(e != NULL && e->kind == ERR_BUG, "a folder that is not there");
}

/* Connect, and ask for that connection without waiting for another. */
static bool
comes_in(struct listener *l)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	int there = knock_tcp(l);
	int here;

	poll(&p, 1, -1);
	here = listener_accept(l);
	if (here != -1)
		close(here);
	close(there);
	return here != -1;
}

static void
test_tcp(void)
{
	struct listener l;

	unsetenv("FCGI_WEB_SERVER_ADDRS");
	if (!ok(listener_open(a, "127.0.0.1:0", &l) == NULL, "listen on TCP"))
		return;
	fcntl(l.fd, F_SETFL, O_NONBLOCK);
	ok(comes_in(&l), "anybody may connect");
	l.peers = "192.0.2.1,192.0.2.2";
	ok(!comes_in(&l), "unless the web servers are named");
	l.peers = "192.0.2.1,127.0.0.1";
	ok(comes_in(&l), "and it is none of them");
	l.peers = "127.0.0.11,127.0.0";
	ok(!comes_in(&l), "by its whole address");
	close(l.fd);
}

static void
test_inherited(void)
{
	struct listener l = { .fd = -1 };
	const struct err *e;
	int fd, kept = dup(0);

	fd = open("/dev/null", O_RDONLY);
	dup2(fd, 0);
	close(fd);
	e = listener_open(a, "", &l);
	ok(e != NULL && e->kind == ERR_INPUT &&
	    strstr(e->log, "spawn-fcgi") != NULL,
	    "descriptor 0 is no socket, and we say what to do");

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	dup2(fd, 0);
	ok(listener_open(a, "", &l) != NULL, "a socket that does not listen");
	bind(fd, &(struct sockaddr){ .sa_family = AF_UNIX },
	    sizeof(sa_family_t));
	listen(fd, 1);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	ok(listener_open(a, "", &l) == NULL && l.fd == 0, "one that does");
	ok((fcntl(0, F_GETFL) & O_NONBLOCK) == 0, "is made to block");
	ok(l.path == NULL, "and its name is not ours to remove");
	listener_close(&l);
	close(fd);
	dup2(kept, 0);
	close(kept);
}

int
main(void)
{
	char dir[] = "/tmp/taskchat-listen-XXXXXX";

	a = arena_new();
	if (mkdtemp(dir) == NULL)
		return 2;
	test_addresses();
	test_unix(dir);
	test_other_file(dir);
	test_tcp();
	test_inherited();
	ok(rmdir(dir) == 0, "nothing is left behind");
	arena_free(a);
	return tap_done();
}
