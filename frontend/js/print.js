// A page that is made for paper has a button that prints it; without a script the browser's menu does.
export function startPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
