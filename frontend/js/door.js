// The page of a helper at the door. It works on what the telephone holds and hands in when there is a
// network; nobody switches anything.
import "../css/door.css";
import { codeOf, hashOf, newID, spelled } from "./door-code.js";
import { Camera } from "./door-camera.js";
import { problem, Queue, timeout } from "./door-queue.js";
import { Result } from "./door-result.js";
import { Store } from "./door-store.js";

const refresh = 20000; // ms between two lists
const stale = 120000; // ms after which a list is called old
const undoTime = 10 * 60000;
const kept = 60; // entries of the log
const fine = ["in", "walked_in", "undone", "changed"];

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words")?.textContent ?? "{}");
const say = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const clock = (ms) => new Date(ms + 8 * 3600e3).toISOString().slice(11, 16); // Shanghai's time of day

class Door {
  constructor(main) {
    this.path = main.dataset.path;
    this.link = main.dataset.link;
    this.list = null;
    this.listAt = 0;
    this.log = [];
    this.mine = {}; // what this telephone has let in, by the hash of its code
    this.notes = {};
  }

  async start() {
    this.result = new Result(say, (item) => this.undo(item), (item, people) => this.people(item, people));
    try {
      this.store = await new Store(this.link).open();
    } catch {
      this.note("store", say("not_stored"));
      return;
    }
    this.list = (await this.store.get("list:" + this.link)) ?? null;
    this.log = (await this.store.get("log:" + this.link)) ?? [];
    this.mine = (await this.store.get("mine:" + this.link)) ?? {};
    let device = await this.store.get("device");
    if (!device) await this.store.put("device", (device = newID()));
    this.queue = new Queue(this.store, this.path, {
      answer: (event, answer) => this.answered(event, answer),
      change: () => this.drawNet(),
      refused: (why) => this.note("link", say("refused", { why })),
      net: () => this.drawNet(),
    });
    this.queue.device = device;
    this.queue.helper = (await this.store.get("helper")) ?? "";
    await this.queue.count();
    this.listen();
    this.chooseSession();
    this.draw();
    document.body.dataset.ready = "true";
    this.queue.send();
    await this.fetchList();
    setInterval(() => document.hidden || this.fetchList(), refresh);
    addEventListener("online", () => this.fetchList());
    document.addEventListener("visibilitychange", () => document.hidden || this.fetchList());
  }

  listen() {
    this.camera = new Camera($("video"), (text) => this.scanned(text));
    this.camera.onstop = () => this.drawCamera();
    this.result.onchange = (open) => (this.camera.paused = open);
    $("scan").onclick = () => this.toggleCamera();
    $("torch").onclick = () => {
      this.lit = !this.lit;
      this.camera.torch(this.lit);
      $("torch").textContent = say(this.lit ? "torch_off" : "torch_on");
    };
    $("typed").onsubmit = (event) => {
      event.preventDefault();
      const code = codeOf($("code").value);
      if (code) $("code").value = "";
      $("code").blur();
      this.admit(code, "typed");
    };
    $("walk-more").onclick = () => this.walk();
    $("walk-less").onclick = () => this.walkBack();
    $("session").onchange = () => this.draw();
    $("find").onsubmit = (event) => {
      event.preventDefault();
      this.find($("q").value.trim());
    };
    $("helper").value = this.queue.helper;
    $("who").onsubmit = async (event) => {
      event.preventDefault();
      this.queue.helper = $("helper").value.trim().slice(0, 20);
      await this.store.put("helper", this.queue.helper);
      $("helper").blur();
    };
  }

  // ---- scanning

  async toggleCamera() {
    if (this.camera.running) {
      this.camera.stop();
      return;
    }
    $("camera").hidden = false;
    const why = await this.camera.start();
    this.note("camera", why && say(why));
    navigator.wakeLock?.request("screen").catch(() => {}); // it would sleep while people wait
    this.drawCamera();
  }

  drawCamera() {
    const { running } = this.camera;
    $("camera").hidden = !running;
    $("scan").textContent = say(running ? "scan_stop" : "scan_start");
    $("torch").hidden = !running || !this.camera.hasTorch();
  }

  scanned(text) {
    const now = Date.now();
    const again = text === this.lastText && now - this.lastAt < 4000;
    this.lastText = text;
    this.lastAt = now;
    if (!again) this.admit(codeOf(text), "scan");
  }

