/** Leaves nothing of what was on the screen: the page begins again at the search, as after a start. */
export function startOver(): void {
  location.hash = '#/search';
  location.reload();
}
