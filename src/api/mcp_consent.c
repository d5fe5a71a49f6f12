/*
 * Calls that a person has to agree to first (setting mcp_confirm).
 *
 * A client of the new revision that can show a form is sent the question and
 * repeats its call with the answer.  Any other gets a text for its model: to
 * ask, and to repeat the call with what stands there.  Both bring back 256
 * random bits that the database knows the hash of, once.
 */
#include <string.h>

#include "api/mcp_parts.h"
#include "auth/token_text.h"
#include "base/text.h"
#include "model/clean.h"

#define QUESTION	"tcq_"		/* before the random text */
#define KEY		"confirm"	/* of the one thing we ask */
#define TOKEN		"confirm_token"

enum { SHOWN = 120 };	/* bytes of a text in a question */

bool
mcp_consent_needed(const struct conf *c, const struct tool *t)
{
	if (strcmp(c->mcp_confirm, "delete") == 0)
		return t->asks;
	return strcmp(c->mcp_confirm, "destructive") == 0 && t->destructive;
}

/* ---- what came back */

/* Does {"action":"accept","content":{"confirm":true}} agree?  NULL: unclear. */
static const bool *
form_answer(struct json_object *params, bool *yes)
{
	struct json_object *answer, *value;
	const char *action;

	answer = js_get(js_get(params, "inputResponses"), KEY);
	action = js_text(answer, "action", "");
	value = js_get(js_get(answer, "content"), KEY);
	*yes = false;
	if (strcmp(action, "decline") == 0 || strcmp(action, "cancel") == 0)
		return yes;
	if (strcmp(action, "accept") != 0 || js_type(value) != JS_BOOL)
		return NULL;
	*yes = js_bool(js_get(answer, "content"), KEY, false);
	return yes;
}

/* The arguments but for the token. */
static struct json_object *
own_arguments(struct arena *a, struct json_object *given)
{
	struct json_object *out = js_object(a);

	for (struct js_iter it = js_first(given); it.key != NULL;
	    js_next(&it))
		if (strcmp(it.key, TOKEN) != 0)
			js_add(out, it.key, js_share(it.value));
	return out;
}

/* What no question has is handed on as "", and refused there. */
static const char *
hash_of(struct arena *a, struct json_object *text)
{
	const char *hash = token_text_hash_of(a, QUESTION, js_str(text));

	return hash != NULL ? hash : "";
}

const struct mcp_error *
mcp_consent_read(struct mcp_call *mc, const struct tool *t,
    struct json_object **given, struct mcp_consent *k, struct mcp_wish *w,
    const char **wrong)
{
	const struct conf *conf = mc->c->api->conf;
	struct json_object *state, *token;
	struct arena *a = mc->c->a;

	*wrong = NULL;
	*k = (struct mcp_consent){ .tool = t,
	    .needed = mcp_consent_needed(conf, t) };
	if (!k->needed)
		return NULL;
	k->elicit = mc->m.era == MCP_MODERN && mcp_can_elicit(mc);
	k->fresh = token_text_make(a, QUESTION);
	w->ask = token_text_hash_of(a, QUESTION, str_of(k->fresh));
	w->minutes = conf->confirm_minutes;
	token = js_get(*given, TOKEN);
	*given = own_arguments(a, *given);
	state = mc->m.era == MCP_MODERN ?
	    js_get(mc->m.params, "requestState") : NULL;
	if (state != NULL && js_type(state) != JS_STR)
		return mcp_invalid(mc, "requestState: expected a text.");
	if (token != NULL && js_type(token) != JS_STR) {
		*wrong = TOKEN ": must be a text.";
		return NULL;
	}
	if (state != NULL) {
		k->state = true;
		w->given = hash_of(a, state);
		w->agreed = form_answer(mc->m.params, &k->yes);
	} else if (token != NULL && !k->elicit) {
		k->yes = true;
		w->given = hash_of(a, token);
		w->agreed = &k->yes;
		w->again = true;
	}
	return NULL;
}

/* ---- what is asked */

/*
 * A text on one line, not too long, without what would turn the question
 * round or hide in it.
 */
