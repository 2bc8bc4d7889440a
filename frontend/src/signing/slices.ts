/** What the server says of one slice, and how it is asked; a secret lives only in these calls. */

import { cookie } from "../markgrid/network";

export interface Outcome {
  done: number;
  left: number;
  unfinished: number;
  trouble: string;
  secret?: string;
}

/** A sentence that stops the act; what is signed stays signed. */
export class Stopped extends Error {}

const SIGNED_OUT = "Phiên làm việc đã hết hạn. Hãy đăng nhập lại rồi ký tiếp; những bản đã ký vẫn được giữ.";
const SILENT = "Mất kết nối với máy chủ. Những bản đã ký vẫn được giữ; khi có mạng, hãy ký tiếp.";
const BROKEN = "Máy chủ gặp lỗi nên dừng lại. Những bản đã ký vẫn được giữ; hãy thử ký tiếp sau ít phút.";
const WAITS = [1000, 3000, 6000];

export const pause = (wait: number): Promise<void> => new Promise((done) => setTimeout(done, wait));

/** Post and read JSON; trouble of the network is tried again, for a slice may be sent twice. */
export async function ask<Answer>(address: string, body: BodyInit, headers: HeadersInit = {}): Promise<Answer> {
  for (const wait of [...WAITS, -1]) {
    const answer = await sent(address, body, headers);
    if (answer) return (await answer.json()) as Answer;
    if (wait < 0) break;
    await pause(wait);
  }
  throw new Stopped(SILENT);
}

async function sent(address: string, body: BodyInit, headers: HeadersInit): Promise<Response | null> {
  let answer: Response;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json", ...headers } });
  } catch {
    return null;
  }
  if (answer.ok) return answer;
  if (answer.status === 503) return null;
  throw new Stopped(answer.status === 401 ? SIGNED_OUT : BROKEN);
}

export function asJson(address: string): <Answer>(given: object) => Promise<Answer> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") };
  return (given) => ask(address, JSON.stringify(given), headers);
}
