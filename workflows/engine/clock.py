"""Whom a step's clock tells, and when. Pure: it says who hears, never what becomes of a case."""

from __future__ import annotations

from datetime import timedelta

from workflows.engine.description import Sop, Step


def reminded_roles(step: Step) -> tuple[str, ...]:
    """Return who must act at a step, or for whom the machine does."""
    return step.actors or step.performers


def escalation_roles(sop: Sop, step: Step) -> tuple[str, ...]:
    """Return who is told, one level up, that the deadline of a step is over; not those who must act themselves."""
    own = reminded_roles(step)
    above = dict.fromkeys(sop.role(role).escalates_to for role in own)
    return tuple(role for role in above if role and role not in own)


def reached(sop: Sop, step: Step, worked: timedelta, told: int) -> int | None:
    """Return the highest percentage of the deadline that has passed and was not told yet; None where there is none."""
    passed = [percent for percent in sop.reminders if percent > told and worked >= allowed(step, percent)]
    return max(passed, default=None)


def next_reminder(sop: Sop, told: int) -> int | None:
    """Return the percentage that is told next; None after the last."""
    return min((percent for percent in sop.reminders if percent > told), default=None)


def allowed(step: Step, percent: int) -> timedelta:
    """Return a percentage of the working time that a step is allowed."""
    return step.deadline * percent / 100
