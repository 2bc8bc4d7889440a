/** The mark grid: what the hands do, told to the cells, the saver and the notices. */

import { toast } from "../toasts";
import { type Cell, draw, type Place, settled, Sheet } from "./cells";
import { Chosen } from "./chosen";
import type { Keeper, MakeDesk, Teller } from "./keeper";
import type { Answer, RowResult } from "./network";
import { Pen, type Writer } from "./pen";
import { closePopover, isPopoverOpen } from "./popover";
import type { Watcher } from "./saver";
import { showAsk, showConflict, showHistory } from "./side";
import { readBlock, tidy, writeBlock } from "./typed";
import { type Step, Undo } from "./undo";

const SAVED_SHINES = 2500;
const PAGE = 10;

export class Grid implements Writer, Watcher {
  readonly sheet: Sheet;
  readonly chosen: Chosen;
  readonly pen: Pen;
  readonly saver: Keeper;
  readonly writable: boolean;
  private readonly undoing = new Undo();
  private readonly notice: Teller;

  constructor(readonly root: HTMLElement, table: HTMLTableElement, makeDesk: MakeDesk) {
    const { data } = { data: root.dataset };
    this.writable = data.writable !== undefined;
    this.sheet = new Sheet(table, this.writable, data.form ?? "score");
    this.chosen = new Chosen(this.sheet);
    this.pen = new Pen(this);
    const { keeper, teller } = makeDesk(this.sheet, this);
    this.saver = keeper;
    this.notice = teller;
  }

  start(): void {
    this.speakAsGrid();
    this.showAsked();
    if (this.writable && this.saver.restore() > 0) {
      toast("Đã khôi phục điểm chưa lưu của lần trước và đang lưu lại.", "info");
    }
    const first = this.sheet.at(0, 0);
    if (first) this.pen.place(first, false);
    this.changed();
  }

  private speakAsGrid(): void {
    this.sheet.table.setAttribute("role", "grid");
    if (!this.writable) this.sheet.table.setAttribute("aria-readonly", "true");
    for (const cell of this.sheet.all()) {
      cell.td.setAttribute("role", "gridcell");
      if (cell.locked && this.writable) cell.td.setAttribute("aria-readonly", "true");
    }
  }

  // --- moving -------------------------------------------------------------------------------

  go(place: Place, focus = true): void {
    this.pen.finish();
    this.chosen.set(place);
    const { cell } = this.chosen;
    if (!cell) return;
    if (isPopoverOpen()) closePopover(false);
    this.pen.place(cell, focus);
    reveal(cell.td);
    if (cell.state === "conflict" && focus) this.conflict(cell);
  }

  private get here(): Place {
    return this.chosen.cell ?? { row: 0, col: 0 };
  }

  move(rows: number, cols: number): void {
    const past = cols > 0 && this.here.col === this.sheet.width - 1;
    if (past && this.chosen.cell) this.toResult(this.here.row);
    else this.step(rows, cols);
  }

  /** The result of a line is a link behind its last cell. */
  toResult(row: number): void {
    const line = this.sheet.at(row, 0)?.td.closest("tr");
    line?.querySelector<HTMLAnchorElement>("a[data-made]")?.focus();
  }

  private step(rows: number, cols: number): void {
    this.go({ row: this.here.row + rows, col: this.here.col + cols });
  }

  /** Past the last cell of a line or column comes the first of the next; past the very last, none. */
  advance(rows: number, cols: number): boolean {
    const { height, width } = this.sheet;
    const index = rows
      ? this.here.col * height + this.here.row + rows
      : this.here.row * width + this.here.col + cols;
    if (index < 0 || index >= height * width) return rows !== 0;
    const place = rows
      ? { row: index % height, col: Math.floor(index / height) }
      : { row: Math.floor(index / width), col: index % width };
    this.go(place);
    return true;
  }

  extend(rows: number, cols: number): void {
    const head = this.chosen.extendBy(rows, cols);
    const cell = this.sheet.at(head.row, head.col);
    if (cell) reveal(cell.td);
  }

  jump(key: "Home" | "End" | "PageUp" | "PageDown", far: boolean): void {
    const { row, col } = this.here;
    const [bottom, right] = [this.sheet.height - 1, this.sheet.width - 1];
    if (key === "PageUp") this.go({ row: row - PAGE, col });
    else if (key === "PageDown") this.go({ row: row + PAGE, col });
    else if (key === "Home") this.go({ row: far ? 0 : row, col: 0 });
    else this.go({ row: far ? bottom : row, col: right });
  }

  leave(): void {
    this.root.querySelector<HTMLElement>("[data-tools] button:not([disabled])")?.focus();
  }

