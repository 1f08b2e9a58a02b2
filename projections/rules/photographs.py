"""Rules about photographs: one picture in two classes though saved anew, taken on another day, one camera in many schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, func, literal, or_, select

from taizhang.projections.rules.evidence import BAND_BITS, bands_of
from taizhang.projections.rules.rule import Context, Found, Parameter, Rule, listed, paid_for, paid_in_all
from taizhang.projections.rules.tables import lead_tables, ledger_tables
from taizhang.projections.rules.tables_evidence import BANDS
from taizhang.projections.rules.turning import turned

BITS_MOST: Final = 7  # the parts of a hash find no more for certain: tables_evidence.BANDS
BITS: Final = Parameter(
    "alike-photos-bits", 5, "两张照片感知哈希相差的位数(至多 7)", "bits in which two pictures differ"
)
TURNED: Final = Parameter(
    "turned-photos-bits", 7, "旋转或翻转后感知哈希相差的位数(至多 7)", "bits in which a turned picture differs"
)
CLOCK: Final = Parameter(
    "photo-clock-minutes", 120, "照片时间早于或晚于上课的分钟数", "minutes before or after the lesson"
)
SCHOOLS: Final = Parameter("one-device-schools", 3, "同一设备同日拍摄的机构数", "institutions on one day by one device")


class _Picture(NamedTuple):
    """One picture of a class: the 64 bits of how it looks."""

    training_class: str
    position: int
    looks: int
    ends_on: date


def _alike(ctx: Context) -> Iterator[Found]:
    """Pairs of classes that have pictures which look alike."""
    touched, pictures = _pictures(ctx, turning=False)
    pairs = ((one, other, (one.looks ^ other.looks).bit_count()) for one, other in _candidates(pictures))
    yield from _pairs(ctx, touched, pictures, pairs, BITS.name)


def _turned(ctx: Context) -> Iterator[Found]:
    """Pairs of classes one of which has a picture of the other, turned or mirrored."""
    touched, pictures = _pictures(ctx, turning=True)
    yield from _pairs(ctx, touched, pictures, _turned_candidates(pictures), TURNED.name)


def _pairs(
    ctx: Context,
    touched: set[str] | None,
    pictures: Sequence[_Picture],
    pairs: Iterable[tuple[_Picture, _Picture, int]],
    limit: str,
) -> Iterator[Found]:
    """Pairs of classes that have pictures which differ in few enough bits."""
    near: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    ends = {one.training_class: one.ends_on for one in pictures}
    for one, other, bits in pairs:
        if one.training_class == other.training_class:
            continue
        first, second = sorted((one.training_class, other.training_class))
        if touched is not None and not {first, second} & touched:
            continue
        if bits <= min(BITS_MOST, ctx.limit_on(limit, max(ends[first], ends[second]), second[1:7])):
            here = near[first, second]
            here |= {each: min(bits, here.get(each, bits)) for each in (one.position, other.position)}
    for (first, second), found in sorted(near.items()):
        words = {"first": first, "second": second, "pictures": len(found), "bits": min(found.values())}
        subjects = (f"class:{first}", f"class:{second}")
        yield Found(subjects, second[1:7], paid_in_all(ctx.connection, (first, second)), tuple(sorted(found)), words)


def _pictures(ctx: Context, *, turning: bool) -> tuple[set[str] | None, list[_Picture]]:
    """Every picture, or those of touched classes (which are named) and whatever may be like one of them."""
    p = lead_tables().evidence.photographs.c
    if not ctx.is_partial:
        return None, _read(ctx, select(*_columns()).where(p.looks != ""))
    mine = _read(ctx, select(*_columns()).where(p.looks != "", ctx.only("class", p.training_class)))
    found = {one.position: one for one in mine}
    for one in mine:
        ways = turned(one.looks) if turning else [one.looks]
        parts = [
            (place, part) for way in ways for place, part in enumerate(bands_of(f"{way:016x}")) if part is not None
        ]
        like = or_(*(p[f"band_{place}"].in_(_nearby(part)) for place, part in parts))
        found |= {other.position: other for other in _read(ctx, select(*_columns()).where(like))}
    return {one.training_class for one in mine}, [found[position] for position in sorted(found)]


def _columns() -> tuple[Any, ...]:
    p, c = lead_tables().evidence.photographs.c, ledger_tables().classes.c
    ends = select(c.ends_on).where(c.training_class == p.training_class).scalar_subquery()
    return (p.training_class, p.position, p.looks, ends.label("ends_on"))


def _read(ctx: Context, query: Select[Any]) -> list[_Picture]:
    return [
        _Picture(row.training_class, row.position, int(row.looks, 16), date.fromisoformat(str(row.ends_on)))
        for row in ctx.connection.execute(query)
        if row.ends_on is not None
    ]


def _candidates(pictures: Sequence[_Picture]) -> Iterator[tuple[_Picture, _Picture]]:
    """Pairs that differ in at most BITS_MOST bits, and some that differ in more: one part is alike but for a bit."""
    told: set[tuple[int, int]] = set()
    for place in range(BANDS):
        by_part: dict[int, list[_Picture]] = defaultdict(list)
        for one in pictures:
            by_part[one.looks >> BAND_BITS * place & (1 << BAND_BITS) - 1].append(one)
        for part, here in by_part.items():
            there = [other for like in _nearby(part) if like > part for other in by_part.get(like, ())]
            for pair in (*combinations(here, 2), *((one, other) for one in here for other in there)):
                key = (pair[0].position, pair[1].position)
                if key not in told:
                    told.add(key)
                    yield pair


def _turned_candidates(pictures: Sequence[_Picture]) -> Iterator[tuple[_Picture, _Picture, int]]:
    """Pairs of which one, turned or mirrored, differs from the other in at most BITS_MOST bits, and in how many.

    Who looks alike as it is belongs to the other question.
    """
    by_part: dict[tuple[int, int], list[_Picture]] = defaultdict(list)
    for one in pictures:
        for place in range(BANDS):
            by_part[place, one.looks >> BAND_BITS * place & (1 << BAND_BITS) - 1].append(one)
    for one in pictures:
        ways = turned(one.looks)
        told = {one.position}
        for way, place in ((way, place) for way in ways for place in range(BANDS)):
            for part in _nearby(way >> BAND_BITS * place & (1 << BAND_BITS) - 1):
                for other in by_part.get((place, part), ()):
                    if other.position in told:
                        continue
                    told.add(other.position)
                    bits = min((each ^ other.looks).bit_count() for each in ways)
                    if bits <= BITS_MOST < (one.looks ^ other.looks).bit_count():
                        yield one, other, bits


def _nearby(part: int) -> list[int]:
    """The parts that differ in one bit at most."""
    return [part, *(part ^ (1 << bit) for bit in range(BAND_BITS))]


def _another_time(ctx: Context) -> Select[Any]:
    """Classes with pictures that by the camera's clock were taken on another day, or long before or after the lesson."""
    p, s, c = lead_tables().evidence.photographs.c, lead_tables().evidence.sessions.c, ledger_tables().classes.c
    held = (
        select(s.training_class, s.held_on, func.min(s.starts).label("starts"), func.max(s.ends).label("ends"))
        .group_by(s.training_class, s.held_on)
        .subquery()
    )
    minutes = ctx.limit(CLOCK.name, c.ends_on, c.county)
    off_day = or_(
        and_(p.shown_on.is_not(None), p.taken_on != p.shown_on),
        and_(p.shown_on.is_(None), or_(p.taken_on < c.starts_on, p.taken_on > c.ends_on)),
    )
    off_hours = or_(p.taken_minute < held.c.starts - minutes, p.taken_minute > held.c.ends + minutes)
    return (
        select(
            (literal("class:") + p.training_class).label("subject"),
            c.county.label("region"),
            paid_for(p.training_class).label("sum_fen"),
            listed(p.position).label("positions"),
            p.training_class,
            func.count().label("pictures"),
            func.min(p.taken_on).label("taken_on"),
            c.starts_on,
            c.ends_on,
        )
        .join_from(lead_tables().evidence.photographs, ledger_tables().classes, c.training_class == p.training_class)
        .join(held, and_(held.c.training_class == p.training_class, held.c.held_on == p.taken_on), isouter=True)
        .where(p.taken_on.is_not(None), or_(off_day, off_hours), ctx.only("class", p.training_class))
        .group_by(p.training_class, c.county, c.starts_on, c.ends_on)
    )


