import { assertNever } from "@wardkey/protocol";
import type { StoredEvent } from "../app/ports.js";
import { type Meaning, meaningOf, partsOf } from "./meaning.js";

/** https://schema.ocsf.io/1.3.0 */
export const OCSF_VERSION = "1.3.0";

const PRODUCT = { name: "Wardkey", vendor_name: "Wardkey" } as const;
const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4 } as const;
const STATUS = { success: 1, failure: 2 } as const;
const ACTIVITY = { create: 1, update: 3, delete: 4 } as const;
const OTHER_ACTIVITY = 99;

/**
 * An event as one of OCSF: Authentication 3002, Entity Management 3004, Detection Finding 2004, Application Lifecycle
 * 6002, else the Base Event. Ids and codes alone; the whole entry, with its hash, is under `unmapped`.
 */
export function ocsfOf(event: StoredEvent, site: string): Record<string, unknown> {
  const { where } = partsOf(event);
  const { leaf, source, seq, id, at, kind, body, hash } = event;
  const { classId, category, activity, severity, ...attributes } = classOf(event, meaningOf(event));
  return {
    class_uid: classId,
    category_uid: category,
    activity_id: activity,
    type_uid: classId * 100 + activity,
    severity_id: severity,
    time: at,
    message: kind,
    metadata: { version: OCSF_VERSION, product: PRODUCT, uid: id, log_name: `wardkey/${site}`, sequence: leaf },
    device: { uid: where, hostname: where, type_id: 99, type: "Wardkey", org: { uid: site } },
    ...attributes,
    unmapped: { source, seq, hash, kind, body },
  };
}

type Classified = { classId: number; category: number; activity: number; severity: number } & Record<string, unknown>;

function classOf(event: StoredEvent, meaning: Meaning): Classified {
  const { who, on, where, why } = partsOf(event);
  const status = (ok: boolean): Record<string, unknown> => ({
    status_id: ok ? STATUS.success : STATUS.failure,
    ...(why === null ? {} : { status_detail: why }),
  });
  const severity = (ok: boolean): number => (ok ? SEVERITY.informational : SEVERITY.low);
  switch (meaning.what) {
    case "sign-in":
    case "sign-out":
      return {
        ...{ classId: 3002, category: 3, activity: meaning.what === "sign-in" ? 1 : 2 },
        ...{ severity: severity(meaning.ok), ...status(meaning.ok) },
        user: { uid: who, name: who },
        dst_endpoint: { uid: where, hostname: where },
        service: { name: "Wardkey" },
        is_remote: false,
      };
    case "change":
      return {
        ...{ classId: 3004, category: 3, activity: ACTIVITY[meaning.how] },
        ...{ severity: severity(meaning.ok), ...status(meaning.ok) },
        actor: { user: { uid: who, name: who } },
        entity: { uid: on, name: on, type: meaning.of },
      };
    case "alarm":
      return {
        ...{ classId: 2004, category: 2, activity: 1, severity: SEVERITY[meaning.severity] },
        ...{ is_alert: true, status_id: 1 },
        finding_info: {
          uid: event.id,
          title: why === null ? event.kind : `${event.kind}: ${why}`,
          created_time: event.at,
        },
        resources: [{ uid: on, type: "device" }],
      };
    case "start":
    case "stop":
      return {
        ...{ classId: 6002, category: 6, activity: meaning.what === "start" ? 3 : 4 },
        ...{ severity: SEVERITY.informational, ...status(true) },
        app: { ...PRODUCT, uid: event.source },
      };
    case "other":
      return {
        ...{ classId: 0, category: 0, activity: OTHER_ACTIVITY },
        ...{ severity: severity(meaning.ok), ...status(meaning.ok) },
      };
    default:
      return assertNever(meaning);
  }
}
