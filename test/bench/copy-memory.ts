/**
 * Memory of an encoder and of a hoster while a copy is made: whether it grows with the feed.
 *
 * Owns: the sizes, and the slope over them. Does not own: the processes.
 *
 * Each size has processes of its own. The figure is the most memory that a process has ever had resident, its threads included. Keys
 * have 1,024 bits, because RSA of 2,048 bits on 128 MiB takes some minutes, and the bytes of a block are the same.
 */
import { figure, type Figure, type Measurement } from './figure.ts'
import { startHostingStage } from './hosting-stage.ts'
import { peakMb } from './processes.ts'

const MODULUS_BYTES = 128
const SIZES_MIB = [32, 64, 128] as const
const MIB = 2 ** 20
const MOST_MB = 150
/** Flat: a feed that is larger by 100 MiB costs at most 5 MB. */
const MOST_SLOPE_KB = 50
const KB_PER_MB = 1_000
const ROLES = ['encoder', 'hoster'] as const

/** The most memory before there was a copy, and after it was made. */
type Peaks = Readonly<Record<(typeof ROLES)[number], { readonly idle: number; readonly busy: number }>>

async function peaks(mib: number): Promise<Peaks> {
  const stage = await startHostingStage({ feedBytes: mib * MIB, copies: 1, modulusBytes: MODULUS_BYTES })
  try {
    const look = (role: (typeof ROLES)[number]): number => peakMb(stage.pids(role)[0]!)
    const [encoder, hoster] = [look('encoder'), look('hoster')]
    await stage.setUp()
    return { encoder: { idle: encoder, busy: look('encoder') }, hoster: { idle: hoster, busy: look('hoster') } }
  } finally {
    await stage.close()
  }
}

/** Of the line that fits best. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const products = xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i]! - meanY), 0)
  return products / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
}

/** See the module's header. */
export const copyMemory: Measurement = {
  name: 'copy-memory',
  async measure() {
    const measured: Peaks[] = []
    for (const mib of SIZES_MIB) measured.push(await peaks(mib))
    return ROLES.flatMap((role): Figure[] => {
      const ofRole = measured.map((each) => each[role].busy)
      return [
        ...SIZES_MIB.map((mib, i) =>
          figure(`${role}: most memory, copy of ${mib} MiB`, 'MB', [ofRole[i]!], {
            aim: { is: '<=', than: MOST_MB },
            reference: { name: 'the same process before', value: measured[i]![role].idle },
          }),
        ),
        figure(`${role}: memory for each MiB of the feed`, 'kB', [slope(SIZES_MIB, ofRole) * KB_PER_MB], {
          aim: { is: '<=', than: MOST_SLOPE_KB },
        }),
      ]
    })
  },
}
