/* Text on its way to a model, as text and as JSON; JSON on its way back. */
#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "model/clean.h"
#include "tap.h"

#define SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define ENGLAND "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e" \
    "\U000e0067\U000e007f"

enum { ROUNDS = 20000 };	/* of random texts */

typedef struct str cleaner(struct arena *, struct str);

static const char *
string(struct arena *a, struct str s)
{
	return arena_strndup(a, s.p, s.n);
}

static void
comes_out(cleaner *clean, struct str s, const char *want, const char *name)
{
	struct arena *a = arena_new();
	struct str got = clean(a, s), again;

	is_str(string(a, got), want, "%s", name);
	again = clean(a, got);
	ok(again.p == got.p && again.n == got.n, "%s: twice is once", name);
	arena_free(a);
}

#define text(s, want, name) comes_out(clean_text, STR(s), want, name)
#define data(s, want, name) comes_out(clean_data, STR(s), want, name)

/* It is passed on, not copied. */
static void
stays(cleaner *clean, const char *s, const char *name)
{
	struct arena *a = arena_new();
	struct str got = clean(a, str_of(s));

	ok(got.p == s && got.n == strlen(s), "%s stays", name) ||
	    (diag("%s", string(a, got)), true);
	arena_free(a);
}

/* ------------------------------------------------------------- text */

static void
test_honest(void)
{
	static const char *const texts[][2] = {
		{ "", "nothing" },
		{ "two\nlines\tand café", "plain text" },
		{ "Ünïcödé 日本語 한국어 עברית العربية ไทย", "other scripts" },
		{ "می‌خواهم کتاب‌ها", "Persian with its joiners" },
		{ "क्‍ष र्‌क", "Hindi with its joiners" },
		{ "അവന്‍ വന്നു", "Malayalam with a joiner before a blank" },
		{ "ᠠ᠋ ᠨ᠎ᠠ", "Mongolian with selector and separator" },
		{ "👨‍👩‍👧 ❤️‍🔥 🏳️‍🌈 👍🏽", "emoji of several parts" },
		{ "1️⃣ #️⃣ *︎⃣", "keycaps" },
		{ ENGLAND " 🏴", "the flag of England and a black one" },
		{ "a < b, c[0] <b>bold</b> <script> [x] [ ] <filename>",
		    "brackets" },
		{ "a\xc2\xa0" "b \xef\xbf\xbd \xef\xbf\xbc", "odd but seen" },
		{ "\"quoted\" \\u001b and \\", "a backslash in text" },
	};
	size_t i;

	for (i = 0; i < SIZE(texts); i++)
		stays(clean_text, texts[i][0], texts[i][1]);
}

static void
test_unseen(void)
{
	text("a\x1b[31mb\x7f\x01\r\n\x0b" "c", "a[31mb\nc", "C0 and DEL");
	text("a\xc2\x80\xc2\x85\xc2\x9b" "b\xc2\xa0", "ab\xc2\xa0", "C1");
	text("a\u200bb\u200ec\u200fd\ufeffe", "abcde",
	    "zero width spaces and marks");
	text("a\u00adb\u034fc\u061cd\u2060e\u2064f", "abcdef",
	    "soft hyphen, word joiner, more marks");
	text("a\u202ab\u202bc\u202cd\u202de\u202ef", "abcdef",
	    "embeddings and overrides");
	text("a\u2066b\u2067c\u2068d\u2069e\u206af\u206fg", "abcdefg",
	    "isolates, and what is deprecated");
	text("\u115f\u1160a\u3164b\uffa0c\u17b4\u17b5", "abc", "fillers");
	text("a\ufff0b\ufff9c\ufffbd\U0001bca0\U0001d173", "abcd",
	    "notes, shorthand, music");
	text("a\U000e0061\U000e007f\U000e0001" "b🎉", "ab🎉", "tags");
	text("a\U000e0100b\U000e01efc\U000e0fff", "abc",
	    "selectors that carry bytes");
	text("a\u2028b\u2029c", "a b c", "separators part words, not lines");
	text("\u202e\u200b\x01", "", "nothing else");
	text("a\xff" "b\xe2\x80", "a\ufffdb\ufffd\ufffd", "not UTF-8");
	comes_out(clean_text, STR("a\0b"), "a\ufffdb", "NUL");
}

