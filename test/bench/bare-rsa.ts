/**
 * Bare RSA: what a copy costs at least, on one core or on all of them.
 *
 * Owns: keys, applying RSA to the bytes of blocks, and a process that does so. Does not own: the codec of copies.
 */
import { fork } from 'node:child_process'
import { constants, generateKeyPairSync, privateEncrypt, randomBytes, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { timed } from './figure.ts'
import { processorSeconds } from './processes.ts'

/** Of a modulus of 2,048 bits. */
export const LEAF_BYTES = 256
const PIECE_BYTES = LEAF_BYTES - 1
export const BLOCK_BYTES = 65_536
export const padding = constants.RSA_NO_PADDING

/** An RSA key of 2,048 bits. */
export interface Key {
  readonly secret: KeyObject
  readonly modulus: Uint8Array
}

/** A new key. */
export function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 8 * LEAF_BYTES })
  return {
    secret: privateKey,
    modulus: new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url')),
  }
}

/** RSA alone on as many bytes as the blocks have, in this thread. */
export function bareRsa(blocks: readonly Uint8Array[], apply: (number: Uint8Array) => Uint8Array): void {
  const padded = new Uint8Array(LEAF_BYTES)
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += PIECE_BYTES) {
      padded.set(block.subarray(at, at + PIECE_BYTES), 1)
      apply(padded)
    }
  }
}

const ENTRY = fileURLToPath(import.meta.url)
const READY = 'ready'

/** Encodes so many blocks by bare RSA, in a process on each core. @returns the time and the processor time, without the starts */
export async function bareRsaOnAllCores(blocks: number): Promise<{ readonly ms: number; readonly processorS: number }> {
  const cores = availableParallelism()
  const children = Array.from({ length: cores }, () => fork(ENTRY, [READY]))
  try {
    await Promise.all(children.map((child) => once(child, 'message')))
    const spent = (): number => children.reduce((sum, { pid }) => sum + processorSeconds(pid!), 0)
    const before = spent()
    const ms = await timed(() =>
      Promise.all(
        children.map((child, i) => {
          const done = once(child, 'message')
          child.send(Math.ceil((blocks - i) / cores))
          return done
        }),
      ),
    )
    return { ms, processorS: spent() - before }
  } finally {
    for (const child of children) child.kill()
  }
}

if (process.argv[1] === ENTRY && process.argv[2] === READY) {
  const { secret } = newKey()
  const block = new Uint8Array(randomBytes(BLOCK_BYTES))
  process.on('message', (blocks: number) => {
    for (let i = 0; i < blocks; i++) bareRsa([block], (number) => privateEncrypt({ key: secret, padding }, number))
    process.send!('done')
  })
  process.send!(READY)
}
