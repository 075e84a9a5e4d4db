import assert from "node:assert";
import { createRequire } from "node:module";
import { it } from "vitest";
import type { SqlPersistence } from "../store/sql-persistence.js";

type UpstreamTest = (context: {
  plan(count: number): void;
  diagnostic(text: string): void;
  assert: Pick<typeof assert, "equal" | "notEqual" | "deepEqual" | "ok">;
}) => Promise<void>;
type Suite = (options: {
  test: (name: string, run: UpstreamTest) => void;
  persistence: () => Promise<SqlPersistence>;
  testAsync: true;
}) => void;

/** aedes-persistence's own abstract suite, whose tests are written for node:test. */
export function persistenceSuite(open: () => Promise<SqlPersistence>): void {
  const suite: Suite = createRequire(import.meta.url)("aedes-persistence/abstract.js");
  suite({
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
