/**
 * The state root after a few changes to a large state.
 *
 * Owns: the state and the changes. Does not own: the trie.
 */
import { concatBytes, utf8 } from '#types/bytes.ts'
import { blake2b128, twox128 } from '#types/crypto/hash.ts'
import { Trie, type Change } from '#chain/trie/trie.ts'
import { figure, repeated, timed, type Measurement } from './figure.ts'

const KEYS = 1_000_000
const CHANGES = 100
const RUNS = 25
const MAX_ROOT_MS = 10
/** An account's balance and nonce. */
const VALUE_BYTES = 80
const ACCOUNT_BYTES = 32
const HASH_BYTES = 16

const prefix = concatBytes(twox128(utf8('System')), twox128(utf8('Account')))

/** An entry as System.Account has it: prefix, hash of the account, account. */
function entry(index: number, version: number): Change {
  const account = new Uint8Array(ACCOUNT_BYTES)
  new DataView(account.buffer).setUint32(0, index)
  const key = new Uint8Array(prefix.length + HASH_BYTES + ACCOUNT_BYTES)
  key.set(prefix)
  key.set(blake2b128(account), prefix.length)
  key.set(account, prefix.length + HASH_BYTES)
  const value = new Uint8Array(VALUE_BYTES)
  new DataView(value.buffer).setUint32(0, version)
  return [key, value]
}

function* entries(): Generator<Change, void, void> {
  for (let index = 0; index < KEYS; index++) yield entry(index, 0)
}

/** Changes all over the state, others each time. */
const changes = (run: number): Change[] =>
  Array.from({ length: CHANGES }, (_, i) => entry((i * 9973 + run * 7919) % KEYS, run))

/** See the module's header. */
export const stateRoot: Measurement = {
  name: 'state-root',
  async measure() {
    let trie = Trie.empty()
    const fromScratch = await timed(() => {
      trie = trie.apply(entries())
      trie.root()
    })
    let run = 0
    const runs = await repeated(RUNS, () => {
      const changed = changes(++run)
      return timed(() => {
        trie = trie.apply(changed)
        trie.root()
      })
    })
    const reference = { name: 'from scratch', value: fromScratch }
    const name = `state root, ${CHANGES} changes at ${KEYS.toLocaleString('en')} keys`
    return [figure(name, 'ms', runs, { aim: { is: '<=', than: MAX_ROOT_MS }, reference })]
  },
}
