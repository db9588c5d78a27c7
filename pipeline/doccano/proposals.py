"""A contested document as its adjudicator sees it in Doccano, and the decisions read back.

What annotators agree on carries the scheme's labels. Every contested proposal is drawn too, those
that overlap one above the other, with its label and a question mark, and who drew it where authors
are shown: «شخص؟ a01+a02». To accept one is to give it the plain label, to reject it is to delete
it; one that still has its question mark is undecided, and the document is not taken.

The holder of a contested stance is drawn with a question mark of its own, since the entity there
may be contested as well; it needs no decision: it stays with its stance, and goes without it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.adjudication.settle import Case, Proposal
from pipeline.doccano.exchange import Reading, from_wire, to_wire
from pipeline.doccano.wire import Annotator, Round, WireDocument, WireRelation, WireSpan
from pipeline.errors import Fault
from pipeline.model import ADJUDICATED, DateSpan, Document, Mention, StanceSpan
from pipeline.offsets import Utf16Map
from pipeline.scheme import LAYERS, Label, load_scheme

ADJUDICATOR = Annotator(ADJUDICATED, "adjudicator")
_MARK = "؟"
_HOW = """# التحكيم · Adjudication
- ما اتفق عليه المعلّمون مكتوب بتسمياته المعتادة.
- كل اقتراح مختلف فيه عليه علامة استفهام، مثل «شخص؟». لقبوله: أعطه التسمية نفسها بلا علامة.
  لرفضه: احذفه. صاحب الموقف المقترح يتبع موقفه، فلا قرار فيه وحده.
- أكّد الوثيقة (✓) حين لا تبقى علامة استفهام. القيم المقترحة للتواريخ في حقل proposals.

What annotators agree on has its usual label. A contested proposal has a question mark: give it the
plain label to accept it, delete it to reject it. Confirm the document when no mark is left.

"""


def adjudication_round(cases: Iterable[Case], instructions: str, *, show_authors: bool) -> Round:
    """Return the round of the adjudicator's project, with the labels its proposals need."""
    scheme = load_scheme()
    plain = {(layer, label.id): label for layer in LAYERS for label in scheme.labels[layer]}
    labels: dict[str, Label] = {}
    for proposal in (proposal for case in cases for proposal in case.contested):
        used = [plain[proposal.layer, proposal.span.label]]
        if isinstance(proposal.span, StanceSpan) and proposal.span.holder:
            used.append(scheme.holder)
        for label in used:
            name = _proposed(label, proposal, show_authors)
            labels[name] = replace(label, name_ar=name, key="")
    extra = tuple(labels[name] for name in sorted(labels))
    return Round("adjudication", scheme.target.id, _HOW + instructions, extra)


def _proposed(label: Label, proposal: Proposal, show_authors: bool) -> str:
    authors = f" {'+'.join(proposal.authors)}" if show_authors else ""
    return f"{label.name_ar}{_MARK}{authors}"


def to_proposals(
    document: Document, case: Case, round_: Round, *, show_authors: bool
) -> WireDocument:
    """Return the document with what is agreed and every contested proposal.

    Its id is that of the case: proposals that change later make a new document on the server.
    """
    agreed = to_wire(document, case.agreed, round_, ADJUDICATOR)
    units = Utf16Map(document.text)
    scheme = load_scheme()
    spans, relations = list(agreed.spans), list(agreed.relations)

    def add(mention: Mention, label: Label, proposal: Proposal) -> int:
        start, end = units.to_utf16(mention.start), units.to_utf16(mention.end)
        name = _proposed(label, proposal, show_authors)
        spans.append(WireSpan(len(spans), start, end, name))
        return spans[-1].id

    for proposal in case.contested:
        span = proposal.span
        label = next(one for one in scheme.labels[proposal.layer] if one.id == span.label)
        source = add(span, label, proposal)
        if isinstance(span, StanceSpan) and span.holder:
            target = add(span.holder, scheme.holder, proposal)
            relations.append(WireRelation(source, target, scheme.relation_name_ar))
    name = hashlib.sha256(f"{agreed.uuid}\0{case.digest}".encode()).digest()[:16]
    listed = [_describe(proposal, show_authors) for proposal in case.contested]
    return replace(
        agreed,
        uuid=str(uuid.UUID(bytes=name, version=4)),
        meta={**agreed.meta, "based_on": case.digest, "proposals": "\n".join(listed)},
        spans=tuple(spans),
        relations=tuple(relations),
    )


def _describe(proposal: Proposal, show_authors: bool) -> str:
    span = proposal.span
    parts = [f"«{span.text}»", span.label]
    if isinstance(span, DateSpan) and span.value:
        parts.append(" ".join(filter(None, (span.value, span.mod))))
    if isinstance(span, StanceSpan) and span.holder:
        parts.append(f"«{span.holder.text}»")
    return " · ".join([*parts, *(["+".join(proposal.authors)] if show_authors else [])])


def from_proposals(
    wire: WireDocument, document: Document, case: Case, round_: Round, earlier: Sequence[DateSpan]
) -> Reading:
    """Read an adjudicator's decisions; dates take the normal forms settled, or given earlier.

    A proposal that is not decided is a fault.
    """
    names = {label.name_ar for labels in load_scheme().labels.values() for label in labels}
    faults, spans = [], []
    tied = {end for relation in wire.relations for end in (relation.source, relation.target)}
    for span in wire.spans:
        name, mark, _ = span.label.partition(_MARK)
        if not mark:
            spans.append(span)
        elif name == load_scheme().holder.name_ar:
            spans += [replace(span, label=name)] if span.id in tied else []
        elif name in names:
            faults.append(_undecided(document, span, name))
        else:
            spans.append(span)
    if faults:
        return Reading(None, (), tuple(faults))
    settled = [p.span for p in case.contested if isinstance(p.span, DateSpan)]
    known = [*case.agreed.dates, *settled, *earlier]
    decided = replace(wire, spans=tuple(spans))
    reading = from_wire(decided, document, round_, ADJUDICATOR, known)
    if reading.annotation is None:
        return reading
    return replace(reading, annotation=replace(reading.annotation, based_on=case.agreed.based_on))


def _undecided(document: Document, span: WireSpan, name: str) -> Fault:
    words = document.text.encode("utf-16-le")[2 * span.start_utf16 : 2 * span.end_utf16]
    place = f"{ADJUDICATED}/{document.id}, {span.label} «{words.decode('utf-16-le', 'replace')}»"
    cure = f"Give it the label «{name}» to accept it, or delete it, and confirm the document again."
    return Fault(place, "a proposal that is not decided", cure)
