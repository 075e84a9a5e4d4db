import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { ownMaskTemplates } from "../read-mask-templates.js";
import { ownMasks } from "./own-masks.js";

const { list, pictures } = ownMasks();
for (const { file, rgba, width, height } of pictures) {
  await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toFile(join(ownMaskTemplates, file));
}
await writeFile(join(ownMaskTemplates, "masks.json"), `${JSON.stringify(list, null, 2)}\n`);
