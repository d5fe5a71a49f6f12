/*
 * Speech to text: a recording goes to a server that speaks OpenAI's
 * POST /audio/transcriptions (whisper.cpp's, vLLM, LocalAI, Groq…), its
 * words come back.  The bytes of the recording are not looked at here.
 */
#ifndef MODEL_TRANSCRIBE_H
#define MODEL_TRANSCRIBE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"

struct transcribe_ask {
	struct str	 audio;
	const char	*mime_type;	/* "audio/webm;codecs=opus" */
	int64_t		 deadline;	/* clock_ms(), or 0 */
	int		 watch;		/* its POLLRDHUP hangs up; or -1 */
};

/* Did the site switch it on? */
bool	 transcribe_is_on(const struct conf *c);

/* Can recordings of this type be sent? */
#define TRANSCRIBE_TYPES	"audio/webm, audio/mp4, audio/ogg, " \
    "audio/wav, audio/mpeg or audio/flac"
bool	 transcribe_takes(const char *mime_type);

/*
 * *text is well-formed UTF-8 without control characters but line feed and
 * tab, trimmed, "" when nothing was said; it may be longer than message_max,
 * for the person can still shorten it.  Nothing is tried twice.
 *
 * ERR_INPUT "invalid_request" names mime_type or audio_base64 (no bytes);
 * ERR_TOOBIG "audio_too_large": more than transcribe_max, or the server says
 * so; ERR_UPSTREAM "transcription_unavailable", "transcription_refused_key",
 * "transcription_not_found", "transcription_rate_limited" (with the seconds
 * to wait, if the server said any), "transcription_refused" (it cannot read
 * the recording), "transcription_too_long" (its answer); ERR_TIMEOUT
 * "transcription_timeout"; ERR_HUP.  What the server said is in the log
 * text alone.
 */
const struct err *transcribe(const struct conf *c, struct arena *a,
    const struct transcribe_ask *ask, const char **text);

#endif
