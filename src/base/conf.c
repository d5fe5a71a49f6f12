#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/conf_issuer.h"
#include "base/conf_model.h"
#include "base/conf_value.h"
#include "base/text.h"

/*
 * Every setting, in alphabetical order: name, type, default, secret.
 * The type says what a value must look like, and is read as it stands:
 *
 *	text		anything printable
 *	number A..B	a whole number within the range
 *	boolean		on off yes no true false
 *	choice a|b	one of these words
 *	url S|T		an address that begins with S:// or T://
 *	origins		scheme://host[:port], comma separated; "*." may lead
 *	hosts		names of hosts, comma separated; "*." may lead
 *	zone		the form of a time zone's name
 *
 * A secret may come from a file of its own and is never printed.  Y has the
 * name of the field, too, where that is another.
 */
#define OPEN	false
#define SECRET	true
#define SETTINGS(X, Y) \
	X(accounts, "boolean", "off", OPEN) \
	X(accounts_schema, "text", "public", OPEN) \
	X(agent_max_steps, "number 1..50", "10", OPEN) \
	X(allowed_origins, "origins", "", OPEN) \
	X(attempts_account, "number 1..100000", "10", OPEN) \
	X(attempts_ip, "number 1..100000", "30", OPEN) \
	X(auth_secret, "text", "", SECRET) \
	X(bare_ids, "text", "", OPEN) \
	X(chatkit_domain_key, "text", "", OPEN) \
	X(chatkit_key, "text", "", SECRET) \
	X(chatkit_requests, "number 1..10000", "30", OPEN) \
	X(chatkit_session_seconds, "number 1..600", "600", OPEN) \
	X(chatkit_timeout, "number 1..60", "10", OPEN) \
	X(chatkit_url, "url https|http", "https://api.openai.com/v1", OPEN) \
	X(chatkit_workflow, "text", "", SECRET) \
	X(chatkit_workflow_version, "text", "", OPEN) \
	X(confirm_bulk_from, "number 2..1000", "3", OPEN) \
	X(confirm_minutes, "number 1..1440", "15", OPEN) \
	X(cookie_prefix, "text", "better-auth", OPEN) \
	X(database_url, "text", "", SECRET) \
	X(db_connections, "number 1..256", "4", OPEN) \
	X(db_prepare, "choice auto|on|off", "auto", OPEN) \
	X(drain_seconds, "number 0..3600", "30", OPEN) \
	X(history_bytes, "number 4096..4194304", "131072", OPEN) \
	X(history_messages, "number 2..1000", "50", OPEN) \
	X(image_domains, "hosts", "", OPEN) \
	X(jwt_audience, "text", "", OPEN) \
	X(jwt_issuer, "text", "", OPEN) \
	X(jwt_secret, "text", "", SECRET) \
	X(limit_tokens_day, "number 0..1000000000", "0", OPEN) \
	X(limit_turns_day, "number 0..1000000000", "0", OPEN) \
	X(listen, "text", "", OPEN) \
	X(log, "text", "", OPEN) \
	X(log_level, "choice error|warn|info|debug", "info", OPEN) \
	X(mail_ca_file, "text", "", OPEN) \
	X(mail_command, "text", "", OPEN) \
	X(mail_from, "text", "", OPEN) \
	X(mail_password, "text", "", SECRET) \
	X(mail_url, "url smtps|smtp", "", OPEN) \
	X(mail_user, "text", "", OPEN) \
	X(mcp, "boolean", "on", OPEN) \
	X(mcp_authorization_server, "url https|http", "", OPEN) \
	X(mcp_calls, "number 1..100000", "120", OPEN) \
	X(mcp_confirm, "choice off|delete|destructive", "off", OPEN) \
	X(message_max, "number 1..100000", "10000", OPEN) \
	X(migrate_url, "text", "", SECRET) \
	X(model, "choice builtin|" MODEL_KINDS, "builtin", OPEN) \
	X(model_api_version, "text", "", OPEN) \
	X(model_ca_file, "text", "", OPEN) \
	X(model_connect_timeout, "number 1..60", "5", OPEN) \
	X(model_fallback, "choice |builtin", "", OPEN) \
	X(model_first_byte_timeout, "number 0..600", "0", OPEN) \
	X(model_insecure_http, "boolean", "off", OPEN) \
	X(model_key, "text", "", SECRET) \
	X(model_max_tokens, "number 16..1000000", "2048", OPEN) \
	X(model_name, "text", "", OPEN) \
	X(model_profile, "choice " MODEL_PROFILES, "auto", OPEN) \
	X(model_progress_timeout, "number 1..600", "120", OPEN) \
	X(model_proxy, "url http|https|socks5|socks5h", "", SECRET) \
	X(model_reasoning_effort, "text", "", OPEN) \
	X(model_silence_timeout, "number 1..600", "60", OPEN) \
	X(model_url, "url https|http", "", OPEN) \
	X(model_window, "number 0..10000000", "0", OPEN) \
	Y(models, model_order, "text", "", OPEN) \
	X(oauth_ca_file, "text", "", OPEN) \
	X(oauth_client_hosts, "hosts", "", OPEN) \
	X(password_hashes, "number 1..64", "2", OPEN) \
	X(password_min, "number 8..128", "8", OPEN) \
	X(public_url, "url https|http", "", OPEN) \
	X(sign_up, "boolean", "on", OPEN) \
	X(site_name, "text", "taskchat", OPEN) \
	X(stream_comment_seconds, "number 1..300", "15", OPEN) \
	X(threads, "number 1..4096", "64", OPEN) \
	X(timezone, "zone", "UTC", OPEN) \
	X(token_minutes, "number 1..60", "15", OPEN) \
	X(transcribe_key, "text", "", SECRET) \
	X(transcribe_max, "number 1024..1048576", "1048576", OPEN) \
	X(transcribe_model, "text", "whisper-1", OPEN) \
	X(transcribe_timeout, "number 1..300", "30", OPEN) \
	X(transcribe_url, "url https|http", "", OPEN) \
	X(turn_lease, "number 2..600", "30", OPEN) \
	X(turn_timeout, "number 5..3600", "300", OPEN) \
	X(undo_days, "number 0..3650", "30", OPEN) \
	X(verify_email, "boolean", "off", OPEN)

