/** The frame around every page of the unlocked machine: the line, the counts, what stands in the way. */

import type { Trouble } from "../sender.ts";
import type { Desk } from "./desk.ts";
import { alert, button, h, link, part } from "./parts.ts";

const COUNTS = ["waiting", "conflict", "refused"] as const;

export class Frame {
  private desk: Desk | null = null;
  private stop: () => void = () => undefined;

  /** The desk that stands open; null when the machine is locked. */
  show(desk: Desk | null): void {
    this.stop();
    this.desk = desk;
    document.body.dataset["offline"] = desk ? "open" : "locked";
    part("[data-offline-nav]").hidden = !desk;
    part("[data-offline-lock]").hidden = !desk;
    part("[data-offline-banner]").replaceChildren();
    this.stop = desk?.watch(() => this.draw()) ?? (() => undefined);
    this.draw();
  }

  draw(): void {
    this.sayLine();
    this.count();
    this.sayTrouble();
  }

  private sayLine(): void {
    const line = part("[data-offline-line]");
    const [state, words] = this.words();
    line.dataset["state"] = state;
    const told = part("[data-offline-told]");
    if (told.textContent !== words) told.textContent = words;
  }

  private words(): [string, string] {
    const { desk } = this;
    if (!desk) return ["locked", "Đang khóa"];
    const waiting = desk.log.waiting.length;
    if (waiting) return desk.line === "busy" ? ["busy", `Đang gửi ${waiting} mục…`] : ["waiting", `${desk.line === "away" || !navigator.onLine ? "Mất mạng · " : ""}${waiting} mục trên máy, chưa gửi`];
    const open = desk.log.conflicts.filter((one) => !desk.log.isDecided(one)).length;
    const cut = !navigator.onLine || desk.line === "away" ? "Mất mạng · " : "";
    if (open) return ["decide", `${cut}${open} mục chờ thầy cô quyết định`];
    if (desk.log.refused.length) return ["decide", `${cut}${desk.log.refused.length} mục không ghi được`];
    return cut ? ["away", "Mất mạng · đã lưu hết ở trường"] : ["ok", "Đã lưu hết ở trường"];
  }

  private count(): void {
    const { log } = this.desk ?? {};
    const open = log?.conflicts.filter((one) => !log.isDecided(one)).length ?? 0;
    const counts = { waiting: log?.waiting.length ?? 0, conflict: open, refused: log?.refused.length ?? 0 };
    for (const name of COUNTS) {
      const shown = part(`[data-offline-count=${name}]`);
      shown.hidden = !counts[name];
      shown.textContent = String(counts[name]);
    }
  }

  private sayTrouble(): void {
    const banner = part("[data-offline-banner]");
    const made = this.desk ? banners(this.desk) : [];
    const told = made.map((one) => one.textContent).join("\n");
    if (banner.dataset["told"] === told) return;
    banner.dataset["told"] = told;
    banner.replaceChildren(...made);
  }
}

function banners(desk: Desk): HTMLElement[] {
  const made: HTMLElement[] = [];
  const { spared } = desk.store;
  const file = link("Cất vào tệp", "#/tep", {}, "download");
  if (spared) {
    made.push(marked("full", alert("danger", "Bộ nhớ của máy đã đầy", `${spared} mục mới chỉ còn trên trang này: ĐỪNG đóng trang. Hãy nối mạng để gửi đi, cất vào tệp, hoặc xóa bớt tệp khác trên máy.`, h("p", {}, file))));
  }
  if (!desk.lasting) made.push(marked("fleeting", alert("danger", "Trình duyệt này không giữ dữ liệu khi đóng", "Có thể đây là cửa sổ ẩn danh: đóng cửa sổ là mất những gì chưa gửi. Hãy gửi đi hoặc cất vào tệp trước khi đóng; lần sau dùng cửa sổ thường.")));
  if (desk.hindrance && desk.hindrance.kind !== "away") made.push(marked(desk.hindrance.kind, hindrance(desk, desk.hindrance)));
  return made;
}

function marked(kind: string, made: HTMLElement): HTMLElement {
  made.dataset["offlineTrouble"] = kind;
  return made;
}

const TITLES: Record<Trouble["kind"], string> = {
  away: "Chưa có mạng", out: "Cần đăng nhập để gửi", old: "Hệ thống đã được nâng cấp", other: "Tài khoản khác đang đăng nhập",
  ended: "Máy này đã bị ngừng", no: "Máy chủ chưa nhận được",
};

function hindrance(desk: Desk, { kind, sentence }: Trouble): HTMLElement {
  const acts: Partial<Record<Trouble["kind"], Node>> = {
    out: link("Đăng nhập để gửi", "/dang-nhap/?next=/ngoai-tuyen/", { kind: "primary" }, "key"),
    old: button("Tải lại trang", () => location.reload(), { kind: "primary" }, "refresh"),
    other: link("Đăng nhập lại", "/dang-nhap/?next=/ngoai-tuyen/", {}, "key"),
    ended: link("Máy của tôi", "/ngoai-tuyen/may/", {}, "external"),
  };
  const again = button("Gửi lại", () => desk.wake(), {}, "refresh");
  return alert("warning", TITLES[kind], sentence, h("p", { class: "off-acts" }, acts[kind] ?? null, again));
}
