import type { ReactNode } from "react";

/** Where a face belongs: an oval between the corners of a viewfinder; the oval closes when all is well. */
export function FaceOutline({ good }: { good: boolean }): ReactNode {
  return (
    <svg className="outline" viewBox="0 0 200 200" aria-hidden="true" data-good={good}>
      <path
        className="outline-corners"
        d="M10 46V26a16 16 0 0 1 16-16h20M154 10h20a16 16 0 0 1 16 16v20M190 154v20a16 16 0 0 1-16 16h-20M46 190H26a16 16 0 0 1-16-16v-20"
      />
      <path
        className="outline-face"
        d="M100 34c28 0 46 20 46 50 0 36-22 72-46 72s-46-36-46-72c0-30 18-50 46-50Z"
        pathLength="100"
      />
      <path className="outline-inside" d="M80 88v6M120 88v6M100 96v14h-6M84 126c9 8 23 8 32 0" />
    </svg>
  );
}
