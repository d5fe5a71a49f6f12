/* Methods of no product: a test program brings its own file of these. */
#include "api/mcp.h"

bool
mcp_more(struct mcp_call *mc, struct json_object **result,
    const struct mcp_error **error)
{
	(void)mc;
	(void)result;
	(void)error;
	return false;
}

void
mcp_more_list(struct mcp_call *mc, const char *what,
    struct json_object *list)
{
	(void)mc;
	(void)what;
	(void)list;
}
