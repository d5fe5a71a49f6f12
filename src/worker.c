#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "fetch/fetch.h"
#include "http/listen.h"
#include "worker.h"

/*
 * One request a thread, in straight-line code.  Measured with libpq, curl
 * and OpenSSL at work below it; sanitizers make every frame larger.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_BYTES	(2 * 1024 * 1024)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STACK_BYTES	(2 * 1024 * 1024)
#endif
#endif
#ifndef STACK_BYTES
#define STACK_BYTES	(256 * 1024)
#endif

#define WAKE		SIGUSR1	/* ends a wait for the next request */
#define WAKE_MS		20	/* how often, while one is left waiting */
#define LAST_WORDS_MS	2000	/* for turns told to stop, to be stored */
#define BACKOFF_MS	100	/* after accept() failed */

enum draining {
	SERVE,
	FINISH,		/* take no new request, finish those in flight */
	STOP		/* cut those in flight short */
};

enum thread_state { WAITING, WORKING, LEFT };

struct pool;

struct thread {
	pthread_t		 id;
	struct pool		*pool;
	struct api		 api;
	FCGX_Request		 fcgx;
	_Atomic enum thread_state state;
};

struct pool {
	struct listener		 listener;
	struct model		*model;
	struct thread		*threads;
	int			 n;
	atomic_llong		 complained;	/* clock_ms() */
};

/*
 * An enum draining.  Plain, for struct api and struct agent point to it; it
 * is only ever touched by atomic loads and stores.
 */
static volatile int draining = SERVE;

static int
drain_stage(void)
{
	return __atomic_load_n(&draining, __ATOMIC_SEQ_CST);
}

/* ---- a thread */

static void
set_wake(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, WAKE);
	pthread_sigmask(how, &set, NULL);
}

/* Out of descriptors, most likely: one line a second is enough. */
static void
accept_failed(struct thread *t, int why)
{
	struct timespec pause = { .tv_nsec = BACKOFF_MS * 1000000L };
	long long now = clock_ms();
	long long last = atomic_load(&t->pool->complained);

	if (now - last >= 1000 && atomic_compare_exchange_strong(
	    &t->pool->complained, &last, now))
		log_line(LOG_ERROR, "accept on %s: %s",
		    t->pool->listener.name, strerror(why));
	nanosleep(&pause, NULL);
}

/* The other end changed its mind, or the network did: simply go on. */
static bool
accept_again(int why)
{
	return why == EINTR || why == ECONNABORTED || why == EAGAIN ||
	    why == EPROTO || why == EPERM || why == ENETDOWN ||
	    why == ENETUNREACH || why == EHOSTUNREACH || why == EHOSTDOWN ||
	    why == ENOPROTOOPT || why == EOPNOTSUPP || why == ENONET;
}

/*
 * A unix socket of our own has lost its name by the time draining is set:
 * what still waits in its queue came before, and is served.
 */
static bool
accepting(const struct listener *l)
{
	return drain_stage() == SERVE ||
	    (l->path != NULL && listener_pending(l));
}

/*
 * WAKE is let in only around this wait, so it can never cut short a request
 * that was accepted.  Should it come between the look at draining and the
 * accept(), it has no effect; drain() sends it again.
 */
static bool
wait_connection(struct thread *t)
{
	const struct listener *l = &t->pool->listener;
	int fd, why;

	for (;;) {
		set_wake(SIG_UNBLOCK);
		if (!accepting(l)) {
			set_wake(SIG_BLOCK);
			return false;
		}
		fd = listener_accept(l);
		why = errno;
		set_wake(SIG_BLOCK);
		if (fd != -1) {
			t->fcgx.ipcFd = fd;
			return true;
		}
		if (!accept_again(why))
			accept_failed(t, why);
	}
}

/*
 * The web server kept the connection (FCGI_KEEP_CONN).  False: it brings
 * nothing more, or we leave.
 */
static bool
wait_kept(struct thread *t)
{
	struct pollfd p = { .fd = t->fcgx.ipcFd, .events = POLLIN };
	struct timespec now = { 0 };
	sigset_t mask;
	bool leave;
	int n;

	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	sigdelset(&mask, WAKE);
	do {
		leave = drain_stage() != SERVE;
		n = ppoll(&p, 1, leave ? &now : NULL, &mask);
	} while (n == -1 && errno == EINTR);
	return n > 0;
}

/*
 * Wait for a request and read its parameters.  False: time to leave.
 *
 * libfcgi would accept by itself, but a signal that ends its accept() ends
 * its reading of a request as well, and that request would be lost.  So we
 * accept, and hand it the connection the way it hands one to itself: as a
 * kept one.  Its own listening socket is -1, where it finds nothing after a
 * connection that brought no request.
 */
