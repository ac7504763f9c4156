/**
 * Amounts of the token as people read them.
 *
 * Owns: the form.
 */

const TOKEN_DECIMALS = 12
const SHOWN_DECIMALS = 4

/** The amount in the smallest unit of tokens such as `2.5`; undefined for other text and for nothing. */
export function parseAmount(tokens: string): bigint | undefined {
  const [, whole, decimals = ''] = /^(\d{1,15})(?:\.(\d{1,12}))?$/.exec(tokens) ?? []
  if (whole === undefined) return undefined
  return BigInt(whole + decimals.padEnd(TOKEN_DECIMALS, '0')) || undefined
}

/** An amount in the smallest unit, in tokens to four places, rounded down. */
export function formatAmount(amount: bigint): string {
  const unit = 10n ** BigInt(TOKEN_DECIMALS - SHOWN_DECIMALS)
  const digits = (amount / unit).toString().padStart(SHOWN_DECIMALS + 1, '0')
  return `${digits.slice(0, -SHOWN_DECIMALS)}.${digits.slice(-SHOWN_DECIMALS)} ASY`
}
