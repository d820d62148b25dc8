import type { ComponentChildren } from 'preact';

/** A part of a page with a heading. */
export function Card(props: {
  id: string;
  title: string;
  /** Controls beside the heading. */
  tools?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const { id, title, tools, wide = false, children } = props;
  return (
    <section class={wide ? 'card wide' : 'card'} id={id} aria-labelledby={`${id}-title`}>
      <header class="card-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {tools !== undefined && <div class="tools">{tools}</div>}
      </header>
      {children}
    </section>
  );
}

/** What is said where there is nothing yet. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}
