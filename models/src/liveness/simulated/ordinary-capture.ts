import { checkFrame, type Frame } from "../../frame/frame.js";
import { develop, drawCamera, expose } from "./camera.js";
import { sampleLinear, toLinear } from "./light.js";
import { seededDraws } from "./seeded-draws.js";

const largestSide = 640;

/**
 * The bona fide counterpart of `simulateRecapture`: what the photo shows, as if it stood before the kiosk, through the same
 * lens, sensor and JPEG, nearer or further, a little tilted. Without it whoever learns or measures would tell pictures
 * that were processed from others, not attacks from people.
 */
export async function simulateOrdinaryCapture(
  photo: Frame,
  capture: { readonly seed: number; readonly frame?: number },
): Promise<Frame> {
  checkFrame(photo);
  const draws = seededDraws(capture.seed, 77);
  const hand = seededDraws(capture.seed, 77, 1 + (capture.frame ?? 0));
  const camera = drawCamera(draws);
  const shown = draws.between(0.78, 1);
  const factor = Math.min(draws.between(0.65, 1.7), largestSide / Math.max(photo.width, photo.height));
  const size = {
    width: Math.max(64, Math.round(photo.width * shown * factor)),
    height: Math.max(64, Math.round(photo.height * shown * factor)),
  };
  const roll = draws.normal() * 0.06 + hand.normal() * 0.01;
  const zoom = (photo.width * shown) / size.width;
  const middle = {
    x: photo.width * (0.5 + (draws.next() - 0.5) * (1 - shown)) + hand.normal(),
    y: photo.height * (0.5 + (draws.next() - 0.5) * (1 - shown)) + hand.normal(),
  };
  const [across, along] = [Math.cos(roll) * zoom, Math.sin(roll) * zoom];
  const picture = toLinear(photo);
  const seen = expose(
    (x, y, out) => {
      const [dx, dy] = [x - size.width / 2, y - size.height / 2];
      sampleLinear(picture, middle.x + dx * across - dy * along, middle.y + dx * along + dy * across, out);
    },
    { ...size, samples: zoom > 1.1 ? 2 : 1 },
  );
  return develop(seen, camera, hand);
}
