/*
 * logfmt lines on standard error (or the file `log` names), one write
 * each, so that threads do not mix.  Text from outside is escaped.  No
 * token, secret or message text is ever given to a log function.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/arena.h"
#include "base/buf.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* level: least important kind that is written. path NULL: standard error. */
/* -1 and errno when the file cannot be opened. */
int	 log_open(enum log_level level, const char *path);
void	 log_close(void);

/* ts=… level=… msg="…", printf-formatted */
void	 log_line(enum log_level level, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* One request's line, built field by field and written by log_end. */
struct log_entry { struct buf b; enum log_level level; };
void	 log_begin(struct log_entry *l, struct arena *a, enum log_level level,
	    const char *msg);
void	 log_text(struct log_entry *l, const char *key, const char *value);
void	 log_int(struct log_entry *l, const char *key, long long value);
void	 log_end(struct log_entry *l);

#endif
