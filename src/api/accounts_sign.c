#include <string.h>
#include <time.h>

#include "api/accounts.h"
#include "base/text.h"

/* What is known of the session that is about to be made. */
static struct session_wish
session_wanted(struct api_call *c, bool remember)
{
	struct str agent = str_of(http_header(c->q, "User-Agent"));
	struct session_wish w = { .token = id_new(c->a, ID_LENGTH),
	    .days = remember ? SESSION_DAYS : SESSION_SHORT,
	    .ip = http_remote(c->q), .instead = session_token_sent(c) };

	if (agent.n > 0) {
		agent = utf8_mend(c->a, agent);
		w.agent = arena_strndup(c->a, agent.p,
		    utf8_fit(agent, MAX_AGENT));
	}
	return w;
}

static void
send_signed_in(struct api_call *c, struct json_object *body,
    const struct account_user *u, const struct account_session *s,
    bool remember)
{
	log_text(&c->q->log, "user", u->id);
	session_cookie_set(c, s->token, remember);
	js_add_text(body, "token", s->token);
	js_add(body, "user", user_json(u));
	http_send_json(c->q, 200, body);
}

/* ---- sign-up */

struct new_user {
	const char	*name, *email, *image, *callback;
	struct str	 password;
	bool		 remember;
};

static const struct err *
new_user_read(struct api_call *c, struct new_user *u)
{
	static const struct account_field fields[] = {
		{ "name", FIELD_TEXT, false, MAX_NAME },
		{ "email", FIELD_EMAIL, false, 0 },
		{ "password", FIELD_TEXT_SOME, false, 0 },
		{ "image", FIELD_TEXT, true, MAX_IMAGE },
		{ "callbackURL", FIELD_TEXT, true, 0 },
		{ "rememberMe", FIELD_BOOL, true, 0 }
	};
	struct json_object *body;
	const struct err *e;

	e = account_body(c, true, fields, COUNT(fields), &body);
	if (e != NULL)
		return e;
	u->name = js_text(body, "name", "");
	u->email = text_lower(c->a, js_str(js_get(body, "email")));
	u->image = js_text(body, "image", NULL);
	u->callback = js_text(body, "callbackURL", NULL);
	u->password = js_str(js_get(body, "password"));
	u->remember = js_bool(body, "rememberMe", true);
	return NULL;
}

/* RFC 3339, UTC, milliseconds. */
static const char *
now_said(struct arena *a)
{
	char day[sizeof("2026-01-01T00:00:00")];
	struct timespec t;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	return arena_printf(a, "%s.%03dZ", day, (int)(t.tv_nsec / 1000000));
}

/*
 * The one answer for an address that is new and one that is known.  The id
 * is invented in both cases: whatever forms real ids have in this database,
 * nobody can tell.
 */
static void
send_to_be_verified(struct api_call *c, const struct new_user *u)
{
	struct json_object *body = js_object(c->a);
	struct account_user shown = { .id = id_new(c->a, ID_LENGTH),
	    .name = u->name, .email = u->email, .image = u->image };

	shown.created_at = shown.updated_at = now_said(c->a);
	js_add(body, "token", NULL);
	js_add(body, "user", user_json(&shown));
	http_send_json(c->q, 200, body);
}

/* Somebody tried to sign up with an address that has an account. */
static const struct err *
known_address_told(struct api_call *c, const char *email)
{
	const struct conf *conf = c->api->conf;
	const struct mail_wish m = {
		.subject = arena_printf(c->a, "%s: you have an account",
		    conf->site_name),
		.body = arena_printf(c->a,
		    "Somebody tried to make an account at %s with this "
		    "e-mail address.\nThere is one already, and nothing has "
		    "changed.\n\nIf it was you, sign in here:\n\n%s\n\n"
		    "If it was not, you need not do anything.\n",
		    conf->site_name, conf->public_url)
	};

	return account_mail(c->api->db, c->a, email, &m);
}

static bool
is_known(const struct err *e)
{
	return e != NULL && e->kind == ERR_CONFLICT;
}

/* Nobody is signed in before the address is known to be theirs. */
static const struct err *
sign_up_verified(struct api_call *c, const struct new_user *u,
    const char *hash)
{
	struct account_session none;
	struct account_user user;
	const struct err *e;

	e = account_sign_up(c->api->db, c->a, u->name, u->email, u->image,
	    hash, NULL, &user, &none);
	if (is_known(e))
		e = known_address_told(c, u->email);
	else if (e == NULL)
		e = verification_send(c, &(struct proof){ .email = u->email },
		    u->callback, true);
	if (e != NULL)
		return e;
	mailer_wake(c->api->mailer);
	send_to_be_verified(c, u);
	return NULL;
}

static const struct err *
sign_up_at_once(struct api_call *c, const struct new_user *u,
    const char *hash)
{
	const struct session_wish w = session_wanted(c, u->remember);
	struct account_session session;
	struct account_user user;
	const struct err *e;

	e = account_sign_up(c->api->db, c->a, u->name, u->email, u->image,
	    hash, &w, &user, &session);
	if (is_known(e))
		return account_err(c, ERR_CONFLICT,
		    "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
		    "User already exists. Use another email.");
	if (e != NULL)
		return e;
	send_signed_in(c, js_object(c->a), &user, &session, u->remember);
	return NULL;
}

