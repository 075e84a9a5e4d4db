import assert from "node:assert";
import abstractSuite from "aedes-persistence/abstract.js";
import { it } from "vitest";
import type { SqlPersistence } from "../store/sql-persistence.js";

/** aedes-persistence's own abstract suite, whose tests are written for node:test. */
export function persistenceSuite(open: () => Promise<SqlPersistence>): void {
  abstractSuite({
    persistence: open,
    testAsync: true,
    test(name, run) {
      it(name, async () => {
        let planned: number | undefined;
        let made = 0;
        const counting = <A extends unknown[]>(check: (...values: A) => void) => {
          return (...values: A): void => {
            made += 1;
            check(...values);
          };
        };
        await run({
          plan: (count) => {
            planned = count;
          },
          diagnostic: () => undefined,
          assert: {
            equal: counting(assert.equal),
            notEqual: counting(assert.notEqual),
            deepEqual: counting(assert.deepEqual),
            ok: counting(assert.ok as (value: unknown, message?: string | Error) => void),
          },
        });
        if (planned !== undefined) assert.equal(made, planned, "assertions made");
      });
    },
  });
}
