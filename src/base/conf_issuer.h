/*
 * The settings of issuers, issuer.NAME.KEY, and what one setting means for
 * another.
 */
#ifndef BASE_CONF_ISSUER_H
#define BASE_CONF_ISSUER_H

#include "base/buf.h"
#include "base/conf.h"

/* The KEYs, in alphabetical order: conf_issuer_rows() of conf.h. */

/*
 * The place of the issuer of that name in c->issuers, where one is made, of
 * defaults, if there was none.  NULL, or why there can be none of that name.
 */
const char *conf_issuer_named(struct arena *a, struct conf *c,
	    struct str name, size_t *at);

/* Of c->issuers[at]: where the value of a row is kept; its name. */
void	*conf_issuer_place(const struct conf *c, size_t at, size_t row);
const char *conf_issuer_name(const struct conf *c, size_t at);

int	 conf_issuer_count(const struct conf *c);

/* Do all settings go together?  ERR_INPUT, one line for a terminal. */
const struct err *conf_check(struct arena *a, const struct conf *c);

#endif
