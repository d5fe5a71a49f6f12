/* Sentences that code says, made from what really happened. */
#ifndef AGENT_REPORT_H
#define AGENT_REPORT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "store/message.h"
#include "store/task.h"

/*
 * A title as a part of a sentence, between “ and ”: what anybody wrote can
 * neither end the quotation nor the line, nor turn the text round.
 */
const char *report_title(struct arena *a, const char *title);

/*
 * What these calls did, a sentence each: Deleted #3 “Old task”.
 * Reading is not mentioned.  Empty when there is nothing to say.
 */
const char *report_calls(struct arena *a, const struct call *calls, size_t n);

/* Which changes they back: bits of words.h, for the sentence rule. */
unsigned report_claims(const struct call *c);

/*
 * What is said in place of, or after, a reply that claims what calls do
 * not back.
 */
const char *report_correction(struct arena *a, const struct call *calls,
    size_t n);

#endif
