/** Lines of the class diary with no line: what was taught, written while one still knows it. */

import { toast } from "../../toasts.ts";
import { type DiaryLine, type DiarySubject, type Pack, targetOf } from "../contract.ts";
import type { Desk } from "./desk.ts";
import { alert, badge, button, empty, field, h, link, title } from "./parts.ts";
import { localDay, weekday } from "./words.ts";

const MOST_PERIODS = 10;
const BEHIND = 7;

interface Written {
  title: string;
  plan_number: number | null;
  remark: string;
  homework: string;
  rating: Record<string, string>;
}

type Place = Record<string, string | number>;

export function showDiary(desk: Desk, view: HTMLElement, [id = ""]: string[]): () => void {
  const { pack } = desk;
  const subjects = pack?.diary.subjects.filter((one) => String(one.class) === id) ?? [];
  const [first] = subjects;
  if (!pack || !first) {
    view.replaceChildren(title("Sổ đầu bài"), empty("Không có môn nào của lớp này trên máy", "Hãy chọn lại các lớp khi có mạng.", "book", link("Các lớp trên máy này", "#/")));
    return () => undefined;
  }
  const lines = h("div", {});
  const place = h("div", {});
  const draw = (): void => lines.replaceChildren(linesOf(desk, Number(id), (line) => place.replaceChildren(formOf(desk, subjects, line))));
  place.append(formOf(desk, subjects, null));
  view.replaceChildren(title(`Sổ đầu bài lớp ${first.class_name}`, "Học sinh vắng lấy từ điểm danh, không phải ghi ở đây", link("Các lớp", "#/", { kind: "quiet" }, "arrow-left")), place, lines);
  draw();
  return desk.watch(draw);
}

// --- the lines --------------------------------------------------------------------------------

function linesOf(desk: Desk, id: number, edit: (line: DiaryLine) => void): HTMLElement {
  const shown = merged(desk, id).sort((one, other) => key(other).localeCompare(key(one)));
  const list = h("ul", { class: "off-list" }, ...shown.map((line) => lineItem(desk, line, edit)));
  return h("section", {}, h("h2", {}, "Các tiết đã ghi trong tuần"), shown.length ? list : h("p", { class: "muted" }, "Chưa có tiết nào."));
}

const key = (line: DiaryLine): string => `${line.day} ${line.session} ${String(line.period).padStart(2, "0")}`;
const placeOf = (line: DiaryLine): Place => ({ class: line.class, period: line.period, subject: line.subject, day: line.day, session: line.session });

/** What the school has, with her own unsent lines over it. */
function merged(desk: Desk, id: number): DiaryLine[] {
  const { pack, log } = desk;
  const lines = new Map((pack?.diary.lines ?? []).filter((one) => one.class === id).map((one) => [targetOf("lesson", placeOf(one)), one]));
  for (const { operation, target } of log.entries) {
    if (operation.kind !== "lesson" || operation.place["class"] !== id || !pack) continue;
    lines.set(target, asLine(pack, operation.place, operation.value as Written, lines.get(target)?.version ?? 0));
  }
  return [...lines.values()];
}

function asLine(pack: Pack, place: Readonly<Record<string, string | number>>, value: Written, version: number): DiaryLine {
  const subject = pack.diary.subjects.find((one) => one.id === place["subject"]);
  return {
    class: Number(place["class"]), day: String(place["day"]), session: String(place["session"]), period: Number(place["period"]),
    subject: Number(place["subject"]), subject_name: subject?.name ?? "", teacher: pack.name, version, ...value,
  };
}

const SIGNS: Record<string, [string, string]> = { here: ["Trên máy", "warning"], conflict: ["Chờ quyết định", "danger"], refused: ["Không ghi được", "danger"] };

function lineItem(desk: Desk, line: DiaryLine, edit: (line: DiaryLine) => void): HTMLElement {
  const target = targetOf("lesson", placeOf(line));
  const [sign = "", kind = ""] = SIGNS[desk.log.of(target).state] ?? [];
  const own = line.teacher === desk.pack?.name;
  return h(
    "li", { class: "off-item", "data-offline-entry": target },
    h("div", { class: "off-about" }, h("p", {}, h("b", {}, `${desk.pack?.session_names[line.session] ?? ""}, tiết ${line.period}`), ` · ${weekday(line.day)} · ${line.subject_name}`, " ", sign ? badge(sign, kind) : null), own ? button("Sửa", () => edit(line), { kind: "quiet", size: "small" }, "pen") : h("span", { class: "muted" }, line.teacher)),
    h("p", {}, `${line.plan_number ? `Tiết ${line.plan_number}. ` : ""}${line.title}`),
    line.remark || line.homework ? h("p", { class: "muted" }, [line.remark, line.homework ? `Dặn dò: ${line.homework}` : ""].filter(Boolean).join(" · ")) : null,
  );
}

// --- the form ---------------------------------------------------------------------------------

