import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot as root } from "../project-root.js";
import { type Child, startChild } from "./child.js";
import { recordTls } from "./record-tls.js";

export interface HospitalOptions {
  /** Everything that the hospital keeps; made 0700. */
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly ports: {
    readonly kiosk: number;
    readonly phone: number;
    /** Of the fleet server: its console, its HTTPS for devices, its broker. */
    readonly site: number;
    readonly devices: number;
    readonly mqtt: number;
  };
  readonly profile: "demo" | "production";
  readonly camera: { readonly kind: "page" } | { readonly kind: "file"; readonly path: string };
  readonly seed: number;
  /** A file into which the agent writes, in plain text, all that it says and hears over TLS. */
  readonly recordTlsTo?: string;
  /** How often an hour the phone releases: a benchmark asks more than any shift. The wallet's own limits when absent. */
  readonly releaseLimits?: { readonly perKiosk: number; readonly all: number };
  /** The fleet expects one more kiosk beside the first: `openOther` starts it. */
  readonly other?: KioskNamed;
  readonly progress?: (line: string) => void;
}

interface KioskNamed {
  readonly id: string;
  readonly name: string;
  readonly ward: string;
}

/** The running demo hospital: a room of simulated radio, a fleet server, one phone, one kiosk agent. */
export interface Hospital {
  readonly roomSocket: string;
  readonly kiosk: { readonly url: string; readonly pageUrl: string };
  readonly phone: { readonly url: string; readonly pageUrl: string };
  readonly site: {
    readonly url: string;
    readonly pageUrl: string;
    /** Where the first administrator signs up, once; `null` when there is one. */
    readonly setupUrl: string | null;
    readonly deviceUrl: string;
    readonly mqttUrl: string;
  };
  readonly operatorCode: string;
  /** Starts the other kiosk, under its id in the room. @throws Error where `other` was not named. */
  openOther(set: { readonly camera: HospitalOptions["camera"]; readonly locking?: object }): Promise<Hospital["kiosk"]>;
  readonly folders: {
    readonly site: string;
    readonly wallet: string;
    readonly agent: string;
    readonly other: string;
    readonly logs: string;
  };
  process(name: ProcessName): Child;
  /** Resolves with the first process that ends without having been asked. */
  readonly fault: Promise<Child>;
  /** Stops the agent and starts it anew over the same data. */
  restartAgent(change: Partial<Pick<HospitalOptions, "profile" | "camera">>): Promise<void>;
  /** Ends the fleet server at once, as a crash would; it is no fault. */
  killSite(): Promise<void>;
  /** Starts the fleet server over its data again, at the addresses that it had. */
  startSite(): Promise<void>;
  stop(): Promise<void>;
}

export type ProcessName = "room" | "site" | "wallet" | "agent" | "other";

const entries: Record<ProcessName, string> = {
  room: "edge/virtual-radio/dist/main.js",
  site: "fleet/server/dist/main.js",
  wallet: "edge/wallet/dist/main.js",
  agent: "edge/agent/dist/main.js",
  other: "edge/agent/dist/main.js",
};

const spoken: Record<ProcessName, string> = {
  room: "room of simulated radio",
  site: "fleet server",
  wallet: "phone",
  agent: "kiosk agent",
  other: "other kiosk's agent",
};

const KIOSK = { id: "kiosk-1", name: "Workstation 1", ward: "Ward 3 East" };

/**
 * Starts the processes in order; each is ready before the next begins.
 *
 * @throws WardkeyError with the code of the process that would not start; what had started is stopped again.
 */
