"""Names that the service gives; a path with anything else in their place leads nowhere."""

from typing import Annotated

from fastapi import Path
from starlette.convertors import Convertor, register_url_convertor
from typing_extensions import override

HEX_32 = "[0-9a-f]{32}"
HEX_16 = "[0-9a-f]{16}"
DIGEST = "sha256:[0-9a-f]{64}"


def _register(name: str, pattern: str) -> None:
    class Named(Convertor[str]):
        regex = pattern

        @override
        def convert(self, value: str) -> str:
            return value

        @override
        def to_string(self, value: str) -> str:
            return value

    register_url_convertor(name, Named())


_register("hex32", HEX_32)
_register("hex16", HEX_16)
_register("digest", DIGEST)
# What plans trials has an address of its own.
_register("trial", "(?!planning$)[^/]+")

PrognosisId = Annotated[str, Path(pattern=f"^{HEX_32}$", description="As an answer named it.")]
RefitId = Annotated[str, Path(pattern=f"^{HEX_32}$", description="As the refit was named.")]
ComparisonId = Annotated[
    str, Path(pattern=f"^{HEX_32}$", description="As the comparison was named.")
]
ClientId = Annotated[str, Path(pattern=f"^{HEX_16}$", description="As the client was named.")]
ModelId = Annotated[str, Path(pattern=f"^{DIGEST}$", description="A model's digest.")]
PoolId = Annotated[str, Path(pattern=f"^{HEX_32}$", description="As the pool was named.")]
PoolModelId = Annotated[str, Path(pattern=f"^{HEX_32}$", description="As the fit was named.")]
