/*
 * Those whose tokens are accepted: the built-in accounts, jwt_secret, and
 * issuer.NAME.* of the settings; and which of them a token is from.
 */
#ifndef AUTH_ISSUER_H
#define AUTH_ISSUER_H

#include <stdint.h>

#include "auth/jwe.h"
#include "auth/jwt.h"
#include "auth/keyring.h"
#include "auth/remote.h"
#include "base/conf.h"

enum issuer_kind {
	ISSUER_ACCOUNTS,	/* the keys are the keyring's */
	ISSUER_KEY,		/* one secret or public key */
	ISSUER_SET,		/* of a file */
	ISSUER_REMOTE,		/* of an address */
	ISSUER_SEALED		/* encrypted cookies: the secret opens them */
};

struct issuer {
	enum issuer_kind kind;
	const char	*name;		/* "accounts", "jwt", a setting's */
	bool		 bare;		/* its users' ids have no prefix */
	enum jwt_algorithm alg;		/* the only one, or JWT_ANY */
	struct jwt_rules rules;		/* issuer "": any, or none */
	const char	*user_claim;
	const char	*cookie[2];	/* names of cookies; NULL: no more */
	struct jwt_key	 key;		/* ISSUER_KEY; SEALED: its secret */
	struct jwt_keys	 keys;		/* ISSUER_SET */
	struct remote	*remote;
	struct keyring	*keyring;	/* NULL: cannot be asked just now */
	enum jwe_kind	 sealed;
};

struct issuers {
	size_t		 n;
	struct issuer	 i[MAX_ISSUERS + 2];
};

/*
 * Reads the files that the settings name.  ERR_INPUT in words for a
 * terminal.  keyring may be NULL.
 */
const struct err *issuers_open(struct arena *a, const struct conf *c,
    struct keyring *keyring, struct issuers *out);
void	 issuers_close(struct issuers *all);

/* Has a token of this iss (NULL: of none) to be from this one? */
bool	 issuer_is_of(const struct issuer *i, const char *iss);

/*
 * The token's iss, NULL: it has none.  False: it is not a string.
 * Not to be believed before the rest is.
 */
bool	 token_issuer(const struct token *t, const char **iss);

/* "site (https://auth.example), jwt (any)": for messages. */
const char *issuers_said(struct arena *a, const struct issuers *all);

/* May its tokens be signed with that alg?  Costs nothing. */
const struct err *issuer_alg_check(const struct issuer *i, struct arena *a,
    const struct token *t);

/* The key to check with; may ask the network or the database for it. */
const struct err *issuer_key(const struct issuer *i, struct arena *a,
    const struct token *t, struct jwt_key *out);

/* Claims, alg, key, signature: all that makes a token good but the user. */
const struct err *issuer_check(const struct issuer *i, struct arena *a,
    const struct token *t, int64_t now);

/*
 * Which issuer is it from, and is it good?  One that names its iss is asked
 * before those that take any.  ERR_AUTH, the log text saying which check
 * failed; ERR_DB when the keyring cannot be read.
 */
const struct err *issuers_check(const struct issuers *all, struct arena *a,
    const struct token *t, int64_t now, const struct issuer **by);

#endif
