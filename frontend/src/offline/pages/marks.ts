/** The mark grid with no line: the same grid as of the mark book and of the primary sheets, kept by
 *  the log of this machine. */

import "../../markgrid/grid.css";
import { type Cell, draw, type Sheet } from "../../markgrid/cells.ts";
import { Grid } from "../../markgrid/grid.ts";
import { listen } from "../../markgrid/hands.ts";
import type { Keeper, MakeDesk, Teller } from "../../markgrid/keeper.ts";
import type { Watcher } from "../../markgrid/saver.ts";
import { toast } from "../../toasts.ts";
import { type BookPupil, targetOf } from "../contract.ts";
import type { Standing } from "../log.ts";
import type { Desk } from "./desk.ts";
import { type Leaf, leafOfBook, leafOfSheet, leavesOf } from "./leaves.ts";
import { alert, h, link, title } from "./parts.ts";
import { frameOfBook, frameOfSheet } from "./ruling.ts";

type Tab = [string, string, boolean];

export function showMarks(desk: Desk, view: HTMLElement, [id = "", term = "", strand = "0"]: string[]): () => void {
  const books = desk.books.filter((one) => String(one.id) === id);
  const book = books.find((one) => String(one.term) === term && String(one.strand) === strand);
  if (!book) return showMissing(view);
  const terms = books.filter((one) => one.strand === book.strand);
  const strands = books.filter((one) => one.term === book.term);
  return showGrid(desk, view, leafOfBook(book), frameOfBook(book), [
    tabs("Học kì", terms.map((one) => [`Học kì ${one.term === 1 ? "I" : "II"}`, leafOfBook(one).href, one === book])),
    tabs("Phân môn", strands.map((one) => [one.strand_name || "Cả môn", leafOfBook(one).href, one === book])),
  ]);
}

export function showSheet(desk: Desk, view: HTMLElement, [kind = "", id = "", point = ""]: string[]): () => void {
  const sheets = desk.sheets.filter((one) => one.kind === kind && String(one.of) === id);
  const sheet = sheets.find((one) => String(one.point) === point);
  if (!sheet) return showMissing(view);
  return showGrid(desk, view, leafOfSheet(sheet), frameOfSheet(sheet), [
    tabs("Thời điểm đánh giá", sheets.map((one) => [first(one.point_name), leafOfSheet(one).href, one === sheet])),
  ]);
}

const first = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function showMissing(view: HTMLElement): () => void {
  view.replaceChildren(title("Sổ điểm"), alert("warning", "Sổ này không có trên máy", "Có thể phân công đã đổi hoặc sổ chưa được mang theo.", h("p", {}, link("Các lớp trên máy này", "#/"))));
  return () => undefined;
}

function showGrid(desk: Desk, view: HTMLElement, leaf: Leaf, root: HTMLElement, ways: (HTMLElement | null)[]): () => void {
  view.replaceChildren(...head(leaf), ...ways.filter((one) => one !== null), ...refusal(leaf), root);
  const table = root.querySelector("table");
  if (!table) return () => undefined;
  const made: { keeper: LogKeeper | null } = { keeper: null };
  const makeDesk: MakeDesk = (sheet, watcher) => {
    made.keeper = new LogKeeper(desk, leaf, sheet, watcher);
    return { keeper: made.keeper, teller: new LogTeller(made.keeper, root) };
  };
  const grid = new Grid(root, table, makeDesk);
  listen(grid);
  grid.start();
  const stop = desk.watch(() => made.keeper?.see());
  return () => {
    grid.pen.finish();
    stop();
  };
}

function head(leaf: Leaf): HTMLElement[] {
  return [title(leaf.title, `${leaf.pupils.filter((one) => !one.left).length} học sinh`, link("Các lớp", "#/", { kind: "quiet" }, "arrow-left"))];
}

function tabs(label: string, every: Tab[]): HTMLElement | null {
  if (every.length < 2) return null;
  return h("nav", { class: "tabs", "aria-label": label }, ...every.map(([name, href, here]) => h("a", { class: "tab", href, ...(here ? { "aria-current": "page" } : {}) }, name)));
}

function refusal({ refusal: told }: Leaf): HTMLElement[] {
  return told ? [alert("info", "Sổ này chỉ xem", told)] : [];
}

/** Keeps cells in the log of this machine; what they show follows the log. */
class LogKeeper implements Keeper {
  readonly forgetful = false;
  failed = "";
  private readonly desk: Desk;
  private readonly leaf: Leaf;
  private readonly sheet: Sheet;
  private readonly watcher: Watcher;
  /** Cells whose writing is on its way to the disk. */
  private readonly writing = new Set<Cell>();

  constructor(desk: Desk, leaf: Leaf, sheet: Sheet, watcher: Watcher) {
    this.desk = desk;
    this.leaf = leaf;
    this.sheet = sheet;
    this.watcher = watcher;
  }

  private place(cell: Cell): Record<string, string | number> {
    return { ...this.leaf.place(cell.student, cell.slot) };
  }

  private standing(cell: Cell): Standing {
    return this.desk.log.of(targetOf(this.leaf.kind, this.place(cell)));
  }

