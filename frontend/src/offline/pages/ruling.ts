/** The table of a grid with its line, its tools and its keys, as the pages of the school have them. */

import type { Book, BookPupil, LevelSheet } from "../contract.ts";
import { h, icon } from "./parts.ts";

interface Column {
  slot: string;
  title: string;
  label: string;
  /** What a cell takes, where the columns differ. */
  form?: string;
  group: string;
}

interface Ruled {
  id: string;
  form: string;
  title: string;
  writable: boolean;
  columns: Column[];
  pupils: readonly BookPupil[];
  hint: string;
  keys: string[];
}

const LEVELS = "Gõ t, h, c cho Hoàn thành tốt, Hoàn thành, Chưa hoàn thành; điểm kiểm tra là số nguyên từ 0 đến 10, P là chờ kiểm tra bù.";
const QUALITIES = "Gõ t, đ, c cho Tốt, Đạt, Cần cố gắng.";
const COMMENTS = "Gõ d là Đ, c là CĐ; P vắng có lý do, KP vắng không lý do.";
const SCORES = "Gõ 85 thành 8,5; P vắng có lý do, KP vắng không lý do. Điểm trung bình được tính khi đã gửi về trường.";

export function frameOfBook(book: Book): HTMLElement {
  const regular = book.slots.slice(0, -2).map(([slot]) => slot);
  const columns = book.slots.map(([slot, label]) => ({ slot, label, title: label.replace("Thường xuyên ", "TX"), group: regular.includes(slot) ? "Thường xuyên" : "" }));
  const byComment = book.form === "comment";
  return frameOf({
    id: `${book.id}.${book.term}`, form: book.form, title: book.title, writable: !book.refusal, columns, pupils: book.pupils,
    hint: byComment ? COMMENTS : SCORES, keys: [...(byComment ? ["Đ", "CĐ"] : []), "P", "KP"],
  });
}

export function frameOfSheet(sheet: LevelSheet): HTMLElement {
  const ofSubject = sheet.kind === "level";
  return frameOf({
    id: `${sheet.kind}.${sheet.of}.${sheet.point}`, form: "level", title: sheet.title, writable: !sheet.refusal, columns: sheet.columns, pupils: sheet.pupils,
    hint: ofSubject ? LEVELS : QUALITIES, keys: ofSubject ? ["T", "H", "C", "P"] : ["T", "Đ", "C"],
  });
}

function frameOf(ruled: Ruled): HTMLElement {
  const { writable } = ruled;
  return h(
    "div", { class: "mg", id: "markgrid", "data-form": ruled.form, "data-writable": writable, "data-offline-grid": ruled.id },
    h(
      "div", { class: "mg-bar" },
      h("p", { class: "mg-state", id: "mg-state", role: "status" }, h("span", { class: "mg-dot" }), h("span", { "data-words": true }, writable ? "Ghi ngay trên máy này" : "Chỉ xem")),
      writable && h("div", { class: "mg-tools", "data-tools": true }, tool("Hoàn tác (Ctrl+Z)", "undo"), tool("Làm lại (Ctrl+Y)", "redo")),
    ),
    h("div", { class: "table-wrap mg-wrap" }, tableOf(ruled)),
    writable && h("p", { class: "mg-hint muted" }, ruled.hint),
    writable && keys(ruled.keys),
  );
}

function tool(label: string, act: string): HTMLElement {
  return h("button", { type: "button", class: `btn btn-quiet btn-icon${act === "redo" ? " mg-redo" : ""}`, "data-act": act, "aria-label": label, title: label }, icon("undo"));
}

function keys(signs: string[]): HTMLElement {
  return h(
    "div", { class: "mg-keys", "data-keys": true, hidden: true },
    ...signs.map((one) => h("button", { type: "button", "data-key": one }, one)),
    h("button", { type: "button", "data-key": "", "aria-label": "Xóa ô" }, "×"),
    h("button", { type: "button", "data-move": "up", "aria-label": "Lên một dòng" }, "↑"),
    h("button", { type: "button", "data-move": "down", "aria-label": "Xuống một dòng" }, "↓"),
  );
}

function tableOf(ruled: Ruled): HTMLTableElement {
  const table = h("table", { class: `table table-dense table-ruled sticky-2 mg-table${ruled.form === "level" ? " mg-levels" : ""}`, id: "marks" }, h("caption", { class: "sr-only" }, ruled.title));
  table.append(headOf(ruled.columns), h("tbody", {}, ...ruled.pupils.map((pupil, index) => line(ruled, pupil, index))));
  return table;
}

/** Columns that belong together stand under one name, the others reach over both lines. */
function headOf(columns: readonly Column[]): HTMLElement {
  const groups = columns.reduce<Column[][]>((made, one) => {
    const last = made.at(-1);
    if (last && one.group && last[0]?.group === one.group) last.push(one);
    else made.push([one]);
    return made;
  }, []);
  const two = columns.some((one) => one.group) ? 2 : 1;
  const tall = { rowspan: two };
  const firsts = groups.map((group) => (group[0]?.group ? h("th", { scope: "colgroup", colspan: group.length, class: "center" }, group[0].group) : heading(group[0], tall)));
  const seconds = groups.filter((group) => group[0]?.group).flat().map((one) => heading(one, {}));
  return h(
    "thead", {},
    h("tr", {}, h("th", { scope: "col", class: "mg-ord", ...tall }, "STT"), h("th", { scope: "col", class: "mg-name", ...tall }, "Họ và tên"), ...firsts),
    seconds.length ? h("tr", {}, ...seconds) : null,
  );
}

function heading(column: Column | undefined, given: Record<string, number>): HTMLElement {
  const { slot = "", title = "", label = "", form } = column ?? {};
  return h("th", { scope: "col", class: `center mg-head${form ? ` mg-${form}` : ""}`, "data-title-of": slot, "aria-label": label, ...given }, title);
}

function line(ruled: Ruled, pupil: BookPupil, index: number): HTMLElement {
  const words = pupil.name.split(" ");
  const given = words.pop() ?? "";
  const closed = pupil.left ? "mg-left" : pupil.closed ? "mg-left mg-apart" : "";
  return h(
    "tr", { "data-student": pupil.id, ...(closed ? { class: closed } : {}), ...(pupil.closed ? { title: pupil.closed } : {}) },
    h("td", { class: "mg-ord" }, index + 1), h("th", { scope: "row", class: "mg-name", title: pupil.name }, h("span", { class: "mg-family" }, words.join(" ")), " ", h("b", {}, given)),
    ...ruled.columns.map((column) => cellOf(pupil, column)),
  );
}

function cellOf(pupil: BookPupil, { slot, form }: Column): HTMLElement {
  const value = pupil.marks[slot];
  const shut = pupil.shut?.[slot];
  const looks = `mk${form === "text" ? " mk-text" : ""}${shut ? " mk-shut" : ""}`;
  const stored = value === null || value === undefined ? {} : { "data-v": value };
  return h("td", { class: looks, "data-slot": slot, ...stored, "data-form": form, ...(shut ? { "data-locked": true, title: shut } : {}) }, pupil.texts[slot] ?? "");
}
