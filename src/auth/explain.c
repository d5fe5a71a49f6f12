/*
 * The checks of auth_check(), one by one and aloud, for the person who has
 * to find out why a token is refused.  Nothing is said that would let its
 * reader in: no token, no secret; what is repeated of a token cannot move
 * the terminal's cursor.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "auth/auth_parts.h"
#include "auth/token_text.h"
#include "base/bounds.h"
#include "base/text.h"

#define LONG_AGO	1000000000	/* in 2001: no token is that old */
#define SHOWN		200

struct telling {
	const struct auth *au;
	struct arena	*a;
	struct buf	*out;
	int64_t		 now;
	const struct issuers *all;	/* of the door it is for */
	bool		 mcp;		/* MCP's */
	bool		 good;
};

/* A line: what is not printable comes from a token and becomes '?'. */
static void
say(struct telling *x, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct telling *x, const char *fmt, ...)
{
	struct str s;
	va_list ap;
	size_t i;

	va_start(ap, fmt);
	s = utf8_mend(x->a, str_of(arena_vprintf(x->a, fmt, ap)));
	va_end(ap);
	for (i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			buf_putc(x->out, '?');
		else if ((unsigned char)s.p[i] == 0xc2 &&
		    (unsigned char)s.p[i + 1] < 0xa0)
			buf_putc(x->out, s.p[++i] == '\0' ? ' ' : '?');
		else
			buf_putc(x->out, s.p[i]);
	}
	buf_putc(x->out, '\n');
}

#define HINT(x, text)	say((x), "            %s", (text))

static bool
fine(struct telling *x, const char *step, const struct err *e)
{
	if (e == NULL)
		return true;
	say(x, "%-11s REFUSED: %s", step, e->log);
	x->good = false;
	return false;
}

