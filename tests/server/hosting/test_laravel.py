"""A hosting fitted to Laravel, judged from outside: an application with Laravel's own way of starting answers."""

from __future__ import annotations

import dataclasses
import shlex

from provisioning.agent.protocol import Log
from provisioning.lab import LabServer
from provisioning.spec import CronJob
from tests.server.hosting.conftest import Hosting, Hostings
from tests.server.hosting.outside import Outside

FOLDER = "public/sipelan"
# as Laravel's own public/index.php begins, with a router of a few lines in the framework's place
FRONT = """<?php
define('LARAVEL_START', microtime(true));
if (file_exists($maintenance = __DIR__.'/../storage/framework/maintenance.php')) { require $maintenance; }
$env = parse_ini_file(__DIR__.'/../.env', false, INI_SCANNER_RAW);
require __DIR__.'/../bootstrap/app.php';
"""
APPLICATION = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
file_put_contents(__DIR__.'/../storage/logs/laravel.log', "$path\\n", FILE_APPEND);
if ($path === '/warga') {
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $database = new mysqli($env['DB_HOST'], $env['DB_USERNAME'], $env['DB_PASSWORD'], $env['DB_DATABASE'], 0,
        $env['DB_SOCKET']);
    $database->query('CREATE TABLE IF NOT EXISTS warga (nama TEXT)');
    echo 'warga: ', $database->query('SELECT count(*) FROM warga')->fetch_row()[0];
} elseif ($path === '/unggah') {
    file_put_contents(__DIR__.'/../storage/app/public/foto.txt', 'isi foto');
    file_put_contents(__DIR__.'/../storage/app/public/pintu.php', '<?php echo "jalan";');
    echo 'terunggah';
} else {
    http_response_code(404);
    echo 'halaman 404 milik aplikasi: ', htmlspecialchars($path), isset($_GET['q']) ? ' q='.$_GET['q'] : '';
}
"""
ENVIRONMENT = """DB_HOST=localhost
DB_SOCKET=/run/mysqld/mysqld.sock
DB_DATABASE={database}
DB_USERNAME={database}
DB_PASSWORD={password}
"""


def upload(web: LabServer, hosting: Hosting) -> None:
    home = f"/srv/hosting/{hosting.spec.slug}"
    password = hosting.passwords.database_password
    assert password is not None
    files = {
        "public/index.php": FRONT,
        "bootstrap/app.php": APPLICATION,
        "artisan": "<?php echo 'artisan ', implode(' ', array_slice($argv, 1));",
        ".env": ENVIRONMENT.format(database=hosting.database, password=password.reveal()),
    }
    as_owner = f"setpriv --reuid {hosting.account} --regid {hosting.account} --clear-groups"
    folders = " ".join(
        f"{home}/{FOLDER}/{name}" for name in ("public", "bootstrap", "storage/logs", "storage/app/public")
    )
    web.run(f"{as_owner} mkdir -p {folders}")
    for name, text in files.items():
        web.run(f"{as_owner} sh -c {shlex.quote(f'cat >{home}/{FOLDER}/{name}')}", stdin=text)


async def test_an_application_of_laravels_kind_answers_and_shows_its_storage(
    hostings: Hostings, outside: Outside, web: LabServer
) -> None:
    hosting = await hostings.make()
    plain = hosting.spec
    upload(web, hosting)
    hosting.spec = dataclasses.replace(
        plain,
        document_root=f"{FOLDER}/public",
        public_storage=True,
        cron=(CronJob(script=f"{FOLDER}/artisan", minutes=5),),
    )
    await hosting.apply()
    site = f"https://{hosting.name}"
    assert outside.curl(f"{site}/warga").body == "warga: 0"
    page = outside.curl(f"{site}/berita/2026?q=banjir")
    assert (page.status, page.body) == (404, "halaman 404 milik aplikasi: /berita/2026 q=banjir")
    assert outside.curl(f"{site}/unggah").body == "terunggah"
    assert outside.curl(f"{site}/storage/foto.txt").body == "isi foto"
    missing = outside.curl(f"{site}/storage/tiada.txt")
    assert (missing.status, missing.body) == (404, "halaman 404 milik aplikasi: /storage/tiada.txt")
    for closed in ("/storage/pintu.php", "/.env", "/storage/../../../.env", "/storage/..%2f..%2f..%2f.env"):
        answer = outside.curl(f"{site}{closed}", "--path-as-is")
        assert answer.status in (400, 403, 404), closed
        assert "DB_PASSWORD" not in answer.body, closed
        assert answer.body != "jalan", closed
    web.run(f"systemctl start layanan-cron-{hosting.spec.slug}.1.service")
    assert await hosting.fleet.log(hosting.server, hosting.spec, log=Log.CRON, lines=5) == "artisan schedule:run"
    assert (await hosting.fleet.plan(hosting.server, hosting.spec)).is_empty

    hosting.spec = plain
    await hosting.apply()
    assert outside.curl(f"{site}/storage/foto.txt").body != "isi foto"
    assert outside.curl(f"{site}/{FOLDER.removeprefix('public/')}/.env").status == 403
    assert (await hosting.verify()).failed == ()


async def test_the_server_says_which_extensions_its_php_has(hosting: Hosting) -> None:
    told = (await hosting.fleet.facts(hosting.server)).php_extensions
    assert {"ctype", "fileinfo", "pdo_mysql", "tokenizer"} <= {*told[hosting.spec.php_version or ""]}
