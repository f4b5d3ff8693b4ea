"""One ordinary case, from the request of Dinas Pendidikan to the report, as the letters about it."""

from __future__ import annotations

import dataclasses
import datetime as dt

from provisioning.spec import Kind, Limits, Secret
from workflows.letters.authenticity import Seal, deep_link
from workflows.letters.berita_acara_kelaikan import BeritaAcaraKelaikan, Tested
from workflows.letters.configuration import Certificate, Configuration, DatabaseAccess, SftpAccess, Usage
from workflows.letters.form import Letter, Nature, OfficeLetterhead, Official, Person, Recipient, Reference
from workflows.letters.laporan_hosting import Check, LaporanHosting
from workflows.letters.laporan_pelaksanaan import LaporanPelaksanaan, StepRecord
from workflows.letters.laporan_penggunaan import HostingUse, LaporanPenggunaan, LimitLine, TrafficLine
from workflows.letters.lembar_disposisi import Forward, Instruction, LembarDisposisi
from workflows.letters.surat_balasan import Grant, SuratBalasan
from workflows.letters.surat_kredensial import Login, SuratKredensial
from workflows.letters.surat_pemberitahuan import SuratPemberitahuan
from workflows.letters.surat_permohonan import SuratPermohonan
from workflows.words import WITA

TODAY = dt.date(2026, 11, 24)
PASSWORD = Secret("abcdEFGH2345jkmnPQRS")
CODE = "7KQ2MXW9PD"


def at(hour: int, minute: int = 0, day: int = 24) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=WITA)


SEAL = Seal(code=CODE, link=deep_link("layanan_hosting_bot", CODE), approved_at=at(10, 15))
DKISP = OfficeLetterhead(
    address="Jalan Kalimantan Nomor 1, Tarakan, Kalimantan Utara",
    postal_code="77111",
    phone="(0551) 21000",
    email="dkisp@tarakankota.go.id",
    website="dkisp.tarakankota.go.id",
)
DISDIK = OfficeLetterhead(name="Dinas Pendidikan")
HEAD = Official(
    name="Drs. H. Ahmad Saputra, M.Si.",
    nip="197505161995011001",
    rank="Pembina Utama Muda (IV/c)",
    office="Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian",
)
KABID = Official(
    name="Rina Wulandari, S.Kom., M.T.",
    nip="198203122006042003",
    rank="Pembina (IV/a)",
    office="Kepala Bidang Aplikasi Informatika",
    on_behalf_of="Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian",
)
OPD_HEAD = Official(
    name="Dra. Siti Aminah, M.Pd.",
    nip="197001011994032005",
    rank="Pembina Tingkat I (IV/b)",
    office="Kepala Dinas Pendidikan",
    acting="Plt.",
)
TO_OPD = Recipient(title="Kepala Dinas Pendidikan Kota Tarakan")
TO_HEAD = Recipient(title="Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian Kota Tarakan")
REQUEST = Reference(
    sender="Dinas Pendidikan Kota Tarakan",
    number="400.3/812/DISDIK/XI/2026",
    date=dt.date(2026, 11, 20),
    subject="Permohonan Hosting Aplikasi PPDB Online",
)
TEAM = (
    Person(
        name="Budi Santoso, S.Kom.", nip="199001152015031002", phone="+62 812-3456-7890", duty="Administrator aplikasi"
    ),
    Person(name="Dewi Lestari, A.Md.", nip="199508202019032004", phone="+62 813-1111-2222"),
)
CONFIGURATION = Configuration(
    application="PPDB Online",
    addresses=("ppdb.tarakankota.go.id", "daftar.tarakankota.go.id"),
    server="web-01",
    ip="103.20.188.14",
    kind=Kind.PHP,
    php_version="8.2",
    document_root="public",
    database=DatabaseAccess(name="h_ppdb", account="h_ppdb"),
    sftp=SftpAccess(
        host="web-01.tarakankota.go.id",
        account="h_ppdb",
        fingerprint="SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDIbuSZ6vYqJ1Qq3aA",
    ),
    package="Standar",
    limits=Limits(),
    certificate=Certificate(issuer="Sertifikat wildcard Pemerintah Kota Tarakan", valid_until=dt.date(2027, 3, 1)),
)
COPIES = ("Wali Kota Tarakan (sebagai laporan)", "Sekretaris Daerah Kota Tarakan")

