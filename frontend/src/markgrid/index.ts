/** The mark grid of the mark book starts here: it saves over the line. */

import "./grid.css";
import "./states.css";
import { Grid } from "./grid";
import { listen } from "./hands";
import type { MakeDesk } from "./keeper";
import { Notice } from "./notice";
import { Saver } from "./saver";

const overTheLine = ({ dataset: data }: HTMLElement): MakeDesk => (sheet, watcher) => {
  const draft = `khue.marks.${data.account ?? ""}.${data.book ?? ""}`;
  const keeper = new Saver(sheet, data.save ?? "", Number(data.account), draft, watcher);
  const next = encodeURIComponent(location.pathname);
  return { keeper, teller: new Notice(keeper, `${data.login ?? "/"}?next=${next}`) };
};

function start(): void {
  const root = document.getElementById("markgrid");
  const table = document.getElementById("marks");
  if (!root || !(table instanceof HTMLTableElement)) return;
  const grid = new Grid(root, table, overTheLine(root));
  listen(grid);
  grid.start();
}

start();
