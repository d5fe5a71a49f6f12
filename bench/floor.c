/*
 * The least a FastCGI program of this shape can cost: libfcgi, threads, six
 * bytes.  floor THREADS, listening on descriptor 0.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <fcgiapp.h>

static void *
serve(void *unused)
{
	FCGX_Request r;

	(void)unused;
	FCGX_InitRequest(&r, 0, 0);
	while (FCGX_Accept_r(&r) == 0) {
		FCGX_PutS("Content-Type: text/plain\r\nContent-Length: 6\r\n"
		    "\r\nhello\n", r.out);
		FCGX_Finish_r(&r);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	long i, n = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
	pthread_attr_t attr;
	pthread_t id;

	if (n < 1 || n > 4096) {
		fprintf(stderr, "usage: floor THREADS\n");
		return 2;
	}
	FCGX_Init();
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	for (i = 1; i < n; i++)
		if (pthread_create(&id, &attr, serve, NULL) != 0)
			return 1;
	serve(NULL);
	return 0;
}
