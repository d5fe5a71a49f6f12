#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/text.h"
#include "fetch/mail.h"
#include "fetch/mail_text.h"

#define TICK_MS		100	/* until is looked at again */
#define MAX_SAID	200	/* bytes of a complaint, for the log */
#define MAX_WORDS	64	/* of a command */
#define TELLING		12	/* bytes of a message that tell something */
#define CONNECT_MS	15000L
#define REPLY_SECONDS	30L	/* to one SMTP command */

extern char **environ;

/* One message on its way. */
struct trip {
	struct arena	*a;
	const struct mail_way *way;
	const char	*from, *to;	/* addresses alone */
	const char	*text;
	struct str	 message;
	const atomic_llong *until;
};

bool
mail_way_set(const struct mail_way *w)
{
	return *w->command != '\0' || *w->url != '\0';
}

static bool
time_is_up(const struct trip *t)
{
	return clock_ms() >= atomic_load(t->until);
}

static const struct err *
failed(const struct trip *t, const char *code, const char *why,
    const char *more)
{
	return err_new(t->a, ERR_UPSTREAM, code, "The mail was not sent.",
	    "mail: %s%s%s", why, *more == '\0' ? "" : ": ", more);
}

static const struct err *
too_slow(const struct trip *t, const char *who)
{
	return err_new(t->a, ERR_TIMEOUT, "mail_timeout",
	    "The mail was not sent in time.", "mail: %s took too long", who);
}

/* ---- a command */

struct child {
	pid_t		 pid;
	int		 in, err;	/* our ends; -1: closed */
	struct str	 left;		/* of the message */
	char		 said[MAX_SAID];
	size_t		 nsaid;
	int		 status;
};

/* A pointer to each word, NULL after the last; NULL: too many or none. */
static char **
words_of(struct arena *a, const char *command)
{
	char **argv = arena_alloc(a, (MAX_WORDS + 1) * sizeof(*argv));
	const char *p = command;
	size_t n = 0, len;

	for (;;) {
		p += strspn(p, " \t");
		if (*p == '\0')
			return n == 0 ? NULL : argv;
		if (n == MAX_WORDS)
			return NULL;
		len = strcspn(p, " \t");
		argv[n++] = arena_strndup(a, p, len);
		p += len;
	}
}

/* Settings may come from the environment, and some are secrets. */
static char **
env_for_others(struct arena *a)
{
	char **env;
	size_t i, n = 0;

	for (i = 0; environ[i] != NULL; i++)
		;
	env = arena_alloc(a, (i + 1) * sizeof(*env));
	for (i = 0; environ[i] != NULL; i++)
		if (strncmp(environ[i], "TASKCHAT_", 9) != 0 &&
		    strncmp(environ[i], "PGPASSWORD=", 11) != 0)
			env[n++] = environ[i];
	return env;
}

/*
 * A process group of its own, so that all of it can be ended.  Not every
 * library marks its descriptors close-on-exec, hence closefrom.
 */
static int
child_spawn(struct child *c, char **argv, char **env, int in, int err)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, usual;
	int why;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_init(&how);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &usual);
	posix_spawnattr_setpgroup(&how, 0);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, err, 2);
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
#endif
	why = posix_spawnp(&c->pid, argv[0], &files, &how, argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return why;
}

