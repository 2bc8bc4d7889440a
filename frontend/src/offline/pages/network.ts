/** Calls to the server as the one who has signed in. */

import { cookie } from "../../markgrid/network.ts";
import type { Answers, Pack } from "../contract.ts";
import type { Reply, SyncBody, Trouble } from "../sender.ts";
import { squeezed } from "../squeeze.ts";

const PATIENCE = 60_000;
const AWAY: Trouble = { ok: false, kind: "away", sentence: "Chưa có mạng. Những gì đã ghi vẫn ở trên máy này và sẽ tự gửi khi có mạng." };
const OUT = "Phiên làm việc đã hết hạn. Hãy đăng nhập để gửi tiếp.";
const KINDS: Record<number, Trouble["kind"]> = { 401: "out", 409: "other", 410: "ended", 426: "old" };

export type Got<T> = { ok: true; body: T } | Trouble;

export interface Choices {
  account: number;
  name: string;
  books: { id: number; title: string; class: number }[];
  classes: { id: number; name: string }[];
}

export const choices = (): Promise<Got<Choices>> => call("/ngoai-tuyen/danh-muc.json");
export const confirmPassword = (password: string): Promise<Got<{ login: string; account: number }>> => call("/ngoai-tuyen/mo-khoa/", { password });
export const register = (device: string, name: string): Promise<Got<{ account: number }>> => call("/ngoai-tuyen/may/chuan-bi/", { device, name });
export const post = (body: SyncBody): Promise<Reply> => call<Answers>("/ngoai-tuyen/dong-bo/", body);

export function fetchPack(books: readonly number[], classes: readonly number[]): Promise<Got<Pack>> {
  return call(`/ngoai-tuyen/goi.json?so=${books.join(",")}&lop=${classes.join(",")}`);
}

async function call<T>(address: string, body?: object): Promise<Got<T>> {
  const answer = await ask(address, body).catch(() => null);
  if (!answer) return AWAY;
  const given = await read(answer);
  if (!answer.ok) return trouble(answer, given);
  // An answer that is no JSON of ours came from a portal of the network, not from the server.
  if (given?.["schema"] === undefined) return AWAY;
  return { ok: true, body: given as T };
}

async function ask(address: string, body?: object): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const headers: Record<string, string> = { Accept: "application/json" };
  const sent = body && (await squeezed(JSON.stringify(body)));
  if (sent) Object.assign(headers, sent.headers, { "X-CSRFToken": cookie("csrftoken") });
  try {
    const base = { headers, credentials: "same-origin", cache: "no-store", redirect: "error", signal: stop.signal } as const;
    return await fetch(address, sent ? { ...base, method: "POST", body: sent.body } : base);
  } finally {
    clearTimeout(timer);
  }
}

async function read(answer: Response): Promise<Record<string, unknown> | null> {
  try {
    return (await answer.json()) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function trouble(answer: Response, given: Record<string, unknown> | null): Trouble {
  const told = given?.["error"];
  const sentence = typeof told === "string" ? told : "";
  const kind = KINDS[answer.status];
  if (kind) return { ok: false, kind, sentence: sentence || OUT };
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
    const wait = Number(answer.headers.get("Retry-After")) * 1000;
    return { ...AWAY, sentence: sentence || "Máy chủ đang bận nên chưa nhận được. Máy sẽ tự gửi lại.", ...(wait ? { wait } : {}) };
  }
  return { ok: false, kind: "no", sentence: sentence || "Máy chủ không nhận yêu cầu này. Hãy tải lại trang khi có mạng." };
}
