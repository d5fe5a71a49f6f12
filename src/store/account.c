#include "store/account.h"

/*
 * Ids come in as text and are made what they are in the database by
 * taskchat.account_user_key() and account_session_key(); a text that cannot
 * be one is nobody's.
 */
#define USER_KEY(n)	"taskchat.account_user_key($" #n ")"

#define USER_COLUMNS \
	" u.id::text, u.name, u.email, u.email_verified, u.image," \
	" taskchat.rfc3339(u.created_at), taskchat.rfc3339(u.updated_at)"
enum { USER_N = 7 };

#define SESSION_COLUMNS \
	" s.id::text, s.token, s.user_id::text," \
	" taskchat.rfc3339(s.expires_at), taskchat.rfc3339(s.created_at)," \
	" taskchat.rfc3339(s.updated_at), s.ip_address, s.user_agent," \
	" s.created_at > now() - interval '1 day'"

/* A session of "whose"; the others are numbers of parameters. */
#define SESSION_INSERT(whose, t, days, ip, agent) \
	"INSERT INTO taskchat.account_session" \
	" (token, user_id, expires_at, ip_address, user_agent)" \
	" SELECT $" #t "::text, " whose ", now()" \
	" + make_interval(days => $" #days "::integer)," \
	" $" #ip "::text, $" #agent "::text"

/* The password login of a user; imported rows may have any account_id. */
#define CREDENTIAL	"l.provider_id = 'credential'"

enum { SESSION_NEW, SESSION_READ, SESSION_ALIVE, SESSION_USER, SESSION_LIST,
    SESSION_END, SESSION_END_ALL, SIGN_OUT, FIND, HASH, SIGN_UP, UPDATE,
    PASSWORD_LOCK, PASSWORD, LOGINS, DELETE, RESET_BEGIN, RESET_OK,
    RESET_FINISH, MAIL, VERIFIED, USER_READ, READ, ACCOUNT__N };