#define ROW(name, type, fallback, secret) { #name, type, fallback, secret },
#define ROW_OF(name, field, type, fallback, secret) \
	ROW(name, type, fallback, secret)
#define PLACE(name, type, fallback, secret) offsetof(struct conf, name),
#define PLACE_OF(name, field, type, fallback, secret) \
	offsetof(struct conf, field),

static const struct conf_row rows[] = { SETTINGS(ROW, ROW_OF) };
static const size_t places[] = { SETTINGS(PLACE, PLACE_OF) };

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

#define PREFIX		"TASKCHAT_"
#define MAX_NAME	64

/* These are the scripts' own: they say where things are, not how to work. */
static const char *const not_settings[] = {
	"TASKCHAT_BIN", "TASKCHAT_BUILD", "TASKCHAT_CONF", "TASKCHAT_STATE"
};

/* The settings there are several sets of, by names the operator chose. */
static const struct block {
	const char	*word;		/* word.NAME.KEY */
	size_t		 (*rows)(const struct conf_row **out);
	const char	*(*named)(struct arena *a, struct conf *c,
			    struct str name, size_t *at);
	void		*(*place)(const struct conf *c, size_t at, size_t row);
	int		 (*count)(const struct conf *c);
	const char	*(*name)(const struct conf *c, size_t at);
} blocks[] = {
	{ "issuer", conf_issuer_rows, conf_issuer_named, conf_issuer_place,
	    conf_issuer_count, conf_issuer_name },
	{ "model", conf_model_rows, conf_model_named, conf_model_place,
	    conf_model_count, conf_model_name },
};

