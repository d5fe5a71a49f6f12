#include <stdlib.h>

#include "api/accounts.h"

const struct err *
api_account_session(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_sessions(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_revoke(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_revoke_all(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_revoke_others(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_token(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_jwks(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_ok(struct api_call *c)
{
	(void)c;
	abort();
}
