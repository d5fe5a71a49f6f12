/*
 * The door of MCP: whose address that is, which method, and what goes around
 * its result.  Who is asking, routes.c has found out before.
 */
#include <string.h>

#include "api/mcp.h"
#include "auth/mcp_url.h"
#include "auth/origin.h"
#include "base/bounds.h"
#include "base/text.h"
#include "http/parse.h"

#define SERVER_INFO	"io.modelcontextprotocol/serverInfo"
#define MAX_LOGGED	64		/* bytes of a name from outside */

/* ---- what is asked at all */

static mcp_method initialize, discover, nothing;

enum { OLD = 1 << MCP_LEGACY, NEW = 1 << MCP_MODERN, BOTH = OLD | NEW };

/*
 * ttl: for how many milliseconds a client may keep the answer.  What the
 * program alone decides may be old; tasks are asked for again.
 */
enum { NOT_SAID = -1, NOT_KEPT = 0, KEPT = 5 * 60 * 1000 };

static const struct method {
	const char	*name;
	unsigned int	 eras;
	mcp_method	*fn;
	int		 ttl;
} methods[] = {
	{ "initialize",		OLD,  initialize,	  NOT_SAID },
	{ "ping",		OLD,  nothing,		  NOT_SAID },
	/* not declared; old clients say it all the same */
	{ "logging/setLevel",	OLD,  nothing,		  NOT_SAID },
	{ "server/discover",	NEW,  discover,		  KEPT },
	{ "tools/list",		BOTH, mcp_tools_list,	  KEPT },
	{ "tools/call",		BOTH, mcp_tools_call,	  NOT_SAID },
	{ "prompts/list",	BOTH, mcp_prompts_list,	  KEPT },
	{ "prompts/get",	BOTH, mcp_prompts_get,	  NOT_SAID },
	{ "resources/list",	BOTH, mcp_resources_list, NOT_KEPT },
	{ "resources/templates/list", BOTH, mcp_resource_templates, KEPT },
	{ "resources/read",	BOTH, mcp_resources_read, NOT_KEPT },
	{ "completion/complete", BOTH, mcp_complete,	  NOT_SAID },
};

static const struct method *
method_find(const struct mcp_message *m)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, m->method) == 0 &&
		    (methods[i].eras & 1u << m->era) != 0)
			return &methods[i];
	return NULL;
}

/* ---- what we say of ourselves */

/* No list changes while a client looks on, so none is announced. */
static struct json_object *
capabilities(void)
{
	static const char *const have[] = { "tools", "prompts", "resources",
	    "completions" };
	struct json_object *v = js_new_object();
	size_t i;

	for (i = 0; i < sizeof(have) / sizeof(have[0]); i++)
		js_add(v, have[i], js_new_object());
	return v;
}

static struct json_object *
server_info(const struct mcp_call *mc)
{
	const struct conf *conf = mc->c->api->conf;
	struct json_object *v = js_new_object();

	js_add_text(v, "name", "taskchat");
	js_add_text(v, "title", conf->site_name);
	js_add_text(v, "version", VERSION_TEXT);
	js_add_text(v, "websiteUrl", origin_public(mc->c->a, conf));
	return v;
}

/*
 * The revision the client wants, if we know it, or our newest one, which it
 * may decline.  That is all there is to agree on: nothing is remembered.
 */
static const struct mcp_error *
initialize(struct mcp_call *mc, struct json_object **result)
{
	const char *wanted = js_text(mc->m.params, "protocolVersion", "");
	struct json_object *v = js_object(mc->c->a);

	js_add_text(v, "protocolVersion", mcp_is_legacy(wanted) ? wanted :
	    MCP_LEGACY_REVISION);
	js_add(v, "capabilities", capabilities());
	js_add(v, "serverInfo", server_info(mc));
	js_add_text(v, "instructions", mcp_instructions(mc));
	*result = v;
	return NULL;
}

