// The form of a filing saves itself while it is written, shows and hides what the server says depends
// on an answer, takes files in at once, and adds and removes rows of tables in place. Without it the
// form's buttons do the same by loading the page again.
const pause = 1500; // ms after the last key
const retry = 10000; // ms after a failure

export function startFiling() {
  const form = document.querySelector("form.fil-form");
  if (!form) return;
  document.getElementById("clash")?.focus();
  new Draft(form);
  for (const list of form.querySelectorAll("[data-uploader]")) startUpload(form, list);
  startTables(form);
}

// say puts {name}s into a sentence of the page's language.
function say(form, key, words = {}) {
  return (form.dataset[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => words[name] ?? "");
}

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-status]");
    this.url = form.dataset.filing; // none while a clash waits for a decision
    this.timer = 0;
    this.sending = null;
    this.stopped = !this.url;
    this.clean = this.body();
    form.addEventListener("input", () => this.later(pause));
    form.addEventListener("change", (event) => {
      if (event.target.type !== "file") this.later(event.target.matches("[type=radio],[type=checkbox],select") ? 0 : pause);
    });
    form.addEventListener("filing:changed", () => this.later(0));
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.later(0));
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty() && this.save());
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.dirty() && !this.stopped) event.preventDefault();
    });
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && name !== "version") body.append(name, value);
    }
    return body.toString();
  }

  dirty() {
    return this.body() !== this.clean;
  }

  later(delay) {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // save sends one draft at a time; what was written meanwhile follows.
  save() {
    if (this.stopped || this.sending) return this.sending;
    const body = this.body();
    if (body === this.clean) return null;
    clearTimeout(this.timer);
    this.tell(say(this.form, "saving"));
    this.sending = this.send(body).finally(() => {
      this.sending = null;
      if (!this.leaving && this.body() !== body) this.later(pause);
    });
    return this.sending;
  }

  async send(body) {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
        body: body + "&version=" + this.form.elements.version.value,
        redirect: "error",
      });
      if (answer.status === 409) return this.stop("clash");
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
        const problem = await answer.json().catch(() => ({}));
        return this.stop("failed", problem.detail || problem.title);
      }
      if (!answer.ok) throw new Error("not saved");
      const saved = await answer.json();
      this.clean = body;
      this.form.elements.version.value = saved.version;
      this.show(saved.shown);
      this.tell(saved.count ? say(this.form, "unread", { at: saved.at, n: saved.count, problem: saved.problem }) : say(this.form, "saved", { at: saved.at }));
    } catch {
      this.tell(say(this.form, "failed"), true);
      if (!this.leaving) this.later(retry);
    }
  }

  stop(key, text) {
    this.stopped = true;
    this.tell(text || say(this.form, key), true);
  }

  show(fields) {
    const shown = new Set(fields ?? []);
    for (const section of this.form.querySelectorAll("[data-section]")) {
      let any = false;
      for (const field of section.querySelectorAll("[data-field]")) {
        field.hidden = !shown.has(field.dataset.field);
        any ||= !field.hidden;
      }
      section.hidden = !any;
    }
  }

  tell(text, bad = false) {
    this.status.textContent = text;
    this.status.classList.toggle("bad", bad);
  }

  // A draft on its way is waited for, so that the button does not clash with it.
  submit(event) {
    clearTimeout(this.timer);
    this.leaving = true;
    if (!this.sending) return;
    event.preventDefault();
    const button = event.submitter;
    this.sending.finally(() => this.form.requestSubmit(button));
  }
}

