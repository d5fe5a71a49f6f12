/* A log line is one line, whatever was in it, and one write. */
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "tap.h"

static char dir[] = "/tmp/unit-log-XXXXXX";
static char path[64], text[1 << 16];
static struct arena *a;

/* What was logged since the last call. */
static const char *
logged(void)
{
	ssize_t n;
	int fd;

	fd = open(path, O_RDWR);
	n = read(fd, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	if (ftruncate(fd, 0) != 0)
		diag("%s: %s", path, strerror(errno));
	close(fd);
	return text;
}

static bool
like(const char *got, const char *pattern, const char *what)
{
	regex_t re;
	bool good;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return ok(false, "%s: a broken pattern", what);
	good = regexec(&re, got, 0, NULL, 0) == 0;
	regfree(&re);
	if (!ok(good, "%s", what))
		diag("got: %s\nwanted: %s", got, pattern);
	return good;
}

/* The part of the last line that is not its time. */
static const char *
fields(void)
{
	const char *p = strstr(logged(), " level=");

	return p == NULL ? text : p + 1;
}

static void
line_is(const char *msg, const char *want, const char *what)
{
	log_line(LOG_INFO, "%s", msg);
	is_str(fields(), want, "%s", what);
}

static void
test_line(void)
{
	log_line(LOG_WARN, "up with %d threads", 4);
	like(logged(), "^ts=20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:"
	    "[0-5][0-9]:[0-6][0-9]\\.[0-9]{3}Z level=warn "
	    "msg=\"up with 4 threads\"\n$", "a line from end to end");
	line_is("", "level=info msg=\"\"\n", "an empty message");
	line_is("a\nts=1 level=info\r\t", "level=info "
	    "msg=\"a\\nts=1 level=info\\r\\t\"\n", "no second line");
	line_is("say \"hi\" \\ there", "level=info "
	    "msg=\"say \\\"hi\\\" \\\\ there\"\n", "quotes and backslashes");
	line_is("\x1b[31m\x7f", "level=info msg=\"\\u001b[31m\\u007f\"\n",
	    "controls");
	line_is("\xc2\x9b" "31m", "level=info msg=\"\\u009b31m\"\n",
	    "the other controls");
	line_is("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "level=info "
	    "msg=\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"\n", "text as it is");
	line_is("\xff\xc3(\xe2\x82", "level=info "
	    "msg=\"\\xff\\xc3(\\xe2\\x82\"\n", "bytes that are no text");
}

static void
test_levels(void)
{
	log_line(LOG_DEBUG, "x");
	is_str(logged(), "", "what is less important is left out");
	log_line(LOG_ERROR, "x");
	like(fields(), "^level=error ", "an error is not");
	ok(log_open(LOG_DEBUG, path) == 0, "opened again");
	log_line(LOG_DEBUG, "x");
	like(fields(), "^level=debug ", "everything, when told so");
	ok(log_open(LOG_ERROR, path) == 0, "and again");
	log_line(LOG_WARN, "x");
	is_str(logged(), "", "errors only, when told so");
	log_open(LOG_INFO, path);
}

static void
test_entry(void)
{
	struct log_entry l;
	static char big[5000];
	const char *got;
	int i;

	log_begin(&l, a, LOG_INFO, "request done");
	log_text(&l, "id", "Ab3-x_9.2:1/@+,");
	log_text(&l, "path", "/a b=\"c\"\n");
	log_text(&l, "none", NULL);
	log_text(&l, "empty", "");
	log_int(&l, "ms", -12);
	is_str(logged(), "", "nothing before its end");
	l.level = LOG_WARN;
	log_end(&l);
	is_str(fields(), "level=warn msg=\"request done\" "
	    "id=Ab3-x_9.2:1/@+, path=\"/a b=\\\"c\\\"\\n\" empty=\"\" "
	    "ms=-12\n", "an entry, with the level it had in the end");

	log_begin(&l, a, LOG_DEBUG, "x");
	log_end(&l);
	is_str(logged(), "", "an entry of no importance is left out");

	memset(big, 'x', sizeof(big) - 1);
	log_line(LOG_INFO, "%s", big);
	got = logged();
	ok(strlen(got) <= 4096 && strlen(got) > 3900,
	    "a huge message fits a pipe's atomic write");
	like(got, "x\\.\\.\\.\"\n$", "and shows that it was cut");
	memset(big, '\x01', sizeof(big) - 1);
	log_line(LOG_INFO, "%s", big);
	ok(strlen(logged()) <= 4096, "also when escapes make it longer");
	like(text, "\\\\u0001\\.\\.\\.\"\n$", "and no escape is cut in two");

	log_begin(&l, a, LOG_INFO, "big");
	for (i = 0; i < 9; i++)
		log_text(&l, "k", big);
	log_int(&l, "ms", 1);
	log_end(&l);
	ok(strlen(logged()) <= 4096, "so does an entry");
	like(text, "\" cut=true\n$", "which says that fields are missing");
	is_int((long long)(strchr(text, '\n') - text),
	    (long long)strlen(text) - 1, "and is one line");
}

/* A packet socket keeps writes apart as nothing else does. */
static void
test_one_write(void)
{
	char packet[8192];
	int pair[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) {
		ok(true, "skipped: no packet sockets");
		return;
	}
	log_open(LOG_INFO, NULL);
	dup2(pair[0], STDERR_FILENO);
	log_line(LOG_INFO, "%2000d", 1);
	n = recv(pair[1], packet, sizeof(packet), 0);
	ok(n > 2000 && packet[n - 1] == '\n', "one write a line");
	log_close();
	log_line(LOG_INFO, "still there");
	n = recv(pair[1], packet, sizeof(packet) - 1, 0);
	packet[n < 0 ? 0 : n] = '\0';
	like(packet, "still there", "closing goes back to standard error");
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	struct stat st = { 0 };

	a = arena_new();
	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/log", dir);
	errno = 0;
	ok(log_open(LOG_INFO, "/nonexistent/log") == -1 && errno == ENOENT,
	    "a log that cannot be opened");
	ok(log_open(LOG_INFO, path) == 0, "a log that can");
	stat(path, &st);
	ok((st.st_mode & 07) == 0, "is nobody else's to read");
	test_line();
	test_levels();
	test_entry();
	log_line(LOG_INFO, "kept");
	log_open(LOG_INFO, path);
	log_line(LOG_INFO, "added");
	like(logged(), "kept.*\n.*added", "an old file is added to");
	test_one_write();
	unlink(path);
	rmdir(dir);
	arena_free(a);
	return tap_done();
}