export async function startHospital(options: HospitalOptions): Promise<Hospital> {
  const say = options.progress ?? (() => {});
  const dir = folder(options.dataDir);
  const folders = {
    site: folder(dir, "site"),
    wallet: folder(dir, "wallet"),
    agent: folder(dir, "agent"),
    other: folder(dir, "other"),
    logs: folder(dir, "logs"),
  };
  const running = new Map<ProcessName, Child>();
  const unexpected = withResolvers<Child>();
  let stopping = false;

  const launch = async (name: ProcessName, args: readonly string[]): Promise<Child> => {
    say(`starting the ${spoken[name]}`);
    const logFile = join(folders.logs, `${name}.log`);
    const env = name === "agent" && options.recordTlsTo !== undefined ? { env: recordTls(options.recordTlsTo) } : {};
    const child = await startChild({ name, entry: join(root, entries[name]), args, logFile, ...env });
    running.set(name, child);
    void child.exited.then(() => {
      if (!stopping && running.get(name) === child) unexpected.resolve(child);
    });
    return child;
  };
  const configured = (name: ProcessName, config: object): Promise<Child> => {
    const configFile = join(folder(dir, "config"), `${name}.json`);
    writeFileSync(configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
    return launch(name, ["--config", configFile]);
  };
  const stop = async () => {
    stopping = true;
    for (const name of ["other", "agent", "wallet", "site", "room"] as const) await running.get(name)?.stop();
  };

  try {
    const roomSocket = socketPath(dir);
    await launch("room", ["--socket", roomSocket, "--seed", String(options.seed)]);
    const operatorCodeFile = join(folders.site, "operator-code");
    const ticketFileOf = ({ id }: KioskNamed): string => join(folders.site, `${id}.ticket.json`);
    const expected = [KIOSK, ...(options.other === undefined ? [] : [options.other])];
    const startSite = (ports: { console: number; devices: number; mqtt: number }) =>
      configured("site", {
        dataDir: folders.site,
        ports,
        siteId: "st-elsewhere",
        siteName: "St Elsewhere (demo)",
        operatorCodeFile,
        consolePageDir: join(root, "fleet/console/dist/page"),
        profile: options.profile,
        tickets: expected.map((kiosk) => {
          const { id: device, name, ward } = kiosk;
          return { device, profile: "kiosk", name, ward, file: ticketFileOf(kiosk) };
        }),
      });
    const { ports } = options;
    let site = siteAddresses(await startSite({ console: ports.site, devices: ports.devices, mqtt: ports.mqtt }));
    const wallet = await configured("wallet", {
      dataDir: folders.wallet,
      port: options.ports.phone,
      radio: { kind: "virtual", socketPath: roomSocket, name: "phone", kiosk: "kiosk" },
      pageDir: join(root, "edge/wallet/dist/web"),
      ...(options.releaseLimits ? { releaseLimits: options.releaseLimits } : {}),
    });
    let current = { profile: options.profile, camera: options.camera };
    const everyKiosk = { pageDir: join(root, "kiosk/dist/page"), modelsDir: join(root, "models") };
    const startAgent = () =>
      configured("agent", {
        dataDir: folders.agent,
        port: options.ports.kiosk,
        kiosk: KIOSK,
        ...current,
        site: { ticketFile: ticketFileOf(KIOSK) },
        radio: { kind: "virtual", socketPath: roomSocket, name: "kiosk" },
        ...everyKiosk,
      });
    let kiosk = addresses(await startAgent());
    return {
      roomSocket,
      get kiosk() {
        return kiosk;
      },
      phone: addresses(wallet),
      get site() {
        return site;
      },
      operatorCode: readFileSync(operatorCodeFile, "utf8").trim(),
      folders,
      process: (name) => {
        const child = running.get(name);
        if (!child) throw new Error(`${name} is not running`);
        return child;
      },
      fault: unexpected.promise,
      restartAgent: async (change) => {
        current = { ...current, ...change };
        const before = running.get("agent");
        running.delete("agent");
        await before?.stop();
        kiosk = addresses(await startAgent());
      },
      openOther: async ({ camera, locking }) => {
        const { other } = options;
        if (other === undefined) throw new Error("the hospital was started without another kiosk");
        return addresses(
          await configured("other", {
            dataDir: folders.other,
            port: 0,
            kiosk: other,
            profile: options.profile,
            camera,
            site: { ticketFile: ticketFileOf(other) },
            radio: { kind: "virtual", socketPath: roomSocket, name: other.id },
            ...everyKiosk,
            ...(locking === undefined ? {} : { locking }),
          }),
        );
      },
      killSite: async () => {
        const before = running.get("site");
        running.delete("site");
        await before?.kill();
      },
      startSite: async () => {
        const { url, deviceUrl, mqttUrl } = site;
        site = siteAddresses(
          await startSite({ console: portOf(url), devices: portOf(deviceUrl), mqtt: portOf(mqttUrl) }),
        );
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function folder(...parts: string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return path;
}

/** Unix sockets allow about a hundred bytes of path: a deep data folder gets its socket in the temporary folder. */
function socketPath(dir: string): string {
  const near = join(dir, "room.sock");
  return near.length < 100 ? near : join(folder(tmpdir(), `wardkey-${process.pid}`), "room.sock");
}

const addresses = (child: Child) => ({ url: text(child, "url"), pageUrl: text(child, "pageUrl") });

const siteAddresses = (site: Child): Hospital["site"] => ({
  ...addresses(site),
  setupUrl: typeof site.ready["setupUrl"] === "string" ? site.ready["setupUrl"] : null,
  deviceUrl: text(site, "deviceUrl"),
  mqttUrl: text(site, "mqttUrl"),
});

const portOf = (url: string): number => Number(new URL(url).port);

function text(child: Child, key: string): string {
  const value = child.ready[key];
  if (typeof value !== "string") throw new Error(`${child.name}'s ready line has no ${key}`);
  return value;
}

// Promise.withResolvers comes with Node 22; Node 20 is supported.
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