  // local tells what the telephone itself knows of a code.
  async local(code) {
    const hash = this.list ? await hashOf(this.list.salt, code) : "";
    const here = this.mine[hash || code];
    if (here) return { hash, result: "already_here", at: here.at };
    const found = hash && this.list.bookings.filter((b) => b[0] === hash).sort((a, b) => a[4] - b[4])[0];
    if (!found) return { hash, result: "unknown_offline", party: 0 };
    const [, index, party, state, came] = found;
    const session = this.list.sessions[index];
    const result = { w: "waitlisted", p: "pending", x: "cancelled" }[state] ?? (session.off ? "session_off" : came > 0 ? "already" : "in");
    return { hash, result, party, session };
  }

  async admit(code, how) {
    if (!code) {
      this.result.show({ result: "no_code" });
      return;
    }
    const known = await this.local(code);
    if (known.result === "already_here") {
      this.result.show({ result: "already", code, here: clock(known.at + this.offset) });
      return;
    }
    // Who is not let in by the list is asked about, not queued: it would say the same later.
    if (!["in", "already", "unknown_offline"].includes(known.result) && !this.queue.online) {
      this.result.show({ result: known.result, code, party: known.party });
      return;
    }
    await this.take({ kind: "check_in", code, how, people: 0 }, { code, key: known.hash || code, party: known.party, n: known.result === "in" ? known.party : 0, result: known.result, when: this.when(known.session) });
  }

  when(session) {
    return session && this.list.sessions.length > 1 ? clock(session.starts) : "";
  }

  // take logs an event, queues it, and shows what becomes of it.
  async take(event, about) {
    event.id = newID();
    const item = { id: event.id, kind: event.kind, at: Date.now(), base: 0, sent: false, ...about };
    if (item.key && ["in", "unknown_offline"].includes(item.result)) this.mine[item.key] = { id: item.id, at: item.at };
    this.log.unshift(item);
    this.save();
    const answer = await this.queue.add(event, 1000);
    if (!answer) {
      item.shown = true;
      this.result.show(item);
    } // else answered() shows it
    this.draw();
  }

  // answered settles what was handed in, at once or hours later.
  answered(event, answer) {
    const item = this.log.find((i) => i.id === (event.of || event.id));
    if (!item) return;
    const before = item.result;
    const late = Date.now() - event.wall > 3000;
    if (event.kind === "undo" || event.kind === "people") {
      if (!fine.includes(answer.result)) Object.assign(item, { problem: say(answer.result), n: event.kind === "undo" ? (item.wasN ?? item.n) : item.n, result: event.kind === "undo" ? "in" : item.result });
    } else if (item.result !== "undone") {
      Object.assign(item, { result: answer.result, sent: true, first: answer.first, title: answer.title, over: answer.over, seated: answer.seated });
      if (answer.when && (this.list?.sessions.length !== 1 || answer.result.startsWith("other"))) item.when = answer.when;
      if (answer.party) item.party = answer.party;
      item.n = answer.result === "in" || answer.result === "walked_in" ? (item.wanted ?? answer.people) : 0;
      if (answer.result !== "in" && item.key) delete this.mine[item.key];
      const changed = answer.result !== before && !(before === "unknown_offline" && answer.result === "in");
      if (late && changed && !fine.includes(answer.result)) {
        item.problem = [this.result.word(item), this.result.text(item)].filter(Boolean).join(" · ");
        navigator.vibrate?.([200, 80, 200]);
      }
      if (item.kind === "walk_in") $("walk-note").textContent = say(item.over ? "walked_over" : item.seated ? "walked_seat" : answer.result);
      else if (!item.shown || (changed && !late)) this.result.show(item);
      else this.result.refresh(item);
      item.shown = true;
    } else item.sent = true;
    this.save();
    this.draw();
    clearTimeout(this.listTimer);
    this.listTimer = setTimeout(() => this.fetchList(), 400);
  }

  async undo(item) {
    if (item.result === "undone" || Date.now() - item.at > undoTime) return;
    Object.assign(item, { wasN: item.n, result: "undone", n: 0, problem: "" });
    if (item.key) delete this.mine[item.key];
    this.lastText = "";
    this.save();
    this.draw();
    await this.queue.add({ id: newID(), kind: "undo", of: item.id });
  }

