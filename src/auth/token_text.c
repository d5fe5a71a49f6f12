#include <openssl/evp.h>
#include <string.h>

#include "auth/token_text.h"
#include "base/text.h"

#define PREFIX		"tct_"
#define PREFIX_N	(sizeof(PREFIX) - 1)
#define RANDOM_BYTES	32
#define RANDOM_TEXT	43	/* the same in base64url */
#define HASH_BYTES	32

bool
token_text_is(struct str s)
{
	return s.n >= PREFIX_N && memcmp(s.p, PREFIX, PREFIX_N) == 0;
}

const char *
token_text_new(struct arena *a)
{
	unsigned char r[RANDOM_BYTES];

	random_bytes(r, sizeof(r));
	return arena_printf(a, PREFIX "%s", b64url_encode(a, r, sizeof(r)));
}

const char *
token_text_hash(struct arena *a, struct str token)
{
	unsigned char hash[HASH_BYTES];
	struct str rest, random;
	char *hex;

	if (token.n != PREFIX_N + RANDOM_TEXT || !token_text_is(token))
		return NULL;
	rest = (struct str){ token.p + PREFIX_N, RANDOM_TEXT };
	if (!b64url_decode(a, rest, &random) ||
	    EVP_Digest(token.p, token.n, hash, NULL, EVP_sha256(), NULL) != 1)
		return NULL;
	hex = arena_alloc(a, 2 * sizeof(hash) + 1);
	hex_put(hex, hash, sizeof(hash));
	return hex;
}
