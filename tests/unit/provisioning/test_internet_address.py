"""A stranger's name server is asked only where its address is one of the Internet's, however it is written."""

from __future__ import annotations

import ipaddress

import pytest

from provisioning.internet_address import is_of_the_internet


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909", "2002:909:909::1"])
def test_addresses_of_the_internet_are_told_also_where_they_are_translated(address: str) -> None:
    assert is_of_the_internet(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "192.168.1.1", "224.0.0.1", "0.0.0.0", "255.255.255.255",
        "::1", "::", "fe80::1", "fd00::1", "ff02::1", "fec0::1", "2001:db8::1", "4000::1",
        "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "2002:a00:1::1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_inner_addresses_are_told_however_they_are_written(address: str) -> None:
    assert not is_of_the_internet(ipaddress.ip_address(address))
