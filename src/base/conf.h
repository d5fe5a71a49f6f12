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
	const char	*allowed_origins; /* comma separated exact origins */
	/* model */
	const char	*model;		/* builtin | openai */
	const char	*model_url;	/* https://host/v1, maybe with ?query */
	const char	*model_name;
	const char	*model_key;	/* secret */
	const char	*model_profile;	/* auto openai azure gemini mistral groq
					   openrouter ollama llamacpp generic */
	const char	*model_fallback;/* "" | builtin */
	const char	*model_reasoning_effort; /* "" = do not send */
	int		 model_max_tokens;	/* 16..1000000, 2048 */
	int		 model_connect_timeout;	/* seconds 1..60, 5 */
	int		 model_first_byte_timeout; /* 1..600, 60 */
	int		 model_silence_timeout;	/* 1..600, 60: no byte */
	int		 model_progress_timeout;/* 1..600, 90: no event */
	bool		 model_insecure_http;	/* http:// beyond loopback */
	const char	*model_ca_file;	/* "" = the system's */
	const char	*model_proxy;	/* secret; "" = none */
	/* the turn */
	int		 history_messages;	/* 2..1000, 50 */
	int		 history_bytes;		/* 4096..4194304, 131072 */
	int		 message_max;		/* chars 1..100000, 10000 */
	int		 agent_max_steps;	/* 1..50, 10 */
	int		 confirm_bulk_from;	/* 2..1000, 3 */
	int		 confirm_minutes;	/* 1..1440, 15 */
	int		 undo_days;		/* 0..3650, 30 */
	int		 turn_timeout;		/* seconds 5..3600, 120 */
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

/* "name = value" lines of everything, secrets as dots; text in a. */
const char *conf_print(struct arena *a, const struct conf *c);

#endif
