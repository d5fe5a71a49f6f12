#include <string.h>

#include "api/accounts.h"
#include "base/text.h"

/* ---- name and picture */

const struct err *
api_account_update(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "name", FIELD_TEXT, true, MAX_NAME },
		{ "image", FIELD_NULLABLE, true, MAX_IMAGE }
	};
	struct json_object *body, *email;
	const struct err *e;
	struct signed_in s;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e != NULL)
		return e;
	email = js_get(body, "email");
	if (email != NULL && (js_type(email) != JS_STR || js_str(email).n > 0))
		return account_err(c, ERR_INPUT, "EMAIL_CAN_NOT_BE_UPDATED",
		    "Email can not be updated");
	if (!js_has(body, "name") && !js_has(body, "image"))
		return account_err(c, ERR_INPUT, NULL, "No fields to update");
	e = account_update(c->api->db, c->a, s.user.id,
	    js_text(body, "name", NULL), js_has(body, "image"),
	    js_text(body, "image", NULL), &s.user);
	if (e != NULL)
		return e;
	session_cookie_set(c, s.session.token, !s.forget);
	send_status(c);
	return NULL;
}

/* ---- the password */

/*
 * Do they know it?  A stolen session must not become a way to try
 * passwords, so these attempts count like sign-ins.  *out: its hash.
 */
static const struct err *
password_known(struct api_call *c, const struct signed_in *s,
    struct str password, const char **out)
{
	const char *hash = NULL;
	const struct err *e;
	bool ok;

	e = attempt_password(c, s->user.email, false);
	if (e == NULL)
		e = account_hash(c->api->db, c->a, s->user.id, &hash);
	if (e == NULL && hash == NULL)
		e = account_err(c, ERR_INPUT, "CREDENTIAL_ACCOUNT_NOT_FOUND",
		    "Credential account not found");
	if (e == NULL && password_length(password) > PASSWORD_MAX)
		e = account_err(c, ERR_INPUT, "INVALID_PASSWORD",
		    "Invalid password");
	if (e == NULL)
		e = password_verify(auth_hash_gate(c->api->auth), c->a,
		    password, hash, &ok);
	if (e != NULL)
		return e;
	*out = hash;
	return ok ? attempt_right(c, s->user.email) : account_err(c,
	    ERR_INPUT, "INVALID_PASSWORD", "Invalid password");
}

/*
 * Store it in place of the one whose hash is was.  others: all sessions
 * end, this one too, and the caller gets a new one in its place.
 */
static const struct err *
password_store(struct api_call *c, const struct signed_in *s,
    const char *was, struct str password, bool others, const char **token)
{
	const struct session_wish w = { .token = id_new(c->a, ID_LENGTH),
	    .days = s->forget ? SESSION_SHORT : SESSION_DAYS,
	    .ip = s->session.ip_address, .agent = s->session.user_agent };
	struct account_session session;
	const struct err *e;
	const char *hash;
	bool done = false;

	e = password_hash(auth_hash_gate(c->api->auth), c->a, password,
	    &hash);
	if (e == NULL)
		e = account_password_change(c->api->db, c->a, s->user.id,
		    was, hash, others, others ? &w : NULL, &done, &session);
	if (e != NULL)
		return e;
	if (!done)	/* somebody else was faster */
		return account_err(c, ERR_INPUT, "INVALID_PASSWORD",
		    "Invalid password");
	*token = others ? session.token : NULL;
	return NULL;
}

const struct err *
api_account_password(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "newPassword", FIELD_TEXT, false, 0 },
		{ "currentPassword", FIELD_TEXT, false, 0 },
		{ "revokeOtherSessions", FIELD_BOOL, true, 0 }
	};
	struct json_object *reply = js_object(c->a), *body;
	const char *token = NULL, *was = NULL;
	const struct err *e;
	struct str password;
	struct signed_in s;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e != NULL)
		return e;
	password = js_str(js_get(body, "newPassword"));
	e = password_fit(c, password, s.user.email, s.user.name);
	if (e == NULL)
		e = password_known(c, &s,
		    js_str(js_get(body, "currentPassword")), &was);
	if (e == NULL)
		e = password_store(c, &s, was, password,
		    js_bool(body, "revokeOtherSessions", false), &token);
	if (e != NULL)
		return e;
	if (token != NULL)
		session_cookie_set(c, token, !s.forget);
	js_add_text(reply, "token", token);
	js_add(reply, "user", user_json(&s.user));
	http_send_json(c->q, 200, reply);
	return NULL;
}

const struct err *
api_account_password_check(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "password", FIELD_TEXT, false, 0 }
	};
	struct json_object *body;
	const struct err *e;
	struct signed_in s;
	const char *hash;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e == NULL)
		e = password_known(c, &s, js_str(js_get(body, "password")),
		    &hash);
	if (e != NULL && strcmp(e->code, "CREDENTIAL_ACCOUNT_NOT_FOUND") == 0)
		e = account_err(c, ERR_INPUT, "INVALID_PASSWORD",
		    "Invalid password");
	if (e == NULL)
		send_status(c);
	return e;
}

