/* Reading one message of MCP: which era it is of, and what is wrong with it. */
#include "api/mcp.h"
#include "base/bounds.h"
#include "tap.h"

#define META	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" \
		MCP_MODERN_REVISION "\"," \
		"\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define MODERN	MCP_MODERN_REVISION
#define OLD	MCP_LEGACY_REVISION

static struct mcp_message m;

/* The status, or 0 for one that is fine; *code as well. */
static int
read_it(struct arena *a, const char *revision, const char *method,
    const char *name, const char *body, int *code)
{
	struct mcp_headers h = { revision, method, name };
	const struct mcp_error *e = mcp_read(a, &h, str_of(body), &m);

	*code = e == NULL ? 0 : (int)e->code;
	return e == NULL ? 0 : e->status;
}

static const char *
id_text(struct arena *a)
{
	return m.id == NULL ? "" : js_dump(a, m.id);
}

/* ---- which era */

static void
test_eras(void)
{
	static const struct {
		const char *revision, *method, *body, *what;
		enum mcp_era era;
	} cases[] = {
		{ NULL, NULL, "{\"method\":\"tools/list\"}",
		    "nothing said", MCP_LEGACY },
		{ OLD, NULL, "{\"method\":\"tools/list\"}",
		    "an old revision", MCP_LEGACY },
		{ "2024-11-05", NULL, "{\"method\":\"tools/list\"}",
		    "the oldest revision", MCP_LEGACY },
		{ MODERN, NULL, "{\"method\":\"tools/list\"}",
		    "the new revision", MCP_MODERN },
		{ "2031-01-01", NULL, "{\"method\":\"tools/list\"}",
		    "an unknown revision", MCP_MODERN },
		{ "2031-01-01", NULL, "{\"method\":\"initialize\"}",
		    "an unknown one in initialize", MCP_LEGACY },
		{ MODERN, NULL, "{\"method\":\"initialize\"}",
		    "the new one in initialize", MCP_LEGACY },
		{ NULL, "tools/list", "{\"method\":\"tools/list\"}",
		    "a header Mcp-Method", MCP_MODERN },
		{ OLD, "initialize", "{\"method\":\"initialize\"}",
		    "... with an old revision", MCP_LEGACY },
		{ "v9", "initialize", "{\"method\":\"initialize\"}",
		    "... with an unknown one", MCP_MODERN },
		{ OLD, NULL, "{\"method\":\"server/discover\"}",
		    "server/discover with an old revision", MCP_MODERN },
		{ NULL, NULL, "{\"method\":\"server/discover\"}",
		    "server/discover", MCP_MODERN },
		{ NULL, NULL, "{\"params\":{" META "}}", "_meta",
		    MCP_MODERN },
		{ OLD, NULL, "{\"method\":\"initialize\",\"params\":{" META
		    "}}", "... before all headers", MCP_MODERN },
		{ NULL, NULL, "{\"params\":{\"_meta\":{\"io.modelcontextprotoc"
		    "ol/protocolVersion\":null}}}", "... even null",
		    MCP_MODERN },
		{ NULL, NULL, "{\"params\":{\"_meta\":{\"progressToken\":1}}}",
		    "another _meta", MCP_LEGACY },
		{ NULL, NULL, "{\"params\":[{" META "}]}", "params of a list",
		    MCP_LEGACY },
		{ NULL, NULL, "{\"params\":{\"_meta\":\"x\"}}",
		    "_meta that is none", MCP_LEGACY },
		{ NULL, NULL, "{\"method\":[\"server/discover\"]}",
		    "a method that is no text", MCP_LEGACY },
		{ MODERN, NULL, "{", "no JSON, a new header", MCP_MODERN },
		{ NULL, NULL, "{", "no JSON, none", MCP_LEGACY },
	};
	struct arena *a = arena_new();
	size_t i;
	int code;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_it(a, cases[i].revision, cases[i].method, NULL,
		    cases[i].body, &code);
		is_int(m.era, cases[i].era, "era: %s", cases[i].what);
	}
	ok(mcp_is_legacy("2025-06-18") && mcp_is_legacy("2025-03-26"),
	    "the two between");
	ok(!mcp_is_legacy(MODERN) && !mcp_is_legacy("") &&
	    !mcp_is_legacy("2025-06-18 "), "and no others");
	arena_free(a);
}

