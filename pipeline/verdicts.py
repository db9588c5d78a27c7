"""What the verbs on several people's work do and print: agree, adjudicate, history."""

from __future__ import annotations

import argparse

from pipeline.errors import FindingsError, RequestError
from pipeline.project import Project
from pipeline.verbs import say, writes_in

_DESK = """
  {url}
  المستخدم · user      {user}
  كلمة المرور · password   make password   ({password_file})

  افتح مشروع adjudication، اقبل كل اقتراح معلَّم بعلامة ؟ أو احذفه، ثم أكّد الوثيقة بعلامة ✓،
  وبعدها مرة أخرى: make adjudicate
  Open the project adjudication, accept or delete each proposal marked ؟, confirm the document
  with ✓, then once more: make adjudicate
"""


def agree(arguments: argparse.Namespace, project: Project) -> None:
    """Print how far annotators agree."""
    from pipeline.corpus import read_corpus
    from pipeline.stages.agree import agree as run
    from pipeline.stages.agree import render_json, render_table

    comparisons = run(list(read_corpus(arguments.input)), project.annotations)
    print(render_json(comparisons) if arguments.json else render_table(comparisons))


@writes_in("annotations")
def adjudicate(arguments: argparse.Namespace, project: Project) -> None:
    """Settle what annotators agree on, open the rest to the adjudicator, take decisions home."""
    from pipeline.rounds import adjudicate as run

    opened = run(
        project,
        arguments.input,
        arguments.accept,
        arguments.doccano_python,
        show_authors=arguments.show_authors,
    )
    report = opened.report
    for snap in report.snapped:
        say(f"snapped to whole words: {snap}")
    say(
        f"settled by the rule «{report.rule}» {len(report.settled)}, "
        f"decided by the adjudicator {len(report.decided)}, unchanged {len(report.unchanged)}, "
        f"of one annotator alone {len(report.alone)}"
    )
    if report.contested:
        say(f"not decided yet: {', '.join(report.contested)}")
        password_file = f"{project.state.name}/passwords/{opened.username}"
        print(_DESK.format(url=opened.url, user=opened.username, password_file=password_file))
    elif report.settled or report.decided:
        say("Next: make release VERSION=0.1.0")
    if report.findings:
        raise FindingsError(report.findings)


def history(arguments: argparse.Namespace, project: Project) -> None:
    """Print what became of each span of a document."""
    from pipeline.corpus import read_corpus
    from pipeline.stages.history import history as run
    from pipeline.stages.history import render_json, render_text

    documents = (d for d in read_corpus(arguments.input) if d.id == arguments.document)
    document = next(documents, None)
    if document is None:
        cure = "Name one of its documents, or the INPUT that has it."
        raise RequestError(f"document {arguments.document}", f"is not in {arguments.input}", cure)
    stories = run(document, project.annotations)
    render = render_json if arguments.json else render_text
    print(render(stories, document))
