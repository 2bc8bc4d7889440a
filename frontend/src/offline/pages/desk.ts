/** The work of one account on this machine while it is unlocked: what was taken along, the log of
 *  what was written, the sender. Several tabs stand at the same desk and tell one another. */

import type { Book, ClassPack, LevelSheet, Pack } from "../contract.ts";
import { Log, type Settled } from "../log.ts";
import { Sender, type Trouble } from "../sender.ts";
import { Fleeting, openStore, type Store } from "../store.ts";
import type { Vault } from "../vault.ts";
import { newId } from "../../kiosk/ids.ts";
import { type Box, boxOfAccount, keepBox, tellUnsent } from "./boxes.ts";
import { type Choices, fetchPack, post, register } from "./network.ts";
import { isPromised, looksPrivate } from "./private.ts";
import { settleInPack } from "./settling.ts";
import { WithSpare } from "./spare.ts";

export interface Chosen {
  books: number[];
  classes: number[];
}

export type Line = "start" | "busy" | "ok" | "away";
const A_DAY = 86_400_000;
const FRESH_ENOUGH = 5 * 60_000;

export class Desk {
  readonly account: number;
  readonly vault: Vault;
  readonly store: WithSpare;
  readonly log: Log;
  readonly sender: Sender;
  /** Whether the browser keeps what is written when it closes. */
  readonly lasting: boolean;
  /** Whether it promised so; a private window never does. */
  promised = false;
  pack: Pack | null = null;
  chosen: Chosen = { books: [], classes: [] };
  line: Line = "start";
  /** What stands in the way of sending; null when nothing does. */
  hindrance: Trouble | null = null;
  /** When everything was at school the last time, by the clock of the server. */
  sentAt = "";
  private readonly channel: BroadcastChannel | null;
  private readonly watchers = new Set<() => void>();
  private fetched = 0;
  onLocked: () => void = () => undefined;

