#include <stdio.h>
#include <string.h>

#include "auth/client_document.h"
#include "auth/token_text.h"
#include "base/json.h"
#include "base/text.h"
#include "client_command.h"
#include "store/oauth.h"

static const struct err *refuse(struct arena *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static const struct err *
refuse(struct arena *a, const char *fmt, ...)
{
	const char *why;
	va_list ap;

	va_start(ap, fmt);
	why = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return err_new(a, ERR_INPUT, "wrong_option", "An option is wrong.",
	    "%s", why);
}

static bool
name_ok(struct arena *a, const char *name)
{
	struct str s = str_of(name);

	return s.n > 0 && utf8_ok(s) &&
	    strcmp(client_name_clean(a, s), name) == 0;
}

const struct err *
client_command_check(struct arena *a, const struct client_wish *w)
{
	size_t i;

	if (w->add == NULL && (w->nredirects > 0 || w->secret))
		return refuse(a, "client: --redirect and --secret go with "
		    "--add");
	if (w->add != NULL && w->remove != NULL)
		return refuse(a, "client: --add and --remove do not go "
		    "together");
	if (w->add == NULL)
		return NULL;
	if (!name_ok(a, w->add))
		return refuse(a, "--add: expected a name of 1 to %d "
		    "characters in one line, all of which can be seen",
		    MAX_CLIENT_NAME);
	if (w->nredirects == 0)
		return refuse(a, "client: --redirect URI is missing");
	if (w->nredirects > MAX_REDIRECT_URIS)
		return refuse(a, "--redirect: at most %d of them",
		    MAX_REDIRECT_URIS);
	for (i = 0; i < w->nredirects; i++)
		if (!redirect_uri_ok(str_of(w->redirects[i])))
			return refuse(a, "--redirect: expected an https "
			    "address, http://127.0.0.1, http://[::1] or "
			    "http://localhost with any port, or one with a "
			    "program's own scheme; without a fragment, of "
			    "at most %d bytes", MAX_REDIRECT_URI);
	return NULL;
}

static const struct err *
add(struct arena *a, struct db *db, const struct client_wish *w)
{
	struct oauth_client c = { .name = w->add, .registered = true,
	    .redirect_uris = js_array(a) };
	const char *secret = NULL;
	const struct err *e;
	size_t i;

	for (i = 0; i < w->nredirects; i++)
		js_push(c.redirect_uris, js_new_str(str_of(w->redirects[i])));
	c.id = token_text_make(a, TOKEN_CLIENT);
	if (w->secret) {
		secret = token_text_make(a, TOKEN_SECRET);
		c.secret_hash = token_text_hash_of(a, TOKEN_SECRET,
		    str_of(secret));
	}
	if ((e = oauth_client_add(db, a, &c)) != NULL)
		return e;
	puts(c.id);
	if (secret != NULL)
		puts(secret);
	return NULL;
}

static const struct err *
take_away(struct arena *a, struct db *db, const char *id)
{
	const struct err *e;
	bool found;

	if ((e = oauth_client_remove(db, a, id, &found)) != NULL || found)
		return e;
	return err_new(a, ERR_NOTFOUND, "client_not_found",
	    "No such program is registered.",
	    "client --remove: no such program is registered");
}

static void
print_uri(struct str uri)
{
	printf("\t%.*s\n", (int)uri.n, uri.n == 0 ? "" : uri.p);
}

/* id, when, public or secret, name; and a line for each address. */
static const struct err *
list(struct arena *a, struct db *db)
{
	struct json_object *all, *one, *uris;
	const struct err *e;
	size_t i, k;

	if ((e = oauth_client_list(db, a, &all)) != NULL)
		return e;
	for (i = 0; i < js_len(all); i++) {
		one = js_at(all, i);
		uris = js_get(one, "redirect_uris");
		printf("%s %s %s %s\n", js_text(one, "id", ""),
		    js_text(one, "created_at", "-"),
		    js_bool(one, "secret", false) ? "secret" : "public",
		    js_text(one, "name", ""));
		for (k = 0; k < js_len(uris); k++)
			print_uri(js_str(js_at(uris, k)));
	}
	return NULL;
}

const struct err *
client_command_run(struct arena *a, struct db *db,
    const struct client_wish *w)
{
	if (w->add != NULL)
		return add(a, db, w);
	if (w->remove != NULL)
		return take_away(a, db, w->remove);
	return list(a, db);
}
