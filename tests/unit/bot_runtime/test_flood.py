from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.flood import Flood
from bot.sandbox.errors import ApiError
from bot.sandbox.limits import FloodGate, FloodLimits

CHATS = st.sampled_from([1, 2, 3, -10])


def test_a_chat_may_speak_in_a_short_burst_and_then_once_a_second() -> None:
    flood = Flood(0.0)
    granted = [second / 10 for second in range(100) if flood.take(1, second / 10) == 0]
    assert granted[: Flood.PRIVATE_BURST] == [0.0, 0.1, 0.2, 0.3]
    assert len(granted) == Flood.PRIVATE_BURST + 9


def test_a_group_hears_no_more_than_twenty_messages_a_minute_after_its_burst() -> None:
    flood = Flood(0.0)
    granted = sum(flood.take(-10, second / 2) == 0 for second in range(240))
    assert granted <= Flood.GROUP_BURST + 40


def test_what_was_refused_took_nothing_and_the_wait_it_names_is_enough() -> None:
    flood = Flood(0.0)
    while (wait := flood.take(1, 0.0)) == 0:
        pass
    assert flood.take(1, wait) == 0
    assert flood.take(2, wait) == 0


@given(st.lists(st.tuples(CHATS, st.floats(0, 2)), max_size=200))
def test_what_we_grant_telegram_never_refuses(sends: list[tuple[int, float]]) -> None:
    now = 0.0
    flood = Flood(now)
    gate = FloodGate(FloodLimits(), clock=lambda: now)
    for chat, pause in sends:
        now += pause
        now += flood.take(chat, now) or 0.0
        if flood.take(chat, now) == 0:
            try:
                gate.pass_or_refuse(chat)
            except ApiError as refused:
                raise AssertionError(f"refused at {now}") from refused


def test_chats_that_fell_silent_are_forgotten() -> None:
    flood = Flood(0.0)
    for chat in range(1000):
        flood.take(chat, chat / 10)
    flood.forget_idle(1000.0)
    assert flood._chats == {}
