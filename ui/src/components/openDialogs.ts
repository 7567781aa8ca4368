import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue';

const count = ref(0);

/** Number of open dialogs: content behind them is not moved until they are closed. */
export const openDialogs = readonly(count);

/** Counts a dialog while it is open. */
export function countWhileOpen(open: Ref<boolean>): void {
  const before = (is: boolean, was: boolean | undefined) =>
    (count.value += Number(is) - Number(was ?? false));
  watch(open, before, { immediate: true });
  onScopeDispose(() => open.value && (count.value -= 1));
}
