"""The picture of a line's way: every account once, every band as thick as its sum, and nothing that only a program reads."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from taizhang.http.funds_picture import ANY, NODES_MOST, Edge, flow_picture, layer_of, pairs

SVG = "{http://www.w3.org/2000/svg}"


def _drawn(*edges: Edge) -> ElementTree.Element:
    text = flow_picture(edges, lambda account: f"<{account}>", "title", "description", "flow", str, _opened)
    return ElementTree.fromstring(text)


def _opened(giver: str, taker: str) -> str:
    return f"/facts?of={giver}>{taker}"


def _bands(tree: ElementTree.Element) -> list[str]:
    return [band.findtext(f"{SVG}title") or "" for band in tree.iter(f"{SVG}path")]


def test_money_runs_from_the_source_through_the_levels_to_the_payees() -> None:
    way = ("outside", "620000", "620000/a", "620100", "620121", "620121/b", "advance:620121", "institution")
    layers = [layer_of(account) for account in way]
    assert len(set(layers)) == len(way)
    tree = _drawn(*(Edge(*pair, 100) for pair in pairwise(way)))
    places = [float(one.get("x", "0")) for one in tree.iter(f"{SVG}rect")]
    assert places == sorted(places)
    assert len(places) == len(way)


def test_what_went_back_up_is_not_drawn_as_a_band() -> None:
    tree = _drawn(Edge("outside", "620000", 500), Edge("620000", "620121", 500), Edge("620121", "620000", 50))
    assert set(_bands(tree)) == {"<outside> → <620000>: 500", "<620000> → <620121>: 500"}


def test_a_crowded_level_is_drawn_with_its_smallest_accounts_as_one_and_no_fen_is_lost() -> None:
    edges = [Edge("620000", f"6201{number:02}", number) for number in range(21, 51)]
    tree = _drawn(*edges)
    bands = _bands(tree)
    assert len(bands) == NODES_MOST
    assert sum(int(words.rpartition(": ")[2]) for words in bands) == sum(one.amount_fen for one in edges)
    assert sum("<rest>" in words for words in bands) == 1


def test_a_picture_has_a_name_and_a_description_and_no_style_of_its_own() -> None:
    tree = _drawn(Edge("outside", "620000", 500))
    assert tree.get("role") == "group"
    assert [tree.findtext(f"{SVG}{name}") for name in ("title", "desc")] == ["title", "description"]
    assert not [one for one in tree.iter() if "style" in one.attrib or one.tag == f"{SVG}script"]


def test_every_band_and_every_sum_opens_into_the_entries_that_make_it_also_what_is_drawn_as_one() -> None:
    tree = _drawn(Edge("outside", "620000", 500), Edge("620000", "620121", 500), Edge("620121", "advance:620121", 20))
    links = {one.get("href"): one.get("aria-label") for one in tree.iter(f"{SVG}a")}
    assert links["/facts?of=outside>620000"] == "<outside> → <620000>: 500"
    assert links["/facts?of=*>620121"] == "<620121>: 500"
    assert links["/facts?of=*>advance:620121"] == "<advance:620121>: 20"
    assert links["/facts?of=outside>*"] == "<outside>: 500"
    counties = [Edge("620000", f"6201{number:02}", 1) for number in range(21, 21 + NODES_MOST + 1)]
    crowded = {one.get("href"): one.get("aria-label") for one in _drawn(*counties).iter(f"{SVG}a")}
    assert crowded["/facts?of=*>rest@county"] == "<rest>: 2"
    assert len(pairs(counties, "620000", "rest@county")) == len(pairs(counties, ANY, "rest@county")) == 2
    assert len(pairs(counties, "620000", ANY)) == len(counties)
    sums = _drawn(*counties).findall(f".//{SVG}text[@class='sum']")
    assert len(sums) == len(_drawn(*counties).findall(f".//{SVG}a/{SVG}text[@class='sum']")), "a number without a link"
