import type { PersonState } from "../domain/person.js";
import type { NotedBatch } from "./ports.js";

/** What was noted and is not written yet: thousands of events a second become a few rows a second. */
export class Noted {
  #counts = new Map<string, { ward: string; hour: number; what: string; count: number }>();
  #cursors = new Map<string, number>();
  #members = new Map<string, { ward: string; person: string; day: number }>();
  #people = new Map<string, { state: PersonState | null; changed: number }>();

  get isEmpty(): boolean {
    return this.#cursors.size === 0 && this.#counts.size === 0 && this.#people.size === 0;
  }

  count(ward: string, hour: number, what: string): void {
    const key = `${hour} ${what} ${ward}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { ward, hour, what, count: 1 });
    else known.count += 1;
  }

  cursor(device: string, seq: number): void {
    this.#cursors.set(device, seq);
  }

  member(ward: string, person: string, day: number): void {
    const key = `${person} ${ward}`;
    this.#members.set(key, { ward, person, day: Math.max(day, this.#members.get(key)?.day ?? 0) });
  }

  person(staffId: string, state: PersonState | null, changed: number): void {
    this.#people.set(staffId, { state, changed });
  }

  take(): NotedBatch {
    const batch: NotedBatch = {
      counts: [...this.#counts.values()],
      cursors: [...this.#cursors].map(([device, seq]) => ({ device, seq })),
      members: [...this.#members.values()],
      people: [...this.#people].map(([staffId, person]) => ({ staffId, ...person })),
    };
    this.#counts = new Map();
    this.#cursors = new Map();
    this.#members = new Map();
    this.#people = new Map();
    return batch;
  }

  /** It could not be written: what was noted meanwhile stays on top of it. */
  putBack(batch: NotedBatch): void {
    for (const each of batch.counts) {
      const key = `${each.hour} ${each.what} ${each.ward}`;
      const known = this.#counts.get(key);
      this.#counts.set(key, { ...each, count: each.count + (known?.count ?? 0) });
    }
    for (const { device, seq } of batch.cursors) if (!this.#cursors.has(device)) this.#cursors.set(device, seq);
    for (const { ward, person, day } of batch.members) this.member(ward, person, day);
    for (const { staffId, ...person } of batch.people)
      if (!this.#people.has(staffId)) this.#people.set(staffId, person);
  }
}
