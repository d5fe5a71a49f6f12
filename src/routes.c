/* Every address, on one screen, and what happens to a request on its way. */
#include <string.h>

#include "api/accounts.h"
#include "api/api.h"
#include "auth/cookie.h"
#include "auth/origin.h"
#include "base/clock.h"
#include "base/text.h"

static const struct route routes[] = {
	/* method    path				who	   body */
	{ "GET",    "/api/healthz",			WHO_ANYONE, 0,
	    api_healthz },
	{ "GET",    "/api/readyz",			WHO_ANYONE, 0,
	    api_readyz },
	{ "GET",    "/api/openapi.json",		WHO_ANYONE, 0,
	    api_openapi },
	{ "GET",    "/api/config",			WHO_ANYONE, 0,
	    api_config },
	{ "GET",    "/api/me",				WHO_USER, 0,
	    api_me },
	{ "POST",   "/api/mcp",				WHO_MCP, MAX_BODY,
	    api_mcp },
	{ "GET",    "/.well-known/oauth-protected-resource",
							WHO_PUBLIC, 0,
	    api_mcp_metadata },
	{ "GET",    "/.well-known/oauth-protected-resource/api/mcp",
							WHO_PUBLIC, 0,
	    api_mcp_metadata },
	{ "POST",   "/api/auth/sign-up/email",		WHO_ACCOUNT, MAX_FORM,
	    api_account_sign_up },
	{ "POST",   "/api/auth/sign-in/email",		WHO_ACCOUNT, MAX_FORM,
	    api_account_sign_in },
	{ "POST",   "/api/auth/sign-out",		WHO_ACCOUNT, MAX_FORM,
	    api_account_sign_out },
	{ "GET",    "/api/auth/get-session",		WHO_ACCOUNT, 0,
	    api_account_session },
	{ "GET",    "/api/auth/list-sessions",		WHO_ACCOUNT, 0,
	    api_account_sessions },
	{ "POST",   "/api/auth/revoke-session",		WHO_ACCOUNT, MAX_FORM,
	    api_account_revoke },
	{ "POST",   "/api/auth/revoke-sessions",	WHO_ACCOUNT, MAX_FORM,
	    api_account_revoke_all },
	{ "POST",   "/api/auth/revoke-other-sessions",	WHO_ACCOUNT, MAX_FORM,
	    api_account_revoke_others },
	{ "GET",    "/api/auth/token",			WHO_ACCOUNT, 0,
	    api_account_token },
	{ "GET",    "/api/auth/jwks",			WHO_ACCOUNT, 0,
	    api_account_jwks },
	{ "GET",    "/api/auth/ok",			WHO_ACCOUNT, 0,
	    api_account_ok },
	{ "POST",   "/api/auth/update-user",		WHO_ACCOUNT, MAX_FORM,
	    api_account_update },
	{ "POST",   "/api/auth/change-password",	WHO_ACCOUNT, MAX_FORM,
	    api_account_password },
	{ "POST",   "/api/auth/verify-password",	WHO_ACCOUNT, MAX_FORM,
	    api_account_password_check },
	{ "POST",   "/api/auth/change-email",		WHO_ACCOUNT, MAX_FORM,
	    api_account_email },
	{ "POST",   "/api/auth/delete-user",		WHO_ACCOUNT, MAX_FORM,
	    api_account_delete },
	{ "GET",    "/api/auth/list-accounts",		WHO_ACCOUNT, 0,
	    api_account_logins },
	{ "POST",   "/api/auth/request-password-reset",	WHO_ACCOUNT, MAX_FORM,
	    api_account_reset_ask },
	{ "GET",    "/api/auth/reset-password/:token",	WHO_ACCOUNT, 0,
	    api_account_reset_open },
	{ "POST",   "/api/auth/reset-password",		WHO_ACCOUNT, MAX_FORM,
	    api_account_reset },
	{ "POST",   "/api/auth/send-verification-email", WHO_ACCOUNT, MAX_FORM,
	    api_account_verify_ask },
	{ "GET",    "/api/auth/verify-email",		WHO_ACCOUNT, 0,
	    api_account_verify },
	{ "GET",    "/api/auth/error",			WHO_ACCOUNT, 0,
	    api_account_error },
	{ "POST",   "/api/chat",			WHO_USER, MAX_BODY,
	    api_chat },
	{ "POST",   "/api/v1/agent/chat",		WHO_USER, MAX_BODY,
	    api_chat },
	{ "POST",   "/api/:user/chat",			WHO_USER, MAX_BODY,
	    api_chat },
	{ "POST",   "/api/chatkit",			WHO_USER, MAX_BODY,
	    api_chatkit },
	{ "POST",   "/api/chatkit/sessions",		WHO_USER, MAX_FORM,
	    api_chatkit_session },
	{ "GET",    "/api/:user/conversations",		WHO_USER, 0,
	    api_conversation_list },
	{ "GET",    "/api/:user/conversations/:id",	WHO_USER, 0,
	    api_conversation_read },
	{ "PATCH",  "/api/:user/conversations/:id",	WHO_USER, MAX_BODY,
	    api_conversation_rename },
	{ "DELETE", "/api/:user/conversations/:id",	WHO_USER, 0,
	    api_conversation_delete },
	{ "POST",   "/api/:user/conversations/:id/confirmations/:confirmation",
							WHO_USER, MAX_BODY,
	    api_confirmation_decide },
	{ "GET",    "/api/:user/export",		WHO_USER, 0,
	    api_export },
	{ "GET",    "/api/:user/tasks",			WHO_READER, 0,
	    api_task_list },
	{ "POST",   "/api/:user/tasks",			WHO_WRITER, MAX_BODY,
	    api_task_add },
	{ "GET",    "/api/:user/tasks/:id",		WHO_READER, 0,
	    api_task_read },
	{ "PATCH",  "/api/:user/tasks/:id",		WHO_WRITER, MAX_BODY,
	    api_task_change },
	{ "DELETE", "/api/:user/tasks/:id",		WHO_WRITER, 0,
	    api_task_delete },
	{ "POST",   "/api/:user/tasks/:id/restore",	WHO_WRITER, 0,
	    api_task_restore },
	{ "GET",    "/api/:user/access-tokens",		WHO_USER, 0,
	    api_access_token_list },
	{ "POST",   "/api/:user/access-tokens",		WHO_USER, MAX_FORM,
	    api_access_token_add },
	{ "DELETE", "/api/:user/access-tokens/:id",	WHO_USER, 0,
	    api_access_token_remove },
	{ "GET",    "/.well-known/oauth-authorization-server",
							WHO_PUBLIC, 0,
	    api_oauth_metadata },
	{ "GET",    "/api/oauth/consent",		WHO_USER, 0,
	    api_oauth_consent_read },
	{ "POST",   "/api/oauth/consent",		WHO_USER, MAX_FORM,
	    api_oauth_consent },
	{ "POST",   "/api/oauth/token",			WHO_PUBLIC, MAX_FORM,
	    api_oauth_token },
	{ "POST",   "/api/oauth/revoke",		WHO_PUBLIC, MAX_FORM,
	    api_oauth_revoke },
	{ "GET",    "/api/:user/apps",			WHO_USER, 0,
	    api_app_list },
	{ "DELETE", "/api/:user/apps/:id",		WHO_USER, 0,
	    api_app_remove },
};

