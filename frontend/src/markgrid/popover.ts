/** One popover at a time, beside what it speaks of; on a phone it rises from the lower edge. */

const GAP = 6;
let open: { box: HTMLElement; back: HTMLElement | null; done: () => void } | null = null;

export function closePopover(focusBack = true): void {
  if (!open) return;
  const { box, back, done } = open;
  open = null;
  box.remove();
  done();
  if (focusBack) back?.focus({ preventScroll: true });
}

export function isPopoverOpen(): boolean {
  return open !== null;
}

/** Shows `content`; focus goes in and comes back when it closes. */
export function showPopover(
  anchor: Element, label: string, content: Node[], done: () => void = () => undefined,
): HTMLElement {
  closePopover(false);
  const box = document.createElement("div");
  box.className = "mg-pop";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", label);
  box.tabIndex = -1;
  const inner = document.createElement("div");
  inner.className = "mg-pop-inner";
  inner.append(...content);
  box.append(closeButton(), inner);
  const back = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  document.body.append(box);
  open = { box, back, done };
  place(box, anchor.getBoundingClientRect());
  (box.querySelector<HTMLElement>("[data-first]") ?? box).focus({ preventScroll: true });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      closePopover();
    }
  });
  return inner;
}

function closeButton(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mg-pop-close";
  button.setAttribute("aria-label", "Đóng");
  button.textContent = "×";
  button.addEventListener("click", () => closePopover());
  return button;
}

function place(box: HTMLElement, beside: DOMRect): void {
  if (window.matchMedia("(max-width: 560px)").matches) return;
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = beside.bottom + GAP + height <= window.innerHeight;
  const top = below ? beside.bottom + GAP : Math.max(GAP, beside.top - GAP - height);
  const left = Math.min(Math.max(GAP, beside.left), window.innerWidth - width - GAP);
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}

/** Places the popover again after its content has changed. */
export function replacePopover(anchor: Element): void {
  if (open) place(open.box, anchor.getBoundingClientRect());
}

document.addEventListener("pointerdown", (event) => {
  if (open && event.target instanceof Node && !open.box.contains(event.target)) closePopover(false);
});
