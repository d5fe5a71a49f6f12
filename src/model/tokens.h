/*
 * How many tokens a text is, without a tokenizer.  The figures come from
 * measuring OpenAI's vocabularies: plain words take three bytes or more, the
 * JSON of a task list two and a half, other scripts one and a half.  What is
 * made of many ids or signs takes more than this says, and each model has a
 * vocabulary of its own: whoever plans with an estimate corrects it by what
 * a model reported last.
 */
#ifndef MODEL_TOKENS_H
#define MODEL_TOKENS_H

#include <stdint.h>

#include "base/buf.h"
#include "model/model.h"

/* What people and models write. */
int64_t	 tokens_text(struct str s);

/* With its calls; what a provider keeps beside them does not count. */
int64_t	 tokens_message(const struct model_message *m);

/* Instructions and tools of a request. */
int64_t	 tokens_overhead(const struct model_request *req);

/* All of a request: req->overhead, the context, and the messages in it. */
int64_t	 tokens_request(const struct model_request *req);

/*
 * No vocabulary we know of makes less of the context and the messages: a
 * server that counts less has not read all of them, or does not count all.
 */
int64_t	 tokens_least(const struct model_request *req);

#endif
