"""Single sign-on for offices that have it: OpenID Connect's code flow with PKCE, through Authlib.

The provider says who somebody is; which officer that is, the security administrator has said before (`link`). A login
that is begun is kept here, used once, and bound to the browser that began it. Needs `taizhang[oidc]`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from taizhang.adapters.database import Database
from taizhang.adapters.signin import SignInRefused

LOGIN_SECONDS: Final = 10 * 60  # how long somebody may take at the provider's page
ANSWER_SECONDS: Final = 10.0  # how long the provider may take to answer us
LEEWAY_SECONDS: Final = 120  # between the provider's clock and ours
SIGNED_BY: Final = ("RS256", "PS256", "ES256", "ES384", "EdDSA")  # never "none", never a shared secret
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

metadata = sa.MetaData()
subject = sa.Table(
    "sign_on_subject",
    metadata,
    sa.Column("issuer", sa.String(300), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("officer", sa.String(64), nullable=False, index=True),
)
login = sa.Table(
    "sign_on_login",
    metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("asked", sa.String(2000), nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Where the office signs on: issuer, and what we are called and known by there."""

    issuer: str
    client_id: str
    client_secret: str


class SignedOn(NamedTuple):
    """Which officer came, and the page they asked for."""

    officer: str
    asked: str


class SingleSignOn:
    """Begins and ends logins at one provider. `clock` gives UTC microseconds."""

    def __init__(self, provider: Provider, database: Database, clock: Callable[[], int]) -> None:
        self.provider, self._database, self._clock = provider, database, clock
        self._known: Mapping[str, Any] | None = None
        with database.create() as connection:
            metadata.create_all(connection)

    def begin(self, return_to: str, browser: str, asked: str) -> str:
        """The provider's address to lead a browser to; `browser` is a secret that only this browser keeps.

        Raises SignInRefused when the provider does not answer.
        """
        nonce, verifier, state = (secrets.token_urlsafe(length) for length in (24, 48, 24))
        known = self._discovered()
        with self._client(return_to) as client:
            address, _ = client.create_authorization_url(
                known["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        row = {"state_hash": _digest(state), "browser_hash": _digest(browser), "nonce": nonce, "verifier": verifier}
        until = self._clock() + LOGIN_SECONDS * 1_000_000
        with self._database.write() as connection:
            connection.execute(sa.delete(login).where(login.c.expires_at < self._clock()))
            connection.execute(sa.insert(login).values(**row, asked=asked[:2000], expires_at=until))
        return str(address)

    def end(self, return_to: str, browser: str, answer: Mapping[str, str]) -> SignedOn:
        """Who came back: the login begun by this browser, the code exchanged, the ID token checked.

        Raises SignInRefused: unknown or used login, another browser, a provider that says no, a token that does not
        hold, an account that is nobody's here.
        """
        begun = self._taken(answer.get("state", ""), browser)
        if "code" not in answer:
            raise _refused_there() if answer.get("error") == "access_denied" else _not_signed_on("no code")
        try:
            who = self._identified(return_to, answer["code"], begun)
        except SignInRefused:
            raise
        except OSError as problem:  # as `requests` says that nobody answers
            raise _no_answer() from problem
        except Exception as problem:  # whatever a provider may send: it is no login
            raise _not_signed_on(type(problem).__name__) from problem
        officer = self.officer_of(who)
        if officer is None:
            raise SignInRefused(
                f"单点登录成功,但账号 {who} 尚未对应本系统的经办人。请安全管理员在“经办人”页登记此账号。",
                f"Signed on, but the account {who} is no officer's here. Have the security administrator link it.",
            )
        return SignedOn(officer, begun.asked)

    def link(self, who: str, officer: str) -> None:
        """Say whose account it is; an officer has one account, an account one officer."""
        here = (subject.c.issuer == self.provider.issuer,)
        with self._database.write() as connection:
            connection.execute(sa.delete(subject).where(*here, subject.c.officer == officer))
            connection.execute(sa.delete(subject).where(*here, subject.c.subject == who))
            row = {"issuer": self.provider.issuer, "subject": who, "officer": officer}
            connection.execute(sa.insert(subject).values(**row))

    def officer_of(self, who: str) -> str | None:
        """Whose account it is, or None."""
        query = sa.select(subject.c.officer).where(subject.c.issuer == self.provider.issuer, subject.c.subject == who)
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def accounts_of(self, officers: Sequence[str]) -> dict[str, str]:
        """The account that is linked to each of these officers, where one is."""
        query = sa.select(subject.c.officer, subject.c.subject).where(
            subject.c.issuer == self.provider.issuer, subject.c.officer.in_(officers)
        )
        with self._database.read() as connection:
            return {str(officer): str(who) for officer, who in connection.execute(query)}

    def _taken(self, state: str, browser: str) -> Any:
        """The login that this browser began, once."""
        here = login.c.state_hash == _digest(state)
        with self._database.write() as connection:
            row = connection.execute(sa.select(login).where(here)).first()
            connection.execute(sa.delete(login).where(here))
        if row is None or row.expires_at < self._clock():
            raise _begin_again()
        if not browser or not secrets.compare_digest(row.browser_hash, _digest(browser)):
            raise _begin_again()
        return row

    def _identified(self, return_to: str, code: str, begun: Any) -> str:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.jwk import KeySet

        known, issuer = self._discovered(), self.provider.issuer
        with self._client(return_to) as client:
            token = client.fetch_token(known["token_endpoint"], code=code, code_verifier=begun.verifier)
            keys = client.request("GET", known["jwks_uri"], withhold_token=True, timeout=ANSWER_SECONDS).json()
        signed = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=list(SIGNED_BY))
        asked = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
        }
        params = {"nonce": begun.nonce, "client_id": self.provider.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, asked, params)
        claims.validate(now=self._clock() // 1_000_000, leeway=LEEWAY_SECONDS)
        if not claims.get("nonce") or not isinstance(claims["sub"], str):
            raise _not_signed_on("nonce")
        return str(claims["sub"])

    def _client(self, return_to: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope="openid",
            redirect_uri=return_to,
            code_challenge_method="S256",
            default_timeout=ANSWER_SECONDS,
        )

    def _discovered(self) -> Mapping[str, Any]:
        """What the provider says of itself, read once.

        Raises SignInRefused when it does not answer, or speaks for another issuer or without TLS.
        """
        if self._known is None:
            import requests

            address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            try:
                known = requests.get(address, timeout=ANSWER_SECONDS).json()
                used = [known[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            except requests.ConnectionError as problem:
                raise _no_answer() from problem
            except (requests.RequestException, ValueError, KeyError, TypeError) as problem:
                raise _not_signed_on(type(problem).__name__) from problem
            if known.get("issuer") != self.provider.issuer or not all(map(_is_safe, used)):
                raise _not_signed_on("issuer")
            self._known = known
        return self._known


def _is_safe(address: str) -> bool:
    """Whether what is sent there is read by nobody on the way."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _not_signed_on(why: str) -> SignInRefused:
    return SignInRefused(
        f"单点登录未成功:单位登录服务的答复未通过核对,因此不予放行。请重新登录;多次不成功时,请用密码登录,并把“{why}”告知系统管理员。",
        "Single sign-on did not succeed: what your office's service answered did not pass the checks. Try again; if it keeps failing, "
        f"use the password and tell the system administrator: {why}.",
    )


def _begin_again() -> SignInRefused:
    return SignInRefused(
        "单点登录未成功:在单位登录页停留过久,或不是从这个浏览器开始的。请重新点击“用单位账号登录”。",
        "Single sign-on did not succeed: it took too long, or it was not begun in this browser. Begin it here once more.",
    )


def _refused_there() -> SignInRefused:
    return SignInRefused(
        "单点登录未成功:在单位登录页取消了登录,或单位未准许此账号使用本系统。请重试,或询问本单位的账号管理员。",
        "Single sign-on did not succeed: it was cancelled at your office's page, or your office does not let this account in here. "
        "Try again, or ask whoever manages accounts there.",
    )


def _no_answer() -> SignInRefused:
    return SignInRefused(
        "单点登录未成功:单位的登录服务没有应答。请用密码登录或稍后再试,并告知系统管理员。",
        "Single sign-on did not succeed: your office's service does not answer. Try again later, or use the password, and tell the "
        "system administrator.",
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
