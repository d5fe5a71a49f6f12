/*
 * A message's text, down to its line lengths; that nothing put into it can
 * become a header; and a mail command that takes it, hangs, fails, shouts
 * or is not there.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "fetch/fetch.h"
#include "fetch/mail.h"
#include "fetch/mail_text.h"

#include "tap.h"

#define FROM	"Chat <chat@example.org>"
#define TO	"ann@example.net"

struct test {
	struct arena	*a;
	char		 dir[64];
	struct mail_way	 way;
	atomic_llong	 until;
};

/* ---- the text */

static const char *
composed(struct arena *a, const char *from, const char *subject,
    const char *text)
{
	const char *sender;
	struct str m;

	if (mail_compose(a, from, TO, subject, text, &sender, &m) != NULL)
		return "(refused)";
	return arena_strndup(a, m.p, m.n);
}

/* A header with its folded lines, or what follows the headers ("\r\n"). */
static const char *
part(struct arena *a, const char *message, const char *name)
{
	const char *p = strstr(message, name), *end;

	if (p == NULL)
		return "(none)";
	p += strlen(name);
	if (strcmp(name, "\r\n\r\n") == 0)
		return p;
	for (end = strstr(p, "\r\n"); end[2] == ' ';
	    end = strstr(end + 2, "\r\n"))
		;
	return arena_strndup(a, p, (size_t)(end - p));
}

static const char *
body(struct arena *a, const char *text)
{
	return part(a, composed(a, FROM, "s", text), "\r\n\r\n");
}

static const char *
subject(struct arena *a, const char *s)
{
	return part(a, composed(a, FROM, s, "t"), "\r\nSubject: ");
}

static const char *
from(struct arena *a, const char *s)
{
	return part(a, composed(a, s, "s", "t"), "\r\nFrom: ");
}

/* Longest line; 0 when a CR or LF stands alone. */
static size_t
longest(const char *s)
{
	size_t n, most = 0;

	while (*s != '\0') {
		n = strcspn(s, "\r\n");
		if (strncmp(s + n, "\r\n", 2) != 0)
			return 0;
		most = n > most ? n : most;
		s += n + 2;
	}
	return most;
}

static void
undo_q(struct buf *b, const char *p, const char *end, bool word)
{
	for (; p < end; p++)
		if (*p == '=' && strncmp(p, "=\r\n", 3) == 0) {
			p += 2;
		} else if (*p == '=') {
			buf_putc(b, (char)(hex_value(p[1]) * 16 +
			    hex_value(p[2])));
			p += 2;
		} else {
			buf_putc(b, *p == '_' && word ? ' ' : *p);
		}
}

/* Encoded-words put together again; each must be whole characters. */
static const char *
undo_words(struct arena *a, const char *s)
{
	const char *p = s, *end;
	struct buf b;
	size_t before;

	buf_init(&b, a, 1 << 20);
	while ((p = strstr(p, "=?UTF-8?Q?")) != NULL) {
		p += strlen("=?UTF-8?Q?");
		end = strstr(p, "?=");
		before = b.n;
		undo_q(&b, p, end, true);
		if (!utf8_ok((struct str){ b.p + before, b.n - before }))
			return "(a character cut in two)";
		p = end + 2;
	}
	return buf_str(&b);
}

static void
headers(struct arena *a)
{
	const char *m = composed(a, FROM, "Hello", "Text\n");
	const char *id = part(a, m, "\r\nMessage-ID: ");
	int day, year, h, min, s, n = 0;
	char week[4], month[4];

	is_str(part(a, m, "\r\nFrom: "), "\"Chat\"\r\n <chat@example.org>",
	    "From");
	is_str(part(a, m, "\r\nTo: "), "<" TO ">", "To");
	is_str(part(a, m, "\r\nSubject: "), "Hello", "Subject");
	is_str(part(a, m, "\r\nMIME-Version: "), "1.0", "MIME-Version");
	is_str(part(a, m, "\r\nContent-Type: "), "text/plain; charset=utf-8",
	    "Content-Type");
	is_str(part(a, m, "\r\nContent-Transfer-Encoding: "),
	    "quoted-printable", "Content-Transfer-Encoding");
	is_str(part(a, m, "\r\nAuto-Submitted: "), "auto-generated",
	    "Auto-Submitted");
	ok(sscanf(m, "Date: %3s, %d %3s %d %d:%d:%d +0000\r%n", week, &day,
	    month, &year, &h, &min, &s, &n) == 7 && n > 0 && year > 2024,
	    "Date");
	ok(strlen(id) == 1 + 32 + strlen("@example.org>") &&
	    strcmp(id + 33, "@example.org>") == 0,
	    "Message-ID is random, at the sender's domain");
	ok(strcmp(id, part(a, composed(a, FROM, "s", "t"),
	    "\r\nMessage-ID: ")) != 0, "and another each time");
	is_str(part(a, m, "\r\n\r\n"), "Text\r\n", "the text");
}

