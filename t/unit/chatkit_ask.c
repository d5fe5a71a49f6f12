/*
 * Reading ChatKit's requests: what is taken, what the model gets to read of
 * a message, and that each wrong shape names its member.
 */
#include "api/chatkit.h"
#include "base/bounds.h"
#include "tap.h"

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))
#define UUID "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
#define OTHER "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"

static struct api_call *c;

/* Single quotes for double ones, so that JSON can be read here. */
static struct json_object *
json(const char *text)
{
	char *s = arena_strdup(c->a, text);
	struct json_object *v = NULL;

	for (char *p = s; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	if (js_parse(c->a, str_of(s), JSON_DEPTH, &v) != NULL)
		ok(false, "is JSON: %s", s);
	return v;
}

static const char *
text_of(struct json_object *v)
{
	return v == NULL ? "" : js_dump(c->a, v);
}

static const char *
quoted(const char *text)
{
	return text_of(json(text));
}

static struct ck_ask
ask(const char *params)
{
	return (struct ck_ask){ .type = "x", .zone = "UTC",
	    .params = json(params) };
}

/* "CODE NAME": of invalid_request the member it names, else nothing more. */
static const char *
complaint(const struct err *e)
{
	const char *colon;

	if (e == NULL)
		return "";
	colon = strchr(e->say, ':');
	if (strcmp(e->code, "invalid_request") != 0 || colon == NULL)
		return e->code;
	return arena_strndup(c->a, e->say, (size_t)(colon - e->say));
}

/* -------------------------------------------------------- the request */

static void
test_request(void)
{
	static const struct { const char *body, *complaint; } bad[] = {
		{ "{}", "type" },
		{ "{'type':null,'params':{}}", "type" },
		{ "{'type':1,'params':{}}", "type" },
		{ "{'type':['threads.list'],'params':{}}", "type" },
		{ "{'type':'threads.list'}", "params" },
		{ "{'type':'threads.list','params':null}", "params" },
		{ "{'type':'threads.list','params':[]}", "params" },
		{ "{'type':'threads.list','params':'{}'}", "params" },
		{ "{'type':'t','params':{},'metadata':null}", "metadata" },
		{ "{'type':'t','params':{},'metadata':[]}", "metadata" },
		{ "{'type':'t','params':{},'metadata':'x'}", "metadata" },
		{ "{'type':'t','params':{},'metadata':"
		    "{'on_disconnect':null}}", "metadata.on_disconnect" },
		{ "{'type':'t','params':{},'metadata':"
		    "{'on_disconnect':true}}", "metadata.on_disconnect" },
		{ "{'type':'t','params':{},'metadata':"
		    "{'on_disconnect':'Continue'}}",
		    "metadata.on_disconnect" },
		{ "{'type':'t','params':{},'metadata':"
		    "{'on_disconnect':''}}", "metadata.on_disconnect" },
	};
	static const struct { const char *body; bool goes_on; } good[] = {
		{ "{'type':'t','params':{}}", false },
		{ "{'type':'t','params':{'x':1},'metadata':{},'more':[]}",
		    false },
		{ "{'type':'t','params':{},'metadata':{'mine':null}}",
		    false },
		{ "{'type':'t','params':{},'metadata':"
		    "{'on_disconnect':'stop'}}", false },
		{ "{'type':'t','params':{},'metadata':"
		    "{'on_disconnect':'continue','more':1}}", true },
	};
	struct ck_ask k;

	for (size_t i = 0; i < COUNT(bad); i++)
		is_str(complaint(ck_ask_read(c, json(bad[i].body), &k)),
		    bad[i].complaint, "refused: %s", bad[i].body);
	for (size_t i = 0; i < COUNT(good); i++) {
		is_str(complaint(ck_ask_read(c, json(good[i].body), &k)), "",
		    "taken: %s", good[i].body);
		is_str(k.type, "t", "its type");
		ok(js_type(k.params) == JS_OBJ, "its params");
		is_int(k.goes_on, good[i].goes_on, "does it go on alone");
	}
}

/* ------------------------------------------------- threads and items */

static const char *
thread_of(const char *params)
{
	struct ck_ask k = ask(params);
	const char *uuid = "none";
	const struct err *e = ck_ask_thread(c, &k, &uuid);

	return e != NULL ? complaint(e) : uuid;
}

static const char *
item_of(const char *params)
{
	struct ck_ask k = ask(params);
	struct ck_ref ref;
	const struct err *e = ck_ask_item(c, &k, "item_id", UUID, &ref);

	return e != NULL ? complaint(e) : arena_printf(c->a, "%d %d",
	    ref.message, ref.seq);
}

static void
test_ids(void)
{
	static const char *const bad[] = { "{}", "{'thread_id':null}",
	    "{'thread_id':''}", "{'thread_id':7}", "{'thread_id':['x']}" };

	for (size_t i = 0; i < COUNT(bad); i++)
		is_str(thread_of(bad[i]), "params.thread_id",
		    "no thread's id: %s", bad[i]);
	is_str(thread_of("{'thread_id':'" UUID "'}"),
	    "conversation_not_found", "a thread that cannot be");
	is_str(thread_of("{'thread_id':'thr_" UUID "','x':{}}"), UUID,
	    "a thread");

	is_str(item_of("{}"), "params.item_id", "no item");
	is_str(item_of("{'item_id':1}"), "params.item_id", "a number");
	is_str(item_of("{'item_id':'x'}"), "item_not_found",
	    "an item that cannot be");
	is_str(item_of("{'item_id':'msg_" OTHER "_1'}"), "item_not_found",
	    "an item of another thread");
	is_str(item_of("{'item_id':'msg_" UUID "_1'}"), "1 -1",
	    "what the person said");
	is_str(item_of("{'item_id':'wf_" UUID "_2_3'}"), "2 3",
	    "a part of an answer");
}

/* "LIMIT ORDER AFTER", or the complaint. */
static const char *
page_of(const char *params)
{
	struct ck_ask k = ask(params);
	struct ck_page page;
	const struct err *e = ck_ask_page(c, &k, &page);

	return e != NULL ? complaint(e) : arena_printf(c->a, "%d %s %s",
	    page.limit, page.ascending ? "asc" : "desc",
	    page.after == NULL ? "-" : page.after);
}

static void
test_page(void)
{
	static const struct { const char *params, *want; } t[] = {
		{ "{}", "20 desc -" },
		{ "{'limit':null,'after':null,'more':1}", "20 desc -" },
		{ "{'limit':0}", "20 desc -" },
		{ "{'limit':1,'order':'asc'}", "1 asc -" },
		{ "{'limit':100,'order':'desc','after':'x'}", "100 desc x" },
		{ "{'limit':101}", "100 desc -" },
		{ "{'limit':99999999999}", "100 desc -" },
		{ "{'limit':-1}", "params.limit" },
		{ "{'limit':1.5}", "params.limit" },
		{ "{'limit':5.0}", "params.limit" },
		{ "{'limit':'5'}", "params.limit" },
		{ "{'limit':true}", "params.limit" },
		{ "{'limit':[]}", "params.limit" },
		{ "{'order':null}", "params.order" },
		{ "{'order':''}", "params.order" },
		{ "{'order':'ASC'}", "params.order" },
		{ "{'order':1}", "params.order" },
		{ "{'after':1}", "params.after" },
		{ "{'after':{}}", "params.after" },
	};

	for (size_t i = 0; i < COUNT(t); i++)
		is_str(page_of(t[i].params), t[i].want, "a page: %s",
		    t[i].params);
}

/* "KIND N MESSAGE.SEQ…", or the complaint. */
static const char *
feedback_of(const char *params)
{
	struct ck_ask k = ask(params);
	struct ck_feedback f;
	const struct err *e = ck_ask_feedback(c, &k, UUID, &f);
	struct buf b;

	if (e != NULL)
		return complaint(e);
	buf_init(&b, c->a, 4096);
	buf_printf(&b, "%s %zu", f.kind, f.n);
	for (size_t i = 0; i < f.n && i < 2; i++)
		buf_printf(&b, " %d.%d", f.refs[i].message, f.refs[i].seq);
	return buf_str(&b);
}

/* So many times the same item. */
static const char *
feedback_many(size_t n)
{
	struct buf b;

	buf_init(&b, c->a, 1 << 16);
	buf_puts(&b, "{'kind':'positive','item_ids':[");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s'msg_" UUID "_2_0'", i > 0 ? "," : "");
	buf_puts(&b, "]}");
	return feedback_of(buf_str(&b));
}

static void
test_feedback(void)
{
	is_str(feedback_of("{'kind':'negative','item_ids':['wf_" UUID "_2_0',"
	    "'msg_" UUID "_2_1']}"), "negative 2 2.0 2.1", "of two items");
	is_str(feedback_many(100), "positive 100 2.0 2.0", "of a hundred");
	is_str(feedback_many(101), "params.item_ids", "of one too many");
	is_str(feedback_many(0), "params.item_ids", "of none");
	is_str(feedback_of("{'kind':'positive'}"), "params.item_ids",
	    "no ids");
	is_str(feedback_of("{'kind':'positive','item_ids':'msg_" UUID
	    "_2_1'}"), "params.item_ids", "one that is in no array");
	is_str(feedback_of("{'kind':'positive','item_ids':['msg_" UUID
	    "_2_1',2]}"), "params.item_ids[1]", "a number among them");
	is_str(feedback_of("{'kind':'positive','item_ids':[null]}"),
	    "params.item_ids[0]", "null among them");
	is_str(feedback_of("{'kind':'positive','item_ids':['msg_" UUID
	    "_2_1','msg_" OTHER "_2_1']}"), "item_not_found",
	    "one of another thread");
	is_str(feedback_of("{'item_ids':['msg_" UUID "_2_1']}"),
	    "params.kind", "no kind");
	is_str(feedback_of("{'kind':'good','item_ids':['msg_" UUID
	    "_2_1']}"), "params.kind", "another kind");
	is_str(feedback_of("{'kind':null,'item_ids':['msg_" UUID
	    "_2_1']}"), "params.kind", "null for a kind");
}

/* --------------------------------------------------- what a person sends */

#define REST "'attachments':[],'inference_options':{}"
#define TEXT(s) "{'type':'input_text','text':'" s "'}"

static void
input_is(const char *input, const char *text, const char *kept)
{
	struct ck_ask k = ask(arena_printf(c->a, "{'input':%s}", input));
	struct json_object *v = NULL;
	struct str s = STR("");
	const struct err *e = ck_ask_input(c, &k, &s, &v);

	is_str(complaint(e), "", "taken: %s", input);
	is_str(arena_strndup(c->a, s.p, s.n), text, "the model reads");
	is_str(text_of(v), kept == NULL ? "" : quoted(kept), "kept of it");
}

static void
test_input(void)
{
	input_is("{'content':[" TEXT("Buy milk") "]," REST "}", "Buy milk",
	    NULL);
	input_is("{'content':[{'type':'input_text','text':' hm\\n','x':1}],"
	    "'quoted_text':null,'more':{}," REST "}", " hm\n", NULL);
	input_is("{'content':[" TEXT("x") "],'attachments':[],"
	    "'inference_options':{'tool_choice':null,'model':null,'y':1}}",
	    "x", NULL);
	input_is("{'content':[" TEXT("x") "],'quoted_text':' \\n'," REST "}",
	    "x", NULL);
	input_is("{'content':[" TEXT("a") "," TEXT(" b") "]," REST "}", "a b",
	    "{'content':[" TEXT("a") "," TEXT(" b") "],"
	    "'inference_options':{}}");
	input_is("{'content':[" TEXT("Finish ") ",{'type':'input_tag',"
	    "'id':'t1','text':'Milk','data':{'n':null,'d':[1]}}," TEXT("!")
	    "]," REST "}", "Finish @Milk!",
	    "{'content':[" TEXT("Finish ") ",{'type':'input_tag','id':'t1',"
	    "'text':'Milk','data':{'n':null,'d':[1]},'interactive':false},"
	    TEXT("!") "],'inference_options':{}}");
	input_is("{'content':[{'type':'input_tag','id':'','text':'x',"
	    "'group':'g','interactive':true,'data':{},'icon':'bug'}]," REST
	    "}", "@x", "{'content':[{'type':'input_tag','id':'','text':'x',"
	    "'data':{},'group':'g','interactive':true}],"
	    "'inference_options':{}}");
	input_is("{'content':[{'type':'input_tag','id':'i','text':'x',"
	    "'group':null,'data':{}}]," REST "}", "@x",
	    "{'content':[{'type':'input_tag','id':'i','text':'x','data':{},"
	    "'interactive':false}],'inference_options':{}}");
	input_is("{'content':[" TEXT("Why?") "],'quoted_text':"
	    "'\\none\\r\\n\\n  two \\n'," REST "}",
	    "> one\n> \n>   two\n\nWhy?",
	    "{'content':[" TEXT("Why?") "],'quoted_text':"
	    "'\\none\\r\\n\\n  two \\n','inference_options':{}}");
	input_is("{'content':[" TEXT("x") "],'attachments':[],"
	    "'inference_options':{'tool_choice':{'id':'add','x':1},"
	    "'model':'m'}}", "x", "{'content':[" TEXT("x") "],"
	    "'inference_options':{'tool_choice':{'id':'add'},"
	    "'model':'m'}}");
}

static void
input_is_not(const char *params, const char *want)
{
	struct ck_ask k = ask(params);
	struct json_object *v;
	struct str s;

	is_str(complaint(ck_ask_input(c, &k, &s, &v)), want, "refused: %s",
	    params);
}

static void
test_input_shapes(void)
{
	input_is_not("{}", "params.input");
	input_is_not("{'input':null}", "params.input");
	input_is_not("{'input':'x'}", "params.input");
	input_is_not("{'input':{" REST "}}", "params.input.content");
	input_is_not("{'input':{'content':null," REST "}}",
	    "params.input.content");
	input_is_not("{'input':{'content':'x'," REST "}}",
	    "params.input.content");
	input_is_not("{'input':{'content':[" TEXT("x") ",null]," REST "}}",
	    "params.input.content[1]");
	input_is_not("{'input':{'content':['x']," REST "}}",
	    "params.input.content[0]");
	input_is_not("{'input':{'content':[{'text':'x'}]," REST "}}",
	    "params.input.content[0].type");
	input_is_not("{'input':{'content':[{'type':'input_image'}]," REST
	    "}}", "params.input.content[0].type");
	input_is_not("{'input':{'content':[{'type':1}]," REST "}}",
	    "params.input.content[0].type");
	input_is_not("{'input':{'content':[{'type':'input_text'}]," REST
	    "}}", "params.input.content[0].text");
	input_is_not("{'input':{'content':[" TEXT("x") ",{'type':"
	    "'input_text','text':1}]," REST "}}",
	    "params.input.content[1].text");
#define TAG(rest) "{'input':{'content':[{'type':'input_tag'" rest "}]," REST "}}"
	input_is_not(TAG(""), "params.input.content[0].id");
	input_is_not(TAG(",'id':1"), "params.input.content[0].id");
	input_is_not(TAG(",'id':'i'"), "params.input.content[0].text");
	input_is_not(TAG(",'id':'i','text':'t'"),
	    "params.input.content[0].data");
	input_is_not(TAG(",'id':'i','text':'t','data':null"),
	    "params.input.content[0].data");
	input_is_not(TAG(",'id':'i','text':'t','data':[]"),
	    "params.input.content[0].data");
	input_is_not(TAG(",'id':'i','text':'t','data':{},'group':1"),
	    "params.input.content[0].group");
	input_is_not(TAG(",'id':'i','text':'t','data':{},"
	    "'interactive':null"), "params.input.content[0].interactive");
	input_is_not(TAG(",'id':'i','text':'t','data':{},"
	    "'interactive':'true'"), "params.input.content[0].interactive");
#undef TAG
}

static void
test_input_rest(void)
{
#define WITH(rest) "{'input':{'content':[" TEXT("x") "]," rest "}}"
	input_is_not(WITH("'inference_options':{}"),
	    "params.input.attachments");
	input_is_not(WITH("'attachments':null,'inference_options':{}"),
	    "params.input.attachments");
	input_is_not(WITH("'attachments':{},'inference_options':{}"),
	    "params.input.attachments");
	input_is_not(WITH("'attachments':['atc_1'],'inference_options':{}"),
	    "not_supported");
	input_is_not(WITH("'quoted_text':1," REST),
	    "params.input.quoted_text");
	input_is_not(WITH("'attachments':[]"),
	    "params.input.inference_options");
	input_is_not(WITH("'attachments':[],'inference_options':null"),
	    "params.input.inference_options");
	input_is_not(WITH("'attachments':[],'inference_options':[]"),
	    "params.input.inference_options");
	input_is_not(WITH("'attachments':[],'inference_options':"
	    "{'model':1}"), "params.input.inference_options.model");
	input_is_not(WITH("'attachments':[],'inference_options':"
	    "{'tool_choice':'add'}"),
	    "params.input.inference_options.tool_choice");
	input_is_not(WITH("'attachments':[],'inference_options':"
	    "{'tool_choice':{}}"),
	    "params.input.inference_options.tool_choice.id");
	input_is_not(WITH("'attachments':[],'inference_options':"
	    "{'tool_choice':{'id':1}}"),
	    "params.input.inference_options.tool_choice.id");
#undef WITH
}

/* The message's own limits hold for all that the model reads. */
static void
test_input_size(void)
{
	struct buf b;

	input_is_not("{'input':{'content':[]," REST "}}", "message_empty");
	input_is_not("{'input':{'content':[" TEXT("") "]," REST "}}",
	    "message_empty");
	input_is_not("{'input':{'content':[" TEXT(" \\n") "," TEXT("\\t")
	    "]," REST "}}", "message_empty");
	input_is("{'content':[" TEXT("123456789012345678901234567890"
	    "123456789é") "]," REST "}", "123456789012345678901234567890"
	    "123456789é", NULL);
	input_is_not("{'input':{'content':["
	    TEXT("123456789012345678901234567890123456789é") "," TEXT("1")
	    "]," REST "}}", "message_too_long");
	input_is_not("{'input':{'content':[" TEXT("12345678901234567890")
	    "],'quoted_text':'12345678901234567'," REST "}}",
	    "message_too_long");

	buf_init(&b, c->a, 1 << 16);
	buf_puts(&b, "{'input':{'content':[" TEXT("x"));
	for (int i = 1; i < MAX_PARTS; i++)
		buf_puts(&b, "," TEXT(""));
	input_is_not(arena_printf(c->a, "%s,1]}}", buf_str(&b)),
	    "params.input.content");
	input_is_not(arena_printf(c->a, "%s],'attachments':1}}",
	    buf_str(&b)), "params.input.attachments");
}

/* -------------------------------------------------------------- clicks */

/* "TYPE PAYLOAD", or the complaint. */
static const char *
action_of(const char *params)
{
	struct ck_ask k = ask(params);
	struct json_object *payload;
	const char *type;
	const struct err *e = ck_ask_action(c, &k, &type, &payload);

	return e != NULL ? complaint(e) : arena_printf(c->a, "%s %s", type,
	    text_of(payload));
}

static void
test_action(void)
{
	is_str(action_of("{}"), "params.action", "no action");
	is_str(action_of("{'action':'task.toggle'}"), "params.action",
	    "a text for an action");
	is_str(action_of("{'action':{'payload':{}}}"), "params.action.type",
	    "no type");
	is_str(action_of("{'action':{'type':''}}"), "params.action.type",
	    "an empty type");
	is_str(action_of("{'action':{'type':3}}"), "params.action.type",
	    "a number for a type");
	is_str(action_of("{'action':{'type':'t'}}"), "t ", "no payload");
	is_str(action_of("{'action':{'type':'t','payload':null}}"), "t ",
	    "null for a payload");
	is_str(action_of("{'action':{'type':'t','payload':{'task_id':7},"
	    "'handler':'server','loadingBehavior':'auto'}}"),
	    "t {\"task_id\":7}", "a payload");
}

/* -------------------------------------------------- what we do not have */

static const char *
attachment_of(const char *type, const char *params)
{
	struct ck_ask k = ask(params);

	k.type = type;
	return complaint(ck_ask_attachment(c, &k));
}

static void
test_attachments(void)
{
	const char *create = "attachments.create";
	const char *delete = "attachments.delete";

	is_str(attachment_of(create, "{'name':'a.png','size':1,"
	    "'mime_type':'image/png'}"), "", "a new one");
	is_str(attachment_of(create, "{'size':1,'mime_type':'x'}"),
	    "params.name", "without a name");
	is_str(attachment_of(create, "{'name':'a','mime_type':'x'}"),
	    "params.size", "without a size");
	is_str(attachment_of(create, "{'name':'a','size':-1,"
	    "'mime_type':'x'}"), "params.size", "smaller than nothing");
	is_str(attachment_of(create, "{'name':'a','size':'1',"
	    "'mime_type':'x'}"), "params.size", "with a text for a size");
	is_str(attachment_of(create, "{'name':'a','size':0}"),
	    "params.mime_type", "without a type");
	is_str(attachment_of(delete, "{'attachment_id':'atc_1'}"), "",
	    "one to be deleted");
	is_str(attachment_of(delete, "{}"), "params.attachment_id",
	    "without its id");
	is_str(ck_attachments_refuse(c)->code, "not_supported",
	    "none is taken");
}

static const char *
structured_of(const char *params)
{
	struct ck_ask k = ask(params);

	return complaint(ck_ask_structured(c, &k));
}

static void
test_structured(void)
{
	static const struct { const char *params, *want; } t[] = {
		{ "{'input':{}}", "" },
		{ "{'input':{'status':'skipped','x':1}}", "" },
		{ "{'input':{'status':'answered','answers':{}}}", "" },
		{ "{'input':{'answers':{'q':{},'r':{'values':['a'],"
		    "'skipped':false}}}}", "" },
		{ "{}", "params.input" },
		{ "{'input':[]}", "params.input" },
		{ "{'input':{'status':'done'}}", "params.input.status" },
		{ "{'input':{'status':null}}", "params.input.status" },
		{ "{'input':{'answers':null}}", "params.input.answers" },
		{ "{'input':{'answers':[]}}", "params.input.answers" },
		{ "{'input':{'answers':{'q':'a'}}}",
		    "params.input.answers.*" },
		{ "{'input':{'answers':{'q':{'values':'a'}}}}",
		    "params.input.answers.*.values" },
		{ "{'input':{'answers':{'q':{},'r':{'values':['a',1]}}}}",
		    "params.input.answers.*.values[1]" },
		{ "{'input':{'answers':{'q':{'skipped':null}}}}",
		    "params.input.answers.*.skipped" },
	};

	for (size_t i = 0; i < COUNT(t); i++)
		is_str(structured_of(t[i].params), t[i].want,
		    "an answer: %s", t[i].params);
}

/* ------------------------------------------------------------- a title */

static const char *
title_of(const char *title)
{
	const char *out = "none";
	const struct err *e = title_check(c->a, "params.title", title, &out);

	return e != NULL ? complaint(e) : out;
}

static void
test_title(void)
{
	char *many = arena_alloc(c->a, MAX_CONVERSATION_TITLE + 2);

	is_str(title_of("  My list "), "My list", "a title is trimmed");
	is_str(title_of(""), "params.title", "an empty one");
	is_str(title_of(NULL), "params.title", "none");
	is_str(title_of(" \t\n"), "params.title", "a blank one");
	is_str(title_of("two\nlines"), "params.title", "two lines");
	is_str(title_of("a\x7f"), "params.title", "a control character");
	memset(many, 'x', MAX_CONVERSATION_TITLE);
	is_str(title_of(many), many, "as long as may be");
	many[MAX_CONVERSATION_TITLE] = 'x';
	is_str(title_of(many), "params.title", "too long");
}

int
main(void)
{
	const struct conf conf = { .message_max = 40 };
	struct api api = { .conf = &conf };
	struct api_call call = { .api = &api, .a = arena_new() };

	c = &call;
	test_request();
	test_ids();
	test_page();
	test_feedback();
	test_input();
	test_input_shapes();
	test_input_rest();
	test_input_size();
	test_action();
	test_attachments();
	test_structured();
	test_title();
	arena_free(call.a);
	return tap_done();
}
