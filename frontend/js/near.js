// “Near me” asks for the position once the reader has asked for it; only then does the browser ask the
// reader. What goes to the server is rounded to some hundred metres.
export function startNear() {
  if (!navigator.geolocation || !window.isSecureContext) return;
  for (const box of document.querySelectorAll("[data-near]")) {
    box.hidden = false;
    const note = box.querySelector("[role=status]");
    box.querySelector("button").addEventListener("click", () => {
      note.className = "fd-near-note"; // what the position is for, beside the browser's question
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const to = new URL(box.dataset.near, window.location.href);
          to.searchParams.set("at", `${coords.longitude.toFixed(3)},${coords.latitude.toFixed(3)}`);
          window.location.assign(to);
        },
        (error) => {
          note.textContent = error.code === error.PERMISSION_DENIED ? box.dataset.nearRefused : box.dataset.nearFailed;
        },
        { maximumAge: 300000, timeout: 10000 },
      );
    });
  }
}
