#include <sys/random.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"

static const char b64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-_";
static const char hex[] = "0123456789abcdef";

static bool
within(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

/*
 * Length of the well-formed character that n > 0 bytes at s begin with,
 * 0 if they do not.  The cases are the rows of RFC 3629 section 4; only
 * the second byte of some lengths has a narrower range than 80..BF.
 */
static size_t
utf8_char(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (p[0] < 0x80)
		return 1;
	if (within(p[0], 0xc2, 0xdf))
		len = 2;
	else if (within(p[0], 0xe0, 0xef))
		len = 3;
	else if (within(p[0], 0xf0, 0xf4))
		len = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;		/* shorter forms exist */
	else if (p[0] == 0xed)
		high = 0x9f;		/* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;		/* beyond U+10FFFF */
	if (n < len || !within(p[1], low, high))
		return 0;
	for (i = 2; i < len; i++)
		if (!within(p[i], 0x80, 0xbf))
			return 0;
	return len;
}

/* Eight bytes of ASCII, no NUL among them: see text_plain8(). */
static bool
ascii8(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return ((w | (w - ones)) & 0x80 * ones) == 0;
}

bool
utf8_ok(struct str s)
{
	size_t i, len;

	for (i = 0; i < s.n; i += len) {
		len = 8;
		if (s.n - i >= len && ascii8(s.p + i))
			continue;
		len = utf8_char(s.p + i, s.n - i);
		if (len == 0 || s.p[i] == '\0')
			return false;
	}
	return true;
}

static bool
utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* UTF-8 writes U+0080 to U+009F as C2 80 to C2 9F. */
bool
utf8_has_control(struct str s)
{
	unsigned char c, next;
	size_t i;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && next < 0xa0))
			return true;
	}
	return false;
}

size_t
utf8_count(struct str s)
{
	size_t i, count = 0;

	for (i = 0; i < s.n; i++)
		if (!utf8_continues(s.p[i]))
			count++;
	return count;
}

/* How long a character must be that begins with c. */
static size_t
utf8_promise(char c)
{
	unsigned char u = (unsigned char)c;

	if (u >= 0xf0)
		return 4;
	if (u >= 0xe0)
		return 3;
	return u >= 0xc0 ? 2 : 1;
}

size_t
utf8_fit(struct str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;
	size_t i = n;

	while (i > 0 && n - i < 3 && utf8_continues(s.p[i - 1]))
		i--;
	if (i > 0 && i - 1 + utf8_promise(s.p[i - 1]) > n)
		return i - 1;
	return n;
}

struct str
utf8_mend(struct arena *a, struct str s)
{
	static const char mark[] = "\xef\xbf\xbd";	/* U+FFFD */
	struct buf b;
	size_t i, len;

	buf_init(&b, a, SIZE_MAX - 1);
	for (i = 0; i < s.n; i += len) {
		len = utf8_char(s.p + i, s.n - i);
		if (len > 0 && s.p[i] != '\0') {
			buf_put(&b, s.p + i, len);
		} else {
			buf_put(&b, mark, sizeof(mark) - 1);
			len = 1;
		}
	}
	return (struct str){ buf_str(&b), b.n };
}

uint32_t
utf8_decode(const char *p, size_t *n)
{
	const unsigned char *u = (const unsigned char *)p;

	*n = u[0] < 0x80 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	switch (*n) {
	case 1:
		return u[0];
	case 2:
		return (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
	case 3:
		return (u[0] & 0xfu) << 12 | (u[1] & 0x3fu) << 6 |
		    (u[2] & 0x3fu);
	default:
		return (u[0] & 0x7u) << 18 | (u[1] & 0x3fu) << 12 |
		    (u[2] & 0x3fu) << 6 | (u[3] & 0x3fu);
	}
}

static const struct run {
	uint32_t	 first, last;
} unseen[] = {
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },			/* soft hyphen */
	{ 0x34f, 0x34f },		/* grapheme joiner */
	{ 0x61c, 0x61c },		/* Arabic letter mark */
	{ 0x115f, 0x1160 },		/* fillers */
	{ 0x17b4, 0x17b5 },
	{ 0x200b, 0x200b },		/* zero width space */
	{ 0x200e, 0x200f },		/* marks of direction */
	{ 0x202a, 0x202e },		/* embeddings and overrides */
	{ 0x2060, 0x206f },		/* word joiner, isolates */
	{ 0x3164, 0x3164 },		/* filler */
	{ 0xfeff, 0xfeff },		/* byte order mark */
	{ 0xffa0, 0xffa0 },		/* filler */
	{ 0xfff0, 0xfffb },
	{ 0x1bca0, 0x1bca3 },		/* of shorthand */
	{ 0x1d173, 0x1d17a },		/* of music */
	{ 0xe0000, 0xe0fff },		/* tags, selectors that carry bytes */
};

