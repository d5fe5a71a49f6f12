/* Text on its way to a model, and JSON on its way from one. */
#ifndef MODEL_CLEAN_H
#define MODEL_CLEAN_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Without what a reader does not see but a model does, and with a blank in
 * whatever a server might take for a control token of its vocabulary
 * ("<|im_start|>", "[INST]", "</think>").  Gone are: control characters but
 * line feed and tab, zero-width characters, marks, overrides and isolates of
 * direction, tags, fillers.  Of these some are needed: a joiner or a
 * variation selector stays behind a character that is not ASCII, one of each
 * (Persian, Hindi, emoji), a selector behind a keycap's digit, and the tags
 * of the flags of England, Scotland and Wales.  A line or paragraph
 * separator becomes a blank; no line feed comes to be.
 *
 * Always the same for the same text, well-formed UTF-8, and clean already
 * when it is cleaned again; s itself when nothing was wrong with it.
 * NUL-ended when s is.
 */
struct str clean_text(struct arena *a, struct str s);

/*
 * The same for JSON text: in what its strings say, however that is escaped
 * ("\u001b" is gone like the character).  It stays JSON, each string and
 * name as clean_text() would make it.  Text that is no JSON comes out clean
 * too.
 */
struct str clean_data(struct arena *a, struct str s);

/*
 * JSON text as servers write it, mended for a reader that is strict:
 * malformed UTF-8, halves of surrogate pairs, escaped NULs and bare control
 * characters in strings become U+FFFD.  What it says stays the same.
 */
struct str clean_json(struct arena *a, struct str s);

#endif
