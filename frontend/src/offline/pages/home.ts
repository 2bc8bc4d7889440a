/** The first page: the classes on this machine, and where everything stands. */

import type { Book, ClassPack, LevelSheet } from "../contract.ts";
import { toast } from "../../toasts.ts";
import type { Desk } from "./desk.ts";
import { leafOfBook, leafOfSheet } from "./leaves.ts";
import { alert, badge, button, empty, h, link, title } from "./parts.ts";
import { UNPROMISED } from "./private.ts";
import { age, daysAgo, moment } from "./words.ts";

const OLD = 3;

export function showHome(desk: Desk, view: HTMLElement): () => void {
  const draw = (): void => view.replaceChildren(...home(desk));
  draw();
  return desk.watch(draw);
}

function home(desk: Desk): Node[] {
  const { pack } = desk;
  const fetch = button("Tải lại các lớp", () => void refetch(desk), { "data-offline-refresh": true }, "refresh");
  const choose = link("Chọn lớp khác", "#/chon", {}, "plus");
  if (!pack) return [title("Các lớp trên máy này"), empty("Chưa có lớp nào trên máy này", "Dữ liệu mang theo đã hết hạn hoặc chưa tải. Khi có mạng, hãy chọn các lớp để tải lại.", "school", choose)];
  return [
    title("Các lớp trên máy này", pack.name, choose, fetch),
    standing(desk),
    ...(daysAgo(pack.made_at) >= OLD ? [alert("warning", `Dữ liệu mang theo đã ${daysAgo(pack.made_at)} ngày`, "Có thể nhà trường đã có thay đổi. Khi có mạng, hãy bấm “Tải lại các lớp”.")] : []),
    ...(pack.gone.length ? [alert("warning", `${pack.gone.length} sổ hoặc lớp không còn trong phân công của thầy cô`, "Nhà trường đã đổi phân công nên các sổ, lớp ấy không tải lại nữa. Những gì đã ghi mà chưa gửi vẫn còn trên máy.")] : []),
    h("div", { class: "off-cards" }, ...groups(desk)),
    ...(desk.lasting && !desk.promised ? [h("p", { class: "muted off-note", "data-offline-unpromised": true }, UNPROMISED)] : []),
  ];
}

async function refetch(desk: Desk): Promise<void> {
  const trouble = await desk.refresh();
  toast(trouble ? trouble.sentence : "Đã tải lại các lớp.", trouble ? "warning" : "success");
}

/** What is at school, what is here, what needs her. */
function standing(desk: Desk): HTMLElement {
  const { log, pack } = desk;
  const facts: [string, string, string, string][] = [
    ["waiting", "Trên máy, chưa gửi", String(log.waiting.length), "#/chua-gui"],
    ["conflict", "Chờ thầy cô quyết định", String(log.conflicts.filter((one) => !log.isDecided(one)).length), "#/cho-quyet"],
    ["refused", "Không ghi được", String(log.refused.length), "#/khong-ghi-duoc"],
  ];
  return h(
    "div", { class: "stats off-stats" },
    ...facts.map(([name, label, value, href]) => h("a", { class: "stat", href, "data-offline-stat": name, "data-value": value }, h("span", { class: "stat-label" }, label), h("span", { class: "stat-value num" }, value))),
    h("div", { class: "stat" }, h("span", { class: "stat-label" }, "Lưu ở trường lần cuối"), h("span", { class: "stat-value off-when" }, desk.sentAt ? moment(desk.sentAt) : "chưa gửi gì"), h("span", { class: "stat-note" }, pack ? `Tải về ${age(pack.made_at)}` : "")),
  );
}

function groups(desk: Desk): HTMLElement[] {
  const names = new Map<number, string>(desk.classes.map((one) => [one.id, one.name]));
  for (const one of [...desk.books, ...desk.sheets]) if (!names.has(one.class)) names.set(one.class, "");
  return [...names].map(([id, name]) => card(desk, id, name, desk.classes.find((one) => one.id === id)));
}

function card(desk: Desk, id: number, name: string, whole: ClassPack | undefined): HTMLElement {
  const books = desk.books.filter((one) => one.class === id && !one.strand);
  const sheets = desk.sheets.filter((one) => one.class === id && one.running);
  const diary = desk.pack?.diary.subjects.some((one) => one.class === id);
  return h(
    "section", { class: "panel", "data-offline-class": id },
    h("div", { class: "panel-head" }, h("h2", {}, name ? `Lớp ${name}` : (books[0] ?? sheets[0])?.title ?? ""), whole && h("span", { class: "muted" }, `${whole.pupils.filter((one) => !one.to).length} học sinh`)),
    h(
      "div", { class: "panel-body off-links" },
      ...books.map((one) => bookLink(desk, one)),
      ...sheets.map((one) => sheetLink(desk, one)),
      whole && link("Điểm danh", `#/diem-danh/${id}`, { "data-offline-attendance": id }, "check"),
      diary && link("Sổ đầu bài", `#/so-dau-bai/${id}`, { "data-offline-diary": id }, "book"),
    ),
  );
}

function bookLink(desk: Desk, book: Book): HTMLElement {
  const here = desk.log.entries.filter((one) => one.operation.place["book"] === book.id && one.operation.place["term"] === book.term).length;
  const made = link(`${book.title} · học kì ${book.term === 1 ? "I" : "II"}`, leafOfBook(book).href, { "data-offline-book": `${book.id}.${book.term}`, kind: book.running ? "primary" : "secondary" }, "gradebook");
  return signed(made, book.refusal, here);
}

/** The point of the year that is near; the others are tabs of its page. */
function sheetLink(desk: Desk, sheet: LevelSheet): HTMLElement {
  const here = desk.log.entries.filter(({ operation: { kind, place } }) => kind === sheet.kind && place[kind === "level" ? "book" : "class"] === sheet.of).length;
  const made = link(`${sheet.title} · ${sheet.point_name}`, leafOfSheet(sheet).href, { "data-offline-sheet": `${sheet.kind}.${sheet.of}`, kind: "primary" }, "gradebook");
  return signed(made, sheet.refusal, here);
}

function signed(made: HTMLElement, refusal: string, here: number): HTMLElement {
  if (refusal) made.append(badge("Chỉ xem"));
  if (here) made.append(badge(`${here} chưa gửi`, "warning"));
  return made;
}
