/**
 * Pallet Sudo: one key may do anything, as on every dev chain.
 *
 * Owns: the key and the calls made in root's name.
 * Source: pallet-sudo lib.rs.
 */
import { equalBytes } from '#types/bytes.ts'
import { AccountId } from '#types/scale/account.ts'
import type { Codec } from '#types/scale/codec.ts'
import { option, struct } from '#types/scale/compound.ts'
import { DispatchResult, Weight } from '#types/scale/dispatch.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import type { Dispatcher, DispatchOutcome } from '../frame/dispatch.ts'
import type { RuntimeCall } from '../frame/terms.ts'
import { ensureSigned, lookup, type Origin } from '../frame/origin.ts'
import { call, event, pallet, uses } from '../frame/pallet.ts'
import type { PostDispatchInfo } from '../frame/terms.ts'
import { value } from '../frame/storage.ts'
import { refTime } from '../frame/weights.ts'

const BASE_REF_TIME = refTime(10_000_000n, 1n)
/** The key holder pays nothing. */
const FREE: PostDispatchInfo = { paysFee: 'No' }

const resultOf = (outcome: DispatchOutcome): DispatchResult =>
  outcome.ok ? { ok: true, value: undefined } : { ok: false, error: outcome.error }

/** The pallet for a runtime with these calls. */
export const sudoPallet = (runtimeCall: Codec<RuntimeCall>) =>
  pallet({
    name: 'Sudo',
    docs: 'A single account that may execute dispatchable functions that require a `Root` call.',
    storage: { key: value('The `AccountId` of the sudo key.', AccountId) },
    events: {
      Sudid: event('A sudo call just took place.', { sudoResult: DispatchResult }),
      KeyChanged: event('The sudo key has been updated.', { old: option(AccountId), new: AccountId }),
      KeyRemoved: event('The key was permanently removed.', {}),
      SudoAsDone: event('A sudo_as call just took place.', { sudoResult: DispatchResult }),
    },
    errors: { RequireSudo: 'Sender must be the Sudo account.' },
    uses: uses<Pick<Dispatcher, 'dispatch' | 'info'>>(),
    exports: ({ storage, fail }) => ({
      ensureSudo(origin: Origin): void {
        const key = storage.key.get()
        const who = ensureSigned(origin)
        if (!key || !equalBytes(who, key)) return fail.RequireSudo()
      },
    }),
    calls: ({ storage, emit, uses }, { ensureSudo }) => {
      /** The class is that of the call. The pool refuses an operational one from any account but the key's. */
      const classOf = {
        class: ({ call }: { readonly call: RuntimeCall }) => uses.info(call).class,
        validate(who: Uint8Array, { call }: { readonly call: RuntimeCall }) {
          if (uses.info(call).class === 'Operational') ensureSudo({ signed: who })
        },
      }
      return {
        sudo: call(
          'Authenticates the sudo key and dispatches a function call with `Root` origin.',
          { call: runtimeCall },
          {
            weight: ({ call }) => BASE_REF_TIME + uses.info(call).weight.refTime,
            ...classOf,
          },
          (origin, { call }) => {
            ensureSudo(origin)
            emit.Sudid({ sudoResult: resultOf(uses.dispatch(call, 'root')) })
            return FREE
          },
        ),
        sudoUncheckedWeight: call(
          'Authenticates the sudo key and dispatches a function call with `Root` origin.\nThe weight of the call is what the caller says.',
          { call: runtimeCall, weight: Weight },
          { weight: ({ weight }) => weight.refTime, ...classOf },
          (origin, { call }) => {
            ensureSudo(origin)
            emit.Sudid({ sudoResult: resultOf(uses.dispatch(call, 'root')) })
            return FREE
          },
        ),
        setKey: call(
          'Authenticates the current sudo key and sets the given AccountId (`new`) as the new sudo key.',
          { new: MultiAddress },
          refTime(10_000_000n, 1n, 1n),
          (origin, args) => {
            ensureSudo(origin)
            const next = lookup(args.new)
            const old = storage.key.get()
            storage.key.put(next)
            emit.KeyChanged({ old, new: next })
            return FREE
          },
        ),
        sudoAs: call(
          'Authenticates the sudo key and dispatches a function call with `Signed` origin from a given account.',
          { who: MultiAddress, call: runtimeCall },
          {
            weight: ({ call }) => BASE_REF_TIME + uses.info(call).weight.refTime,
            ...classOf,
          },
          (origin, { who, call }) => {
            ensureSudo(origin)
            emit.SudoAsDone({ sudoResult: resultOf(uses.dispatch(call, { signed: lookup(who) })) })
            return FREE
          },
        ),
        removeKey: call(
          'Permanently removes the sudo key.\n\n**This cannot be un-done.**',
          {},
          refTime(10_000_000n, 1n, 1n),
          (origin) => {
            ensureSudo(origin)
            storage.key.remove()
            emit.KeyRemoved({})
            return FREE
          },
        ),
      }
    },
    genesis: {
      config: struct({ key: option(AccountId) }),
      fallback: { key: undefined },
      build({ storage }, { key }) {
        if (key) storage.key.put(key)
      },
    },
  })
