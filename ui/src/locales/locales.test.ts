import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorTable } from '@/api/errors';
import { locales } from '.';

const here = join(process.cwd(), import.meta.dirname.replace(process.cwd(), ''));
const source = join(here, '..');
type Tree = { [key: string]: string | string[] | Tree };

/** Flattens a tree to `area.key.key` → text, arrays by index. */
function flat(tree: Tree, path: string, into: Map<string, string>): Map<string, string> {
  for (const [key, value] of Object.entries(tree)) {
    const at = `${path}.${key}`;
    if (typeof value === 'string') into.set(at, value);
    else flat(value as Tree, at, into);
  }
  return into;
}

const texts = new Map(
  locales.map((locale) => {
    const all = new Map<string, string>();
    for (const file of readdirSync(join(here, locale)).filter((name) => name.endsWith('.json'))) {
      flat(
        JSON.parse(readFileSync(join(here, locale, file), 'utf8')) as Tree,
        file.replace('.json', ''),
        all,
      );
    }
    return [locale, all] as const;
  }),
);
const zh = texts.get('zh-CN')!;
const en = texts.get('en')!;
/** The placeholders, each once, because plural forms repeat them. */
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|vue)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

// names that Chinese text writes in Latin letters
const allowed =
  /\b(smart\.calis\.edu\.cn|ill\.calis\.edu\.cn|www\.cashl\.edu\.cn|KERIS|a001962|eml|msg|winmail\.dat|sources\.toml|Outlook|IMAP|OAuth|MB|Word|docx|JabRef connection port|JabRef|Google Scholar|hongyan:\/\/request|hongyan|Google Drive|OneDrive|TOML|CALIS|CASHL|NSTL|JULAC|QQ|ISBN|ISSN|DOI|PMCID|PMID|CSTR|arXiv|LCCN|OCLC|CN|MARC|PDF|URL|Ctrl|K|Esc|Enter|COPY|LOAN|Zotero|EndNote|NoteExpress|RefWorks|PubMed|Web of Science|RIS|GB|T|APA|MLA|BibTeX|BibLaTeX|OpenURL|CSL|JSON|XML|SRU|Z39|https|utf-8|gb18030|euc-kr|usmarc|unimarc|E(?=读)|e(?=得))(?![A-Za-z])/g;

describe('locales', () => {
  it('say the same things', () => {
    expect(zh.size).toBeGreaterThan(200);
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
  });

  it.each([...zh.keys()])('%s has the same placeholders in both', (key) => {
    expect(placeholders(en.get(key) ?? '')).toEqual(placeholders(zh.get(key)!));
    expect(zh.get(key)).not.toBe('');
    expect(en.get(key)).not.toBe('');
  });

  it('leave no English in Chinese', () => {
    const left = [...zh].filter(([, text]) =>
      /[A-Za-z]/.test(text.replace(/\{\w+\}/g, '').replace(allowed, '')),
    );
    expect(left).toEqual([]);
  });

  it('leave no Chinese in English', () => {
    const left = [...en].filter(([, text]) => /[\u3400-\u9fff\u3001\u3002\uff0c\uff1a]/.test(text));
    expect(left).toEqual([]);
  });

  it('do not shout', () => {
    expect([...zh, ...en].filter(([, text]) => /[!！]/.test(text))).toEqual([]);
  });

  it('have a sentence for every error code', () => {
    for (const code of Object.keys(errorTable)) {
      expect(zh.get(`errors.${code}`)?.length ?? 0, code).toBeGreaterThan(6);
      expect(en.get(`errors.${code}`)?.length ?? 0, code).toBeGreaterThan(6);
    }
    expect([...zh.keys()].filter((key) => key.startsWith('errors.')).length).toBe(
      Object.keys(errorTable).length,
    );
  });

  it('have every text that the screens ask for', () => {
    const missing: string[] = [];
    for (const file of sources(source)) {
      for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-zA-Z]+\.[\w.]+)'/g)) {
        if (!zh.has(key!)) missing.push(`${file.slice(source.length + 1)}: ${key}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
