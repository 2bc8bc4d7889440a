/** The gate: a card comes, is written down, is answered by light and sound, and is sent. */

import type { Board } from "./board.ts";
import { type Cards, digest } from "./cards.ts";
import { readings } from "./codes.ts";
import type { Answer, Direction } from "./contract.ts";
import type { Face, Shown } from "./face.ts";
import { ASKS_FOR, type Health } from "./health.ts";
import { newId } from "./ids.ts";
import { Bounces } from "./reader.ts";
import type { Sender } from "./sender.ts";
import type { Sound } from "./sound.ts";
import type { Store, Waiting } from "./store.ts";
import { type Before, type Judged, judge, toneOf } from "./verdicts.ts";

const BOUNCE = 900;
/** A code stays before the camera for a while; it counts once until it was away this long. */
const IN_SIGHT = 4000;
const COUNTED = ["good", "late"];
const UNSENT_OF_LATE = 10;

export interface Instruments {
  store: Store & { trouble: string };
  board: Board;
  face: Face;
  sound: Sound;
  health: Health;
}

interface Taken {
  passing: Waiting;
  shown: Shown;
}

export class Gate {
  way: Direction = "auto";
  cards: Cards | null = null;
  asksHealth = false;
  sender: Sender | null = null;
  private readonly before = new Map<string, Before>();
  private readonly keysOf = new Map<string, string>();
  private readonly typed = new Bounces(BOUNCE);
  private readonly filmed = new Bounces(IN_SIGHT);

  constructor(private readonly tools: Instruments) {}

  /** From a reader, a keypad, a thermometer. */
  heard(text: string): void {
    if (this.tools.health.heard(text.trim())) return;
    if (!this.typed.again(text, performance.now())) void this.take(text);
  }

  /** From the camera or NFC. */
  seen(text: string): void {
    if (!this.filmed.again(text, performance.now())) void this.take(text);
  }

  private async take(text: string): Promise<void> {
    const began = performance.now();
    const codes = readings(text);
    if (!codes.length) return;
    this.tools.health.close(null);
    const taken = this.judge(codes);
    await this.tools.store.put(taken.passing);
    this.light(taken, began);
    await this.count();
    if (taken.passing.held) void this.askHealth(taken);
    this.sender?.wake();
  }

  private judge(codes: readonly string[]): Taken {
    const [moment, now] = [Date.now(), this.tools.board.now()];
    const { code, card } = this.cards?.find(codes) ?? { code: codes[0] ?? "", card: undefined };
    const key = card ? `card ${card.id}` : digest("", code);
    const sight = { card, hasList: Boolean(this.cards?.size), before: this.before.get(key), asked: this.way, hours: this.cards?.list.hours ?? [], now };
    const judged = judge(sight);
    if (COUNTED.includes(judged.verdict)) this.before.set(key, { direction: judged.direction, at: now });
    const held = this.asksHealth && card?.kind === "hs" && COUNTED.includes(judged.verdict) && judged.direction === "in";
    const passing: Waiting = { id: newId(moment), code, at: new Date(moment).toISOString(), direction: this.way };
    if (held) passing.held = moment + ASKS_FOR + 1000;
    this.keysOf.set(passing.id, key);
    return { passing, shown: asShown(passing.id, judged, now, card) };
  }

  /** Only now: the passing is on the disk. A full disk is no green light. */
  private light({ shown }: Taken, began: number): void {
    const { face, sound, store } = this.tools;
    if (store.trouble && toneOf(shown.verdict) === "good") Object.assign(shown, { verdict: "bad", said: store.trouble });
    face.show(shown);
    sound.play(toneOf(shown.verdict));
    performance.measure("khue-light", { start: began, end: performance.now() });
  }

  private async askHealth({ passing, shown }: Taken): Promise<void> {
    const { health, store, face } = this.tools;
    face.stay(ASKS_FOR);
    const told = await health.ask(shown.name);
    const { held: _held, ...rest } = passing;
    if (!(await store.all()).some((one) => one.id === passing.id)) return;
    await store.put({ ...rest, ...told });
    this.sender?.wake();
  }

  /** The server's answers, whichever tab asked for them. */
  answered(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const photo = answer.photo ? { photo: answer.photo } : {};
      const named = answer.name ? { name: answer.name, class: answer.class } : {};
      const change = { verdict: answer.verdict, said: answer.said, direction: answer.direction, fever: answer.fever, settled: true, ...photo, ...named };
      const turned = this.tools.face.correct(answer.id, change);
      if (turned) this.tools.sound.play(answer.fever ? "bad" : toneOf(answer.verdict));
      this.learn(answer);
    }
  }

  /** What did not count for the server is no reason to call the next one "again". */
  private learn({ id, verdict }: Answer): void {
    const key = this.keysOf.get(id);
    this.keysOf.delete(id);
    const refused = ["lost", "unknown", "left", "retired", "closed", "stale", "bad"].includes(verdict);
    if (key && refused) this.before.delete(key);
  }

  /** Cards and who passed leave the machine; what waits stays in the store. */
  forget(): void {
    this.cards = null;
    this.before.clear();
    this.keysOf.clear();
    this.tools.health.close(null);
    this.tools.face.forget();
  }

  async count(): Promise<number> {
    const { store, board } = this.tools;
    const all = await store.all();
    const waiting = all.filter((one) => one.refused === undefined).length;
    board.show(board.line, waiting);
    const apart = all.length - waiting;
    board.trouble("refused", apart ? `Máy chủ không nhận ${apart} lượt. Xin mở “Máy này”, cất các lượt ấy vào tệp và gửi cho nhà trường.` : "");
    return all.length;
  }

  /** After a reload: those who wait stand in the list again, and "again" is known again. */
  async recall(): Promise<void> {
    const { store, face, board } = this.tools;
    const waiting = (await store.all()).reverse();
    const shown = waiting.map((one) => {
      const { code, card } = this.cards?.find([one.code]) ?? { code: one.code, card: undefined };
      const at = Date.parse(one.at) - board.ahead;
      const direction = one.direction === "auto" ? "in" : one.direction;
      const key = card ? `card ${card.id}` : digest("", code);
      if (!this.before.has(key)) this.before.set(key, { direction, at });
      return asShown(one.id, { verdict: card ? "good" : "kept", said: "", direction: one.direction }, at, card);
    });
    face.recall(shown.slice(0, UNSENT_OF_LATE));
  }
}

function asShown(id: string, judged: Judged, at: number, card?: { name: string; class: string; photo: string | null }): Shown {
  const { name = "", class: room = "", photo = null } = card ?? {};
  return { id, ...judged, name, class: room, photo, at, fever: false, settled: false };
}
