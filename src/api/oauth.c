#include <string.h>

#include "api/fields.h"
#include "api/oauth.h"
#include "auth/mcp_url.h"
#include "auth/origin.h"
#include "auth/token_text.h"
#include "base/bounds.h"
#include "base/conf_value.h"
#include "base/text.h"
#include "store/account.h"

/* Of what is put behind a redirect_uri, but for the state. */
#define MAX_ERROR_URL	4096

/* Of one person: each makes rows. */
enum { CONSENTS = 30, CONSENTS_SECONDS = 600 };

const struct err *
oauth_on(struct api_call *c)
{
	if (oauth_own(c->api->conf))
		return NULL;
	return err_new(c->a, ERR_NOTFOUND, "no_such_route",
	    "There is nothing at this address.",
	    "we hand out no tokens of OAuth: mcp, mcp_authorization_server");
}

/* ---- what there is */

static struct json_object *
list_of(const char *const *words)
{
	struct json_object *v = js_new_array();

	for (; *words != NULL; words++)
		js_push(v, js_new_str(str_of(*words)));
	return v;
}

/* RFC 8414 section 2; iss: RFC 9207; protected_resources: RFC 9728. */
const struct err *
api_oauth_metadata(struct api_call *c)
{
	static const char *const code[] = { "code", NULL };
	static const char *const query[] = { "query", NULL };
	static const char *const grants[] = { "authorization_code",
	    "refresh_token", NULL };
	static const char *const s256[] = { "S256", NULL };
	static const char *const proofs[] = { "none", "client_secret_basic",
	    "client_secret_post", NULL };
	static const char *const scopes[] = { SCOPE_READ, SCOPE_WRITE, NULL };
	const char *resources[] = { NULL, NULL };
	struct json_object *v = js_object(c->a);
	const struct err *e;
	const char *own;

	if ((e = oauth_on(c)) != NULL)
		return e;
	own = origin_public(c->a, c->api->conf);
	resources[0] = mcp_url(c->a, c->api->conf);
	js_add_text(v, "issuer", own);
	js_add_text(v, "authorization_endpoint",
	    arena_printf(c->a, "%s/authorize", own));
	js_add_text(v, "token_endpoint",
	    arena_printf(c->a, "%s/api/oauth/token", own));
	js_add_text(v, "revocation_endpoint",
	    arena_printf(c->a, "%s/api/oauth/revoke", own));
	js_add(v, "response_types_supported", list_of(code));
	js_add(v, "response_modes_supported", list_of(query));
	js_add(v, "grant_types_supported", list_of(grants));
	js_add(v, "code_challenge_methods_supported", list_of(s256));
	js_add(v, "token_endpoint_auth_methods_supported", list_of(proofs));
	js_add(v, "revocation_endpoint_auth_methods_supported",
	    list_of(proofs));
	js_add(v, "scopes_supported", list_of(scopes));
	js_add_bool(v, "authorization_response_iss_parameter_supported", true);
	js_add_bool(v, "client_id_metadata_document_supported", true);
	js_add(v, "protected_resources", list_of(resources));
	http_send_json(c->q, 200, v);
	return NULL;
}

/* ---- back to the client */

static void
part_put(struct api_call *c, struct buf *b, const char *name,
    const char *value)
{
	char last = b->p[b->n - 1];

	if (value == NULL)
		return;
	if (memchr(b->p, '?', b->n) == NULL)
		buf_putc(b, '?');
	else if (last != '?' && last != '&')
		buf_putc(b, '&');
	buf_printf(b, "%s=%s", name, url_encode(c->a, value));
}

/*
 * Section 4.1.2 and RFC 9207: a query the address has stays, state goes back
 * as it came, and iss says who answers.
 */
static void
send_back(struct api_call *c, const struct oauth_request *r,
    const char *code, const char *error, const char *say)
{
	struct json_object *v = js_object(c->a);
	struct buf b;

	buf_init(&b, c->a, strlen(r->redirect_uri) + MAX_ERROR_URL +
	    (r->state == NULL ? 0 : 3 * strlen(r->state)));
	buf_puts(&b, r->redirect_uri);
	part_put(c, &b, "code", code);
	part_put(c, &b, "error", error);
	part_put(c, &b, "error_description", say);
	part_put(c, &b, "state", r->state);
	part_put(c, &b, "iss", origin_public(c->a, c->api->conf));
	js_add_text(v, "redirect_to", buf_str(&b));
	http_send_json(c->q, 200, v);
}

static void
send_fault(struct api_call *c, const struct oauth_request *r)
{
	log_text(&c->q->log, "oauth_error", r->error);
	send_back(c, r, NULL, r->error, r->error_say);
}

/* ---- what the person is shown */

/* Of "scheme://host…" or "scheme:…", which redirect_uri_ok() has let in. */
static void
redirect_put(struct api_call *c, struct json_object *v, const char *uri)
{
	size_t scheme = strcspn(uri, ":");
	bool web, loopback = false;
	struct address at;
	const char *host = NULL;

	web = str_is_nocase((struct str){ uri, scheme }, "https") ||
	    str_is_nocase((struct str){ uri, scheme }, "http");
	if (web && address_split(str_of(uri), &at)) {
		host = arena_strndup(c->a, at.host.p, at.host.n);
		loopback = address_is_loopback(c->a, at.host);
	}
	js_add_text(v, "redirect_host", host);
	js_add_text(v, "redirect_scheme",
	    text_lower(c->a, (struct str){ uri, scheme }));
	js_add_bool(v, "loopback", loopback);
}