static const struct stmt account_sql[ACCOUNT__N] = {
	/*
	 * With it go, a few at a time, those of the user that have expired.
	 * The password's row is locked: a change of it that is under way is
	 * waited for, and then looked at; one that comes later waits, and
	 * ends this session.
	 */
	[SESSION_NEW] = { "account_session_new",
	    "WITH u AS (SELECT a.id FROM taskchat.account_user a"
	    "  JOIN taskchat.account_login l ON l.user_id = a.id"
	    "  WHERE a.id = " USER_KEY(1) " AND " CREDENTIAL
	    "  AND l.password = $7 LIMIT 1"
	    "  FOR KEY SHARE OF a FOR SHARE OF l),"
	    " gone AS (DELETE FROM taskchat.account_session o"
	    "  WHERE o.token = $6 AND EXISTS (SELECT FROM u)),"
	    " old AS (DELETE FROM taskchat.account_session o WHERE o.id IN"
	    "  (SELECT x.id FROM taskchat.account_session x"
	    "  WHERE x.user_id = (SELECT u.id FROM u)"
	    "  AND x.expires_at <= now() AND x.token IS DISTINCT FROM $6"
	    "  LIMIT 20 FOR UPDATE SKIP LOCKED)),"
	    " s AS (" SESSION_INSERT("u.id", 2, 3, 4, 5) " FROM u RETURNING *)"
	    " SELECT" SESSION_COLUMNS " FROM s", STMT_ONCE },
	/*
	 * Better Auth's rule: a session is prolonged when a day or more of its
	 * days is over.  Two at once: the second sees that it was done.
	 */
	[SESSION_READ] = { "account_session_read",
	    "WITH gone AS (DELETE FROM taskchat.account_session o"
	    "  WHERE o.token = $1 AND o.expires_at <= now()),"
	    " more AS (UPDATE taskchat.account_session o"
	    "  SET expires_at = now() + make_interval(days => $3::integer),"
	    "  updated_at = now() WHERE o.token = $1 AND $2::boolean"
	    "  AND o.expires_at > now() AND o.expires_at"
	    "  <= now() + make_interval(days => $3::integer - 1) RETURNING *),"
	    " s AS (SELECT * FROM more UNION ALL"
	    "  SELECT o.* FROM taskchat.account_session o WHERE o.token = $1"
	    "  AND o.expires_at > now() AND NOT EXISTS (SELECT FROM more))"
	    " SELECT" USER_COLUMNS "," SESSION_COLUMNS ","
	    " EXISTS (SELECT FROM more)"
	    " FROM s JOIN taskchat.account_user u ON u.id = s.user_id",
	    STMT_PLAIN },
	[SESSION_ALIVE] = { "account_session_alive",
	    "SELECT CASE WHEN $2::text IS NULL THEN EXISTS (SELECT"
	    "  FROM taskchat.account_user u WHERE u.id = " USER_KEY(1) ")"
	    " ELSE EXISTS (SELECT FROM taskchat.account_session s"
	    "  WHERE s.id = taskchat.account_session_key($2)"
	    "  AND s.user_id = " USER_KEY(1) " AND s.expires_at > now()) END",
	    STMT_PLAIN },
	[SESSION_USER] = { "account_session_user",
	    "SELECT s.user_id::text FROM taskchat.account_session s"
	    " WHERE s.token = $1 AND s.expires_at > now()", STMT_PLAIN },
	[SESSION_LIST] = { "account_session_list",
	    "SELECT" SESSION_COLUMNS " FROM taskchat.account_session s"
	    " WHERE s.user_id = " USER_KEY(1) " AND s.expires_at > now()"
	    " ORDER BY s.created_at DESC, s.id", STMT_PLAIN },
	[SESSION_END] = { "account_session_end",
	    "DELETE FROM taskchat.account_session s WHERE s.token = $2"
	    " AND s.user_id = " USER_KEY(1) " RETURNING 1", STMT_ONCE },
	[SESSION_END_ALL] = { "account_session_end_all",
	    "DELETE FROM taskchat.account_session s WHERE s.user_id = "
	    USER_KEY(1) " AND s.token IS DISTINCT FROM $2", STMT_PLAIN },
	[SIGN_OUT] = { "account_sign_out",
	    "DELETE FROM taskchat.account_session s WHERE s.token = $1",
	    STMT_PLAIN },
	[FIND] = { "account_find",
	    "SELECT" USER_COLUMNS ", (SELECT l.password"
	    "  FROM taskchat.account_login l WHERE l.user_id = u.id"
	    "  AND " CREDENTIAL " AND l.password IS NOT NULL"
	    "  ORDER BY l.created_at, l.id LIMIT 1)"
	    " FROM taskchat.account_user u WHERE u.email = $1 LIMIT 1",
	    STMT_PLAIN },
	[HASH] = { "account_hash",
	    "SELECT l.password FROM taskchat.account_login l"
	    " WHERE l.user_id = " USER_KEY(1) " AND " CREDENTIAL
	    " AND l.password IS NOT NULL ORDER BY l.created_at, l.id LIMIT 1",
	    STMT_PLAIN },
	/*
	 * No error when the address is taken, but no row: an error would
	 * write the address into the database's log.
	 */
	[SIGN_UP] = { "account_sign_up",
	    "WITH u AS (INSERT INTO taskchat.account_user (name, email, image)"
	    "  SELECT $2::text, $1::text, $3::text WHERE NOT EXISTS"
	    "  (SELECT FROM taskchat.account_user a WHERE a.email = $1)"
	    "  ON CONFLICT DO NOTHING RETURNING *),"
	    " l AS (INSERT INTO taskchat.account_login"
	    "  (account_id, provider_id, user_id, password)"
	    "  SELECT u.id::text, 'credential', u.id, $4::text FROM u),"
	    " gone AS (DELETE FROM taskchat.account_session o"
	    "  WHERE o.token = $9 AND EXISTS (SELECT FROM u)),"
	    " s AS (" SESSION_INSERT("u.id", 5, 6, 7, 8)
	    "  FROM u WHERE $5::text IS NOT NULL RETURNING *)"
	    " SELECT" USER_COLUMNS "," SESSION_COLUMNS
	    " FROM u LEFT JOIN s ON true", STMT_ONCE },
	[UPDATE] = { "account_update",
	    "UPDATE taskchat.account_user u SET name = coalesce($2, u.name),"
	    " image = CASE WHEN $3::boolean THEN $4 ELSE u.image END,"
	    " updated_at = now() WHERE u.id = " USER_KEY(1)
	    " RETURNING" USER_COLUMNS, STMT_PLAIN },
	/* before the next, which then sees what others have just done */
	[PASSWORD_LOCK] = { "account_password_lock",
	    "SELECT FROM taskchat.account_user a"
	    " JOIN taskchat.account_login l ON l.user_id = a.id"
	    " WHERE a.id = " USER_KEY(1) " AND " CREDENTIAL
	    " FOR NO KEY UPDATE", STMT_ONCE },
	[PASSWORD] = { "account_password_change",
	    "WITH l AS (UPDATE taskchat.account_login l SET password = $2,"
	    "  updated_at = now() WHERE l.user_id = " USER_KEY(1)
	    "  AND " CREDENTIAL " AND l.password IS NOT NULL"
	    "  AND EXISTS (SELECT FROM taskchat.account_login l"
	    "  WHERE l.user_id = " USER_KEY(1) " AND " CREDENTIAL
	    "  AND l.password = $8) RETURNING l.user_id),"
	    " r AS (DELETE FROM taskchat.account_verification v"
	    "  WHERE v.value = $1 AND v.identifier LIKE 'reset-password:%'"
	    "  AND EXISTS (SELECT FROM l)),"
	    " gone AS (DELETE FROM taskchat.account_session o"
	    "  WHERE o.user_id = " USER_KEY(1) " AND $3::boolean"
	    "  AND EXISTS (SELECT FROM l)),"
	    " s AS (" SESSION_INSERT("l.user_id", 4, 5, 6, 7)
	    "  FROM l WHERE $4::text IS NOT NULL LIMIT 1 RETURNING *)"
	    " SELECT" SESSION_COLUMNS
	    " FROM (SELECT FROM l LIMIT 1) l LEFT JOIN s ON true",
	    STMT_ONCE },
	[LOGINS] = { "account_logins",
	    "SELECT l.id::text, l.provider_id, l.account_id, l.user_id::text,"
	    " taskchat.rfc3339(l.created_at), taskchat.rfc3339(l.updated_at)"
	    " FROM taskchat.account_login l WHERE l.user_id = " USER_KEY(1)
	    " ORDER BY l.created_at, l.id", STMT_PLAIN },
	[DELETE] = { "account_delete",
	    "SELECT taskchat.account_delete($1, $2)", STMT_PLAIN },
	[RESET_BEGIN] = { "account_reset_begin",
	    "SELECT taskchat.account_reset_begin($1, $2, $3, $4, $5)",
	    STMT_ONCE },
	[RESET_OK] = { "account_reset_ok",
	    "SELECT EXISTS (SELECT FROM taskchat.account_verification v"
	    " JOIN taskchat.account_user u"
	    " ON u.id = taskchat.account_user_key(v.value)"
	    " WHERE v.identifier = 'reset-password:' || $1"
	    " AND v.expires_at > now())", STMT_PLAIN },
	[RESET_FINISH] = { "account_reset_finish",
	    "SELECT taskchat.account_reset_finish($1, $2, $3)", STMT_ONCE },
	[MAIL] = { "account_mail",
	    "INSERT INTO taskchat.mail (to_address, subject, body)"
	    " VALUES ($1, $2, $3)", STMT_ONCE },
	[VERIFIED] = { "account_email_verified",
	    "SELECT taskchat.account_email_verified($1, $2, $3)",
	    STMT_ONCE },
	[USER_READ] = { "account_user_read",
	    "SELECT" USER_COLUMNS " FROM taskchat.account_user u"
	    " WHERE u.email = $1 LIMIT 1", STMT_PLAIN },
	[READ] = { "account_read",
	    "SELECT" USER_COLUMNS " FROM taskchat.account_user u"
	    " WHERE u.id = " USER_KEY(1), STMT_PLAIN },
};

