#include <string.h>

#include "auth/auth.h"
#include "auth/auth_parts.h"
#include "auth/cookie.h"
#include "auth/mcp_url.h"
#include "auth/origin.h"
#include "auth/token_text.h"
#include "base/bounds.h"
#include "base/conf_value.h"
#include "base/log.h"
#include "base/text.h"
#include "http/parse.h"
#include "store/account.h"

#define HASHES_WAITING	32	/* at most; at two at once, two seconds */
#define MAX_CHUNKS	16	/* cookies that make up one token */

static const struct err *
refused(struct arena *a, const char *why)
{
	return err_new(a, ERR_AUTH, "unauthorized",
	    "Sign in to go on: the token is missing, wrong or expired.",
	    "authenticate: %s", why);
}

/* One sentence for every reason; what is no refusal stays what it is. */
static const struct err *
hidden(struct arena *a, const struct err *e)
{
	return e == NULL || e->kind != ERR_AUTH ? e : refused(a, e->log);
}

/* ---- opening */

static void
warn(struct arena *a, const struct conf *c)
{
	struct address u;

	if (address_split(str_of(c->public_url), &u) &&
	    str_is(u.scheme, "http") && !address_is_loopback(a, u.host))
		log_line(LOG_WARN, "public_url is http: passwords, cookies "
		    "and tokens can be read on their way");
}

/* Who waits for a hash holds a thread: half of them are for the chats. */
static struct hash_gate *
open_gate(struct arena *a, const struct conf *c)
{
	int most = c->threads / 2 < 1 ? 1 : c->threads / 2;
	int at_once = c->password_hashes < most ? c->password_hashes : most;
	int waiting = most - at_once;

	return hash_gate_new(a, at_once, waiting < HASHES_WAITING ? waiting :
	    HASHES_WAITING);
}

static void
open_accounts(struct arena *a, const struct conf *c, struct db *db,
    struct auth *au)
{
	au->session_cookie = cookie_name(a, c, "session_token");
	au->secret = str_of(arena_strdup(a, c->auth_secret));
	au->gate = open_gate(a, c);
	if (db != NULL)
		au->keyring = keyring_new(a, c, db);
}

/*
 * The same issuers, asked about another audience.  What they hold belongs to
 * those of au->all.
 */
static void
open_mcp(struct arena *a, const struct conf *c, struct auth *au)
{
	const char *site = origin_public(a, c);
	const struct issuer *i;
	struct jwt_rules *rules;

	if (*site != '\0')
		au->mcp_audience = arena_printf(a, "%s" MCP_PATH, site);
	if ((au->mcp_url = mcp_url(a, c)) == NULL)
		return;
	for (i = au->all.i; i < au->all.i + au->all.n; i++) {
		if (i->kind == ISSUER_ACCOUNTS || i->kind == ISSUER_SEALED)
			continue;
		rules = &au->mcp.i[au->mcp.n].rules;
		au->mcp.i[au->mcp.n++] = *i;
		rules->audience = au->mcp_url;
		rules->audience_claim = "aud";
	}
}

const struct err *
auth_open(struct arena *a, const struct conf *c, struct db *db,
    struct auth **out)
{
	struct auth *au = arena_alloc(a, sizeof(*au));
	const struct err *e;

	au->conf = c;
	au->db = db;
	if (c->accounts)
		open_accounts(a, c, db, au);
	if ((e = issuers_open(a, c, au->keyring, &au->all)) != NULL)
		return e;
	open_mcp(a, c, au);
	warn(a, c);
	*out = au;
	return NULL;
}

void
auth_close(struct auth *au)
{
	if (au != NULL)
		issuers_close(&au->all);
}

struct keyring *
auth_keyring(const struct auth *au)
{
	return au->keyring;
}

struct hash_gate *
auth_hash_gate(const struct auth *au)
{
	return au->gate;
}

/* ---- the user */

/* The issuer whose users' ids begin like this one; NULL: it is a bare one. */
static const struct issuer *
prefix_owner(const struct auth *au, struct str id)
{
	const struct issuer *i;
	size_t n;

	for (i = au->all.i; i < au->all.i + au->all.n; i++) {
		n = strlen(i->name);
		if (!i->bare && id.n > n && id.p[n] == ':' &&
		    memcmp(id.p, i->name, n) == 0)
			return i;
	}
	return NULL;
}

