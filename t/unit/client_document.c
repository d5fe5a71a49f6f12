/*
 * Programs that describe themselves: which addresses may be theirs, which
 * may be gone back to, what is taken from a description and what refused.
 *
 * With arguments it reads one description from its address and says what came
 * of it; a test with a server of its own asks for that:
 *	client_document ID HOSTS CA-FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/client_document.h"
#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"

#include "served.h"
#include "tap.h"

#define ID	"https://app.example/oauth/client.json"
#define HEAD	"{\"client_id\":\"" ID "\","
#define BACK	"\"redirect_uris\":[\"https://app.example/back\"]"

static void
test_ids(void)
{
	static const char *const good[] = {
		ID, "https://app.example/c", "https://app.example:8443/c",
		"https://APP.example/C", "https://app.example/c/",
		"https://app.example//", "https://app.example/c?v=1",
		"https://app.example/c?v=../x", "https://192.0.2.1/c",
		"https://[2001:db8::1]/c", "https://app.example/%41%2fb",
		"https://app.example/...", "https://app.example/.well-known/x",
		"https://app.example/a:b@c",
	};
	static const char *const bad[] = {
		"", "tcc_0123456789", "https", "https://", "https:///c",
		"https://app.example", "https://app.example/",
		"https://app.example/?c=1", "https://app.example?c",
		"http://app.example/c", "HTTPS://app.example/c",
		"https:/app.example/c", "https:app.example/c",
		"ftp://app.example/c", "file:///etc/passwd",
		"https://app.example/c#", "https://app.example/c#top",
		"https://ann@app.example/c", "https://ann:pw@app.example/c",
		"https://@app.example/c", "https://app.example\\@b.example/c",
		"https://app.example/a/../c", "https://app.example/./c",
		"https://app.example/a/..", "https://app.example/.",
		"https://app.example/%2e%2E/c", "https://app.example/.%2e/c",
		"https://app.example/%2e", "https://app.example/c d",
		"https://app.example/c\n", "https://app.example/c\x7f",
		"https://app.example/\xc3\xa9", "https://\xc3\xa9.example/c",
		"https://app.example/%4", "https://app.example/%zz",
		"https://app.example/c%", "https://app.example/<c>",
		"https://app.example/{c}", "https://app.example/\"c\"",
		"https://app.example:0/c", "https://app.example:65536/c",
		"https://app.example:/c", "https://app.example:a/c",
		"https://.app.example/c", "https://app.example./c",
		"https://app..example/c", "https://[::1/c", "https://[]/c",
		"https://[v1.x]/c", "https://ex%61mple.org/c",
		" https://app.example/c",
	};
	char longest[MAX_CLIENT_ID + 2] = "https://app.example/";
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(client_id_is_document(str_of(good[i])), "%s is one",
		    good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!client_id_is_document(str_of(bad[i])), "%s is none",
		    bad[i]);
	ok(!client_id_is_document(STR("https://app.example/c\0d")),
	    "nor is one with a NUL");
	memset(longest + strlen(longest), 'c',
	    MAX_CLIENT_ID - strlen(longest));
	ok(client_id_is_document(str_of(longest)), "as long as may be");
	longest[MAX_CLIENT_ID] = 'c';
	ok(!client_id_is_document(str_of(longest)), "and one byte more");
}

static void
test_hosts(void)
{
	static const struct { const char *hosts, *id; bool allowed; } all[] = {
		{ "", "https://any.example/c", true },
		{ "app.example", "https://app.example/c", true },
		{ "app.example", "https://APP.Example/c", true },
		{ "app.example", "https://app.example:8443/c", true },
		{ "app.example", "https://b.app.example/c", false },
		{ "app.example", "https://app.example.org/c", false },
		{ "app.example", "https://xapp.example/c", false },
		{ "app.example", "https://other.example/app.example", false },
		{ "*.app.example", "https://a.app.example/c", true },
		{ "*.app.example", "https://a.b.app.example/c", true },
		{ "*.app.example", "https://app.example/c", false },
		{ "*.app.example", "https://xapp.example/c", false },
		{ "a.example, *.b.example,c.example", "https://c.example/c",
		  true },
		{ "a.example, *.b.example,c.example", "https://x.b.example/c",
		  true },
		{ "a.example", "https://[2001:db8::1]/c", false },
		{ "127.0.0.1", "https://127.0.0.1:1/c", true },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct conf c = { .oauth_client_hosts = all[i].hosts };

		is_int(client_host_allowed(&c, all[i].id), all[i].allowed,
		    "\"%s\" and %s", all[i].hosts, all[i].id);
	}
}

static void
test_redirects(void)
{
	static const char *const good[] = {
		"https://claude.ai/api/mcp/auth_callback",
		"https://app.example", "https://app.example?x=1",
		"https://app.example:8443/b?x=%20&y", "https://a.example/a@b",
		"http://127.0.0.1", "http://127.0.0.1/",
		"http://127.0.0.1:33418/back", "http://localhost:1/back?x",
		"http://localhost/", "http://[::1]:1234/back", "http://[::1]/",
		"cursor://anysphere.cursor-mcp/oauth/callback",
		"com.example.app:/back", "com.example.app:back",
		"app+x-1://back",
	};
	static const char *const bad[] = {
		"", ":", "back", "/back", "//app.example/back", "https:",
		"https://", "https:back", "https:/back", "https:///back",
		"HTTPS://app.example/", "http://app.example/back",
		"HTTP://app.example/", "http:", "http:back",
		"http://127.0.0.2/", "http://127.1/", "http://0.0.0.0/",
		"http://127.0.0.1.app.example/", "http://LOCALHOST/",
		"http://localhost.app.example/", "http://[127.0.0.1]/",
		"http://[localhost]/", "http://[::2]/", "http://::1/",
		"http://ann@localhost/", "http://localhost@app.example/",
		"http://localhost\\@app.example/", "http://localhost:x/",
		"https://ann@app.example/", "https://@app.example/",
		"https://app.example/back#", "https://app.example/b#x",
		"cursor://back#x", "https://app.example/b c",
		"https://app.example/b\r\nX: y", "https://app.example/\t",
		"https://app.example/\xc3\xa9", "https://app.example/%0",
		"https://app.example/\"", "https://app.example/<",
		"javascript:alert(1)", "JavaScript:alert(1)",
		"jAvAsCrIpT://x/%0aalert(1)", "data:text/html,x",
		"file:///etc/passwd", "vbscript:x", "blob:https://a/b",
		"about:blank", "view-source:https://a/", "ws://a/", "wss://a/",
		"ftp://a/", "filesystem:https://a/", "app:", "1app:/back",
		"-app:/back", "App:/back", "a_b:/back", "a%62:/back",
		" cursor://back",
	};
	char longest[MAX_REDIRECT_URI + 2] = "https://app.example/";
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(redirect_uri_ok(str_of(good[i])), "%s is ok", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!redirect_uri_ok(str_of(bad[i])), "%s is not", bad[i]);
	ok(!redirect_uri_ok(STR("https://app.example/\0b")),
	    "nor is one with a NUL");
	memset(longest + strlen(longest), 'c',
	    MAX_REDIRECT_URI - strlen(longest));
	ok(redirect_uri_ok(str_of(longest)), "as long as may be");
	longest[MAX_REDIRECT_URI] = 'c';
	ok(!redirect_uri_ok(str_of(longest)), "and one byte more");
}

static void
test_listed(void)
{
	static const struct { const char *listed, *uri; bool found; } all[] = {
		{ "https://a.example/b", "https://a.example/b", true },
		{ "https://a.example/b", "https://a.example/b/", false },
		{ "https://a.example/b", "https://a.example/b?x", false },
		{ "https://a.example/b", "https://a.example/B", false },
		{ "https://a.example/b", "https://A.example/b", false },
		{ "https://a.example/b", "https://a.example:443/b", false },
		{ "https://a.example/b", "https://a.example/", false },
		{ "https://a.example", "https://a.example/", false },
		{ "https://a.example:1/b", "https://a.example:2/b", false },
		{ "http://127.0.0.1/b", "http://127.0.0.1:5/b", true },
		{ "http://127.0.0.1:5/b", "http://127.0.0.1:6/b", true },
		{ "http://127.0.0.1:5/b", "http://127.0.0.1/b", true },
		{ "http://127.0.0.1:5/b", "http://127.0.0.1:6/c", false },
		{ "http://127.0.0.1:5/b", "http://127.0.0.1:6/b?x", false },
		{ "http://127.0.0.1:5", "http://127.0.0.1:6", true },
		{ "http://127.0.0.1:5", "http://127.0.0.1:6/", false },
		{ "http://127.0.0.1/b", "http://localhost:5/b", false },
		{ "http://localhost/b", "http://localhost:5/b", true },
		{ "http://localhost/b", "https://localhost:5/b", false },
		{ "https://localhost/b", "https://localhost:5/b", false },
		{ "http://[::1]/b", "http://[::1]:5/b", true },
		{ "http://[::1]/b", "http://127.0.0.1:5/b", false },
		{ "http://a.example/b", "http://a.example:5/b", false },
		{ "http://a.example/b", "http://a.example/b", false },
		{ "javascript:x", "javascript:x", false },
		{ "app://b", "app://b", true },
		{ "app://b:1/c", "app://b:2/c", false },
	};
	struct arena *a = arena_new();
	struct json_object *list;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		list = js_array(a);
		js_push(list, js_new_str(STR("https://before.example/")));
		js_push(list, js_new_int(7));
		js_push(list, js_new_str(str_of(all[i].listed)));
		is_int(redirect_uri_listed(list, str_of(all[i].uri)),
		    all[i].found, "%s and %s", all[i].listed, all[i].uri);
	}
	ok(!redirect_uri_listed(js_array(a), STR("https://a.example/b")),
	    "an empty list has none");
	ok(!redirect_uri_listed(NULL, STR("https://a.example/b")),
	    "nor has none");
	arena_free(a);
}

static void
test_names(void)
{
	static const struct { const char *in, *out; } all[] = {
		{ "Claude", "Claude" },
		{ "  Claude \t\n Code\xc2\xa0\xe3\x80\x80x ", "Claude Code x" },
		{ "Caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8c\xb5",
		  "Caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8c\xb5" },
		{ "a\x01" "b\x7f" "c\xc2\x85" "d", "a b c d" },
		{ "a\xe2\x80\xae" "b\xe2\x81\xa6" "c\xe2\x80\x8f" "d", "abcd" },
		{ "a\xe2\x80\x8b\xef\xbb\xbf\xc2\xad" "b", "ab" },
		{ "a\xe2\x80\xa8" "b\xe2\x80\xa9" "c", "a b c" },
		{ "a\xf3\xa0\x81\xa1" "b", "ab" },	/* a tag */
		{ "a\xf0\x9b\xb2\xa0" "b\xf0\x9d\x85\xb3" "c", "abc" },
		{ "a\xe2\xa0\x80" "b", "a b" },	/* Braille without a dot */
		{ "\xe3\x85\xa4\xe2\x80\x8b \xd8\x9c", "" },
		{ "\xe2\xa0\x80\xe2\xa0\x80", "" },
		{ "", "" },
	};
	struct arena *a = arena_new();
	char many[4 * MAX_CLIENT_NAME + 9];
	const char *got;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		is_str(client_name_clean(a, str_of(all[i].in)), all[i].out,
		    "name %zu", i);
	for (i = 0; i < MAX_CLIENT_NAME + 2; i++)
		memcpy(many + 4 * i, "\xf0\x9f\x8c\xb5", 4);
	got = client_name_clean(a, (struct str){ many, sizeof(many) - 1 });
	is_int((long long)utf8_count(str_of(got)), MAX_CLIENT_NAME,
	    "a long one is cut");
	ok(utf8_ok(str_of(got)), "between characters");
	memset(many, 'x', sizeof(many));
	many[MAX_CLIENT_NAME - 1] = ' ';
	got = client_name_clean(a, (struct str){ many, sizeof(many) });
	is_int((long long)strlen(got), MAX_CLIENT_NAME - 1,
	    "and does not end in a blank");
	arena_free(a);
}

