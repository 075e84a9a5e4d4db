import { join } from "node:path";
import { type Agent, type AgentWorld, startAgent } from "@wardkey/agent";

export const BED_7 = { id: "bed-7", name: "Bed 7", ward: "Ward 3B" };

/** How a fleet server knows it from its start. */
export const ticketOfBedSeven = (file: string) => ({
  device: BED_7.id,
  profile: "kiosk" as const,
  name: BED_7.name,
  ward: BED_7.ward,
  file,
});

/** A whole kiosk agent in `folder`, enrolled by the ticket in `ticketFile`; without `pageDir` nobody looks at its screen. */
export function startBedSeven(
  { folder, ticketFile, pageDir = folder }: { folder: string; ticketFile: string; pageDir?: string },
  parts: Omit<AgentWorld, "version">,
): Promise<Agent> {
  return startAgent(
    {
      dataDir: join(folder, "kiosk"),
      port: 0,
      kiosk: BED_7,
      profile: "demo",
      site: { ticketFile },
      radio: { kind: "virtual", socketPath: join(folder, "room"), name: "kiosk" },
      camera: { kind: "page" },
      allowedCameras: [],
      pageDir,
      modelsDir: folder,
    },
    { ...parts, version: "0.1.0" },
  );
}
