/*
 * Whatever js_parse() accepts, js_write() writes so that it is read again
 * as the same value, and the same text comes out the second time.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/bounds.h"
#include "base/json.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *first, *second;
	struct arena *a = arena_new();
	struct str in = { (const char *)data, size }, text, again;

	if (js_parse(a, in, JSON_DEPTH, &first) == NULL) {
		text = js_write(a, first);
		if (js_parse(a, text, JSON_DEPTH, &second) != NULL)
			abort();
		if (!js_equal(first, second))
			abort();
		again = js_write(a, second);
		if (!str_is(again, text.p))
			abort();
	}
	arena_free(a);
	return 0;
}
