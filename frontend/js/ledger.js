// The matrix of the ledger: besides whole units and obligations, single cells can be picked. Without
// a script they are picked one by one on the page of the duty.
export function startLedger() {
  const table = document.querySelector("[data-ledger]");
  const form = document.getElementById("pick");
  const button = form?.querySelector("[data-ledger-cells]");
  if (!table || !button) return;
  const said = form.querySelector("[data-ledger-picked]");
  button.hidden = false;

  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    table.classList.toggle("picking", on);
    if (!on) for (const cell of table.querySelectorAll("td.picked")) toggle(cell);
    say();
  });

  // One listener for all cells, also those that come later.
  table.addEventListener("click", (event) => {
    if (!table.classList.contains("picking")) return;
    const cell = event.target.closest("td");
    if (!cell || !cell.querySelector("a") || cell.parentElement.classList.contains("lg-more")) return;
    event.preventDefault();
    toggle(cell);
    say();
  });

  function toggle(cell) {
    const id = new URL(cell.querySelector("a").href).pathname.split("/").pop();
    const kept = form.querySelector(`input[name="duty"][value="${id}"]`);
    cell.classList.toggle("picked", !kept);
    if (kept) {
      kept.remove();
      return;
    }
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "duty";
    input.value = id;
    form.append(input);
  }

  function say() {
    const n = table.querySelectorAll("td.picked").length;
    said.textContent = n > 0 ? said.dataset.some + n : said.dataset.none;
    said.classList.toggle("ow-sr", n === 0);
  }
}
