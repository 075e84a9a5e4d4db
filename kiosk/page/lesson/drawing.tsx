import type { NudgePicture } from "@wardkey/protocol/nudge";
import type { LessonPicture } from "@wardkey/protocol/training";
import type { ReactNode } from "react";
import {
  At,
  Badge,
  Cross,
  Key,
  Monitor,
  Padlock,
  Person,
  Phone,
  Stick,
  TextLines,
  Tick,
  Walker,
  Waves,
} from "./shapes.js";

type Drawn = LessonPicture | NudgePicture;

const away = (
  <>
    <At x={72} y={78}>
      <Monitor>
        <At x={0} y={-10}>
          <Padlock />
        </At>
      </Monitor>
    </At>
    <At x={182} y={84}>
      <Walker />
    </At>
    <At x={212} y={70} by={0.42}>
      <Phone />
    </At>
  </>
);

/** A picture says one thing; its words stand beside it, so that a screen reader misses nothing. */
const DRAWINGS: Readonly<Record<Drawn, ReactNode>> = {
  "screen-open": (
    <>
      <At x={84} y={84} by={1.2}>
        <Monitor>
          <TextLines />
        </Monitor>
      </At>
      <At x={198} y={96}>
        <Person />
      </At>
    </>
  ),
  "screen-locked": (
    <At x={120} y={84} by={1.3}>
      <Monitor>
        <At x={0} y={-10} by={1.2}>
          <Padlock />
        </At>
      </Monitor>
    </At>
  ),
  walking: away,
  "phone-along": away,
  phone: (
    <>
      <At x={100} y={80} by={1.5}>
        <Phone />
      </At>
      <At x={146} y={80} by={1.3}>
        <Waves />
      </At>
    </>
  ),
  key: (
    <>
      <At x={92} y={58}>
        <Key />
      </At>
      <At x={92} y={114}>
        <Key />
      </At>
      <At x={190} y={86} by={1.4}>
        <Padlock />
      </At>
    </>
  ),
  words: (
    <g>
      {[36, 84, 132].map((x) => (
        <rect key={x} className="draw-ground" x={x} y="50" width="40" height="24" rx="6" />
      ))}
      <rect className="draw-ground" x="180" y="50" width="26" height="24" rx="6" />
      <At x={120} y={118}>
        <Tick />
      </At>
    </g>
  ),
  note: (
    <>
      <At x={104} y={84} by={1.2}>
        <Monitor />
      </At>
      <path className="draw-solid" d="M146 96 h44 v40 l-10 10 h-34 z" />
      <At x={196} y={56}>
        <Cross />
      </At>
    </>
  ),
  badge: (
    <At x={120} y={86} by={1.5}>
      <Badge />
    </At>
  ),
  "two-people": (
    <>
      <At x={52} y={96}>
        <Person />
      </At>
      <At x={188} y={96}>
        <Person />
      </At>
      <At x={120} y={84} by={0.8}>
        <Monitor>
          <TextLines />
        </Monitor>
      </At>
    </>
  ),
  code: (
    <g>
      <rect className="draw-ground" x="44" y="48" width="152" height="64" rx="10" />
      {[64, 90, 116, 142, 168].map((x) => (
        <path key={x} d={`M${x} 80 h12`} />
      ))}
      <At x={196} y={118}>
        <Tick />
      </At>
    </g>
  ),
  usb: (
    <>
      <At x={112} y={84} by={1.4}>
        <Stick />
      </At>
      <At x={200} y={52}>
        <Cross />
      </At>
    </>
  ),
  "found-usb": (
    <>
      <path d="M20 130 h200" />
      <At x={110} y={108}>
        <Stick />
      </At>
      <circle cx="186" cy="64" r="24" />
      <path d="M203 82 l18 20" />
    </>
  ),
  desk: (
    <>
      <At x={84} y={66}>
        <Monitor>
          <At x={0} y={-10}>
            <Tick />
          </At>
        </Monitor>
      </At>
      <path d="M20 108 h200 M40 108 v36 M200 108 v36" />
      <At x={176} y={90} by={0.6}>
        <Stick />
      </At>
    </>
  ),
  ward: (
    <>
      {[50, 120, 190].map((x) => (
        <At key={x} x={x} y={84} by={0.62}>
          <Monitor>
            <At x={0} y={-10}>
              <Padlock />
            </At>
          </Monitor>
        </At>
      ))}
      <path d="M20 130 h200" />
    </>
  ),
  veil: (
    <>
      <At x={112} y={84} by={1.3}>
        <Monitor>
          <TextLines />
        </Monitor>
      </At>
      <path className="draw-veil" d="M120 28 h62 v88 h-62 z" />
    </>
  ),
  reason: (
    <>
      <rect className="draw-ground" x="44" y="36" width="152" height="30" rx="8" />
      <rect className="draw-ground" x="44" y="78" width="152" height="30" rx="8" />
      <At x={66} y={51} by={0.6}>
        <Tick />
      </At>
      <path d="M90 51 h80 M66 93 h104 M150 124 l14 20" />
    </>
  ),
  lesson: (
    <g>
      <path
        className="draw-ground"
        d="M120 50 c-24 -16 -56 -16 -76 -8 v76 c20 -8 52 -8 76 8 c24 -16 56 -16 76 -8 v-76 c-20 -8 -52 -8 -76 8 z"
      />
      <path d="M120 50 v76 M62 62 h36 M62 82 h36 M142 62 h36 M142 82 h36" />
    </g>
  ),
};

export const Drawing = ({ picture }: { picture: Drawn }): ReactNode => (
  <svg className="drawing" viewBox="0 0 240 160" aria-hidden focusable="false">
    {DRAWINGS[picture]}
  </svg>
);
