#include <stdlib.h>

#include "api/accounts.h"

const struct err *
account_err(struct api_call *c, enum err_kind kind, const char *code, const char *message)
{
	abort();
}

void
accounts_send_err(struct http_req *q, const struct err *e)
{
	abort();
}

const struct err *
accounts_admit(struct api_call *c)
{
	abort();
}

const struct err *
signed_in_read(struct api_call *c, bool refresh, struct signed_in *out)
{
	abort();
}

const struct err *
signed_in_need(struct api_call *c, struct signed_in *out)
{
	abort();
}

void
session_cookie_set(struct api_call *c, const char *token, bool remember)
{
	abort();
}

void
session_cookie_end(struct api_call *c)
{
	abort();
}

struct json_object *
user_json(const struct account_user *u)
{
	abort();
}

struct json_object *
session_json(const struct account_session *s)
{
	abort();
}

const struct err *
account_token(struct api_call *c, const struct signed_in *s, const char **token)
{
	abort();
}

bool
mail_on(const struct conf *c)
{
	abort();
}
