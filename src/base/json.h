/*
 * The one door to json-c.  Elsewhere a struct json_object is a thing to
 * hand to these functions, nothing more.
 *
 * Names begin with js_: jansson comes in behind libjwt with json_ names
 * of its own, and a program's symbol would take its library's place.
 *
 * Whatever js_parse() and js_object() return is tied to the arena.  What
 * is added to an object or array belongs to it from then on; what is
 * read out of one is lent as long as the root lives.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct json_object;

/*
 * Parse one whole JSON text (RFC 8259), nested at most depth deep.  On top
 * of json-c's strict mode these are refused: trailing bytes, single
 * quotes, NaN and Infinity, numbers out of range, duplicate members, a
 * NUL character in a string, text that is not UTF-8.
 * ERR_INPUT, code "invalid_json"; the error's log says what and where.
 */
const struct err *js_parse(struct arena *a, struct str text, int depth,
    struct json_object **out);

/*
 * The same with at most so many values in it (js_parse: JSON_VALUES).  A
 * value costs some hundred bytes however short its text is.
 */
const struct err *js_parse_few(struct arena *a, struct str text, int depth,
    size_t values, struct json_object **out);

enum js_type { JS_NULL, JS_BOOL, JS_INT, JS_REAL, JS_STR, JS_ARR, JS_OBJ };
enum js_type	 js_type(const struct json_object *v);	/* of NULL: JS_NULL */

/* Member of an object; NULL when v is no object, has none, or it is null. */
struct json_object *js_get(const struct json_object *v, const char *key);
bool		 js_has(const struct json_object *v, const char *key);

/* Strings come with their length; absent or of another type: fallback. */
struct str	 js_str(const struct json_object *v);	/* else {NULL,0} */
const char	*js_text(const struct json_object *v, const char *key,
		    const char *fallback);
int64_t		 js_int(const struct json_object *v, const char *key,
		    int64_t fallback);		/* a JSON integer only */
bool		 js_bool(const struct json_object *v, const char *key,
		    bool fallback);
int64_t		 js_number_int(const struct json_object *v);	/* of JS_INT */
double		 js_number(const struct json_object *v); /* or of JS_REAL */

size_t		 js_len(const struct json_object *arr);	/* not an array: 0 */
struct json_object *js_at(const struct json_object *arr, size_t i);

/* Walk an object's members: for (it = js_first(v); it.key; js_next(&it)) */
struct js_iter { const char *key; struct json_object *value; void *at; };
struct js_iter	 js_first(const struct json_object *obj);
void		 js_next(struct js_iter *it);

/* Building.  A root is tied to a; loose values are given to js_add/js_push. */
struct json_object *js_object(struct arena *a);
struct json_object *js_array(struct arena *a);
struct json_object *js_new_object(void);	/* loose: must be added */
struct json_object *js_new_array(void);
struct json_object *js_new_str(struct str s);
struct json_object *js_new_int(int64_t n);
struct json_object *js_new_bool(bool b);
struct json_object *js_share(struct json_object *v);	/* one more owner */
void		 js_add(struct json_object *obj, const char *key,
		    struct json_object *v);	/* v NULL: JSON null */
void		 js_add_text(struct json_object *obj, const char *key,
		    const char *s);		/* s NULL: null */
void		 js_add_str(struct json_object *obj, const char *key,
		    struct str s);
void		 js_add_int(struct json_object *obj, const char *key,
		    int64_t n);
void		 js_add_bool(struct json_object *obj, const char *key, bool b);
void		 js_del(struct json_object *obj, const char *key);
void		 js_push(struct json_object *arr, struct json_object *v);

/* The text of v, compact, no escaped slashes; lives in a. */
struct str	 js_write(struct arena *a, struct json_object *v);
const char	*js_dump(struct arena *a, struct json_object *v);

/* The same text, lent: until v is changed, written again, or gone. */
struct str	 js_lent(struct json_object *v);

/*
 * Writing without a tree.  js_put_chars() is what stands between the
 * quotes, so a string can be written in pieces; js_put_str() is all of it.
 * Escapes as js_write() does; what is not UTF-8, and a NUL, is mended.
 */
void		 js_put_chars(struct buf *b, struct str s);
void		 js_put_str(struct buf *b, struct str s);
void		 js_put(struct buf *b, struct json_object *v);

bool		 js_equal(struct json_object *x, struct json_object *y);

#endif
