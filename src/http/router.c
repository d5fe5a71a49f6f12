#include <string.h>

#include "base/text.h"
#include "http/router.h"

struct segments {
	size_t		 n;
	const char	*text[MAX_PATH_SEGMENTS];	/* decoded */
};

static const struct err *
no_such_route(struct arena *a)
{
	return err_new(a, ERR_NOTFOUND, "no_such_route",
	    "There is nothing at this address.", "no such route");
}

/*
 * A path that no route could ever match (an empty segment, too many of
 * them) is not found, whatever else is wrong with it.
 */
static const struct err *
segments_read(struct arena *a, struct str path, struct segments *out)
{
	struct str raw[MAX_PATH_SEGMENTS], text;
	const char *end;
	size_t i, n = 0;

	while (path.n > 0) {
		if (path.p[0] != '/' || n == MAX_PATH_SEGMENTS)
			return no_such_route(a);
		path.p++, path.n--;
		end = path.n > 0 ? memchr(path.p, '/', path.n) : NULL;
		raw[n].p = path.p;
		raw[n].n = end == NULL ? path.n : (size_t)(end - path.p);
		if (raw[n].n == 0)
			return no_such_route(a);
		path.p += raw[n].n;
		path.n -= raw[n].n;
		n++;
	}
	for (i = 0; i < n; i++) {
		if (!url_decode(a, raw[i], false, &text))
			return err_new(a, ERR_INPUT, "invalid_request",
			    "The address is not well-formed.",
			    "path segment %zu does not decode", i + 1);
		out->text[i] = arena_strndup(a, text.p, text.n);
	}
	out->n = n;
	return NULL;
}

/*
 * How well a route's path fits: -1 not at all, else a number that is larger
 * the earlier its literal segments stand, so that "/api/chat/x" goes before
 * "/api/:user/x".
 */
static int
pattern_fit(const char *pattern, const struct segments *s)
{
	int fit = 0;
	size_t i, len;

	for (i = 0; *pattern == '/'; i++, pattern += len) {
		if (i == s->n)
			return -1;
		pattern++;
		len = strcspn(pattern, "/");
		fit <<= 1;
		if (*pattern == ':')
			continue;
		if (strncmp(pattern, s->text[i], len) != 0 ||
		    s->text[i][len] != '\0')
			return -1;
		fit |= 1;
	}
	return i == s->n ? fit : -1;
}

static bool
method_fits(const struct route *r, const char *method)
{
	return strcmp(r->method, method) == 0 ||
	    (strcmp(method, "HEAD") == 0 && strcmp(r->method, "GET") == 0);
}

static void
args_fill(struct arena *a, const char *pattern, const struct segments *s,
    struct route_args *out)
{
	size_t i, len;

	out->n = 0;
	for (i = 0; *pattern == '/'; i++, pattern += len) {
		pattern++;
		len = strcspn(pattern, "/");
		if (*pattern != ':')
			continue;
		out->name[out->n] = arena_strndup(a, pattern + 1, len - 1);
		out->value[out->n++] = s->text[i];
	}
}

static const struct err *
wrong_method(struct arena *a, const struct route *table, size_t n,
    const struct segments *s, int best, const struct route **out,
    const char **allow)
{
	const char *list = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (pattern_fit(table[i].path, s) != best)
			continue;
		*out = &table[i];
		list = list == NULL ? table[i].method :
		    arena_printf(a, "%s, %s", list, table[i].method);
	}
	*allow = list;
	return err_new(a, ERR_METHOD, "method_not_allowed",
	    "This address does not take that method.",
	    "method not allowed (%s)", list);
}

/*
 * The path alone decides what is addressed; only then does the method
 * count.  So a literal path hides a ':' one for every method.
 */
const struct err *
router_match(const struct route *table, size_t n, struct arena *a,
    const char *method, struct str path, const struct route **out,
    struct route_args *args, const char **allow)
{
	struct segments s;
	const struct err *e;
	const struct route *found = NULL;
	int best = -1, fit;
	size_t i;

	e = segments_read(a, path, &s);
	if (e != NULL)
		return e;
	for (i = 0; i < n; i++) {
		fit = pattern_fit(table[i].path, &s);
		if (fit < 0 || fit < best)
			continue;
		if (fit > best)
			found = NULL;
		best = fit;
		/* A HEAD route of its own goes before GET's. */
		if (method_fits(&table[i], method) && (found == NULL ||
		    strcmp(table[i].method, method) == 0))
			found = &table[i];
	}
	if (best < 0)
		return no_such_route(a);
	if (found == NULL)
		return wrong_method(a, table, n, &s, best, out, allow);
	args_fill(a, found->path, &s, args);
	*out = found;
	return NULL;
}

const char *
route_arg(const struct route_args *args, const char *name)
{
	size_t i;

	for (i = 0; i < args->n; i++)
		if (strcmp(args->name[i], name) == 0)
			return args->value[i];
	return NULL;
}
