/** BLS signatures that are checked more than once. */
import { expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blsSign, checkBlsSignature, checkBlsSignatureOnce } from '#types/crypto/bls.ts'
import { curveOf, scalarBytes } from '#types/domain/threshold/group.ts'
import { flippedBit } from '../../../helpers/committee/spoilt.ts'
import { leastMs } from '../../../helpers/processor-time.ts'

const SECRET = 7n
const key = curveOf('Bls12381').base.multiply(SECRET).toBytes()
const message = utf8('message')
const signature = blsSign(scalarBytes(SECRET), message)

test('a memory of right signatures answers as the check does, and spares the pairing', () => {
  const other = flippedBit(signature)
  for (let i = 0; i < 2; i++) {
    expect(checkBlsSignatureOnce(key, message, signature)).toBe(true)
    expect(checkBlsSignatureOnce(key, message, other)).toBe(false)
    expect(checkBlsSignatureOnce(key, utf8('other message'), signature)).toBe(false)
    // The same bytes, cut elsewhere between key and message.
    const [short, long] = [key.subarray(0, -1), new Uint8Array([...key.subarray(-1), ...message])]
    expect(checkBlsSignatureOnce(short, long, signature)).toBe(false)
  }
  const check = leastMs(2, () => checkBlsSignature(key, message, signature))
  const again = leastMs(2, () => checkBlsSignatureOnce(key, message, signature))
  expect(again).toBeLessThan(check / 3)
})
