// Every word the page itself says; what the bot says comes from the bot.
export const texts = {
  title: "Peragaan Layanan Hosting",
  about: "Telegram tiruan di komputer ini: setiap kolom adalah ponsel satu orang, dan bot bekerja seperti di Telegram sungguhan.",
  sites: "Lihat situs yang sudah dibuat",
  aboutOne: "Telegram tiruan di komputer ini, dari ponsel satu orang.",
  nobody: "Belum ada orang. Skrip peragaan akan menambahkannya.",
  connected: "Terhubung",
  disconnected: "Terputus, menyambung lagi…",
  start: "MULAI",
  startHint: "Tekan MULAI untuk berbicara dengan bot.",
  unblock: "BUKA BLOKIR",
  blocked: "Anda memblokir bot ini.",
  placeholder: "Tulis pesan",
  send: "Kirim",
  attach: "Lampirkan",
  attachFile: "Berkas",
  attachPhoto: "Foto",
  attachContact: "Kontak saya",
  commands: "Menu",
  commandsLabel: "Perintah bot",
  more: "Lainnya",
  openAlone: "Buka sendiri",
  showAll: "Lihat semua orang",
  blockBot: "Blokir bot",
  unblockBot: "Buka blokir bot",
  edited: "diedit",
  protected: "Dilindungi: tidak dapat diteruskan",
  copied: "Disalin",
  copyCode: "Salin",
  ok: "Oke",
  cancel: "Batal",
  openAs: "Buka tautan ini sebagai siapa?",
  typing: "sedang mengetik…",
  sendingDocument: "sedang mengirim dokumen…",
  sendingPhoto: "sedang mengirim foto…",
  chatWith: (name) => `Percakapan ${name} dengan bot`,
  messageTo: (name) => `Pesan dari ${name}`,
  unread: (count) => `${count} pesan baru`,
  keyboard: "Papan tombol",
  spoiler: "Tampilkan teks tersembunyi",
  failed: "Tidak terkirim",
};

const refusals = {
  YOU_BLOCKED_USER: "Anda memblokir bot ini. Buka blokir untuk menulis.",
  MESSAGE_ID_INVALID: "Pesan itu sudah tidak ada.",
  START_PARAM_INVALID: "Tautan itu tidak dikenal Telegram.",
  IMAGE_PROCESS_FAILED: "Foto harus berupa PNG atau JPEG.",
  FILE_PARTS_INVALID: "Berkas terlalu besar untuk peragaan ini.",
};

export function refusalText(description) {
  const known = Object.keys(refusals).find((code) => description.includes(code));
  return known ? refusals[known] : `${texts.failed}: ${description}`;
}

const clock = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Makassar" });
const day = new Intl.DateTimeFormat("id-ID", { day: "numeric", month: "long", year: "numeric", timeZone: "Asia/Makassar" });

export const timeOf = (seconds) => clock.format(new Date(seconds * 1000));
export const dayOf = (seconds) => day.format(new Date(seconds * 1000));

export function sizeText(bytes) {
  const units = ["B", "KB", "MB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toLocaleString("id-ID", { maximumFractionDigits: 1 })} ${units[unit]}`;
}