static void
put_shown(struct buf *b, struct arena *a, struct str text)
{
	struct str s = clean_text(a, text);
	size_t n = utf8_fit(s, SHOWN);

	buf_putc(b, '"');
	for (size_t i = 0; i < n; i++)
		buf_putc(b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	buf_puts(b, n < s.n ? "…\"" : "\"");
}

/* "Change a task: 7, "Buy milk". To become: title "Buy oat milk"." */
static const char *
question_text(struct mcp_call *mc, const struct mcp_consent *k,
    const struct mcp_wish *w, const struct mcp_outcome *o)
{
	int days = mc->c->api->conf->undo_days;
	const char *before = " To become: ";
	struct buf b;

	buf_init(&b, mc->c->a, 8 * 1024);
	if (o->state == MCP_CHANGED)
		buf_puts(&b, "The task has changed since you were asked. ");
	buf_printf(&b, "%s: %lld, ", k->tool->title,
	    (long long)js_int(w->arguments, "task_id", 0));
	put_shown(&b, mc->c->a, str_of(o->title));
	buf_putc(&b, '.');
	for (struct js_iter it = js_first(w->arguments); it.key != NULL;
	    js_next(&it)) {
		if (strcmp(it.key, "task_id") == 0)
			continue;
		buf_printf(&b, "%s%s ", before, it.key);
		put_shown(&b, mc->c->a, js_str(it.value));
		before = ", ";
	}
	if (before[0] == ',')
		buf_putc(&b, '.');
	if (k->tool->asks && days > 0)
		buf_printf(&b, " It can be restored for %d days.", days);
	else if (k->tool->asks)
		buf_puts(&b, " This cannot be undone.");
	return buf_str(&b);
}

/* The form: one box to tick. */
static struct json_object *
question_form(const struct mcp_consent *k, const char *text)
{
	struct json_object *request = js_new_object(), *v = js_new_object();
	struct json_object *schema = js_new_object(), *of = js_new_object();
	struct json_object *box = js_new_object(), *list = js_new_array();

	js_add_text(box, "type", "boolean");
	js_add_text(box, "title", k->tool->title);
	js_add_text(box, "description", "Yes, do this.");
	js_add_bool(box, "default", false);
	js_add(of, KEY, box);
	js_push(list, js_new_str(STR(KEY)));
	js_add_text(schema, "type", "object");
	js_add(schema, "properties", of);
	js_add(schema, "required", list);
	js_add_text(v, "mode", "form");
	js_add_text(v, "message", text);
	js_add(v, "requestedSchema", schema);
	js_add_text(request, "method", "elicitation/create");
	js_add(request, "params", v);
	return request;
}

const struct mcp_error *
mcp_consent_ask(struct mcp_call *mc, const struct mcp_consent *k,
    const struct mcp_wish *w, const struct mcp_outcome *o,
    struct json_object **result, const char **say)
{
	struct json_object *v, *requests;
	struct arena *a = mc->c->a;
	const char *text;

	if (o->state == MCP_REFUSED && k->state)
		return mcp_invalid(mc, "requestState: of no open question; it"
		    " was answered, has expired, or is another call's. Call"
		    " the tool again without it.");
	if (o->state == MCP_DECLINED) {
		*say = "The person did not agree. Nothing was changed.";
		return NULL;
	}
	text = question_text(mc, k, w, o);
	if (!k->elicit) {
		*say = arena_printf(a, "%sNothing was changed yet: the person"
		    " has to agree first. Ask them: %s If they agree, repeat"
		    " this call with the same arguments and with " TOKEN
		    " \"%s\", which is good once and for %d minutes.",
		    o->state == MCP_REFUSED ? "That " TOKEN " is of no open"
		    " question. " : "", text, k->fresh, w->minutes);
		return NULL;
	}
	requests = js_new_object();
	js_add(requests, KEY, question_form(k, text));
	v = js_object(a);
	js_add_text(v, "resultType", "input_required");
	js_add(v, "inputRequests", requests);
	js_add_text(v, "requestState", k->fresh);
	*result = v;
	return NULL;
}
