function dialogOf(id: string | undefined): HTMLDialogElement | null {
  const found = id ? document.getElementById(id) : null;
  return found instanceof HTMLDialogElement ? found : null;
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-dialog-open]");
  if (opener) open(opener);
  if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement && outside(target, event)) target.close();
}

function open(opener: HTMLElement): void {
  opener.closest<HTMLDetailsElement>("details[data-menu]")?.removeAttribute("open");
  const dialog = dialogOf(opener.dataset["dialogOpen"]);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>(".dialog-body :is(input:not([type=hidden]), select, textarea)")?.focus();
}

function outside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  const within =
    event.clientX >= box.left &&
    event.clientX <= box.right &&
    event.clientY >= box.top &&
    event.clientY <= box.bottom;
  return !within && event.detail > 0;
}

const confirmed = new WeakSet<HTMLFormElement>();

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const submitter = event.submitter as HTMLButtonElement | null;
  const question = submitter?.dataset["confirm"] ?? form.dataset["confirm"];
  if (!question || confirmed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question, submitter?.textContent?.trim() || "Đồng ý").then((agreed) => {
    if (!agreed) return;
    confirmed.add(form);
    form.requestSubmit(submitter);
  });
}

/** Asks in a native dialog; the answer is whether the person agreed. */
export function ask(question: string, agree: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const body = document.createElement("form");
  body.method = "dialog";
  body.className = "dialog-body";
  const words = document.createElement("p");
  words.textContent = question;
  const actions = document.createElement("div");
  actions.className = "form-actions";
  actions.append(choice(agree, "yes", "btn-primary"), choice("Hủy", "", "btn-secondary"));
  body.append(words, actions);
  dialog.append(body);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

function choice(text: string, value: string, look: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.value = value;
  button.className = `btn ${look}`;
  button.textContent = text;
  return button;
}

export function startDialogs(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit, { capture: true });
}
