/*
 * What a text turn costs Postgres when nothing but libpq asks for it: the
 * two round trips of src/store/turn.c, statement for statement, in pipeline
 * mode, over and over on N connections.
 *
 *	sqlfloor CONNINFO LIST N SECONDS HISTORY [prepared]
 *
 * LIST has a line a conversation: user, token, conversation id.  Prints
 * turns= seconds= p50= p99= (milliseconds) cpu= (seconds of this process).
 */
#include <sys/resource.h>

#include <err.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

#define TURN_BEGIN \
	"SELECT kind, conversation, message, confirmation, local_now" \
	" FROM taskchat.turn_begin($1, $2, $3, $4, $5, $6, $7, $8, $9)"
#define TURN_END \
	"SELECT taskchat.turn_end($1, $2, $3, $4, $5, $6, $7, $8, $9," \
	" $10, $11, $12)"
#define HISTORY \
	"SELECT m.id, m.role, m.content, m.state, m.model, m.provider_data," \
	" CASE WHEN m.calls > 0 THEN (" \
	"SELECT json_agg(json_build_array(c.step, c.position, c.call_id," \
	" c.name, c.state, c.arguments, c.result, c.provider_data)" \
	" ORDER BY c.step, c.position)" \
	" FROM taskchat.tool_call c WHERE c.user_id = $1" \
	" AND c.conversation_id = $2 AND c.message_id = m.id) END" \
	" FROM taskchat.message m" \
	" WHERE m.user_id = $1 AND m.conversation_id = $2 AND m.id < $3" \
	" ORDER BY m.id DESC LIMIT $4"

struct person {
	char	 user[64], conversation[64];
};

struct loop {			/* one connection's, one thread's */
	pthread_t	 id;
	PGconn		*pg;
	const struct person *people;
	size_t		 npeople;
	const char	*history;
	bool		 prepared;
	int64_t		 until;
	struct samples	 turns;		/* what each took */
	char		 failed[256];
};

/* A random UUID will not be asked of us twice: a counter does. */
static void
uuid_make(char out[37], size_t a, size_t b)
{
	snprintf(out, 37, "%08zx-0000-4000-8000-%012zx", a & 0xffffffff, b);
}

static bool
ask(struct loop *l, const char *name, const char *sql, int n,
    const char *const *args)
{
	if (l->prepared)
		return PQsendQueryPrepared(l->pg, name, n, args, NULL, NULL,
		    0) == 1;
	return PQsendQueryParams(l->pg, sql, n, NULL, args, NULL, NULL,
	    0) == 1;
}

/* All that was asked for, up to the end of the round trip. */
static bool
hear(struct loop *l, char *message, size_t size)
{
	bool over = false;
	PGresult *res;

	if (PQpipelineSync(l->pg) != 1)
		return false;
	while (!over) {
		if ((res = PQgetResult(l->pg)) == NULL)
			continue;
		switch (PQresultStatus(res)) {
		case PGRES_PIPELINE_SYNC:
			over = true;
			break;
		case PGRES_COMMAND_OK:	/* a prepared statement */
		case PGRES_PIPELINE_ABORTED:
			break;
		case PGRES_TUPLES_OK:
			if (message != NULL && PQnfields(res) == 5)
				snprintf(message, size, "%s",
				    PQgetvalue(res, 0, 2));
			break;
		default:
			snprintf(l->failed, sizeof(l->failed), "%s",
			    PQresultErrorMessage(res));
			break;
		}
		PQclear(res);
		if (PQstatus(l->pg) != CONNECTION_OK)
			return false;
	}
	return l->failed[0] == '\0';
}

static bool
turn(struct loop *l, const struct person *p)
{
	char made[37], token[37], message[16] = "";

	uuid_make(made, l->turns.n, (size_t)(uintptr_t)p & 0xffffffffffff);
	uuid_make(token, ~l->turns.n, (size_t)(uintptr_t)p & 0xffffffffffff);
	const char *begin[] = { p->user, p->conversation, made,
	    "What do you think about lists on paper?", NULL, "UTC", "30",
	    NULL, token };
	const char *page[] = { p->user, p->conversation, "2147483647",
	    l->history };
	const char *end[] = { p->user, p->conversation, message, token,
	    "That is a good question, and there are several ways to look at"
	    " it: some people like lists, others like paper.", "done", "0",
	    "bench",
	    "{\"prompt_tokens\":900,\"completion_tokens\":21}", NULL, NULL,
	    NULL };

	return ask(l, "b", TURN_BEGIN, 9, begin) &&
	    ask(l, "h", HISTORY, 4, page) &&
	    hear(l, message, sizeof(message)) &&
	    ask(l, "e", TURN_END, 12, end) && hear(l, NULL, 0);
}

