/* Settings: defaults, file, environment; and what a mistake is answered. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "tap.h"

static char dir[] = "/tmp/unit-conf-XXXXXX";
static struct arena *a;
static char *no_env[] = { NULL };

static const char *
put_file_n(const char *name, const void *p, size_t n)
{
	char *path = arena_printf(a, "%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, p, n) != (ssize_t)n)
		diag("could not write %s", path);
	close(fd);
	return path;
}

static const char *
put_file(const char *name, const char *text)
{
	return put_file_n(name, text, strlen(text));
}

/* The sentence without the directory this run happened to have. */
static const char *
said(const struct err *e)
{
	const char *s = e == NULL ? "(no error)" : e->say, *p;
	struct buf b;

	buf_init(&b, a, 1 << 16);
	while ((p = strstr(s, dir)) != NULL) {
		buf_put(&b, s, (size_t)(p - s));
		s = p + strlen(dir) + 1;
	}
	buf_puts(&b, s);
	return buf_str(&b);
}

static void
file_says(const char *text, const char *want)
{
	struct conf c = { .threads = -7 };
	const struct err *e;

	e = conf_load(a, put_file("t.conf", text), no_env, &c);
	is_str(said(e), want, "%s", text);
	if (e != NULL)
		ok(e->kind == ERR_INPUT && c.threads == -7 &&
		    strchr(e->say, '\n') == NULL, "one line, nothing set");
}

static void
file_fine(const char *text)
{
	file_says(text, "(no error)");
}

static const struct err *
load_env(const char *one, const char *two, const char *file, struct conf *c)
{
	char *env[4] = { arena_strdup(a, "PATH=/bin") };

	env[1] = one == NULL ? NULL : arena_strdup(a, one);
	env[2] = two == NULL ? NULL : arena_strdup(a, two);
	return conf_load(a, file, env, c);
}

static void
env_says(const char *one, const char *two, const char *want)
{
	struct conf c;

	is_str(said(load_env(one, two, NULL, &c)), want, "%s", one);
}

static void
test_defaults(void)
{
	struct conf c;
	char one[] = "TASKCHATX=1", two[] = "TASKCHAT_THREADS",
	    three[] = "threads=1", four[] = "TASKCHAT=1";
	char *odd[] = { one, two, three, four, NULL };

	ok(conf_load(a, NULL, NULL, &c) == NULL, "nothing given is enough");
	is_int(c.threads, 64, "threads");
	is_int(c.db_connections, 4, "db_connections");
	is_int(c.history_bytes, 131072, "history_bytes");
	is_int(c.turn_lease, 30, "turn_lease");
	is_int(c.model_progress_timeout, 120, "model_progress_timeout");
	is_str(c.model, "builtin", "model");
	is_str(c.log_level, "info", "log_level");
	is_str(c.model_profile, "auto", "model_profile");
	is_str(c.jwt_secret, "", "jwt_secret");
	is_str(c.model_fallback, "", "model_fallback");
	is_str(c.transcribe_url, "", "transcribe_url");
	is_int(c.transcribe_max, 1048576, "transcribe_max");
	is_int(c.transcribe_timeout, 30, "transcribe_timeout");
	ok(!c.model_insecure_http, "a switch is off");
	ok(conf_load(a, NULL, odd, &c) == NULL,
	    "variables of other programs are left alone");
}

static void
test_table(void)
{
	const struct conf_row *rows = NULL;
	size_t n = conf_rows(&rows), i;
	bool sorted = true;
	struct buf b;

	for (i = 1; i < n; i++)
		sorted = sorted && strcmp(rows[i - 1].name, rows[i].name) < 0;
	ok(n > 30 && sorted, "the table is alphabetical");
	buf_init(&b, a, 4096);
	for (i = 0; i < n; i++)
		if (rows[i].secret)
			buf_printf(&b, "%s ", rows[i].name);
	is_str(buf_str(&b), "auth_secret chatkit_key "
	    "chatkit_workflow database_url jwt_secret "
	    "mail_password migrate_url model_key model_proxy "
	    "transcribe_key ",
	    "what may hold a password is secret");
}

/* The i-th of "number A..B", from A again after B. */
static const char *
number_for(const char *type, long i)
{
	char *rest;
	long low = strtol(type + strlen("number "), &rest, 10);
	long high = strtol(rest + strlen(".."), NULL, 10);

	return arena_printf(a, "%ld", low + i % (high - low + 1));
}

/* Every setting gets a value of its own; all must come back from there. */
static void
test_every_setting(void)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	const struct conf_row *rows = NULL;
	size_t n = conf_rows(&rows), i;
	long threads = 0, undo_days = 0;
	struct buf file, want;
	const char *value;
	struct conf c;

	buf_init(&file, a, 1 << 16);
	buf_init(&want, a, 1 << 16);
	for (i = 0; i < n; i++) {
		value = arena_printf(a, "value%zu", i);
		if (strncmp(rows[i].type, "number", 6) == 0)
			value = number_for(rows[i].type, (long)i);
		else if (strcmp(rows[i].type, "boolean") == 0)
			value = "on";
		else if (strncmp(rows[i].type, "choice", 6) == 0)
			value = strrchr(rows[i].type, '|') + 1;
		else if (strncmp(rows[i].type, "url", 3) == 0 ||
		    strcmp(rows[i].name, "jwt_issuer") == 0)
			value = "http://proxy.example:3128/v1?x=y";
		else if (strcmp(rows[i].type, "origins") == 0)
			value = "https://a.example";
		else if (strcmp(rows[i].type, "hosts") == 0)
			value = "images.example, *.b.example";
		else if (strcmp(rows[i].type, "zone") == 0)
			value = "Europe/Berlin";
		else if (strstr(rows[i].name, "_secret") != NULL)
			value = secret;
		else if (strcmp(rows[i].name, "bare_ids") == 0)
			value = "jwt";
		if (strcmp(rows[i].name, "public_url") == 0)
			value = "https://chat.example";
		else if (strcmp(rows[i].name, "mail_url") == 0 ||
		    strcmp(rows[i].name, "models") == 0)
			value = "";
		else if (strcmp(rows[i].name, "chatkit_url") == 0)
			value = "https://proxy.example:3128/v1";
		if (strcmp(rows[i].name, "threads") == 0)
			threads = strtol(value, NULL, 10);
		else if (strcmp(rows[i].name, "undo_days") == 0)
			undo_days = strtol(value, NULL, 10);
		buf_printf(&file, "%s=%s\n", rows[i].name, value);
		buf_printf(&want, "%s = %s\n", rows[i].name,
		    rows[i].secret ? "........" : value);
	}
	is_str(said(conf_load(a, put_file("t.conf", buf_str(&file)), no_env,
	    &c)), "(no error)", "every setting is taken");
	is_str(conf_print(a, &c), buf_str(&want), "and printed as given");
	is_str(c.jwt_secret, secret, "a secret is itself inside");
	is_int(c.threads, threads, "threads is where threads belong");
	is_int(c.undo_days, undo_days, "undo_days too");
	ok(strstr(conf_print(a, &c), secret) == NULL, "but never printed");
	conf_load(a, NULL, NULL, &c);
	ok(strstr(conf_print(a, &c), "jwt_secret = \n") != NULL,
	    "a secret that is not set is not dots");
}

