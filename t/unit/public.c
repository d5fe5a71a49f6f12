/*
 * Which addresses are public: both ends of every block that is not, and what
 * lies beside it.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "fetch/public.h"

#include "tap.h"

static const char *const everybodys[] = {
	"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0",
	"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
	"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
	"191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255",
	"192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
	"198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255",
	"203.0.114.0", "223.255.255.255",
	"2000::", "2001:200::", "2001:db7:ffff::", "2001:db9::",
	"2003::1", "2606:4700::1", "2a00:1450:4001::64", "3ffe:ffff::1",
	"3fff:1000::", "3fff:ffff::1",
	"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
};

static const char *const nobodys[] = {
	"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
	"100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1",
	"127.255.255.255", "169.254.0.0", "169.254.169.254",
	"169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
	"192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.1",
	"192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
	"198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255",
	"224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255",
	"::", "::1", "::8.8.8.8", "::ffff:0:8.8.8.8", "100::1",
	"fc00::1", "fdff:ffff::1", "fe80::1", "febf::1", "fec0::1",
	"ff02::1", "ff0e::1", "4000::1", "1fff:ffff::1", "5f00::1",
	"2001::1", "2001:0:808:808::1", "2001:2::1", "2001:10::1",
	"2001:20::1", "2001:1ff:ffff::1", "2001:db8::1",
	"2001:db8:ffff:ffff::1", "3fff::1", "3fff:fff:ffff::1",
	"::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
	"::ffff:0.0.0.0", "64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3",
	"64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8",
	"64:ff9b:0:1::8.8.8.8", "2002:7f00:1::1", "2002:a9fe:a9fe::1",
	"2002:c0a8:1::1", "2002:a00:1::1",
};

static bool
is_public(const char *text)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)&four);
	if (inet_pton(AF_INET6, text, &six.sin6_addr) != 1) {
		ok(false, "%s is no address", text);
		return false;
	}
	return address_is_public((const struct sockaddr *)&six);
}

int
main(void)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	size_t i;

	for (i = 0; i < sizeof(everybodys) / sizeof(everybodys[0]); i++)
		ok(is_public(everybodys[i]), "%s is everybody's",
		    everybodys[i]);
	for (i = 0; i < sizeof(nobodys) / sizeof(nobodys[0]); i++)
		ok(!is_public(nobodys[i]), "%s is not", nobodys[i]);
	ok(!address_is_public((const struct sockaddr *)&local),
	    "nor is a path");
	return tap_done();
}
