/** The last way out of a machine: what is unsent as a sealed file, and taking such a file in. */

import { toast } from "../../toasts.ts";
import type { Entry } from "../store.ts";
import { bytes64, type Lockbox, openLockbox, text64, WrongPassword } from "../vault.ts";
import { boxOfAccount, wipeAccount } from "./boxes.ts";
import type { Desk } from "./desk.ts";
import { alert, button, field, h, icon, title } from "./parts.ts";
import { localDay } from "./words.ts";

const FORMAT = "khue-chua-gui/1";
const PLACE = "file:chua-gui";

interface Kept {
  format: string;
  account: number;
  box: Lockbox;
  iv: string;
  body: string;
}

export class FileUnreadable extends Error {}

export function showFiles(desk: Desk, view: HTMLElement): () => void {
  const out = h("div", {});
  const draw = (): void => out.replaceChildren(exporting(desk));
  view.replaceChildren(title("Tệp và máy này"), out, importing(desk), leaving(desk));
  draw();
  return desk.watch(draw);
}

// --- out --------------------------------------------------------------------------------------

function exporting(desk: Desk): HTMLElement {
  const { unsent } = desk.log;
  const act = button("Cất vào tệp", () => void download(desk), { kind: "primary", "data-offline-export": true, disabled: !unsent }, "download");
  return panel(
    "Cất những gì chưa gửi vào tệp",
    h("p", {}, unsent ? `${unsent} mục chưa ở trường. Tệp được khóa bằng mật khẩu của thầy cô; mang sang máy có mạng rồi nhập ở trang này. Nhập hai lần cũng không ghi trùng.` : "Không có gì chưa gửi, nên không cần tệp."),
    act,
  );
}

async function download(desk: Desk): Promise<void> {
  const made = await exported(desk);
  if (!made) return toast("Chưa cất được: máy này không có khóa của thầy cô. Hãy mở lại các lớp khi có mạng.", "danger");
  const file = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(made)], { type: "application/json" })), download: `khue-chua-gui-${localDay(new Date())}.json` });
  file.click();
  setTimeout(() => URL.revokeObjectURL(file.href), 60_000);
}

async function exported(desk: Desk): Promise<Kept | null> {
  const box = await boxOfAccount(desk.account);
  if (!box) return null;
  const { iv, body } = await desk.vault.seal(PLACE, desk.log.entries);
  return { format: FORMAT, account: desk.account, box: box.box, iv: text64(iv), body: long64(new Uint8Array(body)) };
}

/** A long text piece by piece: a call takes only so many arguments. */
function long64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8190) text += text64(bytes.slice(at, at + 8190));
  return text;
}

// --- in ---------------------------------------------------------------------------------------

function importing(desk: Desk): HTMLElement {
  const file = h("input", { class: "input", type: "file", accept: ".json,application/json", "data-offline-import": true });
  const password = h("input", { class: "input", type: "password", autocomplete: "off", "data-offline-import-password": true });
  const said = h("div", { role: "status" });
  const act = button("Nhập tệp", () => void takeIn(desk, file, password.value, said), { "data-offline-import-do": true }, "upload");
  return panel("Nhập tệp đã cất từ máy khác", h("p", {}, "Chọn tệp thầy cô đã cất và gõ mật khẩu lúc cất tệp. Các mục sẽ được gửi như thể ghi trên máy này, với thời gian đã ghi."), picker(file), field("off-file-password", "Mật khẩu lúc cất tệp", password), said, act);
}

/** The browser's own button would speak the language of the browser. */
function picker(file: HTMLInputElement): HTMLElement {
  const chosen = h("span", { class: "drop-file" }, "Kéo tệp vào đây hoặc bấm để chọn");
  file.id = "off-file";
  file.addEventListener("change", () => { chosen.textContent = file.files?.[0]?.name ?? chosen.textContent; });
  return h("div", { class: "field" }, h("label", { class: "label", for: file.id }, "Tệp"), h("div", { class: "drop ready" }, icon("upload"), chosen, file));
}

async function takeIn(desk: Desk, file: HTMLInputElement, password: string, said: HTMLElement): Promise<void> {
  try {
    const entries = await opened(desk, (await file.files?.[0]?.text()) ?? "", password);
    const fresh = await desk.log.takeIn(entries);
    desk.wrote();
    said.replaceChildren(alert("success", fresh ? `Đã nhận ${fresh} mục từ tệp` : "Mọi mục trong tệp đã có trên máy này", "Các mục sẽ được gửi khi có mạng."));
  } catch (trouble) {
    said.replaceChildren(alert("danger", "Chưa nhập được", why(trouble)));
  }
}

async function opened(desk: Desk, text: string, password: string): Promise<Entry[]> {
  const kept = read(text);
  if (kept.account !== desk.account) throw new FileUnreadable("Tệp này của một tài khoản khác. Người đã cất tệp cần tự mở phần của mình rồi nhập.");
  const key = await openLockbox(kept.box, password);
  return key.open<Entry[]>(PLACE, { iv: bytes64(kept.iv), body: bytes64(kept.body).buffer });
}

function read(text: string): Kept {
  try {
    const kept = JSON.parse(text) as Partial<Kept> | null;
    if (kept?.format === FORMAT && kept.box && kept.body && kept.iv && kept.account) return kept as Kept;
  } catch {
    // Said below.
  }
  throw new FileUnreadable("Đây không phải tệp “chưa gửi” của Khuê, hoặc tệp đã hỏng. Hãy chọn đúng tệp khue-chua-gui….json.");
}

function why(trouble: unknown): string {
  if (trouble instanceof FileUnreadable) return trouble.message;
  if (trouble instanceof WrongPassword) return "Mật khẩu chưa đúng với tệp này. Hãy gõ mật khẩu thầy cô dùng lúc cất tệp.";
  return "Tệp đã hỏng nên không đọc được. Hãy cất lại tệp ở máy cũ.";
}

// --- leaving this machine ---------------------------------------------------------------------

function leaving(desk: Desk): HTMLElement {
  const said = h("div", {});
  const wipe = (): void => void forget(desk);
  const ask = (): void => {
    const { unsent } = desk.log;
    if (!unsent) return wipe();
    said.replaceChildren(
      alert("danger", `Còn ${unsent} mục chưa ở trường`, "Xóa bây giờ là mất hẳn các mục ấy. Hãy gửi đi hoặc cất vào tệp trước.", h("p", { class: "off-acts" }, button("Vẫn xóa, tôi chấp nhận mất", wipe, { kind: "danger", "data-offline-wipe-sure": true }), button("Không xóa", () => said.replaceChildren(), {}))),
    );
  };
  return panel("Xóa phần của tôi khỏi máy này", h("p", {}, "Dùng khi thầy cô không dùng máy này nữa, hoặc máy sắp giao cho người khác."), said, button("Xóa khỏi máy này", ask, { kind: "danger", "data-offline-wipe": true }, "trash"));
}

async function forget(desk: Desk): Promise<void> {
  const { account } = desk;
  desk.close(true);
  await wipeAccount(account);
  location.hash = "";
  location.reload();
}

function panel(name: string, ...content: (Node | string)[]): HTMLElement {
  return h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, name)), h("div", { class: "panel-body off-panel" }, ...content));
}
