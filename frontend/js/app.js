// Everything here makes pages better that work without it.
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org";
import { startDialogs } from "./dialog.js";
import { startFiling } from "./filing.js";
import { startLedger } from "./ledger.js";
import { startMenus } from "./menu.js";
import { startNear } from "./near.js";
import { startPrinting } from "./print.js";
import { startRecord } from "./record.js";

window.htmx = htmx;
window.Alpine = Alpine;
Alpine.start();

startDialogs();
startLedger();
startFiling();
startMenus();
startNear();
startPrinting();
startRecord();

// After a refused form the reader, and the screen reader, begins at what is wrong.
document.getElementById("problems")?.focus();
