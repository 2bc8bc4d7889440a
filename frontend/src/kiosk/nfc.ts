/** Cards held to an Android device that reads NFC by itself. */

interface Scanned extends Event {
  serialNumber: string;
  message: { records: { recordType: string; encoding?: string; data?: DataView }[] };
}
interface Reader extends EventTarget {
  scan(): Promise<void>;
}

export const hasNfc = (): boolean => "NDEFReader" in window;

/** Why it cannot be used; empty when it listens. The code written on the card, else its number. */
export async function startNfc(seen: (text: string) => void): Promise<string> {
  try {
    const reader = new (window as unknown as { NDEFReader: new () => Reader }).NDEFReader();
    await reader.scan();
    reader.addEventListener("reading", (event) => seen(textOf(event as Scanned)));
    return "";
  } catch {
    return "Chưa bật được NFC. Xin bật NFC trong Cài đặt của máy và cho phép trang này dùng NFC.";
  }
}

function textOf({ serialNumber, message }: Scanned): string {
  const written = message.records.find((one) => one.recordType === "text" || one.recordType === "url");
  const text = written?.data ? new TextDecoder(written.encoding ?? "utf-8").decode(written.data) : "";
  return text || serialNumber.replace(/:/g, "").toUpperCase();
}
