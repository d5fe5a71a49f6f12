#include <string.h>

#include "auth/issuer.h"
#include "auth/origin.h"
#include "base/conf_value.h"
#include "base/log.h"
#include "base/text.h"

#define LEEWAY		60	/* seconds two clocks may differ */
#define MAX_SAID	8192
#define SHOWN		100	/* bytes of a token's text in a message */

/* ---- the settings' issuers */

static const struct err *
unusable(struct arena *a, const struct issuer_conf *c, const char *key,
    const char *path, const char *why)
{
	return err_new(a, ERR_INPUT, "invalid_setting",
	    "A setting cannot be used.", "issuer.%s.%s: %s: %s", c->name, key,
	    path, why);
}

/* A line for the log only when there is something to tell. */
static void
tell_skipped(const struct issuer_conf *c, const struct jwt_keys *keys)
{
	if (keys->skipped != NULL && *keys->skipped != '\0')
		log_line(LOG_WARN, "issuer %s: keys left out: %s", c->name,
		    keys->skipped);
}

/* jwks_read() wants what an RSA key is for when it does not say. */
static enum jwt_algorithm
usual_alg(enum jwt_algorithm alg)
{
	return alg == JWT_RS256 || alg == JWT_RS384 || alg == JWT_RS512 ||
	    alg == JWT_PS256 ? alg : JWT_ANY;
}

static const struct err *
open_file(struct arena *a, const struct issuer_conf *c, struct issuer *i)
{
	bool pem = *c->key_file != '\0';
	const char *path = pem ? c->key_file : c->jwks_file, *why;
	const char *key = pem ? "key_file" : "jwks_file";
	const struct err *e;
	struct str text;

	if (!conf_file_read(a, path, &text, &why))
		return unusable(a, c, key, path, why);
	i->kind = pem ? ISSUER_KEY : ISSUER_SET;
	e = pem ? pem_read(a, text, i->alg, &i->key) :
	    jwks_read(a, text, usual_alg(i->alg), &i->keys);
	if (e != NULL)
		return unusable(a, c, key, path, e->log);
	if (pem)
		return NULL;
	if (i->keys.n == 0)
		return unusable(a, c, key, path, arena_printf(a, "no key in "
		    "it can be used%s%s", *i->keys.skipped == '\0' ? "" :
		    ": ", i->keys.skipped));
	tell_skipped(c, &i->keys);
	return NULL;
}

static void
open_secret(struct arena *a, const struct issuer_conf *c, struct issuer *i)
{
	i->kind = ISSUER_KEY;
	i->key.alg = i->alg = i->alg == JWT_ANY ? JWT_HS256 : i->alg;
	i->key.secret = str_of(arena_strdup(a, c->secret));
	if (strcmp(c->format, "jwt") != 0) {
		i->kind = ISSUER_SEALED;
		i->sealed = strcmp(c->format, "authjs") == 0 ? JWE_AUTHJS :
		    JWE_NEXTAUTH;
		return;
	}
	if (*c->audience == '\0')
		log_line(LOG_WARN, "issuer %s: no audience is set: whatever "
		    "is signed with its secret, for whomever, lets in",
		    c->name);
}

static void
open_remote(struct arena *a, const struct issuer_conf *c, struct issuer *i)
{
	struct remote_conf r = { .name = arena_strdup(a, c->name),
	    .url = arena_strdup(a, c->jwks_url),
	    .ca_file = arena_strdup(a, c->ca_file),
	    .usual = usual_alg(i->alg) };

	i->kind = ISSUER_REMOTE;
	i->remote = remote_new(a, &r);
}

/* Auth.js names its cookie by whether its site is https. */
static void
cookie_names(struct arena *a, const struct issuer_conf *c, struct issuer *i)
{
	const char *usual = strcmp(c->format, "authjs") == 0 ?
	    "authjs.session-token" : "next-auth.session-token";

	if (*c->cookie != '\0') {
		i->cookie[0] = arena_strdup(a, c->cookie);
	} else if (strcmp(c->format, "jwt") != 0) {
		i->cookie[0] = arena_printf(a, "__Secure-%s", usual);
		i->cookie[1] = usual;
	}
}

