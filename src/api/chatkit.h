/*
 * OpenAI ChatKit's protocol as its self-hosted backend speaks it (package
 * openai-chatkit 1.6: chatkit.types, chatkit.server).  Private to the
 * chatkit_*.c files of this folder:
 *
 *	chatkit.c	the door: which request is answered by what
 *	chatkit_ask.c	reading a request's params, each named in its error
 *	chatkit_read.c	threads and items as JSON: pages, rename, feedback
 *	chatkit_search.c  threads by what was said in them
 *	chatkit_turn.c	turns, told as events
 *	chatkit_action.c  clicks on widgets
 *	chatkit_speech.c  dictation
 *	chatkit_items.c	from text, calls and questions to items
 *	chatkit_widget.c  the list of tasks and the question's card
 *
 * (chatkit_sessions.c, for pages with ChatKit hosted by the vendor, is a
 * door of its own and needs none of this.)
 *
 * A thread is a conversation, and an item is never stored: it is made anew
 * from messages, tool calls and confirmations each time, with the same id.
 */
#ifndef API_CHATKIT_H
#define API_CHATKIT_H

#include "agent/agent.h"
#include "api/api.h"
#include "api/fields.h"
#include "store/conversation.h"
#include "store/message.h"

/* ------------------------------------------------------------------ ids */

/* thr_<uuid>.  Reading one: false when it is none; *uuid in lower case. */
const char *ck_thread_id(struct arena *a, const char *uuid);
bool	 ck_thread_read(struct arena *a, const char *id, const char **uuid);

/*
 * msg_<uuid>_<message> is what the person said.  An answer has any number
 * of items, in order: msg_<uuid>_<message>_<seq> or wf_<uuid>_<message>_<seq>.
 */
struct ck_ref {
	const char	*id;		/* all of it, in lower case */
	const char	*thread;	/* uuid */
	int		 message;
	int		 seq;		/* -1: what the person said */
};
bool	 ck_ref_read(struct arena *a, const char *id, struct ck_ref *out);

/* ------------------------------------------------------------- requests */

/*
 * One request of the protocol.  type, params and every text lent from them
 * are gone once a turn has opened, or is followed, for either may wait long
 * for a model: what is needed then is kept before agent_...() is called.
 */
struct ck_ask {
	const char	*type;		/* "threads.create" */
	struct json_object *params;	/* an object */
	struct arena	*a;		/* of the two above; NULL: they stay */
	const char	*zone_said;	/* ?timezone= of the address, or NULL */
	const char	*zone;		/* that, or the setting's */
	bool		 goes_on;	/* metadata.on_disconnect: "continue" */
};

/*
 * Type, params and metadata; unknown members are passed over.  The arena and
 * the zones are left for the caller, who knows them.
 */
const struct err *ck_ask_read(struct api_call *c, struct json_object *body,
	    struct ck_ask *out);

/*
 * What params hold.  ERR_INPUT "invalid_request" names the member in full
 * ("params.input.content[0].text") and says what it has to be.  Ids (*uuid,
 * struct ck_ref), *text and *input live as long as the request; other texts
 * and payloads are lent by params.
 */
const struct err *ck_ask_text(struct api_call *c, const struct ck_ask *k,
	    const char *name, const char **out);	/* required, not "" */
/* params.thread_id; ERR_NOTFOUND when it cannot be one of ours. */
const struct err *ck_ask_thread(struct api_call *c, const struct ck_ask *k,
	    const char **uuid);
/* An item id of that thread; ERR_NOTFOUND "item_not_found" as above. */
const struct err *ck_ask_item(struct api_call *c, const struct ck_ask *k,
	    const char *name, const char *uuid, struct ck_ref *out);
/*
 * params.input, a UserMessageInput: *text is what the model reads (a tag as
 * @text, quoted text as lines that begin with "> "), *input what is kept of
 * its shape, NULL when the text says it all.
 */
const struct err *ck_ask_input(struct api_call *c, const struct ck_ask *k,
	    struct str *text, struct json_object **input);
/* params.action: {"type","payload"?}; *payload NULL: none. */
const struct err *ck_ask_action(struct api_call *c, const struct ck_ask *k,
	    const char **type, struct json_object **payload);

/* params.limit, order and after: which page of a list. */
struct ck_page {
	int		 limit;		/* 1..MAX_LIST */
	bool		 ascending;
	const char	*after;		/* the last id of the page before it,
					   whatever it is; NULL: none */
};
const struct err *ck_ask_page(struct api_call *c, const struct ck_ask *k,
	    struct ck_page *out);
/* params.query, limit and after; *query is trimmed, 1 to 200 characters. */
const struct err *ck_ask_search(struct api_call *c, const struct ck_ask *k,
	    const char **query, struct ck_page *out);
