/*
 * The built-in model plays the model's part: every row of the command
 * tables of this program's contract, and conversations that go on.
 */
#include <stdlib.h>

#include "builtin_world.h"
#include "tap.h"

struct line {
	const char	*said;		/* NULL ends a conversation */
	const char	*calls;		/* all calls of the turn; NULL: any */
	const char	*reply;		/* found in what is said; NULL: any */
};

#define ALL "list_tasks {\"status\":\"all\"}"
#define END { NULL, NULL, NULL }

static const struct line talks[] = {
	/* add */
	{ "Add a task to buy groceries",
	    "add_task {\"title\":\"Buy groceries\"}",
	    "Added #8 “Buy groceries”." }, END,
	{ "I need to remember to pay bills",
	    "add_task {\"title\":\"Pay bills\"}", "Added #8" }, END,
	{ "Create a new task: Finish report by Friday",
	    "add_task {\"title\":\"Finish report\",\"due_at\":\"2026-11-27\"}",
	    "(due Fri 27 Nov)" }, END,
	{ "Remind me to call mom tomorrow",
	    "add_task {\"title\":\"Call mom\",\"due_at\":\"2026-11-21\"}",
	    "(due tomorrow)" }, END,
	{ "Remind me to call mom tonight", "add_task {\"title\":\"Call mom\","
	    "\"due_at\":\"2026-11-20T20:00\"}", "due today at 20:00" }, END,
	{ "Add task: Submit quarterly report by Friday",
	    "add_task {\"title\":\"Submit quarterly report\","
	    "\"due_at\":\"2026-11-27\"}", "Submit quarterly report" }, END,
	{ "Create a task called 'Finish report' with description"
	    " 'Include Q4 metrics'", "add_task {\"title\":\"Finish report\","
	    "\"description\":\"Include Q4 metrics\"}", "Added" }, END,
	{ "Add a high priority task to call dentist by Friday",
	    "add_task {\"title\":\"Call dentist\",\"priority\":\"high\","
	    "\"due_at\":\"2026-11-27\"}", "(due Fri 27 Nov, high priority)" },
	    END,
	{ "Remind me to finish the report with detailed analysis",
	    "add_task {\"title\":\"Finish the report\","
	    "\"description\":\"detailed analysis\"}", "Added" }, END,
	{ "Add three tasks: buy milk, walk dog, and pay bills",
	    "add_task {\"title\":\"Buy milk\"};"
	    " add_task {\"title\":\"Walk dog\"};"
	    " add_task {\"title\":\"Pay bills\"}",
	    "Added 3 tasks:\n1. [ ] #8 Buy milk\n2. [ ] #9 Walk dog\n"
	    "3. [ ] #10 Pay bills" },
	{ "complete the second one", "complete_task {\"task_id\":9}",
	    "#9 “Walk dog”" }, END,
	{ "Add a task to call Dr. Smith. He is at the clinic",
	    "add_task {\"title\":\"Call Dr. Smith\","
	    "\"description\":\"He is at the clinic\"}", NULL }, END,

	/* asked for a title */
	{ "add stuff", "", "What should the task be called?" },
	{ "finish the report by Friday", "add_task {\"title\":"
	    "\"Finish the report\",\"due_at\":\"2026-11-27\"}", "Added" }, END,
	{ "do something", "", "What should the task be called?" },
	{ "never mind", "", "nothing was changed" }, END,
	{ "Create a task", "", "What should the task be called?" },
	{ "show my tasks", ALL, "1. [ ] #1 Buy groceries" }, END,
	{ "Create an urgent task", "", "What should the task be called?" },
	{ "something", "", "What should the task be called?" },
	{ "call the bank", "add_task {\"title\":\"Call the bank\","
	    "\"priority\":\"high\"}", "Added" }, END,
	{ "remind me tomorrow", "", "What should the task be called?" },
	{ "call Bob", "add_task {\"title\":\"Call Bob\",\"due_at\":"
	    "\"2026-11-21\"}", "Added" }, END,

	/* list */
	{ "Show me all my tasks", ALL, "You have 7 tasks, 6 of them still"
	    " pending:\n1. [ ] #1 Buy groceries (due today)\n2. [ ] #2 Call"
	    " mom\n3. [ ] #3 Finish report (high priority)\n" }, END,
	{ "What's pending?", "list_tasks {\"status\":\"pending\"}",
	    "You have 6 pending tasks:" }, END,
	{ "What have I completed?", "list_tasks {\"status\":\"completed\"}",
	    "You have 1 completed task:\n1. [x] #7 Pay bills" }, END,
	{ "What’s on my plate today?", "list_tasks {\"status\":\"pending\"}",
	    NULL }, END,
	{ "Show me high priority tasks", "list_tasks {\"status\":\"all\","
	    "\"priority\":\"high\"}", "1. [ ] #3 Finish report" }, END,
	{ "What's due today?", "list_tasks {\"status\":\"pending\","
	    "\"due_before\":\"2026-11-20\"}", "1. [ ] #1 Buy groceries" }, END,
	{ "Show tasks about spaceships", "list_tasks {\"status\":\"all\","
	    "\"search\":\"spaceship\"}", "You have no tasks about" }, END,
	{ "show me task 5", ALL, "#5 “Prepare meeting notes” is pending.\n"
	    "Description: agenda" }, END,

	/* complete and reopen */
	{ "Mark task 3 as complete", "complete_task {\"task_id\":3}",
	    "#3 “Finish report”" },
	{ "mark it as done again", "complete_task {\"task_id\":3}",
	    "was already done" },
	{ "Undo completion of task 3", "complete_task {\"task_id\":3,"
	    "\"completed\":false}", "Reopened #3" },
	{ "reopen task 3", "complete_task {\"task_id\":3,"
	    "\"completed\":false}", "still open" }, END,
	{ "Mark 'Buy milk' as done", ALL "; complete_task {\"task_id\":6}",
	    "#6 “Buy milk”" },
	{ "undo", "complete_task {\"task_id\":6,\"completed\":false}",
	    "Reopened #6" }, END,
	{ "I finished buying groceries", ALL "; complete_task {\"task_id\":1}",
	    "#1 “Buy groceries”" }, END,
	{ "complete the grocery task", ALL "; complete_task {\"task_id\":1}",
	    NULL }, END,
	{ "complete the grocreies", ALL "; complete_task {\"task_id\":1}",
	    NULL }, END,
	{ "complete buy milk and call mom", ALL "; complete_task"
	    " {\"task_id\":6}; complete_task {\"task_id\":2}",
	    "Completed 2 tasks:" },
	{ "reopen them", "complete_task {\"task_id\":6,\"completed\":false};"
	    " complete_task {\"task_id\":2,\"completed\":false}",
	    "Reopened 2 tasks" }, END,
	{ "Complete task 999", "complete_task {\"task_id\":999}",
	    "I couldn't find task #999" }, END,
	{ "complete the spaceship", ALL, "couldn't find" }, END,
	{ "complete tasks 1, 2 and 3", "complete_task {\"task_id\":1};"
	    " complete_task {\"task_id\":2}; complete_task {\"task_id\":3}",
	    "Sure?" },
	{ "no", "", NULL },
	{ "what's completed?", "list_tasks {\"status\":\"completed\"}",
	    "You have 1 completed task" }, END,
	{ "mark all as done", "list_tasks {\"status\":\"pending\"};"
	    " complete_task {\"task_id\":1}; complete_task {\"task_id\":2};"
	    " complete_task {\"task_id\":3}; complete_task {\"task_id\":4};"
	    " complete_task {\"task_id\":5}; complete_task {\"task_id\":6}",
	    "Sure?" },
	{ "yes", "", NULL },
	{ "what's pending", "list_tasks {\"status\":\"pending\"}",
	    "You have no pending tasks" }, END,

	/* places in a list */
	{ "show my tasks", ALL, NULL },
	{ "Complete the first one", "complete_task {\"task_id\":1}", "#1" },
	{ "Delete the second one", "delete_task {\"task_id\":2}", "Sure?" },
	{ "yes", "", NULL },
	{ "undo that", "restore_task {\"task_id\":2}", "Restored #2" },
	{ "complete the last one", "complete_task {\"task_id\":7}",
	    "already done" },
	{ "make the third task urgent", "update_task {\"task_id\":3,"
	    "\"priority\":\"high\"}", "#3" },
	{ "complete number 4", "complete_task {\"task_id\":4}", NULL },
	{ "complete the 40th one", "", "That list has only 7 tasks" }, END,
	{ "what have I completed?", NULL, "1. [x] #7" },
	{ "reopen the first one", "complete_task {\"task_id\":7,"
	    "\"completed\":false}", "Reopened #7" }, END,
	{ "show tasks about meetings", NULL, "2. [ ] #5" },
	{ "complete both", "complete_task {\"task_id\":4};"
	    " complete_task {\"task_id\":5}", "Completed 2 tasks" }, END,

	/* which one? */
	{ "Complete the meeting task", ALL, "Which one should I complete?\n"
	    "1. #4 Team meeting\n2. #5 Prepare meeting notes\n" },
	{ "2", "complete_task {\"task_id\":5}", "#5" }, END,
	{ "Delete the meeting task", ALL, "Which one should I delete?" },
	{ "the second", "delete_task {\"task_id\":5}", "Sure?" }, END,
	{ "Delete the meeting task", ALL, "Which one should I delete?" },
	{ "the team one", "delete_task {\"task_id\":4}", "Sure?" }, END,
	{ "Delete the meeting task", ALL, NULL },
	{ "task 4", "delete_task {\"task_id\":4}", "Sure?" }, END,
	{ "Delete the meeting task", ALL, NULL },
	{ "both", "delete_task {\"task_id\":4}; delete_task {\"task_id\":5}",
	    "Sure?" }, END,
	{ "Delete the meeting task", ALL, NULL },
	{ "the dentist one", ALL, "Which one should I delete?" },
	{ "first", "delete_task {\"task_id\":4}", "Sure?" }, END,
	{ "Delete the meeting task", ALL, NULL },
	{ "never mind", "", "nothing was changed" },
	{ "yes", "", "There is nothing waiting for a yes." }, END,
	{ "Delete the meeting task", ALL, NULL },
	{ "add buy eggs", "add_task {\"title\":\"Buy eggs\"}", "Added" },
	{ "2", "", "help" }, END,
	{ "rename the meeting task to Standup", ALL,
	    "Which one should I change?" },
	{ "1", "update_task {\"task_id\":4,\"title\":\"Standup\"}",
	    "Renamed #4 “Standup”." }, END,
	{ "Complete that one", "", "Which task should I complete?" },
	{ "task 2", "complete_task {\"task_id\":2}", "#2" }, END,
	{ "delete it", "", "Which task should I delete?" },
	{ "the milk one", ALL "; delete_task {\"task_id\":6}", "Sure?" }, END,
	{ "show my tasks", ALL, NULL },
	{ "complete it", "", "Which one should I complete?" }, END,

	/* change */
	{ "Change task 1 to 'Call mom tonight'", "update_task {\"task_id\":1,"
	    "\"title\":\"Call mom tonight\"}", "Renamed #1" }, END,
	{ "Change 'Buy milk' to 'Buy organic milk'", ALL "; update_task"
	    " {\"task_id\":6,\"title\":\"Buy organic milk\"}", "Renamed" },
	{ "undo that", "update_task {\"task_id\":6,\"title\":\"Buy milk\"}",
	    "“Buy milk”" }, END,
	{ "Rename Call mom to Call dad", ALL "; update_task {\"task_id\":2,"
	    "\"title\":\"Call dad\"}", "Renamed #2 “Call dad”" }, END,
	{ "rename task 2 to X", "update_task {\"task_id\":2,\"title\":"
	    "\"X\"}", NULL },
	{ "undo", "", "I do not know how" }, END,
	{ "Update the groceries task to include milk and eggs", ALL
	    "; update_task {\"task_id\":1,\"description\":"
	    "\"milk and eggs\"}", "description" }, END,
	{ "Add a note to the notes task: focus on Q4 metrics", ALL
	    "; update_task {\"task_id\":5,\"description\":"
	    "\"agenda\\nfocus on Q4 metrics\"}", "Updated #5" }, END,
	{ "Update task 3 description to include store location", ALL
	    "; update_task {\"task_id\":3,\"description\":"
	    "\"store location\"}", "Updated #3" }, END,
	{ "add bread", "add_task {\"title\":\"Bread\"}", NULL },
	{ "and add 'milk and eggs' to the description", ALL
	    "; update_task {\"task_id\":8,\"description\":"
	    "\"milk and eggs\"}", "Updated #8" },
	{ "make it high priority", "update_task {\"task_id\":8,\"priority\":"
	    "\"high\"}", "high priority" },
	{ "it is due tomorrow", "update_task {\"task_id\":8,\"due_at\":"
	    "\"2026-11-21\"}", "due tomorrow" },
	{ "rename it to Rye bread", "update_task {\"task_id\":8,\"title\":"
	    "\"Rye bread\"}", "Rye bread" },
	{ "done with it", "complete_task {\"task_id\":8}", "#8" },
	{ "delete that task", "delete_task {\"task_id\":8}", "Sure?" }, END,
	{ "Set the priority of task 3 to critical", "",
	    "low, normal or high" },
	{ "high", "update_task {\"task_id\":3,\"priority\":\"high\"}",
	    "high priority" }, END,
	{ "Set priority to critical", "", "low, normal or high" },
	{ "never mind", "", NULL }, END,
	{ "Make task 5 urgent", "update_task {\"task_id\":5,\"priority\":"
	    "\"high\"}", "high priority" },
	{ "undo", "", "I do not know how" }, END,
	{ "change the due date of task 3 to next Monday",
	    "update_task {\"task_id\":3,\"due_at\":\"2026-11-23\"}",
	    "due Mon 23 Nov" },
	{ "no due date for task 3", "update_task {\"task_id\":3,\"due_at\":"
	    "\"\"}", "no due date" }, END,
	{ "change the due date of task 3", "", "When should it be due?" },
	{ "Friday at 5pm", "update_task {\"task_id\":3,\"due_at\":"
	    "\"2026-11-27T17:00\"}", "Fri 27 Nov at 17:00" }, END,
	{ "rename task 2", "", "What should the new title be?" },
	{ "call aunt", "update_task {\"task_id\":2,\"title\":"
	    "\"Call aunt\"}", "Renamed" }, END,
	{ "update task 2", "", "What should I change about it?" },
	{ "make it urgent", "update_task {\"task_id\":2,\"priority\":"
	    "\"high\"}", "#2" }, END,
	{ "update task 2", "", "What should I change about it?" },
	{ "due tomorrow", "update_task {\"task_id\":2,\"due_at\":"
	    "\"2026-11-21\"}", "#2" }, END,

	/* delete and restore */
	{ "Delete task 5", "delete_task {\"task_id\":5}", "Sure?" },
	{ "yes", "", NULL },
	{ "bring back the notes task", "restore_task {\"task_id\":5}",
	    "Restored #5" }, END,
	{ "Delete the groceries task", ALL "; delete_task {\"task_id\":1}",
	    "Sure?" },
	{ "no", "", NULL },
	{ "undo", "", "nothing to undo" }, END,
	{ "Delete all my tasks", ALL "; delete_task {\"task_id\":1};"
	    " delete_task {\"task_id\":2}; delete_task {\"task_id\":3};"
	    " delete_task {\"task_id\":4}; delete_task {\"task_id\":5};"
	    " delete_task {\"task_id\":6}; delete_task {\"task_id\":7}",
	    "Sure?" },
	{ "yes", "", NULL },
	{ "show my tasks", ALL, "You have no tasks." },
	{ "restore the milk task", "restore_task {\"task_id\":6}",
	    "Restored #6" }, END,
	{ "Delete all completed tasks", "list_tasks {\"status\":"
	    "\"completed\"}; delete_task {\"task_id\":7}", "Sure?" }, END,
	{ "Show tasks about meetings and delete them all",
	    "list_tasks {\"status\":\"all\",\"search\":\"meeting\"};"
	    " delete_task {\"task_id\":4}; delete_task {\"task_id\":5}",
	    "1. [ ] #4 Team meeting\n2. [ ] #5 Prepare meeting notes\nSure?" },
	    END,
	{ "delete task 999", "delete_task {\"task_id\":999}",
	    "couldn't find task #999" }, END,
	{ "add eggs", NULL, NULL },
	{ "undo", "delete_task {\"task_id\":8}", "Sure?" }, END,
	{ "restore task 3", "restore_task {\"task_id\":3}", NULL }, END,
	{ "delete task 1", NULL, "Sure?" },
	{ "show my tasks", ALL, "#1 Buy groceries" }, END,

	/* several things at once */
	{ "Show my tasks and mark the first one as complete", ALL
	    "; complete_task {\"task_id\":1}", "marked #1" }, END,
	{ "Add a task to review code and then show all my tasks",
	    "add_task {\"title\":\"Review code\"}; " ALL,
	    "8. [ ] #8 Review code" }, END,
	{ "Add buy bread and complete task 2", "add_task {\"title\":"
	    "\"Buy bread\"}; complete_task {\"task_id\":2}",
	    "Added #8 “Buy bread”.\nDone!" }, END,
	{ "Add buy bread and make it urgent", "add_task {\"title\":"
	    "\"Buy bread\"}; update_task {\"task_id\":8,\"priority\":"
	    "\"high\"}", "high priority" }, END,
	{ "delete task 3, add buy bread and complete task 2",
	    "add_task {\"title\":\"Buy bread\"}; complete_task"
	    " {\"task_id\":2}; delete_task {\"task_id\":3}",
	    "Added #8 “Buy bread”.\nDone! I marked #2 “Call mom” as"
	    " complete.\nSure?" }, END,
	{ "delete task 999 and show what's completed",
	    "list_tasks {\"status\":\"completed\"}; delete_task"
	    " {\"task_id\":999}", "1. [x] #7 Pay bills" }, END,
	{ "Complete task 1. Flurbel the wombat.", "complete_task"
	    " {\"task_id\":1}", "I left this out, because I did not"
	    " understand it: “Flurbel the wombat”" }, END,

	/* talk */
	{ "never mind", "", "nothing was changed" }, END,
	{ "What can you do?", "", "add, list, complete, change and delete" },
	    END,
	{ "Hello", "", "no AI model is connected" }, END,
	{ "What's the weather?", "", "I can only help with your task list" },
	    END,
	{ "Make me coffee", "", "I can only help with your task list" }, END,
	{ "buy milk", "", "say “add: buy milk”" }, END,
	{ "¿Qué tengo que hacer?", "", "I can only help" }, END,
	{ "What were we discussing?", "", "We have just begun" },
	{ "add eggs", NULL, NULL },
	{ "What were we discussing?", "", "“add eggs”" }, END,
	{ "who am I signed in as", "", "You are signed in as ann." }, END,
	{ "what time is it", "", "Fri 20 Nov 2026 at 09:30" }, END,
	{ "yes", "", "There is nothing waiting for a yes." }, END,
	{ "no", "", "nothing was changed" }, END,
	{ "thank you!", "", "welcome" }, END,
};

