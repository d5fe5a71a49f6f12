/*
 * Any bytes as three headers, a line each, and a body of MCP: what is let in
 * is what it says it is, no header contradicts it, and an answer can be
 * written that names the same request.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/mcp.h"
#include "base/bounds.h"
#include "base/text.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool it)
{
	if (!it)
		abort();
}

static bool
same(const char *x, const char *y)
{
	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* As a web server hands it on: an empty one is none. */
static const char *
header_take(struct arena *a, struct str *in)
{
	const char *end = in->n == 0 ? NULL : memchr(in->p, '\n', in->n);
	size_t n = end == NULL ? in->n : (size_t)(end - in->p);
	const char *line = arena_strndup(a, in->n == 0 ? "" : in->p, n);

	n += end != NULL;
	in->p += n;
	in->n -= n;
	return *line == '\0' ? NULL : line;
}

/* The id goes out as it came, whatever else is wrong. */
static void
must_echo(struct arena *a, struct str body, const struct mcp_message *m)
{
	struct json_object *v, *answer = js_object(a), *back;
	enum js_type type = js_type(m->id);

	if (m->id == NULL)
		return;
	must(type == JS_STR || type == JS_INT || type == JS_REAL);
	must(js_parse(a, body, JSON_DEPTH, &v) == NULL);
	must(js_equal(js_get(v, "id"), m->id));
	js_add(answer, "id", js_share(m->id));
	must(js_parse(a, js_write(a, answer), JSON_DEPTH, &back) == NULL);
	must(js_equal(js_get(back, "id"), m->id));
}

static void
must_be_message(const struct mcp_message *m)
{
	must(js_type(m->params) == JS_OBJ);
	if (m->kind == MCP_RESPONSE) {
		must(m->method == NULL);
		return;
	}
	must(m->method != NULL && *m->method != '\0');
	must((m->id != NULL) == (m->kind == MCP_REQUEST));
}

/* A proxy that reads headers alone has seen what the body says. */
static void
must_agree(const struct mcp_headers *h, const struct mcp_message *m)
{
	const char *member = same(m->method, "resources/read") ? "uri" :
	    same(m->method, "tools/call") || same(m->method, "prompts/get") ?
	    "name" : NULL;
	struct json_object *meta = js_get(m->params, "_meta");
	const char *name;

	must(h->revision == NULL || strchr(h->revision, ',') == NULL);
	must(h->method == NULL || strchr(h->method, ',') == NULL);
	if (m->era == MCP_LEGACY) {
		must(m->capabilities == NULL);
		must(h->method == NULL || (h->revision != NULL &&
		    mcp_is_legacy(h->revision)));
		must(!js_has(meta,
		    "io.modelcontextprotocol/protocolVersion"));
		return;
	}
	if (m->kind != MCP_REQUEST)
		return;
	must(same(h->revision, MCP_MODERN_REVISION));
	must(same(h->method, m->method));
	must(same(js_text(meta, "io.modelcontextprotocol/protocolVersion",
	    NULL), MCP_MODERN_REVISION));
	must(js_type(m->capabilities) == JS_OBJ);
	name = member == NULL ? NULL : js_text(m->params, member, NULL);
	if (member == NULL || (name == NULL && h->name == NULL))
		return;
	must(name != NULL && h->name != NULL && text_fits_header(h->name));
	must(same(h->name, name) ||
	    strncmp(h->name, "=?base64?", 9) == 0);
}

static void
must_be_error(struct arena *a, const struct mcp_error *e,
    const struct mcp_message *m)
{
	must(e->status == 400 || (e->status == 0 &&
	    e->code == MCP_INVALID_PARAMS && m->era == MCP_LEGACY));
	must(e->message != NULL && utf8_ok(str_of(e->message)));
	must(e->problem == NULL);
	must((e->data != NULL) == (e->code == MCP_UNSUPPORTED_REVISION));
	if (e->data != NULL)
		must(js_write(a, e->data).n > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = { (const char *)data, size };
	struct arena *a = arena_new();
	struct mcp_message m, again;
	const struct mcp_error *e, *other;
	struct mcp_headers h;

	h.revision = header_take(a, &body);
	h.method = header_take(a, &body);
	h.name = header_take(a, &body);
	e = mcp_read(a, &h, body, &m);
	must_echo(a, body, &m);
	if (e == NULL) {
		must_be_message(&m);
		must_agree(&h, &m);
	} else
		must_be_error(a, e, &m);
	other = mcp_read(a, &h, body, &again);
	must((e == NULL) == (other == NULL) && m.era == again.era);
	must(e == NULL || (e->code == other->code &&
	    e->status == other->status));
	arena_free(a);
	return 0;
}
