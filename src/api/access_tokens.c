/*
 * The tokens a person makes for programs: made, listed, revoked.  A token's
 * text leaves this file once, in the answer that made it.
 */
#include <string.h>

#include "api/fields.h"
#include "auth/token_text.h"
#include "base/bounds.h"
#include "base/text.h"
#include "store/access_token.h"

enum { DAYS_USUAL = 365 };

static const char *const scopes[] = { SCOPE_READ, SCOPE_WRITE };
enum { SCOPES = sizeof(scopes) / sizeof(scopes[0]) };

static const struct err *
scopes_wrong(struct api_call *c)
{
	return invalid(c->a, "scopes",
	    "a list with " SCOPE_READ ", " SCOPE_WRITE " or both");
}

/* As an array of Postgres'; absent or null: all. */
static const struct err *
scopes_read(struct api_call *c, struct json_object *body, const char **out)
{
	struct json_object *v = js_get(body, "scopes");
	bool wanted[SCOPES] = { false };
	struct buf b;
	size_t i, k;

	if (v != NULL && (js_type(v) != JS_ARR || js_len(v) == 0))
		return scopes_wrong(c);
	for (i = 0; i < js_len(v); i++) {
		for (k = 0; k < SCOPES && !str_is(js_str(js_at(v, i)),
		    scopes[k]); k++)
			;
		if (k == SCOPES)
			return scopes_wrong(c);
		wanted[k] = true;
	}
	buf_init(&b, c->a, 128);
	for (k = 0; k < SCOPES; k++)
		if (v == NULL || wanted[k])
			buf_printf(&b, "%c%s", b.n == 0 ? '{' : ',',
			    scopes[k]);
	buf_putc(&b, '}');
	*out = buf_str(&b);
	return NULL;
}

/* Absent: a year; null, and so 0: without an end. */
static const struct err *
days_read(struct api_call *c, struct json_object *body, int *out)
{
	static const char name[] = "expires_in_days";
	struct json_object *v = js_get(body, name);
	int64_t n = js_has(body, name) ? 0 : DAYS_USUAL;

	if (v != NULL)
		n = js_int(body, name, 0);
	if (v != NULL && (n < 1 || n > MAX_TOKEN_DAYS))
		return invalid(c->a, name, arena_printf(c->a, "a whole number"
		    " from 1 to %d, or null for a token without an end",
		    MAX_TOKEN_DAYS));
	*out = (int)n;
	return NULL;
}

static const struct err *
wish_read(struct api_call *c, struct access_token_wish *w)
{
	static const char *const names[] = { "name", "scopes",
	    "expires_in_days", NULL };
	struct json_object *body;
	const struct err *e;

	e = http_json(c->q, c->body, &body);
	if (e == NULL)
		e = fields_known(c->a, body, names);
	if (e == NULL)
		e = line_check(c->a, "name", js_text(body, "name", ""),
		    MAX_TOKEN_NAME, &w->name);
	if (e == NULL)
		e = scopes_read(c, body, &w->scopes);
	return e != NULL ? e : days_read(c, body, &w->days);
}

const struct err *
api_access_token_list(struct api_call *c)
{
	struct json_object *body = js_object(c->a), *tokens;
	const struct err *e;

	e = access_token_list(c->api->db, c->a, c->user, &tokens);
	if (e != NULL)
		return e;
	js_add(body, "tokens", js_share(tokens));
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_access_token_add(struct api_call *c)
{
	struct access_token_wish w = { .id = uuid_new(c->a) };
	struct json_object *row;
	const struct err *e;
	const char *token;

	if ((e = wish_read(c, &w)) != NULL)
		return e;
	token = token_text_new(c->a);
	w.hash = token_text_hash(c->a, str_of(token));
	e = access_token_add(c->api->db, c->a, c->user, &w, &row);
	if (e != NULL)
		return e;
	log_text(&c->q->log, "access_token", w.id);
	js_add_text(row, "token", token);
	http_send_json(c->q, 201, row);
	return NULL;
}

const struct err *
api_access_token_remove(struct api_call *c)
{
	const struct err *e;
	const char *id;

	e = path_uuid(c, "id", "access_token_not_found",
	    "No such access token.", &id);
	if (e == NULL)
		e = access_token_remove(c->api->db, c->a, c->user, id);
	if (e != NULL)
		return e;
	http_send_empty(c->q, 204);
	return NULL;
}
