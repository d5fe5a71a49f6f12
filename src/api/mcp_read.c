/*
 * A body and three headers to one message.  Nothing is remembered between
 * two of them: each says itself by which rules it goes.
 *
 * Headers repeat what the body says, for whoever stands between and reads no
 * bodies.  Where the two differ, one of us has been lied to.
 */
#include <string.h>

#include "api/mcp.h"
#include "base/bounds.h"
#include "base/text.h"

#define META		"io.modelcontextprotocol/"
#define META_REVISION	META "protocolVersion"
#define META_CLIENT	META "clientCapabilities"

struct reading {
	struct arena	*a;
	const struct mcp_headers *h;
	struct mcp_message *m;
	struct json_object *body;	/* an object */
	struct json_object *meta;	/* of its params; anything, or NULL */
};

bool
mcp_is_legacy(const char *revision)
{
	static const char *const known[] = { MCP_LEGACY_REVISION,
	    "2025-06-18", "2025-03-26", "2024-11-05" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(revision, known[i]) == 0)
			return true;
	return false;
}

static bool
is_known(const char *revision)
{
	return strcmp(revision, MCP_MODERN_REVISION) == 0 ||
	    mcp_is_legacy(revision);
}

const struct mcp_error *
mcp_error_new(struct arena *a, int status, enum mcp_code code,
    const char *message, struct json_object *data)
{
	struct mcp_error *e = arena_alloc(a, sizeof(*e));

	*e = (struct mcp_error){ .status = status, .code = code,
	    .message = message, .data = data };
	return e;
}

static const struct mcp_error *
refuse(const struct reading *r, enum mcp_code code, const char *message)
{
	return mcp_error_new(r->a, 400, code, message, NULL);
}

static const struct mcp_error *
unsupported(const struct reading *r, const char *revision)
{
	struct json_object *data = js_object(r->a), *list = js_new_array();

	js_push(list, js_new_str(STR(MCP_MODERN_REVISION)));
	js_add(data, "supported", list);
	js_add_text(data, "requested", revision);
	return mcp_error_new(r->a, 400, MCP_UNSUPPORTED_REVISION,
	    "Unsupported protocol version. Ask by " MCP_MODERN_REVISION
	    ", or say initialize first.", data);
}

/*
 * What a message of the new era has and one of the old cannot have.  Who says
 * an old revision may say Mcp-Method, too.  An unknown revision is taken for a
 * newer one, but in initialize, which exists to agree on one.
 */
static enum mcp_era
era_of(const struct reading *r)
{
	const char *method = js_text(r->body, "method", "");

	if (js_has(r->meta, META_REVISION) ||
	    strcmp(method, "server/discover") == 0)
		return MCP_MODERN;
	if (r->h->revision != NULL && mcp_is_legacy(r->h->revision))
		return MCP_LEGACY;
	return r->h->method != NULL || (r->h->revision != NULL &&
	    strcmp(method, "initialize") != 0) ? MCP_MODERN : MCP_LEGACY;
}

/* ---- JSON-RPC 2.0, section 4 */

/* MCP's ids are texts and numbers; an answer to nothing readable has null. */
static bool
id_read(const struct reading *r)
{
	struct json_object *id = js_get(r->body, "id");
	enum js_type type = js_type(id);

	if (type == JS_STR || type == JS_INT || type == JS_REAL)
		r->m->id = id;
	return id == NULL || r->m->id != NULL;
}

static bool
is_response(struct json_object *body)
{
	return !js_has(body, "method") && js_has(body, "id") &&
	    js_has(body, "result") != js_has(body, "error");
}

static const struct mcp_error *
frame_read(const struct reading *r)
{
	bool id = id_read(r);

	if (!str_is(js_str(js_get(r->body, "jsonrpc")), "2.0"))
		return refuse(r, MCP_INVALID_REQUEST,
		    "jsonrpc has to be \"2.0\".");
	if (!id)
		return refuse(r, MCP_INVALID_REQUEST,
		    "id has to be a text or a number.");
	if (is_response(r->body)) {
		r->m->kind = MCP_RESPONSE;
		return NULL;
	}
	r->m->method = js_text(r->body, "method", NULL);
	if (r->m->method == NULL || *r->m->method == '\0' ||
	    js_has(r->body, "result") || js_has(r->body, "error"))
		return refuse(r, MCP_INVALID_REQUEST, "This is no request, "
		    "no notification and no response of JSON-RPC 2.0.");
	if (js_has(r->body, "id") && r->m->id == NULL)
		return refuse(r, MCP_INVALID_REQUEST,
		    "The id of a request cannot be null.");
	r->m->kind = r->m->id != NULL ? MCP_REQUEST : MCP_NOTIFICATION;
	return NULL;
}

/* ---- revision 2026-07-28: what a request says of itself */

static const struct mcp_error *
mismatch(const struct reading *r, const char *header, const char *member)
{
	return refuse(r, MCP_HEADER_MISMATCH, arena_printf(r->a,
	    "The header %s has to be there and equal to %s in the body.",
	    header, member));
}

/* A list has no place in these two: which of its members would be meant? */
static const struct mcp_error *
lists_refuse(const struct reading *r)
{
	const char *twice = r->h->revision != NULL &&
	    strchr(r->h->revision, ',') != NULL ? "MCP-Protocol-Version" :
	    r->h->method != NULL && strchr(r->h->method, ',') != NULL ?
	    "Mcp-Method" : NULL;

	return twice == NULL ? NULL : refuse(r, MCP_HEADER_MISMATCH,
	    arena_printf(r->a, "The header %s has more than one value.",
	    twice));
}

