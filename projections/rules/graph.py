"""Who is tied to whom around a subject: accounts, households, payments, employers, teachers, as a small graph and its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, func, select

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.rules.tables import lead_tables, ledger_tables, posting_tables

NODES_MOST: Final = 40  # more than that nobody sees through
STEPS_MOST: Final = 2  # from the subject
HUBS: Final = frozenset({"institution", "officer"})  # gone on from only where they are the subject
ROWS_MOST: Final = 200  # of one kind of tie: a clerk records thousands of classes


class Tie(NamedTuple):
    """One line of the graph: `one` and `other` are subjects, `how` a word of TIES; `facts` say so, `position` is the first."""

    one: str
    other: str
    how: str
    facts: int
    sum_fen: int
    position: int


class Graph(NamedTuple):
    """What was found around a subject; `cut`: there is more than is shown."""

    subject: str
    nodes: tuple[str, ...]
    ties: tuple[Tie, ...]
    cut: bool


TIES: Final[Mapping[str, tuple[str, str]]] = {
    "paid-to": ("付至账户", "paid to the account"),
    "named": ("登记账户", "named the account"),
    "member": ("户内成员", "member of the household"),
    "recorded": ("经办付款", "recorded a payment to"),
    "approved": ("批准付款", "approved a payment to"),
    "signs-in": ("登录身份", "signs in as"),
    "employer": ("填报就业单位", "reported employer"),
    "teacher": ("授课教师", "teacher"),
    "institution": ("培训机构", "institution"),
    "reached": ("联系方式", "reached under"),
    "handled": ("经办", "recorded for"),
    "pictured": ("拍摄设备", "took pictures for"),
}


def graph_of(connection: Connection, subject: str, nodes_most: int = NODES_MOST) -> Graph:
    """What is tied to a subject in at most two steps, the nearest first."""
    nodes, ties, edge, cut = [subject], dict[tuple[str, str, str], Tie](), [subject], False
    for _ in range(STEPS_MOST):
        reached: list[str] = []
        for node in edge:
            if node != subject and node.partition(":")[0] in HUBS:
                continue  # whoever meets there has nothing in common but the office
            for tie in _ties(connection, node):
                far = tie.other if tie.one == node else tie.one
                if far not in nodes:
                    if len(nodes) >= nodes_most:
                        cut = True
                        continue
                    nodes.append(far)
                    reached.append(far)
                ties[tie.one, tie.other, tie.how] = tie
        edge = reached
    return Graph(subject, tuple(nodes), tuple(sorted(ties.values())), cut)


def within_sight(graph: Graph, positions: Set[int]) -> Graph:
    """The graph without the ties whose first fact is not among these, and without what then hangs on nothing."""
    ties = tuple(tie for tie in graph.ties if tie.position in positions)
    near, reached = {graph.subject}, {graph.subject}
    for _ in range(STEPS_MOST):
        reached = {end for tie in ties if {tie.one, tie.other} & reached for end in (tie.one, tie.other)} - near
        near |= reached
    kept = tuple(tie for tie in ties if {tie.one, tie.other} <= near)
    return Graph(graph.subject, tuple(node for node in graph.nodes if node in near), kept, graph.cut)


def _ties(connection: Connection, node: str) -> Iterator[Tie]:
    kind, _, id = node.partition(":")
    for asked in _ASKED.get(kind, ()):
        for one, other, how, count, total, position in asked(connection, id):
            yield Tie(one, other, how, int(count), int(total or 0), int(position or 0))


Row = tuple[str, str, str, int, int, int]
Asked = Callable[[Connection, str], Iterator[Row]]


def _paid(where: Callable[[Any, str], Any]) -> Asked:
    """Payments in force, by person and account."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        s = fund_tables().steps.c
        query = (
            select(s.person, s.bank_account, func.count(), func.sum(s.amount_fen), func.min(s.position))
            .where(where(s, id), s.kind == "subsidy-paid", s.person != "", s.void == 0, s.replaced_at.is_(None))
            .group_by(s.person, s.bank_account)
        )
        for person, account, count, total, position in connection.execute(query):
            yield f"person:{person}", f"account:{account}", "paid-to", count, total, position

    return asked


