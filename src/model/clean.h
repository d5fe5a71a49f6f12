/* Text on its way to a model, and JSON on its way from one. */
#ifndef MODEL_CLEAN_H
#define MODEL_CLEAN_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Without what a reader does not see but a model does: control characters
 * but line feed and tab, tag characters, bidirectional overrides; and with
 * a blank in whatever a local server might take for a control token of its
 * vocabulary ("<|im_start|>", "[INST]").  Always the same for the same
 * text, well-formed UTF-8; s itself when nothing was wrong with it.
 */
struct str clean_text(struct arena *a, struct str s);

/*
 * JSON text as servers write it, mended for a reader that is strict:
 * malformed UTF-8, halves of surrogate pairs, escaped NULs and bare control
 * characters in strings become U+FFFD.  What it says stays the same.
 */
struct str clean_json(struct arena *a, struct str s);

#endif
