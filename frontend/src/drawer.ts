let veil: HTMLButtonElement | null = null;
let opener: HTMLElement | null = null;

function drawer(): HTMLElement | null {
  return document.getElementById("nav");
}

function open(from: HTMLElement): void {
  const nav = drawer();
  if (!nav) return;
  opener = from;
  nav.classList.add("open");
  veil = document.createElement("button");
  veil.type = "button";
  veil.className = "veil";
  veil.setAttribute("aria-label", "Đóng mục lục");
  veil.addEventListener("click", close);
  nav.after(veil);
  nav.querySelector<HTMLElement>("a[aria-current], a")?.focus();
}

function close(): void {
  drawer()?.classList.remove("open");
  veil?.remove();
  veil = null;
  opener?.focus();
  opener = null;
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const wanted = target.closest<HTMLElement>("[data-drawer]");
  const unwanted = target.closest("[data-drawer-close]");
  if (!wanted && !unwanted) return;
  event.preventDefault();
  if (wanted) open(wanted);
  else close();
}

/** Tab goes round inside the open drawer. */
function keepInside(event: FocusEvent): void {
  const nav = drawer();
  if (!veil || !nav || nav.contains(event.target as Node) || event.target === veil) return;
  nav.querySelector<HTMLElement>("a")?.focus();
}

export function startDrawer(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("focusin", keepInside);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && veil) close();
  });
}
