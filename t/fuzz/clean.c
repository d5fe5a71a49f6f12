/*
 * Any bytes on their way to a model, as text and as JSON: what comes out is
 * well-formed and clean already, and a string of JSON says what the text
 * would say.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/json.h"
#include "base/text.h"
#include "model/clean.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool it)
{
	if (!it)
		abort();
}

static void
is_clean(struct arena *a, struct str s)
{
	must(utf8_ok(s));
	must(clean_text(a, s).p == s.p);
	must(clean_data(a, s).p == s.p);
}

static void
in_json(struct arena *a, struct str text)
{
	struct json_object *v = js_array(a), *got = NULL;
	struct str said, want = clean_text(a, text);

	js_push(v, js_new_str(text));
	must(js_parse(a, clean_data(a, js_write(a, v)), JSON_DEPTH, &got) ==
	    NULL);
	said = js_str(js_at(got, 0));
	must(said.n == want.n && memcmp(said.p, want.p, want.n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = { (const char *)data, n };
	struct arena *a = arena_new();

	must(utf8_ok(clean_text(a, s)));
	must(clean_text(a, clean_text(a, s)).n == clean_text(a, s).n);
	is_clean(a, clean_data(a, s));
	must(utf8_ok(clean_json(a, s)));
	in_json(a, utf8_mend(a, s));
	arena_free(a);
	return 0;
}