static void
subjects(struct arena *a)
{
	char word[120];
	const char *s;

	is_str(subject(a, "Zur\xc3\xbc" "cksetzen"),
	    "=?UTF-8?Q?Zur=C3=BCcksetzen?=", "not ASCII is encoded");
	is_str(subject(a, "=?x?="), "=?UTF-8?Q?=3D=3Fx=3F=3D?=",
	    "what only looks encoded is, too");
	s = subject(a, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e "
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xf0\x9f\x98\x80"
	    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80 end");
	is_str(undo_words(a, s), "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e "
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xf0\x9f\x98\x80"
	    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80 end",
	    "long ones in several words, no character cut");
	ok(strstr(s, "?=\r\n =?") != NULL, "one a line");
	s = composed(a, FROM, "Words that go on and on, and on and on, and "
	    "on and on, till the line is full and another begins", "t");
	is_str(part(a, s, "\r\nSubject: "), "Words that go on and on, and on "
	    "and on, and on and on, till the\r\n line is full and another "
	    "begins", "long ASCII is folded at a blank");
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	s = composed(a, word, word, "t");
	is_str(s, "(refused)", "a sender that is no address");
	s = composed(a, arena_printf(a, "%s <a@b>", word), word, "t");
	is_str(undo_words(a, part(a, s, "\r\nSubject: ")), word,
	    "a word too long for a line is encoded");
	is_str(undo_words(a, part(a, s, "\r\nFrom: ")), word,
	    "in a name, too");
	ok(longest(s) > 0 && longest(s) <= 76, "no line is too long");
	is_str(subject(a, "bad\xff"), "=?UTF-8?Q?bad=EF=BF=BD?=",
	    "what is no UTF-8 is mended");
}

static void
senders(struct arena *a)
{
	is_str(from(a, "a@b.example"), "<a@b.example>", "an address alone");
	is_str(from(a, "<a@b.example>"), "<a@b.example>", "in brackets");
	is_str(from(a, "A. \"B\" <a@b.example>"),
	    "\"A. \\\"B\\\"\"\r\n <a@b.example>", "quotes are kept apart");
	is_str(from(a, "\"A, B\" <a@b.example>"),
	    "\"A, B\"\r\n <a@b.example>", "a name in quotes");
	is_str(from(a, "J\xc3\xbcrgen, B <a@b.example>"),
	    "=?UTF-8?Q?J=C3=BCrgen=2C_B?=\r\n <a@b.example>",
	    "a name that is not ASCII");
}

static void
injection(struct arena *a)
{
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c",
	    "a@b\r\nBcc: c@d", "a@b\n", "a b@c", "a,b@c", "a@b,c@d",
	    "a@b>", "<a@b>", "\"a\"@b", "a\t@b", "a@b\x7f", "-f@b", "a@b;",
	    "a(x)@b", "g:a@b", "a\\@b", "j\xc3\xbcrgen@b", " a@b" };
	static const char *const good[] = { "a@b", "o'neil+x=y@b.example",
	    "x-y_z.#!$%&*/?^`{|}~@b", "a@[192.0.2.1]" };
	static const char *const names[] = { "A\r\nBcc: c@d <a@b>",
	    "A\n <a@b>", "A\x01 <a@b>", "A\x7f <a@b>", "A <a@b\r\nBcc: c@d>",
	    "A <a@b> x", "", "A <>", "a@b, c@d", "a@b\n" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!mail_address_ok(str_of(bad[i])), "no address: %s",
		    bad[i]);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(mail_address_ok(str_of(good[i])), "an address: %s",
		    good[i]);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		is_str(composed(a, names[i], "s", "t"), "(refused)",
		    "no sender: %s", names[i]);
	is_str(subject(a, "x\r\nBcc: c@d"), "(none)",
	    "no line end in a subject");
	is_str(subject(a, "x\tz"), "(none)", "no control character");
	is_str(body(a, "x\r\n.\r\nMAIL FROM:<a@b>\r\n"),
	    "x\r\n=2E\r\nMAIL FROM:<a@b>\r\n", "no dot begins a line");
}

