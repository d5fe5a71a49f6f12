#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/mailer.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "fetch/mail.h"
#include "store/mail.h"

/* libcurl, TLS and a resolver; sanitizers make every frame larger. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_BYTES	(4 * 1024 * 1024)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STACK_BYTES	(4 * 1024 * 1024)
#endif
#endif
#ifndef STACK_BYTES
#define STACK_BYTES	(512 * 1024)
#endif

#define LOOK_MS		60000	/* for what nobody woke us for */
/* Less than the lease of a row (store/mail.h), with time to say so. */
#define SEND_MS		60000
#define LAST_SEND_MS	5000	/* once told to stop */
#define LAST_WORDS_MS	10000	/* until told to stop is over */
#define FORGET_MS	5000	/* between tries to delete what was sent, */
#define FORGET_TRIES	10	/* within the lease */

struct mailer {
	struct mail_way	 way;
	struct db	*db;
	pthread_t	 thread;
	pthread_mutex_t	 lock;
	pthread_cond_t	 changed;	/* of the three below */
	bool		 woken, stopping, left;
	atomic_llong	 until;		/* clock_ms(): for mail_send() */
};

/* ---- waiting */

static struct timespec
timespec_of(int64_t ms)
{
	return (struct timespec){ .tv_sec = (time_t)(ms / 1000),
	    .tv_nsec = (long)(ms % 1000) * 1000000L };
}

/* Until *what is true, or so long; the lock is held. */
static void
wait_for(struct mailer *m, const bool *what, const bool *or, int64_t ms)
{
	struct timespec end = timespec_of(clock_ms() + ms);

	while (!*what && !*or)
		if (pthread_cond_timedwait(&m->changed, &m->lock, &end) != 0)
			return;
}

/* False: told to stop. */
static bool
pause_for(struct mailer *m, int64_t ms)
{
	bool go_on;

	pthread_mutex_lock(&m->lock);
	wait_for(m, &m->stopping, &m->stopping, ms);
	go_on = !m->stopping;
	pthread_mutex_unlock(&m->lock);
	return go_on;
}

/* Until there may be something to do.  False: told to stop. */
static bool
wait_for_mail(struct mailer *m)
{
	bool go_on;

	pthread_mutex_lock(&m->lock);
	wait_for(m, &m->woken, &m->stopping, LOOK_MS);
	m->woken = false;
	go_on = !m->stopping;
	pthread_mutex_unlock(&m->lock);
	return go_on;
}

/* One more message: sets its deadline.  False: told to stop. */
static bool
may_begin(struct mailer *m)
{
	bool go_on;

	pthread_mutex_lock(&m->lock);
	go_on = !m->stopping;
	if (go_on)
		atomic_store(&m->until, clock_ms() + SEND_MS);
	pthread_mutex_unlock(&m->lock);
	return go_on;
}

/* ---- one message */

static void
complain(const struct err *e)
{
	log_line(e->kind == ERR_DB ? LOG_WARN : LOG_ERROR, "%s", e->log);
}

/*
 * Sent, but not yet forgotten: another worker would send it again.  So this
 * is worth more than one try.
 */
static bool
forget(struct mailer *m, struct arena *a, const struct mail_row *row)
{
	const struct err *e;
	int tries = 0;

	while ((e = mail_done(m->db, a, row->id)) != NULL)
		if (++tries == FORGET_TRIES || !pause_for(m, FORGET_MS)) {
			complain(e);
			return false;
		}
	return true;
}

/* How long a message waits after this many attempts; -1: given up. */
static int
patience(int attempts)
{
	static const int seconds[] = { 30, 120, 600, 3600, 3600 };
	const int n = sizeof(seconds) / sizeof(seconds[0]);

	return attempts < 1 ? seconds[0] :
	    attempts > n ? -1 : seconds[attempts - 1];
}

