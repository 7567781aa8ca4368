import { attribute, tagOf } from './dom.ts';
import { clip } from './text.ts';

/** How a frame or component that cannot be looked into is named: its title, else the host of its address. */
export function captionsOfClosed(element: Element): string {
  const title = attribute(element, 'title') || attribute(element, 'aria-label') || attribute(element, 'name');
  if (title !== '') return clip(title);
  const host = /^https?:\/\/([^/?#]+)/.exec(attribute(element, 'src'))?.[1];
  return clip(host ?? tagOf(element).toLowerCase());
}
