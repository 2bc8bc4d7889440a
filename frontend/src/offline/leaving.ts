/** Signing out on a machine that works without a line: what is here is wiped; what is unsent is
 *  asked about first. */

import { countUnsent, forgetPack } from "./store.ts";
import { unsentHints } from "./hints.ts";
import { lockTabs, wipeAccount } from "./pages/boxes.ts";
import { alert, button, h, link } from "./pages/parts.ts";
import { letGo } from "./vault.ts";

export async function leave(form: HTMLFormElement, account: number): Promise<void> {
  const unsent = await countUnsent(account).catch(() => unsentHints()[account] ?? 0);
  if (unsent) return ask(form, account, unsent);
  await wipeAccount(account).catch(() => undefined);
  go(form);
}

function go(form: HTMLFormElement): void {
  form.dataset["left"] = "yes";
  form.requestSubmit();
}

function ask(form: HTMLFormElement, account: number, unsent: number): void {
  const keep = (): void => {
    letGo();
    lockTabs(account);
    void forgetPack(account).catch(() => undefined).finally(() => go(form));
  };
  const wipe = (): void => void wipeAccount(account).catch(() => undefined).finally(() => go(form));
  const box = h(
    "dialog", { class: "dialog", "aria-labelledby": "off-leave-title", "data-offline-leave-dialog": true },
    h("div", { class: "dialog-head" }, h("h2", { id: "off-leave-title" }, "Còn việc chưa gửi về trường")),
    h(
      "div", { class: "dialog-body" },
      alert("warning", `${unsent} mục ghi khi mất mạng chưa ở trường`, "Gửi đi rồi hãy đăng xuất. Nếu chưa có mạng, máy giữ các mục ấy ở dạng khóa; chỉ mật khẩu của thầy cô mở được."),
      h(
        "p", { class: "form-actions" },
        link("Mở ra để gửi", "/ngoai-tuyen/#/chua-gui", { kind: "primary", "data-offline-leave-send": true }),
        button("Đăng xuất, giữ lại dạng khóa", keep, { "data-offline-leave-keep": true }),
        button("Xóa hẳn rồi đăng xuất", wipe, { kind: "danger", "data-offline-leave-wipe": true }),
        button("Không đăng xuất", () => box.remove(), { kind: "quiet" }),
      ),
    ),
  );
  document.body.append(box);
  box.showModal();
}
