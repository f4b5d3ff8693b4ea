"""A supergroup as a real PTB bot meets it: what it hears, what it may, and what Telegram refuses it there."""

from __future__ import annotations

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden

from bot.sandbox.client import Sandbox, SandboxGroup, SandboxUser


@pytest.fixture
async def group(sandbox: Sandbox) -> SandboxGroup:
    return await sandbox.add_group("Teknisi DKISP")


async def heard(ptb: Bot) -> list[Update]:
    updates = list(await ptb.get_updates())
    if updates:
        await ptb.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def test_a_bot_hears_who_puts_it_into_a_group_and_that_it_has_topics(
    ptb: Bot, group: SandboxGroup, siti: SandboxUser
) -> None:
    await heard(ptb)
    await group.add_bot(siti, topics=True)
    change, note = [(update.my_chat_member, update.message) for update in await heard(ptb)]
    assert change[0] is not None
    assert change[0].chat.is_forum
    assert change[0].from_user.id == siti.id
    assert (change[0].old_chat_member.status, change[0].new_chat_member.status) == ("left", "administrator")
    assert note[1] is not None
    assert [user.id for user in note[1].new_chat_members or ()] == [ptb.id]
    assert (await ptb.get_me()).can_join_groups
    assert (await ptb.get_chat_member(group.id, ptb.id)).status == "administrator"


async def test_a_bot_opens_a_topic_and_speaks_in_it(ptb: Bot, group: SandboxGroup, siti: SandboxUser) -> None:
    await group.add_bot(siti, topics=True)
    topic = await ptb.create_forum_topic(group.id, "Server web 1" + "!" * 128)
    assert len(topic.name) == 128
    said = await ptb.send_message(group.id, "satu", message_thread_id=topic.message_thread_id)
    assert (said.message_thread_id, said.is_topic_message) == (topic.message_thread_id, True)
    await ptb.edit_message_text("dua", group.id, said.message_id)
    await ptb.send_message(group.id, "umum")
    assert [message.text for message in await group.messages(topic.name)] == ["dua"]
    assert [message.text for message in await group.messages()] == ["umum"]
    await group.delete_topic(topic.name)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await ptb.edit_message_text("tiga", group.id, said.message_id)


async def test_what_is_refused_in_topics(ptb: Bot, group: SandboxGroup, siti: SandboxUser) -> None:
    await group.add_bot(siti, topics=False)
    with pytest.raises(BadRequest, match=r"(?i)not enough rights to create a topic"):
        await ptb.create_forum_topic(group.id, "Server")
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await ptb.send_message(group.id, "satu", message_thread_id=77)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await ptb.send_message(siti.id, "satu", message_thread_id=77)
    await group.add_bot(siti, topics=True)
    with pytest.raises(BadRequest, match=r"(?i)title must be non-empty"):
        await ptb.create_forum_topic(group.id, " ")
    topic = await ptb.create_forum_topic(group.id, "Server")
    await group.close_topic("Server")
    await ptb.send_message(group.id, "boleh", message_thread_id=topic.message_thread_id)
    await group.add_bot(siti)
    with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
        await ptb.send_message(group.id, "satu", message_thread_id=topic.message_thread_id)
    await group.add_bot(siti, topics=True)
    await group.turn_topics(on=False)
    with pytest.raises(BadRequest, match=r"(?i)the chat is not a forum"):
        await ptb.create_forum_topic(group.id, "Server")
    with pytest.raises(BadRequest, match=r"(?i)the chat is not a forum"):
        await ptb.create_forum_topic(siti.id, "Server")


async def test_a_bot_that_is_out_says_nothing_there(ptb: Bot, group: SandboxGroup, siti: SandboxUser) -> None:
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await ptb.send_message(group.id, "satu")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await ptb.send_message(group.id - 1, "satu")
    await group.add_bot(siti)
    await heard(ptb)
    await ptb.leave_chat(group.id)
    assert not await group.has_bot()
    with pytest.raises(BadRequest, match="private"):
        await ptb.leave_chat(siti.id)
    await group.add_bot(siti)
    await group.remove_bot(siti)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await ptb.send_message(group.id, "satu")
    changes = [update.my_chat_member for update in await heard(ptb) if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["left", "member", "kicked"]


async def test_a_member_hears_commands_only_an_administrator_everything(
    ptb: Bot, group: SandboxGroup, siti: SandboxUser
) -> None:
    await group.add_bot(siti)
    await heard(ptb)
    await group.write(siti, "rahasia")
    await group.write(siti, "/start")
    said = [(update.message.text, update.message.chat.id) for update in await heard(ptb) if update.message]
    assert said == [("/start", group.id)]
    await group.add_bot(siti, topics=False)
    await group.write(siti, "rahasia")
    last = (await heard(ptb))[-1].message
    assert last is not None
    assert (last.text, last.from_user and last.from_user.id) == ("rahasia", siti.id)
