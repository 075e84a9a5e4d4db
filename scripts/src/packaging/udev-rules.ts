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

/** Rules by which the agent, and nobody else but root, may speak to the HID devices that profiles know. */
export function udevRules(profiles: readonly unknown[], group: string): string {
  const rules = profiles.flatMap((profile) => {
    const known = Known.parse(profile);
    return known.transport === "hid" && SPOKEN_TO.has(known.kind)
      ? known.usb.map((usb) => ({ ...usb, name: known.name }))
      : [];
  });
  const lines = rules.map(
    ({ vendor, product, name }) =>
      `# ${name.replaceAll(/[^\x20-\x7e]/g, "?")}\nKERNEL=="hidraw*", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", GROUP="${group}", MODE="0660"`,
  );
  return `${[...new Set(lines)].join("\n")}\n`;
}
