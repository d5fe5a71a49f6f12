#include <string.h>

#include "api/accounts.h"
#include "auth/jwt.h"
#include "auth/origin.h"
#include "base/clock.h"
#include "base/text.h"

#define RESET_LENGTH	24
#define VERIFY_SECONDS	3600
#define VERIFY_FOR	"verify-email"	/* aud: no issuer's, and no API's */
#define BASE_PATH	"/api/auth"

/* ---- addresses */

/* url with one more name=value in its query, before any fragment. */
static const char *
url_with(struct arena *a, const char *url, const char *name,
    const char *value)
{
	size_t n = strcspn(url, "#");

	return arena_printf(a, "%.*s%c%s=%s%s", (int)n, url,
	    memchr(url, '?', n) != NULL ? '&' : '?', name,
	    url_encode(a, value), url + n);
}

/* A path is one of ours. */
static const char *
url_whole(struct api_call *c, const char *url)
{
	return url[0] != '/' ? url : arena_printf(c->a, "%s%s",
	    origin_public(c->a, c->api->conf), url);
}

static const char *
link_to(struct api_call *c, const char *path, const char *callback)
{
	return url_with(c->a, arena_printf(c->a, "%s" BASE_PATH "%s",
	    origin_public(c->a, c->api->conf), path), "callbackURL",
	    callback == NULL || *callback == '\0' ? "/" : callback);
}

/* What the address tells is for that page, and no page it names. */
static void
lead_on(struct api_call *c, const char *url)
{
	http_add_header(c->q, "Referrer-Policy", "no-referrer");
	http_redirect(c->q, url_whole(c, url));
}

/* ---- a forgotten password */

static struct mail_wish
reset_message(struct api_call *c, const char *token, const char *callback)
{
	const char *site = c->api->conf->site_name;

	return (struct mail_wish){
		.subject = arena_printf(c->a, "%s: a new password", site),
		.body = arena_printf(c->a,
		    "Somebody asked for a new password for your account at "
		    "%s.\n\nTo choose one, open this link within %d "
		    "minutes:\n\n%s\n\nIf it was not you, you need not do "
		    "anything: your password stays as it is.\n", site,
		    RESET_MINUTES, link_to(c, arena_printf(c->a,
		    "/reset-password/%s", token), callback))
	};
}

const struct err *
api_account_reset_ask(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "email", FIELD_EMAIL, false, 0 },
		{ "redirectTo", FIELD_TEXT, true, 0 }
	};
	const char *token = id_new(c->a, RESET_LENGTH), *email;
	struct json_object *reply = js_object(c->a), *body;
	const struct err *e;
	struct mail_wish m;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL && !mail_on(c->api->conf))
		e = account_err(c, ERR_INPUT, "RESET_PASSWORD_DISABLED",
		    "Reset password isn't enabled");
	if (e != NULL)
		return e;
	email = text_lower(c->a, js_str(js_get(body, "email")));
	m = reset_message(c, token, js_text(body, "redirectTo", NULL));
	e = attempt_mail(c, email);
	if (e == NULL)
		e = account_reset_begin(c->api->db, c->a, email, token, &m);
	if (e != NULL)
		return e;
	mailer_wake(c->api->mailer);
	js_add_bool(reply, "status", true);
	js_add_text(reply, "message", "If this email exists in our system, "
	    "check your email for the reset link");
	http_send_json(c->q, 200, reply);
	return NULL;
}

/* The link of the message: to the page that asks for the new password. */
const struct err *
api_account_reset_open(struct api_call *c)
{
	const char *token = route_arg(&c->args, "token"), *url;
	const struct err *e;
	bool ok = false;

	e = account_query(c, "callbackURL", &url);
	if (e == NULL)
		e = account_callback(c, &url);
	if (e == NULL && url != NULL)
		e = account_reset_ok(c->api->db, c->a, token, &ok);
	if (e != NULL)
		return e;
	if (url == NULL)
		url = BASE_PATH "/error";
	lead_on(c, ok ? url_with(c->a, url, "token", token) :
	    url_with(c->a, url, "error", "INVALID_TOKEN"));
	return NULL;
}

static const struct err *
token_invalid(struct api_call *c)
{
	return account_err(c, ERR_INPUT, "INVALID_TOKEN", "Invalid token");
}

/* A hash is work: only for a token that looks right. */
static const struct err *
reset_finish(struct api_call *c, const char *token, struct str password)
{
	const struct err *e;
	const char *hash;
	bool ok = false;

	e = attempt_any(c);
	if (e == NULL)
		e = account_reset_ok(c->api->db, c->a, token, &ok);
	if (e == NULL && !ok)
		e = token_invalid(c);
	if (e == NULL)
		e = password_hash(auth_hash_gate(c->api->auth), c->a,
		    password, &hash);
	if (e == NULL)
		e = account_reset_finish(c->api->db, c->a, token, hash,
		    caller_network(c));
	return e != NULL && e->kind == ERR_INPUT ? token_invalid(c) : e;
}

