#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/conf_issuer.h"
#include "base/conf_value.h"
#include "base/text.h"

/* As in conf.c: name, type, default, secret. */
#define OPEN	false
#define SECRET	true
#define SETTINGS(X) \
	X(algorithm, "choice |HS256|HS384|HS512|RS256|RS384|RS512|PS256" \
	    "|ES256|ES384|EdDSA|Ed25519", "", OPEN) \
	X(audience, "text", "", OPEN) \
	X(audience_claim, "choice aud|azp", "aud", OPEN) \
	X(ca_file, "text", "", OPEN) \
	X(cookie, "text", "", OPEN) \
	X(format, "choice jwt|authjs|nextauth", "jwt", OPEN) \
	X(insecure_http, "boolean", "off", OPEN) \
	X(iss, "text", "", OPEN) \
	X(jwks_file, "text", "", OPEN) \
	X(jwks_url, "url https|http", "", OPEN) \
	X(key_file, "text", "", OPEN) \
	X(leeway, "number 0..600", "60", OPEN) \
	X(secret, "text", "", SECRET) \
	X(user_claim, "text", "sub", OPEN)

#define ROW(name, type, fallback, secret) { #name, type, fallback, secret },
#define PLACE(name, type, fallback, secret) \
	offsetof(struct issuer_conf, name),

static const struct conf_row rows[] = { SETTINGS(ROW) };
static const size_t places[] = { SETTINGS(PLACE) };

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
_Static_assert((int)ROWS <= BLOCK_ROWS_MAX, "BLOCK_ROWS_MAX is too small");

#define MIN_SECRET	32	/* RFC 7518 section 3.2, HS256 */
#define MAX_ORIGINS	4096	/* every reply names them in a header */
#define MAX_IMAGE_DOMAINS 4096	/* every thread names them */

size_t
conf_issuer_rows(const struct conf_row **out)
{
	*out = rows;
	return ROWS;
}

void *
conf_issuer_place(const struct conf *c, size_t at, size_t row)
{
	return (char *)&c->issuers[at] + places[row];
}

const char *
conf_issuer_name(const struct conf *c, size_t at)
{
	return c->issuers[at].name;
}

int
conf_issuer_count(const struct conf *c)
{
	return c->nissuers;
}

const char *
conf_issuer_named(struct arena *a, struct conf *c, struct str name,
    size_t *at)
{
	struct issuer_conf *issuer;
	const char *want;
	size_t i;

	if (!conf_name_ok(name))
		return "an issuer's name is 1 to 32 of a-z and 0-9";
	if (str_is(name, "accounts") || str_is(name, "jwt") ||
	    str_is(name, "none"))
		return "accounts, jwt and none are names of our own";
	for (*at = 0; *at < (size_t)c->nissuers; (*at)++)
		if (str_is(name, c->issuers[*at].name))
			return NULL;
	if (c->nissuers == MAX_ISSUERS)
		return "there are 16 issuers already";
	issuer = &c->issuers[c->nissuers++];
	issuer->name = arena_strndup(a, name.p, name.n);
	for (i = 0; i < ROWS; i++)
		conf_value_set(a, &rows[i], str_of(rows[i].fallback),
		    (char *)issuer + places[i], &want);
	return NULL;
}

/* ---- what one value means for another */

static bool
is_set(const char *s)
{
	return s != NULL && *s != '\0';
}

static bool
is_cookie_name(const char *s)
{
	return text_is_token(s) && strlen(s) <= 128;
}

/* Exactly one of them, or nobody could say which key a token is to have. */
static const struct err *
check_source(struct arena *a, const struct issuer_conf *i)
{
	const struct { const char *name, *value; } source[] = {
		{ "secret", i->secret }, { "key_file", i->key_file },
		{ "jwks_file", i->jwks_file }, { "jwks_url", i->jwks_url },
	};
	const char *one = NULL;
	size_t n;

	for (n = 0; n < sizeof(source) / sizeof(source[0]); n++) {
		if (!is_set(source[n].value))
			continue;
		if (one != NULL)
			return conf_refuse(a, "issuer.%s: expected one of "
			    "secret, key_file, jwks_file and jwks_url, got "
			    "%s and %s", i->name, one, source[n].name);
		one = source[n].name;
	}
	if (one == NULL)
		return conf_refuse(a, "issuer.%s: expected one of secret, "
		    "key_file, jwks_file and jwks_url, got none of them "
		    "(addresses of keys are not guessed from iss)", i->name);
	return NULL;
}

