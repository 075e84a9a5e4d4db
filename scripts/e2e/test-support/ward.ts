import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hospital, type HospitalOptions, startHospital } from "../../src/hospital/hospital.js";
import { type Screens, watchKiosk, watchPhone } from "../../src/hospital/screens.js";
import { makeSceneVideos, type SceneName } from "../../src/shift/scenes.js";
import { away, enrol, settled } from "../../src/shift/steps.js";

/** A running hospital with Anna enrolled, its camera played by ffmpeg from a simulated video. */
export interface Ward {
  readonly hospital: Hospital;
  /** The two screens; the kiosk's is a new connection after each restart of the agent. */
  screens(): Screens;
  /** The video of a scene, for the camera of another kiosk. */
  film(scene: SceneName): string;
  /** Puts another scene before the camera: the agent starts anew. */
  stand(scene: SceneName): Promise<void>;
  /** Starts the agent anew as it is, and connects to its screen again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openWard(scenes: readonly SceneName[], more: Pick<HospitalOptions, "other"> = {}): Promise<Ward> {
  const dir = mkdtempSync(join(tmpdir(), "wardkey-e2e-"));
  const videos = await makeSceneVideos(["enrol", ...scenes], dir, () => {});
  const hospital = await startHospital({
    dataDir: join(dir, "hospital"),
    ports: { kiosk: 0, phone: 0, site: 0, devices: 0, mqtt: 0 },
    profile: "demo",
    camera: { kind: "file", path: videos.enrol },
    seed: 1,
    ...more,
  });
  try {
    return await enrolAnna(hospital, videos, dir);
  } catch (error) {
    await hospital.stop();
    throw error;
  }
}

async function enrolAnna(hospital: Hospital, videos: Record<SceneName, string>, dir: string): Promise<Ward> {
  const phone = await watchPhone(hospital);
  let kiosk = await watchKiosk(hospital);
  const restart = async (change: Parameters<Hospital["restartAgent"]>[0]) => {
    kiosk.close();
    await hospital.restartAgent(change);
    kiosk = await watchKiosk(hospital);
    await settled(kiosk);
  };
  const enrolled = await enrol({ kiosk, phone }, hospital);
  if (!enrolled.ok) throw new Error(`enrolment failed: ${JSON.stringify(kiosk.latest()?.enrolment)}`);
  await away({ kiosk, phone });
  return {
    hospital,
    screens: () => ({ kiosk, phone }),
    film: (scene) => videos[scene],
    stand: (scene) => restart({ camera: { kind: "file", path: videos[scene] } }),
    restart: () => restart({}),
    close: async () => {
      kiosk.close();
      phone.close();
      await hospital.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