static void
texts(struct arena *a)
{
	char long_text[3000];
	const char *s;
	struct buf b;
	size_t i;

	is_str(body(a, "a\nb\r\n\nc"), "a\r\nb\r\n\r\nc\r\n", "line ends");
	is_str(body(a, ""), "", "nothing");
	is_str(body(a, "a\rb"), "a=0Db\r\n", "a CR alone");
	is_str(body(a, "a \nb\t\n c"), "a=20\r\nb=09\r\n c\r\n",
	    "a blank at the end of a line");
	is_str(body(a, "1=2\n"), "1=3D2\r\n", "the sign itself");
	is_str(body(a, "From me\nFrom\n"), "=46rom me\r\nFrom\r\n",
	    "From, as in a mailbox");
	is_str(body(a, "gr\xc3\xbc\xc3\x9f\n"), "gr=C3=BC=C3=9F\r\n",
	    "UTF-8");
	for (i = 0; i < sizeof(long_text) - 1; i++)
		long_text[i] = "abc .\xc3\xbc="[i % 8];
	long_text[i - i % 8] = '\0';
	s = body(a, long_text);
	ok(longest(s) > 0 && longest(s) <= 76, "a long line is cut to 76");
	buf_init(&b, a, 1 << 20);
	undo_q(&b, s, s + strlen(s) - 2, false);
	is_str(buf_str(&b), long_text, "and comes back whole");
	for (i = 0; i < 80; i++)
		if (longest(body(a, long_text + sizeof(long_text) / 2 + i)) >
		    76)
			break;
	is_int(i, 80, "wherever the cuts fall");
}

/* ---- a command */

static const char *
in_dir(struct test *t, const char *name)
{
	return arena_printf(t->a, "%s/%s", t->dir, name);
}

static const char *
read_file(struct test *t, const char *name)
{
	char *p = arena_alloc(t->a, 65536);
	int fd = open(in_dir(t, name), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, p, 65535);

	if (fd != -1)
		close(fd);
	return n < 0 ? "(no file)" : p;
}

static void
write_script(struct test *t, const char *text)
{
	const char *path = in_dir(t, "script");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	const char *all = arena_printf(t->a, "#!/bin/sh\ncd %s\n%s\n",
	    t->dir, text);

	ok(fd != -1 && write(fd, all, strlen(all)) == (ssize_t)strlen(all),
	    "a script: %s", text);
	close(fd);
	unlink(in_dir(t, "out"));
}

static const struct err *
post(struct test *t, const char *text)
{
	return mail_send(t->a, &t->way, TO, "Hello", text, &t->until);
}

static const struct err *
run_script(struct test *t, const char *script)
{
	atomic_store(&t->until, clock_ms() + 60000);
	write_script(t, script);
	t->way.command = in_dir(t, "script");
	return post(t, "https://chat.example.org/reset/"
	    "AbCdEfGhIjKlMnOpQrStUvWx?x=1\n");
}

static void
fails(struct test *t, const char *script, const char *code, const char *log)
{
	const struct err *e = run_script(t, script);

	is_str(e == NULL ? "(sent)" : e->code, code, "the code");
	is_str(e == NULL ? "(sent)" : e->log, log, "the log text");
}

static void
taken(struct test *t)
{
	const char *got;

	ok(run_script(t, "cat >out") == NULL, "it is sent");
	got = read_file(t, "out");
	ok(strstr(got, "\r") == NULL, "lines end in LF");
	ok(strstr(got, "\nTo: <" TO ">\n") != NULL, "the recipient is in it");
	ok(strstr(got, "\n\nhttps://chat.example.org/reset/"
	    "AbCdEfGhIjKlMnOpQrStUvWx?x=3D1\n") != NULL, "the text, too");

	write_script(t, "for a; do echo \"[$a]\"; done >out");
	t->way.command = arena_printf(t->a, " %s  -t \t'a b' $HOME;x* ",
	    in_dir(t, "script"));
	ok(post(t, "x") == NULL, "words");
	is_str(read_file(t, "out"), "[-t]\n['a]\n[b']\n[$HOME;x*]\n",
	    "are cut at blanks, and no shell sees them");
	ok(run_script(t, "exit 0") == NULL, "it need not read it all");
	t->way.command = "cat";
	ok(post(t, "x") == NULL, "a command found by PATH");
}