static const struct mcp_error *
discover(struct mcp_call *mc, struct json_object **result)
{
	struct json_object *v = js_object(mc->c->a);
	struct json_object *revisions = js_new_array();

	js_push(revisions, js_new_str(STR(MCP_MODERN_REVISION)));
	js_add(v, "supportedVersions", revisions);
	js_add(v, "capabilities", capabilities());
	js_add_text(v, "instructions", mcp_instructions(mc));
	*result = v;
	return NULL;
}

static const struct mcp_error *
nothing(struct mcp_call *mc, struct json_object **result)
{
	*result = js_object(mc->c->a);
	return NULL;
}

/* ---- what goes back */

const struct mcp_error *
mcp_internal(struct mcp_call *mc, const struct err *e)
{
	struct mcp_error *out = arena_alloc(mc->c->a, sizeof(*out));

	*out = (struct mcp_error){ .status = 200,
	    .code = MCP_INTERNAL_ERROR,
	    .message = "Something went wrong here. Please try again later." };
	if (e->kind == ERR_HUP)		/* there is nobody to tell */
		out->problem = e;
	else
		http_log_err(mc->c->q, e);
	return out;
}

static int
error_status(const struct mcp_call *mc, const struct mcp_error *e)
{
	if (e->status != 0)
		return e->status;
	switch (e->code) {
	case MCP_NO_METHOD:
		return mc->m.era == MCP_MODERN ? 404 : 200;
	case MCP_PARSE_ERROR:
	case MCP_INVALID_REQUEST:
	case MCP_HEADER_MISMATCH:
	case MCP_MISSING_CAPABILITY:
	case MCP_UNSUPPORTED_REVISION:
		return 400;
	case MCP_INVALID_PARAMS:
	case MCP_INTERNAL_ERROR:
	case MCP_NO_RESOURCE:
		break;
	}
	return 200;
}

/* An id that could not be read is left out: MCP's cannot be null. */
static void
send(struct mcp_call *mc, int status, const char *what,
    struct json_object *v)
{
	struct json_object *body = js_object(mc->c->a);

	js_add_text(body, "jsonrpc", "2.0");
	if (mc->m.id != NULL)
		js_add(body, "id", js_share(mc->m.id));
	js_add(body, what, v);
	http_send_json(mc->c->q, status, body);
}

static void
send_error(struct mcp_call *mc, const struct mcp_error *e)
{
	struct json_object *v;

	if (e->problem != NULL) {
		http_send_err(mc->c->q, e->problem);
		return;
	}
	log_int(&mc->c->q->log, "mcp_error", e->code);
	v = js_new_object();
	js_add_int(v, "code", e->code);
	js_add_text(v, "message", e->message);
	if (e->data != NULL)
		js_add(v, "data", js_share(e->data));
	send(mc, error_status(mc, e), "error", v);
}

static void
envelope_add(struct mcp_call *mc, const struct method *m,
    struct json_object *result)
{
	struct json_object *meta = js_get(result, "_meta");

	if (!js_has(result, "resultType"))
		js_add_text(result, "resultType", "complete");
	if (meta == NULL)
		js_add(result, "_meta", meta = js_new_object());
	if (!js_has(meta, SERVER_INFO))
		js_add(meta, SERVER_INFO, server_info(mc));
	if (m == NULL || m->ttl == NOT_SAID)
		return;
	if (!js_has(result, "ttlMs"))
		js_add_int(result, "ttlMs", m->ttl);
	/* who may do what is in a token, and lists may follow it some day */
	if (!js_has(result, "cacheScope"))
		js_add_text(result, "cacheScope", "private");
}

/* ---- scopes, capabilities */

/* RFC 9728 section 5.1 */
static const char *
metadata_url(struct arena *a, const struct conf *c)
{
	return arena_printf(a, "%s" MCP_METADATA_PATH MCP_PATH,
	    origin_public(a, c));
}

void
mcp_challenge(struct api_call *c)
{
	http_add_header(c->q, "WWW-Authenticate", arena_printf(c->a,
	    "Bearer %sresource_metadata=\"%s\", scope=\"" AUTH_SCOPES
	    "\"", http_header(c->q, "Authorization") == NULL ?
	    "" : "error=\"invalid_token\", ",
	    metadata_url(c->a, c->api->conf)));
}