static void
close_end(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/*
 * Pipes above the first three descriptors: dup2 onto itself would leave one
 * close-on-exec, and dup2 onto another would lose that.
 */
static int
pipe_above(int ends[2])
{
	int i, fd;

	if (pipe2(ends, O_CLOEXEC) == -1) {
		ends[0] = ends[1] = -1;
		return errno;
	}
	for (i = 0; i < 2; i++) {
		if (ends[i] > 2)
			continue;
		if ((fd = fcntl(ends[i], F_DUPFD_CLOEXEC, 3)) == -1)
			return errno;
		close(ends[i]);
		ends[i] = fd;
	}
	return 0;
}

static int
child_start(struct child *c, char **argv, char **env)
{
	int in[2] = { -1, -1 }, err[2] = { -1, -1 };
	int why;

	if ((why = pipe_above(in)) == 0 && (why = pipe_above(err)) == 0)
		why = child_spawn(c, argv, env, in[0], err[1]);
	close_end(&in[0]);
	close_end(&err[1]);
	if (why != 0) {
		close_end(&in[1]);
		close_end(&err[0]);
		return why;
	}
	c->in = in[1];
	c->err = err[0];
	fcntl(c->in, F_SETFL, O_NONBLOCK);
	fcntl(c->err, F_SETFL, O_NONBLOCK);
	return 0;
}

/* A command that does not want all of it says by its exit how it went. */
static void
child_feed(struct child *c)
{
	ssize_t n = write(c->in, c->left.p, c->left.n);

	if (n > 0) {
		c->left.p += n;
		c->left.n -= (size_t)n;
	}
	if (c->left.n == 0 ||
	    (n == -1 && errno != EAGAIN && errno != EINTR))
		close_end(&c->in);
}

/* Read to the end, so that it never waits for us; kept is the beginning. */
static void
child_hear(struct child *c)
{
	char bytes[1024];
	size_t room;
	ssize_t n;

	n = read(c->err, bytes, sizeof(bytes));
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		close_end(&c->err);
	if (n <= 0)
		return;
	room = sizeof(c->said) - c->nsaid;
	if ((size_t)n > room)
		n = (ssize_t)room;
	memcpy(c->said + c->nsaid, bytes, (size_t)n);
	c->nsaid += (size_t)n;
}

static bool
child_ended(struct child *c, int options)
{
	pid_t got;

	do
		got = waitpid(c->pid, &c->status, options);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		c->status = -1;		/* somebody else took it */
	return got != 0;
}

static void
child_poll(struct child *c)
{
	struct pollfd p[] = {
		{ .fd = c->in, .events = POLLOUT },
		{ .fd = c->err, .events = POLLIN },
	};

	if (poll(p, 2, TICK_MS) <= 0)
		return;
	if (p[0].revents != 0)
		child_feed(c);
	if (p[1].revents != 0)
		child_hear(c);
}

/*
 * False: it took too long, and was killed.  Its end is what counts; a child
 * of its own may keep the pipe.
 */
static bool
child_wait(struct child *c, const struct trip *t)
{
	bool ended = false;

	while (!ended && !time_is_up(t)) {
		child_poll(c);
		ended = child_ended(c, WNOHANG);
	}
	if (!ended) {
		kill(-c->pid, SIGKILL);
		child_ended(c, 0);
	} else if (c->err != -1) {
		child_hear(c);
	}
	close_end(&c->in);
	close_end(&c->err);
	return ended;
}

/* Does the message hold these bytes, as they are or as they were sent? */
static bool
is_told(const struct trip *t, const char *p, size_t n)
{
	return memmem(t->text, strlen(t->text), p, n) != NULL ||
	    memmem(t->message.p, t->message.n, p, n) != NULL;
}

/*
 * What a command complained, on one line, without what belongs to the two
 * who write to each other: addresses, and pieces of the message.
 */
static const char *
discreet(const struct trip *t, struct str said)
{
	struct buf b;
	size_t i, n;

	said = text_trim(utf8_mend(t->a, said));
	buf_init(&b, t->a, 4 * MAX_SAID);
	for (i = 0; i < said.n; i += n) {
		for (n = 0; i + n < said.n && said.p[i + n] > ' ' &&
		    strchr("\"'`<>()[]{},;", said.p[i + n]) == NULL; n++)
			;
		if (n == 0) {
			buf_putc(&b, said.p[i] > 0 && said.p[i] < ' ' ? ' ' :
			    said.p[i]);
			n = 1;
		} else if (memchr(said.p + i, '@', n) != NULL ||
		    (n >= TELLING && is_told(t, said.p + i, n))) {
			buf_puts(&b, "***");
		} else {
			buf_put(&b, said.p + i, n);
		}
	}
	return buf_str(&b);
}

/* sysexits.h: EX_DATAERR, EX_NOUSER.  EX_NOHOST may be a resolver's bad day. */
static const struct err *
judge_exit(const struct trip *t, const struct child *c)
{
	const char *said = discreet(t, (struct str){ c->said, c->nsaid });
	const char *how;
	int code;

	if (c->status == -1)
		return failed(t, "mail_unsent", "mail_command ended, and "
		    "nobody knows how", said);
	if (WIFSIGNALED(c->status)) {
		how = arena_printf(t->a, "mail_command was ended by signal %d",
		    WTERMSIG(c->status));
		return failed(t, "mail_unsent", how, said);
	}
	if ((code = WEXITSTATUS(c->status)) == 0)
		return NULL;
	how = arena_printf(t->a, "mail_command exited %d", code);
	return failed(t, code == 65 || code == 67 ? "mail_refused" :
	    "mail_unsent", how, said);
}

/* No line of ours holds a CR of its own. */
static struct str
without_cr(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != '\r')
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

static const struct err *
send_by_command(const struct trip *t)
{
	struct child c = { .in = -1, .err = -1 };
	char **argv = words_of(t->a, t->way->command);
	int why;

	if (argv == NULL)
		return failed(t, "mail_unsent", "mail_command has no words, "
		    "or too many", "");
	c.left = without_cr(t->a, t->message);
	why = child_start(&c, argv, env_for_others(t->a));
	if (why != 0)
		return failed(t, "mail_unsent", argv[0], strerror(why));
	if (!child_wait(&c, t))
		return too_slow(t, "mail_command");
	return judge_exit(t, &c);
}

/* ---- SMTP */

struct smtp {
	const struct trip *t;
	CURL		*easy;
	size_t		 sent;
	char		 said[CURL_ERROR_SIZE];
};

static size_t
on_want(char *p, size_t size, size_t n, void *ctx)
{
	struct smtp *s = ctx;
	struct str m = s->t->message;

	n *= size;
	if (n > m.n - s->sent)
		n = m.n - s->sent;
	memcpy(p, m.p + s->sent, n);
	s->sent += n;
	return n;
}

/* What the server says goes nowhere: libcurl would print it. */
static size_t
on_said(char *p, size_t size, size_t n, void *ctx)
{
	(void)p;
	(void)ctx;
	return size * n;
}

/* About once a second, and with every byte. */
static int
on_time(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct smtp *s = ctx;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return time_is_up(s->t);
}

static bool
has_protocol(const char *name)
{
	const char *const *p;

	p = curl_version_info(CURLVERSION_NOW)->protocols;
	while (*p != NULL && strcmp(*p, name) != 0)
		p++;
	return *p != NULL;
}

static bool
is_loopback(const char *url)
{
	CURLU *u = curl_url();
	char *host = NULL;
	bool yes = false;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		yes = strcasecmp(host, "localhost") == 0 ||
		    strcmp(host, "[::1]") == 0 ||
		    (strncmp(host, "127.", 4) == 0 &&
		    strspn(host, "0123456789.") == strlen(host));
	curl_free(host);
	curl_url_cleanup(u);
	return yes;
}

#define SET(option, value) \
	do { \
		if (rc == CURLE_OK) \
			rc = curl_easy_setopt(s->easy, (option), (value)); \
	} while (0)

/*
 * FORBID_REUSE: the connection is closed, and the server's goodbye awaited,
 * while on_time() is still asked; in curl_easy_cleanup() it is not.
 */
static CURLcode
set_how(struct smtp *s)
{
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_ERRORBUFFER, s->said);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "");
	SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, REPLY_SECONDS);
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
	SET(CURLOPT_WRITEFUNCTION, on_said);
	SET(CURLOPT_XFERINFOFUNCTION, on_time);
	SET(CURLOPT_XFERINFODATA, s);
	SET(CURLOPT_NOPROGRESS, 0L);
	return rc;
}

