/*
 * Replies arrive as models write them: Markdown, emoji, curly quotes.
 * Every byte is looked at a bounded number of times: a search for a
 * closing mark that fails is not repeated on the same line.
 */
#include <string.h>

#include "agent/words_split.h"

enum mark {			/* marks that enclose something */
	MARK_DOUBLE, MARK_CURLY, MARK_ANGLE, MARK_TICK, MARK_SINGLE,
	MARK_ROUND, MARK_BOLD, MARK__N
};

struct splitter {
	void		(*each)(void *, const struct sentence *);
	void		 *ctx;
	struct sentence	 s;
	const char	*at, *end;		/* of the line being read */
	bool		 barren[MARK__N];	/* no such mark closes here */
	bool		 bold;			/* inside transparent ** */
	bool		 fenced;		/* between ``` lines */
	bool		 block, items;		/* after a line with ':' */
};

static bool
starts(const char *p, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - p) >= n && memcmp(p, with, n) == 0;
}

static bool
ascii_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Letters of a word: ASCII's, and whatever is no sign beyond it. */
static bool
letter_at(const char *p, const char *end)
{
	unsigned char c, d;

	if (p >= end)
		return false;
	c = (unsigned char)*p;
	d = end - p > 1 ? (unsigned char)p[1] : 0;
	if (c < 0x80)
		return ascii_alnum(*p);
	if (c == 0xc2)				/* U+0080 to U+00BF */
		return false;
	if (c == 0xe2)				/* U+2000 to U+2FFF */
		return d > 0x9f;
	return c < 0xef && c != 0xe3;		/* above: emoji and variants */
}

static size_t
char_bytes(const char *p, const char *end)
{
	const char *q = p + 1;

	while (q < end && ((unsigned char)*q & 0xc0) == 0x80)
		q++;
	return (size_t)(q - p);
}

static void
flush(struct splitter *sp, char end)
{
	struct sentence *s = &sp->s;

	if (s->n > 0) {
		s->end = end;
		memset(&s->t[s->n], 0, NOTHING * sizeof(s->t[0]));
		sp->each(sp->ctx, s);
	}
	s->n = 0;
	s->ticked = false;
}

static struct token *
token_new(struct splitter *sp)
{
	if (sp->s.n == SENTENCE_MAX)
		flush(sp, ' ');
	return &sp->s.t[sp->s.n++];
}

static void
mark_put(struct splitter *sp, char mark)
{
	struct token *t;

	if (sp->s.n == 0)
		return;
	t = token_new(sp);
	memset(t, 0, sizeof(*t));
	t->mark = mark;
}

/* Also without a possessive 's that hides a word we know. */
static void
word_put(struct splitter *sp, const char *w, size_t n)
{
	struct token *t = token_new(sp);

	words_know(w, n, t);
	if (t->is == 0 && n > 2 && w[n - 2] == '\'' && w[n - 1] == 's')
		words_know(w, n - 2, t);
}

/* How many bytes of an apostrophe stand there. */
static size_t
apostrophe_at(const char *p, const char *end)
{
	if (p < end && *p == '\'')
		return 1;
	return starts(p, end, "\xe2\x80\x99") ? 3 : 0;
}

static size_t
hyphen_at(const char *p, const char *end)
{
	if (p < end && *p == '-')
		return 1;
	return starts(p, end, "\xe2\x80\x91") ? 3 : 0;
}

static void
word_read(struct splitter *sp)
{
	char w[WORD_MAX + 3];
	size_t n = 0, skip;
	const char *p = sp->at;

	while (letter_at(p, sp->end)) {
		if (n < sizeof(w))
			w[n++] = *p >= 'A' && *p <= 'Z' ?
			    (char)(*p - 'A' + 'a') : *p;
		p++;
		while (p < sp->end && ((unsigned char)*p & 0xc0) == 0x80)
			p++;
		if ((skip = apostrophe_at(p, sp->end)) > 0 &&
		    letter_at(p + skip, sp->end)) {
			if (n < sizeof(w))
				w[n++] = '\'';
			p += skip;
		} else if ((skip = hyphen_at(p, sp->end)) > 0 &&
		    letter_at(p + skip, sp->end))
			p += skip;	/* "to-do" is one word */
	}
	word_put(sp, w, n);
	sp->at = p;
}

static size_t
closes(enum mark m, const char *p, const char *end)
{
	size_t n;

	switch (m) {
	case MARK_DOUBLE:
		return *p == '"' ? 1 : starts(p, end, "\xe2\x80\x9d") ? 3 : 0;
	case MARK_CURLY:	/* „Deutsch“ closes with the English opener */
		return *p == '"' ? 1 : starts(p, end, "\xe2\x80\x9d") ||
		    starts(p, end, "\xe2\x80\x9c") ? 3 : 0;
	case MARK_ANGLE:
		return starts(p, end, "\xc2\xbb") ? 2 : 0;
	case MARK_TICK:
		return *p == '`';
	case MARK_SINGLE:
		n = apostrophe_at(p, end);
		return n > 0 && !blank(p[-1]) && !letter_at(p + n, end) ?
		    n : 0;
	case MARK_ROUND:
		return *p == ')';
	default:
		return starts(p, end, "**") ? 2 : 0;
	}
}

