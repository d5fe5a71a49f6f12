#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "auth/cookie.h"
#include "base/bounds.h"
#include "base/text.h"

#define MAC_BYTES	32	/* HMAC-SHA-256 */
#define MAC_TEXT	44	/* in base64, with padding */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str
trim(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	while (p < end && is_blank(end[-1]))
		end--;
	return (struct str){ p, (size_t)(end - p) };
}

static struct str
unquoted(struct str s)
{
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return (struct str){ s.p + 1, s.n - 2 };
	return s;
}

/* One name=value pair; false: it has no '=', or is another's. */
static bool
pair_is(const char *p, const char *end, const char *name, struct str *value)
{
	const char *eq = memchr(p, '=', (size_t)(end - p));

	if (eq == NULL || !str_is(trim(p, eq), name))
		return false;
	*value = unquoted(trim(eq + 1, end));
	return true;
}

bool
cookie_find(const char *header, const char *name, struct str *out)
{
	struct str value = { NULL, 0 };
	const char *p = header, *end;
	int found = 0;

	if (header == NULL || *name == '\0')
		return false;
	for (;; p = end + 1) {
		end = p + strcspn(p, ";");
		found += pair_is(p, end, name, &value);
		if (*end == '\0')
			break;
	}
	if (found == 1)
		*out = value;
	return found == 1;
}

/* The signature as text.  False: libcrypto failed. */
static bool
sign(struct str secret, struct str value, char text[MAC_TEXT + 1])
{
	unsigned char mac[MAC_BYTES];

	if (HMAC(EVP_sha256(), secret.n == 0 ? "" : secret.p, (int)secret.n,
	    (const unsigned char *)(value.n == 0 ? "" : value.p), value.n,
	    mac, NULL) == NULL) {
		ERR_clear_error();
		return false;
	}
	EVP_EncodeBlock((unsigned char *)text, mac, sizeof(mac));
	return true;
}

const char *
cookie_sign(struct arena *a, struct str secret, struct str value)
{
	char text[MAC_TEXT + 1];

	if (!sign(secret, value, text))
		return NULL;
	return arena_printf(a, "%s.%s", arena_strndup(a, value.p, value.n),
	    text);
}

static bool
open_raw(struct str secret, struct str s, struct str *value)
{
	char text[MAC_TEXT + 1];
	struct str v;

	if (s.n < MAC_TEXT + 2 || s.p[s.n - MAC_TEXT - 1] != '.')
		return false;
	v = (struct str){ s.p, s.n - MAC_TEXT - 1 };
	if (!sign(secret, v, text) ||
	    CRYPTO_memcmp(text, v.p + v.n + 1, MAC_TEXT) != 0)
		return false;
	*value = v;
	return true;
}

bool
cookie_open(struct arena *a, struct str secret, struct str signed_value,
    struct str *value)
{
	struct str s;

	if (signed_value.n > MAX_COOKIE)
		return false;
	return open_raw(secret, signed_value, value) ||
	    (url_decode(a, signed_value, false, &s) &&
	    open_raw(secret, s, value));
}

bool
cookie_is_secure(const struct conf *c)
{
	return strncmp(c->public_url, "https://", 8) == 0;
}

const char *
cookie_name(struct arena *a, const struct conf *c, const char *what)
{
	return arena_printf(a, "%s%s.%s",
	    cookie_is_secure(c) ? "__Secure-" : "", c->cookie_prefix, what);
}

const char *
cookie_set(struct arena *a, const struct cookie *c)
{
	struct buf b;

	if (!text_is_token(c->name))
		return NULL;
	buf_init(&b, a, (size_t)4 * MAX_COOKIE);
	buf_puts(&b, c->name);
	buf_putc(&b, '=');
	if (c->max_age != 0 && c->value != NULL)
		buf_puts(&b, url_encode(a, c->value));
	if (c->max_age >= 0)
		buf_printf(&b, "; Max-Age=%d", c->max_age);
	buf_puts(&b, "; Path=/; HttpOnly");
	if (c->secure)
		buf_puts(&b, "; Secure");
	buf_puts(&b, "; SameSite=Lax");
	return b.bad ? NULL : buf_str(&b);
}

bool
cookies_taken(const struct conf *c)
{
	int i;

	for (i = 0; i < c->nissuers; i++)
		if (*c->issuers[i].cookie != '\0' ||
		    strcmp(c->issuers[i].format, "jwt") != 0)
			return true;
	return c->accounts;
}
