/*
 * The parts of request parsing that need nothing but text: what headers
 * say.  Any argument may be NULL (the header is absent).
 */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Does this Accept value prefer text/event-stream to application/json
 * (RFC 9110, section 12.5.1)?  The range that covers every type means
 * JSON, and so does a tie between the two by name.
 */
bool	 accept_wants_stream(const char *accept);

/* application/json, with no charset or charset=utf-8? */
bool	 media_type_is_json(const char *type);

/* application/x-www-form-urlencoded, whatever its parameters? */
bool	 media_type_is_form(const char *type);

/*
 * The token of an Authorization value: the scheme in any case (RFC 9110
 * section 11.1), blanks, and all the rest (RFC 6750 section 2.1).  Whether
 * that is one token is for who reads it.  False: another scheme, or nothing
 * behind it.
 */
bool	 bearer_read(const char *authorization, struct str *token);

/*
 * Does this If-None-Match name the entity tag, which may begin with W/?  The
 * weak comparison of RFC 9110 section 8.8.3.2; "*" names every one.
 */
bool	 etag_listed(const char *list, const char *etag);

/* Digits only, and no number too large for a size_t; else false. */
bool	 content_length_read(const char *value, size_t *out);

/* No CR, LF or other control character: fit to be a header's value? */
bool	 header_value_ok(const char *value);

#endif
