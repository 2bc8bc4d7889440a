/** What the fingers typed, as the book writes it. What cannot be read stays as it was typed: the
 *  server then answers with the reason, and nothing is lost. */

const WORDS: Record<string, string> = { p: "P", hb: "P", k: "KP", kp: "KP" };
const LEVELS: Record<string, string> = {
  d: "Đ", "đ": "Đ", dd: "Đ", dat: "Đ", "đạt": "Đ",
  c: "CĐ", cd: "CĐ", "cđ": "CĐ", cdd: "CĐ", "chưa đạt": "CĐ", "chua dat": "CĐ",
};
/** What one key, or the word, stands for in the cells that take a letter or a whole number. */
const LETTERS: Record<string, Record<string, string>> = {
  comment: { ...WORDS, ...LEVELS },
  level: {
    t: "T", "hoàn thành tốt": "T", h: "H", "hoàn thành": "H", c: "C", "chưa hoàn thành": "C",
  },
  quality: { t: "T", "tốt": "T", d: "Đ", "đ": "Đ", dd: "Đ", "đạt": "Đ", c: "C", "cần cố gắng": "C" },
  attained: LEVELS,
  whole: { p: "P", hb: "P" },
};
const HIGHEST = 100;

export function tidy(typed: string, form: string): string {
  const text = typed.normalize("NFC").replace(/\s+/g, " ").trim();
  const letters = LETTERS[form];
  if (letters) return letters[text.toLowerCase()] ?? text;
  if (form === "text") return text;
  if (form === "measure") return text.replace(".", ",");
  return score(text);
}

function score(text: string): string {
  const word = text.toLowerCase();
  if (word in WORDS) return WORDS[word] ?? text;
  const tenths = readTenths(text);
  return tenths === null ? text : `${Math.floor(tenths / 10)},${tenths % 10}`;
}

/** 7 is 7,0; 10 is 10,0; from 20 to 99 the comma was left out: 85 is 8,5. 11 to 19 are refused. */
function readTenths(text: string): number | null {
  const found = /^(\d{1,3})(?:[.,](\d+))?$/.exec(text);
  if (!found) return null;
  const [, whole = "", decimals] = found;
  const tenths = decimals ? withDecimals(Number(whole), decimals) : withoutDecimals(whole);
  return tenths !== null && tenths <= HIGHEST ? tenths : null;
}

function withDecimals(whole: number, decimals: string): number | null {
  return decimals.replace(/0+$/, "").length > 1 ? null : whole * 10 + Number(decimals[0]);
}

function withoutDecimals(digits: string): number | null {
  if (digits.length > 1 && digits.startsWith("0")) return null;
  const number = Number(digits);
  if (number > 10 && number < 20) return null;
  return number <= 10 ? number * 10 : number;
}

/** A block as spreadsheets put it on the clipboard: lines and tabs, cells with breaks quoted. */
export function readBlock(text: string): string[][] {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.replace(/^"(.*)"$/, "$1")));
}

export function writeBlock(rows: string[][]): string {
  return rows.map((row) => row.join("\t")).join("\n");
}
