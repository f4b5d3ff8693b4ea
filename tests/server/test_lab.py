"""The lab itself: servers like an office's own, reachable from here only, gone without trace afterwards."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import dns.resolver
import dns.tsigkeyring
import dns.update
import pytest

from provisioning.lab import Lab, LabError, LabServer, claim, image


def traces(number: int) -> list[str]:
    """Everything on this machine that belongs to lab `number`."""
    links = subprocess.run(["ip", "-br", "link"], capture_output=True, text=True, check=True).stdout
    groups = [str(path) for path in Path("/sys/fs/cgroup").rglob(f"layanan-lab-{number}")]
    files = [str(path) for path in Path("/run").glob(f"layanan-lab/{number}")]
    spaces = [str(path) for path in Path("/run/netns").glob(f"laylab{number}-*")]
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if f"/layanan-lab/{number}" in line]
    processes = [
        path.parent.name
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if f"layanan-lab-{number}-".encode() in _bytes(path)
    ]
    cables = [line for line in links.splitlines() if line.startswith((f"laylab{number} ", f"laylab{number}v"))]
    return groups + files + spaces + mounts + processes + cables


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def number_of(lab: Lab) -> int:
    return int(lab.root_key.parent.name)


def ask(server: LabServer, name: str) -> list[str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [server.city.dns_address]
    return [str(record) for record in resolver.resolve(name, "A", lifetime=5)]


def update(server: LabServer, name: str, address: str, secret: str) -> dns.rcode.Rcode:
    city = server.city
    keyring = dns.tsigkeyring.from_text({city.tsig.name: secret})
    change = dns.update.UpdateMessage(city.zone, keyring=keyring, keyalgorithm=city.tsig.algorithm)
    change.replace(name, 60, "A", address)
    return dns.query.tcp(change, city.dns_address, timeout=5).rcode()


def test_a_server_comes_up_whole_with_nothing_failed(web: LabServer) -> None:
    services = "apache2 mariadb named ssh cron"
    assert web.run(f"systemctl is-active {services}").stdout.split() == ["active"] * 5
    assert web.run("systemctl --failed --no-legend").stdout == ""
    assert web.run("mariadb --batch --skip-column-names -e 'SELECT 1 + 1'").stdout.strip() == "2"
    assert web.run("php -r 'echo 6 * 7;'").stdout == "42"
    assert "passwordauthentication yes" in web.run("sshd -T").stdout


def test_it_answers_from_this_machine_by_http_and_ssh(new_server: Callable[[], LabServer]) -> None:
    server = new_server()
    with urllib.request.urlopen(f"http://{server.address}/", timeout=5) as page:
        assert page.status == 200
    login = subprocess.run([*server.ssh_command(), "hostname"], capture_output=True, text=True, check=True, timeout=30)
    assert login.stdout.strip() == server.name


def test_it_cannot_reach_the_world(web: LabServer) -> None:
    assert web.run("ip route show default").stdout == ""
    assert web.run("curl --silent --max-time 2 http://192.0.2.1/", check=False).returncode != 0


def test_the_city_zone_is_changed_with_its_key_and_without_it_refused(web: LabServer) -> None:
    name = f"lab-check.{web.zone}."
    assert update(web, name, web.address, web.city.tsig.secret.reveal()) == dns.rcode.NOERROR
    assert ask(web, name) == [web.address]
    with pytest.raises(dns.tsig.PeerBadSignature):
        update(web, name, "10.0.0.1", "bm90IHRoZSBrZXkgYXQgYWxsLCBub3QgYXQgYWxsISE=")
    assert ask(web, name) == [web.address]


def test_the_wildcard_certificate_is_valid_for_a_name_in_the_zone(web: LabServer, tmp_path: Path) -> None:
    own, key = tmp_path / "own.pem", tmp_path / "key.pem"
    own.write_text(web.city.wildcard_certificate_pem)
    key.write_text(web.city.wildcard_key_pem.reveal())
    accepting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    accepting.load_cert_chain(own, key)
    calling = ssl.create_default_context(cadata=web.city.ca_pem)
    assert handshake(calling, accepting, f"dinas.{web.zone}")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(calling, accepting, "dinas.example.org")


def handshake(calling: ssl.SSLContext, accepting: ssl.SSLContext, name: str) -> bool:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = calling.wrap_bio(to_client, to_server, server_hostname=name)
    server = accepting.wrap_bio(to_server, to_client, server_side=True)
    finished = set()
    for _ in range(10):
        for side in (client, server):
            try:
                side.do_handshake()
                finished.add(side)
            except ssl.SSLWantReadError:
                continue
    return len(finished) == 2


def test_a_further_server_takes_seconds_and_has_an_identity_of_its_own(
    web: LabServer, new_server: Callable[[], LabServer]
) -> None:
    began = time.monotonic()
    other = new_server()
    assert time.monotonic() - began < 20
    assert other.host_key != web.host_key
    assert other.get("/etc/machine-id") != web.get("/etc/machine-id")
    assert other.run(f"curl --silent --head http://{web.address}/").stdout.startswith("HTTP/1.1 ")
    assert web.address in other.run(f"dig +short {web.name}.{web.zone}").stdout


def test_files_survive_a_reboot_and_a_power_cut(new_server: Callable[[], LabServer]) -> None:
    server = new_server()
    server.put("tetap ada", "/srv/catatan penting.txt", mode=0o600)
    server.reboot()
    assert server.get("/srv/catatan penting.txt") == b"tetap ada"
    server.kill()
    with pytest.raises(LabError, match="is not running"):
        server.run("true")
    server.boot()
    assert server.run("stat -c %a '/srv/catatan penting.txt'").stdout.strip() == "600"


def test_the_network_it_sees_is_its_own(web: LabServer) -> None:
    assert sorted(web.run("ls /sys/class/net").stdout.split()) == ["eth0", "lo"]


def test_a_unit_can_be_sandboxed(web: LabServer) -> None:
    properties = (
        "PrivateTmp=yes ProtectSystem=strict ProtectHome=yes NoNewPrivileges=yes PrivateDevices=yes "
        "PrivateNetwork=yes ProtectProc=invisible ProtectKernelTunables=yes ProtectControlGroups=yes "
        "RestrictNamespaces=yes MemoryDenyWriteExecute=yes SystemCallFilter=@system-service "
        "CapabilityBoundingSet= RestrictAddressFamilies=AF_UNIX"
    )
    web.run("touch /tmp/seen-by-all")
    options = " ".join(f"--property={value}" for value in properties.split())
    script = "ls /tmp; touch /etc/forbidden; ls /root; unshare --user true; tail -n +3 /proc/net/dev"
    done = web.run(f"systemd-run --quiet --wait --pipe --uid=www-data {options} sh -c '{script}'", check=False)
    assert "seen-by-all" not in done.stdout
    assert "Read-only file system" in done.stderr
    assert "unshare failed" in done.stderr
    assert "eth0" not in done.stdout


def need(web: LabServer, controller: str) -> None:
    if controller not in web.enforced_limits:
        pytest.skip(f"this machine lends its servers no {controller} controller: no such limit holds in them")


def test_a_unit_cannot_take_more_memory_than_it_may(web: LabServer) -> None:
    need(web, "memory")
    greedy = "python3 -c 'bytearray(200 << 20)'"
    assert web.run(greedy, check=False).returncode == 0
    limited = f"systemd-run --quiet --collect --wait --pipe -p MemoryMax=32M -p MemorySwapMax=0 {greedy}"
    assert web.run(limited, check=False).returncode != 0


def test_a_unit_cannot_start_more_tasks_than_it_may(web: LabServer) -> None:
    need(web, "pids")
    many = "for n in 1 2 3 4 5 6 7 8; do sleep 0.2 & done; wait"
    done = web.run(f"systemd-run --quiet --collect --wait --pipe -p TasksMax=5 sh -c '{many}'", check=False)
    assert "Cannot fork" in done.stderr


def test_a_unit_cannot_use_more_processor_than_it_may(web: LabServer) -> None:
    need(web, "cpu")
    spin = "import time; end = time.monotonic() + 2\nwhile time.monotonic() < end: pass\nprint(time.process_time() / 2)"
    web.put(spin, "/root/spin.py")
    done = web.run("systemd-run --quiet --collect --wait --pipe -p CPUQuota=20% python3 /root/spin.py")
    assert float(done.stdout) < 0.35


def test_a_failed_command_says_what_it_said(web: LabServer) -> None:
    with pytest.raises(LabError, match=r"web-1: ls /tidak/ada: exit status 2: .*No such file"):
        web.run("ls /tidak/ada")


def test_a_closed_lab_leaves_nothing() -> None:
    with Lab(zone="lain.test") as lab:
        server = lab.start("solo")
        number = number_of(lab)
        assert ask(server, "solo.lain.test.") == [server.address]
        assert len(traces(number)) > 4
    assert traces(number) == []
    lab.close()
    with pytest.raises(LabError, match="closed"):
        lab.start("solo")


def test_what_a_killed_owner_left_is_cleaned() -> None:
    command = [sys.executable, "-m", "provisioning.lab", "up", "--json", "yatim"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        facts = json.loads(owner.stdout.readline())
        number = int(Path(facts["root_key"]).parent.name)
        assert number not in claim.clean()
        os.kill(owner.pid, signal.SIGKILL)
    claim.clean()
    give_up = time.monotonic() + 30  # another lab that starts at this moment may have begun to clean it away
    while traces(number) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert traces(number) == []


def test_ctrl_c_ends_a_lab_in_good_order() -> None:
    command = [sys.executable, "-m", "provisioning.lab", "up", "sebentar"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        lines = [owner.stdout.readline() for _ in range(2)]
        os.kill(owner.pid, signal.SIGINT)
        assert owner.wait(timeout=30) == 0
    assert lines[0].startswith("sebentar: 10.199.")
    assert "ssh -i" in lines[1]


def test_without_root_it_says_what_it_needs_and_how_to_go_on() -> None:
    code = "import os; from provisioning.lab import Lab; os.setuid(65534); Lab()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)
    assert "The lab cannot run here. It needs root" in done.stderr
    assert "make test-fast" in done.stderr


def test_two_recipes_do_not_share_an_image() -> None:
    assert image.Recipe(suite="bookworm").name() != image.Recipe(suite="trixie").name()
    assert image.Recipe(suite="bookworm").name() == image.Recipe(suite="bookworm").name()
