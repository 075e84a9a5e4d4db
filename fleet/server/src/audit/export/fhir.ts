import { assertNever } from "@wardkey/protocol";
import type { StoredEvent } from "../app/ports.js";
import { type Meaning, meaningOf, partsOf } from "./meaning.js";

/** https://hl7.org/fhir/R4/auditevent.html and https://hl7.org/fhir/R5/auditevent.html */
export const FHIR_RELEASES = ["R4", "R5"] as const;
export type FhirRelease = (typeof FHIR_RELEASES)[number];

type Coding = { system: string; code: string; display: string };

/** DICOM PS3.16 CID 400 and 401. */
const DCM = "http://dicom.nema.org/resources/ontology/DCM";
const dcm = (code: string, display: string): Coding => ({ system: DCM, code, display });
const ACTIVITY = dcm("110100", "Application Activity");
const AUTHENTICATION = dcm("110114", "User Authentication");
const ALERT = dcm("110113", "Security Alert");
const LOGIN = dcm("110122", "Login");
const LOGOUT = dcm("110123", "Logout");
const START = dcm("110120", "Application Start");
const STOP = dcm("110121", "Application Stop");
const SECURITY_CONFIGURATION = dcm("110129", "Security Configuration");
/** The kind as this product names it. */
const KINDS = "urn:wardkey:event-kind";
const IDS = "urn:wardkey:id";

/** One resource of R4 or R5. Ids and codes alone: no text that somebody wrote. */
export function fhirOf(event: StoredEvent, { site, release }: { site: string; release: FhirRelease }): object {
  const meaning = meaningOf(event);
  const { type, subtype, action } = codesOf(meaning);
  const { who, on, where, why } = partsOf(event);
  const kind: Coding = { system: KINDS, code: event.kind, display: event.kind };
  const ok = !("ok" in meaning) || meaning.ok;
  const subtypes = [...(subtype === null ? [] : [subtype]), kind];
  const shared = { resourceType: "AuditEvent", id: event.id, action, recorded: new Date(event.at).toISOString() };
  const entity = [
    { what: reference(on), ...(release === "R4" ? { name: on } : {}), detail: detailsOf(event, release) },
  ];
  switch (release) {
    case "R4":
      return {
        ...shared,
        type,
        subtype: subtypes,
        outcome: outcomeR4(meaning, ok),
        ...(why === null ? {} : { outcomeDesc: why }),
        agent: [{ who: reference(who), altId: who, requestor: true, network: { address: where, type: "1" } }],
        source: { site, observer: reference(event.source), type: [SOURCE_TYPE] },
        entity,
      };
    case "R5":
      return {
        ...shared,
        category: [{ coding: [type] }],
        code: { coding: subtypes },
        severity: meaning.what === "alarm" ? "alert" : "informational",
        outcome: { code: outcomeR5(ok), ...(why === null ? {} : { detail: [{ text: why }] }) },
        agent: [{ who: reference(who), requestor: true, networkString: where }],
        source: { site: reference(site), observer: reference(event.source), type: [{ coding: [SOURCE_TYPE] }] },
        entity,
      };
    default:
      return assertNever(release);
  }
}

const SOURCE_TYPE: Coding = {
  system: "http://terminology.hl7.org/CodeSystem/security-source-type",
  code: "6",
  display: "Security Server",
};

const reference = (id: string): object => ({ identifier: { system: IDS, value: id } });

function codesOf(meaning: Meaning): { type: Coding; subtype: Coding | null; action: "C" | "U" | "D" | "E" } {
  switch (meaning.what) {
    case "sign-in":
      return { type: AUTHENTICATION, subtype: LOGIN, action: "E" };
    case "sign-out":
      return { type: AUTHENTICATION, subtype: LOGOUT, action: "E" };
    case "change":
      return {
        type: ALERT,
        subtype: SECURITY_CONFIGURATION,
        action: meaning.how === "create" ? "C" : meaning.how === "update" ? "U" : "D",
      };
    case "alarm":
      return { type: ALERT, subtype: null, action: "E" };
    case "start":
      return { type: ACTIVITY, subtype: START, action: "E" };
    case "stop":
      return { type: ACTIVITY, subtype: STOP, action: "E" };
    case "other":
      return { type: ACTIVITY, subtype: null, action: "E" };
    default:
      return assertNever(meaning);
  }
}

/** 0 success, 4 minor failure, 8 serious failure. */
function outcomeR4(meaning: Meaning, ok: boolean): "0" | "4" | "8" {
  if (meaning.what === "alarm") return "8";
  return ok ? "0" : "4";
}

const outcomeR5 = (ok: boolean): Coding => ({
  system: "http://hl7.org/fhir/issue-severity",
  code: ok ? "success" : "error",
  display: ok ? "Operation Successful" : "Error",
});

/** Place and hash of the entry in its journal, and its body, key by key. */
function detailsOf({ leaf, seq, hash, body }: StoredEvent, release: FhirRelease): object[] {
  return Object.entries({ leaf, seq, hash, ...body }).map(([key, value]) => ({
    type: release === "R4" ? key : { text: key },
    valueString: String(value),
  }));
}
