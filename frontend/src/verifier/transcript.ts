// The digital transcript as a verifier sees it: what its parts are called and where they must stand.

const NAMESPACE = "urn:vn:oss-school:hocba:1";
const HOLDERS = ["KyGiaoVien", "KyGVCN", "KyHieuTruong", "KyDonVi"];
const PLACES = new Set([
  "HocBaSo/ThongTinChung",
  "HocBaSo/HocSinh",
  "HocBaSo/NamHoc",
  "HocBaSo/NamHoc/MonHoc",
  ...HOLDERS.map((name) => `HocBaSo/${name}/Signature/SignatureValue`),
]);
const ONLY_ONE = ["ThongTinChung", "HocSinh", "NamHoc"];
const NAMES: Record<string, string> = { ThongTinChung: "thông tin chung", HocSinh: "lí lịch học sinh" };

export const isTranscript = (root: Element): boolean => root.namespaceURI === NAMESPACE && root.localName === "HocBaSo";

const textOf = (one: Element, ...names: string[]): string => {
  let at: Element | undefined = one;
  for (const name of names) at = [...(at?.children ?? [])].find((each) => each.localName === name);
  return at?.textContent?.trim() ?? "";
};

export function titleOf(root: Element): string {
  if (!isTranscript(root)) return "";
  const year = textOf(root, "NamHoc", "namHoc");
  const name = textOf(root, "HocSinh", "hoVaTen");
  return ["Học bạ số", year && `năm học ${year}–${Number(year) + 1}`, name && `học sinh ${name}`].filter(Boolean).join(", ");
}

export function describe(one: Element): string {
  const id = one.getAttribute("Id") ?? "";
  if (one.namespaceURI !== NAMESPACE) return `phần ${one.localName} (${id})`;
  if (one.localName === "MonHoc") return `môn ${textOf(one, "tenMonHoc") || id}`;
  const year = textOf(one, "namHoc");
  if (one.localName === "NamHoc") return year ? `kết quả cả năm học ${year}–${Number(year) + 1}` : "kết quả cả năm";
  return NAMES[one.localName] ?? `phần ${one.localName}`;
}

export function misplaced(one: Element): boolean {
  const way: string[] = [];
  for (let at: Element | null = one; at; at = at.parentElement) way.unshift(at.localName);
  const root = one.ownerDocument.documentElement;
  const twice = ONLY_ONE.some((name) => [...root.children].filter((each) => each.localName === name).length !== 1);
  return twice || !PLACES.has(way.join("/"));
}
