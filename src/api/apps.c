/* The programs a person has connected: listed, disconnected. */
#include "api/fields.h"
#include "store/oauth.h"

const struct err *
api_app_list(struct api_call *c)
{
	struct json_object *body = js_object(c->a), *apps;
	const struct err *e;

	e = oauth_app_list(c->api->db, c->a, c->user, &apps);
	if (e != NULL)
		return e;
	js_add(body, "apps", js_share(apps));
	http_send_json(c->q, 200, body);
	return NULL;
}

const struct err *
api_app_remove(struct api_call *c)
{
	const struct err *e;
	const char *id;

	e = path_uuid(c, "id", "app_not_found", "No such connected program.",
	    &id);
	if (e == NULL)
		e = oauth_app_remove(c->api->db, c->a, c->user, id);
	if (e != NULL)
		return e;
	http_send_empty(c->q, 204);
	return NULL;
}
