/** The locked boxes of this machine, one for each account that prepared it. What stands here can be
 *  read by whoever opens the browser: no name, no login, no mark. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { wipeStore } from "../store.ts";
import { boxName, letGo, type Lockbox } from "../vault.ts";
import { HINT, unsentHints } from "../hints.ts";

const NAME = "khue-ngoai-tuyen";

export interface Box {
  name: string;
  account: number;
  box: Lockbox;
  /** After this moment the packs are forgotten; what is unsent stays. */
  until: number;
}

interface Tables extends DBSchema {
  boxes: { key: string; value: Box };
}

let opened: Promise<IDBPDatabase<Tables>> | null = null;

function database(): Promise<IDBPDatabase<Tables>> {
  opened ??= openDB<Tables>(NAME, 1, { upgrade: (fresh) => void fresh.createObjectStore("boxes", { keyPath: "name" }) });
  return opened;
}

/** Null where the browser keeps nothing. */
export async function boxes(): Promise<Box[] | null> {
  try {
    return await (await database()).getAll("boxes");
  } catch {
    return null;
  }
}

export async function boxOf(login: string): Promise<Box | undefined> {
  const name = await boxName(login);
  return (await boxes())?.find((one) => one.name === name);
}

export async function boxOfAccount(account: number): Promise<Box | undefined> {
  return (await boxes())?.find((one) => one.account === account);
}

/** One box for an account: a login that was changed leaves none behind. */
export async function keepBox(box: Box): Promise<void> {
  const change = (await database()).transaction("boxes", "readwrite", { durability: "strict" });
  for (const old of await change.store.getAll()) {
    if (old.account === box.account && old.name !== box.name) await change.store.delete(old.name);
  }
  await Promise.all([change.store.put(box), change.done]);
}

/** Every tab of this account asks for the password again. */
export function lockTabs(account: number): void {
  if (!("BroadcastChannel" in globalThis)) return;
  const channel = new BroadcastChannel(`khue-ngoai-tuyen-${account}`);
  channel.postMessage("locked");
  channel.close();
}

/** Nothing of this account stays on this machine. */
export async function wipeAccount(account: number): Promise<void> {
  letGo();
  lockTabs(account);
  tellUnsent(account, null);
  const box = await boxOfAccount(account);
  await wipeStore(account);
  if (box) await (await database()).delete("boxes", box.name);
}

/** How much of each account is unsent, for the pages of the site: numbers alone. */
export function tellUnsent(account: number, unsent: number | null): void {
  const { [account]: _old, ...others } = unsentHints();
  const hints = unsent === null ? others : { ...others, [account]: unsent };
  try {
    if (Object.keys(hints).length) localStorage.setItem(HINT, JSON.stringify(hints));
    else localStorage.removeItem(HINT);
  } catch {
    // A browser without a store shows its count on the page of the work itself.
  }
}
