#include "api/mcp_parts.h"
#include "base/bounds.h"
#include "base/text.h"
#include "model/clean.h"

enum { SHOWN = 64 };

const struct mcp_error *
mcp_invalid(struct mcp_call *mc, const char *message)
{
	return mcp_error_new(mc->c->a, 0, MCP_INVALID_PARAMS, message, NULL);
}

const struct mcp_error *
mcp_text(struct mcp_call *mc, const struct json_object *v, const char *name,
    const char *path, struct str *out)
{
	struct json_object *text = js_get(v, name);

	if (js_type(text) != JS_STR)
		return mcp_invalid(mc, arena_printf(mc->c->a,
		    "%s: expected a text.", path));
	*out = js_str(text);
	return NULL;
}

const struct mcp_error *
mcp_object(struct mcp_call *mc, const struct json_object *v, const char *name,
    bool required, struct json_object **out)
{
	struct json_object *found = js_get(v, name);

	if (!js_has(v, name) && !required)
		found = js_object(mc->c->a);
	if (js_type(found) != JS_OBJ)
		return mcp_invalid(mc, arena_printf(mc->c->a,
		    "%s: expected an object.", name));
	*out = found;
	return NULL;
}

const struct mcp_error *
mcp_one_page(struct mcp_call *mc)
{
	if (js_get(mc->m.params, "cursor") == NULL)
		return NULL;
	return mcp_invalid(mc, "cursor: not one of ours; the first page is"
	    " all there is.");
}

const char *
mcp_shown(struct arena *a, struct str name)
{
	return arena_strndup(a, name.p, utf8_fit(name, SHOWN));
}

const struct mcp_error *
mcp_clean(struct mcp_call *mc, struct json_object **v, const char **text)
{
	struct str was = str_of(js_dump(mc->c->a, *v));
	struct str is = clean_data(mc->c->a, was);
	const struct err *e = NULL;

	if (is.p != was.p)
		e = js_parse(mc->c->a, is, JSON_DEPTH, v);
	*text = is.p;
	return e == NULL ? NULL : mcp_internal(mc, e);
}
