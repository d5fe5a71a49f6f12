#include <openssl/evp.h>
#include <string.h>

#include "auth/token_text.h"
#include "base/text.h"

#define RANDOM_BYTES	32
#define RANDOM_TEXT	43	/* the same in base64url */
#define HASH_BYTES	32

bool
token_text_begins(const char *prefix, struct str s)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

const char *
token_text_make(struct arena *a, const char *prefix)
{
	unsigned char r[RANDOM_BYTES];

	random_bytes(r, sizeof(r));
	return arena_printf(a, "%s%s", prefix, b64url_encode(a, r, sizeof(r)));
}

const char *
token_text_hash_of(struct arena *a, const char *prefix, struct str token)
{
	unsigned char hash[HASH_BYTES];
	size_t n = strlen(prefix);
	struct str rest, random;
	char *hex;

	if (token.n != n + RANDOM_TEXT || !token_text_begins(prefix, token))
		return NULL;
	rest = (struct str){ token.p + n, RANDOM_TEXT };
	if (!b64url_decode(a, rest, &random) ||
	    EVP_Digest(token.p, token.n, hash, NULL, EVP_sha256(), NULL) != 1)
		return NULL;
	hex = arena_alloc(a, 2 * sizeof(hash) + 1);
	hex_put(hex, hash, sizeof(hash));
	return hex;
}

bool
token_text_is(struct str s)
{
	return token_text_begins(TOKEN_PROGRAM, s);
}

const char *
token_text_new(struct arena *a)
{
	return token_text_make(a, TOKEN_PROGRAM);
}

const char *
token_text_hash(struct arena *a, struct str token)
{
	return token_text_hash_of(a, TOKEN_PROGRAM, token);
}
