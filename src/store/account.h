/*
 * Built-in accounts, in Better Auth's own tables: users, their sessions,
 * their logins, verifications, and what throttles attempts.
 *
 * The tables may be anybody's, in a schema and with column names of their
 * own; `taskchat migrate` lays updatable views over them
 * (taskchat.account_user, …: see schema/002_accounts.sql), and here only
 * those are known.  Ids are text to us, whatever they are there.
 *
 * Times are RFC 3339, UTC, milliseconds.  Texts live in a.  E-mail addresses
 * are in lower case.  Errors besides those named: ERR_DB.
 */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"

#define SESSION_DAYS	7	/* Better Auth's: how long a session lasts */
#define SESSION_SHORT	1	/* without "remember me" */
#define RESET_MINUTES	60

struct account_user {
	const char	*id, *name, *email;
	bool		 email_verified;
	const char	*image;			/* NULL: none */
	const char	*created_at, *updated_at;
};

struct account_session {
	const char	*id, *token, *user_id;
	const char	*expires_at, *created_at, *updated_at;
	const char	*ip_address, *user_agent;	/* NULL: not known */
	bool		 fresh;		/* made less than a day ago */
	bool		 refreshed;	/* its time was just prolonged */
};

struct account_sessions { size_t n; struct account_session *s; };

struct account_login {
	const char	*id, *provider_id, *account_id, *user_id;
	const char	*created_at, *updated_at;
};
struct account_logins { size_t n; struct account_login *l; };

/* ---- sessions */

struct session_wish {		/* a session to be made */
	const char	*token;		/* 32 of [A-Za-z0-9], new, random */
	int		 days;
	const char	*ip, *agent;	/* NULL: not known */
	const char	*instead;	/* token of a session that ends now,
					   the request's own, or NULL */
};

/*
 * Make one for this user.  hash: as account_find() gave it; when it is not
 * that of their password any more, or they are gone, ERR_AUTH.
 */
const struct err *account_session_new(struct db *db, struct arena *a,
    const char *user_id, const char *hash, const struct session_wish *w,
    struct account_session *out);

/*
 * The session of a token and its user.  *found false: there is none, or it
 * has expired (then its row is deleted).  refresh: prolong it to
 * SESSION_DAYS from now, when that was last done a day ago or longer.
 */
const struct err *account_session_read(struct db *db, struct arena *a,
    const char *token, bool refresh, bool *found,
    struct account_user *user, struct account_session *session);

/*
 * Is the session with that id still there, this user's, and not expired?
 * session_id NULL: is the user?
 */
const struct err *account_session_alive(struct db *db, struct arena *a,
    const char *user_id, const char *session_id, bool *alive);

/* The user of a live session by its token; NULL: none.  One short look. */
const struct err *account_session_user(struct db *db, struct arena *a,
    const char *token, const char **user_id);

/* A user's live sessions, newest first. */
const struct err *account_session_list(struct db *db, struct arena *a,
    const char *user_id, struct account_sessions *out);

/* End one (a foreign or unknown token: nothing happens); *ended says so. */
const struct err *account_session_end(struct db *db, struct arena *a,
    const char *user_id, const char *token, bool *ended);

/* End all of a user's, but for the one with this token (NULL: all). */
const struct err *account_session_end_all(struct db *db, struct arena *a,
    const char *user_id, const char *except);

/* Sign out: end the session of this token, whosever it is. */
const struct err *account_sign_out(struct db *db, struct arena *a,
    const char *token);

/* ---- users */

/*
 * By e-mail address.  *found false: nobody.  *hash: of the password login,
 * NULL when there is none.
 */
const struct err *account_find(struct db *db, struct arena *a,
    const char *email, bool *found, struct account_user *user,
    const char **hash);

/* By id. */
const struct err *account_read(struct db *db, struct arena *a,
    const char *user_id, bool *found, struct account_user *user);

/* The hash of a user's password login; NULL: has none. */
const struct err *account_hash(struct db *db, struct arena *a,
    const char *user_id, const char **hash);

