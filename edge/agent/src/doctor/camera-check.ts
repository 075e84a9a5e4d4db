import { delimiter, join } from "node:path";
import type { AgentConfig } from "../config.js";
import { checkCamera as checkChoice, PROFILES, readCameraFacts } from "../profile/index.js";
import type { Machine } from "./machine.js";
import { type Check, well } from "./report.js";

const ID = "camera";
const GROUP =
  "Add the agent's user to the group of the device, most often video: SupplementaryGroups=video in its unit.";

/** Whether the configured camera is there, may be read, is one that the profile takes, and whether ffmpeg can read it. */
export async function checkCamera(
  machine: Machine,
  config: Pick<AgentConfig, "camera" | "allowedCameras" | "profile">,
  searchPath: string,
): Promise<Check> {
  const { camera, allowedCameras: allowed } = config;
  const wrong = (code: string, says: string, mend: string): Check => ({ id: ID, status: "wrong", code, says, mend });
  const profile = PROFILES[config.profile];
  const facts =
    camera.kind === "device"
      ? await readCameraFacts(machine.at(camera.path), machine.at("/sys/class/video4linux"))
      : null;
  if (camera.kind !== "page") {
    const refused = await machine.refuses(camera.path, camera.kind === "device" ? "read-write" : "read");
    if (refused === "ENOENT") {
      const others = ((await machine.list("/dev")) ?? []).filter((name) => /^video\d+$/.test(name)).sort();
      const there = others.length === 0 ? "There is no camera at all." : `There are: ${others.join(", ")}.`;
      return wrong("camera-missing", `${camera.path} is not there. ${there}`, "Plug it in, or name another one.");
    }
    if (refused !== null) {
      return wrong("camera-forbidden", `${camera.path} may not be read (${refused}).`, GROUP);
    }
    if (!(await onPath(machine, "ffmpeg", searchPath))) {
      return wrong("ffmpeg-missing", "ffmpeg, which reads the camera, is not installed.", "Run: apt install ffmpeg");
    }
  }
  const choice = checkChoice(profile, camera, { allowed, facts });
  if (!choice.ok && choice.code === "camera-unattested") {
    return wrong(
      "camera-unattested",
      "Production takes no pictures from the kiosk's page.",
      'Name the camera: "camera": {"kind": "device", "path": "/dev/video0"}',
    );
  }
  if (!choice.ok) {
    const name = facts === null ? "a file" : `${facts.name}${facts.virtual ? ", which no hardware stands behind" : ""}`;
    return wrong(
      "camera-not-allow-listed",
      `Production does not accept this camera: ${name}.`,
      'Put the name of a camera of real hardware into "allowedCameras".',
    );
  }
  if (camera.kind === "page") return well(ID, "The page's own camera is used, which only the demo accepts.");
  if (camera.kind === "file") return well(ID, "A video file is played as a camera, which only the demo accepts.");
  return well(ID, `${facts?.name ?? camera.path} is there and may be read.`);
}

async function onPath(machine: Machine, command: string, searchPath: string): Promise<boolean> {
  for (const folder of searchPath.split(delimiter)) {
    if (folder !== "" && (await machine.exists(join(folder, command)))) return true;
  }
  return false;
}
