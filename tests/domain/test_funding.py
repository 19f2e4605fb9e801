"""The funding package, in cents: quotes, funders, grants, the person's share, and what is still uncovered."""

from __future__ import annotations

from domain.case_state import FundingRequest, Quote
from domain.commands.funding import AgreeInstalments, DecideFunding, RecordQuote, RequestFunding
from domain.events.funding import FundingDecided, FundingRequested, InstalmentsAgreed, QuoteRecorded
from domain.vocabulary import Funder
from tests.builders import PLAN_BUILT, QUOTED, REQUESTED, TWO_NEEDS, day
from tests.dsl import Story, given


def test_a_quote_leaves_a_rest_to_pay() -> None:
    """The total less what the insurers pay."""
    story = given(*PLAN_BUILT).when(
        RecordQuote(
            need_id="n1",
            total_cents=2500_00,
            basic_share_cents=75_25,
            complementary_share_cents=424_75,
        ),
        on=day(5),
    )
    story.then(
        QuoteRecorded(
            quote_id="q1",
            need_id="n1",
            total_cents=2500_00,
            basic_share_cents=75_25,
            complementary_share_cents=424_75,
        )
    )
    assert story.state.quotes == {"q1": Quote("n1", 2500_00, 75_25, 424_75, 2000_00, day(5))}
    assert story.state.uncovered_cents("q1") == 2000_00


def test_quotes_are_numbered_across_needs() -> None:
    """Two quotes for one need, or one each."""
    story = given(*TWO_NEEDS)
    for need in ("n1", "n2", "n2"):
        story.when(RecordQuote(need_id=need, total_cents=1))
    assert [quote.need_id for quote in story.state.quotes.values()] == ["n1", "n2", "n2"]
    assert list(story.state.quotes) == ["q1", "q2", "q3"]


def test_a_fully_insured_quote_is_covered_from_the_start() -> None:
    """Nothing is left to pay, and nothing can be asked for."""
    story = given(*PLAN_BUILT).when(RecordQuote(need_id="n1", total_cents=100, basic_share_cents=100))
    assert story.state.uncovered_cents("q1") == 0
    story.when(RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=1)).refused(
        "request_exceeds_rest"
    )


def test_a_funder_is_asked_and_answers() -> None:
    """Granted in part; the rest stays uncovered."""
    story = given(*QUOTED).when(
        RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=900_00), on=day(2)
    )
    story.then(FundingRequested(request_id="r1", quote_id="q1", funder="fass", amount_cents=900_00))
    assert story.state.requests == {"r1": FundingRequest("q1", "fass", 900_00, day(2), "gard")}
    assert story.state.uncovered_cents("q1") == 1200_00, "asking covers nothing"
    story.when(DecideFunding(request_id="r1", granted_cents=700_00), on=day(9))
    story.then(FundingDecided(request_id="r1", granted_cents=700_00))
    request = story.state.requests["r1"]
    assert (request.status, request.granted_cents, request.decided_on) == ("granted", 700_00, day(9))
    assert story.state.uncovered_cents("q1") == 500_00


def test_a_funder_refuses() -> None:
    """Nothing granted; another one may be asked for the whole."""
    story = given(*REQUESTED).when(DecideFunding(request_id="r1", granted_cents=0), on=day(9))
    request = story.state.requests["r1"]
    assert (request.status, request.granted_cents, request.decided_on) == ("refused", 0, day(9))
    story.when(RequestFunding(quote_id="q1", funder=Funder.CCAS, amount_cents=1200_00))
    assert list(story.state.requests) == ["r1", "r2"]


def test_the_person_pays_their_share_in_instalments() -> None:
    """And may agree on another share later: the last one counts."""
    story = given(*QUOTED).when(AgreeInstalments(quote_id="q1", person_share_cents=300_00, instalments=3))
    story.then(InstalmentsAgreed(quote_id="q1", person_share_cents=300_00, instalments=3))
    quote = story.state.quotes["q1"]
    assert (quote.person_share_cents, quote.instalments) == (300_00, 3)
    story.when(AgreeInstalments(quote_id="q1", person_share_cents=1200_00, instalments=12))
    assert story.state.uncovered_cents("q1") == 0


def package() -> Story:
    """Return a package of two grants, one cent short."""
    story = given(*REQUESTED)
    story.when(DecideFunding(request_id="r1", granted_cents=900_00))
    story.when(RequestFunding(quote_id="q1", funder=Funder.CCAS, amount_cents=300_00))
    return story.when(DecideFunding(request_id="r2", granted_cents=200_00))


def test_a_package_is_covered_only_when_grants_and_share_make_the_rest() -> None:
    """To the cent, and never more."""
    story = package()
    story.when(AgreeInstalments(quote_id="q1", person_share_cents=99_99, instalments=1))
    assert story.state.uncovered_cents("q1") == 1
    story.when(AgreeInstalments(quote_id="q1", person_share_cents=100_00, instalments=1))
    assert story.state.uncovered_cents("q1") == 0
    story.when(AgreeInstalments(quote_id="q1", person_share_cents=100_01, instalments=1))
    story.refused("grants_exceed_rest", total=1200_01, rest=1200_00)


def test_grants_on_one_quote_leave_the_others_alone() -> None:
    """Each quote is its own sum."""
    story = package()
    story.when(RecordQuote(need_id="n1", total_cents=500_00))
    story.when(RequestFunding(quote_id="q2", funder=Funder.CAF, amount_cents=500_00))
    story.when(DecideFunding(request_id="r3", granted_cents=500_00))
    assert (story.state.uncovered_cents("q1"), story.state.uncovered_cents("q2")) == (100_00, 0)
