/** The operation log of this machine: what was written here, what became of it, what to decide.
 *
 *  An entry leaves the log only when its own answer says that the school has it, or when its owner
 *  has read why the school cannot take it. Nothing is dropped silently, nothing is merged away. */

import { newId } from "../kiosk/ids.ts";
import { type Answer, type Kind, type Operation, targetOf } from "./contract.ts";
import type { Entry, Store } from "./store.ts";

export interface Wish {
  kind: Exclude<Kind, "keep">;
  place: Operation["place"];
  /** What the school had when this was read; her own unsent value counts before it. */
  base: unknown;
  value: unknown;
}

/** How one thing stands on this machine. */
export interface Standing {
  /** The newest of her own values that the school has not taken. */
  newest?: Entry;
  state: "school" | "here" | "conflict" | "refused";
}

export class Log {
  private list: Entry[] = [];
  private readonly watchers = new Set<() => void>();
  private turn: Promise<unknown> = Promise.resolve();

  private readonly store: Store;
  private readonly clock: () => Date;

  private constructor(store: Store, clock: () => Date) {
    this.store = store;
    this.clock = clock;
  }

  static async open(store: Store, clock: () => Date = () => new Date()): Promise<Log> {
    const log = new Log(store, clock);
    await log.reload();
    return log;
  }

  /** Reads again what other tabs may have written. */
  reload(): Promise<void> {
    return this.inTurn(async () => {
      this.list = await this.store.entries();
      this.tell();
    });
  }

  watch(told: () => void): () => void {
    this.watchers.add(told);
    return () => this.watchers.delete(told);
  }

  private tell(): void {
    for (const told of this.watchers) told();
  }

  get entries(): readonly Entry[] {
    return this.list;
  }

  get waiting(): Entry[] {
    return this.list.filter((one) => one.state === "waiting");
  }

  get conflicts(): Entry[] {
    return this.list.filter((one) => one.state === "conflict");
  }

  get refused(): Entry[] {
    return this.list.filter((one) => one.state === "refused");
  }

  /** Whether the owner has decided a conflict and the decision still waits to be sent. */
  isDecided(conflict: Entry): boolean {
    return this.waiting.some((one) => one.operation.decides?.includes(conflict.operation.id));
  }

  /** How many things are not at school yet. */
  get unsent(): number {
    return this.list.length;
  }

  of(target: string): Standing {
    const mine = this.list.filter((one) => one.target === target);
    const newest = mine.at(-1);
    if (!newest) return { state: "school" };
    const conflict = mine.some((one) => one.state === "conflict" && newest.state !== "waiting");
    return { newest, state: conflict ? "conflict" : newest.state === "refused" ? "refused" : "here" };
  }

  /** Writes one operation down; it is on the disk when this is done. */
  write(wish: Wish): Promise<Entry> {
    return this.inTurn(async () => {
      const target = targetOf(wish.kind, wish.place);
      const entry = await this.made(wish.kind, wish.place, this.baseFor(target, wish.base), wish.value, this.deciding(target));
      await this.store.append(entry);
      await this.forget(this.list.filter((one) => one.target === target && one.state === "refused"));
      this.list = [...this.list, entry];
      this.tell();
      return entry;
    });
  }

  /** One act after another, so that the second sees the first. */
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.turn.then(act, act);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async made(
    kind: Kind, place: Operation["place"], base: unknown, value: unknown, decides: string[],
  ): Promise<Entry> {
    const now = this.clock();
    const seq = await this.store.nextSequence();
    const operation: Operation = {
      id: newId(now.getTime()), seq, kind, place, base, value, at: stamp(now), ...(decides.length ? { decides } : {}),
    };
    return { operation, target: targetOf(kind, place, operation.id), state: "waiting" };
  }

  /** Her own unsent value was seen last; after a conflict, what the school showed. */
  private baseFor(target: string, base: unknown): unknown {
    const mine = this.list.filter((one) => one.target === target && one.state !== "refused");
    const waiting = mine.filter((one) => one.state === "waiting").at(-1);
    if (waiting) return { after: waiting.operation.id };
    const clash = mine.filter((one) => one.state === "conflict").at(-1);
    return clash?.answer ? shownBase(clash) : base;
  }

