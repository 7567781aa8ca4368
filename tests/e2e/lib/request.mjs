// Reads what the screen shows about a request: its page, and its row in the list.
import { becomes } from './until.mjs';
import { words } from './words.mjs';

/** The page of a request. */
export const panel = (page) => page.locator('article.panel');
/** The button of an action. */
export const action = (page, name) => panel(page).locator(`.promise [data-action="${name}"]`);
/** The confirming button in the action's dialog. */
export const confirm = (page) => page.getByRole('dialog').locator('[data-confirm]');

/** Labels of buttons in the details and the footer that a toast covers; empty = no fault. */
export const underToasts = (page) =>
  page.evaluate(() => {
    const toasts = [...document.querySelectorAll('.toast')].map((toast) => toast.getBoundingClientRect());
    const buttons = document.querySelectorAll(':is(article.panel, .foot-bar) :is(button, a, input)');
    const lies = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return [...buttons]
      .filter((button) => toasts.some((toast) => lies(toast, button.getBoundingClientRect())))
      .map((button) => button.textContent.trim());
  });

/** Reads everything shown about the open request. */
function seen(page) {
  return page.evaluate(() => {
    const text = (node) => node?.textContent.replace(/\s+/g, ' ').trim() ?? '';
    const one = (selector, within = document) => within.querySelector(selector);
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const shown = one('article.panel');
    if (!shown) return null;
    const [state, clock] = all('.promise .state > *', shown);
    const row = one('[role=option].opened, [role=option] .line.opened')?.closest('[role=option]');
    let group = row;
    while (group && !one('.group .word', group)) group = group.previousElementSibling;
    return {
      state: text(state),
      clock: text(clock),
      promise: text(one('.promise .sentence', shown)),
      todo: text(one('.promise .todo', shown)),
      actions: all('.promise [data-action]', shown).map((button) => button.dataset.action),
      now: text(one('[aria-current=step] .state', shown)),
      row: text(row && one('.where .badge', row)),
      group: text(group && one('.group .word', group)),
    };
  });
}

/**
 * Waits until the screen shows all of this for the open request: the name of the state, promise and to-do in
 * its words (the variant for loans if there is one), the clock (null: not checked), the buttons, and the
 * group in the list.
 */
export async function shows(page, state, { service = 'Loan', group, clock = '', actions = [], todo }) {
  const usual = {
    reviewDays: 2,
    copyDays: 3,
    loanDays: 7,
    keepDays: 20,
    place: '相思湖馆 904',
  };
  const say = (part) => {
    const key = `requests.state.${state}.${part}`;
    if (service === 'Loan') {
      try {
        return words(`${key}Loan`, usual);
      } catch {
        // loans and copies share these words
      }
    }
    return words(key, usual);
  };
  const name = words(`requests.state.${state}.name`);
  const wanted = {
    state: name,
    clock,
    promise: say('promise'),
    todo: todo ?? say('todo'),
    actions,
    now: name,
    row: name,
    group: words(`requests.group.${group}`),
  };
  const look = async () => {
    const all = await seen(page);
    return all && clock === null ? { ...all, clock } : all;
  };
  await becomes(look, wanted, `what is said in state ${state}`);
}
