#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/text.h"
#include "fetch/mail_text.h"

#define MAX_ADDRESS	254	/* RFC 5321 section 4.5.3.1.3, without <> */
#define LINE		76	/* RFC 2045 section 6.7, RFC 2047 section 2 */
/* Of an encoded-word: with its =?UTF-8?Q??= it fits after "Subject: ". */
#define WORD		54

bool
mail_address_ok(struct str s)
{
	size_t i, ats = 0;

	if (s.n < 3 || s.n > MAX_ADDRESS || s.p[0] == '-' || s.p[0] == '@' ||
	    s.p[s.n - 1] == '@')
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~' ||
		    strchr("\"(),:;<>\\", s.p[i]) != NULL)
			return false;
		if (s.p[i] == '@')
			ats++;
	}
	return ats == 1;
}

static bool
has_control(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	return false;
}

/* ---- header lines */

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* RFC 2047 section 5 (3): what stands for itself in a phrase, too. */
static void
put_q(struct buf *b, char c)
{
	if (c == ' ')
		buf_putc(b, '_');
	else if (is_alnum(c) || strchr("!*+-/", c) != NULL)
		buf_putc(b, c);
	else
		buf_printf(b, "=%02X", (unsigned char)c);
}

/* Encoded-words, one a line; no character is cut in two (section 5). */
static void
put_encoded(struct buf *b, struct str s)
{
	struct buf word, one;
	size_t i = 0;
	bool more = false;

	buf_init(&word, b->a, LINE);
	buf_init(&one, b->a, LINE);
	while (i < s.n) {
		buf_clear(&one);
		do
			put_q(&one, s.p[i++]);
		while (i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80);
		if (word.n + one.n > WORD) {
			buf_printf(b, "%s=?UTF-8?Q?%s?=", more ? "\r\n " : "",
			    buf_str(&word));
			buf_clear(&word);
			more = true;
		}
		buf_put(&word, one.p, one.n);
	}
	buf_printf(b, "%s=?UTF-8?Q?%s?=", more ? "\r\n " : "",
	    buf_str(&word));
}

/* The bytes from i on that belong on one line: blanks, then a word. */
static size_t
folded_piece(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && s.p[i + n] == ' ')
		n++;
	while (i + n < s.n && s.p[i + n] != ' ')
		n++;
	return n;
}

/* ASCII, nothing a reader would decode, and no piece too long for a line. */
static bool
is_plain(struct str s)
{
	size_t i, n;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > '~' || (s.p[i] == '=' &&
		    i + 1 < s.n && s.p[i + 1] == '?'))
			return false;
	for (i = 0; i < s.n; i += n)
		if ((n = folded_piece(s, i)) > WORD)
			return false;
	return true;
}

static void
put_subject(struct buf *b, struct str s)
{
	size_t i, n, column = strlen("Subject: ");

	buf_puts(b, "Subject: ");
	if (!is_plain(s)) {
		put_encoded(b, s);
		s.n = 0;
	}
	for (i = 0; i < s.n; i += n) {
		n = folded_piece(s, i);
		if (column + n > LINE) {
			buf_puts(b, "\r\n");
			column = 0;
		}
		buf_put(b, s.p + i, n);
		column += n;
	}
	buf_puts(b, "\r\n");
}

/* A phrase: as a quoted-string, or encoded (RFC 5322 section 3.2.4). */
static void
put_name(struct buf *b, struct str name)
{
	size_t i;

	if (!is_plain(name) || name.n > WORD) {
		put_encoded(b, name);
		return;
	}
	buf_putc(b, '"');
	for (i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, name.p[i]);
	}
	buf_putc(b, '"');
}

static void
put_from(struct buf *b, struct str name, struct str address)
{
	buf_puts(b, "From: ");
	if (name.n > 0) {
		put_name(b, name);
		buf_puts(b, "\r\n ");
	}
	buf_printf(b, "<%.*s>\r\n", (int)address.n, address.p);
}