size_t
routes_table(const struct route **out)
{
	*out = routes;
	return sizeof(routes) / sizeof(routes[0]);
}

const char *
route_scope(const struct route *r)
{
	return r->who == WHO_READER ? SCOPE_READ :
	    r->who == WHO_WRITER ? SCOPE_WRITE : NULL;
}

/*
 * A page elsewhere may ask us only if it is listed: not even a GET, for the
 * answer to a cookie is not for everybody.  Whoever sends no Origin is no
 * page, or a page of ours.
 */
static const struct err *
origin_check(struct api *api, struct http_req *q, const char *origin,
    bool *listed)
{
	*listed = origin != NULL && origin_listed(api->conf, origin);
	if (origin == NULL || *listed ||
	    origin_own(api->conf, origin, http_header(q, "Host")))
		return NULL;
	return err_new(q->a, ERR_DENIED, "origin_not_allowed",
	    "Pages of this origin may not use this service.",
	    "Origin %.200s is neither ours nor listed in allowed_origins",
	    origin);
}

/*
 * What a listed page needs to read the answer, errors too (Fetch standard,
 * section CORS protocol).
 */
static void
cors_headers(struct api *api, struct http_req *q, const char *origin)
{
	http_add_header(q, "Access-Control-Allow-Origin", origin);
	http_add_header(q, "Access-Control-Expose-Headers",
	    "X-Request-Id, ETag, Retry-After, set-auth-token, set-auth-jwt, "
	    "x-retry-after, Taskchat-Extensions, WWW-Authenticate");
	if (cookies_taken(api->conf))
		http_add_header(q, "Access-Control-Allow-Credentials", "true");
}

