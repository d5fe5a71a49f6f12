/*
 * The signing keys against a real Postgres: t/235-keys.t brings one, and
 * looks at the table afterwards.
 *
 *	keyring				says that it was skipped
 *	keyring URL SECRET PART		one part of the story, named below
 */
#include <pthread.h>
#include <stdlib.h>

#include "auth/keyring.h"
#include "auth/seal.h"
#include "tap.h"

#define CLAIMS	"{\"sub\":\"ann\"}"

enum { RINGS = 4, THREADS = 5 };

static struct arena *a;
static struct conf conf;
static struct db *db;

static void
good(const struct err *e, const char *name)
{
	if (!ok(e == NULL, "%s", name))
		diag("%s", e->log);
}

static void
bad(const struct err *e, enum err_kind kind, const char *why, const char *name)
{
	if (!ok(e != NULL && e->kind == kind && strstr(e->log, why) != NULL,
	    "%s", name))
		diag("%s", e == NULL ? "no error" : e->log);
}

/* Does this ring know who signed that token, and is it so? */
static const struct err *
believes(struct keyring *k, struct arena *mine, const char *token)
{
	struct jwt_key key;
	struct token t;
	const struct err *e;

	e = jwt_read(mine, str_of(token), &t);
	if (e == NULL)
		e = keyring_find(k, mine, &t, &key);
	return e != NULL ? e : jwt_verify(mine, &key, &t);
}

static const char *
kid_of(const char *token)
{
	struct token t = { .kid = NULL };

	return jwt_read(a, str_of(token), &t) == NULL ? t.kid : "";
}

static const char *
signed_by(struct keyring *k, const char *name)
{
	const char *token = "";

	good(keyring_sign(k, a, CLAIMS, &token), name);
	return token;
}

static size_t
published(struct keyring *k)
{
	struct json_object *o = NULL;

	good(keyring_publish(k, a, &o), "published");
	return js_len(js_get(o, "keys"));
}

/* ---- first: many threads of many rings, and no key yet */

static void *
storm(void *what)
{
	struct keyring *k = what;
	struct arena *mine = arena_new();
	const char *token;
	struct json_object *o;
	const struct err *e = NULL;

	for (int i = 0; i < 20 && e == NULL; i++) {
		e = keyring_publish(k, mine, &o);
		if (e == NULL)
			e = keyring_sign(k, mine, CLAIMS, &token);
		if (e == NULL)
			e = believes(k, mine, token);
		if (e == NULL && js_len(js_get(o, "keys")) != 1)
			break;
		arena_reset(mine);
	}
	if (e != NULL)
		fprintf(stderr, "%s\n", e->log);
	arena_free(mine);
	return e == NULL ? what : NULL;
}

static void
part_first(void)
{
	pthread_t t[RINGS * THREADS];
	struct keyring *k[RINGS];
	int went = 0;
	void *r;

	for (int i = 0; i < RINGS; i++)
		k[i] = keyring_new(a, &conf, db);
	for (int i = 0; i < RINGS * THREADS; i++)
		pthread_create(&t[i], NULL, storm, k[i % RINGS]);
	for (int i = 0; i < RINGS * THREADS; i++) {
		pthread_join(t[i], &r);
		went += r != NULL;
	}
	is_int(went, RINGS * THREADS, "all sign, and believe each other");
	is_int((long long)published(k[0]), 1, "one key");
}

/* ---- rotate: two processes, of which one makes a new key */

static void
part_rotate(void)
{
	struct keyring *one = keyring_new(a, &conf, db);
	struct keyring *two = keyring_new(a, &conf, db);
	const char *old = signed_by(one, "a token"), *new, *kid = "";

	good(believes(two, a, old), "the other knows its key");
	good(keyring_rotate(two, a, &kid), "a new key");
	new = signed_by(two, "signs");
	is_str(kid_of(new), kid, "with its name");
	ok(strcmp(kid, kid_of(old)) != 0, "another than before");
	good(believes(two, a, old), "old tokens stay good");
	good(believes(one, a, new), "who knew the old key alone reads again");
	is_int((long long)published(one), 2, "both are published");
	good(keyring_rotate(two, a, &kid), "one more");
	bad(believes(one, a, signed_by(two, "signs")), ERR_AUTH, "unknown kid",
	    "but nobody makes us read again at once");
	good(believes(keyring_new(a, &conf, db), a, signed_by(two, "again")),
	    "while a new process knows it");
}

