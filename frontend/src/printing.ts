/** Buttons that print the page they stand on. */
export function startPrinting(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-print]");
    if (button) window.print();
  });
}
