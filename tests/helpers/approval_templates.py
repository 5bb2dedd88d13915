"""Templates for tests of forms: one with every kind of field, and a short one with a route."""

from app.domain.approvals.template import (
    Branch,
    Compare,
    Condition,
    Field,
    FieldKind,
    Fork,
    OnNobody,
    OnRequester,
    Option,
    Pick,
    PickKind,
    Route,
    StepMode,
    StepRule,
    Template,
)


def words(text: str) -> dict[str, str]:
    """The same in both languages."""
    return {"en": text, "zh": text}


def options(*names: str) -> tuple[Option, ...]:
    """Options whose keys are their names in small letters."""
    return tuple(Option(name.lower(), words(name)) for name in names)


CHOOSE = StepRule("lead", words("Lead"), StepMode.ALL, (Pick(PickKind.CHOSEN),))
ROUTE = Route(nodes=(CHOOSE,))
ITEMS = Field(
    "items",
    FieldKind.TABLE,
    words("Items"),
    columns=(
        Field("what", FieldKind.TEXT, words("What"), is_required=True),
        Field("count", FieldKind.NUMBER, words("Count"), decimals=0),
        Field("price", FieldKind.MONEY, words("Price"), has_sum=True),
    ),
)
EVERY_KIND = Template(
    id="every",
    version=1,
    name=words("Every kind"),
    fields=(
        Field("text", FieldKind.TEXT, words("Text"), hint=words("One line"), is_required=True, max_length=20),
        Field("long", FieldKind.LONG_TEXT, words("Long text")),
        Field("number", FieldKind.NUMBER, words("Number")),
        Field("money", FieldKind.MONEY, words("Money"), at_most="5000"),
        Field("date", FieldKind.DATE, words("Date")),
        Field("moment", FieldKind.DATE_TIME, words("Moment")),
        Field("range", FieldKind.RANGE, words("Range"), has_half_days=True),
        Field("single", FieldKind.SINGLE, words("Single"), options=options("Train", "Plane")),
        Field("many", FieldKind.MULTIPLE, words("Many"), options=options("A", "B", "C")),
        Field("person", FieldKind.PERSON, words("Person"), is_many=True),
        Field("unit", FieldKind.DEPARTMENT, words("Department")),
        Field("phone", FieldKind.PHONE, words("Phone")),
        Field("stars", FieldKind.RATING, words("Rating")),
        ITEMS,
        Field("image", FieldKind.IMAGE, words("Image")),
        Field("file", FieldKind.FILE, words("File")),
        Field("link", FieldKind.LINKED, words("Linked")),
        Field("twice", FieldKind.FORMULA, words("Twice"), formula="number * 2"),
        Field("note", FieldKind.NOTE, words("Note"), text=words("Read this.")),
        Field(
            "seat",
            FieldKind.TEXT,
            words("Seat"),
            visible_if=(Condition("single", Compare.EQUAL, ("train",)),),
        ),
    ),
    route=ROUTE,
)
TRIP = Template(
    id="trip",
    version=1,
    name=words("Trip"),
    about=words("Where to, and what it costs"),
    prefix="TRP",
    fields=(
        Field("where", FieldKind.TEXT, words("Where"), is_required=True, is_key=True),
        Field("cost", FieldKind.MONEY, words("Cost"), is_required=True, is_key=True),
        Field("file", FieldKind.FILE, words("Files")),
    ),
    route=Route(
        nodes=(
            CHOOSE,
            Fork(
                "dear",
                (
                    Branch(
                        "much",
                        words("Dear"),
                        ((Condition("cost", Compare.MORE, ("5000",)),),),
                        (StepRule("boss", words("Boss"), StepMode.ANY, (Pick(PickKind.CHOSEN, most=1),)),),
                    ),
                    Branch("else"),
                ),
            ),
        ),
        on_nobody=OnNobody.REFUSE,
        on_requester=OnRequester.KEEP,
    ),
)