const struct err *
api_account_reset(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "newPassword", FIELD_TEXT, false, 0 },
		{ "token", FIELD_TEXT, true, 0 }
	};
	struct json_object *body;
	const struct err *e;
	struct str password;
	const char *token;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e != NULL)
		return e;
	token = js_text(body, "token", "");
	if (*token == '\0')
		e = http_query(c->q, "token", &token);
	if (e == NULL && (token == NULL || *token == '\0'))
		e = token_invalid(c);
	if (e != NULL)
		return e;
	password = js_str(js_get(body, "newPassword"));
	e = password_fit(c, password, NULL, NULL);
	if (e == NULL)
		e = reset_finish(c, token, password);
	if (e == NULL)
		send_status(c);
	return e;
}

/* ---- whose address is it? */

/*
 * Signed with the site's secret, as Better Auth does, but for a purpose that
 * no reader of other tokens accepts; and it has no sub.
 */
static struct jwt_key
verify_key(struct api_call *c)
{
	return (struct jwt_key){ .alg = JWT_HS256,
	    .secret = str_of(c->api->conf->auth_secret) };
}

static const struct err *
verify_token(struct api_call *c, const struct proof *p, const char **token)
{
	const struct jwt_key key = verify_key(c);
	struct json_object *claims = js_object(c->a);
	int64_t now = clock_wall();

	js_add_text(claims, "email", p->email);
	if (p->update_to != NULL) {
		js_add_text(claims, "updateTo", p->update_to);
		js_add_text(claims, "sid", p->session_id);
	}
	js_add_text(claims, "aud", VERIFY_FOR);
	js_add_int(claims, "iat", now);
	js_add_int(claims, "exp", now + VERIFY_SECONDS);
	return jwt_sign(c->a, &key, js_dump(c->a, claims), token);
}

const struct err *
verification_send(struct api_call *c, const struct proof *p,
    const char *callback, bool send)
{
	const char *site = c->api->conf->site_name, *token;
	const char *to = p->email, *until = "";
	const struct err *e;
	struct mail_wish m;

	if (p->update_to != NULL) {
		to = p->update_to;
		until = ", before you sign out";
	}

	e = verify_token(c, p, &token);
	if (e != NULL)
		return e;
	m.subject = arena_printf(c->a, "%s: is this your e-mail address?",
	    site);
	m.body = arena_printf(c->a,
	    "This e-mail address was given for an account at %s.\n\nIf you "
	    "gave it, open this link within an hour%s:\n\n%s\n\nIf you did "
	    "not, do not open it, and nothing will happen.\n", site,
	    until, link_to(c, arena_printf(c->a, "/verify-email?token=%s",
	    token), callback));
	return account_mail(c->api->db, c->a, send ? to : NULL, &m);
}

/* Who is signed in may ask for their own address only, and hears more. */
static const struct err *
verify_own(struct api_call *c, const struct signed_in *s, const char *email)
{
	if (strcmp(s->user.email, email) != 0)
		return account_err(c, ERR_INPUT, "EMAIL_MISMATCH",
		    "Email mismatch");
	if (s->user.email_verified)
		return account_err(c, ERR_INPUT, "EMAIL_ALREADY_VERIFIED",
		    "Email is already verified");
	return NULL;
}

/* The same work whether or not anybody gets a message. */
const struct err *
api_account_verify_ask(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "email", FIELD_EMAIL, false, 0 },
		{ "callbackURL", FIELD_TEXT, true, 0 }
	};
	struct json_object *body;
	struct account_user user;
	const char *email, *hash;
	const struct err *e;
	struct signed_in s;
	bool found = false;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL && !mail_on(c->api->conf))
		e = account_err(c, ERR_INPUT,
		    "VERIFICATION_EMAIL_NOT_ENABLED",
		    "Verification email isn't enabled");
	if (e != NULL)
		return e;
	email = text_lower(c->a, js_str(js_get(body, "email")));
	e = signed_in_read(c, false, &s);
	if (e == NULL && s.found)
		e = verify_own(c, &s, email);
	if (e == NULL)
		e = attempt_mail(c, email);
	if (e == NULL)
		e = account_find(c->api->db, c->a, email, &found, &user,
		    &hash);
	if (e == NULL)
		e = verification_send(c, &(struct proof){ .email = email },
		    js_text(body, "callbackURL", NULL),
		    found && !user.email_verified);
	if (e != NULL)
		return e;
	mailer_wake(c->api->mailer);
	send_status(c);
	return NULL;
}

