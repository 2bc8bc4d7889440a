/** Tabs that do not fit a phone scroll: the current one is brought into sight. */
export function showCurrentTab(): void {
  for (const tab of document.querySelectorAll<HTMLElement>(".tabs > [aria-current='page']")) {
    const line = tab.parentElement;
    if (line) line.scrollLeft = tab.offsetLeft - line.offsetLeft - (line.clientWidth - tab.clientWidth) / 2;
  }
}
