"""What is wrong with a description: which fault, where, and what a sentence about it names. The words are the reader's.

`bot/description_faults.py` says them; nothing here is a language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


class Spot(NamedTuple):
    """A part of a description: what kind ("step", "action", or a key), and its id where it has one."""

    kind: str
    name: str = ""


@dataclasses.dataclass(frozen=True)
class Fault:
    """`code` names its sentence (templates/messages/uraian.toml), `params` fill it; `where`: outermost part first."""

    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    where: tuple[Spot, ...] = ()
    source: str = ""  # the file

    def of_file(self, source: str) -> Fault:
        """Return this fault as one of a file."""
        return dataclasses.replace(self, source=source)

    def __str__(self) -> str:
        places = " > ".join(" ".join(filter(None, spot)) for spot in self.where)
        return f"{self.source}: {places}: {self.code} {dict(self.params)}"


class DescriptionError(Exception):
    """A description is broken; `faults` are all that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def fault(code: str, /, **params: Any) -> Fault:
    """Return a fault whose place is said by whoever looked there (`placed`)."""
    return Fault(code, params)


def unknown(kind: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each name that is not among the `known` ones, which go with it: one of them was meant."""
    choices = tuple(sorted(known))
    yield from (fault(f"unknown_{kind}", name=name, known=choices) for name in names if name not in choices)


def placed(faults: Iterable[Fault], *where: Spot) -> Iterator[Fault]:
    """Yield the faults as those of a part further out."""
    yield from (dataclasses.replace(one, where=(*where, *one.where)) for one in faults)


def in_file(faults: Iterable[Fault], source: str) -> Iterator[Fault]:
    """Yield the faults as those of a file."""
    yield from (one.of_file(source) for one in faults)


def each(items: Iterable[_Item], read: Callable[[_Item], _Read]) -> tuple[_Read, ...]:
    """Read every item, so that the faults of all are told at once. Raises `DescriptionError`."""
    done: list[_Read] = []
    faults: list[Fault] = []
    for item in items:
        try:
            done.append(read(item))
        except DescriptionError as error:
            faults += error.faults
    if faults:
        raise DescriptionError(faults)
    return tuple(done)
