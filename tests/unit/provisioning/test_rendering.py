"""What a tenant or an official types never becomes configuration: of Apache, PHP, systemd, HTML or SQL."""

from __future__ import annotations

import itertools

import pytest

from provisioning.agent import mariadb, names, render
from provisioning.agent.parts import database, dns
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec

HOSTILE = ["a\nb", "a\rb", "a\x00b", "a\x7fb", "a\tb"]


def page(owner: str) -> str:
    return render.render("placeholder.html", domain="contoh.kota.test", owner=owner, document_root="public")


def spec(slug: str = "dinas-x", **changed: object) -> HostingSpec:
    return HostingSpec.from_data(
        {"slug": slug, "domains": ["x.kota.test"], "kind": "static", "database": True, **changed}
    )


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("template", ["php-limits.conf", "placeholder.html"])
def test_a_control_character_reaches_no_file(template: str, value: str) -> None:
    values = {"slug": value, "memory_mb": 1, "cpu_percent": 1, "tasks": 1}
    values |= {"domain": value, "owner": "", "document_root": "public"}
    with pytest.raises(ServerError) as refusal:
        render.render(template, **values)
    assert refusal.value.code is ErrorCode.BAD_REQUEST


@pytest.mark.parametrize(
    ("owner", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x>', "&#34;&gt;&lt;img src=x&gt;"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("{% for x in y %}", "{% for x in y %}"),
        ("${HOME} %{ENV:PATH} %n", "${HOME} %{ENV:PATH} %n"),
        ("Dinas Kesehatan & KB", "Dinas Kesehatan &amp; KB"),
    ],
)
def test_an_owner_is_text_on_the_placeholder_page(owner: str, shown: str) -> None:
    assert f"<p>Pengelola: {shown}</p>" in page(owner)


def test_a_page_without_an_owner_names_none() -> None:
    assert "Pengelola" not in page("")


def test_a_grant_opens_exactly_one_database() -> None:
    assert mariadb.grant_pattern("h_a_b") == "`h\\_a\\_b`"
    assert mariadb.grant_pattern("50%`\\") == "`50\\%``\\\\`"
    create = Change(part="database", key="account", action=Action.CREATE, summary="")
    grant = database.statements(spec(), [create], None)[1]
    assert grant == r"GRANT ALL PRIVILEGES ON `h\_dinas\_x`.* TO 'h_dinas_x'@'localhost'"


@pytest.mark.parametrize("value", ["'", "\\", "\\'", "''; DROP USER root; --", "`"])
def test_a_text_stays_inside_its_quotes(value: str) -> None:
    quoted = mariadb.text(value)
    inside = quoted[1:-1].replace("\\\\", "").replace("''", "")
    assert quoted[0] == quoted[-1] == "'"
    assert "'" not in inside
    assert "\\" not in inside


def test_no_statement_holds_a_password_that_was_not_given() -> None:
    create = Change(part="database", key="account", action=Action.CREATE, summary="")
    made = database.statements(spec(), [create], None)[0]
    assert database.IMPOSSIBLE in made
    assert "ACCOUNT UNLOCK" in made
    assert "ACCOUNT LOCK" in database.statements(spec(state="suspended"), [create], None)[0]


def test_dns_updates_ask_before_they_change() -> None:
    addresses = {"A": ["10.0.0.5"], "AAAA": []}
    first = {
        action: dns.update("contoh", Change(part="dns", key="x.kota.test", action=action, summary=""), addresses)[0]
        for action in (Action.CREATE, Action.CHANGE, Action.REMOVE)
    }
    ours = 'prereq yxrrset _layanan.x.kota.test. TXT "layanan-hosting=contoh"'
    assert first == {Action.CREATE: "prereq nxdomain x.kota.test.", Action.CHANGE: ours, Action.REMOVE: ours}


def test_two_slugs_never_share_a_database() -> None:
    slugs = ["a-b", "ab", "a-b-c", "abc"]
    made = [names.database(slug) for slug in slugs]
    assert all(first != second for first, second in itertools.combinations(made, 2))
