"""Each rule's two sides, one after the other: what it refuses and why, and the nearest thing that it lets pass."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.commands.care import CompleteAction
from domain.commands.care import RecordCarePerformed as Perform
from domain.commands.care import StartAction as Start
from domain.commands.follow_up import Transfer
from domain.commands.intake import Accept, Reassign, Reject
from domain.commands.merging import Merge
from domain.events.care import ActionAbandoned, ActionStarted, CarePerformed, NeedDropped
from domain.events.intake import CounsellorAssigned
from domain.vocabulary import (
    Partner,
    ReassignReason,
    Right,
)
from tests.builders import (
    ACCEPTED,
    ARCHIVED,
    CARE_PERFORMED,
    CLOSED,
    CONSENTED,
    DETECTED,
    INES,
    MARIE,
    NIR_OF_ANOTHER,
    OTHER,
    PAUL,
    PLAN_BUILT,
    REFERRED,
    REQUESTED,
    SOFIA,
    SOMEBODY,
    SUSPENDED,
    TAKEN_ON,
    TODAY,
    TWO_NEEDS,
    TYPICAL,
    Happened,
    action,
    closed,
    day,
    referral,
    referred,
)
from tests.workflows.questions import (
    ATLANTIS,
    CORRECTED,
    ENDED,
    ERASED,
    GRANTED,
    MOVED,
    NOBODY,
    NOT_OF_RIGHTS,
    OPENED,
    PERFORMED,
    RECONSENTED,
    REOPENED,
    SECOND,
    SHARED,
    abandon,
    add_need,
    ask,
    build,
    close,
    correct,
    drop,
    given_up,
    grant,
    kept,
    quote,
    rectify,
    refer,
    request,
    revise,
    rule,
    share,
    suspend,
    tried,
    typical,
)
from workflows.closing import ClosingReason
from workflows.reasons import Attempts, Euros
from workflows.triggers import Trigger

T = Trigger

AFTER_ERASURE: Final = (
    T.ARCHIVE,
    T.RECORD_PARTNER_ACCEPTANCE,
    T.RECORD_PARTNER_COMPLETION,
    T.RECORD_PARTNER_REFUSAL,
    T.RECORD_NO_ANSWER,
    T.CLOSE,
    T.CORRECT_FACT,
)
"""What may still be done to a case whose person can no longer be read."""
WHO: Final = [
    rule("role_may_not", typical(T.ASSIGN, by=MARIE), but=typical(T.ASSIGN, by=SOFIA)),
    rule("other_organisation", typical(T.LOG_CONTACT, by=INES), but=typical(T.LOG_CONTACT)),
    rule("other_counsellor", typical(T.LOG_CONTACT, by=PAUL), but=typical(T.LOG_CONTACT, by=SOFIA)),
    rule("no_counsellor", typical(T.COMPLETE_BILAN, None, NOBODY), but=typical(T.COMPLETE_BILAN)),
    rule("no_counsellor", typical(T.REASSIGN, DETECTED), but=typical(T.REASSIGN)),
    rule("counsellor_already_assigned", typical(T.ASSIGN, ACCEPTED), but=typical(T.ASSIGN)),
    rule(
        "counsellor_already_assigned",
        ask(Accept(counsellor="paul"), DETECTED, CounsellorAssigned(counsellor="marie"), by=SOFIA),
        but=ask(Accept(counsellor="marie"), DETECTED, CounsellorAssigned(counsellor="marie"), by=SOFIA),
    ),
    rule(
        "counsellor_assigns_only_self",
        ask(Accept(counsellor="paul")),
        but=ask(Accept(counsellor="paul"), by=SOFIA),
    ),
    rule(
        "same_counsellor",
        ask(Reassign(counsellor="marie", reason=ReassignReason.WORKLOAD)),
        but=ask(Reassign(counsellor="paul", reason=ReassignReason.WORKLOAD)),
    ),
    *(
        rule(
            "unknown_counsellor",
            ask(command.model_copy(update={"counsellor": "mari"}), by=SOFIA),
            but=ask(command.model_copy(update={"counsellor": "paul"}), by=SOFIA),
        )
        for command in (TYPICAL[trigger].command for trigger in (T.ACCEPT, T.ASSIGN, T.REASSIGN))
    ),
    *(
        rule(
            "erased_without_note",
            ask(use.command.model_copy(update={"note": "Rappeler."}), None, ERASED),
            but=ask(use.command, None, ERASED),
        )
        for trigger in AFTER_ERASURE
        for use in (TYPICAL[trigger],)
    ),
    rule("erased", typical(T.REOPEN, None, ERASED), but=typical(T.REOPEN)),
]
REFERRAL: Final = [
    rule("in_future", ask(referral(occurred_on=day(41))), but=ask(referral(occurred_on=TODAY)), latest=TODAY),
    rule(
        "before_first_cell",
        ask(referral(occurred_on=date(2014, 11, 16))),
        but=ask(referral(occurred_on=date(2014, 11, 17))),
        earliest=date(2014, 11, 17),
    ),
    rule("no_such_organisation", typical(T.DETECT, by=ATLANTIS), but=typical(T.DETECT)),
    rule(
        "in_future",
        ask(referral(needs=[given_up(TODAY), given_up(day(41))])),
        but=ask(referral(needs=[given_up(TODAY), given_up(None)])),
        latest=TODAY,
    ),
    rule("no_agreement_to_contact", ask(referral(agreed_to_contact=False)), but=typical(T.DETECT)),
    rule(
        "already_open",
        typical(T.DETECT, others={"case-2": "gard"}),
        but=typical(T.DETECT, others={"case-2": "isere"}),
        case="case-2",
    ),
    rule("relevance_already_accepted", typical(T.ACCEPT, ACCEPTED), but=typical(T.ACCEPT)),
    rule("relevance_already_accepted", typical(T.REJECT, ACCEPTED), but=typical(T.REJECT)),
    rule(
        "relevance_already_accepted",
        ask(refer(Partner.CAF, as_not_relevant=True), ACCEPTED),
        but=ask(refer(Partner.CAF, as_not_relevant=True), DETECTED),
    ),
    rule(
        "closing_reason_not_here",
        ask(Reject(reason=ClosingReason.MOVED)),
        but=ask(Reject(reason=ClosingReason.DUPLICATE)),
        reason=ClosingReason.MOVED,
        accepted=(ClosingReason.DUPLICATE, ClosingReason.NOT_RELEVANT),
    ),
    *(
        rule(
            "relevance_not_decided",
            typical(trigger, DETECTED, CounsellorAssigned(counsellor="marie")),
            but=typical(trigger, ACCEPTED),
        )
        for trigger in (T.RECORD_CONSENT, T.REFUSE_CONSENT)
    ),
    rule(
        "no_consent",
        typical(T.WITHDRAW_CONSENT, referred(*DETECTED, CounsellorAssigned(counsellor="marie"))),
        but=typical(T.WITHDRAW_CONSENT, REFERRED),
    ),
]
EPISODE_DAYS: Final[list[tuple[Trigger, tuple[Happened, ...], int]]] = [
    (T.REJECT, (*closed(*DETECTED), REOPENED), 20),
    (T.RECORD_CONSENT, (*closed(*ACCEPTED), REOPENED), 20),
    (T.REFUSE_CONSENT, (*closed(*ACCEPTED), REOPENED), 20),
    (T.WITHDRAW_CONSENT, (*ACCEPTED, RECONSENTED), 5),
    (T.CLOSE, (*ACCEPTED, RECONSENTED), 5),
    (T.RECORD_PARTNER_COMPLETION, (*ACCEPTED, RECONSENTED, REFERRED[-1]), 5),
    (T.REOPEN, (*CONSENTED, (day(9), MOVED)), 9),
    (T.MERGE, (*ACCEPTED, RECONSENTED), 5),
]
"""What happened, and the day that last began or ended the episode."""
EPISODES: Final = [
    *(
        rule(
            "before_episode",
            ask(command.model_copy(update={"occurred_on": day(last - 1)}), given),
            but=ask(command.model_copy(update={"occurred_on": day(last)}), given),
            earliest=day(last),
        )
        for trigger, given, last in EPISODE_DAYS
        for command in (TYPICAL[trigger].command,)
    ),
]
NEEDS_AND_PLAN: Final = [
    rule("in_future", ask(add_need(day(41))), but=ask(add_need(TODAY)), latest=TODAY),
    *(
        case
        for command, given in (
            (drop, CONSENTED),
            (drop, TWO_NEEDS),
            (lambda n: Perform(need_id=n), TWO_NEEDS),
        )
        for case in (
            rule("no_such_need", ask(command("n3"), given), but=ask(command("n1"), given), need="n3"),
            rule("no_open_need", ask(command("n1"), PLAN_BUILT, PERFORMED), but=ask(command("n1"), given)),
        )
    ),
    *(
        rule(
            "need_settled",
            ask(command("n1"), TWO_NEEDS, settled),
            but=ask(command("n2"), TWO_NEEDS),
            need="n1",
        )
        for command in (drop, lambda n: Perform(need_id=n))
        for settled in (PERFORMED, NeedDropped(need_id="n1", reason="declined"))
    ),
    rule("no_such_need", ask(quote(0, 0, "n2")), but=ask(quote(0, 0, "n1")), need="n2"),
    rule("no_such_need", ask(build(action("n1", "n7"))), but=ask(build(action("n1"))), need="n7"),
    rule("needs_without_action", ask(build(action())), but=ask(build(action(), action("n1"))), needs=("n1",)),
    rule("needs_without_action", ask(revise(action()), TWO_NEEDS), but=ask(revise(action("n2")), TWO_NEEDS)),
    rule(
        "needs_without_action",
        ask(revise(action()), PLAN_BUILT, ActionAbandoned(action_id="a1", reason="refused")),
        but=ask(revise(action()), PLAN_BUILT, ENDED),
    ),
    *(
        rule(
            "action_due_before_plan",
            ask(command(action("n1", due_on=day(39)))),
            but=ask(command(action("n1", due_on=TODAY))),
        )
        for command in (build, revise)
    ),
    rule("no_such_action", ask(Start(action_id="a2")), but=ask(Start(action_id="a1")), action="a2"),
    rule(
        "action_started",
        ask(Start(action_id="a1"), None, ActionStarted(action_id="a1")),
        but=typical(T.START_ACTION),
    ),
    *(
        case
        for command in (lambda a: Start(action_id=a), lambda a: CompleteAction(action_id=a), abandon)
        for case in (
            rule("no_such_action", ask(command("a9")), but=ask(command("a1")), action="a9"),
            rule(
                "no_open_action",
                ask(command("a1"), PLAN_BUILT, ENDED),
                but=ask(command("a1"), CARE_PERFORMED),
            ),
            rule(
                "action_ended",
                ask(command("a1"), PLAN_BUILT, NOT_OF_RIGHTS, ENDED),
                but=ask(command("a2"), PLAN_BUILT, NOT_OF_RIGHTS, ENDED),
                action="a1",
            ),
        )
    ),
    rule(
        "right_of_other_level",
        ask(CompleteAction(action_id="a2", right=Right.CSS), None, NOT_OF_RIGHTS),
        but=ask(CompleteAction(action_id="a1", right=Right.CSS), None, NOT_OF_RIGHTS),
    ),
]
FUNDING: Final = [
    rule(
        "shares_exceed_total", ask(quote(60, 41)), but=ask(quote(60, 40)), shares=Euros(101), total=Euros(100)
    ),
    rule("no_quote", ask(request(1), PLAN_BUILT), but=ask(request(1))),
    rule("no_quote", ask(share(1), PLAN_BUILT), but=ask(share(1))),
    rule("no_such_quote", ask(request(1, "q2")), but=ask(request(1, "q1")), quote="q2"),
    rule("no_such_quote", ask(share(1, "q2")), but=ask(share(1, "q1")), quote="q2"),
    rule("request_exceeds_rest", ask(request(120_001)), but=ask(request(120_000)), rest=Euros(120_000)),
    rule("no_pending_request", ask(grant(1), None, GRANTED), but=ask(grant(1))),
    rule("no_such_request", ask(grant(1, "r2")), but=ask(grant(1, "r1")), request="r2"),
    rule(
        "request_decided",
        ask(grant(0, "r1"), None, SECOND, GRANTED),
        but=ask(grant(0, "r2"), None, SECOND, GRANTED),
        request="r1",
    ),
    rule("grant_exceeds_request", ask(grant(90_001)), but=ask(grant(90_000)), asked=Euros(90_000)),
    rule(
        "grants_exceed_rest",
        ask(grant(30_001, "r2"), None, SECOND, GRANTED),
        but=ask(grant(30_000, "r2"), None, SECOND, GRANTED),
        total=Euros(120_001),
        rest=Euros(120_000),
    ),
    rule("grants_exceed_rest", ask(grant(70_001), None, SHARED), but=ask(grant(70_000), None, SHARED)),
    rule(
        "grants_exceed_rest",
        ask(share(30_001), REQUESTED, GRANTED),
        but=ask(share(30_000), REQUESTED, GRANTED),
        total=Euros(120_001),
    ),
]
FOLLOW_UP: Final = [
    rule("already_suspended", ask(suspend(day(70)), SUSPENDED), but=ask(suspend(day(70))), until=day(60)),
    rule("not_suspended", typical(T.RESUME, PLAN_BUILT), but=typical(T.RESUME)),
    rule("suspension_not_ahead", ask(suspend(day(40))), but=ask(suspend(day(41)))),
    rule("suspension_not_ahead", ask(suspend(day(407))), but=ask(suspend(day(406)))),
    rule("suspension_not_ahead", ask(suspend(day(40), day(40))), but=ask(suspend(day(40), day(39)))),
    rule("sharing_not_consented", ask(refer(Partner.CAF)), but=ask(refer(Partner.CCAS)), partner=Partner.CAF),
    rule(
        "only_as_not_relevant",
        ask(refer(Partner.CAF), DETECTED),
        but=ask(refer(Partner.CAF, as_not_relevant=True), DETECTED),
    ),
    rule(
        "relevant_after_consent", ask(refer(Partner.CCAS, as_not_relevant=True)), but=ask(refer(Partner.CCAS))
    ),
    *(
        rule("partner_already_accepted", typical(trigger, TAKEN_ON), but=typical(trigger))
        for trigger in (T.RECORD_PARTNER_ACCEPTANCE, T.RECORD_NO_ANSWER)
    ),
    rule(
        "too_early_for_no_answer",
        typical(T.RECORD_NO_ANSWER, on=day(30)),
        but=typical(T.RECORD_NO_ANSWER, on=day(31)),
        until=day(30),
    ),
    rule(
        "same_organisation", ask(Transfer(to_organisation="gard")), but=ask(Transfer(to_organisation="isere"))
    ),
    rule(
        "no_such_organisation",
        ask(Transfer(to_organisation="atlantis")),
        but=ask(Transfer(to_organisation="herault")),
    ),
    rule(
        "already_open",
        ask(Transfer(to_organisation="isere"), others={"case-2": "isere"}),
        but=ask(Transfer(to_organisation="isere"), others={"case-2": "herault"}),
        case="case-2",
    ),
    rule("already_open", typical(T.REOPEN, others={"case-2": "gard"}), but=typical(T.REOPEN), case="case-2"),
    rule("archived", typical(T.REOPEN, ARCHIVED), but=typical(T.REOPEN)),
    rule("archived", typical(T.CORRECT_FACT, ARCHIVED), but=typical(T.CORRECT_FACT, CLOSED)),
    rule("already_archived", typical(T.ARCHIVE, ARCHIVED), but=typical(T.ARCHIVE), since=day(0)),
    rule("not_archived", typical(T.RESTORE, CLOSED), but=typical(T.RESTORE)),
    rule("no_such_case", typical(T.MERGE, kept=None), but=typical(T.MERGE)),
    rule("same_case", typical(T.MERGE, kept=kept(*ACCEPTED, case_id="case-1")), but=typical(T.MERGE)),
    rule("other_case_erased", typical(T.MERGE, kept=kept(*CLOSED, ERASED)), but=typical(T.MERGE)),
    rule(
        "already_one_person",
        typical(T.MERGE, kept=kept(*ACCEPTED, person_id="person-1")),
        but=typical(T.MERGE),
    ),
    rule(
        "keep_the_open_case",
        typical(T.MERGE, kept=kept(*CLOSED)),
        but=typical(T.MERGE, CLOSED, kept=kept(*CLOSED)),
    ),
    rule(
        "two_open_cases",
        typical(T.MERGE, others={"case-3": "gard"}),
        but=typical(T.MERGE, others={"case-3": "isere"}),
        organisation="gard",
    ),
    rule(
        "before_detection",
        ask(Merge(into=OTHER, occurred_on=day(1)), kept=kept((day(2), DETECTED[0]))),
        but=ask(Merge(into=OTHER, occurred_on=day(2)), kept=kept((day(2), DETECTED[0]))),
        earliest=day(2),
    ),
    rule("archived", typical(T.MERGE, ARCHIVED), but=typical(T.MERGE, CLOSED)),
    rule("rectification_changes_nothing", ask(rectify()), but=ask(rectify(phone=None))),
    rule("nir_of_another_person", ask(rectify(nir=NIR_OF_ANOTHER)), but=ask(rectify(nir=SOMEBODY.nir))),
    rule("already_erased", typical(T.ERASE_PERSONAL_DATA, None, ERASED), but=typical(T.ERASE_PERSONAL_DATA)),
    rule(
        "open_case_remains",
        typical(T.ERASE_PERSONAL_DATA, others={"case-2": "isere"}),
        but=typical(T.ERASE_PERSONAL_DATA),
        case="case-2",
    ),
]
CLOSING: Final = [
    rule(
        "closing_reason_not_here",
        ask(close(ClosingReason.CARE_PERFORMED), PLAN_BUILT),
        but=ask(close(ClosingReason.CARE_PERFORMED), CARE_PERFORMED),
        reason=ClosingReason.CARE_PERFORMED,
    ),
    rule(
        "actions_left_open",
        ask(close(ClosingReason.MOVED, None), PLAN_BUILT),
        but=ask(close(ClosingReason.MOVED, None), PLAN_BUILT, ENDED),
        actions=("a1",),
    ),
    rule(
        "no_need_performed",
        ask(close(ClosingReason.CARE_PARTLY_PERFORMED), TWO_NEEDS),
        but=ask(close(ClosingReason.CARE_PARTLY_PERFORMED), TWO_NEEDS, PERFORMED),
    ),
    rule(
        "every_need_performed",
        ask(close(ClosingReason.CARE_PARTLY_PERFORMED), TWO_NEEDS, PERFORMED, CarePerformed(need_id="n2")),
        but=ask(close(ClosingReason.CARE_PARTLY_PERFORMED), TWO_NEEDS, PERFORMED),
    ),
    rule(
        "no_right_opened",
        ask(close(ClosingReason.RIGHTS_OPENED_ONLY), PLAN_BUILT, ENDED),
        but=ask(close(ClosingReason.RIGHTS_OPENED_ONLY), PLAN_BUILT, OPENED),
    ),
    *(
        rule(
            "too_few_attempts",
            ask(close(ClosingReason.UNREACHABLE), ACCEPTED, *contacts),
            but=ask(close(ClosingReason.UNREACHABLE), ACCEPTED, tried("phone"), tried("phone"), tried("sms")),
            attempts=3,
            channels=2,
            so_far=Attempts(made, used),
        )
        for contacts, made, used in (
            ([], 0, 0),
            ([tried("phone"), tried("sms")], 2, 2),
            ([tried("phone")] * 5, 5, 1),
            ([tried("phone"), tried("phone"), tried("sms"), tried("phone", reached=True)], 0, 0),
            ([tried("phone"), tried("phone"), tried("sms", direction="inbound")], 2, 1),
        )
    ),
]
CORRECTIONS: Final = [
    rule(
        "no_such_event",
        ask(correct(6, occurred_on="2026-03-02")),
        but=ask(correct(5, occurred_on="2026-03-03")),
        first=1,
        last=5,
    ),
    rule(
        "corrects_a_correction",
        ask(correct(6, changes={}), None, CORRECTED),
        but=ask(correct(1, origin="database_query"), None, CORRECTED),
        version=6,
    ),
    rule(
        "not_correctable",
        ask(correct(3, share_with=["caf"])),
        but=ask(correct(3, occurred_on="2026-03-03")),
        field="share_with",
        accepted=("occurred_on",),
    ),
    rule(
        "no_such_field",
        ask(correct(1, Hermelin=1)),
        but=typical(T.CORRECT_FACT),
        accepted=("occurred_on", "origin", "partner_kind", "source"),
    ),
    rule(
        "detected_after_the_rest",
        ask(correct(1, occurred_on="2026-03-03")),
        but=ask(correct(1, occurred_on="2026-03-01")),
        latest=day(0),
    ),
    rule(
        "out_of_order",
        ask(correct(4, occurred_on="2026-03-06"), (*ACCEPTED, RECONSENTED, (day(9), MOVED))),
        but=ask(correct(4, occurred_on="2026-03-07"), (*ACCEPTED, RECONSENTED, (day(9), MOVED))),
        episode=1,
    ),
    rule(
        "correction_invalid",
        ask(correct(1, origin="a_dream")),
        but=ask(correct(1, origin="spontaneous")),
        field="origin",
        accepted="detector_question, spontaneous, database_query",
    ),
    rule(
        "correction_changes_nothing",
        ask(correct(1, origin="detector_question")),
        but=ask(correct(1, origin="spontaneous")),
    ),
]
RULES: Final = [*WHO, *REFERRAL, *EPISODES, *NEEDS_AND_PLAN, *FUNDING, *FOLLOW_UP, *CLOSING, *CORRECTIONS]
