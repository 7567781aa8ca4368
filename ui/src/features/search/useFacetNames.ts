import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { SourceView } from '@/api/generated';
import { languageName } from '@/lib/languages';
import type { Listed } from './chips';

/** Display names of facet values. */
export function useFacetNames(sources: () => readonly SourceView[]) {
  const { t, locale } = useI18n();
  const sourceNames = computed(
    () =>
      new Map(sources().map((source) => [source.id, locale.value === 'en' ? source.nameEn : source.name])),
  );
  function nameOf(facet: Listed, value: string): string {
    switch (facet) {
      case 'availability':
        return t(`app.availability.${value}`);
      case 'kinds':
        return t(`app.kind.${value}`);
      case 'languages':
        return languageName(value, locale.value) || t('search.facets.noLanguage');
      case 'sources':
        return sourceNames.value.get(value) ?? value;
      default:
        return value;
    }
  }
  return { nameOf };
}
