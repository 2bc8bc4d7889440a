/** The machine locks itself: after minutes without a touch, and whenever its owner says so. */

import { countUnsent, forgetPack } from "../store.ts";
import { boxes, wipeAccount } from "./boxes.ts";

const TOUCHED = "khue-ngoai-tuyen-luc";
const CHECK = 10_000;
const MINUTE = 60_000;

/** Also counts while the machine sleeps: what matters is the clock, not a timer. */
export class Idle {
  private readonly timer: number;
  private readonly minutes: () => number;
  private readonly locked: () => void;

  constructor(minutes: () => number, locked: () => void) {
    this.minutes = minutes;
    this.locked = locked;
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, this.touch, true);
    document.addEventListener("visibilitychange", this.check);
    this.timer = window.setInterval(this.check, CHECK);
    touch();
  }

  private readonly touch = (): void => {
    if (idleFor() > this.minutes() * MINUTE) this.locked();
    else touch();
  };

  private readonly check = (): void => {
    if (idleFor() > this.minutes() * MINUTE) this.locked();
  };

  stop(): void {
    window.clearInterval(this.timer);
    for (const kind of ["pointerdown", "keydown"]) document.removeEventListener(kind, this.touch, true);
    document.removeEventListener("visibilitychange", this.check);
  }
}

function touch(): void {
  try {
    sessionStorage.setItem(TOUCHED, String(Date.now()));
  } catch {
    // Without a store the page itself forgets everything when it closes.
  }
}

/** Milliseconds since this tab was touched last. */
export function idleFor(): number {
  try {
    return Date.now() - Number(sessionStorage.getItem(TOUCHED) ?? Date.now());
  } catch {
    return 0;
  }
}

/** Machines that nobody opened for so long forget what they took along; what is unsent stays. */
export async function forgetOld(): Promise<void> {
  for (const one of (await boxes()) ?? []) {
    if (one.until > Date.now()) continue;
    // The log itself is asked: a full disk may have kept no hint of what is in it.
    if (await countUnsent(one.account)) await forgetPack(one.account);
    else await wipeAccount(one.account);
  }
}