/* A failure: to the page that was named, or as JSON. */
static const struct err *
verify_failed(struct api_call *c, const char *url, const char *code,
    const char *message)
{
	if (url == NULL)
		return account_err(c, ERR_AUTH, code, message);
	lead_on(c, url_with(c->a, url, "error", code));
	return NULL;
}

/* What a good link says; false: it is not good (*late: any more). */
static bool
verify_open(struct api_call *c, const char *text, struct proof *p, bool *late)
{
	const struct jwt_rules rules = { .issuer = "",
	    .audience = VERIFY_FOR, .leeway = 0 };
	const struct jwt_key key = verify_key(c);
	struct token t;
	int64_t now = clock_wall();

	*late = false;
	if (jwt_read(c->a, str_of(text), &t) != NULL ||
	    jwt_verify(c->a, &key, &t) != NULL)
		return false;
	p->email = js_text(t.claims, "email", NULL);
	p->update_to = js_text(t.claims, "updateTo", NULL);
	p->session_id = js_text(t.claims, "sid", NULL);
	*late = js_int(t.claims, "exp", now) <= now;
	return jwt_claims_check(c->a, &rules, &t, now) == NULL &&
	    p->email != NULL && email_ok(str_of(p->email)) &&
	    (p->update_to == NULL || (p->session_id != NULL &&
	    email_ok(str_of(p->update_to))));
}

static const struct err *
verify_do(struct api_call *c, const char *url, const struct proof *p)
{
	struct json_object *reply = js_object(c->a);
	struct account_user user;
	const struct err *e;
	bool found;

	e = account_email_verified(c->api->db, c->a, p->email, p->update_to,
	    p->session_id, &found, &user);
	if (e != NULL && e->kind == ERR_CONFLICT)
		return verify_failed(c, url, "USER_ALREADY_EXISTS",
		    "User already exists.");
	if (e != NULL)
		return e;
	if (!found && p->update_to != NULL)
		return verify_failed(c, url, "INVALID_TOKEN",
		    "Invalid token");
	if (!found)
		return verify_failed(c, url, "USER_NOT_FOUND",
		    "User not found");
	if (url != NULL) {
		lead_on(c, url);
		return NULL;
	}
	js_add_bool(reply, "status", true);
	js_add(reply, "user", p->update_to == NULL ? NULL :
	    user_json(&user));
	http_send_json(c->q, 200, reply);
	return NULL;
}

/* Opening the link proves the address; it signs nobody in. */
const struct err *
api_account_verify(struct api_call *c)
{
	const char *text, *url;
	const struct err *e;
	struct proof p;
	struct signed_in s;
	bool late;

	e = account_query(c, "token", &text);
	if (e == NULL)
		e = account_callback(c, &url);
	if (e == NULL)
		e = signed_in_read(c, false, &s);
	if (e != NULL)
		return e;
	if (!verify_open(c, text, &p, &late))
		return late ? verify_failed(c, url, "TOKEN_EXPIRED",
		    "Token expired") : verify_failed(c, url, "INVALID_TOKEN",
		    "Invalid token");
	if (p.update_to != NULL && s.found &&
	    strcmp(s.user.email, p.email) != 0)
		return verify_failed(c, url, "INVALID_USER", "Invalid user");
	return verify_do(c, url, &p);
}

/* ---- a page for people whose link went wrong */

static void
html_put(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '"':
			buf_puts(b, "&quot;");
			break;
		default:
			buf_putc(b, *s);
		}
}

/* Codes are words of capitals; what is none is not repeated to anybody. */
static const char *
error_code(const char *given)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_-";
	size_t n = given == NULL ? 0 : strlen(given);

	return n == 0 || n > 64 || strspn(given, letters) != n ? "UNKNOWN" :
	    given;
}

const struct err *
api_account_error(struct api_call *c)
{
	const struct err *e;
	const char *code;
	struct buf b;

	e = http_query(c->q, "error", &code);
	if (e != NULL)
		return e;
	buf_init(&b, c->a, 8192);
	buf_puts(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width\">\n<title>Something went wrong"
	    "</title>\n</head>\n<body>\n<main>\n<h1>Something went wrong</h1>"
	    "\n<p>The link may be old, or used already. Please ask for a new "
	    "one.</p>\n<p>Code: <code>");
	html_put(&b, error_code(code));
	buf_puts(&b, "</code></p>\n<p><a href=\"");
	html_put(&b, c->api->conf->public_url);
	buf_puts(&b, "\">Back to ");
	html_put(&b, c->api->conf->site_name);
	buf_puts(&b, "</a></p>\n</main>\n</body>\n</html>\n");
	http_add_header(c->q, "Content-Security-Policy",
	    "default-src 'none'; frame-ancestors 'none'");
	http_send(c->q, 200, "text/html; charset=utf-8",
	    (struct str){ buf_str(&b), b.n });
	return NULL;
}
