/*
 * Confirmations: which calls of a step wait for the person's yes, and the
 * one question that is asked for all of them.
 */
#ifndef AGENT_QUESTION_H
#define AGENT_QUESTION_H

#include "base/conf.h"
#include "store/message.h"
#include "store/task.h"
#include "tool/tool.h"

/* One call of a step, on its way. */
struct pending_call {
	struct call		 call;	/* arguments {} when wrong */
	const struct tool	*tool;	/* NULL: unknown */
	struct json_object	*wrong;	/* the result, when it must not run */
	bool			 held;
};

/*
 * Could a question be needed: does any call want a tool that asks, or do at
 * least bulk_from calls change existing tasks?
 */
bool	 question_possible(const struct pending_call *calls, size_t n,
	    int bulk_from);

/*
 * Then mark the calls that must be held: those of a tool that asks, and,
 * when the step changes at least bulk_from tasks, all that change one.
 * names: the tasks that exist.  A call about another one must not run
 * later, when there may be such a task: it becomes task_not_found.
 */
void	 question_mark(struct arena *a, struct pending_call *calls, size_t n,
	    const struct task_name *names, size_t nnames, int bulk_from);

/* Let go, the same way, of held calls whose task is gone by now. */
void	 question_recheck(struct arena *a, struct pending_call *calls,
	    size_t n, const struct task_name *names, size_t nnames);

struct question {
	struct json_object	*confirmation;	/* {"id","summary","minutes",
						   "actions"} for turn_end() */
	struct json_object	*held;		/* the calls, for turn_end() */
	const char		*text;		/* what the person reads */
};

/* Put the question for the held calls; each gets its interim result. */
void	 question_ask(struct arena *a, const struct conf *c,
	    struct pending_call *calls, size_t n,
	    const struct task_name *names, size_t nnames, struct question *out);

/* What is said after it was answered; state as turn_confirm() gave it. */
const char *question_outcome(struct arena *a, const struct conf *c,
	    const char *state, const struct call *calls, size_t n);

#endif
