/*
 * The one door to libcurl: a POST whose answer arrives piece by piece,
 * with the five clocks of a model call, and a watch on the descriptor of
 * the person who waits for it; and a GET with all of that.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Once a process, before threads and after them. */
void	 fetch_global_init(void);
void	 fetch_global_done(void);

/* One a thread: keeps its connections open between calls. */
struct fetch;
struct fetch	*fetch_new(void);
void		 fetch_free(struct fetch *f);

struct fetch_clocks {		/* milliseconds; 0 = no limit */
	int	 connect;
	int	 first_byte;	/* of the answer */
	int	 silence;	/* no byte at all */
	int	 progress;	/* nothing complete: see fetch_progress() */
	int64_t	 deadline;	/* clock_ms() at which all ends */
};

struct fetch_call {
	const char	*url;
	const char *const *headers;	/* "Name: value", NULL-ended */
	struct str	 body;
	const char	*ca_file;	/* "" or NULL: the system's */
	const char	*proxy;		/* "" or NULL: none */
	/*
	 * Somebody else said where to: only an address that is everybody's
	 * (fetch/public.h) is connected to, whatever its name's server says,
	 * on a connection of its own and through no proxy.
	 */
	bool		 public_only;
	struct fetch_clocks clocks;

	/* Each piece of a body, decoded, as it comes.  False: hang up. */
	bool		(*piece)(void *ctx, int status, const char *type,
			    const char *p, size_t n);
	/*
	 * After the pieces that came together, before waiting for more (not
	 * after the last ones).  False: hang up.  May be NULL.
	 */
	bool		(*quiet)(void *ctx);
	/* The body is of no more use, and an answer is coming.  May be NULL. */
	void		(*sent)(void *ctx);
	/*
	 * At least once a second while waiting.  False: hang up (the turn was
	 * cancelled, the lease is lost, the worker drains).
	 */
	bool		(*tick)(void *ctx);
	void		*ctx;
	int		 watch;		/* its POLLRDHUP ends the call; or -1 */
};

struct fetch_reply {
	int		 status;	/* 0: no answer came */
	const char	*type;		/* media type alone, lower case */
	const char	*request_id;	/* upstream's, for the log, or NULL */
	int		 retry_after_ms; /* what the upstream wished, or -1 */
	int		 should_retry;	/* x-should-retry: 1, 0, or -1 unsaid */
	int		 max_age;	/* seconds Cache-Control says: 0 for
					   no-store, or -1 unsaid */
	bool		 any_byte;	/* some body was passed on */
};

/*
 * Perform it.  NULL when the exchange ended by itself, whatever the status.
 * Redirects are not followed.  Errors: ERR_UPSTREAM (connect, TLS, cut
 * short), ERR_TIMEOUT (a clock), ERR_HUP (watch, tick, piece or quiet);
 * reply is filled in as far as it went in every case.  The connection is
 * kept only after a clean end.  Codes: "upstream_unreachable" (no byte of
 * an answer), "upstream_cut", "upstream_untrusted" (certificate, address:
 * trying again is of no use), "upstream_private" (see public_only),
 * "upstream_too_big", "upstream_timeout", "reader_left" (watch), "hung_up"
 * (tick, piece or quiet).
 */
const struct err *fetch_post(struct fetch *f, struct arena *a,
    const struct fetch_call *call, struct fetch_reply *reply);

/* The same with GET; call->body is not looked at. */
const struct err *fetch_get(struct fetch *f, struct arena *a,
    const struct fetch_call *call, struct fetch_reply *reply);

/* From piece(): something complete arrived; restarts the progress clock. */
void	 fetch_progress(struct fetch *f);

#endif
