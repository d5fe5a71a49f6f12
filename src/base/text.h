/*
 * Small, pure functions on text: UTF-8, base64url, hex, percent-coding,
 * identifiers.  None of them allocates unless given an arena.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * Are eight bytes at p all printable ASCII, and none of them x or y (ASCII
 * too)?  Long texts are nearly all like that, and go by eight bytes a step.
 * In a byte below 0x80 the highest bit is free: it becomes 1 by adding 1
 * to 0x7f, by taking 0x20 from less, and by taking 1 from a zero.
 */
static inline bool
text_plain8(const char *p, char x, char y)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return ((w | (w + ones) | (w - ' ' * ones) |
	    ((w ^ (unsigned char)x * ones) - ones) |
	    ((w ^ (unsigned char)y * ones) - ones)) & 0x80 * ones) == 0;
}

/* Well-formed UTF-8 without NUL (RFC 3629: no surrogate, no overlong form). */
bool	 utf8_ok(struct str s);

/* Does UTF-8 hold a control character: C0, DEL or C1? */
bool	 utf8_has_control(struct str s);

/* Number of characters (code points) of well-formed UTF-8. */
size_t	 utf8_count(struct str s);

/* The longest prefix of at most max bytes that ends on a whole character. */
size_t	 utf8_fit(struct str s, size_t max);

/* A copy with every malformed byte and every NUL turned into U+FFFD. */
struct str utf8_mend(struct arena *a, struct str s);

/* The character at p, of well-formed UTF-8, and its bytes. */
uint32_t utf8_decode(const char *p, size_t *n);

/*
 * Does it leave no mark, or turn the order of others?  C0 but for line feed
 * and tab, C1, Unicode's default ignorables (DerivedCoreProperties.txt) but
 * for the joiners and selectors, which scripts and emoji need, and the marks
 * of interlinear notes.
 */
bool	 utf8_unseen(uint32_t c);

/* s without leading and trailing white space (ASCII and U+00A0, U+3000). */
struct str text_trim(struct str s);

/*
 * The next entry of a comma separated list, without the blanks around it;
 * false at the end.  An entry may be empty.
 */
bool	 text_list_next(struct str *rest, struct str *entry);

/*
 * A token of RFC 9110 section 5.6.2, as names of headers and of cookies (RFC
 * 6265 section 4.1.1) are.  NULL and "" are none.
 */
bool	 text_is_token(const char *s);

/* Lower case for ASCII letters only; the rest is left alone. */
char	*text_lower(struct arena *a, struct str s);

/*
 * base64url, RFC 4648 section 5, without padding.  Decoding is strict: no
 * padding, no other characters, length not 1 mod 4, spare bits zero.
 * False (and *out untouched) when it is not so.
 */
bool	 b64url_decode(struct arena *a, struct str in, struct str *out);
char	*b64url_encode(struct arena *a, const void *p, size_t n);

/*
 * base64, RFC 4648 section 4, as strictly: the padding must be there, and
 * no line ends or blanks may (section 3.3).
 */
bool	 b64_decode(struct arena *a, struct str in, struct str *out);

/* May it stand in a header's value?  Printable ASCII: RFC 9110 section 5.5. */
bool	 text_fits_header(const char *s);

/* The value of a hex digit, of either case; -1 if it is none. */
int	 hex_value(char c);

/* 2 n lower-case hex digits at out, and no NUL. */
void	 hex_put(char *out, const void *p, size_t n);

/* Percent-decoding of one path segment or query value; false if malformed
 * (bad escape, NUL, not UTF-8).  plus: '+' means a blank (queries). */
bool	 url_decode(struct arena *a, struct str in, bool plus, struct str *out);

/* All but RFC 3986's unreserved characters percent-encoded: fit for a query
 * and for a cookie's value. */
char	*url_encode(struct arena *a, const char *s);

/*
 * FNV-1a of 64 bits: tells texts apart that nobody makes on purpose.  h: 0, or
 * the value of the text before.
 */
uint64_t text_hash(uint64_t h, struct str s);

/* Random bytes from the kernel. */
void	 random_bytes(void *p, size_t n);

/* A random UUID (RFC 9562 version 4) as 36 lower-case characters. */
char	*uuid_new(struct arena *a);
bool	 uuid_ok(struct str s);		/* 8-4-4-4-12 hex digits, any case */

/*
 * A name of the form IANA gives time zones ("Europe/Berlin"), not a rule of
 * POSIX.  Whether there is such a zone the database knows.
 */
bool	 zone_ok(const char *name);

/* n random characters of [A-Za-z0-9]; 9 of them suit every model API. */
char	*id_new(struct arena *a, size_t n);

#endif
