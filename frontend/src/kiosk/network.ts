/** Calls to the server with the device's own secret; no cookie goes along. */

import { aheadBy } from "./clock.ts";
import type { Answers, CardList, Pairing, Passing } from "./contract.ts";

const PATIENCE = 20_000;

/** away: try again by itself; out: the device is not paired (any more); bad: this request is refused. */
export type Trouble = { ok: false; kind: "away" | "out" | "bad"; sentence: string; wait?: number };
export type Reply<T> = { ok: true; body: T; ahead: number | null } | Trouble;

const AWAY: Trouble = { ok: false, kind: "away", sentence: "Mất kết nối với máy chủ." };

export const pair = (code: string): Promise<Reply<Pairing>> => call("/cong/may/ghep-noi/", "", { code });
export const cards = (secret: string, version: string): Promise<Reply<CardList | null>> =>
  call("/cong/may/the/", secret, undefined, version);
export const sendPassings = (secret: string, passings: readonly Passing[]): Promise<Reply<Answers>> =>
  call("/cong/may/luot/", secret, { device_now: new Date().toISOString(), passings });

async function call<T>(address: string, secret: string, body?: object, version = ""): Promise<Reply<T>> {
  const sent = Date.now();
  const answer = await ask(address, secret, body, version).catch(() => null);
  if (!answer) return AWAY;
  if (answer.status === 304) return { ok: true, body: null as T, ahead: null };
  const given = await read(answer);
  if (!answer.ok) return trouble(answer, given);
  // An answer that is no JSON of ours came from a portal of the network, not from the server.
  if (given === null) return AWAY;
  return { ok: true, body: given as T, ahead: aheadBy(String(given["now"] ?? ""), sent, Date.now()) };
}

async function ask(address: string, secret: string, body?: object, version = ""): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (secret) headers["Authorization"] = `Gate ${secret}`;
  if (version) headers["If-None-Match"] = `"${version}"`;
  if (body) headers["Content-Type"] = "application/json";
  try {
    const base = { headers, credentials: "omit", cache: "no-store", redirect: "error", signal: stop.signal } as const;
    return await fetch(address, body ? { ...base, method: "POST", body: JSON.stringify(body) } : base);
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
  const told = given?.["said"];
  const sentence = typeof told === "string" ? told : "";
  if (answer.status === 401) return { ok: false, kind: "out", sentence };
  const wait = Number(answer.headers.get("Retry-After")) * 1000 || undefined;
  const passes = answer.status >= 500 || answer.status === 429 || answer.status === 408;
  return { ok: false, kind: passes ? "away" : "bad", sentence: sentence || AWAY.sentence, ...(wait ? { wait } : {}) };
}

/** The photo of a card as an address of this page; null when it cannot be had. */
export async function photo(address: string, secret: string): Promise<string | null> {
  const answer = await ask(address, secret).catch(() => null);
  return answer?.ok ? URL.createObjectURL(await answer.blob()) : null;
}
