#include <string.h>

#include "auth/auth.h"
#include "auth/jwt.h"
#include "base/bounds.h"
#include "base/text.h"

#define LEEWAY	60	/* seconds two clocks may differ */

/*
 * Keys another issuer publishes would stand here beside the secret, and
 * be chosen by a token's issuer and kid before jwt_check() sees it.
 */
struct auth {
	struct jwt_key		 key;
	struct jwt_rules	 rules;
};

static const struct err *
refused(struct arena *a, const char *why)
{
	return err_new(a, ERR_AUTH, "unauthorized",
	    "Sign in to go on: the token is missing, wrong or expired.",
	    "authenticate: %s", why);
}

const struct err *
auth_open(struct arena *a, const struct conf *c, struct db *db,
    struct auth **out)
{
	struct str secret = str_of(c->jwt_secret);
	struct auth *au;

	(void)db;
	if (secret.n < 32)
		return err_new(a, ERR_INPUT, "invalid_settings",
		    "jwt_secret: expected at least 32 bytes",
		    "jwt_secret: expected at least 32 bytes, got %zu",
		    secret.n);
	au = arena_alloc(a, sizeof(*au));
	au->key.alg = JWT_HS256;
	au->key.secret = (struct str){
	    arena_strndup(a, secret.p, secret.n), secret.n };
	au->rules.issuer = arena_strdup(a, c->jwt_issuer);
	au->rules.audience = arena_strdup(a, c->jwt_audience);
	au->rules.leeway = LEEWAY;
	*out = au;
	return NULL;
}

/*
 * RFC 6750 section 2.1: the scheme in any case (RFC 9110 section 11.1),
 * blanks, and one token: a second one, a comma or a trailing blank is no
 * character of a token and ends it in jwt_check().
 */
static bool
bearer_read(const char *header, struct str *token)
{
	struct str all = str_of(header);
	size_t n = sizeof("Bearer") - 1;

	if (all.n <= n || all.p[n] != ' ' ||
	    !str_is_nocase((struct str){ all.p, n }, "Bearer"))
		return false;
	while (n < all.n && all.p[n] == ' ')
		n++;
	*token = (struct str){ all.p + n, all.n - n };
	return token->n > 0;
}

/* C0, DEL, and C1, which UTF-8 writes as C2 80 to C2 9F. */
static bool
has_control(struct str s)
{
	unsigned char c, next;
	size_t i;

	for (i = 0; i < s.n; i++) {
		c = (unsigned char)s.p[i];
		next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && next < 0xa0))
			return true;
	}
	return false;
}

static const struct err *
subject_read(struct arena *a, struct json_object *claims, const char **user)
{
	struct json_object *sub = js_get(claims, "sub");
	struct str s = js_str(sub);

	if (js_type(sub) != JS_STR)
		return refused(a, "sub is missing or not a string");
	if (s.n == 0 || s.n > MAX_USER_ID)
		return refused(a, arena_printf(a, "sub of %zu bytes", s.n));
	if (!utf8_ok(s) || has_control(s))
		return refused(a, "sub holds control characters");
	*user = arena_strndup(a, s.p, s.n);
	return NULL;
}

const struct err *
auth_check(struct auth *au, struct arena *a, const struct auth_ask *ask,
    const char **user)
{
	const struct err *e;
	struct str token;
	struct token t;

	if (ask->authorization == NULL || *ask->authorization == '\0')
		return refused(a, "no Authorization header");
	if (!bearer_read(ask->authorization, &token))
		return refused(a, "Authorization is not a bearer token");
	if ((e = jwt_read(a, token, &t)) != NULL ||
	    (e = jwt_verify(a, &au->key, &t)) != NULL ||
	    (e = jwt_claims_check(a, &au->rules, &t, ask->now)) != NULL)
		return refused(a, e->log);
	return subject_read(a, t.claims, user);
}

void
auth_close(struct auth *au)
{
	(void)au;
}

struct keyring *
auth_keyring(const struct auth *au)
{
	(void)au;
	return NULL;
}

struct hash_gate *
auth_hash_gate(const struct auth *au)
{
	(void)au;
	return NULL;
}

const char *
auth_account_owner(const struct auth *au, struct arena *a, const char *id)
{
	(void)au;
	return arena_strdup(a, id);
}
