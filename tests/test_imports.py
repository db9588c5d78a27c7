"""The import rules that keep the house in order."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"
FILES = sorted(PACKAGE.rglob("*.py"))
SIDE = PACKAGE / "doccano" / "server"
# Django, what Doccano has beside it, and Doccano's own apps.
SERVER = {"django", "rest_framework", "dj_rest_auth"}
SERVER |= {"api", "config", "examples", "label_types", "labels", "projects", "roles", "users"}
HEAVY = {"torch", "transformers", "datasets", "pyarrow", "camel_tools", "seqeval", "pandas"}


def imports(path, *, top_level=False):
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(PACKAGE.parent).parts[: -node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_keeps_the_import_rules(path):
    place = path.relative_to(PACKAGE)
    server = place.parts[:2] == ("doccano", "server")
    for name in imports(path):
        if place.parts[0] == "stages":
            assert not name.startswith("pipeline.stages"), f"{place}: a stage imports a stage"
        if place.parts[0] == "annotators":
            assert name.split(".")[0] not in {"os", "pathlib", "io"}, f"{place}: opens paths"
            assert not name.startswith(("pipeline.stages", "pipeline.doccano")), place
        if server:
            allowed = sys.stdlib_module_names | SERVER | {path.stem for path in SIDE.glob("*.py")}
            root = name.split(".")[0]
            inside = name.startswith("pipeline.doccano.server")
            assert not root or inside or root in allowed, f"{place}: the server imports {name}"
    if not server:
        heavy = {name.split(".")[0] for name in imports(path, top_level=True)} & HEAVY
        assert not heavy, f"{place}: {heavy} must be imported late"


def test_every_package_and_data_file_ships():
    settings = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    declared = settings["tool"]["setuptools"]
    packages = {
        ".".join(path.parent.relative_to(PACKAGE.parent).parts)
        for path in PACKAGE.rglob("__init__.py")
    }
    assert packages | {"pipeline.schemas"} == set(declared["packages"])
    shipped = {
        path
        for package, patterns in declared["package-data"].items()
        for pattern in patterns
        for path in (PACKAGE.parent / package.replace(".", "/")).glob(pattern)
    }
    data = {p for p in PACKAGE.rglob("*.*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    # What models were trained on is for who trains; the installed package does without.
    data -= {
        path for path in data if PACKAGE / "models" in path.parents and path.parent.name == "data"
    }
    assert data <= shipped


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_that_is_loaded_can_run_code(path):
    """Weights come from safetensors alone; no pickle, no code from a hub, no `eval`."""
    forbidden = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
    assert not {name.split(".")[0] for name in imports(path)} & forbidden
    for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_call(node)):
        said = ast.unparse(call.func)
        options = {option.arg: ast.unparse(option.value) for option in call.keywords}
        assert said not in {"eval", "exec", "torch.load", "yaml.load", "numpy.load", "np.load"}
        assert "trust_remote_code" not in options
        if said.endswith(".from_pretrained") and said.startswith("AutoModel"):
            assert options.get("use_safetensors") == "True"


def is_call(node):
    return isinstance(node, ast.Call)
