/*
 * For the readers of model APIs and nobody else: what an answer is made of.
 *
 * A reader is told each event as JSON.  It hands text to answer_say(), keeps
 * what its calls are made of, notes usage and the end, and makes calls of
 * it in finish() only: a prefix that parses may be the prefix of more.
 */
#ifndef MODEL_ANSWER_PARTS_H
#define MODEL_ANSWER_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "model/answer.h"

struct answer_reader {
	size_t	 size;		/* of a struct that begins with an answer */
	/* It is zeroed otherwise.  May be NULL. */
	void	(*begin)(struct answer *s);
	/*
	 * An event of this name ("" when it has none), or, when s->whole,
	 * the body of an answer.  v lives as long as s->scratch: what is
	 * kept is copied or js_share()d.  False after answer_fail() and
	 * after an answer_say() that was false.
	 */
	bool	(*object)(struct answer *s, struct str name,
		    const struct json_object *v);
	/*
	 * Nothing failed, and nothing more comes.  out has text and usage;
	 * the rest is filled in here.  False after answer_fail().
	 */
	bool	(*finish)(struct answer *s, struct model_answer *out);
};

struct answer {
	const struct answer_reader *reader;
	struct arena	*a;
	struct arena	*scratch;	/* of the event being read */
	const char	*family;
	bool		(*on_text)(void *ctx, struct str piece);
	void		*ctx;
	struct buf	 text;
	bool		 full;		/* text reached its limit */
	bool		 whole;		/* no stream: the body at once */
	bool		 finished;	/* its end was seen */
	bool		 done;		/* and nothing follows */
	int64_t		 prompt_tokens, completion_tokens, cached_tokens;
	size_t		 arguments_bytes;	/* of all calls */
	struct json_object *opaque;	/* see answer_keep(); or NULL */
	size_t		 opaque_bytes;
	struct answer_state state;
};

/* Note the first failure.  Always false. */
bool	 answer_fail(struct answer *s, enum answer_fault fault,
	    const char *why);
/* Note the first oddity. */
void	 answer_warn(struct answer *s, const char *what);

/* v says that the answer failed, or is no error: then false, nothing noted. */
bool	 answer_failed(struct answer *s, const struct json_object *v);

/* Text for the person.  False: no more of it is wanted. */
bool	 answer_say(struct answer *s, struct str piece);

/* usage[key] within 0..2^31; -1: not there, or no number. */
int64_t	 answer_tokens(const struct json_object *usage, const char *key);

/*
 * The object that text is, or that the JSON string which text is contains
 * (some gateways encode twice); NULL when it is neither.
 */
struct json_object *answer_object(struct arena *a, struct str text);

/* More arguments of one call; false (and failed) past a limit. */
bool	 answer_arguments(struct answer *s, struct buf *arguments,
	    struct str piece);

/* An id of ours, and arguments that are an object, or why they are none. */
void	 answer_call(struct answer *s, const char *name,
	    struct str arguments, struct model_call *call);

/* {"from": family, key: v}; v NULL: without it. */
struct json_object *answer_tagged(struct answer *s, const char *key,
	    struct json_object *v);

/*
 * An opaque item (reasoning, thinking) that has to go back as it is, ahead
 * of call number before of the step (of its end: the number of calls).
 * False (and failed) when they are too big together.
 */
bool	 answer_keep(struct answer *s, size_t before, struct json_object *item);

/* {"from": family, "items": [{"before": n, "item": {…}}…]} of a step. */
struct json_object *answer_kept(struct answer *s);

#endif
