/*
 * Files that travel inside the program.  src/embed.sh writes the C for
 * them at build time; the migrations are declared in db/migrate.h.
 */
#ifndef EMBED_H
#define EMBED_H

#include <stddef.h>

extern const char openapi_json[];	/* src/api/openapi.json, NUL-ended */
extern const size_t openapi_json_n;	/* bytes, without that NUL */

#endif
