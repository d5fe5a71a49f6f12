/* Which route a method and a path lead to, and what the path's parts say. */
#include "base/arena.h"
#include "http/router.h"
#include "tap.h"

static const struct err *
nothing(struct api_call *call)
{
	(void)call;
	return NULL;
}

static const struct route table[] = {
	{ "GET",    "/api/healthz",                  WHO_ANYONE, 0,   nothing },
	{ "GET",    "/api/:user/tasks",              WHO_USER,   0,   nothing },
	{ "POST",   "/api/:user/tasks",              WHO_USER,   100, nothing },
	{ "GET",    "/api/:user/tasks/:id",          WHO_USER,   0,   nothing },
	{ "PATCH",  "/api/:user/tasks/:id",          WHO_USER,   100, nothing },
	{ "DELETE", "/api/:user/tasks/:id",          WHO_USER,   0,   nothing },
	{ "POST",   "/api/:user/tasks/:id/restore",  WHO_USER,   0,   nothing },
	{ "POST",   "/api/:user/tasks/sweep",        WHO_USER,   0,   nothing },
	{ "POST",   "/api/:user/chat",               WHO_USER,   100, nothing },
	{ "POST",   "/api/chat",                     WHO_USER,   100, nothing },
	{ "POST",   "/api/v1/:what",                 WHO_USER,   100, nothing },
	{ "GET",    "/api/:user/:what",              WHO_USER,   0,   nothing },
	{ "HEAD",   "/api/own/head",                 WHO_ANYONE, 0,   nothing },
	{ "GET",    "/api/own/head",                 WHO_ANYONE, 0,   nothing },
	{ "GET",    "/a/b/c/d/e/f/g/:h",             WHO_ANYONE, 0,   nothing },
};

static struct arena *a;
static const struct route *route;
static struct route_args args;
static const char *allow;

static const struct err *
match(const char *method, const char *path)
{
	route = NULL;
	allow = NULL;
	memset(&args, 0, sizeof(args));
	return router_match(table, sizeof(table) / sizeof(table[0]), a, method,
	    str_of(path), &route, &args, &allow);
}

static void
leads(const char *method, const char *path, const char *to)
{
	const struct err *e = match(method, path);

	is_str(e == NULL ? route->path : e->code, to, "%s %s", method, path);
}

static void
arg_is(const char *name, const char *want)
{
	is_str(route_arg(&args, name), want, "  %s", name);
}

static void
test_paths(void)
{
	leads("GET", "/api/healthz", "/api/healthz");
	leads("GET", "/api/ann/tasks", "/api/:user/tasks");
	arg_is("user", "ann");
	arg_is("id", NULL);
	is_int((long long)args.n, 1, "  and nothing else");
	leads("POST", "/api/ann/tasks/7/restore",
	    "/api/:user/tasks/:id/restore");
	arg_is("user", "ann");
	arg_is("id", "7");
	leads("GET", "/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f/g/:h");
	arg_is("h", "h");
}

static void
test_unknown(void)
{
	static const char *const paths[] = {
		"", "/", "api", "api/healthz", "/api", "/api/", "//",
		"/api/healthz/", "//api/healthz", "/api//healthz",
		"/api/ann/tasks/", "/api//tasks", "/api/healthzz",
		"/api/health", "/API/healthz", "/api/ann/tasks/7/restore/x",
		"/a/b/c/d/e/f/g/h/i", "/a/b/c/d/e/f/g/h/", "/a/b/c/d/e/f/g/",
		"/api/ann/tasks//restore",
	};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		leads("GET", paths[i], "no_such_route");
	is_int(match("GET", "/nowhere")->kind, ERR_NOTFOUND, "its kind");
	ok(route == NULL && allow == NULL, "nothing else is set");
	leads("GET", "/nowhere/%zz/", "no_such_route");
}

static void
test_literal_wins(void)
{
	leads("POST", "/api/ann/tasks/sweep", "/api/:user/tasks/sweep");
	leads("POST", "/api/v1/chat", "/api/v1/:what");
	arg_is("what", "chat");
	leads("POST", "/api/chat", "/api/chat");
	leads("GET", "/api/v2/chats", "/api/:user/:what");
	leads("GET", "/api/ann/tasks/sweep", "method_not_allowed");
	is_str(allow, "POST", "a literal path hides a ':' one");
}

static void
test_methods(void)
{
	const struct err *e = match("PUT", "/api/ann/tasks/7");

	is_int(e->kind, ERR_METHOD, "a wrong method");
	is_str(allow, "GET, PATCH, DELETE", "Allow lists the right ones");
	is_str(route == NULL ? NULL : route->path, "/api/:user/tasks/:id",
	    "whose path it is");
	leads("get", "/api/healthz", "method_not_allowed");
	leads("", "/api/healthz", "method_not_allowed");
	leads("OPTIONS", "/api/healthz", "method_not_allowed");
	is_str(allow, "GET", "Allow of one method");
	leads("PUT", "/nowhere", "no_such_route");
	ok(route == NULL, "which is nobody's");

	leads("HEAD", "/api/healthz", "/api/healthz");
	is_str(route->method, "GET", "HEAD is served by GET");
	leads("HEAD", "/api/chat", "method_not_allowed");
	leads("HEAD", "/api/own/head", "/api/own/head");
	is_str(route->method, "HEAD", "a HEAD route of its own is preferred");
	leads("GET", "/api/own/head", "/api/own/head");
	is_str(route->method, "GET", "and does not serve GET");
}

static void
test_decoding(void)
{
	leads("GET", "/api/a%20b%2Fc%25/tasks", "/api/:user/tasks");
	arg_is("user", "a b/c%");
	leads("GET", "/api/k%C3%A4the/tasks", "/api/:user/tasks");
	arg_is("user", "k\xc3\xa4the");
	leads("GET", "/api/a+b/tasks", "/api/:user/tasks");
	arg_is("user", "a+b");
	leads("GET", "/api/ann/t%61sks", "/api/:user/tasks");
	leads("GET", "/api%2fhealthz", "no_such_route");
	leads("GET", "/api/../tasks", "/api/:user/tasks");
	arg_is("user", "..");
	leads("GET", "/api/./tasks", "/api/:user/tasks");
	leads("GET", "/api/:user/tasks", "/api/:user/tasks");
	arg_is("user", ":user");

	leads("GET", "/api/%/tasks", "invalid_request");
	leads("GET", "/api/%4/tasks", "invalid_request");
	leads("GET", "/api/%00/tasks", "invalid_request");
	leads("GET", "/api/%ff/tasks", "invalid_request");
	leads("GET", "/api/%c3/%a4", "invalid_request");
	is_int(match("GET", "/api/%zz/tasks")->kind, ERR_INPUT, "its kind");
}

/* A path is borrowed bytes: what follows them does not count. */
static void
test_borrowed(void)
{
	const char *text = "/api/healthz/and/more";
	const struct err *e;

	e = router_match(table, sizeof(table) / sizeof(table[0]), a, "GET",
	    (struct str){ text, strlen("/api/healthz") }, &route, &args,
	    &allow);
	ok(e == NULL && strcmp(route->path, "/api/healthz") == 0,
	    "only the path's own bytes are read");
}

int
main(void)
{
	a = arena_new();
	test_paths();
	test_unknown();
	test_literal_wins();
	test_methods();
	test_decoding();
	test_borrowed();
	arena_free(a);
	return tap_done();
}