static bool
is_hmac(const struct issuer_conf *i)
{
	return strncmp(i->algorithm, "HS", 2) == 0;
}

/* RFC 7518 section 3.2: a secret is at least as long as its hash. */
static const struct err *
check_secret(struct arena *a, const struct issuer_conf *i)
{
	size_t n = strlen(i->secret), least = MIN_SECRET;
	const char *alg = is_hmac(i) ? i->algorithm : "HS256";

	if (is_set(i->algorithm) && !is_hmac(i))
		return conf_refuse(a, "issuer.%s.algorithm: %s needs a public "
		    "key (key_file, jwks_file or jwks_url), not a secret",
		    i->name, i->algorithm);
	if (strcmp(alg, "HS384") == 0)
		least = 48;
	else if (strcmp(alg, "HS512") == 0)
		least = 64;
	if (n < least)
		return conf_refuse(a, "issuer.%s.secret: expected at least %zu "
		    "bytes for %s, got %zu", i->name, least, alg, n);
	return NULL;
}

/* Auth.js encrypts its cookie with the secret; there is nothing to choose. */
static const struct err *
check_encrypted(struct arena *a, const struct issuer_conf *i)
{
	if (!is_set(i->secret))
		return conf_refuse(a, "issuer.%s.secret: format = %s needs the "
		    "site's AUTH_SECRET", i->name, i->format);
	if (strlen(i->secret) < MIN_SECRET)
		return conf_refuse(a, "issuer.%s.secret: expected at least %d "
		    "bytes, got %zu", i->name, MIN_SECRET, strlen(i->secret));
	if (is_set(i->iss) || is_set(i->audience) || is_set(i->algorithm))
		return conf_refuse(a, "issuer.%s: format = %s goes with none "
		    "of iss, audience and algorithm", i->name, i->format);
	return NULL;
}

static const struct err *
check_signed(struct arena *a, const struct issuer_conf *i)
{
	if (is_set(i->secret))
		return check_secret(a, i);
	if (is_hmac(i))
		return conf_refuse(a, "issuer.%s.algorithm: %s needs a secret, "
		    "never a public key", i->name, i->algorithm);
	if (!is_set(i->iss))
		return conf_refuse(a, "issuer.%s.iss: not set; expected the "
		    "exact iss of its tokens", i->name);
	if (!is_set(i->audience))
		return conf_refuse(a, "issuer.%s.audience: not set; expected "
		    "the aud of tokens that are meant for us", i->name);
	return NULL;
}

static const struct err *
check_url(struct arena *a, const struct issuer_conf *i)
{
	struct address u;

	if (is_set(i->jwks_url) && !i->insecure_http &&
	    address_split(str_of(i->jwks_url), &u) &&
	    str_is(u.scheme, "http") && !address_is_loopback(a, u.host))
		return conf_refuse(a, "issuer.%s.jwks_url: expected https:// "
		    "beyond this machine, or issuer.%s.insecure_http = on",
		    i->name, i->name);
	if (is_set(i->ca_file) && !is_set(i->jwks_url))
		return conf_refuse(a, "issuer.%s.ca_file: goes with jwks_url "
		    "only", i->name);
	return NULL;
}

