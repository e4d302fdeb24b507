// A link with data-dialog leads to a page that holds one .ow-confirm; here that part of the page
// opens as a dialog over the present one. Whatever goes wrong, the link is followed instead.
export function startDialogs() {
  if (!("HTMLDialogElement" in window)) return; // Safari before 15.4
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(link.href).catch(() => window.location.assign(link.href));
  });
}

async function open(href) {
  const answer = await fetch(href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error("not a question");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const question = page.querySelector(".ow-confirm");
  if (!question) throw new Error("no question");
  const dialog = document.createElement("dialog");
  dialog.className = "ow-dialog";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.append(document.adoptNode(question));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}
