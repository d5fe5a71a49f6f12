/*
 * The parser is ours, the tree and the writer are json-c's.  json-c's own
 * parser accepts, in its strictest mode, what other readers of the same
 * text refuse or read otherwise: NaN, duplicate members, NUL and lone
 * surrogates in strings, control characters, overlong UTF-8, and integers
 * that it silently replaces by the nearest it can hold.
 */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json_object.h>
#include <json-c/linkhash.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

struct reader {
	struct arena	*a;
	const char	*at, *end;
	int		 depth;		/* how much deeper it may go */
	size_t		 values;	/* how many more there may be */
	const char	*wrong;		/* what, once something is */
};

static const void *
must(const void *p)
{
	if (p == NULL) {
		log_line(LOG_ERROR, "out of memory: a JSON value");
		_exit(1);
	}
	return p;
}

/* json-c says NULL and JSON's null says NULL: creators pass through here. */
static struct json_object *
made(struct json_object *v)
{
	must(v);
	return v;
}

static void
undo_put(void *v)
{
	json_object_put(v);
}

static bool
fail(struct reader *r, const char *wrong)
{
	if (r->wrong == NULL)
		r->wrong = wrong;
	return false;
}

static bool
at(const struct reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

static bool
at_digit(const struct reader *r)
{
	return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static void
skip_blanks(struct reader *r)
{
	while (at(r, ' ') || at(r, '\t') || at(r, '\n') || at(r, '\r'))
		r->at++;
}

static bool
skip_digits(struct reader *r)
{
	if (!at_digit(r))
		return fail(r, "a digit was expected");
	while (at_digit(r))
		r->at++;
	return true;
}

/* RFC 8259 section 6.  *whole: neither fraction nor exponent. */
static bool
scan_number(struct reader *r, bool *whole)
{
	*whole = true;
	if (at(r, '-'))
		r->at++;
	if (at(r, '0'))
		r->at++;
	else if (!skip_digits(r))
		return false;
	if (at_digit(r))
		return fail(r, "a number with a leading zero");
	if (at(r, '.')) {
		*whole = false;
		r->at++;
		if (!skip_digits(r))
			return false;
	}
	if (at(r, 'e') || at(r, 'E')) {
		*whole = false;
		r->at++;
		if (at(r, '+') || at(r, '-'))
			r->at++;
		return skip_digits(r);
	}
	return true;
}

/*
 * The program never leaves the "C" locale, so strtod() reads JSON's
 * point.  A real number keeps its text and is written as it came.
 */
static bool
read_number(struct reader *r, struct json_object **out)
{
	const char *from = r->at;
	long long n;
	bool whole;
	double d;
	char *s;

	if (!scan_number(r, &whole))
		return false;
	s = arena_strndup(r->a, from, (size_t)(r->at - from));
	errno = 0;
	if (whole) {
		n = strtoll(s, NULL, 10);
		if (errno == ERANGE)
			return fail(r, "an integer out of range");
		*out = made(json_object_new_int64(n));
		return true;
	}
	d = strtod(s, NULL);
	if (!isfinite(d))
		return fail(r, "a number out of range");
	*out = made(json_object_new_double_s(d, s));
	return true;
}

static bool
read_hex4(struct reader *r, unsigned int *out)
{
	unsigned int i, v = 0;
	char c;

	for (i = 0; i < 4; i++) {
		c = r->at < r->end ? *r->at : '\0';
		if (c >= '0' && c <= '9')
			v = v * 16 + (unsigned int)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (unsigned int)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (unsigned int)(c - 'A') + 10;
		else
			return fail(r, "four hex digits were expected");
		r->at++;
	}
	*out = v;
	return true;
}

static size_t
put_utf8(char *out, unsigned int c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 63));
		out[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 63));
	out[2] = (char)(0x80 | (c >> 6 & 63));
	out[3] = (char)(0x80 | (c & 63));
	return 4;
}

