"""Whether an address is one of the Internet's: what is none may be a machine of the office's own network."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

UNICAST = ipaddress.IPv6Network("2000::/3")  # all that IANA has given away; Python takes the rest for global too
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address, by NAT64 (RFC 6052)


def is_of_the_internet(address: Address) -> bool:
    """Return whether packets to an address leave for the Internet, by way of a translator too (NAT64, 6to4). Pure."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in TRANSLATED:
        return is_of_the_internet(ipaddress.IPv4Address(address.packed[-4:]))
    if address.sixtofour is not None:  # RFC 3056
        return is_of_the_internet(address.sixtofour)
    return address in UNICAST and address.is_global
