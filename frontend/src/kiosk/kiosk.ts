/** Puts the instruments together and keeps them in step with the server. */

import { Idle } from "./awake.ts";
import { Board } from "./board.ts";
import { Cards } from "./cards.ts";
import { clockTrouble, isWrong, span } from "./clock.ts";
import type { Answer, CardList, Direction, Pairing } from "./contract.ts";
import { Ear } from "./ear.ts";
import { Face } from "./face.ts";
import { Gate } from "./gate.ts";
import { Health } from "./health.ts";
import { Menu } from "./menu.ts";
import { cards as fetchCards, photo, sendPassings } from "./network.ts";
import { PairScreen } from "./pairing.ts";
import { part } from "./parts.ts";
import { Sender } from "./sender.ts";
import { Sound } from "./sound.ts";
import { WithSpare } from "./spare.ts";
import type { Store } from "./store.ts";

const REFRESH = 3 * 60_000;
const WHOLE_AGAIN = 30 * 60_000;
const LOOK_AGAIN = 10_000;
const OLD = 24 * 3_600_000;
const MOST_PHOTOS = 60;
const DIRECTIONS: Record<string, Direction> = { in: "in", out: "out" };
const NOT_KEPT = "Trình duyệt này không cho lưu dữ liệu (cửa sổ ẩn danh?): lượt chưa gửi sẽ mất khi đóng trang. Xin mở bằng cửa sổ thường.";

export type Kept = Pick<Pairing, "secret" | "device" | "school" | "asks_health">;
interface KeptList {
  list: CardList;
  fetchedAt: number;
}

export class Kiosk {
  readonly board = new Board();
  readonly store: WithSpare;
  readonly gate: Gate;
  readonly sender: Sender;
  pairing: Kept | null = null;
  readonly sound = new Sound();
  private readonly face: Face;
  private readonly pairScreen = new PairScreen((pairing) => this.paired(pairing));
  private readonly others = "BroadcastChannel" in window ? new BroadcastChannel("khue-cong") : null;
  private readonly photos = new Map<string, Promise<string | null>>();
  private lastList = 0;
  private ear: Ear | null = null;

  constructor(
    store: Store,
    private readonly fleeting: boolean,
  ) {
    this.store = new WithSpare(store, (trouble) => this.board.trouble("full", trouble));
    this.face = new Face((address) => this.photoOf(address));
    this.gate = new Gate({ store: this.store, board: this.board, face: this.face, sound: this.sound, health: new Health() });
    this.sender = new Sender(this.store, (passings) => sendPassings(this.pairing?.secret ?? "", passings), {
      answered: (answers, _reply, ahead) => this.answered(answers, ahead),
      away: () => this.away(),
      out: (sentence) => void this.ended(sentence),
      changed: () => void this.gate.count(),
    });
    this.gate.sender = this.sender;
  }

  async start(): Promise<void> {
    if (this.fleeting) this.board.trouble("fleeting", NOT_KEPT);
    this.listen();
    const kept = await this.store.fact<Kept>("pairing");
    if (kept) await this.open(kept);
    else await this.showPairing("");
  }

  private listen(): void {
    const idle = new Idle(part("[data-idle]"));
    this.ear = new Ear((text) => (idle.touch(), this.gate.heard(text)), showTyping);
    new Menu(this, (text) => (idle.touch(), this.gate.seen(text)));
    window.addEventListener("online", () => void this.lookAgain());
    window.addEventListener("offline", () => this.away());
    document.addEventListener("visibilitychange", () => void this.lookAgain());
    window.setInterval(() => void this.onTime(), LOOK_AGAIN / 2);
    this.others?.addEventListener("message", (event: MessageEvent<Answer[] | "ended">) => {
      if (event.data === "ended") location.reload();
      else this.heardFromOther(event.data);
    });
  }

  private async paired(pairing: Pairing): Promise<void> {
    const earlier = await this.store.fact<string>("school");
    if (earlier && earlier !== pairing.school.name) await this.setApart(earlier);
    const kept = { secret: pairing.secret, device: pairing.device, school: pairing.school, asks_health: pairing.asks_health };
    await this.store.keep("pairing", kept);
    await this.store.keep("school", pairing.school.name);
    await this.open(kept);
  }

  /** Passings of another school are not sent to this one; they wait to be taken out as a file. */
  private async setApart(school: string): Promise<void> {
    for (const one of await this.store.all()) await this.store.put({ ...one, refused: `Lượt của ${school}` });
  }

  private async open(kept: Kept): Promise<void> {
    this.pairing = kept;
    this.gate.asksHealth = kept.asks_health;
    this.gate.way = (await this.store.fact<Direction>("way")) ?? DIRECTIONS[kept.device.direction] ?? "auto";
    this.showNames();
    document.body.dataset["screen"] = "gate";
    part("[data-pair]").hidden = true;
    part("[data-gate]").hidden = false;
    await this.takeKeptList();
    await this.gate.recall();
    await this.gate.count();
    this.ear?.listen();
    this.sender.wake();
    await this.refresh();
  }

