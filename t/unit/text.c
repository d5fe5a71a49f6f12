/* Text functions: UTF-8 by the letter of RFC 3629, strict decoders. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tap.h"

static struct arena *a;

static void
utf8_is(const char *p, size_t n, bool want, const char *what)
{
	ok(utf8_ok((struct str){ p, n }) == want, "%s is %stext", what,
	    want ? "" : "not ");
}

#define GOOD(lit, what) utf8_is(lit, sizeof(lit) - 1, true, what)
#define BAD(lit, what) utf8_is(lit, sizeof(lit) - 1, false, what)

static void
test_utf8_ok(void)
{
	utf8_is(NULL, 0, true, "nothing");
	GOOD("abc\x7f\n", "ASCII");
	GOOD("\xc2\x80", "U+0080");
	GOOD("\xdf\xbf", "U+07FF");
	GOOD("\xe0\xa0\x80", "U+0800");
	GOOD("\xed\x9f\xbf", "U+D7FF");
	GOOD("\xee\x80\x80", "U+E000");
	GOOD("\xef\xbf\xbf", "U+FFFF");
	GOOD("\xf0\x90\x80\x80", "U+10000");
	GOOD("\xf4\x8f\xbf\xbf", "U+10FFFF");
	BAD("a\0b", "a NUL");
	BAD("\x80", "a stray continuation");
	BAD("\xbf", "another");
	BAD("\xc0\x80", "an overlong NUL");
	BAD("\xc0\xaf", "an overlong slash");
	BAD("\xc1\xbf", "an overlong U+007F");
	BAD("\xe0\x9f\xbf", "an overlong U+07FF");
	BAD("\xf0\x8f\xbf\xbf", "an overlong U+FFFF");
	BAD("\xed\xa0\x80", "a high surrogate");
	BAD("\xed\xbf\xbf", "a low surrogate");
	BAD("\xf4\x90\x80\x80", "U+110000");
	BAD("\xf5\x80\x80\x80", "F5");
	BAD("\xff", "FF");
	BAD("\xc2", "half of two");
	BAD("\xe2\x82", "two of three");
	BAD("\xf0\x9f\x98", "three of four");
	BAD("\xc3(", "a wrong second byte");
	BAD("\xe2\x82(", "a wrong third byte");
	BAD("\xf0\x9f\x98(", "a wrong fourth byte");
	BAD("\xe2(\x82", "a wrong second byte of three");
}

/* The slow way: decode, and compare with what an encoder would write. */
static bool
is_text_slowly(const unsigned char *p, size_t n)
{
	unsigned long c;
	size_t i = 0, len, j;

	while (i < n) {
		if (p[i] == 0)
			return false;
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		len = p[i] >> 5 == 6 ? 2 : p[i] >> 4 == 14 ? 3 :
		    p[i] >> 3 == 30 ? 4 : 0;
		if (len == 0 || n - i < len)
			return false;
		c = p[i] & (0x7fu >> len);
		for (j = 1; j < len; j++) {
			if (p[i + j] >> 6 != 2)
				return false;
			c = c << 6 | (p[i + j] & 63);
		}
		if (c < (len == 2 ? 0x80u : len == 3 ? 0x800u : 0x10000u) ||
		    c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return false;
		i += len;
	}
	return true;
}

static void
test_utf8_all(void)
{
	unsigned char p[4];
	unsigned long i;
	bool same = true;

	for (i = 0; i < 0x1000000; i++) {
		p[0] = (unsigned char)(i >> 16);
		p[1] = (unsigned char)(i >> 8);
		p[2] = (unsigned char)i;
		if (p[0] < 0xe0 && i % 7 != 0)
			continue;
		p[3] = (unsigned char)(0x78 + i % 16);
		same = same && utf8_ok((struct str){ (char *)p, 3 }) ==
		    is_text_slowly(p, 3);
		same = same && utf8_ok((struct str){ (char *)p, 4 }) ==
		    is_text_slowly(p, 4);
	}
	ok(same, "millions of sequences are judged as a decoder would");
}

/* Each value of each of the eight bytes, as the sentence above it says. */
static void
test_plain(void)
{
	char eight[8];
	bool same = true, fast = true;
	int at, c;

	for (at = 0; at < 8; at++) {
		memset(eight, at % 2 == 0 ? '~' : ' ', sizeof(eight));
		for (c = 0; c < 256; c++) {
			eight[at] = (char)c;
			same = same && text_plain8(eight, '"', '\\') ==
			    (c >= ' ' && c < 0x7f && c != '"' && c != '\\');
			fast = fast && utf8_ok((struct str){ eight, 8 }) ==
			    (c > 0 && c < 0x80);
		}
	}
	ok(same, "eight plain bytes are known from others");
	ok(fast, "eight bytes of ASCII too");
}

static void
fit_is(const char *s, size_t n, size_t max, size_t want)
{
	is_int((long long)utf8_fit((struct str){ s, n }, max),
	    (long long)want, "%zu bytes in at most %zu", n, max);
}

static void
test_utf8_parts(void)
{
	static const char euro[] = "a\xe2\x82\xac\xf0\x9f\x98\x80z";
	static const size_t want[] = { 0, 1, 1, 1, 4, 4, 4, 4, 8, 9, 9 };
	size_t i;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		fit_is(euro, 9, i, want[i]);
	fit_is("\xc3\xa4\xc3", 3, 3, 2);
	fit_is("\xc3", 1, 1, 0);
	fit_is(NULL, 0, 9, 0);
	fit_is("\x80\x80\x80\x80\x80\x80", 6, 5, 5);
	is_int((long long)utf8_count(STR("a\xe2\x82\xac\xf0\x9f\x98\x80z")), 4,
	    "four characters");
	is_int((long long)utf8_count(str_of(NULL)), 0, "none in nothing");
}

static void
mend_is(struct str in, const char *want, const char *what)
{
	struct str out = utf8_mend(a, in);

	is_str(out.p, want, "mended: %s", what);
	ok(utf8_ok(out) && out.n == strlen(want), "and well-formed");
}

static void
test_mend(void)
{
	char noise[64];
	unsigned int seed = 5;
	bool fine = true;
	struct str out;
	size_t i, j;

	mend_is(str_of(NULL), "", "nothing");
	mend_is(STR("milk \xe2\x82\xac"), "milk \xe2\x82\xac", "good text");
	mend_is(STR("a\0b"), "a\xef\xbf\xbd" "b", "a NUL");
	mend_is(STR("\xff" "a\xc3"), "\xef\xbf\xbd" "a\xef\xbf\xbd", "bytes");
	mend_is(STR("\xed\xa0\x80"),
	    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "a surrogate");
	mend_is(STR("\xe2\x82" "a"), "\xef\xbf\xbd\xef\xbf\xbd" "a", "a cut");
	for (i = 0; i < 20000; i++) {
		for (j = 0; j < sizeof(noise); j++)
			noise[j] = (char)(rand_r(&seed) >> 3);
		out = utf8_mend(a, (struct str){ noise, i % 64 });
		fine = fine && utf8_ok(out) && out.p[out.n] == '\0';
		if (utf8_ok((struct str){ noise, i % 64 }))
			fine = fine && out.n == i % 64;
	}
	ok(fine, "noise of any kind becomes text");
}

static void
trim_is(struct str in, const char *want)
{
	struct str out = text_trim(in);

	is_str(arena_strndup(a, out.p, out.n), want, "trimmed to '%s'", want);
}

static void
test_hash(void)
{
	uint64_t ab = text_hash(0, STR("ab"));

	/* as the authors of FNV publish them */
	ok(text_hash(0, STR("a")) == UINT64_C(0xaf63dc4c8601ec8c), "a");
	ok(text_hash(0, STR("foobar")) == UINT64_C(0x85944171f73967e8),
	    "foobar");
	ok(text_hash(text_hash(0, STR("a")), STR("b")) == ab, "in pieces");
	ok(text_hash(0, STR("ba")) != ab, "the order counts");
}

static void
test_list(void)
{
	struct str rest = STR(" a,b c ,, d"), entry;
	static const char *const want[] = { "a", "b c", "", "d" };
	size_t i;

	for (i = 0; i < 4 && text_list_next(&rest, &entry); i++)
		is_str(arena_strndup(a, entry.p, entry.n), want[i],
		    "entry %zu of a list", i);
	is_int((long)i, 4, "four entries");
	ok(!text_list_next(&rest, &entry), "and no fifth");
	rest = STR("");
	ok(!text_list_next(&rest, &entry), "nothing is no entry");
	rest = str_of(NULL);
	ok(!text_list_next(&rest, &entry), "no list is none either");
}

static void
test_trim(void)
{
	trim_is(STR(""), "");
	trim_is(str_of(NULL), "");
	trim_is(STR(" \t\r\n\v\f"), "");
	trim_is(STR("\n a b\t"), "a b");
	trim_is(STR("\xc2\xa0\xe3\x80\x80x\xe3\x80\x80\xc2\xa0 "), "x");
	trim_is(STR("\xe3\x80\x80"), "");
	trim_is(STR("\xc3\xa0"), "\xc3\xa0");
	trim_is(STR("\xe3\x82\xa0\xe3\x80\x81"), "\xe3\x82\xa0\xe3\x80\x81");
	trim_is(STR("\xe2\x80\xa0 "), "\xe2\x80\xa0");
	is_str(text_lower(a, STR("AbZ-[@\xc3\x84")), "abz-[@\xc3\x84",
	    "lower case for ASCII letters");
	is_str(text_lower(a, str_of(NULL)), "", "lower case of nothing");
}

static void
b64_is(const char *plain, const char *code)
{
	struct str out = { NULL, 99 };

	is_str(b64url_encode(a, plain, strlen(plain)), code, "'%s' encoded",
	    plain);
	ok(b64url_decode(a, str_of(code), &out), "%s is decoded", code);
	is_str(out.p, plain, "to '%s'", plain);
}

static void
b64_bad(struct str in, const char *what)
{
	struct str out = { "kept", 4 };

	ok(!b64url_decode(a, in, &out) && str_is(out, "kept"),
	    "refused: %s", what);
}

static void
test_b64url(void)
{
	unsigned char raw[40];
	unsigned int seed = 3;
	struct str out;
	bool same = true;
	size_t i, j;
	char *code;

	b64_is("", "");			/* RFC 4648 section 10 */
	b64_is("f", "Zg");
	b64_is("fo", "Zm8");
	b64_is("foo", "Zm9v");
	b64_is("foob", "Zm9vYg");
	b64_is("fooba", "Zm9vYmE");
	b64_is("foobar", "Zm9vYmFy");
	b64_is("\xfb\xff\xbf", "-_-_");
	b64_bad(STR("Z"), "one digit");
	b64_bad(STR("Zm9vY"), "length 1 mod 4");
	b64_bad(STR("Zg=="), "padding");
	b64_bad(STR("Zh"), "spare bits, two digits");
	b64_bad(STR("Zm9"), "spare bits, three digits");
	b64_bad(STR("+/+/"), "the other alphabet");
	b64_bad(STR("Zm9v\n"), "a line end");
	b64_bad(STR("Zm 9"), "a blank");
	b64_bad(STR("Zm9\0"), "a NUL");
	b64_bad(STR("Zm9\xc3"), "a byte that is not ASCII");
	for (i = 0; i < 4000; i++) {
		for (j = 0; j < sizeof(raw); j++)
			raw[j] = (unsigned char)(rand_r(&seed) >> 4);
		code = b64url_encode(a, raw, i % sizeof(raw));
		same = same && b64url_decode(a, str_of(code), &out) &&
		    out.n == i % sizeof(raw) &&
		    memcmp(out.p, raw, out.n) == 0;
	}
	ok(same, "4000 random strings come back as they were");
}

static void
b64_plain(const char *code, const char *want)
{
	struct str out = { "kept", 4 };
	bool good = b64_decode(a, str_of(code), &out);

	if (want == NULL)
		ok(!good && str_is(out, "kept"), "base64 refused: %s", code);
	else
		ok(good && str_is(out, want), "base64 %s is '%s'", code, want);
}

static void
test_b64(void)
{
	struct str out = { "kept", 4 };

	b64_plain("", "");		/* RFC 4648 section 10 */
	b64_plain("Zg==", "f");
	b64_plain("Zm8=", "fo");
	b64_plain("Zm9v", "foo");
	b64_plain("Zm9vYg==", "foob");
	b64_plain("Zm9vYmE=", "fooba");
	b64_plain("Zm9vYmFy", "foobar");
	b64_plain("+/+/", "\xfb\xff\xbf");
	b64_plain("Zg", NULL);
	b64_plain("Zm8", NULL);
	b64_plain("Zg=", NULL);
	b64_plain("Zg===", NULL);
	b64_plain("Zm9v=", NULL);
	b64_plain("Zm9v====", NULL);
	b64_plain("=", NULL);
	b64_plain("==", NULL);
	b64_plain("====", NULL);
	b64_plain("Z===", NULL);
	b64_plain("Zg==Zg==", NULL);
	b64_plain("Zh==", NULL);
	b64_plain("Zm9=", NULL);
	b64_plain("-_-_", NULL);
	b64_plain("Zm9v\n", NULL);
	b64_plain("Zm9v\r\n\r\n", NULL);
	b64_plain("Zm 9", NULL);
	b64_plain(" Zg==", NULL);
	b64_plain("data:audio/webm;base64,Zg==", NULL);
	ok(!b64_decode(a, STR("Zm9\0"), &out) && str_is(out, "kept"),
	    "base64 refused: a NUL");
	ok(b64_decode(a, STR("AAAA"), &out) && out.n == 3 &&
	    memcmp(out.p, "\0\0", 3) == 0, "zeros are bytes like others");
}

static void
url_is(struct str in, bool plus, const char *want)
{
	struct str out = { "kept", 4 };
	bool good = url_decode(a, in, plus, &out);

	if (want == NULL) {
		ok(!good && str_is(out, "kept"), "refused: %.*s", (int)in.n,
		    in.p);
		return;
	}
	ok(good, "accepted: %.*s", (int)in.n, in.p);
	is_str(out.p, want, "and reads '%s'", want);
}

static void
test_url(void)
{
	url_is(str_of(NULL), false, "");
	url_is(STR("a%20b+c"), false, "a b+c");
	url_is(STR("a%20b+c%2B"), true, "a b c+");
	url_is(STR("%e2%82%AC"), false, "\xe2\x82\xac");
	url_is(STR("%2525"), false, "%25");
	url_is(STR("a%2fb"), false, "a/b");
	url_is(STR("%"), false, NULL);
	url_is(STR("%4"), false, NULL);
	url_is(STR("a%4"), false, NULL);
	url_is(STR("%4g"), false, NULL);
	url_is(STR("%g4"), false, NULL);
	url_is(STR("% 4"), false, NULL);
	url_is(STR("%%41"), false, NULL);
	url_is(STR("%00"), false, NULL);
	url_is(STR("a\0b"), false, NULL);
	url_is(STR("%ff"), false, NULL);
	url_is(STR("%c0%ae"), false, NULL);
	url_is(STR("%ed%a0%80"), false, NULL);
	url_is(STR("%4\0"), false, NULL);
}

static void
test_control(void)
{
	ok(!utf8_has_control(STR("a b~\xc2\xa0\xc3\x82\xc3\x9f")),
	    "letters, blanks and U+00A0 are no controls");
	ok(!utf8_has_control(str_of(NULL)), "nor is nothing");
	ok(utf8_has_control(STR("a\0")), "NUL is one");
	ok(utf8_has_control(STR("a\x1f")), "and U+001F");
	ok(utf8_has_control(STR("\x7f" "a")), "and DEL");
	ok(utf8_has_control(STR("a\xc2\x80")), "and U+0080");
	ok(utf8_has_control(STR("\xc2\x9f" "a")), "and U+009F");
}

static void
test_encode(void)
{
	char out[] = "......!";

	hex_put(out, "\x00\x9f\xe1", 3);
	is_str(out, "009fe1!", "hex digits, and nothing behind them");
	is_str(url_encode(a, "aZ09-._~"), "aZ09-._~",
	    "unreserved characters stay");
	is_str(url_encode(a, "!*'() /?&=#%+\r\xc3\xa9"), "%21%2A%27%28%29%20"
	    "%2F%3F%26%3D%23%25%2B%0D%C3%A9", "all others do not");
	is_str(url_encode(a, ""), "", "nothing stays nothing");
}

static void
test_ids(void)
{
	bool fine = true, marked = true;
	int seen[256] = { 0 }, kinds = 0, c;
	char *u, *v;
	size_t i, j;

	for (i = 0; i < 2000; i++) {
		u = uuid_new(a);
		fine = fine && strlen(u) == 36 && uuid_ok(str_of(u));
		marked = marked && u[14] == '4' &&
		    strchr("89ab", u[19]) != NULL;
	}
	ok(fine, "made UUIDs are UUIDs");
	ok(marked, "of version 4");
	ok(strcmp(uuid_new(a), uuid_new(a)) != 0, "no two alike");
	ok(uuid_ok(STR("A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11")), "any case");
	ok(!uuid_ok(STR("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1")), "short");
	ok(!uuid_ok(STR("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111")), "long");
	ok(!uuid_ok(STR("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g")), "not hex");
	ok(!uuid_ok(STR("a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11")), "dash");
	ok(!uuid_ok(STR("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1\0")), "NUL");
	ok(!uuid_ok(str_of(NULL)), "nothing is no UUID");

	for (i = 0; i < 500; i++) {
		v = id_new(a, i);
		fine = fine && strlen(v) == i;
		for (j = 0; j < i; j++)
			seen[(unsigned char)v[j]]++;
	}
	ok(fine, "identifiers are as long as asked for");
	for (c = 0; c < 256; c++)
		kinds += seen[c] > 0;
	is_int(kinds, 62, "of 62 kinds of characters");
	for (c = 0; c < 256; c++)
		fine = fine && (seen[c] == 0 || (c < 128 && strchr(
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789", c) != NULL));
	ok(fine, "letters and digits only");
	random_bytes(NULL, 0);
	ok(clock_ms() > 0 && clock_wall() > 1700000000, "the clocks run");
}

static void
test_zone(void)
{
	static const char *const good[] = { "UTC", "Europe/Berlin", "GMT",
	    "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Asia/Kolkata" };
	static const char *const bad[] = { "", " UTC", "Europe/Berlin ", "../x",
	    "/etc/passwd", "UTC+3", "Foo/Bar-3", "localtime", "posix/UTC",
	    "right/UTC", "+05:30", "5", "Europe\\Berlin", "Europe/B\xc3\xa9"
	    };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(zone_ok(good[i]), "a time zone: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!zone_ok(bad[i]), "none: \"%s\"", bad[i]);
	ok(zone_ok(arena_printf(a, "Too/%060d", 0)) &&
	    !zone_ok(arena_printf(a, "Too/%061d", 0)), "of 64 at most");
}

int
main(void)
{
	a = arena_new();
	test_utf8_ok();
	test_plain();
	test_utf8_all();
	test_utf8_parts();
	test_mend();
	test_trim();
	test_list();
	test_hash();
	test_b64url();
	test_b64();
	test_url();
	test_control();
	test_encode();
	test_ids();
	test_zone();
	arena_free(a);
	return tap_done();
}
