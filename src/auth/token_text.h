/*
 * The text of an access token: "tct_" and 43 characters of base64url, 256
 * random bits.  The prefix is for those who search for secrets that got
 * somewhere they should not be.
 */
#ifndef AUTH_TOKEN_TEXT_H
#define AUTH_TOKEN_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

/* Does it begin as they do?  No JWT does. */
bool	 token_text_is(struct str s);

/* A new one, in a. */
const char *token_text_new(struct arena *a);

/* What is kept of one: its SHA-256 in hex.  NULL: it is none. */
const char *token_text_hash(struct arena *a, struct str token);

#endif
