import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** The width of an element in whole pixels, updated on resize; `usual` until it is measured. */
export function useElementWidth(element: Ref<HTMLElement | undefined>, usual: number): Ref<number> {
  const width = ref(usual);
  let observer: ResizeObserver | undefined;
  onMounted(() => {
    if (!element.value || typeof ResizeObserver === 'undefined') return;
    observer = new ResizeObserver(([entry]) => {
      const now = Math.floor(entry?.contentRect.width ?? 0);
      if (now > 0) width.value = now;
    });
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return width;
}
