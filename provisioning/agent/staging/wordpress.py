"""WordPress keeps its own address in its database: a copy would send its visitors, and its editors, to the site.

One line of the copy's configuration says otherwise; on the way back it is taken out again. Pure.
"""

from __future__ import annotations

import re

FILE = "wp-config.php"
START = re.compile(rb"\A<\?php[^\n]*\n")
MARK = "// salinan uji"
OUR_LINE = re.compile(
    rb"^define\('WP_HOME', '[^'\n]*'\); define\('WP_SITEURL', WP_HOME\); // salinan uji\n", re.MULTILINE
)


def as_copy(path: str, text: bytes, domain: str, root: str) -> bytes:
    """Return a file (`path` is below the home) with our line, where it is a configuration that says no address itself.

    `root` is the folder that visitors see: what lies elsewhere has no address there.
    """
    folder, _, file = path.rpartition("/")
    is_shown = folder == root or folder.startswith(f"{root}/")
    if file != FILE or not is_shown or b"WP_HOME" in text:
        return text
    address = f"https://{domain}{folder.removeprefix(root)}"
    line = f"define('WP_HOME', '{address}'); define('WP_SITEURL', WP_HOME); {MARK}\n"
    return START.sub(lambda found: found[0] + line.encode(), text, count=1)


def as_itself(path: str, text: bytes) -> bytes:
    """Return a file without our line."""
    return OUR_LINE.sub(b"", text) if path.rpartition("/")[2] == FILE else text
