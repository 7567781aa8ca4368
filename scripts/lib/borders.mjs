// ESLint rule: which folder of ui/src may import which (docs/ARCHITECTURE.md). A specifier is resolved to a path
// before it is judged, so that every way of writing the same path is treated alike.
import path from 'node:path';
import { inRoot } from './root.mjs';

const source = inRoot('ui', 'src');

/** The folders of a path below ui/src; undefined outside of it. */
function foldersOf(target) {
  const below = path.relative(source, target);
  return below.startsWith('..') || path.isAbsolute(below) ? undefined : below.split(path.sep);
}

/** The path that a specifier leads to; undefined for a package. */
function resolved(specifier, importer) {
  const bare = specifier.replace(/[?#].*$/, '');
  if (/^@(\/|$)/.test(bare)) return path.join(source, bare.slice(1));
  if (/^\.\.?(\/|$)/.test(bare)) return path.resolve(path.dirname(importer), bare);
  return bare.startsWith('/') ? inRoot('ui', bare) : undefined;
}

/** Why a file in one folder must not import from another; undefined where it may. */
function refusal([area, feature], [toArea, toFeature]) {
  if (area === 'features' && toArea === 'features' && toFeature !== feature)
    return 'A feature imports components, api, lib and its own files, never another feature.';
  if (['components', 'lib', 'api'].includes(area) && ['features', 'app'].includes(toArea))
    return 'Features and the frame are above this folder.';
  if (area === 'companion' && toArea !== 'companion')
    return 'The scripts that run in a library’s page are made of their own folder alone.';
  return undefined;
}

/** The text of a literal, or of a template without placeholders. */
const textOf = (node) =>
  node?.type === 'TemplateLiteral' && node.quasis.length === 1 ? node.quasis[0].value.cooked : node?.value;

export const borders = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = foldersOf(path.resolve(context.filename));
    if (!from) return {};
    const check = (node) => {
      const specifier = textOf(node);
      const target = typeof specifier === 'string' ? resolved(specifier, context.filename) : undefined;
      const to = target && foldersOf(target);
      const message = to && refusal(from, to);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (node) => check(node.expression),
      CallExpression: (node) => {
        const callee = node.callee;
        const mocks = callee.type === 'MemberExpression' && callee.object.name === 'vi';
        if (callee.name === 'require' || mocks) check(node.arguments[0]);
      },
    };
  },
};