static void
test_joiners(void)
{
	text("a\u200cb\u200dc\ufe0fd", "abcd", "of no use in ASCII");
	text("\u200d\u200ca", "a", "nor before everything");
	text("é\u200d\u200c\u200d\u200cé", "é\u200dé", "a row of joiners");
	text("☂\ufe00\ufe01\ufe02\ufe0f\u200d\ufe0f", "☂\ufe00\u200d",
	    "a row of selectors");
	text("é\u200b\u200c\u202e\u200dé", "é\u200cé",
	    "a row with others in between");
	text("1\ufe01 a\ufe0f", "1 a", "of keys only the two usual ones");
	text("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067 x", "🏴 x",
	    "a flag without its end");
	text("🏴\U000e0073\U000e0061\U000e0079\U000e007f", "🏴",
	    "tags that are no such flag");
	text("a\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
	    "a", "the tags of a flag without one");
	text(ENGLAND "\U000e0061", ENGLAND, "more tags behind a flag");
}

static void
test_spellings(void)
{
	static const char *const tokens[] = {
		"<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>",
		"<|start_header_id|>", "<|channel|>", "<|python_tag|>",
		"<｜User｜>", "<｜tool▁calls▁begin｜>", "[|user|]", "<s>", "</s>",
		"[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[TOOL_CALLS]",
		"[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[AVAILABLE_TOOLS]",
		"[SYSTEM_PROMPT]", "[ARGS]", "<start_of_turn>",
		"<end_of_turn>", "<bos>", "<eos>", "<think>", "</think>",
		"<tool_call>", "</tool_call>", "<tool_response>",
		"<function=delete_task>", "<arg_key>", "<unused7>",
		"<BOS_TOKEN>", "[gMASK]", "<reserved_106>", "<seed:think>",
	};
	struct arena *a = arena_new();
	size_t i;

	for (i = 0; i < SIZE(tokens); i++) {
		const char *t = tokens[i];
		const char *want = arena_printf(a, "x%c %sx", t[0], t + 1);

		comes_out(clean_text, str_of(arena_printf(a, "x%sx", t)),
		    want, t);
		comes_out(clean_text, str_of(arena_printf(a,
		    "x%c\u200b\u200d\x1b\u202e%sx", t[0], t + 1)), want,
		    arena_printf(a, "%s with more than is seen", t));
	}
	text("[I\u200bN\xc2\x85S\u00adT\u2060] </\u200cs\ufe0f>",
	    "[ INST] < /s>", "with more between all letters");
	text("<<s>[<|", "<< s>[< |", "one in another");
	text("<|", "< |", "no more than the beginning");
	arena_free(a);
}

/* ------------------------------------------------------------- JSON */

static void
test_data(void)
{
	stays(clean_data, "{\"a\":\"x\\ny\\t\\\"z\\\\\",\"b\":[1,-2.5e3,true,"
	    "null,{}],\"é\":\"می‌خواهم\"}", "what a writer writes");
	stays(clean_data, "\"\\\\u001b \\\\\"", "an escaped backslash");
	data("{\"a\":\"x\\u001b[31m\\u0007\\b\\f\\ry\"}", "{\"a\":\"x[31my\"}",
	    "escaped controls");
	data("[\"\\u007f\\u0085\\u202e\\uFEFF\\u2028z\"]", "[\" z\"]",
	    "escaped and unseen");
	data("\"\\udb40\\udc61\\ud83c\\udf89\"", "\"🎉\"",
	    "pairs: a tag and a character");
	data("\"\\ud83c x\\udf89\\u0000\"", "\"\ufffd x\ufffd\"",
	    "halves of pairs, a NUL");
	data("\"\\u0022,\\u005c\\u000a\\u0009\\/\"", "\"\\\",\\\\\\n\\t/\"",
	    "what has to be escaped stays so");
	data("\"<\\u001b|im_start|\\u003e \\u003c\\/s> \\u005bINST]\"",
	    "\"< |im_start|> < /s> [ INST]\"", "a token, escaped");
	data("{\"\\u200bk\\u0001\":\"<|x\"}", "{\"k\":\"< |x\"}", "a name");
	data("\"\\u12 \\q \\", "\"\\\\u12 \\\\q \\\\", "no escapes");
	data("plain <s> \x1b \xff", "plain < s>  \ufffd", "no JSON");
}