static bool
request_next(struct thread *t)
{
	FCGX_Request *f = &t->fcgx;

	for (;;) {
		atomic_store(&t->state, WAITING);
		if (f->ipcFd != -1 && !wait_kept(t))
			FCGX_Free(f, 1);
		if (f->ipcFd == -1 && !wait_connection(t))
			return false;
		atomic_store(&t->state, WORKING);
		f->keepConnection = 1;
		if (FCGX_Accept_r(f) == 0)
			return true;
	}
}

/*
 * What is left of a body that nobody read would be taken for the next
 * request's beginning, and waiting for it would hold back the reply: after
 * a request with a body the connection is not kept.
 */
static void
request_finish(FCGX_Request *f)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", f->envp);

	if (drain_stage() != SERVE || (length != NULL &&
	    strcmp(length, "") != 0 && strcmp(length, "0") != 0))
		f->keepConnection = 0;
	FCGX_Finish_r(f);
}

static void
request_serve(struct thread *t)
{
	struct arena *a = arena_new();
	struct http_req q;

	if (t->api.model == NULL)	/* an idle thread holds nothing */
		t->api.model = model_worker_new(t->pool->model);
	http_begin(&q, a, &t->fcgx);
	routes_serve(&t->api, &q);
	request_finish(&t->fcgx);
	arena_free(a);
}

static void *
thread_run(void *arg)
{
	struct thread *t = arg;

	FCGX_InitRequest(&t->fcgx, -1, 0);
	while (request_next(t))
		request_serve(t);
	FCGX_Free(&t->fcgx, 1);
	if (t->api.model != NULL)
		model_worker_free(t->api.model);
	atomic_store(&t->state, LEFT);
	return NULL;
}

/* ---- the process */

static void
on_wake(int sig)
{
	(void)sig;
}

/*
 * SIGTERM, SIGINT and SIGHUP ask us to leave; main waits for them, and every
 * thread inherits that they are blocked.  SIGHUP is what a closed terminal
 * sends; settings are read and the log is opened (for appending) at the start
 * only, so a manager that sends it for a reload gets a fresh worker.  What
 * was ignored from the start, as under nohup, stays ignored.
 */
