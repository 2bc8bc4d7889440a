/** Everything a hand does at the gate: direction, sound, camera, typing a code, and "this machine". */

import { toggleFullScreen } from "./awake.ts";
import { backupName, backupOf, download } from "./backup.ts";
import { Camera, hasCamera, SCANNER } from "./camera.ts";
import { longDay, hourMinute, span } from "./clock.ts";
import type { Direction } from "./contract.ts";
import { grouped } from "./keys.ts";
import type { Kiosk } from "./kiosk.ts";
import { hasNfc, startNfc } from "./nfc.ts";
import { onClick, part } from "./parts.ts";
import { keepShell } from "./shell.ts";

const GROUP = 6;

export class Menu {
  private readonly camera: Camera;
  private shell = "Đang chuẩn bị";
  private sure = false;

  constructor(
    private readonly kiosk: Kiosk,
    private readonly seen: (text: string) => void,
  ) {
    this.camera = new Camera(part<HTMLVideoElement>("[data-video]"), seen);
    onClick("[data-way]", (button) => void kiosk.turn(button.dataset["way"] as Direction));
    onClick("[data-mute]", (button) => this.mute(button));
    onClick("[data-full]", () => void toggleFullScreen());
    onClick("[data-open]", (button) => this.open(button.dataset["open"] ?? ""));
    onClick("[data-close]", (button) => button.closest("dialog")?.close());
    this.startReaders();
    this.startNumber();
    this.startMachine();
    void keepShell([SCANNER]).catch(() => false).then((kept) => this.tellShell(kept));
  }

  private startReaders(): void {
    part("[data-camera-on]").hidden = !hasCamera();
    part("[data-nfc]").hidden = !hasNfc();
    onClick("[data-camera-on]", (button) => void this.turnCamera(button));
    onClick("[data-turn]", () => void this.camera.turn().then((why) => this.kiosk.board.trouble("camera", why)));
    onClick("[data-nfc]", (button) => void startNfc(this.seen).then((why) => {
      this.kiosk.board.trouble("camera", why);
      button.setAttribute("aria-pressed", String(!why));
    }));
  }

  private async turnCamera(button: HTMLElement): Promise<void> {
    const box = part("[data-camera]");
    const why = this.camera.isOn ? (this.camera.stop(), "") : await this.camera.start();
    this.kiosk.board.trouble("camera", why);
    box.hidden = !this.camera.isOn;
    button.setAttribute("aria-pressed", String(this.camera.isOn));
  }

  private mute(button: HTMLElement): void {
    const { sound } = this.kiosk;
    sound.muted = !sound.muted;
    button.setAttribute("aria-pressed", String(sound.muted));
    part("[data-mute-told]").textContent = sound.muted ? "Đã tắt tiếng" : "Có tiếng";
  }

  private open(name: string): void {
    this.sure = false;
    this.tell("");
    if (name === "menu") this.showFacts();
    part<HTMLDialogElement>(`[data-dialog=${name}]`).showModal();
  }

  private startNumber(): void {
    const field = part<HTMLInputElement>("[data-number]");
    field.addEventListener("input", () => (field.value = grouped(field.value, GROUP)));
    part("[data-number-form]").addEventListener("submit", () => {
      const code = field.value;
      field.value = "";
      if (code.trim()) this.kiosk.gate.heard(code);
    });
  }

  private startMachine(): void {
    onClick("[data-refresh]", () => void this.refresh());
    onClick("[data-export]", () => void this.export());
    onClick("[data-leave]", () => void this.leave());
    onClick("[data-forget-queue]", (button) => void this.forgetQueue(button));
  }

  private async refresh(): Promise<void> {
    await this.kiosk.sender.run();
    await this.kiosk.refresh(true);
    this.showFacts();
    this.tell(this.kiosk.board.line === "ok" ? "Đã gửi và tải lại xong." : "Chưa có mạng; máy sẽ tự gửi khi có mạng.");
  }

  private async export(): Promise<void> {
    const { store, pairing, board } = this.kiosk;
    const waiting = await store.all();
    if (!waiting.length) return this.tell("Không còn lượt nào chưa gửi.");
    const school = pairing?.school.name ?? (await store.fact<string>("school")) ?? "";
    download(backupName(board.now()), backupOf(waiting, pairing?.device.name ?? "", school, Date.now()));
    this.tell(`Đã cất ${waiting.length} lượt vào tệp trong thư mục Tải về. Các lượt vẫn còn trong máy.`);
    part("[data-forget-queue]").hidden = false;
  }

  private async forgetQueue(button: HTMLElement): Promise<void> {
    const { store } = this.kiosk;
    await store.drop((await store.all()).map((one) => one.id));
    button.hidden = true;
    await this.kiosk.showPairing("");
  }

  /** Twice, and never while passings wait. */
  private async leave(): Promise<void> {
    await this.kiosk.sender.run();
    const left = await this.kiosk.gate.count();
    if (left) return this.tell(`Còn ${left} lượt chưa gửi. Xin nối mạng rồi bấm “Gửi ngay”, hoặc cất vào tệp trước.`);
    if (!this.sure) {
      this.sure = true;
      return this.tell("Danh sách thẻ và ghép nối sẽ bị xóa khỏi máy này. Bấm lần nữa để thôi dùng.");
    }
    await this.kiosk.forget();
    part<HTMLDialogElement>("[data-dialog=menu]").close();
    await this.kiosk.showPairing("Máy đã thôi dùng ở cổng. Người quản lý nên bấm “Ngừng dùng” máy này ở trang Máy ở cổng.");
  }

  private tell(sentence: string): void {
    const told = part("[data-menu-told]");
    told.hidden = !sentence;
    told.textContent = sentence;
  }

  private tellShell(kept: boolean): void {
    this.shell = kept ? "Được" : "Chưa được: trang cần địa chỉ https";
    document.body.dataset["shell"] = kept ? "kept" : "none";
  }

  private showFacts(): void {
    const { pairing, gate, board } = this.kiosk;
    const { cards } = gate;
    const age = cards ? `${cards.size} thẻ, lúc ${hourMinute(cards.fetchedAt)} ${longDay(cards.fetchedAt)}` : "Chưa có";
    const off = Math.abs(board.ahead) < 2000 ? "Đúng giờ" : `${board.ahead > 0 ? "Nhanh" : "Chậm"} ${span(Math.abs(board.ahead))}`;
    const facts = { school: pairing?.school.name, device: pairing?.device.name, cards: age, waiting: `${board.waiting} lượt`, clock: off, shell: this.shell };
    for (const [name, value] of Object.entries(facts)) part(`[data-fact=${name}]`).textContent = value ?? "";
  }
}
