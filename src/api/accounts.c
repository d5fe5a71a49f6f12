#include <string.h>

#include "api/accounts.h"
#include "auth/cookie.h"
#include "auth/origin.h"
#include "base/clock.h"
#include "base/text.h"
#include "http/parse.h"

#define COOKIE_SECONDS	(SESSION_DAYS * 24 * 60 * 60)

/* ---- errors */

const struct err *
account_err(struct api_call *c, enum err_kind kind, const char *code,
    const char *message)
{
	return err_new(c->a, kind, code == NULL ? "" : code, message,
	    "%s", message);
}

/* Our other rooms name errors in lower case; the client knows these so. */
static void
error_put(struct arena *a, struct json_object *body, const struct err *e)
{
	char *code = arena_strdup(a, e->code), *p;
	const char *message = e->say;

	for (p = code; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	if (strcmp(code, "INVALID_JSON") == 0) {
		code = arena_strdup(a, "BAD_REQUEST");
		message = "Invalid JSON in request body";
	} else if (strcmp(code, "ORIGIN_NOT_ALLOWED") == 0) {
		code = arena_strdup(a, "INVALID_ORIGIN");
		message = "Invalid origin";
	}
	js_add_text(body, "message", message);
	if (*code != '\0')
		js_add_text(body, "code", code);
}

/*
 * Better Auth knows no 405, but for one call whose meaning depends on a
 * setting of its own.
 */
static void
send_no_route(struct http_req *q, const struct err *e)
{
	struct json_object *body;

	if (e->kind != ERR_METHOD || strcmp(q->method, "POST") != 0 ||
	    !str_is(q->path, "/api/auth/get-session")) {
		http_send_empty(q, 404);
		return;
	}
	body = js_object(q->a);
	js_add_text(body, "message", "POST method requires "
	    "deferSessionRefresh to be enabled in session config");
	js_add_text(body, "code",
	    "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED");
	http_send_json(q, 405, body);
}

void
accounts_send_err(struct http_req *q, const struct err *e)
{
	struct json_object *body;
	const char *wait;

	http_log_err(q, e);
	if (e->kind == ERR_HUP) {
		q->gone = true;
		return;
	}
	if (e->kind == ERR_METHOD || strcmp(e->code, "no_such_route") == 0) {
		send_no_route(q, e);
		return;
	}
	body = js_object(q->a);
	error_put(q->a, body, e);
	if (e->retry_after > 0) {
		wait = arena_printf(q->a, "%d", e->retry_after);
		if (e->kind == ERR_LIMIT)
			http_add_header(q, "X-Retry-After", wait);
		http_add_header(q, "Retry-After", wait);
	}
	if (e->kind == ERR_AUTH)
		http_add_header(q, "WWW-Authenticate", "Bearer");
	http_send_json(q, e->kind == ERR_CONFLICT ? 422 :
	    http_status(e->kind), body);
}

void
send_status(struct api_call *c)
{
	struct json_object *body = js_object(c->a);

	js_add_bool(body, "status", true);
	http_send_json(c->q, 200, body);
}

/* ---- may this page call us? */

static const struct err *
page_listed(struct api_call *c)
{
	const char *origin = http_page_origin(c->q);
	const struct conf *conf = c->api->conf;

	if (origin == NULL || strcmp(origin, "null") == 0)
		return account_err(c, ERR_DENIED, "MISSING_OR_NULL_ORIGIN",
		    "Missing or null Origin");
	if (origin_own(conf, origin, NULL) || origin_listed(conf, origin))
		return NULL;
	return account_err(c, ERR_DENIED, "INVALID_ORIGIN", "Invalid origin");
}

/* The two that make a session where none was: no cookie gives them away. */
static bool
makes_session(const struct http_req *q)
{
	return str_is(q->path, "/api/auth/sign-in/email") ||
	    str_is(q->path, "/api/auth/sign-up/email");
}

const struct err *
accounts_admit(struct api_call *c)
{
	const char *site, *mode;
	bool fetched;

	if (strcmp(c->q->method, "POST") != 0)
		return NULL;
	if (http_header(c->q, "Cookie") != NULL)
		return page_listed(c);
	if (!makes_session(c->q))
		return NULL;
	site = http_header(c->q, "Sec-Fetch-Site");
	mode = http_header(c->q, "Sec-Fetch-Mode");
	fetched = site != NULL || mode != NULL ||
	    http_header(c->q, "Sec-Fetch-Dest") != NULL;
	if (site != NULL && strcmp(site, "cross-site") == 0 &&
	    mode != NULL && strcmp(mode, "navigate") == 0)
		return account_err(c, ERR_DENIED,
		    "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
		    "Cross-site navigation login blocked. This request "
		    "appears to be a CSRF attack.");
	return fetched || http_page_origin(c->q) != NULL ? page_listed(c) :
	    NULL;
}

/* ---- cookies */

static void
cookie_put(struct api_call *c, const char *what, const char *value,
    int max_age)
{
	const struct conf *conf = c->api->conf;
	struct cookie k = { .name = cookie_name(c->a, conf, what),
	    .value = value, .max_age = max_age,
	    .secure = cookie_is_secure(conf) };
	const char *line = cookie_set(c->a, &k);

	if (line != NULL)
		http_add_header(c->q, "Set-Cookie", line);
}

static bool
cookie_read(struct api_call *c, const char *what, struct str *value)
{
	const struct conf *conf = c->api->conf;
	struct str sent;

	return cookie_find(http_header(c->q, "Cookie"),
	    cookie_name(c->a, conf, what), &sent) &&
	    cookie_open(c->a, str_of(conf->auth_secret), sent, value);
}

static bool
asked_to_forget(struct api_call *c)
{
	struct str value;

	return cookie_read(c, "dont_remember", &value) &&
	    str_is(value, "true");
}

/*
 * For a page of another origin one complete list has been sent already
 * (routes.c); a second header would say no more.
 */
void
headers_expose(struct api_call *c)
{
	static const char name[] = "Access-Control-Expose-Headers";
	const struct buf *sent = &c->q->extra;

	if (sent->n == 0 || memmem(sent->p, sent->n, name,
	    sizeof(name) - 1) == NULL)
		http_add_header(c->q, name, "set-auth-jwt, set-auth-token");
}

/* A wish to be forgotten ends with the session it was for. */
void
session_cookie_set(struct api_call *c, const char *token, bool remember)
{
	struct str secret = str_of(c->api->conf->auth_secret);
	const char *value = cookie_sign(c->a, secret, str_of(token));

	cookie_put(c, "session_token", value, remember ? COOKIE_SECONDS : -1);
	if (!remember)
		cookie_put(c, "dont_remember", cookie_sign(c->a, secret,
		    STR("true")), -1);
	else if (asked_to_forget(c))
		cookie_put(c, "dont_remember", "", 0);
	http_add_header(c->q, "set-auth-token", value);
	headers_expose(c);
}

/* session_data is a cache we never make; a taken-over site may have. */
void
session_cookie_end(struct api_call *c)
{
	cookie_put(c, "session_token", "", 0);
	cookie_put(c, "session_data", "", 0);
	cookie_put(c, "dont_remember", "", 0);
}

/* ---- who is signed in */

const char *
session_token_sent(struct api_call *c)
{
	struct str sent, token;

	/* another scheme than Bearer is for somebody else */
	if (bearer_read(http_header(c->q, "Authorization"), &sent)) {
		if (!cookie_open(c->a, str_of(c->api->conf->auth_secret),
		    sent, &token))
			return NULL;
	} else if (!cookie_read(c, "session_token", &token))
		return NULL;
	return arena_strndup(c->a, token.p, token.n);
}

const struct err *
signed_in_read(struct api_call *c, bool refresh, struct signed_in *out)
{
	const char *token = session_token_sent(c);
	const struct err *e;

	memset(out, 0, sizeof(*out));
	out->forget = asked_to_forget(c);
	if (token == NULL)
		return NULL;
	e = account_session_read(c->api->db, c->a, token,
	    refresh && !out->forget, &out->found, &out->user, &out->session);
	if (e != NULL)
		return e;
	if (!out->found) {
		session_cookie_end(c);
		return NULL;
	}
	log_text(&c->q->log, "user", out->user.id);
	if (out->session.refreshed)
		session_cookie_set(c, token, true);
	return NULL;
}

/*
 * Reading prolongs a session; what changes something sends its own cookie,
 * or an end to it.
 */
const struct err *
signed_in_need(struct api_call *c, struct signed_in *out)
{
	const struct err *e;

	e = signed_in_read(c, strcmp(c->q->method, "POST") != 0, out);
	if (e != NULL || out->found)
		return e;
	return account_err(c, ERR_AUTH, "UNAUTHORIZED", "Unauthorized");
}

/* ---- objects */

static void
user_put(struct json_object *v, const struct account_user *u)
{
	js_add_text(v, "id", u->id);
	js_add_text(v, "name", u->name);
	js_add_text(v, "email", u->email);
	js_add_bool(v, "emailVerified", u->email_verified);
	js_add_text(v, "image", u->image);
	js_add_text(v, "createdAt", u->created_at);
	js_add_text(v, "updatedAt", u->updated_at);
}

struct json_object *
user_json(const struct account_user *u)
{
	struct json_object *v = js_new_object();

	user_put(v, u);
	return v;
}

struct json_object *
session_json(const struct account_session *s)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "id", s->id);
	js_add_text(v, "token", s->token);
	js_add_text(v, "userId", s->user_id);
	js_add_text(v, "expiresAt", s->expires_at);
	js_add_text(v, "createdAt", s->created_at);
	js_add_text(v, "updatedAt", s->updated_at);
	js_add_text(v, "ipAddress", s->ip_address);
	js_add_text(v, "userAgent", s->user_agent);
	return v;
}

/*
 * A picture that is itself in the column, or a name of a thousand letters,
 * would make a token that no header holds: both may come with a database
 * that was taken over.
 */
const struct err *
account_token(struct api_call *c, const struct signed_in *s,
    const char **token)
{
	const char *origin = origin_public(c->a, c->api->conf);
	struct json_object *claims = js_object(c->a);
	struct account_user u = s->user;
	int64_t now = clock_wall();

	if (u.image != NULL && strlen(u.image) > MAX_IMAGE)
		u.image = NULL;
	u.name = arena_strndup(c->a, u.name,
	    utf8_fit(str_of(u.name), MAX_IMAGE / 2));
	js_add_int(claims, "iat", now);
	user_put(claims, &u);
	js_add_text(claims, "sid", s->session.id);
	js_add_text(claims, "sub", s->user.id);
	js_add_int(claims, "exp", now + c->api->conf->token_minutes * 60);
	js_add_text(claims, "iss", origin);
	js_add_text(claims, "aud", origin);
	return keyring_sign(auth_keyring(c->api->auth), c->a,
	    js_dump(c->a, claims), token);
}

bool
mail_on(const struct conf *c)
{
	return c->mail_command[0] != '\0' || c->mail_url[0] != '\0';
}
