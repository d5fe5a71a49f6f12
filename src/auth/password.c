#include <stdlib.h>

#include "auth/password.h"

struct hash_gate *
hash_gate_new(struct arena *a, int at_once, int waiting)
{
	abort();
}

size_t
password_length(struct str password)
{
	abort();
}

const struct err *
password_hash(struct hash_gate *g, struct arena *a, struct str password, const char **stored)
{
	abort();
}

const struct err *
password_verify(struct hash_gate *g, struct arena *a, struct str password, const char *stored, bool *ok)
{
	abort();
}

const char *
password_weak(struct str password, struct str email, struct str name)
{
	abort();
}
