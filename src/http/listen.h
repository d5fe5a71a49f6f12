/*
 * The socket the web server connects to: one we were handed as descriptor
 * 0, or one we make.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"

struct listener {
	int		 fd;
	const char	*name;	/* for the log: "descriptor 0", … */
	const char	*path;	/* of a unix socket we made; else NULL */
	dev_t		 dev;	/* which file at path is ours */
	ino_t		 ino;
	const char	*peers;	/* FCGI_WEB_SERVER_ADDRS, or NULL: anyone */
};

/*
 * where: "" for descriptor 0, "/path" for a unix socket (mode 0660; one
 * nobody answers on is replaced), "host:port" or "[v6]:port".  ERR_INPUT:
 * where makes no sense, or descriptor 0 is no listening socket; ERR_BUG:
 * the system refused, or somebody else listens there.  The log text is one
 * line fit for a terminal.
 */
const struct err *listener_open(struct arena *a, const char *where,
    struct listener *out);

/*
 * The next connection, or -1 and errno.  EINTR comes back to the caller,
 * so that a signal can end the wait.  It is close-on-exec and gives up
 * (EAGAIN) on a peer that neither sends nor reads for a minute.
 */
int	 listener_accept(const struct listener *l);

/* Is a connection waiting to be accepted? */
bool	 listener_pending(const struct listener *l);

/* Take our unix socket's name away: nobody new can come in by it. */
void	 listener_hide(const struct listener *l);

/* Stop listening, also on descriptor 0 (which then is /dev/null). */
void	 listener_close(struct listener *l);

#endif
