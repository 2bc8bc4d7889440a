/** The first screen: a code of eight signs makes this machine a gate of its school. */

import type { Pairing } from "./contract.ts";
import { grouped } from "./keys.ts";
import { pair } from "./network.ts";
import { part } from "./parts.ts";

const SIGNS = 8;
const SHORT = "Mã ghép nối có 8 chữ cái và chữ số. Xin gõ đủ như trên màn hình của người quản lý.";

export class PairScreen {
  private readonly field = part<HTMLInputElement>("[data-pair-code]");
  private readonly button = part<HTMLButtonElement>("[data-pair-do]");

  constructor(private readonly paired: (pairing: Pairing) => Promise<void>) {
    this.field.addEventListener("input", () => this.tidy());
    part("[data-pair-form]").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  show(why = ""): void {
    document.body.dataset["screen"] = "pair";
    part("[data-gate]").hidden = true;
    part("[data-pair]").hidden = false;
    this.field.value = "";
    this.tell(why);
    this.field.focus();
  }

  /** What this machine still holds of an earlier pairing. */
  holds(unsent: number, school: string): void {
    const sentence = `Máy này còn ${unsent} lượt chưa gửi${school ? ` của ${school}` : ""}. Ghép nối lại với trường ấy thì các lượt tự gửi đi; nếu không, xin cất vào tệp.`;
    part("[data-left]").hidden = unsent === 0;
    part("[data-left-told]").textContent = unsent ? sentence : "";
  }

  tell(sentence: string): void {
    const told = part("[data-pair-told]");
    told.hidden = !sentence;
    told.textContent = sentence;
  }

  private tidy(): void {
    this.field.value = grouped(this.field.value, 4).slice(0, SIGNS + 1);
    this.tell("");
  }

  private async send(): Promise<void> {
    const code = this.field.value.replace(/\s/g, "");
    if (code.length !== SIGNS) return this.tell(SHORT);
    this.button.disabled = true;
    const reply = await pair(code);
    this.button.disabled = false;
    if (reply.ok) return this.paired(reply.body);
    this.tell(reply.kind === "away" ? `${reply.sentence} Xin kiểm tra mạng của máy rồi thử lại.` : reply.sentence);
    this.field.select();
  }
}
