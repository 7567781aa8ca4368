import { watchEffect, type MaybeRefOrGetter, toValue } from 'vue';
import type { Theme } from '@/api/generated';
import { useMedia } from '@/lib/media';

/** Sets `data-theme` on the root element: the patron's choice, or the system's. */
export function useTheme(wanted: MaybeRefOrGetter<Theme>): void {
  const dark = useMedia('(prefers-color-scheme: dark)');
  watchEffect(() => {
    const theme = toValue(wanted);
    document.documentElement.dataset.theme = theme === 'auto' ? (dark.value ? 'dark' : 'light') : theme;
  });
}
