/*
 * taskchat client: the programs that an operator has registered, because
 * they do not describe themselves (auth/client_document.h).
 */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "base/err.h"
#include "db/db.h"

struct client_wish {
	const char	*add;		/* a name, or NULL */
	const char	*remove;	/* an id, or NULL */
	const char	*redirects[MAX_REDIRECT_URIS];
	size_t		 nredirects;	/* that were given: may be more */
	bool		 secret;	/* add: it can keep one */
};

/*
 * Do these options go together, and are the name and the addresses such as a
 * client may have?  ERR_INPUT, whose log is for the terminal.
 */
const struct err *client_command_check(struct arena *a,
    const struct client_wish *w);

/*
 * What was wished, after that check: add one and print its id and, on a line
 * of its own, its secret, which is kept as a hash alone; remove one, with
 * all that people have granted it (ERR_NOTFOUND "client_not_found"); or, with
 * neither, print them all.
 */
const struct err *client_command_run(struct arena *a, struct db *db,
    const struct client_wish *w);

#endif
