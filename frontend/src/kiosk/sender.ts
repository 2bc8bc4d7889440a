/** Sends what waits: in order, at most 200 at a time, by one tab only, again after every trouble.
 *  A passing leaves the store only when its own answer is here; the server takes it once by its id. */

import type { Answer, Answers, Passing } from "./contract.ts";
import type { Reply, Trouble } from "./network.ts";
import type { Store, Waiting } from "./store.ts";

export const MOST = 200;
const WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];
const LOCK = "khue-cong-gui";

export interface Watcher {
  answered(answers: Answer[], reply: Answers, ahead: number | null): void;
  away(sentence: string): void;
  out(sentence: string): void;
  changed(): void;
}

export type Post = (passings: readonly Passing[]) => Promise<Reply<Answers>>;
type Alone = (run: () => Promise<void>) => Promise<void>;

/** One tab at a time; where the browser has no locks the server's "once" is enough. */
export const aloneAmongTabs: Alone = async (run) => {
  if ("locks" in navigator) await navigator.locks.request(LOCK, run);
  else await run();
};

export class Sender {
  attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;
  private size = MOST;
  private readonly store: Store;
  private readonly post: Post;
  private readonly watcher: Watcher;
  private readonly alone: Alone;

  constructor(store: Store, post: Post, watcher: Watcher, alone: Alone = aloneAmongTabs) {
    this.store = store;
    this.post = post;
    this.watcher = watcher;
    this.alone = alone;
  }

  /** Sends soon; called for every passing, when the line is back, and by the clock. */
  wake(pause = 0): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), pause);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  async run(): Promise<void> {
    this.again = this.running;
    if (this.running) return;
    this.running = true;
    try {
      await this.alone(() => this.empty());
    } finally {
      this.running = false;
    }
    if (this.again) this.wake();
  }

  private async empty(): Promise<void> {
    for (;;) {
      const batch = await this.store.oldest(this.size, Date.now());
      if (!batch.length) return this.waitForHeld();
      const reply = await this.post(batch.map(bare));
      if (!(reply.ok ? await this.took(batch, reply.body, reply.ahead) : await this.stumbled(batch, reply))) return;
    }
  }

  private async waitForHeld(): Promise<void> {
    const held = (await this.store.all()).map((one) => one.held ?? 0).filter((until) => until > Date.now());
    if (held.length) this.wake(Math.min(...held) - Date.now() + 50);
  }

  /** True when there may be more to send at once. */
  private async took(batch: Waiting[], body: Answers, ahead: number | null): Promise<boolean> {
    const asked = new Set(batch.map((one) => one.id));
    const answers = (body.answers ?? []).filter((one) => asked.has(one.id));
    await this.setBadApart(batch, answers);
    await this.store.drop(answers.filter((one) => one.verdict !== "bad").map((one) => one.id));
    this.watcher.answered(answers, body, ahead);
    this.watcher.changed();
    if (!answers.length) return this.later({ ok: false, kind: "away", sentence: "Máy chủ chưa trả lời các lượt đã gửi." });
    this.attempts = 0;
    this.size = MOST;
    return true;
  }

  private async setBadApart(batch: Waiting[], answers: Answer[]): Promise<void> {
    for (const { id, said } of answers.filter((one) => one.verdict === "bad")) {
      const passing = batch.find((one) => one.id === id);
      if (passing) await this.store.put({ ...passing, refused: said });
    }
  }

  private async stumbled(batch: Waiting[], trouble: Trouble): Promise<boolean> {
    if (trouble.kind === "away") return this.later(trouble);
    if (trouble.kind === "out") return this.watcher.out(trouble.sentence), false;
    await this.setApart(batch, trouble.sentence);
    return true;
  }

  /** A refused batch is halved until the one passing that spoils it is found and set apart. */
  private async setApart(batch: Waiting[], sentence: string): Promise<void> {
    if (batch.length > 1) {
      this.size = Math.ceil(batch.length / 2);
      return;
    }
    for (const one of batch) await this.store.put({ ...one, refused: sentence });
    this.size = MOST;
    this.watcher.changed();
  }

  private later(trouble: Trouble): false {
    const wait = trouble.wait ?? WAITS[Math.min(this.attempts, WAITS.length - 1)] ?? 60_000;
    this.attempts += 1;
    this.watcher.away(trouble.sentence);
    // Many gates of one school come back at the same moment: each a little apart.
    this.wake(wait * (0.8 + Math.random() * 0.4));
    return false;
  }
}

/** As the server wants it: nothing of our own book-keeping. */
function bare({ held: _held, refused: _refused, ...passing }: Waiting): Passing {
  return passing;
}
