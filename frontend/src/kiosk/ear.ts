/** The field that listens to readers: out of sight, always ready, deaf to what people type elsewhere. */

import { part } from "./parts.ts";
import { Burst } from "./reader.ts";

const BACK_TO_EAR = 4000;
const PRINTED = /^.$/u;

/** A password field, because input methods leave such fields alone; nothing is ever sent from it. */
export class Ear {
  private readonly field = part<HTMLInputElement>("[data-ear]");
  private readonly burst = new Burst();
  private timer = 0;
  private back = 0;

  constructor(
    private readonly heard: (text: string, machine: boolean) => void,
    private readonly typing: (text: string) => void,
  ) {
    document.addEventListener("keydown", (event) => this.onKey(event), true);
    document.addEventListener("focusin", () => this.later());
    document.addEventListener("visibilitychange", () => this.listen());
    this.field.addEventListener("input", () => this.onInput());
  }

  /** Takes the focus unless a person is writing in a field or a dialog is open. */
  listen(): void {
    if (!this.isBusy()) this.field.focus({ preventScroll: true });
  }

  private later(): void {
    window.clearTimeout(this.back);
    this.back = window.setTimeout(() => this.listen(), BACK_TO_EAR);
  }

  private isBusy(): boolean {
    if (document.body.dataset["screen"] !== "gate" || document.querySelector("dialog[open]")) return true;
    const active = document.activeElement;
    return active instanceof HTMLInputElement && active !== this.field;
  }

  private onKey(event: KeyboardEvent): void {
    if (this.isBusy() || event.ctrlKey || event.altKey || event.metaKey) return;
    // The stroke goes to the field that has the focus when its keydown is over.
    if (PRINTED.test(event.key) && !(event.key === " " && !this.field.value)) this.listen();
    const ends = event.key === "Enter" || (event.key === "Tab" && this.field.value !== "");
    if (!ends || !this.field.value) return;
    event.preventDefault();
    this.done();
  }

  private onInput(): void {
    this.burst.struck(performance.now());
    this.typing(this.burst.isMachine ? "" : this.field.value);
    window.clearTimeout(this.timer);
    if (/[\r\n]/.test(this.field.value)) return this.done();
    this.timer = window.setTimeout(() => this.quiet(), this.burst.patience);
  }

  /** A machine that sends no Enter has finished; what a person left behind is forgotten. */
  private quiet(): void {
    if (this.burst.isMachine) this.done();
    else this.empty();
  }

  private done(): void {
    const [text, machine] = [this.field.value, this.burst.isMachine];
    this.empty();
    if (text.trim()) this.heard(text, machine);
  }

  private empty(): void {
    window.clearTimeout(this.timer);
    this.field.value = "";
    this.burst.clear();
    this.typing("");
  }
}
