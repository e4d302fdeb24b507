// Codes as tickets show them, people type them and QR codes hold them; package door of the server reads
// them the same way.
const code = /^[2-9A-HJ-NP-Z]{8}$/;

// codeOf gives the code in a text: the code itself or the site's short address with it; "" where it is none.
export function codeOf(text) {
  text = text.trim();
  const at = text.lastIndexOf("/c/");
  if (at >= 0) text = text.slice(at + 3).split(/[?#/]/)[0];
  text = text.replace(/[\s\-－]/g, "").toUpperCase();
  return code.test(text) ? text : "";
}

export const spelled = (text) => text.slice(0, 4) + "-" + text.slice(4);

// hashOf gives what a list holds of a code: the first four bytes of SHA-256 of salt and code. "" where the
// browser offers no cryptography, because the page was not opened over https: then the server is asked.
export async function hashOf(salt, text) {
  if (!crypto.subtle) return "";
  const bytes = new Uint8Array(salt.length / 2 + text.length);
  for (let i = 0; i < salt.length / 2; i++) bytes[i] = parseInt(salt.slice(2 * i, 2 * i + 2), 16);
  for (let i = 0; i < text.length; i++) bytes[salt.length / 2 + i] = text.charCodeAt(i);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sum.slice(0, 4), (b) => b.toString(16).padStart(2, "0")).join("");
}

// newID makes the id of an event, a random UUID (RFC 9562, version 4).
export function newID() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
