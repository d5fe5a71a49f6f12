/*
 * Clicks on widgets.  What the browser sends is a wish: the question, the
 * tasks and what may be done with them are looked up in the item the click
 * comes from.
 */
#include <string.h>

#include "api/chatkit.h"
#include "store/task.h"

struct click {
	const char	*type;		/* lent by params, as payload is */
	struct json_object *payload;	/* NULL: none */
	const char	*thread;
	struct ck_ref	 ref;
	struct message	 m;		/* whose item was clicked */
	struct json_object *item;
};

/* The tasks' actions: a tool each, as the agent has them. */
static const struct task_action {
	const char	*type, *tool;
	bool		 completed;	/* takes "completed" */
	bool		 asks;		/* needs a stream to ask in */
} task_actions[] = {
	{ "task.toggle", "complete_task", true, false },
	{ "task.restore", "restore_task", false, false },
	{ "task.delete", "delete_task", false, true },
};

static const struct task_action *
task_action_find(const char *type)
{
	for (size_t i = 0; i < sizeof(task_actions) / sizeof(task_actions[0]);
	    i++)
		if (strcmp(task_actions[i].type, type) == 0)
			return &task_actions[i];
	return NULL;
}

static const struct err *
click_read(struct api_call *c, const struct ck_ask *k, struct click *out)
{
	struct conversation conversation;
	const struct err *e;

	e = ck_ask_thread(c, k, &out->thread);
	if (e == NULL)
		e = ck_ask_action(c, k, &out->type, &out->payload);
	if (e == NULL)
		e = ck_ask_item(c, k, "item_id", out->thread, &out->ref);
	if (e == NULL)
		e = conversation_find(c->api->db, c->a, c->user, out->thread,
		    &conversation);
	if (e == NULL)
		e = ck_item_find(c, k, &out->ref, &out->m, &out->item);
	if (e == NULL && strcmp(js_text(out->item, "type", ""), "widget") != 0)
		e = invalid(c->a, "params.item_id", "the id of a widget");
	return e;
}

static const char *
widget_type(const struct click *k)
{
	return js_text(js_get(k->item, "widget"), "type", "");
}

static const struct err *
unknown_action(struct api_call *c)
{
	return err_new(c->a, ERR_INPUT, "unknown_action",
	    "params.action.type is no action of this item.",
	    "no such action of this item");
}

/* --------------------------------------------------- on a list's task */

/* The tool's arguments, for a task that this list shows. */
static const struct err *
task_arguments(struct api_call *c, const struct click *k,
    const struct task_action *t, struct json_object **out)
{
	struct json_object *ids = ck_messages_want(c->a, &k->m, 1);
	struct json_object *completed = js_get(k->payload, "completed");
	int64_t id = js_int(k->payload, "task_id", 0);
	bool shown = false;

	for (size_t i = 0; i < js_len(ids); i++)
		shown |= js_number_int(js_at(ids, i)) == id;
	if (!shown)
		return invalid(c->a, "params.action.payload.task_id",
		    "the number of a task in this list");
	if (t->completed && js_type(completed) != JS_BOOL)
		return invalid(c->a, "params.action.payload.completed",
		    "true or false");
	*out = js_object(c->a);
	js_add_int(*out, "task_id", id);
	if (t->completed)
		js_add(*out, "completed", js_share(completed));
	return NULL;
}

/* The list's tasks, not the card's buttons. */
static const struct task_action *
list_action(const struct click *k)
{
	return strcmp(widget_type(k), "ListView") == 0 ?
	    task_action_find(k->type) : NULL;
}

/* As if the model had called the tool; the list is shown anew. */
static const struct err *
act_on_task(struct api_call *c, const struct ck_ask *ask,
    const struct click *k, const struct task_action *t)
{
	struct agent agent = api_agent(c->api);
	struct act_request req = { .user = c->user, .tool = t->tool,
	    .conversation = k->thread, .timezone = ask->zone_said };
	struct turn_result result;
	const struct err *e;
	struct ck_stream s;
	struct sink sink;

	ck_stream_init(&s, c, ask, k->thread);
	e = task_arguments(c, k, t, &req.arguments);
	if (e != NULL)
		return e;
	s.list = &k->ref;
	sink = ck_stream_sink(&s);
	e = agent_act(&agent, c->a, &req, &sink, &result);
	return ck_stream_end(&s, e, &result);
}

