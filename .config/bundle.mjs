/**
 * Bundles the `assay` command into .build/: the command line, the thread that verifies signatures and the thread that encodes blocks.
 *
 * Owns: what is bundled, and that a process which starts meanwhile never sees half of it: files are written aside and renamed,
 * entries last. Does not own: what the bundle does. Plain JavaScript, so that any supported Node runs it as it is.
 */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wasmBytes } from '@polkadot/wasm-crypto-wasm'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, '.build')
/** Chunks of earlier bundles stay this long, for processes that still load them. */
const KEEP_STALE_MS = 3_600_000

/**
 * The package unpacks its WebAssembly in JavaScript whenever it is loaded, which costs 80 ms of each start: in the bundle it lies
 * unpacked.
 */
const unpackedWasm = {
  name: 'unpacked-wasm',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^wasm-crypto-unpacked$/ }, () => ({ path: 'wasm-crypto.wasm', namespace: 'unpacked' }))
    onLoad({ filter: /.*/, namespace: 'unpacked' }, () => ({ contents: wasmBytes, loader: 'file' }))
    onLoad({ filter: /wasm-crypto-wasm.bundle\.js$/ }, () => ({
      contents: `
        import { readFileSync } from 'node:fs'
        import file from 'wasm-crypto-unpacked'
        export { packageInfo } from './packageInfo.js'
        export const wasmBytes = readFileSync(new URL(file, import.meta.url))`,
    }))
  },
}

/**
 * From Node 22 on, an `import` of node:http loads Node's own web client, since it reads every export. ws requires https and tls for
 * connections to other machines. Together they took a fifth of a start, so node:http is required, and the others when they are used.
 */
const lateBuiltins = {
  name: 'late-builtins',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^node:http$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'required' } : undefined,
    )
    onResolve({ filter: /^(https|tls)$/ }, ({ path, kind, importer }) =>
      kind === 'require-call' && importer.includes('/node_modules/ws/') ? { path, namespace: 'late' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = require('${path}')` }))
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, name) => require('${path}')[name] })`,
    }))
  },
}

/**
 * What is used of each curve. Making their tables takes 10 ms and more of each start, and most starts need none: the first use makes
 * them. Packages may use more of a curve than this, except of secp256k1.
 */
const LATE_CURVES = { 'secp256k1.js': 'secp256k1', 'bls12-381.js': 'bls12_381', 'ed25519.js': 'ristretto255' }
const lateCurves = {
  name: 'late-curves',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@noble\/curves\/[\w-]+\.js$/ }, ({ path, namespace, importer }) =>
      namespace === 'late-curves' || importer.includes('/node_modules/')
        ? undefined
        : { path, namespace: 'late-curves' },
    )
    onLoad({ filter: /.*/, namespace: 'late-curves' }, ({ path }) => ({
      resolveDir: ROOT,
      contents: `
        let curve
        export const ${LATE_CURVES[basename(path)]} = new Proxy({}, {
          get: (_, name) => (curve ??= require('${path}').${LATE_CURVES[basename(path)]})[name],
        })`,
    }))
  },
}

const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: [
    '.config/cli.mjs',
    'chain-client/node/verify-worker.ts',
    'offchain-worker/systems/hosting/copies/codec-thread.ts',
  ],
  entryNames: '[name]',
  outdir: OUT,
  bundle: true,
  splitting: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  minifyWhitespace: true,
  minifySyntax: true,
  // Beside the bundle and not named in it: read when a stack is shown (offchain-worker/terminal/source-stack.ts), never at start.
  sourcemap: 'external',
  sourcesContent: false,
  plugins: [unpackedWasm, lateBuiltins, lateCurves],
  alias: {
    // yargs measures its help with it; the original compiles the classes of all emoji on load, 110 ms.
    'string-width': 'fast-string-width',
    // The whole package, twenty hashes, cannot be shaken.
    'hash-wasm': 'hash-wasm/dist/blake2b.umd.min.js',
  },
  // Native modules load their binaries from beside their own files.
  external: ['@resvg/resvg-js', 'classic-level', 'hypercore', 'hyperswarm', 'hyperdht', 'protomux', 'hypercore-crypto'],
  // CommonJS modules inside the bundle still ask for Node's own by require.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
})

const isChunk = ({ path }) => basename(path).startsWith('chunk-')

async function write({ path, contents }) {
  const before = await readFile(path).catch(() => undefined)
  if (before?.equals(contents)) return
  const aside = `${path}.${process.pid}`
  await writeFile(aside, contents)
  await rename(aside, path)
}

async function removeStale() {
  const made = new Set(outputFiles.map(({ path }) => basename(path)))
  for (const name of await readdir(OUT)) {
    const path = join(OUT, name)
    if (made.has(name) || Date.now() - (await stat(path)).mtimeMs < KEEP_STALE_MS) continue
    await rm(path, { force: true, recursive: true })
  }
}

await mkdir(OUT, { recursive: true })
for (const file of outputFiles.filter(isChunk)) await write(file)
for (const file of outputFiles.filter((file) => !isChunk(file))) await write(file)
await removeStale()
