"""Every way in which a server's answer can fail is judged: a new code that nobody thought of fails here."""

from __future__ import annotations

from provisioning.error_traits import TRAITS, Trait, has
from provisioning.errors import ErrorCode
from workflows.jobs.outcome import VERIFY_FAILED


def test_every_code_is_judged() -> None:
    assert TRAITS.keys() == set(ErrorCode)


def test_what_was_not_heard_is_never_taken_for_an_answer_about_a_hosting() -> None:
    lost = {code for code in ErrorCode if has(code, Trait.UNHEARD) and has(code, Trait.UNASKED)}
    assert lost == {ErrorCode.UNREACHABLE, ErrorCode.CONNECTION_LOST, ErrorCode.NO_ANSWER}
    assert not any(has(code, Trait.OF_THE_HOSTING) for code in lost)


def test_what_is_no_code_of_a_server_has_no_trait() -> None:
    assert not any(has(code, trait) for code in (VERIFY_FAILED, "", "of a newer agent") for trait in Trait)
