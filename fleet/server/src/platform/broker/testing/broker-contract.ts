import { afterAll, afterEach, beforeAll, describe } from "vitest";
import type { BrokerRig } from "./broker-rig.js";
import { badInputContract } from "./contract-bad-input.js";
import { deliveryContract } from "./contract-delivery.js";
import { pahoContract } from "./contract-paho.js";
import { ruleContract } from "./contract-rule.js";

/** What every broker behind the fleet has to hold. */
export function brokerContract(name: string, open: () => Promise<BrokerRig>, options: { rounds: number }): void {
  describe(name, () => {
    let rig: BrokerRig | undefined;
    const rigOf = (): BrokerRig => {
      if (rig === undefined) throw new Error("the broker did not start");
      return rig;
    };
    beforeAll(async () => {
      rig = await open();
    }, 120_000);
    afterEach(async () => rig?.reset());
    afterAll(async () => rig?.close());

    describe("delivery", () => deliveryContract(rigOf));
    describe("the rule", () => ruleContract(rigOf));
    describe("bad input", () => badInputContract(rigOf, options));
    describe("Eclipse Paho's cases", () => pahoContract(rigOf));
  });
}
