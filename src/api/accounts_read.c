#include <arpa/inet.h>
#include <string.h>

#include "api/accounts.h"
#include "auth/origin.h"
#include "base/text.h"
#include "http/parse.h"

#define MAX_PROBLEMS	4096	/* bytes of a message that lists them */
#define IP_SECONDS	60
#define MAIL_SECONDS	60
#define MAIL_LIMIT	3	/* messages to one address */
#define ACCOUNT_SECONDS	900
#define NETWORKS	10	/* may use up their attempts at an account */

/* ---- values */

/* One of a set of ASCII characters? */
static bool
is_one_of(char c, const char *more)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr(more, c) != NULL);
}

/* [A-Za-z0-9_'+-] and dots, which neither begin, end, nor follow a dot. */
static bool
email_local_ok(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '.' ? i == 0 || s.p[i - 1] == '.' :
		    !is_one_of(s.p[i], "_'+-"))
			return false;
	return s.n > 0 && is_one_of(s.p[s.n - 1], "_+-");
}

/* Two labels or more, the last of letters alone. */
static bool
email_domain_ok(struct str s)
{
	size_t i, start = 0, dots = 0;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] == '.') {
			if (i == start)
				return false;
			start = i + 1;
			dots++;
		} else if (!is_one_of(s.p[i], i == start ? "" : "-"))
			return false;
	}
	for (i = start; i < s.n; i++)
		if (strchr("-0123456789", s.p[i]) != NULL)
			return false;
	return dots > 0 && s.n - start >= 2;
}

bool
email_ok(struct str email)
{
	const char *at = email.n > 0 ? memchr(email.p, '@', email.n) : NULL;
	struct str local, domain;

	if (at == NULL || email.n > MAX_EMAIL)
		return false;
	local = (struct str){ email.p, (size_t)(at - email.p) };
	domain = (struct str){ at + 1, email.n - local.n - 1 };
	return email_local_ok(local) && email_domain_ok(domain);
}

/* A value's type in the client's words. */
static const char *
type_said(const struct json_object *body, const char *name)
{
	if (!js_has(body, name))
		return "undefined";
	switch (js_type(js_get(body, name))) {
	case JS_NULL:	return "null";
	case JS_BOOL:	return "boolean";
	case JS_INT:
	case JS_REAL:	return "number";
	case JS_STR:	return "string";
	case JS_ARR:	return "array";
	case JS_OBJ:	return "object";
	}
	return "unknown";
}

/* What is wrong with this field, NULL: nothing. */
static const char *
field_fault(struct arena *a, const struct json_object *body,
    const struct account_field *f)
{
	struct json_object *v = js_get(body, f->name);
	enum js_type want = f->kind == FIELD_BOOL ? JS_BOOL : JS_STR;

	if (!js_has(body, f->name) && f->optional)
		return NULL;
	if (v == NULL && js_has(body, f->name) && f->kind == FIELD_NULLABLE)
		return NULL;
	if (js_type(v) != want)
		return arena_printf(a, "Invalid input: expected %s, "
		    "received %s", want == JS_BOOL ? "boolean" : "string",
		    type_said(body, f->name));
	if (f->kind == FIELD_EMAIL && !email_ok(js_str(v)))
		return "Invalid email address";
	if (f->kind == FIELD_TEXT_SOME && js_str(v).n == 0)
		return "Too small: expected string to have >=1 characters";
	if (f->max > 0 && password_length(js_str(v)) > f->max)
		return arena_printf(a, "Too big: expected string to have "
		    "<=%zu characters", f->max);
	return NULL;
}

static const struct err *
fields_check(struct api_call *c, const struct json_object *body,
    const struct account_field *fields, size_t n)
{
	const char *fault;
	struct buf b;

	buf_init(&b, c->a, MAX_PROBLEMS);
	for (size_t i = 0; i < n; i++) {
		fault = field_fault(c->a, body, &fields[i]);
		if (fault != NULL)
			buf_printf(&b, "%s[body.%s] %s", b.n == 0 ? "" : "; ",
			    fields[i].name, fault);
	}
	return b.n == 0 ? NULL : account_err(c, ERR_INPUT,
	    "VALIDATION_ERROR", buf_str(&b));
}

