#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>
#include <openssl/err.h>

#include "auth/jws.h"
#include "auth/jwt.h"
#include "base/bounds.h"
#include "base/text.h"

#define DATE_MAX	9007199254740992.0	/* 2^53: exact in a double */
#define SHOWN		64		/* bytes of a claim in the log */
#define LATELY		1000000000.0	/* 2001: no token is older */

const struct err *
token_refused(struct arena *a, const char *fmt, ...)
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

/*
 * libjwt's name for it, JWT_ALG_TERM when one of its versions has none.
 * Never JWT_ALG_NONE: jwt_decode() obeys that.
 */
static jwt_alg_t
alg_libjwt(enum jwt_algorithm alg)
{
	switch (alg) {
	case JWT_HS256:
		return JWT_ALG_HS256;
	case JWT_HS384:
		return JWT_ALG_HS384;
	case JWT_HS512:
		return JWT_ALG_HS512;
	case JWT_RS256:
		return JWT_ALG_RS256;
	case JWT_RS384:
		return JWT_ALG_RS384;
	case JWT_RS512:
		return JWT_ALG_RS512;
	case JWT_ES256:
		return JWT_ALG_ES256;
	case JWT_ES384:
		return JWT_ALG_ES384;
	case JWT_PS256:
	case JWT_EDDSA:
	case JWT_ALGS:
	case JWT_ANY:
		break;
	}
	return JWT_ALG_TERM;
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
		return token_refused(a, "%s is not base64url", what);
	e = js_parse(a, text, JSON_DEPTH_TOKEN, &v);
	if (e != NULL)
		return token_refused(a, "%s: %s", what, e->log);
	if (js_type(v) != JS_OBJ)
		return token_refused(a, "%s is not an object", what);
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

static const struct err *
kid_check(struct arena *a, struct json_object *head)
{
	struct json_object *kid = js_get(head, "kid");

	if (!js_has(head, "kid"))
		return NULL;
	if (js_type(kid) != JS_STR)
		return token_refused(a, "kid is not a string");
	if (js_str(kid).n > MAX_KID)
		return token_refused(a, "kid of %zu bytes", js_str(kid).n);
	return NULL;
}

/*
 * An extension we must understand and do not (RFC 7515 section 4.1.11,
 * RFC 7797) ends it.  alg is compared with the key's in jwt_verify().
 */
static const struct err *
header_check(struct arena *a, struct json_object *head)
{
	struct json_object *alg = js_get(head, "alg");
	struct json_object *typ = js_get(head, "typ");

	if (js_type(alg) != JS_STR)
		return token_refused(a, "alg is not a string");
	if (js_has(head, "crit"))
		return token_refused(a, "crit is present");
	if (js_has(head, "b64"))
		return token_refused(a, "b64 is present");
	if (js_has(head, "typ") && (js_type(typ) != JS_STR ||
	    (!type_is(js_str(typ), "JWT") && !type_is(js_str(typ), "at+jwt"))))
		return token_refused(a, "typ %s is not for us", shown(a, typ));
	return kid_check(a, head);
}

/*
 * libjwt 1.10 knows neither PS256 nor EdDSA and no typ but plain "JWT" (an
 * access token may name itself as one, RFC 9068).
 */
static bool
libjwt_can(const struct jwt_key *key, const struct token *t)
{
	struct json_object *typ = js_get(t->head, "typ");

	return alg_libjwt(key->alg) != JWT_ALG_TERM &&
	    (jws_is_hmac(key->alg) || key->pem != NULL) &&
	    (typ == NULL || str_is_nocase(js_str(typ), "JWT"));
}

/*
 * libjwt takes the algorithm from the token.  It is the key's own already,
 * so an HMAC is given a secret and the others a PEM, never the other way
 * round; and the key is fit, so it is never empty.
 */
static bool
libjwt_verify(struct arena *a, const struct jwt_key *key,
    const struct token *t)
{
	struct str k = jws_is_hmac(key->alg) ? key->secret :
	    str_of(key->pem);
	jwt_t *jwt = NULL;
	bool good;

	good = k.n > 0 && jwt_decode(&jwt,
	    arena_strndup(a, t->text.p, t->text.n),
	    (const unsigned char *)k.p, (int)k.n) == 0 &&
	    jwt_get_alg(jwt) == alg_libjwt(key->alg);
	jwt_free(jwt);
	if (!good)
		ERR_clear_error();
	return good;
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
		return token_refused(a, "%s is not a number", name);
	d = js_number(v);
	if (!(d >= 0 && d <= DATE_MAX))
		return token_refused(a, "%s is out of range", name);
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
		return token_refused(a, "no exp");
	if (now >= exp + rules->leeway)
		return token_refused(a, "expired %.0f s ago%s", now - exp,
		    exp < LATELY ? " (is exp a number of seconds, where a "
		    "time since 1970 was meant?)" : "");
	if (has_nbf && now < nbf - rules->leeway)
		return token_refused(a, "good only in %.0f s", nbf - now);
	if (has_iat && iat > now + rules->leeway)
		return token_refused(a, "issued %.0f s ahead", iat - now);
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
	return token_refused(a, "issuer expected %s, got %s", want,
	    shown(a, iss));
}

/*
 * RFC 7519 section 4.1.3: aud is one string, or an array of them.  Another
 * claim that stands in for it (azp) is one string.
 */
static const struct err *
audience_check(struct arena *a, const struct jwt_rules *rules,
    struct json_object *claims)
{
	const char *want = rules->audience;
	const char *name = rules->audience_claim == NULL ? "aud" :
	    rules->audience_claim;
	struct json_object *v = js_get(claims, name);
	bool found, many = strcmp(name, "aud") == 0;
	size_t i;

	if (*want == '\0')
		return NULL;
	found = js_type(v) == JS_STR && str_is(js_str(v), want);
	for (i = 0; many && i < js_len(v); i++) {
		if (js_type(js_at(v, i)) != JS_STR)
			return token_refused(a, "aud holds more than strings");
		if (str_is(js_str(js_at(v, i)), want))
			found = true;
	}
	if (!found)
		return token_refused(a, "audience expected %s in %s, got %s",
		    want, name, shown(a, v));
	return NULL;
}

bool
jwt_audience_has(struct json_object *claims, const char *audience)
{
	struct json_object *v = js_get(claims, "aud");
	size_t i;

	for (i = 0; i < js_len(v); i++)
		if (js_type(js_at(v, i)) == JS_STR &&
		    str_is(js_str(js_at(v, i)), audience))
			return true;
	return js_type(v) == JS_STR && str_is(js_str(v), audience);
}

const struct err *
jwt_read(struct arena *a, struct str token, struct token *out)
{
	const struct err *e;
	struct str part[3];
	struct token t = { .text = token };

	if (token.n > MAX_TOKEN)
		return token_refused(a, "token of %zu bytes", token.n);
	if (!token_split(token, part))
		return token_refused(a, "token has not three parts");
	t.signed_text = (struct str){ token.p, part[0].n + 1 + part[1].n };
	if ((e = part_read(a, "header", part[0], &t.head)) != NULL ||
	    (e = header_check(a, t.head)) != NULL ||
	    (e = part_read(a, "payload", part[1], &t.claims)) != NULL)
		return e;
	if (!b64url_decode(a, part[2], &t.signature))
		return token_refused(a, "signature is not base64url");
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
	    (e = audience_check(a, rules, t->claims)) != NULL)
		return e;
	return NULL;
}

