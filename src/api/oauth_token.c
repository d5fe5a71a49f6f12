/*
 * Where a client, without its person, changes a code for tokens, renews them
 * and ends them: RFC 6749 sections 4.1.3, 5 and 6, RFC 7009.
 */
#include <string.h>

#include "api/accounts.h"
#include "api/oauth.h"
#include "auth/client_document.h"
#include "auth/client_proof.h"
#include "auth/mcp_url.h"
#include "auth/token_text.h"
#include "base/bounds.h"
#include "base/text.h"
#include "http/parse.h"

/* Of one network: what is wrong costs us a look into the database. */
enum { FAILURES = 100, FAILURES_SECONDS = 600 };

/* ---- errors */

/* code is one of section 5.2's, and say has no '"' and no '\' in it. */
static const struct err *
wrong(struct api_call *c, const char *code, const char *say, const char *log)
{
	return err_new(c->a, strcmp(code, "invalid_client") == 0 ? ERR_AUTH :
	    ERR_INPUT, code, say, "oauth: %s", log);
}

/* One sentence for each reason: only the log tells them apart. */
static const struct err *
grant_wrong(struct api_call *c, const char *why)
{
	return wrong(c, "invalid_grant", "The code or refresh token is not "
	    "good: unknown, expired, used, or not this client's.", why);
}

static const struct err *
client_wrong(struct api_call *c, const char *why)
{
	return wrong(c, "invalid_client",
	    "The client is not known, or did not prove who it is.", why);
}

