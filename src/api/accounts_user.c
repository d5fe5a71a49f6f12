#include <stdlib.h>

#include "api/accounts.h"

const struct err *
api_account_update(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_password(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_password_check(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_email(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_delete(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_logins(struct api_call *c)
{
	(void)c;
	abort();
}