/* params.item_ids, of that thread, and kind.  ERR_NOTFOUND as ck_ask_item(). */
struct ck_feedback {
	struct ck_ref	*refs;
	size_t		 n;		/* 1..MAX_LIST */
	const char	*kind;		/* positive negative */
};
const struct err *ck_ask_feedback(struct api_call *c, const struct ck_ask *k,
	    const char *uuid, struct ck_feedback *out);
/* What is refused once it is known to be well-formed. */
const struct err *ck_ask_attachment(struct api_call *c,
	    const struct ck_ask *k);
const struct err *ck_ask_structured(struct api_call *c,
	    const struct ck_ask *k);
/* ERR_INPUT "not_supported". */
const struct err *ck_attachments_refuse(struct api_call *c);

/* Who answers what (chatkit.c has the table). */
typedef const struct err *ck_handler(struct api_call *c,
	    const struct ck_ask *k);
ck_handler ck_thread_get;		/* chatkit_read.c */
ck_handler ck_thread_list;
ck_handler ck_thread_update;
ck_handler ck_thread_delete;
ck_handler ck_item_list;
ck_handler ck_item_feedback;
ck_handler ck_no_attachments;		/* what we do not have */
ck_handler ck_no_client_tools;
ck_handler ck_no_structured_input;
ck_handler ck_transcribe;		/* chatkit_speech.c */
ck_handler ck_search;			/* chatkit_search.c */
ck_handler ck_create;			/* chatkit_turn.c */
ck_handler ck_add_message;
ck_handler ck_retry;
ck_handler ck_edit;
ck_handler ck_resume;
ck_handler ck_stop;
ck_handler ck_action;			/* chatkit_action.c */
ck_handler ck_sync_action;

/* -------------------------------------- reading, all in chatkit_read.c */

/* As the stores read messages for this request. */
struct message_range ck_range(const struct api_call *c,
	    const struct ck_ask *k, int from, bool ascending, int limit);
/* One message; ERR_NOTFOUND "item_not_found". */
const struct err *ck_message_find(struct api_call *c, const struct ck_ask *k,
	    const char *thread, int id, struct message *out);
/* ERR_INPUT "invalid_cursor": params.after names no thread of theirs. */
const struct err *ck_no_cursor(struct api_call *c, const char *log);
/* The tasks that the lists of these messages show, as they stand, or NULL. */
const struct err *ck_tasks_of(struct api_call *c, const struct ck_ask *k,
	    const struct message *m, size_t n, struct json_object **out);

/*
 * One item as it would be listed now, with the message it comes from;
 * ERR_NOTFOUND "item_not_found".
 */
const struct err *ck_item_find(struct api_call *c, const struct ck_ask *k,
	    const struct ck_ref *ref, struct message *m,
	    struct json_object **item);

/* ---------------------------------------------------------------- items */

/* Takes an event (section 4 of the protocol); false: nobody reads. */
typedef bool ck_event_fn(void *ctx, struct json_object *event);

/* The open item of an answer. */
enum ck_open { CK_NONE, CK_TEXT, CK_WORKFLOW };

struct ck_answer {		/* the items of one answer, as they come */
	/* who starts it fills these in */
	struct arena	*a;
	struct arena	*events;	/* of events until ck_answer_sent();
					   NULL: a, and they stay */
	const char	*thread;	/* uuid */
	int		 message;	/* the answer's id */
	const char	*created_at;	/* of all its items */
	ck_event_fn	*event;
	void		*ctx;
	/* the rest begins as zeros */
	int		 seq;		/* of the next item */
	enum ck_open	 open;
	const char	*id;		/* of the open item */
	struct buf	*text;		/* of the open text */
	struct json_object *delta;	/* the event all deltas go out in, or
					   NULL */
	struct json_object *tasks;	/* its finished lines, of a workflow */
	struct json_object *running;	/* the call under way, {"name",
					   "arguments"}, or NULL */
	struct json_object *lists;	/* list_tasks calls to be shown */
	bool		 gone;		/* nobody reads any more */
};

/*
 * What happens in a turn, told in order; pieces of text are whole UTF-8
 * characters.  Each sends the events that follow from it and is false when
 * nobody reads them any more: then no event is sent again.  An event is
 * lent until its function returns; what is told need not live longer.
 *
 * One call at a time: one that has not finished when something else is told
 * has not been carried out.  Calls that are held are not told.  A result
 * without the call it belongs to is one of a call that starts just then,
 * with these arguments; they are not read otherwise.
 */
bool	 ck_answer_text(struct ck_answer *k, struct str piece);
bool	 ck_answer_call_started(struct ck_answer *k, const char *name,
	    struct json_object *arguments);
bool	 ck_answer_call_finished(struct ck_answer *k, const char *name,
	    struct json_object *arguments, struct json_object *result);
