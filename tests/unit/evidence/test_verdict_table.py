"""The README's table of verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qbench.evidence.verdict_table import BEGIN, END, verdict_tables, with_tables, write_tables
from qbench.evidence.wording import ROOM
from tests.synthetic import claim, estimate, exact_claim, exact_estimate, paper, recorded, untestable_claim


def held(why, verdict="reproduced"):
    return replace(recorded(verdict, a=estimate(3.0)), why=why)


def row(why):
    return next(line for line in verdict_tables([paper(claim(recorded=held(why)))]).splitlines() if "C01" in line)


def test_every_claim_has_a_row_with_its_verdict_on_record():
    own = exact_claim(2, kind="consistency", recorded=recorded("refuted", "fast", violations=exact_estimate(2.0)))
    text = verdict_tables(
        [paper(claim(recorded=held("It was measured.")), own, untestable_claim(), claim("new", "C04"))]
    )
    lines = [line for line in text.splitlines() if line.startswith("| C")]
    assert lines[0] == "| C01 `synthetic/holds` | a is positive | reproduced | It was measured. |"
    assert [line.split(" | ")[2] for line in lines] == ["reproduced", "refuted", "-", "-"]
    assert "4 claims: 1 reproduced; the paper's own arithmetic: 0 consistent, 1 not; 2 without a verdict" in text


def test_only_whole_sentences_are_shown():
    assert row("As Sec. V says, see Fig. 4 and Eq. (10). Then more.").endswith(
        "| As Sec. V says, see Fig. 4 and Eq. (10). Then more. |"
    )
    assert row(f"Short. {'Long ' * 60}sentence. End.").endswith("| Short. |")
    long = f"The first {'very ' * 60}long sentence."
    assert len(long) > ROOM
    assert row(f"{long} Second.").endswith(f"| {long} |")
    assert row(f"Because: {'Long ' * 60}").endswith("| Because |")


def test_a_bar_does_not_end_a_cell():
    assert row("|x| is 1,\n  so | it stays.").endswith("| \\|x\\| is 1, so \\| it stays. |")


def test_what_looks_like_a_tag_is_shown():
    assert row("Each <Z> is 1.").endswith("| Each &lt;Z> is 1. |")


def test_the_tables_replace_what_stood_between_the_marks():
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    fresh = with_tables(text, "new\n")
    assert fresh == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert with_tables(fresh, "new\n") == fresh
    for without in (text.replace(BEGIN, ""), text.replace(END, "")):
        with pytest.raises(ValueError, match=r"no lines .* to write between"):
            with_tables(without, "new\n")


def test_a_file_without_marks_or_no_file_is_said(tmp_path):
    page = tmp_path / "page.md"
    with pytest.raises(SystemExit, match=r"page\.md: .*No such file.*; name a file that has both lines"):
        write_tables(str(page), "new\n")
    page.write_text("# a page\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="has no lines '<!-- a -->' and '<!-- b -->' to write between"):
        write_tables(str(page), "new\n", ("<!-- a -->", "<!-- b -->"))
    assert page.read_text(encoding="utf-8") == "# a page\n"
    page.write_text("<!-- a -->\nold<!-- b -->\n", encoding="utf-8")
    write_tables(str(page), "new\n", ("<!-- a -->", "<!-- b -->"))
    assert page.read_text(encoding="utf-8") == "<!-- a -->\nnew\n<!-- b -->\n"
