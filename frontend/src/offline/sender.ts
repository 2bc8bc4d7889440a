/** Sends the log: in order, by one tab only, again after every trouble.
 *
 *  A cut at any point loses nothing: the server knows each operation by its id and answers it again,
 *  and an entry leaves the log only by its own answer. */

import { type Answers, SCHEMA } from "./contract.ts";
import type { Log, Settled } from "./log.ts";
import { stamp } from "./log.ts";
import type { Entry } from "./store.ts";

export const MOST = 400;
const WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

/** away: try again by itself; out: sign in first; old: load the new page; other: another account;
 *  ended: this machine may not send; no: the server cannot read it. */
export type Trouble = { ok: false; kind: "away" | "out" | "old" | "other" | "ended" | "no"; sentence: string; wait?: number };
export type Reply = { ok: true; body: Answers } | Trouble;
export type Post = (body: SyncBody) => Promise<Reply>;
type Alone = (run: () => Promise<void>) => Promise<void>;

export interface SyncBody {
  schema: number;
  account: number;
  device: string;
  device_now: string;
  operations: Entry["operation"][];
  /** Conflicts that this machine still shows. */
  open: string[];
}

export interface Watcher {
  settled(settled: Settled[]): Promise<void>;
  trouble(trouble: Trouble): void;
  /** Everything is at school (or waits for a decision); `at` by the clock of the server. */
  done(at: string): void;
  busy(): void;
}

export function aloneAmongTabs(account: number): Alone {
  return async (run) => {
    if ("locks" in navigator) await navigator.locks.request(`khue-ngoai-tuyen-${account}`, run);
    else await run();
  };
}

export class Sender {
  attempts = 0;
  /** What stops it until the person does something. */
  stopped: Trouble | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private again = false;

  private readonly log: Log;
  private readonly account: number;
  private readonly device: string;
  private readonly post: Post;
  private readonly watcher: Watcher;
  private readonly alone: Alone;
  private readonly clock: () => Date;

  constructor(
    log: Log,
    account: number,
    device: string,
    post: Post,
    watcher: Watcher,
    alone: Alone = aloneAmongTabs(account),
    clock: () => Date = () => new Date(),
  ) {
    this.log = log;
    this.account = account;
    this.device = device;
    this.post = post;
    this.watcher = watcher;
    this.alone = alone;
    this.clock = clock;
  }

  wake(pause = 0): void {
    this.stopped = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), pause);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  run(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.alone(() => this.empty()).finally(() => {
      this.running = null;
      if (this.again && !this.stopped) this.wake();
      this.again = false;
    });
    return this.running;
  }

  private async empty(): Promise<void> {
    await this.log.reload();
    for (let first = true; ; first = false) {
      const batch = this.log.waiting.slice(0, MOST);
      if (!batch.length && !(first && this.log.conflicts.length)) return;
      this.watcher.busy();
      const reply = await this.post(this.body(batch));
      if (!reply.ok) return this.stumble(reply);
      await this.log.decidedElsewhere(reply.body.decided ?? []);
      if (!batch.length) return this.watcher.done(reply.body.now);
      if (!(await this.take(reply.body))) return;
    }
  }

  private body(batch: readonly Entry[]): SyncBody {
    return {
      schema: SCHEMA,
      account: this.account,
      device: this.device,
      device_now: stamp(this.clock()),
      operations: batch.map((one) => one.operation),
      open: this.log.conflicts.slice(0, MOST).map((one) => one.operation.id),
    };
  }

  /** True when there may be more to send at once. */
  private async take(body: Answers): Promise<boolean> {
    const settled = await this.log.settle(body.answers ?? []);
    await this.watcher.settled(settled);
    if (!settled.length) {
      this.stumble({ ok: false, kind: "away", sentence: "Máy chủ chưa nhận được các mục đã gửi. Máy sẽ tự gửi lại." });
      return false;
    }
    this.attempts = 0;
    if (!this.log.waiting.length) this.watcher.done(body.now);
    return true;
  }

  private stumble(trouble: Trouble): void {
    this.watcher.trouble(trouble);
    if (trouble.kind !== "away") {
      this.stopped = trouble;
      return;
    }
    const wait = trouble.wait ?? WAITS[Math.min(this.attempts, WAITS.length - 1)] ?? 60_000;
    this.attempts += 1;
    // Thousands of machines come back in the same minute: each a little apart.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), wait * (0.7 + Math.random() * 0.6));
  }
}
