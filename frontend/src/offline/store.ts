/** What this machine keeps of one account: packs, the operation log, a few facts; all sealed. */

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { Answer, Operation } from "./contract.ts";
import type { Sealed, Vault } from "./vault.ts";

export type State = "waiting" | "conflict" | "refused";

/** One operation of the log, with its own answer once it has one that leaves it here. */
export interface Entry {
  operation: Operation;
  target: string;
  state: State;
  answer?: Answer;
}

export interface Store {
  /** Done when the browser has it on the disk. */
  append(entry: Entry): Promise<void>;
  entries(): Promise<Entry[]>;
  change(entry: Entry): Promise<void>;
  drop(ids: readonly string[]): Promise<void>;
  nextSequence(): Promise<number>;
  keep(name: string, value: unknown): Promise<void>;
  fact<T>(name: string): Promise<T | undefined>;
  wipe(): Promise<void>;
}

interface SealedEntry {
  seq: number;
  id: string;
  sealed: Sealed;
}

interface Tables extends DBSchema {
  log: { key: number; value: SealedEntry; indexes: { id: string } };
  facts: { key: string; value: Sealed };
  numbers: { key: string; value: number };
}

const databaseName = (account: number): string => `khue-ngoai-tuyen-${account}`;

export async function openStore(account: number, vault: Vault): Promise<Store> {
  return new Kept(await openTables(account), vault, account);
}

/** A database that is to be wiped does not wait for a tab that forgot to close it. */
async function openTables(account: number): Promise<IDBPDatabase<Tables>> {
  return openDB<Tables>(databaseName(account), 1, {
    upgrade(fresh) {
      fresh.createObjectStore("log", { keyPath: "seq" }).createIndex("id", "id", { unique: true });
      fresh.createObjectStore("facts");
      fresh.createObjectStore("numbers");
    },
    blocking(_now, _next, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** Forgets what was taken along, without opening it; the log stays. */
export async function forgetPack(account: number): Promise<void> {
  const database = await openTables(account);
  await database.delete("facts", "pack");
  database.close();
}

/** How much of an account the school does not have, without opening it. */
export async function countUnsent(account: number): Promise<number> {
  const database = await openTables(account);
  const unsent = await database.count("log");
  database.close();
  return unsent;
}

/** Everything of an account, without opening it. */
export async function wipeStore(account: number): Promise<void> {
  await deleteDB(databaseName(account));
}

class Kept implements Store {
  private readonly database: IDBPDatabase<Tables>;
  private readonly vault: Vault;
  private readonly account: number;

  constructor(database: IDBPDatabase<Tables>, vault: Vault, account: number) {
    this.database = database;
    this.vault = vault;
    this.account = account;
  }

  async append(entry: Entry): Promise<void> {
    await this.write(entry, "add");
  }

  async change(entry: Entry): Promise<void> {
    await this.write(entry, "put");
  }

  private async write(entry: Entry, how: "add" | "put"): Promise<void> {
    const { seq, id } = entry.operation;
    const sealed = await this.vault.seal(`log:${id}`, entry);
    const change = this.database.transaction("log", "readwrite", { durability: "strict" });
    await Promise.all([change.store[how]({ seq, id, sealed }), change.done]);
  }

  async entries(): Promise<Entry[]> {
    const rows = await this.database.getAll("log");
    return Promise.all(rows.map((row) => this.vault.open<Entry>(`log:${row.id}`, row.sealed)));
  }

  async drop(ids: readonly string[]): Promise<void> {
    const change = this.database.transaction("log", "readwrite", { durability: "strict" });
    const index = change.store.index("id");
    const removed = ids.map(async (id) => {
      const seq = await index.getKey(id);
      if (seq !== undefined) await change.store.delete(seq);
    });
    await Promise.all([...removed, change.done]);
  }

  /** Counted by all tabs of this machine together, and never given out twice. */
  async nextSequence(): Promise<number> {
    const change = this.database.transaction("numbers", "readwrite", { durability: "strict" });
    const next = ((await change.store.get("sequence")) ?? 0) + 1;
    await Promise.all([change.store.put(next, "sequence"), change.done]);
    return next;
  }

  async keep(name: string, value: unknown): Promise<void> {
    await this.database.put("facts", await this.vault.seal(`facts:${name}`, value), name);
  }

  async fact<T>(name: string): Promise<T | undefined> {
    const sealed = await this.database.get("facts", name);
    return sealed && this.vault.open<T>(`facts:${name}`, sealed);
  }

  async wipe(): Promise<void> {
    this.database.close();
    await wipeStore(this.account);
  }
}

/** A browser that keeps nothing (a private window): everything until the page closes. */
export class Fleeting implements Store {
  private readonly log = new Map<string, Entry>();
  private readonly facts = new Map<string, unknown>();
  private sequence = 0;

  async append(entry: Entry): Promise<void> {
    this.log.set(entry.operation.id, structuredClone(entry));
  }

  async change(entry: Entry): Promise<void> {
    this.log.set(entry.operation.id, structuredClone(entry));
  }

  async entries(): Promise<Entry[]> {
    const every = [...this.log.values()].map((one) => structuredClone(one));
    return every.sort((one, other) => one.operation.seq - other.operation.seq);
  }

  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.log.delete(id);
  }

  async nextSequence(): Promise<number> {
    this.sequence += 1;
    return this.sequence;
  }

  async keep(name: string, value: unknown): Promise<void> {
    this.facts.set(name, structuredClone(value));
  }

  async fact<T>(name: string): Promise<T | undefined> {
    return this.facts.get(name) as T | undefined;
  }

  async wipe(): Promise<void> {
    this.log.clear();
    this.facts.clear();
  }
}
