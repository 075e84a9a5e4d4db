import { type ReactNode, useId } from "react";

export interface CardProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly icon?: ReactNode;
  /** At the end of the title's line. */
  readonly actions?: ReactNode;
  readonly level?: 2 | 3;
}

/** A titled region of a page. */
export function Card({ title, children, icon, actions, level = 2 }: CardProps): ReactNode {
  const id = useId();
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section className="wk-card" aria-labelledby={id}>
      <div className="wk-card-head">
        {icon}
        <Heading id={id}>{title}</Heading>
        {actions === undefined ? null : <div className="wk-card-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
