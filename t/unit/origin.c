/* Which pages may call: one list, and no origin that only looks like one. */
#include "auth/origin.h"
#include "tap.h"

static struct conf listed = { .allowed_origins =
    "https://app.example, https://*.site.example,http://localhost:3000 ,"
    "https://*.port.example:8443", .public_url = "https://chat.example" };

static void
in_list(const char *origin, bool want)
{
	ok(origin_listed(&listed, origin) == want, "'%s' is %slisted", origin,
	    want ? "" : "not ");
}

static void
test_listed(void)
{
	struct conf none = { .allowed_origins = "" };

	in_list("https://app.example", true);
	in_list("http://localhost:3000", true);
	in_list("https://a.site.example", true);
	in_list("https://a.b.site.example", true);
	in_list("https://a.port.example:8443", true);
	in_list("https://site.example", false);
	in_list("https://.site.example", false);
	in_list("https://xsite.example", false);
	in_list("https://a.site.example.evil.example", false);
	in_list("https://a.site.example:8443", false);
	in_list("https://a.port.example", false);
	in_list("https://a.port.example:84433", false);
	in_list("http://a.site.example", false);
	in_list("http://app.example", false);
	in_list("https://app.example:443", false);
	in_list("https://app.example/", false);
	in_list("https://app.exampl", false);
	in_list("https://app.example.evil.example", false);
	in_list("https://evil.example/.site.example", false);
	in_list("https://evil.example?.site.example", false);
	in_list("https://evil.example#.site.example", false);
	in_list("https://evil.example\\.site.example", false);
	in_list("https://me@a.site.example", false);
	in_list("https://*.site.example", false);
	in_list("https://app.example, https://a.site.example", false);
	in_list("https://app.example https://app.example", false);
	in_list("https://APP.example", false);
	in_list("null", false);
	in_list("", false);
	in_list("https://", false);
	in_list(",", false);
	in_list("*", false);
	ok(!origin_listed(&none, "https://app.example"), "an empty list");
}

static void
test_own(void)
{
	struct conf open = { .public_url = "", .allowed_origins = "" };

	ok(origin_own(&listed, "https://chat.example", "other.example"),
	    "public_url says, whatever Host is");
	ok(!origin_own(&listed, "https://other.example", "other.example"),
	    "and nothing else");
	ok(!origin_own(&listed, "null", "null"), "null is nobody's own");
	ok(origin_own(&open, "https://a.example", "a.example"), "Host says");
	ok(origin_own(&open, "http://a.example", "a.example"),
	    "with either scheme");
	ok(origin_own(&open, "https://a.example:8443", "a.example:8443"),
	    "with its port");
	ok(origin_own(&open, "https://a.example", "A.Example:443"),
	    "the default port may stand there");
	ok(!origin_own(&open, "http://a.example", "a.example:443"),
	    "that of its scheme");
	ok(!origin_own(&open, "https://a.example", "a.example:8443"),
	    "another port is another site");
	ok(!origin_own(&open, "https://a.example:8443", "a.example"),
	    "either way");
	ok(!origin_own(&open, "https://a.example.evil.example", "a.example"),
	    "a longer name is another one");
	ok(!origin_own(&open, "https://a.example", "a.example.evil.example"),
	    "either way");
	ok(!origin_own(&open, "https://a.example", NULL), "no Host");
	ok(!origin_own(&open, "https://", ""), "nothing is not nothing's own");
}

static void
may_go(const char *url, bool want)
{
	ok(origin_url_ok(&listed, url) == want, "'%s' is %s", url,
	    want ? "fine" : "refused");
}

static void
test_urls(void)
{
	may_go("/", true);
	may_go("/welcome?a=b#c", true);
	may_go("/a//b", true);
	may_go("https://chat.example/x", true);
	may_go("https://chat.example", true);
	may_go("https://app.example?x", true);
	may_go("https://a.site.example/x", true);
	may_go("", false);
	may_go("welcome", false);
	may_go("//evil.example", false);
	may_go("/\\evil.example", false);
	may_go("/%2fevil.example", false);
	may_go("/%2Fevil.example", false);
	may_go("/%5cevil.example", false);
	may_go("/\t/evil.example", false);
	may_go("/a\nb", false);
	may_go("\\\\evil.example", false);
	may_go("https://evil.example/", false);
	may_go("https://chat.example.evil.example/", false);
	may_go("https://chat.example@evil.example/", false);
	may_go("https://@evil.example/", false);
	may_go("https://chat.example\\@evil.example/", false);
	may_go("https://evil.example#https://chat.example/", false);
	may_go("https:chat.example", false);
	may_go("http://chat.example/", false);
	may_go("javascript:alert(1)", false);
	may_go("javascript://chat.example/%0aalert(1)", false);
	may_go("data:text/html,x", false);
	may_go("null", false);
}

int
main(void)
{
	struct arena *a = arena_new();
	struct conf none = { .allowed_origins = "" };

	test_listed();
	test_own();
	test_urls();
	is_str(origin_public(a, &listed), "https://chat.example", "public");
	is_str(origin_public(a, &none), "", "not set");
	is_str(origin_frame_ancestors(a, &none), "frame-ancestors 'self'",
	    "who may frame us: ourselves");
	is_str(origin_frame_ancestors(a, &listed), "frame-ancestors 'self' "
	    "https://app.example https://*.site.example http://localhost:3000"
	    " https://*.port.example:8443", "and those that are listed");
	arena_free(a);
	return tap_done();
}