PERMOHONAN = SuratPermohonan(
    office=DISDIK,
    date=REQUEST.date,
    number=REQUEST.number,
    signer=OPD_HEAD,
    recipient=TO_HEAD,
    subject=REQUEST.subject,
    application="PPDB Online",
    purpose="Penerimaan peserta didik baru jenjang SD dan SMP secara daring di seluruh wilayah Kota Tarakan.",
    address="ppdb.tarakankota.go.id",
    kind=Kind.PHP,
    php_version="8.2",
    database=True,
    package="Standar (2 GB)",
    team=TEAM,
)
DISPOSISI_KOSONG = LembarDisposisi(
    office=DKISP,
    date=dt.date(2026, 11, 23),
    number="1024",
    nature=Nature.URGENT,
    signer=HEAD,
    sender=REQUEST.sender,
    letter_number=REQUEST.number,
    letter_date=REQUEST.date,
    subject=REQUEST.subject,
    classification="500.12.13",
    forwards=tuple(
        Forward(office=office)
        for office in (
            "Sekretaris",
            "Kepala Bidang Informasi dan Komunikasi Publik",
            "Kepala Bidang Aplikasi Informatika",
            "Kepala Bidang Statistik dan Persandian",
        )
    ),
)
DISPOSISI = dataclasses.replace(
    DISPOSISI_KOSONG,
    forwards=tuple(dataclasses.replace(line, ticked="Aplikasi" in line.office) for line in DISPOSISI_KOSONG.forwards),
    instructions=(Instruction.RESPOND, Instruction.PROCESS),
    note="Mohon dikaji ketersediaan server dan bandwidth.\nLaporkan hasilnya hari ini.",
    disposed_on=TODAY,
    seal=SEAL,
)
PERSETUJUAN = SuratBalasan(
    office=DKISP,
    date=TODAY,
    number="500.12.13/47/DKISP/XI/2026",
    signer=HEAD,
    seal=SEAL,
    recipient=TO_OPD,
    request=REQUEST,
    copies=COPIES,
    grant=Grant(
        application="PPDB Online",
        address="ppdb.tarakankota.go.id",
        kind=Kind.PHP,
        php_version="8.2",
        database=True,
        package="Standar: ruang berkas 2 GB, basis data 1 GB, bandwidth 20 Mbps",
        working_days=2,
    ),
)
PENOLAKAN = dataclasses.replace(
    PERSETUJUAN,
    grant=None,
    copies=(),
    reasons=(
        "Kapasitas ruang server yang tersedia saat ini tidak mencukupi paket yang diminta.",
        "Surat keputusan pembentukan Tim Teknis belum dilampirkan.",
    ),
)
PEMBERITAHUAN = SuratPemberitahuan(
    office=DKISP,
    date=dt.date(2026, 11, 26),
    number="500.12.13/51/DKISP/XI/2026",
    signer=KABID,
    seal=SEAL,
    recipient=TO_OPD,
    request=REQUEST,
    configuration=CONFIGURATION,
    team=TEAM,
    copies=("Kepala DKISP Kota Tarakan (sebagai laporan)",),
)
LAPORAN_HOSTING = LaporanHosting(
    office=DKISP,
    date=dt.date(2026, 11, 26),
    number="500.12.13/52/DKISP/XI/2026",
    signer=KABID,
    seal=SEAL,
    recipient=TO_OPD,
    request=REQUEST,
    configuration=CONFIGURATION,
    checks=(
        Check(name="Nama domain mengarah ke server", passed=True, detail="ppdb.tarakankota.go.id: 103.20.188.14"),
        Check(name="Halaman terbuka melalui HTTPS", passed=True, detail="Kode 200"),
        Check(name="PHP berjalan dengan akun sendiri", passed=True, detail="PHP 8.2, akun h_ppdb"),
        Check(name="Masuk melalui SFTP", passed=True),
        Check(name="Masuk ke basis data", passed=True, detail="Hanya basis data h_ppdb yang terlihat"),
        Check(name="Berkas hosting lain tidak dapat dibaca", passed=True, detail="Ditolak"),
    ),
    checked_at=at(9, 5, day=26),
    usage=Usage(measured_at=at(9, 6, day=26), disk=73_728, inodes=12, database=16_384, traffic=20_480),
    team=TEAM,
)


def step(number: int, activity: str, *, actor: str, minutes: int, standard: str, result: str) -> StepRecord:
    started = at(8, 3 * number)
    spent = dt.timedelta(minutes=minutes)
    return StepRecord(
        number=number,
        activity=activity,
        actor=actor,
        started=started,
        finished=started + spent,
        spent=spent,
        standard=standard,
        on_time=number != 4,
        result=result,
    )