static const char *
when(struct arena *a, double seconds)
{
	time_t t = (time_t)seconds;
	char text[64];
	struct tm tm;

	if (!(seconds >= 0 && seconds < 253402300800.0) ||	/* year 9999 */
	    gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		return "no date";
	return arena_strdup(a, text);
}

/* A claim as JSON, cut to a line's length. */
static const char *
claim(struct telling *x, struct json_object *claims, const char *name)
{
	struct str s;

	if (!js_has(claims, name))
		return "missing";
	s = js_write(x->a, js_get(claims, name));
	return arena_printf(x->a, "%.*s%s", (int)utf8_fit(s, SHOWN), s.p,
	    s.n > SHOWN ? "..." : "");
}

/* ---- form */

static size_t
dots(struct str s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += s.p[i] == '.';
	return n;
}

/* As it was copied: blanks and line ends around it, perhaps its scheme. */
static struct str
trimmed(struct str s)
{
	const size_t n = sizeof("Bearer ") - 1;

	s = text_trim(s);
	if (s.n > n && str_is_nocase((struct str){ s.p, n }, "Bearer "))
		s = text_trim((struct str){ s.p + n, s.n - n });
	return s;
}

/* It was read as a header's value, not as a file: say where it breaks. */
static void
form_hints(struct telling *x, struct str token)
{
	size_t n = dots(token);

	if (token.n == 0)
		HINT(x, "There is nothing to check.");
	else if (token_text_begins(TOKEN_CODE, token) ||
	    token_text_begins(TOKEN_REFRESH, token) ||
	    token_text_begins(TOKEN_SECRET, token))
		HINT(x, "It is a code, a refresh token or a client's secret of "
		    "our OAuth: for /api/oauth/token, and no access token.");
	else if (n == 0)
		HINT(x, "There is no dot in it: this is an opaque token, "
		    "which only its issuer can read. Ask the issuer for a "
		    "JWT (Auth0: name an audience; Better Auth: GET "
		    "/api/auth/token; a session token is none).");
	else if (n == 1)
		HINT(x, "One dot: a signed session cookie looks like this. It "
		    "is no JWT; Better Auth hands one out at GET "
		    "/api/auth/token.");
	else if (token.n > MAX_TOKEN)
		HINT(x, "Tokens of over 8192 bytes are not read: leave "
		    "claims out.");
	else if (memchr(token.p, ' ', token.n) != NULL ||
	    memchr(token.p, '\n', token.n) != NULL)
		HINT(x, "There is a blank or a line end within it: was it "
		    "wrapped when it was copied?");
	else if (memchr(token.p, '=', token.n) != NULL)
		HINT(x, "A JWT has no '=' in it (base64url without padding).");
	else if (token.p[0] == '"' || token.p[0] == '\'')
		HINT(x, "There are quotes around it.");
}

static bool
tell_form(struct telling *x, struct str token, struct token *t)
{
	const struct err *e = jwt_read(x->a, token, t);

	if (!fine(x, "Form:", e)) {
		form_hints(x, token);
		return false;
	}
	say(x, "%-11s a signed token: alg %.*s, kid %s, typ %s", "Form:",
	    (int)utf8_fit(str_of(t->alg), SHOWN), t->alg,
	    claim(x, t->head, "kid"), claim(x, t->head, "typ"));
	return true;
}

/* ---- issuer */

static bool
same_but_slash(const char *one, const char *two)
{
	size_t n = strlen(one), m = strlen(two);

	return (n == m + 1 && one[m] == '/' && strncmp(one, two, m) == 0) ||
	    (m == n + 1 && two[n] == '/' && strncmp(one, two, n) == 0);
}

/* What Better Auth signs with its secret for a link in a mail. */
static bool
is_mail_token(struct json_object *claims)
{
	return js_has(claims, "email") && !js_has(claims, "sub") &&
	    !js_has(claims, "iss");
}

static void
issuer_hints(struct telling *x, const struct token *t, const char *iss)
{
	const struct issuers *all = x->all;
	const char *want;
	size_t i;

	if (is_mail_token(t->claims))
		HINT(x, "It looks like the token of a link in a mail (Better "
		    "Auth signs those with its secret): it proves no "
		    "session.");
	for (i = 0; iss != NULL && i < all->n; i++) {
		want = all->i[i].rules.issuer;
		if (*want == '\0')
			continue;
		if (same_but_slash(iss, want))
			say(x, "            iss must be equal to the last "
			    "byte: the settings of %s say %s, the token says "
			    "%s. One slash at the end is the difference.",
			    all->i[i].name, want, iss);
		else if (strncmp(iss, want, strlen(want)) == 0)
			say(x, "            The token's iss goes on where that "
			    "of %s (%s) ends.", all->i[i].name, want);
	}
}

/* NULL: from nobody we know. */
static const struct issuer *
tell_issuer(struct telling *x, const struct token *t)
{
	const struct issuers *all = x->all;
	const struct issuer *any = NULL;
	const char *iss = NULL;
	size_t i;
	bool text = token_issuer(t, &iss);

	for (i = 0; i < all->n; i++) {
		if (issuer_is_of(&all->i[i], iss)) {
			say(x, "%-11s %s (%s)", "Issuer:", all->i[i].name,
			    iss);
			return &all->i[i];
		}
		if (all->i[i].kind == ISSUER_KEY &&
		    *all->i[i].rules.issuer == '\0' && (any == NULL ||
		    issuer_check(&all->i[i], x->a, t, x->now) == NULL))
			any = &all->i[i];
	}
	if (any != NULL && text) {
		say(x, "%-11s %s, which looks at no iss (the token's: %s)",
		    "Issuer:", any->name, claim(x, t->claims, "iss"));
		if (issuer_check(any, x->a, t, x->now) != NULL)
			issuer_hints(x, t, iss);
		return any;
	}
	say(x, "%-11s REFUSED: the token's iss is %s; known are: %s",
	    "Issuer:", claim(x, t->claims, "iss"), issuers_said(x->a, all));
	issuer_hints(x, t, iss);
	x->good = false;
	return NULL;
}

/* ---- algorithm, key, signature */

static void
alg_hints(struct telling *x, const struct issuer *i, const struct token *t)
{
	bool hmac = strncmp(t->alg, "HS", 2) == 0;

	if (i->key.secret.n > 0 && !hmac)
		say(x, "            The settings of %s are a secret, and the "
		    "token was signed with a private key: give key_file, "
		    "jwks_file or jwks_url instead. (Better Auth signs with "
		    "EdDSA and publishes at /api/auth/jwks.)", i->name);
	else if (i->key.secret.n == 0 && hmac)
		say(x, "            The token was signed with a shared "
		    "secret, and the settings of %s are public keys: give "
		    "secret instead, if the issuer is right.", i->name);
}

static void
tell_signature(struct telling *x, const struct issuer *i,
    const struct token *t)
{
	struct jwt_key key;

	if (!fine(x, "Algorithm:", issuer_alg_check(i, x->a, t))) {
		alg_hints(x, i, t);
		return;
	}
	say(x, "%-11s %s", "Algorithm:", t->alg);
	if (!fine(x, "Key:", issuer_key(i, x->a, t, &key)))
		return;
	say(x, "%-11s found", "Key:");
	if (!fine(x, "Signature:", jwt_verify(x->a, &key, t))) {
		if (key.secret.n > 0)
			HINT(x, "Is it the same secret? A line end in its "
			    "file, and base64 that one side decodes and the "
			    "other does not, are the usual reasons.");
		else
			HINT(x, "The key is not the one it was signed with, "
			    "or the token was changed on its way.");
		return;
	}
	say(x, "%-11s good", "Signature:");
}

/* ---- claims */

static void
time_hints(struct telling *x, struct json_object *claims)
{
	double exp = js_number(js_get(claims, "exp"));
	double iat = js_number(js_get(claims, "iat"));

	if (!js_has(claims, "exp"))
		HINT(x, "A token without an end is never accepted: have its "
		    "issuer set exp.");
	else if (js_type(js_get(claims, "exp")) == JS_STR)
		HINT(x, "exp has to be a number, without quotes.");
	else if (exp < LONG_AGO)
		HINT(x, "exp counts seconds since 1970. A small number means "
		    "that a duration was given where a date belongs (Better "
		    "Auth: expirationTime: \"15m\", not 900).");
	else if (exp > LONG_AGO * 1000.0)
		HINT(x, "exp counts seconds since 1970, and this looks like "
		    "milliseconds.");
	else if ((js_has(claims, "iat") && iat > (double)x->now) ||
	    js_has(claims, "nbf"))
		HINT(x, "If it was made just now, one of the two clocks is "
		    "wrong.");
}

static void
tell_times(struct telling *x, const struct issuer *i, const struct token *t)
{
	struct jwt_rules rules = { .issuer = "", .audience = "",
	    .leeway = i->rules.leeway };
	const struct err *e = jwt_claims_check(x->a, &rules, t, x->now);
	double exp = js_number(js_get(t->claims, "exp"));

	if (!fine(x, "Times:", e)) {
		say(x, "            exp is %s (%s), here it is %s", claim(x,
		    t->claims, "exp"), when(x->a, exp),
		    when(x->a, (double)x->now));
		time_hints(x, t->claims);
		return;
	}
	say(x, "%-11s good until %s", "Times:", when(x->a, exp));
}

static void
tell_audience(struct telling *x, const struct issuer *i,
    const struct token *t)
{
	struct jwt_rules rules = i->rules;
	const char *name = rules.audience_claim == NULL ? "aud" :
	    rules.audience_claim;
	struct token alone = { .text = t->text };
	struct json_object *claims;

	if (*rules.audience == '\0') {
		say(x, "%-11s not looked at", "Audience:");
		return;
	}
	/* of the times enough was said: here they are as they should be */
	claims = js_object(x->a);
	js_add_int(claims, "exp", x->now + 1);
	if (js_get(t->claims, name) != NULL)
		js_add(claims, name, js_share(js_get(t->claims, name)));
	alone.claims = claims;
	rules.issuer = "";
	if (fine(x, "Audience:", jwt_claims_check(x->a, &rules, &alone,
	    x->now))) {
		say(x, "%-11s %s has %s", "Audience:", name, rules.audience);
		return;
	}
	if (!js_has(t->claims, name))
		say(x, "            The token has no %s: tell its issuer for "
		    "whom it is (Auth0: the API's identifier; Keycloak: an "
		    "audience mapper, or audience_claim = azp).", name);
	else
		say(x, "            %s is %s. An ID token names the page's "
		    "client there and is not for us: send the access token.",
		    name, claim(x, t->claims, name));
}

/* The same issuer, as it is asked everywhere but at MCP. */
static const struct issuer *
issuer_elsewhere(const struct telling *x, const struct issuer *i)
{
	const struct issuer *one = x->au->all.i;

	while (strcmp(one->name, i->name) != 0)
		one++;
	return one;
}

static void
tell_scopes(struct telling *x, struct json_object *claims)
{
	const char *scopes = auth_scope_claims(claims);

	if (*scopes != '\0') {
		say(x, "%-11s %s", "Scopes:", scopes);
		return;
	}
	say(x, "%-11s REFUSED: neither " AUTH_SCOPE_READ " nor "
	    AUTH_SCOPE_WRITE "; scope is %s, scp is %s", "Scopes:",
	    claim(x, claims, "scope"), claim(x, claims, "scp"));
	HINT(x, "A token for MCP says what it may in scope (words between "
	    "blanks), or in scp (those, or an array): have its issuer grant "
	    "them.");
	x->good = false;
}

/* What is good is good somewhere: say where, and why not at the other door. */
static void
tell_doors(struct telling *x, const struct issuer *i, const struct token *t)
{
	const struct issuer *one = issuer_elsewhere(x, i);
	bool elsewhere = !auth_for_mcp_only(x->au, one, t->claims) &&
	    jwt_claims_check(x->a, &one->rules, t, x->now) == NULL;

	if (x->au->mcp_url != NULL && i->kind == ISSUER_ACCOUNTS)
		say(x, "%-11s chat, tasks and the rest, but not MCP, where "
		    "no session of the built-in accounts is taken",
		    "Good for:");
	else if (x->au->mcp_url != NULL && !x->mcp)
		say(x, "%-11s chat, tasks and the rest, but not MCP: aud is "
		    "%s, and for MCP it has to have %s", "Good for:",
		    claim(x, t->claims, "aud"), x->au->mcp_url);
	else if (x->mcp && elsewhere)
		say(x, "%-11s MCP (%s); and chat, tasks and the rest, for aud "
		    "has %s too", "Good for:", x->au->mcp_url,
		    one->rules.audience);
	else if (x->mcp)
		say(x, "%-11s MCP (%s) alone", "Good for:", x->au->mcp_url);
}

static void
tell_user(struct telling *x, const struct issuer *i,
    struct json_object *claims)
{
	const struct err *e;
	const char *user = NULL;

	e = auth_user_claim(x->au, x->a, i, claims, &user);
	if (!fine(x, "User:", e)) {
		if (is_mail_token(claims))
			HINT(x, "It looks like the token of a link in a mail: "
			    "it proves no session.");
		else if (!js_has(claims, i->user_claim))
			say(x, "            user_claim of %s says which claim "
			    "is the user.", i->name);
		return;
	}
	say(x, "%-11s %s", "User:", user);
	if (x->good && i->kind == ISSUER_ACCOUNTS &&
	    fine(x, "Session:", auth_session_check(x->au, x->a, i, claims)))
		say(x, "%-11s not ended", "Session:");
}

/* ---- encrypted */

/* With every secret and name there is: the value does not say which. */
static const struct issuer *
open_sealed(struct telling *x, struct str token, struct token *t,
    const struct err **e)
{
	const struct issuer *i;
	size_t k;

	for (i = x->au->all.i; i < x->au->all.i + x->au->all.n; i++)
		for (k = 0; k < 2 && i->kind == ISSUER_SEALED; k++) {
			if (i->cookie[k] == NULL)
				continue;
			*e = jwe_read(x->a, i->sealed, i->key.secret,
			    i->cookie[k], token, &t->claims);
			if (*e == NULL)
				return i;
		}
	return NULL;
}

static void
tell_sealed(struct telling *x, struct str token)
{
	const struct issuer *i;
	const struct err *e = NULL;
	struct token t = { .text = token };

	i = open_sealed(x, token, &t, &e);
	if (i == NULL && e == NULL) {
		say(x, "%-11s REFUSED: five parts: this is an encrypted token "
		    "(JWE)", "Form:");
		HINT(x, "Is it the session cookie of Auth.js? Set "
		    "issuer.NAME.format = authjs (NextAuth 4: nextauth) and "
		    "issuer.NAME.secret to the site's AUTH_SECRET "
		    "(NEXTAUTH_SECRET); it is read from its cookie.");
		HINT(x, "An Auth0 access token of five parts was asked for "
		    "without an audience.");
		x->good = false;
		return;
	}
	if (i == NULL) {
		fine(x, "Form:", e);
		HINT(x, "An encrypted token that none of the secrets opens. "
		    "The key depends on the cookie's name as well: is "
		    "issuer.NAME.cookie right?");
		return;
	}
	say(x, "%-11s an encrypted token (JWE), opened", "Form:");
	say(x, "%-11s %s; it is taken from its cookie only", "Issuer:",
	    i->name);
	tell_times(x, i, &t);
	tell_user(x, i, t.claims);
}

/* ---- access tokens */

static void
tell_access_token(struct telling *x, struct str token)
{
	struct access_token t;

	say(x, "%-11s an access token, which a person made for a program",
	    "Form:");
	if (!fine(x, "Token:", auth_access_token(x->au, x->a, token, &t)))
		return;
	say(x, "%-11s %s", "Token:", t.id);
	say(x, "%-11s %s", "Scopes:", t.scopes);
	say(x, "%-11s %s", "User:", t.user);
	say(x, "%-11s the addresses of tasks%s%s%s", "Good for:",
	    x->au->mcp_url == NULL ? "" : ", and MCP (",
	    x->au->mcp_url == NULL ? "" : x->au->mcp_url,
	    x->au->mcp_url == NULL ? "" : ")");
}

static void
tell_granted_token(struct telling *x, struct str token)
{
	struct oauth_access t;

	say(x, "%-11s an access token, which this service handed out to a "
	    "program by OAuth", "Form:");
	if (!fine(x, "Token:", auth_granted_token(x->au, x->a, token, &t)))
		return;
	say(x, "%-11s %s", "Grant:", t.grant);
	say(x, "%-11s %s", "Scopes:", t.scopes);
	say(x, "%-11s %s", "User:", t.user);
	say(x, "%-11s MCP (%s) alone", "Good for:", t.resource);
}

/* ---- signed */

/* Which door is it for?  A session of the built-in accounts never for MCP. */
static void
choose_door(struct telling *x, const struct token *t)
{
	const struct issuer *i;
	const char *iss = NULL;

	if (x->au->mcp.n == 0 ||
	    !jwt_audience_has(t->claims, x->au->mcp_url))
		return;
	token_issuer(t, &iss);
	for (i = x->au->all.i; i < x->au->all.i + x->au->all.n; i++)
		if (i->kind == ISSUER_ACCOUNTS && issuer_is_of(i, iss))
			return;
	x->mcp = true;
	x->all = &x->au->mcp;
}

static void
tell_signed(struct telling *x, struct str token)
{
	const struct issuer *i;
	struct token t;

	if (!tell_form(x, token, &t)) {
		x->good = false;
		return;
	}
	choose_door(x, &t);
	if ((i = tell_issuer(x, &t)) == NULL)
		return;
	tell_signature(x, i, &t);
	tell_times(x, i, &t);
	tell_audience(x, i, &t);
	tell_user(x, i, t.claims);
	if (x->mcp)
		tell_scopes(x, t.claims);
	else if (auth_for_mcp_only(x->au, i, t.claims))
		fine(x, "MCP:", token_refused(x->a, "its aud is MCP, which "
		    "is off (mcp)"));
	if (x->good)
		tell_doors(x, i, &t);
}

bool
auth_explain(struct auth *au, struct arena *a, struct str token, int64_t now,
    struct buf *out)
{
	struct telling x = { .au = au, .a = a, .out = out, .now = now,
	    .all = &au->all, .good = true };

	token = trimmed(token);
	if (token_text_is(token)) {
		tell_access_token(&x, token);
	} else if (token_text_begins(TOKEN_GRANTED, token)) {
		tell_granted_token(&x, token);
	} else if (dots(token) == 4) {
		tell_sealed(&x, token);
	} else {
		tell_signed(&x, token);
	}
	say(&x, "%s", x.good ? "The token is good." :
	    "The token is refused.");
	return x.good;
}
