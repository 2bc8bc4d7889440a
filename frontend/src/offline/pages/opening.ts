/** The door: a machine is prepared once with a line, and opened with the password ever after. */

import { wipeStore } from "../store.ts";
import type { Vault } from "../vault.ts";
import { boxName, canEncrypt, changePassword, letGo, makeLockbox, openLockbox, WrongPassword } from "../vault.ts";
import { type Box, boxes, boxOf, boxOfAccount, keepBox } from "./boxes.ts";
import { Desk } from "./desk.ts";
import { type Choices, choices, confirmPassword } from "./network.ts";
import { alert, button, field, h, link, title } from "./parts.ts";
import { isPromised, looksPrivate, UNPROMISED } from "./private.ts";

const A_DAY = 86_400_000;
const WRONG = "Tên đăng nhập hoặc mật khẩu chưa đúng với máy này. Hãy xem lại dấu, chữ hoa và bộ gõ tiếng Việt.";

export type Opened = (desk: Desk) => Promise<void> | void;

/** What stands at the door: who is signed in (null: nobody, or no line), which boxes are here. */
interface Door {
  view: HTMLElement;
  opened: Opened;
  viewer: Choices | null;
  away: boolean;
  boxes: readonly Box[] | null;
  /** The browser keeps nothing, or nothing beyond its window. */
  forgetful: boolean;
  /** The browser promised to keep what is here. */
  promised: boolean;
}

export async function showDoor(view: HTMLElement, opened: Opened, told = ""): Promise<void> {
  view.replaceChildren(title("Làm việc khi mất mạng"), h("p", { class: "muted" }, "Đang mở…"));
  const here = await boxes();
  const forgetful = here === null || (await looksPrivate().catch(() => false));
  const promised = await isPromised();
  if (here?.length) showUnlock({ view, opened, viewer: null, away: true, boxes: here, forgetful, promised }, told);
  const got = await choices();
  const door: Door = { view, opened, viewer: got.ok ? got.body : null, away: !got.ok && got.kind === "away", boxes: here, forgetful, promised };
  // Who types already keeps the form that she sees; a signed-in stranger to this machine gets hers.
  if (!here?.length || (door.viewer && !here.some((one) => one.account === door.viewer?.account))) showFirst(door);
  else if (door.viewer) view.dispatchEvent(new CustomEvent("khue-viewer", { detail: door.viewer }));
}

function showFirst(door: Door): void {
  if (!canEncrypt()) return showInsecure(door);
  if (!door.viewer) return showNobody(door);
  showPrepare(door, door.viewer);
}

function showInsecure({ view }: Door): void {
  view.replaceChildren(
    title("Làm việc khi mất mạng"),
    alert("warning", "Địa chỉ này chưa được bảo vệ (HTTPS)", "Trình duyệt chỉ cho giữ dữ liệu đã mã hóa trên địa chỉ bắt đầu bằng https. Thầy cô báo người quản trị để bật HTTPS."),
  );
}

function showNobody({ view, away, forgetful }: Door): void {
  const signIn = link("Đăng nhập", "/dang-nhap/?next=/ngoai-tuyen/", { kind: "primary" }, "key");
  view.replaceChildren(
    title("Làm việc khi mất mạng"),
    away
      ? alert("warning", "Chưa có mạng, và máy này chưa mở lớp nào", "Để nhập điểm, điểm danh khi mất mạng, thầy cô cần mở trang này một lần lúc có mạng. Khi có mạng, hãy tải lại trang.")
      : alert("info", "Thầy cô chưa đăng nhập", "Đăng nhập rồi chọn các lớp cần mang theo; sau đó trang này mở được cả khi không có mạng.", h("p", {}, signIn)),
    forgetful ? alert("warning", "Trình duyệt này không giữ dữ liệu", "Có thể đây là cửa sổ ẩn danh. Hãy mở trang trong cửa sổ thường.") : "",
  );
}

// --- the machine opens ------------------------------------------------------------------------