/* What the child has: no descriptor, no secret, no signal of ours. */
static void
surroundings(struct test *t)
{
	int fd = open("/dev/null", O_RDONLY);	/* not close-on-exec */

	setenv("TASKCHAT_AUTH_SECRET", "hush", 1);
	setenv("PGPASSWORD", "hush", 1);
	setenv("PGPASSWORDX", "kept", 1);
	ok(run_script(t, "env | grep -e hush -e kept >out") == NULL, "ran");
	is_str(read_file(t, "out"), "PGPASSWORDX=kept\n",
	    "secrets are not passed on");
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	ok(run_script(t, "for f in 3 4 5 6 7 8 9; do\n"
	    "\t[ -e /proc/$$/fd/$f ] &&\n"
	    "\t    readlink /proc/$$/fd/$f | grep -v /script; done >out\n"
	    "exit 0") == NULL, "ran");
	is_str(read_file(t, "out"), "", "no descriptor is passed on");
#endif
	/* SIGPIPE is 13; what else is ignored, the test's caller chose */
	ok(run_script(t, "grep SigBlk /proc/self/status | tr -d '\\t' >out\n"
	    "echo $((0x$(grep SigIgn /proc/self/status | cut -f 2) & 4096)) "
	    ">>out") == NULL, "ran");
	is_str(read_file(t, "out"), "SigBlk:0000000000000000\n0\n",
	    "no signal is blocked, and a pipe without reader ends it");
	ok(run_script(t, "echo shout; readlink /proc/self/fd/1 >out") ==
	    NULL, "ran");
	close(fd);
}

static void
not_taken(struct test *t)
{
	fails(t, "cat >/dev/null; echo no room >&2; exit 75",
	    "mail_unsent", "mail: mail_command exited 75: no room");
	fails(t, "exit 1", "mail_unsent", "mail: mail_command exited 1");
	fails(t, "exit 65", "mail_refused", "mail: mail_command exited 65");
	fails(t, "exit 67", "mail_refused", "mail: mail_command exited 67");
	fails(t, "exit 68", "mail_unsent", "mail: mail_command exited 68");
	fails(t, "kill -9 $$", "mail_unsent",
	    "mail: mail_command was ended by signal 9");
	fails(t, "printf 'two\\nlines\\033[0m\\n' >&2; exit 1", "mail_unsent",
	    "mail: mail_command exited 1: two lines [0m");
	fails(t, "echo 'to <" TO ">: who?' >&2; exit 1", "mail_unsent",
	    "mail: mail_command exited 1: to <***>: who?");
	fails(t, "cat >out; tail -n 1 out >&2; exit 1", "mail_unsent",
	    "mail: mail_command exited 1: ***");
	fails(t, "echo 'at \"AbCdEfGhIjKlMnOpQrStUvWx\"!' >&2; exit 1",
	    "mail_unsent", "mail: mail_command exited 1: at \"***\"!");
}

static void
much(struct test *t)
{
	const struct err *e;
	char *text = arena_alloc(t->a, 100001);

	e = run_script(t, "yes 0123456789 | head -c 1000000 >&2; cat >out\n"
	    "exit 3");
	ok(e != NULL && strlen(e->log) < 300 &&
	    strncmp(e->log, "mail: mail_command exited 3: 0123456789 01",
	    40) == 0, "much on standard error: read, and little kept");
	memset(text, 'x', 100000);
	write_script(t, "cat >out");
	ok(post(t, text) == NULL, "more than a pipe holds");
	ok(strstr(read_file(t, "out"), "xxx=\n") != NULL, "arrives");
	write_script(t, "exec 0<&-; sleep 0.1; exit 4");
	e = post(t, text);
	is_str(e == NULL ? "(sent)" : e->log,
	    "mail: mail_command exited 4", "none of it is wanted");
	text = arena_alloc(t->a, 400001);
	memset(text, 'x', 400000);
	e = post(t, text);
	is_str(e == NULL ? "(sent)" : e->code, "mail_refused", "too long");
}