void
mcp_scope_challenge(struct api_call *c, const char *scope)
{
	http_add_header(c->q, "WWW-Authenticate", arena_printf(c->a,
	    "Bearer error=\"insufficient_scope\", scope=\"%s\", "
	    "resource_metadata=\"%s\"", scope,
	    metadata_url(c->a, c->api->conf)));
}

const struct mcp_error *
mcp_scope_check(struct mcp_call *mc, const char *scope)
{
	struct arena *a = mc->c->a;
	struct mcp_error *e;

	if (auth_scope_has(mc->scopes, scope))
		return NULL;
	mcp_scope_challenge(mc->c, scope);
	e = arena_alloc(a, sizeof(*e));
	e->problem = err_new(a, ERR_DENIED, "insufficient_scope",
	    arena_printf(a, "This needs a token with the scope %s.", scope),
	    "authenticate: the token has \"%s\", and %s needs %s",
	    mc->scopes, mc->m.method, scope);
	return e;
}

bool
mcp_can_elicit(const struct mcp_call *mc)
{
	struct json_object *v = js_get(mc->m.capabilities, "elicitation");

	/* without a mode it is that of forms */
	return js_type(v) == JS_OBJ &&
	    (js_first(v).key == NULL || js_type(js_get(v, "form")) == JS_OBJ);
}

/* ---- a call */

