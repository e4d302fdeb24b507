// Keeps the pages of doors usable without a network. A page is fetched while there is one, so that it is
// up to date, and taken from the cache where there is none or it is too slow; files whose names change with
// their content come from the cache first. Nothing else is touched: lists and what is handed in are the
// page's own business.
const store = "openweek-door-1";
const patience = 4000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && /^\/door\/[\w-]+$/.test(url.pathname)) event.respondWith(page(request, url));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

async function page(request, url) {
  const cache = await caches.open(store);
  const kept = await cache.match(url.pathname);
  const stop = new AbortController();
  const timer = kept && setTimeout(() => stop.abort(), patience);
  try {
    const fresh = await fetch(request.url, { signal: stop.signal, credentials: "same-origin", redirect: "follow" });
    if (fresh.ok && !fresh.redirected) await cache.put(url.pathname, fresh.clone());
    else if (fresh.status === 403) await cache.delete(url.pathname); // the link is no good any more
    else if (fresh.status >= 500 && kept) return kept;
    return fresh;
  } catch (e) {
    if (kept) return kept;
    throw e;
  } finally {
    clearTimeout(timer);
  }
}

async function asset(request) {
  const cache = await caches.open(store);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request.url, fresh.clone());
  return fresh;
}
