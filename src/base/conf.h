/*
 * Settings: one table in conf.c (name, type, range, default, secret), read
 * from a file of `name = value` lines and from TASKCHAT_NAME variables,
 * which win.  A secret may also come from a file: name_file.
 *
 * A value is the rest of its line without the blanks around it.  A #
 * begins a comment only as a line's first character: passwords have it.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

#define MAX_ISSUERS	16
#define MAX_MODELS	8

/* issuer.NAME.KEY = value: somebody whose tokens are accepted. */
struct issuer_conf {
	const char	*name;		/* 1 to 32 of [a-z0-9] */
	const char	*iss;		/* exact; "" only for format != jwt, or
					   with a secret of its own */
	const char	*audience;	/* "" as above */
	const char	*audience_claim;/* aud | azp */
	const char	*user_claim;	/* sub */
	const char	*algorithm;	/* "" = as the key says */
	const char	*secret;	/* secret */
	const char	*key_file;	/* PEM */
	const char	*jwks_file;
	const char	*jwks_url;
	const char	*ca_file;	/* for jwks_url; "" = the system's */
	bool		 insecure_http;	/* http:// beyond loopback */
	const char	*format;	/* jwt | authjs | nextauth */
	const char	*cookie;	/* name; "" = Authorization only */
	int		 leeway;	/* seconds 0..600, 60 */
};

/* One language model: of the model_* settings, or model.NAME.KEY = value. */
struct model_conf {
	const char	*name;		/* 1 to 32 of [a-z0-9]; "": model_* */
	const char	*kind;		/* one of MODEL_KINDS (conf_model.h) */
	const char	*url;		/* "" = the vendor's; not for openai */
	const char	*model;		/* as the vendor spells it; never "" */
	const char	*key;		/* secret; "" = none */
	const char	*profile;	/* as model_profile */
	const char	*reasoning_effort; /* "" = do not send */
	const char	*api_version;	/* anthropic-version; "" = by host */
	int		 max_tokens;	/* 16..1000000, 2048 */
	int		 window;	/* tokens 0..10000000, 0: by profile */
};

