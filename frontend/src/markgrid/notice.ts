/** What the page says about saving: one quiet line, and a louder one when something is wrong. */

import type { Teller } from "./keeper";
import type { Saver } from "./saver";

const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit" });

export class Notice implements Teller {
  private readonly line = document.getElementById("mg-state");
  private readonly words = this.line?.querySelector<HTMLElement>("[data-words]") ?? null;
  private readonly box = document.getElementById("mg-alert");

  constructor(private readonly saver: Saver, private readonly login: string) {}

  /** The line under the title, from what the saver knows. */
  show(wrong: number, clashes: number): void {
    const { saver } = this;
    const [kind, words] = this.state(saver, wrong, clashes);
    if (this.line) this.line.dataset.kind = kind;
    if (this.words && this.words.textContent !== words) this.words.textContent = words;
    if (saver.signedOut) this.signedOut(saver.unsaved, saver.reason);
    else if (saver.attempts > 0) this.away(saver.unsaved);
    else this.quiet();
  }

  private state(saver: Saver, wrong: number, clashes: number): [string, string] {
    if (saver.signedOut || saver.attempts > 0) return ["wait", `Chưa lưu ${saver.unsaved} ô`];
    if (saver.unsaved > 0) return ["busy", `Đang lưu ${saver.unsaved} ô…`];
    if (clashes > 0) return ["bad", `${clashes} ô có hai người cùng ghi, chờ thầy cô chọn`];
    if (wrong > 0) return ["bad", `${wrong} ô chưa lưu được vì giá trị không hợp lệ`];
    if (saver.savedAt) return ["good", `Đã lưu lúc ${clock.format(saver.savedAt)}`];
    return ["", "Tự động lưu"];
  }

  private away(cells: number): void {
    this.loud(
      `Chưa nối được với máy chủ. ${cells} ô chưa lưu vẫn được giữ trên máy này và sẽ tự lưu ` +
        "khi kết nối trở lại. Thầy cô cứ nhập tiếp.",
      [this.againButton("Thử lại ngay")],
    );
  }

  private signedOut(cells: number, reason: string): void {
    const link = document.createElement("a");
    link.className = "btn btn-primary btn-small";
    link.href = this.login;
    link.target = "_blank";
    link.rel = "opener";
    link.textContent = "Đăng nhập ở thẻ mới";
    this.loud(
      `${reason || "Phiên làm việc đã hết hạn."} ${cells} ô vừa nhập vẫn còn ở đây. ` +
        "Thầy cô đăng nhập lại ở thẻ " +
        "mới rồi quay về thẻ này, điểm sẽ được lưu tiếp.",
      [link, this.againButton("Tôi đã đăng nhập, lưu tiếp")],
    );
  }

  private againButton(text: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-small";
    button.textContent = text;
    button.addEventListener("click", () => this.saver.retry());
    return button;
  }

  private loud(text: string, actions: HTMLElement[]): void {
    const { box } = this;
    if (!box || box.dataset.text === text) return;
    box.dataset.text = text;
    const words = document.createElement("p");
    words.setAttribute("role", "alert");
    words.textContent = text;
    const row = document.createElement("div");
    row.className = "mg-alert-actions";
    row.append(...actions);
    box.replaceChildren(words, row);
    box.hidden = false;
  }

  private quiet(): void {
    if (!this.box || this.box.hidden) return;
    this.box.hidden = true;
    delete this.box.dataset.text;
    this.box.replaceChildren();
  }
}