enum { BLOCKS = sizeof(blocks) / sizeof(blocks[0]),
    MAX_SETS = MAX_ISSUERS > MAX_MODELS ? MAX_ISSUERS : MAX_MODELS };

/* One pass over the file or the environment; within it a name is given once. */
struct source {
	struct arena	*a;
	struct conf	*out;
	const char	*path;		/* NULL: the environment */
	int		 line;
	/* the line each was given on, 0: not yet */
	int		 seen[ROWS];
	int		 seen_in[BLOCKS][MAX_SETS][BLOCK_ROWS_MAX];
};

/* Where a setting of that name belongs. */
struct slot {
	const char	*name;		/* as files spell it, without _file */
	const struct conf_row *row;
	void		*place;
	int		*seen;
	bool		 file;		/* the name of a secret's file */
};

/* "taskchat.conf:12: threads: " or "TASKCHAT_THREADS: " and then what. */
static const struct err *
refuse_at(const struct source *src, struct str name, const char *what)
{
	struct arena *a = src->a;

	if (src->path == NULL)
		return conf_refuse(a, "%.*s: %s", (int)name.n, name.p, what);
	return conf_refuse(a, "%s:%d: %.*s: %s", src->path, src->line,
	    (int)name.n, name.p, what);
}

/*
 * How many letters must change to make x of y (Levenshtein), for names.
 * A dash is as good as an underscore, and case does not matter.
 */
static size_t
name_distance(struct str x, const char *y)
{
	size_t row[MAX_NAME + 1], i, j, diagonal, above, ny = strlen(y);
	int cx;

	if (x.n > MAX_NAME || ny > MAX_NAME)
		return MAX_NAME;
	for (j = 0; j <= ny; j++)
		row[j] = j;
	for (i = 1; i <= x.n; i++) {
		diagonal = row[0];
		row[0] = i;
		cx = x.p[i - 1] == '-' ? '_' : x.p[i - 1];
		if (cx >= 'A' && cx <= 'Z')
			cx += 'a' - 'A';
		for (j = 1; j <= ny; j++) {
			above = row[j];
			row[j] = diagonal + (cx != y[j - 1]);
			if (above + 1 < row[j])
				row[j] = above + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			diagonal = above;
		}
	}
	return row[ny];
}