bool
utf8_unseen(uint32_t c)
{
	size_t i;

	if (c < ' ')
		return c != '\n' && c != '\t';
	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (c <= unseen[i].last)
			return c >= unseen[i].first;
	return false;
}

/* Bytes of white space at the start of n > 0 bytes at p, or 0. */
static size_t
blank_at(const char *p, size_t n)
{
	if (*p == ' ' || within((unsigned char)*p, '\t', '\r'))
		return 1;
	if (n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
		return 2;
	return n >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

struct str
text_trim(struct str s)
{
	size_t n, back;

	while (s.n > 0 && (n = blank_at(s.p, s.n)) > 0) {
		s.p += n;
		s.n -= n;
	}
	for (back = 1; back <= 3 && back <= s.n; back++) {
		if (blank_at(s.p + s.n - back, back) == back) {
			s.n -= back;
			back = 0;
		}
	}
	return s;
}

bool
text_list_next(struct str *rest, struct str *entry)
{
	const char *comma;
	size_t n;

	if (rest->n == 0)
		return false;
	comma = memchr(rest->p, ',', rest->n);
	n = comma == NULL ? rest->n : (size_t)(comma - rest->p);
	*entry = text_trim((struct str){ rest->p, n });
	n += comma != NULL;
	rest->p += n;
	rest->n -= n;
	return true;
}

bool
text_is_token(const char *s)
{
	size_t n = s == NULL ? 0 : strspn(s, "!#$%&'*+-.^_`|~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	return n > 0 && s[n] == '\0';
}

char *
text_lower(struct arena *a, struct str s)
{
	char *out = arena_strndup(a, s.p, s.n);
	size_t i;

	for (i = 0; i < s.n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	return out;
}

/* last: the two characters in which the alphabets differ. */
static int
b64_value(char c, const char *last)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == last[0])
		return 62;
	return c == last[1] ? 63 : -1;
}

static bool
b64_bytes(struct arena *a, struct str in, const char *last, struct str *out)
{
	unsigned int bits = 0, held = 0;
	size_t i, n = 0;
	char *p;
	int v;

	if (in.n % 4 == 1)
		return false;
	p = arena_alloc(a, in.n / 4 * 3 + 3);
	for (i = 0; i < in.n; i++) {
		if ((v = b64_value(in.p[i], last)) < 0)
			return false;
		bits = (bits << 6 | (unsigned int)v) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			p[n++] = (char)(bits >> held & 0xff);
		}
	}
	if ((bits & ((1U << held) - 1)) != 0)
		return false;
	*out = (struct str){ p, n };
	return true;
}

bool
b64url_decode(struct arena *a, struct str in, struct str *out)
{
	return b64_bytes(a, in, "-_", out);
}

bool
b64_decode(struct arena *a, struct str in, struct str *out)
{
	int pad;

	if (in.n % 4 != 0)
		return false;
	for (pad = 0; pad < 2 && in.n > 0 && in.p[in.n - 1] == '='; pad++)
		in.n--;
	return b64_bytes(a, in, "+/", out);
}

char *
b64url_encode(struct arena *a, const void *p, size_t n)
{
	const unsigned char *in = p;
	unsigned int bits = 0, held = 0;
	size_t i, at = 0;
	char *out;

	out = arena_alloc(a, n / 3 * 4 + 5);
	for (i = 0; i < n; i++) {
		bits = (bits << 8 | in[i]) & 0xffff;
		for (held += 8; held >= 6; held -= 6)
			out[at++] = b64url[bits >> (held - 6) & 63];
	}
	if (held > 0)
		out[at++] = b64url[bits << (6 - held) & 63];
	return out;
}

int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void
hex_put(char *out, const void *p, size_t n)
{
	const unsigned char *in = p;
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = hex[in[i] >> 4];
		out[2 * i + 1] = hex[in[i] & 15];
	}
}

