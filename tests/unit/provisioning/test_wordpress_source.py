"""Unpacked packages become a WordPress that stands by itself: every link is a file of the packages, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.agent.wordpress import source
from provisioning.plan import ErrorCode, ServerError

VERSION = "<?php\n$wp_version = '6.1.9';\n"
FILES = {
    "usr/share/wordpress/index.php": "<?php",
    "usr/share/wordpress/wp-config.php": "of the system",
    "usr/share/wordpress/readme.html": "Version 6.1.9",
    "usr/share/wordpress/wp-includes/version.php": VERSION,
    "usr/share/wordpress/wp-content/languages/id_ID.mo": "id",
    "usr/share/wordpress/wp-content/languages/admin-fr_FR.mo": "fr",
    "usr/share/javascript/underscore/underscore.js": "js",
    "usr/share/php/getid3/getid3.php": "getid3",
}


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "unpacked/usr/share/wordpress/.htaccess").symlink_to("/etc/wordpress/htaccess")
    return tmp_path / "unpacked"


def link(unpacked: Path, name: str, target: str) -> None:
    path = unpacked / "usr/share/wordpress/wp-includes" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def test_links_become_the_files_of_other_packages_and_the_system_is_left_out(unpacked: Path, tmp_path: Path) -> None:
    link(unpacked, "js/underscore.js", "../../../javascript/underscore/underscore.js")
    link(unpacked, "ID3/getid3.php", "/usr/share/php/getid3/getid3.php")
    whole = tmp_path / "whole"
    source._assemble(unpacked, whole)
    found = {str(path.relative_to(whole)): path.read_text() for path in whole.rglob("*") if path.is_file()}
    assert found == {
        "index.php": "<?php",
        "wp-includes/version.php": VERSION,
        "wp-includes/js/underscore.js": "js",
        "wp-includes/ID3/getid3.php": "getid3",
        "wp-content/languages/id_ID.mo": "id",
    }
    assert not any(path.is_symlink() for path in whole.rglob("*"))
    assert source._release(whole) == "6.1.9"


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../../../../etc/passwd", "/usr/share/php/tiada.php", "a"])
def test_a_link_that_leads_to_nothing_of_the_packages_is_refused(target: str, unpacked: Path, tmp_path: Path) -> None:
    link(unpacked, "a", target)
    with pytest.raises(ServerError) as refused:
        source._assemble(unpacked, tmp_path / "whole")
    assert refused.value.code is ErrorCode.PACKAGE_UNAVAILABLE


def test_packages_without_a_wordpress_are_refused(tmp_path: Path) -> None:
    (tmp_path / "usr/share/wordpress").mkdir(parents=True)
    with pytest.raises(ServerError):
        source._release(tmp_path / "usr/share/wordpress")
    with pytest.raises(ServerError):
        source._assemble(tmp_path / "lain", tmp_path / "whole")
