// Runs in the page, in Chromium and in the real window: returns a sentence for each piece of content that is
// outside its box or unreachable; empty = no fault. It is an expression because it is passed as text.
(() => {
  const wrong = [];
  const near = 1.5;
  const short = (text) => {
    const words = (text ?? '').replace(/\s+/g, ' ').trim();
    return words.length > 40 ? `${words.slice(0, 40)}…` : words;
  };
  const name = (element) => {
    const kind = [element.localName, ...element.classList].join('.');
    return `${kind} «${short(element.getAttribute('aria-label') ?? element.textContent)}»`;
  };

  // the frame itself must never scroll
  const frames = [document.scrollingElement, document.body, document.querySelector('#app')];
  frames.push(document.querySelector('.frame'));
  const still = (when) => {
    for (const frame of frames) {
      if (!frame) continue;
      if (frame.scrollTop !== 0 || frame.scrollLeft !== 0) {
        wrong.push(
          `${name(frame).split(' ')[0]} is scrolled to ${frame.scrollLeft},${frame.scrollTop} ${when}`,
        );
        frame.scrollTo(0, 0);
      }
    }
  };
  still('at first');
  for (const frame of frames) frame?.scrollTo({ top: 83, left: 83, behavior: 'instant' });
  still('when it is told to');

  const spoken = (element) =>
    !element.closest('[aria-hidden="true"], [inert], .unseen, .skip, [data-reka-focus-guard]');
  const visible = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return (
      width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true }) && spoken(element)
    );
  };

  const ends = {
    x: ['left', 'right', 'clientWidth', 'scrollWidth', 'scrollLeft', 'clientLeft'],
    y: ['top', 'bottom', 'clientHeight', 'scrollHeight', 'scrollTop', 'clientTop'],
  };
  /**
   * Whether a piece from `from` to `to` on this axis can be seen; otherwise returns the element that clips
   * it.
   */
  function cutBy(start, piece, axis, own, slack) {
    const [first, last, client, whole, moved, border] = ends[axis];
    let from = piece[first];
    let to = piece[last];
    let position = own;
    for (let box = start; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      const holds =
        style.position !== 'static' || style.transform !== 'none' || style.contain.includes('paint');
      if (!(position === 'absolute' && !holds)) {
        const overflow = axis === 'x' ? style.overflowX : style.overflowY;
        if (overflow !== 'visible' && box !== document.body) {
          const shape = box.getBoundingClientRect();
          const begin = shape[first] + box[border];
          const end = begin + box[client];
          const dotted = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
          if (/auto|scroll/.test(overflow) && box[whole] > box[client] + 1) {
            if (from + box[moved] < begin - slack || to + box[moved] > begin + box[whole] + slack) return box;
            [from, to] = [begin, end];
          } else if (dotted) {
            [from, to] = [Math.max(from, begin), Math.min(to, end)];
            if (to < from) [from, to] = [begin, end];
          } else if (from < begin - slack || to > end + slack) return box;
        }
        if (holds) position = style.position;
        if (style.position === 'fixed') break;
      }
    }
    const size = axis === 'x' ? innerWidth : innerHeight;
    return from < -slack || to > size + slack ? document.documentElement : null;
  }
  const say = (what, by, axis, piece) =>
    wrong.push(
      `${what} lies outside ${by === document.documentElement ? 'the window' : name(by).split(' ')[0]} ` +
        `(${axis}: ${Math.round(piece[ends[axis][0]])}–${Math.round(piece[ends[axis][1]])} of ${axis === 'x' ? innerWidth : innerHeight})`,
    );

  const controls =
    'a[href], button, input, textarea, summary, [tabindex]:not([tabindex="-1"]), [role=option], [role=combobox], [role=spinbutton]';
  for (const element of document.querySelectorAll(controls)) {
    if (!visible(element)) continue;
    const piece = element.getBoundingClientRect();
    const { position } = getComputedStyle(element);
    for (const axis of ['x', 'y']) {
      // a virtual list may render rows beyond its visible part
      if (axis === 'y' && element.matches('[role=option]')) continue;
      const by = cutBy(element.parentElement, piece, axis, position, near);
      if (by) say(name(element), by, axis, piece);
    }
  }

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const box = text.parentElement;
    if (text.data.trim() === '' || box.closest('script, style, textarea') || !visible(box)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const piece = range.getBoundingClientRect();
    if (piece.width < 1) continue;
    const by = cutBy(box, piece, 'x', getComputedStyle(box).position, near);
    if (by) say(`the text «${short(text.data)}» of ${name(box).split(' ')[0]}`, by, 'x', piece);
    // line boxes are slightly taller than their glyphs
    const above = box.closest('[role=option]')
      ? null
      : cutBy(box, piece, 'y', getComputedStyle(box).position, 5);
    if (above) say(`the text «${short(text.data)}» of ${name(box).split(' ')[0]}`, above, 'y', piece);
  }

  for (const box of document.querySelectorAll('body *')) {
    if (box.matches('pre, pre *, input, textarea') || !visible(box)) continue;
    const sideways =
      /auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1;
    if (sideways)
      wrong.push(`${name(box).split(' ')[0]} scrolls sideways: ${box.scrollWidth} in ${box.clientWidth}`);
  }

  // moving the focus must not scroll the frame
  const before = document.activeElement;
  for (const element of document.querySelectorAll(controls)) {
    if (element.disabled || !element.checkVisibility()) continue;
    element.focus();
    still(`with the keyboard in ${name(element)}`);
  }
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return [...new Set(wrong)];
})();
