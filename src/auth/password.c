#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>

#include "auth/password.h"
#include "base/text.h"

/* Better Auth's parameters: 128 * N * r bytes are 32 MiB, and some more. */
#define SCRYPT_N	16384
#define SCRYPT_R	16
#define SCRYPT_P	1
#define SCRYPT_MEMORY	((uint64_t)64 * 1024 * 1024)

#define KEY_BYTES	64
#define SALT_BYTES	16
#define SALT_HEX	(2 * (size_t)SALT_BYTES)
#define KEY_HEX		(2 * (size_t)KEY_BYTES)

#define BUSY_SECONDS	2

/* Any salt: what is hashed with it is compared with nothing. */
static const char nobodys_salt[] = "7461736b63686174206e6f626f647921";

/*
 * The commonest passwords of eight characters and more, in lower case.
 * Shorter ones are refused for their length.
 */
static const char *const commonest[] = {
	"00000000", "000000000", "0000000000", "00112233", "01234567",
	"0123456789", "0987654321", "09876543210", "10203040", "11111111",
	"111111111", "1111111111", "11223344", "1122334455", "12121212",
	"123123123", "1231231234", "12341234", "12344321", "123454321",
	"12345678", "123456789", "1234567890", "12345678910", "123456789a",
	"12345678a", "123456abc", "1234abcd", "1234qwer", "123654789",
	"123qweasd", "12qwaszx", "13131313", "147258369", "1q2w3e4r",
	"1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2",
	"20202020", "22222222", "23456789", "33333333", "44444444",
	"55555555", "66666666", "69696969", "77777777", "789456123",
	"87654321", "88888888", "98765432", "987654321", "9876543210",
	"99999999", "999999999", "a1234567", "a12345678", "a123456789",
	"a1b2c3d4", "aa123456", "aa12345678", "aaaaaaaa", "abc12345",
	"abc123456", "abc123abc", "abcd1234", "abcdefgh", "abcdefghi",
	"admin123", "admin1234", "administrator", "alexander", "asdasdasd",
	"asdf1234", "asdfasdf", "asdfghjk", "asdfghjkl", "asdfghjkl;",
	"baseball", "basketball", "butterfly", "changeme", "charlie1",
	"chocolate", "computer", "corvette", "danielle", "dragon123",
	"elephant", "facebook", "football", "football1", "franklin",
	"godzilla", "hello123", "iloveyou",
	"iloveyou1", "iloveyou2", "internet", "jennifer", "jonathan",
	"letmein1", "liverpool", "liverpool1", "lollipop", "master123",
	"maverick", "mercedes", "metallica", "michael1", "michelle",
	"minecraft", "monkey123", "mustang1", "p@ssw0rd", "pa$$w0rd",
	"pa55word", "pass1234", "passw0rd", "password", "password!",
	"password1", "password1!", "password12", "password123",
	"password1234", "password2", "pokemon1", "princess", "princess1",
	"q1w2e3r4", "q1w2e3r4t5", "q1w2e3r4t5y6", "qazwsxedc", "qazxswedc",
	"qwe123456", "qweasdzxc", "qweqweqwe", "qwer1234", "qwerasdf",
	"qwert123", "qwert12345", "qwerty12", "qwerty123", "qwerty1234",
	"qwerty12345", "qwertyui", "qwertyuiop", "rootroot", "samantha",
	"scorpion", "secret123", "shadow123", "slipknot", "starwars",
	"starwars1", "steelers", "sunshine", "sunshine1", "superman",
	"superman1", "test1234", "testtest", "trustno1", "victoria",
	"welcome1", "welcome123", "whatever", "zaq12wsx", "zxcvbnm1",
	"zxcvbnm123",
};

/*
 * Tickets: ticket t may run as soon as t < finished + at_once, so turns
 * come in the order of arrival.  next - finished are inside.  Who wakes
 * late may find finished beyond its ticket: the difference is signed.
 */
struct hash_gate {
	pthread_mutex_t	 lock;
	pthread_cond_t	 moved;
	unsigned int	 next, finished;
	unsigned int	 at_once, most;
};

static void
gate_undo(void *what)
{
	struct hash_gate *g = what;

	pthread_cond_destroy(&g->moved);
	pthread_mutex_destroy(&g->lock);
}

struct hash_gate *
hash_gate_new(struct arena *a, int at_once, int waiting)
{
	struct hash_gate *g = arena_alloc(a, sizeof(*g));

	g->at_once = at_once < 1 ? 1 : (unsigned int)at_once;
	g->most = g->at_once + (waiting < 0 ? 0 : (unsigned int)waiting);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->moved, NULL);
	arena_defer(a, gate_undo, g);
	return g;
}

static const struct err *
gate_enter(struct hash_gate *g, struct arena *a)
{
	unsigned int ticket;
	bool full;

	pthread_mutex_lock(&g->lock);
	full = g->next - g->finished >= g->most;
	if (!full) {
		ticket = g->next++;
		while ((int)(ticket - g->finished) >= (int)g->at_once)
			pthread_cond_wait(&g->moved, &g->lock);
	}
	pthread_mutex_unlock(&g->lock);
	if (!full)
		return NULL;
	return err_retry(a, err_new(a, ERR_BUSY, "too_busy",
	    "Too many people sign in just now. Try again in a moment.",
	    "hash a password: %u are at work or waiting", g->most),
	    BUSY_SECONDS);
}

