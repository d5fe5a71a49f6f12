/* Is it alive, is it able, and what can it do. */
#include "api/api.h"
#include "db/migrate.h"
#include "embed.h"

const struct err *
api_healthz(struct api_call *c)
{
	struct json_object *v = js_object(c->a);

	js_add_text(v, "status", "alive");
	http_send_json(c->q, 200, v);
	return NULL;
}

const struct err *
api_readyz(struct api_call *c)
{
	struct json_object *v = js_object(c->a);
	const struct err *e;

	e = db_ready(c->api->db, c->a);
	if (e != NULL)
		return e;
	js_add_text(v, "status", "ready");
	js_add_int(v, "schema", migrate_latest());
	http_send_json(c->q, 200, v);
	return NULL;
}

const struct err *
api_openapi(struct api_call *c)
{
	http_send(c->q, 200, "application/json",
	    (struct str){ openapi_json, openapi_json_n });
	return NULL;
}
