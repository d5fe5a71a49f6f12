#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "auth/auth.h"
#include "auth/jwt.h"
#include "auth/mcp_url.h"
#include "auth/origin.h"
#include "auth/keyring.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "client_command.h"
#include "db/db.h"
#include "db/migrate.h"
#include "fetch/fetch.h"
#include "model/model.h"
#include "worker.h"

#define DEFAULT_FILE	"/etc/taskchat/taskchat.conf"
#define TOKEN_HOURS	24
#define TOKEN_HOURS_MAX	8760

enum { DONE = 0, FAILED = 1, USAGE = 2 };

static const char help_text[] =
"usage: taskchat [-f FILE] [-n] [--listen ADDRESS]\n"
"       taskchat [-f FILE] migrate\n"
"       taskchat [-f FILE] token --user ID [--hours N] [--mcp [--scope WHAT]]\n"
"       taskchat [-f FILE] token --check FILE\n"
"       taskchat [-f FILE] keys [--rotate]\n"
"       taskchat [-f FILE] client [--add NAME --redirect URI ... [--secret]]\n"
"       taskchat [-f FILE] client --remove ID\n"
"       taskchat [-f FILE] check [--headers]\n"
"       taskchat check --routes | --settings\n"
"\n"
"Without a command: serve FastCGI requests on descriptor 0, or on ADDRESS\n"
"(/path, host:port or [v6]:port), until SIGTERM.\n"
"\n"
"  migrate          bring the database's schema up to date\n"
"  token            print a token that lets user ID in for N hours (24)\n"
"    --mcp          it is good for programs at /api/mcp, and nowhere else\n"
"    --scope WHAT   read or write: that alone; otherwise both\n"
"    --check FILE   say why the token in FILE (-: standard input) is good\n"
"                   or refused\n"
"  keys             print the keys that tokens of the built-in accounts are\n"
"                   signed with: id, algorithm, made when, live or retired\n"
"    --rotate       make a new key, retire the others, print its id\n"
"  client           print the programs that were registered by hand to ask\n"
"                   people for access by OAuth\n"
"    --add NAME     register one, print its id\n"
"    --redirect URI where browsers may be sent back to; several are possible\n"
"    --secret       it can keep a secret: print one, once\n"
"    --remove ID    forget it, and all that people have granted it\n"
"  check            print the settings and try the database\n"
"    --routes       print every route: method, path, who may, largest body\n"
"    --headers      print the line for nginx that says who may frame us\n"
"    --settings     print every setting: name, type, default, secret or -\n"
"\n"
"  -f, --file FILE  settings; otherwise $TASKCHAT_CONF, or else\n"
"                   " DEFAULT_FILE " if there is one\n"
"  -n, --no-start   check the settings and leave\n"
"      --version    print the version\n"
"  -h, --help       print this\n"
"\n"
"Variables TASKCHAT_NAME override the file; see taskchat.conf(5).\n";

/* ---- the command line */

struct options {
	const char	*command;	/* "" to serve */
	const char	*file, *listen, *user, *token, *scope;
	int		 hours;
	struct client_wish client;
	unsigned int	 seen;		/* bits of enum option */
};

enum option_bit {
	OPT_FILE = 1, OPT_NO_START = 2, OPT_LISTEN = 4, OPT_USER = 8,
	OPT_HOURS = 16, OPT_ROUTES = 32, OPT_SETTINGS = 64, OPT_VERSION = 128,
	OPT_HELP = 256, OPT_ROTATE = 512, OPT_CHECK = 1024,
	OPT_HEADERS = 2048, OPT_MCP = 4096, OPT_SCOPE = 8192,
	OPT_ADD = 1 << 14, OPT_REDIRECT = 1 << 15, OPT_SECRET = 1 << 16,
	OPT_REMOVE = 1 << 17
};

