/** What this machine keeps: the queue of passings, and a few facts. Nothing leaves the queue before
 *  its own answer came. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Passing } from "./contract.ts";

const NAME = "khue-cong";
const VERSION = 1;

/** A passing that waits; until `held` the person may still add a temperature. */
export interface Waiting extends Passing {
  held?: number;
  /** Why the server refused it alone; it is kept to be taken out as a file. */
  refused?: string;
}

export interface Store {
  put(passing: Waiting): Promise<void>;
  /** The oldest that may be sent, in order: up to the first that is still held. */
  oldest(most: number, now: number): Promise<Waiting[]>;
  all(): Promise<Waiting[]>;
  drop(ids: readonly string[]): Promise<void>;
  fact<T>(name: string): Promise<T | undefined>;
  keep(name: string, value: unknown): Promise<void>;
  /** Forgets every fact; the queue stays. */
  forget(): Promise<void>;
}

interface Tables extends DBSchema {
  queue: { key: string; value: Waiting };
  facts: { key: string; value: unknown };
}


export async function openStore(): Promise<Store> {
  const database = await openDB<Tables>(NAME, VERSION, {
    upgrade(fresh) {
      fresh.createObjectStore("queue", { keyPath: "id" });
      fresh.createObjectStore("facts");
    },
  });
  return new Kept(database);
}

class Kept implements Store {
  private readonly database: IDBPDatabase<Tables>;

  constructor(database: IDBPDatabase<Tables>) {
    this.database = database;
  }

  /** Done when the browser has it on the disk, so that a dead battery loses nothing. */
  async put(passing: Waiting): Promise<void> {
    const change = this.database.transaction("queue", "readwrite", { durability: "strict" });
    await Promise.all([change.store.put(passing), change.done]);
  }

  async oldest(most: number, now: number): Promise<Waiting[]> {
    return sendable(await this.all(), most, now);
  }

  all(): Promise<Waiting[]> {
    return this.database.getAll("queue");
  }

  async drop(ids: readonly string[]): Promise<void> {
    const change = this.database.transaction("queue", "readwrite");
    await Promise.all([...ids.map((id) => change.store.delete(id)), change.done]);
  }

  async fact<T>(name: string): Promise<T | undefined> {
    return (await this.database.get("facts", name)) as T | undefined;
  }

  async keep(name: string, value: unknown): Promise<void> {
    await this.database.put("facts", value, name);
  }

  async forget(): Promise<void> {
    await this.database.clear("facts");
  }
}

/** A machine whose browser keeps nothing (a private window): everything until the page closes. */
export class Fleeting implements Store {
  private readonly queue = new Map<string, Waiting>();
  private readonly facts = new Map<string, unknown>();

  async put(passing: Waiting): Promise<void> {
    this.queue.set(passing.id, passing);
  }

  async oldest(most: number, now: number): Promise<Waiting[]> {
    return sendable(await this.all(), most, now);
  }

  async all(): Promise<Waiting[]> {
    return [...this.queue.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.queue.delete(id);
  }

  async fact<T>(name: string): Promise<T | undefined> {
    return this.facts.get(name) as T | undefined;
  }

  async keep(name: string, value: unknown): Promise<void> {
    this.facts.set(name, value);
  }

  async forget(): Promise<void> {
    this.facts.clear();
  }
}

function sendable(waiting: readonly Waiting[], most: number, now: number): Waiting[] {
  const open = waiting.filter((one) => one.refused === undefined);
  const held = open.findIndex((one) => (one.held ?? 0) > now);
  return open.slice(0, held < 0 ? most : Math.min(held, most));
}
