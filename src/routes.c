/* Every address, on one screen, and what happens to a request on its way. */
#include <string.h>

#include "api/accounts.h"
#include "api/api.h"
#include "base/clock.h"

static const struct route routes[] = {
	/* method    path				who	   body */
	{ "GET",    "/api/healthz",			WHO_ANYONE, 0,
	    api_healthz },
	{ "GET",    "/api/readyz",			WHO_ANYONE, 0,
	    api_readyz },
	{ "GET",    "/api/openapi.json",		WHO_ANYONE, 0,
	    api_openapi },
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
	{ "GET",    "/api/:user/tasks",			WHO_USER, 0,
	    api_task_list },
	{ "POST",   "/api/:user/tasks",			WHO_USER, MAX_BODY,
	    api_task_add },
	{ "GET",    "/api/:user/tasks/:id",		WHO_USER, 0,
	    api_task_read },
	{ "PATCH",  "/api/:user/tasks/:id",		WHO_USER, MAX_BODY,
	    api_task_change },
	{ "DELETE", "/api/:user/tasks/:id",		WHO_USER, 0,
	    api_task_delete },
	{ "POST",   "/api/:user/tasks/:id/restore",	WHO_USER, 0,
	    api_task_restore },
};

size_t
routes_table(const struct route **out)
{
	*out = routes;
	return sizeof(routes) / sizeof(routes[0]);
}

/* Is this Origin one of the settings' comma separated list? */
static bool
origin_allowed(const char *list, const char *origin)
{
	size_t n = strlen(origin);

	for (const char *p = list; n > 0 && (p = strstr(p, origin)) != NULL;
	    p += n)
		if ((p == list || p[-1] == ',' || p[-1] == ' ') &&
		    (p[n] == '\0' || p[n] == ',' || p[n] == ' '))
			return true;
	return false;
}

/*
 * Pages of other sites that the operator named may call us (Fetch standard,
 * section CORS protocol).  True: it was a preflight, and is answered.
 */
static bool
cors(struct api *api, struct http_req *q)
{
	const char *origin = http_header(q, "Origin");

	if (api->conf->allowed_origins[0] == '\0')
		return false;
	http_add_header(q, "Vary", "Origin");
	if (origin == NULL ||
	    !origin_allowed(api->conf->allowed_origins, origin))
		return false;
	http_add_header(q, "Access-Control-Allow-Origin", origin);
	http_add_header(q, "Access-Control-Expose-Headers",
	    "X-Request-Id, Retry-After, X-Retry-After, set-auth-jwt, "
	    "set-auth-token");
	if (strcmp(q->method, "OPTIONS") != 0 ||
	    http_header(q, "Access-Control-Request-Method") == NULL)
		return false;
	http_add_header(q, "Access-Control-Allow-Methods",
	    "GET, POST, PATCH, DELETE");
	http_add_header(q, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, Idempotency-Key");
	http_add_header(q, "Access-Control-Max-Age", "600");
	http_send_empty(q, 204);
	return true;
}

/* Who is asking, and is the path theirs? */
static const struct err *
admit(const struct route *route, struct api_call *c)
{
	const char *named = route_arg(&c->args, "user");
	struct auth_ask ask = { .now = clock_wall() };
	const struct err *e;

	if (route->who == WHO_ANYONE)
		return NULL;
	if (route->who == WHO_ACCOUNT && c->api->conf->accounts)
		return accounts_admit(c);
	if (route->who == WHO_ACCOUNT)
		return err_new(c->a, ERR_NOTFOUND, "no_such_route",
		    "There is nothing at this address.",
		    "accounts are off");
	ask.authorization = http_header(c->q, "Authorization");
	e = auth_check(c->api->auth, c->a, &ask, &c->user);
	if (e != NULL)
		return e;
	log_text(&c->q->log, "user", c->user);
	if (named != NULL && strcmp(named, c->user) != 0)
		return err_new(c->a, ERR_DENIED, "user_mismatch",
		    "This address belongs to another user.",
		    "path and token name different users");
	return NULL;
}

static const struct err *
serve(struct api *api, struct http_req *q)
{
	struct api_call c = { .api = api, .q = q, .a = q->a };
	const struct route *route = NULL;
	const char *allow = NULL;
	const struct err *e;

	if (cors(api, q))
		return NULL;
	e = router_match(routes, sizeof(routes) / sizeof(routes[0]), q->a,
	    q->method, q->path, &route, &c.args, &allow);
	if (allow != NULL)
		http_add_header(q, "Allow", allow);
	if (e != NULL)
		return e;
	log_text(&q->log, "route", route->path);
	c.body = route->body;
	e = admit(route, &c);
	return e != NULL ? e : route->handler(&c);
}

static bool
is_below(const struct http_req *q, struct str at)
{
	return q->path.n >= at.n && memcmp(q->path.p, at.p, at.n) == 0;
}

/* The one path that has a secret in it is not repeated. */
static void
log_path(struct http_req *q)
{
	const struct str secret = STR("/api/auth/reset-password/");
	size_t n = is_below(q, secret) ? secret.n : q->path.n;

	log_text(&q->log, "path", arena_strndup(q->a, q->path.p, n));
}

/* What lies below it answers in the words of its client. */
static bool
is_account(const struct api *api, const struct http_req *q)
{
	return api->conf->accounts && is_below(q, STR("/api/auth/"));
}

void
routes_serve(struct api *api, struct http_req *q)
{
	const struct db_spent before = *db_spent();
	const struct err *e;

	log_path(q);
	e = serve(api, q);
	if (e != NULL && is_account(api, q))
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