/* ------------------------------------------------------------ rows */

static struct account_user
user_of(const struct rows *r)
{
	return (struct account_user){
		.id = rows_get(r, 0, 0), .name = rows_get(r, 0, 1),
		.email = rows_get(r, 0, 2),
		.email_verified = rows_bool(r, 0, 3),
		.image = rows_get(r, 0, 4), .created_at = rows_get(r, 0, 5),
		.updated_at = rows_get(r, 0, 6),
	};
}

/* The session whose columns begin at col. */
static struct account_session
session_of(const struct rows *r, int row, int col)
{
	return (struct account_session){
		.id = rows_get(r, row, col), .token = rows_get(r, row, col + 1),
		.user_id = rows_get(r, row, col + 2),
		.expires_at = rows_get(r, row, col + 3),
		.created_at = rows_get(r, row, col + 4),
		.updated_at = rows_get(r, row, col + 5),
		.ip_address = rows_get(r, row, col + 6),
		.user_agent = rows_get(r, row, col + 7),
		.fresh = rows_bool(r, row, col + 8),
	};
}

static const char *
number(struct arena *a, int n)
{
	return arena_printf(a, "%d", n);
}

/* The user went away between two statements. */
static const struct err *
nobody(struct arena *a)
{
	return err_new(a, ERR_AUTH, "unauthorized", "Please sign in.",
	    "this user is not there any more");
}

static const struct err *
user_exists(struct arena *a)
{
	return err_new(a, ERR_CONFLICT, "user_exists",
	    "Somebody has this e-mail address already.",
	    "the e-mail address is taken");
}

