/** Reads what we write back, for tests. */

export interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/** The text that {@link escape} was given. */
export function unescape(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
  return text.replace(/&([^;]*);/g, (_, name: string) => entities[name]!);
}

/** Reads the tags of an XML document; throws unless it is well-formed. */
export function parseXml(xml: string): Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  const refuse = (why: string) => {
    throw new Error(`not well-formed: ${why}`);
  };
  if (/[^\P{Cc}\t\n\r]|\p{Cs}|[\uFFFE\uFFFF]/u.test(xml)) refuse('a character that XML does not allow');
  if (/&(?!(lt|gt|amp|quot|#39);)/.test(xml)) refuse('an ampersand that is no entity');
  let end = 0;
  for (let match = token.exec(xml); match !== null; match = token.exec(xml)) {
    end = token.lastIndex;
    const [, closing, name, attributes, empty] = match;
    if (name === undefined) {
      if (open.length === 0) refuse('text outside the document');
    } else if (closing === '/') {
      if (open.pop() !== name) refuse(`unexpected </${name}>`);
    } else {
      const pairs = [...attributes!.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)].map(([, key, value]) => [
        key,
        value!,
      ]);
      if (new Set(pairs.map(([key]) => key)).size < pairs.length) refuse(`<${name}> has an attribute twice`);
      tags.push({ name, attributes: Object.fromEntries(pairs) as Record<string, string> });
      if (empty !== '/') open.push(name);
    }
  }
  if (end !== xml.length || open.length > 0) refuse(`it breaks off at ${end}`);
  return tags;
}