/*
 * Whose user is that?  NULL: nobody's who is in the settings now.
 * user_named() sees to it that no bare id looks like one with a prefix.
 */
static const struct issuer *
issuer_of_user(const struct auth *au, const char *user)
{
	const struct issuer *i = prefix_owner(au, str_of(user));
	size_t k;

	for (k = 0; i == NULL && k < au->all.n; k++)
		if (au->all.i[k].bare)
			i = &au->all.i[k];
	return i;
}

void
auth_user_issuer(const struct auth *au, const char *user,
    const char **issuer, const char **id)
{
	const struct issuer *i = issuer_of_user(au, user);

	*issuer = i != NULL ? i->name : "";
	*id = i != NULL && !i->bare ? user + strlen(i->name) + 1 : user;
}

static const struct err *
user_named(const struct auth *au, struct arena *a, const struct issuer *i,
    struct str id, const char **user)
{
	const char *claim = i->user_claim;
	const struct issuer *other;
	size_t prefix = i->bare ? 0 : strlen(i->name) + 1;

	if (id.n == 0 || id.n + prefix > MAX_USER_ID)
		return refused(a, arena_printf(a, "%s of %zu bytes", claim,
		    id.n));
	if (!utf8_ok(id) || utf8_has_control(id))
		return refused(a, arena_printf(a, "%s holds control "
		    "characters", claim));
	if (!i->bare) {
		*user = arena_printf(a, "%s:%.*s", i->name, (int)id.n, id.p);
		return NULL;
	}
	/* one that reads like another issuer's: whose would it be? */
	if ((other = prefix_owner(au, id)) != NULL)
		return refused(a, arena_printf(a, "%s begins with \"%s:\", "
		    "which is for the users of that issuer", claim,
		    other->name));
	*user = arena_strndup(a, id.p, id.n);
	return NULL;
}

const struct err *
auth_user_claim(const struct auth *au, struct arena *a,
    const struct issuer *i, struct json_object *claims, const char **user)
{
	struct json_object *v = js_get(claims, i->user_claim);

	if (js_type(v) != JS_STR)
		return refused(a, arena_printf(a,
		    "%s is missing or not a string", i->user_claim));
	return user_named(au, a, i, js_str(v), user);
}

static const struct issuer *
accounts_issuer(const struct auth *au)
{
	size_t i;

	for (i = 0; i < au->all.n; i++)
		if (au->all.i[i].kind == ISSUER_ACCOUNTS)
			return &au->all.i[i];
	return NULL;
}

const char *
auth_account_user(const struct auth *au, struct arena *a, const char *id)
{
	const struct issuer *i = accounts_issuer(au);

	return i == NULL || i->bare ? arena_strdup(a, id) :
	    arena_printf(a, "%s:%s", i->name, id);
}

/*
 * Our own tokens name their session: signing out ends them at once.  Those
 * of a Better Auth that shares our keys do not; they end with their user.
 * There is a database, for the key that signed these claims was in it.
 */
const struct err *
auth_session_check(const struct auth *au, struct arena *a,
    const struct issuer *i, struct json_object *claims)
{
	const char *sid = js_text(claims, "sid", NULL);
	const struct err *e;
	bool alive = false;

	if (i->kind != ISSUER_ACCOUNTS)
		return NULL;
	if (sid == NULL && js_has(claims, "sid"))
		return refused(a, "sid is not a string");
	e = account_session_alive(au->db, a, js_text(claims, "sub", ""), sid,
	    &alive);
	if (e == NULL && !alive)
		return refused(a, sid == NULL ? "its user is not there" :
		    "its session has ended");
	return e;
}

/* ---- access tokens */

/*
 * Who could not sign in any more has no programs either: their issuer was
 * taken out of the settings, or their account deleted by somebody else who
 * uses its tables.
 */
static const struct err *
owner_check(const struct auth *au, struct arena *a, const char *user)
{
	const struct issuer *i = issuer_of_user(au, user);
	const struct err *e;
	bool there = true;

	if (i == NULL)
		return refused(a, "the access token's user is of no issuer "
		    "in the settings");
	if (i->kind != ISSUER_ACCOUNTS)
		return NULL;
	e = account_session_alive(au->db, a, i->bare ? user :
	    user + strlen(i->name) + 1, NULL, &there);
	if (e == NULL && !there)
		return refused(a, "the access token's user is not there");
	return e;
}