static void
line_check(struct world *w, const struct line *l)
{
	const char *text = world_say(w, l->said);

	if (w->broken != NULL)
		ok(false, "%s: %s", l->said, w->broken);
	if (l->calls != NULL)
		is_str(buf_str(&w->calls), l->calls, "%s", l->said);
	if (l->reply != NULL && !ok(strstr(text, l->reply) != NULL,
	    "%s: says so", l->said))
		diag("%s\n  lacks: %s", text, l->reply);
}

static void
conversations(void)
{
	struct world *w = world_home();
	size_t i;

	for (i = 0; i < sizeof(talks) / sizeof(talks[0]); i++) {
		if (talks[i].said != NULL) {
			line_check(w, &talks[i]);
			continue;
		}
		world_free(w);
		w = world_home();
	}
	world_free(w);
}

/* Nothing to show yet. */
static void
empty_list(void)
{
	struct world *w = world_new();
	const char *text = world_say(w, "Show my tasks");

	ok(strstr(text, "You have no tasks. Would you like to create one?") !=
	    NULL, "an empty list invites");
	world_say(w, "complete all my tasks");
	is_str(buf_str(&w->calls), "list_tasks {\"status\":\"pending\"}",
	    "and nothing of it is completed");
	world_free(w);
}

/* A tool that fails leads to no claim and to a next step. */
static void
failures(void)
{
	static const struct { const char *tool, *said; } t[] = {
		{ "add_task", "add buy milk" },
		{ "list_tasks", "show my tasks" },
		{ "list_tasks", "complete the milk task" },
		{ "list_tasks", "delete all my tasks" },
		{ "complete_task", "complete task 1" },
		{ "update_task", "rename task 1 to X" },
		{ "restore_task", "restore task 1" },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct world *w = world_home();
		const char *text;

		w->fail = t[i].tool;
		text = world_say(w, t[i].said);
		ok(w->broken == NULL && strstr(text, "try again") != NULL &&
		    strstr(text, "database") == NULL,
		    "%s fails, “%s” says so plainly", t[i].tool, t[i].said);
		world_free(w);
	}
}

