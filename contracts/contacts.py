"""What contacts owns and says: people and companies, and which new leads come from them."""

from contracts.speech import EntityContract, EventContract

SERVICE = "contacts"
ENTITIES = (
    EntityContract(
        "company", "companies", SERVICE, title="name", several=("Companies", "Empresas")
    ),
    EntityContract("contact", "contacts", SERVICE, title="name", several=("Contacts", "Contatos")),
)
EVENTS = (
    EventContract("company.created", "A company was entered."),
    EventContract("company.updated", "Fields of a company changed."),
    EventContract("company.deleted", "A company went to the recycle bin."),
    EventContract("company.restored", "A company came back from the recycle bin."),
    EventContract(
        "company.erased", "What was personal in a company was erased; the rest is in the bin."
    ),
    EventContract("company.purged", "A company is gone for good, out of the recycle bin."),
    EventContract("contact.created", "A contact was entered."),
    EventContract("contact.updated", "Fields of a contact, or its companies, changed."),
    EventContract("contact.deleted", "A contact went to the recycle bin."),
    EventContract("contact.restored", "A contact came back from the recycle bin."),
    EventContract(
        "contact.erased", "What was personal in a contact was erased; the rest is in the bin."
    ),
    EventContract("contact.purged", "A contact is gone for good, out of the recycle bin."),
    EventContract(
        "lead_match.found", "A new lead's e-mail or phone is one of a known contact or company."
    ),
)
COMMANDS: tuple[str, ...] = ()
