/* What a page has to know before it can show anything. */
#include <inttypes.h>

#include "api/accounts.h"
#include "auth/mcp_url.h"
#include "base/text.h"

static struct json_object *
image_domains(const struct conf *c)
{
	struct str rest = str_of(c->image_domains), one;
	struct json_object *list = js_new_array();

	while (text_list_next(&rest, &one))
		js_push(list, js_new_str(one));
	return list;
}

/*
 * Everybody may read it: what stands here is what anybody could find out by
 * trying, and never a secret.
 */
const struct err *
api_config(struct api_call *c)
{
	const struct conf *conf = c->api->conf;
	struct json_object *v = js_object(c->a);
	const char *etag;

	js_add_text(v, "site_name", conf->site_name);
	js_add_bool(v, "accounts", conf->accounts);
	js_add_bool(v, "sign_up", conf->accounts && conf->sign_up);
	js_add_bool(v, "verify_email", conf->accounts && conf->verify_email);
	js_add_bool(v, "mail", conf->accounts && mail_on(conf));
	js_add_int(v, "password_min", conf->password_min);
	js_add_int(v, "message_max", conf->message_max);
	js_add_bool(v, "dictation", *conf->transcribe_url != '\0');
	js_add_int(v, "undo_days", conf->undo_days);
	js_add_text(v, "chatkit_domain_key",
	    *conf->chatkit_domain_key != '\0' ? conf->chatkit_domain_key :
	    NULL);
	js_add(v, "image_domains", image_domains(conf));
	js_add_text(v, "mcp_url", mcp_url(c->a, conf));
	js_add_text(v, "version", VERSION_TEXT);

	/* may be kept, but is asked for: settings change */
	c->q->cache = "no-cache";
	etag = arena_printf(c->a, "W/\"%016" PRIx64 "\"",
	    text_hash(0, js_lent(v)));
	if (http_not_modified(c->q, etag))
		return NULL;
	http_add_header(c->q, "ETag", etag);
	http_send_json(c->q, 200, v);
	return NULL;
}

/*
 * Who is asking: with a cookie a page does not know.  Of somebody else's
 * users we know no more than the id.
 */
const struct err *
api_me(struct api_call *c)
{
	struct json_object *v = js_object(c->a);
	struct account_user user;
	const char *issuer, *id;
	const struct err *e;
	bool found = false;

	auth_user_issuer(c->api->auth, c->user, &issuer, &id);
	if (strcmp(issuer, "accounts") == 0) {
		e = account_read(c->api->db, c->a, id, &found, &user);
		if (e != NULL)
			return e;
	}
	js_add_text(v, "user_id", c->user);
	if (found) {
		js_add_text(v, "name", user.name);
		js_add_text(v, "email", user.email);
	}
	js_add_text(v, "issuer", issuer);
	js_add_bool(v, "accounts", found);
	http_send_json(c->q, 200, v);
	return NULL;
}
