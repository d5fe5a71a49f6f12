#include <stdlib.h>

#include "store/account.h"

const struct err *
account_session_new(struct db *db, struct arena *a, const char *user_id, const struct session_wish *w, struct account_session *out)
{
	abort();
}

const struct err *
account_session_read(struct db *db, struct arena *a, const char *token, bool refresh, bool *found, struct account_user *user, struct account_session *session)
{
	abort();
}

const struct err *
account_session_alive(struct db *db, struct arena *a, const char *user_id, const char *session_id, bool *alive)
{
	abort();
}

const struct err *
account_session_user(struct db *db, struct arena *a, const char *token, const char **user_id)
{
	abort();
}

const struct err *
account_session_list(struct db *db, struct arena *a, const char *user_id, struct account_sessions *out)
{
	abort();
}

const struct err *
account_session_end(struct db *db, struct arena *a, const char *user_id, const char *token, bool *ended)
{
	abort();
}

const struct err *
account_session_end_all(struct db *db, struct arena *a, const char *user_id, const char *except)
{
	abort();
}

const struct err *
account_sign_out(struct db *db, struct arena *a, const char *token)
{
	abort();
}

const struct err *
account_find(struct db *db, struct arena *a, const char *email, bool *found, struct account_user *user, const char **hash)
{
	abort();
}

const struct err *
account_hash(struct db *db, struct arena *a, const char *user_id, const char **hash)
{
	abort();
}

const struct err *
account_sign_up(struct db *db, struct arena *a, const char *name, const char *email, const char *image, const char *hash, const struct session_wish *w, struct account_user *user, struct account_session *session)
{
	abort();
}

const struct err *
account_update(struct db *db, struct arena *a, const char *user_id, const char *name, bool set_image, const char *image, struct account_user *user)
{
	abort();
}

const struct err *
account_password_change(struct db *db, struct arena *a, const char *user_id, const char *hash, bool end_sessions, const struct session_wish *w, bool *had_login, struct account_session *session)
{
	abort();
}

const struct err *
account_logins(struct db *db, struct arena *a, const char *user_id, struct account_logins *out)
{
	abort();
}

const struct err *
account_delete(struct db *db, struct arena *a, const char *user_id, const char *owner)
{
	abort();
}

const struct err *
account_reset_begin(struct db *db, struct arena *a, const char *email, const char *token, const struct mail_wish *m)
{
	abort();
}

const struct err *
account_reset_ok(struct db *db, struct arena *a, const char *token, bool *ok)
{
	abort();
}

const struct err *
account_reset_finish(struct db *db, struct arena *a, const char *token, const char *hash)
{
	abort();
}

const struct err *
account_mail(struct db *db, struct arena *a, const char *to, const struct mail_wish *m)
{
	abort();
}

const struct err *
account_email_verified(struct db *db, struct arena *a, const char *email, const char *update_to, bool *found, struct account_user *user)
{
	abort();
}

const struct err *
throttle_hit(struct db *db, struct arena *a, size_t n, const struct throttle *t, int *wait)
{
	abort();
}

const struct err *
throttle_clear(struct db *db, struct arena *a, const char *key)
{
	abort();
}