const struct err *
auth_access_token(const struct auth *au, struct arena *a, struct str token,
    struct access_token *out)
{
	const char *hash = token_text_hash(a, token);
	const struct err *e;
	bool found = false;

	if (hash == NULL)
		return refused(a, "not the form of an access token");
	if (au->db == NULL)
		return refused(a, "there is no database");
	e = access_token_use(au->db, a, hash, &found, out);
	if (e == NULL && !found)
		return refused(a, "an access token that is not known: "
		    "revoked, expired or never made");
	return e != NULL ? e : owner_check(au, a, out->user);
}

const struct err *
auth_granted_token(const struct auth *au, struct arena *a, struct str token,
    struct oauth_access *out)
{
	const char *hash = token_text_hash_of(a, TOKEN_GRANTED, token);
	const struct err *e;
	bool found = false;

	if (hash == NULL)
		return refused(a, "not the form of an access token");
	if (au->db == NULL)
		return refused(a, "there is no database");
	if ((e = oauth_access_use(au->db, a, hash, &found, out)) != NULL)
		return e;
	if (!found)
		return refused(a, "an access token of OAuth that is not "
		    "known: withdrawn, expired or never handed out");
	/* public_url may have been another when it was */
	if (au->mcp_url == NULL || strcmp(out->resource, au->mcp_url) != 0)
		return refused(a, arena_printf(a, "an access token of OAuth "
		    "for %s", out->resource));
	out->scopes = auth_scopes_known(out->scopes);
	return owner_check(au, a, out->user);
}

static const struct err *
program_check(const struct auth *au, struct arena *a,
    const struct auth_ask *ask, struct str text, struct auth_asker *out)
{
	struct access_token t;
	const struct err *e = auth_access_token(au, a, text, &t);

	if (e != NULL)
		return e;
	if (ask->scope == NULL)
		return err_new(a, ERR_DENIED, "person_required",
		    "An access token is not enough here: sign in yourself.",
		    "authenticate: access token %s of %s where none is taken",
		    t.id, t.user);
	if (!auth_scope_has(t.scopes, ask->scope))
		return err_new(a, ERR_DENIED, "insufficient_scope",
		    arena_printf(a, "This needs an access token with the "
		    "scope %s.", ask->scope),
		    "authenticate: access token %s of %s has %s only", t.id,
		    t.user, t.scopes);
	*out = (struct auth_asker){ .user = t.user, .token = t.id,
	    .scopes = auth_scopes_known(t.scopes) };
	return NULL;
}

/* ---- MCP */

const struct err *
auth_mcp_jwt(const struct auth *au, struct arena *a, const struct token *t,
    int64_t now, const struct issuer **by)
{
	const char *iss = NULL;
	size_t i;

	for (i = 0; token_issuer(t, &iss) && i < au->all.n; i++)
		if (au->all.i[i].kind == ISSUER_ACCOUNTS &&
		    issuer_is_of(&au->all.i[i], iss))
			return refused(a, "a token of the built-in accounts, "
			    "where none is taken");
	if (au->mcp.n == 0)
		return refused(a, "a JWT, and there is no issuer whose "
		    "tokens are taken here");
	return issuers_check(&au->mcp, a, t, now, by);
}

bool
auth_for_mcp_only(const struct auth *au, const struct issuer *by,
    struct json_object *claims)
{
	return au->mcp_audience != NULL &&
	    jwt_audience_has(claims, au->mcp_audience) &&
	    !jwt_audience_has(claims, by->rules.audience);
}

static const struct err *
mcp_jwt_check(const struct auth *au, struct arena *a,
    const struct auth_ask *ask, struct str token, struct auth_asker *out)
{
	const struct issuer *by = NULL;
	const char *user = NULL, *scopes;
	const struct err *e;
	struct token t;

	if ((e = jwt_read(a, token, &t)) != NULL ||
	    (e = auth_mcp_jwt(au, a, &t, ask->now, &by)) != NULL)
		return hidden(a, e);
	if ((e = auth_user_claim(au, a, by, t.claims, &user)) != NULL)
		return e;
	scopes = auth_scope_claims(t.claims);
	if (*scopes == '\0')
		return err_new(a, ERR_DENIED, "insufficient_scope",
		    "This needs a token with the scope " AUTH_SCOPE_READ
		    " or " AUTH_SCOPE_WRITE ".", "authenticate: a token of "
		    "%s for MCP has neither " AUTH_SCOPE_READ " nor "
		    AUTH_SCOPE_WRITE, user);
	*out = (struct auth_asker){ .user = user, .scopes = scopes };
	return NULL;
}