function startUpload(form, box) {
  const input = box.querySelector("input[type=file]");
  const button = box.querySelector("button");
  const list = form.querySelector(`[data-files="${box.dataset.uploader}"]`);
  const note = document.createElement("p");
  note.className = "fil-status";
  note.setAttribute("role", "status");
  box.append(note);
  button.hidden = true;
  input.multiple = true;
  input.addEventListener("change", async () => {
    note.classList.remove("bad");
    for (const file of [...input.files]) {
      note.textContent = `${say(form, "uploading")} ${file.name}`;
      const problem = await upload(form, list, box, file);
      if (problem) {
        note.textContent = `${file.name}：${problem}`;
        note.classList.add("bad");
        break;
      }
      note.textContent = "";
    }
    input.value = "";
    form.dispatchEvent(new CustomEvent("filing:changed"));
  });
  list.addEventListener("click", (event) => {
    const remove = event.target.closest("button");
    if (!remove) return;
    event.preventDefault();
    remove.closest("li").remove();
    form.dispatchEvent(new CustomEvent("filing:changed"));
    input.focus();
  });
}

// upload takes one file in and names it in the form; it gives what is wrong, "" for nothing.
async function upload(form, list, box, file) {
  const body = new FormData();
  body.append("file", file);
  try {
    const answer = await fetch(box.dataset.upload ?? form.dataset.upload, { method: "POST", credentials: "same-origin", headers: { Accept: "application/json" }, body });
    const said = await answer.json();
    if (!answer.ok) return said.errors?.[0]?.detail || said.detail || said.title || say(form, "failed");
    const template = box.querySelector("template");
    list.append(template ? filled(template, said) : listed(form, box.dataset.uploader, said));
    return "";
  } catch {
    return say(form, "failed");
  }
}

// listed is a line for a file that came in.
function listed(form, field, said) {
  const item = document.createElement("li");
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: field, value: said.id });
  const link = Object.assign(document.createElement("a"), { href: said.href, textContent: said.name, lang: "zh-Hans" });
  const facts = Object.assign(document.createElement("span"), { className: "desk-minor", textContent: said.facts });
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "ow-btn ow-btn-quiet fil-small", textContent: say(form, "remove") });
  remove.setAttribute("aria-label", `${say(form, "remove")} ${said.name}`);
  item.append(hidden, link, facts, remove);
  return item;
}

// filled is the page's own template for a file, such as a picture with an input for what it shows.
function filled(template, said) {
  const item = template.content.firstElementChild.cloneNode(true);
  item.querySelector("[data-is=id]").value = said.id;
  item.querySelector("[data-is=image]").src = said.href;
  for (const input of item.querySelectorAll("[data-named]")) input.name = input.dataset.named + said.id;
  return item;
}

// startTables adds and removes rows in place. A new row is the last one emptied and numbered on.
function startTables(form) {
  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    if (add) {
      event.preventDefault();
      addRow(form.querySelector(`[data-table="${add.dataset.add}"]`));
      return;
    }
    const drop = event.target.closest("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    const table = drop.closest("table");
    if (table.tBodies[0].rows.length === 1) addRow(table);
    drop.closest("tr").remove();
    table.closest("fieldset").querySelector("[data-add]")?.focus();
    form.dispatchEvent(new CustomEvent("filing:changed"));
  });
}

function addRow(table) {
  const rows = table.tBodies[0].rows;
  if (rows.length >= Number(table.dataset.limit)) return;
  const last = rows[rows.length - 1];
  const row = last.cloneNode(true);
  const before = Number(/\.(\d+)$/.exec(last.id)[1]);
  const renumber = (s) => s.replace(`.${before}.`, `.${before + 1}.`).replace(new RegExp(`\\.${before}$`), `.${before + 1}`);
  row.id = renumber(row.id);
  row.querySelectorAll(".ow-problem").forEach((p) => p.remove());
  for (const cell of row.querySelectorAll("input,textarea,select,button")) {
    if (cell.name) cell.name = renumber(cell.name);
    if (cell.id) cell.id = renumber(cell.id);
    const label = cell.getAttribute("aria-label");
    if (label) cell.setAttribute("aria-label", label.replace(String(before + 1), String(before + 2)));
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    if (cell.matches("button")) cell.value = renumber(cell.value);
    else if (cell.matches("select")) cell.selectedIndex = 0;
    else cell.value = "";
  }
  last.after(row);
  row.querySelector("input,textarea,select")?.focus();
}
