/* Who a request comes from, and that a caller never learns why not. */
#include <stdlib.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/cookie.h"
#include "auth/jwt.h"
#include "base/bounds.h"
#include "base/log.h"
#include "jwe_make.h"
#include "tap.h"

#define SECRET	"a secret of more than thirty-two bytes"
#define NOW	1800000000LL

static const char sentence[] =
    "Sign in to go on: the token is missing, wrong or expired.";

static struct arena *a;
static struct auth *au;

static const char *
signed_token(const char *claims)
{
	struct jwt_key key = { .alg = JWT_HS256, .secret = STR(SECRET) };
	const char *t = "";

	jwt_sign(a, &key, claims, &t);
	return t;
}

static const char *
of_subject(const char *json)
{
	return signed_token(arena_printf(a, "{\"exp\":%lld,\"sub\":%s}",
	    NOW + 100, json));
}

static void
good(const char *header, const char *want, const char *name)
{
	struct auth_asker who = { .user = NULL };
	const struct err *e = auth_check(au, a, &(struct auth_ask){ .authorization =
	    header, .now = NOW }, &who);

	is_str(who.user, want, "%s", name);
	if (e != NULL)
		diag("%s", e->log);
}

static void
bad(const char *header, const char *why, const char *name)
{
	struct auth_asker who = { .user = NULL };
	const struct err *e = auth_check(au, a, &(struct auth_ask){ .authorization =
	    header, .now = NOW }, &who);

	if (!ok(e != NULL && e->kind == ERR_AUTH && who.user == NULL &&
	    strcmp(e->code, "unauthorized") == 0 &&
	    strcmp(e->say, sentence) == 0 && strstr(e->log, why) != NULL,
	    "refused: %s", name))
		diag("%s, expected %s", e == NULL ? "accepted" : e->log, why);
}

static void
bad_subject(const char *json, const char *why)
{
	bad(arena_printf(a, "Bearer %s", of_subject(json)), why, json);
}

