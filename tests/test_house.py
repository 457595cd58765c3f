"""The house rule, every import points down, and its sisters.  docs/house.md says why each floor lies where it does."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("wecops", "accounts", "chats", "blog")

# From the ground up.  A module belongs to the longest name here that matches it.
FLOORS = (
    ("chats.sources", "chats.analysis", "wecops.launcher"),
    ("accounts",),
    ("chats.models",),
    ("chats.rendering",),
    ("chats.shelf", "chats.search", "chats.exports", "chats.calendar", "chats.impact", "chats.health"),
    (
        "chats.lifecycle",
        "chats.ingest",
        "chats.archive",
        "chats.moderation",
        "chats.privacy",
        "chats.records",
    ),
    ("chats.proposals",),
    ("chats.tasks",),
    ("chats",),
    ("blog.models",),
    ("blog.search", "blog.thread"),
    ("blog.publishing",),
    ("blog.comments", "blog.stories", "blog.followers", "blog.blogroll"),
    ("blog.tasks",),
    ("blog",),
    ("wecops",),
)
WRITERS = FLOORS[5] + FLOORS[6] + FLOORS[11] + FLOORS[12]
NETWORK = {"requests", "urllib3", "urllib.request", "http.client", "socket", "smtplib"}
DOORS = {"chats.sources.http", "chats.sources.wires", "accounts.outbox.server"}
CLOCKS = {"timezone.now", "datetime.now", "time.time"}
MAY_READ_THE_CLOCK = {"views", "admin", "tasks", "feeds", "context_processors", "adapter"}
WRITING = {
    "save", "create", "get_or_create", "update", "update_or_create", "delete", "bulk_create", "bulk_update", "copy",
    "cursor", "execute", "executemany",
}  # fmt: skip
NOT_ROWS = {"cache", "hashlib", "self", "context", "DATABASES", "Image"}


def room(module):
    """Return (floor, name of the room) for a module."""
    matches = [
        (len(name), floor, name)
        for floor, names in enumerate(FLOORS)
        for name in names
        if f"{module}.".startswith(f"{name}.")
    ]
    return max(matches)[1:]


def files():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files()}
TREES = {module: ast.parse(path.read_text()) for module, path in MODULES.items()}


def names_imported(module):
    """Yield (full name, node) for everything a module imports, first-party or not."""
    package = module.split(".")
    if MODULES[module].name != "__init__.py":
        package.pop()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = ".".join([*base, *filter(None, [node.module])])
            yield from ((f"{stem}.{alias.name}", node) for alias in node.names)


def imports(module):
    """Yield (module imported, line number, is deferred) for first-party imports."""
    for name, node in names_imported(module):
        parts = name.split(".")
        stems = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        found = next((stem for stem in stems if stem in MODULES), module)
        if found != module:
            yield found, node.lineno, node not in TREES[module].body


@pytest.mark.parametrize("module", MODULES)
def test_every_import_points_down(module):
    here, home = room(module)
    wrong = [
        f"{MODULES[module].name}:{line} imports {name}"
        for name, line, _ in imports(module)
        if room(name)[0] > here or (room(name)[0] == here and room(name)[1] != home)
    ]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
def test_no_import_hides_inside_a_function(module):
    assert [f"{name}:{line}" for name, line, deferred in imports(module) if deferred] == []


def test_no_import_goes_in_a_circle():
    graph = {module: {name for name, _, _ in imports(module)} for module in MODULES}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_only_front_rooms_read_the_clock(module):
    """Everything below is given ``now``, so no test ever has to stop the clock."""
    allowed = MAY_READ_THE_CLOCK | {"commands", "launcher"}
    if allowed & set(module.split(".")):
        return

    read = [
        f"{MODULES[module].name}:{node.lineno}"
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Attribute)
        and (f"{getattr(node.value, 'id', '')}.{node.attr}" in CLOCKS or node.attr in {"utcnow", "today"})
    ]

    assert read == []


@pytest.mark.parametrize("module", MODULES)
def test_only_writers_write(module):
    """Rows change in writers, in admin.py, in accounts and in migrations; and a save names its fields."""
    if room(module)[1] in (*WRITERS, "accounts", "wecops.launcher") or module.endswith(".admin"):
        return

    assert [f"{MODULES[module].name}:{line} {what}" for line, what in writes(module)] == []


def writes(module):
    """Yield (line, call) for what looks like a write to rows: a writing verb on a manager, queryset or instance."""
    for node in ast.walk(TREES[module]):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING):
            continue
        text = ast.unparse(node.func)
        owner = re.split(r"[.(\[]", text)[0]
        is_health_check = module == "wecops.views" and node.func.attr in {"cursor", "execute"}
        is_what_rows_come_by = module in {"wecops.cache", "wecops.database.base"}
        if owner in NOT_ROWS or is_health_check or is_what_rows_come_by:
            continue
        yield node.lineno, text


@pytest.mark.parametrize("module", MODULES)
def test_every_save_names_its_fields(module):
    """Or writes a new row, whole: ``force_insert``."""
    bare = [
        f"{MODULES[module].name}:{node.lineno}"
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and not {"update_fields", "force_insert"} & {keyword.arg for keyword in node.keywords}
        and re.split(r"[.(]", ast.unparse(node.func.value))[0] not in {"sociallogin", "Image"}  # no rows
    ]
    assert bare == []


@pytest.mark.parametrize("module", MODULES)
def test_only_one_door_leads_to_the_network_and_one_to_the_mail_server(module):
    """The launcher is the one exception: it looks at loopback ports before there is a Django to ask."""
    if module in DOORS or module.startswith("wecops.launcher"):
        return

    assert [name for name, _ in names_imported(module) if any(f"{name}.".startswith(f"{n}.") for n in NETWORK)] == []


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith(("chats.sources", "chats.analysis"))])
def test_the_cellar_knows_no_django(module):
    assert [name for name, _ in names_imported(module) if name.split(".")[0] in {"django", "celery"}] == []


# A letter brings its styles along: mail programs read no sheet.  What is shown of it at the desk is shown in a sandbox.
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if path != ROOT / "templates/mails/base.html")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style(path):
    text = path.read_text()

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|\|\s*safe\b|autoescape off", text) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_module_opens_with_a_sentence(module):
    if MODULES[module].read_text().strip() == "":
        return

    assert ast.get_docstring(TREES[module]) is not None
