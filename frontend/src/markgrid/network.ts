/** Talking to the server: one save, and the fragments that popovers show. */

import type { Stored } from "./cells";

export interface Change {
  student: number;
  slot: string;
  base: Stored;
  text: string;
}

export interface Outcome {
  student: number;
  slot: string;
  status: "saved" | "same" | "conflict" | "refused";
  value: Stored;
  text: string;
  sentence?: string;
  author?: string;
  at?: string;
  struck?: string;
}

export interface RowResult {
  student: number;
  average: string;
  provisional: string;
  year: string;
}

export interface Answer {
  cells: Outcome[];
  rows: RowResult[];
  progress: { due: number; entered: number };
}

/** Why a save did not get through: away (try again by itself), out (sign in first, as the one who
 *  opened the page), no (a reason). */
export type Trouble =
  | { kind: "away"; sentence: string }
  | { kind: "out"; sentence: string }
  | { kind: "no"; sentence: string };

const AWAY = "Mất kết nối.";
const GONE =
  "Sổ điểm này không còn trong phân công của thầy cô nên điểm chưa được lưu. " +
  "Thầy cô hỏi lại giáo vụ về phân công.";
const REFUSED = "Thầy cô không còn quyền nhập điểm ở đây nên điểm chưa được lưu.";
const LONGEST_FAREWELL = 60_000;

export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export async function send(
  address: string, account: number, operation: string, changes: Change[],
): Promise<Answer | Trouble> {
  const body = JSON.stringify({ operation, account, changes });
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": cookie("csrftoken"),
      },
      body,
      credentials: "same-origin",
      keepalive: body.length < LONGEST_FAREWELL,
    });
    if (response.ok) return (await response.json()) as Answer;
  } catch {
    return { kind: "away", sentence: AWAY };
  }
  return trouble(response);
}

async function trouble(response: Response): Promise<Trouble> {
  const sentence = await reason(response);
  if (response.status === 401 || response.status === 409) return { kind: "out", sentence };
  if (response.status === 404) return { kind: "no", sentence: GONE };
  if (response.status === 403) return { kind: "no", sentence: sentence || REFUSED };
  if (response.status === 429 || response.status >= 500) return { kind: "away", sentence };
  return { kind: "no", sentence: sentence || "Máy chủ từ chối lần lưu này." };
}

async function reason(response: Response): Promise<string> {
  try {
    const read = (await response.json()) as { error?: unknown };
    return typeof read.error === "string" ? read.error : "";
  } catch {
    return "";
  }
}

/** A piece of a page; null when it could not be had. */
export async function fragment(address: string): Promise<string | null> {
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** A random operation id, also where the page came over plain HTTP in a school's own network. */
export function newOperation(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32]
    .map((end, index, ends) => hex.slice(index ? ends[index - 1] : 0, end))
    .join("-");
}
