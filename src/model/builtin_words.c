/* A message as words, quotations and marks. */
#include <string.h>

#include "model/builtin.h"

static const struct { const char *open, *close; } quotes[] = {
	{ "\"", "\"" }, { "\xe2\x80\x9c", "\xe2\x80\x9d" },
	{ "\xe2\x80\x9e", "\xe2\x80\x9c" }, { "\xc2\xab", "\xc2\xbb" },
	{ "`", "`" }, { "'", "'" }, { "\xe2\x80\x98", "\xe2\x80\x99" },
};

static bool
starts(struct str s, const char *lit)
{
	size_t n = strlen(lit);

	return s.n >= n && memcmp(s.p, lit, n) == 0;
}

static struct str
skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

/* White space at the start of s: its length in bytes, or 0. */
static size_t
blank(struct str s)
{
	if (s.n == 0)
		return 0;
	if (strchr(" \t\r\v\f", s.p[0]) != NULL && s.p[0] != '\0')
		return 1;
	if (starts(s, "\xc2\xa0"))
		return 2;
	return starts(s, "\xe3\x80\x80") ? 3 : 0;
}

/* May a word end before s?  Then a ' there can close a quotation. */
static bool
boundary(struct str s)
{
	return s.n == 0 || s.p[0] == '\n' || blank(s) > 0 ||
	    memchr(",.;:!?)]", s.p[0], 8) != NULL;
}

/*
 * A quotation at the start of s: its whole length, or 0.  An apostrophe
 * also stands inside words, so a single quote closes only at a word's end.
 */
static size_t
quotation(struct str s, struct str *in)
{
	size_t i, k, no, nc;
	bool single;

	for (k = 0; k < sizeof(quotes) / sizeof(quotes[0]); k++)
		if (starts(s, quotes[k].open))
			break;
	if (k == sizeof(quotes) / sizeof(quotes[0]))
		return 0;
	no = strlen(quotes[k].open);
	nc = strlen(quotes[k].close);
	single = k >= 5;
	for (i = no; i < s.n && i < BT_MAX_QUOTE && s.p[i] != '\n'; i++) {
		if (!starts(skip(s, i), quotes[k].close) || i == no)
			continue;
		if (single && !boundary(skip(s, i + nc)))
			continue;
		*in = (struct str){ s.p + no, i - no };
		return i + nc;
	}
	return 0;
}

/* A mark that stands by itself wherever it is: its length, or 0. */
static size_t
mark(struct str s)
{
	if (s.n == 0)
		return 0;
	if (memchr("\n,;()[]", s.p[0], 7) != NULL)
		return 1;
	if (memchr(".:!?", s.p[0], 4) != NULL)
		return boundary(skip(s, 1)) || s.p[1] == '"' ||
		    s.p[1] == '\'' || starts(skip(s, 1), "\xe2\x80\x9c") ||
		    starts(skip(s, 1), "\xe2\x80\x98") ? 1 : 0;
	if ((s.p[0] == '-' || s.p[0] == '*') && boundary(skip(s, 1)))
		return 1;
	if (starts(s, "\xe2\x80\xa6") || starts(s, "\xe2\x80\xa2") ||
	    starts(s, "\xe2\x80\x93") || starts(s, "\xe2\x80\x94"))
		return 3;
	return 0;
}

static size_t
word_length(struct str s)
{
	struct str in;
	size_t i;

	for (i = 0; i < s.n; i++) {
		struct str rest = skip(s, i);
		/* a hyphen or star inside a word belongs to it */
		bool joint = s.p[i] == '-' || s.p[i] == '*';

		if (blank(rest) > 0 || s.p[i] == '\n')
			break;
		if (i > 0 && !joint && mark(rest) > 0)
			break;
		if (i > 0 && s.p[i] == '"' && quotation(rest, &in) > 0)
			break;
	}
	return i;
}

static char *
lower(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++) {
		if (starts(skip(s, i), "\xe2\x80\x99")) {
			out[n++] = '\'';
			i += 2;
		} else if (s.p[i] >= 'A' && s.p[i] <= 'Z') {
			out[n++] = (char)(s.p[i] - 'A' + 'a');
		} else {
			out[n++] = s.p[i];
		}
	}
	return out;
}

static struct bt_word
word_read(struct arena *a, struct str s)
{
	struct bt_word w = { .low = "" };
	size_t n;

	if ((n = quotation(s, &w.in)) > 0) {
		w.kind = BT_QUOTE;
	} else if ((n = mark(s)) > 0) {
		w.kind = BT_MARK;
		w.low = n == 1 ? arena_strndup(a, s.p, 1) : "-";
	} else {
		w.kind = BT_TEXT;
		n = word_length(s);
		if (n == 0)
			n = 1;
		w.low = lower(a, (struct str){ s.p, n });
	}
	w.raw = (struct str){ s.p, n };
	return w;
}

struct bt_span
bt_words(struct arena *a, struct str text)
{
	struct bt_word *w;
	size_t n = 0, cap = 64, b;

	w = arena_alloc(a, cap * sizeof(*w));
	while (text.n > 0 && n < BT_MAX_WORDS) {
		if ((b = blank(text)) > 0) {
			text = skip(text, b);
			continue;
		}
		if (n == cap) {
			struct bt_word *more;

			more = arena_alloc(a, cap * 2 * sizeof(*w));
			memcpy(more, w, n * sizeof(*w));
			w = more;
			cap *= 2;
		}
		w[n] = word_read(a, text);
		text = skip(text, w[n++].raw.n);
	}
	return (struct bt_span){ w, n };
}