/* As the environment spells it: TASKCHAT_ISSUER_SITE_ISS. */
static const char *
env_name(struct arena *a, const char *name)
{
	char *out = arena_printf(a, PREFIX "%s", name), *p;

	for (p = out; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
		else if (*p == '.')
			*p = '_';
	return out;
}

/* The row whose name is most like it; NULL: none is. */
static const struct conf_row *
row_near(struct str name, const struct conf_row *row, size_t n)
{
	const struct conf_row *near = NULL;
	size_t i, d, least = 4;

	for (i = 0; i < n; i++) {
		d = name_distance(name, row[i].name);
		if (d < least && d * 3 <= strlen(row[i].name)) {
			least = d;
			near = &row[i];
		}
	}
	return near;
}

/* stem: what stands before the name in its table ("issuer.site."). */
static const struct err *
refuse_unknown(const struct source *src, struct str given, const char *stem,
    struct str name, const struct conf_row *table, size_t n)
{
	const struct conf_row *near = row_near(name, table, n);
	struct arena *a = src->a;
	const char *hint = "";

	if (near != NULL) {
		hint = arena_printf(a, "%s%s", stem, near->name);
		if (src->path == NULL)
			hint = env_name(a, hint);
		hint = arena_printf(a, "; did you mean \"%s\"?", hint);
	}
	return refuse_at(src, given,
	    arena_printf(a, "there is no such setting%s", hint));
}

/* The value of a secret: what is in the file, but for one line end. */
static const struct err *
read_secret(const struct source *src, struct str name, struct str path,
    struct str *out)
{
	const char *file = arena_strndup(src->a, path.p, path.n), *why;

	if (path.n == 0 || !conf_printable(path))
		return refuse_at(src, name, "expected the path of a file");
	if (!conf_file_read(src->a, file, out, &why))
		return refuse_at(src, name,
		    arena_printf(src->a, "%s: %s", file, why));
	if (out->n > 0 && out->p[out->n - 1] == '\n')
		out->n--;
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		out->n--;
	if (out->n == 0)
		return refuse_at(src, name,
		    arena_printf(src->a, "%s: the file is empty", file));
	return NULL;
}

/* The row of that name, or its secret's file; n if there is none. */
static size_t
find_row(const struct conf_row *table, size_t n, struct str name, bool *file)
{
	struct str stem = { name.p, 0 };
	size_t i;

	if (name.n > 5 && memcmp(name.p + name.n - 5, "_file", 5) == 0)
		stem.n = name.n - 5;
	for (i = 0; i < n; i++) {
		*file = table[i].secret && str_is(stem, table[i].name);
		if (*file || str_is(name, table[i].name))
			return i;
	}
	return n;
}

/* The block a name belongs to, by its word and a dot; NULL: to none. */
static const struct block *
block_of(struct str name)
{
	size_t i, n;

	for (i = 0; i < BLOCKS; i++) {
		n = strlen(blocks[i].word);
		if (name.n > n + 1 && name.p[n] == '.' &&
		    memcmp(name.p, blocks[i].word, n) == 0)
			return &blocks[i];
	}
	return NULL;
}

/* "word.NAME.KEY" into NAME and KEY; false: it has no two dots. */
static bool
block_split(struct str setting, struct str *name, struct str *key)
{
	const char *end = setting.p + setting.n, *from, *dot;

	if ((from = memchr(setting.p, '.', setting.n)) == NULL)
		return false;
	from++;
	if ((dot = memchr(from, '.', (size_t)(end - from))) == NULL)
		return false;
	*name = str_from(from, dot);
	*key = str_from(dot + 1, end);
	return true;
}

/* word.NAME.KEY; a set is made by the first line that names it. */
static const struct err *
find_in_block(struct source *src, const struct block *block,
    struct str given, struct str name, struct slot *out)
{
	const struct conf_row *table;
	struct arena *a = src->a;
	size_t n = block->rows(&table), i, at = 0;
	struct str who, key;
	const char *why, *stem;

	if (!block_split(name, &who, &key))
		return refuse_at(src, given, arena_printf(a,
		    "expected %s.NAME.SETTING", block->word));
	stem = arena_printf(a, "%s.%.*s.", block->word, (int)who.n, who.p);
	i = find_row(table, n, key, &out->file);
	if (i == n)
		return refuse_unknown(src, given, stem, key, table, n);
	if ((why = block->named(a, src->out, who, &at)) != NULL)
		return refuse_at(src, given, why);
	out->name = arena_printf(a, "%s%s", stem, table[i].name);
	out->row = &table[i];
	out->place = block->place(src->out, at, i);
	out->seen = &src->seen_in[block - blocks][at][i];
	return NULL;
}

static const struct err *
find_slot(struct source *src, struct str given, struct str name,
    struct slot *out)
{
	const struct block *block = block_of(name);
	size_t i;

	if (block != NULL)
		return find_in_block(src, block, given, name, out);
	if ((i = find_row(rows, ROWS, name, &out->file)) == ROWS) {
		if (src->path == NULL)	/* as it was, for a hint */
			name = str_from(given.p + strlen(PREFIX),
			    given.p + given.n);
		return refuse_unknown(src, given, "", name, rows, ROWS);
	}
	out->name = rows[i].name;
	out->row = &rows[i];
	out->place = (char *)src->out + places[i];
	out->seen = &src->seen[i];
	return NULL;
}

static const struct err *
refuse_again(const struct source *src, struct str given,
    const struct slot *slot)
{
	struct arena *a = src->a;
	const char *name;

	if (src->path != NULL)
		return refuse_at(src, given, arena_printf(a,
		    "%s was already set on line %d", slot->name, *slot->seen));
	if (!slot->row->secret)
		return refuse_at(src, given, "given twice");
	name = env_name(a, slot->name);
	return refuse_at(src, given, arena_printf(a,
	    "expected either %s or %s_FILE, got both", name, name));
}

/* given: as it was written, for messages; name: as the table has it. */
static const struct err *
take(struct source *src, struct str given, struct str name, struct str value)
{
	struct arena *a = src->a;
	const struct err *e;
	struct slot slot;
	const char *want;

	if ((e = find_slot(src, given, name, &slot)) != NULL)
		return e;
	if (*slot.seen > 0)
		return refuse_again(src, given, &slot);
	*slot.seen = src->path == NULL ? 1 : src->line;
	if (slot.file &&
	    (e = read_secret(src, given, value, &value)) != NULL)
		return e;
	if (!conf_value_set(a, slot.row, value, slot.place, &want))
		return refuse_at(src, given, arena_printf(a,
		    "expected %s, got %s", want,
		    conf_value_got(a, slot.row, value)));
	return NULL;
}

/* Only what looks like a name is repeated: the rest may be a secret. */
static bool
is_name(struct str s)
{
	bool dots = block_of(s) != NULL;
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9') ||
		    s.p[i] == '_' || s.p[i] == '-' ||
		    (dots && s.p[i] == '.')))
			return false;
	return s.n > 0 && s.n <= MAX_NAME;
}