static const struct err *
read_one(struct arena *a, const char *text, struct oauth_client *out)
{
	return client_document_read(a, ID, str_of(text), out);
}

static void
test_good(void)
{
	struct arena *a = arena_new();
	struct oauth_client c;
	const struct err *e;

	e = read_one(a, HEAD "\"client_name\":\" App\\u202e \","
	    "\"client_uri\":\"https://app.example/about\","
	    "\"redirect_uris\":[\"https://app.example/back\","
	    "\"http://localhost/b\"],\"grant_types\":[\"refresh_token\","
	    "\"authorization_code\"],\"response_types\":[\"code\"],"
	    "\"token_endpoint_auth_method\":\"none\",\"logo_uri\":7,"
	    "\"scope\":\"tasks:read\",\"jwks\":{}}", &c);
	is_str(err_code(e), "", "a whole description");
	if (e == NULL) {
		is_str(c.id, ID, "its id");
		is_str(c.name, "App", "its name, cleaned");
		is_str(c.host, "app.example", "its host");
		is_str(c.uri, "https://app.example/about", "its page");
		is_int((long long)js_len(c.redirect_uris), 2, "its addresses");
		ok(c.secret_hash == NULL && !c.registered, "nothing more");
		is_int(c.fresh, CLIENT_FRESH, "kept as is usual");
	}
	e = read_one(a, HEAD BACK "}", &c);
	is_str(err_code(e), "", "the least there is");
	if (e == NULL) {
		is_str(c.name, "app.example", "the host for a name");
		is_str(c.uri, NULL, "no page");
	}
	e = read_one(a, HEAD BACK ",\"client_name\":\"\\u200b\","
	    "\"client_uri\":\"javascript:x\",\"grant_types\":null}", &c);
	is_str(err_code(e), "", "a name that cannot be seen");
	if (e == NULL) {
		is_str(c.name, "app.example", "is none");
		is_str(c.uri, NULL, "a page that is no https address is none");
	}
	e = client_document_read(a, "https://[2001:DB8::1]:8443/c",
	    STR("{\"client_id\":\"https://[2001:DB8::1]:8443/c\"," BACK "}"),
	    &c);
	is_str(err_code(e), "", "a host in figures");
	if (e == NULL)
		is_str(c.host, "[2001:db8::1]:8443", "is shown with its port");
	e = client_document_read(a, "https://App.Example:443/c",
	    STR("{\"client_id\":\"https://App.Example:443/c\"," BACK "}"), &c);
	is_str(err_code(e), "", "the usual port");
	if (e == NULL)
		is_str(c.host, "app.example", "is not");
	arena_free(a);
}

