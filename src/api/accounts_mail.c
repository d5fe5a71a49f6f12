#include <stdlib.h>

#include "api/accounts.h"

const struct err *
api_account_reset_ask(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_reset_open(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_reset(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_verify_ask(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_verify(struct api_call *c)
{
	(void)c;
	abort();
}

const struct err *
api_account_error(struct api_call *c)
{
	(void)c;
	abort();
}
