// The answer to a ticket fills the screen: a colour, a shape and a word, so that no one of them is needed to
// understand it, and the telephone shakes differently.
import { spelled } from "./door-code.js";

const tones = {
  good: ["in", "walked_in", "undone", "changed"],
  warn: ["waitlisted", "pending", "unknown_offline", "no_code", "too_many", "rejected", "no_such", "too_late"],
};
const shapes = {
  good: ["M24 3a21 21 0 1 0 0 42 21 21 0 0 0 0-42z", "M13 25l8 8 15-17"],
  warn: ["M24 4L46 43H2z", "M24 18v12M24 36v1"],
  bad: ["M15 3h18l12 12v18L33 45H15L3 33V15z", "M16 16l16 16M32 16L16 32"],
};
const shakes = { good: 60, warn: [80, 60, 80], bad: [200, 80, 200] };
const glance = 1800; // ms that a good answer for one person stays

export class Result {
  constructor(say, undo, people) {
    Object.assign(this, { say, item: null });
    this.box = document.getElementById("result");
    const part = (id) => document.getElementById(id);
    part("result-next").onclick = () => this.close();
    part("result-undo").onclick = () => {
      const { item } = this;
      this.item = null;
      this.close();
      undo(item);
    };
    part("fewer").onclick = () => this.step(-1);
    part("more").onclick = () => this.step(1);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.item && this.close());
    this.people = people;
    this.part = part;
  }

  tone(result) {
    return Object.keys(tones).find((t) => tones[t].includes(result)) ?? "bad";
  }

  word(item) {
    return this.say(item.result);
  }

  // text is the sentence below the word.
  text(item) {
    const { say } = this;
    if (item.here) return say("already_here", { at: item.here });
    if (item.first) return say(item.first.how === "paper" ? "first_paper" : "first", { at: item.first.at, door: item.first.door, helper: item.first.helper });
    const where = item.when ? say("at_session", { when: item.when }) : "";
    const what = { other_session: [item.title, item.when], other_day: [item.title, item.when] }[item.result];
    if (what) return what.filter(Boolean).join(" · ");
    const advice = { waitlisted: "come_again", pending: "come_again", cancelled: "refuse_entry", unknown: "refuse_entry", unknown_offline: "let_in_later", no_code: "typed_bad" }[item.result];
    return [where, advice && say(advice)].filter(Boolean).join(" ");
  }

  show(item) {
    clearTimeout(this.timer);
    this.item = item;
    this.count = item.n;
    this.draw();
    document.body.classList.add("showing");
    this.box.hidden = false;
    this.part("result-word").focus();
    this.onchange?.(true);
    const tone = this.tone(item.result);
    navigator.vibrate?.(shakes[tone]);
    if (item.result === "in" && item.party === 1) this.timer = setTimeout(() => this.close(), glance);
  }

  // refresh shows what became of an item that is on the screen.
  refresh(item) {
    if (this.item?.id && this.item.id === item.id && !this.box.hidden) this.show(item);
  }

  draw() {
    const { item, say, part } = this;
    const tone = this.tone(item.result);
    this.box.dataset.tone = tone;
    const [shape, cut] = part("result-shape").children;
    shape.setAttribute("d", shapes[tone][0]);
    cut.setAttribute("d", shapes[tone][1]);
    part("result-word").textContent = this.word(item);
    part("result-text").textContent = [this.text(item), item.id && !item.sent ? say("queued") : ""].filter(Boolean).join(" ");
    part("result-code").textContent = item.code ? spelled(item.code) : (item.name ?? "");
    const counts = item.result === "in";
    part("result-people").hidden = !counts;
    part("people").textContent = item.party > 1 ? say("of_party", { n: this.count, party: item.party }) : say("people", { n: this.count });
    part("fewer").disabled = this.count <= 1;
    part("more").disabled = this.count >= item.party;
    part("fewer").hidden = part("more").hidden = item.party < 2;
    part("result-undo").hidden = !counts || !item.id;
  }

  step(by) {
    clearTimeout(this.timer);
    this.count = Math.min(Math.max(1, this.count + by), this.item.party);
    this.draw();
  }

  close() {
    clearTimeout(this.timer);
    const { item, count } = this;
    this.item = null;
    this.box.hidden = true;
    document.body.classList.remove("showing");
    this.onchange?.(false);
    if (item?.id && item.result === "in" && count !== item.n) this.people(item, count);
  }
}
