"""The hosting in Apache: one file a site, HTTP to HTTPS, own logs, security headers, bandwidth, the suspended page."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import adoption_permits, apache, certificates, files, names
from provisioning.agent.config import AgentConfig
from provisioning.agent.render import render
from provisioning.agent.site import Share, Site, Transaction, each
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind, State

NAME = "vhost"
SITE, SERVER = "site", "server"
LOGROTATE = Path("/etc/logrotate.d/layanan")
SUSPENDED_PAGE = names.PAGES_DIR / "ditangguhkan.html"
APACHE_LOGS = Path("/var/log/apache2")
SERVED = (State.ACTIVE, State.SUSPENDED)
PHP_WAITING = 16  # visitors of one Apache process who may wait for one site's PHP
SHARES = re.compile(r"^\s*SSLEngine off$", re.MULTILINE)  # a site's file that uses the first virtual host's TLS


def observe(site: Site) -> dict[str, Any]:
    """Look at the site's file, the once-a-server files, Apache itself, and sites of others under our names."""
    served = site.spec.state in SERVED
    return {
        "site": files.look(_site_file(site)),
        "page": files.look(_suspended_page(site.spec)),
        "server": {w.path.name: files.look(w) for w in _server_files(site.config)} if served else {},
        "foreign": _foreign(site) if served else {},
        "running": apache.master() is not None,
        "pending": files.marked(apache.PENDING),
    }


def _foreign(site: Site) -> dict[str, str]:
    """Return who else serves our names, but for what an engineer lets this hosting take the place of."""
    yielded = {str(path) for path in adoption_permits.vhosts(site.slug)}
    return {name: path for name, path in apache.foreign_names(site.spec.names).items() if path not in yielded}


