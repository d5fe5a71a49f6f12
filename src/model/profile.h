/*
 * What each family of servers takes, and where a configured address leads.
 * Pure functions of the settings.
 */
#ifndef MODEL_PROFILE_H
#define MODEL_PROFILE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

struct profile {
	const char	*name;		/* as model_profile spells it */
	bool		 completion_tokens; /* max_completion_tokens */
	bool		 usage_option;	/* stream_options.include_usage */
	bool		 null_content;	/* null beside calls; else "" */
	bool		 effort_none;	/* newer models: tools or reasoning */
	const char	*key_header;	/* "api-key: "; NULL: the API's */
	bool		 bare_tools;	/* nor empty parameters */
	bool		 signatures;	/* Gemini's, also for foreign calls */
	bool		 reasoning_back; /* reasoning_content, beside calls */
	bool		 details_back;	/* reasoning_details, likewise */
	bool		 parallel;	/* parallel_tool_calls */
	bool		 strict;	/* strict tools: OpenAI's own only */
	bool		 user_key;	/* for caches, and against abuse */
	int		 window;	/* tokens, where model_window does not
					   say: its models' least */
};

struct address {
	const char	*url;		/* to POST to */
	const char	*host;		/* lower case, no port */
	bool		 secure;	/* https */
	bool		 loopback;
	int		 port;		/* 0: the scheme's own */
};

/*
 * base is "https://host/v1", perhaps with a query string; path, as
 * "/chat/completions", goes behind it unless it is there.  NULL, or what is
 * wrong with base.
 */
const char *address_read(struct arena *a, const char *base, const char *path,
    struct address *out);

/* name "auto": by host; NULL when there is no such name. */
const struct profile *profile_find(const char *name, const struct address *at);

/* Does this OpenAI model refuse tools unless reasoning_effort is "none"? */
bool	 profile_model_reasons(const char *model);

#endif
