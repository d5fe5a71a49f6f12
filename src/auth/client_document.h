/*
 * Programs that describe themselves: the id of such a client is an https
 * address, and what stands there is its description (draft-ietf-oauth-
 * client-id-metadata-document).  Whoever signs somebody in for it reads that
 * first.  Nothing in a description is proof of anything but that the host of
 * its address put it there: that host is what a person is shown.
 *
 * And the rules for addresses that a browser is sent back to, which hold for
 * every client.
 */
#ifndef AUTH_CLIENT_DOCUMENT_H
#define AUTH_CLIENT_DOCUMENT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "fetch/fetch.h"
#include "store/oauth.h"

#define CLIENT_SECONDS	5	/* a host has for its answer */

/* How long a description may be kept, in seconds (Cache-Control: max-age). */
#define CLIENT_FRESH	 3600	/* the host does not say */
#define CLIENT_FRESH_MIN 60
#define CLIENT_FRESH_MAX 86400

/*
 * Is this the id of a client that describes itself?  An https address of at
 * most MAX_CLIENT_ID bytes, with a host and a path other than "/"; without a
 * user, a fragment, a dot segment, however that is encoded, and any character
 * that RFC 3986 has no place for.
 */
bool	 client_id_is_document(struct str id);

/* oauth_client_hosts: is the host of this document's address among them? */
bool	 client_host_allowed(const struct conf *c, const char *id);

/*
 * What a person may read as the name of a program: one line without control
 * characters, without characters that cannot be seen or turn the direction
 * of writing, at most MAX_CLIENT_NAME characters.  May be left empty.  s is
 * UTF-8; the result is in a.
 */
const char *client_name_clean(struct arena *a, struct str s);

/*
 * The description found at the address id, which client_id_is_document()
 * knows.  All of *out is in a; fresh is CLIENT_FRESH, registered false, there
 * is no secret.  name is client_name, cleaned, or the host; host the one of
 * id in lower case, with its port unless that is 443; uri is client_uri, or
 * NULL when it is none or no https address.
 *
 * ERR_INPUT "client_invalid", and say names what is wrong: no JSON object, a
 * field of the wrong type, client_id not exactly id, no redirect_uris or more
 * than MAX_REDIRECT_URIS or one that is not redirect_uri_ok(), a secret or a
 * way of proving itself (only "none" is for those whose description is
 * public), grant_types or response_types without what we do.
 */
const struct err *client_document_read(struct arena *a, const char *id,
    struct str text, struct oauth_client *out);

/*
 * The same, read from its address, and out->fresh as the host wishes, within
 * bounds.  f is the thread's.  Only https, no redirect is followed, at most
 * MAX_CLIENT_DOCUMENT bytes and CLIENT_SECONDS; only public addresses, unless
 * oauth_client_hosts names the very host.
 *
 * Besides "client_invalid" (also: a host that is not allowed or not public,
 * another status than 200, another type than JSON, too long) ERR_UPSTREAM
 * "client_unreachable": no answer, or one that says "not now" (408, 429, 5xx).
 * An older copy may serve then.
 */
const struct err *client_document_fetch(struct fetch *f, struct arena *a,
    const struct conf *c, const char *id, struct oauth_client *out);

/*
 * May a browser be sent back to this address, if its client says so?  An
 * https address; an http one of 127.0.0.1, [::1] or localhost (RFC 8252
 * section 7.3); or one whose scheme belongs to a program on the person's own
 * machine (section 7.1), none of those a browser itself does something with.
 * No user, no fragment, at most MAX_REDIRECT_URI bytes, only characters that
 * RFC 3986 has.
 */
bool	 redirect_uri_ok(struct str uri);

/*
 * Is it ok, and one of these (an array of texts)?  Byte for byte (RFC 9700
 * section 4.1.3); but for http to the person's own machine any port will do,
 * also where the listed one has none.
 */
bool	 redirect_uri_listed(struct json_object *uris, struct str uri);

#endif
