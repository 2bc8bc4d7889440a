/** When the machine has no room left: what is written stays in memory, and everyone is told. */

import { type Entry, Fleeting, type Store } from "../store.ts";

export class WithSpare implements Store {
  /** How many entries stand in memory alone. */
  spared = 0;
  told: () => void = () => undefined;
  private readonly spare = new Fleeting();
  private readonly main: Store;
  private last = 0;

  constructor(main: Store) {
    this.main = main;
  }

  async append(entry: Entry): Promise<void> {
    await this.put(entry, "append");
  }

  async change(entry: Entry): Promise<void> {
    await this.put(entry, "change");
  }

  /** What stands in memory alone is new to the disk, whatever becomes of it. */
  private async put(entry: Entry, how: "append" | "change"): Promise<void> {
    const inMemory = (await this.spare.entries()).some((one) => one.operation.id === entry.operation.id);
    try {
      await this.main[inMemory ? "append" : how](entry);
      await this.spare.drop([entry.operation.id]);
    } catch {
      await this.spare.append(entry);
    }
    await this.count();
  }

  private async count(): Promise<void> {
    const before = this.spared;
    this.spared = (await this.spare.entries()).length;
    if (before !== this.spared) this.told();
  }

  async entries(): Promise<Entry[]> {
    const spared = await this.spare.entries();
    const newer = new Set(spared.map((one) => one.operation.id));
    const kept = (await this.main.entries()).filter((one) => !newer.has(one.operation.id));
    const every = [...kept, ...spared].sort((one, other) => one.operation.seq - other.operation.seq);
    this.last = Math.max(this.last, every.at(-1)?.operation.seq ?? 0);
    return every;
  }

  async drop(ids: readonly string[]): Promise<void> {
    await this.spare.drop(ids);
    await this.main.drop(ids);
    await this.count();
  }

  /** A full disk gives no number either: then the last one that is known counts on. */
  async nextSequence(): Promise<number> {
    const next = await this.main.nextSequence().catch(() => 0);
    this.last = Math.max(this.last + 1, next);
    return this.last;
  }

  keep(name: string, value: unknown): Promise<void> {
    return this.main.keep(name, value);
  }

  fact<T>(name: string): Promise<T | undefined> {
    return this.main.fact<T>(name);
  }

  /** Once there is room again, what stood in memory alone is written down. */
  async settle(): Promise<void> {
    for (const entry of await this.spare.entries()) await this.append(entry);
  }

  async wipe(): Promise<void> {
    await this.spare.wipe();
    await this.main.wipe();
  }
}
