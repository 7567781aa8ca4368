// Records page errors before any script of the page runs: errors and warnings of the console (Vue reports there what it
// catches), uncaught errors and rejections, CSP violations, resources that did not load. The record survives a reload. The
// tests of the real window read it, because WebKit's driver has no access to the console.
(() => {
  const kept = 'hongyan-page_errors';
  let all = [];
  try {
    all = JSON.parse(sessionStorage.getItem(kept) ?? '[]');
  } catch {
    // without session storage the record starts empty after a reload
  }
  const keep = () => {
    try {
      sessionStorage.setItem(kept, JSON.stringify(all));
    } catch {
      // without session storage the record is lost at a reload
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
