/** One act of signing: slices until nothing is left, progress, a stop, and a plain sentence when it ends. */

import { Agent, AgentRefused, type Act } from "./agent";
import { Stopped, ask, asJson, pause, type Outcome } from "./slices";

const HELD_ELSEWHERE =
  "Những bản còn lại đang được ký ở cửa sổ khác hoặc chưa mở được. Hãy đợi một phút rồi bấm Ký.";
const MOST_IDLE = 5;

interface Prepared {
  hashes: { id: number; digest: string; hash: string }[];
  left: number;
  trouble: string;
}

class Signing {
  private readonly form: HTMLFormElement | null;
  private readonly total: number;
  private running = false;
  private stopping = false;

  constructor(private readonly root: HTMLElement) {
    this.form = root.querySelector("form.sign-form");
    this.total = Number(root.dataset["total"]);
    this.form?.addEventListener("submit", (event) => this.submitted(event));
    this.form?.addEventListener("change", () => this.showWay());
    root.querySelector("[data-stop]")?.addEventListener("click", () => this.stop());
    root.querySelector("[data-send-code]")?.addEventListener("click", () => void this.sendCode());
    window.addEventListener("beforeunload", (event) => this.running && event.preventDefault());
    this.showWay();
  }

  private get card(): HTMLInputElement | null {
    return this.form?.querySelector<HTMLInputElement>("input[name=credential]:checked") ?? null;
  }

  private get secret(): HTMLInputElement | null {
    return this.form?.querySelector<HTMLInputElement>("input[name=secret]") ?? null;
  }

  private get code(): HTMLInputElement | null {
    return this.form?.querySelector<HTMLInputElement>("input[name=code]") ?? null;
  }

  private get token(): string {
    return this.form?.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  private showWay(): void {
    const local = this.card?.dataset["backend"] === "local";
    const code = this.card?.dataset["code"];
    this.root.querySelector<HTMLElement>("[data-code-field]")?.toggleAttribute("hidden", code === undefined);
    this.root.querySelector<HTMLElement>("[data-send-code]")?.toggleAttribute("hidden", !code);
    this.root.querySelector<HTMLElement>("[data-secret]")?.toggleAttribute("hidden", local);
    this.root.querySelector<HTMLElement>("[data-local]")?.toggleAttribute("hidden", !local);
  }

  /** A remote service sends its one-time code to the signer's telephone. */
  private async sendCode(): Promise<void> {
    const given = new FormData();
    given.append("csrfmiddlewaretoken", this.token);
    try {
      const said = await ask<{ sentence: string; sent: boolean }>(this.card?.dataset["code"] ?? "", given);
      this.say(said.sentence, said.sent ? "info" : "danger");
    } catch (stopped) {
      if (!(stopped instanceof Stopped)) throw stopped;
      this.say(stopped.message, "danger");
    }
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.running || !this.form) return;
    void this.run();
  }

  private stop(): void {
    this.stopping = true;
    this.say("Đang dừng sau phần đang ký…", "info");
  }

  private async run(): Promise<void> {
    this.turn(true);
    try {
      await (this.card?.dataset["backend"] === "local" ? this.throughAgent() : this.throughServer());
      this.running = false;
      location.reload();
    } catch (stopped) {
      if (!(stopped instanceof Stopped)) throw stopped;
      this.say(stopped.message, "danger");
    } finally {
      this.turn(false);
    }
  }

  private turn(on: boolean): void {
    this.running = on;
    if (on) this.stopping = false;
    if (on) this.say("Đang ký…", "info");
    this.root.querySelector("[data-go]")?.toggleAttribute("hidden", on);
    this.root.querySelector("[data-stop]")?.toggleAttribute("hidden", !on);
    this.form?.querySelectorAll("fieldset").forEach((one) => (one.disabled = on));
    if (!on && this.secret) this.secret.value = "";
    if (!on && this.code) this.code.value = "";
  }