static struct json_object *
scopes_json(unsigned int scopes)
{
	struct json_object *v = js_new_array();

	if ((scopes & OAUTH_READ) != 0)
		js_push(v, js_new_str(STR(SCOPE_READ)));
	if ((scopes & OAUTH_WRITE) != 0)
		js_push(v, js_new_str(STR(SCOPE_WRITE)));
	return v;
}

static void
send_question(struct api_call *c, const struct oauth_request *r)
{
	struct json_object *v = js_object(c->a), *client = js_new_object();

	js_add(v, "client", client);
	js_add_text(client, "id", r->client.id);
	js_add_text(client, "name", r->client.name);
	js_add_text(client, "host", r->client.host);
	js_add_text(client, "uri", r->client.uri);
	js_add_bool(client, "registered", r->client.registered);
	redirect_put(c, v, r->redirect_uri);
	js_add(v, "scopes", scopes_json(r->scopes));
	js_add_text(v, "resource", r->resource);
	http_send_json(c->q, 200, v);
}

const struct err *
api_oauth_consent_read(struct api_call *c)
{
	struct json_object *params;
	struct oauth_request r;
	const struct err *e;

	if ((e = oauth_on(c)) != NULL ||
	    (e = oauth_params_query(c, &params)) != NULL ||
	    (e = oauth_request_read(c, params, &r)) != NULL)
		return e;
	if (r.error != NULL)
		send_fault(c, &r);
	else
		send_question(c, &r);
	return NULL;
}

/* ---- what the person said */

struct answer {
	bool		 allow;
	unsigned int	 scopes;	/* with allow: not 0 */
	struct json_object *params;
};

static const struct err *
scopes_wanted(struct api_call *c, struct json_object *v, unsigned int *out)
{
	unsigned int scopes = 0, one = 0;
	size_t i;

	for (i = 0; i < js_len(v); i++) {
		one = oauth_scopes_read(js_str(js_at(v, i)));
		if (one == 0 || !str_is(js_str(js_at(v, i)),
		    oauth_scopes_said(one)))
			break;
		scopes |= one;
	}
	if (scopes == 0 || i < js_len(v))
		return invalid(c->a, "scopes",
		    "a list with " SCOPE_READ ", " SCOPE_WRITE " or both");
	*out = scopes;
	return NULL;
}

static const struct err *
answer_read(struct api_call *c, struct answer *out)
{
	static const char *const known[] = { "allow", "scopes", "request",
	    NULL };
	struct json_object *body;
	const struct err *e;

	if ((e = http_json(c->q, c->body, &body)) != NULL ||
	    (e = fields_known(c->a, body, known)) != NULL)
		return e;
	if (js_type(js_get(body, "allow")) != JS_BOOL)
		return invalid(c->a, "allow", "true or false");
	out->allow = js_bool(body, "allow", false);
	if (out->allow && (e = scopes_wanted(c, js_get(body, "scopes"),
	    &out->scopes)) != NULL)
		return e;
	return oauth_params_json(c, js_get(body, "request"), &out->params);
}

static const struct err *
throttled(struct api_call *c)
{
	const struct throttle t = {
	    .key = arena_printf(c->a, "oauth consent %s", c->user),
	    .limit = CONSENTS, .seconds = CONSENTS_SECONDS };
	const struct err *e;
	int wait = 0;

	e = throttle_hit(c->api->db, c->a, 1, &t, &wait);
	if (e != NULL || wait == 0)
		return e;
	return err_retry(c->a, err_new(c->a, ERR_LIMIT, "too_many_attempts",
	    "Too many programs were connected. Please try again later.",
	    "oauth: more than %d consents in %d s", CONSENTS,
	    CONSENTS_SECONDS), wait);
}

static const struct err *
grant(struct api_call *c, const struct oauth_request *r, unsigned int scopes,
    const char **code)
{
	struct oauth_consent w = { .grant = uuid_new(c->a),
	    .client = &r->client, .scopes = oauth_scopes_said(scopes),
	    .resource = r->resource, .redirect_uri = r->redirect_uri,
	    .challenge = r->challenge };
	const struct err *e;

	*code = token_text_make(c->a, TOKEN_CODE);
	w.code_hash = token_text_hash_of(c->a, TOKEN_CODE, str_of(*code));
	e = oauth_consent_add(c->api->db, c->a, c->user, &w);
	if (e == NULL)
		log_text(&c->q->log, "grant", w.grant);
	return e;
}

const struct err *
api_oauth_consent(struct api_call *c)
{
	struct answer said = { .allow = false };
	struct oauth_request r;
	const struct err *e;
	const char *code;

	if ((e = oauth_on(c)) != NULL || (e = answer_read(c, &said)) != NULL ||
	    (e = oauth_request_read(c, said.params, &r)) != NULL)
		return e;
	if (r.error != NULL) {
		send_fault(c, &r);
		return NULL;
	}
	if (!said.allow) {
		send_back(c, &r, NULL, "access_denied",
		    "The person has refused.");
		return NULL;
	}
	if ((said.scopes & ~r.scopes) != 0)
		return invalid(c->a, "scopes", "no more than was asked for");
	if ((e = throttled(c)) != NULL ||
	    (e = grant(c, &r, said.scopes, &code)) != NULL)
		return e;
	send_back(c, &r, code, NULL, NULL);
	return NULL;
}