/* ---- JSON-RPC */

static void
test_frames(void)
{
	static const struct {
		const char *body;
		int code;
		const char *id;
	} cases[] = {
		{ "", MCP_PARSE_ERROR, "" },
		{ "{", MCP_PARSE_ERROR, "" },
		{ "nonsense", MCP_PARSE_ERROR, "" },
		{ "{\"id\":1,\"id\":2}", MCP_PARSE_ERROR, "" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x",
		    MCP_PARSE_ERROR, "" },
		{ "{\"id\":99999999999999999999}", MCP_PARSE_ERROR, "" },
		{ "\xff", MCP_PARSE_ERROR, "" },
		{ "null", MCP_INVALID_REQUEST, "" },
		{ "1", MCP_INVALID_REQUEST, "" },
		{ "\"ping\"", MCP_INVALID_REQUEST, "" },
		{ "[]", MCP_INVALID_REQUEST, "" },
		{ "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
		    MCP_INVALID_REQUEST, "" },
		{ "{}", MCP_INVALID_REQUEST, "" },
		{ "{\"id\":1,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "1" },
		{ "{\"jsonrpc\":\"1.0\",\"id\":-7,\"method\":\"ping\"}",
		    MCP_INVALID_REQUEST, "-7" },
		{ "{\"jsonrpc\":2.0,\"id\":\"a\",\"method\":\"ping\"}",
		    MCP_INVALID_REQUEST, "\"a\"" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
		    MCP_INVALID_REQUEST, "" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
		    MCP_INVALID_REQUEST, "" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
		    MCP_INVALID_REQUEST, "" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}",
		    MCP_INVALID_REQUEST, "" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":5}", MCP_INVALID_REQUEST,
		    "5" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"\"}",
		    MCP_INVALID_REQUEST, "5" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":7}",
		    MCP_INVALID_REQUEST, "5" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"ping\","
		    "\"result\":{}}", MCP_INVALID_REQUEST, "5" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{},"
		    "\"error\":{}}", MCP_INVALID_REQUEST, "5" },
		{ "{\"jsonrpc\":\"2.0\",\"result\":{}}", MCP_INVALID_REQUEST,
		    "" },
	};
	struct arena *a = arena_new();
	size_t i;
	int code, status;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		status = read_it(a, NULL, NULL, NULL, cases[i].body, &code);
		is_int(code, cases[i].code, "%s", cases[i].body);
		is_int(status, 400, "... is 400");
		is_str(id_text(a), cases[i].id, "... its id");
	}
	arena_free(a);
}

static void
test_kinds(void)
{
	static const char *const ids[] = { "0", "-1", "1", "1.5", "1e3",
	    "\"\"", "\"server-discover-probe-1\"", "\"ä\\n\"",
	    "9223372036854775807", "-9223372036854775808" };
	struct arena *a = arena_new();
	size_t i;
	int code;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		read_it(a, NULL, NULL, NULL, arena_printf(a, "{\"jsonrpc\":"
		    "\"2.0\",\"id\":%s,\"method\":\"ping\"}", ids[i]), &code);
		is_int(code, 0, "the id %s", ids[i]);
		is_str(id_text(a), ids[i], "... is kept");
		is_int(m.kind, MCP_REQUEST, "... and makes a request");
	}
	is_str(m.method, "ping", "its method");
	is_int(js_type(m.params), JS_OBJ, "no params are empty ones");
	ok(m.capabilities == NULL, "an old client says no capabilities");
	read_it(a, NULL, NULL, NULL, "{\"jsonrpc\":\"2.0\",\"method\":"
	    "\"notifications/initialized\",\"params\":{\"a\":1}}", &code);
	ok(code == 0 && m.kind == MCP_NOTIFICATION && m.id == NULL,
	    "no id: a notification");
	is_int(js_int(m.params, "a", 0), 1, "its params");
	read_it(a, NULL, NULL, NULL,
	    "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":[1]}", &code);
	is_int(code, 0, "nobody reads its params");
	read_it(a, NULL, NULL, NULL,
	    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":null}", &code);
	ok(code == 0 && m.kind == MCP_RESPONSE && m.method == NULL,
	    "a response");
	read_it(a, NULL, NULL, NULL,
	    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{}}", &code);
	ok(code == 0 && m.kind == MCP_RESPONSE, "one to something unreadable");
	arena_free(a);
}