function showUnlock(door: Door, told: string): void {
  const { view } = door;
  const login = h("input", { class: "input", name: "login", autocomplete: "username", autocapitalize: "none", spellcheck: "false", "data-offline-login": true });
  const password = h("input", { class: "input", name: "password", type: "password", autocomplete: "current-password", "data-offline-password": true });
  const said = h("div", { "data-offline-door-told": true });
  const open = h("button", { class: "btn btn-primary btn-large", "data-offline-unlock": true }, "Mở khóa");
  const form = h(
    "form", { class: "off-door", novalidate: true },
    field("off-login", "Tên đăng nhập", login), field("off-password", "Mật khẩu", password), said, h("div", { class: "form-actions" }, open),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt({ door, login, password, open, said, form });
  });
  view.replaceChildren(
    title("Mở khóa các lớp trên máy này", "Dữ liệu trên máy được mã hóa, chỉ mở được bằng mật khẩu của người đã mang theo."),
    told ? alert("info", "", told) : "",
    form,
    h("p", { class: "muted" }, "Thầy cô khác dùng chung máy: mỗi người mở phần của mình bằng tên đăng nhập và mật khẩu của mình. Người chưa mang lớp nào về máy này cần đăng nhập lúc có mạng."),
  );
  login.focus();
  view.addEventListener("khue-viewer", (event) => known(form, login, password, (event as CustomEvent<Choices>).detail), { once: true });
}

/** Who is signed in need not type her name. */
function known(form: HTMLFormElement, login: HTMLInputElement, password: HTMLInputElement, viewer: Choices): void {
  if (login.value || !form.isConnected) return;
  form.dataset["viewer"] = String(viewer.account);
  login.closest(".field")?.replaceWith(h("p", {}, "Tài khoản ", h("b", {}, viewer.name)));
  password.focus();
}

interface Attempt {
  door: Door;
  login: HTMLInputElement;
  password: HTMLInputElement;
  open: HTMLButtonElement;
  said: HTMLElement;
  form: HTMLFormElement;
}

async function attempt(tried: Attempt): Promise<void> {
  const { door, login, password, open, said } = tried;
  open.disabled = true;
  said.replaceChildren();
  const viewer = Number(tried.form.dataset["viewer"]);
  const box = viewer && !login.value ? await boxOfAccount(viewer) : await boxOf(login.value);
  try {
    if (!box) throw new WrongPassword();
    const key = await openLockbox(box.box, password.value);
    await enter(door, box.account, key);
  } catch (trouble) {
    if (!(trouble instanceof WrongPassword)) throw trouble;
    open.disabled = false;
    await sayWrong(tried, box);
  }
}

async function sayWrong({ door, password, said }: Attempt, box: Box | undefined): Promise<void> {
  said.replaceChildren(alert("danger", "Chưa mở được", WRONG));
  password.select();
  // A password that was changed at school meanwhile: the old one opens the box once more.
  const typed = password.value;
  const right = box ? await confirmPassword(typed) : null;
  if (!box || !right?.ok || right.body.account !== box.account) return;
  const before = h("input", { class: "input", type: "password", autocomplete: "off", "data-offline-password-before": true });
  const change = button("Mở bằng mật khẩu cũ", () => void renew(door, box, { login: right.body.login, before: before.value, after: typed }, said), { kind: "primary" });
  said.replaceChildren(
    alert("info", "Mật khẩu đã đổi sau lần mang lớp về máy này", "Gõ thêm mật khẩu cũ một lần; từ lần sau máy mở bằng mật khẩu mới."),
    field("off-before", "Mật khẩu cũ", before), change,
  );
}

async function renew(door: Door, box: Box, typed: { login: string; before: string; after: string }, said: HTMLElement): Promise<void> {
  try {
    const key = await openLockbox(box.box, typed.before);
    await keepBox({ ...box, name: await boxName(typed.login), box: await changePassword(box.box, typed.before, typed.after) });
    await enter(door, box.account, key);
  } catch (trouble) {
    if (!(trouble instanceof WrongPassword)) throw trouble;
    said.prepend(alert("danger", "Mật khẩu cũ chưa đúng", "Hãy xem lại dấu, chữ hoa và bộ gõ tiếng Việt."));
  }
}

async function enter(door: Door, account: number, key: Vault): Promise<void> {
  key.hold(account);
  await door.opened(await Desk.open(account, key));
}

// --- the machine is prepared ------------------------------------------------------------------

