import { onBeforeUnmount, watch, type Ref, type WatchSource } from 'vue';

/**
 * What wraps out of sight in a box of one line must not be reached by the keyboard either: the engine would
 * scroll the box to it, and what was seen would be gone. Hides the children of the box that are not seen whole;
 * looks anew when `children` changes.
 */
export function useWholeOnly(box: Ref<HTMLElement | undefined>, children: WatchSource): void {
  if (typeof IntersectionObserver === 'undefined') return;
  let observer: IntersectionObserver | undefined;
  watch(
    [box, children],
    () => {
      observer?.disconnect();
      if (!box.value) return;
      observer = new IntersectionObserver(
        (entries) => {
          for (const { target, intersectionRatio } of entries)
            if (target instanceof HTMLElement)
              target.style.visibility = intersectionRatio < 0.95 ? 'hidden' : '';
        },
        { root: box.value, threshold: [0, 0.95] },
      );
      for (const child of box.value.children) observer.observe(child);
    },
    { immediate: true, flush: 'post' },
  );
  onBeforeUnmount(() => observer?.disconnect());
}
