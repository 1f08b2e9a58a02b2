"""The data dictionary: every column of every read table says what it means."""

from __future__ import annotations

from paper_log import PaperLog
from sqlalchemy import inspect

from taizhang.adapters.database import Database
from taizhang.projections.dictionary import _WORDS, dictionary
from taizhang.projections.follow import Follower
from taizhang.projections.funds.dictionary_words import FUND_WORDS
from taizhang.projections.inspections.dictionary_words import INSPECTION_WORDS
from taizhang.projections.performance.dictionary_words import PERFORMANCE_WORDS
from taizhang.projections.postings.dictionary_words import POSTING_WORDS
from taizhang.projections.rules.dictionary_words import RULE_WORDS
from taizhang.projections.views import all_views


def test_every_column_that_a_reader_finds_has_a_meaning_in_both_languages(engine_url: str) -> None:
    database = Database(engine_url)
    follower = Follower(PaperLog(), database, all_views())
    follower.set_up()
    with database.read() as connection:
        found = inspect(connection)
        standing = {(table, column["name"]) for table in found.get_table_names() for column in found.get_columns(table)}
    database.close()
    told = {(one.table, one.column) for one in dictionary()}
    assert told == standing
    assert all(one.zh and one.en.isascii() and one.type for one in dictionary())


def test_no_meaning_is_left_over_from_a_column_that_is_gone() -> None:
    names = {name for one in dictionary() for name in (one.column, f"{one.table}.{one.column}")}
    assert {
        line.split("|")[0]
        for line in (_WORDS + FUND_WORDS + POSTING_WORDS + INSPECTION_WORDS + PERFORMANCE_WORDS + RULE_WORDS)
        .strip()
        .splitlines()
        if line
    } <= names


def test_a_count_and_a_code_of_the_same_name_mean_different_things() -> None:
    meanings = {(one.table, one.column): (one.type, one.en) for one in dictionary()}
    assert meanings["ledger_delta", "employed_3"][0] == "BIGINT"
    assert meanings["ledger_enrolment", "employed_3"] == (
        "TEXT",
        "reported work 3 months after the class (employment-kind)",
    )