/* ---- closed: the newest key was sealed with another secret */

static void
part_closed(void)
{
	struct keyring *k = keyring_new(a, &conf, db);
	const char *text = "untouched";
	struct buf b;

	bad(keyring_sign(k, a, CLAIMS, &text), ERR_BUG, "auth_secret",
	    "nothing is signed");
	bad(keyring_rotate(k, a, &text), ERR_BUG, "auth_secret",
	    "no key is made");
	is_str(text, "untouched", "nothing comes out");
	ok(published(k) > 0, "public keys need no secret");
	buf_init(&b, a, 65536);
	good(keyring_list(k, a, &b), "listed all the same");
}

/* ---- retired: no key is live, and the newest cannot be opened */

static void
part_retired(void)
{
	struct keyring *k = keyring_new(a, &conf, db);
	const char *text;
	struct json_object *o;

	bad(keyring_sign(k, a, CLAIMS, &text), ERR_BUG, "auth_secret",
	    "no key is made for signing");
	bad(keyring_publish(k, a, &o), ERR_BUG, "auth_secret",
	    "nor for the list");
}

/* ---- broken: the newest private half is rubbish */

static void
part_broken(void)
{
	const char *text;

	bad(keyring_sign(keyring_new(a, &conf, db), a, CLAIMS, &text),
	    ERR_BUG, "key ", "nothing is signed with rubbish");
}

/* ---- plain: the site keeps its keys unsealed; what we add is alike */

static void
part_plain(void)
{
	struct keyring *k = keyring_new(a, &conf, db);
	const char *token = signed_by(k, "signed with a plain key"), *kid;

	is_str(kid_of(token), "plain", "the site's");
	good(believes(k, a, token), "and believed");
	good(keyring_rotate(k, a, &kid), "a new one");
	good(believes(k, a, signed_by(k, "signs")), "and is believed");
}

/* ---- away: no database */

static void
part_away(void)
{
	struct keyring *k = keyring_new(a, &conf, db);
	struct buf b;
	struct json_object *o;
	const char *text;

	buf_init(&b, a, 1000);
	bad(keyring_sign(k, a, CLAIMS, &text), ERR_DB, "signing keys", "sign");
	bad(keyring_publish(k, a, &o), ERR_DB, "signing keys", "publish");
	bad(keyring_rotate(k, a, &text), ERR_DB, "", "rotate");
	bad(keyring_list(k, a, &b), ERR_DB, "", "list");
	bad(believes(k, a, "eyJhbGciOiJFZERTQSIsImtpZCI6IngifQ.e30.AA"),
	    ERR_DB, "signing keys", "find");
}

static const struct part {
	const char	*name;
	void		(*run)(void);
} parts[] = {
	{ "first", part_first }, { "rotate", part_rotate },
	{ "closed", part_closed }, { "retired", part_retired },
	{ "broken", part_broken }, { "plain", part_plain },
	{ "away", part_away },
};

int
main(int argc, char **argv)
{
	const char *settings[] = { NULL, NULL };

	if (argc < 4) {
		puts("1..0 # SKIP no database: t/235-keys.t brings one");
		return 0;
	}
	a = arena_new();
	settings[0] = arena_printf(a, "TASKCHAT_DATABASE_URL=%s", argv[1]);
	good(conf_load(a, NULL, (char *const *)settings, &conf), "settings");
	conf.auth_secret = argv[2];
	db = db_open(&conf);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strcmp(parts[i].name, argv[3]) == 0)
			parts[i].run();
	arena_free(a);
	db_close(db);
	return tap_done();
}
