/** The signing agent on the signer's own machine: docs/reference/local-signing-agent.md, version 1. */

import { Stopped, pause } from "./slices";

const ROOT = "/khue-agent/1";
const KEPT = "khue-agent-token";
const NOBODY =
  "Không thấy phần mềm ký trên máy này. Hãy mở phần mềm ký và cắm thiết bị; nếu trình duyệt hỏi có cho trang này " +
  "truy cập mạng nội bộ không, hãy chọn Cho phép. Sau đó bấm Ký lại.";
const OTHER_TOKEN =
  "Thiết bị đang cắm không có chứng thư đã chọn. Hãy cắm đúng thiết bị hoặc chọn chứng thư khác rồi bấm Ký lại.";
const GONE = "Phần mềm ký trên máy này không trả lời nữa. Hãy mở lại phần mềm ký rồi ký tiếp.";
const REFUSED_PAIRING = "Phần mềm ký chưa cho trang này dùng. Hãy bấm Ký lại rồi chấp nhận trong phần mềm ký.";

interface Said {
  sentence?: string;
  error?: string;
}

/** A refusal in the agent's own words, with the values that it made before. */
export class AgentRefused extends Stopped {
  constructor(sentence: string, readonly error: string, readonly signatures: string[] = []) {
    super(sentence);
  }
}

export interface Certificate {
  id: string;
  certificate: string;
  chain: string[];
  token?: string;
}

export class Agent {
  private constructor(private readonly address: string, private token: string) {}

  /** The first address at which an agent answers; pairs with it when that was never done. */
  static async find(addresses: string[], showCode: (code: string) => void): Promise<Agent> {
    for (const address of addresses) {
      const agent = new Agent(address, localStorage.getItem(KEPT) ?? "");
      const greeting = await agent.greet();
      if (!greeting) continue;
      if (!greeting.paired) await agent.pair(showCode);
      return agent;
    }
    throw new Stopped(NOBODY);
  }

  private async greet(): Promise<{ paired: boolean } | null> {
    try {
      const said = await this.call<{ protocol: number; paired: boolean }>("GET", "");
      return said.protocol === 1 ? said : null;
    } catch {
      return null;
    }
  }

  private async pair(showCode: (code: string) => void): Promise<void> {
    const asked = await this.call<{ pairing: string; code: string }>("POST", "/pairings", { site: "Khuê" });
    showCode(asked.code);
    for (let seconds = 0; seconds < 120; seconds += 1) {
      const said = await this.call<{ state: string; token?: string }>("GET", `/pairings/${asked.pairing}`);
      if (said.token) return this.keep(said.token);
      if (said.state === "refused") break;
      await pause(1000);
    }
    throw new Stopped(REFUSED_PAIRING);
  }

  private keep(token: string): void {
    this.token = token;
    localStorage.setItem(KEPT, token);
  }

  /** Every certificate whose key is on a token that is plugged in now. */
  async certificates(): Promise<Certificate[]> {
    return (await this.call<{ certificates: Certificate[] }>("GET", "/certificates")).certificates;
  }

  async holds(fingerprint: string): Promise<void> {
    const held = await this.certificates();
    if (!held.some((one) => one.id === fingerprint)) throw new Stopped(OTHER_TOKEN);
  }

  /** The person sees what is signed and types the PIN into the agent's own window. */
  async open(certificate: string, count: number, title: string): Promise<Act> {
    const said = await this.call<{ act: string }>("POST", "/acts", { certificate, count, title, site: "Khuê" });
    return new Act(this, said.act);
  }

  async call<Answer>(method: string, path: string, given?: object): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (this.token) headers["Authorization"] = `Khue-Agent ${this.token}`;
    if (given) headers["Content-Type"] = "application/json";
    const body = given ? JSON.stringify(given) : null;
    let answer: Response;
    try {
      answer = await fetch(this.address + ROOT + path, { method, headers, body, credentials: "omit" });
    } catch {
      throw new Stopped(GONE);
    }
    if (answer.status === 204) return {} as Answer;
    const said = (await answer.json()) as Answer & Said & { signatures?: string[] };
    if (answer.ok) return said;
    throw new AgentRefused(said.sentence || GONE, said.error ?? "", said.signatures);
  }
}

export class Act {
  constructor(private readonly agent: Agent, private readonly id: string) {}

  async sign(digest: string, hashes: string[]): Promise<string[]> {
    const said = await this.agent.call<{ signatures: string[] }>(
      "POST", `/acts/${this.id}/signatures`, { digest, hashes },
    );
    return said.signatures;
  }

  async close(): Promise<void> {
    await this.agent.call("DELETE", `/acts/${this.id}`).catch(() => undefined);
  }
}