static void
test_schemes(void)
{
	const char *t = of_subject("\"ann\"");

	good(arena_printf(a, "Bearer %s", t), "ann", "Bearer");
	good(arena_printf(a, "bearer %s", t), "ann", "bearer");
	good(arena_printf(a, "BEARER %s", t), "ann", "BEARER");
	good(arena_printf(a, "Bearer  %s", t), "ann", "two blanks");
	bad(NULL, "no Authorization", "no header");
	bad("", "no Authorization", "an empty header");
	bad("Bearer", "not a bearer", "the scheme alone");
	bad("Bearer ", "not a bearer", "a blank instead of a token");
	bad(t, "not a bearer", "a token alone");
	bad(arena_printf(a, "Bearer\t%s", t), "not a bearer", "a tab");
	bad(arena_printf(a, "Bearer%s", t), "not a bearer", "no blank");
	bad(arena_printf(a, "Basic %s", t), "not a bearer", "Basic");
	bad(arena_printf(a, "Bearers %s", t), "not a bearer", "Bearers");
	bad(arena_printf(a, " Bearer %s", t), "not a bearer", "a blank first");
	bad(arena_printf(a, "Bearer %s %s", t, t), "three parts", "two tokens");
	bad(arena_printf(a, "Bearer %s, Bearer %s", t, t), "three parts",
	    "two headers that a server joined");
	bad(arena_printf(a, "Bearer %s,", t), "base64url", "a comma after");
	bad(arena_printf(a, "Bearer %s ", t), "base64url", "a blank after");
	bad(arena_printf(a, "Bearer \"%s\"", t), "base64url", "quotes");
	bad("Bearer null", "three parts", "what a careless page sends");
	bad("Bearer tct_", "not the form of an access token",
	    "the beginning of an access token");
	bad("Bearer tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "there is no database", "an access token nobody can look up");
}

static void
test_subjects(void)
{
	char *x = arena_alloc(a, MAX_USER_ID + 4);

	memset(x, 'x', MAX_USER_ID);
	good(arena_printf(a, "Bearer %s", of_subject(arena_printf(a, "\"%s\"",
	    x))), x, "255 bytes");
	x[MAX_USER_ID] = 'x';
	bad_subject(arena_printf(a, "\"%s\"", x), "sub of 256 bytes");
	memcpy(x + MAX_USER_ID - 1, "\xc3\xa9", 2);
	bad_subject(arena_printf(a, "\"%s\"", x), "sub of 256 bytes");
	good(arena_printf(a, "Bearer %s", of_subject("\"a/b J\xc3\xb6rg\"")),
	    "a/b J\xc3\xb6rg", "a slash, a blank, a letter beyond ASCII");
	good(arena_printf(a, "Bearer %s", of_subject("\"\xc2\xa0\"")),
	    "\xc2\xa0", "a no-break blank is no control character");
	bad_subject("\"\"", "sub of 0 bytes");
	bad_subject("7", "not a string");
	bad_subject("null", "not a string");
	bad_subject("[\"ann\"]", "not a string");
	bad_subject("\"a\\nb\"", "control characters");
	bad_subject("\"a\\u001fb\"", "control characters");
	bad_subject("\"a\\u007f\"", "control characters");
	bad_subject("\"a\\u0085b\"", "control characters");
	bad(arena_printf(a, "Bearer %s", signed_token("{\"exp\":1800000100}")),
	    "sub is missing", "no sub");
	bad(arena_printf(a, "Bearer %s", signed_token(
	    "{\"exp\":1799999000,\"sub\":\"ann\"}")), "expired 1000 s ago",
	    "the reason is in the log");
}

static void
test_settings(void)
{
	struct conf c = { .jwt_secret = SECRET, .jwt_issuer = "me",
	    .jwt_audience = "tasks" };
	struct auth *strict, *none = NULL;
	struct auth_asker who = { .user = NULL };
	const struct err *e;

	ok(auth_open(a, &c, NULL, &strict) == NULL, "issuer and audience are set");
	ok(auth_check(strict, a, &(struct auth_ask){ .authorization =
	    arena_printf(a, "Bearer %s",
	    of_subject("\"ann\"")), .now = NOW }, &who) != NULL, "and missed");
	ok(auth_check(strict, a, &(struct auth_ask){ .authorization =
	    arena_printf(a, "Bearer %s", signed_token(
	    "{\"sub\":\"ann\",\"exp\":1800000100,\"iss\":\"me\","
	    "\"aud\":[\"tasks\"]}")), .now = NOW }, &who) == NULL, "and met");
	is_str(who.user, "ann", "by ann");
	c.jwt_secret = "a secret of thirty-one bytes...";
	e = auth_open(a, &c, NULL, &none);
	ok(e != NULL && e->kind == ERR_INPUT && none == NULL,
	    "a secret of 31 bytes is not opened with");
	c.jwt_secret = "";
	ok(auth_open(a, &c, NULL, &none) != NULL, "nor an empty one");
}

/* ---- several issuers, from settings as people write them */

#define SECRET_A	"issuer a's secret, of over 32 bytes"
#define SECRET_B	"issuer b's secret, of over 32 bytes"
#define SITE		"https://chat.example"

static struct auth *several;

static void
open_with(const char *bare, const char *mcp_on)
{
	static char env[][100] = {
		"TASKCHAT_JWT_SECRET=" SECRET,
		"TASKCHAT_PUBLIC_URL=" SITE,
		"TASKCHAT_ALLOWED_ORIGINS=https://page.example",
		"TASKCHAT_ISSUER_A_SECRET=" SECRET_A,
		"TASKCHAT_ISSUER_A_ISS=https://a.example/",
		"TASKCHAT_ISSUER_A_AUDIENCE=us",
		"TASKCHAT_ISSUER_A_COOKIE=a_token",
		"TASKCHAT_ISSUER_B_SECRET=" SECRET_B,
		"TASKCHAT_ISSUER_B_USER_CLAIM=email",
		"TASKCHAT_ISSUER_JS_SECRET=" SECRET_A,
		"TASKCHAT_ISSUER_JS_FORMAT=authjs",
	};
	char *list[16] = { NULL };
	struct conf *c = arena_alloc(a, sizeof(*c));
	const struct err *e;
	size_t i, n = sizeof(env) / sizeof(env[0]);

	for (i = 0; i < n; i++)
		list[i] = env[i];
	list[n] = arena_printf(a, "TASKCHAT_BARE_IDS=%s", bare);
	list[n + 1] = arena_printf(a, "TASKCHAT_MCP=%s", mcp_on);
	several = NULL;
	if ((e = conf_load(a, NULL, list, c)) != NULL ||
	    (e = auth_open(a, c, NULL, &several)) != NULL)
		diag("%s", e->log);
	ok(several != NULL, "several issuers, bare ids: %s, mcp: %s", bare,
	    mcp_on);
}

static void
open_several(const char *bare)
{
	open_with(bare, "on");
}

static const char *
of(const char *secret, const char *claims)
{
	struct jwt_key key = { .alg = JWT_HS256, .secret = str_of(secret) };
	const char *t = "";

	jwt_sign(a, &key, arena_printf(a, "{\"exp\":%lld,%s}", NOW + 100,
	    claims), &t);
	return t;
}

/* What it comes to: the user, or "refused: " and why. */
static const char *
asked(struct auth_ask ask)
{
	struct auth_asker who = { .user = NULL };
	const struct err *e;

	ask.now = NOW;
	e = auth_check(several, a, &ask, &who);
	return e == NULL ? who.user : arena_printf(a, "%s: %s", e->code, e->log);
}

static const char *
bearer(const char *token)
{
	return asked((struct auth_ask){ .authorization =
	    arena_printf(a, "Bearer %s", token) });
}

static void
is_in(const char *got, const char *part, const char *name)
{
	if (!ok(strstr(got, part) != NULL, "%s", name))
		diag("got %s, expected %s", got, part);
}

#define A_CLAIMS	"\"iss\":\"https://a.example/\",\"aud\":[\"us\"]"

static void
issuer_is(const char *user, const char *issuer, const char *id)
{
	const char *found, *its;

	auth_user_issuer(several, user, &found, &its);
	is_str(found, issuer, "%s is of %s", user, issuer);
	is_str(its, id, "by the id %s", id);
}

static void
test_several(void)
{
	is_str(bearer(of(SECRET, "\"sub\":\"ann\"")), "ann", "jwt is bare");
	is_str(bearer(of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS)), "a:ann",
	    "the same sub of a is another");
	is_str(bearer(of(SECRET_B, "\"email\":\"ann\"")), "b:ann",
	    "and of b, which names its users otherwise");
	is_str(bearer(of(SECRET_B, "\"email\":\"ann\",\"iss\":\"else\"")),
	    "b:ann", "b looks at no iss");
	is_in(bearer(of(SECRET_B, "\"sub\":\"ann\"")),
	    "unauthorized: authenticate: email is missing", "but at that");
	is_in(bearer(of(SECRET, "\"sub\":\"ann\"," A_CLAIMS)),
	    "a: ", "jwt's secret is none of a's");
	is_in(bearer(of(SECRET_A, "\"sub\":\"ann\",\"aud\":\"us\"")),
	    "no iss; known are: jwt (any, by its secret), a "
	    "(https://a.example/), b (any, by its secret), js (by its cookie "
	    "alone)", "a's secret without its iss");
	is_in(bearer(of(SECRET_A, "\"sub\":\"ann\",\"aud\":\"us\","
	    "\"iss\":\"https://a.example\"")), "issuer https://a.example is "
	    "none of", "or with another");
	is_in(bearer(of(SECRET_A, "\"sub\":\"ann\",\"aud\":\"us\","
	    "\"iss\":[\"https://a.example/\"]")), "iss is not a string",
	    "or a list");
	is_in(bearer(of(SECRET_A, "\"sub\":\"ann\",\"aud\":\"them\","
	    "\"iss\":\"https://a.example/\"")), "audience expected us",
	    "or for others");
	is_in(bearer(of(SECRET, "\"sub\":\"a:ann\"")), "begins with \"a:\"",
	    "a bare id that looks like a's");
	is_in(bearer(of(SECRET, "\"sub\":\"js:\"")), "begins with \"js:\"",
	    "or like js's");
	is_str(bearer(of(SECRET, "\"sub\":\"other:ann\"")), "other:ann",
	    "a colon alone is no prefix");
	is_str(bearer(of(SECRET, "\"sub\":\"jwt:ann\"")), "jwt:ann",
	    "nor is its own name");
	is_str(bearer(of(SECRET_A, "\"sub\":\"b:ann\"," A_CLAIMS)),
	    "a:b:ann", "behind a prefix anything may stand");
	is_in(bearer(of(SECRET_A, arena_printf(a, "\"sub\":\"%0254d\","
	    A_CLAIMS, 7))), "sub of 254 bytes", "with it 255 bytes at most");
	is_in(bearer(of(SECRET_A, arena_printf(a, "\"sub\":\"%0253d\","
	    A_CLAIMS, 7))), "a:000", "and no less");
	issuer_is("ann", "jwt", "ann");
	issuer_is("a:ann", "a", "ann");
	issuer_is("b:ann", "b", "ann");
	issuer_is("a:b:ann", "a", "b:ann");
	issuer_is("other:ann", "jwt", "other:ann");
	issuer_is("jwt:ann", "jwt", "jwt:ann");
	issuer_is("ab:ann", "jwt", "ab:ann");
	open_several("a");
	issuer_is("ann", "a", "ann");
	issuer_is("jwt:ann", "jwt", "ann");
	issuer_is("a:ann", "a", "a:ann");
	is_str(bearer(of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS)), "ann",
	    "now a is bare");
	is_str(bearer(of(SECRET, "\"sub\":\"ann\"")), "jwt:ann",
	    "and jwt is not");
	is_in(bearer(of(SECRET_A, "\"sub\":\"jwt:ann\"," A_CLAIMS)),
	    "begins with \"jwt:\"", "its prefix is its own");
	open_several("none");
	issuer_is("a:ann", "a", "ann");
	issuer_is("jwt:a:ann", "jwt", "a:ann");
	is_str(bearer(of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS)), "a:ann",
	    "nobody");
	is_str(bearer(of(SECRET, "\"sub\":\"ann\"")), "jwt:ann", "is bare");
}