/* strftime() would speak the locale's language. */
static void
put_date(struct buf *b)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = (time_t)clock_wall();
	struct tm tm;

	gmtime_r(&now, &tm);
	buf_printf(b, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\r\n",
	    days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* ---- the text */

/* To a server without care a dot alone, to a mailbox "From ", means much. */
static bool
stands_for_itself(const char *line, size_t i, size_t n, size_t column)
{
	char c = line[i];

	if (column == 0 && (c == '.' || (c == 'F' && n - i >= 5 &&
	    memcmp(line + i, "From ", 5) == 0)))
		return false;
	if (c == ' ' || c == '\t')
		return i + 1 < n;
	return c > ' ' && c <= '~' && c != '=';
}

/* RFC 2045 section 6.7; a line of at most LINE, "=" at its end included. */
static void
put_line(struct buf *b, const char *line, size_t n)
{
	size_t i, wide, column = 0;
	bool itself;

	for (i = 0; i < n; i++) {
		itself = stands_for_itself(line, i, n, column);
		wide = itself ? 1 : 3;
		if (column + wide >= LINE) {
			buf_puts(b, "=\r\n");
			column = 0;
			itself = stands_for_itself(line, i, n, column);
			wide = itself ? 1 : 3;
		}
		if (itself)
			buf_putc(b, line[i]);
		else
			buf_printf(b, "=%02X", (unsigned char)line[i]);
		column += wide;
	}
	buf_puts(b, "\r\n");
}

static void
put_text(struct buf *b, struct str s)
{
	const char *end;
	size_t n, skip;

	while (s.n > 0) {
		end = memchr(s.p, '\n', s.n);
		n = end == NULL ? s.n : (size_t)(end - s.p);
		skip = end == NULL ? n : n + 1;
		if (end != NULL && n > 0 && s.p[n - 1] == '\r')
			n--;
		put_line(b, s.p, n);
		s.p += skip;
		s.n -= skip;
	}
}

/* ---- all of it */

static const struct err *
refused(struct arena *a, const char *why)
{
	return err_new(a, ERR_INPUT, "mail_refused",
	    "The message cannot be sent.", "mail: %s", why);
}

/* "Name <address>", "\"Name\" <address>" or the address alone. */
static void
split_from(struct str s, struct str *name, struct str *address)
{
	size_t i;

	*name = (struct str){ "", 0 };
	*address = s = text_trim(s);
	if (s.n == 0 || s.p[s.n - 1] != '>')
		return;
	for (i = s.n; i > 0 && s.p[i - 1] != '<'; i--)
		;
	if (i == 0)
		return;
	*address = (struct str){ s.p + i, s.n - i - 1 };
	*name = text_trim((struct str){ s.p, i - 1 });
	if (name->n >= 2 && name->p[0] == '"' &&
	    name->p[name->n - 1] == '"')
		*name = (struct str){ name->p + 1, name->n - 2 };
}

static void
put_head(struct buf *b, struct str name, struct str address, const char *to,
    struct str subject)
{
	const char *at = memchr(address.p, '@', address.n);

	put_date(b);
	buf_printf(b, "Message-ID: <%s%.*s>\r\n", id_new(b->a, 32),
	    (int)(address.n - (size_t)(at - address.p)), at);
	put_from(b, name, address);
	buf_printf(b, "To: <%s>\r\n", to);
	put_subject(b, subject);
	buf_puts(b,
	    "Auto-Submitted: auto-generated\r\n"	/* RFC 3834 */
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n");
}

const struct err *
mail_compose(struct arena *a, const char *from, const char *to,
    const char *subject, const char *text, const char **sender,
    struct str *message)
{
	struct str name, address;
	struct buf b;

	split_from(str_of(from), &name, &address);
	if (!mail_address_ok(address) || has_control(str_of(from)))
		return refused(a, "mail_from is neither an address nor "
		    "\"Name <address>\"");
	if (!mail_address_ok(str_of(to)))
		return refused(a, "the recipient's address is none");
	if (has_control(str_of(subject)))
		return refused(a, "a control character in the subject");
	buf_init(&b, a, MAX_MAIL);
	put_head(&b, utf8_mend(a, name), address, to,
	    text_trim(utf8_mend(a, str_of(subject))));
	put_text(&b, utf8_mend(a, str_of(text)));
	if (b.bad)
		return refused(a, "the text is too long");
	*sender = arena_strndup(a, address.p, address.n);
	*message = (struct str){ b.p, b.n };
	return NULL;
}
