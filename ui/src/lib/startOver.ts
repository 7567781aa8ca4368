/** Reloads the page at the search screen, so that nothing of the previous screens is left. */
export function startOver(): void {
  location.hash = '#/search';
  location.reload();
}
