"""How often a caller may call and how often a secret may be wrong, counted for all processes."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil

from app.errors import RateLimited, Unavailable
from app.storage.attempts import Attempts, Window, count_calls
from app.storage.audit import AuditEvent, AuditTrail
from app.storage.tenancy import of_organisation
from app.usecases.service import Caller, Service, instant

SHARED = 10
"""An organisation and an address may call as often as so many clients: several share each."""

GUESSES_S = 60
"""Seconds for which wrong secrets are counted together."""

CALLS = ("client", "organisation", "address")
WRONG_KEYS = "wrong-keys"
LIMITS = (*CALLS, WRONG_KEYS)
"""By name, as callers and operators read them."""

log = logging.getLogger("app.limits")


UNITS = {"second": 1, "minute": 60, "hour": 3600}
"""Seconds of the units in which a rate can be set."""


@dataclass(frozen=True)
class Rate:
    """So many calls in so many seconds."""

    calls: int
    seconds: int


@lru_cache(maxsize=1)
def read_rate(text: str) -> Rate:
    """Read a rate as the setting has it, which has checked it."""
    calls, _, unit = text.partition("/")
    return Rate(int(calls), UNITS[unit])


@dataclass(frozen=True)
class Standing:
    """How much of a limit is left, and in how many seconds it begins anew."""

    limit: str
    quota: int
    seconds: int
    left: int
    resets_in: int


class LimitReached(RateLimited):
    """Which limit, so that the answer can tell when to come again."""

    def __init__(self, detail: str, standing: Standing) -> None:
        super().__init__(detail, retry_after=standing.resets_in)
        self.standing = standing


@dataclass(frozen=True)
class Guess:
    """A secret sent: where it came from, and whose it was said to be."""

    address: str
    client_id: str | None

    @property
    def of_address(self) -> str:
        """Name what it is counted for where it came from."""
        return f"wrong address {self.address}"

    @property
    def of_client(self) -> str | None:
        """Name what it is counted for in the client's name, if it named any."""
        return None if self.client_id is None else f"wrong client {self.client_id[:32]}"


@lru_cache(maxsize=4096)
def address_of(host: str) -> str:
    """Name whom a host's wrong secrets are counted for: one house has a whole /64 of IPv6."""
    try:
        address = ip_address(host)
    except ValueError:
        return "unreadable"
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def refuse_more_guesses(
    service: Service, guess: Guess, counted: tuple[Window | None, Window | None], now: datetime
) -> None:
    """Refuse a secret unseen where too many wrong ones came from its address.

    Too many in one client's name, from wherever, refuse those addresses only that sent one of
    them: nobody locks a client out by naming it.
    """
    most = service.settings.wrong_keys_per_minute
    of_address, of_client = (
        each if each and each.lasts(now, GUESSES_S) else None for each in counted
    )
    here = service.limits.uncounted(guess.address)
    here += of_address.attempts if of_address else 0
    if here >= most:
        raise _too_many_guesses(most, of_address, now)
    if here and of_client and of_client.attempts >= most:
        raise _too_many_guesses(most, of_client, now)


def count_guess(attempts: Attempts, guess: Guess, service: Service) -> list[str]:
    """Count a wrong secret and tell which limit it used up; one too many is not looked at."""
    most, now = service.settings.wrong_keys_per_minute, service.now()
    subjects = list(filter(None, (guess.of_address, guess.of_client)))
    windows = attempts.add(subjects, now, GUESSES_S)
    of_address = windows[guess.of_address]
    if of_address.attempts > most:
        raise _too_many_guesses(most, of_address, now)
    return [
        f"{subject}: {most} keys in {GUESSES_S} seconds, no more are looked at until"
        f" {instant(windows[subject].ends_at)}"
        for subject in subjects
        if windows[subject].attempts == most
    ]


def count_call(
    service: Service, caller: Caller, address: str, request_id: str
) -> tuple[Standing, ...]:
    """Count a call of a known caller and tell what is left; one too many is refused."""
    if service.settings.rate_limit is None:
        return ()
    rate, now = read_rate(service.settings.rate_limit), service.now()
    subjects = _subjects(caller, address)
    for limit, subject in subjects.items():
        until = service.limits.used_up_until(subject, now)
        if until is not None and Window(0, until).lasts(now, rate.seconds):
            raise _too_many_calls(_standing(limit, rate, Window(_quota(limit, rate), until), now))
    try:
        windows = count_calls(service.database, tuple(subjects.values()), now, rate.seconds)
    except Unavailable:
        # A laboratory's result matters more than the count of calls.
        log.warning("calls are not counted: the database did not take it")
        return ()
    _tell_used_up(service, caller, request_id, _used_up(subjects, windows, rate))
    for limit, subject in subjects.items():
        if windows[subject].attempts > _quota(limit, rate):
            service.limits.use_up(subject, windows[subject].ends_at, now)
            raise _too_many_calls(_standing(limit, rate, windows[subject], now))
    return tuple(_standing(limit, rate, windows[subjects[limit]], now) for limit in CALLS)


def _used_up(
    subjects: Mapping[str, str], windows: Mapping[str, Window], rate: Rate
) -> Iterator[str]:
    for limit, subject in subjects.items():
        quota = _quota(limit, rate)
        # The first that is refused in a window tells of all that follow.
        if windows[subject].attempts == quota + 1:
            until = instant(windows[subject].ends_at)
            yield f"{subject}: {quota} calls in {rate.seconds} seconds, no more until {until}"


def _tell_used_up(
    service: Service, caller: Caller, request_id: str, details: Iterable[str]
) -> None:
    now, named = service.now(), (caller.client_id, "denied", 429, None, request_id)
    events = [AuditEvent(now, *named, detail) for detail in details]
    if events:
        reach = of_organisation(caller.organisation_id)
        with service.database.begin(reach) as connection:
            AuditTrail(connection, caller.organisation_id).add_all(events)


def _subjects(caller: Caller, address: str) -> dict[str, str]:
    names = (caller.client_id, str(caller.organisation_id), address)
    return {limit: f"{limit} {name}" for limit, name in zip(CALLS, names, strict=True)}


def _quota(limit: str, rate: Rate) -> int:
    return rate.calls if limit == "client" else SHARED * rate.calls


def _standing(limit: str, rate: Rate, window: Window, now: datetime) -> Standing:
    quota = _quota(limit, rate)
    left = max(0, quota - window.attempts)
    return Standing(limit, quota, rate.seconds, left, _seconds_to(window.ends_at, now))


def _too_many_calls(standing: Standing) -> LimitReached:
    return LimitReached(
        f"more than {standing.quota} calls in {standing.seconds} seconds by one {standing.limit}",
        standing,
    )


def _too_many_guesses(most: int, window: Window | None, now: datetime) -> LimitReached:
    wait = _seconds_to(window.ends_at, now) if window else GUESSES_S
    return LimitReached(
        f"after {most} wrong keys in {GUESSES_S} seconds no more are looked at",
        Standing(WRONG_KEYS, most, GUESSES_S, 0, wait),
    )


def _seconds_to(instant: datetime, now: datetime) -> int:
    return max(1, ceil((instant - now).total_seconds()))
