/**
 * The chain's cost of a full report.
 *
 * Owns: decoding and checking one report of fifteen proofs again and again. Does not own: the report.
 */
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { receiptMessage } from '#types/domain/hosting/receipt.ts'
import { checkReport, Report } from '#types/domain/attestation/report.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { fullReport } from '../helpers/attestation/full-report.ts'
import { figure, median, repeated, timed, type Measurement } from './figure.ts'

const RUNS = 60
/** Until V8 has compiled what is hot. */
const WARM_UP_RUNS = 20
const MAX_REPORT_MS = 15

/** See the module's header. */
export const reportCheck: Measurement = {
  name: 'report',
  async measure() {
    const { context, report } = fullReport()
    const signatures = report.receipts.length + report.auditSignatures.length
    const bytes = encode(Report, report)
    const check = () =>
      timed(() => {
        const finding = checkReport(context, decode(Report, bytes))
        if (!finding.ok || !finding.served) throw new Error(`expected a good report, got ${JSON.stringify(finding)}`)
      })
    const { receipt, signature } = report.receipts[0]!
    const message = receiptMessage(context.genesisHash, receipt)
    const verify = () =>
      timed(() => {
        for (let i = 0; i < signatures; i++) verifyEd25519(signature, message, context.round.hosterKey)
      })
    await repeated(WARM_UP_RUNS, check)
    await repeated(WARM_UP_RUNS, verify)
    const runs = await repeated(RUNS, check)
    const reference = { name: `verifying its ${signatures} signatures`, value: median(await repeated(RUNS, verify)) }
    return [
      figure(`report of ${report.proofs.length} proofs, ${bytes.length} bytes, checked`, 'ms', runs, {
        aim: { is: '<=', than: MAX_REPORT_MS },
        reference,
      }),
    ]
  },
}