/* What follows "\u".  Neither a NUL nor half a pair can be stored as text. */
static bool
read_u(struct reader *r, unsigned int *c)
{
	unsigned int low;

	if (!read_hex4(r, c))
		return false;
	if (*c == 0)
		return fail(r, "a NUL character in a string");
	if (*c < 0xd800 || *c > 0xdfff)
		return true;
	if (*c > 0xdbff || r->end - r->at < 2 || r->at[0] != '\\' ||
	    r->at[1] != 'u')
		return fail(r, "half of a surrogate pair");
	r->at += 2;
	if (!read_hex4(r, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return fail(r, "half of a surrogate pair");
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* What follows a backslash.  Never longer than the escape it replaces. */
static bool
read_escape(struct reader *r, char *out, size_t *n)
{
	static const char names[] = "\"\\/bfnrt", chars[] = "\"\\/\b\f\n\r\t";
	const char *found;
	unsigned int c;

	if (at(r, 'u')) {
		r->at++;
		if (!read_u(r, &c))
			return false;
		*n += put_utf8(out + *n, c);
		return true;
	}
	if (r->at == r->end || (found = memchr(names, *r->at,
	    sizeof(names) - 1)) == NULL)
		return fail(r, "an unknown escape");
	out[(*n)++] = chars[found - names];
	r->at++;
	return true;
}

/* A string, its first quote already read; *out borrows where it can. */
static bool
read_string(struct reader *r, struct str *out)
{
	const char *from = r->at, *p;
	char *plain;
	size_t n = 0;
	bool escapes = false;

	for (p = from; p < r->end && *p != '"'; p++) {
		if ((unsigned char)*p < ' ') {
			r->at = p;
			return fail(r, "a control character in a string");
		}
		if (*p == '\\') {
			escapes = true;
			if (++p == r->end)
				break;
		}
	}
	if (p == r->end)
		return fail(r, "a string without an end");
	*out = (struct str){ from, (size_t)(p - from) };
	if (!utf8_ok(*out))
		return fail(r, "malformed UTF-8 in a string");
	if (!escapes) {
		r->at = p + 1;
		return true;
	}
	plain = arena_alloc(r->a, (size_t)(p - from) + 1);
	while (r->at < p) {
		if (*r->at != '\\') {
			plain[n++] = *r->at++;
			continue;
		}
		r->at++;
		if (!read_escape(r, plain, &n))
			return false;
	}
	r->at = p + 1;
	*out = (struct str){ plain, n };
	return true;
}

static bool	read_value(struct reader *, struct json_object **);

static bool
read_array(struct reader *r, struct json_object *arr)
{
	struct json_object *v;

	skip_blanks(r);
	if (at(r, ']')) {
		r->at++;
		return true;
	}
	for (;;) {
		v = NULL;
		if (!read_value(r, &v)) {
			json_object_put(v);
			return false;
		}
		js_push(arr, v);
		if (at(r, ']')) {
			r->at++;
			return true;
		}
		if (!at(r, ','))
			return fail(r, "a comma or ] was expected");
		r->at++;
	}
}

static bool
read_member(struct reader *r, struct json_object *obj)
{
	struct json_object *v = NULL;
	struct str name;
	const char *key;

	skip_blanks(r);
	if (!at(r, '"'))
		return fail(r, "a member's name was expected");
	r->at++;
	if (!read_string(r, &name))
		return false;
	key = arena_strndup(r->a, name.p, name.n);
	if (js_has(obj, key))
		return fail(r, "a duplicate member");
	skip_blanks(r);
	if (!at(r, ':'))
		return fail(r, "a colon was expected");
	r->at++;
	if (!read_value(r, &v)) {
		json_object_put(v);
		return false;
	}
	js_add(obj, key, v);
	return true;
}

static bool
read_object(struct reader *r, struct json_object *obj)
{
	skip_blanks(r);
	if (at(r, '}')) {
		r->at++;
		return true;
	}
	for (;;) {
		if (!read_member(r, obj))
			return false;
		if (at(r, '}')) {
			r->at++;
			return true;
		}
		if (!at(r, ','))
			return fail(r, "a comma or } was expected");
		r->at++;
	}
}

static bool
read_word(struct reader *r, struct json_object **out)
{
	static const char *const words[] = { "null", "true", "false" };
	size_t i, n;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if ((size_t)(r->end - r->at) < n ||
		    memcmp(r->at, words[i], n) != 0)
			continue;
		r->at += n;
		if (i > 0)
			*out = made(json_object_new_boolean(i == 1));
		return true;
	}
	return fail(r, "a value was expected");
}

/* A value of which the first character says what it is; *out may be NULL. */
static bool
read_bare(struct reader *r, struct json_object **out)
{
	struct str s;
	bool good;
	char c;

	if (!at(r, '{') && !at(r, '[') && !at(r, '"'))
		return at(r, '-') || at_digit(r) ? read_number(r, out) :
		    read_word(r, out);
	c = *r->at++;
	if (c == '"') {
		if (!read_string(r, &s))
			return false;
		*out = js_new_str(s);
		return true;
	}
	if (r->depth-- == 0)
		return fail(r, "nested too deep");
	*out = c == '{' ? js_new_object() : js_new_array();
	good = c == '{' ? read_object(r, *out) : read_array(r, *out);
	r->depth++;
	return good;
}

/*
 * A value with the blanks around it.  On failure *out is what there was
 * of it so far, for the caller to drop.
 */
static bool
read_value(struct reader *r, struct json_object **out)
{
	if (r->values-- == 0)
		return fail(r, "too many values");
	skip_blanks(r);
	if (!read_bare(r, out))
		return false;
	skip_blanks(r);
	return true;
}

const struct err *
js_parse(struct arena *a, struct str text, int depth,
    struct json_object **out)
{
	return js_parse_few(a, text, depth, JSON_VALUES, out);
}

const struct err *
js_parse_few(struct arena *a, struct str text, int depth, size_t values,
    struct json_object **out)
{
	const char *start = text.n == 0 ? "" : text.p;
	struct reader r = { .a = a, .at = start, .end = start + text.n,
	    .depth = depth, .values = values };
	struct json_object *v = NULL;

	if (read_value(&r, &v) && r.at < r.end)
		fail(&r, "something after the end");
	if (r.wrong != NULL) {
		json_object_put(v);
		return err_new(a, ERR_INPUT, "invalid_json",
		    "This is not valid JSON.", "json: %s at byte %td",
		    r.wrong, r.at - start);
	}
	if (v != NULL)
		arena_defer(a, undo_put, v);
	*out = v;
	return NULL;
}

enum js_type
js_type(const struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_boolean:
		return JS_BOOL;
	case json_type_int:
		return JS_INT;
	case json_type_double:
		return JS_REAL;
	case json_type_string:
		return JS_STR;
	case json_type_array:
		return JS_ARR;
	case json_type_object:
		return JS_OBJ;
	case json_type_null:
		break;
	}
	return JS_NULL;
}

struct json_object *
js_get(const struct json_object *v, const char *key)
{
	struct json_object *member = NULL;

	if (js_type(v) == JS_OBJ)
		json_object_object_get_ex(v, key, &member);
	return member;
}

bool
js_has(const struct json_object *v, const char *key)
{
	return js_type(v) == JS_OBJ && json_object_object_get_ex(v, key, NULL);
}

/*
 * json-c may write into a value to make its text; for a string it only
 * looks, so the const may be set aside.
 */
struct str
js_str(const struct json_object *v)
{
	struct json_object *s = (struct json_object *)(uintptr_t)v;

	if (js_type(v) != JS_STR)
		return (struct str){ NULL, 0 };
	return (struct str){ json_object_get_string(s),
	    (size_t)json_object_get_string_len(s) };
}

const char *
js_text(const struct json_object *v, const char *key, const char *fallback)
{
	struct str s = js_str(js_get(v, key));

	return s.p == NULL ? fallback : s.p;
}

int64_t
js_int(const struct json_object *v, const char *key, int64_t fallback)
{
	const struct json_object *n = js_get(v, key);

	return js_type(n) == JS_INT ? js_number_int(n) : fallback;
}

bool
js_bool(const struct json_object *v, const char *key, bool fallback)
{
	const struct json_object *b = js_get(v, key);

	return js_type(b) == JS_BOOL ? json_object_get_boolean(b) : fallback;
}

int64_t
js_number_int(const struct json_object *v)
{
	return js_type(v) == JS_INT ? json_object_get_int64(v) : 0;
}

double
js_number(const struct json_object *v)
{
	return js_type(v) == JS_INT || js_type(v) == JS_REAL ?
	    json_object_get_double(v) : 0;
}

size_t
js_len(const struct json_object *arr)
{
	return js_type(arr) == JS_ARR ? json_object_array_length(arr) : 0;
}

struct json_object *
js_at(const struct json_object *arr, size_t i)
{
	return i < js_len(arr) ? json_object_array_get_idx(arr, i) : NULL;
}

static struct js_iter
iter_at(const struct lh_entry *e)
{
	if (e == NULL)
		return (struct js_iter){ NULL, NULL, NULL };
	return (struct js_iter){ lh_entry_k(e), lh_entry_v(e), e->next };
}

struct js_iter
js_first(const struct json_object *obj)
{
	if (js_type(obj) != JS_OBJ)
		return iter_at(NULL);
	return iter_at(json_object_get_object(obj)->head);
}

void
js_next(struct js_iter *it)
{
	*it = iter_at(it->at);
}

static struct json_object *
tied(struct arena *a, struct json_object *v)
{
	arena_defer(a, undo_put, v);
	return v;
}

struct json_object *
js_object(struct arena *a)
{
	return tied(a, js_new_object());
}

struct json_object *
js_array(struct arena *a)
{
	return tied(a, js_new_array());
}

struct json_object *
js_new_object(void)
{
	return made(json_object_new_object());
}

struct json_object *
js_new_array(void)
{
	return made(json_object_new_array());
}

/*
 * json-c writes the bytes it was given.  What is not text is mended here,
 * so that no reader of ours is ever sent something that is not JSON.
 */
struct json_object *
js_new_str(struct str s)
{
	struct json_object *v;
	struct arena *a;

	assert(s.n <= INT_MAX / 3);	/* json-c counts in int */
	if (utf8_ok(s))
		return made(json_object_new_string_len(
		    s.n == 0 ? "" : s.p, (int)s.n));
	a = arena_new();
	s = utf8_mend(a, s);
	v = made(json_object_new_string_len(s.p, (int)s.n));
	arena_free(a);
	return v;
}

struct json_object *
js_new_int(int64_t n)
{
	return made(json_object_new_int64(n));
}

struct json_object *
js_new_bool(bool b)
{
	return made(json_object_new_boolean(b));
}

struct json_object *
js_share(struct json_object *v)
{
	return json_object_get(v);
}

void
js_add(struct json_object *obj, const char *key, struct json_object *v)
{
	assert(js_type(obj) == JS_OBJ);
	if (json_object_object_add(obj, key, v) != 0)
		must(NULL);
}

void
js_add_text(struct json_object *obj, const char *key, const char *s)
{
	js_add(obj, key, s == NULL ? NULL : js_new_str(str_of(s)));
}

void
js_add_str(struct json_object *obj, const char *key, struct str s)
{
	js_add(obj, key, js_new_str(s));
}

void
js_add_int(struct json_object *obj, const char *key, int64_t n)
{
	js_add(obj, key, js_new_int(n));
}

void
js_add_bool(struct json_object *obj, const char *key, bool b)
{
	js_add(obj, key, js_new_bool(b));
}

void
js_del(struct json_object *obj, const char *key)
{
	if (js_type(obj) == JS_OBJ)
		json_object_object_del(obj, key);
}

void
js_push(struct json_object *arr, struct json_object *v)
{
	assert(js_type(arr) == JS_ARR);
	if (json_object_array_add(arr, v) != 0)
		must(NULL);
}

struct str
js_lent(struct json_object *v)
{
	const char *s;
	size_t n;

	if (v == NULL)
		return STR("null");
	s = must(json_object_to_json_string_length(v,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n));
	return (struct str){ s, n };
}

struct str
js_write(struct arena *a, struct json_object *v)
{
	struct str s = js_lent(v);

	return (struct str){ arena_strndup(a, s.p, s.n), s.n };
}

const char *
js_dump(struct arena *a, struct json_object *v)
{
	return js_write(a, v).p;
}

/* The escape of c, which must have one (RFC 8259 section 7). */
static void
put_escape(struct buf *b, char c)
{
	static const char chars[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *found = memchr(chars, c, sizeof(chars) - 1);

	if (found == NULL) {
		buf_printf(b, "\\u%04x", (unsigned int)c);
		return;
	}
	buf_putc(b, '\\');
	buf_putc(b, names[found - chars]);
}

void
js_put_chars(struct buf *b, struct str s)
{
	size_t i = 0, from = 0;

	if (!utf8_ok(s))
		s = utf8_mend(b->a, s);
	while (i < s.n) {
		if (s.n - i >= 8 && text_plain8(s.p + i, '"', '\\')) {
			i += 8;
			continue;
		}
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == '"' ||
		    s.p[i] == '\\') {
			buf_put(b, s.p + from, i - from);
			put_escape(b, s.p[i]);
			from = i + 1;
		}
		i++;
	}
	if (from < s.n)
		buf_put(b, s.p + from, s.n - from);
}

void
js_put_str(struct buf *b, struct str s)
{
	buf_putc(b, '"');
	js_put_chars(b, s);
	buf_putc(b, '"');
}

void
js_put(struct buf *b, struct json_object *v)
{
	struct str s = js_lent(v);

	buf_put(b, s.p, s.n);
}

bool
js_equal(struct json_object *x, struct json_object *y)
{
	return json_object_equal(x, y) != 0;
}
