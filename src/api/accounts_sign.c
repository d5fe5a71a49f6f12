#include <stdlib.h>

#include "api/accounts.h"

const struct err *
api_account_sign_up(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_sign_in(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_sign_out(struct api_call *c)
{
	(void)c;
	abort();
}
