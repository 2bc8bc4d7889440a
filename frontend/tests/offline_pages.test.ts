import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pack } from "../src/offline/contract.ts";
import { Log } from "../src/offline/log.ts";
import { settleInPack } from "../src/offline/pages/settling.ts";
import { tellEntry } from "../src/offline/pages/telling.ts";
import { WithSpare } from "../src/offline/pages/spare.ts";
import { type Entry, Fleeting } from "../src/offline/store.ts";

const place = (student: number) => ({ book: 1, term: 1, strand: 0, student, slot: "gk" });
const wish = (student: number, value: string) => ({ kind: "mark" as const, place: place(student), base: null, value });

/** A disk that takes nothing while it is full. */
class Disk extends Fleeting {
  full = false;

  override async append(entry: Entry): Promise<void> {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    const there = await this.entries();
    if (there.some((one) => one.operation.seq === entry.operation.seq)) throw new DOMException("taken", "ConstraintError");
    await super.append(entry);
  }

  override async nextSequence(): Promise<number> {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    return super.nextSequence();
  }
}

test("what a full disk does not take stays in memory, in its order, and is told", async () => {
  const disk = new Disk();
  const store = new WithSpare(disk);
  let told = 0;
  store.told = () => { told += 1; };
  const log = await Log.open(store);
  await log.write(wish(1, "7,0"));
  disk.full = true;
  await log.write(wish(2, "8,0"));
  await log.write(wish(3, "9,0"));
  assert.equal(store.spared, 2);
  assert.ok(told >= 2);
  assert.deepEqual((await store.entries()).map((one) => one.operation.value), ["7,0", "8,0", "9,0"]);
});

test("when there is room again, what stood in memory is written down and no number is given twice", async () => {
  const disk = new Disk();
  const store = new WithSpare(disk);
  const log = await Log.open(store);
  disk.full = true;
  await log.write(wish(1, "7,0"));
  await log.write(wish(2, "8,0"));
  disk.full = false;
  await store.settle();
  assert.equal(store.spared, 0);
  const reopened = await Log.open(new WithSpare(disk));
  await reopened.write(wish(3, "9,0"));
  const numbers = (await disk.entries()).map((one) => one.operation.seq);
  assert.equal(new Set(numbers).size, 3);
  assert.deepEqual((await disk.entries()).map((one) => one.operation.value), ["7,0", "8,0", "9,0"]);
});

test("an entry that a full disk did not take is dropped by its own answer as any other", async () => {
  const disk = new Disk();
  const store = new WithSpare(disk);
  const log = await Log.open(store);
  disk.full = true;
  const { operation } = await log.write(wish(1, "7,0"));
  await log.settle([{ id: operation.id, status: "applied", value: 70, text: "7,0" }]);
  assert.equal(store.spared, 0);
  assert.equal(log.unsent, 0);
});

const PACK: Pack = {
  schema: 1, account: 1, name: "Nông Thị Hoa", made_at: "2026-11-20T00:00:00+00:00", today: "2026-11-20", idle_minutes: 15, keep_days: 30,
  kinds: { k: "Nghỉ không phép" }, session_names: { sang: "Buổi sáng" },
  books: [{ id: 1, term: 1, strand: 0, strand_name: "", title: "Toán 8A", class: 5, form: "score", running: true, refusal: "", slots: [["gk", "Giữa kì"]], pupils: [{ id: 1, name: "An", left: false, closed: "", marks: { gk: null }, texts: { gk: "" } }] }],
  sheets: [{ kind: "level", of: 9, class: 6, point: 2, point_name: "cuối học kì I", title: "Toán 4A", running: true, refusal: "", columns: [{ slot: "level", title: "Mức", label: "Mức đạt được", form: "level", group: "" }], pupils: [{ id: 1, name: "Bảo", left: false, closed: "", marks: { level: null }, texts: { level: "" } }] }],
  classes: [{ id: 5, name: "8A", pupils: [], days: [{ day: "2026-11-20", sessions: { sang: { taken: null, absent: [], excused: [] } } }] }],
  diary: { subjects: [], lines: [], schemes: {} }, gone: [],
};

test("what the school took, and what it showed in a conflict, is what one sees next", async () => {
  const log = await Log.open(new Fleeting());
  const mark = await log.write(wish(1, "7,0"));
  const roll = { class: 5, period: 0, student: 1, day: "2026-11-20", session: "sang" };
  const absence = await log.write({ kind: "attendance", place: roll, base: null, value: { kind: "k", minutes: null, note: "" } });
  const pack = settleInPack(PACK, [
    { entry: mark, answer: { id: mark.operation.id, status: "conflict", value: 85, text: "8,5" } },
    { entry: absence, answer: { id: absence.operation.id, status: "applied", value: { kind: "k", minutes: null, note: "" } } },
  ]);
  assert.equal(pack.books[0]?.pupils[0]?.marks["gk"], 85);
  assert.deepEqual(pack.classes[0]?.days[0]?.sessions["sang"]?.absent, [{ student: 1, kind: "k", minutes: null, note: "" }]);
  assert.equal(PACK.books[0]?.pupils[0]?.marks["gk"], null);
});

test("a level stands on its sheet, and an absence of one period in the list of that period", async () => {
  const log = await Log.open(new Fleeting());
  const level = await log.write({ kind: "level", place: { book: 9, point: 2, student: 1, slot: "level" }, base: null, value: "T" });
  const roll = { class: 5, period: 3, student: 1, day: "2026-11-20", session: "sang" };
  const late = await log.write({ kind: "attendance", place: roll, base: null, value: { kind: "m", minutes: 5, note: "" } });
  assert.equal(tellEntry(PACK, level).where, "Toán 4A · cuối học kì I · Mức đạt được");
  assert.equal(tellEntry(PACK, level).href, "#/danh-gia/level/9/2");
  const pack = settleInPack(PACK, [
    { entry: level, answer: { id: level.operation.id, status: "applied", value: 1, text: "T" } },
    { entry: late, answer: { id: late.operation.id, status: "applied", value: { kind: "m", minutes: 5, note: "" } } },
  ]);
  assert.equal(pack.sheets?.[0]?.pupils[0]?.texts["level"], "T");
  const session = pack.classes[0]?.days[0]?.sessions["sang"];
  assert.deepEqual(session?.absent, []);
  assert.deepEqual(session?.periods?.["3"]?.absent, [{ student: 1, kind: "m", minutes: 5, note: "" }]);
});
