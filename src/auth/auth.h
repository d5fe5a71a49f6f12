/*
 * Who is asking: which issuer made this token, is it good, and which of our
 * users is that.
 *
 * Issuers are: the built-in accounts ("accounts"), jwt_secret ("jwt") and
 * those of issuer.NAME.* in the settings.  One of them owns bare user ids;
 * a user of another is NAME:ID, so that two issuers' users never meet.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdint.h>

#include "auth/keyring.h"
#include "auth/password.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

#define AUTH_SCOPE_READ		"tasks:read"
#define AUTH_SCOPE_WRITE	"tasks:write"	/* does not imply the other */
#define AUTH_SCOPES		AUTH_SCOPE_READ " " AUTH_SCOPE_WRITE

struct auth;

/*
 * Reads the keys the settings name, once a process; lives in a.  c must
 * outlive it.  db may be NULL for a command that asks about no built-in
 * account.  ERR_INPUT in words for a terminal.
 */
const struct err *auth_open(struct arena *a, const struct conf *c,
    struct db *db, struct auth **out);
void	 auth_close(struct auth *au);		/* when no thread uses it */

struct auth_ask {		/* what a request brought; NULL: absent */
	const char	*authorization;
	const char	*cookies;	/* the Cookie header */
	const char	*origin;	/* Origin, or Referer's */
	const char	*host;
	bool		 changes;	/* the method changes something */
	const char	*scope;		/* an access token with it will do;
					   NULL: none will */
	bool		 mcp;		/* at the door of MCP: see below */
	int64_t		 now;		/* seconds since 1970 */
};

struct auth_asker {
	const char	*user;		/* up to MAX_USER_ID bytes of UTF-8
					   without control characters */
	const char	*token;		/* a program asks for them, with the
					   access token, or by the grant, of
					   this id; or NULL */
	const char	*scopes;	/* what it may, of AUTH_SCOPES in their
					   order; NULL: a person asks */
};

/*
 * The user.  An Authorization header goes before any cookie.  A cookie is
 * taken only where the settings name it, and for a call that changes
 * something only with an Origin that is ours or listed.  What *out points to
 * is in a.
 *
 * ERR_AUTH "unauthorized", one sentence for every reason; the reason is in
 * the log text only.  ERR_DENIED "origin_not_allowed"; to an access token
 * that is good, "person_required" where none is enough, and
 * "insufficient_scope".  ERR_DB when an access token, or the built-in session
 * behind another, cannot be looked up.
 */
const struct err *auth_check(struct auth *au, struct arena *a,
    const struct auth_ask *ask, struct auth_asker *out);

/*
 * With ask->mcp it is another question, which looks at the Authorization
 * header and at nothing else.  Good are access tokens that people made, those
 * our OAuth handed out for mcp_url(), and JWTs of jwt_secret or issuer.NAME.*
 * one of whose aud is exactly mcp_url(), whatever audience their issuer has
 * elsewhere.  Never a session of the built-in accounts.  *out always has
 * scopes then, one at least: "insufficient_scope" is the answer to a JWT that
 * is good and has none of AUTH_SCOPES.  What a call needs of them is for the
 * door to look at; ask->scope is not.
 *
 * Elsewhere a JWT for mcp_url() is refused, unless the audience of its issuer
 * is among its aud too; and one of our OAuth always.
 */

/* Is scope one of the words of scopes, which blanks part?  NULL: it is not. */
bool	 auth_scope_has(const char *scopes, const char *scope);

/*
 * The same for a token alone, told step by step in plain words to a person
 * at a terminal (`taskchat token --check`).  True: it is good.
 */
bool	 auth_explain(struct auth *au, struct arena *a, struct str token,
	    int64_t now, struct buf *out);

/*
 * The user id of a built-in account by the account's own id: the same, or
 * "accounts:ID" when another issuer owns bare ids.  In a.
 */
const char *auth_account_user(const struct auth *au, struct arena *a,
    const char *id);

/*
 * The other way round, for the user of a request: which issuer (its name, as
 * above) knows them, and by what id of its own.  The two meet in one user id
 * only, so nothing has to be looked up.  Texts live as long as au and user.
 */
void	 auth_user_issuer(const struct auth *au, const char *user,
	    const char **issuer, const char **id);

/* Of the built-in accounts; NULL when they are off. */
struct keyring	*auth_keyring(const struct auth *au);
struct hash_gate *auth_hash_gate(const struct auth *au);

#endif
