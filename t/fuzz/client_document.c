/*
 * Any bytes as a program's description, as its address and as one that
 * browsers are sent back to: what is taken of them is as it was promised.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/client_document.h"
#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"

#define ID	"https://a.example/c"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool it)
{
	if (!it)
		abort();
}

/* No line end, nothing that begins another address, nothing unreadable. */
static void
must_be_plain(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		must(s.p[i] > ' ' && s.p[i] < 0x7f &&
		    strchr("\\\"<>#", s.p[i]) == NULL);
}

static void
must_be_redirect(struct arena *a, struct str s)
{
	static const char *const never[] = { "javascript:", "data:", "file:",
	    "vbscript:", "blob:" };
	struct json_object *list = js_array(a);
	size_t i, n;

	must(s.n > 0 && s.n <= MAX_REDIRECT_URI);
	must_be_plain(s);
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		n = strlen(never[i]);
		must(s.n < n || !str_is_nocase((struct str){ s.p, n },
		    never[i]));
	}
	must(!redirect_uri_listed(list, s));
	js_push(list, js_new_str(s));
	must(redirect_uri_listed(list, s));
}

static void
must_be_client(struct arena *a, const struct oauth_client *c)
{
	struct str name = str_of(c->name);
	size_t i;

	must(strcmp(c->id, ID) == 0 && strcmp(c->host, "a.example") == 0);
	must(utf8_ok(name) && !utf8_has_control(name));
	must(utf8_count(name) >= 1 && utf8_count(name) <= MAX_CLIENT_NAME);
	must(strcmp(client_name_clean(a, name), c->name) == 0);
	must(c->uri == NULL || strncmp(c->uri, "https://", 8) == 0);
	must(c->secret_hash == NULL && !c->registered);
	must(c->fresh == CLIENT_FRESH);
	must(js_len(c->redirect_uris) >= 1 &&
	    js_len(c->redirect_uris) <= MAX_REDIRECT_URIS);
	for (i = 0; i < js_len(c->redirect_uris); i++)
		must_be_redirect(a, js_str(js_at(c->redirect_uris, i)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct arena *a = arena_new();
	struct oauth_client client;
	const struct err *e;

	e = client_document_read(a, ID, in, &client);
	if (e == NULL)
		must_be_client(a, &client);
	else
		must(strcmp(e->code, "client_invalid") == 0);
	if (redirect_uri_ok(in))
		must_be_redirect(a, in);
	if (client_id_is_document(in)) {
		must_be_plain(in);
		must(strncmp(in.p, "https://", 8) == 0 &&
		    in.n <= MAX_CLIENT_ID);
	}
	arena_free(a);
	return 0;
}
