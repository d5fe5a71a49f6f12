/*
 * What every endpoint gets, and the endpoints, one file a family.  A
 * handler gathers, then speaks: it either replies (http_send…, sse_…) and
 * returns NULL, or returns an error and leaves the reply to routes.c.
 */
#ifndef API_API_H
#define API_API_H

#include <stdatomic.h>

#include "auth/auth.h"
#include "auth/mailer.h"
#include "base/conf.h"
#include "db/db.h"
#include "http/http.h"
#include "http/router.h"
#include "model/model.h"

struct api {			/* one a thread; the pointers outlive it */
	const struct conf	*conf;
	struct db		*db;
	struct auth		*auth;
	struct mailer		*mailer;	/* NULL: no way to send mail */
	struct model_worker	*model;
	const volatile int	*draining;	/* not 0: leave soon */
	atomic_int		*followers;	/* threads that follow turns */
};

struct api_call {		/* one a request */
	struct api		*api;
	struct http_req		*q;
	struct arena		*a;	/* the request's */
	const char		*user;	/* who the token names; NULL: anyone */
	const char		*scopes; /* at MCP's door: what the token may,
					   "tasks:read tasks:write" */
	struct route_args	 args;
	size_t			 body;	/* the route's limit, for http_json() */
};

/*
 * Serve one request that http_begin() has read: route, authenticate, call
 * the handler, answer its error, write the log line.  (routes.c)
 */
void	 routes_serve(struct api *api, struct http_req *q);

/* ERR_DENIED "user_mismatch" if the address names another than who asks. */
const struct err *api_user_check(struct api_call *c, const char *named);

/* The table itself, for the OpenAPI test and `taskchat check --routes`. */
size_t	 routes_table(const struct route **out);

/*
 * What an access token has to be good for, so that a program may call the
 * route in its owner's name; NULL: no access token is enough.
 */
#define SCOPE_READ	AUTH_SCOPE_READ
#define SCOPE_WRITE	AUTH_SCOPE_WRITE
const char *route_scope(const struct route *r);

/* As all doors but ChatKit's show them; loose.  (conversations.c) */
struct conversation;
struct message;
struct json_object *conversation_json(const struct conversation *c);
struct json_object *message_json(const struct message *m);

/* For the doors that run turns.  (chat.c) */
struct agent;
struct turn_result;
struct agent api_agent(const struct api *api);
void	 api_log_turn(struct http_req *q, const struct turn_result *r);

/*
 * For the door of MCP.  (mcp.c)
 *
 * ERR_DENIED "host_not_allowed" or "origin_not_allowed" when the request was
 * for another site: then a page has found a name of its own for our address.
 */
const struct err *mcp_host_check(struct api_call *c);
/* What a 401 there says of the token that is wanted (RFC 9728 section 5.1);
 * what a 403 does of the scope that is missing. */
void	 mcp_challenge(struct api_call *c);
void	 mcp_scope_challenge(struct api_call *c, const char *scope);

route_fn api_mcp;			/* mcp.c */
route_fn api_mcp_metadata;
route_fn api_chat;			/* chat.c */
route_fn api_confirmation_decide;
route_fn api_chatkit;			/* chatkit.c */
route_fn api_chatkit_session;		/* chatkit_sessions.c */
route_fn api_export;			/* export.c */
route_fn api_config;			/* page.c */
route_fn api_me;
route_fn api_conversation_list;		/* conversations.c */
route_fn api_conversation_read;
route_fn api_conversation_rename;
route_fn api_conversation_delete;
route_fn api_task_list;			/* tasks.c */
route_fn api_task_add;
route_fn api_task_read;
route_fn api_task_change;
route_fn api_task_delete;
route_fn api_task_restore;
route_fn api_access_token_list;		/* access_tokens.c */
route_fn api_access_token_add;
route_fn api_access_token_remove;
route_fn api_oauth_metadata;		/* oauth.c */
route_fn api_oauth_consent_read;
route_fn api_oauth_consent;
route_fn api_oauth_token;		/* oauth_token.c */
route_fn api_oauth_revoke;
route_fn api_app_list;			/* apps.c */
route_fn api_app_remove;
route_fn api_account_sign_up;		/* accounts_sign.c */
route_fn api_account_sign_in;
route_fn api_account_sign_out;
route_fn api_account_session;		/* accounts_session.c */
route_fn api_account_sessions;
route_fn api_account_revoke;
route_fn api_account_revoke_all;
route_fn api_account_revoke_others;
route_fn api_account_token;
route_fn api_account_jwks;
route_fn api_account_ok;
route_fn api_account_update;		/* accounts_user.c */
route_fn api_account_password;
route_fn api_account_password_check;
route_fn api_account_email;
route_fn api_account_delete;
route_fn api_account_logins;
route_fn api_account_reset_ask;		/* accounts_mail.c */
route_fn api_account_reset_open;
route_fn api_account_reset;
route_fn api_account_verify_ask;
route_fn api_account_verify;
route_fn api_account_error;
route_fn api_healthz;			/* health.c */
route_fn api_readyz;
route_fn api_openapi;

#endif
