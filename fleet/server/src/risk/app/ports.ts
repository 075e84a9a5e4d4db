import type { DetectorName } from "@wardkey/protocol/fleet";
import type { Asset, Link } from "../domain/asset.js";
import type { SeenBehaviour } from "../domain/behaviours.js";
import type { Detection, Dismissed } from "../domain/detections.js";
import type { Stated } from "../domain/risk-picture.js";

/** One imported file, as it is in force. */
export interface ImportedSource {
  readonly source: string;
  readonly what: "inventory" | "vulnerabilities";
  /** Under which its rows are kept; another one once the file came again. */
  readonly import: string;
  readonly at: number;
  readonly by: string;
  readonly rows: number;
  readonly assets: number;
  readonly links: number;
  readonly vulnerabilities: number;
}

/** `at` an asset by the id that the file gave; empty: numbers of a CVE that others name. */
export interface KeptVulnerability {
  readonly at: string;
  readonly cve: string;
  readonly cvss: number | null;
  readonly epss: number | null;
}

/** What a device was told. */
export interface KeptStatement extends Stated {
  /** Only grows. */
  readonly epoch: number;
  /** The downlink has it. */
  readonly said: boolean;
  /** Locked by the fleet for this risk, and to be let out when it is over. */
  readonly quarantined: boolean;
}

export const DETECTION_SORTS = ["last", "until", "strength", "detector", "device"] as const;

export interface DetectionQuery {
  /** Part of a device's id, or of a person's for who may read of people. */
  readonly search?: string | undefined;
  readonly people: boolean;
  readonly sort: (typeof DETECTION_SORTS)[number];
  readonly order: "up" | "down";
  readonly state: "active" | "past" | "any";
  readonly detector?: DetectorName | undefined;
  readonly device?: string | undefined;
  readonly now: number;
  readonly from: number;
  readonly limit: number;
}

/** Where the risk keeps what a restart must not forget. */
export interface RiskStore {
  sources(): Promise<readonly ImportedSource[]>;
  assets(imports: readonly string[]): Promise<readonly Asset[]>;
  links(imports: readonly string[]): Promise<readonly Link[]>;
  vulnerabilities(imports: readonly string[]): Promise<readonly KeptVulnerability[]>;
  /** Keeps the rows in portions, then takes them into force at once; what was in force before goes. */
  take(
    source: ImportedSource,
    rows: {
      readonly assets: readonly Asset[];
      readonly links: readonly Link[];
      readonly vulnerabilities: readonly KeptVulnerability[];
    },
  ): Promise<void>;
  /** `false`: there is no such source. */
  remove(source: string): Promise<boolean>;
  /** Forgets rows of imports that never came into force. */
  sweep(): Promise<void>;

  detections(query: DetectionQuery): Promise<{ readonly total: number; readonly detections: readonly Detection[] }>;
  activeDetections(now: number): Promise<readonly Detection[]>;
  /** Those that were let go already stay so. */
  keepDetections(detections: readonly Detection[]): Promise<void>;
  /** Lets a kept one go, once; `null`: it is over, was let go, or never was. */
  dismiss(id: string, dismissed: Dismissed): Promise<Detection | null>;
  /** Of those that would not be over yet. */
  dismissals(now: number): Promise<readonly ({ readonly id: string } & Dismissed)[]>;
  forgetDetections(before: number): Promise<void>;
  statements(): Promise<readonly KeptStatement[]>;
  keepStatements(statements: readonly KeptStatement[]): Promise<void>;
  behaviours(): Promise<readonly SeenBehaviour[]>;
  keepBehaviours(behaviours: readonly SeenBehaviour[]): Promise<void>;
  forgetBehaviours(before: number): Promise<void>;
}

/** What the fleet itself knows of its assets. */
export interface FleetFacts {
  devices(): readonly {
    readonly id: string;
    readonly name: string;
    readonly ward: string;
    readonly kind: "kiosk" | "medical-device" | "service";
    /** Neither denied nor retired. */
    readonly serves: boolean;
  }[];
  people(): Promise<readonly { readonly staffId: string; readonly wards: readonly string[] }[]>;
  pairs(): readonly { readonly from: string; readonly to: string }[];
}
