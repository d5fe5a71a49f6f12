/*
 * A plain text message as RFC 5322 wants it.  Nothing that is put into it
 * can add a header line: what could is refused or encoded.
 */
#ifndef FETCH_MAIL_TEXT_H
#define FETCH_MAIL_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * One address of printable ASCII, at most 254 bytes: one @ with something
 * on both sides, no blank, no "(),:;<>\ and no - in front, which a program
 * could take for an option.
 */
bool	 mail_address_ok(struct str s);

/*
 * from is an address or "Name <address>"; its address alone is *sender.
 * Subject and name are folded, and encoded (RFC 2047) where they are not
 * plain ASCII; the text, UTF-8 with lines ending in LF or CRLF, is sent as
 * quoted-printable.  Lines end in CRLF.  ERR_INPUT "mail_refused": an
 * address is none, from or subject hold a control character, or it is more
 * than MAX_MAIL bytes.
 */
const struct err *mail_compose(struct arena *a, const char *from,
    const char *to, const char *subject, const char *text,
    const char **sender, struct str *message);

#endif