REPORT = "Laporan dan dokumentasi"
STEPS = (
    step(1, "Surat permohonan hosting dari OPD", actor=OPD_HEAD.office, minutes=2, standard="2 menit", result="Surat"),
    step(
        2,
        "Pengagendaan surat dan pengisian lembar disposisi",
        actor="Bagian Umum",
        minutes=3,
        standard="3 menit",
        result="Surat dengan lembar disposisi",
    ),
    step(3, "Disposisi Kepala DKISP", actor=HEAD.name, minutes=2, standard="2 menit", result="Surat terdisposisi"),
    step(
        4,
        "Pengkajian bersama Sub Koordinator",
        actor=KABID.name,
        minutes=9,
        standard="5 menit",
        result="Data untuk tindak lanjut",
    ),
    step(5, "Persetujuan permintaan", actor=HEAD.name, minutes=12, standard="30 menit", result="Surat Balasan"),
    step(
        6,
        "Pembuatan dan konfigurasi server",
        actor="Sistem (tim Bidang Aplikasi Informatika)",
        minutes=1,
        standard="2 hari",
        result="Server hosting",
    ),
    step(7, "Surat pemberitahuan", actor=KABID.name, minutes=8, standard="25 menit", result=REPORT),
    step(8, "Pengiriman data dan laporan", actor="Sistem", minutes=1, standard="2 menit", result=REPORT),
    step(9, "Laporan pelaksanaan kepada Kepala", actor="Sistem", minutes=1, standard="15 menit", result=REPORT),
    StepRecord(number=10, activity="Pekerjaan selesai", actor="", standard="2 menit"),
)
LAPORAN_PELAKSANAAN = LaporanPelaksanaan(
    office=DKISP,
    date=dt.date(2026, 11, 26),
    number="500.12.13/53/DKISP/XI/2026",
    signer=dataclasses.replace(KABID, on_behalf_of=""),
    seal=SEAL,
    recipient=TO_HEAD,
    request=REQUEST,
    case_number="H-2026-0007",
    sop="067/28/SOP/DKISP/2022 tentang Layanan/Hosting",
    service="Layanan/Hosting",
    steps=STEPS,
    configuration=CONFIGURATION,
    notes=("Pembuatan server diulang satu kali karena server DNS tidak menjawab.",),
)

LAPORAN_PENGGUNAAN = LaporanPenggunaan(
    office=DKISP,
    date=dt.date(2026, 12, 1),
    signer=dataclasses.replace(KABID, on_behalf_of=""),
    recipient=TO_OPD,
    opd="Dinas Pendidikan",
    period="November 2026",
    before="Oktober 2026",
    hostings=(
        HostingUse(
            domain="ppdb.tarakankota.go.id",
            measured="30 November 2026 pukul 23.05 WITA",
            limits=(
                LimitLine(
                    name="Ruang berkas",
                    used="1,7 GB",
                    limit="2 GB",
                    percent="84%",
                    share=0.84,
                    full_on="14 Desember 2026",
                ),
            ),
            traffic=(TrafficLine(name="Permintaan halaman dan berkas", month="12.345", before="9.888"),),
            columns=(None, 0.0, 1.0, 0.5),
            chart="Lalu lintas tiap hari, tertinggi 940 MB",
        ),
        HostingUse(domain="baru.tarakankota.go.id", measured="", limits=(), traffic=(), columns=(), chart="Tidak ada"),
    ),
)
KREDENSIAL = SuratKredensial(
    office=DKISP,
    date=TODAY,
    signer=dataclasses.replace(KABID, on_behalf_of=""),
    case_number="HST-2026-0007",
    recipient=Recipient(title="Kepala Dinas Pendidikan"),
    domain="e-arsip.tarakankota.go.id",
    logins=(
        Login(name="Berkas (SFTP)", host="e-arsip.tarakankota.go.id", port=22, account="h_e_arsip", password=PASSWORD),
        Login(name="Basis data", host="localhost", port=3306, account="h_e_arsip", password=PASSWORD),
    ),
    team=("Siti Rahma",),
)

KELAIKAN = BeritaAcaraKelaikan(
    office=DKISP,
    date=TODAY,
    number="500.12.13/54/DKISP/XI/2026",
    signer=dataclasses.replace(KABID, on_behalf_of=""),
    address="e-arsip.tarakankota.go.id",
    server="Server web 1",
    opd="Dinas Pendidikan",
    basis="Peraturan Badan Siber dan Sandi Negara Nomor 4 Tahun 2021",
    occasion="Serah terima hosting",
    verdict="Belum laik",
    conclusion="Hosting belum memenuhi seluruh butir wajib.",
    seen_at=at(9, 30),
    items=(
        Tested(
            function="Keamanan komunikasi", question="TLS 1.2 atau lebih baru", result="Terpenuhi", seen_by="Sistem"
        ),
        Tested(
            function="Proteksi data",
            question="Berkas rahasia tidak dapat dibuka dari web",
            result="Belum terpenuhi",
            seen_by="Sistem",
            lacking=True,
            remedy="Hapus berkas itu dari folder situs.",
        ),
    ),
    copies=("Kepala Dinas Pendidikan",),
)

LETTERS: dict[str, Letter] = {
    "permohonan": PERMOHONAN,
    "disposisi-kosong": DISPOSISI_KOSONG,
    "disposisi": DISPOSISI,
    "persetujuan": PERSETUJUAN,
    "penolakan": PENOLAKAN,
    "pemberitahuan": PEMBERITAHUAN,
    "laporan-hosting": LAPORAN_HOSTING,
    "laporan-pelaksanaan": LAPORAN_PELAKSANAAN,
    "laporan-penggunaan": LAPORAN_PENGGUNAAN,
    "kredensial": KREDENSIAL,
    "kelaikan": KELAIKAN,
}