static bool
loop_open(struct loop *l, const char *conninfo)
{
	l->pg = PQconnectdb(conninfo);
	if (PQstatus(l->pg) != CONNECTION_OK ||
	    PQenterPipelineMode(l->pg) != 1)
		return false;
	return !l->prepared || (
	    PQsendPrepare(l->pg, "b", TURN_BEGIN, 9, NULL) == 1 &&
	    PQsendPrepare(l->pg, "h", HISTORY, 4, NULL) == 1 &&
	    PQsendPrepare(l->pg, "e", TURN_END, 12, NULL) == 1);
}

static void *
loop_run(void *arg)
{
	struct loop *l = arg;
	int64_t start;

	while ((start = now_us()) < l->until) {
		if (!turn(l, &l->people[l->turns.n % l->npeople])) {
			if (l->failed[0] == '\0')
				snprintf(l->failed, sizeof(l->failed), "%s",
				    PQerrorMessage(l->pg));
			break;
		}
		sample(&l->turns, now_us() - start);
	}
	return NULL;
}

static size_t
people_read(const char *path, struct person **out)
{
	FILE *f = fopen(path, "r");
	struct person *list = NULL, p;
	size_t n = 0;

	if (f == NULL)
		errx(1, "%s", path);
	while (fscanf(f, "%63s %*s %63s", p.user, p.conversation) == 2) {
		list = realloc(list, (n + 1) * sizeof(*list));
		if (list == NULL)
			errx(1, "memory");
		list[n++] = p;
	}
	fclose(f);
	*out = list;
	return n;
}

static void
report(const struct loop *loops, size_t n, double seconds)
{
	struct rusage used;
	struct samples all = { .n = 0 };
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < loops[i].turns.n; j++)
			sample(&all, loops[i].turns.us[j]);
	if (all.n == 0)
		errx(1, "nothing was measured");
	printf("turns=%zu seconds=%.3f", all.n, seconds);
	show(&all, "p");
	getrusage(RUSAGE_SELF, &used);
	printf(" cpu=%.3f\n",
	    (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
	free(all.us);
}

int
main(int argc, char **argv)
{
	struct person *people;
	struct loop *loops;
	size_t i, n, npeople;
	int64_t start;

	if (argc < 6 || argc > 7)
		errx(1, "usage: CONNINFO LIST N SECONDS HISTORY [prepared]");
	npeople = people_read(argv[2], &people);
	n = strtoul(argv[3], NULL, 10);
	if (n < 1 || n > 256 || npeople < n)
		errx(1, "N: from 1 to 256 connections, a conversation each");
	loops = calloc(n, sizeof(*loops));
	if (loops == NULL)
		errx(1, "memory");
	for (i = 0; i < n; i++) {
		loops[i].people = people + npeople / n * i;
		loops[i].npeople = npeople / n;
		loops[i].history = argv[5];
		loops[i].prepared = argc == 7;
		if (!loop_open(&loops[i], argv[1]))
			errx(1, "%s", PQerrorMessage(loops[i].pg));
	}
	start = now_us();
	for (i = 0; i < n; i++) {
		loops[i].until = start +
		    (int64_t)(strtod(argv[4], NULL) * 1e6);
		if (pthread_create(&loops[i].id, NULL, loop_run,
		    &loops[i]) != 0)
			errx(1, "a thread");
	}
	for (i = 0; i < n; i++) {
		pthread_join(loops[i].id, NULL);
		if (loops[i].failed[0] != '\0')
			errx(1, "%s", loops[i].failed);
	}
	report(loops, n, (double)(now_us() - start) / 1e6);
	for (i = 0; i < n; i++) {
		PQfinish(loops[i].pg);
		free(loops[i].turns.us);
	}
	free(loops);
	free(people);
	return 0;
}
