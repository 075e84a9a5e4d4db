import { X509Certificate } from "node:crypto";
import type { Clock } from "@wardkey/protocol";
import type { MatrixReceive, MatrixSend, TopicGrant } from "@wardkey/protocol/fleet";
import type { Admission, Gate, PeerCertificate } from "../port.js";

/** A gate over one root, with a deny-list and a connection matrix that a test changes. */
export class TestGate implements Gate {
  readonly denied = new Set<string>();
  readonly asked: { device: string; resumed: boolean }[] = [];
  readonly #pairs: { from: string; to: string; channel: string }[] = [];
  readonly #root: X509Certificate;
  readonly #site: string;
  readonly #clock: Clock;

  constructor(parts: { site: string; root: string; clock: Clock }) {
    this.#root = new X509Certificate(parts.root);
    this.#site = parts.site;
    this.#clock = parts.clock;
  }

  allow(from: string, to: string, channel: string): void {
    this.#pairs.push({ from, to, channel });
  }

  disallow(from: string, to: string, channel: string): void {
    const at = this.#pairs.findIndex((pair) => pair.from === from && pair.to === to && pair.channel === channel);
    if (at >= 0) this.#pairs.splice(at, 1);
  }

  async admit(peer: PeerCertificate): Promise<Admission> {
    const certificate = new X509Certificate(peer.certificate);
    const device = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "";
    this.asked.push({ device, resumed: peer.resumed });
    if (!certificate.verify(this.#root.publicKey)) return { ok: false, code: "certificate-untrusted" };
    const now = this.#clock.now();
    const notAfter = Date.parse(certificate.validTo);
    if (now >= notAfter) return { ok: false, code: "certificate-expired" };
    if (now < Date.parse(certificate.validFrom)) return { ok: false, code: "certificate-not-yet-valid" };
    if (this.denied.has(device)) return { ok: false, code: "device-denied" };
    return { ok: true, device, profile: "kiosk", serial: certificate.serialNumber, notAfter };
  }

  grant(device: string): TopicGrant {
    const sends: MatrixSend[] = [];
    const receives: MatrixReceive[] = [];
    for (const { from, to, channel } of this.#pairs) {
      if (from === device) sends.push({ to, channel });
      if (to === device) receives.push({ from, channel });
    }
    return { site: this.#site, device, sends, receives };
  }
}