static void
test_bad(void)
{
	static const struct { const char *text, *why; } all[] = {
		{ "", "not JSON" }, { "{", "not JSON" },
		{ "<html>", "not JSON" },
		{ HEAD BACK "}x", "not JSON" },
		{ HEAD BACK "," BACK "}", "not JSON" },
		{ "[]", "JSON object" }, { "\"x\"", "JSON object" },
		{ "{" BACK "}", "client_id" },
		{ "{\"client_id\":7," BACK "}", "client_id" },
		{ "{\"client_id\":\"" ID "/\"," BACK "}", "client_id" },
		{ "{\"client_id\":\"https://APP.example/oauth/client.json\","
		  BACK "}", "client_id" },
		{ HEAD "\"x\":1}", "redirect_uris" },
		{ HEAD "\"redirect_uris\":null}", "redirect_uris" },
		{ HEAD "\"redirect_uris\":\"https://a.example/\"}",
		  "redirect_uris" },
		{ HEAD "\"redirect_uris\":[]}", "redirect_uris" },
		{ HEAD "\"redirect_uris\":[7]}", "address 1 of" },
		{ HEAD "\"redirect_uris\":[\"https://a.example/\","
		  "\"http://a.example/\"]}", "address 2 of" },
		{ HEAD "\"redirect_uris\":[\"javascript:x\"]}",
		  "address 1 of" },
		{ HEAD BACK ",\"client_secret\":\"x\"}", "client_secret" },
		{ HEAD BACK ",\"client_secret\":null}", "client_secret" },
		{ HEAD BACK ",\"client_secret_expires_at\":0}",
		  "client_secret" },
		{ HEAD BACK ",\"token_endpoint_auth_method\":"
		  "\"private_key_jwt\"}", "not \"none\"" },
		{ HEAD BACK ",\"token_endpoint_auth_method\":"
		  "\"client_secret_post\"}", "not \"none\"" },
		{ HEAD BACK ",\"token_endpoint_auth_method\":[\"none\"]}",
		  "not \"none\"" },
		{ HEAD BACK ",\"grant_types\":[\"implicit\"]}",
		  "grant_types is without" },
		{ HEAD BACK ",\"grant_types\":[]}", "grant_types is without" },
		{ HEAD BACK ",\"grant_types\":\"authorization_code\"}",
		  "grant_types is not" },
		{ HEAD BACK ",\"response_types\":[\"token\",7]}",
		  "response_types is without" },
		{ HEAD BACK ",\"client_name\":[]}", "client_name" },
		{ HEAD BACK ",\"client_uri\":7}", "client_uri" },
	};
	struct arena *a = arena_new();
	struct oauth_client c;
	const struct err *e;
	struct buf b;
	size_t i, n;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		e = read_one(a, all[i].text, &c);
		is_str(err_code(e), "client_invalid", "refused: %s",
		    all[i].text);
		ok(e != NULL && e->kind == ERR_INPUT &&
		    strstr(e->say, all[i].why) != NULL, "for: %s",
		    all[i].why);
		if (e != NULL && strstr(e->say, all[i].why) == NULL)
			diag("%s", e->say);
	}
	for (n = MAX_REDIRECT_URIS; n <= MAX_REDIRECT_URIS + 1; n++) {
		buf_init(&b, a, 8192);
		buf_puts(&b, HEAD "\"redirect_uris\":[");
		for (i = 0; i < n; i++)
			buf_printf(&b, "%s\"app:/%zu\"", i == 0 ? "" : ",", i);
		buf_puts(&b, "]}");
		is_str(err_code(read_one(a, buf_str(&b), &c)),
		    n == MAX_REDIRECT_URIS ? "" : "client_invalid",
		    "%zu addresses", n);
	}
	buf_init(&b, a, 8192);
	buf_puts(&b, HEAD BACK ",\"x\":[0");
	for (i = 0; i < JSON_VALUES_CLIENT; i++)
		buf_puts(&b, ",0");
	buf_puts(&b, "]}");
	is_str(err_code(read_one(a, buf_str(&b), &c)), "client_invalid",
	    "too many values");
	arena_free(a);
}

/* One line: what it is, or the code of why not and what is said of it. */
static int
fetch_one(const char *id, const char *hosts, const char *ca_file)
{
	const struct conf conf = { .oauth_client_hosts = hosts,
	    .oauth_ca_file = ca_file };
	struct arena *a = arena_new();
	struct oauth_client c;
	const struct err *e;
	struct fetch *f;

	fetch_global_init();
	f = fetch_new();
	e = client_document_fetch(f, a, &conf, id, &c);
	if (e == NULL)
		printf("ok %d %s %s\n", c.fresh, c.host, c.name);
	else
		printf("%s %d %s | %s\n", e->code, (int)e->kind, e->say,
		    e->log);
	fetch_free(f);
	fetch_global_done();
	arena_free(a);
	return e != NULL;
}

int
main(int argc, char *argv[])
{
	if (argc == 4)
		return fetch_one(argv[1], argv[2], argv[3]);
	test_ids();
	test_hosts();
	test_redirects();
	test_listed();
	test_names();
	test_good();
	test_bad();
	return tap_done();
}