const struct err *
api_account_sign_up(struct api_call *c)
{
	const struct conf *conf = c->api->conf;
	const struct err *e;
	const char *hash;
	struct new_user u = { 0 };

	e = new_user_read(c, &u);
	if (e != NULL)
		return e;
	if (!conf->sign_up)
		return account_err(c, ERR_INPUT,
		    "EMAIL_PASSWORD_SIGN_UP_DISABLED",
		    "Email and password sign up is not enabled");
	e = password_fit(c, u.password, u.email, u.name);
	if (e == NULL)
		e = conf->verify_email ? attempt_mail(c, u.email) :
		    attempt_any(c);
	if (e == NULL)
		e = password_hash(auth_hash_gate(c->api->auth), c->a,
		    u.password, &hash);
	if (e != NULL)
		return e;
	return conf->verify_email ? sign_up_verified(c, &u, hash) :
	    sign_up_at_once(c, &u, hash);
}

/* ---- sign-in */

struct sign_in {
	const char	*email, *callback;
	struct str	 password;
	bool		 remember;
};

static const struct err *
sign_in_read(struct api_call *c, struct sign_in *in)
{
	static const struct account_field fields[] = {
		{ "email", FIELD_TEXT, false, 0 },
		{ "password", FIELD_TEXT, false, 0 },
		{ "callbackURL", FIELD_TEXT, true, 0 },
		{ "rememberMe", FIELD_BOOL, true, 0 }
	};
	struct json_object *body;
	const struct err *e;

	e = account_body(c, true, fields, COUNT(fields), &body);
	if (e != NULL)
		return e;
	if (!email_ok(js_str(js_get(body, "email"))))
		return account_err(c, ERR_INPUT, "INVALID_EMAIL",
		    "Invalid email");
	in->email = text_lower(c->a, js_str(js_get(body, "email")));
	in->callback = js_text(body, "callbackURL", NULL);
	in->password = js_str(js_get(body, "password"));
	in->remember = js_bool(body, "rememberMe", true);
	if (password_length(in->password) > PASSWORD_MAX)
		return account_err(c, ERR_INPUT, "PASSWORD_TOO_LONG",
		    "Password too long");
	return NULL;
}

static const struct err *
wrong_password(struct api_call *c)
{
	return account_err(c, ERR_AUTH, "INVALID_EMAIL_OR_PASSWORD",
	    "Invalid email or password");
}

/* Whose password is it?  The same work whether or not there is somebody. */
static const struct err *
password_right(struct api_call *c, const struct sign_in *in,
    struct account_user *user, const char **hash)
{
	bool found, ok;
	const struct err *e;

	e = account_find(c->api->db, c->a, in->email, &found, user, hash);
	if (e == NULL)
		e = password_verify(auth_hash_gate(c->api->auth), c->a,
		    in->password, found ? *hash : NULL, &ok);
	if (e != NULL)
		return e;
	if (!found || !ok)
		return wrong_password(c);
	return attempt_right(c, in->email);
}

/*
 * Only who knows the password gets to hear of it, and the message again,
 * unless there have been too many.
 */
static const struct err *
not_verified(struct api_call *c, const struct sign_in *in)
{
	const struct err *e = NULL;

	if (mail_on(c->api->conf))
		e = attempt_mail(c, in->email);
	if (e == NULL && mail_on(c->api->conf)) {
		e = verification_send(c, &(struct proof){
		    .email = in->email }, in->callback, true);
		mailer_wake(c->api->mailer);
	}
	if (e != NULL && e->kind != ERR_LIMIT)
		return e;
	return account_err(c, ERR_DENIED, "EMAIL_NOT_VERIFIED",
	    "Email not verified");
}

/*
 * Better Auth repeats url in a Location header.  We do not: Apache's CGI
 * modules take any answer that has one for a redirect (RFC 3875 section
 * 6.2), and the client reads url.
 */
static void
send_sign_in(struct api_call *c, const struct sign_in *in,
    const struct account_user *user, const struct account_session *session)
{
	bool away = in->callback != NULL && in->callback[0] != '\0';
	struct json_object *body = js_object(c->a);

	js_add_bool(body, "redirect", away);
	if (away)
		js_add_text(body, "url", in->callback);
	send_signed_in(c, body, user, session, in->remember);
}

const struct err *
api_account_sign_in(struct api_call *c)
{
	struct account_session session;
	struct account_user user;
	struct session_wish w;
	struct sign_in in = { 0 };
	const char *hash = NULL;
	const struct err *e;

	e = sign_in_read(c, &in);
	if (e == NULL)
		e = attempt_password(c, in.email, true);
	if (e == NULL)
		e = password_right(c, &in, &user, &hash);
	if (e != NULL)
		return e;
	if (c->api->conf->verify_email && !user.email_verified)
		return not_verified(c, &in);
	w = session_wanted(c, in.remember);
	e = account_session_new(c->api->db, c->a, user.id, hash, &w,
	    &session);
	if (e != NULL)	/* ERR_AUTH: it was changed while we looked at it */
		return e->kind == ERR_AUTH ? wrong_password(c) : e;
	send_sign_in(c, &in, &user, &session);
	return NULL;
}

/* ---- sign-out */

/* Done in any case: whoever asks wants to be nobody afterwards. */
const struct err *
api_account_sign_out(struct api_call *c)
{
	const char *token = session_token_sent(c);
	struct json_object *body = js_object(c->a);
	const struct err *e;

	e = account_no_body(c);
	if (e == NULL && token != NULL)
		e = account_sign_out(c->api->db, c->a, token);
	if (e != NULL)
		return e;
	session_cookie_end(c);
	js_add_bool(body, "success", true);
	http_send_json(c->q, 200, body);
	return NULL;
}
