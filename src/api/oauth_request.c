/*
 * What a client asks a person for: which client, where the browser goes
 * afterwards, and then all the rest (RFC 6749 section 4.1.1).
 */
#include <string.h>

#include "api/fields.h"
#include "api/oauth.h"
#include "auth/client_document.h"
#include "auth/client_proof.h"
#include "auth/mcp_url.h"
#include "auth/token_text.h"
#include "base/bounds.h"
#include "base/text.h"
#include "store/account.h"

#define STALE_SECONDS	(24 * 60 * 60)	/* a document serves while its host
					   is down */

/*
 * Documents that one person has us read, beyond those we have.  Each is kept
 * for days.
 */
enum { DOCUMENTS = 30, DOCUMENTS_SECONDS = 600, DOCUMENTS_DAY = 200,
    DAY_SECONDS = 24 * 60 * 60 };

static const char *const names[] = { "client_id", "redirect_uri",
    "response_type", "response_mode", "scope", "state", "code_challenge",
    "code_challenge_method", "resource", "request", "request_uri" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* ---- parameters */

/* One that is empty counts as absent (section 3.1); others than ours do. */
const struct err *
oauth_params_query(struct api_call *c, struct json_object **params)
{
	struct json_object *v = js_object(c->a);
	const struct err *e;
	const char *value;

	for (size_t i = 0; i < NAMES; i++) {
		e = http_query(c->q, names[i], &value);
		if (e != NULL)
			return e;
		if (value != NULL && *value != '\0')
			js_add_text(v, names[i], value);
	}
	*params = v;
	return NULL;
}

const struct err *
oauth_params_json(struct api_call *c, struct json_object *body,
    struct json_object **params)
{
	struct json_object *v = js_object(c->a);
	const struct err *e;
	const char *value;

	if (js_type(body) != JS_OBJ)
		return invalid(c->a, "request", "an object");
	for (size_t i = 0; i < NAMES; i++) {
		e = field_text(c->a, body, names[i], &value);
		if (e != NULL)
			return e;
		if (value != NULL && *value != '\0')
			js_add_text(v, names[i], value);
	}
	*params = v;
	return NULL;
}

/* ---- scopes */

unsigned int
oauth_scopes_read(struct str s)
{
	const char *end = s.p + s.n, *next;
	unsigned int found = 0;
	struct str word;

	for (; s.p < end; s.p = next + 1) {
		next = memchr(s.p, ' ', (size_t)(end - s.p));
		next = next == NULL ? end : next;
		word = (struct str){ s.p, (size_t)(next - s.p) };
		if (str_is(word, SCOPE_READ))
			found |= OAUTH_READ;
		else if (str_is(word, SCOPE_WRITE))
			found |= OAUTH_WRITE;
	}
	return found;
}

const char *
oauth_scopes_said(unsigned int scopes)
{
	switch (scopes) {
	case OAUTH_READ:
		return SCOPE_READ;
	case OAUTH_WRITE:
		return SCOPE_WRITE;
	case OAUTH_READ | OAUTH_WRITE:
		return AUTH_SCOPES;
	}
	return "";
}

/* ---- which client */

static const struct err *
client_invalid(struct api_call *c, const char *say, const char *id)
{
	return err_new(c->a, ERR_INPUT, "client_invalid", say,
	    "oauth: client %.200s: %s", id, say);
}

static const struct err *
document_throttled(struct api_call *c)
{
	const struct throttle t[] = {
		{ .key = arena_printf(c->a, "oauth document %s", c->user),
		  .limit = DOCUMENTS, .seconds = DOCUMENTS_SECONDS },
		{ .key = arena_printf(c->a, "oauth document day %s", c->user),
		  .limit = DOCUMENTS_DAY, .seconds = DAY_SECONDS } };
	const struct err *e;
	int wait = 0;

	e = throttle_hit(c->api->db, c->a, sizeof(t) / sizeof(t[0]), t,
	    &wait);
	if (e != NULL || wait == 0)
		return e;
	return err_retry(c->a, err_new(c->a, ERR_LIMIT, "too_many_attempts",
	    "Too many programs were tried. Please try again later.",
	    "oauth: more than %d documents in %d s, or %d in a day",
	    DOCUMENTS, DOCUMENTS_SECONDS, DOCUMENTS_DAY), wait);
}

/* A handle for this call alone: people rarely connect a program. */
static const struct err *
document_fetch(struct api_call *c, const char *id, struct oauth_client *out)
{
	struct fetch *f = fetch_new();
	const struct err *e;

	e = client_document_fetch(f, c->a, c->api->conf, id, out);
	fetch_free(f);
	return e;
}

/* The copy we have, while it is fresh; else a new one, and what became of
 * the old one is for the host to say. */
static const struct err *
document_read(struct api_call *c, const char *id, struct oauth_client *out)
{
	struct oauth_client kept = { .fresh = 0 };
	const struct err *e;
	bool found = false;

	if (!client_host_allowed(c->api->conf, id))
		return client_invalid(c, "Programs of this host may not "
		    "connect here.", id);
	e = oauth_client_read(c->api->db, c->a, id, &found, &kept);
	if (e != NULL)
		return e;
	if (found && kept.fresh > 0) {
		*out = kept;
		return NULL;
	}
	if ((e = document_throttled(c)) != NULL)
		return e;
	e = document_fetch(c, id, out);
	if (e == NULL)
		return oauth_client_keep(c->api->db, c->a, out);
	if (e->kind != ERR_UPSTREAM || !found ||
	    kept.fresh < -STALE_SECONDS)
		return e;
	log_text(&c->q->log, "stale_client", e->log);
	*out = kept;
	return NULL;
}

static const struct err *
client_read(struct api_call *c, const char *id, struct oauth_client *out)
{
	const struct err *e;
	bool found = false;

	if (client_id_is_document(str_of(id)))
		return document_read(c, id, out);
	/* what cannot be one of ours is not looked for */
	if (token_text_hash_of(c->a, TOKEN_CLIENT, str_of(id)) != NULL) {
		e = oauth_client_read(c->api->db, c->a, id, &found, out);
		if (e != NULL)
			return e;
	}
	return found ? NULL : client_invalid(c,
	    "No program with this client_id is known here.", id);
}

/* ---- what it wants */

static void
fault(struct oauth_request *r, const char *error, const char *say)
{
	if (r->error == NULL) {
		r->error = error;
		r->error_say = say;
	}
}

static bool
said(struct json_object *params, const char *name, const char *value)
{
	return str_is(js_str(js_get(params, name)), value);
}

static void
response_check(struct json_object *params, struct oauth_request *r)
{
	if (js_has(params, "request"))
		fault(r, "request_not_supported",
		    "The parameter request is not taken.");
	if (js_has(params, "request_uri"))
		fault(r, "request_uri_not_supported",
		    "The parameter request_uri is not taken.");
	if (!js_has(params, "response_type"))
		fault(r, "invalid_request", "response_type is missing.");
	if (!said(params, "response_type", "code"))
		fault(r, "unsupported_response_type",
		    "response_type has to be code.");
	if (js_has(params, "response_mode") &&
	    !said(params, "response_mode", "query"))
		fault(r, "invalid_request", "response_mode has to be query.");
}

/* OAuth 2.1 section 7.6: PKCE for all, and no method but S256. */
static void
challenge_check(struct api_call *c, struct json_object *params,
    struct oauth_request *r)
{
	r->challenge = js_text(params, "code_challenge", NULL);
	if (r->challenge == NULL)
		fault(r, "invalid_request", "code_challenge is missing.");
	else if (!said(params, "code_challenge_method", "S256"))
		fault(r, "invalid_request",
		    "code_challenge_method has to be S256.");
	else if (!pkce_challenge_ok(c->a, str_of(r->challenge)))
		fault(r, "invalid_request",
		    "code_challenge is not that of an S256.");
}

static void
wish_check(struct api_call *c, struct json_object *params,
    struct oauth_request *r)
{
	const char *scope = js_text(params, "scope", NULL);

	r->resource = mcp_url(c->a, c->api->conf);
	if (js_has(params, "resource") &&
	    !said(params, "resource", r->resource))
		fault(r, "invalid_target", "resource is none of this server.");
	r->scopes = oauth_scopes_read(str_of(scope == NULL ? AUTH_SCOPES :
	    scope));
	if (r->scopes == 0)
		fault(r, "invalid_scope",
		    "scope has to have " SCOPE_READ " or " SCOPE_WRITE ".");
}

const struct err *
oauth_request_read(struct api_call *c, struct json_object *params,
    struct oauth_request *out)
{
	const char *id = js_text(params, "client_id", NULL);
	struct oauth_request r = { .error = NULL };
	const struct err *e;

	r.redirect_uri = js_text(params, "redirect_uri", NULL);
	r.state = js_text(params, "state", NULL);
	if (id == NULL || r.redirect_uri == NULL)
		return err_new(c->a, ERR_INPUT, "invalid_request",
		    arena_printf(c->a, "%s is missing.", id == NULL ?
		    "client_id" : "redirect_uri"), "oauth: %s is missing",
		    id == NULL ? "client_id" : "redirect_uri");
	if ((e = client_read(c, id, &r.client)) != NULL)
		return e;
	log_text(&c->q->log, "client", r.client.id);
	if (!redirect_uri_ok(str_of(r.redirect_uri)) ||
	    !redirect_uri_listed(r.client.redirect_uris,
	    str_of(r.redirect_uri)))
		return err_new(c->a, ERR_INPUT, "redirect_invalid",
		    "The address to go back to is none that this program "
		    "has listed.", "oauth: redirect_uri %.200s is not listed",
		    r.redirect_uri);
	response_check(params, &r);
	challenge_check(c, params, &r);
	wish_check(c, params, &r);
	*out = r;
	return NULL;
}