static void
test_lines(void)
{
	struct conf c;
	const char *path;

	file_fine("");
	file_fine("\n\n# all commented out\n   # this too\n\t\n");
	path = put_file("t.conf", "threads = 7\r\n\r\n# x\r\n"
	    "  log\t=\t/var/log/a b.log  \r\n"
	    "model_name = a#b = c \"d\"");
	ok(conf_load(a, path, no_env, &c) == NULL, "CR LF and no last LF");
	is_int(c.threads, 7, "a number");
	is_str(c.log, "/var/log/a b.log", "blanks around go, inside stay");
	is_str(c.model_name, "a#b = c \"d\"", "the rest is taken as it is");
	path = put_file("t.conf", "model_name =\nthreads=1\n");
	ok(conf_load(a, path, no_env, &c) == NULL, "an empty value");
	is_str(c.model_name, "", "is empty");

	file_says("threads", "t.conf:1: expected \"name = value\"");
	file_says("\n\n= 3\n", "t.conf:3: expected \"name = value\"");
	file_says("postgres://u:pw@h/db?x=1\n",
	    "t.conf:1: expected \"name = value\"");
	file_says("a b = 3", "t.conf:1: expected \"name = value\"");
	file_says("[taskchat]\n", "t.conf:1: expected \"name = value\"");
	file_says("log = x\nthreads = 1\n\nthreads = 1\n",
	    "t.conf:4: threads: threads was already set on line 2");
	file_says("thread = 1\n", "t.conf:1: thread: there is no such "
	    "setting; did you mean \"threads\"?");
	file_says("Jwt-Secret = 1\n", "t.conf:1: Jwt-Secret: there is no "
	    "such setting; did you mean \"jwt_secret\"?");
	file_says("modelurl = x\n", "t.conf:1: modelurl: there is no such "
	    "setting; did you mean \"model_url\"?");
	file_says("colour = red\n",
	    "t.conf:1: colour: there is no such setting");
	file_says("x = red\n", "t.conf:1: x: there is no such setting");
	file_says("threads_file = x\n",
	    "t.conf:1: threads_file: there is no such setting");
	file_says("_file = x\n", "t.conf:1: _file: there is no such setting");
}