static void
test_params(void)
{
	static const char *const wrong[] = { "[]", "null", "1", "\"x\"",
	    "true" };
	struct arena *a = arena_new();
	size_t i;
	int code;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		is_int(read_it(a, NULL, NULL, NULL, arena_printf(a,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		    "\"params\":%s}", wrong[i]), &code), 0,
		    "params %s: as its era has it", wrong[i]);
		is_int(code, MCP_INVALID_PARAMS, "... invalid");
		is_int(read_it(a, MODERN, "tools/call", "x", arena_printf(a,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
		    "\"params\":%s}", wrong[i]), &code), 400,
		    "... have no _meta in the new era");
		is_int(code, MCP_INVALID_PARAMS, "... which is invalid, too");
	}
	arena_free(a);
}

/* Too many values, and too deep. */
static void
test_bounds(void)
{
	struct arena *a = arena_new();
	struct buf b;
	int i, code;

	buf_init(&b, a, 64 * 1024);
	buf_puts(&b, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\","
	    "\"params\":{\"a\":[0");
	for (i = 0; i < JSON_VALUES_BODY; i++)
		buf_puts(&b, ",0");
	buf_puts(&b, "]}}");
	is_int(read_it(a, NULL, NULL, NULL, buf_str(&b), &code), 400,
	    "too many values");
	is_int(code, MCP_PARSE_ERROR, "... are not read");
	buf_clear(&b);
	buf_puts(&b, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\","
	    "\"params\":");
	for (i = 0; i < JSON_DEPTH; i++)
		buf_puts(&b, "{\"a\":");
	buf_puts(&b, "1");
	for (i = 0; i <= JSON_DEPTH; i++)
		buf_putc(&b, '}');
	is_int(read_it(a, NULL, NULL, NULL, buf_str(&b), &code), 400,
	    "too deep");
	is_int(code, MCP_PARSE_ERROR, "... is not read");
	arena_free(a);
}

/* ---- the new era */