/*
 * A new user with a password login and, unless w is NULL, a session, in one
 * transaction.  image may be NULL.  ERR_CONFLICT "user_exists".
 */
const struct err *account_sign_up(struct db *db, struct arena *a,
    const char *name, const char *email, const char *image, const char *hash,
    const struct session_wish *w, struct account_user *user,
    struct account_session *session);

/* name NULL: as it is; set_image: to image, NULL meaning none. */
const struct err *account_update(struct db *db, struct arena *a,
    const char *user_id, const char *name, bool set_image, const char *image,
    struct account_user *user);

/*
 * A new password.  end_sessions: all sessions of the user end in the same
 * transaction, and, when w is not NULL, a new one is made.  Reset tokens of
 * before end too.  *done false (and nothing is): was, as account_hash() gave
 * it, is not that of a password login any more.
 */
const struct err *account_password_change(struct db *db, struct arena *a,
    const char *user_id, const char *was, const char *hash,
    bool end_sessions, const struct session_wish *w, bool *done,
    struct account_session *session);

const struct err *account_logins(struct db *db, struct arena *a,
    const char *user_id, struct account_logins *out);

/*
 * The user and everything that is theirs: logins, sessions, verifications,
 * access tokens, conversations, tasks.  One transaction.  owner: the user id
 * those last have (prefixed, when another issuer owns bare ids).
 */
const struct err *account_delete(struct db *db, struct arena *a,
    const char *user_id, const char *owner);

/* ---- messages to people, and what they are for */

struct mail_wish {		/* to be sent outside the request */
	const char	*subject, *body;
};

/*
 * Somebody forgot the password of this address.  If there is such a user,
 * a verification row for token (24 of [A-Za-z0-9], RESET_MINUTES) and the
 * message to them are stored; if not, a message to nobody is: the same
 * answer, the same work.
 */
const struct err *account_reset_begin(struct db *db, struct arena *a,
    const char *email, const char *token, const struct mail_wish *m);

/* Is that reset token good?  Nothing is consumed. */
const struct err *account_reset_ok(struct db *db, struct arena *a,
    const char *token, bool *ok);

/*
 * Consume it: the password becomes hash (a login is made if there was
 * none), the address counts as verified, all sessions end, and wrong
 * passwords of the account as a whole and from this network are forgotten.
 * ERR_INPUT "invalid_token".
 */
const struct err *account_reset_finish(struct db *db, struct arena *a,
    const char *token, const char *hash, const char *network);

/* A message to this address, to be sent soon (NULL: to nobody). */
const struct err *account_mail(struct db *db, struct arena *a,
    const char *to, const struct mail_wish *m);

/*
 * The address is verified; update_to not NULL: and becomes this one,
 * verified, if the session that asked for it is still there (session_id,
 * NULL otherwise), and reset tokens of before end.  *found false: no user has
 * it, or that session is over.  ERR_CONFLICT "user_exists": somebody else has
 * update_to.
 */
const struct err *account_email_verified(struct db *db, struct arena *a,
    const char *email, const char *update_to, const char *session_id,
    bool *found, struct account_user *user);

/* ---- throttling: counters in Postgres, never in a worker */

struct throttle {
	const char	*key;		/* "sign-in ip 192.0.2.1": at most 200
					   bytes; stored as it is */
	int		 limit;		/* so many … */
	int		 seconds;	/* … in a window of this length */
	bool		 growing;	/* beyond the limit each further one
					   doubles the wait, up to an hour */
};

/*
 * Count an attempt under each of n (1 to 4) keys, atomically.  *wait: 0, go
 * on; otherwise the seconds to tell the caller, and nothing else may be
 * done.
 */
const struct err *throttle_hit(struct db *db, struct arena *a, size_t n,
    const struct throttle *t, int *wait);

/* An attempt succeeded: this key's count begins anew. */
const struct err *throttle_clear(struct db *db, struct arena *a,
    const char *key);

#endif
