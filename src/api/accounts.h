/*
 * /api/auth/*: built-in accounts, spoken as Better Auth speaks, so that its
 * npm client works unchanged.  Times, ids and codes are its own.
 *
 *	accounts.c		what they share: who is signed in, cookies, errors
 *	accounts_sign.c		sign-up, sign-in, sign-out
 *	accounts_session.c	get, list and revoke sessions; token, jwks
 *	accounts_user.c		update, password, e-mail, delete, logins
 *	accounts_mail.c		password reset, e-mail verification
 */
#ifndef API_ACCOUNTS_H
#define API_ACCOUNTS_H

#include "api/api.h"
#include "store/account.h"

/*
 * An error as the client reads it: {"message","code"} and our status.  The
 * code goes out as it is ("INVALID_EMAIL"); NULL or "" leaves it out.
 */
const struct err *account_err(struct api_call *c, enum err_kind kind,
    const char *code, const char *message);

/*
 * Answer an error of any room in that shape.  No such route, or another
 * method: 404 with an empty body.  (called by routes.c for /api/auth/)
 */
void	 accounts_send_err(struct http_req *q, const struct err *e);

/*
 * Before any handler: is the call one this page may make?  POST only: a
 * Cookie needs an Origin (or Referer) that is ours or listed
 * ("MISSING_OR_NULL_ORIGIN", "INVALID_ORIGIN"); sign-in and sign-up look at
 * fetch metadata too ("CROSS_SITE_NAVIGATION_LOGIN_BLOCKED").
 */
const struct err *accounts_admit(struct api_call *c);

/* Who is signed in, by bearer token (signed form only) or cookie. */
struct signed_in {
	bool		 found;
	bool		 bearer;	/* by Authorization */
	bool		 sent;		/* a token came, good or not */
	bool		 forget;	/* the dont_remember cookie is there */
	struct account_user user;
	struct account_session session;
};
const struct err *signed_in_read(struct api_call *c, bool refresh,
    struct signed_in *out);
/* The same, or ERR_AUTH "UNAUTHORIZED". */
const struct err *signed_in_need(struct api_call *c, struct signed_in *out);

/* Reply headers: a session's cookies (set-auth-token too), or their end. */
void	 session_cookie_set(struct api_call *c, const char *token,
	    bool remember);
void	 session_cookie_end(struct api_call *c);

/* The client's objects; loose, to be added to another. */
struct json_object *user_json(const struct account_user *u);
struct json_object *session_json(const struct account_session *s);

/* A JWT for the API, for this session's user. */
const struct err *account_token(struct api_call *c,
    const struct signed_in *s, const char **token);

/* Is mail set up?  Otherwise the feature says that it is off. */
bool	 mail_on(const struct conf *c);

#endif
