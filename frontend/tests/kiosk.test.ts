import assert from "node:assert/strict";
import { test } from "node:test";
import { backupOf } from "../src/kiosk/backup.ts";
import { Cards, digest } from "../src/kiosk/cards.ts";
import { aheadBy, clockTrouble, isWrong, longDay, span, withSeconds } from "../src/kiosk/clock.ts";
import { cleaned, readings } from "../src/kiosk/codes.ts";
import type { Answer, Card, CardList, Hours, Passing } from "../src/kiosk/contract.ts";
import { tenths } from "../src/kiosk/health.ts";
import { newId } from "../src/kiosk/ids.ts";
import { grouped } from "../src/kiosk/keys.ts";
import { Bounces, Burst } from "../src/kiosk/reader.ts";
import { type Post, Sender, type Watcher } from "../src/kiosk/sender.ts";
import { WithSpare } from "../src/kiosk/spare.ts";
import { Fleeting } from "../src/kiosk/store.ts";
import { judge, minutesLate, type Sight } from "../src/kiosk/verdicts.ts";

const at = (clock: string): number => Date.parse(`2026-09-14T${clock}:00+07:00`);
const CARD: Card = { h: "", id: 7, name: "Đinh Thùy Diệp", class: "8A", photo: null, kind: "hs", lost: false, sessions: ["am"] };
const MORNING: Hours = { session: "am", opens_at: "06:00", begins_at: "07:00", ends_at: "11:30", late_after_minutes: 5 };