const struct err *
jwt_verify(struct arena *a, const struct jwt_key *key, const struct token *t)
{
	const char *unfit = jws_unfit(key);
	bool good;

	if (unfit != NULL)
		return token_refused(a, "the key is not fit for use: %s",
		    unfit);
	if (jwt_alg_named(str_of(t->alg)) != key->alg)
		return token_refused(a, "alg %s, key is for %s",
		    shown(a, js_get(t->head, "alg")), jwt_alg_name(key->alg));
	if (t->signature.n != jws_size(key))
		return token_refused(a, "signature of %zu bytes",
		    t->signature.n);
	good = libjwt_can(key, t) ? libjwt_verify(a, key, t) :
	    jws_verify(key, t->signed_text, t->signature);
	return good ? NULL : token_refused(a, "wrong signature");
}

static const struct err *
unsigned_because(struct arena *a, const char *why)
{
	return err_new(a, ERR_BUG, "internal_error",
	    "The token could not be made.", "sign a token: %s", why);
}

static struct str
header_make(struct arena *a, const struct jwt_key *key)
{
	struct json_object *head = js_object(a);

	js_add_text(head, "alg", jwt_alg_name(key->alg));
	if (jws_is_hmac(key->alg))
		js_add_text(head, "typ", "JWT");
	else if (key->kid != NULL)
		js_add_text(head, "kid", key->kid);
	return js_write(a, head);
}

const struct err *
jwt_sign(struct arena *a, const struct jwt_key *key, const char *claims,
    const char **token)
{
	const char *unfit = jws_unfit(key), *text;
	struct str head, payload, signature;
	struct json_object *v;

	if (unfit != NULL)
		return unsigned_because(a, arena_printf(a,
		    "the key is not fit for use: %s", unfit));
	if (js_parse(a, str_of(claims), JSON_DEPTH_TOKEN, &v) != NULL ||
	    js_type(v) != JS_OBJ)
		return unsigned_because(a, "the claims are not an object");
	head = header_make(a, key);
	payload = js_write(a, v);
	text = arena_printf(a, "%s.%s", b64url_encode(a, head.p, head.n),
	    b64url_encode(a, payload.p, payload.n));
	if (!jws_sign(a, key, str_of(text), &signature))
		return unsigned_because(a, "libcrypto failed");
	text = arena_printf(a, "%s.%s", text,
	    b64url_encode(a, signature.p, signature.n));
	if (strlen(text) > MAX_TOKEN)
		return unsigned_because(a, "it is too long to be accepted");
	*token = text;
	return NULL;
}