def _by_officer(name: str, how: str) -> Asked:
    """Payments that an officer recorded or approved, by payee."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        s = fund_tables().steps.c
        query = (
            select(s.person, func.count(), func.sum(s.amount_fen), func.min(s.position))
            .where(s[name] == id, s.kind == "subsidy-paid", s.person != "", s.void == 0, s.replaced_at.is_(None))
            .group_by(s.person)
        )
        for person, count, total, position in connection.execute(query):
            yield f"officer:{id}", f"person:{person}", how, count, total, position

    return asked


def _named(connection: Connection, account: str) -> Iterator[Row]:
    """Who named an account as theirs."""
    b = fund_tables().accounts.c
    for holders, position in connection.execute(select(b.holders, b.position).where(b.bank_account == account)):
        for holder in (one for one in holders.split(",") if one):
            yield holder, f"account:{account}", "named", 1, 0, position


def _home(connection: Connection, person: str) -> Iterator[Row]:
    m, h = ledger_tables().members.c, ledger_tables().households.c
    query = select(m.household, h.position).join_from(
        ledger_tables().members, ledger_tables().households, h.household == m.household
    )
    for household, position in connection.execute(query.where(m.person == person, m.belongs == 1)):
        yield f"person:{person}", f"household:{household}", "member", 1, 0, position


def _members(connection: Connection, household: str) -> Iterator[Row]:
    m, h = ledger_tables().members.c, ledger_tables().households.c
    query = select(m.person, h.position).join_from(
        ledger_tables().members, ledger_tables().households, h.household == m.household
    )
    for person, position in connection.execute(query.where(m.household == household, m.belongs == 1)):
        yield f"person:{person}", f"household:{household}", "member", 1, 0, position


def _signs_in(column: str) -> Asked:
    """Posted officials and the officers under whose names they sign in."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        p = posting_tables().postings.c
        query = select(p.official, p.officer, p.position).where(
            p[column] == id, p.officer.is_not(None), p.officer != ""
        )
        for official, officer, position in connection.execute(query):
            yield f"person:{official}", f"officer:{officer}", "signs-in", 1, 0, position

    return asked


def _employers(column: str) -> Asked:
    """Classes and the employers at which their trainees are said to work."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        g = lead_tables().evidence.employment.c
        query: Select[Any] = (
            select(g.training_class, g.employer, func.max(g.persons), func.min(g.position))
            .where(g[column] == id, g.said == "reported", g.employer != "", g.persons > 0)
            .group_by(g.training_class, g.employer)
        )
        for training_class, employer, persons, position in connection.execute(query):
            yield f"class:{training_class}", f"employer:{employer}", "employer", persons, 0, position

    return asked


def _taught(column: str) -> Asked:
    """Classes and their teachers."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        t = lead_tables().evidence.sessions.c
        query = (
            select(t.training_class, t.teacher, func.count(), func.min(t.position))
            .where(and_(t[column] == id, t.teacher != ""))
            .group_by(t.training_class, t.teacher)
        )
        for training_class, teacher, count, position in connection.execute(query):
            yield f"class:{training_class}", f"teacher:{teacher}", "teacher", count, 0, position

    return asked


def _held(column: str) -> Asked:
    """Classes and the institutions that hold them, the newest first."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        c = ledger_tables().classes.c
        query = select(c.training_class, c.institution, c.position).where(c[column] == id)
        for training_class, institution, position in connection.execute(
            query.order_by(c.position.desc()).limit(ROWS_MOST)
        ):
            yield f"class:{training_class}", f"institution:{institution}", "institution", 1, 0, position

    return asked


def _reached(column: str) -> Asked:
    """People and the telephone numbers and addresses that several of them stated."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        k = lead_tables().evidence.contacts.c
        query = select(k.person, k.contact, k.position).where(k[column] == id)
        for person, contact, position in connection.execute(query):
            yield f"person:{person}", f"contact:{contact}", "reached", 1, 0, position

    return asked


def _handled(column: str) -> Asked:
    """Classes and the officers who recorded them."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        h = lead_tables().evidence.handlers.c
        query = (
            select(h.officer, h.training_class, func.sum(h.facts), func.min(h.position))
            .where(h[column] == id)
            .group_by(h.officer, h.training_class)
            .order_by(func.sum(h.facts).desc(), h.officer, h.training_class)
            .limit(ROWS_MOST)
        )
        for officer, training_class, facts, position in connection.execute(query):
            yield f"officer:{officer}", f"class:{training_class}", "handled", facts, 0, position

    return asked


def _pictured(column: str) -> Asked:
    """Classes and the devices by which their pictures were taken."""

    def asked(connection: Connection, id: str) -> Iterator[Row]:
        p = lead_tables().evidence.photographs.c
        query = (
            select(p.device, p.training_class, func.count(), func.min(p.position))
            .where(p[column] == id, p.device != "")
            .group_by(p.device, p.training_class)
        )
        for device, training_class, pictures, position in connection.execute(query):
            yield f"device:{device}", f"class:{training_class}", "pictured", pictures, 0, position

    return asked


_ASKED: Final[Mapping[str, tuple[Asked, ...]]] = {
    "account": (_paid(lambda s, id: s.bank_account == id), _named),
    "person": (_paid(lambda s, id: s.person == id), _home, _signs_in("official"), _reached("person")),
    "household": (_members,),
    "officer": (
        *(_by_officer("recorded_by", "recorded"), _by_officer("approver", "approved"), _signs_in("officer")),
        _handled("officer"),
    ),
    "class": (
        *(_employers("training_class"), _taught("training_class"), _held("training_class")),
        *(_handled("training_class"), _pictured("training_class")),
    ),
    "institution": (_held("institution"),),
    "contact": (_reached("contact"),),
    "device": (_pictured("device"),),
    "employer": (_employers("employer"),),
    "teacher": (_taught("teacher"),),
}
KINDS: Final = frozenset(_ASKED)  # around whom one may ask
