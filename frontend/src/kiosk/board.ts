/** The bar and the banner: clock, line, what waits, what is wrong and what to do. */

import { hourMinute, longDay, withSeconds } from "./clock.ts";
import { part } from "./parts.ts";

type Line = "start" | "ok" | "away";
const LINES: Record<Line, string> = { start: "Đang kết nối", ok: "Có mạng", away: "Mất mạng" };
/** The most urgent first. */
const TROUBLES = ["full", "fleeting", "clock", "refused", "cards", "camera"] as const;
export type Trouble = (typeof TROUBLES)[number];

export class Board {
  ahead = 0;
  line: Line = "start";
  waiting = 0;
  private readonly troubles = new Map<Trouble, string>();

  constructor() {
    this.tick();
    window.setInterval(() => this.tick(), 1000);
  }

  /** The time by the server's clock, as well as one knows it. */
  now(): number {
    return Date.now() - this.ahead;
  }

  private tick(): void {
    const now = this.now();
    part("[data-clock]").textContent = withSeconds(now);
    part("[data-now]").textContent = hourMinute(now);
    part("[data-idle-clock]").textContent = hourMinute(now);
    part("[data-day]").textContent = longDay(now);
  }

  show(line: Line, waiting: number): void {
    this.line = line;
    this.waiting = waiting;
    const told = waiting ? `${LINES[line]} · ${waiting} lượt chờ gửi` : LINES[line];
    part("[data-line]").dataset["state"] = line;
    // Said again by a screen reader only when it says something new.
    const text = part("[data-line-told]");
    if (text.textContent !== told) text.textContent = told;
  }

  trouble(kind: Trouble, sentence: string): void {
    if (sentence) this.troubles.set(kind, sentence);
    else this.troubles.delete(kind);
    const worst = TROUBLES.find((one) => this.troubles.has(one));
    const banner = part("[data-banner]");
    banner.hidden = !worst;
    banner.dataset["kind"] = worst ?? "";
    const told = worst ? (this.troubles.get(worst) ?? "") : "";
    if (banner.textContent !== told) banner.textContent = told;
  }
}
