/** A part of the page by its mark; the template promises it. */
export function part<Kind extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (!found) throw new Error(`The gate page lacks ${selector}.`);
  return found;
}

/** Does something for a click on any element with this mark. */
export function onClick(selector: string, act: (element: HTMLElement) => void): void {
  document.addEventListener("click", (event) => {
    const found = (event.target as Element).closest<HTMLElement>(selector);
    if (found) act(found);
  });
}
