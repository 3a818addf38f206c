"""The counter's buttons follow from the checklist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.cases.rules import ItemRule, MaterialCheck, check_outcome, item_rule, possible_outcomes
from db.cases.status import CentreRole, MaterialState, Necessity, Verb
from db.receipts.content import PaperKind

TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 1)
OK = MaterialCheck("居民身份证", state=MaterialState.OK)
MISSING = MaterialCheck("居民户口簿", state=MaterialState.MISSING)
BAD = MaterialCheck("照片", state=MaterialState.BAD, opinion="不是近期免冠照")
PROMISED = MaterialCheck("银行账户", Necessity.TOLERABLE, MaterialState.TOLERATED, due=LATER)
DIRECT = item_rule(role="直办", case_type="承诺件")
SEALED = item_rule(role="收件", case_type="承诺件", seal_delegated=True)
RECEIVING = item_rule(role="收件", case_type="承诺件", department="民政局", forward_to="街道便民服务中心")
INSTANT = item_rule(role="直办", case_type="即办件")
GUIDED = item_rule(role="导办", case_type="承诺件", department="公安局")


def main_verb(item: ItemRule, *materials: MaterialCheck) -> Verb:
    (chosen,) = (offer.verb for offer in possible_outcomes(item, materials, TODAY) if offer.primary)
    return chosen


def why_not(verb: Verb, item: ItemRule, *materials: MaterialCheck) -> str:
    return check_outcome(verb, item, materials, TODAY)


@pytest.mark.parametrize(
    ("item", "materials", "verb"),
    [
        (DIRECT, (OK,), Verb.ACCEPT),
        (DIRECT, (), Verb.ACCEPT),
        (INSTANT, (OK,), Verb.INSTANT),
        (RECEIVING, (OK,), Verb.RECEIVE),
        (SEALED, (OK,), Verb.ACCEPT),
        (DIRECT, (OK, PROMISED), Verb.TOLERATE),
        (DIRECT, (OK, MISSING), Verb.CORRECT),
        (DIRECT, (OK, MISSING, PROMISED), Verb.CORRECT),
        (GUIDED, (OK,), Verb.REFER),
        (DIRECT, (OK, MaterialCheck("证明")), Verb.ACCEPT),
        (item_rule(role="直办", case_type="承诺件", barred="居委会不得开具。"), (OK,), Verb.REFUSE),
    ],
)
def test_main_button_follows_from_item_and_checklist(
    item: ItemRule, materials: tuple[MaterialCheck, ...], verb: Verb
) -> None:
    assert main_verb(item, *materials) is verb


def test_optional_paper_never_holds_anything_up() -> None:
    for state in MaterialState:
        assert main_verb(DIRECT, OK, MaterialCheck("推荐信", Necessity.OPTIONAL, state)) is Verb.ACCEPT


def test_notice_names_everything_at_once_so_every_paper_must_be_looked_at() -> None:
    assert "没有核对" in why_not(Verb.CORRECT, DIRECT, MISSING, MaterialCheck("证明"))


def test_bad_paper_without_an_opinion_cannot_be_told() -> None:
    silent = MaterialCheck("照片", state=MaterialState.BAD, opinion="  ")
    assert "哪里不合格" in why_not(Verb.CORRECT, DIRECT, OK, silent)
    assert why_not(Verb.CORRECT, DIRECT, OK, BAD) == ""


def test_main_paper_cannot_be_promised_for_later() -> None:
    main = MaterialCheck("居民身份证", Necessity.REQUIRED, MaterialState.TOLERATED, due=LATER)
    assert "主要材料" in why_not(Verb.TOLERATE, DIRECT, main)


@pytest.mark.parametrize(("due", "word"), [(None, "补交日期"), (TODAY, "今天之后"), (LATER, "")])
def test_promised_paper_needs_a_day_after_today(due: date | None, word: str) -> None:
    paper = MaterialCheck("银行账户", Necessity.TOLERABLE, MaterialState.TOLERATED, due=due)
    refusal = why_not(Verb.TOLERATE, DIRECT, OK, paper)
    assert word in refusal
    assert bool(word) == bool(refusal)


def test_centre_without_authority_only_receives_and_says_who_accepts() -> None:
    assert "民政局受理" in why_not(Verb.ACCEPT, RECEIVING, OK)
    offers = {offer.verb: offer for offer in possible_outcomes(RECEIVING, (OK,), TODAY)}
    assert offers[Verb.RECEIVE].note == "收件后转报街道便民服务中心"


def test_acceptance_notice_is_printed_only_with_a_delegated_seal() -> None:
    def slip(item: ItemRule) -> tuple[PaperKind, ...]:
        return next(o.papers for o in possible_outcomes(item, (OK,), TODAY) if o.verb is Verb.ACCEPT)

    assert slip(SEALED) == (PaperKind.ACCEPTED,)
    assert slip(DIRECT) == (PaperKind.RECEIVED,)


def test_unverified_limit_is_said_beside_the_button() -> None:
    item = item_rule(role="直办", case_type="承诺件", limit_confirmed=False)
    offers = {offer.verb: offer for offer in possible_outcomes(item, (OK,), TODAY)}
    assert "待核" in offers[Verb.ACCEPT].note


def test_nothing_handed_in_makes_no_receipt_of_papers() -> None:
    assert "没有收到任何材料" in why_not(Verb.RECEIVE, RECEIVING, MISSING)


def test_barred_proof_is_answered_with_its_own_sentence() -> None:
    barred = item_rule(role="直办", case_type="即办件", barred="亲属关系证明不由居委会出具，请到公安派出所。")
    assert why_not(Verb.INSTANT, barred, OK) == barred.barred
    assert why_not(Verb.REFUSE, barred, OK) == ""


checks = st.builds(
    MaterialCheck,
    st.text("身份证户口簿照片", min_size=1, max_size=4),
    st.sampled_from(Necessity),
    st.sampled_from(MaterialState),
    st.sampled_from(["", "模糊"]),
    st.sampled_from([None, TODAY, LATER]),
)
items = st.builds(
    ItemRule,
    st.sampled_from(CentreRole),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    barred=st.sampled_from(["", "居委会不得开具。"]),
)


@given(items, st.lists(checks, max_size=6))
def test_laws_of_the_buttons(item: ItemRule, materials: list[MaterialCheck]) -> None:
    offers = {offer.verb: offer for offer in possible_outcomes(item, materials, TODAY)}
    assert all(o.refusal == "" or o.refusal.endswith("。") for o in offers.values())
    assert offers[Verb.REFUSE].allowed
    assert offers[Verb.REFER].allowed
    accepting = [v for v in (Verb.INSTANT, Verb.ACCEPT, Verb.TOLERATE) if offers[v].allowed]
    if accepting:
        assert item.accepts
        assert not item.barred
        assert not any(m.lacking for m in materials)
        assert not offers[Verb.CORRECT].allowed
        assert (Verb.TOLERATE in accepting) == any(m.needed and m.state is MaterialState.TOLERATED for m in materials)
    assert sum(o.primary for o in offers.values()) == 1
