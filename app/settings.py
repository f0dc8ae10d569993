"""Every environment variable that the service reads, typed and frozen."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

PREFIX = "PROGNOSIS_"


class SettingsProblem(Exception):
    """Which settings are unknown or malformed, in words for the people who run the service."""


@dataclass(frozen=True)
class SettingRow:
    """One setting as `prognosis settings` prints it; secrets are masked."""

    name: str
    meaning: str
    default: str
    present: str


def _setting(default: Any, read: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"read": read, "meaning": meaning})


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"is not a whole number from {least} to {most}")
        return int(text)

    return read


def _choice(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"is not {' or '.join(choices)}")
        return text

    return read


def _pattern(pattern: str, example: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"does not look like {example}")
        return text

    return read


def _yes_or_no(text: str) -> bool:
    answers = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in answers:
        raise ValueError("is not true or false")
    return answers[text.lower()]


def _public_url(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?", text):
        raise ValueError("is not an address like https://prognosis.example.org")
    try:
        # Reading the port checks it.
        _ = urlsplit(text).port
    except ValueError as error:
        raise ValueError("has a port that is none") from error
    return text.rstrip("/")


def _key_sets(text: str) -> str:
    listed = [each.strip() for each in text.split(",")]
    address = r"(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:[0-9]{1,5})?/[!-+\--~]*"
    if not all(re.fullmatch(address, each) for each in listed):
        raise ValueError("is not a list of addresses like https://ehr.example.org/jwks.json")
    return ",".join(listed)


def _networks(text: str) -> str:
    try:
        for each in text.split(","):
            ip_network(each)
    except ValueError:
        raise ValueError("is not a list of addresses like 10.0.0.7,172.17.0.0/16") from None
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone like Europe/Paris") from None
    return text


def _codes(text: str) -> str:
    # Whatever a site calls a count: per tumour, codes are not interchangeable.
    if not re.fullmatch(r"[!-+\--~]{1,64}(,[!-+\--~]{1,64})*", text):
        raise ValueError("is not a list of codes like 67568-6,CTC^L")
    if any(code.partition("^")[0] == "68123-9" for code in text.split(",")):
        raise ValueError("names 68123-9, which is a count in prostate cancer")
    return text


def _units(text: str) -> str:
    if not re.fullmatch(r"[!-:<-~][ -:<-~]{0,63}(;[!-:<-~][ -:<-~]{0,63})*", text):
        raise ValueError("is not a list of units like /7.5mL;{cells}/7.5mL")
    return text


@dataclass(frozen=True)
class Settings:
    """What can be set; the service and its commands take nothing else from the environment."""

    database_url: str = _setting(
        "sqlite:///var/prognosis.db",
        _pattern(
            r"(sqlite:///|postgresql(\+psycopg)?://).+",
            "sqlite:////absolute/path.db or postgresql+psycopg://user:password@host/database",
        ),
        "Where everything is kept: a SQLite file, or PostgreSQL for several machines.",
    )
    public_url: str | None = _setting(
        None, _public_url, "The address that callers use; else the one that each request names."
    )
    risk_scheme: str = _setting(
        "mdacc-2003",
        _pattern(r"[a-z0-9]+(-[a-z0-9]+)*", "mdacc-2003"),
        "The scheme whose risk group is answered when none is asked for.",
    )
    workers: int = _setting(2, _whole(1, 64), "Serving processes.")
    max_body_bytes: int = _setting(
        1024**2, _whole(1024, 1024**3), "The longest body of a request, imports excepted."
    )
    max_import_line_bytes: int = _setting(
        64 * 1024, _whole(1024, 1024**2 * 16), "The longest line of an import."
    )
    max_message_bytes: int = _setting(
        8 * 1024**2, _whole(1024, 1024**3), "The longest HL7 v2 message."
    )
    hl7v2_codes: str = _setting(
        "67568-6",
        _codes,
        "Codes in OBX-3 of a count of cells: of LOINC, or CODE^SYSTEM, with commas.",
    )
    hl7v2_units: str = _setting(
        "/7.5mL;/(7.5.mL);#/7.5mL;{#}/7.5mL;{#}/(7.5.mL);cells/7.5mL;{cells}/7.5mL;{cells}/(7.5.mL);"
        "CTC/7.5mL;{CTC}/7.5mL;{CTC}/(7.5.mL);CTCs/7.5mL;cells per 7.5mL;CTC per 7.5mL;"
        "/(75.10*-4.L);{cells}/(75.10*-4.L)",
        _units,
        "Spellings in OBX-6 of `per 7.5 mL of blood`, with semicolons; nothing is converted.",
    )
    hl7v2_patient_authority: str | None = _setting(
        None,
        _pattern(r"[!-~]([ -~]{0,62}[!-~])?", "HOSPITAL"),
        "Assigning authority (PID-3.4.1) whose identifiers are taken; else that of any.",
    )
    mllp_key_file: str | None = _setting(
        None,
        str,
        "File with the key in whose name `prognosis mllp` stores; only its user reads it.",
    )
    mllp_client_ca: str | None = _setting(
        None, str, "File with the authorities whose client certificates `prognosis mllp` demands."
    )
    mllp_idle_seconds: int = _setting(
        600, _whole(1, 86_400), "Seconds that an MLLP connection may be silent."
    )
    behind_tls_proxy: bool = _setting(
        False, _yes_or_no, "Whether a proxy ends TLS; plain HTTP off loopback is refused without."
    )
    tls_certificate: str | None = _setting(
        None, str, "File with the certificate, and those above it, with which TLS is served here."
    )
    tls_key: str | None = _setting(
        None, str, "File with its private key, which only the service's user may read."
    )
    drain_seconds: int = _setting(
        20, _whole(1, 600), "Seconds that requests at work have to end when the service stops."
    )
    rate_limit: str | None = _setting(
        None,
        _pattern(r"[1-9][0-9]{0,6}/(second|minute|hour)", "600/minute"),
        "Calls of one client, as in 600/minute; an organisation or an address has ten times that.",
    )
    wrong_keys_per_minute: int = _setting(
        60, _whole(1, 1_000_000), "Wrong keys of one address that are looked at in a minute."
    )
    metrics_folder: str | None = _setting(
        None,
        str,
        "Where serving processes count together what /metrics tells; serve makes one itself.",
    )
    trusted_proxies: str = _setting(
        "127.0.0.1",
        _networks,
        "Proxies whose word on a caller's address is taken: addresses or networks, with commas.",
    )
    jwks_urls: str | None = _setting(
        None,
        _key_sets,
        "Addresses, with commas, where clients may keep their public keys; no other is fetched.",
    )
    log_format: str = _setting(
        "json", _choice("json", "console"), "json for machines, console for people."
    )
    time_zone: str = _setting(
        "UTC", _time_zone, "The calendar that says which date it is, and which is in the future."
    )
    refit_lease_seconds: int = _setting(
        60, _whole(5, 3600), "After so long without a sign of life a refit counts as abandoned."
    )
    warm_refits: bool = _setting(
        True,
        _yes_or_no,
        "Whether the process that fits (300 MB) starts with its server; else with the first refit.",
    )

    @property
    def listed_key_sets(self) -> frozenset[str]:
        """The addresses at which clients may keep their public keys."""
        return frozenset((self.jwks_urls or "").split(",")) - {""}


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; one error names every unknown and every malformed one."""
    known = {_variable(each): each for each in fields(Settings)}
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name in sorted(name for name in environment if name.startswith(PREFIX)):
        if name not in known:
            problems.append(_unknown(name, list(known)))
            continue
        try:
            values[known[name].name] = known[name].metadata["read"](environment[name].strip())
        except ValueError as error:
            problems.append(f"{name} {error}")
    if problems:
        raise SettingsProblem("; ".join(problems))
    return Settings(**values)


def describe(settings: Settings) -> tuple[SettingRow, ...]:
    """List every setting with its meaning, its default and its present value."""
    return tuple(
        SettingRow(
            _variable(each),
            each.metadata["meaning"],
            _shown(each.default),
            _shown(getattr(settings, each.name)),
        )
        for each in fields(settings)
    )


def _variable(each: "Field[Any]") -> str:
    return PREFIX + each.name.upper()


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(
        name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known]
    )
    return f"{name} is unknown" + (f", did you mean {PREFIX}{near[0]}?" if near else "")


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return masked(str(value))


def masked(url: str) -> str:
    """Hide the password of a database's address, wherever in it it stands."""
    # To the last @: a password with an unescaped / or @ in it stays hidden too.
    hidden = re.sub(r"(://[^:@/?]*):.*@", r"\1:***@", url)
    return re.sub(r"(?i)([?&][a-z_]*password=)[^&]*", r"\1***", hidden)
