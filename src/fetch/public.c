#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fetch/public.h"

struct block4 { uint32_t from; int bits; };

/* RFC 6890 section 2.2.2, and what came later. */
static const struct block4 private4[] = {
	{ 0x00000000, 8 },	/* this network: 0.0.0.0 is this machine */
	{ 0x0a000000, 8 },	/* 10: private */
	{ 0x64400000, 10 },	/* 100.64: shared, behind a provider's NAT */
	{ 0x7f000000, 8 },	/* 127: this machine */
	{ 0xa9fe0000, 16 },	/* 169.254: link-local, clouds' metadata */
	{ 0xac100000, 12 },	/* 172.16: private */
	{ 0xc0000000, 24 },	/* 192.0.0: of protocols */
	{ 0xc0000200, 24 },	/* 192.0.2: documentation */
	{ 0xc0586300, 24 },	/* 192.88.99: relays of 6to4, once */
	{ 0xc0a80000, 16 },	/* 192.168: private */
	{ 0xc6120000, 15 },	/* 198.18: benchmarks */
	{ 0xc6336400, 24 },	/* 198.51.100: documentation */
	{ 0xcb007100, 24 },	/* 203.0.113: documentation */
	{ 0xe0000000, 3 },	/* 224 to 255: multicast, reserved, all */
};

struct block6 { unsigned char from[4]; int bits; };

/* Within 2000::/3, which is all that is given out. */
static const struct block6 private6[] = {
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 },	/* of protocols: Teredo,
						   benchmarks, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },	/* documentation */
	{ { 0x3f, 0xff, 0x00, 0x00 }, 20 },	/* documentation */
};

static bool
public4(uint32_t at)
{
	const struct block4 *b;
	size_t i;

	for (i = 0; i < sizeof(private4) / sizeof(private4[0]); i++) {
		b = &private4[i];
		if ((at ^ b->from) >> (32 - b->bits) == 0)
			return false;
	}
	return true;
}

/* Four bytes in the order of the network. */
static uint32_t
four(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static bool
public6(const unsigned char *p)
{
	static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
	static const unsigned char nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	const struct block6 *b;
	size_t i;

	if (memcmp(p, mapped, sizeof(mapped)) == 0 ||
	    memcmp(p, nat64, sizeof(nat64)) == 0)
		return public4(four(p + 12));
	if ((p[0] & 0xe0) != 0x20)
		return false;
	if (p[0] == 0x20 && p[1] == 0x02)	/* 6to4: RFC 3056 */
		return public4(four(p + 2));
	for (i = 0; i < sizeof(private6) / sizeof(private6[0]); i++) {
		b = &private6[i];
		if ((four(p) ^ four(b->from)) >> (32 - b->bits) == 0)
			return false;
	}
	return true;
}

bool
address_is_public(const struct sockaddr *at)
{
	struct sockaddr_in6 six;
	struct sockaddr_in v4;

	if (at->sa_family == AF_INET) {
		memcpy(&v4, at, sizeof(v4));
		return public4(ntohl(v4.sin_addr.s_addr));
	}
	if (at->sa_family != AF_INET6)
		return false;
	memcpy(&six, at, sizeof(six));
	return public6(six.sin6_addr.s6_addr);
}
