/*
 * Reading a request's JSON, query and path by name.  Every error is
 * ERR_INPUT "invalid_request" and names the field.
 */
#ifndef API_FIELDS_H
#define API_FIELDS_H

#include "api/api.h"

/* No members but these (NULL-ended): a typing error is not ignored. */
const struct err *fields_known(struct arena *a, struct json_object *body,
    const char *const *names);

/* A text; NULL when it is absent or null. */
const struct err *field_text(struct arena *a, struct json_object *body,
    const char *name, const char **out);

/* A whole number in the query, from min to max; absent: fallback. */
const struct err *query_int(struct api_call *c, const char *name, int min,
    int max, int fallback, int *out);

/* :id as a task's number; 0 when it cannot be one. */
int	 path_task_id(const struct api_call *c);

/* :id as a conversation's, lower case; ERR_NOTFOUND when it is no UUID. */
const struct err *path_uuid(struct api_call *c, const char *name,
    const char *code, const char *say, const char **out);

/* The Idempotency-Key header; NULL: none. */
const struct err *idempotency_key(struct api_call *c, const char **out);

/* A name as IANA makes them ("Europe/Berlin"), not a POSIX rule. */
const struct err *timezone_check(struct arena *a, const char *name);

/* A line of 1 to most characters; *out has no white space around it. */
const struct err *line_check(struct arena *a, const char *field,
    const char *text, int most, const char **out);

/* The same for a new title of a conversation. */
const struct err *title_check(struct arena *a, const char *field,
    const char *title, const char **out);

/* What a person says: also "message_empty" and "message_too_long". */
const struct err *message_check(struct api_call *c, struct str text);

const struct err *invalid(struct arena *a, const char *field,
    const char *expected);

#endif
