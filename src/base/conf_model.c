#include <stddef.h>
#include <string.h>

#include "base/conf_model.h"
#include "base/conf_value.h"
#include "base/text.h"

#define BUILTIN	"builtin"

/* Name, field, type, default, secret; as in conf.c. */
#define OPEN	false
#define SECRET	true
#define SETTINGS(X) \
	X(api_version, api_version, "text", "", OPEN) \
	X(key, key, "text", "", SECRET) \
	X(kind, kind, "choice " MODEL_KINDS, "openai", OPEN) \
	X(max_tokens, max_tokens, "number 16..1000000", "2048", OPEN) \
	X(name, model, "text", "", OPEN) \
	X(profile, profile, "choice " MODEL_PROFILES, "auto", OPEN) \
	X(reasoning_effort, reasoning_effort, "text", "", OPEN) \
	X(url, url, "url https|http", "", OPEN) \
	X(window, window, "number 0..10000000", "0", OPEN)

#define ROW(name, field, type, fallback, secret) \
	{ #name, type, fallback, secret },
#define PLACE(name, field, type, fallback, secret) \
	offsetof(struct model_conf, field),

static const struct conf_row rows[] = { SETTINGS(ROW) };
static const size_t places[] = { SETTINGS(PLACE) };

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
_Static_assert((int)ROWS <= BLOCK_ROWS_MAX, "BLOCK_ROWS_MAX is too small");

size_t
conf_model_rows(const struct conf_row **out)
{
	*out = rows;
	return ROWS;
}

void *
conf_model_place(const struct conf *c, size_t at, size_t row)
{
	return (char *)&c->models[at] + places[row];
}

const char *
conf_model_name(const struct conf *c, size_t at)
{
	return c->models[at].name;
}

int
conf_model_count(const struct conf *c)
{
	return c->nmodels == 1 && *c->models[0].name == '\0' ? 0 : c->nmodels;
}

static struct model_conf
defaults(struct arena *a)
{
	struct model_conf m = { .name = "" };
	const char *want;
	size_t i;

	for (i = 0; i < ROWS; i++)
		conf_value_set(a, &rows[i], str_of(rows[i].fallback),
		    (char *)&m + places[i], &want);
	return m;
}

/* Where the first n of c->models have that name; n: nowhere. */
static size_t
find(const struct model_conf *models, size_t n, struct str name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_is(name, models[i].name))
			break;
	return i;
}

const char *
conf_model_named(struct arena *a, struct conf *c, struct str name,
    size_t *at)
{
	if (!conf_name_ok(name))
		return "a model's name is 1 to 32 of a-z and 0-9";
	if (str_is(name, BUILTIN))
		return "builtin is a name of our own";
	*at = find(c->models, (size_t)c->nmodels, name);
	if (*at < (size_t)c->nmodels)
		return NULL;
	if (c->nmodels == MAX_MODELS)
		return "there are 8 models already";
	c->models[c->nmodels] = defaults(a);
	c->models[c->nmodels++].name = arena_strndup(a, name.p, name.n);
	return NULL;
}

/* ---- what one value means for another */

static bool
is_set(const char *s)
{
	return *s != '\0';
}

/* As it was written: "model_url" or "model.fast.url"; the flat kind: model. */
static const char *
setting(struct arena *a, const struct model_conf *m, const char *key)
{
	if (is_set(m->name))
		return arena_printf(a, "model.%s.%s", m->name, key);
	return strcmp(key, "kind") == 0 ? "model" :
	    arena_printf(a, "model_%s", key);
}