static void
test_modern(void)
{
	static const char list[] = "{\"jsonrpc\":\"2.0\",\"id\":0,"
	    "\"method\":\"tools/list\",\"params\":{" META "}}";
	static const struct {
		const char *revision, *method, *body, *what;
		int code;
	} cases[] = {
		{ MODERN, "tools/list", list, "all there", 0 },
		{ NULL, "tools/list", list, "no revision header",
		    MCP_HEADER_MISMATCH },
		{ OLD, "tools/list", list, "another revision header",
		    MCP_HEADER_MISMATCH },
		{ "2031-01-01", "tools/list", list, "an unknown header",
		    MCP_HEADER_MISMATCH },
		{ MODERN ", " MODERN, "tools/list", list, "twice the same",
		    MCP_HEADER_MISMATCH },
		{ MODERN "," OLD, "tools/list", list, "two of them",
		    MCP_HEADER_MISMATCH },
		{ MODERN, NULL, list, "no method header",
		    MCP_HEADER_MISMATCH },
		{ MODERN, "tools/call", list, "another method header",
		    MCP_HEADER_MISMATCH },
		{ MODERN, "TOOLS/LIST", list, "a method in capitals",
		    MCP_HEADER_MISMATCH },
		{ MODERN, "tools/list, tools/list", list, "two methods",
		    MCP_HEADER_MISMATCH },
		{ MODERN, "tools/list,tools/call", list, "a list of them",
		    MCP_HEADER_MISMATCH },
		{ MODERN, "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\"}", "no params",
		    MCP_INVALID_PARAMS },
		{ MODERN, "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{}}", "no _meta",
		    MCP_INVALID_PARAMS },
		{ NULL, NULL, "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"server/discover\"}", "discover, bare",
		    MCP_INVALID_PARAMS },
		{ MODERN, "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io."
		    "modelcontextprotocol/clientCapabilities\":{}}}}",
		    "no revision in _meta", MCP_INVALID_PARAMS },
		{ MODERN, "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io."
		    "modelcontextprotocol/protocolVersion\":20260728}}}",
		    "a revision that is no text", MCP_INVALID_PARAMS },
		{ MODERN, "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io."
		    "modelcontextprotocol/protocolVersion\":\"" MODERN
		    "\"}}}", "no capabilities", MCP_INVALID_PARAMS },
		{ MODERN, "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io."
		    "modelcontextprotocol/protocolVersion\":\"" MODERN
		    "\",\"io.modelcontextprotocol/clientCapabilities\":[]"
		    "}}}", "capabilities of a list", MCP_INVALID_PARAMS },
		{ "v9", "tools/list", "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io."
		    "modelcontextprotocol/protocolVersion\":\"v9\"}}}",
		    "an unknown revision", MCP_UNSUPPORTED_REVISION },
		{ OLD, NULL, "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io."
		    "modelcontextprotocol/protocolVersion\":\"" OLD "\"}}}",
		    "an old one as a new", MCP_UNSUPPORTED_REVISION },
		{ "v9", NULL, "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"tools/list\"}", "an unknown one, alone",
		    MCP_UNSUPPORTED_REVISION },
		{ MODERN "," OLD, NULL, "{\"jsonrpc\":\"2.0\",\"id\":0,"
		    "\"method\":\"initialize\"}", "two of them in the old era",
		    MCP_HEADER_MISMATCH },
	};
	struct arena *a = arena_new();
	size_t i;
	int code, status;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		status = read_it(a, cases[i].revision, cases[i].method, NULL,
		    cases[i].body, &code);
		is_int(code, cases[i].code, "%s", cases[i].what);
		is_int(status, cases[i].code == 0 ? 0 : 400, "... status");
		is_str(id_text(a), "0", "... its id");
	}
	read_it(a, MODERN, "tools/list", NULL, list, &code);
	is_int(js_type(m.capabilities), JS_OBJ, "the client's capabilities");
	arena_free(a);
}

static void
test_unsupported(void)
{
	struct mcp_headers h = { "v9", NULL, NULL };
	struct arena *a = arena_new();
	const struct mcp_error *e;

	e = mcp_read(a, &h, STR("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":"
	    "\"x\"}"), &m);
	is_str(js_dump(a, e->data), "{\"supported\":[\"" MODERN "\"],"
	    "\"requested\":\"v9\"}", "what we know, and what was wanted");
	arena_free(a);
}