/* Run one whose rows do not matter. */
static const struct err *
run(struct db *db, struct arena *a, int st, int n, const char *const *args)
{
	struct rows *r;

	return db_run(db, a, &account_sql[st], n, args, &r);
}

/* -------------------------------------------------------- sessions */

const struct err *
account_session_new(struct db *db, struct arena *a, const char *user_id,
    const char *hash, const struct session_wish *w,
    struct account_session *out)
{
	const char *args[] = { user_id, w->token, number(a, w->days), w->ip,
	    w->agent, w->instead, hash };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SESSION_NEW], 7, args, &r);
	if (e != NULL)
		return e;
	if (r->n == 0)
		return nobody(a);
	*out = session_of(r, 0, 0);
	return NULL;
}

const struct err *
account_session_read(struct db *db, struct arena *a, const char *token,
    bool refresh, bool *found, struct account_user *user,
    struct account_session *session)
{
	const char *args[] = { token, refresh ? "t" : "f",
	    number(a, SESSION_DAYS) };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SESSION_READ], 3, args, &r);
	if (e != NULL)
		return e;
	*found = r->n > 0;
	if (*found) {
		*user = user_of(r);
		*session = session_of(r, 0, USER_N);
		session->refreshed = rows_bool(r, 0, r->cols - 1);
	}
	return NULL;
}

const struct err *
account_session_alive(struct db *db, struct arena *a, const char *user_id,
    const char *session_id, bool *alive)
{
	const char *args[] = { user_id, session_id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SESSION_ALIVE], 2, args, &r);
	if (e == NULL)
		*alive = rows_bool(r, 0, 0);
	return e;
}

const struct err *
account_session_user(struct db *db, struct arena *a, const char *token,
    const char **user_id)
{
	const char *args[] = { token };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SESSION_USER], 1, args, &r);
	if (e == NULL)
		*user_id = r->n > 0 ? rows_get(r, 0, 0) : NULL;
	return e;
}

const struct err *
account_session_list(struct db *db, struct arena *a, const char *user_id,
    struct account_sessions *out)
{
	const char *args[] = { user_id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SESSION_LIST], 1, args, &r);
	if (e != NULL)
		return e;
	out->n = (size_t)r->n;
	out->s = arena_alloc(a, (out->n + 1) * sizeof(*out->s));
	for (int i = 0; i < r->n; i++)
		out->s[i] = session_of(r, i, 0);
	return NULL;
}

const struct err *
account_session_end(struct db *db, struct arena *a, const char *user_id,
    const char *token, bool *ended)
{
	const char *args[] = { user_id, token };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SESSION_END], 2, args, &r);
	if (e == NULL)
		*ended = r->n > 0;
	return e;
}

const struct err *
account_session_end_all(struct db *db, struct arena *a, const char *user_id,
    const char *except)
{
	const char *args[] = { user_id, except };

	return run(db, a, SESSION_END_ALL, 2, args);
}

const struct err *
account_sign_out(struct db *db, struct arena *a, const char *token)
{
	const char *args[] = { token };

	return run(db, a, SIGN_OUT, 1, args);
}

/* ----------------------------------------------------------- users */

const struct err *
account_find(struct db *db, struct arena *a, const char *email, bool *found,
    struct account_user *user, const char **hash)
{
	const char *args[] = { email };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[FIND], 1, args, &r);
	if (e != NULL)
		return e;
	*found = r->n > 0;
	*hash = *found ? rows_get(r, 0, USER_N) : NULL;
	if (*found)
		*user = user_of(r);
	return NULL;
}

const struct err *
account_read(struct db *db, struct arena *a, const char *user_id,
    bool *found, struct account_user *user)
{
	const char *args[] = { user_id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[READ], 1, args, &r);
	if (e != NULL)
		return e;
	*found = r->n > 0;
	if (*found)
		*user = user_of(r);
	return NULL;
}

const struct err *
account_hash(struct db *db, struct arena *a, const char *user_id,
    const char **hash)
{
	const char *args[] = { user_id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[HASH], 1, args, &r);
	if (e == NULL)
		*hash = r->n > 0 ? rows_get(r, 0, 0) : NULL;
	return e;
}

const struct err *
account_sign_up(struct db *db, struct arena *a, const char *name,
    const char *email, const char *image, const char *hash,
    const struct session_wish *w, struct account_user *user,
    struct account_session *session)
{
	const char *args[] = { email, name, image, hash,
	    w != NULL ? w->token : NULL, w != NULL ? number(a, w->days) : NULL,
	    w != NULL ? w->ip : NULL, w != NULL ? w->agent : NULL,
	    w != NULL ? w->instead : NULL };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[SIGN_UP], 9, args, &r);
	if (e != NULL)
		return e;
	if (r->n == 0)
		return user_exists(a);
	*user = user_of(r);
	if (w != NULL)
		*session = session_of(r, 0, USER_N);
	return NULL;
}

