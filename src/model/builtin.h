/*
 * The parts of the built-in model: an English command parser that plays a
 * model's part without being one.  A message becomes words, the words
 * become intents (one for each thing asked), the intents become jobs, and
 * the jobs become tool calls or sentences.
 *
 * Nothing is remembered between steps.  What "it" or "the second one"
 * means is read from the conversation each time, and how far this turn has
 * come is read from the calls and results after the newest user message:
 * the jobs are run from the start against those results (the tape), and
 * the first call the tape does not answer is what this step asks for.
 */
#ifndef MODEL_BUILTIN_H
#define MODEL_BUILTIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "model/model.h"

/* What one message can cost, whoever wrote it. */
#define BT_MAX_WORDS	24000	/* words read of a message */
#define BT_MAX_INTENTS	128	/* things done for one message */
#define BT_MAX_STEPS	2000000	/* comparisons of a clause with all rules */
#define BT_MAX_QUOTE	2000	/* bytes between quotation marks */
#define BT_MAX_LINES	100	/* tasks shown in one reply */
#define BT_MAX_SAY	(128 * 1024)

/*
 * Words (builtin_words.c)
 */

enum bt_kind { BT_TEXT, BT_QUOTE, BT_MARK };

struct bt_word {
	enum bt_kind	 kind;
	struct str	 raw;	/* as written, a quotation with its marks */
	struct str	 in;	/* a quotation without them */
	const char	*low;	/* lower case, ' for any apostrophe */
};

struct bt_span {		/* some words in a row */
	const struct bt_word	*w;
	size_t			 n;
};

struct bt_span	 bt_words(struct arena *a, struct str text);
/* Is it one of "a|b|c"?  Never true of a quotation. */
bool		 bt_is(const struct bt_word *w, const char *alternatives);
bool		 bt_in(const char *low, const char *alternatives);
/* Words from up to (not including) to; both are cut to what there is. */
struct bt_span	 bt_sub(struct bt_span s, size_t from, size_t to);
/* Without marks at both ends. */
struct bt_span	 bt_bare(struct bt_span s);
/* The text as written, from the first word to the last. */
struct str	 bt_raw(struct bt_span s);
/* A title or a description: one quotation is taken out of its marks. */
struct str	 bt_value(struct bt_span s);
bool		 bt_quoted(struct bt_span s);	/* is one quotation */
/* All words joined with blanks, lower case, no marks. */
const char	*bt_flat(struct arena *a, struct bt_span s);
/* "3", "three", "couple": the number, or -1. */
int64_t		 bt_number(const struct bt_word *w);
/* "first", "2nd": its place, -1 for "last", 0 for none. */
int64_t		 bt_place(const struct bt_word *w);
bool		 bt_hard(struct bt_span s, size_t i);	/* sentence end */
/* Is word i one of these? */
bool		 bt_at(struct bt_span s, size_t i, const char *alternatives);
/* Do the words "a b|c d" stand at the start?  How many, or 0. */
size_t		 bt_phrase(struct bt_span s, const char *phrases);
/* Is any of the first `most` words one of these? */
bool		 bt_within(struct bt_span s, size_t most,
		    const char *alternatives);

/* What people call a task. */
#define BT_TASK		"task|todo|to-do|item|reminder"
#define BT_TASKS	"tasks|todos|to-dos|items|reminders"

/*
 * Dates (builtin_dates.c)
 */

struct bt_now {
	bool	 known;
	int64_t	 day;		/* days since 1970-01-01, local */
	int	 minute;	/* of the day */
};

enum bt_when_kind { BT_NEVER, BT_WHEN, BT_CLEAR };

struct bt_when {
	enum bt_when_kind	 kind;
	int64_t			 day;
	int			 minute;	/* -1: the whole day */
};

struct bt_now	 bt_now_read(const char *local_now);
/* "2026-11-20" or "2026-11-20T09:30" and anything after it. */
bool		 bt_stamp_read(struct str s, int64_t *day, int *minute);
const char	*bt_stamp(struct arena *a, struct bt_when w);
/* "Fri 20 Nov 2026 at 09:30"; the year only when it is not this one. */
const char	*bt_when_say(struct arena *a, struct bt_when w,
		    struct bt_now now);
int		 bt_weekday(int64_t day);	/* 0 is Monday */
/* The longest date at the start of s: how many words it takes, 0 if none. */
size_t		 bt_when_read(struct bt_span s, struct bt_now now,
		    struct bt_when *out);
/* The whole of s is a date. */
bool		 bt_when_all(struct bt_span s, struct bt_now now,
		    struct bt_when *out);

/*
 * Intents (builtin_parse.c)
 */

