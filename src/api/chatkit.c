/* The door for ChatKit's clients: which request is answered by what. */
#include <string.h>

#include "api/chatkit.h"
#include "base/bounds.h"
#include "model/transcribe.h"

static const struct ck_request {
	const char	*type;
	ck_handler	*answer;
} requests[] = {
	/* answered by a stream */
	{ "threads.create",			ck_create },
	{ "threads.add_user_message",		ck_add_message },
	{ "threads.add_client_tool_output",	ck_no_client_tools },
	{ "threads.add_structured_input",	ck_no_structured_input },
	{ "threads.retry_after_item",		ck_retry },
	{ "threads.custom_action",		ck_action },
	{ "taskchat.edit",			ck_edit },
	{ "taskchat.resume",			ck_resume },
	/* answered by JSON */
	{ "threads.sync_custom_action",		ck_sync_action },
	{ "threads.get_by_id",			ck_thread_get },
	{ "threads.list",			ck_thread_list },
	{ "threads.update",			ck_thread_update },
	{ "threads.delete",			ck_thread_delete },
	{ "items.list",				ck_item_list },
	{ "items.feedback",			ck_item_feedback },
	{ "attachments.create",			ck_no_attachments },
	{ "attachments.delete",			ck_no_attachments },
	{ "input.transcribe",			ck_transcribe },
	{ "taskchat.search",			ck_search },
	{ "taskchat.stop",			ck_stop },
};

static const struct ck_request *
request_find(const char *type)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (strcmp(requests[i].type, type) == 0)
			return &requests[i];
	return NULL;
}

/* What the stores call a conversation is a thread to this door's callers. */
static const struct err *
as_thread(struct arena *a, const struct err *e)
{
	if (e == NULL || strcmp(e->code, "conversation_not_found") != 0)
		return e;
	return err_new(a, e->kind, e->code, "No such thread.", "%s", e->log);
}

const struct err *
api_chatkit(struct api_call *c)
{
	const struct ck_request *request;
	struct arena *asked = arena_child(c->a);
	const char *user = NULL;
	struct json_object *body;
	const struct err *e;
	struct ck_ask k;

	e = http_query(c->q, "user", &user);
	if (e == NULL && user != NULL)
		e = api_user_check(c, user);
	if (e != NULL)
		return e;

	/* a recording is larger than what the route takes otherwise */
	e = http_json_in(c->q, asked, transcribe_is_on(c->api->conf) ?
	    MAX_SPEECH_BODY : c->body, &body);
	if (e == NULL)
		e = ck_ask_read(c, body, &k);
	if (e == NULL)
		e = http_query(c->q, "timezone", &k.zone_said);
	if (e == NULL)
		e = timezone_check(c->a, k.zone_said);
	if (e != NULL)
		return e;
	k.zone = k.zone_said != NULL ? k.zone_said : c->api->conf->timezone;
	request = request_find(k.type);
	k.a = asked;
	if (request == NULL)
		return err_new(c->a, ERR_INPUT, "unknown_type",
		    "type: this site answers no request of this type.",
		    "no such type of request");
	log_text(&c->q->log, "chatkit", request->type);
	return as_thread(c->a, request->answer(c, &k));
}
