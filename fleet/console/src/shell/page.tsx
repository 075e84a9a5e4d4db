import { ChevronRight } from "@wardkey/ui/icons";
import { type ReactNode, useEffect, useRef } from "react";
import { useMe } from "./me.js";

export interface PageProps {
  readonly title: string;
  /** One sentence under it: what this page is for. */
  readonly says?: ReactNode;
  /** The pages above it, outermost first. */
  readonly above?: readonly { readonly title: string; readonly href: string }[];
  /** What may be done here, the main thing last. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: its heading, which takes the focus when somebody arrives, and the browser's title. */
export function Page({ title, says, above = [], actions, children }: PageProps): ReactNode {
  const { siteName } = useMe();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = `${title} · ${siteName}`;
  }, [title, siteName]);
  return (
    <>
      <div className="page-head">
        <div className="page-words">
          {above.length === 0 ? null : (
            <p className="page-above">
              {above.map((each) => (
                <span key={each.href}>
                  <a href={each.href}>{each.title}</a>
                  <ChevronRight size={16} aria-hidden />
                </span>
              ))}
            </p>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {says === undefined ? null : <p className="wk-muted page-says">{says}</p>}
        </div>
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
