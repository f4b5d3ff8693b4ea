"""What can be wrong with an answer. The sentence for each stands in templates/messages/isian.toml."""

from __future__ import annotations

import enum


class Fault(enum.StrEnum):
    """One kind of wrong answer; the value is the key of its sentence, the comment its parameters."""

    EMPTY = "kosong"
    TOO_SHORT = "terlalu_pendek"  # limit, count
    TOO_LONG = "terlalu_panjang"  # limit, count
    HIDDEN_CHARACTER = "karakter_tersembunyi"  # mark
    DATE_FORM = "tanggal_bentuk"
    DATE_IMPOSSIBLE = "tanggal_tidak_ada"  # text
    DATE_YEAR = "tanggal_tahun"  # text
    DATE_FUTURE = "tanggal_mendatang"  # text
    DATE_PAST = "tanggal_lewat"  # text
    NUMBER_FORM = "angka_bentuk"
    NUMBER_RANGE = "angka_batas"  # minimum, maximum
    NO_SUCH_CHOICE = "pilihan_tidak_ada"  # choices, empty where they are many
    SEVERAL_CHOICES = "pilihan_beberapa"  # choices, empty where they are many
    TOO_FEW = "pilihan_kurang"  # limit
    TOO_MANY = "pilihan_lebih"  # limit
    NOT_AGREED = "belum_disetujui"
    LABEL_DOT = "subdomain_titik"
    LABEL_UNICODE = "subdomain_bukan_latin"  # char
    LABEL_LONG = "subdomain_panjang"  # limit, count
    LABEL_HYPHEN = "subdomain_tanda_hubung"
    LABEL_PUNYCODE = "subdomain_tanda_hubung_ganda"
    LABEL_CHARACTER = "subdomain_karakter"  # char
    LABEL_RESERVED = "subdomain_dicadangkan"  # name
    NAME_ZONE = "alamat_zona"  # zone
    NAME_DEEP = "alamat_bertingkat"  # zone
    NAME_ADDRESS = "alamat_ip"
    NAME_FORM = "alamat_bentuk"
    NAME_SUFFIX = "alamat_akhiran"  # name
    NIP_DIGITS = "nip_angka"
    NIP_LENGTH = "nip_panjang"  # count
    NIP_BIRTH = "nip_tanggal_lahir"  # part
    NIP_APPOINTMENT = "nip_pengangkatan"  # part
    NIP_SEX = "nip_jenis_kelamin"  # part
    PHONE_FORM = "telepon_bentuk"
    PHONE_FOREIGN = "telepon_luar_negeri"
    PERSON_FORM = "orang_bentuk"  # line
    PERSON_TWICE = "orang_ganda"  # name
    PEOPLE_MANY = "orang_lebih"  # limit
    DOCUMENT_NEEDED = "dokumen_perlu"
    DOCUMENT_TYPE = "dokumen_jenis"  # name
    DOCUMENT_SIZE = "dokumen_besar"  # limit, in MB
    PATTERN = "bentuk_lain"  # example
    KEY_FORM = "kunci_bentuk"
    KEY_PRIVATE = "kunci_privat"
    KEY_KIND = "kunci_jenis"
    KEY_WEAK = "kunci_lemah"


class FieldError(ValueError):
    """An answer that cannot be kept; `params` fill the sentence of `code`."""

    def __init__(self, code: Fault, **params: str | int) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params