test("ids sort in the order in which they were made, also within a millisecond and when the clock goes back", () => {
  const made = [1000, 1000, 1001, 900, 5_000_000_000_000].map((moment) => newId(moment));
  assert.deepEqual([...made].sort(), made);
  for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("what readers put around a code falls away", () => {
  for (const read of ["KHUE234", "]Q1KHUE234", "%KHUE234?", "KHUE234\r\n", "\u0002KHUE234", " khue234 ", "KH-UE 234"]) {
    assert.equal(readings(read)[0], "KHUE234", read);
  }
  assert.equal(cleaned("https://truong.example/the/KHUE234"), "KHUE234");
});

test("a code that an input method has changed is found again by the list of cards", () => {
  const telex = [["KAAB23", "KÂB23"], ["KDD23", "KĐ23"], ["AS2345", "Á2345"], ["HOWN23", "HƠN23"], ["BA23S", "BÁ23"], ["BUW2", "BƯ2"], ["KW45", "KƯ45"]];
  const vni = [["KA12", "KÁ2"], ["KD934", "KĐ34"], ["MA6T", "MÂT"], ["HO7N5", "HỢN"]];
  for (const [typed = "", shown = ""] of [...telex, ...vni]) assert.ok(readings(shown).includes(typed), `${shown} → ${typed}`);
});

test("the name is known by a digest, never by the code", () => {
  assert.equal(digest("", "abc"), "ba7816bf8f01cfea414140de5dae2223");
  const list: CardList = { now: "", version: "1", salt: "muối", cards: [{ ...CARD, h: digest("muối", "KAAB23") }], hours: [], asks_health: false, device: { id: 1, name: "", direction: "both" } };
  const cards = new Cards(list, 0);
  assert.deepEqual(cards.find(readings("KÂB23")), { code: "KAAB23", card: list.cards[0] });
  assert.equal(cards.find(readings("LA99")).card, undefined);
});

test("a machine types faster and more evenly than a person", () => {
  const [machine, person] = [new Burst(), new Burst()];
  for (let stroke = 0; stroke < 10; stroke += 1) {
    machine.struck(stroke * 8);
    person.struck(stroke * 180);
  }
  assert.ok(machine.isMachine && !person.isMachine);
  assert.ok(machine.patience < 200);
});

test("one card read twice at once is one passing", () => {
  const bounces = new Bounces(900);
  assert.deepEqual([bounces.again("A", 0), bounces.again("A", 500), bounces.again("B", 600), bounces.again("A", 700), bounces.again("A", 2000)], [false, true, false, false, false]);
});

function sight(change: Partial<Sight>): Sight {
  return { card: CARD, hasList: true, before: undefined, asked: "auto", hours: [MORNING], now: at("06:50"), ...change };
}

test("the verdict on the spot says what the server will say", () => {
  const verdicts: [Partial<Sight>, string, string][] = [
    [{}, "good", "Vào lúc 06:50."],
    [{ now: at("07:12") }, "late", "Vào lúc 07:12, muộn 12 phút."],
    [{ now: at("07:05") }, "good", "Vào lúc 07:05."],
    [{ now: at("11:40") }, "good", "Ra lúc 11:40."],
    [{ now: at("07:12"), card: { ...CARD, kind: "cb", sessions: [] } }, "good", "Vào lúc 07:12."],
    [{ before: { direction: "in", at: at("06:50") - 8000 } }, "twice", "Thẻ vừa quẹt xong, không cần quẹt lại."],
    [{ before: { direction: "in", at: at("06:50") - 40_000 } }, "borrowed", "Thẻ này vừa dùng chưa đầy một phút. Hãy đối chiếu ảnh."],
    [{ now: at("07:12"), card: { ...CARD, sessions: ["pm"] } }, "good", "Vào lúc 07:12."],
    [{ before: { direction: "in", at: at("06:10") } }, "good", "Vào lúc 06:50."],
    [{ before: { direction: "in", at: at("06:50") }, now: at("09:00") }, "good", "Ra lúc 09:00."],
    [{ card: { ...CARD, lost: true } }, "lost", "Thẻ này đã báo mất. Mời gọi bảo vệ."],
  ];
  for (const [change, verdict, said] of verdicts) {
    const judged = judge(sight(change));
    assert.deepEqual([judged.verdict, judged.said], [verdict, said]);
  }
  assert.equal(judge(sight({ card: undefined })).verdict, "unknown");
  assert.equal(judge(sight({ card: undefined, hasList: false })).verdict, "kept");
  assert.equal(minutesLate([MORNING], at("07:06")), 6);
});

test("the clock is measured against the middle of the round trip, and told in words", () => {
  assert.equal(aheadBy("2026-09-14T07:00:00+07:00", at("08:00") - 100, at("08:00") + 100), 3_600_000);
  assert.equal(aheadBy("", 0, 0), null);
  assert.deepEqual([isWrong(119_000), isWrong(-121_000)], [false, true]);
  assert.match(clockTrouble(3_780_000), /chạy nhanh 1 giờ 3 phút/);
  assert.deepEqual([span(20_000), span(26 * 3_600_000)], ["chưa đầy một phút", "1 ngày 2 giờ"]);
  assert.deepEqual([withSeconds(at("07:05")), longDay(at("07:05"))], ["07:05:00", "Thứ Hai, 14/9/2026"]);
});

test("a temperature is read as people type it", () => {
  assert.deepEqual(["365", "36,5", "36.5", "37", "99", "12", "365000", ""].map(tenths), [365, 365, 365, 370, null, null, null, null]);
});

test("a code is grouped as it stands on the card", () => {
  assert.equal(grouped("khuethe19-ma", 6), "KHUETH E19MA");
});

const passing = (number: number): Passing => ({ id: newId(number), code: `C${number}`, at: new Date(number).toISOString(), direction: "auto" });
const answer = ({ id }: Passing): Answer => ({ id, verdict: "good", said: "", name: "", class: "", photo: null, direction: "in", again: false, fever: false });
const now = "2026-09-14T00:00:00Z";

interface Line {
  store: Fleeting;
  sender: Sender;
  calls: string[][];
  told: string[];
}

/** A queue of so many, and a server that answers each call by its number. */
async function line(many: number, reply: (asked: readonly Passing[], call: number) => Awaited<ReturnType<Post>>): Promise<Line> {
  const store = new Fleeting();
  for (let number = 0; number < many; number += 1) await store.put(passing(10_000 + number));
  const [calls, told]: [string[][], string[]] = [[], []];
  const post: Post = async (asked) => {
    calls.push(asked.map((one) => one.code));
    return reply(asked, calls.length);
  };
  const watcher: Watcher = { answered: () => undefined, changed: () => undefined, away: () => told.push("away"), out: () => told.push("out") };
  return { store, sender: new Sender(store, post, watcher, (run) => run()), calls, told };
}

test("what waits is sent in order, at most two hundred at a time", async () => {
  const { store, sender, calls } = await line(450, (asked) => ({ ok: true, ahead: 0, body: { now, answers: asked.map(answer) } }));
  await sender.run();
  assert.deepEqual(calls.map((one) => one.length), [200, 200, 50]);
  assert.deepEqual(calls.flat(), Array.from({ length: 450 }, (_, number) => `C${10_000 + number}`));
  assert.equal((await store.all()).length, 0);
});

test("what got no answer of its own stays", async () => {
  const { store, sender, told } = await line(5, (asked, call) => ({ ok: true, ahead: 0, body: { now, answers: call === 1 ? asked.slice(0, 3).map(answer) : [] } }));
  await sender.run();
  sender.stop();
  assert.deepEqual((await store.all()).map((one) => one.code), ["C10003", "C10004"]);
  assert.deepEqual(told, ["away"]);
});

test("without a line, or unpaired, everything stays", async () => {
  for (const kind of ["away", "out"] as const) {
    const { store, sender, told } = await line(3, () => ({ ok: false, kind, sentence: "" }));
    await sender.run();
    sender.stop();
    assert.deepEqual([(await store.all()).length, told], [3, [kind]]);
  }
});

test("one passing that the server refuses holds up no other, and is kept apart", async () => {
  const { store, sender } = await line(9, (asked) =>
    asked.some((one) => one.code === "C10004") ? { ok: false, kind: "bad", sentence: "Không đọc được." } : { ok: true, ahead: 0, body: { now, answers: asked.map(answer) } });
  await sender.run();
  assert.deepEqual((await store.all()).map((one) => [one.code, one.refused]), [["C10004", "Không đọc được."]]);
});

test("who may still add a temperature is waited for, with those behind", async () => {
  const { store, sender, calls } = await line(2, (asked) => ({ ok: true, ahead: 0, body: { now, answers: asked.map(answer) } }));
  await store.put({ ...passing(20_000), held: Date.now() + 60_000 });
  await store.put(passing(20_001));
  await sender.run();
  sender.stop();
  assert.deepEqual(calls, [["C10000", "C10001"]]);
  assert.equal((await store.all()).length, 2);
});

/** A machine whose disk is full until room is made. */
class Full extends Fleeting {
  room = false;

  override async put(one: Passing): Promise<void> {
    if (!this.room) throw new DOMException("", "QuotaExceededError");
    await super.put(one);
  }
}

test("a machine without room says so, still sends, and says when there is room again", async () => {
  const told: string[] = [];
  const disk = new Full();
  const store = new WithSpare(disk, (trouble) => told.push(trouble));
  await store.put(passing(40_000));
  assert.match(store.trouble, /ĐỪNG tắt máy/);
  assert.deepEqual((await store.oldest(200, Date.now())).map((one) => one.code), ["C40000"]);
  disk.room = true;
  await store.put(passing(40_001));
  assert.equal((await store.all()).length, 2);
  await store.drop((await store.all()).map((one) => one.id));
  assert.deepEqual([(await store.all()).length, told.length, store.trouble], [0, 2, ""]);
});

test("the file of the unsent holds them as they would have been sent", () => {
  const one = passing(30_000);
  const told = JSON.parse(backupOf([{ ...one, held: 5 }], "Cổng chính", "Trường THCS Sao Khuê", 0)) as { format: string; passings: unknown[] };
  assert.deepEqual([told.format, told.passings], ["khue-luot-cong/1", [one]]);
});