static CURLcode
set_trust(struct smtp *s)
{
	const struct mail_way *w = s->t->way;
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_URL, w->url);
	SET(CURLOPT_USE_SSL, is_loopback(w->url) ? (long)CURLUSESSL_NONE :
	    (long)CURLUSESSL_ALL);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (*w->ca_file != '\0') {
		SET(CURLOPT_CAINFO, w->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
	if (*w->user != '\0') {
		SET(CURLOPT_USERNAME, w->user);
		SET(CURLOPT_PASSWORD, w->password);
	}
	return rc;
}

static CURLcode
set_what(struct smtp *s, struct curl_slist *to)
{
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_MAIL_FROM, arena_printf(s->t->a, "<%s>", s->t->from));
	SET(CURLOPT_MAIL_RCPT, to);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->t->message.n);
	SET(CURLOPT_READFUNCTION, on_want);
	SET(CURLOPT_READDATA, s);
	return rc;
}

/*
 * A 5xx to MAIL, RCPT or DATA, or to the text, is about this message; one to
 * anything else (a greeting, a login) is about the server or our settings.
 */
static bool
is_refusal(const struct smtp *s, CURLcode rc, long answer)
{
	return answer >= 500 && answer <= 599 && (rc == CURLE_SEND_ERROR ||
	    (rc == CURLE_WEIRD_SERVER_REPLY && s->sent > 0));
}

