#include <openssl/crypto.h>
#include <pthread.h>
#include <string.h>

#include "auth/keyring.h"
#include "auth/seal.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/keys.h"

#define ASK_AGAIN_MS	5000	/* for an unknown kid; after a failed reading */

/*
 * What one reading of the table gave.  Never changed afterwards, so threads
 * share it without a lock; each request that uses it counts in refs.
 */
struct key_set {
	struct keyring	*ring;
	struct arena	*a;
	int		 refs;		/* under the ring's lock */
	uint64_t	 number;	/* which reading this was */
	int64_t		 read_at;	/* clock_ms() */
	struct key_rows	 rows;
	struct jwt_keys	 keys;		/* published, and fit for use */
	const char	*published;	/* {"keys":[...]} */
	const char	*skipped;	/* for the log; "" = none */
	bool		 live;		/* is there a key to sign with? */
	struct jwt_key	 signer;
	const char	*fault;		/* why it cannot be used, or NULL */
	const char	*locked;	/* why no key may be added, or NULL */
	bool		 plain;		/* the site does not seal its keys */
};

struct keyring {
	const struct conf *c;
	struct db	*db;
	pthread_mutex_t	 lock;
	pthread_cond_t	 moved;		/* a reading has ended */
	struct key_set	*set;		/* the newest; NULL: none yet */
	bool		 reading;	/* by one thread, without the lock */
	uint64_t	 begun;		/* readings */
	uint64_t	 failed;	/* how many of them failed */
	int64_t		 retry_at;	/* after a failure */
	int64_t		 asked_at;	/* last reading for an unknown kid */
};

static const struct err *
broken(struct arena *a, const char *doing, const char *why)
{
	return err_new(a, ERR_BUG, "internal_error",
	    "Something went wrong on our side.", "%s: %s", doing, why);
}

/* ---- counting who uses a set */

static void
set_release(void *what)
{
	struct key_set *set = what;
	struct keyring *k = set->ring;
	bool last;

	pthread_mutex_lock(&k->lock);
	last = --set->refs == 0;
	pthread_mutex_unlock(&k->lock);
	if (last)
		arena_free(set->a);
}

static void
keyring_undo(void *what)
{
	struct keyring *k = what;

	if (k->set != NULL)
		set_release(k->set);
	pthread_cond_destroy(&k->moved);
	pthread_mutex_destroy(&k->lock);
}

struct keyring *
keyring_new(struct arena *a, const struct conf *c, struct db *db)
{
	struct keyring *k = arena_alloc(a, sizeof(*k));

	k->c = c;
	k->db = db;
	k->asked_at = clock_ms() - ASK_AGAIN_MS;
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->moved, NULL);
	arena_defer(a, keyring_undo, k);
	return k;
}

/* ---- reading one row */

/*
 * The public JWK with its kid and alg, if it is one we can use.  A row's
 * alg goes before the JWK's own, which Better Auth does not write.
 */
static bool
public_read(struct key_set *set, const struct key_row *row,
    struct json_object **jwk, struct jwt_key *key, const char **why)
{
	const struct err *e;
	struct jwt_keys one;

	e = js_parse(set->a, str_of(row->public_key), JSON_DEPTH_TOKEN, jwk);
	if (e == NULL && js_type(*jwk) == JS_OBJ) {
		js_del(*jwk, "kid");
		js_add_text(*jwk, "kid", row->id);
		if (row->alg != NULL)
			js_add_text(*jwk, "alg", row->alg);
		e = jwks_read(set->a, js_write(set->a, *jwk), JWT_ANY, &one);
	} else if (e == NULL) {
		*why = "no JSON object";
		return false;
	}
	if (e != NULL || one.n != 1) {
		*why = e != NULL ? e->log : one.skipped;
		return false;
	}
	*key = one.key[0];
	js_add_text(*jwk, "alg", jwt_alg_name(key->alg));
	return true;
}