enum bt_does {
	BT_UNKNOWN, BT_ADD, BT_LIST, BT_DETAIL, BT_COMPLETE, BT_REOPEN,
	BT_UPDATE, BT_DELETE, BT_RESTORE, BT_UNDO, BT_HELP, BT_HELLO,
	BT_THANKS, BT_CANCEL, BT_YES, BT_NO, BT_TALK, BT_WHO, BT_TIME,
	BT_FINE
};

enum bt_due { BT_DUE_ANY, BT_DUE_OVERDUE, BT_DUE_RANGE };

struct bt_filter {
	const char	*status;	/* all, pending, completed */
	const char	*priority;	/* or NULL */
	const char	*search;	/* or NULL */
	enum bt_due	 due;
	int64_t		 from, to;	/* days of BT_DUE_RANGE */
};

enum bt_at {
	BT_AT_NONE,	/* not said */
	BT_AT_IDS,	/* "task 3" */
	BT_AT_PLACES,	/* "the second one": place[] counts from 1, or from
			   the end when negative */
	BT_AT_IT,	/* "it", "that task" */
	BT_AT_THEM,	/* "them", "both" */
	BT_AT_FILTER,	/* "all completed tasks" */
	BT_AT_TITLE	/* "the milk task" */
};

struct bt_target {
	enum bt_at	 at;
	size_t		 n;
	const int64_t	*num;		/* ids or places */
	struct bt_filter filter;
	struct bt_span	 words;		/* of a title */
	bool		 firm;		/* cannot be anything but a task */
	bool		 or_ids;	/* places that may be ids: "number 3" */
};

struct bt_change {
	bool		 has_title, has_description, has_priority;
	bool		 append;	/* the description goes behind */
	struct str	 title;
	struct str	 description;
	const char	*priority;	/* NULL: there is no such value */
	struct bt_when	 due;
	bool		 bad_due;	/* a date was not understood */
	bool		 bad_title;	/* a title announced, not given */
};

struct bt_intent {
	enum bt_does	 does;
	struct bt_target target;
	struct bt_change change;	/* BT_ADD too */
	struct bt_filter filter;	/* BT_LIST */
	struct bt_span	 said;		/* the clause */
	size_t		 seen;		/* message whose past counts */
};

struct bt_intents {
	size_t		  n;
	struct bt_intent *v;
	bool		  cut;		/* there were more */
};

void	 bt_parse(struct arena *a, struct bt_span text, struct bt_now now,
	    struct bt_intents *out);
/* Append one; NULL when BT_MAX_INTENTS are there. */
struct bt_intent *bt_intent_push(struct bt_intents *out, enum bt_does does,
	    struct bt_span said);

/*
 * Clauses (builtin_clauses.c)
 */

struct bt_clauses {
	struct bt_span	*v;
	size_t		 n, cap;
};

void	 bt_clauses_cut(struct bt_span s, struct bt_now now,
	    struct bt_clauses *c);
/* Without "please", "could you", "hey"… around it. */
struct bt_span bt_polite_cut(struct bt_span s);
/*
 * Does a new command begin here?  strong: the words before are free text,
 * so only what cannot well be a part of it counts.  bare: they begin with
 * a bare "add", which another may follow.
 */
bool	 bt_starts_command(struct bt_span s, bool strong, bool bare);

/*
 * Readers of one clause: true when it is theirs (builtin_rules.c,
 * builtin_add.c, builtin_list.c, builtin_talk.c, builtin_target.c)
 */

bool	 bt_add_read(struct arena *a, struct bt_span s, struct bt_now now,
	    struct bt_intents *out);
/* Words of "remind me to", of "I need to": how many, or 0. */
size_t	 bt_reminder_head(struct bt_span s);
size_t	 bt_duty_head(struct bt_span s);
bool	 bt_list_read(struct arena *a, struct bt_span s, struct bt_now now,
	    struct bt_intents *out);
/* "my tasks", "pending", "tasks due today": nothing but such words. */
bool	 bt_is_plain_list(struct bt_span s);
/* "help", "thanks", "who am I"; or BT_UNKNOWN. */
enum bt_does bt_talk_read(struct arena *a, struct bt_span s);
/* One clause by the rules for changing tasks; false: none fits. */
bool	 bt_rules(struct arena *a, struct bt_span s, struct bt_now now,
	    struct bt_intent *out);
void	 bt_target_read(struct arena *a, struct bt_span s, struct bt_now now,
	    struct bt_target *out);
/* "high", "urgent", "low priority"…: the value and how many words it took. */
size_t	 bt_priority_read(struct bt_span s, const char **out);
/* Status, priority, due and search words of a list; *used: any was there. */
void	 bt_filter_read(struct arena *a, struct bt_span s, struct bt_now now,
	    struct bt_filter *out, bool *used);
/* Title, description, priority and due date of a new task. */
void	 bt_new_task(struct arena *a, struct bt_span s, struct bt_now now,
	    struct bt_change *out);
/* Without "to my list" at the end. */
struct bt_span bt_list_tail_cut(struct bt_span s);
/* The first letter large, unless the person quoted it. */
struct str bt_title(struct arena *a, struct bt_span s);

