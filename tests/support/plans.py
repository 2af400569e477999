"""Plans as the pool's sessions make them: of a statement kept for all values, and of the statements of its functions.

What functions do inside is told by PostgreSQL's ``auto_explain``, where the server has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from onealarm.postgres.database import _prepare_for_long as prepare_for_long
from onealarm.postgres.statements import statements

Node = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Plan:
    """One statement's plan, as PostgreSQL writes it in JSON, with what was really met."""

    statement: str
    top: Node

    @property
    def nodes(self) -> Iterator[Node]:
        waiting = [self.top]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.get("Plans", [])

    def read_whole(self, table: str) -> bool:
        """Whether it reads a table from its beginning to its end."""
        return any(node["Node Type"] == "Seq Scan" and node.get("Relation Name") == table for node in self.nodes)

    def walks_astray(self, leading: Mapping[str, str]) -> bool:
        """Whether it walks along an index without a condition on its leading column: past all that is in it."""
        return any(
            leading[node["Index Name"]] not in node.get("Index Cond", "")
            for node in self.nodes
            if node.get("Index Name") in leading
        )

    def visited(self, index: str) -> float:
        """Rows that were met on the way along an index, wanted or not."""
        rows: float = sum(
            node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
            for node in self.nodes
            if node.get("Index Name") == index
        )
        return rows

    def __repr__(self) -> str:
        """As a tree, for whoever reads why a test failed."""

        def lines(node: Node, depth: int) -> Iterator[str]:
            told = ("Node Type", "Relation Name", "Index Name", "Plan Rows", "Total Cost", "Index Cond", "Filter")
            yield "  " * depth + " ".join(str(node[key]) for key in told if key in node)
            for inner in node.get("Plans", []):
                yield from lines(inner, depth + 1)

        return "\n".join((self.statement, *lines(self.top, 0)))


class Explainer:
    """A session that keeps its plans, as ``Database`` makes it, from the moment at which a statement is prepared."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection
        self._inner: list[Plan] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> Any:
        connection = await asyncpg.connect(url)
        await prepare_for_long(connection)
        explainer = cls(connection)
        try:
            await connection.execute("load 'auto_explain'")
            for setting in (
                "log_min_duration = 0",
                "log_nested_statements = on",
                "log_analyze = on",
                "log_format = json",
            ):
                await connection.execute(f"set auto_explain.{setting}")
            await connection.execute("set client_min_messages = log")
            connection.add_log_listener(explainer._told)
        except asyncpg.UndefinedFileError:
            pass  # the embedded server has no auto_explain; Debian's has
        yield explainer
        await connection.close()

    async def prepare(self, noun: str, name: str) -> None:
        await self._connection.execute(f"prepare {name} as {statements(noun)[name]}")

    async def plans(self, name: str, *arguments: str) -> Sequence[Plan]:
        """Its plan, and those of what its functions do, when it is executed with SQL's literals. Nothing stays."""
        self._inner.clear()
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            given = f" ({', '.join(arguments)})" if arguments else ""
            told = await self._connection.fetchval(f"explain (analyze, timing off, format json) execute {name}{given}")
        finally:
            await transaction.rollback()
        return [Plan(name, json.loads(told)[0]["Plan"]), *self._inner]

    def _told(self, _connection: object, message: object) -> None:
        _, found, plan = str(message).partition("plan:\n")
        if found:
            whole = json.loads(plan)
            if not whole["Query Text"].startswith("explain"):
                self._inner.append(Plan(whole["Query Text"], whole["Plan"]))