/* More than one page: found on the second; a list says how much is left. */
static void
many_tasks(void)
{
	struct world *w = world_new();
	const char *text;
	int i;

	for (i = 1; i <= 150; i++)
		world_task(w, arena_printf(w->a, "Chore number %d", i));
	world_task(w, "Walk the dog");
	world_say(w, "complete the dog task");
	is_str(buf_str(&w->calls), ALL "; list_tasks {\"status\":\"all\","
	    "\"after_id\":100}; complete_task {\"task_id\":151}",
	    "a title on the second page is found");
	text = world_say(w, "show my tasks");
	ok(strstr(text, "You have 151 tasks") != NULL &&
	    strstr(text, "…and 51 more") != NULL, "a long list is cut");
	text = world_say(w, "delete all my tasks");
	ok(strstr(text, "at most 64 tasks at a time; 87 more") != NULL,
	    "64 deletions at a time, and it says so");
	ok(w->broken == NULL, "all within the limits: %s",
	    w->broken != NULL ? w->broken : "yes");
	world_free(w);
}

/* What came before calls that end a turn is told once. */
static void
told_once(void)
{
	static const char said[] = "delete task 999 and show what's completed";
	struct world *w = world_home();

	is_str(world_say(w, said), "You have 1 completed task:\n"
	    "1. [x] #7 Pay bills\n\nI couldn't find task #999. Say “show my"
	    " tasks” to see what is on your list.", "read along");
	w->quiet = true;
	is_str(world_say(w, said), "I couldn't find task #999. Say “show my"
	    " tasks” to see what is on your list.\nYou have 1 completed"
	    " task:\n1. [x] #7 Pay bills", "or only the last text");
	world_free(w);
}

