import { codeOf, type Duration, seconds } from "@wardkey/protocol";
import {
  type CredentialRequest,
  EnrolmentGrant,
  type EnrolmentRequest,
  EventAck,
  IssuedCredential,
  type JournalEvent,
  type KioskEnrolment,
  KioskIdentity,
  KioskLease,
  type KioskReport,
  Problem,
} from "@wardkey/protocol/fleet";
import { z } from "zod";

export type SiteAnswer<T> =
  | { readonly ok: true; readonly value: T }
  /** `reached` tells a site that said no from one that could not be asked. */
  | { readonly ok: false; readonly code: string; readonly reached: boolean };

const DEADLINE: Duration = seconds(5);
/** A holder table of 32 MiB in base64url, and what stands around it. */
const LARGEST_ANSWER = 48 * 1024 * 1024;

/** The site's HTTP face as a kiosk uses it. Refusals are values with the site's code, or `site-unreachable`. */
export class SiteClient {
  readonly #url: string;
  readonly #ending = new AbortController();
  #token: string | null = null;

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, "");
  }

  /** The bearer token of every call after the first. */
  use(token: string): void {
    this.#token = token;
  }

  /** Breaks off whatever is being asked; every later question is refused likewise. */
  end(): void {
    this.#ending.abort();
  }

  enrolKiosk(request: KioskEnrolment): Promise<SiteAnswer<KioskIdentity>> {
    return this.#ask("POST", "/v1/kiosks", request, KioskIdentity);
  }

  lease(): Promise<SiteAnswer<KioskLease>> {
    return this.#ask("GET", "/v1/kiosk/lease", undefined, KioskLease);
  }

  report(report: KioskReport): Promise<SiteAnswer<unknown>> {
    return this.#ask("PUT", "/v1/kiosk/reported", report, z.unknown());
  }

  events(events: readonly JournalEvent[]): Promise<SiteAnswer<EventAck>> {
    return this.#ask("POST", "/v1/kiosk/events", { events }, EventAck);
  }

  eventsHead(): Promise<SiteAnswer<EventAck>> {
    return this.#ask("GET", "/v1/kiosk/events/head", undefined, EventAck);
  }

  beginEnrolment(request: EnrolmentRequest): Promise<SiteAnswer<EnrolmentGrant>> {
    return this.#ask("POST", "/v1/enrolments", request, EnrolmentGrant);
  }

  issueCredential(enrolment: string, request: CredentialRequest): Promise<SiteAnswer<IssuedCredential>> {
    const path = `/v1/enrolments/${encodeURIComponent(enrolment)}/credential`;
    return this.#ask("POST", path, request, IssuedCredential);
  }

  async #ask<T>(method: string, path: string, body: unknown, schema: z.ZodType<T>): Promise<SiteAnswer<T>> {
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        redirect: "error",
        signal: AbortSignal.any([AbortSignal.timeout(DEADLINE), this.#ending.signal]),
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (text.length > LARGEST_ANSWER) return { ok: false, code: "site-answer-too-large", reached: true };
      const json: unknown = text === "" ? null : JSON.parse(text);
      if (!response.ok) {
        const problem = Problem.safeParse(json);
        return { ok: false, code: problem.success ? problem.data.code : `http-${response.status}`, reached: true };
      }
      const value = schema.safeParse(json);
      return value.success
        ? { ok: true, value: value.data }
        : { ok: false, code: "site-answer-malformed", reached: true };
    } catch (error) {
      const malformed = error instanceof SyntaxError;
      return { ok: false, code: malformed ? "site-answer-malformed" : reachCode(error), reached: malformed };
    }
  }
}

const reachCode = (error: unknown): string => (codeOf(error).startsWith("E") ? codeOf(error) : "site-unreachable");
