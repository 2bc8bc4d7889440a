// Canonical XML 1.0 (inclusive) and Exclusive Canonicalization 1.0, without comments, over the browser's DOM.

export interface Method {
  exclusive: boolean;
  prefixes: string[];
}

const XMLNS = "http://www.w3.org/2000/xmlns/";
const XML = "http://www.w3.org/XML/1998/namespace";
const IN_TEXT: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;" };
const IN_QUOTES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};

type Names = ReadonlyMap<string, string>;

const text = (value: string): string => value.replace(/[&<>\r]/g, (one) => IN_TEXT[one] ?? one);
const quoted = (value: string): string => value.replace(/[&<"\t\n\r]/g, (one) => IN_QUOTES[one] ?? one);
const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** An element, or with a Document the whole of it; `without` is left out (an enveloped signature). */
export function canonical(node: Element | Document, method: Method, without: Element | null = null): string {
  const out: string[] = [];
  if (node.nodeType === Node.DOCUMENT_NODE) wholeDocument(node as Document, method, without, out);
  else write(node as Element, method, new Map(), without, out, true);
  return out.join("");
}

function wholeDocument(document: Document, method: Method, without: Element | null, out: string[]): void {
  let after = false;
  for (const child of document.childNodes) {
    if (child === document.documentElement) {
      write(child as Element, method, new Map(), without, out, true);
      after = true;
    } else if (child.nodeType === Node.PROCESSING_INSTRUCTION_NODE) {
      if (after) out.push("\n");
      instruction(child as ProcessingInstruction, out);
      if (!after) out.push("\n");
    }
  }
}

function instruction(node: ProcessingInstruction, out: string[]): void {
  out.push("<?", node.target, node.data ? ` ${node.data.replace(/\r/g, "&#xD;")}` : "", "?>");
}

function write(one: Element, method: Method, told: Names, without: Element | null, out: string[], top: boolean): void {
  if (one === without) return;
  const names = namespaces(one, method, told, top);
  const now = new Map(told);
  out.push("<", one.nodeName);
  for (const [prefix, uri] of names) {
    now.set(prefix, uri);
    out.push(prefix ? ` xmlns:${prefix}="` : ' xmlns="', quoted(uri), '"');
  }
  for (const attribute of attributes(one, method, top)) out.push(" ", attribute.name, '="', quoted(attribute.value), '"');
  out.push(">");
  for (const child of one.childNodes) inside(child, method, now, without, out);
  out.push("</", one.nodeName, ">");
}

function inside(child: ChildNode, method: Method, told: Names, without: Element | null, out: string[]): void {
  if (child.nodeType === Node.ELEMENT_NODE) write(child as Element, method, told, without, out, false);
  else if (child.nodeType === Node.TEXT_NODE || child.nodeType === Node.CDATA_SECTION_NODE) out.push(text((child as Text).data));
  else if (child.nodeType === Node.PROCESSING_INSTRUCTION_NODE) instruction(child as ProcessingInstruction, out);
}

/** The declarations to write here, in order: those that are used, or all that are in scope. */
function namespaces(one: Element, method: Method, told: Names, top: boolean): [string, string][] {
  const wanted = method.exclusive ? used(one, method.prefixes) : declared(one, top);
  const fresh = [...wanted].map((prefix): [string, string] => [prefix, uriOf(one, prefix)]);
  return fresh
    .filter(([prefix, uri]) => prefix !== "xml" && (told.get(prefix) ?? "") !== uri)
    .sort((a, b) => order(a[0], b[0]));
}

function used(one: Element, prefixes: string[]): Set<string> {
  const wanted = new Set([one.prefix ?? ""]);
  for (const attribute of one.attributes) {
    if (attribute.prefix && attribute.namespaceURI !== XMLNS) wanted.add(attribute.prefix);
  }
  for (const named of prefixes) {
    const prefix = named === "#default" ? "" : named;
    if (uriOf(one, prefix)) wanted.add(prefix);
  }
  return wanted;
}

function declared(one: Element, top: boolean): Set<string> {
  const wanted = new Set<string>();
  for (let at: Element | null = one; at; at = top ? at.parentElement : null) {
    for (const attribute of at.attributes) {
      if (attribute.namespaceURI === XMLNS) wanted.add(attribute.prefix ? attribute.localName : "");
    }
  }
  return wanted;
}

const uriOf = (one: Element, prefix: string): string => one.lookupNamespaceURI(prefix || null) ?? "";

/** Attributes in order; inclusive canonicalisation brings xml: attributes from above to the top. */
function attributes(one: Element, method: Method, top: boolean): Attr[] {
  const found = [...one.attributes].filter((attribute) => attribute.namespaceURI !== XMLNS);
  if (top && !method.exclusive) {
    for (let at = one.parentElement; at; at = at.parentElement) {
      for (const attribute of at.attributes) {
        if (attribute.namespaceURI === XML && !found.some((own) => own.name === attribute.name)) found.push(attribute);
      }
    }
  }
  return found.sort(
    (a, b) => order(a.namespaceURI ?? "", b.namespaceURI ?? "") || order(a.localName, b.localName),
  );
}