/*
 * Matching (builtin_match.c)
 */

struct bt_task {		/* what is known of a task */
	int64_t			 id;
	struct str		 title;
	bool			 completed;
	struct json_object	*item;	/* of a list, or NULL */
};

struct bt_tasks {
	size_t		 n;
	struct bt_task	*v;
};

/*
 * The tasks the words fit best: one whose title is the same, else those
 * with the largest share of the words, at least 70 in 100.
 */
struct bt_tasks	 bt_match(struct arena *a, struct bt_span words,
		    struct bt_tasks among);
struct bt_tasks	 bt_tasks_of(struct arena *a, struct json_object *list);
/* What to look for in the database so that plural and singular are found. */
const char	*bt_needle(struct arena *a, struct bt_span words);

/*
 * The past (builtin_scene.c)
 */

enum bt_question {
	BT_ASKED_NOTHING, BT_ASKED_WHICH, BT_ASKED_TITLE, BT_ASKED_NEW_TITLE,
	BT_ASKED_PRIORITY, BT_ASKED_DUE, BT_ASKED_CHANGE
};

struct bt_effect {		/* one thing that was done */
	const char		*status;	/* created, deleted, … */
	struct bt_task		 task;
	struct json_object	*arguments;
	size_t			 message;	/* of its result */
};

struct bt_scene {
	struct bt_tasks		 shown;		/* newest numbered list */
	struct bt_tasks		 focus;		/* "it" or "them" */
	struct bt_tasks		 deleted;	/* newest first */
	size_t			 neffects;	/* of the newest such turn */
	struct bt_effect	*effects;
};

void	 bt_scene_read(struct arena *a, const struct model_request *req,
	    size_t upto, struct bt_scene *out);
/* The numbered lines of a reply: "2. [ ] #7 Buy milk". */
struct bt_tasks bt_lines_read(struct arena *a, struct str text);
/* What the reply just before message `upto` asked. */
enum bt_question bt_asked(const struct model_request *req, size_t upto,
	    enum bt_does *verb);
size_t	 bt_user_before(const struct model_request *req, size_t upto);
#define BT_NOBODY ((size_t)-1)

/*
 * Jobs (builtin_plan.c)
 */

struct bt_job {
	const struct bt_intent	*intent;
	bool			 settled;	/* its target is known */
	bool			 late;		/* waits for all others */
	bool			 finished;	/* every call has its result */
	struct bt_tasks		 targets;
	size_t			 left_out;	/* targets beyond MAX_CALLS */
	size_t			 ndone;
	struct json_object	**done;		/* results of its effects */
	struct json_object	*list;		/* result of a BT_LIST */
	const char		*instead;	/* said instead of doing it */
	enum bt_does		 does;		/* what the intent says */
	struct bt_effect	*undoes;
	size_t			 nundoes;
};

struct bt_tape { const char *name; struct json_object *result; };

struct bt_plan {
	struct arena			*a;
	const struct model_request	*req;
	struct bt_now			 now;
	size_t				 user;	/* newest user message */
	struct bt_intents		 intents;
	struct bt_job			*jobs;
	struct bt_tape			*tape;
	size_t				 ntape, at;
	bool				 told;	/* all but late jobs */
	bool				 off;	/* not this plan's tape */
	bool				 asked;	/* a question was put already */
	struct model_call		*calls;
	size_t				 ncalls;
	struct json_object		*snapshot; /* all tasks */
};

void	 bt_plan_run(struct bt_plan *p);

/*
 * Sentences (builtin_say.c)
 */

const char *bt_say_title(struct arena *a, struct str title);
const char *bt_say_task(struct arena *a, int64_t id, struct str title);
const char *bt_ask_which(struct arena *a, enum bt_does does,
	    struct bt_tasks among, struct str what);
const char *bt_ask_free(struct arena *a, enum bt_does does);
const char *bt_say_lost(struct arena *a, struct str what);
/* Everything the jobs did; late: only the late ones. */
void	 bt_say_jobs(struct bt_plan *p, bool late, struct buf *out);
/* What a tape we did not make says. */
void	 bt_say_tape(struct bt_plan *p, struct buf *out);
void	 bt_say_alone(struct bt_plan *p, const struct bt_intent *in,
	    struct buf *out);
bool	 bt_due_of(struct json_object *item, struct bt_when *out);

#define BT_ASK_TITLE	"What should the task be called?"
#define BT_ASK_NEW	"What should the new title be?"
#define BT_ASK_PRIORITY	"Which should it be: low, normal or high?"
#define BT_ASK_DUE	"When should it be due?"
#define BT_ASK_CHANGE	"What should I change about it?"
#define BT_WHICH_ONE	"Which one should I "
#define BT_WHICH_TASK	"Which task should I "

#endif
