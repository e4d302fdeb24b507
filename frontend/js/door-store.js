// What a telephone keeps of its doors: the list, what was not handed in yet, and what it did last. Keys are
// the ids of links: one telephone may have several.
const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export class Store {
  constructor(link) {
    this.link = link;
  }

  async open() {
    const request = indexedDB.open("openweek-door", 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("kept"); // device, list:LINK, log:LINK
      db.createObjectStore("queue", { keyPath: "seq", autoIncrement: true }).createIndex("link", "link");
    };
    this.db = await asked(request);
    navigator.storage?.persist?.().catch(() => {}); // asked for; without it the browser may still keep it
    return this;
  }

  get(key) {
    return asked(this.db.transaction("kept").objectStore("kept").get(key));
  }

  put(key, value) {
    return this.write("kept", (s) => s.put(value, key));
  }

  // write is done when it is on the disk.
  write(name, change) {
    return new Promise((resolve, reject) => {
      const tx = this.db.transaction(name, "readwrite");
      const request = change(tx.objectStore(name));
      tx.oncomplete = () => resolve(request?.result);
      tx.onerror = tx.onabort = () => reject(tx.error);
    });
  }

  add(event) {
    return this.write("queue", (s) => s.add({ ...event, link: this.link }));
  }

  drop(seqs) {
    return this.write("queue", (s) => seqs.forEach((n) => s.delete(n)));
  }

  queue() {
    return asked(this.db.transaction("queue").objectStore("queue").index("link").getAll(this.link));
  }
}
