import { debounced, tidyDate } from "./text";
import { toast } from "./toasts";

const dirty = new Set<HTMLFormElement>();

function usesHtmx(form: HTMLFormElement): boolean {
  return form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete], [hx-get]");
}

/** A form that was sent once is not sent again before the answer. */
function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || usesHtmx(form) || form.method !== "post") return;
  if (form.dataset["sending"]) {
    event.preventDefault();
    return;
  }
  dirty.delete(form);
  form.dataset["sending"] = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  if ("download" in form.dataset) window.setTimeout(() => release(form), 3000);
}

function release(form: HTMLFormElement): void {
  delete form.dataset["sending"];
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

/** The browser kept the page and shows it again: its forms can be sent again. */
function onReturn(event: PageTransitionEvent): void {
  if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach(release);
}

function onInput(event: Event): void {
  const form = (event.target as Element).closest<HTMLFormElement>("form[data-guard]");
  if (form) dirty.add(form);
}

function onLeave(event: BeforeUnloadEvent): void {
  const unsaved = [...dirty].some((form) => form.isConnected);
  if (unsaved) event.preventDefault();
}

function onBusy(event: Event, busy: boolean): void {
  const form = event.target as Element;
  if (!(form instanceof HTMLFormElement)) return;
  dirty.delete(form);
  const button = form.querySelector("button[type=submit]:not(.toolbar-go)");
  if (busy) button?.setAttribute("aria-busy", "true");
  else release(form);
}

function autosubmit(form: HTMLFormElement): void {
  const send = (): void => form.requestSubmit();
  const later = debounced(send, 350);
  form.addEventListener("change", (event) => {
    if ((event.target as HTMLInputElement).type !== "search") send();
  });
  form.addEventListener("input", (event) => {
    if ((event.target as HTMLInputElement).type === "search" && usesHtmx(form)) later();
  });
}

function passwordSwitch(group: HTMLElement): void {
  const input = group.querySelector("input");
  if (!input || group.querySelector("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = "Hiện";
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-label", "Hiện mật khẩu");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Ẩn" : "Hiện";
    button.setAttribute("aria-pressed", String(shown));
  });
  group.append(button);
}

function dropZone(zone: HTMLElement): void {
  const input = zone.querySelector<HTMLInputElement>("input[type=file]");
  const name = zone.querySelector("[data-drop-name]");
  if (!input || !name) return;
  zone.classList.add("ready");
  input.addEventListener("change", () => {
    const chosen = [...(input.files ?? [])].map((file) => `${file.name} (${weight(file.size)})`);
    if (chosen.length) name.textContent = chosen.join(", ");
  });
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, () => zone.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
}

function weight(bytes: number): string {
  const size = bytes < 1048576 ? bytes / 1024 : bytes / 1048576;
  const unit = bytes < 1048576 ? "KB" : "MB";
  return `${size.toLocaleString("vi-VN", { maximumFractionDigits: 1 })} ${unit}`;
}

function onChange(event: Event): void {
  const input = event.target as HTMLInputElement;
  if (input.matches("[data-date]")) input.value = tidyDate(input.value);
}

async function onCopy(event: MouseEvent): Promise<void> {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset["copy"] ?? "");
    toast("Đã sao chép.", "success");
  } catch {
    toast("Trình duyệt không cho sao chép. Xin bôi đen rồi bấm Ctrl+C.", "warning");
  }
}

/** Wires what arrived with the page or with a fragment of it. */
export function wireForms(part: ParentNode): void {
  part.querySelectorAll<HTMLFormElement>("form[data-autosubmit]").forEach(autosubmit);
  part.querySelectorAll<HTMLElement>("[data-password]").forEach(passwordSwitch);
  part.querySelectorAll<HTMLElement>("[data-drop]").forEach(dropZone);
  part.querySelectorAll<HTMLElement>("[data-needs-script]").forEach((hidden) => (hidden.hidden = false));
  part.querySelector<HTMLElement>("[data-focus]")?.focus();
}

export function startForms(): void {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", onInput);
  document.addEventListener("change", onChange);
  document.addEventListener("click", (event) => void onCopy(event));
  window.addEventListener("beforeunload", onLeave);
  window.addEventListener("pageshow", onReturn);
  document.body.addEventListener("htmx:beforeRequest", (event) => onBusy(event, true));
  document.body.addEventListener("htmx:afterRequest", (event) => onBusy(event, false));
}