static const struct err *
take_line(struct source *src, struct str line)
{
	struct str name, value;
	const char *sign;

	line = text_trim(line);
	if (line.n == 0 || line.p[0] == '#')
		return NULL;
	sign = memchr(line.p, '=', line.n);
	name = text_trim(str_from(line.p, sign == NULL ? line.p : sign));
	if (!is_name(name))
		return conf_refuse(src->a, "%s:%d: expected \"name = value\"",
		    src->path, src->line);
	value = text_trim(str_from(sign + 1, line.p + line.n));
	return take(src, name, name, value);
}

static const struct err *
load_file(struct arena *a, const char *path, struct conf *out)
{
	struct source src = { .a = a, .out = out, .path = path };
	const struct err *e;
	struct str rest;
	const char *why, *end;

	if (!conf_file_read(a, path, &rest, &why))
		return conf_refuse(a, "%s: %s", path, why);
	while (rest.n > 0) {
		src.line++;
		end = memchr(rest.p, '\n', rest.n);
		if (end == NULL)
			end = rest.p + rest.n;
		if ((e = take_line(&src, str_from(rest.p, end))) != NULL)
			return e;
		end += end < rest.p + rest.n;
		rest = str_from(end, rest.p + rest.n);
	}
	return NULL;
}

static bool
starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
is_setting(struct str name)
{
	size_t i;

	for (i = 0; i < sizeof(not_settings) / sizeof(not_settings[0]); i++)
		if (str_is(name, not_settings[i]))
			return false;
	return true;
}

/*
 * Does this name belong to one of the model_* settings, not to a block?  It
 * does if there is such a setting, and no block can be meant by it then: what
 * follows its second underscore is no KEY.  It does, too, if it is more like
 * one of them than like a block's.
 */
static bool
is_flat(struct str name)
{
	const struct conf_row *table;
	size_t n = conf_model_rows(&table), stem = strlen("model_");
	const char *end = name.p + name.n, *dash;
	struct str key;
	bool file;

	if (find_row(rows, ROWS, name, &file) < ROWS)
		return true;
	dash = memchr(name.p + stem, '_', name.n - stem);
	if (dash == NULL)
		return true;
	key = str_from(dash + 1, end);
	return find_row(table, n, key, &file) == n &&
	    row_near(name, rows, ROWS) != NULL;
}

