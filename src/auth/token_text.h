/*
 * The text of a secret that we hand out and know again: a prefix of four
 * characters and 43 of base64url, 256 random bits.  The prefix says what it
 * is for, to us and to those who search for secrets that got somewhere they
 * should not be.  No JWT begins with one.
 */
#ifndef AUTH_TOKEN_TEXT_H
#define AUTH_TOKEN_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

#define TOKEN_PROGRAM	"tct_"	/* access token a person made */
#define TOKEN_GRANTED	"tcg_"	/* access token handed out by our OAuth */
#define TOKEN_CODE	"tca_"	/* its authorization code */
#define TOKEN_REFRESH	"tcr_"	/* its refresh token */
#define TOKEN_SECRET	"tcs_"	/* the secret of one of its clients */
#define TOKEN_CLIENT	"tcc_"	/* that client's id, which is no secret */

/* Does it begin with the prefix?  More is not asked. */
bool	 token_text_begins(const char *prefix, struct str s);

/* A new one, in a. */
const char *token_text_make(struct arena *a, const char *prefix);

/*
 * What is kept of one: its SHA-256 in hex, prefix included.  NULL: it has
 * not the form of one with this prefix.
 */
const char *token_text_hash_of(struct arena *a, const char *prefix,
    struct str token);

/* The same three for the access tokens that people make. */
bool	 token_text_is(struct str s);
const char *token_text_new(struct arena *a);
const char *token_text_hash(struct arena *a, struct str token);

#endif
