/** What a reader sent, made into the codes it may have meant. */

const MOST = 256;
const LONGEST = 200;
/** AIM identifiers (]Q1), and the marks that readers of magnetic strips put around a code. */
const FRAME = /^(?:\][A-Za-z][0-9A-Za-z])?[%;+~]?|[?]$/g;
const TONES: Record<string, string[]> = {
  "\u0301": ["S", "1"],
  "\u0300": ["F", "2"],
  "\u0309": ["R", "3"],
  "\u0303": ["X", "4"],
  "\u0323": ["J", "5"],
};
const HATS = "\u0302";
const HORN = "\u031b";
const BREVE = "\u0306";

/** The text without frames and control characters; of an address only its last part. */
export function cleaned(raw: string): string {
  const text = raw.replace(/[\u0000-\u001f\u007f\u200b-\u200d\ufeff]/g, "").trim().replace(FRAME, "");
  const tail = /^https?:\/\/.*?[/=]([^/=?#]+)\/?$/i.exec(text)?.[1] ?? text;
  return tail.trim().slice(0, LONGEST);
}

/** A code as the server compares it: capitals and figures alone. */
export const plain = (text: string): string => text.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/g, "");

/** The codes that may stand behind what was read, the likeliest first.
 *
 *  A Vietnamese input method on the machine changes what a reader types: "DD" becomes "Đ", "AW"
 *  becomes "Ă", "A1" becomes "Á". Each is taken apart again, the ways of Telex and of VNI; which
 *  one was meant, the list of cards knows. */
export function readings(raw: string): string[] {
  const text = cleaned(raw);
  const tangled = text.normalize("NFD") !== text || /[đĐ]/.test(text);
  const ways = tangled ? untangled(text).map(plain) : [plain(text)];
  return [...new Set(ways)].filter(Boolean);
}

function untangled(text: string): string[] {
  const letters = [...text.toUpperCase().normalize("NFC")];
  return [...spelled(letters, 0), ...spelled(letters, 1)];
}

/** A way to have typed the letters so far; a tone key typed later stands nowhere yet. */
interface Way {
  text: string;
  tone: string;
  from: number;
}

/** All ways to type these letters by Telex (0) or VNI (1). */
function spelled(letters: string[], method: 0 | 1): string[] {
  let ways: Way[] = [{ text: "", tone: "", from: 0 }];
  for (const letter of letters) ways = ways.flatMap((way) => typed(way, letter, method)).slice(0, MOST);
  return ways.flatMap(placed).slice(0, MOST);
}

function typed(way: Way, letter: string, method: 0 | 1): Way[] {
  const tone = toneKey(letter, method);
  return keysOf(letter, letter.normalize("NFD")[0] ?? "", method).flatMap((keys) => {
    const text = way.text + keys;
    if (!tone) return [{ ...way, text }];
    return [{ ...way, text: text + tone }, { text, tone, from: text.length + 1 }];
  });
}

/** The tone key at every place where it may have been typed. */
function placed({ text, tone, from }: Way): string[] {
  if (!tone) return [text];
  const places = Array.from({ length: Math.max(text.length - from + 1, 0) }, (_, step) => from + step);
  return places.map((place) => text.slice(0, place) + tone + text.slice(place));
}

function toneKey(letter: string, method: 0 | 1): string {
  const mark = [...letter.normalize("NFD")].find((one) => one in TONES);
  return mark ? (TONES[mark]?.[method] ?? "") : "";
}

function keysOf(letter: string, base: string, method: 0 | 1): string[] {
  const parts = letter.normalize("NFD");
  if (letter === "Đ") return method ? ["D9"] : ["DD"];
  if (parts.includes(HATS)) return method ? [`${base}6`] : [base + base];
  if (parts.includes(BREVE)) return method ? [`${base}8`] : [`${base}W`];
  if (parts.includes(HORN)) return method ? [`${base}7`] : base === "U" ? ["W", "UW"] : [`${base}W`];
  return [base];
}
