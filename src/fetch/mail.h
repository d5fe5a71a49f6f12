/*
 * Outgoing mail: handed to a command such as sendmail, or to a server by
 * SMTP (libcurl).
 */
#ifndef FETCH_MAIL_H
#define FETCH_MAIL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct mail_way {
	/*
	 * "/usr/sbin/sendmail -t -i", "msmtp -t": words cut at blanks, no
	 * shell.  It reads the message on standard input, lines ending in LF,
	 * takes the recipient from the To: header, and exits 0 when it has
	 * taken the message over.  Its standard output is /dev/null.  What is
	 * set in the environment as TASKCHAT_* or PGPASSWORD it does not see.
	 * "" = none; goes before url.
	 */
	const char	*command;
	/*
	 * smtps://host[:port], or smtp://host[:port]: STARTTLS, or nothing is
	 * sent; only to this machine itself (localhost, 127.0.0.0/8, ::1) it
	 * goes without TLS.  "" = none.
	 */
	const char	*url;
	const char	*user, *password;	/* "" = no login */
	const char	*ca_file;	/* "" = the system's */
	const char	*from;		/* address, or "Name <address>" */
};

/* Is any way set? */
bool	 mail_way_set(const struct mail_way *w);

/*
 * Send one plain text message: see mail_text.h for its form.  until is a
 * clock_ms() at which all ends; another thread may bring it forward.
 *
 * Errors, whose log texts say why and hold neither text nor address:
 * "mail_refused" (ERR_INPUT or ERR_UPSTREAM: this message will not be taken
 * at another try either; an SMTP server answered 5xx to its sender,
 * recipient or text, or the command exited 65 or 67, sysexits' EX_DATAERR
 * and EX_NOUSER), "mail_unsent" (ERR_UPSTREAM), "mail_timeout"
 * (ERR_TIMEOUT).  The last two may, rarely, concern a message that arrives
 * all the same.
 *
 * The process ignores SIGPIPE, or the thread blocks it; SIGCHLD is not
 * ignored.  fetch_global_init() comes first.
 */
const struct err *mail_send(struct arena *a, const struct mail_way *w,
    const char *to, const char *subject, const char *text,
    const atomic_llong *until);

#endif
