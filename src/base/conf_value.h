/*
 * The values of settings: what each type looks like, reading and printing
 * one; and addresses, cut into their parts.
 */
#ifndef BASE_CONF_VALUE_H
#define BASE_CONF_VALUE_H

#include "base/buf.h"
#include "base/conf.h"

#define BLOCK_ROWS_MAX	32	/* more KEYs than issuer or model have */

/* ERR_INPUT, whose say is one line fit for a terminal. */
const struct err *conf_refuse(struct arena *a, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* Of an issuer, a model: 1 to 32 of [a-z0-9]. */
bool	 conf_name_ok(struct str s);

/* The bytes from p up to end. */
static inline struct str
str_from(const char *p, const char *end)
{
	return (struct str){ p, (size_t)(end - p) };
}

/*
 * Put a value at its place (a const char *, int or bool, as the row's type
 * says).  False if it is not of the type; *want is then what would be.
 */
bool	 conf_value_set(struct arena *a, const struct conf_row *row,
	    struct str s, void *place, const char **want);

/* What was given, for a message: never a secret, never a control byte. */
const char *conf_value_got(struct arena *a, const struct conf_row *row,
	    struct str s);

/* The value and a line end; a secret as dots. */
void	 conf_value_print(struct buf *b, const struct conf_row *row,
	    const void *place);

/* All of a file of at most CONF_FILE_MAX bytes; false, and *why not. */
#define CONF_FILE_MAX	(1024 * 1024)
bool	 conf_file_read(struct arena *a, const char *path, struct str *out,
	    const char **why);

/* No line end may travel in a key or a URL into somebody's headers. */
bool	 conf_printable(struct str s);

/* An address cut where RFC 3986 section 3.2 does; all of it borrowed. */
struct address {
	struct str	 scheme, user, host, rest;
	int		 port;		/* 0: not said */
};

/*
 * scheme://[user@]host[:port][/path].  Blanks, controls, backslashes and
 * what is not ASCII are refused wherever they stand: readers of addresses
 * disagree about them.
 */
bool	 address_split(struct str s, struct address *out);

/* As a browser writes it in an Origin header: nothing else ever matches. */
bool	 address_is_origin(struct str s);

/* This machine itself: what is sent there crosses no wire. */
bool	 address_is_loopback(struct arena *a, struct str host);

/* http:// to another machine: readable by everyone on the way. */
bool	 address_in_clear(struct arena *a, const char *url);

/* model_proxy, or NULL for this machine, which it brings no nearer. */
const char *conf_proxy(struct arena *a, const struct conf *c, const char *url);

#endif