static void
published_read(struct key_set *set)
{
	struct json_object *root = js_object(set->a), *list = js_new_array();
	struct json_object *jwk;
	const char *why;

	js_add(root, "keys", list);
	set->skipped = "";
	set->keys.key = arena_alloc(set->a,
	    set->rows.n * sizeof(*set->keys.key));
	for (size_t i = 0; i < set->rows.n; i++) {
		const struct key_row *row = &set->rows.row[i];

		if (!row->published)
			continue;
		if (public_read(set, row, &jwk, &set->keys.key[set->keys.n],
		    &why)) {
			set->keys.n++;
			js_push(list, js_share(jwk));
		} else {
			set->skipped = arena_printf(set->a, "%s%s%s: %s",
			    set->skipped, *set->skipped == '\0' ? "" : "; ",
			    row->id, why);
		}
	}
	set->published = js_dump(set->a, root);
}

/* A row's private JWK in clear, to be wiped; NULL and why not. */
static char *
private_open(struct key_set *set, const struct key_row *row, const char **why)
{
	struct json_object *text;
	struct str plain;

	if (row->private_key[0] == '{')
		return arena_strdup(set->a, row->private_key);
	if (js_parse(set->a, str_of(row->private_key), 1, &text) != NULL ||
	    js_type(text) != JS_STR) {
		*why = "its private half is neither a JWK nor sealed text";
		return NULL;
	}
	if (!seal_open(set->a, str_of(set->ring->c->auth_secret), js_str(text),
	    &plain)) {
		*why = "auth_secret does not open it (was it made with "
		    "another secret?)";
		return NULL;
	}
	return (char *)(uintptr_t)plain.p;
}

/* Is this row's private half one we can read?  Then, maybe, sign with it. */
static const char *
private_read(struct key_set *set, const struct key_row *row,
    struct jwt_key *out)
{
	const char *why = NULL;
	const struct err *e;
	enum jwt_algorithm alg = JWT_ANY;
	char *plain;

	if ((plain = private_open(set, row, &why)) == NULL)
		return arena_printf(set->a, "key %s: %s", row->id, why);
	if (out == NULL) {
		OPENSSL_cleanse(plain, strlen(plain));
		return NULL;
	}
	if (row->alg != NULL)
		alg = jwt_alg_named(str_of(row->alg));
	e = jwk_private_read(set->a, str_of(plain), alg, out);
	OPENSSL_cleanse(plain, strlen(plain));
	if (e != NULL)
		return arena_printf(set->a, "key %s: %s", row->id, e->log);
	out->kid = row->id;
	return NULL;
}

/*
 * The newest live key signs, as with Better Auth.  What may be added goes
 * by the newest key of all: whoever shares the table must be able to read
 * ours, so it gets the same form, and none when that one stays closed to us.
 */
static void
signer_read(struct key_set *set)
{
	for (size_t i = 0; i < set->rows.n && !set->live; i++) {
		if (!set->rows.row[i].live)
			continue;
		set->live = true;
		set->fault = private_read(set, &set->rows.row[i],
		    &set->signer);
	}
	if (set->rows.n == 0)
		return;
	set->plain = set->rows.row[0].private_key[0] == '{';
	set->locked = private_read(set, &set->rows.row[0], NULL);
}

/* The database's error, which may live in an arena that ends sooner. */
static const struct err *
unread(struct arena *a, enum err_kind kind, const char *why)
{
	if (kind != ERR_DB)
		return broken(a, "read the signing keys", why);
	return err_retry(a, err_new(a, ERR_DB, "database_unavailable",
	    "The service cannot reach its database just now. Please try again"
	    " in a moment.", "read the signing keys: %s", why), 2);
}

