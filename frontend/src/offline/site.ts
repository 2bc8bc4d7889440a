/** On every page of the site: a sign where something is unsent, and a word before signing out. */

import { unsentHints } from "./hints.ts";

export function startOfflineSigns(): void {
  document.addEventListener("submit", onLeave, true);
  const form = document.querySelector<HTMLFormElement>("form[data-offline-leave]");
  const unsent = unsentHints()[form?.dataset["offlineLeave"] ?? ""] ?? 0;
  if (unsent) showSign(unsent);
}

function onLeave(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const account = form.dataset["offlineLeave"];
  if (account === undefined || form.dataset["left"] || unsentHints()[account] === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  void import("./leaving.ts").then(({ leave }) => leave(form, Number(account)), () => { form.dataset["left"] = "yes"; form.requestSubmit(); });
}

function showSign(unsent: number): void {
  const sign = document.createElement("a");
  sign.className = "btn btn-quiet unsent-sign";
  sign.href = "/ngoai-tuyen/#/chua-gui";
  sign.dataset["offlineSign"] = String(unsent);
  sign.textContent = `${unsent} mục chưa gửi`;
  document.querySelector(".header-tools")?.prepend(sign);
}
