"""The flood gate alone, on a clock of our own."""

from __future__ import annotations

import pytest

from bot.sandbox.errors import ApiError
from bot.sandbox.limits import FloodGate, FloodLimits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def passed(gate: FloodGate, chats: list[int]) -> int:
    count = 0
    for chat in chats:
        try:
            gate.pass_or_refuse(chat)
        except ApiError:
            continue
        count += 1
    return count


def retry_after(gate: FloodGate, chat: int) -> int | None:
    with pytest.raises(ApiError) as refusal:
        gate.pass_or_refuse(chat)
    return refusal.value.retry_after


def test_a_private_chat_takes_a_small_burst_then_one_a_second() -> None:
    clock = Clock()
    gate = FloodGate(FloodLimits(), clock)
    assert passed(gate, [1] * 10) == 5
    assert retry_after(gate, 1) == 1
    clock.now += 1
    assert passed(gate, [1] * 10) == 1


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    gate = FloodGate(FloodLimits(), clock)
    assert passed(gate, [-1] * 30) == 20
    assert retry_after(gate, -1) == 3
    clock.now += 60
    assert passed(gate, [-1] * 30) == 20


def test_all_chats_together_take_thirty_a_second() -> None:
    clock = Clock()
    gate = FloodGate(FloodLimits(), clock)
    assert passed(gate, list(range(1, 50))) == 30
    clock.now += 0.5
    assert passed(gate, list(range(100, 150))) == 0
    clock.now += 0.5
    assert passed(gate, list(range(200, 250))) == 30, "thirty in any second"


def test_a_time_factor_only_makes_the_clock_run_faster() -> None:
    clock = Clock()
    gate = FloodGate(FloodLimits(time_factor=10), clock)
    assert passed(gate, [1] * 10) == 5
    clock.now += 0.1
    assert passed(gate, [1] * 10) == 1


def test_limits_can_be_off() -> None:
    assert passed(FloodGate(FloodLimits(enabled=False)), [1] * 1000) == 1000
