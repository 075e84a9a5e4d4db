import type { Point } from "../frame/frame.js";

/** Where a mask's picture touches the face, in its own pixels; left and right are the picture's sides. */
export interface MaskAnchors {
  /** The upper corner at the picture's left, where the loop begins. */
  readonly topLeft: Point;
  readonly bridge: Point;
  readonly topRight: Point;
  readonly jawLeft: Point;
  readonly chin: Point;
  readonly jawRight: Point;
}

/** A band from the mask to the ear or the back of the head. */
export interface MaskStrap {
  readonly from: Point;
  /** A point of the face mesh, and how far beyond it to the side the strap goes, as a share of the face's width. */
  readonly landmark: number;
  readonly beyond: number;
}

/** A picture of a mask: RGBA, straight alpha, `width * height * 4` bytes. */
export interface MaskPicture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
  readonly anchors: MaskAnchors;
}

/** A mask as a picture that can be put on a face; see `wearMask`. */
export interface MaskTemplate extends MaskPicture {
  readonly name: string;
  readonly licence: string;
  readonly straps: {
    readonly colour: readonly [number, number, number];
    /** As a share of the face's width. */
    readonly thickness: number;
    readonly bands: readonly MaskStrap[];
  };
  /** The same mask seen from the side, for faces that turn to the picture's left or right. */
  readonly turned: { readonly left: MaskPicture | undefined; readonly right: MaskPicture | undefined };
}
