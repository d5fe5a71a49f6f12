#include <string.h>

#include "auth/auth_parts.h"

bool
auth_scope_has(const char *scopes, const char *scope)
{
	size_t n = strlen(scope);

	if (scopes == NULL)
		return false;
	for (; *scopes != '\0'; scopes += strcspn(scopes, " "),
	    scopes += strspn(scopes, " "))
		if (strncmp(scopes, scope, n) == 0 &&
		    (scopes[n] == '\0' || scopes[n] == ' '))
			return true;
	return false;
}

static const char *
known(bool reads, bool writes)
{
	if (reads && writes)
		return AUTH_SCOPES;
	return reads ? AUTH_SCOPE_READ : writes ? AUTH_SCOPE_WRITE : "";
}

const char *
auth_scopes_known(const char *scopes)
{
	return known(auth_scope_has(scopes, AUTH_SCOPE_READ),
	    auth_scope_has(scopes, AUTH_SCOPE_WRITE));
}

static bool
claims_have(struct json_object *claims, const char *scope)
{
	struct json_object *scp = js_get(claims, "scp");
	size_t i;

	if (js_has(claims, "scope"))
		return auth_scope_has(js_text(claims, "scope", NULL), scope);
	for (i = 0; i < js_len(scp); i++)
		if (js_type(js_at(scp, i)) == JS_STR &&
		    str_is(js_str(js_at(scp, i)), scope))
			return true;
	return auth_scope_has(js_text(claims, "scp", NULL), scope);
}

const char *
auth_scope_claims(struct json_object *claims)
{
	return known(claims_have(claims, AUTH_SCOPE_READ),
	    claims_have(claims, AUTH_SCOPE_WRITE));
}
