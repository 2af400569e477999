"""Under which terms a source's content may be used, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from onealarm.briefing.facts import Credit
from onealarm.errors import BadInput


@dataclass(frozen=True, slots=True)
class Licence:
    """``attribution`` by language, English among them; ``commercial`` is whether a business may use it as it stands."""

    name: str
    source: str
    attribution: Mapping[str, str] = field(hash=False)
    url: str
    commercial: bool

    def credit(self, language: str) -> Credit:
        """In the language of a code such as ``de`` or ``de-AT``, else in English."""
        said = self.attribution.get(language.partition("-")[0].lower(), self.attribution["en"])
        return Credit(source=self.source, attribution=said, licence=self.name, url=self.url)


def check_commercial(setting: str, licence: Licence) -> None:
    """Raises ``BadInput`` (naming the setting and its source) for one that a commercial deployment must not use."""
    if not licence.commercial:
        raise BadInput(
            setting,
            f"{licence.source} is for non-commercial use ({licence.name}), and this deployment is marked commercial",
            "Choose another source; or, with a contract that allows it, add commercial_contract = true to its table",
        )


def credits_of(licences: Iterable[Licence], language: str) -> tuple[Credit, ...]:
    """One credit for each, in the order in which they first come."""
    return tuple(dict.fromkeys(licence.credit(language) for licence in licences))
