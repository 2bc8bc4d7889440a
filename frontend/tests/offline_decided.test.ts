/** What was decided on a page of the server leaves the machine too, and nothing else does. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Log } from "../src/offline/log.ts";
import { type Reply, Sender, type SyncBody } from "../src/offline/sender.ts";
import { Fleeting } from "../src/offline/store.ts";

const NOW = "2026-11-22T00:00:00+00:00";
const place = { book: 1, term: 1, strand: 0, student: 5, slot: "tx1" };

test("a conflict that was decided elsewhere is forgotten at the next contact", async () => {
  const log = await Log.open(new Fleeting());
  const { operation } = await log.write({ kind: "mark", place, base: null, value: "7" });
  const asked: SyncBody[] = [];
  let decided: string[] = [];
  let done = 0;
  const line = async (body: SyncBody): Promise<Reply> => {
    asked.push(body);
    const answers = body.operations.map((one) => ({ id: one.id, status: "conflict" as const, value: 60 }));
    return { ok: true, body: { schema: 1, now: NOW, answers, decided } };
  };
  const watcher = { settled: async () => {}, trouble: () => {}, done: () => { done += 1; }, busy: () => {} };
  const sender = new Sender(log, 7, "device", line, watcher, (run) => run());

  await sender.run();
  assert.equal(log.conflicts.length, 1);
  await sender.run();
  assert.deepEqual(asked.at(-1)?.open, [operation.id]);
  assert.equal(log.conflicts.length, 1);

  decided = [operation.id];
  await sender.run();
  assert.equal(log.unsent, 0);
  const before = asked.length;
  await sender.run();
  assert.equal(asked.length, before);
  assert.ok(done >= 3);
});
