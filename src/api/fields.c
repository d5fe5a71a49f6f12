#include <stdlib.h>
#include <string.h>

#include "api/fields.h"
#include "base/bounds.h"
#include "base/text.h"

const struct err *
invalid(struct arena *a, const char *field, const char *expected)
{
	return err_new(a, ERR_INPUT, "invalid_request",
	    arena_printf(a, "%s: expected %s.", field, expected),
	    "field %s", field);
}

const struct err *
fields_known(struct arena *a, struct json_object *body,
    const char *const *names)
{
	for (struct js_iter it = js_first(body); it.key != NULL;
	    js_next(&it)) {
		const char *const *n = names;
		while (*n != NULL && strcmp(*n, it.key) != 0)
			n++;
		if (*n != NULL)
			continue;
		struct buf b;
		buf_init(&b, a, 1024);
		for (n = names; *n != NULL; n++)
			buf_printf(&b, "%s%s", n == names ? "only " : ", ",
			    *n);
		return invalid(a, "body", buf_str(&b));
	}
	return NULL;
}

const struct err *
field_text(struct arena *a, struct json_object *body, const char *name,
    const char **out)
{
	struct json_object *v = js_get(body, name);

	*out = NULL;
	if (v == NULL)
		return NULL;
	if (js_type(v) != JS_STR)
		return invalid(a, name, "a text");
	*out = js_str(v).p;
	return NULL;
}

const struct err *
query_int(struct api_call *c, const char *name, int min, int max,
    int fallback, int *out)
{
	const struct err *e;
	const char *s;
	long n;

	*out = fallback;
	e = http_query(c->q, name, &s);
	if (e != NULL || s == NULL)
		return e;
	n = strspn(s, "0123456789") == strlen(s) && strlen(s) <= 10 ?
	    strtol(s, NULL, 10) : -1;
	if (s[0] == '\0' || n < min || n > max)
		return invalid(c->a, name, arena_printf(c->a,
		    "a whole number from %d to %d", min, max));
	*out = (int)n;
	return NULL;
}

int
path_task_id(const struct api_call *c)
{
	const char *s = route_arg(&c->args, "id");
	size_t n = strlen(s);
	long id;

	if (n == 0 || n > 10 || strspn(s, "0123456789") != n)
		return 0;
	id = strtol(s, NULL, 10);
	return id <= 2147483647 ? (int)id : 0;
}

const struct err *
path_uuid(struct api_call *c, const char *name, const char *code,
    const char *say, const char **out)
{
	const char *s = route_arg(&c->args, name);

	if (!uuid_ok(str_of(s)))
		return err_new(c->a, ERR_NOTFOUND, code, say, "not a UUID");
	*out = text_lower(c->a, str_of(s));
	return NULL;
}

const struct err *
timezone_check(struct arena *a, const char *name)
{
	if (name == NULL || zone_ok(name))
		return NULL;
	return err_new(a, ERR_INPUT, "invalid_timezone",
	    "timezone: expected an IANA name such as Europe/Berlin.",
	    "not the form of a time zone");
}

const struct err *
idempotency_key(struct api_call *c, const char **out)
{
	const char *key = http_header(c->q, "Idempotency-Key");
	struct str s = str_of(key);

	*out = key;
	if (key != NULL && (s.n == 0 || s.n > MAX_IDEMPOTENCY_KEY ||
	    !utf8_ok(s)))
		return invalid(c->a, "Idempotency-Key",
		    "a text of at most 255 bytes");
	return NULL;
}

const struct err *
line_check(struct arena *a, const char *field, const char *text, int most,
    const char **out)
{
	struct str s = text_trim(str_of(text));

	if (s.n == 0 || utf8_count(s) > (size_t)most || utf8_has_control(s))
		return invalid(a, field, arena_printf(a, "a text of 1 to %d"
		    " characters, none a control character", most));
	*out = arena_strndup(a, s.p, s.n);
	return NULL;
}

const struct err *
title_check(struct arena *a, const char *field, const char *title,
    const char **out)
{
	return line_check(a, field, title, MAX_CONVERSATION_TITLE, out);
}

const struct err *
message_check(struct api_call *c, struct str text)
{
	int max = c->api->conf->message_max;
	size_t n = utf8_count(text);

	if (text_trim(text).n == 0)
		return err_new(c->a, ERR_INPUT, "message_empty",
		    "The message is empty: say what to do.", "empty message");
	if (n > (size_t)max)
		return err_new(c->a, ERR_INPUT, "message_too_long",
		    arena_printf(c->a, "The message is too long: at most %d"
		    " characters.", max), "%zu characters", n);
	return NULL;
}