  async people(item, people) {
    if (people === item.n || item.result === "undone") return;
    item.n = item.wanted = people;
    this.save();
    this.draw();
    await this.queue.add({ id: newID(), kind: "people", of: item.id, people });
  }

  // ---- people without a booking

  async walk() {
    const session = $("session").value;
    const event = { id: newID(), kind: "walk_in", session, people: 1 };
    this.log.unshift({ id: event.id, kind: "walk_in", session, shown: true, at: Date.now(), n: 1, base: 0, party: 1, result: "walked_in", sent: false });
    navigator.vibrate?.(40);
    $("walk-note").textContent = "";
    this.save();
    this.draw();
    await this.queue.add(event);
  }

  walkBack() {
    const session = $("session").value;
    const item = this.log.find((i) => i.kind === "walk_in" && i.session === session && i.n > 0 && Date.now() - i.at < undoTime);
    if (item) this.undo(item);
  }

  chooseSession() {
    const sessions = this.list?.sessions ?? [];
    if (this.chosen || sessions.length === 0) return;
    this.chosen = true;
    const now = Date.now() + this.offset;
    const one = sessions.find((s) => !s.off && s.ends > now) ?? sessions[sessions.length - 1];
    const select = $("session");
    if ([...select.options].some((o) => o.value === one.id)) select.value = one.id;
    select.parentElement.hidden = select.options.length < 2;
  }

  // ---- who has forgotten the ticket

  async find(text) {
    $("found").replaceChildren();
    $("find-note").textContent = "";
    if (text.length === 0 || (/^\d+$/.test(text) && text.length < 4)) {
      $("find-note").textContent = say("find_short");
      return;
    }
    let found;
    try {
      const response = await fetch(this.path + "/guests.json?q=" + encodeURIComponent(text), { headers: { Accept: "application/json" }, signal: timeout(10000) });
      if (!response.ok) throw new Error(await problem(response));
      found = await response.json();
    } catch {
      $("find-note").textContent = say("find_offline");
      return;
    }
    if (found.length === 0) $("find-note").textContent = say("find_none");
    for (const guest of found) {
      const line = document.createElement("li");
      const text = document.createElement("span");
      text.textContent = `${guest.name} ${guest.tail ? "····" + guest.tail : ""} · ${say("people", { n: guest.party })} · ${guest.starts}`;
      line.append(text);
      if (guest.came > 0) line.append(mark("p", say("in_already", { n: guest.came }), "door-minor"));
      else {
        const button = mark("button", say("check_in"), "door-second");
        button.type = "button";
        button.onclick = () => {
          line.remove();
          this.take({ kind: "check_in", booking: guest.booking, how: "picked", people: 0 }, { code: "", name: `${guest.name} ····${guest.tail}`, party: guest.party, n: guest.party, result: "in" });
        };
        line.append(button);
      }
      $("found").append(line);
    }
  }

  // ---- the list

  async fetchList() {
    if (this.fetching) return;
    this.fetching = true;
    try {
      const { posts, posting } = this.queue;
      const pending = new Set((await this.store.queue()).map((e) => e.of || e.id));
      const counted = this.log.map((item) => [item, item.n]);
      const response = await fetch(this.path + "/list.json", { headers: { Accept: "application/json" }, cache: "no-store", signal: timeout(15000) });
      if (response.status === 403) {
        const why = await problem(response);
        this.note("link", say("refused", { why }));
        return;
      }
      if (!response.ok) throw new Error(response.status);
      const before = this.list;
      this.list = await response.json();
      // What was handed in meanwhile may be in its counts or not: then those from before stay, with what
      // this telephone has done since.
      const blurred = before && (posting || posts !== this.queue.posts);
      if (blurred) {
        this.list.counts = before.counts;
        clearTimeout(this.listTimer);
        this.listTimer = setTimeout(() => this.fetchList(), 1500);
      }
      this.list.offset = this.list.now - Date.now();
      this.listAt = Date.now();
      await this.store.put("list:" + this.link, this.list);
      for (const [item, n] of counted) if (!blurred && !pending.has(item.id)) item.base = n; // the list has them now
      this.queue.net(true);
      if (this.queue.length > 0) this.queue.send();
      this.note("link", this.list.phase === "late" ? say("late") : "");
      this.chooseSession();
      this.save();
    } catch {
      this.queue.net(false);
    } finally {
      this.fetching = false;
      this.draw();
    }
  }

