"""What every page shares: the open house, the texts, the templates, and who keeps the views caught up."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment
from starlette.requests import Request

from taizhang.adapters.house import House
from taizhang.adapters.past import Past
from taizhang.http.imports import Imports
from taizhang.http.keeper import Keeper
from taizhang.http.kept import Kept
from taizhang.http.newest import Newest
from taizhang.http.rendering import environment, link
from taizhang.http.texts import Language, Texts, other
from taizhang.http.turns import Turns
from taizhang.http.untouched import Untouched

FAILED: Final = 500


class Reception:
    """Made once for the application; everything in it may be used from several threads."""

    def __init__(self, house: House, keeper: Keeper, kept: Kept, past: Past, turns: Turns) -> None:
        self.house, self.keeper, self.kept, self.past, self.turns = house, keeper, kept, past, turns
        self.imports = Imports(house, keeper.wake)
        self.newest = Newest()
        self.untouched = Untouched()
        self.texts = Texts.load()
        self.templates: Environment = environment()
        self._has_tables = False

    def set_up(self) -> None:
        """The views' tables are there, also in a house that nothing was ever read from."""
        if not self._has_tables:
            self.house.views.set_up()
            self._has_tables = True

    def render(self, template: str, language: Language, **context: Any) -> str:
        """One page as text. `t` says a text in the page's language, `beside` in the other one."""

        def t(key: str, **values: object) -> str:
            return self.texts.say(key, language, **values)

        def beside(key: str, **values: object) -> str:
            return self.texts.say(key, other(language), **values)

        def label(kind: str, code: object) -> str:
            return self.label(kind, code, language)

        return self.templates.get_template(template).render(
            t=t, beside=beside, label=label, language=language, other_language=other(language), **context
        )

    def label(self, kind: str, code: object, language: Language) -> str:
        """What a code means, for example `label("role", "clerk", "zh")`; the code itself where no word is known."""
        key = f"{kind}.{str(code).replace('.', '-')}"
        return self.texts.say(key, language) if self.texts.known(key) else str(code)

    def error_page(self, request: Request, status: int, *, zh: str, en: str) -> str:
        """The designed page for an error: what happened and what to do, in both languages."""
        state = request.scope.get("state", {})
        return self.render(
            "error.html",
            state.get("language", "zh"),
            status=status,
            words={"zh": zh, "en": en},
            session=state.get("session"),
            csrf=state["session"].csrf if state.get("session") else "",
            grant=None,
            grants=(),
            other_language_link=_in_another_language(request, other(state.get("language", "zh"))),
            back=_page_before(request),
            at=self.house.clock() if status >= FAILED else None,  # whoever looks into the server's own log needs it
            request=request,
        )


def _in_another_language(request: Request, language: Language) -> str:
    """The same address where it was only asked for; nothing is sent again."""
    return link("" if request.method == "GET" else "/", {"lang": language})


def _page_before(request: Request) -> str:
    """The page of ours that the request came from, as the browser says; empty where it came from none, or from itself."""
    came = urlsplit(request.headers.get("referer", ""))
    here = (
        came.netloc == request.headers.get("host", "") and came.path.startswith("/") and not came.path.startswith("//")
    )
    is_itself = request.method == "GET" and came.path == request.url.path
    return "" if not here or is_itself or came.path == "/signin" else f"{came.path}{'?' * bool(came.query)}{came.query}"