static bool
str_equal(struct str x, struct str y)
{
	return x.n == y.n && (x.n == 0 || memcmp(x.p, y.p, x.n) == 0);
}

/*
 * What cannot stand in a header comes as "=?base64?…?=".  False: it is
 * neither that nor printable ASCII.
 */
static bool
name_decode(struct arena *a, const char *header, struct str *out)
{
	static const char begin[] = "=?base64?", end[] = "?=";
	const size_t nbegin = sizeof(begin) - 1, nend = sizeof(end) - 1;
	struct str s = str_of(header);

	if (!text_fits_header(header))
		return false;
	*out = s;
	if (s.n < nbegin + nend || memcmp(s.p, begin, nbegin) != 0 ||
	    memcmp(s.p + s.n - nend, end, nend) != 0)
		return true;
	s.p += nbegin;
	s.n -= nbegin + nend;
	return b64_decode(a, s, out);
}

/*
 * A request without a readable name is for its method to refuse, as long as
 * no header gives it one.
 */
static const struct mcp_error *
name_check(const struct reading *r)
{
	static const struct { const char *method, *member; } named[] = {
		{ "tools/call", "name" },
		{ "prompts/get", "name" },
		{ "resources/read", "uri" },
	};
	struct str said, name;
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (strcmp(r->m->method, named[i].method) != 0)
			continue;
		name = js_str(js_get(r->m->params, named[i].member));
		if (name.p == NULL && r->h->name == NULL)
			return NULL;
		if (name.p == NULL || r->h->name == NULL ||
		    !name_decode(r->a, r->h->name, &said) ||
		    !str_equal(said, name))
			return mismatch(r, "Mcp-Name", arena_printf(r->a,
			    "params.%s", named[i].member));
	}
	return NULL;
}

static const struct mcp_error *
revision_check(const struct reading *r)
{
	const char *said = js_text(r->meta, META_REVISION, NULL);
	const char *header = r->h->revision;

	if (said == NULL && header != NULL && !is_known(header))
		return unsupported(r, header);
	if (said == NULL)
		return refuse(r, MCP_INVALID_PARAMS, "params._meta has to "
		    "say " META_REVISION ".");
	if (header == NULL || strcmp(header, said) != 0)
		return mismatch(r, "MCP-Protocol-Version",
		    META_REVISION);
	return strcmp(said, MCP_MODERN_REVISION) == 0 ? NULL :
	    unsupported(r, said);
}

static const struct mcp_error *
request_check(const struct reading *r)
{
	struct json_object *client = js_get(r->meta, META_CLIENT);
	const struct mcp_error *e;

	if ((e = revision_check(r)) != NULL)
		return e;
	if (js_type(client) != JS_OBJ)
		return refuse(r, MCP_INVALID_PARAMS, "params._meta has to "
		    "say " META_CLIENT ", an object.");
	r->m->capabilities = client;
	if (r->h->method == NULL || strcmp(r->h->method, r->m->method) != 0)
		return mismatch(r, "Mcp-Method", "method");
	return name_check(r);
}

/* What is not answered need not describe itself, but may not contradict. */
static const struct mcp_error *
notice_check(const struct reading *r)
{
	const char *said = js_text(r->meta, META_REVISION, NULL);
	const char *header = r->h->revision;

	if (header != NULL && !is_known(header))
		return unsupported(r, header);
	if (header != NULL && said != NULL && strcmp(header, said) != 0)
		return mismatch(r, "MCP-Protocol-Version", META_REVISION);
	return r->h->method == NULL || r->m->method == NULL ||
	    strcmp(r->h->method, r->m->method) == 0 ? NULL :
	    mismatch(r, "Mcp-Method", "method");
}

/* ---- all of it */

static const struct mcp_error *
params_check(const struct reading *r)
{
	struct json_object *params = js_get(r->body, "params");

	if (js_type(params) == JS_OBJ)
		r->m->params = params;
	else if (js_has(r->body, "params") && r->m->kind == MCP_REQUEST &&
	    r->m->era == MCP_LEGACY)
		return mcp_error_new(r->a, 0, MCP_INVALID_PARAMS,
		    "params has to be an object.", NULL);
	return NULL;
}

const struct mcp_error *
mcp_read(struct arena *a, const struct mcp_headers *h, struct str body,
    struct mcp_message *out)
{
	struct reading r = { .a = a, .h = h, .m = out };
	const struct mcp_error *e;

	memset(out, 0, sizeof(*out));
	out->params = js_object(a);
	out->era = era_of(&r);
	if (js_parse_few(a, body, JSON_DEPTH, JSON_VALUES_BODY,
	    &r.body) != NULL)
		return refuse(&r, MCP_PARSE_ERROR,
		    "The body is not JSON, or too deep or too large.");
	if (js_type(r.body) != JS_OBJ)
		return refuse(&r, MCP_INVALID_REQUEST, "The body has to be "
		    "one JSON-RPC message, an object; several at once are "
		    "not taken.");
	r.meta = js_get(js_get(r.body, "params"), "_meta");
	out->era = era_of(&r);
	if ((e = frame_read(&r)) != NULL || (e = lists_refuse(&r)) != NULL ||
	    (e = params_check(&r)) != NULL || out->era == MCP_LEGACY)
		return e;
	return out->kind == MCP_REQUEST ? request_check(&r) :
	    notice_check(&r);
}
