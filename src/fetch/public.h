/*
 * Which addresses are everybody's.  Whoever lets a stranger say what is to be
 * fetched must not fetch from the network behind the wall for them.
 */
#ifndef FETCH_PUBLIC_H
#define FETCH_PUBLIC_H

#include <sys/socket.h>

#include <stdbool.h>

/*
 * Globally reachable unicast, by IANA's registries of special-purpose
 * addresses (RFC 6890).  False: this machine, private, shared (CGNAT),
 * link-local, unique local, multicast, unspecified, reserved, for
 * documentation or benchmarks; IPv6 that stands for one of these IPv4
 * addresses (mapped, 6to4, NAT64's well-known prefix), or for any by way of
 * somebody's tunnel or translator (compatible, Teredo, local NAT64); a family
 * other than these two.  at is as long as its family says.
 */
bool	 address_is_public(const struct sockaddr *at);

#endif
