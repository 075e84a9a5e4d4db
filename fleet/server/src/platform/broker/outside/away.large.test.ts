import { topics } from "@wardkey/protocol/fleet";
import { afterEach, describe, expect, it } from "vitest";
import { SITE } from "../testing/broker-rig.js";
import { mosquittoRig } from "../testing/mosquitto-rig.js";

let close = async (): Promise<void> => undefined;
afterEach(() => close());

describe("an outside broker that goes away and comes back", () => {
  it("is refused to whoever publishes meanwhile, and heard again without anybody's doing", async () => {
    const rig = await mosquittoRig();
    close = () => rig.close();
    const before = await rig.device("bed-7", { clean: false });
    await before.subscribe([topics.commands(SITE, "bed-7")]);
    expect(await before.publish(topics.event(SITE, "bed-7"), "e1")).toBe("acknowledged");
    await rig.until(() => rig.ups.length === 1, "the first event");

    await rig.server.stop();
    await before.closed;
    const command = { topic: topics.command(SITE, "bed-7", "r-1"), payload: "lock", retain: false };
    await expect(rig.broker.publish(command)).rejects.toMatchObject({ code: "broker-unreachable" });

    await rig.server.start();
    const after = await rig.device("bed-7", { clean: false });
    expect(await after.publish(topics.event(SITE, "bed-7"), "e2")).toBe("acknowledged");
    await rig.until(() => rig.ups.length >= 2, "the second event");
    expect(rig.ups.map(({ payload }) => payload)).toEqual(["e1", "e2"]);
    // Listening and publishing come back each on its own; who publishes tries again, as the downlink does.
    const again = { ...command, topic: topics.command(SITE, "bed-7", "r-2"), payload: "identify" };
    const taken = (): Promise<boolean> =>
      rig.broker.publish(again).then(
        () => true,
        () => false,
      );
    await rig.until(taken, "the command");
    expect((await after.messages(1)).map(({ payload }) => payload)).toEqual(["identify"]);
  });

  it("learns what was denied meanwhile", async () => {
    const rig = await mosquittoRig();
    close = () => rig.close();
    const device = await rig.device("bed-8", { clean: false });
    await rig.server.stop();
    await device.closed;
    rig.gate.denied.add("bed-8");
    await expect(rig.broker.cut("bed-8")).rejects.toMatchObject({ code: "broker-unreachable" });

    await rig.server.start();
    let granted: readonly number[] | "closed" = [1];
    const deadline = performance.now() + 10_000;
    while (granted !== "closed" && granted[0] !== 128 && performance.now() < deadline) {
      const trying = await rig.tls("bed-8");
      await trying?.connect();
      granted = (await trying?.subscribe([topics.commands(SITE, "bed-8")])) ?? "closed";
    }
    expect(granted === "closed" ? [128] : granted).toEqual([128]);
  });
});
