// The queue of what was not handed in yet: written to the disk first, sent in its order, dropped once the
// server has answered. What is sent twice counts once, so a lost answer does no harm.
const batch = 100;
const patience = 15000; // ms for an answer
const retry = 5000;

// This load of the page: its monotonic clock is comparable with itself only.
const load = Math.random();

export const stamp = () => ({ wall: Date.now(), mono: performance.now(), load });

// ageOf tells how long ago a moment was. The wall clock may be wrong but ticks, and it may be put right
// meanwhile; the monotonic one may stand still while a telephone sleeps. Within one load of the page the
// monotonic clock is right unless the other says that more time has passed in sleep.
function ageOf({ wall, mono, load: then }) {
  const byWall = Math.max(0, Date.now() - wall);
  if (then !== load) return byWall;
  const byMono = performance.now() - mono;
  return Math.round(byWall > byMono && byWall < byMono + 12 * 3600e3 ? byWall : byMono);
}

export class Queue {
  // on.answer(event, answer), on.change(length), on.refused(status, problem), on.net(isOnline)
  constructor(store, path, on) {
    Object.assign(this, { store, path, on, length: 0, online: navigator.onLine, sending: null, posts: 0, posting: false, timer: 0, waiters: new Map(), shut: false, single: false });
    addEventListener("online", () => this.send());
    addEventListener("offline", () => this.net(false));
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
  }

  net(online) {
    this.online = online;
    this.on.net(online);
  }

  async count() {
    this.length = (await this.store.queue()).length;
    this.on.change(this.length);
  }

  // add puts an event on the disk and sends it; the answer is awaited for so many ms at most, and null then.
  async add(event, wait = 0) {
    await this.store.add({ ...event, ...stamp() });
    await this.count();
    const answered = new Promise((resolve) => this.waiters.set(event.id, resolve));
    this.send();
    if (!wait || !this.online) return null;
    return Promise.race([answered, new Promise((resolve) => setTimeout(() => resolve(null), wait))]);
  }

  send() {
    clearTimeout(this.timer);
    this.again = this.sending !== null;
    this.sending ??= this.run().finally(() => {
      this.sending = null;
      if (this.again) this.send();
      else if (this.length > 0 && !this.shut) this.timer = setTimeout(() => this.send(), retry);
    });
    return this.sending;
  }

  async run() {
    for (;;) {
      const waiting = (await this.store.queue()).slice(0, this.single ? 1 : batch);
      if (waiting.length === 0) return;
      this.posts++;
      this.posting = true; // until it is dropped, nobody knows whether the server has it
      const answers = await this.post(waiting);
      if (answers) await this.store.drop(waiting.map((e) => e.seq));
      this.posting = false;
      if (!answers) return;
      await this.count();
      for (const [i, answer] of answers.entries()) {
        this.waiters.get(answer.id)?.(answer);
        this.waiters.delete(answer.id);
        this.on.answer(waiting[i], answer);
      }
    }
  }

  // post hands events in; null where that has to be tried again later.
  async post(events) {
    let response;
    try {
      response = await fetch(this.path + "/events", {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        signal: timeout(patience),
        body: JSON.stringify({
          device: this.device,
          helper: this.helper,
          events: events.map((e) => ({
            id: e.id, kind: e.kind, of: e.of, code: e.code, booking: e.booking, session: e.session, people: e.people, how: e.how, device_at: Math.max(0, e.wall), age: ageOf(e),
          })),
        }),
      });
    } catch {
      this.net(false);
      return null;
    }
    this.net(true);
    if (response.ok) {
      this.single = false;
      return response.json().catch(() => null);
    }
    if (response.status === 403) {
      this.shut = true;
      this.on.refused(await problem(response));
      return null;
    }
    if (response.status === 422) {
      if (events.length === 1) return [{ id: events[0].id, result: "rejected", people: 0, party: 0 }];
      this.single = true; // one of them cannot be read: the others still are
      this.again = true;
    }
    return null;
  }
}

export async function problem(response) {
  return (await response.json().catch(() => ({}))).title ?? String(response.status);
}

export function timeout(ms) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), ms);
  return stop.signal;
}
