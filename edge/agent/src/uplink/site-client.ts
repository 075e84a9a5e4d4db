import {
  type CredentialRequest,
  DeviceConnection,
  DeviceLease,
  type EnrolmentBegin,
  EnrolmentGrant,
  EventAck,
  IssuedCredential,
  MAX_TABLE_BYTES,
} from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { DeviceHttps, SiteAnswer } from "./device-https.js";

const NOWHERE: SiteAnswer<never> = { ok: false, code: "identity-missing", reached: false };

/** A proof of RFC 6962 is as long as the tree is deep. */
const Consistency = z.object({ proof: z.array(z.string().regex(/^[A-Za-z0-9_-]{43}$/)).max(128) });

/** The fleet's HTTPS face as a kiosk uses it, over whatever connection its identity has now. */
export class SiteClient {
  readonly #https: () => DeviceHttps | null;

  constructor(https: () => DeviceHttps | null) {
    this.#https = https;
  }

  connection(): Promise<SiteAnswer<DeviceConnection>> {
    return this.#get("/v1/device/connection", DeviceConnection);
  }

  lease(): Promise<SiteAnswer<DeviceLease>> {
    return this.#get("/v1/kiosk/lease", DeviceLease);
  }

  /** Bytes that the caller compares with the digest. */
  async table(digest: string): Promise<SiteAnswer<Uint8Array>> {
    const https = this.#https();
    if (https === null) return NOWHERE;
    const answer = await https.bytes({
      method: "GET",
      path: `/v1/kiosk/table/${encodeURIComponent(digest)}`,
      maxBytes: MAX_TABLE_BYTES,
    });
    return answer.ok ? { ok: true, value: Uint8Array.from(answer.value.body) } : answer;
  }

  eventsHead(): Promise<SiteAnswer<EventAck>> {
    return this.#get("/v1/kiosk/events/head", EventAck);
  }

  async consistency(from: number, to: number): Promise<SiteAnswer<readonly Uint8Array[]>> {
    const answer = await this.#get(`/v1/audit/consistency?from=${from}&to=${to}`, Consistency);
    if (!answer.ok) return answer;
    return { ok: true, value: answer.value.proof.map((node) => new Uint8Array(Buffer.from(node, "base64url"))) };
  }

  beginEnrolment(request: EnrolmentBegin): Promise<SiteAnswer<EnrolmentGrant>> {
    return this.post("/v1/enrolments", request, EnrolmentGrant);
  }

  issueCredential(enrolment: string, request: CredentialRequest): Promise<SiteAnswer<IssuedCredential>> {
    return this.post(`/v1/enrolments/${encodeURIComponent(enrolment)}/credential`, request, IssuedCredential);
  }

  async post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<SiteAnswer<T>> {
    const https = this.#https();
    return https === null ? NOWHERE : await https.json({ method: "POST", path, body }, schema);
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<SiteAnswer<T>> {
    const https = this.#https();
    return https === null ? NOWHERE : await https.json({ method: "GET", path }, schema);
  }
}
