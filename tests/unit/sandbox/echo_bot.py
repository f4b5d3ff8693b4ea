"""A small python-telegram-bot program that knows nothing of the sandbox; the sandbox's own tests talk to it."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

Context = ContextTypes.DEFAULT_TYPE


def _message(update: Update) -> Message:
    if update.effective_message is None:
        raise ValueError("no message in the update")
    return update.effective_message


async def _start(update: Update, context: Context) -> None:
    payload = context.args[0] if context.args else "tanpa undangan"
    await _message(update).reply_html(f"<b>Selamat datang</b>, {payload}")


async def _card(update: Update, _context: Context) -> None:
    rows = [
        [
            InlineKeyboardButton("✅ Setujui", callback_data="approve", api_kwargs={"style": "success"}),
            InlineKeyboardButton("Tolak", callback_data="refuse", api_kwargs={"style": "danger"}),
        ],
        [InlineKeyboardButton("Setujui dengan catatan (2)", callback_data="note")],
    ]
    await _message(update).reply_html("Permohonan <code>001</code>", reply_markup=InlineKeyboardMarkup(rows))


async def _steps(update: Update, _context: Context) -> None:
    button = InlineKeyboardButton("Lewati", callback_data="step")
    await _message(update).reply_text("Pertanyaan", reply_markup=InlineKeyboardMarkup([[button]]))


async def _ask_contact(update: Update, _context: Context) -> None:
    keys = ReplyKeyboardMarkup([[KeyboardButton("Bagikan kontak saya", request_contact=True)]], resize_keyboard=True)
    await _message(update).reply_text("Bagikan kontak Anda.", reply_markup=keys)


async def _document(update: Update, _context: Context) -> None:
    await _message(update).reply_document(io.BytesIO(b"%PDF-1.7 surat"), filename="surat.pdf", caption="Surat Balasan")


async def _pressed(update: Update, _context: Context) -> None:
    query = update.callback_query
    if query is None or query.data == "silent":
        return
    await query.answer(f"Anda memilih {query.data}")
    if query.data == "step":
        await asyncio.sleep(0.3)
        await _steps(update, _context)
        return
    await query.edit_message_text(f"Permohonan 001: {query.data}")


async def _received(update: Update, context: Context) -> None:
    message = _message(update)
    if message.contact is not None:
        own = message.contact.user_id == message.chat_id
        await message.reply_text(f"{message.contact.phone_number} {'milik Anda' if own else 'bukan milik Anda'}")
    elif message.document is not None:
        data = await (await context.bot.get_file(message.document.file_id)).download_as_bytearray()
        await message.reply_text(f"{message.document.file_name}: {len(data)} byte")
    elif message.photo:
        await message.reply_text(f"foto {message.photo[-1].width}x{message.photo[-1].height} {message.media_group_id}")
    else:
        await message.reply_text(f"gema: {message.text}")


def add_handlers(application: Any) -> None:
    """Give the application its handlers."""
    for name, handler in (
        ("start", _start),
        ("kartu", _card),
        ("langkah", _steps),
        ("kontak", _ask_contact),
        ("surat", _document),
    ):
        application.add_handler(CommandHandler(name, handler))
    application.add_handler(CallbackQueryHandler(_pressed))
    application.add_handler(MessageHandler(filters.ALL, _received))
