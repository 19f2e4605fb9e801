"""The command catalogue: one payload a trigger, in the order of the table."""

from typing import Final

from domain.command import Command
from domain.commands import care, follow_up, funding, intake, merging, privacy
from workflows.triggers import Trigger

_COMMANDS: Final[tuple[type[Command], ...]] = (
    intake.Detect,
    intake.Accept,
    intake.Reject,
    intake.Assign,
    intake.Reassign,
    follow_up.LogContact,
    intake.RecordConsent,
    intake.AmendConsent,
    intake.RefuseConsent,
    intake.WithdrawConsent,
    intake.CompleteBilan,
    intake.AmendBilan,
    care.AddNeed,
    care.DropNeed,
    care.BuildPlan,
    care.RevisePlan,
    care.StartAction,
    care.CompleteAction,
    care.AbandonAction,
    funding.RecordQuote,
    funding.RequestFunding,
    funding.DecideFunding,
    funding.AgreeInstalments,
    care.RecordCarePerformed,
    follow_up.Suspend,
    follow_up.Resume,
    follow_up.ReferOnward,
    follow_up.RecordPartnerAcceptance,
    follow_up.RecordPartnerCompletion,
    follow_up.RecordPartnerRefusal,
    follow_up.RecordNoAnswer,
    follow_up.Close,
    follow_up.Reopen,
    follow_up.Transfer,
    follow_up.CorrectFact,
    merging.Merge,
    privacy.RectifyIdentity,
    privacy.Archive,
    privacy.Restore,
    privacy.ErasePersonalData,
)

COMMANDS: Final[dict[Trigger, type[Command]]] = {command.trigger: command for command in _COMMANDS}
