/*
 * Any bytes as a key set, as PEM and as a private key: every key that comes
 * of them is fit for its algorithm, and its PEM is the same key again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/jwk.h"
#include "auth/jws.h"
#include "base/bounds.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool it)
{
	if (!it)
		abort();
}

static void
must_be_fit(struct arena *a, const struct jwt_key *key)
{
	struct jwt_key again;

	must(key->pkey != NULL && key->pem != NULL);
	must(jws_unfit(key) == NULL && !jws_is_hmac(key->alg));
	must(pem_read(a, str_of(key->pem), key->alg, &again) == NULL);
	must(again.alg == key->alg && strcmp(again.pem, key->pem) == 0);
}

static void
must_be_set(struct arena *a, const struct jwt_keys *keys)
{
	size_t i, k;

	must(keys->n <= MAX_JWKS_KEYS && keys->skipped != NULL);
	for (i = 0; i < keys->n; i++) {
		must_be_fit(a, &keys->key[i]);
		for (k = 0; k < i; k++)
			must(keys->key[i].kid == NULL ||
			    keys->key[k].kid == NULL ||
			    strcmp(keys->key[i].kid, keys->key[k].kid) != 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct arena *a = arena_new();
	struct jwt_keys keys;
	struct jwt_key key;

	if (jwks_read(a, in, JWT_ANY, &keys) == NULL)
		must_be_set(a, &keys);
	if (jwks_read(a, in, JWT_PS256, &keys) == NULL)
		must_be_set(a, &keys);
	if (pem_read(a, in, JWT_ANY, &key) == NULL)
		must_be_fit(a, &key);
	if (jwk_private_read(a, in, JWT_ANY, &key) == NULL)
		must_be_fit(a, &key);
	arena_free(a);
	return 0;
}
