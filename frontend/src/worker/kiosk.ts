import { keepInstrument } from "./kept";
import type { Part } from "./part";

/** The page of the gate opens with no line. */
export const kiosk: Part = (worker) => {
  keepInstrument(worker, { cache: "khue-cong", page: "/cong/", keep: "khue-cong-keep" });
};