/* What was told has gone out: the arena of events is emptied, if any. */
void	 ck_answer_sent(struct ck_answer *k);
/* Close what is open; before an error as well. */
bool	 ck_answer_close(struct ck_answer *k);

/*
 * The ids of the tasks that the lists due at the answer's end will show: an
 * array of integers, NULL when there is no list.  Asked once everything has
 * been told, to look the tasks up.
 */
struct json_object *ck_answer_wants(const struct ck_answer *k);

/*
 * The end: close what is open, show the card or else the lists.  tasks: what
 * task_briefs() gave for the ids above, or NULL.  question: as
 * message.question, or NULL.
 */
bool	 ck_answer_end(struct ck_answer *k, struct json_object *tasks,
	    struct json_object *question);

/*
 * A stored message told from its beginning to its end.  A message of the
 * person's: one thread.item.done.
 */
bool	 ck_message(struct arena *a, const char *thread,
	    const struct message *m, struct json_object *tasks,
	    ck_event_fn *event, void *ctx);

/* As ck_answer_wants(), for stored messages: all the ids of n of them. */
struct json_object *ck_messages_want(struct arena *a,
	    const struct message *m, size_t n);

/* The items themselves: an array, in order. */
struct json_object *ck_message_items(struct arena *a, const char *thread,
	    const struct message *m, struct json_object *tasks);

/*
 * {"type":type,"item":item} and {"type":type,"thread":thread}; a share is
 * taken of what is in it.
 */
struct json_object *ck_event_item(struct arena *a, const char *type,
	    struct json_object *item);
struct json_object *ck_event_thread(struct arena *a, const char *type,
	    struct json_object *thread);

/*
 * A thread as the protocol has it, with the hosts whose images may be shown
 * in it; items NULL: the empty page.
 */
struct json_object *ck_thread(struct arena *a, const struct conf *conf,
	    const struct conversation *c, struct json_object *items);

/* -------------------------------------------------------------- widgets */

/*
 * A ListView of the rows of one list_tasks result, each as it stands now.
 * tasks: an object, id (as text) to the task as task_briefs() gives it; one
 * that is not in it is gone for good.  NULL: as the result has them.
 */
struct json_object *ck_list_widget(struct arena *a,
	    struct json_object *result, struct json_object *tasks);
/* What copying the list yields: its titles, a line each. */
const char *ck_list_text(struct arena *a, struct json_object *result,
	    struct json_object *tasks);

/*
 * A Card for a question, with buttons only while it can be answered.  An
 * approved one may say in "done" how many of its actions were carried out;
 * otherwise all of them were.
 */
struct json_object *ck_card_widget(struct arena *a,
	    struct json_object *question);
const char *ck_card_text(struct arena *a, struct json_object *question);

/*
 * One line for a call in a workflow: a Task of type custom.  result NULL: it
 * is being carried out.
 */
struct json_object *ck_task_line(struct arena *a, const char *name,
	    struct json_object *arguments, struct json_object *result);

/* -------------------------------------------------------------- streams */

/*
 * A turn told as events: a sink, and what is known of the turn beside it;
 * not to be moved once it is begun.  (chatkit_turn.c)
 */
struct ck_stream {
	struct api_call	*c;
	const struct ck_ask *ask;
	struct arena	*events;	/* emptied by each flush */
	const char	*thread;	/* uuid; NULL: to be created */
	struct ck_answer k;
	bool		 asks;		/* the turn ends with a question */
	struct json_object *arguments;	/* of the call that runs */
	/* who runs the turn may set these before it: */
	struct str	 text;		/* the person's message, if the request
					   brings one */
	struct json_object *input;	/* as message.input */
	const char	*key;		/* Idempotency-Key or NULL */
	int		 edits;		/* the message whose place the text
					   takes; 0: none */
	struct json_object *removed;	/* ids of items taken back, or NULL */
	const struct err *missed;	/* why not all of it could be told */
	int		 card;		/* the message that asks the question
					   this turn may settle; 0: none */
	const struct ck_ref *list;	/* the item to be shown anew at the end,
					   or NULL */
};
void	 ck_stream_init(struct ck_stream *s, struct api_call *c,
	    const struct ck_ask *ask, const char *thread);
struct sink ck_stream_sink(struct ck_stream *s);
/* May the client offer to stop it? */
bool	 ck_stream_options(struct ck_stream *s, bool allow_cancel);
/* thread.item.replaced: as it stands now.  Begins a stream if none has. */
const struct err *ck_stream_replace(struct ck_stream *s,
	    const struct ck_ref *ref);
/*
 * After the turn, e being what agent_…() gave: the items that come last, and
 * the error if there is one.  An error before the stream is handed back.
 */
const struct err *ck_stream_end(struct ck_stream *s, const struct err *e,
	    const struct turn_result *r);

#endif