/* What anybody may read, but never with a cookie. */
static void
cors_headers_public(struct http_req *q)
{
	http_add_header(q, "Access-Control-Allow-Origin", "*");
	http_add_header(q, "Access-Control-Expose-Headers",
	    "X-Request-Id, Retry-After, WWW-Authenticate");
}

static void
preflight(struct http_req *q)
{
	http_add_header(q, "Access-Control-Allow-Methods",
	    "GET, POST, PATCH, DELETE");
	http_add_header(q, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, Idempotency-Key, If-None-Match, "
	    "Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, "
	    "Last-Event-ID, "
	    /* what the vendor's element adds of its own accord */
	    "chatkit-device-id, chatkit-frame-instance-id");
	http_add_header(q, "Access-Control-Max-Age", "600");
	http_send_empty(q, 204);
}

static bool
is_preflight(const struct http_req *q)
{
	return strcmp(q->method, "OPTIONS") == 0 &&
	    http_header(q, "Access-Control-Request-Method") != NULL;
}

static bool
changes_something(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 &&
	    strcmp(method, "OPTIONS") != 0;
}

/* A program is told what it lacks: RFC 6750 section 3. */
static void
challenge(const struct route *route, struct api_call *c,
    const struct err *e)
{
	bool scope = strcmp(e->code, "insufficient_scope") == 0;

	if (route->who == WHO_MCP && e->kind == ERR_AUTH)
		mcp_challenge(c);
	else if (route->who == WHO_MCP && scope)
		mcp_scope_challenge(c, AUTH_SCOPES);
	else if (scope)
		http_add_header(c->q, "WWW-Authenticate", arena_printf(c->a,
		    "Bearer error=\"insufficient_scope\", scope=\"%s\"",
		    route_scope(route)));
}

/* Who a person is can be in a cookie, too. */
static void
page_ask(const struct route *route, const struct http_req *q,
    struct auth_ask *ask)
{
	ask->cookies = http_header(q, "Cookie");
	ask->origin = http_page_origin(q);
	ask->host = http_header(q, "Host");
	ask->changes = changes_something(q->method);
	ask->scope = route_scope(route);
}

const struct err *
api_user_check(struct api_call *c, const char *named)
{
	if (strcmp(named, c->user) == 0)
		return NULL;
	return err_new(c->a, ERR_DENIED, "user_mismatch",
	    "This address belongs to another user.",
	    "address and token name different users");
}

/* Who is asking, and is the path theirs? */
static const struct err *
admit(const struct route *route, struct api_call *c)
{
	const char *named = route_arg(&c->args, "user");
	struct auth_ask ask = { .now = clock_wall() };
	struct auth_asker asker;
	struct arena *scratch;
	const struct err *e;

	if (route->who == WHO_ANYONE || route->who == WHO_PUBLIC ||
	    route->who == WHO_ACCOUNT)
		return NULL;
	ask.authorization = http_header(c->q, "Authorization");
	ask.mcp = route->who == WHO_MCP;
	if (ask.mcp && (e = mcp_host_check(c)) != NULL)
		return e;
	if (!ask.mcp)
		page_ask(route, c->q, &ask);
	/* a token is read into many pieces, and the request may wait long */
	scratch = arena_new();
	e = err_keep(c->a, auth_check(c->api->auth, scratch, &ask, &asker));
	if (e == NULL) {
		c->user = arena_strdup(c->a, asker.user);
		if (asker.scopes != NULL)
			c->scopes = arena_strdup(c->a, asker.scopes);
		if (asker.token != NULL)
			log_text(&c->q->log, "access_token", asker.token);
	}
	arena_free(scratch);
	if (e != NULL) {
		challenge(route, c, e);
		return e;
	}
	log_text(&c->q->log, "user", c->user);
	return named == NULL ? NULL : api_user_check(c, named);
}

static bool
is_below(const struct http_req *q, struct str lead)
{
	return q->path.n >= lead.n && memcmp(q->path.p, lead.p, lead.n) == 0;
}

/* The one path that has a secret in it is not repeated, however encoded. */
static void
log_path(struct http_req *q)
{
	const struct str secret = STR("/api/auth/reset-password/");
	struct str path = q->path, plain;

	if (url_decode(q->a, path, false, &plain) && plain.n > secret.n &&
	    memcmp(plain.p, secret.p, secret.n) == 0)
		path = secret;
	log_text(&q->log, "path", arena_strndup(q->a, path.p, path.n));
}

