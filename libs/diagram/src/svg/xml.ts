import { printable } from '../label.js';

/** A piece of well-formed XML. */
export type Xml = string & { readonly xml: unique symbol };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text as XML character data or attribute value. */
export function escape(text: string): Xml {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!) as Xml;
}

/** A number with at most one decimal: a tenth of a pixel is finer than anybody sees. */
function format(value: string | number): string {
  return typeof value === 'number' ? `${Math.round(value * 10) / 10}` : value;
}

/** An element; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly Xml[]
): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escape(format(value!))}"`)
    .join('');
  const content = children.join('');
  return (content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`) as Xml;
}
