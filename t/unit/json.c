/* JSON is read by the letter of RFC 8259 and a little stricter. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "tap.h"

static struct arena *a;

/* What text becomes when read and written again; NULL: refused. */
static const char *
again(struct str text, int depth)
{
	struct json_object *v = NULL;
	const struct err *e = js_parse(a, text, depth, &v);

	return e == NULL ? js_dump(a, v) : NULL;
}

static void
reads(const char *text, const char *want)
{
	is_str(again(str_of(text), JSON_DEPTH), want, "reads %s", text);
}

static void
same(const char *text)
{
	reads(text, text);
}

static void
refused_n(struct str text, const char *why)
{
	struct json_object *mark = (struct json_object *)&a, *v = mark;
	const struct err *e = js_parse(a, text, JSON_DEPTH, &v);

	if (!ok(e != NULL, "refuses %.*s", (int)text.n, text.p))
		return;
	ok(v == mark && e->kind == ERR_INPUT &&
	    strcmp(e->code, "invalid_json") == 0, "as invalid_json");
	if (!ok(strstr(e->log, why) != NULL, "because: %s", why))
		diag("said: %s", e->log);
}

static void
refused(const char *text, const char *why)
{
	refused_n(str_of(text), why);
}

static void
test_values(void)
{
	same("null");
	same("true");
	same("false");
	same("0");
	same("-1");
	same("\"\"");
	same("[]");
	same("{}");
	same("[null,true,[{}],{\"a\":[]}]");
	same("{\"a\":null,\"b\":{\"a\":1}}");
	reads(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n", "{\"a\":[1,2]}");
	same("{\"\":1}");
	same("{\"a/b\":\"</x>\"}");
	reads("\"a\\/b\"", "\"a/b\"");

	refused("", "a value");
	refused("  ", "a value");
	refused("nul", "a value");
	refused("nulll", "after the end");
	refused("True", "a value");
	refused("undefined", "a value");
	refused("// x\n1", "a value");
	refused("/* x */1", "a value");
	refused("1 2", "after the end");
	refused("{}{}", "after the end");
	refused("{} x", "after the end");
	refused("\xef\xbb\xbf{}", "a value");
	refused_n(STR("{}\0"), "after the end");
	refused_n(STR("\0"), "a value");
	refused("[", "a value");
	refused("[1", "a comma or ]");
	refused("[1,", "a value");
	refused("[1,]", "a value");
	refused("[,1]", "a value");
	refused("[1 2]", "a comma or ]");
	refused("[1}", "a comma or ]");
	refused("]", "a value");
	refused("{", "a member's name");
	refused("{\"a\"", "a colon");
	refused("{\"a\":", "a value");
	refused("{\"a\":1", "a comma or }");
	refused("{\"a\":1,", "a member's name");
	refused("{\"a\":1,}", "a member's name");
	refused("{,}", "a member's name");
	refused("{a:1}", "a member's name");
	refused("{'a':1}", "a member's name");
	refused("{1:1}", "a member's name");
	refused("{\"a\" 1}", "a colon");
	refused("{\"a\":1]", "a comma or }");
	refused("'a'", "a value");
}

static void
test_numbers(void)
{
	same("9223372036854775807");
	same("-9223372036854775808");
	reads("-0", "0");
	same("0.1");
	same("-0.0");
	same("1.0");
	same("1e5");
	same("1E+05");
	same("1e-400");
	same("1.7976931348623157e308");
	same("5e-324");
	same("123456789012345678901234567890.5");
	same("0e0");
	refused("9223372036854775808", "out of range");
	refused("-9223372036854775809", "out of range");
	refused("18446744073709551615", "out of range");
	refused("99999999999999999999999999", "out of range");
	refused("1e400", "out of range");
	refused("-1e400", "out of range");
	refused("007", "leading zero");
	refused("-01", "leading zero");
	refused("00", "leading zero");
	refused("+1", "a value");
	refused(".5", "a value");
	refused("-.5", "a digit");
	refused("5.", "a digit");
	refused("5.e1", "a digit");
	refused("1e", "a digit");
	refused("1e+", "a digit");
	refused("-", "a digit");
	refused("--1", "a digit");
	refused("0x10", "after the end");
	refused("1_000", "after the end");
	refused("1,5", "after the end");
	refused("NaN", "a value");
	refused("Infinity", "a value");
	refused("-Infinity", "a digit");
	refused("[1e5.5]", "a comma or ]");
}

static void
test_strings(void)
{
	struct json_object *v = NULL;

	reads("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	reads("\"\\u0041\\u00e4\\u20aC\"", "\"A\xc3\xa4\xe2\x82\xac\"");
	reads("\"\\ud83d\\uDE00\"", "\"\xf0\x9f\x98\x80\"");
	reads("\"\\ud800\\udc00\\udbff\\udfff\"",
	    "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"");
	reads("\"\\ud7ff\\ue000\\uffff\"",
	    "\"\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"");
	same("\"\xf0\x9f\x98\x80 \xe2\x80\xa8 \x7f\"");
	reads("\"\\u0001\\u001f\"", "\"\\u0001\\u001f\"");
	reads("\"a\\\\\"", "\"a\\\\\"");
	reads("\"\\u0022\\u005c\"", "\"\\\"\\\\\"");

	refused("\"", "without an end");
	refused("\"abc", "without an end");
	refused("\"abc\\\"", "without an end");
	refused("\"abc\\", "without an end");
	refused("\"\\x41\"", "unknown escape");
	refused("\"\\'\"", "unknown escape");
	refused("\"\\N\"", "unknown escape");
	refused("\"\\u12\"", "hex digits");
	refused("\"\\u 123\"", "hex digits");
	refused("\"\\u12g4\"", "hex digits");
	refused("\"\\u\"", "hex digits");
	refused("\"\\u0000\"", "NUL");
	refused("\"\\ud83d\"", "surrogate");
	refused("\"\\ud83dx\"", "surrogate");
	refused("\"\\ud83d\\n\"", "surrogate");
	refused("\"\\ud83d\\u0041\"", "surrogate");
	refused("\"\\ud83d\\ud83d\"", "surrogate");
	refused("\"\\ude00\"", "surrogate");
	refused("\"\\ude00\\ud83d\"", "surrogate");
	refused("\"\\ud83d\\u\"", "hex digits");
	refused("\"a\nb\"", "control character");
	refused("\"a\tb\"", "control character");
	refused("\"\x1f\"", "control character");
	refused_n(STR("\"a\0b\""), "control character");
	refused("\"\xff\"", "malformed UTF-8");
	refused("\"\xc3(\"", "malformed UTF-8");
	refused("\"\xc0\xaf\"", "malformed UTF-8");
	refused("\"\xed\xa0\xbd\"", "malformed UTF-8");
	refused("\"\\n\xff\"", "malformed UTF-8");
	refused("{\"\xff\":1}", "malformed UTF-8");
	refused("\xff", "a value");

	ok(js_parse(a, STR("\"abc\\u00e4\""), 1, &v) == NULL, "a string");
	is_int((long long)js_str(v).n, 5, "has its length in bytes");
}

static void
test_duplicates(void)
{
	struct json_object *v = NULL;
	struct buf b;
	int i;

	refused("{\"a\":1,\"a\":2}", "duplicate");
	refused("{\"a\":1,\"\\u0061\":2}", "duplicate");
	refused("{\"a\":null,\"b\":1,\"a\":null}", "duplicate");
	refused("{\"\":1,\"\":2}", "duplicate");
	refused("[{\"x\":{\"a\":1,\"a\":1}}]", "duplicate");
	refused("{\"a\\/\":1,\"a/\":2}", "duplicate");
	same("{\"a\":{\"a\":{\"a\":1}}}");
	same("[{\"a\":1},{\"a\":1}]");
	same("{\"a\":1,\"A\":2}");

	buf_init(&b, a, MAX_BODY);
	buf_putc(&b, '{');
	for (i = 0; i < 15000; i++)
		buf_printf(&b, "%s\"k%d\":%d", i > 0 ? "," : "", i, i);
	buf_putc(&b, '}');
	ok(js_parse(a, (struct str){ b.p, b.n }, 1, &v) == NULL,
	    "a body full of members is read");
	is_int(js_int(v, "k14999", 0), 14999, "to the last");
	b.p[b.n - 1] = ',';
	buf_puts(&b, "\"k0\":0}");
	ok(js_parse(a, (struct str){ b.p, b.n }, 1, &v) != NULL,
	    "and its one duplicate is found");
}

static void
test_count(void)
{
	struct json_object *v = NULL;

	ok(js_parse_few(a, STR("[1,2]"), 9, 3, &v) == NULL,
	    "as many values as allowed");
	ok(js_parse_few(a, STR("[1,2]"), 9, 2, &v) != NULL,
	    "one value too many");
	ok(js_parse_few(a, STR("{\"a\":{\"b\":[]}}"), 9, 2, &v) != NULL,
	    "members count, however deep");
}

static void
test_depth(void)
{
	struct buf b;
	int i;

	ok(again(STR("1"), 0) != NULL, "a number is not nested");
	ok(again(STR("[]"), 0) == NULL, "an array is, once");
	ok(again(STR("[]"), 1) != NULL, "which is allowed here");
	ok(again(STR("[{}]"), 1) == NULL, "twice is not");
	ok(again(STR("[[],[],{\"a\":[]}]"), 3) != NULL, "depth is no count");
	ok(again(STR("[[],[],{\"a\":[]}]"), 2) == NULL, "the deepest counts");
	buf_init(&b, a, MAX_BODY);
	for (i = 0; i < MAX_BODY; i++)
		buf_putc(&b, '[');
	ok(again((struct str){ b.p, b.n }, JSON_DEPTH) == NULL,
	    "a body of brackets is refused");
	buf_clear(&b);
	for (i = 0; i < 40000; i++)
		buf_puts(&b, "{\"a\":");
	ok(again((struct str){ b.p, b.n }, JSON_DEPTH) == NULL,
	    "and one of braces");
}

static void
test_reading(void)
{
	struct json_object *v = NULL;
	struct js_iter it;
	struct buf b;

	ok(js_parse(a, STR("{\"s\":\"x\",\"i\":7,\"r\":1.5,\"t\":true,"
	    "\"n\":null,\"a\":[1,null],\"o\":{}}"), 3, &v) == NULL, "parsed");
	is_int(js_type(v), JS_OBJ, "an object");
	is_int(js_type(js_get(v, "s")), JS_STR, "a string");
	is_int(js_type(js_get(v, "i")), JS_INT, "an integer");
	is_int(js_type(js_get(v, "r")), JS_REAL, "a real number");
	is_int(js_type(js_get(v, "t")), JS_BOOL, "a boolean");
	is_int(js_type(js_get(v, "a")), JS_ARR, "an array");
	is_int(js_type(js_get(v, "n")), JS_NULL, "null");
	is_int(js_type(NULL), JS_NULL, "nothing is null");
	ok(js_get(v, "n") == NULL && js_has(v, "n"), "null is there");
	ok(js_get(v, "x") == NULL && !js_has(v, "x"), "absent is not");
	ok(js_get(js_get(v, "a"), "x") == NULL, "an array has no members");
	ok(js_get(NULL, "x") == NULL && !js_has(NULL, "x"), "nor has null");

	is_str(js_text(v, "s", "f"), "x", "js_text");
	is_str(js_text(v, "i", "f"), "f", "js_text of a number");
	is_str(js_text(v, "x", NULL), NULL, "js_text of nothing");
	is_int(js_int(v, "i", -1), 7, "js_int");
	is_int(js_int(v, "r", -1), -1, "js_int of a real number");
	is_int(js_int(v, "s", -1), -1, "js_int of a string");
	is_int(js_int(v, "t", -1), -1, "js_int of a boolean");
	ok(js_bool(v, "t", false), "js_bool");
	ok(js_bool(v, "i", true) && !js_bool(v, "i", false),
	    "js_bool of a number");
	is_int(js_number_int(js_get(v, "i")), 7, "js_number_int");
	is_int(js_number_int(js_get(v, "s")), 0, "of a string");
	ok(js_number(js_get(v, "r")) > 1.49 && js_number(js_get(v, "r")) < 1.51,
	    "js_number of a real number");
	ok(js_number(js_get(v, "i")) > 6.9, "js_number of an integer");
	ok(js_str(js_get(v, "i")).p == NULL, "a number is not a string");
	ok(js_str(NULL).p == NULL, "null neither");

	is_int((long long)js_len(js_get(v, "a")), 2, "js_len");
	is_int((long long)js_len(v), 0, "js_len of an object");
	is_int(js_number_int(js_at(js_get(v, "a"), 0)), 1, "js_at");
	ok(js_at(js_get(v, "a"), 1) == NULL, "js_at of null");
	ok(js_at(js_get(v, "a"), 2) == NULL, "js_at beyond the end");
	ok(js_at(v, 0) == NULL, "js_at of an object");

	buf_init(&b, a, 100);
	for (it = js_first(v); it.key != NULL; js_next(&it))
		buf_printf(&b, "%s%d ", it.key, (int)js_type(it.value));
	is_str(buf_str(&b), "s4 i2 r3 t1 n0 a5 o6 ", "members in their order");
	ok(js_first(js_get(v, "o")).key == NULL, "an empty object has none");
	ok(js_first(NULL).key == NULL, "null has none");
	ok(js_first(js_get(v, "a")).key == NULL, "an array has none");
}

static void
test_building(void)
{
	struct json_object *o = js_object(a), *arr = js_new_array(), *in, *p;

	js_add_text(o, "title", "milk & \"eggs\"/\xe2\x82\xac");
	js_add_text(o, "none", NULL);
	js_add_str(o, "part", (struct str){ "abcdef", 3 });
	js_add_str(o, "empty", str_of(NULL));
	js_add_int(o, "id", INT64_MIN);
	js_add_bool(o, "done", false);
	js_add(o, "list", arr);
	js_push(arr, js_new_int(1));
	js_push(arr, NULL);
	js_push(arr, js_new_bool(true));
	in = js_new_object();
	js_push(arr, in);
	js_add(in, "x", js_new_str(STR("y")));
	is_str(js_dump(a, o), "{\"title\":\"milk & \\\"eggs\\\"/\xe2\x82\xac\","
	    "\"none\":null,\"part\":\"abc\",\"empty\":\"\","
	    "\"id\":-9223372036854775808,\"done\":false,"
	    "\"list\":[1,null,true,{\"x\":\"y\"}]}", "built and written");
	is_int((long long)js_write(a, o).n, (long long)strlen(js_dump(a, o)),
	    "js_write knows its length");
	is_str(js_dump(a, NULL), "null", "null is written");

	js_add_int(o, "id", 5);
	is_int(js_int(o, "id", 0), 5, "adding again replaces");
	js_del(o, "list");
	js_del(o, "list");
	js_del(NULL, "list");
	ok(!js_has(o, "list"), "a deleted member is gone");

	p = js_array(a);
	js_push(p, js_share(o));
	js_push(p, js_share(o));
	js_add_int(o, "id", 6);
	is_int(js_int(js_at(p, 1), "id", 0), 6, "shared, not copied");
	ok(js_share(NULL) == NULL, "null is shared by anyone");

	js_push(p, js_new_str(STR("a\xff\0")));
	is_str(js_dump(a, js_at(p, 2)), "\"a\xef\xbf\xbd\xef\xbf\xbd\"",
	    "what is not text is mended");
}

/* What is written without a tree is what a tree would write. */
static void
put_is(struct str s, const char *name)
{
	struct json_object *v = js_array(a);
	struct buf b;

	js_push(v, js_new_str(s));
	buf_init(&b, a, 4096);
	js_put_str(&b, s);
	is_str(buf_str(&b), js_dump(a, js_at(v, 0)), "written: %s", name);
}

static void
test_putting(void)
{
	struct json_object *v = NULL;
	bool same = true;
	struct buf b;
	char s[24];
	size_t i;
	int c;

	put_is(STR(""), "nothing");
	put_is((struct str){ NULL, 0 }, "no string");
	put_is(STR("a \"quoted\" \\ and / with\nline\tends\r\b\f"),
	    "escapes");
	put_is(STR("long enough to go by eight, then \"this\" and the rest"),
	    "a longer one");
	put_is(STR("caf\xc3\xa9 \xf0\x9f\x8e\x89 \xd9\x86\xd8\xb9\xd9\x85"),
	    "letters of more bytes");
	put_is(STR("\x7f\x01\x1f"), "control characters");
	put_is(STR("a\xff\0b"), "what is not text");
	for (i = 0; i < sizeof(s); i++) {
		for (c = 1; c < 128; c++) {
			memset(s, 'x', sizeof(s));
			s[i] = (char)c;
			buf_init(&b, a, 64);
			js_put_str(&b, (struct str){ s, sizeof(s) });
			same = same && js_parse(a, (struct str){ buf_str(&b),
			    b.n }, 1, &v) == NULL && js_str(v).n == sizeof(s) &&
			    memcmp(js_str(v).p, s, sizeof(s)) == 0;
		}
	}
	ok(same, "any character at any place is read back");
	buf_init(&b, a, 64);
	buf_putc(&b, '"');
	js_put_chars(&b, STR("a\n"));
	js_put_chars(&b, STR("\"b"));
	buf_puts(&b, "\",");
	js_put(&b, NULL);
	js_parse(a, STR("{\"x\":[1]}"), 9, &v);
	js_put(&b, v);
	is_str(buf_str(&b), "\"a\\n\\\"b\",null{\"x\":[1]}",
	    "a string in pieces, and values");
	is_str(js_lent(v).p, "{\"x\":[1]}", "lent text");
	buf_init(&b, a, 4);
	js_put_str(&b, STR("too long"));
	ok(b.bad, "a buffer that is full says so");
}

static void
equal_is(const char *x, const char *y, bool want)
{
	struct json_object *vx = NULL, *vy = NULL;

	js_parse(a, str_of(x), 9, &vx);
	js_parse(a, str_of(y), 9, &vy);
	ok(js_equal(vx, vy) == want, "%s %s %s", x, want ? "==" : "!=", y);
}

static void
test_equal(void)
{
	equal_is("null", "null", true);
	equal_is("null", "0", false);
	equal_is("1", "1", true);
	equal_is("1", "2", false);
	equal_is("1", "\"1\"", false);
	equal_is("1", "true", false);
	equal_is("\"a\"", "\"\\u0061\"", true);
	equal_is("[1,2]", "[1,2]", true);
	equal_is("[1,2]", "[2,1]", false);
	equal_is("[1]", "[1,null]", false);
	equal_is("{\"a\":1,\"b\":[]}", "{\"b\":[],\"a\":1}", true);
	equal_is("{\"a\":1}", "{\"a\":1,\"b\":null}", false);
	equal_is("{\"a\":1,\"b\":null}", "{\"a\":1}", false);
}

/* Every prefix and every one-byte change of a text: no crash, and what is
 * accepted is written so that it reads the same again. */
static void
test_damage(void)
{
	static const char whole[] = "{\"a\":[1,-2.5e3,\"x\\n\\ud83d\\ude00\","
	    "{\"b\":null}],\"c\":\"\xc3\xa4\",\"d\":true}";
	static const char alphabet[] = "{}[]\",:\\u0d1-.eEtn \n\x01\xff\xc3";
	const size_t n = sizeof(whole) - 1;
	const char *first;
	bool stable = true, cut = true;
	unsigned int seed = 17;
	char *text;
	size_t i, j;

	for (i = 0; i < n; i++)
		cut = cut && again((struct str){ arena_strndup(a, whole, i),
		    i }, 9) == NULL;
	ok(cut, "no prefix of a text is a text");
	for (i = 0; i < 30000; i++) {
		text = malloc(n);
		if (text == NULL)
			return;
		memcpy(text, whole, n);
		for (j = 0; j <= i % 3; j++)
			text[(size_t)rand_r(&seed) % n] = alphabet[
			    (size_t)rand_r(&seed) % (sizeof(alphabet) - 1)];
		first = again((struct str){ text, n }, 9);
		free(text);
		if (first != NULL)
			stable = stable && again(str_of(first), 9) != NULL &&
			    strcmp(first, again(str_of(first), 9)) == 0;
	}
	ok(stable, "damaged text is refused or read the same twice");
}

int
main(void)
{
	struct json_object *v = NULL;

	a = arena_new();
	ok(js_parse(a, str_of(NULL), 9, &v) != NULL, "no text is no JSON");
	test_values();
	test_numbers();
	test_strings();
	test_duplicates();
	test_count();
	test_depth();
	test_reading();
	test_building();
	test_putting();
	test_equal();
	test_damage();
	arena_free(a);
	return tap_done();
}