  selectAll(): void {
    this.chosen.everything();
  }

  // --- writing ------------------------------------------------------------------------------

  commit(cell: Cell, text: string): void {
    this.write([[cell, text]]);
  }

  /** Writes texts into cells as one act that can be undone; says which could not take one. */
  private write(wanted: [Cell, string][]): void {
    const free = wanted.filter(([cell]) => !cell.locked);
    if (free.length < wanted.length) this.sayLocked(wanted.length - free.length);
    const steps: Step[] = [];
    for (const [cell, text] of free) {
      const after = tidy(text, cell.form);
      if (after === cell.text && cell.state !== "refused") continue;
      steps.push({ cell, before: cell.text, after });
    }
    this.undoing.push(steps);
    this.put(steps);
  }

  private sayLocked(count: number): void {
    const why = this.writable ? "không ghi được ở đây" : "ở sổ chỉ xem";
    toast(`Bỏ qua ${count} ô ${why}.`, "warning");
  }

  private put(steps: Step[]): void {
    for (const { cell, after } of steps) {
      if (cell.rival) this.acceptRival(cell);
      cell.text = after;
      cell.note = "";
      this.saver.add(cell);
      draw(cell);
    }
    this.pen.show();
    if (steps.length) this.changed();
  }

  /** Whoever writes over a clash has seen both values: the newer one is now the base. */
  private acceptRival(cell: Cell): void {
    if (!cell.rival) return;
    cell.base = cell.rival.value;
    cell.baseText = cell.rival.text;
    cell.rival = null;
  }

  clear(): void {
    this.write(this.chosen.cells.map((cell) => [cell, ""]));
  }

  fillDown(): void {
    const { block } = this.chosen;
    const rows = block.length > 1 ? block : this.withRowAbove(block);
    const [top, ...below] = rows;
    if (!top) return;
    this.write(below.flatMap((row) => row.map((cell, i): [Cell, string] => [cell, top[i]?.text ?? ""])));
  }

  private withRowAbove(block: Cell[][]): Cell[][] {
    const first = block[0] ?? [];
    const above = first.map((cell) => this.sheet.at(cell.row - 1, cell.col));
    return above.every((cell) => cell !== undefined) ? [above as Cell[], first] : [];
  }

  fillBlock(text: string): void {
    this.write(this.chosen.cells.map((cell) => [cell, text]));
  }

  /** Writes a text into the empty cells of the column under the pen. */
  fillEmpty(text: string): void {
    const col = this.here.col;
    const empty = this.sheet.rows
      .map((row) => row[col])
      .filter((cell): cell is Cell => cell !== undefined && !cell.locked && !cell.text);
    this.write(empty.map((cell) => [cell, text]));
  }

  /** Drops what was typed; a refused cell goes back to what is saved. */
  cancel(): void {
    const { cell } = this.chosen;
    const stuck = cell?.state === "refused" || cell?.state === "conflict";
    if (cell && stuck && this.saver.forgetful) this.takeSaved(cell);
    this.chosen.collapse();
    this.pen.show();
    this.changed();
  }

  private takeSaved(cell: Cell): void {
    this.acceptRival(cell);
    this.saver.drop(cell);
    cell.text = cell.baseText;
    cell.state = "";
    cell.note = "";
    draw(cell);
  }

  undo(): void {
    this.replay(this.undoing.undo());
  }

  redo(): void {
    this.replay(this.undoing.redo());
  }

  private replay(steps: Step[]): void {
    const [first, last] = [steps[0], steps.at(-1)];
    if (!first || !last) return;
    this.put(steps);
    this.go(first.cell);
    this.chosen.extend(last.cell);
  }

  paste(text: string): void {
    const block = readBlock(text);
    const single = block.length === 1 && block[0]?.length === 1;
    if (single && this.chosen.isBlock) {
      this.fillBlock(block[0]?.[0] ?? "");
      return;
    }
    const [corner] = this.chosen.cells;
    if (!corner) return;
    const wanted: [Cell, string][] = [];
    let outside = 0;
    block.forEach((row, down) => row.forEach((value, right) => {
      const cell = this.sheet.at(corner.row + down, corner.col + right);
      if (cell) wanted.push([cell, value]);
      else outside += 1;
    }));
    this.write(wanted);
    if (outside) toast(`Đã dán ${wanted.length} ô; bỏ qua ${outside} ô nằm ngoài bảng.`, "warning");
    this.chosen.extend({
      row: corner.row + block.length - 1,
      col: corner.col + (block[0]?.length ?? 1) - 1,
    });
  }

  copy(): string {
    return writeBlock(this.chosen.block.map((row) => row.map((cell) => cell.text)));
  }