static const struct err *
judge_smtp(const struct smtp *s, CURLcode rc)
{
	const char *said = s->said[0] == '\0' ? curl_easy_strerror(rc) :
	    s->said;
	const char *how = "SMTP";
	long answer = 0;

	if (rc == CURLE_OK)
		return NULL;
	if (rc == CURLE_ABORTED_BY_CALLBACK || rc == CURLE_OPERATION_TIMEDOUT)
		return too_slow(s->t, "the SMTP server");
	if (s->easy != NULL && curl_easy_getinfo(s->easy,
	    CURLINFO_RESPONSE_CODE, &answer) == CURLE_OK && answer > 0)
		how = arena_printf(s->t->a, "SMTP, last answer %ld", answer);
	return failed(s->t, is_refusal(s, rc, answer) ? "mail_refused" :
	    "mail_unsent", how, discreet(s->t, str_of(said)));
}

static const struct err *
send_by_smtp(const struct trip *t)
{
	struct smtp s = { .t = t };
	struct curl_slist *to = NULL;
	CURLcode rc = CURLE_OUT_OF_MEMORY;
	const struct err *e;

	if (!has_protocol(strncmp(t->way->url, "smtps:", 6) == 0 ? "smtps" :
	    "smtp"))
		return failed(t, "mail_unsent", "this libcurl was built "
		    "without SMTP, or without TLS; set mail_command", "");
	s.easy = curl_easy_init();
	to = curl_slist_append(NULL, arena_printf(t->a, "<%s>", t->to));
	if (s.easy != NULL && to != NULL && (rc = set_how(&s)) == CURLE_OK &&
	    (rc = set_trust(&s)) == CURLE_OK &&
	    (rc = set_what(&s, to)) == CURLE_OK)
		rc = curl_easy_perform(s.easy);
	e = judge_smtp(&s, rc);
	curl_easy_cleanup(s.easy);
	curl_slist_free_all(to);
	return e;
}

const struct err *
mail_send(struct arena *a, const struct mail_way *w, const char *to,
    const char *subject, const char *text, const atomic_llong *until)
{
	struct trip t = { .a = a, .way = w, .to = to, .text = text,
	    .until = until };
	const struct err *e;

	e = mail_compose(a, w->from, to, subject, text, &t.from, &t.message);
	if (e != NULL)
		return e;
	if (*w->command != '\0')
		return send_by_command(&t);
	if (*w->url != '\0')
		return send_by_smtp(&t);
	return failed(&t, "mail_unsent", "no way to send mail is set", "");
}