static const struct err *
mcp_program_check(const struct auth *au, struct arena *a, struct str token,
    struct auth_asker *out)
{
	const struct err *e;
	struct access_token t;

	if ((e = auth_access_token(au, a, token, &t)) != NULL)
		return e;
	*out = (struct auth_asker){ .user = t.user, .token = t.id,
	    .scopes = auth_scopes_known(t.scopes) };
	return NULL;
}

static const struct err *
mcp_granted_check(const struct auth *au, struct arena *a, struct str token,
    struct auth_asker *out)
{
	const struct err *e;
	struct oauth_access t;

	if ((e = auth_granted_token(au, a, token, &t)) != NULL)
		return e;
	*out = (struct auth_asker){ .user = t.user, .token = t.grant,
	    .scopes = t.scopes };
	return NULL;
}

static const struct err *
mcp_check(const struct auth *au, struct arena *a, const struct auth_ask *ask,
    struct auth_asker *out)
{
	struct str token;

	if (au->mcp_url == NULL)
		return refused(a, "there is no MCP");
	if (ask->authorization == NULL || *ask->authorization == '\0')
		return refused(a, "no Authorization header, which alone "
		    "counts here");
	if (!bearer_read(ask->authorization, &token))
		return refused(a, "Authorization is not a bearer token");
	if (token_text_is(token))
		return mcp_program_check(au, a, token, out);
	if (token_text_begins(TOKEN_GRANTED, token))
		return mcp_granted_check(au, a, token, out);
	return mcp_jwt_check(au, a, ask, token, out);
}

/* ---- the ways a token comes */

/*
 * A second token, a comma or a trailing blank is no character of a token and
 * ends it in jwt_read().
 */
static const struct err *
jwt_bearer_check(const struct auth *au, struct arena *a,
    const struct auth_ask *ask, struct str token, const char **user)
{
	const struct issuer *by = NULL;
	const struct err *e;
	struct token t;

	if ((e = jwt_read(a, token, &t)) != NULL ||
	    (e = issuers_check(&au->all, a, &t, ask->now, &by)) != NULL ||
	    (e = auth_session_check(au, a, by, t.claims)) != NULL)
		return hidden(a, e);
	if (auth_for_mcp_only(au, by, t.claims))
		return refused(a, "it is for MCP, and was not brought there");
	return auth_user_claim(au, a, by, t.claims, user);
}

static const struct err *
bearer_check(const struct auth *au, struct arena *a,
    const struct auth_ask *ask, struct auth_asker *out)
{
	struct str token;

	if (!bearer_read(ask->authorization, &token))
		return refused(a, "Authorization is not a bearer token");
	if (token_text_begins(TOKEN_GRANTED, token))
		return refused(a, "an access token of OAuth, which is for "
		    "MCP alone");
	return token_text_is(token) ? program_check(au, a, ask, token, out) :
	    jwt_bearer_check(au, a, ask, token, &out->user);
}

/* A value too long for one cookie is cut into NAME.0, NAME.1 and so on. */
static bool
cookie_joined(struct arena *a, const char *header, const char *name,
    struct str *out)
{
	struct str part;
	struct buf b;
	int i;

	if (cookie_find(header, name, out))
		return true;
	buf_init(&b, a, 2 * MAX_TOKEN + 1);	/* jwe_read() takes twice it */
	for (i = 0; i < MAX_CHUNKS && cookie_find(header,
	    arena_printf(a, "%s.%d", name, i), &part); i++)
		buf_put(&b, part.p, part.n);
	if (i == 0)
		return false;
	*out = (struct str){ buf_str(&b), b.bad ? 0 : b.n };
	return true;
}

/* The cookie, its Origin apart, is as good as the token in it. */
const struct err *
auth_sealed_check(const struct issuer *i, struct arena *a,
    const char *name, struct str token, int64_t now,
    struct json_object **claims)
{
	struct token t = { .text = token };
	const struct err *e;

