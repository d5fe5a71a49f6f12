/*
 * Any bytes as an encrypted session cookie: none is read.  And any bytes
 * as what is inside a well-made one: it is read when it is a JSON object.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/jwe_make.h"
#include "auth/jwe.h"
#include "base/bounds.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define SECRET	STR("nobody who makes noise knows this secret")
#define COOKIE	"authjs.session-token"

static void
must(bool it)
{
	if (!it)
		abort();
}

static void
as_cookie(struct arena *a, enum jwe_kind kind, struct str in)
{
	struct json_object *claims;

	must(jwe_read(a, kind, SECRET, COOKIE, in, &claims) != NULL);
}

/* Behind a header that is right: rubbish in the other parts. */
static void
as_rest(struct arena *a, enum jwe_kind kind, const char *head, struct str in)
{
	as_cookie(a, kind, str_of(arena_printf(a, "%s..%.*s",
	    b64url_encode(a, head, strlen(head)), (int)in.n, in.p)));
}

static void
as_claims(struct arena *a, enum jwe_kind kind, const char *head,
    struct str in)
{
	struct str plain = kind == JWE_AUTHJS ? jwe_pad(a, in) : in;
	struct str token = jwe_make(a, kind, SECRET, COOKIE, head, plain);
	struct json_object *claims, *want;
	bool fits;

	fits = token.n <= 16 * 1024 &&
	    js_parse(a, in, JSON_DEPTH_TOKEN, &want) == NULL &&
	    js_type(want) == JS_OBJ;
	if (jwe_read(a, kind, SECRET, COOKIE, token, &claims) != NULL) {
		must(!fits);
		return;
	}
	must(fits && js_equal(claims, want));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct arena *a = arena_new();

	as_cookie(a, JWE_AUTHJS, in);
	as_cookie(a, JWE_NEXTAUTH, in);
	as_rest(a, JWE_AUTHJS, JWE_HEAD_V5, in);
	as_rest(a, JWE_NEXTAUTH, JWE_HEAD_V4, in);
	as_claims(a, JWE_AUTHJS, JWE_HEAD_V5, in);
	as_claims(a, JWE_NEXTAUTH, JWE_HEAD_V4, in);
	arena_free(a);
	return 0;
}
