/** When the machine has no room left: passings stay in memory, and everyone is told. */

import { Fleeting, type Store, type Waiting } from "./store.ts";

export class WithSpare implements Store {
  /** Why passings are no longer written down; empty while they are. */
  trouble = "";
  private readonly spare = new Fleeting();
  private readonly main: Store;
  private readonly told: (trouble: string) => void;

  constructor(main: Store, told: (trouble: string) => void) {
    this.main = main;
    this.told = told;
  }

  async put(passing: Waiting): Promise<void> {
    try {
      await this.main.put(passing);
      this.tell("");
    } catch {
      await this.spare.put(passing);
      this.tell("Bộ nhớ của máy đã đầy: lượt mới chỉ còn trên màn hình này, ĐỪNG tắt máy. Xin nối mạng để gửi đi, hoặc cất vào tệp.");
    }
  }

  private tell(trouble: string): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.told(trouble);
  }

  async oldest(most: number, now: number): Promise<Waiting[]> {
    const first = await this.main.oldest(most, now);
    return first.length ? first : this.spare.oldest(most, now);
  }

  async all(): Promise<Waiting[]> {
    return [...(await this.main.all()), ...(await this.spare.all())];
  }

  async drop(ids: readonly string[]): Promise<void> {
    await this.spare.drop(ids);
    await this.main.drop(ids);
  }

  fact<T>(name: string): Promise<T | undefined> {
    return this.main.fact<T>(name);
  }

  /** Facts can be fetched again; a full machine must not stop the gate. */
  async keep(name: string, value: unknown): Promise<void> {
    await this.main.keep(name, value).catch(() => undefined);
  }

  forget(): Promise<void> {
    return this.main.forget();
  }
}
