import { z } from "zod";

/** What is read of a peripheral's profile here: firmware-profiles has the whole of it. */
const Known = z.object({
  name: z.string(),
  kind: z.string(),
  transport: z.string().optional(),
  usb: z
    .array(z.object({ vendor: z.string().regex(/^[0-9a-f]{4}$/), product: z.string().regex(/^[0-9a-f]{4}$/) }))
    .default([]),
});

/** Keyboards that type badges are refused, so nobody is let near them. */
const SPOKEN_TO = new Set(["badge-reader", "relay"]);

/** How the kernel calls the nodes by which they are spoken to. A reader with CCID is opened by nobody here. */
const NODES: Readonly<Record<string, string>> = { hid: "hidraw*", "usb-serial": "ttyACM*" };

/** Rules by which the agent, and nobody else but root, may speak to the HID devices and serial readers that profiles know. */
export function udevRules(profiles: readonly unknown[], group: string): string {
  const rules = profiles.flatMap((profile) => {
    const known = Known.parse(profile);
    const node = SPOKEN_TO.has(known.kind) ? NODES[known.transport ?? ""] : undefined;
    return node === undefined ? [] : known.usb.map((usb) => ({ ...usb, node, name: known.name }));
  });
  const lines = rules.map(
    ({ vendor, product, node, name }) =>
      `# ${name.replaceAll(/[^\x20-\x7e]/g, "?")}\nKERNEL=="${node}", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", GROUP="${group}", MODE="0660"`,
  );
  return `${[...new Set(lines)].join("\n")}\n`;
}
