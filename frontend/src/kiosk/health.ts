/** Temperature and declaration after a card, where the school asks for them; always skippable. */

import { onClick, part } from "./parts.ts";

export const ASKS_FOR = 12_000;

export interface Told {
  temperature?: number;
  health?: string;
}

/** "365" and "36,5" are 365 tenths; null for what is no temperature of a living person. */
export function tenths(typed: string): number | null {
  const figures = typed.replace(/\D/g, "");
  if (!/^\d{2,3}$/.test(figures)) return null;
  const value = figures.length === 2 ? Number(figures) * 10 : Number(figures);
  return value >= 300 && value <= 450 ? value : null;
}

export class Health {
  private figures = "";
  private answer: ((told: Told | null) => void) | null = null;
  private timer = 0;
  private readonly panel = part("[data-health]");

  constructor() {
    onClick("[data-health] [data-key]", (key) => this.type(key.dataset["key"] ?? ""));
    onClick("[data-sign]", (sign) => this.mark(sign));
    onClick("[data-skip]", () => this.close(null));
    onClick("[data-heat-do]", () => this.finish());
  }

  get isOpen(): boolean {
    return this.answer !== null;
  }

  /** Asks; the next card or the time answers "skipped" by itself. */
  ask(who: string): Promise<Told | null> {
    this.close(null);
    this.figures = "";
    for (const sign of this.signs()) sign.setAttribute("aria-pressed", "false");
    part("[data-health-who]").textContent = who;
    this.draw();
    this.panel.hidden = false;
    this.wait();
    return new Promise((answer) => (this.answer = answer));
  }

  /** A thermometer or a keypad that types: true when this was a temperature. */
  heard(text: string): boolean {
    if (!this.isOpen || tenths(text) === null || text.length > 5) return false;
    this.figures = text.replace(/\D/g, "");
    this.finish();
    return true;
  }

  close(told: Told | null): void {
    window.clearTimeout(this.timer);
    this.panel.hidden = true;
    const answer = this.answer;
    this.answer = null;
    answer?.(told);
  }

  private wait(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.close(null), ASKS_FOR);
  }

  private type(key: string): void {
    this.figures = key === "Backspace" ? this.figures.slice(0, -1) : (this.figures + key).slice(0, 3);
    this.draw();
    this.wait();
  }

  private mark(sign: HTMLElement): void {
    sign.setAttribute("aria-pressed", String(sign.getAttribute("aria-pressed") !== "true"));
    this.wait();
  }

  private signs(): HTMLElement[] {
    return [...this.panel.querySelectorAll<HTMLElement>("[data-sign]")];
  }

  private draw(): void {
    const [ten = "–", one = "–", tenth = "–"] = this.figures;
    part("[data-heat-told]").textContent = `${ten}${one},${tenth}`;
    this.panel.classList.toggle("cong-heat-wrong", this.figures.length === 3 && tenths(this.figures) === null);
  }

  private finish(): void {
    const temperature = tenths(this.figures);
    const marked = this.signs().filter((sign) => sign.getAttribute("aria-pressed") === "true");
    const health = marked.map((sign) => sign.dataset["sign"]).join("; ");
    if (this.figures && temperature === null) return this.panel.classList.add("cong-heat-wrong");
    this.close({ ...(temperature === null ? {} : { temperature }), ...(health ? { health } : {}) });
  }
}
