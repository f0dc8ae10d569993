"""Scopes as SMART names them, of FHIR resources, in terms of what a key can be allowed to do."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.usecases.clients import SCOPES

READING, WRITING = frozenset("rs"), frozenset("cud")
LETTERS = "cruds"
"""Create, read, update, delete, search: always in this order."""

V1 = {"read": READING, "write": WRITING, "*": READING | WRITING}
"""What a scope of SMART's first version stands for in the second (SMART App Launch 2.2, scopes)."""

LONGEST = 4000
"""Characters of all scopes asked for at once; all that there are have fewer."""

SMART = re.compile(
    r"system/(?P<type>\*|[A-Z][A-Za-z]{1,63})\.(?:(?P<v1>read|write|\*)|(?P<v2>c?r?u?d?s?))"
)
"""One scope of a program that acts for nobody; one that a search narrows could not be kept."""


@dataclass(frozen=True)
class Kind:
    """Which of our scopes a key needs to read resources of a type, and to write them."""

    reads: str
    writes: str | None


KINDS: Mapping[str, Kind] = {
    "Condition": Kind("patients:read", "patients:write"),
    "DiagnosticReport": Kind("patients:read", "results:write"),
    "Observation": Kind("patients:read", "results:write"),
    "Patient": Kind("patients:read", "patients:write"),
    "RiskAssessment": Kind("prognoses:read", None),
    "Specimen": Kind("patients:read", "results:write"),
}
"""The types of resources that can be named; no other can be granted."""


def granted(asked: str | None, held: frozenset[str]) -> str:
    """Name what is granted of the scopes asked for: nothing that the client lacks, maybe nothing.

    Who asks for none in particular is granted what its key can do.
    """
    if asked is None:
        return " ".join(scope for scope in SCOPES if scope in held)
    if len(asked) > LONGEST:
        return ""
    return " ".join(dict.fromkeys(scope for each in asked.split(" ") for scope in _of(each, held)))


@lru_cache(maxsize=1024)
def own_scopes(text: str) -> frozenset[str]:
    """Tell what a key would need to do what was granted.

    `patients:write` can erase a person: only who was granted all writing of patients has it.
    """
    own = {each for each in text.split() if each in SCOPES}
    letters: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for found in map(SMART.fullmatch, text.split()):
        for name in _types(found):
            letters[name] |= _letters(found)
    for name, each in letters.items():
        kind = KINDS[name]
        own |= {kind.reads} if each & READING else set()
        own |= {"results:write"} & {kind.writes} if each & WRITING else set()
    return frozenset(own | ({"patients:write"} if letters["Patient"] >= WRITING else set()))


def _of(scope: str, held: frozenset[str]) -> Iterator[str]:
    if scope in SCOPES and scope in held:
        yield scope
    found = SMART.fullmatch(scope)
    parts = {name: _letters(found) & _allowed(KINDS[name], held) for name in _types(found)}
    if found and found["type"] == "*" and len(set(parts.values())) == 1:
        parts = {"*": next(iter(parts.values()))}
    is_v1 = found is not None and found["v1"] is not None
    for name, letters in parts.items():
        if letters:
            yield f"system/{name}.{_written(letters, is_v1=is_v1)}"


def _allowed(kind: Kind, held: frozenset[str]) -> frozenset[str]:
    reading = READING if kind.reads in held else frozenset()
    return reading | WRITING if kind.writes in held else reading


def _types(found: re.Match[str] | None) -> list[str]:
    if found is None:
        return []
    if found["type"] == "*":
        return list(KINDS)
    return [found["type"]] if found["type"] in KINDS else []


def _letters(found: re.Match[str] | None) -> frozenset[str]:
    if found is None:
        return frozenset()
    return V1[found["v1"]] if found["v1"] else frozenset(found["v2"])


def _written(letters: frozenset[str], *, is_v1: bool) -> str:
    if is_v1:
        return next(name for name, stands_for in V1.items() if stands_for == letters)
    return "".join(letter for letter in LETTERS if letter in letters)
