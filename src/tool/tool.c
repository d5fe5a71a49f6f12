#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bounds.h"
#include "base/text.h"
#include "tool/tool.h"

const struct tool *
tool_find(const char *name)
{
	const char *p = name;

	for (const char *s = name; *s != '\0'; s++)
		if (*s == '.' || *s == ':' || *s == '/')
			p = s + 1;
	for (size_t i = 0; i < tools_n; i++)
		if (strcasecmp(tools[i].name, p) == 0)
			return &tools[i];
	return NULL;
}

struct json_object *
tool_error(struct arena *a, const char *code, const char *detail)
{
	struct json_object *v = js_object(a);

	js_add_text(v, "error", code);
	js_add_text(v, "detail", detail);
	return v;
}

/* ------------------------------------------------------------ times */

/* Exactly n digits at *s; moves past them. */
static bool
digits(struct str *s, size_t n, int *out)
{
	*out = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*out = *out * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return true;
}

static bool
symbol(struct str *s, const char *any)
{
	if (s->n == 0 || strchr(any, s->p[0]) == NULL)
		return false;
	s->p++;
	s->n--;
	return true;
}

static int
days_in(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool
fraction(struct str *s)
{
	size_t n = 0;

	if (!symbol(s, "."))
		return true;
	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	s->p += n;
	s->n -= n;
	return n >= 1 && n <= 6;
}

bool
tool_time_ok(struct str s)
{
	int y, mo, d, h, mi, sec = 0, oh, om;

	if (!digits(&s, 4, &y) || !symbol(&s, "-") || !digits(&s, 2, &mo) ||
	    !symbol(&s, "-") || !digits(&s, 2, &d))
		return false;
	if (y < 1970 || y > 2999 || mo < 1 || mo > 12 || d < 1 ||
	    d > days_in(y, mo))
		return false;
	if (s.n == 0)
		return true;
	if (!symbol(&s, "Tt ") || !digits(&s, 2, &h) || !symbol(&s, ":") ||
	    !digits(&s, 2, &mi) || h > 23 || mi > 59)
		return false;
	if (symbol(&s, ":") && (!digits(&s, 2, &sec) || sec > 59 ||
	    !fraction(&s)))
		return false;
	if (s.n == 0)
		return true;
	if (symbol(&s, "Zz"))
		return s.n == 0;
	return symbol(&s, "+-") && digits(&s, 2, &oh) && symbol(&s, ":") &&
	    digits(&s, 2, &om) && oh <= 15 && om <= 59 && s.n == 0;
}

/* The form of what tool_time_ok() takes, or nothing (ECMA-262, with u). */
#define TIME_PATTERN \
	"^([12][0-9]{3}-[01][0-9]-[0-3][0-9]([Tt ][0-2][0-9]:[0-5][0-9]" \
	"(:[0-5][0-9]([.][0-9]{1,6})?)?([Zz]|[+-][01][0-9]:[0-5][0-9])?)?)?$"

struct json_object *
tool_input_schema(struct arena *a, const struct tool *t)
{
	struct json_object *schema;

	/* our own text: t/unit/tool.c reads them all */
	if (js_parse(a, str_of(t->input), JSON_DEPTH, &schema) != NULL)
		return js_object(a);
	js_add_bool(schema, "additionalProperties", false);
	for (struct js_iter it = js_first(js_get(schema, "properties"));
	    it.key != NULL; js_next(&it)) {
		if (!js_has(it.value, "format"))
			continue;
		js_del(it.value, "format");
		js_add_text(it.value, "pattern", TIME_PATTERN);
	}
	return schema;
}

/* -------------------------------------------------------- arguments */

/* "title: must be a text." and the like, never longer than 300 bytes. */
static const struct err *
wrong(struct arena *a, const char *key, const char *how)
{
	const char *say = arena_printf(a, "%.64s: %.220s", key, how);

	return err_new(a, ERR_INPUT, "invalid_arguments", say, "%s", say);
}

static const char *
enum_list(struct arena *a, struct json_object *choices)
{
	struct buf b;

	buf_init(&b, a, 200);
	for (size_t i = 0; i < js_len(choices); i++) {
		struct str s = js_str(js_at(choices, i));
		buf_printf(&b, "%s%.*s", i > 0 ? ", " : "", (int)s.n, s.p);
	}
	return buf_str(&b);
}

/* The choice that v spells in any case, or NULL. */
static struct json_object *
enum_match(struct json_object *choices, struct str v)
{
	for (size_t i = 0; i < js_len(choices); i++) {
		struct str s = js_str(js_at(choices, i));
		if (s.n == v.n && strncasecmp(s.p, v.p, v.n) == 0)
			return js_at(choices, i);
	}
	return NULL;
}

static const struct err *
read_string(struct arena *a, const char *key, struct json_object *schema,
    struct json_object *v, struct json_object *out)
{
	int64_t min = js_int(schema, "minLength", 0);
	int64_t max = js_int(schema, "maxLength", 1000);
	struct json_object *choices = js_get(schema, "enum");
	struct str s = text_trim(js_str(v));
	int64_t count = (int64_t)utf8_count(s);

	if (js_type(v) != JS_STR)
		return wrong(a, key, "must be a text.");
	if (count < min)
		return wrong(a, key, "must not be empty.");
	if (count > max)
		return wrong(a, key, arena_printf(a,
		    "must be at most %d characters; got %d.", (int)max,
		    (int)count));
	if (choices != NULL) {
		v = enum_match(choices, s);
		if (v == NULL)
			return wrong(a, key, arena_printf(a,
			    "must be one of %s.", enum_list(a, choices)));
		s = js_str(v);
	}
	if (js_has(schema, "format") && s.n > 0 && !tool_time_ok(s))
		return wrong(a, key, "must be a date that exists, as"
		    " YYYY-MM-DD or YYYY-MM-DDTHH:MM.");
	js_add_str(out, key, s);
	return NULL;
}

static const struct err *
read_integer(struct arena *a, const char *key, struct json_object *schema,
    struct json_object *v, struct json_object *out)
{
	int64_t min = js_int(schema, "minimum", 0);
	int64_t max = js_int(schema, "maximum", 0);
	struct str s = js_str(v);
	int64_t n;

	if (js_type(v) == JS_INT) {
		n = js_number_int(v);
	} else if (s.n > 0 && s.n <= 10 &&
	    strspn(s.p, "0123456789") == s.n) {
		n = strtoll(s.p, NULL, 10);	/* many small models do this */
	} else {
		return wrong(a, key, "must be a whole number.");
	}
	if (n < min || n > max)
		return wrong(a, key, arena_printf(a,
		    "must be from %lld to %lld.", (long long)min,
		    (long long)max));
	js_add_int(out, key, n);
	return NULL;
}

static const struct err *
read_property(struct arena *a, const char *key, struct json_object *schema,
    struct json_object *v, struct json_object *out)
{
	const char *type = js_text(schema, "type", "");

	if (strcmp(type, "string") == 0)
		return read_string(a, key, schema, v, out);
	if (strcmp(type, "integer") == 0)
		return read_integer(a, key, schema, v, out);
	if (js_type(v) != JS_BOOL)
		return wrong(a, key, "must be true or false.");
	js_add(out, key, js_share(v));
	return NULL;
}

static const char *
property_list(struct arena *a, struct json_object *properties)
{
	struct buf b;

	buf_init(&b, a, 200);
	for (struct js_iter it = js_first(properties); it.key != NULL;
	    js_next(&it))
		buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", it.key);
	return buf_str(&b);
}

const struct err *
tool_arguments(struct arena *a, const struct tool *t,
    struct json_object *given, struct json_object **out)
{
	struct json_object *schema, *properties, *required, *v;
	struct json_object *o = js_object(a);
	const struct err *e;
	size_t n = 0;

	e = js_parse(a, str_of(t->input), JSON_DEPTH, &schema);
	if (e != NULL)
		return e;
	properties = js_get(schema, "properties");
	for (struct js_iter it = js_first(given); it.key != NULL;
	    js_next(&it))
		if (js_get(properties, it.key) == NULL)
			return wrong(a, "unknown property", arena_printf(a,
			    "%s takes only %s.", t->name,
			    property_list(a, properties)));
	for (struct js_iter it = js_first(properties); it.key != NULL;
	    js_next(&it)) {
		v = js_get(given, it.key);
		if (v == NULL)
			continue;
		e = read_property(a, it.key, it.value, v, o);
		if (e != NULL)
			return e;
		n++;
	}
	required = js_get(schema, "required");
	for (size_t i = 0; i < js_len(required); i++) {
		const char *key = arena_strndup(a,
		    js_str(js_at(required, i)).p,
		    js_str(js_at(required, i)).n);
		if (!js_has(o, key))
			return wrong(a, key, "is required.");
	}
	if ((int64_t)n < js_int(schema, "minProperties", 0))
		return wrong(a, t->name, arena_printf(a,
		    "give at least one of %s to change.",
		    property_list(a, properties)));
	*out = o;
	return NULL;
}
