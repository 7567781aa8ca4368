import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue';

/** Becomes true only after `source` has been true for `ms`, so that short waits show no skeleton. */
export function useDelayed(source: () => boolean, ms = 200): Readonly<Ref<boolean>> {
  const shown = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    source,
    (on) => {
      clearTimeout(timer);
      if (!on) shown.value = false;
      else timer = setTimeout(() => (shown.value = true), ms);
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(timer));
  return readonly(shown);
}