static const struct err *
set_read(struct keyring *k, struct arena *a, struct key_set **out)
{
	struct arena *own = arena_new();
	struct key_set *set = arena_alloc(own, sizeof(*set));
	const struct err *e;

	set->ring = k;
	set->a = own;
	set->refs = 1;
	set->read_at = clock_ms();
	e = keys_read(k->db, own, MAX_JWKS_KEYS, KEYRING_GRACE, &set->rows);
	if (e != NULL) {
		e = unread(a, e->kind, arena_strdup(a, e->log));
		arena_free(own);
		return e;
	}
	published_read(set);
	signer_read(set);
	*out = set;
	return NULL;
}

/* ---- who reads, and who uses what was read */

/* Under the lock, which is let go while the database answers. */
static const struct err *
ring_read(struct keyring *k, struct arena *a)
{
	struct key_set *set = NULL, *old = k->set;
	uint64_t number = ++k->begun;
	const struct err *e;

	k->reading = true;
	pthread_mutex_unlock(&k->lock);
	e = set_read(k, a, &set);
	if (e == NULL && *set->skipped != '\0' &&
	    (old == NULL || strcmp(old->skipped, set->skipped) != 0))
		log_line(LOG_WARN, "keys that cannot be used: %s",
		    set->skipped);
	pthread_mutex_lock(&k->lock);
	k->reading = false;
	pthread_cond_broadcast(&k->moved);
	if (e != NULL) {
		k->failed++;
		k->retry_at = clock_ms() + ASK_AGAIN_MS;
		return e;
	}
	set->number = number;
	k->set = set;
	if (old != NULL && --old->refs == 0)
		arena_free(old->a);
	return NULL;
}

/* Is the set at hand from reading `least` or later, and young enough? */
static bool
ring_good(const struct keyring *k, uint64_t least)
{
	int64_t now = clock_ms();

	if (k->set == NULL || k->set->number < least)
		return false;
	return least > 0 || now < k->retry_at ||
	    now - k->set->read_at < (int64_t)KEYRING_FRESH * 1000;
}

/*
 * The keys, for as long as a lives.  One thread reads at a time; the others
 * go on with the old set if they may: not those who need a reading that
 * begins after their call (anew).  Who has waited for a reading that failed
 * fails with it, so that a dead database does not hold people one by one.
 */
static const struct err *
ring_get(struct keyring *k, struct arena *a, bool anew, struct key_set **out)
{
	const struct err *e = NULL;
	uint64_t least, failed;

	pthread_mutex_lock(&k->lock);
	least = anew ? k->begun + 1 : 0;
	failed = k->failed;
	while (e == NULL && !ring_good(k, least)) {
		if (!k->reading) {
			e = ring_read(k, a);
		} else if (!anew && k->set != NULL) {
			break;
		} else {
			pthread_cond_wait(&k->moved, &k->lock);
			if (k->failed != failed)
				e = unread(a, ERR_DB, "another request "
				    "could not");
		}
	}
	if (e != NULL && !anew && k->set != NULL)
		e = NULL;		/* the old ones are still good */
	if (e == NULL) {
		*out = k->set;
		(*out)->refs++;
	}
	pthread_mutex_unlock(&k->lock);
	if (e == NULL)
		arena_defer(a, set_release, *out);
	return e;
}

/* ---- making one */

static const struct err *
key_add(struct keyring *k, struct arena *a, const struct key_set *set,
    bool only_if_none, const char **id)
{
	const char *public_jwk, *private_jwk, *stored;
	const struct err *e;

	if (set->locked != NULL)
		return broken(a, "no key is made, for the newest one cannot "
		    "be read", set->locked);
	e = jwk_new(a, &public_jwk, &private_jwk);
	if (e != NULL)
		return e;
	stored = private_jwk;
	if (!set->plain) {
		stored = seal_close(a, str_of(k->c->auth_secret),
		    str_of(private_jwk));
		OPENSSL_cleanse((char *)(uintptr_t)private_jwk,
		    strlen(private_jwk));
		if (stored == NULL)
			return broken(a, "make a key", "libcrypto failed");
		stored = arena_printf(a, "\"%s\"", stored);
	}
	return keys_add(k->db, a, public_jwk, stored, only_if_none, id);
}