static bool
is_one_of(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* Our rooms have more names for what is wrong than section 5.2. */
static const char *
error_named(const struct err *e)
{
	static const char *const known[] = { "invalid_request",
	    "invalid_client", "invalid_grant", "invalid_scope",
	    "invalid_target", "unsupported_grant_type",
	    "unsupported_token_type", NULL };

	if (is_one_of(e->code, known))
		return e->code;
	return e->kind == ERR_BUG ? "server_error" :
	    e->kind == ERR_DB || e->kind == ERR_DRAIN ||
	    e->kind == ERR_LIMIT || e->kind == ERR_BUSY ?
	    "temporarily_unavailable" : "invalid_request";
}

static void
send_wrong(struct api_call *c, const struct err *e)
{
	struct json_object *v = js_object(c->a);

	http_log_err(c->q, e);
	if (e->kind == ERR_HUP) {
		c->q->gone = true;
		return;
	}
	js_add_text(v, "error", error_named(e));
	js_add_text(v, "error_description", e->say);
	http_add_header(c->q, "Pragma", "no-cache");
	if (e->kind == ERR_AUTH)
		http_add_header(c->q, "WWW-Authenticate",
		    "Basic realm=\"taskchat\"");
	if (e->retry_after > 0)
		http_add_header(c->q, "Retry-After",
		    arena_printf(c->a, "%d", e->retry_after));
	http_send_json(c->q, http_status(e->kind), v);
}

/*
 * Who fails again and again is told no more than that.  Who succeeds never
 * meets this, however many share an address.
 */
static const struct err *
failure_counted(struct api_call *c, const struct err *e)
{
	static const char *const guesses[] = { "invalid_client",
	    "invalid_grant", NULL };
	const struct throttle t = {
	    .key = arena_printf(c->a, "oauth token %s", caller_network(c)),
	    .limit = FAILURES, .seconds = FAILURES_SECONDS };
	const struct err *bad;
	int wait = 0;

	if (!is_one_of(e->code, guesses))
		return e;
	bad = throttle_hit(c->api->db, c->a, 1, &t, &wait);
	if (bad != NULL || wait == 0)
		return bad != NULL ? bad : e;
	return err_retry(c->a, err_new(c->a, ERR_LIMIT, "too_many_attempts",
	    "Too many requests failed. Please try again later.", "%s",
	    e->log), wait);
}

/* ---- the form, and who sends it */

/* A parameter; one that is empty counts as absent (section 3.2). */
static const char *
param(struct json_object *form, const char *name)
{
	const char *s = js_text(form, name, "");

	return *s == '\0' ? NULL : s;
}

static const struct err *
form_read(struct api_call *c, struct json_object **form)
{
	if (!media_type_is_form(http_header(c->q, "Content-Type")))
		return wrong(c, "invalid_request", "The body has to be "
		    "application/x-www-form-urlencoded.",
		    "Content-Type is not that of a form");
	return http_form(c->q, c->body, form);
}

struct client_proof {
	const char	*id;
	const char	*secret;	/* NULL: none came */
};

/* Section 2.3: one way, and no more than one. */
static const struct err *
proof_read(struct api_call *c, struct json_object *form,
    struct client_proof *out)
{
	const char *header = http_header(c->q, "Authorization");
	struct str name, password;

	out->id = param(form, "client_id");
	out->secret = param(form, "client_secret");
	if (header != NULL) {
		if (!basic_read(c->a, header, &name, &password))
			return client_wrong(c, "Authorization is not Basic, "
			    "or not well-formed");
		if (out->secret != NULL)
			return wrong(c, "invalid_request",
			    "Two ways of proving who the client is are one "
			    "too many.", "Basic and client_secret");
		if (out->id != NULL && !str_is(name, out->id))
			return wrong(c, "invalid_request",
			    "client_id names another client than the header "
			    "Authorization.", "two client ids");
		out->id = arena_strndup(c->a, name.p, name.n);
		if (password.n > 0)
			out->secret = arena_strndup(c->a, password.p,
			    password.n);
	}
	if (out->id == NULL || *out->id == '\0')
		return client_wrong(c, "client_id is missing");
	return NULL;
}

static const struct err *
secret_check(struct api_call *c, const struct oauth_client *client,
    const char *secret)
{
	const char *hash;

	if (client->secret_hash == NULL)
		return secret == NULL ? NULL :
		    client_wrong(c, "a secret of a client that has none");
	if (secret == NULL)
		return client_wrong(c, "the client's secret is missing");
	hash = token_text_hash_of(c->a, TOKEN_SECRET, str_of(secret));
	if (hash == NULL || !hash_same(hash, client->secret_hash))
		return client_wrong(c, "not the client's secret");
	return NULL;
}

/*
 * A client that describes itself has no secret; what it shows was given to
 * its id, and that is looked at with it.  So its document is not read here.
 */
static const struct err *
client_prove(struct api_call *c, struct json_object *form, const char **id)
{
	struct oauth_client client;
	const struct err *e;
	struct client_proof p;
	bool found = false;

	if ((e = proof_read(c, form, &p)) != NULL)
		return e;
	if (client_id_is_document(str_of(p.id))) {
		if (p.secret != NULL)
			return client_wrong(c, "a secret of a client that "
			    "describes itself");
		if (!client_host_allowed(c->api->conf, p.id))
			return client_wrong(c, "oauth_client_hosts has not "
			    "the client's host");
		found = true;
	} else if (token_text_hash_of(c->a, TOKEN_CLIENT,
	    str_of(p.id)) != NULL) {
		e = oauth_client_read(c->api->db, c->a, p.id, &found, &client);
		if (e == NULL && found)
			e = secret_check(c, &client, p.secret);
		if (e != NULL)
			return e;
	}
	if (!found)
		return client_wrong(c, "no such client");
	log_text(&c->q->log, "client", p.id);
	*id = p.id;
	return NULL;
}

/* ---- whose it is */

/*
 * Whoever could not sign in any more has no programs either.  Accounts may
 * have been deleted by somebody else who uses their tables.
 */
static const struct err *
owner_check(struct api_call *c, const char *hash)
{
	const char *user = NULL, *issuer, *id;
	const struct err *e;
	bool there = true;

	e = oauth_owner(c->api->db, c->a, hash, &user);
	if (e != NULL)
		return e;
	if (user == NULL)
		return grant_wrong(c, "there is no such code or token");
	log_text(&c->q->log, "user", user);
	auth_user_issuer(c->api->auth, user, &issuer, &id);
	if (*issuer == '\0')
		return grant_wrong(c, "its user is of no issuer in the "
		    "settings");
	if (strcmp(issuer, "accounts") != 0)
		return NULL;
	e = account_session_alive(c->api->db, c->a, id, NULL, &there);
	if (e != NULL || there)
		return e;
	e = oauth_grant_end(c->api->db, c->a, user, hash);
	return e != NULL ? e : grant_wrong(c, "its user is not there");
}

/* ---- tokens */

struct tokens { const char *access, *refresh; };

static struct tokens
tokens_new(struct api_call *c, struct oauth_ask *ask)
{
	struct tokens t = { token_text_make(c->a, TOKEN_GRANTED),
	    token_text_make(c->a, TOKEN_REFRESH) };

	ask->access_hash = token_text_hash_of(c->a, TOKEN_GRANTED,
	    str_of(t.access));
	ask->refresh_hash = token_text_hash_of(c->a, TOKEN_REFRESH,
	    str_of(t.refresh));
	return t;
}

static const struct err *
state_check(struct api_call *c, const struct oauth_answer *r)
{
	switch (r->state) {
	case OAUTH_OK:
		return NULL;
	case OAUTH_UNKNOWN:
		return grant_wrong(c, "expired, another client's, or of "
		    "another kind");
	case OAUTH_MISMATCH:
		return grant_wrong(c, "redirect_uri or code_verifier are not "
		    "those of the code");
	case OAUTH_TARGET:
		return grant_wrong(c, "granted for another resource than "
		    "this server is now");
	case OAUTH_REPLAYED:
		log_text(&c->q->log, "grant", r->grant);
		return grant_wrong(c, "used before: its grant has ended");
	case OAUTH_SCOPE:
		return wrong(c, "invalid_scope",
		    "scope has more than was granted.", "more than granted");
	case OAUTH_WAIT:
		return err_retry(c->a, err_new(c->a, ERR_LIMIT,
		    "too_many_attempts", "These tokens are renewed too often. "
		    "Please try again later.", "oauth: too many renewals of "
		    "one grant"), r->wait);
	}
	return grant_wrong(c, "in no state we know");
}

/* Section 5.1. */
static void
send_tokens(struct api_call *c, const struct tokens *t,
    const struct oauth_answer *r)
{
	struct json_object *v = js_object(c->a);

	log_text(&c->q->log, "grant", r->grant);
	js_add_text(v, "access_token", t->access);
	js_add_text(v, "token_type", "Bearer");
	js_add_int(v, "expires_in", OAUTH_ACCESS_SECONDS);
	js_add_text(v, "refresh_token", t->refresh);
	js_add_text(v, "scope", r->scopes);
	http_add_header(c->q, "Pragma", "no-cache");
	http_send_json(c->q, 200, v);
}

/*
 * OAuth 2.1 has no redirect_uri here, since code_verifier proves the same and
 * more; one that comes, from a client of OAuth 2.0, has to be right.
 */
static const struct err *
code_exchange(struct api_call *c, struct json_object *form,
    struct oauth_ask *ask)
{
	const char *code = param(form, "code");
	const char *verifier = param(form, "code_verifier");
	struct oauth_answer r;
	const struct err *e;
	struct tokens t;

	ask->redirect_uri = param(form, "redirect_uri");
	if (code == NULL || verifier == NULL)
		return wrong(c, "invalid_request", "code and code_verifier "
		    "have to be there.", "a parameter is missing");
	ask->challenge = pkce_challenge(c->a, str_of(verifier));
	if (ask->challenge == NULL)
		return wrong(c, "invalid_request", "code_verifier has to have "
		    "43 to 128 unreserved characters.", "no code_verifier");
	ask->hash = token_text_hash_of(c->a, TOKEN_CODE, str_of(code));
	if (ask->hash == NULL)
		return grant_wrong(c, "not the form of a code");
	if ((e = owner_check(c, ask->hash)) != NULL)
		return e;
	t = tokens_new(c, ask);
	e = oauth_exchange(c->api->db, c->a, ask, &r);
	if (e != NULL || (e = state_check(c, &r)) != NULL)
		return e;
	send_tokens(c, &t, &r);
	return NULL;
}

/* Words that are none of ours are passed over, as at the consent. */
static const struct err *
scopes_narrowed(struct api_call *c, struct json_object *form,
    const char **out)
{
	const char *scope = param(form, "scope");
	unsigned int scopes;

	*out = NULL;
	if (scope == NULL)
		return NULL;
	scopes = oauth_scopes_read(str_of(scope));
	if (scopes == 0)
		return wrong(c, "invalid_scope", "scope has to have "
		    SCOPE_READ " or " SCOPE_WRITE ".", "none of our scopes");
	*out = oauth_scopes_said(scopes);
	return NULL;
}

static const struct err *
tokens_renew(struct api_call *c, struct json_object *form,
    struct oauth_ask *ask)
{
	const char *token = param(form, "refresh_token");
	struct oauth_answer r;
	const struct err *e;
	struct tokens t;

	if (token == NULL)
		return wrong(c, "invalid_request", "refresh_token is missing.",
		    "refresh_token is missing");
	if ((e = scopes_narrowed(c, form, &ask->scopes)) != NULL)
		return e;
	ask->hash = token_text_hash_of(c->a, TOKEN_REFRESH, str_of(token));
	if (ask->hash == NULL)
		return grant_wrong(c, "not the form of a refresh token");
	if ((e = owner_check(c, ask->hash)) != NULL)
		return e;
	t = tokens_new(c, ask);
	e = oauth_refresh(c->api->db, c->a, ask, &r);
	if (e != NULL || (e = state_check(c, &r)) != NULL)
		return e;
	send_tokens(c, &t, &r);
	return NULL;
}

/* The client first: who is not known learns nothing of anything. */
static const struct err *
token_serve(struct api_call *c)
{
	struct oauth_ask ask = { .resource = mcp_url(c->a, c->api->conf) };
	const char *type, *resource;
	struct json_object *form;
	const struct err *e;

	if ((e = form_read(c, &form)) != NULL ||
	    (e = client_prove(c, form, &ask.client)) != NULL)
		return e;
	type = param(form, "grant_type");
	if (type == NULL)
		return wrong(c, "invalid_request", "grant_type is missing.",
		    "grant_type is missing");
	resource = param(form, "resource");
	if (resource != NULL && strcmp(resource, ask.resource) != 0)
		return wrong(c, "invalid_target",
		    "resource is none of this server.", "another resource");
	if (strcmp(type, "authorization_code") == 0)
		return code_exchange(c, form, &ask);
	if (strcmp(type, "refresh_token") == 0)
		return tokens_renew(c, form, &ask);
	return wrong(c, "unsupported_grant_type",
	    "grant_type has to be authorization_code or refresh_token.",
	    "another grant_type");
}

const struct err *
api_oauth_token(struct api_call *c)
{
	const struct err *e;

	if ((e = oauth_on(c)) != NULL)
		return e;
	if ((e = token_serve(c)) != NULL)
		send_wrong(c, failure_counted(c, e));
	return NULL;
}

/* ---- their end */

/* NULL: it has the form of nothing we hand out. */
static const char *
any_hash(struct api_call *c, const char *token)
{
	static const char *const kinds[] = { TOKEN_GRANTED, TOKEN_REFRESH };
	const char *hash = NULL;

	for (size_t i = 0; hash == NULL && i < COUNT(kinds); i++)
		hash = token_text_hash_of(c->a, kinds[i], str_of(token));
	return hash;
}

/*
 * RFC 7009: what is not known has ended already, and that is 200 too;
 * token_type_hint tells us nothing that the token does not.
 */
static const struct err *
revoke_serve(struct api_call *c)
{
	const char *client, *token, *hash;
	struct json_object *form;
	const struct err *e;
	bool foreign = false;

	if ((e = form_read(c, &form)) != NULL ||
	    (e = client_prove(c, form, &client)) != NULL)
		return e;
	if ((token = param(form, "token")) == NULL)
		return wrong(c, "invalid_request", "token is missing.",
		    "token is missing");
	hash = any_hash(c, token);
	if (hash != NULL && (e = oauth_revoke(c->api->db, c->a, hash, client,
	    &foreign)) != NULL)
		return e;
	if (foreign)
		return grant_wrong(c, "revoke: another client's");
	http_add_header(c->q, "Pragma", "no-cache");
	http_send_empty(c->q, 200);
	return NULL;
}

const struct err *
api_oauth_revoke(struct api_call *c)
{
	const struct err *e;

	if ((e = oauth_on(c)) != NULL)
		return e;
	if ((e = revoke_serve(c)) != NULL)
		send_wrong(c, failure_counted(c, e));
	return NULL;
}
