// What a patron sees of a request: on its page, and in the list beside it.
import { becomes } from './until.mjs';
import { words } from './words.mjs';

/** The page of a request. */
export const panel = (page) => page.locator('article.panel');
/** A button of what may be done with it. */
export const action = (page, name) => panel(page).locator(`.promise [data-action="${name}"]`);
/** The button that does it, in the question that comes first. */
export const confirm = (page) => page.getByRole('dialog').locator('[data-confirm]');

/** The buttons of the details and of a foot that a toast lies on, by their words; none is right. */
export const underToasts = (page) =>
  page.evaluate(() => {
    const toasts = [...document.querySelectorAll('.toast')].map((toast) => toast.getBoundingClientRect());
    const buttons = document.querySelectorAll(':is(article.panel, .foot-bar) :is(button, a, input)');
    const lies = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return [...buttons]
      .filter((button) => toasts.some((toast) => lies(toast, button.getBoundingClientRect())))
      .map((button) => button.textContent.trim());
  });

/** What stands on the screen about the request that is open. */
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
 * Waits until the screen says this of the open request: the state by name, promise and to-do in its words (a
 * loan's own where there are such), the clock (null: whatever it says), the buttons, in which group it stands.
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
        // the same words for both
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
