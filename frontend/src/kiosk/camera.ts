/** The camera as a reader: the browser's own detector where it has one, otherwise a worker. */

import scanner from "./scan.worker.ts?worker&url";

const PAUSE = 110;
const SIDE = 480;

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorKind = { new (options: { formats: string[] }): Detector; getSupportedFormats?(): Promise<string[]> };
type Look = (video: HTMLVideoElement) => Promise<string>;

/** The address of the worker, which the page keeps for the days without a line. */
export const SCANNER = scanner;

export const hasCamera = (): boolean => Boolean(navigator.mediaDevices?.getUserMedia);

export class Camera {
  private stream: MediaStream | null = null;
  private look: Look | null = null;
  private facing: "user" | "environment" = "user";

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly seen: (text: string) => void,
  ) {}

  get isOn(): boolean {
    return this.stream !== null;
  }

  /** Why the camera cannot be used; empty when it looks. */
  async start(): Promise<string> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: this.facing, width: { ideal: 1280 } } });
    } catch (trouble) {
      return reason(trouble);
    }
    this.video.srcObject = this.stream;
    this.video.classList.toggle("mirrored", this.facing === "user");
    await this.video.play();
    this.look ??= await lookout();
    void this.watch(this.stream);
    return "";
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  async turn(): Promise<string> {
    this.facing = this.facing === "user" ? "environment" : "user";
    this.stop();
    return this.start();
  }

  private async watch(stream: MediaStream): Promise<void> {
    while (this.stream === stream && this.look) {
      const text = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await this.look(this.video).catch(() => "") : "";
      if (text && this.stream === stream) this.seen(text);
      await new Promise((go) => setTimeout(go, PAUSE));
    }
  }
}

function reason(trouble: unknown): string {
  const name = trouble instanceof DOMException ? trouble.name : "";
  if (name === "NotAllowedError") return "Trình duyệt chưa cho trang này dùng máy ảnh. Xin bấm biểu tượng ổ khóa cạnh địa chỉ, cho phép Máy ảnh rồi thử lại.";
  if (name === "NotFoundError") return "Máy này không có máy ảnh. Xin dùng đầu đọc thẻ hoặc gõ số thẻ.";
  return "Không mở được máy ảnh: có thể ứng dụng khác đang dùng. Xin đóng ứng dụng ấy rồi thử lại.";
}

async function lookout(): Promise<Look> {
  const kind = (window as { BarcodeDetector?: DetectorKind }).BarcodeDetector;
  const formats = (await kind?.getSupportedFormats?.().catch(() => [])) ?? [];
  if (!kind || !formats.includes("qr_code")) return byWorker();
  const detector = new kind({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
}

function byWorker(): Look {
  const worker = new Worker(scanner, { type: "module" });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return (video) =>
    new Promise((answer) => {
      const picture = pen ? middle(video, canvas, pen) : null;
      if (!picture) return answer("");
      worker.onmessage = (event: MessageEvent<string>) => answer(event.data);
      const { width, height, data } = picture;
      worker.postMessage({ width, height, data: data.buffer }, [data.buffer]);
    });
}

/** The square in the middle, small enough to be read many times a second on a cheap tablet. */
function middle(video: HTMLVideoElement, canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D): ImageData | null {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (!side) return null;
  canvas.width = canvas.height = Math.min(side, SIDE);
  const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
  pen.drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
