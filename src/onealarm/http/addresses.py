"""The address guard: which network addresses a URL given by a user may lead to."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from onealarm.errors import BadInput

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The tables stand here because those of the ``ipaddress`` module differ between patch releases of Python.
# Source: IANA's registries of special-purpose IPv4 and IPv6 addresses.
_FORBIDDEN_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host, this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers (CGNAT); holds Alibaba's metadata address
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host agent: looks public, answers only from inside
        "169.254.0.0/16",  # link-local; holds the metadata address of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; holds Oracle's metadata address
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, withdrawn
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_FORBIDDEN_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; holds Teredo
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR: Final = IPv6Network("2002::/16")


class AddressGuard:
    """Permits public unicast addresses, and those of the networks that the operator allows besides.

    An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is judged as that IPv4 address.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        """``allowed`` are networks such as ``192.168.1.0/24``. Raises ``BadInput`` when one is none."""
        self._allowed = tuple(_network(text) for text in allowed)

    def permits(self, address: str) -> bool:
        """Whether a connection to ``address`` (an IP address as text) may be made."""
        effective = _embedded(ip_address(address))
        if any(effective in network for network in self._allowed):
            return True
        if isinstance(effective, IPv4Address):
            return not any(effective in network for network in _FORBIDDEN_V4)
        return effective in _GLOBAL_V6 and not any(effective in network for network in _FORBIDDEN_V6)


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise BadInput(
            "ONEALARM_ALLOWED_NETWORKS", f"{text!r} is not a network", "Give networks such as 192.168.1.0/24"
        ) from error


def _embedded(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((int(address) >> 80) & 0xFFFF_FFFF)
    return address
