/** Other classes: chosen with a line, brought along with those that are here. */

import type { Desk } from "./desk.ts";
import { choices } from "./network.ts";
import { chosenIn, classList } from "./opening.ts";
import { alert, button, h, link, title } from "./parts.ts";

export function showChoosing(desk: Desk, view: HTMLElement): () => void {
  view.replaceChildren(title("Chọn các lớp mang theo"), h("p", { class: "muted" }, "Đang hỏi nhà trường…"));
  void fill(desk, view);
  return () => undefined;
}

async function fill(desk: Desk, view: HTMLElement): Promise<void> {
  const got = await choices();
  const back = link("Các lớp trên máy này", "#/");
  if (!got.ok) return view.replaceChildren(title("Chọn các lớp mang theo"), alert("warning", "Cần có mạng để chọn lớp", got.sentence, h("p", {}, back)));
  if (got.body.account !== desk.account) return view.replaceChildren(title("Chọn các lớp mang theo"), alert("warning", "Tài khoản khác đang đăng nhập", "Hãy đăng nhập bằng tài khoản đã mở máy này.", h("p", {}, back)));
  const list = classList(got.body, new Set([...desk.chosen.books.map((one) => `b${one}`), ...desk.chosen.classes.map((one) => `c${one}`)]));
  const said = h("div", { role: "status" });
  const save = button("Tải các lớp đã chọn", () => void take(desk, list, said), { kind: "primary", size: "large", "data-offline-take": true }, "download");
  view.replaceChildren(title("Chọn các lớp mang theo", got.body.name), list, said, h("p", { class: "off-acts" }, save, back));
}

async function take(desk: Desk, list: HTMLElement, said: HTMLElement): Promise<void> {
  said.replaceChildren(h("p", { class: "muted" }, "Đang tải…"));
  const trouble = await desk.refresh(chosenIn(list));
  if (trouble) said.replaceChildren(alert("danger", "Chưa tải được", trouble.sentence));
  else location.hash = "#/";
}
