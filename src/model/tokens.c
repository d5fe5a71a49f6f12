#include "base/json.h"
#include "model/tokens.h"

/* Tenths of a byte that a token takes; and tokens on top. */
struct rates {
	int	ascii, other, json, schema;
	int	message, call;
};

static const struct rates most = { 30, 15, 25, 30, 4, 8 };
static const struct rates least = { 60, 90, 50, 60, 0, 0 };

static int64_t
rated(size_t bytes, int rate)
{
	return ((int64_t)bytes * 10 + rate - 1) / rate;
}

static int64_t
text(const struct rates *r, struct str s)
{
	size_t other = 0;

	for (size_t i = 0; i < s.n; i++)
		other += (unsigned char)s.p[i] >> 7;
	return rated(s.n - other, r->ascii) + rated(other, r->other);
}

/* An answer's text, as a provider writes it. */
static size_t
result_bytes(const struct model_message *m)
{
	return m->text.n > 0 || m->result == NULL ? m->text.n :
	    js_lent(m->result).n;
}

static int64_t
message(const struct rates *r, const struct model_message *m)
{
	int64_t n = r->message;

	if (m->role == MODEL_TOOL)
		return n + rated(result_bytes(m), r->json);
	n += text(r, m->text);
	for (size_t i = 0; i < m->ncalls; i++)
		n += r->call + rated(str_of(m->calls[i].name).n +
		    str_of(m->calls[i].arguments).n, r->json);
	return n;
}

static int64_t
conversation(const struct rates *r, const struct model_request *req)
{
	int64_t n = text(r, str_of(req->context));

	for (size_t i = 0; i < req->nmessages; i++)
		n += message(r, &req->messages[i]);
	return n;
}

int64_t
tokens_text(struct str s)
{
	return text(&most, s);
}

int64_t
tokens_message(const struct model_message *m)
{
	return message(&most, m);
}

int64_t
tokens_overhead(const struct model_request *req)
{
	int64_t n = most.message + text(&most, str_of(req->instructions));

	for (size_t i = 0; i < req->ntools; i++) {
		const struct model_tool *t = &req->tools[i];
		n += most.call + rated(str_of(t->name).n +
		    str_of(t->description).n + str_of(t->parameters).n,
		    most.schema);
	}
	return n;
}

int64_t
tokens_request(const struct model_request *req)
{
	return req->overhead + conversation(&most, req);
}

int64_t
tokens_least(const struct model_request *req)
{
	return req->overhead / 2 + conversation(&least, req);
}
