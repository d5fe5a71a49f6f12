#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "auth/remote.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "fetch/fetch.h"

#define SECOND		1000
#define WAIT_MS		((REMOTE_TIMEOUT + 1) * SECOND)
#define WAITING_MAX	8	/* threads an issuer that hangs may hold */

struct key_set {
	atomic_int	 users;
	struct arena	*a;
	struct jwt_keys	 keys;
};

struct remote {
	struct remote_conf conf;
	pthread_mutex_t	 lock;		/* of what follows */
	pthread_cond_t	 done;		/* a fetch has ended */
	struct key_set	*set;		/* NULL: none was had yet */
	bool		 fetching;
	int		 waiting;	/* for it to end */
	int64_t		 had;		/* when the set was read */
	int64_t		 fresh_until;
	int64_t		 failed;	/* the last failure; 0: none since */
	int64_t		 asked;		/* for an unknown kid; 0: never */
	char		 why[200];	/* it failed */
	char		 skipped[400];	/* keys, as was last told */
};

struct remote *
remote_new(struct arena *a, const struct remote_conf *c)
{
	struct remote *r = arena_alloc(a, sizeof(*r));
	pthread_condattr_t attr;

	r->conf = *c;
	if (r->conf.clock == NULL)
		r->conf.clock = clock_ms;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->done, &attr);
	pthread_condattr_destroy(&attr);
	return r;
}

static void
set_drop(void *what)
{
	struct key_set *set = what;

	if (set != NULL && atomic_fetch_sub(&set->users, 1) == 1)
		arena_free(set->a);
}

void
remote_free(struct remote *r)
{
	if (r == NULL)
		return;
	set_drop(r->set);
	pthread_cond_destroy(&r->done);
	pthread_mutex_destroy(&r->lock);
}

/* ---- fetching */

struct answer {
	struct buf	 body;
	bool		 too_big;
};

static bool
on_piece(void *ctx, int status, const char *type, const char *p, size_t n)
{
	struct answer *answer = ctx;

	(void)status;
	(void)type;
	buf_put(&answer->body, p, n);
	answer->too_big = answer->body.bad;
	return !answer->too_big;
}

/* What can be seen of it; a short life of its own, so no handle is kept. */
static const char *
fetch_text(const struct remote *r, struct arena *a, struct str *out,
    int *max_age)
{
	static const char *const headers[] = {
		"Accept: application/jwk-set+json, application/json", NULL };
	struct answer answer = { .too_big = false };
	struct fetch_call call = { .url = r->conf.url, .headers = headers,
	    .ca_file = r->conf.ca_file, .piece = on_piece, .ctx = &answer,
	    .watch = -1 };
	struct fetch_reply reply;
	const struct err *e;
	struct fetch *f;

	buf_init(&answer.body, a, MAX_JWKS);
	call.clocks.connect = REMOTE_TIMEOUT * SECOND;
	call.clocks.deadline = clock_ms() + REMOTE_TIMEOUT * SECOND;
	f = fetch_new();
	e = fetch_get(f, a, &call, &reply);
	fetch_free(f);
	if (answer.too_big)
		return arena_printf(a, "more than %d bytes", MAX_JWKS);
	if (e != NULL)
		return e->log;
	if (reply.status != 200)
		return arena_printf(a, "status %d%s", reply.status,
		    reply.status / 100 == 3 ? ", and redirects are not "
		    "followed" : "");
	*out = (struct str){ buf_str(&answer.body), answer.body.n };
	*max_age = reply.max_age;
	return NULL;
}

/* A new set, or NULL and *why, which is in a. */
static struct key_set *
fetch_set(const struct remote *r, struct arena *a, int *max_age,
    const char **why)
{
	struct arena *own;
	struct key_set *set;
	const struct err *e;
	struct str text;

	if ((*why = fetch_text(r, a, &text, max_age)) != NULL)
		return NULL;
	own = arena_new();
	set = arena_alloc(own, sizeof(*set));
	atomic_init(&set->users, 1);
	set->a = own;
	if ((e = jwks_read(own, text, r->conf.usual, &set->keys)) == NULL)
		return set;
	*why = arena_strdup(a, e->log);
	arena_free(own);
	return NULL;
}

static void
keep_text(char *to, size_t size, const char *text)
{
	size_t n = utf8_fit(str_of(text), size - 1);

	memcpy(to, text, n);
	to[n] = '\0';
}

