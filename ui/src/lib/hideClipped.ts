import { onBeforeUnmount, watch, type Ref, type WatchSource } from 'vue';

/**
 * Hides those children of a one-line box that wrap out of sight. They must not be focusable either, because
 * the engine would scroll to them and move the visible ones away. Updates when `children` changes.
 */
export function useHideClipped(box: Ref<HTMLElement | undefined>, children: WatchSource): void {
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
