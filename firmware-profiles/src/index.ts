export { type BadgeFound, findBadge } from "./badge-recipe.js";
export { bundledProfiles } from "./bundled.js";
export { bytesOf, type Frames, hexOf } from "./bytes.js";
export { allHold } from "./conditions.js";
export { answersAs } from "./identity.js";
export { ProfileBundle, ProfileSet, type UsbDevice, type Verdict } from "./profile-set.js";
export { channelsOn, type RelayOrder, type Report, reportFor } from "./relay-recipe.js";
export {
  BadgeReaderProfile,
  BadgeTechnology,
  BleAdapterProfile,
  CameraProfile,
  Profile,
  RelayProfile,
  type Step,
  WedgeProfile,
} from "./schema.js";
