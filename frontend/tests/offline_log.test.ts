/** The operation log and its sender against a server that obeys the contract, over a line that does not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, Answers, Operation } from "../src/offline/contract.ts";
import { Log } from "../src/offline/log.ts";
import { type Reply, Sender, type SyncBody } from "../src/offline/sender.ts";
import { Fleeting } from "../src/offline/store.ts";

const AWAY: Reply = { ok: false, kind: "away", sentence: "Mất kết nối." };
const alone = (run: () => Promise<void>): Promise<void> => run();
const quiet = { settled: async () => {}, trouble: () => {}, done: () => {}, busy: () => {} };

/** One cell for each target; a value is written only over what its writer saw. */
class School {
  readonly cells = new Map<string, unknown>();
  readonly answers = new Map<string, Answer>();
  readonly bases = new Map<string, unknown>();
  readonly written: string[] = [];

  take(operations: readonly Operation[]): Answer[] {
    return operations.map((one) => this.answer(one));
  }

  private answer(one: Operation): Answer {
    const known = this.answers.get(one.id);
    if (known) return { ...known, again: true };
    const made = this.decide(one);
    this.answers.set(one.id, made);
    return made;
  }

  private decide(one: Operation): Answer {
    if (one.kind === "keep") return { id: one.id, status: "applied", value: null };
    const target = JSON.stringify(one.place);
    const stands = this.cells.get(target) ?? null;
    const base = this.base(one.base);
    this.bases.set(one.id, base);
    if (one.value === "bad") return { id: one.id, status: "refused", value: stands, sentence: "Không hợp lệ." };
    if (stands === one.value) return { id: one.id, status: "already", value: stands };
    if (stands !== base) return { id: one.id, status: "conflict", value: stands, author: "Thầy Bình" };
    this.cells.set(target, one.value);
    this.written.push(one.id);
    return { id: one.id, status: "applied", value: one.value };
  }

  private base(given: unknown): unknown {
    const after = (given as { after?: string } | null)?.after;
    if (after === undefined) return given;
    const before = this.answers.get(after);
    const took = before?.status === "applied" || before?.status === "already";
    return took ? before.value : this.bases.get(after);
  }
}

const place = (student: number): Operation["place"] => ({ book: 1, term: 1, strand: 0, student, slot: "tx1" });

async function machine(school: School, line: (body: SyncBody) => Promise<Reply> = async (body) => through(school, body)) {
  const store = new Fleeting();
  const log = await Log.open(store);
  const sender = new Sender(log, 7, "device", line, quiet, alone);
  return { log, sender, store };
}

function through(school: School, body: SyncBody): Reply {
  const answers: Answers = { schema: 1, now: "2026-11-22T00:00:00+00:00", answers: school.take(body.operations) };
  return { ok: true, body: answers };
}

test("what the school has taken leaves the log", async () => {
  const school = new School();
  const { log, sender } = await machine(school);
  await log.write({ kind: "mark", place: place(1), base: null, value: "7" });
  await log.write({ kind: "mark", place: place(1), base: null, value: "8" });
  await sender.run();
  assert.equal(log.unsent, 0);
  assert.equal(school.cells.get(JSON.stringify(place(1))), "8");
});

test("an answer that was lost is asked for again, and nothing is written twice", async () => {
  const school = new School();
  let cuts = 0;
  const { log, sender } = await machine(school, async (body) => {
    const reply = through(school, body);
    cuts += 1;
    return cuts < 3 ? AWAY : reply;
  });
  await log.write({ kind: "mark", place: place(1), base: null, value: "7" });
  for (let turn = 0; turn < 3; turn += 1) await sender.run();
  sender.stop();
  assert.equal(log.unsent, 0);
  assert.equal(school.written.length, 1);
});

test("a conflict stays until its owner decides, both ways", async () => {
  for (const [mine, stands] of [[true, "7"], [false, "5"]] as const) {
    const school = new School();
    school.cells.set(JSON.stringify(place(1)), "5");
    const { log, sender } = await machine(school);
    const { target } = await log.write({ kind: "mark", place: place(1), base: null, value: "7" });
    await sender.run();
    assert.equal(log.of(target).state, "conflict");
    assert.equal(log.conflicts[0]?.answer?.author, "Thầy Bình");
    await (mine ? log.insist(target) : log.letGo(target));
    await sender.run();
    assert.equal(log.unsent, 0);
    assert.equal(school.cells.get(JSON.stringify(place(1))), stands);
  }
});

test("a refused value is kept until it was read or written anew", async () => {
  const school = new School();
  const { log, sender } = await machine(school);
  const { target } = await log.write({ kind: "mark", place: place(1), base: null, value: "bad" });
  await sender.run();
  assert.equal(log.of(target).state, "refused");
  await log.write({ kind: "mark", place: place(1), base: null, value: "6" });
  await sender.run();
  assert.equal(log.unsent, 0);
  assert.equal(school.cells.get(JSON.stringify(place(1))), "6");
});

test("the log survives the page", async () => {
  const school = new School();
  const { log, store } = await machine(school, async () => AWAY);
  await log.write({ kind: "mark", place: place(1), base: null, value: "7" });
  const again = await Log.open(store);
  assert.equal(again.waiting.length, 1);
});

/** A small generator of chances that can be repeated. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test("whatever the line does, every act is written once or still known to its owner", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const chance = chances(seed);
    const school = new School();
    const line = async (body: SyncBody): Promise<Reply> => {
      if (chance() < 0.2) return AWAY;
      const part = chance() < 0.2 ? { ...body, operations: body.operations.slice(0, 1) } : body;
      const reply = through(school, part);
      return chance() < 0.3 ? AWAY : reply;
    };
    const machines = await Promise.all([machine(school, line), machine(school, line), machine(school, line)]);
    const made = new Set<string>();
    for (let step = 0; step < 40; step += 1) {
      const { log, sender } = machines[Math.floor(chance() * 3)] ?? machines[0];
      const student = Math.floor(chance() * 3);
      const value = chance() < 0.1 ? "bad" : String(Math.floor(chance() * 4));
      const seen = school.cells.get(JSON.stringify(place(student))) ?? null;
      const entry = await log.write({ kind: "mark", place: place(student), base: seen, value });
      made.add(entry.operation.id);
      if (chance() < 0.4) await sender.run();
      sender.stop();
    }
    for (const { log, sender } of machines) {
      for (let turn = 0; log.waiting.length && turn < 200; turn += 1) await sender.run();
      sender.stop();
      assert.equal(log.waiting.length, 0);
      const known = new Set(log.entries.map((one) => one.operation.id));
      for (const one of log.conflicts) assert.equal(school.answers.get(one.operation.id)?.status, "conflict");
      for (const id of known) made.delete(id);
    }
    for (const id of made) assert.ok(school.answers.has(id), `seed ${seed}: ${id} is neither here nor at school`);
    assert.equal(new Set(school.written).size, school.written.length);
  }
});