static const struct option long_options[] = {
	{ "file",	required_argument, NULL, OPT_FILE },
	{ "no-start",	no_argument,	   NULL, OPT_NO_START },
	{ "listen",	required_argument, NULL, OPT_LISTEN },
	{ "user",	required_argument, NULL, OPT_USER },
	{ "hours",	required_argument, NULL, OPT_HOURS },
	{ "check",	required_argument, NULL, OPT_CHECK },
	{ "mcp",	no_argument,	   NULL, OPT_MCP },
	{ "scope",	required_argument, NULL, OPT_SCOPE },
	{ "headers",	no_argument,	   NULL, OPT_HEADERS },
	{ "routes",	no_argument,	   NULL, OPT_ROUTES },
	{ "settings",	no_argument,	   NULL, OPT_SETTINGS },
	{ "rotate",	no_argument,	   NULL, OPT_ROTATE },
	{ "add",	required_argument, NULL, OPT_ADD },
	{ "redirect",	required_argument, NULL, OPT_REDIRECT },
	{ "secret",	no_argument,	   NULL, OPT_SECRET },
	{ "remove",	required_argument, NULL, OPT_REMOVE },
	{ "version",	no_argument,	   NULL, OPT_VERSION },
	{ "help",	no_argument,	   NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 }
};

static int
usage(const char *why)
{
	fprintf(stderr, "taskchat: %s (see taskchat --help)\n", why);
	return USAGE;
}

static int
fail(const struct err *e)
{
	fprintf(stderr, "taskchat: %s\n", e->log);
	return e->kind == ERR_INPUT ? USAGE : FAILED;
}

/* Output that did not arrive is a failure. */
static int
printed(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return DONE;
	fprintf(stderr, "taskchat: write: %s\n", strerror(errno));
	return FAILED;
}

static bool
read_hours(const char *s, int *out)
{
	size_t n = strspn(s, "0123456789");
	long hours;

	if (n == 0 || n > 4 || s[n] != '\0')
		return false;
	hours = strtol(s, NULL, 10);
	if (hours < 1 || hours > TOKEN_HOURS_MAX)
		return false;
	*out = (int)hours;
	return true;
}

/* More of them than there may be are counted, and told of later. */
static void
take_redirect(struct client_wish *w, const char *uri)
{
	if (w->nredirects < MAX_REDIRECT_URIS)
		w->redirects[w->nredirects] = uri;
	w->nredirects++;
}

static bool
take_option(struct options *o, unsigned int option)
{
	o->seen |= option;
	switch (option) {
	case OPT_FILE:
		o->file = optarg;
		break;
	case OPT_LISTEN:
		o->listen = optarg;
		break;
	case OPT_USER:
		o->user = optarg;
		break;
	case OPT_CHECK:
		o->token = optarg;
		break;
	case OPT_SCOPE:
		o->scope = optarg;
		break;
	case OPT_ADD:
		o->client.add = optarg;
		break;
	case OPT_REDIRECT:
		take_redirect(&o->client, optarg);
		break;
	case OPT_SECRET:
		o->client.secret = true;
		break;
	case OPT_REMOVE:
		o->client.remove = optarg;
		break;
	case OPT_HOURS:
		return read_hours(optarg, &o->hours);
	}
	return true;
}

/* DONE, or what to exit with, said already. */
static int
read_options(int argc, char *argv[], struct options *o)
{
	int option;

	while ((option = getopt_long(argc, argv, "f:nh", long_options,
	    NULL)) != -1) {
		if (option == 'f')
			option = OPT_FILE;
		else if (option == 'n')
			option = OPT_NO_START;
		else if (option == 'h')
			option = OPT_HELP;
		if (option == '?')
			return usage("wrong option");
		if (!take_option(o, (unsigned int)option))
			return usage("--hours: expected a whole number from "
			    "1 to 8760");
	}
	if (argc - optind > 1)
		return usage("too many arguments");
	if (argc - optind == 1)
		o->command = argv[optind];
	return DONE;
}

/* ---- settings */

static const char *
settings_file(const struct options *o)
{
	const char *env;

	if (o->file != NULL)
		return o->file;
	if ((env = getenv("TASKCHAT_CONF")) != NULL && *env != '\0')
		return env;
	return access(DEFAULT_FILE, F_OK) == 0 ? DEFAULT_FILE : NULL;
}

static enum log_level
read_level(const char *s)
{
	if (strcmp(s, "error") == 0)
		return LOG_ERROR;
	if (strcmp(s, "warn") == 0)
		return LOG_WARN;
	return strcmp(s, "debug") == 0 ? LOG_DEBUG : LOG_INFO;
}

