/** Registering a certificate: what a token at home holds is read from its agent and chosen. */

import "./register.css";
import { Agent, type Certificate } from "./agent";
import { Stopped } from "./slices";

const NOTHING = "Trên thiết bị không có chứng thư nào. Hãy cắm thiết bị ký rồi tìm lại.";
const PAIRING = "Mã ghép: {code}. Hãy so với mã trong phần mềm ký, nếu giống thì bấm Chấp nhận ở đó.";

class Register {
  private readonly say: HTMLElement;
  private readonly found: HTMLElement;
  private readonly line: HTMLTemplateElement;
  private readonly button: HTMLButtonElement;

  constructor(private readonly root: HTMLElement) {
    this.say = root.querySelector("[data-say]")!;
    this.found = root.querySelector("[data-found]")!;
    this.line = root.querySelector("template")!;
    this.button = root.querySelector("[data-find]")!;
    this.button.addEventListener("click", () => void this.look());
    root.hidden = false;
  }

  private async look(): Promise<void> {
    this.button.disabled = true;
    this.tell("Đang tìm phần mềm ký…");
    try {
      const addresses = (this.root.dataset.agents ?? "").split(" ").filter(Boolean);
      const agent = await Agent.find(addresses, (code) => this.tell(PAIRING.replace("{code}", code)));
      this.show(await agent.certificates());
    } catch (trouble) {
      this.tell(trouble instanceof Stopped ? trouble.message : String(trouble), "danger");
    } finally {
      this.button.disabled = false;
    }
  }

  private tell(text: string, kind = ""): void {
    this.say.textContent = text;
    this.say.dataset.kind = kind;
    this.say.hidden = !text;
  }

  private show(certificates: Certificate[]): void {
    this.tell(certificates.length ? "" : NOTHING, certificates.length ? "" : "danger");
    this.found.replaceChildren(...certificates.map((one) => this.lineOf(one)));
  }

  private lineOf(one: Certificate): DocumentFragment {
    const made = this.line.content.cloneNode(true) as DocumentFragment;
    made.querySelector("[data-name]")!.textContent = one.token || "Thiết bị ký";
    made.querySelector("[data-fingerprint]")!.textContent = `${one.id.slice(0, 24)}…`;
    const sent = [one.certificate, ...one.chain].map((der) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "certificate", value: der });
      return field;
    });
    made.querySelector("[data-sent]")!.replaceChildren(...sent);
    return made;
  }
}

const root = document.getElementById("register-agent");
if (root) new Register(root);
