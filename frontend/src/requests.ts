import htmx from "htmx.org";
import { toast } from "./toasts";

const OFFLINE =
  "Mất kết nối mạng nên chưa gửi được. Dữ liệu trên màn hình vẫn còn; khi có mạng, xin thử lại.";

const SENTENCES: Record<number, string> = {
  400: "Yêu cầu không hợp lệ nên chưa thực hiện. Xin kiểm tra lại dữ liệu vừa nhập.",
  401: "Phiên làm việc đã hết hạn. Xin tải lại trang và đăng nhập lại.",
  403: "Thầy cô không có quyền làm việc này. Nếu cần quyền, xin liên hệ người quản trị của trường.",
  404: "Không tìm thấy nội dung này: có thể đã bị chuyển đi hoặc ngoài phạm vi của thầy cô.",
  409: "Dữ liệu vừa được người khác thay đổi. Xin tải lại trang để xem bản mới rồi sửa tiếp.",
  413: "Tệp quá lớn nên chưa gửi được. Xin chọn tệp nhỏ hơn.",
  429: "Thầy cô thao tác nhanh quá mức cho phép. Xin đợi một phút rồi thử lại.",
  503: "Máy chủ dữ liệu đang tạm ngắt. Dữ liệu cũ vẫn nguyên vẹn; xin đợi một phút rồi thử lại.",
};
const BROKEN = "Hệ thống gặp lỗi nên chưa thực hiện được. Không có gì bị ghi dở; xin thử lại sau ít phút.";

/** The reason that the server gave, otherwise our sentence for the status. */
export function sentence(status: number, body = "", type = ""): string {
  const given = type.includes("json") ? reasonInJson(body) : reasonInPage(body);
  return given || SENTENCES[status] || BROKEN;
}

function reasonInJson(body: string): string {
  try {
    const read = JSON.parse(body) as { error?: unknown };
    return typeof read.error === "string" ? read.error : "";
  } catch {
    return "";
  }
}

function reasonInPage(body: string): string {
  const page = new DOMParser().parseFromString(body, "text/html");
  return page.querySelector("[data-reason]")?.textContent?.trim() ?? "";
}

interface Answer {
  elt: Element;
  xhr: XMLHttpRequest;
  shouldSwap?: boolean;
}

function quiet(event: Event): boolean {
  const { elt } = (event as CustomEvent<Answer>).detail;
  return elt.closest("[data-quiet]") !== null;
}

function onBadAnswer(event: Event): void {
  const { xhr } = (event as CustomEvent<Answer>).detail;
  if (quiet(event)) return;
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  toast(sentence(xhr.status, xhr.responseText, type), "danger");
}

function onSilence(event: Event): void {
  if (!quiet(event)) toast(OFFLINE, "danger");
}

/** A fragment that turned out to be the sign-in page: the session ended, so the whole page goes there. */
function onSignedOut(event: Event): void {
  const detail = (event as CustomEvent<Answer>).detail;
  const asked = new URL(detail.xhr.responseURL || location.href, location.href);
  if (!/\/(login|dang-nhap)\b/.test(asked.pathname) || asked.pathname === location.pathname) return;
  detail.shouldSwap = false;
  location.reload();
}

function showLoading(on: boolean): void {
  document.getElementById("loading")?.classList.toggle("on", on);
}

export function startRequests(): void {
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ];
  const body = document.body;
  body.addEventListener("htmx:responseError", onBadAnswer);
  body.addEventListener("htmx:sendError", onSilence);
  body.addEventListener("htmx:timeout", onSilence);
  body.addEventListener("htmx:beforeSwap", onSignedOut);
  body.addEventListener("htmx:beforeRequest", (event) => showLoading(!quiet(event)));
  body.addEventListener("htmx:afterRequest", () => showLoading(false));
}
