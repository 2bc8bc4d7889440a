import { matches } from "./text";

function rowsOf(table: Element): HTMLTableRowElement[] {
  return [...table.querySelectorAll<HTMLTableRowElement>("tbody > tr")];
}

/** Filters a small table in place; its text is compared without diacritics. */
function filter(input: HTMLInputElement): void {
  const table = document.getElementById(input.dataset["filterTable"] ?? "");
  if (!table) return;
  for (const row of rowsOf(table)) row.hidden = !matches(row.textContent ?? "", input.value);
}

function boxes(scope: Element): HTMLInputElement[] {
  return [...scope.querySelectorAll<HTMLInputElement>("[data-select-row]")];
}

function shown(box: HTMLInputElement): boolean {
  return !(box.closest("tr")?.hidden ?? false);
}

function recount(scope: Element): void {
  const all = boxes(scope);
  const chosen = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr")?.classList.toggle("chosen", box.checked));
  scope.querySelectorAll("[data-bulk-count]").forEach((place) => (place.textContent = String(chosen.length)));
  scope.querySelectorAll("[data-bulk]").forEach((bar) => bar.classList.toggle("on", chosen.length > 0));
  scope.querySelectorAll<HTMLInputElement>("[data-select-all]").forEach((box) => {
    box.checked = chosen.length > 0 && chosen.length === all.length;
    box.indeterminate = chosen.length > 0 && chosen.length < all.length;
  });
}

function onChange(event: Event): void {
  const box = event.target as HTMLInputElement;
  if (!box.matches("[data-select-all], [data-select-row]")) return;
  const scope = box.closest("form") ?? box.closest(".panel") ?? document.body;
  if (box.matches("[data-select-all]")) {
    boxes(scope).filter(shown).forEach((row) => (row.checked = box.checked));
  }
  recount(scope);
}

let lastBox: HTMLInputElement | null = null;

/** Shift and click ticks everything between two boxes. */
function onClick(event: MouseEvent): void {
  const box = event.target as HTMLInputElement;
  if (!(box instanceof HTMLInputElement) || !box.matches("[data-select-row]")) return;
  const all = boxes(box.closest("table") ?? document.body).filter(shown);
  if (event.shiftKey && lastBox) {
    const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b) as [number, number];
    if (from >= 0) all.slice(from, to + 1).forEach((between) => (between.checked = box.checked));
  }
  lastBox = box;
}

/** Up and down go from row to row by their main link or their box. */
function onKey(event: KeyboardEvent): void {
  const here = event.target as HTMLElement;
  if (event.key === "/" && !here.matches("input, textarea, select, [contenteditable]")) return toSearch(event);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const kind = [".row-link", "[data-select-row]"].find((selector) => here.matches(`.table ${selector}`));
  if (!kind) return;
  const stops = [...(here.closest("table")?.querySelectorAll<HTMLElement>(kind) ?? [])].filter(
    (stop) => !stop.closest("tr")?.hidden,
  );
  const next = stops[stops.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function toSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>("[data-hotkey='/']");
  if (!search) return;
  event.preventDefault();
  search.focus();
}

export function startTables(): void {
  document.addEventListener("change", onChange);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.matches("[data-filter-table]")) filter(input);
  });
}