/* Of two tasks of one name, the one the verb can mean. */
static void
likely_one(void)
{
	struct world *w = world_home();

	world_task(w, "Buy milk")->completed = true;
	world_say(w, "complete buy milk");
	is_str(buf_str(&w->calls), ALL "; complete_task {\"task_id\":6}",
	    "the open one is completed");
	world_free(w);
	w = world_home();
	world_task(w, "Pay bills");
	world_say(w, "reopen the bills task");
	is_str(buf_str(&w->calls), ALL "; complete_task {\"task_id\":7,"
	    "\"completed\":false}", "the completed one is reopened");
	world_free(w);
}

/* What another model began is told from its results. */
static void
taken_over(void)
{
	struct world *w = world_home();
	struct model_call call = { .id = "abcdefghi", .name = "update_task",
	    .arguments = "{\"task_id\":2,\"title\":\"Call dad\"}" };
	struct model_request req = { .local_now = w->now };
	struct model_answer ans;
	struct model_message *m;

	world_push(w, MODEL_USER, STR("please do the usual thing"));
	m = world_push(w, MODEL_ASSISTANT, STR(""));
	m->ncalls = 1;
	m->calls = &call;
	m = world_push(w, MODEL_TOOL, STR(""));
	m->call_id = call.id;
	m->call_name = call.name;
	m->result = world_run(w, &call);
	req.messages = w->messages;
	req.nmessages = w->nmessages;
	ok(builtin_step(w->a, &req, NULL, &ans) == NULL &&
	    ans.end == MODEL_DONE, "the turn is ended");
	is_str(arena_strndup(w->a, ans.text.p, ans.text.n),
	    "Updated #2 “Call dad”.", "with what was done");
	world_free(w);
}