static const struct err *
missing(struct arena *a, const char *name, const char *what)
{
	return err_new(a, ERR_INPUT, "missing_setting", "A setting is missing.",
	    "%s: not set; %s", name, what);
}

static const struct err *
need_secret(struct arena *a, const struct conf *c)
{
	if (*c->jwt_secret != '\0')
		return NULL;
	return missing(a, "jwt_secret",
	    "tokens are signed with it (at least 32 random bytes)");
}

/* Somebody has to be able to come in. */
static const struct err *
need_issuer(struct arena *a, const struct conf *c)
{
	if (*c->jwt_secret != '\0' || c->accounts || c->nissuers > 0)
		return NULL;
	return missing(a, "jwt_secret", "nobody could sign in: set it (at "
	    "least 32 random bytes), or accounts = on, or an "
	    "issuer.NAME.iss");
}

static const struct err *
need_database(struct arena *a, const char *url)
{
	if (*url != '\0')
		return NULL;
	return missing(a, "database_url", "expected a libpq connection string");
}

/* For a command that works on the built-in accounts. */
static const struct err *
need_accounts(struct arena *a, const struct conf *c)
{
	if (!c->accounts)
		return missing(a, "accounts",
		    "this concerns the built-in accounts (accounts = on)");
	return need_database(a, c->database_url);
}

static const struct err *
need_to_serve(struct arena *a, const struct conf *c)
{
	const struct err *e = need_issuer(a, c);

	return e == NULL ? need_database(a, c->database_url) : e;
}

/* Are the files that the settings name there, and good for what they are? */
static const struct err *
try_keys(struct arena *a, const struct conf *c)
{
	const struct err *e;
	struct auth *au;

	if ((e = auth_open(a, c, NULL, &au)) == NULL)
		auth_close(au);
	return e;
}

/* ---- commands */

/*
 * A start that fails is told on standard error and, where the log is a
 * file, there as well: a process manager may keep only one of them.
 */
static int
serve(struct arena *a, const struct options *o)
{
	const struct err *e;
	struct model *m;
	struct conf c;

	e = conf_load(a, settings_file(o), environ, &c);
	if (e == NULL)
		e = need_to_serve(a, &c);
	if (e != NULL)
		return fail(e);
	if (o->listen != NULL)
		c.listen = o->listen;
	if (o->seen & OPT_NO_START) {
		if ((e = try_keys(a, &c)) != NULL ||
		    (e = model_open(a, &c, &m)) != NULL)
			return fail(e);
		puts("settings OK");
		return printed();
	}
	if (log_open(read_level(c.log_level),
	    *c.log == '\0' ? NULL : c.log) != 0) {
		fprintf(stderr, "taskchat: log %s: %s\n", c.log,
		    strerror(errno));
		return USAGE;
	}
	e = worker_run(a, &c);
	if (e != NULL && *c.log != '\0')
		log_line(LOG_ERROR, "%s", e->log);
	log_close();
	return e == NULL ? DONE : fail(e);
}

static int
migrate(struct arena *a, const struct options *o)
{
	const struct err *e;
	struct conf c;

	e = conf_load(a, settings_file(o), environ, &c);
	if (e == NULL)
		e = need_database(a, *c.migrate_url == '\0' ?
		    c.database_url : c.migrate_url);
	if (e == NULL)
		e = migrate_run(a, &c);
	return e == NULL ? printed() : fail(e);
}

/* What auth_check() would accept as a user's id. */
static bool
user_ok(const char *user)
{
	struct str s = str_of(user);

	return s.n > 0 && s.n <= MAX_USER_ID && utf8_ok(s) &&
	    !utf8_has_control(s);
}

/* NULL: no such word. */
static const char *
scopes_named(const char *what)
{
	if (what == NULL)
		return AUTH_SCOPES;
	if (strcmp(what, "read") == 0)
		return AUTH_SCOPE_READ;
	return strcmp(what, "write") == 0 ? AUTH_SCOPE_WRITE : NULL;
}

/* A token for MCP names its address, which is made of public_url. */
static const struct err *
need_mcp(struct arena *a, const struct conf *c)
{
	if (*c->public_url == '\0')
		return missing(a, "public_url", "a token for MCP is made for "
		    "its address, such as https://chat.example.org" MCP_PATH);
	if (!c->mcp)
		return err_new(a, ERR_INPUT, "mcp_off", "MCP is off.",
		    "mcp: off; a token for it would be good for nothing");
	return NULL;
}