/* The closing mark at or after p; *n its length.  NULL if none is left. */
static const char *
closing(struct splitter *sp, enum mark m, const char *p, size_t *n)
{
	if (sp->barren[m])
		return NULL;
	for (; p < sp->end; p++)
		if ((*n = closes(m, p, sp->end)) > 0)
			return p;
	sp->barren[m] = true;
	return NULL;
}

/* Which mark opens here; *n its length. */
static bool
opens(const struct splitter *sp, enum mark *m, size_t *n)
{
	static const struct { const char *text; enum mark m; } marks[] = {
		{ "\"", MARK_DOUBLE }, { "\xe2\x80\x9c", MARK_CURLY },
		{ "\xe2\x80\x9e", MARK_CURLY }, { "\xc2\xab", MARK_ANGLE },
		{ "`", MARK_TICK }, { "'", MARK_SINGLE },
		{ "\xe2\x80\x98", MARK_SINGLE }, { "(", MARK_ROUND },
	};
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (!starts(sp->at, sp->end, marks[i].text))
			continue;
		*m = marks[i].m;
		*n = strlen(marks[i].text);
		return true;
	}
	return false;
}

/* Quoted text is one token, what stands in brackets is nothing. */
static bool
enclosed_read(struct splitter *sp)
{
	const char *close;
	enum mark m;
	size_t n, n_close;

	if (!opens(sp, &m, &n))
		return false;
	close = sp->at + n < sp->end && !blank(sp->at[n]) ?
	    closing(sp, m, sp->at + n, &n_close) : NULL;
	if (close == NULL) {
		sp->at += n;
		return true;
	}
	sp->at = close + n_close;
	if (m != MARK_ROUND) {
		struct token *t = token_new(sp);

		memset(t, 0, sizeof(*t));
		t->mark = 'q';
	}
	return true;
}

/*
 * Bold is a title ("I've added **Buy milk**") or emphasis ("has been
 * **deleted**", "**Done!**"): a title stands inside a sentence, has
 * several words, and does not begin as the rest of a claim would.
 */
static bool
bold_is_title(struct splitter *sp, const char *from, const char *to)
{
	const uint32_t claims = W_VERB | W_DONE | W_HAVE | W_BE | W_WAS |
	    W_ADV | W_NEG | W_TASK | W_FIELD | W_HIGH | W_NUM | W_ME | W_DET;
	char w[WORD_MAX];
	struct token t;
	size_t n = 0;

	if (sp->s.n == 0 || memchr(from, ' ', (size_t)(to - from)) == NULL)
		return false;
	for (; n < sizeof(w) && letter_at(from + n, to); n++)
		w[n] = from[n] >= 'A' && from[n] <= 'Z' ?
		    (char)(from[n] - 'A' + 'a') : from[n];
	words_know(w, n, &t);
	return (t.is & claims) == 0;
}

static void
bold_read(struct splitter *sp)
{
	const char *close;
	struct token *t;
	size_t n;

	sp->at += 2;
	if (sp->bold) {
		sp->bold = false;
		return;
	}
	close = closing(sp, MARK_BOLD, sp->at, &n);
	if (close == NULL)
		return;
	if (!bold_is_title(sp, sp->at, close)) {
		sp->bold = true;
		return;
	}
	sp->at = close + n;
	t = token_new(sp);
	memset(t, 0, sizeof(*t));
	t->mark = 'q';
}

/* A point ends a sentence unless something goes on right after it. */
static bool
point_ends(const struct splitter *sp)
{
	const char *p = sp->at + 1;

	while (p < sp->end && (*p == '.' || *p == '"' || *p == '\'' ||
	    *p == ')' || *p == '*' || *p == '_'))
		p++;
	return p == sp->end || blank(*p) || (unsigned char)*p >= 0x80;
}

static void
ending_read(struct splitter *sp)
{
	char end = *sp->at;

	if (end == '.' && !point_ends(sp)) {
		sp->at++;
		return;
	}
	for (; sp->at < sp->end && memchr(".!?", *sp->at, 3) != NULL; sp->at++)
		if (*sp->at == '?')
			end = '?';
	flush(sp, end);
}

static void
ascii_read(struct splitter *sp)
{
	const char *next = sp->at + 1;

	switch (*sp->at) {
	case '.': case '!': case '?':
		ending_read(sp);
		return;
	case ',': case ';': case '=': case '>': case '|':
		mark_put(sp, ',');
		break;
	case '-':
		if (next == sp->end || !letter_at(next, sp->end))
			mark_put(sp, ',');
		break;
	case ':':
		if (next == sp->end || blank(*next) || *next == '*')
			mark_put(sp, ':');
		break;
	case '&':
		word_put(sp, "and", 3);
		break;
	}
	sp->at++;
}

static bool
tick_at(const char *p, const char *end)
{
	static const char *const ticks[] = {
		"\xe2\x9c\x85", "\xe2\x9c\x94", "\xe2\x9c\x93",
		"\xe2\x98\x91", "\xf0\x9f\x8e\x89", "\xf0\x9f\x91\x8d"
	};
	size_t i;

	for (i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++)
		if (starts(p, end, ticks[i]))
			return true;
	return false;
}

