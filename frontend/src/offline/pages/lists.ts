/** What is not at school yet: what waits, what the owner decides, what could not be taken. */

import { toast } from "../../toasts.ts";
import type { Entry } from "../store.ts";
import type { Desk } from "./desk.ts";
import { button, empty, h, title } from "./parts.ts";
import { type TellsOf, tellEntry } from "./telling.ts";
import { moment } from "./words.ts";

type Draw = (desk: Desk) => Node[];

function live(desk: Desk, view: HTMLElement, draw: Draw): () => void {
  const redraw = (): void => view.replaceChildren(...draw(desk));
  redraw();
  return desk.watch(redraw);
}

export const showWaiting = (desk: Desk, view: HTMLElement): (() => void) => live(desk, view, waiting);
export const showDecisions = (desk: Desk, view: HTMLElement): (() => void) => live(desk, view, decisions);
export const showRefused = (desk: Desk, view: HTMLElement): (() => void) => live(desk, view, refused);

// --- what waits -------------------------------------------------------------------------------

function waiting(desk: Desk): Node[] {
  const entries = desk.log.waiting;
  const again = button("Gửi ngay", () => desk.wake(), { kind: "primary", "data-offline-send": true }, "upload");
  const head = title("Trên máy này, chưa gửi về trường", desk.sentAt ? `Lưu ở trường lần cuối ${moment(desk.sentAt)}` : "", ...(entries.length ? [again, copyAll(desk, entries)] : []));
  if (!entries.length) return [head, empty("Không còn mục nào chờ gửi", "Mọi thứ thầy cô ghi đã lưu ở trường, trừ những mục chờ quyết định hoặc không ghi được nếu có.", "check-circle")];
  return [head, h("ul", { class: "off-list" }, ...entries.map((one) => waitingItem(desk, one)))];
}

function waitingItem(desk: Desk, entry: Entry): HTMLElement {
  const told = tellEntry(desk.pack, entry);
  return h("li", { class: "off-item", "data-offline-entry": entry.target }, heading(told, entry), told.mine && h("p", { class: "off-value num" }, told.mine));
}

function heading({ where, whom, href }: TellsOf, entry: Entry): HTMLElement {
  return h("div", { class: "off-about" }, h("p", {}, h("b", {}, whom), " ", h("a", { href }, where)), h("p", { class: "muted" }, `Ghi trên máy lúc ${moment(entry.operation.at)}`));
}

// --- what the owner decides -------------------------------------------------------------------

/** One thing is decided once, however often it clashed. */
function newestOf(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((one) => [one.target, one])).values()];
}

function decisions(desk: Desk): Node[] {
  const open = newestOf(desk.log.conflicts.filter((one) => !desk.log.isDecided(one)));
  const head = title("Chờ thầy cô quyết định", "Hai người cùng ghi một chỗ. Cả hai giá trị đều được giữ cho đến khi thầy cô chọn.");
  if (!open.length) return [head, empty("Không có gì phải quyết định", "Khi có người khác ghi vào cùng chỗ, hai giá trị sẽ hiện ra ở đây.", "check-circle")];
  return [head, h("ul", { class: "off-list" }, ...open.map((one) => decision(desk, one)))];
}

function decision(desk: Desk, entry: Entry): HTMLElement {
  const told = tellEntry(desk.pack, entry);
  const { answer, target, operation } = entry;
  const decide = (mine: boolean) => (): void => {
    void (mine ? desk.log.insist(target) : desk.log.letGo(target)).then(() => desk.wrote());
  };
  return h(
    "li", { class: "off-item", "data-offline-entry": target }, heading(told, entry),
    answer?.sentence ? h("p", { class: "muted" }, answer.sentence) : null,
    h(
      "div", { class: "off-both" },
      side("Thầy cô ghi trên máy này", told.mine, `lúc ${moment(operation.at)}`, button("Giữ của tôi", decide(true), { kind: "primary", "data-offline-mine": true })),
      side("Đang có ở trường", told.theirs, [answer?.author || "Người khác", answer?.at].filter(Boolean).join(", "), button("Lấy ở trường", decide(false), { "data-offline-theirs": true })),
    ),
  );
}

function side(caption: string, value: string, note: string, act: HTMLElement): HTMLElement {
  return h("div", { class: "off-side" }, h("span", { class: "muted" }, caption), h("b", { class: "off-value num" }, value), h("span", { class: "muted small" }, note), act);
}

// --- what could not be taken ------------------------------------------------------------------

function refused(desk: Desk): Node[] {
  const entries = desk.log.refused;
  const head = title("Không ghi được", "Nhà trường không nhận các mục này. Giá trị vẫn được giữ ở đây để chép lại.", ...(entries.length ? [copyAll(desk, entries)] : []));
  if (!entries.length) return [head, empty("Không có mục nào bị từ chối", "Khi sổ đã khóa hoặc phân công đã đổi, giá trị thầy cô ghi sẽ được giữ ở đây cùng lý do.", "check-circle")];
  return [head, h("ul", { class: "off-list" }, ...entries.map((one) => refusal(desk, one)))];
}

function refusal(desk: Desk, entry: Entry): HTMLElement {
  const told = tellEntry(desk.pack, entry);
  const dismiss = (): void => void desk.log.dismiss(entry.target).then(() => desk.wrote());
  return h(
    "li", { class: "off-item", "data-offline-entry": entry.target }, heading(told, entry),
    told.mine && h("p", { class: "off-value num" }, told.mine),
    h("p", { class: "off-why" }, entry.answer?.sentence ?? ""),
    h("p", { class: "off-acts" }, button("Chép lại", () => void copy(asText(desk, entry)), { size: "small", "data-offline-copy": true }, "copy"), button("Tôi đã xem, bỏ khỏi danh sách", dismiss, { kind: "quiet", size: "small", "data-offline-dismiss": true })),
  );
}

function copyAll(desk: Desk, entries: readonly Entry[]): HTMLElement {
  return button("Chép cả danh sách", () => void copy(entries.map((one) => asText(desk, one)).join("\n")), { "data-offline-copy-all": true }, "copy");
}

function asText(desk: Desk, entry: Entry): string {
  const { where, whom, mine } = tellEntry(desk.pack, entry);
  return [where, whom, mine, moment(entry.operation.at), entry.answer?.sentence ?? ""].join("\t");
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast("Đã chép vào bộ nhớ tạm.", "success");
  } catch {
    toast("Trình duyệt không cho chép tự động. Xin bôi đen rồi bấm Ctrl+C.", "warning");
  }
}

