/** Saves in the background, several cells in one request, one request at a time. A request that
 *  got no answer is sent again as the same operation, so nothing is lost and nothing doubled; what
 *  is not saved also survives the page in the browser's own store. */

import { type Cell, draw, type Sheet } from "./cells";
import type { Keeper } from "./keeper";
import { type Answer, type Change, newOperation, type Outcome, send, type Trouble } from "./network";

const PAUSE = 350;
const WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const MOST_CELLS = 400;

interface Flight {
  operation: string;
  changes: Change[];
}

interface Draft {
  flight: Flight | null;
  waiting: Change[];
}

export interface Watcher {
  /** Something about what is saved has changed. */
  changed(): void;
  answered(answer: Answer): void;
  conflict(cell: Cell): void;
  refused(cell: Cell): void;
  signedOut(): void;
}

export class Saver implements Keeper {
  readonly forgetful = true;
  readonly waiting = new Set<Cell>();
  flight: Flight | null = null;
  attempts = 0;
  signedOut = false;
  /** Why one has to sign in again, when it is not just that the session ended. */
  reason = "";
  savedAt: Date | null = null;
  private timer = 0;
  private running = false;

  constructor(
    private readonly sheet: Sheet,
    private readonly address: string,
    private readonly account: number,
    private readonly draft: string,
    private readonly watcher: Watcher,
  ) {
    window.addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => this.onVisibility());
    window.addEventListener("pagehide", () => void this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved > 0) event.preventDefault();
    });
  }

  /** How many cells are typed and not yet safe on the server. */
  get unsaved(): number {
    return this.waiting.size + (this.flight?.changes.length ?? 0);
  }

  private onVisibility(): void {
    if (document.visibilityState === "visible" && (this.signedOut || this.attempts)) this.retry();
  }

  add(cell: Cell): void {
    cell.state = "unsaved";
    this.waiting.add(cell);
    this.keepDraft();
    this.schedule(PAUSE);
  }

  drop(cell: Cell): void {
    this.waiting.delete(cell);
    this.keepDraft();
  }

  retry(): void {
    this.signedOut = false;
    this.schedule(0);
  }

  private schedule(pause: number): void {
    if (this.signedOut) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), pause);
  }

  async flush(): Promise<void> {
    if (this.running) return;
    this.flight ??= this.nextFlight();
    if (!this.flight) return;
    this.running = true;
    this.mark(this.flight, "saving");
    this.watcher.changed();
    const { operation, changes } = this.flight;
    const answer = await send(this.address, this.account, operation, changes);
    this.running = false;
    if ("kind" in answer) this.onTrouble(answer, this.flight);
    else this.onAnswer(answer, this.flight);
    this.keepDraft();
    this.watcher.changed();
  }

  private nextFlight(): Flight | null {
    const cells = [...this.waiting].slice(0, MOST_CELLS);
    if (!cells.length) return null;
    for (const cell of cells) this.waiting.delete(cell);
    const flight = { operation: newOperation(), changes: cells.map(asChange) };
    this.keepDraft(flight);
    return flight;
  }

  private mark(flight: Flight, state: "saving" | "unsaved"): void {
    for (const cell of this.cellsOf(flight)) {
      if (cell.state === "unsaved" || cell.state === "saving") {
        cell.state = this.waiting.has(cell) ? "unsaved" : state;
        draw(cell);
      }
    }
  }

  private cellsOf(flight: Flight): Cell[] {
    const found = flight.changes.map((one) => this.sheet.find(one.student, one.slot));
    return found.filter((cell): cell is Cell => cell !== undefined);
  }

  private onTrouble(trouble: Trouble, flight: Flight): void {
    this.mark(flight, "unsaved");
    if (trouble.kind === "out") {
      this.signedOut = true;
      this.reason = trouble.sentence;
      this.watcher.signedOut();
    } else if (trouble.kind === "away") {
      const wait = WAITS[Math.min(this.attempts, WAITS.length - 1)] ?? PAUSE;
      this.attempts += 1;
      this.schedule(wait);
    } else {
      this.giveUp(flight, trouble.sentence);
    }
  }

  private giveUp(flight: Flight, sentence: string): void {
    this.flight = null;
    this.attempts = 0;
    for (const cell of this.cellsOf(flight)) {
      if (this.waiting.has(cell)) continue;
      cell.state = "refused";
      cell.note = sentence;
      draw(cell);
      this.watcher.refused(cell);
    }
    if (this.waiting.size) this.schedule(PAUSE);
  }

  private onAnswer(answer: Answer, flight: Flight): void {
    this.flight = null;
    this.attempts = 0;
    this.savedAt = new Date();
    const sent = new Map(flight.changes.map((one) => [`${one.student}.${one.slot}`, one.text]));
    for (const outcome of answer.cells) {
      const cell = this.sheet.find(outcome.student, outcome.slot);
      if (cell) this.settle(cell, outcome, sent.get(`${outcome.student}.${outcome.slot}`) ?? "");
    }
    this.watcher.answered(answer);
    if (this.waiting.size) this.schedule(PAUSE);
  }

  /** `sent` is what went out; the cell may have been typed over since. */
  private settle(cell: Cell, outcome: Outcome, sent: string): void {
    if (outcome.status === "conflict") this.settleConflict(cell, outcome);
    else if (outcome.status === "refused") this.settleRefusal(cell, outcome);
    else this.settleSaved(cell, outcome, sent);
    draw(cell);
  }

  private settleSaved(cell: Cell, outcome: Outcome, sent: string): void {
    const typedSince = this.waiting.has(cell) || cell.text !== sent;
    cell.base = outcome.value;
    cell.baseText = outcome.text;
    if (outcome.struck) cell.struck = outcome.struck;
    if (typedSince) return;
    cell.text = outcome.text;
    cell.state = "saved";
    cell.note = "";
  }

  private settleConflict(cell: Cell, outcome: Outcome): void {
    this.waiting.delete(cell);
    cell.rival = {
      value: outcome.value,
      text: outcome.text,
      author: outcome.author ?? "Người khác",
      at: outcome.at ?? "",
    };
    cell.state = "conflict";
    cell.note = outcome.sentence ?? "";
    this.watcher.conflict(cell);
  }

  private settleRefusal(cell: Cell, outcome: Outcome): void {
    if (this.waiting.has(cell)) return;
    cell.base = outcome.value;
    cell.baseText = outcome.text;
    cell.state = "refused";
    cell.note = outcome.sentence ?? "";
    this.watcher.refused(cell);
  }

  private keepDraft(flight = this.flight): void {
    const waiting = [...this.waiting].map(asChange);
    try {
      if (!flight && !waiting.length) localStorage.removeItem(this.draft);
      else localStorage.setItem(this.draft, JSON.stringify({ flight, waiting } satisfies Draft));
    } catch {
      // Without a store (private window, full disk) the page itself still holds what was typed.
    }
  }

  /** Takes up what an earlier page could not save; returns how many cells. */
  restore(): number {
    const kept = this.readDraft();
    if (!kept) return 0;
    const changes = [...(kept.flight?.changes ?? []), ...kept.waiting];
    for (const change of changes) this.takeUp(change);
    this.flight = kept.flight;
    for (const change of kept.waiting) {
      const cell = this.sheet.find(change.student, change.slot);
      if (cell && !cell.locked) this.waiting.add(cell);
    }
    if (changes.length) this.schedule(0);
    return changes.length;
  }

  private readDraft(): Draft | null {
    try {
      return JSON.parse(localStorage.getItem(this.draft) ?? "null") as Draft | null;
    } catch {
      return null;
    }
  }

  /** The base stays what the writer saw then: a value that came since is shown as a conflict. */
  private takeUp(change: Change): void {
    const cell = this.sheet.find(change.student, change.slot);
    if (!cell || cell.locked) return;
    cell.text = change.text;
    cell.base = change.base;
    cell.state = "unsaved";
    draw(cell);
  }
}

function asChange(cell: Cell): Change {
  return { student: cell.student, slot: cell.slot, base: cell.base, text: cell.text };
}