static const struct err *
check_issuer(struct arena *a, const struct conf *c,
    const struct issuer_conf *i)
{
	bool encrypted = strcmp(i->format, "jwt") != 0;
	const struct err *e;

	if ((e = check_source(a, i)) != NULL ||
	    (e = encrypted ? check_encrypted(a, i) :
	    check_signed(a, i)) != NULL ||
	    (e = check_url(a, i)) != NULL)
		return e;
	if (!is_set(i->user_claim))
		return conf_refuse(a, "issuer.%s.user_claim: expected the name "
		    "of a claim, got nothing", i->name);
	if (is_set(i->cookie) && !is_cookie_name(i->cookie))
		return conf_refuse(a, "issuer.%s.cookie: expected a cookie's "
		    "name, got \"%s\"", i->name, i->cookie);
	if ((encrypted || is_set(i->cookie)) && !is_set(c->public_url))
		return conf_refuse(a, "public_url: not set; issuer.%s is known "
		    "by a cookie, which only pages of this site may use",
		    i->name);
	return NULL;
}

/* The same iss twice: a token could not say whose it is. */
static const struct err *
check_names(struct arena *a, const struct conf *c)
{
	const char *iss[MAX_ISSUERS + 2], *name[MAX_ISSUERS + 2];
	size_t n = 0, i, j;
	int k;

	if (c->accounts) {
		name[n] = "public_url, for accounts,";
		iss[n++] = c->public_url;
	}
	if (is_set(c->jwt_secret)) {
		name[n] = "jwt_issuer";
		iss[n++] = c->jwt_issuer;
	}
	for (k = 0; k < c->nissuers; k++) {
		name[n] = arena_printf(a, "issuer.%s.iss", c->issuers[k].name);
		iss[n++] = c->issuers[k].iss;
	}
	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			if (is_set(iss[i]) && strcmp(iss[i], iss[j]) == 0)
				return conf_refuse(a, "%s and %s are the same: "
				    "whose a token is could not be told",
				    name[i], name[j]);
	return NULL;
}

const char *
conf_bare_ids(const struct conf *c)
{
	if (is_set(c->bare_ids))
		return c->bare_ids;
	if (c->accounts)
		return "accounts";
	if (is_set(c->jwt_secret))
		return "jwt";
	return c->nissuers == 1 ? c->issuers[0].name : "none";
}

static const struct err *
check_bare_ids(struct arena *a, const struct conf *c)
{
	const char *who = c->bare_ids;
	int i;

	if (!is_set(who)) {
		if (c->nissuers > 1 && !c->accounts && !is_set(c->jwt_secret))
			return conf_refuse(a, "bare_ids: not set; with several "
			    "issuers it must say whose users have ids "
			    "without a prefix: one issuer's name, or none");
		return NULL;
	}
	if (strcmp(who, "none") == 0 ||
	    (strcmp(who, "accounts") == 0 && c->accounts) ||
	    (strcmp(who, "jwt") == 0 && is_set(c->jwt_secret)))
		return NULL;
	for (i = 0; i < c->nissuers; i++)
		if (strcmp(who, c->issuers[i].name) == 0)
			return NULL;
	return conf_refuse(a, "bare_ids: expected accounts, jwt, none or an "
	    "issuer's name, of those that are set up, got \"%s\"", who);
}

static const struct err *
check_site(struct arena *a, const struct conf *c)
{
	if (is_set(c->public_url) && !address_is_origin(str_of(c->public_url)))
		return conf_refuse(a, "public_url: expected an origin such as "
		    "https://chat.example.org, in lower case and without a "
		    "path, got \"%s\"", c->public_url);
	if (strlen(c->allowed_origins) > MAX_ORIGINS)
		return conf_refuse(a, "allowed_origins: expected at most %d "
		    "bytes, got %zu", MAX_ORIGINS, strlen(c->allowed_origins));
	if (strlen(c->image_domains) > MAX_IMAGE_DOMAINS)
		return conf_refuse(a, "image_domains: expected at most %d "
		    "bytes, got %zu", MAX_IMAGE_DOMAINS,
		    strlen(c->image_domains));
	if (!is_cookie_name(c->cookie_prefix))
		return conf_refuse(a, "cookie_prefix: expected the beginning "
		    "of a cookie's name, got \"%s\"", c->cookie_prefix);
	return NULL;
}