	e = jwe_read(a, i->sealed, i->key.secret, name, token, claims);
	if (e != NULL)
		return e;
	t.claims = *claims;
	return jwt_claims_check(a, &i->rules, &t, now);
}

static const struct err *
issuer_cookie_check(const struct auth *au, struct arena *a,
    const struct issuer *i, const char *name, struct str value, int64_t now,
    const char **user)
{
	struct json_object *claims = NULL;
	const struct err *e;
	struct token t;

	if (i->kind == ISSUER_SEALED) {
		e = auth_sealed_check(i, a, name, value, now, &claims);
	} else if ((e = jwt_read(a, value, &t)) == NULL) {
		e = issuer_check(i, a, &t, now);
		claims = t.claims;
		if (e == NULL && auth_for_mcp_only(au, i, claims))
			e = token_refused(a, "it is for MCP");
	}
	if (e == NULL)
		return auth_user_claim(au, a, i, claims, user);
	if (e->kind != ERR_AUTH)
		return e;
	return refused(a, arena_printf(a, "cookie %s: %s: %s", name, i->name,
	    e->log));
}

static const struct err *
session_cookie_check(const struct auth *au, struct arena *a,
    struct str value, const char **user)
{
	const struct issuer *i = accounts_issuer(au);
	const char *id = NULL;
	const struct err *e;
	struct str token;

	if (!cookie_open(a, au->secret, value, &token))
		return refused(a, arena_printf(a, "cookie %s: not signed by "
		    "us", au->session_cookie));
	if (au->db == NULL)
		return refused(a, "there is no database");
	e = account_session_user(au->db, a,
	    arena_strndup(a, token.p, token.n), &id);
	if (e != NULL)
		return e;
	if (id == NULL)
		return refused(a, arena_printf(a, "cookie %s: its session "
		    "has ended", au->session_cookie));
	return user_named(au, a, i, str_of(id), user);
}

/* A cookie comes along whoever made the page that asks: which page is it? */
static const struct err *
origin_check(const struct auth *au, struct arena *a,
    const struct auth_ask *ask)
{
	if (!ask->changes)
		return NULL;
	if (ask->origin != NULL &&
	    (origin_own(au->conf, ask->origin, ask->host) ||
	    origin_listed(au->conf, ask->origin)))
		return NULL;
	return err_new(a, ERR_DENIED, "origin_not_allowed",
	    "A page of this origin may not ask with a cookie.",
	    "authenticate: a cookie, and Origin %s", ask->origin == NULL ?
	    "is missing" : "is neither ours nor listed in allowed_origins");
}

/* The first cookie that is good; otherwise why the last one is not. */
static const struct err *
cookies_check(const struct auth *au, struct arena *a,
    const struct auth_ask *ask, bool *came, const char **user)
{
	const struct err *e = NULL;
	const struct issuer *i;
	struct str value;
	size_t k;

	if (au->session_cookie != NULL && cookie_find(ask->cookies,
	    au->session_cookie, &value)) {
		*came = true;
		if ((e = origin_check(au, a, ask)) != NULL)
			return e;
		e = session_cookie_check(au, a, value, user);
		if (e == NULL || e->kind != ERR_AUTH)
			return e;
	}
	for (i = au->all.i; i < au->all.i + au->all.n; i++)
		for (k = 0; k < 2; k++) {
			if (i->cookie[k] == NULL || !cookie_joined(a,
			    ask->cookies, i->cookie[k], &value))
				continue;
			*came = true;
			if ((e = origin_check(au, a, ask)) != NULL)
				return e;
			e = issuer_cookie_check(au, a, i, i->cookie[k],
			    value, ask->now, user);
			if (e == NULL || e->kind != ERR_AUTH)
				return e;
		}
	return e;
}

const struct err *
auth_check(struct auth *au, struct arena *a, const struct auth_ask *ask,
    struct auth_asker *out)
{
	const struct err *e;
	bool came = false;

	if (ask->mcp)
		return mcp_check(au, a, ask, out);
	out->token = out->scopes = NULL;
	if (ask->authorization != NULL && *ask->authorization != '\0')
		return bearer_check(au, a, ask, out);
	if (ask->cookies != NULL) {
		e = cookies_check(au, a, ask, &came, &out->user);
		if (came)
			return e;
	}
	return refused(a, "no Authorization header, nor a cookie that the "
	    "settings name");
}
