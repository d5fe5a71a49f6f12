#include <stdint.h>
#include <string.h>

#include "base/bounds.h"
#include "fetch/sse_parse.h"

struct sse_parse {
	sse_fn		 fn;
	void		*ctx;
	struct buf	 line;		/* the line that is not whole yet */
	struct buf	 name;
	struct buf	 data;
	bool		 data_seen;	/* "data:" alone is an event, too */
	bool		 first;		/* no line was taken yet: BOM */
	bool		 cr;		/* a LF now belongs to the last CR */
	bool		 over;
	size_t		 bytes, events;
};

struct sse_parse *
sse_parse_new(struct arena *a, sse_fn fn, void *ctx)
{
	struct sse_parse *p;

	p = arena_alloc(a, sizeof(*p));
	p->fn = fn;
	p->ctx = ctx;
	p->first = true;
	buf_init(&p->line, a, MAX_SSE_LINE);
	buf_init(&p->name, a, MAX_SSE_LINE);
	buf_init(&p->data, a, MAX_SSE_EVENT);
	return p;
}

static bool
stop(struct sse_parse *p)
{
	p->over = true;
	return false;
}

/* The blank line.  Without data there is no event, whatever its name. */
static bool
dispatch(struct sse_parse *p)
{
	struct sse_event ev = {
		.name = { buf_str(&p->name), p->name.n },
		.data = { buf_str(&p->data), p->data.n },
	};
	bool seen = p->data_seen, go_on = true;

	if (seen)
		go_on = ++p->events <= MAX_EVENTS && p->fn(p->ctx, &ev);
	p->data_seen = false;
	buf_clear(&p->name);
	buf_clear(&p->data);
	return go_on || stop(p);
}

static bool
take_field(struct sse_parse *p, struct str field, struct str value)
{
	if (str_is(field, "event")) {
		buf_clear(&p->name);
		buf_put(&p->name, value.p, value.n);
	} else if (str_is(field, "data")) {
		if (p->data_seen)
			buf_putc(&p->data, '\n');
		p->data_seen = true;
		buf_put(&p->data, value.p, value.n);
		if (p->data.bad)
			return stop(p);
	}
	return true;
}

/* A line without its end.  One blank after the colon is not of the value. */
static bool
take_line(struct sse_parse *p, struct str line)
{
	struct str value = { "", 0 };
	const char *colon;

	if (p->first && line.n >= 3 && memcmp(line.p, "\xef\xbb\xbf", 3) == 0) {
		line.p += 3;
		line.n -= 3;
	}
	p->first = false;
	if (line.n == 0)
		return dispatch(p);
	if ((colon = memchr(line.p, ':', line.n)) == line.p)
		return true;
	if (colon != NULL) {
		value.p = colon + 1;
		value.n = line.n - (size_t)(value.p - line.p);
		if (value.n > 0 && *value.p == ' ') {
			value.p++;
			value.n--;
		}
		line.n = (size_t)(colon - line.p);
	}
	return take_field(p, line, value);
}

/* How many of n bytes at s come before a line's end. */
static size_t
line_length(const char *s, size_t n)
{
	const char *lf, *cr;

	if ((lf = memchr(s, '\n', n)) != NULL)
		n = (size_t)(lf - s);
	if ((cr = memchr(s, '\r', n)) != NULL)
		n = (size_t)(cr - s);
	return n;
}

/* What was kept of earlier pieces and these last n bytes are a line. */
static bool
end_line(struct sse_parse *p, const char *s, size_t n)
{
	bool go_on;

	if (p->line.n == 0 && n <= MAX_SSE_LINE)
		return take_line(p, (struct str){ s, n });
	buf_put(&p->line, s, n);
	if (p->line.bad)
		return stop(p);
	go_on = take_line(p, (struct str){ buf_str(&p->line), p->line.n });
	buf_clear(&p->line);
	return go_on;
}

bool
sse_parse_feed(struct sse_parse *p, const char *s, size_t n)
{
	size_t len;

	if (p->over)
		return false;
	if (n > MAX_STREAM - p->bytes)
		return stop(p);
	p->bytes += n;
	while (n > 0) {
		if (p->cr && *s == '\n') {
			s++;
			n--;
			p->cr = false;
			continue;
		}
		p->cr = false;
		if ((len = line_length(s, n)) == n) {
			buf_put(&p->line, s, n);
			return p->line.bad ? stop(p) : true;
		}
		p->cr = s[len] == '\r';
		if (!end_line(p, s, len))
			return false;
		s += len + 1;
		n -= len + 1;
	}
	return true;
}

/*
 * The standard drops an event that has no blank line after it; readers in
 * the field deliver it, and a server that ends so meant it to be read.
 */
bool
sse_parse_end(struct sse_parse *p)
{
	if (p->over)
		return false;
	if (p->line.n > 0 && !end_line(p, "", 0))
		return false;
	return dispatch(p);
}
