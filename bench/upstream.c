/*
 * The floor of a model call: N threads that POST with a bare libcurl, one
 * handle each, and throw away what is streamed back.
 *
 *	upstream N SECONDS URL BODY CA
 *
 * BODY and CA name files; CA "-" for http.  Prints turns= seconds= cpu= (of
 * this process) and, in milliseconds, first50= first99= from the question to
 * the first bytes of the body.
 */
#include <sys/resource.h>

#include <curl/curl.h>
#include <err.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

enum { BODY_MAX = 1 << 20, THREADS_MAX = 256 };

struct bench {
	const char	*url, *ca;
	char		*body;
	size_t		 nbody;
	int64_t		 end;
};

struct one {
	const struct bench *b;
	pthread_t	 thread;
	struct samples	 first;
	int64_t		 start;		/* of the question; 0: answered */
	unsigned long	 turns, errors;
};

static size_t
on_piece(char *p, size_t size, size_t n, void *ctx)
{
	struct one *o = ctx;

	(void)p;
	if (o->start != 0)
		sample(&o->first, now_us() - o->start);
	o->start = 0;
	return size * n;
}

static void *
ask_on(void *arg)
{
	struct one *o = arg;
	CURL *c = curl_easy_init();
	struct curl_slist *h = NULL;

	h = curl_slist_append(h, "Content-Type: application/json");
	h = curl_slist_append(h, "Authorization: Bearer bench");
	h = curl_slist_append(h, "Expect:");
	curl_easy_setopt(c, CURLOPT_URL, o->b->url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, o->b->body);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)o->b->nbody);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_piece);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, o);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (strcmp(o->b->ca, "-") != 0)
		curl_easy_setopt(c, CURLOPT_CAINFO, o->b->ca);
	while (now_us() < o->b->end) {
		o->start = now_us();
		if (curl_easy_perform(c) != CURLE_OK || o->start != 0)
			o->errors++;
		else
			o->turns++;
	}
	curl_slist_free_all(h);
	curl_easy_cleanup(c);
	return NULL;
}

static double
cpu_used(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void
body_read(struct bench *b, const char *path)
{
	FILE *f = fopen(path, "r");

	if (f == NULL || (b->body = malloc(BODY_MAX)) == NULL)
		err(1, "%s", path);
	b->nbody = fread(b->body, 1, BODY_MAX, f);
	fclose(f);
}

int
main(int argc, char **argv)
{
	static struct one all[THREADS_MAX];
	struct samples first = { 0 };
	unsigned long turns = 0, errors = 0;
	struct bench b;
	double seconds;
	int i, n;

	if (argc != 6 || (n = atoi(argv[1])) < 1 || n > THREADS_MAX)
		errx(2, "usage: upstream N SECONDS URL BODY CA");
	seconds = strtod(argv[2], NULL);
	b = (struct bench){ .url = argv[3], .ca = argv[5],
	    .end = now_us() + (int64_t)(seconds * 1e6) };
	body_read(&b, argv[4]);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	for (i = 0; i < n; i++) {
		all[i].b = &b;
		if (pthread_create(&all[i].thread, NULL, ask_on, &all[i]) != 0)
			errx(1, "threads");
	}
	for (i = 0; i < n; i++) {
		pthread_join(all[i].thread, NULL);
		turns += all[i].turns;
		errors += all[i].errors;
		for (size_t k = 0; k < all[i].first.n; k++)
			sample(&first, all[i].first.us[k]);
	}
	printf("turns=%lu errors=%lu seconds=%.3f cpu=%.4f", turns, errors,
	    seconds, cpu_used());
	show(&first, "first");
	printf("\n");
	return 0;
}