static const char *
cookie(const char *header, bool changes, const char *origin)
{
	return asked((struct auth_ask){ .cookies = header, .host = "x",
	    .changes = changes, .origin = origin });
}

static void
test_cookies(void)
{
	const char *token = of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS);
	const char *header = arena_printf(a, "x=y; a_token=%s", token);
	const char *other = of(SECRET_B, "\"email\":\"ann\"");

	open_several("jwt");
	is_str(cookie(header, false, NULL), "a:ann", "a cookie, to read");
	is_str(cookie(header, true, SITE), "a:ann", "to change, from us");
	is_str(cookie(header, true, "https://page.example"), "a:ann",
	    "from a page that is listed");
	is_in(cookie(header, true, NULL), "origin_not_allowed: ",
	    "from nobody knows where");
	is_in(cookie(header, true, "null"), "origin_not_allowed: ", "null");
	is_in(cookie(header, true, "https://evil.example"),
	    "origin_not_allowed: ", "from elsewhere");
	is_in(cookie(arena_printf(a, "b_token=%s", token), false, NULL),
	    "nor a cookie that the settings name", "another cookie");
	is_in(cookie(arena_printf(a, "a_token=%s", other), false, NULL),
	    "cookie a_token: a: ", "in a's cookie only a's tokens");
	is_in(cookie("a_token=", false, NULL), "cookie a_token", "empty");
	is_in(cookie(arena_printf(a, "%s; a_token=%s", header, token), false,
	    NULL), "nor a cookie", "twice is not at all");
	is_str(cookie(arena_printf(a, "a_token.0=%.40s; a_token.1=%s", token,
	    token + 40), false, NULL), "a:ann", "in two pieces");
	is_in(cookie(arena_printf(a, "a_token.1=%.40s; a_token.2=%s", token,
	    token + 40), false, NULL), "nor a cookie", "without the first");
	is_in(asked((struct auth_ask){ .cookies = header,
	    .authorization = "Bearer x" }), "unauthorized: ",
	    "a header goes before a cookie, even a bad one");
}

static struct str
sealed(const char *name, const char *claims)
{
	return jwe_make(a, JWE_AUTHJS, STR(SECRET_A), name, JWE_HEAD_V5,
	    jwe_pad(a, str_of(claims)));
}

