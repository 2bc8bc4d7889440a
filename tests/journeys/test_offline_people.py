"""Two machines, a shared machine, a machine that is handed on: nobody loses or sees a thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import PASSWORD
from tests.journeys.classroom import ClassRoom
from tests.journeys.machine import Machine, NewMachine, in_ledger

pytestmark = pytest.mark.journey
READ_EVERYTHING = """async () => {
  const told = [JSON.stringify(localStorage), document.body.innerText];
  const text = one => one instanceof ArrayBuffer || ArrayBuffer.isView(one)
    ? new TextDecoder().decode(one) : one && typeof one === 'object'
    ? Object.entries(one).map(([name, value]) => name + text(value)).join(' ') : String(one);
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise(done => { const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result); });
    for (const store of base.objectStoreNames) told.push(text(await new Promise(done => {
      const all = base.transaction(store).objectStore(store).getAll();
      all.onsuccess = () => done(all.result); })));
    base.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) if (!/static/.test(key.url))
      told.push(await (await cache.match(key)).text());
  }
  return told.join(' '); }"""


def write_apart(machine: NewMachine) -> tuple[Machine, Machine]:
    """One teacher, two machines, one cell, no line."""
    school, home = machine(), machine()
    for one, mark in ((school, "6"), (home, "9")):
        one.prepare()
        one.line.pull()
        one.open_book()
        one.type_marks("gk", mark)
    return school, home


@pytest.mark.parametrize(("choice", "stands"), [("mine", 90), ("theirs", 60)])
def test_of_two_machines_on_one_cell_the_owner_decides(
    machine: NewMachine, classroom: ClassRoom, choice: str, stands: int
) -> None:
    school, home = write_apart(machine)
    school.line.plug_in()
    school.try_now()
    school.wait_for_line("ok")
    home.line.plug_in()
    home.try_now()
    home.page.locator("#marks td[data-state=conflict]").wait_for()
    assert classroom.stored("gk")[0] == 60
    home.go("cho-quyet")
    asked = home.page.locator("[data-offline-entry]").inner_text()
    assert "9" in asked
    assert "6,0" in asked
    home.page.locator(f"[data-offline-{choice}]").click()
    home.page.locator("[data-offline-entry]").wait_for(state="detached")
    home.wait_for_line("ok")
    assert home.unsent() == 0
    assert classroom.stored("gk")[0] == stands
    assert in_ledger(classroom) == (2, 2), "the mark and the decision"


def test_the_next_teacher_at_a_shared_machine_sees_nothing(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    shared = machine()
    shared.prepare()
    shared.line.pull()
    shared.open_book()
    pupil = shared.page.locator("#marks tbody .mg-name").first.get_attribute("title")
    assert pupil
    shared.type_marks("gk", "8.5")
    shared.page.locator("[data-offline-lock]").click()
    shared.page.locator("[data-offline-unlock]").wait_for()
    read = shared.page.evaluate(READ_EVERYTHING)
    assert pupil not in read
    assert "gv.hoa" not in read
    assert "Nông Thị Hoa" not in read
    shared.unlock(password="đoán thử một lần")
    shared.page.locator("[data-offline-door-told]", has_text="Chưa mở được").wait_for()
    shared.line.plug_in()
    shared.context.clear_cookies()
    shared.prepare("binh")
    shared.go("chua-gui")
    assert pupil not in shared.page.locator("main").inner_text()
    assert shared.unsent() == 1, "what the first one wrote is still there"
    shared.page.locator("[data-offline-lock]").click()
    shared.context.clear_cookies()
    shared.sign_in("hoa")
    shared.open_again()
    shared.wait_for_line("ok")
    assert classroom.stored("gk")[0] == 85


def test_leaving_with_unsent_work_asks_first(machine: NewMachine, classroom: ClassRoom) -> None:
    hers = machine()
    hers.prepare()
    hers.line.pull()
    hers.open_book()
    hers.type_marks("gk", "8.5")
    hers.go("tep")
    hers.page.locator("[data-offline-wipe]").click()
    hers.page.get_by_text("Còn 1 mục chưa ở trường").wait_for()
    assert hers.unsent() == 1
    hers.page.locator("[data-offline-wipe-sure]").click()
    hers.page.locator("body[data-offline=locked]").wait_for()
    assert hers.page.evaluate("indexedDB.databases().then(found => found.length)") <= 1
    assert hers.unsent() == 0


def test_what_is_unsent_comes_to_school_in_a_file(
    machine: NewMachine, classroom: ClassRoom, tmp_path: Path
) -> None:
    broken, other = machine(), machine()
    broken.prepare()
    broken.line.pull()
    broken.open_book()
    broken.type_marks("gk", "8.5", "7", "P")
    broken.go("tep")
    with broken.page.expect_download() as saved:
        broken.page.locator("[data-offline-export]").click()
    kept = tmp_path / "chua-gui.json"
    saved.value.save_as(kept)
    assert "8.5" not in kept.read_text()
    other.prepare()
    for _ in range(2):
        other.go("tep")
        other.page.locator("[data-offline-import]").set_input_files(kept)
        other.page.locator("[data-offline-import-password]").fill(PASSWORD)
        other.page.locator("[data-offline-import-do]").click()
        other.page.locator("[role=status] .alert, .alert[role=status]").first.wait_for()
        other.wait_for_line("ok")
        other.go("")
        other.page.locator("[data-offline-refresh]").wait_for()
    assert classroom.stored("gk")[:3] == [85, 70, -1]
    broken.line.plug_in()
    broken.try_now()
    broken.wait_for_line("ok")
    assert in_ledger(classroom) == (3, 3)