  /** The key is at the server: the secret goes along with each slice and is forgotten at the end. */
  private async throughServer(): Promise<void> {
    let secret = this.secret?.value ?? "";
    const credential = this.card?.value ?? "";
    let code = this.card?.dataset["code"] === undefined ? "" : (this.code?.value ?? "");
    await this.slices(async () => {
      const given = new FormData();
      const told = { credential, secret, code, csrfmiddlewaretoken: this.token };
      for (const [name, value] of Object.entries(told)) given.append(name, value);
      const outcome = await ask<Outcome>(this.root.dataset["sign"] ?? "", given);
      secret = outcome.secret || secret;
      code = outcome.secret ? "" : code;
      return outcome;
    });
  }

  private async slices(next: () => Promise<Outcome>): Promise<void> {
    for (let idle = 0; ; ) {
      const outcome = await next();
      this.show(outcome);
      if (outcome.trouble) throw new Stopped(outcome.trouble);
      if (!outcome.left || this.stopping) return;
      idle = outcome.done + outcome.unfinished ? 0 : idle + 1;
      if (idle > MOST_IDLE) throw new Stopped(HELD_ELSEWHERE);
      if (idle) await pause(1000);
    }
  }

  /** The key is at the signer's own machine: hashes go there, values come back. */
  private async throughAgent(): Promise<void> {
    const card = this.card;
    const print = card?.dataset["fingerprint"] ?? "";
    const agent = await Agent.find((this.root.dataset["agents"] ?? "").split(" "), (code) => this.showCode(code));
    await agent.holds(print);
    const left = Number(this.root.dataset["left"]);
    const act = await agent.open(print, left, this.form?.querySelector("[data-go]")?.textContent?.trim() ?? "");
    try {
      await this.slices(() => this.sliceOfAgent(act, Number(card?.value)));
    } finally {
      await act.close();
    }
  }

  private async sliceOfAgent(act: Act, credential: number): Promise<Outcome> {
    const prepared = await asJson(this.root.dataset["prepare"] ?? "")<Prepared>({ credential });
    const { hashes, left, trouble } = prepared;
    if (trouble || !hashes.length) return { done: 0, left, unfinished: 0, trouble };
    const made = await signedBy(act, hashes);
    const values = Object.fromEntries(made.signatures.map((value, at) => [hashes[at]?.id, value]));
    const outcome = await asJson(this.root.dataset["values"] ?? "")<Outcome>({ credential, values });
    return made.trouble ? { ...outcome, trouble: outcome.trouble || made.trouble } : outcome;
  }

  private showCode(code: string): void {
    const place = this.root.querySelector<HTMLElement>("[data-pairing]");
    if (!place) return;
    place.hidden = false;
    place.textContent = `Hãy so mã ${code} với mã trong phần mềm ký rồi chấp nhận ở đó.`;
  }

  private show(outcome: Outcome): void {
    this.root.dataset["left"] = String(outcome.left);
    const over = this.total - outcome.left;
    const bar = this.root.querySelector("progress");
    if (bar) bar.value = over;
    const [label, note] = this.root.querySelectorAll(".sign-progress .progress-text span");
    if (label) label.textContent = `Đã ký ${over} trong ${this.total} bản`;
    if (note) note.textContent = outcome.left ? `Còn ${outcome.left}` : "Xong";
  }

  private say(text: string, kind: "info" | "danger"): void {
    const place = this.root.querySelector<HTMLElement>("[data-say]");
    if (!place) return;
    place.hidden = false;
    place.textContent = text;
    place.dataset["kind"] = kind;
  }
}

/** The values that the agent made, and why there are not more. */
async function signedBy(act: Act, hashes: Prepared["hashes"]): Promise<{ signatures: string[]; trouble: string }> {
  try {
    const signatures = await act.sign(hashes[0]?.digest ?? "", hashes.map((one) => one.hash));
    return { signatures, trouble: "" };
  } catch (refused) {
    if (!(refused instanceof AgentRefused)) throw refused;
    return { signatures: refused.signatures, trouble: refused.message };
  }
}

export function startAct(root: HTMLElement): void {
  new Signing(root);
}
