"""The least a button can cost: python-telegram-bot as it comes, nothing kept, one handler that answers and edits."""

from __future__ import annotations

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

MENU, HELP = "n1:menu", "n1:help"  # the payloads that ours has on the same two buttons
PAGES = {
    MENU: "Menu utama. Silakan pilih salah satu tombol di bawah ini.",
    HELP: "Bantuan. Tekan tombol untuk kembali ke menu utama.",
}


def _keyboard(page: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Bantuan" if page == HELP else "Menu", callback_data=page)]])


async def _start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None:
        await update.message.reply_text(PAGES[MENU], reply_markup=_keyboard(HELP))


async def _pressed(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    if query is None or query.data is None:
        return
    await query.answer()
    other = MENU if query.data == HELP else HELP
    await query.edit_message_text(PAGES[query.data], reply_markup=_keyboard(other))


async def _ready(_application: Application) -> None:  # type: ignore[type-arg]
    print("ready", flush=True)


def main(token: str, url: str) -> None:
    """Poll until SIGTERM."""
    builder = Application.builder().token(token).base_url(f"{url}/bot").post_init(_ready)
    application = builder.build()
    application.add_handler(CommandHandler("menu", _start))
    application.add_handler(CallbackQueryHandler(_pressed))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:3])
