// A link with data-record leads to a place in the text of record. Where that text stands on the page,
// only the text is fetched anew, with the place marked, and scrolled to it. Whatever goes wrong, the
// link is followed instead.
export function startRecord() {
  if (!document.getElementById("record")) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-record]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(link).catch(() => window.location.assign(link.href));
  });
  reveal(window.location.hash);
}

async function show(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html", "HX-Request": "true" }, credentials: "same-origin" });
  if (answer.status !== 200 || answer.redirected) throw new Error("no text");
  const text = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("record");
  if (!text) throw new Error("no text");
  const old = document.getElementById("record");
  const scrolled = old.scrollTop;
  old.replaceWith(document.adoptNode(text));
  text.scrollTop = scrolled;
  for (const other of document.querySelectorAll("a[data-record][aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  reveal(link.hash);
}

// reveal scrolls the text, and on a narrow screen the page, to the place.
function reveal(hash) {
  const place = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!place || !place.closest("#record")) return;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}