  private constructor(account: number, vault: Vault, store: WithSpare, log: Log, device: string, lasting: boolean) {
    this.account = account;
    this.vault = vault;
    this.store = store;
    this.log = log;
    this.lasting = lasting;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`khue-ngoai-tuyen-${account}`) : null;
    this.sender = new Sender(log, account, device, post, this);
  }

  static async open(account: number, vault: Vault): Promise<Desk> {
    const kept: Store | null = await openStore(account, vault).catch(() => null);
    const store = new WithSpare(kept ?? new Fleeting());
    const device = (await store.fact<string>("device")) ?? newId(Date.now());
    await store.keep("device", device).catch(() => undefined);
    const log = await Log.open(store);
    const lasting = kept !== null && !(await looksPrivate().catch(() => false));
    const desk = new Desk(account, vault, store, log, device, lasting);
    desk.promised = await isPromised();
    await desk.read();
    desk.listen();
    return desk;
  }

  private async read(): Promise<void> {
    this.pack = (await this.store.fact<Pack>("pack")) ?? null;
    this.chosen = (await this.store.fact<Chosen>("chosen")) ?? this.chosen;
    this.sentAt = (await this.store.fact<string>("sent")) ?? "";
  }

  private listen(): void {
    tellUnsent(this.account, this.log.unsent);
    this.store.told = () => this.tell();
    this.log.watch(() => {
      tellUnsent(this.account, this.log.unsent);
      this.tell();
    });
    this.channel?.addEventListener("message", (event: MessageEvent<string>) => void this.heard(event.data));
    addEventListener("online", this.cameBack);
    document.addEventListener("visibilitychange", this.cameBack);
  }

  private async heard(what: string): Promise<void> {
    if (what === "locked") this.onLocked();
    else await this.log.reload();
    if (what === "pack") await this.read();
    this.tell();
  }

  private readonly cameBack = (): void => {
    if (document.visibilityState === "visible" && this.sender.stopped?.kind !== "ended") this.wake();
  };

  watch(told: () => void): () => void {
    this.watchers.add(told);
    return () => this.watchers.delete(told);
  }

  private tell(): void {
    for (const told of this.watchers) told();
  }

  /** Something was written: other tabs read it, the sender sends it. */
  wrote(): void {
    this.channel?.postMessage("log");
    this.wake(400);
  }

  wake(pause = 0): void {
    this.sender.wake(pause);
  }

  // --- what the sender tells ------------------------------------------------------------------

  busy(): void {
    this.line = "busy";
    this.tell();
  }

  trouble(trouble: Trouble): void {
    this.line = trouble.kind === "away" ? "away" : "ok";
    this.hindrance = trouble;
    this.tell();
  }

  async settled(settled: Settled[]): Promise<void> {
    this.line = "ok";
    this.hindrance = null;
    if (this.pack) await this.keepPack(settleInPack(this.pack, settled));
    if (this.store.spared) await this.store.settle();
    this.channel?.postMessage("pack");
    this.tell();
  }

  done(at: string): void {
    this.sentAt = at;
    void this.store.keep("sent", at).catch(() => undefined);
    this.tell();
  }

  // --- what was taken along -------------------------------------------------------------------

  get books(): readonly Book[] {
    return this.pack?.books ?? [];
  }

  get sheets(): readonly LevelSheet[] {
    return this.pack?.sheets ?? [];
  }

  get classes(): readonly ClassPack[] {
    return this.pack?.classes ?? [];
  }

  private async keepPack(pack: Pack): Promise<void> {
    this.pack = pack;
    await this.store.keep("pack", pack).catch(() => undefined);
  }

  /** Fetches everything that was chosen once more; says why when it cannot. */
  async refresh(chosen: Chosen = this.chosen): Promise<Trouble | null> {
    const got = await fetchPack(chosen.books, chosen.classes);
    if (!got.ok) return got;
    if (got.body.account !== this.account) return { ok: false, kind: "other", sentence: "Trình duyệt đang đăng nhập một tài khoản khác nên chưa tải được." };
    this.fetched = Date.now();
    this.chosen = chosen;
    await this.store.keep("chosen", chosen);
    this.pack = got.body;
    await this.store.keep("pack", got.body);
    await this.prolong();
    this.line = "ok";
    this.channel?.postMessage("pack");
    this.tell();
    return null;
  }

  /** Where nothing waits and the pack is a while old, a new one is fetched by itself. */
  async refreshSoon(): Promise<void> {
    if (!this.log.waiting.length && Date.now() - this.fetched > FRESH_ENOUGH && this.chosen.books.length + this.chosen.classes.length) await this.refresh();
  }

  private async prolong(): Promise<void> {
    const box = await boxOfAccount(this.account);
    if (box && this.pack) await keepBox({ ...box, until: Date.now() + this.pack.keep_days * A_DAY } satisfies Box);
  }

  async register(): Promise<Trouble | null> {
    const got = await register((await this.store.fact<string>("device")) ?? "", machineName());
    return got.ok ? null : got;
  }

  everythingOf(given: Choices): Chosen {
    return { books: given.books.map((one) => one.id), classes: given.classes.map((one) => one.id) };
  }

  /** The tab leaves the desk; with `all`, the other tabs do too. */
  close(all: boolean): void {
    if (all) this.channel?.postMessage("locked");
    this.sender.stop();
    this.watchers.clear();
    removeEventListener("online", this.cameBack);
    document.removeEventListener("visibilitychange", this.cameBack);
    this.channel?.close();
  }
}

function machineName(): string {
  const system = ["Windows", "Android", "iPad", "iPhone", "Mac", "Linux"].find((one) => navigator.userAgent.includes(one)) ?? "Máy";
  const browser = [["Edg", "Edge"], ["CocCoc", "Cốc Cốc"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]].find(([sign = ""]) => navigator.userAgent.includes(sign))?.[1] ?? "trình duyệt";
  return `${browser} trên ${system}`;
}
