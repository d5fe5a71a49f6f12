#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth/alias.h"
#include "base/text.h"

/* There is always one of these; the word before the id is for this use. */
static const char *
secret_of(const struct conf *c)
{
	if (*c->auth_secret != '\0')
		return c->auth_secret;
	return *c->jwt_secret != '\0' ? c->jwt_secret : c->database_url;
}

const char *
alias_of(struct arena *a, const struct conf *c, const char *user)
{
	const struct str secret = str_of(secret_of(c));
	const struct str text = str_of(arena_printf(a, "alias\n%s", user));
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (HMAC(EVP_sha256(), secret.p, (int)secret.n,
	    (const unsigned char *)text.p, text.n, mac, &n) == NULL) {
		ERR_clear_error();
		return NULL;
	}
	return b64url_encode(a, mac, n);
}
