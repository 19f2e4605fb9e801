"""Who may be asking: the roles of the cell and of those who work with it."""

from workflows.labels import LabelledEnum


class Role(LabelledEnum):
    """A role decides what an account sees and does; an account has exactly one."""

    DETECTOR = "detector", "Détecteur", "Detector"
    COUNSELLOR = "counsellor", "Conseiller", "Counsellor"
    SUPERVISOR = "supervisor", "Responsable de cellule", "Supervisor"
    ANALYST = "analyst", "Analyste", "Analyst"
    AUDITOR = "auditor", "Auditeur", "Auditor"
    DATA_PROTECTION_OFFICER = (
        "data_protection_officer",
        "Délégué à la protection des données",
        "Data-protection officer",
    )
    ADMINISTRATOR = "administrator", "Administrateur", "Administrator"