static const struct err *
check_accounts(struct arena *a, const struct conf *c)
{
	bool mail = is_set(c->mail_command) || is_set(c->mail_url);

	if (is_set(c->auth_secret) && strlen(c->auth_secret) < MIN_SECRET)
		return conf_refuse(a, "auth_secret: expected at least %d "
		    "bytes, got %zu", MIN_SECRET, strlen(c->auth_secret));
	if (c->accounts && !is_set(c->auth_secret))
		return conf_refuse(a, "auth_secret: not set; accounts = on "
		    "needs it (at least %d random bytes)", MIN_SECRET);
	if (c->accounts && !is_set(c->public_url))
		return conf_refuse(a, "public_url: not set; accounts = on "
		    "needs the address people see, such as "
		    "https://chat.example.org");
	if (is_set(c->mail_command) && is_set(c->mail_url))
		return conf_refuse(a, "mail_command and mail_url: expected one "
		    "of them, got both");
	if (mail && !is_set(c->mail_from))
		return conf_refuse(a, "mail_from: not set; mail needs a "
		    "sender's address");
	if (c->verify_email && !mail)
		return conf_refuse(a, "verify_email: on needs a way to send "
		    "mail, mail_command or mail_url");
	return NULL;
}

/* Whoever hands out tokens for MCP: they have to be taken there. */
static const struct err *
check_mcp(struct arena *a, const struct conf *c)
{
	const char *who = c->mcp_authorization_server;
	int i;

	if (!is_set(who) ||
	    (is_set(c->jwt_secret) && strcmp(who, c->jwt_issuer) == 0))
		return NULL;
	for (i = 0; i < c->nissuers; i++)
		if (strcmp(who, c->issuers[i].iss) == 0)
			return NULL;
	return conf_refuse(a, "mcp_authorization_server: expected the iss of "
	    "one of the issuers, to the last byte, or nothing, for this "
	    "service itself; got \"%s\"", who);
}

static const struct err *
check_dictation(struct arena *a, const struct conf *c)
{
	if (is_set(c->transcribe_url) && !is_set(c->transcribe_model))
		return conf_refuse(a, "transcribe_model: transcribe_url needs "
		    "the name of a model");
	if (!c->model_insecure_http && address_in_clear(a, c->transcribe_url))
		return conf_refuse(a, "transcribe_url: expected https:// "
		    "beyond this machine, or model_insecure_http = on");
	return NULL;
}

static const struct err *
check_chatkit(struct arena *a, const struct conf *c)
{
	if (!is_set(c->chatkit_url) ||
	    strchr(c->chatkit_url, '?') != NULL)
		return conf_refuse(a, "chatkit_url: expected something like "
		    "https://host/v1, got \"%s\"", c->chatkit_url);
	if (address_in_clear(a, c->chatkit_url))
		return conf_refuse(a, "chatkit_url: expected https:// beyond "
		    "this machine");
	if (is_set(c->chatkit_workflow) && !is_set(c->chatkit_key))
		return conf_refuse(a, "chatkit_key: not set; chatkit_workflow "
		    "needs the key its sessions are opened with");
	if (!text_fits_header(c->chatkit_key))
		return conf_refuse(a, "chatkit_key: expected printable ASCII");
	return NULL;
}

const struct err *
conf_check(struct arena *a, const struct conf *c)
{
	size_t n = strlen(c->jwt_secret);
	const struct err *e;
	int i;

	if (n > 0 && n < MIN_SECRET)
		return conf_refuse(a, "jwt_secret: expected at least %d bytes, "
		    "got %zu", MIN_SECRET, n);
	for (i = 0; i < c->nissuers; i++)
		if ((e = check_issuer(a, c, &c->issuers[i])) != NULL)
			return e;
	if ((e = check_site(a, c)) != NULL ||
	    (e = check_accounts(a, c)) != NULL ||
	    (e = check_names(a, c)) != NULL ||
	    (e = check_bare_ids(a, c)) != NULL ||
	    (e = check_mcp(a, c)) != NULL ||
	    (e = check_dictation(a, c)) != NULL)
		return e;
	return check_chatkit(a, c);
}
