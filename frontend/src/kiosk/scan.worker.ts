/** Reads a QR in a picture away from the page, for browsers that cannot by themselves. */

import decodeQR from "qr/decode.js";

interface Picture {
  width: number;
  height: number;
  data: ArrayBuffer;
}

self.addEventListener("message", (event: MessageEvent<Picture>) => {
  const { width, height, data } = event.data;
  self.postMessage(found({ width, height, data: new Uint8ClampedArray(data) }));
});

function found(picture: { width: number; height: number; data: Uint8ClampedArray }): string {
  try {
    return decodeQR(picture);
  } catch {
    return "";
  }
}
