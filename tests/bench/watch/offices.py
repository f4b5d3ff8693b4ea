"""What an office's site looks like when nobody has touched it: the ground that recipes of both kinds build on."""

from __future__ import annotations

import base64
import random

from tests.bench.watch.site import Site

TOPICS = (
    "Pelayanan administrasi kependudukan dibuka kembali setiap hari kerja mulai pukul 08.00.",
    "Wali Kota meninjau pembangunan drainase di Kelurahan Karang Anyar Pantai.",
    "Jadwal imunisasi balita bulan ini dapat dilihat di puskesmas terdekat.",
    "Lomba kebersihan antarsekolah diikuti empat puluh dua sekolah dasar dan menengah.",
    "Realisasi anggaran triwulan ketiga mencapai tujuh puluh satu persen.",
    "Pendaftaran pelatihan pengolahan rumput laut bagi kelompok nelayan dibuka.",
    "Laporan akuntabilitas kinerja instansi pemerintah tahun lalu telah terbit.",
    "Musyawarah perencanaan pembangunan tingkat kecamatan berlangsung pekan depan.",
    "Uji emisi kendaraan dinas dilaksanakan di halaman kantor wali kota.",
    "Pasar murah menjelang hari raya menyediakan beras, gula dan minyak goreng.",
)
MENU = "".join(f'<li><a href="/{path}">{path.title()}</a></li>' for path in ("profil", "berita", "layanan", "kontak"))


def news(chance: random.Random, count: int = 4) -> str:
    """Return some paragraphs of an office's news."""
    return "".join(f"<p>{topic}</p>" for topic in chance.sample(TOPICS, count))


def page(chance: random.Random, *, title: str = "Dinas Contoh Kota Tarakan", body: str = "", head: str = "") -> str:
    """Return a page as many offices have it: a menu that unfolds, news, a footer, somebody's counter."""
    return (
        f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="description" content="Situs resmi {title}">{head}'
        "<style>.dropdown-menu{display:none}.sr-only{position:absolute;clip:rect(0,0,0,0)}</style></head><body>"
        '<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-X" height="0" width="0" '
        'style="display:none;visibility:hidden"></iframe></noscript>'
        f'<nav><ul>{MENU}</ul><ul class="dropdown-menu">{MENU}</ul></nav><h1>{title}</h1>{news(chance)}{body}'
        '<footer><a href="https://www.tarakankota.go.id">Kota Tarakan</a> '
        '<a href="https://www.lapor.go.id">LAPOR!</a> <a href="https://www.instagram.com/contoh">Instagram</a></footer>'
        "</body></html>"
    )


def wordpress(site: Site, chance: random.Random) -> None:
    """Add files like a WordPress site's: the kind of code that is there, in our own words."""
    site.file("public/index.php", "<?php\ndefine('WP_USE_THEMES', true);\nrequire __DIR__ . '/wp-blog-header.php';\n")
    site.file(
        "public/wp-config.php",
        f"<?php\ndefine('DB_NAME', 'h_contoh');\ndefine('AUTH_KEY', '{chance.getrandbits(160):x}');\n"
        "if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }\nrequire_once ABSPATH . 'wp-settings.php';\n",
    )
    site.file(
        "public/wp-includes/functions.php",
        "<?php\nfunction wp_upload_dir($time = null) { return _wp_upload_dir($time); }\n"
        "function wp_verify($nonce) { return isset($_POST['nonce']) && hash_equals($nonce, $_POST['nonce']); }\n"
        "function do_hook($name, ...$args) { global $hooks; foreach ($hooks[$name] as $call) { $call(...$args); } }\n"
        "function is_bot() { return preg_match('/bot|crawl/i', $_SERVER['HTTP_USER_AGENT'] ?? ''); }\n",
    )
    blob = base64.b64encode(chance.randbytes(2400)).decode()
    site.file(
        "public/wp-includes/class-mailer.php",
        "<?php\nclass Mailer {\n  public $icon = '" + blob + "';\n"
        "  function encode($s) { return chunk_split(base64_encode($s), 76); }\n"
        "  function decode($s) { return base64_decode($s); }\n}\n",
    )
    site.file(
        "public/wp-includes/charset.php",
        "<?php\n$map = array(" + ",".join(f'"\\xc3\\x{n:02x}"' for n in range(0x80, 0xC0)) + ");\n",
    )
    site.file("public/wp-content/uploads/index.php", "<?php\n// Silence is golden.\n")
    site.file("public/wp-content/uploads/2026/11/index.php", "<?php\n/* Diam. */\n")
    site.file("public/wp-content/uploads/log.php", "<?php exit; ?>\n2026-11-02 login admin 10.2.3.4\n")
    site.file("public/wp-content/uploads/2026/11/foto.jpg", b"\xff\xd8\xff\xe0" + chance.randbytes(4000) + b"\xff\xd9")
    site.file("public/wp-includes/js/app.min.js", minified(chance))
    site.file(
        "public/.htaccess",
        "RewriteEngine On\nRewriteBase /\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.php [L]\n",
    )


def laravel(site: Site, chance: random.Random) -> None:
    """Add files like a Laravel application's."""
    site.file("private/aplikasi/artisan", "#!/usr/bin/env php\n<?php\nrequire __DIR__.'/vendor/autoload.php';\n")
    site.file(
        "public/index.php",
        "<?php\nuse Illuminate\\Http\\Request;\nrequire __DIR__.'/../private/aplikasi/vendor/autoload.php';\n"
        "(require_once __DIR__.'/../private/aplikasi/bootstrap/app.php')->handleRequest(Request::capture());\n",
    )
    site.file(
        "private/aplikasi/app/Http/Controllers/UploadController.php",
        "<?php\nnamespace App\\Http\\Controllers;\nclass UploadController extends Controller {\n"
        "  public function store(Request $request) {\n"
        "    $request->validate(['berkas' => 'required|mimes:pdf|max:2048']);\n"
        "    return $request->file('berkas')->store('dokumen');\n  }\n}\n",
    )
    site.file(
        f"private/aplikasi/storage/framework/views/{chance.getrandbits(160):x}.php",
        "<?php $__env->startSection('isi'); ?>\n<h1><?php echo e($judul); ?></h1>\n<?php $__env->stopSection(); ?>\n",
    )
    site.file(
        "private/aplikasi/vendor/symfony/process/Process.php",
        "<?php\nclass Process {\n  public function start() {\n"
        "    $this->process = proc_open($this->commandline, $this->descriptors, $pipes, $this->cwd);\n  }\n}\n",
    )
    site.file("private/aplikasi/vendor/composer/ClassLoader.php", "<?php\nfunction includeFile($f) { include $f; }\n")
    site.file("public/build/app.js", minified(chance))
    site.file("public/storage/laporan.pdf", b"%PDF-1.7\n" + chance.randbytes(2000))


def minified(chance: random.Random) -> str:
    """Return a script as bundlers write it: short names, escapes, `atob` for a font, a number of `fromCharCode`."""
    parts = [
        f"var {chance.choice('abcdef')}{n}=function(e,t){{return e&&t?e[t]({n}):document.getElementById('m{n}')}};"
        for n in range(120)
    ]
    tail = 'String.fromCharCode(e>>10|55296,1023&e|56320);const f=atob("d09GMgABAAAA");'
    return '!function(){"use strict";' + "".join(parts) + tail + "}();"
