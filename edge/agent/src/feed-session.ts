import type { Eyes } from "./eyes.js";
import type { Outages } from "./outages.js";
import type { Senses } from "./senses.js";
import type { SessionRunner } from "./session/index.js";

/** Passes on what radio and camera notice: to the session, to presence, and to whoever keeps account of outages. */
export function feedSession(input: {
  readonly senses: Pick<Senses, "presence" | "vision">;
  readonly eyes: Eyes;
  readonly outages: Outages;
  readonly runner: Pick<SessionRunner, "send" | "sense">;
  readonly radio: (state: "ok" | "down") => void;
  readonly changed: () => void;
}): void {
  const { senses, eyes, outages, runner, radio, changed } = input;
  const { presence, vision } = senses;
  const look = (): void => runner.send({ type: "look-again" });
  presence.on((event) => {
    if (event.type === "radio") {
      radio(event.state);
      outages.is("radio", event.state, null);
    }
    runner.sense(event);
  });
  vision.on((finding) => {
    const before = eyes.face();
    eyes.sees(finding);
    const { faces, track = null, steadyMs = 0 } = finding;
    presence.face({ faces: eyes.accepted ? faces : null, track, steadyMs });
    if (eyes.face() !== before) look();
    else changed();
  });
  vision.onCamera((state) => {
    eyes.camera(state);
    if (state.state !== "ok") presence.face({ faces: null, track: null });
    outages.is("camera", state.state === "ok" ? "ok" : "down", state.code);
    look();
  });
}