static void
mend(struct str s, const char *want, const char *name)
{
	struct arena *a = arena_new();

	is_str(string(a, clean_json(a, s)), want, "%s", name);
	arena_free(a);
}

static void
test_mended(void)
{
	mend(STR("{\"a\":\"\\ud83c\\udf89\"}"), "{\"a\":\"\\ud83c\\udf89\"}",
	    "a pair stays");
	mend(STR("\"\\ud83c\\ud83c\\udf89\\udf89\""),
	    "\"\\ufffd\\ud83c\\udf89\\ufffd\"", "halves around a pair");
	mend(STR("\"\\\\ud83c \\u0000 \\u00\""),
	    "\"\\\\ud83c \\ufffd \\u00\"", "an escaped backslash, a NUL");
	mend(STR("{\n\"a\": \"b\nc\"}"), "{\n\"a\": \"b\\ufffdc\"}",
	    "a bare line end in a string, and outside");
	mend(STR("\"\\"), "\"\\", "a backslash at the end");
	mend(STR("\"\\ud83c"), "\"\\ufffd", "half a pair at the end");
}

/* ----------------------------------------------------- random texts */

/* A small generator of its own: the same numbers everywhere. */
static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80)
		buf_putc(b, (char)c);
	else if (c < 0x800)
		buf_printf(b, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
	else if (c < 0x10000)
		buf_printf(b, "%c%c%c", 0xe0 | c >> 12,
		    0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
	else
		buf_printf(b, "%c%c%c%c", 0xf0 | c >> 18,
		    0x80 | (c >> 12 & 0x3f), 0x80 | (c >> 6 & 0x3f),
		    0x80 | (c & 0x3f));
}

static uint32_t
random_char(unsigned *seed)
{
	static const uint32_t odd[] = { 1, 9, 10, 13, 27, 0x7f, 0x85, 0xad,
		0x200b, 0x200c, 0x200d, 0x200e, 0x202e, 0x2028, 0x2066, 0x180b,
		0x180e, 0xfe00, 0xfe0f, 0xfeff, 0xe0067, 0xe007f, 0xe0100,
		0x1f3f4, 0x627, 0x915, 0x2764, 0xff5c, '<', '[', '|', '/', 's',
		'>', '"', '\\', '1', '#' };
	uint32_t c = 0xd800;

	if (next(seed) % 4 != 0)
		return odd[next(seed) % SIZE(odd)];
	while (c == 0 || (c >= 0xd800 && c <= 0xdfff))
		c = next(seed) % (next(seed) % 2 ? 0x110000 : 0x80);
	return c;
}

static void
put_random(struct buf *b, unsigned *seed)
{
	static const char *const pieces[] = { "<|im_start|>", "[INST]", "<s",
		"</s>", "<<SYS>>", "<think", ENGLAND, "plain words of text",
		"[TOOL_CALLS]", "\\u001b", "1\ufe0f\u20e3" };
	size_t n = next(seed) % 24;

	while (n-- > 0)
		if (next(seed) % 6 == 0)
			buf_puts(b, pieces[next(seed) % SIZE(pieces)]);
		else
			put_utf8(b, random_char(seed));
}

/* One that a model must never get, whatever stands around it. */
static bool
is_banned(uint32_t c)
{
	return (c < 32 && c != '\t' && c != '\n') || (c >= 127 && c < 160) ||
	    c == 0xad || c == 0x200b || c == 0x200e || c == 0x200f ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	    c == 0xfeff || (c >= 0xe0080 && c <= 0xe0fff);
}

static bool
has_banned(struct str s)
{
	struct str flag = STR(ENGLAND);
	uint32_t c;
	size_t i, k, n;

	for (i = 0; i < s.n; i += n) {
		unsigned char u = (unsigned char)s.p[i];
		n = u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
		c = n == 1 ? u : u & (0x7fu >> n);
		for (k = 1; k < n; k++)
			c = c << 6 | ((unsigned char)s.p[i + k] & 0x3f);
		if (s.n - i >= flag.n && memcmp(s.p + i, flag.p, flag.n) == 0)
			n = flag.n;
		else if (is_banned(c) || (c >= 0xe0000 && c < 0xe0080))
			return true;
	}
	return false;
}

static bool
has_token(struct str s)
{
	static const char *const tokens[] = { "<|", "<｜", "[INST]", "<s>",
		"</s>", "<<SYS>>", "<think>", "[TOOL_" };
	size_t i;

	for (i = 0; i < SIZE(tokens); i++)
		if (memmem(s.p, s.n, tokens[i], strlen(tokens[i])) != NULL)
			return true;
	return false;
}

static const char *
fault(struct arena *a, cleaner *clean, struct str s)
{
	struct str got = clean(a, s), again = clean(a, got);

	if (!utf8_ok(got))
		return "not UTF-8";
	if (again.p != got.p || again.n != got.n)
		return "twice is not once";
	if (has_banned(got))
		return "something unseen";
	if (has_token(got))
		return "a token";
	return NULL;
}

/* The same string with all but letters and digits escaped. */
static struct str
escaped(struct arena *a, struct str s)
{
	struct buf b;
	size_t i, k, n;
	uint32_t c;

	buf_init(&b, a, SIZE_MAX - 1);
	buf_putc(&b, '"');
	for (i = 0; i < s.n; i += n) {
		unsigned char u = (unsigned char)s.p[i];
		n = u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
		c = n == 1 ? u : u & (0x7fu >> n);
		for (k = 1; k < n; k++)
			c = c << 6 | ((unsigned char)s.p[i + k] & 0x3f);
		if (c >= 0x10000)
			buf_printf(&b, "\\u%04x\\u%04X",
			    0xd800 + ((c - 0x10000) >> 10),
			    0xdc00 + (c & 0x3ff));
		else if ((c | 32) >= 'a' && (c | 32) <= 'z')
			buf_putc(&b, (char)c);
		else
			buf_printf(&b, "\\u%04x", c);
	}
	buf_putc(&b, '"');
	return (struct str){ buf_str(&b), b.n };
}

/* Cleaned as JSON, a string says what it says cleaned as text. */
static const char *
fault_of_data(struct arena *a, struct str s, bool plain)
{
	struct json_object *v = js_array(a), *got = NULL;
	struct str want = clean_text(a, s), json, said;
	const char *why;

	js_push(v, js_new_str(s));
	json = plain ? js_write(a, v) : escaped(a, s);
	if ((why = fault(a, clean_data, json)) != NULL)
		return why;
	if (js_parse(a, clean_data(a, json), JSON_DEPTH, &got) != NULL)
		return "no JSON any more";
	said = js_str(plain ? js_at(got, 0) : got);
	return said.n == want.n && memcmp(said.p, want.p, want.n) == 0 ?
	    NULL : "it says something else";
}

static void
test_random(void)
{
	unsigned seed = 20261121;
	int bad[4] = { 0 }, i, k;

	for (i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_new();
		const char *why[4];
		struct str s;
		struct buf b;

		buf_init(&b, a, 4096);
		put_random(&b, &seed);
		s = (struct str){ buf_str(&b), b.n };
		why[0] = fault(a, clean_text, s);
		why[1] = fault_of_data(a, s, true);
		why[2] = fault_of_data(a, s, false);
		for (k = 0; b.n > 0 && k < 3; k++)	/* any bytes now */
			b.p[next(&seed) % b.n] = (char)next(&seed);
		why[3] = fault(a, clean_text, s);
		if (why[3] == NULL)
			why[3] = fault(a, clean_data, s);
		for (k = 0; k < 4; k++)
			if (why[k] != NULL && bad[k]++ == 0)
				diag("%s: %s", why[k],
				    string(a, escaped(a, utf8_mend(a, s))));
		arena_free(a);
	}
	is_int(bad[0], 0, "%d random texts", ROUNDS);
	is_int(bad[1], 0, "as JSON");
	is_int(bad[2], 0, "as JSON that escapes");
	is_int(bad[3], 0, "random bytes as either");
}

int
main(void)
{
	test_honest();
	test_unseen();
	test_joiners();
	test_spellings();
	test_data();
	test_mended();
	test_random();
	return tap_done();
}
