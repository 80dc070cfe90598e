// What a page looks like, measured in the page itself.
var measures = {
  // Elements that reach beyond the window, but for those that scroll in a box of their own.
  stickingOut: () => [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 0.5 || box.left < -0.5) && !e.closest('.wide, .skip, pre, svg');
  }).map(e => e.outerHTML.slice(0, 120)),

  // How many drawings, estimates and verdicts need sideways scrolling.
  unseen: () => [...document.querySelectorAll('svg.drawing, .estimate, .badge')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.left < 0 || box.right > innerWidth);
  }).length,

  // Drawings with a label outside of them or on another label.
  crowded: () => [...document.querySelectorAll('svg.drawing')].filter(svg => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
    const out = t => t.left < frame.left - 1 || t.right > frame.right + 1 || t.bottom > frame.bottom + 1;
    const hit = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return texts.some(out) || texts.some((a, i) => texts.some((b, j) => i < j && hit(a, b)));
  }).map(svg => svg.getAttribute('aria-label')),

  // [number of texts, those whose contrast with their ground is below 4.5], by the formula of WCAG 2.
  faint: () => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const known = new Map();
    const rgba = colour => {
      if (!known.has(colour)) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
      }
      return known.get(colour);
    };
    const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
    const ground = e => {
      for (; e; e = e.parentElement) {
        const colour = rgba(getComputedStyle(e).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };
    const texts = [...document.querySelectorAll('body *')].filter(
      e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()));
    const contrast = e => {
      const style = getComputedStyle(e);
      const [a, b] = [light(rgba(e instanceof SVGElement ? style.fill : style.color)), light(ground(e))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    const found = texts.filter(e => contrast(e) < 4.5).map(e => `${e.tagName} ${e.className} ${contrast(e)}`);
    return [texts.length, [...new Set(found)]];
  },

  smallest: () => Math.min(...[...document.querySelectorAll('svg text')].map(
    t => parseFloat(getComputedStyle(t).fontSize))),

  // Of every table beside its print, scrolled to its end: [left side of its box, how far it scrolled, those of row names].
  printedTables: () => [...document.querySelectorAll('table.beside-print')].filter(t => t.getClientRects().length)
    .map(t => {
      const box = t.closest('.wide');
      box.scrollLeft = 1e6;
      const names = [...t.querySelectorAll('tbody th')].map(e => e.getBoundingClientRect().left);
      return [box.getBoundingClientRect().left, box.scrollLeft, names];
    }),

  openAll: () => document.querySelectorAll('details').forEach(d => { d.open = true; }),

  // [class, whether it is in the window, style of its outline] of what has the focus.
  focused: () => {
    const e = document.activeElement;
    return [e.className, e.getBoundingClientRect().left >= 0, getComputedStyle(e).outlineStyle];
  },

  // [distance from the top, verdict] of a claim.
  claim: number => {
    const e = document.getElementById(number);
    return [e.getBoundingClientRect().top, e.querySelector('.badge').textContent.trim()];
  },
};
