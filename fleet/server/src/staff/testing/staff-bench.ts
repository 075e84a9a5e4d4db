import { randomBytes, randomUUID } from "node:crypto";
import { after, type Duration, days, hours, type Instant, instant } from "@wardkey/protocol";
import { type CredentialRequest, checkFleetBody, EnrolmentBegin } from "@wardkey/protocol/fleet";
import type { Database } from "../../platform/sql/database.js";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { staffMigrations } from "../adapters/schema.js";
import { sealingWith } from "../adapters/sealing.js";
import { createSqlStaffStore, type SqlStaffStore } from "../adapters/sql-staff-store.js";
import type { IssueResult } from "../app/enrolment.js";
import type { Grant, Person } from "../app/ports.js";
import type { Staff } from "../app/staff.js";
import { createStaff, type StaffChoices } from "../create-staff.js";
import { newPhone } from "./new-phone.js";
import { quickHasher } from "./quick-hasher.js";

export const FILE_CODE = "482913";

export type BenchChoices = StaffChoices & Partial<Pick<Parameters<typeof createStaff>[0], "record">>;

/** Staff over a database of its own, on a clock that a test moves; remembers what it told the audit and the deny-list. */
export class StaffBench {
  now: Instant = instant(Date.UTC(2026, 8, 1, 9));
  readonly recorded: { kind: string; body: Record<string, unknown> }[] = [];
  readonly denied = new Set<string>();
  /** Every call to the deny-list, in order. */
  readonly bans: string[] = [];
  bansWork = true;
  readonly failures: unknown[] = [];
  readonly wards = new Map<string, string>([["bed-7", "Ward 3B"]]);
  readonly sealingKey = randomBytes(32);
  #made: TestDatabase;
  #database: Database;
  #staff: Staff;
  #choices: BenchChoices;

  private constructor(made: TestDatabase, choices: BenchChoices) {
    this.#made = made;
    this.#choices = choices;
    this.#database = made.database;
    this.#staff = this.#open();
  }

  static async open(choices: BenchChoices = {}): Promise<StaffBench> {
    return new StaffBench(await testDatabase(staffMigrations), choices);
  }

  get staff(): Staff {
    return this.#staff;
  }

  get database(): Database {
    return this.#database;
  }

  get target(): TestDatabase["target"] {
    return this.#made.target;
  }

  store(): SqlStaffStore {
    return createSqlStaffStore({ database: this.#database, sealing: sealingWith(this.sealingKey) });
  }

  pass(time: Duration): void {
    this.now = after(this.now, time);
  }

  /** Stops and starts, over the same database. */
  async restart(choices: BenchChoices = this.#choices): Promise<void> {
    await this.#staff.stop();
    this.#database = await this.#made.reopen();
    this.#choices = choices;
    this.#staff = this.#open();
  }

  async close(): Promise<void> {
    await this.#staff.stop();
    await this.#made.remove();
  }

  #open(): Staff {
    const ban = async (staffId: string, on: boolean): Promise<number> => {
      if (!this.bansWork) throw new Error("the deny-list is out of reach");
      this.bans.push(`${on ? "ban" : "lift"} ${staffId}`);
      if (on) this.denied.add(staffId);
      else this.denied.delete(staffId);
      return this.bans.length;
    };
    return createStaff({
      site: "st-mary",
      store: this.store(),
      now: () => this.now,
      randomBytes: (size) => new Uint8Array(randomBytes(size)),
      newId: randomUUID,
      isOperatorCode: (code) => code === FILE_CODE,
      validity: (at) => ({ issuedAt: at, expiresAt: after(at, days(365)) }),
      signCredential: async (credential) => new TextEncoder().encode(JSON.stringify(credential)),
      isHolderKey: (key) => key.length > 60,
      bans: { ban: (staffId) => ban(staffId, true), lift: (staffId) => ban(staffId, false) },
      record: async (kind, body) => {
        // What the audit would refuse fails here.
        const checked = checkFleetBody(kind, body);
        if (!checked.ok) throw new Error(`${kind}: ${checked.code} ${checked.keys.join()}`);
        this.recorded.push({ kind, body });
      },
      hasher: quickHasher(),
      leaseLife: () => hours(24),
      failed: (error) => this.failures.push(error),
      wardOf: async (kiosk) => this.wards.get(kiosk) ?? null,
      ...this.#choices,
    });
  }

  begin(facts: Partial<EnrolmentBegin> = {}, kiosk = "bed-7"): ReturnType<Staff["enrolments"]["begin"]> {
    const asked = { operatorCode: FILE_CODE, givenName: "Anna", familyName: "Rossi", ...facts };
    return this.#staff.enrolments.begin(kiosk, EnrolmentBegin.parse(asked));
  }

  async grant(facts: Partial<EnrolmentBegin> = {}): Promise<Grant> {
    const begun = await this.begin(facts);
    if (!begun.ok) throw new Error(`the enrolment was refused: ${begun.code}`);
    return begun.grant;
  }

  issue(grant: Grant, request: Partial<CredentialRequest> = {}, kiosk = "bed-7"): Promise<IssueResult> {
    return this.#staff.enrolments.issue(kiosk, grant.id, { ...newPhone(), ...request });
  }

  /** Enrols somebody with phone and face; answers their id. */
  async enrol(facts: Partial<EnrolmentBegin> = {}): Promise<string> {
    const grant = await this.grant(facts);
    const issued = await this.issue(grant);
    if (!issued.ok) throw new Error(`no credential: ${issued.code}`);
    return grant.staffId;
  }

  async person(staffId: string): Promise<Person> {
    const person = await this.#staff.directory.person(staffId);
    if (person === null) throw new Error(`nobody is ${staffId}`);
    return person;
  }

  /** Adds somebody by hand; answers their id. */
  async add(givenName: string, more: Partial<Parameters<Staff["directory"]["add"]>[0]> = {}): Promise<string> {
    const facts = {
      givenName,
      familyName: "Rossi",
      role: "nurse",
      wards: ["Ward 3B"],
      employment: "staff" as const,
      hrId: null,
      endsAt: null,
      ...more,
    };
    const added = await this.#staff.directory.add(facts, "admin-1");
    if (added.outcome !== "done") throw new Error(`not added: ${added.code}`);
    return added.person.staffId;
  }

  /** The personal code of a new operator. */
  async operator(
    givenName: string,
    wards: readonly string[] | null = null,
  ): Promise<{ staffId: string; code: string }> {
    const staffId = await this.add(givenName);
    const appointed = await this.#staff.operators.appoint(staffId, wards, "admin-1");
    if (appointed.outcome !== "appointed") throw new Error(`not appointed: ${appointed.code}`);
    return { staffId, code: appointed.code };
  }

  kinds(): string[] {
    return this.recorded.map(({ kind }) => kind);
  }
}