/*
 * The table's spelling; "" for a name that is not all upper case.  The name
 * of an issuer or a model has no underscore, so ISSUER_SITE_KEY_FILE is not
 * doubtful.
 */
static struct str
table_name(struct arena *a, struct str given)
{
	size_t i;
	char *name, *p;

	for (i = 0; i < given.n; i++)
		if (given.p[i] >= 'a' && given.p[i] <= 'z')
			return str_of("");
	name = text_lower(a, given);
	if (starts(name, "issuer_") ||
	    (starts(name, "model_") && !is_flat(str_of(name)))) {
		p = strchr(name, '_');
		*p = '.';
		if ((p = strchr(p, '_')) != NULL)
			*p = '.';
	}
	return str_of(name);
}

static const struct err *
load_env(struct arena *a, char *const *env, struct conf *out)
{
	struct source src = { .a = a, .out = out };
	const struct err *e;
	struct str given, name;
	const char *sign;

	for (; env != NULL && *env != NULL; env++) {
		sign = strchr(*env, '=');
		if (sign == NULL || !starts(*env, PREFIX))
			continue;
		given = str_from(*env, sign);
		if (!is_setting(given))
			continue;
		name = str_from(*env + strlen(PREFIX), sign);
		if (!is_name(name))
			return conf_refuse(a, "a variable begins with " PREFIX
			    " and does not name a setting");
		e = take(&src, given, table_name(a, name),
		    str_of(sign + 1));
		if (e != NULL)
			return e;
	}
	return NULL;
}

const struct err *
conf_load(struct arena *a, const char *path, char *const *env,
    struct conf *out)
{
	const struct err *e;
	struct conf c = { 0 };
	const char *want;
	size_t i;

	c.issuers = arena_alloc(a, MAX_ISSUERS * sizeof(*c.issuers));
	c.models = arena_alloc(a, MAX_MODELS * sizeof(*c.models));
	for (i = 0; i < ROWS; i++)
		if (!conf_value_set(a, &rows[i], str_of(rows[i].fallback),
		    (char *)&c + places[i], &want))
			return err_new(a, ERR_BUG, "invalid_setting",
			    "A default is wrong.", "default of %s: %s",
			    rows[i].name, want);
	if (path != NULL && (e = load_file(a, path, &c)) != NULL)
		return e;
	if ((e = load_env(a, env, &c)) != NULL)
		return e;
	if ((e = conf_model_choose(a, &c)) != NULL ||
	    (e = conf_check(a, &c)) != NULL)
		return e;
	*out = c;
	return NULL;
}

size_t
conf_rows(const struct conf_row **out)
{
	*out = rows;
	return ROWS;
}

static void
print_block(struct buf *b, const struct conf *c, const struct block *block)
{
	const struct conf_row *table;
	size_t n = block->rows(&table), i, at;
	const char *name;

	for (at = 0; at < (size_t)block->count(c); at++)
		for (i = 0, name = block->name(c, at); i < n; i++) {
			buf_printf(b, "%s.%s.%s = ", block->word, name,
			    table[i].name);
			conf_value_print(b, &table[i], block->place(c, at, i));
		}
}

const char *
conf_print(struct arena *a, const struct conf *c)
{
	struct buf b;
	size_t i;

	buf_init(&b, a, (ROWS + BLOCKS * MAX_SETS * BLOCK_ROWS_MAX) *
	    (size_t)(CONF_FILE_MAX + MAX_NAME));
	for (i = 0; i < ROWS; i++) {
		buf_printf(&b, "%s = ", rows[i].name);
		conf_value_print(&b, &rows[i], (const char *)c + places[i]);
	}
	for (i = 0; i < BLOCKS; i++)
		print_block(&b, c, &blocks[i]);
	return buf_str(&b);
}
