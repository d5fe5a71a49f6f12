/*
 * Hostile and random input to the built-in model: nothing crashes, every
 * call has JSON arguments, nothing is claimed that no result backs.
 */
#include <stdlib.h>

#include "builtin_world.h"
#include "tap.h"

#define LONG 10000	/* bytes of a long message */

/* A small generator of its own: the same numbers everywhere. */
static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static const char *const words[] = {
	"add", "a", "task", "tasks", "to", "the", "and", "then", ",", ".", ":",
	";", "\n", "complete", "delete", "show", "my", "all", "first", "second",
	"last", "one", "it", "that", "them", "both", "mark", "as", "done",
	"not", "rename", "change", "update", "description", "note", "of",
	"priority", "high", "urgent", "low", "due", "date", "tomorrow",
	"Friday", "at", "5pm", "in", "3", "days", "next", "week", "March",
	"#2", "2-4", "1", "7", "999", "undo", "restore", "bring", "back",
	"'buy milk'", "\"x\"", "“curly", "”", "'", "\"", "milk", "meeting",
	"groceries", "report", "remind", "me", "I", "need", "finished", "is",
	"what", "what's", "pending", "completed", "overdue", "about", "with",
	"yes", "no", "never", "mind", "please", "include", "for", "from",
	"list", "everything", "set", "make", "move", "🎉", "ünï", "(", ")",
	"-", "*", "1.", "task 3's", "don't", "?", "!", "which", "add stuff",
	"update task 2", "the meeting task", "99999999999999999999", "#",
	"\t", "each", "every", "&", "also", "called", "number", "call",
};

static void
put_random(struct buf *b, unsigned *seed)
{
	size_t n = 1 + next(seed) % 14;

	while (n-- > 0) {
		buf_puts(b, words[next(seed) %
		    (sizeof(words) / sizeof(words[0]))]);
		if (next(seed) % 8 != 0)
			buf_putc(b, ' ');
	}
}

static void
sentences(void)
{
	unsigned seed = 20261120;
	int i, k, bad = 0;

	for (i = 0; i < 400; i++) {
		struct world *w = world_home();

		for (k = 0; k < 10; k++) {
			struct buf b;

			buf_init(&b, w->a, 4096);
			put_random(&b, &seed);
			world_say(w, buf_str(&b));
			if (w->broken == NULL)
				continue;
			bad++;
			diag("%s\n%s", buf_str(&b), w->broken);
		}
		world_free(w);
	}
	is_int(bad, 0, "4000 random sentences in conversations of ten");
}

/* Any bytes that are UTF-8, among them control characters. */
static void
characters(void)
{
	static const char *const odd[] = { "\x01", "\x7f", "\xc2\xa0",
	    "\xe3\x80\x80", "\xe2\x80\x8b", "\xe2\x80\x99", "\xf0\x9f\x8e\x89",
	    "\xe2\x80\xae", "\\", "{", "}", "%s", "%n", "\r", "\v" };
	unsigned seed = 7;
	int i, k, bad = 0;

	for (i = 0; i < 2000; i++) {
		struct world *w = world_home();
		struct buf b;

		buf_init(&b, w->a, 4096);
		for (k = 0; k < 24; k++) {
			if (next(&seed) % 4 == 0)
				buf_puts(&b, odd[next(&seed) %
				    (sizeof(odd) / sizeof(odd[0]))]);
			else if (next(&seed) % 3 == 0)
				buf_puts(&b, words[next(&seed) % 20]);
			else
				buf_putc(&b, (char)(' ' + next(&seed) % 95));
		}
		world_say(w, buf_str(&b));
		if (w->broken != NULL) {
			bad++;
			diag("%s\n%s", buf_str(&b), w->broken);
		}
		world_free(w);
	}
	is_int(bad, 0, "2000 messages of odd characters");
}

static const struct { const char *first, *again; } longs[] = {
	{ "", "a" }, { "", "a " }, { "add ", "and " }, { "add ", "add " },
	{ "add ", "x, " }, { "add tasks: ", "x, " }, { "add tasks: ", "x and "
	    "" },
	{ "", "and " }, { "", "to " }, { "change ", "to " },
	{ "change task 1 ", "to include " }, { "delete ", "the " },
	{ "complete ", "1, " }, { "complete ", "1-64, " },
	{ "complete ", "milk and " }, { "", "\"" }, { "", "'" }, { "", "' '" },
	{ "", "“" }, { "add ", "\" " }, { "", "\n" }, { "", ". " },
	{ "create ", "x. " }, { "add a task ", "y! " }, { "show ", "tasks " },
	{ "show ", "about " }, { "remind me ", "tomorrow " },
	{ "remind me to ", "on Friday at 5pm " }, { "", "please " },
	{ "", "undo that. " }, { "", "delete task 1. " },
	{ "", "complete the milk task and " }, { "", "🎉" }, { "", "( " },
	{ "mark ", "as " }, { "set the priority of ", "of to " },
	{ "update task 3 description to ", "lorem ipsum " },
	{ "add a note to the ", "task to " }, { "what ", "is " },
	{ "", "the first " }, { "rename ", "it to it " }, { "", "next " },
	{ "", "all " }, { "is ", "done " }, { "add x ", "high priority " },
	{ "add x with description ", ", " },
};

static void
long_messages(void)
{
	size_t i;

	for (i = 0; i < sizeof(longs) / sizeof(longs[0]); i++) {
		struct world *w = world_home();
		struct buf b;

		buf_init(&b, w->a, LONG + 64);
		buf_puts(&b, longs[i].first);
		while (b.n < LONG)
			buf_puts(&b, longs[i].again);
		world_say(w, buf_str(&b));
		ok(w->broken == NULL, "10,000 bytes of “%s%s%s”: %s",
		    longs[i].first, longs[i].again, longs[i].again,
		    w->broken != NULL ? w->broken : "fine");
		world_free(w);
	}
}

/* 400 things in one message: the first ones are done, and it says so. */
static void
many_actions(void)
{
	struct world *w = world_new();
	const char *text;
	struct buf b;
	int i;

	buf_init(&b, w->a, 1 << 16);
	for (i = 0; i < 400; i++)
		buf_printf(&b, "add chore %d\n", i);
	text = world_say(w, buf_str(&b));
	ok(w->broken == NULL, "400 additions: %s",
	    w->broken != NULL ? w->broken : "fine");
	is_int((long long)w->ntasks, 128, "the first 128 are done");
	ok(strstr(text, "I did the first 128 things") != NULL,
	    "and it says that there were more");
	world_free(w);
}

/* A title or description too long for the database is not even tried. */
static void
too_long(void)
{
	struct world *w = world_new();
	struct buf b;

	buf_init(&b, w->a, 1 << 16);
	buf_puts(&b, "add ");
	while (b.n < 700)
		buf_puts(&b, "word ");
	ok(strstr(world_say(w, buf_str(&b)), "too long") != NULL &&
	    w->ntasks == 0, "a title of 700 characters is refused");
	buf_clear(&b);
	buf_puts(&b, "change the description of task 1 to ");
	while (b.n < 6000)
		buf_puts(&b, "word ");
	ok(strstr(world_say(w, buf_str(&b)), "too long") != NULL &&
	    w->calls.n == 0, "a description of 6000 characters is refused");
	world_free(w);
}

int
main(void)
{
	sentences();
	characters();
	long_messages();
	many_actions();
	too_long();
	return tap_done();
}
