import { execFile } from "node:child_process";
import { constants, open, write } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";
import type { HidBus, HidConnection, HidDevice } from "./hid-bus.js";

/** Longer lines are no answer of a reader. */
const LONGEST_LINE = 600;

/**
 * USB serial ports of readers that speak lines of hexadecimal text (Elatec's Simple Protocol), on Linux: `stty` makes the
 * port raw, so that the kernel neither echoes an answer back as a command nor cuts it. A line is one report.
 */
export function createSerialBus({ sys = "/sys/class/tty", dev = "/dev" } = {}): HidBus {
  return {
    async devices() {
      const names = (await readdir(sys).catch(() => [])).filter((name) => /^ttyACM\d{1,3}$/.test(name));
      const found = await Promise.all(names.map((name) => deviceAt(sys, dev, name).catch(() => null)));
      return found.filter((device) => device !== null);
    },
    open: openSerial,
  };
}

/** The interfaces of several buses as one; a path belongs to the bus that listed it last. */
export function severalBuses(buses: readonly HidBus[]): HidBus {
  const owners = new Map<string, HidBus>();
  return {
    async devices() {
      const listed = await Promise.all(
        buses.map(async (bus) => {
          const devices = await bus.devices();
          for (const { path } of devices) owners.set(path, bus);
          return devices;
        }),
      );
      return listed.flat();
    },
    open: async (path) => {
      const owner = owners.get(path);
      if (owner === undefined) throw new Error("nothing is known at this path");
      return owner.open(path);
    },
  };
}

async function deviceAt(sys: string, dev: string, name: string): Promise<HidDevice> {
  // The USB device is the folder above its interface.
  const folder = dirname(await realpath(join(sys, name, "device")));
  const text = async (file: string): Promise<string> => (await readFile(join(folder, file), "utf8")).trim();
  const [vendor, product] = [Number.parseInt(await text("idVendor"), 16), Number.parseInt(await text("idProduct"), 16)];
  const label = await text("product").catch(() => null);
  return { path: join(dev, name), vendor, product, name: label, interface: null, usage: null, transport: "usb-serial" };
}

async function openSerial(path: string): Promise<HidConnection> {
  await promisify(execFile)("stty", ["-F", path, "raw", "-echo", "-hupcl"], { timeout: 2_000 });
  // A bare descriptor: the stream owns it, and two owners would close it twice.
  const port = await promisify(open)(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(port);
  const ears = { input: (_bytes: Uint8Array): void => {}, gone: (): void => {} };
  const lines = linesOf((line) => {
    const bytes = Buffer.from(line, "hex");
    if (bytes.length > 0 && bytes.length * 2 === line.length) ears.input(Uint8Array.from(bytes));
  });
  stream.on("data", (bytes: Buffer) => lines(bytes.toString("latin1")));
  stream.on("error", () => ears.gone());
  stream.on("close", () => ears.gone());
  return {
    send: async (_kind, report) => {
      if (stream.destroyed) throw new Error("the port is closed");
      await promisify(write)(port, Buffer.from(`${Buffer.from(report).toString("hex").toUpperCase()}\r`));
    },
    feature: () => Promise.reject(new Error("a serial port has no feature reports")),
    onInput: (listener) => {
      ears.input = listener;
    },
    onGone: (listener) => {
      ears.gone = listener;
    },
    close: async () => {
      ears.gone = () => {};
      stream.destroy();
    },
  };
}

/** Text cut into lines; what grows beyond a line is thrown away up to its end. */
function linesOf(take: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const parts = (rest + text).split(/[\r\n]/);
    rest = (parts.pop() ?? "").slice(-LONGEST_LINE);
    for (const line of parts) if (line.length > 0 && line.length <= LONGEST_LINE) take(line);
  };
}
