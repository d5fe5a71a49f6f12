#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "model/clean.h"

static bool
begins(const char *p, size_t left, const char *with)
{
	size_t n = strlen(with);

	return left >= n && memcmp(p, with, n) == 0;
}

/* ------------------------------------------------- what nobody sees */

/* Line and paragraph separator: what they part stays apart. */
static bool
is_separator(uint32_t c)
{
	return c == 0x2028 || c == 0x2029;
}

/* ZWNJ, ZWJ, the Mongolian vowel separator: scripts and emoji need them. */
static bool
is_joiner(uint32_t c)
{
	return c == 0x200c || c == 0x200d || c == 0x180e;
}

static bool
is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x180b && c <= 0x180f);
}

/*
 * May joiner or selector c stand behind the character before?  A row of them
 * would carry bits, and one in ASCII hide a token; there they do nothing but
 * make a digit a key's cap.
 */
static bool
is_needed(uint32_t c, uint32_t before)
{
	if (before < 0x80)
		return (c == 0xfe0e || c == 0xfe0f) && (before == '#' ||
		    before == '*' || (before >= '0' && before <= '9'));
	return !is_joiner(before) && (is_joiner(c) || !is_selector(before));
}

/* The three flags made of tags that fonts have; bytes behind U+1F3F4. */
static size_t
flag_at(const char *p, size_t left)
{
#define TAG(c)	"\xf3\xa0\x81" c
	static const char *const flags[] = {
		TAG("\xa7") TAG("\xa2") TAG("\xa5") TAG("\xae") TAG("\xa7")
		    TAG("\xbf"),			/* gbeng */
		TAG("\xa7") TAG("\xa2") TAG("\xb3") TAG("\xa3") TAG("\xb4")
		    TAG("\xbf"),			/* gbsct */
		TAG("\xa7") TAG("\xa2") TAG("\xb7") TAG("\xac") TAG("\xb3")
		    TAG("\xbf"),			/* gbwls */
	};
#undef TAG
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (begins(p, left, flags[i]))
			return strlen(flags[i]);
	return 0;
}

/*
 * Does what is at p stay?  *n: its bytes; *before: the last character that
 * stayed.
 */
static bool
stays(const char *p, size_t left, uint32_t *before, size_t *n)
{
	uint32_t c = utf8_decode(p, n);
	size_t flag = 0;

	if (*before == 0x1f3f4 && (flag = flag_at(p, left)) > 0)
		*n = flag;
	else if (is_joiner(c) || is_selector(c)) {
		if (!is_needed(c, *before))
			return false;
	} else if (utf8_unseen(c) || is_separator(c))
		return false;
	*before = c;
	return true;
}

/* Bytes at i that stay, up to the first that does not. */
static size_t
run_at(struct str s, size_t i, uint32_t *before, size_t *gone)
{
	size_t from = i, n;

	*gone = 0;
	while (i < s.n) {
		if (s.n - i >= 8 && text_plain8(s.p + i, 0x7f, 0x7f)) {
			i += 8;
			*before = (unsigned char)s.p[i - 1];
			continue;
		}
		if (!stays(s.p + i, s.n - i, before, &n)) {
			*gone = n;
			break;
		}
		i += n;
	}
	return i - from;
}

static struct str
without_unseen(struct arena *a, struct str s)
{
	uint32_t before = 0;
	size_t i, n, gone;
	struct buf b;

	if ((i = run_at(s, 0, &before, &gone)) == s.n)
		return s;
	buf_init(&b, a, SIZE_MAX - 1);
	buf_put(&b, s.p, i);
	while (i < s.n) {
		if (is_separator(utf8_decode(s.p + i, &n))) {
			buf_putc(&b, ' ');
			before = ' ';
		}
		i += gone;
		n = run_at(s, i, &before, &gone);
		buf_put(&b, s.p + i, n);
		i += n;
	}
	return (struct str){ buf_str(&b), b.n };
}

/* ------------------------------------------- what only looks like text */

/*
 * How control tokens of open vocabularies begin, and marks of their chat
 * templates.  A server may read them in what people write; with a blank
 * behind the first byte they are plain text.
 */
static const char *const spellings[] = {
	/* ChatML, Llama 3, Phi, Harmony, Kimi; DeepSeek; EXAONE */
	"<|", "<\xef\xbd\x9c", "[|",
	/* Llama 2, Mistral */
	"<s>", "</s>", "<unk>", "<pad>", "<<SYS>>", "<</SYS>>", "[INST]",
	"[/INST]", "[TOOL_", "[/TOOL_", "[AVAILABLE_TOOLS]",
	"[/AVAILABLE_TOOLS]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]",
	"[ARGS]", "[CALL_ID]", "[THINK]", "[/THINK]", "[IMG]", "[IMG_",
	"[AUDIO]", "[BEGIN_AUDIO]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]",
	/* Gemma */
	"<bos>", "<eos>", "<mask>", "<start_of_", "<end_of_",
	"<start_function_", "<end_function_", "<turn|", "<channel|",
	"<unused",
	/* Qwen, Hermes, GLM, MiniMax, Seed */
	"<think>", "</think>", "<tool_call", "</tool_call",
	"<tool_response", "</tool_response", "<tools>", "</tools>",
	"<function=", "</function>", "<function_calls>",
	"</function_calls>", "<parameter=", "</parameter>", "<arg_key>",
	"</arg_key>", "<arg_value>", "</arg_value>", "<minimax:",
	"</minimax:", "<seed:", "</seed:", "[gMASK]", "[sMASK]", "[MASK]",
	"<sop>", "<eop>",
	/* Command, Kimi, Baichuan, Nemotron, T5, StarCoder */
	"<BOS_TOKEN>", "<EOS_TOKEN>", "<EOP_TOKEN>", "<PAD_TOKEN>", "[BOS]",
	"[EOS]", "[EOT]", "[PAD]", "[UNK]", "<reserved_", "<SPECIAL_",
	"<extra_id_", "<fim_",
};

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