bool
bt_in(const char *low, const char *alternatives)
{
	size_t n = strlen(low);
	const char *p = alternatives;

	while (*p != '\0') {
		size_t len = strcspn(p, "|");

		if (len == n && memcmp(p, low, n) == 0)
			return true;
		p += len;
		if (*p == '|')
			p++;
	}
	return false;
}

bool
bt_is(const struct bt_word *w, const char *alternatives)
{
	return w->kind != BT_QUOTE && bt_in(w->low, alternatives);
}

struct bt_span
bt_sub(struct bt_span s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from >= to)
		return (struct bt_span){ s.w + (from < s.n ? from : s.n), 0 };
	return (struct bt_span){ s.w + from, to - from };
}

struct bt_span
bt_bare(struct bt_span s)
{
	while (s.n > 0 && s.w[0].kind == BT_MARK && !bt_is(s.w, "(|["))
		s = bt_sub(s, 1, s.n);
	while (s.n > 0 && s.w[s.n - 1].kind == BT_MARK &&
	    !bt_is(&s.w[s.n - 1], ")|]"))
		s.n--;
	return s;
}

struct str
bt_raw(struct bt_span s)
{
	const struct bt_word *last;

	if (s.n == 0)
		return (struct str){ "", 0 };
	last = &s.w[s.n - 1];
	return (struct str){ s.w[0].raw.p,
	    (size_t)(last->raw.p + last->raw.n - s.w[0].raw.p) };
}

bool
bt_quoted(struct bt_span s)
{
	return s.n == 1 && s.w[0].kind == BT_QUOTE;
}

struct str
bt_value(struct bt_span s)
{
	s = bt_bare(s);
	return bt_quoted(s) ? s.w[0].in : bt_raw(s);
}

const char *
bt_flat(struct arena *a, struct bt_span s)
{
	struct buf b;
	size_t i;

	buf_init(&b, a, 4096);
	for (i = 0; i < s.n && !b.bad; i++) {
		if (s.w[i].kind == BT_MARK)
			continue;
		if (b.n > 0)
			buf_putc(&b, ' ');
		if (s.w[i].kind == BT_QUOTE)
			buf_puts(&b, "\"");
		else
			buf_puts(&b, s.w[i].low);
	}
	return b.bad ? "" : buf_str(&b);
}

int64_t
bt_number(const struct bt_word *w)
{
	static const char *const names[] = { "zero", "one", "two", "three",
	    "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
	    "twelve" };
	int64_t n = 0;
	size_t i;

	if (w->kind != BT_TEXT)
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(w->low, names[i]) == 0)
			return (int64_t)i;
	if (bt_is(w, "couple"))
		return 2;
	for (i = 0; w->low[i] >= '0' && w->low[i] <= '9' && i < 15; i++)
		n = n * 10 + (w->low[i] - '0');
	return i > 0 && w->low[i] == '\0' ? n : -1;
}

int64_t
bt_place(const struct bt_word *w)
{
	static const char *const names[] = { "first", "second", "third",
	    "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
	    "tenth", "eleventh", "twelfth" };
	int64_t n = 0;
	size_t i;

	if (w->kind != BT_TEXT)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(w->low, names[i]) == 0)
			return (int64_t)i + 1;
	if (bt_is(w, "top"))
		return 1;
	if (bt_is(w, "last|final|bottom"))
		return -1;
	for (i = 0; w->low[i] >= '0' && w->low[i] <= '9' && i < 4; i++)
		n = n * 10 + (w->low[i] - '0');
	return i > 0 && bt_in(w->low + i, "st|nd|rd|th") ? n : 0;
}

/*
 * Does a sentence end at i?  The dot of "Dr." or of an initial is none, and
 * nothing ends before the last word.
 */
bool
bt_hard(struct bt_span s, size_t i)
{
	if (i + 1 >= s.n || !bt_is(&s.w[i], ".|!|?|;|\n"))
		return false;
	if (!bt_is(&s.w[i], ".") || i == 0)
		return true;
	return !bt_is(&s.w[i - 1], "dr|mr|mrs|ms|st|vs|etc|e.g|i.e|no|approx|"
	    "prof|jr|sr|dept|inc|ltd|a.m|p.m") &&
	    (s.w[i - 1].raw.n > 1 || bt_number(&s.w[i - 1]) >= 0);
}

bool
bt_at(struct bt_span s, size_t i, const char *alternatives)
{
	return i < s.n && bt_is(&s.w[i], alternatives);
}

/* Do these words, "a b|c d", stand at the start?  How many, or 0. */
size_t
bt_phrase(struct bt_span s, const char *phrases)
{
	const char *p = phrases;
	size_t i, n;

	while (*p != '\0') {
		for (i = 0; *p != '\0' && *p != '|'; i++) {
			n = strcspn(p, " |");
			if (i < s.n && s.w[i].kind != BT_QUOTE &&
			    strlen(s.w[i].low) == n &&
			    memcmp(s.w[i].low, p, n) == 0) {
				p += n;
				p += *p == ' ';
				continue;
			}
			p += strcspn(p, "|");
			i = 0;
			break;
		}
		if (i > 0)
			return i;
		p += *p == '|';
	}
	return 0;
}

bool
bt_within(struct bt_span s, size_t most, const char *alternatives)
{
	size_t i;

	for (i = 0; i < s.n && i < most; i++)
		if (bt_is(&s.w[i], alternatives))
			return true;
	return false;
}
