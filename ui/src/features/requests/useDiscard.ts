import { useQueryClient } from '@tanstack/vue-query';
import { useI18n } from 'vue-i18n';
import { call } from '@/api/client';
import type { Draft } from '@/api/generated';
import { invalidate } from '@/api/queries';
import { toast } from '@/components/toasts';

/** Deletes drafts at once, with an undo in a toast. */
export function useDiscard() {
  const { t } = useI18n();
  const client = useQueryClient();
  const again = () => invalidate(client, ['drafts', 'requests', 'status']);

  /** Offers to restore a deleted draft. */
  function offerBack(draft: Draft, onBack: () => void = () => undefined) {
    const title = () => draft.componentTitle || draft.title || t('requests.untitled');
    const restore = async () => {
      try {
        await call('draft_restore', { draft });
        await again();
        onBack();
      } catch {
        toast(() => t('form.discard.notBack'));
      }
    };
    toast(() => t('form.discard.done', { title: title() }), {
      label: () => t('form.discard.undo'),
      run: () => void restore(),
    });
  }

  /** Deletes the draft with this id. */
  async function discard(id: string): Promise<void> {
    const { draft } = await call('draft_get', { id });
    await call('draft_delete', { id });
    await again();
    offerBack(draft);
  }

  return { discard, offerBack };
}
