// Two browser engines with one face: `{ name, go(address), run(script), close() }`. `run` evaluates an expression in
// the page's own world and returns its value, as the window of the program does.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** Chromium, which is Debian's, or the one of HONGYAN_CHROMIUM. */
export async function openChromium() {
  const browser = await chromium.launch({
    executablePath: process.env.HONGYAN_CHROMIUM ?? places.find((place) => existsSync(place)),
    args: sandbox,
  });
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1100, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // not by playwright's own script in the page, which needs prototypes that a page may have replaced
  const session = await context.newCDPSession(page);
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    name: 'Chromium',
    go: (address) => page.goto(address, { waitUntil: 'load' }),
    run,
    until: (condition) => page.waitForFunction(condition),
    close: () => browser.close(),
  };
}
