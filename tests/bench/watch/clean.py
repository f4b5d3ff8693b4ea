"""Innocent sites. The rules were tuned on `SEEN`; `HELD_OUT` was written before and not looked at."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping

from tests.bench.watch import offices
from tests.bench.watch.site import Recipe, Site


def _office(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)


def _application(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance, title="Sistem Informasi Arsip", body='<form><input name="q" hidden></form>'))
    offices.laravel(site, chance)


def _prevention(site: Site, chance: random.Random) -> None:
    body = (
        "<article><h2>Waspada judi online, Satgas minta pelajar menjauhi</h2><p>Satgas pemberantasan perjudian daring "
        "mengimbau masyarakat melaporkan situs judi. Kominfo memblokir ribuan situs slot. Bahaya judi online dan "
        "pinjol dibahas dalam sosialisasi. Korban dapat meminta konseling.</p></article>"
    )
    site.page("/", offices.page(chance))
    site.page("/berita/bahaya-judi-online", offices.page(chance, title="Bahaya Judi Online bagi Pelajar", body=body))
    offices.wordpress(site, chance)


def _police(site: Site, chance: random.Random) -> None:
    body = (
        "<p>Polres Tarakan menangkap tersangka bandar togel. Polisi menyita telepon genggam dan uang taruhan. "
        "Tersangka dijerat pidana perjudian; warga diminta melapor lewat aduan.</p>"
    )
    site.page("/berita/17", offices.page(chance, title="Polisi Tangkap Bandar Togel di Tarakan Barat", body=body))
    site.page("/", offices.page(chance, body=body))
    offices.wordpress(site, chance)


def _rotating(site: Site, chance: random.Random) -> None:
    """Each visit shows other news: what differs is no cloak."""
    site.page("/", offices.page(chance), engine=offices.page(chance), searcher=offices.page(chance))
    offices.wordpress(site, chance)


def _hidden_things(site: Site, chance: random.Random) -> None:
    body = (
        '<div class="modal" style="display:none"><h2>Survei kepuasan</h2><a href="https://forms.gle/abc">Isi survei</a>'
        '</div><div style="position:absolute;left:-9999px"><a href="#isi">Langsung ke isi</a></div>'
        '<div hidden><a href="https://www.youtube.com/watch?v=1">Video</a></div>'
    )
    site.page("/", offices.page(chance, body=body))
    offices.laravel(site, chance)


def _mail_form(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file(
        "public/kirim.php",
        "<?php\n$nama = htmlspecialchars($_POST['nama'] ?? '');\n$isi = strip_tags($_POST['isi'] ?? '');\n"
        "if (md5($isi) === $_SESSION['akhir']) { die('sudah terkirim'); }\n"
        "mail('admin@tarakankota.go.id', $nama, $isi);\nheader('Location: /terima-kasih');\n",
    )


def _old_code(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    site.file(
        "public/cari.php",
        "<?php\n$q = mysqli_real_escape_string($db, $_GET['q']);\n"
        "$r = mysqli_query($db, \"SELECT * FROM `arsip` WHERE `judul` LIKE '%$q%'\");\n"
        "while ($b = mysqli_fetch_assoc($r)) { echo \"<li>{$b['judul']}</li>\"; }\n",
    )
    site.file(
        "public/koneksi.inc", "<?php\nerror_reporting(0);\n$db = mysqli_connect('localhost', 'h_a', $sandi, 'h_a');\n"
    )
    site.file("public/info.php", "<?php\necho PHP_VERSION;\n")


def _spam_filter(site: Site, chance: random.Random) -> None:
    words = "judi', 'slot gacor', 'togel', 'situs slot', 'slot online', 'maxwin', 'sbobet"
    site.page("/", offices.page(chance))
    site.file("public/wp-content/plugins/saring/kata.php", f"<?php\n// blacklist komentar\n$blokir = ['{words}'];\n")
    offices.wordpress(site, chance)


def _static(site: Site, chance: random.Random) -> None:
    for path in ("/", "/profil", "/layanan"):
        site.page(path, offices.page(chance, title=f"Kelurahan {path.strip('/').title() or 'Pamusian'}"))
        site.file(f"public{path.rstrip('/')}/index.html", offices.page(chance))


# --- held out ------------------------------------------------------------------------------------------------------


def _parking(site: Site, chance: random.Random) -> None:
    body = "<p>Slot parkir, slot antrean vaksin dan slot jadwal konsultasi online dapat dipesan. Jackpot doorprize!</p>"
    site.page("/", offices.page(chance, title="Reservasi Slot Layanan Online", body=body))
    site.page("/slot/pilih", offices.page(chance, title="Pilih Slot Waktu", body=body))
    offices.laravel(site, chance)


def _education(site: Site, chance: random.Random) -> None:
    body = (
        "<p>Modus situs slot gacor mengincar pelajar dengan bonus new member dan janji maxwin, kata psikolog. "
        "Dampak kecanduan: utang pinjol dan putus sekolah. Guru diminta mencegah, dan melaporkan tautan ke aduan "
        "konten. Jangan pernah mencoba: bandar selalu menang.</p>"
    )
    site.page("/artikel/modus-slot", offices.page(chance, title="Modus Judi Slot dan Cara Menghindarinya", body=body))
    offices.wordpress(site, chance)


def _circular(site: Site, chance: random.Random) -> None:
    body = (
        "<p>Surat Edaran tentang larangan judi online bagi ASN. "
        "ASN yang bermain judi, togel atau slot diberi sanksi.</p>"
    )
    site.page("/edaran", offices.page(chance, title="Edaran Larangan Judi Online bagi ASN", body=body))
    site.page("/", offices.page(chance, body='<a href="/edaran/larangan-judi-slot">Larangan judi slot</a>'))
    offices.laravel(site, chance)


def _template_engine(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    site.file(
        "private/vendor/mesin/Template.php",
        "<?php\nclass Template {\n  function tampil($nama, $data) {\n    extract($data);\n"
        "    $kode = $this->kompilasi(file_get_contents($this->berkas($nama)));\n    eval('?>' . $kode);\n  }\n}\n",
    )
    site.file(
        "private/vendor/phpunit/Mock.php",
        "<?php\nfunction muat($tiruan) {\n  if (!class_exists($tiruan->nama, false)) { eval($tiruan->kode); }\n}\n",
    )


def _tables(site: Site, chance: random.Random) -> None:
    escapes = "".join(f"\\x{chance.randrange(256):02x}" for _ in range(60))
    octal = "".join(f"\\{chance.randrange(0o200, 0o377):03o}" for _ in range(4))
    blob = base64.b64encode(chance.randbytes(6000)).decode()
    site.page("/", offices.page(chance))
    site.file("public/lib/huruf.php", f'<?php\n$a = "{escapes}";\n$b = "{octal}";\n$c = chr(13) . chr(10);\n')
    site.file(
        "public/lib/kode_qr.php",
        f"<?php\nclass Qr {{ const MASK = '{blob}';\n  static function buka() {{\n"
        "    return unserialize(gzuncompress(base64_decode(self::MASK)));\n  }\n}\n",
    )


def _callbacks(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file(
        "public/wp-content/plugins/formulir/ajax.php",
        "<?php\nadd_action('wp_ajax_simpan', 'simpan');\nfunction simpan() {\n  check_ajax_referer('simpan');\n"
        "  $bersih = array_map('sanitize_text_field', $_POST['isian']);\n  $fungsi = 'formulir_' . $jenis;\n"
        "  if (function_exists($fungsi)) { wp_send_json($fungsi($bersih)); }\n}\n",
    )
    site.file(
        "public/wp-content/plugins/lama/lama.php",
        "<?php\nadd_filter('the_title', create_function('$t', 'return trim($t);'));\n",
    )


def _uploads(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    site.file(
        "private/aplikasi/proses_unggah.php",
        "<?php\n$izin = ['application/pdf'];\n"
        "if (!in_array(mime_content_type($_FILES['b']['tmp_name']), $izin)) { exit; }\n"
        "$nama = bin2hex(random_bytes(8)) . '.pdf';\n"
        "move_uploaded_file($_FILES['b']['tmp_name'], __DIR__ . '/../dokumen/' . $nama);\n",
    )
    site.file("public/uploads/index.html", "")
    site.file("public/uploads/.htaccess", '<FilesMatch "\\.php$">\nRequire all denied\n</FilesMatch>\n')
    site.file("public/uploads/2026/laporan.pdf", b"%PDF-1.4\n" + chance.randbytes(3000))


def _trackers(site: Site, chance: random.Random) -> None:
    head = (
        "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}</script>"
        "<script>document.write(unescape('%3Cscript src=\"https://stat.tarakankota.go.id/h.js\"%3E%3C/script%3E'));</script>"
    )
    body = '<iframe src="https://www.google.com/maps/embed?pb=1" width="600" height="450"></iframe>'
    site.page("/", offices.page(chance, head=head if chance.random() < 0.3 else "", body=body))
    offices.wordpress(site, chance)


def _bots_welcome(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    site.file(
        "public/app/Statistik.php",
        "<?php\nclass Statistik {\n  function catat() {\n    $a = $_SERVER['HTTP_USER_AGENT'] ?? '';\n"
        "    if (preg_match('/googlebot|bingbot/i', $a)) { return; }\n"
        "    $this->db->insert('kunjungan', ['agen' => $a]);\n  }\n}\n",
    )
    site.file("public/robots.txt", "User-agent: *\nDisallow: /admin\n")
    site.file("public/.htaccess", "RewriteCond %{HTTP_USER_AGENT} (semrush|ahrefs) [NC]\nRewriteRule .* - [F,L]\n")


def _foreign(site: Site, chance: random.Random) -> None:
    body = "<p>ようこそ、タラカン市へ。Welcome to Tarakan. 欢迎来到打拉根。</p>"
    site.page("/jp", offices.page(chance, title="Kota Tarakan タラカン市公式観光案内", body=body))
    site.page("/", offices.page(chance, body=body))


SEEN: Mapping[str, Recipe] = {
    "kantor": _office,
    "aplikasi": _application,
    "pencegahan judi": _prevention,
    "berita polisi": _police,
    "berita berganti": _rotating,
    "menu dan dialog": _hidden_things,
    "formulir surat": _mail_form,
    "kode lama": _old_code,
    "penyaring kata": _spam_filter,
    "statis": _static,
}
HELD_OUT: Mapping[str, Recipe] = {
    "slot antrean": _parking,
    "edukasi judi": _education,
    "edaran ASN": _circular,
    "mesin templat": _template_engine,
    "tabel dan gumpalan": _tables,
    "fungsi balik": _callbacks,
    "unggahan resmi": _uploads,
    "pelacak": _trackers,
    "statistik bot": _bots_welcome,
    "bahasa asing": _foreign,
}
