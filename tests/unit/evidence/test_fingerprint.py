import sys

import pytest

from qbench.evidence.fingerprint import fingerprint, sources


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two modules, importable while the test runs."""
    root = tmp_path / "moon"
    (root / "crater").mkdir(parents=True)
    (root / "__init__.py").write_bytes(b"")
    (root / "dust.py").write_bytes(b"SIZE = 1\nKIND = 2\n")
    (root / "crater" / "__init__.py").write_bytes(b"DEPTH = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    fingerprint.cache_clear()
    yield root
    fingerprint.cache_clear()
    for name in [n for n in sys.modules if n.split(".")[0] == "moon"]:
        del sys.modules[name]


def fresh(*packages):
    """The fingerprint as a new process would see it."""
    fingerprint.cache_clear()
    return fingerprint(packages)


def test_every_source_is_seen(package):
    assert [name for name, _ in sources("moon")] == ["moon/__init__.py", "moon/crater/__init__.py", "moon/dust.py"]
    assert [name for name, _ in sources("moon.dust")] == ["moon.dust"]
    assert [name for name, _ in sources("moon.crater")] == ["moon.crater/__init__.py"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda root: (root / "dust.py").write_bytes(b"SIZE = 1\nKIND = 3\n"),
        lambda root: (root / "crater" / "__init__.py").write_bytes(b"DEPTH = 4\n"),
        lambda root: (root / "new.py").write_bytes(b""),
        lambda root: (root / "dust.py").unlink(),
        lambda root: (root / "dust.py").rename(root / "rock.py"),
        # Text that moves from one file to another: the same bytes in the same order.
        lambda root: (
            (root / "__init__.py").write_bytes(b"DEPTH = 3\n"),
            (root / "crater/__init__.py").write_bytes(b""),
        ),
    ],
    ids=["a line", "a line deeper down", "a file more", "a file less", "a name", "text moved"],
)
def test_an_edit_changes_it(package, edit):
    before = fresh("moon")
    edit(package)
    assert fresh("moon") != before


@pytest.mark.parametrize(
    "edit",
    [
        lambda root: (root / "dust.py").write_bytes(b"SIZE = 1\r\nKIND = 2\r\n"),
        lambda root: (root / "notes.txt").write_text("not a source"),
        lambda root: (root / "dust.py").touch(),
    ],
    ids=["line ends of another checkout", "a text file", "a date"],
)
def test_what_is_no_edit_does_not(package, edit):
    before = fresh("moon")
    edit(package)
    assert fresh("moon") == before


def test_only_the_named_packages_count(package):
    crater, dust = fresh("moon.crater"), fresh("moon.dust")
    (package / "dust.py").write_bytes(b"SIZE = 9\n")
    assert fresh("moon.crater") == crater
    assert fresh("moon.dust") != dust


def test_neither_order_nor_repetition_matters(package):
    assert fresh("moon.dust", "moon.crater") == fresh("moon.crater", "moon.dust", "moon.dust")


@pytest.mark.parametrize("name", ["no_such_package", "moon.cheese", "moon.dust.deeper"])
def test_a_package_that_is_not_there(package, name):
    with pytest.raises(ValueError, match=f"no package {name!r} to fingerprint; check the study's `code`"):
        fresh(name)
