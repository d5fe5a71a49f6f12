/*
 * Outgoing mail: handed to a command such as sendmail, or to a server by
 * SMTP (libcurl).
 */
#ifndef FETCH_MAIL_H
#define FETCH_MAIL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct mail_way {
	const char	*command;	/* "/usr/sbin/sendmail -t -i": words cut
					   at blanks, no shell; "" = none */
	const char	*url;		/* smtp://host[:port] (STARTTLS required
					   beyond loopback) or smtps://; "" = none */
	const char	*user, *password;	/* "" = no login */
	const char	*ca_file;	/* "" = the system's */
	const char	*from;		/* address, or "Name <address>" */
};

/* Is any way set? */
bool	 mail_way_set(const struct mail_way *w);

/*
 * Send one plain text message (UTF-8; subject and name are encoded as RFC
 * 2047 asks, the text as quoted-printable) within so many seconds.  to is
 * one address of printable ASCII without blanks, commas, quotes or angle
 * brackets, or ERR_INPUT.  ERR_UPSTREAM: not sent, the log text says why and
 * holds neither text nor address; ERR_TIMEOUT.
 */
const struct err *mail_send(struct arena *a, const struct mail_way *w,
    const char *to, const char *subject, const char *text, int seconds);

#endif
