/** What people see from three metres: one answer as large as the screen, and the last ten. */

import { withSeconds } from "./clock.ts";
import type { Direction, Verdict } from "./contract.ts";
import { part } from "./parts.ts";
import { titleOf, toneOf, type Tone } from "./verdicts.ts";

export interface Shown {
  id: string;
  verdict: Verdict;
  said: string;
  name: string;
  class: string;
  photo: string | null;
  direction: Direction | "";
  at: number;
  fever: boolean;
  /** The server has judged it; until then it waits. */
  settled: boolean;
}

const STAYS: Record<Tone, number> = { good: 4500, warn: 7000, bad: 12_000 };
const MOST_RECENT = 10;
const STRANGER = "Mời gặp bảo vệ";
const WAYS: Record<string, string> = { in: "Vào", out: "Ra" };

export class Face {
  private shown: Shown | null = null;
  private recent: Shown[] = [];
  private timer = 0;
  private readonly answer = part("[data-answer]");
  private readonly name = part("[data-name]");
  private readonly list = part("[data-recent]");

  constructor(private readonly photoOf: (address: string) => Promise<string | null>) {
    window.addEventListener("resize", () => this.fit());
    part("[data-answer]").addEventListener("click", () => this.clear());
  }

  get current(): Shown | null {
    return this.shown;
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.draw(shown);
    this.remember(shown);
    this.stay(STAYS[toneOfShown(shown)]);
  }

  /** The server's word about a passing: it corrects what stands here; true when the tone changed. */
  correct(id: string, change: Partial<Shown>): boolean {
    const known = this.recent.find((one) => one.id === id);
    if (!known) return false;
    const before = toneOfShown(known);
    Object.assign(known, change);
    this.drawRecent();
    if (this.shown?.id !== id) return false;
    this.shown = known;
    this.draw(known);
    const after = toneOfShown(known);
    if (after !== before) this.stay(STAYS[after]);
    return after !== before;
  }

  /** Passings of an earlier life of this page that still wait. */
  recall(waiting: Shown[]): void {
    const known = new Set(this.recent.map((one) => one.id));
    this.recent = [...this.recent, ...waiting.filter((one) => !known.has(one.id))].slice(0, MOST_RECENT);
    this.drawRecent();
  }

  /** Nobody's name stays on a machine that is no gate any more. */
  forget(): void {
    this.clear();
    this.recent = [];
    this.drawRecent();
  }

  stay(milliseconds: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.clear(), milliseconds);
  }

  clear(): void {
    window.clearTimeout(this.timer);
    this.shown = null;
    this.answer.hidden = true;
    part("[data-wait]").hidden = false;
    delete document.body.dataset["tone"];
  }

  private draw(shown: Shown): void {
    document.body.dataset["tone"] = toneOfShown(shown);
    document.body.dataset["mark"] = shown.verdict;
    part("[data-wait]").hidden = true;
    this.answer.hidden = false;
    part("[data-verdict]").textContent = headline(shown);
    this.name.textContent = shown.name || (toneOfShown(shown) === "bad" ? STRANGER : titleOf(shown.verdict));
    part("[data-class]").textContent = shown.class;
    part("[data-at]").textContent = withSeconds(shown.at);
    part("[data-sentence]").textContent = shown.said;
    part("[data-spoken]").textContent = [headline(shown), shown.name, shown.class, shown.said].filter(Boolean).join(". ");
    this.drawPhoto(shown);
    this.fit();
  }

  private drawPhoto(shown: Shown): void {
    const image = part<HTMLImageElement>("[data-photo]");
    const letters = part("[data-initials]");
    letters.textContent = initials(shown.name);
    image.hidden = true;
    letters.hidden = false;
    if (!shown.photo) return;
    void this.photoOf(shown.photo).then((source) => {
      if (!source || this.shown?.id !== shown.id) return;
      image.src = source;
      image.alt = `Ảnh của ${shown.name}`;
      image.hidden = false;
      letters.hidden = true;
    });
  }

  /** The largest letters in which the name still fits its place. */
  private fit(): void {
    if (this.answer.hidden) return;
    const box = this.name;
    let [small, large] = [20, 220];
    while (large - small > 2) {
      const size = (small + large) / 2;
      box.style.fontSize = `${size}px`;
      const fits = box.scrollWidth <= box.clientWidth + 1 && box.scrollHeight <= box.clientHeight + 1;
      if (fits) small = size;
      else large = size;
    }
    box.style.fontSize = `${small}px`;
  }

  private remember(shown: Shown): void {
    this.recent = [shown, ...this.recent.filter((one) => one.id !== shown.id)].slice(0, MOST_RECENT);
    this.drawRecent();
  }

  private drawRecent(): void {
    this.list.replaceChildren(...this.recent.map(line));
    part("[data-none]").hidden = this.recent.length > 0;
  }
}

/** Who has a fever is stopped, however good the card. */
export const toneOfShown = ({ fever, verdict }: Shown): Tone => (fever ? "bad" : toneOf(verdict));

const headline = ({ verdict, direction, fever }: Shown): string => {
  if (fever) return "Thân nhiệt cao";
  const way = WAYS[direction] ?? "";
  if (verdict === "good") return way ? `Mời ${way.toLowerCase()}` : "Hợp lệ";
  return verdict === "late" && way ? `${way} muộn` : titleOf(verdict);
};

/** Of the last two words: the middle and the given name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return words.slice(-2).map((word) => [...word][0] ?? "").join("").toUpperCase() || "?";
}

function line(shown: Shown): HTMLLIElement {
  const item = document.createElement("li");
  item.dataset["tone"] = toneOfShown(shown);
  if (!shown.settled) item.dataset["waiting"] = "";
  const cells: [string, string][] = [
    ["num", withSeconds(shown.at).slice(0, 5)],
    ["cong-recent-name", shown.name || titleOf(shown.verdict)],
    ["cong-recent-class", shown.class],
    ["cong-recent-verdict", shown.settled ? headline(shown) : "Chờ gửi"],
  ];
  item.append(...cells.map(([kind, text]) => {
    const cell = document.createElement("span");
    cell.className = kind;
    cell.textContent = text;
    return cell;
  }));
  return item;
}
