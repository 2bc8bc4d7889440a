import htmx from "htmx.org";
import "./brand/khue.svg?url";
import "./shell.css";
import { startDialogs } from "./dialogs";
import { startDrawer } from "./drawer";
import { startForms, wireForms } from "./forms";
import { startMenus } from "./menus";
import { startPrinting } from "./printing";
import { startRequests } from "./requests";
import { startTables } from "./tables";
import { startTheme } from "./theme";
import { startToasts } from "./toasts";

document.documentElement.classList.add("js");
startToasts();
startRequests();
startDialogs();
startMenus();
startDrawer();
startTheme();
startForms();
startPrinting();
startTables();
wireForms(document);
htmx.on("htmx:load", (event) => {
  const part = (event as CustomEvent<{ elt: Element }>).detail.elt;
  if (part !== document.body) wireForms(part);
});