static const struct err *
token_make(struct arena *a, const struct options *o, const struct conf *c,
    const char **token)
{
	struct jwt_key key = { .alg = JWT_HS256,
	    .secret = str_of(c->jwt_secret) };
	struct json_object *claims = js_object(a);
	bool mcp = o->seen & OPT_MCP;
	const char *aud = mcp ? mcp_url(a, c) : c->jwt_audience;
	int64_t now = clock_wall();

	js_add_text(claims, "sub", o->user);
	js_add_int(claims, "iat", now);
	js_add_int(claims, "exp", now + (int64_t)o->hours * 3600);
	if (*c->jwt_issuer != '\0')
		js_add_text(claims, "iss", c->jwt_issuer);
	if (*aud != '\0')
		js_add_text(claims, "aud", aud);
	if (mcp)
		js_add_text(claims, "scope", scopes_named(o->scope));
	return jwt_sign(a, &key, js_dump(a, claims), token);
}

/* What stands in the file, or comes from standard input; false: errno. */
static bool
token_read(struct arena *a, const char *path, struct str *out)
{
	bool in = strcmp(path, "-") == 0;
	FILE *f = in ? stdin : fopen(path, "rb");
	char part[4096];
	struct buf b;
	size_t n;
	int why = 0;

	if (f == NULL)
		return false;
	buf_init(&b, a, 1024 * 1024);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_put(&b, part, n);
	*out = (struct str){ buf_str(&b), b.n };
	if (ferror(f))
		why = errno;
	else if (b.bad)
		why = EFBIG;
	if (!in)
		fclose(f);
	errno = why;
	return why == 0;
}

/* Access tokens are in the database, and the accounts' keys and sessions. */
static int
token_check(struct arena *a, const struct options *o)
{
	const struct err *e;
	struct db *db = NULL;
	struct auth *au;
	struct str text;
	struct conf c;
	struct buf out;
	bool good;

	if ((e = conf_load(a, settings_file(o), environ, &c)) != NULL ||
	    (e = need_issuer(a, &c)) != NULL)
		return fail(e);
	if (!token_read(a, o->token, &text)) {
		fprintf(stderr, "taskchat: %s: %s\n", o->token,
		    strerror(errno));
		return USAGE;
	}
	if (*c.database_url != '\0')
		db = db_open(&c);
	fetch_global_init();
	e = auth_open(a, &c, db, &au);
	buf_init(&out, a, 1024 * 1024);
	good = e == NULL && auth_explain(au, a, text, clock_wall(), &out);
	fputs(buf_str(&out), stdout);
	if (e == NULL)
		auth_close(au);
	if (db != NULL)
		db_close(db);
	fetch_global_done();
	if (e != NULL)
		return fail(e);
	return printed() == DONE && good ? DONE : FAILED;
}

static int
token(struct arena *a, const struct options *o)
{
	const struct err *e;
	const char *text;
	struct conf c;

	if (o->token != NULL && (o->seen & (OPT_USER | OPT_HOURS | OPT_MCP |
	    OPT_SCOPE)) != 0)
		return usage("token: --check goes alone");
	if (o->token != NULL)
		return token_check(a, o);
	if (o->user == NULL)
		return usage("token: --user ID is missing");
	if (!user_ok(o->user))
		return usage("--user: expected 1 to 255 bytes of UTF-8 "
		    "without control characters");
	if (o->scope != NULL && !(o->seen & OPT_MCP))
		return usage("token: --scope goes with --mcp");
	if (scopes_named(o->scope) == NULL)
		return usage("--scope: expected read or write");
	e = conf_load(a, settings_file(o), environ, &c);
	if (e == NULL)
		e = need_secret(a, &c);
	if (e == NULL && (o->seen & OPT_MCP))
		e = need_mcp(a, &c);
	if (e == NULL)
		e = token_make(a, o, &c, &text);
	if (e != NULL)
		return fail(e);
	puts(text);
	return printed();
}