static bool
deaf(void *ctx, struct str piece)
{
	size_t *n = ctx;

	(void)piece;
	return ++*n < 2;
}

static void
edges(void)
{
	struct world *w = world_home();
	struct model_request req = { .local_now = w->now };
	struct model_answer ans;
	size_t n = 0;
	const struct model_events ev = { .text = deaf, .ctx = &n };

	ok(builtin_step(w->a, &req, NULL, &ans) == NULL &&
	    ans.end == MODEL_DONE && ans.text.n > 0, "no message at all");
	world_push(w, MODEL_USER, STR("help"));
	req.messages = w->messages;
	req.nmessages = 1;
	builtin_step(w->a, &req, &ev, &ans);
	ok(ans.end == MODEL_STOPPED && n == 2, "a reader who left stops it");
	w->messages[0].text = STR("add buy milk");
	builtin_step(w->a, &req, NULL, &ans);
	ok(ans.end == MODEL_DONE && ans.ncalls == 0 && strncmp(ans.text.p,
	    "Added", 5) != 0, "without tools nothing is called or claimed");
	is_str(ans.model, "builtin", "it says who answered");
	world_free(w);
}

static void
streaming(void)
{
	struct world *w = world_home();

	world_say(w, "help");
	ok(w->pieces > 5, "a reply comes in pieces");
	is_str(buf_str(&w->stream), buf_str(&w->text), "all of it");
	world_free(w);
}

/* What is quoted is kept to the byte. */
static void
titles_kept(void)
{
	static const char *const titles[] = {
		"“Buy 🥛 milk”", "'#3 [x] 1. #9 fake'", "\"a <b>c</b> & d\"",
		"\"müll & söhne\"", "'say \"hi\"'",
	};
	size_t i;

	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		struct world *w = world_home();
		size_t n = strlen(titles[i]), q = titles[i][0] & 0x80 ? 3 : 1;

		world_say(w, arena_printf(w->a, "add %s", titles[i]));
		is_str(arena_strndup(w->a, w->tasks[7].title.p,
		    w->tasks[7].title.n), arena_strndup(w->a, titles[i] + q,
		    n - 2 * q), "kept as given: %s", titles[i]);
		world_free(w);
	}
}

int
main(void)
{
	conversations();
	empty_list();
	failures();
	many_tasks();
	told_once();
	likely_one();
	taken_over();
	edges();
	streaming();
	titles_kept();
	return tap_done();
}
