/** Reading one by one: j and k go on and back, s marks, r refuses. */

function busy(target: EventTarget | null): boolean {
  const here = target as HTMLElement | null;
  return Boolean(here?.closest("input, textarea, select, dialog[open]"));
}

function onKey(root: HTMLElement, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
  const key = event.key.toLowerCase();
  if (!"jksr".includes(key)) return;
  const found = root.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
}

export function startReview(root: HTMLElement): void {
  document.addEventListener("keydown", (event) => onKey(root, event));
}
