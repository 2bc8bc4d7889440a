/** The pen: one input that stands in the chosen cell. Moving about it lies flat over the cell, all
 *  selected, so that the first key (also through an input method, also on a phone) writes over. */

import type { Cell } from "./cells";

export type Mode = "over" | "typing" | "editing";

export interface Writer {
  commit(cell: Cell, text: string): void;
  move(rows: number, cols: number): void;
  /** Enter and Tab: to the next cell in that direction, wrapping at the end; false at the very end. */
  advance(rows: number, cols: number): boolean;
  extend(rows: number, cols: number): void;
  jump(key: "Home" | "End" | "PageUp" | "PageDown", far: boolean): void;
  clear(): void;
  cancel(): void;
  fillDown(): void;
  fillBlock(text: string): void;
  selectAll(): void;
  undo(): void;
  redo(): void;
  history(): void;
  /** A cell that is closed to its teacher: ask for a correction. */
  ask(): void;
  leave(): void;
}

const ARROWS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
};

const LEVELS = new Set(["comment", "level", "quality", "attained"]);
const LONGEST = 40;
const LONGEST_TEXT = 1000;

export class Pen {
  readonly input = document.createElement("input");
  cell: Cell | null = null;
  mode: Mode = "over";

  private readonly fingers = window.matchMedia("(pointer: coarse)").matches;

  constructor(private readonly writer: Writer) {
    const { input } = this;
    input.className = "mg-pen";
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.setAttribute("autocapitalize", "off");
    input.setAttribute("enterkeyhint", "next");
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("input", () => this.onInput());
    input.addEventListener("blur", () => this.onBlur());
    input.addEventListener("dblclick", () => this.edit());
  }

  get isWriting(): boolean {
    return this.mode !== "over";
  }

  /** Puts the pen into a cell; `focus` is false when the page only marks where it would write. */
  place(cell: Cell, focus = true): void {
    this.finish();
    this.cell?.td.classList.remove("here");
    this.cell = cell;
    cell.td.classList.add("here");
    this.input.readOnly = cell.locked;
    this.input.maxLength = cell.form === "text" ? LONGEST_TEXT : LONGEST;
    this.input.inputMode = this.keyboardFor(cell.form);
    if (this.input.parentElement !== cell.td) cell.td.append(this.input);
    this.show();
    if (focus) this.focus();
  }

  /** Levels come from the row of keys under the table, so a phone needs no keyboard for them. */
  private keyboardFor(form: string): string {
    if (form === "text") return "text";
    if (!LEVELS.has(form)) return "decimal";
    return this.fingers ? "none" : "text";
  }

  focus(): void {
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  /** Lays the pen flat again over what the cell shows now. */
  show(): void {
    const { cell, input } = this;
    if (!cell) return;
    this.setMode("over");
    input.value = cell.text;
    const state = cell.note ? `. ${cell.note}` : cell.locked ? ". Chỉ xem" : "";
    input.setAttribute("aria-label", `${cell.title}, ${cell.pupil}${state}`);
    if (cell.state === "refused") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    if (document.activeElement === input) input.select();
  }

  private setMode(mode: Mode): void {
    this.mode = mode;
    this.input.dataset.mode = mode;
  }

  private onInput(): void {
    if (this.mode === "over") this.setMode(this.cell?.form === "text" ? "editing" : "typing");
  }

  edit(): void {
    if (!this.cell) return;
    if (this.cell.locked) {
      this.writer.ask();
      return;
    }
    this.setMode("editing");
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Writes down what was typed, if something was. */
  finish(): void {
    if (!this.isWriting || !this.cell) return;
    const text = this.input.value;
    this.setMode("over");
    this.writer.commit(this.cell, text);
  }

  private onBlur(): void {
    this.finish();
    this.show();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const handled =
      event.ctrlKey || event.metaKey ? this.withControl(event) : this.plain(event);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private withControl(event: KeyboardEvent): boolean {
    const { writer } = this;
    switch (event.key.toLowerCase()) {
      case "d": this.finish(); writer.fillDown(); return true;
      case "enter": this.fill(); return true;
      case "z": this.takeBack(event.shiftKey); return true;
      case "y": this.finish(); writer.redo(); return true;
      case "a": if (this.isWriting) return false; writer.selectAll(); return true;
      case "home": writer.jump("Home", true); return true;
      case "end": writer.jump("End", true); return true;
      default: return false;
    }
  }

  private fill(): void {
    const text = this.input.value;
    this.setMode("over");
    this.writer.fillBlock(text);
  }

  private takeBack(again: boolean): void {
    this.finish();
    if (again) this.writer.redo();
    else this.writer.undo();
  }

  private plain(event: KeyboardEvent): boolean {
    const arrow = ARROWS[event.key];
    if (arrow) return this.onArrow(event, arrow);
    if (event.key === "Enter") return this.step(event.shiftKey ? -1 : 1, 0);
    if (event.key === "Tab") return this.step(0, event.shiftKey ? -1 : 1);
    return this.named(event);
  }

  private step(rows: number, cols: number): boolean {
    this.finish();
    return this.writer.advance(rows, cols);
  }

  private onArrow(event: KeyboardEvent, [rows, cols]: [number, number]): boolean {
    if (this.mode === "editing" && cols) return false;
    this.finish();
    if (event.shiftKey) this.writer.extend(rows, cols);
    else this.writer.move(rows, cols);
    return true;
  }

  private named(event: KeyboardEvent): boolean {
    const { writer } = this;
    switch (event.key) {
      case "Escape": this.setMode("over"); writer.cancel(); return true;
      case "F2": if (event.shiftKey) writer.history(); else this.edit(); return true;
      case "F6": this.finish(); writer.leave(); return true;
      case "Delete": case "Backspace": return this.erase();
      case "Home": case "End": case "PageUp": case "PageDown":
        if (this.mode === "editing") return false;
        this.finish();
        writer.jump(event.key, false);
        return true;
      default: return false;
    }
  }

  private erase(): boolean {
    if (this.isWriting) return false;
    this.writer.clear();
    return true;
  }
}
