/** The mark grid with no line: the same grid as of the mark book, kept by the log of this machine. */

import "../../markgrid/grid.css";
import { type Cell, draw, type Sheet } from "../../markgrid/cells.ts";
import { Grid } from "../../markgrid/grid.ts";
import { listen } from "../../markgrid/hands.ts";
import type { Keeper, MakeDesk, Teller } from "../../markgrid/keeper.ts";
import type { Watcher } from "../../markgrid/saver.ts";
import { toast } from "../../toasts.ts";
import { type Book, targetOf } from "../contract.ts";
import type { Standing } from "../log.ts";
import type { Desk } from "./desk.ts";
import { alert, h, icon, link, title } from "./parts.ts";

export function showMarks(desk: Desk, view: HTMLElement, [id = "", term = "", strand = "0"]: string[]): () => void {
  const book = desk.books.find((one) => String(one.id) === id && String(one.term) === term && String(one.strand) === strand);
  if (!book) {
    view.replaceChildren(title("Sổ điểm"), alert("warning", "Sổ này không có trên máy", "Có thể phân công đã đổi hoặc sổ chưa được mang theo.", h("p", {}, link("Các lớp trên máy này", "#/"))));
    return () => undefined;
  }
  const root = frameOf(book);
  view.replaceChildren(...head(desk, book), root);
  const table = root.querySelector("table");
  if (!table) return () => undefined;
  const made: { keeper: LogKeeper | null } = { keeper: null };
  const makeDesk: MakeDesk = (sheet, watcher) => {
    made.keeper = new LogKeeper(desk, book, sheet, watcher);
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

function head(desk: Desk, book: Book): Node[] {
  const others = desk.books.filter((one) => one.id === book.id);
  const tabs = others.map((one) => h("a", { class: "tab", href: `#/so/${one.id}/${one.term}/${one.strand}`, ...(one === book ? { "aria-current": "page" } : {}) }, `Học kì ${one.term === 1 ? "I" : "II"}`));
  return [
    title(book.title, `${book.pupils.filter((one) => !one.left).length} học sinh`, link("Các lớp", "#/", { kind: "quiet" }, "arrow-left")),
    tabs.length > 1 ? h("nav", { class: "tabs", "aria-label": "Học kì" }, ...tabs) : "",
    book.refusal ? alert("info", "Sổ này chỉ xem", book.refusal) : "",
  ].map((one) => (typeof one === "string" ? document.createTextNode(one) : one));
}

function frameOf(book: Book): HTMLElement {
  const writable = !book.refusal;
  return h(
    "div", { class: "mg", id: "markgrid", "data-form": book.form, "data-writable": writable, "data-offline-grid": `${book.id}.${book.term}` },
    h(
      "div", { class: "mg-bar" },
      h("p", { class: "mg-state", id: "mg-state", role: "status" }, h("span", { class: "mg-dot" }), h("span", { "data-words": true }, writable ? "Ghi ngay trên máy này" : "Chỉ xem")),
      writable && h("div", { class: "mg-tools", "data-tools": true }, tool("Hoàn tác (Ctrl+Z)", "undo"), tool("Làm lại (Ctrl+Y)", "redo")),
    ),
    h("div", { class: "table-wrap mg-wrap" }, tableOf(book)),
    writable && h("p", { class: "mg-hint muted" }, book.form === "comment" ? "Gõ d là Đ, c là CĐ; P vắng có lý do, KP vắng không lý do." : "Gõ 85 thành 8,5; P vắng có lý do, KP vắng không lý do. Điểm trung bình được tính khi đã gửi về trường."),
    writable && keys(book),
  );
}

function tool(label: string, act: string): HTMLElement {
  return h("button", { type: "button", class: `btn btn-quiet btn-icon${act === "redo" ? " mg-redo" : ""}`, "data-act": act, "aria-label": label, title: label }, icon("undo"));
}

function keys(book: Book): HTMLElement {
  const signs = [...(book.form === "comment" ? ["Đ", "CĐ"] : []), "P", "KP"];
  return h(
    "div", { class: "mg-keys", "data-keys": true, hidden: true },
    ...signs.map((one) => h("button", { type: "button", "data-key": one }, one)),
    h("button", { type: "button", "data-key": "", "aria-label": "Xóa ô" }, "×"),
    h("button", { type: "button", "data-move": "up", "aria-label": "Lên một dòng" }, "↑"),
    h("button", { type: "button", "data-move": "down", "aria-label": "Xuống một dòng" }, "↓"),
  );
}

function tableOf(book: Book): HTMLTableElement {
  const regular = book.slots.slice(0, -2);
  const ends = book.slots.slice(-2);
  const one = (slot: string, name: string, given = {}): HTMLElement => h("th", { scope: "col", class: "center mg-head", "data-title-of": slot, "aria-label": name, ...given }, name.replace("Thường xuyên ", "TX"));
  const first = h(
    "tr", {}, h("th", { scope: "col", rowspan: 2, class: "mg-ord" }, "STT"), h("th", { scope: "col", rowspan: 2, class: "mg-name" }, "Họ và tên"),
    h("th", { scope: "colgroup", colspan: Math.max(regular.length, 1), class: "center" }, "Thường xuyên"), ...ends.map(([slot, name]) => one(slot, name, { rowspan: 2 })),
  );
  const table = h("table", { class: "table table-dense table-ruled sticky-2 mg-table", id: "marks" }, h("caption", { class: "sr-only" }, `Điểm ${book.title}`));
  table.append(h("thead", {}, first, h("tr", {}, ...regular.map(([slot, name]) => one(slot, name)))), h("tbody", {}, ...book.pupils.map((pupil, index) => line(book, pupil, index))));
  return table;
}

function line(book: Book, pupil: Book["pupils"][number], index: number): HTMLElement {
  const words = pupil.name.split(" ");
  const given = words.pop() ?? "";
  const cells = book.slots.map(([slot]) => {
    const value = pupil.marks[slot];
    return h("td", { class: "mk", "data-slot": slot, ...(value === null || value === undefined ? {} : { "data-v": value }) }, pupil.texts[slot] ?? "");
  });
  const closed = pupil.left ? "mg-left" : pupil.closed ? "mg-left mg-apart" : "";
  return h(
    "tr", { "data-student": pupil.id, ...(closed ? { class: closed } : {}), ...(pupil.closed ? { title: pupil.closed } : {}) },
    h("td", { class: "mg-ord" }, index + 1), h("th", { scope: "row", class: "mg-name", title: pupil.name }, h("span", { class: "mg-family" }, words.join(" ")), " ", h("b", {}, given)), ...cells,
  );
}

/** Keeps cells in the log of this machine; what they show follows the log. */
class LogKeeper implements Keeper {
  readonly forgetful = false;
  failed = "";
  private readonly desk: Desk;
  private readonly book: Book;
  private readonly sheet: Sheet;
  private readonly watcher: Watcher;
  /** Cells whose writing is on its way to the disk. */
  private readonly writing = new Set<Cell>();

  constructor(desk: Desk, book: Book, sheet: Sheet, watcher: Watcher) {
    this.desk = desk;
    this.book = book;
    this.sheet = sheet;
    this.watcher = watcher;
  }

  private place(cell: Cell): Record<string, string | number> {
    return { book: this.book.id, term: this.book.term, strand: this.book.strand, student: cell.student, slot: cell.slot };
  }

  private standing(cell: Cell): Standing {
    return this.desk.log.of(targetOf("mark", this.place(cell)));
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
      await this.desk.log.write({ kind: "mark", place: this.place(cell), base: cell.base, value: text });
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
    const target = targetOf("mark", this.place(cell));
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
    const book = this.desk.books.find((one) => one.id === this.book.id && one.term === this.book.term && one.strand === this.book.strand) ?? this.book;
    const pupils = new Map(book.pupils.map((one) => [one.id, one]));
    for (const cell of this.sheet.all()) {
      const pupil = pupils.get(cell.student);
      if (pupil && !this.writing.has(cell)) this.show(cell, pupil);
    }
    this.watcher.changed();
  }

  private show(cell: Cell, pupil: Book["pupils"][number]): void {
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