/* A name a program would have; anything else may be what a person wrote. */
static void
log_name(struct http_req *q, const char *key, const char *name)
{
	size_t n = name == NULL ? 0 : strspn(name, "/_.-0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	if (name != NULL)
		log_text(&q->log, key, n > 0 && n <= MAX_LOGGED &&
		    name[n] == '\0' ? name : "(odd)");
}

static void
log_message(struct http_req *q, const struct mcp_message *m)
{
	log_text(&q->log, "mcp_era", m->era == MCP_MODERN ? "modern" :
	    "legacy");
	log_name(q, "mcp_method", m->method);
	if (m->method != NULL && strcmp(m->method, "tools/call") == 0)
		log_name(q, "mcp_tool", js_text(m->params, "name", NULL));
}

static void
request_serve(struct mcp_call *mc)
{
	const struct method *m = method_find(&mc->m);
	struct json_object *result = NULL;
	const struct mcp_error *e = NULL;

	if (!mcp_more(mc, &result, &e))
		e = m != NULL ? m->fn(mc, &result) : mcp_error_new(mc->c->a,
		    0, MCP_NO_METHOD, "There is no such method here.", NULL);
	if (mc->answered)
		return;
	if (e != NULL) {
		send_error(mc, e);
		return;
	}
	if (mc->m.era == MCP_MODERN)
		envelope_add(mc, m, result);
	send(mc, 200, "result", js_share(result));
}

/* A header that came twice is a list (RFC 9110 section 5.3). */
static const char *
header_read(struct http_req *q, const char *name)
{
	const char *value = http_header_joined(q, name);
	struct str s;

	if (value == NULL)
		return NULL;
	s = str_of(value);
	for (; s.n > 0 && (*s.p == ' ' || *s.p == '\t'); s.n--)
		s.p++;
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return arena_strndup(q->a, s.p, s.n);
}

static const struct err *
body_read(struct api_call *c, struct str *body)
{
	if (!media_type_is_json(http_header(c->q, "Content-Type")))
		return err_new(c->a, ERR_TYPE, "unsupported_media_type",
		    "The body must be application/json.",
		    "Content-Type is not application/json");
	return http_body(c->q, c->body, body);
}

const struct err *
api_mcp(struct api_call *c)
{
	struct mcp_call mc = { .c = c, .scopes = c->scopes };
	struct mcp_headers h;
	const struct mcp_error *wrong;
	const struct err *e;
	struct str body;

	if (strcmp(c->q->method, "POST") != 0) {
		http_add_header(c->q, "Allow", "POST");
		return err_new(c->a, ERR_METHOD, "method_not_allowed",
		    "This address takes POST only: every answer is one JSON "
		    "body, there is no stream and no session.",
		    "method not allowed (POST)");
	}
	if ((e = body_read(c, &body)) != NULL)
		return e;
	h.revision = header_read(c->q, "MCP-Protocol-Version");
	h.method = header_read(c->q, "Mcp-Method");
	h.name = header_read(c->q, "Mcp-Name");
	wrong = mcp_read(c->a, &h, body, &mc.m);
	log_message(c->q, &mc.m);
	if (wrong != NULL)
		send_error(&mc, wrong);
	else if (mc.m.kind == MCP_REQUEST)
		request_serve(&mc);
	else
		http_send_empty(c->q, 202);
	return NULL;
}

/* ---- who may come at all */

/* Where the port of an authority begins, with its ':'; NULL: it has none. */
static const char *
host_port(const char *host)
{
	const char *name = strrchr(host, ']');

	return strchr(name == NULL ? host : name, ':');
}

/*
 * What a page would be called that was loaded from there: the scheme is our
 * public one, whatever stands between.  So is the port where none came: some
 * web servers leave it out (Debian's fastcgi_params), and whoever points a
 * name of theirs at us is known by the name.
 */
static const char *
host_origin(struct arena *a, const struct conf *c, const char *host,
    bool our_port)
{
	const char *public = origin_public(a, c), *port;
	bool secure = strncmp(public, "https:", 6) == 0;
	struct str s = str_of(text_lower(a, str_of(host)));
	struct str usual = secure ? STR(":443") : STR(":80");

	if (s.n > usual.n &&
	    memcmp(s.p + s.n - usual.n, usual.p, usual.n) == 0)
		s.n -= usual.n;
	port = our_port ? host_port(strstr(public, "://") + 3) : NULL;
	return arena_printf(a, "%s://%.*s%s", secure ? "https" : "http",
	    (int)s.n, s.p, port == NULL ? "" : port);
}

static bool
host_ok(struct arena *a, const struct conf *c, const char *host,
    bool our_port)
{
	const char *origin = host_origin(a, c, host, our_port);

	return origin_own(c, origin, NULL) || origin_listed(c, origin);
}

const struct err *
mcp_host_check(struct api_call *c)
{
	const struct conf *conf = c->api->conf;
	const char *host = http_header(c->q, "Host");

	/* one Origin is looked at for every address: routes.c */
	if (http_header(c->q, "Origin") == NULL &&
	    http_header_joined(c->q, "Origin") != NULL)
		return err_new(c->a, ERR_DENIED, "origin_not_allowed",
		    "Pages of this origin may not use this service.",
		    "more than one Origin");
	if (host == NULL)
		return err_new(c->a, ERR_DENIED, "host_not_allowed",
		    "This service has another name.", "no Host");
	if (host_ok(c->a, conf, host, false) ||
	    (host_port(host) == NULL && host_ok(c->a, conf, host, true)))
		return NULL;
	return err_new(c->a, ERR_DENIED, "host_not_allowed",
	    "This service has another name.", "Host %.200s is neither that of "
	    "public_url nor of an origin in allowed_origins", host);
}

/* RFC 9728 section 2 */
const struct err *
api_mcp_metadata(struct api_call *c)
{
	const struct conf *conf = c->api->conf;
	const char *server = mcp_authorization_server(c->a, conf);
	struct json_object *v = js_object(c->a), *list;

	js_add_text(v, "resource", mcp_url(c->a, conf));
	js_add_text(v, "resource_name", conf->site_name);
	if (server != NULL) {
		list = js_new_array();
		js_push(list, js_new_str(str_of(server)));
		js_add(v, "authorization_servers", list);
	}
	list = js_new_array();
	js_push(list, js_new_str(STR(SCOPE_READ)));
	js_push(list, js_new_str(STR(SCOPE_WRITE)));
	js_add(v, "scopes_supported", list);
	list = js_new_array();
	js_push(list, js_new_str(STR("header")));
	js_add(v, "bearer_methods_supported", list);
	c->q->cache = "public, max-age=300";
	http_send_json(c->q, 200, v);
	return NULL;
}
