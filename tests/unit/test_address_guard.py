"""Which addresses and URLs a user may send us to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onealarm.errors import BadInput
from onealarm.http.addresses import AddressGuard
from onealarm.http.urls import check_url

FORBIDDEN = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.9.10"),
    *("169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1"),
    *("198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),  # last four: metadata
    *("::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1"),
    *("fd00:ec2::254", "fd20:ce::254", "2001::1", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1", "4000::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:1::1", "2002:a9fe:a9fe::1"),
)
PERMITTED = (
    *("1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"),
    *("192.0.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "::ffff:8.8.8.8"),
    *("2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1", "64:ff9b::808:808", "2002:808:808::1"),
)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not AddressGuard().permits(address)


@pytest.mark.parametrize("address", PERMITTED)
def test_a_public_address_is_permitted(address: str) -> None:
    assert AddressGuard().permits(address)


@given(st.ip_addresses())
def test_nothing_is_permitted_that_python_calls_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    tunnel = isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or address.sixtofour or address in ipaddress.ip_network("64:ff9b::/96")
    )
    if AddressGuard().permits(str(address)) and not tunnel:
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_wrapping(address: ipaddress.IPv4Address) -> None:
    guard = AddressGuard()
    number = int(address)
    wrappings = (
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1),
    )
    assert {guard.permits(str(wrapped)) for wrapped in wrappings} == {guard.permits(str(address))}


def test_an_allowed_network_is_permitted_and_only_that() -> None:
    guard = AddressGuard(["192.168.1.0/24", "fd12::/16"])
    assert guard.permits("192.168.1.7")
    assert guard.permits("::ffff:192.168.1.7")
    assert guard.permits("fd12::1")
    assert guard.permits("8.8.8.8")
    assert not guard.permits("192.168.2.7")
    assert not guard.permits("127.0.0.1")


@pytest.mark.parametrize("network", ["home", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_an_allowed_network_that_is_none_is_named(network: str) -> None:
    with pytest.raises(BadInput) as refused:
        AddressGuard([network])
    assert refused.value.field == "ONEALARM_ALLOWED_NETWORKS"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example/feed",
        "/feed",
        "//news.example/feed",
        "ftp://news.example/feed",
        "file:///etc/passwd",
        "gopher://news.example/",
        "javascript:alert(1)",
        "http://",
        "http:///feed",
        "http://.../feed",
        "http://user@news.example/",
        "https://user:secret@news.example/",
        "http://news.example:0/",
        "http://news.example:99999/",
        "http://news.example:port/",
        "http://news .example/",
        "http://news.example/a b",
        "http://news.example/\r\nHost: other",
        "http://news.example/\x00",
        "http://news.example/\u202e",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 130 + "example/",
        "http://news.example/" + "a" * 2_000,
        "http://127.0.0.1/",
        "http://127.0.0.1:8080/feed",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fe80::1]/",
        "http://0177.0.0.1/",
        "http://[/",
        "http://news%2eexample/",
        "http://news_example!/",
        "http://169.254.169.254/latest/meta-data",
        "http://[64:ff9b::169.254.169.254]/",
    ],
)
def test_a_url_that_can_never_be_right_names_field_and_remedy(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_url(url, guard=AddressGuard(), field="feeds")
    assert refused.value.field == "feeds"
    assert "https://" in refused.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/feed.xml",
        "HTTP://News.Example/feed?a=1&b=2",
        "https://news.example:8443/feed",
        "https://news.example./feed",
        "https://bücher.example/feed",
        "https://8.8.8.8/feed",
        "https://[2606:4700:4700::1111]/feed",
    ],
)
def test_a_url_of_a_public_place_is_accepted(url: str) -> None:
    assert check_url(url, guard=AddressGuard()).scheme in {"http", "https"}


def test_the_fragment_is_dropped_so_that_one_feed_has_one_url() -> None:
    one, other = ("https://news.example/feed#top", "https://news.example/feed")
    assert str(check_url(one, guard=AddressGuard())) == str(check_url(other, guard=AddressGuard()))


@given(st.text(max_size=60))
def test_whatever_is_given_is_either_refused_as_bad_input_or_a_web_url(text: str) -> None:
    for url in (text, f"http://{text}", f"https://news.example/{text}"):
        try:
            checked = check_url(url, guard=AddressGuard())
        except BadInput:
            continue
        assert checked.scheme in {"http", "https"}
        assert checked.host
        assert not checked.userinfo
