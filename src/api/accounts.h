/*
 * What lies below /api/auth/: built-in accounts, spoken as Better Auth
 * speaks, so that its npm client works unchanged.
 *
 *	accounts.c		who is signed in, cookies, errors
 *	accounts_read.c		reading a call; its limits on attempts
 *	accounts_sign.c		sign-up, sign-in, sign-out
 *	accounts_session.c	get, list and revoke sessions; token, jwks
 *	accounts_user.c		update, password, e-mail, delete, logins
 *	accounts_mail.c		password reset, e-mail verification
 */
#ifndef API_ACCOUNTS_H
#define API_ACCOUNTS_H

#include "api/api.h"
#include "base/bounds.h"
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
	bool		 forget;	/* the dont_remember cookie is there */
	struct account_user user;
	struct account_session session;
};
const struct err *signed_in_read(struct api_call *c, bool refresh,
    struct signed_in *out);
/* The same, or ERR_AUTH "UNAUTHORIZED". */
const struct err *signed_in_need(struct api_call *c, struct signed_in *out);

#define ID_LENGTH	32	/* of Better Auth's ids and tokens */

/* Reply headers: a session's cookies (set-auth-token too), or their end. */
void	 session_cookie_set(struct api_call *c, const char *token,
	    bool remember);
void	 session_cookie_end(struct api_call *c);

/* set-auth-jwt and set-auth-token may be read by a page, too. */
void	 headers_expose(struct api_call *c);

/* The client's objects; loose, to be added to another. */
struct json_object *user_json(const struct account_user *u);
struct json_object *session_json(const struct account_session *s);

/* A JWT for the API, for this session's user. */
const struct err *account_token(struct api_call *c,
    const struct signed_in *s, const char **token);

/*
 * The session token the call brought, by bearer or cookie, when its
 * signature is ours; NULL otherwise.  Whether there is such a session is
 * another question.
 */
const char *session_token_sent(struct api_call *c);

/* The reply {"status":true}. */
void	 send_status(struct api_call *c);

/* Is mail set up?  Otherwise the feature says that it is off. */
bool	 mail_on(const struct conf *c);

/*
 * Let somebody prove that email is theirs; update_to not NULL: that this one
 * is, which then takes its place, while the session lasts that asked for it.
 * The message is to whoever is to prove it; to no one (the same work) when
 * send is false.
 */
struct proof {
	const char	*email;
	const char	*update_to;	/* NULL: nothing changes */
	const char	*session_id;	/* NULL without update_to */
};
const struct err *verification_send(struct api_call *c,
    const struct proof *p, const char *callback, bool send);

/* ---- reading a call (accounts_read.c) */

enum account_kind {
	FIELD_TEXT,
	FIELD_TEXT_SOME,	/* not empty */
	FIELD_EMAIL,
	FIELD_BOOL,
	FIELD_NULLABLE		/* a text or null */
};

struct account_field {
	const char	*name;
	enum account_kind kind;
	bool		 optional;
	size_t		 max;		/* UTF-16 units as JavaScript counts;
					   0: the body's limit is enough */
};

#define COUNT(fields)	(sizeof(fields) / sizeof((fields)[0]))

/*
 * The body, its fields checked ("VALIDATION_ERROR" names each that is
 * wrong), and its callback addresses too.  Other fields are ignored.  form:
 * application/x-www-form-urlencoded is as good as JSON.
 */
const struct err *account_body(struct api_call *c, bool form,
    const struct account_field *fields, size_t n, struct json_object **out);

/* For a call that says nothing: no body, or a JSON object. */
const struct err *account_no_body(struct api_call *c);

/* A value of the query that must be there: "VALIDATION_ERROR". */
const struct err *account_query(struct api_call *c, const char *name,
    const char **out);

/* callbackURL of the query, NULL: none.  ERR_DENIED "INVALID_CALLBACK_URL". */
const struct err *account_callback(struct api_call *c, const char **out);

/* Better Auth's pattern (ASCII only), and at most 254 bytes. */
bool	 email_ok(struct str email);

/*
 * Is the password long enough, not too long, and not among the first that
 * somebody would try?  email and name may be empty.
 */
const struct err *password_fit(struct api_call *c, struct str password,
    const char *email, const char *name);

/* Whence the caller comes: an IPv4 address, an IPv6 /64, or "unknown". */
const char *caller_network(struct api_call *c);

/*
 * Attempts, counted before any work is done for them.  ERR_LIMIT, to be
 * answered with 429, after too many.  email NULL: by caller's address alone.
 */
const struct err *attempt_password(struct api_call *c, const char *email,
    bool by_ip);
const struct err *attempt_mail(struct api_call *c, const char *email);
const struct err *attempt_any(struct api_call *c);
/* The right password: the count of account and network begins anew. */
const struct err *attempt_right(struct api_call *c, const char *email);

#endif
