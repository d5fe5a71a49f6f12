#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth/jwt.h"
#include "base/bounds.h"
#include "base/text.h"

/*
 * RFC 7518 section 3.2: an HMAC key is at least as long as its hash.
 * libjwt takes a key of no bytes to mean "do not verify".
 */
#define KEY_MIN		32
#define KEY_MAX		(64 * 1024)

#define HS256_BYTES	32
#define DATE_MAX	9007199254740992.0	/* 2^53: exact in a double */
#define SHOWN		64		/* bytes of a claim in the log */

static const struct err *
refused(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const struct err *
refused(struct arena *a, const char *fmt, ...)
{
	const char *why;
	va_list ap;

	va_start(ap, fmt);
	why = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return err_new(a, ERR_AUTH, "unauthorized",
	    "The token is missing, wrong or expired.", "%s", why);
}

/* A value from a token, short enough for a log line. */
static const char *
shown(struct arena *a, struct json_object *v)
{
	struct str s = js_type(v) == JS_STR ? js_str(v) : js_write(a, v);

	return arena_strndup(a, s.p, utf8_fit(s, SHOWN));
}

static const char *const alg_names[JWT_ALGS] = {
	[JWT_HS256] = "HS256", [JWT_HS384] = "HS384", [JWT_HS512] = "HS512",
	[JWT_RS256] = "RS256", [JWT_RS384] = "RS384", [JWT_RS512] = "RS512",
	[JWT_PS256] = "PS256", [JWT_ES256] = "ES256", [JWT_ES384] = "ES384",
	[JWT_EDDSA] = "EdDSA"
};

const char *
jwt_alg_name(enum jwt_algorithm alg)
{
	return alg >= 0 && alg < JWT_ALGS ? alg_names[alg] : "?";
}

enum jwt_algorithm
jwt_alg_named(struct str name)
{
	int i;

	for (i = 0; i < JWT_ALGS; i++)
		if (str_is(name, alg_names[i]))
			return (enum jwt_algorithm)i;
	return str_is(name, "Ed25519") ? JWT_EDDSA : JWT_ANY;
}

/* libjwt's name for it.  Never JWT_ALG_NONE: jwt_decode() obeys that. */
static jwt_alg_t
alg_libjwt(enum jwt_algorithm alg)
{
	return alg == JWT_HS256 ? JWT_ALG_HS256 : JWT_ALG_TERM;
}

static bool
key_ok(const struct jwt_key *key)
{
	return key->alg == JWT_HS256 && key->secret.p != NULL &&
	    key->secret.n >= KEY_MIN && key->secret.n <= KEY_MAX;
}

static bool
token_split(struct str t, struct str part[3])
{
	const char *one, *two, *end = t.p + t.n;

	if (t.n == 0 || (one = memchr(t.p, '.', t.n)) == NULL)
		return false;
	two = memchr(one + 1, '.', (size_t)(end - one - 1));
	if (two == NULL ||
	    memchr(two + 1, '.', (size_t)(end - two - 1)) != NULL)
		return false;
	part[0] = (struct str){ t.p, (size_t)(one - t.p) };
	part[1] = (struct str){ one + 1, (size_t)(two - one - 1) };
	part[2] = (struct str){ two + 1, (size_t)(end - two - 1) };
	return true;
}

static const struct err *
part_read(struct arena *a, const char *what, struct str part,
    struct json_object **out)
{
	const struct err *e;
	struct json_object *v;
	struct str text;

	if (!b64url_decode(a, part, &text))
		return refused(a, "%s is not base64url", what);
	e = js_parse(a, text, JSON_DEPTH_TOKEN, &v);
	if (e != NULL)
		return refused(a, "%s: %s", what, e->log);
	if (js_type(v) != JS_OBJ)
		return refused(a, "%s is not an object", what);
	*out = v;
	return NULL;
}

/* RFC 7515 section 4.1.9: case does not matter, "application/" may lead. */
static bool
type_is(struct str type, const char *name)
{
	static const char lead[] = "application/";
	size_t n = sizeof(lead) - 1;

	if (type.n > n && str_is_nocase((struct str){ type.p, n }, lead))
		type = (struct str){ type.p + n, type.n - n };
	return str_is_nocase(type, name);
}

/*
 * The token may only repeat what the key already says (RFC 8725 section
 * 3.1).  An extension we must understand and do not (RFC 7515 section
 * 4.1.11, RFC 7797) ends it; a kid may stand there and chooses nothing.
 */
static const struct err *
header_check(struct arena *a, struct json_object *head)
{
	struct json_object *alg = js_get(head, "alg");
	struct json_object *typ = js_get(head, "typ");

	if (js_type(alg) != JS_STR)
		return refused(a, "alg is not a string");
	if (js_has(head, "crit"))
		return refused(a, "crit is present");
	if (js_has(head, "b64"))
		return refused(a, "b64 is present");
	if (js_has(head, "kid") && js_type(js_get(head, "kid")) != JS_STR)
		return refused(a, "kid is not a string");
	if (js_has(head, "typ") && (js_type(typ) != JS_STR ||
	    (!type_is(js_str(typ), "JWT") && !type_is(js_str(typ), "at+jwt"))))
		return refused(a, "typ %s is not for us", shown(a, typ));
	return NULL;
}

static bool
mac_by_libjwt(struct arena *a, const struct jwt_key *key, struct str token)
{
	jwt_t *jwt = NULL;
	bool good;

	good = jwt_decode(&jwt, arena_strndup(a, token.p, token.n),
	    (const unsigned char *)key->secret.p, (int)key->secret.n) == 0 &&
	    jwt_get_alg(jwt) == alg_libjwt(key->alg);
	jwt_free(jwt);
	return good;
}

static bool
mac_by_openssl(const struct jwt_key *key, const struct token *t)
{
	unsigned char want[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	return HMAC(EVP_sha256(), key->secret.p, (int)key->secret.n,
	    (const unsigned char *)t->signed_text.p, t->signed_text.n,
	    want, &n) != NULL && n == t->signature.n &&
	    CRYPTO_memcmp(want, t->signature.p, n) == 0;
}

/* A NumericDate (RFC 7519 section 2), which may have a fraction. */
static const struct err *
date_read(struct arena *a, struct json_object *claims, const char *name,
    bool *there, double *out)
{
	struct json_object *v = js_get(claims, name);
	double d;

	*there = js_has(claims, name);
	if (!*there)
		return NULL;
	if (js_type(v) != JS_INT && js_type(v) != JS_REAL)
		return refused(a, "%s is not a number", name);
	d = js_number(v);
	if (!(d >= 0 && d <= DATE_MAX))
		return refused(a, "%s is out of range", name);
	*out = d;
	return NULL;
}

static const struct err *
dates_check(struct arena *a, const struct jwt_rules *rules,
    struct json_object *claims, int64_t wall)
{
	double exp = 0, nbf = 0, iat = 0, now = (double)wall;
	bool has_exp, has_nbf, has_iat;
	const struct err *e;

	if ((e = date_read(a, claims, "exp", &has_exp, &exp)) != NULL ||
	    (e = date_read(a, claims, "nbf", &has_nbf, &nbf)) != NULL ||
	    (e = date_read(a, claims, "iat", &has_iat, &iat)) != NULL)
		return e;
	if (!has_exp)
		return refused(a, "no exp");
	if (now >= exp + rules->leeway)
		return refused(a, "expired %.0f s ago", now - exp);
	if (has_nbf && now < nbf - rules->leeway)
		return refused(a, "good only in %.0f s", nbf - now);
	if (has_iat && iat > now + rules->leeway)
		return refused(a, "issued %.0f s ahead", iat - now);
	return NULL;
}

static const struct err *
issuer_check(struct arena *a, const char *want, struct json_object *claims)
{
	struct json_object *iss = js_get(claims, "iss");

	if (*want == '\0')
		return NULL;
	if (js_type(iss) == JS_STR && str_is(js_str(iss), want))
		return NULL;
	return refused(a, "issuer expected %s, got %s", want, shown(a, iss));
}

/* RFC 7519 section 4.1.3: one string, or an array of them. */
static const struct err *
audience_check(struct arena *a, const char *want, struct json_object *claims)
{
	struct json_object *aud = js_get(claims, "aud");
	bool found = false;
	size_t i;

	if (*want == '\0')
		return NULL;
	if (js_type(aud) == JS_STR)
		found = str_is(js_str(aud), want);
	for (i = 0; i < js_len(aud); i++) {
		if (js_type(js_at(aud, i)) != JS_STR)
			return refused(a, "aud holds more than strings");
		if (str_is(js_str(js_at(aud, i)), want))
			found = true;
	}
	if (!found)
		return refused(a, "audience expected %s, got %s", want,
		    shown(a, aud));
	return NULL;
}

const struct err *
jwt_read(struct arena *a, struct str token, struct token *out)
{
	const struct err *e;
	struct str part[3];
	struct token t = { .text = token };

	if (token.n > MAX_TOKEN)
		return refused(a, "token of %zu bytes", token.n);
	if (!token_split(token, part))
		return refused(a, "token has not three parts");
	t.signed_text = (struct str){ token.p, part[0].n + 1 + part[1].n };
	if ((e = part_read(a, "header", part[0], &t.head)) != NULL ||
	    (e = header_check(a, t.head)) != NULL ||
	    (e = part_read(a, "payload", part[1], &t.claims)) != NULL)
		return e;
	if (!b64url_decode(a, part[2], &t.signature))
		return refused(a, "signature is not base64url");
	t.alg = js_text(t.head, "alg", "");
	t.kid = js_text(t.head, "kid", NULL);
	*out = t;
	return NULL;
}

const struct err *
jwt_claims_check(struct arena *a, const struct jwt_rules *rules,
    const struct token *t, int64_t now)
{
	const struct err *e;

	if ((e = dates_check(a, rules, t->claims, now)) != NULL ||
	    (e = issuer_check(a, rules->issuer, t->claims)) != NULL ||
	    (e = audience_check(a, rules->audience, t->claims)) != NULL)
		return e;
	return NULL;
}

/*
 * libjwt refuses every typ but plain "JWT", so an access token that names
 * itself as one (RFC 9068) is checked by OpenSSL, where libjwt gets its
 * hash from as well.
 */
const struct err *
jwt_verify(struct arena *a, const struct jwt_key *key, const struct token *t)
{
	struct json_object *typ = js_get(t->head, "typ");
	bool good;

	if (!key_ok(key))
		return refused(a, "the key is not fit for use");
	if (strcmp(t->alg, jwt_alg_name(key->alg)) != 0)
		return refused(a, "alg %s, key is for %s",
		    shown(a, js_get(t->head, "alg")), jwt_alg_name(key->alg));
	if (t->signature.n != HS256_BYTES)
		return refused(a, "signature of %zu bytes", t->signature.n);
	if (typ == NULL || str_is_nocase(js_str(typ), "JWT"))
		good = mac_by_libjwt(a, key, t->text);
	else
		good = mac_by_openssl(key, t);
	return good ? NULL : refused(a, "wrong signature");
}

static const struct err *
unsigned_because(struct arena *a, const char *why)
{
	return err_new(a, ERR_BUG, "internal_error",
	    "The token could not be made.", "sign a token: %s", why);
}

const struct err *
jwt_sign(struct arena *a, const struct jwt_key *key, const char *claims,
    const char **token)
{
	const struct err *e = NULL;
	struct json_object *body;
	char *text = NULL;
	jwt_t *jwt = NULL;

	if (!key_ok(key))
		return unsigned_because(a, "the key is not fit for use");
	e = js_parse(a, str_of(claims), JSON_DEPTH_TOKEN, &body);
	if (e != NULL || js_type(body) != JS_OBJ)
		return unsigned_because(a, "the claims are not an object");
	if (jwt_new(&jwt) != 0 ||
	    jwt_set_alg(jwt, alg_libjwt(key->alg),
	    (const unsigned char *)key->secret.p, (int)key->secret.n) != 0 ||
	    jwt_add_grants_json(jwt, js_dump(a, body)) != 0 ||
	    (text = jwt_encode_str(jwt)) == NULL)
		e = unsigned_because(a, "libjwt failed");
	else if (strlen(text) > MAX_TOKEN)
		e = unsigned_because(a, "it is too long to be accepted");
	else
		*token = arena_strdup(a, text);
	free(text);
	jwt_free(jwt);
	return e;
}