static void
test_sealed(void)
{
	const char *usual = "authjs.session-token";
	const char *secure = "__Secure-authjs.session-token";
	struct str t;

	t = sealed(usual, "{\"sub\":\"ann\",\"exp\":1800000100}");
	is_str(cookie(arena_printf(a, "%s=%s", usual, t.p), false, NULL),
	    "js:ann", "a cookie of Auth.js");
	is_in(cookie(arena_printf(a, "%s=%s", secure, t.p), false, NULL),
	    "js: session cookie", "its name is part of the key");
	is_in(cookie(arena_printf(a, "%s=%s", usual, t.p), true, NULL),
	    "origin_not_allowed", "with an Origin");
	t = sealed(secure, "{\"sub\":\"ann\",\"exp\":1800000100}");
	is_str(cookie(arena_printf(a, "%s=%s", secure, t.p), true, SITE),
	    "js:ann", "and the name it has on https");
	is_str(cookie(arena_printf(a, "%s.0=%.99s; %s.1=%s", secure, t.p,
	    secure, t.p + 99), false, NULL), "js:ann", "in two pieces");
	is_in(bearer(t.p), "three parts", "not as a bearer token");
	t = sealed(usual, "{\"sub\":\"ann\",\"exp\":1799999000}");
	is_in(cookie(arena_printf(a, "%s=%s", usual, t.p), false, NULL),
	    "expired 1000 s ago", "expired");
	t = sealed(usual, "{\"sub\":\"ann\"}");
	is_in(cookie(arena_printf(a, "%s=%s", usual, t.p), false, NULL),
	    "exp", "without an end");
	t = sealed(usual, "{\"name\":\"ann\",\"exp\":1800000100}");
	is_in(cookie(arena_printf(a, "%s=%s", usual, t.p), false, NULL),
	    "sub is missing", "without a user");
}

/* A token with this header and these claims that nobody has signed. */
static const char *
unsigned_token(const char *head, const char *claims)
{
	return arena_printf(a, "%s.%s.eHh4", b64url_encode(a, head,
	    strlen(head)), b64url_encode(a, claims, strlen(claims)));
}

/* ---- MCP: other tokens than elsewhere */

#define MCP	SITE "/api/mcp"

/* At MCP's door: "user may scopes", or "code: " and why. */
static const char *
mcp_asked(struct auth_ask ask)
{
	struct auth_asker who = { .user = NULL };
	const struct err *e;

	ask.now = NOW;
	ask.mcp = true;
	ask.scope = "nonsense";		/* is not looked at */
	e = auth_check(several, a, &ask, &who);
	if (e != NULL && e->kind == ERR_AUTH && strcmp(e->say, sentence) != 0)
		return e->say;
	return e == NULL ? arena_printf(a, "%s may %s", who.user, who.scopes) :
	    arena_printf(a, "%s: %s", e->code, e->log);
}

static const char *
mcp(const char *token)
{
	return mcp_asked((struct auth_ask){ .authorization =
	    arena_printf(a, "Bearer %s", token) });
}

/* Of jwt_secret, for that audience (JSON). */
static const char *
mcp_for(const char *aud)
{
	return mcp(of(SECRET, arena_printf(a, "\"sub\":\"ann\","
	    "\"scope\":\"tasks:read\",\"aud\":%s", aud)));
}

/* With those claims about scopes. */
static const char *
mcp_scoped(const char *claims)
{
	return mcp(of(SECRET, arena_printf(a, "\"sub\":\"ann\","
	    "\"aud\":\"" MCP "\"%s%s", *claims == '\0' ? "" : ",",
	    claims)));
}

static void
test_mcp_audience(void)
{
	static const char *const wrong[] = { "\"" MCP "/\"", "\"" MCP "x\"",
	    "\"" SITE "/api/mc\"", "\"" SITE "\"", "\"" SITE "/\"",
	    "\"https://CHAT.example/api/mcp\"",
	    "\"https://chat.example:443/api/mcp\"",
	    "\"http://chat.example/api/mcp\"", "\"https://chat.example"
	    "/api/MCP\"", "\" " MCP "\"", "\"" MCP "#\"", "\"" MCP "?\"",
	    "\"" MCP ",x\"", "\"x " MCP "\"", "\"\"",
	    "[]", "{}", "null", "true", "1", "[[\"" MCP "\"]]",
	    "{\"" MCP "\":1}", "[\"" MCP "\",1]", "[\"us\",\"them\"]" };
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		is_in(mcp_for(wrong[i]), "unauthorized: ", wrong[i]);
	is_in(mcp_for("\"us\""), "audience expected " MCP " in aud, got us",
	    "the log says for whom it had to be");
	is_str(mcp_for("\"" MCP "\""), "ann may tasks:read", "for MCP");
	is_str(mcp_for("[\"x\",\"" MCP "\"]"), "ann may tasks:read",
	    "for MCP among others");
	is_in(mcp(of(SECRET, "\"sub\":\"ann\",\"azp\":\"" MCP "\","
	    "\"scope\":\"tasks:read\"")), "in aud, got null",
	    "azp does not stand in for aud");
}

static void
test_mcp_scopes(void)
{
	static const struct { const char *claims, *may; } some[] = {
		{ "\"scope\":\"tasks:read\"", "tasks:read" },
		{ "\"scope\":\"tasks:write\"", "tasks:write" },
		{ "\"scope\":\"tasks:write tasks:read\"",
		    "tasks:read tasks:write" },
		{ "\"scope\":\" openid  tasks:write  email \"",
		    "tasks:write" },
		{ "\"scp\":\"tasks:read x\"", "tasks:read" },
		{ "\"scp\":[\"x\",\"tasks:write\",\"tasks:read\"]",
		    "tasks:read tasks:write" },
		{ "\"scp\":[1,null,[\"tasks:read\"],\"tasks:write\"]",
		    "tasks:write" },
		{ "\"scope\":\"tasks:read\",\"scp\":[\"tasks:write\"]",
		    "tasks:read" },
	};
	static const char *const none[] = { "", "\"scope\":\"\"",
	    "\"scope\":\"tasks\"", "\"scope\":\"tasks:reader\"",
	    "\"scope\":\"xtasks:read\"", "\"scope\":\"tasks:\"",
	    "\"scope\":\"Tasks:Read\"", "\"scope\":\"tasks:read,x\"",
	    "\"scope\":\"x\\ttasks:read\"", "\"scope\":\"tasks:*\"",
	    "\"scope\":[\"tasks:read\"]", "\"scope\":null",
	    "\"scope\":{\"tasks:read\":true}", "\"scope\":7",
	    "\"scope\":\"\",\"scp\":\"tasks:read\"", "\"scp\":[]",
	    "\"scp\":[\"tasks:read tasks:write\"]",
	    "\"scp\":{\"tasks:read\":1}", "\"scopes\":\"tasks:read\"",
	    "\"permissions\":[\"tasks:read\"]" };
	size_t i;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		is_str(mcp_scoped(some[i].claims), arena_printf(a,
		    "ann may %s", some[i].may), "%s", some[i].claims);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		is_in(mcp_scoped(none[i]), "insufficient_scope: "
		    "authenticate: a token of ann for MCP has neither "
		    "tasks:read nor tasks:write", none[i]);
	ok(auth_scope_has("tasks:read tasks:write", AUTH_SCOPE_WRITE) &&
	    auth_scope_has("tasks:read", AUTH_SCOPE_READ) &&
	    !auth_scope_has("tasks:read", AUTH_SCOPE_WRITE) &&
	    !auth_scope_has("tasks:write", AUTH_SCOPE_READ) &&
	    !auth_scope_has("", AUTH_SCOPE_READ) &&
	    !auth_scope_has(NULL, AUTH_SCOPE_READ),
	    "no scope means another, and nothing means all");
}

