#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "http/parse.h"

/* ---- lists, parameters and tokens of RFC 9110, section 5.6 */

static struct str
trim(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s.p++, s.n--;
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/*
 * Take what stands before the next separator outside quotes, trimmed.
 * False at the end of the text.
 */
static bool
take_part(struct str *rest, char separator, struct str *part)
{
	bool quoted = false;
	size_t i;

	if (rest->p == NULL)
		return false;
	for (i = 0; i < rest->n; i++) {
		if (quoted && rest->p[i] == '\\' && i + 1 < rest->n)
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
		else if (!quoted && rest->p[i] == separator)
			break;
	}
	*part = trim((struct str){ rest->p, i });
	if (i == rest->n)
		*rest = (struct str){ NULL, 0 };
	else
		*rest = (struct str){ rest->p + i + 1, rest->n - i - 1 };
	return true;
}

/* Split "name=value"; the value loses its quotes. */
static bool
split_parameter(struct str s, struct str *name, struct str *value)
{
	const char *eq = s.n > 0 ? memchr(s.p, '=', s.n) : NULL;

	if (eq == NULL)
		return false;
	*name = (struct str){ s.p, (size_t)(eq - s.p) };
	*value = (struct str){ eq + 1, s.n - name->n - 1 };
	if (value->n >= 2 && value->p[0] == '"' &&
	    value->p[value->n - 1] == '"')
		*value = (struct str){ value->p + 1, value->n - 2 };
	return true;
}

/* ---- Accept */

enum { Q_ONE = 1000 };

/*
 * A weight in thousandths (RFC 9110, section 12.4.2: "0" or "1" and up to
 * three decimals).  A malformed one counts as 0: the range is left out.
 */
static int
quality_read(struct str s)
{
	int q = 0, digit = Q_ONE / 10;
	size_t i;

	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') ||
	    (s.n > 1 && s.p[1] != '.'))
		return 0;
	if (s.p[0] == '1')
		q = Q_ONE;
	for (i = 2; i < s.n; i++, digit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		q += (s.p[i] - '0') * digit;
	}
	return q > Q_ONE ? 0 : q;
}

/* How one media type fares: the most exact range that covers it decides. */
struct fitness {
	const char	*type, *group;
	int		 exact;		/* 0 none, 1 all, 2 group, 3 named */
	int		 q;
};

static void
fitness_weigh(struct fitness *f, struct str range, int q)
{
	int exact = 0;

	if (str_is_nocase(range, f->type))
		exact = 3;
	else if (str_is_nocase(range, f->group))
		exact = 2;
	else if (str_is(range, "*/*"))
		exact = 1;
	if (exact == 0 || exact < f->exact ||
	    (exact == f->exact && q < f->q))
		return;
	f->exact = exact;
	f->q = q;
}

bool
accept_wants_stream(const char *accept)
{
	struct fitness stream = { "text/event-stream", "text/*", 0, 0 };
	struct fitness json = { "application/json", "application/*", 0, 0 };
	struct str rest = str_of(accept);
	struct str item, range, name, value;
	int q;

	while (take_part(&rest, ',', &item)) {
		q = Q_ONE;
		if (!take_part(&item, ';', &range))
			continue;
		while (take_part(&item, ';', &name))
			if (split_parameter(name, &name, &value) &&
			    str_is_nocase(name, "q"))
				q = quality_read(value);
		fitness_weigh(&stream, range, q);
		fitness_weigh(&json, range, q);
	}
	if (stream.exact < 2 || stream.q == 0)
		return false;
	return stream.q > json.q ||
	    (stream.q == json.q && stream.exact > json.exact);
}

/* ---- Content-Type */

bool
media_type_is_json(const char *type)
{
	struct str rest = str_of(type);
	struct str part, name, value;

	if (!take_part(&rest, ';', &part) ||
	    !str_is_nocase(part, "application/json"))
		return false;
	while (take_part(&rest, ';', &part))
		if (split_parameter(part, &name, &value) &&
		    str_is_nocase(name, "charset") &&
		    !str_is_nocase(value, "utf-8"))
			return false;
	return true;
}

bool
media_type_is_form(const char *type)
{
	struct str rest = str_of(type);
	struct str part;

	return take_part(&rest, ';', &part) &&
	    str_is_nocase(part, "application/x-www-form-urlencoded");
}

bool
bearer_read(const char *authorization, struct str *token)
{
	struct str all = str_of(authorization);
	size_t n = sizeof("Bearer") - 1;

	if (all.n <= n || all.p[n] != ' ' ||
	    !str_is_nocase((struct str){ all.p, n }, "Bearer"))
		return false;
	while (n < all.n && all.p[n] == ' ')
		n++;
	*token = (struct str){ all.p + n, all.n - n };
	return token->n > 0;
}

/* ---- If-None-Match, Content-Length */

static struct str
opaque_tag(struct str s)
{
	if (s.n >= 2 && s.p[0] == 'W' && s.p[1] == '/')
		return (struct str){ s.p + 2, s.n - 2 };
	return s;
}

/* A tag has no escapes (section 8.8.3), so no comma of ours is in quotes. */
bool
etag_listed(const char *list, const char *etag)
{
	struct str rest = str_of(list), want = opaque_tag(str_of(etag)), one;

	if (str_is(trim(rest), "*"))
		return true;
	while (take_part(&rest, ',', &one)) {
		one = opaque_tag(one);
		if (one.n == want.n && memcmp(one.p, want.p, one.n) == 0)
			return true;
	}
	return false;
}

bool
content_length_read(const char *value, size_t *out)
{
	size_t n = 0, digit;

	if (value == NULL || *value == '\0')
		return false;
	for (; *value != '\0'; value++) {
		if (*value < '0' || *value > '9')
			return false;
		digit = (size_t)(*value - '0');
		if (n > (SIZE_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

/* ---- reply headers */

bool
header_value_ok(const char *value)
{
	if (value == NULL)
		return false;
	for (; *value != '\0'; value++)
		if (((unsigned char)*value < ' ' && *value != '\t') ||
		    *value == 0x7f)
			return false;
	return true;
}
