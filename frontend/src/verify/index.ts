// The public check: drop a file anywhere on the field, scan a QR where the browser can.
import "./verify.css";

interface Found {
  rawValue: string;
}

interface Detector {
  detect(source: HTMLVideoElement): Promise<Found[]>;
}

declare global {
  interface Window {
    BarcodeDetector?: new (options: { formats: string[] }) => Detector;
  }
}

function dropZone(zone: HTMLElement): void {
  const input = zone.querySelector<HTMLInputElement>("input[type=file]");
  const name = zone.querySelector("[data-drop-name]");
  if (!input || !name) return;
  zone.classList.add("ready");
  const first = name.textContent ?? "";
  const show = () => (name.textContent = input.files?.[0]?.name ?? first);
  input.addEventListener("change", show);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
}

async function scan(form: HTMLFormElement, detector: Detector): Promise<void> {
  const box = form.querySelector<HTMLElement>("[data-verify-camera]");
  const video = box?.querySelector("video");
  const input = form.querySelector<HTMLInputElement>("[name=ma]");
  const told = box?.querySelector("[role=status]");
  if (!box || !video || !input || !told) return;
  box.hidden = false;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    input.value = await firstCode(video, detector);
    for (const track of stream.getTracks()) track.stop();
    form.requestSubmit();
  } catch {
    told.textContent = "Không mở được máy ảnh. Hãy cho phép dùng máy ảnh, hoặc gõ mã in dưới mã QR.";
  }
}

async function firstCode(video: HTMLVideoElement, detector: Detector): Promise<string> {
  for (;;) {
    const [found] = await detector.detect(video);
    if (found?.rawValue) return found.rawValue;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function cameraButton(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-verify-scan]");
  if (!button || !window.BarcodeDetector || !navigator.mediaDevices?.getUserMedia) return;
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  button.hidden = false;
  button.addEventListener("click", () => void scan(form, detector));
}

document.querySelectorAll<HTMLElement>("[data-drop]").forEach(dropZone);
document.querySelectorAll<HTMLFormElement>("[data-verify-code]").forEach(cameraButton);
