/** Large keys on the glass that type into the field before them. */

import { onClick } from "./parts.ts";

export function startKeys(): void {
  onClick("[data-keys] [data-key]", (key) => {
    const field = key.closest("form")?.querySelector<HTMLInputElement>("input");
    if (!field) return;
    const sign = key.dataset["key"] ?? "";
    field.value = sign === "Backspace" ? field.value.slice(0, -1) : (field.value + sign).slice(0, field.maxLength);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** Capitals and figures alone, in groups, as they stand on the card; what an input method made of
 *  them is undone as far as one can see it. */
export function grouped(text: string, size: number): string {
  const plain = text.normalize("NFD").toUpperCase().replace(/Đ/g, "D").replace(/[^A-Z0-9]/g, "");
  return plain.replace(new RegExp(`(.{${size}})(?=.)`, "g"), "$1 ");
}
