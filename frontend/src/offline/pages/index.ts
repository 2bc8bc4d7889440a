/** Work without a line: the page that opens with none.
 *
 *  Marks of the page that stories and measurements may rely on:
 *  - body[data-offline="start|locked|open"]; [data-offline-line][data-state="locked|ok|busy|waiting|decide|away"]
 *    (ok: everything is at school; waiting: something is on this machine alone; decide: nothing
 *    waits, but something is to be decided or was refused; away: no line, and everything at school).
 *  - Door: [data-offline-login], [data-offline-password], [data-offline-unlock] (button),
 *    [data-offline-prepare] (button), [data-offline-choices] (ticks named b<book>, c<class>),
 *    [data-offline-door-told] (what was refused), [data-offline-password-before].
 *  - Frame: [data-offline-lock], [data-offline-count="waiting|conflict|refused"],
 *    [data-offline-trouble="full|fleeting|out|old|other|ended|no"] in [data-offline-banner],
 *    [data-offline-kept] on body once the page opens without a line.
 *  - Home: [data-offline-stat="waiting|conflict|refused"][data-value], [data-offline-class=id],
 *    [data-offline-book="id.term"], [data-offline-sheet="kind.id"], [data-offline-attendance=class], [data-offline-diary=class],
 *    [data-offline-refresh].
 *  - Marks: [data-offline-grid="id.term"], table #marks as in the mark book; td[data-state="here"] is
 *    on this machine, "saved" at school, "conflict", "refused".
 *  - Attendance: li[data-offline-pupil=id][data-kind], [data-offline-day], [data-offline-session],
 *    [data-offline-complete]; diary: form[data-offline-lesson], [data-offline-lesson-save].
 *  - Lists: [data-offline-entry="target"] with [data-offline-mine], [data-offline-theirs],
 *    [data-offline-copy], [data-offline-dismiss].
 *  - Files: [data-offline-export], [data-offline-import] (file), [data-offline-import-password],
 *    [data-offline-wipe], [data-offline-wipe-sure]. */

import "./offline.css";
import { cookie } from "../../markgrid/network.ts";
import { toast } from "../../toasts.ts";
import { heldVault, letGo } from "../vault.ts";
import { showAttendance } from "./attendance.ts";
import { showChoosing } from "./choosing.ts";
import { Desk } from "./desk.ts";
import { showDiary } from "./diary.ts";
import { showFiles } from "./files.ts";
import { Frame } from "./frame.ts";
import { showHome } from "./home.ts";
import { keepShell } from "./keeping.ts";
import { leafOfBook, leafOfSheet } from "./leaves.ts";
import { showDecisions, showRefused, showWaiting } from "./lists.ts";
import { forgetOld, Idle, idleFor } from "./lock.ts";
import { showMarks, showSheet } from "./marks.ts";
import { showDoor } from "./opening.ts";
import { part } from "./parts.ts";

const MINUTE = 60_000;
const DEFAULT_IDLE = 15;

type View = (desk: Desk, view: HTMLElement, rest: string[]) => () => void;
const VIEWS: Record<string, View> = {
  "": showHome,
  so: showMarks,
  "danh-gia": showSheet,
  "diem-danh": showAttendance,
  "so-dau-bai": showDiary,
  "chua-gui": showWaiting,
  "cho-quyet": showDecisions,
  "khong-ghi-duoc": showRefused,
  tep: showFiles,
  chon: showChoosing,
};

class Page {
  private readonly view = part("[data-offline-view]");
  private readonly frame = new Frame();
  private desk: Desk | null = null;
  private idle: Idle | null = null;
  private leave: () => void = () => undefined;

