"""Push rules. Source: Matrix client-server API, "Push rules"."""

from typing import TYPE_CHECKING

from app.domain.events import JSONObject
from app.matrix.paths import client_path, given

if TYPE_CHECKING:
    from app.matrix.client import MatrixClient


class PushRulesAPI:
    """`client.push_rules`. `kind` is override, content, room, sender or underride."""

    def __init__(self, client: "MatrixClient") -> None:
        self._client = client

    async def get(self) -> JSONObject:
        """All rules, as `{"global": {kind: [rule, …]}}`."""
        return await self._client.call("GET", "/_matrix/client/v3/pushrules/")

    async def put(
        self,
        kind: str,
        rule_id: str,
        rule: JSONObject,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Create or replace a rule; `before` and `after` name a neighbour of the same kind."""
        params = given({"before": before, "after": after})
        await self._client.call("PUT", _rule(kind, rule_id), params=params, body=rule)

    async def delete(self, kind: str, rule_id: str) -> None:
        """Remove a rule. Raises NotFound when there is none."""
        await self._client.call("DELETE", _rule(kind, rule_id))

    async def set_enabled(self, kind: str, rule_id: str, is_enabled: bool) -> None:
        """Switch a rule on or off."""
        await self._client.call("PUT", _rule(kind, rule_id, "enabled"), body={"enabled": is_enabled})

    async def set_actions(self, kind: str, rule_id: str, actions: list[object]) -> None:
        """Change what a rule does."""
        await self._client.call("PUT", _rule(kind, rule_id, "actions"), body={"actions": actions})


def _rule(kind: str, rule_id: str, *rest: str) -> str:
    return client_path("v3", "pushrules", "global", kind, rule_id, *rest)
