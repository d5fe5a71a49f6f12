#include <stdlib.h>

#include "auth/jwk.h"

const struct err *
jwks_read(struct arena *a, struct str text, enum jwt_algorithm usual, struct jwt_keys *out)
{
	abort();
}

const struct err *
pem_read(struct arena *a, struct str text, enum jwt_algorithm alg, struct jwt_key *out)
{
	abort();
}

const struct err *
jwk_new(struct arena *a, const char **public_jwk, const char **private_jwk)
{
	abort();
}

const struct err *
jwk_private_read(struct arena *a, struct str text, enum jwt_algorithm alg, struct jwt_key *out)
{
	abort();
}

const struct jwt_key *
jwt_keys_find(const struct jwt_keys *keys, const struct token *t)
{
	abort();
}