/* Dashes, arrows and emoji part clauses; an ellipsis ends a sentence. */
static void
sign_read(struct splitter *sp)
{
	const char *p = sp->at;
	unsigned char c = (unsigned char)*p;

	if (starts(p, sp->end, "\xe2\x80\xa6"))
		flush(sp, '.');
	else if (starts(p, sp->end, "\xe2\x80\x93") ||
	    starts(p, sp->end, "\xe2\x80\x94") ||
	    (c == 0xe2 && !starts(p, sp->end, "\xe2\x80")) || c >= 0xf0) {
		if (sp->s.n == 0 && tick_at(p, sp->end))
			sp->s.ticked = true;
		mark_put(sp, ',');
	}
	sp->at += char_bytes(p, sp->end);
}

static void
line_read(struct splitter *sp)
{
	memset(sp->barren, 0, sizeof(sp->barren));
	sp->bold = false;
	while (sp->at < sp->end) {
		if (letter_at(sp->at, sp->end))
			word_read(sp);
		else if (starts(sp->at, sp->end, "**"))
			bold_read(sp);
		else if (enclosed_read(sp))
			continue;
		else if ((unsigned char)*sp->at < 0x80)
			ascii_read(sp);
		else
			sign_read(sp);
	}
	flush(sp, '\n');
}

/* "3. ", "12) ", "3: ", "3 - ", and the number on a key cap */
static bool
numbered(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && digit(*q))
		q++;
	if (q == p || q - p > 4)
		return false;
	if (starts(q, end, "\xef\xb8\x8f") || starts(q, end, "\xe2\x83\xa3") ||
	    starts(q, end, " - ") || starts(q, end, " \xe2\x80\x93 "))
		return true;
	return q + 1 < end && memchr(".):", *q, 3) != NULL && blank(q[1]);
}

static bool
line_is_item(const char *p, const char *end)
{
	static const char *const bullets[] = {
		"- ", "* ", "+ ", "|", ">", "[ ]", "[x]", "[X]",
		"\xe2\x80\xa2", "\xc2\xb7", "\xe2\x97", "\xe2\x96",
		"\xe2\x80\xa3", "\xe2\x80\x93 ", "\xe2\x98\x90",
		"\xe2\xac\x9c", "\xf0\x9f\x94\xb2"
	};
	size_t i;

	for (i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++)
		if (starts(p, end, bullets[i]))
			return true;
	if (p < end && *p == '#')
		return end - p > 1 && digit(p[1]);
	return numbered(p, end) || (end - p > 2 && ascii_alnum(*p) &&
	    p[1] == ')' && blank(p[2]));
}

/* What the line ends with, emphasis aside. */
static char
line_last(const char *p, const char *end)
{
	while (end > p && (end[-1] == '*' || end[-1] == '_'))
		end--;
	return end > p ? end[-1] : '\0';
}

/* Lines below "Here they are:" are items even without a bullet. */
static bool
line_is_listed(struct splitter *sp, const char *p, const char *end)
{
	char last = line_last(p, end);
	bool listed;

	if (line_is_item(p, end)) {
		sp->items = true;
		return true;
	}
	listed = sp->block && memchr(".!?:", last, 4) == NULL;
	sp->items = sp->items || listed;
	if (!listed) {
		sp->block = last == ':';
		sp->items = false;
	}
	return listed;
}

static void
line_take(struct splitter *sp, const char *p, const char *end)
{
	while (p < end && blank(*p))
		p++;
	while (end > p && blank(end[-1]))
		end--;
	if (starts(p, end, "```")) {
		sp->fenced = !sp->fenced;
		return;
	}
	if (p == end)
		sp->block = sp->block && !sp->items;
	if (p == end || sp->fenced || line_is_listed(sp, p, end))
		return;
	while (p < end && (*p == '#' || blank(*p)))
		p++;
	sp->at = p;
	sp->end = end;
	line_read(sp);
}

static const char *
line_end(const char *p, const char *end)
{
	const char *q = memchr(p, '\n', (size_t)(end - p));

	return q == NULL ? end : q;
}

/* Is there only one line with something on it? */
static bool
one_line(const char *p, const char *end)
{
	const char *q;
	size_t n = 0;

	for (; p < end && n < 2; p = q < end ? q + 1 : end) {
		q = line_end(p, end);
		while (p < q && blank(*p))
			p++;
		n += p < q;
	}
	return n == 1;
}

void
words_split(struct arena *a, struct str reply,
    void (*each)(void *ctx, const struct sentence *s), void *ctx)
{
	const char *p = reply.p, *q, *end = reply.p + reply.n;
	struct splitter *sp;

	if (reply.n == 0)
		return;
	sp = arena_alloc(a, sizeof(*sp));
	sp->each = each;
	sp->ctx = ctx;
	sp->s.alone = one_line(p, end);
	for (; p < end; p = q < end ? q + 1 : end) {
		q = line_end(p, end);
		line_take(sp, p, q);
	}
}