def _one_device(ctx: Context) -> Select[Any]:
    """Devices that on one day took pictures for the classes of several institutions."""
    p, c = lead_tables().evidence.photographs.c, ledger_tables().classes.c
    schools, county = func.count(c.institution.distinct()), func.min(c.county)
    return (
        select(
            (literal("device:") + p.device).label("subject"),
            county.label("region"),
            literal(0).label("sum_fen"),
            listed(p.position).label("positions"),
            p.device,
            func.min(p.camera).label("camera"),
            p.taken_on,
            schools.label("schools"),
            func.count(p.training_class.distinct()).label("classes"),
        )
        .join_from(lead_tables().evidence.photographs, ledger_tables().classes, c.training_class == p.training_class)
        .where(p.device != "", p.taken_on.is_not(None))
        .group_by(p.device, p.taken_on)
        .having(schools >= ctx.limit(SCHOOLS.name, p.taken_on, county))
    )


PHOTOGRAPHS: Final = (
    Rule(
        id="photographs.alike",
        version=1,
        kind="class",
        zh="两班照片几乎相同",
        en="nearly one picture in two classes",
        question_zh="两个班的照片是否看上去是同一张,只是另存、缩放或调过亮度?",
        question_en="Do two classes have what looks like one picture, only saved anew, scaled or brightened?",
        says_zh="{first} 班与 {second} 班有 {pictures} 张照片看上去相同(感知哈希只差 {bits} 位)。请并排查看两张原图。",
        says_en="Classes {first} and {second} have {pictures} pictures that look alike (their hashes differ in {bits} bits). Both originals should be looked at side by side.",
        innocent_zh="几个班合办开班仪式,用了同一张合影;同一教室、同一角度的空景。",
        innocent_en="One photo of a joint opening ceremony; the same room from the same corner.",
        severity="high",
        patterns=("F20", "F21"),
        parameters=(BITS,),
        fold=_alike,
    ),
    Rule(
        id="photographs.turned",
        version=1,
        kind="class",
        zh="两班照片像是转过或翻过的同一张",
        en="one picture in two classes, turned or mirrored",
        question_zh="一个班的照片旋转或左右翻转之后,是否与另一个班的照片几乎相同?",
        question_en="Is a picture of one class, turned or mirrored, nearly that of another class?",
        says_zh="{first} 班与 {second} 班有 {pictures} 张照片像是同一张旋转或翻转而成(感知哈希只差 {bits} 位)。请并排查看两张原图。",
        says_en="Classes {first} and {second} have {pictures} pictures that look like one, turned or mirrored (their hashes differ in {bits} bits). Both originals should be looked at side by side.",
        innocent_zh="左右对称的场面;一张合影扫描时放反了,两班合办。",
        innocent_en="A scene that is alike from both sides; one photo of a joint ceremony, scanned the wrong way round.",
        severity="high",
        patterns=("F20", "F21"),
        parameters=(TURNED,),
        fold=_turned,
    ),
    Rule(
        id="photographs.another-time",
        version=1,
        kind="class",
        zh="照片不是上课时拍的",
        en="pictures taken at another time",
        question_zh="照片文件里的拍摄时间,是否不在所注的那一天或上课时段?",
        question_en="By its own file, was a picture taken on another day than it is to show, or long before or after the lesson?",
        says_zh="{training_class} 班({starts_on} 至 {ends_on})有 {pictures} 张照片的拍摄时间对不上,最早一张拍于 {taken_on}。请核对相机时钟和原图。",
        says_en="{pictures} pictures of class {training_class} ({starts_on} to {ends_on}) were taken at another time, the earliest on {taken_on}. The camera's clock and the originals should be checked.",
        innocent_zh="相机或手机时钟没有调准;照片注错了日期。",
        innocent_en="The camera's clock is wrong; the picture was put to the wrong day.",
        severity="medium",
        patterns=("F21",),
        parameters=(CLOCK,),
        query=_another_time,
    ),
    Rule(
        id="photographs.one-device",
        version=1,
        kind="whole",
        wakes=("training.attachment-filed", "training.class-filed"),
        zh="同一设备为多家机构拍照",
        en="one camera for several institutions",
        question_zh="同一台相机或手机,是否同一天为多家机构的班拍了照片?",
        question_en="Did one camera take pictures for classes of several institutions on one day?",
        says_zh="设备 {device}({camera})于 {taken_on} 为 {schools} 家机构的 {classes} 个班拍了照片。请了解由谁拍摄、由谁提交。",
        says_en="Device {device} ({camera}) took pictures for {classes} classes of {schools} institutions on {taken_on}. Who took and who handed them in should be asked.",
        innocent_zh="检查组或主管部门统一拍照;几家机构合办。",
        innocent_en="Inspectors or the office took them; several schools held classes together.",
        severity="medium",
        patterns=("F21", "F25"),
        parameters=(SCHOOLS,),
        query=_one_device,
    ),
)