const struct err *
account_update(struct db *db, struct arena *a, const char *user_id,
    const char *name, bool set_image, const char *image,
    struct account_user *user)
{
	const char *args[] = { user_id, name, set_image ? "t" : "f", image };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[UPDATE], 4, args, &r);
	if (e != NULL)
		return e;
	if (r->n == 0)
		return nobody(a);
	*user = user_of(r);
	return NULL;
}

const struct err *
account_password_change(struct db *db, struct arena *a, const char *user_id,
    const char *was, const char *hash, bool end_sessions,
    const struct session_wish *w, bool *done, struct account_session *session)
{
	const char *args[] = { user_id, hash, end_sessions ? "t" : "f",
	    w != NULL ? w->token : NULL, w != NULL ? number(a, w->days) : NULL,
	    w != NULL ? w->ip : NULL, w != NULL ? w->agent : NULL, was };
	const struct err *e;
	struct rows *locked, *r;

	e = db_run2(db, a, &account_sql[PASSWORD_LOCK], 1, args, &locked,
	    &account_sql[PASSWORD], 8, args, &r);
	if (e != NULL)
		return e;
	*done = r->n > 0;
	if (*done && w != NULL)
		*session = session_of(r, 0, 0);
	return NULL;
}

const struct err *
account_logins(struct db *db, struct arena *a, const char *user_id,
    struct account_logins *out)
{
	const char *args[] = { user_id };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[LOGINS], 1, args, &r);
	if (e != NULL)
		return e;
	out->n = (size_t)r->n;
	out->l = arena_alloc(a, (out->n + 1) * sizeof(*out->l));
	for (int i = 0; i < r->n; i++)
		out->l[i] = (struct account_login){
			.id = rows_get(r, i, 0),
			.provider_id = rows_get(r, i, 1),
			.account_id = rows_get(r, i, 2),
			.user_id = rows_get(r, i, 3),
			.created_at = rows_get(r, i, 4),
			.updated_at = rows_get(r, i, 5),
		};
	return NULL;
}

const struct err *
account_delete(struct db *db, struct arena *a, const char *user_id,
    const char *owner)
{
	const char *args[] = { user_id, owner };

	return run(db, a, DELETE, 2, args);
}

/* ------------------------------------------------ messages to people */

const struct err *
account_reset_begin(struct db *db, struct arena *a, const char *email,
    const char *token, const struct mail_wish *m)
{
	const char *args[] = { email, token, number(a, RESET_MINUTES),
	    m->subject, m->body };

	return run(db, a, RESET_BEGIN, 5, args);
}

const struct err *
account_reset_ok(struct db *db, struct arena *a, const char *token, bool *ok)
{
	const char *args[] = { token };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[RESET_OK], 1, args, &r);
	if (e == NULL)
		*ok = rows_bool(r, 0, 0);
	return e;
}

const struct err *
account_reset_finish(struct db *db, struct arena *a, const char *token,
    const char *hash, const char *network)
{
	const char *args[] = { token, hash, network };
	const struct err *e;
	struct rows *r;

	e = db_run(db, a, &account_sql[RESET_FINISH], 3, args, &r);
	if (e != NULL)
		return e;
	if (rows_get(r, 0, 0) == NULL)
		return err_new(a, ERR_INPUT, "invalid_token",
		    "This link has expired or was used already.",
		    "a reset token that is not good");
	return NULL;
}

const struct err *
account_mail(struct db *db, struct arena *a, const char *to,
    const struct mail_wish *m)
{
	const char *args[] = { to, m->subject, m->body };

	return run(db, a, MAIL, 3, args);
}

const struct err *
account_email_verified(struct db *db, struct arena *a, const char *email,
    const char *update_to, const char *session_id, bool *found,
    struct account_user *user)
{
	const char *args[] = { email, update_to, session_id };
	const char *now[] = { update_to != NULL ? update_to : email };
	struct rows *r, *u;
	const struct err *e;

	e = db_run2(db, a, &account_sql[VERIFIED], 3, args, &r,
	    &account_sql[USER_READ], 1, now, &u);
	if (e != NULL)
		return e;
	*found = rows_get(r, 0, 0) != NULL && u->n > 0;
	if (*found)
		*user = user_of(u);
	return NULL;
}
