/** The popovers of the grid: two values in one cell, the history of a cell, how a result was made. */

import type { Cell } from "./cells";
import { fragment } from "./network";
import { replacePopover, showPopover } from "./popover";

function element<K extends keyof HTMLElementTagNameMap>(
  name: K, className: string, ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** Shows both values with their writers and lets the teacher choose one. */
export function showConflict(cell: Cell, choose: (mine: boolean) => void): void {
  const { rival } = cell;
  if (!rival) return;
  const close = (mine: boolean) => () => choose(mine);
  const title = element("h2", "mg-pop-title", "Hai người cùng ghi một ô");
  const where = element("p", "muted", `${cell.title} · ${cell.pupil}`);
  const both = element(
    "div", "mg-both",
    side("Thầy cô vừa gõ", cell.text, "trên máy này", "Giữ của tôi", close(true), true),
    side("Đang có trong sổ", rival.text, `${rival.author}${rival.at ? `, ${rival.at}` : ""}`,
      "Lấy trong sổ", close(false)),
  );
  showPopover(cell.td, "Chọn giá trị cho ô", [title, where, both]);
}

function side(
  caption: string, value: string, note: string, action: string, onClick: () => void, first = false,
): HTMLElement {
  const button = element("button", `btn btn-small btn-${first ? "primary" : "secondary"}`, action);
  button.type = "button";
  if (first) button.dataset.first = "";
  button.addEventListener("click", onClick);
  return element(
    "div", "mg-side",
    element("span", "muted", caption),
    element("b", "mg-value num", value || "trống"),
    element("span", "mg-note muted", note),
    button,
  );
}

async function showFragment(anchor: Element, label: string, address: string): Promise<void> {
  const wait = element("p", "muted", "Đang mở…");
  const inner = showPopover(anchor, label, [wait]);
  const html = await fragment(address);
  if (html === null) {
    wait.textContent = "Chưa mở được vì mất kết nối hoặc hết phiên làm việc. Xin thử lại sau.";
    return;
  }
  const page = new DOMParser().parseFromString(html, "text/html");
  inner.replaceChildren(...page.body.childNodes);
  replacePopover(anchor);
  inner.querySelector<HTMLElement>("[data-first]")?.focus({ preventScroll: true });
}

export function showHistory(cell: Cell, address: string): void {
  const at = `${address}${cell.student}/${cell.slot}/`;
  void showFragment(cell.td, `Lịch sử ô ${cell.title} của ${cell.pupil}`, at);
}

/** The form beside a cell of a closed book; it is sent as any form is. */
export function showAsk(cell: Cell, address: string): void {
  const at = `${address}${cell.student}/${cell.slot}/`;
  void showFragment(cell.td, `Đề nghị sửa ${cell.title} của ${cell.pupil}`, at);
}

export function showHowMade(link: HTMLAnchorElement): void {
  void showFragment(link, "Cách tính", link.href);
}
