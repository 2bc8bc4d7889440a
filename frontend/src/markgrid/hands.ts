/** What the hands do on a grid: mouse, touch, clipboard, the tools above the table. */

import type { Grid } from "./grid";
import { isPopoverOpen } from "./popover";
import { showHowMade } from "./side";

export function listen(grid: Grid): void {
  listenToPointer(grid);
  listenToResults(grid);
  listenToClipboard(grid);
  listenToTools(grid);
  listenToKeys(grid);
}

function listenToPointer(grid: Grid): void {
  const { table } = grid.sheet;
  let drawing = false;
  table.addEventListener("mousedown", (event) => {
    const cell = grid.sheet.of(event.target);
    if (!cell || event.button !== 0) return;
    if (cell === grid.pen.cell && event.target === grid.pen.input && grid.pen.isWriting) return;
    event.preventDefault();
    if (event.shiftKey) grid.chosen.extend(cell);
    else grid.go(cell);
    if (!isPopoverOpen()) grid.pen.focus();
    drawing = true;
  });
  table.addEventListener("mousemove", (event) => {
    const cell = drawing && event.buttons === 1 ? grid.sheet.of(event.target) : undefined;
    if (cell) grid.chosen.extend(cell);
  });
  window.addEventListener("mouseup", () => { drawing = false; });
  table.addEventListener("dblclick", (event) => {
    if (grid.sheet.of(event.target)) grid.pen.edit();
  });
  table.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-made]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    showHowMade(link);
  });
}

/** The keyboard on a result: up and down to the neighbours, left back to the marks. */
function listenToResults(grid: Grid): void {
  grid.sheet.table.addEventListener("keydown", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-made]") : null;
    const student = link?.closest<HTMLElement>("tr")?.dataset.student;
    if (!student) return;
    const row = grid.sheet.rows.findIndex((cells) => cells[0]?.student === Number(student));
    if (event.key === "ArrowUp") grid.toResult(row - 1);
    else if (event.key === "ArrowDown") grid.toResult(row + 1);
    else if (event.key === "ArrowLeft") grid.go({ row, col: grid.sheet.width - 1 });
    else return;
    event.preventDefault();
  });
}

function listenToClipboard(grid: Grid): void {
  const { input } = grid.pen;
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (grid.pen.isWriting && !/[\t\n]/.test(text)) return;
    event.preventDefault();
    grid.pen.finish();
    grid.paste(text);
  });
  const copy = (event: ClipboardEvent): boolean => {
    if (grid.pen.isWriting) return false;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", grid.copy());
    return true;
  };
  input.addEventListener("copy", copy);
  input.addEventListener("cut", (event) => {
    if (copy(event)) grid.clear();
  });
}

function listenToTools(grid: Grid): void {
  const { root } = grid;
  root.querySelector<HTMLElement>("[data-tools]")?.removeAttribute("hidden");
  const acts: Record<string, () => void> = {
    undo: () => grid.undo(),
    redo: () => grid.redo(),
    history: () => grid.history(),
    ask: () => grid.ask(),
  };
  for (const button of root.querySelectorAll<HTMLElement>("[data-fill]")) {
    button.addEventListener("click", () => {
      grid.fillEmpty(button.dataset.fill ?? "");
      grid.pen.focus();
    });
  }
  for (const button of root.querySelectorAll<HTMLElement>("[data-act]")) {
    button.addEventListener("click", () => acts[button.dataset.act ?? ""]?.());
  }
}

/** The row of keys that a phone's keyboard lacks. */
function listenToKeys(grid: Grid): void {
  const keys = grid.root.querySelector<HTMLElement>("[data-keys]");
  if (!keys || !window.matchMedia("(pointer: coarse)").matches) return;
  keys.hidden = false;
  keys.addEventListener("pointerdown", (event) => event.preventDefault());
  keys.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    const { key, move } = button.dataset;
    if (move) {
      grid.pen.finish();
      grid.advance(move === "up" ? -1 : 1, 0);
    } else if (key !== undefined) {
      grid.fillBlock(key);
      if (key) grid.advance(1, 0);
    }
    grid.pen.focus();
  });
}