/* A version is a date: nothing that could end a header. */
static bool
is_version(const char *s)
{
	return strlen(s) <= 64 && s[strspn(s, "0123456789-.abcdefghijklmnop"
	    "qrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static const struct err *
check_url(struct arena *a, const struct conf *c, const struct model_conf *m)
{
	if (!c->model_insecure_http && address_in_clear(a, m->url))
		return conf_refuse(a, "%s: expected https:// beyond this "
		    "machine, or model_insecure_http = on",
		    setting(a, m, "url"));
	return NULL;
}

static const struct err *
check_model(struct arena *a, const struct conf *c,
    const struct model_conf *m)
{
	const char *kind = arena_printf(a, "%s = %s", setting(a, m, "kind"),
	    m->kind);

	if (!is_set(m->url) && strcmp(m->kind, "openai") == 0)
		return conf_refuse(a, "%s: %s needs the address of its API",
		    setting(a, m, "url"), kind);
	if (!is_set(m->model))
		return conf_refuse(a, "%s: %s needs the name of a model",
		    setting(a, m, "name"), kind);
	if (is_set(m->api_version) && strcmp(m->kind, "anthropic") != 0)
		return conf_refuse(a, "%s: goes with %s = anthropic only",
		    setting(a, m, "api_version"), setting(a, m, "kind"));
	if (!is_version(m->api_version))
		return conf_refuse(a, "%s: expected a version such as "
		    "2023-06-01, got \"%s\"", setting(a, m, "api_version"),
		    m->api_version);
	if (!text_fits_header(m->key))
		return conf_refuse(a, "%s: expected printable ASCII",
		    setting(a, m, "key"));
	return check_url(a, c, m);
}

/* The model of the model_* settings, even if nobody asks for one. */
static struct model_conf
flat_model(const struct conf *c)
{
	return (struct model_conf){ .name = "", .kind = c->model,
	    .url = c->model_url, .model = c->model_name,
	    .key = c->model_key, .profile = c->model_profile,
	    .reasoning_effort = c->model_reasoning_effort,
	    .api_version = c->model_api_version,
	    .max_tokens = c->model_max_tokens, .window = c->model_window };
}

static bool
is_same(const struct conf_row *row, const char *x, const char *y)
{
	if (strncmp(row->type, "number", 6) == 0)
		return *(const int *)x == *(const int *)y;
	return strcmp(*(const char *const *)x, *(const char *const *)y) == 0;
}

/* One that is set beside `models` would be read by nobody. */
static const struct err *
check_flat(struct arena *a, const struct conf *c)
{
	struct model_conf flat = flat_model(c), unset = defaults(a);
	size_t i;

	if (strcmp(c->model, BUILTIN) != 0)
		return conf_refuse(a, "models: expected it or model = %s, got "
		    "both; what model_* say can be a model of the list, as "
		    "model.NAME.kind and so on", c->model);
	if (is_set(c->model_fallback))
		return conf_refuse(a, "model_fallback: goes with model; with "
		    "models, builtin may stand at the end of the list");
	for (i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, "kind") != 0 && !is_same(&rows[i],
		    (char *)&flat + places[i], (char *)&unset + places[i]))
			return conf_refuse(a, "model_%s: goes with model; "
			    "with models, expected model.NAME.%s",
			    rows[i].name, rows[i].name);
	return NULL;
}

/* The blocks, in the order of the list. */
static const struct err *
choose_of_list(struct arena *a, struct conf *c)
{
	struct model_conf *chain, *blocks = c->models;
	struct str list = str_of(c->model_order), name;
	size_t nblocks = (size_t)c->nmodels, n = 0, at;

	chain = arena_alloc(a, MAX_MODELS * sizeof(*chain));
	if (list.p[list.n - 1] == ',')
		return conf_refuse(a, "models: ends with a comma");
	while (text_list_next(&list, &name)) {
		if (c->model_builtin)
			return conf_refuse(a, "models: builtin may stand last "
			    "only: it always answers");
		if (str_is(name, BUILTIN)) {
			c->model_builtin = true;
			continue;
		}
		if (!conf_name_ok(name))
			return conf_refuse(a, "models: expected names, "
			    "separated by commas, got \"%s\"", c->model_order);
		if (find(chain, n, name) < n)
			return conf_refuse(a, "models: %.*s stands there "
			    "twice", (int)name.n, name.p);
		if ((at = find(blocks, nblocks, name)) == nblocks)
			return conf_refuse(a, "models: there is no model "
			    "%.*s; expected model.%.*s.kind and so on",
			    (int)name.n, name.p, (int)name.n, name.p);
		chain[n++] = blocks[at];
	}
	for (at = 0; at < nblocks; at++)
		if (find(chain, n, str_of(blocks[at].name)) == n)
			return conf_refuse(a, "model.%s: nobody asks it; "
			    "expected its name in models", blocks[at].name);
	c->models = chain;
	c->nmodels = (int)n;
	return NULL;
}

/* An address is looked at even while the built-in one answers. */
static const struct err *
choose_flat(struct arena *a, struct conf *c)
{
	struct model_conf flat = flat_model(c);

	if (c->nmodels > 0)
		return conf_refuse(a, "models: not set; it must say in what "
		    "order the models are asked, such as models = %s",
		    c->models[0].name);
	c->model_builtin = strcmp(c->model, BUILTIN) == 0 ||
	    is_set(c->model_fallback);
	if (strcmp(c->model, BUILTIN) != 0)
		c->models[c->nmodels++] = flat;
	return check_url(a, c, &flat);
}

const struct err *
conf_model_choose(struct arena *a, struct conf *c)
{
	bool list = is_set(c->model_order);
	const struct err *e;
	int i;

	if ((e = list ? check_flat(a, c) : NULL) != NULL ||
	    (e = list ? choose_of_list(a, c) : choose_flat(a, c)) != NULL)
		return e;
	for (i = 0; i < c->nmodels; i++)
		if ((e = check_model(a, c, &c->models[i])) != NULL)
			return e;
	return NULL;
}