  private showNames(): void {
    part("[data-school]").textContent = this.pairing?.school.name ?? "";
    part("[data-device]").textContent = this.pairing?.device.name ?? "";
    for (const button of document.querySelectorAll<HTMLElement>("[data-way]")) {
      button.setAttribute("aria-pressed", String(button.dataset["way"] === this.gate.way));
    }
  }

  async turn(way: Direction): Promise<void> {
    this.gate.way = way;
    this.showNames();
    await this.store.keep("way", way);
  }

  private async takeKeptList(): Promise<void> {
    const kept = await this.store.fact<KeptList>("cards");
    if (kept) this.useList(kept);
  }

  private useList({ list, fetchedAt }: KeptList): void {
    this.gate.cards = new Cards(list, fetchedAt);
    this.gate.asksHealth = list.asks_health;
    this.showAge();
  }

  private showAge(): void {
    const { cards } = this.gate;
    const age = cards ? Date.now() - cards.fetchedAt : 0;
    const told = `Danh sách thẻ đã cũ ${span(age)}: thẻ mới cấp có thể hiện là thẻ lạ. Xin nối mạng cho máy.`;
    this.board.trouble("cards", age > OLD ? told : "");
  }

  /** The card list anew; also the way to see whether the line is there and the clock right. */
  async refresh(whole = false): Promise<void> {
    const secret = this.pairing?.secret;
    if (!secret) return;
    this.lastList = Date.now();
    const { cards } = this.gate;
    const young = !whole && cards && Date.now() - cards.fetchedAt < WHOLE_AGAIN;
    const reply = await fetchCards(secret, young ? cards.list.version : "");
    if (!reply.ok) return reply.kind === "out" ? this.ended(reply.sentence) : this.away();
    this.there(reply.ahead);
    if (reply.body) await this.keepList(reply.body);
  }

  private async keepList(list: CardList): Promise<void> {
    const kept = { list, fetchedAt: Date.now() };
    await this.store.keep("cards", kept);
    this.useList(kept);
    if (!this.pairing) return;
    this.pairing = { ...this.pairing, device: list.device };
    await this.store.keep("pairing", this.pairing);
    this.showNames();
  }

  private async lookAgain(): Promise<void> {
    if (document.visibilityState !== "visible" || !this.pairing) return;
    this.sender.wake();
    await this.refresh();
  }

  private async onTime(): Promise<void> {
    this.showAge();
    const wait = this.board.line === "ok" ? REFRESH : LOOK_AGAIN;
    if (Date.now() - this.lastList >= wait) await this.refresh();
  }

  private there(ahead: number | null): void {
    if (this.board.line !== "ok") this.sender.wake();
    this.board.show("ok", this.board.waiting);
    if (ahead === null) return;
    this.board.ahead = ahead;
    this.board.trouble("clock", isWrong(ahead) ? clockTrouble(ahead) : "");
  }

  /** Another tab has sent: its answers are ours, and so is its line. */
  private heardFromOther(answers: Answer[]): void {
    this.there(null);
    this.gate.answered(answers);
    void this.gate.count();
  }

  private away(): void {
    this.board.show("away", this.board.waiting);
  }

  private answered(answers: Answer[], ahead: number | null): void {
    this.there(ahead);
    this.gate.answered(answers);
    this.others?.postMessage(answers);
  }

  /** The school ended this device: names leave the machine at once, unsent passings stay. */
  async ended(sentence: string): Promise<void> {
    await this.forget();
    this.others?.postMessage("ended");
    await this.showPairing(sentence || "Máy này không còn được ghép nối. Xin ghép nối lại.");
  }

  /** Forgets secret, names and choices; of the school only its name while passings wait. */
  async forget(): Promise<void> {
    this.sender.stop();
    const school = this.pairing?.school.name ?? (await this.store.fact<string>("school"));
    this.pairing = null;
    this.gate.forget();
    this.photos.clear();
    await this.store.forget();
    if (school && (await this.store.all()).length) await this.store.keep("school", school);
  }

  async showPairing(why: string): Promise<void> {
    this.pairScreen.show(why);
    this.pairScreen.holds((await this.store.all()).length, (await this.store.fact<string>("school")) ?? "");
  }

  private photoOf(address: string): Promise<string | null> {
    const known = this.photos.get(address);
    if (known) return known;
    const asked = photo(address, this.pairing?.secret ?? "").then((source) => {
      if (!source) this.photos.delete(address);
      return source;
    });
    this.photos.set(address, asked);
    if (this.photos.size > MOST_PHOTOS) this.dropOldestPhoto();
    return asked;
  }

  private dropOldestPhoto(): void {
    for (const [address, asked] of [...this.photos].slice(0, 1)) {
      this.photos.delete(address);
      void asked.then((source) => source && URL.revokeObjectURL(source));
    }
  }
}

function showTyping(text: string): void {
  const typing = part("[data-typing]");
  typing.hidden = !text;
  typing.textContent = text ? `Đang gõ: ${text} – bấm Enter để ghi` : "";
}
