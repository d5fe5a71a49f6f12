#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "auth/client_proof.h"
#include "base/text.h"

#define SCHEME		"Basic"
#define SCHEME_N	(sizeof(SCHEME) - 1)
#define HASH_BYTES	32
#define HASH_HEX	(2 * HASH_BYTES)
#define VERIFIER_MIN	43
#define VERIFIER_MAX	128

bool
basic_is(const char *authorization)
{
	return authorization != NULL &&
	    strncasecmp(authorization, SCHEME, SCHEME_N) == 0 &&
	    (authorization[SCHEME_N] == ' ' || authorization[SCHEME_N] == '\0');
}

bool
basic_read(struct arena *a, const char *authorization, struct str *name,
    struct str *password)
{
	struct str text, n, p;
	const char *colon;

	if (!basic_is(authorization))
		return false;
	text = text_trim(str_of(authorization + SCHEME_N));
	if (!b64_decode(a, text, &text) || text.n == 0 ||
	    (colon = memchr(text.p, ':', text.n)) == NULL)
		return false;
	n = (struct str){ text.p, (size_t)(colon - text.p) };
	p = (struct str){ colon + 1, text.n - n.n - 1 };
	return url_decode(a, n, true, name) && url_decode(a, p, true, password);
}

bool
pkce_challenge_ok(struct arena *a, struct str challenge)
{
	struct str hash;

	return b64url_decode(a, challenge, &hash) && hash.n == HASH_BYTES;
}

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

const char *
pkce_challenge(struct arena *a, struct str verifier)
{
	unsigned char hash[HASH_BYTES];

	if (verifier.n < VERIFIER_MIN || verifier.n > VERIFIER_MAX)
		return NULL;
	for (size_t i = 0; i < verifier.n; i++)
		if (!is_unreserved(verifier.p[i]))
			return NULL;
	if (EVP_Digest(verifier.p, verifier.n, hash, NULL, EVP_sha256(),
	    NULL) != 1)
		return NULL;
	return b64url_encode(a, hash, sizeof(hash));
}

bool
hash_same(const char *x, const char *y)
{
	return strlen(x) == HASH_HEX && strlen(y) == HASH_HEX &&
	    CRYPTO_memcmp(x, y, HASH_HEX) == 0;
}