  async start(): Promise<void> {
    document.documentElement.dataset["theme"] = cookie("khue_theme") || "auto";
    addEventListener("hashchange", () => this.route());
    addEventListener("online", () => this.frame.draw());
    addEventListener("offline", () => this.frame.draw());
    addEventListener("pagehide", () => this.leave());
    addEventListener("beforeunload", (event) => this.warn(event));
    part("[data-offline-lock]").addEventListener("click", () => this.lock());
    void keepShell().then((kept) => document.body.toggleAttribute("data-offline-kept", kept));
    await forgetOld().catch(() => undefined);
    await this.enter();
  }

  /** A tab that was at work goes on after a reload, unless nobody touched it for too long. */
  private async enter(): Promise<void> {
    const held = await heldVault();
    const desk = held && (await Desk.open(held.account, held.key).catch(() => null));
    if (desk && idleFor() <= minutesOf(desk) * MINUTE) return this.open(desk);
    desk?.close(false);
    this.shut("");
  }

  private async open(desk: Desk): Promise<void> {
    this.desk = desk;
    desk.onLocked = () => this.shut("Máy đã được khóa ở một thẻ khác.");
    this.idle = new Idle(() => minutesOf(desk), () => this.lock("Máy tự khóa vì đã lâu không có ai dùng. Những gì đã ghi vẫn còn trên máy."));
    this.frame.show(desk);
    this.route();
    desk.wake();
    void desk.refreshSoon();
  }

  private lock(told = ""): void {
    this.desk?.close(true);
    this.shut(told);
  }

  private shut(told: string): void {
    this.leave();
    this.leave = () => undefined;
    letGo();
    this.idle?.stop();
    this.desk?.close(false);
    this.desk = null;
    this.frame.show(null);
    void showDoor(this.view, (desk) => this.open(desk), told);
  }

  private route(): void {
    const { desk } = this;
    if (!desk) return;
    this.leave();
    const [name = "", ...rest] = cameFrom(desk).replace(/^#\/?/, "").split("/");
    const show = VIEWS[name] ?? showHome;
    for (const one of document.querySelectorAll<HTMLElement>("[data-offline-nav] a")) {
      one.toggleAttribute("aria-current", one.getAttribute("href") === `#/${VIEWS[name] ? name : ""}`);
      if (one.hasAttribute("aria-current")) one.setAttribute("aria-current", "page");
    }
    this.leave = show(desk, this.view, rest);
    if (document.activeElement === document.body) this.view.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** What stands in memory alone would be lost. */
  private warn(event: BeforeUnloadEvent): void {
    const { desk } = this;
    if (desk && (desk.store.spared || (!desk.lasting && desk.log.unsent))) event.preventDefault();
  }
}

/** A page of the site that could not be had led here: to the same book where it was taken along. */
function cameFrom(desk: Desk): string {
  const wanted = /^#tu=(.*)$/.exec(location.hash)?.[1];
  if (wanted === undefined) return location.hash;
  const there = decodeURIComponent(wanted);
  toast("Chưa có mạng nên trang ấy chưa mở được. Các lớp đã mang về máy vẫn làm được ở đây.", "info");
  history.replaceState(null, "", sameBook(desk, there) ?? sameSheet(desk, there) ?? "#/");
  return location.hash;
}

function sameBook(desk: Desk, there: string): string | undefined {
  const [, id, term] = /^\/so-diem\/(\d+)\/([12])\//.exec(there) ?? [];
  const book = desk.books.find((one) => String(one.id) === id && String(one.term) === term);
  return book && leafOfBook(book).href;
}

function sameSheet(desk: Desk, there: string): string | undefined {
  const [, what, id, point] = /^\/tieu-hoc\/(mon|lop)\/(\d+)\/(?:pham-chat\/)?([1-4])\//.exec(there) ?? [];
  const kind = what === "mon" ? "level" : "quality";
  const sheet = desk.sheets.find((one) => one.kind === kind && String(one.of) === id && String(one.point) === point);
  return sheet && leafOfSheet(sheet).href;
}

function minutesOf(desk: Desk): number {
  return desk.pack?.idle_minutes ?? DEFAULT_IDLE;
}

void new Page().start();
