#include <string.h>
#include <strings.h>

#include "auth/origin.h"
#include "base/buf.h"
#include "base/conf_value.h"
#include "base/text.h"

#define MAX_CSP		(64 * 1024)

static bool
ends_with(struct str s, struct str end)
{
	return s.n >= end.n &&
	    memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

/*
 * A star stands for one label or more.  What it stands for has no ':' and
 * no '@' in it, as origin is known to be one.
 */
static bool
entry_matches(struct str entry, struct str origin)
{
	const char *star = entry.n == 0 ? NULL :
	    memmem(entry.p, entry.n, "://*.", 5);
	struct str head, tail;

	if (star == NULL)
		return entry.n == origin.n &&
		    memcmp(entry.p, origin.p, entry.n) == 0;
	head = str_from(entry.p, star + 3);
	tail = str_from(star + 4, entry.p + entry.n);
	return origin.n > head.n + tail.n && ends_with(origin, tail) &&
	    memcmp(origin.p, head.p, head.n) == 0 && origin.p[head.n] != '.';
}

bool
origin_listed(const struct conf *c, const char *origin)
{
	struct str rest = str_of(c->allowed_origins), entry;
	struct str s = str_of(origin);

	if (!address_is_origin(s))	/* "null", a path, two of them */
		return false;
	while (text_list_next(&rest, &entry))
		if (entry.n > 0 && entry_matches(entry, s))
			return true;
	return false;
}

bool
origin_own(const struct conf *c, const char *origin, const char *host)
{
	struct str s = str_of(origin);
	const char *said;
	size_t n;

	if (!address_is_origin(s))
		return false;
	if (c->public_url != NULL && *c->public_url != '\0')
		return str_is(s, c->public_url);
	if (host == NULL || *host == '\0')
		return false;
	said = strstr(origin, "://") + 3;
	n = strlen(said);
	if (strncasecmp(said, host, n) != 0)
		return false;
	/* browsers leave out the default port, others need not */
	return host[n] == '\0' || strcmp(host + n,
	    strncmp(origin, "https", 5) == 0 ? ":443" : ":80") == 0;
}

const char *
origin_public(struct arena *a, const struct conf *c)
{
	struct str s = str_of(c->public_url);

	return arena_strndup(a, s.n == 0 ? "" : s.p, s.n);
}

/* "/path": not "//host", nor what a browser reads as that. */
static bool
path_ok(const char *url)
{
	return url[0] == '/' && url[1] != '/' && url[1] != '\\' &&
	    strncasecmp(url + 1, "%2f", 3) != 0 &&
	    strncasecmp(url + 1, "%5c", 3) != 0;
}

bool
origin_url_ok(const struct conf *c, const char *url)
{
	struct arena *a;
	struct address u;
	const char *p, *origin;
	bool good;

	/* browsers drop tabs and line ends, and read '\' as '/' */
	for (p = url; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '\\')
			return false;
	if (url[0] == '/')
		return path_ok(url);
	if (!address_split(str_of(url), &u) || u.user.n > 0 ||
	    memchr(url, '@', (size_t)(u.rest.p - url)) != NULL)
		return false;
	a = arena_new();
	origin = arena_strndup(a, url, (size_t)(u.rest.p - url));
	good = origin_listed(c, origin) || origin_own(c, origin, NULL);
	arena_free(a);
	return good;
}

const char *
origin_frame_ancestors(struct arena *a, const struct conf *c)
{
	struct str rest = str_of(c->allowed_origins), entry;
	struct buf b;

	buf_init(&b, a, MAX_CSP);
	buf_puts(&b, "frame-ancestors 'self'");
	while (text_list_next(&rest, &entry))
		if (entry.n > 0)
			buf_printf(&b, " %.*s", (int)entry.n, entry.p);
	return buf_str(&b);
}
