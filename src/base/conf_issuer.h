/*
 * The settings of issuers, issuer.NAME.KEY, and what one setting means for
 * another.
 */
#ifndef BASE_CONF_ISSUER_H
#define BASE_CONF_ISSUER_H

#include "base/buf.h"
#include "base/conf.h"

#define ISSUER_ROWS_MAX	32	/* more than there are */

/* The KEYs, in alphabetical order: conf_issuer_rows() of conf.h. */

/* "issuer.NAME.KEY" into NAME and KEY; false: it has no two dots. */
bool	 conf_issuer_split(struct str setting, struct str *name,
	    struct str *key);

/*
 * The place of the issuer of that name in c->issuers, where one is made, of
 * defaults, if there was none.  NULL, or why there can be none of that name.
 */
const char *conf_issuer_named(struct arena *a, struct conf *c,
	    struct str name, size_t *at);

/* Where the value of row i is kept. */
void	*conf_issuer_place(const struct issuer_conf *issuer, size_t i);

/* Do all settings go together?  ERR_INPUT, one line for a terminal. */
const struct err *conf_check(struct arena *a, const struct conf *c);

#endif