/* ---- where people are sent afterwards */

static const struct err *
callback_check(struct api_call *c, const struct json_object *body,
    const char *name, const char *said, const char *code)
{
	struct json_object *v = js_get(body, name);

	if (v == NULL)
		return NULL;
	if (js_type(v) != JS_STR)
		return account_err(c, ERR_INPUT, NULL, arena_printf(c->a,
		    "Invalid %s: expected a string", said));
	if (js_str(v).n == 0 || origin_url_ok(c->api->conf, js_str(v).p))
		return NULL;
	return account_err(c, ERR_DENIED, code,
	    arena_printf(c->a, "Invalid %s", said));
}

static const struct err *
callbacks_check(struct api_call *c, const struct json_object *body)
{
	static const struct { const char *name, *said, *code; } all[] = {
		{ "callbackURL", "callbackURL", "INVALID_CALLBACK_URL" },
		{ "redirectTo", "redirectURL", "INVALID_REDIRECT_URL" },
		{ "errorCallbackURL", "errorCallbackURL",
		    "INVALID_ERROR_CALLBACK_URL" },
		{ "newUserCallbackURL", "newUserCallbackURL",
		    "INVALID_NEW_USER_CALLBACK_URL" }
	};
	const struct err *e = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && e == NULL; i++)
		e = callback_check(c, body, all[i].name, all[i].said,
		    all[i].code);
	return e;
}

/* ---- the body and the query */

static const struct err *
type_refused(struct api_call *c, const char *type, bool form)
{
	return account_err(c, ERR_TYPE, "UNSUPPORTED_MEDIA_TYPE",
	    arena_printf(c->a, "Content-Type \"%.*s\" is not allowed. "
	    "Allowed types: %sapplication/json",
	    (int)utf8_fit(str_of(type), 100), type,
	    form ? "application/x-www-form-urlencoded, " : ""));
}

static const struct err *
not_an_object(struct api_call *c, const char *received)
{
	return account_err(c, ERR_INPUT, "VALIDATION_ERROR",
	    arena_printf(c->a, "[body] Invalid input: expected object, "
	    "received %s", received));
}

static const struct err *
body_json(struct api_call *c, struct str text, struct json_object **out)
{
	struct json_object *wrap = js_object(c->a), *v;
	const struct err *e;

	if (text.n == 0)
		return not_an_object(c, "undefined");
	e = js_parse_few(c->a, text, JSON_DEPTH, JSON_VALUES_BODY, &v);
	if (e != NULL)
		return e;
	if (js_type(v) != JS_OBJ) {
		js_add(wrap, "body", v == NULL ? NULL : js_share(v));
		return not_an_object(c, type_said(wrap, "body"));
	}
	*out = v;
	return NULL;
}

/* A body that is not there has no type to be wrong. */
static const struct err *
body_text(struct api_call *c, bool form, struct str *out)
{
	const char *type = http_header(c->q, "Content-Type");
	const struct err *e;

	e = http_body(c->q, c->body, out);
	if (e == NULL && out->n > 0 && !media_type_is_json(type))
		e = type_refused(c, type == NULL ? "" : type, form);
	return e;
}

const struct err *
account_body(struct api_call *c, bool form,
    const struct account_field *fields, size_t n, struct json_object **out)
{
	const struct err *e;
	struct str text;

	if (form && media_type_is_form(http_header(c->q, "Content-Type")))
		e = http_form(c->q, c->body, out);
	else {
		e = body_text(c, form, &text);
		if (e == NULL)
			e = body_json(c, text, out);
	}
	if (e == NULL)
		e = callbacks_check(c, *out);
	return e != NULL ? e : fields_check(c, *out, fields, n);
}

const struct err *
account_no_body(struct api_call *c)
{
	struct json_object *body;
	const struct err *e;
	struct str text;

	e = body_text(c, false, &text);
	return e != NULL || text.n == 0 ? e : body_json(c, text, &body);
}

const struct err *
account_query(struct api_call *c, const char *name, const char **out)
{
	const struct err *e = http_query(c->q, name, out);

	if (e != NULL || *out != NULL)
		return e;
	return account_err(c, ERR_INPUT, "VALIDATION_ERROR",
	    arena_printf(c->a, "[query.%s] Invalid input: expected string, "
	    "received undefined", name));
}

