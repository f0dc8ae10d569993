"""What TLS is served with, looked at once and before any worker starts."""

import ssl
import stat
from ipaddress import ip_address
from pathlib import Path

from app.settings import Settings, SettingsProblem


def serves_tls(settings: Settings) -> bool:
    """Tell whether this service ends TLS itself; refuse files that it cannot do that with."""
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None and key is None:
        return False
    if certificate is None or key is None:
        raise SettingsProblem("PROGNOSIS_TLS_CERTIFICATE and PROGNOSIS_TLS_KEY go together")
    try:
        refuse_readable_by_others(key, "PROGNOSIS_TLS_KEY")
        # As the workers will; no other version than 1.2 and 1.3 is spoken.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, _no_password)
    except ssl.SSLError as error:
        raise SettingsProblem(
            "PROGNOSIS_TLS_CERTIFICATE and PROGNOSIS_TLS_KEY are not a certificate and its key"
            f" in PEM, without a password: {error.reason}"
        ) from error
    except OSError as error:
        raise SettingsProblem(
            f"PROGNOSIS_TLS_CERTIFICATE or PROGNOSIS_TLS_KEY cannot be read: {error.strerror}"
        ) from error
    return True


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def demanding_certificates(
    certificate: str, key: str | None, authorities: str | None
) -> ssl.SSLContext:
    """Make what speaks TLS with clients whose certificates some authorities have signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key, _no_password)
    if authorities is not None:
        try:
            context.load_verify_locations(authorities)
        except OSError as error:
            raise SettingsProblem("PROGNOSIS_MLLP_CLIENT_CA cannot be read") from error
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def refuse_readable_by_others(path: str, name: str) -> None:
    """Refuse a file with a secret that others than the service's user can read."""
    found = Path(path).stat()
    # A file of root's may be lent to the service's group, as PostgreSQL has it.
    most = 0o640 if found.st_uid == 0 else 0o600
    mode = stat.S_IMODE(found.st_mode)
    if mode & ~most & 0o077:
        raise SettingsProblem(
            f"{name} has mode {mode:04o}, so others can read it; chmod {most:04o} it"
        )


def _no_password() -> str:
    return ""