function formOf(desk: Desk, subjects: readonly DiarySubject[], line: DiaryLine | null): HTMLElement {
  const subject = subjects.find((one) => one.id === line?.subject) ?? subjects[0];
  const given = fields(desk, subjects, line);
  const said = h("div", {});
  const form = h(
    "form", { class: "panel off-lesson", novalidate: true, "data-offline-lesson": line ? targetOf("lesson", placeOf(line)) : "new" },
    h("div", { class: "panel-head" }, h("h2", {}, line ? "Sửa tiết" : "Ghi tiết mới")),
    h("div", { class: "panel-body off-fields" }, ...given.drawn, said, h("div", { class: "form-actions" }, h("button", { class: "btn btn-primary", "data-offline-lesson-save": true }, line ? "Lưu sửa đổi trên máy" : "Ghi trên máy"), line && button("Thôi", () => form.replaceWith(formOf(desk, subjects, null)), { kind: "quiet" }))),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void save(desk, given.read(), line, said).then((done) => done && form.replaceWith(formOf(desk, subjects, null)));
  });
  if (!line && subject?.next) given.suggest(subject);
  return form;
}

interface Fields {
  drawn: HTMLElement[];
  read(): { place: Place; value: Written };
  suggest(subject: DiarySubject): void;
}

function fields(desk: Desk, subjects: readonly DiarySubject[], line: DiaryLine | null): Fields {
  const pack = desk.pack as Pack;
  const subject = select("subject", subjects.map((one) => [String(one.id), one.name]), String(line?.subject ?? ""));
  const day = select("day", days().map((one) => [one, weekday(one)]), line?.day ?? localDay(new Date()));
  const session = select("session", Object.entries(pack.session_names), line?.session ?? "");
  const period = select("period", Array.from({ length: MOST_PERIODS }, (_one, index) => [String(index + 1), `Tiết ${index + 1}`]), String(line?.period ?? 1));
  const number = input("plan_number", String(line?.plan_number ?? ""), { inputmode: "numeric", maxlength: 3 });
  const name = input("title", line?.title ?? "", { maxlength: 300 });
  const remark = input("remark", line?.remark ?? "", { maxlength: 500 });
  const homework = input("homework", line?.homework ?? "", { maxlength: 500 });
  const chosen = (): DiarySubject | undefined => subjects.find((one) => String(one.id) === subject.value);
  const parts = ratingParts(pack, subjects[0], line);
  const suggest = (from: DiarySubject): void => {
    number.value = String(from.next ?? "");
    name.value = from.plan.find(([one]) => one === from.next)?.[1] ?? "";
  };
  subject.addEventListener("change", () => { const now = chosen(); if (now && !line) suggest(now); });
  number.addEventListener("change", () => { name.value = chosen()?.plan.find(([one]) => String(one) === number.value)?.[1] ?? name.value; });
  if (line) for (const fixed of [subject, day, session, period]) fixed.disabled = true;
  const place = (): Place => ({ class: Number(subjects[0]?.class), period: Number(period.value), subject: Number(subject.value), day: day.value, session: session.value });
  const rating = (): Record<string, string> => Object.fromEntries(parts.filter((one) => one.value).map((one) => [one.name, one.value]));
  return {
    drawn: [
      h("div", { class: "off-row" }, field("off-subject", "Môn", subject), field("off-day", "Ngày", day), field("off-session", "Buổi", session), field("off-period", "Tiết", period)),
      h("div", { class: "off-row" }, field("off-number", "Số tiết PPCT", number), ...parts.map((one, index) => field(`off-part-${index}`, one.name, one))),
      field("off-title", "Tên bài, nội dung", name), field("off-remark", "Nhận xét", remark), field("off-homework", "Dặn dò, bài về nhà", homework),
    ],
    read: () => ({ place: place(), value: { title: name.value.trim(), plan_number: Number.parseInt(number.value, 10) || null, remark: remark.value.trim(), homework: homework.value.trim(), rating: rating() } }),
    suggest,
  };
}

function ratingParts(pack: Pack, subject: DiarySubject | undefined, line: DiaryLine | null): HTMLSelectElement[] {
  const scheme = pack.diary.schemes[String(subject?.school)] ?? [];
  return scheme.map((part) => {
    const values = part.values.length ? part.values : Array.from({ length: part.most + 1 }, (_one, index) => String(part.most - index));
    return select(part.name, [["", "–"], ...values.map((one): [string, string] => [one, one])], line?.rating[part.name] ?? "");
  });
}

function select(name: string, options: [string, string][] | string[][], value: string): HTMLSelectElement {
  return h("select", { class: "input", name }, ...options.map(([one = "", label = ""]) => h("option", { value: one, selected: one === value }, label)));
}

function input(name: string, value: string, given: Record<string, string | number>): HTMLInputElement {
  return h("input", { class: "input", name, value, autocomplete: "off", ...given });
}

function days(): string[] {
  return Array.from({ length: BEHIND }, (_one, back) => localDay(new Date(Date.now() - back * 86_400_000)));
}

/** A new line never stands upon one that she did not open: two on one period are her decision. */
async function save(desk: Desk, { place, value }: { place: Place; value: Written }, line: DiaryLine | null, said: HTMLElement): Promise<boolean> {
  if (!value.title) {
    said.replaceChildren(alert("danger", "Chưa ghi được", "Hãy ghi tên bài, nội dung tiết dạy."));
    return false;
  }
  await desk.log.write({ kind: "lesson", place, base: line?.version ?? 0, value });
  desk.wrote();
  toast("Đã ghi trên máy này.", "success");
  return true;
}