/*
 * Is that an address of the built-in accounts?  Their client reads errors in
 * a form of its own.
 */
static bool
is_account_path(const struct api *api, const struct http_req *q)
{
	return api->conf->accounts && is_below(q, STR("/api/auth/"));
}

/* Why there is nothing there, though the table has it; NULL: there is. */
static const char *
switched_off(const struct conf *conf, const struct route *r)
{
	if (r->who == WHO_ACCOUNT)
		return conf->accounts ? NULL : "built-in accounts are off";
	if (r->who != WHO_MCP && r->who != WHO_PUBLIC)
		return NULL;
	return !conf->mcp ? "mcp is off" : *conf->public_url == '\0' ?
	    "public_url is not set, and MCP needs it" : NULL;
}

/*
 * *route: whose address that is, also when it does not take the method; *allow
 * is then what it takes.  MCP asks who before it says which.
 */
static const struct err *
find_route(struct api_call *c, const struct route **route,
    const char **allow)
{
	const struct route *found = NULL;
	const struct err *e;
	const char *off;

	e = router_match(routes, sizeof(routes) / sizeof(routes[0]), c->a,
	    c->q->method, c->q->path, &found, &c->args, allow);
	if (found != NULL &&
	    (off = switched_off(c->api->conf, found)) != NULL) {
		*allow = NULL;
		return err_new(c->a, ERR_NOTFOUND, "no_such_route",
		    "There is nothing at this address.", "%s", off);
	}
	*route = found;
	if (*allow == NULL || found->who != WHO_MCP)
		return e;
	*allow = NULL;
	return NULL;
}

/* True: that was all there is to answer. */
static bool
cors(struct api *api, struct http_req *q, const struct route *route,
    const char *origin, bool listed)
{
	bool public = route != NULL && route->who == WHO_PUBLIC;

	if (public)
		cors_headers_public(q);
	else if (listed)
		cors_headers(api, q, origin);
	if ((!public && !listed) || !is_preflight(q))
		return false;
	preflight(q);
	return true;
}

static const struct err *
serve(struct api *api, struct http_req *q, const struct route **route)
{
	struct api_call c = { .api = api, .q = q, .a = q->a };
	const char *origin = http_header(q, "Origin");
	const struct err *e, *foreign;
	const char *allow = NULL;
	bool listed;

	http_add_header(q, "Vary", "Origin");
	http_add_header(q, "Content-Security-Policy",
	    origin_frame_ancestors(q->a, api->conf));
	foreign = origin_check(api, q, origin, &listed);
	e = find_route(&c, route, &allow);
	if (cors(api, q, *route, origin, listed))
		return NULL;
	if (allow != NULL && (*route)->who != WHO_ACCOUNT)
		http_add_header(q, "Allow", allow);
	if (*route != NULL && (*route)->who == WHO_PUBLIC)
		foreign = NULL;
	if (e == NULL)
		c.body = (*route)->body;
	/* what a page may ask here and of no other backend of ChatKit */
	if (e == NULL && (*route)->handler == api_chatkit)
		http_add_header(q, "Taskchat-Extensions",
		    "edit, resume, search, stop");
	/* the accounts' client knows other words for a wrong origin */
	if (e == NULL && (*route)->who == WHO_ACCOUNT)
		e = accounts_admit(&c);
	if (foreign != NULL && (e == NULL || e->kind != ERR_DENIED))
		return foreign;
	if (e != NULL)
		return e;
	log_text(&q->log, "route", (*route)->path);
	e = admit(*route, &c);
	return e != NULL ? e : (*route)->handler(&c);
}

void
routes_serve(struct api *api, struct http_req *q)
{
	const struct db_spent before = *db_spent();
	const struct route *route = NULL;
	const struct err *e;

	log_path(q);
	e = serve(api, q, &route);
	if (e != NULL && (route == NULL ? is_account_path(api, q) :
	    route->who == WHO_ACCOUNT))
		accounts_send_err(q, e);
	else if (e != NULL)
		http_send_err(q, e);
	log_int(&q->log, "status", q->status);
	log_int(&q->log, "ms", clock_ms() - q->started);
	log_int(&q->log, "db_ms", db_spent()->ms - before.ms);
	log_int(&q->log, "db_calls", db_spent()->calls - before.calls);
	if (q->gone)
		log_text(&q->log, "gone", "true");
	log_end(&q->log);
}