  history(): void {
    const { cell } = this.chosen;
    if (cell) showHistory(cell, this.root.dataset.history ?? "");
  }

  ask(): void {
    const { cell } = this.chosen;
    const address = this.root.dataset.ask;
    if (cell && address) showAsk(cell, address);
  }

  /** Marks the cells whose correction was asked for: "12.gk=8,0;…". */
  private showAsked(): void {
    for (const one of (this.root.dataset.asked ?? "").split(";")) {
      const [place, text] = one.split("=");
      const cell = this.sheet.byKey.get(place ?? "");
      if (!cell) continue;
      cell.note = `Đang đề nghị sửa thành ${text ?? ""}`;
      cell.td.title = cell.note;
      cell.td.classList.add("mg-asked");
    }
  }

  // --- what the saver tells -------------------------------------------------------------------

  changed(): void {
    let wrong = 0;
    let clashes = 0;
    for (const cell of this.sheet.all()) {
      if (cell.state === "refused") wrong += 1;
      if (cell.state === "conflict") clashes += 1;
    }
    if (this.writable) this.notice.show(wrong, clashes);
    this.enable("undo", this.undoing.canUndo);
    this.enable("redo", this.undoing.canRedo);
  }

  private enable(act: string, can: boolean): void {
    const button = this.root.querySelector<HTMLButtonElement>(`[data-act="${act}"]`);
    if (button) button.disabled = !can;
  }

  answered(answer: Answer): void {
    for (const row of answer.rows) this.showResult(row);
    this.root.querySelector("[data-entered]")?.replaceChildren(String(answer.progress.entered));
    this.root.querySelector("[data-due]")?.replaceChildren(String(answer.progress.due));
    this.countColumns();
    if (!this.pen.isWriting) this.pen.show();
    window.setTimeout(() => this.dim(), SAVED_SHINES);
  }

  private dim(): void {
    for (const cell of this.sheet.all()) {
      if (cell.state !== "saved") continue;
      cell.state = "";
      draw(cell);
    }
  }

  private showResult({ student, average, provisional, year }: RowResult): void {
    const line = this.sheet.table.querySelector(`tr[data-student="${student}"]`);
    const link = line?.querySelector("[data-made]");
    if (!line || !link) return;
    const made = document.createElement(average ? "b" : "i");
    made.textContent = average || provisional;
    if (!average && provisional) {
      const small = document.createElement("small");
      small.textContent = "tạm tính";
      made.append(small);
    }
    link.replaceChildren(average || provisional ? made : "–");
    const ofYear = line.querySelector(".mg-year b");
    if (ofYear) ofYear.textContent = year;
  }

  private countColumns(): void {
    const staying = this.sheet.rows.filter((row) => !row[0]?.td.closest(".mg-left"));
    for (const foot of this.sheet.table.querySelectorAll<HTMLElement>("[data-filled]")) {
      const slot = foot.dataset.filled;
      const filled = staying.filter((row) => settled(row.find((one) => one.slot === slot)?.base ?? null));
      foot.textContent = String(filled.length);
    }
  }

  conflict(cell: Cell): void {
    if (cell !== this.pen.cell || this.pen.isWriting) return;
    showConflict(cell, (mine) => {
      closePopover(false);
      if (mine) this.put([{ cell, before: cell.text, after: cell.text }]);
      else this.takeSaved(cell);
      this.changed();
      this.pen.place(cell);
    });
  }

  refused(cell: Cell): void {
    if (cell.note) toast(`${cell.title} của ${cell.pupil}: ${cell.note}`, "warning");
  }

  signedOut(): void {
    this.changed();
  }
}

/** Scrolls the cell into sight, clear of the sticky head and names. */
function reveal(td: HTMLTableCellElement): void {
  const wrap = td.closest<HTMLElement>(".mg-wrap");
  const name = td.closest("tr")?.querySelector<HTMLElement>("th");
  const head = td.closest("table")?.tHead;
  if (!wrap || !name || !head) return;
  const seen = wrap.getBoundingClientRect();
  const box = td.getBoundingClientRect();
  const left = name.getBoundingClientRect().right;
  const top = seen.top + head.offsetHeight;
  if (box.left < left) wrap.scrollLeft -= left - box.left;
  else if (box.right > seen.right) wrap.scrollLeft += box.right - seen.right + 1;
  if (box.top < top) wrap.scrollTop -= top - box.top;
  else if (box.bottom > seen.top + wrap.clientHeight) {
    wrap.scrollTop += box.bottom - seen.top - wrap.clientHeight + 1;
  }
  td.scrollIntoView({ block: "nearest", inline: "nearest" });
}