static size_t
next_spelling(struct str s, size_t i)
{
	while (i < s.n) {
		if (s.n - i >= 8 && text_plain8(s.p + i, '<', '[')) {
			i += 8;
			continue;
		}
		if (spelling_at(s.p + i, s.n - i))
			break;
		i++;
	}
	return i;
}

static struct str
without_spellings(struct arena *a, struct str s)
{
	size_t from = 0, i = next_spelling(s, 0);
	struct buf b;

	if (i == s.n)
		return s;
	buf_init(&b, a, SIZE_MAX - 1);
	for (; i < s.n; i = next_spelling(s, from)) {
		buf_put(&b, s.p + from, i + 1 - from);
		buf_putc(&b, ' ');
		from = i + 1;
	}
	buf_put(&b, s.p + from, s.n - from);
	return (struct str){ buf_str(&b), b.n };
}

/* What is unseen goes first: it may stand in the midst of a spelling. */
struct str
clean_text(struct arena *a, struct str s)
{
	if (!utf8_ok(s))
		s = utf8_mend(a, s);
	return without_spellings(a, without_unseen(a, s));
}

/* ------------------------------------------------- escapes in JSON */

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

/* One of the four that stand for themselves in what JSON writers write. */
static bool
is_usual_escape(const char *p, size_t left)
{
	return left >= 2 && (p[1] == '"' || p[1] == '\\' || p[1] == 'n' ||
	    p[1] == 't');
}

static void
put_char(struct buf *b, uint32_t c)
{
	if (c >= 0x10000) {
		buf_putc(b, (char)(0xf0 | c >> 18));
		buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
	} else if (c >= 0x800)
		buf_putc(b, (char)(0xe0 | c >> 12));
	if (c >= 0x800)
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	else
		buf_putc(b, (char)(0xc0 | c >> 6));
	buf_putc(b, (char)(0x80 | (c & 0x3f)));
}

/* The character of an escape, as it stands in a string unless it has to be. */
static void
put_escaped(struct buf *b, uint32_t c)
{
	if (c == '\n')
		buf_puts(b, "\\n");
	else if (c == '\t')
		buf_puts(b, "\\t");
	else if (c == '"' || c == '\\')
		buf_printf(b, "\\%c", (int)c);
	else if (c >= 0x80)
		put_char(b, c);
	else if (c >= ' ')
		buf_putc(b, (char)c);
}

/*
 * Copy the character that the backslash p begins; the number of bytes taken.
 * One that is no escape is made a backslash.
 */
static size_t
put_unescaped(struct buf *b, const char *p, size_t left)
{
	long v = escape_at(p, left), low;

	if (is_usual_escape(p, left)) {
		buf_put(b, p, 2);
		return 2;
	}
	if (v < 0 && left >= 2 && p[1] == '/')
		buf_putc(b, '/');
	else if (v < 0 && (left < 2 || (p[1] != 'b' && p[1] != 'f' &&
	    p[1] != 'r'))) {
		buf_puts(b, "\\\\");
		return 1;
	}
	if (v < 0)
		return 2;
	low = is_high(v) ? escape_at(p + 6, left - 6) : -1;
	if (is_low(low)) {
		put_escaped(b, (uint32_t)(0x10000 + ((v - 0xd800) << 10) +
		    (low - 0xdc00)));
		return 12;
	}
	put_escaped(b, is_high(v) || is_low(v) ? 0xfffd : (uint32_t)v);
	return 6;
}

/* The first escape that does not stand for itself. */
static size_t
first_escape(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		if (s.n - i >= 8 && text_plain8(s.p + i, '\\', '\\')) {
			i += 8;
			continue;
		}
		if (s.p[i] == '\\' && !is_usual_escape(s.p + i, s.n - i))
			break;
		i += s.p[i] == '\\' ? 2 : 1;
	}
	return i;
}

static struct str
unescaped(struct arena *a, struct str s)
{
	size_t i = first_escape(s);
	struct buf b;

	if (i == s.n)
		return s;
	buf_init(&b, a, SIZE_MAX - 1);
	buf_put(&b, s.p, i);
	while (i < s.n) {
		if (s.p[i] == '\\')
			i += put_unescaped(&b, s.p + i, s.n - i);
		else
			buf_putc(&b, s.p[i++]);
	}
	return (struct str){ buf_str(&b), b.n };
}

struct str
clean_data(struct arena *a, struct str s)
{
	if (!utf8_ok(s))
		s = utf8_mend(a, s);
	return clean_text(a, unescaped(a, s));
}

/* ------------------------------------------------ JSON of a server */

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