/* Keys that were not taken are told once, not every ten minutes. */
static void
tell_skipped(struct remote *r, const char *skipped)
{
	char now[sizeof(r->skipped)];

	keep_text(now, sizeof(now), skipped == NULL ? "" : skipped);
	if (strcmp(now, r->skipped) == 0)
		return;
	memcpy(r->skipped, now, sizeof(now));
	if (*now != '\0')
		log_line(LOG_WARN, "issuer %s: keys left out: %s",
		    r->conf.name, now);
}

static int64_t
fresh_for(int max_age)
{
	if (max_age < 0)
		return REMOTE_FRESH * SECOND;
	if (max_age < REMOTE_FRESH_MIN)
		max_age = REMOTE_FRESH_MIN;
	if (max_age > REMOTE_FRESH_MAX)
		max_age = REMOTE_FRESH_MAX;
	return (int64_t)max_age * SECOND;
}

/* With the lock held, which is given back while the network is asked. */
static void
refetch(struct remote *r)
{
	struct arena *a = arena_new();
	const char *why = NULL;
	struct key_set *set;
	int max_age = -1;

	r->fetching = true;
	pthread_mutex_unlock(&r->lock);
	set = fetch_set(r, a, &max_age, &why);
	pthread_mutex_lock(&r->lock);
	if (set != NULL) {
		set_drop(r->set);
		r->set = set;
		r->had = r->conf.clock();
		r->fresh_until = r->had + fresh_for(max_age);
		r->failed = 0;
		tell_skipped(r, set->keys.skipped);
	} else {
		r->failed = r->conf.clock();
		keep_text(r->why, sizeof(r->why), why);
		log_line(LOG_WARN, "issuer %s: fetch keys from %s: %s",
		    r->conf.name, r->conf.url, why);
	}
	r->fetching = false;
	pthread_cond_broadcast(&r->done);
	arena_free(a);
}

/* ---- finding */

/*
 * With the lock held.  False: the other thread took longer than it may, or
 * enough are waiting: tokens with invented kids must not hold all of us.
 */
static bool
wait_fetch(struct remote *r)
{
	struct timespec until;
	int why = 0;

	if (r->waiting >= WAITING_MAX)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += WAIT_MS / SECOND;
	r->waiting++;
	while (r->fetching && why == 0)
		why = pthread_cond_timedwait(&r->done, &r->lock, &until);
	r->waiting--;
	return !r->fetching;
}

static const struct jwt_key *
find_key(const struct remote *r, const struct token *t)
{
	if (r->set == NULL ||
	    r->conf.clock() - r->had >= (int64_t)REMOTE_STALE * SECOND)
		return NULL;
	return jwt_keys_find(&r->set->keys, t);
}

/*
 * With the lock held: is it time to ask the issuer?  An issuer that is down
 * is left alone for a while; an unknown kid has a pause of its own, so that
 * a new key is known at its first use and invented ones cost nothing.
 */
static bool
may_fetch(struct remote *r, bool found)
{
	int64_t now = r->conf.clock(), pause = REMOTE_PAUSE * SECOND;

	if (r->failed != 0 && now - r->failed < pause)
		return false;
	if (r->set == NULL || now >= r->fresh_until)
		return true;
	if (found || (r->asked != 0 && now - r->asked < pause))
		return false;
	r->asked = now;
	return true;
}

static const struct err *
refused(const struct remote *r, struct arena *a, const struct token *t)
{
	const char *why;

	if (r->set == NULL)
		why = arena_printf(a, "its keys cannot be had: %s",
		    *r->why == '\0' ? "they take too long" : r->why);
	else if (r->conf.clock() - r->had >= (int64_t)REMOTE_STALE * SECOND)
		why = arena_printf(a, "its keys are over a day old: %s",
		    r->why);
	else
		why = jwt_keys_lack(a, &r->set->keys, t);
	return token_refused(a, "issuer %s: %s", r->conf.name, why);
}

const struct err *
remote_find(struct remote *r, struct arena *a, const struct token *t,
    struct jwt_key *out)
{
	const struct jwt_key *key;
	const struct err *e = NULL;

	pthread_mutex_lock(&r->lock);
	key = find_key(r, t);
	if (r->fetching) {
		/* what is known already need not wait for news */
		if (key == NULL && wait_fetch(r))
			key = find_key(r, t);
	}
	if (!r->fetching && may_fetch(r, key != NULL)) {
		refetch(r);
		key = find_key(r, t);
	}
	if (key != NULL) {
		*out = *key;
		atomic_fetch_add(&r->set->users, 1);
		arena_defer(a, set_drop, r->set);
	} else {
		e = refused(r, a, t);
	}
	pthread_mutex_unlock(&r->lock);
	return e;
}
