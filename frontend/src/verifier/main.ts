// The check that runs in a browser alone: nothing is sent anywhere, the page may be opened from a disk.
import "./page.css";
import { bytesOf } from "./bytes.ts";
import { examineAll, type Given } from "./examining.ts";
import type { Judged, Report, Trust } from "./shapes.ts";
import { readTrust } from "./trust.ts";

const GOOD = ["valid", "valid_then"];
const DOUBTFUL = ["untrusted", "status_unknown"];
const WORDS: Record<string, string> = {
  valid: "Hợp lệ",
  valid_then: "Hợp lệ khi ký",
  broken: "Đã bị thay đổi",
  misplaced: "Không đúng chỗ",
  weak: "Không an toàn",
  untrusted: "Chưa tin cậy",
  expired: "Hết hạn",
  not_yet_valid: "Chưa có hiệu lực",
  revoked: "Đã thu hồi",
  wrong_usage: "Sai mục đích",
  status_unknown: "Chưa đủ bằng chứng",
};

const part = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;
const files = part<HTMLInputElement>("files");
const trustText = part<HTMLTextAreaElement>("trust");
const trustFile = part<HTMLInputElement>("trust-file");
const drop = part("drop");
const results = part("results");
let chosen: Given[] = [];

function make(tag: string, text = "", className = ""): HTMLElement {
  const one = document.createElement(tag);
  one.textContent = text;
  one.className = className;
  return one;
}

function signature(one: Judged): HTMLElement {
  const kind = GOOD.includes(one.status) ? "good" : DOUBTFUL.includes(one.status) ? "doubtful" : "bad";
  const item = make("li");
  item.dataset["status"] = one.status;
  const head = make("p", "", "head");
  head.append(make("b", one.name), " ", make("span", WORDS[one.status] ?? one.status, `badge ${kind}`));
  const details = make("details");
  details.append(make("summary", "Chi tiết chữ ký"));
  const list = make("dl");
  for (const [term, value] of one.facts) list.append(make("dt", term), make("dd", value));
  details.append(list);
  item.append(head, make("p", one.sentence), details);
  return item;
}

function report(one: Report): HTMLElement {
  const kind = one.good ? "good" : one.doubtful && one.signatures.length ? "doubtful" : "bad";
  const box = make("section", "", "sheet");
  box.dataset["verdict"] = kind;
  box.append(make("h2", one.title || one.name), make("p", [one.kind, one.title ? one.name : ""].filter(Boolean).join(" · "), "soft"));
  box.append(make("p", one.sentence, `alert ${kind}`));
  const lines = make("ul", "", "notes");
  for (const line of [...one.faults, ...one.notes]) lines.append(make("li", line));
  if (lines.childElementCount) box.append(lines);
  const list = make("ol", "", "signatures");
  for (const each of one.signatures) list.append(signature(each));
  if (list.childElementCount) box.append(list);
  return box;
}

function trustNow(): Trust {
  const told = part("trust-told");
  try {
    const trust = readTrust(trustText.value);
    const count = trust.roots.length;
    told.textContent = count ? `Đang tin ${count} chứng thư gốc, ${trust.sealKeys.length} khóa niêm phong.` : "Chưa có chứng thư gốc nào: chỉ biết được tệp còn nguyên vẹn hay không.";
    return trust;
  } catch (error) {
    told.textContent = error instanceof Error ? error.message : "Không đọc được phần tin cậy.";
    return { roots: [], others: [], timeRoots: [], sealKeys: [] };
  }
}

async function check(): Promise<void> {
  const trust = trustNow();
  if (!chosen.length) return;
  results.setAttribute("aria-busy", "true");
  const found = await examineAll(chosen, trust, new Date());
  results.replaceChildren(...found.map(report));
  results.removeAttribute("aria-busy");
}

async function take(list: FileList | null): Promise<void> {
  const read = [...(list ?? [])].map(async (one) => ({ name: one.name, content: bytesOf(await one.arrayBuffer()) }));
  chosen = await Promise.all(read);
  await check();
}

files.addEventListener("change", () => void take(files.files));
trustText.addEventListener("change", () => void check());
trustFile.addEventListener("change", async () => {
  trustText.value = (await trustFile.files?.[0]?.text()) ?? trustText.value;
  await check();
});
for (const kind of ["dragover", "dragenter"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  void take(event.dataTransfer?.files ?? null);
});
trustText.value = part("bundled-trust").textContent?.trim() ?? "";
trustNow();