static void
hangs(struct test *t)
{
	const struct err *e;

	write_script(t, "sleep 600 & echo $! >pid; cat >/dev/null; wait");
	t->way.command = in_dir(t, "script");
	atomic_store(&t->until, clock_ms() + 1000);
	e = post(t, "x");
	ok(e != NULL && e->kind == ERR_TIMEOUT, "one that hangs is ended");
	is_str(e == NULL ? "(sent)" : e->log,
	    "mail: mail_command took too long", "and the log says so");
	ok(run_script(t, "read pid <pid\n"
	    "while [ -e /proc/$pid ] && read a b state c </proc/$pid/stat &&\n"
	    "    [ \"$state\" != Z ]; do sleep 0.05; done") == NULL,
	    "with what it started");
	ok(run_script(t, "sleep 2 & cat >out") == NULL,
	    "one that leaves something running is not waited for");
	t->way.command = "/nonexistent/sendmail -t";
	e = post(t, "x");
	is_str(e == NULL ? "(sent)" : e->log,
	    "mail: /nonexistent/sendmail: No such file or directory",
	    "one that is not there");
	t->way.command = "  ";
	e = post(t, "x");
	is_str(e == NULL ? "(sent)" : e->code, "mail_unsent", "none at all");
}

/* A program may be started without descriptor 0, and not reap by itself. */
static void
unusual(struct test *t)
{
	struct sigaction none = { .sa_handler = SIG_IGN }, before;
	const struct err *e;
	int fd = dup(0);

	close(0);
	ok(run_script(t, "cat >out") == NULL, "sent with descriptor 0 closed");
	ok(fcntl(0, F_GETFD) == -1, "which is not left open");
	ok(strstr(read_file(t, "out"), "\nTo: <" TO ">\n") != NULL,
	    "and the command could read it");
	if (fd != -1) {
		dup2(fd, 0);
		close(fd);
	}
	sigaction(SIGCHLD, &none, &before);
	e = run_script(t, "cat >out");
	sigaction(SIGCHLD, &before, NULL);
	is_str(e == NULL ? "(sent)" : e->code, "mail_unsent",
	    "an end that nobody saw is no success");
}

static void
ways(struct test *t)
{
	struct mail_way w = { "", "", "", "", "", FROM };
	const struct err *e;

	ok(!mail_way_set(&w), "no way is set");
	e = mail_send(t->a, &w, TO, "s", "t", &t->until);
	is_str(e == NULL ? "(sent)" : e->code, "mail_unsent", "and none used");
	w.url = "smtp://127.0.0.1:1";
	ok(mail_way_set(&w), "a server is one");
	atomic_store(&t->until, clock_ms() + 60000);
	e = mail_send(t->a, &w, TO, "s", "t", &t->until);
	ok(e != NULL && strcmp(e->code, "mail_unsent") == 0 &&
	    strncmp(e->log, "mail: SMTP: ", 12) == 0 &&
	    strchr(e->log, '@') == NULL, "one that is not there");
	w.url = "http://127.0.0.1:1";
	e = mail_send(t->a, &w, TO, "s", "t", &t->until);
	is_str(e == NULL ? "(sent)" : e->code, "mail_unsent",
	    "nothing but SMTP");
	e = mail_send(t->a, &w, "a@b\r\nRCPT TO:<c@d>", "s", "t", &t->until);
	ok(e != NULL && e->kind == ERR_INPUT &&
	    strcmp(e->code, "mail_refused") == 0, "no address, no message");
	w.url = "";
	w.command = "x";
	ok(mail_way_set(&w), "a command is one");
}

int
main(void)
{
	struct test t = { .dir = "/tmp/tc-mail-XXXXXX" };
	static const char *const files[] = { "script", "out", "pid" };
	size_t i;

	signal(SIGPIPE, SIG_IGN);
	fetch_global_init();
	t.a = arena_new();
	t.way = (struct mail_way){ "", "", "", "", "", FROM };
	atomic_init(&t.until, clock_ms() + 60000);
	headers(t.a);
	subjects(t.a);
	senders(t.a);
	injection(t.a);
	texts(t.a);
	if (mkdtemp(t.dir) == NULL)
		return 1;
	taken(&t);
	surroundings(&t);
	not_taken(&t);
	much(&t);
	hangs(&t);
	unusual(&t);
	ways(&t);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(in_dir(&t, files[i]));
	rmdir(t.dir);
	arena_free(t.a);
	fetch_global_done();
	return tap_done();
}