  get unsaved(): number {
    return [...this.sheet.all()].filter((one) => one.state === "here").length;
  }

  get hasWriting(): boolean {
    return this.writing.size > 0;
  }

  get line(): Desk["line"] {
    return this.desk.line;
  }

  add(cell: Cell): void {
    cell.state = "saving";
    this.writing.add(cell);
    void this.write(cell, cell.text);
  }

  private async write(cell: Cell, text: string): Promise<void> {
    try {
      await this.desk.log.write({ kind: this.leaf.kind, place: this.place(cell), base: cell.base, value: text });
      this.failed = "";
    } catch {
      this.failed = "Trình duyệt không ghi được xuống máy. ĐỪNG đóng trang này; hãy chép lại các ô vừa nhập.";
      toast(this.failed, "danger");
    }
    this.writing.delete(cell);
    this.see();
    this.desk.wrote();
  }

  /** She takes what stands at school; of a refused value she has read the reason. */
  drop(cell: Cell): void {
    const target = targetOf(this.leaf.kind, this.place(cell));
    const { state } = this.standing(cell);
    const done = state === "conflict" ? this.desk.log.letGo(target) : this.desk.log.dismiss(target);
    void done.then(() => this.desk.wrote());
  }

  retry(): void {
    this.desk.wake();
  }

  restore(): number {
    this.see();
    return 0;
  }

  /** The cells show the log and what was taken along; what is under the pen stays. */
  see(): void {
    const { pack } = this.desk;
    const now = pack && leavesOf(pack).find((one) => one.href === this.leaf.href);
    const pupils = new Map((now ?? this.leaf).pupils.map((one) => [one.id, one]));
    for (const cell of this.sheet.all()) {
      const pupil = pupils.get(cell.student);
      if (pupil && !this.writing.has(cell)) this.show(cell, pupil);
    }
    this.watcher.changed();
  }

  private show(cell: Cell, pupil: BookPupil): void {
    const standing = this.standing(cell);
    const before = `${cell.state}|${cell.text}|${cell.baseText}|${cell.note}`;
    cell.base = pupil.marks[cell.slot] ?? null;
    cell.baseText = pupil.texts[cell.slot] ?? "";
    cell.text = standing.newest ? this.textOf(standing) : cell.baseText;
    cell.rival = null;
    this.tell(cell, standing);
    if (before !== `${cell.state}|${cell.text}|${cell.baseText}|${cell.note}`) draw(cell);
  }

  /** A decision for the school's value waits to be sent: the school's value is shown. */
  private textOf({ newest }: Standing): string {
    return typeof newest?.operation.value === "string" ? newest.operation.value : "";
  }

  private tell(cell: Cell, { newest, state }: Standing): void {
    const decided = state === "conflict" && newest !== undefined && this.desk.log.isDecided(newest);
    if (!newest || decided) this.settle(cell, newest !== undefined);
    else if (state === "conflict") this.clash(cell, newest.answer);
    else if (state === "refused") Object.assign(cell, { state: "refused", note: newest.answer?.sentence ?? "Nhà trường không ghi được giá trị này." });
    else Object.assign(cell, { state: "here", note: "Đã ghi trên máy này, chưa gửi về trường" });
  }

  private settle(cell: Cell, decided: boolean): void {
    if (decided) cell.text = cell.baseText;
    const sent = cell.state === "here" || cell.state === "saving";
    cell.state = decided ? "here" : sent ? "saved" : cell.state === "saved" ? "saved" : "";
    cell.note = decided ? "Đã chọn giá trị ở trường, chưa gửi" : "";
  }

  private clash(cell: Cell, answer: NonNullable<Standing["newest"]>["answer"]): void {
    const value = typeof answer?.value === "number" ? answer.value : null;
    cell.rival = { value, text: answer?.text ?? "", author: answer?.author || "Người khác", at: answer?.at ?? "" };
    cell.state = "conflict";
    cell.note = answer?.sentence ?? "";
  }
}

/** The line above the grid. */
class LogTeller implements Teller {
  private readonly keeper: LogKeeper;
  private readonly line: HTMLElement | null;

  constructor(keeper: LogKeeper, root: HTMLElement) {
    this.keeper = keeper;
    this.line = root.querySelector("#mg-state");
  }

  show(wrong: number, clashes: number): void {
    const [kind, words] = this.words(wrong, clashes);
    if (!this.line) return;
    this.line.dataset["kind"] = kind;
    const told = this.line.querySelector("[data-words]");
    if (told && told.textContent !== words) told.textContent = words;
  }

  private words(wrong: number, clashes: number): [string, string] {
    const { keeper } = this;
    if (keeper.failed) return ["bad", "Chưa ghi được xuống máy"];
    if (keeper.hasWriting) return ["busy", "Đang ghi xuống máy…"];
    if (clashes) return ["bad", `${clashes} ô có hai người cùng ghi, chờ thầy cô chọn`];
    if (wrong) return ["bad", `${wrong} ô nhà trường không ghi được, giữ lại trên máy`];
    if (keeper.unsaved) return ["wait", `${keeper.unsaved} ô đã ghi trên máy, chưa gửi về trường`];
    return ["good", "Mọi ô đã lưu ở trường"];
  }
}