static void
test_types(void)
{
	static const char range[] =
	    "t.conf:1: threads: expected a whole number from 1 to 4096, got ";
	static const char *const bad[] = { "many", "", "0", "4097", "-1", "+1",
	    "1.5", "1e3", "0x10", "1 2", "64k", "99999999999999999999" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		file_says(arena_printf(a, "threads = %s", bad[i]),
		    arena_printf(a, "%s\"%s\"", range, bad[i]));
	file_fine("threads = 1");
	file_fine("threads = 4096");
	file_fine("drain_seconds = 0");
	file_fine("model_insecure_http = yes");
	file_fine("model_insecure_http = false");
	file_says("model_insecure_http = On", "t.conf:1: "
	    "model_insecure_http: expected on or "
	    "off, got \"On\"");
	file_says("model_insecure_http = 1", "t.conf:1: "
	    "model_insecure_http: expected on or "
	    "off, got \"1\"");
	file_says("model_insecure_http =", "t.conf:1: "
	    "model_insecure_http: expected on or "
	    "off, got \"\"");
	file_says("log_level = warning", "t.conf:1: log_level: expected one "
	    "of error, warn, info, debug, got \"warning\"");
	file_says("log_level = warn|info", "t.conf:1: log_level: expected "
	    "one of error, warn, info, debug, got \"warn|info\"");
	file_says("log_level =", "t.conf:1: log_level: expected one of "
	    "error, warn, info, debug, got \"\"");
	file_fine("model_fallback =");
	file_fine("model_fallback = builtin");
	file_says("model_fallback = openai", "t.conf:1: model_fallback: "
	    "expected nothing, or one of builtin, got \"openai\"");
	file_says("model_name = a\tb", "t.conf:1: model_name: expected text "
	    "without control characters, got something else");
	file_says("model_name = a\xff", "t.conf:1: model_name: expected text "
	    "without control characters, got something else");
	file_says("model_key = a\x7f", "t.conf:1: model_key: expected text "
	    "without control characters, got something else");
}

static void
url_says(const char *url, bool good)
{
	struct conf c;

	ok((load_env(arena_printf(a, "TASKCHAT_MODEL_URL=%s", url), NULL,
	    NULL, &c) == NULL) == good, "model_url %s '%s'",
	    good ? "may be" : "may not be", url);
}

static void
origins_say(const char *list, bool good)
{
	struct conf c;

	ok((load_env(arena_printf(a, "TASKCHAT_ALLOWED_ORIGINS=%s", list),
	    NULL, NULL, &c) == NULL) == good, "allowed_origins %s '%s'",
	    good ? "may be" : "may not be", list);
}

static void
hosts_say(const char *list, bool good)
{
	struct conf c;

	ok((load_env(arena_printf(a, "TASKCHAT_IMAGE_DOMAINS=%s", list),
	    NULL, NULL, &c) == NULL) == good, "image_domains %s '%s'",
	    good ? "may be" : "may not be", list);
}

static void
test_hosts(void)
{
	char long_name[300], list[5000];
	size_t n;

	hosts_say("", true);
	hosts_say("images.example.org", true);
	hosts_say("a.example,localhost , 127.0.0.1", true);
	hosts_say("*.example.org,xn--bcher-kva.example", true);
	hosts_say("a--b.example", true);
	hosts_say("*", false);
	hosts_say("*.", false);
	hosts_say("*.org", false);
	hosts_say("*.*.example.org", false);
	hosts_say("a*.example.org", false);
	hosts_say("a.*.example.org", false);
	hosts_say("Images.example.org", false);
	hosts_say("https://images.example.org", false);
	hosts_say("images.example.org/", false);
	hosts_say("images.example.org:8443", false);
	hosts_say("images..example.org", false);
	hosts_say(".example.org", false);
	hosts_say("example.org.", false);
	hosts_say("-a.example", false);
	hosts_say("a-.example", false);
	hosts_say("a.-b.example", false);
	hosts_say("a.example-", false);
	hosts_say("a_b.example", false);
	hosts_say("b\xc3\xbc"
	    "cher.example", false);
	hosts_say("[::1]", false);
	hosts_say("a.example;b.example", false);
	hosts_say("a.example b.example", false);
	hosts_say("a.example,", false);
	hosts_say(",a.example", false);
	hosts_say("a.example,,b.example", false);
	file_says("timezone = UTC+3", "t.conf:1: timezone: expected an IANA"
	    " name such as Europe/Berlin, got \"UTC+3\"");
	file_says("image_domains = https://a.example", "t.conf:1: "
	    "image_domains: expected names of hosts such as "
	    "images.example.org, separated by commas, in lower case, got "
	    "\"https://a.example\"");

	memset(long_name, 'a', sizeof(long_name));
	long_name[253] = '\0';
	hosts_say(long_name, true);
	long_name[253] = 'a';
	long_name[254] = '\0';
	hosts_say(long_name, false);
	for (n = 0; n < 4096; n += 2)
		memcpy(list + n, "a,", 2);
	list[4095] = '\0';
	hosts_say(list, true);
	memcpy(list + 4095, ",a", 3);
	file_says(arena_printf(a, "image_domains = %s", list),
	    "image_domains: expected at most 4096 bytes, got 4097");
	file_fine("chatkit_domain_key = domain_pk_1234");
}

static void
test_addresses(void)
{
	url_says("", true);
	url_says("https://api.example.com/v1", true);
	url_says("https://api.example.com:8443/v1?api-version=1", true);
	url_says("http://localhost:11434/v1", true);
	url_says("http://LOCALHOST/v1", true);
	url_says("http://127.0.0.1:8080", true);
	url_says("http://127.255.1.2/", true);
	url_says("http://[::1]:8080/v1", true);
	url_says("http://api.example.com/v1", false);
	url_says("http://127.example.com/", false);
	url_says("http://127.1/", false);
	url_says("http://128.0.0.1/", false);
	url_says("http://localhost.example.com/", false);
	url_says("http://[::2]/", false);
	url_says("http://localhost@api.example.com/", false);
	url_says("http://localhost:80@api.example.com/", false);
	url_says("http://api.example.com#@localhost/", false);
	url_says("http://api.example.com\\@localhost/", false);
	url_says("http://api.example.com?@localhost/", false);
	url_says("https://user:pw@api.example.com/", false);
	url_says("https://api.example.com/v1#x", false);
	url_says("https://", false);
	url_says("https:///v1", false);
	url_says("https://:443/v1", false);
	url_says("https://host:0/", false);
	url_says("https://host:65536/", false);
	url_says("https://host:/", false);
	url_says("https://host:80x/", false);
	url_says("https://[::1/", false);
	url_says("https://[]/", false);
	url_says("https://[::1]x/", false);
	url_says("https://a b/", false);
	url_says("https://host/a b", false);
	url_says("https://h\xc3\xb6st/", false);
	url_says("ftp://host/", false);
	url_says("HTTPS://host/", false);
	url_says("api.example.com/v1", false);
	url_says("://host", false);

	file_fine("model_url = http://10.0.0.5/v1\nmodel_insecure_http = on");
	file_says("model_url = http://10.0.0.5/v1", "model_url: expected "
	    "https:// beyond this machine, or model_insecure_http = on");
	file_fine("transcribe_url = http://10.0.0.5/v1\n"
	    "model_insecure_http = on");
	file_fine("transcribe_url = http://127.0.0.1:8080/v1");
	file_says("transcribe_url = http://10.0.0.5/v1", "transcribe_url: "
	    "expected https:// beyond this machine, or model_insecure_http "
	    "= on");
	file_says("transcribe_url = https://api.example.com/v1\n"
	    "transcribe_model =", "transcribe_model: transcribe_url needs "
	    "the name of a model");
	file_says("model_url = api.example.com", "t.conf:1: model_url: "
	    "expected an address scheme://host, its scheme one of https, "
	    "http, without a user or fragment, got \"api.example.com\"");
	file_fine("model_proxy = socks5h://me:pass@proxy.example:1080");
	file_says("model_proxy = me:pass@proxy:1080", "t.conf:1: "
	    "model_proxy: expected an address scheme://host, its scheme one "
	    "of http, https, socks5, socks5h, got something else");

	origins_say("", true);
	origins_say("https://chat.example.org", true);
	origins_say("https://a.example,http://localhost:3000", true);
	origins_say("https://a.example , https://b.example:8443", true);
	origins_say("http://[::1]:3000", true);
	origins_say("*", false);
	origins_say("null", false);
	origins_say("https://*.example.org", true);
	origins_say("https://*.a.example.org:8443,http://b.example", true);
	origins_say("https://*.org", false);
	origins_say("https://*", false);
	origins_say("https://*.", false);
	origins_say("https://*.[::1]", false);
	origins_say("https://*.*.example.org", false);
	origins_say("https://a*.example.org", false);
	origins_say("https://a.*.example.org", false);
	origins_say("*.example.org", false);
	origins_say("https://a.example:443", false);
	origins_say("http://a.example:80", false);
	origins_say("http://a.example:443", true);
	origins_say("https://a.example/", false);
	origins_say("https://a.example/x", false);
	origins_say("https://a.example?", false);
	origins_say("https://A.example", false);
	origins_say("HTTPS://a.example", false);
	origins_say("https://me@a.example", false);
	origins_say("https://@a.example", false);
	origins_say("a.example", false);
	origins_say("ftp://a.example", false);
	origins_say("https://a.example,", false);
	origins_say(",https://a.example", false);
	origins_say("https://a.example,,https://b.example", false);
	origins_say("https://a.example https://b.example", false);
	file_says("allowed_origins = *", "t.conf:1: allowed_origins: expected "
	    "origins such as https://chat.example.org, separated by commas, "
	    "in lower case, got \"*\"");
}

static void
test_chatkit(void)
{
	static const char plain[] = "chatkit_url: expected https:// beyond "
	    "this machine";
	struct conf c;

	ok(conf_load(a, NULL, NULL, &c) == NULL, "no ChatKit is fine");
	is_str(c.chatkit_url, "https://api.openai.com/v1", "chatkit_url");
	is_int(c.chatkit_session_seconds, 600, "chatkit_session_seconds");
	is_int(c.chatkit_requests, 30, "chatkit_requests");
	is_int(c.chatkit_timeout, 10, "chatkit_timeout");
	file_fine("chatkit_workflow = wf_1\nchatkit_key = sk-1");
	file_fine("chatkit_key = sk-1");
	file_fine("chatkit_url = http://127.0.0.1:9/v1");
	file_fine("chatkit_url = http://[::1]/");
	file_says("chatkit_workflow = wf_1", "chatkit_key: not set; "
	    "chatkit_workflow needs the key its sessions are opened with");
	file_says("chatkit_key = s\xc3\xa9",
	    "chatkit_key: expected printable ASCII");
	file_says("chatkit_url =", "chatkit_url: expected something like "
	    "https://host/v1, got \"\"");
	file_says("chatkit_url = https://host/v1?x=y", "chatkit_url: "
	    "expected something like https://host/v1, got "
	    "\"https://host/v1?x=y\"");
	file_says("chatkit_url = http://host/v1", plain);
	file_says("chatkit_url = http://host/v1\n"
	    "model_insecure_http = on", plain);
	file_says("chatkit_session_seconds = 601", "t.conf:1: "
	    "chatkit_session_seconds: expected a whole number from 1 to 600, "
	    "got \"601\"");
	file_says("chatkit_workflow = a\tb", "t.conf:1: chatkit_workflow: "
	    "expected text without control characters, got something else");
}

static void
test_env(void)
{
	const char *path = put_file("t.conf", "threads = 7\nlog = x\n");
	struct conf c;

	ok(load_env("TASKCHAT_THREADS=9", "TASKCHAT_LOG=", path, &c) == NULL,
	    "the environment is read");
	is_int(c.threads, 9, "and wins");
	is_str(c.log, "", "even with nothing");
	ok(load_env("TASKCHAT_STATE=/x", "TASKCHAT_CONF=/x", NULL, &c) == NULL,
	    "the scripts' variables are theirs");
	ok(load_env("TASKCHAT_BIN=/x", "TASKCHAT_BUILD=/x", NULL, &c) == NULL,
	    "all four");
	env_says("TASKCHAT_THREADS=many", NULL, "TASKCHAT_THREADS: expected a "
	    "whole number from 1 to 4096, got \"many\"");
	env_says("TASKCHAT_THREAD=9", NULL, "TASKCHAT_THREAD: there is no "
	    "such setting; did you mean \"TASKCHAT_THREADS\"?");
	env_says("TASKCHAT_threads=9", NULL, "TASKCHAT_threads: there is no "
	    "such setting; did you mean \"TASKCHAT_THREADS\"?");
	env_says("TASKCHAT_COLOUR=red", NULL,
	    "TASKCHAT_COLOUR: there is no such setting");
	env_says("TASKCHAT_=red", NULL, "a variable begins with TASKCHAT_ and "
	    "does not name a setting");
	env_says("TASKCHAT_THREADS=9", "TASKCHAT_THREADS=8",
	    "TASKCHAT_THREADS: given twice");
	env_says("TASKCHAT_MODEL_KEY=a\nX-Admin: 1", NULL,
	    "TASKCHAT_MODEL_KEY: expected text without control characters, "
	    "got something else");
}

static void
secret_is(const void *text, size_t n, const char *want)
{
	const char *file = put_file_n("secret", text, n);
	const char *path = put_file("t.conf",
	    arena_printf(a, "model_key_file = %s", file));
	const struct err *e;
	struct conf c = { 0 };

	e = conf_load(a, path, no_env, &c);
	is_str(e == NULL ? c.model_key : NULL, want, "a secret of %zu bytes",
	    n);
}

static void
test_secrets(void)
{
	const char *file = put_file("secret", "from the file\n"), *path, *set;
	struct conf c;

	secret_is("plain", 5, "plain");
	secret_is("line\n", 5, "line");
	secret_is("line\r\n", 6, "line");
	secret_is(" two \n\n", 7, NULL);
	secret_is(" blanks ", 8, " blanks ");
	secret_is("", 0, NULL);
	secret_is("\n", 1, NULL);
	secret_is("a\0b", 3, NULL);
	secret_is("a\nb\n", 4, NULL);

	put_file("secret", "from the file\n");
	path = put_file("t.conf", "model_key = from the conf\n");
	set = arena_printf(a, "TASKCHAT_MODEL_KEY_FILE=%s", file);
	ok(load_env(set, NULL, path, &c) == NULL, "a secret's file");
	is_str(c.model_key, "from the file", "in the environment wins");
	is_str(said(load_env(set, "TASKCHAT_MODEL_KEY=x", NULL, &c)),
	    "TASKCHAT_MODEL_KEY: expected either TASKCHAT_MODEL_KEY or "
	    "TASKCHAT_MODEL_KEY_FILE, got both", "both are a mistake");
	path = put_file("t.conf", arena_printf(a, "model_key_file = %s\n",
	    file));
	ok(load_env("TASKCHAT_MODEL_KEY=x", NULL, path, &c) == NULL,
	    "at different places");
	is_str(c.model_key, "x", "they are not");
	file_says("model_key = a\nmodel_key_file = /x\n", "t.conf:2: "
	    "model_key_file: model_key was already set on line 1");
	file_says("model_key_file =\n", "t.conf:1: model_key_file: expected "
	    "the path of a file");
	file_says("model_key_file = /nonexistent/key\n", "t.conf:1: "
	    "model_key_file: /nonexistent/key: No such file or directory");
	file_says("model_key_file = /\n",
	    "t.conf:1: model_key_file: /: Is a directory");
	env_says("TASKCHAT_JWT_SECRET_FILE=/nonexistent/key", NULL,
	    "TASKCHAT_JWT_SECRET_FILE: /nonexistent/key: No such file or "
	    "directory");
	put_file("secret", "");
	is_str(said(load_env(set, NULL, NULL, &c)), "TASKCHAT_MODEL_KEY_FILE: "
	    "secret: the file is empty", "an empty file is a mistake");
	unlink(file);
}

static void
test_together(void)
{
	struct conf c;

	file_says("jwt_secret = hunter2hunte", "jwt_secret: expected at least "
	    "32 bytes, got 12");
	file_says("jwt_secret = 0123456789abcdef0123456789abcde",
	    "jwt_secret: expected at least 32 bytes, got 31");
	file_fine("jwt_secret = 0123456789abcdef0123456789abcdef");
	file_fine("jwt_secret =");
	file_says("model = openai\nmodel_name = m", "model_url: model = "
	    "openai needs the address of its API");
	file_says("model = openai\nmodel_url = https://a.example/v1",
	    "model_name: model = openai needs the name of a model");
	file_fine("model = openai\nmodel_url = https://a.example/v1\n"
	    "model_name = m");
	ok(load_env("TASKCHAT_MODEL=builtin", NULL,
	    put_file("t.conf", "model = openai\n"), &c) == NULL,
	    "only what holds in the end is compared");
	is_str(said(conf_load(a, "/nonexistent/t.conf", no_env, &c)),
	    "/nonexistent/t.conf: No such file or directory", "no file");
	is_str(said(conf_load(a, arena_printf(a, "%s/.", dir), no_env, &c)),
	    ".: Is a directory", "a directory");
}

#define FAST	"model.fast.url = https://a.example/v1\n" \
    "model.fast.name = m\n"
#define CLAUDE	"model.claude.kind = anthropic\nmodel.claude.name = c\n"

/* The model of the model_* settings. */
static void
test_flat_model(void)
{
	struct conf c;

	ok(conf_load(a, NULL, no_env, &c) == NULL && c.nmodels == 0 &&
	    c.model_builtin, "nothing set: the built-in one alone");
	ok(load_env("TASKCHAT_MODEL_NAME=m", NULL, NULL, &c) == NULL &&
	    c.nmodels == 0, "a name alone asks nobody");
	ok(conf_load(a, put_file("t.conf", "model = openai-responses\n"
	    "model_name = m\nmodel_key = k\nmodel_window = 1000\n"
	    "model_max_tokens = 99\nmodel_reasoning_effort = low\n"
	    "model_profile = litellm"), no_env, &c) == NULL,
	    "a model without an address: the vendor's");
	ok(c.nmodels == 1 && !c.model_builtin, "is one, and alone");
	is_str(c.models[0].name, "", "without a name of a block");
	is_str(c.models[0].kind, "openai-responses", "of that kind");
	is_str(c.models[0].url, "", "its address");
	is_str(c.models[0].model, "m", "its name");
	is_str(c.models[0].key, "k", "its key");
	is_str(c.models[0].profile, "litellm", "its profile");
	is_str(c.models[0].reasoning_effort, "low", "its effort");
	is_int(c.models[0].max_tokens, 99, "its longest answer");
	is_int(c.models[0].window, 1000, "its window");
	ok(strstr(conf_print(a, &c), "\nmodel.") == NULL,
	    "and is printed as it was set");
	ok(conf_load(a, put_file("t.conf", "model = anthropic\n"
	    "model_name = m\nmodel_api_version = 2023-06-01\n"
	    "model_fallback = builtin"), no_env, &c) == NULL &&
	    c.nmodels == 1 && c.model_builtin, "with a fallback");
	is_str(c.models[0].api_version, "2023-06-01", "a version");

	file_says("model = openai\nmodel_name = m", "model_url: model = "
	    "openai needs the address of its API");
	file_says("model = openai\nmodel_url = https://a.example/v1",
	    "model_name: model = openai needs the name of a model");
	file_says("model = anthropic",
	    "model_name: model = anthropic needs the name of a model");
	file_says("model = openai-responses\nmodel_name = m\n"
	    "model_api_version = 1", "model_api_version: goes with model = "
	    "anthropic only");
	file_says("model = anthropic\nmodel_name = m\n"
	    "model_api_version = 1: 2", "model_api_version: expected a "
	    "version such as 2023-06-01, got \"1: 2\"");
	file_says("model = anthropic\nmodel_name = m\nmodel_key = \xc3\xa9",
	    "model_key: expected printable ASCII");
	file_says("model = chatgpt", "t.conf:1: model: expected one of "
	    "builtin, openai, openai-responses, anthropic, got \"chatgpt\"");
	file_says("model_window = 10000001", "t.conf:1: model_window: "
	    "expected a whole number from 0 to 10000000, got \"10000001\"");
	file_fine("limit_tokens_day = 1000000000\nlimit_turns_day = 0");
	file_says("limit_tokens_day = 1000000001", "t.conf:1: "
	    "limit_tokens_day: expected a whole number from 0 to 1000000000, "
	    "got \"1000000001\"");
	file_says("limit_turns_day = 99999999999", "t.conf:1: "
	    "limit_turns_day: expected a whole number from 0 to 1000000000, "
	    "got \"99999999999\"");
}

/* models = a, b, builtin and model.NAME.KEY. */
static void
test_models(void)
{
	const char *path, *printed;
	struct conf c;

	path = put_file("t.conf", CLAUDE FAST "models = fast , claude,builtin\n"
	    "model.claude.key = sk-secret\nmodel.fast.window = 8192\n"
	    "model.fast.max_tokens = 16\nmodel.fast.profile = vllm\n"
	    "model.fast.reasoning_effort = none\n"
	    "model.claude.api_version = 2023-06-01");
	ok(conf_load(a, path, no_env, &c) == NULL, "two models");
	ok(c.nmodels == 2 && c.model_builtin, "and the built-in one");
	is_str(c.models[0].name, "fast", "the order is that of the list");
	is_str(c.models[0].kind, "openai", "a kind is the usual one");
	is_str(c.models[0].url, "https://a.example/v1", "an address");
	is_str(c.models[0].model, "m", "what the provider calls it");
	is_str(c.models[0].profile, "vllm", "a profile");
	is_str(c.models[0].reasoning_effort, "none", "an effort");
	is_str(c.models[0].key, "", "no key");
	is_int(c.models[0].window, 8192, "a window");
	is_int(c.models[0].max_tokens, 16, "a longest answer");
	is_str(c.models[1].name, "claude", "the other");
	is_str(c.models[1].kind, "anthropic", "a kind");
	is_str(c.models[1].url, "", "the vendor's address");
	is_str(c.models[1].key, "sk-secret", "a key");
	is_str(c.models[1].profile, "auto", "defaults");
	is_str(c.models[1].api_version, "2023-06-01", "a version");
	is_int(c.models[1].max_tokens, 2048, "of all");
	printed = conf_print(a, &c);
	ok(strstr(printed, "\nmodels = fast , claude,builtin\n") != NULL &&
	    strstr(printed, "\nmodel.fast.window = 8192\n") != NULL &&
	    strstr(printed, "\nmodel.claude.key = ........\n") != NULL &&
	    strstr(printed, "sk-secret") == NULL, "all printed, no key");
	ok(strstr(printed, "model.fast.") < strstr(printed, "model.claude."),
	    "in the order they are asked");

	ok(conf_load(a, put_file("t.conf", "models = fast\n" FAST), no_env,
	    &c) == NULL && c.nmodels == 1 && !c.model_builtin,
	    "a list of one is no fallback");
	ok(conf_load(a, put_file("t.conf", "models = builtin"), no_env,
	    &c) == NULL && c.nmodels == 0 && c.model_builtin,
	    "nor is there anybody but the built-in one");

	file_says("models = fast", "models: there is no model fast; expected "
	    "model.fast.kind and so on");
	file_says("models = builtin, fast\n" FAST, "models: builtin may stand "
	    "last only: it always answers");
	file_says("models = builtin, builtin", "models: builtin may stand "
	    "last only: it always answers");
	file_says("models = fast, fast\n" FAST, "models: fast stands there "
	    "twice");
	file_says("models = fast\n" FAST CLAUDE, "model.claude: nobody asks "
	    "it; expected its name in models");
	file_says("models = builtin\n" CLAUDE, "model.claude: nobody asks "
	    "it; expected its name in models");
	file_says(CLAUDE FAST, "models: not set; it must say in what order "
	    "the models are asked, such as models = claude");
	file_says("models = fast,\n" FAST, "models: ends with a comma");
	file_says("models = ,fast\n" FAST, "models: expected names, separated "
	    "by commas, got \",fast\"");
	file_says("models = fast claude\n" FAST CLAUDE, "models: expected "
	    "names, separated by commas, got \"fast claude\"");
	file_says("models = fast, , claude\n" FAST CLAUDE, "models: expected "
	    "names, separated by commas, got \"fast, , claude\"");
	file_says("models = Fast\n" FAST, "models: expected names, separated "
	    "by commas, got \"Fast\"");
	file_says("models = fast\nmodel.fast.name = m", "model.fast.url: "
	    "model.fast.kind = openai needs the address of its API");
	file_says("models = c\nmodel.c.kind = anthropic", "model.c.name: "
	    "model.c.kind = anthropic needs the name of a model");
	file_says("models = fast\n" FAST "model.fast.api_version = 1",
	    "model.fast.api_version: goes with model.fast.kind = anthropic "
	    "only");
	file_says("models = fast\nmodel.fast.name = m\n"
	    "model.fast.url = http://10.0.0.5/v1", "model.fast.url: expected "
	    "https:// beyond this machine, or model_insecure_http = on");
	file_fine("models = fast\nmodel.fast.name = m\n"
	    "model.fast.url = http://10.0.0.5/v1\nmodel_insecure_http = on");
	file_says("models = claude\n" CLAUDE "model.claude.key = \xc3\xa9",
	    "model.claude.key: expected printable ASCII");
	file_says("model.fast.kind = builtin", "t.conf:1: model.fast.kind: "
	    "expected one of openai, openai-responses, anthropic, got "
	    "\"builtin\"");
	file_says("model.fast.key = a\tb", "t.conf:1: model.fast.key: "
	    "expected text without control characters, got something else");
}

/* One list or the other. */
static void
test_models_beside(void)
{
	file_says("models = fast\nmodel = openai\n" FAST, "models: expected it "
	    "or model = openai, got both; what model_* say can be a model of "
	    "the list, as model.NAME.kind and so on");
	file_fine("models = fast\nmodel = builtin\n" FAST);
	file_says("models = fast\nmodel_fallback = builtin\n" FAST,
	    "model_fallback: goes with model; with models, builtin may stand "
	    "at the end of the list");
	file_says("models = fast\nmodel_key = x\n" FAST, "model_key: goes "
	    "with model; with models, expected model.NAME.key");
	file_says("models = fast\nmodel_url = https://a.example/\n" FAST,
	    "model_url: goes with model; with models, expected "
	    "model.NAME.url");
	file_says("models = fast\nmodel_name = x\n" FAST, "model_name: goes "
	    "with model; with models, expected model.NAME.name");
	file_says("models = fast\nmodel_profile = groq\n" FAST,
	    "model_profile: goes with model; with models, expected "
	    "model.NAME.profile");
	file_says("models = fast\nmodel_max_tokens = 16\n" FAST,
	    "model_max_tokens: goes with model; with models, expected "
	    "model.NAME.max_tokens");
	file_says("models = fast\nmodel_window = 16\n" FAST, "model_window: "
	    "goes with model; with models, expected model.NAME.window");
	file_says("models = fast\nmodel_reasoning_effort = low\n" FAST,
	    "model_reasoning_effort: goes with model; with models, expected "
	    "model.NAME.reasoning_effort");
	file_says("models = fast\nmodel_api_version = 1\n" FAST,
	    "model_api_version: goes with model; with models, expected "
	    "model.NAME.api_version");
	file_fine("models = fast\nmodel_max_tokens = 2048\n"
	    "model_first_byte_timeout = 600\nmodel_ca_file = /x\n" FAST);
}

static void
test_model_names(void)
{
	struct buf b;
	int i;

	file_says("model.x.kee = y", "t.conf:1: model.x.kee: there is "
	    "no such setting; did you mean \"model.x.key\"?");
	file_says("model.x.colour = y", "t.conf:1: model.x.colour: there "
	    "is no such setting");
	file_says("model.x = y", "t.conf:1: model.x: expected "
	    "model.NAME.SETTING");
	file_says("model. = y", "t.conf:1: expected \"name = value\"");
	file_says("model.a.b.kind = openai", "t.conf:1: model.a.b.kind: there "
	    "is no such setting");
	file_says("model.A.url =", "t.conf:1: model.A.url: a model's name is "
	    "1 to 32 of a-z and 0-9");
	file_says("model..url =", "t.conf:1: model..url: a model's name is "
	    "1 to 32 of a-z and 0-9");
	file_says("model.a_b.url =", "t.conf:1: model.a_b.url: a model's name "
	    "is 1 to 32 of a-z and 0-9");
	file_says("model.builtin.url =", "t.conf:1: model.builtin.url: "
	    "builtin is a name of our own");
	file_says("model.x.key = a\nmodel.x.key_file = /x", "t.conf:2: "
	    "model.x.key_file: model.x.key was already set on line 1");
	file_says("model.x.key = a\n\nmodel.x.key = a", "t.conf:3: "
	    "model.x.key: model.x.key was already set on line 1");

	buf_init(&b, a, 4096);
	buf_puts(&b, "models = m0,m1,m2,m3,m4,m5,m6,m7\n");
	for (i = 0; i < 8; i++)
		buf_printf(&b, "model.m%d.kind = anthropic\n"
		    "model.m%d.name = x\n", i, i);
	file_fine(buf_str(&b));
	buf_puts(&b, "model.m8.name = x\n");
	file_says(buf_str(&b), "t.conf:18: model.m8.name: there are 8 models "
	    "already");
}

static const char *
upper(const char *before, const char *name)
{
	char *s = arena_printf(a, "%s%s", before, name), *p;

	for (p = s; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return s;
}

/* A model may be called like the first word of any setting: "max", "ca". */
static void
block_env_says(const char *setting, const struct conf_row *key)
{
	int n = (int)strcspn(setting, "_");

	env_says(arena_printf(a, "%s=%s", upper("TASKCHAT_MODEL_",
	    arena_printf(a, "%.*s_%s", n, setting, key->name)),
	    key->fallback), NULL, arena_printf(a,
	    "models: not set; it must say in what order the models are asked, "
	    "such as models = %.*s", n, setting));
}

/* TASKCHAT_MODEL_KEY and TASKCHAT_MODEL_FAST_KEY: whose is it? */
static void
test_model_env(void)
{
	const struct conf_row *flat, *keys;
	size_t n = conf_rows(&flat), m = conf_model_rows(&keys), i, j;
	const char *path = put_file("t.conf", "models = fast\n" FAST);
	struct conf c;
	char *env[] = { NULL, NULL, NULL, NULL, NULL };

	ok(load_env("TASKCHAT_MODEL_FAST_URL=https://b.example/v2",
	    "TASKCHAT_MODEL_FAST_MAX_TOKENS=77", path, &c) == NULL,
	    "variables of a model");
	is_str(c.models[0].url, "https://b.example/v2", "win over the file");
	is_int(c.models[0].max_tokens, 77, "underscores and all");
	put_file("secret", "from the file\n");
	ok(load_env(arena_printf(a, "TASKCHAT_MODEL_FAST_KEY_FILE=%s/secret",
	    dir), NULL, path, &c) == NULL, "the file of a key");
	is_str(c.models[0].key, "from the file", "is read");
	ok(load_env(arena_printf(a, "TASKCHAT_MODEL_KEY_FILE=%s/secret", dir),
	    NULL, NULL, &c) == NULL, "the file of the one key");
	is_str(c.model_key, "from the file", "is no model called key");
	unlink(arena_printf(a, "%s/secret", dir));
	env[0] = arena_strdup(a, "TASKCHAT_MODELS=max");
	env[1] = arena_strdup(a, "TASKCHAT_MODEL_MAX_KIND=anthropic");
	env[2] = arena_strdup(a, "TASKCHAT_MODEL_MAX_NAME=x");
	env[3] = arena_strdup(a, "TASKCHAT_MODEL_MAX_MAX_TOKENS=55");
	ok(conf_load(a, NULL, env, &c) == NULL && c.nmodels == 1,
	    "a model of the environment alone");
	is_int(c.models[0].max_tokens, 55, "whose name begins a setting's");
	ok(load_env("TASKCHAT_MODEL_MAX_TOKENS=55", NULL, NULL, &c) == NULL,
	    "MODEL_MAX_TOKENS");
	is_int(c.model_max_tokens, 55, "is the setting");
	env_says("TASKCHAT_MODEL_FAST_KEE=x", NULL, "TASKCHAT_MODEL_FAST_KEE: "
	    "there is no such setting; did you mean "
	    "\"TASKCHAT_MODEL_FAST_KEY\"?");
	env_says("TASKCHAT_MODEL_MAX_TOKEN=16", NULL,
	    "TASKCHAT_MODEL_MAX_TOKEN: there is no such setting; did you mean "
	    "\"TASKCHAT_MODEL_MAX_TOKENS\"?");
	env_says("TASKCHAT_MODEL_URI=x", NULL, "TASKCHAT_MODEL_URI: there is "
	    "no such setting; did you mean \"TASKCHAT_MODEL_URL\"?");
	env_says("TASKCHAT_MODEL_BUILTIN_URL=", NULL,
	    "TASKCHAT_MODEL_BUILTIN_URL: builtin is a name of our own");
	env_says("TASKCHAT_MODEL_FAST_KEY=x", "TASKCHAT_MODEL_FAST_KEY=y",
	    "TASKCHAT_MODEL_FAST_KEY: expected either "
	    "TASKCHAT_MODEL_FAST_KEY or TASKCHAT_MODEL_FAST_KEY_FILE, got "
	    "both");

	/* whatever is added one day: no name is both */
	for (i = 0; i < n; i++)
		if (strncmp(flat[i].name, "model_", 6) == 0)
			env_says(arena_printf(a, "%s=%s", upper("TASKCHAT_",
			    flat[i].name), flat[i].fallback), NULL,
			    "(no error)");
	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			if (strncmp(flat[j].name, "model_", 6) == 0)
				block_env_says(flat[j].name + 6, &keys[i]);
}

#define SECRET32	"0123456789abcdef0123456789abcdef"
#define SITE		"issuer.site.iss = https://a.example\n" \
    "issuer.site.audience = us\n"
#define PUBLIC		"public_url = https://chat.example\n"

/* issuer.NAME.KEY, as any other setting. */
static void
test_issuers(void)
{
	struct conf c;
	const char *path, *printed;

	path = put_file("t.conf", "issuer.site.secret = " SECRET32 "\n"
	    "issuer.b2.iss = https://b.example\n"
	    "issuer.site.leeway = 5\nissuer.b2.audience = us\n"
	    "issuer.b2.jwks_url = https://b.example/jwks\n"
	    "bare_ids = none\n");
	ok(conf_load(a, path, no_env, &c) == NULL, "two issuers");
	is_int(c.nissuers, 2, "are two");
	is_str(c.issuers[0].name, "site", "the first by its name");
	is_str(c.issuers[0].secret, SECRET32, "with its secret");
	is_int(c.issuers[0].leeway, 5, "and leeway");
	is_str(c.issuers[1].jwks_url, "https://b.example/jwks", "the other");
	is_int(c.issuers[1].leeway, 60, "with the defaults");
	is_str(c.issuers[1].user_claim, "sub", "of all");
	is_str(c.issuers[1].format, "jwt", "that it does not give");
	printed = conf_print(a, &c);
	ok(strstr(printed, "\nissuer.site.secret = ........\n") != NULL &&
	    strstr(printed, "\nissuer.b2.iss = https://b.example\n") != NULL &&
	    strstr(printed, SECRET32) == NULL, "all are printed, no secret");
	ok(load_env("TASKCHAT_ISSUER_SITE_LEEWAY=7",
	    "TASKCHAT_ISSUER_B2_AUDIENCE_CLAIM=azp", path, &c) == NULL,
	    "the environment");
	is_int(c.issuers[0].leeway, 7, "wins here too");
	is_str(c.issuers[1].audience_claim, "azp", "underscores and all");
	put_file("secret", SECRET32 "\n");
	ok(load_env(arena_printf(a, "TASKCHAT_ISSUER_X_SECRET_FILE=%s/secret",
	    dir), NULL, NULL, &c) == NULL, "a secret's file");
	is_str(c.issuers[0].secret, SECRET32, "is read");
	unlink(arena_printf(a, "%s/secret", dir));
	ok(load_env("TASKCHAT_ISSUER_X_SECRET=" SECRET32, NULL, NULL, &c) ==
	    NULL, "an issuer of the environment alone");
}

static void
test_issuer_names(void)
{
	struct buf b;
	int i;

	file_says("issuer.x.scret = y", "t.conf:1: issuer.x.scret: there is "
	    "no such setting; did you mean \"issuer.x.secret\"?");
	file_says("issuer.x.colour = y", "t.conf:1: issuer.x.colour: there "
	    "is no such setting");
	file_says("issuer.x.key = y", "t.conf:1: issuer.x.key: there is no "
	    "such setting");
	file_says("issuer.x = y", "t.conf:1: issuer.x: expected "
	    "issuer.NAME.SETTING");
	file_says("issuers.x.iss = y", "t.conf:1: expected \"name = value\"");
	file_says("issuer.a.b.iss = y", "t.conf:1: issuer.a.b.iss: there is "
	    "no such setting");
	file_says("issuer.A.iss = y", "t.conf:1: issuer.A.iss: an issuer's "
	    "name is 1 to 32 of a-z and 0-9");
	file_says("issuer..iss = y", "t.conf:1: issuer..iss: an issuer's "
	    "name is 1 to 32 of a-z and 0-9");
	file_says("issuer.jwt.iss = y", "t.conf:1: issuer.jwt.iss: accounts, "
	    "jwt and none are names of our own");
	file_says("issuer.none.iss = y", "t.conf:1: issuer.none.iss: accounts, "
	    "jwt and none are names of our own");
	file_says("issuer.x.iss = a\nissuer.x.iss = a", "t.conf:2: "
	    "issuer.x.iss: issuer.x.iss was already set on line 1");
	file_says("issuer.x.leeway = 601", "t.conf:1: issuer.x.leeway: "
	    "expected a whole number from 0 to 600, got \"601\"");
	file_says("issuer.x.algorithm = none", "t.conf:1: "
	    "issuer.x.algorithm: expected nothing, or one of HS256, HS384, "
	    "HS512, RS256, RS384, RS512, PS256, ES256, ES384, EdDSA, "
	    "Ed25519, got \"none\"");
	file_says("issuer.x.secret_file = /nonexistent/s", "t.conf:1: "
	    "issuer.x.secret_file: /nonexistent/s: No such file or directory");
	env_says("TASKCHAT_ISSUER_X_SCRET=y", NULL, "TASKCHAT_ISSUER_X_SCRET: "
	    "there is no such setting; did you mean "
	    "\"TASKCHAT_ISSUER_X_SECRET\"?");
	env_says("TASKCHAT_ISSUER_X_SECRET=y", "TASKCHAT_ISSUER_X_SECRET_FILE=z",
	    "TASKCHAT_ISSUER_X_SECRET_FILE: expected either "
	    "TASKCHAT_ISSUER_X_SECRET or TASKCHAT_ISSUER_X_SECRET_FILE, got "
	    "both");
	env_says("TASKCHAT_ISSUER_X=y", NULL, "TASKCHAT_ISSUER_X: expected "
	    "issuer.NAME.SETTING");
	buf_init(&b, a, 1 << 16);
	for (i = 0; i < MAX_ISSUERS; i++)
		buf_printf(&b, "issuer.i%d.secret = " SECRET32 "\n", i);
	buf_puts(&b, "bare_ids = i3\n");
	file_fine(buf_str(&b));
	buf_puts(&b, "issuer.more.secret = " SECRET32 "\n");
	file_says(buf_str(&b), "t.conf:18: issuer.more.secret: there are 16 "
	    "issuers already");
}

static void
test_issuers_together(void)
{
	static const char one_of[] = "issuer.site: expected one of secret, "
	    "key_file, jwks_file and jwks_url, got ";

	file_says(SITE, arena_printf(a, "%snone of them (addresses of keys "
	    "are not guessed from iss)", one_of));
	file_says(SITE "issuer.site.key_file = a\nissuer.site.jwks_url = "
	    "https://a.example/\n", arena_printf(a, "%skey_file and jwks_url",
	    one_of));
	file_says("issuer.x.secret = 0123456789", "issuer.x.secret: expected "
	    "at least 32 bytes for HS256, got 10");
	file_says("issuer.x.algorithm = HS512\nissuer.x.secret = " SECRET32
	    SECRET32 "\n" "issuer.y.algorithm = HS512\nissuer.y.secret = "
	    SECRET32 "0123456789abcde0123456789abcdef", "issuer.y.secret: "
	    "expected at least 64 bytes for HS512, got 63");
	file_says("issuer.x.algorithm = HS384\nissuer.x.secret = " SECRET32
	    "0123456789abcde", "issuer.x.secret: expected at least 48 bytes "
	    "for HS384, got 47");
	file_says("issuer.x.algorithm = RS256\nissuer.x.secret = " SECRET32,
	    "issuer.x.algorithm: RS256 needs a public key (key_file, "
	    "jwks_file or jwks_url), not a secret");
	file_says(SITE "issuer.site.key_file = a\nissuer.site.algorithm = "
	    "HS256", "issuer.site.algorithm: HS256 needs a secret, never a "
	    "public key");
	file_says("issuer.x.key_file = a\nissuer.x.audience = b",
	    "issuer.x.iss: not set; expected the exact iss of its tokens");
	file_says("issuer.x.jwks_file = a\nissuer.x.iss = b",
	    "issuer.x.audience: not set; expected the aud of tokens that are "
	    "meant for us");
	file_says(SITE "issuer.site.jwks_url = http://a.example/jwks",
	    "issuer.site.jwks_url: expected https:// beyond this machine, or "
	    "issuer.site.insecure_http = on");
	file_fine(SITE "issuer.site.jwks_url = http://127.0.0.1:1/jwks");
	file_fine(SITE "issuer.site.jwks_url = http://a.example/jwks\n"
	    "issuer.site.insecure_http = on");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.x.ca_file = a",
	    "issuer.x.ca_file: goes with jwks_url only");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.x.user_claim =",
	    "issuer.x.user_claim: expected the name of a claim, got nothing");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.x.cookie = t",
	    "public_url: not set; issuer.x is known by a cookie, which only "
	    "pages of this site may use");
	file_fine(PUBLIC "issuer.x.secret = " SECRET32
	    "\nissuer.x.cookie = t");
	file_says(PUBLIC "issuer.x.secret = " SECRET32
	    "\nissuer.x.cookie = a;b", "issuer.x.cookie: expected a cookie's "
	    "name, got \"a;b\"");
	file_fine(PUBLIC "issuer.x.secret = " SECRET32
	    "\nissuer.x.format = authjs");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.x.format = authjs",
	    "public_url: not set; issuer.x is known by a cookie, which only "
	    "pages of this site may use");
	file_says(PUBLIC "issuer.x.secret = " SECRET32
	    "\nissuer.x.format = nextauth\nissuer.x.iss = a", "issuer.x: "
	    "format = nextauth goes with none of iss, audience and algorithm");
	file_says(PUBLIC "issuer.x.format = authjs\nissuer.x.key_file = a",
	    "issuer.x.secret: format = authjs needs the site's AUTH_SECRET");
	file_says(PUBLIC "issuer.x.format = authjs\nissuer.x.secret = short",
	    "issuer.x.secret: expected at least 32 bytes, got 5");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.x.iss = a\n"
	    "issuer.y.secret = " SECRET32 "\nissuer.y.iss = a", "issuer.x.iss "
	    "and issuer.y.iss are the same: whose a token is could not be "
	    "told");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.x.iss = a\n"
	    "jwt_secret = " SECRET32 "\njwt_issuer = a", "jwt_issuer and "
	    "issuer.x.iss are the same: whose a token is could not be told");
	file_says(PUBLIC "accounts = on\nauth_secret = " SECRET32 "\n"
	    "issuer.x.secret = " SECRET32 "\n"
	    "issuer.x.iss = https://chat.example", "public_url, for accounts, "
	    "and issuer.x.iss are the same: whose a token is could not be "
	    "told");
}

