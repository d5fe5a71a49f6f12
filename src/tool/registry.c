#include "tool/tool.h"

/*
 * The longest texts are those of bounds.h; t/003-options.t and the unit
 * test hold the two together.
 */
#define TASK_ID \
	"\"task_id\":{\"type\":\"integer\",\"minimum\":1," \
	"\"maximum\":2147483647," \
	"\"description\":\"Number of the task, as list_tasks shows it\"}"
#define TITLE(what) \
	"\"title\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":500," \
	"\"description\":\"" what "\"}"
#define DESCRIPTION(what) \
	"\"description\":{\"type\":\"string\",\"maxLength\":5000," \
	"\"description\":\"" what "\"}"
#define PRIORITY(what) \
	"\"priority\":{\"type\":\"string\"," \
	"\"enum\":[\"low\",\"normal\",\"high\"],\"description\":\"" what "\"}"
#define TIME(name, what) \
	"\"" name "\":{\"type\":\"string\",\"format\":\"local-date-time\"," \
	"\"description\":\"" what "\"}"

#define NUMBER(name, what) \
	"\"" name "\":{\"type\":\"integer\",\"minimum\":1," \
	"\"description\":\"" what "\"}"
#define DUE \
	"\"due\":{\"type\":\"string\",\"description\":" \
	"\"Local time, YYYY-MM-DDTHH:MM\"}"
#define CHANGED(status) \
	"{\"type\":\"object\",\"properties\":{" \
	NUMBER("task_id", "Number of the task") "," \
	"\"status\":{\"type\":\"string\",\"enum\":[" status "]," \
	"\"description\":\"What became of it\"}," \
	"\"title\":{\"type\":\"string\",\"description\":" \
	"\"Its title now\"}," \
	PRIORITY("Absent when normal") "," DUE "," \
	"\"already\":{\"type\":\"boolean\",\"description\":" \
	"\"It was so before; nothing was changed\"}}," \
	"\"required\":[\"task_id\",\"status\",\"title\"]," \
	"\"additionalProperties\":false}"

const struct tool tools[] = {
	{
		.name = "add_task",
		.title = "Add a task",
		.description = "Add one task to the person's list. For several"
		    " tasks call it once for each. Put times into due_at, not"
		    " into the title.",
		.input = "{\"type\":\"object\",\"properties\":{"
		    TITLE("What is to be done, in a few words") ","
		    DESCRIPTION("Details, if any were given") ","
		    PRIORITY("Default normal") ","
		    TIME("due_at", "Local time YYYY-MM-DDTHH:MM, or YYYY-MM-DD"
		    " for a whole day")
		    "},\"required\":[\"title\"]}",
		.output = CHANGED("\"created\""),
	},
	{
		.name = "list_tasks",
		.title = "List tasks",
		.description = "Read the person's tasks, oldest first, at most"
		    " 100 at once. Use it to find the number of a task that"
		    " was named by its title.",
		.input = "{\"type\":\"object\",\"properties\":{"
		    "\"status\":{\"type\":\"string\",\"enum\":[\"all\","
		    "\"pending\",\"completed\"],"
		    "\"description\":\"Default all\"},"
		    "\"search\":{\"type\":\"string\",\"maxLength\":200,"
		    "\"description\":\"Words that must occur in the title or"
		    " the description\"},"
		    PRIORITY("Only this priority") ","
		    TIME("due_before", "Only tasks due at this local time or"
		    " earlier; form as in add_task") ","
		    "\"after_id\":{\"type\":\"integer\",\"minimum\":0,"
		    "\"maximum\":2147483647,\"description\":\"Only higher"
		    " numbers: the page after 100 tasks\"}"
		    "}}",
		.output = "{\"type\":\"object\",\"properties\":{"
		    "\"tasks\":{\"type\":\"array\",\"items\":{"
		    "\"type\":\"object\",\"properties\":{"
		    NUMBER("id", "The number that other tools take") ","
		    "\"title\":{\"type\":\"string\"},"
		    "\"completed\":{\"type\":\"boolean\"},"
		    PRIORITY("How urgent it is") "," DUE ","
		    "\"description\":{\"type\":\"string\",\"description\":"
		    "\"Its first 200 characters\"}},"
		    "\"required\":[\"id\",\"title\",\"completed\","
		    "\"priority\"],\"additionalProperties\":false}},"
		    NUMBER("next_after_id", "There are more: this as after_id"
		    " finds them")
		    "},\"required\":[\"tasks\"],"
		    "\"additionalProperties\":false}",
		.read_only = true,
		.idempotent = true,
	},
	{
		.name = "complete_task",
		.title = "Complete a task",
		.description = "Mark one task as done, or, with completed"
		    " false, as not done.",
		.input = "{\"type\":\"object\",\"properties\":{"
		    TASK_ID ","
		    "\"completed\":{\"type\":\"boolean\",\"description\":"
		    "\"Default true; false takes it back\"}"
		    "},\"required\":[\"task_id\"]}",
		.output = CHANGED("\"completed\",\"pending\""),
		.idempotent = true,
		.changes_existing = true,
	},
	{
		.name = "update_task",
		.title = "Change a task",
		.description = "Change the title, description, priority or due"
		    " time of one task. Only what is given changes.",
		.input = "{\"type\":\"object\",\"properties\":{"
		    TASK_ID ","
		    TITLE("The new title") ","
		    DESCRIPTION("The new description; an empty text removes"
		    " it") ","
		    PRIORITY("The new priority") ","
		    TIME("due_at", "The new due time; form as in add_task; an"
		    " empty text removes it")
		    "},\"required\":[\"task_id\"],\"minProperties\":2}",
		.output = CHANGED("\"updated\""),
		.destructive = true,
		.idempotent = true,
		.changes_existing = true,
	},
	{
		.name = "delete_task",
		.title = "Delete a task",
		.description = "Delete one task.",
		.in_chat = "The person is asked first by"
		    " the program itself: call this at once, do not ask and do"
		    " not say that it is done.",
		.input = "{\"type\":\"object\",\"properties\":{" TASK_ID
		    "},\"required\":[\"task_id\"]}",
		.output = CHANGED("\"deleted\""),
		.destructive = true,
		.idempotent = true,
		.changes_existing = true,
		.asks = true,
	},
	{
		.name = "restore_task",
		.title = "Restore a deleted task",
		.description = "Bring back a task that was deleted, by its"
		    " number.",
		.input = "{\"type\":\"object\",\"properties\":{" TASK_ID
		    "},\"required\":[\"task_id\"]}",
		.output = CHANGED("\"restored\""),
		.idempotent = true,
	},
};

const size_t tools_n = sizeof(tools) / sizeof(tools[0]);