  // ---- what is seen

  // offset is how much the telephone's clock is behind.
  get offset() {
    return this.list?.offset ?? 0;
  }

  save() {
    this.log = this.log.filter((i, n) => n < kept || !i.sent || i.n !== i.base || i.problem);
    this.store.put("log:" + this.link, this.log);
    this.store.put("mine:" + this.link, this.mine);
  }

  draw() {
    const c = this.list?.counts;
    let people = 0, tickets = 0, walkIns = 0;
    for (const i of this.log) {
      const more = i.n - i.base;
      people += more;
      if (i.kind === "walk_in") walkIns += more;
      else tickets += (i.n > 0) - (i.base > 0);
    }
    $("arrived").textContent = (c?.arrived ?? 0) + people;
    $("expected").textContent = c?.expected ?? "–";
    $("tickets").textContent = (c?.tickets ?? 0) + tickets;
    $("walk-ins").textContent = (c?.walk_ins ?? 0) + walkIns;
    const session = $("session").value;
    $("walked").textContent = this.log.filter((i) => i.kind === "walk_in" && i.session === session).reduce((n, i) => n + i.n, 0);
    this.drawNet();
    this.drawLog();
  }

  drawNet() {
    const { online, length } = this.queue;
    const net = $("net");
    net.dataset.state = !online ? "off" : length > 0 ? "busy" : "on";
    const old = online && this.listAt && Date.now() - this.listAt > stale ? " · " + say("list_old") : "";
    net.textContent = say(online ? "online" : "offline") + (length > 0 ? " · " + say(online ? "sending" : "waiting", { n: length }) : old);
  }

  drawLog() {
    const problems = this.log.filter((i) => i.problem);
    const lines = [...problems, ...this.log.filter((i) => !i.problem).slice(0, 12)].map((item) => {
      const line = document.createElement("li");
      const tone = this.result.tone(item.problem ? "already" : item.result);
      line.className = "tone-" + tone;
      const text = document.createElement("span");
      text.append(mark("b", clock(item.at + this.offset), ""), " ", item.code ? spelled(item.code) : (item.name ?? say(item.kind === "walk_in" ? "walked_in" : "in")), " ", item.n > 0 ? say("people", { n: item.n }) : "");
      line.append(text, mark("p", (item.problem || this.result.word(item)) + " · " + say(item.sent ? "sent" : "queued"), "door-minor"));
      if (item.problem) {
        const button = mark("button", say("seen"), "door-quiet");
        button.type = "button";
        button.onclick = () => {
          item.problem = "";
          this.save();
          this.draw();
        };
        line.append(button);
      } else if (item.n > 0 && Date.now() - item.at < undoTime) {
        const button = mark("button", say("undo"), "door-quiet");
        button.type = "button";
        button.setAttribute("aria-label", say("undo") + " " + (item.code ? spelled(item.code) : clock(item.at + this.offset)));
        button.onclick = () => this.undo(item);
        line.append(button);
      }
      return line;
    });
    $("log").replaceChildren(...lines);
    this.note("problems", problems.length > 0 ? say("problems", { n: problems.length }) : "");
  }

  // note says what is the matter; each matter has one sentence, "" takes it back.
  note(matter, text) {
    if (this.notes[matter] === text) return;
    this.notes[matter] = text;
    const note = $("note");
    note.textContent = Object.values(this.notes).filter(Boolean).join(" ");
    note.hidden = !note.textContent;
  }
}

function mark(tag, text, className) {
  const e = document.createElement(tag);
  e.textContent = text;
  if (className) e.className = className;
  return e;
}

// keep puts the page and its files where the worker finds them without a network.
async function keep(path) {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/door/worker.js", { scope: "/door/" });
  const cache = await caches.open("openweek-door-1");
  const files = [...document.querySelectorAll("link[rel=stylesheet],script[src],link[rel=icon]")].map((e) => e.href || e.src);
  await cache.addAll([path, ...files]);
  for (const old of await cache.keys()) {
    const { pathname } = new URL(old.url);
    if (pathname.startsWith("/assets/") && !files.includes(old.url)) await cache.delete(old);
  }
  document.body.dataset.kept = "true";
}

const main = $("door");
if (main) {
  const door = new Door(main);
  door.start();
  keep(main.dataset.path).catch(() => {}); // without it the page still works while there is a network
}
