"""Settings that are refused, whichever command is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.bad_input.case import Case

Environment = Mapping[str, str]

_PORT: Final = "Give a number from 1 to 65535"
_PUBLIC_URL: Final = "Give one such as https://alarm.example.org, without a path"
_SLOTS: Final = "Give a number from 1 to 1000, or auto"
_NETWORKS: Final = "Give networks such as 192.168.1.0/24"
_LIMITS: Final = "Give openai/tts-1:requests=500,characters=200000 and a semicolon before the next model"
_BUDGETS: Final = "Give usd=25, and a comma before the next unit: usd=25,invocations=16000"
_CONTACT: Final = "Give a URL or an e-mail address"


def _case(name: str, value: str, problem: str, remedy: str, *, given: str = "") -> Case[Environment]:
    return Case(given or f"`{name}={value}`", {name: value}, name, problem, remedy)


CASES: Final = (
    _case("PORT", "0", "'0' is too little", _PORT),
    _case("PORT", "65536", "'65536' is too much", _PORT),
    _case("PORT", "abc", "'abc' is not a whole number", _PORT),
    _case("PORT", "8080.5", "'8080.5' is not a whole number", _PORT),
    _case("PORT", "", "'' is not a whole number", _PORT, given="an empty `PORT`"),
    _case("ONEALARM_METRICS_PORT", "-1", "'-1' is too little", _PORT),
    _case("ONEALARM_SLOTS", "0", "'0' is too little", _SLOTS),
    _case("ONEALARM_SLOTS", "1001", "'1001' is too much", _SLOTS),
    _case("ONEALARM_MOST_SLOTS", "0", "'0' is too little", "Give a number from 1 to 1000000"),
    _case("ONEALARM_SLOTS", "many", "'many' is not a whole number", _SLOTS),
    _case("ONEALARM_SERVICE_TOKEN", "secret", "is not 32 to 200 letters, digits and . _ ~ -",
          "Give one of openssl rand -hex 32, or leave it out"),
    _case("ONEALARM_PROCESSES", "0", "'0' is too little", "Give a number from 1 to 256"),
    _case("ONEALARM_PUBLIC_URL", "alarm.example.org", "'alarm.example.org' is not an address", _PUBLIC_URL),
    _case("ONEALARM_PUBLIC_URL", "https://alarm.example.org/x", "'https://alarm.example.org/x' is not an address",
          _PUBLIC_URL),
    _case("ONEALARM_MATERIALISE", "mp3", "'mp3' is not known", "Give off, aac or m4a"),
    _case("ONEALARM_HOUSEHOLD", "perhaps", "'perhaps' is neither true nor false", "Give true or false"),
    _case("ONEALARM_LOG_FORMAT", "xml", "'xml' is not known", "Give text or json"),
    _case("ONEALARM_LOG_LEVEL", "loud", "'loud' is not known", "Give debug, info, warning or error"),
    _case("ONEALARM_LOG_LEVEL", "INFO", "'INFO' is not known", "Give debug, info, warning or error"),
    _case("ONEALARM_CONTACT", "x" * 201, f"'{'x' * 80}' is too long", f"{_CONTACT}, at most 200 characters",
          given="`ONEALARM_CONTACT` with 201 characters"),
    _case("ONEALARM_CONTACT", "Müller", "is empty or not plain ASCII text", _CONTACT),
    _case("ONEALARM_CONTACT", " ", "is empty or not plain ASCII text", _CONTACT, given="a blank `ONEALARM_CONTACT`"),
    _case("ONEALARM_ALLOWED_NETWORKS", "home", "'home' is not a network", _NETWORKS),
    _case("ONEALARM_ALLOWED_NETWORKS", "192.168.1.1/24", "'192.168.1.1/24' is not a network", _NETWORKS),
    _case("ONEALARM_ALLOWED_NETWORKS", "10.0.0.0/8,10.0.0.0/33", "'10.0.0.0/33' is not a network", _NETWORKS),
    _case("ONEALARM_LIMITS", "openai=500", "'openai=500' names no provider, model and limit", _LIMITS),
    _case("ONEALARM_LIMITS", "openai/tts-1:calls=500", "'calls' is not known", "Give requests, tokens, characters"),
    _case("ONEALARM_LIMITS", "openai/tts-1:requests=many", "'requests=many' gives no amount", _LIMITS),
    _case("ONEALARM_LIMITS", "openai/tts-1:requests=0", "requests of openai/tts-1 is zero",
          "Give more than zero, or leave the model out"),
    _case("ONEALARM_LIMITS", "a/b:requests=1; a/b:requests=2", "a/b:requests is given twice", "Give each limit once"),
    _case("ONEALARM_PROVIDERS", "/nowhere.toml", "/nowhere.toml cannot be read: No such file or directory",
          "Give the path of a TOML file"),
    _case("ONEALARM_BUDGETS", "25", "'25' gives no amount", _BUDGETS),
    _case("ONEALARM_BUDGETS", "usd=-1", "'usd=-1' gives no amount", _BUDGETS),
    _case("ONEALARM_BUDGETS", "US$=1", "'US$' is no name of a unit", _BUDGETS),
    _case("ONEALARM_BUDGETS", "usd=1,usd=2", "usd is given twice", "Give each unit once"),
)  # fmt: skip
