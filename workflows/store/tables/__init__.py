"""All tables, by name; importing this module completes the metadata."""

from workflows.store.tables.backups import Backup, BackupState
from workflows.store.tables.base import Base
from workflows.store.tables.case_words import CASE_WORDS
from workflows.store.tables.cases import Case, CaseStep, LedgerEntry, Letter, Paper
from workflows.store.tables.custom_domains import CustomDomain
from workflows.store.tables.endings import Ending
from workflows.store.tables.fitness_tests import FitnessTest
from workflows.store.tables.hostings import Credential, Hosting, HostingState, Job, JobState
from workflows.store.tables.inspections import Inspection, SuspectFinding
from workflows.store.tables.leases import Lease
from workflows.store.tables.maintenance import MaintenanceNote, MaintenanceWindow
from workflows.store.tables.messages import Card, Draft, InboxUpdate, MessageState, OutboxMessage, Setting
from workflows.store.tables.moves import Move
from workflows.store.tables.observations import Observation, ServerObservation
from workflows.store.tables.people import Invite, MandateRow, Opd, Person
from workflows.store.tables.readings import Reading
from workflows.store.tables.registers import RegisterEntry
from workflows.store.tables.remarks import Remark
from workflows.store.tables.renewals import Renewal
from workflows.store.tables.searches import Search
from workflows.store.tables.servers import Address, Server
from workflows.store.tables.setbacks import Setback
from workflows.store.tables.sftp_keys import SftpKey
from workflows.store.tables.signings import Signing
from workflows.store.tables.suspensions import Suspension
from workflows.store.tables.upkeep import ServerUpdates
from workflows.store.tables.uptime import Incident, Outage, SiteWatch
from workflows.store.tables.usage import UsageSample, UsageWarning, UsageWatch

__all__ = [
    "CASE_WORDS",
    "Address",
    "Backup",
    "BackupState",
    "Base",
    "Card",
    "Case",
    "CaseStep",
    "Credential",
    "CustomDomain",
    "Draft",
    "Ending",
    "FitnessTest",
    "Hosting",
    "HostingState",
    "InboxUpdate",
    "Incident",
    "Inspection",
    "Invite",
    "Job",
    "JobState",
    "Lease",
    "LedgerEntry",
    "Letter",
    "MaintenanceNote",
    "MaintenanceWindow",
    "MandateRow",
    "MessageState",
    "Move",
    "Observation",
    "Opd",
    "Outage",
    "OutboxMessage",
    "Paper",
    "Person",
    "Reading",
    "RegisterEntry",
    "Remark",
    "Renewal",
    "Search",
    "Server",
    "ServerObservation",
    "ServerUpdates",
    "Setback",
    "Setting",
    "SftpKey",
    "Signing",
    "SiteWatch",
    "SuspectFinding",
    "Suspension",
    "UsageSample",
    "UsageWarning",
    "UsageWatch",
]
