#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "model/clean.h"

/* The first byte stays, a blank follows it: enough to be plain text. */
static const char *const spellings[] = { "<|", "<\xef\xbd\x9c", "[INST]",
    "[/INST]", "<<SYS>>", "<</SYS>>", "<s>", "</s>", "<start_of_turn>",
    "<end_of_turn>", "<bos>", "<eos>", "[TOOL_CALLS]",
    "[AVAILABLE_TOOLS]", "[TOOL_RESULTS]" };

static bool
begins(const char *p, size_t left, const char *with)
{
	size_t n = strlen(with);

	return left >= n && memcmp(p, with, n) == 0;
}

static bool
spelling_at(const char *p, size_t left)
{
	size_t i;

	if (*p != '<' && *p != '[')
		return false;
	for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (begins(p, left, spellings[i]))
			return true;
	return false;
}

/* Bytes at p of one character that nobody sees; 0 when it is an honest one. */
static size_t
unseen_at(const char *p, size_t left)
{
	const unsigned char *u = (const unsigned char *)p;

	if ((u[0] < ' ' && u[0] != '\n' && u[0] != '\t') || u[0] == 0x7f)
		return 1;
	/* U+0080 to U+009F */
	if (u[0] == 0xc2 && left >= 2 && u[1] < 0xa0)
		return 2;
	/* U+202A to U+202E, U+2066 to U+2069 */
	if (u[0] == 0xe2 && left >= 3 &&
	    ((u[1] == 0x80 && u[2] >= 0xaa && u[2] <= 0xae) ||
	    (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)))
		return 3;
	/* U+E0000 to U+E007F */
	if (u[0] == 0xf3 && left >= 4 && u[1] == 0xa0 &&
	    (u[2] == 0x80 || u[2] == 0x81))
		return 4;
	return 0;
}

static size_t
first_unclean(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		if (s.n - i >= 8 && text_plain8(s.p + i, '<', '[')) {
			i += 8;
			continue;
		}
		if (unseen_at(s.p + i, s.n - i) > 0 ||
		    spelling_at(s.p + i, s.n - i))
			break;
		i++;
	}
	return i;
}

struct str
clean_text(struct arena *a, struct str s)
{
	struct buf b;
	size_t i, n;

	if (!utf8_ok(s))
		s = utf8_mend(a, s);
	if ((i = first_unclean(s)) == s.n)
		return s;
	buf_init(&b, a, SIZE_MAX - 1);
	buf_put(&b, s.p, i);
	for (; i < s.n; i++) {
		if ((n = unseen_at(s.p + i, s.n - i)) > 0) {
			i += n - 1;
			continue;
		}
		buf_putc(&b, s.p[i]);
		if (spelling_at(s.p + i, s.n - i))
			buf_putc(&b, ' ');
	}
	return (struct str){ buf_str(&b), b.n };
}

/* The value of "\uXXXX" at p, or -1. */
static long
escape_at(const char *p, size_t left)
{
	long v = 0;
	int i, h;

	if (left < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (i = 2; i < 6; i++) {
		if ((h = hex_value(p[i])) < 0)
			return -1;
		v = v * 16 + h;
	}
	return v;
}

static bool
is_high(long v)
{
	return v >= 0xd800 && v <= 0xdbff;
}

static bool
is_low(long v)
{
	return v >= 0xdc00 && v <= 0xdfff;
}

/*
 * Copy what begins at the backslash p, mended; the number of bytes taken.
 */
static size_t
mend_escape(struct buf *b, const char *p, size_t left)
{
	long v = escape_at(p, left);
	size_t n = left < 2 ? left : 2;

	if (v >= 0)
		n = 6;
	if (is_high(v) && is_low(escape_at(p + 6, left - 6)))
		n = 12;
	else if (v == 0 || is_high(v) || is_low(v)) {
		buf_puts(b, "\\ufffd");
		return n;
	}
	buf_put(b, p, n);
	return n;
}

static struct str
mend_strings(struct arena *a, struct str s)
{
	bool quoted = false;
	struct buf b;
	size_t i = 0;

	buf_init(&b, a, SIZE_MAX - 1);
	while (i < s.n) {
		if (quoted && s.p[i] == '\\') {
			i += mend_escape(&b, s.p + i, s.n - i);
			continue;
		}
		if (s.p[i] == '"')
			quoted = !quoted;
		if (quoted && (unsigned char)s.p[i] < ' ')
			buf_puts(&b, "\\ufffd");
		else
			buf_putc(&b, s.p[i]);
		i++;
	}
	return (struct str){ buf_str(&b), b.n };
}

/* Nearly all events have neither: they are not copied. */
static bool
needs_mending(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		if (s.n - i >= 8 && text_plain8(s.p + i, '\\', '\\')) {
			i += 8;
			continue;
		}
		if ((unsigned char)s.p[i] < ' ' ||
		    (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'u'))
			return true;
		i++;
	}
	return false;
}

struct str
clean_json(struct arena *a, struct str s)
{
	if (!utf8_ok(s))
		s = utf8_mend(a, s);
	return needs_mending(s) ? mend_strings(a, s) : s;
}