static void
gate_leave(struct hash_gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->finished++;
	pthread_cond_broadcast(&g->moved);
	pthread_mutex_unlock(&g->lock);
}

/* Lead bytes stand for one UTF-16 unit, those of four bytes for two. */
size_t
password_length(struct str password)
{
	size_t n = 0;

	for (size_t i = 0; i < password.n; i++) {
		unsigned char c = (unsigned char)password.p[i];

		n += (c & 0xc0) != 0x80;
		n += c >= 0xf0;
	}
	return n;
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static const struct err *
failed(struct arena *a, const char *doing, const char *why)
{
	return err_new(a, ERR_BUG, "internal_error",
	    "Something went wrong on our side.", "hash a password: %s: %s",
	    doing, why);
}

static const struct err *
scrypt(struct arena *a, const char *p, size_t n, const char *salt,
    unsigned char key[KEY_BYTES])
{
	char why[160];

	if (EVP_PBE_scrypt(p, n, (const unsigned char *)salt, SALT_HEX,
	    SCRYPT_N, SCRYPT_R, SCRYPT_P, SCRYPT_MEMORY, key, KEY_BYTES) == 1)
		return NULL;
	ERR_error_string_n(ERR_get_error(), why, sizeof(why));
	ERR_clear_error();
	return failed(a, "scrypt", why);
}

/* NFKC leaves ASCII as it is.  What it makes of the rest is wiped. */
static const struct err *
derive(struct arena *a, struct str password, const char *salt,
    unsigned char key[KEY_BYTES])
{
	const struct err *e;
	uint8_t *nfkc;
	size_t n = 0;

	if (is_ascii(password))
		return scrypt(a, password.n == 0 ? "" : password.p, password.n,
		    salt, key);
	nfkc = utf8_ok(password) ? u8_normalize(UNINORM_NFKC,
	    (const uint8_t *)password.p, password.n, NULL, &n) : NULL;
	if (nfkc == NULL)
		return failed(a, "normalize", "not UTF-8, or no memory");
	e = scrypt(a, (const char *)nfkc, n, salt, key);
	OPENSSL_cleanse(nfkc, n);
	free(nfkc);
	return e;
}

/* The key in hex, when it is our turn. */
static const struct err *
hash(struct hash_gate *g, struct arena *a, struct str password,
    const char *salt, char hex[KEY_HEX])
{
	unsigned char key[KEY_BYTES];
	const struct err *e = gate_enter(g, a);

	if (e != NULL)
		return e;
	e = derive(a, password, salt, key);
	gate_leave(g);
	if (e == NULL)
		hex_put(hex, key, sizeof(key));
	OPENSSL_cleanse(key, sizeof(key));
	return e;
}

const struct err *
password_hash(struct hash_gate *g, struct arena *a, struct str password,
    const char **stored)
{
	char text[SALT_HEX + 1 + KEY_HEX + 1];
	unsigned char salt[SALT_BYTES];
	const struct err *e;

	random_bytes(salt, sizeof(salt));
	hex_put(text, salt, sizeof(salt));
	text[SALT_HEX] = ':';
	text[sizeof(text) - 1] = '\0';
	e = hash(g, a, password, text, text + SALT_HEX + 1);
	if (e == NULL)
		*stored = arena_strdup(a, text);
	return e;
}

static bool
is_hex(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hex_value(p[i]) < 0 || (p[i] >= 'A' && p[i] <= 'F'))
			return false;
	return true;
}

static bool
stored_ok(struct str s)
{
	return s.n == SALT_HEX + 1 + KEY_HEX && s.p[SALT_HEX] == ':' &&
	    is_hex(s.p, SALT_HEX) && is_hex(s.p + SALT_HEX + 1, KEY_HEX);
}

const struct err *
password_verify(struct hash_gate *g, struct arena *a, struct str password,
    const char *stored, bool *ok)
{
	bool ours = stored_ok(str_of(stored));
	char hex[KEY_HEX];
	const struct err *e;

	e = hash(g, a, password, ours ? stored : nobodys_salt, hex);
	if (e == NULL)
		*ok = ours && CRYPTO_memcmp(hex, stored + SALT_HEX + 1,
		    sizeof(hex)) == 0;
	OPENSSL_cleanse(hex, sizeof(hex));
	return e;
}

static bool
same_nocase(struct str x, struct str y)
{
	for (size_t i = 0; i < x.n && i < y.n; i++) {
		char c = x.p[i], d = y.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if (d >= 'A' && d <= 'Z')
			d = (char)(d + ('a' - 'A'));
		if (c != d)
			return false;
	}
	return x.n == y.n && x.n > 0;
}

const char *
password_weak(struct str password, struct str email, struct str name)
{
	struct str local = email;

	for (size_t i = 0; i < sizeof(commonest) / sizeof(*commonest); i++)
		if (str_is_nocase(password, commonest[i]))
			return "This password is one of the commonest. Choose "
			    "another one.";
	for (local.n = 0; local.n < email.n && email.p[local.n] != '@';)
		local.n++;
	if (same_nocase(password, email) || same_nocase(password, local))
		return "The password must not be your e-mail address or its "
		    "first part.";
	if (same_nocase(password, text_trim(name)))
		return "The password must not be your name.";
	return NULL;
}