static bool
not_sent(struct mailer *m, struct arena *a, const struct mail_row *row,
    const struct err *why)
{
	int seconds = strcmp(why->code, "mail_refused") == 0 ? -1 :
	    patience(row->attempts);
	const struct err *e;

	if (seconds == -1) {
		log_line(LOG_ERROR, "mail %s given up at attempt %d: %s",
		    row->id, row->attempts, why->log);
		return forget(m, a, row);
	}
	log_line(LOG_WARN, "mail %s not sent, again in %d s: %s", row->id,
	    seconds, why->log);
	if ((e = mail_later(m->db, a, row->id, seconds)) != NULL)
		complain(e);		/* its lease ends in any case */
	return e == NULL;
}

/*
 * Send one.  False: nothing is due, or the database is away.  A row that
 * has been leased more often than it may be tried ended the workers that
 * had it, or they lost their way; no other shall.
 */
static bool
send_next(struct mailer *m, struct arena *a)
{
	const struct err *e;
	struct mail_row row;
	bool found = false;

	if ((e = mail_take(m->db, a, &found, &row)) != NULL) {
		complain(e);
		return false;
	}
	if (!found)
		return false;
	if (row.to == NULL || *row.to == '\0')
		return forget(m, a, &row);
	if (patience(row.attempts - 1) == -1)
		e = err_new(a, ERR_UPSTREAM, "mail_refused", "Given up.",
		    "mail: no attempt came to an end");
	else
		e = mail_send(a, &m->way, row.to, row.subject, row.body,
		    &m->until);
	if (e != NULL)
		return not_sent(m, a, &row, e);
	log_line(LOG_INFO, "mail %s sent", row.id);
	return forget(m, a, &row);
}

static void
send_all(struct mailer *m)
{
	bool more = true;
	struct arena *a;

	while (more && may_begin(m)) {
		a = arena_new();
		more = send_next(m, a);
		arena_free(a);
	}
}

/* ---- the thread */

static void *
run(void *arg)
{
	struct mailer *m = arg;

	do
		send_all(m);
	while (wait_for_mail(m));
	pthread_mutex_lock(&m->lock);
	m->left = true;
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->lock);
	return NULL;
}

/* Signals are for the threads that know what to do with them. */
static int
start_thread(struct mailer *m)
{
	sigset_t all, before;
	pthread_attr_t attr;
	int why;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	why = pthread_create(&m->thread, &attr, run, m);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return why;
}

/* Waiting goes by the clock that never jumps. */
static void
mailer_init(struct mailer *m)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->changed, &attr);
	pthread_condattr_destroy(&attr);
	atomic_init(&m->until, 0);
}

static void
mailer_free(struct mailer *m)
{
	pthread_cond_destroy(&m->changed);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

struct mailer *
mailer_start(const struct conf *c, struct db *db)
{
	struct mail_way way = { .command = c->mail_command,
	    .url = c->mail_url, .user = c->mail_user,
	    .password = c->mail_password, .ca_file = c->mail_ca_file,
	    .from = c->mail_from };
	struct sigaction usual = { .sa_handler = SIG_DFL };
	struct mailer *m;
	int why;

	if (!mail_way_set(&way))
		return NULL;
	if ((m = calloc(1, sizeof(*m))) == NULL) {
		log_line(LOG_ERROR, "out of memory: the mailer");
		return NULL;
	}
	m->way = way;
	m->db = db;
	mailer_init(m);
	sigaction(SIGCHLD, &usual, NULL);
	if ((why = start_thread(m)) == 0)
		return m;
	log_line(LOG_ERROR, "no mail is sent: start a thread: %s",
	    strerror(why));
	mailer_free(m);
	return NULL;
}

void
mailer_wake(struct mailer *m)
{
	if (m == NULL)
		return;
	pthread_mutex_lock(&m->lock);
	m->woken = true;
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->lock);
}

bool
mailer_stop(struct mailer *m)
{
	int64_t last = clock_ms() + LAST_SEND_MS;
	bool left;

	if (m == NULL)
		return true;
	pthread_mutex_lock(&m->lock);
	m->stopping = true;
	if (atomic_load(&m->until) > last)
		atomic_store(&m->until, last);
	pthread_cond_broadcast(&m->changed);
	wait_for(m, &m->left, &m->left, LAST_WORDS_MS);
	left = m->left;
	pthread_mutex_unlock(&m->lock);
	if (!left)
		return false;
	pthread_join(m->thread, NULL);
	mailer_free(m);
	return true;
}