/* ---- the address */

/* The old address hears of it: it may be its owner's last chance. */
static const struct err *
change_told(struct api_call *c, const char *email)
{
	const char *site = c->api->conf->site_name;
	const struct mail_wish m = {
		.subject = arena_printf(c->a,
		    "%s: another e-mail address was asked for", site),
		.body = arena_printf(c->a,
		    "Somebody who is signed in to your account at %s asked "
		    "to use another e-mail address for it.\n\nIf it was you, "
		    "open the message sent to the new address.\n\nIf it was "
		    "not, change your password now, and sign out "
		    "everywhere:\n\n%s\n", site, c->api->conf->public_url)
	};

	return account_mail(c->api->db, c->a, email, &m);
}

/* Somebody else's address gets no message, and the caller the same answer. */
static const struct err *
change_begin(struct api_call *c, const struct signed_in *s,
    const char *email, const char *callback)
{
	const struct proof p = { .email = s->user.email, .update_to = email,
	    .session_id = s->session.id };
	struct account_user other;
	const struct err *e;
	const char *hash;
	bool taken;

	e = attempt_mail(c, email);
	if (e == NULL)
		e = account_find(c->api->db, c->a, email, &taken, &other,
		    &hash);
	if (e == NULL)
		e = verification_send(c, &p, callback, !taken);
	if (e == NULL)
		e = change_told(c, s->user.email);
	mailer_wake(c->api->mailer);
	return e;
}

const struct err *
api_account_email(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "newEmail", FIELD_EMAIL, false, 0 },
		{ "callbackURL", FIELD_TEXT, true, 0 }
	};
	struct json_object *body;
	const struct err *e;
	struct signed_in s;
	const char *email;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e != NULL)
		return e;
	if (!mail_on(c->api->conf))
		return account_err(c, ERR_INPUT, "CHANGE_EMAIL_DISABLED",
		    "Change email is disabled");
	email = text_lower(c->a, js_str(js_get(body, "newEmail")));
	if (strcmp(email, s.user.email) == 0)
		return account_err(c, ERR_INPUT, NULL, "Email is the same");
	e = change_begin(c, &s, email, js_text(body, "callbackURL", NULL));
	if (e == NULL)
		send_status(c);
	return e;
}

/* ---- the end */

/*
 * With the password, or from a session that began today.  A token would
 * come from a message we never send: there is none that is right.
 */
static const struct err *
delete_allowed(struct api_call *c, const struct signed_in *s,
    const struct json_object *body)
{
	struct str password = js_str(js_get(body, "password"));
	const struct err *e = NULL;
	const char *hash;

	if (password.n > 0)
		e = password_known(c, s, password, &hash);
	if (e == NULL && js_str(js_get(body, "token")).n > 0)
		e = account_err(c, ERR_NOTFOUND, "INVALID_TOKEN",
		    "Invalid token");
	if (e == NULL && password.n == 0 && !s->session.fresh)
		e = account_err(c, ERR_INPUT, "SESSION_EXPIRED",
		    "Session expired. Re-authenticate to perform this "
		    "action.");
	return e;
}

const struct err *
api_account_delete(struct api_call *c)
{
	static const struct account_field fields[] = {
		{ "callbackURL", FIELD_TEXT, true, 0 },
		{ "password", FIELD_TEXT, true, 0 },
		{ "token", FIELD_TEXT, true, 0 }
	};
	struct json_object *reply = js_object(c->a), *body;
	const struct err *e;
	struct signed_in s;

	e = account_body(c, false, fields, COUNT(fields), &body);
	if (e == NULL)
		e = signed_in_need(c, &s);
	if (e == NULL)
		e = delete_allowed(c, &s, body);
	if (e == NULL)
		e = account_delete(c->api->db, c->a, s.user.id,
		    auth_account_user(c->api->auth, c->a, s.user.id));
	if (e != NULL)
		return e;
	session_cookie_end(c);
	js_add_bool(reply, "success", true);
	js_add_text(reply, "message", "User deleted");
	http_send_json(c->q, 200, reply);
	return NULL;
}

/* ---- ways to sign in */

static struct json_object *
login_json(const struct account_login *l)
{
	struct json_object *v = js_new_object();

	js_add_text(v, "id", l->id);
	js_add_text(v, "providerId", l->provider_id);
	js_add_text(v, "accountId", l->account_id);
	js_add_text(v, "userId", l->user_id);
	js_add(v, "scopes", js_new_array());
	js_add_text(v, "createdAt", l->created_at);
	js_add_text(v, "updatedAt", l->updated_at);
	return v;
}

const struct err *
api_account_logins(struct api_call *c)
{
	struct json_object *body = js_array(c->a);
	struct account_logins all;
	const struct err *e;
	struct signed_in s;

	e = signed_in_need(c, &s);
	if (e == NULL)
		e = account_logins(c->api->db, c->a, s.user.id, &all);
	if (e != NULL)
		return e;
	for (size_t i = 0; i < all.n; i++)
		js_push(body, login_json(&all.l[i]));
	http_send_json(c->q, 200, body);
	return NULL;
}