static const struct err *
keys_print(struct arena *a, struct keyring *k, bool rotate)
{
	const struct err *e;
	const char *kid;
	struct buf b;

	if (rotate) {
		if ((e = keyring_rotate(k, a, &kid)) == NULL)
			puts(kid);
		return e;
	}
	buf_init(&b, a, (size_t)64 * 1024);
	if ((e = keyring_list(k, a, &b)) == NULL)
		fputs(buf_str(&b), stdout);
	return e;
}

static int
keys(struct arena *a, const struct options *o)
{
	const struct err *e;
	struct conf c;
	struct db *db;

	e = conf_load(a, settings_file(o), environ, &c);
	if (e == NULL)
		e = need_accounts(a, &c);
	if (e != NULL)
		return fail(e);
	db = db_open(&c);
	e = db_ready(db, a);
	if (e == NULL)
		e = keys_print(a, keyring_new(a, &c, db),
		    o->seen & OPT_ROTATE);
	db_close(db);
	return e == NULL ? printed() : fail(e);
}

static int
client(struct arena *a, const struct options *o)
{
	const struct err *e;
	struct conf c;
	struct db *db;

	if ((e = client_command_check(a, &o->client)) != NULL ||
	    (e = conf_load(a, settings_file(o), environ, &c)) != NULL ||
	    (e = need_database(a, c.database_url)) != NULL)
		return fail(e);
	db = db_open(&c);
	e = db_ready(db, a);
	if (e == NULL)
		e = client_command_run(a, db, &o->client);
	db_close(db);
	return e == NULL ? printed() : fail(e);
}

/* "user,tasks:read": a person, or a program whose token has that scope. */
static const char *
route_who_said(struct arena *a, const struct route *r)
{
	const char *scope = route_scope(r);

	if (scope != NULL)
		return arena_printf(a, "user,%s", scope);
	switch (r->who) {
	case WHO_USER:
		return "user";
	case WHO_MCP:
		return "mcp";
	case WHO_PUBLIC:
		return "public";
	case WHO_ACCOUNT:
		return "account";
	default:
		return "anyone";
	}
}

static int
check_routes(struct arena *a)
{
	const struct route *r;
	size_t n = routes_table(&r);

	for (; n > 0; n--, r++)
		printf("%s %s %s %zu\n", r->method, r->path,
		    route_who_said(a, r), r->body);
	return printed();
}

/* Pages come from the web server; only it can say who may frame them. */
static int
check_headers(struct arena *a, const struct conf *c)
{
	printf("add_header Content-Security-Policy \"%s\" always;\n",
	    origin_frame_ancestors(a, c));
	return printed();
}

static void
print_rows(const char *before, const struct conf_row *r, size_t n)
{
	for (; n > 0; n--, r++)
		printf("%s%s\t%s\t%s\t%s\n", before, r->name, r->type,
		    r->fallback, r->secret ? "secret" : "-");
}

static int
check_settings(void)
{
	const struct conf_row *r;
	size_t n = conf_rows(&r);

	print_rows("", r, n);
	n = conf_issuer_rows(&r);
	print_rows("issuer.NAME.", r, n);
	n = conf_model_rows(&r);
	print_rows("model.NAME.", r, n);
	return printed();
}

/* Where MCP is, and where programs get their tokens; or why it is not. */
static void
print_mcp(struct arena *a, const struct conf *c)
{
	const char *url = mcp_url(a, c);
	const char *who = mcp_authorization_server(a, c);

	if (url == NULL)
		printf("mcp is not there: %s\n", !c->mcp ? "mcp = off" :
		    "public_url is not set");
	else if (who == NULL)
		printf("mcp at %s, tokens by hand only (taskchat token "
		    "--mcp): without accounts or an issuer's cookie nobody "
		    "can be asked in a browser\n", url);
	else
		printf("mcp at %s, tokens from %s%s\n", url, who,
		    oauth_own(c) ? " (this service)" : "");
}

static int
check_database(struct arena *a, const struct conf *c)
{
	struct db *db = db_open(c);
	const char *warning = NULL;
	const struct err *e;

	e = db_ready(db, a);
	if (e == NULL)
		e = db_role_warning(db, a, &warning);
	db_close(db);
	if (e != NULL)
		return fail(e);
	if (warning != NULL)
		fprintf(stderr, "taskchat: warning: %s\n", warning);
	puts("database OK");
	return printed();
}