static void
test_site_together(void)
{
	struct conf c;

	file_fine(PUBLIC "accounts = on\nauth_secret = " SECRET32);
	file_says(PUBLIC "accounts = on", "auth_secret: not set; accounts = "
	    "on needs it (at least 32 random bytes)");
	file_says("accounts = on\nauth_secret = " SECRET32, "public_url: not "
	    "set; accounts = on needs the address people see, such as "
	    "https://chat.example.org");
	file_says("auth_secret = short", "auth_secret: expected at least 32 "
	    "bytes, got 5");
	file_says("public_url = https://chat.example/app", "public_url: "
	    "expected an origin such as https://chat.example.org, in lower "
	    "case and without a path, got \"https://chat.example/app\"");
	file_says("public_url = https://chat.example/", "public_url: "
	    "expected an origin such as https://chat.example.org, in lower "
	    "case and without a path, got \"https://chat.example/\"");
	file_fine("public_url = http://chat.example:8080");
	file_says("cookie_prefix = a b", "cookie_prefix: expected the "
	    "beginning of a cookie's name, got \"a b\"");
	file_says("cookie_prefix =", "cookie_prefix: expected the "
	    "beginning of a cookie's name, got \"\"");
	file_says("mail_command = a\nmail_url = smtp://a\nmail_from = b",
	    "mail_command and mail_url: expected one of them, got both");
	file_says("mail_command = a", "mail_from: not set; mail needs a "
	    "sender's address");
	file_fine("mail_url = smtps://a\nmail_from = b\nverify_email = on");
	file_says("verify_email = on", "verify_email: on needs a way to send "
	    "mail, mail_command or mail_url");
	file_says(arena_printf(a, "allowed_origins = https://%04100d.example",
	    7), "allowed_origins: expected at most 4096 bytes, got 4116");
	file_says("mcp_authorization_server = https://a.example",
	    "mcp_authorization_server: expected the iss of one of the "
	    "issuers, to the last byte, or nothing, for this service itself; "
	    "got \"https://a.example\"");
	file_says("mcp_authorization_server = https://a.example\n"
	    "jwt_issuer = https://a.example", "mcp_authorization_server: "
	    "expected the iss of one of the issuers, to the last byte, or "
	    "nothing, for this service itself; got \"https://a.example\"");
	file_fine("mcp_authorization_server = https://a.example\njwt_secret = "
	    SECRET32 "\njwt_issuer = https://a.example");
	file_fine("mcp_authorization_server = https://a.example/\n"
	    "issuer.x.secret = " SECRET32 "\nissuer.x.iss = "
	    "https://a.example/");
	file_says("bare_ids = who", "bare_ids: expected accounts, jwt, none "
	    "or an issuer's name, of those that are set up, got \"who\"");
	file_says("bare_ids = jwt", "bare_ids: expected accounts, jwt, none "
	    "or an issuer's name, of those that are set up, got \"jwt\"");
	file_says("bare_ids = accounts", "bare_ids: expected accounts, jwt, "
	    "none or an issuer's name, of those that are set up, got "
	    "\"accounts\"");
	file_fine("bare_ids = none");
	file_says("issuer.x.secret = " SECRET32 "\nissuer.y.secret = "
	    SECRET32, "bare_ids: not set; with several issuers it must say "
	    "whose users have ids without a prefix: one issuer's name, or "
	    "none");
	conf_load(a, put_file("t.conf", "issuer.x.secret = " SECRET32),
	    no_env, &c);
	is_str(conf_bare_ids(&c), "x", "the only issuer owns bare ids");
	conf_load(a, put_file("t.conf", "jwt_secret = " SECRET32
	    "\nissuer.x.secret = " SECRET32), no_env, &c);
	is_str(conf_bare_ids(&c), "jwt", "but the old secret goes before");
	conf_load(a, put_file("t.conf", "jwt_secret = " SECRET32
	    "\naccounts = on\nauth_secret = " SECRET32 "\n" PUBLIC), no_env,
	    &c);
	is_str(conf_bare_ids(&c), "accounts", "and the accounts before that");
	conf_load(a, put_file("t.conf", ""), no_env, &c);
	is_str(conf_bare_ids(&c), "none", "nobody owns them without any");
}