const struct err *
account_callback(struct api_call *c, const char **out)
{
	const struct err *e = http_query(c->q, "callbackURL", out);

	if (e == NULL && *out != NULL && **out == '\0')
		*out = NULL;
	if (e != NULL || *out == NULL ||
	    origin_url_ok(c->api->conf, *out))
		return e;
	return account_err(c, ERR_DENIED, "INVALID_CALLBACK_URL",
	    "Invalid callbackURL");
}

/* ---- passwords */

const struct err *
password_fit(struct api_call *c, struct str password, const char *email,
    const char *name)
{
	size_t n = password_length(password);
	const char *why;

	if (n < (size_t)c->api->conf->password_min)
		return account_err(c, ERR_INPUT, "PASSWORD_TOO_SHORT",
		    "Password too short");
	if (n > PASSWORD_MAX)
		return account_err(c, ERR_INPUT, "PASSWORD_TOO_LONG",
		    "Password too long");
	why = password_weak(password, str_of(email), str_of(name));
	return why == NULL ? NULL : account_err(c, ERR_INPUT,
	    "PASSWORD_TOO_WEAK", why);
}

/* ---- attempts */

/*
 * Wrong passwords are counted by account and network: a stranger who tries
 * too often keeps out himself, not the account's owner.  The account's own
 * count is for those who come from many networks; it does not grow.
 *
 * Whoever has one IPv6 address has the 64 bits behind its network too; an
 * IPv4 address in IPv6 clothes is one.
 */
const char *
caller_network(struct api_call *c)
{
	const char *ip = http_remote(c->q);
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;

	if (ip == NULL)
		return "unknown";
	if (inet_pton(AF_INET6, ip, &v6) != 1)
		return arena_printf(c->a, "%.64s", ip);
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return arena_strdup(c->a, inet_ntop(AF_INET,
		    &v6.s6_addr[12], text, sizeof(text)));
	memset(&v6.s6_addr[8], 0, 8);
	inet_ntop(AF_INET6, &v6, text, sizeof(text));
	return arena_printf(c->a, "%s/64", text);
}

static struct throttle
by_address(struct api_call *c)
{
	return (struct throttle){
	    .key = arena_printf(c->a, "ip %s", caller_network(c)),
	    .limit = c->api->conf->attempts_ip, .seconds = IP_SECONDS };
}

static const char *
network_key(struct api_call *c, const char *email)
{
	return arena_printf(c->a, "password %s from %s", email,
	    caller_network(c));
}

static const struct err *
attempt(struct api_call *c, size_t n, const struct throttle *t)
{
	const struct err *e;
	int wait = 0;

	e = throttle_hit(c->api->db, c->a, n, t, &wait);
	if (e != NULL || wait == 0)
		return e;
	return err_retry(c->a, account_err(c, ERR_LIMIT, NULL,
	    "Too many requests. Please try again later."), wait);
}

const struct err *
attempt_password(struct api_call *c, const char *email, bool by_ip)
{
	int limit = c->api->conf->attempts_account;
	struct throttle t[3] = { {
	    .key = network_key(c, email), .limit = limit,
	    .seconds = ACCOUNT_SECONDS, .growing = true }, {
	    .key = arena_printf(c->a, "password %s", email),
	    .limit = NETWORKS * limit, .seconds = ACCOUNT_SECONDS } };

	if (by_ip)
		t[2] = by_address(c);
	return attempt(c, by_ip ? 3 : 2, t);
}

const struct err *
attempt_mail(struct api_call *c, const char *email)
{
	const struct throttle t[2] = { by_address(c), {
	    .key = arena_printf(c->a, "mail %s", email),
	    .limit = MAIL_LIMIT, .seconds = MAIL_SECONDS } };

	return attempt(c, 2, t);
}

const struct err *
attempt_any(struct api_call *c)
{
	const struct throttle t = by_address(c);

	return attempt(c, 1, &t);
}

const struct err *
attempt_right(struct api_call *c, const char *email)
{
	return throttle_clear(c->api->db, c->a, network_key(c, email));
}
