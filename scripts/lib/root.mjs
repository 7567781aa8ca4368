// Paths and build options that all scripts share.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A path inside the project. */
export const inRoot = (...parts) => path.join(root, ...parts);

export const onLinux = process.platform === 'linux';
export const onWindows = process.platform === 'win32';
export const underCi = Boolean(process.env.CI) && process.env.CI !== 'false';

/** The one feature set of start, test and check, so that nothing is built twice. */
export const features = ['hongyan/demo', 'hongyan/custom-protocol'];

/** Cargo's output directory. */
export const targetDir = () => process.env.CARGO_TARGET_DIR ?? inRoot('target');

/** Path of one of our programs in the dev profile. */
export const builtBinary = (name) => path.join(targetDir(), 'debug', onWindows ? `${name}.exe` : name);
