export type Kind = "info" | "success" | "warning" | "danger";

const SIGNS: Record<Kind, string> = {
  info: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5.5M12 7.5v.2",
  success: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8 12.3l2.8 2.8L16 9.5",
  warning: "M12 4l9.5 16.5h-19zM12 10v4.500M12 17.3v.2",
  danger: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM9 9l6 6M15 9l-6 6",
};
const CROSS = "M6 6l12 12M18 6L6 18";
const READING_TIME = 6000;

export function drawn(path: string, size = 20): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", `icon icon-${size}`);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Says something at the edge of the screen; bad news stays until it is closed. */
export function toast(text: string, kind: Kind = "info"): void {
  const box = document.createElement("div");
  box.className = `toast kind-${kind}`;
  box.setAttribute("role", kind === "danger" ? "alert" : "status");
  const words = document.createElement("p");
  words.textContent = text;
  box.append(drawn(SIGNS[kind]), words);
  forget(text);
  shelf().append(box);
  dismissible(box);
}

/** The same sentence is never shown twice at once. */
function forget(text: string): void {
  for (const old of shelf().children) {
    if (old.querySelector("p")?.textContent === text) old.remove();
  }
}

function shelf(): HTMLElement {
  const found = document.getElementById("toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.id = "toasts";
  made.className = "toasts";
  made.setAttribute("aria-live", "polite");
  document.body.append(made);
  return made;
}

function dismissible(box: HTMLElement): void {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.setAttribute("aria-label", "Đóng thông báo");
  close.append(drawn(CROSS, 16));
  close.addEventListener("click", () => box.remove());
  box.append(close);
  if (box.classList.contains("kind-danger")) return;
  let timer = window.setTimeout(() => box.remove(), READING_TIME);
  box.addEventListener("mouseenter", () => window.clearTimeout(timer));
  box.addEventListener("mouseleave", () => {
    timer = window.setTimeout(() => box.remove(), READING_TIME / 2);
  });
}

export function startToasts(): void {
  document.querySelectorAll<HTMLElement>("#toasts > .toast").forEach(dismissible);
  document.body.addEventListener("toast", (event) => {
    const said = (event as CustomEvent<{ text?: string; kind?: Kind; value?: string }>).detail;
    const text = said.text ?? said.value;
    if (text) toast(text, said.kind ?? "success");
  });
}
