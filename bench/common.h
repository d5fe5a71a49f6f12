/*
 * What the programs of this folder share: a clock, figures, descriptors.
 */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <sys/resource.h>

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct samples {		/* microseconds */
	uint32_t	*us;
	size_t		 n, cap;
};

static inline int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static inline void
sample(struct samples *s, int64_t us)
{
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 4096 : 2 * s->cap;
		s->us = realloc(s->us, s->cap * sizeof(*s->us));
		if (s->us == NULL)
			errx(1, "memory");
	}
	s->us[s->n++] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX :
	    (uint32_t)us;
}

static inline int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Prints NAME50= and NAME99=, milliseconds; sorts s. */
static inline void
show(struct samples *s, const char *name)
{
	if (s->n == 0)
		return;
	qsort(s->us, s->n, sizeof(*s->us), by_size);
	printf(" %s50=%.3f %s99=%.3f", name, s->us[s->n / 2] / 1e3, name,
	    s->us[s->n * 99 / 100] / 1e3);
}

/* As many connections as we may have. */
static inline void
descriptors_raise(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

#endif
