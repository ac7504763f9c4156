/**
 * All fuzz targets, and the number of cases of each in a long run.
 *
 * Owns: the list. Does not own: any target.
 */
import type { Target } from './target.ts'
import { extrinsic } from './targets/extrinsic.ts'
import { replication } from './targets/replication.ts'
import { rpc } from './targets/rpc.ts'
import { runtimeApi } from './targets/runtime-api.ts'
import { scale } from './targets/scale.ts'

/** A target and its part of all cases: cheap ones get more. */
export const TARGETS: readonly { readonly target: Target; readonly share: number }[] = [
  { target: scale, share: 0.5 },
  { target: replication, share: 0.05 },
  { target: rpc, share: 0.25 },
  { target: runtimeApi, share: 0.1 },
  { target: extrinsic, share: 0.1 },
]
