// Notes what goes wrong behind the face of the page, before any script of the page runs: errors and warnings of the
// console (Vue says there what it catches), errors and rejections that nobody caught, violations of the CSP, parts
// of the page that did not load. Outlives a reload. The tests of the real window ask for it: WebKit's driver gives
// no console.
(() => {
  const kept = 'hongyan-page_errors';
  let all = [];
  try {
    all = JSON.parse(sessionStorage.getItem(kept) ?? '[]');
  } catch {
    // a page without storage begins anew
  }
  const keep = () => {
    try {
      sessionStorage.setItem(kept, JSON.stringify(all));
    } catch {
      // as above
    }
  };
  const note = (what) => {
    if (all.length < 100) all.push(String(what).slice(0, 2000));
    keep();
  };
  const said = (part) => (part instanceof Error ? `${part} ${part.stack}` : String(part));
  for (const level of ['error', 'warn']) {
    const usual = console[level];
    console[level] = (...parts) => {
      note(`console.${level}: ${parts.map(said).join(' ')}`);
      usual.apply(console, parts);
    };
  }
  window.addEventListener(
    'error',
    (event) => {
      const part = event.target;
      if (part instanceof Element) note(`not loaded: ${part.outerHTML}`);
      else note(`error in the page: ${event.error ? said(event.error) : event.message}`);
    },
    true,
  );
  window.addEventListener('unhandledrejection', (event) => note(`rejected: ${said(event.reason)}`));
  document.addEventListener('securitypolicyviolation', (event) =>
    note(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
  );
  const tell = () => {
    const told = all;
    all = [];
    keep();
    return told;
  };
  Object.defineProperty(window, 'hongyanWitness', { value: tell });
})();