#define MAY	"\"scope\":\"tasks:read tasks:write\""
#define MAY_ALL	" may tasks:read tasks:write"

/* The issuer's own audience is not asked for here; all else is. */
static void
test_mcp_issuers(void)
{
	const char *claims = "\"sub\":\"ann\",\"iss\":"
	    "\"https://a.example/\",\"aud\":\"" MCP "\"," MAY;
	struct jwt_key longer = { .alg = JWT_HS512, .secret =
	    STR(SECRET SECRET) };
	const char *t = "";

	is_str(mcp(of(SECRET_A, claims)), "a:ann" MAY_ALL, "a's audience, us, "
	    "is not asked for");
	is_in(mcp(of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS "," MAY)),
	    "unauthorized: authenticate: a: audience expected " MCP,
	    "nor does it do");
	is_str(mcp(of(SECRET_B, "\"email\":\"ann\",\"aud\":\"" MCP "\","
	    MAY)), "b:ann" MAY_ALL, "b has none elsewhere, and one here");
	is_in(mcp(of(SECRET_B, "\"email\":\"ann\"," MAY)),
	    "b: audience expected " MCP, "none at all");
	is_in(mcp(of(SECRET_B, claims)), "a: wrong signature",
	    "another's secret");
	is_in(mcp(of(SECRET_A, "\"sub\":\"ann\",\"aud\":\"" MCP "\","
	    "\"iss\":\"https://a.example\"," MAY)), "issuer "
	    "https://a.example is none of: jwt (any, by its secret), a "
	    "(https://a.example/), b (any, by its secret); as one of",
	    "a wrong iss; those known only by a cookie are not named");
	is_in(mcp(of(SECRET, "\"sub\":\"a:ann\",\"aud\":\"" MCP "\","
	    MAY)), "begins with \"a:\"", "somebody else's user");
	jwt_sign(a, &longer, arena_printf(a, "{\"exp\":%lld,%s}", NOW + 9,
	    claims), &t);
	is_in(mcp(t), "a: ", "another alg");
	is_in(mcp(unsigned_token("{\"alg\":\"none\"}", arena_printf(a,
	    "{\"exp\":%lld,%s}", NOW + 9, claims))), "a: alg none",
	    "alg none");
	is_in(mcp(signed_token("{\"sub\":\"ann\",\"aud\":\"" MCP "\","
	    "\"exp\":1799999900," MAY "}")), "expired 100 s ago", "expired");
	is_in(mcp(signed_token("{\"sub\":\"ann\",\"aud\":\"" MCP "\"," MAY
	    "}")), "no exp", "without an end");
	is_in(mcp(signed_token("{\"sub\":\"ann\",\"aud\":\"" MCP "\","
	    "\"exp\":1800000900,\"nbf\":1800000100," MAY "}")),
	    "good only in 100 s", "not yet");
	is_in(mcp(signed_token("{\"sub\":\"ann\",\"aud\":\"" MCP "\","
	    "\"exp\":1800000900,\"iat\":1800000100," MAY "}")),
	    "issued 100 s ahead", "from tomorrow");
}

