#include <string.h>

#include "api/accounts.h"

/* ---- get-session, token, jwks, ok */

/*
 * A session is worth having without a token too: when the key cannot be
 * read, the page stays signed in, the log says why, and /token fails.
 */
static const struct err *
token_offer(struct api_call *c, const struct signed_in *s)
{
	const struct err *e;
	const char *token;

	e = account_token(c, s, &token);
	if (e != NULL && e->kind == ERR_BUG) {
		http_log_err(c->q, e);
		return NULL;
	}
	if (e != NULL)
		return e;
	http_add_header(c->q, "set-auth-jwt", token);
	headers_expose(c);
	return NULL;
}

static const struct err *
wants(struct api_call *c, const char *name, bool *out)
{
	const struct err *e;
	const char *v;

	e = http_query(c->q, name, &v);
	if (e == NULL)
		*out = v != NULL && (strcmp(v, "true") == 0 ||
		    strcmp(v, "1") == 0);
	return e;
}

const struct err *
api_account_session(struct api_call *c)
{
	struct json_object *body = js_object(c->a);
	const struct err *e;
	struct signed_in s;
	bool as_it_is;

	http_add_header(c->q, "Pragma", "no-cache");
	e = wants(c, "disableRefresh", &as_it_is);
	if (e == NULL)
		e = signed_in_read(c, !as_it_is, &s);
	if (e != NULL)
		return e;
	if (!s.found) {
		http_send(c->q, 200, "application/json", STR("null"));
		return NULL;
	}
	e = token_offer(c, &s);
	if (e != NULL)
		return e;
	js_add(body, "session", session_json(&s.session));
	js_add(body, "user", user_json(&s.user));
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_account_token(struct api_call *c)
{
	struct json_object *body = js_object(c->a);
	const struct err *e;
	struct signed_in s;
	const char *token;

	e = signed_in_need(c, &s);
	if (e == NULL)
		e = account_token(c, &s, &token);
	if (e != NULL)
		return e;
	js_add_text(body, "token", token);
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_account_jwks(struct api_call *c)
{
	struct json_object *keys;
	const struct err *e;

	e = keyring_publish(auth_keyring(c->api->auth), c->a, &keys);
	if (e == NULL)
		http_send_json(c->q, 200, keys);
	return e;
}

const struct err *
api_account_ok(struct api_call *c)
{
	struct json_object *body = js_object(c->a);

	js_add_bool(body, "ok", true);
	http_send_json(c->q, 200, body);
	return NULL;
}

/* ---- all of a user's sessions */

/* The list holds tokens, which is why only a new session may have it. */
const struct err *
api_account_sessions(struct api_call *c)
{
	struct json_object *body = js_array(c->a);
	struct account_sessions all;
	const struct err *e;
	struct signed_in s;

	e = signed_in_need(c, &s);
	if (e == NULL && !s.session.fresh)
		e = account_err(c, ERR_DENIED, "SESSION_NOT_FRESH",
		    "Session is not fresh");
	if (e == NULL)
		e = account_session_list(c->api->db, c->a, s.user.id, &all);
	if (e != NULL)
		return e;
	for (size_t i = 0; i < all.n; i++)
		js_push(body, session_json(&all.s[i]));
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_account_revoke(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "token", FIELD_TEXT, false, 0 }
	};
	struct json_object *body;
	const struct err *e;
	struct signed_in s;
	const char *token;
	bool ended;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e != NULL)
		return e;
	token = js_text(body, "token", "");
	e = account_session_end(c->api->db, c->a, s.user.id, token, &ended);
	if (e != NULL)
		return e;
	if (ended && strcmp(token, s.session.token) == 0)
		session_cookie_end(c);
	send_status(c);
	return NULL;
}

const struct err *
api_account_revoke_all(struct api_call *c)
{
	const struct err *e;
	struct signed_in s;

	e = account_no_body(c);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e == NULL)
		e = account_session_end_all(c->api->db, c->a, s.user.id,
		    NULL);
	if (e != NULL)
		return e;
	session_cookie_end(c);
	send_status(c);
	return NULL;
}

const struct err *
api_account_revoke_others(struct api_call *c)
{
	const struct err *e;
	struct signed_in s;

	e = account_no_body(c);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e == NULL)
		e = account_session_end_all(c->api->db, c->a, s.user.id,
		    s.session.token);
	if (e == NULL)
		send_status(c);
	return e;
}
