/* Loose matching of titles: stems, stop words, a slip of the finger. */
#include <string.h>

#include "base/text.h"
#include "model/builtin.h"

#define MOST_TOKENS	32	/* of a title that are compared */
#define STEM		40	/* bytes of a token that count */

struct tokens {
	size_t	 n;
	char	 v[MOST_TOKENS][STEM];
};

static bool
ends(const char *s, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n > k && memcmp(s + n - k, end, k) == 0;
}

/*
 * Cut a lower-case word to its stem, so that "groceries" is "grocery" and
 * "buying" is "buy".  Both sides of a comparison go through here: what
 * matters is that they come out the same, not that they are words.
 */
static void
stem(char *s)
{
	static const struct { const char *was, *is; } odd[] = {
		{ "bought", "buy" }, { "paid", "pay" }, { "sent", "send" },
		{ "wrote", "writ" }, { "written", "writ" }, { "made", "mak" },
		{ "met", "meet" }, { "done", "do" }, { "did", "do" },
		{ "got", "get" }, { "took", "tak" }, { "went", "go" },
		{ "read", "read" }, { "said", "say" }, { "told", "tell" },
	};
	size_t n = strlen(s), i;

	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (strcmp(s, odd[i].was) == 0) {
			memcpy(s, odd[i].is, strlen(odd[i].is) + 1);
			return;
		}
	if (ends(s, n, "'s"))
		n -= 2;
	if (n > 4 && ends(s, n, "ies")) {
		n -= 2;
		s[n - 1] = 'y';
	} else if (n > 4 && (ends(s, n, "ses") || ends(s, n, "xes") ||
	    ends(s, n, "ches") || ends(s, n, "shes"))) {
		n -= 2;
	} else if (n > 3 && s[n - 1] == 's' && s[n - 2] != 's' &&
	    s[n - 2] != 'u' && s[n - 2] != 'i') {
		n--;
	}
	if (n > 5 && ends(s, n, "ing"))
		n -= 3;
	else if (n > 4 && ends(s, n, "ed"))
		n -= 2;
	if (n > 3 && s[n - 1] == s[n - 2] && strchr("bdgmnprt", s[n - 1]))
		n--;
	if (n > 3 && s[n - 1] == 'e')
		n--;
	s[n] = '\0';
}

static void
tokens_add(struct tokens *t, const char *p, size_t n)
{
	char *s;

	if (t->n == MOST_TOKENS || n == 0)
		return;
	s = t->v[t->n++];
	if (n >= STEM)
		n = STEM - 1;
	memcpy(s, p, n);
	s[n] = '\0';
	stem(s);
}

static bool
letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    c >= 0x80 || c == '\'';
}

/* Cut at everything that is no letter or digit; stop words left out. */
static void
tokens_read(struct arena *a, struct str s, bool all, int depth,
    struct tokens *t)
{
	struct bt_span w = bt_words(a, s);
	size_t i;

	t->n = 0;
	for (i = 0; i < w.n; i++) {
		const char *p = w.w[i].low;

		if (w.w[i].kind == BT_QUOTE && depth < 2) {
			struct tokens in;
			size_t k;

			tokens_read(a, w.w[i].in, all, depth + 1, &in);
			for (k = 0; k < in.n && t->n < MOST_TOKENS; k++)
				memcpy(t->v[t->n++], in.v[k], STEM);
			continue;
		}
		if (!all && bt_in(p, "the|a|an|my|to|of|for|task|todo|item|on|"
		    "in|at|and|with|one|some|that|this|about|your|our|it|is"))
			continue;
		while (*p != '\0') {
			size_t n = 0;

			while (letter((unsigned char)p[n]))
				n++;
			tokens_add(t, p, n);
			p += n + (p[n] != '\0');
		}
	}
}