/* What is good here is not good there. */
static void
test_mcp_elsewhere(void)
{
	const char *in_a = "\"sub\":\"ann\",\"iss\":\"https://a.example/\","
	    "\"aud\":[\"us\",\"" MCP "\"]," MAY;
	const char *only = of(SECRET, "\"sub\":\"ann\",\"aud\":[\"x\",\""
	    MCP "\"]," MAY);
	const char *both = of(SECRET_A, in_a);

	is_in(bearer(only), "it is for MCP", "for MCP alone, brought to chat");
	is_str(mcp(only), "ann" MAY_ALL, "and to MCP");
	is_str(bearer(both), "a:ann", "for both, brought to chat");
	is_str(mcp(both), "a:ann" MAY_ALL, "and to MCP");
	is_str(cookie(arena_printf(a, "a_token=%s", both), false, NULL),
	    "a:ann", "in a cookie");
	is_in(mcp_asked((struct auth_ask){ .cookies = arena_printf(a,
	    "a_token=%s", both), .origin = SITE, .host = "chat.example" }),
	    "no Authorization header, which alone counts here",
	    "which MCP does not look at");
	is_in(mcp_asked((struct auth_ask){ .authorization = "" }),
	    "no Authorization header", "an empty header");
	is_in(mcp_asked((struct auth_ask){ .authorization = "foo" }),
	    "not a bearer token", "foo");
	is_in(mcp_asked((struct auth_ask){ .authorization = arena_printf(a,
	    "Basic %s", both) }), "not a bearer token", "Basic");
	is_in(mcp(arena_printf(a, "%s, Bearer %s", both, both)),
	    "three parts", "two headers that a server joined");
	is_in(mcp("x"), "three parts", "a word");
	is_in(mcp("tct_"), "not the form of an access token", "half a token");
	is_in(mcp("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	    "there is no database", "one nobody can look up");
	is_in(mcp("tcg_"), "not the form of an access token",
	    "half a token of OAuth");
	is_in(mcp("tcg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	    "there is no database", "a whole one");
	is_in(bearer("tcg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	    "which is for MCP alone", "elsewhere it is not even looked up");
	is_in(mcp("tcr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	    "three parts", "a refresh token is none");
}

/* Only what people sign in with elsewhere: the built-in accounts. */
static void
test_mcp_accounts(const char *mcp_on)
{
	static char env[][100] = { "TASKCHAT_ACCOUNTS=on",
	    "TASKCHAT_PUBLIC_URL=" SITE, "TASKCHAT_AUTH_SECRET=" SECRET };
	char *list[] = { env[0], env[1], env[2],
	    arena_printf(a, "TASKCHAT_MCP=%s", mcp_on), NULL };
	bool on = strcmp(mcp_on, "on") == 0;
	struct conf *c = arena_alloc(a, sizeof(*c));
	const struct err *e;

	if ((e = conf_load(a, NULL, list, c)) == NULL)
		e = auth_open(a, c, NULL, &several);
	if (!ok(e == NULL, "accounts alone, mcp = %s", mcp_on))
		return;
	is_in(mcp(unsigned_token("{\"alg\":\"EdDSA\"}", "{\"iss\":\"" SITE
	    "\",\"aud\":[\"" SITE "\",\"" MCP "\"],\"sub\":\"x\","
	    "\"exp\":1800000100," MAY "}")), !on ? "there is no MCP" :
	    "a token of the built-in accounts", "a session's token");
	is_in(mcp(of(SECRET, "\"sub\":\"ann\",\"aud\":\"" MCP "\"," MAY)),
	    !on ? "there is no MCP" : "there is no issuer",
	    "anybody else's");
	is_in(mcp("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	    !on ? "there is no MCP" : "there is no database",
	    "an access token");
	auth_close(several);
}

/* ---- keys in files */

#define ED_X	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define ED	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," ED_X "}"

static const char *
path_of(const char *dir, const char *name, const char *text)
{
	const char *path = arena_printf(a, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		diag("%s was not written", path);
	return path;
}

/* What a start with these keys comes to: "", or why not. */
static const char *
opened(const char *key, const char *path)
{
	struct conf *c = arena_alloc(a, sizeof(*c));
	struct auth *au_file = NULL;
	const struct err *e;
	static char env[][100] = {
		"TASKCHAT_ISSUER_F_ISS=https://f.example",
		"TASKCHAT_ISSUER_F_AUDIENCE=us",
		"TASKCHAT_ISSUER_F_ALGORITHM=EdDSA",
	};
	char *list[] = { env[0], env[1], env[2], arena_printf(a,
	    "TASKCHAT_ISSUER_F_%s=%s", key, path), NULL };

	if ((e = conf_load(a, NULL, list, c)) == NULL)
		e = auth_open(a, c, NULL, &au_file);
	ok((e == NULL) == (au_file != NULL) &&
	    (e == NULL || e->kind == ERR_INPUT), "%s %s", key, path);
	return e == NULL ? "" : e->log;
}

static void
test_files(void)
{
	static const char *const names[] = { "pem", "set", "some", "none",
	    "odd" };
	char dir[] = "/tmp/tc-auth-XXXXXX";
	const char *path;
	size_t i;

	if (!ok(mkdtemp(dir) != NULL, "a directory"))
		return;
	path = arena_printf(a, "%s/nothing", dir);
	is_str(opened("KEY_FILE", path), arena_printf(a,
	    "issuer.f.key_file: %s: No such file or directory", path),
	    "a file that is not there is named, with its setting");
	is_in(opened("JWKS_FILE", path), "issuer.f.jwks_file: ",
	    "so is a set");
	is_in(opened("KEY_FILE", dir), "Is a directory", "a directory");
	path = path_of(dir, "pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n");
	is_in(opened("KEY_FILE", path), "issuer.f.key_file: ", "half a key");
	is_in(opened("JWKS_FILE", path), "issuer.f.jwks_file: ",
	    "PEM where a set is wanted");
	path = path_of(dir, "none", "{\"keys\":[]}");
	is_in(opened("JWKS_FILE", path), "no key in it can be used",
	    "a set without keys lets nobody in: it is told at once");
	path = path_of(dir, "odd", "{\"keys\":[{\"kty\":\"EC\","
	    "\"crv\":\"P-1\"}]}");
	is_in(opened("JWKS_FILE", path), "no key in it can be used: ",
	    "and which ones were left out");
	path = path_of(dir, "set", "{\"keys\":[" ED "]}");
	is_str(opened("JWKS_FILE", path), "", "a good set");
	path = path_of(dir, "some", "{\"keys\":[{\"kty\":\"EC\"}," ED "]}");
	is_str(opened("JWKS_FILE", path), "", "one that can be used is enough");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(arena_printf(a, "%s/%s", dir, names[i]));
	rmdir(dir);
}

/* A command may ask without a database: it is told what that leaves out. */
static void
test_no_database(void)
{
	static char env[][100] = { "TASKCHAT_ACCOUNTS=on",
	    "TASKCHAT_PUBLIC_URL=" SITE, "TASKCHAT_AUTH_SECRET=" SECRET };
	char *list[] = { env[0], env[1], env[2], NULL };
	struct conf *c = arena_alloc(a, sizeof(*c));
	const struct err *e;
	const char *t;

	if ((e = conf_load(a, NULL, list, c)) == NULL)
		e = auth_open(a, c, NULL, &several);
	if (!ok(e == NULL, "accounts")) {
		diag("%s", e->log);
		return;
	}
	t = unsigned_token("{\"alg\":\"EdDSA\"}", "{\"iss\":\"" SITE "\","
	    "\"aud\":\"" SITE "\",\"sub\":\"x\",\"exp\":1800000100}");
	is_in(bearer(t), "the database has its keys and is not set",
	    "a token of ours");
	is_in(bearer(of(SECRET, "\"iss\":\"" SITE "\",\"aud\":\"" SITE "\"")),
	    "the issuer's keys are public ones",
	    "the cookies' secret signs no token");
	t = cookie_sign(a, STR(SECRET), STR("token"));
	is_in(cookie(arena_printf(a, "__Secure-better-auth.session_token=%s",
	    t), false, NULL), "there is no database", "a cookie of ours");
	auth_close(several);
}

/* ---- in plain words */

static const char *
explained(const char *token, bool want)
{
	struct buf out;

	buf_init(&out, a, 1 << 20);
	ok(auth_explain(several, a, str_of(token), NOW, &out) == want,
	    "is %s", want ? "good" : "refused");
	ok(strlen(token) < 20 || strstr(buf_str(&out), token) == NULL,
	    "is not repeated");
	return buf_str(&out);
}

static void
says(const char *token, const char *part)
{
	is_in(explained(token, false), part, part);
}

static const char *
a_token(const char *more)
{
	const char *t = "";
	struct jwt_key key = { .alg = JWT_HS256, .secret = STR(SECRET_A) };

	jwt_sign(a, &key, arena_printf(a, "{\"sub\":\"ann\",%s}", more), &t);
	return t;
}

/* Which door a token is for, and what may be done there. */
static void
test_explain_mcp(void)
{
	const char *both = "\"sub\":\"ann\",\"iss\":\"https://a.example/\","
	    "\"aud\":[\"us\",\"" MCP "\"]," MAY;
	const char *text;

	text = explained(of(SECRET, "\"sub\":\"ann\",\"scp\":"
	    "[\"tasks:read\"],\"aud\":\"" MCP "\""), true);
	is_in(text, "Audience:   aud has " MCP "\n", "for MCP");
	is_in(text, "Scopes:     tasks:read\n", "with a scope");
	is_in(text, "Good for:   MCP (" MCP ") alone\n", "for it alone");
	is_in(text, "User:       ann\n", "of ann");
	text = explained(of(SECRET_A, both), true);
	is_in(text, "Issuer:     a (https://a.example/)\n", "of a");
	is_in(text, "Good for:   MCP (" MCP "); and chat, tasks and the "
	    "rest, for aud has us too\n", "for both");
	text = explained(of(SECRET_B, "\"email\":\"ann\",\"aud\":\"" MCP
	    "\"," MAY), true);
	is_in(text, "Issuer:     b, which", "the issuer who made it is found");
	is_in(text, "User:       b:ann\n", "and its user");
	text = explained(of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS), true);
	is_in(text, "Good for:   chat, tasks and the rest, but not MCP: aud "
	    "is [\"us\"], and for MCP it has to have " MCP, "not for MCP");
	text = explained(of(SECRET, "\"sub\":\"ann\",\"aud\":\"" MCP "/\","
	    MAY), true);
	is_in(text, "but not MCP: aud is \"" MCP "/\", and for MCP", "nor "
	    "with one slash too many");
	text = explained(of(SECRET, "\"sub\":\"ann\",\"aud\":\"" MCP "\","
	    "\"scope\":\"openid\""), false);
	is_in(text, "Scopes:     REFUSED: neither tasks:read nor tasks:write; "
	    "scope is \"openid\", scp is missing\n", "without a scope");
	says(signed_token("{\"sub\":\"ann\",\"aud\":\"" MCP "\",\"exp\":"
	    "1799999900," MAY "}"), "expired 100 s ago");
	says(of(SECRET_A, "\"sub\":\"ann\",\"iss\":\"https://a.example\","
	    "\"aud\":\"" MCP "\"," MAY), "One slash at the end");
	says(of(SECRET_B, both), "Signature:  REFUSED");
	text = explained("tct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    false);
	is_in(text, "which a person made for a program", "an access token");
	text = explained("tcg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    false);
	is_in(text, "handed out to a program by OAuth\n"
	    "Token:      REFUSED: ", "one of OAuth");
	open_with("jwt", "off");
	says(of(SECRET, "\"sub\":\"ann\",\"aud\":\"" MCP "\"," MAY),
	    "MCP:        REFUSED: its aud is MCP, which is off (mcp)\n");
	is_in(bearer(of(SECRET, "\"sub\":\"ann\",\"aud\":\"" MCP "\"," MAY)),
	    "it is for MCP", "which makes it good for nothing else");
	open_several("jwt");
}

static void
test_explain(void)
{
	const char *good = of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS), *text;
	struct str t;

	text = explained(arena_printf(a, " Bearer %s\r\n", good), true);
	is_in(text, "Issuer:     a (https://a.example/)\n", "its issuer");
	is_in(text, "Signature:  good\n", "its signature");
	is_in(text, "good until 2027-01-15 08:01:40 UTC", "its time");
	is_in(text, "User:       a:ann\n", "its user");
	says("", "nothing to check");
	says("tcr_" "AAAA", "for /api/oauth/token");
	says("abcdefgh", "opaque token");
	says("abc.def", "signed session cookie");
	says("a.b.c", "Form:       REFUSED");
	says("a.b.c.d.e", "session cookie");
	says(a_token("\"iss\":\"https://a.example\",\"aud\":\"us\","
	    "\"exp\":1800000100"), "One slash at the end");
	says(a_token("\"iss\":\"https://a.example/x\",\"aud\":\"us\","
	    "\"exp\":1800000100"), "goes on where");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"us\","
	    "\"exp\":900"), "expirationTime");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"us\","
	    "\"exp\":\"1800000100\""), "without quotes");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"us\""),
	    "have its issuer set exp");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"us\","
	    "\"exp\":1799999900,\"iat\":1799999000"), "expired 100 s ago");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"us\","
	    "\"exp\":1800009900,\"iat\":1800009000"), "two clocks");
	says(a_token("\"iss\":\"https://a.example/\",\"exp\":1800000100"),
	    "The token has no aud");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"page\","
	    "\"exp\":1800000100"), "send the access token");
	says(of(SECRET_B, "\"sub\":\"ann\"," A_CLAIMS), "the same secret?");
	says(of(SECRET_B, "\"sub\":\"ann\""), "user_claim of b");
	says(of(SECRET, "\"email\":\"ann@a.example\""), "link in a mail");
	says(of(SECRET, "\"sub\":\"\\u001b[31m\""), "control characters");
	text = explained(unsigned_token("{\"alg\":\"EdDSA\"}",
	    "{\"iss\":\"https://a.example/\"}"), false);
	is_in(text, "private key", "a public key where a secret is set");
	text = explained(of(SECRET, "\"sub\":\"a\",\"iss\":\"\\u001b[2J\\u009b\""
	    ), true);
	ok(strchr(text, '\x1b') == NULL && strstr(text, "\xc2\x9b") == NULL,
	    "no token moves the cursor");
	t = sealed("authjs.session-token",
	    "{\"sub\":\"ann\",\"exp\":1800000100}");
	is_in(explained(t.p, true), "taken from its cookie only",
	    "an encrypted one is opened");
	t = sealed("other", "{\"sub\":\"ann\",\"exp\":1800000100}");
	says(t.p, "depends on the cookie's name");
	several = au;
	says(t.p, "issuer.NAME.format = authjs");
}

