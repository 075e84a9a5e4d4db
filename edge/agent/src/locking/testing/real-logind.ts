import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Message, MessageType, sessionBus } from "@jellybrick/dbus-next";

const LOGIND = "org.freedesktop.login1";
const SESSION = { path: "/org/freedesktop/login1/session/_32", interface: `${LOGIND}.Session` };

/** One session, number 2 on seat0, as logind keeps sessions over a restart. */
const SCRIPT = `
mount -t tmpfs tmpfs /run && mkdir -p /run/none /run/systemd/sessions /run/systemd/users /run/systemd/seats || exit 3
# Without virtual terminals it switches none of this machine's.
mount --bind /run/none /sys/class/tty || exit 3
printf 'UID=0\\nUSER=root\\nACTIVE=1\\nIS_DISPLAY=1\\nSTATE=active\\nREMOTE=0\\nTYPE=wayland\\nCLASS=user\\nSCOPE=session-2.scope\\nSEAT=seat0\\nPOSITION=2\\nSERVICE=gdm\\nLEADER=1\\nAUDIT=2\\nREALTIME=1\\nMONOTONIC=1\\n' > /run/systemd/sessions/2
printf 'NAME=root\\nSTATE=active\\nSESSIONS=2\\nSEATS=seat0\\n' > /run/systemd/users/0
printf 'IS_SEAT0=1\\nCAN_MULTI_SESSION=1\\nSESSIONS=2\\n' > /run/systemd/seats/seat0
dbus-daemon --session --nofork --print-address "--address=$1" 2>/dev/null &
bus=$!
trap 'kill $bus $logind 2>/dev/null; exit 0' TERM
until dbus-send --bus="$1" --dest=org.freedesktop.DBus --print-reply / org.freedesktop.DBus.GetId >/dev/null 2>&1; do sleep 0.1; done
while :; do
  DBUS_SYSTEM_BUS_ADDRESS=$1 /lib/systemd/systemd-logind 2>/dev/null &
  logind=$!
  echo $logind
  wait $logind
done
`;

/**
 * Debian's own systemd-logind on a private bus, in a mount namespace of its own: nothing of the machine's is touched. The
 * desktop in its one session is simulated: it does what logind asks of it. Needs root.
 */
export class RealLogind {
  readonly address: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #desktop: ReturnType<typeof sessionBus>;
  #pid = 0;

  private constructor(folder: string, address: string, process: ChildProcess) {
    this.#folder = folder;
    this.address = address;
    this.#process = process;
    process.stdout?.on("data", (chunk: Buffer) => {
      this.#pid = Number(/^(\d+)$/m.exec(String(chunk))?.[1] ?? this.#pid);
    });
    this.#desktop = sessionBus({ busAddress: address });
  }

  static async start(): Promise<RealLogind> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-logind-"));
    const address = `unix:path=${join(folder, "bus")}`;
    const child = spawn("unshare", ["-m", "bash", "-c", SCRIPT, "logind", address], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      await answers(address);
      const logind = new RealLogind(folder, address, child);
      await logind.#sitDown();
      return logind;
    } catch (error) {
      child.kill("SIGTERM");
      throw error;
    }
  }

  /** What the desktop told logind. */
  async locked(): Promise<boolean | null> {
    const { path } = SESSION;
    const properties = "org.freedesktop.DBus.Properties";
    const told = await this.#call({ path, interface: properties, member: "Get" }, "ss", [
      SESSION.interface,
      "LockedHint",
    ]).catch(() => null);
    const [variant] = told?.body ?? [];
    return typeof variant === "object" && variant !== null && "value" in variant ? variant.value === true : null;
  }

  /** As `loginctl` does. */
  async ask(member: "Lock" | "Unlock" | "Activate"): Promise<void> {
    await this.#call({ ...SESSION, member });
  }

  /** It forgets nothing: sessions are kept in files. */
  restart(): void {
    process.kill(this.#pid, "SIGKILL");
  }

  async stop(): Promise<void> {
    this.#desktop.disconnect();
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #sitDown(): Promise<void> {
    this.#desktop.on("message", (message: Message) => {
      if (message.type !== MessageType.SIGNAL || message.path !== SESSION.path) return;
      if (message.member !== "Lock" && message.member !== "Unlock") return;
      void this.#call({ ...SESSION, member: "SetLockedHint" }, "b", [message.member === "Lock"]).catch(() => {});
    });
    const bus = {
      destination: "org.freedesktop.DBus",
      path: "/org/freedesktop/DBus",
      interface: "org.freedesktop.DBus",
    };
    const rule = `type='signal',sender='${LOGIND}',interface='${SESSION.interface}'`;
    await this.#desktop.call(new Message({ ...bus, member: "AddMatch", signature: "s", body: [rule] }));
    while ((await this.locked()) === null) await new Promise((resume) => setTimeout(resume, 50));
    await this.ask("Activate");
  }

  #call(
    to: { path: string; interface: string; member: string },
    signature = "",
    body: unknown[] = [],
  ): Promise<Message | null> {
    return this.#desktop.call(new Message({ destination: LOGIND, ...to, signature, body }));
  }
}

async function answers(address: string): Promise<void> {
  for (let round = 0; !existsSync(address.slice("unix:path=".length)); round++) {
    if (round > 400) throw new Error("no private logind: it needs root, and Debian's dbus-daemon and systemd");
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