function showPrepare(door: Door, viewer: Choices): void {
  const { view } = door;
  if (!viewer.books.length && !viewer.classes.length) {
    view.replaceChildren(title("Làm việc khi mất mạng"), alert("info", "Thầy cô chưa có lớp nào để mang theo", "Khi nhà trường phân công giảng dạy hoặc chủ nhiệm, các lớp sẽ hiện ra ở đây."));
    return;
  }
  const password = h("input", { class: "input", type: "password", autocomplete: "current-password", "data-offline-password": true });
  const said = h("div", { "data-offline-door-told": true });
  const list = classList(viewer, new Set([...viewer.books.map((one) => `b${one.id}`), ...viewer.classes.map((one) => `c${one.id}`)]));
  const go = h("button", { class: "btn btn-primary btn-large", "data-offline-prepare": true }, "Mang các lớp này về máy");
  const form = h(
    "form", { class: "off-door", novalidate: true }, list,
    field("off-password", "Mật khẩu của thầy cô", password, "Gõ lại một lần để khóa dữ liệu trên máy này. Khi mất mạng, thầy cô mở bằng chính mật khẩu ấy."),
    said, h("div", { class: "form-actions" }, go),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go.disabled = true;
    void prepare(door, viewer, list, password.value, said).finally(() => { go.disabled = false; });
  });
  view.replaceChildren(
    title("Mang các lớp về máy này", `${viewer.name} · nhập điểm, điểm danh, ghi sổ đầu bài được cả khi không có mạng`),
    ...keepingNote(door),
    form,
    door.boxes?.length ? button("Mở phần của thầy cô khác trên máy này", () => showUnlock(door, ""), { kind: "quiet" }) : "",
  );
}

/** Said before anything is taken along: what this browser keeps. */
function keepingNote({ forgetful, promised }: Door): HTMLElement[] {
  if (forgetful) return [alert("warning", "Trình duyệt này không giữ dữ liệu khi đóng", "Có thể đây là cửa sổ ẩn danh: những gì ghi khi mất mạng sẽ mất nếu đóng cửa sổ. Hãy dùng cửa sổ thường.")];
  return promised ? [] : [alert("info", "", UNPROMISED)];
}

/** Books and classes with a tick; the names of the ticks say what was chosen. */
export function classList(viewer: Choices, ticked: ReadonlySet<string>): HTMLElement {
  const groups = viewer.classes.map((one) => {
    const books = viewer.books.filter((book) => book.class === one.id);
    return h(
      "fieldset", { class: "off-class" }, h("legend", {}, `Lớp ${one.name}`),
      tick(`c${one.id}`, "Điểm danh, danh sách lớp", ticked), ...books.map((book) => tick(`b${book.id}`, `Sổ điểm ${book.title}`, ticked)),
    );
  });
  return h("div", { class: "off-classes", "data-offline-choices": true }, ...groups);
}

function tick(name: string, label: string, ticked: ReadonlySet<string>): HTMLElement {
  const box = h("input", { type: "checkbox", name, checked: ticked.has(name) });
  return h("label", { class: "choice" }, box, h("span", {}, label));
}

export function chosenIn(list: HTMLElement): { books: number[]; classes: number[] } {
  const names = [...list.querySelectorAll<HTMLInputElement>("input:checked")].map((one) => one.name);
  const of = (sign: string): number[] => names.filter((one) => one.startsWith(sign)).map((one) => Number(one.slice(1)));
  return { books: of("b"), classes: of("c") };
}

async function prepare(door: Door, viewer: Choices, list: HTMLElement, password: string, said: HTMLElement): Promise<void> {
  const chosen = chosenIn(list);
  if (!chosen.books.length && !chosen.classes.length) return said.replaceChildren(alert("danger", "Chưa chọn lớp nào", "Chọn ít nhất một sổ hoặc một lớp."));
  said.replaceChildren(h("p", { class: "muted", role: "status" }, "Đang khóa máy và tải các lớp…"));
  const right = await confirmPassword(password);
  if (!right.ok) return said.replaceChildren(alert("danger", "Chưa mang về được", right.sentence));
  // Without a box of hers on this machine, whatever an earlier attempt left can be read by nobody.
  await wipeStore(viewer.account).catch(() => undefined);
  const { box, key } = await makeLockbox(password);
  const desk = await Desk.open(viewer.account, key);
  const trouble = (await desk.register()) ?? (await desk.refresh(chosen));
  if (trouble) {
    letGo();
    desk.close(false);
    return said.replaceChildren(alert("danger", "Chưa tải được các lớp", trouble.sentence));
  }
  const days = desk.pack?.keep_days ?? 30;
  await keepBox({ name: await boxName(right.body.login), account: viewer.account, box, until: Date.now() + days * A_DAY }).catch(() => undefined);
  key.hold(viewer.account);
  void navigator.storage?.persist?.().catch(() => false);
  await door.opened(desk);
}