/* ------------------------------------------------- on a question's card */

/*
 * Approve or reject.  A card that was decided, or is too old, is shown as it
 * is now: buttons survive in other tabs.
 */
static const struct err *
act_on_card(struct api_call *c, const struct ck_ask *ask,
    const struct click *k, bool approve)
{
	struct agent agent = api_agent(c->api);
	struct decide_request req = { .user = c->user,
	    .conversation = k->thread, .approve = approve,
	    .timezone = ask->zone_said };
	struct turn_result result;
	struct ck_stream s;
	struct sink sink;
	const struct err *e;

	req.confirmation = js_text(k->m.question, "id", "");
	if (strcmp(js_text(k->payload, "confirmation_id", ""),
	    req.confirmation) != 0)
		return invalid(c->a, "params.action.payload.confirmation_id",
		    "the id this card carries");
	ck_stream_init(&s, c, ask, k->thread);
	if (strcmp(js_text(k->m.question, "state", ""), "pending") != 0) {
		ck_stream_options(&s, true);
		return ck_stream_replace(&s, &k->ref);
	}
	s.card = k->ref.message;
	sink = ck_stream_sink(&s);
	e = agent_decide(&agent, c->a, &req, &sink, &result);
	/* somebody was faster: that is no fault, and the card tells it */
	if (e != NULL && !c->q->streaming && (
	    strcmp(e->code, "confirmation_decided") == 0 ||
	    strcmp(e->code, "confirmation_expired") == 0 ||
	    strcmp(e->code, "confirmation_superseded") == 0)) {
		ck_stream_options(&s, true);
		return ck_stream_replace(&s, &k->ref);
	}
	return ck_stream_end(&s, e, &result);
}

/* ----------------------------------------------------- the requests */

const struct err *
ck_action(struct api_call *c, const struct ck_ask *ask)
{
	const struct task_action *t;
	struct click k = { .type = NULL };
	const struct err *e;

	e = click_read(c, ask, &k);
	if (e != NULL)
		return e;
	if (strcmp(widget_type(&k), "Card") == 0 &&
	    strcmp(k.type, "confirmation.approve") == 0)
		return act_on_card(c, ask, &k, true);
	if (strcmp(widget_type(&k), "Card") == 0 &&
	    strcmp(k.type, "confirmation.reject") == 0)
		return act_on_card(c, ask, &k, false);
	t = list_action(&k);
	return t != NULL ? act_on_task(c, ask, &k, t) : unknown_action(c);
}

/*
 * Without a turn, so that it works while one runs.  A click on what has
 * changed or gone meanwhile changes nothing, and shows what there is.
 */
const struct err *
ck_sync_action(struct api_call *c, const struct ck_ask *ask)
{
	struct json_object *arguments, *task, *answer = js_object(c->a);
	const struct task_action *t;
	struct click k = { .type = NULL };
	const struct err *e;

	e = click_read(c, ask, &k);
	if (e != NULL)
		return e;
	t = list_action(&k);
	if (t == NULL)
		return unknown_action(c);
	if (t->asks)
		return err_new(c->a, ERR_INPUT, "unknown_action",
		    "This action asks first: send it as"
		    " threads.custom_action.", "a sync action that asks");
	e = task_arguments(c, &k, t, &arguments);
	if (e == NULL)
		e = task_tool(c->api->db, c->a, c->user, t->tool, arguments,
		    c->api->conf->undo_days, &task);
	if (e != NULL && e->kind != ERR_NOTFOUND)
		return e;
	e = ck_item_find(c, ask, &k.ref, &k.m, &k.item);
	if (e != NULL)
		return e;
	js_add(answer, "updated_item", js_share(k.item));
	http_send_json(c->q, 200, answer);
	return NULL;
}
