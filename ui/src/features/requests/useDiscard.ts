import { useQueryClient } from '@tanstack/vue-query';
import { useI18n } from 'vue-i18n';
import { call } from '@/api/client';
import type { Draft } from '@/api/generated';
import { invalidate } from '@/api/queries';
import { toast } from '@/components/toasts';

/** Throws drafts away at once, with a word that takes it back. */
export function useDiscard() {
  const { t } = useI18n();
  const client = useQueryClient();
  const again = () => invalidate(client, ['drafts', 'requests', 'status']);

  /** Offers to bring back a draft that was thrown away. */
  function offerBack(draft: Draft, onBack: () => void = () => undefined) {
    const title = draft.componentTitle || draft.title || t('requests.untitled');
    const restore = async () => {
      try {
        await call('draft_restore', { draft });
        await again();
        onBack();
      } catch {
        toast(t('form.discard.notBack'));
      }
    };
    toast(t('form.discard.done', { title }), { label: t('form.discard.undo'), run: () => void restore() });
  }

  /** Throws the draft with this id away. */
  async function discard(id: string): Promise<void> {
    const { draft } = await call('draft_get', { id });
    await call('draft_delete', { id });
    await again();
    offerBack(draft);
  }

  return { discard, offerBack };
}