struct conf {
	/* service */
	const char	*database_url;	/* libpq connection string */
	const char	*migrate_url;	/* of `taskchat migrate`; "" = same */
	const char	*listen;	/* "" = descriptor 0 */
	const char	*log;		/* file; "" = standard error */
	const char	*log_level;	/* error warn info debug */
	int		 threads;	/* 1..4096, 64 */
	int		 db_connections;/* 1..256, 4 */
	const char	*db_prepare;	/* named statements: auto on off */
	int		 drain_seconds;	/* 0..3600, 30 */
	/* who */
	const char	*jwt_secret;	/* secret; at least 32 bytes */
	const char	*jwt_issuer;	/* "" = not checked */
	const char	*jwt_audience;	/* "" = not checked */
	const char	*allowed_origins; /* "*." may lead a host */
	const char	*public_url;	/* an origin, as people see it */
	const char	*bare_ids;	/* whose users have bare ids: "" auto,
					   accounts, jwt, none, an issuer */
	struct issuer_conf *issuers;	/* issuer.NAME.* */
	int		 nissuers;
	/* built-in accounts */
	bool		 accounts;
	const char	*accounts_schema; /* where Better Auth's tables are */
	const char	*auth_secret;	/* secret; at least 32 bytes */
	const char	*cookie_prefix;	/* better-auth */
	bool		 sign_up;	/* may people make accounts? */
	bool		 verify_email;	/* before the first sign-in */
	int		 password_min;	/* characters 8..128, 8 */
	int		 password_hashes; /* at once, 1..64, 2 */
	int		 token_minutes;	/* of a JWT for the API, 1..60, 15 */
	int		 attempts_ip;	/* sign-ins, sign-ups a minute, 30 */
	int		 attempts_account; /* and network, 15 minutes, 10 */
	const char	*site_name;	/* for people: taskchat */
	const char	*mail_command;	/* sendmail -t -i; "" = none */
	const char	*mail_url;	/* smtp://, smtps://; "" = none */
	const char	*mail_user;
	const char	*mail_password;	/* secret */
	const char	*mail_ca_file;	/* whom to trust; "" = the system's */
	const char	*mail_from;
	/* MCP, and who hands out tokens for it */
	bool		 mcp;
	const char	*mcp_authorization_server; /* "" = this service */
	int		 mcp_calls;	/* of tools, a user's, a minute */
	const char	*mcp_confirm;	/* off | delete | destructive */
	const char	*oauth_ca_file;	/* for clients' documents; "" = the
					   system's */
	const char	*oauth_client_hosts; /* whose clients may ask: a
					   list for text_list_next();
					   "" = anybody's */
	/* pages */
	const char	*chatkit_domain_key; /* public; "" = none */
	const char	*image_domains;	/* whose images answers may show: a
					   list for text_list_next(), "*."
					   may lead a name; "" = none */
	/*
	 * Models: whom to ask, in order of preference, and does the built-in
	 * one come last?  (It does when there is no other.)  Made of the
	 * settings below by conf_load(): nobody else reads those.
	 */
	struct model_conf *models;
	int		 nmodels;	/* 0..MAX_MODELS */
	bool		 model_builtin;
	const char	*model_order;	/* setting `models`: "a, b, builtin" */
	const char	*model;		/* builtin, or a kind as above */
	const char	*model_url;	/* https://host/v1, maybe with ?query */
	const char	*model_name;
	const char	*model_key;	/* secret */
	const char	*model_profile;	/* auto, or a name of model/profile.c */
	const char	*model_fallback;/* "" | builtin */
	const char	*model_reasoning_effort;
	const char	*model_api_version;
	int		 model_max_tokens;
	int		 model_window;
	/* models: the same for all */
	int		 model_connect_timeout;	/* seconds 1..60, 5 */
	int		 model_first_byte_timeout; /* 0..600, 0: by address */
	int		 model_silence_timeout;	/* 1..600, 60: no byte */
	int		 model_progress_timeout;/* 1..600, 120: no event */
	bool		 model_insecure_http;	/* http:// beyond loopback */
	const char	*model_ca_file;	/* "" = the system's */
	const char	*model_proxy;	/* secret; "" = none */
	/* dictation */
	const char	*transcribe_key;	/* secret */
	int		 transcribe_max;	/* bytes 1024..1048576, most */
	const char	*transcribe_model;	/* whisper-1 */
	int		 transcribe_timeout;	/* seconds 1..300, 30 */
	const char	*transcribe_url;	/* https://host/v1; "" = off */
	/* sessions of hosted ChatKit */
	const char	*chatkit_workflow; /* secret; "" = none are opened */
	const char	*chatkit_workflow_version; /* "" = the current one */
	const char	*chatkit_key;	/* secret */
	const char	*chatkit_url;	/* https://host/v1 */
	int		 chatkit_session_seconds; /* 1..600, 600 */
	int		 chatkit_requests; /* a minute 1..10000, 30 */
	int		 chatkit_timeout; /* seconds 1..60, 10 */
	/* the turn */
	int		 history_messages;	/* 2..1000, 50 */
	int		 history_bytes;		/* 4096..4194304, 131072 */
	int		 message_max;		/* chars 1..100000, 10000 */
	int		 agent_max_steps;	/* 1..50, 10 */
	int		 limit_turns_day;	/* a user's, 0..1e9, 0: none */
	int		 limit_tokens_day;	/* likewise */
	int		 confirm_bulk_from;	/* 2..1000, 3 */
	int		 confirm_minutes;	/* 1..1440, 15 */
	const char	*timezone;		/* where nobody says */
	int		 undo_days;		/* 0..3650, 30 */
	int		 turn_timeout;		/* seconds 5..3600, 300 */
	int		 turn_lease;		/* seconds 2..600, 30 */
	int		 stream_comment_seconds;/* 1..300, 15 */
};

/*
 * Defaults, then the file (path NULL: none), then env ("NAME=value",
 * NULL-ended).  ERR_INPUT whose say is one line fit for a terminal:
 * "taskchat.conf:12: threads: expected a whole number from 1 to 4096, got
 * "many"".  Everything is checked before it returns.  All text lives in a.
 */
const struct err *conf_load(struct arena *a, const char *path,
    char *const *env, struct conf *out);

/* One row of the table, for the manual's test and `taskchat check`. */
struct conf_row {
	const char	*name, *type, *fallback;
	bool		 secret;
};
size_t	 conf_rows(const struct conf_row **out);
/* Those of an issuer: each is "issuer.NAME." and the row's name. */
size_t	 conf_issuer_rows(const struct conf_row **out);
/* Those of a model, likewise: "model.NAME." */
size_t	 conf_model_rows(const struct conf_row **out);

/*
 * Whose users have bare ids, when bare_ids does not say: "accounts", "jwt",
 * an issuer's name, or "none".
 */
const char *conf_bare_ids(const struct conf *c);

/* "name = value" lines of everything, secrets as dots; text in a. */
const char *conf_print(struct arena *a, const struct conf *c);

#endif
