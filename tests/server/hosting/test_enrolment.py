"""A new server is taken in once; afterwards the bot's key starts the agent and is good for nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provisioning.connection import Login
from provisioning.enrolment.enroll import RootAccess, enroll, fingerprint, upgrade
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode, Progress
from provisioning.spec import Secret
from tests.server.hosting.conftest import a_password, engineers_access, outside_of, settings_for
from tests.server.hosting.outside import Outside

FILES = "/etc/layanan /etc/sysctl.d /etc/sudoers.d /etc/ssh /etc/apache2 /var/lib/layanan-bot /usr/lib/layanan-agent"
STATE = f"find {FILES} ! -type d -printf '%p %m %u %g %T@ %l\\n' | sort; getent passwd layanan; pgrep -o apache2"


async def test_a_fresh_server_is_enrolled_and_a_second_time_changes_nothing(
    new_server: Callable[[], LabServer], bot_key: Secret
) -> None:
    server = new_server()
    shown = await fingerprint(server.address)
    assert shown.line == server.host_key
    told: list[str] = []

    async def tell(progress: Progress) -> None:
        told.append(progress.step)

    settings = settings_for(server, bot_key)
    access = engineers_access(server)
    first = await enroll(access, host=server.address, host_key=shown.line, settings=settings, on_progress=tell)
    assert told == [
        "system",
        "packages",
        "apache",
        "load",
        "kernel",
        "account",
        "configuration",
        "agent",
        "sudo_rule",
        "sshd",
    ]
    assert (first.facts.hostname, first.facts.zones) == (server.name, (server.zone,))
    assert first.facts.missing == ()
    assert server.run("grep -v '^#' /etc/sysctl.d/60-layanan.conf").stdout == "-kernel.yama.ptrace_scope = 1\n"

    before = server.run(STATE).stdout
    second = await enroll(access, host=server.address, host_key=shown.line, settings=settings)
    assert second.changed == ()
    assert server.run(STATE).stdout == before


async def test_the_bot_reaches_an_enrolled_server(fleet: Fleet, address: ServerAddress, web: LabServer) -> None:
    facts = await fleet.facts(address)
    assert facts.hostname == web.name
    assert facts.disk_free_mb > 0
    assert facts.cpus > 0
    assert facts.php_versions == ("8.2",)


async def test_a_server_that_shows_another_key_than_the_confirmed_one_is_not_touched(
    new_server: Callable[[], LabServer], web: LabServer, bot_key: Secret
) -> None:
    stranger = new_server()
    with pytest.raises(ProvisioningError) as caught:
        await enroll(
            engineers_access(stranger),
            host=stranger.address,
            host_key=web.host_key,
            settings=settings_for(stranger, bot_key),
        )
    assert caught.value.code is ErrorCode.HOST_KEY_CHANGED
    assert stranger.run("ls -d /etc/layanan /usr/lib/layanan-agent", check=False).stdout == ""


async def test_a_key_that_is_not_roots_enrols_nothing(web: LabServer, bot_key: Secret) -> None:
    thief = RootAccess(login=Login(private_key=bot_key))
    with pytest.raises(ProvisioningError) as caught:
        await enroll(thief, host=web.address, host_key=web.host_key, settings=settings_for(web, bot_key))
    assert caught.value.code is ErrorCode.LOGIN_REFUSED


async def test_the_bots_key_gives_no_shell_no_files_and_no_way_through(
    address: ServerAddress, web: LabServer, outside: Outside, bot_key: Secret, tmp_path: Path
) -> None:
    assert address.host == web.address
    asked = outside.with_key("ssh", "layanan", bot_key, "@", "id -u; cat /etc/shadow")
    assert json.loads(asked.stdout)["error"]["code"] == "bad_request", "whatever is asked, the agent answers"
    assert "root:" not in asked.stdout + asked.stderr

    no_terminal = outside.with_key("ssh", "layanan", bot_key, "-tt", "@")
    assert "PTY allocation request failed" in no_terminal.stderr + no_terminal.stdout or no_terminal.returncode != 0
    through = outside.with_key("ssh", "layanan", bot_key, "-W", "127.0.0.1:3306", "@")
    assert through.returncode != 0
    loot = tmp_path / "loot"
    assert outside.with_key("scp", "layanan", bot_key, "-O", "@:/etc/passwd", str(loot)).returncode
    assert outside.with_key("sftp", "layanan", bot_key, "-b", "/dev/null", "@").returncode
    assert not loot.exists()


@pytest.mark.parametrize(
    "command",
    ["id", "/usr/bin/python3 -c 1", "/usr/bin/python3 -I /usr/lib/layanan-agent x", "/usr/bin/python3 -I /tmp", "-i"],
)
async def test_the_bots_account_may_start_the_agent_and_nothing_else_as_root(
    address: ServerAddress, web: LabServer, command: str
) -> None:
    done = web.run(f"cd /; runuser -u {'layanan'} -- sudo -n {command} </dev/null", check=False)
    assert done.returncode != 0
    assert "password is required" in done.stderr


async def test_the_bots_account_can_change_none_of_what_binds_it(address: ServerAddress, web: LabServer) -> None:
    writable = f"find -H {FILES} -writable ! -type l"
    assert web.run(f"runuser -u layanan -- {writable} 2>/dev/null", check=False).stdout == ""
    assert web.run("runuser -u layanan -- cat /etc/layanan/agent.json", check=False).returncode != 0
    assert web.run("passwd -S layanan").stdout.split()[1] in {"L", "NP"}
    assert web.run("getent shadow layanan").stdout.split(":")[1] == "*"


async def test_an_unknown_name_shows_nobodys_site_and_the_server_says_little_of_itself(
    address: ServerAddress, web: LabServer, outside: Outside
) -> None:
    for url in ("http://entah.hosting.test/", "http://entah.hosting.test/server-status"):
        page = outside.curl(url)
        assert page.status in {403, 404}
        assert "apache/" not in page.headers
    assert web.run("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/server-status").stdout != "200"


async def test_an_upgrade_replaces_the_agent_and_leaves_the_rest(
    new_server: Callable[[], LabServer], bot_key: Secret, tmp_path: Path
) -> None:
    server = new_server()
    settings = settings_for(server, bot_key)
    access = engineers_access(server)
    await enroll(access, host=server.address, host_key=server.host_key, settings=settings)
    server.run("ln -sfn /usr/lib/layanan-agent-old /usr/lib/layanan-agent; mkdir /usr/lib/layanan-agent-old")
    broken = outside_of(server, tmp_path).with_key("ssh", "layanan", bot_key, "@")
    assert broken.returncode != 0
    upgraded = await upgrade(access, host=server.address, host_key=server.host_key)
    assert upgraded.changed == ("agent",)
    assert upgraded.facts.hostname == server.name


async def test_an_engineer_with_a_password_enrols_by_sudo(new_server: Callable[[], LabServer], bot_key: Secret) -> None:
    server, password = new_server(), a_password()
    server.run("useradd -m eng && chpasswd", stdin=f"eng:{password.reveal()}\n")
    server.put("eng ALL=(ALL) NOPASSWD: ALL\n", "/etc/sudoers.d/eng", mode=0o440)
    access = RootAccess(login=Login(password=password), user="eng")
    settings = settings_for(server, bot_key)
    enrolled = await enroll(access, host=server.address, host_key=server.host_key, settings=settings)
    assert enrolled.facts.hostname == server.name


@pytest.fixture
def ssh_agent(web: LabServer, tmp_path: Path) -> Iterator[str]:
    """An engineer's ssh-agent that holds root's key: the path of its socket."""
    socket = str(tmp_path / "agent")
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL) as agent:
        while not Path(socket).exists():
            time.sleep(0.01)
        environment = {**os.environ, "SSH_AUTH_SOCK": socket}
        subprocess.run(["ssh-add", "-q", str(web.root_key)], env=environment, check=True)
        yield socket
        agent.terminate()


async def test_the_keys_of_an_engineers_ssh_agent_are_enough(
    address: ServerAddress, web: LabServer, bot_key: Secret, ssh_agent: str
) -> None:
    assert address.host == web.address
    access = RootAccess(login=Login(agent_socket=ssh_agent))
    settings = settings_for(web, bot_key)
    again = await enroll(access, host=web.address, host_key=web.host_key, settings=settings)
    assert again.changed == ()


async def test_what_sshd_would_not_take_is_not_put_into_place(
    new_server: Callable[[], LabServer], bot_key: Secret
) -> None:
    server, broken = new_server(), "/etc/ssh/sshd_config.d/rusak.conf"
    server.put("PilihanYangTidakAda yes\n", broken)
    settings, access = settings_for(server, bot_key), engineers_access(server)
    with pytest.raises(ProvisioningError) as caught:
        await enroll(access, host=server.address, host_key=server.host_key, settings=settings)
    assert (caught.value.code, caught.value.step) == (ErrorCode.SSHD_CONFIG_INVALID, "sshd")
    assert "rusak.conf" in caught.value.detail
    assert server.run("ls /etc/ssh/sshd_config.d").stdout.split() == ["rusak.conf"]

    server.run(f"rm {broken}")
    mended = await enroll(access, host=server.address, host_key=server.host_key, settings=settings)
    assert mended.changed == ("sshd",)


async def test_a_package_that_cannot_be_had_stops_the_enrolment_in_apts_own_words(
    new_server: Callable[[], LabServer], bot_key: Secret
) -> None:
    server = new_server()
    server.run("dpkg --remove --force-depends acl && rm -rf /etc/apt/sources.list* && mkdir /etc/apt/sources.list.d")
    with pytest.raises(ProvisioningError) as caught:
        await enroll(
            engineers_access(server),
            host=server.address,
            host_key=server.host_key,
            settings=settings_for(server, bot_key),
        )
    assert (caught.value.code, caught.value.step) == (ErrorCode.STEP_FAILED, "packages")
    assert "acl" in caught.value.detail
    assert server.run("getent passwd layanan", check=False).stdout == ""


async def test_an_apt_that_is_at_work_is_waited_for(new_server: Callable[[], LabServer], bot_key: Secret) -> None:
    server = new_server()
    server.run("dpkg --remove --force-depends acl && rm -rf /etc/apt/sources.list* && mkdir /etc/apt/sources.list.d")
    holder = "import fcntl, time; f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX)"
    server.run(f'python3 -c "{holder}; time.sleep(4)" >/dev/null 2>&1 & sleep 0.5')
    with pytest.raises(ProvisioningError) as caught:
        await enroll(
            engineers_access(server),
            host=server.address,
            host_key=server.host_key,
            settings=settings_for(server, bot_key),
        )
    assert re.search("no installation candidate|Unable to locate", caught.value.detail)  # so it had its turn
