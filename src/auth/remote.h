/*
 * The keys an issuer publishes at an address, kept in memory.
 *
 * What was read is fresh for ten minutes, or as long as Cache-Control's
 * max-age says within a minute and a day.  After that it is read again; as
 * long as that fails the old keys serve on, up to a day.  A kid that is not
 * among them makes us read again too, at most every 30 seconds.  Only one
 * thread of a process reads at a time.  The address is the settings', never
 * a token's.
 *
 * Nothing here is written in place: a new set takes the old one's place, and
 * the old one lives until the last request that holds one of its keys ends.
 */
#ifndef AUTH_REMOTE_H
#define AUTH_REMOTE_H

#include <stdint.h>

#include "auth/jwk.h"

#define REMOTE_FRESH	600	/* seconds, when the issuer does not say */
#define REMOTE_FRESH_MIN 60
#define REMOTE_FRESH_MAX 86400
#define REMOTE_STALE	86400	/* an old set serves so long at most */
#define REMOTE_PAUSE	30	/* seconds between tries, and unknown kids */
#define REMOTE_TIMEOUT	5

struct remote;

struct remote_conf {
	const char	*name;		/* the issuer's, for the log */
	const char	*url, *ca_file;
	enum jwt_algorithm usual;	/* see jwks_read() */
	int64_t		(*clock)(void);	/* milliseconds; NULL: clock_ms() */
};

/* One a process, threads share it; lives in a, which must outlive it. */
struct remote	*remote_new(struct arena *a, const struct remote_conf *c);
void		 remote_free(struct remote *r);	/* when no thread uses it */

/*
 * The key this token is to be checked with; usable as long as a lives.
 * Ask only for a token whose other parts look right: it may make us fetch.
 * ERR_AUTH, and the log text says what is wrong: no such kid among which
 * others, or why the keys cannot be had.
 */
const struct err *remote_find(struct remote *r, struct arena *a,
    const struct token *t, struct jwt_key *out);

#endif
