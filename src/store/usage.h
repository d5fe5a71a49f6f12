/*
 * What people use of the model, by days of UTC.  It is counted where answers
 * are stored, by the triggers of schema/006, and held against the limits
 * where turns begin (store/turn.h).
 */
#ifndef STORE_USAGE_H
#define STORE_USAGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "db/db.h"

/*
 * *days: a JSON array of {"day","turns","prompt_tokens",
 * "completion_tokens"}, oldest first, at most limit of those after this day
 * ("2026-11-20"; "-infinity": all).
 */
const struct err *usage_days(struct db *db, struct arena *a,
    const char *user, const char *after, int limit,
    struct json_object **days);

/*
 * The tokens of a turn whose answer cannot be stored, because its
 * conversation was deleted or went on elsewhere.  They are added to a day
 * that has begun; of somebody who is gone nothing is kept.
 */
const struct err *usage_lost(struct db *db, struct arena *a,
    const char *user, int64_t prompt_tokens, int64_t completion_tokens);

#endif
