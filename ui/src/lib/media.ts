import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** Follows a media query. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const matches = ref(false);
  if (typeof window.matchMedia !== 'function') return readonly(matches);
  const list = window.matchMedia(query);
  const follow = () => (matches.value = list.matches);
  follow();
  list.addEventListener('change', follow);
  onScopeDispose(() => list.removeEventListener('change', follow));
  return readonly(matches);
}

/** From this width on, details are shown beside their list. */
export const useWide = () => useMedia('(min-width: 1100px)');