/* A set with a live key in it; one is made if there is none. */
static const struct err *
ring_live(struct keyring *k, struct arena *a, struct key_set **set)
{
	const struct err *e;
	const char *id;

	e = ring_get(k, a, false, set);
	if (e != NULL || (*set)->live)
		return e;
	/* Another worker may have made one since we looked. */
	e = ring_get(k, a, true, set);
	if (e != NULL || (*set)->live)
		return e;
	e = key_add(k, a, *set, true, &id);
	if (e == NULL)
		e = ring_get(k, a, true, set);
	if (e == NULL && !(*set)->live)
		return broken(a, "make a key", "it is not in the table");
	return e;
}

/* ---- what others call */

const struct err *
keyring_sign(struct keyring *k, struct arena *a, const char *claims,
    const char **token)
{
	struct key_set *set;
	const struct err *e;

	e = ring_live(k, a, &set);
	if (e != NULL)
		return e;
	if (set->fault != NULL)
		return broken(a, "sign a token", set->fault);
	return jwt_sign(a, &set->signer, claims, token);
}

/* May the table be read again for a kid we do not know? */
static bool
ask_again(struct keyring *k)
{
	int64_t now = clock_ms();
	bool may;

	pthread_mutex_lock(&k->lock);
	may = now - k->asked_at >= ASK_AGAIN_MS;
	if (may)
		k->asked_at = now;
	pthread_mutex_unlock(&k->lock);
	return may;
}

const struct err *
keyring_find(struct keyring *k, struct arena *a, const struct token *t,
    struct jwt_key *out)
{
	const struct jwt_key *key;
	struct key_set *set;
	const struct err *e;

	e = ring_get(k, a, false, &set);
	if (e != NULL)
		return e;
	key = jwt_keys_find(&set->keys, t);
	if (key == NULL && t->kid != NULL && ask_again(k)) {
		e = ring_get(k, a, true, &set);
		if (e != NULL)
			return e;
		key = jwt_keys_find(&set->keys, t);
	}
	if (key == NULL)
		return token_refused(a, "%s", jwt_keys_lack(a, &set->keys,
		    t));
	*out = *key;
	return NULL;
}

const struct err *
keyring_publish(struct keyring *k, struct arena *a, struct json_object **out)
{
	struct key_set *set;
	const struct err *e;

	e = ring_live(k, a, &set);
	if (e != NULL)
		return e;
	return js_parse(a, str_of(set->published), JSON_DEPTH_TOKEN, out);
}

const struct err *
keyring_rotate(struct keyring *k, struct arena *a, const char **kid)
{
	struct key_set *set;
	const struct err *e;

	e = keys_ready(k->db, a);
	if (e == NULL)
		e = ring_get(k, a, true, &set);
	if (e == NULL)
		e = key_add(k, a, set, false, kid);
	if (e == NULL)
		e = ring_get(k, a, true, &set);
	return e;
}

static const char *
alg_of(const struct key_set *set, const char *kid)
{
	for (size_t i = 0; i < set->keys.n; i++)
		if (strcmp(set->keys.key[i].kid, kid) == 0)
			return jwt_alg_name(set->keys.key[i].alg);
	return "-";
}

const struct err *
keyring_list(struct keyring *k, struct arena *a, struct buf *out)
{
	struct key_set *set;
	const struct err *e;

	e = keys_ready(k->db, a);
	if (e == NULL)
		e = ring_get(k, a, true, &set);
	if (e != NULL)
		return e;
	for (size_t i = 0; i < set->rows.n; i++) {
		const struct key_row *row = &set->rows.row[i];

		buf_printf(out, "%s %s %s %s%s%s\n", row->id,
		    alg_of(set, row->id), row->created_at,
		    row->live ? "live" : "retired",
		    row->expires_at == NULL ? "" :
		    row->live ? " until " : " since ",
		    row->expires_at == NULL ? "" : row->expires_at);
	}
	return NULL;
}
