/** Pieces of a page, made by hand: the strict policy of the site allows no markup from strings. */

type Child = Node | string | number | null | undefined | false;
type Given = string | number | boolean | undefined | ((event: Event) => void);

export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name, given: Record<string, Given> = {}, ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) give(made, key, value);
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) made.append(typeof child === "number" ? String(child) : child);
  }
  return made;
}

function give(made: HTMLElement, key: string, value: Given): void {
  if (typeof value === "function") made.addEventListener(key, value);
  else if (value === true) made.setAttribute(key, "");
  else if (value !== undefined && value !== false) made.setAttribute(key, String(value));
}

/** An icon of the house; the page carries those that it needs in its templates. */
export function icon(name: string): Node | null {
  const found = document.querySelector<HTMLTemplateElement>(`template[data-icon="${name}"]`);
  return found ? found.content.cloneNode(true) : null;
}

export type Kind = "info" | "success" | "warning" | "danger";
const SIGNS: Record<Kind, string> = { info: "info", success: "check-circle", warning: "alert", danger: "error" };

export function alert(kind: Kind, title: string, ...content: Child[]): HTMLElement {
  const body = h("div", { class: "alert-body" }, title && h("p", { class: "alert-title" }, title), ...content.map((one) => (typeof one === "string" ? h("p", {}, one) : one)));
  return h("div", { class: `alert kind-${kind}`, role: kind === "danger" ? "alert" : "status" }, icon(SIGNS[kind]), body);
}

export function button(label: string, act: () => void, given: Record<string, Given> = {}, sign = ""): HTMLButtonElement {
  const { kind = "secondary", size = "", ...rest } = given as Record<string, Given> & { kind?: string; size?: string };
  const looks = `btn btn-${kind}${size ? ` btn-${size}` : ""}`;
  return h("button", { type: "button", class: looks, click: act, ...rest }, sign && icon(sign), h("span", {}, label));
}

export function link(label: string, href: string, given: Record<string, Given> = {}, sign = ""): HTMLAnchorElement {
  const { kind = "secondary", ...rest } = given as Record<string, Given> & { kind?: string };
  return h("a", { class: `btn btn-${kind}`, href, ...rest }, sign && icon(sign), h("span", {}, label));
}

export function badge(text: string, kind = "neutral", given: Record<string, Given> = {}): HTMLElement {
  return h("span", { class: `badge kind-${kind}`, ...given }, text);
}

export function field(id: string, label: string, input: HTMLElement, hint = ""): HTMLElement {
  input.id = id;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { class: "label", for: id }, label), input, hint && h("p", { class: "hint", id: `${id}-hint` }, hint));
}

export function empty(title: string, text: string, sign = "list", ...acts: Child[]): HTMLElement {
  return h("div", { class: "empty" }, icon(sign), h("h3", {}, title), h("p", {}, text), acts.length ? h("div", { class: "empty-actions" }, ...acts) : null);
}

/** A part of the page by its mark; the template promises it. */
export function part<Kind extends HTMLElement = HTMLElement>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (!found) throw new Error(`The page lacks ${selector}.`);
  return found;
}

export function title(text: string, subtitle = "", ...acts: Child[]): HTMLElement {
  return h(
    "div", { class: "page-header" },
    h("div", { class: "page-header-text" }, h("h1", { tabindex: -1 }, text), h("div", { class: "page-subtitle" }, subtitle)),
    h("div", { class: "page-actions" }, ...acts),
  );
}