/* A site that has named its cookie itself: the name is part of the key. */
static void
test_named_cookie(void)
{
	static char env[][100] = { "TASKCHAT_ISSUER_N_SECRET=" SECRET_A,
	    "TASKCHAT_PUBLIC_URL=" SITE, "TASKCHAT_ISSUER_N_FORMAT=authjs",
	    "TASKCHAT_ISSUER_N_COOKIE=site.session" };
	char *list[] = { env[0], env[1], env[2], env[3], NULL };
	struct conf *c = arena_alloc(a, sizeof(*c));
	const struct err *e;
	struct str t;

	if ((e = conf_load(a, NULL, list, c)) == NULL)
		e = auth_open(a, c, NULL, &several);
	if (!ok(e == NULL, "a named cookie")) {
		diag("%s", e->log);
		return;
	}
	t = sealed("site.session", "{\"sub\":\"ann\",\"exp\":1800000100}");
	is_str(cookie(arena_printf(a, "site.session=%s", t.p), false, NULL),
	    "ann", "lets in");
	is_in(explained(t.p, true), "The token is good.", "is explained");
	t = sealed("authjs.session-token",
	    "{\"sub\":\"ann\",\"exp\":1800000100}");
	says(t.p, "depends on the cookie's name");
	auth_close(several);
}