/* Mcp-Name, of the three methods that have one. */
static void
test_names(void)
{
	static const struct {
		const char *name, *member, *what;
		bool good;
	} cases[] = {
		{ "add_task", "\"add_task\"", "equal", true },
		{ "=?base64?YWRkX3Rhc2s=?=", "\"add_task\"", "encoded", true },
		{ "=?base64?w6TwlaSW?=", "\"ä\xf0\x95\xa4\x96\"",
		    "what had to be encoded", true },
		{ "=?base64?" "?=", "\"\"", "nothing, encoded", true },
		{ "=?base64?YWRkX3Rhc2s=", "\"=?base64?YWRkX3Rhc2s=\"",
		    "without its end it means itself", true },
		{ "a,b", "\"a,b\"", "a name may have a comma", true },
		{ NULL, "\"add_task\"", "missing", false },
		{ "Add_task", "\"add_task\"", "in another case", false },
		{ "add_task, add_task", "\"add_task\"", "twice", false },
		{ "add_task ", "\"add_task\"", "a blank", false },
		{ "=?base64?YWRkX3Rhc2s?=", "\"add_task\"", "no padding",
		    false },
		{ "=?base64?YWRk!3Rhc2s=?=", "\"add_task\"",
		    "another character", false },
		{ "=?BASE64?YWRkX3Rhc2s=?=", "\"add_task\"",
		    "another encoding", false },
		{ "=?base64?YWRkX3Rhc2s=?=", "\"=?base64?YWRkX3Rhc2s=?=\"",
		    "not decoded in the body", false },
		{ "\xc3\xa4", "\"ä\"", "not encoded", false },
		{ "=?base64?AA==?=", "\"\"", "a NUL", false },
		{ "add_task", "7", "a number in the body", false },
		{ "add_task", "null", "null in the body", false },
		{ NULL, "7", "neither: for the method to refuse", true },
	};
	static const struct { const char *method, *member; } of[] = {
		{ "tools/call", "name" }, { "prompts/get", "name" },
		{ "resources/read", "uri" },
	};
	struct arena *a = arena_new();
	size_t i, k;
	int code;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (k = 0; k < sizeof(of) / sizeof(of[0]); k++) {
			read_it(a, MODERN, of[k].method, cases[i].name,
			    arena_printf(a, "{\"jsonrpc\":\"2.0\",\"id\":1,"
			    "\"method\":\"%s\",\"params\":{\"%s\":%s," META
			    "}}", of[k].method, of[k].member,
			    cases[i].member), &code);
			is_int(code, cases[i].good ? 0 : MCP_HEADER_MISMATCH,
			    "%s: %s", of[k].method, cases[i].what);
		}
	read_it(a, MODERN, "tools/list", "odd", "{\"jsonrpc\":\"2.0\","
	    "\"id\":1,\"method\":\"tools/list\",\"params\":{\"name\":\"x\","
	    META "}}", &code);
	is_int(code, 0, "where it has no meaning it is not looked at");
	read_it(a, NULL, NULL, "odd", "{\"jsonrpc\":\"2.0\",\"id\":1,"
	    "\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}", &code);
	is_int(code, 0, "nor in the old era");
	arena_free(a);
}

/* What is not answered may not contradict itself either. */
static void
test_notices(void)
{
	static const char bare[] = "{\"jsonrpc\":\"2.0\",\"method\":\"n/x\"}";
	static const char full[] =
	    "{\"jsonrpc\":\"2.0\",\"method\":\"n/x\",\"params\":{" META "}}";
	static const struct {
		const char *revision, *method, *body;
		int code;
	} cases[] = {
		{ NULL, NULL, bare, 0 },
		{ OLD, NULL, bare, 0 },
		{ MODERN, NULL, bare, 0 },
		{ MODERN, "n/x", bare, 0 },
		{ MODERN, "n/x", full, 0 },
		{ NULL, NULL, full, 0 },
		{ MODERN, "n/y", bare, MCP_HEADER_MISMATCH },
		{ OLD, NULL, full, MCP_HEADER_MISMATCH },
		{ "v9", NULL, bare, MCP_UNSUPPORTED_REVISION },
		{ "v9", NULL, full, MCP_UNSUPPORTED_REVISION },
		{ OLD ", v9", NULL, bare, MCP_HEADER_MISMATCH },
		{ MODERN, "tools/list",
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 0 },
		{ "v9", NULL, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
		    MCP_UNSUPPORTED_REVISION },
	};
	struct arena *a = arena_new();
	size_t i;
	int code;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_it(a, cases[i].revision, cases[i].method, NULL,
		    cases[i].body, &code);
		is_int(code, cases[i].code, "a notice of %s, %s, %s",
		    cases[i].revision != NULL ? cases[i].revision : "nothing",
		    cases[i].method != NULL ? cases[i].method : "no method",
		    cases[i].body);
	}
	arena_free(a);
}

int
main(void)
{
	test_eras();
	test_frames();
	test_kinds();
	test_params();
	test_bounds();
	test_modern();
	test_unsupported();
	test_names();
	test_notices();
	return tap_done();
}
