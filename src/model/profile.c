#include <string.h>

#include "base/text.h"
#include "model/profile.h"

/* OpenAI's own service, also as others rent it out. */
#define OPENAI \
	.completion_tokens = true, .usage_option = true, \
	.null_content = true, .effort_none = true, .parallel = true, \
	.strict = true, .user_key = true, .window = 128000

static const struct profile profiles[] = {
	{ .name = "openai", OPENAI },
	{ .name = "azure", OPENAI, .key_header = "api-key: " },
	{ .name = "anthropic", .usage_option = true, .null_content = true,
	  .window = 200000 },
	{ .name = "gemini", .usage_option = true, .null_content = true,
	  .bare_tools = true, .signatures = true, .window = 128000 },
	{ .name = "mistral", .window = 32000 },
	{ .name = "groq", .usage_option = true, .null_content = true,
	  .window = 128000 },
	{ .name = "openrouter", .usage_option = true, .null_content = true,
	  .details_back = true, .window = 128000 },
	{ .name = "deepseek", .usage_option = true, .reasoning_back = true,
	  .window = 64000 },
	{ .name = "xai", .usage_option = true, .window = 128000 },
	{ .name = "litellm", .usage_option = true, .window = 32000 },
	{ .name = "vllm", .usage_option = true, .reasoning_back = true,
	  .window = 32000 },
	/* these cut what is too long and say nothing: better too little */
	{ .name = "ollama", .usage_option = true, .window = 8192 },
	{ .name = "llamacpp", .usage_option = true, .window = 8192 },
	{ .name = "generic", .usage_option = true, .reasoning_back = true,
	  .window = 32000 },
};

static const struct {
	const char *suffix;	/* of the host, at a dot or whole */
	int port;		/* 0: any */
	const char *profile;
} hosts[] = {
	{ "api.openai.com", 0, "openai" },
	{ "openai.azure.com", 0, "azure" },
	{ "cognitiveservices.azure.com", 0, "azure" },
	{ "services.ai.azure.com", 0, "azure" },
	{ "api.anthropic.com", 0, "anthropic" },
	{ "googleapis.com", 0, "gemini" },
	{ "api.mistral.ai", 0, "mistral" },
	{ "api.groq.com", 0, "groq" },
	{ "openrouter.ai", 0, "openrouter" },
	{ "api.deepseek.com", 0, "deepseek" },
	{ "api.x.ai", 0, "xai" },
	{ "ollama.com", 0, "ollama" },
	{ "", 11434, "ollama" },
};

static bool
ends_with(struct str s, const char *end)
{
	size_t n = strlen(end);

	return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

static bool
host_is_under(const char *host, const char *suffix)
{
	struct str s = str_of(host);

	if (!ends_with(s, suffix))
		return false;
	s.n -= strlen(suffix);
	return s.n == 0 || *suffix == '\0' || s.p[s.n - 1] == '.';
}

static const struct profile *
profile_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

const struct profile *
profile_find(const char *name, const struct address *at)
{
	size_t i;

	if (strcmp(name, "auto") != 0)
		return profile_named(name);
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if ((hosts[i].port == 0 || hosts[i].port == at->port) &&
		    host_is_under(at->host, hosts[i].suffix))
			return profile_named(hosts[i].profile);
	return profile_named("generic");
}

/* "gpt-5.4" and everything numbered higher; "gpt-35" is an old 3.5. */
bool
profile_model_reasons(const char *model)
{
	int major = 0, minor = 0;

	if (strncmp(model, "gpt-", 4) != 0)
		return false;
	for (model += 4; *model >= '0' && *model <= '9' && major < 100; model++)
		major = major * 10 + (*model - '0');
	if (*model == '.')
		for (model++; *model >= '0' && *model <= '9' && minor < 100;
		    model++)
			minor = minor * 10 + (*model - '0');
	return major >= 6 ? major < 20 : major == 5 && minor >= 4;
}

static bool
take(struct str *s, const char *lit)
{
	size_t n = strlen(lit);

	if (s->n < n || !str_is_nocase((struct str){ s->p, n }, lit))
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

/* Visible ASCII without what ends a URL's text elsewhere. */
static bool
is_plain(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\' ||
		    s.p[i] == '"' || s.p[i] == '#')
			return false;
	return true;
}

/* How many bytes of s come before the first of these, or all. */
static size_t
length_to(struct str s, const char *stops)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (strchr(stops, s.p[i]) != NULL)
			break;
	return i;
}

static bool
read_port(struct str s, int *port)
{
	size_t i;

	*port = 0;
	if (s.n == 0 || s.n > 5)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*port = *port * 10 + (s.p[i] - '0');
	}
	return *port > 0 && *port < 65536;
}

/* "host", "host:8080", "[::1]:8080" */
static bool
read_authority(struct arena *a, struct str s, struct address *out)
{
	struct str host = s, port;

	if (s.n > 0 && *s.p == '[') {
		host.n = length_to(s, "]") + 1;
		if (host.n > s.n)
			return false;
	} else {
		host.n = length_to(s, ":");
	}
	if (host.n == 0 || length_to(s, "@") < s.n)
		return false;
	port.p = s.p + host.n;
	port.n = s.n - host.n;
	if (port.n > 0 && (!take(&port, ":") || !read_port(port, &out->port)))
		return false;
	out->host = text_lower(a, host);
	return true;
}

/* 127.0.0.0/8 is dots and digits only: not a name that begins like it. */
static bool
is_loopback(const char *host)
{
	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return strncmp(host, "127.", 4) == 0 &&
	    host[strspn(host, "0123456789.")] == '\0';
}

const char *
address_read(struct arena *a, const char *base, const char *at,
    struct address *out)
{
	struct str s = str_of(base), path, authority;

	*out = (struct address){ 0 };
	if (!is_plain(s))
		return "a character that does not belong in an address";
	if (take(&s, "https://"))
		out->secure = true;
	else if (!take(&s, "http://"))
		return "it does not begin with https://";
	authority = (struct str){ s.p, length_to(s, "/?") };
	if (!read_authority(a, authority, out))
		return "it names no host";
	out->loopback = is_loopback(out->host);
	s.p += authority.n;
	s.n -= authority.n;
	path = (struct str){ s.p, length_to(s, "?") };
	s.p += path.n;
	s.n -= path.n;
	while (path.n > 0 && path.p[path.n - 1] == '/')
		path.n--;
	out->url = arena_printf(a, "%s%.*s%.*s%s%.*s",
	    out->secure ? "https://" : "http://",
	    (int)authority.n, authority.p, (int)path.n, path.p,
	    ends_with(path, at) ? "" : at, (int)s.n, s.p);
	return NULL;
}