static int
check(struct arena *a, const struct options *o)
{
	const struct err *e;
	struct model *m;
	struct conf c;

	if (o->seen & OPT_ROUTES)
		return check_routes(a);
	if (o->seen & OPT_SETTINGS)
		return check_settings();
	if ((e = conf_load(a, settings_file(o), environ, &c)) != NULL)
		return fail(e);
	if (o->seen & OPT_HEADERS)
		return check_headers(a, &c);
	fputs(conf_print(a, &c), stdout);
	if (printed() != DONE)
		return FAILED;
	if ((e = need_to_serve(a, &c)) != NULL ||
	    (e = try_keys(a, &c)) != NULL ||
	    (e = model_open(a, &c, &m)) != NULL)
		return fail(e);
	fputs(model_describe(a, m), stdout);
	print_mcp(a, &c);
	return check_database(a, &c);
}

static int
version(struct arena *a, const struct options *o)
{
	(void)a;
	(void)o;
	puts("taskchat " VERSION_TEXT);
	return printed();
}

static int
help(struct arena *a, const struct options *o)
{
	(void)a;
	(void)o;
	fputs(help_text, stdout);
	return printed();
}

static const struct command {
	const char	*name;
	unsigned int	 options;	/* the ones it takes */
	int		(*run)(struct arena *, const struct options *);
} commands[] = {
	{ "",		OPT_FILE | OPT_NO_START | OPT_LISTEN,	serve },
	{ "migrate",	OPT_FILE,				migrate },
	{ "token",	OPT_FILE | OPT_USER | OPT_HOURS | OPT_CHECK |
				    OPT_MCP | OPT_SCOPE, token },
	{ "keys",	OPT_FILE | OPT_ROTATE,			keys },
	{ "client",	OPT_FILE | OPT_ADD | OPT_REDIRECT | OPT_SECRET |
				    OPT_REMOVE,		client },
	{ "check",	OPT_FILE | OPT_ROUTES | OPT_SETTINGS |
				    OPT_HEADERS,	check },
	{ "version",	0,					version },
	{ "help",	0,					help },
};

static int
run(struct arena *a, const struct options *o)
{
	const struct command *c;
	size_t i;

	if (o->seen & OPT_HELP)
		return help(a, o);
	if (o->seen & OPT_VERSION)
		return version(a, o);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		c = &commands[i];
		if (strcmp(c->name, o->command) != 0)
			continue;
		if (o->seen & ~c->options)
			return usage("an option does not go with this "
			    "command");
		return c->run(a, o);
	}
	return usage("unknown command");
}

/*
 * glibc lets each thread keep a few freed pieces of every size: some ten
 * KiB with each of a thousand that wait for a model, and no faster for it.
 * Only this variable can say no, and only as the program starts.  So serving
 * starts once more; where that is not possible it goes on as it is, and who
 * has set the variable is heeded.
 */
static void
start_lean(char *argv[])
{
#ifdef __GLIBC__
	char self[4096];
	ssize_t n;

	if (getenv("GLIBC_TUNABLES") != NULL)
		return;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0 || setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0",
	    1) != 0)
		return;
	self[n] = '\0';
	execv(self, argv);
#else
	(void)argv;
#endif
}

/*
 * Told to leave before we have begun: it waits until somebody listens
 * (worker.c), and goes through start_lean() with us.
 */
static void
signals_hold(void)
{
	sigset_t quit;

	sigemptyset(&quit);
	sigaddset(&quit, SIGTERM);
	sigaddset(&quit, SIGINT);
	sigaddset(&quit, SIGHUP);
	sigprocmask(SIG_BLOCK, &quit, NULL);
}

int
main(int argc, char *argv[])
{
	struct options o = { .command = "", .hours = TOKEN_HOURS };
	struct arena *a;
	int r;

	r = read_options(argc, argv, &o);
	if (r != DONE)
		return r;
	if (*o.command == '\0' && (o.seen & (OPT_NO_START | OPT_HELP |
	    OPT_VERSION)) == 0) {
		signals_hold();
		start_lean(argv);
	}
	a = arena_new();
	r = run(a, &o);
	arena_free(a);
	return r;
}