bool
url_decode(struct arena *a, struct str in, bool plus, struct str *out)
{
	struct str s;
	size_t i;
	char *p;

	p = arena_alloc(a, in.n + 1);
	s = (struct str){ p, 0 };
	for (i = 0; i < in.n; i++) {
		if (in.p[i] == '%') {
			if (in.n - i < 3 || hex_value(in.p[i + 1]) < 0 ||
			    hex_value(in.p[i + 2]) < 0)
				return false;
			p[s.n++] = (char)(hex_value(in.p[i + 1]) * 16 +
			    hex_value(in.p[i + 2]));
			i += 2;
		} else if (plus && in.p[i] == '+')
			p[s.n++] = ' ';
		else
			p[s.n++] = in.p[i];
	}
	if (!utf8_ok(s))
		return false;
	*out = s;
	return true;
}

char *
url_encode(struct arena *a, const char *s)
{
	static const char plain[] = "-._~0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	char *out = arena_alloc(a, 3 * strlen(s) + 1);
	size_t at = 0;

	for (; *s != '\0'; s++) {
		if (strchr(plain, *s) != NULL) {
			out[at++] = *s;
			continue;
		}
		out[at++] = '%';
		out[at++] = "0123456789ABCDEF"[(unsigned char)*s >> 4];
		out[at++] = "0123456789ABCDEF"[(unsigned char)*s & 15];
	}
	return out;
}

/* Without randomness no identifier is safe to hand out: give up loudly. */
uint64_t
text_hash(uint64_t h, struct str s)
{
	size_t i;

	if (h == 0)
		h = UINT64_C(0xcbf29ce484222325);
	for (i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

void
random_bytes(void *p, size_t n)
{
	char *at = p;
	ssize_t got;

	while (n > 0) {
		got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			log_line(LOG_ERROR, "no randomness: %m");
			abort();
		}
		at += got;
		n -= (size_t)got;
	}
}

char *
uuid_new(struct arena *a)
{
	unsigned char r[16];
	size_t i, at = 0;
	char *s;

	random_bytes(r, sizeof(r));
	r[6] = (r[6] & 0x0f) | 0x40;	/* RFC 9562 section 5.4: version */
	r[8] = (r[8] & 0x3f) | 0x80;	/* and variant */
	s = arena_alloc(a, 37);
	for (i = 0; i < sizeof(r); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			s[at++] = '-';
		s[at++] = hex[r[i] >> 4];
		s[at++] = hex[r[i] & 15];
	}
	return s;
}

bool
uuid_ok(struct str s)
{
	size_t i;

	if (s.n != 36)
		return false;
	for (i = 0; i < s.n; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s.p[i] != '-')
				return false;
		} else if (hex_value(s.p[i]) < 0)
			return false;
	}
	return true;
}

char *
id_new(struct arena *a, size_t n)
{
	unsigned char r[64];
	size_t i, at = 0;
	char *s;

	s = arena_alloc(a, n + 1);
	while (at < n) {
		random_bytes(r, sizeof(r));
		for (i = 0; i < sizeof(r) && at < n; i++)
			if (r[i] < 4 * 62)	/* all letters as likely */
				s[at++] = b64url[r[i] % 62];
	}
	return s;
}

bool
text_fits_header(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

/*
 * Letters, and parts with digits after a slash.  Postgres takes POSIX rules
 * too ("Foo/Bar-3", their signs turned round) and names that are files of
 * its own: a sign before a digit is for Etc/GMT alone.
 */
bool
zone_ok(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char more[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789+-/";
	static const char *const not_names[] = { "localtime", "posixrules",
	    "posix/", "right/" };
	size_t first = strspn(name, letters);
	const char *sign = strpbrk(name, "+-");

	for (size_t i = 0; i < sizeof(not_names) / sizeof(not_names[0]); i++)
		if (strncasecmp(name, not_names[i],
		    strlen(not_names[i])) == 0)
			return false;
	if (sign != NULL && sign[strcspn(sign, "0123456789")] != '\0' &&
	    strncasecmp(name, "Etc/GMT", 7) != 0)
		return false;
	return first > 0 && strlen(name) <= 64 &&
	    (name[first] == '\0' || name[first] == '/') &&
	    strspn(name, more) == strlen(name);
}