/* No bytes in a file may do more than be refused. */
static void
test_noise(void)
{
	static const char letters[] = "threads=log_fil#issuer.x.secret\n\r \t\"\\\xff\xc3\xa4"
	    "0123456789:/@[]|,.";
	unsigned int seed = 23;
	struct arena *outer = a;
	char text[200];
	bool calm = true;
	const struct err *e;
	struct conf c;
	size_t i, j;

	for (i = 0; i < 3000; i++) {
		a = arena_new();
		for (j = 0; j < sizeof(text); j++)
			text[j] = letters[(size_t)rand_r(&seed) %
			    sizeof(letters)];
		e = conf_load(a, put_file_n("t.conf", text, i % sizeof(text)),
		    no_env, &c);
		calm = calm && (e == NULL || e->kind == ERR_INPUT);
		arena_free(a);
	}
	a = outer;
	ok(calm, "noise is refused or empty");
}

int
main(void)
{
	a = arena_new();
	if (mkdtemp(dir) == NULL)
		return 1;
	test_defaults();
	test_table();
	test_every_setting();
	test_lines();
	test_types();
	test_addresses();
	test_hosts();
	test_chatkit();
	test_env();
	test_secrets();
	test_together();
	test_flat_model();
	test_models();
	test_models_beside();
	test_model_names();
	test_model_env();
	test_issuers();
	test_issuer_names();
	test_issuers_together();
	test_site_together();
	test_noise();
	unlink(put_file("t.conf", ""));
	rmdir(dir);
	arena_free(a);
	return tap_done();
}