def _site_file(
    site: Site, *, choice: certificates.TlsFiles | None = None, logs: Path | None = None
) -> files.WantedFile:
    spec, path = site.spec, names.vhost_file(site.slug)
    if spec.state not in SERVED:
        return files.WantedFile(path=path, content=None)
    choice = choice or certificates.choose(spec, site.config)
    content = render(
        "vhost.conf",
        slug=spec.slug,
        domains=spec.domains,
        custom_domains=spec.custom_domains,
        ordering=site.config.acme is not None,
        until_issued=_shared(site.config) if spec.custom_domains else None,
        listen_http=_listen(spec, 80),
        listen_https=_listen(spec, 443),
        home=names.home(spec.slug),
        logs=logs or names.home(spec.slug) / "logs",
        document_root=names.home(spec.slug) / spec.document_root,
        storage=names.home(spec.slug) / f"{spec.application}/storage/app/public" if spec.public_storage else None,
        pages_dir=names.PAGES_DIR,
        certificate=choice.certificate,
        key=choice.key,
        own_certificate=choice.own,
        shares_tls=not choice.own and not spec.addresses and choice == _shared(site.config),
        acme=choice.acme,
        suspended=_page_when_suspended(spec),
        socket=names.php_socket(spec.slug) if spec.kind is Kind.PHP else None,
        waiting=max(2, PHP_WAITING // (1 + len(spec.custom_domains))),  # each is a virtual host with places of its own
        page_logins=names.page_login_file(spec.slug) if spec.team_only else None,
        rate_kib=max(1, spec.limits.bandwidth_kbit * 1000 // 8 // 1024),  # mod_ratelimit counts in KiB a second
    )
    return files.WantedFile(path=path, content=content)


def _explains(spec: HostingSpec) -> bool:
    return spec.state is State.SUSPENDED and bool(spec.suspension_reason)


def _page_when_suspended(spec: HostingSpec) -> str:
    if spec.state is not State.SUSPENDED:
        return ""
    return names.suspended_page(spec.slug).name if _explains(spec) else SUSPENDED_PAGE.name


def _suspended_page(spec: HostingSpec) -> files.WantedFile:
    """Return the page that says why this hosting is suspended; it is there for as long as that holds."""
    content = render("suspended.html", reason=spec.suspension_reason) if _explains(spec) else None
    return files.WantedFile(path=names.suspended_page(spec.slug), content=content)


def _listen(spec: HostingSpec, port: int) -> str:
    """Return the addresses of `<VirtualHost>`: the hosting's dedicated ones, or every one."""
    hosts = [f"[{a}]" if ipaddress.ip_address(a).version == 6 else a for a in spec.addresses]
    return " ".join(f"{host}:{port}" for host in hosts or ["*"])


def _shared(config: AgentConfig) -> certificates.TlsFiles:
    """Return the pair of port 443's first virtual host: also a wildcard that was left out, while a hosting uses it.

    A server that is enrolled once more, without its wildcard or for another zone, would else take it from every
    hosting with the next one that is made. They come off it one by one, by repairs that somebody approved.
    """
    wanted, shown = certificates.shared(config), apache.first_pair()
    known = {Path(wildcard.certificate) for wildcard in config.wildcards.values()}
    if shown is None or shown[0] in known or shown[0].parent != names.TLS_DIR:
        return wanted
    if not any(SHARES.search(path.read_text(errors="replace")) for path in names.SITES_DIR.glob("[!.]*.conf")):
        return wanted
    return certificates.TlsFiles(certificate=shown[0], key=shown[1], own=False)


def _server_files(config: AgentConfig) -> list[files.WantedFile]:
    tls = _shared(config)
    server = render(
        "apache-server.conf",
        sites_dir=names.SITES_DIR,
        hosting_root=names.HOSTING_ROOT,
        pages_dir=names.PAGES_DIR,
        probe_name=apache.PROBE_NAME,
        certificate=tls.certificate,
        key=tls.key,
        acme=config.acme,
        acme_store=names.ACME_STORE,
        acme_pace=names.ACME_PACE,
    )
    return [
        files.WantedFile(path=apache.SERVER_FILE, content=server),
        files.WantedFile(path=SUSPENDED_PAGE, content=render("suspended.html", reason="")),
        files.WantedFile(path=LOGROTATE, content=render("logrotate", hosting_root=names.HOSTING_ROOT)),
    ]


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`DOMAIN_TAKEN`)."""
    for domain, path in found["foreign"].items():
        raise ServerError(ErrorCode.DOMAIN_TAKEN, f"{domain} is served by {path}, which is not ours", step=NAME)
    changes = []
    if any(state["state"] != "same" for state in found["server"].values()):
        changes.append(_change(SERVER, Action.CHANGE, "Set what all hostings share in Apache and logrotate right"))
    state = found["site"]["state"]
    if state == "same" and found["page"]["state"] != "same":
        state = "differs"
    if state == "same" and found["pending"] and not changes:
        return [_change(SITE, Action.CHANGE, "Let Apache take up files that an interrupted run left")]
    if state == "same":
        return changes
    if spec.state not in SERVED:
        return [*changes, _change(SITE, Action.REMOVE, f"Stop serving {', '.join(spec.names)}")]
    action = Action.CREATE if state == "absent" else Action.CHANGE
    what = "the page of a suspended site" if spec.state is State.SUSPENDED else "the site"
    return [*changes, _change(SITE, action, f"Serve {what} at {', '.join(spec.names)} over HTTP/2 and TLS")]


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def check(wanted: Sequence[tuple[Site, Sequence[Change]]]) -> dict[str, Exception]:
    """Test Apache's whole configuration as all of it would be, before anything is touched.

    Return the errors by slug: where they do not pass together, those that do not pass with the ones before them.
    """
    changing = [site for site, changes in wanted if changes]
    if not changing:
        return {}
    shared = any(change.key == SERVER for _, changes in wanted for change in changes)
    try:  # the shared files come with a test of their own, when they are put into place
        apache.test([] if shared else [_as_tested(site) for site in changing])
    except ServerError as error:
        if len(changing) == 1 or error.code is not ErrorCode.APACHE_CONFIG_INVALID:
            return {site.slug: error for site in changing}
        return _guilty(changing)
    return {}


def check_ahead(sites: Sequence[Site]) -> frozenset[str]:
    """Test what will be made of sites that are only being looked at; return whose files were tested and passed."""
    changing = [site for site in sites if files.look(_site_file(site))["state"] != "same"]
    try:
        if not changing or any(files.look(w)["state"] != "same" for w in _server_files(changing[0].config)):
            return frozenset()
        apache.test([_as_tested(site) for site in changing])
    except (ServerError, OSError):  # to be said, and by whom, once there are plans
        return frozenset()
    return frozenset(site.slug for site in changing)


def _guilty(sites: Sequence[Site]) -> dict[str, Exception]:
    passed: list[files.WantedFile] = []
    failed: dict[str, Exception] = {}
    for site in sites:
        try:
            apache.test([*passed, _as_tested(site)])
        except ServerError as error:
            failed[site.slug] = error
        else:
            passed.append(_as_tested(site))
    return failed


def _as_tested(site: Site) -> files.WantedFile:
    """Return the site's file with what is there already in the place of what will be made."""
    choice = certificates.choose(site.spec, site.config)
    if choice.own and not choice.certificate.exists():  # made later; the test wants any pair that can be read
        readable = _shared(site.config)
        choice = dataclasses.replace(choice, certificate=readable.certificate, key=readable.key)
    logs = names.home(site.slug) / "logs"
    return _site_file(site, choice=choice, logs=logs if logs.is_dir() else APACHE_LOGS)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Swap the files in and reload. Raises `ServerError`; what was there before is then put back."""
    for error in apply_together([Share(site, changes, transaction)]).values():
        raise error


def apply_together(shares: Sequence[Share]) -> dict[str, Exception]:
    """Swap all files in and reload once; return the errors by slug."""
    files.mark(apache.PENDING)
    failed = each(shares, lambda share: _swap(share.site, share.changes, share.transaction))
    try:
        if len(failed) < len(shares):
            apache.reload()
    except Exception as error:  # noqa: BLE001 - it is told to each hosting that waits for it
        return {share.slug: error for share in shares} | failed
    return failed


def _swap(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    shared = any(change.key == SERVER for change in changes)
    if shared:
        _install_server(site.config, transaction)
    wanted = _site_file(site)
    if shared:
        apache.test([wanted])
    kept, page = files.keep(wanted.path), _suspended_page(site.spec)
    if site.spec.state is not State.REMOVED:  # a removal goes forward only: its site's folder may be gone already
        transaction.undo_with(files.keep(page.path).restore)
        transaction.undo_with(lambda: _put_back(kept, site.slug))
    files.put(page)
    files.put(wanted)
    if site.spec.state not in SERVED:
        adoption_permits.put_back(site.slug)
    elif adoption_permits.is_under_way(site.slug):
        adoption_permits.displace(site.slug)
        apache.test([])  # without what was tested with it


def _put_back(kept: files.SavedFile, slug: str) -> None:
    """Serve the site's earlier file again, unless Apache would refuse it: a graceful restart that fails ends Apache."""
    broken = files.keep(kept.path)
    adoption_permits.put_back(slug)
    kept.restore()
    try:
        apache.test([])
    except ServerError:
        broken.restore()
        raise
    apache.reload()


def _install_server(config: AgentConfig, transaction: Transaction) -> None:
    """Put the shared files into place; they are tested with the site's own before Apache reads them."""
    if _shared(config).own and certificates.defect(*names.own_certificate(certificates.SERVER)):
        certificates.self_sign(certificates.SERVER, [apache.PROBE_NAME])
    names.SITES_DIR.mkdir(mode=0o755, exist_ok=True)
    generation = names.SITES_DIR / apache.GENERATION
    if not generation.exists():
        files.put(files.WantedFile(path=generation, content=render("apache-generation.inc", generation="none")))
    for wanted in _server_files(config):
        transaction.undo_with(files.keep(wanted.path).restore)
        files.put(wanted)
