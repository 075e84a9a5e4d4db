import type { ReactNode } from "react";
import { Slider as AriaSlider, Label, SliderThumb, SliderTrack } from "react-aria-components";

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Called once when the handle is let go. */
  readonly onChangeEnd?: (value: number) => void;
  readonly minValue: number;
  readonly maxValue: number;
  readonly step: number;
  /** The value in words, as shown: "2.4 m". */
  readonly shown: string;
  readonly formatOptions?: Intl.NumberFormatOptions;
  readonly isDisabled?: boolean;
}

export function Slider({ label, shown, onChange, onChangeEnd, ...rest }: SliderProps): ReactNode {
  const one = (value: number | number[]) => (typeof value === "number" ? value : (value[0] ?? rest.minValue));
  return (
    <AriaSlider
      {...rest}
      className="wk-slider"
      onChange={(value) => onChange(one(value))}
      onChangeEnd={(value) => onChangeEnd?.(one(value))}
    >
      <Label className="wk-label">{label}</Label>
      <span className="wk-slider-value" aria-hidden>
        {shown}
      </span>
      <SliderTrack className="wk-slider-track">
        {({ state }) => (
          <>
            <div className="wk-slider-rail" />
            <div className="wk-slider-fill" style={{ width: `calc(${state.getThumbPercent(0) * 100}% + 14px)` }} />
            <SliderThumb className="wk-slider-thumb" />
          </>
        )}
      </SliderTrack>
    </AriaSlider>
  );
}