static const struct err *
open_one(struct arena *a, const struct issuer_conf *c, struct issuer *i)
{
	i->name = arena_strdup(a, c->name);
	i->alg = jwt_alg_named(str_of(c->algorithm));
	i->user_claim = arena_strdup(a, c->user_claim);
	i->rules = (struct jwt_rules){ .issuer = arena_strdup(a, c->iss),
	    .audience = arena_strdup(a, c->audience),
	    .audience_claim = arena_strdup(a, c->audience_claim),
	    .leeway = c->leeway };
	cookie_names(a, c, i);
	if (*c->secret != '\0') {
		open_secret(a, c, i);
		return NULL;
	}
	if (*c->jwks_url == '\0')
		return open_file(a, c, i);
	open_remote(a, c, i);
	return NULL;
}

/* ---- our own */

static void
open_accounts(struct arena *a, const struct conf *c, struct keyring *keyring,
    struct issuer *i)
{
	const char *site = origin_public(a, c);

	i->kind = ISSUER_ACCOUNTS;
	i->name = "accounts";
	i->alg = JWT_ANY;	/* a site that shares the table may choose */
	i->user_claim = "sub";
	i->keyring = keyring;
	i->rules = (struct jwt_rules){ .issuer = site, .audience = site,
	    .leeway = LEEWAY };
}

static const struct err *
open_jwt(struct arena *a, const struct conf *c, struct issuer *i)
{
	struct str secret = str_of(c->jwt_secret);

	if (secret.n < 32)
		return err_new(a, ERR_INPUT, "invalid_settings",
		    "jwt_secret: expected at least 32 bytes",
		    "jwt_secret: expected at least 32 bytes, got %zu",
		    secret.n);
	i->kind = ISSUER_KEY;
	i->name = "jwt";
	i->alg = i->key.alg = JWT_HS256;
	i->key.secret = str_of(arena_strndup(a, secret.p, secret.n));
	i->user_claim = "sub";
	i->rules = (struct jwt_rules){
	    .issuer = arena_strdup(a, c->jwt_issuer),
	    .audience = arena_strdup(a, c->jwt_audience), .leeway = LEEWAY };
	return NULL;
}

const struct err *
issuers_open(struct arena *a, const struct conf *c, struct keyring *keyring,
    struct issuers *out)
{
	const char *bare = conf_bare_ids(c);
	const struct err *e;
	size_t i;
	int k;

	out->n = 0;
	if (c->accounts)
		open_accounts(a, c, keyring, &out->i[out->n++]);
	if (*c->jwt_secret != '\0' || (!c->accounts && c->nissuers == 0)) {
		if ((e = open_jwt(a, c, &out->i[out->n])) != NULL)
			return e;
		out->n++;
	}
	for (k = 0; k < c->nissuers; k++) {
		e = open_one(a, &c->issuers[k], &out->i[out->n]);
		if (e != NULL)
			return e;
		out->n++;
	}
	for (i = 0; i < out->n; i++)
		out->i[i].bare = strcmp(out->i[i].name, bare) == 0;
	return NULL;
}

void
issuers_close(struct issuers *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		remote_free(all->i[i].remote);
}

/* ---- whose is it? */

bool
issuer_is_of(const struct issuer *i, const char *iss)
{
	return i->kind != ISSUER_SEALED && *i->rules.issuer != '\0' &&
	    iss != NULL && strcmp(i->rules.issuer, iss) == 0;
}

/* It looks at no iss: whoever knows its secret is it. */
static bool
takes_any(const struct issuer *i)
{
	return i->kind == ISSUER_KEY && *i->rules.issuer == '\0';
}

bool
token_issuer(const struct token *t, const char **iss)
{
	struct json_object *v = js_get(t->claims, "iss");

	*iss = js_text(t->claims, "iss", NULL);
	return js_type(v) == JS_STR || !js_has(t->claims, "iss");
}

const char *
issuers_said(struct arena *a, const struct issuers *all)
{
	const struct issuer *i;
	struct buf b;

	buf_init(&b, a, MAX_SAID);
	for (i = all->i; i < all->i + all->n; i++)
		buf_printf(&b, "%s%s (%s)", i == all->i ? "" : ", ", i->name,
		    i->kind == ISSUER_SEALED ? "by its cookie alone" :
		    *i->rules.issuer == '\0' ? "any, by its secret" :
		    i->rules.issuer);
	return buf_str(&b);
}

