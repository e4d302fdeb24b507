// The camera reads QR codes: with the telephone's own reader where its browser has one, else with a decoder
// in plain JavaScript.
import decodeQR from "qr/decode.js";

const widest = 960; // px of a picture that is decoded: more takes time and finds no more
const pause = 120; // ms between two looks

// decodePicture finds the QR code of a picture ({width, height, data} with RGBA); "" without one.
export function decodePicture(picture) {
  try {
    return decodeQR(picture);
  } catch {
    return ""; // there is none, or it cannot be read
  }
}

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

export class Camera {
  constructor(video, found) {
    Object.assign(this, { video, found, stream: null, timer: 0 });
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  get running() {
    return this.stream !== null;
  }

  // start gives "" or the key of a sentence that says why there is no camera.
  async start() {
    if (!isSecureContext) return "camera_insecure";
    if (!navigator.mediaDevices?.getUserMedia) return "camera_none";
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } } });
    } catch (e) {
      return e.name === "NotAllowedError" ? "camera_refused" : "camera_none";
    }
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {});
    this.reader ??= await ownReader();
    this.look();
    return "";
  }

  stop() {
    clearTimeout(this.timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = this.video.srcObject = null;
    this.onstop?.();
  }

  track() {
    return this.stream?.getVideoTracks()[0];
  }

  hasTorch() {
    return Boolean(this.track()?.getCapabilities?.().torch);
  }

  async torch(on) {
    await this.track()?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
  }

  look() {
    this.timer = setTimeout(async () => {
      if (!this.running) return;
      const text = this.paused ? "" : await this.read();
      if (text && this.running) this.found(text);
      if (this.running) this.look();
    }, pause);
  }

  async read() {
    const { video } = this;
    if (video.readyState < 2 || !video.videoWidth) return "";
    if (this.reader) {
      try {
        return (await this.reader.detect(video))[0]?.rawValue ?? "";
      } catch {
        this.reader = null; // offered, and not there: some telephones lack what it needs
      }
    }
    const scale = Math.min(1, widest / Math.max(video.videoWidth, video.videoHeight));
    this.canvas ??= document.createElement("canvas");
    const { canvas } = this;
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return decodePicture(context.getImageData(0, 0, canvas.width, canvas.height));
  }
}
