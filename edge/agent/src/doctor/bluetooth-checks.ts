import { bundledProfiles } from "@wardkey/firmware-profiles";
import type { AdapterList } from "../radio/index.js";
import type { Machine } from "./machine.js";
import { type Check, well } from "./report.js";

const ADAPTER = "bluetooth-adapter";
const PERMISSION = "bluetooth-permission";
const CLASS = "/sys/class/bluetooth";
// capabilities(7): bits of the masks in /proc/PID/status.
const CAP_NET_RAW = 13n;

/**
 * Whether there is an adapter that could hear phones. `adapters` is what the kernel's Bluetooth socket says, which is
 * also whether it is switched on; `wanted` is the one that the configuration names, as in `hci1`.
 */
export async function checkAdapter(machine: Machine, adapters: AdapterList, wanted?: string): Promise<Check> {
  const wrong = (code: string, says: string, mend: string): Check => ({
    id: ADAPTER,
    status: "wrong",
    code,
    says,
    mend,
  });
  const blocked = await rfkill(machine);
  if (blocked === "hard") {
    return wrong("adapter-blocked-by-switch", "A switch of this machine turns Bluetooth off.", "Turn the switch on.");
  }
  if (blocked === "soft") {
    return wrong("adapter-blocked", "Bluetooth is blocked on this machine.", "Run: rfkill unblock bluetooth");
  }
  if (!adapters.ok && adapters.code === "bluetooth-unsupported") {
    return wrong(
      "bluetooth-unsupported",
      "This system has no Bluetooth.",
      "Load the kernel's driver (modprobe btusb). A container has to use the network of its host.",
    );
  }
  if (!adapters.ok) {
    return wrong(adapters.code, "The adapters could not be listed.", "Run this as the user of the agent, or as root.");
  }
  const devices = adapters.devices.filter(({ device }) => wanted === undefined || wanted === `hci${device}`);
  const [first] = devices;
  if (first === undefined) {
    return wrong(
      "adapter-missing",
      wanted === undefined ? "No Bluetooth adapter is plugged in." : `There is no ${wanted}.`,
      wanted === undefined ? "Plug one in: docs/hardware.md names some." : 'Correct "radio.adapter", or leave it out.',
    );
  }
  const on = devices.find(({ up }) => up);
  if (on === undefined) {
    return wrong(
      "adapter-off",
      `hci${first.device} is plugged in and switched off.`,
      `Run: btmgmt --index ${first.device} power on. AutoEnable=true in /etc/bluetooth/main.conf does so at each start.`,
    );
  }
  const says = `hci${on.device} is plugged in and switched on. ${await described(machine, on.device)}`;
  if (!(await runs(machine, "bluetoothd"))) return well(ADAPTER, says);
  return {
    id: ADAPTER,
    status: "warning",
    code: "adapter-shared",
    says: `${says} bluetoothd runs too, and may end the scans of the agent, which then begins them anew.`,
    mend: "Where nothing else needs Bluetooth: systemctl disable --now bluetooth, and let the agent's unit switch it on.",
  };
}

/** What the profiles know of an adapter by its USB numbers. */
async function described(machine: Machine, device: number): Promise<string> {
  // The adapter is an interface of its USB device, which stands one above it.
  const usb = async (name: string): Promise<string> =>
    ((await machine.text(`${CLASS}/hci${device}/device/../${name}`)) ?? "").trim();
  const [vendor, product] = [Number.parseInt(await usb("idVendor"), 16), Number.parseInt(await usb("idProduct"), 16)];
  if (Number.isNaN(vendor) || Number.isNaN(product)) return "It is not on USB, so no profile describes it.";
  const name = (await usb("product")) || null;
  const profiles = await bundledProfiles().catch(() => null);
  const profile = profiles?.of({ vendor, product, name, interface: null, usage: null });
  if (profile?.kind !== "ble-adapter") return "No profile describes it: it may work, and nobody wrote down how well.";
  return [`${profile.name}.`, ...profile.quirks].join(" ");
}

/** Whether the agent may speak to the adapter: of the agent that runs, else of this process. */
export async function checkPermission(machine: Machine, isAgent: (commandLine: string) => boolean): Promise<Check> {
  const mend = "Give the agent's unit AmbientCapabilities=CAP_NET_RAW. It needs no root.";
  const agent = await findProcess(machine, isAgent);
  if (agent !== null) {
    return (await hasCapability(machine, `/proc/${agent}/status`))
      ? well(PERMISSION, `The agent that runs (process ${agent}) may speak to the adapter.`)
      : {
          id: PERMISSION,
          status: "wrong",
          code: "adapter-forbidden",
          says: `The agent that runs (process ${agent}) has no CAP_NET_RAW.`,
          mend,
        };
  }
  if (await hasCapability(machine, "/proc/self/status")) {
    return well(PERMISSION, "A process with the rights of this one may speak to the adapter. No agent runs now.");
  }
  return {
    id: PERMISSION,
    status: "unknown",
    code: "agent-not-running",
    says: "No agent runs now, and this process has no CAP_NET_RAW itself.",
    mend: `Start the agent and ask again. ${mend}`,
  };
}

async function hasCapability(machine: Machine, statusFile: string): Promise<boolean> {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec((await machine.text(statusFile)) ?? "")?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> CAP_NET_RAW) & 1n) === 1n;
}

/** https://docs.kernel.org/driver-api/rfkill.html: any adapter that is not blocked will do. */
async function rfkill(machine: Machine): Promise<"soft" | "hard" | null> {
  const folder = "/sys/class/rfkill";
  const found: ("soft" | "hard" | null)[] = [];
  for (const name of (await machine.list(folder)) ?? []) {
    const read = async (file: string): Promise<string> =>
      ((await machine.text(`${folder}/${name}/${file}`)) ?? "").trim();
    if ((await read("type")) !== "bluetooth") continue;
    if ((await read("hard")) === "1") found.push("hard");
    else found.push((await read("soft")) === "1" ? "soft" : null);
  }
  if (found.length === 0 || found.includes(null)) return null;
  return found.includes("soft") ? "soft" : "hard";
}

async function runs(machine: Machine, command: string): Promise<boolean> {
  for (const pid of await processes(machine)) {
    if ((await machine.text(`/proc/${pid}/comm`))?.trim() === command) return true;
  }
  return false;
}

async function findProcess(machine: Machine, fits: (commandLine: string) => boolean): Promise<number | null> {
  for (const pid of await processes(machine)) {
    const line = ((await machine.text(`/proc/${pid}/cmdline`)) ?? "").split("\0").join(" ").trim();
    if (pid !== process.pid && line !== "" && fits(line)) return pid;
  }
  return null;
}

async function processes(machine: Machine): Promise<number[]> {
  return ((await machine.list("/proc")) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
}
