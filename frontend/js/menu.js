// Menus are <details>: they open without a script; here they also close by Escape or a click elsewhere.
export function startMenus() {
  const menus = () => document.querySelectorAll("details.ow-menu[open]");
  document.addEventListener("click", (event) => {
    for (const m of menus()) if (!m.contains(event.target)) m.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const m of menus()) {
      m.open = false;
      m.querySelector("summary")?.focus();
    }
    // The Desk's navigation on a narrow screen is open while it is the target of the address.
    if (window.location.hash === "#nav") window.location.hash = "#main";
  });
}
