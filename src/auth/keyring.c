#include <stdlib.h>

#include "auth/keyring.h"

struct keyring *
keyring_new(struct arena *a, const struct conf *c, struct db *db)
{
	abort();
}

const struct err *
keyring_sign(struct keyring *k, struct arena *a, const char *claims, const char **token)
{
	abort();
}

const struct err *
keyring_find(struct keyring *k, struct arena *a, const struct token *t, struct jwt_key *out)
{
	abort();
}

const struct err *
keyring_publish(struct keyring *k, struct arena *a, struct json_object **out)
{
	abort();
}

const struct err *
keyring_rotate(struct keyring *k, struct arena *a, const char **kid)
{
	abort();
}