/* At most one letter added, lost, changed or swapped with its neighbour. */
static bool
one_slip(const char *x, const char *y)
{
	size_t nx = strlen(x), ny = strlen(y), i = 0;

	if (nx > ny)
		return one_slip(y, x);
	if (nx < 5 || ny - nx > 1)
		return false;
	while (i < nx && x[i] == y[i])
		i++;
	if (ny > nx)
		return strcmp(x + i, y + i + 1) == 0;
	if (strcmp(x + i + (i < nx), y + i + (i < ny)) == 0)
		return true;
	return i + 1 < nx && x[i] == y[i + 1] && x[i + 1] == y[i] &&
	    strcmp(x + i + 2, y + i + 2) == 0;
}

/* Hundredths of the words that the title has; 0: it does not fit. */
static int
score(const struct tokens *words, const struct tokens *title)
{
	size_t i, k, hits = 0;

	for (i = 0; i < words->n; i++)
		for (k = 0; k < title->n; k++)
			if (strcmp(words->v[i], title->v[k]) == 0 ||
			    one_slip(words->v[i], title->v[k])) {
				hits++;
				break;
			}
	return words->n == 0 ? 0 : (int)(100 * hits / words->n);
}

/* Same title but for case and white space around it. */
static bool
same(struct str x, struct str y)
{
	size_t i;

	if (x.n != y.n)
		return false;
	for (i = 0; i < x.n; i++) {
		unsigned char c = (unsigned char)x.p[i];
		unsigned char d = (unsigned char)y.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (d >= 'A' && d <= 'Z')
			d = (unsigned char)(d + 32);
		if (c != d)
			return false;
	}
	return true;
}

struct bt_tasks
bt_match(struct arena *a, struct bt_span words, struct bt_tasks among)
{
	struct bt_tasks out = { 0, NULL };
	struct tokens want, has;
	struct str exact = bt_value(words);
	int best = 70, s;
	size_t i;

	out.v = arena_alloc(a, (among.n + 1) * sizeof(*out.v));
	for (i = 0; i < among.n; i++)
		if (same(exact, among.v[i].title))
			out.v[out.n++] = among.v[i];
	if (out.n > 0)
		return out;
	tokens_read(a, bt_raw(words), false, 0, &want);
	if (want.n == 0)
		tokens_read(a, bt_raw(words), true, 0, &want);
	for (i = 0; i < among.n; i++) {
		tokens_read(a, among.v[i].title, true, 0, &has);
		s = score(&want, &has);
		if (s < best)
			continue;
		if (s > best)
			out.n = 0;
		best = s;
		out.v[out.n++] = among.v[i];
	}
	return out;
}

struct bt_tasks
bt_tasks_of(struct arena *a, struct json_object *list)
{
	struct bt_tasks out;
	struct json_object *item;
	size_t n, i;

	if (js_type(list) == JS_OBJ)
		list = js_get(list, "tasks");
	n = js_len(list);
	out.n = 0;
	out.v = arena_alloc(a, (n + 1) * sizeof(*out.v));
	for (i = 0; i < n; i++) {
		item = js_at(list, i);
		if (js_int(item, "id", -1) < 0)
			continue;
		out.v[out.n++] = (struct bt_task){ js_int(item, "id", -1),
		    js_str(js_get(item, "title")),
		    js_bool(item, "completed", false), item };
	}
	return out;
}

/* The database looks for the text itself, so its ending must not differ. */
const char *
bt_needle(struct arena *a, struct bt_span words)
{
	struct str s;
	char *out;
	size_t n;

	words = bt_bare(words);
	if (words.n > 1 && bt_is(&words.w[0], "the|my|a|an"))
		words = bt_sub(words, 1, words.n);
	s = bt_value(words);
	if (s.n > 200)
		s.n = utf8_fit(s, 200);
	out = arena_strndup(a, s.p, s.n);
	if (words.n == 0 || words.w[words.n - 1].kind == BT_QUOTE)
		return out;
	n = strlen(out);
	if (n > 4 && ends(out, n, "ies"))
		out[n - 3] = '\0';
	else if (n > 3 && out[n - 1] == 's' && out[n - 2] != 's' &&
	    out[n - 2] != 'u')
		out[n - 1] = '\0';
	return out;
}
