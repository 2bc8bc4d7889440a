/** Lower case without diacritics, so that "nguyen van an" finds "Nguyễn Văn Ẩn". */
export function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase();
}

/** True when every word that was typed begins a word of the text. */
export function matches(text: string, typed: string): boolean {
  const words = folded(text).split(/\s+/);
  const wanted = folded(typed).split(/\s+/).filter(Boolean);
  return wanted.every((want) => words.some((word) => word.startsWith(want)));
}

export function debounced(run: () => void, wait: number): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(run, wait);
  };
}

/** 5/9/2026, 5-9-2026 and 05092026 all become 05/09/2026; anything else stays as it was typed. */
export function tidyDate(typed: string): string {
  const parts = /^(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4})$/.exec(typed.trim()) ?? /^(\d\d)(\d\d)(\d{4})$/.exec(typed.trim());
  if (!parts) return typed;
  const [, day = "", month = "", year = ""] = parts;
  return `${day.padStart(2, "0")}/${month.padStart(2, "0")}/${year}`;
}
