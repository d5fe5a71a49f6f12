/*
 * The settings of language models: those of model.NAME.KEY, and which of
 * them all are asked, in what order.
 */
#ifndef BASE_CONF_MODEL_H
#define BASE_CONF_MODEL_H

#include "base/buf.h"
#include "base/conf.h"

#define MODEL_KINDS	"openai|openai-responses|anthropic"
#define MODEL_PROFILES	"auto|openai|azure|gemini|mistral|groq|openrouter" \
    "|litellm|vllm|deepseek|xai|anthropic|ollama|llamacpp|generic"

/* The KEYs, in alphabetical order: conf_model_rows() of conf.h. */

/*
 * The place of the model of that name in c->models, where one is made, of
 * defaults, if there was none.  NULL, or why there can be none of that name.
 */
const char *conf_model_named(struct arena *a, struct conf *c,
	    struct str name, size_t *at);

/* Of c->models[at]: where the value of a row is kept; its name. */
void	*conf_model_place(const struct conf *c, size_t at, size_t row);
const char *conf_model_name(const struct conf *c, size_t at);

/* How many of model.NAME.KEY; the one of model_* is not counted. */
int	 conf_model_count(const struct conf *c);

/*
 * When all settings are read: c->models in order of preference, be it the
 * one of model_* or those that `models` names, and model_builtin.
 * ERR_INPUT, one line for a terminal, when something is missing or does not
 * go together.
 */
const struct err *conf_model_choose(struct arena *a, struct conf *c);

#endif