/* What goes wrong where a token is copied, and in what it says of itself. */
static void
test_explain_form(void)
{
	const char *good = of(SECRET_A, "\"sub\":\"ann\"," A_CLAIMS), *text;
	struct str t;

	open_several("jwt");
	says(arena_printf(a, "%.30s\n%s", good, good + 30),
	    "was it wrapped when it was copied?");
	says(arena_printf(a, "%.30s %s", good, good + 30), "There is a blank");
	says(arena_printf(a, "%s==", good), "A JWT has no '='");
	says(arena_printf(a, "\"%s\"", good), "quotes around it");
	says(arena_printf(a, "'%s'", good), "quotes around it");
	says(unsigned_token("{\"alg\":\"HS256\"}", arena_printf(a,
	    "{\"sub\":\"%07000d\"}", 1)), "over 8192 bytes are not read");
	says(a_token("\"iss\":\"https://a.example/\",\"aud\":\"us\","
	    "\"exp\":1800000100000,\"nbf\":1800000000000"),
	    "looks like milliseconds");
	text = explained(a_token("\"iss\":\"https://a.example/\","
	    "\"aud\":\"us\",\"exp\":1e300"), false);
	is_in(text, "(no date)", "a time beyond all dates");
	text = explained(unsigned_token("{\"alg\":\"H\\u001b[2J\x7f\"}",
	    "{}"), false);
	is_in(text, "alg H?[2J?", "no name of an algorithm moves the cursor");
	says(of("a secret that nobody has ever set", "\"email\":\"a@b.example\""),
	    "It looks like the token of a link in a mail (Better Auth signs");
	t = sealed("authjs.session-token", "{\"exp\":1800000100}");
	is_in(explained(t.p, false), "sub is missing",
	    "an encrypted one without a user");
}

int
main(void)
{
	struct conf c = { .jwt_secret = SECRET, .jwt_issuer = "",
	    .jwt_audience = "" };

	log_open(LOG_ERROR, NULL);
	a = arena_new();
	ok(auth_open(a, &c, NULL, &au) == NULL, "a secret is enough to open");
	test_schemes();
	test_subjects();
	test_settings();
	open_several("jwt");
	test_several();
	test_cookies();
	test_sealed();
	test_files();
	open_several("jwt");
	test_mcp_audience();
	test_mcp_scopes();
	test_mcp_issuers();
	test_mcp_elsewhere();
	test_mcp_accounts("on");
	test_mcp_accounts("off");
	test_no_database();
	test_named_cookie();
	open_several("jwt");
	test_explain_mcp();
	test_explain();
	test_explain_form();
	arena_free(a);
	return tap_done();
}