static void
signals_setup(sigset_t *quit)
{
	static const int polite[] = { SIGINT, SIGHUP };
	struct sigaction act, now;
	sigset_t set;
	size_t i;

	sigemptyset(quit);
	sigaddset(quit, SIGTERM);
	for (i = 0; i < sizeof(polite) / sizeof(polite[0]); i++)
		if (sigaction(polite[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(quit, polite[i]);
	set = *quit;
	sigaddset(&set, WAKE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);

	memset(&act, 0, sizeof(act));
	sigemptyset(&act.sa_mask);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
	act.sa_handler = on_wake;	/* no SA_RESTART: it must end a wait */
	sigaction(WAKE, &act, NULL);
}

/*
 * A busy thread holds the web server's connection, one to the model, and
 * while that is made perhaps a few for the resolver.
 */
static void
descriptors_setup(const struct conf *c)
{
	rlim_t want = 4 * (rlim_t)c->threads + (rlim_t)c->db_connections + 32;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	if (r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
		getrlimit(RLIMIT_NOFILE, &r);
	}
	if (r.rlim_cur != RLIM_INFINITY && r.rlim_cur < want)
		log_line(LOG_WARN, "at most %llu open files, and %d threads "
		    "may need %llu: raise the limit (ulimit -n, LimitNOFILE)",
		    (unsigned long long)r.rlim_cur, c->threads,
		    (unsigned long long)want);
}

/* Fewer threads than asked for serve better than none. */
static const struct err *
threads_start(struct arena *a, struct pool *p, const struct api *shared,
    int wanted)
{
	pthread_attr_t attr;
	struct thread *t;
	int why = 0;

	p->threads = arena_alloc(a, (size_t)wanted * sizeof(*p->threads));
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	while (p->n < wanted && why == 0) {
		t = &p->threads[p->n];
		t->pool = p;
		t->api = *shared;
		why = pthread_create(&t->id, &attr, thread_run, t);
		if (why == 0)
			p->n++;
	}
	pthread_attr_destroy(&attr);
	if (p->n == 0)
		return err_new(a, ERR_BUG, "no_thread", "Cannot start.",
		    "start a thread: %s", strerror(why));
	if (p->n < wanted)
		log_line(LOG_WARN, "%d threads instead of %d: %s", p->n,
		    wanted, strerror(why));
	return NULL;
}

static int
threads_count(const struct pool *p, enum thread_state state)
{
	int i, n = 0;

	for (i = 0; i < p->n; i++)
		if (atomic_load(&p->threads[i].state) == state)
			n++;
	return n;
}

/* A thread at work has it blocked, and finds it when it comes to wait. */
static void
threads_wake(const struct pool *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (atomic_load(&p->threads[i].state) == WAITING)
			pthread_kill(p->threads[i].id, WAKE);
}

static void
threads_join_left(const struct pool *p)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (atomic_load(&p->threads[i].state) == LEFT)
			pthread_join(p->threads[i].id, NULL);
}

/*
 * What is still at work holds memory we would have to free, so the process
 * ends here and now.  Whoever told us to leave got what they asked for: 0.
 */
static _Noreturn void
leave_at_once(const struct pool *p, const char *why)
{
	log_line(LOG_WARN, "%s: %d requests cut off", why,
	    threads_count(p, WORKING));
	threads_join_left(p);
	log_close();
	_exit(0);
}

static void
drain_advance(enum draining stage)
{
	__atomic_store_n(&draining, (int)stage, __ATOMIC_SEQ_CST);
}

/*
 * The same signal twice ends us at once.  (An interrupt from the terminal
 * often comes together with a script's SIGTERM; that is one wish.)
 */
static void
drain_told_again(const struct pool *p, const sigset_t *quit, sigset_t *told)
{
	struct timespec tick = { .tv_nsec = WAKE_MS * 1000000L };
	int sig = sigtimedwait(quit, NULL, &tick);

	if (sig == -1)
		return;
	if (sigismember(told, sig))
		leave_at_once(p, "told to leave again");
	sigaddset(told, sig);
}

/* Returns when every thread has left. */
static void
drain(struct pool *p, const struct conf *c, const sigset_t *quit, int sig)
{
	int64_t deadline = clock_ms() + (int64_t)c->drain_seconds * 1000;
	bool listening = true;
	sigset_t told;

	sigemptyset(&told);
	sigaddset(&told, sig);
	listener_hide(&p->listener);
	drain_advance(FINISH);
	log_line(LOG_INFO, "told to leave (%s): %d requests in flight",
	    strsignal(sig), threads_count(p, WORKING));
	while (threads_count(p, LEFT) < p->n) {
		/* Whoever connects now is better off elsewhere. */
		if (listening && p->listener.path == NULL &&
		    threads_count(p, WAITING) == 0) {
			listener_close(&p->listener);
			listening = false;
		}
		threads_wake(p);
		drain_told_again(p, quit, &told);
		if (clock_ms() < deadline)
			continue;
		if (drain_stage() == STOP)
			leave_at_once(p, "drain_seconds are over");
		log_line(LOG_WARN, "drain_seconds are over: %d requests "
		    "stopped", threads_count(p, WORKING));
		drain_advance(STOP);
		deadline = clock_ms() + LAST_WORDS_MS;
	}
	threads_join_left(p);
	if (listening)
		listener_close(&p->listener);
	log_line(LOG_INFO, "left");
}

static int
wait_signal(const sigset_t *quit)
{
	int sig;

	while (sigwait(quit, &sig) != 0)
		;
	return sig;
}

/* As leave_at_once() does, when all but the mailer have left. */
static void
mailer_leave(struct mailer *m, const struct err *e)
{
	if (mailer_stop(m))
		return;
	log_line(LOG_WARN, "left while a mail was under way; it is tried "
	    "again");
	if (e != NULL)
		log_line(LOG_ERROR, "%s", e->log);
	log_close();
	_exit(e != NULL);
}

const struct err *
worker_run(struct arena *a, const struct conf *c)
{
	atomic_int followers = 0;
	struct api shared = { .conf = c, .draining = &draining,
	    .followers = &followers };
	struct pool pool = { .listener = { .fd = -1 } };
	const struct err *e;
	sigset_t quit;

	e = listener_open(a, c->listen, &pool.listener);
	if (e != NULL)
		return e;
	signals_setup(&quit);
	descriptors_setup(c);
	fetch_global_init();
	shared.db = db_open(c);
	if ((e = auth_open(a, c, shared.db, &shared.auth)) != NULL ||
	    (e = model_open(a, c, &pool.model)) != NULL)
		goto out;
	shared.mailer = mailer_start(c, shared.db);
	/* After our handlers: it then leaves those signals alone. */
	FCGX_Init();
	e = threads_start(a, &pool, &shared, c->threads);
	if (e != NULL)
		goto out;
	log_line(LOG_INFO, "serving on %s with %d threads, model %s",
	    pool.listener.name, pool.n, model_name(pool.model));
	drain(&pool, c, &quit, wait_signal(&quit));
out:
	if (e != NULL)
		listener_hide(&pool.listener);
	mailer_leave(shared.mailer, e);
	auth_close(shared.auth);
	db_close(shared.db);
	fetch_global_done();
	return e;
}