/* ---- is it good? */

const struct err *
issuer_alg_check(const struct issuer *i, struct arena *a,
    const struct token *t)
{
	enum jwt_algorithm alg = jwt_alg_named(str_of(t->alg));
	bool hmac = alg == JWT_HS256 || alg == JWT_HS384 || alg == JWT_HS512;

	if (alg == JWT_ANY)
		return token_refused(a, "alg %.*s is none that is accepted",
		    (int)utf8_fit(str_of(t->alg), SHOWN), t->alg);
	if (hmac && i->key.secret.n == 0)
		return token_refused(a, "alg %s, the issuer's keys are "
		    "public ones", t->alg);
	if (i->alg != JWT_ANY && alg != i->alg)
		return token_refused(a, "alg %s, expected %s", t->alg,
		    jwt_alg_name(i->alg));
	return NULL;
}

static const struct err *
key_of_set(const struct issuer *i, struct arena *a, const struct token *t,
    struct jwt_key *out)
{
	const struct jwt_key *key = jwt_keys_find(&i->keys, t);

	if (key == NULL)
		return token_refused(a, "%s", jwt_keys_lack(a, &i->keys, t));
	*out = *key;
	return NULL;
}

const struct err *
issuer_key(const struct issuer *i, struct arena *a, const struct token *t,
    struct jwt_key *out)
{
	switch (i->kind) {
	case ISSUER_ACCOUNTS:
		if (i->keyring == NULL)
			return token_refused(a, "the database has its keys and "
			    "is not set");
		return keyring_find(i->keyring, a, t, out);
	case ISSUER_SET:
		return key_of_set(i, a, t, out);
	case ISSUER_REMOTE:
		return remote_find(i->remote, a, t, out);
	case ISSUER_KEY:
		*out = i->key;
		return NULL;
	case ISSUER_SEALED:
		break;
	}
	return token_refused(a, "its tokens are encrypted cookies");
}

const struct err *
issuer_check(const struct issuer *i, struct arena *a, const struct token *t,
    int64_t now)
{
	const struct err *e;
	struct jwt_key key;

	if ((e = jwt_claims_check(a, &i->rules, t, now)) != NULL ||
	    (e = issuer_alg_check(i, a, t)) != NULL ||
	    (e = issuer_key(i, a, t, &key)) != NULL)
		return e;
	return jwt_verify(a, &key, t);
}

/* Those that look at no iss, one after the other; *e is why none took it. */
static const struct issuer *
try_any(const struct issuers *all, struct arena *a, const struct token *t,
    int64_t now, const struct err **e)
{
	const struct issuer *i;
	struct buf why;

	buf_init(&why, a, MAX_SAID);
	for (i = all->i; i < all->i + all->n; i++) {
		if (!takes_any(i))
			continue;
		if ((*e = issuer_check(i, a, t, now)) == NULL)
			return i;
		if (all->n == 1)
			return NULL;
		buf_printf(&why, "%sas one of %s: %s", why.n == 0 ? "" : "; ",
		    i->name, (*e)->log);
	}
	*e = why.n == 0 ? NULL : token_refused(a, "%s", buf_str(&why));
	return NULL;
}

const struct err *
issuers_check(const struct issuers *all, struct arena *a,
    const struct token *t, int64_t now, const struct issuer **by)
{
	const struct err *e = NULL;
	const struct issuer *i;
	const char *iss, *said;

	if (!token_issuer(t, &iss))
		return token_refused(a, "iss is not a string");
	for (i = all->i; i < all->i + all->n; i++) {
		if (!issuer_is_of(i, iss))
			continue;
		*by = i;
		e = issuer_check(i, a, t, now);
		return e == NULL || e->kind != ERR_AUTH ? e :
		    token_refused(a, "%s: %s", i->name, e->log);
	}
	if ((*by = try_any(all, a, t, now, &e)) != NULL)
		return NULL;
	if (e != NULL && all->n == 1)
		return e;
	said = iss == NULL ? "no iss; known are" : arena_printf(a,
	    "issuer %.*s is none of", (int)utf8_fit(str_of(iss), SHOWN), iss);
	return token_refused(a, "%s: %s%s%s", said, issuers_said(a, all),
	    e == NULL ? "" : "; ", e == NULL ? "" : e->log);
}
