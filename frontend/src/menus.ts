function menus(): NodeListOf<HTMLDetailsElement> {
  return document.querySelectorAll("details[data-menu][open]");
}

function closeOthers(except: Node | null): void {
  menus().forEach((menu) => {
    if (!except || !menu.contains(except)) menu.open = false;
  });
}

/** Inside a scrolling table the list would be cut off, so it is placed on the window. */
function place(menu: HTMLDetailsElement): void {
  const list = menu.querySelector<HTMLElement>(".menu-list");
  if (!list || !menu.open) return;
  list.classList.toggle("menu-fixed", menu.closest(".table-wrap") !== null);
  if (!list.classList.contains("menu-fixed")) return;
  const box = menu.getBoundingClientRect();
  const below = window.innerHeight - box.bottom > list.offsetHeight + 8;
  list.style.top = `${below ? box.bottom + 4 : box.top - list.offsetHeight - 4}px`;
  list.style.left = `${Math.max(8, box.right - list.offsetWidth)}px`;
}

function step(event: KeyboardEvent): void {
  const menu = (event.target as Element).closest<HTMLDetailsElement>("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const items = [...menu.querySelectorAll<HTMLElement>(".menu-item, .theme")];
  const now = items.indexOf(document.activeElement as HTMLElement);
  const next = event.key === "ArrowDown" ? now + 1 : now - 1 + (now < 0 ? items.length + 1 : 0);
  items.at(next % items.length)?.focus();
}

export function startMenus(): void {
  document.addEventListener("click", (event) => closeOthers(event.target as Node));
  document.addEventListener("keydown", step);
  document.addEventListener("scroll", (event) => {
    if ((event.target as Element).classList?.contains("table-wrap")) closeOthers(null);
  }, { capture: true, passive: true });
  document.addEventListener("toggle", (event) => {
    if (event.target instanceof HTMLDetailsElement && "menu" in event.target.dataset) place(event.target);
  }, { capture: true });
}
