import { createServer, type TLSSocket } from "node:tls";
import { seconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { TestCa, type TestIdentity } from "../testing/test-ca.js";
import { FleetLink } from "./fleet-link.js";
import { UpListener } from "./up-listener.js";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Two connections, between which the fleet's certificate is renewed: the serials that came. */
async function serialsOf(
  open: (
    at: { host: string; port: number },
    identity: { key: string; cert: string; ca: string },
  ) => { close(): Promise<void> },
) {
  const ca = await TestCa.make();
  const [first, second] = [await ca.device("wardkey-fleet"), await ca.device("wardkey-fleet")];
  let current: TestIdentity = first;
  const identity = {
    get key() {
      return current.key;
    },
    get cert() {
      return current.cert;
    },
    ca: ca.cert,
  };
  const { key, cert } = await ca.server();
  const server = createServer({ key, cert, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
  const came: string[] = [];
  const both = new Promise<void>((resolve) => {
    server.on("secureConnection", (socket: TLSSocket) => {
      came.push(String(socket.getPeerX509Certificate()?.serialNumber.toLowerCase()));
      socket.on("error", () => undefined);
      if (came.length >= 2) resolve();
      current = second;
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const link = open({ host: "127.0.0.1", port: typeof address === "object" ? (address?.port ?? 0) : 0 }, identity);
  await both;
  await link.close();
  await new Promise((resolve) => server.close(resolve));
  const plain = (serial: string): string => serial.replace(/^0+/, "");
  return [came.slice(0, 2).map(plain), [first.serial, second.serial].map(plain)];
}

describe("the fleet's lines to an outside broker", () => {
  it("come back with the certificate that was renewed meanwhile, for publishing", async () => {
    const [came, wanted] = await serialsOf(
      (at, identity) =>
        new FleetLink({
          at,
          identity,
          clientId: "fleet",
          logger: quiet,
          answerWithin: seconds(5),
          onConnect: async () => undefined,
        }),
    );
    expect(came).toEqual(wanted);
  });

  it("and for listening", async () => {
    const [came, wanted] = await serialsOf(
      (at, identity) =>
        new UpListener({
          at,
          identity,
          clientId: "fleet-up",
          filter: "x/#",
          logger: quiet,
          onMessage: async () => undefined,
        }),
    );
    expect(came).toEqual(wanted);
  });
});