  private deciding(target: string): string[] {
    return this.list.filter((one) => one.target === target && one.state === "conflict").map((one) => one.operation.id);
  }

  /** The owner lets her own value go and keeps what stands at school. */
  letGo(target: string): Promise<void> {
    return this.inTurn(async () => {
      const decides = this.deciding(target);
      if (!decides.length) return;
      const entry = await this.made("keep", {}, null, null, decides);
      await this.store.append(entry);
      this.list = [...this.list, entry];
      this.tell();
    });
  }

  /** The owner writes her own value over what the school showed her. */
  async insist(target: string): Promise<Entry | null> {
    const clash = this.list.filter((one) => one.target === target && one.state === "conflict").at(-1);
    if (!clash || clash.operation.kind === "keep") return null;
    const { kind, place, value } = clash.operation;
    return this.write({ kind, place, base: shownBase(clash), value });
  }

  /** The owner has read (and copied out) what the school cannot take. */
  dismiss(target: string): Promise<void> {
    return this.inTurn(async () => {
      await this.forget(this.list.filter((one) => one.target === target && one.state === "refused"));
      this.tell();
    });
  }

  /** Takes the answers of one request; returns those by which the school has a new value. */
  settle(answers: readonly Answer[]): Promise<Settled[]> {
    return this.inTurn(async () => {
      const settled: Settled[] = [];
      for (const answer of answers) {
        const entry = this.list.find((one) => one.operation.id === answer.id);
        if (!entry || entry.state !== "waiting" || answer.status === "later") continue;
        settled.push({ entry, answer });
        await this.settleOne(entry, answer);
      }
      this.tell();
      return settled;
    });
  }

  private async settleOne(entry: Entry, answer: Answer): Promise<void> {
    if (answer.status === "applied" || answer.status === "already") {
      const { decides = [] } = entry.operation;
      const decided = this.list.filter((one) => decides.includes(one.operation.id));
      await this.forget([entry, ...decided]);
      return;
    }
    const kept: Entry = { ...entry, state: answer.status === "conflict" ? "conflict" : "refused", answer };
    await this.store.change(kept);
    this.list = this.list.map((one) => (one === entry ? kept : one));
  }

  private async forget(entries: readonly Entry[]): Promise<void> {
    if (!entries.length) return;
    await this.store.drop(entries.map((one) => one.operation.id));
    this.list = this.list.filter((one) => !entries.includes(one));
  }

  /** Conflicts that were decided on another machine or on a page of the server. */
  decidedElsewhere(ids: readonly string[]): Promise<void> {
    return this.inTurn(async () => {
      const gone = this.list.filter((one) => one.state === "conflict" && ids.includes(one.operation.id));
      await this.forget(gone);
      if (gone.length) this.tell();
    });
  }

  /** Operations of a file that this machine does not have yet; returns how many came in. */
  takeIn(entries: readonly Entry[]): Promise<number> {
    return this.inTurn(async () => {
      const known = new Set(this.list.map((one) => one.operation.id));
      const fresh = entries.filter((one) => !known.has(one.operation.id));
      for (const one of fresh) {
        const seq = await this.store.nextSequence();
        const entry: Entry = { operation: { ...one.operation, seq }, target: one.target, state: "waiting" };
        await this.store.append(entry);
        this.list = [...this.list, entry];
      }
      this.tell();
      return fresh.length;
    });
  }
}

export interface Settled {
  entry: Entry;
  answer: Answer;
}

function shownBase(entry: Entry): unknown {
  const value = entry.answer?.value;
  if (entry.operation.kind !== "lesson") return value ?? null;
  return (value as { version?: number } | null)?.version ?? 0;
}

/** A moment with its zone, as the server reads it. */
export function stamp(moment: Date): string {
  return moment.toISOString().replace("Z", "+00:00");
}
