/*
 * Any bytes as a token: nobody but the key's owner makes one that is good.
 * And any bytes as the header and the payload of one that was well signed:
 * what is accepted is what was written, and libjwt and libcrypto agree.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/jws.h"
#include "auth/jwt.h"
#include "base/bounds.h"
#include "base/text.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define SECRET	STR("nobody who makes noise knows this secret")

static void
must(bool it)
{
	if (!it)
		abort();
}

static void
must_be_sane(struct arena *a, const struct token *t)
{
	static const struct jwt_rules rules = { .issuer = "me",
	    .audience = "us", .leeway = 60 };

	must(js_type(t->head) == JS_OBJ && js_type(t->claims) == JS_OBJ);
	must(t->text.n <= MAX_TOKEN && t->alg != NULL);
	must(t->kid == NULL || strlen(t->kid) <= 255);
	must(t->signed_text.n < t->text.n);
	must(!js_has(t->head, "crit") && !js_has(t->head, "b64"));
	if (jwt_claims_check(a, &rules, t, 1800000000) == NULL)
		must(js_number(js_get(t->claims, "exp")) > 1799999940 &&
		    strcmp(js_text(t->claims, "iss", ""), "me") == 0);
}

static void
as_token(struct arena *a, const struct jwt_key *key, struct str in)
{
	struct token t;

	if (jwt_read(a, in, &t) != NULL)
		return;
	must_be_sane(a, &t);
	must(jwt_verify(a, key, &t) != NULL);
}

/* The first line is the header, what follows the payload. */
static void
as_parts(struct arena *a, const struct jwt_key *key, struct str in)
{
	const char *line = in.n == 0 ? NULL : memchr(in.p, '\n', in.n);
	size_t n = line == NULL ? in.n : (size_t)(line - in.p);
	const char *text = arena_printf(a, "%s.%s",
	    b64url_encode(a, in.p, n),
	    b64url_encode(a, line == NULL ? "" : line + 1,
	    line == NULL ? 0 : in.n - n - 1));
	struct str mac;
	struct token t;

	must(jws_sign(a, key, str_of(text), &mac));
	text = arena_printf(a, "%s.%s", text,
	    b64url_encode(a, mac.p, mac.n));
	if (jwt_read(a, str_of(text), &t) != NULL)
		return;
	must_be_sane(a, &t);
	must(jws_verify(key, t.signed_text, t.signature));
	must((jwt_verify(a, key, &t) == NULL) ==
	    (strcmp(t.alg, "HS256") == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jwt_key key = { .alg = JWT_HS256, .secret = SECRET };
	struct str in = { (const char *)data, size };
	struct arena *a = arena_new();

	as_token(a, &key, in);
	as_parts(a, &key, in);
	arena_free(a);
	return 0;
}
